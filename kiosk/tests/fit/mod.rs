//! Whether every text has room: on each page, in each language, at each size of a screen.
//!
//! A text of the kiosk says itself when its place is too small for its longest word or for all its lines (`theme.slint`).
//! What no text can know is looked at here: that none leaves the window or its button, and that no two lie over each other.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use nowserving_kiosk::state::{Event, Mode, PrintStage, PrinterIs, PrinterTrouble, Touch};
use nowserving_kiosk::ui::kiosk_adapter::{Extent, KioskScreen};
use nowserving_kiosk::view::View;
use nowserving_picture::Canvas;
use nowserving_shared::model::Language;

use super::{DEMONSTRATION, Kiosk, SCENES, Scene, class, demonstration};

/// The screens of kiosks: upright, lying, and the window of the demonstration.
const SIZES: [(u32, u32); 3] = [(1080, 1920), (1280, 800), (720, 1280)];

/// What rounding to whole pixels may cost, in pixels.
const ROUNDING: f32 = 1.5;

/// The first and the last pixel across, then down.
type Place = [f32; 4];

fn place(element: &ElementHandle) -> Place {
    let (corner, size) = (element.absolute_position(), element.size());
    [
        corner.x,
        corner.x + size.width,
        corner.y,
        corner.y + size.height,
    ]
}

fn within(inner: Place, outer: Place) -> bool {
    inner[0] >= outer[0] - ROUNDING
        && inner[1] <= outer[1] + ROUNDING
        && inner[2] >= outer[2] - ROUNDING
        && inner[3] <= outer[3] + ROUNDING
}

fn overlap(one: Place, other: Place) -> bool {
    one[0] + ROUNDING < other[1]
        && other[0] + ROUNDING < one[1]
        && one[2] + ROUNDING < other[3]
        && other[2] + ROUNDING < one[3]
}

/// How a page is built that is looked at.
#[derive(Clone, Copy, PartialEq)]
enum Build {
    /// Side by side.
    Flat,
    /// A question lies over it.
    Covered,
    /// It has sheets that are not shown and lie where nobody sees them.
    Sheets,
}

fn said(text: &ElementHandle) -> String {
    text.accessible_label().unwrap_or_default().into()
}

fn words(query: ElementQuery) -> Vec<ElementHandle> {
    let all = query.match_inherits("Text").find_all();
    all.into_iter()
        .filter(|text| !said(text).is_empty())
        .collect()
}

/// What is wrong on the page that is shown, sentence by sentence.
fn misfits(screen: &KioskScreen, window: Place, build: Build) -> Vec<String> {
    let all = words(ElementQuery::from_root(screen.window()));
    assert!(!all.is_empty(), "a page without a word");
    let mut wrong: Vec<String> = all
        .iter()
        .filter(|text| {
            text.accessible_description()
                .is_some_and(|told| told == "cut off")
        })
        .map(|text| format!("{:?} is cut off in {:?}", said(text), place(text)))
        .collect();
    if build != Build::Sheets {
        let outside = all.iter().filter(|text| !within(place(text), window));
        let leaves = |text| format!("{:?} leaves the window: {:?}", said(text), place(text));
        wrong.extend(outside.map(leaves));
    }
    if build == Build::Flat {
        wrong.extend(overlaps(&all));
    }
    let query = ElementQuery::from_root(screen.window());
    for button in query
        .match_accessible_role(AccessibleRole::Button)
        .find_all()
    {
        let texts = words(button.query_descendants());
        let outside = texts
            .iter()
            .filter(|text| !within(place(text), place(&button)));
        wrong.extend(outside.map(|text| format!("{:?} leaves its button", said(text))));
    }
    wrong
}

fn overlaps(all: &[ElementHandle]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, one) in all.iter().enumerate() {
        let others = all[at + 1..]
            .iter()
            .filter(|other| overlap(place(one), place(other)));
        wrong.extend(others.map(|other| format!("{:?} lies over {:?}", said(one), said(other))));
    }
    wrong
}

