//! The kiosk's screens as pictures, drawn by the software renderer and compared with golden files.
//!
//! `BLESS=1 cargo nextest run -p nowserving-kiosk --test screens` writes the golden files anew: look at them before you
//! commit them. A picture that differs is left in the target directory, and the failure says where.

mod fit;
mod hall;

use std::sync::Arc;
use std::time::Duration;

use nowserving_kiosk::offline::{Book, Entry, OfflineEvent, Restored};
use nowserving_kiosk::pictures::{self, Picture};
use nowserving_kiosk::state::{
    Event, FoundOutcome, IDLE_TURN, INACTIVITY, INACTIVITY_ACCESSIBLE, Installation, IssueOutcome,
    Key, LINK_GRACE, Mode, Options, Page, PrintStage, PrinterIs, PrinterTrouble, Scanned, State,
    Touch, Visitor,
};
use nowserving_kiosk::ui::kiosk_adapter::{Extent, KioskScreen};
use nowserving_kiosk::view::View;
use nowserving_picture::{Canvas, Gallery};
use nowserving_shared::board::{ServiceLine, TicketStands};
use nowserving_shared::domain::{Event as HallEvent, Hall};
use nowserving_shared::model::{
    Catalogue, DeviceId, Label, Language, Localized, Moment, PersonHash, TicketId,
};
use nowserving_shared::protocol::convert::{board, hall_view};
use nowserving_shared::protocol::http::{
    HallView, HeldTicket, NoticeView, ReprintView, TicketView,
};
use nowserving_shared::protocol::kiosk::LeaseView;

use hall::{MORNING, class, group, issued, lines, service};

/// 2026-11-25 09:41 in Shanghai, a Wednesday: a date as long as they get.
const LONG_DAY: Moment = Moment(1_795_570_860_000);

/// A kiosk that was brought to a page by what happened to it, and what the clock shows.
struct Kiosk(State, Moment);

impl Kiosk {
    /// A hall of Chinese and English; of every language where another is spoken.
    fn ready(language: Language) -> Self {
        let hall = match language {
            Language::ZhCn | Language::En => hall::hall(),
            Language::ZhTw | Language::De => hall::in_every_language(),
        };
        Self::of(hall, lines(), MORNING)
    }

    fn of(hall: HallView, services: Vec<ServiceLine>, now: Moment) -> Self {
        let options = Options {
            nonce: "n0".to_owned(),
            phone_url: Some("http://hall.example".to_owned()),
            has_printer: true,
            device: Some(DeviceId::new("kiosk-1").expect("a slug")),
            maintenance: Some(Installation {
                version: "0.1.0".to_owned(),
                server: "http://192.168.1.10:8080".to_owned(),
                printer: Some(("tcp://192.168.1.20:9100".to_owned(), "80mm".to_owned())),
                recording: "/var/lib/nowserving-kiosk/recording.jsonl".to_owned(),
            }),
        };
        let mut kiosk = Self(State::new(options), now);
        kiosk.at(1);
        kiosk.on(Event::Hall(Box::new(hall)));
        kiosk.on(Event::Waits {
            at: now,
            catalogue_version: 1,
            services,
        });
        kiosk.on(Event::Printer(PrinterIs::Ready));
        kiosk.on(Event::Voice(true));
        kiosk
    }

