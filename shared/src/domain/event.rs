//! What happened in a hall. Events are facts: applying them can neither fail nor refuse.

use std::sync::Arc;

use super::access::SecretHash;
use super::command::By;
use super::lease::LeasedNumber;
use super::queue::{Line, Place};
use super::routing::Why;
use super::ticket::{HoldReason, Origin, Outcome};
use crate::model::{
    BusinessDay, Catalogue, ClassId, DeviceId, Label, Language, Moment, PersonHash, SeriesId,
    ServiceId, StaffId, TicketId, WindowId,
};

/// An event with its place in the history of the hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Counts up from 1 without a gap.
    pub seq: u64,
    /// When, by the hall's clock. Not always in order: clocks step; `seq` is the order.
    pub at: Moment,
    /// Who caused it.
    pub by: By,
    /// What happened.
    pub event: Event,
}

/// How a ticket came to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallHow {
    /// It was next.
    Next(Why),
    /// Staff named it.
    Named {
        /// Why they did.
        reason: String,
    },
    /// It was on hold and taken up again.
    Resumed,
}

/// What a missed call led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissResult {
    /// The ticket is void.
    Void,
    /// It waits again at this place.
    Back(Place),
    /// It waits again with its old place, but not before this moment.
    Delayed(Moment),
    /// It is in the pool.
    Pool,
}

