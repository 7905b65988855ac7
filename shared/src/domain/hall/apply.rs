//! Events made so.

use super::super::access::{Offer, Session};
use super::super::event::{CallHow, Event, MissResult};
use super::super::lease::{Lease, LeaseState};
use super::super::queue::{Line, Lines, Place};
use super::super::ticket::{BeforeCall, HoldReason, Ticket, TicketState};
use super::{Desk, Hall, Pause};
use crate::model::{BusinessDay, Moment, ServiceId, StaffId, TicketId, WindowId};

pub(super) fn apply(hall: &mut Hall, event: &Event, at: Moment) {
    match event {
        Event::ConfigurationLoaded { version, catalogue } => {
            hall.version = *version;
            hall.catalogue = Some(catalogue.clone());
            hall.helps
                .retain(|device, _| catalogue.devices.contains(device));
            hall.stand_anew();
            // Hours, quotas and numbers may have changed: kiosks ask anew.
            hall.leases
                .put_all(None, &[LeaseState::Open], LeaseState::Revoked);
        }
        Event::DayOpened { day } => hall.open_day(*day, at),
        Event::Issued { .. } => hall.issue(event, at),
        Event::Called {
            ticket,
            window,
            staff,
            how,
        } => hall.call(*ticket, window, staff, how, at),
        Event::Recalled {
            ticket, recalls, ..
        } => hall.recall(*ticket, *recalls, at),
        Event::CallUndone { ticket, .. } => hall.undo(*ticket, at),
        Event::Started {
            ticket,
            window,
            staff,
        } => hall.start(*ticket, window, staff, at),
        Event::Finished { ticket, next, .. } => match next {
            Some((service, place)) => hall.go_on(*ticket, service, *place, at),
            None => hall.remove(*ticket),
        },
        Event::Missed {
            ticket,
            misses,
            result,
            ..
        } => hall.miss(*ticket, *misses, result, at),
        Event::Held {
            ticket,
            window,
            reason,
            ..
        } => {
            hall.put(
                *ticket,
                TicketState::Held {
                    window: Some(window.clone()),
                    reason: *reason,
                    since: at,
                },
            );
        }
        Event::Returned { ticket, place } => hall.wait_at(*ticket, *place),
        Event::Transferred {
            ticket,
            line,
            place,
            ..
        } => hall.transfer(*ticket, line, *place, at),
        Event::ServiceAdded { ticket, service } => {
            hall.with(*ticket, |ticket| ticket.further.push(service.clone()))
        }
        Event::Cancelled { ticket, .. } | Event::Closed { ticket, .. } => hall.remove(*ticket),
        Event::WindowSignedOn { window, staff } => {
            *hall.desk_mut(window) = Desk {
                staff: Some(staff.clone()),
                pause: None,
                ticket: None,
            };
        }
        Event::WindowSignedOff { window } => *hall.desk_mut(window) = Desk::default(),
        Event::WindowPaused {
            window,
            reason,
            back_at,
        } => {
            let pause = Pause {
                reason: reason.clone(),
                since: at,
                back_at: *back_at,
            };
            hall.desk_mut(window).pause = Some(pause);
        }
        Event::WindowResumed { window } => hall.desk_mut(window).pause = None,
        Event::PairingOffered {
            device,
            code,
            expires_at,
        } => {
            hall.access.offer(
                *code,
                Offer {
                    device: device.clone(),
                    expires_at: *expires_at,
                },
            );
        }
        Event::Enrolled { device, token } => hall.access.enrol(device, *token),
        Event::Revoked { device } => hall.access.revoke(device),
        Event::PasswordSet { staff, phc } => hall.access.set_password(staff, phc.clone()),
        Event::SessionOpened {
            staff,
            session,
            expires_at,
        } => {
            let opened = Session {
                staff: staff.clone(),
                opened_at: at,
                expires_at: *expires_at,
            };
            hall.access.open_session(*session, opened);
        }
        Event::SessionEnded { session } => {
            hall.access.sessions.remove(session);
        }
        Event::HelpCalled { device } => {
            hall.helps.insert(device.clone(), at);
        }
        Event::HelpAnswered { device } => {
            hall.helps.remove(device);
        }
        Event::Leased { .. } => hall.lend(event, at),
        Event::LeasesRevoked { device } => {
            hall.leases
                .put_all(Some(device), &[LeaseState::Open], LeaseState::Revoked);
        }
        Event::LeasesEnded { tickets, .. } => hall.take_back(tickets),
        Event::TakenTooLate { ticket, .. } => {
            hall.leases.put(*ticket, LeaseState::HandedOver);
        }
    }
}

