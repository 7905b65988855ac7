//! Scanners, card readers and people at one keyboard.

use std::time::Instant;

use i_slint_backend_testing::ElementHandle;
use nowserving_shared::model::{Language, PersonKey, TicketId};
use slint::platform::{Key as Code, WindowEvent};
use slint::{ComponentHandle as _, SharedString};

use super::{Heard, Visit, button, key, pass, press, screen, shown};
use crate::checkin::scanner::{CODE_CHARS_MAX, END_GAP, Garbage, KEY_GAP};
use crate::checkin::{CODE_PAUSE, CodeReader as _, Interpreter};
use crate::state::tests::hall::{hall, issued};
use crate::state::{Event, IssueOutcome, Key, Page, PrintStage, Scanned, Touch};
use crate::ui::kiosk_adapter::KioskScreen;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CARD: &str = "11010519491231002X";
/// The pause between two characters of a scanner.
const FAST: Duration = Duration::from_millis(5);

type Codes = Arc<Mutex<Vec<Result<String, Garbage>>>>;

/// What was read since the last look.
fn taken(codes: &Codes) -> Vec<Result<String, Garbage>> {
    codes.lock().expect("one thread").drain(..).collect()
}

fn read(screen: &KioskScreen) -> Codes {
    let codes = Codes::default();
    let ear = Arc::clone(&codes);
    let told = move |code| ear.lock().expect("one thread").push(code);
    let reader = Box::new(screen.code_reader());
    reader.start(Box::new(told)).expect("a window has keys");
    codes
}

fn sends(screen: &KioskScreen, text: SharedString) {
    let window = screen.window.window();
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.dispatch_event(WindowEvent::KeyReleased { text });
}

/// A device types, as fast as they do; capitals with the shift key, as they do.
fn types(screen: &KioskScreen, text: &str) {
    let window = screen.window.window();
    let shift: SharedString = Code::Shift.into();
    for character in text.chars() {
        let capital = character.is_ascii_uppercase();
        if capital {
            let text = shift.clone();
            window.dispatch_event(WindowEvent::KeyPressed { text });
        }
        sends(screen, SharedString::from(character));
        if capital {
            let text = shift.clone();
            window.dispatch_event(WindowEvent::KeyReleased { text });
        }
        pass(FAST);
    }
}

fn touches(heard: &Heard) -> Vec<Touch> {
    heard.borrow_mut().drain(..).collect()
}

#[test]
fn what_a_device_types_is_a_code_and_touches_nothing() {
    let (screen, heard) = screen();
    shown(&screen, &Visit::before_the_number());
    let codes = read(&screen);
    for (text, code) in [
        (format!("{CARD}\n"), CARD.to_owned()),
        (
            "nowserving:service/tax\t".to_owned(),
            "nowserving:service/tax".to_owned(),
        ),
        (
            "http://hall.example/t#A1b-_\n".to_owned(),
            "http://hall.example/t#A1b-_".to_owned(),
        ),
    ] {
        types(&screen, &text);
        pass(END_GAP);
        assert_eq!(taken(&codes), [Ok(code)]);
    }
    assert_eq!(touches(&heard), []);
}

#[test]
fn a_persons_keys_go_on_working_and_come_when_it_is_certain_that_they_are_hers() {
    let (screen, heard) = screen();
    shown(&screen, &Visit::before_the_number());
    let codes = read(&screen);
    sends(&screen, Code::Return.into());
    assert_eq!(touches(&heard), [], "it may be a device");
    pass(KEY_GAP);
    assert_eq!(touches(&heard), [Touch::Key(Key::Ok)]);
    // What no code has is not held back, and nothing overtakes what is.
    sends(&screen, SharedString::from("+"));
    sends(&screen, Code::DownArrow.into());
    assert_eq!(
        touches(&heard),
        [Touch::Key(Key::Louder), Touch::Key(Key::Next)]
    );
    // A key that chatters acts once.
    sends(&screen, Code::Return.into());
    sends(&screen, Code::Return.into());
    pass(KEY_GAP);
    assert_eq!(touches(&heard), [Touch::Key(Key::Ok)]);
    pass(END_GAP);
    assert!(codes.lock().expect("one thread").is_empty());
}

