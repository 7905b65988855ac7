//! Lines that fit: how many columns a character takes on paper, and where a text may be broken.
//!
//! A printer in Chinese mode gives every two-byte character two columns, also those that a terminal shows narrow (`–`,
//! `“`, `±`), so the encoded length decides. For what is not in the two-byte area Unicode's East Asian Width does (UAX #11,
//! ambiguous counts as wide). Breaks follow UAX #14; a single word that is longer than a line is broken anywhere, because
//! nothing may be cut off.

use encoding_rs::GB18030;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_width::UnicodeWidthChar;

/// The two bytes by which printers know the character; `None` for ASCII, for four-byte characters, for the user-defined
/// areas, in which each printer has something else, and for letters with marks.
#[must_use]
pub fn two_bytes(character: char) -> Option<[u8; 2]> {
    if character.is_ascii() || is_private(character) || is_latin(character) {
        return None;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GB18030.encode(character.encode_utf8(&mut buffer));
    match (unmappable, bytes.as_ref()) {
        (false, [lead, trail]) => Some([*lead, *trail]),
        (false | true, _) => None,
    }
}

/// A Latin letter with a mark, or one beyond ASCII. GB2312 has a few of them, for pinyin and as wide as an ideograph: in a
/// word of another language (“für”) they would stand between gaps.
fn is_latin(character: char) -> bool {
    let is_there = matches!(character, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}');
    is_there && character.is_alphabetic()
}

/// The private use area, on which the two-byte user-defined areas are mapped.
fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}')
}

/// Whether a printer with Chinese characters can print the character as text.
#[must_use]
pub fn is_printer_text(character: char) -> bool {
    matches!(character, ' '..='~') || two_bytes(character).is_some()
}

/// Half-width columns that the character takes on paper at normal size: 0, 1 or 2.
#[must_use]
pub fn char_columns(character: char) -> usize {
    if character.is_ascii() || is_latin(character) {
        return 1;
    }
    if two_bytes(character).is_some() {
        return 2;
    }
    character.width_cjk().unwrap_or(0).min(2)
}

/// Half-width columns of the text at normal size.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// The text without anything that a printer could take for a command: control characters become spaces, runs of white
/// space one space. A ticket's text comes from the hall's configuration and must never steer a printer.
#[must_use]
pub fn harmless(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    // The ideographic space is kept, because Chinese texts use it on purpose.
    let words: Vec<&str> = spaced
        .split([' ', '\u{A0}'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The text in lines of at most `width` columns. An empty text has no lines.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let text = harmless(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut start = 0;
    for (end, kind) in linebreaks(&text) {
        let piece = &text[start..end];
        start = end;
        if columns(&line) + columns(piece.trim_end()) > width {
            finish(&mut lines, &mut line);
        }
        append_breaking_long_words(&mut lines, &mut line, piece, width);
        match kind {
            BreakOpportunity::Mandatory => finish(&mut lines, &mut line),
            BreakOpportunity::Allowed => {}
        }
    }
    finish(&mut lines, &mut line);
    lines
}

fn append_breaking_long_words(
    lines: &mut Vec<String>,
    line: &mut String,
    piece: &str,
    width: usize,
) {
    if columns(line) + columns(piece.trim_end()) <= width {
        line.push_str(piece);
        return;
    }
    for character in piece.chars() {
        if columns(line) + char_columns(character) > width && !line.is_empty() {
            finish(lines, line);
        }
        line.push(character);
    }
}

fn finish(lines: &mut Vec<String>, line: &mut String) {
    let done = line.trim();
    if !done.is_empty() {
        lines.push(done.to_owned());
    }
    line.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_takes_as_many_columns_as_the_printer_gives_it() {
        for (character, expected) in [
            ('A', 1),
            ('号', 2),
            ('–', 2),
            ('“', 2),
            ('，', 2),
            ('ä', 1),
            ('ü', 1),
            ('é', 1),
            ('×', 2),
            ('Ａ', 2),
            ('𠮷', 2),
            ('\u{301}', 0),
        ] {
            assert_eq!(char_columns(character), expected, "{character}");
        }
    }

    #[test]
    fn only_the_two_byte_area_is_printer_text() {
        for (character, expected) in [
            ('A', true),
            ('号', true),
            ('龘', true),
            ('€', true),
            ('ä', false),
            ('ü', false),
            ('×', true),
            ('𠮷', false),
            ('\u{E000}', false),
            ('\u{1B}', false),
        ] {
            assert_eq!(is_printer_text(character), expected, "{character}");
        }
    }

    #[test]
    fn no_line_is_too_long_and_nothing_is_lost() {
        let text = "请在休息区等候，留意呼叫和大屏信息。Please wait in the rest area; https://queue.example/t/0123456789abcdef0123456789";
        for width in [8, 20, 32, 48] {
            let lines = wrap(text, width);
            assert!(
                lines.iter().all(|line| columns(line) <= width),
                "{width}: {lines:?}"
            );
            let squash = |text: &str| text.replace(' ', "");
            assert_eq!(squash(&lines.concat()), squash(text), "{width}");
        }
    }

    #[test]
    fn a_line_does_not_begin_with_closing_punctuation_nor_break_inside_a_word() {
        assert_eq!(
            wrap("请在休息区等候，留意呼叫。", 14),
            ["请在休息区等", "候，留意呼叫。"]
        );
        assert_eq!(wrap("Please wait here", 8), ["Please", "wait", "here"]);
    }

    #[test]
    fn a_text_cannot_carry_a_command() {
        assert_eq!(wrap("A\u{1B}@B\nC\u{10}\u{14}\u{1}", 32), ["A @B C"]);
        assert!(wrap(" \n ", 32).is_empty());
    }
}
