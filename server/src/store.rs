//! Derived state on disk: a row for every ticket, the days, and the idempotency keys of the last 24 hours.
//!
//! Nothing here is the truth. The store follows the journal at a little distance, on a thread of its own, and can be
//! deleted whenever the server does not run: it is made again when the server starts. Each group of events goes in as
//! one atomic batch that also says how far the store reaches and a sum over all its entries; when it is opened, every
//! entry is looked at and the sum must agree, and the last event that it knows must be the journal's. What does not
//! agree is set aside, not repaired.
//!
//! When the store fails while the server runs, the hall goes on without it: queries answer [`StoreError::Away`]. The store
//! is made again from what the journal has acknowledged, as soon as the disk allows it ([`REOPEN_INTERVAL`]), or by the
//! next start. The idempotency keys in it are read only when it is opened; the hall task has them in memory.
//!
//! In its directory lie `lock`, held by the process that uses it; `sled`, the map; `aside`, what was set aside last; and
//! `rebuild`, a note that the map must not be used again.

mod folding;
mod layout;
mod opening;
mod queue;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod worker;

use std::fmt;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nowserving_journal::{Journal, JournalReader, ReadError};
use nowserving_shared::model::{BusinessDay, Label, TicketId};
use nowserving_shared::protocol::http::DaySummary;

use crate::hall_task::Derived;
use crate::keys::Keys;
use crate::projection::history::TicketRow;
use crate::projection::summary::Summing;
use crate::record::{Entry, RecordError};

pub use opening::ROOM_BYTES_MIN;
pub use queue::{BATCH_EVENTS_MAX, GATHER_MAX, QUEUE_EVENTS_MAX};
pub use worker::{
    CHECKPOINT_EVENTS, CHECKPOINT_IDLE, CHECKPOINT_INTERVAL, PRUNE_ROWS, REOPEN_INTERVAL,
};

use folding::{Folder, decode};
use layout::DayRow;
use opening::{AtRest, Places};
use queue::Queue;
use rows::Group;
use table::{Table, TableError};
use worker::Worker;

/// The most rows that [`Store::tickets`] gives.
pub const TICKETS_MAX: usize = 10_000;

/// Why the store cannot be opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process uses it.
    #[error("the store {dir} is locked by another process: stop that one first")]
    Locked {
        /// Its directory.
        dir: PathBuf,
    },
    /// The file system refuses.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The disk is nearly full.
    #[error(
        "the disk of the store {dir} has {room} bytes left and the store needs {needed}: make room there"
    )]
    NoRoom {
        /// Its directory.
        dir: PathBuf,
        /// How much room there is, in bytes.
        room: u64,
        /// How much it needs, in bytes.
        needed: u64,
    },
    /// Even an empty store does not work there.
    #[error("the store {dir} cannot be used, and a new one does not work either: {what}")]
    Unusable {
        /// Its directory.
        dir: PathBuf,
        /// What happened.
        what: String,
    },
    /// The journal cannot be read.
    #[error("the store cannot be brought up to date: {0}")]
    Journal(#[from] ReadError),
    /// An event in the journal cannot be read.
    #[error("the store cannot be brought up to date: {0}")]
    Record(#[from] RecordError),
    /// It failed, or it is closed. It is made again when the disk allows it, or when the server starts.
    #[error("the history cannot be read at the moment: {0}")]
    Away(String),
}

/// What opening the store has found and done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreReport {
    /// Why the store was made again; none: it was good.
    pub rebuilt: Option<String>,
    /// How many events of the journal it lacked and was given.
    pub folded: u64,
    /// How many entries it holds: groups of tickets, days, groups of keys.
    pub entries: u64,
    /// How large it is on disk.
    pub bytes: u64,
    /// How long opening and checking it took, without bringing it up to date.
    pub checked_in: Duration,
}

/// A store that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The idempotency keys up to the head of the journal.
    pub keys: Keys,
    /// What opening it has found and done.
    pub report: StoreReport,
}

/// Derived state on disk. Cheap to clone; the last clone that goes away closes it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
    worker: Arc<WorkerThread>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("dir", &self.shared.places.dir)
            .field("covered", &self.covered())
            .field("away", &self.away())
            .finish()
    }
}

