//! Whatever people do and whatever the network does, a client's board is the server's.
//!
//! Random commands go into a hall; its hub tells a client over a line that loses, doubles, reorders and breaks. Whenever
//! the client has a new board, it is one that the server had at that very sequence; and when all is quiet, the client has
//! the server's last. A wall that shows who waits shows what a simple model makes of the hall's tickets.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use nowserving_shared::board::{Scope, WAITING_MAX, WaitingList, WaitingNumber};
use nowserving_shared::domain::queue::Reach;
use nowserving_shared::domain::{
    Hall, HoldReason, Outcome, Position, Recorded, Ticket, TicketRef, TicketState, TransferTarget,
};
use nowserving_shared::link::{Follow, Input, Link, LinkEvent, Output};
use nowserving_shared::model::{Catalogue, TicketId, ZoneId};
use nowserving_shared::wall::Mask;
use proptest::prelude::*;
use tokio::sync::broadcast;

use super::*;
use crate::hub::{Hub, LeftOff, Update};
use crate::record::Entry;

const EPOCH: &str = "the life of this hall";
/// How often a client may have to begin again before it has everything.
const QUIET_ROUNDS: usize = 8;
const WINDOWS: [(&str, &str); 4] = [("w1", "wang"), ("w2", "li"), ("w3", "zhang"), ("w4", "liu")];
const SERVICES: [&str; 4] = ["household", "passport", "tax", "utilities"];

/// What happens next.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody tries something.
    Does(Command, By),
    /// The clerk at a window finishes with one customer and calls the next.
    Next(usize),
    /// Time passes, in seconds, and takes its effect.
    Later(u32),
    /// The configuration is loaded again: everything is new.
    Reload,
    /// So many messages arrive.
    Arrive(usize),
    /// The next message is lost.
    Lose,
    /// The next message comes twice.
    Double,
    /// The next two messages change places.
    Swap,
    /// The server says that it lives.
    Beat,
    /// The line breaks; what was under way is lost.
    Break,
}

