//! The sections `[hall]`, `[rules]` and `[[no_show_policy]]`.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::super::check;
use super::super::fields::{Field, Fields};
use super::super::known::Known;
use super::super::report::{At, quoted};
use super::super::{
    AtDayEnd, DATES_MAX, GroupId, HallInfo, Language, MissStep, NO_SHOW_POLICIES_MAX,
    NO_SHOW_STEPS_MAX, NoShowPolicy, Order, RANGES_PER_DAY_MAX, Rules, TimeRange,
};
use super::{NAME, PHONE, Reading, optional};

/// The weekdays as the configuration writes them, Monday first.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The most recalls of one call that a hall can allow.
const RECALLS_MAX: u32 = 100;
const RECALLS_DEFAULT: u32 = 5;
/// The longest gap between two calls that a hall can ask for.
const RECALL_GAP_SECONDS_MAX: u32 = 3_600;
const RECALL_GAP_SECONDS_DEFAULT: u32 = 5;
/// The longest time in which a call can be taken back.
const UNDO_SECONDS_MAX: u32 = 600;
const UNDO_SECONDS_DEFAULT: u32 = 20;
/// The most places that a missed call can put a ticket back.
const BACK_PLACES_MAX: u32 = 999;
/// The longest time that a missed call can put a ticket back.
const AFTER_MINUTES_MAX: u32 = 24 * 60;

/// Reads `[hall]`.
pub(super) fn hall(root: &mut Fields<'_>, reading: &mut Reading<'_>) -> Option<HallInfo> {
    let mut fields = root.need("hall")?.table()?;
    fields.name = "[hall]".to_owned();
    let languages = fields.need("languages").and_then(|field| languages(&field));
    reading.first = languages
        .as_ref()
        .and_then(|languages| languages.first().copied());
    let name = fields
        .need("name")
        .and_then(|field| field.localized(reading.first, NAME));
    let time_zone = fields.need("time_zone").and_then(|field| time_zone(&field));
    let day_starts = fields
        .take("day_starts")
        .map_or(Some(Time::midnight()), |field| field.time());
    let phone = optional(&mut fields, "phone", |field| field.text_or_empty(PHONE));
    let paperless = optional(&mut fields, "paperless", |field| field.flag());
    let opening = fields.need("opening").and_then(|field| opening(&field));
    let holidays = optional(&mut fields, "holidays", |field| dates(&field));
    let working_days = optional(&mut fields, "working_days", |field| dates(&field));
    fields.finish();
    if let (Some(holidays), Some(working_days)) = (&holidays, &working_days) {
        check::no_holiday_is_worked(holidays, working_days, reading.report);
    }
    if let (Some(opening), Some(working_days)) = (&opening, &working_days) {
        check::working_days_have_hours(opening, working_days, reading.report);
    }
    let plain = |dates: Vec<At<Date>>| -> BTreeSet<Date> {
        dates.into_iter().map(|date| date.value).collect()
    };
    Some(HallInfo {
        name: name?,
        time_zone: time_zone?,
        day_starts: day_starts?,
        opening: opening?,
        holidays: plain(holidays?),
        working_days: plain(working_days?),
        phone: phone?,
        languages: languages?,
        paperless: paperless?,
    })
}

fn languages(field: &Field<'_>) -> Option<Vec<Language>> {
    let items = field.items(Language::ALL.len())?;
    if items.is_empty() {
        field.wrong("is empty: name at least the hall's first language");
        return None;
    }
    let mut languages = Vec::new();
    let mut sound = true;
    for item in items {
        let language = item.raw_text().and_then(|tag| item.language(tag));
        sound &= language.is_some();
        if language.is_some_and(|language| languages.contains(&language)) {
            item.wrong("names a language twice");
            sound = false;
        }
        languages.extend(language);
    }
    sound.then_some(languages)
}

/// A zone of the IANA table that is compiled in, so that every machine counts the same days.
fn time_zone(field: &Field<'_>) -> Option<TimeZone> {
    let name = field.raw_text()?;
    let table = TimeZoneDatabase::bundled();
    match table.get(name) {
        Ok(zone) => Some(zone),
        Err(_) => {
            let names: Vec<String> = table.available().map(|name| name.to_string()).collect();
            let hint = field.hint(name, names.iter().map(String::as_str));
            field.wrong(format_args!(
                "the time zone {} is unknown: use an IANA name such as “Asia/Shanghai”{hint}",
                quoted(name)
            ));
            None
        }
    }
}

