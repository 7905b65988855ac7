//! A new configuration, and what it means for tickets and windows that the old one knew.

use std::sync::Arc;

use super::super::event::{CloseReason, Event};
use super::super::queue::{Line, Reach};
use super::super::ticket::Ticket;
use super::Hall;
use super::desk::SITS;
use crate::model::{Catalogue, StaffId};

/// The events that load `catalogue`: first those that let go of what it no longer has, then the loading itself.
///
/// Whoever may no longer sit at a window is signed off, and the ticket of that window waits again with its place. A ticket
/// from whose line no window would call any more comes into the line of its service.
pub(super) fn load(hall: &Hall, catalogue: &Arc<Catalogue>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for (window, desk) in &hall.desks {
        let Some(staff) = &desk.staff else { continue };
        if catalogue.windows.contains(window) && may_sit(catalogue, staff) {
            continue;
        }
        let ticket = desk.ticket.and_then(|id| hall.tickets.get(&id));
        events.extend(ticket.map(|ticket| Event::Returned {
            ticket: ticket.id,
            place: ticket.place,
        }));
        events.push(Event::WindowSignedOff {
            window: window.clone(),
        });
    }
    events.extend(
        hall.tickets
            .values()
            .filter_map(|ticket| let_go(ticket, catalogue)),
    );
    for device in hall.access.enrolled() {
        if !catalogue.devices.contains(device) {
            events.push(Event::Revoked {
                device: device.clone(),
            });
        }
    }
    events.push(Event::ConfigurationLoaded {
        version: hall.version + 1,
        catalogue: catalogue.clone(),
    });
    events
}

fn may_sit(catalogue: &Catalogue, staff: &StaffId) -> bool {
    let known = catalogue.staff.get(staff);
    known.is_some_and(|staff| SITS.iter().any(|role| staff.roles.contains(role)))
}

fn let_go(ticket: &Ticket, catalogue: &Catalogue) -> Option<Event> {
    if !catalogue.services.contains(&ticket.service) {
        return Some(Event::Closed {
            ticket: ticket.id,
            reason: CloseReason::ServiceGone,
        });
    }
    let reachable = match &ticket.line.reach {
        Reach::Any => true,
        Reach::Window(window) => catalogue.windows.contains(window),
        Reach::Zone(zone) => catalogue.serves_in(&ticket.service, zone),
    };
    (!reachable).then(|| Event::Transferred {
        ticket: ticket.id,
        from: ticket.at_window().cloned(),
        line: Line::of(ticket.service.clone()),
        place: ticket.place,
    })
}
