//! The kiosk's journal: what is in it comes back, whatever happens to the kiosk or its disk.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use nowserving_shared::model::{
    BusinessDay, ClassId, Label, Language, Moment, ServiceId, TicketId,
};
use nowserving_shared::protocol::http::IssueRequest;
use nowserving_shared::protocol::kiosk::{LeaseView, TakenTicket};

use super::ledger::{Ledger, LedgerError};
use super::record::{RecordError, read, write};
use super::*;

/// How long a test waits for the thread.
const PATIENCE: Duration = Duration::from_secs(20);
const MORNING: Moment = Moment(1_772_415_660_000);

pub(crate) fn lease(id: u64, of: &str) -> LeaseView {
    LeaseView {
        ticket: TicketId(id),
        label: Label::new("A", u32::try_from(1_000 - id).expect("a small id"), 3),
        token: format!("secret-{id}"),
        service: ServiceId::new(of).expect("a slug"),
        day: BusinessDay(jiff::civil::date(2026, 3, 2)),
        granted_at: MORNING,
        until: MORNING.after(Duration::from_secs(8 * 3600)),
    }
}

fn leases(ids: impl IntoIterator<Item = u64>) -> Entry {
    Entry::Leases {
        at: MORNING,
        leases: ids.into_iter().map(|id| lease(id, "id-card")).collect(),
    }
}

fn taken(id: u64) -> Entry {
    Entry::Taken {
        taken: TakenTicket {
            person: None,
            ticket: TicketId(id),
            class: ClassId::new("ordinary").ok(),
            language: Language::En,
            taken_at: MORNING.after(Duration::from_secs(id)),
        },
        lease: None,
    }
}

fn to_undo(key: &str) -> Entry {
    let request = IssueRequest {
        person: None,
        service: ServiceId::new("id-card").expect("a slug"),
        class: None,
        language: Language::ZhCn,
    };
    let key = key.to_owned();
    Entry::ToUndo {
        undo: Undo { key, request },
    }
}

fn handed_over(ids: &[u64]) -> Entry {
    Entry::HandedOver {
        tickets: ids.iter().map(|id| TicketId(*id)).collect(),
    }
}

fn undone(key: &str) -> Entry {
    Entry::Undone {
        key: key.to_owned(),
    }
}

fn owed(book: &Book) -> Vec<u64> {
    book.pending().iter().map(|taken| taken.ticket.0).collect()
}

fn held(book: &Book) -> Vec<u64> {
    book.leases().iter().map(|lease| lease.ticket.0).collect()
}

fn reopened(data: &Path) -> Book {
    Ledger::open(data).expect("it opens again").book().clone()
}

