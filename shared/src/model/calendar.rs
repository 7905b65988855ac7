//! Civil time in the hall: business days and opening hours.
//!
//! Everything here follows from the catalogue and a moment that is passed in. Civil times become moments by one rule: a
//! civil time *is reached* at the first moment at which the hall's wall clock shows it or a later one. When clocks go
//! back, that is the first of the two; when they skip it, it is the moment of the skip. So
//!
//! * business day `d` runs from the moment at which `d` at `day_starts` is reached to the moment at which the same holds
//!   of the next date: days follow each other without gap or overlap, and never run backwards, whatever the clocks do;
//! * an opening range runs from the moment at which its start is reached to the moment at which its end is. Between the
//!   two the hall is open, even while the wall clock shows an hour twice.
//!
//! Opening hours go by the civil date, not by the business day: a hall that works past midnight lists `18:00-24:00` on
//! one day and `00:00-02:00` on the next, and a holiday closes it from midnight to midnight.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::catalogue::{Catalogue, Service, TimeRange};
use super::time::Moment;

/// How far ahead the next opening is looked for, in days.
pub const OPENS_WITHIN_DAYS_MAX: u32 = 60;
/// How many opening ranges that follow on each other without a gap are joined to say until when it is open. A hall
/// that never closes is therefore said to be open for about this many days.
pub const JOINED_RANGES_MAX: u32 = 16;

/// A business day (营业日), named by the civil date on which it begins in the hall's own zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDay(pub Date);

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is no business day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotADay;

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day: write it as 2026-11-23")
    }
}

impl std::error::Error for NotADay {}

impl FromStr for BusinessDay {
    type Err = NotADay;

    /// Reads the form that [`fmt::Display`] writes, and no other.
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let date: Date = text.parse().map_err(|_| NotADay)?;
        if date.to_string() == text {
            Ok(Self(date))
        } else {
            Err(NotADay)
        }
    }
}

impl Serialize for BusinessDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BusinessDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// Whether something is open, and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Open.
    Open {
        /// When it closes. Ranges that follow on each other without a gap are joined, up to [`JOINED_RANGES_MAX`].
        until: Moment,
    },
    /// Closed.
    Closed {
        /// When it opens again; none within [`OPENS_WITHIN_DAYS_MAX`] days.
        opens_at: Option<Moment>,
    },
}

impl Opening {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self {
            Self::Open { .. } => true,
            Self::Closed { .. } => false,
        }
    }
}

/// A service that gives out no tickets at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotNow {
    /// When it does again; none within [`OPENS_WITHIN_DAYS_MAX`] days.
    pub opens_at: Option<Moment>,
}

/// A range of one date in which something is open, and by which band of the service.
#[derive(Debug, Clone, Copy)]
struct OpenRange {
    range: TimeRange,
    band: Option<usize>,
}

impl Catalogue {
    /// What the wall clock of the hall shows.
    #[must_use]
    pub fn local(&self, now: Moment) -> DateTime {
        self.hall.time_zone.to_datetime(now.timestamp())
    }

    /// The business day to which `now` belongs. Every moment belongs to exactly one, and a later moment never to an
    /// earlier one.
    #[must_use]
    pub fn business_day(&self, now: Moment) -> BusinessDay {
        // Clocks that go back around `day_starts` can have shown the next date already, so that one is tried first.
        let mut day = days_after(self.local(now).date(), 1);
        for _ in 0..3 {
            if self.day_start(BusinessDay(day)) <= now {
                break;
            }
            day = days_after(day, -1);
        }
        BusinessDay(day)
    }

    /// The first moment of a business day. The day ends when the next one begins.
    #[must_use]
    pub fn day_start(&self, day: BusinessDay) -> Moment {
        reached(
            &self.hall.time_zone,
            day.0.to_datetime(self.hall.day_starts),
        )
    }

    /// Whether the hall is open at `now`.
    #[must_use]
    pub fn opening(&self, now: Moment) -> Opening {
        let ranges = |date| self.open_ranges(date);
        match self.open_range_at(now, &ranges) {
            Some((date, open)) => Opening::Open {
                until: self.closing(date, open.range, &ranges),
            },
            None => Opening::Closed {
                opens_at: self.next_opening(now, &ranges),
            },
        }
    }

    /// By which of its bands `service` gives out tickets at `now` (none of them: it has no bands). The hall must be open
    /// then, and so must one of the service's bands if it has any.
    ///
    /// # Errors
    /// [`NotNow`] when it gives out none.
    pub fn gives_out(&self, service: &Service, now: Moment) -> Result<Option<usize>, NotNow> {
        let ranges = |date| self.open_ranges_of(service, date);
        match self.open_range_at(now, &ranges) {
            Some((_, open)) => Ok(open.band),
            None => Err(NotNow {
                opens_at: self.next_opening(now, &ranges),
            }),
        }
    }

    /// Until when `service` goes on giving out tickets without a pause, by the band of now if it has bands, but not beyond
    /// the end of the business day; none when it gives out none at `now`.
    #[must_use]
    pub fn gives_out_until(&self, service: &Service, now: Moment) -> Option<Moment> {
        let ranges = |date| self.open_ranges_of(service, date);
        let (date, open) = self.open_range_at(now, &ranges)?;
        let until = match open.band {
            Some(_) => self.moments_of(date, open.range).1,
            None => self.closing(date, open.range, &ranges),
        };
        let tomorrow = BusinessDay(days_after(self.business_day(now).0, 1));
        Some(until.min(self.day_start(tomorrow)))
    }

