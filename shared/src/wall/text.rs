//! How wide a text is in the bundled font, without the font: enough to reckon sizes where no font is at hand.
//!
//! Widths are of Noto Sans SC Bold, in parts of the letters' size. A test of the display measures the font itself and
//! finds none wider than stated here, so what is reckoned to fit does fit.

use crate::model::catalogue::Series;

/// How high a digit is, as part of the letters' size: the bundled font's capitals, which its digits do not fall below.
pub const DIGIT_HEIGHT: f32 = 0.733;
/// How wide a digit is, as part of the letters' size.
pub const DIGIT_WIDTH: f32 = 0.59;
/// How high a line of a text of several lines is, as part of the letters' size.
pub const LINE_HEIGHT: f32 = 1.45;

/// How wide one character is at most, in parts of the letters' size.
#[must_use]
pub fn character(c: char) -> f32 {
    match c {
        '0'..='9' => DIGIT_WIDTH,
        '*' => DIGIT_WIDTH,
        'W' => 0.92,
        'M' => 0.9,
        'm' => 0.97,
        'I' | 'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' => 0.35,
        'A'..='Z' => 0.78,
        'w' => 0.87,
        'a'..='z' => 0.65,
        ' ' => 0.23,
        '-' | '(' | ')' | '/' => 0.42,
        '!'..='~' => 1.01,
        'À'..='ɏ' => 0.95,
        // Han characters and their signs are one size wide; whatever else there is, hardly wider.
        _ => 1.0,
    }
}

/// How wide a text of one line is at most, in parts of the letters' size.
#[must_use]
pub fn width(text: &str) -> f32 {
    text.chars().map(character).sum()
}

/// How wide the widest number of these series is, in parts of the letters' size.
#[must_use]
pub fn widest<'a>(series: impl IntoIterator<Item = &'a Series>) -> f32 {
    let number = |series: &Series| width(&series.prefix) + f32::from(series.digits) * DIGIT_WIDTH;
    series.into_iter().map(number).fold(0.0, f32::max)
}

/// The largest size, in pixels and at most `most`, in which `text` has room in `across` × `down` pixels when its lines
/// are broken between words, and between Han characters anywhere.
#[must_use]
pub fn size_in(text: &str, across: f32, down: f32, most: f32) -> f32 {
    // Each step is small enough that nobody sees it, and there are few of them.
    const STEP: f32 = 0.94;
    const SIZE_MIN: f32 = 8.0;
    let mut size = most.max(SIZE_MIN);
    while size > SIZE_MIN && !has_room(text, across / size, down / size) {
        size = (size * STEP).max(SIZE_MIN);
    }
    size
}

/// Whether `text` has room, all lengths in its letters' size.
fn has_room(text: &str, across: f32, down: f32) -> bool {
    let mut lines = 1.0;
    let mut line = 0.0;
    for word in words(text) {
        let (whole, ink) = (width(word), width(word.trim_end()));
        if ink > across {
            return false;
        }
        if line + ink > across {
            lines += 1.0;
            line = 0.0;
        }
        line += whole;
    }
    lines * LINE_HEIGHT <= down
}

/// The parts between which a line may be broken; each keeps the blank behind it. Signs stay with what they follow.
fn words(text: &str) -> Vec<&str> {
    let stays = |c: char| "，。、；：？！）》”’…·".contains(c);
    let mut parts = Vec::new();
    let mut from = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let breaks = match before {
            None => false,
            Some(' ') => c != ' ',
            Some(before) => c != ' ' && !stays(c) && (is_wide(before) || is_wide(c)),
        };
        if breaks {
            parts.push(&text[from..at]);
            from = at;
        }
        before = Some(c);
    }
    parts.push(&text[from..]);
    parts
}

fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}
