//! The words of the modes, of the keypad and of speech.

use crate::state::Mode;

/// What a language says about modes, and what is only spoken.
#[derive(Debug, Clone, Copy)]
pub struct Everyone {
    /// The button that opens the panel of modes, and the panel's title; two or three short words.
    pub button: &'static str,
    /// Large text: its name, and what it does.
    pub large_text: (&'static str, &'static str),
    /// The same for high contrast.
    pub high_contrast: (&'static str, &'static str),
    /// The same for low reach.
    pub low_reach: (&'static str, &'static str),
    /// The same for speech.
    pub speech: (&'static str, &'static str),
    /// The word that something is on.
    pub on: &'static str,
    /// The word that it is off.
    pub off: &'static str,
    /// What is said of speech where there is no voice.
    pub absent: &'static str,
    /// Closes the panel.
    pub close: &'static str,

    /// Spoken as speech begins: that it is on, and which keys lead through the page.
    pub speech_on: &'static str,
    /// Spoken last.
    pub speech_off: &'static str,
    /// Spoken on the welcome page: how somebody begins in this language.
    pub start: &'static str,
    /// Spoken before a name: its place, and how many there are; ends with a separator.
    pub place: fn(usize, usize) -> String,
    /// How many choices there are.
    pub count: fn(usize) -> String,
    /// What was typed on the page that finds a service, letter by letter.
    pub typed: fn(&str) -> String,
    /// Spoken after the question whether anybody is there.
    pub any_key: &'static str,
    /// The volume in percent.
    pub volume: fn(u8) -> String,
    /// What the keys do.
    pub keys: &'static str,
    /// Stands between two parts of a sentence.
    pub comma: &'static str,
    /// Stands between two sentences.
    pub full_stop: &'static str,
}

impl Everyone {
    /// The name of a mode, and what it does.
    #[must_use]
    pub fn mode(&self, mode: Mode) -> (&'static str, &'static str) {
        match mode {
            Mode::LargeText => self.large_text,
            Mode::HighContrast => self.high_contrast,
            Mode::LowReach => self.low_reach,
            Mode::Speech => self.speech,
        }
    }
}