impl Store {
    /// Opens the store in `dir`, makes it again when it is missing or not right, and brings it up to the head of
    /// `journal`. `progress` hears how many of the missing events are in, and how many there are in all.
    ///
    /// # Errors
    /// [`StoreError`]: another process has it, the file system refuses, or the journal cannot be read.
    pub fn open(
        dir: &Path,
        journal: &dyn Journal,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Opened, StoreError> {
        Self::open_again_from(dir, journal, None, progress)
    }

    fn open_queueing(
        dir: &Path,
        journal: &dyn Journal,
        reader: Option<JournalReader>,
        events_max: usize,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Opened, StoreError> {
        let places = Places {
            dir: dir.to_owned(),
        };
        let opening::Opened {
            folder,
            keys,
            report,
        } = opening::open(&places, &AtRest(journal), progress)?;
        let shared = Arc::new(Shared {
            places,
            table: RwLock::new(Some(folder.table().clone())),
            queue: Queue::new(events_max),
        });
        shared.queue.cover(folder.state().seq);
        let worker = Worker::new(shared.clone(), folder, reader);
        let of_thread = shared.clone();
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                let _stopped = StoppedWhenDropped(of_thread);
                table::give_way();
                worker.run();
            })
            .map_err(opening::io_error("start a thread for", dir))?;
        let worker = Arc::new(WorkerThread {
            shared: shared.clone(),
            thread: Mutex::new(Some(thread)),
        });
        Ok(Opened {
            store: Self { shared, worker },
            keys,
            report,
        })
    }

    /// The same; and when the store fails while it is open, it is made again from what `reader` says is acknowledged.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_again_from(
        dir: &Path,
        journal: &dyn Journal,
        reader: Option<JournalReader>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Opened, StoreError> {
        Self::open_queueing(dir, journal, reader, QUEUE_EVENTS_MAX, progress)
    }

    /// The row of a ticket; none when it was never issued, or not before [`Store::covered`].
    ///
    /// # Errors
    /// [`StoreError::Away`].
    pub fn ticket(&self, ticket: TicketId) -> Result<Option<TicketRow>, StoreError> {
        self.shared.ask(|table| rows::row(table, ticket))
    }

    /// The rows of a day in the order of their issue, of one label if that is given: `limit` of them at most, and never
    /// more than [`TICKETS_MAX`].
    ///
    /// # Errors
    /// [`StoreError::Away`].
    pub fn tickets(
        &self,
        day: BusinessDay,
        label: Option<&Label>,
        limit: usize,
    ) -> Result<Vec<TicketRow>, StoreError> {
        let limit = limit.min(TICKETS_MAX);
        let mut rows = Vec::new();
        if limit == 0 {
            return Ok(rows);
        }
        // A look at the bytes tells most rows of other labels, which then need not be read.
        let wanted =
            |bytes: &[u8]| label.is_none_or(|label| contains(bytes, label.as_str().as_bytes()));
        self.shared.ask(|table| {
            each_row(table, day, &wanted, &mut |row: TicketRow| {
                if label.is_none_or(|label| row.label == *label) {
                    rows.push(row);
                }
                if rows.len() < limit {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })
            .map(|_| ())
        })?;
        Ok(rows)
    }

    /// The figures of a day; all zero of a day that never was.
    ///
    /// # Errors
    /// [`StoreError::Away`].
    pub fn summary(&self, day: BusinessDay) -> Result<DaySummary, StoreError> {
        let mut summing = Summing::new(day);
        self.shared.ask(|table| {
            let mut count = 0;
            let told = each_row(table, day, &|_| true, &mut |row| {
                summing.add(&row);
                count += 1;
                ControlFlow::Continue(())
            })?;
            if count == told {
                Ok(())
            } else {
                let what = format!("{day} should have {told} tickets and has {count}");
                Err(TableError::Damaged(what))
            }
        })?;
        Ok(summing.finish())
    }

    /// The days on which tickets were issued, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Away`].
    pub fn days(&self) -> Result<Vec<BusinessDay>, StoreError> {
        let mut days = Vec::new();
        self.shared.ask(|table| {
            table.scan(layout::FIRST_DAY_KEY, layout::LAST_DAY_KEY, |key, _| {
                days.extend(layout::day_of_key(key));
                ControlFlow::Continue(())
            })
        })?;
        Ok(days)
    }

    /// Waits until everything up to `seq` can be read here, for `deadline` at most; whether it can. For those who want to
    /// read what they have just written.
    #[must_use]
    pub fn wait_for(&self, seq: u64, deadline: Duration) -> bool {
        self.shared.queue.wait_for(seq, deadline)
    }

    /// Whether the store has failed or is closed.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away().is_some()
    }

