//! Identity numbers of people in China: whether one can be right, how it is shown, and what leaves the kiosk of it.
//!
//! The eighteen characters of GB 11643-1999 (also of the permit of foreign residents, and of residents from Hong Kong,
//! Macau and Taiwan): six digits of the place, eight of the birthday, three in sequence, and a check character by
//! ISO 7064 MOD 11-2. A number lives in memory until it is masked and hashed; on screen and paper it is masked, and what goes to
//! the server is a hash with a key of the hall, by which it tells that the same person asks again and nothing else.

use std::fmt;

use jiff::civil::Date;

use nowserving_shared::model::PersonHash;

/// Characters of an identity number.
pub const IDENTITY_CHARS: usize = 18;
/// How many characters stay readable at its beginning and at its end.
const SHOWN: (usize, usize) = (3, 4);
/// The remainder of the weighted sum chooses the check character (ISO 7064 MOD 11-2).
const CHECK: &[u8; 11] = b"10X98765432";
/// The year of birth of the oldest person who may come.
const BORN_FROM: i16 = 1880;
/// Keeps these hashes apart from everything else that is hashed with the same key.
const PURPOSE: &[u8] = b"nowserving identity number 1\0";

/// An identity number whose check character is right.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber([u8; IDENTITY_CHARS]);

/// Why a text is no identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Another number of characters, or other characters.
    #[error("an identity number has 17 digits and then a digit or X")]
    Shape,
    /// The birthday is not a day.
    #[error("the birthday in the identity number is not a day in the past")]
    Birthday,
    /// The check character says that a digit is wrong.
    #[error(
        "the identity number's last character does not fit the others: one of them is mistyped"
    )]
    Check,
}

impl IdentityNumber {
    /// Reads a number as people and cards write it: spaces at its ends and a small `x` are forgiven.
    ///
    /// # Errors
    /// Another shape, a birthday that is no day or lies after `today`, or a check character that does not fit.
    pub fn parse(text: &str, today: Date) -> Result<Self, IdentityError> {
        let text = text.trim().to_ascii_uppercase();
        let number: [u8; IDENTITY_CHARS] = text
            .as_bytes()
            .try_into()
            .map_err(|_| IdentityError::Shape)?;
        let [digits @ .., last] = &number;
        let is_shaped =
            digits.iter().all(u8::is_ascii_digit) && (last.is_ascii_digit() || *last == b'X');
        if !is_shaped {
            return Err(IdentityError::Shape);
        }
        let born = birthday(digits).ok_or(IdentityError::Birthday)?;
        if born.year() < BORN_FROM || born > today {
            return Err(IdentityError::Birthday);
        }
        if check_character(digits) != *last {
            return Err(IdentityError::Check);
        }
        Ok(Self(number))
    }

    /// The number as it is shown and printed: `110***********1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (first, last) = SHOWN;
        let shown = |at: usize| at < first || at >= IDENTITY_CHARS - last;
        let masked = self.0.iter().enumerate();
        masked
            .map(|(at, byte)| if shown(at) { char::from(*byte) } else { '*' })
            .collect()
    }

    /// What leaves the kiosk: BLAKE3 of the number with the hall's `key`. Without the key nobody finds the number by
    /// trying all there are.
    #[must_use]
    pub fn hash(&self, key: &[u8; 32]) -> PersonHash {
        let mut hasher = blake3::Hasher::new_keyed(key);
        hasher.update(PURPOSE).update(&self.0);
        PersonHash(*hasher.finalize().as_bytes())
    }
}

/// Masked, so that no log ever has a whole number.
impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityNumber({})", self.masked())
    }
}

/// The birthday at the seventh to fourteenth digit.
fn birthday(digits: &[u8]) -> Option<Date> {
    let number = |from: usize, to: usize| -> Option<i16> {
        std::str::from_utf8(digits.get(from..to)?)
            .ok()?
            .parse()
            .ok()
    };
    let (month, day) = (number(10, 12)?, number(12, 14)?);
    Date::new(number(6, 10)?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// ISO 7064 MOD 11-2: each digit weighs twice as much, modulo 11, as the one after it.
fn check_character(digits: &[u8]) -> u8 {
    let sum = digits.iter().fold(0_usize, |sum, digit| {
        (sum + usize::from(digit - b'0')) * 2 % 11
    });
    CHECK[sum]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 3, 2);

    #[test]
    fn the_example_of_the_standard_is_right_and_shown_masked() {
        // GB 11643-1999, annex A.
        for number in [
            "11010519491231002X",
            " 11010519491231002x ",
            "440524188001010014",
        ] {
            let number = IdentityNumber::parse(number, TODAY).expect(number);
            assert_eq!(number.masked().len(), IDENTITY_CHARS);
            assert!(format!("{number:?}").contains("***********"));
        }
        let number = IdentityNumber::parse("11010519491231002X", TODAY).expect("the example");
        assert_eq!(number.masked(), "110***********002X");
    }

    #[test]
    fn one_wrong_digit_and_two_swapped_ones_are_noticed() {
        let right = "11010519491231002X";
        for at in 0..17 {
            let mut wrong = right.as_bytes().to_vec();
            wrong[at] = if wrong[at] == b'9' {
                b'0'
            } else {
                wrong[at] + 1
            };
            let wrong = String::from_utf8(wrong).expect("digits");
            assert!(IdentityNumber::parse(&wrong, TODAY).is_err(), "{wrong}");
        }
        let swapped = "11015019491231002X";
        assert_eq!(
            IdentityNumber::parse(swapped, TODAY),
            Err(IdentityError::Check)
        );
    }

    #[test]
    fn what_is_no_number_says_why() {
        for (text, error) in [
            ("", IdentityError::Shape),
            ("1101051949123100", IdentityError::Shape),
            ("11010519491231002Y", IdentityError::Shape),
            ("110105194912310X21", IdentityError::Shape),
            ("１１０１０５１９４９１２３１００２X", IdentityError::Shape),
            ("11010519490230002X", IdentityError::Birthday),
            ("11010520491231002X", IdentityError::Birthday),
            ("110105194912310021", IdentityError::Check),
        ] {
            assert_eq!(IdentityNumber::parse(text, TODAY), Err(error), "{text}");
        }
    }

    #[test]
    fn the_hash_depends_on_the_key_and_the_person_alone() {
        let one = IdentityNumber::parse("11010519491231002X", TODAY).expect("a number");
        let other = IdentityNumber::parse("440524188001010014", TODAY).expect("a number");
        let same = IdentityNumber::parse("11010519491231002x", TODAY).expect("a number");
        assert_eq!(one.hash(&[1; 32]), same.hash(&[1; 32]));
        assert_ne!(one.hash(&[1; 32]), one.hash(&[2; 32]));
        assert_ne!(one.hash(&[1; 32]), other.hash(&[1; 32]));
    }
}
