//! Customers and clerks who press on, and a ledger of what they were told.
//!
//! Each command has an idempotency key. Whoever gets no answer asks again with the same key until there is one, so the
//! same people go on when the server is killed and started again. What was answered goes into the [`Ledger`]; a journal
//! is held against it with [`Ledger::check`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use nowserving_client::api::{Api, ApiError};
use nowserving_journal::{Journal, Options, SegmentJournal};
use nowserving_server::recovery::replay;
use nowserving_shared::domain::Event;
use nowserving_shared::model::{TicketId, WindowId};
use nowserving_shared::protocol::http::{IssuedView, WindowReply};
use nowserving_tests::harness::large::SERVICES;
use nowserving_tests::harness::{Clerk, LOOK_INTERVAL, fresh_key, number_for};
use tokio::task::JoinHandle;

/// How often one command is sent at most; between two of them lies [`LOOK_INTERVAL`].
const TRIES_MAX: u32 = 12_000;
/// How often a long run says how far it is.
const TELL_EVERY: u64 = 10;

/// What somebody was told about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) seq: u64,
    pub(crate) ticket: TicketId,
    pub(crate) window: WindowId,
}

/// What was answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    /// By idempotency key.
    pub(crate) issued: BTreeMap<String, IssuedView>,
    /// By idempotency key.
    pub(crate) called: BTreeMap<String, Call>,
    /// How many commands were sent again.
    pub(crate) repeated: u64,
}

/// What a journal holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) torn: bool,
    pub(crate) issued: BTreeMap<TicketId, String>,
    pub(crate) calls: BTreeMap<TicketId, Call>,
}

