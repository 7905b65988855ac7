//! Every language says everything, in its own words and its own script, with letters that the bundled font has.

use ab_glyph::{Font as _, FontRef};
use jiff::civil::date;

use super::*;
use crate::printer::template::{Piece, What, Words};
use crate::printer::{Document, Template};
use crate::state::{PrintStage, PrinterIs};

/// Every sentence of `texts`, by name, with small gaps filled in.
fn everything(texts: &Texts) -> Vec<(String, String)> {
    let day = date(2026, 3, 2);
    let mut said: Vec<(&str, String)> = vec![
        ("date", (texts.date)(day)),
        ("touch_to_start", texts.touch_to_start.to_owned()),
        ("starting", texts.starting.to_owned()),
        ("server_away", (texts.server_away)("1")),
        ("offline", texts.offline.to_owned()),
        ("offline_wait", texts.offline_wait.to_owned()),
        ("offline_none", texts.offline_none.to_owned()),
        ("offline_place", texts.offline_place.to_owned()),
        ("choose_group", texts.choose_group.to_owned()),
        ("choose_service", texts.choose_service.to_owned()),
        ("choose_class", texts.choose_class.to_owned()),
        ("choose_class_hint", texts.choose_class_hint.to_owned()),
        ("no_proof", texts.no_proof.to_owned()),
        ("proof", (texts.proof)("1")),
        ("often", texts.often.to_owned()),
        ("other_class", texts.other_class.to_owned()),
        ("search", texts.search.to_owned()),
        ("search_hint", texts.search_hint.replace("sfz", "")),
        ("search_nothing", texts.search_nothing.to_owned()),
        ("erase", texts.erase.to_owned()),
        ("clear", texts.clear.to_owned()),
        ("quota_reached", texts.quota_reached.to_owned()),
        ("not_now", texts.not_now.to_owned()),
        ("not_now_advice", (texts.not_now_advice)("1")),
        ("today_at", (texts.today_at)("9:00")),
        ("day_at", (texts.day_at)(day, "9:00")),
        ("confirm_title", texts.confirm_title.to_owned()),
        ("confirm", texts.confirm.to_owned()),
        ("confirm_unprinted", texts.confirm_unprinted.to_owned()),
        ("no_window_open", texts.no_window_open.to_owned()),
        ("class_row", texts.class_row.to_owned()),
        ("issuing", texts.issuing.to_owned()),
        ("issuing_long", texts.issuing_long.to_owned()),
        ("your_number", texts.your_number.to_owned()),
        ("at_windows", (texts.at_windows)("1")),
        ("wait_in", (texts.wait_in)("1")),
        ("scan", texts.scan.to_owned()),
        ("scan_guide", texts.scan_guide.to_owned()),
        ("printing", texts.printing.to_owned()),
        ("take_ticket", texts.take_ticket.to_owned()),
        ("not_printed", texts.not_printed.to_owned()),
        ("print_unknown", texts.print_unknown.to_owned()),
        ("print_failed", texts.print_failed.to_owned()),
        ("done", texts.done.to_owned()),
        ("sorry", texts.sorry.to_owned()),
        ("retry", texts.retry.to_owned()),
        ("back", texts.back.to_owned()),
        ("home", texts.home.to_owned()),
        ("help", (texts.help)("")),
        ("help with a number", (texts.help)("1")),
        ("previous", texts.previous.to_owned()),
        ("next", texts.next.to_owned()),
        ("still_there", (texts.still_there)(20)),
        ("stay", texts.stay.to_owned()),
        ("paper_first", texts.paper_first.to_owned()),
        ("paper_again", texts.paper_again.to_owned()),
        ("windows", (texts.windows)(&[1, 2, 3])),
    ];
    said.extend(to_assist(&texts.assistance));
    said.extend(of_codes(&texts.checkin));
    said.extend(to_everyone(&texts.everyone));
    said.extend(to_maintain(&texts.maintenance));
    for opens in [None, Some("9:00".to_owned())] {
        said.push(("hall_closed", (texts.hall_closed)(opens.clone())));
        said.push(("service_closed", (texts.service_closed)(opens)));
    }
    for few in 0..3 {
        said.push(("hall_waiting", (texts.hall_waiting)(few)));
        said.push(("group_note", (texts.group_note)(3, few)));
        said.push(("ahead", (texts.ahead)(few)));
        said.push(("waiting without a window", (texts.waiting)(few, 0)));
        said.push(("waiting", (texts.waiting)(few, few)));
    }
    let trouble = [
        PrinterTrouble::Absent,
        PrinterTrouble::PaperOut,
        PrinterTrouble::CoverOpen,
        PrinterTrouble::Offline,
    ];
    let of_trouble = |trouble| {
        (
            "printer_trouble",
            (texts.printer_trouble)(trouble).to_owned(),
        )
    };
    said.extend(trouble.map(of_trouble));
    said.extend(trouble.map(|trouble| ("no_paper", (texts.no_paper)(trouble).to_owned())));
    said.extend(texts.steps.map(|step| ("steps", step.to_owned())));
    said.extend(texts.guide.map(|name| ("guide", name.to_owned())));
    said.extend(
        texts
            .figures
            .map(|(name, unit)| ("figures", format!("{name} {unit}"))),
    );
    let numbered = said.into_iter().enumerate();
    numbered
        .map(|(at, (name, text))| (format!("{name} ({at})"), text))
        .collect()
}

