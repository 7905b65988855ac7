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

use crate::damage::{Damage, DamageKind};
use crate::disk::{Access, DiskFile, write_all, write_zeros};
use crate::error::{IoFailure, OpenError, ReadError};
use crate::mark::{self, MARK_NAME, Mark, Note};
use crate::names::JournalId;
use crate::segment::{self, Chain, HEADER, Misfit, SegmentInfo, Step};
use crate::segment_journal::Options;
use crate::shelf::{Loaded, Shelf};
use crate::tail::{self, Verdict};
use crate::{FRAME_BYTES_MAX, Head, frame};

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

/// The frames of one segment, as far as they are good.
struct Walked {
    chain: Chain,
    first_seq: Option<u64>,
    /// The offset of the last frame.
    last_frame: Option<usize>,
    /// Where the good frames end.
    end: usize,
    /// What is there instead of zeros.
    bad: Option<frame::FrameFault>,
    /// What the mark says of a frame in this segment is wrong.
    mark_disagrees: bool,
}

/// Walks over the frames of a segment from `chain` on, comparing with the mark on the way.
fn walk(
    shelf: &Shelf,
    index: u64,
    bytes: &[u8],
    mut chain: Chain,
    note: Option<Note>,
    seed: u32,
) -> Result<Walked, Damage> {
    let mut walked = Walked {
        chain,
        first_seq: None,
        last_frame: None,
        end: HEADER,
        bad: None,
        mark_disagrees: false,
    };
    loop {
        match segment::step(bytes, walked.end, seed) {
            Step::Frame { at, head } => {
                chain
                    .fits(&head)
                    .map_err(|misfit| misfit_damage(shelf, index, at, &chain, misfit))?;
                chain = Chain::after(&head, &bytes[at..at + head.length]);
                walked.first_seq.get_or_insert(head.first_seq);
                walked.last_frame = Some(at);
                walked.end = at + head.length;
                let marked =
                    note.filter(|note| (head.first_seq..=head.last_seq()).contains(&note.seq));
                walked.mark_disagrees |= marked
                    .is_some_and(|note| note.seq != head.last_seq() || note.hash != chain.hash);
            }
            Step::End { .. } => break,
            Step::Bad { fault, .. } => {
                walked.bad = Some(fault);
                break;
            }
        }
    }
    walked.chain = chain;
    Ok(walked)
}

/// The damage that a whole frame in the wrong place is.
pub(crate) fn misfit_damage(
    shelf: &Shelf,
    index: u64,
    at: usize,
    chain: &Chain,
    misfit: Misfit,
) -> Damage {
    let kind = match misfit {
        Misfit::Sequence { found } => DamageKind::Sequence { found },
        Misfit::Hash => DamageKind::Chain,
    };
    shelf.damage(index, at, Some(chain.next_seq), kind)
}

/// What stands before the last segment.
struct Before {
    segments: Vec<SegmentInfo>,
    chain: Chain,
    mark_disagrees: bool,
}

/// Checks all segments before the one with index `tail`: the first frames of all, the whole of the
/// last.
fn check_before(
    shelf: &Shelf,
    tail: u64,
    journal: JournalId,
    note: Option<Note>,
) -> Result<Before, ReadError> {
    let mut before = Before {
        segments: Vec::new(),
        chain: Chain::start(journal),
        mark_disagrees: false,
    };
    for index in 1..tail {
        let blank = || shelf.damage(index, HEADER, None, DamageKind::Blank);
        let first = shelf.first_frame(index, journal)?.ok_or_else(blank)?;
        let lowest = before
            .segments
            .last()
            .map_or(0, |info: &SegmentInfo| info.first_seq);
        if first.first_seq <= lowest {
            let kind = DamageKind::Sequence {
                found: first.first_seq,
            };
            return Err(shelf.damage(index, HEADER, None, kind).into());
        }
        before.segments.push(SegmentInfo {
            index,
            path: shelf.segment_path(index),
            first_seq: first.first_seq,
            sealed: true,
        });
        if index + 1 == tail {
            let start = if index == 1 {
                Chain::start(journal)
            } else {
                Chain {
                    next_seq: first.first_seq,
                    hash: first.previous,
                }
            };
            let mut bytes = Vec::new();
            shelf.load(index, Some(journal), Access::Read, &mut bytes)?;
            let walked = walk(shelf, index, &bytes, start, note, journal.checksum_seed())?;
            if let Some(fault) = walked.bad {
                let kind = DamageKind::BadFrame(fault);
                return Err(shelf
                    .damage(index, walked.end, Some(walked.chain.next_seq), kind)
                    .into());
            }
            before.chain = walked.chain;
            before.mark_disagrees = walked.mark_disagrees;
        }
    }
    Ok(before)
}

