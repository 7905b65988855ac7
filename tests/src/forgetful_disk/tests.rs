//! The mounted disk: it behaves like a disk, it forgets, it fails on demand, and a journal on it
//! loses nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use nowserving_journal::simulated::{Chance, Fault, Faults, Reach};
use nowserving_journal::{AppendError, Journal, Options, SEGMENT_BYTES_MIN, SegmentJournal};
use tempfile::TempDir;

use super::control::Command;
use super::*;

const POWER_CUTS: u64 = 60;
/// So that what the disk holds stays small however slow the power cuts are.
const APPENDS_MAX: u64 = 20_000;

/// A mounted disk, or, where there is none to be had, a replay that says so.
fn mounted() -> Option<(TempDir, ForgetfulDisk)> {
    let place = tempfile::tempdir().unwrap();
    let mountpoint = place.path().join("disk");
    fs::create_dir(&mountpoint).unwrap();
    match ForgetfulDisk::mount(&mountpoint) {
        Ok(disk) => Some((place, disk)),
        Err(reason) => {
            let replayed = replay_instead(&reason, POWER_CUTS);
            assert!(replayed.torn > 0, "{replayed:?}");
            None
        }
    }
}

#[test]
fn it_is_a_file_system() {
    let Some((_place, disk)) = mounted() else {
        return;
    };
    let dir = disk.path().join("大厅/a");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("one"), "1").unwrap();
    OpenOptions::new()
        .append(true)
        .open(dir.join("one"))
        .unwrap()
        .write_all(b"2")
        .unwrap();
    fs::rename(dir.join("one"), dir.join("two")).unwrap();
    assert_eq!(fs::read_to_string(dir.join("two")).unwrap(), "12");
    let open = File::open(dir.join("two")).unwrap();
    fs::remove_file(dir.join("two")).unwrap();
    let mut byte = [0];
    open.read_exact_at(&mut byte, 1).unwrap();
    assert_eq!(&byte, b"2", "an open file outlives its name");
    fs::rename(&dir, disk.path().join("b")).unwrap();
    for number in 0..300 {
        fs::write(disk.path().join("b").join(format!("{number}")), [7; 10]).unwrap();
    }
    assert_eq!(fs::read_dir(disk.path().join("b")).unwrap().count(), 300);
    let long = OpenOptions::new()
        .write(true)
        .open(disk.path().join("b/0"))
        .unwrap();
    long.set_len(3).unwrap();
    assert_eq!(long.metadata().unwrap().len(), 3);
    long.try_lock().unwrap();
    assert!(
        File::open(disk.path().join("b/0"))
            .unwrap()
            .try_lock()
            .is_err()
    );
    assert!(fs::remove_dir(disk.path().join("b")).is_err());
    fs::remove_dir_all(disk.path().join("b")).unwrap();
    assert!(!disk.path().join("b").exists());
}

#[test]
fn it_forgets_what_was_not_synced() {
    let Some((place, disk)) = mounted() else {
        return;
    };
    let (synced, forgotten) = (disk.path().join("synced"), disk.path().join("forgotten"));
    let file = File::create(&synced).unwrap();
    file.write_all_at(&[1; 1024], 0).unwrap();
    file.sync_all().unwrap();
    File::open(disk.path()).unwrap().sync_all().unwrap();
    file.write_all_at(&[2; 1024], 0).unwrap();
    fs::write(&forgotten, "gone").unwrap();
    let image = place.path().join("image");
    let remains = disk.cut_power(Survival::Nothing, &image).unwrap();
    assert_eq!(
        remains,
        Remains {
            files: 1,
            bytes: 1024
        }
    );
    assert_eq!(fs::read(image.join("synced")).unwrap(), [1; 1024]);
    assert_eq!(
        fs::read(&synced).unwrap(),
        [2; 1024],
        "the mounted disk goes on"
    );
    let kept = place.path().join("kept");
    disk.cut_power(Survival::Everything, &kept).unwrap();
    assert_eq!(fs::read_to_string(kept.join("forgotten")).unwrap(), "gone");
}

#[test]
fn it_fails_on_demand_and_recovers() {
    let Some((_place, disk)) = mounted() else {
        return;
    };
    let file = File::create(disk.path().join("file")).unwrap();
    disk.disk()
        .fail(Faults::after(Fault::NoSpace, Reach::Writes, 1, u64::MAX));
    file.write_all_at(b"a", 0).unwrap();
    let full = file.write_all_at(b"b", 0).unwrap_err();
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    disk.disk()
        .fail(Faults::after(Fault::Io, Reach::Syncs, 0, 1));
    assert!(file.sync_data().is_err());
    file.sync_data().unwrap();
    disk.disk()
        .fail(Faults::after(Fault::ReadOnly, Reach::Changes, 0, u64::MAX));
    let refused = File::create(disk.path().join("other")).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ReadOnlyFilesystem);
    disk.disk().fail(Faults::none());
    disk.disk().set_capacity(Some(10));
    assert!(file.write_all_at(&[1; 11], 0).is_err());
    disk.disk().set_capacity(None);
    file.write_all_at(&[1; 11], 0).unwrap();
}

