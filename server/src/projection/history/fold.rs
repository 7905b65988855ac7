//! Events folded into rows, wherever the rows are kept.

use std::collections::BTreeMap;
use std::convert::Infallible;

use nowserving_shared::domain::{Event, Recorded};
use nowserving_shared::model::{BusinessDay, TicketId};

use super::TicketRow;

/// Where the rows are while they are folded.
pub trait Rows {
    /// Why a row cannot be had.
    type Error;

    /// The row of a ticket, to be changed; none when there is none.
    ///
    /// # Errors
    /// When it cannot be had.
    fn row(&mut self, ticket: TicketId) -> Result<Option<&mut TicketRow>, Self::Error>;

    /// Puts in the row of a ticket that has none.
    ///
    /// # Errors
    /// When there is no place for it.
    fn insert(&mut self, row: TicketRow) -> Result<(), Self::Error>;
}

/// Takes one event into account. `day` is the business day, as far as it is known; it changes with
/// [`Event::DayOpened`].
///
/// # Errors
/// Only those of `rows`.
pub fn fold<R: Rows>(
    day: &mut Option<BusinessDay>,
    rows: &mut R,
    recorded: &Recorded,
) -> Result<(), R::Error> {
    if let Event::DayOpened { day: opened } = &recorded.event {
        *day = Some(*opened);
        return Ok(());
    }
    let Some(ticket) = ticket_of(&recorded.event) else {
        return Ok(());
    };
    if let Some(row) = rows.row(ticket)? {
        row.apply(recorded);
    } else if let Some(row) = day.and_then(|day| TicketRow::issued(day, recorded)) {
        rows.insert(row)?;
    }
    Ok(())
}

/// The ticket that an event is about.
#[must_use]
pub fn ticket_of(event: &Event) -> Option<TicketId> {
    match event {
        Event::Issued { ticket, .. }
        | Event::Called { ticket, .. }
        | Event::Recalled { ticket, .. }
        | Event::CallUndone { ticket, .. }
        | Event::Started { ticket, .. }
        | Event::Finished { ticket, .. }
        | Event::Missed { ticket, .. }
        | Event::Held { ticket, .. }
        | Event::Returned { ticket, .. }
        | Event::Transferred { ticket, .. }
        | Event::ServiceAdded { ticket, .. }
        | Event::Cancelled { ticket, .. }
        | Event::Closed { ticket, .. }
        | Event::TakenTooLate { ticket, .. } => Some(*ticket),
        Event::ConfigurationLoaded { .. }
        | Event::DayOpened { .. }
        | Event::WindowSignedOn { .. }
        | Event::WindowSignedOff { .. }
        | Event::WindowPaused { .. }
        | Event::WindowResumed { .. }
        | Event::PairingOffered { .. }
        | Event::Enrolled { .. }
        | Event::Revoked { .. }
        | Event::PasswordSet { .. }
        | Event::SessionOpened { .. }
        | Event::SessionEnded { .. }
        | Event::HelpCalled { .. }
        | Event::HelpAnswered { .. }
        | Event::Leased { .. }
        | Event::LeasesRevoked { .. }
        | Event::LeasesEnded { .. } => None,
    }
}

/// All rows of a history, in memory: for tools and tests, where the whole history is read at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The business day.
    pub day: Option<BusinessDay>,
    /// Every ticket's row.
    pub rows: BTreeMap<TicketId, TicketRow>,
}

impl History {
    /// Takes the next event into account.
    pub fn fold(&mut self, recorded: &Recorded) {
        let Ok(()) = fold(&mut self.day, &mut self.rows, recorded);
    }

    /// The rows of a day, in the order of their issue.
    pub fn of_day(&self, day: BusinessDay) -> impl Iterator<Item = &TicketRow> {
        self.rows.values().filter(move |row| row.day == day)
    }
}

impl Rows for BTreeMap<TicketId, TicketRow> {
    type Error = Infallible;

    fn row(&mut self, ticket: TicketId) -> Result<Option<&mut TicketRow>, Infallible> {
        Ok(self.get_mut(&ticket))
    }

    fn insert(&mut self, row: TicketRow) -> Result<(), Infallible> {
        self.insert(row.id, row);
        Ok(())
    }
}
