//! The wall as pictures, drawn by the software renderer and compared with golden files.
//!
//! `BLESS=1 cargo nextest run -p nowserving-display --test screens` writes the golden files anew: look at them before you
//! commit them. A picture that differs is left in the target directory, and the failure says where.

mod scenes;
mod walls;

use std::time::Duration;

use nowserving_display::state::{Event, Options, State};
use nowserving_display::ui::display_adapter::{DisplayScreen, Extent};
use nowserving_display::view::View;
use nowserving_picture::{Canvas, Gallery};
use nowserving_shared::link::{Again, LinkEvent};
use nowserving_shared::model::Language;

use walls::{Then, Wall};

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

const USUAL: Wall = Wall {
    name: "",
    layout: "lobby",
    size: LANDSCAPE,
    language: Language::ZhCn,
    zone: None,
    windows: None,
    strip_of: None,
    waiting: 24,
    then: Then::Now,
};

/// Draws each wall and compares it with its golden picture.
fn compare_walls(walls: &[Wall]) {
    let side = |pixels: u32| usize::try_from(pixels).expect("a screen's side");
    let canvas = Canvas::install(env!("CARGO_TARGET_TMPDIR"));
    let gallery = Gallery::of_the_project(env!("CARGO_TARGET_TMPDIR"));
    let screen = DisplayScreen::new().expect("the canvas is a platform");
    screen.set_pictures(vec![walls::hills()]);
    screen.set_logo(walls::logo());
    screen.show().expect("the canvas is a platform");
    let mut wrong = Vec::new();
    for wall in walls {
        let (width, height) = wall.size;
        screen.set_extent(Extent {
            width,
            height,
            full_screen: false,
        });
        screen.show_view(&View::of(&wall.state()));
        let drawn = canvas.draw(side(width), side(height));
        let (name, language) = (wall.name, wall.language);
        let file = format!("display-wall-{name}-{width}x{height}-{language}.png");
        if let Err(difference) = gallery.compare(&file, &drawn) {
            wrong.push(difference);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn layouts_of_a_lobby_look_as_approved() {
    compare_walls(&[
        Wall {
            name: "lobby",
            ..USUAL
        },
        Wall {
            name: "lobby",
            size: PORTRAIT,
            ..USUAL
        },
        Wall {
            name: "lobby-next-turn",
            language: Language::En,
            then: Then::NextTurn,
            ..USUAL
        },
        Wall {
            name: "lobby-stale",
            then: Then::Stale,
            ..USUAL
        },
        Wall {
            name: "everything",
            layout: "everything",
            size: (2160, 3840),
            ..USUAL
        },
        Wall {
            name: "everything",
            layout: "everything",
            size: (1280, 720),
            zone: Some("central"),
            language: Language::De,
            ..USUAL
        },
        Wall {
            name: "pictures",
            layout: "pictures",
            ..USUAL
        },
        Wall {
            name: "pictures-next-turn",
            layout: "pictures",
            size: PORTRAIT,
            then: Then::NextTurn,
            ..USUAL
        },
    ]);
}

#[test]
fn layouts_with_windows_look_as_approved_with_one_and_eight_and_sixty() {
    compare_walls(&[
        Wall {
            name: "zone-8",
            layout: "zone",
            zone: Some("east"),
            windows: Some(8),
            ..USUAL
        },
        Wall {
            name: "zone-1",
            layout: "zone",
            size: (1280, 720),
            language: Language::En,
            windows: Some(1),
            ..USUAL
        },
        Wall {
            name: "zone-both-60",
            layout: "zone-both",
            size: (3840, 2160),
            windows: Some(60),
            ..USUAL
        },
        Wall {
            name: "zone-both-8",
            layout: "zone-both",
            size: PORTRAIT,
            language: Language::En,
            windows: Some(8),
            ..USUAL
        },
        Wall {
            name: "rows-60",
            layout: "rows",
            windows: Some(60),
            ..USUAL
        },
        Wall {
            name: "rows-8",
            layout: "rows",
            size: (1280, 720),
            language: Language::En,
            windows: Some(8),
            ..USUAL
        },
        Wall {
            name: "rows-60",
            layout: "rows",
            size: PORTRAIT,
            windows: Some(60),
            ..USUAL
        },
        Wall {
            name: "rows-stale",
            layout: "rows",
            windows: Some(8),
            then: Then::Stale,
            ..USUAL
        },
    ]);
}

#[test]
fn layouts_with_waiting_numbers_look_as_approved_with_nobody_and_eight_and_more_than_are_sent() {
    let queue = |name, size, language, waiting| Wall {
        name,
        layout: "queue",
        size,
        language,
        waiting,
        ..USUAL
    };
    const SMALL: (u32, u32) = (1280, 720);
    const UHD: (u32, u32) = (3840, 2160);
    compare_walls(&[
        queue("queue-0", LANDSCAPE, Language::ZhCn, 0),
        queue("queue-8", LANDSCAPE, Language::ZhCn, 8),
        queue("queue-83", LANDSCAPE, Language::ZhCn, 83),
        queue("queue-0", PORTRAIT, Language::En, 0),
        queue("queue-8", PORTRAIT, Language::En, 8),
        queue("queue-83", PORTRAIT, Language::En, 83),
        queue("queue-0", SMALL, Language::En, 0),
        queue("queue-8", SMALL, Language::ZhCn, 8),
        queue("queue-83", SMALL, Language::En, 83),
        queue("queue-8", UHD, Language::ZhCn, 8),
        queue("queue-83", UHD, Language::ZhCn, 83),
        queue("queue-24", LANDSCAPE, Language::De, 24),
        Wall {
            then: Then::NextTurn,
            ..queue("queue-83-next-turn", LANDSCAPE, Language::ZhCn, 83)
        },
        Wall {
            then: Then::Earlier,
            ..queue("queue-unknown", LANDSCAPE, Language::De, 0)
        },
        Wall {
            layout: "queue-masked",
            ..queue("queue-masked", PORTRAIT, Language::ZhTw, 83)
        },
        Wall {
            layout: "queue-masked",
            ..queue("queue-masked", LANDSCAPE, Language::ZhCn, 30)
        },
        Wall {
            layout: "queue-first",
            windows: Some(8),
            ..queue("queue-first", LANDSCAPE, Language::ZhCn, 83)
        },
        Wall {
            layout: "queue-first",
            windows: Some(8),
            then: Then::Stale,
            ..queue("queue-first-stale", PORTRAIT, Language::ZhCn, 40)
        },
    ]);
}

#[test]
fn strips_above_windows_look_as_approved() {
    let strip = |name, number| Wall {
        name,
        layout: "strip",
        zone: Some("east"),
        windows: Some(8),
        strip_of: Some(number),
        ..USUAL
    };
    compare_walls(&[
        strip("strip-calling", 2),
        Wall {
            size: (1280, 720),
            language: Language::En,
            ..strip("strip-pause", 6)
        },
        Wall {
            size: PORTRAIT,
            ..strip("strip-serving", 1)
        },
        Wall {
            size: (1920, 360),
            ..strip("strip-low", 5)
        },
        Wall {
            layout: "strip-light",
            ..strip("strip-closed", 8)
        },
        Wall {
            layout: "strip-light",
            size: PORTRAIT,
            language: Language::En,
            ..strip("strip-pause", 6)
        },
    ]);
}

#[test]
fn the_usual_board_with_long_names_looks_as_approved() {
    let usual = |name, size, language| Wall {
        name,
        layout: "",
        size,
        language,
        ..USUAL
    };
    compare_walls(&[
        usual("usual", LANDSCAPE, Language::En),
        usual("usual", PORTRAIT, Language::De),
    ]);
}
