//! Scanners and card readers that behave as keyboards: tells their codes from the keys that a person presses.
//!
//! Such a device types a whole code within a fraction of a second and ends it with Return (or Tab). A person is ten times
//! slower. So a key is held back for [`KEY_GAP`]: when another one follows within it, both belong to a code; when none
//! does, it was a person's key and goes on to the screen. What a scanner sends is bounded by [`CODE_CHARS_MAX`]; what is
//! longer, or stops without an end, is thrown away whole and reported once, however long it goes on.

use std::time::Duration;

/// The longest pause between two characters of one code. Scanners take 1 to 20 ms; people at least 60.
pub const KEY_GAP: Duration = Duration::from_millis(45);
/// How long a code without Return is waited for after its last character.
pub const END_GAP: Duration = Duration::from_millis(300);
/// The longest code, in characters: a ticket's address has up to 200.
pub const CODE_CHARS_MAX: usize = 512;
/// A code has at least this many characters; fewer are keys, pressed fast or held down.
pub const CODE_CHARS_MIN: usize = 6;

/// A key, as the window tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// Return or Tab: the end of a code.
    End,
}

/// What the keys were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Keys that a person pressed, in order.
    Keys(Vec<Key>),
    /// A code.
    Code(String),
    /// A device sent what is no code.
    Garbage(Garbage),
}

/// What a device sent instead of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Garbage {
    /// It did not end where a code ends at the latest.
    #[error("a code of more than {CODE_CHARS_MAX} characters")]
    TooLong,
    /// It stopped in the middle.
    #[error("a code that stopped without an end")]
    Unfinished,
}

/// Puts keys together. Reads no clock: each call says when it is.
#[derive(Debug, Default)]
pub struct Scanner {
    held: Vec<Key>,
    last: Duration,
    /// When the last code ended, or the end that came after it.
    ended: Option<Duration>,
    /// Throws away until the device pauses.
    overflows: bool,
}

impl Scanner {
    /// Takes a key at uptime `at`; returns what is certain by now.
    pub fn key(&mut self, key: Key, at: Duration) -> Vec<Heard> {
        let mut heard = self.tick(at);
        self.last = at;
        if self.overflows {
            // Only a pause ends it: an end in the middle of garbage may be garbage too.
            return heard;
        }
        match key {
            Key::End if self.held.len() >= CODE_CHARS_MIN => {
                self.ended = Some(at);
                heard.push(self.take_code());
            }
            // Some devices end a code twice, with Return and line feed: the second is no person's key.
            Key::End if self.held.is_empty() && self.has_just_ended(at) => self.ended = Some(at),
            Key::End | Key::Char(_) => self.held.push(key),
        }
        if self.held.len() > CODE_CHARS_MAX {
            self.held.clear();
            self.overflows = true;
            heard.push(Heard::Garbage(Garbage::TooLong));
        }
        heard
    }

    /// Says that it is `at` now and no key came; returns what is certain by that.
    pub fn tick(&mut self, at: Duration) -> Vec<Heard> {
        if at.saturating_sub(self.last) < self.patience() {
            return Vec::new();
        }
        if std::mem::take(&mut self.overflows) || self.held.is_empty() {
            self.held.clear();
            return Vec::new();
        }
        if self.is_code() {
            self.held.clear();
            return vec![Heard::Garbage(Garbage::Unfinished)];
        }
        vec![Heard::Keys(std::mem::take(&mut self.held))]
    }

