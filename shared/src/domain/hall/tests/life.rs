//! A ticket's life, from waiting to its end.

use super::*;

#[test]
fn who_comes_first_is_called_first() {
    let mut hall = Scene::staffed();
    for expected in ["A001", "A002", "A003"] {
        assert_eq!(hall.later(10).takes("household"), expected);
    }
    assert_eq!(hall.calls("w1", "wang"), "A001");
    assert_eq!(hall.calls("w2", "li"), "A002");
    hall.serves("w1", "wang");
    assert_eq!(hall.calls("w1", "wang"), "A003");
    assert!(
        hall.find("A001").is_none(),
        "who is finished is no longer live"
    );
}

#[test]
fn a_window_prefers_the_services_of_its_first_level() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.later(60).takes("passport");
    assert_eq!(
        hall.calls("w2", "li"),
        "E001",
        "window 2 prefers passports, though the household came first"
    );
    hall.serves("w2", "li");
    assert_eq!(hall.calls("w2", "li"), "A001");
}

#[test]
fn a_window_can_call_the_next_of_one_service_only() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("passport");
    let command = Command::CallNext {
        window: window("w1"),
        service: Some(service("passport")),
    };
    hall.must(&command, &staff("wang"));
    assert!(matches!(hall.state("E001"), TicketState::Called { .. }));
    let tax = Command::CallNext {
        window: window("w2"),
        service: Some(service("tax")),
    };
    assert_eq!(
        hall.refused(&tax, &staff("li")),
        Refusal::NotServedHere(service("tax"))
    );
}

#[test]
fn strict_classes_go_first_and_within_a_class_who_came_first() {
    let mut hall =
        Scene::with(|text| text.replace("[rules]", "[rules]\norder = \"strict_classes\""));
    hall.must(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("wang"),
    );
    hall.takes("household");
    hall.takes_as("household", Some("senior"));
    hall.takes_as("household", Some("military"));
    hall.takes_as("household", Some("military"));
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(hall.calls("w1", "wang"));
        hall.serves("w1", "wang");
    }
    assert_eq!(order, ["A003", "A004", "A002", "A001"]);
}

#[test]
fn nobody_waiting_is_a_refusal_and_not_an_error() {
    let mut hall = Scene::staffed();
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    assert_eq!(hall.refused(&call, &staff("wang")), Refusal::NobodyWaits);
}

#[test]
fn a_window_with_a_ticket_calls_no_other() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("household");
    hall.calls("w1", "wang");
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    assert_eq!(
        hall.refused(&call, &staff("wang")),
        Refusal::WindowBusy {
            label: Label::from_text("A001")
        }
    );
}

#[test]
fn a_paused_window_receives_no_call() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    let pause = Command::Pause {
        window: window("w1"),
        reason: "取材料".into(),
        back_at: None,
    };
    hall.must(&pause, &staff("wang"));
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    assert_eq!(hall.refused(&call, &staff("wang")), Refusal::WindowPaused);
    hall.must(
        &Command::ResumeWindow {
            window: window("w1"),
        },
        &staff("wang"),
    );
    assert_eq!(hall.calls("w1", "wang"), "A001");
}

#[test]
fn a_named_call_needs_a_reason() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("household");
    let call = |reason: &str| Command::CallNamed {
        window: window("w1"),
        ticket: label("A002"),
        reason: reason.into(),
    };
    assert_eq!(
        hall.refused(&call("  "), &staff("wang")),
        Refusal::ReasonMissing
    );
    hall.must(&call("带婴儿"), &staff("wang"));
    assert!(matches!(hall.state("A002"), TicketState::Called { .. }));
    assert_eq!(hall.calls("w2", "li"), "A001");
}

#[test]
fn recalls_have_a_gap_and_a_limit() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.calls("w1", "wang");
    let recall = Command::Recall {
        window: window("w1"),
    };
    assert_eq!(
        hall.later(2).refused(&recall, &staff("wang")),
        Refusal::RecallTooSoon { wait_ms: 3000 }
    );
    for _ in 0..5 {
        hall.later(5).must(&recall, &staff("wang"));
    }
    assert_eq!(
        hall.later(5).refused(&recall, &staff("wang")),
        Refusal::RecallLimit { recalls_max: 5 }
    );
}

