//! The simulated disk as the kernel sees it: requests of FUSE in, calls of [`SimulatedDisk`] out.
//!
//! A file is known to the kernel by its number on the disk, so it can be used after its name is
//! gone. Directories get numbers as they are met. Nothing is cached: every attribute is asked for
//! anew.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use nowserving_journal::simulated::{Entry, FileNumber, SimulatedDisk};

use super::ROOT;

/// Files have inode numbers from here on, directories those below.
const FIRST_FILE: u64 = 1 << 32;
/// How long the kernel may remember what it was told.
const TIME_TO_LIVE: Duration = Duration::ZERO;
const BLOCK_BYTES: u32 = 4096;
/// What a disk without a set capacity says it can hold.
const BYTES_WITHOUT_LIMIT: u64 = 64 << 30;
const NAME_BYTES_MAX: u32 = 255;
/// The most files that the disk says it can hold; it does not enforce it.
const FILES_MAX: u64 = 1 << 20;

/// The numbers of the directories that the kernel has met.
#[derive(Debug)]
struct Dirs {
    paths: HashMap<u64, PathBuf>,
    last: u64,
}

impl Dirs {
    fn number(&mut self, path: &Path) -> u64 {
        let known = self
            .paths
            .iter()
            .find(|(_, there)| *there == path)
            .map(|(number, _)| *number);
        known.unwrap_or_else(|| {
            self.last += 1;
            self.paths.insert(self.last, path.to_path_buf());
            self.last
        })
    }

    fn renamed(&mut self, from: &Path, to: &Path) {
        self.paths.retain(|_, path| !path.starts_with(to));
        for path in self.paths.values_mut() {
            if let Ok(rest) = path.strip_prefix(from) {
                *path = if rest.as_os_str().is_empty() {
                    to.to_path_buf()
                } else {
                    to.join(rest)
                };
            }
        }
    }
}

/// The file system.
#[derive(Debug)]
pub(super) struct Tree {
    disk: SimulatedDisk,
    dirs: Mutex<Dirs>,
    /// Whose everything is: the owner of the mount point.
    owner: (u32, u32),
    mounted: SystemTime,
}

fn errno(error: &io::Error) -> Errno {
    match error.kind() {
        io::ErrorKind::NotFound => Errno::ENOENT,
        io::ErrorKind::AlreadyExists => Errno::EEXIST,
        io::ErrorKind::StorageFull => Errno::ENOSPC,
        io::ErrorKind::ReadOnlyFilesystem => Errno::EROFS,
        io::ErrorKind::PermissionDenied => Errno::EACCES,
        io::ErrorKind::DirectoryNotEmpty => Errno::ENOTEMPTY,
        io::ErrorKind::IsADirectory => Errno::EISDIR,
        io::ErrorKind::NotADirectory => Errno::ENOTDIR,
        io::ErrorKind::InvalidInput => Errno::EINVAL,
        _ => Errno::EIO,
    }
}

impl Tree {
    pub(super) fn new(disk: SimulatedDisk, mountpoint: &Path) -> io::Result<Self> {
        let there = std::fs::metadata(mountpoint)?;
        let root = INodeNo::ROOT.0;
        Ok(Self {
            disk,
            dirs: Mutex::new(Dirs {
                paths: HashMap::from([(root, PathBuf::from(ROOT))]),
                last: root,
            }),
            owner: (there.uid(), there.gid()),
            mounted: SystemTime::now(),
        })
    }

    fn dirs(&self) -> MutexGuard<'_, Dirs> {
        self.dirs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dir(&self, ino: INodeNo) -> io::Result<PathBuf> {
        self.dirs()
            .paths
            .get(&ino.0)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn child(&self, parent: INodeNo, name: &OsStr) -> io::Result<PathBuf> {
        // The simulated disk keeps names of UTF-8 only.
        let name = name.to_str().ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.dir(parent)?.join(name))
    }

