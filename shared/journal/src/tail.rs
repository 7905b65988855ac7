//! The end of the last segment: is it a torn write, or damage?
//!
//! Behind the last good frame there should be zeros only. When there is something else, it is one
//! of two things. Either the rest of a frame that was being written when the power failed or the
//! process died: never acknowledged, to be cut. Or a frame that was acknowledged and has been
//! altered since: to be refused. They are told apart in this order.
//!
//! 1. *A good frame lies behind the bad one*: damage, since the writer starts a frame only when the
//!    one before is synced. All bytes behind the bad frame are searched, at every multiple of 8.
//! 2. *The bytes reach further than one frame can*: damage.
//! 3. *The bytes are not what a write leaves when it is interrupted*: damage. A write is
//!    interrupted between sectors of 512 bytes (by the disk) or at any byte (by the kernel). Over
//!    the zeros of a fresh segment it leaves one of these shapes:
//!    - fewer than 9 bytes at all;
//!    - the first sector missing: zeros from the start of the frame to the next multiple of 512;
//!    - the true magic and length, nothing behind that length, no end mark elsewhere, and within
//!      the frame either a sector that is all zeros or an end mark that is missing or cut short.
//!
//!    A flipped bit in a whole frame gives none of them.
//! 4. *The mark says that more was acknowledged than can be read*: damage.
//!
//! # What cannot be told apart
//! A sector of the last frame that turned to zeros, or the whole frame, looks like a torn write; so
//! does any alteration of a frame whose entries themselves contain a sector of zeros. Then only the
//! mark helps. It is written after every commit but synced lazily
//! ([`MARK_SYNC_INTERVAL`](crate::MARK_SYNC_INTERVAL), and when the journal is closed): it knows
//! everything after a crash of the process, but after a power cut it may lag behind by that
//! interval. So what remains is one double fault: the power fails, *and* the disk zeroes or loses a
//! synced sector of a frame from within the last such interval, *and* no later frame is on disk. A
//! disk that writes part of a sector and zeroes nothing is taken for damage, not for a torn write:
//! opening is refused, and an operator decides.

use crate::damage::DamageKind;
use crate::frame::{self, END, FRAME_BYTES_MAX, FrameFault};
use crate::segment::is_zero;

/// What a disk writes whole or not at all.
pub(crate) const SECTOR: usize = 512;

/// What lies behind the last good frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The rest of an interrupted write; it ends before this offset.
    Torn { end: usize },
    /// Damage.
    Damaged(DamageKind),
}

/// Judges the bytes of `segment` from `at` on, where `fault` was found instead of a frame.
pub(crate) fn judge(segment: &[u8], at: usize, fault: FrameFault, seed: u32) -> Verdict {
    if let Some(damage) = good_frame_behind(segment, at, fault, seed) {
        return Verdict::Damaged(damage);
    }
    let last = segment.iter().rposition(|byte| *byte != 0).unwrap_or(at);
    if last >= at + FRAME_BYTES_MAX {
        return Verdict::Damaged(DamageKind::Stray {
            offset: last as u64,
        });
    }
    if looks_interrupted(segment, at, last) {
        Verdict::Torn { end: last + 1 }
    } else {
        Verdict::Damaged(DamageKind::AlteredTail(fault))
    }
}

fn good_frame_behind(
    segment: &[u8],
    at: usize,
    fault: FrameFault,
    seed: u32,
) -> Option<DamageKind> {
    let starts = (at + frame::ALIGN..segment.len()).step_by(frame::ALIGN);
    starts
        .filter(|start| segment[*start..].starts_with(&frame::MAGIC))
        .find_map(|start| {
            let head = frame::check(&segment[start..], seed).ok()?;
            Some(DamageKind::GoodAfterBad {
                fault,
                good_offset: start as u64,
                good_seq: head.first_seq,
            })
        })
}

/// Whether the bytes from `at` to `last` have one of the shapes of an interrupted write.
fn looks_interrupted(segment: &[u8], at: usize, last: usize) -> bool {
    if last < at + frame::ALIGN {
        return true;
    }
    let first_sector_end = (at + 1).next_multiple_of(SECTOR).min(segment.len());
    if is_zero(&segment[at..first_sector_end]) {
        return true;
    }
    let Ok(length) = frame::claimed_length(&segment[at..]) else {
        return false;
    };
    let end = at + length;
    // A flipped bit in the length moves the end that is claimed away from the end mark that was
    // written.
    let ended_elsewhere = last + 1 != end && segment[..=last].ends_with(&END);
    !ended_elsewhere
        && last < end
        && (has_blank_sector(segment, at, end) || end_is_cut(&segment[end - END.len()..end]))
}

/// Whether one of the sectors that the frame from `at` to `end` touches is all zeros, as far as it
/// belongs to the frame.
fn has_blank_sector(segment: &[u8], at: usize, end: usize) -> bool {
    let mut start = at;
    while start < end {
        let stop = (start + 1).next_multiple_of(SECTOR).min(end);
        if is_zero(&segment[start..stop]) {
            return true;
        }
        start = stop;
    }
    false
}

/// Whether these are the first few bytes of the end mark, or none of them, and zeros.
fn end_is_cut(found: &[u8]) -> bool {
    let written = END
        .iter()
        .zip(found)
        .take_while(|(right, byte)| right == byte)
        .count();
    written < END.len() && is_zero(&found[written..])
}

#[cfg(test)]
mod tests;
