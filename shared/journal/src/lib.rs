//! The append-only journal: checksummed, hash-chained frames in segment files.
//!
//! # The model
//! A journal is a sequence of *entries*, numbered from 1 without gaps. An entry is opaque bytes;
//! what they mean is the business of the package that writes them. Entries are appended in
//! *batches*: one batch becomes one `frame`, one positioned write and one `fdatasync`. Nobody may
//! be told of an entry before [`Journal::append`] has returned `Ok`; after that, the entry is there
//! for good.
//!
//! Frames lie one behind the other in *segment files* of a fixed size that are filled with zeros
//! and synced before their first use, so that an append changes neither the size of a file nor the
//! map of its blocks. The next segment is made ahead in the background. Each frame carries the hash
//! of the one before, across segments.
//!
//! Beside the segments lie `lock` (one writer at a time) and `mark`: a lazily synced note of how
//! much has been acknowledged, without which the last frames could be lost unseen.
//!
//! # What opening promises
//! - Every acknowledged entry is there, unchanged, or opening is refused with the file, the offset
//!   and the reason.
//! - The rest of a frame that was being written when the power failed (a *torn tail*) is cut, and
//!   reported.
//! - What it finds, it makes durable before it returns: nothing that was read can be lost by the
//!   next power cut.
//!
//! How a torn tail is told from damage, and what cannot be told apart, stands at the head of the
//! module `tail`.
//!
//! # When the disk fails
//! - A *write* that fails is undone (zeros, synced) before the error is returned: the entries are
//!   certainly not there, and the next append may be tried at once ([`AppendError::NotWritten`]).
//!   Where the undoing fails as well, the outcome is unknown ([`AppendError::OutcomeUnknown`]) and
//!   nothing is written until the undoing succeeds.
//! - An *fdatasync* that fails stops the writer for good ([`AppendError::SyncFailed`]): the kernel
//!   may have dropped the pages and would answer the next attempt with a success that means nothing
//!   (PostgreSQL, 2018). The outcome is unknown, to be found out by opening the journal again.
//!
//! # Threads
//! One writer. Any number of readers, in this process or another, each bounded by a sequence that
//! is known to be acknowledged ([`JournalReader`]).

mod batch;
mod copy;
mod damage;
mod disk;
mod error;
mod frame;
mod keeper;
mod mark;
mod memory;
mod names;
mod reader;
mod recovery;
mod segment;
mod segment_journal;
mod shelf;
pub mod simulated;
mod tail;

pub use batch::{Batch, BatchFull, EntryWriter, PushError};
pub use copy::CopyError;
pub use damage::{Damage, DamageKind, HeaderFault};
pub use disk::{Access, Disk, DiskFile, Lock, RealDisk};
pub use error::{AppendError, IoFailure, OpenError, Outcome, ReadError};
pub use frame::{FRAME_BYTES_MAX, FRAME_ENTRIES_MAX, FRAME_OVERHEAD_BYTES, FrameFault};
pub use keeper::{MARK_SYNC_INTERVAL, PREPARE_WAIT_MAX};
pub use memory::MemoryJournal;
pub use names::{FrameHash, JournalId};
pub use reader::{Frame, JournalReader, Progress, Reader, Verified};
pub use recovery::{MarkRepair, Recovery, TornTail};
pub use segment::{
    SEGMENT_BYTES_DEFAULT, SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN, SEGMENT_HEADER_BYTES, SegmentInfo,
};
pub use segment_journal::{NextSegment, Options, Room, SegmentJournal};

/// What an append has made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The sequence of the first entry of the batch.
    pub first_seq: u64,
    /// The sequence of the last entry of the batch.
    pub last_seq: u64,
}

/// How far a journal reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The sequence of the last entry; 0 while there is none.
    pub seq: u64,
    /// The hash of the last frame; of an empty journal, a hash of its id.
    pub hash: FrameHash,
}

/// An append-only sequence of entries with a single writer.
pub trait Journal: Send {
    /// The id that was drawn when the journal was made.
    fn id(&self) -> JournalId;

    /// Appends the entries of `batch` as one frame and makes it durable. Nothing is durable before
    /// this has returned `Ok`. The batch is emptied by success, and left as it was by an error.
    ///
    /// # Errors
    /// [`AppendError`]; its [`outcome`](AppendError::outcome) says whether the entries may be there
    /// nevertheless.
    fn append(&mut self, batch: &mut Batch) -> Result<Appended, AppendError>;

    /// Whether an append of ordinary size would be accepted now. Tidies up after a failed write
    /// where that was not possible at the time, and asks for the next segment again when it could
    /// not be made.
    ///
    /// # Errors
    /// What an append would be refused with.
    fn probe(&mut self) -> Result<(), AppendError>;

    /// How far the journal reaches.
    fn head(&self) -> Head;

    /// The sequence that the next entry will get.
    fn next_seq(&self) -> u64 {
        self.head().seq + 1
    }

    /// Reads the entries from `seq` up to the present head.
    ///
    /// # Errors
    /// [`ReadError::NoSuchSeq`] unless `seq` is between 1 and [`next_seq`](Self::next_seq).
    fn read_from(&self, seq: u64) -> Result<Reader, ReadError>;

    /// [`append`](Self::append) for callers that hold the entries already: copies them into a batch
    /// of their own.
    ///
    /// # Errors
    /// As `append`, and [`AppendError::TooLarge`] when they do not fit into one frame.
    fn append_entries(&mut self, entries: &[&[u8]]) -> Result<Appended, AppendError> {
        let mut batch = Batch::new();
        for entry in entries {
            batch.push(entry)?;
        }
        self.append(&mut batch)
    }
}
