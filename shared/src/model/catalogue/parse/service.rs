//! The section `[[service]]`, and the series of numbers that services and groups own.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::super::check;
use super::super::fields::{Field, Fields, Length};
use super::super::report::{At, quoted};
use super::super::{
    BANDS_MAX, DIGITS_MAX, GUIDE_CHARS_MAX, GroupId, Guide, NoShowPolicy, PREFIX_CHARS_MAX, Rules,
    SERVICES_MAX, Series, SeriesId, Service, ServiceBand, ServiceId, TimeRange,
};
use super::hall::{Policies, number_or};
use super::{PHONE, Reading, need_name, optional};

/// A text of a guide.
const GUIDE: Length = Length {
    chars_max: GUIDE_CHARS_MAX,
    lines: true,
};
/// The largest quota of a day or band.
const QUOTA_MAX: u32 = 1_000_000;
/// The longest target.
const TARGET_MINUTES: RangeInclusive<u32> = 1..=24 * 60;
const WAIT_TARGET_MINUTES_DEFAULT: u32 = 20;
const SERVICE_TARGET_MINUTES_DEFAULT: u32 = 10;
const FIRST_DEFAULT: u32 = 1;
const LAST_DEFAULT: u32 = 999;
const DIGITS_DEFAULT: u32 = 3;

/// Reads every `[[service]]`.
pub(super) fn services(
    root: &mut Fields<'_>,
    reading: &mut Reading<'_>,
    rules: Option<&Rules>,
    policies: &Policies,
) -> Vec<At<Service>> {
    let default = rules.map(|rules| &rules.no_show);
    let sections = root.sections("service", SERVICES_MAX);
    sections
        .into_iter()
        .filter_map(|fields| service(fields, reading, default, policies))
        .collect()
}

fn service(
    mut fields: Fields<'_>,
    reading: &mut Reading<'_>,
    default: Option<&NoShowPolicy>,
    policies: &Policies,
) -> Option<At<Service>> {
    let line = fields.line;
    let id = reading.services.declare(&mut fields);
    let name = need_name(&mut fields, reading);
    let group = fields
        .need("group")
        .and_then(|field| reading.groups.refer(&field));
    let own = series(&mut fields, id.as_ref().map(ServiceId::as_str));
    let series = series_of(&fields, &own, group.as_ref(), reading);
    reading.series.extend(own.sound());
    let quota = optional(&mut fields, "quota", |field| {
        field.number(1..=QUOTA_MAX).map(Some)
    });
    let bands = optional(&mut fields, "bands", |field| bands(&field, quota.flatten()));
    let wait = number_or(
        &mut fields,
        "target_wait_minutes",
        TARGET_MINUTES,
        WAIT_TARGET_MINUTES_DEFAULT,
    );
    let work = number_or(
        &mut fields,
        "target_service_minutes",
        TARGET_MINUTES,
        SERVICE_TARGET_MINUTES_DEFAULT,
    );
    let no_show = fields
        .take("no_show")
        .map_or(default.cloned(), |field| policies.refer(&field));
    let guide = optional(&mut fields, "guide", |field| guide(&field, reading));
    fields.finish();
    let value = Service {
        id: id?,
        name: name?,
        group: group?,
        series: series?,
        quota: quota?,
        bands: bands?,
        wait_target: minutes(wait?),
        service_target: minutes(work?),
        no_show: no_show?,
        guide: guide?,
    };
    Some(At { value, line })
}

fn minutes(count: u32) -> Duration {
    Duration::from_secs(60 * u64::from(count))
}

/// The series of which a group or service is the owner.
pub(super) enum Own {
    /// It has none.
    None,
    /// It has one, with faults that were reported.
    Faulty,
    /// It has this one.
    Sound(At<Series>),
}

impl Own {
    /// Whether there is one, faulty or not.
    pub(super) fn is_own(&self) -> bool {
        match self {
            Self::None => false,
            Self::Faulty | Self::Sound(_) => true,
        }
    }

    /// The series, if it is sound.
    pub(super) fn sound(self) -> Option<At<Series>> {
        match self {
            Self::None | Self::Faulty => None,
            Self::Sound(series) => Some(series),
        }
    }
}

