//! Random faults between a hall and its walls: every call is shown where it is, said once in its zone or left out with a
//! line in the log, and nothing is shown that was not called.
//!
//! The server is its program, killed with SIGKILL; the walls are the display's own parts but for drawing and the
//! loudspeaker, each behind a cable that is pulled, falls silent, is slow, and delivers twice or in another order.
//!
//! `NOWSERVING_FAULTS=1000` makes a thousand instead of as many as fit the usual run.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nowserving_client::api::Api;
use nowserving_display::view::{Body, View};
use nowserving_journal::simulated::Chance;
use nowserving_shared::board::WindowDoes;
use nowserving_shared::model::WindowId;
use nowserving_tests::harness::process::Server;
use nowserving_tests::harness::screens::Wall;
use nowserving_tests::harness::socket_cable::{Delivers, SocketCable};
use nowserving_tests::harness::{LOOK_INTERVAL, Site, eventually, number_for, service};
use tokio::sync::watch;

use crate::load;

/// How many faults there are in the usual run.
const FAULTS: u64 = 60;
/// A fault lasts at most so long, and so long is the peace before the next at most.
const FAULT_MS_MAX: usize = 900;
const PEACE_MS_MAX: usize = 500;
/// How long an announcement takes: so long that calls wait in the server when it is killed, and some of them are served before
/// a display is back.
const SAYS: Duration = Duration::from_millis(700);
/// What the log says of a call that is not said, and of one that was perhaps not heard.
const NOT_SAID: [&str; 2] = [
    "a call is not said",
    "nobody told that these calls were heard",
];
/// How long a called customer takes at most to come, and then at most to be served.
const WALK_MS_MAX: usize = 900;
const WALLS: usize = 3;
/// So many are called at most while things break: a day has so many numbers, and one is left for afterwards.
const CALLS_MAX: u64 = 400;
/// What a fault and the peace after it take on average.
const FAULT_MS: u64 = (FAULT_MS_MAX + PEACE_MS_MAX) as u64 / 2;
/// So many customers wait at most.
const WAITING: usize = 5;
/// What the server's log is to hold.
const LOG: &str = "warn,nowserving_server::voice=info";
const WINDOWS: [(&str, &str, u32); 2] = [("wang", "w1", 1), ("li", "w2", 2)];

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    ServerKilled,
    WallKilled,
    LinkCut,
    LinkHalfOpen,
    LinkSlow,
    Twice,
    Swapped,
}

const ALL: [Fault; 7] = [
    Fault::ServerKilled,
    Fault::WallKilled,
    Fault::LinkCut,
    Fault::LinkHalfOpen,
    Fault::LinkSlow,
    Fault::Twice,
    Fault::Swapped,
];

/// A call as people know it: number and window.
type Called = (String, String);

/// What people saw and heard. Shared by all walls.
#[derive(Debug, Default)]
struct Ledger {
    /// Every number that stood on a wall as called or served, with its window.
    shown: BTreeSet<Called>,
    /// Who said which call to its end: the life of a wall, and the sequences.
    heard: Vec<(usize, u64, String)>,
}

type Shared = Arc<Mutex<Ledger>>;

fn ledger(shared: &Shared) -> std::sync::MutexGuard<'_, Ledger> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A wall as a thing of its own, that can be switched off like one.
struct Machine {
    wall: Wall,
    runtime: tokio::runtime::Runtime,
    lives: Arc<AtomicBool>,
}

impl Machine {
    fn on(api: &Api, token: &str, life: usize, shared: &Shared) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let lives = Arc::new(AtomicBool::new(true));
        let (alive, book) = (lives.clone(), shared.clone());
        let heard = move |announcement: &nowserving_shared::announce::Announcement| {
            // The dead make no sound.
            if alive.load(Ordering::SeqCst) {
                for call in &announcement.calls {
                    let label = call.label.as_str().to_owned();
                    ledger(&book).heard.push((life, call.seq, label));
                }
            }
        };
        let book = shared.clone();
        let seen = move |view: &View| {
            if let Body::Board(board) = &view.body {
                let calls = board.now.iter().chain(&board.calls);
                let calls = calls.map(|call| (call.label.clone(), call.number.clone()));
                ledger(&book).shown.extend(calls);
            }
        };
        let wall = {
            let _inside = runtime.enter();
            Wall::start_speaking(api.clone(), token, SAYS, heard, seen)
        };
        Self {
            wall,
            runtime,
            lives,
        }
    }

    fn off(self) {
        self.lives.store(false, Ordering::SeqCst);
        self.runtime.shutdown_background();
    }
}

