//! The directory of a journal: finding, making and loading its segment files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::damage::{Damage, DamageKind, HeaderFault};
use crate::disk::{Access, Disk, DiskFile, read_all, write_all, write_zeros};
use crate::error::{IoFailure, ReadError};
use crate::frame::{self, FRAME_BYTES_MAX, FRAME_BYTES_MIN, FrameHead};
use crate::names::JournalId;
use crate::segment::{self, HEADER, Header, SEGMENT_HEADER_BYTES};

/// How much of a new segment is written between two syncs. A commit that comes in between waits for
/// no more than this.
const FILL_CHUNK_BYTES: u64 = 512 * 1024;
/// The name under which a file is made before it gets its own.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// A directory on a disk. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
}

/// The whole of a segment, checked as far as its header goes.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) file: Box<dyn DiskFile>,
    pub(crate) header: Header,
}

impl Shelf {
    pub(crate) fn new(disk: Arc<dyn Disk>, dir: &Path) -> Self {
        Self {
            disk,
            dir: dir.to_path_buf(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(crate) fn segment_path(&self, index: u64) -> PathBuf {
        self.path(&segment::file_name(index))
    }

    pub(crate) fn names(&self) -> Result<Vec<String>, IoFailure> {
        self.disk
            .list(&self.dir)
            .map_err(IoFailure::when("list", &self.dir))
    }

    /// The indices of all segments, in order. Refuses a gap, and a first one other than 1.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] naming the first segment that is missing.
    pub(crate) fn indices(&self) -> Result<Vec<u64>, ReadError> {
        let names = self.names()?;
        let mut indices: Vec<u64> = names
            .iter()
            .filter_map(|name| segment::index_in(name))
            .collect();
        indices.sort_unstable();
        for (index, expected) in indices.iter().zip(1..) {
            if *index != expected {
                return Err(self.damage(expected, 0, None, DamageKind::Missing).into());
            }
        }
        Ok(indices)
    }

    pub(crate) fn damage(
        &self,
        index: u64,
        offset: usize,
        next_seq: Option<u64>,
        kind: DamageKind,
    ) -> Damage {
        Damage {
            file: self.segment_path(index),
            segment: Some(index),
            offset: offset as u64,
            next_seq,
            kind,
        }
    }

    /// Opens a segment and checks its header against its name, its length and, where given, the
    /// journal.
    pub(crate) fn open(
        &self,
        index: u64,
        journal: Option<JournalId>,
        access: Access,
    ) -> Result<Loaded, ReadError> {
        let path = self.segment_path(index);
        let file = self
            .disk
            .open(&path, access)
            .map_err(IoFailure::when("open", &path))?;
        let found = file.length().map_err(IoFailure::when("measure", &path))?;
        let header = self.read_header(index, file.as_ref(), found)?;
        let refuse = |kind| Err(self.damage(index, 0, None, kind).into());
        match journal {
            Some(expected) if expected != header.journal => {
                return refuse(DamageKind::Foreign {
                    found: header.journal,
                    expected,
                });
            }
            Some(_) | None => {}
        }
        if header.index != index {
            return refuse(DamageKind::Misplaced {
                found: header.index,
            });
        }
        if header.bytes != found {
            return refuse(DamageKind::Length {
                found,
                expected: header.bytes,
            });
        }
        Ok(Loaded { file, header })
    }

    fn read_header(
        &self,
        index: u64,
        file: &dyn DiskFile,
        length: u64,
    ) -> Result<Header, ReadError> {
        let bad = |fault: HeaderFault| self.damage(index, 0, None, fault.into());
        if length < SEGMENT_HEADER_BYTES {
            return Err(bad(HeaderFault::Short).into());
        }
        let mut block = [0; HEADER];
        read_all(file, &mut block, 0)
            .map_err(IoFailure::when("read", &self.segment_path(index)))?;
        Ok(Header::decode(&block).map_err(bad)?)
    }

    /// [`open`](Self::open), and reads the whole segment into `bytes`.
    pub(crate) fn load(
        &self,
        index: u64,
        journal: Option<JournalId>,
        access: Access,
        bytes: &mut Vec<u8>,
    ) -> Result<Loaded, ReadError> {
        let loaded = self.open(index, journal, access)?;
        let length = usize::try_from(loaded.header.bytes)
            .expect("a header allows no more than SEGMENT_BYTES_MAX");
        bytes.resize(length, 0);
        read_all(loaded.file.as_ref(), bytes, 0)
            .map_err(IoFailure::when("read", &self.segment_path(index)))?;
        Ok(loaded)
    }

    /// The head of the first frame of a segment, or `None` when the segment holds none yet.
    pub(crate) fn first_frame(
        &self,
        index: u64,
        journal: JournalId,
    ) -> Result<Option<FrameHead>, ReadError> {
        let loaded = self.open(index, Some(journal), Access::Read)?;
        let read = |bytes: &mut [u8]| {
            read_all(loaded.file.as_ref(), bytes, SEGMENT_HEADER_BYTES)
                .map_err(IoFailure::when("read", &self.segment_path(index)))
        };
        let mut bytes = vec![0; FRAME_BYTES_MIN];
        read(&mut bytes)?;
        if segment::is_zero(&bytes) {
            return Ok(None);
        }
        let reach = loaded.header.bytes - SEGMENT_HEADER_BYTES;
        let claimed = u64::from(frame::u32_at(&bytes, 4))
            .clamp(FRAME_BYTES_MIN as u64, FRAME_BYTES_MAX as u64);
        bytes.resize(
            usize::try_from(claimed.min(reach)).expect("at most FRAME_BYTES_MAX"),
            0,
        );
        read(&mut bytes)?;
        match frame::check(&bytes, journal.checksum_seed()) {
            Ok(head) => Ok(Some(head)),
            Err(fault) => Err(self
                .damage(index, HEADER, None, DamageKind::BadFrame(fault))
                .into()),
        }
    }

    /// Makes a segment: header and zeros, synced under a temporary name, then renamed, then the
    /// name synced. When this returns `Ok`, the segment is there to stay.
    pub(crate) fn make_segment(
        &self,
        index: u64,
        journal: JournalId,
        bytes: u64,
    ) -> Result<Box<dyn DiskFile>, IoFailure> {
        let header = Header {
            journal,
            index,
            bytes,
        };
        self.make_file(&segment::file_name(index), |file| {
            write_all(file, &header.encode(), 0)?;
            let mut at = SEGMENT_HEADER_BYTES;
            while at < bytes {
                let step = (bytes - at).min(FILL_CHUNK_BYTES);
                write_zeros(file, at, step)?;
                file.sync_data()?;
                at += step;
            }
            Ok(())
        })
    }

    /// Makes a file under a temporary name, lets `fill` write it, syncs it, and gives it its name.
    pub(crate) fn make_file(
        &self,
        name: &str,
        fill: impl FnOnce(&dyn DiskFile) -> std::io::Result<()>,
    ) -> Result<Box<dyn DiskFile>, IoFailure> {
        let path = self.path(name);
        let temporary = self.path(&format!("{name}{TEMPORARY_SUFFIX}"));
        self.remove_if_there(&temporary)?;
        let file = self
            .disk
            .create(&temporary)
            .map_err(IoFailure::when("create", &temporary))?;
        let filled = fill(file.as_ref()).and_then(|()| file.sync_data());
        if let Err(source) = filled {
            drop(file);
            // The space is worth more than the reason why it could not be given back; the next
            // attempt removes it too.
            let _ = self.disk.remove(&temporary);
            return Err(IoFailure {
                doing: "write",
                path: temporary,
                source,
            });
        }
        self.disk
            .rename(&temporary, &path)
            .map_err(IoFailure::when("rename", &temporary))?;
        self.disk
            .sync_dir(&self.dir)
            .map_err(IoFailure::when("sync", &self.dir))?;
        Ok(file)
    }

    fn remove_if_there(&self, path: &Path) -> Result<(), IoFailure> {
        match self.disk.remove(path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(IoFailure::when("remove", path)(e))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Removes what an interrupted [`make_file`](Self::make_file) left behind. Returns how many
    /// files that were.
    pub(crate) fn remove_temporary_files(&self) -> Result<usize, IoFailure> {
        let names = self.names()?;
        let stale: Vec<&String> = names
            .iter()
            .filter(|name| name.ends_with(TEMPORARY_SUFFIX))
            .collect();
        for name in &stale {
            self.remove_if_there(&self.path(name))?;
        }
        Ok(stale.len())
    }
}
