//! Topics: snapshots, deltas that build on each other, resuming.

use std::sync::Arc;

use nowserving_shared::board::{Board, Change, Scope, WAITING_MAX};
use nowserving_shared::domain::{
    By, Command, Hall, HoldReason, Origin, Outcome, Recorded, TicketRef,
};
use nowserving_shared::model::{Catalogue, Language, Moment, ServiceId, StaffId, WindowId, ZoneId};
use nowserving_shared::protocol::socket::ServerMessage;
use nowserving_shared::wall::Mask;

use super::{Calls, Hub, LeftOff, Update};
use crate::record::Entry;

const NOW: Moment = Moment(1_795_395_600_000);

/// A hall with its hub, and what people do in it.
struct Scene {
    hall: Hall,
    hub: Hub,
}

impl Scene {
    fn new() -> Self {
        let mut hall = Hall::default();
        let load = Command::LoadConfiguration {
            catalogue: Arc::new(Catalogue::small_example()),
        };
        for event in hall
            .decide(&load, &By::System, NOW)
            .expect("the system may load")
        {
            hall.apply(&event, NOW);
        }
        for event in hall.due(NOW) {
            hall.apply(&event, NOW);
        }
        let hub = Hub::new("epoch", &hall, NOW);
        let mut scene = Self { hall, hub };
        scene.does(&Command::SignOn { window: w1() }, &wang());
        scene
    }

    fn does(&mut self, command: &Command, by: &By) {
        self.does_in_one_breath(&[(command.clone(), by.clone())]);
    }

    /// Several commands whose events share a flush, and are told of together.
    fn does_in_one_breath(&mut self, commands: &[(Command, By)]) {
        let mut entries = Vec::new();
        for (command, by) in commands {
            let events = self.hall.decide(command, by, NOW).expect("this is allowed");
            entries.extend(events.into_iter().map(|event| {
                self.hall.apply(&event, NOW);
                let recorded = Recorded {
                    seq: self.hall.seq(),
                    at: NOW,
                    by: by.clone(),
                    event,
                };
                Entry {
                    recorded,
                    key: None,
                }
            }));
        }
        self.hub.publish(&self.hall, &entries, NOW);
    }

    fn takes(&mut self) {
        let issue = Command::Issue {
            service: ServiceId::new("household").expect("a slug"),
            class: None,
            language: Language::ZhCn,
            origin: Origin::Reception,
            person: None,
        };
        self.does(&issue, &By::System);
    }

    fn calls(&mut self) {
        self.does(
            &Command::CallNext {
                window: w1(),
                service: None,
            },
            &wang(),
        );
    }
}

fn w1() -> WindowId {
    WindowId::new("w1").expect("a slug")
}

fn wang() -> By {
    By::Staff(StaffId::new("wang").expect("a slug"))
}

fn message(text: &[u8]) -> ServerMessage {
    serde_json::from_slice(text).expect("the hub speaks the protocol")
}

fn snapshot(text: &[u8]) -> (u64, Board) {
    match message(text) {
        ServerMessage::Snapshot { seq, board, .. } => (seq, board),
        other => panic!("not a snapshot: {other:?}"),
    }
}

/// Folds what came since into a board, checking that each delta builds on the one before.
fn follow(seq: &mut u64, board: &mut Board, texts: impl IntoIterator<Item = bytes::Bytes>) {
    for text in texts {
        let ServerMessage::Delta {
            seq: to,
            prev,
            changes,
            waiting,
            ..
        } = message(&text)
        else {
            panic!("not a delta")
        };
        assert_eq!(prev, *seq, "a delta builds on the one before");
        *seq = to;
        changes.into_iter().for_each(|change| board.apply(change));
        if let Some(list) = waiting {
            board.waiting = list;
        }
    }
}

fn received(updates: &mut tokio::sync::broadcast::Receiver<Update>) -> Vec<bytes::Bytes> {
    std::iter::from_fn(|| match updates.try_recv() {
        Ok(Update::Delta { text, .. }) => Some(text),
        Ok(Update::Reset) | Err(_) => None,
    })
    .collect()
}

