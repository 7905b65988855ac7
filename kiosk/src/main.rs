//! The kiosk's program: arguments, enrolment, then the window.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand, ValueEnum};
use nowserving_client::api::Api;
use nowserving_client::token_file::enrol_or_load;
use nowserving_kiosk::checkin::program::ProgramReader;
use nowserving_kiosk::checkin::{CodeReader, Interpreter};
use nowserving_kiosk::hands::{RealHands, follow_waits, start_printer};
use nowserving_kiosk::offline::{self, OfflineEvent};
use nowserving_kiosk::pictures;
use nowserving_kiosk::pin::Pin;
use nowserving_kiosk::popular::Book;
use nowserving_kiosk::preview::{self, PreviewArguments};
use nowserving_kiosk::printer::{Faces, Press, PrinterAddress};
use nowserving_kiosk::runner::{Dumps, Events, Runner, queue, write_recording};
use nowserving_kiosk::sizes::Sizes;
use nowserving_kiosk::speech::{ProgramSpeech, Speech, Voice};
use nowserving_kiosk::state::{Event, Installation, Options};
use nowserving_kiosk::ui::kiosk_adapter::{Extent, KioskScreen, ScreenDoor};
use nowserving_kiosk::watchdog;
use nowserving_shared::wall;
use nowserving_ui::fonts::{self, Others};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

/// The touch kiosk: chooses a service, takes a number, prints the ticket. 自助取号机。
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where the server is.
    #[arg(
        long,
        env = "NOWSERVING_SERVER",
        default_value = "http://127.0.0.1:8080"
    )]
    server: String,
    /// The one-time code that an administrator made for this kiosk; needed once.
    #[arg(long, env = "NOWSERVING_PAIRING_CODE")]
    pairing_code: Option<String>,
    /// Where the kiosk keeps who it is; without it the file kiosk-token.json in the data directory.
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// The printer: tcp://HOST:9100, usb:VENDOR:PRODUCT, serial:/dev/ttyUSB0@9600 or file:/dev/usb/lp0 (an ordinary file
    /// that exists takes the bytes of tickets too). Without it numbers are given out only where the hall allows it
    /// (paperless = true), on the screen.
    #[arg(long)]
    printer: Option<String>,
    /// What the printer can do: 80mm, 58mm (with -raster or -silent), or a TOML file.
    #[arg(long, default_value = "80mm")]
    profile: String,
    /// A directory with templates of the hall's own: ticket.toml, ticket-large.toml, slip.toml, copy.toml.
    #[arg(long)]
    templates: Option<PathBuf>,
    /// A font file for paper, for what the bundled font lacks (names in other scripts, rare characters); can be given
    /// several times. The machine's own fonts are used as well.
    #[arg(long = "font")]
    fonts: Vec<PathBuf>,
    /// Where phones reach the server; without it the server's own address; empty: no QR codes.
    #[arg(long)]
    phone_url: Option<String>,
    /// The size of the window in pixels; of the screen, where no window manager makes a window full-screen.
    #[arg(long, default_value = "1080x1920", value_parser = parse_size)]
    size: (u32, u32),
    /// The diagonal of the screen in inches: touch targets and large letters follow from it. Without it the screen is taken
    /// for one of 21.5 inches, whatever its pixels.
    #[arg(long, value_name = "INCHES")]
    screen_diagonal: Option<f32>,
    /// How far the eyes are from the screen, in metres; large letters follow from it.
    #[arg(long, value_name = "METRES")]
    viewing_distance: Option<f32>,
    /// What speaks: espeak-ng (the Debian package of that name), none, or command:PROGRAM with arguments; {language} and
    /// {volume} in them are filled in, and the words come to its standard input.
    #[arg(long, default_value = "espeak-ng")]
    speech: Voice,
    /// A program that prints one code a line, with its arguments, for a reader that is no keyboard. What scanners and card
    /// readers type as keyboards is read in any case.
    #[arg(long, value_name = "PROGRAM")]
    code_reader: Option<ProgramReader>,
    /// Fill the whole screen (the default without --window).
    #[arg(long, conflicts_with = "window")]
    full_screen: bool,
    /// Show an ordinary window of --size.
    #[arg(long)]
    window: bool,
    /// In which order services stand: as configured, or what visitors of this kiosk ask for most first. Without it, most
    /// first on pages of more than six services.
    #[arg(long)]
    order: Option<Order>,
    /// A directory with pictures (PNG or JPEG) that the idle screen shows in turn, in the order of their names.
    #[arg(long, value_name = "DIRECTORY")]
    pictures: Option<PathBuf>,
    /// A file with the code (4 to 12 digits) of the kiosk's service page, which five quick touches on the hall's name or
    /// F12 open; nobody else should be able to read it. Without it there is no such page.
    #[arg(long, value_name = "FILE", env = "NOWSERVING_SERVICE_PIN_FILE")]
    service_pin_file: Option<PathBuf>,
    /// Where the kiosk keeps its files.
    #[arg(long, default_value = "kiosk-data")]
    data: PathBuf,
}

