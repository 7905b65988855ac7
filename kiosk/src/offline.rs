//! When the server is away: the kiosk goes on from the numbers that it holds, and hands over what it gave out.
//!
//! While it is connected, the kiosk holds some numbers of each service ([leases](nowserving_shared::domain::lease)). Without
//! the server it gives these out. Each is on the disk of the kiosk, in a journal of its own ([`ledger`]), before it is
//! shown or printed; screen and paper say that the wait is not known. When the link is back the tickets are handed over and
//! stand in their queues by the time at which they were taken.
//!
//! | what happens | what comes of it |
//! |---|---|
//! | the leases of a service are used up, or their hours are over | the service says so and sends to the information desk; the others go on |
//! | the kiosk dies with tickets that were not handed over | it reads its journal when it starts again and hands them over then, each once: a ticket is told by its id |
//! | the reply to a hand-over is lost | the same tickets are handed over again; the server says that it has them |
//! | the clock is wrong | offline goes the hall's clock as last heard and what passed since; after a start without the server the device's own, but never before what is in the journal. The server takes no time before the number was granted and none to come, and the kiosk's log names the difference |
//! | an administrator revokes the leases | none is given out from the next contact on; what was given out is accepted |
//! | the kiosk itself is revoked | it gives out nothing from the moment it is told; enrolled again as the same device it hands over what people hold |
//! | tickets come after their business day | they are in the history as taken and closed; where open tickets are carried over the day's end, they wait |
//! | the journal cannot be written | nobody gets a number that is not on disk: the page says sorry, and the number is not given to anybody else before a restart |
//! | the end of the journal is torn by a power cut | it is cut: that number was not shown to anybody |
//! | the journal is damaged, or of a newer build | the log says where; the kiosk starts and gives out no number without the server |
//! | a request may have reached the server and the customer was served from a lease | after the hand-over the kiosk asks again with the same key and cancels the ticket that the server made of it; that it has to is in the journal as well |
//!
//! [`book`] is what the kiosk holds and owes, as a fold over the [entries](record) of the journal; the state machine and the
//! journal's thread each keep one. [`keeper`] is that thread.

pub mod book;
pub mod keeper;
pub mod ledger;
pub mod record;
#[cfg(test)]
pub(crate) mod tests;

use std::path::Path;

use nowserving_shared::model::TicketId;
use nowserving_shared::protocol::http::HallView;
use nowserving_shared::protocol::kiosk::{HandedOver, LeaseRequest, LeaseView, TakenTicket};
use serde::{Deserialize, Serialize};

pub use book::Book;
pub use keeper::Keeper;
pub use record::{Entry, Undo};

use ledger::Ledger;

/// What was found on the disk when the kiosk started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// The hall as it was last heard.
    pub hall: Option<HallView>,
    /// What the kiosk holds and owes; none: it has no journal, and gives out nothing without the server.
    pub book: Option<Book>,
}

/// What the kiosk does with the server for the sake of its leases; one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// Asks for numbers.
    Lease,
    /// Hands over tickets.
    HandOver,
    /// Cancels a ticket that nobody holds.
    Undo,
}

/// What happens to the leases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OfflineEvent {
    /// The kiosk has started.
    Restored(Box<Restored>),
    /// The numbers that the kiosk may give out from now on are in the journal.
    Leased(Entry),
    /// A number that was given out is in the journal: now it may be shown.
    Taken {
        /// Which.
        ticket: TicketId,
    },
    /// It is not, or nobody knows: it must not be shown.
    NotTaken {
        /// Which.
        ticket: TicketId,
        /// Why.
        why: String,
    },
    /// Tickets were handed over, and the journal has that.
    HandedOver(Vec<HandedOver>),
    /// A ticket that nobody holds is cancelled, or there was none; the journal has that.
    Undone {
        /// The key of its step.
        key: String,
    },
    /// An errand came to nothing; it is tried again.
    Failed {
        /// Which.
        errand: Errand,
        /// Why.
        why: String,
    },
    /// The server does not let this kiosk in.
    Barred(String),
}

