//! An announcement as sound: the chime, a rest, then each sentence word by word, with rests between the readings.
//!
//! A sentence is said whole or not at all where it matters: when a letter, a digit or a part of a number has no clip, the
//! sentence of that language is left out, because a number with a gap is another number. Other words without a clip are
//! passed over. What was left out is told ([`Rendered::missing`]); the chime sounds in any case.
//!
//! Nothing overlaps, so nothing can be louder than its loudest clip: the result stays within ±1 whatever the settings. A
//! sentence that would end after [`Announcement::length_max`] is left out and counted ([`Rendered::left_out`]), so an
//! announcement is bounded in memory and over before its ending is taken for lost.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::num::NonZero;
use std::time::Duration;

use nowserving_shared::announce::words::voices;
use nowserving_shared::announce::{Announcement, Clip, Speech, Step};
use nowserving_shared::model::Language;

use crate::clips::ClipSet;
use crate::{bundled, chime};

#[cfg(test)]
mod tests;

/// The rests within an announcement; those between its readings are the announcement's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// After the chime.
    pub after_chime: Duration,
    /// Between two words.
    pub between_words: Duration,
    /// At a comma.
    pub at_comma: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            after_chime: Duration::from_millis(300),
            between_words: Duration::from_millis(30),
            at_comma: Duration::from_millis(180),
        }
    }
}

/// Why some sets of clips cannot speak together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoicesError {
    /// There is none.
    #[error("no set of clips")]
    None,
    /// Two sets speak the same language.
    #[error("two sets of clips speak {0}")]
    Twice(Language),
    /// Their rates differ, and nothing is converted.
    #[error(
        "the clips of {language} have {found} samples a second, those before {wanted}: convert them to one rate"
    )]
    Rate {
        /// The language of the set that differs.
        language: Language,
        /// Its rate, in samples a second.
        found: u32,
        /// The rate of the sets before it.
        wanted: u32,
    },
}

/// The sets of clips of a hall, one for each language that is spoken, all of one rate.
#[derive(Debug, Clone)]
pub struct Voices {
    rate: NonZero<u32>,
    sets: BTreeMap<Language, ClipSet>,
    pace: Pace,
}

impl Voices {
    /// The product's own voices.
    #[must_use]
    pub fn bundled() -> Self {
        let sets = Language::ALL.into_iter().filter_map(bundled::clips);
        Self::new(sets, Pace::default()).expect("the bundled clips are of one rate: a test says so")
    }

    /// Voices made of `sets`.
    ///
    /// # Errors
    /// [`VoicesError`]: none at all, two of a language, or different rates.
    pub fn new(sets: impl IntoIterator<Item = ClipSet>, pace: Pace) -> Result<Self, VoicesError> {
        let mut rate = None;
        let mut by_language = BTreeMap::new();
        for set in sets {
            let language = set.language();
            let wanted = *rate.get_or_insert(set.rate());
            if set.rate() != wanted {
                let (found, wanted) = (set.rate().get(), wanted.get());
                return Err(VoicesError::Rate {
                    language,
                    found,
                    wanted,
                });
            }
            if by_language.insert(language, set).is_some() {
                return Err(VoicesError::Twice(language));
            }
        }
        Ok(Self {
            rate: rate.ok_or(VoicesError::None)?,
            sets: by_language,
            pace,
        })
    }

    /// Samples in a second.
    #[must_use]
    pub fn rate(&self) -> NonZero<u32> {
        self.rate
    }

    /// The clips that say a call in `language`: its own, else those of the nearest language ([`voices`]), else none.
    #[must_use]
    pub fn speaks(&self, language: Language) -> Option<&ClipSet> {
        voices(language).find_map(|voice| self.sets.get(&voice))
    }

    /// The sound of `announcement`, whose sentences are those of `speech`.
    #[must_use]
    pub fn render(&self, speech: &Speech, announcement: &Announcement) -> Rendered {
        let mut missing = BTreeSet::new();
        let sentences: Vec<Vec<Sounding>> = self
            .speakers(&announcement.languages)
            .into_iter()
            .filter_map(|set| {
                let steps = speech.phrase(set.language(), &announcement.calls).steps();
                sounding(set, &steps, &mut missing)
            })
            .filter(|sentence| !sentence.is_empty())
            .collect();
        let mut track = Track::new(self.rate, announcement);
        track.sound(Sound::Chime, &chime::samples(self.rate));
        let mut left_out = 0;
        for reading in 0..announcement.times {
            for (at, sentence) in sentences.iter().enumerate() {
                let first = reading == 0 && at == 0;
                let rest = if first {
                    self.pace.after_chime
                } else {
                    announcement.gap
                };
                left_out += usize::from(!track.sentence(rest, sentence, self.pace));
            }
        }
        Rendered {
            rate: self.rate,
            samples: track.samples,
            cues: track.cues,
            missing: missing.into_iter().collect(),
            left_out,
        }
    }

