//! Reading a journal, also while it is being written.
//!
//! A reader is bounded by a sequence that is known to be acknowledged and never looks behind the
//! frame that ends with it; so it needs no lock, and what a writer does meanwhile does not concern
//! it. It checks every checksum and every link on its way.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use crate::Head;
use crate::damage::{Damage, DamageKind};
use crate::disk::{Access, Disk, RealDisk};
use crate::error::ReadError;
use crate::frame::{self, FrameHead, HEAD_BYTES};
use crate::mark::{self, MARK_NAME};
use crate::memory::Frames;
use crate::names::{FrameHash, JournalId};
use crate::recovery::misfit_damage;
use crate::segment::{self, Chain, HEADER, SegmentInfo, Step};
use crate::shelf::Shelf;

/// One frame that has been read and checked.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    head: FrameHead,
    hash: FrameHash,
    /// The first entry that was asked for.
    from: u64,
}

impl<'a> Frame<'a> {
    /// The sequence of its first entry, whether that was asked for or not.
    #[must_use]
    pub fn first_seq(&self) -> u64 {
        self.head.first_seq
    }

    /// The sequence of its last entry.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.head.last_seq()
    }

    /// Its hash, by which the next frame refers to it.
    #[must_use]
    pub fn hash(&self) -> FrameHash {
        self.hash
    }

    /// Its bytes as they lie in the segment.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its entries with their sequences, without those before the one that reading started from.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &'a [u8])> + use<'a> {
        let (bytes, from) = (self.bytes, self.from);
        let mut at = HEAD_BYTES;
        let all = (self.head.first_seq..=self.head.last_seq()).map_while(move |seq| {
            let entry = frame::next_entry(bytes, at)?;
            at = entry.end;
            Some((seq, &bytes[entry]))
        });
        all.filter(move |(seq, _)| *seq >= from)
    }
}

/// How far a long reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The last entry that was read.
    pub seq: u64,
    /// The last entry that will be read.
    pub last_seq: u64,
}

/// What a complete reading has found to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many frames.
    pub frames: u64,
    /// How many entries.
    pub entries: u64,
    /// Their bytes, without what frames and segments add.
    pub entry_bytes: u64,
    /// The last entry, and the hash of its frame.
    pub head: Head,
}

/// Entries in order. As an iterator it copies each one; [`next_frame`](Reader::next_frame) lends
/// whole frames.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    /// What the next frame must link to; `None` before the first frame of a reading that starts in
    /// the middle.
    chain: Option<Chain>,
    journal: JournalId,
    from: u64,
    up_to: u64,
    /// Entries of the present frame that the iterator has not handed out: at most one frame.
    pending: VecDeque<(u64, Vec<u8>)>,
    /// After an error nothing more is read.
    done: bool,
}

#[derive(Debug)]
enum Source {
    Segments(SegmentSource),
    Memory {
        frames: Frames,
        next: usize,
        present: Arc<[u8]>,
    },
}

#[derive(Debug)]
struct SegmentSource {
    shelf: Shelf,
    /// The segment in `bytes`; 0 before the first.
    index: u64,
    /// The first segment to read.
    start: u64,
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    pub(crate) fn of_memory(frames: Frames, journal: JournalId, from: u64, up_to: u64) -> Self {
        let source = Source::Memory {
            frames,
            next: 0,
            present: Arc::from([]),
        };
        Self::new(source, Some(Chain::start(journal)), journal, from, up_to)
    }

    fn new(
        source: Source,
        chain: Option<Chain>,
        journal: JournalId,
        from: u64,
        up_to: u64,
    ) -> Self {
        Self {
            source,
            chain,
            journal,
            from,
            up_to,
            pending: VecDeque::new(),
            done: from > up_to,
        }
    }

