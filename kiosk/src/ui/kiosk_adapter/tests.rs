//! What touches mean, and whether a finger can hit what is to be touched.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use nowserving_shared::model::Language;

use super::*;
use crate::state::tests::Kiosk as Visit;
use crate::state::tests::hall::{class, group, service};
use crate::state::{Event, INACTIVITY, IssueOutcome, PrinterIs, PrinterTrouble};

/// The least height and width of a touch target: 20 mm at 0.25 mm a pixel.
const TARGET_PIXELS_MIN: f32 = 80.0;

type Heard = Rc<RefCell<Vec<Touch>>>;

fn screen() -> (KioskScreen, Heard) {
    i_slint_backend_testing::init_no_event_loop();
    let heard = Heard::default();
    let ear = Rc::clone(&heard);
    let screen =
        KioskScreen::new(move |touch| ear.borrow_mut().push(touch)).expect("the testing backend");
    screen.set_extent(Extent::Window {
        width: 1080,
        height: 1920,
    });
    screen.show().expect("the testing backend");
    (screen, heard)
}

fn shown(screen: &KioskScreen, visit: &Visit) {
    screen.show_view(&View::of(&visit.state));
}

/// Touches the button that says `label`, as a finger does.
fn press(screen: &KioskScreen, label: &str) {
    let mut found = ElementHandle::find_by_accessible_label(&screen.window, label);
    let button = found
        .next()
        .unwrap_or_else(|| panic!("nothing says {label:?}"));
    button.invoke_accessible_default_action();
}

#[test]
fn every_touch_says_what_it_means() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    shown(&screen, &visit);
    for (label, touch) in [
        ("English", Touch::Language(Language::En)),
        ("Taxes", Touch::Group(group("tax"))),
        ("Tax questions", Touch::Service(service("tax-consult"))),
        ("Disabled people", Touch::Class(class("disabled"))),
        ("Take a number", Touch::Confirm),
    ] {
        press(&screen, label);
        assert_eq!(
            heard.borrow_mut().drain(..).collect::<Vec<_>>(),
            std::slice::from_ref(&touch),
            "{label}"
        );
        visit.touch(touch);
        shown(&screen, &visit);
    }
    assert_eq!(
        screen.window.global::<Kiosk>().get_page(),
        PageKind::Waiting
    );
}

#[test]
fn ways_back_home_and_on_say_so_too() {
    let (screen, heard) = screen();
    let mut visit = Visit::before_the_number();
    shown(&screen, &visit);
    press(&screen, "← 返回上一页");
    press(&screen, "返回首页");
    visit.after(INACTIVITY - std::time::Duration::from_secs(5));
    shown(&screen, &visit);
    press(&screen, "我还在，继续");
    visit.touch(Touch::Stay);
    visit.touch(Touch::Confirm);
    let key = visit.key();
    for _ in 0..4 {
        visit.answer(&key, IssueOutcome::Passing("no answer".to_owned()));
        visit.after(std::time::Duration::from_secs(5));
    }
    shown(&screen, &visit);
    press(&screen, "再试一次");
    assert_eq!(
        *heard.borrow(),
        [Touch::Back, Touch::Home, Touch::Stay, Touch::Retry]
    );
}

#[test]
fn a_tile_stays_the_same_tile_when_the_number_on_it_changes() {
    let (screen, _) = screen();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::ZhCn));
    visit.touch(Touch::Group(group("police")));
    shown(&screen, &visit);
    let tile = ElementHandle::find_by_accessible_label(&screen.window, "居民身份证办理")
        .next()
        .expect("a tile");
    let mut busier = crate::state::tests::hall::lines();
    busier[0].waiting = 99;
    visit.on(Event::Waits {
        at: crate::state::tests::hall::MORNING,
        catalogue_version: 1,
        services: busier,
    });
    shown(&screen, &visit);
    assert!(
        tile.is_valid(),
        "a tile that is being pressed must not go away under the finger"
    );
    assert!(
        tile.accessible_description()
            .is_some_and(|note| note.contains("99"))
    );
}

#[test]
fn a_shorter_list_leaves_no_tile_of_the_longer_one_behind() {
    let (screen, _) = screen();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::ZhCn));
    visit.touch(Touch::Group(group("social")));
    shown(&screen, &visit);
    assert_eq!(screen.models.choices.row_count(), 5);
    visit.touch(Touch::Back);
    shown(&screen, &visit);
    assert_eq!(screen.models.choices.row_count(), 3);
}

#[test]
fn whatever_can_be_touched_is_large_enough_and_has_a_name() {
    let (screen, _) = screen();
    let mut visit = Visit::before_the_number();
    visit.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    let mut seen = 0;
    for _ in 0..5 {
        shown(&screen, &visit);
        let buttons = ElementQuery::from_root(&screen.window)
            .match_accessible_role(AccessibleRole::Button)
            .find_all();
        for button in buttons {
            let label = button.accessible_label().unwrap_or_default();
            let size = button.size();
            assert!(!label.is_empty());
            assert!(
                size.width >= TARGET_PIXELS_MIN && size.height >= TARGET_PIXELS_MIN,
                "{label}: {size:?}"
            );
            seen += 1;
        }
        visit.touch(Touch::Back);
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn a_code_is_drawn_module_by_module() {
    let code = code::of("http://hall.example/t#abc").expect("short");
    let image = picture(&code);
    assert_eq!(
        usize::try_from(image.size().width).expect("small"),
        code.side
    );
}
