//! A copy of a journal that may be in use: the backup of a running hall.
//!
//! The copy is itself a journal, of the same id, that ends with the entry it was asked for. Every
//! frame is checked on its way. The mark is made first and says already where the copy ends: a copy
//! that was interrupted is refused when it is opened.

use std::path::Path;
use std::sync::Arc;

use crate::damage::DamageKind;
use crate::disk::{Disk, RealDisk, write_all};
use crate::error::{IoFailure, ReadError};
use crate::mark::Mark;
use crate::reader::{JournalReader, Progress, Verified};
use crate::segment::{self, HEADER, Step};
use crate::shelf::Shelf;
use crate::{Access, Head};

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The journal could not be read.
    #[error("the journal could not be read: {0}")]
    Read(#[from] ReadError),
    /// The copy could not be written.
    #[error("the copy could not be written: {0}")]
    Write(IoFailure),
    /// There is something in the directory for the copy.
    #[error("{} is not empty: name a new directory for the copy", dir.display())]
    NotEmpty {
        /// The directory.
        dir: std::path::PathBuf,
    },
    /// The entry that the copy shall end with is not the last of its frame.
    #[error("a copy cannot end with entry {seq}: it was recorded together with later ones")]
    WithinAFrame {
        /// The entry.
        seq: u64,
    },
}

impl JournalReader {
    /// Copies the journal up to and including the frame that ends with `head`, which must be
    /// acknowledged, into the new or empty directory `dir`. Durable when this returns.
    ///
    /// # Errors
    /// [`CopyError`]; what is in `dir` is of no use then.
    pub fn copy_to(
        &self,
        dir: &Path,
        head: Head,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Verified, CopyError> {
        self.copy_to_disk(Arc::new(RealDisk), dir, head, progress)
    }

    /// [`copy_to`](Self::copy_to) onto another disk than the machine's.
    ///
    /// # Errors
    /// As `copy_to`.
    pub fn copy_to_disk(
        &self,
        disk: Arc<dyn Disk>,
        dir: &Path,
        head: Head,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Verified, CopyError> {
        disk.ensure_dir(dir)
            .map_err(|e| CopyError::Write(IoFailure::when("make", dir)(e)))?;
        let to = Shelf::new(disk, dir);
        if !to.names().map_err(CopyError::Write)?.is_empty() {
            return Err(CopyError::NotEmpty {
                dir: dir.to_path_buf(),
            });
        }
        let mark = Mark::make(&to, self.id(), head.seq, head.hash).map_err(CopyError::Write)?;
        drop(mark);
        let mut bytes = Vec::new();
        let mut next_seq = 1;
        for index in 1.. {
            self.shelf()
                .load(index, Some(self.id()), Access::Read, &mut bytes)?;
            let end = self.end_of_copy(index, &bytes, &mut next_seq, head.seq)?;
            bytes[end..].fill(0);
            to.make_file(&segment::file_name(index), |file| {
                write_all(file, &bytes, 0)
            })
            .map_err(CopyError::Write)?;
            progress(Progress {
                seq: next_seq - 1,
                last_seq: head.seq,
            });
            if next_seq > head.seq {
                break;
            }
        }
        let copy = JournalReader::of(to, self.id());
        Ok(copy.verify(head.seq, &mut |_| {})?)
    }

    /// Where the frames up to entry `last` end in this segment.
    fn end_of_copy(
        &self,
        index: u64,
        bytes: &[u8],
        next_seq: &mut u64,
        last: u64,
    ) -> Result<usize, CopyError> {
        let seed = self.id().checksum_seed();
        let mut at = HEADER;
        while *next_seq <= last {
            match segment::step(bytes, at, seed) {
                Step::Frame { head, .. } if head.last_seq() > last => {
                    return Err(CopyError::WithinAFrame { seq: last });
                }
                Step::Frame { head, .. } => {
                    at += head.length;
                    *next_seq = head.last_seq() + 1;
                }
                Step::End { .. } => break,
                Step::Bad { fault, .. } => {
                    let kind = DamageKind::BadFrame(fault);
                    return Err(ReadError::from(self.shelf().damage(
                        index,
                        at,
                        Some(*next_seq),
                        kind,
                    ))
                    .into());
                }
            }
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::SimulatedDisk;
    use crate::{Journal, Options, SegmentJournal};

    #[test]
    fn a_copy_of_a_journal_in_use_opens_as_a_journal_that_ends_where_it_was_asked_to() {
        let disk = SimulatedDisk::new();
        let small = Options {
            segment_bytes: 16 * 1024,
            ..Options::default()
        };
        let (mut journal, _) =
            SegmentJournal::open_on(disk.shared(), Path::new("/hall"), &small).unwrap();
        let mut heads = vec![journal.head()];
        for n in 0..100_u32 {
            journal
                .append_entries(&[&n.to_le_bytes(), &[7; 600]])
                .unwrap();
            heads.push(journal.head());
        }
        for at in [0, 1, 40, 100] {
            let target = SimulatedDisk::new();
            let copied = journal.reader().copy_to_disk(
                target.shared(),
                Path::new("/copy"),
                heads[at],
                &mut |_| {},
            );
            assert_eq!(copied.unwrap().head, heads[at]);
            let (copy, report) =
                SegmentJournal::open_on(target.shared(), Path::new("/copy"), &small).unwrap();
            assert!(report.is_clean());
            assert_eq!((copy.head(), copy.id()), (heads[at], journal.id()));
        }
        let within = Head { seq: 3, ..heads[2] };
        let refused =
            journal
                .reader()
                .copy_to_disk(disk.shared(), Path::new("/half"), within, &mut |_| {});
        assert!(matches!(refused, Err(CopyError::WithinAFrame { seq: 3 })));
        let refused =
            journal
                .reader()
                .copy_to_disk(disk.shared(), Path::new("/hall"), heads[2], &mut |_| {});
        assert!(matches!(refused, Err(CopyError::NotEmpty { .. })));
    }
}