impl Hall {
    fn desk_mut(&mut self, window: &WindowId) -> &mut Desk {
        self.desks.entry(window.clone()).or_default()
    }

    fn with(&mut self, id: TicketId, change: impl FnOnce(&mut Ticket)) {
        if let Some(ticket) = self.tickets.get_mut(&id) {
            change(ticket);
        }
    }

    /// Remembers that a place was given out, so that nobody who joins later gets a lower one.
    fn note_place(&mut self, place: Place) {
        let ordinal = u64::try_from(place.0 >> 64).unwrap_or(u64::MAX);
        self.next_ordinal = self.next_ordinal.max(ordinal.saturating_add(1));
    }

    /// Takes a ticket out of wherever it is: its line, its delay, its window.
    fn lift(&mut self, id: TicketId) {
        let Some(ticket) = self.tickets.get(&id) else {
            return;
        };
        match &ticket.state {
            TicketState::Waiting => {
                let standing = self.standing(ticket);
                self.lines.leave(&ticket.line, &standing);
            }
            TicketState::Delayed { until } => {
                self.delayed.remove(&(*until, id));
            }
            TicketState::Called { window, .. } | TicketState::Serving { window, .. } => {
                if let Some(desk) = self
                    .desks
                    .get_mut(window)
                    .filter(|desk| desk.ticket == Some(id))
                {
                    desk.ticket = None;
                }
            }
            TicketState::Held { .. } => {}
        }
    }

    /// Puts a ticket into `state`, out of whatever it was in.
    fn put(&mut self, id: TicketId, state: TicketState) {
        self.lift(id);
        self.set_down(id, state);
    }

    /// Puts a lifted ticket into `state`.
    fn set_down(&mut self, id: TicketId, state: TicketState) {
        let Some(ticket) = self.tickets.get_mut(&id) else {
            return;
        };
        ticket.state = state;
        let ticket = &self.tickets[&id];
        match &ticket.state {
            TicketState::Waiting => {
                let standing = self.standing(ticket);
                self.lines.join(&ticket.line, standing);
            }
            TicketState::Delayed { until } => {
                self.delayed.insert((*until, id));
            }
            TicketState::Called { window, .. } | TicketState::Serving { window, .. } => {
                self.desks.entry(window.clone()).or_default().ticket = Some(id);
            }
            TicketState::Held { .. } => {}
        }
    }

    fn remove(&mut self, id: TicketId) {
        self.lift(id);
        if let Some(ticket) = self.tickets.remove(&id) {
            self.labels.remove(&ticket.label);
            if let Some(person) = ticket.person {
                self.persons.remove(&(person, id));
            }
        }
    }

    /// Every waiting ticket stands anew, because ranks may have changed.
    pub(super) fn stand_anew(&mut self) {
        self.lines = Lines::default();
        let waiting = self
            .tickets
            .values()
            .filter(|ticket| ticket.state == TicketState::Waiting);
        let standings: Vec<_> = waiting
            .map(|ticket| (ticket.line.clone(), self.standing(ticket)))
            .collect();
        for (line, standing) in standings {
            self.lines.join(&line, standing);
        }
    }

    fn open_day(&mut self, day: BusinessDay, at: Moment) {
        let goes_on = self.goes_on(day, at);
        self.day = Some(day);
        if goes_on {
            return;
        }
        self.numbers.clear();
        self.issued_today.clear();
        self.issued_in_band.clear();
        self.last_wait.clear();
        self.desks.clear();
        self.helps.clear();
        let reserved = [LeaseState::Open, LeaseState::Revoked];
        self.leases.put_all(None, &reserved, LeaseState::Ended);
    }

