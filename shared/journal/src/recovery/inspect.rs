//! Looking at the segments of a journal without changing anything.

use super::TornTail;
use crate::damage::{Damage, DamageKind};
use crate::disk::Access;
use crate::error::ReadError;
use crate::frame::FrameFault;
use crate::mark::Note;
use crate::names::JournalId;
use crate::segment::{self, Chain, HEADER, Misfit, SegmentInfo, Step};
use crate::shelf::{Loaded, Shelf};
use crate::tail::{self, Verdict};

/// The frames of one segment, as far as they are good.
pub(super) struct Walked {
    pub(super) chain: Chain,
    pub(super) first_seq: Option<u64>,
    /// The offset of the last frame.
    pub(super) last_frame: Option<usize>,
    /// Where the good frames end.
    pub(super) end: usize,
    /// What is there instead of zeros.
    bad: Option<FrameFault>,
    /// What the mark says of a frame in this segment is wrong.
    mark_disagrees: bool,
}

impl Walked {
    pub(super) fn torn(&self, segment: u64, cut_to: usize) -> TornTail {
        TornTail {
            segment,
            offset: self.end as u64,
            bytes: (cut_to - self.end) as u64,
        }
    }
}

/// What stands before the last segment.
pub(super) struct Before {
    pub(super) segments: Vec<SegmentInfo>,
    pub(super) chain: Chain,
    mark_disagrees: bool,
}

/// What is to become of the bytes behind the last good frame.
pub(super) struct End {
    /// They are to be cut, up to this offset.
    pub(super) cut_to: Option<usize>,
    /// They are damage.
    pub(super) damage: Option<Damage>,
}

/// The last segment that is in use, and the blank one behind it where there is one.
pub(super) struct LastTwo {
    pub(super) tail: Loaded,
    pub(super) bytes: Vec<u8>,
    pub(super) next: Option<Loaded>,
}

/// Loads the segment with index `last` and, when that is blank, the one before it.
pub(super) fn load_last(
    shelf: &Shelf,
    last: u64,
    journal: Option<JournalId>,
) -> Result<LastTwo, ReadError> {
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

/// Compares what is there with what the journal and its mark say should be.
pub(super) struct Inspector<'a> {
    shelf: &'a Shelf,
    journal: JournalId,
    seed: u32,
    note: Option<Note>,
}

impl<'a> Inspector<'a> {
    pub(super) fn new(shelf: &'a Shelf, journal: JournalId, note: Option<Note>) -> Self {
        Self {
            shelf,
            journal,
            seed: journal.checksum_seed(),
            note,
        }
    }

    /// Walks over the frames of a segment from `chain` on, comparing with the mark on the way.
    pub(super) fn walk(
        &self,
        index: u64,
        bytes: &[u8],
        mut chain: Chain,
    ) -> Result<Walked, Damage> {
        let (mut first_seq, mut last_frame, mut end) = (None, None, HEADER);
        let (mut bad, mut mark_disagrees) = (None, false);
        loop {
            match segment::step(bytes, end, self.seed) {
                Step::Frame { at, head } => {
                    let misfit = |misfit| misfit_damage(self.shelf, index, at, &chain, misfit);
                    chain.fits(&head).map_err(misfit)?;
                    end = at + head.length;
                    chain = Chain::after(&head, &bytes[at..end]);
                    first_seq.get_or_insert(head.first_seq);
                    last_frame = Some(at);
                    mark_disagrees |= self.note.is_some_and(|note| {
                        let here = (head.first_seq..=head.last_seq()).contains(&note.seq);
                        here && (note.seq, note.hash) != (head.last_seq(), chain.hash)
                    });
                }
                Step::End { .. } => break,
                Step::Bad { fault, .. } => {
                    bad = Some(fault);
                    break;
                }
            }
        }
        Ok(Walked {
            chain,
            first_seq,
            last_frame,
            end,
            bad,
            mark_disagrees,
        })
    }

