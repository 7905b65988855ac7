//! The store with real files and real histories.

mod mutations;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nowserving_journal::{Batch, Journal, JournalId, MemoryJournal, SegmentJournal};
use nowserving_shared::domain::Command;
use nowserving_shared::model::{Label, Moment, TicketId};

use super::*;
use crate::keys::{KEPT_EVENTS_MIN, KeyAt, KeyHash, TooOld};
use crate::projection::history::History;
use crate::projection::history::tests::{Story, staff, window};
use crate::projection::summary::summarize;
use crate::record;

/// How long a test waits for the store at most.
const PATIENCE: Duration = Duration::from_secs(60);

fn memory_journal(id: u8) -> MemoryJournal {
    MemoryJournal::new(JournalId([id; 16]))
}

/// Appends entries as the hall does: several to a frame.
fn append(journal: &mut dyn Journal, entries: &[Entry]) {
    for group in entries.chunks(17) {
        let mut batch = Batch::new();
        for entry in group {
            let recorded = &entry.recorded;
            batch
                .push_with(|out| {
                    record::write(
                        out,
                        recorded.at,
                        &recorded.by,
                        entry.key.as_ref(),
                        &recorded.event,
                    )
                })
                .expect("a frame has room for it");
        }
        journal.append(&mut batch).expect("memory takes everything");
    }
}

fn memory_journal_of(entries: &[Entry]) -> MemoryJournal {
    let mut journal = memory_journal(1);
    append(&mut journal, entries);
    journal
}

fn journal_of(story: &Story) -> MemoryJournal {
    memory_journal_of(&story.entries)
}

/// Opens a store, which must know every key of the journal's last day then.
fn open(dir: &Path, journal: &dyn Journal) -> (Store, StoreReport) {
    let opened = Store::open(dir, journal, &mut |_, _| {});
    let Opened {
        store,
        keys,
        report,
    } = opened.unwrap_or_else(|error| panic!("{error}"));
    let (used, newest) = keys_in(journal);
    let too_old = TooOld::at(newest, journal.head().seq);
    for key in used {
        if !too_old.is(&key) {
            assert_eq!(keys.find(key.hash), Some(key.seq));
        }
    }
    assert_eq!(keys.find(KeyHash::of("never used")), None);
    (store, report)
}

/// The keys of all events, and the latest time of an event.
fn keys_in(journal: &dyn Journal) -> (Vec<KeyAt>, Moment) {
    let mut used = Vec::new();
    let mut newest = Moment(0);
    let mut reader = journal.read_from(1).expect("the journal can be read");
    while let Some(frame) = reader.next_frame().expect("the journal is whole") {
        for (seq, bytes) in frame.entries() {
            let entry = record::read(seq, bytes).expect("a record");
            used.extend(KeyAt::of(&entry));
            newest = newest.max(entry.recorded.at);
        }
    }
    (used, newest)
}

/// The store answers as the history does: every row, every summary.
fn assert_right(store: &Store, story: &Story) {
    let history: History = story.history();
    for (id, row) in &history.rows {
        let stored = store.ticket(*id).expect("the store is there");
        assert!(stored.as_ref() == Some(row), "the row of ticket {id}");
    }
    let behind = TicketId(history.rows.len() as u64 + 1);
    assert_eq!(store.ticket(behind).expect("the store is there"), None);
    let days: std::collections::BTreeSet<_> = history.rows.values().map(|row| row.day).collect();
    assert_eq!(
        store.days().expect("the store is there"),
        days.iter().copied().collect::<Vec<_>>()
    );
    for day in days {
        let expected = summarize(day, history.of_day(day));
        let summary = store.summary(day).expect("the store is there");
        assert_eq!(
            serde_json::to_string(&summary).expect("JSON"),
            serde_json::to_string(&expected).expect("JSON")
        );
        let rows = store
            .tickets(day, None, TICKETS_MAX)
            .expect("the store is there");
        assert!(rows.iter().eq(history.of_day(day)), "the rows of {day}");
    }
}

#[test]
fn what_is_submitted_can_be_read_and_is_there_after_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(6_000, 7);
    let mut journal = memory_journal(1);
    let (store, report) = open(dir.path(), &journal);
    assert_eq!((report.rebuilt, report.folded), (None, 0));
    append(&mut journal, &story.entries);
    for group in story.entries.chunks(23) {
        store.submit(group.into());
    }
    assert!(store.wait_for(journal.head().seq, PATIENCE));
    assert_right(&store, &story);
    store.close();
    let (store, report) = open(dir.path(), &journal);
    assert_eq!((report.rebuilt, report.folded), (None, 0));
    assert_right(&store, &story);
}

