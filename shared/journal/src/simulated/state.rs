//! What is on the disk, what of it is durable, and what is left of it after a power cut.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Entry, Op, Survival};

/// What a disk writes whole or not at all.
pub const SECTOR_BYTES: usize = 512;

/// By which a file is known whatever becomes of its name.
pub type FileNumber = usize;

/// A small generator of numbers that look random (splitmix64, Steele and others, 2014). The same
/// seed gives the same numbers.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A generator that starts from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let drawn = self.draw() % (bound.max(1) as u64);
        usize::try_from(drawn).expect("smaller than a usize")
    }
}

/// A change of a file that is not durable.
#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Arc<[u8]> },
    Length(usize),
}

#[derive(Debug, Clone, Default)]
struct FileState {
    live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum NameChange {
    Set(PathBuf, FileNumber),
    Move { from: PathBuf, to: PathBuf },
    Remove(PathBuf),
}

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    files: Vec<FileState>,
    dirs: BTreeSet<PathBuf>,
    live: BTreeMap<PathBuf, FileNumber>,
    durable: BTreeMap<PathBuf, FileNumber>,
    /// Changes of names that are not durable.
    pending: Vec<NameChange>,
}

fn overwrite(contents: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if contents.len() < end {
        contents.resize(end, 0);
    }
    contents[offset..end].copy_from_slice(bytes);
}

fn change(names: &mut BTreeMap<PathBuf, FileNumber>, change: &NameChange) {
    match change {
        NameChange::Set(path, file) => {
            names.insert(path.clone(), *file);
        }
        NameChange::Move { from, to } => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
        NameChange::Remove(path) => {
            names.remove(path);
        }
    }
}

impl NameChange {
    fn is_in(&self, dir: &Path) -> bool {
        let path = match self {
            Self::Set(path, _) | Self::Remove(path) => path,
            Self::Move { to, .. } => to,
        };
        path.parent() == Some(dir)
    }
}

impl Change {
    fn apply(&self, contents: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => overwrite(contents, *offset, bytes),
            Self::Length(length) => contents.resize(*length, 0),
        }
    }
}

impl FileState {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.pending.push(change);
    }

    fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.durable);
        }
    }

    /// The contents after a power cut. Each sector has seen the first few of the writes to it. Of
    /// the changes of the length, by writing behind the end or otherwise, the file has seen the
    /// first few.
    fn after_power_cut(&self, chance: &mut Chance) -> Vec<u8> {
        let resized = chance.below(self.pending.len() + 1);
        let mut contents = self.durable.clone();
        for (at, change) in self.pending.iter().enumerate() {
            match change {
                Change::Length(length) if at < resized => contents.resize(*length, 0),
                Change::Length(_) => {}
                Change::Write { offset, bytes } if at < resized => {
                    let end = (offset + bytes.len()).max(contents.len());
                    contents.resize(end, 0);
                }
                Change::Write { .. } => {}
            }
        }
        for (sector, writes) in self.writes_by_sector() {
            let seen = chance.below(writes.len() + 1);
            let start = sector * SECTOR_BYTES;
            let end = (start + SECTOR_BYTES).min(contents.len());
            for (offset, bytes) in &writes[..seen] {
                let (from, to) = ((*offset).max(start), (offset + bytes.len()).min(end));
                if from < to {
                    contents[from..to].copy_from_slice(&bytes[from - offset..to - offset]);
                }
            }
        }
        contents
    }

    /// The pending writes to each sector, in their order.
    fn writes_by_sector(&self) -> BTreeMap<usize, Vec<(usize, &[u8])>> {
        let mut by_sector: BTreeMap<usize, Vec<(usize, &[u8])>> = BTreeMap::new();
        for change in &self.pending {
            if let Change::Write { offset, bytes } = change {
                let sectors = offset / SECTOR_BYTES..(offset + bytes.len()).div_ceil(SECTOR_BYTES);
                for sector in sectors {
                    by_sector.entry(sector).or_default().push((*offset, bytes));
                }
            }
        }
        by_sector
    }
}

fn moved(path: &Path, from: &Path, to: &Path) -> PathBuf {
    path.strip_prefix(from)
        .map_or_else(|_| path.to_path_buf(), |rest| to.join(rest))
}

fn in_bytes(number: u64) -> usize {
    usize::try_from(number).expect("a simulated file fits into memory")
}

