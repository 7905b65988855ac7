//! What touches mean, and whether a finger can hit what is to be touched.

mod codes;
mod everyone;
mod maintenance;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery, mock_elapsed_time};
use nowserving_shared::model::Language;
use slint::platform::{Key as Code, PointerEventButton, WindowEvent};
use slint::{LogicalPosition, SharedString};

use super::*;
use crate::checkin::scanner::KEY_GAP;
use crate::state::tests::Kiosk as Visit;
use crate::state::tests::hall::{class, group, service};
use crate::state::{Event, INACTIVITY, IssueOutcome, Key, PrinterIs, PrinterTrouble};

/// The least height and width of a touch target: 20 mm at 0.25 mm a pixel.
const TARGET_PIXELS_MIN: f32 = 80.0;

type Heard = Rc<RefCell<Vec<Touch>>>;

fn screen() -> (KioskScreen, Heard) {
    i_slint_backend_testing::init_no_event_loop();
    let heard = Heard::default();
    let ear = Rc::clone(&heard);
    let screen = KioskScreen::with_clock(move |touch| ear.borrow_mut().push(touch), || CLOCK.get())
        .expect("the testing backend");
    screen.set_extent(Extent::Window {
        width: 1080,
        height: 1920,
    });
    screen.show().expect("the testing backend");
    (screen, heard)
}

/// Shows the page of a visit and lets it be read.
fn shown(screen: &KioskScreen, visit: &Visit) {
    screen.show_view(&View::of(&visit.state));
    pass(SETTLES);
}

thread_local! {
    /// The clock of a test's window.
    static CLOCK: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

fn pass(span: Duration) {
    CLOCK.set(CLOCK.get() + span);
    mock_elapsed_time(span);
}

fn button(screen: &KioskScreen, label: &str) -> ElementHandle {
    let mut found = ElementHandle::find_by_accessible_label(&screen.window, label);
    found
        .next()
        .unwrap_or_else(|| panic!("nothing says {label:?}"))
}

/// Touches the button that says `label`, as a screen reader does.
fn press(screen: &KioskScreen, label: &str) {
    button(screen, label).invoke_accessible_default_action();
}

/// Where a finger finds the button that says `label`.
fn middle(screen: &KioskScreen, label: &str) -> LogicalPosition {
    let button = button(screen, label);
    let (corner, size) = (button.absolute_position(), button.size());
    LogicalPosition::new(corner.x + size.width / 2.0, corner.y + size.height / 2.0)
}

fn finger_down(screen: &KioskScreen, position: LogicalPosition) {
    let button = PointerEventButton::Left;
    let down = WindowEvent::PointerPressed { position, button };
    screen.window.window().dispatch_event(down);
}

fn finger_up(screen: &KioskScreen, position: LogicalPosition) {
    let button = PointerEventButton::Left;
    let up = WindowEvent::PointerReleased { position, button };
    screen.window.window().dispatch_event(up);
}

fn tap(screen: &KioskScreen, position: LogicalPosition) {
    finger_down(screen, position);
    finger_up(screen, position);
}

fn key(screen: &KioskScreen, code: Code) {
    let text: SharedString = code.into();
    let window = screen.window.window();
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.dispatch_event(WindowEvent::KeyReleased { text });
    // By then it is certain that no device typed it.
    pass(KEY_GAP);
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
fn a_service_is_found_on_the_keyboard_of_the_screen() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::ZhCn));
    shown(&screen, &visit);
    for (label, touch) in [
        ("查找业务", Touch::Search),
        ("S", Touch::Letter('S')),
        ("X", Touch::Letter('X')),
        ("删除", Touch::Erase),
        ("F", Touch::Letter('F')),
        ("清空", Touch::Clear),
        ("G", Touch::Letter('G')),
        ("个人所得税申报", Touch::Service(service("tax-return"))),
    ] {
        press(&screen, label);
        let told: Vec<Touch> = heard.borrow_mut().drain(..).collect();
        assert_eq!(told, std::slice::from_ref(&touch), "{label}");
        visit.touch(touch);
        shown(&screen, &visit);
    }
    assert_eq!(
        screen.window.global::<Kiosk>().get_page(),
        PageKind::Choices
    );
}

