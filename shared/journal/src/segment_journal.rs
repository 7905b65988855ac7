//! The writer of a journal in segment files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::batch::Batch;
use crate::disk::{Disk, DiskFile, Lock, RealDisk, write_all, write_zeros};
use crate::error::{AppendError, IoFailure, OpenError, ReadError};
use crate::frame::FRAME_BYTES_MAX;
use crate::keeper::{Keeper, Made, Order, PREPARE_WAIT_MAX};
use crate::mark::Mark;
use crate::names::JournalId;
use crate::reader::{JournalReader, Progress, Reader, Verified};
use crate::recovery::{self, Recovery, Tail};
use crate::segment::{self, Chain, SEGMENT_BYTES_DEFAULT, SEGMENT_HEADER_BYTES, SegmentInfo};
use crate::shelf::Shelf;
use crate::{Appended, Head, Journal};

const LOCK_NAME: &str = "lock";

/// How a journal is opened. [`Options::default`] is right for a hall.
#[derive(Debug, Clone)]
pub struct Options {
    /// The length of the segments of a journal that is made by opening it, in bytes: a multiple of
    /// 4,096 between [`SEGMENT_BYTES_MIN`](crate::SEGMENT_BYTES_MIN) and
    /// [`SEGMENT_BYTES_MAX`](crate::SEGMENT_BYTES_MAX). A journal that is there keeps the length it
    /// was made with.
    pub segment_bytes: u64,
    /// Whether a thread makes the next segment ahead and syncs the mark. Without it the append that
    /// needs a segment makes it, and the mark is synced on close only: for tools, and for tests
    /// that count the calls to the disk.
    pub background: bool,
    /// Whether to go on when the last entries are lost or in doubt
    /// ([`Damage::concerns_the_tail_only`](crate::Damage::concerns_the_tail_only)). For an operator
    /// who has no newer copy, once. What was accepted is in [`Recovery::accepted`].
    pub accept_tail_loss: bool,
    /// The id of a journal that is made by opening it; `None` draws one.
    pub id: Option<JournalId>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: SEGMENT_BYTES_DEFAULT,
            background: true,
            accept_tail_loss: false,
            id: None,
        }
    }
}

/// Whether the segment after the present one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextSegment {
    /// It is there.
    Ready,
    /// It has not been made yet.
    NotYet,
    /// Making it failed, for this reason. It is tried again by [`Journal::probe`], and when it is
    /// needed.
    Failed(String),
}

/// How much can be appended before the disk has to give more space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// What is left of the present segment, in bytes.
    pub bytes_left: u64,
    /// Whether the next one is there.
    pub next: NextSegment,
}

#[derive(Debug)]
enum Next {
    Idle,
    Asked,
    Ready(Box<dyn DiskFile>),
    Failed(String),
}

#[derive(Debug)]
enum State {
    Ready,
    /// A write failed and could not be undone yet.
    Unsettled {
        offset: u64,
        length: u64,
    },
    Poisoned {
        cause: String,
    },
}

/// A journal in segment files, open for writing. One per directory and machine: the directory is
/// locked.
#[derive(Debug)]
pub struct SegmentJournal {
    shelf: Shelf,
    /// The length of every segment of this journal.
    segment_bytes: u64,
    journal: JournalId,
    seed: u32,
    segments: Vec<SegmentInfo>,
    tail: Tail,
    next: Next,
    chain: Chain,
    state: State,
    keeper: Option<Keeper>,
    mark: Mark,
    /// The last field, so that it is given back last.
    _lock: Lock,
}

impl SegmentJournal {
    /// Opens the journal in `dir`, making it when there is none.
    ///
    /// # Errors
    /// [`OpenError`]; nothing that is there has been changed then, except that half-made files may
    /// be gone.
    pub fn open(dir: &Path, options: &Options) -> Result<(Self, Recovery), OpenError> {
        Self::open_on(Arc::new(RealDisk), dir, options)
    }