    fn lend(&mut self, event: &Event, at: Moment) {
        let Event::Leased {
            device,
            service,
            series,
            band,
            day,
            until,
            tickets,
        } = event
        else {
            return;
        };
        for lent in tickets {
            self.next_ticket = self.next_ticket.max(lent.ticket.0);
            self.count(service, *band);
            self.leases.insert(Lease {
                ticket: lent.ticket,
                device: device.clone(),
                service: self.shared_service(service),
                series: self.shared_series(series),
                number: lent.number,
                label: lent.label.clone(),
                band: *band,
                day: *day,
                granted_at: at,
                until: *until,
                state: LeaseState::Open,
            });
        }
    }

    /// Numbers come back unused; so does their part of the quotas.
    fn take_back(&mut self, tickets: &[TicketId]) {
        for ticket in tickets {
            let before = self.leases.put(*ticket, LeaseState::Ended);
            let Some(lease) = before.filter(Lease::is_reserved) else {
                continue;
            };
            if let Some(issued) = self.issued_today.get_mut(&lease.service) {
                *issued = issued.saturating_sub(1);
            }
            let of_band = lease.band.map(|band| (lease.service, band));
            if let Some(issued) = of_band.and_then(|band| self.issued_in_band.get_mut(&band)) {
                *issued = issued.saturating_sub(1);
            }
        }
    }

    /// Counts a number of a service that was given out or lent today.
    fn count(&mut self, service: &ServiceId, band: Option<u32>) {
        let service = self.shared_service(service);
        *self.issued_today.entry(service.clone()).or_default() += 1;
        if let Some(band) = band {
            *self.issued_in_band.entry((service, band)).or_default() += 1;
        }
    }

    /// A number that was lent is a ticket now. Whether it counted against the quotas of today while it was lent, or never
    /// will: it is of another day.
    fn was_lent(&mut self, ticket: TicketId) -> bool {
        let before = self.leases.put(ticket, LeaseState::HandedOver);
        before.is_some_and(|lease| lease.is_reserved() || Some(lease.day) != self.day)
    }

    fn issue(&mut self, event: &Event, at: Moment) {
        let Event::Issued {
            ticket: id,
            label,
            series,
            number,
            service,
            band,
            class,
            language,
            origin,
            place,
            taken_at,
            person,
            ..
        } = event
        else {
            return;
        };
        let since = taken_at.unwrap_or(at);
        let ticket = Ticket {
            id: *id,
            label: label.clone(),
            series: self.shared_series(series),
            number: *number,
            service: self.shared_service(service),
            further: Vec::new(),
            class: self.shared_class(class),
            language: *language,
            origin: *origin,
            person: *person,
            issued_at: since,
            waiting_since: since,
            line: Line::of(self.shared_service(service)),
            place: *place,
            misses: 0,
            state: TicketState::Waiting,
        };
        self.next_ticket = self.next_ticket.max(id.0);
        if taken_at.is_none() {
            self.numbers
                .insert(ticket.series.clone(), number.saturating_add(1));
        }
        if !self.was_lent(*id) {
            self.count(service, *band);
        }
        self.labels.insert(label.clone(), *id);
        if let Some(person) = person {
            self.persons.insert((*person, *id));
        }
        self.note_place(*place);
        self.tickets.insert(*id, ticket);
        self.set_down(*id, TicketState::Waiting);
    }

    fn call(
        &mut self,
        id: TicketId,
        window: &WindowId,
        staff: &StaffId,
        how: &CallHow,
        at: Moment,
    ) {
        let Some(ticket) = self.tickets.get(&id) else {
            return;
        };
        let before = match &ticket.state {
            TicketState::Delayed { until } => BeforeCall::Delayed(*until),
            TicketState::Held { reason, window, .. } => BeforeCall::Held(*reason, window.clone()),
            TicketState::Waiting | TicketState::Called { .. } | TicketState::Serving { .. } => {
                BeforeCall::Waiting
            }
        };
        if matches!(how, CallHow::Next(_)) {
            self.last_wait
                .insert(ticket.service.clone(), at.since(ticket.waiting_since));
        }
        let called = TicketState::Called {
            window: self.shared_window(window),
            staff: self.shared_staff(staff),
            at,
            last_at: at,
            recalls: 0,
            seq: self.seq,
            before,
        };
        self.put(id, called);
    }

