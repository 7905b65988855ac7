//! Whatever people do, some things always hold; and first come, first served agrees with a model that is obviously right.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;

use super::*;

const WINDOWS: [(&str, &str); 4] = [("w1", "wang"), ("w2", "li"), ("w3", "zhang"), ("w4", "liu")];
const SERVICES: [&str; 4] = ["household", "passport", "tax", "utilities"];

/// Anything that anybody may try at the windows of the example hall.
fn anything() -> impl Strategy<Value = (Command, By, i64)> {
    let command =
        (0..18_u8, 0..4_usize, 0..4_usize, 1..40_u64).prop_map(|(kind, at, of, number)| {
            let (window, by) = (window(WINDOWS[at].0), staff(WINDOWS[at].1));
            let ticket = TicketRef::Id(TicketId(number));
            let other = super::window(WINDOWS[of].0);
            let position = [Position::First, Position::Last, Position::Keep][of % 3];
            let command = match kind {
                0..=4 => {
                    let issue = Command::Issue {
                        service: service(SERVICES[of]),
                        class: None,
                        language: Language::ZhCn,
                        origin: Origin::Reception,
                        person: None,
                    };
                    return (issue, staff("desk"));
                }
                5 | 6 => Command::CallNext {
                    window,
                    service: None,
                },
                7 => Command::CallNamed {
                    window,
                    ticket,
                    reason: "急".into(),
                },
                8 => Command::Recall { window },
                9 | 10 => Command::Start { window },
                11 | 12 => Command::Finish {
                    window,
                    outcome: Outcome::Done,
                },
                13 => Command::NoShow { window },
                14 => Command::Hold {
                    window,
                    reason: HoldReason::CustomerAway,
                    note: String::new(),
                },
                15 => Command::Transfer {
                    ticket,
                    window: Some(window),
                    to: TransferTarget::Window(other),
                    position,
                },
                16 => Command::UndoCall { window },
                _ => return (Command::Return { ticket, position }, staff("desk")),
            };
            (command, by)
        });
    (command, 0..30_i64).prop_map(|((command, by), seconds)| (command, by, seconds))
}

/// What holds of every hall at every moment.
pub(super) fn check(hall: &Hall) {
    let mut labels = BTreeSet::new();
    let mut at_windows: BTreeMap<&WindowId, TicketId> = BTreeMap::new();
    for ticket in hall.tickets() {
        assert!(
            labels.insert(&ticket.label),
            "{} is the label of two live tickets",
            ticket.label
        );
        if let Some(window) = ticket.at_window() {
            assert_eq!(
                at_windows.insert(window, ticket.id),
                None,
                "two tickets at {window}"
            );
            assert_eq!(
                hall.desk(window).and_then(|desk| desk.ticket),
                Some(ticket.id)
            );
        }
        let in_line = hall
            .lines()
            .line(&ticket.line)
            .is_some_and(|line| line.contains(&hall.standing(ticket)));
        assert_eq!(
            in_line,
            ticket.state == TicketState::Waiting,
            "only who waits stands in line"
        );
    }
    let standing: usize = SERVICES
        .iter()
        .map(|id| hall.waiting_for(&service(id)))
        .sum();
    let waiting = hall
        .tickets()
        .filter(|ticket| ticket.state == TicketState::Waiting)
        .count();
    assert_eq!(standing, waiting, "nobody stands in line twice");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_people_do_no_label_and_no_window_is_given_twice(steps in prop::collection::vec(anything(), 1..160)) {
        let mut scene = Scene::new();
        for (at, by) in WINDOWS {
            scene.must(&Command::SignOn { window: window(at) }, &staff(by));
        }
        for (command, by, seconds) in steps {
            // A refusal is an answer too.
            let _ = scene.later(seconds).does(&command, &by);
            check(&scene.hall);
        }
    }

    #[test]
    fn first_come_first_served_agrees_with_a_plain_queue(takes in prop::collection::vec(any::<bool>(), 1..80)) {
        let mut scene = Scene::staffed();
        let mut model: VecDeque<String> = VecDeque::new();
        for take in takes {
            if take {
                model.push_back(scene.takes("household"));
            } else if let Some(expected) = model.pop_front() {
                prop_assert_eq!(scene.calls("w1", "wang"), expected);
                scene.serves("w1", "wang");
            }
        }
    }
}
