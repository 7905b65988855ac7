//! The session against a model server: whatever the way does to the messages, the boards agree in the end.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::board::{Availability, CallLine, CallState, ServiceLine, WaitingNumber};
use crate::model::{GroupId, Label, Localized, ServiceId, TicketId, WindowId, ZoneId};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn wall() -> Follow {
    Follow {
        what: What::Wall { zone: None },
        token: Some("secret".to_owned()),
        language: Language::En,
    }
}

fn service(waiting: u32) -> Change {
    Change::Service(ServiceLine {
        id: ServiceId::new("household").unwrap(),
        name: Localized::default(),
        group: GroupId::new("police").unwrap(),
        zones: Vec::new(),
        waiting,
        windows_open: 1,
        last_wait_seconds: None,
        availability: Availability::Open,
    })
}

fn call(seq: u64, ticket: u64) -> Change {
    Change::Call(CallLine {
        seq,
        ticket: TicketId(ticket),
        label: Label::new("A", u32::try_from(ticket).unwrap(), 3),
        window: WindowId::new("w1").unwrap(),
        number: 1,
        zone: ZoneId::new("east").unwrap(),
        service: ServiceId::new("household").unwrap(),
        mark: Localized::default(),
        language: Language::ZhCn,
        at: Moment(0),
        recalls: 0,
        state: CallState::Calling,
    })
}

fn snapshot(seq: u64, schema: u32) -> ServerMessage {
    ServerMessage::Snapshot {
        schema,
        epoch: "e1".to_owned(),
        seq,
        at: Moment(0),
        board: Board::default(),
    }
}

fn delta(prev: u64, seq: u64) -> ServerMessage {
    ServerMessage::Delta {
        seq,
        prev,
        at: Moment(0),
        changes: vec![service(u32::try_from(seq).unwrap())],
        waiting: None,
    }
}

fn hear(link: &mut Link, now: Duration, message: &ServerMessage) -> Vec<Output> {
    link.on(
        now,
        0.5,
        Input::Text(&serde_json::to_string(message).unwrap()),
    )
}

/// A link that has connected at zero and said hello.
fn greeted() -> Link {
    let mut link = Link::new(wall(), s(0));
    assert_eq!(link.poll_timeout(), Some((s(0), Why::Reconnect)));
    assert_eq!(link.on(s(0), 0.5, Input::Timeout), vec![Output::Connect]);
    link.on(s(0), 0.5, Input::Connected);
    link
}

/// A link that holds a snapshot of sequence 5.
fn live() -> Link {
    let mut link = greeted();
    hear(&mut link, s(0), &snapshot(5, SCHEMA));
    link
}

fn sends(outputs: &[Output]) -> Vec<&ClientMessage> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Send(message) => Some(message),
            Output::Connect | Output::Disconnect | Output::Tell(_) => None,
        })
        .collect()
}

/// What the link tells of who waits, if it tells of a board.
fn told_waiting(outputs: &[Output]) -> Option<Option<WaitingList>> {
    outputs.iter().find_map(|output| match output {
        Output::Tell(LinkEvent::Board { board, .. }) => Some(board.waiting.clone()),
        _ => None,
    })
}

fn waiting(numbers: &[&str], more: u32) -> WaitingList {
    let number = |text: &&str| WaitingNumber {
        label: Label::from_text(text),
    };
    WaitingList {
        numbers: numbers.iter().map(number).collect(),
        more,
    }
}

#[test]
fn given_a_list_of_who_waits_when_a_delta_brings_another_it_is_the_one_that_is_shown_and_stays_until_the_next()
 {
    let mut link = live();
    let ServerMessage::Delta { seq, prev, at, .. } = delta(5, 6) else {
        unreachable!("a delta")
    };
    let list = waiting(&["A**7", "B**2"], 3);
    let brings = ServerMessage::Delta {
        seq,
        prev,
        at,
        changes: Vec::new(),
        waiting: Some(Some(list.clone())),
    };
    let told = hear(&mut link, s(1), &brings);
    assert_eq!(told_waiting(&told), Some(Some(list.clone())));
    let told = hear(&mut link, s(2), &delta(6, 7));
    assert_eq!(told_waiting(&told), Some(Some(list)));
}