#[test]
fn a_store_that_was_deleted_is_made_again_and_says_how_far_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(9_000, 8);
    let journal = journal_of(&story);
    let (store, _) = open(dir.path(), &journal);
    store.close();
    fs::remove_dir_all(dir.path()).expect("it is there");
    let mut told = Vec::new();
    let opened = Store::open(dir.path(), &journal, &mut |done, total| {
        told.push((done, total));
    });
    let Opened { store, report, .. } = opened.expect("it is made again");
    let events = journal.head().seq;
    assert_eq!((report.rebuilt, report.folded), (None, events));
    assert_eq!(told.last(), Some(&(events, events)));
    assert!(told.len() > 1 && told.is_sorted());
    assert_right(&store, &story);
}

#[test]
fn a_store_that_lags_behind_is_brought_up_to_date() {
    let dir = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(2_000, 9);
    let mut journal = memory_journal(1);
    append(&mut journal, &story.entries[..700]);
    open(dir.path(), &journal).0.close();
    append(&mut journal, &story.entries[700..]);
    let (store, report) = open(dir.path(), &journal);
    assert_eq!(
        (report.rebuilt, report.folded),
        (None, journal.head().seq - 700)
    );
    assert_right(&store, &story);
}

#[test]
fn only_one_process_has_a_store() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = memory_journal(1);
    let (store, _) = open(dir.path(), &journal);
    let second = Store::open(dir.path(), &journal, &mut |_, _| {});
    let error = second.expect_err("the first has it");
    assert!(matches!(error, StoreError::Locked { .. }));
    assert!(
        error.to_string().contains("locked by another process"),
        "{error}"
    );
    store.close();
    open(dir.path(), &journal);
}

#[test]
fn a_place_where_no_store_can_be_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file");
    fs::write(&file, "a file").expect("room");
    let journal = memory_journal(1);
    for place in [
        file,
        PathBuf::from("/proc/store"),
        PathBuf::from("/dev/null"),
    ] {
        let opened = Store::open(&place, &journal, &mut |_, _| {});
        let error = opened.expect_err("there is no store there").to_string();
        assert!(error.contains(&place.display().to_string()), "{error}");
    }
}

/// Opens a store that followed `then` with the journal `now`: it must be made again, for this reason.
fn made_again(then: &MemoryJournal, now: &MemoryJournal, story: &Story, why: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    open(dir.path(), then).0.close();
    let (store, report) = open(dir.path(), now);
    let reason = report.rebuilt.expect("it does not fit");
    assert!(reason.contains(why), "{reason}");
    assert_eq!(report.folded, now.head().seq);
    assert_right(&store, story);
    store.close();
    assert_eq!(open(dir.path(), now).1.rebuilt, None);
}

#[test]
fn a_store_of_another_journal_is_made_again() {
    let story = Story::of_chance(300, 10);
    let mut other = memory_journal(2);
    append(&mut other, &story.entries);
    made_again(&other, &journal_of(&story), &story, "another journal");
}

#[test]
fn a_store_that_knows_more_than_a_restored_journal_is_made_again() {
    let story = Story::of_chance(300, 11);
    let longer = Story::of_chance(400, 11);
    made_again(
        &journal_of(&longer),
        &journal_of(&story),
        &story,
        "does not have",
    );
}

#[test]
fn a_store_of_another_course_of_the_same_journal_is_made_again() {
    let (story, other) = (Story::of_chance(400, 12), Story::of_chance(300, 13));
    made_again(
        &journal_of(&other),
        &journal_of(&story),
        &story,
        "another course",
    );
}

/// A lock for a map that is opened past the store.
fn no_lock() -> Arc<fs::File> {
    Arc::new(tempfile::tempfile().expect("a file"))
}

#[test]
fn an_entry_that_is_missing_changed_or_too_many_is_noticed() {
    let story = Story::of_chance(300, 14);
    let journal = journal_of(&story);
    let row = rows::Group::of(TicketId(3)).key();
    let tampered: [(&str, table::Change); 4] = [
        ("missing", (row.clone(), None)),
        ("changed", (row, Some(b"{}".to_vec()))),
        ("too many", (layout::keys_key(1_000_000), Some(vec![0; 32]))),
        ("state", (layout::STATE_KEY.to_vec(), None)),
    ];
    for (name, change) in tampered {
        let dir = tempfile::tempdir().expect("a directory");
        open(dir.path(), &journal).0.close();
        let table = Table::open(&dir.path().join("sled"), no_lock()).expect("it is whole");
        table.apply(vec![change]).expect("sled takes it");
        drop(table);
        let (store, report) = open(dir.path(), &journal);
        assert!(report.rebuilt.is_some(), "{name}");
        assert_right(&store, &story);
        store.close();
    }
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("room");
    for file in fs::read_dir(from).expect("a directory").flatten() {
        let (source, target) = (file.path(), to.join(file.file_name()));
        if source.is_dir() {
            copy_dir(&source, &target);
        } else {
            fs::copy(&source, &target).expect("room");
        }
    }
}

