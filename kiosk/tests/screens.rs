//! The kiosk's screens as pictures, drawn by the software renderer and compared with golden files.
//!
//! `BLESS=1 cargo nextest run -p nowserving-kiosk --test screens` writes the golden files anew: look at them before you
//! commit them. A picture that differs is left in the target directory, and the failure says where.

mod hall;

use std::time::Duration;

use nowserving_kiosk::state::{
    Event, INACTIVITY, IssueOutcome, LINK_GRACE, Options, Page, PrintStage, PrinterIs,
    PrinterTrouble, State, Touch,
};
use nowserving_kiosk::ui::kiosk_adapter::{Extent, KioskScreen};
use nowserving_kiosk::view::View;
use nowserving_picture::{Canvas, Gallery};
use nowserving_shared::model::{Language, TicketId};

use hall::{MORNING, class, group, issued, lines, service};

/// A kiosk that was brought to a page by what happened to it.
struct Kiosk(State);

impl Kiosk {
    fn ready() -> Self {
        let options = Options {
            nonce: "n0".to_owned(),
            phone_url: Some("http://hall.example".to_owned()),
            has_printer: true,
        };
        let mut kiosk = Self(State::new(options));
        kiosk.at(1);
        kiosk.on(Event::Hall(Box::new(hall::hall())));
        kiosk.on(Event::Waits {
            at: MORNING,
            catalogue_version: 1,
            services: lines(),
        });
        kiosk.on(Event::Printer(PrinterIs::Ready));
        kiosk
    }

    fn on(&mut self, event: Event) {
        self.0.on(event);
    }

    fn touch(&mut self, touch: Touch) {
        self.on(Event::Touch(touch));
    }

    fn at(&mut self, seconds: u64) {
        self.on(Event::Tick {
            uptime: Duration::from_secs(seconds),
            wall: MORNING,
        });
    }

    fn groups(language: Language) -> Self {
        let mut kiosk = Self::ready();
        kiosk.touch(Touch::Language(language));
        kiosk
    }

    fn services(language: Language, of: &str) -> Self {
        let mut kiosk = Self::groups(language);
        kiosk.touch(Touch::Group(group(of)));
        kiosk
    }

    fn classes(language: Language) -> Self {
        let mut kiosk = Self::services(language, "police");
        kiosk.touch(Touch::Service(service("id-card")));
        kiosk
    }

    fn confirm(language: Language) -> Self {
        let mut kiosk = Self::classes(language);
        kiosk.touch(Touch::Class(class("military")));
        kiosk
    }

    fn issuing(language: Language) -> Self {
        let mut kiosk = Self::confirm(language);
        kiosk.touch(Touch::Confirm);
        kiosk
    }

    fn answer(&mut self, outcome: IssueOutcome) {
        let key = match self.0.page() {
            Page::Issuing(step) => step.key.clone(),
            other => panic!("no number is being taken: {other:?}"),
        };
        self.on(Event::Issue { key, outcome });
    }

    fn number(language: Language, stage: PrintStage) -> Self {
        let mut kiosk = Self::issuing(language);
        kiosk.answer(IssueOutcome::Issued(Box::new(issued(
            "id-card", "military", language,
        ))));
        kiosk.on(Event::Print {
            ticket: TicketId(17),
            stage,
        });
        kiosk
    }
}

fn not_now(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::services(language, "social");
    kiosk.touch(Touch::Service(service("work-injury")));
    kiosk
}

fn away(_: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::LinkLost);
    kiosk.at(1 + LINK_GRACE.as_secs());
    kiosk
}

fn sorry(language: Language) -> Kiosk {
    let mut kiosk = away(language);
    kiosk.touch(Touch::Language(language));
    kiosk
}

fn slow(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::issuing(language);
    kiosk.answer(IssueOutcome::Passing("no answer".to_owned()));
    kiosk
}

fn out_of_paper(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::confirm(language);
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    kiosk
}

fn warned(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::classes(language);
    kiosk.at(INACTIVITY.as_secs() - 11);
    kiosk
}

/// A hall with more services in one group than one sheet holds.
fn many(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready();
    let mut crowded = hall::hall();
    for known in &mut crowded.services {
        known.group = group("police");
    }
    let further = crowded
        .services
        .clone()
        .into_iter()
        .enumerate()
        .map(|(at, mut known)| {
            known.id = service(&format!("{}-{at}", known.id));
            known
        });
    crowded.services.extend(further.collect::<Vec<_>>());
    crowded.groups.truncate(1);
    kiosk.on(Event::Hall(Box::new(crowded)));
    kiosk.touch(Touch::Language(language));
    kiosk
}

type Scene = (&'static str, fn(Language) -> Kiosk);

const SCENES: [Scene; 13] = [
    ("welcome", |_| Kiosk::ready()),
    ("groups", Kiosk::groups),
    ("services", |language| Kiosk::services(language, "social")),
    ("many-services", many),
    ("classes", Kiosk::classes),
    ("confirm", Kiosk::confirm),
    ("out-of-paper", out_of_paper),
    ("slow", slow),
    ("ticket", |language| {
        Kiosk::number(language, PrintStage::Printed)
    }),
    ("print-failed", |language| {
        Kiosk::number(language, PrintStage::Failed)
    }),
    ("not-now", not_now),
    ("server-away", sorry),
    ("still-there", warned),
];

/// Draws every scene in one language at one size and compares it with its golden picture.
fn compare(language: Language, width: u32, height: u32) {
    let canvas = Canvas::install(env!("CARGO_TARGET_TMPDIR"));
    let screen = KioskScreen::new(|_| {}).expect("the canvas is a platform");
    screen.set_extent(Extent::Window { width, height });
    screen.show().expect("the canvas is a platform");
    let gallery = Gallery::of_the_project(env!("CARGO_TARGET_TMPDIR"));
    let side = |length: u32| usize::try_from(length).expect("a screen");
    let mut wrong = Vec::new();
    for (name, scene) in SCENES {
        screen.show_view(&View::of(&scene(language).0));
        let drawn = canvas.draw(side(width), side(height));
        let file = format!("kiosk-{name}-{width}x{height}-{language}.png");
        if let Err(difference) = gallery.compare(&file, &drawn) {
            wrong.push(difference);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn portrait_screens_in_chinese_look_as_approved() {
    compare(Language::ZhCn, 1080, 1920);
}

#[test]
fn portrait_screens_in_english_look_as_approved() {
    compare(Language::En, 1080, 1920);
}

#[test]
fn landscape_screens_in_chinese_look_as_approved() {
    compare(Language::ZhCn, 1280, 800);
}

#[test]
fn landscape_screens_in_english_look_as_approved() {
    compare(Language::En, 1280, 800);
}

#[test]
fn a_machine_without_any_font_draws_the_same_screens() {
    if std::env::var_os("BLESS").is_some() {
        return;
    }
    let nowhere = tempfile::tempdir().expect("a directory");
    let none = nowhere.path().join("none.conf");
    std::fs::write(&none, "<?xml version=\"1.0\"?><fontconfig></fontconfig>").expect("a file");
    let this = std::env::current_exe().expect("this test is a program");
    let output = std::process::Command::new(this)
        .args(["--exact", "landscape_screens_in_chinese_look_as_approved"])
        .env("FONTCONFIG_FILE", &none)
        .env_remove("NOWSERVING_FONTS")
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}