#[test]
fn given_a_server_of_another_version_the_board_is_shown_and_who_waits_is_known_or_not_known_but_never_old()
 {
    let text = |seq: u64, more: &str| {
        let text = format!(
            r#"{{"type":"delta","seq":{seq},"prev":{},"at":0,"changes":[]{more}}}"#,
            seq - 1
        );
        text
    };
    let mut link = live();
    let mut told = |text: &str| told_waiting(&link.on(s(1), 0.5, Input::Text(text)));
    assert_eq!(
        told(&text(6, "")),
        Some(None),
        "an earlier one says nothing of it"
    );
    let later =
        r#","waiting":{"numbers":[{"label":"A017","state":"returning"}],"more":2,"since":5}"#;
    let known = Some(Some(waiting(&["A017"], 2)));
    assert_eq!(
        told(&text(7, later)),
        known,
        "what else it says is passed over"
    );
    let short = r#","waiting":{"numbers":[]}"#;
    assert_eq!(told(&text(8, short)), Some(Some(waiting(&[], 0))));
    for (seq, unreadable) in (9_u64..).zip([
        "null",
        "7",
        r#"["A017"]"#,
        r#"{"numbers":["A017"]}"#,
        r#"{"rows":[]}"#,
    ]) {
        let unreadable = format!(r#","waiting":{unreadable}"#);
        assert_eq!(told(&text(seq, &unreadable)), Some(None), "{unreadable}");
    }
}

#[test]
fn given_a_snapshot_whose_list_of_who_waits_nobody_can_read_the_rest_of_the_board_is_shown() {
    let mut link = greeted();
    let mut sent = serde_json::to_value(snapshot(5, SCHEMA)).unwrap();
    sent["board"]["waiting"] = serde_json::json!({ "by_service": {} });
    let told = hear_value(&mut link, &sent);
    assert_eq!(told_waiting(&told), Some(None));
    sent["board"]["waiting"] = serde_json::json!({ "numbers": [{ "label": "A017" }] });
    let told = hear_value(&mut link, &sent);
    assert_eq!(told_waiting(&told), Some(Some(waiting(&["A017"], 0))));
}

fn hear_value(link: &mut Link, message: &serde_json::Value) -> Vec<Output> {
    link.on(s(0), 0.5, Input::Text(&message.to_string()))
}

#[test]
fn a_first_hello_asks_for_everything_and_a_later_one_says_what_is_held() {
    let mut link = Link::new(wall(), s(0));
    link.on(s(0), 0.5, Input::Timeout);
    let first = link.on(s(0), 0.5, Input::Connected);
    assert!(matches!(
        sends(&first)[..],
        [ClientMessage::Hello {
            epoch: None,
            last_seq: None,
            schema: SCHEMA,
            ..
        }]
    ));
    hear(&mut link, s(0), &snapshot(5, SCHEMA));
    link.on(
        s(1),
        0.5,
        Input::Lost {
            why: "cable".to_owned(),
        },
    );
    link.on(s(20), 0.5, Input::Timeout);
    let second = link.on(s(20), 0.5, Input::Connected);
    let [
        ClientMessage::Hello {
            epoch: Some(epoch),
            last_seq: Some(5),
            ..
        },
    ] = sends(&second)[..]
    else {
        panic!("{second:?}");
    };
    assert_eq!(epoch, "e1");
}

#[test]
fn a_delta_that_fits_is_applied_and_an_old_one_is_dropped() {
    let mut link = live();
    hear(&mut link, s(1), &delta(5, 6));
    assert_eq!(link.position(), Some(("e1", 6)));
    assert_eq!(link.board().unwrap().services[0].waiting, 6);
    let outputs = hear(&mut link, s(1), &delta(4, 5));
    assert_eq!(
        outputs,
        vec![Output::Tell(LinkEvent::Alive { at: Moment(0) })]
    );
    assert_eq!(link.board().unwrap().services[0].waiting, 6);
}

#[test]
fn a_gap_asks_for_a_snapshot_once_and_keeps_the_board() {
    let mut link = live();
    let outputs = hear(&mut link, s(1), &delta(7, 8));
    assert_eq!(sends(&outputs), vec![&ClientMessage::Resync]);
    assert!(!link.is_live());
    assert_eq!(link.position(), Some(("e1", 5)));
    assert!(sends(&hear(&mut link, s(1), &delta(8, 9))).is_empty());
    hear(&mut link, s(2), &snapshot(9, SCHEMA));
    assert!(link.is_live());
}

#[test]
fn a_beat_that_knows_more_than_the_client_reveals_a_lost_delta() {
    let mut link = live();
    let outputs = hear(
        &mut link,
        s(1),
        &ServerMessage::Beat {
            seq: 6,
            at: Moment(1_000),
        },
    );
    assert_eq!(sends(&outputs), vec![&ClientMessage::Resync]);
    assert_eq!(link.hall_time(s(3)), Some(Moment(3_000)));
}

#[test]
fn thirty_seconds_of_silence_end_the_connection_and_any_frame_prolongs_it() {
    let mut link = live();
    link.on(s(20), 0.5, Input::Frame);
    assert_eq!(link.poll_timeout(), Some((s(50), Why::Silence)));
    assert!(link.on(s(49), 0.5, Input::Timeout).is_empty());
    let outputs = link.on(s(50), 0.5, Input::Timeout);
    assert!(
        matches!(
            outputs[..],
            [Output::Disconnect, Output::Tell(LinkEvent::Lost { .. })]
        ),
        "{outputs:?}"
    );
    assert_eq!(
        link.age(s(50)),
        Some(s(50)),
        "a ping is no word of the hall"
    );
}

#[test]
fn an_owed_answer_that_does_not_come_ends_the_connection() {
    let mut link = greeted();
    assert_eq!(link.poll_timeout(), Some((ANSWER_MAX, Why::AnswerTooSlow)));
    assert!(matches!(
        link.on(ANSWER_MAX, 0.5, Input::Timeout)[..],
        [Output::Disconnect, _]
    ));
    let mut link = live();
    hear(&mut link, s(1), &delta(7, 8));
    assert_eq!(
        link.poll_timeout(),
        Some((s(1) + ANSWER_MAX, Why::AnswerTooSlow))
    );
}

#[test]
fn the_waits_grow_with_failures_stay_in_bounds_and_start_again_after_a_steady_connection() {
    let mut link = Link::new(wall(), s(0));
    let mut now = s(0);
    let mut waits = Vec::new();
    for _ in 0..12 {
        link.on(now, 1.0, Input::Timeout);
        link.on(
            now,
            1.0,
            Input::Lost {
                why: "refused".to_owned(),
            },
        );
        let (next, why) = link.poll_timeout().unwrap();
        assert_eq!(why, Why::Reconnect);
        waits.push(next - now);
        now = next;
    }
    assert_eq!(waits[..4], [s(1), s(2), s(4), s(8)]);
    assert!(waits[4..].iter().all(|wait| *wait == RECONNECT_MAX));
    link.on(now, 1.0, Input::Timeout);
    link.on(now, 1.0, Input::Connected);
    hear(&mut link, now, &snapshot(1, SCHEMA));
    link.on(
        now + STEADY_AFTER,
        1.0,
        Input::Lost {
            why: "cable".to_owned(),
        },
    );
    assert_eq!(
        link.poll_timeout(),
        Some((now + STEADY_AFTER + s(1), Why::Reconnect))
    );
    let mut lucky = Link::new(wall(), s(0));
    lucky.on(s(0), 0.0, Input::Timeout);
    lucky.on(
        s(0),
        0.0,
        Input::Lost {
            why: "refused".to_owned(),
        },
    );
    assert_eq!(lucky.poll_timeout(), Some((RECONNECT_MIN, Why::Reconnect)));
}

#[test]
fn a_refusal_is_told_and_retried_slowly_or_never_by_its_code() {
    for (code, again, next) in [
        ("unauthorized", Again::Slowly, Some(REFUSED_RETRY)),
        ("unknown-ticket", Again::Never, None),
        ("busy", Again::Soon, Some(Duration::from_millis(750))),
    ] {
        let mut link = greeted();
        let refusal = ServerMessage::Refused {
            code: code.to_owned(),
            detail: "why".to_owned(),
        };
        let outputs = hear(&mut link, s(0), &refusal);
        let told = LinkEvent::Refused {
            code: code.to_owned(),
            detail: "why".to_owned(),
            again,
        };
        assert_eq!(outputs, vec![Output::Disconnect, Output::Tell(told)]);
        assert_eq!(link.poll_timeout().map(|(at, _)| at), next, "{code}");
    }
}

#[test]
fn a_server_of_another_version_is_named_even_when_its_messages_cannot_be_read() {
    let unreadable = format!("{{\"type\":\"picture\",\"schema\":{},\"x\":1}}", SCHEMA + 1);
    let readable = serde_json::to_string(&snapshot(1, SCHEMA + 1)).unwrap();
    for text in [unreadable, readable] {
        let mut link = greeted();
        let outputs = link.on(s(0), 0.5, Input::Text(&text));
        let [
            Output::Disconnect,
            Output::Tell(LinkEvent::Refused { code, detail, .. }),
        ] = &outputs[..]
        else {
            panic!("{outputs:?}");
        };
        assert_eq!(code, "schema-newer");
        assert!(detail.contains("update this device"), "{detail}");
        assert!(link.board().is_none());
    }
}

#[test]
fn a_message_that_makes_no_sense_ends_the_connection_and_the_next_starts_afresh() {
    let mut link = live();
    let outputs = link.on(s(1), 0.5, Input::Text("{\"type\":\"delta\""));
    assert!(
        matches!(
            outputs[..],
            [Output::Disconnect, Output::Tell(LinkEvent::Lost { .. })]
        ),
        "{outputs:?}"
    );
    assert!(link.board().is_some(), "the last picture stays");
    let (at, _) = link.poll_timeout().unwrap();
    link.on(at, 0.5, Input::Timeout);
    let hello = link.on(at, 0.5, Input::Connected);
    assert!(matches!(
        sends(&hello)[..],
        [ClientMessage::Hello {
            epoch: None,
            last_seq: None,
            ..
        }]
    ));
}

#[test]
fn the_server_is_told_how_far_the_client_is_at_most_once_a_second() {
    let mut link = greeted();
    let first = hear(&mut link, s(0), &snapshot(5, SCHEMA));
    assert_eq!(sends(&first), vec![&ClientMessage::Applied { seq: 5 }]);
    let mut reports = 0;
    for step in 0..100 {
        let now = Duration::from_millis(step * 10);
        reports += sends(&hear(&mut link, now, &delta(5 + step, 6 + step))).len();
    }
    assert_eq!(reports, 0);
    assert_eq!(link.poll_timeout(), Some((s(1), Why::Report)));
    assert_eq!(
        sends(&link.on(s(1), 0.5, Input::Timeout)),
        vec![&ClientMessage::Applied { seq: 105 }]
    );
    assert_eq!(link.poll_timeout().map(|(_, why)| why), Some(Why::Silence));
}

#[test]
fn a_followed_ticket_is_told_whole_and_an_older_one_is_not() {
    let ticket = |ahead: u32| TicketView {
        label: Label::new("A", 17, 3),
        hall: Localized::default(),
        time_zone: String::new(),
        service: Localized::default(),
        language: Language::ZhCn,
        stands: None,
        ended: None,
        ahead: Some(ahead),
        window: None,
        windows: Vec::new(),
        issued_at: Moment(0),
        called_at: None,
        misses: 0,
        reprint: None,
    };
    let mut link = Link::new(
        Follow {
            what: What::Ticket,
            ..wall()
        },
        s(0),
    );
    link.on(s(0), 0.5, Input::Timeout);
    link.on(s(0), 0.5, Input::Connected);
    let message = |seq, ahead| ServerMessage::Ticket {
        seq,
        at: Moment(0),
        ticket: ticket(ahead),
    };
    let told = hear(&mut link, s(0), &message(9, 3));
    assert!(told.contains(&Output::Tell(LinkEvent::Ticket {
        ticket: Arc::new(ticket(3)),
        at: Moment(0)
    })));
    assert!(hear(&mut link, s(0), &message(8, 4)).is_empty());
    assert!(
        sends(&hear(
            &mut link,
            s(1),
            &ServerMessage::Beat {
                seq: 12,
                at: Moment(0)
            }
        ))
        .is_empty()
    );
}

/// What the world does in one step of the property.
#[derive(Debug, Clone)]
enum Step {
    Change(Change),
    Deliver(usize),
    Twice(usize),
    Lose(usize),
    Beat,
    Cut,
    NewEpoch,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let change = prop_oneof![
        (0_u32..50).prop_map(service),
        (0_u64..1000, 0_u64..20).prop_map(|(seq, ticket)| call(seq, ticket)),
        (0_u64..20).prop_map(|ticket| Change::CallWithdrawn {
            ticket: TicketId(ticket)
        }),
    ];
    let step = prop_oneof![
        6 => change.prop_map(Step::Change),
        8 => (0_usize..4).prop_map(Step::Deliver),
        2 => (0_usize..4).prop_map(Step::Twice),
        2 => (0_usize..4).prop_map(Step::Lose),
        1 => Just(Step::Beat),
        1 => Just(Step::Cut),
        1 => Just(Step::NewEpoch),
    ];
    proptest::collection::vec(step, 0..120)
}

/// The server as the contract draws it, and a way to the client that keeps one promise: the first answer to a hello
/// arrives, and arrives first. (Deltas do not name their epoch, so without it nobody could tell.)
struct World {
    epoch: u32,
    /// The board at each sequence of this epoch.
    boards: Vec<Board>,
    deltas: Vec<Change>,
    way: VecDeque<ServerMessage>,
    subscribed: bool,
    answered: bool,
    link: Link,
    now: Duration,
}

/// How many deltas the model server keeps for those who come back.
const RING: usize = 6;

impl World {
    fn new() -> Self {
        Self {
            epoch: 1,
            boards: vec![Board::default()],
            deltas: Vec::new(),
            way: VecDeque::new(),
            subscribed: false,
            answered: false,
            link: Link::new(wall(), s(0)),
            now: s(0),
        }
    }

    fn seq(&self) -> u64 {
        u64::try_from(self.deltas.len()).unwrap()
    }

    fn snapshot(&self) -> ServerMessage {
        let board = self.boards[self.deltas.len()].clone();
        let epoch = format!("e{}", self.epoch);
        ServerMessage::Snapshot {
            schema: SCHEMA,
            epoch,
            seq: self.seq(),
            at: Moment(0),
            board,
        }
    }

    fn delta(&self, seq: usize) -> ServerMessage {
        let number = |at: usize| u64::try_from(at).unwrap();
        let changes = vec![self.deltas[seq - 1].clone()];
        ServerMessage::Delta {
            seq: number(seq),
            prev: number(seq - 1),
            at: Moment(0),
            changes,
            waiting: None,
        }
    }

    fn change(&mut self, change: Change) {
        let mut board = self.boards[self.deltas.len()].clone();
        board.apply(change.clone());
        self.boards.push(board);
        self.deltas.push(change);
        if self.subscribed {
            self.way.push_back(self.delta(self.deltas.len()));
        }
    }

    fn server_hears(&mut self, message: &ClientMessage) {
        match message {
            ClientMessage::Hello {
                epoch, last_seq, ..
            } => {
                self.subscribed = true;
                let same = epoch.as_deref() == Some(&format!("e{}", self.epoch));
                let gap = last_seq
                    .and_then(|held| self.seq().checked_sub(held))
                    .map(|gap| usize::try_from(gap).unwrap());
                match gap {
                    Some(gap) if same && gap <= RING => {
                        for seq in self.deltas.len() - gap + 1..=self.deltas.len() {
                            self.way.push_back(self.delta(seq));
                        }
                        self.beat();
                    }
                    Some(_) | None => self.way.push_back(self.snapshot()),
                }
            }
            ClientMessage::Resync => self.way.push_back(self.snapshot()),
            ClientMessage::Applied { .. }
            | ClientMessage::Voice { .. }
            | ClientMessage::Lasts { .. }
            | ClientMessage::Said { .. } => {}
        }
    }

    fn beat(&mut self) {
        if self.subscribed {
            self.way.push_back(ServerMessage::Beat {
                seq: self.seq(),
                at: Moment(0),
            });
        }
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Connect => {
                    let outputs = self.link.on(self.now, 0.5, Input::Connected);
                    self.carry_out(outputs);
                }
                Output::Send(message) => self.server_hears(&message),
                Output::Disconnect => self.hang_up(),
                Output::Tell(_) => {}
            }
        }
        self.check();
    }

    fn hang_up(&mut self) {
        self.way.clear();
        self.subscribed = false;
        self.answered = false;
    }

    fn deliver(&mut self, index: usize, keep: bool) {
        let index = if self.answered { index } else { 0 };
        if index < self.way.len() {
            let message = if keep {
                self.way[index].clone()
            } else {
                self.way.remove(index).unwrap()
            };
            self.answered = true;
            let outputs = hear(&mut self.link, self.now, &message);
            self.carry_out(outputs);
        }
    }

    fn wake(&mut self) {
        if let Some((at, _)) = self.link.poll_timeout() {
            self.now = self.now.max(at);
            let outputs = self.link.on(self.now, 0.5, Input::Timeout);
            self.carry_out(outputs);
        }
    }

    fn cut(&mut self) {
        self.hang_up();
        let outputs = self.link.on(
            self.now,
            0.5,
            Input::Lost {
                why: "cut".to_owned(),
            },
        );
        self.carry_out(outputs);
        self.wake();
    }

    /// The board at a sequence is the server's board at that sequence, whatever happened on the way.
    fn check(&self) {
        if let Some((epoch, seq)) = self.link.position()
            && epoch == format!("e{}", self.epoch)
        {
            assert_eq!(
                **self.link.board().unwrap(),
                self.boards[usize::try_from(seq).unwrap()]
            );
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Change(change) => self.change(change),
            Step::Deliver(index) => self.deliver(index, false),
            Step::Twice(index) => self.deliver(index, true),
            Step::Lose(index) if self.answered => drop(self.way.remove(index)),
            Step::Lose(_) => {}
            Step::Beat => self.beat(),
            Step::Cut => self.cut(),
            Step::NewEpoch => {
                self.epoch += 1;
                self.boards = vec![self.boards[self.deltas.len()].clone()];
                self.deltas.clear();
                self.cut();
            }
        }
    }

    /// The way keeps its promises again: everything arrives, and the server beats.
    fn settle(&mut self) {
        if !self.subscribed {
            self.wake();
        }
        for _ in 0..4 {
            self.beat();
            while !self.way.is_empty() {
                self.deliver(0, false);
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_lost_doubled_late_or_cut_the_boards_agree_in_the_end(steps in steps()) {
        let mut world = World::new();
        world.wake();
        for step in steps {
            world.step(step);
        }
        // A lost answer is asked for again only by a new connection.
        if !world.link.is_live() && world.way.is_empty() {
            world.cut();
        }
        world.settle();
        if !world.link.is_live() {
            world.cut();
            world.settle();
        }
        prop_assert!(world.link.is_live());
        let held = world.link.board().unwrap();
        prop_assert_eq!(&**held, &world.boards[world.deltas.len()]);
        prop_assert_eq!(world.link.position(), Some((&*format!("e{}", world.epoch), world.seq())));
    }

    #[test]
    fn no_text_makes_the_link_panic_or_want_two_things_at_once(text in "\\PC*", chance in any::<f64>()) {
        let mut link = live();
        let outputs = link.on(s(1), chance, Input::Text(&text));
        prop_assert!(outputs.len() <= 3);
        prop_assert!(link.poll_timeout().is_some());
    }
}
