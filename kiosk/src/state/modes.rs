//! What a visitor can switch on for the visit, and what a keypad says.
//!
//! All of it belongs to one visit: it begins at rest and is at rest again when the kiosk goes home, so that nobody finds
//! another person's letters, colours or voice (EN 301 549, 5.1.3.12 and 5.2).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::controls::Control;

/// How long a page waits for a touch or a key where somebody uses a mode or the keypad. Whoever listens to a page or looks
/// for a key needs longer than whoever reads (WCAG 2.2, 2.2.1).
pub const INACTIVITY_ACCESSIBLE: Duration = Duration::from_secs(180);
/// How long before going home such a page asks whether anybody is there: time to hear the question and to answer it.
pub const WARN_BEFORE_ACCESSIBLE: Duration = Duration::from_secs(45);
/// How long before going home the question is spoken a second time (WCAG 2.2, 2.2.1: at least 20 s).
pub const WARN_AGAIN: Duration = Duration::from_secs(20);

/// Something to switch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Letters whose capitals are seen under 0.7° (EN 301 549, 5.1.4), and less on one page.
    LargeText,
    /// Colours with a contrast of 7 to 1 (WCAG 2.2, 1.4.6).
    HighContrast,
    /// Every control in the lower part of an upright screen (EN 301 549, 8.3.2).
    LowReach,
    /// The page is spoken (EN 301 549, 5.1.3).
    Speech,
}

impl Mode {
    /// Every mode, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::LargeText,
        Self::HighContrast,
        Self::LowReach,
        Self::Speech,
    ];

    /// Its name within the program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LargeText => "large-text",
            Self::HighContrast => "high-contrast",
            Self::LowReach => "low-reach",
            Self::Speech => "speech",
        }
    }
}

/// Which modes are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Modes {
    /// [`Mode::LargeText`].
    pub large_text: bool,
    /// [`Mode::HighContrast`].
    pub high_contrast: bool,
    /// [`Mode::LowReach`].
    pub low_reach: bool,
    /// [`Mode::Speech`].
    pub speech: bool,
}

impl Modes {
    /// Whether `mode` is on.
    #[must_use]
    pub fn is_on(self, mode: Mode) -> bool {
        match mode {
            Mode::LargeText => self.large_text,
            Mode::HighContrast => self.high_contrast,
            Mode::LowReach => self.low_reach,
            Mode::Speech => self.speech,
        }
    }

    /// Whether any is on.
    #[must_use]
    pub fn any(self) -> bool {
        Mode::ALL.into_iter().any(|mode| self.is_on(mode))
    }

    pub(super) fn turn(&mut self, mode: Mode) {
        let on = match mode {
            Mode::LargeText => &mut self.large_text,
            Mode::HighContrast => &mut self.high_contrast,
            Mode::LowReach => &mut self.low_reach,
            Mode::Speech => &mut self.speech,
        };
        *on = !*on;
    }
}

/// How loud speech is, in percent of what the voice can. It cannot be turned to nothing: who does not see the screen would
/// not find the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume(u8);

impl Volume {
    /// The softest.
    pub const MIN: u8 = 20;
    /// The loudest.
    pub const MAX: u8 = 100;
    /// How much one key press changes.
    pub const STEP: u8 = 10;

    /// The volume in percent.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }

    /// One step louder, as far as it goes.
    #[must_use]
    pub fn louder(self) -> Self {
        Self(self.0.saturating_add(Self::STEP).min(Self::MAX))
    }

    /// One step softer, as far as it goes.
    #[must_use]
    pub fn softer(self) -> Self {
        Self(self.0.saturating_sub(Self::STEP).max(Self::MIN))
    }
}

impl Default for Volume {
    fn default() -> Self {
        Self(60)
    }
}

/// A key, named by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// To the next control.
    Next,
    /// To the control before.
    Previous,
    /// Presses the control in focus.
    Ok,
    /// One page back; closes the panel.
    Back,
    /// Takes the choice with this place in the list, from 0.
    Nth(usize),
    /// A letter or digit of a keyboard, on the page that finds a service.
    Sign(char),
    /// The space bar there: a space between typed words, else as [`Key::Ok`].
    Space,
    /// Takes the last typed character back there; one page back when there is none.
    Erase,
    /// Says again what the page says.
    Repeat,
    /// Calls staff; says so, and what the keys do.
    Help,
    /// Speaks louder.
    Louder,
    /// Speaks softer.
    Softer,
    /// Turns speech on or off.
    Speech,
    /// A headset was put into the keypad: speech begins.
    HeadsetIn,
    /// It was taken out: speech ends, so that nothing private goes to the hall.
    HeadsetOut,
}

/// What belongs to one visitor, and whether there is a voice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Access {
    pub(super) modes: Modes,
    /// Whether the panel of modes is open.
    pub(super) panel: bool,
    /// Where the keypad is; none while no key was pressed.
    pub(super) focus: Option<Control>,
    /// Whether the last key was one of a keyboard that types: then the space bar types too.
    pub(super) typing: bool,
    pub(super) volume: Volume,
    /// Whether the kiosk can speak at all.
    pub(super) has_voice: bool,
}

impl Access {
    /// Forgets the visitor.
    pub(super) fn rest(&mut self) {
        *self = Self {
            has_voice: self.has_voice,
            ..Self::default()
        };
    }

    /// Whether somebody uses a mode or the keypad.
    pub(super) fn is_used(&self) -> bool {
        self.modes.any() || self.panel || self.focus.is_some()
    }
}
