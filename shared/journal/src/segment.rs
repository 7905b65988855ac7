//! Segment files: their names, their header, and the walk over their frames.
//!
//! A segment is a file of fixed size: a header of 4,096 bytes, then frames one behind the other,
//! then zeros. The header is complete and synced before the file gets its name, long before the
//! first frame; so a bad header is always damage and never a torn write.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | magic `NSsegmnt` |
//! | 8 | 4 | format version |
//! | 12 | 4 | CRC32C, started from the journal's id, over all 4,096 bytes but these four |
//! | 16 | 16 | the journal's id |
//! | 32 | 8 | index of the segment; the first is 1 |
//! | 40 | 8 | length of the file in bytes |
//! | 48 | … | zeros |
//!
//! The link to the segment before (first sequence, hash of its last frame) is not in the header,
//! because a segment is made ahead, when neither is known. It is in the first frame, as in every
//! other. So beginning a new segment costs what any commit costs, one write and one sync; and where
//! the chain does not meet, the first frame shows it.

use std::path::PathBuf;

use crate::Head;
use crate::damage::HeaderFault;
use crate::frame::{self, FrameFault, FrameHead, u32_at, u64_at};
use crate::names::{FrameHash, JournalId};

/// The length of the header of a segment.
pub const SEGMENT_HEADER_BYTES: u64 = 4096;
/// The length of a segment unless [`Options`](crate::Options) say otherwise.
pub const SEGMENT_BYTES_DEFAULT: u64 = 16 * 1024 * 1024;
/// The shortest segment.
pub const SEGMENT_BYTES_MIN: u64 = 16 * 1024;
/// The longest segment. Opening and reading hold one segment in memory.
pub const SEGMENT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// What is written into every header. A higher version is refused, not guessed at.
pub(crate) const FORMAT_VERSION: u32 = 1;
pub(crate) const HEADER: usize = SEGMENT_HEADER_BYTES as usize;
const MAGIC: [u8; 8] = *b"NSsegmnt";
const SUFFIX: &str = ".segment";

/// A segment that holds entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentInfo {
    /// Its place in the journal; the first is 1.
    pub index: u64,
    /// The file.
    pub path: PathBuf,
    /// The sequence of its first entry.
    pub first_seq: u64,
    /// Whether nothing will be added any more: true of all but the last.
    pub sealed: bool,
}

/// The file name of the segment with this index.
pub(crate) fn file_name(index: u64) -> String {
    format!("{index:08}{SUFFIX}")
}

/// The index in a file name, or `None` when it is not the name of a segment.
pub(crate) fn index_in(name: &str) -> Option<u64> {
    let index: u64 = name.strip_suffix(SUFFIX)?.parse().ok()?;
    (file_name(index) == name).then_some(index)
}

/// Whether a segment may have this length.
pub(crate) fn length_is_allowed(bytes: u64) -> bool {
    (SEGMENT_BYTES_MIN..=SEGMENT_BYTES_MAX).contains(&bytes)
        && bytes.is_multiple_of(SEGMENT_HEADER_BYTES)
}

/// What a segment says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) journal: JournalId,
    pub(crate) index: u64,
    pub(crate) bytes: u64,
}

impl Header {
    pub(crate) fn encode(&self) -> [u8; HEADER] {
        let mut block = [0; HEADER];
        block[0..8].copy_from_slice(&MAGIC);
        block[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        block[16..32].copy_from_slice(&self.journal.0);
        block[32..40].copy_from_slice(&self.index.to_le_bytes());
        block[40..48].copy_from_slice(&self.bytes.to_le_bytes());
        let crc = checksum(&block, self.journal);
        block[12..16].copy_from_slice(&crc.to_le_bytes());
        block
    }

    /// # Errors
    /// [`HeaderFault`] unless the first 4,096 of `bytes` are a header of this version.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, HeaderFault> {
        let Some(block) = bytes.get(..HEADER) else {
            return Err(HeaderFault::Short);
        };
        if block[0..8] != MAGIC {
            return Err(HeaderFault::Magic);
        }
        let journal = JournalId(block[16..32].try_into().expect("a slice of 16"));
        if checksum(block, journal) != u32_at(block, 12) {
            return Err(HeaderFault::Checksum);
        }
        let version = u32_at(block, 8);
        if version != FORMAT_VERSION {
            return Err(HeaderFault::Version {
                found: version,
                known: FORMAT_VERSION,
            });
        }
        let header = Self {
            journal,
            index: u64_at(block, 32),
            bytes: u64_at(block, 40),
        };
        if length_is_allowed(header.bytes) {
            Ok(header)
        } else {
            Err(HeaderFault::Length(header.bytes))
        }
    }
}

