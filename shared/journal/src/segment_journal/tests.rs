//! The journal in files: its life, its limits, and what it promises when the disk or the power
//! fails.

use std::collections::BTreeMap;

use super::*;
use crate::simulated::SimulatedDisk;
use crate::{DamageKind, MarkRepair, OpenError};

mod faults;
mod golden;
mod mutations;
mod power_cut;

const DIR: &str = "/hall/journal";
const SEGMENT: u64 = 16 * 1024;

fn dir() -> &'static Path {
    Path::new(DIR)
}

/// Small segments and no thread: every run makes the same calls.
fn quiet() -> Options {
    Options {
        segment_bytes: SEGMENT,
        background: false,
        id: Some(JournalId([42; 16])),
        ..Options::default()
    }
}

fn open(disk: &SimulatedDisk) -> (SegmentJournal, Recovery) {
    SegmentJournal::open_on(disk.shared(), dir(), &quiet()).unwrap()
}

/// An entry that tells which one it is, of a length that varies and may exceed several sectors.
fn entry(number: u64) -> Vec<u8> {
    let length = 8 + usize::try_from(number * 7919 % 1900).unwrap();
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.resize(length, u8::try_from(number % 250).unwrap() + 1);
    bytes
}

fn append(
    journal: &mut SegmentJournal,
    numbers: impl IntoIterator<Item = u64>,
) -> Result<Appended, AppendError> {
    let entries: Vec<Vec<u8>> = numbers.into_iter().map(entry).collect();
    let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
    journal.append_entries(&borrowed)
}

fn read_all(journal: &SegmentJournal) -> Vec<Vec<u8>> {
    let read = journal.read_from(1).unwrap().map(Result::unwrap);
    read.zip(1..)
        .map(|((seq, bytes), expected)| {
            assert_eq!(seq, expected);
            bytes
        })
        .collect()
}

#[test]
fn what_was_appended_is_read_back_across_segments_and_after_reopening() {
    let disk = SimulatedDisk::new();
    let (mut journal, report) = open(&disk);
    assert!(report.created && report.is_clean());
    for first in (1..=90).step_by(3) {
        let appended = append(&mut journal, first..first + 3).unwrap();
        assert_eq!(
            appended,
            Appended {
                first_seq: first,
                last_seq: first + 2
            }
        );
    }
    assert!(journal.segments().len() > 3);
    let head = journal.head();
    journal.close().unwrap();
    let (journal, report) = open(&disk);
    assert!(report.is_clean() && !report.created);
    assert_eq!((journal.head(), report.head), (head, head));
    assert_eq!(read_all(&journal), (1..=90).map(entry).collect::<Vec<_>>());
    let verified = journal.verify(&mut |_| {}).unwrap();
    assert_eq!(
        (verified.frames, verified.entries, verified.head),
        (30, 90, head)
    );
}

#[test]
fn reading_may_start_anywhere() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    for first in (1..=60).step_by(4) {
        append(&mut journal, first..first + 4).unwrap();
    }
    for from in 1..=60 {
        let first = journal.read_from(from).unwrap().next().unwrap().unwrap();
        assert_eq!(first, (from, entry(from)));
    }
    assert_eq!(journal.read_from(61).unwrap().count(), 0);
    assert!(matches!(
        journal.read_from(62),
        Err(ReadError::NoSuchSeq {
            asked: 62,
            last: 60
        })
    ));
    assert!(matches!(
        journal.read_from(0),
        Err(ReadError::NoSuchSeq { .. })
    ));
}

#[test]
fn a_commit_costs_one_write_and_one_sync_and_a_write_of_the_mark() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    let before = disk.calls();
    append(&mut journal, [2]).unwrap();
    assert_eq!(disk.calls() - before, 3);
}

#[test]
fn an_empty_batch_and_one_that_is_too_long_are_refused() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    assert!(matches!(
        journal.append_entries(&[]),
        Err(AppendError::Empty)
    ));
    let mut batch = Batch::new();
    batch
        .push(&vec![1; usize::try_from(SEGMENT).unwrap()])
        .unwrap();
    let refused = journal.append(&mut batch).unwrap_err();
    assert!(
        matches!(refused, AppendError::TooLarge { max: 12288, .. }),
        "{refused}"
    );
    assert_eq!(batch.count(), 1, "a refused batch is left as it was");
    append(&mut journal, [1]).unwrap();
    assert_eq!(read_all(&journal), [entry(1)]);
}

