//! What lies in the map under which key.
//!
//! * `s`: the [`State`]: how far the map reaches, and a sum over all its other entries;
//! * `t` and a number (8 bytes, high first): the rows of some tickets, in the order of issue (see `rows`);
//! * `l` and a ticket's id (8 bytes, high first): its row, when that is a long one;
//! * `d` and a day: where that day's rows lie;
//! * `k` and a sequence (8 bytes, high first): some idempotency keys, of which the first led to that event.
//!
//! Everything that one group of events changes, the state among it, goes into one atomic batch. So a map in which the
//! sum agrees with the entries is complete and right as of the state's sequence, whatever became of the process or the
//! power; and one in which it does not is not used.

use nowserving_shared::model::{BusinessDay, Moment, TicketId};
use serde::{Deserialize, Serialize};

use super::table::TableError;
use crate::keys::{KeyAt, KeyHash};
use crate::projection::history::ROWS_VERSION;
use crate::record::{self, Entry};

/// The form of the map, that of the rows included. A map of another form is made again.
pub(super) const LAYOUT_VERSION: u32 = 2_000 + ROWS_VERSION;

/// Where the state lies.
pub(super) const STATE_KEY: &[u8] = b"s";
/// Before all keys.
pub(super) const FIRST_KEY: &[u8] = &[0];
/// Behind all keys.
pub(super) const LAST_KEY: &[u8] = &[0xff];
/// Before all idempotency keys.
pub(super) const FIRST_KEYS_KEY: &[u8] = b"k";
/// Behind all idempotency keys.
pub(super) const LAST_KEYS_KEY: &[u8] = b"l";
/// How many idempotency keys lie together at most: 8 KiB of them.
pub(super) const KEYS_PER_ROW: usize = 256;
/// The bytes of one: its hash, the sequence it led to, and when.
const KEY_BYTES: usize = 16 + 8 + 8;
/// Before all days.
pub(super) const FIRST_DAY_KEY: &[u8] = b"d";
/// Behind all days.
pub(super) const LAST_DAY_KEY: &[u8] = b"e";

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

/// Where idempotency keys lie of which the first led to event `seq`.
pub(super) fn keys_key(seq: u64) -> Vec<u8> {
    let mut key = FIRST_KEYS_KEY.to_vec();
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

/// Idempotency keys as they lie there.
pub(super) fn write_keys(keys: &[KeyAt]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(keys.len() * KEY_BYTES);
    for key in keys {
        bytes.extend_from_slice(&key.hash.0.to_be_bytes());
        bytes.extend_from_slice(&key.seq.to_be_bytes());
        bytes.extend_from_slice(&key.at.0.to_be_bytes());
    }
    bytes
}

/// The idempotency keys that lie under `key`; none when others than those lie there.
///
/// # Errors
/// When they are cut off.
pub(super) fn read_keys(key: &[u8], mut bytes: &[u8]) -> Result<Vec<KeyAt>, TableError> {
    let mut keys = Vec::with_capacity(bytes.len() / KEY_BYTES);
    if !key.starts_with(FIRST_KEYS_KEY) {
        return Ok(keys);
    }
    while !bytes.is_empty() {
        let read = take(&mut bytes).zip(take(&mut bytes)).zip(take(&mut bytes));
        let Some(((hash, seq), at)) = read else {
            return Err(TableError::Damaged("a key is cut off".to_owned()));
        };
        keys.push(KeyAt {
            hash: KeyHash(u128::from_be_bytes(hash)),
            seq: u64::from_be_bytes(seq),
            at: Moment(i64::from_be_bytes(at)),
        });
    }
    Ok(keys)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = bytes.split_first_chunk()?;
    *bytes = left;
    Some(*taken)
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
