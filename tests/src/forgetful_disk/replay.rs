//! The next best thing where FUSE cannot be mounted: a journal in this process, on a disk whose log
//! of writes is cut at random points.

use std::path::Path;

use nowserving_journal::simulated::{Chance, SimulatedDisk, Survival};
use nowserving_journal::{Journal, Options, SEGMENT_BYTES_MIN, SegmentJournal};

use super::MountError;

const JOURNAL: &str = "/journal";
const COMMITS: u64 = 120;

/// What a replay has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// How many power cuts.
    pub images: u64,
    /// In how many of them a write was torn.
    pub torn: u64,
}

/// Says on standard error that the mounted disk is not to be had, and why; then cuts the power of a
/// journal in this process `images` times and checks that every acknowledged entry is there. It
/// shows less than the mounted disk: nothing of the server.
///
/// # Panics
/// When an acknowledged entry is lost, which is what it is there to show.
#[must_use]
pub fn replay_instead(reason: &MountError, images: u64) -> Replayed {
    eprintln!(
        "{reason}.\nThe power is cut on a replayed log of writes instead, without the server."
    );
    let disk = SimulatedDisk::with_log();
    let options = Options {
        segment_bytes: SEGMENT_BYTES_MIN,
        background: false,
        ..Options::default()
    };
    write_day(&disk, &options);
    let mut chance = Chance::new(images);
    let mut replayed = Replayed { images, torn: 0 };
    for _ in 0..images {
        let at = chance.below(disk.log_length() + 1);
        let (image, acknowledged) = disk.image_at(at, Survival::Random(chance.draw()));
        let opened = SegmentJournal::open_on(image.shared(), Path::new(JOURNAL), &options);
        let (journal, report) = opened.expect("a journal opens after a power cut");
        assert!(
            journal.head().seq >= acknowledged.unwrap_or(0),
            "an acknowledged entry was lost"
        );
        journal
            .verify(&mut |_| {})
            .expect("a journal is whole after a power cut");
        replayed.torn += u64::from(report.torn.is_some());
    }
    replayed
}

fn write_day(disk: &SimulatedDisk, options: &Options) {
    let opened = SegmentJournal::open_on(disk.shared(), Path::new(JOURNAL), options);
    let (mut journal, _) = opened.expect("a simulated disk without faults takes a journal");
    for number in 0..COMMITS {
        let entry = vec![1; 8 + usize::try_from(number * 131 % 1700).expect("below 1700")];
        let appended = journal
            .append_entries(&[&entry])
            .expect("a simulated disk without faults writes");
        disk.note(appended.last_seq);
    }
}