    /// The same page with a mode on. Who uses one has more time: a question that was asked comes after more of it.
    fn with(mut self, mode: Option<Mode>) -> Self {
        let Some(mode) = mode else {
            return self;
        };
        let asked = self.0.warns().is_some();
        self.touch(Touch::Mode(mode));
        if asked {
            self.at(INACTIVITY.as_secs() + INACTIVITY_ACCESSIBLE.as_secs() - 20);
        }
        self
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
            wall: self.1,
        });
    }

    fn groups(language: Language) -> Self {
        let mut kiosk = Self::ready(language);
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

fn away(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    kiosk.on(Event::LinkLost);
    kiosk.at(1 + LINK_GRACE.as_secs());
    kiosk
}

/// A kiosk that goes on without the server: it holds numbers of all services of the first group but one.
fn offline(language: Language) -> Kiosk {
    let mut kiosk = away(language);
    let services = ["id-card", "household", "passport"];
    let leases = (1_u32..).zip(services).map(|(at, of)| LeaseView {
        ticket: TicketId(u64::from(at)),
        label: Label::new("A", 1_000 - at, 3),
        token: "q7Yv0m3cJm8Q9b1nTzWcVw".to_owned(),
        service: service(of),
        day: hall::hall().day,
        granted_at: MORNING,
        until: MORNING.after(Duration::from_secs(3_600)),
    });
    let mut book = Book::default();
    book.apply(&Entry::Leases {
        at: MORNING,
        leases: leases.collect(),
    });
    let (hall, book) = (None, Some(book));
    let restored = OfflineEvent::Restored(Box::new(Restored { hall, book }));
    kiosk.on(Event::Offline(restored));
    kiosk
}

fn offline_services(language: Language) -> Kiosk {
    let mut kiosk = offline(language);
    kiosk.touch(Touch::Language(language));
    kiosk.touch(Touch::Group(group("police")));
    kiosk
}

fn offline_confirm(language: Language) -> Kiosk {
    let mut kiosk = offline_services(language);
    kiosk.touch(Touch::Service(service("id-card")));
    kiosk.touch(Touch::Class(class("military")));
    kiosk
}

fn offline_ticket(language: Language) -> Kiosk {
    let mut kiosk = offline_confirm(language);
    kiosk.touch(Touch::Confirm);
    let ticket = TicketId(1);
    kiosk.on(Event::Offline(OfflineEvent::Taken { ticket }));
    let stage = PrintStage::Printed;
    kiosk.on(Event::Print { ticket, stage });
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
    let mut kiosk = Kiosk::ready(language);
    let mut crowded = kiosk.0.hall().expect("it is ready").clone();
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

/// A kiosk of a hall that wants every number on paper, and that has none.
fn without_paper(mut kiosk: Kiosk) -> Kiosk {
    let strict = HallView {
        paperless: false,
        ..kiosk.0.hall().expect("it is ready").clone()
    };
    kiosk.on(Event::Hall(Box::new(strict)));
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    kiosk
}

/// The welcome page with all the trouble that there can be.
fn troubled(language: Language) -> Kiosk {
    let mut kiosk = away(language);
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    kiosk
}

/// The hall of the demonstration with its real names, on a morning with people.
fn demonstration() -> Kiosk {
    let text = include_str!("../../server/demo/hall.toml");
    let catalogue = Catalogue::parse(text).expect("the demonstration's hall is sound");
    let loaded = HallEvent::ConfigurationLoaded {
        version: 1,
        catalogue: Arc::new(catalogue),
    };
    let mut hall = Hall::default();
    hall.apply(&loaded, LONG_DAY);
    let view = hall_view(&hall, LONG_DAY).expect("a configuration was loaded");
    let mut services = board(&hall, LONG_DAY).services;
    for (at, line) in (0_u32..).zip(&mut services) {
        let known = view.services.iter().find(|service| service.id == line.id);
        let windows = known.map_or(0, |service| service.windows.len());
        line.windows_open = u32::try_from(windows).expect("few");
        line.waiting = at * 7 % 23;
        line.last_wait_seconds = (line.waiting > 0).then_some(line.waiting * 150);
    }
    Kiosk::of(view, services, LONG_DAY)
}

fn demonstration_groups(language: Language) -> Kiosk {
    let mut kiosk = demonstration();
    kiosk.touch(Touch::Language(language));
    kiosk
}

fn demonstration_services(language: Language) -> Kiosk {
    let mut kiosk = demonstration_groups(language);
    kiosk.touch(Touch::Group(group("police")));
    kiosk
}

fn demonstration_classes(language: Language) -> Kiosk {
    let mut kiosk = demonstration_services(language);
    kiosk.touch(Touch::Service(service("passport")));
    kiosk
}

fn demonstration_confirm(language: Language) -> Kiosk {
    let mut kiosk = demonstration_classes(language);
    kiosk.touch(Touch::Class(class("assisted")));
    kiosk
}

/// The panel of modes, with the keypad on the second.
fn panel(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::groups(language);
    kiosk.touch(Touch::Modes);
    kiosk.touch(Touch::Key(Key::Next));
    kiosk.touch(Touch::Key(Key::Next));
    kiosk
}

/// The keypad on the second service.
fn by_keypad(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::services(language, "social");
    kiosk.touch(Touch::Key(Key::Next));
    kiosk.touch(Touch::Key(Key::Next));
    kiosk
}

fn searched(language: Language, query: &str) -> Kiosk {
    let mut kiosk = Kiosk::groups(language);
    kiosk.touch(Touch::Search);
    for letter in query.chars() {
        kiosk.touch(Touch::Letter(letter));
    }
    kiosk
}

/// What people type in each language for something social.
fn found(language: Language) -> Kiosk {
    let query = match language {
        Language::ZhCn | Language::ZhTw => "s",
        Language::En => "in",
        Language::De => "a",
    };
    searched(language, query)
}

/// A kiosk that knows what is asked for most, and the page that two touches pass through.
fn demonstration_quick(_: Language) -> Kiosk {
    let mut kiosk = demonstration();
    kiosk.on(Event::Popular {
        services: ["id-card", "medical", "social-card", "tax"]
            .map(service)
            .to_vec(),
        everywhere: false,
    });
    kiosk
}

fn demonstration_quickly_chosen(language: Language) -> Kiosk {
    let mut kiosk = demonstration_quick(language);
    kiosk.touch(Touch::Quick(service("id-card")));
    kiosk.touch(Touch::Language(language));
    kiosk
}

/// A card was read on the welcome page.
fn card_read(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    kiosk.on(Event::Scanned(Scanned::Person(Visitor {
        person: PersonHash([1; 32]),
        masked: "110***********002X".to_owned(),
    })));
    kiosk.touch(Touch::Language(language));
    kiosk
}

/// A card was read before a page with all that it can have.
fn card_read_before_the_number(language: Language) -> Kiosk {
    let mut kiosk = card_read(language);
    kiosk.touch(Touch::Group(group("police")));
    kiosk.touch(Touch::Service(service("id-card")));
    kiosk.touch(Touch::Class(class("military")));
    kiosk
}

/// The ticket that stands in the way of a second one, or that was held to the reader.
fn held(stands: TicketStands, window: Option<u32>) -> HeldTicket {
    let issued = issued("id-card", "military", Language::ZhCn);
    HeldTicket {
        token: issued.token.clone(),
        view: TicketView {
            label: issued.label,
            hall: Localized::default(),
            time_zone: String::new(),
            service: Localized::default(),
            language: issued.language,
            stands: Some(stands),
            ended: None,
            ahead: (stands == TicketStands::Waiting).then_some(issued.ahead),
            window,
            windows: issued.windows,
            issued_at: issued.issued_at,
            called_at: None,
            misses: 0,
            reprint: Some(ReprintView {
                ticket: issued.ticket,
                service: issued.service,
                class: issued.class,
                zones: issued.zones,
                day: issued.day,
            }),
        },
    }
}

fn has_ticket(language: Language) -> Kiosk {
    let mut kiosk = card_read_before_the_number(language);
    kiosk.touch(Touch::Confirm);
    let held = held(TicketStands::Waiting, None);
    kiosk.answer(IssueOutcome::HasTicket(Box::new(held)));
    kiosk
}

fn ticket_found(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::groups(language);
    let token = "secret".to_owned();
    kiosk.on(Event::Scanned(Scanned::Ticket { token }));
    let view = held(TicketStands::Called, Some(3)).view;
    kiosk.on(Event::Found {
        number: 1,
        outcome: FoundOutcome::Ticket(Box::new(view)),
    });
    kiosk.touch(Touch::Language(language));
    kiosk
}

fn unknown_code(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    kiosk.on(Event::Scanned(Scanned::Unknown));
    kiosk
}

/// The code of the kiosk's own page, wrong once.
fn pin(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    kiosk.touch(Touch::Maintenance);
    kiosk.touch(Touch::Language(language));
    kiosk.touch(Touch::PinWrong);
    kiosk
}

/// The kiosk's own page after a night with trouble.
fn maintenance(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    kiosk.touch(Touch::Maintenance);
    kiosk.touch(Touch::PinRight);
    kiosk.touch(Touch::Language(language));
    kiosk.on(Event::HallFailed(
        "http://192.168.1.10:8080/api/v1/hall: no route to host".to_owned(),
    ));
    kiosk.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Failed,
    });
    kiosk.on(Event::LinkLost);
    kiosk.on(Event::LinkLost);
    let paper_out = PrinterIs::NotReady(PrinterTrouble::PaperOut);
    kiosk.on(Event::Printer(paper_out));
    kiosk.touch(Touch::Record);
    kiosk.on(Event::Recorded { failed: None });
    kiosk.at(5);
    kiosk
}

