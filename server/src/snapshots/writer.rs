//! Snapshots on a thread of their own: packing a large hall and syncing it takes longer than customers should wait.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use nowserving_shared::domain::Hall;
use nowserving_shared::domain::hall::Image;

use super::Snapshots;

/// How many halls may wait to be written. A snapshot that finds no room is left out: the one before it is on its way.
const WAITING_MAX: usize = 1;

/// The thread that writes snapshots. Dropping it waits until all that were taken are written.
#[derive(Debug)]
pub struct SnapshotWriter {
    images: Option<SyncSender<Image>>,
    thread: Option<JoinHandle<()>>,
}

impl SnapshotWriter {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(snapshots: Snapshots) -> std::io::Result<Self> {
        let (images, taken) = sync_channel(WAITING_MAX);
        let thread = std::thread::Builder::new()
            .name("snapshots".to_owned())
            .spawn(move || write_all(&snapshots, &taken))?;
        Ok(Self {
            images: Some(images),
            thread: Some(thread),
        })
    }

    /// Takes a snapshot of the hall. Costs a copy of its live state; the rest is done on the thread. A failure is told to
    /// the log: the hall can do without.
    pub fn take(&self, hall: &Hall) {
        let Some(images) = &self.images else { return };
        match images.try_send(hall.image()) {
            Ok(()) => {}
            Err(TrySendError::Full(image)) => {
                tracing::warn!(
                    seq = image.seq,
                    "a snapshot is left out: the disk is slow, and others wait to be written"
                );
            }
            Err(TrySendError::Disconnected(image)) => {
                tracing::warn!(
                    seq = image.seq,
                    "a snapshot is left out: the thread that writes them has ended"
                );
            }
        }
    }
}

impl Drop for SnapshotWriter {
    fn drop(&mut self) {
        self.images = None;
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the thread that writes snapshots panicked");
        }
    }
}

fn write_all(snapshots: &Snapshots, taken: &Receiver<Image>) {
    while let Ok(image) = taken.recv() {
        match snapshots.write(&image) {
            Ok(path) => {
                tracing::info!(seq = image.seq, file = %path.display(), "a snapshot was taken");
            }
            Err(error) => {
                tracing::warn!(%error, seq = image.seq, "a snapshot could not be written; the journal holds everything");
            }
        }
    }
}
