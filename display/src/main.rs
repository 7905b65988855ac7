//! The display's program: arguments, enrolment, then the window.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use nowserving_client::api::Api;
use nowserving_client::token_file::enrol_or_load;
use nowserving_display::hands::{RealHands, follow_wall};
use nowserving_display::preview::{self, PlaceArguments, PreviewArguments};
use nowserving_display::runner::{Runner, queue};
use nowserving_display::state::{Event, Options, State};
use nowserving_display::ui::display_adapter::{DisplayScreen, Extent, ScreenDoor};
use nowserving_display::voice::{Order, Voice};
use nowserving_display::{parse_language, parse_size};
use nowserving_shared::model::{Language, ZoneId};
use nowserving_ui::fonts::{self, Others};
use nowserving_voice::Voices;
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

/// The wall display: who is called, where, and how old the picture is. 叫号显示屏。
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
    /// The one-time code that an administrator made for this display; needed once.
    #[arg(long, env = "NOWSERVING_PAIRING_CODE")]
    pairing_code: Option<String>,
    /// Where the display keeps who it is.
    #[arg(long, default_value = "display-token.json")]
    token_file: PathBuf,
    /// Show this zone instead of the one that the display is configured for.
    #[arg(long, value_parser = |text: &str| ZoneId::new(text))]
    zone: Option<ZoneId>,
    /// The first language of the screen: zh-CN, zh-TW, en or de. The hall's first language of another script stands beside it.
    #[arg(long, default_value = "zh-CN", value_parser = parse_language)]
    language: Language,
    /// The size of the window in pixels; upright sizes are laid out upright.
    #[arg(long, default_value = "1920x1080", value_parser = parse_size)]
    size: (u32, u32),
    /// Fill the whole screen. Where no window manager runs, --size must be the screen's.
    #[arg(long)]
    full_screen: bool,
    /// A directory with pictures (PNG or JPEG) that a layout with a panel of pictures shows in turn, in the order of their
    /// names.
    #[arg(long, value_name = "DIRECTORY")]
    pictures: Option<PathBuf>,
    /// The hall's logo (PNG or JPEG), for layouts that want one in the header.
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArguments,
    /// Show calls without a sound.
    #[arg(long)]
    silent: bool,
    /// A folder of recorded words with its manifest.toml, in place of the product's own voice of that language. May be given
    /// once for each language.
    #[arg(long, value_name = "FOLDER")]
    voice: Vec<PathBuf>,
    /// Write what a call sounds like to this WAV file, with the voices of --voice, and end: A017 to window 3, in Chinese and
    /// in English. Needs no server and no loudspeaker.
    #[arg(long, value_name = "FILE.wav")]
    voice_sample: Option<PathBuf>,
}

/// What else the program can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Draws a layout with made-up data and says whether it can be read, without a server or a window. 预览显示屏布局。
    Preview(Box<PreviewArguments>),
}

/// The voices of these folders, and the product's for what they lack; the log says what that is.
fn voices(folders: &[PathBuf]) -> anyhow::Result<Voices> {
    let furnished = Voices::of_folders(folders).context("--voice")?;
    for warning in &furnished.warnings {
        tracing::warn!("{warning}");
    }
    Ok(furnished.voices)
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    if let Some(file) = &arguments.voice_sample {
        return ended(write_voice_sample(&arguments.voice, file));
    }
    // Before any thread: this may start the program anew.
    if let Err(error) = fonts::settle(Others::Seen) {
        tracing::warn!(%error, "the bundled font cannot be made known; going on with the machine's fonts");
    }
    match &arguments.command {
        Some(Command::Preview(wanted)) => ended(preview::run(wanted).map(|told| {
            for line in told {
                println!("{line}");
            }
        })),
        None => ended(run(&arguments)),
    }
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nowserving-display: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes what one call sounds like, so that a hall can hear its recordings before its customers do.
fn write_voice_sample(folders: &[PathBuf], file: &Path) -> anyhow::Result<()> {
    let voices = voices(folders)?;
    let sample = Order::sample();
    let rendered = voices.render(&sample.speech, &sample.announcement);
    for clip in &rendered.missing {
        tracing::warn!(%clip, "there is no recording of this word");
    }
    std::fs::write(file, rendered.wav()).with_context(|| file.display().to_string())
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = Runtime::new().context("the runtime cannot start")?;
    let api = Api::new(&arguments.server)
        .context("--server")?
        .with_language(arguments.language);
    let code = arguments.pairing_code.as_deref();
    let enrolled = runtime.block_on(enrol_or_load(&api, &arguments.token_file, code, "display"))?;
    let api = api.with_device_token(&enrolled.token);

    let screen = DisplayScreen::new().context(
        "no window can be opened: start the display in a graphical session, or give it one with: \
         Xvfb :99 -screen 0 1920x1080x24 & DISPLAY=:99",
    )?;
    let (width, height) = arguments.size;
    screen.set_extent(Extent {
        width,
        height,
        full_screen: arguments.full_screen,
    });

    if let Some(file) = &arguments.logo {
        match nowserving_display::logo(file) {
            Ok(logo) => screen.set_logo(logo),
            Err(error) => tracing::warn!(file = %file.display(), %error, "the logo is not shown"),
        }
    }

    let (events, received) = queue();
    let over = events.clone();
    let told = move |told| over.send_from_thread(Event::Voice(told));
    let voice = if arguments.silent {
        Voice::silent(told)
    } else {
        Voice::start(voices(&arguments.voice)?, told)
    };
    let voice = voice.context("the system gives no thread for the voice")?;
    let options = Options {
        language: arguments.language,
        zone: arguments.zone.clone(),
        server: api.base_url().to_owned(),
    };
    let _inside = runtime.enter();
    let server = follow_wall(
        &api,
        &enrolled.token,
        arguments.zone.clone(),
        arguments.language,
        events.clone(),
    )?;
    let hands = RealHands::new(api, voice, server, runtime.handle().clone(), events)
        .seen_on(arguments.place.screen(arguments.size));
    if let Some(folder) = arguments.pictures.clone() {
        show_pictures(folder, arguments.size, screen.door())?;
    }
    let runner = Runner::new(State::new(options), hands, screen.door(), received);
    runtime.spawn(runner.run());
    screen.run().context("the graphical session ended")
}

/// Reads the pictures beside everything else: the display shows calls meanwhile.
fn show_pictures(folder: PathBuf, size: (u32, u32), door: ScreenDoor) -> anyhow::Result<()> {
    let work = move || match nowserving_images::load(&folder, size) {
        Ok(pictures) => door.put_pictures(pictures),
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "there are no pictures to show");
        }
    };
    let thread = std::thread::Builder::new().name("pictures".to_owned());
    thread.spawn(work).context("no thread for pictures")?;
    Ok(())
}
