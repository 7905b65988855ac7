//! Who is told what: the hall's board, cut to size for each kind of subscriber.
//!
//! The hall task publishes after each commit; the hub folds the events into its board, and for every *topic* (a
//! [`Scope`]) that anybody ever asked for it serialises what that scope sees once, for all subscribers. A subscriber reads
//! from a bounded channel; one that falls more than [`UPDATES_MAX`] behind is told so by the channel and takes a fresh
//! snapshot, never silence. A subscriber that comes back is given the deltas it missed, when the last [`RESUME_MAX`] of its
//! topic hold all of them, and a snapshot otherwise; never a part.
//!
//! Who waits is on no board: it is asked of the hall for each topic that shows it ([`Scope::Queue`]), when somebody's
//! ticket moved.

mod changes;
#[cfg(test)]
mod tests;
mod tickets;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use nowserving_shared::board::{Board, CallLine, CallState, Change, Scope, WaitingList};
use nowserving_shared::domain::Hall;
use nowserving_shared::model::{Moment, TicketId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::socket::ServerMessage;
use nowserving_shared::protocol::{self, http::TicketView};
use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::record::Entry;
use tickets::Followed;

/// How many updates a subscriber may fall behind before it takes a snapshot instead.
pub const UPDATES_MAX: usize = 256;
/// How many deltas of a topic are kept for those who come back.
pub const RESUME_MAX: usize = 4096;
/// How many bytes these deltas take at most.
pub const RESUME_BYTES_MAX: usize = 1 << 20;
/// How long a topic is kept that nobody follows, for those who come back.
pub const UNFOLLOWED_MAX: Duration = Duration::from_secs(120);
/// How many tickets can be followed at a time. Beyond it a follower is refused.
pub const FOLLOWED_MAX: usize = 20_000;

/// What a subscriber is sent.
#[derive(Debug, Clone)]
pub enum Update {
    /// A delta, as a JSON text.
    Delta {
        /// The sequence that it leads to.
        seq: u64,
        /// The sequence that it builds on.
        prev: u64,
        /// The message.
        text: Bytes,
    },
    /// Everything is new: take a snapshot.
    Reset,
}

/// A subscription to a topic.
#[derive(Debug)]
pub struct Subscription {
    /// What to send first: a snapshot, the deltas that were missed, or nothing when nothing was.
    pub first: Vec<Bytes>,
    /// The sequence after that.
    pub seq: u64,
    /// What follows.
    pub updates: broadcast::Receiver<Update>,
}

/// What becomes of the calls of a topic.
#[derive(Debug, Clone)]
pub enum Calls {
    /// Calls were made, changed or taken back.
    Changed {
        /// The sequence that this leads to.
        seq: u64,
        /// What became of them, in order.
        changes: Arc<[Change]>,
    },
    /// Everything is new: listen afresh.
    Reset,
}

/// The calls of a topic as they are, for whoever follows them inside the server. Only calls wake such a one up: numbers that
/// are taken change the board a hundred times as often.
#[derive(Debug)]
pub struct Listening {
    /// The sequence of the hall.
    pub seq: u64,
    /// The hall's time.
    pub at: Moment,
    /// The calls, newest first.
    pub calls: Vec<CallLine>,
    /// Calls of tickets that are at a window, whether or not `calls` still holds them; at most one for each window.
    pub standing: Vec<CallLine>,
    /// What follows.
    pub updates: broadcast::Receiver<Calls>,
}

/// Where a subscriber that was here before left off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOff {
    /// The epoch it was told.
    pub epoch: String,
    /// The sequence it holds.
    pub seq: u64,
}

/// The hub. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub {
    epoch: Arc<str>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    /// The public board: without the staff's tickets, which are taken from the hall itself.
    board: Board,
    /// Calls of tickets that are at a window: at most one for each window. The board's own list forgets the older of
    /// them in a large hall, and their end must be told all the same.
    standing: BTreeMap<TicketId, CallLine>,
    seq: u64,
    at: Moment,
    /// Bounded by the zones and windows of the configuration: only known scopes are subscribed to.
    topics: BTreeMap<Scope, Topic>,
    tickets: Followed,
}

#[derive(Debug)]
struct Topic {
    /// The sequence of its last message.
    seq: u64,
    /// The calls that its followers hold, newest first: the last of this topic, whatever is called elsewhere. And who waits,
    /// as they were told it last, where they are told it.
    calls: Board,
    kept: VecDeque<(u64, u64, Bytes)>,
    kept_bytes: usize,
    /// The snapshot that was given out last, and when (the hall's time): many come at once when the server has started.
    snapshot: Option<(Moment, Bytes)>,
    /// Since when nobody follows it.
    left: Option<Instant>,
    /// Whether deltas are written and kept. They are not for a topic that nobody has followed for [`UNFOLLOWED_MAX`]; it
    /// stays for the sake of those who listen to its calls.
    is_written: bool,
    updates: broadcast::Sender<Update>,
    listeners: broadcast::Sender<Calls>,
}

