//! What a document says, field by field: all that a template sees of it.

use std::collections::BTreeMap;

use nowserving_shared::model::{Language, Localized};

use crate::printer::slip::SlipPaper;
use crate::printer::ticket::TicketPaper;
use crate::printer::wrap::harmless;

/// A field that a template can name as `{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldName {
    /// The hall's name.
    Hall,
    /// The zone.
    Zone,
    /// The group or department.
    Group,
    /// The service.
    Service,
    /// The ticket's number.
    Number,
    /// The mark of a priority class.
    ClassMark,
    /// How many people wait before this ticket.
    PeopleAhead,
    /// The expected wait in minutes: one number or an interval.
    WaitMinutes,
    /// The windows that serve it, ready to be read.
    Windows,
    /// When the ticket was issued, or the slip printed.
    Time,
    /// The sentence about missed calls.
    NoShowRule,
    /// The telephone number for questions.
    Phone,
    /// The masked number of the holder's card.
    Identity,
    /// The address behind the QR code.
    Url,
    /// The steps of a service.
    Process,
    /// What to bring.
    Materials,
    /// What it costs.
    Fee,
    /// How long the office may take.
    TimeLimit,
}

impl FieldName {
    /// The fields of a ticket.
    pub const OF_TICKETS: [Self; 14] = [
        Self::Hall,
        Self::Zone,
        Self::Group,
        Self::Service,
        Self::Number,
        Self::ClassMark,
        Self::PeopleAhead,
        Self::WaitMinutes,
        Self::Windows,
        Self::Time,
        Self::NoShowRule,
        Self::Phone,
        Self::Identity,
        Self::Url,
    ];

    /// The fields of a guidance slip.
    pub const OF_SLIPS: [Self; 12] = [
        Self::Hall,
        Self::Zone,
        Self::Group,
        Self::Service,
        Self::Process,
        Self::Materials,
        Self::Fee,
        Self::TimeLimit,
        Self::Windows,
        Self::Time,
        Self::Phone,
        Self::Url,
    ];

    /// Its name in a template.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hall => "hall",
            Self::Zone => "zone",
            Self::Group => "group",
            Self::Service => "service",
            Self::Number => "number",
            Self::ClassMark => "class_mark",
            Self::PeopleAhead => "people_ahead",
            Self::WaitMinutes => "wait_minutes",
            Self::Windows => "windows",
            Self::Time => "time",
            Self::NoShowRule => "no_show_rule",
            Self::Phone => "phone",
            Self::Identity => "identity",
            Self::Url => "url",
            Self::Process => "process",
            Self::Materials => "materials",
            Self::Fee => "fee",
            Self::TimeLimit => "time_limit",
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// The same in every language.
    Plain(String),
    /// A text of the hall, which it may not have translated.
    Named(Localized),
    /// A quantity, written as each language writes it.
    Quantity(Localized),
}

/// Everything that one document says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentData {
    /// The language that the customer chose.
    pub language: Language,
    /// Whether this is a further print of the same ticket.
    pub copy: bool,
    /// How many people wait before it; none when nobody knows, and for what is no ticket.
    pub people_ahead: Option<u32>,
    values: BTreeMap<FieldName, Value>,
}

impl DocumentData {
    /// What the field says in this language, without white space around it; empty when it says nothing.
    #[must_use]
    pub fn text(&self, field: FieldName, language: Language) -> String {
        let text = match self.values.get(&field) {
            None => "",
            Some(Value::Plain(text)) => text,
            Some(Value::Named(text) | Value::Quantity(text)) => text.text(language),
        };
        let lines: Vec<String> = text.lines().map(harmless).collect();
        lines.join("\n").trim().to_owned()
    }

    /// Whether the field says nothing in any language of the document.
    #[must_use]
    pub fn is_empty(&self, field: FieldName) -> bool {
        self.text(field, self.language).is_empty()
            && self.text(field, Language::default()).is_empty()
    }

    /// Whether the hall could have translated the field.
    #[must_use]
    pub fn is_named(&self, field: FieldName) -> bool {
        match self.values.get(&field) {
            Some(Value::Named(_)) => true,
            Some(Value::Plain(_) | Value::Quantity(_)) | None => false,
        }
    }

    fn plain(&mut self, field: FieldName, text: &str) {
        // One line: a telephone number with a line break in it is a mistake, not a layout.
        self.values.insert(field, Value::Plain(harmless(text)));
    }

    fn named(&mut self, field: FieldName, text: &Localized) {
        let lines = text.iter().map(|(tongue, text)| (tongue, harmless(text)));
        let value = Value::Named(Localized::new(lines));
        self.values.insert(field, value);
    }

    /// A text in which the hall's line breaks are kept.
    fn lines(&mut self, field: FieldName, text: &Localized) {
        self.values.insert(field, Value::Named(text.clone()));
    }
}

impl From<&TicketPaper> for DocumentData {
    fn from(paper: &TicketPaper) -> Self {
        let mut data = Self {
            language: paper.language,
            copy: paper.copy,
            people_ahead: paper.people_ahead,
            values: BTreeMap::new(),
        };
        data.named(FieldName::Hall, &paper.hall);
        data.named(FieldName::Zone, &paper.zone);
        data.named(FieldName::Group, &paper.group);
        data.named(FieldName::Service, &paper.service);
        data.plain(FieldName::Number, &paper.label);
        if let Some(mark) = &paper.class_mark {
            data.named(FieldName::ClassMark, mark);
        }
        if let Some(people) = paper.people_ahead {
            data.plain(FieldName::PeopleAhead, &people.to_string());
        }
        if let Some(minutes) = paper.wait_minutes {
            let value = Value::Quantity(minutes_written(minutes));
            data.values.insert(FieldName::WaitMinutes, value);
        }
        data.named(FieldName::Windows, &paper.windows);
        data.plain(FieldName::Time, &paper.issued_at);
        data.named(FieldName::NoShowRule, &paper.no_show_rule);
        data.plain(FieldName::Phone, &paper.phone);
        data.plain(FieldName::Identity, &paper.identity);
        data.plain(FieldName::Url, paper.url.as_deref().unwrap_or_default());
        data
    }
}

impl From<&SlipPaper> for DocumentData {
    fn from(paper: &SlipPaper) -> Self {
        let mut data = Self {
            language: paper.language,
            ..Self::default()
        };
        data.named(FieldName::Hall, &paper.hall);
        data.named(FieldName::Zone, &paper.zone);
        data.named(FieldName::Group, &paper.group);
        data.named(FieldName::Service, &paper.service);
        data.lines(FieldName::Process, &paper.process);
        data.lines(FieldName::Materials, &paper.materials);
        data.lines(FieldName::Fee, &paper.fee);
        data.lines(FieldName::TimeLimit, &paper.time_limit);
        data.named(FieldName::Windows, &paper.windows);
        data.plain(FieldName::Time, &paper.printed_at);
        data.plain(FieldName::Phone, &paper.phone);
        data.plain(FieldName::Url, paper.url.as_deref().unwrap_or_default());
        data
    }
}

/// `15~25` in Chinese, `15-25` in English; one number when both are the same.
fn minutes_written((shortest, longest): (u16, u16)) -> Localized {
    let between = |sign: &str| {
        if shortest == longest {
            shortest.to_string()
        } else {
            format!("{shortest}{sign}{longest}")
        }
    };
    Localized::new([(Language::ZhCn, between("~")), (Language::En, between("-"))])
}
