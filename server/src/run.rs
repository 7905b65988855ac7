//! A whole server, from its data directory to its doors, and back.
//!
//! Starting: the address is taken, the journal opened and checked, the hall made again, derived state brought up to date,
//! and only then are the doors opened. Stopping goes the other way: no new connections, open requests finished, websockets
//! told, everything that was sent to the hall decided, a snapshot written, the files closed.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use nowserving_journal::{Journal, JournalReader, Options, SegmentJournal};
use nowserving_shared::domain::{By, Command, Hall};
use nowserving_shared::model::Catalogue;
use nowserving_shared::model::catalogue::Role;
use nowserving_voice::Voices;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::auth::{Guard, TicketTokens};
use crate::hall_task::{self, HallHandle, Parts};
use crate::hub::Hub;
use crate::inspection::{self, Inspection};
use crate::keys::Keys;
use crate::reports::Reports;
use crate::settings::Settings;
use crate::snapshots::{SnapshotWriter, Snapshots};
use crate::socket::Presence;
use crate::store::{self, Store};
use crate::tools::DataDir;
use crate::voice::Rooms;
use crate::{hooks, http, metrics, recovery, serve};

/// How often time takes effect when nobody does anything: days that end, delays that are over.
const TICK_INTERVAL: Duration = Duration::from_millis(250);
/// How often a long start says how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The one-time code with which the first administrator sets a password; none when one has.
    pub setup_code: Option<String>,
    hall: HallHandle,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    ticking: JoinHandle<()>,
    telling_hooks: JoinHandle<()>,
    inspection: Inspection,
}

impl Running {
    /// Stops the server; loses nothing that was answered. Takes at most as long as open requests are given.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // A panic in there was logged, and nothing is left to be waited for.
        let _ = self.serving.await;
        self.ticking.abort();
        let _ = self.telling_hooks.await;
        // It only looks, and ends at its next pause.
        drop(self.inspection);
        self.hall.stop().await;
    }
}

/// Runs a server until the process is told to stop (SIGTERM, SIGINT).
///
/// # Errors
/// What kept it from starting, with what to do.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let running = start(settings).await?;
    tracing::info!(address = %running.address, "the doors are open");
    if let Some(code) = &running.setup_code {
        println!("set-up code: {code}");
    }
    wait_for_a_signal().await?;
    tracing::info!("stopping");
    running.stop().await;
    tracing::info!("stopped");
    Ok(())
}

async fn wait_for_a_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be waited for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be waited for")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Starts a server and returns when its doors are open.
///
/// # Errors
/// What kept it from starting, with what to do.
pub async fn start(settings: Settings) -> anyhow::Result<Running> {
    let catalogue = settings.configuration.as_deref().map(read_configuration);
    let catalogue = catalogue.transpose()?;
    let voices = Voices::of_folders(&settings.voices).context("--voice")?;
    for warning in &voices.warnings {
        tracing::warn!("{warning}");
    }
    let voices = Arc::new(voices.voices);
    let listener = listen(settings.listen)?;
    let address = listener
        .local_addr()
        .context("the address cannot be read back")?;
    serve::make_room_for(settings.limits.connections_max);
    metrics::start();

    let opening = settings.clone();
    let opened = tokio::task::spawn_blocking(move || open(&opening))
        .await
        .context("opening the data directory panicked; see the log above")??;
    let Opened {
        parts,
        store,
        tickets,
        reader,
    } = opened;
    let (hub, head) = (parts.hub.clone(), parts.journal.head().seq);
    let hall = hall_task::start(parts).context("no thread for the hall")?;
    load_configuration(&hall, catalogue, settings.reload).await?;

    let setup_code = needs_set_up(&hall).then(Guard::draw_setup_code);
    let (stop, stopping) = watch::channel(false);
    let rooms = Rooms::new(hall.clone(), hub.clone(), stopping.clone());
    if let Some(catalogue) = hall.doors().catalogue {
        rooms.open_for(&catalogue);
    }
    let telling_hooks = hooks::run(
        hall.clone(),
        hub.clone(),
        settings.hooks.clone(),
        stopping.clone(),
    );
    let telling_hooks = tokio::spawn(telling_hooks);
    let app = Arc::new(App {
        rooms,
        voices,
        hall: hall.clone(),
        hub,
        store,
        guard: Guard::new(
            setup_code.clone(),
            settings.behind_tls,
            settings.session_idle_max,
        ),
        tickets,
        presence: Presence::default(),
        reports: Reports::default(),
        socket_times: settings.socket_times,
        stopping: stopping.clone(),
    });
    let ticking = tokio::spawn(tick(hall.clone()));
    let router = http::router(app);
    let serving = tokio::spawn(serve::serve(listener, router, settings.limits, stopping));
    Ok(Running {
        inspection: inspection::start(reader, head).context("no thread for the inspection")?,
        address,
        setup_code,
        hall,
        stop,
        serving,
        ticking,
        telling_hooks,
    })
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    serve::listen(address).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program listens there: stop it, or choose another address with --listen"
            }
            ErrorKind::AddrNotAvailable => "this machine has no such address",
            ErrorKind::PermissionDenied => "ports below 1024 need a privilege; choose a higher one",
            _ => "choose another address with --listen",
        };
        anyhow::anyhow!("{address} cannot be listened to ({error}): {advice}")
    })
}

fn read_configuration(text: &str) -> anyhow::Result<Arc<Catalogue>> {
    match Catalogue::parse(text) {
        Ok(catalogue) => Ok(Arc::new(catalogue)),
        Err(faults) => bail!("the configuration is not loaded, because it has faults:\n{faults}"),
    }
}