/// What else the program can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Draws a ticket or another document with made-up data, without a server, a printer or a window. 预览票样。
    Preview(PreviewArguments),
}

/// In which order services stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// As in the hall's configuration.
    Configured,
    /// What is asked for most first.
    MostUsed,
}

/// The smallest and largest side of a window, in pixels.
const SIDE: RangeInclusive<u32> = 480..=8192;
/// Random bytes that tell the steps of this start from those of every other.
const NONCE_BYTES: usize = 12;

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let (least, most) = (SIDE.start(), SIDE.end());
    match wall::Extent::read(text, &SIDE) {
        Some(wall::Extent { width, height }) => Ok((width, height)),
        None => Err(format!(
            "write WIDTHxHEIGHT in pixels, each from {least} to {most}, such as 1080x1920"
        )),
    }
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    // Before any thread: this may start the program anew.
    let settled = fonts::settle(Others::Seen);
    if let Err(error) = &settled {
        tracing::warn!(%error, "the bundled font cannot be made known; going on with the machine's fonts");
    }
    // Where there may be no font at all, none is looked for on paper.
    let machine = settled.is_ok();
    let done = match &arguments.command {
        Some(Command::Preview(preview)) => preview::run(preview, machine).map(|told| {
            for line in told {
                println!("{line}");
            }
        }),
        None => run(arguments, machine),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nowserving-kiosk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments, machine: bool) -> anyhow::Result<()> {
    std::fs::create_dir_all(&arguments.data).with_context(|| {
        format!(
            "the data directory {} cannot be made",
            arguments.data.display()
        )
    })?;
    let printer = printer(&arguments, machine)?;
    let runtime = Runtime::new().context("the runtime cannot start")?;
    let api = Api::new(&arguments.server).context("--server")?;
    let token_file = arguments
        .token_file
        .clone()
        .unwrap_or_else(|| arguments.data.join("kiosk-token.json"));
    let enrolled = runtime.block_on(enrol_or_load(
        &api,
        &token_file,
        arguments.pairing_code.as_deref(),
        "kiosk",
    ))?;
    let api = api.with_device_token(&enrolled.token);

    let (events, received) = queue();
    let touches = events.clone();
    let screen = KioskScreen::new(move |touch| touches.touched(touch)).context(
        "no window can be opened: start the kiosk in a graphical session, or give it one with: \
         Xvfb :99 -screen 0 1080x1920x24 & DISPLAY=:99",
    )?;
    let (width, height) = arguments.size;
    screen.set_extent(if arguments.window {
        Extent::Window { width, height }
    } else {
        Extent::FullScreen { width, height }
    });
    screen.set_sizes(sizes(&arguments)?);
    if let Some(path) = &arguments.service_pin_file {
        let pin = Pin::read(path);
        screen.set_pin(pin.with_context(|| format!("--service-pin-file {}", path.display()))?);
    }
    let recording = arguments.data.join("recording.jsonl");
    let maintenance = arguments.service_pin_file.is_some().then(|| Installation {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        server: api.base_url().to_owned(),
        printer: printer
            .as_ref()
            .map(|(press, address)| (address.to_string(), press.profile.name.clone())),
        recording: recording.display().to_string(),
    });

    let codes = Interpreter::default();
    read_codes(&screen, arguments.code_reader.clone(), &codes, &events)?;

    let spooler = match printer {
        Some((press, address)) => Some(start_printer(press, address, events.clone())?),
        None => None,
    };
    let options = Options {
        nonce: nonce()?,
        phone_url: phone_url(&arguments, &api),
        has_printer: spooler.is_some(),
        device: Some(enrolled.device.clone()),
        maintenance,
    };
    let (restored, keeper) = offline::open(&arguments.data);
    let restored = OfflineEvent::Restored(Box::new(restored));
    // The first event of all: the queue is empty.
    events.send_from_thread(Event::Offline(restored));
    let _inside = runtime.enter();
    follow_waits(&api, &enrolled.token, events.clone())?;
    let hands = RealHands::new(api, spooler, runtime.handle().clone(), events.clone())
        .keeping(keeper)
        .teaching(codes)
        .reporting();
    let mut hands = match arguments.order {
        Some(Order::Configured) => hands,
        Some(Order::MostUsed) => hands.counting(Book::open(&arguments.data), true),
        None => hands.counting(Book::open(&arguments.data), false),
    };
    if let Some(speech) = speech(arguments.speech.clone(), events.clone())? {
        hands = hands.with_speech(speech);
    }
    let (hands, tape) = hands.recording_to(recording.clone());
    let (runner, dumps) = Runner::new(options, hands, screen.door(), received);
    // It is empty: nobody else fills it.
    let _filled = tape.set(dumps.clone());
    if let Some(folder) = arguments.pictures.clone() {
        show_pictures(folder, arguments.size, screen.door(), events)?;
    }
    let pulse = runner.pulse();
    runtime.spawn(runner.run());
    runtime.spawn(dump_on_signal(dumps, recording));
    let mut watchdog = watchdog::of_the_service_manager(pulse);
    let _beats = screen.every(watchdog::BEAT, move || watchdog.beat());
    screen.run().context("the graphical session ended")
}

