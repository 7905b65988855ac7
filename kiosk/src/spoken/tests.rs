//! What each page sounds like, in Chinese and in English.

use nowserving_shared::model::TicketId;

use super::*;
use crate::state::tests::Kiosk;
use crate::state::tests::hall::{class, group, issued, service};
use crate::state::{Event, IssueOutcome, Key, PrintStage, Touch};

/// A visit with keys in one language, up to its first question.
fn begun(language: Language) -> Kiosk {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::Voice(true));
    kiosk.touch(Touch::Key(Key::Next));
    kiosk.touch(Touch::Language(language));
    kiosk
}

fn heard(kiosk: &Kiosk) -> String {
    let words = page(&View::of(&kiosk.state));
    let texts: Vec<String> = words.into_iter().map(|words| words.text).collect();
    texts.join(" | ")
}

/// Every page of a visit as it sounds.
fn visit(language: Language) -> Vec<String> {
    let mut kiosk = begun(language);
    let mut all = vec![heard(&kiosk)];
    for touch in [
        Touch::Group(group("police")),
        Touch::Service(service("id-card")),
        Touch::Class(class("elderly")),
        Touch::Confirm,
    ] {
        kiosk.touch(touch);
        all.push(heard(&kiosk));
    }
    let key = kiosk.key();
    let number = issued("id-card", "elderly", language);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
    kiosk.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    });
    all.push(heard(&kiosk));
    all
}

#[test]
fn a_whole_visit_sounds_so_in_chinese() {
    assert_eq!(
        visit(Language::ZhCn),
        [
            "请选择办事部门。共有 3 项。 | 第 1 项，共 3 项，公安，4 项业务 · 等候 10 人",
            "请选择要办理的业务。公安。共有 4 项。 | 第 1 项，共 4 项，居民身份证办理，等候 3 人 · 开放 3 个窗口",
            "请选择您的类别。享受优先服务的，叫号后请向工作人员出示证件。共有 5 项。 | 第 1 项，共 5 项，普通，无需出示证件",
            "居民身份证办理。老。正在等候 3 人。开放窗口 3 个。上一位等候了 7 分钟。类别，70 周岁以上老人 · 请出示：身份证。办理窗口，1–3号窗口。所需材料，居民户口簿原件；换领的交验旧证；本人到场。收费，首次申领免费；补领 40 元。办理时限，20 个工作日。办理流程，填表 → 采集指纹和照片 → 核对 → 领取回执。咨询电话，0100-555-0101。请确认后取号。 | 确认取号",
            "正在取号，请稍候… | 显示与声音",
            "您的号码，A 0 1 7。居民身份证办理。老。您前面还有 3 人等候。办理窗口：1–3号窗口。请在东区等候厅等候叫号。请取走您的号票。 | 完成",
        ]
    );
}

#[test]
fn a_whole_visit_sounds_so_in_english() {
    assert_eq!(
        visit(Language::En),
        [
            "Please choose a department. There are 3 choices. | 1 of 3: Police, 4 services · 10 waiting",
            "Please choose a service. Police. There are 4 choices. | 1 of 4: Identity card, 3 waiting · 3 windows open",
            "Which of these are you? Please have your proof ready when you are called. There are 5 choices. | 1 of 5: No priority, No proof needed",
            "Identity card. Senior. Waiting now 3 people. Windows open 3. Last wait 7 min. Class, Aged 70 and over · Please show: identity card. Served at, Windows 1–3. Please bring, Household register; your old card, if any; come in person. Fee, First card free; replacement 40 yuan. Takes, 20 working days. Steps, Form, fingerprints and photo, check, receipt. Questions, 0100-555-0101. Please check, then take your number. | Take a number",
            "Taking your number, one moment please… | Display & sound",
            "Your number, A 0 1 7. Identity card. Senior. 3 people are waiting before you. Served at Windows 1–3. Please wait in: East hall. Please take your ticket. | Done",
        ]
    );
}

#[test]
fn the_welcome_page_speaks_every_language_of_the_hall_in_its_own_voice() {
    let kiosk = Kiosk::ready();
    let words = page(&View::of(&kiosk.state));
    let spoken: Vec<(Language, &str)> = words
        .iter()
        .map(|words| (words.language, words.text.as_str()))
        .collect();
    assert_eq!(
        spoken,
        [
            (Language::ZhCn, "示范市政务服务中心。"),
            (Language::ZhCn, "用中文取号，请选择中文。"),
            (Language::En, "To go on in English, choose English."),
        ]
    );
}

#[test]
fn a_page_without_a_number_says_why_and_what_to_do() {
    let mut kiosk = begun(Language::En);
    kiosk.touch(Touch::Group(group("social")));
    kiosk.touch(Touch::Service(service("unemployment")));
    assert_eq!(
        heard(&kiosk),
        "No numbers for this service now. Unemployment registration and benefit. All numbers for today are taken. You can choose another service, or ask at the information desk or call 0100-555-0100. | Back"
    );
}

#[test]
fn the_panel_says_each_mode_and_whether_it_is_on() {
    let mut kiosk = begun(Language::ZhCn);
    kiosk.touch(Touch::Modes);
    assert_eq!(
        heard(&kiosk),
        "显示与声音。 | 第 1 项，共 4 项，大字版，字更大，每页内容更少，已关闭"
    );
    kiosk.touch(Touch::Key(Key::Ok));
    assert!(heard(&kiosk).ends_with("已开启"));
}

#[test]
fn help_says_where_people_are_and_what_the_keys_do() {
    let kiosk = begun(Language::En);
    let words = help(&View::of(&kiosk.state));
    assert!(words[0].text.starts_with("Need help? Ask at"));
    assert!(words[0].text.contains("OK confirms"));
}

/// What is said by itself from one press to the next, and what then stands on the page.
fn searched(language: Language, letters: &str) -> (Vec<String>, String) {
    let mut kiosk = begun(language);
    kiosk.touch(Touch::Search);
    let mut said = Vec::new();
    for letter in letters.chars() {
        let before = View::of(&kiosk.state);
        kiosk.touch(Touch::Key(Key::Sign(letter)));
        let news = news(&before, &View::of(&kiosk.state), false);
        let words = news.words.into_iter().map(|words| words.text);
        said.push(words.collect::<Vec<_>>().join(" | "));
    }
    (said, heard(&kiosk))
}

#[test]
fn a_search_says_what_was_typed_how_many_it_found_and_the_first_of_them() {
    let (said, page) = searched(Language::En, "tax");
    assert_eq!(said.len(), 3);
    assert!(
        said[2].starts_with("You typed t a x. There are "),
        "{}",
        said[2]
    );
    assert!(
        page.starts_with("Find a service. You typed t a x. There are "),
        "{page}"
    );
    assert!(page.contains(" | 1 of "), "{page}");
}

#[test]
fn a_search_says_what_can_be_typed_and_that_nothing_was_found() {
    let (_, page) = searched(Language::ZhCn, "");
    assert_eq!(page, "查找业务。输入拼音首字母、拼音或英文，例如 sfz。 | A");
    let (said, page) = searched(Language::ZhCn, "qqq");
    assert_eq!(said[2], "已输入 q q q。没有找到这项业务。 | A");
    assert_eq!(page, "查找业务。已输入 q q q。没有找到这项业务。 | A");
}

#[test]
fn a_number_is_spelled() {
    assert_eq!(spelled("A017"), "A 0 1 7");
    assert_eq!(spelled(""), "");
}
