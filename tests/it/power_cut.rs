//! The power is cut under the real server, whose data directory lies on a disk that forgets what was not synced. On what
//! the disk still holds a server starts, and everything that was answered is there, nothing twice.
//!
//! `NOWSERVING_POWER_CUTS=200` cuts the power two hundred times instead of as often as fits the usual run.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use nowserving_journal::simulated::{Chance, Survival};
use nowserving_server::run;
use nowserving_server::settings::Settings;
use nowserving_server::tools::{self, DataDir, Verdict};
use nowserving_tests::forgetful_disk::{ForgetfulDisk, replay_instead};
use nowserving_tests::harness::process::Server;

use crate::crash::{CUSTOMERS, answered_after, set_up};
use crate::load::{self, Ledger, Load};

/// How often the power is cut in the usual run.
const POWER_CUTS: u64 = 30;
/// The power is cut at most so long after an answer.
const RUN_MS_MAX: usize = 60;
/// Of every so many images one has lost all that was not synced.
const NOTHING_EVERY: u64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_outlives_every_power_cut() {
    let cuts = load::from_environment("NOWSERVING_POWER_CUTS", POWER_CUTS);
    let place = tempfile::tempdir().expect("a temporary directory");
    let mount = place.path().join("disk");
    std::fs::create_dir(&mount).expect("a directory");
    let disk = match ForgetfulDisk::mount(&mount) {
        Ok(disk) => disk,
        Err(reason) => {
            let replayed = replay_instead(&reason, cuts);
            assert!(replayed.torn > 0, "{replayed:?}");
            return;
        }
    };
    let ready = set_up(Some(&mount.join("hall"))).await;
    let server = Server::start(&ready.site.data(), ready.address, &[]).await;
    let server = server.unwrap_or_else(|log| panic!("the server does not start: {log}"));
    let load = Load::start(&ready.site.kiosk(), CUSTOMERS, &ready.clerks);
    let mut chance = Chance::new(512);
    let mut torn = 0;
    for cut in 0..cuts {
        load.pause(false);
        answered_after(&load, load.counts()).await;
        // The moment of the cut is what is tried here, not something to be waited for.
        tokio::time::sleep(Duration::from_millis(chance.below(RUN_MS_MAX) as u64)).await;
        let survival = if cut.is_multiple_of(NOTHING_EVERY) {
            Survival::Nothing
        } else {
            Survival::Random(chance.draw())
        };
        let image = place.path().join(format!("image-{cut}"));
        let told = load.ledger();
        disk.cut_power(survival, &image).expect("an image");
        // What comes while the image is looked at would only fill the disk.
        load.pause(true);
        torn += u64::from(holds(&image.join("hall"), &told).await);
        std::fs::remove_dir_all(&image).expect("it is removed");
        load::tell("power cuts", cut + 1, &told);
    }
    let told = load.stop().await;
    server.kill();
    println!(
        "{cuts} power cuts: {} numbers, {} calls, {torn} torn tails",
        told.issued.len(),
        told.called.len()
    );
}

/// Starts a server on what is left and holds its journal against what was answered. Whether its tail was torn.
async fn holds(data: &Path, told: &Ledger) -> bool {
    let journal = DataDir::new(data).journal();
    let copy = data.with_extension("copy");
    std::fs::create_dir(&copy).expect("a directory");
    for entry in std::fs::read_dir(&journal).expect("the journal is there") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), copy.join(entry.file_name())).expect("a copy");
    }
    let held = load::held_in(&copy);
    told.check(&held);
    let settings = Settings::new(data.to_owned(), (Ipv4Addr::LOCALHOST, 0).into());
    let started = run::start(settings).await;
    started
        .expect("a server starts on what is left")
        .stop()
        .await;
    let mut report = Vec::new();
    let verdict = tools::verify(data, &mut report).expect("it is looked at");
    assert_eq!(
        verdict,
        Verdict::Good,
        "{}",
        String::from_utf8_lossy(&report)
    );
    told.check(&load::held_in(&journal));
    held.torn
}
