use nowserving_shared::model::{BusinessDay, ClassId, Language};
use nowserving_shared::protocol::http::{DaySummary, Figures, Spread};

use super::*;

fn service(id: &str) -> ServiceId {
    ServiceId::new(id).expect("an id")
}

fn window(id: &str) -> WindowId {
    WindowId::new(id).expect("an id")
}

fn view(ticket: u64, label: &str) -> IssuedView {
    IssuedView {
        ticket: TicketId(ticket),
        label: Label::from_text(label),
        token: "secret".to_owned(),
        service: service("tax"),
        class: ClassId::new("ordinary").expect("an id"),
        language: Language::ZhCn,
        ahead: 0,
        zones: Vec::new(),
        windows: Vec::new(),
        issued_at: Moment(0),
        day: BusinessDay(jiff::civil::date(2026, 11, 24)),
    }
}

/// Visitor `n` takes ticket `n + 1`.
fn with_tickets(count: u64) -> Account {
    let mut account = Account::new();
    for n in 0..count {
        account.issued(n as usize, &view(n + 1, &format!("A{n:03}")));
    }
    account
}

fn serve(account: &mut Account, ticket: u64, at: &str) {
    account.called(TicketId(ticket), &window(at), Moment(1), false);
    account.leaving(TicketId(ticket));
    account.ended(TicketId(ticket), Ended::Served, Moment(2));
}

fn figures(issued: u64, served: u64, cancelled: u64, waits: u64) -> Figures {
    Figures {
        issued,
        served,
        cancelled,
        wait: Spread {
            count: waits,
            ..Spread::default()
        },
        ..Figures::default()
    }
}

fn summary() -> DaySummary {
    DaySummary {
        day: BusinessDay(jiff::civil::date(2026, 11, 24)),
        all: figures(3, 2, 1, 2),
        services: [(service("tax"), figures(3, 2, 1, 2))].into(),
        windows: [
            (window("w1"), figures(1, 1, 0, 1)),
            (window("w2"), figures(1, 1, 0, 1)),
        ]
        .into(),
    }
}

fn ordinary_day() -> Account {
    let mut account = with_tickets(3);
    serve(&mut account, 1, "w1");
    serve(&mut account, 2, "w2");
    account.ended(TicketId(3), Ended::Cancelled, Moment(3));
    account
}

#[test]
fn an_ordinary_day_has_no_faults_and_adds_up() {
    let account = ordinary_day();
    assert_eq!(account.faults(3), Vec::<String>::new());
    assert_eq!(compare(&account, &summary()), Vec::<String>::new());
    assert_eq!((account.count(Ended::Served), account.open()), (2, 0));
}

#[test]
fn a_day_on_which_somebody_got_no_number_and_no_refusal_is_faulty() {
    let account = ordinary_day();
    assert_eq!(
        account.faults(4),
        ["4 came, but 3 were given a number and 0 were refused one"]
    );
    let mut account = ordinary_day();
    account.refused("quota-reached");
    assert!(account.faults(4).is_empty());
}

#[test]
fn two_numbers_for_one_visitor_and_one_for_two_are_faults_and_a_repeated_reply_is_none() {
    let mut account = ordinary_day();
    account.issued(0, &view(1, "A000"));
    assert!(account.faults(3).is_empty());
    account.issued(0, &view(9, "A009"));
    account.issued(1, &view(1, "A000"));
    let faults = account.faults(3);
    assert!(
        faults.contains(&"visitor 0 was given ticket 1 and ticket 9".to_owned()),
        "{faults:?}"
    );
    assert!(
        faults.contains(&"ticket 1 was given to visitors 0 and 1".to_owned()),
        "{faults:?}"
    );
}

#[test]
fn a_label_comes_again_only_when_its_ticket_is_over() {
    let mut account = with_tickets(2);
    account.called(TicketId(1), &window("w1"), Moment(1), false);
    account.leaving(TicketId(1));
    account.issued(2, &view(7, "A000"));
    assert_eq!(account.fault_count, 0);
    account.issued(3, &view(8, "A001"));
    assert_eq!(
        account.faults,
        ["label A001 is on the live tickets 2 and 8"]
    );
}

#[test]
fn a_ticket_at_two_windows_is_a_fault_and_one_that_is_leaving_is_not() {
    let mut account = with_tickets(2);
    account.called(TicketId(1), &window("w1"), Moment(1), false);
    account.leaving(TicketId(1));
    // The next call is told before the reply that it was missed.
    account.called(TicketId(1), &window("w2"), Moment(2), false);
    account.went_back(
        TicketId(1),
        &window("w1"),
        WentBack::Missed,
        &service("tax"),
    );
    assert_eq!(account.fault_count, 0);
    account.called(TicketId(1), &window("w1"), Moment(3), false);
    assert_eq!(account.faults, ["A000 was called to w1 while it was at w2"]);
}

