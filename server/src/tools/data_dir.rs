//! The data directory of a hall, and reading the journal in it while somebody else may be writing.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nowserving_journal::{
    AppendError, Appended, Batch, Head, Journal, JournalId, JournalReader, ReadError, Reader,
};

/// Where the parts of a hall's data lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
}

impl DataDir {
    /// The parts in the directory `root`, whether it is there or not.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    /// The parts in `root`, which must be the data directory of a hall.
    ///
    /// # Errors
    /// When it is missing, is no directory, cannot be read, or holds no hall.
    pub fn existing(root: &Path) -> anyhow::Result<Self> {
        let data = Self::new(root);
        match fs::metadata(root) {
            Ok(found) if !found.is_dir() => {
                bail!(
                    "{} is not a directory: name the data directory of a hall",
                    root.display()
                )
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                bail!(
                    "{} does not exist: name the data directory of a hall",
                    root.display()
                )
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("{} cannot be looked at", root.display()));
            }
        }
        fs::read_dir(root).with_context(|| format!("{} cannot be read", root.display()))?;
        if !data.journal().is_dir() {
            bail!(
                "{} is not the data directory of a hall: there is no journal in it",
                root.display()
            );
        }
        Ok(data)
    }

    /// The directory itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The journal: the truth.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Snapshots; can be made again.
    #[must_use]
    pub fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    /// History and indexes; can be made again.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.root.join("store")
    }

    /// Keys that tokens are made with. Without them, the links on printed tickets lead nowhere.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets")
    }
}

/// The journal of a hall that may be running, open for reading.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) reader: JournalReader,
    /// How far it reaches.
    pub(super) head: Head,
    /// Whether a server has it open.
    pub(super) running: bool,
}

impl Past {
    /// Looks at the journal of a hall.
    pub(super) fn open(data: &DataDir) -> anyhow::Result<Self> {
        let dir = data.journal();
        let reader = JournalReader::open(&dir)
            .with_context(|| format!("the journal in {} cannot be read", dir.display()))?;
        // Asked first: what is acknowledged while this looks around may be left out, but not the other way round.
        let running = Self::is_running(data);
        let marked = reader.acknowledged()?;
        let head = if running {
            marked
        } else {
            beyond_the_mark(&reader, marked)
        };
        Ok(Self {
            reader,
            head,
            running,
        })
    }

    /// Whether a server has the journal of this hall open.
    pub(super) fn is_running(data: &DataDir) -> bool {
        is_locked(&data.journal().join("lock"))
    }

    /// All of it, from the first event on.
    pub(super) fn read(&self) -> Result<Reader, ReadError> {
        self.reader.read(1, self.head.seq)
    }
}

/// Whether a server holds the lock. When that cannot be found out, one may.
fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        },
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// How far the journal of a stopped hall reaches. After a power cut the mark may say less than there is; what whole frames
/// lie behind it would be there after a start.
fn beyond_the_mark(reader: &JournalReader, marked: Head) -> Head {
    let mut head = marked;
    let Ok(mut rest) = reader.read(marked.seq + 1, u64::MAX) else {
        return head;
    };
    // It ends with an error, always: there is no frame behind the last one.
    while let Ok(Some(frame)) = rest.next_frame() {
        head = Head {
            seq: frame.last_seq(),
            hash: frame.hash(),
        };
    }
    head
}

impl Journal for Past {
    fn id(&self) -> JournalId {
        self.reader.id()
    }

    fn append(&mut self, _: &mut Batch) -> Result<Appended, AppendError> {
        Err(AppendError::Poisoned {
            cause: "it is open for reading only".to_owned(),
        })
    }

    fn probe(&mut self) -> Result<(), AppendError> {
        Err(AppendError::Poisoned {
            cause: "it is open for reading only".to_owned(),
        })
    }

    fn head(&self) -> Head {
        self.head
    }

    fn read_from(&self, seq: u64) -> Result<Reader, ReadError> {
        self.reader.read(seq, self.head.seq)
    }
}

/// What may lie in a directory that counts as empty: what making a file system leaves there.
const IGNORED: &str = "lost+found";

/// Makes sure that `dir` is a directory in which nothing lies, or makes it. Whether it was made.
pub(super) fn make_empty(dir: &Path, what: &str) -> anyhow::Result<bool> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(dir)
                .with_context(|| format!("{} cannot be made for {what}", dir.display()))?;
            return Ok(true);
        }
        Err(error) => {
            return Err(error)
                .with_context(|| format!("{} cannot be used for {what}", dir.display()));
        }
    };
    for entry in entries {
        let name = entry
            .with_context(|| format!("{} cannot be read", dir.display()))?
            .file_name();
        if name != IGNORED {
            bail!(
                "{} is not empty ({} lies in it): name a new or empty directory for {what}",
                dir.display(),
                name.to_string_lossy()
            );
        }
    }
    Ok(false)
}

/// Makes a file or directory durable.
pub(super) fn sync(path: &Path) -> anyhow::Result<()> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .with_context(|| format!("{} cannot be made durable", path.display()))
}

/// Makes the name of a file or directory durable.
pub(super) fn sync_name(path: &Path) -> anyhow::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        Some(_) | None => sync(Path::new(".")),
    }
}
