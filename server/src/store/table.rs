//! The ordered map on disk. The only place that knows sled.
//!
//! sled 0.34 panics where its file is damaged, when it opens it and when it reads a page later; so every call is caught.
//! After the first failure of any kind nothing more is asked of it: what it says after a panic cannot be relied on.

use std::fs::{File, TryLockError};
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How much of the map is held in memory. sled's own default is a gigabyte.
pub(super) const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// The largest value. sled keeps larger ones in files of their own, which it never syncs.
pub(super) const VALUE_BYTES_MAX: usize = 16 * 1024;
/// sled's file inside its directory.
const DATA_FILE: &str = "db";
/// How long the file that an earlier map of this process had open may stay locked.
const LET_GO_MAX: Duration = Duration::from_secs(10);
/// How often it is looked whether the file is still locked.
const LET_GO_LOOK: Duration = Duration::from_millis(5);

/// How much the store's threads give way (nice(1)).
const NICENESS: i32 = 19;

/// Lets this thread work when nobody else wants to: who waits for an answer goes before what is derived from it.
pub(super) fn give_way() {
    // On Linux this is the niceness of the calling thread; without it the store only is in the way a little.
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "the store's threads keep their priority");
    }
}

/// Why the map cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    /// The file system refuses: no space, no permission, read-only.
    #[error("{0}")]
    Refused(io::Error),
    /// The files are damaged, or sled failed in another way.
    #[error("{0}")]
    Damaged(String),
}

impl From<sled::Error> for TableError {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) => error.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::PermissionDenied => Self::Refused(error),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

/// A key and what becomes of it: a new value, or nothing.
pub(super) type Change = (Vec<u8>, Option<Vec<u8>>);

/// The map.
pub(super) struct Table {
    db: Option<sled::Db>,
    dir: PathBuf,
    failed: AtomicBool,
    /// Held as long as sled may have its files open.
    _lock: Arc<File>,
}

impl Table {
    /// Opens the map in `dir`, or makes an empty one.
    pub(super) fn open(dir: &Path, lock: Arc<File>) -> Result<Self, TableError> {
        let config = sled::Config::new()
            .path(dir)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None);
        wait_until_let_go(&dir.join(DATA_FILE))?;
        let db = thread::scope(|scope| {
            let opening =
                thread::Builder::new().spawn_scoped(scope, || open_giving_way(&config))?;
            let died = |_| Err(TableError::Damaged("it could not be opened".to_owned()));
            opening.join().unwrap_or_else(died)
        })?;
        Ok(Self {
            db: Some(db),
            dir: dir.to_owned(),
            failed: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        self.ask(|db| Ok(db.get(key)?.map(|value| value.to_vec())))
    }

    /// Shows the entries from `first` to `last` in order, until told to stop.
    pub(super) fn scan(
        &self,
        first: &[u8],
        last: &[u8],
        mut each: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<(), TableError> {
        self.ask(|db| {
            for entry in db.range(first..=last) {
                let (key, value) = entry?;
                if each(&key, &value).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Makes all changes or, after a crash, none of them.
    pub(super) fn apply(&self, changes: Vec<Change>) -> Result<(), TableError> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.ask(|db| Ok(db.apply_batch(batch)?))
    }

    /// Makes everything durable. sled's own flush leaves it to the kernel when that happens, so it is followed by
    /// `fsync`s of the file and of its directory.
    pub(super) fn sync(&self) -> Result<(), TableError> {
        self.ask(|db| {
            db.flush()?;
            File::open(self.dir.join(DATA_FILE))?.sync_all()?;
            File::open(&self.dir)?.sync_all()?;
            Ok(())
        })
    }

    /// Asks sled, unless it has failed before.
    fn ask<T>(
        &self,
        asked: impl FnOnce(&sled::Db) -> Result<T, TableError>,
    ) -> Result<T, TableError> {
        let db = self
            .db
            .as_ref()
            .filter(|_| !self.failed.load(Ordering::Acquire));
        let Some(db) = db else {
            return Err(TableError::Damaged("it failed before".to_owned()));
        };
        let answer = caught(|| asked(db));
        if answer.is_err() {
            self.failed.store(true, Ordering::Release);
        }
        answer
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let db = self.db.take();
        // sled writes out what it holds when it is dropped, and may panic over damage then, too.
        if let Err(error) = caught(|| {
            drop(db);
            Ok(())
        }) {
            tracing::warn!(%error, "the store did not close cleanly");
        }
    }
}

/// Opens sled on a thread that gives way. sled's own threads take over how much the thread gives way that has work for
/// them first; so that thread has to be this one.
fn open_giving_way(config: &sled::Config) -> Result<sled::Db, TableError> {
    give_way();
    caught(|| {
        let db = config.open()?;
        db.flush()?;
        Ok(db)
    })
}

/// Waits until nobody holds sled's file any more.
///
/// sled's own threads let go of the file a moment after the map was dropped, and whoever opens the map in that moment is
/// told that its file is locked. The caller holds the store's lock, so nobody but an earlier map can have the file.
///
/// # Errors
/// What the file system says; after [`LET_GO_MAX`], that the file is locked.
fn wait_until_let_go(file: &Path) -> Result<(), TableError> {
    let file = match File::options().read(true).write(true).open(file) {
        Ok(file) => file,
        // A new map, or something that sled will say more about.
        Err(_) => return Ok(()),
    };
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            // Dropping the file unlocks it.
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= LET_GO_MAX => {
                let locked = "its file stays locked: another program has it open";
                return Err(TableError::Refused(io::Error::new(
                    io::ErrorKind::ResourceBusy,
                    locked,
                )));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(LET_GO_LOOK),
        }
    }
}

/// Calls sled. A panic becomes an error.
fn caught<T>(call: impl FnOnce() -> Result<T, TableError>) -> Result<T, TableError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        let text = text.unwrap_or_else(|| "it panicked".to_owned());
        Err(TableError::Damaged(text))
    })
}