    fn file(ino: INodeNo) -> io::Result<FileNumber> {
        let number = ino
            .0
            .checked_sub(FIRST_FILE)
            .and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| io::ErrorKind::IsADirectory.into())
    }

    fn number(&self, path: &Path, entry: Entry) -> INodeNo {
        INodeNo(match entry {
            Entry::Dir => self.dirs().number(path),
            Entry::File(number) => FIRST_FILE + number as u64,
        })
    }

    fn attributes(&self, ino: INodeNo) -> io::Result<FileAttr> {
        let (kind, perm, nlink, size) = if ino.0 < FIRST_FILE {
            self.dir(ino)?;
            (FileType::Directory, 0o755, 2, 0)
        } else {
            (
                FileType::RegularFile,
                0o644,
                1,
                self.disk.length(Self::file(ino)?)?,
            )
        };
        let (uid, gid) = self.owner;
        let time = self.mounted;
        Ok(FileAttr {
            ino,
            size,
            blocks: size.div_ceil(512),
            atime: time,
            mtime: time,
            ctime: time,
            crtime: time,
            kind,
            perm,
            nlink,
            uid,
            gid,
            rdev: 0,
            blksize: BLOCK_BYTES,
            flags: 0,
        })
    }

    fn find(&self, parent: INodeNo, name: &OsStr) -> io::Result<FileAttr> {
        let path = self.child(parent, name)?;
        let entry = self.disk.entry(&path)?;
        self.attributes(self.number(&path, entry))
    }

    fn make_file(&self, parent: INodeNo, name: &OsStr) -> io::Result<FileAttr> {
        let path = self.child(parent, name)?;
        let entry = Entry::File(self.disk.create_file(&path)?);
        self.attributes(self.number(&path, entry))
    }

    fn make_dir(&self, parent: INodeNo, name: &OsStr) -> io::Result<FileAttr> {
        let path = self.child(parent, name)?;
        self.disk.make_dir(&path)?;
        self.attributes(self.number(&path, Entry::Dir))
    }

    fn remove_dir(&self, parent: INodeNo, name: &OsStr) -> io::Result<()> {
        let path = self.child(parent, name)?;
        self.disk.remove_dir(&path)?;
        self.dirs().paths.retain(|_, there| *there != path);
        Ok(())
    }

    fn move_entry(&self, from: &Path, to: &Path, flags: RenameFlags) -> io::Result<()> {
        if flags.contains(RenameFlags::RENAME_NOREPLACE) && self.disk.entry(to).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if flags.intersects(RenameFlags::RENAME_EXCHANGE | RenameFlags::RENAME_WHITEOUT) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let is_dir = self.disk.entry(from)? == Entry::Dir;
        self.disk.rename_entry(from, to)?;
        if is_dir {
            self.dirs().renamed(from, to);
        }
        Ok(())
    }

    fn listing(&self, ino: INodeNo) -> io::Result<Vec<(INodeNo, FileType, String)>> {
        let dir = self.dir(ino)?;
        let parent = dir
            .parent()
            .map_or(ino, |parent| self.number(parent, Entry::Dir));
        let mut listing = vec![
            (ino, FileType::Directory, ".".to_owned()),
            (parent, FileType::Directory, "..".to_owned()),
        ];
        for (name, entry) in self.disk.entries(&dir)? {
            let kind = match entry {
                Entry::Dir => FileType::Directory,
                Entry::File(_) => FileType::RegularFile,
            };
            listing.push((self.number(&dir.join(&name), entry), kind, name));
        }
        Ok(listing)
    }
}

fn answer(outcome: io::Result<()>, reply: ReplyEmpty) {
    match outcome {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(errno(&error)),
    }
}

fn answer_entry(outcome: io::Result<FileAttr>, reply: ReplyEntry) {
    match outcome {
        Ok(attributes) => reply.entry(&TIME_TO_LIVE, &attributes, Generation(0)),
        Err(error) => reply.error(errno(&error)),
    }
}

