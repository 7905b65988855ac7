//! Making a hall of an export.
//!
//! The journal is written beside its place, replayed on the way, and named only when the digest of the whole text, the
//! number of its events and the hash of the last frame fit. Before that, nothing of it is kept.

mod quick;
mod source;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use nowserving_journal::{Batch, Journal, JournalId, Options, SegmentJournal};
use nowserving_shared::domain::Hall;

use super::data_dir::{DataDir, make_empty, sync, sync_name};
use super::export::First;
use super::progress::Bar;
use crate::record;
use quick::Quick;
use source::{Line, Source};

/// The name of the directory in which the journal is made.
const MAKING: &str = "importing";

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many events.
    pub events: u64,
    /// Which journal this is now.
    pub journal: JournalId,
}

/// Makes the data directory `data`, which must be empty or not there, of the export in `from`. A line about it goes to
/// `out`.
///
/// # Errors
/// A sentence about what was wrong and what to do. The directory is as it was then.
pub fn import(from: &Path, data: &Path, out: &mut dyn Write) -> anyhow::Result<Imported> {
    let source = Source::open(from)?;
    remove_leftovers(data)?;
    let made = make_empty(data, "the import")?;
    let making = data.join(MAKING);
    let done = bring_in(source, &DataDir::new(&making)).and_then(|imported| {
        let place = DataDir::new(data).journal();
        fs::rename(DataDir::new(&making).journal(), &place)
            .with_context(|| format!("{} cannot be named so", place.display()))?;
        fs::remove_dir(&making)
            .with_context(|| format!("{} cannot be removed", making.display()))?;
        sync(data)?;
        sync_name(data)?;
        Ok(imported)
    });
    let imported = match done {
        Ok(imported) => imported,
        Err(error) => {
            // The reason for the failure is worth more than the reason why the rest could not be removed.
            let _ = fs::remove_dir_all(&making);
            if made {
                let _ = fs::remove_dir(data);
            }
            return Err(error.context(format!("nothing was imported from {}", from.display())));
        }
    };
    writeln!(
        out,
        "{} events imported into {}",
        imported.events,
        data.display()
    )?;
    Ok(imported)
}

/// Removes what an import left behind that was interrupted.
fn remove_leftovers(data: &Path) -> anyhow::Result<()> {
    let making: PathBuf = data.join(MAKING);
    if !making.exists() {
        return Ok(());
    }
    fs::remove_dir_all(&making).with_context(|| {
        format!(
            "{}, which an interrupted import left behind, cannot be removed",
            making.display()
        )
    })
}

/// Writes the journal of `source` into `data` and makes it durable.
fn bring_in(mut source: Source, data: &DataDir) -> anyhow::Result<Imported> {
    let first = source.first()?;
    let journal = id_in(&first.journal)
        .with_context(|| format!("\"{}\" is not the id of a journal", first.journal))?;
    let dir = data.journal();
    let options = Options {
        background: false,
        id: Some(journal),
        ..Options::default()
    };
    let (mut to, _) = SegmentJournal::open_on(Arc::new(Quick), &dir, &options)
        .with_context(|| format!("{} cannot be made", dir.display()))?;
    write_all(&mut source, &first, &mut to)?;
    let head = to.head();
    ensure!(
        head.seq == first.events && head.hash.to_string() == first.head,
        "the journal made of it ends with event {} and frame {}, and it says {} and {}",
        head.seq,
        head.hash,
        first.events,
        first.head
    );
    to.close()?;
    for entry in fs::read_dir(&dir)? {
        sync(&entry?.path())?;
    }
    sync(&dir)?;
    Ok(Imported {
        events: head.seq,
        journal,
    })
}

/// Writes the events, frame by frame, and applies them: what cannot be replayed is not let in.
fn write_all(source: &mut Source, first: &First, to: &mut SegmentJournal) -> anyhow::Result<()> {
    let bar = Bar::new("importing");
    let mut hall = Hall::default();
    let mut batch = Batch::new();
    let mut frame_number = 0;
    let mut bytes = Vec::new();
    while let Some(Line { seq, frame, record }) = source.next(&mut bytes)? {
        ensure!(
            seq == hall.seq() + 1,
            "event {seq} follows upon event {}",
            hall.seq()
        );
        if frame != frame_number {
            ensure!(
                frame == frame_number + 1,
                "event {seq} is of frame {frame}, and the frame before it is {frame_number}"
            );
            append(to, &mut batch)?;
            frame_number = frame;
            bar.at(seq, first.events);
        }
        let entry = record::read(seq, record)?;
        hall.apply(&entry.recorded.event, entry.recorded.at);
        batch
            .push(record)
            .with_context(|| format!("event {seq} does not fit into its frame"))?;
    }
    append(to, &mut batch)
}

fn append(to: &mut SegmentJournal, batch: &mut Batch) -> anyhow::Result<()> {
    if !batch.is_empty() {
        to.append(batch)?;
    }
    Ok(())
}

/// The id that a hex text names.
fn id_in(hex: &str) -> anyhow::Result<JournalId> {
    let digits = hex.as_bytes();
    let mut id = [0; 16];
    if digits.len() != 2 * id.len() || !digits.iter().all(u8::is_ascii_hexdigit) {
        bail!("it must have 32 hexadecimal digits");
    }
    for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair)?, 16)?;
    }
    Ok(JournalId(id))
}
