//! The kiosk's own page between view and window: how it is opened, and its code, no digit of which leaves this file.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use slint::{ComponentHandle as _, SharedString};

use super::generated::{AppWindow, GuideLine, Kiosk, NoticeLine, PageKind};
use super::{Models, fill, kind_of};
use crate::pin::{PIN_DIGITS_MAX, Pin};
use crate::state::Touch;
use crate::view::{Maintenance, PinPad};

/// So many touches on the hall's name ask for the page.
const OPENING_TOUCHES: usize = 5;
/// Within so long.
const OPENING_WITHIN: Duration = Duration::from_secs(3);

/// The last touches on the hall's name.
#[derive(Debug, Default)]
pub(super) struct Taps(VecDeque<Duration>);

impl Taps {
    /// One more, at a moment since any; tells whether it is the last that is needed.
    fn tap(&mut self, at: Duration) -> bool {
        self.0.push_back(at);
        self.0
            .retain(|earlier| at.saturating_sub(*earlier) <= OPENING_WITHIN);
        let enough = self.0.len() >= OPENING_TOUCHES;
        if enough {
            self.0.clear();
        }
        enough
    }
}

/// The code, and what was typed of it.
#[derive(Default)]
pub(super) struct Lock {
    pin: Option<Pin>,
    typed: Vec<u8>,
}

/// What a key of the pad does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PadKey {
    Digit(u8),
    Erase,
    Enter,
}

impl PadKey {
    /// The key of the screen, or of a keyboard, that says `text`.
    fn of(text: &str) -> Option<Self> {
        let is = |code: slint::platform::Key| SharedString::from(code).as_str() == text;
        match text.as_bytes() {
            [digit @ b'0'..=b'9'] => Some(Self::Digit(*digit)),
            b"erase" => Some(Self::Erase),
            b"enter" => Some(Self::Enter),
            _ if is(slint::platform::Key::Backspace) => Some(Self::Erase),
            _ if is(slint::platform::Key::Return) => Some(Self::Enter),
            _ => None,
        }
    }
}

impl Lock {
    pub(super) fn set(&mut self, pin: Pin) {
        self.pin = Some(pin);
    }

    /// Forgets what was typed.
    fn forget(&mut self) {
        self.typed.fill(0);
        self.typed.clear();
    }

    /// Takes a key; tells whether the code was right once it is whole.
    fn key(&mut self, key: PadKey) -> Option<bool> {
        match key {
            PadKey::Digit(digit) if self.typed.len() < PIN_DIGITS_MAX => self.typed.push(digit),
            PadKey::Digit(_) => {}
            PadKey::Erase => {
                self.typed.pop();
            }
            // Nothing was typed: that is no try.
            PadKey::Enter if self.typed.is_empty() => {}
            PadKey::Enter => {
                let right = self.pin.as_ref().is_some_and(|pin| pin.is(&self.typed));
                self.forget();
                return Some(right);
            }
        }
        None
    }
}