#[test]
fn who_follows_the_deltas_sees_what_a_snapshot_shows() {
    for scope in [
        Scope::Wall(None),
        Scope::Wall(ZoneId::new("east").ok()),
        Scope::Window(w1()),
        Scope::Kiosk,
    ] {
        let mut scene = Scene::new();
        let mut followed = scene.hub.subscribe(&scope, None);
        let (mut seq, mut board) = snapshot(&followed.first[0]);
        scene.takes();
        scene.takes();
        scene.calls();
        scene.does(&Command::Start { window: w1() }, &wang());
        scene.does(
            &Command::Finish {
                window: w1(),
                outcome: Outcome::Done,
            },
            &wang(),
        );
        scene.calls();
        scene.does(&Command::UndoCall { window: w1() }, &wang());
        follow(&mut seq, &mut board, received(&mut followed.updates));
        let fresh = scene.hub.subscribe(&scope, None);
        assert_eq!(snapshot(&fresh.first[0]), (seq, board), "{scope:?}");
    }
}

#[test]
fn staff_see_every_ticket_come_and_go() {
    let mut scene = Scene::new();
    let mut followed = scene.hub.subscribe_staff(&scene.hall, None);
    let (mut seq, mut board) = snapshot(&followed.first[0]);
    scene.takes();
    scene.takes();
    scene.calls();
    scene.does(&Command::NoShow { window: w1() }, &wang());
    follow(&mut seq, &mut board, received(&mut followed.updates));
    let fresh = scene.hub.subscribe_staff(&scene.hall, None);
    assert_eq!(snapshot(&fresh.first[0]), (seq, board));
}

#[test]
fn who_comes_back_gets_what_was_missed_or_everything_but_never_a_part() {
    let mut scene = Scene::new();
    let wall = Scope::Wall(None);
    let followed = scene.hub.subscribe(&wall, None);
    let (mut seq, mut board) = snapshot(&followed.first[0]);
    let left_off = |epoch: &str, seq| LeftOff {
        epoch: epoch.into(),
        seq,
    };
    let nothing = scene.hub.subscribe(&wall, Some(&left_off("epoch", seq)));
    assert!(nothing.first.is_empty(), "nothing was missed");
    scene.takes();
    scene.calls();
    let missed = scene.hub.subscribe(&wall, Some(&left_off("epoch", seq)));
    assert_eq!(missed.first.len(), 2);
    follow(&mut seq, &mut board, missed.first);
    for strange in [
        left_off("another", seq),
        left_off("epoch", 1),
        left_off("epoch", seq + 9),
    ] {
        let fresh = scene.hub.subscribe(&wall, Some(&strange));
        assert_eq!(
            snapshot(&fresh.first[0]),
            (seq, board.clone()),
            "{strange:?}"
        );
    }
}

#[test]
fn a_new_configuration_asks_everybody_to_start_afresh() {
    let mut scene = Scene::new();
    let mut followed = scene.hub.subscribe(&Scope::Kiosk, None);
    let load = Command::LoadConfiguration {
        catalogue: Arc::new(Catalogue::small_example()),
    };
    scene.does(&load, &By::System);
    assert!(matches!(followed.updates.try_recv(), Ok(Update::Reset)));
    let fresh = scene.hub.subscribe(&Scope::Kiosk, None);
    assert_eq!(snapshot(&fresh.first[0]).1.catalogue_version, 2);
}

#[test]
fn the_holder_of_a_ticket_is_told_of_place_call_and_end() {
    let mut scene = Scene::new();
    scene.takes();
    scene.takes();
    let ticket = nowserving_shared::model::TicketId(2);
    let mut view = scene
        .hub
        .follow(&scene.hall, ticket)
        .expect("the ticket lives");
    assert_eq!(view.borrow_and_update().ahead, Some(1));
    scene.calls();
    scene.hub.refresh(&scene.hall, NOW);
    assert_eq!(view.borrow_and_update().ahead, Some(0));
    scene.does(&Command::NoShow { window: w1() }, &wang());
    scene.calls();
    assert_eq!(view.borrow_and_update().window, Some(1));
    scene.does(&Command::Start { window: w1() }, &wang());
    scene.does(
        &Command::Finish {
            window: w1(),
            outcome: Outcome::Done,
        },
        &wang(),
    );
    assert_eq!(view.borrow_and_update().ended.as_deref(), Some("finished"));
}

