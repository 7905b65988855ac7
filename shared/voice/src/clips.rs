//! The recorded words of one language: a folder with a `manifest.toml` and WAV files, mono, 16 bit, all of one rate.
//!
//! A clip that cannot be used is a warning, and the set goes on without it. A set without a usable manifest, or without a
//! single clip, is an error. Everything that is read is bounded.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::num::NonZero;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use nowserving_shared::announce::Word;
use nowserving_shared::model::Language;

use crate::manifest::{self, Listed, Manifest};

#[cfg(test)]
mod tests;

/// The name of the list in a folder of clips.
pub const MANIFEST: &str = "manifest.toml";
/// The largest manifest that is read, in bytes.
pub const MANIFEST_BYTES_MAX: u64 = 64 * 1024;
/// The largest file of a clip, in bytes.
pub const CLIP_BYTES_MAX: u64 = 512 * 1024;
/// The longest clip: a word that takes longer holds up the hall.
pub const CLIP_LENGTH_MAX: Duration = Duration::from_secs(3);
/// A clip without a sample as loud as this, of full swing, is silent.
const SILENT_BELOW: u16 = i16::MAX as u16 / 100;
/// A clip can be made louder so many times at most.
const GAIN_MAX: f32 = 8.0;

/// The clips of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipSet {
    language: Language,
    rate: NonZero<u32>,
    author: String,
    licence: String,
    clips: BTreeMap<Word, Vec<i16>>,
}

/// A set, and what was wrong with single clips of it.
#[derive(Debug)]
pub struct Loaded {
    /// The set without them.
    pub set: ClipSet,
    /// What was wrong, in the order of the manifest; then what is missing.
    pub warnings: Vec<ClipWarning>,
}

/// A clip that will not be heard, or not as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipWarning {
    /// Its name in the manifest.
    pub clip: String,
    /// What is wrong.
    pub trouble: ClipTrouble,
}

impl fmt::Display for ClipWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.clip, self.trouble)
    }
}

/// What can be wrong with a clip.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipTrouble {
    /// It is no word of the language.
    #[error("no sentence of this language has such a word")]
    NoWord,
    /// The manifest does not list it.
    #[error(
        "the manifest does not list this word; without it some sentences are not said, or not whole"
    )]
    Missing,
    /// Its path leads out of the folder.
    #[error("“{0}” is not inside the folder")]
    Outside(String),
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// The file has more than [`CLIP_BYTES_MAX`] bytes.
    #[error("the file is larger than {CLIP_BYTES_MAX} bytes")]
    TooLarge,
    /// It is no WAV file, or a broken one.
    #[error("not a readable WAV file: {0}")]
    Broken(String),
    /// It is not mono, or not 16 bit.
    #[error("{channels} channel(s) of {bits} bit: must be one of 16 bit, as whole numbers")]
    Form {
        /// Channels.
        channels: u16,
        /// Bits of a sample.
        bits: u16,
    },
    /// Its rate is not that of the set.
    #[error("{found} samples a second: the manifest says {wanted}")]
    Rate {
        /// Its own, in samples a second.
        found: u32,
        /// The set's.
        wanted: u32,
    },
    /// It is longer than [`CLIP_LENGTH_MAX`].
    #[error("{0:.1?} long: at most {CLIP_LENGTH_MAX:?}")]
    TooLong(Duration),
    /// Nothing is to be heard.
    #[error("silent")]
    Silent,
    /// The gain is no number from 0 to 8.
    #[error("a gain is above 0 and at most {GAIN_MAX}; it is played unchanged")]
    Gain,
    /// With its gain it would be distorted.
    #[error("too loud with its gain; it is played as loud as it can be")]
    Distorted,
}