/// Starts every reader: the keyboard of the window, and the program if there is one.
fn read_codes(
    screen: &KioskScreen,
    program: Option<ProgramReader>,
    codes: &Interpreter,
    events: &Events,
) -> anyhow::Result<()> {
    let keyboard: Box<dyn CodeReader> = Box::new(screen.code_reader());
    let program = program.map(|program| Box::new(program) as Box<dyn CodeReader>);
    for reader in [keyboard].into_iter().chain(program) {
        let (codes, events) = (codes.clone(), events.clone());
        let told = move |code| {
            if let Some(scanned) = codes.scanned(&code, Instant::now()) {
                events.scanned(scanned);
            }
        };
        reader.start(Box::new(told)).map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

/// The printer, if there is one. The hall's templates are read in any case: a fault in them is told at the start.
fn printer(
    arguments: &Arguments,
    machine: bool,
) -> anyhow::Result<Option<(Press, PrinterAddress)>> {
    let templates = preview::templates(arguments.templates.as_deref())?;
    let Some(address) = &arguments.printer else {
        return Ok(None);
    };
    let address: PrinterAddress = address.parse().context("--printer")?;
    let profile = preview::profile(&arguments.profile)?;
    let press = Press::from(profile)
        .with_templates(templates)
        .with_faces(Arc::new(Faces::new(machine, &arguments.fonts)));
    Ok(Some((press, address)))
}

fn sizes(arguments: &Arguments) -> anyhow::Result<Sizes> {
    let mut sizes = Sizes::default();
    if let Some(inches) = arguments.screen_diagonal {
        sizes = sizes
            .with_diagonal(inches)
            .map_err(anyhow::Error::msg)
            .context("--screen-diagonal")?;
    }
    if let Some(metres) = arguments.viewing_distance {
        sizes = sizes
            .with_viewing_distance(metres)
            .map_err(anyhow::Error::msg)
            .context("--viewing-distance")?;
    }
    Ok(sizes)
}

/// The voice, which tells as events whether it is there; none when the kiosk is to be silent.
fn speech(voice: Voice, events: Events) -> anyhow::Result<Option<Box<dyn Speech>>> {
    match voice {
        Voice::Silent => Ok(None),
        Voice::Program(line) => {
            let there = move |there| events.send_from_thread(Event::Voice(there));
            let speech = ProgramSpeech::start(line, there).context("no thread for speech")?;
            Ok(Some(Box::new(speech)))
        }
    }
}

/// Reads the pictures beside everything else: the kiosk serves people meanwhile.
fn show_pictures(
    folder: PathBuf,
    (width, height): (u32, u32),
    door: ScreenDoor,
    events: Events,
) -> anyhow::Result<()> {
    let work = move || match pictures::load(&folder, pictures::panel(width, height)) {
        Ok(pictures) => {
            let count = pictures.len();
            door.put_pictures(pictures);
            events.send_from_thread(Event::Pictures(count));
        }
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "there are no pictures to show");
        }
    };
    let thread = std::thread::Builder::new().name("pictures".to_owned());
    thread.spawn(work).context("no thread for pictures")?;
    Ok(())
}

fn phone_url(arguments: &Arguments, api: &Api) -> Option<String> {
    match arguments
        .phone_url
        .as_deref()
        .map(|url| url.trim_end_matches('/'))
    {
        Some("") => None,
        Some(url) => Some(url.to_owned()),
        None => Some(api.base_url().to_owned()),
    }
}

fn nonce() -> anyhow::Result<String> {
    let mut bytes = [0; NONCE_BYTES];
    if let Err(error) = getrandom::fill(&mut bytes) {
        bail!("the system gives no random numbers: {error}");
    }
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes the recording whenever the process gets SIGUSR1.
async fn dump_on_signal(dumps: Dumps, path: PathBuf) {
    let mut signals =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1()) {
            Ok(signals) => signals,
            Err(error) => {
                tracing::warn!(%error, "no recording can be asked for");
                return;
            }
        };
    while signals.recv().await.is_some() {
        let Some(recording) = dumps.recording().await else {
            return;
        };
        match write_recording(&recording, &path) {
            Ok(()) => tracing::info!(path = %path.display(), "the recording is written"),
            Err(error) => {
                tracing::error!(%error, path = %path.display(), "the recording cannot be written")
            }
        }
    }
}
