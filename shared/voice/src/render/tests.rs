//! What an announcement sounds like: which words, when, how loud.

use proptest::prelude::*;

use nowserving_shared::announce::{Call, Speech, VoiceSettings, Word};
use nowserving_shared::model::{Label, Moment, TicketId};

use super::*;

fn call(label: &str, window: u32) -> Call {
    Call {
        seq: 1,
        ticket: TicketId(1),
        label: Label::from_text(label),
        window,
        language: Language::ZhCn,
        recalls: 0,
        at: Moment(0),
    }
}

fn announcement(calls: &[(&str, u32)], languages: &[Language]) -> Announcement {
    Announcement {
        number: 1,
        calls: calls
            .iter()
            .map(|(label, window)| call(label, *window))
            .collect(),
        languages: languages.to_vec(),
        times: 2,
        gap: Duration::from_millis(400),
        volume: 100,
    }
}

fn speech() -> Speech {
    Speech::new(VoiceSettings::default()).unwrap()
}

fn render(announcement: &Announcement) -> Rendered {
    Voices::bundled().render(&speech(), announcement)
}

fn heard(rendered: &Rendered) -> Vec<String> {
    let name = |cue: &Cue| match cue.sound {
        Sound::Chime => "chime".to_owned(),
        Sound::Clip(clip) => clip.to_string(),
    };
    rendered.cues.iter().map(name).collect()
}

fn samples(milliseconds: u64) -> usize {
    (22_050 * milliseconds as usize + 500) / 1000
}

/// The rests between one cue and the next, in samples.
fn rests(rendered: &Rendered) -> Vec<usize> {
    let pairs = rendered.cues.windows(2);
    pairs.map(|pair| pair[1].start - pair[0].end).collect()
}

#[test]
fn an_announcement_is_the_chime_a_rest_and_the_words_as_often_as_wanted() {
    let rendered = render(&announcement(&[("A07", 3)], &[Language::ZhCn]));
    let sentence = [
        "zh-CN/please",
        "zh-CN/letter-a",
        "zh-CN/digit-0",
        "zh-CN/digit-7",
        "zh-CN/number-to",
        "zh-CN/digit-3",
        "zh-CN/window",
    ];
    let expected = [&["chime"][..], &sentence, &sentence].concat();
    assert_eq!(heard(&rendered), expected);
    let word = samples(30);
    let mut expected = vec![samples(300)];
    expected.extend([word; 6]);
    expected.push(samples(400));
    expected.extend([word; 6]);
    assert_eq!(rests(&rendered), expected);
    assert_eq!((rendered.left_out, &rendered.missing[..]), (0, &[][..]));
}

#[test]
fn a_comma_and_another_window_are_rests() {
    let rendered = render(&announcement(&[("1", 3), ("2", 4)], &[Language::En]));
    let sentence = "en/number en/digit-1 en/please-go-to en/window en/digit-3 en/digit-2 en/please-go-to en/window en/digit-4";
    assert_eq!(heard(&rendered)[1..10].join(" "), sentence);
    let (word, comma) = (samples(30), samples(180));
    assert_eq!(
        rests(&rendered)[1..9],
        [word, comma, word, word, comma, comma, word, word]
    );
}

#[test]
fn languages_follow_each_other_in_every_reading_and_a_shared_voice_speaks_once() {
    let all = [Language::ZhCn, Language::En, Language::De, Language::ZhTw];
    let rendered = render(&announcement(&[("A1", 1)], &all));
    let heard = heard(&rendered);
    let mut voices: Vec<&str> = heard[1..]
        .iter()
        .filter_map(|name| name.split('/').next())
        .collect();
    voices.dedup();
    assert_eq!(voices, ["zh-CN", "en", "zh-CN", "en"]);
    let german = render(&announcement(&[("A1", 1)], &[Language::De]));
    assert_eq!(self::heard(&german)[1], "en/number");
}

#[test]
fn the_volume_scales_every_sample() {
    let loud = render(&announcement(&[("A1", 1)], &[Language::ZhCn]));
    let quiet = render(&Announcement {
        volume: 25,
        ..announcement(&[("A1", 1)], &[Language::ZhCn])
    });
    assert_eq!(loud.cues, quiet.cues);
    let quarter = |(loud, quiet): (&f32, &f32)| (loud / 4.0 - quiet).abs() < 1e-6;
    assert!(loud.samples.iter().zip(&quiet.samples).all(quarter));
}

/// The bundled English clips without these words.
fn without(words: &[Word]) -> Voices {
    let full = bundled::clips(Language::En).unwrap();
    let listed = Word::of(Language::En).filter(|word| !words.contains(word));
    let lines: String = listed
        .map(|word| format!("{0} = \"{0}\"\n", word.name()))
        .collect();
    let manifest = crate::manifest::read(&format!(
        "language = \"en\"\nsample_rate = 22050\n[clips]\n{lines}"
    ));
    let read = |name: &str| {
        let samples = full.clip(Word::named(name).unwrap()).unwrap();
        let samples: Vec<f32> = samples.iter().map(|s| f32::from(*s) / 32_767.0).collect();
        Ok(wav(full.rate(), &samples))
    };
    let set = ClipSet::assemble(manifest.unwrap(), read).set;
    Voices::new([set], Pace::default()).unwrap()
}

