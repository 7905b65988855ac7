//! One day of a log, and the script that it becomes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::civil::{Date, Time, time};
use nowserving_shared::model::{Catalogue, Language, Moment};

use super::configuration::{class_id, service_id, staff_id, window_id};
use super::rows::{DAY_SECONDS, LogError, Outcome, Row};
use crate::world::generate::moment;
use crate::world::script::{
    BREAKS_MAX, Break, Comes, Observed, Script, Shift, Turn, VISITORS_MAX, Visitor,
};

/// When a day of the log begins.
pub const DAY_STARTS: Time = time(4, 0, 0, 0);
const DAY_STARTS_SECONDS: u32 = 4 * 3600;
/// How long somebody answered no call before they count as having been away.
const AWAY_SECONDS_MIN: u32 = 20 * 60;
/// How long before their first answer somebody was there, and how long after each answer they stay.
const MARGIN_SECONDS: u32 = 60;
/// The shortest service.
const SERVICE_SECONDS_MIN: u32 = 1;
/// The service time of a type of which nobody was ever answered, in seconds.
const SERVICE_SECONDS_UNKNOWN: u32 = 120;
/// How many days are named in an error.
const DAYS_NAMED_MAX: usize = 3;

/// The calls of one business day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogDay {
    /// The date on which it begins.
    pub date: Date,
    /// Its calls. Times are seconds since [`DAY_STARTS`] of that date.
    pub rows: Vec<Row>,
}

impl LogDay {
    /// The `wanted` day, or the one on which most were answered.
    ///
    /// # Errors
    /// [`LogError::NoSuchDay`], or [`LogError::TooMuch`] when it is too big for one hall.
    pub fn choose(rows: Vec<Row>, wanted: Option<Date>) -> Result<Self, LogError> {
        let mut days: BTreeMap<Date, Vec<Row>> = BTreeMap::new();
        for row in rows {
            let row = since_day_start(row);
            days.entry(row.date).or_default().push(row);
        }
        let answered = |rows: &[Row]| {
            rows.iter()
                .filter(|row| row.outcome == Outcome::Agent)
                .count()
        };
        let busiest = || {
            days.iter()
                .max_by_key(|(_, rows)| answered(rows))
                .map(|(date, _)| *date)
        };
        let chosen = wanted.or_else(busiest);
        let named = names_of(&days);
        let rows = chosen.and_then(|date| days.remove(&date));
        match (chosen, rows) {
            (Some(date), Some(rows)) if answered(&rows) > 0 => Self { date, rows }.checked(),
            (Some(_) | None, Some(_) | None) => Err(LogError::NoSuchDay {
                wanted: wanted.map_or("at all".to_owned(), |date| date.to_string()),
                days: named,
            }),
        }
    }

    fn checked(mut self) -> Result<Self, LogError> {
        self.rows.sort_by_key(|row| row.arrives);
        let limits = [
            ("calls", self.rows.len(), VISITORS_MAX),
            (
                "people who answered",
                self.servers().len(),
                super::configuration::SERVERS_MAX,
            ),
            ("types", self.kinds().len(), super::configuration::KINDS_MAX),
            (
                "priorities",
                self.priorities().len(),
                super::configuration::PRIORITIES_MAX,
            ),
        ];
        for (what, count, max) in limits {
            if count > max {
                return Err(LogError::TooMuch(format!(
                    "{} has {count} {what}, and at most {max} can be played",
                    self.date
                )));
            }
        }
        if self.servers().is_empty() {
            return Err(LogError::TooMuch(format!(
                "the log does not say who answered on {}, so there are no windows",
                self.date
            )));
        }
        Ok(self)
    }

    /// Everybody who answered, by name.
    #[must_use]
    pub fn servers(&self) -> BTreeSet<&str> {
        self.answers()
            .filter_map(|row| row.server.as_deref())
            .collect()
    }

