//! The board: what screens show of a hall.
//!
//! One fold, [`Board::apply`], makes the server's own board (from which every snapshot is taken) and follows the deltas
//! on a client, so the two cannot differ. Who waits ([`WaitingList`]) is beside the fold: each list takes the place of the one
//! before. What one kind of client may see is a cut of the same board, made by [`Scope`].
//! These types are also wire version 1: a change of their JSON form is a change of the protocol.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::{
    ClassId, DeviceId, GroupId, Label, Language, Localized, Moment, ServiceId, StaffId, TicketId,
    WindowId, ZoneId,
};
use crate::wall::Mask;

/// How many waiting numbers a wall is sent, those who came first. Beyond a few dozen nobody finds a number on a wall, and the
/// list is sent whole.
pub const WAITING_MAX: usize = 60;
/// How many calls a board remembers, newest first.
pub const CALLS_MAX: usize = 12;

/// The state of a hall as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Board {
    /// Version of the configuration that it shows; names and guides are fetched again when it changes.
    pub catalogue_version: u32,
    /// The hall's name.
    #[schema(value_type = Object)]
    pub hall: Localized,
    /// Zones, in the order of the configuration.
    pub zones: Vec<ZoneLine>,
    /// Services, in the order of the configuration.
    pub services: Vec<ServiceLine>,
    /// Windows, by number.
    pub windows: Vec<WindowLine>,
    /// The last calls, newest first, at most [`CALLS_MAX`] of those that a scope sees. One line for each ticket: a recall moves it to the front.
    pub calls: Vec<CallLine>,
    /// Live tickets in the order of their issue; staff only, empty for everybody else.
    pub tickets: Vec<TicketLine>,
    /// Where somebody asks for help, longest first; for staff and kiosks. Left out while nobody does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helps: Vec<HelpLine>,
    /// Who waits; for walls whose layout shows it. None for everybody else, and where it is not known: from an earlier server,
    /// or in a form that only a later one sends.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "readable"
    )]
    pub waiting: Option<WaitingList>,
}

/// Who waits, as a wall may show it: numbers alone, as much of each as the layout's mask leaves, those first who came first.
///
/// Not who they are, for which service, or of which class: a wall shows none of it beside a number, so it is not sent either.
/// Only those who can be called are there; who was put aside, or waits for a delay to end, has no place in the row yet.
///
/// A list is sent whole whenever it is another one, in a field of its own beside the changes of a delta
/// ([`ServerMessage::Delta`](crate::protocol::socket::ServerMessage::Delta)). Whole, because with the first number nearly
/// every place in it changes, and because it is small; so no client can be left with a list of pieces that do not belong
/// together. Beside the changes, because a kind of change that a display of an earlier version does not know would make the
/// whole message one that makes no sense to it, while a field that it does not know is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct WaitingList {
    /// At most [`WAITING_MAX`].
    pub numbers: Vec<WaitingNumber>,
    /// How many more wait behind them.
    #[serde(default)]
    pub more: u32,
}

/// A waiting number, masked if the layout says so. An object, so that a later version can say more of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingNumber {
    /// What the wall shows.
    #[schema(value_type = String)]
    pub label: Label,
}

/// A list in a form that this version reads; none for any other, because a wall without its waiting numbers is worth more than
/// none.
fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<WaitingList>, D::Error> {
    let sent = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(sent).ok())
}

/// What a delta says of the list: that it is now this one, or one that this version cannot read. To be read only where the
/// field is there.
pub(crate) fn told<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<WaitingList>>, D::Error> {
    readable(deserializer).map(Some)
}

/// A zone on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZoneLine {
    /// Which zone.
    #[schema(value_type = String)]
    pub id: ZoneId,
    /// Its name.
    #[schema(value_type = Object)]
    pub name: Localized,
}

/// Whether a number for a service can be taken now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Availability {
    /// Yes.
    Open,
    /// No: the hall is closed, or the service gives out no tickets at this hour.
    Closed {
        /// When it opens next, if that is within the hall's calendar (ms since 1970, UTC).
        #[schema(value_type = Option<i64>)]
        opens_at: Option<Moment>,
    },
    /// No: as many as allowed were given out (今日号已取完).
    QuotaReached,
}

/// A service on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceLine {
    /// Which service.
    #[schema(value_type = String)]
    pub id: ServiceId,
    /// Its name.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// The group that lists it.
    #[schema(value_type = String)]
    pub group: GroupId,
    /// Zones of the windows that serve it.
    #[schema(value_type = Vec<String>)]
    pub zones: Vec<ZoneId>,
    /// How many wait for it.
    pub waiting: u32,
    /// How many windows that serve it are open and not paused.
    pub windows_open: u32,
    /// How long the ticket that was called last had waited, in seconds; none before the first call of the day.
    pub last_wait_seconds: Option<u32>,
    /// Whether a number can be taken.
    pub availability: Availability,
}

