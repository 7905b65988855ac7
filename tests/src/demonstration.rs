//! The demonstration hall: a whole service hall on one machine, by one command.
//!
//! It starts the real programs as children (the server, the simulated printer, and where there is a graphical session the
//! kiosk and a display), sets the hall up through the server's doors as an administrator would (set-up code, passwords,
//! pairing codes), and tells where everything is. What it made up it keeps beside the hall's data, so that the next start
//! finds it again. With `--visitors` it also plays a day with the [`world`](crate::world) simulator, shows the figures,
//! checks them against the simulator's account and against the journal replayed, and ends.
//!
//! Children live no longer than this program: on SIGINT, SIGTERM or any end of their own they are asked to stop, waited
//! for, and killed only if they do not.

mod children;
mod day;
mod doors;
mod options;
mod phone;
mod place;
mod screens;
mod tell;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use nowserving_client::api::Api;
use nowserving_shared::model::Catalogue;
use tokio::signal::unix::{SignalKind, signal};

use self::children::{Child, Children};
use self::day::{Day, PlayedDay};
pub use self::options::Options;
use self::phone::PhoneUrl;
use self::place::Place;

/// The configuration of the demonstration hall.
pub const CONFIGURATION: &str = include_str!("../../server/demo/hall.toml");
/// How long the server may take until it is ready; a damaged store is made again before that.
const READY_MAX: Duration = Duration::from_secs(120);
/// How often it is asked.
const READY_EVERY: Duration = Duration::from_millis(100);
/// How often the children are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Where the simulated printer listens, if nobody else does.
const PRINTER_LISTENS: &str = "127.0.0.1:9100";
/// As many connections as the people of a day may open from this one address.
const CONNECTIONS_PER_ADDRESS: usize = 2_000;

/// How a demonstration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was stopped, or the day added up.
    Well,
    /// The day did not add up.
    Faulty,
}

/// Runs the demonstration until it is told to stop or its day is over.
///
/// # Errors
/// What is missing, in use or broken, and what to do about it.
pub async fn run(options: Options) -> anyhow::Result<Outcome> {
    let mut interrupted = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
    let mut terminated = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut children = Children::default();
    let outcome = tokio::select! {
        outcome = live(&options, &mut children) => outcome,
        _ = interrupted.recv() => Ok(None),
        _ = terminated.recv() => Ok(None),
    };
    if children.any() {
        eprintln!("\n正在关闭大厅 Closing the hall …");
    }
    children.stop().await;
    match outcome? {
        Some(played) => played.verdict(),
        None => Ok(Outcome::Well),
    }
}

/// Opens the hall and lets it live. Ends only with a day that was played, or with an error.
async fn live(options: &Options, children: &mut Children) -> anyhow::Result<Option<PlayedDay>> {
    let day = Day::of(options)?;
    let text = day.as_ref().map_or(CONFIGURATION, |day| &day.configuration);
    let catalogue = Catalogue::parse(text).context("the configuration of the demonstration")?;
    let catalogue = Arc::new(catalogue);
    let listen = free_address(options.listen)?;
    let place = Place::prepare(options, text)?;
    let mut secrets = place.secrets()?;
    let server = children.add(start_server(&place, listen, day.as_ref())?);
    let api = Api::new(&format!("http://{}", reachable(listen)))?;
    until_ready(&api, server).await?;
    let code = match secrets.known_to_the_hall {
        true => None,
        false => server.said("set-up code:").await,
    };
    let devices = doors::open(&api, &catalogue, &place, &mut secrets, code.as_deref()).await?;
    let printer = start_printer(&place, children).await?;
    let view = tell::View {
        api: &api,
        catalogue: &catalogue,
        place: &place,
        secrets: &secrets,
        devices: &devices,
        printer: &printer,
        phone: PhoneUrl::of(options.phone_url.as_deref(), listen),
        played: day.is_some(),
    };
    let screens = screens::start(options, &view, children)?;
    tell::everything(&view, &screens);
    match day {
        None => watch(children).await,
        Some(day) => {
            let scene = doors::scene(&api, &catalogue, &secrets, &devices, day.speed)?;
            tokio::select! {
                played = day.play(scene, &place) => played.map(Some),
                broken = watch(children) => broken,
            }
        }
    }
}

/// The address, when nobody listens there yet; port 0 becomes one that is free.
fn free_address(listen: SocketAddr) -> anyhow::Result<SocketAddr> {
    match TcpListener::bind(listen) {
        Ok(listener) => Ok(listener.local_addr()?),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "{listen} is in use: another hall or another program listens there. Stop it, or choose another address \
             with --listen 127.0.0.1:8701"
        ),
        Err(error) => {
            Err(error).with_context(|| format!("{listen} cannot be listened at: see --listen"))
        }
    }
}

/// The address at which this machine reaches who listens at `listen`.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let mut address = listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    address
}

fn start_server(place: &Place, listen: SocketAddr, day: Option<&Day>) -> anyhow::Result<Child> {
    let mut arguments = vec![
        "serve".to_owned(),
        "--data".to_owned(),
        text(&place.hall()),
        "--listen".to_owned(),
        listen.to_string(),
        "--configuration".to_owned(),
        text(&place.configuration()),
        "--limit-per-address".to_owned(),
        CONNECTIONS_PER_ADDRESS.to_string(),
    ];
    if let Some(day) = day {
        arguments.extend([
            "--clock-start".to_owned(),
            day.clock_start().timestamp().to_string(),
            "--clock-speed".to_owned(),
            day.speed.to_string(),
        ]);
    }
    Child::start("nowserving-server", &arguments, &place.logs())
}

/// Waits until the server is ready.
async fn until_ready(api: &Api, server: &mut Child) -> anyhow::Result<()> {
    let deadline = tokio::time::Instant::now() + READY_MAX;
    while let Err(error) = api.ready().await {
        server.still_runs()?;
        if tokio::time::Instant::now() > deadline {
            bail!(
                "the server was not ready after {} s ({error}); its log is {}",
                READY_MAX.as_secs(),
                server.log().display()
            );
        }
        tokio::time::sleep(READY_EVERY).await;
    }
    Ok(())
}

/// Starts the simulated printer: where it listens for tickets, and where for wishes such as “paper out”.
async fn start_printer(place: &Place, children: &mut Children) -> anyhow::Result<tell::Printer> {
    let listen = match TcpListener::bind(PRINTER_LISTENS) {
        Ok(_) => PRINTER_LISTENS,
        Err(_) => "127.0.0.1:0",
    };
    let arguments = [
        "--listen".to_owned(),
        listen.to_owned(),
        "--out".to_owned(),
        text(&place.tickets()),
        "--control".to_owned(),
        "127.0.0.1:0".to_owned(),
    ];
    let printer = Child::start("simulated-printer", &arguments, &place.logs())?;
    let printer = children.add(printer);
    let address = printer.said("simulated printer at").await;
    let control = printer.said("control door at").await;
    let Some(address) = address.as_deref().and_then(address_in) else {
        printer.still_runs()?;
        bail!(
            "the simulated printer does not say where it listens; its log is {}",
            printer.log().display()
        );
    };
    Ok(tell::Printer {
        address,
        control: control.as_deref().and_then(address_in),
    })
}

/// The first address in what a program said.
fn address_in(said: &str) -> Option<SocketAddr> {
    said.split_whitespace()
        .find_map(|word| word.trim_matches([',', ':']).parse().ok())
}

/// Looks after the children until one that must live is gone.
async fn watch<T>(children: &mut Children) -> anyhow::Result<T> {
    loop {
        children.look()?;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A path as an argument. Paths of this program are made from text or from arguments, which were text.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
