//! Tickets' rows as they lie in the map.
//!
//! sled does as much for a value of eighty bytes as for one of a thousand, and a rush brings hundreds of tickets at once.
//! So the rows of [`TOGETHER`] tickets whose ids follow each other lie under one key, one behind the other: the ticket's
//! place among them (1 byte), the length of its row (2 bytes, high first), the row. A row that has grown large lies under
//! a key of its own, and its length among the others is 0.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use nowserving_shared::model::TicketId;

use super::folding::Replacement;
use super::table::{Table, TableError, VALUE_BYTES_MAX};
use crate::projection::history::TicketRow;

/// How many tickets' rows lie together.
pub(super) const TOGETHER: u64 = 8;
/// The longest row that lies with others, in bytes: with eight of them a value keeps below [`VALUE_BYTES_MAX`].
pub(super) const SHORT_BYTES_MAX: usize = 1_000;
/// The bytes before each row.
const HEAD_BYTES: usize = 3;

const _: () = assert!(TOGETHER as usize * (SHORT_BYTES_MAX + HEAD_BYTES) <= VALUE_BYTES_MAX);

/// Which rows lie together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group(u64);

impl Group {
    /// The group of a ticket.
    pub(super) fn of(ticket: TicketId) -> Self {
        Self(ticket.0 / TOGETHER)
    }

    /// Where it lies.
    pub(super) fn key(self) -> Vec<u8> {
        let mut key = vec![b't'];
        key.extend_from_slice(&self.0.to_be_bytes());
        key
    }

    /// The group that lies at `key`.
    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        let number = key.strip_prefix(b"t")?.try_into().ok()?;
        Some(Self(u64::from_be_bytes(number)))
    }

    fn ticket(self, place: u8) -> TicketId {
        TicketId(self.0 * TOGETHER + u64::from(place))
    }
}

/// Where the row of a ticket lies that is too long to lie with others.
fn long_key(ticket: TicketId) -> Vec<u8> {
    let mut key = vec![b'l'];
    key.extend_from_slice(&ticket.0.to_be_bytes());
    key
}

/// A row among others.
enum RowAt<'a> {
    Here(&'a [u8]),
    Apart,
}

/// The rows of a group, in the order of their ids.
fn places(group: Group, mut value: &[u8]) -> Result<Vec<(TicketId, RowAt<'_>)>, TableError> {
    let cut_off = || TableError::Damaged("the rows of some tickets are cut off".to_owned());
    let mut places = Vec::with_capacity(TOGETHER as usize);
    while let Some((head, rest)) = value.split_first_chunk::<HEAD_BYTES>() {
        let [place, high, low] = *head;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (row, rest) = rest.split_at_checked(length).ok_or_else(cut_off)?;
        let lies = if length == 0 {
            RowAt::Apart
        } else {
            RowAt::Here(row)
        };
        places.push((group.ticket(place), lies));
        value = rest;
    }
    if value.is_empty() {
        Ok(places)
    } else {
        Err(cut_off())
    }
}

fn long(table: &Table, ticket: TicketId) -> Result<Vec<u8>, TableError> {
    let missing = || TableError::Damaged(format!("the row of ticket {ticket} is missing"));
    table.get(&long_key(ticket))?.ok_or_else(missing)
}

/// The row of a ticket, if there is one.
pub(super) fn row(table: &Table, ticket: TicketId) -> Result<Option<TicketRow>, TableError> {
    let group = Group::of(ticket);
    let Some(value) = table.get(&group.key())? else {
        return Ok(None);
    };
    let found = places(group, &value)?
        .into_iter()
        .find(|(id, _)| *id == ticket);
    match found {
        Some((_, RowAt::Here(bytes))) => decode(bytes).map(Some),
        Some((_, RowAt::Apart)) => decode(&long(table, ticket)?).map(Some),
        None => Ok(None),
    }
}

