//! Typed reading of a TOML tree that goes on after a fault.
//!
//! A [`Fields`] is one table and remembers which keys were asked for, so that what nobody asked for can be reported. A
//! [`Field`] is one value with its name and line. Every reader gives `None` after it has told the [`Report`] what is
//! wrong: a caller reads all of its fields first and gives up on the missing ones afterwards, and so every fault is
//! found in one pass.
//!
//! A text that is not even TOML is read as far as the parser can recover it. Then a key that seems to be missing may
//! well stand in the damaged part, so what is reported as *absent* is left out; what is there and wrong stays.

mod civil;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::{QUOTED_CHARS_MAX, Report, quoted};
use super::{Language, Localized};

/// How long a text may be, and whether it may have several lines.
#[derive(Debug, Clone, Copy)]
pub struct Length {
    /// The most characters.
    pub chars_max: usize,
    /// Whether line breaks are allowed.
    pub lines: bool,
}

/// One table, with a memory of the keys that were asked for.
pub struct Fields<'a> {
    table: &'a DeTable<'a>,
    /// The line on which the table begins.
    pub line: usize,
    /// What messages call it.
    pub name: String,
    report: &'a Report,
    asked: BTreeSet<&'static str>,
}

impl<'a> Fields<'a> {
    /// A table named `name` in messages.
    pub fn new(table: &'a DeTable<'a>, line: usize, name: String, report: &'a Report) -> Self {
        Self {
            table,
            line,
            name,
            report,
            asked: BTreeSet::new(),
        }
    }

    /// The value of `key`, if it is there.
    pub fn take(&mut self, key: &'static str) -> Option<Field<'a>> {
        self.asked.insert(key);
        self.table.get(key).map(|value| self.field(key, value))
    }

    /// The value of `key`, which must be there.
    pub fn need(&mut self, key: &'static str) -> Option<Field<'a>> {
        let field = self.take(key);
        if field.is_none() {
            self.absent(format_args!("“{key}” is missing"));
        }
        field
    }

    /// Every key and value, for a table whose keys are not fixed.
    pub fn entries(&self) -> Vec<Field<'a>> {
        self.table
            .iter()
            .map(|(key, value)| self.field(key.get_ref(), value))
            .collect()
    }

    /// The tables of an array `[[key]]`, at most `count_max`. None are an empty list.
    pub fn sections(&mut self, key: &'static str, count_max: usize) -> Vec<Fields<'a>> {
        let Some(field) = self.take(key) else {
            return Vec::new();
        };
        let mut sections = Vec::new();
        match field.value.get_ref() {
            DeValue::Array(array) => {
                if array.len() > count_max {
                    let count = array.len();
                    field.wrong(format_args!(
                        "{count} are too many: at most {count_max} are possible"
                    ));
                }
                for (at, item) in array.iter().take(count_max).enumerate() {
                    match item.get_ref() {
                        DeValue::Table(table) => sections.push(self.section(key, at, table, item)),
                        other => self.report.wrong(
                            self.report.line(item.span().start),
                            format!("{key}: expected [[{key}]] tables, found {}", kind(other)),
                        ),
                    }
                }
            }
            other => field.wrong(format_args!(
                "expected [[{key}]] in double brackets, found {}",
                kind(other)
            )),
        }
        sections
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self) {
        for (key, _) in self.table {
            let (word, line) = (key.get_ref().as_ref(), self.report.line(key.span().start));
            if self.asked.contains(word) {
                continue;
            }
            let hint = self.report.hint(word, self.asked.iter().copied());
            // In a torn text, a key can have slipped out of the table to which it belongs.
            self.report.absent(
                line,
                about(
                    &self.name,
                    format_args!("unknown key {}{hint}", quoted(word)),
                ),
            );
        }
    }

    /// Something that the table needs is missing.
    pub fn absent(&self, what: impl Display) {
        self.report.absent(self.line, about(&self.name, what));
    }

    fn field(&self, key: &'a str, value: &'a Spanned<DeValue<'a>>) -> Field<'a> {
        let name = if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}, {}", self.name, plain_key(key))
        };
        Field {
            key,
            value,
            line: self.report.line(value.span().start),
            name,
            report: self.report,
        }
    }

    fn section(
        &self,
        key: &str,
        at: usize,
        table: &'a DeTable<'a>,
        item: &Spanned<DeValue<'a>>,
    ) -> Fields<'a> {
        let name = match table.get("id").map(|id| id.get_ref()) {
            Some(DeValue::String(id)) => format!("[[{key}]] {}", quoted(id)),
            _ => format!("[[{key}]] number {}", at + 1),
        };
        Fields::new(
            table,
            self.report.line(item.span().start),
            name,
            self.report,
        )
    }
}