#[test]
fn every_key_is_large_enough_on_every_screen() {
    let (screen, _) = screen();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::En));
    visit.touch(Touch::Search);
    visit.touch(Touch::Letter('i'));
    for (width, height) in [(1080, 1920), (1280, 800), (1920, 1080)] {
        screen.set_extent(Extent::Window { width, height });
        shown(&screen, &visit);
        let buttons = ElementQuery::from_root(&screen.window)
            .match_accessible_role(AccessibleRole::Button)
            .find_all();
        let of_a_letter = |button: &&ElementHandle| {
            let label = button.accessible_label();
            label.is_some_and(|label| label.chars().count() == 1)
        };
        let keys: Vec<&ElementHandle> = buttons.iter().filter(of_a_letter).collect();
        assert_eq!(keys.len(), 26);
        for button in keys {
            let size = button.size();
            let label = button.accessible_label().unwrap_or_default();
            assert!(
                size.width >= TARGET_PIXELS_MIN && size.height >= TARGET_PIXELS_MIN,
                "{label} {width}x{height}: {size:?}"
            );
        }
    }
}

#[test]
fn ways_back_home_and_on_say_so_too() {
    let (screen, heard) = screen();
    let mut visit = Visit::before_the_number();
    shown(&screen, &visit);
    press(&screen, "← 返回上一页");
    press(&screen, "返回首页");
    visit.after(INACTIVITY - Duration::from_secs(5));
    shown(&screen, &visit);
    press(&screen, "我还在，继续");
    visit.touch(Touch::Stay);
    visit.touch(Touch::Confirm);
    let key = visit.key();
    for _ in 0..4 {
        visit.answer(&key, IssueOutcome::Passing("no answer".to_owned()));
        visit.after(Duration::from_secs(5));
    }
    shown(&screen, &visit);
    press(&screen, "再试一次");
    assert_eq!(
        *heard.borrow(),
        [Touch::Back, Touch::Home, Touch::Stay, Touch::Retry]
    );
}

#[test]
fn the_second_tap_of_a_double_tap_takes_no_number() {
    let (screen, heard) = screen();
    let mut visit = Visit::before_the_number();
    visit.touch(Touch::Back);
    shown(&screen, &visit);
    // The last class lies where the next page has its button.
    let last = middle(&screen, "孕妇、带婴幼儿者");
    tap(&screen, last);
    visit.touch(Touch::Class(class("infant")));
    screen.show_view(&View::of(&visit.state));
    pass(Duration::from_millis(200));
    let confirm = middle(&screen, "确认取号");
    tap(&screen, last);
    tap(&screen, confirm);
    assert_eq!(
        heard.borrow_mut().drain(..).collect::<Vec<_>>(),
        [Touch::Class(class("infant"))]
    );
    pass(SETTLES);
    tap(&screen, confirm);
    assert_eq!(*heard.borrow(), [Touch::Confirm]);
}

#[test]
fn the_second_tap_of_a_double_tap_throws_no_number_away() {
    let (screen, heard) = screen();
    let visit = Visit::with_a_number();
    screen.show_view(&View::of(&visit.state));
    pass(Duration::from_millis(1));
    let done = screen.window.global::<Kiosk>().get_done();
    let place = middle(&screen, &done);
    tap(&screen, place);
    press(&screen, &done);
    for _ in 0..4 {
        key(&screen, Code::Return);
        key(&screen, Code::Escape);
    }
    // Down too early and up late is no touch of this page either.
    finger_down(&screen, place);
    pass(SETTLES);
    finger_up(&screen, place);
    assert_eq!(*heard.borrow(), []);
    tap(&screen, place);
    assert_eq!(*heard.borrow(), [Touch::Home]);
}

#[test]
fn the_second_tap_on_the_question_does_not_fall_through_to_the_page() {
    let (screen, heard) = screen();
    let mut visit = Visit::before_the_number();
    visit.touch(Touch::Back);
    visit.after(INACTIVITY - Duration::from_secs(5));
    shown(&screen, &visit);
    let stay = middle(&screen, "我还在，继续");
    tap(&screen, stay);
    visit.touch(Touch::Stay);
    screen.show_view(&View::of(&visit.state));
    pass(Duration::from_millis(200));
    tap(&screen, stay);
    assert_eq!(*heard.borrow(), [Touch::Stay]);
}

#[test]
fn a_number_that_changes_on_a_page_makes_nobody_wait() {
    let (screen, heard) = screen();
    let mut visit = Visit::before_the_number();
    shown(&screen, &visit);
    visit.after(Duration::from_secs(1));
    screen.show_view(&View::of(&visit.state));
    let confirm = middle(&screen, "确认取号");
    tap(&screen, confirm);
    assert_eq!(*heard.borrow(), [Touch::Confirm]);
}

