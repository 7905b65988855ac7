//! From events to changes of the board.

use std::collections::{BTreeMap, BTreeSet};

use nowserving_shared::board::{Board, CallLine, CallState, Change};
use nowserving_shared::domain::{Event, Hall};
use nowserving_shared::model::{Catalogue, DeviceId, Moment, ServiceId, TicketId, WindowId};
use nowserving_shared::protocol::convert;

use crate::record::Entry;

/// What a group of events touched.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Tickets whose lines are new, or that are live no more.
    pub(super) tickets: BTreeSet<TicketId>,
    /// Windows whose lines are new.
    windows: BTreeSet<WindowId>,
    /// Tickets whose call began, was repeated, went on or ended.
    calls: BTreeSet<TicketId>,
    /// Tickets whose call was taken back.
    withdrawn: BTreeSet<TicketId>,
    /// Services of tickets that came into being, and of numbers that were lent.
    services: BTreeSet<ServiceId>,
    /// Devices at which help was called or answered.
    helps: BTreeSet<DeviceId>,
    /// A configuration or a day: everything is new.
    pub(super) everything: bool,
}

pub(super) fn touched(entries: &[Entry]) -> Touched {
    let mut touched = Touched::default();
    for entry in entries {
        touched.note(&entry.recorded.event);
    }
    touched
}

impl Touched {
    fn note(&mut self, event: &Event) {
        match event {
            Event::ConfigurationLoaded { .. } | Event::DayOpened { .. } => self.everything = true,
            Event::Issued {
                ticket, service, ..
            } => {
                self.tickets.insert(*ticket);
                self.services.insert(service.clone());
            }
            Event::Called { ticket, window, .. } => {
                // A ticket that is called again after its call was taken back has a call that stands.
                self.withdrawn.remove(ticket);
                self.at_window(*ticket, window);
            }
            Event::Recalled { ticket, window, .. }
            | Event::Started { ticket, window, .. }
            | Event::Finished { ticket, window, .. }
            | Event::Missed { ticket, window, .. }
            | Event::Held { ticket, window, .. } => self.at_window(*ticket, window),
            Event::CallUndone { ticket, window } => {
                self.withdrawn.insert(*ticket);
                self.at_window(*ticket, window);
            }
            Event::Transferred { ticket, from, .. } => {
                self.tickets.insert(*ticket);
                self.calls.insert(*ticket);
                self.windows.extend(from.clone());
            }
            Event::Returned { ticket, .. }
            | Event::ServiceAdded { ticket, .. }
            | Event::Cancelled { ticket, .. }
            | Event::Closed { ticket, .. } => {
                self.tickets.insert(*ticket);
                self.calls.insert(*ticket);
            }
            Event::WindowSignedOn { window, .. }
            | Event::WindowSignedOff { window }
            | Event::WindowPaused { window, .. }
            | Event::WindowResumed { window } => {
                self.windows.insert(window.clone());
            }
            Event::Leased { service, .. } => {
                self.services.insert(service.clone());
            }
            // Numbers that came back show in the lines of their services with the next that changes there, or the next tick.
            Event::LeasesRevoked { .. }
            | Event::LeasesEnded { .. }
            | Event::TakenTooLate { .. }
            | Event::PairingOffered { .. }
            | Event::Enrolled { .. }
            | Event::Revoked { .. }
            | Event::PasswordSet { .. }
            | Event::SessionOpened { .. }
            | Event::SessionEnded { .. } => {}
            Event::HelpCalled { device } | Event::HelpAnswered { device } => {
                self.helps.insert(device.clone());
            }
        }
    }

    fn at_window(&mut self, ticket: TicketId, window: &WindowId) {
        self.tickets.insert(ticket);
        self.calls.insert(ticket);
        self.windows.insert(window.clone());
    }

    fn nothing(&self) -> bool {
        self.tickets.is_empty()
            && self.windows.is_empty()
            && self.services.is_empty()
            && self.helps.is_empty()
    }
}