    /// The next frame with an entry that was asked for, or `None` behind the last one.
    ///
    /// # Errors
    /// [`ReadError`]; after that, nothing more is read.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ReadError> {
        while !self.done {
            let (head, hash) = self.advance().inspect_err(|_| self.done = true)?;
            self.done = head.last_seq() >= self.up_to;
            if head.last_seq() >= self.from {
                let bytes = self.source.present(head.length);
                return Ok(Some(Frame {
                    bytes,
                    head,
                    hash,
                    from: self.from,
                }));
            }
        }
        Ok(None)
    }

    /// Goes on to the next frame of the source and checks it.
    fn advance(&mut self) -> Result<(FrameHead, FrameHash), ReadError> {
        let (head, chain) = match &mut self.source {
            Source::Segments(segments) => segments.advance(self.journal, self.chain, self.up_to)?,
            Source::Memory {
                frames,
                next,
                present,
            } => {
                *present = frames
                    .get(*next)
                    .expect("a reader of memory is bounded by its head");
                *next += 1;
                let head = frame::check(present, self.journal.checksum_seed())
                    .expect("memory keeps what was sealed");
                (head, Chain::after(&head, present))
            }
        };
        self.chain = Some(chain);
        Ok((head, chain.hash))
    }

    fn fill_pending(&mut self) -> Result<(), ReadError> {
        let mut pending = std::mem::take(&mut self.pending);
        if let Some(frame) = self.next_frame()? {
            pending.extend(frame.entries().map(|(seq, bytes)| (seq, bytes.to_vec())));
        }
        self.pending = pending;
        Ok(())
    }
}

impl Iterator for Reader {
    type Item = Result<(u64, Vec<u8>), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.pending.is_empty()
            && let Err(error) = self.fill_pending()
        {
            return Some(Err(error));
        }
        self.pending.pop_front().map(Ok)
    }
}

impl Source {
    /// The bytes of the frame that was advanced to.
    fn present(&self, length: usize) -> &[u8] {
        match self {
            Self::Segments(segments) => &segments.bytes[segments.at - length..segments.at],
            Self::Memory { present, .. } => present,
        }
    }
}

impl SegmentSource {
    fn advance(
        &mut self,
        journal: JournalId,
        chain: Option<Chain>,
        up_to: u64,
    ) -> Result<(FrameHead, Chain), ReadError> {
        if self.index == 0 {
            self.load(self.start, journal, chain, up_to)?;
        }
        let seed = journal.checksum_seed();
        let mut found = segment::step(&self.bytes, self.at, seed);
        if let Step::End { .. } = found {
            self.load(self.index + 1, journal, chain, up_to)?;
            found = segment::step(&self.bytes, self.at, seed);
        }
        let next_seq = chain.map(|chain| chain.next_seq);
        let bad = |at, kind| Err(self.shelf.damage(self.index, at, next_seq, kind).into());
        match found {
            Step::Frame { at, head } => {
                if let Some(chain) = chain {
                    chain.fits(&head).map_err(|misfit| {
                        misfit_damage(&self.shelf, self.index, at, &chain, misfit)
                    })?;
                }
                self.at = at + head.length;
                Ok((head, Chain::after(&head, &self.bytes[at..self.at])))
            }
            Step::End { at } => bad(at, DamageKind::Blank),
            Step::Bad { at, fault } => bad(at, DamageKind::BadFrame(fault)),
        }
    }

    /// Loads a segment. One that is not there although entries up to `up_to` exist is damage.
    fn load(
        &mut self,
        index: u64,
        journal: JournalId,
        chain: Option<Chain>,
        up_to: u64,
    ) -> Result<(), ReadError> {
        let loaded = self
            .shelf
            .load(index, Some(journal), Access::Read, &mut self.bytes);
        loaded.map_err(|error| match error {
            ReadError::Io(failure) if failure.source.kind() == std::io::ErrorKind::NotFound => {
                let next_seq = chain
                    .map(|chain| chain.next_seq)
                    .filter(|seq| *seq <= up_to);
                self.shelf
                    .damage(index, 0, next_seq, DamageKind::Missing)
                    .into()
            }
            ReadError::Io(_) | ReadError::Damaged(_) | ReadError::NoSuchSeq { .. } => error,
        })?;
        (self.index, self.at) = (index, HEADER);
        Ok(())
    }
}

/// A reader of a journal directory that takes no lock: for `verify`, `export`, and the backup of a
/// running hall.
#[derive(Debug, Clone)]
pub struct JournalReader {
    shelf: Shelf,
    journal: JournalId,
}

impl JournalReader {
    /// Looks at the journal in `dir`, which may be in use by a writer.
    ///
    /// # Errors
    /// [`ReadError`] when there is no journal, or its first segment has a bad header.
    pub fn open(dir: &Path) -> Result<Self, ReadError> {
        Self::open_on(Arc::new(RealDisk), dir)
    }

