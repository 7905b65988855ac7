//! From a press to the next picture, drawn by the software renderer into memory; and what the program costs at rest.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};
use nowserving_kiosk::state::{
    Event, IssueOutcome, Options, Page, PrintStage, PrinterIs, State, Touch,
};
use nowserving_kiosk::ui::kiosk_adapter::{Extent, KioskScreen};
use nowserving_kiosk::view::View;
use nowserving_shared::domain::{By, Command, Event as HallEvent, Hall, Origin};
use nowserving_shared::model::{Catalogue, GroupId, Language, Moment};
use nowserving_shared::protocol::convert::{board, hall_view, issued_view};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{PlatformError, Rgb8Pixel};

use crate::measure::Sample;

/// The screen, in pixels.
const WIDTH: u32 = 1080;
const HEIGHT: u32 = 1920;
/// 2026-11-25 09:41 in the demonstration's hall.
const MORNING: Moment = Moment(1_795_570_860_000);

/// The demonstration's hall, which gives out real numbers.
struct Office {
    hall: Hall,
    catalogue: Arc<Catalogue>,
}

impl Office {
    fn open() -> anyhow::Result<Self> {
        let text = include_str!("../../../server/demo/hall.toml");
        let catalogue = Arc::new(Catalogue::parse(text).map_err(|faults| anyhow!("{faults}"))?);
        let mut hall = Hall::default();
        let loaded = HallEvent::ConfigurationLoaded {
            version: 1,
            catalogue: catalogue.clone(),
        };
        hall.apply(&loaded, MORNING);
        Ok(Self { hall, catalogue })
    }

    fn issue(&mut self, step: &nowserving_kiosk::state::Issuing) -> anyhow::Result<IssueOutcome> {
        let command = Command::Issue {
            service: step.service.clone(),
            class: Some(step.class.clone()),
            language: step.language,
            origin: Origin::Kiosk,
            person: None,
        };
        for event in self.hall.due(MORNING) {
            self.hall.apply(&event, MORNING);
        }
        let events = self
            .hall
            .decide(&command, &By::System, MORNING)
            .map_err(|refusal| anyhow!("{refusal}"))?;
        let event = events.first().context("an issue has an event")?;
        let token = "A".repeat(32);
        let issued = issued_view(&self.catalogue, event, MORNING, token).context("an issue")?;
        for event in &events {
            self.hall.apply(event, MORNING);
        }
        Ok(IssueOutcome::Issued(Box::new(issued)))
    }
}

/// A window that is drawn into memory.
struct Memory {
    window: Rc<MinimalSoftwareWindow>,
    pixels: Vec<Rgb8Pixel>,
}

struct InMemory(Rc<MinimalSoftwareWindow>);

impl Platform for InMemory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::<MinimalSoftwareWindow>::clone(&self.0))
    }
}

impl Memory {
    fn install() -> anyhow::Result<Self> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        slint::platform::set_platform(Box::new(InMemory(Rc::clone(&window))))
            .map_err(|error| anyhow!("{error:?}"))?;
        let pixels = vec![Rgb8Pixel::default(); (WIDTH * HEIGHT) as usize];
        Ok(Self { window, pixels })
    }

    fn draw(&mut self) {
        slint::platform::update_timers_and_animations();
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut self.pixels, WIDTH as usize);
        });
    }
}

/// A kiosk whose answers come at once.
struct Kiosk {
    state: State,
    screen: KioskScreen,
    memory: Memory,
    office: Office,
}

