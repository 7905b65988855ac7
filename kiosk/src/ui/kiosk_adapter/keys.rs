//! Which key means what: the one table of keypads and keyboards.
//!
//! Keypads for people who do not see or reach the screen present themselves as keyboards: arrows, a round key that is
//! Return, keys for help, volume and repetition, and two codes that say whether a headset is in (F15 and F16, as the
//! Audio-Nav keypads have them from the factory). Other keys do nothing, and so does every key that is pressed together
//! with Ctrl, Alt or the logo key: no combination leaves the kiosk.

use slint::SharedString;
use slint::platform::Key as Code;

use crate::state::Key;

/// What keys are for on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// Choosing what is there.
    Choosing,
    /// Typing what is to be found: letters and digits are themselves, and so are the keys that a typist expects.
    Typing,
}

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
            Self::Choice(_) | Self::Key(Key::Ok | Key::Space | Key::Back | Key::Nth(_)) => true,
            // Erasing leads back where nothing is left to erase; that is no page that a double tap reaches.
            Self::Key(
                Key::Sign(_)
                | Key::Erase
                | Key::Next
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
                Key::Sign(_)
                | Key::Space
                | Key::Erase
                | Key::Ok
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
pub(super) fn meaning(text: &str, others: bool, shift: bool, on: On) -> Option<Press> {
    if others {
        return None;
    }
    if let (On::Typing, Some(key)) = (on, typed(text)) {
        return Some(Press::Key(key));
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

/// What a key types, where keys type.
fn typed(text: &str) -> Option<Key> {
    if text == SharedString::from(Code::Space).as_str() {
        return Some(Key::Space);
    }
    if text == SharedString::from(Code::Backspace).as_str() {
        return Some(Key::Erase);
    }
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) if sign.is_alphanumeric() => Some(Key::Sign(sign)),
        (None | Some(_), None | Some(_)) => None,
    }
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
        meaning(
            SharedString::from(code).as_str(),
            false,
            false,
            On::Choosing,
        )
    }

    #[test]
    fn arrows_tab_and_a_keypads_keys_lead_through_a_page() {
        for code in [Code::DownArrow, Code::RightArrow, Code::Tab] {
            assert_eq!(means(code), Some(Press::Key(Key::Next)));
        }
        for code in [Code::UpArrow, Code::LeftArrow, Code::Backtab] {
            assert_eq!(means(code), Some(Press::Key(Key::Previous)));
        }
        let shifted = meaning(
            SharedString::from(Code::Tab).as_str(),
            false,
            true,
            On::Choosing,
        );
        assert_eq!(shifted, Some(Press::Key(Key::Previous)));
        assert_eq!(means(Code::F15), Some(Press::Key(Key::HeadsetIn)));
        assert_eq!(
            meaning("\n", false, false, On::Choosing),
            Some(Press::Key(Key::Ok))
        );
        assert_eq!(
            meaning("3", false, false, On::Choosing),
            Some(Press::Choice(2))
        );
    }

    #[test]
    fn unknown_keys_and_combinations_mean_nothing() {
        for text in ["0", "12", "q", "€", "", "é"] {
            assert_eq!(meaning(text, false, false, On::Choosing), None, "{text:?}");
        }
        for code in [Code::F4, Code::F11, Code::Delete, Code::Shift, Code::Pause] {
            assert_eq!(means(code), None);
        }
        for text in ["\n", "r", "1", SharedString::from(Code::Escape).as_str()] {
            assert_eq!(meaning(text, true, false, On::Choosing), None, "{text:?}");
        }
    }

    #[test]
    fn letters_and_digits_are_themselves_where_somebody_types() {
        let typing = |text: &str| meaning(text, false, false, On::Typing);
        for sign in ['r', 'S', 'h', '1', '0', '身', 'ü'] {
            assert_eq!(
                typing(&sign.to_string()),
                Some(Press::Key(Key::Sign(sign))),
                "{sign}"
            );
        }
        let code = |code: Code| typing(SharedString::from(code).as_str());
        assert_eq!(code(Code::Space), Some(Press::Key(Key::Space)));
        assert_eq!(code(Code::Backspace), Some(Press::Key(Key::Erase)));
        for (same, key) in [
            (Code::Escape, Key::Back),
            (Code::Return, Key::Ok),
            (Code::DownArrow, Key::Next),
            (Code::F1, Key::Repeat),
            (Code::F3, Key::Help),
            (Code::F15, Key::HeadsetIn),
        ] {
            assert_eq!(code(same), Some(Press::Key(key)));
        }
        assert_eq!(typing("+"), Some(Press::Key(Key::Louder)));
        assert_eq!(meaning("r", true, false, On::Typing), None);
    }
}