/// What is said of cards and codes.
fn of_codes(words: &CheckIn) -> Vec<(&'static str, String)> {
    let CheckIn {
        known,
        known_spoken,
        forget,
        forgotten,
        unknown_code,
        card_not_now,
        looking,
        look_failed,
        ticket_unknown,
        ticket_over,
        found,
        has_ticket,
        print_copy,
        called,
        serving,
        delayed,
        held,
        last_wait,
    } = *words;
    vec![
        ("known", known("1")),
        ("known_spoken", known_spoken.to_owned()),
        ("forget", forget.to_owned()),
        ("forgotten", forgotten.to_owned()),
        ("unknown_code", unknown_code.to_owned()),
        ("card_not_now", card_not_now.to_owned()),
        ("looking", looking.to_owned()),
        ("look_failed", look_failed("")),
        ("look_failed with a number", look_failed("1")),
        ("ticket_unknown", ticket_unknown("")),
        ("ticket_unknown with a number", ticket_unknown("1")),
        ("ticket_over", ticket_over("1")),
        ("found", found.to_owned()),
        ("has_ticket", has_ticket.to_owned()),
        ("print_copy", print_copy.to_owned()),
        ("called", called("")),
        ("called to a window", called("1")),
        ("serving", serving("")),
        ("serving at a window", serving("1")),
        ("delayed", delayed.to_owned()),
        ("held", held.to_owned()),
        ("last_wait", last_wait(2)),
    ]
}

/// What is said around a number.
fn to_assist(words: &Assistance) -> Vec<(&'static str, String)> {
    let Assistance {
        print,
        print_again,
        slip,
        slip_printing,
        take_slip,
        slip_missing,
        call,
        call_stands,
        calling,
        called,
        coming,
        call_failed,
    } = *words;
    let plain = [
        print,
        print_again,
        slip,
        slip_printing,
        take_slip,
        slip_missing,
        call,
        call_stands,
        calling,
        called,
        coming,
    ];
    let plain = plain.map(|text| ("assistance", text.to_owned()));
    let failed = ["", "1"].map(|phone| ("call_failed", call_failed(phone)));
    plain.into_iter().chain(failed).collect()
}

/// What is said of modes, keypad and speech.
fn to_everyone(words: &Everyone) -> Vec<(&'static str, String)> {
    let Everyone {
        button,
        large_text,
        high_contrast,
        low_reach,
        speech,
        on,
        off,
        absent,
        close,
        speech_on,
        speech_off,
        start,
        place,
        count,
        typed,
        any_key,
        volume,
        keys,
        comma: _,
        full_stop: _,
    } = *words;
    let modes = [large_text, high_contrast, low_reach, speech];
    let modes = modes.into_iter().flat_map(|(name, what)| [name, what]);
    let plain = [
        button, on, off, absent, close, speech_on, speech_off, start, any_key, keys,
    ];
    let mut said: Vec<(&str, String)> = modes
        .chain(plain)
        .map(|text| ("to everyone", text.to_owned()))
        .collect();
    said.push(("place", place(2, 7)));
    said.push(("typed", typed("1 2")));
    said.push(("volume", volume(60)));
    for few in 1..3 {
        said.push(("count", count(few)));
    }
    said
}

/// What is said to whoever looks after the kiosk.
fn to_maintain(words: &Maintenance) -> Vec<(&'static str, String)> {
    let Maintenance {
        pin,
        pin_wrong,
        pin_locked,
        enter,
        title,
        facts,
        unknown,
        live,
        lost,
        clock,
        no_printer,
        printer,
        numbers,
        troubles,
        no_trouble,
        self_test,
        ask_again,
        record,
        leave,
        tested,
        asked,
        recording,
        recorded,
        not_recorded,
        test_paper,
    } = *words;
    let plain = [
        pin,
        enter,
        title,
        unknown,
        no_printer,
        troubles,
        no_trouble,
        self_test,
        ask_again,
        record,
        leave,
        asked,
        recording,
        test_paper.0,
        test_paper.1,
    ];
    let stages = [
        PrintStage::UnderWay,
        PrintStage::Printed,
        PrintStage::Sent,
        PrintStage::Unknown,
        PrintStage::Failed,
    ];
    let conditions = [
        PrinterIs::Starting,
        PrinterIs::Ready,
        PrinterIs::PaperLow,
        PrinterIs::NotReady(PrinterTrouble::Absent),
        PrinterIs::NotReady(PrinterTrouble::PaperOut),
        PrinterIs::NotReady(PrinterTrouble::CoverOpen),
        PrinterIs::NotReady(PrinterTrouble::Offline),
    ];
    let said = plain
        .into_iter()
        .chain(facts)
        .chain(stages.map(tested))
        .chain(conditions.map(printer))
        .map(str::to_owned);
    let filled = [
        pin_wrong(1),
        pin_wrong(3),
        pin_locked(5),
        live(2),
        lost(70),
        clock(0),
        clock(7),
        clock(-7),
        numbers(12, 3),
        recorded("1"),
        not_recorded("1"),
    ];
    said.chain(filled)
        .map(|text| ("maintenance", text))
        .collect()
}

