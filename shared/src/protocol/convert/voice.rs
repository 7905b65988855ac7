//! How calls are said.

use std::time::Duration;

use crate::announce::room::{BEYOND_MAX, Said, Told};
use crate::announce::{Announcement, Call, One, SpokenIn, VoiceSettings, VolumeSpan};
use crate::board::CALLS_MAX;
use crate::model::{Language, Localized};
use crate::protocol::http::{OneWire, SpokenInWire, VoiceView, VolumeView};
use crate::protocol::voice::{AnnouncementView, SaidView, SentenceView, SpokenCallView};

/// The longest rest that is believed of an announcement.
const GAP_MAX: Duration = Duration::from_secs(5);
/// The most readings that are believed of an announcement.
const TIMES_MAX: u8 = 10;

/// How a hall's calls are said, for the wire.
#[must_use]
pub fn voice_view(settings: &VoiceSettings) -> VoiceView {
    VoiceView {
        spoken_in: match settings.spoken_in {
            SpokenIn::First => SpokenInWire::First,
            SpokenIn::Tickets => SpokenInWire::Ticket,
            SpokenIn::All => SpokenInWire::All,
        },
        one: match settings.one {
            One::Yi => OneWire::Yi,
            One::Yao => OneWire::Yao,
        },
        times: settings.times,
        volume: settings.volume,
        quiet: settings.quiet.iter().map(ToString::to_string).collect(),
        volumes: settings
            .volumes
            .iter()
            .map(|volume| VolumeView {
                span: volume.span.to_string(),
                percent: volume.percent,
            })
            .collect(),
        templates: Localized::new(settings.templates.clone()),
    }
}

/// How the calls of a hall with these languages are said, from the wire. A part of the day that cannot be read is left out:
/// a newer server may write it otherwise.
#[must_use]
pub fn voice_settings(view: &VoiceView, languages: &[Language]) -> VoiceSettings {
    VoiceSettings {
        languages: languages.to_vec(),
        spoken_in: match view.spoken_in {
            SpokenInWire::First => SpokenIn::First,
            SpokenInWire::Ticket => SpokenIn::Tickets,
            SpokenInWire::All => SpokenIn::All,
        },
        one: match view.one {
            OneWire::Yi => One::Yi,
            OneWire::Yao => One::Yao,
        },
        times: view.times,
        volume: view.volume,
        quiet: view
            .quiet
            .iter()
            .filter_map(|span| span.parse().ok())
            .collect(),
        volumes: view
            .volumes
            .iter()
            .filter_map(|volume| {
                Some(VolumeSpan {
                    span: volume.span.parse().ok()?,
                    percent: volume.percent,
                })
            })
            .collect(),
        templates: view
            .templates
            .iter()
            .map(|(language, text)| (language, text.to_owned()))
            .collect(),
        ..VoiceSettings::default()
    }
}

/// An announcement for a display, which is to say it or only to show it.
#[must_use]
pub fn announcement_view(told: &Told, epoch: &str, speak: bool, sound: &str) -> AnnouncementView {
    let Told {
        announcement,
        speech,
        settled,
    } = told;
    let sentences = announcement.languages.iter().map(|language| SentenceView {
        language: *language,
        text: speech.phrase(*language, &announcement.calls).caption(),
    });
    AnnouncementView {
        epoch: epoch.to_owned(),
        number: announcement.number,
        speak,
        settled: *settled,
        calls: announcement.calls.iter().map(spoken_call_view).collect(),
        languages: announcement.languages.clone(),
        times: announcement.times,
        gap_ms: u64::try_from(announcement.gap.as_millis()).unwrap_or(u64::MAX),
        volume: announcement.volume,
        sentences: sentences.collect(),
        sound: sound.to_owned(),
    }
}

fn spoken_call_view(call: &Call) -> SpokenCallView {
    SpokenCallView {
        seq: call.seq,
        ticket: call.ticket,
        label: call.label.clone(),
        window: call.window,
        language: call.language,
        recalls: call.recalls,
        at: call.at,
    }
}

/// What a display is to say, from the wire; none when there is nothing in it that can be said. What would last for ever is
/// cut to what a hall can mean.
#[must_use]
pub fn announcement(view: &AnnouncementView) -> Option<Announcement> {
    let calls = view.calls.iter().take(CALLS_MAX).map(|call| Call {
        seq: call.seq,
        ticket: call.ticket,
        label: call.label.clone(),
        window: call.window,
        language: call.language,
        recalls: call.recalls,
        at: call.at,
    });
    let mut languages = Vec::new();
    for language in &view.languages {
        if !languages.contains(language) {
            languages.push(*language);
        }
    }
    let calls: Vec<Call> = calls.collect();
    let has_words = !calls.is_empty() && !languages.is_empty();
    has_words.then(|| Announcement {
        number: view.number,
        calls,
        languages,
        times: view.times.clamp(1, TIMES_MAX),
        gap: Duration::from_millis(view.gap_ms).min(GAP_MAX),
        volume: view.volume.clamp(1, 100),
    })
}

/// How far the speaking has come, for the wire.
#[must_use]
pub fn said_view(said: &Said) -> SaidView {
    SaidView {
        settled: said.settled,
        beyond: said.beyond.iter().copied().collect(),
    }
}

/// How far the speaking has come, from the wire.
#[must_use]
pub fn said(view: &SaidView) -> Said {
    Said {
        settled: view.settled,
        beyond: view.beyond.iter().copied().take(BEYOND_MAX).collect(),
    }
}
