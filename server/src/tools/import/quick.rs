//! A disk without syncs: what is made beside its place is made durable once, at the end, and not with every frame. A
//! journal of a million events would take hours otherwise.

use std::io;
use std::path::Path;

use nowserving_journal::{Access, Disk, DiskFile, Lock, RealDisk};

/// The file system of the machine, whose syncs do nothing. Whoever uses it syncs all files and directories itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quick;

impl Disk for Quick {
    fn ensure_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.ensure_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(QuickFile(RealDisk.open(path, access)?)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(QuickFile(RealDisk.create(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        RealDisk.lock(path)
    }
}

#[derive(Debug)]
struct QuickFile(Box<dyn DiskFile>);

impl DiskFile for QuickFile {
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(bytes, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.0.write_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
}