/// The changes of the public board.
pub(super) fn of(
    hall: &Hall,
    board: &Board,
    standing: &BTreeMap<TicketId, CallLine>,
    touched: &Touched,
    now: Moment,
) -> Vec<Change> {
    let Some(catalogue) = hall.catalogue() else {
        return Vec::new();
    };
    if touched.nothing() {
        return Vec::new();
    }
    let mut changes = calls(hall, catalogue, board, standing, touched);
    let windows = touched
        .windows
        .iter()
        .filter_map(|id| catalogue.windows.get(id));
    changes.extend(windows.map(|window| Change::Window(convert::window_line(hall, window))));
    changes.extend(services(hall, catalogue, board, touched, now));
    let helps = touched.helps.iter();
    changes.extend(helps.map(|device| help(hall, catalogue, device)));
    changes
}

fn calls(
    hall: &Hall,
    catalogue: &Catalogue,
    board: &Board,
    standing: &BTreeMap<TicketId, CallLine>,
    touched: &Touched,
) -> Vec<Change> {
    let shown = |id: TicketId| board.calls.iter().find(|call| call.ticket == id);
    let known = |id: TicketId| standing.get(&id).or_else(|| shown(id));
    let mut calls: Vec<CallLine> = Vec::new();
    let mut changes: Vec<Change> = Vec::new();
    for id in &touched.calls {
        if touched.withdrawn.contains(id) {
            changes.push(Change::CallWithdrawn { ticket: *id });
            continue;
        }
        let standing = hall
            .ticket(*id)
            .and_then(|ticket| convert::call_line(catalogue, ticket));
        let known = known(*id);
        if let (Some(line), Some(known)) = (&standing, known)
            && line.window != known.window
        {
            // Called elsewhere in the same breath: whoever sees only the first window must not wait for its end.
            changes.push(Change::CallWithdrawn { ticket: *id });
        }
        match (standing, known) {
            // A walk-up was never called; it is not announced.
            (Some(line), None) if line.state == CallState::Serving => {}
            (Some(line), Some(known)) if line.state == CallState::Serving => {
                calls.push(CallLine {
                    recalls: known.recalls,
                    at: known.at,
                    ..line
                });
            }
            (Some(line), _) => calls.push(line),
            (None, Some(known)) => calls.push(CallLine {
                state: CallState::Over,
                ..known.clone()
            }),
            (None, None) => {}
        }
    }
    calls.sort_by_key(|call| call.seq);
    changes.extend(calls.into_iter().map(Change::Call));
    changes
}

/// Services whose lines differ from those on the board: those of the touched tickets (whose service may have changed),
/// and those of the touched windows.
fn services(
    hall: &Hall,
    catalogue: &Catalogue,
    board: &Board,
    touched: &Touched,
    now: Moment,
) -> Vec<Change> {
    let moved = touched.calls.is_empty() && touched.windows.is_empty();
    let wanted = |id: &ServiceId| !moved || touched.services.contains(id);
    let services = catalogue
        .services
        .iter()
        .filter(|service| wanted(&service.id));
    let lines = services.map(|service| convert::service_line(hall, catalogue, service, now));
    let known = |id: &ServiceId| board.services.iter().find(|line| line.id == *id);
    lines
        .filter(|line| known(&line.id) != Some(line))
        .map(Change::Service)
        .collect()
}

/// A device's call for help, or that somebody went there.
fn help(hall: &Hall, catalogue: &Catalogue, device: &DeviceId) -> Change {
    match convert::help_line(hall, catalogue, device) {
        Some(line) => Change::Help(line),
        None => Change::HelpOver {
            device: device.clone(),
        },
    }
}

/// A ticket's line, or that it is gone.
pub(super) fn ticket(hall: &Hall, id: TicketId) -> Change {
    match hall.ticket(id) {
        Some(ticket) => Change::Ticket(convert::ticket_line(hall, ticket)),
        None => Change::TicketGone { ticket: id },
    }
}