/// Says what touches and keys mean there.
pub(super) fn listen(
    window: &AppWindow,
    models: &Rc<Models>,
    touched: &(impl Fn(Touch) + Clone + 'static),
) {
    let kiosk = window.global::<Kiosk>();
    let (known, all) = (Rc::clone(models), touched.clone());
    let touched = move |touch: Touch| {
        if !known.settling.running() {
            all(touch);
        }
    };
    let (known, say, start) = (Rc::clone(models), touched.clone(), Instant::now());
    kiosk.on_hall_touched(move || {
        let has_pin = known.lock.borrow().pin.is_some();
        if has_pin && known.taps.borrow_mut().tap(start.elapsed()) {
            say(Touch::Maintenance);
        }
    });
    let (weak, known, say) = (window.as_weak(), Rc::clone(models), touched.clone());
    kiosk.on_pin_key(move |text| {
        if let Some(window) = weak.upgrade() {
            take(&window, &known, &text, &say);
        }
    });
    let say = touched.clone();
    kiosk.on_self_tested(move || say(Touch::SelfTest));
    let say = touched.clone();
    kiosk.on_asked_again(move || say(Touch::AskAgain));
    let say = touched.clone();
    kiosk.on_recorded(move || say(Touch::Record));
}

/// Takes a key of the pad or of a keyboard; tells whether it was one of the code's.
pub(super) fn take(
    window: &AppWindow,
    models: &Models,
    text: &str,
    touched: &impl Fn(Touch),
) -> bool {
    let kiosk = window.global::<Kiosk>();
    if kiosk.get_page() != PageKind::Pin {
        return false;
    }
    let Some(key) = PadKey::of(text) else {
        // A letter is no digit, and is typed nowhere.
        return false;
    };
    if kiosk.get_panel_open() || kiosk.get_warns() {
        // What lies over the pad may take every key but a digit: none of them becomes an event.
        let digit = matches!(key, PadKey::Digit(_));
        if digit && kiosk.get_warns() {
            touched(Touch::Stay);
        }
        return digit;
    }
    if models.settling.running() || !kiosk.get_pin_open() {
        return true;
    }
    let mut lock = models.lock.borrow_mut();
    let right = lock.key(key);
    kiosk.set_pin_typed(i32::try_from(lock.typed.len()).unwrap_or_default());
    drop(lock);
    match right {
        Some(true) => touched(Touch::PinRight),
        Some(false) => {
            tracing::warn!("a wrong code was typed before the service page");
            touched(Touch::PinWrong);
        }
        None => {}
    }
    true
}

/// Whether a key asks for the page.
pub(super) fn asks(models: &Models, text: &str, others: bool) -> bool {
    let code = SharedString::from(slint::platform::Key::F12);
    !others && text == code.as_str() && models.lock.borrow().pin.is_some()
}

/// What was typed is forgotten with the page on which it was.
pub(super) fn forget(kiosk: &Kiosk<'_>, models: &Models) {
    models.lock.borrow_mut().forget();
    kiosk.set_pin_typed(0);
}

pub(super) fn put_pin(kiosk: &Kiosk<'_>, pad: &PinPad) {
    kiosk.set_title(pad.title.as_str().into());
    kiosk.set_hint(SharedString::new());
    kiosk.set_text(pad.text.as_str().into());
    kiosk.set_pin_open(pad.open);
    kiosk.set_erase(pad.keys.0.as_str().into());
    kiosk.set_enter(pad.keys.1.as_str().into());
}

pub(super) fn put(window: &AppWindow, models: &Models, page: &Maintenance) {
    let kiosk = window.global::<Kiosk>();
    kiosk.set_title(page.title.as_str().into());
    kiosk.set_hint(page.troubles_title.as_str().into());
    let size = window.window().size();
    let screen = format!("{} × {}", size.width, size.height);
    let last = page.facts.len().saturating_sub(1);
    let row = |(at, (name, text)): (usize, &(String, String))| GuideLine {
        name: name.as_str().into(),
        text: if at == last {
            screen.as_str().into()
        } else {
            text.as_str().into()
        },
    };
    fill(&models.guide, page.facts.iter().enumerate().map(row));
    fill(&models.lines, page.troubles.iter().map(SharedString::from));
    let tried = page.tried.as_ref();
    kiosk.set_paper(NoticeLine {
        kind: tried.map_or(super::generated::NoticeKind::Calm, |tried| {
            kind_of(tried.kind)
        }),
        text: tried.map_or_else(SharedString::new, |tried| tried.text.as_str().into()),
    });
    kiosk.set_self_test(page.self_test.as_deref().unwrap_or_default().into());
    kiosk.set_ask_again(page.ask_again.as_str().into());
    kiosk.set_record(page.record.as_str().into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_touches_within_three_seconds_open_and_four_do_not() {
        let at = Duration::from_millis;
        let mut taps = Taps::default();
        let quick = [0, 700, 1_400, 2_100, 2_800].map(|when| taps.tap(at(when)));
        assert_eq!(quick, [false, false, false, false, true]);
        // The next ones begin anew, and slow ones are forgotten.
        let slow = [3_000, 4_000, 5_000, 6_100, 7_200, 8_300].map(|when| taps.tap(at(when)));
        assert_eq!(slow, [false; 6]);
    }

    #[test]
    fn what_was_typed_is_forgotten_when_it_is_compared() {
        let mut lock = Lock::default();
        lock.set(Pin::new("2408").expect("four digits"));
        for digit in *b"2409" {
            assert_eq!(lock.key(PadKey::Digit(digit)), None);
        }
        lock.key(PadKey::Erase);
        lock.key(PadKey::Digit(b'8'));
        assert_eq!(lock.key(PadKey::Enter), Some(true));
        assert!(lock.typed.is_empty());
        assert_eq!(lock.key(PadKey::Enter), None, "nothing is no try");
        lock.key(PadKey::Digit(b'1'));
        assert_eq!(lock.key(PadKey::Enter), Some(false));
        for _ in 0..2 * PIN_DIGITS_MAX {
            lock.key(PadKey::Digit(b'1'));
        }
        assert_eq!(lock.typed.len(), PIN_DIGITS_MAX);
    }
}
