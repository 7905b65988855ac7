//! The clips that the product brings: a synthetic voice in Mandarin and in English, part of the program.
//!
//! `shared/voice/clips/generate` makes them anew. Another language is said by the nearest of the two
//! ([`nowserving_shared::announce::words::voices`]).

use nowserving_shared::model::Language;

use crate::clips::{ClipSet, ClipTrouble};
use crate::manifest;

/// A clip's file and its bytes.
type Stored = (&'static str, &'static [u8]);

macro_rules! clips {
    ($folder:literal: $($name:literal)+) => {
        &[$((
            concat!($name, ".wav"),
            include_bytes!(concat!("../clips/", $folder, "/", $name, ".wav")),
        ),)+]
    };
}

static ZH_CN: &[Stored] = clips! { "zh-CN":
    "please" "number" "number-to" "to" "go-to" "customer" "for-service" "window" "counter" "room" "digit-0"
    "digit-1" "digit-2" "digit-3" "digit-4" "digit-5" "digit-6" "digit-7" "digit-8" "digit-9" "digit-1-yao"
    "number-10" "number-100" "number-1000" "letter-a" "letter-b" "letter-c" "letter-d" "letter-e" "letter-f"
    "letter-g" "letter-h" "letter-i" "letter-j" "letter-k" "letter-l" "letter-m" "letter-n" "letter-o"
    "letter-p" "letter-q" "letter-r" "letter-s" "letter-t" "letter-u" "letter-v" "letter-w" "letter-x"
    "letter-y" "letter-z"
};

static EN: &[Stored] = clips! { "en":
    "please" "number" "to" "go-to" "please-go-to" "customer" "window" "counter" "room" "digit-0" "digit-1"
    "digit-2" "digit-3" "digit-4" "digit-5" "digit-6" "digit-7" "digit-8" "digit-9" "number-10" "number-11"
    "number-12" "number-13" "number-14" "number-15" "number-16" "number-17" "number-18" "number-19"
    "number-20" "number-30" "number-40" "number-50" "number-60" "number-70" "number-80" "number-90"
    "number-100" "number-1000" "number-and" "letter-a" "letter-b" "letter-c" "letter-d" "letter-e"
    "letter-f" "letter-g" "letter-h" "letter-i" "letter-j" "letter-k" "letter-l" "letter-m" "letter-n"
    "letter-o" "letter-p" "letter-q" "letter-r" "letter-s" "letter-t" "letter-u" "letter-v" "letter-w"
    "letter-x" "letter-y" "letter-z"
};

/// The product's own clips of `language`; none for a language that has no voice of its own.
#[must_use]
pub fn clips(language: Language) -> Option<ClipSet> {
    let (manifest, stored) = stored(language)?;
    let manifest = manifest::read(manifest).expect("the bundled manifests are read in the tests");
    let read = |file: &str| {
        let found = stored.iter().find(|(name, _)| *name == file);
        found
            .map(|(_, bytes)| bytes.to_vec())
            .ok_or_else(|| ClipTrouble::Unreadable(file.to_owned()))
    };
    Some(ClipSet::assemble(manifest, read).set)
}

fn stored(language: Language) -> Option<(&'static str, &'static [Stored])> {
    match language {
        Language::ZhCn => Some((include_str!("../clips/zh-CN/manifest.toml"), ZH_CN)),
        Language::En => Some((include_str!("../clips/en/manifest.toml"), EN)),
        Language::ZhTw | Language::De => None,
    }
}

#[cfg(test)]
mod tests {
    use nowserving_shared::announce::Word;

    use super::*;

    const SPOKEN: [Language; 2] = [Language::ZhCn, Language::En];

    #[test]
    fn every_word_of_a_spoken_language_has_a_clip_and_nothing_else_is_carried() {
        for language in Language::ALL {
            let set = clips(language);
            assert_eq!(set.is_some(), SPOKEN.contains(&language));
            let Some(set) = set else { continue };
            let unsaid: Vec<Word> = Word::of(language)
                .filter(|word| set.clip(*word).is_none())
                .collect();
            assert_eq!(unsaid, []);
            let (_, stored) = stored(language).unwrap();
            assert_eq!(stored.len(), Word::of(language).count());
            assert!(!set.author().is_empty() && !set.licence().is_empty());
        }
    }

    #[test]
    fn all_clips_together_stay_small() {
        let bytes: usize = [ZH_CN, EN]
            .iter()
            .flat_map(|stored| stored.iter().map(|(_, bytes)| bytes.len()))
            .sum();
        assert!(bytes < 3_000_000, "{bytes}");
    }

    /// How many samples at the beginning stay below 2 % of full swing.
    fn quiet<'a>(samples: impl Iterator<Item = &'a i16>) -> usize {
        let loud = i16::MAX as u16 / 50;
        samples
            .take_while(|sample| sample.unsigned_abs() < loud)
            .count()
    }

    #[test]
    fn every_clip_is_of_plausible_length_and_loudness_and_begins_and_ends_with_sound() {
        for set in SPOKEN.into_iter().filter_map(clips) {
            let rate = set.rate().get() as usize;
            assert_eq!(rate, 22_050);
            for word in Word::of(set.language()) {
                let samples = set.clip(word).unwrap();
                let name = format!("{}/{}", set.language(), word.name());
                assert!(
                    (rate * 15 / 100..=rate * 12 / 10).contains(&samples.len()),
                    "{name}: {} samples",
                    samples.len()
                );
                let peak = samples.iter().map(|sample| sample.unsigned_abs()).max();
                assert!(
                    peak.is_some_and(|peak| (28_000..30_000).contains(&peak)),
                    "{name}: {peak:?}"
                );
                let power: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
                let mean = (power / samples.len() as f64).sqrt();
                assert!((2_500.0..10_000.0).contains(&mean), "{name}: {mean}");
                assert!(quiet(samples.iter()) < rate / 25, "{name} begins late");
                assert!(quiet(samples.iter().rev()) < rate / 15, "{name} ends late");
                assert_eq!((samples.first(), samples.last()), (Some(&0), Some(&0)));
            }
        }
    }
}
