//! What the kiosk holds and owes: a fold over the entries of its journal.

use nowserving_shared::model::{BusinessDay, Moment, PersonHash, ServiceId, TicketId};
use nowserving_shared::protocol::kiosk::{LeaseView, TakenTicket};
use serde::{Deserialize, Serialize};

use super::record::{Entry, Undo};

/// The most steps whose undoing is owed; the oldest is forgotten for one more. What the server made of it waits until staff
/// call it, and nobody comes.
pub const UNDOS_MAX: usize = 256;

/// What the kiosk holds and owes.
///
/// No more tickets are owed than were leased at one time: new numbers are asked for only when nothing is owed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Book {
    leases: Vec<LeaseView>,
    pending: Vec<TakenTicket>,
    undos: Vec<Undo>,
    latest: Moment,
    /// The numbers of those tickets to be handed over whose holders are known.
    #[serde(default)]
    given: Vec<LeaseView>,
}

impl Book {
    /// Takes an entry into account.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Leases { at, leases } => {
                let given = |lease: &&LeaseView| !self.owes(lease.ticket);
                self.leases = leases.iter().filter(given).cloned().collect();
                self.leases.sort_by_key(|lease| lease.ticket);
                self.latest = self.latest.max(*at);
            }
            Entry::Taken { taken, lease } => {
                self.drop_lease(taken.ticket);
                self.given.retain(|other| other.ticket != taken.ticket);
                self.given.extend(lease.as_deref().cloned());
                self.pending.retain(|other| other.ticket != taken.ticket);
                self.pending.push(taken.clone());
                self.latest = self.latest.max(taken.taken_at);
            }
            Entry::ToUndo { undo } => {
                self.undos.retain(|other| other.key != undo.key);
                if self.undos.len() >= UNDOS_MAX {
                    self.undos.remove(0);
                }
                self.undos.push(undo.clone());
            }
            Entry::HandedOver { tickets } => {
                self.pending
                    .retain(|taken| !tickets.contains(&taken.ticket));
                self.given.retain(|lease| !tickets.contains(&lease.ticket));
            }
            Entry::Undone { key } => self.undos.retain(|undo| undo.key != *key),
        }
    }

    /// The entries that lead from nothing to this.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let leases = Entry::Leases {
            at: self.latest,
            leases: self.leases.clone(),
        };
        let taken = self.pending.iter().cloned();
        let given = |ticket: TicketId| {
            let lease = self.given.iter().find(|lease| lease.ticket == ticket);
            lease.cloned().map(Box::new)
        };
        let undos = self.undos.iter().cloned();
        std::iter::once(leases)
            .chain(taken.map(|taken| Entry::Taken {
                lease: given(taken.ticket),
                taken,
            }))
            .chain(undos.map(|undo| Entry::ToUndo { undo }))
            .collect()
    }

    /// Whether an entry would change anything.
    #[must_use]
    pub fn is_new(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Leases { leases, .. } => *leases != self.leases,
            Entry::Taken { .. }
            | Entry::ToUndo { .. }
            | Entry::HandedOver { .. }
            | Entry::Undone { .. } => true,
        }
    }

    /// The numbers that may be given out, in the order in which they are.
    #[must_use]
    pub fn leases(&self) -> &[LeaseView] {
        &self.leases
    }

    /// Everything in it that has a ticket's secret.
    pub(super) fn secrets_mut(&mut self) -> impl Iterator<Item = &mut LeaseView> {
        self.leases.iter_mut().chain(&mut self.given)
    }

    /// The ticket of a service that a person was given here, counting in `day`, and that the server does not know of yet.
    #[must_use]
    pub fn given_to(
        &self,
        person: &PersonHash,
        service: &ServiceId,
        day: BusinessDay,
    ) -> Option<(&TakenTicket, &LeaseView)> {
        let own = self
            .pending
            .iter()
            .filter(|taken| taken.person.as_ref() == Some(person));
        let mut own = own.filter_map(|taken| {
            let lease = self
                .given
                .iter()
                .find(|lease| lease.ticket == taken.ticket)?;
            Some((taken, lease))
        });
        own.find(|(_, lease)| lease.service == *service && lease.day == day)
    }

    /// The tickets that are to be handed over, in the order of taking.
    #[must_use]
    pub fn pending(&self) -> &[TakenTicket] {
        &self.pending
    }

    /// The steps that are to be undone, oldest first.
    #[must_use]
    pub fn undos(&self) -> &[Undo] {
        &self.undos
    }

    /// Whether the server may hold a ticket of a service for a person that is to be undone, because nobody has it.
    #[must_use]
    pub fn undoes_for(&self, person: &PersonHash, service: &ServiceId) -> bool {
        let mut requests = self.undos.iter().map(|undo| &undo.request);
        requests
            .any(|request| request.person.as_ref() == Some(person) && request.service == *service)
    }

    /// The latest moment that is known of: whatever the device's clock shows, it is not earlier.
    #[must_use]
    pub fn latest(&self) -> Moment {
        self.latest
    }

    /// The number that would be given out next for a service at `now`.
    #[must_use]
    pub fn next(&self, service: &ServiceId, now: Moment) -> Option<&LeaseView> {
        self.good(now).find(|lease| lease.service == *service)
    }

    /// The numbers that may be given out at `now`.
    pub fn good(&self, now: Moment) -> impl Iterator<Item = &LeaseView> {
        self.leases.iter().filter(move |lease| now < lease.until)
    }

    /// A number is given to nobody, because nobody knows whether it was.
    pub fn drop_lease(&mut self, ticket: TicketId) {
        self.leases.retain(|lease| lease.ticket != ticket);
    }

    fn owes(&self, ticket: TicketId) -> bool {
        self.pending.iter().any(|taken| taken.ticket == ticket)
    }
}