/// Every wording of the built-in templates in `language`, by document and block; fields are left out.
fn on_paper(language: Language) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for document in Document::ALL {
        for (at, block) in Template::built_in(document).blocks.iter().enumerate() {
            let words = match &block.what {
                What::Text { words, .. } => words,
                What::Fact { name, .. } => name,
                What::Joined { .. }
                | What::Number { .. }
                | What::Gap(_)
                | What::Rule
                | What::Qr { .. } => continue,
            };
            // What is the same in every language names nothing but fields, or says itself in two languages.
            if let Words::ByLanguage(wordings) = words {
                let pieces = wordings.get(&language).map_or(&[][..], Vec::as_slice);
                said.push((format!("{document} block {at}"), literal(pieces)));
            }
        }
    }
    said
}

fn literal(pieces: &[Piece]) -> String {
    let literals = pieces.iter().filter_map(|piece| match piece {
        Piece::Literal(text) => Some(text.as_str()),
        Piece::Field(_) => None,
    });
    literals.collect()
}

fn all(language: Language) -> Vec<(String, String)> {
    let mut said = everything(of(language));
    said.extend(on_paper(language));
    said
}

/// What is written the same in both kinds of Chinese.
const ALIKE: [&str; 7] = [
    "大字版",
    "低位操作",
    "完成",
    "正常",
    "2026年3月2日 星期一",
    "今天 9:00 ",
    "3月2日（星期一）9:00 ",
];

#[test]
fn no_text_is_left_in_the_language_it_was_translated_from() {
    for (language, from) in [
        (Language::ZhTw, Language::ZhCn),
        (Language::En, Language::ZhCn),
        (Language::De, Language::En),
    ] {
        for ((name, said), (_, before)) in all(language).into_iter().zip(all(from)) {
            assert!(!said.trim().is_empty(), "{language} {name}");
            assert!(
                said != before || ALIKE.contains(&said.as_str()),
                "{language} {name}: {said:?}"
            );
        }
    }
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

/// Whether Big5 has it: no simplified form is in Big5. (The encoder leaves out Hong Kong's additions, which hold some.)
fn is_traditional(character: char) -> bool {
    let (_, _, unmappable) = encoding_rs::BIG5.encode(character.encode_utf8(&mut [0; 4]));
    !unmappable
}

/// Whether GB 2312 has it: in GBK its characters have two high bytes.
fn is_simplified(character: char) -> bool {
    let mut room = [0; 4];
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(character.encode_utf8(&mut room));
    !unmappable && matches!(bytes[..], [0xA1..=0xF7, 0xA1..=0xFE])
}

#[test]
fn every_language_keeps_to_its_own_script() {
    for language in Language::ALL {
        for (name, said) in all(language) {
            let foreign: String = said
                .chars()
                .filter(|character| match language {
                    Language::ZhCn => {
                        character.is_ascii_alphabetic()
                            || (is_han(*character) && !is_simplified(*character))
                    }
                    Language::ZhTw => {
                        character.is_ascii_alphabetic()
                            || (is_han(*character) && !is_traditional(*character))
                    }
                    Language::En | Language::De => is_han(*character),
                })
                .collect();
            assert_eq!(foreign, "", "{language} {name}: {said:?}");
        }
    }
}

#[test]
fn the_bundled_font_draws_every_text_of_every_language() {
    let fonts = [nowserving_ui::FONT_REGULAR, nowserving_ui::FONT_BOLD]
        .map(|font| FontRef::try_from_slice(font).expect("the bundled font"));
    let names = Language::ALL.map(|language| language.own_name(&Language::ALL).to_owned());
    let texts = Language::ALL
        .into_iter()
        .flat_map(all)
        .map(|(_, said)| said);
    let demonstration = include_str!("../../../server/demo/hall.toml").to_owned();
    for said in texts.chain(names).chain([demonstration]) {
        for character in said.chars().filter(|character| !character.is_control()) {
            for font in &fonts {
                assert_ne!(
                    font.glyph_id(character).0,
                    0,
                    "{character:?} of {said:.40?}"
                );
            }
        }
    }
}

#[test]
fn neighbouring_windows_are_drawn_together() {
    assert_eq!(runs(&[]), Vec::<String>::new());
    assert_eq!(runs(&[1, 2]), ["1", "2"]);
    assert_eq!(runs(&[1, 2, 3, 7, 9, 10, 11, 12]), ["1–3", "7", "9–12"]);
}

#[test]
fn a_hall_that_says_when_it_opens_says_more() {
    for language in Language::ALL {
        let texts = of(language);
        let (unknown, known) = (
            (texts.hall_closed)(None),
            (texts.hall_closed)(Some("9:00".to_owned())),
        );
        assert_ne!(unknown, known, "{language}");
    }
}
