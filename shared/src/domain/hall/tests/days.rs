//! Business days, and a hall made again from its events or its image.

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
fn replaying_the_events_gives_the_same_hall() {
    let mut hall = Scene::staffed();
    for _ in 0..5 {
        hall.later(7).takes("household");
    }
    hall.calls("w1", "wang");
    hall.misses("w1", "wang");
    hall.calls("w2", "li");
    hall.serves("w2", "li");
    let mut again = Hall::default();
    for (at, event) in &hall.told {
        again.apply(event, *at);
    }
    assert!(again == hall.hall);
}

#[test]
fn an_image_of_nothing_is_a_new_hall() {
    assert!(Hall::from_image(Image::default()) == Hall::default());
}