#[test]
fn a_frame_that_fills_a_segment_to_the_last_byte_fits() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    let full = vec![5; 12288 - crate::FRAME_OVERHEAD_BYTES - 4 - 4];
    for _ in 0..3 {
        journal.append_entries(&[&full]).unwrap();
        assert_eq!(journal.room().bytes_left, 0);
    }
    journal.close().unwrap();
    let (journal, report) = open(&disk);
    assert!(report.is_clean());
    assert_eq!(read_all(&journal), vec![full; 3]);
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1, 2]).unwrap();
    let second = SegmentJournal::open_on(disk.shared(), dir(), &quiet()).unwrap_err();
    assert!(matches!(second, OpenError::Locked { .. }), "{second}");
    let reader = JournalReader::open_on(disk.shared(), dir()).unwrap();
    let head = reader.acknowledged().unwrap();
    assert_eq!(head, journal.head());
    assert_eq!(reader.read(1, head.seq).unwrap().count(), 2);
    drop(journal);
    open(&disk);
}

#[test]
fn a_journal_keeps_the_segment_length_it_was_made_with() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    journal.close().unwrap();
    let larger = Options {
        segment_bytes: 4 * SEGMENT,
        ..quiet()
    };
    let (mut journal, _) = SegmentJournal::open_on(disk.shared(), dir(), &larger).unwrap();
    for number in 2..60 {
        append(&mut journal, [number]).unwrap();
    }
    drop(journal);
    assert_eq!(read_all(&open(&disk).0).len(), 59);
    let odd = Options {
        segment_bytes: 5000,
        ..quiet()
    };
    let refused = SegmentJournal::open_on(disk.shared(), dir(), &odd).unwrap_err();
    assert!(matches!(refused, OpenError::SegmentBytes(5000)));
}

#[test]
fn readers_follow_a_writer_on_a_real_disk_with_segments_made_ahead() {
    const BATCHES: u64 = 300;
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("journal");
    let options = Options {
        segment_bytes: 64 * 1024,
        ..Options::default()
    };
    let (mut journal, _) = SegmentJournal::open(&dir, &options).unwrap();
    let reader = journal.reader();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for last in told {
                let read: Vec<_> = reader.read(1, last).unwrap().map(Result::unwrap).collect();
                assert_eq!(read.len() as u64, last);
                assert_eq!(read.last().unwrap().1, entry(last));
            }
        });
        for first in (1..=BATCHES).step_by(2) {
            let appended = append(&mut journal, first..first + 2).unwrap();
            if first % 20 == 1 {
                tell.send(appended.last_seq).unwrap();
            }
        }
        drop(tell);
    });
    let segments = journal.segments().len();
    assert!(segments > 3, "{segments}");
    assert!(matches!(
        SegmentJournal::open(&dir, &options),
        Err(OpenError::Locked { .. })
    ));
    drop(journal);
    let (journal, report) = SegmentJournal::open(&dir, &options).unwrap();
    assert!(report.is_clean());
    assert_eq!(
        read_all(&journal),
        (1..=BATCHES).map(entry).collect::<Vec<_>>()
    );
}

#[test]
fn the_mark_that_was_lost_is_missed_and_rebuilt_on_demand_only() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1, 2]).unwrap();
    journal.close().unwrap();
    disk.tamper(&dir().join("mark"), None);
    let refused = SegmentJournal::open_on(disk.shared(), dir(), &quiet()).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Damaged(damage) if damage.kind == DamageKind::MarkLost),
        "{refused}"
    );
    let (journal, report) = SegmentJournal::open_on(
        disk.shared(),
        dir(),
        &Options {
            accept_tail_loss: true,
            ..quiet()
        },
    )
    .unwrap();
    assert_eq!(
        (report.mark, read_all(&journal).len()),
        (MarkRepair::Rebuilt, 2)
    );
    drop(journal);
    assert!(open(&disk).1.is_clean());
}

