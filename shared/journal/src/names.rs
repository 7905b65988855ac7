//! The two names by which parts of a journal know each other: its id, and the hash of a frame.

use std::fmt;

/// Drawn at random when a journal is made. Every checksum in the journal starts from it, so that
/// neither the frames of another journal nor frames that somebody wrote into an entry are ever
/// taken for frames of this one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JournalId(pub [u8; 16]);

impl JournalId {
    /// A fresh id from the random source of the operating system.
    ///
    /// # Errors
    /// When that source fails.
    pub fn random() -> std::io::Result<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|e| std::io::Error::other(e.to_string()))?;
        Ok(Self(bytes))
    }

    /// Where the CRC32C of every frame, segment header and mark of this journal starts.
    pub(crate) fn checksum_seed(self) -> u32 {
        crc32c::crc32c(&self.0)
    }

    /// What the first frame names as the hash of the frame before it.
    pub(crate) fn genesis(self) -> FrameHash {
        FrameHash(*blake3::hash(&self.0).as_bytes())
    }
}

/// The BLAKE3 hash of all bytes of a frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameHash(pub [u8; 32]);

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for JournalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for JournalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for FrameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for FrameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
