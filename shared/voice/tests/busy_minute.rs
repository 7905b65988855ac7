//! A busy minute: thirty calls in two zones, through the order of speaking, as the sound that each zone hears.
//!
//! The two files stay beside the build (`target/tmp/busy-minute-*.wav`), for whoever wants to listen.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::time;
use nowserving_shared::announce::{
    Announcement, Announcer, Call, Input, Now, Output, Speech, SpokenIn, VoiceSettings,
};
use nowserving_shared::model::{Label, Language, Moment, TicketId};
use nowserving_voice::render::wav;
use nowserving_voice::{Cue, Rendered, Sound, Voices};

const CALLS: u64 = 30;
const EVERY: Duration = Duration::from_secs(2);
const ZONES: [&str; 2] = ["east", "west"];

/// Call `at` of the minute: every seventh is a recall of the one that its zone heard before, every fifth an English ticket.
fn call(at: u64) -> Call {
    let recall = at % 7 == 6;
    let ticket = if recall { at - 2 } else { at };
    Call {
        seq: at + 1,
        ticket: TicketId(ticket),
        label: Label::new("A", u32::try_from(ticket).unwrap() + 10, 3),
        window: u32::try_from(ticket % 4).unwrap() * 7 + 1,
        language: if ticket.is_multiple_of(5) {
            Language::En
        } else {
            Language::ZhCn
        },
        recalls: u32::from(recall),
        at: Moment::default().after(EVERY * u32::try_from(at).unwrap()),
    }
}

/// An announcement, its sound, and when it began.
struct Spoken {
    announcement: Announcement,
    rendered: Rendered,
    began: Duration,
}

/// What a zone heard, and which calls it did not hear.
struct Heard {
    spoken: Vec<Spoken>,
    skipped: Vec<u64>,
}

/// Plays the calls of a zone; every announcement lasts as long as its sound.
fn play(speech: &Arc<Speech>, voices: &Voices, calls: Vec<Call>) -> Heard {
    let mut zone = Announcer::new(Arc::clone(speech));
    let mut heard = Heard {
        spoken: Vec::new(),
        skipped: Vec::new(),
    };
    let mut coming = calls.into_iter().peekable();
    let mut ends: Option<(Duration, u64)> = None;
    loop {
        let next_call = coming.peek().map(|call| call.at.since(Moment::default()));
        let next_end = ends.map(|(at, _)| at);
        let wake = zone.poll_timeout().map(|(at, _)| at);
        let Some(uptime) = [next_call, next_end, wake].into_iter().flatten().min() else {
            return heard;
        };
        let input = if next_end == Some(uptime) {
            let number = ends.take().map_or(0, |(_, number)| number);
            Input::Ended { number }
        } else if next_call == Some(uptime) {
            let now = Moment::default().after(uptime);
            let calls = coming.next().into_iter().collect();
            Input::Calls { calls, now }
        } else {
            Input::Tick
        };
        let local = time(10, 0, 0, 0);
        for output in zone.on(Now { uptime, local }, input) {
            match output {
                Output::Say(announcement) => {
                    assert_eq!(ends, None, "one at a time");
                    let rendered = voices.render(speech, &announcement);
                    ends = Some((uptime + rendered.length(), announcement.number));
                    heard.spoken.push(Spoken {
                        announcement,
                        rendered,
                        began: uptime,
                    });
                }
                Output::Skipped(skipped) => heard.skipped.push(skipped.call.seq),
                Output::EndingLost { number } => panic!("{number} ended and was told so"),
            }
        }
    }
}

/// The words of an announcement, worked out once more and by hand.
fn words(announcement: &Announcement) -> Vec<String> {
    let mut words = vec!["chime".to_owned()];
    for _ in 0..announcement.times {
        for language in &announcement.languages {
            match language {
                Language::ZhCn => words.extend(chinese(&announcement.calls)),
                Language::En => words.extend(english(&announcement.calls)),
                Language::ZhTw | Language::De => panic!("nobody speaks {language} here"),
            }
        }
    }
    words
}

fn label<'a>(call: &'a Call, voice: &'a str) -> impl Iterator<Item = String> + 'a {
    call.label.as_str().chars().map(move |character| {
        let kind = if character.is_ascii_digit() {
            "digit"
        } else {
            "letter"
        };
        format!("{voice}/{kind}-{}", character.to_ascii_lowercase())
    })
}

/// Windows 1, 8, 15 and 22, those that share one together.
fn by_window(calls: &[Call]) -> Vec<Vec<&Call>> {
    let mut groups: Vec<Vec<&Call>> = Vec::new();
    for call in calls {
        match groups
            .iter_mut()
            .find(|group| group[0].window == call.window)
        {
            Some(group) => group.push(call),
            None => groups.push(vec![call]),
        }
    }
    groups
}

fn chinese(calls: &[Call]) -> Vec<String> {
    let mut words = vec!["zh-CN/please".to_owned()];
    for group in by_window(calls) {
        words.extend(group.iter().flat_map(|call| label(call, "zh-CN")));
        words.push("zh-CN/number-to".to_owned());
        let window: &[&str] = match group[0].window {
            1 => &["digit-1"],
            8 => &["digit-8"],
            15 => &["number-10", "digit-5"],
            22 => &["digit-2", "number-10", "digit-2"],
            other => panic!("no window {other}"),
        };
        words.extend(window.iter().map(|word| format!("zh-CN/{word}")));
        words.push("zh-CN/window".to_owned());
    }
    words
}

