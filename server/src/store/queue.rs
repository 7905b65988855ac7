//! What waits to be stored, and how far storing has come.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::record::Entry;

/// How many events may wait to be stored. Whoever submits more waits. A rush of some seconds finds room, so that what is
/// derived does not hold up those who wait for an answer; it takes some 60 MB then.
pub const QUEUE_EVENTS_MAX: usize = 131_072;
/// The most events that go into one batch. Readers wait while a batch is being applied.
pub const BATCH_EVENTS_MAX: usize = 512;
/// How long events that nobody asks for wait for others to share a batch with. In a rush the same rows are written for one
/// number after the other; together they are written once.
pub const GATHER_MAX: Duration = Duration::from_millis(50);

/// What the store's thread has to do next.
pub(super) enum Next {
    /// Store these.
    Store(Vec<Arc<[Entry]>>),
    /// Nothing has come for a while.
    Idle,
    /// Stop: nothing more will come.
    Stop,
}

#[derive(Default)]
struct Inner {
    groups: VecDeque<Arc<[Entry]>>,
    events: usize,
    stopping: bool,
    stopped: bool,
    covered: u64,
    /// Somebody waits until everything up to here is stored.
    wanted: u64,
    /// Somebody waits for room.
    crowded: bool,
    away: Option<String>,
    /// The store has failed and its thread has not looked yet.
    just_failed: bool,
}

/// The queue between the hall's thread and the store's.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    events_max: usize,
    /// There is something to do that is not to wait any longer, or something has come and nothing was there.
    work: Condvar,
    /// Something has been taken or stored, or will not be.
    progress: Condvar,
}

impl Inner {
    /// Whether what is there may wait for more to come.
    fn may_gather(&self) -> bool {
        let hurry = self.crowded || self.stopping || self.just_failed || self.wanted > self.covered;
        self.events < BATCH_EVENTS_MAX && !hurry
    }
}

impl Queue {
    pub(super) fn new(events_max: usize) -> Self {
        Self {
            inner: Mutex::default(),
            events_max,
            work: Condvar::new(),
            progress: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a group in; waits while there is no room. After the thread has stopped, nothing is taken any more.
    pub(super) fn put(&self, group: Arc<[Entry]>) {
        if group.is_empty() {
            return;
        }
        let no_room = |inner: &mut Inner| {
            // A group that is larger than all room there is goes in alone.
            let fits = inner.events == 0 || inner.events + group.len() <= self.events_max;
            inner.crowded = !fits;
            !fits && !inner.stopped
        };
        let mut inner = self.lock();
        if no_room(&mut inner) {
            self.work.notify_one();
        }
        let mut inner = self
            .progress
            .wait_while(inner, no_room)
            .unwrap_or_else(PoisonError::into_inner);
        if inner.stopped {
            return;
        }
        let was_empty = inner.groups.is_empty();
        inner.events += group.len();
        inner.groups.push_back(group);
        if was_empty || !inner.may_gather() {
            self.work.notify_one();
        }
    }

    /// Takes groups of [`BATCH_EVENTS_MAX`] events together, or one that is larger. Waits for `patience` at most, and then
    /// for [`GATHER_MAX`] while nobody waits for what has come.
    pub(super) fn take(&self, patience: Duration) -> Next {
        let nothing =
            |inner: &mut Inner| inner.groups.is_empty() && !inner.stopping && !inner.just_failed;
        let (inner, _) = self
            .work
            .wait_timeout_while(self.lock(), patience, nothing)
            .unwrap_or_else(PoisonError::into_inner);
        let gathers = |inner: &mut Inner| !inner.groups.is_empty() && inner.may_gather();
        let (mut inner, _) = self
            .work
            .wait_timeout_while(inner, GATHER_MAX, gathers)
            .unwrap_or_else(PoisonError::into_inner);
        inner.just_failed = false;
        let mut taken: Vec<Arc<[Entry]>> = Vec::new();
        let mut events = 0;
        while let Some(group) = inner.groups.front() {
            if !taken.is_empty() && events + group.len() > BATCH_EVENTS_MAX {
                break;
            }
            events += group.len();
            taken.extend(inner.groups.pop_front());
        }
        inner.events -= events;
        self.progress.notify_all();
        match (taken.is_empty(), inner.stopping) {
            (false, _) => Next::Store(taken),
            (true, false) => Next::Idle,
            (true, true) => Next::Stop,
        }
    }

    /// Everything up to `seq` is stored, or will not be because the store is away.
    pub(super) fn cover(&self, seq: u64) {
        let mut inner = self.lock();
        inner.covered = inner.covered.max(seq);
        self.progress.notify_all();
    }

    pub(super) fn covered(&self) -> u64 {
        self.lock().covered
    }

    /// Waits until everything up to `seq` is stored; whether it is.
    pub(super) fn wait_for(&self, seq: u64, deadline: Duration) -> bool {
        let until = Instant::now() + deadline;
        let missing =
            |inner: &mut Inner| inner.covered < seq && inner.away.is_none() && !inner.stopped;
        let patience = until.saturating_duration_since(Instant::now());
        let mut inner = self.lock();
        if missing(&mut inner) {
            inner.wanted = inner.wanted.max(seq);
            self.work.notify_one();
        }
        let (inner, _) = self
            .progress
            .wait_timeout_while(inner, patience, missing)
            .unwrap_or_else(PoisonError::into_inner);
        inner.covered >= seq && inner.away.is_none()
    }

    /// The store is away from now on; whether it was not before.
    pub(super) fn go_away(&self, reason: &str) -> bool {
        let mut inner = self.lock();
        if inner.away.is_some() {
            return false;
        }
        inner.away = Some(reason.to_owned());
        inner.just_failed = true;
        self.work.notify_all();
        self.progress.notify_all();
        true
    }

    /// The store is there again.
    pub(super) fn come_back(&self) {
        self.lock().away = None;
        self.progress.notify_all();
    }

    pub(super) fn away(&self) -> Option<String> {
        self.lock().away.clone()
    }

    /// Asks the thread to stop when everything that was put in is stored.
    pub(super) fn stop(&self) {
        self.lock().stopping = true;
        self.work.notify_all();
    }

    /// The thread has stopped. What it left undone is let go.
    pub(super) fn stopped(&self) {
        let mut inner = self.lock();
        inner.stopped = true;
        inner.groups.clear();
        inner.events = 0;
        inner
            .away
            .get_or_insert_with(|| "the server is stopping".to_owned());
        self.progress.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_wait_for_company_unless_somebody_waits_for_them() {
        let few = || Inner {
            events: BATCH_EVENTS_MAX - 1,
            covered: 7,
            wanted: 7,
            ..Inner::default()
        };
        assert!(few().may_gather());
        type Change = fn(&mut Inner);
        let hurry: [(&str, Change); 5] = [
            ("the batch is full", |inner| inner.events += 1),
            ("somebody reads", |inner| inner.wanted = 8),
            ("there is no room", |inner| inner.crowded = true),
            ("the server stops", |inner| inner.stopping = true),
            ("the store has failed", |inner| inner.just_failed = true),
        ];
        for (why, change) in hurry {
            let mut inner = few();
            change(&mut inner);
            assert!(!inner.may_gather(), "{why}");
        }
    }
}
