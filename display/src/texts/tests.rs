//! Every language says everything, in its own words and script, with letters that the bundled font has.

use jiff::civil::datetime;

use super::*;

/// Everything that the display says in `language`.
fn everything(language: Language) -> Vec<String> {
    let plain = [
        now_calling,
        now_serving,
        please_wait,
        last_calls,
        way_heading,
        no_calls,
        calling,
        serving,
        over,
        window_calls,
        closed,
        free,
        paused,
        waiting_heading,
        windows_heading,
        queue_heading,
        nobody_waits,
        queue_unknown,
        quota_reached,
        not_now,
        no_window,
        stale_advice,
        connecting,
        refused,
        refused_advice,
    ];
    let (before, behind) = window_words(language);
    let now = datetime(2026, 3, 2, 9, 41, 0, 0);
    let mut said: Vec<String> = plain.map(|text| text(language).to_owned()).to_vec();
    said.extend([
        format!("{before}{behind}"),
        window(language, 3),
        please_go(language, 3),
        back_at(language, "9:00"),
        opens_at(language, "9:00"),
        connecting_advice(language, "1"),
        date(language, now),
    ]);
    said.extend([1, 120, 7200].map(|seconds| stale(language, Duration::from_secs(seconds))));
    for day in [2, 3, 4, 5, 6, 7, 8, 31] {
        said.push(when(language, now, datetime(2026, 3, day, 9, 0, 0, 0)));
    }
    said
}

/// What is written the same on purpose: in both kinds of Chinese, and in English and German.
const ALIKE: [&str; 10] = [
    "2026年3月2日 星期一",
    "09:00",
    "星期二 09:00",
    "星期三 09:00",
    "星期四 09:00",
    "星期五 09:00",
    "星期六 09:00",
    "星期日 09:00",
    "3月31日 09:00",
    "Fr 09:00",
];

#[test]
fn no_text_is_left_in_the_language_it_was_translated_from() {
    for (language, from) in [(ZhTw, ZhCn), (En, ZhCn), (De, En)] {
        for (said, before) in everything(language).into_iter().zip(everything(from)) {
            assert!(
                said != before || ALIKE.contains(&said.as_str()),
                "{language}: {said:?}"
            );
        }
    }
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}')
}

#[test]
fn every_language_keeps_to_its_own_script() {
    // Simplified forms that Traditional Chinese does not know, of the words that a display says.
    let simplified = "号码没开预计无办结显边级务请听员时钟连线检测启动间须钮为并网复说这实现";
    for language in Language::ALL {
        for said in everything(language) {
            let foreign = |character: char| match language {
                ZhCn => character.is_ascii_alphabetic(),
                ZhTw => character.is_ascii_alphabetic() || simplified.contains(character),
                En | De => is_han(character),
            };
            assert!(!said.contains(foreign), "{language}: {said:?}");
        }
    }
}

#[test]
fn no_character_is_wider_nor_a_digit_lower_than_layouts_reckon() {
    use ab_glyph::{Font as _, FontRef};
    use nowserving_shared::wall::text::{DIGIT_HEIGHT, character};
    let font = FontRef::try_from_slice(nowserving_ui::FONT_BOLD).expect("the bundled font");
    let em = font.units_per_em().expect("it says so");
    let letters = (' '..='~').chain("ÄÖÜäöüßéœ→·号窗口办理中，。".chars());
    for c in letters {
        let wide = font.h_advance_unscaled(font.glyph_id(c)) / em;
        assert!(wide <= character(c) + 0.001, "{c} is {wide} wide");
    }
    for c in '0'..='9' {
        let digit = font.outline(font.glyph_id(c)).expect("a digit");
        let high = (digit.bounds.max.y - digit.bounds.min.y).abs() / em;
        assert!(high >= DIGIT_HEIGHT, "{c} is {high} high");
    }
}
