//! Keys between the window and whoever they are for: a keypad's keys are a person's, and what a scanner types is a code.
//!
//! Only keys that a code can have are held back, and only for [`KEY_GAP`](crate::checkin::scanner::KEY_GAP); what they mean
//! was settled when they were pressed. A timer of the window lets them go, so that the last one is never lost.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::{ComponentHandle as _, Timer, TimerMode, Weak};

use super::generated::{AppWindow, Kiosk, PageKind};
use super::{Models, keys, maintenance};
use crate::checkin::scanner::{Heard, Key as Typed, Scanner};
use crate::checkin::{CodeReader, Told};
use crate::state::{Key, Touch};
use crate::view::VisitorBar;

/// Everything between a key press and what it means.
pub(super) struct Keys {
    window: Weak<AppWindow>,
    models: Rc<Models>,
    clock: Box<dyn Fn() -> Duration>,
    touched: Box<dyn Fn(Touch)>,
    scanner: RefCell<Scanner>,
    /// What the keys mean that the scanner holds back, in order; none for one without a meaning.
    held: RefCell<Vec<Option<Meaning>>>,
    /// Lets go of them.
    timer: Timer,
    told: RefCell<Option<Told>>,
    /// Whether the timer runs; it is not started anew with every key.
    waits: Cell<bool>,
}

/// What a key means, and whether it acts on the page.
#[derive(Clone, Copy)]
struct Meaning {
    key: Key,
    acts: bool,
}

/// Codes that devices type as keyboards.
pub(super) struct KeyboardReader(pub(super) Rc<Keys>);

impl CodeReader for KeyboardReader {
    fn start(self: Box<Self>, told: Told) -> Result<(), String> {
        *self.0.told.borrow_mut() = Some(told);
        Ok(())
    }
}

/// A key press as the window tells it.
struct Pressed<'a> {
    text: &'a str,
    /// Whether Ctrl, Alt or the logo key is held.
    others: bool,
    shift: bool,
    /// Whether the key itself is held, and this is one of its repetitions.
    held: bool,
}

/// Says what keys mean.
pub(super) fn listen_to_keys(
    window: &AppWindow,
    models: &Rc<Models>,
    touched: impl Fn(Touch) + 'static,
    clock: impl Fn() -> Duration + 'static,
) -> Rc<Keys> {
    let keys = Rc::new(Keys {
        window: window.as_weak(),
        models: Rc::clone(models),
        clock: Box::new(clock),
        touched: Box::new(touched),
        scanner: RefCell::default(),
        held: RefCell::default(),
        timer: Timer::default(),
        told: RefCell::default(),
        waits: Cell::default(),
    });
    let pressed = Rc::clone(&keys);
    let kiosk = window.global::<Kiosk>();
    kiosk.on_key_pressed(move |text, others, shift, held| {
        pressed.pressed(&Pressed {
            text: &text,
            others,
            shift,
            held,
        });
    });
    keys
}

impl Keys {
    fn pressed(self: &Rc<Self>, pressed: &Pressed<'_>) {
        let at = (self.clock)();
        let due = self.scanner.borrow_mut().tick(at);
        self.heard(due);
        if self.is_for_maintenance(pressed) {
            return;
        }
        let key = self.meaning(pressed);
        // No device holds a key down, and none types with Ctrl.
        let typed = typed(pressed).filter(|_| !pressed.held && !pressed.others);
        match (typed, key) {
            (Some(typed), key) => {
                self.held.borrow_mut().push(key);
                let heard = self.scanner.borrow_mut().key(typed, at);
                self.heard(heard);
            }
            (None, Some(meaning)) => {
                let before = self.scanner.borrow_mut().interrupt();
                self.heard(before);
                (self.touched)(Touch::Key(meaning.key));
            }
            // Shift, with which devices type capitals, and keys that mean nothing.
            (None, None) => {}
        }
        self.wait(at);
    }

    /// Whether a key asks for the kiosk's own page, or belongs to the code before it. None of those is held back as a part
    /// of a card's or a ticket's code.
    fn is_for_maintenance(&self, pressed: &Pressed<'_>) -> bool {
        let Some(window) = self.window.upgrade() else {
            return false;
        };
        if maintenance::asks(&self.models, pressed.text, pressed.others) && !pressed.held {
            let before = self.scanner.borrow_mut().interrupt();
            self.heard(before);
            (self.touched)(Touch::Maintenance);
            return true;
        }
        maintenance::take(&window, &self.models, pressed.text, &self.touched)
    }

