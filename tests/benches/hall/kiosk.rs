//! The kiosk: from its start to the first picture, and from a press to the first byte at the printer.

use std::io::{BufRead as _, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use nowserving_client::token_file;
use nowserving_kiosk::hands::{RealHands, follow_waits, start_printer};
use nowserving_kiosk::printer::{PrinterAddress, PrinterProfile};
use nowserving_kiosk::runner::{Runner, Screen, queue};
use nowserving_kiosk::state::{Options, Touch};
use nowserving_kiosk::view::{PageView, View};
use nowserving_shared::model::{DeviceId, Language};
use nowserving_shared::protocol::http::EnrolledView;
use nowserving_tests::harness::process::program;
use nowserving_tests::harness::service;
use nowserving_tests::world::table::{Side, Table};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::Scale;
use crate::kiosk_frames;
use crate::measure::{Sample, bytes, resident, span};
use crate::place::Place;

/// How long the kiosk may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the screen is looked at.
const LOOK: Duration = Duration::from_millis(2);
/// The screen.
const SIZE: &str = "1080x1920";
/// A picture has more than one colour in this share of its bytes; a window without contents has one.
const DRAWN_BYTES_MIN: usize = 10_000;

/// Measures and prints the section.
///
/// # Errors
/// When the kiosk does not come up.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let place = Place::set_up(1).await?;
    let starts = starts(&place, scale)?;
    let pictures = kiosk_frames::presses_to_pictures(scale.kiosk_visits)?;
    let presses = presses(&place, scale.kiosk_presses).await?;
    let mut table = Table::new([
        ("kiosk", Side::Left),
        ("times", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("longest", Side::Right),
    ]);
    let mut row = |what: &str, sample: &Sample| {
        table.row([
            what.to_owned(),
            sample.len().to_string(),
            span(sample.median()),
            span(sample.quantile(0.99)),
            span(sample.longest()),
        ]);
    };
    if let Some(starts) = &starts {
        let each = starts.iter().map(|start| start.drawn).collect();
        row("start to first picture (Xvfb, software renderer)", &each);
    }
    row(
        "press to the picture that follows (drawn into memory)",
        &pictures,
    );
    row(
        "press on “take a number” to first byte at the printer",
        &presses,
    );
    println!("\n取号机 The kiosk; {SIZE}, software renderer.\n");
    println!("{table}");
    match &starts {
        Some(starts) => at_rest(starts),
        None => println!("Without Xvfb the kiosk's start is not measured: apt-get install xvfb"),
    }
    Ok(())
}

/// What the program costs while nobody touches it: the most of all starts.
fn at_rest(starts: &[Start]) {
    let memory = starts.iter().map(|start| start.resident).max();
    let busy = starts.iter().map(|start| start.busy).fold(0.0, f64::max);
    println!(
        "At rest: {} resident, {:.2} % of one core.",
        bytes(memory.unwrap_or_default()),
        busy * 100.0
    );
}

/// A virtual screen whose pixels lie in a file. Ends when it is dropped.
struct VirtualScreen {
    child: Child,
    name: String,
    dir: tempfile::TempDir,
}

impl VirtualScreen {
    /// A screen, or none where there is no Xvfb.
    fn open() -> anyhow::Result<Option<Self>> {
        let dir = tempfile::tempdir()?;
        let spawned = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{SIZE}x24"),
                "-nolisten",
                "tcp",
                "-fbdir",
            ])
            .arg(dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context("Xvfb does not start"),
        };
        let mut number = String::new();
        let said = child.stdout.take().context("it has an output")?;
        std::io::BufReader::new(said).read_line(&mut number)?;
        Ok(Some(Self {
            child,
            name: format!(":{}", number.trim()),
            dir,
        }))
    }

    /// How many bytes of the screen differ from its first pixel's.
    fn drawn(&self) -> anyhow::Result<usize> {
        let bytes = std::fs::read(self.dir.path().join("Xvfb_screen0"))?;
        // The file begins with a header and a colour map; the pixels are its end.
        let (width, height) = SIZE.split_once('x').context("a size")?;
        let pixels = 4 * width.parse::<usize>()? * height.parse::<usize>()?;
        let pixels = bytes
            .get(bytes.len().saturating_sub(pixels)..)
            .unwrap_or_default();
        let background = pixels.get(..4).unwrap_or_default().to_vec();
        Ok(pixels
            .chunks(4)
            .filter(|pixel| *pixel != background)
            .count())
    }
}

impl Drop for VirtualScreen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One start of the program.
struct Start {
    /// From the start to the first picture.
    drawn: Duration,
    /// Bytes in use after a while at rest.
    resident: u64,
    /// The share of one core that it used at rest.
    busy: f64,
}

fn starts(place: &Place, scale: &Scale) -> anyhow::Result<Option<Vec<Start>>> {
    let scratch = tempfile::tempdir()?;
    let token_file = scratch.path().join("token.json");
    let enrolled = EnrolledView {
        device: DeviceId::new("kiosk-1")?,
        kind: "kiosk".to_owned(),
        zone: None,
        token: place.kiosk_token.clone(),
    };
    token_file::save(&token_file, &enrolled)?;
    let mut each = Vec::new();
    for _ in 0..scale.kiosk_runs {
        let Some(screen) = VirtualScreen::open()? else {
            return Ok(None);
        };
        each.push(start(
            place,
            &screen,
            &token_file,
            scratch.path(),
            scale.kiosk_rest,
        )?);
    }
    Ok(Some(each))
}

