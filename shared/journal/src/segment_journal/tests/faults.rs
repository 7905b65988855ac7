//! Every call to the disk fails once, for a while, or until further notice, in every way.

use super::*;
use crate::Outcome;
use crate::simulated::{Fault, Faults, Reach, Survival};

const BATCHES: u64 = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Acknowledged,
    NotWritten,
    Unknown,
}

/// What the caller was told of each entry, in the order in which they were appended.
type Told = Vec<(u64, Fate)>;

fn try_append(
    journal: &mut SegmentJournal,
    number: u64,
    told: &mut Told,
) -> Result<(), AppendError> {
    let outcome = append(journal, [2 * number, 2 * number + 1]);
    let fate = match &outcome {
        Ok(_) => Fate::Acknowledged,
        Err(error) => match error.outcome() {
            Outcome::NotWritten => Fate::NotWritten,
            Outcome::Unknown => Fate::Unknown,
        },
    };
    told.extend([(2 * number, fate), (2 * number + 1, fate)]);
    outcome.map(|_| ())
}

/// A working day: opens, appends, probes now and then. Whatever fails is told, and the day goes on.
fn day(disk: &SimulatedDisk, told: &mut Told) -> Option<SegmentJournal> {
    let opened = SegmentJournal::open_on(disk.shared(), dir(), &quiet());
    let (mut journal, _) = opened
        .inspect_err(|error| assert!(!error.to_string().is_empty()))
        .ok()?;
    for number in 0..BATCHES {
        if number % 5 == 4 {
            let _ = journal.probe();
        }
        let _ = try_append(&mut journal, number, told);
    }
    Some(journal)
}

/// Entries that were acknowledged are there, those that were not written are not, those in doubt
/// may be; all in order.
fn agrees(read: &[Vec<u8>], told: &Told) -> Result<(), String> {
    let mut read = read.iter().peekable();
    for (number, fate) in told {
        let there = read.next_if(|found| **found == entry(*number)).is_some();
        match (fate, there) {
            (Fate::Acknowledged, true) | (Fate::NotWritten, false) | (Fate::Unknown, _) => {}
            (Fate::Acknowledged, false) => return Err(format!("entry {number} was lost")),
            (Fate::NotWritten, true) => {
                return Err(format!("entry {number} is there although it was refused"));
            }
        }
    }
    read.next().map_or(Ok(()), |_| {
        Err("there are entries that nobody appended".to_owned())
    })
}

fn check(disk: &SimulatedDisk, told: &Told, what: &str) {
    let opened = SegmentJournal::open_on(disk.shared(), dir(), &quiet());
    let (journal, _) = opened.unwrap_or_else(|error| panic!("{what}: {error}"));
    let read = read_all(&journal);
    agrees(&read, told).unwrap_or_else(|error| panic!("{what}: {error} ({} read)", read.len()));
}

/// A day with faults, then the faults end: the journal goes on, and is whole after closing and
/// after a power cut.
fn a_day_with(faults: Faults, what: &str) {
    let disk = SimulatedDisk::new();
    disk.fail(faults);
    let mut told = Told::new();
    let journal = day(&disk, &mut told);
    disk.fail(Faults::none());
    let mut journal = journal.unwrap_or_else(|| {
        told.clear();
        let opened = SegmentJournal::open_on(disk.shared(), dir(), &quiet());
        opened
            .unwrap_or_else(|error| panic!("{what}: does not open when the fault is over: {error}"))
            .0
    });
    for number in BATCHES..BATCHES + 4 {
        if let Err(error) = try_append(&mut journal, number, &mut told) {
            assert!(
                error.is_final(),
                "{what}: does not go on when the fault is over: {error}"
            );
        }
    }
    for seed in 0..3 {
        check(
            &disk.image(Survival::Random(seed)),
            &told,
            &format!("{what}, power cut {seed}"),
        );
    }
    check(
        &disk.image(Survival::Nothing),
        &told,
        &format!("{what}, power cut"),
    );
    check(
        &disk.image(Survival::Everything),
        &told,
        &format!("{what}, killed"),
    );
    drop(journal);
    check(&disk, &told, &format!("{what}, closed"));
    the_day_after(&disk, &mut told, what);
}

/// The process is started again on the same machine, appends a little, and then the power fails.
fn the_day_after(disk: &SimulatedDisk, told: &mut Told, what: &str) {
    let (mut journal, _) = open(disk);
    let read = read_all(&journal);
    // Whether an entry in doubt is there is settled by now.
    told.retain_mut(|(number, fate)| {
        let there = read.contains(&entry(*number));
        *fate = if there {
            Fate::Acknowledged
        } else {
            Fate::NotWritten
        };
        there
    });
    for number in BATCHES + 4..BATCHES + 6 {
        try_append(&mut journal, number, told).unwrap();
    }
    check(
        &disk.image(Survival::Nothing),
        told,
        &format!("{what}, power cut the day after"),
    );
}

