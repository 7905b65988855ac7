//! A real day of a call log, played through the doors by the program that `./hall run --visitors … --log …` runs: everyone
//! who came got exactly one number, everyone served was called once, the figures add up, and the journal replayed gives
//! the same figures byte for byte. The program checks all that and says so with its exit code.
//!
//! The log is published, but not ours to hand on. Where it does not lie beside the project, the test says so.

use std::path::PathBuf;
use std::process::Command;

use nowserving_tests::harness::process::{free_address, program};

/// How many times as fast the day is played.
const SPEED: &str = "1800x";

/// A file of the log: the one that is named, or one that lies beside the project.
fn log() -> Option<PathBuf> {
    let beside = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/anonbank/1999-05.csv.gz"
    );
    let named = std::env::var_os("NOWSERVING_CALL_LOG").map(PathBuf::from);
    Some(named.unwrap_or_else(|| beside.into())).filter(|path| path.is_file())
}

#[test]
fn a_real_day_played_through_the_doors_adds_up() {
    let Some(log) = log() else {
        println!("skipped: no call log lies beside the project and NOWSERVING_CALL_LOG names none");
        return;
    };
    let place = tempfile::tempdir().expect("a directory");
    let played = Command::new(program("demonstration"))
        .args([
            "--visitors",
            SPEED,
            "--headless",
            "--listen",
            &free_address().to_string(),
            "--log",
        ])
        .arg(&log)
        .arg("--data")
        .arg(place.path())
        .output()
        .expect("the demonstration is built");
    let told = String::from_utf8_lossy(&played.stdout);
    let said = String::from_utf8_lossy(&played.stderr);
    println!("{told}");
    assert!(played.status.success(), "{told}\n{said}");
    assert!(told.contains("账目相符"), "{told}");
}
