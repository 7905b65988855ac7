//! One row for every ticket that was ever issued.
//!
//! A row is made by [`Event::Issued`] and changed by every later event of its ticket. A ticket passes *steps*: it joins
//! the queue of a service, is called, is served, and goes on to the next service or is transferred; each is a step of
//! its own, because each has its own wait. An event that a row has seen already changes nothing, so that folding a
//! stretch of the history twice is the same as folding it once.
//!
//! Rows are derived, and there is one for every ticket ever: so they are stored in a short binary form (postcard), a fifth
//! of what JSON takes. When that form changes, [`ROWS_VERSION`] counts up and they are made again from the journal.

mod fold;
#[cfg(test)]
pub(crate) mod tests;

use nowserving_shared::domain::{CallHow, Event, MissResult, Recorded};
use nowserving_shared::model::{
    BusinessDay, ClassId, Label, Language, Moment, ServiceId, StaffId, TicketId, WindowId,
};
use nowserving_shared::protocol::http::{
    CallHistory, EndedWire, OriginWire, OutcomeWire, TicketHistory,
};
use serde::{Deserialize, Serialize};

use super::summary;

pub use fold::{History, Rows, fold, ticket_of};

/// The form of the rows. A store that holds another form is made again.
pub const ROWS_VERSION: u32 = 2;
/// The most calls that a row keeps. Of a ticket that is called more often, the latest call takes the place of the one
/// before it.
pub const CALLS_MAX: usize = 48;
/// The most steps that a row keeps; as [`CALLS_MAX`]. With both at their bounds a row stays under 8 KiB.
pub const STEPS_MAX: usize = 16;

/// How a ticket came to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// It was next.
    Next,
    /// Staff named it, out of turn.
    Named,
    /// It was on hold and taken up again.
    Resumed,
}

/// A call of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Where to.
    pub window: WindowId,
    /// By whom.
    pub staff: StaffId,
    /// When.
    pub at: Moment,
    /// Which step it belongs to.
    pub step: u32,
    /// How it came about.
    pub how: How,
    /// How often it was repeated.
    pub recalls: u32,
    /// Whether it was taken back.
    pub undone: bool,
}

/// The first call of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstCall {
    /// Where to.
    pub window: WindowId,
    /// When.
    pub at: Moment,
}

/// The end of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// Where.
    pub window: WindowId,
    /// When.
    pub at: Moment,
    /// How.
    pub outcome: OutcomeWire,
}

/// One service on the way of a ticket: from joining its queue to leaving it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which service.
    pub service: ServiceId,
    /// When the ticket joined its queue.
    pub since: Moment,
    /// The first call that was not taken back.
    pub called: Option<FirstCall>,
    /// The window that began to serve it last; also of somebody who had not been called.
    pub served_at: Option<WindowId>,
    /// When it was first served.
    pub started_at: Option<Moment>,
    /// Since when it is being served now.
    pub serving_since: Option<Moment>,
    /// How long it was served before that, in milliseconds.
    pub served_ms: u64,
    /// How the service was finished.
    pub finished: Option<Finish>,
}

impl Step {
    fn new(service: ServiceId, since: Moment) -> Self {
        Self {
            service,
            since,
            called: None,
            served_at: None,
            started_at: None,
            serving_since: None,
            served_ms: 0,
            finished: None,
        }
    }

    /// The wait from joining the queue to the first call, in milliseconds; none: it was not called.
    #[must_use]
    pub fn wait_ms(&self) -> Option<u64> {
        self.called
            .as_ref()
            .map(|called| millis_between(self.since, called.at))
    }

    /// The time in service without time on hold, in milliseconds; none: it was not finished.
    #[must_use]
    pub fn service_ms(&self) -> Option<u64> {
        self.finished.as_ref().map(|_| self.served_ms)
    }

    /// Nobody serves it any longer.
    fn stop_serving(&mut self, at: Moment) {
        if let Some(since) = self.serving_since.take() {
            self.served_ms = self.served_ms.saturating_add(millis_between(since, at));
        }
    }
}

fn millis_between(earlier: Moment, later: Moment) -> u64 {
    u64::try_from(later.since(earlier).as_millis()).unwrap_or(u64::MAX)
}

/// How and when a ticket ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How.
    pub how: EndedWire,
    /// When.
    pub at: Moment,
}

