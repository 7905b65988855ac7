//! Numbers on loan: granting them, taking back what was not used, and what becomes of the tickets that are handed over.

use std::collections::{BTreeMap, BTreeSet};

use super::super::command::By;
use super::super::event::Event;
use super::super::lease::{
    HAND_OVER_MAX, LEASED_PER_DEVICE_MAX, LEASED_PER_SERVICE_MAX, LEASED_SHARE, Lease,
    LeasedNumber, Taken,
};
use super::super::queue::{Line, Place, Standing};
use super::super::refusal::Refusal;
use super::super::ticket::{Origin, TicketState};
use super::decide::{Case, Decided};
use super::{Hall, issue};
use crate::model::catalogue::{AtDayEnd, Role, Series};
use crate::model::{DeviceId, DeviceKind, Label, Moment, Service, ServiceId, TicketId};

/// What is left to grant while one command is decided.
struct Granting {
    next_ticket: u64,
    /// How many more the device may hold.
    left: u32,
    /// Labels granted by this command.
    labels: BTreeSet<Label>,
    /// What this command takes back.
    over: BTreeSet<TicketId>,
}

impl Case<'_> {
    /// Grants numbers until the device holds as many of each service as it wants, within the bounds, after what it cannot
    /// use any more was taken back. Of a service that gives out no number now it gets none.
    pub(super) fn lease(&self, wanted: &BTreeMap<ServiceId, u32>) -> Decided {
        let device = self.kiosk()?;
        let (good, over): (Vec<&Lease>, Vec<&Lease>) = self
            .hall
            .leases
            .reserved_by(device)
            .partition(|lease| lease.is_good(self.now));
        let mut events = Vec::new();
        if !over.is_empty() {
            events.push(Event::LeasesEnded {
                device: device.clone(),
                tickets: over.iter().map(|lease| lease.ticket).collect(),
            });
        }
        let held = u32::try_from(good.len()).unwrap_or(u32::MAX);
        let mut granting = Granting {
            next_ticket: self.hall.next_ticket,
            left: LEASED_PER_DEVICE_MAX.saturating_sub(held),
            labels: BTreeSet::new(),
            over: over.iter().map(|lease| lease.ticket).collect(),
        };
        for (service, wanted) in wanted {
            let own = good.iter().filter(|lease| lease.service == *service);
            let own = u32::try_from(own.count()).unwrap_or(u32::MAX);
            let missing = (*wanted).min(LEASED_PER_SERVICE_MAX).saturating_sub(own);
            if let Some(service) = self.catalogue.services.get(service) {
                events.extend(self.grant(device, service, missing, &mut granting));
            }
        }
        Ok(events)
    }

    /// Up to `missing` numbers of a service; none when there are none to be had.
    fn grant(
        &self,
        device: &DeviceId,
        service: &Service,
        missing: u32,
        granting: &mut Granting,
    ) -> Option<Event> {
        let band = issue::availability(self.hall, service, self.now).ok()?;
        let until = self.catalogue.gives_out_until(service, self.now)?;
        let series = self.catalogue.series.get(&service.series)?;
        let count = missing
            .min(granting.left)
            .min(self.share_of_quota(service, band, &granting.over))
            .min(self.share_of_series(series, &granting.over));
        let mut tickets = Vec::new();
        let numbers = (series.first..=series.last).rev();
        let labelled = numbers.map(|at| (at, Label::new(&series.prefix, at, series.digits)));
        for (number, label) in labelled {
            if u32::try_from(tickets.len()).unwrap_or(u32::MAX) >= count {
                break;
            }
            if is_in_use(self.hall, &label) || !granting.labels.insert(label.clone()) {
                continue;
            }
            granting.next_ticket += 1;
            tickets.push(LeasedNumber {
                ticket: TicketId(granting.next_ticket),
                number,
                label,
            });
        }
        granting.left -= u32::try_from(tickets.len()).unwrap_or(granting.left);
        (!tickets.is_empty()).then(|| Event::Leased {
            device: device.clone(),
            service: service.id.clone(),
            series: series.id.clone(),
            band,
            day: self
                .hall
                .day
                .unwrap_or(self.catalogue.business_day(self.now)),
            until,
            tickets,
        })
    }

    /// How many more of a service may be on loan by its quotas.
    fn share_of_quota(
        &self,
        service: &Service,
        band: Option<u32>,
        over: &BTreeSet<TicketId>,
    ) -> u32 {
        let hall = self.hall;
        let reserved = hall.leases.iter().filter(|lease| lease.is_reserved());
        let (back, lent): (Vec<&Lease>, Vec<&Lease>) = reserved
            .filter(|lease| lease.service == service.id)
            .partition(|lease| over.contains(&lease.ticket));
        let issued = hall.issued_today.get(&service.id).copied().unwrap_or(0);
        let day = share(service.quota, issued, back.len(), lent.len());
        let Some(number) = band else { return day };
        let of_band = |leases: &[&Lease]| leases.iter().filter(|lease| lease.band == band).count();
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let quota = service.bands.get(at).and_then(|band| band.quota);
        let issued = hall.issued_in_band.get(&(service.id.clone(), number));
        let issued = issued.copied().unwrap_or(0);
        day.min(share(quota, issued, of_band(&back), of_band(&lent)))
    }

    /// How many more of a series may be on loan.
    fn share_of_series(&self, series: &Series, over: &BTreeSet<TicketId>) -> u32 {
        let numbers = (series.last - series.first).saturating_add(1);
        let all = self.hall.leases.iter();
        let all = all.filter(|lease| lease.is_reserved() && lease.series == series.id);
        let lent = all.filter(|lease| !over.contains(&lease.ticket));
        let lent = u32::try_from(lent.count()).unwrap_or(u32::MAX);
        (numbers / LEASED_SHARE).saturating_sub(lent)
    }

    /// The kiosk takes from none of its leases any more, from its next contact on.
    pub(super) fn revoke_leases(&self, device: &DeviceId) -> Decided {
        self.needs(&[Role::Administrator])?;
        self.known_device(device)?;
        let mut open = self.hall.leases.good_for(device, self.now);
        Ok(open
            .next()
            .map(|_| Event::LeasesRevoked {
                device: device.clone(),
            })
            .into_iter()
            .collect())
    }

    /// The tickets that a kiosk gave out while the server was away, in the order of taking. One that was handed over before,
    /// or that is not known to have been leased to this device, leads to nothing.
    pub(super) fn hand_over(&self, taken: &[Taken]) -> Decided {
        let device = self.kiosk()?;
        let mut own: BTreeMap<TicketId, (Moment, &Taken, &Lease)> = BTreeMap::new();
        for taken in taken.iter().take(HAND_OVER_MAX) {
            let lease = self.hall.leases.get(taken.ticket);
            if let Some(lease) = lease.filter(|lease| self.is_to_come(lease, device)) {
                let at = lease.taken_at(taken.taken_at, self.now);
                own.entry(taken.ticket).or_insert((at, taken, lease));
            }
        }
        let mut own: Vec<_> = own.into_values().collect();
        own.sort_by_key(|(at, taken, _)| (*at, taken.ticket));
        let mut queue = ByTaking::of(self.hall);
        let events = own.into_iter();
        Ok(events
            .map(|(at, taken, lease)| self.taken(at, taken, lease, &mut queue))
            .collect())
    }

    /// Whether a ticket of this lease has not been handed over yet, and by nobody but `device` could be.
    fn is_to_come(&self, lease: &Lease, device: &DeviceId) -> bool {
        let handed_over = lease.state == super::LeaseState::HandedOver;
        lease.device == *device && !handed_over && self.hall.ticket(lease.ticket).is_none()
    }

    fn taken(&self, at: Moment, taken: &Taken, lease: &Lease, queue: &mut ByTaking) -> Event {
        let class = taken.class.as_ref();
        let class = class
            .and_then(|class| self.catalogue.classes.get(class))
            .unwrap_or_else(|| self.catalogue.ordinary_class());
        if !self.still_waits(lease) {
            return Event::TakenTooLate {
                ticket: lease.ticket,
                label: lease.label.clone(),
                service: lease.service.clone(),
                class: class.id.clone(),
                language: taken.language,
                day: lease.day,
                taken_at: at.min(lease.until.max(lease.granted_at)),
            };
        }
        let line = Line::of(lease.service.clone());
        let rank = self.hall.rank(&class.id);
        let place = queue.place(at, self.hall.joining());
        let standing = Standing {
            rank,
            place,
            ticket: lease.ticket,
        };
        let ahead = self.hall.lines.ahead(&line, &standing) + queue.joined_before(&line, standing);
        Event::Issued {
            ticket: lease.ticket,
            label: lease.label.clone(),
            series: lease.series.clone(),
            number: lease.number,
            service: lease.service.clone(),
            band: lease.band,
            class: class.id.clone(),
            language: taken.language,
            origin: Origin::Kiosk,
            place,
            ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
            taken_at: Some(at),
            person: taken.person,
        }
    }

    /// Whether a ticket of this lease still waits to be called: its service is there, and its business day goes on or open
    /// tickets are carried over its end and nobody else has its number.
    fn still_waits(&self, lease: &Lease) -> bool {
        if !self.catalogue.services.contains(&lease.service) {
            return false;
        }
        let carried = match self.catalogue.rules.at_day_end {
            AtDayEnd::Carry => true,
            AtDayEnd::Close => self.hall.day == Some(lease.day),
        };
        lease.is_reserved() || (carried && !is_in_use(self.hall, &lease.label))
    }

    /// The kiosk that asks.
    fn kiosk(&self) -> Result<&DeviceId, Refusal> {
        let By::Device(id) = self.by else {
            return Err(Refusal::NotAllowed);
        };
        let device = self.catalogue.devices.get(id);
        let device = device.ok_or_else(|| Refusal::UnknownDevice(id.clone()))?;
        match device.kind {
            DeviceKind::Kiosk => Ok(id),
            DeviceKind::Display => Err(Refusal::NotAllowed),
        }
    }
}

