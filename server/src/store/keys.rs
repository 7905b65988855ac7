//! Idempotency keys in memory: so that the hall's thread need not wait for the disk, nor for a batch that is being
//! written, to learn that a key is new; and so that the latest keys are answered even while the store is away.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use crate::hall_task::Known;
use crate::record::Entry;

/// How many of the latest keys are held whole.
pub const RECENT_KEYS_MAX: usize = 32_768;
/// Of how many keys a hash is held, to know those that are new without a look at the disk. When there are more, every
/// key is looked up.
pub const HASHED_KEYS_MAX: usize = 1 << 20;

/// What memory knows of a key.
pub(super) enum Answer {
    /// This.
    Known(Known),
    /// That it is new.
    New,
    /// Nothing: it has to be looked up.
    LookUp,
}

/// The keys in memory.
#[derive(Default)]
pub(super) struct Keys {
    recent: HashMap<String, Known>,
    /// The keys in `recent`, oldest first.
    order: VecDeque<String>,
    hashes: HashSet<u64>,
    hasher: RandomState,
    /// Whether there were too many keys at some time, so that `hashes` does not tell what is new.
    overflowed: bool,
}

impl Keys {
    /// A key that is in the map on disk.
    pub(super) fn add(&mut self, key: &str) {
        if self.hashes.len() < HASHED_KEYS_MAX {
            self.hashes.insert(self.hasher.hash_one(key));
        } else {
            self.overflowed = true;
        }
    }

    /// A key that is going to be in the map on disk.
    pub(super) fn remember(&mut self, entry: &Entry) {
        let Some(key) = &entry.key else { return };
        self.add(&key.key);
        let known = Known {
            fingerprint: key.fingerprint.clone(),
            first_seq: entry.recorded.seq,
            events: key.events,
        };
        if self.recent.insert(key.key.clone(), known).is_none() {
            self.order.push_back(key.key.clone());
        }
        if self.order.len() > RECENT_KEYS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.recent.remove(&oldest);
        }
    }

    /// A key that is no longer in the map on disk.
    pub(super) fn forget(&mut self, key: &str) {
        self.hashes.remove(&self.hasher.hash_one(key));
    }

    pub(super) fn find(&self, key: &str) -> Answer {
        if let Some(known) = self.recent.get(key) {
            return Answer::Known(known.clone());
        }
        if self.overflowed || self.hashes.contains(&self.hasher.hash_one(key)) {
            Answer::LookUp
        } else {
            Answer::New
        }
    }
}

#[cfg(test)]
mod tests {
    use nowserving_shared::domain::{By, Event, Recorded};
    use nowserving_shared::model::{Moment, WindowId};

    use super::*;
    use crate::record::CommandKey;

    fn entry(seq: u64) -> Entry {
        let window = WindowId::new("w1").expect("a window");
        Entry {
            recorded: Recorded {
                seq,
                at: Moment(0),
                by: By::System,
                event: Event::WindowResumed { window },
            },
            key: Some(CommandKey {
                key: format!("key-{seq}"),
                fingerprint: "f".to_owned(),
                events: 1,
            }),
        }
    }

    #[test]
    fn the_latest_keys_are_known_older_ones_are_looked_up_and_others_are_new() {
        let mut keys = Keys::default();
        let last = RECENT_KEYS_MAX as u64 + 1;
        (1..=last).for_each(|seq| keys.remember(&entry(seq)));
        assert!(matches!(keys.find("key-1"), Answer::LookUp));
        assert!(matches!(
            keys.find("key-2"),
            Answer::Known(Known { first_seq: 2, .. })
        ));
        assert!(matches!(keys.find("key-0"), Answer::New));
        keys.forget("key-1");
        assert!(matches!(keys.find("key-1"), Answer::New));
    }
}
