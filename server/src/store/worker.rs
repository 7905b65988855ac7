//! The store's own thread: takes what waits, folds it into the map, and makes the map durable from time to time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nowserving_journal::JournalReader;

use super::folding::Folder;
use super::opening::{self, Acknowledged, Opened};
use super::queue::{BATCH_EVENTS_MAX, Next};
use super::table::TableError;
use super::{Shared, StoreError};
use crate::record::Entry;

/// How long nothing must have come before the map is made durable.
pub const CHECKPOINT_IDLE: Duration = Duration::from_secs(1);
/// How long the map goes at most without being made durable while events keep coming.
pub const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(30);
/// How many events go in at most before the map is made durable.
pub const CHECKPOINT_EVENTS: usize = 100_000;
/// How many rows of idempotency keys that are too old are removed at most at each checkpoint, besides twice as many as
/// events came in since the last one, so that they never pile up.
pub const PRUNE_ROWS: usize = 1_000;

/// How long after its failure, and after each attempt, the store is opened again while the server runs.
pub const REOPEN_INTERVAL: Duration = Duration::from_secs(5);

/// How long the thread sleeps when there is nothing to do and nothing to make durable.
const REST: Duration = Duration::from_secs(3600);

pub(super) struct Worker {
    shared: Arc<Shared>,
    /// None: the store is away.
    folder: Option<Folder>,
    /// Events since the last checkpoint.
    events: usize,
    checkpoint_at: Instant,
    /// From which the store is made again when it has failed.
    reader: Option<JournalReader>,
    /// When the store was found to be away, or was tried last.
    away_at: Option<Instant>,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, folder: Folder, reader: Option<JournalReader>) -> Self {
        Self {
            shared,
            folder: Some(folder),
            reader,
            away_at: None,
            events: 0,
            checkpoint_at: Instant::now(),
        }
    }

    pub(super) fn run(mut self) {
        loop {
            let dirty = self.folder.is_some() && self.events > 0;
            let patience = match (dirty, self.is_away()) {
                (true, _) => CHECKPOINT_IDLE,
                (false, true) => REOPEN_INTERVAL,
                (false, false) => REST,
            };
            match self.shared.queue.take(patience) {
                Next::Store(groups) => self.store(&groups),
                Next::Idle => self.checkpoint(),
                Next::Stop => break,
            }
            let late = self.checkpoint_at.elapsed() >= CHECKPOINT_INTERVAL;
            if self.events >= CHECKPOINT_EVENTS || (self.events > 0 && late) {
                self.checkpoint();
            }
            self.come_back();
        }
        self.checkpoint();
        // The map closes when its last user lets go of it.
    }

    fn store(&mut self, groups: &[Arc<[Entry]>]) {
        let entries: Vec<&Entry> = groups.iter().flat_map(|group| group.iter()).collect();
        for batch in entries.chunks(BATCH_EVENTS_MAX) {
            self.events += batch.len();
            self.with_folder(|folder| {
                let too_old = folder.too_old();
                folder.fold(batch, too_old)
            });
            if let Some(last) = batch.last() {
                self.shared.queue.cover(last.recorded.seq);
            }
        }
    }

    fn is_away(&self) -> bool {
        self.shared.queue.away().is_some()
    }

    /// Opens the store again when it has been away for a while. What the queue has let go meanwhile is acknowledged, so it
    /// comes out of the journal; what still waits in the queue may come twice, and is passed over then.
    fn come_back(&mut self) {
        let Some(reader) = self.reader.as_ref().filter(|_| self.is_away()) else {
            return;
        };
        let away_at = *self.away_at.get_or_insert_with(Instant::now);
        if away_at.elapsed() < REOPEN_INTERVAL {
            return;
        }
        // The old map must be closed before its files are touched.
        self.folder = None;
        self.shared.close_table();
        let opened = Acknowledged::now(reader)
            .map_err(StoreError::from)
            .and_then(|source| opening::open(&self.shared.places, &source, &mut |_, _| {}));
        match opened {
            // The hall's thread has had the keys all the time.
            Ok(Opened { folder, report, .. }) => {
                tracing::info!(?report, "the store is there again");
                self.shared.come_back(&folder);
                self.folder = Some(folder);
                (self.events, self.away_at) = (0, None);
            }
            Err(error) => {
                tracing::warn!(%error, "the store cannot be opened again yet");
                self.away_at = Some(Instant::now());
            }
        }
    }

    /// Makes the map durable and removes keys that are too old.
    fn checkpoint(&mut self) {
        if self.events == 0 {
            return;
        }
        let rows_max = PRUNE_ROWS + 2 * self.events;
        self.with_folder(|folder| {
            folder.prune(rows_max)?;
            folder.table().sync()
        });
        self.events = 0;
        self.checkpoint_at = Instant::now();
    }

    /// Does something with the map unless the store is away. After a failure it is.
    fn with_folder(&mut self, change: impl FnOnce(&mut Folder) -> Result<(), TableError>) {
        if self.shared.queue.away().is_some() {
            self.folder = None;
        }
        let Some(folder) = &mut self.folder else {
            return;
        };
        if let Err(error) = change(folder) {
            self.folder = None;
            self.shared.go_away(&error);
        }
    }
}