fn text(message: &impl Serialize) -> Bytes {
    // Wire types hold nothing that JSON cannot; an empty text would be seen by every test.
    Bytes::from(serde_json::to_vec(message).unwrap_or_default())
}

fn is_of_a_call(change: &Change) -> bool {
    matches!(change, Change::Call(_) | Change::CallWithdrawn { .. })
}

/// The calls of a board that stand.
fn standing(board: &Board) -> BTreeMap<TicketId, CallLine> {
    let calls = board.calls.iter();
    calls
        .filter(|line| line.state != CallState::Over)
        .map(|line| (line.ticket, line.clone()))
        .collect()
}

/// A board of nothing but the calls that a scope sees.
fn calls_of(board: &Board, scope: &Scope) -> Board {
    Board {
        calls: board.cut(scope).calls,
        ..Board::default()
    }
}

impl Hub {
    /// A hub for this hall.
    #[must_use]
    pub fn new(epoch: &str, hall: &Hall, now: Moment) -> Self {
        let board = convert::board(hall, now);
        let inner = Inner {
            standing: standing(&board),
            board,
            seq: hall.seq(),
            at: now,
            topics: BTreeMap::new(),
            tickets: Followed::default(),
        };
        Self {
            epoch: Arc::from(epoch),
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    /// The life of the hall that sequences count in.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic while publishing leaves at worst a stale line, which the next change of it mends.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Subscribes to a public topic. The scope must be one that the configuration knows; [`Scope::Staff`] goes through
    /// [`Hub::subscribe_staff`], [`Scope::Queue`] through [`Hub::subscribe_queue`].
    #[must_use]
    pub fn subscribe(&self, scope: &Scope, left_off: Option<&LeftOff>) -> Subscription {
        self.subscribe_with(scope, left_off, Board::cut)
    }

    /// Subscribes to a topic of [`Scope::Queue`], with those who wait; called on the hall task, so that hall and hub agree.
    #[must_use]
    pub fn subscribe_queue(
        &self,
        hall: &Hall,
        scope: &Scope,
        left_off: Option<&LeftOff>,
    ) -> Subscription {
        let waiting = convert::waiting_list(hall, scope);
        let told = waiting.clone();
        let subscription = self.subscribe_with(scope, left_off, |board, scope| Board {
            waiting,
            ..board.cut(scope)
        });
        if let Some(topic) = self.inner().topics.get_mut(scope) {
            topic.calls.waiting = topic.calls.waiting.take().or(told);
        }
        subscription
    }

    /// Subscribes to everything that staff see; called on the hall task, so that hall and hub agree.
    #[must_use]
    pub fn subscribe_staff(&self, hall: &Hall, left_off: Option<&LeftOff>) -> Subscription {
        self.subscribe_with(&Scope::Staff, left_off, |board, scope| {
            let tickets = hall
                .tickets()
                .map(|ticket| convert::ticket_line(hall, ticket))
                .collect();
            Board {
                tickets,
                ..board.cut(scope)
            }
        })
    }

    fn subscribe_with(
        &self,
        scope: &Scope,
        left_off: Option<&LeftOff>,
        cut: impl FnOnce(&Board, &Scope) -> Board,
    ) -> Subscription {
        let mut inner = self.inner();
        let Inner {
            board,
            seq,
            at,
            topics,
            ..
        } = &mut *inner;
        let topic = Topic::of(topics, *seq, board, scope);
        topic.is_written = true;
        let updates = topic.updates.subscribe();
        let missed = left_off
            .filter(|left_off| *left_off.epoch == *self.epoch)
            .and_then(|left_off| topic.since(left_off.seq));
        topic.left = None;
        let first = missed.unwrap_or_else(|| {
            vec![topic.snapshot_at(*at, |seq, held| ServerMessage::Snapshot {
                schema: protocol::SCHEMA,
                epoch: self.epoch.as_ref().to_owned(),
                seq,
                at: *at,
                board: Board {
                    calls: held.calls.clone(),
                    ..cut(board, scope)
                },
            })]
        });
        Subscription {
            first,
            seq: topic.seq,
            updates,
        }
    }

    /// Listens to the calls of a public topic, whose scope must be one that the configuration knows.
    #[must_use]
    pub fn listen(&self, scope: &Scope) -> Listening {
        let mut inner = self.inner();
        let Inner {
            board,
            seq,
            at,
            topics,
            standing,
            ..
        } = &mut *inner;
        let topic = Topic::of(topics, *seq, board, scope);
        let seen = |line: &&CallLine| scope.see(&Change::Call((*line).clone())).is_some();
        Listening {
            seq: *seq,
            at: *at,
            calls: topic.calls.calls.clone(),
            standing: standing.values().filter(seen).cloned().collect(),
            updates: topic.listeners.subscribe(),
        }
    }

    /// Follows one ticket; called on the hall task. None when too many are followed or the ticket is not live.
    #[must_use]
    pub fn follow(&self, hall: &Hall, ticket: TicketId) -> Option<watch::Receiver<TicketView>> {
        let view = convert::ticket_view(hall, hall.catalogue()?, hall.ticket(ticket)?);
        self.inner().tickets.follow(ticket, view)
    }

    /// The sequence up to which everything is published, and the hall's time then.
    #[must_use]
    pub fn seq(&self) -> (u64, Moment) {
        let inner = self.inner();
        (inner.seq, inner.at)
    }

    /// How many subscribers each kind of topic has: walls, windows, kiosks, staff, followed tickets.
    #[must_use]
    pub fn subscribers(&self) -> [(&'static str, usize); 5] {
        let inner = self.inner();
        let count = |wanted: fn(&Scope) -> bool| {
            let topics = inner.topics.iter().filter(|(scope, _)| wanted(scope));
            topics
                .map(|(_, topic)| topic.updates.receiver_count())
                .sum()
        };
        [
            (
                "wall",
                count(|scope| matches!(scope, Scope::Wall(_) | Scope::Queue { .. })),
            ),
            ("window", count(|scope| matches!(scope, Scope::Window(_)))),
            ("kiosk", count(|scope| *scope == Scope::Kiosk)),
            ("staff", count(|scope| *scope == Scope::Staff)),
            ("ticket", inner.tickets.followers()),
        ]
    }

    /// Publishes what was committed. `hall` is the hall after it.
    pub fn publish(&self, hall: &Hall, entries: &[Entry], now: Moment) {
        let mut inner = self.inner();
        let touched = changes::touched(entries);
        inner.at = now;
        inner.seq = hall.seq();
        inner.tickets.publish(hall, entries, &touched);
        if touched.everything {
            inner.board = convert::board(hall, now);
            inner.standing = standing(&inner.board);
            inner.reset();
            return;
        }
        let changes = changes::of(hall, &inner.board, &inner.standing, &touched, now);
        inner.tell(changes, hall, &touched);
    }

    /// Publishes what time alone has changed: services that opened or closed, and the positions of followed tickets.
    pub fn refresh(&self, hall: &Hall, now: Moment) {
        let mut inner = self.inner();
        inner.at = now;
        inner.tickets.refresh(hall);
        inner.topics.retain(|_, topic| !topic.is_over());
        let Some(catalogue) = hall.catalogue() else {
            return;
        };
        let lines = catalogue
            .services
            .iter()
            .map(|service| convert::service_line(hall, catalogue, service, now));
        let changed = lines
            .filter(|line| !inner.board.services.contains(line))
            .map(Change::Service)
            .collect();
        inner.tell(changed, hall, &changes::Touched::default());
    }
}

impl Inner {
    /// Folds changes into the board and sends each topic what it sees of them. The staff's topic also gets the tickets.
    fn tell(&mut self, changes: Vec<Change>, hall: &Hall, touched: &changes::Touched) {
        let (seq, at) = (self.seq, self.at);
        for (scope, topic) in &mut self.topics {
            let waiting = topic.queue_is_new(hall, scope, touched);
            let wanted = |change: &&Change| topic.is_written || is_of_a_call(change);
            let mut seen: Vec<Change> = changes
                .iter()
                .filter(wanted)
                .filter_map(|change| scope.see(change))
                .collect();
            if *scope == Scope::Staff {
                seen.extend(touched.tickets.iter().map(|id| changes::ticket(hall, *id)));
            }
            if !seen.is_empty() || waiting.is_some() {
                topic.send(seq, at, seen, waiting);
            } else if !topic.is_written {
                // Whoever held an older sequence cannot go on from it.
                topic.seq = seq;
            }
        }
        for change in changes {
            match &change {
                Change::Call(line) if line.state != CallState::Over => {
                    self.standing.insert(line.ticket, line.clone());
                }
                Change::Call(CallLine { ticket, .. }) | Change::CallWithdrawn { ticket } => {
                    self.standing.remove(ticket);
                }
                Change::Service(_)
                | Change::Window(_)
                | Change::Ticket(_)
                | Change::TicketGone { .. }
                | Change::Help(_)
                | Change::HelpOver { .. } => {}
            }
            self.board.apply(change);
        }
    }

    fn reset(&mut self) {
        for (scope, topic) in &mut self.topics {
            topic.forget();
            topic.calls = calls_of(&self.board, scope);
            topic.seq = self.seq;
            let _ = topic.updates.send(Update::Reset);
            let _ = topic.listeners.send(Calls::Reset);
        }
    }
}

impl Topic {
    /// The topic of `scope`, which begins with this board when it is new.
    fn of<'all>(
        topics: &'all mut BTreeMap<Scope, Self>,
        seq: u64,
        board: &Board,
        scope: &Scope,
    ) -> &'all mut Self {
        topics.entry(scope.clone()).or_insert_with(|| Self {
            seq,
            calls: calls_of(board, scope),
            kept: VecDeque::new(),
            kept_bytes: 0,
            snapshot: None,
            left: None,
            is_written: false,
            updates: broadcast::Sender::new(UPDATES_MAX),
            listeners: broadcast::Sender::new(UPDATES_MAX),
        })
    }

    /// The snapshot at this time, made of the topic's sequence and calls unless it was made already.
    fn snapshot_at(
        &mut self,
        at: Moment,
        make: impl FnOnce(u64, &Board) -> ServerMessage,
    ) -> Bytes {
        match &self.snapshot {
            Some((made_at, text)) if *made_at == at => text.clone(),
            Some(_) | None => {
                let made = text(&make(self.seq, &self.calls));
                self.snapshot = Some((at, made.clone()));
                made
            }
        }
    }

    /// Forgets what could be given to those who come back.
    fn forget(&mut self) {
        self.kept.clear();
        self.kept_bytes = 0;
        self.snapshot = None;
    }

    /// Whether nobody has followed it for so long that it is not worth keeping up, and nobody listens to its calls.
    fn is_over(&mut self) -> bool {
        if self.updates.receiver_count() > 0 {
            self.left = None;
            return false;
        }
        self.snapshot = None;
        if self.left.get_or_insert_with(Instant::now).elapsed() <= UNFOLLOWED_MAX {
            return false;
        }
        self.is_written = false;
        self.forget();
        self.listeners.receiver_count() == 0
    }

    /// Who waits, when the topic shows it and it is another list than before. Halls whose walls show no such list, and
    /// events that move nobody, cost nothing here.
    fn queue_is_new(
        &mut self,
        hall: &Hall,
        scope: &Scope,
        touched: &changes::Touched,
    ) -> Option<WaitingList> {
        if touched.tickets.is_empty() {
            return None;
        }
        let list = convert::waiting_list(hall, scope)?;
        if self.calls.waiting.as_ref() == Some(&list) {
            return None;
        }
        self.calls.waiting = Some(list.clone());
        Some(list)
    }

    fn send(&mut self, seq: u64, at: Moment, changes: Vec<Change>, waiting: Option<WaitingList>) {
        let prev = self.seq;
        let calls = changes.iter().filter(|change| is_of_a_call(change));
        let calls: Arc<[Change]> = calls.cloned().collect();
        for change in calls.iter() {
            self.calls.apply(change.clone());
        }
        if !calls.is_empty() {
            // Nobody listening is no fault.
            let changes = calls;
            let _ = self.listeners.send(Calls::Changed { seq, changes });
        }
        self.snapshot = None;
        if !self.is_written {
            self.seq = seq;
            return;
        }
        let text = text(&ServerMessage::Delta {
            seq,
            prev,
            at,
            changes,
            waiting: waiting.map(Some),
        });
        self.seq = seq;
        self.kept_bytes += text.len();
        self.kept.push_back((prev, seq, text.clone()));
        while (self.kept.len() > RESUME_MAX || self.kept_bytes > RESUME_BYTES_MAX)
            && let Some((_, _, oldest)) = self.kept.pop_front()
        {
            self.kept_bytes -= oldest.len();
        }
        let _ = self.updates.send(Update::Delta { seq, prev, text });
    }

    /// The deltas after `seq`, when all of them are kept.
    fn since(&self, seq: u64) -> Option<Vec<Bytes>> {
        let from = self.kept.iter().position(|(prev, _, _)| *prev == seq);
        match from {
            Some(from) => Some(
                self.kept
                    .range(from..)
                    .map(|(_, _, text)| text.clone())
                    .collect(),
            ),
            None => (self.seq == seq).then(Vec::new),
        }
    }
}
