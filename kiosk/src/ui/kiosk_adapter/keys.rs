//! Which key means what: the one table of keypads and keyboards.
//!
//! Keypads for people who do not see or reach the screen present themselves as keyboards: arrows, a round key that is
//! Return, keys for help, volume and repetition, and two codes that say whether a headset is in (F15 and F16, as the
//! Audio-Nav keypads have them from the factory). Other keys do nothing, and so does every key that is pressed together
//! with Ctrl, Alt or the logo key: no combination leaves the kiosk.

use slint::SharedString;
use slint::platform::Key as Code;

use crate::state::Key;

/// What a key press means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// A key with a meaning of its own.
    Key(Key),
    /// The n-th choice that is on the screen, from 0.
    Choice(usize),
}

impl Press {
    /// Whether it acts on the page instead of moving about on it.
    pub(super) fn acts(self) -> bool {
        match self {
            Self::Choice(_) | Self::Key(Key::Ok | Key::Back | Key::Nth(_)) => true,
            Self::Key(
                Key::Next
                | Key::Previous
                | Key::Repeat
                | Key::Help
                | Key::Louder
                | Key::Softer
                | Key::Speech
                | Key::HeadsetIn
                | Key::HeadsetOut,
            ) => false,
        }
    }

    /// Whether holding the key goes on pressing it, as on any keyboard; other keys that are held are one touch, as a
    /// finger is.
    pub(super) fn repeats(self) -> bool {
        match self {
            Self::Key(Key::Next | Key::Previous | Key::Louder | Key::Softer) => true,
            Self::Choice(_)
            | Self::Key(
                Key::Ok
                | Key::Back
                | Key::Nth(_)
                | Key::Repeat
                | Key::Help
                | Key::Speech
                | Key::HeadsetIn
                | Key::HeadsetOut,
            ) => false,
        }
    }
}

const CODES: [(Code, Key); 17] = [
    (Code::UpArrow, Key::Previous),
    (Code::LeftArrow, Key::Previous),
    (Code::Backtab, Key::Previous),
    (Code::DownArrow, Key::Next),
    (Code::RightArrow, Key::Next),
    (Code::Tab, Key::Next),
    (Code::Return, Key::Ok),
    (Code::Space, Key::Ok),
    (Code::Escape, Key::Back),
    (Code::Backspace, Key::Back),
    (Code::Back, Key::Back),
    (Code::F1, Key::Repeat),
    (Code::F2, Key::Speech),
    (Code::F3, Key::Help),
    (Code::F15, Key::HeadsetIn),
    (Code::F16, Key::HeadsetOut),
    (Code::Menu, Key::Speech),
];

const SIGNS: [(&str, Key); 9] = [
    ("r", Key::Repeat),
    ("R", Key::Repeat),
    ("s", Key::Speech),
    ("S", Key::Speech),
    ("h", Key::Help),
    ("?", Key::Help),
    ("+", Key::Louder),
    ("=", Key::Louder),
    ("-", Key::Softer),
];

/// What a key press means, if anything. `others` tells that Ctrl, Alt or the logo key is held.
pub(super) fn meaning(text: &str, others: bool, shift: bool) -> Option<Press> {
    if others {
        return None;
    }
    if text == SharedString::from(Code::Tab).as_str() && shift {
        return Some(Press::Key(Key::Previous));
    }
    let code = CODES
        .into_iter()
        .find(|(code, _)| SharedString::from(*code).as_str() == text);
    let sign = SIGNS.into_iter().find(|(sign, _)| *sign == text);
    let key = code.map(|(_, key)| key).or(sign.map(|(_, key)| key));
    key.map(Press::Key).or_else(|| digit(text))
}

fn digit(text: &str) -> Option<Press> {
    match text.parse::<usize>() {
        Ok(place @ 1..=9) => Some(Press::Choice(place - 1)),
        Ok(_) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(code: Code) -> Option<Press> {
        meaning(SharedString::from(code).as_str(), false, false)
    }

    #[test]
    fn arrows_tab_and_a_keypads_keys_lead_through_a_page() {
        for code in [Code::DownArrow, Code::RightArrow, Code::Tab] {
            assert_eq!(means(code), Some(Press::Key(Key::Next)));
        }
        for code in [Code::UpArrow, Code::LeftArrow, Code::Backtab] {
            assert_eq!(means(code), Some(Press::Key(Key::Previous)));
        }
        let shifted = meaning(SharedString::from(Code::Tab).as_str(), false, true);
        assert_eq!(shifted, Some(Press::Key(Key::Previous)));
        assert_eq!(means(Code::F15), Some(Press::Key(Key::HeadsetIn)));
        assert_eq!(meaning("\n", false, false), Some(Press::Key(Key::Ok)));
        assert_eq!(meaning("3", false, false), Some(Press::Choice(2)));
    }

    #[test]
    fn unknown_keys_and_combinations_mean_nothing() {
        for text in ["0", "12", "q", "€", "", "é"] {
            assert_eq!(meaning(text, false, false), None, "{text:?}");
        }
        for code in [Code::F4, Code::F11, Code::Delete, Code::Shift, Code::Pause] {
            assert_eq!(means(code), None);
        }
        for text in ["\n", "r", "1", SharedString::from(Code::Escape).as_str()] {
            assert_eq!(meaning(text, true, false), None, "{text:?}");
        }
    }
}
