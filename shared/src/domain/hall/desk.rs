//! Commands of a window decided.

use super::super::command::{By, Position, TicketRef};
use super::super::event::{CallHow, Event, MissResult};
use super::super::queue::{Line, Place, Reach};
use super::super::refusal::Refusal;
use super::super::routing;
use super::super::ticket::{FURTHER_SERVICES_MAX, HoldReason, Outcome, Ticket, TicketState};
use super::Desk;
use super::decide::{Case, Decided, check_length, check_reason, wrong_state};
use super::issue::{self, Wanted};
use crate::model::catalogue::{MissStep, Role};
use crate::model::{Moment, ServiceId, StaffId, Window, WindowId};

/// The roles with which somebody may sit at a window.
pub(super) const SITS: [Role; 2] = [Role::Clerk, Role::Supervisor];

/// An open window, and who acts there.
struct OpenWindow<'a> {
    window: &'a Window,
    desk: &'a Desk,
    staff: &'a StaffId,
}

impl<'a> Case<'a> {
    /// The window, when it is open and who asks may act there: whoever is signed on and may still sit at a window, or a
    /// supervisor.
    fn open(&self, id: &WindowId) -> Result<OpenWindow<'a>, Refusal> {
        let window = self.known_window(id)?;
        let desk = self.hall.desks.get(id).ok_or(Refusal::WindowClosed)?;
        let staff = desk.staff.as_ref().ok_or(Refusal::WindowClosed)?;
        let own = matches!(self.by, By::Staff(by) if by == staff);
        let roles: &[Role] = if own { &SITS } else { &[Role::Supervisor] };
        self.needs(roles)?;
        Ok(OpenWindow {
            window,
            desk,
            staff,
        })
    }

    /// The window, when it may receive a call: open, not paused, without a ticket.
    fn free(&self, id: &WindowId) -> Result<OpenWindow<'a>, Refusal> {
        let open = self.open(id)?;
        if open.desk.pause.is_some() {
            return Err(Refusal::WindowPaused);
        }
        self.has_no_ticket(open.desk)?;
        Ok(open)
    }

    fn has_no_ticket(&self, desk: &Desk) -> Result<(), Refusal> {
        let ticket = desk.ticket.and_then(|id| self.hall.tickets.get(&id));
        ticket.map_or(Ok(()), |ticket| {
            Err(Refusal::WindowBusy {
                label: ticket.label.clone(),
            })
        })
    }

    /// The ticket of an open window.
    pub(super) fn ticket_of(&self, id: &WindowId) -> Result<&'a Ticket, Refusal> {
        let open = self.open(id)?;
        open.desk
            .ticket
            .and_then(|id| self.hall.tickets.get(&id))
            .ok_or(Refusal::WindowHasNoTicket)
    }

    pub(super) fn call_next(&self, id: &WindowId, service: Option<&ServiceId>) -> Decided {
        let open = self.free(id)?;
        if let Some(service) = service {
            issue::find_service(self.catalogue, service)?;
            if !open.window.serves.contains_key(service) {
                return Err(Refusal::NotServedHere(service.clone()));
            }
        }
        let choice =
            routing::next(&self.hall.lines, open.window, service).ok_or(Refusal::NobodyWaits)?;
        Ok(vec![Event::Called {
            ticket: choice.ticket,
            window: id.clone(),
            staff: open.staff.clone(),
            how: CallHow::Next(choice.why),
        }])
    }

    pub(super) fn call_named(&self, id: &WindowId, name: &TicketRef, reason: &str) -> Decided {
        let open = self.free(id)?;
        check_reason(reason)?;
        let ticket = self.known_ticket(name)?;
        match &ticket.state {
            TicketState::Waiting | TicketState::Delayed { .. } | TicketState::Held { .. } => {}
            TicketState::Called { .. } | TicketState::Serving { .. } => {
                return Err(wrong_state(ticket));
            }
        }
        self.may_have(&open, ticket)?;
        Ok(vec![Event::Called {
            ticket: ticket.id,
            window: id.clone(),
            staff: open.staff.clone(),
            how: CallHow::Named {
                reason: reason.trim().to_owned(),
            },
        }])
    }

    /// Passes when the window may have the ticket: it is reserved for it, or reserved for nobody and served there.
    fn may_have(&self, open: &OpenWindow, ticket: &Ticket) -> Result<(), Refusal> {
        let serves = || match open.window.serves.contains_key(&ticket.service) {
            true => Ok(()),
            false => Err(Refusal::NotServedHere(ticket.service.clone())),
        };
        match &ticket.line.reach {
            Reach::Window(window) if *window == open.window.id => Ok(()),
            Reach::Window(window) => Err(Refusal::ReservedElsewhere {
                window: window.clone(),
            }),
            Reach::Zone(zone) if *zone != open.window.zone => {
                Err(Refusal::NotServedHere(ticket.service.clone()))
            }
            Reach::Zone(_) | Reach::Any => serves(),
        }
    }

    pub(super) fn recall(&self, id: &WindowId) -> Decided {
        let ticket = self.ticket_of(id)?;
        let TicketState::Called {
            last_at, recalls, ..
        } = &ticket.state
        else {
            return Err(wrong_state(ticket));
        };
        let rules = &self.catalogue.rules;
        if *recalls >= rules.recalls_max {
            return Err(Refusal::RecallLimit {
                recalls_max: rules.recalls_max,
            });
        }
        // A clock that stepped back cannot say how long ago the last call was; nobody is to wait until it has caught up.
        let stepped_back = self.now < *last_at;
        let wait = rules.recall_gap.saturating_sub(self.now.since(*last_at));
        if !stepped_back && !wait.is_zero() {
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            return Err(Refusal::RecallTooSoon { wait_ms });
        }
        Ok(vec![Event::Recalled {
            ticket: ticket.id,
            window: id.clone(),
            recalls: recalls + 1,
        }])
    }

    pub(super) fn start(&self, id: &WindowId) -> Decided {
        let ticket = self.ticket_of(id)?;
        match &ticket.state {
            TicketState::Called { staff, .. } => Ok(vec![Event::Started {
                ticket: ticket.id,
                window: id.clone(),
                staff: staff.clone(),
            }]),
            TicketState::Waiting
            | TicketState::Delayed { .. }
            | TicketState::Serving { .. }
            | TicketState::Held { .. } => Err(wrong_state(ticket)),
        }
    }

    pub(super) fn finish(&self, id: &WindowId, outcome: Outcome) -> Decided {
        let ticket = self.ticket_of(id)?;
        if !matches!(ticket.state, TicketState::Serving { .. }) {
            return Err(wrong_state(ticket));
        }
        let next = ticket
            .further
            .iter()
            .find(|service| self.catalogue.services.contains(service));
        let next = next.map(|service| {
            let line = Line::of(service.clone());
            (service.clone(), self.place(ticket, &line, Position::Last))
        });
        Ok(vec![Event::Finished {
            ticket: ticket.id,
            window: id.clone(),
            outcome,
            next,
        }])
    }

    pub(super) fn no_show(&self, id: &WindowId) -> Decided {
        let ticket = self.ticket_of(id)?;
        let TicketState::Called { recalls, .. } = &ticket.state else {
            return Err(wrong_state(ticket));
        };
        let calls = self.catalogue.rules.calls_before_no_show;
        if recalls.saturating_add(1) < calls {
            return Err(Refusal::CalledTooFewTimes { calls });
        }
        let misses = ticket.misses + 1;
        let result = self.miss_result(ticket, misses);
        Ok(vec![Event::Missed {
            ticket: ticket.id,
            window: id.clone(),
            misses,
            result,
        }])
    }

    fn miss_result(&self, ticket: &Ticket, misses: u32) -> MissResult {
        let Some(service) = self.catalogue.services.get(&ticket.service) else {
            return MissResult::Void;
        };
        match service.no_show.step(misses) {
            MissStep::Void => MissResult::Void,
            MissStep::Back { places } => MissResult::Back(self.place_back(ticket, places)),
            MissStep::After { wait } => MissResult::Delayed(self.now.after(wait)),
            MissStep::End => MissResult::Back(self.place(ticket, &ticket.line, Position::Last)),
            MissStep::Pool => MissResult::Pool,
        }
    }

    fn place_back(&self, ticket: &Ticket, places: u32) -> Place {
        let rank = self.hall.rank(&ticket.class);
        self.hall
            .lines
            .place_behind(&ticket.line, rank, places, self.hall.joining())
    }

    pub(super) fn hold(&self, id: &WindowId, reason: HoldReason, note: &str) -> Decided {
        let ticket = self.ticket_of(id)?;
        check_length(note)?;
        match reason {
            HoldReason::Pool => return Err(Refusal::HoldReasonReserved),
            HoldReason::CustomerAway | HoldReason::PapersHere | HoldReason::OtherStep => {}
        }
        let note = note.trim().to_owned();
        Ok(vec![Event::Held {
            ticket: ticket.id,
            window: id.clone(),
            reason,
            note,
        }])
    }

    pub(super) fn resume_ticket(&self, id: &WindowId, name: &TicketRef) -> Decided {
        let open = self.free(id)?;
        let ticket = self.known_ticket(name)?;
        let TicketState::Held { window, reason, .. } = &ticket.state else {
            return Err(wrong_state(ticket));
        };
        match (reason, window) {
            (HoldReason::PapersHere, Some(window)) if window != id => {
                return Err(Refusal::ReservedElsewhere {
                    window: window.clone(),
                });
            }
            (_, Some(window)) if window == id => {}
            (_, Some(_) | None) => self.may_have(&open, ticket)?,
        }
        Ok(vec![Event::Called {
            ticket: ticket.id,
            window: id.clone(),
            staff: open.staff.clone(),
            how: CallHow::Resumed,
        }])
    }

    pub(super) fn add_service(&self, id: &WindowId, service: &ServiceId) -> Decided {
        let ticket = self.ticket_of(id)?;
        let service = &issue::find_service(self.catalogue, service)?.id;
        if ticket.further.len() >= FURTHER_SERVICES_MAX {
            return Err(Refusal::TooManyServices {
                services_max: FURTHER_SERVICES_MAX,
            });
        }
        Ok(vec![Event::ServiceAdded {
            ticket: ticket.id,
            service: service.clone(),
        }])
    }

    pub(super) fn walk_up(&self, id: &WindowId, wanted: &Wanted) -> Decided {
        let open = self.free(id)?;
        if !open.window.serves.contains_key(wanted.service) {
            return Err(Refusal::NotServedHere(wanted.service.clone()));
        }
        let issued = issue::issue(self.hall, self.catalogue, wanted, self.now)?;
        let Event::Issued { ticket, .. } = &issued else {
            return Ok(vec![issued]);
        };
        let started = Event::Started {
            ticket: *ticket,
            window: id.clone(),
            staff: open.staff.clone(),
        };
        Ok(vec![issued, started])
    }

    pub(super) fn undo_call(&self, id: &WindowId) -> Decided {
        let ticket = self.ticket_of(id)?;
        let TicketState::Called { at, .. } = &ticket.state else {
            return Err(wrong_state(ticket));
        };
        let within = self.catalogue.rules.undo_within;
        if self.now.since(*at) > within {
            return Err(Refusal::TooLateToUndo {
                within_seconds: within.as_secs(),
            });
        }
        Ok(vec![Event::CallUndone {
            ticket: ticket.id,
            window: id.clone(),
        }])
    }

    pub(super) fn sign_on(&self, id: &WindowId) -> Decided {
        let window = self.known_window(id)?;
        let By::Staff(staff) = self.by else {
            return Err(Refusal::NotAllowed);
        };
        self.needs(&SITS)?;
        if let Some(other) = self.hall.window_of(staff) {
            // Signing on again where one sits already changes nothing and is no fault.
            return if other == id {
                Ok(Vec::new())
            } else {
                Err(Refusal::SignedOnElsewhere {
                    window: other.clone(),
                })
            };
        }
        if let Some(taken) = self.hall.desks.get(id).and_then(|desk| desk.staff.as_ref()) {
            return Err(Refusal::WindowTaken {
                staff: taken.clone(),
            });
        }
        Ok(vec![Event::WindowSignedOn {
            window: window.id.clone(),
            staff: staff.clone(),
        }])
    }

    pub(super) fn sign_off(&self, id: &WindowId) -> Decided {
        let open = self.open(id)?;
        self.has_no_ticket(open.desk)?;
        Ok(vec![Event::WindowSignedOff { window: id.clone() }])
    }

    pub(super) fn pause(&self, id: &WindowId, reason: &str, back_at: Option<Moment>) -> Decided {
        let open = self.open(id)?;
        check_reason(reason)?;
        if back_at.is_some_and(|back_at| back_at <= self.now) {
            return Err(Refusal::ReturnInThePast);
        }
        self.has_no_ticket(open.desk)?;
        Ok(vec![Event::WindowPaused {
            window: id.clone(),
            reason: reason.trim().to_owned(),
            back_at,
        }])
    }

    pub(super) fn resume_window(&self, id: &WindowId) -> Decided {
        let open = self.open(id)?;
        match open.desk.pause {
            Some(_) => Ok(vec![Event::WindowResumed { window: id.clone() }]),
            None => Err(Refusal::WindowNotPaused),
        }
    }
}
