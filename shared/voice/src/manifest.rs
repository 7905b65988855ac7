//! The list of a folder of clips, `manifest.toml`.
//!
//! ```toml
//! language = "zh-CN"
//! sample_rate = 22050
//! author = "who speaks"
//! licence = "under which terms"
//!
//! [clips]
//! please = "please.wav"
//! letter-a = { file = "a.wav", gain = 0.8 }
//! ```

use std::collections::BTreeMap;
use std::num::NonZero;

use nowserving_shared::announce::Word;
use nowserving_shared::model::Language;
use serde::Deserialize;

/// The lowest and the highest rate of a set, in samples a second: below, consonants are lost; above, nothing is won.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;
/// A manifest lists so many clips at most; there are fewer words.
pub(crate) const CLIPS_MAX: usize = 256;

/// A manifest that was read.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) language: Language,
    pub(crate) rate: NonZero<u32>,
    pub(crate) author: String,
    pub(crate) licence: String,
    pub(crate) clips: Vec<(Word, Listed)>,
    /// Names of clips that are no words of the language.
    pub(crate) strangers: Vec<String>,
}

/// A clip as it is listed.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) file: String,
    /// What its samples are multiplied with.
    pub(crate) gain: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    language: String,
    sample_rate: u32,
    #[serde(default)]
    author: String,
    #[serde(default)]
    licence: String,
    clips: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a clip is written as \"a.wav\" or { file = \"a.wav\", gain = 0.8 }"
)]
enum Entry {
    File(String),
    Detailed(Detailed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    file: String,
    #[serde(default = "unchanged")]
    gain: f32,
}

fn unchanged() -> f32 {
    1.0
}

impl From<Entry> for Listed {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::File(file) => Self {
                file,
                gain: unchanged(),
            },
            Entry::Detailed(Detailed { file, gain }) => Self { file, gain },
        }
    }
}

/// Reads a manifest.
///
/// # Errors
/// It is not TOML of that form, names a language that the product does not speak, or a rate out of [`RATES`]; in words.
pub(crate) fn read(text: &str) -> Result<Manifest, String> {
    let text: Text = toml::from_str(text).map_err(|error| error.to_string())?;
    let language = Language::ALL
        .into_iter()
        .find(|language| language.tag() == text.language)
        .ok_or_else(|| {
            let known = Language::ALL.map(Language::tag).join(", ");
            format!("language: “{}” is not one of {known}", text.language)
        })?;
    let rate = Some(text.sample_rate).filter(|rate| RATES.contains(rate));
    let rate = rate.and_then(NonZero::new).ok_or_else(|| {
        let (least, most) = (RATES.start(), RATES.end());
        format!(
            "sample_rate: {} is not between {least} and {most} a second",
            text.sample_rate
        )
    })?;
    if text.clips.len() > CLIPS_MAX {
        let count = text.clips.len();
        return Err(format!("clips: {count} are more than {CLIPS_MAX}"));
    }
    let mut manifest = Manifest {
        language,
        rate,
        author: text.author,
        licence: text.licence,
        clips: Vec::new(),
        strangers: Vec::new(),
    };
    for (name, entry) in text.clips {
        match Word::named(&name).filter(|word| word.text(language).is_some()) {
            Some(word) => manifest.clips.push((word, entry.into())),
            None => manifest.strangers.push(name),
        }
    }
    Ok(manifest)
}
