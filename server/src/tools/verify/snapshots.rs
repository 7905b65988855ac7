//! Comparing snapshots with the hall as it is replayed.

use std::collections::BTreeMap;
use std::io;

use nowserving_shared::domain::Hall;

use super::super::data_dir::{DataDir, Past};
use super::Report;
use crate::snapshots::{Named, SnapshotFault, Snapshots};

/// Compares snapshots with the hall as it is replayed.
pub(super) struct SnapshotChecker {
    snapshots: Snapshots,
    /// Those that are to come, by their sequences.
    ahead: BTreeMap<u64, Named>,
    /// What was found of the others.
    found: Vec<(Named, Result<bool, SnapshotFault>)>,
    running: bool,
}

impl SnapshotChecker {
    pub(super) fn new(data: &DataDir, past: &Past) -> anyhow::Result<Self> {
        let snapshots = Snapshots::new(&data.snapshots(), past.reader.id());
        let named = snapshots.list()?.into_iter();
        Ok(Self {
            ahead: named.map(|named| (named.seq, named)).collect(),
            snapshots,
            found: Vec::new(),
            running: past.running,
        })
    }

    /// Compares the snapshot of this moment, if there is one.
    pub(super) fn look(&mut self, hall: &Hall) {
        if let Some(named) = self.ahead.remove(&hall.seq()) {
            let read = self.snapshots.read(&named);
            self.found
                .push((named, read.map(|image| image == hall.image())));
        }
    }

    pub(super) fn report(self, report: &mut Report<'_>) -> io::Result<()> {
        for (named, found) in &self.found {
            let what = format!("snapshot {}", named.seq);
            match found {
                Ok(true) => report.good(&what, "the hall at that event")?,
                Ok(false) => report.bad(
                    &what,
                    &format!(
                        "it differs from the hall at that event; remove {}",
                        named.path.display()
                    ),
                )?,
                // A running hall removes its oldest snapshot when it takes a new one.
                Err(SnapshotFault::Io(failure))
                    if self.running && failure.source.kind() == io::ErrorKind::NotFound => {}
                Err(fault) => {
                    report.bad(&what, &format!("{fault}; remove {}", named.path.display()))?
                }
            }
        }
        for named in self.ahead.values() {
            let what = format!("snapshot {}", named.seq);
            if self.running {
                report.skipped(&what, "taken after the check began")?;
            } else {
                report.bad(
                    &what,
                    "it is newer than the journal; the next start sets it aside",
                )?;
            }
        }
        Ok(())
    }
}