/// Why an open ticket was closed without being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The business day ended.
    DayEnd,
    /// Its service is no longer in the configuration.
    ServiceGone,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A configuration was loaded; it holds from here on.
    ConfigurationLoaded {
        /// Counts up from 1.
        version: u32,
        /// The configuration.
        catalogue: Arc<Catalogue>,
    },
    /// A business day began: numbers and quotas start again, all windows are signed off. Or the clock stepped, and the
    /// hall is in this day again: then nothing else changes. See [`Hall::due`](super::Hall::due).
    DayOpened {
        /// Which day.
        day: BusinessDay,
    },
    /// A ticket was issued and waits.
    Issued {
        /// Its id.
        ticket: TicketId,
        /// What the customer reads.
        label: Label,
        /// Where its number comes from.
        series: SeriesId,
        /// Its number there.
        number: u32,
        /// For what.
        service: ServiceId,
        /// The time band whose quota it counts against, if any.
        band: Option<u32>,
        /// The priority class.
        class: ClassId,
        /// The holder's language.
        language: Language,
        /// Where it was taken.
        origin: Origin,
        /// Its place in the line of its service.
        place: Place,
        /// How many of that line go before it: what the customer was told.
        ahead: u32,
        /// When it was taken, if that was before the event: at a kiosk, while the server was away. Then its customer was
        /// not told how many go before.
        taken_at: Option<Moment>,
        /// Who took it, if that is known.
        person: Option<PersonHash>,
    },
    /// A ticket was called to a window.
    Called {
        /// Which ticket.
        ticket: TicketId,
        /// Where to.
        window: WindowId,
        /// By whom.
        staff: StaffId,
        /// How it came to be called.
        how: CallHow,
    },
    /// A called ticket was called again.
    Recalled {
        /// Which ticket.
        ticket: TicketId,
        /// Where to.
        window: WindowId,
        /// Recalls so far, this one included.
        recalls: u32,
    },
    /// The call was taken back: the ticket waits again at its old place.
    CallUndone {
        /// Which ticket.
        ticket: TicketId,
        /// Which window had called it.
        window: WindowId,
    },
    /// Service began.
    Started {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: WindowId,
        /// By whom.
        staff: StaffId,
    },
    /// A service ended.
    Finished {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: WindowId,
        /// How.
        outcome: Outcome,
        /// The next service on the ticket and its place there; none: the visit is over.
        next: Option<(ServiceId, Place)>,
    },
    /// A called customer did not come.
    Missed {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: WindowId,
        /// Misses so far, this one included.
        misses: u32,
        /// What it led to.
        result: MissResult,
    },
    /// A ticket was put aside.
    Held {
        /// Which ticket.
        ticket: TicketId,
        /// By which window.
        window: WindowId,
        /// Why.
        reason: HoldReason,
        /// A note; may be empty.
        note: String,
    },
    /// A held, pooled or delayed ticket waits again.
    Returned {
        /// Which ticket.
        ticket: TicketId,
        /// Its place.
        place: Place,
    },
    /// A ticket was transferred and waits again.
    Transferred {
        /// Which ticket.
        ticket: TicketId,
        /// The window that gave it up, if one had it.
        from: Option<WindowId>,
        /// The line it now stands in.
        line: Line,
        /// Its place there.
        place: Place,
    },
    /// A further service was added to a ticket.
    ServiceAdded {
        /// Which ticket.
        ticket: TicketId,
        /// What comes after the services it has.
        service: ServiceId,
    },
    /// A ticket was cancelled.
    Cancelled {
        /// Which ticket.
        ticket: TicketId,
        /// Why; may be empty when the customer did it.
        reason: String,
    },
    /// An open ticket was closed without being served.
    Closed {
        /// Which ticket.
        ticket: TicketId,
        /// Why.
        reason: CloseReason,
    },
    /// A window opened.
    WindowSignedOn {
        /// Which window.
        window: WindowId,
        /// Who sits there.
        staff: StaffId,
    },
    /// A window closed.
    WindowSignedOff {
        /// Which window.
        window: WindowId,
    },
    /// A window paused.
    WindowPaused {
        /// Which window.
        window: WindowId,
        /// Why.
        reason: String,
        /// When it is expected back.
        back_at: Option<Moment>,
    },
    /// A window went on.
    WindowResumed {
        /// Which window.
        window: WindowId,
    },
    /// A pairing code is on offer.
    PairingOffered {
        /// For which device.
        device: DeviceId,
        /// Hash of the code.
        code: SecretHash,
        /// Until when.
        expires_at: Moment,
    },
    /// A device was enrolled; its code is used up and an older token void.
    Enrolled {
        /// Which device.
        device: DeviceId,
        /// Hash of its token.
        token: SecretHash,
    },
    /// A device's token was revoked.
    Revoked {
        /// Which device.
        device: DeviceId,
    },
    /// A password was set; sessions of its owner ended.
    PasswordSet {
        /// Whose.
        staff: StaffId,
        /// PHC string.
        phc: String,
    },
    /// A session began.
    SessionOpened {
        /// Whose.
        staff: StaffId,
        /// Hash of its id.
        session: SecretHash,
        /// When it ends at the latest.
        expires_at: Moment,
    },
    /// A session ended.
    SessionEnded {
        /// Hash of its id.
        session: SecretHash,
    },
    /// Somebody at a device asked for a member of staff.
    HelpCalled {
        /// Which device.
        device: DeviceId,
    },
    /// A member of staff went there; who, says the record.
    HelpAnswered {
        /// Which device.
        device: DeviceId,
    },
    /// Numbers were lent to a kiosk.
    Leased {
        /// Which kiosk.
        device: DeviceId,
        /// Of which service.
        service: ServiceId,
        /// Where the numbers come from.
        series: SeriesId,
        /// The time band whose quota they count against, if any.
        band: Option<u32>,
        /// The business day in which they count.
        day: BusinessDay,
        /// Until when they may be given out.
        until: Moment,
        /// The numbers.
        tickets: Vec<LeasedNumber>,
    },
    /// A kiosk was told, or will be at its next contact, to give out none of the numbers that it holds.
    LeasesRevoked {
        /// Which kiosk.
        device: DeviceId,
    },
    /// Numbers that a kiosk held and did not use came back.
    LeasesEnded {
        /// Which kiosk.
        device: DeviceId,
        /// The ids that their tickets would have had.
        tickets: Vec<TicketId>,
    },
    /// A ticket that a kiosk gave out while the server was away was handed over when nobody could call it any more: its
    /// business day was over, or its service is no longer in the configuration.
    TakenTooLate {
        /// Its id.
        ticket: TicketId,
        /// What the customer read.
        label: Label,
        /// For what.
        service: ServiceId,
        /// The priority class.
        class: ClassId,
        /// The holder's language.
        language: Language,
        /// The business day in which it was taken.
        day: BusinessDay,
        /// When it was taken.
        taken_at: Moment,
    },
}