/// Starts the kiosk on a screen, waits until something is drawn on it, and watches it at rest for `rest`.
fn start(
    place: &Place,
    screen: &VirtualScreen,
    token_file: &Path,
    scratch: &Path,
    rest: Duration,
) -> anyhow::Result<Start> {
    let mut command = Command::new(program("nowserving-kiosk"));
    command
        .args([
            "--server",
            &format!("http://{}", place.address()),
            "--size",
            SIZE,
        ])
        .arg("--token-file")
        .arg(token_file)
        .arg("--data")
        .arg(scratch.join("kiosk"))
        .env("DISPLAY", &screen.name)
        .stderr(Stdio::null());
    let began = Instant::now();
    let mut kiosk = command.spawn()?;
    let measured = loop {
        if screen.drawn()? > DRAWN_BYTES_MIN {
            break watch_at_rest(kiosk.id(), began.elapsed(), rest);
        }
        if let Some(status) = kiosk.try_wait()? {
            bail!("the kiosk ended: {status}");
        }
        if began.elapsed() > PATIENCE {
            break Err(anyhow::anyhow!("the kiosk draws nothing"));
        }
        std::thread::sleep(LOOK);
    };
    let _ = kiosk.kill();
    let _ = kiosk.wait();
    measured
}

fn watch_at_rest(process: u32, drawn: Duration, rest: Duration) -> anyhow::Result<Start> {
    // What belongs to the start is over by then.
    std::thread::sleep(rest / 2);
    let (before, began) = (kiosk_frames::processor_time(process)?, Instant::now());
    std::thread::sleep(rest);
    let used = kiosk_frames::processor_time(process)?.saturating_sub(before);
    Ok(Start {
        drawn,
        resident: resident(process)?,
        busy: used.as_secs_f64() / began.elapsed().as_secs_f64(),
    })
}

/// A screen that only remembers the newest view.
struct Glance(watch::Sender<Option<View>>);

impl Screen for Glance {
    fn show(&mut self, view: View) {
        self.0.send_replace(Some(view));
    }
}

/// A printer that never answers, and tells when something came.
fn printer() -> anyhow::Result<(String, mpsc::Receiver<Instant>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("tcp://{}", listener.local_addr()?);
    let (came, coming) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok((mut stream, _)) = listener.accept() {
            while let Ok(1..) = stream.read(&mut buffer) {
                if came.send(Instant::now()).is_err() {
                    return;
                }
            }
        }
    });
    Ok((address, coming))
}

async fn presses(place: &Place, runs: usize) -> anyhow::Result<Sample> {
    let (address, coming) = printer()?;
    let (events, received) = queue();
    let address: PrinterAddress = address.parse()?;
    let spooler = start_printer(
        PrinterProfile::named("80mm-silent")?,
        address,
        events.clone(),
    )?;
    let api = place.kiosk();
    follow_waits(&api, &place.kiosk_token, events.clone())?;
    let hands = RealHands::new(api, Some(spooler), Handle::current(), events.clone());
    let (shown, mut seen) = watch::channel(None);
    let options = Options {
        nonce: "bench".to_owned(),
        phone_url: None,
        has_printer: true,
        device: None,
        maintenance: None,
    };
    let (runner, _dumps) = Runner::new(options, hands, Glance(shown), received);
    tokio::spawn(runner.run());
    let coming = Arc::new(std::sync::Mutex::new(coming));
    let mut each = Vec::new();
    for _ in 0..runs {
        until(&mut seen, "the welcome page", |page| {
            matches!(page, PageView::Welcome(_))
        })
        .await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        events.touched(Touch::Language(Language::ZhCn));
        until(&mut seen, "the services", |page| {
            matches!(page, PageView::Choices(_))
        })
        .await?;
        events.touched(Touch::Service(service("s1")));
        until(&mut seen, "the question", |page| {
            matches!(page, PageView::Confirm(_))
        })
        .await?;
        while coming.lock().is_ok_and(|coming| coming.try_recv().is_ok()) {}
        let pressed = Instant::now();
        events.touched(Touch::Confirm);
        let first = {
            let coming = Arc::clone(&coming);
            tokio::task::spawn_blocking(move || {
                coming
                    .lock()
                    .ok()
                    .and_then(|coming| coming.recv_timeout(PATIENCE).ok())
            })
        };
        let first = first.await?.context("nothing came to the printer")?;
        each.push(first.saturating_duration_since(pressed));
        until(&mut seen, "the ticket", |page| {
            matches!(page, PageView::Ticket(_))
        })
        .await?;
        events.touched(Touch::Home);
    }
    Ok(each.into_iter().collect())
}

/// Waits until the screen shows a page.
async fn until(
    seen: &mut watch::Receiver<Option<View>>,
    what: &str,
    is: impl Fn(&PageView) -> bool,
) -> anyhow::Result<()> {
    let shown = seen.wait_for(|view| view.as_ref().is_some_and(|view| is(&view.page)));
    match tokio::time::timeout(PATIENCE, shown).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) | Err(_) => bail!("the kiosk does not show {what}"),
    }
}
