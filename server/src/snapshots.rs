//! Snapshots: the whole hall in a file, so that a start need not read the journal from its beginning.
//!
//! A snapshot is derived from the journal and may be deleted at any time. It is a gzip stream that holds a header line
//! (format, journal, sequence, length and BLAKE3 digest of the rest) and the hall as JSON. It gets its name only when it
//! is whole and durable, and is believed only when every one of these fits: a snapshot that is damaged, of another
//! journal, or of a later format is passed over with a warning, and the next older one is taken.
//!
//! A journal can end before a snapshot: the loss of its last entries was accepted, or an older copy of it was put
//! back. What it records from then on is another history under the same numbers, so such snapshots must be out of the
//! way before it reaches their sequence: see [`Snapshots::set_aside_after`].

#[cfg(test)]
mod tests;
mod writer;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use nowserving_journal::{IoFailure, JournalId};
use nowserving_shared::domain::hall::Image;
use serde::{Deserialize, Serialize};

use crate::record::{image_from_json, image_to_json};

pub use writer::SnapshotWriter;

/// How many snapshots are kept, the newest; and how many of those that were set aside.
pub const KEEP: usize = 5;
/// The longest header line that is read, in bytes.
const HEADER_BYTES_MAX: u64 = 4096;
/// The longest hall that is read, in bytes of JSON: several times what [`LIVE_TICKETS_MAX`] tickets take.
///
/// [`LIVE_TICKETS_MAX`]: nowserving_shared::domain::hall::LIVE_TICKETS_MAX
const IMAGE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// What the header calls the format.
const FORMAT: &str = "nowserving-snapshot";
/// The version of the file's form. The form of the hall in it has a version of its own.
const VERSION: u32 = 1;
const PREFIX: &str = "snapshot-";
const SUFFIX: &str = ".json.gz";
const ASIDE_PREFIX: &str = "aside-";
const TEMPORARY: &str = "snapshot.tmp";
/// Snapshots hold password hashes: only the user who runs the hall may read them.
const MODE: u32 = 0o600;

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    /// The id of the journal, in hex.
    journal: String,
    /// The sequence of the last event in it.
    seq: u64,
    /// The length of the JSON that follows, in bytes.
    bytes: u64,
    /// The BLAKE3 hash of that JSON, in hex.
    blake3: String,
}

/// Why a snapshot is not believed.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotFault {
    /// The file could not be read.
    #[error("{0}")]
    Io(IoFailure),
    /// It is not what was written.
    #[error("the snapshot is damaged: {0}")]
    Damaged(String),
    /// It is of another journal.
    #[error("the snapshot belongs to journal {found}, and this is journal {expected}")]
    Foreign {
        /// The id in the snapshot.
        found: String,
        /// The id of this journal.
        expected: JournalId,
    },
    /// It is whole, and this build cannot use it.
    #[error("the snapshot cannot be used by this build: {0}")]
    Unusable(String),
}

/// A snapshot file, as its name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The sequence of the last event in it.
    pub seq: u64,
    /// Where it lies.
    pub path: PathBuf,
}

/// The snapshots of one journal, in a directory of their own.
#[derive(Debug, Clone)]
pub struct Snapshots {
    dir: PathBuf,
    journal: JournalId,
}

impl Snapshots {
    /// The snapshots in `dir` of the journal with this id. The directory is made by the first snapshot.
    #[must_use]
    pub fn new(dir: &Path, journal: JournalId) -> Self {
        Self {
            dir: dir.to_path_buf(),
            journal,
        }
    }

    /// Where they lie.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a snapshot and removes the oldest beyond [`KEEP`]. Durable when this returns.
    ///
    /// # Errors
    /// Of the file system. Then the snapshots that were there are there still.
    pub fn write(&self, image: &Image) -> Result<PathBuf, IoFailure> {
        let path = self.dir.join(file_name(image.seq));
        let temporary = self.dir.join(TEMPORARY);
        let failure = |doing, path: &Path| {
            let path = path.to_path_buf();
            move |source| IoFailure {
                doing,
                path,
                source,
            }
        };
        fs::create_dir_all(&self.dir).map_err(failure("make", &self.dir))?;
        let written = self.write_file(&temporary, image);
        if let Err(source) = written {
            // The space is worth more than the reason why it could not be given back.
            let _ = fs::remove_file(&temporary);
            return Err(failure("write", &temporary)(source));
        }
        fs::rename(&temporary, &path).map_err(failure("rename", &temporary))?;
        sync_dir(&self.dir).map_err(failure("sync", &self.dir))?;
        self.prune(PREFIX);
        Ok(path)
    }