    /// What a key press means now. A key that acts counts, like a touch, only on a page that was there before; one that
    /// moves about on the page counts at once, because who cannot see the page counts the presses.
    fn meaning(&self, pressed: &Pressed<'_>) -> Option<Meaning> {
        let window = self.window.upgrade()?;
        let kiosk = window.global::<Kiosk>();
        let page = if kiosk.get_page() == PageKind::Search && !kiosk.get_panel_open() {
            keys::On::Typing
        } else {
            keys::On::Choosing
        };
        let press = keys::meaning(pressed.text, pressed.others, pressed.shift, page)?;
        let unsettled = self.models.settling.running() && press.acts();
        if (pressed.held && !press.repeats()) || unsettled {
            return None;
        }
        let first = kiosk.get_first_on_sheet();
        let key = match press {
            keys::Press::Key(key) => key,
            keys::Press::Choice(place) => Key::Nth(usize::try_from(first).unwrap_or(0) + place),
        };
        Some(Meaning {
            key,
            acts: press.acts(),
        })
    }

    fn heard(&self, all: Vec<Heard>) {
        for heard in all {
            match heard {
                Heard::Keys(typed) => {
                    let count = typed.len().min(self.held.borrow().len());
                    let person: Vec<_> = self.held.borrow_mut().drain(..count).collect();
                    // Of keys that came so close together one acts: the next came before anybody saw what it led to, and
                    // is mostly the same key, chattering.
                    let mut acted = false;
                    for meaning in person.into_iter().flatten() {
                        if !(meaning.acts && acted) {
                            (self.touched)(Touch::Key(meaning.key));
                        }
                        acted |= meaning.acts;
                    }
                }
                Heard::Code(code) => self.tell(Ok(code)),
                Heard::Garbage(garbage) => self.tell(Err(garbage)),
            }
        }
        // What became of a code, or was thrown away, was nobody's key.
        let left = self.scanner.borrow().held();
        let mut held = self.held.borrow_mut();
        let gone = held.len().saturating_sub(left);
        held.drain(..gone);
    }

    fn tell(&self, code: Result<String, crate::checkin::scanner::Garbage>) {
        if let Some(told) = &*self.told.borrow() {
            told(code);
        }
    }

    /// Makes sure that what is held back is let go in time.
    fn wait(self: &Rc<Self>, now: Duration) {
        let Some(due) = self.scanner.borrow().next_tick() else {
            return;
        };
        if self.waits.replace(true) {
            return;
        }
        let keys = Rc::downgrade(self);
        let over = move || {
            let Some(keys) = keys.upgrade() else { return };
            keys.waits.set(false);
            let at = (keys.clock)();
            let heard = keys.scanner.borrow_mut().tick(at);
            keys.heard(heard);
            keys.wait(at);
        };
        let pause = due.saturating_sub(now).max(Duration::from_millis(1));
        self.timer.start(TimerMode::SingleShot, pause, over);
    }
}

/// The key of a code that this can be; none for keys that no code has. Slint has the other keys as control characters and
/// in Unicode's private use area.
fn typed(pressed: &Pressed<'_>) -> Option<Typed> {
    let mut characters = pressed.text.chars();
    match (characters.next(), characters.next()) {
        (Some('\n'), None) => Some(Typed::End),
        (Some('\t'), None) if !pressed.shift => Some(Typed::End),
        (Some('\u{E000}'..='\u{F8FF}'), None) => None,
        (Some(character), None) if !character.is_control() => Some(Typed::Char(character)),
        (None | Some(_), None | Some(_)) => None,
    }
}

pub(super) fn put_visitor(kiosk: &Kiosk<'_>, bar: Option<&VisitorBar>) {
    kiosk.set_visitor(bar.map_or_else(Default::default, |bar| bar.text.as_str().into()));
    kiosk.set_forget(bar.map_or_else(Default::default, |bar| bar.forget.as_str().into()));
}
