//! Commands decided. Windows' commands are in [`super::desk`].

use std::sync::Arc;

use super::super::access::{PAIRING_MS_MAX, SecretHash};
use super::super::command::{By, Command, Position, REASON_CHARS_MAX, TicketRef, TransferTarget};
use super::super::event::Event;
use super::super::queue::{Line, Place, Reach};
use super::super::refusal::Refusal;
use super::super::ticket::{Origin, Ticket, TicketState};
use super::issue::{self, Wanted};
use super::{Hall, load};
use crate::model::catalogue::Role;
use crate::model::{Catalogue, DeviceKind, Moment, PersonHash, Staff, StaffId, Window, WindowId};

/// One decision: what is looked at.
pub(super) struct Case<'a> {
    pub(super) hall: &'a Hall,
    pub(super) catalogue: &'a Catalogue,
    pub(super) by: &'a By,
    pub(super) now: Moment,
}

pub(super) type Decided = Result<Vec<Event>, Refusal>;

pub(super) fn decide(hall: &Hall, command: &Command, by: &By, now: Moment) -> Decided {
    if let Command::LoadConfiguration { catalogue } = command {
        return load_configuration(hall, catalogue, by);
    }
    let catalogue = hall.catalogue.as_deref().ok_or(Refusal::NoConfiguration)?;
    let case = Case {
        hall,
        catalogue,
        by,
        now,
    };
    match command {
        Command::LoadConfiguration { catalogue } => load_configuration(hall, catalogue, by),
        Command::Issue {
            service,
            class,
            language,
            origin,
            person,
        } => {
            case.may_issue(*origin)?;
            case.may_name(person.as_ref())?;
            let wanted = Wanted {
                service,
                class: class.as_ref(),
                language: *language,
                origin: *origin,
                person: *person,
            };
            issue::issue(hall, catalogue, &wanted, now).map(|event| vec![event])
        }
        Command::CallNext { window, service } => case.call_next(window, service.as_ref()),
        Command::CallNamed {
            window,
            ticket,
            reason,
        } => case.call_named(window, ticket, reason),
        Command::Recall { window } => case.recall(window),
        Command::Start { window } => case.start(window),
        Command::Finish { window, outcome } => case.finish(window, *outcome),
        Command::NoShow { window } => case.no_show(window),
        Command::Hold {
            window,
            reason,
            note,
        } => case.hold(window, *reason, note),
        Command::ResumeTicket { window, ticket } => case.resume_ticket(window, ticket),
        Command::Return { ticket, position } => case.return_to_queue(ticket, *position),
        Command::Transfer {
            ticket,
            window,
            to,
            position,
        } => case.transfer(ticket, window.as_ref(), to, *position),
        Command::TransferOwn {
            window,
            to,
            position,
        } => case.transfer_own(window, to, *position),
        Command::AddService { window, service } => case.add_service(window, service),
        Command::WalkUp {
            window,
            service,
            class,
            language,
        } => {
            let wanted = Wanted {
                service,
                class: class.as_ref(),
                language: *language,
                origin: Origin::Window,
                person: None,
            };
            case.walk_up(window, &wanted)
        }
        Command::Cancel { ticket, reason } => case.cancel(ticket, reason),
        Command::UndoCall { window } => case.undo_call(window),
        Command::SignOn { window } => case.sign_on(window),
        Command::SignOff { window } => case.sign_off(window),
        Command::Pause {
            window,
            reason,
            back_at,
        } => case.pause(window, reason, *back_at),
        Command::ResumeWindow { window } => case.resume_window(window),
        Command::OfferPairing {
            device,
            code,
            expires_at,
        } => {
            case.needs(&[Role::Administrator])?;
            case.known_device(device)?;
            case.good_expiry(*expires_at, PAIRING_MS_MAX)?;
            Ok(vec![Event::PairingOffered {
                device: device.clone(),
                code: *code,
                expires_at: *expires_at,
            }])
        }
        Command::Enrol { code, token } => case.enrol(code, token),
        Command::Revoke { device } => {
            case.needs(&[Role::Administrator])?;
            case.known_device(device)?;
            Ok(vec![Event::Revoked {
                device: device.clone(),
            }])
        }
        Command::SetPassword { staff, phc } => {
            if !case.is_self(staff) {
                case.needs(&[Role::Administrator])?;
            }
            case.known_staff(staff)?;
            Ok(vec![Event::PasswordSet {
                staff: staff.clone(),
                phc: phc.clone(),
            }])
        }
        Command::OpenSession {
            staff,
            session,
            expires_at,
        } => {
            case.needs(&[])?;
            case.known_staff(staff)?;
            case.good_expiry(*expires_at, i64::MAX)?;
            Ok(vec![Event::SessionOpened {
                staff: staff.clone(),
                session: *session,
                expires_at: *expires_at,
            }])
        }
        Command::CallHelp => case.call_help(),
        Command::AnswerHelp { device } => case.answer_help(device),
        Command::EndSession { session } => {
            let known = hall.access.sessions.contains_key(session);
            Ok(if known {
                vec![Event::SessionEnded { session: *session }]
            } else {
                Vec::new()
            })
        }
        Command::Lease { wanted } => case.lease(wanted),
        Command::HandOver { tickets } => case.hand_over(tickets),
        Command::RevokeLeases { device } => case.revoke_leases(device),
    }
}