/// Everything that can break.
struct Parts {
    data: PathBuf,
    address: SocketAddr,
    server: Option<Server>,
    log: String,
    cables: Vec<SocketCable>,
    machines: Vec<Option<Machine>>,
    token: String,
    lives: usize,
    shared: Shared,
}

impl Parts {
    fn start_wall(&mut self, which: usize) {
        self.lives += 1;
        let address = self.cables[which].address();
        let api = Api::new(&format!("http://{address}")).expect("an address");
        let api = api.with_device_token(&self.token);
        let machine = Machine::on(&api, &self.token, self.lives, &self.shared);
        self.machines[which] = Some(machine);
    }

    async fn start_server(&mut self) {
        let server = Server::start_logging(LOG, &self.data, self.address, &[]).await;
        self.server = Some(server.expect("the server starts"));
    }

    fn kill_server(&mut self) {
        let log = self.server.take().map(Server::kill);
        self.log.extend(log);
        self.log.push('\n');
    }

    async fn breaks(&mut self, fault: Fault, which: usize) {
        let cable = &mut self.cables[which];
        match fault {
            Fault::ServerKilled => self.kill_server(),
            Fault::WallKilled => {
                if let Some(machine) = self.machines[which].take() {
                    machine.off();
                }
            }
            Fault::LinkCut => cable.is_pulled().await,
            Fault::LinkHalfOpen => cable.delivers(Delivers::Nothing),
            Fault::LinkSlow => cable.delivers(Delivers::Late),
            Fault::Twice => cable.delivers(Delivers::Twice),
            Fault::Swapped => cable.delivers(Delivers::Swapped),
        }
    }

    async fn is_mended(&mut self, fault: Fault, which: usize) {
        match fault {
            Fault::ServerKilled => self.start_server().await,
            Fault::WallKilled => self.start_wall(which),
            Fault::LinkCut => self.cables[which].is_plugged_in().await,
            Fault::LinkHalfOpen | Fault::LinkSlow | Fault::Twice | Fault::Swapped => {
                self.cables[which].delivers(Delivers::Well);
            }
        }
    }

    async fn break_at_random(&mut self, count: u64) -> BTreeMap<Fault, u64> {
        let mut chance = Chance::new(2026);
        let mut made = BTreeMap::new();
        for _ in 0..count {
            let (fault, which) = (ALL[chance.below(ALL.len())], chance.below(WALLS));
            self.breaks(fault, which).await;
            *made.entry(fault).or_default() += 1;
            pause(&mut chance, FAULT_MS_MAX).await;
            self.is_mended(fault, which).await;
            pause(&mut chance, PEACE_MS_MAX).await;
        }
        made
    }
}

/// When something happens is what is tried here, not something to be waited for.
async fn pause(chance: &mut Chance, ms_max: usize) {
    tokio::time::sleep(Duration::from_millis(chance.below(ms_max) as u64)).await;
}

/// A clerk who calls, serves and rests until the hall closes, whatever the server does; gives who was called.
async fn works(
    api: Api,
    (window, number): (WindowId, u32),
    (seed, rest): (u64, Duration),
    closed: watch::Receiver<bool>,
) -> BTreeSet<String> {
    let mut chance = Chance::new(seed);
    let mut called = BTreeSet::new();
    while !*closed.borrow() {
        let _ = api.call_next(&window, None).await;
        let Some(label) = at_window(&api, number).await else {
            tokio::time::sleep(LOOK_INTERVAL).await;
            continue;
        };
        called.insert(label);
        pause(&mut chance, WALK_MS_MAX).await;
        let _ = api.start(&window).await;
        pause(&mut chance, WALK_MS_MAX).await;
        let _ = api.finish(&window, &Default::default()).await;
        tokio::time::sleep(rest).await;
    }
    called
}

/// The number that is at a window, as far as the server tells.
async fn at_window(api: &Api, number: u32) -> Option<String> {
    let windows = api.windows().await.ok()?;
    let line = windows.into_iter().find(|line| line.number == number)?;
    match line.does {
        WindowDoes::Calling { label } | WindowDoes::Serving { label, .. } => {
            Some(label.as_str().to_owned())
        }
        WindowDoes::Closed | WindowDoes::Free | WindowDoes::Paused { .. } => None,
    }
}

