//! Messages of the websocket `/ws/v1`, each one JSON text frame.
//!
//! The client says [`ClientMessage::Hello`] first. The server answers with a snapshot, or, when the client was here
//! before in the same epoch and the gap is whole, with the deltas it missed. Every delta says the sequence it leads to
//! and the one it builds on (`prev`); a client whose own sequence is not `prev` asks again with `resync`.

use serde::{Deserialize, Serialize};

use crate::board::{self, Board, Change, WaitingList};
use crate::model::{Language, Moment, WindowId, ZoneId};

use super::http::TicketView;
use super::voice::{AnnouncementView, SaidView};
use super::wall::PlacedView;

/// What a client wants to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The calls of one zone, or of the whole hall.
    Wall {
        /// Which zone; none: all.
        zone: Option<ZoneId>,
    },
    /// One window.
    Window {
        /// Which.
        window: WindowId,
    },
    /// The ticket whose token is given in the hello.
    Ticket,
    /// Everything that staff see.
    Staff,
    /// Services and windows.
    Kiosk,
    /// The calls of the zone that this display is configured for, where and how it is to show them, and what is said there.
    Display {
        /// Another zone than that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<ZoneId>,
    },
}

/// From client to server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message.
    Hello {
        /// The version of the wire that the client speaks: [`super::SCHEMA`].
        schema: u32,
        /// What it wants to follow.
        what: What,
        /// The device's or the ticket's token; none for staff, whose session is in the cookie.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// The epoch of the last message that it got, when it was here before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<String>,
        /// The sequence that it holds, when it was here before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_seq: Option<u64>,
        /// In which language refusals are to be worded.
        #[serde(default)]
        language: Language,
    },
    /// The client has drawn everything up to this sequence.
    Applied {
        /// Up to where.
        seq: u64,
    },
    /// The client saw a gap and wants a snapshot.
    Resync,
    /// A display says whether it can speak, after each hello and whenever that changes.
    Voice {
        /// Whether it can.
        able: bool,
        /// How far the speaking in its zone had come, when it has heard any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<SaidView>,
    },
    /// What the display was told to say lasts so long.
    Lasts {
        /// Which announcement.
        number: u64,
        /// From its beginning to its end.
        length_ms: u64,
    },
    /// It is over, or could not be made.
    Said {
        /// Which announcement.
        number: u64,
    },
}

/// From server to client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The whole board.
    Snapshot {
        /// The version of the wire.
        schema: u32,
        /// The life of the hall that sequences count in; another epoch: start afresh.
        epoch: String,
        /// The sequence that it shows.
        seq: u64,
        /// The server's time (hall clock).
        at: Moment,
        /// The board.
        board: Board,
    },
    /// What changed since `prev`.
    Delta {
        /// The sequence that it leads to.
        seq: u64,
        /// The sequence of the message before it.
        prev: u64,
        /// The server's time (hall clock).
        at: Moment,
        /// The changes, in order.
        changes: Vec<Change>,
        /// Who waits now, when that is another list; for walls whose layout shows it. The inner none: a list in a form that
        /// only a later version reads, so that nobody takes the one before for the present.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "board::told"
        )]
        waiting: Option<Option<WaitingList>>,
    },
    /// The followed ticket as it is now; sent whole each time.
    Ticket {
        /// The sequence that it shows.
        seq: u64,
        /// The server's time (hall clock).
        at: Moment,
        /// The ticket.
        ticket: TicketView,
    },
    /// Nothing new; the server lives.
    Beat {
        /// The sequence that the client should hold.
        seq: u64,
        /// The server's time (hall clock).
        at: Moment,
    },
    /// Where the display stands; sent before its first picture, and again when it changed.
    Placed(PlacedView),
    /// Calls that are being said in the display's zone.
    Announcement(AnnouncementView),
    /// An announcement is over.
    AnnouncementOver {
        /// Which.
        number: u64,
    },
    /// The server will not serve this client, says why, and closes.
    Refused {
        /// A stable code.
        code: String,
        /// A sentence for people.
        detail: String,
    },
}
