//! From a file to a template, with every fault at once.

mod look;
mod words;

use std::fs::File;
use std::io::Read as _;
use std::ops::RangeInclusive;
use std::path::Path;

use nowserving_shared::model::catalogue::reading::{Field, Fields, Report, quoted};
use nowserving_shared::model::catalogue::{Fault, Faults};
use toml::de::DeTable;

use super::{
    Arrange, BLOCKS_MAX, Block, CONDITIONS_MAX, Condition, Document, FORMAT, FieldName, Look,
    Piece, QR_MM, TEMPLATE_BYTES_MAX, TIMES_MAX, Template, What, Words,
};
use look::{PLAIN, flags, look};
use words::{field_name, words};

/// The longest text between two joined fields, in characters.
const BETWEEN_CHARS_MAX: usize = 8;
/// The most white space of one gap, in dots: 32 mm.
const GAP_DOTS: RangeInclusive<u32> = 1..=255;
/// The number of a ticket is never lower: 3 × 24 dots are 9 mm.
const NUMBER_TIMES: RangeInclusive<u32> = 3..=TIMES_MAX as u32;

/// What a block can be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Joined,
    Fact,
    Number,
    Gap,
    Rule,
    Qr,
}

const KINDS: [(&str, Kind); 7] = [
    ("text", Kind::Text),
    ("joined", Kind::Joined),
    ("fact", Kind::Fact),
    ("number", Kind::Number),
    ("gap", Kind::Gap),
    ("rule", Kind::Rule),
    ("qr", Kind::Qr),
];

const CONDITIONS: [(&str, Condition); 8] = [
    ("copy", Condition::Copy),
    ("original", Condition::Original),
    ("first-language", Condition::FirstLanguage),
    ("further-language", Condition::FurtherLanguage),
    ("unknown-ahead", Condition::UnknownAhead),
    ("none-ahead", Condition::NoneAhead),
    ("one-ahead", Condition::OneAhead),
    ("several-ahead", Condition::SeveralAhead),
];

/// Reads a file that is no larger than [`TEMPLATE_BYTES_MAX`]; the faults are ready to be shown.
pub(super) fn file(document: Document, path: &Path) -> Result<Template, Vec<String>> {
    let text = contents(path).map_err(|what| vec![what])?;
    template(document, &text).map_err(|faults| faults.0.iter().map(ToString::to_string).collect())
}

fn contents(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("the file cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(TEMPLATE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > TEMPLATE_BYTES_MAX {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        format!(
            "line {}: this is no UTF-8 text: save the file as UTF-8",
            line + 1
        )
    })
}

fn too_large() -> String {
    format!("the file is larger than {TEMPLATE_BYTES_MAX} bytes: a template is a page or two")
}

/// Reads a whole template.
pub(super) fn template(document: Document, text: &str) -> Result<Template, Faults> {
    if text.len() > TEMPLATE_BYTES_MAX {
        return Err(Faults(vec![Fault {
            line: 1,
            what: too_large(),
        }]));
    }
    let (table, syntax) = DeTable::parse_recoverable(text);
    let report = Report::new(text, &syntax);
    let mut root = Fields::new(table.get_ref(), 1, String::new(), &report);
    let mut blocks = Vec::new();
    if known_format(&mut root, &report) {
        let sections = root.sections("block", BLOCKS_MAX);
        blocks.extend(
            sections
                .into_iter()
                .filter_map(|fields| block(document, fields)),
        );
        root.finish();
        must_haves(document, &blocks, &report);
    }
    match report.into_faults() {
        Some(faults) => Err(faults),
        None => Ok(Template { blocks }),
    }
}

/// Whether the text is of the format that this version reads. A text without its format is read as if it had it.
fn known_format(root: &mut Fields<'_>, report: &Report) -> bool {
    let Some(field) = root.take("format") else {
        let what = format!("“format” is missing: begin with `format = {FORMAT}`");
        report.absent(1, what);
        return true;
    };
    match field.number(0..=u32::MAX) {
        Some(FORMAT) | None => true,
        Some(other) => {
            field.wrong(format_args!(
                "this version reads format {FORMAT}, not {other}"
            ));
            false
        }
    }
}