fn calls_of_a_day() -> u64 {
    let disk = SimulatedDisk::new();
    let mut told = Told::new();
    let journal = day(&disk, &mut told).unwrap();
    assert!(journal.segments().len() >= 3);
    assert!(told.iter().all(|(_, fate)| *fate == Fate::Acknowledged));
    disk.calls()
}

#[test]
fn whichever_call_fails_nothing_acknowledged_is_lost_and_the_journal_goes_on() {
    let calls = calls_of_a_day();
    for fault in [
        Fault::NoSpace,
        Fault::Io,
        Fault::ReadOnly,
        Fault::Denied,
        Fault::ShortWrite,
    ] {
        for reach in [Reach::All, Reach::Writes, Reach::Syncs] {
            for from in 0..calls {
                for length in [1, 2, 7, u64::MAX] {
                    let what =
                        format!("{fault:?} reaching {reach:?} from call {from} for {length}");
                    a_day_with(
                        Faults::during(fault, reach, from, from.saturating_add(length)),
                        &what,
                    );
                }
            }
        }
    }
}

#[test]
fn a_full_disk_is_told_as_such_and_forgotten_when_there_is_space() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    disk.fail(Faults::since(Fault::NoSpace, Reach::Writes, disk.calls()));
    let refused = append(&mut journal, [2]).unwrap_err();
    assert!(
        matches!(refused, AppendError::OutcomeUnknown(_)) && refused.is_full(),
        "{refused}"
    );
    let refused = append(&mut journal, [3]).unwrap_err();
    assert!(
        matches!(refused, AppendError::NotWritten(_)) && refused.is_full(),
        "{refused}"
    );
    assert!(journal.probe().is_err());
    disk.fail(Faults::none());
    journal.probe().unwrap();
    append(&mut journal, [4]).unwrap();
    assert_eq!(read_all(&journal), [entry(1), entry(4)]);
}

#[test]
fn a_full_disk_stops_only_what_needs_a_new_segment() {
    let disk = SimulatedDisk::new();
    let threaded = Options {
        background: true,
        ..quiet()
    };
    let (mut journal, _) = SegmentJournal::open_on(disk.shared(), dir(), &threaded).unwrap();
    journal.append_entries(&[&[1; 3000]]).unwrap();
    let deadline = std::time::Instant::now() + PREPARE_WAIT_MAX;
    while journal.room().next != NextSegment::Ready {
        assert!(
            std::time::Instant::now() < deadline,
            "the next segment was not made"
        );
        journal.probe().unwrap();
    }
    disk.set_capacity(Some(disk.space().1));
    let mut number = 1;
    let refused = loop {
        number += 1;
        if let Err(error) = journal.append_entries(&[&[1; 3000]]) {
            break error;
        }
    };
    assert!(
        matches!(&refused, AppendError::NotWritten(failure) if failure.is_full()),
        "{refused}"
    );
    assert_eq!(number, 9, "both segments were used up");
    assert!(matches!(journal.room().next, NextSegment::Failed(_)));
    disk.set_capacity(None);
    journal.probe().unwrap();
    journal.append_entries(&[&[1; 3000]]).unwrap();
    assert_eq!(journal.head().seq, 9);
}

#[test]
fn after_a_failed_sync_the_writer_never_writes_again() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    disk.fail(Faults::during(
        Fault::Io,
        Reach::Syncs,
        disk.calls(),
        disk.calls() + 2,
    ));
    let refused = append(&mut journal, [2]).unwrap_err();
    assert!(
        matches!(refused, AppendError::SyncFailed(_)) && refused.is_final(),
        "{refused}"
    );
    let calls = disk.calls();
    for attempt in 3..6 {
        let refused = append(&mut journal, [attempt]).unwrap_err();
        assert!(matches!(refused, AppendError::Poisoned { .. }), "{refused}");
        assert!(journal.probe().is_err());
    }
    assert_eq!(disk.calls(), calls, "the disk was touched again");
    assert_eq!(read_all(&journal), [entry(1)]);
}

#[test]
fn what_is_read_after_a_failed_sync_and_a_restart_survives_a_power_cut() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    disk.fail(Faults::during(
        Fault::Io,
        Reach::Syncs,
        disk.calls(),
        disk.calls() + 2,
    ));
    append(&mut journal, [2]).unwrap_err();
    disk.fail(Faults::none());
    drop(journal);
    let (journal, _) = open(&disk);
    let read = read_all(&journal);
    assert_eq!(read.len(), 2, "the pages are still in the cache");
    let after = disk.image(Survival::Nothing);
    drop(journal);
    assert_eq!(read_all(&open(&after).0), read);
}

#[test]
fn errors_of_opening_say_what_is_wrong_and_what_to_do() {
    for (fault, word) in [
        (Fault::NoSpace, "free some space"),
        (Fault::ReadOnly, "read-only"),
        (Fault::Denied, "the right to"),
    ] {
        let disk = SimulatedDisk::new();
        disk.fail(Faults::since(fault, Reach::All, 0));
        let error = SegmentJournal::open_on(disk.shared(), dir(), &quiet()).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}
