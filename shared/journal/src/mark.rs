//! The mark: a note, beside the segments, of the last entry that is known to be acknowledged.
//!
//! The file `mark` has two slots of one sector each, in different blocks, written in turn. Each
//! carries a generation, the sequence and frame hash of the last acknowledged entry, and a
//! checksum. A slot is written after each commit *without a sync*, so it costs no flush: it never
//! says more than what is durable, and may say less. It is synced in the background and when the
//! journal is closed.
//!
//! The mark is made, with both slots filled, before the first segment. So a journal with segments
//! but without a readable slot has lost it, and is not opened.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::disk::{Access, DiskFile, read_all, write_all};
use crate::error::IoFailure;
use crate::frame::{u32_at, u64_at};
use crate::names::{FrameHash, JournalId};
use crate::segment::{FORMAT_VERSION, is_zero};
use crate::shelf::Shelf;

pub(crate) const MARK_NAME: &str = "mark";
const MAGIC: [u8; 8] = *b"NSmarker";
const SLOT_BYTES: usize = 512;
const SLOT_DISTANCE: usize = 4096;
const MARK_BYTES: usize = 2 * SLOT_DISTANCE;

/// What one slot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) journal: JournalId,
    generation: u64,
    /// The last acknowledged entry; 0 when there is none.
    pub(crate) seq: u64,
    /// The hash of the frame that ends with it.
    pub(crate) hash: FrameHash,
}

impl Note {
    fn encode(&self) -> [u8; SLOT_BYTES] {
        let mut slot = [0; SLOT_BYTES];
        slot[0..8].copy_from_slice(&MAGIC);
        slot[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        slot[16..32].copy_from_slice(&self.journal.0);
        slot[32..40].copy_from_slice(&self.generation.to_le_bytes());
        slot[40..48].copy_from_slice(&self.seq.to_le_bytes());
        slot[48..80].copy_from_slice(&self.hash.0);
        let crc = checksum(&slot, self.journal);
        slot[12..16].copy_from_slice(&crc.to_le_bytes());
        slot
    }

    fn decode(slot: &[u8]) -> Option<Self> {
        let journal = JournalId(slot[16..32].try_into().expect("a slice of 16"));
        let good = slot[0..8] == MAGIC
            && u32_at(slot, 8) == FORMAT_VERSION
            && checksum(slot, journal) == u32_at(slot, 12);
        good.then(|| Self {
            journal,
            generation: u64_at(slot, 32),
            seq: u64_at(slot, 40),
            hash: FrameHash(slot[48..80].try_into().expect("a slice of 32")),
        })
    }
}

fn checksum(slot: &[u8], journal: JournalId) -> u32 {
    crc32c::crc32c_append(
        crc32c::crc32c_append(journal.checksum_seed(), &slot[..12]),
        &slot[16..SLOT_BYTES],
    )
}

/// What was found in the mark file.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) file: Box<dyn DiskFile>,
    /// The newer of the readable slots.
    pub(crate) note: Option<Note>,
    /// Whether every byte is as it was written: both slots readable, zeros between them, the right
    /// length.
    pub(crate) whole: bool,
}

/// Reads the mark, or `None` when there is no such file.
pub(crate) fn find(shelf: &Shelf, access: Access) -> Result<Option<Found>, IoFailure> {
    let path = shelf.path(MARK_NAME);
    let file = match shelf.disk.open(&path, access) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(IoFailure::when("open", &path)(e)),
    };
    let length = file.length().map_err(IoFailure::when("measure", &path))?;
    let mut bytes = [0; MARK_BYTES];
    let there = usize::try_from(length).map_or(MARK_BYTES, |length| length.min(MARK_BYTES));
    read_all(file.as_ref(), &mut bytes[..there], 0).map_err(IoFailure::when("read", &path))?;
    let slots = [0, SLOT_DISTANCE].map(|at| Note::decode(&bytes[at..at + SLOT_BYTES]));
    let note = slots
        .iter()
        .flatten()
        .max_by_key(|note| note.generation)
        .copied();
    let blank_between = bytes
        .chunks(SLOT_DISTANCE)
        .all(|slot| is_zero(&slot[SLOT_BYTES..]));
    let whole = length == MARK_BYTES as u64 && blank_between && slots.iter().all(Option::is_some);
    Ok(Some(Found { file, note, whole }))
}