impl State {
    pub(super) fn apply(&mut self, op: &Op) {
        match op {
            Op::Create { path } => {
                self.files.push(FileState::default());
                self.rename(NameChange::Set(path.clone(), self.files.len() - 1));
            }
            Op::Write {
                file,
                offset,
                bytes,
            } => {
                let bytes = Arc::clone(bytes);
                self.files[*file].change(Change::Write {
                    offset: in_bytes(*offset),
                    bytes,
                });
            }
            Op::SetLength { file, length } => {
                self.files[*file].change(Change::Length(in_bytes(*length)));
            }
            Op::Sync { file } => self.files[*file].sync(),
            Op::SyncFailed { file } => self.files[*file].pending.clear(),
            Op::Rename { from, to } => self.rename(NameChange::Move {
                from: from.clone(),
                to: to.clone(),
            }),
            Op::Remove { path } => self.rename(NameChange::Remove(path.clone())),
            Op::MakeDir { dir } => {
                self.dirs.insert(dir.clone());
            }
            Op::RenameDir { from, to } => self.rename_dir(from, to),
            Op::RemoveDir { dir } => {
                self.dirs.remove(dir);
            }
            Op::SyncDir { dir } => self.sync_names(dir),
            Op::Note(_) => {}
        }
    }

    fn rename(&mut self, what: NameChange) {
        change(&mut self.live, &what);
        self.pending.push(what);
    }

    fn rename_dir(&mut self, from: &Path, to: &Path) {
        let rename = |path: PathBuf| moved(&path, from, to);
        self.dirs = std::mem::take(&mut self.dirs)
            .into_iter()
            .map(rename)
            .collect();
        for names in [&mut self.live, &mut self.durable] {
            let all = std::mem::take(names).into_iter();
            *names = all
                .map(|(path, file)| (moved(&path, from, to), file))
                .collect();
        }
        for change in &mut self.pending {
            match change {
                NameChange::Set(path, _) | NameChange::Remove(path) => {
                    *path = moved(path, from, to)
                }
                NameChange::Move { from: old, to: new } => {
                    (*old, *new) = (moved(old, from, to), moved(new, from, to));
                }
            }
        }
    }

    fn sync_names(&mut self, dir: &Path) {
        let (durable, pending) = self
            .pending
            .drain(..)
            .partition(|change: &NameChange| change.is_in(dir));
        self.pending = pending;
        let durable: Vec<NameChange> = durable;
        durable
            .iter()
            .for_each(|what| change(&mut self.durable, what));
    }

    pub(super) fn after_power_cut(&self, survival: Survival) -> Self {
        let mut after = Self {
            dirs: self.dirs.clone(),
            durable: self.durable.clone(),
            ..Self::default()
        };
        let mut chance = Chance::new(match survival {
            Survival::Nothing | Survival::Everything => 0,
            Survival::Random(seed) => seed,
        });
        let names_kept = match survival {
            Survival::Nothing => 0,
            Survival::Everything => self.pending.len(),
            Survival::Random(_) => chance.below(self.pending.len() + 1),
        };
        self.pending
            .iter()
            .take(names_kept)
            .for_each(|what| change(&mut after.durable, what));
        after.live = after.durable.clone();
        for file in &self.files {
            let contents = match survival {
                Survival::Nothing => file.durable.clone(),
                Survival::Everything => file.live.clone(),
                Survival::Random(_) => file.after_power_cut(&mut chance),
            };
            after.files.push(FileState {
                live: contents.clone(),
                durable: contents,
                pending: Vec::new(),
            });
        }
        after
    }

    pub(super) fn dirs(&self) -> &BTreeSet<PathBuf> {
        &self.dirs
    }

    pub(super) fn entries_in(&self, dir: &Path) -> Vec<(String, Entry)> {
        let dirs = self.dirs.iter().map(|path| (path, Entry::Dir));
        let files = self
            .live
            .iter()
            .map(|(path, file)| (path, Entry::File(*file)));
        let inside = dirs
            .chain(files)
            .filter(|(path, _)| path.parent() == Some(dir));
        inside
            .filter_map(|(path, entry)| Some((path.file_name()?.to_str()?.to_owned(), entry)))
            .collect()
    }

    /// The bytes of all files that have a name.
    pub(super) fn used(&self) -> u64 {
        self.live
            .values()
            .map(|file| self.files[*file].live.len() as u64)
            .sum()
    }

    pub(super) fn file(&self, path: &Path) -> Option<FileNumber> {
        self.live.get(path).copied()
    }

    pub(super) fn contents(&self, file: FileNumber) -> &[u8] {
        &self.files[file].live
    }

    pub(super) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        self.live
            .iter()
            .map(|(path, file)| (path.clone(), self.files[*file].live.clone()))
            .collect()
    }

    pub(super) fn tamper(&mut self, path: &Path, contents: Option<Vec<u8>>) {
        self.live.remove(path);
        self.durable.remove(path);
        if let Some(contents) = contents {
            self.files.push(FileState {
                live: contents.clone(),
                durable: contents,
                pending: Vec::new(),
            });
            self.live.insert(path.to_path_buf(), self.files.len() - 1);
            self.durable
                .insert(path.to_path_buf(), self.files.len() - 1);
        }
    }
}