#[test]
fn a_call_that_fell_off_the_board_is_still_told_to_be_over() {
    let mut scene = Scene::new();
    let strip = Scope::Window(w1());
    let mut followed = scene.hub.subscribe(&strip, None);
    let (mut seq, mut board) = snapshot(&followed.first[0]);
    scene.takes();
    scene.calls();
    scene.does(&Command::Start { window: w1() }, &wang());
    let w2 = || WindowId::new("w2").expect("a slug");
    let li = By::Staff(StaffId::new("li").expect("a slug"));
    scene.does(&Command::SignOn { window: w2() }, &li);
    for _ in 0..=nowserving_shared::board::CALLS_MAX {
        scene.takes();
        let call = Command::CallNext {
            window: w2(),
            service: None,
        };
        scene.does(&call, &li);
        scene.does(&Command::Start { window: w2() }, &li);
        let finish = Command::Finish {
            window: w2(),
            outcome: Outcome::Done,
        };
        scene.does(&finish, &li);
    }
    let listening = scene.hub.listen(&Scope::Wall(None));
    let standing = listening.standing.iter().map(|call| &call.window);
    assert_eq!(
        standing.collect::<Vec<_>>(),
        [&w1()],
        "whoever listens knows"
    );
    let west = Scope::Wall(ZoneId::new("west").ok());
    assert!(scene.hub.listen(&west).standing.is_empty());
    scene.does(
        &Command::Finish {
            window: w1(),
            outcome: Outcome::Done,
        },
        &wang(),
    );
    follow(&mut seq, &mut board, received(&mut followed.updates));
    let states: Vec<_> = board.calls.iter().map(|call| call.state).collect();
    assert_eq!(states, [nowserving_shared::board::CallState::Over]);
    let fresh = scene.hub.subscribe(&strip, None);
    assert_eq!(snapshot(&fresh.first[0]), (seq, board));
}

#[test]
fn a_ticket_called_elsewhere_in_the_same_breath_is_not_called_on_the_first_wall_any_more() {
    let mut scene = Scene::new();
    let far = WindowId::new("w4").expect("a slug");
    let liu = By::Staff(StaffId::new("liu").expect("a slug"));
    let sign_on = Command::SignOn {
        window: far.clone(),
    };
    scene.does(&sign_on, &liu);
    scene.takes();
    scene.calls();
    let east = Scope::Wall(Some(ZoneId::new("east").expect("a slug")));
    let mut wall = scene.hub.subscribe(&east, None);
    let (mut seq, mut board) = snapshot(&wall.first[0]);
    assert_eq!(board.calls.len(), 1);
    let ticket = board.calls[0].ticket;
    let hold = Command::Hold {
        window: w1(),
        reason: HoldReason::OtherStep,
        note: String::new(),
    };
    let resume = Command::ResumeTicket {
        window: far,
        ticket: TicketRef::Id(ticket),
    };
    scene.does_in_one_breath(&[(hold, wang()), (resume, liu)]);
    let told = std::iter::from_fn(|| match wall.updates.try_recv().ok()? {
        Update::Delta { text, .. } => Some(text),
        Update::Reset => panic!("nothing else is new"),
    });
    follow(&mut seq, &mut board, told);
    assert_eq!(board.calls, []);
    let (_, fresh) = snapshot(&scene.hub.subscribe(&east, None).first[0]);
    assert_eq!(fresh.calls, []);
}

#[test]
fn those_who_come_at_once_are_given_the_same_snapshot_and_later_ones_a_new_one() {
    let mut scene = Scene::new();
    let wall = Scope::Wall(None);
    let first = scene.hub.subscribe(&wall, None).first;
    assert_eq!(scene.hub.subscribe(&wall, None).first, first);
    scene.takes();
    let later = scene.hub.subscribe(&wall, None).first;
    assert_ne!(later, first);
    assert_eq!(snapshot(&later[0]).1.services[0].waiting, 1);
}

#[test]
fn who_listens_to_calls_is_woken_by_nothing_else() {
    let mut scene = Scene::new();
    let mut listening = scene.hub.listen(&Scope::Wall(None));
    assert_eq!(listening.calls, []);
    scene.takes();
    assert!(listening.updates.try_recv().is_err(), "nobody was called");
    scene.calls();
    let heard = listening.updates.try_recv();
    let Ok(Calls::Changed { changes, .. }) = heard else {
        panic!("the call is not heard: {heard:?}");
    };
    assert!(matches!(*changes, [Change::Call(_)]), "{changes:?}");
    let walls = scene.hub.subscribers().into_iter();
    let walls: Vec<_> = walls.filter(|(kind, _)| *kind == "wall").collect();
    assert_eq!(walls, [("wall", 0)], "a listener is no wall");
}

