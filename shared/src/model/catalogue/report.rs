//! The faults that reading a configuration collects, and the words in which they are told.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::{FAULTS_MAX, Fault, Faults};

/// The most faults that are kept while reading, before the first [`FAULTS_MAX`] by line are picked.
const FAULTS_KEPT_MAX: usize = 10 * FAULTS_MAX;
/// The most characters of the text that a fault repeats.
pub(super) const QUOTED_CHARS_MAX: usize = 40;
/// The longest word for which a similar one is looked for, in bytes.
const SIMILAR_BYTES_MAX: usize = 64;

/// A value and the line on which it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    /// The value.
    pub(super) value: T,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Somebody wants it to be the hall's configuration.
    Offered,
    /// It was accepted once and lies in the history.
    Recorded,
}

/// Collects the faults of one text.
pub struct Report {
    origin: Origin,
    line_starts: Vec<usize>,
    broken_lines: BTreeSet<usize>,
    kept: RefCell<Vec<Fault>>,
    count: Cell<usize>,
}

impl Report {
    /// A report about `text` that begins with what the TOML parser found.
    pub fn new(text: &str, syntax: &[toml::de::Error]) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        let mut report = Self {
            origin: Origin::Offered,
            line_starts: std::iter::once(0).chain(breaks).collect(),
            broken_lines: BTreeSet::new(),
            kept: RefCell::default(),
            count: Cell::default(),
        };
        for error in syntax {
            let line = error.span().map_or(1, |span| report.line(span.start));
            report.keep(line, format!("not TOML: {}", error.message()));
            report.broken_lines.insert(line);
        }
        report
    }

    /// The same about a text that comes from there.
    pub(super) fn about(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The line that holds the byte at `offset`, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|start| *start <= offset)
            .max(1)
    }

    /// Something that is there is wrong.
    pub fn wrong(&self, line: usize, what: String) {
        if !self.broken_lines.contains(&line) {
            self.keep(line, what);
        }
    }

    /// Something is missing, or what it names is.
    pub fn absent(&self, line: usize, what: String) {
        if self.broken_lines.is_empty() {
            self.keep(line, what);
        }
    }

    /// Something can be read, but this version finds that it would serve nobody. What an earlier version has accepted stands
    /// all the same, or a stricter one could no longer read the history; whether that is so here.
    pub(super) fn judge(&self, line: usize, what: &str) -> bool {
        if self.origin == Origin::Recorded {
            return true;
        }
        self.absent(line, what.to_owned());
        false
    }

    fn keep(&self, line: usize, what: String) {
        self.count.set(self.count.get().saturating_add(1));
        if !self.is_full() {
            self.kept.borrow_mut().push(Fault { line, what });
        }
    }

    fn is_full(&self) -> bool {
        self.kept.borrow().len() >= FAULTS_KEPT_MAX
    }

    /// “; did you mean …?” when one of `known` is similar to `word`. Nothing once no further fault is kept: looking for
    /// similar words is the costly part of a fault.
    pub(super) fn hint<'k>(&self, word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
        if self.is_full() {
            String::new()
        } else {
            did_you_mean(word, known)
        }
    }

    /// The faults by line, at most [`FAULTS_MAX`]; the last one says when there are more. None when all is well.
    pub fn into_faults(self) -> Option<Faults> {
        let mut faults = self.kept.into_inner();
        faults.sort_by_key(|fault| fault.line);
        let shown = FAULTS_MAX - 1;
        if self.count.get() > FAULTS_MAX {
            faults.truncate(shown);
            let line = faults.last().map_or(1, |fault| fault.line);
            let more = self.count.get() - shown;
            faults.push(Fault {
                line,
                what: format!("{more} more faults are not listed; mend these first"),
            });
        }
        (!faults.is_empty()).then_some(Faults(faults))
    }
}

/// A text in quotation marks, cut when it is long.
pub fn quoted(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(QUOTED_CHARS_MAX)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(QUOTED_CHARS_MAX).is_some() {
        short.push('…');
    }
    format!("“{short}”")
}

/// “; did you mean …?” when one of `known` is similar to `word`, else nothing.
fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    if word.len() > SIMILAR_BYTES_MAX {
        return String::new();
    }
    let mistakes_max = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|other| (distance(word, other), other))
        .filter(|(mistakes, _)| *mistakes <= mistakes_max)
        .min_by_key(|(mistakes, _)| *mistakes)
        .map_or_else(String::new, |(_, other)| {
            format!("; did you mean “{other}”?")
        })
}

/// The Levenshtein distance between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (done, from) in a.chars().enumerate() {
        let mut diagonal = done;
        let mut left = done + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(from != *to))
                .min(above + 1)
                .min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
