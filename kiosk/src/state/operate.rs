//! Operating by keypad, switching modes, and when to speak.
//!
//! What is in focus is part of the state, so a whole visit by keys can be replayed, and what is spoken follows from the
//! [`View`](crate::view::View) before and after an event (`crate::spoken`). Focus begins with the first key press. It is
//! never lost: a page that is new, or that lost the control in focus, puts it on its first control.

use std::time::Duration;

use super::modes::{INACTIVITY_ACCESSIBLE, Key, Mode, Modes, Volume, WARN_BEFORE_ACCESSIBLE};
use super::{Effect, Event, Page, PrintStage, State, WARN_BEFORE};
use crate::controls::{self, Control};
use crate::spoken::{self, Utterance};
use crate::view::View;

#[cfg(test)]
mod tests;

/// What the screen was before an event; only kept where somebody uses modes or keys.
struct Before {
    page: Page,
    view: View,
}

impl State {
    /// Takes one event; returns what is to be done because of it.
    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        let by_hand = matches!(event, Event::Touch(_));
        let before = self.access.is_used().then(|| Before {
            page: self.page.clone(),
            view: View::of(self),
        });
        let mut effects = self.decide(event);
        self.follow_the_page(before.as_ref());
        let speaks = |effect: &Effect| matches!(effect, Effect::Say { .. } | Effect::Hush);
        if !effects.iter().any(speaks) {
            effects.extend(self.speech_after(before.as_ref(), by_hand));
        }
        effects
    }

    /// The modes of this visit.
    #[must_use]
    pub fn modes(&self) -> Modes {
        self.access.modes
    }

    /// Whether the panel of modes is open.
    #[must_use]
    pub fn panel_is_open(&self) -> bool {
        self.access.panel
    }

    /// Where the keypad was last; what the focus of the screen is, [`View::focus`] says.
    #[must_use]
    pub fn focus(&self) -> Option<&Control> {
        self.access.focus.as_ref()
    }

    /// Whether the kiosk can speak.
    #[must_use]
    pub fn has_voice(&self) -> bool {
        self.access.has_voice
    }

    /// Whether somebody uses a mode or the keypad; such a visit has more time.
    #[must_use]
    pub fn is_accessible(&self) -> bool {
        self.access.is_used()
    }

    /// How long until the kiosk goes home, from when on the page asks whether anybody is there.
    #[must_use]
    pub fn warns(&self) -> Option<Duration> {
        let accessible = self.is_accessible();
        let asks = match &self.page {
            // Nothing is lost there but what was switched on.
            Page::Welcome => self.access.modes.any(),
            Page::Issuing(_) | Page::Looking(_) => false,
            // The button of a printed number counts down, and its paper stays.
            Page::Ticket(ticket) => match ticket.print {
                PrintStage::UnderWay => false,
                PrintStage::Printed | PrintStage::Sent => accessible,
                PrintStage::NotAsked | PrintStage::Unknown | PrintStage::Failed => true,
            },
            Page::Groups
            | Page::Services { .. }
            | Page::Search { .. }
            | Page::NotNow { .. }
            | Page::Classes { .. }
            | Page::Confirm { .. }
            | Page::Sorry { .. }
            | Page::Pin
            | Page::Maintenance => true,
        };
        let before = if accessible {
            WARN_BEFORE_ACCESSIBLE
        } else {
            WARN_BEFORE
        };
        let left = asks.then(|| self.goes_home_in()).flatten();
        left.filter(|left| *left <= before)
    }

    /// The patience of a page in this visit.
    pub(super) fn patience(&self, usual: Duration) -> Duration {
        if self.is_accessible() {
            usual.max(INACTIVITY_ACCESSIBLE)
        } else {
            usual
        }
    }

    /// The panel of modes was opened or closed.
    pub(super) fn open_modes(&mut self, open: bool) {
        self.access.panel = open;
        if self.access.focus.is_some() {
            self.access.focus = Some(if open {
                Control::Mode(Mode::LargeText)
            } else {
                Control::Modes
            });
        }
    }

    /// A mode was touched.
    pub(super) fn turn(&mut self, mode: Mode) {
        if mode != Mode::Speech || self.access.has_voice || self.access.modes.speech {
            self.access.modes.turn(mode);
        }
    }

    /// The kiosk found its voice or lost it.
    pub(super) fn voice(&mut self, has_voice: bool) {
        self.access.has_voice = has_voice;
        self.access.modes.speech &= has_voice;
    }

    /// A key was pressed.
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        let asked = self.warns().is_some();
        self.touched = self.uptime;
        if asked {
            // Any key says that somebody is there; it does nothing to a page under the question.
            return Vec::new();
        }
        self.access.typing &= matches!(key, Key::Sign(_) | Key::Space | Key::Erase);
        match key {
            Key::Next => self.step_focus(true),
            Key::Previous => self.step_focus(false),
            Key::Ok => return self.press(),
            Key::Sign(sign) => self.sign(sign),
            Key::Space if self.access.typing => self.sign(' '),
            Key::Space => return self.press(),
            Key::Erase => self.erased_by_key(),
            Key::Back if self.access.panel => self.open_modes(false),
            Key::Back => self.go_back(),
            Key::Nth(at) => return self.take_nth(at),
            Key::Repeat => return self.say(spoken::page(&View::of(self))),
            Key::Help => {
                let mut effects = self.call_help();
                effects.extend(self.say(spoken::help(&View::of(self))));
                return effects;
            }
            Key::Louder => return self.set_volume(self.access.volume.louder()),
            Key::Softer => return self.set_volume(self.access.volume.softer()),
            Key::Speech => self.begin_by_key(!self.access.modes.speech),
            Key::HeadsetIn => self.begin_by_key(true),
            Key::HeadsetOut => self.access.modes.speech = false,
        }
        Vec::new()
    }

    fn begin_by_key(&mut self, speaks: bool) {
        self.access.modes.speech = speaks && self.access.has_voice;
        if self.access.focus.is_none() {
            self.focus_first();
        }
    }

    pub(super) fn focus_first(&mut self) {
        let controls = controls::of(&View::of(self));
        self.access.focus = controls.into_iter().next().map(|first| first.control);
    }

    /// The first key press only shows where the keypad is.
    fn step_focus(&mut self, forward: bool) {
        let view = View::of(self);
        let controls = controls::of(&view);
        let count = controls.len().max(1);
        let at = view
            .focus
            .and_then(|focus| controls.iter().position(|known| known.control == focus));
        let next = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        self.access.focus = controls.into_iter().nth(next).map(|known| known.control);
    }

    fn press(&mut self) -> Vec<Effect> {
        let Some(focus) = controls::in_focus(&View::of(self)) else {
            self.focus_first();
            return Vec::new();
        };
        match focus.touch {
            Some(touch) => self.touch(touch),
            // Pressing what is only read reads it again.
            None => self.say(spoken::focus(&View::of(self)).into_iter().collect()),
        }
    }

    fn take_nth(&mut self, at: usize) -> Vec<Effect> {
        let Some(choice) = controls::nth(&View::of(self), at) else {
            return Vec::new();
        };
        self.access.focus = Some(choice.control);
        choice
            .touch
            .map(|touch| self.touch(touch))
            .unwrap_or_default()
    }

    fn set_volume(&mut self, volume: Volume) -> Vec<Effect> {
        if !self.access.modes.speech {
            return Vec::new();
        }
        self.access.volume = volume;
        self.say(vec![spoken::volume(self.language, volume)])
    }

    fn say(&self, words: Vec<Utterance>) -> Vec<Effect> {
        if !self.access.modes.speech || words.is_empty() {
            return Vec::new();
        }
        vec![Effect::Say {
            words,
            interrupts: true,
            volume: self.access.volume,
        }]
    }

    /// Puts the focus where the page has something, and closes the panel over a page that is another one now.
    fn follow_the_page(&mut self, before: Option<&Before>) {
        let Some(before) = before else {
            return;
        };
        let is_new = !is_same(&before.page, &self.page);
        if is_new {
            self.access.panel = false;
        }
        if self.access.focus.is_none() {
            return;
        }
        let view = View::of(self);
        // While the question is asked, its button has the focus of the screen; the page keeps its own.
        let has_it = view.warning.is_some() || controls::in_focus(&view).is_some();
        if is_new || !has_it {
            self.focus_first();
        }
    }

    fn speech_after(&self, before: Option<&Before>, by_hand: bool) -> Option<Effect> {
        let spoke = before.filter(|before| before.view.modes.speech);
        let (words, interrupts) = match (spoke, self.access.modes.speech) {
            (None, false) => return None,
            (None, true) => (spoken::begin(&View::of(self)), true),
            (Some(before), false) => (vec![spoken::end(before.view.language)], true),
            (Some(before), true) => {
                let page_is_new = !is_same(&before.page, &self.page);
                let news = spoken::news(&before.view, &View::of(self), page_is_new);
                (news.words, by_hand || news.urgent)
            }
        };
        if words.is_empty() {
            return by_hand.then_some(Effect::Hush);
        }
        Some(Effect::Say {
            words,
            interrupts,
            volume: self.access.volume,
        })
    }
}

/// Whether a page is still about the same thing: attempts, paper and waits may have gone on.
fn is_same(one: &Page, other: &Page) -> bool {
    match (one, other) {
        (Page::Issuing(one), Page::Issuing(other)) => one.key == other.key,
        (Page::Ticket(one), Page::Ticket(other)) => one.issued.ticket == other.issued.ticket,
        (Page::Search { .. }, Page::Search { .. }) => true,
        (one, other) => one == other,
    }
}
