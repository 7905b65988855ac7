//! Configurations that change while people wait and work.

use super::*;

/// The example after one change of its text.
fn changed(from: &str, to: &str) -> String {
    let text = Catalogue::small_example().source().to_string();
    assert!(text.contains(from), "{from} is there to be changed");
    text.replace(from, to)
}

fn li_is_now(roles: &str) -> String {
    let li = "name = \"李强\"\nroles = ";
    changed(&format!("{li}[\"clerk\"]"), &format!("{li}[\"{roles}\"]"))
}

#[test]
fn a_service_that_is_gone_closes_its_tickets_and_a_window_that_is_gone_lets_go() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("passport");
    hall.calls("w2", "li");
    let without_w2 = Catalogue::small_example()
        .source()
        .replace("\"w2\"", "\"w9\"");
    hall.load(&without_w2);
    assert_eq!(
        *hall.state("E001"),
        TicketState::Waiting,
        "its window is gone, so it waits again"
    );
    let sources = Catalogue::small_example()
        .source()
        .replace("\"passport\"", "\"visa\"")
        .replace("passport =", "visa =");
    hall.load(&sources);
    assert!(hall.find("E001").is_none(), "its service is gone");
    assert!(hall.find("A001").is_some());
}

#[test]
fn who_may_no_longer_sit_at_a_window_is_signed_off_and_the_ticket_keeps_its_place() {
    let mut hall = Scene::staffed();
    hall.takes("passport");
    hall.takes("passport");
    assert_eq!(hall.calls("w2", "li"), "E001");
    hall.must(
        &Command::Start {
            window: window("w2"),
        },
        &staff("li"),
    );
    hall.load(&li_is_now("manager"));
    assert_eq!(
        (hall.clerk_of("w1"), hall.clerk_of("w2")),
        (Some("wang".into()), None)
    );
    let finish = Command::Finish {
        window: window("w2"),
        outcome: Outcome::Done,
    };
    assert_eq!(hall.refused(&finish, &staff("li")), Refusal::WindowClosed);
    assert_eq!(
        hall.calls("w1", "wang"),
        "E001",
        "who was being served is next"
    );
}

#[test]
fn who_becomes_a_supervisor_stays_at_the_window() {
    let mut hall = Scene::staffed();
    hall.takes("passport");
    hall.calls("w2", "li");
    hall.load(&li_is_now("supervisor"));
    hall.serves("w2", "li");
}

#[test]
fn who_was_left_at_a_window_without_the_right_to_sit_there_commands_nothing() {
    // Given a hall of which an older record says that li sat down after the right was lost,
    let mut hall = Scene::staffed();
    hall.load(&li_is_now("manager"));
    hall.apply(Event::WindowSignedOn {
        window: window("w2"),
        staff: StaffId::new("li").expect("a slug"),
    });
    hall.takes("passport");
    let call = Command::CallNext {
        window: window("w2"),
        service: None,
    };
    assert_eq!(hall.refused(&call, &staff("li")), Refusal::NotAllowed);
    hall.must(
        &Command::SignOff {
            window: window("w2"),
        },
        &staff("lead"),
    );
}

#[test]
fn a_ticket_for_a_zone_where_its_service_is_no_longer_served_waits_for_every_window_of_it() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    let transfer = Command::Transfer {
        ticket: label("A001"),
        window: None,
        to: TransferTarget::Zone(crate::model::ZoneId::new("west").expect("a slug")),
        position: Position::Keep,
    };
    hall.must(&transfer, &staff("desk"));
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    assert_eq!(hall.refused(&call, &staff("wang")), Refusal::NobodyWaits);
    // When the only window of the west that serves households no longer does,
    hall.load(&changed("household = 3, passport = 3", "passport = 3"));
    assert_eq!(hall.calls("w1", "wang"), "A001");
}

#[test]
fn a_ticket_for_a_zone_where_its_service_is_still_served_stays_there() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    let transfer = Command::Transfer {
        ticket: label("A001"),
        window: None,
        to: TransferTarget::Zone(crate::model::ZoneId::new("west").expect("a slug")),
        position: Position::Keep,
    };
    hall.must(&transfer, &staff("desk"));
    hall.load(&changed("household = 3, passport = 3", "household = 1"));
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    assert_eq!(hall.refused(&call, &staff("wang")), Refusal::NobodyWaits);
    hall.signs_on("w4", "liu");
    assert_eq!(hall.calls("w4", "liu"), "A001");
}

#[test]
fn a_delay_longer_than_any_of_the_new_configuration_is_over() {
    let after = |minutes: u32| changed("\"back 3\"", &format!("\"after {minutes} min\""));
    let mut hall = Scene::with(|_| after(30));
    hall.signs_on("w1", "wang");
    hall.takes("household");
    hall.calls("w1", "wang");
    hall.misses("w1", "wang");
    hall.load(&after(20));
    hall.due();
    assert_eq!(*hall.state("A001"), TicketState::Waiting);
}