/// What a window is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum WindowDoes {
    /// Nobody signed on (未开放).
    Closed,
    /// Open and free (空闲).
    Free,
    /// Has called a ticket (呼叫中).
    Calling {
        /// Which.
        #[schema(value_type = String)]
        label: Label,
    },
    /// Serves a ticket (办理中).
    Serving {
        /// Which.
        #[schema(value_type = String)]
        label: Label,
        /// Since when (ms since 1970, UTC).
        #[schema(value_type = i64)]
        since: Moment,
    },
    /// Paused (暂停服务).
    Paused {
        /// Why.
        reason: String,
        /// When it is expected back (ms since 1970, UTC).
        #[schema(value_type = Option<i64>)]
        back_at: Option<Moment>,
    },
}

/// A window on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowLine {
    /// Which window.
    #[schema(value_type = String)]
    pub id: WindowId,
    /// The number on its sign.
    pub number: u32,
    /// Where it stands.
    #[schema(value_type = String)]
    pub zone: ZoneId,
    /// What it serves, most preferred first.
    #[schema(value_type = Vec<String>)]
    pub services: Vec<ServiceId>,
    /// What it is doing.
    pub does: WindowDoes,
    /// Who sits there; staff only.
    #[schema(value_type = Option<String>)]
    pub staff: Option<StaffId>,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Called; nobody has come yet.
    Calling,
    /// The customer is being served.
    Serving,
    /// Over: finished, missed, put aside or transferred.
    Over,
}

/// A call on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallLine {
    /// Sequence number of the call or of its last recall: newer calls have higher ones.
    pub seq: u64,
    /// Which ticket.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// What its holder reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// Where to.
    #[schema(value_type = String)]
    pub window: WindowId,
    /// The number on that window's sign.
    pub number: u32,
    /// The window's zone.
    #[schema(value_type = String)]
    pub zone: ZoneId,
    /// For what.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// The priority class's mark (“军”); empty for an ordinary ticket.
    #[schema(value_type = Object)]
    pub mark: Localized,
    /// The holder's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// When it was called last (ms since 1970, UTC).
    #[schema(value_type = i64)]
    pub at: Moment,
    /// How often it was called again.
    pub recalls: u32,
    /// Where the call stands.
    pub state: CallState,
}

/// Where a live ticket stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketStands {
    /// In its queue.
    Waiting,
    /// Missed a call, waits again later.
    Delayed,
    /// Called to a window.
    Called,
    /// Being served.
    Serving,
    /// Put aside.
    Held,
    /// In the pool.
    Pooled,
}

/// A live ticket, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketLine {
    /// Which ticket.
    #[schema(value_type = u64)]
    pub id: TicketId,
    /// What its holder reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// The present service.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// Services still to come.
    #[schema(value_type = Vec<String>)]
    pub further: Vec<ServiceId>,
    /// The priority class.
    #[schema(value_type = String)]
    pub class: ClassId,
    /// The holder's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// Since when it waits for the present service (ms since 1970, UTC).
    #[schema(value_type = i64)]
    pub waiting_since: Moment,
    /// Sorts the queue: rank of the class, then place, as text of fixed width.
    pub order: String,
    /// Where it stands.
    pub stands: TicketStands,
    /// The window that has it or put it aside, or to which alone it was transferred.
    #[schema(value_type = Option<String>)]
    pub window: Option<WindowId>,
    /// The zone to which alone it was transferred.
    #[schema(value_type = Option<String>)]
    pub zone: Option<ZoneId>,
    /// Missed calls so far.
    pub misses: u32,
}

/// A device at which somebody asks for help (求助).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpLine {
    /// Which device.
    #[schema(value_type = String)]
    pub device: DeviceId,
    /// What staff call it.
    pub name: String,
    /// Where it stands, if its zone is known.
    #[schema(value_type = Option<String>)]
    pub zone: Option<ZoneId>,
    /// Since when (ms since 1970, UTC).
    #[schema(value_type = i64)]
    pub since: Moment,
}

/// One step from a board to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A service's line is new.
    Service(ServiceLine),
    /// A window's line is new.
    Window(WindowLine),
    /// A ticket was called, called again, or its call went on to another state.
    Call(CallLine),
    /// A call was taken back.
    CallWithdrawn {
        /// Of which ticket.
        #[schema(value_type = u64)]
        ticket: TicketId,
    },
    /// A live ticket's line is new.
    Ticket(TicketLine),
    /// A ticket is live no more.
    TicketGone {
        /// Which.
        #[schema(value_type = u64)]
        ticket: TicketId,
    },
    /// Somebody asks for help.
    Help(HelpLine),
    /// Somebody went there.
    HelpOver {
        /// Which device.
        #[schema(value_type = String)]
        device: DeviceId,
    },
}

