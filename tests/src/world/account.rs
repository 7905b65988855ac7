//! The account that the world outside keeps of a day, from the replies it was given and nothing else.
//!
//! The account notes faults as they happen: two tickets for one visitor, one label on two live tickets, a call to a
//! window of a ticket that is at another. [`Account::faults`] adds what only the whole day shows: that everybody who was
//! given a number was served or ended otherwise, and that each call but the last led back to the queue. A ticket is noted
//! as *leaving* a window before the request that makes it leave is sent, because the next window may call it before the
//! reply to that request has come back.

mod compare;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use nowserving_shared::model::{Label, Moment, ServiceId, TicketId, WindowId};
use nowserving_shared::protocol::http::IssuedView;

pub use compare::compare;

/// The most faults that are told; all are counted.
pub const FAULTS_MAX: usize = 50;

/// How a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Served to the end.
    Served,
    /// Did not come when called.
    NoShow,
    /// Cancelled.
    Cancelled,
}

/// Why a call did not end the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WentBack {
    /// Missed the call, waits again.
    Missed,
    /// Put aside.
    Held,
    /// Sent on.
    SentOn,
    /// A further service comes next.
    Further,
}

/// A call, as the clerk's reply told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where.
    pub window: WindowId,
    /// When the reply came, by the server's clock.
    pub at: Moment,
    /// What became of it; none while it goes on, and for the call that ended the ticket.
    pub went_back: Option<WentBack>,
    /// Whether it was a ticket taken up again.
    pub resumed: bool,
}

/// A ticket, as the replies told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Whose; none when nobody of the script took it.
    pub visitor: Option<usize>,
    /// Its label.
    pub label: Label,
    /// The service for which it was taken.
    pub taken_for: ServiceId,
    /// The service for which it waits or is served now.
    pub service: ServiceId,
    /// When it was taken.
    pub issued_at: Moment,
    /// Its calls.
    pub calls: Vec<Call>,
    /// How often it was called again.
    pub recalls: u32,
    /// How it ended, and when the reply came.
    pub ended: Option<(Ended, Moment)>,
    /// Where it is.
    at: At,
    /// Whether nobody will come for it any more although it is open.
    pub given_up: bool,
}

/// Where a ticket is, as far as replies can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Queue,
    Window(WindowId),
    /// A request was sent that makes it leave.
    Leaving,
}

impl Ticket {
    /// How often it missed its call.
    #[must_use]
    pub fn misses(&self) -> u32 {
        let missed = self
            .calls
            .iter()
            .filter(|call| call.went_back == Some(WentBack::Missed));
        u32::try_from(missed.count()).unwrap_or(u32::MAX)
    }
}

/// The account of a day.
#[derive(Debug, Clone, Default)]
pub struct Account {
    tickets: BTreeMap<TicketId, Ticket>,
    by_visitor: BTreeMap<usize, TicketId>,
    live: HashMap<Label, TicketId>,
    refused: BTreeMap<String, u64>,
    fault_count: u64,
    faults: Vec<String>,
}

impl Account {
    /// An account without tickets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A visitor was given a number.
    pub fn issued(&mut self, visitor: usize, view: &IssuedView) {
        if let Some(earlier) = self.by_visitor.insert(visitor, view.ticket)
            && earlier != view.ticket
        {
            self.fault(format!(
                "visitor {visitor} was given ticket {earlier} and ticket {}",
                view.ticket
            ));
        }
        if let Some(known) = self.tickets.get_mut(&view.ticket) {
            match known.visitor {
                Some(other) if other != visitor => {
                    self.fault(format!(
                        "ticket {} was given to visitors {other} and {visitor}",
                        view.ticket
                    ));
                }
                Some(_) => {}
                None => known.visitor = Some(visitor),
            }
            return;
        }
        self.enter(
            view.ticket,
            Ticket {
                visitor: Some(visitor),
                label: view.label.clone(),
                taken_for: view.service.clone(),
                service: view.service.clone(),
                issued_at: view.issued_at,
                calls: Vec::new(),
                recalls: 0,
                ended: None,
                at: At::Queue,
                given_up: false,
            },
        );
    }