/// Whether somebody has a label, or a kiosk may give it to somebody.
pub(super) fn is_in_use(hall: &Hall, label: &Label) -> bool {
    hall.labels.contains_key(label) || hall.leases.reserves(label)
}

/// How many more may be on loan when `quota` are allowed and `issued` of them are gone: `back` of these come back now, and
/// `lent` are on loan.
fn share(quota: Option<u32>, issued: u32, back: usize, lent: usize) -> u32 {
    let Some(quota) = quota else { return u32::MAX };
    let count = |leases: usize| u32::try_from(leases).unwrap_or(u32::MAX);
    let lent = count(lent);
    let left = quota.saturating_sub(issued.saturating_sub(count(back)));
    (left.saturating_add(lent) / LEASED_SHARE).saturating_sub(lent)
}

/// Those who wait, by place, with the time since when they do.
///
/// The windows go by place alone, across all lines. So a ticket that was taken at some time stands behind everybody who
/// waits since that time or longer, and before those behind these. Who missed a call and was put back for it is no measure
/// of time, and is passed over.
struct ByTaking {
    /// In the order of their places.
    waiting: Vec<(Place, Moment)>,
    /// Those who joined by the present command.
    joined: Vec<(Line, Standing)>,
    last: Option<Place>,
}

impl ByTaking {
    fn of(hall: &Hall) -> Self {
        let waits = hall
            .tickets
            .values()
            .filter(|ticket| ticket.state == TicketState::Waiting && ticket.misses == 0);
        let mut waiting: Vec<_> = waits
            .map(|ticket| (ticket.place, ticket.waiting_since))
            .collect();
        waiting.sort_unstable();
        Self {
            waiting,
            joined: Vec::new(),
            last: None,
        }
    }

    /// The place of the next ticket, which was taken at `at`: not before the one asked for last.
    fn place(&mut self, at: Moment, joining: Place) -> Place {
        let earlier = self.waiting.iter().rev().find(|(_, since)| *since <= at);
        let before = earlier.map(|(place, _)| *place).max(self.last);
        let behind = |(place, _): &&(Place, Moment)| before.is_none_or(|before| *place > before);
        let after = self.waiting.iter().find(behind).map(|(place, _)| *place);
        let place = match (before, after) {
            (before, Some(after)) => Place::between(before.unwrap_or(Place(0)), after),
            (Some(before), None) => joining.max(Place(before.0.saturating_add(1 << 64))),
            (None, None) => joining,
        };
        self.last = Some(place);
        place
    }

    /// How many who joined by the present command go before `standing`, which joins now.
    fn joined_before(&mut self, line: &Line, standing: Standing) -> usize {
        let same = self.joined.iter().filter(|(other, _)| other == line);
        let before = same.filter(|(_, other)| *other < standing).count();
        self.joined.push((line.clone(), standing));
        before
    }
}