impl Kiosk {
    fn switch_on() -> anyhow::Result<Self> {
        let memory = Memory::install()?;
        let screen = KioskScreen::new(|_| {})?;
        screen.set_extent(Extent::Window {
            width: WIDTH,
            height: HEIGHT,
        });
        screen.show()?;
        let office = Office::open()?;
        let state = State::new(Options {
            nonce: "bench".to_owned(),
            phone_url: Some("http://hall.example".to_owned()),
            has_printer: true,
            device: None,
            maintenance: None,
        });
        let mut kiosk = Self {
            state,
            screen,
            memory,
            office,
        };
        kiosk.on(Event::Tick {
            uptime: Duration::from_secs(1),
            wall: MORNING,
        });
        let view = hall_view(&kiosk.office.hall, MORNING).context("a configuration")?;
        kiosk.on(Event::Hall(Box::new(view)));
        kiosk.on(Event::Waits {
            at: MORNING,
            catalogue_version: 1,
            services: board(&kiosk.office.hall, MORNING).services,
        });
        kiosk.on(Event::Printer(PrinterIs::Ready));
        kiosk.draw();
        Ok(kiosk)
    }

    fn on(&mut self, event: Event) {
        self.state.on(event);
    }

    fn draw(&mut self) {
        self.screen.show_view(&View::of(&self.state));
        self.memory.draw();
    }

    /// From the press until its picture is drawn.
    fn press(&mut self, touch: Touch) -> Duration {
        let pressed = Instant::now();
        self.on(Event::Touch(touch));
        self.draw();
        pressed.elapsed()
    }

    /// A whole visit; how long each press took until its picture.
    fn visit(&mut self, language: Language) -> anyhow::Result<Vec<Duration>> {
        let mut each = vec![self.press(Touch::Language(language))];
        let police = GroupId::new("police")?;
        each.push(self.press(Touch::Group(police.clone())));
        let services = self.state.services_of(&police);
        let service = services.last().context("a service")?.id.clone();
        each.push(self.press(Touch::Service(service)));
        if let Page::Classes { .. } = self.state.page() {
            let hall = self.state.hall().context("a hall")?;
            let class = hall.classes.last().context("a class")?.id.clone();
            each.push(self.press(Touch::Class(class)));
        }
        each.push(self.press(Touch::Confirm));
        let Page::Issuing(step) = self.state.page().clone() else {
            bail!("no number is being taken: {:?}", self.state.page());
        };
        let outcome = self.office.issue(&step)?;
        self.on(Event::Issue {
            key: step.key,
            outcome,
        });
        let Page::Ticket(ticket) = self.state.page() else {
            bail!("there is no number: {:?}", self.state.page());
        };
        let ticket = ticket.issued.ticket;
        self.draw();
        self.on(Event::Print {
            ticket,
            stage: PrintStage::Printed,
        });
        self.draw();
        each.push(self.press(Touch::Home));
        Ok(each)
    }
}

/// From a press to the picture that follows it, over `visits` visits in each language of the hall.
///
/// # Errors
/// When a visit does not lead to a number.
pub(crate) fn presses_to_pictures(visits: usize) -> anyhow::Result<Sample> {
    // A platform belongs to its thread.
    let measuring = std::thread::spawn(move || {
        let mut kiosk = Kiosk::switch_on()?;
        let mut each = Vec::new();
        for _ in 0..visits {
            for language in [Language::ZhCn, Language::En] {
                each.extend(kiosk.visit(language)?);
            }
        }
        Ok(each.into_iter().collect())
    });
    measuring
        .join()
        .unwrap_or_else(|_| bail!("the kiosk's thread panicked"))
}

/// The processor time that a process has used since its start (`utime` and `stime` of `/proc/PID/stat`).
///
/// # Errors
/// When there is no such process.
pub(crate) fn processor_time(process: u32) -> anyhow::Result<Duration> {
    /// Clock ticks of a second, on every Linux that this runs on (`getconf CLK_TCK`).
    const TICKS: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))
        .with_context(|| format!("process {process} is gone"))?;
    // The name, in brackets, may hold spaces; utime and stime are the twelfth and thirteenth fields after it.
    let (_, fields) = stat.rsplit_once(')').context("a line of fields")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().unwrap_or_default())
        .sum();
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}
