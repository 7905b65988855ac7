//! Opening the map: checked against itself and against the journal, brought up to date, or made anew.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use nowserving_journal::{Journal, JournalId, JournalReader, ReadError, Reader};
use nowserving_shared::model::Moment;

use super::folding::{Folder, decode};
use super::layout::{self, State, Sum};
use super::table::{Table, TableError};
use super::{StoreError, StoreReport};
use crate::keys::{KeyAt, Keys, TooOld};
use crate::record::{self, Entry};

/// How many events are folded into one batch while the map is brought up to date. Nobody reads yet.
const CATCH_UP_EVENTS: usize = 4_096;
/// After how many events the map is made durable while it is brought up to date.
const CATCH_UP_CHECKPOINT: u64 = 200_000;
/// How much room the disk must have for the store to be opened: sled fails badly when it runs out in the middle.
pub const ROOM_BYTES_MIN: u64 = 32 * 1024 * 1024;

/// Where the map is brought up to date from.
pub(super) trait Source {
    fn id(&self) -> JournalId;
    /// The sequence of the last entry; 0 while there is none.
    fn head(&self) -> u64;
    fn read_from(&self, seq: u64) -> Result<Reader, ReadError>;
}

/// A journal that nobody appends to meanwhile.
pub(super) struct AtRest<'a>(pub(super) &'a dyn Journal);

impl Source for AtRest<'_> {
    fn id(&self) -> JournalId {
        self.0.id()
    }

    fn head(&self) -> u64 {
        self.0.head().seq
    }

    fn read_from(&self, seq: u64) -> Result<Reader, ReadError> {
        self.0.read_from(seq)
    }
}

/// What a journal that is being written had acknowledged at one moment.
pub(super) struct Acknowledged<'a> {
    reader: &'a JournalReader,
    head: u64,
}

impl<'a> Acknowledged<'a> {
    pub(super) fn now(reader: &'a JournalReader) -> Result<Self, ReadError> {
        let head = reader.acknowledged()?.seq;
        Ok(Self { reader, head })
    }
}

impl Source for Acknowledged<'_> {
    fn id(&self) -> JournalId {
        self.reader.id()
    }

    fn head(&self) -> u64 {
        self.head
    }

    fn read_from(&self, seq: u64) -> Result<Reader, ReadError> {
        self.reader.read(seq, self.head)
    }
}

/// Where things lie in the store's directory.
pub(super) struct Places {
    pub(super) dir: PathBuf,
}

impl Places {
    fn lock(&self) -> PathBuf {
        self.dir.join("lock")
    }

    fn map(&self) -> PathBuf {
        self.dir.join("sled")
    }

    /// What was found damaged last, for whoever wants to look into it.
    fn aside(&self) -> PathBuf {
        self.dir.join("aside")
    }

    /// Says, when it is there, that the map must not be used again, and why.
    pub(super) fn rebuild(&self) -> PathBuf {
        self.dir.join("rebuild")
    }
}

/// An open map, and the idempotency keys in it.
pub(super) struct Opened {
    pub(super) folder: Folder,
    pub(super) keys: Keys,
    pub(super) report: StoreReport,
}

/// Why a map is not used.
enum Fault {
    /// It is not what it should be; another can be made.
    Damaged(String),
    /// Another would fare no better.
    Stop(StoreError),
}

pub(super) fn open(
    places: &Places,
    journal: &dyn Source,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Opened, StoreError> {
    fs::create_dir_all(&places.dir).map_err(io_error("make the directory", &places.dir))?;
    let lock = Arc::new(lock(places)?);
    check_room(&places.dir)?;
    let mut rebuilt = note(places);
    if rebuilt.is_some() {
        set_aside(places)?;
    }
    loop {
        match try_open(places, &lock, journal, progress) {
            Ok(mut opened) => {
                remove_note(places)?;
                opened.report.rebuilt = rebuilt;
                return Ok(opened);
            }
            Err(Fault::Stop(error)) => return Err(error),
            Err(Fault::Damaged(what)) if rebuilt.is_none() => {
                tracing::error!(
                    what,
                    "the store is set aside and made again from the journal"
                );
                set_aside(places)?;
                rebuilt = Some(what);
            }
            Err(Fault::Damaged(what)) => {
                return Err(StoreError::Unusable {
                    dir: places.dir.clone(),
                    what,
                });
            }
        }
    }
}

/// Holds the store for this process.
fn lock(places: &Places) -> Result<File, StoreError> {
    let path = places.lock();
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let file = options.open(&path).map_err(io_error("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked {
            dir: places.dir.clone(),
        }),
        Err(TryLockError::Error(error)) => Err(io_error("lock", &path)(error)),
    }
}