    /// How many keys are held back.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// A key came that no code has, such as an arrow: what is held back was a person's, or a code that was broken off.
    pub fn interrupt(&mut self) -> Vec<Heard> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Vec::new();
        }
        if held.len() >= CODE_CHARS_MIN {
            return vec![Heard::Garbage(Garbage::Unfinished)];
        }
        vec![Heard::Keys(held)]
    }

    /// When [`Scanner::tick`] is to be called next; none while nothing is held back.
    #[must_use]
    pub fn next_tick(&self) -> Option<Duration> {
        let waits = self.overflows || !self.held.is_empty();
        waits.then(|| self.last + self.patience())
    }

    fn has_just_ended(&self, at: Duration) -> bool {
        self.ended
            .is_some_and(|ended| at.saturating_sub(ended) < KEY_GAP)
    }

    fn is_code(&self) -> bool {
        self.held.len() >= CODE_CHARS_MIN
    }

    fn patience(&self) -> Duration {
        if self.overflows || self.is_code() {
            END_GAP
        } else {
            KEY_GAP
        }
    }

    fn take_code(&mut self) -> Heard {
        let code = std::mem::take(&mut self.held).into_iter();
        Heard::Code(
            code.filter_map(|key| match key {
                Key::Char(character) => Some(character),
                Key::End => None,
            })
            .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Types `text` with `gap` between two keys from `start` on; returns what was heard and when the last key came.
    fn types(
        scanner: &mut Scanner,
        text: &str,
        start: Duration,
        gap: Duration,
    ) -> (Vec<Heard>, Duration) {
        let mut at = start;
        let mut heard = Vec::new();
        for character in text.chars() {
            at += gap;
            let key = if character == '\n' {
                Key::End
            } else {
                Key::Char(character)
            };
            heard.extend(scanner.key(key, at));
        }
        (heard, at)
    }

    #[test]
    fn a_scanner_types_a_code_and_a_person_presses_keys() {
        let mut scanner = Scanner::default();
        let (heard, at) = types(&mut scanner, "11010519491231002X\n", ms(1000), ms(8));
        assert_eq!(heard, [Heard::Code("11010519491231002X".to_owned())]);

        let (heard, at) = types(&mut scanner, "123", at + ms(500), ms(120));
        assert_eq!(
            heard,
            [
                Heard::Keys(vec![Key::Char('1')]),
                Heard::Keys(vec![Key::Char('2')])
            ]
        );
        assert_eq!(scanner.next_tick(), Some(at + KEY_GAP));
        assert_eq!(scanner.tick(at + ms(10)), []);
        assert_eq!(
            scanner.tick(at + KEY_GAP),
            [Heard::Keys(vec![Key::Char('3')])]
        );
        assert_eq!(scanner.next_tick(), None);
    }

    #[test]
    fn the_second_end_of_a_code_is_no_key() {
        let mut scanner = Scanner::default();
        let (heard, at) = types(&mut scanner, "11010519491231002X\n\n", ms(0), ms(8));
        assert_eq!(heard, [Heard::Code("11010519491231002X".to_owned())]);
        assert_eq!(scanner.tick(at + KEY_GAP), []);
        let (_, at) = types(&mut scanner, "\n", at + ms(200), ms(0));
        let person = scanner.tick(at + KEY_GAP);
        assert_eq!(
            person,
            [Heard::Keys(vec![Key::End])],
            "a person's Return later"
        );
    }

    #[test]
    fn two_keys_pressed_together_are_keys() {
        let mut scanner = Scanner::default();
        let (heard, at) = types(&mut scanner, "1\n", ms(0), ms(30));
        assert_eq!(heard, []);
        assert_eq!(
            scanner.tick(at + KEY_GAP),
            [Heard::Keys(vec![Key::Char('1'), Key::End])]
        );
    }

    #[test]
    fn a_megabyte_without_an_end_is_thrown_away_and_reported_once() {
        let mut scanner = Scanner::default();
        let mut heard = Vec::new();
        let mut at = ms(0);
        for _ in 0..1_000_000 {
            at += Duration::from_micros(100);
            heard.extend(scanner.key(Key::Char('7'), at));
            assert!(scanner.held.len() <= CODE_CHARS_MAX);
        }
        assert_eq!(heard, [Heard::Garbage(Garbage::TooLong)]);
        assert_eq!(scanner.tick(at + END_GAP), []);
        let (heard, _) = types(&mut scanner, "ABCDEF\n", at + END_GAP, ms(5));
        assert_eq!(heard, [Heard::Code("ABCDEF".to_owned())]);
    }

    #[test]
    fn a_code_that_stops_in_the_middle_is_no_code() {
        let mut scanner = Scanner::default();
        let (heard, at) = types(&mut scanner, "1101051949", ms(0), ms(5));
        assert_eq!(heard, []);
        assert_eq!(scanner.tick(at + KEY_GAP), []);
        assert_eq!(
            scanner.tick(at + END_GAP),
            [Heard::Garbage(Garbage::Unfinished)]
        );
    }
}
