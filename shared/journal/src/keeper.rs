//! The background thread of a writer: makes the next segment while the present one fills, and syncs
//! the mark.
//!
//! There is at most one order under way and at most one reply waiting, so both channels have room
//! for one.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::disk::DiskFile;
use crate::error::IoFailure;
use crate::mark::MarkSyncer;
use crate::names::JournalId;
use crate::shelf::Shelf;

/// How long the mark may lag behind, on disk, what has been acknowledged.
pub const MARK_SYNC_INTERVAL: Duration = Duration::from_secs(1);
/// How long an append waits for the next segment when the present one is full. Then it is refused;
/// a disk that needs longer to take one segment cannot keep a hall running.
pub const PREPARE_WAIT_MAX: Duration = Duration::from_secs(10);

/// A segment that has been made, or why it could not be.
pub(crate) type Made = Result<Box<dyn DiskFile>, IoFailure>;

/// What a new segment must be like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) index: u64,
    pub(crate) journal: JournalId,
    pub(crate) bytes: u64,
}

/// The handle of the thread. Dropping it ends the thread, after what it is doing.
#[derive(Debug)]
pub(crate) struct Keeper {
    orders: Option<SyncSender<Order>>,
    made: Receiver<Made>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(crate) fn start(shelf: Shelf, mark: MarkSyncer) -> std::io::Result<Self> {
        let (orders, ordered) = sync_channel(1);
        let (deliver, made) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("journal-keeper".to_owned())
            .spawn(move || keep(&shelf, &mark, &ordered, &deliver))?;
        Ok(Self {
            orders: Some(orders),
            made,
            thread: Some(thread),
        })
    }

    /// Asks for a segment. Must not be called again before that one was delivered. False when the
    /// thread has ended.
    pub(crate) fn ask(&self, order: Order) -> bool {
        self.orders
            .as_ref()
            .is_some_and(|orders| orders.try_send(order).is_ok())
    }

    /// The segment that was asked for, if it is finished. An error stands for a thread that has
    /// ended.
    pub(crate) fn look(&self) -> Result<Option<Made>, std::io::Error> {
        match self.made.try_recv() {
            Ok(made) => Ok(Some(made)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(ended()),
        }
    }

    /// The segment that was asked for. `None` when it takes longer than [`PREPARE_WAIT_MAX`].
    pub(crate) fn wait(&self) -> Result<Option<Made>, std::io::Error> {
        match self.made.recv_timeout(PREPARE_WAIT_MAX) {
            Ok(made) => Ok(Some(made)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(ended()),
        }
    }
}

fn ended() -> std::io::Error {
    std::io::Error::other("the journal's background thread has ended")
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.orders = None;
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the journal's background thread panicked");
        }
    }
}

fn keep(shelf: &Shelf, mark: &MarkSyncer, ordered: &Receiver<Order>, deliver: &SyncSender<Made>) {
    let mut failing = false;
    loop {
        match ordered.recv_timeout(MARK_SYNC_INTERVAL) {
            Ok(order) => {
                let made = shelf.make_segment(order.index, order.journal, order.bytes);
                if let Err(error) = &made {
                    tracing::warn!(%error, segment = order.index, "the journal's next segment could not be made");
                }
                if deliver.send(made).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        match mark.sync() {
            Ok(()) => failing = false,
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "the journal's mark could not be synced; commits go on");
            }
            Err(_) => {}
        }
    }
}