fn checksum(block: &[u8], journal: JournalId) -> u32 {
    crc32c::crc32c_append(
        crc32c::crc32c_append(journal.checksum_seed(), &block[..12]),
        &block[16..HEADER],
    )
}

/// What the walk found next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A whole frame at this offset. Whether it belongs here is for the [`Chain`] to say.
    Frame { at: usize, head: FrameHead },
    /// Nothing but zeros from this offset to the end of the segment.
    End { at: usize },
    /// Something else at this offset.
    Bad { at: usize, fault: FrameFault },
}

/// Finds what lies at offset `at` of a segment, `segment` being all its bytes.
pub(crate) fn step(segment: &[u8], at: usize, seed: u32) -> Step {
    let rest = &segment[at.min(segment.len())..];
    let blank_start = rest.iter().take(frame::ALIGN).all(|byte| *byte == 0);
    if blank_start && is_zero(rest) {
        return Step::End { at };
    }
    match frame::check(rest, seed) {
        Ok(head) => Step::Frame { at, head },
        Err(fault) => Step::Bad { at, fault },
    }
}

pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

/// Why a whole frame does not belong where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misfit {
    Sequence { found: u64 },
    Hash,
}

/// The end of what has been read or written: what the next frame must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) next_seq: u64,
    pub(crate) hash: FrameHash,
}

impl Chain {
    pub(crate) fn start(journal: JournalId) -> Self {
        Self {
            next_seq: 1,
            hash: journal.genesis(),
        }
    }

    pub(crate) fn head(&self) -> Head {
        Head {
            seq: self.next_seq - 1,
            hash: self.hash,
        }
    }

    /// # Errors
    /// [`Misfit`] when `head` is not the frame that comes next.
    pub(crate) fn fits(&self, head: &FrameHead) -> Result<(), Misfit> {
        if head.first_seq != self.next_seq {
            Err(Misfit::Sequence {
                found: head.first_seq,
            })
        } else if head.previous != self.hash {
            Err(Misfit::Hash)
        } else {
            Ok(())
        }
    }

    /// The chain after `frame`, which is all bytes of the frame with this head.
    pub(crate) fn after(head: &FrameHead, frame: &[u8]) -> Self {
        Self {
            next_seq: head.last_seq() + 1,
            hash: frame::hash(frame),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_that_are_given_are_recognised() {
        assert_eq!(index_in(&file_name(7)), Some(7));
        assert_eq!(index_in(&file_name(123_456_789_012)), Some(123_456_789_012));
        for stranger in [
            "7.segment",
            "+0000007.segment",
            "00000007.segment.bak",
            "mark",
            "next.tmp",
        ] {
            assert_eq!(index_in(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn every_flipped_bit_of_a_header_is_seen() {
        let header = Header {
            journal: JournalId([3; 16]),
            index: 4,
            bytes: SEGMENT_BYTES_MIN,
        };
        let good = header.encode();
        assert_eq!(Header::decode(&good), Ok(header));
        for bit in 0..good.len() * 8 {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::decode(&bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_later_format_is_named() {
        let mut block = Header {
            journal: JournalId([3; 16]),
            index: 4,
            bytes: SEGMENT_BYTES_MIN,
        }
        .encode();
        block[8] = 2;
        let crc = checksum(&block, JournalId([3; 16]));
        block[12..16].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(
            Header::decode(&block),
            Err(HeaderFault::Version { found: 2, known: 1 })
        );
    }
}