/// All that is kept of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// Its id.
    pub id: TicketId,
    /// The business day on which it was taken.
    pub day: BusinessDay,
    /// What the customer reads.
    pub label: Label,
    /// The priority class.
    pub class: ClassId,
    /// The customer's language.
    pub language: Language,
    /// Where it was taken.
    pub origin: OriginWire,
    /// The sequence of the last event that changed it.
    pub last_seq: u64,
    /// When it was taken.
    pub issued_at: Moment,
    /// How many went before it: what the customer was told. Of one taken while the server was away, who was told nothing: how
    /// many went before it when it was handed over.
    pub ahead_told: u32,
    /// What it was taken for. Its first step, too, unless that was left out.
    pub issued_for: ServiceId,
    /// Its steps, oldest first; never empty.
    pub steps: Vec<Step>,
    /// Its calls, oldest first.
    pub calls: Vec<Call>,
    /// Calls that found no room in `calls`.
    pub calls_left_out: u32,
    /// Steps that found no room in `steps`.
    pub steps_left_out: u32,
    /// Missed calls.
    pub misses: u32,
    /// How often it was put aside by a window.
    pub holds: u32,
    /// How often it was transferred.
    pub transfers: u32,
    /// How it ended; none while it lives.
    pub end: Option<End>,
}

