//! How a hall speaks.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil;

use super::Call;
use super::phrase::Phrase;
use super::template::Template;
use crate::model::Language;

/// A sentence is said so often at most.
pub const TIMES_MAX: u8 = 3;
/// More calls than these never share one sentence: nobody keeps more numbers in mind.
pub const LABELS_MAX: usize = 6;
/// The shortest rest between two sentences: the trade rests 300–500 ms.
pub const GAP_MIN: Duration = Duration::from_millis(300);
/// The longest rest between two sentences.
pub const GAP_MAX: Duration = Duration::from_millis(500);
/// The shortest age at which a hall may call a call too old to be said.
pub const FRESH_LEAST: Duration = Duration::from_secs(10);
/// The longest such age.
pub const FRESH_MOST: Duration = Duration::from_secs(600);
/// A call so old is not said any more, where the hall says nothing else: a screen does not show it as new either.
pub const FRESH_MAX: Duration = Duration::from_secs(60);
/// While more calls than these wait, each sentence is said once, where the hall says nothing else.
pub const ONCE_ABOVE: usize = 3;
/// While more calls than these wait, they share sentences, where the hall says nothing else.
pub const MERGE_ABOVE: usize = 3;
/// Spans of the day in one list at most.
pub const SPANS_MAX: usize = 16;

/// In which languages a call is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpokenIn {
    /// In the hall's first language.
    First,
    /// In the hall's first language, then in the ticket's own.
    Tickets,
    /// In every language of the hall, in its order.
    All,
}

/// How Chinese says the digit 1 of a label. A window's number has 一 in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum One {
    /// 一.
    Yi,
    /// 幺, which is not mistaken for 七 in noise.
    Yao,
}

/// A part of any day, by the hall's clock: from `from` (included) to `to` (excluded). It crosses midnight when it ends
/// before it begins, and is the whole day when it ends where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan {
    /// First moment inside.
    pub from: civil::Time,
    /// First moment after.
    pub to: civil::Time,
}

/// Written as a hall writes it: `12:30-14:00`.
impl fmt::Display for DaySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from.hour(),
            from.minute(),
            to.hour(),
            to.minute()
        )
    }
}

/// A text is no span of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDaySpan;

impl FromStr for DaySpan {
    type Err = NoDaySpan;

    /// Reads `12:30-14:00`; midnight may be written `24:00` as well.
    fn from_str(text: &str) -> Result<Self, NoDaySpan> {
        let (from, to) = text.split_once('-').ok_or(NoDaySpan)?;
        Ok(Self {
            from: time_of(from.trim()).ok_or(NoDaySpan)?,
            to: time_of(to.trim()).ok_or(NoDaySpan)?,
        })
    }
}

fn time_of(text: &str) -> Option<civil::Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| {
        let both = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        both.then(|| digits.parse::<i8>().ok()).flatten()
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let hour = if (hour, minute) == (24, 0) { 0 } else { hour };
    civil::Time::new(hour, minute, 0, 0).ok()
}

impl DaySpan {
    /// Whether `at` is inside.
    #[must_use]
    pub fn contains(&self, at: civil::Time) -> bool {
        if self.from < self.to {
            self.from <= at && at < self.to
        } else {
            self.from <= at || at < self.to
        }
    }
}

/// A part of the day with a volume of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeSpan {
    /// When.
    pub span: DaySpan,
    /// How loud, in percent of the loudspeaker's full swing; 0 is quiet.
    pub percent: u8,
}