/// The opening ranges by weekday, sorted.
fn opening(field: &Field<'_>) -> Option<[Vec<TimeRange>; 7]> {
    let mut fields = field.table()?;
    fields.name = "[hall.opening]".to_owned();
    let mut sound = true;
    let week =
        WEEKDAYS.map(
            |weekday| match optional(&mut fields, weekday, |field| ranges(&field)) {
                Some(ranges) => ranges,
                None => {
                    sound = false;
                    Vec::new()
                }
            },
        );
    if sound && week.iter().all(Vec::is_empty) {
        fields
            .absent("the hall is never open: give at least one day, as in mon = [\"08:30-12:00\"]");
        sound = false;
    }
    fields.finish();
    sound.then_some(week)
}

fn ranges(field: &Field<'_>) -> Option<Vec<TimeRange>> {
    let items = field.items(RANGES_PER_DAY_MAX)?;
    let count = items.len();
    let ranges: Vec<At<TimeRange>> = items
        .into_iter()
        .filter_map(|item| {
            item.range().map(|range| At {
                value: range,
                line: item.line,
            })
        })
        .collect();
    let sound = ranges.len() == count;
    let sorted = check::sorted_without_overlap(
        ranges,
        |range| *range,
        |second, first| {
            field.wrong_on(
                second.line,
                format_args!("{} overlaps {}", second.value, first.value),
            );
        },
    )?;
    sound.then(|| sorted.into_iter().map(|range| range.value).collect())
}

/// Dates in the order of the text, each once.
fn dates(field: &Field<'_>) -> Option<Vec<At<Date>>> {
    let items = field.items(DATES_MAX)?;
    let mut seen = BTreeSet::new();
    let mut dates = Vec::new();
    let mut sound = true;
    for item in items {
        let Some(date) = item.date() else {
            sound = false;
            continue;
        };
        if !seen.insert(date) {
            item.wrong(format_args!("{date} is there twice"));
            sound = false;
        }
        dates.push(At {
            value: date,
            line: item.line,
        });
    }
    sound.then_some(dates)
}

/// The no-show policies by name, and whether each could be read.
pub(super) struct Policies {
    known: Known<String>,
    sound: Vec<NoShowPolicy>,
}

impl Policies {
    /// The policy that a field names.
    pub(super) fn refer(&self, field: &Field<'_>) -> Option<NoShowPolicy> {
        let id = self.known.refer(field)?;
        self.sound.iter().find(|policy| policy.id == id).cloned()
    }
}

/// Reads `[[no_show_policy]]` and `[rules]`.
///
/// Where `[rules]` names no policy, the first one listed holds; where none is listed, a missed call voids the ticket.
pub(super) fn rules(root: &mut Fields<'_>, reading: &Reading<'_>) -> (Option<Rules>, Policies) {
    // A policy's name obeys the same rule as every other id.
    let known = Known::new("no-show policy", |id| {
        GroupId::new(id).ok().map(|id| id.to_string())
    });
    let mut policies = Policies {
        known,
        sound: Vec::new(),
    };
    let sections = root.sections("no_show_policy", NO_SHOW_POLICIES_MAX);
    let none_given = sections.is_empty();
    for fields in sections {
        let policy = policy(fields, &mut policies.known);
        policies.sound.extend(policy);
    }
    let default = if none_given {
        Some(NoShowPolicy {
            id: "void".to_owned(),
            steps: vec![MissStep::Void],
        })
    } else {
        policies.sound.first().cloned()
    };
    let rules = match root.take("rules") {
        Some(field) => field
            .table()
            .and_then(|fields| rules_from(fields, default, &policies)),
        None => {
            let empty = toml::de::DeTable::new();
            rules_from(
                Fields::new(&empty, 1, String::new(), reading.report),
                default,
                &policies,
            )
        }
    };
    (rules, policies)
}

