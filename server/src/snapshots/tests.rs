//! Snapshots through real files: whole ones come back, and nothing else is believed.

use std::collections::BTreeMap;

use nowserving_journal::MemoryJournal;
use nowserving_shared::domain::{Hall, Origin, Place, Ticket, TicketState, queue::Line};
use nowserving_shared::model::{ClassId, Label, Language, Moment, SeriesId, ServiceId, TicketId};

use super::*;
use crate::recovery::tests::{Chance, carry_on};

const ID: JournalId = JournalId([9; 16]);

/// A hall with a history, and snapshots in a directory of its own.
fn hall() -> (tempfile::TempDir, Snapshots, Hall) {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::new(&dir.path().join("snapshots"), ID);
    let hall = carry_on(&mut MemoryJournal::new(ID), 1, 300);
    (dir, snapshots, hall)
}

fn at_seq(hall: &Hall, seq: u64) -> Image {
    Image {
        seq,
        ..hall.image()
    }
}

#[test]
fn a_snapshot_comes_back_as_it_went() {
    let (_dir, snapshots, hall) = hall();
    assert!(snapshots.latest(u64::MAX).is_none());
    let path = snapshots.write(&hall.image()).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    assert_eq!(name, format!("snapshot-{:020}.json.gz", hall.seq()));
    let image = snapshots.latest(hall.seq()).unwrap();
    assert!(image == hall.image());
    assert!(Hall::from_image(image) == hall);
    assert!(snapshots.latest(hall.seq() - 1).is_none(), "it is too new");
}

#[test]
fn only_the_user_of_the_hall_may_read_a_snapshot() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, snapshots, hall) = hall();
    let path = snapshots.write(&hall.image()).unwrap();
    let mode = fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_newest_are_kept() {
    let (_dir, snapshots, hall) = hall();
    for seq in 1..=KEEP as u64 + 3 {
        snapshots.write(&at_seq(&hall, seq)).unwrap();
    }
    let kept: Vec<u64> = snapshots.list().unwrap().iter().map(|n| n.seq).collect();
    assert_eq!(kept, [4, 5, 6, 7, 8]);
    let names = fs::read_dir(snapshots.dir()).unwrap().count();
    assert_eq!(names, KEEP, "nothing half-made is left");
}

#[test]
fn a_damaged_snapshot_is_never_believed_and_the_one_before_it_is_taken() {
    let (_dir, snapshots, hall) = hall();
    let older = at_seq(&hall, 7);
    snapshots.write(&older).unwrap();
    let path = snapshots.write(&hall.image()).unwrap();
    let good = fs::read(&path).unwrap();
    let mut chance = Chance(5);
    let mut passed_over = 0;
    for _ in 0..400 {
        let mut bytes = good.clone();
        let at = usize::try_from(chance.below(bytes.len() as u64)).unwrap();
        match chance.below(4) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes.truncate(at),
            2 => bytes.extend_from_slice(&good[at..]),
            _ => {
                let end = (at + 64).min(bytes.len());
                bytes[at..end].fill(0);
            }
        }
        fs::write(&path, &bytes).unwrap();
        // Some bytes of the gzip header mean nothing; what comes out must be right all the same.
        let found = snapshots.latest(u64::MAX).unwrap();
        if found != hall.image() {
            assert!(found == older);
            passed_over += 1;
        }
    }
    assert!(passed_over > 350, "{passed_over} of 400 were noticed");
}

#[test]
fn a_snapshot_of_another_journal_is_refused_with_both_ids() {
    let (_dir, snapshots, hall) = hall();
    snapshots.write(&hall.image()).unwrap();
    let other = Snapshots::new(snapshots.dir(), JournalId([8; 16]));
    assert!(other.latest(u64::MAX).is_none());
    let named = other.list().unwrap().remove(0);
    let refused = other.read(&named).unwrap_err().to_string();
    let (theirs, ours) = ("09".repeat(16), "08".repeat(16));
    assert_eq!(
        refused,
        format!("the snapshot belongs to journal {theirs}, and this is journal {ours}")
    );
}

#[test]
fn a_snapshot_under_another_number_is_refused() {
    let (_dir, snapshots, hall) = hall();
    let path = snapshots.write(&hall.image()).unwrap();
    fs::rename(path, snapshots.dir().join(file_name(3))).unwrap();
    assert!(snapshots.latest(u64::MAX).is_none());
}

#[test]
fn snapshots_newer_than_the_journal_are_set_aside_and_few_of_them_kept() {
    let (_dir, snapshots, hall) = hall();
    for round in 0..3 {
        for seq in 1..=4 {
            snapshots.write(&at_seq(&hall, round * 10 + seq)).unwrap();
        }
        assert_eq!(
            snapshots.set_aside_after(1).unwrap(),
            if round == 0 { 3 } else { 4 }
        );
    }
    assert_eq!(snapshots.list().unwrap().len(), 1);
    assert_eq!(snapshots.named(ASIDE_PREFIX).unwrap().len(), KEEP);
}

#[test]
fn a_directory_that_cannot_be_written_is_told_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("occupied");
    fs::write(&file, "a file").unwrap();
    let snapshots = Snapshots::new(&file, ID);
    let refused = snapshots.write(&Image::default()).unwrap_err();
    assert!(refused.to_string().contains("occupied"), "{refused}");
}

#[test]
fn the_thread_writes_what_it_was_given_before_it_ends() {
    let (_dir, snapshots, hall) = hall();
    let writer = SnapshotWriter::start(snapshots.clone()).unwrap();
    writer.take(&hall);
    drop(writer);
    assert!(snapshots.latest(u64::MAX).unwrap() == hall.image());
}

#[test]
fn a_hall_full_of_people_fits_into_a_snapshot() {
    let (_dir, snapshots, hall) = hall();
    let service = ServiceId::new("household").unwrap();
    let crowd = (1..=100_000_u64).map(|id| Ticket {
        id: TicketId(id),
        label: Label::from_text(&format!("A{id:06}")),
        series: SeriesId::new("household").unwrap(),
        number: u32::try_from(id).unwrap(),
        service: service.clone(),
        further: Vec::new(),
        class: ClassId::new("ordinary").unwrap(),
        language: Language::ZhCn,
        origin: Origin::Kiosk,
        person: None,
        issued_at: Moment(1),
        waiting_since: Moment(1),
        line: Line::of(service.clone()),
        place: Place::joining(id),
        misses: 0,
        state: TicketState::Waiting,
    });
    let image = Image {
        tickets: crowd.collect(),
        desks: BTreeMap::new(),
        next_ticket: 100_000,
        next_ordinal: 100_001,
        ..hall.image()
    };
    snapshots.write(&image).unwrap();
    assert!(snapshots.latest(u64::MAX).unwrap() == image);
}