/// The mark file in use by a writer.
#[derive(Debug)]
pub(crate) struct Mark {
    file: Arc<dyn DiskFile>,
    journal: JournalId,
    generation: u64,
    unsynced: Arc<AtomicBool>,
    /// Whether the last write failed, so that a failing disk is told of once and not with every
    /// commit.
    failing: bool,
}

/// What the background thread needs of the mark.
#[derive(Debug, Clone)]
pub(crate) struct MarkSyncer {
    file: Arc<dyn DiskFile>,
    unsynced: Arc<AtomicBool>,
}

impl MarkSyncer {
    /// Syncs the mark if it was written since the last time.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        if self.unsynced.swap(false, Ordering::AcqRel) {
            self.file.sync_data()
        } else {
            Ok(())
        }
    }
}

impl Mark {
    /// Makes a mark that says `seq`, durable when this returns.
    pub(crate) fn make(
        shelf: &Shelf,
        journal: JournalId,
        seq: u64,
        hash: FrameHash,
    ) -> Result<Self, IoFailure> {
        let note = |generation| Note {
            journal,
            generation,
            seq,
            hash,
        };
        let file = shelf.make_file(MARK_NAME, |file| {
            let mut bytes = [0; MARK_BYTES];
            bytes[..SLOT_BYTES].copy_from_slice(&note(0).encode());
            bytes[SLOT_DISTANCE..SLOT_DISTANCE + SLOT_BYTES].copy_from_slice(&note(1).encode());
            write_all(file, &bytes, 0)
        })?;
        Ok(Self::with(file, journal, 1))
    }

    /// Goes on with a mark that was found.
    pub(crate) fn resume(file: Box<dyn DiskFile>, note: Note) -> Self {
        Self::with(file, note.journal, note.generation)
    }

    fn with(file: Box<dyn DiskFile>, journal: JournalId, generation: u64) -> Self {
        Self {
            file: Arc::from(file),
            journal,
            generation,
            unsynced: Arc::new(AtomicBool::new(false)),
            failing: false,
        }
    }

    pub(crate) fn journal(&self) -> JournalId {
        self.journal
    }

    pub(crate) fn syncer(&self) -> MarkSyncer {
        MarkSyncer {
            file: Arc::clone(&self.file),
            unsynced: Arc::clone(&self.unsynced),
        }
    }

    /// Notes that everything up to `seq` is durable. Not synced.
    pub(crate) fn write(&mut self, seq: u64, hash: FrameHash) -> std::io::Result<()> {
        let generation = self.generation + 1;
        let slot = Note {
            journal: self.journal,
            generation,
            seq,
            hash,
        }
        .encode();
        let at = if generation.is_multiple_of(2) {
            0
        } else {
            SLOT_DISTANCE
        };
        write_all(self.file.as_ref(), &slot, at as u64)?;
        self.generation = generation;
        self.unsynced.store(true, Ordering::Release);
        Ok(())
    }

    /// [`write`](Self::write) after a commit: a failure is told to the log only, for the commit
    /// itself is durable.
    pub(crate) fn note_commit(&mut self, seq: u64, hash: FrameHash) {
        match self.write(seq, hash) {
            Ok(()) => self.failing = false,
            Err(error) if !self.failing => {
                self.failing = true;
                tracing::warn!(%error, seq, "the journal's mark could not be written; commits go on");
            }
            Err(_) => {}
        }
    }

    /// [`write`](Self::write), then syncs.
    pub(crate) fn write_synced(&mut self, seq: u64, hash: FrameHash) -> std::io::Result<()> {
        self.write(seq, hash)?;
        self.syncer().sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_slot_is_seen() {
        let note = Note {
            journal: JournalId([1; 16]),
            generation: 3,
            seq: 9,
            hash: FrameHash([2; 32]),
        };
        let good = note.encode();
        assert_eq!(Note::decode(&good), Some(note));
        for bit in 0..good.len() * 8 {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Note::decode(&bad), None, "bit {bit}");
        }
    }
}
