//! Comparing the store's rows with those that the events give.
//!
//! Opening a store may change it: one that is damaged is set aside and made again. So a copy of it is opened, and what
//! opening has to say of the copy is what the next start would say.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context as _, bail};
use nowserving_shared::domain::Recorded;
use nowserving_shared::model::{BusinessDay, TicketId};
use tempfile::TempDir;

use super::super::data_dir::{DataDir, Past};
use super::super::progress::Bar;
use super::Report;
use crate::projection::history::{self, Rows, TicketRow};
use crate::store::{self, Store, StoreError};

/// How many differing tickets are named.
const NAMED_MAX: usize = 10;
/// How deep directories lie in a store.
const DEPTH_MAX: u32 = 4;
/// What an earlier start set aside, in the store's directory: it tells nothing of the present store.
const ASIDE: &str = "aside";

/// What became of the store.
enum Found {
    /// It is not compared, for this reason.
    Skipped(&'static str),
    /// The next start would make it again, for this reason.
    Damaged(String),
    /// A copy of it is open, in a directory that goes away with it.
    Open {
        store: Store,
        /// How many events it lacked. A store may lag behind the journal; one that has lost everything looks like a new one.
        lacked: u64,
        _copy: TempDir,
    },
}

/// Folds the events and compares each row once nothing more can happen to it.
pub(super) struct StoreChecker {
    found: Found,
    day: Option<BusinessDay>,
    live: LiveRows,
    compared: u64,
    different: u64,
    /// The first that differ, each with what is wrong.
    named: Vec<String>,
}

impl StoreChecker {
    pub(super) fn new(data: &DataDir, past: &Past) -> anyhow::Result<Self> {
        Ok(Self {
            found: look_at(data, past)?,
            day: None,
            live: LiveRows::default(),
            compared: 0,
            different: 0,
            named: Vec::new(),
        })
    }

    /// Takes the next event into account.
    pub(super) fn take(&mut self, recorded: &Recorded) {
        if !matches!(self.found, Found::Open { .. }) {
            return;
        }
        let Ok(()) = history::fold(&mut self.day, &mut self.live, recorded);
        let Some(ticket) = history::ticket_of(&recorded.event) else {
            return;
        };
        let ended = self
            .live
            .0
            .get(&ticket)
            .is_some_and(|row| row.end.is_some());
        if let Some(row) = ended.then(|| self.live.0.remove(&ticket)).flatten() {
            self.compare(&row);
        }
    }

    fn compare(&mut self, row: &TicketRow) {
        let Found::Open { store, .. } = &self.found else {
            return;
        };
        self.compared += 1;
        let fault = match store.ticket(row.id) {
            Ok(Some(found)) if found == *row => return,
            Ok(Some(_)) => "its row differs".to_owned(),
            Ok(None) => "it has no row".to_owned(),
            Err(error) => error.to_string(),
        };
        self.different += 1;
        if self.named.len() < NAMED_MAX {
            let (id, label, day) = (row.id.0, &row.label, row.day);
            self.named
                .push(format!("ticket {id} ({label} of {day}): {fault}"));
        }
    }

    pub(super) fn report(mut self, report: &mut Report<'_>) -> io::Result<()> {
        for row in std::mem::take(&mut self.live.0).values() {
            self.compare(row);
        }
        let (store, lacked) = match &self.found {
            Found::Skipped(why) => return report.skipped("store", why),
            Found::Damaged(what) => {
                let found = format!("{what}; the next start makes it again from the journal");
                return report.bad("store", &found);
            }
            Found::Open { store, lacked, .. } => (store, *lacked),
        };
        for line in &self.named {
            report.bad("store", line)?;
        }
        let (compared, different) = (self.compared, self.different);
        match count(store) {
            Ok(rows) if rows != compared => {
                let found = format!("it has {rows} rows, and {compared} tickets were issued");
                report.bad("store", &found)
            }
            Ok(_) if different > 0 => {
                report.bad("store", &format!("{different} of {compared} rows differ"))
            }
            Ok(_) => {
                let behind = match lacked {
                    0 => String::new(),
                    _ => format!(
                        "; it lacks the last {lacked} events, which the next start gives it"
                    ),
                };
                let found = format!("{compared} rows as the events give them{behind}");
                report.good("store", &found)
            }
            Err(error) => report.bad("store", &error.to_string()),
        }
    }
}

/// How many rows a store has.
fn count(store: &Store) -> Result<u64, StoreError> {
    let mut rows = 0;
    for day in store.days()? {
        rows += store.summary(day)?.all.issued;
    }
    Ok(rows)
}

fn look_at(data: &DataDir, past: &Past) -> anyhow::Result<Found> {
    if past.running {
        return Ok(Found::Skipped(
            "in use by the running hall; stop it to have the store compared",
        ));
    }
    if !data.store().is_dir() {
        return Ok(Found::Skipped("not there; the next start makes it"));
    }
    let scratch = tempfile::Builder::new()
        .prefix("nowserving-verify-")
        .tempdir()
        .context(
            "there is no place for a copy of the store: set TMPDIR to a directory with room",
        )?;
    copy(&data.store(), scratch.path(), DEPTH_MAX).with_context(|| {
        format!(
            "the store cannot be copied to {}: set TMPDIR to a directory with room for it",
            scratch.path().display()
        )
    })?;
    if Past::is_running(data) {
        return Ok(Found::Skipped(
            "the hall was started meanwhile; stop it to have the store compared",
        ));
    }
    let bar = Bar::new("checking the store");
    let opened = Store::open(scratch.path(), past, &mut |done, total| bar.at(done, total));
    drop(bar);
    Ok(match opened {
        Ok(store::Opened { store, report, .. }) => match report.rebuilt {
            Some(what) => Found::Damaged(what),
            None => Found::Open {
                store,
                lacked: report.folded,
                _copy: scratch,
            },
        },
        // The replay says what is wrong with the records.
        Err(StoreError::Journal(_) | StoreError::Record(_)) => {
            Found::Skipped("it cannot be brought up to date with these records")
        }
        Err(
            error @ (StoreError::Locked { .. }
            | StoreError::Io { .. }
            | StoreError::Unusable { .. }
            | StoreError::NoRoom { .. }
            | StoreError::Away(_)),
        ) => return Err(error).context("the copy of the store cannot be opened"),
    })
}

/// Copies what lies in `from` into the directory `to`.
fn copy(from: &Path, to: &Path, depth: u32) -> anyhow::Result<()> {
    if depth == 0 {
        bail!("{} lies too deep for a store", from.display());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        if name == ASIDE {
            continue;
        }
        let place = to.join(&name);
        if kind.is_dir() {
            fs::create_dir(&place)?;
            copy(&entry.path(), &place, depth - 1)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// The rows of tickets that live: a row that has ended is compared and let go, so that a long history needs no more room
/// than a short one.
#[derive(Default)]
struct LiveRows(BTreeMap<TicketId, TicketRow>);

impl Rows for LiveRows {
    type Error = Infallible;

    fn row(&mut self, ticket: TicketId) -> Result<Option<&mut TicketRow>, Infallible> {
        Ok(self.0.get_mut(&ticket))
    }

    fn insert(&mut self, row: TicketRow) -> Result<(), Infallible> {
        self.0.insert(row.id, row);
        Ok(())
    }
}
