//! The bytes of a frame.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | magic `NSfr` |
//! | 4 | 4 | length of the whole frame, a multiple of 8 |
//! | 8 | 4 | CRC32C, started from the journal's id, over all bytes of the frame but these four |
//! | 12 | 4 | number of entries |
//! | 16 | 8 | sequence of the first entry |
//! | 24 | 32 | hash of the frame before |
//! | 56 | … | each entry: its length in 4 bytes, its bytes; then zeros up to a multiple of 8 |
//! | length − 8 | 8 | the letters `endframe` |
//!
//! Numbers are little-endian. A frame starts at a multiple of 8, so magic and length always share a
//! 512-byte sector. No byte of the end mark is zero, and none has a single bit set: a write that
//! stopped short shows in it, and one flipped bit cannot look like that.
//!
//! There is no field that says "everything before me was acknowledged", because the frame itself
//! says so: the writer starts a frame only after the one before it has been synced.

use std::ops::Range;

use crate::names::FrameHash;

/// The longest frame. A group commit of 4,096 events of 300 bytes is a third of it.
pub const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most entries in one frame.
pub const FRAME_ENTRIES_MAX: u32 = 65_536;
/// What a frame needs beside its entries and their lengths (without padding).
pub const FRAME_OVERHEAD_BYTES: usize = HEAD_BYTES + END.len();

pub(crate) const MAGIC: [u8; 4] = *b"NSfr";
pub(crate) const END: [u8; 8] = *b"endframe";
pub(crate) const HEAD_BYTES: usize = 56;
pub(crate) const ALIGN: usize = 8;
/// The shortest frame: one empty entry.
pub(crate) const FRAME_BYTES_MIN: usize = HEAD_BYTES + ALIGN + END.len();
const ENTRY_HEAD_BYTES: usize = 4;

/// Why bytes are not a whole frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// The bytes do not start with the magic of a frame.
    #[error("no frame starts here")]
    NoMagic,
    /// The length is out of bounds, odd, or reaches beyond the segment.
    #[error("the frame's length of {0} bytes is impossible here")]
    Length(u32),
    /// The end mark is not where the length says.
    #[error("the frame's end mark is missing")]
    NoEnd,
    /// The checksum does not fit the bytes.
    #[error("the frame's checksum does not fit its bytes")]
    Checksum,
    /// The checksum fits, but the entries do not fill the frame. The writer never does this.
    #[error("the frame's entries do not fill it")]
    Entries,
}

/// What a valid frame says about itself. Its bytes stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHead {
    pub(crate) length: usize,
    pub(crate) count: u32,
    pub(crate) first_seq: u64,
    pub(crate) previous: FrameHash,
}

impl FrameHead {
    pub(crate) fn last_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count) - 1
    }
}

/// The hash by which the next frame refers to `frame`.
pub(crate) fn hash(frame: &[u8]) -> FrameHash {
    FrameHash(*blake3::hash(frame).as_bytes())
}

/// The length of a frame whose entries take `entry_bytes`, their lengths included.
pub(crate) fn frame_length(entry_bytes: usize) -> usize {
    (HEAD_BYTES + entry_bytes).next_multiple_of(ALIGN) + END.len()
}

/// The bytes that an entry takes inside a frame.
pub(crate) fn entry_length(entry: usize) -> usize {
    ENTRY_HEAD_BYTES + entry
}

/// Appends one entry to the body of a frame.
pub(crate) fn push_entry_head(body: &mut Vec<u8>, length: u32) {
    body.extend_from_slice(&length.to_le_bytes());
}

/// Completes `bytes`, which hold room for a head and then the entries: pads, ends, and fills in the
/// head.
pub(crate) fn seal(
    bytes: &mut Vec<u8>,
    seed: u32,
    count: u32,
    first_seq: u64,
    previous: FrameHash,
) {
    bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
    bytes.extend_from_slice(&END);
    let length = u32::try_from(bytes.len()).expect("a batch is bounded by FRAME_BYTES_MAX");
    bytes[0..4].copy_from_slice(&MAGIC);
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes[12..16].copy_from_slice(&count.to_le_bytes());
    bytes[16..24].copy_from_slice(&first_seq.to_le_bytes());
    bytes[24..56].copy_from_slice(&previous.0);
    let crc = checksum(bytes, seed);
    bytes[8..12].copy_from_slice(&crc.to_le_bytes());
}

fn checksum(frame: &[u8], seed: u32) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(seed, &frame[..8]), &frame[12..])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("a slice of four"))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("a slice of eight"))
}

