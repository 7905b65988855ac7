//! The code (PIN) that opens the kiosk's own page for whoever looks after it.
//!
//! It is read from a file, and compared where it is typed: no digit enters an event, and so none is recorded, sent or
//! logged. A comparison takes as long whatever is typed.

use std::fmt;
use std::hint::black_box;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The fewest digits.
pub const PIN_DIGITS_MIN: usize = 4;
/// The most digits.
pub const PIN_DIGITS_MAX: usize = 12;
/// Who else may read the file: nobody.
const OTHERS: u32 = 0o077;

/// The code. Nothing shows it.
#[derive(Clone)]
pub struct Pin {
    digits: [u8; PIN_DIGITS_MAX],
    count: usize,
}

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It holds something else.
    #[error("it must hold {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits and nothing else")]
    NotDigits,
}

impl Pin {
    /// The code that `text` is, but for blanks around it.
    ///
    /// # Errors
    /// [`PinError::NotDigits`].
    pub fn new(text: &str) -> Result<Self, PinError> {
        let text = text.trim().as_bytes();
        let fits = (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&text.len());
        if !fits || !text.iter().all(u8::is_ascii_digit) {
            return Err(PinError::NotDigits);
        }
        Ok(Self {
            digits: padded(text),
            count: text.len(),
        })
    }

    /// The code that the file at `path` holds. Others who may read it are named in the log.
    ///
    /// # Errors
    /// [`PinError`].
    pub fn read(path: &Path) -> Result<Self, PinError> {
        let mode = std::fs::metadata(path)?.permissions().mode();
        if mode & OTHERS != 0 {
            tracing::warn!(path = %path.display(), "others can read the code of the service page: chmod 600");
        }
        Self::new(&std::fs::read_to_string(path)?)
    }

    /// Whether `typed` is the code.
    #[must_use]
    pub fn is(&self, typed: &[u8]) -> bool {
        let differ = |so_far: u8, (one, other): (&u8, u8)| so_far | (one ^ other);
        let count = u8::from(typed.len() != self.count);
        let typed = padded(typed);
        black_box(self.digits.iter().zip(typed).fold(count, differ)) == 0
    }
}

/// The first digits, in the room of the longest code.
fn padded(digits: &[u8]) -> [u8; PIN_DIGITS_MAX] {
    let mut room = [0; PIN_DIGITS_MAX];
    for (to, from) in room.iter_mut().zip(digits) {
        *to = *from;
    }
    room
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_itself_and_nothing_else() {
        let pin = Pin::new(" 240817\n").expect("six digits");
        assert!(pin.is(b"240817"));
        for other in [
            "",
            "24081",
            "240818",
            "2408170",
            "240817240817240817",
            "x40817",
        ] {
            assert!(!pin.is(other.as_bytes()), "{other}");
        }
        assert_eq!(format!("{pin:?}"), "Pin(…)");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "123", "1234567890123", "12 34", "١٢٣٤", "abcd"] {
            assert!(Pin::new(text).is_err(), "{text}");
        }
        let nowhere = Pin::read(Path::new("/nowhere/at/all"));
        assert!(matches!(nowhere, Err(PinError::Io(_))));
    }
}
