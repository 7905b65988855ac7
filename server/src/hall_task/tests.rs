//! The hall task with a journal in memory: group commit, idempotency, and a journal that fails.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nowserving_journal::{
    AppendError, Appended, Head, IoFailure, JournalId, MemoryJournal, ReadError, Reader,
};
use nowserving_shared::board::Scope;
use nowserving_shared::domain::Origin;
use nowserving_shared::model::{Label, Language, ServiceId, StaffId, WindowId};

use super::*;

/// Derived state that remembers nothing.
struct Forgetful;

impl Derived for Forgetful {
    fn submit(&self, _: Arc<[Entry]>) {}
}

/// Lets through one append for each word that is sent to it, and counts those that have begun.
struct Turnstile {
    words: std::sync::mpsc::Receiver<()>,
    begun: Arc<AtomicUsize>,
}

/// A journal whose disk can be full or slow.
struct Full {
    inner: MemoryJournal,
    full: Arc<AtomicBool>,
    turnstile: Option<Turnstile>,
}

impl Full {
    fn check(&self) -> Result<(), AppendError> {
        if !self.full.load(Ordering::SeqCst) {
            return Ok(());
        }
        let source = std::io::Error::from(std::io::ErrorKind::StorageFull);
        Err(AppendError::NotWritten(IoFailure {
            doing: "write",
            path: "journal".into(),
            source,
        }))
    }
}

impl Journal for Full {
    fn id(&self) -> JournalId {
        self.inner.id()
    }
    fn append(&mut self, batch: &mut Batch) -> Result<Appended, AppendError> {
        self.check()?;
        if let Some(turnstile) = &self.turnstile {
            turnstile.begun.fetch_add(1, Ordering::SeqCst);
            // A test that has ended needs nothing more.
            let _ = turnstile.words.recv();
        }
        self.inner.append(batch)
    }
    fn probe(&mut self) -> Result<(), AppendError> {
        self.check()
    }
    fn head(&self) -> Head {
        self.inner.head()
    }
    fn read_from(&self, seq: u64) -> Result<Reader, ReadError> {
        self.inner.read_from(seq)
    }
}

fn replay(journal: &dyn Journal) -> Result<Hall, String> {
    let mut hall = Hall::default();
    let mut reader = journal.read_from(1).map_err(|error| error.to_string())?;
    while let Some(frame) = reader.next_frame().map_err(|error| error.to_string())? {
        for (seq, bytes) in frame.entries() {
            let entry = record::read(seq, bytes).map_err(|error| error.to_string())?;
            hall.apply(&entry.recorded.event, entry.recorded.at);
        }
    }
    Ok(hall)
}

/// A running hall with the small example loaded, and the switch that fills its disk.
async fn hall() -> (HallHandle, Arc<AtomicBool>) {
    let full = Arc::new(AtomicBool::new(false));
    let (handle, _) = started(full.clone(), None);
    handle
        .command(load(), By::System, None, |_| ())
        .await
        .expect("the example is loaded");
    (handle, full)
}

fn load() -> Command {
    Command::LoadConfiguration {
        catalogue: Arc::new(Catalogue::small_example()),
    }
}

fn started(full: Arc<AtomicBool>, turnstile: Option<Turnstile>) -> (HallHandle, Hub) {
    let journal = Full {
        inner: MemoryJournal::new(JournalId([7; 16])),
        full,
        turnstile,
    };
    let clock = Clock::System;
    let empty = Hall::default();
    let hub = Hub::new("test", &empty, clock.now());
    let parts = Parts {
        hub: hub.clone(),
        hall: empty,
        journal: Box::new(journal),
        keys: Keys::default(),
        store: Box::new(Forgetful),
        clock,
        rebuild: Box::new(replay),
        snapshot: Box::new(|_| {}),
    };
    (start(parts).expect("a thread starts"), hub)
}

fn take() -> Command {
    Command::Issue {
        service: ServiceId::new("household").expect("a slug"),
        class: None,
        language: Language::ZhCn,
        origin: Origin::Reception,
        person: None,
    }
}

fn key(text: &str, fingerprint: &str) -> Option<RequestKey> {
    Some(RequestKey {
        key: text.into(),
        fingerprint: fingerprint.into(),
    })
}

