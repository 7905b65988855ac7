//! The server of a world: the hall's rules over a history that survives, without doors.

use std::collections::{BTreeMap, BTreeSet};

use nowserving_shared::board::ServiceLine;
use nowserving_shared::domain::{
    By, Command, Event, Hall, Origin, Outcome, Refusal, Taken, TicketRef,
};
use nowserving_shared::model::{Catalogue, DeviceId, Moment, StaffId, TicketId, WindowId};
use nowserving_shared::protocol::convert::{board, hall_view, issued_view, ticket_view};
use nowserving_shared::protocol::http::{HallView, HeldTicket, IssueRequest, IssuedView};
use nowserving_shared::protocol::kiosk::{
    Became, HandedOver, LeaseRequest, LeaseView, TakenTicket,
};

use super::chance::Chance;

/// 2026-11-23T01:00:00Z, nine in the morning in the hall.
pub(super) const MORNING: Moment = Moment(1_795_395_600_000);
/// Staff do something about so often, in steps.
const STAFF_EVERY: u64 = 30;

pub(super) struct Server {
    /// The state; none while the server is down.
    hall: Option<Hall>,
    /// What is on disk.
    history: Vec<(Moment, Event)>,
    /// Steps that were carried out, by their keys.
    keys: BTreeMap<String, (Event, Moment)>,
    labels: BTreeMap<TicketId, String>,
    cancelled: BTreeSet<TicketId>,
    wrong: Vec<String>,
}

fn kiosk() -> By {
    By::Device(DeviceId::new("kiosk-1").expect("a device of the example"))
}

fn clerk() -> By {
    By::Staff(StaffId::new("wang").expect("a member of staff of the example"))
}

fn window() -> WindowId {
    WindowId::new("w1").expect("a window of the example")
}

impl Server {
    pub(super) fn open() -> Self {
        let mut server = Self {
            hall: Some(Hall::default()),
            history: Vec::new(),
            keys: BTreeMap::new(),
            labels: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            wrong: Vec::new(),
        };
        let catalogue = std::sync::Arc::new(Catalogue::small_example());
        let load = Command::LoadConfiguration { catalogue };
        server.does(&load, &By::System, MORNING).expect("it loads");
        let sign_on = Command::SignOn { window: window() };
        server
            .does(&sign_on, &clerk(), MORNING)
            .expect("Wang sits down");
        server
    }

    pub(super) fn is_up(&self) -> bool {
        self.hall.is_some()
    }

    pub(super) fn dies(&mut self) {
        self.hall = None;
    }

    /// Starts from what is on disk.
    pub(super) fn starts(&mut self, _now: Moment) {
        if self.hall.is_some() {
            return;
        }
        let mut hall = Hall::default();
        for (at, event) in &self.history {
            hall.apply(event, *at);
        }
        self.hall = Some(hall);
    }

    fn up(&self) -> &Hall {
        self.hall
            .as_ref()
            .expect("only a server that is up is asked")
    }

    fn does(&mut self, command: &Command, by: &By, now: Moment) -> Result<Vec<Event>, Refusal> {
        for event in self.up().due(now) {
            self.apply(event, now);
        }
        let events = self.up().decide(command, by, now)?;
        for event in &events {
            self.apply(event.clone(), now);
        }
        Ok(events)
    }

    fn apply(&mut self, event: Event, now: Moment) {
        match &event {
            Event::Issued { ticket, label, .. } => {
                if let Some(before) = self.labels.insert(*ticket, label.as_str().to_owned()) {
                    self.wrong
                        .push(format!("{ticket} was issued as {before} and as {label}"));
                }
            }
            Event::TakenTooLate { ticket, label, .. } => {
                self.wrong.push(format!("{label} ({ticket}) came too late"));
            }
            Event::Cancelled { ticket, .. } => {
                self.cancelled.insert(*ticket);
            }
            _ => {}
        }
        if let Some(hall) = &mut self.hall {
            hall.apply(&event, now);
        }
        self.history.push((now, event));
    }

    /// The clerk calls and finishes now and then.
    pub(super) fn goes_on(&mut self, now: Moment, chance: &mut Chance) {
        if self.hall.is_none() || !chance.one_in(STAFF_EVERY) {
            return;
        }
        let window = window();
        let busy = self
            .up()
            .desk(&window)
            .is_some_and(|desk| desk.ticket.is_some());
        let commands = if busy {
            let (start, finish) = (
                Command::Start {
                    window: window.clone(),
                },
                Command::Finish {
                    window,
                    outcome: Outcome::Done,
                },
            );
            vec![start, finish]
        } else {
            vec![Command::CallNext {
                window,
                service: None,
            }]
        };
        for command in commands {
            // Nobody may wait.
            let _refused = self.does(&command, &clerk(), now);
        }
    }