    fn recall(&mut self, id: TicketId, times: u32, at: Moment) {
        let now = self.seq;
        self.with(id, |ticket| {
            if let TicketState::Called {
                recalls,
                last_at,
                seq,
                ..
            } = &mut ticket.state
            {
                (*recalls, *last_at, *seq) = (times, at, now);
            }
        });
    }

    fn undo(&mut self, id: TicketId, at: Moment) {
        let Some(Ticket {
            state: TicketState::Called { before, .. },
            ..
        }) = self.tickets.get(&id)
        else {
            return;
        };
        let state = match before {
            BeforeCall::Waiting => TicketState::Waiting,
            BeforeCall::Delayed(until) => TicketState::Delayed { until: *until },
            BeforeCall::Held(reason, window) => TicketState::Held {
                window: window.clone(),
                reason: *reason,
                since: at,
            },
        };
        self.put(id, state);
    }

    fn start(&mut self, id: TicketId, window: &WindowId, staff: &StaffId, at: Moment) {
        let called = self
            .tickets
            .get(&id)
            .and_then(|ticket| match &ticket.state {
                TicketState::Called { seq, .. } => Some(*seq),
                TicketState::Waiting
                | TicketState::Delayed { .. }
                | TicketState::Serving { .. }
                | TicketState::Held { .. } => None,
            });
        let serving = TicketState::Serving {
            window: self.shared_window(window),
            staff: self.shared_staff(staff),
            since: at,
            seq: called.unwrap_or(self.seq),
        };
        self.put(id, serving);
    }

    /// The visit goes on with the next service.
    fn go_on(&mut self, id: TicketId, service: &ServiceId, place: Place, at: Moment) {
        let service = self.shared_service(service);
        self.note_place(place);
        self.lift(id);
        self.with(id, |ticket| {
            // Services before this one are no longer offered; they were passed over.
            let done = ticket
                .further
                .iter()
                .position(|further| *further == service)
                .map_or(0, |at| at + 1);
            ticket.further.drain(..done);
            ticket.line = Line::of(service.clone());
            ticket.service = service;
            ticket.place = place;
            ticket.waiting_since = at;
            ticket.misses = 0;
        });
        self.set_down(id, TicketState::Waiting);
    }

    fn miss(&mut self, id: TicketId, misses: u32, result: &MissResult, at: Moment) {
        self.with(id, |ticket| ticket.misses = misses);
        match result {
            MissResult::Void => self.remove(id),
            MissResult::Back(place) => self.wait_at(id, *place),
            MissResult::Delayed(until) => self.put(id, TicketState::Delayed { until: *until }),
            MissResult::Pool => {
                self.put(
                    id,
                    TicketState::Held {
                        window: None,
                        reason: HoldReason::Pool,
                        since: at,
                    },
                );
            }
        }
    }

    fn wait_at(&mut self, id: TicketId, place: Place) {
        self.note_place(place);
        self.lift(id);
        self.with(id, |ticket| ticket.place = place);
        self.set_down(id, TicketState::Waiting);
    }

    fn transfer(&mut self, id: TicketId, line: &Line, place: Place, at: Moment) {
        self.note_place(place);
        self.lift(id);
        let line = Line {
            service: self.shared_service(&line.service),
            reach: line.reach.clone(),
        };
        self.with(id, |ticket| {
            ticket.service = line.service.clone();
            ticket.line = line;
            ticket.place = place;
            ticket.waiting_since = at;
        });
        self.set_down(id, TicketState::Waiting);
    }
}

/// Ids that thousands of tickets name are held once: the catalogue's copy is shared.
macro_rules! shared_id {
    ($name:ident, $id:ty, $list:ident) => {
        impl Hall {
            fn $name(&self, id: &$id) -> $id {
                let known = self
                    .catalogue
                    .as_ref()
                    .and_then(|catalogue| catalogue.$list.get(id));
                known.map_or_else(|| id.clone(), |known| known.id.clone())
            }
        }
    };
}

shared_id!(shared_series, crate::model::SeriesId, series);
shared_id!(shared_service, crate::model::ServiceId, services);
shared_id!(shared_class, crate::model::ClassId, classes);
shared_id!(shared_window, crate::model::WindowId, windows);
shared_id!(shared_staff, crate::model::StaffId, staff);
