//! The sentence of a call in one language, as a hall may write it.
//!
//! A template is text with two fields, each of which stands in it once: `{label}`, the letters and digits of the ticket, and
//! `{window}`, the number of the window. Square brackets may enclose the part with both fields that is said anew for each
//! window when several calls are said in one sentence; without them the whole text is that part.
//!
//! ```text
//! 请 [{label} 号到 {window} 号窗口]     请 A012、A013 号到 3 号窗口，A014 号到 5 号窗口
//! ```
//!
//! Any text may stand around the fields. A recorded voice says the words that it knows ([`super::words`]) and leaves the
//! others out; [`Template::unspoken`] tells which these are, so that a hall hears of it before its customers do.

use std::fmt;

use super::words::{Step, spell};
use crate::model::Language;

/// The longest template, in characters.
pub const TEMPLATE_CHARS_MAX: usize = 120;

/// What a template can be filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The letters and digits of the ticket: `{label}`.
    Label,
    /// The number of the window: `{window}`.
    Window,
}

impl Field {
    const ALL: [Self; 2] = [Self::Label, Self::Window];

    /// Its name between the braces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Window => "window",
        }
    }
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFault {
    /// It has more than [`TEMPLATE_CHARS_MAX`] characters.
    TooLong,
    /// It names a field that there is not.
    UnknownField(
        /// What stands between the braces.
        String,
    ),
    /// A field is missing.
    Missing(Field),
    /// A field stands in it more than once.
    Twice(Field),
    /// A brace is opened and not closed, or the other way round.
    Brace,
    /// The square brackets are not one pair around both fields.
    Bracket,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "longer than {TEMPLATE_CHARS_MAX} characters"),
            Self::UnknownField(name) => {
                write!(f, "“{{{name}}}” is no field: there are ")?;
                let known = Field::ALL.map(|field| format!("“{{{}}}”", field.name()));
                f.write_str(&known.join(" and "))
            }
            Self::Missing(field) => write!(f, "“{{{}}}” is missing", field.name()),
            Self::Twice(field) => write!(f, "“{{{}}}” may stand in it only once", field.name()),
            Self::Brace => f.write_str("a “{” without its “}”, or a “}” without its “{”"),
            Self::Bracket => f.write_str(
                "“[” and “]” enclose what is said anew for each window: one pair, with both fields inside",
            ),
        }
    }
}

impl std::error::Error for TemplateFault {}

/// Words of a template as they stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) text: String,
    pub(super) steps: Vec<Step>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(Literal),
    Field(Field),
}

/// A checked template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(super) language: Language,
    /// Said once.
    pub(super) before: Vec<Piece>,
    /// Said for each window.
    pub(super) each: Vec<Piece>,
    /// Said once.
    pub(super) after: Vec<Piece>,
    unspoken: Vec<String>,
}

impl Template {
    /// Reads the template of `language`.
    ///
    /// # Errors
    /// The first [`TemplateFault`] from the left.
    pub fn new(language: Language, text: &str) -> Result<Self, TemplateFault> {
        if text.chars().nth(TEMPLATE_CHARS_MAX).is_some() {
            return Err(TemplateFault::TooLong);
        }
        let [before, each, after] = parts(text)?;
        let mut template = Self {
            language,
            before: Vec::new(),
            each: Vec::new(),
            after: Vec::new(),
            unspoken: Vec::new(),
        };
        template.before = template.pieces(before)?;
        template.each = template.pieces(each)?;
        template.after = template.pieces(after)?;
        template.check()?;
        Ok(template)
    }

    /// The sentence of `language` where a hall wrote none: polite and short.
    #[must_use]
    pub fn of(language: Language) -> Self {
        Self::new(language, default_text(language))
            .expect("the product's own template has no fault")
    }

    /// The parts of the text that a recorded voice leaves out, from the left.
    #[must_use]
    pub fn unspoken(&self) -> &[String] {
        &self.unspoken
    }

    fn pieces(&mut self, text: &str) -> Result<Vec<Piece>, TemplateFault> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, field)) = rest.split_once('{') {
            let (name, behind) = field.split_once('}').ok_or(TemplateFault::Brace)?;
            self.push_literal(&mut pieces, literal)?;
            pieces.push(Piece::Field(field_named(name.trim())?));
            rest = behind;
        }
        self.push_literal(&mut pieces, rest)?;
        Ok(pieces)
    }

    fn push_literal(&mut self, pieces: &mut Vec<Piece>, text: &str) -> Result<(), TemplateFault> {
        if text.contains('}') {
            return Err(TemplateFault::Brace);
        }
        if !text.is_empty() {
            let (steps, unknown) = spell(self.language, text);
            self.unspoken.extend(unknown);
            let text = text.to_owned();
            pieces.push(Piece::Literal(Literal { text, steps }));
        }
        Ok(())
    }

    fn check(&self) -> Result<(), TemplateFault> {
        for field in Field::ALL {
            let count = |pieces: &[Piece]| {
                let same = |piece: &&Piece| **piece == Piece::Field(field);
                pieces.iter().filter(same).count()
            };
            let outside = count(&self.before) + count(&self.after);
            match (count(&self.each), outside) {
                (1, 0) => {}
                (0, 0) => return Err(TemplateFault::Missing(field)),
                (0, 1) => return Err(TemplateFault::Bracket),
                (_, _) => return Err(TemplateFault::Twice(field)),
            }
        }
        Ok(())
    }
}