#[test]
fn what_a_killed_process_left_is_right_after_opening() {
    let dir = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(3_000, 15);
    let journal = journal_of(&story);
    let (store, _) = open(dir.path(), &memory_journal(1));
    let mut copies = Vec::new();
    for (at, group) in story.entries.chunks(97).enumerate() {
        store.submit(group.into());
        if at % 8 == 7 {
            let copy = tempfile::tempdir().expect("a directory");
            copy_dir(dir.path(), copy.path());
            copies.push(copy);
        }
    }
    assert!(store.wait_for(journal.head().seq, PATIENCE));
    for copy in copies {
        let (store, _) = open(copy.path(), &journal);
        assert_right(&store, &story);
        store.close();
    }
}

#[test]
fn more_than_fits_into_the_queue_waits_and_nothing_is_lost() {
    let dir = tempfile::tempdir().expect("a directory");
    const ROOM: usize = 2_000;
    let story = Story::of_chance(ROOM + 5_000, 16);
    let journal = memory_journal(1);
    let opened = Store::open_queueing(dir.path(), &journal, None, ROOM, &mut |_, _| {});
    let store = opened.expect("a store").store;
    // One group is larger than the queue, the others are small.
    let (large, small) = story.entries.split_at(ROOM + 100);
    store.submit(large.into());
    small
        .chunks(10)
        .for_each(|group| store.submit(group.into()));
    assert!(store.wait_for(story.entries.len() as u64, PATIENCE));
    assert_right(&store, &story);
}

#[test]
fn a_store_that_fails_is_away_and_is_made_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(600, 17);
    let journal = journal_of(&story);
    let (store, _) = open(dir.path(), &memory_journal(1));
    store.submit(story.entries[..200].into());
    assert!(store.wait_for(200, PATIENCE));
    // An event is left out: what follows cannot be right any more.
    store.submit(story.entries[201..].into());
    let last = story.entries.len() as u64;
    assert!(!store.wait_for(last, PATIENCE));
    assert!(store.is_away());
    let error = store.ticket(TicketId(1)).expect_err("it is away");
    assert!(error.to_string().contains("at the moment"), "{error}");
    let deadline = std::time::Instant::now() + PATIENCE;
    while store.covered() < last && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert_eq!(store.covered(), last, "the hall may go on");
    store.close();
    let (store, report) = open(dir.path(), &journal);
    assert!(
        report
            .rebuilt
            .is_some_and(|why| why.contains("event 202 came where event 201"))
    );
    assert_right(&store, &story);
    store.close();
    assert_eq!(open(dir.path(), &journal).1.rebuilt, None);
}

#[test]
fn a_store_that_failed_is_made_again_while_the_hall_goes_on() {
    let place = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(900, 23);
    let options = nowserving_journal::Options::default();
    let opened = SegmentJournal::open(&place.path().join("journal"), &options);
    let (mut journal, _) = opened.expect("a journal");
    let dir = place.path().join("store");
    let reader = Some(journal.reader());
    let opened = Store::open_again_from(&dir, &journal, reader, &mut |_, _| {});
    let store = opened.expect("a store").store;
    let (before, after) = story.entries.split_at(600);
    append(&mut journal, before);
    store.submit(before[..200].into());
    assert!(store.wait_for(200, PATIENCE));
    // An event is left out: the store goes away, and lets go of what comes then.
    store.submit(before[201..].into());
    let deadline = std::time::Instant::now() + PATIENCE;
    let until = |away: bool| {
        while store.is_away() != away {
            assert!(std::time::Instant::now() < deadline, "away: {}", !away);
            std::thread::yield_now();
        }
    };
    until(true);
    append(&mut journal, after);
    store.submit(after[..100].into());
    until(false);
    store.submit(after[100..].into());
    assert!(store.wait_for(story.entries.len() as u64, PATIENCE));
    assert_right(&store, &story);
    store.close();
    assert_eq!(open(&dir, &journal).1.rebuilt, None);
}

