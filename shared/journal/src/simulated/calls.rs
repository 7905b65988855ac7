//! The calls that a file system answers, by path and by number of the file. Each is counted, and
//! fails when it is its turn. [`Disk`](crate::Disk) is built on them; so can be a file system that
//! the kernel mounts.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::faults::{Call, Verdict};
use super::state::FileNumber;
use super::{Inner, Op, SimulatedDisk};

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A directory.
    Dir,
    /// A file. It can be read and written by this number even after its name is gone.
    File(FileNumber),
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Inner {
    fn verdict(&mut self, call: Call) -> Verdict {
        let number = self.calls;
        self.calls += 1;
        self.faults.verdict(number, call)
    }

    /// Counts a call that cannot be done by halves, and lets it fail if it is its turn.
    fn call(&mut self, call: Call) -> io::Result<()> {
        match self.verdict(call) {
            Verdict::Pass | Verdict::Short => Ok(()),
            Verdict::Fail(error) => Err(error),
        }
    }

    fn entry(&self, path: &Path) -> Option<Entry> {
        if self.state.dirs().contains(path) {
            Some(Entry::Dir)
        } else {
            self.state.file(path).map(Entry::File)
        }
    }

    /// Refuses to give a file `length` bytes when that is more than it has and more than there is
    /// space for.
    fn space_for(&self, file: FileNumber, length: u64) -> io::Result<()> {
        let growth = length.saturating_sub(self.state.contents(file).len() as u64);
        let used = self.state.used();
        match self.capacity {
            Some(capacity) if growth > 0 && used + growth > capacity => {
                Err(io::ErrorKind::StorageFull.into())
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The errors are those of the system calls of the same names, and those that
/// [`SimulatedDisk::fail`] asks for.
impl SimulatedDisk {
    /// What `path` leads to.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn entry(&self, path: &Path) -> io::Result<Entry> {
        let mut inner = self.inner();
        inner.call(Call::Look)?;
        inner.entry(path).ok_or_else(not_found)
    }

    /// The names in a directory, and what they lead to.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn entries(&self, dir: &Path) -> io::Result<Vec<(String, Entry)>> {
        let mut inner = self.inner();
        inner.call(Call::Look)?;
        if inner.entry(dir) != Some(Entry::Dir) {
            return Err(not_found());
        }
        Ok(inner.state.entries_in(dir))
    }

    /// Makes a file.
    ///
    /// # Errors
    /// `AlreadyExists`; `NotFound` when there is no such directory.
    pub fn create_file(&self, path: &Path) -> io::Result<FileNumber> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        if inner.entry(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if path
            .parent()
            .is_none_or(|dir| inner.entry(dir) != Some(Entry::Dir))
        {
            return Err(not_found());
        }
        inner.apply(Op::Create {
            path: path.to_path_buf(),
        });
        inner.state.file(path).ok_or_else(not_found)
    }

    /// The length of a file, in bytes.
    ///
    /// # Errors
    /// Only injected ones.
    pub fn length(&self, file: FileNumber) -> io::Result<u64> {
        let mut inner = self.inner();
        inner.call(Call::Look)?;
        Ok(inner.state.contents(file).len() as u64)
    }

    /// Up to `length` bytes from `offset` on; fewer at the end of the file.
    ///
    /// # Errors
    /// Only injected ones.
    pub fn read(&self, file: FileNumber, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut inner = self.inner();
        inner.call(Call::Look)?;
        let contents = inner.state.contents(file);
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(contents.len());
        let end = start.saturating_add(length).min(contents.len());
        Ok(contents[start..end].to_vec())
    }

    /// Writes `bytes` at `offset`; returns how many of them.
    ///
    /// # Errors
    /// `StorageFull` when the file would grow beyond the capacity.
    pub fn write(&self, file: FileNumber, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = self.inner();
        let bytes = match inner.verdict(Call::Write) {
            Verdict::Pass => bytes,
            Verdict::Short => &bytes[..bytes.len().div_ceil(2)],
            Verdict::Fail(error) => return Err(error),
        };
        inner.space_for(file, offset + bytes.len() as u64)?;
        inner.apply(Op::Write {
            file,
            offset,
            bytes: Arc::from(bytes),
        });
        Ok(bytes.len())
    }

    /// Cuts or lengthens a file.
    ///
    /// # Errors
    /// `StorageFull` when the file would grow beyond the capacity.
    pub fn set_length(&self, file: FileNumber, length: u64) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        inner.space_for(file, length)?;
        inner.apply(Op::SetLength { file, length });
        Ok(())
    }

    /// Makes the contents of a file durable.
    ///
    /// # Errors
    /// Only injected ones; then what was not durable never will be.
    pub fn sync_file(&self, file: FileNumber) -> io::Result<()> {
        let mut inner = self.inner();
        let outcome = inner.call(Call::Sync);
        inner.apply(match outcome {
            Ok(()) => Op::Sync { file },
            Err(_) => Op::SyncFailed { file },
        });
        outcome
    }

    /// Makes the names in a directory durable.
    ///
    /// # Errors
    /// Only injected ones.
    pub fn sync_names(&self, dir: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(Call::Sync)?;
        inner.apply(Op::SyncDir {
            dir: dir.to_path_buf(),
        });
        Ok(())
    }

    /// Makes a directory.
    ///
    /// # Errors
    /// `AlreadyExists`.
    pub fn make_dir(&self, dir: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        if inner.entry(dir).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        inner.apply(Op::MakeDir {
            dir: dir.to_path_buf(),
        });
        Ok(())
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    /// `NotFound`; `DirectoryNotEmpty`.
    pub fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        if inner.entry(dir) != Some(Entry::Dir) {
            return Err(not_found());
        }
        if !inner.state.entries_in(dir).is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        inner.apply(Op::RemoveDir {
            dir: dir.to_path_buf(),
        });
        Ok(())
    }

    /// Removes the name of a file.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        inner.state.file(path).ok_or_else(not_found)?;
        inner.apply(Op::Remove {
            path: path.to_path_buf(),
        });
        Ok(())
    }

    /// Gives a file or directory another name. A file that has that name is replaced, as is an
    /// empty directory by a directory.
    ///
    /// # Errors
    /// `NotFound`; `IsADirectory`, `NotADirectory` or `DirectoryNotEmpty` when the new name is
    /// taken by something else.
    pub fn rename_entry(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        let paths = || (PathBuf::from(from), PathBuf::from(to));
        match (inner.entry(from).ok_or_else(not_found)?, inner.entry(to)) {
            (Entry::File(_), Some(Entry::Dir)) => Err(io::ErrorKind::IsADirectory.into()),
            (Entry::Dir, Some(Entry::File(_))) => Err(io::ErrorKind::NotADirectory.into()),
            (Entry::Dir, Some(Entry::Dir)) if !inner.state.entries_in(to).is_empty() => {
                Err(io::ErrorKind::DirectoryNotEmpty.into())
            }
            (Entry::File(_), Some(Entry::File(_)) | None) => {
                let (from, to) = paths();
                inner.apply(Op::Rename { from, to });
                Ok(())
            }
            (Entry::Dir, Some(Entry::Dir) | None) => {
                let (from, to) = paths();
                inner.apply(Op::RenameDir { from, to });
                Ok(())
            }
        }
    }

    /// Takes the lock on `path`, which is made when it is not there. False when it is held.
    pub(super) fn take_lock(&self, path: &Path) -> io::Result<bool> {
        let mut inner = self.inner();
        inner.call(Call::Change)?;
        if inner.entry(path).is_none() {
            inner.apply(Op::Create {
                path: path.to_path_buf(),
            });
        }
        Ok(inner.locked.insert(path.to_path_buf()))
    }

    pub(super) fn give_lock_back(&self, path: &Path) {
        self.inner().locked.remove(path);
    }
}