#[test]
fn entries_that_vanished_after_a_clean_close_are_missed() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    let early: BTreeMap<_, _> = disk.files().into_iter().collect();
    append(&mut journal, [2]).unwrap();
    journal.close().unwrap();
    let segment = dir().join("00000001.segment");
    disk.tamper(&segment, early.get(&segment).cloned());
    let refused = SegmentJournal::open_on(disk.shared(), dir(), &quiet()).unwrap_err();
    let OpenError::Damaged(damage) = refused else {
        panic!("{refused}")
    };
    assert_eq!(
        damage.kind,
        DamageKind::AcknowledgedLost {
            acknowledged: 2,
            recovered: 1
        }
    );
    let accepting = Options {
        accept_tail_loss: true,
        ..quiet()
    };
    let (mut journal, report) = SegmentJournal::open_on(disk.shared(), dir(), &accepting).unwrap();
    assert_eq!(report.accepted, Some(*damage));
    append(&mut journal, [3]).unwrap();
    assert_eq!(read_all(&journal), [entry(1), entry(3)]);
}

#[test]
fn damage_before_the_tail_is_never_accepted() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    append(&mut journal, [1]).unwrap();
    append(&mut journal, [2]).unwrap();
    journal.close().unwrap();
    let segment = dir().join("00000001.segment");
    let (_, mut bytes) = disk
        .files()
        .into_iter()
        .find(|(path, _)| *path == segment)
        .unwrap();
    bytes[4096 + 100] ^= 4;
    disk.tamper(&segment, Some(bytes));
    let accepting = Options {
        accept_tail_loss: true,
        ..quiet()
    };
    let refused = SegmentJournal::open_on(disk.shared(), dir(), &accepting).unwrap_err();
    let OpenError::Damaged(damage) = refused else {
        panic!("{refused}")
    };
    assert!(
        matches!(damage.kind, DamageKind::GoodAfterBad { good_seq: 2, .. }),
        "{damage}"
    );
    assert_eq!(
        (damage.segment, damage.offset, damage.next_seq),
        (Some(1), 4096, Some(1))
    );
}

#[test]
fn a_missing_a_swapped_and_a_foreign_segment_are_each_named() {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    (1..=60)
        .for_each(|number| assert_eq!(append(&mut journal, [number]).unwrap().last_seq, number));
    drop(journal);
    let stranger = SimulatedDisk::new();
    let other = Options {
        id: Some(JournalId([1; 16])),
        ..quiet()
    };
    let (mut journal, _) = SegmentJournal::open_on(stranger.shared(), dir(), &other).unwrap();
    (1..=60)
        .for_each(|number| assert_eq!(append(&mut journal, [number]).unwrap().last_seq, number));
    drop(journal);
    let file = |name: &str, disk: &SimulatedDisk| {
        disk.files()
            .into_iter()
            .find(|(path, _)| path.ends_with(name))
            .map(|(_, bytes)| bytes)
    };
    let name = |index: u64| segment::file_name(index);
    let kind_after = |changes: &[(u64, Option<Vec<u8>>)]| {
        let copy = disk.image(crate::simulated::Survival::Everything);
        for (index, bytes) in changes {
            copy.tamper(&dir().join(name(*index)), bytes.clone());
        }
        match SegmentJournal::open_on(copy.shared(), dir(), &quiet()) {
            Err(OpenError::Damaged(damage)) => (damage.segment, damage.kind),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(kind_after(&[(2, None)]), (Some(2), DamageKind::Missing));
    let swapped = [(1, file(&name(2), &disk)), (2, file(&name(1), &disk))];
    assert_eq!(
        kind_after(&swapped),
        (Some(1), DamageKind::Misplaced { found: 2 })
    );
    let foreign = DamageKind::Foreign {
        found: JournalId([1; 16]),
        expected: JournalId([42; 16]),
    };
    assert_eq!(
        kind_after(&[(2, file(&name(2), &stranger))]),
        (Some(2), foreign)
    );
    let all: Vec<_> = (1..=5).map(|index| (index, None)).collect();
    assert_eq!(kind_after(&all).1, DamageKind::Missing);
}
