//! What can be asked of a hall.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::access::SecretHash;
use super::lease::Taken;
use super::ticket::{HoldReason, Origin, Outcome};
use crate::model::{
    Catalogue, ClassId, DeviceId, Label, Language, Moment, PersonHash, ServiceId, StaffId,
    TicketId, WindowId, ZoneId,
};

/// The longest free text that a person may give (a reason, a note), in characters.
pub const REASON_CHARS_MAX: usize = 200;

/// Who asks. Authentication happened at the door; what this person or device may do is decided by the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A kiosk or display.
    Device(DeviceId),
    /// A member of staff.
    Staff(StaffId),
    /// The customer who holds this ticket's secret.
    Customer(TicketId),
    /// The hall itself: time, start-up, or its console.
    System,
}

/// A ticket, named by its id or by the label that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketRef {
    /// By id.
    Id(TicketId),
    /// By label, among live tickets.
    Label(Label),
}

/// Where in a queue a ticket goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Before everybody who waits there.
    First,
    /// Behind everybody who waits there.
    Last,
    /// With the place it had: by the time of its taking.
    Keep,
}

/// Where a ticket is transferred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferTarget {
    /// To another service, at any of its windows.
    Service(ServiceId),
    /// To one window.
    Window(WindowId),
    /// To the windows of one zone.
    Zone(ZoneId),
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Load a configuration; replaces the one before.
    LoadConfiguration {
        /// The new configuration.
        catalogue: Arc<Catalogue>,
    },
    /// Issue a ticket (取号).
    Issue {
        /// For what.
        service: ServiceId,
        /// The priority class; none: the ordinary one.
        class: Option<ClassId>,
        /// In which language its holder is to be spoken to.
        language: Language,
        /// Where it was taken.
        origin: Origin,
        /// Who takes it, if that is known.
        person: Option<PersonHash>,
    },
    /// Call the next ticket to a window (叫号).
    CallNext {
        /// The window.
        window: WindowId,
        /// Only of this service; none: of all that the window serves.
        service: Option<ServiceId>,
    },
    /// Call one named ticket out of its turn (指定呼叫).
    CallNamed {
        /// The window.
        window: WindowId,
        /// Which ticket.
        ticket: TicketRef,
        /// Why; never empty.
        reason: String,
    },
    /// Call the window's ticket again (重呼).
    Recall {
        /// The window.
        window: WindowId,
    },
    /// The called customer is here (开始办理).
    Start {
        /// The window.
        window: WindowId,
    },
    /// The service is done (办结). A ticket with further services goes on to the next.
    Finish {
        /// The window.
        window: WindowId,
        /// How it ended.
        outcome: Outcome,
    },
    /// The called customer did not come (过号).
    NoShow {
        /// The window.
        window: WindowId,
    },
    /// Put the window's ticket aside (挂起).
    Hold {
        /// The window.
        window: WindowId,
        /// Why.
        reason: HoldReason,
        /// A note; may be empty.
        note: String,
    },
    /// Take a held ticket up again, by calling it to the window (恢复).
    ResumeTicket {
        /// The window.
        window: WindowId,
        /// Which ticket.
        ticket: TicketRef,
    },
    /// Return a held or pooled ticket to its queue (回队).
    Return {
        /// Which ticket.
        ticket: TicketRef,
        /// Where in the queue.
        position: Position,
    },
    /// Transfer a ticket (转移): the window's own, or, by a supervisor or reception, any that waits.
    Transfer {
        /// The ticket.
        ticket: TicketRef,
        /// The window that gives it up; none: transferred from the queue.
        window: Option<WindowId>,
        /// Where to.
        to: TransferTarget,
        /// Where in the queue there.
        position: Position,
    },
    /// Transfer the ticket that a window has, whichever it is (转移).
    TransferOwn {
        /// The window.
        window: WindowId,
        /// Where to.
        to: TransferTarget,
        /// Where in the queue there.
        position: Position,
    },
    /// Add a further service to the window's ticket (追加业务).
    AddService {
        /// The window.
        window: WindowId,
        /// What comes after the present service.
        service: ServiceId,
    },
    /// Serve somebody who has no ticket (直办): a ticket is issued and being served at once.
    WalkUp {
        /// The window.
        window: WindowId,
        /// For what.
        service: ServiceId,
        /// The priority class; none: the ordinary one.
        class: Option<ClassId>,
        /// The customer's language.
        language: Language,
    },
    /// Cancel a ticket that waits, is held or pooled: by staff, or by the customer who holds its secret.
    Cancel {
        /// Which ticket.
        ticket: TicketRef,
        /// Why; staff must say.
        reason: String,
    },
    /// Take the window's last call back.
    UndoCall {
        /// The window.
        window: WindowId,
    },
    /// A member of staff opens a window.
    SignOn {
        /// The window.
        window: WindowId,
    },
    /// The window closes.
    SignOff {
        /// The window.
        window: WindowId,
    },
    /// The window pauses (暂停服务): it receives no call.
    Pause {
        /// The window.
        window: WindowId,
        /// Why; never empty.
        reason: String,
        /// When it is expected back, if that is known.
        back_at: Option<Moment>,
    },
    /// The window goes on.
    ResumeWindow {
        /// The window.
        window: WindowId,
    },
    /// Offer a device a one-time pairing code. Only its hash enters the hall.
    OfferPairing {
        /// Which device.
        device: DeviceId,
        /// Hash of the code.
        code: SecretHash,
        /// When the code is no longer good.
        expires_at: Moment,
    },
    /// A device uses its pairing code and gets a token.
    Enrol {
        /// Hash of the code it showed.
        code: SecretHash,
        /// Hash of the token it is given.
        token: SecretHash,
    },
    /// A device's token is no longer good.
    Revoke {
        /// Which device.
        device: DeviceId,
    },
    /// Set a member of staff's password. Only its argon2 hash enters the hall. Ends their sessions.
    SetPassword {
        /// Whose.
        staff: StaffId,
        /// PHC string of the argon2id hash.
        phc: String,
    },
    /// A member of staff logged in.
    OpenSession {
        /// Who.
        staff: StaffId,
        /// Hash of the session's id.
        session: SecretHash,
        /// When it ends at the latest.
        expires_at: Moment,
    },
    /// A session ends.
    EndSession {
        /// Hash of the session's id.
        session: SecretHash,
    },
    /// Somebody at a device asks for a member of staff (求助).
    CallHelp,
    /// A member of staff goes to the device where somebody asks for help.
    AnswerHelp {
        /// Which device.
        device: DeviceId,
    },
    /// A kiosk wants to hold numbers, to give them out while the server is away.
    Lease {
        /// How many of each service it wants to hold in all, those it holds included.
        wanted: BTreeMap<ServiceId, u32>,
    },
    /// A kiosk tells what it gave out while the server was away.
    HandOver {
        /// At most [`HAND_OVER_MAX`](super::lease::HAND_OVER_MAX); those beyond are for the next time.
        tickets: Vec<Taken>,
    },
    /// A kiosk's leases are no longer good, from its next contact on. What it gave out before is.
    RevokeLeases {
        /// Which kiosk.
        device: DeviceId,
    },
}