    /// Checks all segments before the one with index `tail`: the first frames of all, the whole of
    /// the last.
    pub(super) fn before(&self, tail: u64) -> Result<Before, ReadError> {
        let mut chain = Chain::start(self.journal);
        let mut segments: Vec<SegmentInfo> = Vec::new();
        for index in 1..tail {
            let blank = || self.shelf.damage(index, HEADER, None, DamageKind::Blank);
            let first = self
                .shelf
                .first_frame(index, self.journal)?
                .ok_or_else(blank)?;
            let (first_seq, sealed) = (first.first_seq, true);
            if segments
                .last()
                .is_some_and(|info| first_seq <= info.first_seq)
            {
                let kind = DamageKind::Sequence { found: first_seq };
                return Err(self.shelf.damage(index, HEADER, None, kind).into());
            }
            if index > 1 {
                chain = Chain {
                    next_seq: first_seq,
                    hash: first.previous,
                };
            }
            let path = self.shelf.segment_path(index);
            segments.push(SegmentInfo {
                index,
                path,
                first_seq,
                sealed,
            });
        }
        let mut mark_disagrees = false;
        if tail > 1 {
            let walked = self.walk_sealed(tail - 1, chain)?;
            (chain, mark_disagrees) = (walked.chain, walked.mark_disagrees);
        }
        Ok(Before {
            segments,
            chain,
            mark_disagrees,
        })
    }

    fn walk_sealed(&self, index: u64, start: Chain) -> Result<Walked, ReadError> {
        let mut bytes = Vec::new();
        self.shelf
            .load(index, Some(self.journal), Access::Read, &mut bytes)?;
        let walked = self.walk(index, &bytes, start)?;
        match walked.bad {
            None => Ok(walked),
            Some(fault) => {
                let kind = DamageKind::BadFrame(fault);
                let next_seq = Some(walked.chain.next_seq);
                Err(self.shelf.damage(index, walked.end, next_seq, kind).into())
            }
        }
    }

    /// A segment is made ahead only when the one before it holds a frame.
    ///
    /// # Errors
    /// [`DamageKind::Blank`] when the tail holds none, and one that was made ahead is there.
    pub(super) fn not_blank(
        &self,
        index: u64,
        walked: &Walked,
        made_ahead: bool,
    ) -> Result<(), Damage> {
        if walked.last_frame.is_some() || !made_ahead {
            return Ok(());
        }
        Err(self.shelf.damage(
            index,
            HEADER,
            Some(walked.chain.next_seq),
            DamageKind::Blank,
        ))
    }

    /// Judges what lies behind the last good frame of the tail.
    pub(super) fn end_of(&self, index: u64, bytes: &[u8], walked: &Walked) -> End {
        let Some(fault) = walked.bad else {
            return End {
                cut_to: None,
                damage: None,
            };
        };
        match tail::judge(bytes, walked.end, fault, self.seed) {
            Verdict::Torn { end } => End {
                cut_to: Some(end),
                damage: None,
            },
            Verdict::Damaged(kind) => {
                let next_seq = Some(walked.chain.next_seq);
                let damage = self.shelf.damage(index, walked.end, next_seq, kind);
                End {
                    cut_to: Some(bytes.len()),
                    damage: Some(damage),
                }
            }
        }
    }

    /// What the mark misses in what was read.
    pub(super) fn missed(&self, index: u64, walked: &Walked, before: &Before) -> Option<Damage> {
        let acknowledged = self.note?.seq;
        let recovered = walked.chain.next_seq - 1;
        let kind = if acknowledged > recovered {
            DamageKind::AcknowledgedLost {
                acknowledged,
                recovered,
            }
        } else if before.mark_disagrees || walked.mark_disagrees {
            DamageKind::MarkDisagrees { acknowledged }
        } else {
            return None;
        };
        Some(
            self.shelf
                .damage(index, walked.end, Some(walked.chain.next_seq), kind),
        )
    }
}