fn check_room(dir: &Path) -> Result<(), StoreError> {
    let room = room(dir)?;
    if room < ROOM_BYTES_MIN {
        return Err(StoreError::NoRoom {
            dir: dir.to_owned(),
            room,
            needed: ROOM_BYTES_MIN,
        });
    }
    Ok(())
}

/// How much room the disk of a directory has, in bytes.
fn room(dir: &Path) -> Result<u64, StoreError> {
    let disk = rustix::fs::statvfs(dir)
        .map_err(|error| io_error("look for room in", dir)(error.into()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// How large the files in a directory are, in bytes.
fn bytes_in(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    let sizes = files.filter_map(|file| file.metadata().ok());
    sizes.map(|metadata| metadata.len()).sum()
}

/// Takes the map out of the way. The last one that was set aside is kept, unless a new one might then lack the room.
fn set_aside(places: &Places) -> Result<(), StoreError> {
    let (map, aside) = (places.map(), places.aside());
    remove_dir(&aside)?;
    match fs::rename(&map, &aside) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error("set aside", &map)(error)),
    }
    let needed = bytes_in(&aside).saturating_add(ROOM_BYTES_MIN);
    if room(&places.dir)? < needed {
        remove_dir(&aside)?;
    }
    Ok(())
}

fn remove_dir(dir: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(dir) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error("remove", dir)(error)),
    }
}

/// Why the map must not be used again, when there is a note that says so.
fn note(places: &Places) -> Option<String> {
    let text = fs::read(places.rebuild()).ok()?;
    // On a full disk the note is there, but empty.
    Some(if text.is_empty() {
        "it failed while the server ran".to_owned()
    } else {
        String::from_utf8_lossy(&text).into_owned()
    })
}

fn remove_note(places: &Places) -> Result<(), StoreError> {
    let note = places.rebuild();
    match fs::remove_file(&note) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error("remove", &note)(error)),
    }
}