/// What a document is nothing without.
fn must_haves(document: Document, blocks: &[Block], report: &Report) {
    let always = |wanted: fn(&What) -> bool| {
        blocks
            .iter()
            .any(|block| block.when.is_empty() && wanted(&block.what))
    };
    let (found, what) = match document {
        Document::Ticket | Document::TicketLarge => (
            always(|what| matches!(what, What::Number { .. })),
            "a ticket needs its number: add a [[block]] with kind = \"number\" and without “when”",
        ),
        Document::Slip => (
            always(names_the_service),
            "a slip needs its service: add a [[block]] with kind = \"text\", words = \"{service}\" and without “when”",
        ),
        Document::Copy => (
            always(is_literal),
            "the mark of a copy needs words without a field and without “when”: add a [[block]] with kind = \"text\" and words = \"补打件 COPY\"",
        ),
    };
    if !found {
        report.absent(1, what.to_owned());
    }
}

fn names_the_service(what: &What) -> bool {
    match what {
        What::Text { words, .. } => all_wordings(words)
            .iter()
            .all(|pieces| pieces.contains(&Piece::Field(FieldName::Service))),
        What::Joined { fields, .. } => fields.contains(&FieldName::Service),
        What::Fact { .. } | What::Number { .. } | What::Gap(_) | What::Rule | What::Qr { .. } => {
            false
        }
    }
}

fn is_literal(what: &What) -> bool {
    match what {
        What::Text { words, .. } => all_wordings(words).iter().all(|pieces| {
            pieces
                .iter()
                .all(|piece| matches!(piece, Piece::Literal(_)))
        }),
        What::Joined { .. }
        | What::Fact { .. }
        | What::Number { .. }
        | What::Gap(_)
        | What::Rule
        | What::Qr { .. } => false,
    }
}

fn all_wordings(words: &Words) -> Vec<&[Piece]> {
    match words {
        Words::Same(pieces) => vec![pieces],
        Words::ByLanguage(wordings) => wordings.values().map(Vec::as_slice).collect(),
    }
}

fn block(document: Document, mut fields: Fields<'_>) -> Option<Block> {
    let when = match fields.take("when") {
        None => Some(Vec::new()),
        Some(field) => conditions(document, field),
    };
    let kind = match fields.need("kind") {
        None => None,
        Some(field) => field.word(&KINDS),
    };
    // Of a block of no known kind nothing else is known either.
    let what = what(document, kind?, &mut fields);
    fields.finish();
    Some(Block {
        when: when?,
        what: what?,
    })
}

fn what(document: Document, kind: Kind, fields: &mut Fields<'_>) -> Option<What> {
    match kind {
        Kind::Text => text(document, fields),
        Kind::Joined => joined(document, fields),
        Kind::Fact => fact(document, fields),
        Kind::Number => number(document, fields),
        Kind::Gap => {
            let dots = fields.need("dots")?.number(GAP_DOTS)?;
            u8::try_from(dots).ok().map(What::Gap)
        }
        Kind::Rule => Some(What::Rule),
        Kind::Qr => qr(document, fields),
    }
}

fn text(document: Document, fields: &mut Fields<'_>) -> Option<What> {
    let words = fields
        .need("words")
        .and_then(|field| words(document, &field));
    let arrange = match fields.take("arrange") {
        None => Some(Arrange::Lines),
        Some(field) => field.word(&[
            ("lines", Arrange::Lines),
            ("together", Arrange::Together),
            ("badge", Arrange::Badge),
            ("chosen", Arrange::Chosen),
        ]),
    };
    let look = look(fields, &PLAIN);
    let further = match (fields.take("further"), &look) {
        (None, look) => look.clone(),
        (Some(field), look) => further(&field, look.as_ref().unwrap_or(&PLAIN)),
    };
    Some(What::Text {
        words: words?,
        arrange: arrange?,
        look: look?,
        further: further?,
    })
}

fn further(field: &Field<'_>, look_first: &Look) -> Option<Look> {
    let mut fields = field.table()?;
    let found = look(&mut fields, look_first);
    fields.finish();
    found
}

