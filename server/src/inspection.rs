//! Looks through the whole journal in the background once the doors are open.
//!
//! Opening a journal checks its last segments, which is where a crash leaves traces; reading all of a year's segments would
//! keep a hall closed. A block of an older segment that has gone bad in the meantime would be noticed when somebody needs
//! it, and by then every copy may have it too. So it is looked for after each start, at a pace that leaves the disk to the
//! hall. Damage is told in the log and by the gauge [`DAMAGED`]; the hall goes on, since what is written now is sound.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nowserving_journal::{JournalReader, ReadError};

/// 1 when a segment of the journal is damaged, 0 when all of them were found whole.
pub const DAMAGED: &str = "nowserving_journal_damaged";
/// How many bytes of entries are looked at before a pause.
const BYTES_AT_ONCE: usize = 1 << 20;
/// How long the pause lasts.
const PAUSE: Duration = Duration::from_millis(20);

/// An inspection that is under way, or done. Dropping it ends it.
#[derive(Debug)]
pub struct Inspection {
    /// Gone: stop.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Begins to look at everything up to the entry `up_to`.
///
/// # Errors
/// When the system gives no thread.
pub fn start(reader: JournalReader, up_to: u64) -> io::Result<Inspection> {
    let (stop, stopped) = mpsc::channel();
    let look = move || {
        let rest = || stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout);
        match inspect(&reader, up_to, rest) {
            Ok(true) => {
                metrics::gauge!(DAMAGED).set(0.0);
                tracing::info!(
                    events = up_to,
                    "the whole journal was looked through and is sound"
                );
            }
            Ok(false) => {}
            Err(error) => {
                metrics::gauge!(DAMAGED).set(1.0);
                tracing::error!(
                    %error,
                    "the journal is damaged: the hall goes on, but its history cannot be replayed; restore that part from \
                     a copy while the server is stopped"
                );
            }
        }
    };
    let thread = thread::Builder::new().name("inspection".to_owned());
    Ok(Inspection {
        stop: Some(stop),
        thread: Some(thread.spawn(look)?),
    })
}

/// Reads frame after frame, which checks every checksum and every link; `rest` says whether to go on. Whether it came to
/// the end.
fn inspect(
    reader: &JournalReader,
    up_to: u64,
    mut rest: impl FnMut() -> bool,
) -> Result<bool, ReadError> {
    let mut frames = reader.read(1, up_to)?;
    let mut bytes = 0;
    while let Some(frame) = frames.next_frame()? {
        bytes += frame.bytes().len();
        if bytes >= BYTES_AT_ONCE {
            bytes = 0;
            if !rest() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

impl Drop for Inspection {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic in there was logged, and nothing depends on it.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use nowserving_journal::{Batch, Journal as _, Options, SEGMENT_BYTES_MIN, SegmentJournal};

    use super::*;

    /// A journal of several small segments.
    fn journal(dir: &std::path::Path) -> SegmentJournal {
        let options = Options {
            segment_bytes: SEGMENT_BYTES_MIN,
            ..Options::default()
        };
        let (mut journal, _) = SegmentJournal::open(dir, &options).expect("a journal");
        while journal.segments().len() < 5 {
            let mut batch = Batch::new();
            batch.push(&[7; 1000]).expect("there is room");
            journal.append(&mut batch).expect("it is written");
        }
        journal
    }

    #[test]
    fn a_sound_journal_is_read_to_its_end_and_a_stop_is_heeded() {
        let place = tempfile::tempdir().expect("a directory");
        let journal = journal(place.path());
        let (reader, head) = (journal.reader(), journal.head().seq);
        assert!(inspect(&reader, head, || true).expect("it is sound"));
        assert!(inspect(&reader, 0, || true).expect("nothing is sound"));
    }

    #[test]
    fn a_block_that_went_bad_in_an_old_segment_is_found_while_the_hall_runs() {
        let place = tempfile::tempdir().expect("a directory");
        let journal = journal(place.path());
        let old = place.path().join("00000002.segment");
        let mut bytes = std::fs::read(&old).expect("a segment");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&old, bytes).expect("a segment");
        let error = inspect(&journal.reader(), journal.head().seq, || true);
        let error = error.expect_err("it is damaged").to_string();
        assert!(error.contains("00000002.segment"), "{error}");
        let _ = start(journal.reader(), journal.head().seq).expect("a thread");
    }
}
