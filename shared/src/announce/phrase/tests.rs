//! What is read and what is heard of the same calls.

use proptest::prelude::*;

use super::*;
use crate::model::{Moment, TicketId};

fn call(label: &str, window: u32) -> Call {
    Call {
        seq: 1,
        ticket: TicketId(1),
        label: Label::from_text(label),
        window,
        language: Language::ZhCn,
        recalls: 0,
        at: Moment(0),
    }
}

fn phrase(language: Language, calls: &[(&str, u32)]) -> Phrase {
    let calls: Vec<Call> = calls
        .iter()
        .map(|(label, window)| call(label, *window))
        .collect();
    Phrase::new(&Template::of(language), &calls, One::Yi)
}

fn clips(phrase: &Phrase) -> Vec<String> {
    let name = |step: &Step| match step {
        Step::Clip(clip) => clip.to_string(),
        Step::Pause => "…".to_owned(),
    };
    phrase.steps().iter().map(name).collect()
}

#[test]
fn a_call_is_a_polite_sentence_in_every_language() {
    for (language, caption, spoken) in [
        (
            Language::ZhCn,
            "请 A017 号到 3 号窗口",
            "请 A 零 一 七 号到 三 号窗口",
        ),
        (
            Language::ZhTw,
            "請 A017 號到 3 號櫃檯",
            "請 A 零 一 七 號到 三 號櫃檯",
        ),
        (
            Language::En,
            "Number A017, please go to window 3",
            "Number A, zero one seven, please go to window three",
        ),
        (
            Language::De,
            "Nummer A017, bitte zu Schalter 3",
            "Nummer A null eins sieben, bitte zu Schalter drei",
        ),
    ] {
        let phrase = phrase(language, &[("A017", 3)]);
        assert_eq!(phrase.caption(), caption);
        assert_eq!(phrase.spoken(), spoken);
    }
}

#[test]
fn a_recorded_voice_says_the_label_one_by_one_and_the_window_as_a_number() {
    assert_eq!(
        clips(&phrase(Language::ZhCn, &[("A017", 102)])).join(" "),
        "zh-CN/please zh-CN/letter-a zh-CN/digit-0 zh-CN/digit-1 zh-CN/digit-7 zh-CN/number-to \
         zh-CN/digit-1 zh-CN/number-100 zh-CN/digit-0 zh-CN/digit-2 zh-CN/window"
    );
    assert_eq!(
        clips(&phrase(Language::En, &[("A017", 12)])).join(" "),
        "en/number en/letter-a en/digit-0 en/digit-1 en/digit-7 … en/please-go-to en/window en/number-12"
    );
}

#[test]
fn the_digit_one_is_yao_where_the_hall_says_so_and_only_in_labels() {
    let phrase = Phrase::new(&Template::of(Language::ZhCn), &[call("A011", 11)], One::Yao);
    assert_eq!(phrase.spoken(), "请 A 零 幺 幺 号到 十一 号窗口");
    assert!(clips(&phrase).join(" ").contains(
        "zh-CN/digit-1-yao zh-CN/digit-1-yao zh-CN/number-to zh-CN/number-10 zh-CN/digit-1 zh-CN/window"
    ));
    let english = Phrase::new(&Template::of(Language::En), &[call("A1", 1)], One::Yao);
    assert!(english.spoken().contains("A, one"));
}

#[test]
fn several_calls_are_one_sentence_and_share_a_window() {
    for (calls, chinese, english) in [
        (
            &[("A012", 3), ("A013", 5)][..],
            "请 A012 号到 3 号窗口，A013 号到 5 号窗口",
            "Number A012, please go to window 3; A013, please go to window 5",
        ),
        (
            &[("A012", 3), ("A013", 3)],
            "请 A012、A013 号到 3 号窗口",
            "Number A012, A013, please go to window 3",
        ),
        (
            &[("A012", 3), ("B001", 5), ("A013", 3)],
            "请 A012、A013 号到 3 号窗口，B001 号到 5 号窗口",
            "Number A012, A013, please go to window 3; B001, please go to window 5",
        ),
    ] {
        assert_eq!(phrase(Language::ZhCn, calls).caption(), chinese);
        assert_eq!(phrase(Language::En, calls).caption(), english);
    }
}

#[test]
fn a_character_without_a_clip_is_read_and_not_said() {
    let phrase = phrase(Language::ZhCn, &[("军优-07", 3)]);
    assert_eq!(phrase.caption(), "请 军优-07 号到 3 号窗口");
    assert_eq!(phrase.spoken(), "请 军优- 零 七 号到 三 号窗口");
    assert_eq!(
        clips(&phrase).join(" "),
        "zh-CN/please zh-CN/digit-0 zh-CN/digit-7 zh-CN/number-to zh-CN/digit-3 zh-CN/window"
    );
}

#[test]
fn nothing_is_said_of_no_call() {
    let phrase = phrase(Language::ZhCn, &[]);
    assert_eq!((phrase.caption(), phrase.steps()), (String::new(), vec![]));
}

#[test]
fn a_template_without_brackets_is_said_anew_for_each_window() {
    let template = Template::new(Language::ZhCn, "请{label}号前往{window}号诊室").unwrap();
    let phrase = Phrase::new(&template, &[call("A1", 3), call("A2", 4)], One::Yi);
    assert_eq!(phrase.caption(), "请A1号前往3号诊室，请A2号前往4号诊室");
}

proptest! {
    /// Words of the text that a speech engine is given, and clips, are the same words in the same order.
    #[test]
    fn what_is_written_and_what_is_played_are_the_same_words(
        calls in proptest::collection::vec(("[A-Z]{1,2}[0-9]{3}", 0..12_000_u32), 0..6),
        language in 0..4_usize,
    ) {
        let language = Language::ALL[language];
        let calls: Vec<(&str, u32)> = calls.iter().map(|(label, window)| (label.as_str(), *window)).collect();
        let phrase = phrase(language, &calls);
        let played: String = phrase.steps().iter().filter_map(|step| match step {
            Step::Clip(clip) => clip.word.text(language),
            Step::Pause => None,
        }).collect();
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        prop_assert_eq!(letters(&phrase.spoken()), letters(&played));
        for (label, _) in calls {
            prop_assert!(phrase.caption().contains(label));
        }
    }

    #[test]
    fn any_label_can_be_said_in_any_language(label in "\\PC{0,12}", window in any::<u32>()) {
        for language in Language::ALL {
            let phrase = phrase(language, &[(label.as_str(), window)]);
            prop_assert!(phrase.caption().contains(Label::from_text(&label).as_str()));
            prop_assert!(!phrase.spoken().is_empty());
            prop_assert!(phrase.steps().len() <= 12 + 10 + 12);
        }
    }
}
