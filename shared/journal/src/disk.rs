//! The file system, as far as a journal needs it. Everything that touches a disk goes through
//! [`Disk`], so that every single call can be made to fail in a test ([`crate::simulated`]).

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// How often one positioned read or write is begun again after a signal interrupted it.
const INTERRUPTED_MAX: u32 = 100;

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// For reading only.
    Read,
    /// For reading and writing.
    Write,
}

/// A lock that is held until this is dropped.
pub struct Lock {
    _held: Box<dyn Send + Sync>,
}

impl Lock {
    /// Keeps `held`, whose drop gives the lock back.
    #[must_use]
    pub fn new(held: Box<dyn Send + Sync>) -> Self {
        Self { _held: held }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock")
    }
}

/// A file system. Errors are those of the calls underneath.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Makes `dir` durable unless it is there.
    ///
    /// # Errors
    /// Of `mkdir` or of syncing the parent.
    fn ensure_dir(&self, dir: &Path) -> io::Result<()>;
    /// The names in `dir`, in no order. Names that are not UTF-8 are left out: no file of a journal
    /// has one.
    ///
    /// # Errors
    /// Of `readdir`.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Opens a file that is there.
    ///
    /// # Errors
    /// Of `open`.
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>>;
    /// Makes a file that is not there and opens it for writing.
    ///
    /// # Errors
    /// Of `open`.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name in the same directory, replacing what has that name. Durable after
    /// [`Disk::sync_dir`].
    ///
    /// # Errors
    /// Of `rename`.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    ///
    /// # Errors
    /// Of `unlink`.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in `dir` durable.
    ///
    /// # Errors
    /// Of `fsync` on the directory.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Takes the exclusive lock on `path`, which is made when it is not there. `None` when somebody
    /// else holds it.
    ///
    /// # Errors
    /// Of `open` or `flock`.
    fn lock(&self, path: &Path) -> io::Result<Option<Lock>>;
}

/// An open file. All access is by position; offsets and lengths are in bytes.
pub trait DiskFile: fmt::Debug + Send + Sync {
    /// The length of the file.
    ///
    /// # Errors
    /// Of `fstat`.
    fn length(&self) -> io::Result<u64>;
    /// One `pread`: may read less than asked for.
    ///
    /// # Errors
    /// Of `pread`.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;
    /// One `pwrite`: may write less than asked for.
    ///
    /// # Errors
    /// Of `pwrite`.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;
    /// Makes the contents durable, and the length if it changed (`fdatasync`).
    ///
    /// # Errors
    /// Of `fdatasync`. After an error it is unknown what is durable, and asking again does not
    /// tell.
    fn sync_data(&self) -> io::Result<()>;
}

/// Writes all of `bytes`, in as few calls as the file takes.
///
/// # Errors
/// Of the first write that failed. Then any part of `bytes` may have been written.
pub(crate) fn write_all(file: &dyn DiskFile, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    let mut interrupted = 0;
    while !bytes.is_empty() {
        match file.write_at(bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                bytes = &bytes[written.min(bytes.len())..];
                offset += written as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted && interrupted < INTERRUPTED_MAX => {
                interrupted += 1
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Fills all of `bytes` from `offset` on.
///
/// # Errors
/// Of the first read that failed; `UnexpectedEof` when the file ends before.
pub(crate) fn read_all(
    file: &dyn DiskFile,
    mut bytes: &mut [u8],
    mut offset: u64,
) -> io::Result<()> {
    let mut interrupted = 0;
    while !bytes.is_empty() {
        match file.read_at(bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                let rest = read.min(bytes.len());
                bytes = &mut bytes[rest..];
                offset += read as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted && interrupted < INTERRUPTED_MAX => {
                interrupted += 1
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Overwrites `length` bytes from `offset` on with zeros.
///
/// # Errors
/// Of the first write that failed.
pub(crate) fn write_zeros(file: &dyn DiskFile, offset: u64, length: u64) -> io::Result<()> {
    static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];
    let end = offset + length;
    let mut at = offset;
    while at < end {
        let step = (end - at).min(ZEROS.len() as u64);
        write_all(
            file,
            &ZEROS[..usize::try_from(step).expect("at most the length of ZEROS")],
            at,
        )?;
        at += step;
    }
    Ok(())
}

/// The file system of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn ensure_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        std::fs::create_dir_all(dir)?;
        match dir.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => self.sync_dir(parent),
            Some(_) | None => self.sync_dir(Path::new(".")),
        }
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new()
            .read(true)
            .write(access == Access::Write)
            .open(path)?;
        Ok(Box::new(RealFile(file)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        Ok(Box::new(RealFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock::new(Box::new(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(e),
        }
    }
}

#[derive(Debug)]
struct RealFile(File);

impl DiskFile for RealFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(bytes, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.0.write_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
