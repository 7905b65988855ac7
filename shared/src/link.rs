//! The client's session of the websocket, without I/O.
//!
//! A [`Link`] is told what happened ([`Input`]), when, and one number of chance; it answers with what to do
//! ([`Output`]) and, through [`Link::poll_timeout`], until when it can be left alone and why. It holds the board, the
//! epoch and the sequence. The driver only carries bytes.
//!
//! The session goes *offline → connecting → greeted → live*. Offline ends by itself, after a wait that doubles with
//! each failure and is spread by chance, so that a hundred displays do not come back in one instant. Greeted means the
//! hello is out; live, that the server has spoken. A new connection says which epoch and sequence the client holds;
//! the server answers with the deltas that were missed, or with a snapshot.
//!
//! What can never happen: a delta is applied to a board that it was not made for (its `prev` must be the sequence
//! held; anything newer asks for a snapshot, anything older is dropped). So whatever is lost, doubled or late, the
//! board at a sequence is the server's board at that sequence. And silence never looks like health: [`Link::age`]
//! counts from the server's last word, and after [`SILENCE_MAX`] the connection is given up.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::board::{Board, Change, WaitingList};
use crate::model::{Language, Moment};
use crate::protocol::SCHEMA;
use crate::protocol::http::TicketView;
use crate::protocol::socket::{ClientMessage, ServerMessage, What};
use crate::protocol::voice::AnnouncementView;
use crate::protocol::wall::PlacedView;

mod sentences;
#[cfg(test)]
mod tests;

/// How often the server speaks at least: when nothing changed for so long, it sends a beat. A screen calls its picture
/// stale after [`STALE_AFTER`], so a beat may be lost without a false alarm.
pub const BEAT_EVERY: Duration = Duration::from_secs(4);
/// After so long without the server's word a picture is called stale.
pub const STALE_AFTER: Duration = Duration::from_secs(10);
/// After so long without a single frame the connection is given up.
pub const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How long connecting may take, the websocket's handshake included.
pub const CONNECT_MAX: Duration = Duration::from_secs(5);
/// How long the server may take to answer a hello or a resync with a snapshot or deltas.
pub const ANSWER_MAX: Duration = Duration::from_secs(10);
/// The shortest wait before the next attempt to connect.
pub const RECONNECT_MIN: Duration = Duration::from_millis(500);
/// The longest wait before the next attempt to connect.
pub const RECONNECT_MAX: Duration = Duration::from_secs(10);
/// The wait after a refusal that only a person can mend.
pub const REFUSED_RETRY: Duration = Duration::from_secs(60);
/// A connection that lived so long was a good one: after it the waits start again at the shortest.
pub const STEADY_AFTER: Duration = Duration::from_secs(10);
/// The client says at most so often how far it has come.
pub const REPORT_EVERY: Duration = Duration::from_secs(1);
/// Doublings of the wait that are counted; more would pass [`RECONNECT_MAX`] anyway.
const DOUBLINGS_MAX: u32 = 8;

/// What a link follows, and on whose behalf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// What.
    pub what: What,
    /// The device's or ticket's token; none for staff, whose session is in the cookie.
    pub token: Option<String>,
    /// In which language refusals are worded.
    pub language: Language,
}

/// What happened to the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<'a> {
    /// The connection that was wished for is open.
    Connected,
    /// A text frame came.
    Text(&'a str),
    /// Some other frame came: the other end lives.
    Frame,
    /// The connection failed or ended.
    Lost {
        /// Why, for the log.
        why: String,
    },
    /// Whoever follows has something to say; it is lost while the connection is down.
    Say(ClientMessage),
    /// The time of [`Link::poll_timeout`] has come.
    Timeout,
}

/// What the driver is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Open a connection.
    Connect,
    /// Send this as one text frame.
    Send(ClientMessage),
    /// Close the connection; what it still brings is not wanted.
    Disconnect,
    /// Tell whoever follows.
    Tell(LinkEvent),
}