#[test]
fn a_ticket_that_ended_is_called_no_more_and_ends_once() {
    let mut account = ordinary_day();
    account.called(TicketId(1), &window("w2"), Moment(4), false);
    account.ended(TicketId(1), Ended::NoShow, Moment(5));
    assert_eq!(
        account.faults,
        [
            "A000 was called to w2 after it had ended",
            "A000 ended twice: Served and NoShow"
        ]
    );
}

#[test]
fn who_was_served_was_called_once_more_than_they_went_back() {
    let mut account = with_tickets(1);
    for why in [WentBack::Missed, WentBack::Held, WentBack::SentOn] {
        account.called(TicketId(1), &window("w1"), Moment(1), false);
        account.leaving(TicketId(1));
        account.went_back(TicketId(1), &window("w1"), why, &service("tax"));
    }
    assert_eq!(account.faults(1), ["A000: is still open"]);
    serve(&mut account, 1, "w2");
    assert!(account.faults(1).is_empty());
    assert_eq!(account.ticket(TicketId(1)).map(Ticket::misses), Some(1));
    let mut never_called = with_tickets(1);
    never_called.ended(TicketId(1), Ended::Served, Moment(1));
    assert_eq!(
        never_called.faults(1),
        ["A000: was served, and 0 of its 0 calls led to it"]
    );
}

#[test]
fn a_reply_about_a_ticket_that_nobody_took_is_a_fault_unless_a_stranger_took_it() {
    let mut account = with_tickets(1);
    account.called(TicketId(5), &window("w1"), Moment(1), false);
    assert_eq!(
        account.faults,
        ["a reply speaks of ticket 5, which was never issued or called"]
    );
    account.stranger(
        TicketId(6),
        &Label::from_text("Z001"),
        &service("tax"),
        Moment(1),
    );
    serve(&mut account, 6, "w1");
    assert_eq!(account.fault_count, 1);
}

#[test]
fn every_difference_from_the_servers_figures_is_told() {
    let account = ordinary_day();
    let mut wrong = summary();
    wrong.all.served = 1;
    wrong.windows.insert(window("w3"), figures(1, 1, 0, 1));
    let differences = compare(&account, &wrong);
    assert_eq!(differences.len(), 4, "{differences:?}");
    assert!(differences[0].starts_with("the hall: the server says 3 issued, 1 served"));
    assert!(differences[1].starts_with("window w3: the server says 1 issued"));
    assert_eq!(differences[2], "the hall: 3 issued, but 2 ended or open");
    assert!(differences[3].starts_with("the services together have 3 issued, 2 served"));
}

#[test]
fn a_service_finished_at_one_window_and_a_further_one_at_another_count_at_both() {
    let mut account = with_tickets(1);
    account.called(TicketId(1), &window("w1"), Moment(1), false);
    account.leaving(TicketId(1));
    account.went_back(
        TicketId(1),
        &window("w1"),
        WentBack::Further,
        &service("other"),
    );
    serve(&mut account, 1, "w2");
    let summary = DaySummary {
        all: figures(1, 1, 0, 2),
        services: [
            (service("tax"), figures(1, 1, 0, 1)),
            (service("other"), figures(0, 0, 0, 1)),
        ]
        .into(),
        ..summary()
    };
    assert_eq!(compare(&account, &summary), Vec::<String>::new());
}

#[test]
fn many_faults_are_counted_and_the_first_are_told() {
    let mut account = Account::new();
    for n in 0..FAULTS_MAX + 7 {
        account.fault(format!("fault {n}"));
    }
    let faults = account.faults(0);
    assert_eq!(faults.len(), FAULTS_MAX + 1);
    assert_eq!(faults.last().map(String::as_str), Some("and 7 more"));
}

#[test]
fn tickets_are_open_for_the_service_they_wait_for_until_nobody_comes_for_them() {
    let mut account = with_tickets(2);
    assert_eq!(account.open_for(&service("tax")), 2);
    account.called(TicketId(1), &window("w1"), Moment(1), false);
    account.leaving(TicketId(1));
    account.went_back(
        TicketId(1),
        &window("w1"),
        WentBack::SentOn,
        &service("other"),
    );
    assert_eq!(
        (
            account.open_for(&service("tax")),
            account.open_for(&service("other"))
        ),
        (1, 1)
    );
    account.given_up(TicketId(2));
    assert_eq!(account.open_for(&service("tax")), 0);
}