/// Says so when the test is over, also when it fails: the thread that appends is waited for.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Appends until `stop`, telling how far it has been acknowledged.
fn append_until(stop: &AtomicBool, acknowledged: &AtomicU64, journal: &mut SegmentJournal) {
    let mut chance = Chance::new(3);
    for _ in 0..APPENDS_MAX {
        if stop.load(Ordering::Acquire) {
            return;
        }
        let entries = vec![vec![9; chance.below(1500)]; 1 + chance.below(3)];
        let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let appended = journal.append_entries(&borrowed).unwrap();
        acknowledged.store(appended.last_seq, Ordering::Release);
    }
}

#[test]
fn a_journal_on_it_keeps_what_it_acknowledged_through_every_power_cut() {
    let Some((place, disk)) = mounted() else {
        return;
    };
    let options = Options {
        segment_bytes: SEGMENT_BYTES_MIN,
        ..Options::default()
    };
    let (mut journal, _) = SegmentJournal::open(&disk.path().join("journal"), &options).unwrap();
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut torn = 0;
    std::thread::scope(|scope| {
        let _stop = Stop(&stop);
        scope.spawn(|| append_until(&stop, &acknowledged, &mut journal));
        let mut chance = Chance::new(11);
        for cut in 0..POWER_CUTS {
            let image = place.path().join(format!("image-{cut}"));
            let told = acknowledged.load(Ordering::Acquire);
            let survival = if cut % 5 == 0 {
                Survival::Nothing
            } else {
                Survival::Random(chance.draw())
            };
            disk.cut_power(survival, &image).unwrap();
            if !image.join("journal/mark").exists() {
                assert_eq!(told, 0, "the journal is gone");
                continue;
            }
            let (after, report) = SegmentJournal::open(&image.join("journal"), &options).unwrap();
            assert!(
                after.head().seq >= told,
                "{} of {told} are there",
                after.head().seq
            );
            after.verify(&mut |_| {}).unwrap();
            torn += u64::from(report.torn.is_some());
            drop(after);
            fs::remove_dir_all(&image).unwrap();
        }
    });
    println!(
        "{} entries, {torn} torn tails",
        acknowledged.load(Ordering::Acquire)
    );
    assert!(
        acknowledged.load(Ordering::Acquire) > POWER_CUTS,
        "too little was written to show anything"
    );
}

#[test]
fn a_journal_on_it_says_that_the_disk_is_full_and_goes_on_when_it_is_not() {
    let Some((_place, disk)) = mounted() else {
        return;
    };
    let options = Options {
        segment_bytes: SEGMENT_BYTES_MIN,
        ..Options::default()
    };
    let (mut journal, _) = SegmentJournal::open(&disk.path().join("journal"), &options).unwrap();
    disk.disk().set_capacity(Some(6 * SEGMENT_BYTES_MIN));
    let refused = loop {
        if let Err(refused) = journal.append_entries(&[&[1; 2000]]) {
            break refused;
        }
    };
    assert!(
        matches!(refused, AppendError::NotWritten(_)) && refused.is_full(),
        "{refused}"
    );
    disk.disk().set_capacity(None);
    journal.append_entries(&[&[1; 2000]]).unwrap();
}

#[test]
fn its_commands_are_read_and_wrong_ones_explained() {
    for good in [
        "cut random:7 /tmp/x",
        "fail nospace writes 3",
        "fail io syncs 0 1",
        "heal",
        "capacity none",
        "status",
    ] {
        Command::parse(good).unwrap();
    }
    for (bad, word) in [
        ("", "is not a command"),
        ("cut all /x", "random:SEED"),
        ("fail fire writes 1", "nospace"),
        ("fail io reads 1", "syncs"),
        ("capacity much", "whole number"),
    ] {
        let reason = Command::parse(bad).unwrap_err();
        assert!(reason.contains(word), "{bad}: {reason}");
    }
}

#[test]
fn it_is_controlled_through_a_socket() {
    let Some((place, disk)) = mounted() else {
        return;
    };
    fs::write(disk.path().join("file"), "x").unwrap();
    let socket = place.path().join("control");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| control::serve(&listener, &disk).unwrap());
        let stream = UnixStream::connect(&socket).unwrap();
        let mut answers = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut ask = |line: &str| {
            writeln!(&stream, "{line}").unwrap();
            answers.next().unwrap().unwrap()
        };
        assert_eq!(
            ask(&format!(
                "cut everything {}",
                place.path().join("image").display()
            )),
            "ok 1 files, 1 bytes"
        );
        assert_eq!(ask("capacity 1"), "ok");
        assert!(ask("status").starts_with("ok capacity 1 used 1 calls "));
        assert!(ask("nonsense").starts_with("error “nonsense” is not a command"));
        assert!(fs::write(disk.path().join("more"), "y").is_err());
        assert_eq!(ask("quit"), "ok");
    });
}