fn command() -> impl Strategy<Value = Step> {
    (0..24_u8, 0..4_usize, 0..4_usize, 1..40_u64).prop_map(|(kind, at, of, number)| {
        let window = WindowId::new(WINDOWS[at].0).expect("a slug");
        let clerk = By::Staff(StaffId::new(WINDOWS[at].1).expect("a slug"));
        let desk = By::Staff(StaffId::new("desk").expect("a slug"));
        let ticket = TicketRef::Id(TicketId(number));
        let position = [Position::First, Position::Last, Position::Keep][of % 3];
        let service = ServiceId::new(SERVICES[of]).expect("a slug");
        let (command, by) = match kind {
            0..=5 => {
                let issue = Command::Issue {
                    service,
                    class: None,
                    language: Language::ZhCn,
                    origin: Origin::Reception,
                    person: None,
                };
                (issue, desk)
            }
            6..=9 => {
                let call = Command::CallNext {
                    window,
                    service: None,
                };
                (call, clerk)
            }
            10 => (Command::Recall { window }, clerk),
            11 | 12 => (Command::Start { window }, clerk),
            13 | 14 => {
                let outcome = Outcome::Done;
                (Command::Finish { window, outcome }, clerk)
            }
            15 => (Command::NoShow { window }, clerk),
            16 => {
                let hold = Command::Hold {
                    window,
                    reason: HoldReason::CustomerAway,
                    note: String::new(),
                };
                (hold, clerk)
            }
            17 => {
                let to = WindowId::new(WINDOWS[of].0).expect("a slug");
                let transfer = Command::Transfer {
                    ticket,
                    window: Some(window),
                    to: TransferTarget::Window(to),
                    position,
                };
                (transfer, clerk)
            }
            18 => (Command::UndoCall { window }, clerk),
            19 => (Command::Return { ticket, position }, desk),
            20 => (Command::SignOff { window }, clerk),
            21 => (Command::SignOn { window }, clerk),
            22 => {
                let pause = Command::Pause {
                    window,
                    reason: "休息".into(),
                    back_at: None,
                };
                (pause, clerk)
            }
            _ => (Command::ResumeWindow { window }, clerk),
        };
        Step::Does(command, by)
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => command(),
        8 => (0..4_usize).prop_map(Step::Next),
        2 => (1..1800_u32).prop_map(Step::Later),
        1 => Just(Step::Reload),
        6 => (1..8_usize).prop_map(Step::Arrive),
        2 => Just(Step::Lose),
        2 => Just(Step::Double),
        2 => Just(Step::Swap),
        2 => Just(Step::Beat),
        2 => Just(Step::Break),
    ]
}

/// What a client follows, and for a wall that shows who waits, what is hidden of the numbers.
fn what() -> impl Strategy<Value = (What, Option<Mask>)> {
    let zone = prop_oneof![
        Just(None),
        Just(ZoneId::new("east").ok()),
        Just(ZoneId::new("west").ok()),
    ];
    let mask = prop::sample::select(Mask::NAMED.to_vec());
    let queue = (zone.clone(), mask);
    prop_oneof![
        2 => zone.prop_map(|zone| (What::Wall { zone }, None)),
        4 => queue.prop_map(|(zone, (_, mask))| (What::Wall { zone }, Some(mask))),
        1 => Just((What::Window { window: w1() }, None)),
        1 => Just((What::Kiosk, None)),
        1 => Just((What::Staff, None)),
    ]
}

/// Who waits, worked out from every ticket of the hall.
fn model(hall: &Hall, zone: Option<&ZoneId>, mask: Mask) -> WaitingList {
    let catalogue = hall.catalogue().expect("it is loaded");
    let calls_it = |ticket: &Ticket| {
        let mut windows = catalogue.windows.iter();
        windows.any(|window| {
            let serves = window.serves.contains_key(&ticket.service);
            let here = zone.is_none_or(|zone| window.zone == *zone);
            here && match &ticket.line.reach {
                Reach::Any => serves,
                Reach::Zone(only) => serves && window.zone == *only,
                Reach::Window(only) => window.id == *only,
            }
        })
    };
    let waits = |ticket: &&Ticket| ticket.state == TicketState::Waiting && calls_it(ticket);
    let mut waiting: Vec<&Ticket> = hall.tickets().filter(waits).collect();
    waiting.sort_by_key(|ticket| hall.standing(ticket));
    let number = |ticket: &&Ticket| WaitingNumber {
        label: mask.of(&ticket.label),
    };
    WaitingList {
        numbers: waiting.iter().take(WAITING_MAX).map(number).collect(),
        more: u32::try_from(waiting.len().saturating_sub(WAITING_MAX)).expect("few"),
    }
}

/// The server's end of a line, and what is under way on it.
struct Line {
    updates: broadcast::Receiver<Update>,
    seq: u64,
    under_way: VecDeque<Bytes>,
}

/// A hall, its hub, and one client that follows it.
struct World {
    hall: Hall,
    hub: Hub,
    now: Moment,
    scope: Scope,
    line: Option<Line>,
    link: Link,
    clock: Duration,
    /// What the server's board was at each sequence. Time alone changes it without a new sequence.
    shown: BTreeMap<u64, Vec<Board>>,
}

impl World {
    fn new((what, mask): (What, Option<Mask>)) -> Self {
        let mut hall = Hall::default();
        let load = load();
        for event in hall.decide(&load, &By::System, MORNING).expect("allowed") {
            hall.apply(&event, MORNING);
        }
        for event in hall.due(MORNING) {
            hall.apply(&event, MORNING);
        }
        let catalogue = hall.catalogue().cloned();
        let scope = crate::socket::scope_of(&what, catalogue.as_deref());
        let scope = match (scope.expect("it is known").expect("it is no ticket"), mask) {
            (Scope::Wall(zone), Some(mask)) => Scope::Queue { zone, mask },
            (scope, _) => scope,
        };
        let follow = Follow {
            what,
            token: None,
            language: Language::En,
        };
        let hub = Hub::new(EPOCH, &hall, MORNING);
        let mut world = Self {
            hall,
            hub,
            now: MORNING,
            scope,
            line: None,
            link: Link::new(follow, Duration::ZERO),
            clock: Duration::ZERO,
            shown: BTreeMap::new(),
        };
        world.note();
        for (window, staff) in WINDOWS {
            let window = WindowId::new(window).expect("a slug");
            let staff = By::Staff(StaffId::new(staff).expect("a slug"));
            world.does(&Command::SignOn { window }, &staff);
        }
        world
    }

    fn subscribe(&self, left_off: Option<&LeftOff>) -> crate::hub::Subscription {
        match &self.scope {
            Scope::Staff => self.hub.subscribe_staff(&self.hall, left_off),
            scope @ Scope::Queue { .. } => self.hub.subscribe_queue(&self.hall, scope, left_off),
            scope @ (Scope::Wall(_) | Scope::Window(_) | Scope::Kiosk) => {
                self.hub.subscribe(scope, left_off)
            }
        }
    }

    /// What a newcomer would be shown.
    fn board(&self) -> (u64, Board) {
        let subscription = self.subscribe(None);
        let text = subscription.first.first().expect("a snapshot");
        match serde_json::from_slice(text).expect("the protocol") {
            ServerMessage::Snapshot { seq, board, .. } => {
                let waiting = match &self.scope {
                    Scope::Queue { zone, mask } => Some(model(&self.hall, zone.as_ref(), *mask)),
                    Scope::Wall(_) | Scope::Window(_) | Scope::Kiosk | Scope::Staff => None,
                };
                assert_eq!(board.waiting, waiting, "who waits at {seq}");
                (seq, board)
            }
            other => panic!("not a snapshot: {other:?}"),
        }
    }

    fn note(&mut self) {
        let (seq, board) = self.board();
        let shown = self.shown.entry(seq).or_default();
        if !shown.contains(&board) {
            shown.push(board);
        }
    }

    fn does(&mut self, command: &Command, by: &By) {
        let Ok(events) = self.hall.decide(command, by, self.now) else {
            return;
        };
        self.happens(events, by);
    }

    fn happens(&mut self, events: Vec<nowserving_shared::domain::Event>, by: &By) {
        let mut entries = Vec::new();
        for event in events {
            self.hall.apply(&event, self.now);
            let recorded = Recorded {
                seq: self.hall.seq(),
                at: self.now,
                by: by.clone(),
                event,
            };
            entries.push(Entry {
                recorded,
                key: None,
            });
        }
        if !entries.is_empty() {
            self.hub.publish(&self.hall, &entries, self.now);
            self.pump();
            self.note();
        }
    }

    fn next(&mut self, at: usize) {
        let window = WindowId::new(WINDOWS[at].0).expect("a slug");
        let clerk = By::Staff(StaffId::new(WINDOWS[at].1).expect("a slug"));
        let start = Command::Start {
            window: window.clone(),
        };
        self.does(&start, &clerk);
        let finish = Command::Finish {
            window: window.clone(),
            outcome: Outcome::Done,
        };
        self.does(&finish, &clerk);
        let call = Command::CallNext {
            window,
            service: None,
        };
        self.does(&call, &clerk);
    }

    fn later(&mut self, seconds: u32) {
        self.now = self.now.after(Duration::from_secs(seconds.into()));
        let due = self.hall.due(self.now);
        self.happens(due, &By::System);
        self.hub.refresh(&self.hall, self.now);
        self.pump();
        self.note();
    }

    /// Puts on the line what the hub has told, as a session does.
    fn pump(&mut self) {
        loop {
            let Some(line) = &mut self.line else { return };
            match line.updates.try_recv() {
                Ok(Update::Delta { seq, text, .. }) => {
                    line.seq = seq;
                    line.under_way.push_back(text);
                }
                Ok(Update::Reset) | Err(broadcast::error::TryRecvError::Lagged(_)) => {
                    self.answer(None);
                }
                Err(_) => return,
            }
        }
    }

    /// Answers a hello or a resync.
    fn answer(&mut self, left_off: Option<&LeftOff>) {
        let subscription = self.subscribe(left_off);
        let mut under_way = self.line.take().map_or_else(VecDeque::new, |l| l.under_way);
        under_way.extend(subscription.first);
        self.line = Some(Line {
            updates: subscription.updates,
            seq: subscription.seq,
            under_way,
        });
    }

    fn beat(&mut self) {
        if let Some(line) = &mut self.line {
            let (seq, at) = (line.seq, self.now);
            let beat = serde_json::to_vec(&ServerMessage::Beat { seq, at }).expect("wire types");
            line.under_way.push_back(beat.into());
        }
    }

    /// Whether the `at`th message under way can be lost or overtaken without anybody knowing: what time alone has
    /// changed leads to no new sequence. On a TCP connection nothing is lost or overtaken.
    fn is_counted(&self, at: usize) -> bool {
        let message = self.line.as_ref().and_then(|line| line.under_way.get(at));
        message.is_some_and(|text| match serde_json::from_slice(text) {
            Ok(ServerMessage::Delta { seq, prev, .. }) => seq != prev,
            Ok(_) => true,
            Err(_) => panic!("not the protocol"),
        })
    }

    fn arrive(&mut self) -> bool {
        let text = self.line.as_mut().and_then(|l| l.under_way.pop_front());
        let Some(text) = text else { return false };
        let text = std::str::from_utf8(&text).expect("text").to_owned();
        self.tell(Input::Text(&text));
        true
    }

    fn tell(&mut self, input: Input<'_>) {
        let outputs = self.link.on(self.clock, 0.5, input);
        for output in outputs {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Connect => self.tell(Input::Connected),
            Output::Disconnect => self.line = None,
            Output::Send(ClientMessage::Hello {
                epoch, last_seq, ..
            }) => {
                let left_off = epoch.zip(last_seq);
                let left_off = left_off.map(|(epoch, seq)| LeftOff { epoch, seq });
                self.answer(left_off.as_ref());
            }
            Output::Send(ClientMessage::Resync) => self.answer(None),
            Output::Send(
                ClientMessage::Applied { .. }
                | ClientMessage::Voice { .. }
                | ClientMessage::Lasts { .. }
                | ClientMessage::Said { .. },
            ) => {}
            Output::Tell(LinkEvent::Board { board, seq, .. }) => {
                let shown = self.shown.get(&seq).is_some_and(|all| all.contains(&board));
                assert!(shown, "the server never showed this at {seq}");
            }
            Output::Tell(LinkEvent::Refused { code, .. }) => panic!("refused: {code}"),
            Output::Tell(
                LinkEvent::Connected
                | LinkEvent::Alive { .. }
                | LinkEvent::Lost { .. }
                | LinkEvent::Ticket { .. }
                | LinkEvent::Placed(_)
                | LinkEvent::Announcement(_)
                | LinkEvent::AnnouncementOver { .. },
            ) => {}
        }
    }

    /// Connects again when the line is broken.
    fn mend(&mut self) {
        if self.line.is_none()
            && let Some((due, _)) = self.link.poll_timeout()
        {
            self.clock = self.clock.max(due);
            self.tell(Input::Timeout);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Does(command, by) => self.does(command, by),
            Step::Next(at) => self.next(*at),
            Step::Later(seconds) => self.later(*seconds),
            Step::Reload => self.does(&load(), &By::System),
            Step::Arrive(many) => {
                self.mend();
                for _ in 0..*many {
                    self.arrive();
                }
            }
            Step::Lose if self.is_counted(0) => {
                self.line.as_mut().map(|line| line.under_way.pop_front());
            }
            Step::Double => {
                if let Some(line) = &mut self.line
                    && let Some(next) = line.under_way.front().cloned()
                {
                    line.under_way.push_front(next);
                }
            }
            Step::Swap if self.is_counted(0) && self.is_counted(1) => {
                if let Some(line) = &mut self.line {
                    line.under_way.swap(0, 1);
                }
            }
            Step::Lose | Step::Swap => {}
            Step::Beat => self.beat(),
            Step::Break => {
                if self.line.take().is_some() {
                    let why = "the cable".to_owned();
                    self.tell(Input::Lost { why });
                }
            }
        }
    }

    /// Nothing more happens and nothing more is lost.
    fn quiet(&mut self) {
        for _ in 0..QUIET_ROUNDS {
            self.mend();
            while self.arrive() {}
            self.beat();
            while self.arrive() {}
            if self.link.is_live() {
                return;
            }
            // An answer was lost. The client waits for it as long as it will, and connects again.
            if let Some((due, _)) = self.link.poll_timeout() {
                self.clock = self.clock.max(due);
                self.tell(Input::Timeout);
            }
        }
    }
}

fn load() -> Command {
    let catalogue = Arc::new(Catalogue::small_example());
    Command::LoadConfiguration { catalogue }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_clients_board_is_the_servers(what in what(), steps in proptest::collection::vec(step(), 1..200)) {
        let mut world = World::new(what);
        for step in &steps {
            world.step(step);
        }
        world.quiet();
        let (seq, board) = world.board();
        let held = world.link.board().map(AsRef::as_ref);
        prop_assert!(held == Some(&board), "the client holds another board than the server");
        prop_assert_eq!(world.link.position(), Some((EPOCH, seq)));
    }
}