    /// The sets that say something in `languages`, each once: two languages may have the same nearest voice.
    fn speakers(&self, languages: &[Language]) -> Vec<&ClipSet> {
        let mut speakers: Vec<&ClipSet> = Vec::new();
        for set in languages
            .iter()
            .filter_map(|language| self.speaks(*language))
        {
            if !speakers
                .iter()
                .any(|other| other.language() == set.language())
            {
                speakers.push(set);
            }
        }
        speakers
    }
}

/// A step of a sentence and its samples.
enum Sounding<'a> {
    Clip(Clip, &'a [i16]),
    Pause,
}

/// The steps of a sentence with their samples; none when it must not be said, because a part of a number is missing.
fn sounding<'a>(
    set: &'a ClipSet,
    steps: &[Step],
    missing: &mut BTreeSet<Clip>,
) -> Option<Vec<Sounding<'a>>> {
    let mut sentence = Vec::new();
    let mut whole = true;
    for step in steps {
        match step {
            Step::Pause => sentence.push(Sounding::Pause),
            Step::Clip(clip) => match set.clip(clip.word) {
                Some(samples) => sentence.push(Sounding::Clip(*clip, samples)),
                None => {
                    whole &= !clip.word.is_part_of_a_number();
                    missing.insert(*clip);
                }
            },
        }
    }
    whole.then_some(sentence)
}

/// What sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// The chime.
    Chime,
    /// A word.
    Clip(Clip),
}

/// When something sounds in a rendered announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    /// What.
    pub sound: Sound,
    /// Its first sample.
    pub start: usize,
    /// The first sample after it.
    pub end: usize,
}

/// An announcement as sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Samples in a second.
    pub rate: NonZero<u32>,
    /// One channel, each sample within ±1.
    pub samples: Vec<f32>,
    /// What sounds when, in order, without overlap.
    pub cues: Vec<Cue>,
    /// Words for which there is no clip.
    pub missing: Vec<Clip>,
    /// How many readings of a sentence were left out, because the announcement would have become too long.
    pub left_out: usize,
}

impl Rendered {
    /// How long it sounds.
    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate.get()))
    }

    /// The same as the bytes of a WAV file: mono, 16 bit.
    #[must_use]
    pub fn wav(&self) -> Vec<u8> {
        wav(self.rate, &self.samples)
    }
}

/// `samples` of one channel, each within ±1, as the bytes of a WAV file of 16 bit. What lies beyond ±1 is cut.
#[must_use]
pub fn wav(rate: NonZero<u32>, samples: &[f32]) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate.get(),
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::new());
    write(&mut bytes, spec, samples).expect("memory takes the little that an announcement is");
    bytes.into_inner()
}

fn write(to: &mut Cursor<Vec<u8>>, spec: hound::WavSpec, samples: &[f32]) -> hound::Result<()> {
    let mut writer = hound::WavWriter::new(to, spec)?;
    for sample in samples {
        writer.write_sample((sample * f32::from(i16::MAX)).round() as i16)?;
    }
    writer.finalize()
}

/// The sound that is being put together.
struct Track {
    rate: u32,
    samples: Vec<f32>,
    cues: Vec<Cue>,
    /// What every sample is multiplied with. The volume is a part of the swing, not of the loudness that is felt.
    volume: f32,
    samples_max: usize,
}

impl Track {
    fn new(rate: NonZero<u32>, announcement: &Announcement) -> Self {
        let rate = rate.get();
        Self {
            rate,
            samples: Vec::new(),
            cues: Vec::new(),
            volume: f32::from(announcement.volume.min(100)) / 100.0,
            samples_max: count(rate, announcement.length_max()),
        }
    }

    fn sound(&mut self, sound: Sound, samples: &[f32]) {
        let start = self.samples.len();
        let volume = self.volume;
        self.samples
            .extend(samples.iter().map(|sample| sample * volume));
        let end = self.samples.len();
        self.cues.push(Cue { sound, start, end });
    }

    fn rest(&mut self, span: Duration) {
        let end = self.samples.len() + count(self.rate, span);
        self.samples.resize(end, 0.0);
    }

    /// Appends a sentence after `rest`, unless it would end too late; whether it did.
    fn sentence(&mut self, rest: Duration, steps: &[Sounding<'_>], pace: Pace) -> bool {
        let (samples, cues) = (self.samples.len(), self.cues.len());
        self.rest(rest);
        let mut before_is_word = false;
        for step in steps {
            match step {
                Sounding::Pause => self.rest(pace.at_comma),
                Sounding::Clip(clip, samples) => {
                    if before_is_word {
                        self.rest(pace.between_words);
                    }
                    let full = f32::from(i16::MAX);
                    let samples: Vec<f32> = samples
                        .iter()
                        .map(|sample| (f32::from(*sample) / full).max(-1.0))
                        .collect();
                    self.sound(Sound::Clip(*clip), &samples);
                }
            }
            before_is_word = matches!(step, Sounding::Clip(..));
        }
        let fits = self.samples.len() <= self.samples_max;
        if !fits {
            self.samples.truncate(samples);
            self.cues.truncate(cues);
        }
        fits
    }
}

/// How many samples last `span`.
fn count(rate: u32, span: Duration) -> usize {
    (span.as_secs_f64() * f64::from(rate)).round() as usize
}
