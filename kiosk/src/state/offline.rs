//! The part of the state machine that goes on while the server is away: see [`offline`](crate::offline).

use std::collections::BTreeMap;
use std::time::Duration;

use nowserving_shared::domain::lease::{
    HAND_OVER_MAX, LEASED_PER_DEVICE_MAX, LEASED_PER_SERVICE_MAX,
};
use nowserving_shared::model::{Moment, ServiceId};
use nowserving_shared::protocol::kiosk::{LeaseRequest, LeaseView, TakenTicket};
use serde::{Deserialize, Serialize};

use super::{Effect, ISSUE_ATTEMPTS_MAX, ISSUE_PATIENCE, Issuing, Link, Page, SorryWhy, State};
use crate::offline::{Book, Entry, Errand, OfflineEffect, OfflineEvent, Undo};

/// How long a number that is given out may take to be on disk before the customer is sent to the desk.
pub const TAKE_PATIENCE: Duration = Duration::from_secs(15);
/// How often a connected kiosk asks what it may give out, and for more.
pub const LEASES_REFRESH: Duration = Duration::from_secs(60);
/// The pause after an errand that came to nothing.
pub const ERRAND_RETRY: Duration = Duration::from_secs(5);
/// The pause after the server did not let the kiosk in.
pub const BARRED_RETRY: Duration = Duration::from_secs(60);

/// What the kiosk knows for when the server is away.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Offline {
    /// What it holds and owes; none: it has no journal.
    book: Option<Book>,
    /// Whether the server does not let it in.
    barred: bool,
    /// What is under way with the server.
    errand: Option<Errand>,
    /// When the next errand may begin (uptime).
    next: Duration,
    /// When it asks for numbers next (uptime).
    refresh: Duration,
    /// The number that is being written down.
    taking: Option<(TakenTicket, Option<Undo>, LeaseView)>,
}

impl Offline {
    /// The latest moment that is known of.
    pub(super) fn latest(&self) -> Moment {
        self.book.as_ref().map(Book::latest).unwrap_or_default()
    }

    /// After a lost connection and after a new configuration the leases are asked for at once.
    pub(super) fn ask_soon(&mut self) {
        self.refresh = Duration::ZERO;
    }
}

impl State {
    /// Whether the server is away for longer than is passed over.
    #[must_use]
    pub fn is_away(&self) -> bool {
        !self.server_is_there() && !self.is_starting()
    }

    /// Whether numbers can be given out although the server is away.
    #[must_use]
    pub fn works_offline(&self) -> bool {
        let held = |book: &Book| book.good(self.now()).next().is_some();
        self.hall.is_some() && !self.offline.barred && self.offline.book.as_ref().is_some_and(held)
    }

    /// The number that would be given out without the server.
    #[must_use]
    pub fn lease_for(&self, service: &ServiceId) -> Option<&LeaseView> {
        let book = self.offline.book.as_ref();
        book.filter(|_| !self.offline.barred)?
            .next(service, self.now())
    }

    /// What the kiosk holds and owes; none: it has no journal.
    #[must_use]
    pub fn book(&self) -> Option<&Book> {
        self.offline.book.as_ref()
    }

    pub(super) fn on_offline(&mut self, event: OfflineEvent) -> Vec<Effect> {
        match event {
            OfflineEvent::Restored(restored) => {
                if self.hall.is_none() {
                    self.hall = restored.hall;
                    self.go_home();
                }
                self.offline.book = restored.book;
            }
            OfflineEvent::Leased(entry) => {
                self.offline.barred = false;
                self.offline.refresh = self.uptime + LEASES_REFRESH;
                self.errand_done(&entry);
            }
            OfflineEvent::Taken { ticket } => return self.written_down(ticket),
            OfflineEvent::NotTaken { ticket, .. } => {
                if let Some(book) = &mut self.offline.book {
                    book.drop_lease(ticket);
                }
                if self
                    .offline
                    .taking
                    .as_ref()
                    .is_some_and(|(taken, ..)| taken.ticket == ticket)
                {
                    self.offline.taking = None;
                }
                self.not_taken(ticket);
            }
            OfflineEvent::HandedOver(became) => {
                let tickets = became.iter().map(|one| one.ticket).collect();
                self.errand_done(&Entry::HandedOver { tickets });
            }
            OfflineEvent::Undone { key } => self.errand_done(&Entry::Undone { key }),
            OfflineEvent::Failed { .. } => self.pause_errands(ERRAND_RETRY),
            OfflineEvent::Barred(_) => {
                self.offline.barred = true;
                self.pause_errands(BARRED_RETRY);
            }
        }
        Vec::new()
    }

    fn errand_done(&mut self, entry: &Entry) {
        self.offline.errand = None;
        if let Some(book) = &mut self.offline.book {
            book.apply(entry);
        }
    }

    fn pause_errands(&mut self, pause: Duration) {
        self.offline.errand = None;
        self.offline.next = self.uptime + pause;
    }

    /// The next errand, when one is due: tickets are handed over first, then what nobody holds is cancelled, and numbers
    /// are asked for when nothing is owed.
    pub(super) fn next_errand(&mut self) -> Option<Effect> {
        let live = self.link == Link::Live && self.hall.is_some();
        let due = self.offline.errand.is_none() && self.offline.next <= self.uptime;
        let book = self.offline.book.as_ref().filter(|_| live && due)?;
        let (errand, effect) =
            if let Some(undo) = book.undos().first().filter(|_| book.pending().is_empty()) {
                (Errand::Undo, OfflineEffect::Undo(undo.clone()))
            } else if book.pending().is_empty() {
                if self.offline.refresh > self.uptime {
                    return None;
                }
                (Errand::Lease, OfflineEffect::Lease(self.wanted(book)))
            } else {
                let first = book.pending().iter().take(HAND_OVER_MAX);
                (
                    Errand::HandOver,
                    OfflineEffect::HandOver(first.cloned().collect()),
                )
            };
        self.offline.errand = Some(errand);
        Some(Effect::Offline(effect))
    }

