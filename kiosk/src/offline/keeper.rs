//! The thread that writes to the kiosk's disk, so that nobody else waits for it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use nowserving_shared::protocol::http::HallView;

use super::ledger::Ledger;
use super::record::Entry;

/// How many jobs wait for the thread. When it is full, the job is refused, as if the disk had.
pub const JOBS_MAX: usize = 16;
/// The file of the hall as it was last heard.
const HALL: &str = "hall.json";

type Then = Box<dyn FnOnce(Result<(), String>) + Send>;

enum Job {
    Append { entries: Vec<Entry>, then: Then },
    Hall(Box<HallView>),
}

/// The door to the thread. The journal is closed when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Keeper(Arc<SyncSender<Job>>);

impl Keeper {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start(ledger: Ledger, data: &Path) -> io::Result<Self> {
        let (door, jobs) = sync_channel(JOBS_MAX);
        let data = data.to_owned();
        thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work(ledger, &data, &jobs))?;
        Ok(Self(Arc::new(door)))
    }

    /// Writes entries, all or none, and then says whether they are on disk. Never waits; `then` is called on the thread, or
    /// here when the job is refused.
    pub fn append(
        &self,
        entries: Vec<Entry>,
        then: impl FnOnce(Result<(), String>) + Send + 'static,
    ) {
        let then: Then = Box::new(then);
        let refused = match self.0.try_send(Job::Append { entries, then }) {
            Ok(()) => return,
            Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) => job,
        };
        if let Job::Append { then, .. } = refused {
            then(Err(
                "the disk is too slow: too much waits to be written".to_owned()
            ));
        }
    }

    /// Keeps the hall for a start without the server. When there is too much to do it is left for the next time.
    pub fn keep_hall(&self, hall: HallView) {
        let _next_time = self.0.try_send(Job::Hall(Box::new(hall)));
    }
}

fn work(mut ledger: Ledger, data: &Path, jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Append { entries, then } => {
                let written = ledger.append(&entries);
                if let Err(error) = &written {
                    tracing::error!(%error, "the kiosk's journal was not written");
                }
                then(written.map_err(|error| error.to_string()));
                if let Err(error) = ledger.tidy() {
                    tracing::warn!(%error, "the kiosk's journal cannot be tidied");
                }
            }
            Job::Hall(hall) => {
                if let Err(error) = write_hall(data, &hall) {
                    tracing::warn!(%error, "the hall cannot be kept for a start without the server");
                }
            }
        }
    }
}

fn hall_file(data: &Path) -> PathBuf {
    data.join(HALL)
}

/// Writes the file of the hall, whole or not at all.
fn write_hall(data: &Path, hall: &HallView) -> io::Result<()> {
    let path = hall_file(data);
    let beside = path.with_extension("part");
    let mut file = File::create(&beside)?;
    file.write_all(&serde_json::to_vec(hall)?)?;
    file.sync_data()?;
    fs::rename(beside, path)
}

/// The hall as it was last heard; none when it never was.
///
/// # Errors
/// When the file cannot be read or is not one of this build's.
pub fn read_hall(data: &Path) -> io::Result<Option<HallView>> {
    match fs::read(hall_file(data)) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
