//! What waits to be stored, and how far storing has come.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::record::Entry;

/// How many events may wait to be stored. Whoever submits more waits. A rush of some seconds finds room, so that what is
/// derived does not hold up those who wait for an answer; it takes some 60 MB then.
pub const QUEUE_EVENTS_MAX: usize = 131_072;

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
    away: Option<String>,
    /// The store has failed and its thread has not looked yet.
    just_failed: bool,
}

/// The queue between the hall's thread and the store's.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    events_max: usize,
    /// Something has come, or is not to come any more.
    work: Condvar,
    /// Something has been taken or stored, or will not be.
    progress: Condvar,
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
        let room = |inner: &mut Inner| {
            // A group that is larger than all room there is goes in alone.
            let fits = inner.events == 0 || inner.events + group.len() <= self.events_max;
            !fits && !inner.stopped
        };
        let mut inner = self
            .progress
            .wait_while(self.lock(), room)
            .unwrap_or_else(PoisonError::into_inner);
        if inner.stopped {
            return;
        }
        inner.events += group.len();
        inner.groups.push_back(group);
        self.work.notify_one();
    }

    /// Takes groups of `events_max` events together, or one that is larger. Waits for `patience` at most.
    pub(super) fn take(&self, events_max: usize, patience: Duration) -> Next {
        let nothing =
            |inner: &mut Inner| inner.groups.is_empty() && !inner.stopping && !inner.just_failed;
        let (mut inner, _) = self
            .work
            .wait_timeout_while(self.lock(), patience, nothing)
            .unwrap_or_else(PoisonError::into_inner);
        inner.just_failed = false;
        let mut taken: Vec<Arc<[Entry]>> = Vec::new();
        let mut events = 0;
        while let Some(group) = inner.groups.front() {
            if !taken.is_empty() && events + group.len() > events_max {
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
        let (inner, _) = self
            .progress
            .wait_timeout_while(self.lock(), patience, missing)
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