/// What whoever follows is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// The server answered the hello.
    Connected,
    /// The board is new.
    Board {
        /// The board.
        board: Arc<Board>,
        /// The life of the hall that sequences count in.
        epoch: Arc<str>,
        /// The sequence that the board shows.
        seq: u64,
        /// The server's time (hall clock).
        at: Moment,
    },
    /// The followed ticket is new.
    Ticket {
        /// The ticket.
        ticket: Arc<TicketView>,
        /// The server's time (hall clock).
        at: Moment,
    },
    /// Where the display stands, and what it is to show.
    Placed(Box<PlacedView>),
    /// Calls are being said in the display's zone.
    Announcement(Box<AnnouncementView>),
    /// An announcement is over.
    AnnouncementOver {
        /// Which.
        number: u64,
    },
    /// Nothing new, and the server said so.
    Alive {
        /// The server's time (hall clock).
        at: Moment,
    },
    /// The connection is lost; the next attempt follows by itself.
    Lost {
        /// Why, for the log.
        why: String,
    },
    /// The server refuses, or speaks another version.
    Refused {
        /// A stable code.
        code: String,
        /// A sentence for people: what is wrong and what to do.
        detail: String,
        /// Whether the link tries again.
        again: Again,
    },
}

/// Whether a refused link tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// As after any lost connection: the server is only busy.
    Soon,
    /// After [`REFUSED_RETRY`]: a person has to mend something.
    Slowly,
    /// Never: what was asked for will not come back.
    Never,
}

impl Again {
    /// What a code of refusal means for the next attempt. Codes that this build does not know are retried slowly.
    #[must_use]
    pub fn after(code: &str) -> Self {
        match code {
            "busy" | "too-many-connections" | "too-many-requests" | "stopping" => Self::Soon,
            "unknown-ticket" => Self::Never,
            _ => Self::Slowly,
        }
    }
}

/// Why a link wants to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The wait is over: connect.
    Reconnect,
    /// Connecting takes too long.
    ConnectTooSlow,
    /// The server owes an answer to a hello or a resync.
    AnswerTooSlow,
    /// Not a single frame for too long.
    Silence,
    /// The server is to be told how far the client is.
    Report,
}

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Offline { until: Duration },
    Connecting { since: Duration },
    Greeted { since: Duration },
    Live { since: Duration },
    Stopped,
}

/// The board that a link holds.
#[derive(Debug, Clone)]
struct Held {
    epoch: Arc<str>,
    seq: u64,
    board: Arc<Board>,
}

/// The client's session.
#[derive(Debug, Clone)]
pub struct Link {
    follow: Follow,
    phase: Phase,
    held: Option<Held>,
    ticket: Option<(u64, Arc<TicketView>)>,
    /// When the server's last message came, and its clock then.
    word: Option<(Duration, Moment)>,
    frame_at: Duration,
    /// Since when a snapshot is owed.
    resync_since: Option<Duration>,
    /// The last connection brought something that made no sense: the next one starts from a snapshot.
    afresh: bool,
    failures: u32,
    reported: Option<(Duration, u64)>,
}

impl Link {
    /// A session that wants to connect at once. Times are since some start that the driver chooses.
    #[must_use]
    pub fn new(follow: Follow, now: Duration) -> Self {
        Self {
            follow,
            phase: Phase::Offline { until: now },
            held: None,
            ticket: None,
            word: None,
            frame_at: now,
            resync_since: None,
            afresh: false,
            failures: 0,
            reported: None,
        }
    }

    /// The board, once there was one; kept while the connection is lost.
    #[must_use]
    pub fn board(&self) -> Option<&Arc<Board>> {
        self.held.as_ref().map(|held| &held.board)
    }

    /// The epoch and the sequence that the board shows.
    #[must_use]
    pub fn position(&self) -> Option<(&str, u64)> {
        self.held.as_ref().map(|held| (&*held.epoch, held.seq))
    }

    /// How long ago the server's last message came; none before the first.
    #[must_use]
    pub fn age(&self, now: Duration) -> Option<Duration> {
        self.word.map(|(heard_at, _)| now.saturating_sub(heard_at))
    }

