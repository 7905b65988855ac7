//! From a file to a template, with every fault at once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::ops::RangeInclusive;
use std::path::Path;

use nowserving_shared::model::catalogue::reading::{Field, Fields, Length, Report, quoted};
use nowserving_shared::model::catalogue::{Fault, Faults};
use toml::de::DeTable;

use super::{
    Align, Arrange, BLOCKS_MAX, Block, CONDITIONS_MAX, Condition, Document, FORMAT, FieldName,
    Look, Piece, QR_MM, SIZES_MAX, Size, TEMPLATE_BYTES_MAX, TIMES_MAX, Template, WORDS_CHARS_MAX,
    What, Words,
};

/// A literal text of a block.
const WORDS: Length = Length {
    chars_max: WORDS_CHARS_MAX,
    lines: false,
};
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

const CONDITIONS: [(&str, Condition); 7] = [
    ("copy", Condition::Copy),
    ("original", Condition::Original),
    ("first-language", Condition::FirstLanguage),
    ("further-language", Condition::FurtherLanguage),
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
        What::Text { words, .. } => all_wordings(words).iter().all(|pieces| {
            pieces
                .iter()
                .any(|piece| *piece == Piece::Field(FieldName::Service))
        }),
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

/// How a text looks when nothing is said about it.
const PLAIN: Look = Look {
    sizes: Vec::new(),
    bold: false,
    reversed: false,
    align: Align::Left,
};

/// The keys that say how a text looks; what is not said is as in `default`.
fn look(fields: &mut Fields<'_>, default: &Look) -> Option<Look> {
    let sizes = match fields.take("size") {
        None if default.sizes.is_empty() => Some(vec![Size::NORMAL]),
        None => Some(default.sizes.clone()),
        Some(field) => sizes(field),
    };
    let look = flags(fields, default);
    Some(Look {
        sizes: sizes?,
        ..look?
    })
}

/// The same without sizes.
fn flags(fields: &mut Fields<'_>, default: &Look) -> Option<Look> {
    let mut flag = |key, default| match fields.take(key) {
        None => Some(default),
        Some(field) => field.flag(),
    };
    let bold = flag("bold", default.bold);
    let reversed = flag("reversed", default.reversed);
    let align = match fields.take("align") {
        None => Some(default.align),
        Some(field) => field.word(&[("left", Align::Left), ("centre", Align::Centre)]),
    };
    Some(Look {
        sizes: Vec::new(),
        bold: bold?,
        reversed: reversed?,
        align: align?,
    })
}

fn sizes(field: Field<'_>) -> Option<Vec<Size>> {
    let items = field.items_or_one(SIZES_MAX)?;
    if items.is_empty() {
        // An empty list asks for nothing.
        return Some(vec![Size::NORMAL]);
    }
    all(items, |item| size(&item))
}

fn size(field: &Field<'_>) -> Option<Size> {
    let text = field.raw_text()?;
    let named = Size::NAMED.iter().find(|(name, _)| *name == text);
    let times = |text: &str| {
        text.parse::<u8>()
            .ok()
            .filter(|times| (1..=TIMES_MAX).contains(times))
    };
    let found = named.map(|(_, size)| *size).or_else(|| {
        let (wide, high) = text.split_once('x')?;
        Some(Size {
            wide: times(wide)?,
            high: times(high)?,
        })
    });
    if found.is_none() {
        field.wrong(format_args!(
            "{} is no size: use “normal”, “tall”, “large”, or times in width and height from 1 to {TIMES_MAX}, such as \"2x3\"",
            quoted(text)
        ));
    }
    found
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

fn field_name(document: Document, field: &Field<'_>) -> Option<FieldName> {
    named(document, field, field.raw_text()?)
}

fn named(document: Document, field: &Field<'_>, text: &str) -> Option<FieldName> {
    let known = document.fields();
    let found = known.iter().find(|name| name.name() == text);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|name| name.name()).collect();
        let hint = field.hint(text, names.iter().copied());
        field.wrong(format_args!(
            "a {document} has no field {}{hint} (it has: {})",
            quoted(text),
            names.join(", ")
        ));
    }
    found.copied()
}

fn words(document: Document, field: &Field<'_>) -> Option<Words> {
    if field.is_text() {
        let text = field.text(WORDS)?;
        return pieces(document, field, &text).map(Words::Same);
    }
    let texts = field.localized(None, WORDS)?;
    if texts.is_empty() {
        field.wrong("there is a text in no language: write { zh-CN = \"…\", en = \"…\" }");
        return None;
    }
    let mut sound = true;
    let mut wordings = BTreeMap::new();
    for (language, text) in texts.iter() {
        match pieces(document, field, text) {
            Some(pieces) => drop(wordings.insert(language, pieces)),
            None => sound = false,
        }
    }
    sound.then_some(Words::ByLanguage(wordings))
}

/// A wording in pieces: `{field}` is a field, `{{` and `}}` are braces.
fn pieces(document: Document, field: &Field<'_>, text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut sound = true;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
            continue;
        }
        let named_field = (brace == "{").then(|| after.split_once('}')).flatten();
        let Some((name, after)) = named_field else {
            field.wrong(format_args!(
                "a “{brace}” stands alone: write a field as {{hall}}, a brace itself as {brace}{brace}"
            ));
            return None;
        };
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        match named(document, field, name.trim()) {
            Some(name) => pieces.push(Piece::Field(name)),
            None => sound = false,
        }
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    sound.then_some(pieces)
}

/// Reads each item, all of them, and gives them if all are sound.
fn all<'a, T>(items: Vec<Field<'a>>, read: impl FnMut(Field<'a>) -> Option<T>) -> Option<Vec<T>> {
    let found: Vec<Option<T>> = items.into_iter().map(read).collect();
    found.into_iter().collect()
}
