//! Events as they are stored: versioned JSON records, and their conversion from and to the domain.
//!
//! A record is one JSON object: `v` (the version), `at` (ms since 1970, UTC), `by`, `key` (when the command that caused it
//! carried an idempotency key; on its first event only) and `e` (the event). The journal gives the sequence. What an
//! older version wrote is lifted step by step by `upcast`; golden files hold the form of each version still.

mod event;
mod snapshot;
#[cfg(test)]
mod tests;
mod words;

use std::io;

use nowserving_shared::domain::{By, Event, Recorded};
use nowserving_shared::model::{DeviceId, Moment, StaffId, TicketId};
use serde::{Deserialize, Serialize};

pub use snapshot::{SnapshotRecord, image_from_json, image_to_json};

use event::EventRecord;

/// The version that this build writes.
pub const RECORD_VERSION: u32 = 1;

/// The idempotency key of a command, kept beside its first event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandKey {
    /// The key that the client chose.
    #[serde(rename = "k")]
    pub key: String,
    /// A hash of who asked for what, in hex: the same key for another request is refused.
    #[serde(rename = "f")]
    pub fingerprint: String,
    /// How many events the command led to, this one included.
    #[serde(rename = "n")]
    pub events: u32,
}

/// An event with all that is stored beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The event and its place in the history.
    pub recorded: Recorded,
    /// The key of the command that caused it, on the command's first event.
    pub key: Option<CommandKey>,
}

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is not the JSON that it should be.
    #[error("event {seq} cannot be read: {source}")]
    Json {
        /// Its sequence.
        seq: u64,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A later build wrote it.
    #[error(
        "event {seq} has record version {version}, and this build reads up to {RECORD_VERSION}: use the newer build"
    )]
    Newer {
        /// Its sequence.
        seq: u64,
        /// Its version.
        version: u32,
    },
    /// The configuration in it is refused by this build.
    #[error("the configuration in event {seq} is refused by this build: {faults}")]
    Configuration {
        /// Its sequence.
        seq: u64,
        /// What is wrong.
        faults: String,
    },
}

#[derive(Serialize, Deserialize)]
struct RecordV1 {
    v: u32,
    at: i64,
    by: ByRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<CommandKey>,
    e: EventRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ByRecord {
    Device(DeviceId),
    Staff(StaffId),
    Customer(TicketId),
    System,
}

impl From<&By> for ByRecord {
    fn from(by: &By) -> Self {
        match by {
            By::Device(id) => Self::Device(id.clone()),
            By::Staff(id) => Self::Staff(id.clone()),
            By::Customer(id) => Self::Customer(*id),
            By::System => Self::System,
        }
    }
}

impl From<ByRecord> for By {
    fn from(by: ByRecord) -> Self {
        match by {
            ByRecord::Device(id) => Self::Device(id),
            ByRecord::Staff(id) => Self::Staff(id),
            ByRecord::Customer(id) => Self::Customer(id),
            ByRecord::System => Self::System,
        }
    }
}

/// Writes the record of an event.
///
/// # Errors
/// Only those of `out`.
pub fn write(
    out: impl io::Write,
    at: Moment,
    by: &By,
    key: Option<&CommandKey>,
    event: &Event,
) -> io::Result<()> {
    let record = RecordV1 {
        v: RECORD_VERSION,
        at: at.0,
        by: by.into(),
        key: key.cloned(),
        e: event.into(),
    };
    serde_json::to_writer(out, &record).map_err(io::Error::from)
}

/// Reads the record of event `seq`.
///
/// # Errors
/// [`RecordError`] when it is damaged, newer than this build, or holds a configuration that this build refuses.
pub fn read(seq: u64, bytes: &[u8]) -> Result<Entry, RecordError> {
    let json = |source| RecordError::Json { seq, source };
    // What this build writes is read without a detour; anything else is looked at first.
    let record: RecordV1 = match serde_json::from_slice(bytes) {
        Ok(
            record @ RecordV1 {
                v: RECORD_VERSION, ..
            },
        ) => record,
        Ok(RecordV1 { .. }) | Err(_) => {
            let value: serde_json::Value = serde_json::from_slice(bytes).map_err(json)?;
            serde_json::from_value(upcast(seq, value)?).map_err(json)?
        }
    };
    let event = record
        .e
        .into_event()
        .map_err(|faults| RecordError::Configuration { seq, faults })?;
    let recorded = Recorded {
        seq,
        at: Moment(record.at),
        by: record.by.into(),
        event,
    };
    Ok(Entry {
        recorded,
        key: record.key,
    })
}

/// Lifts a record of any version to the present one. Each version adds one arm, which lifts it by one.
fn upcast(seq: u64, value: serde_json::Value) -> Result<serde_json::Value, RecordError> {
    let version = value
        .get("v")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    match u32::try_from(version) {
        Ok(RECORD_VERSION) => Ok(value),
        Ok(version) if version > RECORD_VERSION => Err(RecordError::Newer { seq, version }),
        Ok(_) | Err(_) => {
            let source =
                serde::de::Error::custom(format!("record version {version} was never written"));
            Err(RecordError::Json { seq, source })
        }
    }
}