fn label(committed: &Committed<'_>) -> (Label, bool) {
    match committed.entries {
        [
            Entry {
                recorded:
                    Recorded {
                        event: Event::Issued { label, .. },
                        ..
                    },
                ..
            },
        ] => (label.clone(), committed.replayed),
        other => panic!("issuing led to {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_who_take_a_number_at_once_get_different_numbers() {
    let (hall, _) = hall().await;
    let takers = (0..400).map(|_| {
        let hall = hall.clone();
        tokio::spawn(async move {
            hall.command(take(), By::System, None, |done| label(done).0)
                .await
        })
    });
    let mut labels = BTreeSet::new();
    for taker in takers.collect::<Vec<_>>() {
        labels.insert(taker.await.expect("no panic").expect("a number"));
    }
    assert_eq!(labels.len(), 400);
}

#[tokio::test]
async fn the_same_key_gives_the_same_ticket_and_another_request_with_it_is_refused() {
    let (hall, _) = hall().await;
    let first = hall
        .command(take(), By::System, key("k", "one"), label)
        .await
        .expect("a number");
    let again = hall
        .command(take(), By::System, key("k", "one"), label)
        .await
        .expect("the same");
    assert_eq!((first.0.clone(), true), again);
    let other = hall
        .command(take(), By::System, key("k", "two"), label)
        .await;
    assert_eq!(other, Err(CommandError::KeyReused));
    let tickets = hall
        .look(|hall, _| hall.tickets().len())
        .await
        .expect("a look");
    assert_eq!(tickets, 1);
}

#[tokio::test]
async fn a_key_is_found_within_the_very_group() {
    let (hall, _) = hall().await;
    let (first, second) = tokio::join!(
        hall.command(take(), By::System, key("k", "one"), label),
        hall.command(take(), By::System, key("k", "one"), label),
    );
    assert_eq!(first.expect("a number").0, second.expect("the same").0);
}

#[tokio::test]
async fn a_key_that_is_older_than_what_is_at_hand_is_answered_from_the_journal() {
    let (hall, _) = hall().await;
    let first = hall
        .command(take(), By::System, key("k", "one"), label)
        .await
        .expect("a number");
    let window = WindowId::new("w1").expect("a slug");
    let by = By::Staff(StaffId::new("wang").expect("a slug"));
    for on in (0..=RECENT_EVENTS_MAX).map(|round| round % 2 == 0) {
        let command = if on {
            Command::SignOn {
                window: window.clone(),
            }
        } else {
            Command::SignOff {
                window: window.clone(),
            }
        };
        let done = hall.command(command, by.clone(), None, |_| ()).await;
        done.expect("nothing speaks against it");
    }
    let again = hall
        .command(take(), By::System, key("k", "one"), label)
        .await;
    assert_eq!(again, Ok((first.0, true)));
    let other = hall
        .command(take(), By::System, key("k", "two"), label)
        .await;
    assert_eq!(other, Err(CommandError::KeyReused));
}

#[tokio::test]
async fn a_full_disk_refuses_loses_nothing_and_the_hall_goes_on_when_there_is_room() {
    let (hall, full) = hall().await;
    hall.command(take(), By::System, None, label)
        .await
        .expect("a number");
    full.store(true, Ordering::SeqCst);
    let refused = hall
        .command(take(), By::System, key("k", "one"), label)
        .await;
    assert!(
        matches!(refused, Err(CommandError::NotRecorded(_))),
        "{refused:?}"
    );
    assert!(matches!(hall.health(), Health::NotWritable(_)));
    let live = hall
        .look(|hall, _| hall.tickets().len())
        .await
        .expect("a look");
    assert_eq!(live, 1, "what was not recorded has not happened");
    full.store(false, Ordering::SeqCst);
    let deadline = Instant::now() + Duration::from_secs(20);
    let next = loop {
        match hall
            .command(take(), By::System, key("k", "one"), label)
            .await
        {
            Ok((label, replayed)) => {
                assert!(!replayed, "nothing had come of the key");
                break label;
            }
            Err(error) => assert!(Instant::now() < deadline, "still refused: {error}"),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(next.as_str(), "A002");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_hears_of_what_is_not_on_disk_also_when_time_passes_meanwhile() {
    let begun = Arc::new(AtomicUsize::new(0));
    let (word, words) = std::sync::mpsc::channel();
    let turnstile = Turnstile {
        words,
        begun: begun.clone(),
    };
    let (hall, hub) = started(Arc::default(), Some(turnstile));
    let until_begun = async |count| {
        let deadline = Instant::now() + Duration::from_secs(20);
        while begun.load(Ordering::SeqCst) < count {
            assert!(Instant::now() < deadline, "append {count} does not begin");
            tokio::task::yield_now().await;
        }
    };
    let asks = |command: Command| {
        let hall = hall.clone();
        tokio::spawn(async move { hall.command(command, By::System, None, |_| ()).await })
    };
    word.send(()).expect("the journal waits");
    asks(load()).await.expect("no panic").expect("it is loaded");
    let mut wall = hub.subscribe(&Scope::Wall(None), None);

    // While one number is being written, somebody else asks and time passes: both come into the next group.
    let first = asks(take());
    until_begun(2).await;
    let second = asks(take());
    while hall.queued() == 0 {
        tokio::task::yield_now().await;
    }
    hall.tick();
    word.send(()).expect("the journal waits");
    first.await.expect("no panic").expect("a number");
    until_begun(3).await;
    let told = std::iter::from_fn(|| wall.updates.try_recv().ok()).count();
    assert_eq!(told, 1, "only of the number that is on disk");
    word.send(()).expect("the journal waits");
    second.await.expect("no panic").expect("a number");
    assert!(wall.updates.try_recv().is_ok());
}

#[tokio::test]
async fn refusals_reach_who_asked_and_doors_follow_the_configuration() {
    let (hall, _) = hall().await;
    let window = WindowId::new("w1").expect("a slug");
    let by = By::Staff(StaffId::new("wang").expect("a slug"));
    let call = Command::CallNext {
        window,
        service: None,
    };
    let refused = hall.command(call, by, None, |_| ()).await;
    assert_eq!(refused, Err(CommandError::Refused(Refusal::WindowClosed)));
    assert!(hall.doors().catalogue.is_some());
}

#[tokio::test]
async fn a_stopped_hall_answers_that_it_stops() {
    let (hall, _) = hall().await;
    hall.stop().await;
    let refused = hall.command(take(), By::System, None, |_| ()).await;
    assert_eq!(refused, Err(CommandError::Stopping));
}