/// The idle screen of a hall with a notice and a picture.
fn announcing(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    let text = hall::both(
        "本周六（11月28日）系统升级，全天暂停办理公积金业务，请合理安排时间，或使用网上办事大厅。",
        "The pension desk is closed on Saturday. Please come on another day or use our site.",
    );
    let told = HallView {
        notices: vec![NoticeView {
            text,
            from: None,
            until: None,
        }],
        ..kiosk.0.hall().expect("it is ready").clone()
    };
    kiosk.on(Event::Hall(Box::new(told)));
    kiosk.on(Event::Pictures(1));
    if language == Language::En {
        kiosk.at(IDLE_TURN.as_secs());
    }
    kiosk
}

/// A picture as large as its panel: a sky over a hill.
fn picture(width: u32, height: u32) -> Picture {
    let (width, height) = pictures::panel(width, height);
    let colour = |at: u32| {
        let (across, down) = (at % width, at / width);
        let hill = height * 6 / 10 + across * across % 97 / 12 + across * height / width / 4;
        if down < hill {
            let light = u8::try_from(down * 120 / height).unwrap_or(120);
            [110 + light, 170 + light / 2, 225]
        } else {
            [60, 130, 80]
        }
    };
    Picture {
        width,
        height,
        rgb: (0..width * height).flat_map(colour).collect(),
    }
}