/// Shows each scene in each language at one size.
fn fits(scenes: &[(String, Build, Kiosk)], (width, height): (u32, u32)) {
    let canvas = Canvas::install(env!("CARGO_TARGET_TMPDIR"));
    let screen = KioskScreen::new(|_| {}).expect("the canvas is a platform");
    screen.set_extent(Extent::Window { width, height });
    screen.set_pictures(vec![super::picture(width, height)]);
    screen.show().expect("the canvas is a platform");
    let side = |length: u32| usize::try_from(length).expect("a screen");
    #[expect(
        clippy::cast_precision_loss,
        reason = "a screen has fewer pixels across than an f32 counts"
    )]
    let window = [0.0, width as f32, 0.0, height as f32];
    let mut wrong = Vec::new();
    for (name, build, kiosk) in scenes {
        screen.show_view(&View::of(&kiosk.0));
        // Drawn, so that sizes that follow from sizes are settled.
        let _ = canvas.draw(side(width), side(height));
        let found = misfits(&screen, window, *build);
        wrong.extend(
            found
                .into_iter()
                .map(|what| format!("{name} {width}x{height}: {what}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What has no picture of its own.
const FURTHER: [Scene; 2] = [
    ("one-trouble", one_trouble),
    ("unprinted", |language| {
        Kiosk::number(language, PrintStage::NotAsked)
    }),
];

/// The welcome page with one thing to mind.
fn one_trouble(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready(language);
    kiosk.on(Event::Printer(PrinterIs::NotReady(PrinterTrouble::Offline)));
    kiosk
}

fn built((name, scene): &Scene, mode: Option<Mode>, language: Language) -> (String, Build, Kiosk) {
    let build = match *name {
        "still-there" | "modes" => Build::Covered,
        "many-services" | "search-found" => Build::Sheets,
        _ => Build::Flat,
    };
    let mode_name = mode.map_or("", Mode::name);
    let kiosk = scene(language).with(mode);
    (format!("{name} {mode_name} {language}"), build, kiosk)
}

/// Every scene of the pictures, in every language.
fn scenes() -> Vec<(String, Build, Kiosk)> {
    scenes_in(None)
}

/// The same with a mode on.
fn scenes_in(mode: Option<Mode>) -> Vec<(String, Build, Kiosk)> {
    let all = || SCENES.iter().chain(&DEMONSTRATION).chain(&FURTHER);
    Language::ALL
        .into_iter()
        .flat_map(|language| all().map(move |scene| built(scene, mode, language)))
        .collect()
}

/// The page before the number and the number itself, for every service of the demonstration.
fn visits() -> Vec<(String, Build, Kiosk)> {
    let hall = demonstration();
    let services = hall.0.hall().expect("it is ready").services.clone();
    let mut visits = Vec::new();
    for language in Language::ALL {
        for view in &services {
            let mut kiosk = demonstration();
            kiosk.touch(Touch::Language(language));
            kiosk.touch(Touch::Group(view.group.clone()));
            let choices = (
                format!("{} {language}", view.group),
                Build::Flat,
                Kiosk(kiosk.0.clone(), kiosk.1),
            );
            kiosk.touch(Touch::Service(view.id.clone()));
            kiosk.touch(Touch::Class(class("military")));
            visits.extend([
                choices,
                (format!("{} {language}", view.id), Build::Flat, kiosk),
            ]);
        }
    }
    visits
}

#[test]
fn every_text_has_room_on_an_upright_screen() {
    fits(&scenes(), SIZES[0]);
}

#[test]
fn every_text_has_room_on_a_lying_screen() {
    fits(&scenes(), SIZES[1]);
}

#[test]
fn every_text_has_room_in_large_letters_upright() {
    fits(&scenes_in(Some(Mode::LargeText)), SIZES[0]);
}

#[test]
fn every_text_has_room_in_large_letters_lying() {
    fits(&scenes_in(Some(Mode::LargeText)), SIZES[1]);
}

#[test]
fn every_text_has_room_within_low_reach_upright() {
    fits(&scenes_in(Some(Mode::LowReach)), SIZES[0]);
}

#[test]
fn every_text_has_room_within_low_reach_lying() {
    fits(&scenes_in(Some(Mode::LowReach)), SIZES[1]);
}

#[test]
fn every_text_has_room_in_a_small_window() {
    fits(&scenes(), SIZES[2]);
}

#[test]
fn every_service_of_the_demonstration_has_room_upright() {
    fits(&visits(), SIZES[0]);
}

#[test]
fn every_service_of_the_demonstration_has_room_lying() {
    fits(&visits(), SIZES[1]);
}