#[test]
fn a_sentence_with_a_gap_in_its_number_is_not_said_and_a_polite_word_may_be_missing() {
    let call = announcement(&[("A17", 3)], &[Language::En]);
    let impolite = without(&[Word::PleaseGoTo]).render(&speech(), &call);
    assert_eq!(impolite.missing.len(), 1);
    assert_eq!(impolite.cues.len(), 1 + 2 * 6);
    for word in [Word::Seven, Word::A, Word::Three] {
        let silent = without(&[word]).render(&speech(), &call);
        assert_eq!(heard(&silent), ["chime"]);
        assert_eq!(silent.missing[0].word, word);
    }
}

#[test]
fn a_language_without_any_voice_has_the_chime() {
    let voices = without(&[]);
    let rendered = voices.render(&speech(), &announcement(&[("A1", 1)], &[Language::ZhTw]));
    assert_eq!(heard(&rendered), ["chime"]);
    assert!(voices.speaks(Language::ZhTw).is_none());
    assert!(voices.speaks(Language::De).is_some());
}

#[test]
fn what_would_last_too_long_is_left_out_sentence_by_sentence() {
    let call = announcement(&[("A07", 3)], &[Language::En]);
    let slow = Voices::new([drawling()], Pace::default()).unwrap();
    let rendered = slow.render(&speech(), &call);
    assert_eq!(rendered.cues.len(), 1 + 7, "said once");
    assert_eq!(rendered.left_out, 1);
    assert!(rendered.length() <= call.length_max());
}

/// English in which every word takes two and a half seconds.
fn drawling() -> ClipSet {
    let lines: String = Word::of(Language::En)
        .map(|word| format!("{0} = \"{0}\"\n", word.name()))
        .collect();
    let manifest = crate::manifest::read(&format!(
        "language = \"en\"\nsample_rate = 8000\n[clips]\n{lines}"
    ));
    let rate = NonZero::new(8_000).unwrap();
    ClipSet::assemble(manifest.unwrap(), |_| Ok(wav(rate, &[0.5; 20_000]))).set
}

#[test]
fn sets_of_different_rates_or_of_one_language_do_not_speak_together() {
    let english = bundled::clips(Language::En).unwrap();
    let twice = Voices::new([english.clone(), english.clone()], Pace::default());
    assert_eq!(twice.unwrap_err(), VoicesError::Twice(Language::En));
    let none = Voices::new([], Pace::default());
    assert_eq!(none.unwrap_err(), VoicesError::None);
    let manifest =
        crate::manifest::read("language = \"de\"\nsample_rate = 16000\n[clips]\nplease = \"p\"\n");
    let slow = ClipSet::assemble(manifest.unwrap(), |_| Ok(Vec::new())).set;
    let error = Voices::new([english, slow], Pace::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the clips of de have 16000 samples a second, those before 22050: convert them to one rate"
    );
}

#[test]
fn a_wav_file_holds_the_same_samples() {
    let rendered = render(&announcement(&[("A1", 1)], &[Language::ZhCn]));
    let bytes = rendered.wav();
    let mut reader = hound::WavReader::new(&bytes[..]).unwrap();
    assert_eq!(reader.spec().sample_rate, 22_050);
    assert_eq!(reader.spec().channels, 1);
    let read: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    assert_eq!(read.len(), rendered.samples.len());
    let near = |(read, made): (&i16, &f32)| (f32::from(*read) / 32_767.0 - made).abs() < 1e-4;
    assert!(read.iter().zip(&rendered.samples).all(near));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_said_nothing_overlaps_clips_or_lasts_too_long(
        calls in prop::collection::vec(("\\PC{0,12}|[A-Z][0-9]{3}", any::<u32>()), 1..6),
        languages in prop::collection::vec(0..4_usize, 1..4), times in 1..4_u8, volume in 0..=255_u8,
    ) {
        let calls: Vec<(&str, u32)> = calls.iter().map(|(label, window)| (label.as_str(), *window)).collect();
        let languages: Vec<Language> = languages.into_iter().map(|at| Language::ALL[at]).collect();
        let announcement = Announcement { times, volume, ..announcement(&calls, &languages) };
        let rendered = render(&announcement);
        prop_assert!(rendered.samples.iter().all(|sample| sample.abs() <= 1.0));
        prop_assert!(rendered.length() <= announcement.length_max());
        prop_assert!(rendered.cues.windows(2).all(|pair| pair[0].end <= pair[1].start));
        prop_assert_eq!(rendered.cues.last().map(|cue| cue.end), Some(rendered.samples.len()));
        prop_assert!(rendered.missing.is_empty());
    }
}
