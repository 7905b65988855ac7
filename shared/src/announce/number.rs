//! A window's number in words: twelve, 一百零二, eintausend.
//!
//! Chinese follows the usual reading of whole numbers: one 零 for any run of zeros inside, none at the end, and 十 without
//! 一 when it begins. English is British: one hundred *and* two. German is written together.

use super::words::{DIGITS, Word};
use crate::model::Language;

/// The largest number that is said as one; a larger one is said digit by digit.
pub const NUMBER_MAX: u32 = 9_999;

/// The words of `number` in `language`, in the order in which they are said.
#[must_use]
pub fn words(language: Language, number: u32) -> Vec<Word> {
    if number > NUMBER_MAX {
        return number
            .to_string()
            .chars()
            .filter_map(Word::character)
            .collect();
    }
    match language {
        Language::ZhCn | Language::ZhTw => chinese(number),
        Language::En => english(number),
        Language::De => german(number),
    }
}

/// The same as text, as it is written in `language`.
#[must_use]
pub fn text(language: Language, number: u32) -> String {
    let together = number <= NUMBER_MAX && language != Language::En;
    let words = words(language, number)
        .into_iter()
        .filter_map(|word| word.text(language));
    words
        .collect::<Vec<_>>()
        .join(if together { "" } else { " " })
}

/// The lowest decimal digit of `number`.
fn digit(number: u32) -> Word {
    DIGITS
        .get((number % 10) as usize)
        .copied()
        .unwrap_or(Word::Zero)
}

fn chinese(number: u32) -> Vec<Word> {
    let places = [
        (1000, Some(Word::Thousand)),
        (100, Some(Word::Hundred)),
        (10, Some(Word::Ten)),
        (1, None),
    ];
    let mut said = Vec::new();
    let mut gap = false;
    for (worth, unit) in places {
        let count = number / worth % 10;
        if count == 0 {
            gap = !said.is_empty();
            continue;
        }
        said.extend(std::mem::take(&mut gap).then_some(Word::Zero));
        let begins_with_ten = worth == 10 && count == 1 && said.is_empty();
        said.extend((!begins_with_ten).then(|| digit(count)));
        said.extend(unit);
    }
    if said.is_empty() {
        said.push(Word::Zero);
    }
    said
}

fn english(number: u32) -> Vec<Word> {
    let mut said = Vec::new();
    if number >= 1000 {
        said.extend([digit(number / 1000), Word::Thousand]);
    }
    if !(number / 100).is_multiple_of(10) {
        said.extend([digit(number / 100), Word::Hundred]);
    }
    let rest = number % 100;
    if said.is_empty() {
        return english_below_hundred(rest);
    }
    if rest > 0 {
        said.push(Word::And);
        said.extend(english_below_hundred(rest));
    }
    said
}

fn english_below_hundred(number: u32) -> Vec<Word> {
    match (teen(number), tens(number)) {
        (Some(teen), _) => vec![teen],
        (None, Some(tens)) if number.is_multiple_of(10) => vec![tens],
        (None, tens) => tens.into_iter().chain([digit(number)]).collect(),
    }
}

fn german(number: u32) -> Vec<Word> {
    let mut said = Vec::new();
    if number >= 1000 {
        said.extend([joined(number / 1000), Word::Thousand]);
    }
    if !(number / 100).is_multiple_of(10) {
        said.extend([joined(number / 100), Word::Hundred]);
    }
    let rest = number % 100;
    if rest > 0 || said.is_empty() {
        said.extend(german_below_hundred(rest));
    }
    said
}

fn german_below_hundred(number: u32) -> Vec<Word> {
    match (teen(number), tens(number)) {
        (Some(teen), _) => vec![teen],
        (None, Some(tens)) if number.is_multiple_of(10) => vec![tens],
        (None, Some(tens)) => vec![joined(number), Word::And, tens],
        (None, None) => vec![digit(number)],
    }
}

/// A German digit before another part of the number: *ein*hundert, not *eins*hundert.
fn joined(number: u32) -> Word {
    match digit(number) {
        Word::One => Word::OneJoined,
        other => other,
    }
}

/// The word of 10 to 19.
fn teen(number: u32) -> Option<Word> {
    const TEENS: [Word; 10] = [
        Word::Ten,
        Word::Eleven,
        Word::Twelve,
        Word::Thirteen,
        Word::Fourteen,
        Word::Fifteen,
        Word::Sixteen,
        Word::Seventeen,
        Word::Eighteen,
        Word::Nineteen,
    ];
    TEENS.get(number.checked_sub(10)? as usize).copied()
}

/// The word of the tens of 20 to 99.
fn tens(number: u32) -> Option<Word> {
    const TENS: [Word; 8] = [
        Word::Twenty,
        Word::Thirty,
        Word::Forty,
        Word::Fifty,
        Word::Sixty,
        Word::Seventy,
        Word::Eighty,
        Word::Ninety,
    ];
    TENS.get((number / 10).checked_sub(2)? as usize).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_read_as_people_read_it() {
        for (number, chinese, english, german) in [
            (0, "零", "zero", "null"),
            (1, "一", "one", "eins"),
            (3, "三", "three", "drei"),
            (10, "十", "ten", "zehn"),
            (12, "十二", "twelve", "zwölf"),
            (17, "十七", "seventeen", "siebzehn"),
            (20, "二十", "twenty", "zwanzig"),
            (21, "二十一", "twenty one", "einundzwanzig"),
            (99, "九十九", "ninety nine", "neunundneunzig"),
            (100, "一百", "one hundred", "einhundert"),
            (101, "一百零一", "one hundred and one", "einhunderteins"),
            (102, "一百零二", "one hundred and two", "einhundertzwei"),
            (110, "一百一十", "one hundred and ten", "einhundertzehn"),
            (
                121,
                "一百二十一",
                "one hundred and twenty one",
                "einhunderteinundzwanzig",
            ),
            (1000, "一千", "one thousand", "eintausend"),
            (1005, "一千零五", "one thousand and five", "eintausendfünf"),
            (
                1050,
                "一千零五十",
                "one thousand and fifty",
                "eintausendfünfzig",
            ),
            (
                1200,
                "一千二百",
                "one thousand two hundred",
                "eintausendzweihundert",
            ),
            (
                9999,
                "九千九百九十九",
                "nine thousand nine hundred and ninety nine",
                "neuntausendneunhundertneunundneunzig",
            ),
            (
                10_203,
                "一 零 二 零 三",
                "one zero two zero three",
                "eins null zwei null drei",
            ),
        ] {
            assert_eq!(text(Language::ZhCn, number), chinese);
            assert_eq!(text(Language::ZhTw, number), chinese);
            assert_eq!(text(Language::En, number), english);
            assert_eq!(text(Language::De, number), german);
        }
    }

    proptest! {
        #[test]
        fn every_number_has_words_of_its_language_and_no_two_numbers_the_same(
            a in 0..=NUMBER_MAX, b in 0..=NUMBER_MAX, beyond in any::<u32>(),
        ) {
            for language in Language::ALL {
                prop_assert_eq!(text(language, a) == text(language, b), a == b);
                for number in [a, b, beyond] {
                    let words = words(language, number);
                    prop_assert!((1..=10).contains(&words.len()));
                    prop_assert!(words.iter().all(|word| word.text(language).is_some()));
                }
            }
        }
    }
}
