//! Numbers that a kiosk holds on loan, so that it can go on giving them out while the server is away.
//!
//! A *lease* is one number of one service with the ticket id that it will have. It is granted to a device, and the kiosk
//! may give it out until the service's present hours end. What was given out is *handed over* when the link is back, and
//! becomes a ticket with the time at which it was taken.
//!
//! | state | may be given out | number reserved | a hand-over makes of it |
//! |---|---|---|---|
//! | open | yes, until its end | yes | a ticket that waits |
//! | revoked (by an administrator, by a new configuration) | no, from the kiosk's next contact on | yes: somebody may have it | a ticket that waits |
//! | ended (given back, or its business day is over) | no | no | a ticket that waits when it is carried over the end of the day, else one that came too late |
//! | handed over | no | no: the ticket has it | nothing: it is there already |
//!
//! Leases that are over are remembered, the latest [`LEASES_REMEMBERED_MAX`] of them, so that a kiosk that comes back late
//! is understood. One that was forgotten is unknown, and changes nothing.

use std::collections::{BTreeMap, HashMap};

use crate::model::{
    BusinessDay, ClassId, DeviceId, Label, Language, Moment, PersonHash, SeriesId, ServiceId,
    TicketId,
};

/// The most numbers of one service that a device holds.
pub const LEASED_PER_SERVICE_MAX: u32 = 10;
/// The most numbers that a device holds in all.
pub const LEASED_PER_DEVICE_MAX: u32 = 200;
/// No more than one in so many of a series' numbers, and of what is left of a quota, is on loan: the others are for those
/// who come while the server is there.
pub const LEASED_SHARE: u32 = 4;
/// The most tickets that are handed over at once.
pub const HAND_OVER_MAX: usize = 32;
/// How many leases that are over are remembered; the oldest are forgotten first.
pub const LEASES_REMEMBERED_MAX: usize = 20_000;

/// A number as it is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedNumber {
    /// The id of the ticket that it will be.
    pub ticket: TicketId,
    /// Its number in the series.
    pub number: u32,
    /// What the customer reads.
    pub label: Label,
}

/// A ticket that a kiosk gave out while the server was away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its id, from a lease.
    pub ticket: TicketId,
    /// The priority class; one that is not known counts as the ordinary one, because the customer has the paper.
    pub class: Option<ClassId>,
    /// The customer's language.
    pub language: Language,
    /// When, by the kiosk's clock.
    pub taken_at: Moment,
    /// Who took it, if that is known.
    pub person: Option<PersonHash>,
}

/// Where a lease stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// The kiosk may give the number out.
    Open,
    /// Not from the kiosk's next contact on; it may have been given out.
    Revoked,
    /// Over; the number is free again.
    Ended,
    /// The number was given out, and the hall has been told.
    HandedOver,
}

/// A number on loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The id of the ticket that it will be.
    pub ticket: TicketId,
    /// Who holds it.
    pub device: DeviceId,
    /// For what.
    pub service: ServiceId,
    /// Where its number comes from.
    pub series: SeriesId,
    /// Its number there.
    pub number: u32,
    /// What the customer reads.
    pub label: Label,
    /// The time band whose quota it counts against, if any.
    pub band: Option<u32>,
    /// The business day in which it was granted.
    pub day: BusinessDay,
    /// When it was granted.
    pub granted_at: Moment,
    /// Until when it may be given out.
    pub until: Moment,
    /// Where it stands.
    pub state: LeaseState,
}

impl Lease {
    /// Whether nobody else may be given its number.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        match self.state {
            LeaseState::Open | LeaseState::Revoked => true,
            LeaseState::Ended | LeaseState::HandedOver => false,
        }
    }

    /// Whether the kiosk may give it out at `now`.
    #[must_use]
    pub fn is_good(&self, now: Moment) -> bool {
        self.state == LeaseState::Open && now < self.until
    }

    /// When a ticket of this lease was taken that a kiosk says was taken at `said`: not before it was granted and not later
    /// than `now`, whatever the kiosk's clock showed.
    #[must_use]
    pub fn taken_at(&self, said: Moment, now: Moment) -> Moment {
        said.max(self.granted_at).min(now)
    }
}

/// All leases of a hall.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leases {
    by_ticket: BTreeMap<TicketId, Lease>,
    /// The labels that are reserved.
    labels: HashMap<Label, TicketId>,
}

impl Leases {
    /// The lease of a ticket's number, if it is remembered.
    #[must_use]
    pub fn get(&self, ticket: TicketId) -> Option<&Lease> {
        self.by_ticket.get(&ticket)
    }

    /// All that are remembered, in the order of their tickets.
    pub fn iter(&self) -> impl Iterator<Item = &Lease> {
        self.by_ticket.values()
    }

    /// Those of a device whose numbers are reserved.
    pub fn reserved_by<'a>(&'a self, device: &'a DeviceId) -> impl Iterator<Item = &'a Lease> {
        self.iter()
            .filter(move |lease| lease.is_reserved() && lease.device == *device)
    }

    /// Those that a device may give out at `now`.
    pub fn good_for<'a>(
        &'a self,
        device: &'a DeviceId,
        now: Moment,
    ) -> impl Iterator<Item = &'a Lease> {
        self.reserved_by(device)
            .filter(move |lease| lease.is_good(now))
    }

    /// How many numbers are reserved.
    #[must_use]
    pub fn reserved(&self) -> usize {
        self.labels.len()
    }

    /// Whether a label is reserved.
    #[must_use]
    pub fn reserves(&self, label: &Label) -> bool {
        self.labels.contains_key(label)
    }

    /// Puts a lease in.
    pub(super) fn insert(&mut self, lease: Lease) {
        if lease.is_reserved() {
            self.labels.insert(lease.label.clone(), lease.ticket);
        }
        self.by_ticket.insert(lease.ticket, lease);
        self.forget();
    }

    /// Puts the lease of a ticket into `state`; gives it back as it was before.
    pub(super) fn put(&mut self, ticket: TicketId, state: LeaseState) -> Option<Lease> {
        let lease = self.by_ticket.get_mut(&ticket)?;
        let before = lease.clone();
        lease.state = state;
        if before.is_reserved() && !lease.is_reserved() {
            self.labels.remove(&before.label);
            self.forget();
        }
        Some(before)
    }

    /// Puts every lease in one of the states `from` into `to`: of one device, or of all.
    pub(super) fn put_all(
        &mut self,
        device: Option<&DeviceId>,
        from: &[LeaseState],
        to: LeaseState,
    ) {
        let wanted = self.by_ticket.values().filter(|lease| {
            from.contains(&lease.state) && device.is_none_or(|device| lease.device == *device)
        });
        let wanted: Vec<TicketId> = wanted.map(|lease| lease.ticket).collect();
        for ticket in wanted {
            self.put(ticket, to);
        }
    }

    /// Forgets the oldest of those that are over when there are too many.
    fn forget(&mut self) {
        while self.by_ticket.len() - self.labels.len() > LEASES_REMEMBERED_MAX {
            let oldest = self.by_ticket.values().find(|lease| !lease.is_reserved());
            let Some(oldest) = oldest.map(|lease| lease.ticket) else {
                return;
            };
            self.by_ticket.remove(&oldest);
        }
    }
}

impl FromIterator<Lease> for Leases {
    fn from_iter<I: IntoIterator<Item = Lease>>(all: I) -> Self {
        let mut leases = Self::default();
        for lease in all {
            leases.insert(lease);
        }
        leases
    }
}
