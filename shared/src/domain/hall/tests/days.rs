//! Business days, clocks that step, and configurations that change.

use super::*;

const HOUR: i64 = 3600;

#[test]
fn a_new_business_day_begins_at_its_hour_and_numbers_begin_again() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.later(18 * HOUR).takes("household");
    assert!(
        hall.find("A002").is_some(),
        "three in the morning still belongs to the day before"
    );
    assert_eq!(hall.later(2 * HOUR).takes("household"), "A001");
    assert_eq!(
        hall.hall.tickets().len(),
        1,
        "yesterday's tickets are closed"
    );
    assert!(
        hall.hall
            .desk(&window("w1"))
            .is_none_or(|desk| desk.staff.is_none()),
        "windows are signed off"
    );
}

#[test]
fn open_tickets_are_carried_where_the_rule_says_so() {
    let mut hall = Scene::with(|text| text.replace("[rules]", "[rules]\nat_day_end = \"carry\""));
    hall.must(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("wang"),
    );
    hall.takes("household");
    hall.takes("household");
    hall.calls("w1", "wang");
    assert_eq!(
        hall.later(24 * HOUR).takes("household"),
        "A003",
        "a label that lives is not given out again"
    );
    hall.must(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("wang"),
    );
    assert_eq!(
        hall.calls("w1", "wang"),
        "A001",
        "who was called waits again with the old place"
    );
}

#[test]
fn a_clock_that_steps_back_disturbs_neither_order_nor_numbers() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.later(-HOUR).takes("household");
    assert_eq!(
        hall.later(-30 * HOUR).takes("household"),
        "A003",
        "the day does not begin again"
    );
    let order = [hall.calls("w1", "wang"), hall.calls("w2", "li")];
    assert_eq!(order, ["A001", "A002"]);
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
fn replaying_the_events_gives_the_same_hall() {
    let mut hall = Scene::staffed();
    for _ in 0..5 {
        hall.later(7).takes("household");
    }
    hall.calls("w1", "wang");
    hall.misses("w1", "wang");
    hall.calls("w2", "li");
    hall.serves("w2", "li");
    // Times matter to the state, so each event is replayed at a time of its own.
    let mut once = Hall::default();
    let mut twice = Hall::default();
    for (at, event) in hall.told.iter().enumerate() {
        let at = Moment(MORNING.0 + i64::try_from(at).expect("few events"));
        once.apply(event, at);
        twice.apply(event, at);
    }
    assert!(once == twice);
    assert_eq!(once.seq(), hall.hall.seq());
    assert_eq!(once.tickets().len(), hall.hall.tickets().len());
}

#[test]
fn an_image_of_nothing_is_a_new_hall() {
    assert!(Hall::from_image(Image::default()) == Hall::default());
}
