//! Clocks that step, back and forth, by a little and by years.

use proptest::prelude::*;

use super::super::super::access::SecretHash;
use super::*;
use crate::model::{BusinessDay, DeviceId};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn opened(day: &str) -> [Event; 1] {
    let day: BusinessDay = day.parse().expect("tests name days that exist");
    [Event::DayOpened { day }]
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
fn a_clock_set_a_day_ahead_and_back_leaves_the_next_day_to_begin_when_it_comes() {
    let mut hall = Scene::with(|text| text.replace("quota = 500", "quota = 4"));
    hall.signs_on("w1", "wang");
    hall.takes("household");
    // Given a clock that showed tomorrow for a minute,
    hall.later(DAY).signs_on("w1", "wang");
    assert_eq!(
        (hall.takes("household"), hall.day()),
        ("A001".into(), "2026-11-24".into())
    );
    // when it is set right,
    assert_eq!(hall.later(MINUTE - DAY).due(), opened("2026-11-23"));
    // then nobody who is there is disturbed,
    assert_eq!(hall.clerk_of("w1"), Some("wang".into()));
    assert_eq!(hall.takes("household"), "A002");
    assert_eq!(hall.calls("w1", "wang"), "A001");
    // and the next day begins at its hour, with its own numbers, quotas and clerks.
    assert_eq!(hall.later(19 * HOUR - 2 * MINUTE).due(), []);
    hall.later(MINUTE).due();
    assert_eq!(
        (hall.day(), hall.clerk_of("w1")),
        ("2026-11-24".into(), None)
    );
    assert_eq!(
        hall.hall.tickets().len(),
        0,
        "tickets of the day before are closed"
    );
    let labels: Vec<String> = (0..4).map(|_| hall.takes("household")).collect();
    assert_eq!(labels, ["A001", "A002", "A003", "A004"]);
}

#[test]
fn a_clock_set_a_year_ahead_and_back_costs_that_minute_only() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.later(365 * DAY).takes("household");
    assert_eq!(hall.day(), "2027-11-23");
    assert_eq!(hall.later(MINUTE - 365 * DAY).due(), opened("2026-11-23"));
    for (day, first) in [
        ("2026-11-23", "A002"),
        ("2026-11-24", "A001"),
        ("2026-11-25", "A001"),
    ] {
        assert_eq!(
            (hall.takes("household").as_str(), hall.day().as_str()),
            (first, day)
        );
        hall.later(DAY);
    }
}

#[test]
fn open_tickets_are_carried_through_a_day_that_came_too_early() {
    let mut hall = Scene::with(|text| text.replace("[rules]", "[rules]\nat_day_end = \"carry\""));
    hall.signs_on("w1", "wang");
    hall.takes("household");
    hall.takes("household");
    hall.later(DAY).due();
    hall.later(-DAY).due();
    assert_eq!(
        hall.takes("household"),
        "A003",
        "a label that lives is not given out again"
    );
    hall.signs_on("w1", "wang");
    assert_eq!(
        hall.calls("w1", "wang"),
        "A001",
        "everybody has the old place"
    );
}

#[test]
fn a_clock_that_steps_back_by_an_hour_across_the_start_of_the_day_does_not_end_it_twice() {
    let mut hall = Scene::staffed();
    hall.later(19 * HOUR + 10 * MINUTE).due();
    hall.signs_on("w1", "wang");
    hall.takes("household");
    assert_eq!(hall.later(-HOUR).due(), []);
    assert_eq!(hall.takes("household"), "A002");
    assert_eq!(hall.later(HOUR).due(), []);
    assert_eq!(
        (hall.takes("household"), hall.day()),
        ("A003".into(), "2026-11-24".into())
    );
    assert_eq!(hall.calls("w1", "wang"), "A001");
}

#[test]
fn an_open_day_is_kept_for_four_hours_before_its_start_and_no_longer() {
    let mut hall = Scene::staffed();
    hall.later(19 * HOUR).due();
    assert_eq!(hall.later(-4 * HOUR).due(), []);
    hall.now = Moment(hall.now.0 - 1);
    assert_eq!(hall.due(), opened("2026-11-23"));
}

