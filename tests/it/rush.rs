//! A rush: many customers at the kiosks' door and every window calling at once. No number is given twice, no ticket is
//! called to two windows, and the figures add up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use nowserving_client::api::{Api, SESSION_COOKIE};
use nowserving_server::clock::Clock;
use nowserving_server::tools;
use nowserving_shared::model::{Moment, TicketId};
use nowserving_shared::protocol::http::DaySummary;
use nowserving_tests::harness::large::{self, SERVICES};
use nowserving_tests::harness::{Clerk, LOOK_INTERVAL, Site, number_for};

use crate::load::{self, Ledger};

const TICKETS: usize = 20_000;
const CUSTOMERS: usize = 64;
const WINDOWS: usize = 32;
/// Every so many-th number is asked for a second time with its key.
const REPEAT_EVERY: usize = 10;
/// 2026-11-23T02:00:00Z, ten in the morning in the hall.
const MORNING: Moment = Moment(1_795_399_200_000);

/// Takes numbers until enough are taken, some of them twice with one key.
async fn customer(kiosk: Api, ledger: Arc<Mutex<Ledger>>, taken: Arc<AtomicUsize>) {
    loop {
        let number = taken.fetch_add(1, Ordering::AcqRel);
        if number >= TICKETS {
            return;
        }
        let service = format!("s{}", number % SERVICES);
        let key = load::take(&kiosk, &service, &ledger).await;
        if number.is_multiple_of(REPEAT_EVERY) {
            let again = kiosk.issue(&key, &number_for(&service)).await;
            let again = again.expect("the same number again");
            let first = ledger.lock().expect("nobody panics").issued[&key].clone();
            assert!(first == again, "{first:?} and then {again:?}");
        }
    }
}

/// Calls and serves until everybody has a number and nobody waits.
async fn serve(
    clerk: Clerk,
    ledger: Arc<Mutex<Ledger>>,
    everybody: Arc<AtomicUsize>,
) -> Vec<TicketId> {
    let mut mine = Vec::new();
    loop {
        let all_are_here = everybody.load(Ordering::Acquire) == CUSTOMERS;
        match load::call_and_serve(&clerk, &ledger).await {
            Some(ticket) => mine.push(ticket),
            None if all_are_here => return mine,
            None => tokio::time::sleep(LOOK_INTERVAL).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rush_of_customers_at_every_window_gives_each_one_number_and_one_call() {
    let settle = |settings: &mut nowserving_server::settings::Settings| {
        settings.clock = Clock::fast(MORNING, 1.0);
    };
    let mut site = Site::start_with(&large::configuration(WINDOWS), settle).await;
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let (taken, through) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let clerks = large::clerks(&site, WINDOWS).await;
    let began = std::time::Instant::now();
    let serving = clerks.into_iter();
    let serving = serving.map(|clerk| tokio::spawn(serve(clerk, ledger.clone(), through.clone())));
    let serving: Vec<_> = serving.collect();
    let customers = (0..CUSTOMERS).map(|_| {
        let (ledger, taken, through) = (ledger.clone(), taken.clone(), through.clone());
        let kiosk = site.kiosk();
        tokio::spawn(async move {
            customer(kiosk, ledger, taken).await;
            through.fetch_add(1, Ordering::AcqRel);
        })
    });
    for customer in customers.collect::<Vec<_>>() {
        customer.await.expect("each got their numbers");
    }
    let mut at = BTreeMap::new();
    for (window, served) in serving.into_iter().enumerate() {
        for ticket in served.await.expect("the clerk served") {
            let before = at.insert(ticket, window);
            assert_eq!(before, None, "{ticket} was at two windows");
        }
    }
    let took = began.elapsed();
    let ledger = ledger.lock().expect("nobody panics").clone();
    let tickets: BTreeSet<_> = ledger.issued.values().map(|issued| issued.ticket).collect();
    let labels: BTreeSet<_> = ledger
        .issued
        .values()
        .map(|issued| issued.label.clone())
        .collect();
    assert_eq!(
        (tickets.len(), labels.len(), at.len()),
        (TICKETS, TICKETS, TICKETS)
    );
    let body = summary_body(&site).await;
    site.stop().await;
    let held = load::held_in(&tools::DataDir::new(&site.data()).journal());
    assert_eq!((held.issued.len(), held.calls.len()), (TICKETS, TICKETS));
    ledger.check(&held);
    let mut counted = Vec::new();
    let summary = tools::summary(&site.data(), None, &mut counted).expect("it adds up");
    assert_eq!(String::from_utf8_lossy(&counted).trim_end(), body);
    adds_up(&summary);
    println!("{TICKETS} numbers and as many calls in {took:.1?}");
}

/// The figures as the server sends them.
async fn summary_body(site: &Site) -> String {
    let admin = site.admin();
    let session = admin.session_cookie().expect("a session");
    let request = reqwest::Client::new()
        .get(format!("{}/api/v1/summary", site.url()))
        .header("cookie", format!("{SESSION_COOKIE}={session}"));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    response.text().await.expect("a text")
}

fn adds_up(summary: &DaySummary) {
    let all = &summary.all;
    let ended = all.served + all.no_show + all.cancelled + all.closed;
    assert_eq!(all.issued, ended + all.open);
    assert_eq!((all.issued, all.served), (TICKETS as u64, TICKETS as u64));
    let of_services: u64 = summary.services.values().map(|each| each.issued).sum();
    let of_windows: u64 = summary.windows.values().map(|each| each.served).sum();
    assert_eq!((of_services, of_windows), (all.issued, all.served));
}
