//! Numbers taken, looked at and counted through the HTTP door.

use std::collections::BTreeSet;
use std::time::Duration;

use nowserving_client::api::ApiError;
use nowserving_server::clock::Clock;
use nowserving_shared::board::TicketStands;
use nowserving_shared::model::{Moment, PersonHash};
use nowserving_shared::protocol::http::{CancelRequest, IssueRequest, TicketHistory};
use nowserving_tests::harness::{Site, fresh_key, number_for, window};

/// 2026-11-23T02:00:00Z, ten in the morning in the hall.
const MORNING: Moment = Moment(1_795_399_200_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn code<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> String {
    let error = answer.expect_err("it is refused");
    error.code().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_asked_for_again_is_the_same_number_also_after_a_restart() {
    let mut site = Site::start().await;
    let key = fresh_key();
    let wanted = number_for("household");
    let first = site.kiosk().issue(&key, &wanted).await.expect("a number");
    site.take_number("household").await;
    let again = site.kiosk().issue(&key, &wanted).await.expect("a number");
    assert_eq!(again, first);
    site.restart().await;
    let after = site.kiosk().issue(&key, &wanted).await.expect("a number");
    assert_eq!(after, first);
    let next = site.take_number("household").await;
    assert_eq!(next.label.as_str(), "A003");
    let seen = site.customer(&first).my_ticket().await.expect("it lives");
    assert_eq!(seen.label, first.label);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_by_many_at_once_makes_one_ticket() {
    let site = Site::start().await;
    let key = fresh_key();
    let asking = (0..32).map(|_| {
        let (kiosk, key) = (site.kiosk(), key.clone());
        tokio::spawn(async move { kiosk.issue(&key, &number_for("tax")).await })
    });
    let mut tickets = BTreeSet::new();
    for asked in asking.collect::<Vec<_>>() {
        let issued = asked.await.expect("it ran").expect("a number");
        tickets.insert((issued.ticket, issued.token));
    }
    assert_eq!(tickets.len(), 1);
    assert_eq!(site.take_number("tax").await.label.as_str(), "M002");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_follows_and_cancels_the_ticket_they_hold_and_no_other() {
    let site = Site::start().await;
    let first = site.take_number("household").await;
    let second = site.take_number("household").await;
    let customer = site.customer(&second);
    let seen = customer.my_ticket().await.expect("it lives");
    assert_eq!(seen.stands, Some(TicketStands::Waiting));
    assert_eq!((seen.ahead, seen.ended), (Some(1), None));
    customer.cancel_my_ticket().await.expect("it is cancelled");
    let over = customer.my_ticket().await.expect("its end is known");
    assert_eq!((over.stands, over.ahead), (None, None));
    assert_eq!(over.ended.as_deref(), Some("cancelled"));
    assert_eq!(over.label, second.label);
    assert_eq!(code(customer.cancel_my_ticket().await), "unknown-ticket");
    let other = site.customer(&first).my_ticket().await.expect("it lives");
    assert_eq!(other.stands, Some(TicketStands::Waiting));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tickets_secret_is_good_until_the_end_of_the_next_day() {
    let mut site = Site::start_with(
        nowserving_shared::model::Catalogue::small_example().source(),
        |settings| settings.clock = Clock::fast(MORNING, 1.0),
    )
    .await;
    let issued = site.take_number("household").await;
    let opened = async |site: &mut Site, later: Duration| {
        site.settings().clock = Clock::fast(MORNING.after(later), 1.0);
        site.restart().await;
        site.customer(&issued).my_ticket().await
    };
    let tomorrow = opened(&mut site, DAY).await.expect("it is remembered");
    assert_eq!(tomorrow.ended.as_deref(), Some("closed"));
    let after = opened(&mut site, 2 * DAY).await;
    assert_eq!(code(after), "ticket-token-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_opens_nothing() {
    let site = Site::start().await;
    let issued = site.take_number("household").await;
    let mut changed = issued.token.clone().into_bytes();
    let last = changed.len() - 2;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("still text");
    for wrong in [changed.as_str(), "", "x", &issued.token[1..]] {
        let customer = site.anonymous().with_ticket_token(wrong);
        assert_eq!(code(customer.my_ticket().await), "ticket-token-unknown");
    }
    assert_eq!(
        code(site.anonymous().my_ticket().await),
        "ticket-token-unknown"
    );
    let device = site.anonymous().with_device_token("wrong");
    assert_eq!(code(device.hall().await), "device-token-unknown");
    let staff = site.anonymous().with_session("wrong");
    assert_eq!(code(staff.queues().await), "not-logged-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_look_up_tickets_live_and_over_and_the_days_figures() {
    let site = Site::start().await;
    let first = site.take_number("household").await;
    let second = site.take_number("household").await;
    let third = site.take_number("tax").await;
    let wang = site.clerk("wang", "w1").await;
    assert_eq!(wang.calls_next().await, first.label.as_str());
    wang.serves().await;
    let reason = CancelRequest {
        reason: "left".to_owned(),
    };
    let cancelled = wang.api.cancel(third.ticket, &reason).await;
    cancelled.expect("it is cancelled");

    let live = wang.api.ticket_record(second.ticket).await.expect("a line");
    assert_eq!(live["stands"], "waiting");
    let over = wang.api.ticket_record(first.ticket).await.expect("history");
    let over: TicketHistory = serde_json::from_value(over).expect("a history");
    assert_eq!(over.label, first.label);
    assert_eq!(over.calls[0].window, window("w1"));

    let all = wang.api.ticket_records(first.day, None).await;
    let all = all.expect("histories");
    assert_eq!(all.as_array().map(Vec::len), Some(3));
    let labelled = wang.api.ticket_records(first.day, Some(&third.label)).await;
    let labelled = labelled.expect("histories");
    assert_eq!(labelled[0]["ended"], "cancelled");
    assert_eq!(labelled.as_array().map(Vec::len), Some(1));

    let summary = wang.api.summary(None).await.expect("figures");
    assert_eq!(summary.day, first.day);
    let figures = &summary.all;
    assert_eq!(
        (
            figures.issued,
            figures.served,
            figures.cancelled,
            figures.open
        ),
        (3, 1, 1, 1)
    );
    assert_eq!(
        code(
            wang.api
                .ticket_record(nowserving_shared::model::TicketId(99))
                .await
        ),
        "unknown-ticket"
    );
}

/// A request of somebody whose card the kiosk has read.
fn of_person(id: &str, person: u8) -> IssueRequest {
    IssueRequest {
        person: Some(PersonHash([person; 32])),
        ..number_for(id)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_ticket_is_refused_a_second_one_with_all_that_a_copy_needs() {
    let mut site = Site::start().await;
    let (key, wanted) = (fresh_key(), of_person("household", 1));
    let first = site.kiosk().issue(&key, &wanted).await.expect("a number");
    let again = site.kiosk().issue(&key, &wanted).await.expect("the same");
    assert_eq!(again, first, "a repeated request is not a second one");
    site.take_number("household").await;
    site.restart().await;

    let refused = site.kiosk().issue(&fresh_key(), &wanted).await;
    let Err(ApiError::Problem(problem)) = refused else {
        panic!("a second ticket: {refused:?}");
    };
    assert_eq!((problem.status, problem.code.as_str()), (409, "has-ticket"));
    assert!(problem.detail.contains("A001"), "{}", problem.detail);
    let held = problem.ticket.expect("the ticket that stands in the way");
    assert_eq!(
        (&held.token, &held.view.label),
        (&first.token, &first.label)
    );
    let reprint = held.view.reprint.expect("it lives");
    assert_eq!(
        (
            reprint.ticket,
            reprint.service,
            reprint.class,
            reprint.zones,
            reprint.day
        ),
        (
            first.ticket,
            first.service.clone(),
            first.class.clone(),
            first.zones.clone(),
            first.day
        )
    );
    assert_eq!(held.view.windows, first.windows);
    // Another person, and the same one for something else.
    for other in [of_person("household", 2), of_person("tax", 1)] {
        let number = site.kiosk().issue(&fresh_key(), &other).await;
        number.expect("it is somebody else, or something else");
    }
    // When it is over, another one can be had.
    let customer = site.customer(&first);
    customer.cancel_my_ticket().await.expect("it is cancelled");
    let over = customer.my_ticket().await.expect("its end is known");
    assert_eq!(over.reprint, None);
    let next = site.kiosk().issue(&fresh_key(), &wanted).await;
    next.expect("the first one is over");
    // Nobody but a kiosk says who somebody is.
    let desk = site.staff("desk").await;
    assert_eq!(
        code(desk.issue(&fresh_key(), &of_person("tax", 3)).await),
        "not-allowed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_identity_numbers_is_for_kiosks_and_stays_the_same() {
    let mut site = Site::start().await;
    let first = site.kiosk().person_key().await.expect("a kiosk may");
    site.restart().await;
    let after = site.kiosk().person_key().await.expect("a kiosk may");
    assert_eq!(after, first);
    let wall = site.enrol("wall-hall").await.token;
    let wall = site.anonymous().with_device_token(&wall);
    assert_eq!(code(wall.person_key().await), "not-allowed");
    assert_eq!(code(site.admin().person_key().await), "not-logged-in");
    assert_eq!(code(site.anonymous().person_key().await), "not-logged-in");
}
