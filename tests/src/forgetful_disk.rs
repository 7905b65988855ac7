//! A mounted disk that forgets what was not synced: for cutting the power of whole processes.
//!
//! [`ForgetfulDisk::mount`] mounts, through FUSE, a file system that lives in memory. Any process
//! can use it as its data directory. At any moment [`cut_power`](ForgetfulDisk::cut_power) writes
//! into a real directory what a disk would hold if the power had failed just then; the process is
//! then killed and started anew on that directory. Meanwhile the disk can be made to fail: full,
//! from the n-th write on or at some size; read-only; an error at every sync.
//!
//! What survives is decided by [`nowserving_journal::simulated`], which says so at its head: whole
//! sectors of 512 bytes, each having seen the first few of the unsynced writes to it; names only
//! once their directory was synced; directories at once. `msync` and shared writable mappings work
//! through the page cache of the kernel, which writes through. `flock` is the kernel's own.
//!
//! Where FUSE cannot be mounted, [`MountError`] says why and [`replay_instead`] does the next best
//! thing.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use fuser::{BackgroundSession, Config, MountOption};
use nowserving_journal::simulated::{SimulatedDisk, Survival};

pub mod control;
mod filesystem;
mod replay;

pub use replay::{Replayed, replay_instead};

/// The root of the simulated tree, which the mount point shows.
pub(crate) const ROOT: &str = "/";

/// Why the disk was not mounted.
#[derive(Debug)]
pub struct MountError {
    mountpoint: PathBuf,
    source: io::Error,
}

impl std::fmt::Display for MountError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mountpoint, source) = (self.mountpoint.display(), &self.source);
        write!(
            f,
            "no FUSE file system can be mounted on {mountpoint}: {source}. "
        )?;
        f.write_str("It takes /dev/fuse and either root or the program fusermount3 (package fuse3)")
    }
}

impl std::error::Error for MountError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// What a power cut left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remains {
    /// How many files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// A mounted disk. Dropping it unmounts it; what it held is gone then. When the process is killed
/// instead, the mount stays behind, empty and dead, and `fusermount3 -u` removes it.
#[derive(Debug)]
pub struct ForgetfulDisk {
    disk: SimulatedDisk,
    mountpoint: PathBuf,
    session: Option<BackgroundSession>,
}

impl ForgetfulDisk {
    /// Mounts an empty disk on `mountpoint`, an empty directory.
    ///
    /// # Errors
    /// [`MountError`] when this machine does not let us.
    pub fn mount(mountpoint: &Path) -> Result<Self, MountError> {
        let failed = |source| MountError {
            mountpoint: mountpoint.to_path_buf(),
            source,
        };
        let disk = SimulatedDisk::new();
        disk.make_dir(Path::new(ROOT)).map_err(failed)?;
        let filesystem = filesystem::Tree::new(disk.clone(), mountpoint).map_err(failed)?;
        let mut config = Config::default();
        config.mount_options = vec![
            MountOption::FSName("forgetful-disk".to_owned()),
            MountOption::NoAtime,
            MountOption::DefaultPermissions,
        ];
        let session = fuser::spawn_mount(filesystem, mountpoint, &config).map_err(failed)?;
        Ok(Self {
            disk,
            mountpoint: mountpoint.to_path_buf(),
            session: Some(session),
        })
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.mountpoint
    }

    /// The disk behind it: for its faults, its capacity and its calls. Its paths start at `/`,
    /// which is the mount point.
    #[must_use]
    pub fn disk(&self) -> &SimulatedDisk {
        &self.disk
    }

    /// Writes what is left after a power cut at this moment into the directory `into`, which is
    /// made. The mounted disk itself goes on. Whatever a process was told before this was called,
    /// it was told before the power cut.
    ///
    /// # Errors
    /// When `into` cannot be written.
    pub fn cut_power(&self, survival: Survival, into: &Path) -> io::Result<Remains> {
        write_image(&self.disk.image(survival), into)
    }
}

/// Writes all directories and files of `image` into the real directory `into`.
///
/// # Errors
/// When `into` cannot be written.
pub fn write_image(image: &SimulatedDisk, into: &Path) -> io::Result<Remains> {
    let real = |path: &Path| {
        path.strip_prefix(ROOT)
            .map_or_else(|_| into.join(path), |rest| into.join(rest))
    };
    std::fs::create_dir_all(into)?;
    for dir in image.dirs() {
        std::fs::create_dir_all(real(&dir))?;
    }
    let mut remains = Remains { files: 0, bytes: 0 };
    for (path, contents) in image.files() {
        std::fs::write(real(&path), &contents)?;
        remains.files += 1;
        remains.bytes += contents.len() as u64;
    }
    Ok(remains)
}

impl Drop for ForgetfulDisk {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        if let Err(error) = session.umount_and_join() {
            // A process still has files open: take the mount out of sight, it ends when they are
            // closed.
            tracing::warn!(%error, "the disk is in use and is unmounted lazily");
            let lazily = Command::new("fusermount3")
                .args(["-u", "-z", "--"])
                .arg(&self.mountpoint)
                .status();
            if !lazily.is_ok_and(|status| status.success()) {
                tracing::error!(mountpoint = %self.mountpoint.display(), "the disk could not be unmounted");
            }
        }
    }
}

#[cfg(test)]
mod tests;
