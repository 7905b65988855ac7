//! Opening a journal for writing: what is there, is it whole, and where does it end.
//!
//! The headers and first frames of all segments are checked; the last segment with frames and the
//! one before it are read whole. (The rest is checked whenever it is read, and by
//! [`SegmentJournal::verify`](crate::SegmentJournal::verify).)
//!
//! Before anything is returned, the last frame and the zeros behind it are written once more, and
//! synced. They may stem from a process that died between write and sync, or after a sync that
//! failed and left the pages marked clean; what is read from the page cache now must be what is
//! read after the next power cut. For the same reason the directory is synced first: a name may be
//! there that an earlier opening could not make durable.

use crate::FRAME_BYTES_MAX;
use crate::Head;
use crate::damage::{Damage, DamageKind};
use crate::disk::{Access, DiskFile, write_all, write_zeros};
use crate::error::{IoFailure, OpenError};
use crate::mark::{self, MARK_NAME, Mark};
use crate::names::JournalId;
use crate::segment::{Chain, HEADER, SEGMENT_HEADER_BYTES, SegmentInfo};
use crate::segment_journal::Options;
use crate::shelf::{Loaded, Shelf};

mod inspect;

pub(crate) use inspect::misfit_damage;

use inspect::{Inspector, LastTwo, Walked, load_last};

/// The rest of an interrupted write that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// The index of the segment.
    pub segment: u64,
    /// Where in its file the cut bytes started.
    pub offset: u64,
    /// How many bytes were overwritten with zeros.
    pub bytes: u64,
}

/// What had to be done to the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkRepair {
    /// Nothing.
    None,
    /// A part of it was altered, and one of its two slots was readable: it was made anew.
    Repaired,
    /// It was made anew from what could be read, as the options allowed.
    Rebuilt,
}

/// What opening a journal found and did. Worth a line in the log, and a loud one unless
/// [`Recovery::is_clean`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Whether the journal was made just now.
    pub created: bool,
    /// How many segments hold entries.
    pub segments: usize,
    /// How far the journal reaches.
    pub head: Head,
    /// The interrupted write that was cut off, if there was one.
    pub torn: Option<TornTail>,
    /// What had to be done to the mark.
    pub mark: MarkRepair,
    /// What was wrong with the last entries, if that was accepted ([`Options::accept_tail_loss`]).
    pub accepted: Option<Damage>,
    /// How many half-made files were removed.
    pub temporary_files: usize,
}

impl Recovery {
    /// Whether everything was as a proper close leaves it.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.torn.is_none()
            && self.mark == MarkRepair::None
            && self.accepted.is_none()
            && self.temporary_files == 0
    }
}

/// The segment that is being written.
#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) file: Box<dyn DiskFile>,
    pub(crate) index: u64,
    pub(crate) bytes: u64,
    /// Where the next frame goes.
    pub(crate) position: u64,
}

/// A journal that is ready to be written.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: JournalId,
    pub(crate) segments: Vec<SegmentInfo>,
    pub(crate) tail: Tail,
    pub(crate) chain: Chain,
    /// A blank segment behind the tail, made ahead.
    pub(crate) next: Option<Box<dyn DiskFile>>,
    pub(crate) mark: Mark,
    pub(crate) report: Recovery,
}

pub(crate) fn open(shelf: &Shelf, options: &Options) -> Result<Opened, OpenError> {
    let temporary_files = shelf.remove_temporary_files()?;
    shelf
        .disk
        .sync_dir(&shelf.dir)
        .map_err(IoFailure::when("sync", &shelf.dir))?;
    let indices = shelf.indices()?;
    let found = mark::find(shelf, Access::Write)?;
    let mut opened = match (indices.last(), found) {
        (None, None) => create(shelf, options, None)?,
        (None, Some(found)) => match found.note {
            Some(note) if note.seq == 0 => {
                create(shelf, options, Some(Mark::resume(found.file, note)))?
            }
            Some(_) => return Err(shelf.damage(1, 0, None, DamageKind::Missing).into()),
            None => return Err(mark_lost(shelf).into()),
        },
        (Some(last), found) => recover(shelf, options, *last, found)?,
    };
    opened.report.temporary_files = temporary_files;
    Ok(opened)
}

fn mark_lost(shelf: &Shelf) -> Damage {
    Damage {
        file: shelf.path(MARK_NAME),
        segment: None,
        offset: 0,
        next_seq: None,
        kind: DamageKind::MarkLost,
    }
}

/// Makes a journal, or finishes making it where only its mark was made before.
fn create(shelf: &Shelf, options: &Options, mark: Option<Mark>) -> Result<Opened, OpenError> {
    let mark = match mark {
        Some(mark) => mark,
        None => {
            let drawn = options.id.map_or_else(JournalId::random, Ok);
            let journal = drawn.map_err(IoFailure::when("draw an id for", &shelf.dir))?;
            Mark::make(shelf, journal, 0, journal.genesis())?
        }
    };
    let journal = mark.journal();
    let file = shelf.make_segment(1, journal, options.segment_bytes)?;
    let chain = Chain::start(journal);
    Ok(Opened {
        journal,
        segments: Vec::new(),
        tail: Tail {
            file,
            index: 1,
            bytes: options.segment_bytes,
            position: HEADER as u64,
        },
        chain,
        next: None,
        mark,
        report: Recovery {
            created: true,
            segments: 0,
            head: chain.head(),
            torn: None,
            mark: MarkRepair::None,
            accepted: None,
            temporary_files: 0,
        },
    })
}