fn default_text(language: Language) -> &'static str {
    match language {
        Language::ZhCn => "请 [{label} 号到 {window} 号窗口]",
        Language::ZhTw => "請 [{label} 號到 {window} 號櫃檯]",
        Language::En => "Number [{label}, please go to window {window}]",
        Language::De => "Nummer [{label}, bitte zu Schalter {window}]",
    }
}

/// What stands before, within and behind the square brackets.
fn parts(text: &str) -> Result<[&str; 3], TemplateFault> {
    let parts = match text.split_once('[') {
        None => ["", text, ""],
        Some((before, rest)) => {
            let (each, after) = rest.split_once(']').ok_or(TemplateFault::Bracket)?;
            [before, each, after]
        }
    };
    if parts.iter().any(|part| part.contains(['[', ']'])) {
        return Err(TemplateFault::Bracket);
    }
    Ok(parts)
}

fn field_named(name: &str) -> Result<Field, TemplateFault> {
    Field::ALL
        .into_iter()
        .find(|field| field.name() == name)
        .ok_or_else(|| TemplateFault::UnknownField(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(text: &str) -> Option<TemplateFault> {
        Template::new(Language::ZhCn, text).err()
    }

    #[test]
    fn the_products_own_templates_are_said_completely() {
        for language in Language::ALL {
            assert_eq!(Template::of(language).unspoken(), &[] as &[String]);
        }
    }

    #[test]
    fn a_template_without_both_fields_exactly_once_is_refused() {
        assert_eq!(fault("{label} 到 {window}"), None);
        assert_eq!(
            fault("请到 {window}"),
            Some(TemplateFault::Missing(Field::Label))
        );
        assert_eq!(
            fault("请 {label}"),
            Some(TemplateFault::Missing(Field::Window))
        );
        assert_eq!(
            fault("{label} {label} {window}"),
            Some(TemplateFault::Twice(Field::Label))
        );
        assert_eq!(
            fault("{label} [{label} {window}]"),
            Some(TemplateFault::Twice(Field::Label))
        );
    }

    #[test]
    fn an_unknown_field_is_refused_with_those_that_there_are() {
        let fault = fault("请 {number} 到 {window}").unwrap();
        assert_eq!(fault, TemplateFault::UnknownField("number".to_owned()));
        assert_eq!(
            fault.to_string(),
            "“{number}” is no field: there are “{label}” and “{window}”"
        );
    }

    #[test]
    fn braces_and_brackets_come_in_pairs_and_brackets_enclose_both_fields() {
        for text in ["{label} {window", "{label}} {window}", "} {label} {window}"] {
            assert_eq!(fault(text), Some(TemplateFault::Brace), "{text}");
        }
        for text in [
            "[{label} {window}",
            "{label} {window}]",
            "[{label}] [{window}]",
            "{label} [{window}]",
            "[[{label} {window}]]",
        ] {
            assert_eq!(fault(text), Some(TemplateFault::Bracket), "{text}");
        }
    }

    #[test]
    fn a_template_has_a_length_that_can_be_said() {
        let long = format!("{{label}}{{window}}{}", "请".repeat(TEMPLATE_CHARS_MAX));
        assert_eq!(fault(&long), Some(TemplateFault::TooLong));
    }

    #[test]
    fn words_without_a_clip_are_told_beforehand() {
        let template = Template::new(Language::ZhCn, "尊敬的 {label} 号顾客请到 {window} 号窗口");
        assert_eq!(template.unwrap().unspoken(), ["尊敬的"]);
    }

    proptest! {
        #[test]
        fn any_text_is_a_template_or_has_a_fault_that_can_be_read(
            text in "([a-z请号 ,]|\\{label\\}|\\{window\\}|[\\[\\]{}]){0,12}", language in 0..4_usize,
        ) {
            match Template::new(Language::ALL[language], &text) {
                Ok(template) => prop_assert!(!template.each.is_empty()),
                Err(fault) => prop_assert!(!fault.to_string().is_empty()),
            }
        }
    }
}