fn try_open(
    places: &Places,
    lock: &Arc<File>,
    journal: &dyn Source,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Opened, Fault> {
    let stop = |error| table_fault(error, &places.dir);
    let begun = Instant::now();
    let table = Table::open(&places.map(), lock.clone()).map_err(stop)?;
    let mut keys = Keys::default();
    let state = check(&table, journal, &mut keys, &places.dir)?;
    let checked_in = begun.elapsed();
    let known_to = state.seq;
    let mut folder = Folder::new(Arc::new(table), state);
    catch_up(&mut folder, journal, &mut keys, progress, &places.dir)?;
    let report = StoreReport {
        rebuilt: None,
        folded: folder.state().seq - known_to,
        entries: folder.state().entries,
        bytes: bytes_in(&places.map()),
        checked_in,
    };
    Ok(Opened {
        folder,
        keys,
        report,
    })
}

fn table_fault(error: TableError, dir: &Path) -> Fault {
    match error {
        TableError::Damaged(what) => Fault::Damaged(what),
        TableError::Refused(source) => Fault::Stop(io_error("use the store in", dir)(source)),
    }
}

/// Looks at every entry: their sum must be that of the state, and the state must fit the journal.
fn check(table: &Table, journal: &dyn Source, keys: &mut Keys, dir: &Path) -> Result<State, Fault> {
    let mut sum = Sum::default();
    let mut entries = 0_u64;
    let mut state = None;
    let mut fault = None;
    let scanned = table.scan(layout::FIRST_KEY, layout::LAST_KEY, |key, value| {
        if key == layout::STATE_KEY {
            state = Some(value.to_vec());
            return ControlFlow::Continue(());
        }
        entries += 1;
        sum.add(key, value);
        match layout::read_keys(key, value) {
            Ok(some) => some.into_iter().for_each(|key| keys.insert(key)),
            Err(error) => fault = Some(error),
        }
        ControlFlow::Continue(())
    });
    scanned.map_err(|error| table_fault(error, dir))?;
    let Some(state) = state else {
        let fresh = State::empty(journal.id().to_string());
        let nothing = entries == 0;
        return nothing
            .then_some(fresh)
            .ok_or_else(|| Fault::Damaged("it does not say how far it reaches".to_owned()));
    };
    let state: State = decode(&state).map_err(|error| table_fault(error, dir))?;
    if state.version != layout::LAYOUT_VERSION {
        return Err(Fault::Damaged("another build wrote it".to_owned()));
    }
    if let Some(fault) = fault {
        return Err(table_fault(fault, dir));
    }
    if (state.entries, state.sum) != (entries, sum) {
        return Err(Fault::Damaged("entries are missing or changed".to_owned()));
    }
    fits_journal(&state, journal)?;
    Ok(state)
}

fn fits_journal(state: &State, journal: &dyn Source) -> Result<(), Fault> {
    if state.journal != journal.id().to_string() {
        return Err(Fault::Damaged("it belongs to another journal".to_owned()));
    }
    if state.seq > journal.head() {
        let what = "it knows of events that the journal does not have";
        return Err(Fault::Damaged(what.to_owned()));
    }
    if state.seq == 0 {
        return Ok(());
    }
    let entry = entry_at(journal, state.seq).map_err(Fault::Stop)?;
    if entry.is_none_or(|entry| layout::entry_digest(&entry) != state.entry) {
        let what = "the journal has taken another course than it knows";
        return Err(Fault::Damaged(what.to_owned()));
    }
    Ok(())
}

fn entry_at(journal: &dyn Source, seq: u64) -> Result<Option<Entry>, StoreError> {
    let mut reader = journal.read_from(seq)?;
    let Some(frame) = reader.next_frame()? else {
        return Ok(None);
    };
    match frame.entries().next() {
        Some((seq, bytes)) => Ok(Some(record::read(seq, bytes)?)),
        None => Ok(None),
    }
}

/// Folds what the journal has and the map has not.
fn catch_up(
    folder: &mut Folder,
    journal: &dyn Source,
    keys: &mut Keys,
    progress: &mut dyn FnMut(u64, u64),
    dir: &Path,
) -> Result<(), Fault> {
    let from = folder.state().seq;
    let head = journal.head();
    if from >= head {
        return Ok(());
    }
    let last = entry_at(journal, head).map_err(Fault::Stop)?;
    let newest = last.map_or(Moment(i64::MIN), |last| last.recorded.at);
    let too_old = TooOld::at(newest, head);
    let mut group = Vec::with_capacity(CATCH_UP_EVENTS);
    let mut synced = from;
    let mut reader = journal.read_from(from + 1).map_err(journal_fault)?;
    loop {
        let frame = reader.next_frame().map_err(journal_fault)?;
        let over = frame.is_none();
        for (seq, bytes) in frame.iter().flat_map(|frame| frame.entries()) {
            let entry = record::read(seq, bytes).map_err(|error| Fault::Stop(error.into()))?;
            group.push(entry);
        }
        if over || group.len() >= CATCH_UP_EVENTS {
            let used = group.iter().filter_map(KeyAt::of);
            used.for_each(|key| keys.insert(key));
            keys.forget(too_old);
            let entries: Vec<&Entry> = group.iter().collect();
            folder
                .fold(&entries, too_old)
                .map_err(|error| table_fault(error, dir))?;
            group.clear();
            progress(folder.state().seq - from, head - from);
        }
        if over || folder.state().seq - synced >= CATCH_UP_CHECKPOINT {
            synced = folder.state().seq;
            folder
                .table()
                .sync()
                .map_err(|error| table_fault(error, dir))?;
        }
        if over {
            return Ok(());
        }
    }
}

fn journal_fault(error: ReadError) -> Fault {
    Fault::Stop(error.into())
}

/// Says what could not be done where.
pub(super) fn io_error(
    doing: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Io {
        doing,
        path,
        source,
    }
}