/// Why a folder is no set of clips.
#[derive(Debug, thiserror::Error)]
pub enum ClipSetError {
    /// The manifest cannot be read.
    #[error("{}: {error}", path.display())]
    Io {
        /// The manifest.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The manifest cannot be used.
    #[error("{}: {what}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Not one clip can be used.
    #[error("{}: not one of its clips can be used; the first: {}", path.display(), first(warnings))]
    NoClips {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with each.
        warnings: Vec<ClipWarning>,
    },
}

fn first(warnings: &[ClipWarning]) -> String {
    warnings
        .first()
        .map_or_else(|| "none is listed".to_owned(), ToString::to_string)
}

impl ClipSet {
    /// Reads the clips of `folder`.
    ///
    /// # Errors
    /// [`ClipSetError`]: the manifest cannot be used, or not one clip can.
    pub fn load(folder: &Path) -> Result<Loaded, ClipSetError> {
        let path = folder.join(MANIFEST);
        let bytes = match read_at_most(&path, MANIFEST_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) => return Err(ClipSetError::Io { path, error }),
        };
        let text = bytes.ok_or_else(|| format!("larger than {MANIFEST_BYTES_MAX} bytes"));
        let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|e| e.to_string()));
        let manifest = match text.and_then(|text| manifest::read(&text)) {
            Ok(manifest) => manifest,
            Err(what) => return Err(ClipSetError::Manifest { path, what }),
        };
        let loaded = Self::assemble(manifest, |file| read_clip(folder, file));
        if loaded.set.clips.is_empty() {
            let warnings = loaded.warnings;
            return Err(ClipSetError::NoClips { path, warnings });
        }
        Ok(loaded)
    }

    /// Reads each clip of `manifest` by `read`.
    pub(crate) fn assemble(
        manifest: Manifest,
        read: impl Fn(&str) -> Result<Vec<u8>, ClipTrouble>,
    ) -> Loaded {
        let mut set = Self {
            language: manifest.language,
            rate: manifest.rate,
            author: manifest.author,
            licence: manifest.licence,
            clips: BTreeMap::new(),
        };
        let mut warnings = Vec::new();
        for (word, listed) in manifest.clips {
            let mut warn = |trouble| warnings.push(warning(word.name(), trouble));
            match read(&listed.file).and_then(|bytes| decode(&bytes, set.rate)) {
                Ok(samples) => drop(set.clips.insert(word, louder(samples, &listed, &mut warn))),
                Err(trouble) => warn(trouble),
            }
        }
        let strangers = manifest.strangers.iter();
        warnings.extend(strangers.map(|name| warning(name, ClipTrouble::NoWord)));
        let unlisted = |word: &Word| {
            let warned = warnings.iter().any(|known| known.clip == word.name());
            !warned && !set.clips.contains_key(word)
        };
        let missing: Vec<ClipWarning> = Word::of(set.language)
            .filter(unlisted)
            .map(|word| warning(word.name(), ClipTrouble::Missing))
            .collect();
        warnings.extend(missing);
        Loaded { set, warnings }
    }

    /// The language that is spoken.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Samples in a second.
    #[must_use]
    pub fn rate(&self) -> NonZero<u32> {
        self.rate
    }

    /// Who speaks, in the manifest's words; may be empty.
    #[must_use]
    pub fn author(&self) -> &str {
        &self.author
    }

    /// Under which terms the clips may be used, in the manifest's words; may be empty.
    #[must_use]
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// The samples of a word, if there is a clip of it.
    #[must_use]
    pub fn clip(&self, word: Word) -> Option<&[i16]> {
        self.clips.get(&word).map(Vec::as_slice)
    }

    /// Takes from `other` the words that this set has not, if it speaks the same language at the same rate. Says how many.
    pub fn fill(&mut self, other: &Self) -> usize {
        if (other.language, other.rate) != (self.language, self.rate) {
            return 0;
        }
        let before = self.clips.len();
        for (word, samples) in &other.clips {
            self.clips.entry(*word).or_insert_with(|| samples.clone());
        }
        self.clips.len() - before
    }
}

fn warning(clip: &str, trouble: ClipTrouble) -> ClipWarning {
    ClipWarning {
        clip: clip.to_owned(),
        trouble,
    }
}

/// The bytes of a file; none when there are more than `max`.
fn read_at_most(path: &Path, max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max).then_some(bytes))
}

fn read_clip(folder: &Path, file: &str) -> Result<Vec<u8>, ClipTrouble> {
    let inside = Path::new(file)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside || file.is_empty() {
        return Err(ClipTrouble::Outside(file.to_owned()));
    }
    read_at_most(&folder.join(file), CLIP_BYTES_MAX)
        .map_err(|error| ClipTrouble::Unreadable(format!("{file}: {error}")))?
        .ok_or(ClipTrouble::TooLarge)
}

/// The samples of a WAV file in the form of a clip at `rate`.
fn decode(bytes: &[u8], rate: NonZero<u32>) -> Result<Vec<i16>, ClipTrouble> {
    let broken = |error: hound::Error| ClipTrouble::Broken(error.to_string());
    let reader = hound::WavReader::new(bytes).map_err(broken)?;
    let spec = reader.spec();
    let whole = spec.sample_format == hound::SampleFormat::Int;
    let (channels, bits) = (spec.channels, spec.bits_per_sample);
    if (channels, bits, whole) != (1, 16, true) {
        return Err(ClipTrouble::Form { channels, bits });
    }
    let (found, wanted) = (spec.sample_rate, rate.get());
    if found != wanted {
        return Err(ClipTrouble::Rate { found, wanted });
    }
    let length = Duration::from_secs(reader.duration().into()) / wanted;
    if length > CLIP_LENGTH_MAX {
        return Err(ClipTrouble::TooLong(length));
    }
    let samples: Result<Vec<i16>, hound::Error> = reader.into_samples().collect();
    let samples = samples.map_err(broken)?;
    if peak(&samples) < SILENT_BELOW {
        return Err(ClipTrouble::Silent);
    }
    Ok(samples)
}

fn peak(samples: &[i16]) -> u16 {
    samples
        .iter()
        .map(|sample| sample.unsigned_abs())
        .max()
        .unwrap_or(0)
}

/// The samples with the gain of the manifest, as far as they stay undistorted.
fn louder(samples: Vec<i16>, listed: &Listed, warn: &mut impl FnMut(ClipTrouble)) -> Vec<i16> {
    if !(listed.gain > 0.0 && listed.gain <= GAIN_MAX) {
        warn(ClipTrouble::Gain);
        return samples;
    }
    if listed.gain == 1.0 {
        return samples;
    }
    let most = f32::from(i16::MAX) / f32::from(peak(&samples));
    if listed.gain > most {
        warn(ClipTrouble::Distorted);
    }
    let gain = listed.gain.min(most);
    let sample = |sample: i16| (f32::from(sample) * gain).round() as i16;
    samples.into_iter().map(sample).collect()
}
