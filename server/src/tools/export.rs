//! The whole history as a text: one JSON object per line.
//!
//! The first line names the format, the journal, how many events follow and the hash of the last frame; each further line
//! holds one event, with its sequence and the number of the frame in which it was recorded; the last line has the BLAKE3
//! digest of all lines before it. A frame is one group commit: with the frames, an imported journal is the same to the
//! last byte, and so is its chain of hashes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::data_dir::{DataDir, Past, sync_name};
use super::progress::Bar;
use crate::record;

/// What the first line calls the format.
pub(super) const FORMAT: &str = "nowserving-export";
/// The version of the form of the lines. The records in them have versions of their own.
pub(super) const VERSION: u32 = 1;
/// What the last line is called.
pub(super) const END: &str = "nowserving-export-end";
/// Exports hold password hashes: only the user who made one may read it.
const MODE: u32 = 0o600;

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct First {
    pub(super) format: String,
    pub(super) version: u32,
    /// The id of the journal, in hex.
    pub(super) journal: String,
    pub(super) events: u64,
    /// The hash of the last frame, in hex.
    pub(super) head: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
pub(super) struct Last {
    pub(super) format: String,
    pub(super) events: u64,
    /// The digest of everything before this line, in hex.
    pub(super) blake3: String,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Where it lies.
    pub file: PathBuf,
    /// How many events.
    pub events: u64,
}

/// Writes the history of the hall in `data` into the new file `to`; packed with gzip when its name ends in `.gz`. The hall
/// may be running. A line about it goes to `out`.
///
/// # Errors
/// A sentence about what was wrong and what to do. Nothing is left of the file then.
pub fn export(data: &Path, to: &Path, out: &mut dyn Write) -> anyhow::Result<Exported> {
    let past = Past::open(&DataDir::existing(data)?)?;
    if to.exists() {
        bail!(
            "{} is there already: name a new file for the export",
            to.display()
        );
    }
    let part = part_of(to)?;
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(MODE)
        .open(&part)
        .with_context(|| format!("{} cannot be made", part.display()))?;
    let written = fill(&past, file, is_packed(to)).and_then(|()| {
        fs::rename(&part, to).with_context(|| format!("{} cannot be named so", to.display()))
    });
    if let Err(error) = written {
        // The reason for the failure is worth more than the reason why the rest could not be removed.
        let _ = fs::remove_file(&part);
        return Err(error.context(format!("the export to {} failed", to.display())));
    }
    sync_name(to)?;
    let events = past.head.seq;
    writeln!(out, "{events} events exported to {}", to.display())?;
    Ok(Exported {
        file: to.to_path_buf(),
        events,
    })
}

/// Whether a file of this name is packed.
pub(super) fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

/// The name under which the file is written before it gets its own.
fn part_of(to: &Path) -> anyhow::Result<PathBuf> {
    let name = to
        .file_name()
        .with_context(|| format!("{} is not the name of a file", to.display()))?;
    let mut name = name.to_os_string();
    name.push(".part");
    Ok(to.with_file_name(name))
}

/// Writes everything and makes it durable.
fn fill(past: &Past, file: File, packed: bool) -> anyhow::Result<()> {
    let file = BufWriter::new(file);
    let file = if packed {
        let mut zip = GzEncoder::new(file, Compression::default());
        write_lines(past, &mut zip)?;
        zip.finish()?
    } else {
        let mut file = file;
        write_lines(past, &mut file)?;
        file
    };
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}

fn write_lines(past: &Past, to: &mut dyn Write) -> anyhow::Result<()> {
    let bar = Bar::new("exporting");
    let mut to = Digesting {
        to,
        hasher: blake3::Hasher::new(),
    };
    let events = past.head.seq;
    let first = First {
        format: FORMAT.to_owned(),
        version: VERSION,
        journal: past.reader.id().to_string(),
        events,
        head: past.head.hash.to_string(),
    };
    line(&mut to, &first)?;
    let mut reader = past.read()?;
    let mut frame_number = 0_u64;
    let mut hash = past.head.hash;
    while let Some(frame) = reader.next_frame()? {
        frame_number += 1;
        for (seq, bytes) in frame.entries() {
            // An export that cannot be imported would be noticed too late.
            record::read(seq, bytes)?;
            ensure!(!bytes.contains(&b'\n'), "event {seq} is not on one line");
            write!(to, r#"{{"seq":{seq},"frame":{frame_number},"record":"#)?;
            to.write_all(bytes)?;
            to.write_all(b"}\n")?;
        }
        hash = frame.hash();
        bar.at(frame.last_seq(), events);
    }
    ensure!(
        hash == past.head.hash,
        "the journal ends with another frame than its mark says"
    );
    let last = Last {
        format: END.to_owned(),
        events,
        blake3: to.hasher.finalize().to_hex().to_string(),
    };
    line(&mut to, &last)
}

fn line(to: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *to, value)?;
    to.write_all(b"\n")?;
    Ok(())
}

/// Hashes what it writes.
struct Digesting<'a> {
    to: &'a mut dyn Write,
    hasher: blake3::Hasher,
}

impl Write for Digesting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
