//! Events folded into the map, group by group, each group as one atomic batch.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use nowserving_shared::model::{BusinessDay, Moment, TicketId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::layout::{self, DayRow, KeyRow, State};
use super::table::{Change, Table, TableError, VALUE_BYTES_MAX};
use crate::projection::history::{self, Rows, TicketRow};
use crate::record::Entry;

/// How long an idempotency key is kept at least, in milliseconds of the hall's time.
pub(super) const KEY_AGE_MS: i64 = 24 * 3_600_000;

/// The map and how far it reaches.
pub(super) struct Folder {
    table: Arc<Table>,
    state: State,
    /// Where the search for keys that are too old goes on.
    prune_from: Vec<u8>,
}

impl Folder {
    pub(super) fn new(table: Arc<Table>, state: State) -> Self {
        Self {
            table,
            state,
            prune_from: layout::FIRST_COMMAND_KEY.to_vec(),
        }
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// Takes events into account; those that it has already are passed over. Keys from before `keys_since` are left out.
    pub(super) fn fold(
        &mut self,
        entries: &[&Entry],
        keys_since: Moment,
    ) -> Result<(), TableError> {
        let table = self.table.clone();
        let mut pending = Pending {
            table: &table,
            rows: BTreeMap::new(),
            fresh: HashSet::new(),
            days: BTreeMap::new(),
        };
        let mut changes = BTreeMap::new();
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
            if let Some((key, row)) = key_row(entry).filter(|(_, row)| row.at >= keys_since) {
                changes.insert(key, Some(encode(&row)?));
            }
            self.state.seq = seq;
            self.state.newest = self.state.newest.max(entry.recorded.at);
            last = Some(entry);
        }
        let Some(last) = last else { return Ok(()) };
        self.state.entry = layout::entry_digest(last);
        let fresh = std::mem::take(&mut pending.fresh);
        pending.into_changes(&mut changes)?;
        self.commit(changes, &fresh)
    }

    /// Writes the changes and the state after them. The map has nothing under the keys that are `fresh`, so they need not be
    /// looked up.
    fn commit(
        &mut self,
        changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
        fresh: &HashSet<Vec<u8>>,
    ) -> Result<(), TableError> {
        for (key, value) in &changes {
            if !fresh.contains(key)
                && let Some(old) = self.table.get(key)?
            {
                self.state.sum.subtract(key, &old);
                self.state.entries = self.state.entries.saturating_sub(1);
            }
            if let Some(new) = value {
                self.state.sum.add(key, new);
                self.state.entries += 1;
            }
        }
        let mut changes: Vec<Change> = changes.into_iter().collect();
        changes.push((layout::STATE_KEY.to_vec(), Some(encode(&self.state)?)));
        self.table.apply(changes)
    }

    /// Looks at the next `look_max` idempotency keys and removes those that are too old; these keys.
    pub(super) fn prune(&mut self, look_max: usize) -> Result<Vec<String>, TableError> {
        let keep_since = self.keep_keys_since();
        let mut changes = BTreeMap::new();
        let mut gone = Vec::new();
        let mut looked = 0;
        let mut next = None;
        let mut fault = None;
        self.table
            .scan(&self.prune_from, layout::LAST_COMMAND_KEY, |key, value| {
                if looked == look_max {
                    next = Some(key.to_vec());
                    return ControlFlow::Break(());
                }
                looked += 1;
                match (layout::key_of_command_key(key), decode::<KeyRow>(value)) {
                    (Some(text), Ok(row)) if row.at < keep_since => {
                        gone.push(text.to_owned());
                        changes.insert(key.to_vec(), None);
                    }
                    (Some(_), Ok(_)) | (None, _) => {}
                    (Some(_), Err(error)) => fault = Some(error),
                }
                ControlFlow::Continue(())
            })?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        self.prune_from = next.unwrap_or_else(|| layout::FIRST_COMMAND_KEY.to_vec());
        if !changes.is_empty() {
            self.commit(changes, &HashSet::new())?;
        }
        Ok(gone)
    }

    /// Keys from before this are too old.
    pub(super) fn keep_keys_since(&self) -> Moment {
        Moment(self.state.newest.0.saturating_sub(KEY_AGE_MS))
    }
}

fn key_row(entry: &Entry) -> Option<(Vec<u8>, KeyRow)> {
    let key = entry.key.as_ref()?;
    let row = KeyRow {
        fingerprint: key.fingerprint.clone(),
        first_seq: entry.recorded.seq,
        events: key.events,
        at: entry.recorded.at,
    };
    Some((layout::command_key(&key.key), row))
}

/// The value as it is stored.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, TableError> {
    let bytes =
        serde_json::to_vec(value).map_err(|error| TableError::Damaged(error.to_string()))?;
    if bytes.len() > VALUE_BYTES_MAX {
        let what = format!("a value of {} bytes is too large to be stored", bytes.len());
        return Err(TableError::Damaged(what));
    }
    Ok(bytes)
}

/// A stored value read.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, TableError> {
    serde_json::from_slice(bytes)
        .map_err(|error| TableError::Damaged(format!("an entry cannot be read: {error}")))
}

/// The rows that a group of events changes, each read once and written once.
struct Pending<'a> {
    table: &'a Table,
    rows: BTreeMap<TicketId, TicketRow>,
    /// The keys of rows that the map does not have.
    fresh: HashSet<Vec<u8>>,
    /// The tickets that the group issued, by day: first, last, how many.
    days: BTreeMap<BusinessDay, DayRow>,
}

impl Rows for Pending<'_> {
    type Error = TableError;

    fn row(&mut self, ticket: TicketId) -> Result<Option<&mut TicketRow>, TableError> {
        match self.rows.entry(ticket) {
            Slot::Occupied(slot) => Ok(Some(slot.into_mut())),
            Slot::Vacant(slot) => match self.table.get(&layout::row_key(ticket))? {
                Some(bytes) => Ok(Some(slot.insert(decode(&bytes)?))),
                None => Ok(None),
            },
        }
    }

    fn insert(&mut self, row: TicketRow) {
        let day = self.days.entry(row.day).or_insert(DayRow {
            first: row.id,
            last: row.id,
            tickets: 0,
        });
        day.first = day.first.min(row.id);
        day.last = day.last.max(row.id);
        day.tickets += 1;
        self.fresh.insert(layout::row_key(row.id));
        self.rows.insert(row.id, row);
    }
}

impl Pending<'_> {
    fn into_changes(
        self,
        changes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    ) -> Result<(), TableError> {
        for (day, new) in self.days {
            let key = layout::day_key(day);
            let row = match self.table.get(&key)? {
                None => new,
                Some(bytes) => {
                    let old: DayRow = decode(&bytes)?;
                    DayRow {
                        first: old.first.min(new.first),
                        last: old.last.max(new.last),
                        tickets: old.tickets + new.tickets,
                    }
                }
            };
            changes.insert(key, Some(encode(&row)?));
        }
        for (ticket, row) in self.rows {
            changes.insert(layout::row_key(ticket), Some(encode(&row)?));
        }
        Ok(())
    }
}