#[test]
fn a_topic_that_is_only_listened_to_is_as_new_as_any_when_somebody_follows_it() {
    let mut scene = Scene::new();
    let _listening = scene.hub.listen(&Scope::Wall(None));
    scene.takes();
    scene.calls();
    let mut subscription = scene.hub.subscribe(&Scope::Wall(None), None);
    let (mut seq, mut board) = snapshot(&subscription.first[0]);
    scene.takes();
    follow(&mut seq, &mut board, received(&mut subscription.updates));
    let (last, fresh) = snapshot(&scene.hub.subscribe(&Scope::Wall(None), None).first[0]);
    assert_eq!((seq, board), (last, fresh));
}

/// The waiting numbers of a board, and how many more there are.
fn queue(board: &Board) -> (Vec<String>, u32) {
    let list = board.waiting.as_ref().expect("this wall shows who waits");
    let numbers = list.numbers.iter().map(|number| number.label.to_string());
    (numbers.collect(), list.more)
}

#[test]
fn given_a_wall_that_shows_who_waits_when_people_come_and_are_called_it_is_told_their_masked_numbers_in_order()
 {
    let mut scene = Scene::new();
    scene.takes();
    let east = Scope::Queue {
        zone: ZoneId::new("east").ok(),
        mask: Mask::Middle,
    };
    let mut wall = scene.hub.subscribe_queue(&scene.hall, &east, None);
    let (mut seq, mut board) = snapshot(&wall.first[0]);
    assert_eq!(queue(&board), (vec!["A**1".to_owned()], 0));
    scene.takes();
    scene.calls();
    let told = received(&mut wall.updates);
    let wire = told.iter().map(|text| String::from_utf8_lossy(text));
    let wire: Vec<_> = wire.filter(|text| text.contains("A002")).collect();
    assert!(
        wire.is_empty(),
        "a hidden digit does not leave the server: {wire:?}"
    );
    follow(&mut seq, &mut board, told);
    assert_eq!(queue(&board), (vec!["A**2".to_owned()], 0));
    let west = Scope::Queue {
        zone: ZoneId::new("west").ok(),
        mask: Mask::None,
    };
    let other = scene.hub.subscribe_queue(&scene.hall, &west, None);
    let (_, other) = snapshot(&other.first[0]);
    let served_there_too = vec!["A002".to_owned()];
    assert_eq!(queue(&other), (served_there_too, 0));
}

#[test]
fn given_more_who_wait_than_a_wall_is_sent_the_rest_is_a_number() {
    let mut scene = Scene::new();
    (0..WAITING_MAX + 5).for_each(|_| scene.takes());
    let all = Scope::Queue {
        zone: None,
        mask: Mask::None,
    };
    let mut wall = scene.hub.subscribe_queue(&scene.hall, &all, None);
    let (mut seq, mut board) = snapshot(&wall.first[0]);
    let (numbers, more) = queue(&board);
    assert_eq!((numbers.len(), more), (WAITING_MAX, 5));
    scene.calls();
    follow(&mut seq, &mut board, received(&mut wall.updates));
    let (numbers, more) = queue(&board);
    assert_eq!(
        (numbers[0].as_str(), numbers.len(), more),
        ("A002", WAITING_MAX, 4)
    );
}

#[test]
fn given_news_that_move_nobody_when_a_wall_is_told_it_is_not_sent_who_waits_again() {
    let mut scene = Scene::new();
    scene.takes();
    let all = Scope::Queue {
        zone: None,
        mask: Mask::None,
    };
    let mut wall = scene.hub.subscribe_queue(&scene.hall, &all, None);
    let pause = Command::Pause {
        window: w1(),
        reason: "休息".into(),
        back_at: None,
    };
    scene.does(&pause, &wang());
    let told = received(&mut wall.updates);
    assert_eq!(told.len(), 1);
    let ServerMessage::Delta { waiting, .. } = message(&told[0]) else {
        panic!("not a delta")
    };
    assert_eq!(waiting, None);
    let plain = scene.hub.subscribe(&Scope::Wall(None), None);
    assert_eq!(
        snapshot(&plain.first[0]).1.waiting,
        None,
        "other walls show nobody who waits"
    );
}
