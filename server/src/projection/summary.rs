//! The figures of a day, made of the rows of its tickets.
//!
//! All arithmetic is in whole milliseconds; only the result is rounded, half up, to tenths of a second, so that the same
//! rows give the same figures on every machine.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nowserving_shared::model::{BusinessDay, ServiceId, WindowId};
use nowserving_shared::protocol::http::{DaySummary, EndedWire, Figures, Spread};

use super::history::{Call, How, Step, TicketRow};

/// The figures of `day`, of its rows. The order of the rows makes no difference.
#[must_use]
pub fn summarize<'a>(
    day: BusinessDay,
    rows: impl IntoIterator<Item = &'a TicketRow>,
) -> DaySummary {
    let mut summing = Summing::new(day);
    for row in rows {
        summing.add(row);
    }
    summing.finish()
}

/// The figures of a day while its rows are gone through one by one.
#[derive(Debug)]
pub struct Summing {
    day: BusinessDay,
    all: Tally,
    services: BTreeMap<ServiceId, Tally>,
    windows: BTreeMap<WindowId, Tally>,
}

impl Summing {
    /// The figures of a day without tickets.
    #[must_use]
    pub fn new(day: BusinessDay) -> Self {
        Self {
            day,
            all: Tally::default(),
            services: BTreeMap::new(),
            windows: BTreeMap::new(),
        }
    }

    /// Counts a ticket in. Each ticket of the day is to be counted once.
    pub fn add(&mut self, row: &TicketRow) {
        let ended = row.end.as_ref().map(|end| end.how);
        self.all.count(ended);
        self.service(&row.issued_for).count(ended);
        for step in &row.steps {
            self.add_step(step);
        }
        for call in row.calls.iter().filter(|call| !call.undone) {
            self.add_call(call, row);
        }
        for window in windows_of(row) {
            let finished = |step: &Step| {
                step.finished
                    .as_ref()
                    .is_some_and(|finish| finish.window == *window)
            };
            let here = if row.steps.iter().any(finished) {
                Some(EndedWire::Finished)
            } else {
                ended
            };
            self.window(window).count(here);
        }
    }

    fn add_step(&mut self, step: &Step) {
        if let (Some(wait), Some(called)) = (step.wait_ms(), &step.called) {
            self.all.waits.push(wait);
            self.service(&step.service).waits.push(wait);
            self.window(&called.window).waits.push(wait);
        }
        if let (Some(took), Some(finished)) = (step.service_ms(), &step.finished) {
            self.all.services.push(took);
            self.service(&step.service).services.push(took);
            self.window(&finished.window).services.push(took);
        }
    }

    fn add_call(&mut self, call: &Call, row: &TicketRow) {
        let named = u64::from(call.how == How::Named);
        let recalls = u64::from(call.recalls);
        let step = usize::try_from(call.step)
            .ok()
            .and_then(|at| row.steps.get(at));
        let service = step.map_or(&row.issued_for, |step| &step.service);
        self.all.calls(named, recalls);
        self.service(service).calls(named, recalls);
        self.window(&call.window).calls(named, recalls);
    }

    fn service(&mut self, id: &ServiceId) -> &mut Tally {
        self.services.entry(id.clone()).or_default()
    }

    fn window(&mut self, id: &WindowId) -> &mut Tally {
        self.windows.entry(id.clone()).or_default()
    }

    /// The figures.
    #[must_use]
    pub fn finish(self) -> DaySummary {
        fn figures<I: Ord>(tallies: BTreeMap<I, Tally>) -> BTreeMap<I, Figures> {
            let each = tallies.into_iter();
            each.map(|(id, tally)| (id, tally.figures())).collect()
        }
        DaySummary {
            day: self.day,
            all: self.all.figures(),
            services: figures(self.services),
            windows: figures(self.windows),
        }
    }
}

/// The windows that called a ticket or served it without a call.
fn windows_of(row: &TicketRow) -> BTreeSet<&WindowId> {
    let calls = row.calls.iter().filter(|call| !call.undone);
    let served = row.steps.iter().filter_map(|step| step.served_at.as_ref());
    calls.map(|call| &call.window).chain(served).collect()
}

#[derive(Debug, Default)]
struct Tally {
    counts: Figures,
    waits: Vec<u64>,
    services: Vec<u64>,
}

impl Tally {
    fn count(&mut self, ended: Option<EndedWire>) {
        self.counts.issued += 1;
        let counter = match ended {
            None => &mut self.counts.open,
            Some(EndedWire::Finished) => &mut self.counts.served,
            Some(EndedWire::NoShow) => &mut self.counts.no_show,
            Some(EndedWire::Cancelled) => &mut self.counts.cancelled,
            Some(EndedWire::Closed) => &mut self.counts.closed,
        };
        *counter += 1;
    }

    fn calls(&mut self, named: u64, recalls: u64) {
        self.counts.named_calls += named;
        self.counts.recalls += recalls;
    }

    fn figures(self) -> Figures {
        Figures {
            wait: spread(self.waits),
            service: spread(self.services),
            ..self.counts
        }
    }
}

/// Count, mean, percentiles (nearest rank) and the longest of some times in milliseconds.
fn spread(mut times_ms: Vec<u64>) -> Spread {
    times_ms.sort_unstable();
    let Some(longest) = times_ms.last() else {
        return Spread::default();
    };
    let count = times_ms.len();
    // The smallest time that at least so many in a hundred do not exceed.
    let rank = |percent: usize| times_ms[(count * percent).div_ceil(100).max(1) - 1];
    let sum: u128 = times_ms.iter().map(|time| u128::from(*time)).sum();
    Spread {
        count: count as u64,
        mean: tenths(sum, count as u128),
        p50: seconds(rank(50)),
        p90: seconds(rank(90)),
        longest: seconds(*longest),
    }
}

/// Milliseconds as seconds with one decimal, rounded half up.
#[must_use]
pub fn seconds(millis: u64) -> f64 {
    tenths(u128::from(millis), 1)
}

/// `millis / of` as seconds with one decimal, rounded half up.
fn tenths(millis: u128, of: u128) -> f64 {
    let tenths = (millis + 50 * of) / (100 * of);
    // Exact below 2^53 tenths, some 28 million years.
    tenths as f64 / 10.0
}