    pub(super) fn hall_view(&self, now: Moment) -> HallView {
        hall_view(self.up(), now).expect("a configuration was loaded")
    }

    pub(super) fn waits(&self, now: Moment) -> (u32, Vec<ServiceLine>) {
        let board = board(self.up(), now);
        (board.catalogue_version, board.services)
    }

    pub(super) fn issue(
        &mut self,
        key: &str,
        request: &IssueRequest,
        now: Moment,
    ) -> Result<IssuedView, Refusal> {
        if !self.keys.contains_key(key) {
            let command = Command::Issue {
                service: request.service.clone(),
                class: request.class.clone(),
                language: request.language,
                origin: Origin::Kiosk,
                person: request.person,
            };
            let events = self.does(&command, &kiosk(), now)?;
            let event = events.into_iter().next().expect("an issue has an event");
            self.keys.insert(key.to_owned(), (event, now));
        }
        let (event, at) = &self.keys[key];
        let catalogue = self.up().catalogue().expect("it was loaded");
        let view = issued_view(catalogue, event, *at, "secret".to_owned());
        Ok(view.expect("the event of an issue"))
    }

    /// A live ticket, for whoever wants a second one.
    pub(super) fn held(&self, ticket: TicketId) -> HeldTicket {
        let (hall, token) = (self.up(), "secret".to_owned());
        let catalogue = hall.catalogue().expect("it was loaded");
        let ticket = hall.ticket(ticket).expect("it stands in the way");
        HeldTicket {
            token,
            view: ticket_view(hall, catalogue, ticket),
        }
    }

    pub(super) fn cancel(&mut self, ticket: TicketId, now: Moment) {
        let command = Command::Cancel {
            ticket: TicketRef::Id(ticket),
            reason: String::new(),
        };
        // It may have been called by now.
        let _refused = self.does(&command, &By::Customer(ticket), now);
    }

    pub(super) fn lease(&mut self, request: &LeaseRequest, now: Moment) -> Vec<LeaseView> {
        let command = Command::Lease {
            wanted: request.wanted.clone(),
        };
        self.does(&command, &kiosk(), now)
            .expect("a kiosk may lease");
        let device = DeviceId::new("kiosk-1").expect("a device of the example");
        let leases = self.up().leases().good_for(&device, now);
        leases
            .map(|lease| LeaseView {
                ticket: lease.ticket,
                label: lease.label.clone(),
                token: "secret".to_owned(),
                service: lease.service.clone(),
                day: lease.day,
                granted_at: lease.granted_at,
                until: lease.until,
            })
            .collect()
    }

    pub(super) fn hand_over(&mut self, tickets: &[TakenTicket], now: Moment) -> Vec<HandedOver> {
        let command = Command::HandOver {
            tickets: tickets
                .iter()
                .map(|taken| Taken {
                    ticket: taken.ticket,
                    class: taken.class.clone(),
                    language: taken.language,
                    taken_at: taken.taken_at,
                    person: taken.person,
                })
                .collect(),
        };
        self.does(&command, &kiosk(), now)
            .expect("a kiosk may hand over");
        let became = |taken: &TakenTicket| HandedOver {
            ticket: taken.ticket,
            label: None,
            became: Became::Accepted,
            taken_at: None,
        };
        tickets.iter().map(became).collect()
    }

    /// The number under which a ticket was issued.
    pub(super) fn label_of(&self, ticket: TicketId) -> Option<&str> {
        self.labels.get(&ticket).map(String::as_str)
    }

    pub(super) fn was_cancelled(&self, ticket: TicketId) -> bool {
        self.cancelled.contains(&ticket)
    }

    /// What is wrong with the history, and whether it leads to the present state.
    pub(super) fn wrong(&self) -> Vec<String> {
        let mut wrong = self.wrong.clone();
        let mut again = Hall::default();
        let mut live: BTreeMap<String, TicketId> = BTreeMap::new();
        for (at, event) in &self.history {
            again.apply(event, *at);
            let Event::Issued { label, .. } = event else {
                continue;
            };
            live.clear();
            for ticket in again.tickets() {
                if live.insert(ticket.label.to_string(), ticket.id).is_some() {
                    wrong.push(format!("{label} is live twice"));
                }
            }
        }
        if self.hall.as_ref() != Some(&again) {
            wrong.push("the history leads to another state".to_owned());
        }
        wrong
    }
}
