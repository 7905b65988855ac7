//! The ways in which a journal can be found damaged. Damage is only ever reported: nothing is
//! changed by finding it.

use std::fmt;
use std::path::PathBuf;

use crate::frame::FrameFault;
use crate::names::JournalId;

/// Why 4,096 bytes are not the header of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// The file is shorter than a header.
    #[error("the file is shorter than a segment header")]
    Short,
    /// The file is not a segment.
    #[error("the file does not start like a segment")]
    Magic,
    /// The header was altered.
    #[error("the checksum of the segment header does not fit")]
    Checksum,
    /// A later version of the software has written this.
    #[error(
        "the segment has format {found}, and this version reads up to format {known}: install the version that wrote it"
    )]
    Version {
        /// The version in the header.
        found: u32,
        /// The highest version that is understood.
        known: u32,
    },
    /// The length in the header is not one that a segment can have.
    #[error("the segment header claims a length of {0} bytes, which no segment has")]
    Length(u64),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamageKind {
    /// The header of the segment is bad.
    #[error(transparent)]
    Header(#[from] HeaderFault),
    /// The segment or mark belongs to another journal.
    #[error("the file belongs to journal {found}, and this is journal {expected}")]
    Foreign {
        /// The id in the file.
        found: JournalId,
        /// The id of this journal.
        expected: JournalId,
    },
    /// The segment carries another index than its name says: files were swapped or renamed.
    #[error("the file is segment {found} by its header: files have been renamed or swapped")]
    Misplaced {
        /// The index in the header.
        found: u64,
    },
    /// The file is not as long as its header says.
    #[error("the file is {found} bytes long and must be {expected}")]
    Length {
        /// The length of the file, in bytes.
        found: u64,
        /// The length in the header, in bytes.
        expected: u64,
    },
    /// A segment is not there although later ones, or the mark, show that it was.
    #[error("the segment is missing")]
    Missing,
    /// The segment holds no frame although there is a later one.
    #[error("the segment holds no entries although a later segment exists")]
    Blank,
    /// A bad frame where later segments follow.
    #[error("{0}, although later segments follow")]
    BadFrame(FrameFault),
    /// A bad frame, and behind it a good one: this was not torn by a power cut.
    #[error("{fault}, and a good frame (entry {good_seq}) lies behind it at byte {good_offset}")]
    GoodAfterBad {
        /// What is wrong with the bad frame.
        fault: FrameFault,
        /// Where the good frame starts.
        good_offset: u64,
        /// The first entry in the good frame.
        good_seq: u64,
    },
    /// A bad last frame that no interrupted write can have left like this.
    #[error("{0}, and an interrupted write does not leave bytes like these")]
    AlteredTail(FrameFault),
    /// Bytes that are further behind the last frame than one write reaches.
    #[error(
        "there are bytes behind the last frame, at byte {offset}, further than one write reaches"
    )]
    Stray {
        /// The last such byte in the file.
        offset: u64,
    },
    /// A whole frame that does not carry on the sequence.
    #[error("a frame starts with entry {found} here")]
    Sequence {
        /// The first entry of the frame that was found.
        found: u64,
    },
    /// A whole frame that follows upon other frames than those that were read.
    #[error(
        "the frame here follows upon a different frame than the one before it: the chain of hashes is broken"
    )]
    Chain,
    /// The mark says that more was acknowledged than there is.
    #[error(
        "entries up to {acknowledged} were acknowledged, and only those up to {recovered} are readable"
    )]
    AcknowledgedLost {
        /// The last entry that was acknowledged for certain.
        acknowledged: u64,
        /// The last entry that can be read.
        recovered: u64,
    },
    /// The mark knows the last acknowledged frame by another hash.
    #[error("entry {acknowledged} was acknowledged in another frame than the one that is here")]
    MarkDisagrees {
        /// The entry that the mark speaks of.
        acknowledged: u64,
    },
    /// There are segments but no readable mark.
    #[error(
        "the mark, which says how much was acknowledged, is missing or unreadable; without it nobody can say whether the last entries are all here"
    )]
    MarkLost,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// The index of the segment; `None` when the file is the mark.
    pub segment: Option<u64>,
    /// Where in the file, in bytes.
    pub offset: u64,
    /// The entry that should begin there, where that is known: the first that is lost or in doubt.
    pub next_seq: Option<u64>,
    /// What is wrong.
    pub kind: DamageKind,
}

impl Damage {
    /// Whether an operator who knows what is lost can tell
    /// [`Options::accept_tail_loss`](crate::Options) to go on without it. Damage before the last
    /// frames is not of that kind: it takes a copy.
    #[must_use]
    pub fn concerns_the_tail_only(&self) -> bool {
        match self.kind {
            DamageKind::AlteredTail(_)
            | DamageKind::AcknowledgedLost { .. }
            | DamageKind::MarkDisagrees { .. }
            | DamageKind::MarkLost => true,
            DamageKind::Header(_)
            | DamageKind::Foreign { .. }
            | DamageKind::Misplaced { .. }
            | DamageKind::Length { .. }
            | DamageKind::Missing
            | DamageKind::Blank
            | DamageKind::BadFrame(_)
            | DamageKind::GoodAfterBad { .. }
            | DamageKind::Stray { .. }
            | DamageKind::Sequence { .. }
            | DamageKind::Chain => false,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is damaged at byte {}",
            self.file.display(),
            self.offset
        )?;
        if let Some(seq) = self.next_seq {
            write!(f, ", where entry {seq} should begin")?;
        }
        write!(
            f,
            ": {}. Nothing was changed. Restore the journal from a copy",
            self.kind
        )?;
        if self.concerns_the_tail_only() {
            write!(
                f,
                ", or, if no copy is newer, open it once with the loss of its last entries accepted"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Damage {}
