//! Templates: how a document is laid out, as a file that a hall edits.
//!
//! ```text
//! templates/ticket.toml ─ read (every fault at once, with its line) ─► Template ─ lay_out(data, profile) ─► Element…
//! ```
//!
//! A [`Template`] is a list of [`Block`]s from top to bottom. A block says *what* stands there (literal words in each
//! language with `{field}` places in them, the number, a QR code, white space) and *how* it looks; a condition leaves it
//! out. What the fields hold is the [`data`]: a template computes nothing and sees nothing of a ticket but these fields.
//!
//! The built-in templates are the files in `kiosk/templates`, compiled in. A hall copies one into a directory of its own,
//! edits it and names the directory with `--templates`; what is not in that directory stays built in. A ticket's number
//! and the mark of a copy cannot be left out: the first is checked when the template is read, the second is put at the
//! head and the foot of every copy by the program.

pub mod data;
#[cfg(test)]
mod properties;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use nowserving_shared::model::Language;
use nowserving_shared::model::catalogue::Faults;

use super::layout::Align;
pub use data::{DocumentData, FieldName};

/// The largest template file that is read, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 64 * 1024;

/// The format of template files that this version reads.
pub const FORMAT: u32 = 1;

/// The most blocks of a template.
pub const BLOCKS_MAX: usize = 64;

/// The longest literal text of a block in one language, in characters.
pub const WORDS_CHARS_MAX: usize = 200;

/// The most sizes that a block can try.
pub const SIZES_MAX: usize = 8;

/// The most conditions of a block.
pub const CONDITIONS_MAX: usize = 8;

/// The most times that a character is enlarged: what `GS !` can say.
pub const TIMES_MAX: u8 = 8;

/// The narrowest and the widest QR code that can be asked for, in millimetres. A phone needs the first; the second fills
/// 58 mm paper.
pub const QR_MM: (u8, u8) = (15, 48);

/// The most faults told of one directory of templates.
const PROBLEMS_MAX: usize = 400;

/// The most entries of a directory of templates that are looked at.
const ENTRIES_MAX: usize = 1000;

/// What can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// A queue ticket (号票).
    Ticket,
    /// The same in large print, for people with weak sight (大字版).
    TicketLarge,
    /// What a customer should know about a service, to take home (告知单).
    Slip,
    /// The mark at the head and the foot of a reprint (补打件).
    Copy,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 4] = [Self::Ticket, Self::TicketLarge, Self::Slip, Self::Copy];

    /// Its name, as files and arguments have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::TicketLarge => "ticket-large",
            Self::Slip => "slip",
            Self::Copy => "copy",
        }
    }

    /// The document of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|document| document.name() == name)
    }

    /// The fields that its template can name.
    #[must_use]
    pub fn fields(self) -> &'static [FieldName] {
        match self {
            Self::Ticket | Self::TicketLarge | Self::Copy => &FieldName::OF_TICKETS,
            Self::Slip => &FieldName::OF_SLIPS,
        }
    }

    /// The built-in template's text, comments included: what a hall copies to begin its own.
    #[must_use]
    pub fn built_in_text(self) -> &'static str {
        match self {
            Self::Ticket => include_str!("../../templates/ticket.toml"),
            Self::TicketLarge => include_str!("../../templates/ticket-large.toml"),
            Self::Slip => include_str!("../../templates/slip.toml"),
            Self::Copy => include_str!("../../templates/copy.toml"),
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The layout of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What stands on the paper, from top to bottom.
    pub blocks: Vec<Block>,
}

/// One thing on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// It is left out unless all of these hold.
    pub when: Vec<Condition>,
    /// What it is.
    pub what: What,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Words with fields in them. Left out when a field in them is empty.
    Text {
        /// The words.
        words: Words,
        /// How the languages stand to each other.
        arrange: Arrange,
        /// How the first language looks.
        look: Look,
        /// How each further language looks.
        further: Look,
    },
    /// Fields side by side, those that are not empty, in each language on its own line.
    Joined {
        /// The fields.
        fields: Vec<FieldName>,
        /// What stands between two of them.
        between: String,
        /// How it looks.
        look: Look,
    },
    /// A field that reads the same in every language, after its name. Left out when the field is empty.
    Fact {
        /// What it is called, in each language.
        name: Words,
        /// The field.
        field: FieldName,
        /// How it looks.
        look: Look,
    },
    /// The ticket's number, as wide as the paper allows.
    Number {
        /// The most times that it is enlarged.
        largest: u8,
        /// It is at least so many times as high, even when it is too long to be so wide.
        smallest: u8,
        /// How it looks; its sizes do not count.
        look: Look,
    },
    /// White space, in dots (8 are a millimetre).
    Gap(u8),
    /// A thin line across the paper.
    Rule,
    /// A QR code in the middle. Left out when the field is empty.
    Qr {
        /// The field with its content.
        field: FieldName,
        /// It is at least so many millimetres wide, where the paper is wide enough.
        mm: u8,
    },
}

/// When a block is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The field is not empty.
    Has(FieldName),
    /// This is a further print of the same ticket.
    Copy,
    /// This is the first print.
    Original,
    /// The customer chose the first language.
    FirstLanguage,
    /// The customer chose another language than the first.
    FurtherLanguage,
    /// Nobody knows how many wait before this ticket: it was taken while the server was away.
    UnknownAhead,
    /// Nobody waits before this ticket.
    NoneAhead,
    /// One person waits before this ticket.
    OneAhead,
    /// Several people wait before this ticket.
    SeveralAhead,
}

