//! Whole visits without sight or touch, and where controls lie in each mode.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use nowserving_shared::model::{Language, TicketId};
use slint::ComponentHandle as _;
use slint::platform::{Key as Code, WindowEvent};

use super::{Heard, SETTLES, Visit, button, key, pass, press, screen, shown};
use crate::checkin::scanner::KEY_GAP;
use crate::sizes::Sizes;
use crate::state::tests::hall::{class, group, issued, service};
use crate::state::{
    Event, INACTIVITY_ACCESSIBLE, IssueOutcome, Key, LINK_GRACE, Mode, Page, PrintStage, Touch,
};
use crate::ui::kiosk_adapter::{Extent, KioskScreen};
use crate::view::View;

/// Hands what the screen said to the visit, and shows what comes of it.
fn go_on(screen: &KioskScreen, heard: &Heard, visit: &mut Visit) {
    let touches: Vec<Touch> = heard.borrow_mut().drain(..).collect();
    for touch in touches {
        visit.touch(touch);
    }
    shown(screen, visit);
}

fn answer(visit: &mut Visit, language: Language) {
    let key = visit.key();
    let number = issued("id-card", "elderly", language);
    visit.answer(&key, IssueOutcome::Issued(Box::new(number)));
    visit.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    });
}

fn label_is_there(screen: &KioskScreen, part: &str) -> bool {
    ElementQuery::from_root(&screen.window)
        .match_predicate({
            let part = part.to_owned();
            move |element| {
                element
                    .accessible_label()
                    .is_some_and(|label| label.contains(&part))
            }
        })
        .find_first()
        .is_some()
}

#[test]
fn a_whole_visit_goes_by_accessible_labels_alone() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    shown(&screen, &visit);
    for label in [
        "English",
        "Police",
        "Identity card",
        "Aged 70 and over",
        "Take a number",
    ] {
        assert_eq!(
            button(&screen, label).accessible_role(),
            Some(AccessibleRole::Button),
            "{label}"
        );
        press(&screen, label);
        go_on(&screen, &heard, &mut visit);
    }
    answer(&mut visit, Language::En);
    shown(&screen, &visit);
    for said in [
        "A017",
        "3 people are waiting before you",
        "Please take your ticket",
    ] {
        assert!(label_is_there(&screen, said), "{said}");
    }
    let done = View::of(&visit.state);
    let crate::view::PageView::Ticket(ticket) = done.page else {
        panic!("no number is shown")
    };
    press(&screen, &ticket.done);
    go_on(&screen, &heard, &mut visit);
    assert_eq!(*visit.state.page(), Page::Welcome);
}

#[test]
fn a_whole_visit_goes_by_key_events_alone() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    shown(&screen, &visit);
    let down = Code::DownArrow;
    let codes = [
        // The first press only shows where the keypad is.
        down,
        down,
        Code::Return,
        Code::Return,
        // Identity card; then aged 70 and over.
        Code::Return,
        down,
        Code::Space,
        Code::Return,
    ];
    for code in codes {
        key(&screen, code);
        go_on(&screen, &heard, &mut visit);
    }
    assert_eq!(visit.state.language(), Language::En);
    answer(&mut visit, Language::En);
    shown(&screen, &visit);
    assert!(label_is_there(&screen, "A017"));
    key(&screen, Code::Return);
    go_on(&screen, &heard, &mut visit);
    assert_eq!(*visit.state.page(), Page::Welcome);
}

#[test]
fn the_control_in_focus_has_a_ring_and_no_other_has() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    shown(&screen, &visit);
    let rings = || {
        ElementQuery::from_root(&screen.window)
            .match_inherits("FocusRing")
            .find_all()
    };
    assert_eq!(rings().len(), 0, "nobody who touches sees a ring");
    for code in [Code::Tab, Code::Return, Code::Tab, Code::Tab, Code::Tab] {
        key(&screen, code);
        go_on(&screen, &heard, &mut visit);
        let rings = rings();
        assert_eq!(rings.len(), 1, "{:?}", visit.state.focus());
        let size = rings[0].size();
        assert!(size.width > 80.0 && size.height > 80.0, "{size:?}");
    }
}