type Scene = (&'static str, fn(Language) -> Kiosk);

/// The demonstration in its own window.
const DEMONSTRATION: [Scene; 7] = [
    ("demonstration-welcome", |_| demonstration()),
    ("demonstration-quick", demonstration_quick),
    ("demonstration-quickly-chosen", demonstration_quickly_chosen),
    ("demonstration-groups", demonstration_groups),
    ("demonstration-services", demonstration_services),
    ("demonstration-classes", demonstration_classes),
    ("demonstration-confirm", demonstration_confirm),
];

const SCENES: [Scene; 32] = [
    ("welcome", Kiosk::ready),
    ("announcing", announcing),
    ("troubled", troubled),
    ("groups", Kiosk::groups),
    ("services", |language| Kiosk::services(language, "social")),
    ("many-services", many),
    ("classes", Kiosk::classes),
    ("confirm", Kiosk::confirm),
    ("out-of-paper", out_of_paper),
    ("no-paper-welcome", |language| {
        without_paper(Kiosk::ready(language))
    }),
    ("no-paper-confirm", |language| {
        without_paper(Kiosk::confirm(language))
    }),
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
    ("offline-welcome", offline),
    ("offline-services", offline_services),
    ("offline-confirm", offline_confirm),
    ("offline-ticket", offline_ticket),
    ("modes", panel),
    ("by-keypad", by_keypad),
    ("pin", pin),
    ("maintenance", maintenance),
    ("search", |language| searched(language, "")),
    ("search-found", found),
    ("search-nothing", |language| searched(language, "qqq")),
    ("card-read", card_read),
    ("has-ticket", has_ticket),
    ("ticket-found", ticket_found),
    ("unknown-code", unknown_code),
];

/// The pages that every visit goes through.
const MAIN: [Scene; 5] = [
    ("welcome", Kiosk::ready),
    ("services", |language| Kiosk::services(language, "social")),
    ("classes", Kiosk::classes),
    ("confirm", Kiosk::confirm),
    ("ticket", |language| {
        Kiosk::number(language, PrintStage::Printed)
    }),
];

/// Draws every scene in one language at one size and compares it with its golden picture.
fn compare(scenes: &[Scene], language: Language, width: u32, height: u32) {
    compare_in(&[None], scenes, language, width, height);
}

/// The same with a mode on, and that for each of several.
fn compare_in(
    modes: &[Option<Mode>],
    scenes: &[Scene],
    language: Language,
    width: u32,
    height: u32,
) {
    let canvas = Canvas::install(env!("CARGO_TARGET_TMPDIR"));
    let screen = KioskScreen::new(|_| {}).expect("the canvas is a platform");
    screen.set_extent(Extent::Window { width, height });
    screen.set_pictures(vec![picture(width, height)]);
    screen.show().expect("the canvas is a platform");
    let gallery = Gallery::of_the_project(env!("CARGO_TARGET_TMPDIR"));
    let side = |length: u32| usize::try_from(length).expect("a screen");
    let mut wrong = Vec::new();
    for (mode, (name, scene)) in modes
        .iter()
        .flat_map(|mode| scenes.iter().map(|scene| (*mode, scene)))
    {
        screen.show_view(&View::of(&scene(language).with(mode).0));
        let drawn = canvas.draw(side(width), side(height));
        let mode = mode.map_or(String::new(), |mode| format!("{}-", mode.name()));
        let file = format!("kiosk-{name}-{mode}{width}x{height}-{language}.png");
        if let Err(difference) = gallery.compare(&file, &drawn) {
            wrong.push(difference);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn portrait_screens_in_chinese_look_as_approved() {
    compare(&SCENES, Language::ZhCn, 1080, 1920);
}

#[test]
fn portrait_screens_in_english_look_as_approved() {
    compare(&SCENES, Language::En, 1080, 1920);
}

#[test]
fn landscape_screens_in_chinese_look_as_approved() {
    compare(&SCENES, Language::ZhCn, 1280, 800);
}

#[test]
fn landscape_screens_in_english_look_as_approved() {
    compare(&SCENES, Language::En, 1280, 800);
}

#[test]
fn portrait_screens_in_traditional_chinese_look_as_approved() {
    compare(&SCENES, Language::ZhTw, 1080, 1920);
}

#[test]
fn portrait_screens_in_german_look_as_approved() {
    compare(&SCENES, Language::De, 1080, 1920);
}

#[test]
fn landscape_screens_in_traditional_chinese_look_as_approved() {
    compare(&SCENES, Language::ZhTw, 1280, 800);
}

#[test]
fn landscape_screens_in_german_look_as_approved() {
    compare(&SCENES, Language::De, 1280, 800);
}

#[test]
fn the_demonstrations_window_in_traditional_chinese_looks_as_approved() {
    compare(&DEMONSTRATION[2..], Language::ZhTw, 720, 1280);
}

#[test]
fn the_demonstrations_window_in_german_looks_as_approved() {
    compare(&DEMONSTRATION[2..], Language::De, 720, 1280);
}

#[test]
fn full_hd_landscape_screens_in_chinese_look_as_approved() {
    compare(&MAIN, Language::ZhCn, 1920, 1080);
}

#[test]
fn full_hd_landscape_screens_in_english_look_as_approved() {
    compare(&MAIN, Language::En, 1920, 1080);
}

#[test]
fn screens_in_large_text_look_as_approved() {
    compare_in(
        &[Some(Mode::LargeText)],
        &SCENES,
        Language::ZhCn,
        1080,
        1920,
    );
}

#[test]
fn screens_in_high_contrast_look_as_approved() {
    compare_in(
        &[Some(Mode::HighContrast)],
        &SCENES,
        Language::ZhCn,
        1080,
        1920,
    );
}

#[test]
fn screens_within_low_reach_look_as_approved() {
    compare_in(&[Some(Mode::LowReach)], &SCENES, Language::ZhCn, 1080, 1920);
}

#[test]
fn landscape_screens_in_large_text_look_as_approved() {
    compare_in(&[Some(Mode::LargeText)], &SCENES, Language::ZhCn, 1280, 800);
}

#[test]
fn landscape_screens_in_high_contrast_look_as_approved() {
    compare_in(
        &[Some(Mode::HighContrast)],
        &SCENES,
        Language::ZhCn,
        1280,
        800,
    );
}

#[test]
fn landscape_screens_within_low_reach_look_as_approved() {
    compare_in(&[Some(Mode::LowReach)], &SCENES, Language::ZhCn, 1280, 800);
}

/// What changes what is seen.
const SEEN: [Option<Mode>; 3] = [
    Some(Mode::LargeText),
    Some(Mode::HighContrast),
    Some(Mode::LowReach),
];

#[test]
fn portrait_main_screens_in_every_mode_in_traditional_chinese_look_as_approved() {
    compare_in(&SEEN, &MAIN, Language::ZhTw, 1080, 1920);
}

#[test]
fn landscape_main_screens_in_every_mode_in_traditional_chinese_look_as_approved() {
    compare_in(&SEEN, &MAIN, Language::ZhTw, 1280, 800);
}

#[test]
fn portrait_main_screens_in_every_mode_in_german_look_as_approved() {
    compare_in(&SEEN, &MAIN, Language::De, 1080, 1920);
}

#[test]
fn landscape_main_screens_in_every_mode_in_german_look_as_approved() {
    compare_in(&SEEN, &MAIN, Language::De, 1280, 800);
}

#[test]
fn portrait_main_screens_in_every_mode_in_english_look_as_approved() {
    compare_in(&SEEN, &MAIN, Language::En, 1080, 1920);
}

#[test]
fn landscape_main_screens_in_every_mode_in_english_look_as_approved() {
    compare_in(&SEEN, &MAIN, Language::En, 1280, 800);
}

#[test]
fn the_demonstrations_window_in_chinese_looks_as_approved() {
    compare(&DEMONSTRATION, Language::ZhCn, 720, 1280);
}

#[test]
fn the_demonstrations_window_in_english_looks_as_approved() {
    compare(&DEMONSTRATION, Language::En, 720, 1280);
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