    /// The hall's clock, carried on from the server's last message; none before the first.
    #[must_use]
    pub fn hall_time(&self, now: Duration) -> Option<Moment> {
        self.word
            .map(|(heard_at, at)| at.after(now.saturating_sub(heard_at)))
    }

    /// Whether the server has answered and the board it holds has no known gap.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. }) && self.resync_since.is_none()
    }

    /// When to come back with [`Input::Timeout`], and why; none once the link has stopped for good.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Duration, Why)> {
        let answer_owed_since = match self.phase {
            Phase::Stopped => return None,
            Phase::Offline { until } => return Some((until, Why::Reconnect)),
            Phase::Connecting { since } => return Some((since + CONNECT_MAX, Why::ConnectTooSlow)),
            Phase::Greeted { since } => Some(since),
            Phase::Live { .. } => self.resync_since,
        };
        let answer = answer_owed_since.map(|since| (since + ANSWER_MAX, Why::AnswerTooSlow));
        let report = self.report_due().map(|at| (at, Why::Report));
        let silence = (self.frame_at + SILENCE_MAX, Why::Silence);
        [Some(silence), answer, report]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    /// Takes in what happened at `now`, with `chance` anywhere in 0–1, and says what to do, in order.
    pub fn on(&mut self, now: Duration, chance: f64, input: Input<'_>) -> Vec<Output> {
        let mut outputs = Vec::new();
        match input {
            Input::Connected => self.connected(now, &mut outputs),
            Input::Text(text) => self.text(now, chance, text, &mut outputs),
            Input::Frame => self.frame_at = now,
            Input::Lost { why } => self.lost(now, chance, why, &mut outputs),
            Input::Say(message) => {
                // Before the server's first word it has not let the client in.
                if let Phase::Live { .. } = self.phase {
                    outputs.push(Output::Send(message));
                }
            }
            Input::Timeout => self.timeout(now, chance, &mut outputs),
        }
        outputs
    }

    fn is_online(&self) -> bool {
        match self.phase {
            Phase::Greeted { .. } | Phase::Live { .. } => true,
            Phase::Offline { .. } | Phase::Connecting { .. } | Phase::Stopped => false,
        }
    }

    fn connected(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        // A connection that was given up in the same instant is not greeted; the driver drops it.
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return;
        }
        self.phase = Phase::Greeted { since: now };
        self.frame_at = now;
        self.resync_since = None;
        self.reported = None;
        let resume = self.held.as_ref().filter(|_| !self.afresh);
        outputs.push(Output::Send(ClientMessage::Hello {
            schema: SCHEMA,
            what: self.follow.what.clone(),
            token: self.follow.token.clone(),
            epoch: resume.map(|held| held.epoch.to_string()),
            last_seq: resume.map(|held| held.seq),
            language: self.follow.language,
        }));
    }

    fn text(&mut self, now: Duration, chance: f64, text: &str, outputs: &mut Vec<Output>) {
        if !self.is_online() {
            return;
        }
        self.frame_at = now;
        match serde_json::from_str::<ServerMessage>(text) {
            Ok(message) => self.message(now, chance, message, outputs),
            Err(error) => self.not_understood(now, chance, text, &error, outputs),
        }
    }

    fn message(
        &mut self,
        now: Duration,
        chance: f64,
        message: ServerMessage,
        outputs: &mut Vec<Output>,
    ) {
        match message {
            ServerMessage::Snapshot { schema, .. } if schema != SCHEMA => {
                self.other_schema(now, chance, schema, outputs);
            }
            ServerMessage::Snapshot {
                epoch,
                seq,
                at,
                board,
                schema: _,
            } => {
                self.heard(now, at, outputs);
                self.resync_since = None;
                self.afresh = false;
                self.held = Some(Held {
                    epoch: epoch.into(),
                    seq,
                    board: Arc::new(board),
                });
                self.board_is_new(now, at, outputs);
            }
            ServerMessage::Delta {
                seq,
                prev,
                at,
                changes,
                waiting,
            } => {
                self.heard(now, at, outputs);
                self.delta(now, (seq, prev), at, (changes, waiting), outputs);
            }
            ServerMessage::Ticket { seq, at, ticket } => {
                self.heard(now, at, outputs);
                if self.ticket.as_ref().is_none_or(|(held, _)| *held <= seq) {
                    let ticket = Arc::new(ticket);
                    self.ticket = Some((seq, Arc::clone(&ticket)));
                    outputs.push(Output::Tell(LinkEvent::Ticket { ticket, at }));
                }
            }
            ServerMessage::Beat { seq, at } => {
                self.heard(now, at, outputs);
                if self.follow.what != What::Ticket
                    && self.held.as_ref().is_none_or(|held| held.seq != seq)
                {
                    self.resync(now, outputs);
                }
                outputs.push(Output::Tell(LinkEvent::Alive { at }));
            }
            ServerMessage::Placed(placed) => {
                self.tell(LinkEvent::Placed(Box::new(placed)), now, outputs);
            }
            ServerMessage::Announcement(announcement) => {
                self.tell(
                    LinkEvent::Announcement(Box::new(announcement)),
                    now,
                    outputs,
                );
            }
            ServerMessage::AnnouncementOver { number } => {
                self.tell(LinkEvent::AnnouncementOver { number }, now, outputs);
            }
            ServerMessage::Refused { code, detail } => {
                let again = Again::after(&code);
                self.refused(now, chance, code, detail, again, outputs);
            }
        }
    }

    /// The server spoke: the connection is live, and its clock is known.
    fn heard(&mut self, now: Duration, at: Moment, outputs: &mut Vec<Output>) {
        self.word = Some((now, at));
        self.goes_live(now, outputs);
    }

    fn goes_live(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        if let Phase::Greeted { .. } = self.phase {
            self.phase = Phase::Live { since: now };
            outputs.push(Output::Tell(LinkEvent::Connected));
        }
    }

    /// Passes on what says nothing of the hall's clock.
    fn tell(&mut self, event: LinkEvent, now: Duration, outputs: &mut Vec<Output>) {
        self.goes_live(now, outputs);
        outputs.push(Output::Tell(event));
    }

    fn delta(
        &mut self,
        now: Duration,
        (seq, prev): (u64, u64),
        at: Moment,
        (changes, waiting): (Vec<Change>, Option<Option<WaitingList>>),
        outputs: &mut Vec<Output>,
    ) {
        match &mut self.held {
            Some(held) if held.seq == prev && prev <= seq => {
                // Copies the board only while somebody else still holds the one before.
                let board = Arc::make_mut(&mut held.board);
                for change in changes {
                    board.apply(change);
                }
                if let Some(list) = waiting {
                    board.waiting = list;
                }
                held.seq = seq;
                self.board_is_new(now, at, outputs);
            }
            Some(held) if seq <= held.seq => outputs.push(Output::Tell(LinkEvent::Alive { at })),
            Some(_) | None => self.resync(now, outputs),
        }
    }

    fn board_is_new(&mut self, now: Duration, at: Moment, outputs: &mut Vec<Output>) {
        if let Some(held) = &self.held {
            outputs.push(Output::Tell(LinkEvent::Board {
                board: Arc::clone(&held.board),
                epoch: Arc::clone(&held.epoch),
                seq: held.seq,
                at,
            }));
        }
        self.report(now, outputs);
    }

    /// Asks for a snapshot, once until it comes.
    fn resync(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        if self.resync_since.is_none() {
            self.resync_since = Some(now);
            outputs.push(Output::Send(ClientMessage::Resync));
        }
    }

    /// When the next report of the sequence is due; none while offline or when the server knows it.
    fn report_due(&self) -> Option<Duration> {
        let (Phase::Live { since }, Some(held)) = (self.phase, &self.held) else {
            return None;
        };
        match self.reported {
            None => Some(since),
            Some((_, seq)) if seq == held.seq => None,
            Some((at, _)) => Some(at + REPORT_EVERY),
        }
    }

    fn report(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        let Some(held) = &self.held else { return };
        if self.report_due().is_some_and(|due| due <= now) {
            self.reported = Some((now, held.seq));
            outputs.push(Output::Send(ClientMessage::Applied { seq: held.seq }));
        }
    }

    fn not_understood(
        &mut self,
        now: Duration,
        chance: f64,
        text: &str,
        error: &serde_json::Error,
        outputs: &mut Vec<Output>,
    ) {
        #[derive(Deserialize)]
        struct OnlySchema {
            schema: u32,
        }
        match serde_json::from_str::<OnlySchema>(text) {
            Ok(OnlySchema { schema }) if schema != SCHEMA => {
                self.other_schema(now, chance, schema, outputs)
            }
            Ok(_) | Err(_) => {
                self.afresh = true;
                outputs.push(Output::Disconnect);
                self.lost(
                    now,
                    chance,
                    format!("a message that makes no sense: {error}"),
                    outputs,
                );
            }
        }
    }

    fn other_schema(&mut self, now: Duration, chance: f64, schema: u32, outputs: &mut Vec<Output>) {
        let (code, detail) = sentences::other_schema(self.follow.language, schema);
        self.refused(now, chance, code.to_owned(), detail, Again::Slowly, outputs);
    }

    fn refused(
        &mut self,
        now: Duration,
        chance: f64,
        code: String,
        detail: String,
        again: Again,
        outputs: &mut Vec<Output>,
    ) {
        let wait = self.wait(now, chance);
        self.phase = match again {
            Again::Soon => Phase::Offline { until: now + wait },
            Again::Slowly => Phase::Offline {
                until: now + REFUSED_RETRY,
            },
            Again::Never => Phase::Stopped,
        };
        outputs.push(Output::Disconnect);
        outputs.push(Output::Tell(LinkEvent::Refused {
            code,
            detail,
            again,
        }));
    }

    fn lost(&mut self, now: Duration, chance: f64, why: String, outputs: &mut Vec<Output>) {
        match self.phase {
            Phase::Offline { .. } | Phase::Stopped => {}
            Phase::Connecting { .. } | Phase::Greeted { .. } | Phase::Live { .. } => {
                self.phase = Phase::Offline {
                    until: now + self.wait(now, chance),
                };
                outputs.push(Output::Tell(LinkEvent::Lost { why }));
            }
        }
    }

    /// The wait before the next attempt: full jitter between [`RECONNECT_MIN`] and a ceiling that doubles with each
    /// failure in a row, up to [`RECONNECT_MAX`].
    fn wait(&mut self, now: Duration, chance: f64) -> Duration {
        if let Phase::Live { since } = self.phase
            && now.saturating_sub(since) >= STEADY_AFTER
        {
            self.failures = 0;
        }
        self.failures = (self.failures + 1).min(DOUBLINGS_MAX);
        let ceiling = RECONNECT_MIN
            .saturating_mul(1 << self.failures)
            .min(RECONNECT_MAX);
        let chance = if chance.is_finite() {
            chance.clamp(0.0, 1.0)
        } else {
            1.0
        };
        RECONNECT_MIN + (ceiling - RECONNECT_MIN).mul_f64(chance)
    }

    fn timeout(&mut self, now: Duration, chance: f64, outputs: &mut Vec<Output>) {
        let Some((due, why)) = self.poll_timeout() else {
            return;
        };
        if now < due {
            return;
        }
        match why {
            Why::Reconnect => {
                self.phase = Phase::Connecting { since: now };
                outputs.push(Output::Connect);
            }
            Why::ConnectTooSlow => self.give_up(now, chance, "connecting", CONNECT_MAX, outputs),
            Why::AnswerTooSlow => self.give_up(now, chance, "no answer", ANSWER_MAX, outputs),
            Why::Silence => self.give_up(now, chance, "silence", SILENCE_MAX, outputs),
            Why::Report => self.report(now, outputs),
        }
    }

    fn give_up(
        &mut self,
        now: Duration,
        chance: f64,
        what: &str,
        limit: Duration,
        outputs: &mut Vec<Output>,
    ) {
        outputs.push(Output::Disconnect);
        self.lost(
            now,
            chance,
            format!("{what} for {} s", limit.as_secs()),
            outputs,
        );
    }
}