#[test]
fn no_key_closes_the_window_of_a_kiosk_and_unknown_ones_do_nothing() {
    let (screen, heard) = screen();
    screen.set_extent(Extent::FullScreen {
        width: 1080,
        height: 1920,
    });
    let visit = Visit::before_the_number();
    shown(&screen, &visit);
    let window = screen.window.window();
    for modifier in [Code::Alt, Code::Control, Code::Meta] {
        let text: slint::SharedString = modifier.into();
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        for code in [Code::F4, Code::Escape, Code::Return, Code::Tab] {
            key(&screen, code);
        }
        for sign in ["q", "w", "r", "1"] {
            let text = slint::SharedString::from(sign);
            window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            window.dispatch_event(WindowEvent::KeyReleased { text });
        }
        window.dispatch_event(WindowEvent::KeyReleased { text });
    }
    for code in [Code::F4, Code::F12, Code::Delete, Code::Insert] {
        key(&screen, code);
    }
    pass(KEY_GAP);
    assert_eq!(*heard.borrow(), []);
    window.dispatch_event(WindowEvent::CloseRequested);
    assert!(window.is_visible());
}

#[test]
fn number_keys_take_the_choices_of_the_sheet_that_is_shown() {
    let (screen, heard) = screen();
    let mut visit = large(Mode::LargeText);
    visit.touch(Touch::Group(group("social")));
    shown(&screen, &visit);
    press(&screen, "下一页 ↓");
    pass(SETTLES);
    heard.borrow_mut().clear();
    let text = slint::SharedString::from("1");
    let window = screen.window.window();
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.dispatch_event(WindowEvent::KeyReleased { text });
    pass(KEY_GAP);
    let first = screen
        .window
        .global::<crate::ui::kiosk_adapter::Kiosk>()
        .get_first_on_sheet();
    assert!(first > 0, "there is a second sheet");
    let nth = usize::try_from(first).expect("a place");
    assert_eq!(*heard.borrow(), [Touch::Key(Key::Nth(nth))]);
}

#[test]
fn the_sheet_turns_to_the_choice_that_the_keypad_reaches() {
    let (screen, heard) = screen();
    let mut visit = large(Mode::LargeText);
    visit.touch(Touch::Group(group("social")));
    shown(&screen, &visit);
    for _ in 0..5 {
        key(&screen, Code::DownArrow);
        go_on(&screen, &heard, &mut visit);
    }
    let last = button(&screen, "失业登记与失业保险金申领");
    let rings = ElementQuery::from_root(&screen.window)
        .match_inherits("FocusRing")
        .find_all();
    assert_eq!(rings.len(), 1);
    assert!(inside(&screen, &last), "it is on the screen");
}

/// A visit at its first question with a mode switched on.
fn large(mode: Mode) -> Visit {
    let mut visit = Visit::ready();
    visit.on(Event::Voice(true));
    visit.touch(Touch::Mode(mode));
    visit.touch(Touch::Language(Language::ZhCn));
    visit
}

#[test]
fn a_service_is_found_on_a_real_keyboard_whatever_its_letters_mean_elsewhere() {
    let (screen, heard) = screen();
    let mut visit = large(Mode::HighContrast);
    visit.touch(Touch::Search);
    shown(&screen, &visit);
    let window = screen.window.window();
    for sign in ["s", "h", "b"] {
        let text = slint::SharedString::from(sign);
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.dispatch_event(WindowEvent::KeyReleased { text });
        pass(KEY_GAP);
        go_on(&screen, &heard, &mut visit);
    }
    assert_eq!(visit.state.query(), Some("shb"));
    // The first press shows where the keypad is: on the first service that was found.
    for code in [Code::DownArrow, Code::Return] {
        key(&screen, code);
        go_on(&screen, &heard, &mut visit);
    }
    let classes = Page::Classes {
        service: service("social-card"),
    };
    assert_eq!(*visit.state.page(), classes);
}

#[test]
fn a_visit_by_keypad_alone_finds_a_service_letter_by_letter() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::ZhCn));
    shown(&screen, &visit);
    let on = |visit: &Visit| View::of(&visit.state).focus.map(|focus| focus.name());
    let go_to = |visit: &mut Visit, code: Code, name: &str| {
        for _ in 0..60 {
            if on(visit).as_deref() == Some(name) {
                break;
            }
            key(&screen, code);
            go_on(&screen, &heard, visit);
        }
        assert_eq!(on(visit).as_deref(), Some(name));
        let rings = ElementQuery::from_root(&screen.window)
            .match_inherits("FocusRing")
            .find_all();
        assert_eq!(rings.len(), 1, "{name}");
        key(&screen, Code::Return);
        go_on(&screen, &heard, visit);
    };
    go_to(&mut visit, Code::DownArrow, "search");
    for letter in ["letter:S", "letter:F", "letter:Q", "erase"] {
        go_to(&mut visit, Code::DownArrow, letter);
    }
    assert_eq!(visit.state.query(), Some("sf"));
    go_to(&mut visit, Code::UpArrow, "choice:id-card");
    let classes = Page::Classes {
        service: service("id-card"),
    };
    assert_eq!(*visit.state.page(), classes);
}