/// What is wished for the leases.
#[derive(Debug, Clone, PartialEq)]
pub enum OfflineEffect {
    /// Ask the server for numbers; answered by [`OfflineEvent::Leased`].
    Lease(LeaseRequest),
    /// Write down that a number is given out; answered by [`OfflineEvent::Taken`] or [`OfflineEvent::NotTaken`].
    Take {
        /// Which.
        taken: TakenTicket,
        /// What the server may have made of the same wish.
        undo: Option<Undo>,
        /// Its number, when the person is known.
        lease: Option<Box<LeaseView>>,
    },
    /// Hand tickets over; answered by [`OfflineEvent::HandedOver`].
    HandOver(Vec<TakenTicket>),
    /// Cancel what the server may have made of a step; answered by [`OfflineEvent::Undone`].
    Undo(Undo),
}

/// Replaces the secrets of tickets by `instead`.
pub fn without_secrets(event: &mut OfflineEvent, instead: &str) {
    let leases: Vec<&mut LeaseView> = match event {
        OfflineEvent::Restored(restored) => restored
            .book
            .iter_mut()
            .flat_map(Book::secrets_mut)
            .collect(),
        OfflineEvent::Leased(Entry::Leases { leases, .. }) => leases.iter_mut().collect(),
        OfflineEvent::Leased(Entry::Taken { lease, .. }) => {
            lease.iter_mut().map(|lease| &mut **lease).collect()
        }
        OfflineEvent::Leased(
            Entry::HandedOver { .. } | Entry::ToUndo { .. } | Entry::Undone { .. },
        )
        | OfflineEvent::Taken { .. }
        | OfflineEvent::NotTaken { .. }
        | OfflineEvent::HandedOver(_)
        | OfflineEvent::Undone { .. }
        | OfflineEvent::Failed { .. }
        | OfflineEvent::Barred(_) => Vec::new(),
    };
    for lease in leases {
        instead.clone_into(&mut lease.token);
    }
}

/// Writes an event into the program's log.
pub fn log(event: &OfflineEvent) {
    match event {
        OfflineEvent::Restored(_) | OfflineEvent::Leased(_) => {}
        OfflineEvent::Taken { ticket } => {
            tracing::info!(%ticket, "a number was given out without the server");
        }
        OfflineEvent::NotTaken { ticket, why } => {
            tracing::error!(%ticket, why, "a number could not be written down and is not given out");
        }
        OfflineEvent::HandedOver(became) => {
            for one in became {
                tracing::info!(ticket = %one.ticket, became = ?one.became, "a ticket is handed over");
            }
        }
        OfflineEvent::Undone { key } => tracing::info!(key, "nobody's ticket is cancelled"),
        OfflineEvent::Failed { errand, why } => {
            tracing::warn!(?errand, why, "is tried again");
        }
        OfflineEvent::Barred(why) => tracing::error!(why, "the server does not let this kiosk in"),
    }
}

/// Opens what a kiosk keeps in its data directory. Whatever is wrong there is in the log, and the kiosk goes on without.
#[must_use]
pub fn open(data: &Path) -> (Restored, Option<Keeper>) {
    let hall = keeper::read_hall(data).unwrap_or_else(|error| {
        tracing::error!(%error, "the hall as it was last heard cannot be read");
        None
    });
    let opened = Ledger::open(data).map_err(|error| error.to_string());
    let opened = opened.and_then(|ledger| {
        let book = ledger.book().clone();
        let keeper = Keeper::start(ledger, data).map_err(|error| error.to_string())?;
        Ok((book, keeper))
    });
    match opened {
        Ok((book, keeper)) => {
            let (to_hand_over, to_undo) = (book.pending().len(), book.undos().len());
            tracing::info!(to_hand_over, to_undo, "the kiosk's journal is open");
            let book = Some(book);
            (Restored { hall, book }, Some(keeper))
        }
        Err(error) => {
            tracing::error!(
                error,
                "the kiosk's journal cannot be used: no numbers are given out while the server is away. If it is damaged, \
                 keep a copy of its directory, which may hold tickets that were not handed over, and move it out of the way"
            );
            (Restored { hall, book: None }, None)
        }
    }
}