#[test]
fn a_clock_set_a_day_back_and_right_again_closes_nobody_and_repeats_no_number() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.takes("household");
    assert_eq!(hall.calls("w1", "wang"), "A001");
    hall.serves("w1", "wang");
    assert_eq!(hall.later(-DAY).due(), opened("2026-11-22"));
    assert_eq!(hall.takes("household"), "A003");
    assert_eq!(hall.later(DAY + MINUTE).due(), opened("2026-11-23"));
    assert_eq!(hall.takes("household"), "A004");
    assert_eq!(hall.clerk_of("w1"), Some("wang".into()));
    let order = [hall.calls("w1", "wang"), hall.calls("w2", "li")];
    assert_eq!(order, ["A002", "A003"]);
    hall.later(DAY).due();
    assert_eq!(
        hall.hall.tickets().len(),
        0,
        "the next day begins as every day"
    );
    assert_eq!(hall.takes("household"), "A001");
}

#[test]
fn who_was_called_before_the_clock_stepped_back_is_recalled_and_marked_as_a_no_show() {
    let mut hall = Scene::with(|text| text.replace("[rules]", "[rules]\ncalls_before_no_show = 2"));
    hall.signs_on("w1", "wang");
    hall.takes("household");
    hall.calls("w1", "wang");
    let recall = Command::Recall {
        window: window("w1"),
    };
    hall.later(-HOUR).must(&recall, &staff("wang"));
    assert_eq!(
        hall.later(2).refused(&recall, &staff("wang")),
        Refusal::RecallTooSoon { wait_ms: 3000 },
        "between two calls by the same clock the gap is kept"
    );
    hall.misses("w1", "wang");
}

#[test]
fn a_call_can_be_taken_back_while_the_clock_is_behind_it() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    hall.calls("w1", "wang");
    let undo = Command::UndoCall {
        window: window("w1"),
    };
    hall.later(-HOUR).must(&undo, &staff("wang"));
    assert_eq!(*hall.state("A001"), TicketState::Waiting);
}

#[test]
fn a_delay_is_over_when_the_clock_steps_back_behind_its_beginning() {
    for step in [-HOUR, -365 * DAY] {
        let mut hall = Scene::with(|text| text.replace("\"back 3\"", "\"after 10 min\""));
        hall.signs_on("w1", "wang");
        hall.takes("household");
        hall.calls("w1", "wang");
        hall.misses("w1", "wang");
        assert_eq!(hall.later(5 * MINUTE).due(), []);
        assert_eq!(
            hall.later(-4 * MINUTE).due(),
            [],
            "nine minutes are still to come"
        );
        hall.later(step).due();
        assert_eq!(
            *hall.state("A001"),
            TicketState::Waiting,
            "after a step by {step} s"
        );
    }
}

#[test]
fn a_pairing_code_of_a_clock_that_was_ahead_is_not_good_for_longer_than_any_code() {
    let mut hall = Scene::new();
    let device = DeviceId::new("wall-east").expect("a slug");
    let (code, token) = (SecretHash::of(b"code"), SecretHash::of(b"token"));
    hall.later(365 * DAY);
    let expires_at = Moment(hall.now.0 + 600_000);
    let offer = Command::OfferPairing {
        device,
        code,
        expires_at,
    };
    hall.must(&offer, &staff("admin"));
    let enrol = Command::Enrol { code, token };
    let refusal = hall.later(-365 * DAY).refused(&enrol, &By::System);
    assert_eq!(refusal, Refusal::PairingCodeUnknown);
}

/// Steps of a clock, in seconds, by a little and by a lot.
fn step() -> impl Strategy<Value = i64> {
    prop_oneof![
        5 => 0..HOUR,
        2 => -5 * HOUR..5 * HOUR,
        1 => -400 * DAY..400 * DAY,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_clock_does_the_hall_follows_it_and_recovers(
        steps in prop::collection::vec((step(), any::<bool>()), 1..40),
    ) {
        let mut hall = Scene::staffed();
        let mut latest = hall.now;
        for (step, takes) in steps {
            hall.later(step).due();
            latest = latest.max(hall.now);
            if takes {
                hall.takes("household");
            }
            super::properties::check(&hall.hall);
            let catalogue = hall.hall.catalogue().expect("a hall has one").clone();
            let (open, shown) = (hall.hall.day(), catalogue.business_day(hall.now));
            let soon = Moment(hall.now.0 + 4 * HOUR * 1000);
            prop_assert!(
                open == Some(shown) || open == Some(catalogue.business_day(soon)),
                "{open:?} is open, the clock shows {shown}"
            );
        }
        // A day that no clock has shown before is a day like any other.
        hall.now = Moment(latest.0 + 2 * DAY * 1000);
        hall.due();
        prop_assert_eq!(hall.hall.tickets().len(), 0);
        prop_assert_eq!(hall.takes("household"), "A001");
        let mut replayed = Hall::default();
        for (at, event) in &hall.told {
            replayed.apply(event, *at);
        }
        prop_assert!(replayed == hall.hall, "replay gives the same hall");
    }
}