#[test]
fn a_megabyte_of_garbage_and_an_unfinished_code_neither_block_the_screen_nor_lose_a_key() {
    let (screen, heard) = screen();
    shown(&screen, &Visit::before_the_number());
    let codes = read(&screen);
    for _ in 0..1_000_000 {
        sends(&screen, SharedString::from("7"));
    }
    pass(END_GAP);
    assert_eq!(taken(&codes), [Err(Garbage::TooLong)]);
    assert_eq!(touches(&heard), []);
    key(&screen, Code::Return);
    assert_eq!(touches(&heard), [Touch::Key(Key::Ok)]);

    types(&screen, "1101051949");
    pass(END_GAP);
    assert_eq!(taken(&codes), [Err(Garbage::Unfinished)]);
    key(&screen, Code::Return);
    assert_eq!(touches(&heard), [Touch::Key(Key::Ok)]);
    // A code may be as long as it may be.
    let longest = "7".repeat(CODE_CHARS_MAX);
    types(&screen, &format!("{longest}\n"));
    assert_eq!(codes.lock().expect("one thread").pop(), Some(Ok(longest)));
}

/// What the window heard, told to the visit as the program tells it.
fn go_on(
    screen: &KioskScreen,
    heard: &Heard,
    codes: &Codes,
    known: &Interpreter,
    visit: &mut Visit,
) {
    let at = Instant::now() + CODE_PAUSE.saturating_mul(2);
    for code in codes.lock().expect("one thread").drain(..) {
        if let Some(scanned) = known.scanned(&code, at) {
            visit.on(Event::Scanned(scanned));
        }
    }
    for touch in touches(heard) {
        visit.touch(touch);
    }
    shown(screen, visit);
}

#[test]
fn a_whole_check_in_goes_by_the_events_of_one_keyboard() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    shown(&screen, &visit);
    let codes = read(&screen);
    let known = Interpreter::default();
    known.learn(PersonKey([7; 32]), hall().day.0);

    types(&screen, &format!("{CARD}\n"));
    go_on(&screen, &heard, &codes, &known, &mut visit);
    assert_eq!(*visit.state.page(), Page::Groups);
    assert!(
        ElementHandle::find_by_accessible_label(&screen.window, "✓ 已识读证件 110***********002X")
            .next()
            .is_some(),
        "the bar says whose card was read"
    );
    // On by keypad: police, identity card, ordinary, take the number.
    for sign in ["1", "1", "1"] {
        sends(&screen, SharedString::from(sign));
        pass(KEY_GAP);
        go_on(&screen, &heard, &codes, &known, &mut visit);
    }
    assert!(matches!(visit.state.page(), Page::Confirm { .. }));
    key(&screen, Code::Return);
    go_on(&screen, &heard, &codes, &known, &mut visit);
    let Page::Issuing(step) = visit.state.page() else {
        panic!("no number is being taken: {:?}", visit.state.page())
    };
    assert!(step.person.is_some());
    let step = step.key.clone();
    let number = issued("id-card", "ordinary", Language::ZhCn);
    visit.answer(&step, IssueOutcome::Issued(Box::new(number)));
    visit.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    });
    shown(&screen, &visit);
    key(&screen, Code::Return);
    go_on(&screen, &heard, &codes, &known, &mut visit);
    assert_eq!(*visit.state.page(), Page::Welcome);
    assert_eq!(visit.state.visitor(), None, "forgotten with the visit");
}

#[test]
fn a_touch_on_the_bar_forgets_whose_card_was_read() {
    let (screen, heard) = screen();
    let mut visit = Visit::ready();
    visit.on(Event::Scanned(Scanned::Person(crate::state::Visitor {
        person: nowserving_shared::model::PersonHash([1; 32]),
        masked: "110***********002X".to_owned(),
    })));
    shown(&screen, &visit);
    assert!(button(&screen, "清除").size().height >= super::TARGET_PIXELS_MIN);
    press(&screen, "清除");
    assert_eq!(touches(&heard), [Touch::Forget]);
    visit.touch(Touch::Forget);
    shown(&screen, &visit);
    assert_eq!(visit.state.visitor(), None);
    assert_eq!(*visit.state.page(), Page::Groups, "the visit goes on");
}
