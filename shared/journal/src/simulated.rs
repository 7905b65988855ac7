//! A disk in memory that forgets what was not synced, and fails when told to. For tests, in this
//! package and in others.
//!
//! # What survives a power cut
//! The model is harsher than ext4:
//! - Contents that were synced survive. Of those that were not, every sector of 512 bytes decides
//!   for itself how many of the writes to it it has seen: none, some or all, in their order,
//!   whatever became of other sectors and other files.
//! - A name (created, renamed, removed) survives once its directory was synced. Of the changes of
//!   names since then, the first few survive, in their order. Syncing a file does not make its name
//!   durable.
//! - Directories are made, renamed and removed durably at once.
//! - A sync that fails makes nothing durable, then or later: what was written before it stays
//!   readable and is never on the disk unless it is written again. So does Linux, which marks the
//!   pages clean.
//!
//! # The log
//! Everything that changes the disk is an operation in a log, with [notes](SimulatedDisk::note) of
//! the test in between. [`SimulatedDisk::image_at`] cuts the power at any point of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::Disk;

mod calls;
mod door;
mod faults;
mod state;

pub use calls::Entry;
pub use faults::{Fault, Faults, Reach};
pub use state::{Chance, FileNumber, SECTOR_BYTES};

use state::State;

/// A change of the disk.
#[derive(Debug, Clone)]
enum Op {
    Create {
        path: PathBuf,
    },
    Write {
        file: FileNumber,
        offset: u64,
        bytes: Arc<[u8]>,
    },
    SetLength {
        file: FileNumber,
        length: u64,
    },
    Sync {
        file: FileNumber,
    },
    SyncFailed {
        file: FileNumber,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove {
        path: PathBuf,
    },
    MakeDir {
        dir: PathBuf,
    },
    RenameDir {
        from: PathBuf,
        to: PathBuf,
    },
    RemoveDir {
        dir: PathBuf,
    },
    SyncDir {
        dir: PathBuf,
    },
    /// Something that the test wants to find again; changes nothing.
    Note(u64),
}

/// How much of what was not synced survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survival {
    /// Nothing: a disk that keeps everything in its cache until it is told to flush.
    Nothing,
    /// Everything: the process was killed and the machine stays up.
    Everything,
    /// A random part, drawn from this seed.
    Random(u64),
}

#[derive(Debug, Default)]
struct Inner {
    state: State,
    log: Option<Vec<Op>>,
    faults: Faults,
    calls: u64,
    /// How many bytes all files together may have.
    capacity: Option<u64>,
    locked: BTreeSet<PathBuf>,
}

/// The disk. Clones are the same disk.
#[derive(Debug, Clone, Default)]
pub struct SimulatedDisk {
    inner: Arc<Mutex<Inner>>,
}

impl SimulatedDisk {
    /// An empty disk that never fails and keeps no log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty disk that logs every operation, for [`image_at`](Self::image_at).
    #[must_use]
    pub fn with_log() -> Self {
        let disk = Self::default();
        disk.inner().log = Some(Vec::new());
        disk
    }

    /// The disk as those who open journals take it.
    #[must_use]
    pub fn shared(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_state(state: State) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                state,
                ..Inner::default()
            })),
        }
    }

    /// How many calls have been made so far, failed ones included.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.inner().calls
    }

    /// Lets calls fail from now on as `faults` say.
    pub fn fail(&self, faults: Faults) {
        self.inner().faults = faults;
    }

    /// How many bytes all files together may have from now on; `None` for no limit. What is there
    /// already can be overwritten in place however full the disk is.
    pub fn set_capacity(&self, capacity: Option<u64>) {
        self.inner().capacity = capacity;
    }

    /// How many bytes all files together may have, and how many they have.
    #[must_use]
    pub fn space(&self) -> (Option<u64>, u64) {
        let inner = self.inner();
        (inner.capacity, inner.state.used())
    }

    /// Writes `note` into the log.
    pub fn note(&self, note: u64) {
        if let Some(log) = &mut self.inner().log {
            log.push(Op::Note(note));
        }
    }

    /// The length of the log.
    #[must_use]
    pub fn log_length(&self) -> usize {
        self.inner().log.as_ref().map_or(0, Vec::len)
    }

    /// A new disk as it is after a power cut at this moment.
    #[must_use]
    pub fn image(&self, survival: Survival) -> Self {
        Self::of_state(self.inner().state.after_power_cut(survival))
    }

    /// A new disk as it is after a power cut behind the first `length` operations of the log, and
    /// the highest note up to there.
    #[must_use]
    pub fn image_at(&self, length: usize, survival: Survival) -> (Self, Option<u64>) {
        let inner = self.inner();
        let mut state = State::default();
        let mut highest = None;
        for op in inner.log.iter().flatten().take(length) {
            if let Op::Note(note) = op {
                highest = highest.max(Some(*note));
            }
            state.apply(op);
        }
        (Self::of_state(state.after_power_cut(survival)), highest)
    }

    /// All directories, parents before what is in them.
    #[must_use]
    pub fn dirs(&self) -> Vec<PathBuf> {
        self.inner().state.dirs().iter().cloned().collect()
    }

    /// All files with their contents, as a reader sees them.
    #[must_use]
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        self.inner().state.files()
    }

    /// Replaces the contents of a file, or makes it; `None` removes it. All of it is durable. For
    /// doing damage.
    pub fn tamper(&self, path: &Path, contents: Option<Vec<u8>>) {
        self.inner().state.tamper(path, contents);
    }
}

impl Inner {
    fn apply(&mut self, op: Op) {
        self.state.apply(&op);
        if let Some(log) = &mut self.log {
            log.push(op);
        }
    }
}

#[cfg(test)]
mod tests;