fn joined(document: Document, fields: &mut Fields<'_>) -> Option<What> {
    let names = fields.need("fields").and_then(|field| {
        let items = field.items(document.fields().len())?;
        if items.is_empty() {
            field.wrong("the list is empty: name at least one field, as in [\"zone\", \"group\"]");
            return None;
        }
        all(items, |item| field_name(document, &item))
    });
    let between = match fields.take("between") {
        None => Some(" ".to_owned()),
        Some(field) => between(&field),
    };
    let look = look(fields, &PLAIN);
    Some(What::Joined {
        fields: names?,
        between: between?,
        look: look?,
    })
}

/// Spaces at both ends count, so the text is taken as it is written.
fn between(field: &Field<'_>) -> Option<String> {
    let text = field.raw_text()?;
    if text.chars().count() > BETWEEN_CHARS_MAX || text.chars().any(char::is_control) {
        field.wrong(format_args!(
            "use at most {BETWEEN_CHARS_MAX} characters without line breaks, such as \" · \""
        ));
        return None;
    }
    Some(text.to_owned())
}

fn fact(document: Document, fields: &mut Fields<'_>) -> Option<What> {
    let name = fields
        .need("name")
        .and_then(|field| words(document, &field));
    let field = fields
        .need("field")
        .and_then(|field| field_name(document, &field));
    let look = look(fields, &PLAIN);
    Some(What::Fact {
        name: name?,
        field: field?,
        look: look?,
    })
}

fn number(document: Document, fields: &mut Fields<'_>) -> Option<What> {
    let mut times = |key, default| match fields.take(key) {
        None => Some(default),
        Some(field) => field
            .number(NUMBER_TIMES)
            .and_then(|times| u8::try_from(times).ok()),
    };
    let largest = times("largest", 6);
    let smallest = times("smallest", 3);
    let look = flags(fields, &PLAIN);
    if !document.fields().contains(&FieldName::Number) {
        fields.absent(format_args!("a {document} has no number: remove the block"));
        return None;
    }
    if let (Some(largest), Some(smallest)) = (largest, smallest)
        && smallest > largest
    {
        fields.absent(format_args!(
            "“smallest” is {smallest} and “largest” is {largest}: turn them round"
        ));
        return None;
    }
    Some(What::Number {
        largest: largest?,
        smallest: smallest?,
        look: look?,
    })
}

fn qr(document: Document, fields: &mut Fields<'_>) -> Option<What> {
    let field = match fields.take("field") {
        None => Some(FieldName::Url),
        Some(field) => field_name(document, &field),
    };
    let (least, most) = QR_MM;
    let mm = match fields.take("mm") {
        None => Some(20),
        Some(field) => field.number(u32::from(least)..=u32::from(most)),
    };
    Some(What::Qr {
        field: field?,
        mm: u8::try_from(mm?).ok()?,
    })
}

fn conditions(document: Document, field: Field<'_>) -> Option<Vec<Condition>> {
    let items = field.items_or_one(CONDITIONS_MAX)?;
    all(items, |item| condition(document, &item))
}

fn condition(document: Document, field: &Field<'_>) -> Option<Condition> {
    let text = field.raw_text()?;
    let fields = document
        .fields()
        .iter()
        .map(|name| (name.name(), Condition::Has(*name)));
    let known: Vec<(&str, Condition)> = match document {
        Document::Ticket | Document::TicketLarge | Document::Copy => {
            CONDITIONS.into_iter().chain(fields).collect()
        }
        // A slip is never a copy and waits for nobody.
        Document::Slip => CONDITIONS
            .into_iter()
            .filter(|(_, condition)| {
                matches!(
                    condition,
                    Condition::FirstLanguage | Condition::FurtherLanguage
                )
            })
            .chain(fields)
            .collect(),
    };
    let found = known.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        let hint = field.hint(text, words.iter().copied());
        field.wrong(format_args!(
            "{} is no condition{hint} (there are: {})",
            quoted(text),
            words.join(", ")
        ));
    }
    found.map(|(_, condition)| *condition)
}

/// Reads each item, all of them, and gives them if all are sound.
fn all<'a, T>(items: Vec<Field<'a>>, read: impl FnMut(Field<'a>) -> Option<T>) -> Option<Vec<T>> {
    let found: Vec<Option<T>> = items.into_iter().map(read).collect();
    found.into_iter().collect()
}
