//! The tools through real files: what they make works, and what is wrong is said.

mod configurations;
mod copies;
mod figures;
mod stores;
mod verifying;
mod wrong_places;

use std::fs;
use std::path::{Path, PathBuf};

use nowserving_journal::{Journal, Options, SegmentJournal};
use nowserving_shared::domain::Hall;
use tempfile::TempDir;

use super::*;
use crate::recovery::recover;
use crate::recovery::tests::{Chance, carry_on, open};
use crate::snapshots::Snapshots;

/// A stopped hall with a history, in a directory of its own.
struct Site {
    dir: TempDir,
    hall: Hall,
}

impl Site {
    /// With two snapshots on the way, a secret, and a tail behind the last snapshot.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(&dir.path().join("data"));
        let mut journal = open(&data.journal());
        let snapshots = Snapshots::new(&data.snapshots(), journal.id());
        for seed in 1..=2 {
            let hall = carry_on(&mut journal, seed, 200);
            snapshots.write(&hall.image()).unwrap();
        }
        let hall = carry_on(&mut journal, 3, 200);
        journal.close().unwrap();
        fs::create_dir(data.secrets()).unwrap();
        fs::write(data.secrets().join("ticket-token.key"), "a key").unwrap();
        Self { dir, hall }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn layout(&self) -> DataDir {
        DataDir::new(&self.data())
    }

    /// The hall's journal, open for writing as by a server.
    fn running(&self) -> SegmentJournal {
        open(&self.layout().journal())
    }

    /// The report of `verify`, and its verdict.
    fn verify(&self) -> (String, Verdict) {
        let mut out = Vec::new();
        let verdict = verify(&self.data(), &mut out).unwrap();
        (String::from_utf8(out).unwrap(), verdict)
    }
}

/// The hall that a server would find in a data directory.
fn hall_in(data: &Path) -> Hall {
    let data = DataDir::new(data);
    let (journal, report) = SegmentJournal::open(&data.journal(), &Options::default()).unwrap();
    assert!(report.is_clean());
    let snapshots = Snapshots::new(&data.snapshots(), journal.id());
    recover(&journal, Some(&snapshots), &mut |_, _| {}).unwrap()
}

/// Every file under a directory with its contents.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

fn quiet() -> Vec<u8> {
    Vec::new()
}

/// The whole chain of what an error says.
fn said(error: &anyhow::Error) -> String {
    format!("{error:#}")
}
