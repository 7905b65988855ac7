//! A ticket and its life: waiting → called → serving → finished; no-show, held, waiting again, cancelled.

use super::queue::{Line, Place};
use crate::model::{
    ClassId, Label, Language, Moment, PersonHash, SeriesId, ServiceId, StaffId, TicketId, WindowId,
};

/// The most further services that a ticket can have before it.
pub const FURTHER_SERVICES_MAX: usize = 8;

/// Where a ticket was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// At a kiosk.
    Kiosk,
    /// At a triage desk.
    Reception,
    /// At a window, by somebody who had none.
    Window,
    /// On a telephone.
    Phone,
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// To be continued on another day (papers are missing, a decision is awaited).
    Pending,
    /// Refused or impossible.
    NotDone,
}

/// Why a ticket is put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldReason {
    /// The customer went to fetch papers and may resume at any window of the service.
    CustomerAway,
    /// The papers stay at this window; the same window resumes.
    PapersHere,
    /// Waits for another step elsewhere (a copy, a payment, an approval).
    OtherStep,
    /// Missed its call and waits in the pool.
    Pool,
}

/// What a ticket was when it was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BeforeCall {
    /// It waited.
    Waiting,
    /// It was to wait again from this moment on.
    Delayed(Moment),
    /// It was put aside, by this window if by any.
    Held(HoldReason, Option<WindowId>),
}

/// Where a live ticket stands in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketState {
    /// Waits in its queue.
    Waiting,
    /// Missed its call and is back with its old place, but not before `until`.
    Delayed {
        /// When it waits again.
        until: Moment,
    },
    /// Called to a window, nobody has come yet.
    Called {
        /// Where to.
        window: WindowId,
        /// By whom.
        staff: StaffId,
        /// The first call.
        at: Moment,
        /// The last call: this one or a recall.
        last_at: Moment,
        /// Recalls so far.
        recalls: u32,
        /// Sequence of the call or of its last recall.
        seq: u64,
        /// What it was before the call, for taking the call back.
        before: BeforeCall,
    },
    /// Being served.
    Serving {
        /// Where.
        window: WindowId,
        /// By whom.
        staff: StaffId,
        /// Since when.
        since: Moment,
        /// Sequence of the call that led to it or of its last recall; of a walk-up, of the start itself.
        seq: u64,
    },
    /// Put aside.
    Held {
        /// By which window; none: nobody's.
        window: Option<WindowId>,
        /// Why.
        reason: HoldReason,
        /// Since when.
        since: Moment,
    },
}

/// A live ticket: issued and neither finished, void nor cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What the customer reads.
    pub label: Label,
    /// Where its number comes from.
    pub series: SeriesId,
    /// Its number in the series.
    pub number: u32,
    /// The present service.
    pub service: ServiceId,
    /// Services still to come after it.
    pub further: Vec<ServiceId>,
    /// The priority class.
    pub class: ClassId,
    /// The holder's language.
    pub language: Language,
    /// Where it was taken.
    pub origin: Origin,
    /// Who took it, if that is known.
    pub person: Option<PersonHash>,
    /// When it was taken.
    pub issued_at: Moment,
    /// Since when it waits for the present service.
    pub waiting_since: Moment,
    /// The line it stands in, or returns to.
    pub line: Line,
    /// Its place in that line.
    pub place: Place,
    /// Missed calls so far.
    pub misses: u32,
    /// Where it stands in its life.
    pub state: TicketState,
}

impl Ticket {
    /// The window that has this ticket now: called to it or served there.
    #[must_use]
    pub fn at_window(&self) -> Option<&WindowId> {
        match &self.state {
            TicketState::Called { window, .. } | TicketState::Serving { window, .. } => {
                Some(window)
            }
            TicketState::Waiting | TicketState::Delayed { .. } | TicketState::Held { .. } => None,
        }
    }
}