fn load_configuration(hall: &Hall, catalogue: &Arc<Catalogue>, by: &By) -> Decided {
    let allowed = match (by, &hall.catalogue) {
        (By::System, _) => true,
        (By::Staff(staff), Some(present)) => present
            .staff
            .get(staff)
            .is_some_and(|staff| staff.roles.contains(&Role::Administrator)),
        (By::Staff(_), None) | (By::Device(_) | By::Customer(_), _) => false,
    };
    if allowed {
        Ok(load::load(hall, catalogue))
    } else {
        Err(Refusal::NotAllowed)
    }
}

impl<'a> Case<'a> {
    /// Passes when who asks has one of `roles`; the hall itself always does.
    pub(super) fn needs(&self, roles: &[Role]) -> Result<(), Refusal> {
        let allowed = match self.by {
            By::System => true,
            By::Staff(id) => self
                .catalogue
                .staff
                .get(id)
                .is_some_and(|staff| roles.iter().any(|role| staff.roles.contains(role))),
            By::Device(_) | By::Customer(_) => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(Refusal::NotAllowed)
        }
    }

    fn may_issue(&self, origin: Origin) -> Result<(), Refusal> {
        match self.by {
            By::Device(id) => {
                let device = self
                    .catalogue
                    .devices
                    .get(id)
                    .ok_or_else(|| Refusal::UnknownDevice(id.clone()))?;
                let kiosk = device.kind == DeviceKind::Kiosk && origin == Origin::Kiosk;
                if kiosk {
                    Ok(())
                } else {
                    Err(Refusal::NotAllowed)
                }
            }
            By::Staff(_) | By::System | By::Customer(_) => {
                self.needs(&[Role::Reception, Role::Supervisor])
            }
        }
    }

    /// Who takes a number is known by a card that a kiosk has read, and by nobody's word.
    fn may_name(&self, person: Option<&PersonHash>) -> Result<(), Refusal> {
        match (person, self.by) {
            (None, _) | (Some(_), By::Device(_)) => Ok(()),
            (Some(_), By::Staff(_) | By::Customer(_) | By::System) => Err(Refusal::NotAllowed),
        }
    }

    fn is_self(&self, staff: &StaffId) -> bool {
        matches!(self.by, By::Staff(by) if by == staff)
    }

    pub(super) fn known_device(&self, id: &crate::model::DeviceId) -> Result<(), Refusal> {
        let known = self.catalogue.devices.contains(id);
        if known {
            Ok(())
        } else {
            Err(Refusal::UnknownDevice(id.clone()))
        }
    }