    /// Why the store is away; none while it is there.
    #[must_use]
    pub fn away(&self) -> Option<String> {
        self.shared.queue.away()
    }

    /// Everything up to this sequence is in the store. While it is away: everything that it was given.
    #[must_use]
    pub fn covered(&self) -> u64 {
        self.shared.queue.covered()
    }

    /// Takes what has become durable. Waits while more than [`QUEUE_EVENTS_MAX`] events are under way.
    pub fn submit(&self, entries: Arc<[Entry]>) {
        self.shared.queue.put(entries);
    }

    /// Stores what is under way, makes it durable and closes the store. Clones answer [`StoreError::Away`] after that.
    pub fn close(self) {
        self.worker.stop();
    }
}

impl Derived for Store {
    fn submit(&self, entries: Arc<[Entry]>) {
        Self::submit(self, entries);
    }
}

/// Shows the rows of a day whose bytes are `wanted`; how many rows the day has.
fn each_row(
    table: &Table,
    day: BusinessDay,
    wanted: &dyn Fn(&[u8]) -> bool,
    each: &mut dyn FnMut(TicketRow) -> ControlFlow<()>,
) -> Result<u64, TableError> {
    let Some(bytes) = table.get(&layout::day_key(day))? else {
        return Ok(0);
    };
    let rows: DayRow = decode(&bytes)?;
    let mut fault = None;
    let (first, last) = (Group::of(rows.first).key(), Group::of(rows.last).key());
    table.scan(&first, &last, |key, value| {
        let Some(group) = Group::of_key(key) else {
            return ControlFlow::Continue(());
        };
        let mut told = ControlFlow::Continue(());
        let mut show = |row: TicketRow| {
            // The rows around those of the day are others', or younger than what was told of the day.
            let of_day = row.day == day && (rows.first..=rows.last).contains(&row.id);
            if of_day && told.is_continue() {
                told = each(row);
            }
        };
        if let Err(error) = rows::each(table, group, value, wanted, &mut show) {
            fault = Some(error);
            return ControlFlow::Break(());
        }
        told
    })?;
    fault.map_or(Ok(rows.tickets), Err)
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    text.is_empty() || bytes.windows(text.len()).any(|window| window == text)
}

/// What the store's thread and everybody else have in common.
struct Shared {
    places: Places,
    /// None once it is closed.
    table: RwLock<Option<Arc<Table>>>,
    queue: Queue,
}

impl Shared {
    /// Asks the map. After its first failure the store is away.
    fn ask<T>(&self, asked: impl FnOnce(&Table) -> Result<T, TableError>) -> Result<T, StoreError> {
        if let Some(reason) = self.queue.away() {
            return Err(StoreError::Away(reason));
        }
        let table = self
            .table
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(table) = table else {
            return Err(StoreError::Away("the server is stopping".to_owned()));
        };
        asked(&table).map_err(|error| {
            self.go_away(&error);
            StoreError::Away(error.to_string())
        })
    }

    /// The store has failed: nobody uses it any more, and a note on disk says so to the next start.
    fn go_away(&self, error: &TableError) {
        let reason = error.to_string();
        if !self.queue.go_away(&reason) {
            return;
        }
        tracing::error!(
            reason,
            "the store has failed; the hall goes on without its history"
        );
        let note = self.places.rebuild();
        if let Err(error) = fs::write(&note, &reason) {
            // What the next start finds is checked in any case.
            tracing::warn!(%error, path = %note.display(), "the note cannot be written");
        }
    }

    /// The store is there again, opened anew.
    fn come_back(&self, folder: &Folder) {
        let table = folder.table().clone();
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Some(table);
        self.queue.cover(folder.state().seq);
        self.queue.come_back();
    }

    fn close_table(&self) {
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Tells those who wait that the store's thread is gone, however it went: nobody must wait for it for ever.
struct StoppedWhenDropped(Arc<Shared>);

impl Drop for StoppedWhenDropped {
    fn drop(&mut self) {
        self.0.close_table();
        self.0.queue.stopped();
    }
}

/// The store's thread; stops with the last clone of the store.
struct WorkerThread {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl WorkerThread {
    fn stop(&self) {
        self.shared.queue.stop();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the store's thread has failed");
        }
    }
}

impl Drop for WorkerThread {
    fn drop(&mut self) {
        self.stop();
    }
}
