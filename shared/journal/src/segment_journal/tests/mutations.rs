//! A thousand ways of damaging a closed journal. Each is refused or reported, and no entry is ever
//! lost or changed in silence.

use std::path::PathBuf;

use super::*;
use crate::simulated::{Chance, Survival};

const MUTATIONS: u64 = 1000;
const ENTRIES: u64 = 150;

/// Changes something at random. Returns what, or `None` when the draw changed nothing.
fn mutate(disk: &SimulatedDisk, chance: &mut Chance) -> Option<String> {
    let mut files: Vec<(PathBuf, Vec<u8>)> = disk.files();
    files.retain(|(path, _)| !path.ends_with("lock"));
    let (path, before) = files[chance.below(files.len())].clone();
    let at = place(chance, &before);
    let mut after = before.clone();
    let what = match chance.below(8) {
        0..=2 => {
            after[at] ^= 1 << chance.below(8);
            format!("bit flip at {at}")
        }
        3 | 4 => {
            let size = [8, 512, 4096][chance.below(3)];
            let start = at / size * size;
            let end = (start + size).min(after.len());
            after[start..end].fill(0);
            format!("{size} zeros at {start}")
        }
        5 => {
            after.truncate(at);
            format!("cut at {at}")
        }
        6 => {
            let length = 1 + chance.below(600);
            (at..(at + length).min(after.len()))
                .for_each(|at| after[at] = chance.draw().to_le_bytes()[0]);
            format!("{length} random bytes at {at}")
        }
        _ => {
            let (other, contents) = &files[chance.below(files.len())];
            disk.tamper(other, Some(before.clone()));
            after.clone_from(contents);
            format!("swapped with {}", other.display())
        }
    };
    disk.tamper(&path, Some(after.clone()));
    (after != before).then(|| format!("{}: {what}", path.display()))
}

/// An offset, half of the time where there is something and near its end.
fn place(chance: &mut Chance, bytes: &[u8]) -> usize {
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
    match chance.below(4) {
        0 => chance.below(bytes.len()),
        1 => end.saturating_sub(chance.below(1500)),
        _ => chance.below(end + 1),
    }
}

/// What opening and verifying a damaged journal said; panics where something was lost in silence.
fn verdict(disk: &SimulatedDisk, what: &str) -> &'static str {
    let (journal, report) = match SegmentJournal::open_on(disk.shared(), dir(), &quiet()) {
        Ok(opened) => opened,
        Err(error) => {
            assert!(matches!(error, OpenError::Damaged(_)), "{what}: {error}");
            return "refused";
        }
    };
    if journal.verify(&mut |_| {}).is_err() {
        return "found by verify";
    }
    assert!(!report.is_clean(), "{what}: nobody noticed");
    assert_eq!(
        read_all(&journal),
        (1..=ENTRIES).map(entry).collect::<Vec<_>>(),
        "{what}"
    );
    "reported, nothing lost"
}

#[test]
fn a_thousand_mutations_are_all_noticed_and_nothing_is_lost_in_silence() {
    let disk = SimulatedDisk::new();
    let threaded = Options {
        background: true,
        ..quiet()
    };
    let (mut journal, _) = SegmentJournal::open_on(disk.shared(), dir(), &threaded).unwrap();
    for first in (1..=ENTRIES).step_by(2) {
        append(&mut journal, first..first + 2).unwrap();
    }
    journal.close().unwrap();
    let mut chance = Chance::new(7);
    let mut verdicts: BTreeMap<&str, u64> = BTreeMap::new();
    while verdicts.values().sum::<u64>() < MUTATIONS {
        let copy = disk.image(Survival::Everything);
        if let Some(what) = mutate(&copy, &mut chance) {
            *verdicts.entry(verdict(&copy, &what)).or_default() += 1;
        }
    }
    println!("{verdicts:?}");
    assert!(verdicts.len() >= 2, "{verdicts:?}");
}

#[test]
fn so_it_is_on_a_real_disk() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("journal");
    let (mut journal, _) = SegmentJournal::open(&dir, &quiet()).unwrap();
    append(&mut journal, [1]).unwrap();
    append(&mut journal, [2]).unwrap();
    journal.close().unwrap();
    let segment = dir.join("00000001.segment");
    let whole = std::fs::read(&segment).unwrap();
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
    for at in (0..=end).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&segment, &bytes).unwrap();
        assert!(
            matches!(
                SegmentJournal::open(&dir, &quiet()),
                Err(OpenError::Damaged(_))
            ),
            "byte {at}"
        );
        assert_eq!(
            std::fs::read(&segment).unwrap(),
            bytes,
            "a refused journal is left as it was"
        );
    }
}