impl TicketRow {
    /// The row as it is stored.
    ///
    /// # Errors
    /// None that is known: a row holds nothing that this form does not.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(self)
    }

    /// The row that is stored as `bytes`.
    ///
    /// # Errors
    /// When they are no row of this form, or more than one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        match postcard::take_from_bytes(bytes)? {
            (row, []) => Ok(row),
            (_, _) => Err(postcard::Error::SerdeDeCustom),
        }
    }

    /// The row of a ticket that was handed over when nobody could call it any more; none when the event is another. It
    /// counts in the day in which it was taken.
    fn taken_too_late(recorded: &Recorded) -> Option<Self> {
        let Event::TakenTooLate {
            ticket,
            label,
            service,
            class,
            language,
            day,
            taken_at,
        } = &recorded.event
        else {
            return None;
        };
        let end = End {
            how: EndedWire::Closed,
            at: recorded.at,
        };
        Some(Self {
            id: *ticket,
            day: *day,
            label: label.clone(),
            class: class.clone(),
            language: *language,
            origin: OriginWire::Kiosk,
            last_seq: recorded.seq,
            issued_at: *taken_at,
            ahead_told: 0,
            issued_for: service.clone(),
            steps: vec![Step::new(service.clone(), *taken_at)],
            calls: Vec::new(),
            calls_left_out: 0,
            steps_left_out: 0,
            misses: 0,
            holds: 0,
            transfers: 0,
            end: Some(end),
        })
    }

    /// The row of a ticket at its issue; none when the event is another.
    #[must_use]
    pub fn issued(day: BusinessDay, recorded: &Recorded) -> Option<Self> {
        if let Some(row) = Self::taken_too_late(recorded) {
            return Some(row);
        }
        let Event::Issued {
            ticket,
            label,
            service,
            class,
            language,
            origin,
            ahead,
            taken_at,
            ..
        } = &recorded.event
        else {
            return None;
        };
        let at = taken_at.unwrap_or(recorded.at);
        Some(Self {
            id: *ticket,
            day,
            label: label.clone(),
            class: class.clone(),
            language: *language,
            origin: (*origin).into(),
            last_seq: recorded.seq,
            issued_at: at,
            ahead_told: *ahead,
            issued_for: service.clone(),
            steps: vec![Step::new(service.clone(), at)],
            calls: Vec::new(),
            calls_left_out: 0,
            steps_left_out: 0,
            misses: 0,
            holds: 0,
            transfers: 0,
            end: None,
        })
    }

    /// The present service, or the last one.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        self.steps
            .last()
            .map_or(&self.issued_for, |step| &step.service)
    }

    /// Takes an event of this ticket into account. One that was taken into account before changes nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        if recorded.seq <= self.last_seq {
            return;
        }
        self.last_seq = recorded.seq;
        let at = recorded.at;
        match &recorded.event {
            Event::Called {
                window, staff, how, ..
            } => self.call(window, staff, how, at),
            Event::Recalled { recalls, .. } => {
                if let Some(call) = self.calls.last_mut() {
                    call.recalls = *recalls;
                }
            }
            Event::CallUndone { .. } => self.undo_call(),
            Event::Started { window, .. } => self.with_step(|step| {
                step.served_at = Some(window.clone());
                step.started_at.get_or_insert(at);
                step.serving_since = Some(at);
            }),
            Event::Finished {
                window,
                outcome,
                next,
                ..
            } => {
                self.with_step(|step| {
                    step.stop_serving(at);
                    step.finished = Some(Finish {
                        window: window.clone(),
                        at,
                        outcome: (*outcome).into(),
                    });
                });
                match next {
                    Some((service, _)) => self.step_on(service, at),
                    None => self.end(EndedWire::Finished, at),
                }
            }
            Event::Missed { result, .. } => self.miss(result, at),
            Event::Held { .. } => {
                self.holds = self.holds.saturating_add(1);
                self.with_step(|step| step.stop_serving(at));
            }
            Event::Returned { .. } => self.with_step(|step| step.stop_serving(at)),
            Event::Transferred { line, .. } => {
                self.transfers = self.transfers.saturating_add(1);
                self.with_step(|step| step.stop_serving(at));
                self.step_on(&line.service, at);
            }
            Event::Cancelled { .. } => self.end(EndedWire::Cancelled, at),
            Event::Closed { .. } => self.end(EndedWire::Closed, at),
            Event::Issued { .. }
            | Event::ServiceAdded { .. }
            | Event::ConfigurationLoaded { .. }
            | Event::DayOpened { .. }
            | Event::WindowSignedOn { .. }
            | Event::WindowSignedOff { .. }
            | Event::WindowPaused { .. }
            | Event::WindowResumed { .. }
            | Event::PairingOffered { .. }
            | Event::Enrolled { .. }
            | Event::Revoked { .. }
            | Event::PasswordSet { .. }
            | Event::SessionOpened { .. }
            | Event::SessionEnded { .. }
            | Event::HelpCalled { .. }
            | Event::HelpAnswered { .. } => {}
            Event::Leased { .. }
            | Event::LeasesRevoked { .. }
            | Event::LeasesEnded { .. }
            | Event::TakenTooLate { .. } => {}
        }
    }

    fn with_step(&mut self, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.steps.last_mut() {
            change(step);
        }
    }

    fn step_on(&mut self, service: &ServiceId, at: Moment) {
        let left_out = push_bounded(&mut self.steps, Step::new(service.clone(), at), STEPS_MAX);
        self.steps_left_out = self.steps_left_out.saturating_add(left_out);
    }

    fn call(&mut self, window: &WindowId, staff: &StaffId, how: &CallHow, at: Moment) {
        let call = Call {
            window: window.clone(),
            staff: staff.clone(),
            at,
            step: u32::try_from(self.steps.len().saturating_sub(1)).unwrap_or(u32::MAX),
            how: match how {
                CallHow::Next(_) => How::Next,
                CallHow::Named { .. } => How::Named,
                CallHow::Resumed => How::Resumed,
            },
            recalls: 0,
            undone: false,
        };
        let left_out = push_bounded(&mut self.calls, call, CALLS_MAX);
        self.calls_left_out = self.calls_left_out.saturating_add(left_out);
        self.with_step(|step| {
            step.called.get_or_insert_with(|| FirstCall {
                window: window.clone(),
                at,
            });
        });
    }

    /// The last call is taken back; when it was the first of its step, the step has not been called.
    fn undo_call(&mut self) {
        let step = u32::try_from(self.steps.len().saturating_sub(1)).unwrap_or(u32::MAX);
        if let Some(call) = self.calls.last_mut() {
            call.undone = true;
        }
        let mut standing = self.calls.iter().filter(|call| call.step == step);
        if !standing.any(|call| !call.undone) {
            self.with_step(|step| step.called = None);
        }
    }

    fn miss(&mut self, result: &MissResult, at: Moment) {
        self.misses = self.misses.saturating_add(1);
        match result {
            MissResult::Void => self.end(EndedWire::NoShow, at),
            MissResult::Back(_) | MissResult::Delayed(_) | MissResult::Pool => {}
        }
    }

    fn end(&mut self, how: EndedWire, at: Moment) {
        self.with_step(|step| step.stop_serving(at));
        self.end = Some(End { how, at });
    }

    /// The row as it is sent.
    #[must_use]
    pub fn view(&self) -> TicketHistory {
        let last_finish = self
            .steps
            .iter()
            .rev()
            .find_map(|step| step.finished.as_ref());
        TicketHistory {
            ticket: self.id,
            label: self.label.clone(),
            day: self.day,
            service: self.service().clone(),
            class: self.class.clone(),
            language: self.language,
            origin: self.origin,
            issued_at: self.issued_at,
            calls: self.calls.iter().map(Call::view).collect(),
            started_at: self.steps.iter().find_map(|step| step.started_at),
            finished_at: last_finish.map(|finish| finish.at),
            ended: self.end.as_ref().map(|end| end.how),
            ended_at: self.end.as_ref().map(|end| end.at),
            outcome: last_finish.map(|finish| finish.outcome),
            misses: self.misses,
            wait_seconds: sum(self.steps.iter().filter_map(Step::wait_ms)).map(summary::seconds),
            service_seconds: sum(self.steps.iter().filter_map(Step::service_ms))
                .map(summary::seconds),
        }
    }
}

impl Call {
    fn view(&self) -> CallHistory {
        CallHistory {
            window: self.window.clone(),
            staff: self.staff.clone(),
            at: self.at,
            named: self.how == How::Named,
            recalls: self.recalls,
            undone: self.undone,
        }
    }
}

/// Puts an item behind the others, in place of the last one when there is no room. How many were left out.
fn push_bounded<T>(list: &mut Vec<T>, item: T, len_max: usize) -> u32 {
    let full = list.len() >= len_max;
    if full {
        list.pop();
    }
    list.push(item);
    u32::from(full)
}

/// The sum, or none of nothing.
fn sum(values: impl Iterator<Item = u64>) -> Option<u64> {
    values.fold(None, |sum: Option<u64>, value| {
        Some(sum.unwrap_or(0).saturating_add(value))
    })
}
