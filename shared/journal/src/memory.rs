//! A journal that is gone with its process: for tests and for trying things out. Its frames are
//! those of the real one.

use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::Batch;
use crate::error::{AppendError, ReadError};
use crate::frame;
use crate::names::JournalId;
use crate::reader::Reader;
use crate::segment::Chain;
use crate::{Appended, Head, Journal};

/// Sealed frames, shared between the journal and its readers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frames(Arc<Mutex<Vec<Arc<[u8]>>>>);

impl Frames {
    pub(crate) fn get(&self, at: usize) -> Option<Arc<[u8]>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(at)
            .cloned()
    }

    fn push(&self, frame: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::from(frame));
    }
}

/// A journal in memory. Grows without bound.
#[derive(Debug)]
pub struct MemoryJournal {
    journal: JournalId,
    frames: Frames,
    chain: Chain,
}

impl MemoryJournal {
    /// An empty journal with this id.
    #[must_use]
    pub fn new(journal: JournalId) -> Self {
        Self {
            journal,
            frames: Frames::default(),
            chain: Chain::start(journal),
        }
    }
}

impl Journal for MemoryJournal {
    fn id(&self) -> JournalId {
        self.journal
    }

    fn append(&mut self, batch: &mut Batch) -> Result<Appended, AppendError> {
        if batch.is_empty() {
            return Err(AppendError::Empty);
        }
        let first_seq = self.chain.next_seq;
        let sealed = batch.seal(self.journal.checksum_seed(), first_seq, self.chain.hash);
        self.frames.push(sealed);
        let hash = frame::hash(sealed);
        self.chain = Chain {
            next_seq: first_seq + u64::from(batch.count()),
            hash,
        };
        batch.clear();
        Ok(Appended {
            first_seq,
            last_seq: self.chain.next_seq - 1,
        })
    }

    fn probe(&mut self) -> Result<(), AppendError> {
        Ok(())
    }

    fn head(&self) -> Head {
        self.chain.head()
    }

    fn read_from(&self, seq: u64) -> Result<Reader, ReadError> {
        let last = self.head().seq;
        if seq == 0 || seq > last + 1 {
            return Err(ReadError::NoSuchSeq { asked: seq, last });
        }
        Ok(Reader::of_memory(
            self.frames.clone(),
            self.journal,
            seq,
            last,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_answers_like_the_journal_in_files() {
        let mut journal = MemoryJournal::new(JournalId([1; 16]));
        assert!(matches!(
            journal.append_entries(&[]),
            Err(AppendError::Empty)
        ));
        journal.append_entries(&[b"one", b"two"]).unwrap();
        let third = journal.append_entries(&[b"three"]).unwrap();
        assert_eq!(
            third,
            Appended {
                first_seq: 3,
                last_seq: 3
            }
        );
        let read: Vec<_> = journal.read_from(2).unwrap().map(Result::unwrap).collect();
        assert_eq!(read, [(2, b"two".to_vec()), (3, b"three".to_vec())]);
        assert_eq!(journal.read_from(4).unwrap().count(), 0);
        assert!(matches!(
            journal.read_from(5),
            Err(ReadError::NoSuchSeq { asked: 5, last: 3 })
        ));
    }
}