impl Board {
    /// Makes a change. A change of something that the board does not hold adds it.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Service(line) => put(&mut self.services, line, |one, other| one.id == other.id),
            Change::Window(line) => put(&mut self.windows, line, |one, other| one.id == other.id),
            Change::Call(line) => self.call(line),
            Change::CallWithdrawn { ticket } => self.calls.retain(|call| call.ticket != ticket),
            Change::Ticket(line) => self.ticket(line),
            Change::TicketGone { ticket } => {
                if let Ok(at) = self.tickets.binary_search_by_key(&ticket, |line| line.id) {
                    self.tickets.remove(at);
                }
            }
            Change::Help(line) => {
                put(&mut self.helps, line, |one, other| {
                    one.device == other.device
                });
            }
            Change::HelpOver { device } => self.helps.retain(|line| line.device != device),
        }
    }

    fn call(&mut self, line: CallLine) {
        self.calls.retain(|call| call.ticket != line.ticket);
        let at = self.calls.partition_point(|call| call.seq > line.seq);
        self.calls.insert(at, line);
        self.calls.truncate(CALLS_MAX);
    }

    fn ticket(&mut self, line: TicketLine) {
        match self
            .tickets
            .binary_search_by_key(&line.id, |known| known.id)
        {
            Ok(at) => self.tickets[at] = line,
            Err(at) => self.tickets.insert(at, line),
        }
    }

    /// The part of this board that `scope` may see, without who waits: the hall knows that, and no board of everything does.
    #[must_use]
    pub fn cut(&self, scope: &Scope) -> Self {
        Self {
            catalogue_version: self.catalogue_version,
            hall: self.hall.clone(),
            zones: self.zones.clone(),
            services: self
                .services
                .iter()
                .filter_map(|line| scope.service(line))
                .collect(),
            windows: self
                .windows
                .iter()
                .filter_map(|line| scope.window(line))
                .collect(),
            calls: self
                .calls
                .iter()
                .filter(|line| scope.sees_call(line))
                .take(CALLS_MAX)
                .cloned()
                .collect(),
            tickets: if scope.sees_tickets() {
                self.tickets.clone()
            } else {
                Vec::new()
            },
            waiting: None,
            helps: if scope.sees_helps() {
                self.helps.clone()
            } else {
                Vec::new()
            },
        }
    }
}

fn put<T>(lines: &mut Vec<T>, line: T, same: impl Fn(&T, &T) -> bool) {
    match lines.iter_mut().find(|known| same(known, &line)) {
        Some(known) => *known = line,
        None => lines.push(line),
    }
}

/// How much of a board a kind of client sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// A wall display: services, windows and calls of one zone, or of all.
    Wall(Option<ZoneId>),
    /// A wall display that shows who waits besides, for the windows of its zone, or for all.
    Queue {
        /// Which zone.
        zone: Option<ZoneId>,
        /// What is hidden of each number.
        mask: Mask,
    },
    /// The strip above one window: that window and its calls.
    Window(WindowId),
    /// A kiosk: services and windows.
    Kiosk,
    /// Staff: everything.
    Staff,
}

impl Scope {
    /// What this scope sees of a change; none when it does not concern it.
    #[must_use]
    pub fn see(&self, change: &Change) -> Option<Change> {
        match change {
            Change::Service(line) => self.service(line).map(Change::Service),
            Change::Window(line) => self.window(line).map(Change::Window),
            Change::Call(line) => self.sees_call(line).then(|| change.clone()),
            Change::CallWithdrawn { .. } => (*self != Self::Kiosk).then(|| change.clone()),
            Change::Ticket(_) | Change::TicketGone { .. } => {
                self.sees_tickets().then(|| change.clone())
            }
            Change::Help(_) | Change::HelpOver { .. } => self.sees_helps().then(|| change.clone()),
        }
    }

    fn service(&self, line: &ServiceLine) -> Option<ServiceLine> {
        let seen = match self {
            Self::Wall(zone) | Self::Queue { zone, .. } => {
                zone.as_ref().is_none_or(|zone| line.zones.contains(zone))
            }
            Self::Kiosk | Self::Staff | Self::Window(_) => true,
        };
        seen.then(|| line.clone())
    }

    fn window(&self, line: &WindowLine) -> Option<WindowLine> {
        let seen = match self {
            Self::Wall(zone) | Self::Queue { zone, .. } => {
                zone.as_ref().is_none_or(|zone| line.zone == *zone)
            }
            Self::Window(window) => line.id == *window,
            Self::Kiosk | Self::Staff => true,
        };
        let staff = if *self == Self::Staff {
            line.staff.clone()
        } else {
            None
        };
        seen.then(|| WindowLine {
            staff,
            ..line.clone()
        })
    }

    fn sees_call(&self, line: &CallLine) -> bool {
        match self {
            Self::Wall(zone) | Self::Queue { zone, .. } => {
                zone.as_ref().is_none_or(|zone| line.zone == *zone)
            }
            Self::Window(window) => line.window == *window,
            Self::Kiosk => false,
            Self::Staff => true,
        }
    }

    fn sees_tickets(&self) -> bool {
        *self == Self::Staff
    }

    /// Staff go there; a kiosk tells its visitor that the call stands, and when somebody comes.
    fn sees_helps(&self) -> bool {
        match self {
            Self::Staff | Self::Kiosk => true,
            Self::Wall(_) | Self::Queue { .. } | Self::Window(_) => false,
        }
    }
}
