//! The wall as pictures, drawn by the software renderer and compared with golden files.
//!
//! `BLESS=1 cargo nextest run -p nowserving-display --test screens` writes the golden files anew: look at them before you
//! commit them. A picture that differs is left in the target directory, and the failure says where.

mod scenes;

use std::time::Duration;

use nowserving_display::state::{Event, Options, State};
use nowserving_display::ui::display_adapter::{DisplayScreen, Extent};
use nowserving_display::view::View;
use nowserving_picture::{Canvas, Gallery};
use nowserving_shared::link::{Again, LinkEvent};
use nowserving_shared::model::Language;

const LANDSCAPE: (u32, u32) = (1920, 1080);
const PORTRAIT: (u32, u32) = (1080, 1920);

type Scene = (&'static str, fn(Language) -> State);

const SCENES: [Scene; 8] = [
    ("normal", scenes::normal),
    ("dark-half", scenes::dark_half),
    ("empty", scenes::empty),
    ("many-windows", scenes::many),
    ("pause", scenes::pause),
    ("stale", scenes::stale),
    ("one-zone", |language| scenes::of_zone(language, "east")),
    ("refused", refused),
];

/// A display whose token was taken away.
fn refused(language: Language) -> State {
    let options = Options {
        language,
        zone: None,
        server: "http://127.0.0.1:8080".to_owned(),
    };
    let mut state = State::new(options);
    let detail = match language {
        Language::ZhCn => "设备令牌无效。",
        Language::ZhTw => "設備憑證無效。",
        Language::En => "The device's token is not valid.",
        Language::De => "Die Kennung des Geräts ist ungültig.",
    };
    let news = LinkEvent::Refused {
        code: "unauthorized".to_owned(),
        detail: detail.to_owned(),
        again: Again::Slowly,
    };
    state.on(Duration::ZERO, Event::Link(news));
    state
}

/// Draws every scene in one language at one size and compares it with its golden picture.
fn compare(language: Language, (width, height): (u32, u32)) {
    let side = |pixels: u32| usize::try_from(pixels).expect("a screen's side");
    let (across, down) = (side(width), side(height));
    let canvas = Canvas::install(env!("CARGO_TARGET_TMPDIR"));
    let gallery = Gallery::of_the_project(env!("CARGO_TARGET_TMPDIR"));
    let screen = DisplayScreen::new().expect("the canvas is a platform");
    screen.set_extent(Extent {
        width,
        height,
        full_screen: false,
    });
    screen.show().expect("the canvas is a platform");
    let mut wrong = Vec::new();
    for (name, scene) in SCENES {
        screen.show_view(&View::of(&scene(language)));
        let drawn = canvas.draw(across, down);
        let file = format!("display-{name}-{width}x{height}-{language}.png");
        if let Err(difference) = gallery.compare(&file, &drawn) {
            wrong.push(difference);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn landscape_walls_in_chinese_look_as_approved() {
    compare(Language::ZhCn, LANDSCAPE);
}

#[test]
fn landscape_walls_in_english_look_as_approved() {
    compare(Language::En, LANDSCAPE);
}

#[test]
fn portrait_walls_in_chinese_look_as_approved() {
    compare(Language::ZhCn, PORTRAIT);
}

#[test]
fn portrait_walls_in_english_look_as_approved() {
    compare(Language::En, PORTRAIT);
}

#[test]
fn landscape_walls_in_traditional_chinese_look_as_approved() {
    compare(Language::ZhTw, LANDSCAPE);
}

#[test]
fn landscape_walls_in_german_look_as_approved() {
    compare(Language::De, LANDSCAPE);
}

#[test]
fn portrait_walls_in_traditional_chinese_look_as_approved() {
    compare(Language::ZhTw, PORTRAIT);
}

#[test]
fn portrait_walls_in_german_look_as_approved() {
    compare(Language::De, PORTRAIT);
}
