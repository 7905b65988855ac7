//! Readers of civil times, ranges of the day and dates.

use jiff::civil::{Date, Time};
use toml::de::DeValue;

use super::Field;
use crate::model::BusinessDay;
use crate::model::catalogue::TimeRange;
use crate::model::catalogue::report::quoted;

impl Field<'_> {
    /// A civil time of day, `"08:30"`.
    pub(in crate::model::catalogue) fn time(&self) -> Option<Time> {
        let text = self.written("a time such as \"08:30\"")?;
        let time = civil_time(&text);
        if time.is_none() {
            self.wrong(format_args!(
                "{} is no time: write it as \"08:30\"",
                quoted(&text)
            ));
        }
        time
    }

    /// The end of a range: a civil time or `"24:00"`, which is read as midnight.
    pub(in crate::model::catalogue) fn end_time(&self) -> Option<Time> {
        let text = self.written("a time such as \"17:30\"")?;
        let time = end_time(&text);
        if time.is_none() {
            self.wrong(format_args!(
                "{} is no end: write it as \"17:30\", midnight as \"24:00\"",
                quoted(&text)
            ));
        }
        time
    }

    /// A range of the day, `"08:30-12:00"`.
    pub(in crate::model::catalogue) fn range(&self) -> Option<TimeRange> {
        let text = self.raw_text()?;
        let range = text.split_once('-').and_then(|(from, to)| {
            Some(TimeRange {
                from: civil_time(from.trim())?,
                to: end_time(to.trim())?,
            })
        });
        let Some(range) = range else {
            self.wrong(format_args!(
                "{} is no range: write it as \"08:30-12:00\"",
                quoted(text)
            ));
            return None;
        };
        self.forward(range)
    }

    /// The same range if it ends after it begins.
    pub(in crate::model::catalogue) fn forward(&self, range: TimeRange) -> Option<TimeRange> {
        if range.from < range.to || range.ends_the_day() {
            return Some(range);
        }
        self.wrong(format_args!(
            "{range} ends before it begins: past midnight, begin again on the next day"
        ));
        None
    }

    /// A civil date, `"2026-10-01"`.
    pub(in crate::model::catalogue) fn date(&self) -> Option<Date> {
        let text = self.written("a date such as \"2026-10-01\"")?;
        match text.parse::<BusinessDay>() {
            Ok(day) => Some(day.0),
            Err(_) => {
                self.wrong(format_args!(
                    "{} is no date: write it as \"2026-10-01\"",
                    quoted(&text)
                ));
                None
            }
        }
    }

    /// A date or time as it is written, in quotation marks or as TOML's own.
    fn written(&self, expected: &str) -> Option<String> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.trim().to_owned()),
            DeValue::Datetime(moment) => Some(moment.to_string()),
            _ => {
                self.expected(expected);
                None
            }
        }
    }
}

/// Reads `08:30`, or `08:30:00` as TOML may write it.
fn civil_time(text: &str) -> Option<Time> {
    let (hour, minute) = text
        .strip_suffix(":00")
        .filter(|rest| rest.len() == 5)
        .unwrap_or(text)
        .split_once(':')?;
    let number = |digits: &str| {
        let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        two.then(|| digits.parse::<i8>().ok()).flatten()
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

/// Reads a civil time that ends a range. `00:00` would be before any beginning: midnight is `24:00` here.
fn end_time(text: &str) -> Option<Time> {
    if text == "24:00" {
        Some(Time::midnight())
    } else {
        civil_time(text).filter(|time| *time != Time::midnight())
    }
}
