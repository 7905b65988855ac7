//! A copy of a hall that may be running.
//!
//! The copy is itself a data directory: the journal up to what was acknowledged when the copy began, the newest snapshot
//! that is not newer, and the secrets. It is checked on its way, and a copy that was interrupted is refused by whoever opens
//! it. What can be made again is left out.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::data_dir::{DataDir, Past, make_empty, sync, sync_name};
use super::progress::Bar;
use crate::snapshots::Snapshots;

/// How many files the directory of secrets may have. It has one or two; more are something else.
const SECRETS_MAX: usize = 64;
/// Secrets are for the user who runs the hall only.
const SECRETS_MODE: u32 = 0o700;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// How many events.
    pub events: u64,
    /// The sequence of the snapshot that was taken along, if there was one.
    pub snapshot: Option<u64>,
    /// How many files of secrets.
    pub secrets: usize,
}

/// Copies the hall in `data`, which may be running, into the new or empty directory `to`. A line about it goes to `out`.
///
/// # Errors
/// A sentence about what was wrong and what to do. What is in `to` is of no use then.
pub fn backup(data: &Path, to: &Path, out: &mut dyn Write) -> anyhow::Result<BackedUp> {
    let from = DataDir::existing(data)?;
    let past = Past::open(&from)?;
    make_empty(to, "the backup")?;
    ensure!(
        !to.canonicalize()?.starts_with(data.canonicalize()?),
        "{} lies inside {}: name a directory elsewhere, best on another disk",
        to.display(),
        data.display()
    );
    let copy = DataDir::new(to);
    let bar = Bar::new("copying");
    past.reader
        .copy_to(&copy.journal(), past.head, &mut |at| {
            bar.at(at.seq, at.last_seq);
        })
        .with_context(|| format!("the backup to {} failed", to.display()))?;
    drop(bar);
    let events = past.head.seq;
    let done = BackedUp {
        events,
        snapshot: copy_snapshot(&from, &copy, &past)?,
        secrets: copy_secrets(&from.secrets(), &copy.secrets())?,
    };
    sync(to)?;
    sync_name(to)?;
    let snapshot = done
        .snapshot
        .map_or_else(|| "no snapshot".to_owned(), |seq| format!("snapshot {seq}"));
    writeln!(
        out,
        "{events} events, {snapshot} and {} secrets copied to {}",
        done.secrets,
        to.display()
    )?;
    Ok(done)
}

/// Copies the newest snapshot that is whole and not newer than the copy of the journal.
fn copy_snapshot(from: &DataDir, to: &DataDir, past: &Past) -> anyhow::Result<Option<u64>> {
    let snapshots = Snapshots::new(&from.snapshots(), past.reader.id());
    let Some(image) = snapshots.latest(past.head.seq) else {
        return Ok(None);
    };
    // Written anew rather than copied: a running hall may remove the file meanwhile.
    Snapshots::new(&to.snapshots(), past.reader.id()).write(&image)?;
    Ok(Some(image.seq))
}

/// Copies the files of secrets, with their rights.
fn copy_secrets(from: &Path, to: &Path) -> anyhow::Result<usize> {
    if !from.is_dir() {
        return Ok(0);
    }
    let failed = || format!("the secrets in {} cannot be copied", from.display());
    fs::create_dir(to).with_context(failed)?;
    fs::set_permissions(to, fs::Permissions::from_mode(SECRETS_MODE)).with_context(failed)?;
    let mut copied: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(from).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        if !entry.file_type().with_context(failed)?.is_file() {
            continue;
        }
        ensure!(
            copied.len() < SECRETS_MAX,
            "there are more than {SECRETS_MAX} files in {}: these are not the secrets of a hall",
            from.display()
        );
        let place = to.join(entry.file_name());
        fs::copy(entry.path(), &place).with_context(failed)?;
        sync(&place)?;
        copied.push(place);
    }
    sync(to)?;
    Ok(copied.len())
}