/// Opens the journal as a server would and reads all of it.
///
/// # Panics
/// When a key, a number of a day or a call is in it twice.
pub(crate) fn held_in(journal: &Path) -> Held {
    let opened = SegmentJournal::open(journal, &Options::default());
    let (journal, report) = opened.expect("the journal opens");
    let mut held = Held {
        torn: report.torn.is_some(),
        ..Held::default()
    };
    let (mut keys, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let reader = journal.read_from(1).expect("the journal is read");
    let replayed = replay(reader, 1, &mut |entry| {
        if let Some(key) = entry.key {
            assert!(keys.insert(key.key.clone()), "{} is there twice", key.key);
        }
        match entry.recorded.event {
            Event::DayOpened { .. } => labels.clear(),
            Event::Issued { ticket, label, .. } => {
                assert!(labels.insert(label.clone()), "{label} is there twice");
                let before = held.issued.insert(ticket, label.to_string());
                assert!(before.is_none(), "ticket {ticket} is there twice");
            }
            Event::Called { ticket, window, .. } => {
                let call = Call {
                    seq: entry.recorded.seq,
                    ticket,
                    window,
                };
                let before = held.calls.insert(ticket, call.clone());
                assert!(before.is_none(), "{before:?} and again {call:?}");
            }
            _ => {}
        }
    });
    replayed.expect("every record is read");
    held
}

impl Ledger {
    /// Holds a journal against what was answered.
    ///
    /// # Panics
    /// When something that was answered is missing or different, or one ticket was given for two keys.
    pub(crate) fn check(&self, held: &Held) {
        let mut given = BTreeSet::new();
        for (key, issued) in &self.issued {
            let label = held.issued.get(&issued.ticket);
            assert_eq!(
                label.map(String::as_str),
                Some(issued.label.as_str()),
                "{key}"
            );
            assert!(
                given.insert(issued.ticket),
                "two keys have {}",
                issued.label
            );
        }
        for (key, call) in &self.called {
            assert_eq!(held.calls.get(&call.ticket), Some(call), "{key}");
        }
    }
}

/// The people.
#[derive(Debug)]
pub(crate) struct Load {
    ledger: Arc<Mutex<Ledger>>,
    stop: Arc<AtomicBool>,
    pause: Arc<AtomicBool>,
    people: Vec<JoinHandle<()>>,
}

impl Load {
    /// Lets `customers` take numbers and `clerks` call and serve until [`Load::stop`].
    pub(crate) fn start(kiosk: &Api, customers: usize, clerks: &[Clerk]) -> Self {
        let (ledger, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let pause = Arc::new(AtomicBool::new(false));
        let customers = (0..customers).map(|number| {
            let (kiosk, ledger, stop) = (kiosk.clone(), Arc::clone(&ledger), Arc::clone(&stop));
            let pause = Arc::clone(&pause);
            tokio::spawn(async move {
                let service = format!("s{}", number % SERVICES);
                while !stop.load(Ordering::Acquire) {
                    rest(&pause).await;
                    take(&kiosk, &service, &ledger).await;
                }
            })
        });
        let mut people: Vec<_> = customers.collect();
        people.extend(clerks.iter().map(|clerk| {
            let (clerk, ledger, stop) = (clerk.clone(), Arc::clone(&ledger), Arc::clone(&stop));
            let pause = Arc::clone(&pause);
            tokio::spawn(async move {
                while !stop.load(Ordering::Acquire) {
                    rest(&pause).await;
                    if call_and_serve(&clerk, &ledger).await.is_none() {
                        tokio::time::sleep(LOOK_INTERVAL).await;
                    }
                }
            })
        }));
        Self {
            ledger,
            stop,
            pause,
            people,
        }
    }

    /// What was answered until now.
    pub(crate) fn ledger(&self) -> Ledger {
        self.ledger.lock().expect("nobody panics with it").clone()
    }

    /// How much was answered until now: numbers and calls.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let ledger = self.ledger.lock().expect("nobody panics with it");
        (ledger.issued.len(), ledger.called.len())
    }

    /// Lets everybody rest after what they do, or go on.
    pub(crate) fn pause(&self, pause: bool) {
        self.pause.store(pause, Ordering::Release);
    }

    /// Lets everybody finish what they do; the server must be there.
    pub(crate) async fn stop(self) -> Ledger {
        self.pause(false);
        self.stop.store(true, Ordering::Release);
        for person in self.people {
            person
                .await
                .expect("everybody was answered as they should be");
        }
        self.ledger.lock().expect("nobody panics with it").clone()
    }
}

async fn rest(pause: &AtomicBool) {
    while pause.load(Ordering::Acquire) {
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

/// Sends a command again, with the same key, while nobody knows whether it was carried out.
///
/// # Panics
/// When there is no answer after [`TRIES_MAX`] tries.
pub(crate) async fn insist<T, F: Future<Output = Result<T, ApiError>>>(
    ledger: &Mutex<Ledger>,
    mut send: impl FnMut() -> F,
) -> Result<T, ApiError> {
    for _ in 0..TRIES_MAX {
        match send().await {
            Err(error) if error.is_passing() => {
                ledger.lock().expect("nobody panics with it").repeated += 1;
                tokio::time::sleep(LOOK_INTERVAL).await;
            }
            answered => return answered,
        }
    }
    panic!("no answer in {TRIES_MAX} tries");
}

/// Takes a number.
pub(crate) async fn take(kiosk: &Api, service: &str, ledger: &Mutex<Ledger>) -> String {
    let (key, wanted) = (fresh_key(), number_for(service));
    let issued = insist(ledger, || kiosk.issue(&key, &wanted)).await;
    let issued = issued.expect("a number is given");
    let mut ledger = ledger.lock().expect("nobody panics with it");
    ledger.issued.insert(key.clone(), issued);
    key
}

/// Calls the next ticket, starts and finishes it. None when nobody waits.
pub(crate) async fn call_and_serve(clerk: &Clerk, ledger: &Mutex<Ledger>) -> Option<TicketId> {
    let (key, window) = (fresh_key(), &clerk.window);
    let api = clerk.api.clone().with_key(&key);
    let reply = match insist(ledger, || api.call_next(window, None)).await {
        Ok(reply) => reply,
        Err(error) => {
            assert_eq!(error.code(), Some("nobody-waits"), "{error}");
            return None;
        }
    };
    let ticket = note_call(ledger, key, window, &reply);
    let api = clerk.api.clone().with_key(&fresh_key());
    let started = insist(ledger, || api.start(window)).await;
    started.expect("service starts");
    let (api, done) = (clerk.api.clone().with_key(&fresh_key()), Default::default());
    let finished = insist(ledger, || api.finish(window, &done)).await;
    finished.expect("service is finished");
    Some(ticket)
}

fn note_call(
    ledger: &Mutex<Ledger>,
    key: String,
    window: &WindowId,
    reply: &WindowReply,
) -> TicketId {
    let ticket = reply.ticket.as_ref().expect("a ticket was called").ticket;
    let call = Call {
        seq: reply.seq,
        ticket,
        window: window.clone(),
    };
    let mut ledger = ledger.lock().expect("nobody panics with it");
    ledger.called.insert(key, call);
    ticket
}

/// Says from time to time how far a long run is.
pub(crate) fn tell(what: &str, done: u64, ledger: &Ledger) {
    if done.is_multiple_of(TELL_EVERY) {
        let (issued, called) = (ledger.issued.len(), ledger.called.len());
        println!("{done} {what}: {issued} numbers and {called} calls, all there, none twice");
    }
}

/// A number from the environment, for longer runs than the usual one.
pub(crate) fn from_environment(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a whole number"))
}