    /// The types of those who joined the queue or were answered.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<&str> {
        self.comers().map(|row| row.kind.as_str()).collect()
    }

    /// Their priorities.
    #[must_use]
    pub fn priorities(&self) -> BTreeSet<&str> {
        self.comers().map(|row| row.priority.as_str()).collect()
    }

    /// The types that somebody answered on this day.
    #[must_use]
    pub fn kinds_of(&self, server: &str) -> BTreeSet<&str> {
        self.answers()
            .filter(|row| row.server.as_deref() == Some(server))
            .map(|row| row.kind.as_str())
            .collect()
    }

    fn answers(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.outcome == Outcome::Agent)
    }

    /// Who came: was answered, or queued and gave up.
    fn comers(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| match row.outcome {
            Outcome::Agent => true,
            Outcome::Hang => row.queued > 0,
            Outcome::Phantom => false,
        })
    }

    /// The median answer of a type, in seconds.
    fn usual_service(&self, kind: &str) -> u32 {
        let mut times: Vec<u32> = self
            .answers()
            .filter(|row| row.kind == kind)
            .map(|row| row.service)
            .collect();
        times.sort_unstable();
        times
            .get(times.len() / 2)
            .copied()
            .unwrap_or(SERVICE_SECONDS_UNKNOWN)
    }

    /// The script of this day in the hall of `catalogue`, which is the one of [`super::configuration()`].
    #[must_use]
    pub fn script(&self, catalogue: &Catalogue) -> Script {
        let midnight = moment(&catalogue.hall.time_zone, self.date, DAY_STARTS);
        let at = |seconds: u32| midnight.after(Duration::from_secs(u64::from(seconds)));
        let visitors: Vec<Visitor> = self
            .comers()
            .filter_map(|row| self.visitor(row, at(row.arrives)))
            .collect();
        let shifts: Vec<Shift> = self
            .servers()
            .iter()
            .enumerate()
            .filter_map(|(index, server)| self.shift(index, server, at))
            .collect();
        let first = visitors.first().map(|visitor| visitor.arrives_at);
        let starts = shifts.iter().map(|shift| shift.from).chain(first);
        let last = visitors.last().map(|visitor| visitor.arrives_at);
        let ends = shifts.iter().map(|shift| shift.to).chain(last);
        Script {
            title: format!("day {} of the call log", self.date),
            starts_at: starts.min().unwrap_or(midnight),
            ends_at: ends.max().unwrap_or(midnight),
            visitors,
            shifts,
            observed: Some(self.observed()),
        }
    }

    fn visitor(&self, row: &Row, arrives_at: Moment) -> Option<Visitor> {
        let answered = row.outcome == Outcome::Agent;
        let service = if answered {
            row.service
        } else {
            self.usual_service(&row.kind)
        };
        Some(Visitor {
            arrives_at,
            service: service_id(&row.kind)?,
            class: class_id(&row.priority)?,
            language: Language::default(),
            // A caller is there as soon as the call is answered.
            walk: Duration::ZERO,
            service_time: Duration::from_secs(u64::from(service.max(SERVICE_SECONDS_MIN))),
            comes: Comes::AtOnce,
            patience: (!answered).then(|| Duration::from_secs(u64::from(row.queued))),
            turn: Turn::Plain,
        })
    }

    /// When somebody was there: from the first answer to the last, without the long gaps between.
    fn shift(&self, index: usize, server: &str, at: impl Fn(u32) -> Moment) -> Option<Shift> {
        let mut answers: Vec<(u32, u32)> = self
            .answers()
            .filter(|row| row.server.as_deref() == Some(server) && row.service > 0)
            .map(|row| (row.answered, row.answered + row.service))
            .collect();
        answers.sort_unstable();
        // Whoever answered only calls of no length was there for a moment.
        let first = match answers.first() {
            Some((from, _)) => *from,
            None => {
                self.answers()
                    .find(|row| row.server.as_deref() == Some(server))?
                    .arrives
            }
        };
        let mut breaks = Vec::new();
        let mut busy_until = first;
        for (from, to) in answers {
            if from.saturating_sub(busy_until) > AWAY_SECONDS_MIN && breaks.len() < BREAKS_MAX {
                breaks.push(Break {
                    from: at(busy_until + MARGIN_SECONDS),
                    lasts: Duration::from_secs(u64::from(from - busy_until - 2 * MARGIN_SECONDS)),
                    reason: "离席".to_owned(),
                });
            }
            busy_until = busy_until.max(to);
        }
        Some(Shift {
            window: window_id(index)?,
            staff: staff_id(server)?,
            from: at(first.saturating_sub(MARGIN_SECONDS)),
            to: at(busy_until + MARGIN_SECONDS),
            breaks,
        })
    }

    /// How the day really went.
    #[must_use]
    pub fn observed(&self) -> Observed {
        let mut waits_seconds: Vec<u32> = self.answers().map(|row| row.queued).collect();
        waits_seconds.sort_unstable();
        let count = |is: fn(&&Row) -> bool| self.rows.iter().filter(is).count() as u64;
        Observed {
            came: self.comers().count() as u64,
            served: self.answers().count() as u64,
            gave_up: count(|row| row.outcome == Outcome::Hang && row.queued > 0),
            turned_round: count(|row| row.outcome == Outcome::Hang && row.queued == 0),
            waits_seconds,
        }
    }
}

/// The row with its times counted from the start of the business day that it belongs to.
fn since_day_start(mut row: Row) -> Row {
    if row.arrives < DAY_STARTS_SECONDS {
        row.date = row.date.yesterday().unwrap_or(row.date);
        row.arrives += DAY_SECONDS;
        row.answered += DAY_SECONDS;
    }
    row.arrives -= DAY_STARTS_SECONDS;
    row.answered = row.answered.saturating_sub(DAY_STARTS_SECONDS);
    row
}

/// The days that there are, in words.
fn names_of(days: &BTreeMap<Date, Vec<Row>>) -> String {
    match (days.keys().next(), days.keys().next_back()) {
        (Some(first), Some(last)) if days.len() > DAYS_NAMED_MAX => {
            format!("{} days from {first} to {last}", days.len())
        }
        (Some(_), Some(_)) => {
            let names: Vec<String> = days.keys().map(ToString::to_string).collect();
            names.join(", ")
        }
        (Some(_) | None, None) | (None, Some(_)) => "no calls".to_owned(),
    }
}
