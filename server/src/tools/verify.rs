//! Checking a hall's data from the first event on.
//!
//! 1. The journal: every checksum, every link of the chain of hashes, and that it ends where its mark says.
//! 2. Every record is read and applied to an empty hall.
//! 3. Each snapshot is compared with the hall at that event.
//! 4. Each row of the store is compared with the row that the events give.
//!
//! Nothing is changed. Of a running hall, what is acknowledged when the check begins is checked; its store is in use and
//! left out.

mod snapshots;
mod store;

use std::io::{self, Write};
use std::path::Path;

use nowserving_shared::domain::Hall;

use super::Verdict;
use super::data_dir::{DataDir, Past};
use super::progress::Bar;
use crate::recovery::replay;
use snapshots::SnapshotChecker;
use store::StoreChecker;

/// How many events lie between two movements of the bar.
const PROGRESS_EVERY: u64 = 4096;

/// The report: a line for each thing that was looked at.
struct Report<'a> {
    out: &'a mut dyn Write,
    verdict: Verdict,
}

impl Report<'_> {
    fn good(&mut self, what: &str, found: &str) -> io::Result<()> {
        writeln!(self.out, "good   {what}: {found}")
    }

    fn skipped(&mut self, what: &str, why: &str) -> io::Result<()> {
        writeln!(self.out, "-      {what}: {why}")
    }

    fn bad(&mut self, what: &str, found: &str) -> io::Result<()> {
        self.verdict = Verdict::Bad;
        writeln!(self.out, "BAD    {what}: {found}")
    }
}

/// Checks the data directory `data` and writes what it finds to `out`, a line for each thing that was looked at.
///
/// # Errors
/// When the data cannot be looked at, or `out` not be written. What is found wrong is no error but in the verdict.
pub fn verify(data: &Path, out: &mut dyn Write) -> anyhow::Result<Verdict> {
    let data = DataDir::existing(data)?;
    let past = Past::open(&data)?;
    let mut report = Report {
        out,
        verdict: Verdict::Good,
    };
    if verify_chain(&past, &mut report)? {
        verify_hall(&data, &past, &mut report)?;
    }
    Ok(report.verdict)
}

/// Whether the journal is whole.
fn verify_chain(past: &Past, report: &mut Report<'_>) -> io::Result<bool> {
    let bar = Bar::new("checking the journal");
    let verified = past.reader.verify(past.head.seq, &mut |at| {
        bar.at(at.seq, at.last_seq);
    });
    drop(bar);
    let what = format!("journal {}", past.reader.id());
    let verified = match verified {
        Ok(verified) => verified,
        Err(error) => {
            report.bad(&what, &error.to_string())?;
            return Ok(false);
        }
    };
    if verified.head != past.head {
        let (read, marked) = (verified.head, past.head);
        let found = format!(
            "it ends with event {} in frame {}, and its mark says {} in {}",
            read.seq, read.hash, marked.seq, marked.hash
        );
        report.bad(&what, &found)?;
        return Ok(false);
    }
    let seen = if past.running {
        "; the hall is running, this is what it had acknowledged"
    } else {
        ""
    };
    let found = format!(
        "{} events in {} frames, {} bytes{seen}",
        verified.entries, verified.frames, verified.entry_bytes
    );
    report.good(&what, &found)?;
    Ok(true)
}

/// Replays everything and compares on the way.
fn verify_hall(data: &DataDir, past: &Past, report: &mut Report<'_>) -> anyhow::Result<()> {
    let mut snapshots = SnapshotChecker::new(data, past)?;
    let mut store = StoreChecker::new(data, past)?;
    let bar = Bar::new("replaying");
    let mut hall = Hall::default();
    let total = past.head.seq;
    snapshots.look(&hall);
    let replayed = replay(past.read()?, 1, &mut |entry| {
        hall.apply(&entry.recorded.event, entry.recorded.at);
        snapshots.look(&hall);
        store.take(&entry.recorded);
        if hall.seq().is_multiple_of(PROGRESS_EVERY) {
            bar.at(hall.seq(), total);
        }
    });
    drop(bar);
    match replayed {
        Ok(()) => {
            let (tickets, seq) = (hall.tickets().len(), hall.seq());
            report.good("hall", &format!("{tickets} live tickets after event {seq}"))?;
        }
        Err(error) => {
            report.bad("records", &error.to_string())?;
            return Ok(());
        }
    }
    snapshots.report(report)?;
    store.report(report)?;
    Ok(())
}
