//! The kiosk's own page: how it is opened, and that no digit of its code leaves the screen.

use super::*;
use crate::pin::Pin;

fn guarded() -> (KioskScreen, Heard) {
    let (screen, heard) = screen();
    screen.set_pin(Pin::new("2408").expect("four digits"));
    (screen, heard)
}

fn told(heard: &Heard) -> Vec<Touch> {
    heard.borrow_mut().drain(..).collect()
}

fn text_key(screen: &KioskScreen, text: &str) {
    let text = SharedString::from(text);
    let window = screen.window.window();
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.dispatch_event(WindowEvent::KeyReleased { text });
}

#[test]
fn five_touches_on_the_halls_name_or_a_key_ask_for_the_code() {
    let (screen, heard) = guarded();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::En));
    shown(&screen, &visit);
    let name = middle(&screen, "Model City Service Hall");
    for _ in 0..4 {
        tap(&screen, name);
    }
    assert_eq!(told(&heard), []);
    tap(&screen, name);
    assert_eq!(told(&heard), [Touch::Maintenance]);
    key(&screen, Code::F12);
    assert_eq!(told(&heard), [Touch::Maintenance]);
}

#[test]
fn without_a_code_nothing_opens_the_page() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    visit.touch(Touch::Language(Language::En));
    shown(&screen, &visit);
    for _ in 0..10 {
        tap(&screen, middle(&screen, "Model City Service Hall"));
    }
    key(&screen, Code::F12);
    assert_eq!(told(&heard), []);
}

#[test]
fn no_digit_of_the_code_leaves_the_screen() {
    let (screen, heard) = guarded();
    let mut visit = Visit::ready();
    visit.touch(Touch::Maintenance);
    shown(&screen, &visit);
    let kiosk = screen.window.global::<Kiosk>();
    for digit in ["2", "4", "0", "9"] {
        press(&screen, digit);
    }
    assert_eq!((kiosk.get_pin_typed(), told(&heard)), (4, vec![]));
    press(&screen, "确定");
    assert_eq!(told(&heard), [Touch::PinWrong]);
    // The same by a keyboard, with a mistake that is taken back.
    for digit in ["2", "4", "0", "7"] {
        text_key(&screen, digit);
    }
    key(&screen, Code::Backspace);
    text_key(&screen, "8");
    assert_eq!((kiosk.get_pin_typed(), told(&heard)), (4, vec![]));
    key(&screen, Code::Return);
    assert_eq!(told(&heard), [Touch::PinRight]);
    // Under the panel of modes a digit is no choice of it.
    visit.touch(Touch::Modes);
    shown(&screen, &visit);
    text_key(&screen, "1");
    assert_eq!(told(&heard), []);
}

#[test]
fn what_was_typed_is_gone_with_the_page() {
    let (screen, _heard) = guarded();
    let mut visit = Visit::ready();
    visit.touch(Touch::Maintenance);
    shown(&screen, &visit);
    press(&screen, "2");
    visit.touch(Touch::Home);
    shown(&screen, &visit);
    visit.touch(Touch::Maintenance);
    shown(&screen, &visit);
    assert_eq!(screen.window.global::<Kiosk>().get_pin_typed(), 0);
}

#[test]
fn while_nobody_is_let_in_there_is_no_pad() {
    let (screen, heard) = guarded();
    let mut visit = Visit::ready();
    visit.touch(Touch::Maintenance);
    for _ in 0..crate::state::PIN_TRIES_MAX {
        visit.touch(Touch::PinWrong);
    }
    shown(&screen, &visit);
    assert!(
        ElementHandle::find_by_accessible_label(&screen.window, "确定")
            .next()
            .is_none()
    );
    for digit in ["2", "4", "0", "8"] {
        text_key(&screen, digit);
    }
    key(&screen, Code::Return);
    assert_eq!(told(&heard), []);
}

#[test]
fn every_button_of_the_page_says_what_it_means() {
    let (screen, heard) = guarded();
    let mut visit = Visit::ready();
    visit.touch(Touch::Maintenance);
    visit.touch(Touch::PinRight);
    shown(&screen, &visit);
    for (label, touch) in [
        ("打印测试页", Touch::SelfTest),
        ("重新检测", Touch::AskAgain),
        ("保存运行记录", Touch::Record),
        ("退出维护", Touch::Home),
    ] {
        press(&screen, label);
        assert_eq!(told(&heard), [touch], "{label}");
    }
    button(&screen, "屏幕: 1080 × 1920");
}
