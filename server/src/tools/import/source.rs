//! Reading an export line by line. Nothing in it is believed before its digest was checked, at its end.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use flate2::bufread::MultiGzDecoder;
use nowserving_journal::FRAME_BYTES_MAX;

use super::super::export::{END, FORMAT, First, Last, VERSION};

/// The longest line that is read, in bytes: an event that fills a frame, and what stands before it.
const LINE_BYTES_MAX: u64 = FRAME_BYTES_MAX as u64 + 256;
/// How a packed file begins.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) seq: u64,
    /// The number of the frame in which it was recorded.
    pub(super) frame: u64,
    /// Its record, byte for byte.
    pub(super) record: &'a [u8],
}

/// An export that is being read.
pub(super) struct Source {
    from: Box<dyn BufRead>,
    hasher: blake3::Hasher,
    /// How many lines were read.
    lines: u64,
}

impl Source {
    /// Opens the export in `path`, packed or not.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path)
            .with_context(|| format!("the export {} cannot be opened", path.display()))?;
        let mut file = BufReader::new(file);
        let begin = file
            .fill_buf()
            .with_context(|| format!("the export {} cannot be read", path.display()))?;
        let from: Box<dyn BufRead> = if begin.starts_with(&GZIP_MAGIC) {
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        Ok(Self {
            from,
            hasher: blake3::Hasher::new(),
            lines: 0,
        })
    }

    /// Reads a line without its end into `bytes`.
    fn line(&mut self, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
        bytes.clear();
        self.lines += 1;
        let number = self.lines;
        (&mut self.from)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', bytes)
            .with_context(|| format!("the export is damaged or cut off in line {number}"))?;
        if bytes.pop() == Some(b'\n') {
            return Ok(());
        }
        ensure!(
            (bytes.len() as u64) < LINE_BYTES_MAX - 1,
            "line {number} of the export is too long: this is no export"
        );
        bail!(
            "the export ends in line {number}, without its last line: it was cut off; take it anew"
        )
    }

    fn hash(&mut self, line: &[u8]) {
        self.hasher.update(line);
        self.hasher.update(b"\n");
    }

    /// Reads the first line.
    pub(super) fn first(&mut self) -> anyhow::Result<First> {
        let mut bytes = Vec::new();
        self.line(&mut bytes)?;
        let first: First = serde_json::from_slice(&bytes)
            .context("the first line is not that of an export of a hall")?;
        ensure!(
            first.format == FORMAT && first.version == VERSION,
            "the export has format {} {}, and this build reads {FORMAT} {VERSION}",
            first.format,
            first.version
        );
        self.hash(&bytes);
        Ok(first)
    }

    /// Reads the next event into `bytes`; `None` behind the last one, when the digest and everything else fits.
    pub(super) fn next<'a>(&mut self, bytes: &'a mut Vec<u8>) -> anyhow::Result<Option<Line<'a>>> {
        self.line(bytes)?;
        if event_in(bytes).is_none() {
            self.end(bytes)?;
            return Ok(None);
        }
        self.hash(bytes);
        Ok(event_in(bytes))
    }

    /// Checks the last line.
    fn end(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let number = self.lines;
        let last: Last = serde_json::from_slice(bytes).with_context(|| {
            format!("line {number} of the export is neither an event nor its end")
        })?;
        ensure!(
            last.format == END,
            "line {number} of the export is neither an event nor its end"
        );
        ensure!(
            self.hasher.finalize().to_hex().as_str() == last.blake3,
            "the digest of the export does not fit: it was altered or damaged; take it anew"
        );
        ensure!(
            last.events == number - 2,
            "the export says that it has {} events, and it has {}",
            last.events,
            number - 2
        );
        let behind = self
            .from
            .fill_buf()
            .context("there is more behind the end of the export")?;
        ensure!(
            behind.is_empty(),
            "there is more behind the end of the export"
        );
        Ok(())
    }
}

/// The event on a line of exactly the form that an export writes.
fn event_in(line: &[u8]) -> Option<Line<'_>> {
    let (seq, rest) = number(line.strip_prefix(br#"{"seq":"#)?)?;
    let (frame, rest) = number(rest.strip_prefix(br#","frame":"#)?)?;
    let record = rest.strip_prefix(br#","record":"#)?.strip_suffix(b"}")?;
    Some(Line { seq, frame, record })
}

/// The number at the beginning of `bytes`, and what follows.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = bytes.split_at(end);
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_of_the_exact_form_is_an_event() {
        let line = br#"{"seq":12,"frame":3,"record":{"v":1}}"#;
        let expected = Line {
            seq: 12,
            frame: 3,
            record: br#"{"v":1}"#,
        };
        assert_eq!(event_in(line), Some(expected));
        for other in [
            r#"{"seq": 12,"frame":3,"record":{"v":1}}"#,
            r#"{"seq":,"frame":3,"record":{"v":1}}"#,
            r#"{"seq":99999999999999999999999,"frame":3,"record":{"v":1}}"#,
            r#"{"seq":12,"record":{"v":1}}"#,
            r#"{"format":"nowserving-export-end"}"#,
            "",
        ] {
            assert_eq!(event_in(other.as_bytes()), None, "{other}");
        }
    }
}
