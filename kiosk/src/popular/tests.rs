//! What is asked for most, and what becomes of the file.

use jiff::ToSpan as _;
use jiff::civil::date;

use super::*;

fn service(id: &str) -> ServiceId {
    ServiceId::new(id).expect("a slug")
}

const TODAY: BusinessDay = BusinessDay(date(2026, 3, 30));

/// So many days after today.
fn later(days: i32) -> BusinessDay {
    BusinessDay(TODAY.0 + days.days())
}

#[test]
fn what_is_asked_for_most_comes_first() {
    let mut popular = Popular::default();
    for (id, times) in [("tax", 2), ("pension", 5), ("id-card", 3)] {
        (0..times).for_each(|_| popular.count(&service(id), TODAY));
    }
    let order = popular.order(TODAY);
    assert_eq!(order, ["pension", "id-card", "tax"].map(service));
}

#[test]
fn a_week_ago_counts_half_and_four_weeks_ago_not_at_all() {
    let mut popular = Popular::default();
    let week_ago = later(-7);
    (0..3).for_each(|_| popular.count(&service("old"), week_ago));
    (0..2).for_each(|_| popular.count(&service("new"), TODAY));
    assert_eq!(popular.order(TODAY), ["new", "old"].map(service));
    assert_eq!(popular.order(week_ago), [service("old")]);
    assert_eq!(popular.order(later(27)), [service("new")]);
    assert!(popular.order(later(28)).is_empty());
}

#[test]
fn counts_are_bounded_in_days_and_services() {
    let mut popular = Popular::default();
    for day in 0..100 {
        popular.count(&service("tax"), later(day));
    }
    assert!(popular.days.len() <= usize::try_from(DAYS_KEPT).expect("small"));
    for at in 0..2 * SERVICES_MAX {
        popular.count(&service(&format!("s{at}")), later(99));
    }
    assert_eq!(popular.days[&(later(99))].len(), SERVICES_MAX);
}

#[test]
fn the_book_is_read_again_and_a_damaged_one_is_begun_anew() {
    let place = tempfile::tempdir().expect("a directory");
    let mut book = Book::open(place.path());
    book.count(&service("tax"), TODAY);
    assert_eq!(Book::open(place.path()).order(TODAY), [service("tax")]);
    let file = place.path().join("popular.json");
    for damaged in ["", "{", r#"{"format":9,"days":{}}"#] {
        fs::write(&file, damaged).expect("a file");
        let mut book = Book::open(place.path());
        assert!(book.order(TODAY).is_empty());
        book.count(&service("pension"), TODAY);
        assert_eq!(Book::open(place.path()).order(TODAY), [service("pension")]);
    }
}

#[test]
fn a_directory_that_is_not_there_costs_no_number() {
    let place = tempfile::tempdir().expect("a directory");
    let mut book = Book::open(&place.path().join("gone"));
    book.count(&service("tax"), TODAY);
    assert_eq!(book.order(TODAY), [service("tax")]);
}
