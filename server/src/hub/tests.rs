//! Topics: snapshots, deltas that build on each other, resuming.

use std::sync::Arc;

use nowserving_shared::board::{Board, Scope};
use nowserving_shared::domain::{
    By, Command, Hall, HoldReason, Origin, Outcome, Recorded, TicketRef,
};
use nowserving_shared::model::{Catalogue, Language, Moment, ServiceId, StaffId, WindowId, ZoneId};
use nowserving_shared::protocol::socket::ServerMessage;

use super::{Hub, LeftOff, Update};
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
            ..
        } = message(&text)
        else {
            panic!("not a delta")
        };
        assert_eq!(prev, *seq, "a delta builds on the one before");
        *seq = to;
        changes.into_iter().for_each(|change| board.apply(change));
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
