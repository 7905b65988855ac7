//! Events folded into the map, group by group, each group as one atomic batch.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use nowserving_shared::model::{BusinessDay, TicketId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::layout::{self, DayRow, KEYS_PER_ROW, State};
use super::rows::Changing;
use super::table::{Change, Table, TableError};
use crate::keys::{KeyAt, TooOld};
use crate::projection::history::{self, Rows, TicketRow};
use crate::record::Entry;

/// The map and how far it reaches.
pub(super) struct Folder {
    table: Arc<Table>,
    state: State,
}

/// An entry of the map that becomes another. What it was is known already, so that nothing is read twice.
pub(super) struct Replacement {
    pub(super) key: Vec<u8>,
    pub(super) old: Option<Vec<u8>>,
    pub(super) new: Option<Vec<u8>>,
}

impl Folder {
    pub(super) fn new(table: Arc<Table>, state: State) -> Self {
        Self { table, state }
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// Takes events into account; those that it has already are passed over, and keys that are too old are left out.
    pub(super) fn fold(&mut self, entries: &[&Entry], too_old: TooOld) -> Result<(), TableError> {
        let table = self.table.clone();
        let mut pending = Pending {
            table: &table,
            rows: Changing::default(),
            days: BTreeMap::new(),
        };
        let mut keys = Vec::new();
        let mut last = None;
        for entry in entries {
            let seq = entry.recorded.seq;
            if seq <= self.state.seq {
                continue;
            }
            if seq != self.state.seq + 1 {
                let expected = self.state.seq + 1;
                let what = format!("event {seq} came where event {expected} was expected");
                return Err(TableError::Damaged(what));
            }
            history::fold(&mut self.state.day, &mut pending, &entry.recorded)?;
            keys.extend(KeyAt::of(entry).filter(|key| !too_old.is(key)));
            self.state.seq = seq;
            self.state.newest = self.state.newest.max(entry.recorded.at);
            last = Some(entry);
        }
        let Some(last) = last else { return Ok(()) };
        self.state.entry = layout::entry_digest(last);
        let mut changes = pending.into_changes()?;
        changes.extend(keys.chunks(KEYS_PER_ROW).filter_map(|some| {
            Some(Replacement {
                key: layout::keys_key(some.first()?.seq),
                old: None,
                new: Some(layout::write_keys(some)),
            })
        }));
        self.commit(changes)
    }

    /// Writes the changes and the state after them.
    fn commit(&mut self, replacements: Vec<Replacement>) -> Result<(), TableError> {
        let mut changes: Vec<Change> = Vec::with_capacity(replacements.len() + 1);
        for Replacement { key, old, new } in replacements {
            if let Some(old) = old {
                self.state.sum.subtract(&key, &old);
                self.state.entries = self.state.entries.saturating_sub(1);
            }
            if let Some(new) = &new {
                self.state.sum.add(&key, new);
                self.state.entries += 1;
            }
            changes.push((key, new));
        }
        changes.push((layout::STATE_KEY.to_vec(), Some(encode(&self.state)?)));
        self.table.apply(changes)
    }

    /// Removes the rows of idempotency keys that are too old: `rows_max` at most, the oldest first.
    pub(super) fn prune(&mut self, rows_max: usize) -> Result<(), TableError> {
        let too_old = self.too_old();
        let mut changes = Vec::new();
        let mut fault = None;
        let (first, last) = (layout::FIRST_KEYS_KEY, layout::LAST_KEYS_KEY);
        self.table.scan(first, last, |key, value| {
            match layout::read_keys(key, value) {
                Ok(keys) if keys.iter().all(|key| too_old.is(key)) => {
                    changes.push(Replacement {
                        key: key.to_vec(),
                        old: Some(value.to_vec()),
                        new: None,
                    });
                }
                // What follows is younger.
                Ok(_) => return ControlFlow::Break(()),
                Err(error) => fault = Some(error),
            }
            if changes.len() < rows_max && fault.is_none() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        match fault {
            Some(fault) => Err(fault),
            None if changes.is_empty() => Ok(()),
            None => self.commit(changes),
        }
    }

    /// Which keys are too old.
    pub(super) fn too_old(&self) -> TooOld {
        TooOld::at(self.state.newest, self.state.seq)
    }
}

/// A day or the state as it is stored.
fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, TableError> {
    serde_json::to_vec(value).map_err(|error| TableError::Damaged(error.to_string()))
}

/// A day or the state that was stored.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, TableError> {
    serde_json::from_slice(bytes)
        .map_err(|error| TableError::Damaged(format!("an entry cannot be read: {error}")))
}

/// What a group of events changes.
struct Pending<'a> {
    table: &'a Table,
    rows: Changing,
    /// The tickets that the group issued, by day: first, last, how many.
    days: BTreeMap<BusinessDay, DayRow>,
}

impl Rows for Pending<'_> {
    type Error = TableError;

    fn row(&mut self, ticket: TicketId) -> Result<Option<&mut TicketRow>, TableError> {
        self.rows.row(self.table, ticket)
    }

    fn insert(&mut self, row: TicketRow) -> Result<(), TableError> {
        let day = self.days.entry(row.day).or_insert(DayRow {
            first: row.id,
            last: row.id,
            tickets: 0,
        });
        day.first = day.first.min(row.id);
        day.last = day.last.max(row.id);
        day.tickets += 1;
        self.rows.insert(self.table, row)
    }
}

impl Pending<'_> {
    fn into_changes(self) -> Result<Vec<Replacement>, TableError> {
        let mut changes = Vec::new();
        for (day, new) in self.days {
            let key = layout::day_key(day);
            let old = self.table.get(&key)?;
            let row = match &old {
                None => new,
                Some(bytes) => {
                    let old: DayRow = decode(bytes)?;
                    DayRow {
                        first: old.first.min(new.first),
                        last: old.last.max(new.last),
                        tickets: old.tickets + new.tickets,
                    }
                }
            };
            let new = Some(encode(&row)?);
            changes.push(Replacement { key, old, new });
        }
        self.rows.finish(&mut changes)?;
        Ok(changes)
    }
}
