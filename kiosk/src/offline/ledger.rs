//! The kiosk's journal on its disk, with the code of the server's: checksummed, chained, synced before anybody is told.
//!
//! It lies in `journal` in the data directory. When it has grown beyond a segment, what still matters is written to
//! `journal.new`, which takes its place: the old one is renamed to `journal.old` and removed. A start that finds no
//! `journal` finds a whole `journal.new`, because the old one was moved only after the new one was written and synced.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use nowserving_journal::{
    AppendError, Journal as _, OpenError, Options, ReadError, SegmentJournal,
};

use super::book::Book;
use super::record::{self, Entry, RecordError};

/// The length of a segment, in bytes: a day's leases and some thousand tickets.
const SEGMENT_BYTES: u64 = 256 * 1024;
/// How many segments there are at most before what no longer matters is dropped.
const SEGMENTS_MAX: usize = 2;
/// Mode of the directory: it holds the secrets of tickets.
const MODE: u32 = 0o700;

const JOURNAL: &str = "journal";
const NEW: &str = "journal.new";
const OLD: &str = "journal.old";

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be opened.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// An entry in it cannot be read.
    #[error("{0}")]
    Record(#[from] RecordError),
    /// It cannot be written.
    #[error("{0}")]
    Append(#[from] AppendError),
    /// Its directory cannot be made, moved or removed.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The kiosk's journal, and what it comes to.
#[derive(Debug)]
pub struct Ledger {
    data: PathBuf,
    /// None while it takes another's place; if that failed, for good.
    journal: Option<SegmentJournal>,
    book: Book,
}

impl Ledger {
    /// Opens the journal in a data directory, making it when there is none.
    ///
    /// # Errors
    /// [`LedgerError`]: damaged, in use by another process, of a newer build, or the disk's.
    pub fn open(data: &Path) -> Result<Self, LedgerError> {
        settle(data)?;
        let (journal, book) = open_at(&data.join(JOURNAL))?;
        Ok(Self {
            data: data.to_owned(),
            journal: Some(journal),
            book,
        })
    }

    /// What it comes to.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Writes entries, all or none, and syncs them. Entries that change nothing are left out.
    ///
    /// # Errors
    /// [`LedgerError`]; then nobody may be told of the entries.
    pub fn append(&mut self, entries: &[Entry]) -> Result<(), LedgerError> {
        let new = entries.iter().filter(|entry| self.book.is_new(entry));
        let bytes: Vec<Vec<u8>> = new.map(record::write).collect();
        if bytes.is_empty() {
            return Ok(());
        }
        let bytes: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
        self.writer()?.append_entries(&bytes)?;
        for entry in entries {
            self.book.apply(entry);
        }
        Ok(())
    }

    /// Drops what no longer matters when there is much of it.
    ///
    /// # Errors
    /// [`LedgerError`]; then what was there is there, under one name or the other.
    pub fn tidy(&mut self) -> Result<(), LedgerError> {
        if self.writer()?.segments().len() < SEGMENTS_MAX {
            return Ok(());
        }
        let (place, new, old) = (self.at(JOURNAL), self.at(NEW), self.at(OLD));
        let (mut journal, _) = open_at(&new)?;
        let entries: Vec<Vec<u8>> = self.book.entries().iter().map(record::write).collect();
        let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        journal.append_entries(&entries)?;
        drop(journal);
        self.journal = None;
        rename(&place, &old)?;
        rename(&new, &place)?;
        sync(&self.data)?;
        remove(&old)?;
        self.journal = Some(open_at(&place)?.0);
        Ok(())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    fn writer(&mut self) -> Result<&mut SegmentJournal, LedgerError> {
        let path = self.at(JOURNAL);
        self.journal.as_mut().ok_or_else(|| LedgerError::Io {
            path,
            source: io::Error::other(
                "the journal was lost while it was tidied; start the kiosk again",
            ),
        })
    }
}

/// Finishes or takes back a tidying that was interrupted.
fn settle(data: &Path) -> Result<(), LedgerError> {
    let (place, new) = (data.join(JOURNAL), data.join(NEW));
    if !place.exists() && new.exists() {
        rename(&new, &place)?;
        sync(data)?;
    }
    remove(&new)?;
    remove(&data.join(OLD))
}

fn open_at(path: &Path) -> Result<(SegmentJournal, Book), LedgerError> {
    let made = DirBuilder::new().recursive(true).mode(MODE).create(path);
    made.map_err(at(path))?;
    let options = Options {
        segment_bytes: SEGMENT_BYTES,
        ..Options::default()
    };
    let (journal, recovery) = SegmentJournal::open(path, &options)?;
    if let Some(torn) = &recovery.torn {
        tracing::warn!(?torn, "the end of the kiosk's journal was torn and is cut");
    }
    let mut book = Book::default();
    let mut reader = journal.read_from(1)?;
    while let Some(frame) = reader.next_frame()? {
        for (seq, bytes) in frame.entries() {
            book.apply(&record::read(seq, bytes)?);
        }
    }
    Ok((journal, book))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> LedgerError {
    let path = path.to_owned();
    move |source| LedgerError::Io { path, source }
}

fn rename(from: &Path, to: &Path) -> Result<(), LedgerError> {
    fs::rename(from, to).map_err(at(from))
}

fn remove(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes names in a directory durable.
fn sync(directory: &Path) -> Result<(), LedgerError> {
    let opened = File::open(directory).and_then(|directory| directory.sync_all());
    opened.map_err(at(directory))
}
