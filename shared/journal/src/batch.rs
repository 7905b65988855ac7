//! A batch: entries on their way into one frame, kept in the very buffer that will be written.

use std::io;

use crate::frame::{self, FRAME_BYTES_MAX, FRAME_ENTRIES_MAX, HEAD_BYTES};
use crate::names::FrameHash;

/// Why an entry was not taken into a batch. The batch is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchFull {
    /// The batch has as many entries as a frame may have.
    #[error("a frame holds at most {FRAME_ENTRIES_MAX} entries: append this batch first")]
    Entries,
    /// With this entry the frame would be too long.
    #[error(
        "with this entry the frame would take {needed} bytes, and at most {FRAME_BYTES_MAX} are allowed: append this batch first, or make the entry smaller"
    )]
    Bytes {
        /// The length of the frame with the entry, in bytes.
        needed: usize,
    },
}

/// Why [`Batch::push_with`] took no entry. The batch is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum PushError<E> {
    /// The entry does not fit.
    #[error(transparent)]
    Full(#[from] BatchFull),
    /// The encoder failed.
    #[error("the entry could not be encoded: {0}")]
    Encode(E),
}

/// Entries that are to become one frame. Reuse it: the buffer keeps its capacity (at most
/// [`FRAME_BYTES_MAX`]).
#[derive(Debug)]
pub struct Batch {
    /// Room for the frame's head, then the entries; after sealing also padding and end mark.
    bytes: Vec<u8>,
    /// Where the entries end in `bytes`.
    body_end: usize,
    count: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bytes: vec![0; HEAD_BYTES],
            body_end: HEAD_BYTES,
            count: 0,
        }
    }

    /// Adds one entry.
    ///
    /// # Errors
    /// [`BatchFull`] when it does not fit into the frame.
    pub fn push(&mut self, entry: &[u8]) -> Result<(), BatchFull> {
        self.room_for(entry.len())?;
        self.bytes.truncate(self.body_end);
        let length =
            u32::try_from(entry.len()).expect("room_for bounds an entry by FRAME_BYTES_MAX");
        frame::push_entry_head(&mut self.bytes, length);
        self.bytes.extend_from_slice(entry);
        self.close_entry();
        Ok(())
    }

    /// Adds one entry that `encode` writes straight into the frame.
    ///
    /// # Errors
    /// [`PushError`] when the encoder fails or the entry does not fit into the frame.
    pub fn push_with<E>(
        &mut self,
        encode: impl FnOnce(&mut EntryWriter<'_>) -> Result<(), E>,
    ) -> Result<(), PushError<E>> {
        self.room_for(0)?;
        self.bytes.truncate(self.body_end);
        frame::push_entry_head(&mut self.bytes, 0);
        let start = self.bytes.len();
        let mut writer = EntryWriter {
            bytes: &mut self.bytes,
            over: None,
        };
        let encoded = encode(&mut writer);
        if let Some(needed) = writer.over {
            self.bytes.truncate(self.body_end);
            return Err(BatchFull::Bytes { needed }.into());
        }
        if let Err(fault) = encoded {
            self.bytes.truncate(self.body_end);
            return Err(PushError::Encode(fault));
        }
        let length =
            u32::try_from(self.bytes.len() - start).expect("EntryWriter stops at FRAME_BYTES_MAX");
        self.bytes[self.body_end..start].copy_from_slice(&length.to_le_bytes());
        self.close_entry();
        Ok(())
    }

    fn close_entry(&mut self) {
        self.body_end = self.bytes.len();
        self.count += 1;
    }

    fn room_for(&self, entry: usize) -> Result<(), BatchFull> {
        if self.count == FRAME_ENTRIES_MAX {
            return Err(BatchFull::Entries);
        }
        let body = self.body_end - HEAD_BYTES;
        let needed = frame::frame_length(body.saturating_add(frame::entry_length(entry)));
        if needed > FRAME_BYTES_MAX {
            Err(BatchFull::Bytes { needed })
        } else {
            Ok(())
        }
    }

    /// Forgets the entries and keeps the buffer.
    pub fn clear(&mut self) {
        self.bytes.truncate(HEAD_BYTES);
        self.body_end = HEAD_BYTES;
        self.count = 0;
    }

    /// The number of entries.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether there is no entry yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes that the frame of this batch takes.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        frame::frame_length(self.body_end - HEAD_BYTES)
    }

    /// The finished frame. May be called again with other arguments after a failed write.
    pub(crate) fn seal(&mut self, seed: u32, first_seq: u64, previous: FrameHash) -> &[u8] {
        self.bytes.truncate(self.body_end);
        frame::seal(&mut self.bytes, seed, self.count, first_seq, previous);
        &self.bytes
    }

    /// What [`seal`](Self::seal) returned.
    pub(crate) fn sealed(&self) -> &[u8] {
        &self.bytes
    }
}

/// Writes one entry into a [`Batch`].
#[derive(Debug)]
pub struct EntryWriter<'a> {
    bytes: &'a mut Vec<u8>,
    /// The frame length that a refused write would have led to.
    over: Option<usize>,
}

impl io::Write for EntryWriter<'_> {
    // An encoder writes hundreds of small pieces.
    #[inline]
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let needed = frame::frame_length(self.bytes.len().saturating_add(piece.len()) - HEAD_BYTES);
        if needed > FRAME_BYTES_MAX {
            self.over = Some(needed);
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                BatchFull::Bytes { needed },
            ));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    #[inline]
    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        self.write(piece).map(|_| ())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_entry_that_does_not_fit_leaves_the_batch_as_it_was() {
        let mut batch = Batch::new();
        batch.push(b"first").unwrap();
        let before = batch.frame_bytes();
        let huge = vec![1; FRAME_BYTES_MAX];
        assert!(matches!(batch.push(&huge), Err(BatchFull::Bytes { .. })));
        let outcome = batch.push_with(|entry| entry.write_all(&huge));
        assert!(matches!(
            outcome,
            Err(PushError::Full(BatchFull::Bytes { .. }))
        ));
        let outcome: Result<(), PushError<&str>> = batch.push_with(|entry| {
            entry.write_all(b"half").unwrap();
            Err("no more")
        });
        assert!(matches!(outcome, Err(PushError::Encode("no more"))));
        assert_eq!((batch.count(), batch.frame_bytes()), (1, before));
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let mut batch = Batch::new();
        for _ in 0..FRAME_ENTRIES_MAX {
            batch.push(b"").unwrap();
        }
        assert_eq!(batch.push(b""), Err(BatchFull::Entries));
    }

    #[test]
    fn sealing_again_gives_the_frame_for_the_new_place() {
        let mut batch = Batch::new();
        batch.push(b"first").unwrap();
        batch.seal(1, 10, FrameHash([0; 32]));
        batch.push_with(|entry| entry.write_all(b"second")).unwrap();
        let sealed = batch.seal(1, 11, FrameHash([0; 32])).to_vec();
        let head = frame::check(&sealed, 1).unwrap();
        assert_eq!((head.first_seq, head.count), (11, 2));
    }
}