/// Words, the same in every language or in some each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// One wording; the fields in it speak the language.
    Same(Vec<Piece>),
    /// A wording for each of these languages, at least one.
    ByLanguage(BTreeMap<Language, Vec<Piece>>),
}

impl Words {
    /// The wording in this language, if there is one.
    #[must_use]
    pub fn own(&self, language: Language) -> Option<&[Piece]> {
        match self {
            Self::Same(pieces) => Some(pieces),
            Self::ByLanguage(pieces) => pieces.get(&language).map(Vec::as_slice),
        }
    }

    /// The wording in this language, else in the nearest ([`Language::fallback`]), else in the first that there is.
    #[must_use]
    pub fn best(&self, language: Language) -> &[Piece] {
        let any = || match self {
            Self::Same(pieces) => Some(pieces.as_slice()),
            Self::ByLanguage(pieces) => pieces.values().next().map(Vec::as_slice),
        };
        std::iter::successors(Some(language), |language| language.fallback())
            .find_map(|language| self.own(language))
            .or_else(any)
            .unwrap_or_default()
    }
}

/// A piece of a wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Literal(String),
    /// What the field holds.
    Field(FieldName),
}

/// How the languages of a text stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// One under the other. A language that would say the same again says nothing.
    Lines,
    /// On one line where both fit, else one under the other.
    Together,
    /// As one word with a space on each side, for a mark in a black bar.
    Badge,
    /// Only the language that the customer chose.
    Chosen,
}

/// How a text looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The first of these in which the text fits on one line is taken, else the last. Never empty.
    pub sizes: Vec<Size>,
    /// Thicker strokes.
    pub bold: bool,
    /// White on black.
    pub reversed: bool,
    /// Where in the line.
    pub align: Align,
    /// White space below each line, in dots.
    pub spacing: u8,
}

/// How many times a character is enlarged: from 1 to [`TIMES_MAX`] each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// In width.
    pub wide: u8,
    /// In height.
    pub high: u8,
}

impl Size {
    /// As it is.
    pub const NORMAL: Self = Self { wide: 1, high: 1 };

    /// The sizes that have names.
    pub const NAMED: [(&'static str, Self); 3] = [
        ("normal", Self::NORMAL),
        ("tall", Self { wide: 1, high: 2 }),
        ("large", Self { wide: 2, high: 2 }),
    ];
}

impl Template {
    /// Reads and checks the text of a document's template.
    ///
    /// # Errors
    /// Every fault of the text, each with its line.
    pub fn parse(document: Document, text: &str) -> Result<Self, Faults> {
        read::template(document, text)
    }

    /// The template that is compiled in.
    #[must_use]
    pub fn built_in(document: Document) -> Self {
        Self::parse(document, document.built_in_text())
            .expect("the built-in templates are sound: a test reads each")
    }
}

/// A template for every document. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates(Arc<BTreeMap<Document, Template>>);

static BUILT_IN: LazyLock<Templates> = LazyLock::new(|| {
    let all = Document::ALL.map(|document| (document, Template::built_in(document)));
    Templates(Arc::new(all.into()))
});

impl Default for Templates {
    fn default() -> Self {
        Self::built_in()
    }
}

impl Templates {
    /// The templates that are compiled in.
    #[must_use]
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// The built-in templates, those replaced for which `directory` has a file `DOCUMENT.toml`.
    ///
    /// # Errors
    /// Every fault of every file, each with its line; a directory or a file that cannot be read; a `.toml` file with a
    /// name that is no document's.
    pub fn load(directory: &Path) -> Result<Self, TemplateProblems> {
        let mut problems = TemplateProblems::default();
        let mut templates = (*BUILT_IN.0).clone();
        for file in toml_files(directory, &mut problems) {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let Some(document) = Document::named(&stem) else {
                let names = Document::ALL.map(|document| format!("{document}.toml"));
                problems.add(
                    &file,
                    format!("no document has this name: use {}", names.join(", ")),
                );
                continue;
            };
            match read::file(document, &file) {
                Ok(template) => drop(templates.insert(document, template)),
                Err(faults) => {
                    for fault in faults {
                        problems.add(&file, fault);
                    }
                }
            }
        }
        if problems.0.is_empty() {
            Ok(Self(Arc::new(templates)))
        } else {
            Err(problems)
        }
    }

    /// The same with another template for one document.
    #[must_use]
    pub fn with(&self, document: Document, template: Template) -> Self {
        let mut templates = (*self.0).clone();
        templates.insert(document, template);
        Self(Arc::new(templates))
    }

    /// The template of a document.
    #[must_use]
    pub fn of(&self, document: Document) -> &Template {
        self.0
            .get(&document)
            .expect("there is one for every document from the start, and none is taken away")
    }
}

/// The `.toml` files of a directory, by name.
fn toml_files(directory: &Path, problems: &mut TemplateProblems) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            problems.add(
                directory,
                format!("the directory of templates cannot be read: {error}"),
            );
            return Vec::new();
        }
    };
    let mut files: Vec<PathBuf> = entries
        .take(ENTRIES_MAX)
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files
}

/// Everything that is wrong with a directory of templates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateProblems(Vec<(PathBuf, String)>);

impl TemplateProblems {
    fn add(&mut self, file: &Path, what: String) {
        if self.0.len() < PROBLEMS_MAX {
            self.0.push((file.to_owned(), what));
        }
    }
}

impl fmt::Display for TemplateProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the templates cannot be used:")?;
        for (file, what) in &self.0 {
            write!(f, "\n{}: {what}", file.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateProblems {}