#[test]
fn a_key_that_is_held_is_one_touch() {
    let (screen, heard) = screen();
    shown(&screen, &Visit::ready());
    key(&screen, Code::Tab);
    let text: SharedString = Code::Return.into();
    let window = screen.window.window();
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    for _ in 0..5 {
        window.dispatch_event(WindowEvent::KeyPressRepeated { text: text.clone() });
    }
    window.dispatch_event(WindowEvent::KeyReleased { text });
    pass(KEY_GAP);
    assert_eq!(
        *heard.borrow(),
        [Touch::Key(Key::Next), Touch::Key(Key::Ok)]
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
fn a_long_guide_is_turned_page_by_page_and_offers_only_ways_that_lead_somewhere() {
    let (screen, _) = screen();
    // So low that the guide's least height is all it gets.
    screen.set_extent(Extent::Window {
        width: 1280,
        height: 320,
    });
    // Without a printer no second button makes the page higher.
    let mut visit = Visit::before_the_number();
    let out = PrinterIs::NotReady(PrinterTrouble::PaperOut);
    visit.on(Event::Printer(out));
    shown(&screen, &visit);
    let offered = || {
        ["↑ 上一页", "下一页 ↓"].map(|label| {
            let mut found = ElementHandle::find_by_accessible_label(&screen.window, label);
            found.next().is_some()
        })
    };
    let walk = |label: &str| {
        let mut seen = vec![offered()];
        while ElementHandle::find_by_accessible_label(&screen.window, label)
            .next()
            .is_some()
        {
            press(&screen, label);
            pass(SETTLES);
            seen.push(offered());
            assert!(seen.len() <= 7, "each page has a row more: {seen:?}");
        }
        seen
    };
    let mut on = walk("下一页 ↓");
    assert_eq!(on.first(), Some(&[false, true]));
    assert_eq!(on.last(), Some(&[true, false]));
    let back = walk("↑ 上一页");
    on.reverse();
    assert_eq!(back, on);
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

#[test]
fn where_a_number_needs_paper_and_there_is_none_the_page_says_so_in_place_of_its_button() {
    let (screen, heard) = screen();
    let mut visit = Visit::before_the_number();
    let mut strict = visit.state.hall().expect("it is ready").clone();
    strict.paperless = false;
    visit.on(Event::Hall(Box::new(strict)));
    visit.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    shown(&screen, &visit);
    let place = button(&screen, "打印机恢复后即可取号");
    assert_eq!(place.accessible_role(), Some(AccessibleRole::Text));
    tap(&screen, middle(&screen, "打印机恢复后即可取号"));
    assert_eq!(*heard.borrow(), []);
    press(&screen, "呼叫求助");
    assert_eq!(
        heard.borrow_mut().drain(..).collect::<Vec<_>>(),
        [Touch::CallHelp]
    );
    visit.on(Event::Printer(PrinterIs::Ready));
    shown(&screen, &visit);
    press(&screen, "确认取号");
    assert_eq!(*heard.borrow(), [Touch::Confirm]);
}

#[test]
fn the_idle_screen_reads_out_its_notice_and_a_touch_beside_it_is_none() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    let mut hall = visit.state.hall().expect("it is ready").clone();
    hall.notices = vec![nowserving_shared::protocol::http::NoticeView {
        text: crate::state::tests::hall::both("周末照常办公", "Open at weekends"),
        from: None,
        until: None,
    }];
    visit.on(Event::Hall(Box::new(hall)));
    visit.on(Event::Pictures(1));
    screen.set_pictures(vec![crate::pictures::Picture {
        width: 2,
        height: 1,
        rgb: vec![0; 6],
    }]);
    shown(&screen, &visit);
    assert!(screen.window.global::<Kiosk>().get_has_picture());
    let notice = button(&screen, "周末照常办公");
    assert_eq!(notice.accessible_role(), Some(AccessibleRole::Text));
    press(&screen, "English");
    assert_eq!(*heard.borrow(), [Touch::Language(Language::En)]);
}

#[test]
fn the_page_before_the_number_has_a_code_that_leads_to_the_guide_in_its_language() {
    let (screen, _) = screen();
    let mut visit = Visit::before_the_number();
    shown(&screen, &visit);
    let kiosk = screen.window.global::<Kiosk>();
    assert!(kiosk.get_has_code());
    let code = ElementHandle::find_by_accessible_label(&screen.window, "扫码带走指南");
    assert!(
        code.into_iter()
            .any(|it| it.accessible_role() == Some(AccessibleRole::Image))
    );
    let address = "http://hall.example/g#id-card/zh-CN";
    assert_eq!(screen.models.code.borrow().as_deref(), Some(address));
    visit.touch(Touch::Language(Language::En));
    shown(&screen, &visit);
    let address = "http://hall.example/g#id-card/en";
    assert_eq!(screen.models.code.borrow().as_deref(), Some(address));
}