    pub(super) fn known_staff(&self, id: &StaffId) -> Result<&'a Staff, Refusal> {
        self.catalogue
            .staff
            .get(id)
            .ok_or_else(|| Refusal::UnknownStaff(id.clone()))
    }

    fn good_expiry(&self, expires_at: Moment, ms_max: i64) -> Result<(), Refusal> {
        let ahead = expires_at.0.saturating_sub(self.now.0);
        if ahead > 0 && ahead <= ms_max {
            Ok(())
        } else {
            Err(Refusal::BadExpiry)
        }
    }

    pub(super) fn known_window(&self, id: &WindowId) -> Result<&'a Window, Refusal> {
        self.catalogue
            .windows
            .get(id)
            .ok_or_else(|| Refusal::UnknownWindow(id.clone()))
    }

    pub(super) fn known_ticket(&self, name: &TicketRef) -> Result<&'a Ticket, Refusal> {
        self.hall.find(name).ok_or_else(|| {
            Refusal::UnknownTicket(match name {
                TicketRef::Id(id) => id.to_string(),
                TicketRef::Label(label) => label.to_string(),
            })
        })
    }

    fn enrol(&self, code: &SecretHash, token: &SecretHash) -> Decided {
        self.needs(&[])?;
        // A code that is good for longer than any was offered for was made by a clock that has stepped back since.
        let good = |expires_at: Moment| self.good_expiry(expires_at, PAIRING_MS_MAX).is_ok();
        let offer = self.hall.access.offers.get(code);
        let offer = offer.filter(|offer| good(offer.expires_at));
        let offer = offer.ok_or(Refusal::PairingCodeUnknown)?;
        self.known_device(&offer.device)?;
        Ok(vec![Event::Enrolled {
            device: offer.device.clone(),
            token: *token,
        }])
    }

    fn cancel(&self, name: &TicketRef, reason: &str) -> Decided {
        let ticket = self.known_ticket(name)?;
        match self.by {
            By::Customer(own) if *own == ticket.id => check_length(reason)?,
            By::Customer(_) | By::Staff(_) | By::Device(_) | By::System => {
                self.needs(&[Role::Clerk, Role::Reception, Role::Supervisor])?;
                check_reason(reason)?;
            }
        }
        self.away_from_windows(ticket)?;
        Ok(vec![Event::Cancelled {
            ticket: ticket.id,
            reason: reason.trim().to_owned(),
        }])
    }

    /// Passes when no window has the ticket.
    fn away_from_windows(&self, ticket: &Ticket) -> Result<(), Refusal> {
        if ticket.at_window().is_none() {
            Ok(())
        } else {
            Err(wrong_state(ticket))
        }
    }

    fn return_to_queue(&self, name: &TicketRef, position: Position) -> Decided {
        self.needs(&[Role::Clerk, Role::Reception, Role::Supervisor])?;
        let ticket = self.known_ticket(name)?;
        match &ticket.state {
            TicketState::Held { .. } | TicketState::Delayed { .. } => {
                let place = self.place(ticket, &ticket.line, position);
                Ok(vec![Event::Returned {
                    ticket: ticket.id,
                    place,
                }])
            }
            TicketState::Waiting | TicketState::Called { .. } | TicketState::Serving { .. } => {
                Err(wrong_state(ticket))
            }
        }
    }

    /// The place of a ticket that comes into `line` at `position`.
    pub(super) fn place(&self, ticket: &Ticket, line: &Line, position: Position) -> Place {
        let rank = self.hall.rank(&ticket.class);
        match position {
            Position::First => self.hall.lines.place_first(line, rank, self.hall.joining()),
            Position::Last => self.hall.lines.place_last(line, rank, self.hall.joining()),
            Position::Keep => ticket.place,
        }
    }

    fn transfer(
        &self,
        name: &TicketRef,
        window: Option<&WindowId>,
        to: &TransferTarget,
        position: Position,
    ) -> Decided {
        let ticket = self.known_ticket(name)?;
        match window {
            Some(window) => {
                let own = self.ticket_of(window)?;
                if own.id != ticket.id {
                    return Err(wrong_state(ticket));
                }
            }
            None => {
                self.needs(&[Role::Reception, Role::Supervisor])?;
                self.away_from_windows(ticket)?;
            }
        }
        self.transferred(ticket, window, to, position)
    }

    fn transfer_own(&self, window: &WindowId, to: &TransferTarget, position: Position) -> Decided {
        let own = self.ticket_of(window)?;
        self.transferred(own, Some(window), to, position)
    }

    fn transferred(
        &self,
        ticket: &Ticket,
        from: Option<&WindowId>,
        to: &TransferTarget,
        position: Position,
    ) -> Decided {
        let line = self.target_line(ticket, to)?;
        let place = self.place(ticket, &line, position);
        Ok(vec![Event::Transferred {
            ticket: ticket.id,
            from: from.cloned(),
            line,
            place,
        }])
    }

    fn target_line(&self, ticket: &Ticket, to: &TransferTarget) -> Result<Line, Refusal> {
        let service = match to {
            TransferTarget::Service(service) => {
                issue::find_service(self.catalogue, service)?.id.clone()
            }
            TransferTarget::Window(_) | TransferTarget::Zone(_) => ticket.service.clone(),
        };
        let reach = match to {
            TransferTarget::Service(_) => Reach::Any,
            TransferTarget::Window(window) => Reach::Window(self.known_window(window)?.id.clone()),
            TransferTarget::Zone(zone) => {
                let known = self
                    .catalogue
                    .zones
                    .get(zone)
                    .ok_or_else(|| Refusal::UnknownZone(zone.clone()))?;
                if !self.catalogue.serves_in(&service, &known.id) {
                    return Err(Refusal::NotServedThere(service));
                }
                Reach::Zone(known.id.clone())
            }
        };
        Ok(Line { service, reach })
    }
}

/// The refusal of something that cannot be done in the ticket's state.
pub(super) fn wrong_state(ticket: &Ticket) -> Refusal {
    Refusal::WrongState {
        label: ticket.label.clone(),
        state: (&ticket.state).into(),
    }
}

/// Passes a text that is neither empty nor too long.
pub(super) fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        Err(Refusal::ReasonMissing)
    } else {
        check_length(reason)
    }
}

/// Passes a text that is not too long.
pub(super) fn check_length(text: &str) -> Result<(), Refusal> {
    let fits = text.chars().count() <= REASON_CHARS_MAX;
    if fits {
        Ok(())
    } else {
        Err(Refusal::ReasonTooLong {
            chars_max: REASON_CHARS_MAX,
        })
    }
}