/// `what` with the name of the table that it is about; the top level has none.
fn about(name: &str, what: impl Display) -> String {
    if name.is_empty() {
        what.to_string()
    } else {
        format!("{name}: {what}")
    }
}

/// A key as messages show it: quoted only when it is not a plain word.
fn plain_key(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.len() <= QUOTED_CHARS_MAX && key.chars().all(plain) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// What a value is, in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// One value with its name and line.
pub struct Field<'a> {
    /// The key under which it stands; the empty text for an item of a list.
    pub key: &'a str,
    value: &'a Spanned<DeValue<'a>>,
    /// The line on which the value begins.
    pub line: usize,
    /// What messages call it.
    pub name: String,
    report: &'a Report,
}

impl<'a> Field<'a> {
    /// The value is wrong.
    pub fn wrong(&self, what: impl Display) {
        self.report
            .wrong(self.line, format!("{}: {what}", self.name));
    }

    /// Something inside the value, on `line`, is wrong.
    pub fn wrong_on(&self, line: usize, what: impl Display) {
        self.report.wrong(line, format!("{}: {what}", self.name));
    }

    /// “; did you mean …?” when one of `known` is similar to `word`, else nothing.
    pub fn hint<'k>(&self, word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
        self.report.hint(word, known)
    }

    /// What the value names does not exist.
    pub fn absent(&self, what: impl Display) {
        self.report
            .absent(self.line, format!("{}: {what}", self.name));
    }

    fn expected(&self, what: &str) {
        self.wrong(format_args!(
            "expected {what}, found {}",
            kind(self.value.get_ref())
        ));
    }

    /// Any text as it is written.
    pub fn raw_text(&self) -> Option<&'a str> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            _ => {
                self.expected("a text in quotation marks");
                None
            }
        }
    }

    /// A text for people without surrounding blanks: not empty, no control characters, no longer than `length`.
    pub fn text(&self, length: Length) -> Option<String> {
        let text = self.text_or_empty(length)?;
        if text.is_empty() {
            self.wrong("the text is empty");
            return None;
        }
        Some(text)
    }

    /// Like [`Self::text`], but may be empty.
    pub fn text_or_empty(&self, length: Length) -> Option<String> {
        let text = self.raw_text()?.trim();
        let (count, chars_max) = (text.chars().count(), length.chars_max);
        if count > chars_max {
            self.wrong(format_args!(
                "the text has {count} characters: at most {chars_max} are possible"
            ));
            return None;
        }
        // Control characters would be commands to a printer.
        if text
            .chars()
            .any(|c| c.is_control() && !(c == '\n' && length.lines))
        {
            self.wrong("the text has line breaks or control characters: remove them");
            return None;
        }
        Some(text.to_owned())
    }

    /// A whole number in `range`.
    pub fn number(&self, range: RangeInclusive<u32>) -> Option<u32> {
        let DeValue::Integer(integer) = self.value.get_ref() else {
            self.expected("a whole number");
            return None;
        };
        let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
        let fits = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| range.contains(number));
        if fits.is_none() {
            let shown: String = integer.to_string().chars().take(QUOTED_CHARS_MAX).collect();
            self.wrong(format_args!(
                "{shown} is out of range: use {} to {}",
                range.start(),
                range.end()
            ));
        }
        fits
    }

    /// A number in `range`, which may be a fraction.
    #[must_use]
    pub fn decimal(&self, range: RangeInclusive<f32>) -> Option<f32> {
        let written = match self.value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => {
                self.expected("a number");
                return None;
            }
        };
        let fits = written.parse().ok().filter(|number| range.contains(number));
        if fits.is_none() {
            let shown: String = written.chars().take(QUOTED_CHARS_MAX).collect();
            self.wrong(format_args!(
                "{shown} is out of range: use {} to {}",
                range.start(),
                range.end()
            ));
        }
        fits
    }

    /// Whether the value is a text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.value.get_ref().as_str().is_some()
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        let flag = self.value.get_ref().as_bool();
        if flag.is_none() {
            self.expected("true or false");
        }
        flag
    }

    /// The items of a list, at most `count_max`, or the value itself as the only item.
    #[must_use]
    pub fn items_or_one(self, count_max: usize) -> Option<Vec<Field<'a>>> {
        match self.value.get_ref() {
            DeValue::Array(_) => self.items(count_max),
            _ => Some(vec![self]),
        }
    }

    /// The items of a list, at most `count_max`.
    pub fn items(&self, count_max: usize) -> Option<Vec<Field<'a>>> {
        let DeValue::Array(array) = self.value.get_ref() else {
            self.expected("a list in square brackets");
            return None;
        };
        if array.len() > count_max {
            self.wrong(format_args!(
                "{} items are too many: at most {count_max} are possible",
                array.len()
            ));
            return None;
        }
        let item = |value: &'a Spanned<DeValue<'a>>| Field {
            key: "",
            value,
            line: self.report.line(value.span().start),
            name: self.name.clone(),
            report: self.report,
        };
        Some(array.iter().map(item).collect())
    }

    /// A table.
    pub fn table(&self) -> Option<Fields<'a>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Some(Fields::new(
                table,
                self.line,
                self.name.clone(),
                self.report,
            )),
            _ => {
                self.expected("a table");
                None
            }
        }
    }

    /// One of a few words, given as `(word, meaning)`.
    pub fn word<T: Clone>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.raw_text()?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, meaning)| meaning.clone());
        if found.is_none() {
            let all: Vec<String> = words.iter().map(|(word, _)| format!("“{word}”")).collect();
            self.wrong(format_args!(
                "{} is unknown: use {}",
                quoted(text),
                all.join(", ")
            ));
        }
        found
    }

    /// A text in one language, which is then `first`, or a table of texts by language, which must have `first`. With
    /// `first` unknown (its own fault was reported), any language will do.
    pub fn localized(&self, first: Option<Language>, length: Length) -> Option<Localized> {
        match self.value.get_ref() {
            DeValue::String(_) => {
                let text = self.text(length)?;
                Some(Localized::new([(first.unwrap_or_default(), text)]))
            }
            DeValue::Table(_) => self.localized_table(first, length),
            _ => {
                self.expected("a text or a table of texts by language");
                None
            }
        }
    }

    /// Like [`Self::localized`], but an empty text is no text.
    pub fn localized_or_empty(&self, first: Option<Language>, length: Length) -> Option<Localized> {
        match self.value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => Some(Localized::default()),
            _ => self.localized(first, length),
        }
    }

    fn localized_table(&self, first: Option<Language>, length: Length) -> Option<Localized> {
        let mut texts = BTreeMap::new();
        let mut sound = true;
        for entry in self.table()?.entries() {
            let language = entry.language(entry.key);
            let text = entry.text(length);
            match (language, text) {
                (Some(language), Some(text)) => drop(texts.insert(language, text)),
                (Some(language), None) => {
                    // The fault is in this text; the language itself is not missing.
                    texts.insert(language, String::new());
                    sound = false;
                }
                (None, _) => sound = false,
            }
        }
        if let Some(first) = first.filter(|first| !texts.contains_key(first)) {
            self.absent(format_args!(
                "the text in “{first}”, the hall's first language, is missing"
            ));
            sound = false;
        }
        sound.then(|| Localized::new(texts))
    }

    /// The language with exactly this tag.
    pub fn language(&self, tag: &str) -> Option<Language> {
        let found = Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag);
        if found.is_none() {
            let all: Vec<String> = Language::ALL
                .iter()
                .map(|language| format!("“{language}”"))
                .collect();
            self.wrong(format_args!(
                "the language {} is unknown: use {}",
                quoted(tag),
                all.join(", ")
            ));
        }
        found
    }
}
