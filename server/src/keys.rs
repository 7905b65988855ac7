//! Idempotency keys of the last 24 hours, and to which event each led.
//!
//! Only a hash of each key is held, so that a day's keys fit into memory and one is looked up without a disk. What was
//! asked with a key, and what it led to, is in the journal at the sequence that is held here.

use std::collections::{HashMap, VecDeque};

use nowserving_shared::model::Moment;

use crate::record::Entry;

/// The most keys that are held, however young: the oldest are forgotten first. Some 100 MB.
pub const KEYS_MAX: usize = 1 << 20;
/// Keys of so many of the latest events are held whatever their age, so that a clock that jumps ahead makes nobody's
/// second attempt count as a first.
pub const KEPT_EVENTS_MIN: u64 = 8_192;
/// How long a key is held otherwise, in milliseconds of the hall's time.
pub const KEY_AGE_MS: i64 = 24 * 3_600_000;

/// 128 bits of the BLAKE3 hash of a key: no two different keys are met that have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash(pub u128);

impl KeyHash {
    /// The hash of a key as the client wrote it.
    #[must_use]
    pub fn of(key: &str) -> Self {
        let mut bits = [0; 16];
        bits.copy_from_slice(&blake3::hash(key.as_bytes()).as_bytes()[..16]);
        Self(u128::from_be_bytes(bits))
    }
}

/// Where the events of the command with a key begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAt {
    /// Which key.
    pub hash: KeyHash,
    /// The sequence of the command's first event.
    pub seq: u64,
    /// When it was recorded.
    pub at: Moment,
}

impl KeyAt {
    /// The key of the command that an event is the first of.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let key = entry.key.as_ref()?;
        Some(Self {
            hash: KeyHash::of(&key.key),
            seq: entry.recorded.seq,
            at: entry.recorded.at,
        })
    }
}

/// Which keys are too old to be held: [`KEY_AGE_MS`] and [`KEPT_EVENTS_MIN`].
#[derive(Debug, Clone, Copy)]
pub struct TooOld {
    before: Moment,
    up_to: u64,
}

impl TooOld {
    /// When the latest event has this sequence, and none is younger than `newest`.
    #[must_use]
    pub fn at(newest: Moment, seq: u64) -> Self {
        Self {
            before: Moment(newest.0.saturating_sub(KEY_AGE_MS)),
            up_to: seq.saturating_sub(KEPT_EVENTS_MIN),
        }
    }

    /// Whether this one is.
    #[must_use]
    pub fn is(&self, key: &KeyAt) -> bool {
        key.at < self.before && key.seq <= self.up_to
    }
}

/// The keys that are remembered.
#[derive(Debug, Default)]
pub struct Keys {
    by_hash: HashMap<KeyHash, u64>,
    /// In the order of their sequences.
    order: VecDeque<KeyAt>,
}

impl Keys {
    /// Remembers a key; its sequence is higher than those before.
    pub fn insert(&mut self, key: KeyAt) {
        self.by_hash.insert(key.hash, key.seq);
        self.order.push_back(key);
    }

    /// Forgets the keys that are too old or too many.
    pub fn forget(&mut self, too_old: TooOld) {
        while let Some(oldest) = self.order.front().copied()
            && (self.order.len() > KEYS_MAX || too_old.is(&oldest))
        {
            self.order.pop_front();
            self.remove(oldest);
        }
    }

    /// The sequence of the first event that a key led to, if it was used.
    #[must_use]
    pub fn find(&self, key: KeyHash) -> Option<u64> {
        self.by_hash.get(&key).copied()
    }

    /// Forgets the keys of events after `seq`: they were not recorded.
    pub fn forget_after(&mut self, seq: u64) {
        while let Some(newest) = self.order.pop_back_if(|key| key.seq > seq) {
            self.remove(newest);
        }
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    fn remove(&mut self, gone: KeyAt) {
        // A key that was forgotten and used again has a later place.
        if self.by_hash.get(&gone.hash) == Some(&gone.seq) {
            self.by_hash.remove(&gone.hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64, at: i64) -> KeyAt {
        KeyAt {
            hash: KeyHash::of(&format!("key-{number}")),
            seq: number,
            at: Moment(at),
        }
    }

    fn knows(keys: &Keys, number: u64) -> bool {
        keys.find(key(number, 0).hash) == Some(number)
    }

    #[test]
    fn keys_older_than_a_day_are_forgotten_but_never_the_latest() {
        let mut keys = Keys::default();
        let last = KEPT_EVENTS_MIN + 10;
        (1..=last).for_each(|number| keys.insert(key(number, 0)));
        keys.forget(TooOld::at(Moment(KEY_AGE_MS), last));
        assert!(knows(&keys, 1), "a day is not over yet");
        keys.forget(TooOld::at(Moment(KEY_AGE_MS + 1), last));
        assert!(!knows(&keys, 10) && knows(&keys, 11) && knows(&keys, last));
        // The clock was ahead, and is set back.
        keys.insert(key(last + 1, 5));
        keys.forget(TooOld::at(Moment(9 * KEY_AGE_MS), last + 1));
        assert!(knows(&keys, last + 1) && !knows(&keys, 11));
    }

    #[test]
    fn no_more_keys_are_held_than_there_is_room_for() {
        let mut keys = Keys::default();
        let many = KEYS_MAX as u64;
        // Hashes of texts are slow to make a million of.
        let plain = |number: u64| KeyAt {
            hash: KeyHash(u128::from(number)),
            seq: number,
            at: Moment(0),
        };
        (1..=many + 1).for_each(|number| keys.insert(plain(number)));
        keys.forget(TooOld::at(Moment(0), many + 1));
        assert_eq!((keys.len(), keys.find(KeyHash(1))), (KEYS_MAX, None));
        assert_eq!(keys.find(KeyHash(2)), Some(2));
    }

    #[test]
    fn keys_of_what_was_not_recorded_are_forgotten() {
        let mut keys = Keys::default();
        (1..=5).for_each(|number| keys.insert(key(number, 0)));
        keys.forget_after(3);
        assert!(knows(&keys, 3) && !knows(&keys, 4) && !knows(&keys, 5));
        keys.insert(key(4, 0));
        assert!(knows(&keys, 4));
    }

    #[test]
    fn a_key_that_comes_again_keeps_its_later_place() {
        let mut keys = Keys::default();
        keys.insert(key(1, 0));
        let again = KeyAt {
            seq: KEPT_EVENTS_MIN + 1,
            at: Moment(2 * KEY_AGE_MS),
            ..key(1, 0)
        };
        keys.insert(again);
        keys.forget(TooOld::at(again.at, again.seq));
        assert_eq!((keys.len(), keys.find(again.hash)), (1, Some(again.seq)));
    }
}