/// The length that the first 8 of `bytes` claim, when a frame of that length could lie in `bytes`.
///
/// # Errors
/// [`FrameFault::NoMagic`] or [`FrameFault::Length`].
pub(crate) fn claimed_length(bytes: &[u8]) -> Result<usize, FrameFault> {
    if bytes.len() < FRAME_BYTES_MIN || bytes[..4] != MAGIC {
        return Err(FrameFault::NoMagic);
    }
    let claimed = u32_at(bytes, 4);
    let length = claimed as usize;
    let possible = (FRAME_BYTES_MIN..=FRAME_BYTES_MAX.min(bytes.len())).contains(&length);
    if possible && length.is_multiple_of(ALIGN) {
        Ok(length)
    } else {
        Err(FrameFault::Length(claimed))
    }
}

/// Checks the frame that starts `bytes`, which reach to the end of the segment.
///
/// # Errors
/// [`FrameFault`] when it is not a whole frame of the journal with this checksum seed.
pub(crate) fn check(bytes: &[u8], seed: u32) -> Result<FrameHead, FrameFault> {
    let length = claimed_length(bytes)?;
    let frame = &bytes[..length];
    if frame[length - END.len()..] != END {
        return Err(FrameFault::NoEnd);
    }
    if checksum(frame, seed) != u32_at(frame, 8) {
        return Err(FrameFault::Checksum);
    }
    let head = FrameHead {
        length,
        count: u32_at(frame, 12),
        first_seq: u64_at(frame, 16),
        previous: FrameHash(frame[24..56].try_into().expect("a slice of 32")),
    };
    let plausible = (1..=FRAME_ENTRIES_MAX).contains(&head.count)
        && head.first_seq > 0
        && head.first_seq.checked_add(u64::from(head.count)).is_some();
    if plausible && entries_fill(frame, head.count) {
        Ok(head)
    } else {
        Err(FrameFault::Entries)
    }
}

fn entries_fill(frame: &[u8], count: u32) -> bool {
    let body_end = frame.len() - END.len();
    let mut at = HEAD_BYTES;
    for _ in 0..count {
        match next_entry(frame, at) {
            Some(entry) => at = entry.end,
            None => return false,
        }
    }
    body_end - at < ALIGN && frame[at..body_end].iter().all(|byte| *byte == 0)
}

/// Where the bytes of the entry lie whose length stands at `at`, or `None` when it does not fit
/// into the frame.
pub(crate) fn next_entry(frame: &[u8], at: usize) -> Option<Range<usize>> {
    let body_end = frame.len() - END.len();
    let start = at
        .checked_add(ENTRY_HEAD_BYTES)
        .filter(|start| *start <= body_end)?;
    let end = start.checked_add(u32_at(frame, at) as usize)?;
    (end <= body_end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: u32 = 77;

    fn frame_of(entries: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![0; HEAD_BYTES];
        for entry in entries {
            push_entry_head(&mut bytes, u32::try_from(entry.len()).unwrap());
            bytes.extend_from_slice(entry);
        }
        let count = u32::try_from(entries.len()).unwrap();
        seal(&mut bytes, SEED, count, 5, FrameHash([9; 32]));
        bytes
    }

    #[test]
    fn a_sealed_frame_is_read_back() {
        let bytes = frame_of(&[b"one", b"", b"three"]);
        assert_eq!(bytes.len(), frame_length(3 * 4 + 8));
        let head = check(&bytes, SEED).unwrap();
        assert_eq!(
            (head.length, head.count, head.first_seq, head.last_seq()),
            (bytes.len(), 3, 5, 7)
        );
        assert_eq!(head.previous, FrameHash([9; 32]));
    }

    #[test]
    fn every_flipped_bit_of_a_frame_is_seen() {
        let good = frame_of(&[b"A017", b"window 3"]);
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(check(&bad, SEED).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_frame_of_another_journal_is_not_a_frame() {
        let bytes = frame_of(&[b"x"]);
        assert_eq!(check(&bytes, SEED + 1), Err(FrameFault::Checksum));
    }

    #[test]
    fn a_frame_that_reaches_beyond_the_segment_is_refused() {
        let bytes = frame_of(&[&[1; 100]]);
        assert!(matches!(
            check(&bytes[..bytes.len() - 8], SEED),
            Err(FrameFault::Length(_))
        ));
        assert_eq!(check(&bytes[..16], SEED), Err(FrameFault::NoMagic));
    }

    #[test]
    fn the_end_mark_has_no_byte_that_one_flip_makes_zero() {
        assert!(END.iter().all(|byte| byte.count_ones() >= 2));
    }
}