#[test]
fn keys_older_than_a_day_are_removed_but_not_those_of_the_latest_events() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut at = 0;
    let mut stored = |story: &Story| {
        let (store, _) = open(dir.path(), &memory_journal_of(&story.entries[..at]));
        store.submit(story.entries[at..].into());
        store.close();
        at = story.entries.len();
        stored_keys(dir.path())
    };
    let mut story = Story::begin();
    story.takes("household");
    let first = stored(&story)[0].seq;
    story.later(25 * 3_600_000).takes("household");
    assert_eq!(stored(&story)[0].seq, first, "it is among the latest");
    let off = Command::SignOff {
        window: window("w1"),
    };
    let on = Command::SignOn {
        window: window("w1"),
    };
    for _ in 0..KEPT_EVENTS_MIN / 2 {
        assert!(story.does(&on, &staff("wang")) && story.does(&off, &staff("wang")));
    }
    let kept = stored(&story);
    assert!(kept[0].seq > first && kept.len() as u64 >= KEPT_EVENTS_MIN);
    let (_, report) = open(dir.path(), &journal_of(&story));
    assert_eq!((report.rebuilt, report.folded), (None, 0));
}

/// The keys in the store's map, in their order.
fn stored_keys(dir: &Path) -> Vec<KeyAt> {
    let table = Table::open(&dir.join("sled"), no_lock()).expect("it is whole");
    let (first, last) = (layout::FIRST_KEYS_KEY, layout::LAST_KEYS_KEY);
    let mut keys = Vec::new();
    let looked = table.scan(first, last, |key, value| {
        keys.extend(layout::read_keys(key, value).expect("it is whole"));
        ControlFlow::Continue(())
    });
    looked.expect("it is whole");
    keys
}

#[test]
fn a_row_that_has_grown_large_is_kept_like_every_other() {
    let dir = tempfile::tempdir().expect("a directory");
    let (large, story) = Story::of_a_ticket_that_moves_on_and_on();
    let (store, _) = open(dir.path(), &memory_journal(1));
    let mut lengths = Vec::new();
    for group in story.entries.chunks(50) {
        store.submit(group.into());
        let seq = group.last().map_or(0, |entry| entry.recorded.seq);
        assert!(store.wait_for(seq, PATIENCE));
        let row = store.ticket(large).expect("the store is there");
        lengths.extend(row.map(|row| row.to_bytes().expect("it is stored").len()));
    }
    let is_long = |length: &&usize| **length > rows::SHORT_BYTES_MAX;
    let long = lengths.iter().filter(is_long).count();
    assert!(long > 1 && long < lengths.len(), "{lengths:?}");
    assert_right(&store, &story);
    store.close();
    let (store, report) = open(dir.path(), &journal_of(&story));
    assert_eq!((report.rebuilt, report.folded), (None, 0));
    assert_right(&store, &story);
}

#[test]
fn whoever_reads_while_tickets_come_in_finds_the_day_whole() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut story = Story::begin();
    (0..600).for_each(|_| {
        story.takes("household");
    });
    let (store, _) = open(dir.path(), &memory_journal(1));
    let day = story.history().rows[&TicketId(1)].day;
    let last = story.entries.len() as u64;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for entry in &story.entries {
                store.submit(std::slice::from_ref(entry).into());
                let _ = store.wait_for(entry.recorded.seq, PATIENCE);
            }
        });
        let mut seen = 0;
        while store.covered() < last {
            let summary = store.summary(day).expect("the store is there");
            assert!(summary.all.issued >= seen);
            seen = summary.all.issued;
        }
    });
    assert_right(&store, &story);
}

#[test]
fn tickets_are_found_by_label_and_no_more_than_asked_for() {
    let dir = tempfile::tempdir().expect("a directory");
    let story = Story::of_chance(3_000, 18);
    let (store, _) = open(dir.path(), &journal_of(&story));
    let history = story.history();
    for row in history.rows.values().step_by(17) {
        let found = store
            .tickets(row.day, Some(&row.label), 10)
            .expect("the store is there");
        let expected: Vec<_> = history
            .of_day(row.day)
            .filter(|other| other.label == row.label)
            .collect();
        assert!(found.iter().eq(expected));
    }
    let day = history.rows[&TicketId(1)].day;
    assert_eq!(
        store
            .tickets(day, None, 3)
            .expect("the store is there")
            .len(),
        3
    );
    assert!(
        store
            .tickets(day, None, 0)
            .expect("the store is there")
            .is_empty()
    );
    let nobody = Label::from_text("Z999");
    assert!(
        store
            .tickets(day, Some(&nobody), 3)
            .expect("the store is there")
            .is_empty()
    );
}
