//! A disk that is full or fails, a data directory that is in use, read-only or damaged: each is said clearly, and
//! nothing is lost.

use std::path::Path;
use std::process::{Command, Output};

use nowserving_client::api::{Api, ApiError};
use nowserving_journal::simulated::{Fault, Faults, Reach};
use nowserving_server::tools::DataDir;
use nowserving_shared::model::Catalogue;
use nowserving_shared::protocol::http::IssuedView;
use nowserving_tests::forgetful_disk::ForgetfulDisk;
use nowserving_tests::harness::process::{free_address, program};
use nowserving_tests::harness::{Site, eventually, fresh_key, number_for};
use tempfile::TempDir;

/// The disk is full after 0, 1, … writes, up to so many.
const WRITES_BEFORE_FULL_MAX: u64 = 12;
/// So many numbers are asked for while the disk is full; one of them at least needs a write that is not there.
const ASKED_WHILE_FULL: usize = 30;

/// A mounted disk; where there is none to be had, the test says so and shows nothing.
fn mounted() -> Option<(TempDir, ForgetfulDisk)> {
    let place = tempfile::tempdir().expect("a temporary directory");
    let mount = place.path().join("disk");
    std::fs::create_dir(&mount).expect("a directory");
    match ForgetfulDisk::mount(&mount) {
        Ok(disk) => Some((place, disk)),
        Err(reason) => {
            eprintln!(
                "{reason}. Nothing is shown here; the journal's own tests fill a simulated disk."
            );
            None
        }
    }
}

async fn site_on(disk: &ForgetfulDisk) -> Site {
    let data = disk.path().join("hall");
    let example = Catalogue::small_example();
    Site::start_with(example.source(), |settings| settings.data = data).await
}

async fn ask(kiosk: &Api) -> Result<IssuedView, ApiError> {
    kiosk.issue(&fresh_key(), &number_for("passport")).await
}

fn code(error: &ApiError) -> &str {
    error.code().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_numbers_are_refused_and_given_again_when_there_is_space() {
    let Some((_place, disk)) = mounted() else {
        return;
    };
    let mut site = site_on(&disk).await;
    let kiosk = site.kiosk();
    let mut given = Vec::new();
    for writes in 0..WRITES_BEFORE_FULL_MAX {
        let full = Faults::after(Fault::NoSpace, Reach::Writes, writes, u64::MAX);
        disk.disk().fail(full);
        let mut refused = None;
        for _ in 0..ASKED_WHILE_FULL {
            match ask(&kiosk).await {
                Ok(issued) => given.push(issued),
                Err(error) => refused = Some(error),
            }
        }
        let refused = refused.expect("a full disk is noticed");
        assert_eq!(code(&refused), "not-recorded", "{refused}");
        site.kiosk().hall().await.expect("reading goes on");
        site.admin().queues().await.expect("reading goes on");
        disk.disk().fail(Faults::none());
        let issued = eventually("a number on a disk with space", async || {
            ask(&kiosk).await.ok()
        });
        given.push(issued.await);
    }
    // What is derived may have been given up while the disk was full; it is made again without a new start.
    let issued = eventually("the figures of the day", async || {
        match site.admin().summary(None).await {
            Ok(summary) => (summary.all.issued == given.len() as u64).then_some(()),
            Err(error) => {
                assert_eq!(code(&error), "history-away", "{error}");
                None
            }
        }
    });
    issued.await;
    site.restart().await;
    for issued in &given {
        let seen = site
            .customer(issued)
            .my_ticket()
            .await
            .expect("it is there");
        assert_eq!(seen.label, issued.label);
    }
    let labels: std::collections::BTreeSet<_> = given.iter().map(|issued| &issued.label).collect();
    assert_eq!(labels.len(), given.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sync_that_failed_nothing_is_recorded_until_the_server_starts_again() {
    let Some((_place, disk)) = mounted() else {
        return;
    };
    let mut site = site_on(&disk).await;
    let before = site.take_number("passport").await;
    disk.disk()
        .fail(Faults::after(Fault::Io, Reach::Syncs, 0, 1));
    let (key, wanted) = (fresh_key(), number_for("passport"));
    let refused = site.kiosk().issue(&key, &wanted).await;
    let refused = refused.expect_err("it was not synced");
    assert!(
        ["outcome-unknown", "not-recorded"].contains(&code(&refused)),
        "{refused}"
    );
    disk.disk().fail(Faults::none());
    site.kiosk().hall().await.expect("reading goes on");
    site.restart().await;
    let after = site.kiosk().issue(&key, &wanted).await.expect("a number");
    assert_ne!(after.label, before.label);
    let seen = site
        .customer(&before)
        .my_ticket()
        .await
        .expect("it is there");
    assert_eq!(seen.label, before.label);
}

/// The real program on this data; it is to end by itself.
fn serve(data: &Path) -> Output {
    Command::new(program("nowserving-server"))
        .args(["serve", "--listen", &free_address().to_string(), "--data"])
        .arg(data)
        .env("RUST_LOG", "error")
        .output()
        .expect("the program runs")
}

fn refuses(data: &Path) -> String {
    let output = serve(data);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    println!("{said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_data_is_refused() {
    let site = Site::start().await;
    let said = refuses(&site.data());
    assert!(said.contains(&site.data().display().to_string()), "{said}");
    assert!(
        said.contains("another") || said.contains("in use"),
        "{said}"
    );
    site.take_number("household").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_that_cannot_be_written_is_refused() {
    let Some((_place, disk)) = mounted() else {
        return;
    };
    let mut site = site_on(&disk).await;
    let issued = site.take_number("household").await;
    site.stop().await;
    let read_only = Faults::after(Fault::ReadOnly, Reach::Changes, 0, u64::MAX);
    disk.disk().fail(read_only);
    let said = refuses(&site.data());
    assert!(said.contains(&site.data().display().to_string()), "{said}");
    assert!(said.contains("Read-only file system"), "{said}");
    disk.disk().fail(Faults::none());
    site.restart().await;
    site.customer(&issued)
        .my_ticket()
        .await
        .expect("it is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_is_damaged_in_its_middle_is_refused_with_segment_and_offset() {
    let mut site = Site::start().await;
    for _ in 0..20 {
        site.take_number("household").await;
    }
    site.stop().await;
    let journal = DataDir::new(&site.data()).journal();
    let segment = journal.join("00000001.segment");
    let mut bytes = std::fs::read(&segment).expect("a segment");
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .expect("it is not empty");
    bytes[end / 2] ^= 1;
    std::fs::write(&segment, &bytes).expect("a segment");
    let said = refuses(&site.data());
    assert!(
        said.contains("00000001.segment is damaged at byte "),
        "{said}"
    );
}