#[test]
fn a_missed_call_goes_three_back_then_to_the_end_then_is_void() {
    let mut hall = Scene::staffed();
    for _ in 0..5 {
        hall.takes("household");
    }
    assert_eq!(hall.calls("w1", "wang"), "A001");
    hall.misses("w1", "wang");
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(hall.calls("w1", "wang"));
        if order.last().is_some_and(|label| label == "A001") {
            hall.misses("w1", "wang");
        } else {
            hall.serves("w1", "wang");
        }
    }
    assert_eq!(order, ["A002", "A003", "A004", "A001"]);
    assert_eq!(hall.calls("w1", "wang"), "A005");
    hall.serves("w1", "wang");
    assert_eq!(
        hall.calls("w1", "wang"),
        "A001",
        "the second miss put it at the end"
    );
    hall.misses("w1", "wang");
    assert!(hall.find("A001").is_none(), "the third miss voids it");
}

#[test]
fn a_delayed_ticket_comes_back_with_its_old_place() {
    let mut hall = Scene::with(|text| text.replace("\"back 3\"", "\"after 10 min\""));
    hall.must(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("wang"),
    );
    hall.takes("household");
    hall.calls("w1", "wang");
    hall.misses("w1", "wang");
    hall.takes("household");
    hall.takes("household");
    assert_eq!(
        hall.calls("w1", "wang"),
        "A002",
        "not before its delay is over"
    );
    hall.serves("w1", "wang");
    assert_eq!(hall.hall.next_due(), Some(Moment(hall.now.0 + 600_000)));
    assert_eq!(hall.later(600).calls("w1", "wang"), "A001");
}

#[test]
fn a_pooled_ticket_is_called_by_name_or_returned_by_staff() {
    let mut hall = Scene::with(|text| text.replace("\"back 3\"", "\"pool\""));
    hall.must(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("wang"),
    );
    hall.takes("household");
    hall.calls("w1", "wang");
    hall.misses("w1", "wang");
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    assert_eq!(hall.refused(&call, &staff("wang")), Refusal::NobodyWaits);
    let back = Command::Return {
        ticket: label("A001"),
        position: Position::First,
    };
    hall.must(&back, &staff("desk"));
    assert_eq!(hall.calls("w1", "wang"), "A001");
}

#[test]
fn a_held_ticket_whose_papers_are_here_is_resumed_here() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.calls("w1", "wang");
    hall.must(
        &Command::Start {
            window: window("w1"),
        },
        &staff("wang"),
    );
    let hold = Command::Hold {
        window: window("w1"),
        reason: HoldReason::PapersHere,
        note: String::new(),
    };
    hall.must(&hold, &staff("wang"));
    let resume = |at: &str| Command::ResumeTicket {
        window: window(at),
        ticket: label("A001"),
    };
    assert_eq!(
        hall.refused(&resume("w2"), &staff("li")),
        Refusal::ReservedElsewhere {
            window: window("w1")
        }
    );
    hall.must(&resume("w1"), &staff("wang"));
    hall.serves("w1", "wang");
}

#[test]
fn nobody_puts_a_ticket_into_the_pool_by_hand() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.calls("w1", "wang");
    let hold = Command::Hold {
        window: window("w1"),
        reason: HoldReason::Pool,
        note: String::new(),
    };
    assert_eq!(
        hall.refused(&hold, &staff("wang")),
        Refusal::HoldReasonReserved
    );
}

#[test]
fn a_transfer_goes_first_last_or_keeps_its_place() {
    for (position, expected) in [
        (Position::First, ["A001", "E001", "E002"]),
        (Position::Last, ["E001", "E002", "A001"]),
        (Position::Keep, ["E001", "A001", "E002"]),
    ] {
        let mut hall = Scene::staffed();
        hall.takes("passport");
        hall.takes("household");
        hall.takes("passport");
        assert_eq!(hall.calls("w1", "wang"), "A001");
        let transfer = Command::Transfer {
            ticket: label("A001"),
            window: Some(window("w1")),
            to: TransferTarget::Service(service("passport")),
            position,
        };
        hall.must(&transfer, &staff("wang"));
        let mut order = Vec::new();
        for _ in 0..3 {
            order.push(hall.calls("w2", "li"));
            hall.serves("w2", "li");
        }
        assert_eq!(order, expected, "{position:?}");
    }
}