    fn write_file(&self, path: &Path, image: &Image) -> io::Result<()> {
        let json = image_to_json(image).map_err(io::Error::from)?;
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            journal: self.journal.to_string(),
            seq: image.seq,
            bytes: json.len() as u64,
            blake3: blake3::hash(&json).to_hex().to_string(),
        };
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(MODE)
            .open(path)?;
        let mut zip = GzEncoder::new(BufWriter::new(file), Compression::fast());
        serde_json::to_writer(&mut zip, &header)?;
        zip.write_all(b"\n")?;
        zip.write_all(&json)?;
        let file = zip.finish()?.into_inner()?;
        file.sync_all()
    }

    /// The snapshots that are there, by their names, oldest first.
    ///
    /// # Errors
    /// When the directory is there and cannot be listed.
    pub fn list(&self) -> Result<Vec<Named>, IoFailure> {
        self.named(PREFIX)
    }

    fn named(&self, prefix: &str) -> Result<Vec<Named>, IoFailure> {
        let failure = |source| IoFailure {
            doing: "list",
            path: self.dir.clone(),
            source,
        };
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failure(error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let name = entry.map_err(failure)?.file_name();
            let seq = name.to_str().and_then(|name| seq_in(name, prefix));
            found.extend(seq.map(|seq| Named {
                seq,
                path: self.dir.join(&name),
            }));
        }
        found.sort_by_key(|named| named.seq);
        Ok(found)
    }

    /// The newest snapshot that is whole, of this journal, and not newer than event `up_to`. Others are passed over, with
    /// a warning when something is wrong with them.
    #[must_use]
    pub fn latest(&self, up_to: u64) -> Option<Image> {
        let named = self.list().unwrap_or_else(|error| {
            tracing::warn!(%error, "the snapshots cannot be listed; going on without them");
            Vec::new()
        });
        let usable = named.iter().rev().filter(|named| named.seq <= up_to);
        usable.into_iter().find_map(|named| {
            self.read(named)
                .inspect_err(|fault| {
                    tracing::warn!(%fault, file = %named.path.display(), "a snapshot is passed over");
                })
                .ok()
        })
    }

    /// Reads one snapshot and checks all of it.
    ///
    /// # Errors
    /// [`SnapshotFault`].
    pub fn read(&self, named: &Named) -> Result<Image, SnapshotFault> {
        let (header, json) = unpack(&named.path)?;
        if header.journal != self.journal.to_string() {
            return Err(SnapshotFault::Foreign {
                found: header.journal,
                expected: self.journal,
            });
        }
        let image = image_from_json(&json).map_err(SnapshotFault::Unusable)?;
        if image.seq != header.seq || image.seq != named.seq {
            let (named, header, image) = (named.seq, header.seq, image.seq);
            return Err(SnapshotFault::Damaged(format!(
                "its name says event {named}, its header {header}, and the hall in it {image}"
            )));
        }
        Ok(image)
    }

    /// Takes snapshots that are newer than event `head` out of the way, by another name: the journal ends before them,
    /// and what it will record is another history. Returns how many those were.
    ///
    /// # Errors
    /// Of the file system. Then the journal must not go on: such a snapshot would be taken for one of its own later.
    pub fn set_aside_after(&self, head: u64) -> Result<usize, IoFailure> {
        let newer: Vec<Named> = self
            .list()?
            .into_iter()
            .filter(|named| named.seq > head)
            .collect();
        for Named { seq, path } in &newer {
            let failure = |source| IoFailure {
                doing: "rename",
                path: path.clone(),
                source,
            };
            let aside = self.dir.join(format!("{ASIDE_PREFIX}{seq:020}{SUFFIX}"));
            fs::rename(path, aside).map_err(failure)?;
            tracing::warn!(
                seq,
                head,
                "a snapshot is newer than the journal and is set aside"
            );
        }
        if !newer.is_empty() {
            sync_dir(&self.dir).map_err(|source| IoFailure {
                doing: "sync",
                path: self.dir.clone(),
                source,
            })?;
            self.prune(ASIDE_PREFIX);
        }
        Ok(newer.len())
    }

    /// Removes all but the newest. What cannot be removed is left for the next time.
    fn prune(&self, prefix: &str) {
        let named = self.named(prefix).unwrap_or_default();
        for old in named.iter().rev().skip(KEEP) {
            if let Err(error) = fs::remove_file(&old.path) {
                tracing::warn!(%error, file = %old.path.display(), "an old snapshot cannot be removed");
            }
        }
    }
}

fn file_name(seq: u64) -> String {
    format!("{PREFIX}{seq:020}{SUFFIX}")
}

fn seq_in(name: &str, prefix: &str) -> Option<u64> {
    let digits = name.strip_prefix(prefix)?.strip_suffix(SUFFIX)?;
    let seq = digits.parse().ok()?;
    (name == format!("{prefix}{seq:020}{SUFFIX}")).then_some(seq)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// The header and the JSON of a snapshot file whose digest fits.
fn unpack(path: &Path) -> Result<(Header, Vec<u8>), SnapshotFault> {
    let io = |source| {
        SnapshotFault::Io(IoFailure {
            doing: "open",
            path: path.to_path_buf(),
            source,
        })
    };
    // What fails below is the gzip stream: an altered file and a file that cannot be read look alike there.
    let damaged = |error: io::Error| SnapshotFault::Damaged(error.to_string());
    let file = BufReader::new(File::open(path).map_err(io)?);
    let mut zip = BufReader::new(GzDecoder::new(file));
    let mut line = Vec::new();
    (&mut zip)
        .take(HEADER_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .map_err(damaged)?;
    let header: Header = serde_json::from_slice(&line)
        .map_err(|fault| SnapshotFault::Damaged(format!("its header: {fault}")))?;
    if header.format != FORMAT || header.version != VERSION {
        let (format, version) = (&header.format, header.version);
        return Err(SnapshotFault::Unusable(format!(
            "it has format {format} {version}, and this build reads {FORMAT} {VERSION}"
        )));
    }
    let mut json = Vec::new();
    let expected = header.bytes.min(IMAGE_BYTES_MAX);
    (&mut zip)
        .take(expected + 1)
        .read_to_end(&mut json)
        .map_err(damaged)?;
    let found = json.len() as u64;
    if found != header.bytes {
        return Err(SnapshotFault::Damaged(format!(
            "it holds {found} bytes or more, and its header says {}",
            header.bytes
        )));
    }
    if blake3::hash(&json).to_hex().as_str() != header.blake3 {
        return Err(SnapshotFault::Damaged("its digest does not fit".to_owned()));
    }
    let mut behind = zip.into_inner().into_inner();
    if !behind.fill_buf().map_err(damaged)?.is_empty() {
        return Err(SnapshotFault::Damaged(
            "there is more behind its end".to_owned(),
        ));
    }
    Ok((header, json))
}
