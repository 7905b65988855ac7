//! The ids that a configuration declares and refers to.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::fields::{Field, Fields};
use super::report::quoted;

/// The ids of one kind that the text declares, each with its line.
pub(super) struct Known<I> {
    kind: &'static str,
    lines: BTreeMap<I, usize>,
    read: fn(&str) -> Option<I>,
}

impl<I: Ord + Clone + Display> Known<I> {
    /// No ids yet, of things called `kind`.
    pub(super) fn new(kind: &'static str, read: fn(&str) -> Option<I>) -> Self {
        Self {
            kind,
            lines: BTreeMap::new(),
            read,
        }
    }

    /// Reads the `id` of a table and remembers it; reports a second one.
    pub(super) fn declare(&mut self, fields: &mut Fields<'_>) -> Option<I> {
        let field = fields.need("id")?;
        let id = self.id(&field, field.raw_text()?)?;
        if let Some(line) = self.lines.get(&id) {
            field.wrong(format_args!(
                "there is already a {} of this id on line {line}",
                self.kind
            ));
            return None;
        }
        self.lines.insert(id.clone(), field.line);
        Some(id)
    }

    /// Reads the id of something that was declared.
    pub(super) fn refer(&self, field: &Field<'_>) -> Option<I> {
        self.named(field, field.raw_text()?)
    }

    /// The declared thing that `text` names.
    pub(super) fn named(&self, field: &Field<'_>, text: &str) -> Option<I> {
        let id = self.id(field, text)?;
        if self.lines.contains_key(&id) {
            return Some(id);
        }
        let ids: Vec<String> = self.lines.keys().map(ToString::to_string).collect();
        let hint = field.hint(text, ids.iter().map(String::as_str));
        field.absent(format_args!(
            "there is no {} {}{hint}",
            self.kind,
            quoted(text)
        ));
        None
    }

    /// Every id with its line.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&I, usize)> {
        self.lines.iter().map(|(id, line)| (id, *line))
    }

    /// Whether nothing was declared.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn id(&self, field: &Field<'_>, text: &str) -> Option<I> {
        let id = (self.read)(text);
        if id.is_none() {
            let max = crate::model::ids::SLUG_CHARS_MAX;
            field.wrong(format_args!(
                "{} is not an id: use 1 to {max} of a–z, 0–9, “-” and “_”",
                quoted(text)
            ));
        }
        id
    }
}
