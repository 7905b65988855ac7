//! Contradictions between things that are sound each on their own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::known::Known;
use super::report::{At, Report, quoted};
use super::{HallInfo, Label, Series, Service, ServiceId, TimeRange};

/// Every service is served by a window.
pub(super) fn every_service_is_served(
    services: &Known<ServiceId>,
    served: &BTreeSet<ServiceId>,
    report: &Report,
) {
    for (service, line) in services
        .iter()
        .filter(|(service, _)| !served.contains(*service))
    {
        report.absent(
            line,
            format!(
                "[[service]] {}: no window serves it",
                quoted(service.as_str())
            ),
        );
    }
}

/// No two series have the same owner's name or can print the same label.
pub(super) fn labels_differ(series: &[At<Series>], report: &Report) {
    let mut owners = BTreeMap::new();
    for (at, later) in series.iter().enumerate() {
        let id = &later.value.id;
        if let Some(line) = owners.insert(id, later.line) {
            report.wrong(
                later.line,
                format!("a group and a service of the id “{id}” both have a series (line {line}): rename one"),
            );
        }
        for earlier in series.iter().take(at) {
            if let Some(clash) = clash(&earlier.value, &later.value) {
                let other = format!(
                    "the series of “{}” on line {}",
                    earlier.value.id, earlier.line
                );
                report.wrong(
                    later.line,
                    format!("the series of “{id}” and {other} {clash}"),
                );
            }
        }
    }
}

/// Why two series could give the same label, or labels that people would take for the same.
fn clash(a: &Series, b: &Series) -> Option<String> {
    if a.prefix.is_empty() && b.prefix.is_empty() {
        return Some("both have an empty prefix: at most one can".to_owned());
    }
    if a.prefix == b.prefix {
        // `A17` and `A017` are one number to whoever hears them, so the digits make no difference.
        let common = a.first.max(b.first);
        return (common <= a.last.min(b.last)).then(|| {
            let label = Label::new(&a.prefix, common, a.digits);
            format!("both give {label}: use another prefix, or ranges that do not overlap")
        });
    }
    let label = common_label(a, b).or_else(|| common_label(b, a))?;
    Some(format!(
        "both give {label}: use prefixes that no number can make alike"
    ))
}

/// A label of both series, where the prefix of `long` is that of `short` with digits behind it.
///
/// A sound series has exactly `digits` digits in every label, so labels of equal length have equally long numbers.
fn common_label(short: &Series, long: &Series) -> Option<Label> {
    let extra = long.prefix.strip_prefix(short.prefix.as_str())?;
    if !extra.bytes().all(|byte| byte.is_ascii_digit())
        || extra.len() + usize::from(long.digits) != usize::from(short.digits)
    {
        return None;
    }
    let head = extra
        .parse::<u64>()
        .ok()?
        .checked_mul(10_u64.checked_pow(u32::from(long.digits))?)?;
    let first = u64::from(short.first).max(head + u64::from(long.first));
    let last = u64::from(short.last).min(head + u64::from(long.last));
    let number = u32::try_from(first).ok().filter(|_| first <= last)?;
    Some(Label::new(&short.prefix, number, short.digits))
}

/// Every band of a service can be open on some day of the week.
pub(super) fn bands_can_open(services: &[At<Service>], hall: &HallInfo, report: &Report) {
    for service in services {
        for band in &service.value.bands {
            if !hall
                .opening
                .iter()
                .flatten()
                .any(|range| range.overlap(band.range).is_some())
            {
                let id = quoted(service.value.id.as_str());
                report.wrong(
                    service.line,
                    format!(
                        "[[service]] {id}, bands: the hall is never open within {}",
                        band.range
                    ),
                );
            }
        }
    }
}

/// No date is both a holiday and a working day.
pub(super) fn no_holiday_is_worked(
    holidays: &[At<Date>],
    working_days: &[At<Date>],
    report: &Report,
) {
    let lines: BTreeMap<Date, usize> = holidays
        .iter()
        .map(|holiday| (holiday.value, holiday.line))
        .collect();
    for day in working_days {
        if let Some(line) = lines.get(&day.value) {
            report.wrong(
                day.line,
                format!("[hall], working_days: {} is a holiday as well (line {line}): it can be only one", day.value),
            );
        }
    }
}

/// Working days have Monday's hours, so there must be some.
pub(super) fn working_days_have_hours(
    opening: &[Vec<TimeRange>; 7],
    working_days: &[At<Date>],
    report: &Report,
) {
    let [monday, ..] = opening;
    if let Some(first) = working_days.first().filter(|_| monday.is_empty()) {
        report.wrong(
            first.line,
            "[hall], working_days: they have Monday's opening hours, but the hall is closed on Mondays".to_owned(),
        );
    }
}

/// Sorts ranges by their beginning; tells `overlap` of each one that begins before the one before it ends.
pub(super) fn sorted_without_overlap<T>(
    mut items: Vec<At<T>>,
    range: impl Fn(&T) -> TimeRange,
    mut overlap: impl FnMut(&At<T>, &At<T>),
) -> Option<Vec<At<T>>> {
    items.sort_by_key(|item| range(&item.value).from);
    let mut sound = true;
    for pair in items.windows(2) {
        let [first, second] = pair else { continue };
        if range(&first.value).overlap(range(&second.value)).is_some() {
            overlap(second, first);
            sound = false;
        }
    }
    sound.then_some(items)
}
