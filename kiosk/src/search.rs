//! Finding a service by what somebody types.
//!
//! A query is a handful of letters, digits and Chinese characters. It finds a service when it fits a part of the service's
//! name in any of the hall's languages:
//!
//! - each Chinese character of the name is met by itself, by its pinyin (`shenfenzheng`), by the beginning of its pinyin or
//!   by its initial alone (`sfz`), mixed as people type (`shenfz`); a character with several readings by each of them;
//! - a word of English or German is met by its beginning; of several words in the query each meets one.
//!
//! Names that fit from their first character or word come first, then the others, each in the order of the hall. The
//! module is pure: the same names and query give the same result, and its work is bounded by the lengths below.

use nowserving_shared::model::{Localized, ServiceId};
use nowserving_shared::protocol::http::ServiceView;
use pinyin::ToPinyinMulti as _;

/// The longest query, in characters; more are not taken.
pub const QUERY_CHARS_MAX: usize = 24;

/// How much of a name is looked at, in characters.
pub const NAME_CHARS_MAX: usize = 80;

/// How well a name fits: a lower one is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// From its first character or word on.
    Beginning,
    /// From a later one on.
    Within,
}

/// What is kept of a query: letters and digits in lower case, Chinese characters, and single spaces between; at most
/// [`QUERY_CHARS_MAX`] characters.
#[must_use]
pub fn tidy(query: &str) -> String {
    let mut tidy = String::new();
    let mut chars = 0;
    for character in query.chars().flat_map(char::to_lowercase) {
        let space = !character.is_alphanumeric();
        if space && (tidy.is_empty() || tidy.ends_with(' ')) {
            continue;
        }
        if chars == QUERY_CHARS_MAX {
            break;
        }
        tidy.push(if space { ' ' } else { character });
        chars += 1;
    }
    tidy
}

/// The services that `query` finds, best first; none for an empty query.
#[must_use]
pub fn find(services: &[ServiceView], query: &str) -> Vec<ServiceId> {
    let query = tidy(query);
    let query = query.trim();
    if query.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Fit, &ServiceId)> = services
        .iter()
        .filter_map(|service| Some((fit_of(&service.name, query)?, &service.id)))
        .collect();
    // Stable: services that fit alike stay in the order of the hall.
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().map(|(_, id)| id.clone()).collect()
}

/// How well the best of a name's languages fits a tidy query.
fn fit_of(name: &Localized, query: &str) -> Option<Fit> {
    name.iter().filter_map(|(_, text)| fit(text, query)).min()
}

/// How well a text fits a tidy query that is not empty.
#[must_use]
pub fn fit(text: &str, query: &str) -> Option<Fit> {
    let text: Vec<char> = text
        .chars()
        .take(NAME_CHARS_MAX)
        .flat_map(char::to_lowercase)
        .collect();
    [as_chinese(&text, query), as_words(&text, query)]
        .into_iter()
        .flatten()
        .min()
}

/// The query against the Chinese characters of a text: what stands between them (brackets, commas, letters) is left out.
fn as_chinese(text: &[char], query: &str) -> Option<Fit> {
    let query: Vec<char> = query.chars().filter(|one| !one.is_whitespace()).collect();
    let characters: Vec<Vec<String>> = text
        .iter()
        .filter(|character| is_han(**character))
        .map(|character| readings(*character))
        .collect();
    let fits = |at: &usize| reach(&characters[*at..], &query);
    let first = (0..characters.len()).find(fits)?;
    Some(if first == 0 {
        Fit::Beginning
    } else {
        Fit::Within
    })
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// What stands for a character: itself, and each of its readings without tones. `ü` is typed as `v`, or as `u` by those
/// who do not know that.
fn readings(character: char) -> Vec<String> {
    let mut readings = vec![character.to_string()];
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let plain = reading.plain();
        readings.push(plain.replace('ü', "v"));
        if plain.contains('ü') {
            readings.push(plain.replace('ü', "u"));
        }
    }
    readings
}

/// Whether the query is met, from the first of `characters` on, each by a beginning of one of its readings.
fn reach(characters: &[Vec<String>], query: &[char]) -> bool {
    // At which places of the query a character may begin. Only a set of places is kept, so nothing is tried twice.
    let mut places = vec![false; query.len() + 1];
    places[0] = true;
    for readings in characters {
        let mut next = vec![false; query.len() + 1];
        for from in (0..query.len()).filter(|from| places[*from]) {
            for reading in readings {
                let same = reading.chars().zip(&query[from..]);
                let shared = same.take_while(|(one, other)| one == *other).count();
                next[from + 1..=from + shared].fill(true);
            }
        }
        if next[query.len()] {
            return true;
        }
        places = next;
    }
    false
}

/// The query's words, each against the beginning of a word of the text that is not met yet.
fn as_words(text: &[char], query: &str) -> Option<Fit> {
    let text: String = text
        .iter()
        .map(|one| if one.is_alphanumeric() { *one } else { ' ' })
        .collect();
    let mut words: Vec<Option<String>> = text
        .split_whitespace()
        .map(|word| Some(plain(word)))
        .collect();
    let mut best = Fit::Within;
    // Longest first: what a longer beginning meets, a shorter one might have taken.
    let mut parts: Vec<String> = query.split_whitespace().map(plain).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    for part in &parts {
        let met = words.iter().position(|word| {
            word.as_ref()
                .is_some_and(|word| word.starts_with(part.as_str()))
        })?;
        words[met] = None;
        if met == 0 {
            best = Fit::Beginning;
        }
    }
    Some(best)
}

/// A word as it is typed on a keyboard without umlauts and accents of German.
fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for character in word.chars() {
        match character {
            'ä' => plain.push('a'),
            'ö' => plain.push('o'),
            'ü' => plain.push('u'),
            'ß' => plain.push_str("ss"),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests;