fn english(calls: &[Call]) -> Vec<String> {
    let mut words = vec!["en/number".to_owned()];
    for group in by_window(calls) {
        words.extend(group.iter().flat_map(|call| label(call, "en")));
        words.extend(["en/please-go-to".to_owned(), "en/window".to_owned()]);
        let window: &[&str] = match group[0].window {
            1 => &["digit-1"],
            8 => &["digit-8"],
            15 => &["number-15"],
            22 => &["number-20", "digit-2"],
            other => panic!("no window {other}"),
        };
        words.extend(window.iter().map(|word| format!("en/{word}")));
    }
    words
}

fn check(spoken: &Spoken, voices: &Voices) {
    let Spoken {
        announcement,
        rendered,
        ..
    } = spoken;
    let name = |cue: &Cue| match cue.sound {
        Sound::Chime => "chime".to_owned(),
        Sound::Clip(clip) => clip.to_string(),
    };
    let heard: Vec<String> = rendered.cues.iter().map(name).collect();
    assert_eq!(heard, words(announcement));
    check_sound(rendered, announcement, voices);
    let rest = |milliseconds: u64| (milliseconds * 22_050 + 500) as usize / 1000;
    let sentence_begins = ["zh-CN/please", "en/number"];
    for (at, pair) in rendered.cues.windows(2).enumerate() {
        let gap = pair[1].start - pair[0].end;
        let begins = sentence_begins.contains(&heard[at + 1].as_str());
        match (at, begins) {
            (0, true) => assert_eq!(gap, rest(300), "after the chime"),
            (_, true) => assert_eq!(gap, rest(400), "between two readings"),
            (_, false) => assert!(gap == rest(30) || gap == rest(180), "{gap} within one"),
        }
    }
}

/// Each word is its clip, at the volume; between the words there is silence.
fn check_sound(rendered: &Rendered, announcement: &Announcement, voices: &Voices) {
    let volume = f32::from(announcement.volume) / 100.0;
    let mut silence_from = 0;
    for cue in &rendered.cues {
        let silence = &rendered.samples[silence_from..cue.start];
        assert!(silence.iter().all(|sample| *sample == 0.0));
        silence_from = cue.end;
        let Sound::Clip(clip) = cue.sound else {
            continue;
        };
        let recorded = voices
            .speaks(clip.language)
            .unwrap()
            .clip(clip.word)
            .unwrap();
        let sounding = &rendered.samples[cue.start..cue.end];
        assert_eq!(sounding.len(), recorded.len());
        let same = |(heard, recorded): (&f32, &i16)| {
            (heard - f32::from(*recorded) / 32_767.0 * volume).abs() < 1e-4
        };
        assert!(sounding.iter().zip(recorded).all(same), "{clip}");
    }
    assert!(rendered.samples.iter().all(|sample| sample.abs() <= volume));
}

/// What the zone hears from the first call to the end, as one sound.
fn track(heard: &Heard, voices: &Voices) -> Vec<f32> {
    let rate = f64::from(voices.rate().get());
    let mut track: Vec<f32> = Vec::new();
    for spoken in &heard.spoken {
        let start = (spoken.began.as_secs_f64() * rate).round() as usize;
        assert!(start >= track.len(), "two at once");
        track.resize(start, 0.0);
        track.extend(&spoken.rendered.samples);
    }
    track
}

#[test]
fn in_a_busy_minute_each_zone_hears_its_calls_once_one_after_the_other() {
    let settings = VoiceSettings {
        languages: vec![Language::ZhCn, Language::En],
        spoken_in: SpokenIn::Tickets,
        ..VoiceSettings::default()
    };
    let speech = Arc::new(Speech::new(settings).unwrap());
    let voices = Voices::bundled();
    for (zone, name) in (0..).zip(ZONES) {
        let calls: Vec<Call> = (0..CALLS).filter(|at| at % 2 == zone).map(call).collect();
        let fed: BTreeSet<u64> = calls.iter().map(|call| call.seq).collect();
        let heard = play(&speech, &voices, calls);
        for spoken in &heard.spoken {
            check(spoken, &voices);
        }
        for pair in heard.spoken.windows(2) {
            let ended = pair[0].began + pair[0].rendered.length();
            assert!(pair[1].began >= ended + Duration::from_millis(400));
        }
        let mut ends: Vec<u64> = heard.skipped.clone();
        let said = heard
            .spoken
            .iter()
            .flat_map(|spoken| &spoken.announcement.calls);
        ends.extend(said.map(|call| call.seq));
        assert_eq!(ends.len(), fed.len(), "each call comes to one end");
        assert_eq!(ends.into_iter().collect::<BTreeSet<u64>>(), fed);
        let merged = |spoken: &&Spoken| spoken.announcement.calls.len() > 1;
        assert!(
            heard.spoken.iter().any(|spoken| merged(&spoken)),
            "it was busy"
        );
        let bytes = wav(voices.rate(), &track(&heard, &voices));
        let read = hound::WavReader::new(&bytes[..]).unwrap();
        assert!(read.duration() > 60 * voices.rate().get() / 2);
        let path = format!("{}/busy-minute-{name}.wav", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(path, bytes).unwrap();
    }
}
