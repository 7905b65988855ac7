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
//! - A sync that fails makes nothing durable, then or later: what was written before it stays
//!   readable and is never on the disk unless it is written again. So does Linux, which marks the
//!   pages clean.
//!
//! # The log
//! Everything that changes the disk is an operation in a log, with [notes](SimulatedDisk::note) of
//! the test in between. [`SimulatedDisk::image_at`] cuts the power at any point of it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Access, Disk, DiskFile, Lock};

mod faults;
mod state;

pub use faults::{Fault, Faults, Reach};
pub use state::{Chance, SECTOR_BYTES};

use faults::Verdict;
use state::{FileId, State};

/// A change of the disk.
#[derive(Debug, Clone)]
enum Op {
    Create {
        path: PathBuf,
    },
    Write {
        file: FileId,
        offset: u64,
        bytes: Arc<[u8]>,
    },
    Sync {
        file: FileId,
    },
    SyncFailed {
        file: FileId,
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
    /// Whether writes that make a file longer find no space.
    growth_forbidden: bool,
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

    /// Whether writes that make a file longer find no space from now on, as on a full disk that
    /// overwrites in place.
    pub fn forbid_growth(&self, forbidden: bool) {
        self.inner().growth_forbidden = forbidden;
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
    /// Counts a call and lets it fail if it is its turn.
    fn call(&mut self, syncs: bool) -> io::Result<()> {
        match self.verdict(false, syncs) {
            Verdict::Pass | Verdict::Short => Ok(()),
            Verdict::Fail(error) => Err(error),
        }
    }

    fn verdict(&mut self, writes: bool, syncs: bool) -> Verdict {
        let call = self.calls;
        self.calls += 1;
        self.faults.verdict(call, writes, syncs)
    }

    fn apply(&mut self, op: Op) {
        self.state.apply(&op);
        if let Some(log) = &mut self.log {
            log.push(op);
        }
    }
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Disk for SimulatedDisk {
    fn ensure_dir(&self, dir: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(false)?;
        if !inner.state.has_dir(dir) {
            inner.apply(Op::MakeDir {
                dir: dir.to_path_buf(),
            });
        }
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut inner = self.inner();
        inner.call(false)?;
        if inner.state.has_dir(dir) {
            Ok(inner.state.names_in(dir))
        } else {
            Err(not_found())
        }
    }

    fn open(&self, path: &Path, _access: Access) -> io::Result<Box<dyn DiskFile>> {
        let mut inner = self.inner();
        inner.call(false)?;
        let file = inner.state.file(path).ok_or_else(not_found)?;
        Ok(Box::new(SimulatedFile {
            disk: self.clone(),
            file,
        }))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut inner = self.inner();
        inner.call(false)?;
        if inner.state.file(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        inner.apply(Op::Create {
            path: path.to_path_buf(),
        });
        let file = inner.state.file(path).ok_or_else(not_found)?;
        Ok(Box::new(SimulatedFile {
            disk: self.clone(),
            file,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(false)?;
        inner.state.file(from).ok_or_else(not_found)?;
        inner.apply(Op::Rename {
            from: from.to_path_buf(),
            to: to.to_path_buf(),
        });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(false)?;
        inner.state.file(path).ok_or_else(not_found)?;
        inner.apply(Op::Remove {
            path: path.to_path_buf(),
        });
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(true)?;
        inner.apply(Op::SyncDir {
            dir: dir.to_path_buf(),
        });
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        let mut inner = self.inner();
        inner.call(false)?;
        if inner.state.file(path).is_none() {
            inner.apply(Op::Create {
                path: path.to_path_buf(),
            });
        }
        if !inner.locked.insert(path.to_path_buf()) {
            return Ok(None);
        }
        let held = SimulatedLock {
            disk: self.clone(),
            path: path.to_path_buf(),
        };
        Ok(Some(Lock::new(Box::new(held))))
    }
}

struct SimulatedLock {
    disk: SimulatedDisk,
    path: PathBuf,
}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        self.disk.inner().locked.remove(&self.path);
    }
}

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    file: FileId,
}

impl DiskFile for SimulatedFile {
    fn length(&self) -> io::Result<u64> {
        let mut inner = self.disk.inner();
        inner.call(false)?;
        Ok(inner.state.contents(self.file).len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut inner = self.disk.inner();
        inner.call(false)?;
        let contents = inner.state.contents(self.file);
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(contents.len());
        let length = bytes.len().min(contents.len() - start);
        bytes[..length].copy_from_slice(&contents[start..start + length]);
        Ok(length)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mut inner = self.disk.inner();
        let bytes = match inner.verdict(true, false) {
            Verdict::Pass => bytes,
            Verdict::Short => &bytes[..bytes.len().div_ceil(2)],
            Verdict::Fail(error) => return Err(error),
        };
        let grows = offset + bytes.len() as u64 > inner.state.contents(self.file).len() as u64;
        if grows && inner.growth_forbidden {
            return Err(io::ErrorKind::StorageFull.into());
        }
        inner.apply(Op::Write {
            file: self.file,
            offset,
            bytes: Arc::from(bytes),
        });
        Ok(bytes.len())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut inner = self.disk.inner();
        match inner.call(true) {
            Ok(()) => {
                inner.apply(Op::Sync { file: self.file });
                Ok(())
            }
            Err(error) => {
                inner.apply(Op::SyncFailed { file: self.file });
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
