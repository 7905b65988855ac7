//! What lies in the map under which key.
//!
//! * `s`: the [`State`]: how far the map reaches, and a sum over all its other entries;
//! * `t` and a ticket's id (8 bytes, high first): its row, in the order of issue;
//! * `d` and a day: where that day's rows lie;
//! * `k` and an idempotency key: where the events of the command with that key lie.
//!
//! Everything that one group of events changes, the state among it, goes into one atomic batch. So a map in which the
//! sum agrees with the entries is complete and right as of the state's sequence, whatever became of the process or the
//! power; and one in which it does not is not used.

use nowserving_shared::model::{BusinessDay, Moment, TicketId};
use serde::{Deserialize, Serialize};

use crate::projection::history::ROWS_VERSION;
use crate::record::{self, Entry};

/// The form of the map, that of the rows included. A map of another form is made again.
pub(super) const LAYOUT_VERSION: u32 = 1_000 + ROWS_VERSION;

/// Where the state lies.
pub(super) const STATE_KEY: &[u8] = b"s";
/// Before all keys.
pub(super) const FIRST_KEY: &[u8] = &[0];
/// Behind all keys.
pub(super) const LAST_KEY: &[u8] = &[0xff];
/// Before all idempotency keys.
pub(super) const FIRST_COMMAND_KEY: &[u8] = b"k";
/// Behind all idempotency keys.
pub(super) const LAST_COMMAND_KEY: &[u8] = b"l";
/// Before all days.
pub(super) const FIRST_DAY_KEY: &[u8] = b"d";
/// Behind all days.
pub(super) const LAST_DAY_KEY: &[u8] = b"e";

/// Where a ticket's row lies.
pub(super) fn row_key(ticket: TicketId) -> Vec<u8> {
    let mut key = vec![b't'];
    key.extend_from_slice(&ticket.0.to_be_bytes());
    key
}

/// Where a day lies.
pub(super) fn day_key(day: BusinessDay) -> Vec<u8> {
    format!("d{day}").into_bytes()
}

/// The day that lies at `key`.
pub(super) fn day_of_key(key: &[u8]) -> Option<BusinessDay> {
    std::str::from_utf8(key.strip_prefix(b"d")?)
        .ok()?
        .parse()
        .ok()
}

/// Where an idempotency key lies.
pub(super) fn command_key(key: &str) -> Vec<u8> {
    let mut at = vec![b'k'];
    at.extend_from_slice(key.as_bytes());
    at
}

/// The idempotency key that lies at `key`.
pub(super) fn key_of_command_key(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.strip_prefix(b"k")?).ok()
}

/// Where the rows of a day lie: ids count up, so they lie together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DayRow {
    /// The first ticket of the day.
    pub(super) first: TicketId,
    /// The last one.
    pub(super) last: TicketId,
    /// How many there are.
    pub(super) tickets: u64,
}

/// Where the events of a command lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeyRow {
    /// A hash of what was asked.
    #[serde(rename = "f")]
    pub(super) fingerprint: String,
    /// The sequence of its first event.
    #[serde(rename = "s")]
    pub(super) first_seq: u64,
    /// How many events it led to.
    #[serde(rename = "n")]
    pub(super) events: u32,
    /// When.
    #[serde(rename = "t")]
    pub(super) at: Moment,
}

/// How far the map reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// [`LAYOUT_VERSION`].
    pub(super) version: u32,
    /// The id of the journal that it follows.
    pub(super) journal: String,
    /// The last event that is in it.
    pub(super) seq: u64,
    /// The digest of that event, [`entry_digest`]; empty before the first.
    pub(super) entry: String,
    /// The business day.
    pub(super) day: Option<BusinessDay>,
    /// The latest time of an event.
    pub(super) newest: Moment,
    /// How many entries there are, but for this one.
    pub(super) entries: u64,
    /// The sum over them.
    pub(super) sum: Sum,
}

impl State {
    /// The state of an empty map.
    pub(super) fn empty(journal: String) -> Self {
        Self {
            version: LAYOUT_VERSION,
            journal,
            seq: 0,
            entry: String::new(),
            day: None,
            newest: Moment(i64::MIN),
            entries: 0,
            sum: Sum::default(),
        }
    }
}

/// A sum over entries in any order: of 128 bits of the BLAKE3 hash of each, so that no two different sets of entries are
/// met that have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Sum(u128);

impl Sum {
    /// An entry comes in.
    pub(super) fn add(&mut self, key: &[u8], value: &[u8]) {
        self.0 = self.0.wrapping_add(entry_hash(key, value));
    }

    /// An entry goes away.
    pub(super) fn subtract(&mut self, key: &[u8], value: &[u8]) {
        self.0 = self.0.wrapping_sub(entry_hash(key, value));
    }
}

fn entry_hash(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.len() as u64).to_be_bytes());
    hasher.update(key);
    hasher.update(value);
    let mut bits = [0; 16];
    bits.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_be_bytes(bits)
}

impl From<Sum> for String {
    fn from(sum: Sum) -> Self {
        format!("{:032x}", sum.0)
    }
}

impl TryFrom<String> for Sum {
    type Error = std::num::ParseIntError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&text, 16).map(Self)
    }
}

/// The digest of an event as this build writes it, by which a journal that took another course is told from the one that
/// the map followed.
pub(super) fn entry_digest(entry: &Entry) -> String {
    let mut hasher = blake3::Hasher::new();
    let recorded = &entry.recorded;
    hasher.update(&recorded.seq.to_be_bytes());
    // A hasher takes everything.
    let _ = record::write(
        &mut hasher,
        recorded.at,
        &recorded.by,
        entry.key.as_ref(),
        &recorded.event,
    );
    hasher.finalize().to_hex().to_string()
}