    /// [`open`](Self::open) on another disk than the machine's.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_on(
        disk: Arc<dyn Disk>,
        dir: &Path,
        options: &Options,
    ) -> Result<(Self, Recovery), OpenError> {
        if !segment::length_is_allowed(options.segment_bytes) {
            return Err(OpenError::SegmentBytes(options.segment_bytes));
        }
        disk.ensure_dir(dir).map_err(IoFailure::when("make", dir))?;
        let shelf = Shelf::new(disk, dir);
        let lock_path = shelf.path(LOCK_NAME);
        let taken = shelf
            .disk
            .lock(&lock_path)
            .map_err(IoFailure::when("lock", &lock_path))?;
        let lock = taken.ok_or_else(|| OpenError::Locked {
            dir: dir.to_path_buf(),
        })?;
        let opened = recovery::open(&shelf, options)?;
        let keeper = if options.background {
            let started = Keeper::start(shelf.clone(), opened.mark.syncer());
            Some(started.map_err(IoFailure::when("start the background thread for", dir))?)
        } else {
            None
        };
        let mut journal = Self {
            shelf,
            segment_bytes: opened.tail.bytes,
            journal: opened.journal,
            seed: opened.journal.checksum_seed(),
            segments: opened.segments,
            tail: opened.tail,
            next: opened.next.map_or(Next::Idle, Next::Ready),
            chain: opened.chain,
            state: State::Ready,
            keeper,
            mark: opened.mark,
            _lock: lock,
        };
        journal.look_ahead();
        Ok((journal, opened.report))
    }

    /// The directory of the journal.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.shelf.dir
    }

    /// The segments that hold entries, in order. All but the last are sealed.
    #[must_use]
    pub fn segments(&self) -> &[SegmentInfo] {
        &self.segments
    }

    /// How much can be appended before the disk has to give more space.
    #[must_use]
    pub fn room(&self) -> Room {
        let next = match &self.next {
            Next::Idle | Next::Asked => NextSegment::NotYet,
            Next::Ready(_) => NextSegment::Ready,
            Next::Failed(reason) => NextSegment::Failed(reason.clone()),
        };
        Room {
            bytes_left: self.tail.bytes - self.tail.position,
            next,
        }
    }

    /// Reads everything up to the head, checking every checksum and every link. Takes about a
    /// second per gigabyte and core; [`JournalReader::verify`] does the same on another thread.
    ///
    /// # Errors
    /// [`ReadError`] at the first thing that is wrong.
    pub fn verify(&self, progress: &mut dyn FnMut(Progress)) -> Result<Verified, ReadError> {
        self.reader().verify(self.head().seq, progress)
    }

    /// A reader of the same directory, for another thread.
    #[must_use]
    pub fn reader(&self) -> JournalReader {
        JournalReader::of(self.shelf.clone(), self.journal)
    }

    /// Syncs the mark and closes the journal. Dropping it does the same, but can tell errors to the
    /// log only.
    ///
    /// # Errors
    /// When the mark could not be written: nothing is lost, but the next opening knows less of what
    /// was acknowledged.
    pub fn close(mut self) -> Result<(), IoFailure> {
        self.settle_mark()
    }

    fn settle_mark(&mut self) -> Result<(), IoFailure> {
        let head = self.chain.head();
        let path = self.shelf.path(crate::mark::MARK_NAME);
        self.mark
            .write_synced(head.seq, head.hash)
            .map_err(IoFailure::when("write", &path))
    }

    fn frame_bytes_max(&self) -> usize {
        let reach =
            usize::try_from(self.segment_bytes - SEGMENT_HEADER_BYTES).unwrap_or(FRAME_BYTES_MAX);
        reach.min(FRAME_BYTES_MAX)
    }

    /// Refuses what can never be written, and goes back to a writable state where that is possible.
    fn check(&mut self, batch: &Batch) -> Result<(), AppendError> {
        if batch.is_empty() {
            return Err(AppendError::Empty);
        }
        let (bytes, max) = (batch.frame_bytes(), self.frame_bytes_max());
        if bytes > max {
            return Err(AppendError::TooLarge { bytes, max });
        }
        self.settle()
    }

    /// Undoes a failed write that could not be undone before.
    fn settle(&mut self) -> Result<(), AppendError> {
        match &self.state {
            State::Ready => Ok(()),
            State::Poisoned { cause } => Err(AppendError::Poisoned {
                cause: cause.clone(),
            }),
            State::Unsettled { offset, length } => {
                let (offset, length) = (*offset, *length);
                self.erase(offset, length).map_err(|failure| match failure {
                    EraseError::Write(failure) => AppendError::NotWritten(failure),
                    EraseError::Sync(failure) => AppendError::Poisoned {
                        cause: failure.to_string(),
                    },
                })
            }
        }
    }

    /// Overwrites what a failed write may have left, durably.
    fn erase(&mut self, offset: u64, length: u64) -> Result<(), EraseError> {
        let path = self.shelf.segment_path(self.tail.index);
        self.state = State::Unsettled { offset, length };
        let erased = write_zeros(self.tail.file.as_ref(), offset, length);
        erased
            .map_err(|e| EraseError::Write(IoFailure::when("undo a failed write to", &path)(e)))?;
        self.sync().map_err(EraseError::Sync)?;
        self.state = State::Ready;
        Ok(())
    }

    /// One `fdatasync`; a failure stops the writer for good.
    fn sync(&mut self) -> Result<(), IoFailure> {
        self.tail.file.sync_data().map_err(|source| {
            let path = self.shelf.segment_path(self.tail.index);
            let failure = IoFailure { doing: "sync", path, source };
            tracing::error!(error = %failure, "the journal stops: what was written last may not be on the disk");
            self.state = State::Poisoned { cause: failure.to_string() };
            failure
        })
    }

    /// Goes on to the next segment unless `length` bytes fit into the present one.
    fn make_room(&mut self, length: usize) -> Result<(), AppendError> {
        if self.tail.position + length as u64 <= self.tail.bytes {
            return Ok(());
        }
        let file = self.take_next().map_err(AppendError::NotWritten)?;
        let (index, bytes) = (self.tail.index + 1, self.segment_bytes);
        if let Some(last) = self.segments.last_mut() {
            last.sealed = true;
        }
        self.tail = Tail {
            file,
            index,
            bytes,
            position: SEGMENT_HEADER_BYTES,
        };
        Ok(())
    }

    fn order(&self) -> Order {
        Order {
            index: self.tail.index + 1,
            journal: self.journal,
            bytes: self.segment_bytes,
        }
    }

    /// The next segment, which is made or waited for unless it is there. Never asks for one while
    /// one is being made: a second order for the same index would replace a segment that is in use
    /// by then.
    fn take_next(&mut self) -> Result<Box<dyn DiskFile>, IoFailure> {
        let order = self.order();
        let Some(keeper) = &self.keeper else {
            return match std::mem::replace(&mut self.next, Next::Idle) {
                Next::Ready(file) => Ok(file),
                Next::Idle | Next::Asked | Next::Failed(_) => {
                    let made = self
                        .shelf
                        .make_segment(order.index, order.journal, order.bytes);
                    self.receive(made)
                }
            };
        };
        match std::mem::replace(&mut self.next, Next::Asked) {
            Next::Ready(file) => {
                self.next = Next::Idle;
                return Ok(file);
            }
            Next::Asked => {}
            Next::Idle | Next::Failed(_) => {
                keeper.ask(order);
            }
        }
        let failure = |source| IoFailure {
            doing: "make",
            path: self.shelf.segment_path(order.index),
            source,
        };
        match keeper.wait() {
            Ok(Some(made)) => self.receive(made),
            Ok(None) => {
                let waited = format!(
                    "the disk takes more than {} seconds",
                    PREPARE_WAIT_MAX.as_secs()
                );
                Err(failure(std::io::Error::new(
                    std::io::ErrorKind::TimedOut,
                    waited,
                )))
            }
            Err(ended) => self.receive(Err(failure(ended))),
        }
    }

    fn receive(&mut self, made: Made) -> Result<Box<dyn DiskFile>, IoFailure> {
        self.next = match &made {
            Ok(_) => Next::Idle,
            Err(failure) => Next::Failed(failure.to_string()),
        };
        made
    }

    /// Has the next segment made, once the present one holds a frame (so that at most one blank
    /// segment lies about).
    fn look_ahead(&mut self) {
        let Some(keeper) = &self.keeper else { return };
        match self.next {
            Next::Idle if self.tail.position > SEGMENT_HEADER_BYTES => {
                if keeper.ask(self.order()) {
                    self.next = Next::Asked;
                }
            }
            Next::Asked => match keeper.look() {
                Ok(None) => {}
                Ok(Some(Ok(file))) => self.next = Next::Ready(file),
                Ok(Some(Err(failure))) => self.next = Next::Failed(failure.to_string()),
                Err(error) => self.next = Next::Failed(error.to_string()),
            },
            Next::Idle | Next::Ready(_) | Next::Failed(_) => {}
        }
    }

    /// Writes the frame behind the last one. A failure is undone.
    fn write(&mut self, frame: &[u8]) -> Result<(), AppendError> {
        let offset = self.tail.position;
        let Err(source) = write_all(self.tail.file.as_ref(), frame, offset) else {
            return Ok(());
        };
        let path: PathBuf = self.shelf.segment_path(self.tail.index);
        let failure = IoFailure {
            doing: "write",
            path,
            source,
        };
        match self.erase(offset, frame.len() as u64) {
            Ok(()) => Err(AppendError::NotWritten(failure)),
            Err(EraseError::Write(_)) => Err(AppendError::OutcomeUnknown(failure)),
            Err(EraseError::Sync(failure)) => Err(AppendError::SyncFailed(failure)),
        }
    }

    /// Takes note of a frame that is durable.
    fn advance(&mut self, chain: Chain, length: usize) {
        let first_seq = self.chain.next_seq;
        if self.tail.position == SEGMENT_HEADER_BYTES {
            let (index, path) = (self.tail.index, self.shelf.segment_path(self.tail.index));
            self.segments.push(SegmentInfo {
                index,
                path,
                first_seq,
                sealed: false,
            });
        }
        self.tail.position += length as u64;
        self.chain = chain;
        self.mark.note_commit(chain.next_seq - 1, chain.hash);
        self.look_ahead();
    }
}

