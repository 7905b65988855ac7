//! Why a command was refused: exactly the cases that somebody branches on, each with a stable code and a sentence.

use std::fmt;

use super::ticket::TicketState;
use crate::model::{
    ClassId, DeviceId, Label, Language, Moment, SeriesId, ServiceId, StaffId, TicketId, WindowId,
    ZoneId,
};

mod sentences;

/// A refusal. Nothing has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The hall has no configuration yet.
    NoConfiguration,
    /// No such service.
    UnknownService(ServiceId),
    /// No such class.
    UnknownClass(ClassId),
    /// No such window.
    UnknownWindow(WindowId),
    /// No such zone.
    UnknownZone(ZoneId),
    /// No such member of staff.
    UnknownStaff(StaffId),
    /// No such device.
    UnknownDevice(DeviceId),
    /// No live ticket of that name.
    UnknownTicket(String),
    /// The hall is closed, or the service gives out no tickets at this hour.
    Closed {
        /// When it opens next.
        opens_at: Option<Moment>,
    },
    /// As many tickets as allowed were given out: of the day, or of the present time band.
    QuotaReached {
        /// How many are allowed.
        quota: u32,
    },
    /// Every number of the series lives.
    NumbersExhausted(SeriesId),
    /// The hall has as many live tickets as it holds.
    HallFull {
        /// How many it holds.
        tickets_max: usize,
    },
    /// This person has a live ticket of the service.
    HasTicket {
        /// Its id.
        ticket: TicketId,
        /// What its holder reads.
        label: Label,
    },
    /// Nobody waits for this window.
    NobodyWaits,
    /// The window has a ticket already.
    WindowBusy {
        /// Which.
        label: Label,
    },
    /// The window has no ticket.
    WindowHasNoTicket,
    /// The window is not open.
    WindowClosed,
    /// The window is paused.
    WindowPaused,
    /// The window is not paused.
    WindowNotPaused,
    /// Somebody else sits there.
    WindowTaken {
        /// Who.
        staff: StaffId,
    },
    /// This member of staff sits at another window.
    SignedOnElsewhere {
        /// Where.
        window: WindowId,
    },
    /// The window does not serve this service.
    NotServedHere(ServiceId),
    /// No window serves this service there.
    NotServedThere(ServiceId),
    /// The ticket is in a state in which this cannot be done.
    WrongState {
        /// Which ticket.
        label: Label,
        /// Its state.
        state: StateWord,
    },
    /// The ticket was recalled as often as allowed.
    RecallLimit {
        /// How often.
        recalls_max: u32,
    },
    /// The ticket was called a moment ago.
    RecallTooSoon {
        /// How long to wait, in milliseconds.
        wait_ms: u64,
    },
    /// The ticket was not called often enough to be a no-show.
    CalledTooFewTimes {
        /// How often it must be called.
        calls: u32,
    },
    /// The call is too old to be taken back.
    TooLateToUndo {
        /// Within how many seconds it would have been possible.
        within_seconds: u64,
    },
    /// The ticket is reserved for another window.
    ReservedElsewhere {
        /// Which window.
        window: WindowId,
    },
    /// A reason is needed.
    ReasonMissing,
    /// The reason or note is too long.
    ReasonTooLong {
        /// How many characters are allowed.
        chars_max: usize,
    },
    /// The pool is for missed calls; a person chooses another reason.
    HoldReasonReserved,
    /// The expected return lies in the past.
    ReturnInThePast,
    /// The ticket has as many further services as allowed.
    TooManyServices {
        /// How many are allowed.
        services_max: usize,
    },
    /// Who asks may not do this.
    NotAllowed,
    /// The pairing code is wrong, used or too old.
    PairingCodeUnknown,
    /// An expiry lies in the past or too far ahead.
    BadExpiry,
}

/// The state of a ticket, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateWord {
    /// Waits.
    Waiting,
    /// Waits again later.
    Delayed,
    /// Called.
    Called,
    /// Being served.
    Serving,
    /// Put aside.
    Held,
}

impl From<&TicketState> for StateWord {
    fn from(state: &TicketState) -> Self {
        match state {
            TicketState::Waiting => Self::Waiting,
            TicketState::Delayed { .. } => Self::Delayed,
            TicketState::Called { .. } => Self::Called,
            TicketState::Serving { .. } => Self::Serving,
            TicketState::Held { .. } => Self::Held,
        }
    }
}

impl Refusal {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoConfiguration => "no-configuration",
            Self::UnknownService(_) => "unknown-service",
            Self::UnknownClass(_) => "unknown-class",
            Self::UnknownWindow(_) => "unknown-window",
            Self::UnknownZone(_) => "unknown-zone",
            Self::UnknownStaff(_) => "unknown-staff",
            Self::UnknownDevice(_) => "unknown-device",
            Self::UnknownTicket(_) => "unknown-ticket",
            Self::Closed { .. } => "closed",
            Self::QuotaReached { .. } => "quota-reached",
            Self::NumbersExhausted(_) => "numbers-exhausted",
            Self::HallFull { .. } => "hall-full",
            Self::HasTicket { .. } => "has-ticket",
            Self::NobodyWaits => "nobody-waits",
            Self::WindowBusy { .. } => "window-busy",
            Self::WindowHasNoTicket => "window-has-no-ticket",
            Self::WindowClosed => "window-closed",
            Self::WindowPaused => "window-paused",
            Self::WindowNotPaused => "window-not-paused",
            Self::WindowTaken { .. } => "window-taken",
            Self::SignedOnElsewhere { .. } => "signed-on-elsewhere",
            Self::NotServedHere(_) => "not-served-here",
            Self::NotServedThere(_) => "not-served-there",
            Self::WrongState { .. } => "wrong-state",
            Self::RecallLimit { .. } => "recall-limit",
            Self::RecallTooSoon { .. } => "recall-too-soon",
            Self::CalledTooFewTimes { .. } => "called-too-few-times",
            Self::TooLateToUndo { .. } => "too-late-to-undo",
            Self::ReservedElsewhere { .. } => "reserved-elsewhere",
            Self::ReasonMissing => "reason-missing",
            Self::ReasonTooLong { .. } => "reason-too-long",
            Self::HoldReasonReserved => "hold-reason-reserved",
            Self::ReturnInThePast => "return-in-the-past",
            Self::TooManyServices { .. } => "too-many-services",
            Self::NotAllowed => "not-allowed",
            Self::PairingCodeUnknown => "pairing-code-unknown",
            Self::BadExpiry => "bad-expiry",
        }
    }

    /// A sentence for people: what was wrong and what to do.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        match language {
            Language::ZhCn => sentences::zh_cn(self),
            Language::ZhTw => sentences::zh_tw::sentence(self),
            Language::En => sentences::en(self),
            Language::De => sentences::de::sentence(self),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Language::En))
    }
}

impl std::error::Error for Refusal {}
