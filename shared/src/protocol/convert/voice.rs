//! How calls are said.

use crate::announce::{One, SpokenIn, VoiceSettings, VolumeSpan};
use crate::model::{Language, Localized};
use crate::protocol::http::{OneWire, SpokenInWire, VoiceView, VolumeView};

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
