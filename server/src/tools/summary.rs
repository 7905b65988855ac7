//! The figures of a day, made of the journal alone.
//!
//! They are the same, to the last byte, as those that the server reads from its store: both fold the same events by the
//! same rules.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use nowserving_shared::domain::Event;
use nowserving_shared::model::{BusinessDay, TicketId};
use nowserving_shared::protocol::http::DaySummary;

use super::data_dir::{DataDir, Past};
use super::progress::Bar;
use crate::projection::history::{self, Rows, TicketRow};
use crate::projection::summary::summarize;
use crate::recovery::replay;

/// How many events lie between two movements of the bar.
const PROGRESS_EVERY: u64 = 4096;
/// The rows of how many days are held while it is not known which one is the last.
const DAYS_KEPT: usize = 3;

/// The figures of `day`, or of the last business day that the hall in `data` opened. Their JSON goes to `out`, on one line.
/// The hall may be running.
///
/// # Errors
/// When the data cannot be read, or no business day was ever opened and none is named.
pub fn summary(
    data: &Path,
    day: Option<BusinessDay>,
    out: &mut dyn Write,
) -> anyhow::Result<DaySummary> {
    let past = Past::open(&DataDir::existing(data)?)?;
    let bar = Bar::new("adding up");
    let total = past.head.seq;
    let mut present = None;
    let mut rows = RowsOfDay {
        wanted: day,
        latest: VecDeque::new(),
        rows: BTreeMap::new(),
    };
    replay(past.read()?, 1, &mut |entry| {
        rows.follow(&entry.recorded.event);
        let Ok(()) = history::fold(&mut present, &mut rows, &entry.recorded);
        if entry.recorded.seq.is_multiple_of(PROGRESS_EVERY) {
            bar.at(entry.recorded.seq, total);
        }
    })?;
    drop(bar);
    let day = day
        .or(present)
        .context("the hall has not opened a business day yet: there is nothing to add up")?;
    let of_day = rows.rows.values().filter(|row| row.day == day);
    let summary = summarize(day, of_day);
    serde_json::to_writer(&mut *out, &summary)?;
    writeln!(out)?;
    Ok(summary)
}

/// The rows of one day: of the wanted one, or of those that were opened last.
struct RowsOfDay {
    wanted: Option<BusinessDay>,
    /// The days that were opened last, the latest at the end.
    latest: VecDeque<BusinessDay>,
    rows: BTreeMap<TicketId, TicketRow>,
}

impl RowsOfDay {
    /// While the latest day is wanted, the rows of earlier ones are let go; not at once, because a day goes on that was
    /// open before a clock ran ahead.
    fn follow(&mut self, event: &Event) {
        let (None, Event::DayOpened { day }) = (self.wanted, event) else {
            return;
        };
        self.latest.retain(|known| known != day);
        self.latest.push_back(*day);
        if self.latest.len() > DAYS_KEPT {
            self.latest.pop_front();
            let latest = &self.latest;
            self.rows.retain(|_, row| latest.contains(&row.day));
        }
    }
}

impl Rows for RowsOfDay {
    type Error = Infallible;

    fn row(&mut self, ticket: TicketId) -> Result<Option<&mut TicketRow>, Infallible> {
        Ok(self.rows.get_mut(&ticket))
    }

    fn insert(&mut self, row: TicketRow) -> Result<(), Infallible> {
        if self.wanted.is_none_or(|wanted| row.day == wanted) {
            self.rows.insert(row.id, row);
        }
        Ok(())
    }
}
