//! The real server, killed with SIGKILL at random moments under load and started again on the same data: what was
//! answered is there, nothing is there twice, and a key gives the answer that it gave before.
//!
//! `NOWSERVING_KILLS=200` kills it two hundred times instead of as often as fits the usual run.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use nowserving_journal::simulated::Chance;
use nowserving_server::tools::{self, DataDir, Verdict};
use nowserving_tests::harness::large::{self, SERVICES};
use nowserving_tests::harness::process::Server;
use nowserving_tests::harness::{Clerk, Site, eventually, number_for};

use crate::load::{self, Ledger, Load};

/// How often the server is killed in the usual run.
const KILLS: u64 = 40;
pub(crate) const CUSTOMERS: usize = 6;
pub(crate) const WINDOWS: usize = SERVICES;
/// The kill comes at most so long after the first answer of a new server.
const RUN_MS_MAX: usize = 120;
/// How many old answers are asked for again after each start.
const ASKED_AGAIN: usize = 4;

/// A hall that was set up in this process and is stopped now, its people logged in.
pub(crate) struct Ready {
    pub(crate) site: Site,
    pub(crate) clerks: Vec<Clerk>,
    pub(crate) address: SocketAddr,
}

/// Sets a hall up, in `data` when that is given.
pub(crate) async fn set_up(data: Option<&Path>) -> Ready {
    let change = |settings: &mut nowserving_server::settings::Settings| {
        if let Some(data) = data {
            settings.data = data.to_owned();
        }
    };
    let mut site = Site::start_with(&large::configuration(WINDOWS), change).await;
    let clerks = large::clerks(&site, WINDOWS).await;
    let address = site.url()["http://".len()..].parse();
    site.stop().await;
    Ready {
        address: address.expect("an address"),
        site,
        clerks,
    }
}

/// Waits until the people were answered something after `before`.
pub(crate) async fn answered_after(load: &Load, before: (usize, usize)) {
    eventually("an answer", async || {
        let now = load.counts();
        (now.0 > before.0 && now.1 > before.1).then_some(())
    })
    .await;
}

/// Copies the files of a directory without directories in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice() {
    let kills = load::from_environment("NOWSERVING_KILLS", KILLS);
    let ready = set_up(None).await;
    let (data, kiosk) = (ready.site.data(), ready.site.kiosk());
    let journal = DataDir::new(&data).journal();
    let mut server = start(&data, ready.address).await;
    let load = Load::start(&kiosk, CUSTOMERS, &ready.clerks);
    let mut chance = Chance::new(2026);
    let mut torn = 0;
    for kill in 0..kills {
        answered_after(&load, load.counts()).await;
        let moment = Duration::from_millis(chance.below(RUN_MS_MAX) as u64);
        // The moment of the kill is what is tried here, not something to be waited for.
        tokio::time::sleep(moment).await;
        let told = load.ledger();
        server.kill();
        let left = ready.site.scratch().join(format!("left-{kill}"));
        copy(&journal, &left);
        let held = load::held_in(&left);
        told.check(&held);
        torn += u64::from(held.torn);
        std::fs::remove_dir_all(&left).expect("it is removed");
        server = start(&data, ready.address).await;
        asks_again(&kiosk, &told, &mut chance).await;
        load::tell("kills", kill + 1, &told);
    }
    let told = load.stop().await;
    server.kill();
    let mut report = Vec::new();
    let verdict = tools::verify(&data, &mut report).expect("it is looked at");
    assert_eq!(
        verdict,
        Verdict::Good,
        "{}",
        String::from_utf8_lossy(&report)
    );
    let held = load::held_in(&journal);
    told.check(&held);
    assert_eq!(
        held.issued.len(),
        told.issued.len(),
        "every number was given to somebody"
    );
    assert_eq!(
        held.calls.len(),
        told.called.len(),
        "every call was answered"
    );
    println!(
        "{kills} kills: {} numbers, {} calls, {} commands sent again, {torn} torn tails",
        told.issued.len(),
        told.called.len(),
        told.repeated
    );
}

async fn start(data: &Path, address: SocketAddr) -> Server {
    let started = Server::start(data, address, &[]).await;
    started.unwrap_or_else(|log| panic!("the server does not start: {log}"))
}

/// A key that was answered gives the same answer.
async fn asks_again(kiosk: &nowserving_client::api::Api, told: &Ledger, chance: &mut Chance) {
    let repeated = Mutex::new(Ledger::default());
    let all: Vec<_> = told.issued.iter().collect();
    for _ in 0..ASKED_AGAIN {
        let (key, first) = all[chance.below(all.len())];
        let wanted = number_for(first.service.as_str());
        let again = load::insist(&repeated, || kiosk.issue(key, &wanted)).await;
        assert_eq!(again.as_ref(), Ok(first));
    }
}