fn rules_from(
    mut fields: Fields<'_>,
    default: Option<NoShowPolicy>,
    policies: &Policies,
) -> Option<Rules> {
    fields.name = "[rules]".to_owned();
    let orders = [
        ("first_come", Order::FirstCome),
        ("strict_classes", Order::StrictClasses),
    ];
    let order = fields
        .take("order")
        .map_or(Some(Order::FirstCome), |field| field.word(&orders));
    let ends = [("close", AtDayEnd::Close), ("carry", AtDayEnd::Carry)];
    let at_day_end = fields
        .take("at_day_end")
        .map_or(Some(AtDayEnd::Close), |field| field.word(&ends));
    let recalls_max = number_or(&mut fields, "recalls_max", 0..=RECALLS_MAX, RECALLS_DEFAULT);
    let gap = number_or(
        &mut fields,
        "recall_gap_seconds",
        0..=RECALL_GAP_SECONDS_MAX,
        RECALL_GAP_SECONDS_DEFAULT,
    );
    let undo = number_or(
        &mut fields,
        "undo_seconds",
        0..=UNDO_SECONDS_MAX,
        UNDO_SECONDS_DEFAULT,
    );
    let calls_field = fields.take("calls_before_no_show");
    let calls = calls_field
        .as_ref()
        .map_or(Some(1), |field| field.number(1..=RECALLS_MAX + 1));
    let no_show = fields
        .take("no_show")
        .map_or(default, |field| policies.refer(&field));
    if let (Some(field), Some(calls), Some(recalls)) = (calls_field, calls, recalls_max)
        && calls > recalls + 1
    {
        field.wrong(format_args!(
            "{calls} calls are never reached: one call and at most {recalls} recalls (recalls_max) make {}",
            recalls + 1
        ));
    }
    fields.finish();
    Some(Rules {
        order: order?,
        recalls_max: recalls_max?,
        recall_gap: seconds(gap?),
        undo_within: seconds(undo?),
        at_day_end: at_day_end?,
        calls_before_no_show: calls?,
        no_show: no_show?,
    })
}

/// The number under `key`, or `default` where there is none.
pub(super) fn number_or(
    fields: &mut Fields<'_>,
    key: &'static str,
    range: std::ops::RangeInclusive<u32>,
    default: u32,
) -> Option<u32> {
    fields
        .take(key)
        .map_or(Some(default), |field| field.number(range))
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}

fn policy(mut fields: Fields<'_>, known: &mut Known<String>) -> Option<NoShowPolicy> {
    let id = known.declare(&mut fields);
    let steps = fields.need("steps").and_then(|field| steps(&field));
    fields.finish();
    Some(NoShowPolicy {
        id: id?,
        steps: steps?,
    })
}

fn steps(field: &Field<'_>) -> Option<Vec<MissStep>> {
    let items = field.items(NO_SHOW_STEPS_MAX)?;
    if items.is_empty() {
        field.wrong("is empty: say what the first miss does, as in [\"void\"]");
        return None;
    }
    let count = items.len();
    let mut steps: Vec<MissStep> = Vec::new();
    let mut voided = false;
    let mut sound = true;
    for item in items {
        let read = step(&item);
        if voided {
            item.wrong("this step is never reached: the ticket is void by then");
            sound = false;
        }
        voided |= read == Some(MissStep::Void);
        steps.extend(read);
    }
    (sound && steps.len() == count).then_some(steps)
}

fn step(item: &Field<'_>) -> Option<MissStep> {
    let text = item.raw_text()?;
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let counted = |number: &str, max: u32| {
        number
            .parse::<u32>()
            .ok()
            .filter(|number| (1..=max).contains(number))
    };
    let step = match words.as_slice() {
        ["void"] => Some(MissStep::Void),
        ["end"] => Some(MissStep::End),
        ["pool"] => Some(MissStep::Pool),
        ["back", places] => {
            counted(places, BACK_PLACES_MAX).map(|places| MissStep::Back { places })
        }
        ["after", minutes, "min"] => {
            counted(minutes, AFTER_MINUTES_MAX).map(|minutes| MissStep::After {
                wait: seconds(60 * minutes),
            })
        }
        _ => None,
    };
    if step.is_none() {
        item.wrong(format_args!(
            "{} is no step: use “back N” (1 to {BACK_PLACES_MAX} places), “after N min” (1 to {AFTER_MINUTES_MAX}), \
             “end”, “pool” or “void”",
            quoted(text)
        ));
    }
    step
}