/// Checks what is there, makes it durable, and only then brings the mark up to it.
fn recover(
    shelf: &Shelf,
    options: &Options,
    last: u64,
    found: Option<mark::Found>,
) -> Result<Opened, OpenError> {
    let note = found.as_ref().and_then(|found| found.note);
    let mut accepted = None;
    if note.is_none() {
        accept(options, &mut accepted, mark_lost(shelf))?;
    }
    let LastTwo { tail, bytes, next } = load_last(shelf, last, note.map(|note| note.journal))?;
    let (journal, index) = (tail.header.journal, tail.header.index);
    let inspector = Inspector::new(shelf, journal, note);
    let mut before = inspector.before(index)?;
    let walked = inspector.walk(index, &bytes, before.chain)?;
    inspector.not_blank(index, &walked, next.is_some())?;
    let end = inspector.end_of(index, &bytes, &walked);
    for damage in end
        .damage
        .into_iter()
        .chain(inspector.missed(index, &walked, &before))
    {
        accept(options, &mut accepted, damage)?;
    }
    make_durable(shelf, &tail, &bytes, &walked, end.cut_to)?;
    if let Some(next) = &next {
        make_blank_durable(shelf, next)?;
    }
    let head = walked.chain.head();
    let (mark, repair) = settle_mark(shelf, found, accepted.is_some(), journal, head)?;
    before
        .segments
        .extend(walked.first_seq.map(|first_seq| SegmentInfo {
            index,
            path: shelf.segment_path(index),
            first_seq,
            sealed: false,
        }));
    let report = Recovery {
        created: false,
        segments: before.segments.len(),
        head,
        torn: end.cut_to.map(|cut_to| walked.torn(index, cut_to)),
        mark: repair,
        accepted,
        temporary_files: 0,
    };
    let (file, bytes, position) = (tail.file, tail.header.bytes, walked.end as u64);
    Ok(Opened {
        journal,
        segments: before.segments,
        tail: Tail {
            file,
            index,
            bytes,
            position,
        },
        chain: walked.chain,
        next: next.map(|next| next.file),
        mark,
        report,
    })
}

/// Refuses `damage`, unless it concerns the last entries only and the options accept their loss.
fn accept(options: &Options, accepted: &mut Option<Damage>, damage: Damage) -> Result<(), Damage> {
    if options.accept_tail_loss && damage.concerns_the_tail_only() {
        accepted.get_or_insert(damage);
        Ok(())
    } else {
        Err(damage)
    }
}

/// Writes the last frame and the zeros behind it once more, as far as one write reaches, and syncs.
/// This also cuts the torn tail.
fn make_durable(
    shelf: &Shelf,
    tail: &Loaded,
    bytes: &[u8],
    walked: &Walked,
    cut_to: Option<usize>,
) -> Result<(), IoFailure> {
    let path = shelf.segment_path(tail.header.index);
    let file = tail.file.as_ref();
    let reach = (walked.end + FRAME_BYTES_MAX)
        .max(cut_to.unwrap_or(0))
        .min(bytes.len());
    let from = walked.last_frame.unwrap_or(walked.end);
    write_zeros(file, walked.end as u64, (reach - walked.end) as u64)
        .and_then(|()| write_all(file, &bytes[from..walked.end], from as u64))
        .map_err(IoFailure::when("settle the end of", &path))?;
    file.sync_data().map_err(IoFailure::when("sync", &path))
}

/// The same for the blank segment behind the tail: a first frame may have been undone there, and
/// the sync of that may have failed.
fn make_blank_durable(shelf: &Shelf, next: &Loaded) -> Result<(), IoFailure> {
    let path = shelf.segment_path(next.header.index);
    let reach = (next.header.bytes - SEGMENT_HEADER_BYTES).min(FRAME_BYTES_MAX as u64);
    write_zeros(next.file.as_ref(), SEGMENT_HEADER_BYTES, reach)
        .and_then(|()| next.file.sync_data())
        .map_err(IoFailure::when("settle", &path))
}

/// Brings the mark up to what was recovered, durably.
fn settle_mark(
    shelf: &Shelf,
    found: Option<mark::Found>,
    rebuild: bool,
    journal: JournalId,
    head: Head,
) -> Result<(Mark, MarkRepair), IoFailure> {
    let note = found
        .as_ref()
        .filter(|_| !rebuild)
        .and_then(|found| found.note);
    match (found, note) {
        (Some(found), Some(note)) if found.whole => {
            let mut mark = Mark::resume(found.file, note);
            let written = mark.write_synced(head.seq, head.hash);
            written.map_err(IoFailure::when("write", &shelf.path(MARK_NAME)))?;
            Ok((mark, MarkRepair::None))
        }
        (Some(_), Some(_)) => Ok((
            Mark::make(shelf, journal, head.seq, head.hash)?,
            MarkRepair::Repaired,
        )),
        (Some(_) | None, None) | (None, Some(_)) => Ok((
            Mark::make(shelf, journal, head.seq, head.hash)?,
            MarkRepair::Rebuilt,
        )),
    }
}
