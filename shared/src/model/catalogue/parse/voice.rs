//! How the hall's calls are said: the section `[voice]`.

use std::collections::BTreeMap;

use super::super::VoiceSettings;
use super::super::fields::{Field, Fields, Length};
use crate::announce::settings::{SPANS_MAX, TIMES_MAX};
use crate::announce::template::TEMPLATE_CHARS_MAX;
use crate::announce::{DaySpan, One, SpokenIn, Template, VolumeSpan};
use crate::model::Language;

/// A template.
const TEMPLATE: Length = Length {
    chars_max: TEMPLATE_CHARS_MAX,
    lines: false,
};

/// Reads the section, if there is one. What it does not say is as the product has it.
pub(super) fn voice(root: &mut Fields<'_>, languages: &[Language]) -> Option<VoiceSettings> {
    let mut settings = VoiceSettings {
        languages: languages.to_vec(),
        ..VoiceSettings::default()
    };
    let Some(section) = root.take("voice") else {
        return Some(settings);
    };
    let mut fields = section.table()?;
    fields.name = "[voice]".to_owned();
    let mut sound = true;
    let mut set = |done: Option<()>| sound &= done.is_some();
    if let Some(field) = fields.take("spoken_in") {
        let words = [
            ("first", SpokenIn::First),
            ("ticket", SpokenIn::Tickets),
            ("all", SpokenIn::All),
        ];
        set(field.word(&words).map(|word| settings.spoken_in = word));
    }
    if let Some(field) = fields.take("one") {
        let words = [("yi", One::Yi), ("yao", One::Yao)];
        set(field.word(&words).map(|word| settings.one = word));
    }
    if let Some(field) = fields.take("times") {
        set(small(&field, 1, TIMES_MAX).map(|times| settings.times = times));
    }
    if let Some(field) = fields.take("volume") {
        set(small(&field, 0, 100).map(|percent| settings.volume = percent));
    }
    if let Some(field) = fields.take("quiet") {
        set(quiet(&field).map(|spans| settings.quiet = spans));
    }
    if let Some(field) = fields.take("volumes") {
        set(volumes(&field).map(|spans| settings.volumes = spans));
    }
    if let Some(field) = fields.take("template") {
        set(templates(&field).map(|templates| settings.templates = templates));
    }
    fields.finish();
    sound.then_some(settings)
}

fn small(field: &Field<'_>, least: u8, most: u8) -> Option<u8> {
    let number = field.number(least.into()..=most.into())?;
    u8::try_from(number).ok()
}

fn quiet(field: &Field<'_>) -> Option<Vec<DaySpan>> {
    let items = field.items(SPANS_MAX)?;
    let count = items.len();
    let spans: Vec<DaySpan> = items
        .iter()
        .filter_map(|item| span(item, item.raw_text()?))
        .collect();
    (spans.len() == count).then_some(spans)
}

fn volumes(field: &Field<'_>) -> Option<Vec<VolumeSpan>> {
    let entries = field.table()?.entries();
    if entries.len() > SPANS_MAX {
        field.wrong(format_args!("at most {SPANS_MAX} are possible"));
        return None;
    }
    let count = entries.len();
    let spans: Vec<VolumeSpan> = entries
        .iter()
        .filter_map(|entry| {
            let (span, percent) = (span(entry, entry.key), small(entry, 0, 100));
            Some(VolumeSpan {
                span: span?,
                percent: percent?,
            })
        })
        .collect();
    (spans.len() == count).then_some(spans)
}

fn span(field: &Field<'_>, text: &str) -> Option<DaySpan> {
    let span = text.parse().ok();
    if span.is_none() {
        field.wrong(format_args!(
            "{} is no part of a day: write it as \"12:30-14:00\"",
            super::super::report::quoted(text)
        ));
    }
    span
}

fn templates(field: &Field<'_>) -> Option<BTreeMap<Language, String>> {
    let mut templates = BTreeMap::new();
    let mut sound = true;
    for entry in field.table()?.entries() {
        let (language, text) = (entry.language(entry.key), entry.text(TEMPLATE));
        let (Some(language), Some(text)) = (language, text) else {
            sound = false;
            continue;
        };
        if let Err(fault) = Template::new(language, &text) {
            entry.wrong(fault);
            sound = false;
        }
        templates.insert(language, text);
    }
    sound.then_some(templates)
}