enum EraseError {
    Write(IoFailure),
    Sync(IoFailure),
}

impl Journal for SegmentJournal {
    fn id(&self) -> JournalId {
        self.journal
    }

    fn append(&mut self, batch: &mut Batch) -> Result<Appended, AppendError> {
        self.check(batch)?;
        self.make_room(batch.frame_bytes())?;
        let first_seq = self.chain.next_seq;
        let frame = batch.seal(self.seed, first_seq, self.chain.hash);
        self.write(frame)?;
        self.sync().map_err(AppendError::SyncFailed)?;
        let next_seq = first_seq + u64::from(batch.count());
        let chain = Chain {
            next_seq,
            hash: crate::frame::hash(batch.sealed()),
        };
        self.advance(chain, batch.sealed().len());
        batch.clear();
        Ok(Appended {
            first_seq,
            last_seq: next_seq - 1,
        })
    }

    fn probe(&mut self) -> Result<(), AppendError> {
        self.settle()?;
        self.look_ahead();
        if matches!(self.next, Next::Failed(_)) {
            let file = self.take_next().map_err(AppendError::NotWritten)?;
            self.next = Next::Ready(file);
        }
        Ok(())
    }

    fn head(&self) -> Head {
        self.chain.head()
    }

    fn read_from(&self, seq: u64) -> Result<Reader, ReadError> {
        self.reader().read(seq, self.head().seq)
    }
}

impl Drop for SegmentJournal {
    fn drop(&mut self) {
        // The thread first: it must not touch the directory after the lock is given back.
        self.keeper = None;
        if let Err(error) = self.settle_mark() {
            tracing::warn!(%error, "the journal's mark could not be written while closing");
        }
    }
}

#[cfg(test)]
mod tests;
