//! The hall as plain data, for snapshots. Everything that can be derived is left out and made again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::access::Access;
use super::super::lease::Lease;
use super::super::ticket::{Ticket, TicketState};
use super::{Desk, Hall};
use crate::model::{BusinessDay, Catalogue, DeviceId, Moment, SeriesId, ServiceId, WindowId};

/// A hall as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image {
    /// Sequence of the last event in it.
    pub seq: u64,
    /// Version of the configuration.
    pub version: u32,
    /// The configuration.
    pub catalogue: Option<Arc<Catalogue>>,
    /// The business day.
    pub day: Option<BusinessDay>,
    /// The highest ticket id given out.
    pub next_ticket: u64,
    /// The ordinal of the next ticket that joins a line.
    pub next_ordinal: u64,
    /// Live tickets in the order of their issue.
    pub tickets: Vec<Ticket>,
    /// The next number of each series.
    pub numbers: BTreeMap<SeriesId, u32>,
    /// Tickets issued today, by service.
    pub issued_today: BTreeMap<ServiceId, u32>,
    /// Tickets issued today, by service and time band.
    pub issued_in_band: BTreeMap<(ServiceId, u32), u32>,
    /// How long the ticket called last had waited, by service.
    pub last_wait: BTreeMap<ServiceId, Duration>,
    /// What is going on at the windows. Their tickets follow from the tickets' states.
    pub desks: BTreeMap<WindowId, Desk>,
    /// Devices at which somebody asks for help, and since when.
    pub helps: BTreeMap<DeviceId, Moment>,
    /// Who may enter.
    pub access: Access,
    /// The numbers that kiosks hold, and those that they held.
    pub leases: Vec<Lease>,
}

impl Hall {
    /// This hall as plain data.
    #[must_use]
    pub fn image(&self) -> Image {
        Image {
            seq: self.seq,
            version: self.version,
            catalogue: self.catalogue.clone(),
            day: self.day,
            next_ticket: self.next_ticket,
            next_ordinal: self.next_ordinal,
            tickets: self.tickets.values().cloned().collect(),
            numbers: self.numbers.clone(),
            issued_today: self.issued_today.clone(),
            issued_in_band: self.issued_in_band.clone(),
            last_wait: self.last_wait.clone(),
            desks: self.desks.clone(),
            helps: self.helps.clone(),
            access: self.access.clone(),
            leases: self.leases.iter().cloned().collect(),
        }
    }

    /// The hall of an image.
    #[must_use]
    pub fn from_image(image: Image) -> Self {
        let labels = image
            .tickets
            .iter()
            .map(|ticket| (ticket.label.clone(), ticket.id))
            .collect();
        let persons = image
            .tickets
            .iter()
            .filter_map(|ticket| Some((ticket.person?, ticket.id)))
            .collect();
        let delayed = image
            .tickets
            .iter()
            .filter_map(|ticket| match &ticket.state {
                TicketState::Delayed { until } => Some((*until, ticket.id)),
                TicketState::Waiting
                | TicketState::Called { .. }
                | TicketState::Serving { .. }
                | TicketState::Held { .. } => None,
            });
        let mut hall = Self {
            seq: image.seq,
            version: image.version,
            catalogue: image.catalogue,
            day: image.day,
            next_ticket: image.next_ticket,
            next_ordinal: image.next_ordinal,
            labels,
            persons,
            delayed: delayed.collect(),
            lines: super::Lines::default(),
            tickets: image
                .tickets
                .into_iter()
                .map(|ticket| (ticket.id, ticket))
                .collect(),
            numbers: image.numbers,
            issued_today: image.issued_today,
            issued_in_band: image.issued_in_band,
            last_wait: image.last_wait,
            desks: image.desks,
            helps: image.helps,
            access: image.access,
            leases: image.leases.into_iter().collect(),
        };
        hall.stand_anew();
        hall
    }
}