#[test]
fn a_window_transfers_the_ticket_that_it_has() {
    let mut hall = Scene::staffed();
    let transfer = Command::TransferOwn {
        window: window("w1"),
        to: TransferTarget::Service(service("passport")),
        position: Position::Last,
    };
    let refused = hall.refused(&transfer, &staff("wang"));
    assert_eq!(refused, Refusal::WindowHasNoTicket);
    hall.takes("household");
    hall.calls("w1", "wang");
    hall.must(&transfer, &staff("wang"));
    assert_eq!(hall.calls("w2", "li"), "A001");
}

#[test]
fn a_ticket_transferred_to_a_window_is_called_there_only_and_first() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("household");
    hall.calls("w1", "wang");
    let transfer = Command::Transfer {
        ticket: label("A001"),
        window: Some(window("w1")),
        to: TransferTarget::Window(window("w2")),
        position: Position::Last,
    };
    hall.must(&transfer, &staff("wang"));
    assert_eq!(hall.calls("w1", "wang"), "A002");
    hall.takes("passport");
    assert_eq!(hall.calls("w2", "li"), "A001");
}

#[test]
fn a_ticket_with_a_further_service_goes_on_to_it() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.calls("w1", "wang");
    hall.must(
        &Command::AddService {
            window: window("w1"),
            service: service("passport"),
        },
        &staff("wang"),
    );
    hall.serves("w1", "wang");
    assert_eq!(
        hall.find("A001").map(|ticket| ticket.service.clone()),
        Some(service("passport"))
    );
    assert_eq!(hall.calls("w2", "li"), "A001");
    hall.serves("w2", "li");
    assert!(hall.find("A001").is_none());
}

#[test]
fn a_walk_up_is_served_at_once_with_a_number_of_its_own() {
    let mut hall = Scene::staffed();
    let walk_up = Command::WalkUp {
        window: window("w1"),
        service: service("household"),
        class: None,
        language: Language::ZhCn,
    };
    hall.must(&walk_up, &staff("wang"));
    assert!(matches!(hall.state("A001"), TicketState::Serving { .. }));
    hall.must(
        &Command::Finish {
            window: window("w1"),
            outcome: Outcome::Done,
        },
        &staff("wang"),
    );
}

#[test]
fn the_last_call_can_be_taken_back_for_some_seconds() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("household");
    let undo = Command::UndoCall {
        window: window("w1"),
    };
    hall.calls("w1", "wang");
    hall.later(5).must(&undo, &staff("wang"));
    assert_eq!(hall.calls("w1", "wang"), "A001", "it has its old place");
    assert_eq!(
        hall.later(21).refused(&undo, &staff("wang")),
        Refusal::TooLateToUndo { within_seconds: 20 }
    );
}

#[test]
fn a_customer_cancels_the_own_ticket_only() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("household");
    let cancel = Command::Cancel {
        ticket: label("A002"),
        reason: String::new(),
    };
    assert_eq!(
        hall.refused(&cancel, &By::Customer(TicketId(1))),
        Refusal::NotAllowed
    );
    hall.must(&cancel, &By::Customer(TicketId(2)));
    assert!(hall.find("A002").is_none());
}

#[test]
fn every_command_in_the_wrong_state_is_refused() {
    let mut hall = Scene::staffed();
    let wang = staff("wang");
    let at = || window("w1");
    for command in [
        Command::Recall { window: at() },
        Command::Start { window: at() },
        Command::Finish {
            window: at(),
            outcome: Outcome::Done,
        },
        Command::NoShow { window: at() },
        Command::UndoCall { window: at() },
        Command::AddService {
            window: at(),
            service: service("passport"),
        },
    ] {
        assert_eq!(
            hall.refused(&command, &wang),
            Refusal::WindowHasNoTicket,
            "{command:?}"
        );
    }
    hall.takes("household");
    hall.calls("w1", "wang");
    let finish = Command::Finish {
        window: at(),
        outcome: Outcome::Done,
    };
    assert!(matches!(
        hall.refused(&finish, &wang),
        Refusal::WrongState { .. }
    ));
    hall.must(&Command::Start { window: at() }, &wang);
    for command in [
        Command::Recall { window: at() },
        Command::Start { window: at() },
        Command::NoShow { window: at() },
        Command::UndoCall { window: at() },
    ] {
        assert!(
            matches!(hall.refused(&command, &wang), Refusal::WrongState { .. }),
            "{command:?}"
        );
    }
    assert!(matches!(
        hall.refused(&Command::SignOff { window: at() }, &wang),
        Refusal::WindowBusy { .. }
    ));
}