/// What a hall can set. [`Speech::new`] checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceSettings {
    /// The hall's languages, the first being its own.
    pub languages: Vec<Language>,
    /// In which of them a call is said.
    pub spoken_in: SpokenIn,
    /// How Chinese says the digit 1 of a label.
    pub one: One,
    /// Templates that replace the product's own ([`Template`]).
    pub templates: BTreeMap<Language, String>,
    /// How often a sentence is said, 1 to [`TIMES_MAX`].
    pub times: u8,
    /// While more calls than these wait, it is said once.
    pub once_above: usize,
    /// While more calls than these wait, they share sentences.
    pub merge_above: usize,
    /// How many calls share a sentence at most, 1 to [`LABELS_MAX`].
    pub labels_max: usize,
    /// The rest between two sentences, [`GAP_MIN`] to [`GAP_MAX`].
    pub gap: Duration,
    /// A call older than this is not said, [`FRESH_LEAST`] to [`FRESH_MOST`].
    pub fresh_max: Duration,
    /// How loud, in percent, where `volumes` says nothing else; 0 is quiet.
    pub volume: u8,
    /// Parts of the day with another volume; the first that contains the time decides.
    pub volumes: Vec<VolumeSpan>,
    /// Parts of the day in which nothing is said.
    pub quiet: Vec<DaySpan>,
}

impl Default for VoiceSettings {
    /// Chinese first, the ticket's own language after it; twice; never quiet.
    fn default() -> Self {
        Self {
            languages: vec![Language::ZhCn],
            spoken_in: SpokenIn::Tickets,
            one: One::Yi,
            templates: BTreeMap::new(),
            times: 2,
            once_above: ONCE_ABOVE,
            merge_above: MERGE_ABOVE,
            labels_max: 4,
            gap: Duration::from_millis(400),
            fresh_max: FRESH_MAX,
            volume: 80,
            volumes: Vec::new(),
            quiet: Vec::new(),
        }
    }
}

/// A setting that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceFault {
    /// Which setting, by the name of its field.
    pub setting: &'static str,
    /// What is wrong with it, in words.
    pub what: String,
}

/// Every fault of some settings, in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceFaults(pub Vec<VoiceFault>);

impl fmt::Display for VoiceFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            let between = if at > 0 { "\n" } else { "" };
            write!(f, "{between}{}: {}", fault.setting, fault.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for VoiceFaults {}

/// How a hall speaks: settings that were checked, and the template of every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speech {
    settings: VoiceSettings,
    templates: BTreeMap<Language, Template>,
}