/// The last segment that is in use, and the blank one behind it where there is one.
struct LastTwo {
    tail: Loaded,
    bytes: Vec<u8>,
    next: Option<Loaded>,
}

fn load_last(shelf: &Shelf, last: u64, journal: Option<JournalId>) -> Result<LastTwo, ReadError> {
    let mut bytes = Vec::new();
    let loaded = shelf.load(last, journal, Access::Write, &mut bytes)?;
    if last == 1 || !segment::is_zero(&bytes[HEADER..]) {
        return Ok(LastTwo {
            tail: loaded,
            bytes,
            next: None,
        });
    }
    let tail = shelf.load(last - 1, journal, Access::Write, &mut bytes)?;
    Ok(LastTwo {
        tail,
        bytes,
        next: Some(loaded),
    })
}

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
    let journal = tail.header.journal;
    let index = tail.header.index;
    let mut before = check_before(shelf, index, journal, note)?;
    let walked = walk(
        shelf,
        index,
        &bytes,
        before.chain,
        note,
        journal.checksum_seed(),
    )?;
    if walked.last_frame.is_none() && next.is_some() {
        return Err(shelf
            .damage(
                index,
                HEADER,
                Some(walked.chain.next_seq),
                DamageKind::Blank,
            )
            .into());
    }
    let cut_to = judge_tail(
        shelf,
        options,
        index,
        &bytes,
        &walked,
        journal,
        &mut accepted,
    )?;
    let disagrees = before.mark_disagrees || walked.mark_disagrees;
    compare_with_mark(
        shelf,
        options,
        note,
        index,
        &walked,
        disagrees,
        &mut accepted,
    )?;
    let torn = cut_to.map(|end| TornTail {
        segment: index,
        offset: walked.end as u64,
        bytes: (end - walked.end) as u64,
    });
    make_durable(shelf, &tail, &bytes, &walked, cut_to)?;
    let head = walked.chain.head();
    let (mark, repair) = settle_mark(shelf, found, accepted.is_some(), journal, head)?;
    if let Some(first_seq) = walked.first_seq {
        before.segments.push(SegmentInfo {
            index,
            path: shelf.segment_path(index),
            first_seq,
            sealed: false,
        });
    }
    let report = Recovery {
        created: false,
        segments: before.segments.len(),
        head,
        torn,
        mark: repair,
        accepted,
        temporary_files: 0,
    };
    Ok(Opened {
        journal,
        segments: before.segments,
        tail: Tail {
            file: tail.file,
            index,
            bytes: tail.header.bytes,
            position: walked.end as u64,
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

/// Up to where the bytes behind the last good frame are to be cut, if there are any.
fn judge_tail(
    shelf: &Shelf,
    options: &Options,
    index: u64,
    bytes: &[u8],
    walked: &Walked,
    journal: JournalId,
    accepted: &mut Option<Damage>,
) -> Result<Option<usize>, Damage> {
    let Some(fault) = walked.bad else {
        return Ok(None);
    };
    match tail::judge(bytes, walked.end, fault, journal.checksum_seed()) {
        Verdict::Torn { end } => Ok(Some(end)),
        Verdict::Damaged(kind) => {
            accept(
                options,
                accepted,
                shelf.damage(index, walked.end, Some(walked.chain.next_seq), kind),
            )?;
            Ok(Some(bytes.len()))
        }
    }
}

fn compare_with_mark(
    shelf: &Shelf,
    options: &Options,
    note: Option<Note>,
    index: u64,
    walked: &Walked,
    disagrees: bool,
    accepted: &mut Option<Damage>,
) -> Result<(), Damage> {
    let Some(note) = note else { return Ok(()) };
    let recovered = walked.chain.next_seq - 1;
    let kind = if note.seq > recovered {
        DamageKind::AcknowledgedLost {
            acknowledged: note.seq,
            recovered,
        }
    } else if disagrees {
        DamageKind::MarkDisagrees {
            acknowledged: note.seq,
        }
    } else {
        return Ok(());
    };
    accept(
        options,
        accepted,
        shelf.damage(index, walked.end, Some(walked.chain.next_seq), kind),
    )
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
    let reach = (walked.end + FRAME_BYTES_MAX)
        .max(cut_to.unwrap_or(0))
        .min(bytes.len());
    let from = walked.last_frame.unwrap_or(walked.end);
    write_zeros(
        tail.file.as_ref(),
        walked.end as u64,
        (reach - walked.end) as u64,
    )
    .and_then(|()| write_all(tail.file.as_ref(), &bytes[from..walked.end], from as u64))
    .map_err(IoFailure::when("settle the end of", &path))?;
    tail.file
        .sync_data()
        .map_err(IoFailure::when("sync", &path))
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