    /// How many of each service the kiosk wants to hold: more only of those of which less than half is left.
    fn wanted(&self, book: &Book) -> LeaseRequest {
        let services = self.hall.iter().flat_map(|hall| &hall.services);
        let services: Vec<&ServiceId> = services.map(|service| &service.id).collect();
        let each = u32::try_from(services.len()).unwrap_or(u32::MAX).max(1);
        let full = (LEASED_PER_DEVICE_MAX / each).clamp(1, LEASED_PER_SERVICE_MAX);
        let now = self.now();
        let wanted = |service: &ServiceId| {
            let held = book.good(now).filter(|lease| lease.service == *service);
            let held = u32::try_from(held.count()).unwrap_or(u32::MAX);
            if held.saturating_mul(2) < full {
                full
            } else {
                held
            }
        };
        let wanted: BTreeMap<ServiceId, u32> = services
            .into_iter()
            .map(|service| (service.clone(), wanted(service)))
            .collect();
        LeaseRequest { wanted }
    }

    /// Serves a step from a lease; gives it back when there is none, while another number is still being written down, or
    /// where its paper is lacking.
    pub(super) fn take_from_lease(&mut self, step: Issuing) -> Result<Effect, Box<Issuing>> {
        let lease = self.lease_for(&step.service);
        let lease = lease.filter(|_| self.offline.taking.is_none());
        // Without paper no further number is taken; only the one that the server may have given out is asked for.
        let lease = lease.filter(|_| self.lacks_paper().is_none());
        let Some(lease) = lease.cloned() else {
            return Err(Box::new(step));
        };
        let taken = TakenTicket {
            ticket: lease.ticket,
            class: Some(step.class.clone()),
            language: step.language,
            taken_at: self.now(),
            person: step.person,
        };
        let undo = step.maybe_reached.then(|| Undo {
            key: step.key.clone(),
            request: step.request(),
        });
        let known = taken.person.map(|_| Box::new(lease.clone()));
        self.offline.taking = Some((taken.clone(), undo.clone(), lease));
        self.page = Page::Issuing(Issuing {
            next: None,
            since: self.uptime,
            taking: Some(taken.ticket),
            ..step
        });
        Ok(Effect::Offline(OfflineEffect::Take {
            taken,
            undo,
            lease: known,
        }))
    }

    /// A number is on disk: now it is shown and printed, if anybody still waits for it.
    fn written_down(&mut self, ticket: nowserving_shared::model::TicketId) -> Vec<Effect> {
        let awaited =
            |(taken, ..): &mut (TakenTicket, Option<Undo>, LeaseView)| taken.ticket == ticket;
        let Some((taken, undo, lease)) = self.offline.taking.take_if(awaited) else {
            return Vec::new();
        };
        if let Some(book) = &mut self.offline.book {
            book.apply(&Entry::Taken {
                taken: taken.clone(),
                lease: taken.person.map(|_| Box::new(lease.clone())),
            });
            if let Some(undo) = undo {
                book.apply(&Entry::ToUndo { undo });
            }
        }
        let Page::Issuing(step) = &self.page else {
            return Vec::new();
        };
        if step.taking != Some(ticket) {
            return Vec::new();
        }
        let issued = self.issued_from(&taken, step.class.clone(), lease);
        self.touched = self.uptime;
        self.issued(issued, true)
    }

    /// The customer does not get this number. Trying again gives another one, or asks the server.
    fn not_taken(&mut self, ticket: nowserving_shared::model::TicketId) {
        let Page::Issuing(step) = &self.page else {
            return;
        };
        if step.taking != Some(ticket) {
            return;
        }
        let retry = Issuing {
            taking: None,
            ..step.clone()
        };
        self.touched = self.uptime;
        self.page = Page::Sorry {
            why: SorryWhy::ServerAway,
            retry: Some(retry),
        };
    }

    /// An attempt to take a number brought no answer: another one, a number from a lease, or the way to the desk.
    pub(super) fn attempt_failed(&mut self, mut step: Issuing, reached: bool) -> Vec<Effect> {
        step.maybe_reached |= reached;
        let spent = self.uptime.saturating_sub(step.since) >= ISSUE_PATIENCE;
        let over = step.attempts >= ISSUE_ATTEMPTS_MAX || spent;
        if !over && !self.is_away() {
            step.next = Some(self.uptime + step.pause());
            self.page = Page::Issuing(step);
            return Vec::new();
        }
        match self.take_from_lease(step) {
            Ok(effect) => vec![effect],
            Err(mut step) if !over => {
                step.next = Some(self.uptime + step.pause());
                self.page = Page::Issuing(*step);
                Vec::new()
            }
            Err(step) => {
                self.page = Page::Sorry {
                    why: SorryWhy::ServerAway,
                    retry: Some(*step),
                };
                Vec::new()
            }
        }
    }

    /// Nobody waits for ever for a disk.
    pub(super) fn tick_taking(&mut self) {
        let Page::Issuing(step) = &self.page else {
            return;
        };
        if let Some(ticket) = step.taking
            && self.uptime.saturating_sub(step.since) >= TAKE_PATIENCE
        {
            self.not_taken(ticket);
        }
    }
}

#[cfg(test)]
mod tests;