fn answer_attributes(outcome: io::Result<FileAttr>, reply: ReplyAttr) {
    match outcome {
        Ok(attributes) => reply.attr(&TIME_TO_LIVE, &attributes),
        Err(error) => reply.error(errno(&error)),
    }
}

impl Filesystem for Tree {
    fn lookup(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        answer_entry(self.find(parent, name), reply);
    }

    fn getattr(&self, _req: &Request, ino: INodeNo, _fh: Option<FileHandle>, reply: ReplyAttr) {
        answer_attributes(self.attributes(ino), reply);
    }

    /// Of the attributes only the length can be changed; the others are accepted and ignored.
    fn setattr(
        &self,
        _req: &Request,
        ino: INodeNo,
        _mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let resized = size.map_or(Ok(()), |size| self.disk.set_length(Self::file(ino)?, size));
        answer_attributes(resized.and_then(|()| self.attributes(ino)), reply);
    }

    fn mkdir(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        answer_entry(self.make_dir(parent, name), reply);
    }

    fn unlink(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(
            self.child(parent, name)
                .and_then(|path| self.disk.remove_file(&path)),
            reply,
        );
    }

    fn rmdir(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(self.remove_dir(parent, name), reply);
    }

    fn rename(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let paths = self
            .child(parent, name)
            .and_then(|from| Ok((from, self.child(newparent, newname)?)));
        answer(
            paths.and_then(|(from, to)| self.move_entry(&from, &to, flags)),
            reply,
        );
    }

    fn create(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        match self.make_file(parent, name) {
            Ok(attributes) => {
                let (generation, handle) = (Generation(0), FileHandle(0));
                reply.created(
                    &TIME_TO_LIVE,
                    &attributes,
                    generation,
                    handle,
                    FopenFlags::empty(),
                );
            }
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn read(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match Self::file(ino).and_then(|file| self.disk.read(file, offset, size as usize)) {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn write(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        data: &[u8],
        _write_flags: WriteFlags,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match Self::file(ino).and_then(|file| self.disk.write(file, offset, data)) {
            Ok(written) => {
                reply.written(u32::try_from(written).expect("a request is shorter than 4 GiB"));
            }
            Err(error) => reply.error(errno(&error)),
        }
    }

    /// Closing a file makes nothing durable. The kernel takes this answer for good and asks no more;
    /// else a process that is killed while it serves its own mount would wait for itself for ever.
    fn flush(
        &self,
        _req: &Request,
        _ino: INodeNo,
        _fh: FileHandle,
        _lock_owner: LockOwner,
        reply: ReplyEmpty,
    ) {
        reply.error(Errno::ENOSYS);
    }

    fn fsync(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        _datasync: bool,
        reply: ReplyEmpty,
    ) {
        answer(
            Self::file(ino).and_then(|file| self.disk.sync_file(file)),
            reply,
        );
    }

    fn fsyncdir(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        _datasync: bool,
        reply: ReplyEmpty,
    ) {
        answer(
            self.dir(ino).and_then(|dir| self.disk.sync_names(&dir)),
            reply,
        );
    }

    fn readdir(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let listing = match self.listing(ino) {
            Ok(listing) => listing,
            Err(error) => return reply.error(errno(&error)),
        };
        for ((number, kind, name), next) in listing.into_iter().zip(1_u64..) {
            if next > offset && reply.add(number, next, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _req: &Request, _ino: INodeNo, reply: ReplyStatfs) {
        let (capacity, used) = self.disk.space();
        let total = capacity.unwrap_or(BYTES_WITHOUT_LIMIT);
        let block = u64::from(BLOCK_BYTES);
        let free = total.saturating_sub(used) / block;
        let blocks = total / block;
        reply.statfs(
            blocks,
            free,
            free,
            FILES_MAX,
            FILES_MAX,
            BLOCK_BYTES,
            NAME_BYTES_MAX,
            BLOCK_BYTES,
        );
    }
}