async fn tick(hall: HallHandle) {
    let mut ticks = tokio::time::interval(TICK_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        hall.tick();
    }
}

/// Loads the configuration when the hall has none, or when it has another and `reload` asks for it.
async fn load_configuration(
    hall: &HallHandle,
    catalogue: Option<Arc<Catalogue>>,
    reload: bool,
) -> anyhow::Result<()> {
    let Some(catalogue) = catalogue else {
        return Ok(());
    };
    for warning in &catalogue.warnings {
        tracing::warn!(line = warning.line, "{}", warning.what);
    }
    let held = hall.doors().catalogue;
    let wanted = held.is_none_or(|held| reload && held != catalogue);
    if !wanted {
        return Ok(());
    }
    let load = Command::LoadConfiguration { catalogue };
    let loaded = hall.command(load, By::System, None, |_| ()).await;
    loaded.context("the configuration was not loaded")
}

/// Whether no administrator can log in, so that nobody could give anybody a password.
fn needs_set_up(hall: &HallHandle) -> bool {
    let doors = hall.doors();
    let staff = doors.catalogue.iter().flat_map(|held| held.staff.iter());
    let mut administrators = staff.filter(|member| member.roles.contains(&Role::Administrator));
    !administrators.any(|member| doors.access.passwords.contains_key(&member.id))
}

/// What was opened in a data directory.
struct Opened {
    parts: Parts,
    store: Store,
    tickets: TicketTokens,
    reader: JournalReader,
}

fn open(settings: &Settings) -> anyhow::Result<Opened> {
    let data = &settings.data;
    let dir = DataDir::new(data);
    make_directories(&dir)?;
    let tickets = TicketTokens::open(&dir.secrets())
        .with_context(|| format!("the keys in {} cannot be used", dir.secrets().display()))?;
    let journal = open_journal(&dir.journal(), settings.accept_tail_loss)?;
    let snapshots = Snapshots::new(&dir.snapshots(), journal.id());
    let mut progress = Progress::new("the hall is being made again from its journal");
    let hall = recovery::recover(&journal, Some(&snapshots), &mut |done, total| {
        progress.tell(done, total);
    })
    .context("the hall cannot be made again from its journal")?;
    let mut progress = Progress::new("the history is being made again from the journal");
    let again = Some(journal.reader());
    let opened = Store::open_again_from(&dir.store(), &journal, again, &mut |done, total| {
        progress.tell(done, total);
    });
    let store::Opened {
        store,
        keys,
        report,
    } = opened.with_context(|| format!("the store {} cannot be opened", dir.store().display()))?;
    tracing::info!(events = hall.seq(), store = ?report, "the data directory is open");
    Ok(Opened {
        reader: journal.reader(),
        parts: parts(settings, journal, snapshots, hall, &store, keys)?,
        store,
        tickets,
    })
}

fn parts(
    settings: &Settings,
    journal: SegmentJournal,
    snapshots: Snapshots,
    hall: Hall,
    store: &Store,
    keys: Keys,
) -> anyhow::Result<Parts> {
    let epoch = epoch(&journal)?;
    let writer = SnapshotWriter::start(snapshots.clone()).context("no thread for snapshots")?;
    Ok(Parts {
        hub: Hub::new(&epoch, &hall, settings.clock.now()),
        hall,
        journal: Box::new(journal),
        keys,
        store: Box::new(store.clone()),
        clock: settings.clock.clone(),
        rebuild: Box::new(move |journal| {
            recovery::recover(journal, Some(&snapshots), &mut |_, _| {})
                .map_err(|error| error.to_string())
        }),
        snapshot: Box::new(move |hall| writer.take(hall)),
    })
}

/// Names this run of the server to those who follow it. What they hold of an earlier run is not carried on: time alone may
/// have changed what is shown meanwhile, and an older copy of the journal may have been put back.
fn epoch(journal: &SegmentJournal) -> anyhow::Result<String> {
    let run = getrandom::u64().map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    Ok(format!("{}-{run:016x}", journal.id()))
}

fn open_journal(dir: &Path, accept_tail_loss: bool) -> anyhow::Result<SegmentJournal> {
    let options = Options {
        accept_tail_loss,
        ..Options::default()
    };
    let (journal, recovery) = SegmentJournal::open(dir, &options).with_context(|| {
        format!(
            "the journal {} cannot be opened (the loss of last entries is accepted by --accept-tail-loss)",
            dir.display()
        )
    })?;
    if let Some(accepted) = &recovery.accepted {
        tracing::error!(?accepted, "the journal goes on without what is lost");
    }
    tracing::info!(?recovery, "the journal is open");
    Ok(journal)
}

fn make_directories(dir: &DataDir) -> anyhow::Result<()> {
    for (path, mode) in [
        (dir.root().to_owned(), 0o755),
        (dir.snapshots(), 0o755),
        (dir.secrets(), 0o700),
    ] {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(&path)
            .with_context(|| {
                format!(
                    "{} cannot be made: see that it is on a disk that can be written and belongs to the server's user",
                    path.display()
                )
            })?;
    }
    Ok(())
}

/// Says from time to time how far a long start is.
struct Progress {
    what: &'static str,
    told: Instant,
}

impl Progress {
    fn new(what: &'static str) -> Self {
        let told = Instant::now();
        Self { what, told }
    }

    fn tell(&mut self, done: u64, total: u64) {
        if self.told.elapsed() >= PROGRESS_INTERVAL {
            self.told = Instant::now();
            tracing::info!(done, total, "{}", self.what);
        }
    }
}
