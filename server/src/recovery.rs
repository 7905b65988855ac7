//! Making the hall from what is on disk: the newest snapshot that can be believed, and what the journal recorded since.
//!
//! A snapshot only saves time. Whether there is one, and which, makes no difference to the hall that comes out: applying
//! an event neither fails nor refuses, and replaying the journal from its beginning gives the same.

#[cfg(test)]
pub(crate) mod tests;

use nowserving_journal::{IoFailure, Journal, ReadError, Reader};
use nowserving_shared::domain::Hall;

use crate::record::{self, Entry, RecordError};
use crate::snapshots::Snapshots;

/// How many events lie between two calls of `progress`.
const PROGRESS_EVERY: u64 = 4096;

/// Why the hall cannot be made from what is on disk.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The journal cannot be read.
    #[error("{0}")]
    Journal(#[from] ReadError),
    /// An event in it cannot be read.
    #[error("{0}")]
    Record(#[from] RecordError),
    /// The journal does not carry on where the hall ends.
    #[error("the journal goes on with event {found} where event {expected} should be")]
    Sequence {
        /// What was found.
        found: u64,
        /// What should be there.
        expected: u64,
    },
    /// A snapshot that is newer than the journal cannot be taken out of the way.
    #[error("a snapshot is newer than the journal and cannot be set aside: {0}")]
    Snapshots(IoFailure),
}

/// The hall as far as `journal` reaches: from the newest usable snapshot, or from the beginning. Snapshots that are newer
/// than the journal are set aside. `progress` is told, from time to time and at the end, how many events of how many have
/// been applied.
///
/// # Errors
/// [`RecoverError`].
pub fn recover(
    journal: &dyn Journal,
    snapshots: Option<&Snapshots>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Hall, RecoverError> {
    let head = journal.head().seq;
    let image = match snapshots {
        Some(snapshots) => {
            snapshots
                .set_aside_after(head)
                .map_err(RecoverError::Snapshots)?;
            snapshots.latest(head)
        }
        None => None,
    };
    let mut hall = image.map_or_else(Hall::default, Hall::from_image);
    let start = hall.seq();
    let reader = journal.read_from(start + 1)?;
    replay(reader, start + 1, &mut |entry| {
        hall.apply(&entry.recorded.event, entry.recorded.at);
        let done = hall.seq() - start;
        if done.is_multiple_of(PROGRESS_EVERY) {
            progress(done, head - start);
        }
    })?;
    progress(hall.seq() - start, head - start);
    Ok(hall)
}

/// Reads all records of `reader`, the first of which must have the sequence `first`, and hands each to `take`.
///
/// # Errors
/// [`RecoverError`] at the first that cannot be read or is out of order.
pub fn replay(
    mut reader: Reader,
    first: u64,
    take: &mut dyn FnMut(Entry),
) -> Result<(), RecoverError> {
    let mut expected = first;
    while let Some(frame) = reader.next_frame()? {
        for (found, bytes) in frame.entries() {
            if found != expected {
                return Err(RecoverError::Sequence { found, expected });
            }
            take(record::read(found, bytes)?);
            expected += 1;
        }
    }
    Ok(())
}