/// Reads the series of a group or service: `prefix`, and with it `first`, `last` and `digits`.
pub(super) fn series(fields: &mut Fields<'_>, owner: Option<&str>) -> Own {
    let Some(prefix_field) = fields.take("prefix") else {
        for key in ["first", "last", "digits"] {
            if let Some(field) = fields.take(key) {
                field.wrong("stands without a prefix: a series of numbers begins with one (prefix = \"\" is possible)");
            }
        }
        return Own::None;
    };
    let prefix = prefix(&prefix_field);
    let digits = number_or(fields, "digits", 1..=DIGITS_MAX, DIGITS_DEFAULT);
    let largest = 10_u32.saturating_pow(DIGITS_MAX) - 1;
    let first_field = fields.take("first");
    let first = first_field
        .as_ref()
        .map_or(Some(FIRST_DEFAULT), |field| field.number(0..=largest));
    let last_field = fields.take("last");
    let last = last_field
        .as_ref()
        .map_or(Some(LAST_DEFAULT), |field| field.number(0..=largest));
    let (Some(prefix), Some(digits), Some(first), Some(last)) = (prefix, digits, first, last)
    else {
        return Own::Faulty;
    };
    if first > last {
        let field = first_field
            .as_ref()
            .or(last_field.as_ref())
            .unwrap_or(&prefix_field);
        field.wrong(format_args!(
            "the first number {first} is greater than the last, {last}"
        ));
        return Own::Faulty;
    }
    if last >= 10_u32.saturating_pow(digits) {
        let field = last_field.as_ref().unwrap_or(&prefix_field);
        field.wrong(format_args!(
            "{digits} digits are too few for the last number, {last}"
        ));
        return Own::Faulty;
    }
    let id = owner.and_then(|owner| SeriesId::new(owner).ok());
    match (id, u8::try_from(digits)) {
        (Some(id), Ok(digits)) => Own::Sound(At {
            value: Series {
                id,
                prefix,
                first,
                last,
                digits,
            },
            line: prefix_field.line,
        }),
        (None, _) | (_, Err(_)) => Own::Faulty,
    }
}

/// A prefix: few characters that stand on keyboards, in fonts and in every voice.
fn prefix(field: &Field<'_>) -> Option<String> {
    let text = field.raw_text()?;
    let plain = |c: char| {
        c.is_ascii_uppercase()
            || c.is_ascii_digit()
            || c == '-'
            || ('\u{4E00}'..='\u{9FFF}').contains(&c)
    };
    if text.chars().count() <= PREFIX_CHARS_MAX && text.chars().all(plain) {
        return Some(text.to_owned());
    }
    field.wrong(format_args!(
        "{} is no prefix: use at most {PREFIX_CHARS_MAX} of A–Z, 0–9, “-” and Chinese characters",
        quoted(text)
    ));
    None
}

/// Where a service's numbers come from: its own series or its group's.
fn series_of(
    fields: &Fields<'_>,
    own: &Own,
    group: Option<&GroupId>,
    reading: &Reading<'_>,
) -> Option<SeriesId> {
    match own {
        Own::Sound(series) => Some(series.value.id.clone()),
        Own::Faulty => None,
        Own::None => {
            let group = group?;
            if !reading.numbered_groups.contains(group) {
                fields.absent(format_args!(
                    "there is no prefix here, nor in the group {}: one of them needs it",
                    quoted(group.as_str())
                ));
                return None;
            }
            SeriesId::new(group.as_str()).ok()
        }
    }
}

/// The bands, sorted.
fn bands(field: &Field<'_>, day_quota: Option<u32>) -> Option<Vec<ServiceBand>> {
    let items = field.items(BANDS_MAX)?;
    let count = items.len();
    let bands: Vec<At<ServiceBand>> = items
        .into_iter()
        .filter_map(|item| band(&item, day_quota))
        .collect();
    let sound = bands.len() == count;
    let sorted = check::sorted_without_overlap(
        bands,
        |band| band.range,
        |second, first| {
            field.wrong_on(
                second.line,
                format_args!("{} overlaps {}", second.value.range, first.value.range),
            );
        },
    )?;
    sound.then(|| sorted.into_iter().map(|band| band.value).collect())
}

fn band(item: &Field<'_>, day_quota: Option<u32>) -> Option<At<ServiceBand>> {
    let mut fields = item.table()?;
    let from = fields.need("from").and_then(|field| field.time());
    let to_field = fields.need("to");
    let to = to_field.as_ref().and_then(Field::end_time);
    let quota_field = fields.take("quota");
    let quota = quota_field
        .as_ref()
        .map_or(Some(None), |field| field.number(1..=QUOTA_MAX).map(Some));
    if let (Some(field), Some(Some(quota)), Some(day)) = (quota_field, quota, day_quota)
        && quota > day
    {
        field.wrong(format_args!(
            "{quota} is more than the whole day's quota, {day}"
        ));
    }
    fields.finish();
    let range = to_field?.forward(TimeRange {
        from: from?,
        to: to?,
    })?;
    Some(At {
        value: ServiceBand {
            range,
            quota: quota?,
        },
        line: item.line,
    })
}

fn guide(field: &Field<'_>, reading: &Reading<'_>) -> Option<Guide> {
    let mut fields = field.table()?;
    let mut text = |key| {
        optional(&mut fields, key, |field| {
            field.localized_or_empty(reading.first, GUIDE)
        })
    };
    let (process, materials) = (text("process"), text("materials"));
    let (fee, time_limit) = (text("fee"), text("time_limit"));
    let phone = optional(&mut fields, "phone", |field| field.text_or_empty(PHONE));
    fields.finish();
    Some(Guide {
        process: process?,
        materials: materials?,
        fee: fee?,
        time_limit: time_limit?,
        phone: phone?,
    })
}
