//! From a clerk's key to what is seen and heard: a real server, and one wall display with its state, its screen drawn by the
//! software renderer into memory, and its voice, whose loudspeaker is a clock.

use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};
use nowserving_client::api::Api;
use nowserving_display::hands::{RealHands, follow_wall};
use nowserving_display::runner::{Runner, Screen, queue};
use nowserving_display::state::{Event, Options, State};
use nowserving_display::ui::display_adapter::{DisplayScreen, Extent};
use nowserving_display::view::{Body, View};
use nowserving_display::voice::{Sound, Voice};
use nowserving_shared::model::Language;
use nowserving_tests::harness::{fresh_key, number_for};
use nowserving_tests::world::table::{Side, Table};
use nowserving_voice::{Rendered, Voices};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{PlatformError, Rgb8Pixel};
use tokio::runtime::Handle;
use tokio::sync::mpsc as told;

use crate::Scale;
use crate::measure::{Sample, span};
use crate::place::Place;

/// The screen, in pixels.
const WIDTH: u32 = 1920;
const HEIGHT: u32 = 1080;
/// From the key to the picture, 99 of 100 times.
const PICTURE_TARGET: Duration = Duration::from_millis(150);
/// From the key to the chime, 99 of 100 times.
const CHIME_TARGET: Duration = Duration::from_millis(500);
/// How long the wall may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause between two calls, so that one is not measured behind the last news of another.
const PAUSE: Duration = Duration::from_millis(50);
/// Calls that are not measured: the first ones load fonts and recordings.
const BEFORE: usize = 2;

/// Measures and prints the section.
///
/// # Errors
/// When a call is not seen or not heard.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let place = Place::set_up(1).await?;
    let mut wall = Wall::hang(place.anonymous(), &place.wall_token)?;
    let (mut pictures, mut chimes) = (Vec::new(), Vec::new());
    for turn in 0..BEFORE + scale.wall_calls {
        let (picture, chime) = wall.called(&place).await?;
        if turn >= BEFORE {
            pictures.push(picture);
            chimes.push(chime);
        }
    }
    let mut table = Table::new([
        ("from the clerk's key to", Side::Left),
        ("calls", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("longest", Side::Right),
        ("p99 wanted", Side::Right),
    ]);
    for (what, durations, target) in [
        ("the picture that shows the call", pictures, PICTURE_TARGET),
        ("the first sample of its chime", chimes, CHIME_TARGET),
    ] {
        let sample: Sample = durations.into_iter().collect();
        table.row([
            what.to_owned(),
            sample.len().to_string(),
            span(sample.median()),
            span(sample.quantile(0.99)),
            span(sample.longest()),
            format!("≤ {}", span(target)),
        ]);
    }
    println!(
        "\n叫号到画面与声音 From a clerk's key to the wall: {WIDTH}x{HEIGHT}, drawn into memory, said by the bundled voice.\n"
    );
    println!("{table}");
    Ok(())
}

/// A wall display that tells when it has drawn what and when it began to sound.
struct Wall {
    drawn: told::UnboundedReceiver<(String, Instant)>,
    sounded: told::UnboundedReceiver<Instant>,
}

impl Wall {
    fn hang(api: Api, token: &str) -> anyhow::Result<Self> {
        let (events, received) = queue();
        let (sounds, sounded) = told::unbounded_channel();
        let over = events.clone();
        let voice = Voice::start_into(Voices::bundled(), Ear(sounds), move |told| {
            over.send_from_thread(Event::Voice(told));
        })?;
        let language = Language::ZhCn;
        let server = follow_wall(&api, token, None, language, events.clone())
            .map_err(|error| anyhow!("{error}"))?;
        let options = Options {
            language,
            zone: None,
            server: api.base_url().to_owned(),
        };
        let hands = RealHands::new(api, voice, server, Handle::current(), events);
        let (views, shown) = mpsc::channel();
        let (draws, drawn) = told::unbounded_channel();
        std::thread::Builder::new()
            .name("wall".to_owned())
            .spawn(move || draw(&shown, &draws))?;
        let runner = Runner::new(State::new(options), hands, Door(views), received);
        tokio::spawn(runner.run());
        Ok(Self { drawn, sounded })
    }

    /// How long after a clerk's key the call was to be seen, and heard.
    async fn called(&mut self, place: &Place) -> anyhow::Result<(Duration, Duration)> {
        let clerk = &place.clerks[0];
        place.kiosk().issue(&fresh_key(), &number_for("s1")).await?;
        tokio::time::sleep(PAUSE).await;
        let pressed = Instant::now();
        let called = clerk.calls_next().await;
        let seen_and_heard = async {
            let seen = loop {
                let (label, at) = self.drawn.recv().await.context("the screen is gone")?;
                if label == called {
                    break at;
                }
            };
            let heard = self.sounded.recv().await.context("the voice is gone")?;
            anyhow::Ok((seen, heard))
        };
        let Ok(both) = tokio::time::timeout(PATIENCE, seen_and_heard).await else {
            bail!("{called} is not both seen and heard in {PATIENCE:?}");
        };
        let (seen, heard) = both?;
        clerk.serves().await;
        tokio::time::sleep(PAUSE).await;
        Ok((seen - pressed, heard.saturating_duration_since(pressed)))
    }
}

/// A loudspeaker that notes when it is given a sound, and is done with it at once.
#[derive(Clone)]
struct Ear(told::UnboundedSender<Instant>);

impl Sound for Ear {
    fn play(&self, _sound: Rendered) -> Result<(), String> {
        let at = Instant::now();
        self.0.send(at).map_err(|_| "nobody listens".to_owned())
    }
}

/// The way to the thread that draws.
struct Door(mpsc::Sender<View>);

impl Screen for Door {
    fn show(&mut self, view: View) {
        // The thread ends with the measurement.
        let _ended = self.0.send(view);
    }
}

struct InMemory(Rc<MinimalSoftwareWindow>);

impl Platform for InMemory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::<MinimalSoftwareWindow>::clone(&self.0))
    }
}

/// Draws the newest view as long as there are any, and tells each time which number is called there.
fn draw(shown: &mpsc::Receiver<View>, drawn: &told::UnboundedSender<(String, Instant)>) {
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    let platform = InMemory(Rc::clone(&window));
    slint::platform::set_platform(Box::new(platform)).expect("this thread has no platform yet");
    let screen = DisplayScreen::new().expect("the platform gives windows");
    screen.set_extent(Extent {
        width: WIDTH,
        height: HEIGHT,
        full_screen: false,
    });
    screen.show().expect("the platform gives windows");
    let mut pixels = vec![Rgb8Pixel::default(); (WIDTH * HEIGHT) as usize];
    while let Ok(view) = shown.recv() {
        // Only the newest counts, as on the real screen.
        let view = shown.try_iter().last().unwrap_or(view);
        screen.show_view(&view);
        slint::platform::update_timers_and_animations();
        window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, WIDTH as usize);
        });
        let at = Instant::now();
        let Body::Board(board) = &view.body else {
            continue;
        };
        if let Some(now) = &board.now
            && drawn.send((now.label.clone(), at)).is_err()
        {
            return;
        }
    }
}
