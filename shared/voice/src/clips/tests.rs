//! A folder of clips as a hall brings it: what is good is used, and what is not is named.

use tempfile::TempDir;

use super::*;

const RATE: u32 = 16_000;

fn spec() -> hound::WavSpec {
    hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    }
}

/// A folder in which things are put.
struct Folder(TempDir);

impl Folder {
    fn new(clips: &str) -> Self {
        let folder = Self(TempDir::new().unwrap());
        folder.manifest(&format!(
            "language = \"en\"\nsample_rate = {RATE}\nauthor = \"Ada\"\nlicence = \"CC0\"\n[clips]\n{clips}"
        ));
        folder
    }

    fn manifest(&self, text: &str) {
        self.file(MANIFEST, text.as_bytes());
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    /// A WAV file of so many samples, all as loud as `loud`.
    fn wav(&self, name: &str, spec: hound::WavSpec, samples: usize, loud: i16) {
        let mut writer = hound::WavWriter::create(self.0.path().join(name), spec).unwrap();
        for _ in 0..samples * usize::from(spec.channels) {
            writer.write_sample(loud).unwrap();
        }
        writer.finalize().unwrap();
    }

    fn load(&self) -> Result<Loaded, ClipSetError> {
        ClipSet::load(self.0.path())
    }

    /// Each warning but those of words that are not listed.
    fn warnings(&self) -> Vec<String> {
        let warnings = self.load().unwrap().warnings.into_iter();
        warnings
            .filter(|warning| warning.trouble != ClipTrouble::Missing)
            .map(|warning| warning.to_string())
            .collect()
    }

    fn refused(&self) -> String {
        let error = self.load().unwrap_err().to_string();
        error.replace(&*self.0.path().to_string_lossy(), "…")
    }
}

#[test]
fn a_folder_of_good_clips_is_a_voice() {
    let folder = Folder::new("please = \"p.wav\"\nletter-a = { file = \"a.wav\", gain = 0.5 }");
    folder.wav("p.wav", spec(), 8_000, 10_000);
    folder.wav("a.wav", spec(), 8_000, 10_000);
    let set = folder.load().unwrap().set;
    assert_eq!(set.language(), Language::En);
    assert_eq!(set.rate().get(), RATE);
    assert_eq!((set.author(), set.licence()), ("Ada", "CC0"));
    assert_eq!(set.clip(Word::Please), Some(&[10_000; 8_000][..]));
    assert_eq!(set.clip(Word::A), Some(&[5_000; 8_000][..]));
    assert_eq!(set.clip(Word::B), None);
    assert_eq!(folder.warnings(), [] as [String; 0]);
}

#[test]
fn each_word_that_is_not_listed_is_named_once() {
    let folder = Folder::new("please = \"p.wav\"\nroom = \"gone.wav\"");
    folder.wav("p.wav", spec(), 8_000, 10_000);
    let warnings = folder.load().unwrap().warnings;
    let missing = warnings
        .iter()
        .filter(|warning| warning.trouble == ClipTrouble::Missing);
    assert_eq!(missing.count(), Word::of(Language::En).count() - 2);
    assert_eq!(warnings.len(), Word::of(Language::En).count() - 1);
}

#[test]
fn a_clip_that_cannot_be_used_is_a_warning_and_the_rest_goes_on() {
    let folder = Folder::new(
        "please = \"p.wav\"\nto = \"gone.wav\"\nroom = \"text.wav\"\nwindow = \"stereo.wav\"\ncounter = \"fast.wav\"\n\
         number = \"long.wav\"\ncustomer = \"silent.wav\"\ngo-to = \"../p.wav\"\nletter-a = \"/p.wav\"\n\
         digit-1 = \"cut.wav\"\ndigit-2 = \"huge.wav\"\ndigit-3 = \"\"\nhello = \"p.wav\"\nnumber-to = \"p.wav\"",
    );
    folder.wav("p.wav", spec(), 8_000, 10_000);
    folder.file("text.wav", b"these are words");
    let stereo = hound::WavSpec {
        channels: 2,
        ..spec()
    };
    folder.wav("stereo.wav", stereo, 8_000, 10_000);
    let fast = hound::WavSpec {
        sample_rate: 44_100,
        ..spec()
    };
    folder.wav("fast.wav", fast, 8_000, 10_000);
    folder.wav("long.wav", spec(), 4 * RATE as usize, 10_000);
    folder.wav("silent.wav", spec(), 8_000, 20);
    let whole = std::fs::read(folder.0.path().join("p.wav")).unwrap();
    folder.file("cut.wav", &whole[..whole.len() - 1_000]);
    folder.file("huge.wav", &vec![0; CLIP_BYTES_MAX as usize + 1]);
    assert_eq!(
        folder.warnings(),
        [
            "counter: 44100 samples a second: the manifest says 16000",
            "customer: silent",
            "digit-1: not a readable WAV file: Failed to read enough bytes.",
            "digit-2: the file is larger than 524288 bytes",
            "digit-3: “” is not inside the folder",
            "go-to: “../p.wav” is not inside the folder",
            "letter-a: “/p.wav” is not inside the folder",
            "number: 4.0s long: at most 3s",
            "room: not a readable WAV file: Ill-formed WAVE file: no RIFF tag found",
            "to: gone.wav: No such file or directory (os error 2)",
            "window: 2 channel(s) of 16 bit: must be one of 16 bit, as whole numbers",
            "hello: no sentence of this language has such a word",
            "number-to: no sentence of this language has such a word",
        ]
    );
    assert!(folder.load().unwrap().set.clip(Word::Please).is_some());
}

#[test]
fn a_gain_never_distorts_a_clip() {
    let folder = Folder::new(
        "please = { file = \"p.wav\", gain = 5 }\nto = { file = \"p.wav\", gain = -1 }\nroom = { file = \"p.wav\", gain = nan }",
    );
    folder.wav("p.wav", spec(), 8_000, 10_000);
    assert_eq!(
        folder.warnings(),
        [
            "please: too loud with its gain; it is played as loud as it can be",
            "room: a gain is above 0 and at most 8; it is played unchanged",
            "to: a gain is above 0 and at most 8; it is played unchanged",
        ]
    );
    let set = folder.load().unwrap().set;
    let first = |word| set.clip(word).and_then(<[i16]>::first).copied();
    assert_eq!(first(Word::Please), Some(i16::MAX));
    assert_eq!(first(Word::To), Some(10_000));
}

#[test]
fn a_folder_that_is_no_voice_is_refused_with_what_is_wrong() {
    let folder = Folder::new("please = \"gone.wav\"");
    assert_eq!(
        folder.refused(),
        "…/manifest.toml: not one of its clips can be used; the first: please: gone.wav: No such file or directory (os error 2)"
    );
    folder.manifest("language = \"fr\"\nsample_rate = 16000\n[clips]\n");
    assert_eq!(
        folder.refused(),
        "…/manifest.toml: language: “fr” is not one of zh-CN, zh-TW, en, de"
    );
    folder.manifest("language = \"en\"\nsample_rate = 96000\n[clips]\n");
    assert_eq!(
        folder.refused(),
        "…/manifest.toml: sample_rate: 96000 is not between 8000 and 48000 a second"
    );
    folder.manifest("language = \"en\"\nsample_rate = 16000\nvolume = 3\n[clips]\n");
    assert!(folder.refused().contains("unknown field `volume`"));
    let many: String = (0..=manifest::CLIPS_MAX)
        .map(|at| format!("clip-{at} = \"p.wav\"\n"))
        .collect();
    folder.manifest(&format!(
        "language = \"en\"\nsample_rate = 16000\n[clips]\n{many}"
    ));
    assert_eq!(
        folder.refused(),
        "…/manifest.toml: clips: 257 are more than 256"
    );
    folder.manifest(&"#".repeat(MANIFEST_BYTES_MAX as usize + 1));
    assert_eq!(folder.refused(), "…/manifest.toml: larger than 65536 bytes");
    std::fs::remove_file(folder.0.path().join(MANIFEST)).unwrap();
    assert!(folder.refused().contains("No such file"));
}

#[test]
fn a_voice_takes_the_words_that_it_lacks_from_one_like_it() {
    let folder = Folder::new("please = \"p.wav\"");
    folder.wav("p.wav", spec(), 8_000, 10_000);
    let other = Folder::new("please = \"q.wav\"\nroom = \"q.wav\"");
    other.wav("q.wav", spec(), 4_000, 5_000);
    let mut set = folder.load().unwrap().set;
    assert_eq!(set.fill(&other.load().unwrap().set), 1);
    assert_eq!(set.clip(Word::Please).map(<[i16]>::len), Some(8_000));
    assert_eq!(set.clip(Word::Room).map(<[i16]>::len), Some(4_000));
    let bundled = crate::bundled::clips(Language::En).unwrap();
    assert_eq!(set.fill(&bundled), 0, "the rates differ");
}