#[test]
fn the_welcome_page_offers_large_tiles_until_somebody_uses_a_mode_or_the_keypad() {
    let (screen, _) = screen();
    let mut visit = Visit::ready();
    visit.on(Event::Popular {
        services: ["id-card", "medical"].map(service).to_vec(),
        everywhere: false,
    });
    shown(&screen, &visit);
    let found = controls(&screen, &visit);
    let tiles: Vec<_> = found
        .iter()
        .filter(|(label, _)| ["居民身份证办理", "医疗保险"].contains(&label.as_str()))
        .collect();
    assert_eq!(tiles.len(), 2);
    for (label, tile) in &found {
        assert!(inside(&screen, tile), "{label}");
        assert!(tile.size().height >= TARGET, "{label}");
        for (other, beside) in &found {
            assert!(
                other == label || are_apart(tile, beside, GAP),
                "{label} {other}"
            );
        }
    }
    visit.touch(Touch::Key(Key::Next));
    assert!(visit.state.quick_services().is_empty());
}

fn inside(screen: &KioskScreen, element: &ElementHandle) -> bool {
    let window = screen.window.window().size();
    let (corner, size) = (element.absolute_position(), element.size());
    let (width, height) = (window.width as f32, window.height as f32);
    corner.x >= 0.0
        && corner.y >= 0.0
        && corner.x + size.width <= width + 0.5
        && corner.y + size.height <= height + 0.5
}

/// Every page of a visit in a language with modes, each with its name.
fn pages(modes: &[Mode], language: Language) -> Vec<(&'static str, Visit)> {
    let with_modes = || {
        let mut visit = Visit::ready();
        visit.on(Event::Voice(true));
        for mode in modes {
            visit.touch(Touch::Mode(*mode));
        }
        visit
    };
    let after = |touches: &[Touch]| {
        let mut visit = with_modes();
        for touch in touches {
            visit.touch(touch.clone());
        }
        visit
    };
    let chosen = [
        Touch::Language(language),
        Touch::Group(group("police")),
        Touch::Service(service("id-card")),
        Touch::Class(class("elderly")),
        Touch::Confirm,
    ];
    let mut number = after(&chosen);
    answer(&mut number, language);
    let mut troubled = with_modes();
    troubled.on(Event::LinkLost);
    troubled.after(LINK_GRACE);
    let mut away = with_modes();
    away.on(Event::LinkLost);
    away.after(LINK_GRACE);
    away.touch(Touch::Language(language));
    let mut asked = after(&chosen[..3]);
    asked.after(INACTIVITY_ACCESSIBLE - std::time::Duration::from_secs(5));
    let search = [Touch::Language(language), Touch::Search, Touch::Letter('S')];
    let closed = [
        Touch::Language(language),
        Touch::Group(group("social")),
        Touch::Service(service("unemployment")),
    ];
    vec![
        ("welcome", with_modes()),
        ("troubled", troubled),
        ("groups", after(&chosen[..1])),
        ("search", after(&search[..2])),
        ("search with results", after(&search)),
        ("services", after(&chosen[..2])),
        ("long list", after(&closed[..2])),
        ("classes", after(&chosen[..3])),
        ("confirm", after(&chosen[..4])),
        ("issuing", after(&chosen)),
        ("ticket", number),
        ("not now", after(&closed)),
        ("server away", away),
        ("asked", asked),
        ("panel", after(&[Touch::Modes])),
    ]
}

/// The controls that a finger finds on a page: buttons that nothing covers.
fn controls(screen: &KioskScreen, visit: &Visit) -> Vec<(String, ElementHandle)> {
    let buttons = ElementQuery::from_root(&screen.window)
        .match_accessible_role(AccessibleRole::Button)
        .find_all();
    let view = View::of(&visit.state);
    let over_it: Option<Vec<String>> = match (&view.warning, &view.panel) {
        (Some(warning), _) => Some(vec![warning.stay.clone()]),
        (None, Some(panel)) => {
            let names = panel.modes.iter().map(|line| line.name.clone());
            Some(names.chain([panel.close.clone()]).collect())
        }
        (None, None) => None,
    };
    buttons
        .into_iter()
        .map(|button| (button.accessible_label().unwrap_or_default().into(), button))
        .filter(|(label, _): &(String, _)| over_it.as_ref().is_none_or(|over| over.contains(label)))
        .collect()
}

