//! The unit that starts a kiosk at boot, as the service manager reads it.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_service_manager_understands_the_kiosks_unit() {
    let unit =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../kiosk/system/nowserving-kiosk.service");
    let text = fs::read_to_string(unit).expect("the unit");
    // The programs that it starts need not be here.
    let text = text.replace("/usr/bin/xinit", "/bin/true");
    let directory = tempfile::tempdir().expect("a directory");
    let copy = directory.path().join("nowserving-kiosk.service");
    fs::write(&copy, text).expect("room for a copy");
    let checked = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&copy)
        .output();
    let Ok(checked) = checked else {
        eprintln!("there is no systemd here: the unit is not checked");
        return;
    };
    let said = String::from_utf8_lossy(&checked.stderr);
    let about_it: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("nowserving-kiosk"))
        .collect();
    assert!(about_it.is_empty(), "{about_it:?}");
}

#[test]
fn the_example_of_its_environment_says_where_the_server_and_the_printer_are() {
    let example = include_str!("../../kiosk/system/kiosk.env");
    for needed in ["NOWSERVING_SERVER=http", "KIOSK_OPTIONS=--printer "] {
        let is_it = |line: &str| line.starts_with(needed);
        assert!(example.lines().any(is_it), "{needed}: {example}");
    }
}

/// The watchdog may not bite while the kiosk is well: three beats at least.
#[test]
fn the_units_watchdog_waits_for_more_than_three_beats() {
    let unit = include_str!("../../kiosk/system/nowserving-kiosk.service");
    let seconds = unit
        .lines()
        .find_map(|line| line.strip_prefix("WatchdogSec="))
        .expect("a watchdog");
    let seconds: u64 = seconds.parse().expect("seconds");
    assert!(seconds >= 3 * nowserving_kiosk::watchdog::BEAT.as_secs());
}
