//! The entries of the kiosk's journal as they are stored: JSON, with a version. A golden file holds their form still; so do
//! those of the wire, whose words they use.

use nowserving_shared::model::{Moment, TicketId};
use nowserving_shared::protocol::http::IssueRequest;
use nowserving_shared::protocol::kiosk::{LeaseView, TakenTicket};
use serde::{Deserialize, Serialize};

/// The version that this build writes and reads.
pub const RECORD_VERSION: u32 = 1;

/// An entry of the kiosk's journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Entry {
    /// The numbers that the kiosk may give out; others it may not any more.
    Leases {
        /// When, by the hall's clock.
        at: Moment,
        /// All of them.
        leases: Vec<LeaseView>,
    },
    /// A number was given out.
    Taken {
        /// Which, and to whom.
        taken: TakenTicket,
        /// Its number, when the person is known: whoever wants a second one is told it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Box<LeaseView>>,
    },
    /// The server may have made a ticket of a step that was served from a lease.
    ToUndo {
        /// Which.
        undo: Undo,
    },
    /// Tickets were handed over.
    HandedOver {
        /// Which.
        tickets: Vec<TicketId>,
    },
    /// What the server may have made of a step is gone.
    Undone {
        /// The step's key.
        key: String,
    },
}

/// A request that may have reached the server although nobody holds what it led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The step's key.
    pub key: String,
    /// What was asked.
    pub request: IssueRequest,
}

#[derive(Serialize, Deserialize)]
struct Record<E> {
    v: u32,
    e: E,
}

/// Why an entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is not the JSON that it should be.
    #[error("entry {seq} of the kiosk's journal cannot be read: {source}")]
    Json {
        /// Its sequence.
        seq: u64,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A later build wrote it.
    #[error(
        "entry {seq} of the kiosk's journal has version {version}, and this build reads {RECORD_VERSION}: use the newer build"
    )]
    Newer {
        /// Its sequence.
        seq: u64,
        /// Its version.
        version: u32,
    },
}

/// An entry as it is stored.
#[must_use]
pub fn write(entry: &Entry) -> Vec<u8> {
    let record = Record {
        v: RECORD_VERSION,
        e: entry,
    };
    serde_json::to_vec(&record).expect("an entry is text, numbers and lists of them")
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// [`RecordError`].
pub fn read(seq: u64, bytes: &[u8]) -> Result<Entry, RecordError> {
    let json = |source| RecordError::Json { seq, source };
    let record: Record<serde_json::Value> = serde_json::from_slice(bytes).map_err(json)?;
    match record.v {
        RECORD_VERSION => serde_json::from_value(record.e).map_err(json),
        version => Err(RecordError::Newer { seq, version }),
    }
}