/// Keeps some customers waiting until the hall closes.
async fn comes(kiosk: Api, desk: Api, closed: watch::Receiver<bool>) {
    for visitor in 0.. {
        if *closed.borrow() {
            return;
        }
        let waiting = desk.queue(&service("household"), WAITING).await;
        if waiting.is_ok_and(|queue| queue.next.len() < WAITING) {
            takes_a_number(&kiosk, visitor).await;
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

async fn takes_a_number(kiosk: &Api, visitor: u64) {
    let key = format!("visitor-{visitor}");
    // A server that is away gives none; the next visitor tries again.
    let _ = kiosk.issue(&key, &number_for("household")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn faults_between_hall_and_walls_leave_no_call_unsaid_unlogged_or_wrongly_shown() {
    let wanted = load::from_environment("NOWSERVING_FAULTS", FAULTS);
    let mut site = Site::start().await;
    let desk = site.staff("desk").await;
    let mut clerks = Vec::new();
    for (staff, window, number) in WINDOWS {
        let clerk = site.clerk(staff, window).await;
        let window = WindowId::new(window).expect("an id");
        clerks.push((clerk.api.clone(), (window, number)));
    }
    let token = site.enrol("wall-east").await.token;
    let address: SocketAddr = site.url()["http://".len()..].parse().expect("an address");
    site.stop().await;
    let mut cables = Vec::new();
    for _ in 0..WALLS {
        cables.push(SocketCable::to(address).await);
    }
    let shared = Shared::default();
    let mut parts = Parts {
        data: site.data(),
        address,
        server: None,
        log: String::new(),
        cables,
        machines: (0..WALLS).map(|_| None).collect(),
        token,
        lives: 0,
        shared: shared.clone(),
    };
    parts.start_server().await;
    for which in 0..WALLS {
        parts.start_wall(which);
    }

    let (close, closed) = watch::channel(false);
    let customers = tokio::spawn(comes(site.kiosk(), desk.clone(), closed.clone()));
    let rest = wanted * FAULT_MS * WINDOWS.len() as u64 / CALLS_MAX;
    let rest = Duration::from_millis(rest);
    let working: Vec<_> = (1..)
        .zip(clerks)
        .map(|(seed, (api, window))| tokio::spawn(works(api, window, (seed, rest), closed.clone())))
        .collect();
    let made = parts.break_at_random(wanted).await;
    close.send_replace(true);
    customers.await.expect("no panic");
    let mut called = BTreeSet::new();
    for ((_, _, number), clerk) in WINDOWS.into_iter().zip(working) {
        let labels = clerk.await.expect("no panic");
        called.extend(labels.into_iter().map(|label| (label, number.to_string())));
    }

    // In peace again every wall shows the next call, and it is heard.
    let last = eventually("a last call", async || {
        let api = site.staff("wang").await;
        let window = WindowId::new("w1").expect("an id");
        takes_a_number(&site.kiosk(), u64::MAX).await;
        let _ = api.finish(&window, &Default::default()).await;
        let _ = api.call_next(&window, None).await;
        let is_new = |label: &String| !called.contains(&(label.clone(), "1".to_owned()));
        at_window(&api, 1).await.filter(is_new)
    })
    .await;
    called.insert((last.clone(), "1".to_owned()));
    for machine in parts.machines.iter_mut().flatten() {
        assert_eq!(machine.wall.calls(&last).await, "1");
    }
    eventually("the last call is heard", async || {
        let book = ledger(&shared);
        book.heard
            .iter()
            .any(|(_, _, label)| *label == last)
            .then_some(())
    })
    .await;
    parts.kill_server();

    let book = ledger(&shared);
    for shown in &book.shown {
        assert!(
            called.contains(shown),
            "{shown:?} was shown and never called"
        );
    }
    let mut unheard = Vec::new();
    for (label, window) in &called {
        let is_heard = book.heard.iter().any(|(_, _, heard)| heard == label);
        let is_logged = parts.log.lines().any(|line| {
            line.contains(label.as_str()) && NOT_SAID.iter().any(|said| line.contains(said))
        });
        if !is_heard && !is_logged {
            unheard.push((label, window));
        }
    }
    let mut by_one = BTreeMap::<(usize, u64), usize>::new();
    let mut by_all = BTreeMap::<u64, usize>::new();
    for (life, seq, _) in &book.heard {
        *by_one.entry((*life, *seq)).or_default() += 1;
        *by_all.entry(*seq).or_default() += 1;
    }
    let twice_by_one: Vec<_> = by_one.iter().filter(|(_, times)| **times > 1).collect();
    let twice = by_all.values().filter(|times| **times > 1).count();
    println!(
        "{wanted} faults, {} calls, {} heard, {twice} of them twice, {} lives of walls: {made:?}",
        called.len(),
        by_all.len(),
        parts.lives,
    );
    assert!(
        unheard.is_empty(),
        "neither heard nor in the log: {unheard:?}\n{}",
        parts.log
    );
    assert!(
        twice_by_one.is_empty(),
        "said twice by one wall: {twice_by_one:?}"
    );
    for machine in parts.machines.drain(..).flatten() {
        machine.off();
    }
}
