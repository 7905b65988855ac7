//! Words and the fields in them.

use std::collections::BTreeMap;

use nowserving_shared::model::catalogue::reading::{Field, Length, quoted};

use super::super::{Document, FieldName, Piece, WORDS_CHARS_MAX, Words};

/// A literal text of a block.
const WORDS: Length = Length {
    chars_max: WORDS_CHARS_MAX,
    lines: false,
};

/// The field that the value names.
pub(super) fn field_name(document: Document, field: &Field<'_>) -> Option<FieldName> {
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

/// Words in every language or by language.
pub(super) fn words(document: Document, field: &Field<'_>) -> Option<Words> {
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