/// Shows the rows of a group whose bytes are `wanted`.
pub(super) fn each(
    table: &Table,
    group: Group,
    value: &[u8],
    wanted: &dyn Fn(&[u8]) -> bool,
    show: &mut dyn FnMut(TicketRow),
) -> Result<(), TableError> {
    for (ticket, place) in places(group, value)? {
        let apart;
        let bytes = match place {
            RowAt::Here(bytes) => bytes,
            RowAt::Apart => {
                apart = long(table, ticket)?;
                &apart
            }
        };
        if wanted(bytes) {
            show(decode(bytes)?);
        }
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<TicketRow, TableError> {
    TicketRow::from_bytes(bytes)
        .map_err(|error| TableError::Damaged(format!("a row cannot be read: {error}")))
}

/// Groups of rows that are being changed, each read once and written once.
#[derive(Default)]
pub(super) struct Changing {
    groups: BTreeMap<Group, ChangingGroup>,
}

#[derive(Default)]
struct ChangingGroup {
    /// What the map has under its key.
    stored: Option<Vec<u8>>,
    rows: BTreeMap<TicketId, ChangingRow>,
}

/// A row of a group that is being changed.
enum ChangingRow {
    /// As it lies there; its bytes, or none of a long one.
    Untouched(Option<Vec<u8>>),
    /// Read, and changed perhaps; with what the map has under a key of its own.
    Read {
        row: Box<TicketRow>,
        long: Option<Vec<u8>>,
    },
}

impl Changing {
    fn group(&mut self, table: &Table, group: Group) -> Result<&mut ChangingGroup, TableError> {
        match self.groups.entry(group) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let stored = table.get(&group.key())?;
                let mut rows = BTreeMap::new();
                for (ticket, place) in places(group, stored.as_deref().unwrap_or_default())? {
                    let bytes = match place {
                        RowAt::Here(bytes) => Some(bytes.to_vec()),
                        RowAt::Apart => None,
                    };
                    rows.insert(ticket, ChangingRow::Untouched(bytes));
                }
                Ok(unknown.insert(ChangingGroup { stored, rows }))
            }
        }
    }

    /// The row of a ticket, to be changed; none when there is none.
    pub(super) fn row(
        &mut self,
        table: &Table,
        ticket: TicketId,
    ) -> Result<Option<&mut TicketRow>, TableError> {
        let group = self.group(table, Group::of(ticket))?;
        let Some(found) = group.rows.get_mut(&ticket) else {
            return Ok(None);
        };
        if let ChangingRow::Untouched(bytes) = found {
            let (row, long) = match bytes {
                Some(bytes) => (decode(bytes)?, None),
                None => {
                    let bytes = long(table, ticket)?;
                    (decode(&bytes)?, Some(bytes))
                }
            };
            let row = Box::new(row);
            *found = ChangingRow::Read { row, long };
        }
        match found {
            ChangingRow::Read { row, .. } => Ok(Some(row)),
            ChangingRow::Untouched(_) => Ok(None),
        }
    }

    /// Puts in the row of a ticket that has none.
    pub(super) fn insert(&mut self, table: &Table, row: TicketRow) -> Result<(), TableError> {
        let ticket = row.id;
        let group = self.group(table, Group::of(ticket))?;
        let row = Box::new(row);
        group
            .rows
            .insert(ticket, ChangingRow::Read { row, long: None });
        Ok(())
    }

    /// What becomes of the map by the changes.
    pub(super) fn finish(self, changes: &mut Vec<Replacement>) -> Result<(), TableError> {
        for (group, ChangingGroup { stored, rows }) in self.groups {
            let untouched = |row: &ChangingRow| matches!(row, ChangingRow::Untouched(_));
            if rows.values().all(untouched) {
                continue;
            }
            let mut value = Vec::with_capacity(stored.as_ref().map_or(0, Vec::len) + 128);
            for (ticket, row) in rows {
                let bytes = match row {
                    ChangingRow::Untouched(bytes) => bytes,
                    ChangingRow::Read { row, long } => {
                        let bytes = encode(&row)?;
                        // What lies apart stays there: whoever reads the others at the same time must find it.
                        let (short, new) = if bytes.len() > SHORT_BYTES_MAX || long.is_some() {
                            (None, Some(bytes))
                        } else {
                            (Some(bytes), None)
                        };
                        if new.is_some() {
                            changes.push(Replacement {
                                key: long_key(ticket),
                                old: long,
                                new,
                            });
                        }
                        short
                    }
                };
                push(&mut value, ticket, bytes.as_deref().unwrap_or_default());
            }
            changes.push(Replacement {
                key: group.key(),
                old: stored,
                new: Some(value),
            });
        }
        Ok(())
    }
}

fn encode(row: &TicketRow) -> Result<Vec<u8>, TableError> {
    let bytes = row.to_bytes();
    let bytes = bytes.map_err(|error| TableError::Damaged(error.to_string()))?;
    if bytes.len() > VALUE_BYTES_MAX {
        let what = format!("a row of {} bytes is too large to be stored", bytes.len());
        return Err(TableError::Damaged(what));
    }
    Ok(bytes)
}

/// Puts a short row, or nothing for a long one, behind the others.
fn push(value: &mut Vec<u8>, ticket: TicketId, bytes: &[u8]) {
    let place = u8::try_from(ticket.0 % TOGETHER).unwrap_or(u8::MAX);
    let length = u16::try_from(bytes.len()).unwrap_or(0);
    value.push(place);
    value.extend_from_slice(&length.to_be_bytes());
    value.extend_from_slice(bytes);
}
