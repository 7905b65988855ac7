//! The simulated disk as a journal sees it.

use std::io;
use std::path::{Path, PathBuf};

use super::{Entry, SimulatedDisk};
use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::simulated::FileNumber;

impl Disk for SimulatedDisk {
    fn ensure_dir(&self, dir: &Path) -> io::Result<()> {
        match self.entry(dir) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.make_dir(dir),
            Err(error) => Err(error),
        }
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        Ok(self
            .entries(dir)?
            .into_iter()
            .map(|(name, _)| name)
            .collect())
    }

    fn open(&self, path: &Path, _access: Access) -> io::Result<Box<dyn DiskFile>> {
        match self.entry(path)? {
            Entry::Dir => Err(io::ErrorKind::IsADirectory.into()),
            Entry::File(number) => Ok(Box::new(SimulatedFile {
                disk: self.clone(),
                number,
            })),
        }
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let number = self.create_file(path)?;
        Ok(Box::new(SimulatedFile {
            disk: self.clone(),
            number,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.rename_entry(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.sync_names(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        if !self.take_lock(path)? {
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
        self.disk.give_lock_back(&self.path);
    }
}

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    number: FileNumber,
}

impl DiskFile for SimulatedFile {
    fn length(&self) -> io::Result<u64> {
        self.disk.length(self.number)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = self.disk.read(self.number, offset, bytes.len())?;
        bytes[..read.len()].copy_from_slice(&read);
        Ok(read.len())
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.disk.write(self.number, offset, bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.sync_file(self.number)
    }
}