#[test]
fn the_form_of_every_entry_is_the_golden_one_and_is_read_back() {
    let entries = [
        leases([11]),
        taken(11),
        to_undo("k-1"),
        handed_over(&[11]),
        undone("k-1"),
    ];
    let mut all = String::new();
    for entry in &entries {
        let bytes = write(entry);
        assert_eq!(read(1, &bytes).expect("just written"), *entry);
        all.push_str(&String::from_utf8(bytes).expect("JSON is text"));
        all.push('\n');
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/offline/golden/v1.ndjson");
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(Path::new(path).parent().expect("a folder")).expect("a folder");
        fs::write(path, &all).expect("the golden file is written");
    }
    let golden = fs::read_to_string(path).expect("the golden file is there");
    assert_eq!(golden, all, "a stored form never changes: add a version");
    let newer = read(7, br#"{"v":2,"e":{"t":"unheard_of"}}"#);
    assert!(matches!(
        newer,
        Err(RecordError::Newer { seq: 7, version: 2 })
    ));
    assert!(matches!(
        read(7, b"{"),
        Err(RecordError::Json { seq: 7, .. })
    ));
}

#[test]
fn a_kiosk_that_died_knows_what_it_holds_and_owes() {
    let data = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::open(data.path()).expect("a new journal");
    ledger.append(&[leases(11..=14)]).expect("written");
    ledger
        .append(&[taken(12), to_undo("k-1")])
        .expect("written");
    ledger.append(&[taken(11)]).expect("written");
    ledger.append(&[handed_over(&[12])]).expect("written");
    drop(ledger);
    let book = reopened(data.path());
    assert_eq!((held(&book), owed(&book)), (vec![13, 14], vec![11]));
    assert_eq!(book.undos().len(), 1);
    assert_eq!(book.latest(), MORNING.after(Duration::from_secs(12)));
    let mut ledger = Ledger::open(data.path()).expect("it opens again");
    ledger
        .append(&[undone("k-1"), handed_over(&[11])])
        .expect("written");
    drop(ledger);
    let book = reopened(data.path());
    assert_eq!((owed(&book), book.undos()), (vec![], &[][..]));
}

#[test]
fn new_leases_take_the_place_of_the_old_ones_but_not_of_what_was_given_out() {
    let mut book = Book::default();
    for entry in [leases(11..=13), taken(11), leases(11..=12)] {
        book.apply(&entry);
    }
    assert_eq!((held(&book), owed(&book)), (vec![12], vec![11]));
    let mut again = Book::default();
    for entry in book.entries() {
        again.apply(&entry);
    }
    assert_eq!(again, book, "what is dropped in tidying does not matter");
}

#[test]
fn a_journal_that_grows_is_tidied_and_keeps_what_matters() {
    let data = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::open(data.path()).expect("a new journal");
    ledger
        .append(&[leases(11..=14), taken(11), to_undo("k-0")])
        .expect("written");
    let size = || -> u64 {
        let files = fs::read_dir(data.path().join("journal")).expect("it is there");
        // The journal prepares its next segment in the background: a file may have another name by now.
        files
            .filter_map(|file| file.ok()?.metadata().ok())
            .map(|known| known.len())
            .sum()
    };
    for round in 0..400_u64 {
        ledger
            .append(&[leases((12..=14).chain(100..120 + round % 40))])
            .expect("written");
        ledger.tidy().expect("tidied");
        assert!(size() < 2 * 1024 * 1024, "it does not grow without bound");
    }
    let before = ledger.book().clone();
    assert_eq!((owed(&before), before.undos().len()), (vec![11], 1));
    drop(ledger);
    assert_eq!(reopened(data.path()), before);
}

#[test]
fn a_tidying_that_was_interrupted_is_finished_or_taken_back() {
    let data = tempfile::tempdir().expect("a directory");
    let at = |name: &str| data.path().join(name);
    let mut ledger = Ledger::open(data.path()).expect("a new journal");
    ledger
        .append(&[leases(11..=12), taken(11)])
        .expect("written");
    drop(ledger);
    // Interrupted while the new one was written: what there is of it is nothing.
    fs::create_dir(at("journal.new")).expect("a directory");
    assert_eq!(owed(&reopened(data.path())), [11]);
    assert!(!at("journal.new").exists());
    // Interrupted between the two renamings: the new one was whole.
    fs::rename(at("journal"), at("journal.new")).expect("renamed");
    fs::create_dir(at("journal.old")).expect("a directory");
    assert_eq!(owed(&reopened(data.path())), [11]);
    assert!(!at("journal.old").exists() && !at("journal.new").exists());
}

#[test]
fn damage_leaves_the_kiosk_without_offline_numbers() {
    let data = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::open(data.path()).expect("a new journal");
    ledger.append(&[leases(11..=12)]).expect("written");
    ledger.append(&[taken(11)]).expect("written");
    drop(ledger);
    let journal = data.path().join("journal");
    let files = fs::read_dir(&journal).expect("it is there");
    let mut segments: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| fs::metadata(path).expect("its length").len() >= 256 * 1024)
        .collect();
    segments.sort();
    let mut bytes = fs::read(&segments[0]).expect("the first segment");
    let first = bytes
        .windows(8)
        .position(|part| part == b"secret-1")
        .expect("the first entry");
    bytes[first] ^= 1;
    fs::write(&segments[0], &bytes).expect("damaged");
    let (restored, keeper) = open(data.path());
    assert_eq!((restored.book, keeper.is_none()), (None, true));
}

#[test]
fn two_kiosks_do_not_share_a_journal() {
    let data = tempfile::tempdir().expect("a directory");
    let _first = Ledger::open(data.path()).expect("a new journal");
    let second = Ledger::open(data.path()).expect_err("it is in use");
    assert!(matches!(second, LedgerError::Open(_)), "{second}");
}

#[test]
fn the_hall_is_kept_for_a_start_without_the_server() {
    let data = tempfile::tempdir().expect("a directory");
    let (restored, keeper) = open(data.path());
    assert_eq!(restored.hall, None);
    let keeper = keeper.expect("a new journal");
    let hall = crate::state::tests::hall::hall();
    keeper.keep_hall(hall.clone());
    let (written, told) = channel();
    keeper.append(vec![leases([11])], move |result| {
        written.send(result).expect("the test waits");
    });
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Ok(())));
    assert_eq!(
        keeper::read_hall(data.path()).expect("it is whole"),
        Some(hall)
    );
    fs::write(data.path().join("hall.json"), "{").expect("damaged");
    assert_eq!(
        open(data.path()).0.hall,
        None,
        "the kiosk starts all the same"
    );
}

#[test]
fn what_cannot_be_written_is_not_said_to_be() {
    let data = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::open(data.path()).expect("a new journal");
    let huge = Entry::Undone {
        key: "k".repeat(512 * 1024),
    };
    let refused = ledger.append(&[taken(11), huge]);
    assert!(
        matches!(refused, Err(LedgerError::Append(_))),
        "{refused:?}"
    );
    assert_eq!(owed(ledger.book()), [0_u64; 0], "all or none");
    drop(ledger);
    assert_eq!(owed(&reopened(data.path())), [0_u64; 0]);
}