    /// [`open`](Self::open) on another disk than the machine's.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_on(disk: Arc<dyn Disk>, dir: &Path) -> Result<Self, ReadError> {
        let shelf = Shelf::new(disk, dir);
        let journal = shelf.open(1, None, Access::Read)?.header.journal;
        Ok(Self::of(shelf, journal))
    }

    pub(crate) fn of(shelf: Shelf, journal: JournalId) -> Self {
        Self { shelf, journal }
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The id of the journal.
    #[must_use]
    pub fn id(&self) -> JournalId {
        self.journal
    }

    /// How much has been acknowledged for certain, by the mark: what a reader in another process
    /// than the writer may read.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] when the mark is missing or unreadable.
    pub fn acknowledged(&self) -> Result<Head, ReadError> {
        let damage = |kind| Damage {
            file: self.shelf.path(MARK_NAME),
            segment: None,
            offset: 0,
            next_seq: None,
            kind,
        };
        let note = mark::find(&self.shelf, Access::Read)?.and_then(|found| found.note);
        let note = note.ok_or_else(|| damage(DamageKind::MarkLost))?;
        if note.journal != self.journal {
            let kind = DamageKind::Foreign {
                found: note.journal,
                expected: self.journal,
            };
            return Err(damage(kind).into());
        }
        Ok(Head {
            seq: note.seq,
            hash: note.hash,
        })
    }

    /// The segments that hold entries now, in order. All but the last are sealed.
    ///
    /// # Errors
    /// [`ReadError`] when one is missing or its first frame is bad.
    pub fn segments(&self) -> Result<Vec<SegmentInfo>, ReadError> {
        let mut infos: Vec<SegmentInfo> = Vec::new();
        for index in self.shelf.indices()? {
            let Some(first) = self.shelf.first_frame(index, self.journal)? else {
                break;
            };
            if let Some(before) = infos.last_mut() {
                before.sealed = true;
            }
            let path = self.shelf.segment_path(index);
            infos.push(SegmentInfo {
                index,
                path,
                first_seq: first.first_seq,
                sealed: false,
            });
        }
        Ok(infos)
    }

    /// Reads the entries from `from` to `up_to`, which must be acknowledged.
    ///
    /// # Errors
    /// [`ReadError::NoSuchSeq`] unless 1 ≤ `from` ≤ `up_to` + 1; else what finding the place comes
    /// upon.
    pub fn read(&self, from: u64, up_to: u64) -> Result<Reader, ReadError> {
        if from == 0 || from > up_to.saturating_add(1) {
            return Err(ReadError::NoSuchSeq {
                asked: from,
                last: up_to,
            });
        }
        let start = if from > up_to {
            1
        } else {
            self.segment_of(from)?
        };
        let chain = (start == 1).then(|| Chain::start(self.journal));
        let source = SegmentSource {
            shelf: self.shelf.clone(),
            index: 0,
            start,
            bytes: Vec::new(),
            at: HEADER,
        };
        Ok(Reader::new(
            Source::Segments(source),
            chain,
            self.journal,
            from,
            up_to,
        ))
    }

    /// The segment that holds the entry `seq`: the last whose first entry is not behind it. Found
    /// by halving.
    fn segment_of(&self, seq: u64) -> Result<u64, ReadError> {
        let count = self.shelf.indices()?.len() as u64;
        let (mut low, mut high) = (1, count.max(1));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let first = self.shelf.first_frame(middle, self.journal)?;
            if first.is_some_and(|first| first.first_seq <= seq) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(low)
    }

    /// Reads everything up to `up_to`, checking every checksum and every link. `progress` is called
    /// after every frame.
    ///
    /// # Errors
    /// [`ReadError`] at the first thing that is wrong.
    pub fn verify(
        &self,
        up_to: u64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Verified, ReadError> {
        let mut reader = self.read(1, up_to)?;
        let head = Chain::start(self.journal).head();
        let mut verified = Verified {
            frames: 0,
            entries: 0,
            entry_bytes: 0,
            head,
        };
        while let Some(frame) = reader.next_frame()? {
            verified.frames += 1;
            verified.entries += u64::from(frame.head.count);
            verified.entry_bytes += frame
                .entries()
                .map(|(_, bytes)| bytes.len() as u64)
                .sum::<u64>();
            verified.head = Head {
                seq: frame.last_seq(),
                hash: frame.hash,
            };
            progress(Progress {
                seq: frame.last_seq(),
                last_seq: up_to,
            });
        }
        Ok(verified)
    }
}
