//! What is on the disk, what of it is durable, and what is left of it after a power cut.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Op, Survival};

/// What a disk writes whole or not at all.
pub const SECTOR_BYTES: usize = 512;

pub(super) type FileId = usize;

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

#[derive(Debug, Clone)]
struct Write {
    offset: usize,
    bytes: Arc<[u8]>,
}

#[derive(Debug, Clone, Default)]
struct FileState {
    live: Vec<u8>,
    durable: Vec<u8>,
    /// Written, and not synced.
    pending: Vec<Write>,
}

#[derive(Debug, Clone)]
enum NameChange {
    Set(PathBuf, FileId),
    Move { from: PathBuf, to: PathBuf },
    Remove(PathBuf),
}

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    files: Vec<FileState>,
    dirs: BTreeSet<PathBuf>,
    live: BTreeMap<PathBuf, FileId>,
    durable: BTreeMap<PathBuf, FileId>,
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

fn change(names: &mut BTreeMap<PathBuf, FileId>, change: &NameChange) {
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

impl FileState {
    fn write(&mut self, offset: u64, bytes: &Arc<[u8]>) {
        let offset = usize::try_from(offset).expect("a simulated file fits into memory");
        overwrite(&mut self.live, offset, bytes);
        self.pending.push(Write {
            offset,
            bytes: Arc::clone(bytes),
        });
    }

    fn sync(&mut self) {
        for write in self.pending.drain(..) {
            overwrite(&mut self.durable, write.offset, &write.bytes);
        }
    }

    /// The contents after a power cut: each sector has seen the first few of the writes to it.
    fn after_power_cut(&self, chance: &mut Chance) -> Vec<u8> {
        let mut contents = self.durable.clone();
        let reach = self
            .pending
            .iter()
            .map(|write| write.offset + write.bytes.len())
            .max()
            .unwrap_or(0);
        let longest = reach.max(contents.len());
        let length = contents.len() + chance.below(longest - contents.len() + 1);
        contents.resize(longest, 0);
        for sector in 0..longest.div_ceil(SECTOR_BYTES) {
            let (start, end) = (
                sector * SECTOR_BYTES,
                ((sector + 1) * SECTOR_BYTES).min(longest),
            );
            let touches =
                |write: &&Write| write.offset < end && write.offset + write.bytes.len() > start;
            let count = self.pending.iter().filter(touches).count();
            let seen = chance.below(count + 1);
            for write in self.pending.iter().filter(touches).take(seen) {
                let (from, to) = (
                    write.offset.max(start),
                    (write.offset + write.bytes.len()).min(end),
                );
                contents[from..to]
                    .copy_from_slice(&write.bytes[from - write.offset..to - write.offset]);
            }
        }
        contents.truncate(length);
        contents
    }
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
            } => self.files[*file].write(*offset, bytes),
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
            Op::SyncDir { dir } => self.sync_names(dir),
            Op::Note(_) => {}
        }
    }

    fn rename(&mut self, what: NameChange) {
        change(&mut self.live, &what);
        self.pending.push(what);
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

    pub(super) fn has_dir(&self, dir: &Path) -> bool {
        self.dirs.contains(dir)
    }

    pub(super) fn names_in(&self, dir: &Path) -> Vec<String> {
        let inside = self.live.keys().filter(|path| path.parent() == Some(dir));
        inside
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
            .collect()
    }

    pub(super) fn file(&self, path: &Path) -> Option<FileId> {
        self.live.get(path).copied()
    }

    pub(super) fn contents(&self, file: FileId) -> &[u8] {
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
