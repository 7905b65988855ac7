//! What can go wrong, in the words of those who have to deal with it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::batch::BatchFull;
use crate::damage::Damage;

/// A call to the file system that failed.
#[derive(Debug)]
pub struct IoFailure {
    /// What was being done, to be read after “could not”.
    pub doing: &'static str,
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl IoFailure {
    /// For `map_err`: says what was being done to which file.
    pub(crate) fn when(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self {
            doing,
            path,
            source,
        }
    }

    /// Whether there is no space left, or none that this user may have.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    }

    /// Whether the file system is mounted read-only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.source.kind() == io::ErrorKind::ReadOnlyFilesystem
    }

    /// Whether this user may not do that.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.source.kind() == io::ErrorKind::PermissionDenied
    }
}

impl fmt::Display for IoFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "could not {} {}: {}",
            self.doing,
            self.path.display(),
            self.source
        )
    }
}

impl std::error::Error for IoFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Why a journal was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another writer has it.
    #[error("the journal in {} is in use by another process: stop that one first (only one may write)", dir.display())]
    Locked {
        /// The directory of the journal.
        dir: PathBuf,
    },
    /// The file system is mounted read-only.
    #[error("{0}: the file system is read-only; mount it writable, or name another directory")]
    ReadOnly(IoFailure),
    /// The disk is full.
    #[error("{0}: the disk is full; free some space and start again")]
    Full(IoFailure),
    /// The user who runs this may not write there.
    #[error(
        "{0}: give the user who runs this the right to read and write the directory and its files"
    )]
    Denied(IoFailure),
    /// Something else that the system said.
    #[error("{0}")]
    Io(IoFailure),
    /// The journal is damaged.
    #[error("{0}")]
    Damaged(Box<Damage>),
    /// The options make no sense.
    #[error(
        "a segment of {0} bytes is not possible: use a multiple of 4096 from 16 KiB to 256 MiB"
    )]
    SegmentBytes(u64),
}

impl From<IoFailure> for OpenError {
    fn from(failure: IoFailure) -> Self {
        if failure.is_read_only() {
            Self::ReadOnly(failure)
        } else if failure.is_full() {
            Self::Full(failure)
        } else if failure.is_denied() {
            Self::Denied(failure)
        } else {
            Self::Io(failure)
        }
    }
}

impl From<Damage> for OpenError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(failure) => failure.into(),
            ReadError::Damaged(damage) => Self::Damaged(damage),
            ReadError::NoSuchSeq { .. } => Self::Io(IoFailure {
                doing: "read",
                path: PathBuf::new(),
                source: io::Error::other(error.to_string()),
            }),
        }
    }
}

/// Why entries were not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such entry.
    #[error("there is no entry {asked}: the journal has 1 to {last}")]
    NoSuchSeq {
        /// What was asked for.
        asked: u64,
        /// The last entry.
        last: u64,
    },
    /// The system could not read.
    #[error("{0}")]
    Io(#[from] IoFailure),
    /// The journal is damaged.
    #[error("{0}")]
    Damaged(Box<Damage>),
}

impl From<Damage> for ReadError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}

/// Whether the entries of a failed append may be in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They are certainly not there and never will be.
    NotWritten,
    /// They may or may not be there when the journal is opened the next time.
    Unknown,
}

/// Why an append was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The batch has no entry.
    #[error("there is nothing to append")]
    Empty,
    /// The batch does not fit into one frame of this journal.
    #[error(
        "the entries take {bytes} bytes together, and a frame of this journal holds {max}: append fewer or smaller entries at a time"
    )]
    TooLarge {
        /// The length of the frame, in bytes; when it was refused for its number of entries, that
        /// number.
        bytes: usize,
        /// The longest frame.
        max: usize,
    },
    /// The entries were not written, and whatever was there of them has been undone. May be tried
    /// again.
    #[error("nothing was recorded: {0}")]
    NotWritten(IoFailure),
    /// The write failed, and so did undoing it. Nothing more is written until undoing succeeds.
    #[error("it is not known whether this was recorded: {0}")]
    OutcomeUnknown(IoFailure),
    /// `fdatasync` failed. The writer has stopped for good; open the journal anew, after looking
    /// after the disk.
    #[error(
        "it is not known whether this was recorded, and nothing more will be: {0}. Look after the disk, then restart"
    )]
    SyncFailed(IoFailure),
    /// The writer has stopped for good, after an earlier [`AppendError::SyncFailed`].
    #[error(
        "nothing was recorded: the journal stopped when the disk failed ({cause}). Look after the disk, then restart"
    )]
    Poisoned {
        /// What failed then.
        cause: String,
    },
}

impl AppendError {
    /// Whether the entries may be there nevertheless.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Empty | Self::TooLarge { .. } | Self::NotWritten(_) | Self::Poisoned { .. } => {
                Outcome::NotWritten
            }
            Self::OutcomeUnknown(_) | Self::SyncFailed(_) => Outcome::Unknown,
        }
    }

    /// Whether this writer will never write again.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::SyncFailed(_) | Self::Poisoned { .. } => true,
            Self::Empty | Self::TooLarge { .. } | Self::NotWritten(_) | Self::OutcomeUnknown(_) => {
                false
            }
        }
    }

    /// Whether freeing disk space would help.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::NotWritten(failure)
            | Self::OutcomeUnknown(failure)
            | Self::SyncFailed(failure) => failure.is_full(),
            Self::Empty | Self::TooLarge { .. } | Self::Poisoned { .. } => false,
        }
    }
}

impl From<BatchFull> for AppendError {
    fn from(full: BatchFull) -> Self {
        match full {
            BatchFull::Entries => Self::TooLarge {
                bytes: crate::frame::FRAME_ENTRIES_MAX as usize + 1,
                max: crate::frame::FRAME_ENTRIES_MAX as usize,
            },
            BatchFull::Bytes { needed } => Self::TooLarge {
                bytes: needed,
                max: crate::frame::FRAME_BYTES_MAX,
            },
        }
    }
}