    /// A ticket was called that nobody of the script took: somebody used the kiosk meanwhile.
    pub fn stranger(&mut self, id: TicketId, label: &Label, service: &ServiceId, at: Moment) {
        if self.tickets.contains_key(&id) {
            return;
        }
        self.enter(
            id,
            Ticket {
                visitor: None,
                label: label.clone(),
                taken_for: service.clone(),
                service: service.clone(),
                issued_at: at,
                calls: Vec::new(),
                recalls: 0,
                ended: None,
                at: At::Queue,
                given_up: false,
            },
        );
    }

    fn enter(&mut self, id: TicketId, ticket: Ticket) {
        if let Some(other) = self.live.insert(ticket.label.clone(), id) {
            let leaves = |ticket: &Ticket| ticket.ended.is_some() || ticket.at == At::Leaving;
            if !self.tickets.get(&other).is_some_and(leaves) {
                self.fault(format!(
                    "label {} is on the live tickets {other} and {id}",
                    ticket.label
                ));
            }
        }
        self.tickets.insert(id, ticket);
    }

    /// A visitor was refused a number, for the reason of this code.
    pub fn refused(&mut self, code: &str) {
        *self.refused.entry(code.to_owned()).or_default() += 1;
    }

    /// A ticket was called to a window; `resumed` when it had been put aside.
    pub fn called(&mut self, id: TicketId, window: &WindowId, at: Moment, resumed: bool) {
        let Some(ticket) = self.tickets.get_mut(&id) else {
            return self.unknown(id);
        };
        let label = ticket.label.clone();
        let before = std::mem::replace(&mut ticket.at, At::Window(window.clone()));
        let over = ticket.ended.is_some();
        ticket.calls.push(Call {
            window: window.clone(),
            at,
            went_back: None,
            resumed,
        });
        match before {
            At::Window(other) => {
                self.fault(format!(
                    "{label} was called to {window} while it was at {other}"
                ));
            }
            At::Queue | At::Leaving => {}
        }
        if over {
            self.fault(format!("{label} was called to {window} after it had ended"));
        }
    }

    /// A ticket was called again.
    pub fn recalled(&mut self, id: TicketId) {
        match self.tickets.get_mut(&id) {
            Some(ticket) => ticket.recalls += 1,
            None => self.unknown(id),
        }
    }

    /// A request is about to be sent that makes the ticket leave its window.
    pub fn leaving(&mut self, id: TicketId) {
        match self.tickets.get_mut(&id) {
            Some(ticket) => ticket.at = At::Leaving,
            None => self.unknown(id),
        }
    }

    /// The ticket left its window for a queue or was put aside; `service` is the one it waits for now. It may have been
    /// called elsewhere by the time that the reply came: then it stays where that call brought it.
    pub fn went_back(
        &mut self,
        id: TicketId,
        window: &WindowId,
        why: WentBack,
        service: &ServiceId,
    ) {
        let Some(ticket) = self.tickets.get_mut(&id) else {
            return self.unknown(id);
        };
        let open = |call: &&mut Call| call.window == *window && call.went_back.is_none();
        match ticket.calls.iter_mut().rev().find(open) {
            Some(call) => call.went_back = Some(why),
            None => {
                let label = ticket.label.clone();
                return self.fault(format!("{label} left {window}, which had not called it"));
            }
        }
        ticket.service = service.clone();
        if ticket.at == At::Leaving {
            ticket.at = At::Queue;
        }
    }