impl Speech {
    /// Checks `settings`.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn new(settings: VoiceSettings) -> Result<Self, VoiceFaults> {
        let mut faults = Vec::new();
        let mut templates: BTreeMap<Language, Template> = Language::ALL
            .into_iter()
            .map(|language| (language, Template::of(language)))
            .collect();
        check_languages(&settings.languages, &mut faults);
        for (language, text) in &settings.templates {
            match Template::new(*language, text) {
                Ok(template) => drop(templates.insert(*language, template)),
                Err(fault) => faults.push(VoiceFault {
                    setting: "templates",
                    what: format!("{language}: {fault}"),
                }),
            }
        }
        check_numbers(&settings, &mut faults);
        check_spans(&settings, &mut faults);
        if faults.is_empty() {
            Ok(Self {
                settings,
                templates,
            })
        } else {
            Err(VoiceFaults(faults))
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &VoiceSettings {
        &self.settings
    }

    /// The sentence of `calls` in `language`.
    #[must_use]
    pub fn phrase(&self, language: Language, calls: &[Call]) -> Phrase {
        let template = self
            .templates
            .get(&language)
            .expect("there is a template of every language");
        Phrase::new(template, calls, self.settings.one)
    }

    /// What a recorded voice leaves out of the hall's sentences, by language: for a warning at the start.
    pub fn unspoken(&self) -> impl Iterator<Item = (Language, &str)> {
        self.templates.iter().flat_map(|(language, template)| {
            template
                .unspoken()
                .iter()
                .map(|text| (*language, text.as_str()))
        })
    }

    /// The languages in which a call of a ticket in `own` is said, in order; never empty. Both ways of writing Chinese are
    /// one language to the ear, so the first of them stands for the other.
    #[must_use]
    pub fn languages(&self, own: Language) -> Vec<Language> {
        let first = self.settings.languages.first().copied().unwrap_or_default();
        let wanted: Vec<Language> = match self.settings.spoken_in {
            SpokenIn::First => vec![first],
            SpokenIn::Tickets => vec![first, own],
            SpokenIn::All => self.settings.languages.clone(),
        };
        let mut spoken: Vec<Language> = Vec::new();
        for language in wanted {
            if !spoken.iter().any(|said| sound_alike(*said, language)) {
                spoken.push(language);
            }
        }
        spoken
    }

    /// How loud it is at `local`, the hall's time of day, in percent; 0 in quiet hours.
    #[must_use]
    pub fn volume(&self, local: civil::Time) -> u8 {
        if self.settings.quiet.iter().any(|span| span.contains(local)) {
            return 0;
        }
        self.settings
            .volumes
            .iter()
            .find(|volume| volume.span.contains(local))
            .map_or(self.settings.volume, |volume| volume.percent)
    }
}

fn sound_alike(one: Language, other: Language) -> bool {
    one == other || (one.is_chinese() && other.is_chinese())
}

fn check_languages(languages: &[Language], faults: &mut Vec<VoiceFault>) {
    let mut fault = |what: String| {
        faults.push(VoiceFault {
            setting: "languages",
            what,
        });
    };
    if languages.is_empty() {
        fault("at least one is needed".to_owned());
    }
    for (at, language) in languages.iter().enumerate() {
        if languages.iter().take(at).any(|before| before == language) {
            fault(format!("{language} stands twice"));
        }
    }
}

fn check_numbers(settings: &VoiceSettings, faults: &mut Vec<VoiceFault>) {
    let mut within = |setting, value: u128, least: u128, most: u128, unit: &str| {
        if !(least..=most).contains(&value) {
            let what = format!("{value}{unit} is not between {least} and {most}{unit}");
            faults.push(VoiceFault { setting, what });
        }
    };
    let VoiceSettings {
        times,
        labels_max,
        gap,
        fresh_max,
        volume,
        ..
    } = settings;
    let (gap_min, gap_max) = (GAP_MIN.as_millis(), GAP_MAX.as_millis());
    let (least, most) = (FRESH_LEAST.as_millis(), FRESH_MOST.as_millis());
    within("times", (*times).into(), 1, TIMES_MAX.into(), "");
    within("labels_max", *labels_max as u128, 1, LABELS_MAX as u128, "");
    within("gap", gap.as_millis(), gap_min, gap_max, " ms");
    within("fresh_max", fresh_max.as_millis(), least, most, " ms");
    within("volume", (*volume).into(), 0, 100, " %");
    for VolumeSpan { percent, .. } in &settings.volumes {
        within("volumes", (*percent).into(), 0, 100, " %");
    }
}

fn check_spans(settings: &VoiceSettings, faults: &mut Vec<VoiceFault>) {
    for (setting, count) in [
        ("volumes", settings.volumes.len()),
        ("quiet", settings.quiet.len()),
    ] {
        if count > SPANS_MAX {
            let what = format!("{count} spans of the day are more than {SPANS_MAX}");
            faults.push(VoiceFault { setting, what });
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_span_of_the_day_is_read_as_it_is_written() {
        let read = |text: &str| text.parse::<DaySpan>();
        assert_eq!(
            read("12:30-14:00"),
            Ok(DaySpan {
                from: time(12, 30, 0, 0),
                to: time(14, 0, 0, 0),
            })
        );
        assert_eq!(
            read("22:00 - 24:00").map(|span| span.to_string()),
            Ok("22:00-00:00".to_owned())
        );
        for wrong in [
            "",
            "12:30",
            "1:30-2:00",
            "12:30-25:00",
            "12:60-13:00",
            "+1:30-02:00",
            "半夜-凌晨",
        ] {
            assert_eq!(read(wrong), Err(NoDaySpan), "{wrong}");
        }
    }

    fn span(from: i8, to: i8) -> DaySpan {
        DaySpan {
            from: time(from, 0, 0, 0),
            to: time(to, 0, 0, 0),
        }
    }

    fn speech(settings: VoiceSettings) -> Speech {
        Speech::new(settings).unwrap()
    }

    #[test]
    fn a_span_ends_before_its_end_and_may_cross_midnight() {
        let at = |span: DaySpan, hour| span.contains(time(hour, 0, 0, 0));
        assert!(at(span(12, 14), 12) && at(span(12, 14), 13));
        assert!(!at(span(12, 14), 14) && !at(span(12, 14), 11));
        assert!(at(span(20, 7), 23) && at(span(20, 7), 0) && at(span(20, 7), 6));
        assert!(!at(span(20, 7), 7) && !at(span(20, 7), 19));
        assert!(at(span(20, 0), 23) && !at(span(20, 0), 0));
        assert!((0..24).all(|hour| at(span(9, 9), hour)));
    }

    #[test]
    fn all_faults_of_some_settings_are_told_at_once() {
        let faults = Speech::new(VoiceSettings {
            languages: vec![Language::En, Language::En],
            templates: BTreeMap::from([(Language::De, "Nummer {nummer}".to_owned())]),
            times: 0,
            labels_max: 7,
            gap: Duration::from_millis(200),
            fresh_max: Duration::from_secs(5),
            volume: 101,
            volumes: vec![VolumeSpan {
                span: span(8, 9),
                percent: 150,
            }],
            quiet: vec![span(8, 9); SPANS_MAX + 1],
            ..VoiceSettings::default()
        });
        assert_eq!(
            faults.unwrap_err().to_string(),
            "languages: en stands twice\n\
             templates: de: “{nummer}” is no field: there are “{label}” and “{window}”\n\
             times: 0 is not between 1 and 3\n\
             labels_max: 7 is not between 1 and 6\n\
             gap: 200 ms is not between 300 and 500 ms\n\
             fresh_max: 5000 ms is not between 10000 and 600000 ms\n\
             volume: 101 % is not between 0 and 100 %\n\
             volumes: 150 % is not between 0 and 100 %\n\
             quiet: 17 spans of the day are more than 16"
        );
        let none = VoiceSettings {
            languages: Vec::new(),
            ..VoiceSettings::default()
        };
        let faults = Speech::new(none).unwrap_err();
        assert_eq!(faults.to_string(), "languages: at least one is needed");
    }

    #[test]
    fn a_call_is_said_in_the_languages_of_the_setting_and_chinese_once() {
        let said = |spoken_in, languages: &[Language], own| {
            speech(VoiceSettings {
                languages: languages.to_vec(),
                spoken_in,
                ..VoiceSettings::default()
            })
            .languages(own)
        };
        use Language::{De, En, ZhCn, ZhTw};
        let hall = [ZhCn, En, ZhTw, De];
        assert_eq!(said(SpokenIn::First, &hall, En), [ZhCn]);
        assert_eq!(said(SpokenIn::Tickets, &hall, En), [ZhCn, En]);
        assert_eq!(said(SpokenIn::Tickets, &hall, ZhCn), [ZhCn]);
        assert_eq!(said(SpokenIn::Tickets, &hall, ZhTw), [ZhCn]);
        assert_eq!(said(SpokenIn::All, &hall, ZhCn), [ZhCn, En, De]);
        assert_eq!(said(SpokenIn::All, &[ZhTw, ZhCn], En), [ZhTw]);
    }

    #[test]
    fn the_volume_follows_the_hour_and_quiet_hours_come_first() {
        let speech = speech(VoiceSettings {
            volume: 80,
            volumes: vec![
                VolumeSpan {
                    span: span(12, 14),
                    percent: 40,
                },
                VolumeSpan {
                    span: span(13, 22),
                    percent: 60,
                },
            ],
            quiet: vec![span(21, 7)],
            ..VoiceSettings::default()
        });
        let volumes = [6, 7, 12, 13, 14, 20, 21, 23].map(|hour| speech.volume(time(hour, 0, 0, 0)));
        assert_eq!(volumes, [0, 80, 40, 40, 60, 60, 0, 0]);
    }

    #[test]
    fn a_hall_writes_its_own_sentence_and_hears_what_no_clip_says() {
        let speech = speech(VoiceSettings {
            templates: BTreeMap::from([(
                Language::ZhCn,
                "贵宾 {label} 号到 {window} 号柜台".to_owned(),
            )]),
            ..VoiceSettings::default()
        });
        let unspoken: Vec<_> = speech.unspoken().collect();
        assert_eq!(unspoken, [(Language::ZhCn, "贵宾")]);
    }
}