    /// The opening ranges of a civil date, in order: none on a holiday, Monday's on a working day (调休), else those of
    /// its weekday.
    #[must_use]
    pub fn ranges_on(&self, date: Date) -> &[TimeRange] {
        if self.hall.holidays.contains(&date) {
            return &[];
        }
        let weekday = if self.hall.working_days.contains(&date) {
            0
        } else {
            usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)
        };
        self.hall.opening.get(weekday).map_or(&[], Vec::as_slice)
    }

    fn open_ranges(&self, date: Date) -> Vec<OpenRange> {
        self.ranges_on(date)
            .iter()
            .map(|range| OpenRange {
                range: *range,
                band: None,
            })
            .collect()
    }

    fn open_ranges_of(&self, service: &Service, date: Date) -> Vec<OpenRange> {
        if service.bands.is_empty() {
            return self.open_ranges(date);
        }
        let mut open = Vec::new();
        for hall in self.ranges_on(date) {
            for (index, band) in service.bands.iter().enumerate() {
                if let Some(range) = hall.overlap(band.range) {
                    open.push(OpenRange {
                        range,
                        band: Some(index),
                    });
                }
            }
        }
        open
    }

    /// The range that is open at `now`, with its date.
    fn open_range_at(
        &self,
        now: Moment,
        ranges: &dyn Fn(Date) -> Vec<OpenRange>,
    ) -> Option<(Date, OpenRange)> {
        let today = self.local(now).date();
        // Where clocks go back over midnight, a moment can belong to a range of the date before or after.
        for date in [today, days_after(today, -1), days_after(today, 1)] {
            for open in ranges(date) {
                let (from, to) = self.moments_of(date, open.range);
                if from <= now && now < to {
                    return Some((date, open));
                }
            }
        }
        None
    }

    /// When a range that is open closes, ranges without a gap between them taken together.
    fn closing(
        &self,
        mut date: Date,
        mut range: TimeRange,
        ranges: &dyn Fn(Date) -> Vec<OpenRange>,
    ) -> Moment {
        for _ in 0..JOINED_RANGES_MAX {
            let next_date = if range.ends_the_day() {
                days_after(date, 1)
            } else {
                date
            };
            let Some(next) = ranges(next_date)
                .into_iter()
                .find(|next| next.range.from == range.to)
            else {
                break;
            };
            (date, range) = (next_date, next.range);
        }
        self.moments_of(date, range).1
    }

    fn next_opening(&self, now: Moment, ranges: &dyn Fn(Date) -> Vec<OpenRange>) -> Option<Moment> {
        let mut date = self.local(now).date();
        for _ in 0..=OPENS_WITHIN_DAYS_MAX {
            for open in ranges(date) {
                let (from, to) = self.moments_of(date, open.range);
                // A range that lies wholly in skipped time never opens.
                if now < from && from < to {
                    return Some(from);
                }
            }
            date = days_after(date, 1);
        }
        None
    }

    /// The first moment inside a range of `date`, and the first after it.
    fn moments_of(&self, date: Date, range: TimeRange) -> (Moment, Moment) {
        let zone = &self.hall.time_zone;
        let last = if range.ends_the_day() {
            days_after(date, 1)
        } else {
            date
        };
        (
            reached(zone, date.to_datetime(range.from)),
            reached(zone, last.to_datetime(range.to)),
        )
    }
}

impl TimeRange {
    /// Whether the range ends at midnight, which a civil time can only write as `00:00`.
    #[must_use]
    pub fn ends_the_day(self) -> bool {
        self.to == Time::midnight()
    }

    /// Whether the wall-clock time `time` lies inside.
    #[must_use]
    pub fn contains(self, time: Time) -> bool {
        self.from <= time && (self.ends_the_day() || time < self.to)
    }

    /// What lies in both ranges, if anything.
    #[must_use]
    pub fn overlap(self, other: Self) -> Option<Self> {
        let to = match (self.ends_the_day(), other.ends_the_day()) {
            (true, _) => other.to,
            (false, true) => self.to,
            (false, false) => self.to.min(other.to),
        };
        let both = Self {
            from: self.from.max(other.from),
            to,
        };
        (both.from < both.to || both.ends_the_day()).then_some(both)
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}-", self.from.hour(), self.from.minute())?;
        if self.ends_the_day() {
            f.write_str("24:00")
        } else {
            write!(f, "{:02}:{:02}", self.to.hour(), self.to.minute())
        }
    }
}

/// The first moment at which a wall clock in `zone` shows `civil` or later; clamped to what jiff can hold.
fn reached(zone: &TimeZone, civil: DateTime) -> Moment {
    let clamped = if civil.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    let timestamp = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(civil).unwrap_or(clamped)
        }
        AmbiguousOffset::Gap { before, .. } => {
            // Read with the offset from before, a skipped time lies at the skip or after it.
            let beyond = before.to_timestamp(civil).unwrap_or(clamped);
            let search = beyond
                .checked_add(SignedDuration::from_nanos(1))
                .unwrap_or(beyond);
            zone.preceding(search)
                .next()
                .map_or(beyond, |skip| skip.timestamp())
        }
    };
    Moment::from(timestamp)
}

/// The date `days` later, or the last (first) one there is.
fn days_after(date: Date, days: i64) -> Date {
    date.saturating_add(SignedDuration::from_hours(24 * days))
}

#[cfg(test)]
mod tests;