    /// The ticket ended.
    pub fn ended(&mut self, id: TicketId, how: Ended, at: Moment) {
        let Some(ticket) = self.tickets.get_mut(&id) else {
            return self.unknown(id);
        };
        let label = ticket.label.clone();
        ticket.at = At::Queue;
        let before = ticket.ended.replace((how, at));
        if self.live.get(&label) == Some(&id) {
            self.live.remove(&label);
        }
        if let Some((before, _)) = before {
            self.fault(format!("{label} ended twice: {before:?} and {how:?}"));
        }
    }

    /// Nobody will come for the ticket any more.
    pub fn given_up(&mut self, id: TicketId) {
        match self.tickets.get_mut(&id) {
            Some(ticket) => ticket.given_up = true,
            None => self.unknown(id),
        }
    }

    /// Notes a fault.
    pub fn fault(&mut self, what: String) {
        self.fault_count += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(what);
        }
    }

    fn unknown(&mut self, id: TicketId) {
        self.fault(format!(
            "a reply speaks of ticket {id}, which was never issued or called"
        ));
    }

    /// The ticket with this id.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id)
    }

    /// Every ticket, in the order of issue.
    pub fn tickets(&self) -> impl ExactSizeIterator<Item = (&TicketId, &Ticket)> {
        self.tickets.iter()
    }

    /// The ticket of a visitor.
    #[must_use]
    pub fn ticket_of(&self, visitor: usize) -> Option<TicketId> {
        self.by_visitor.get(&visitor).copied()
    }

    /// How many visitors were refused a number, by the code of the reason.
    #[must_use]
    pub fn refusals(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }

    /// How many tickets are open for a service, those excepted for which nobody will come.
    #[must_use]
    pub fn open_for(&self, service: &ServiceId) -> usize {
        let open = |ticket: &&Ticket| {
            ticket.ended.is_none() && !ticket.given_up && ticket.service == *service
        };
        self.tickets.values().filter(open).count()
    }

    /// How many tickets ended like this.
    #[must_use]
    pub fn count(&self, how: Ended) -> u64 {
        let ended = |ticket: &&Ticket| ticket.ended.is_some_and(|(ended, _)| ended == how);
        self.tickets.values().filter(ended).count() as u64
    }

    /// How many tickets are open.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.tickets
            .values()
            .filter(|ticket| ticket.ended.is_none())
            .count() as u64
    }

    /// What is wrong with the day of `visitors` people: nothing, when all is well. At most [`FAULTS_MAX`] and a line.
    #[must_use]
    pub fn faults(&self, visitors: usize) -> Vec<String> {
        let mut whole = self.clone();
        let answered = self.by_visitor.len() as u64 + self.refused.values().sum::<u64>();
        if answered != visitors as u64 {
            whole.fault(format!(
                "{visitors} came, but {} were given a number and {} were refused one",
                self.by_visitor.len(),
                self.refused.values().sum::<u64>()
            ));
        }
        for ticket in self.tickets.values() {
            if let Some(what) = fault_of(ticket) {
                whole.fault(format!("{}: {what}", ticket.label));
            }
        }
        let more = whole.fault_count.saturating_sub(whole.faults.len() as u64);
        if more > 0 {
            whole.faults.push(format!("and {more} more"));
        }
        whole.faults
    }
}

/// What is wrong with a ticket at the end of the day.
fn fault_of(ticket: &Ticket) -> Option<String> {
    let going_on = ticket
        .calls
        .iter()
        .filter(|call| call.went_back.is_none())
        .count();
    match ticket.ended {
        Some((Ended::Served, _)) if going_on != 1 => Some(format!(
            "was served, and {going_on} of its {} calls led to it",
            ticket.calls.len()
        )),
        Some((Ended::NoShow, _)) if going_on != 1 => Some(format!(
            "is void, and {going_on} of its {} calls led to it",
            ticket.calls.len()
        )),
        Some((Ended::Cancelled, _)) if going_on != 0 => {
            Some("was cancelled while it was at a window".to_owned())
        }
        Some((Ended::Served | Ended::NoShow | Ended::Cancelled, _)) => None,
        None => Some("is still open".to_owned()),
    }
}