/// Checks every page in both languages: no control outside the screen, all large enough, none too near to another,
/// and within low reach where that is on.
fn check_controls(screen: &KioskScreen, modes: &[Mode], least: f32, gap: f32) -> usize {
    let mut seen = 0;
    for language in [Language::ZhCn, Language::En] {
        for (page, visit) in pages(modes, language) {
            shown(screen, &visit);
            let controls = controls(screen, &visit);
            for (label, control) in &controls {
                let (corner, size) = (control.absolute_position(), control.size());
                let what = format!("{page} {language} {modes:?} {label:?} {corner:?} {size:?}");
                assert!(!label.is_empty(), "{what}");
                assert!(inside(screen, control), "{what}");
                assert!(
                    size.width >= least - 0.5 && size.height >= least - 0.5,
                    "{what}"
                );
                if modes.contains(&Mode::LowReach) {
                    assert!(corner.y >= 0.45 * 1920.0 - 0.5, "too high: {what}");
                }
                for (other, beside) in &controls {
                    if other != label {
                        assert!(are_apart(control, beside, gap), "{what} and {other:?}");
                    }
                }
                seen += 1;
            }
        }
    }
    seen
}

fn are_apart(one: &ElementHandle, other: &ElementHandle, gap: f32) -> bool {
    let span = |element: &ElementHandle| {
        let (corner, size) = (element.absolute_position(), element.size());
        (
            corner.x,
            corner.y,
            corner.x + size.width,
            corner.y + size.height,
        )
    };
    let (one, other) = (span(one), span(other));
    let gap = gap - 0.5;
    one.2 + gap <= other.0
        || other.2 + gap <= one.0
        || one.3 + gap <= other.1
        || other.3 + gap <= one.1
}

/// 20 mm and 3 mm on a screen of 21.5 inches with 1080×1920 pixels.
const TARGET: f32 = 20.0 / 0.248;
const GAP: f32 = 3.0 / 0.248;

#[test]
fn every_control_is_as_large_as_a_finger_needs_and_apart_from_others_in_every_mode() {
    let (screen, _) = screen();
    for modes in [
        &[][..],
        &[Mode::LargeText],
        &[Mode::LowReach],
        &[Mode::LargeText, Mode::LowReach],
    ] {
        let seen = check_controls(&screen, modes, TARGET, GAP);
        assert!(seen > 100, "{seen}");
    }
}

#[test]
fn a_small_screen_with_many_pixels_has_as_large_controls() {
    let (screen, _) = screen();
    let sizes = Sizes::default().with_diagonal(13.3).expect("a kiosk");
    screen.set_sizes(sizes);
    let millimetre = 1080_f32.hypot(1920.0) / sizes.diagonal_millimetres();
    let seen = check_controls(&screen, &[], 20.0 * millimetre, 3.0 * millimetre);
    assert!(seen > 100, "{seen}");
}

#[test]
fn a_long_list_in_large_letters_is_turned_to_its_end() {
    let (screen, heard) = screen();
    for mode in [Mode::LargeText, Mode::LowReach] {
        // The one before left the list at its end.
        shown(&screen, &Visit::ready());
        let mut visit = large(mode);
        visit.touch(Touch::Group(group("social")));
        shown(&screen, &visit);
        let names = ["养老保险", "医疗保险", "工伤认定与待遇", "社会保障卡"];
        let mut found = Vec::new();
        for _ in 0..5 {
            let buttons = ElementQuery::from_root(&screen.window)
                .match_accessible_role(AccessibleRole::Button)
                .find_all();
            found.extend(
                buttons
                    .iter()
                    .filter_map(|button| button.accessible_label())
                    .map(String::from),
            );
            let next = ElementHandle::find_by_accessible_label(&screen.window, "下一页 ↓").next();
            let Some(next) = next else {
                break;
            };
            next.invoke_accessible_default_action();
            pass(SETTLES);
        }
        for name in names {
            assert!(found.iter().any(|label| label == name), "{mode:?} {name}");
        }
        heard.borrow_mut().clear();
    }
}
