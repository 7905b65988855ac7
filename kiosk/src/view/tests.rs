//! What people read on each page.

use std::time::Duration;

use nowserving_shared::model::{Language, TicketId};

use super::*;
use crate::state::tests::Kiosk;
use crate::state::tests::hall::{MORNING, group, hall, lines, service};
use crate::state::{
    Event, INACTIVITY, IssueOutcome, LINK_GRACE, PrintStage, PrinterTrouble, Touch, WARN_BEFORE,
};

fn choices(kiosk: &Kiosk) -> Choices {
    match View::of(&kiosk.state).page {
        PageView::Choices(choices) => choices,
        other => panic!("not a page of choices: {other:?}"),
    }
}

fn notices(kiosk: &Kiosk) -> Vec<String> {
    View::of(&kiosk.state)
        .notices
        .into_iter()
        .map(|notice| notice.text)
        .collect()
}

fn ticket(kiosk: &Kiosk) -> Ticket {
    match View::of(&kiosk.state).page {
        PageView::Ticket(ticket) => ticket,
        other => panic!("no number is shown: {other:?}"),
    }
}

#[test]
fn the_head_shows_hall_day_and_clock_in_the_pages_language() {
    let mut kiosk = Kiosk::ready();
    let view = View::of(&kiosk.state);
    assert_eq!(
        (view.hall.as_str(), view.clock.as_str()),
        ("示范市政务服务中心", "09:41")
    );
    assert_eq!(view.date, "2026年3月2日 星期一");
    kiosk.touch(Touch::Language(Language::En));
    let view = View::of(&kiosk.state);
    assert_eq!(view.date, "Mon 2 Mar 2026");
    assert_eq!(
        view.languages
            .iter()
            .filter(|tongue| tongue.current)
            .count(),
        1
    );
}

#[test]
fn the_welcome_page_invites_in_every_language_of_the_hall() {
    let kiosk = Kiosk::ready();
    let PageView::Welcome(welcome) = View::of(&kiosk.state).page else {
        panic!("home")
    };
    assert_eq!(
        welcome.state,
        "现在共有 42 人等候 · 42 people are waiting now"
    );
    assert_eq!(
        welcome.steps[0],
        Step {
            first: "选择要办的业务".to_owned(),
            second: "Choose what you came for".to_owned()
        }
    );
    let texts: Vec<&str> = welcome
        .invitations
        .iter()
        .map(|invitation| invitation.text.as_str())
        .collect();
    assert_eq!(texts, ["请触摸这里取号", "Touch here to take a number"]);
    assert_eq!(View::of(&kiosk.state).notices, []);
}

#[test]
fn before_a_language_is_chosen_what_everybody_must_know_is_said_in_all() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    let said = notices(&kiosk).remove(0);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("打印纸已用完"), "{said}");
    assert!(lines[1].starts_with("Out of paper"), "{said}");
    kiosk.touch(Touch::Language(Language::En));
    assert!(notices(&kiosk)[0].starts_with("Out of paper"));
}

#[test]
fn groups_say_how_many_wait() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Language(Language::ZhCn));
    let notes: Vec<String> = choices(&kiosk)
        .choices
        .into_iter()
        .map(|choice| choice.note)
        .collect();
    assert_eq!(
        notes,
        [
            "4 项业务 · 等候 10 人",
            "3 项业务 · 等候 14 人",
            "5 项业务 · 等候 18 人"
        ]
    );
}

#[test]
fn a_service_says_how_many_wait_or_why_it_cannot_be_had() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("social")));
    let said: Vec<(bool, String)> = choices(&kiosk)
        .choices
        .into_iter()
        .map(|choice| (choice.open, choice.note))
        .collect();
    assert_eq!(said[0], (true, "等候 5 人 · 开放 2 个窗口".to_owned()));
    assert_eq!(said[2], (false, "现在不能取号，今天 13:00 开始".to_owned()));
    assert_eq!(said[4], (false, "今日号已取完".to_owned()));
    kiosk.touch(Touch::Language(Language::En));
    assert_eq!(
        choices(&kiosk).choices[2].note,
        "Closed now, opens today at 13:00"
    );
}

#[test]
fn a_service_that_opens_on_another_day_names_the_day() {
    let mut kiosk = Kiosk::ready();
    let mut closed = lines();
    for line in &mut closed {
        let opens_at = Some(MORNING.after(Duration::from_secs(86_400)));
        line.availability = nowserving_shared::board::Availability::Closed { opens_at };
    }
    kiosk.on(Event::Waits {
        at: MORNING,
        catalogue_version: 1,
        services: closed,
    });
    assert_eq!(
        notices(&kiosk),
        [
            "现在不在取号时间，3月3日（星期二）09:41 开始取号。\nNo numbers are given out now. We start on Tuesday, 3 March at 09:41."
        ]
    );
}

#[test]
fn classes_say_what_proves_them() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Back);
    let said: Vec<(String, String)> = choices(&kiosk)
        .choices
        .into_iter()
        .map(|choice| (choice.mark, choice.note))
        .collect();
    assert_eq!(said[0], (String::new(), "无需出示证件".to_owned()));
    assert_eq!(
        said[3],
        (
            "军".to_owned(),
            "请出示：军人证件或退役军人优待证".to_owned()
        )
    );
}

#[test]
fn waits_and_guide_are_shown_before_the_number_is_taken() {
    let kiosk = Kiosk::before_the_number();
    let PageView::Confirm(confirm) = View::of(&kiosk.state).page else {
        panic!("confirm")
    };
    let figures: Vec<String> = confirm
        .figures
        .iter()
        .map(|figure| format!("{} {} {}", figure.name, figure.value, figure.unit))
        .collect();
    assert_eq!(
        figures,
        ["正在等候 3 人", "开放窗口 3 个", "上一位等候了 7 分钟"]
    );
    let names: Vec<&str> = confirm
        .guide
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "类别",
            "办理窗口",
            "所需材料",
            "收费",
            "办理时限",
            "办理流程",
            "咨询电话"
        ]
    );
    assert_eq!(
        (confirm.confirm.as_str(), confirm.mark.as_str()),
        ("确认取号", "老")
    );
}

#[test]
fn a_service_without_an_open_window_warns_before_the_number_is_taken() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("police")));
    kiosk.touch(Touch::Service(service("firearms")));
    kiosk.touch(Touch::Class(hall().classes[0].id.clone()));
    assert!(
        notices(&kiosk)
            .iter()
            .any(|notice| notice.contains("没有开放的窗口"))
    );
}

#[test]
fn a_printer_that_cannot_print_is_named_on_every_page_before_the_number() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    for _ in 0..4 {
        assert!(
            notices(&kiosk)
                .iter()
                .any(|notice| notice.contains("打印纸已用完")),
            "{:?}",
            kiosk.state.page()
        );
        kiosk.touch(Touch::Back);
    }
    let mut kiosk = Kiosk::before_the_number();
    kiosk.on(Event::Printer(PrinterIs::NotReady(PrinterTrouble::Offline)));
    let PageView::Confirm(confirm) = View::of(&kiosk.state).page else {
        panic!("confirm")
    };
    assert_eq!(confirm.confirm, "仍要取号（不打印号票）");
}

#[test]
fn a_lost_server_sends_people_to_the_desk() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::LinkLost);
    kiosk.after(LINK_GRACE);
    assert_eq!(
        notices(&kiosk),
        [
            "取号系统暂时无法连接，请到咨询台人工取号，或拨打 0100-555-0100。\nThe ticket system cannot be reached. Please take your number at the information desk or call 0100-555-0100."
        ]
    );
    kiosk.touch(Touch::Language(Language::En));
    let PageView::Message { lines, retry, .. } = View::of(&kiosk.state).page else {
        panic!("sorry")
    };
    assert!(lines[0].contains("information desk") && retry.is_some());
}

#[test]
fn a_kiosk_that_just_started_asks_for_a_moment() {
    assert_eq!(
        notices(&Kiosk::just_on()),
        ["正在连接，请稍候…\nConnecting, one moment please…"]
    );
}

#[test]
fn the_number_stands_with_its_place_its_windows_and_its_code() {
    let mut kiosk = Kiosk::with_a_number();
    let shown = ticket(&kiosk);
    assert_eq!(
        (
            shown.label.as_str(),
            shown.service.as_str(),
            shown.mark.as_str()
        ),
        ("A017", "居民身份证办理", "老")
    );
    assert_eq!(
        shown.lines,
        [
            "您前面还有 3 人等候",
            "办理窗口：1–3号窗口",
            "请在东区等候厅等候叫号"
        ]
    );
    assert_eq!(shown.paper.text, "正在打印号票，请稍候…");
    assert!(shown.url.is_some());
    kiosk.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    });
    let shown = ticket(&kiosk);
    assert_eq!(
        (shown.paper.text.as_str(), shown.done.as_str()),
        ("请取走您的号票", "完成 (25)")
    );
}

#[test]
fn every_fate_of_the_paper_has_advice() {
    for (stage, advice) in [
        (PrintStage::Sent, "请取走"),
        (PrintStage::Unknown, "仍然有效"),
        (PrintStage::Failed, "号码有效"),
    ] {
        let mut kiosk = Kiosk::with_a_number();
        kiosk.on(Event::Print {
            ticket: TicketId(17),
            stage,
        });
        assert!(ticket(&kiosk).paper.text.contains(advice), "{stage:?}");
    }
}

#[test]
fn a_refusal_shows_the_servers_sentence() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    let outcome = IssueOutcome::Refused {
        code: "quota-reached".to_owned(),
        detail: "今日号已取完。".to_owned(),
    };
    kiosk.answer(&key, outcome);
    let PageView::Message { lines, retry, .. } = View::of(&kiosk.state).page else {
        panic!("sorry")
    };
    assert_eq!((lines[0].as_str(), retry), ("今日号已取完。", None));
}

#[test]
fn while_the_number_is_taken_there_is_no_way_out_and_a_retry_says_so() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let view = View::of(&kiosk.state);
    assert_eq!((view.back, view.home), (None, None));
    let key = kiosk.key();
    kiosk.answer(&key, IssueOutcome::Passing("no answer".to_owned()));
    let PageView::Waiting { text, .. } = View::of(&kiosk.state).page else {
        panic!("waiting")
    };
    assert!(text.contains("不会重复取号"));
}

#[test]
fn the_warning_counts_down_in_whole_seconds() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.after(INACTIVITY - WARN_BEFORE - Duration::from_millis(1));
    assert_eq!(View::of(&kiosk.state).warning, None);
    kiosk.after(Duration::from_millis(1001));
    let warning = View::of(&kiosk.state)
        .warning
        .expect("the time is nearly over");
    assert_eq!(warning.text, "您还在吗？19 秒后返回首页。");
}

#[test]
fn no_text_is_missing_from_the_bundled_font() {
    use ab_glyph::{Font as _, FontRef};
    let font = FontRef::try_from_slice(nowserving_ui::FONT_BOLD).expect("the bundled font");
    let sources = [
        include_str!("../texts/zh_cn.rs"),
        include_str!("../texts/en.rs"),
        include_str!("../texts/zh_tw.rs"),
        include_str!("../texts/de.rs"),
        include_str!("../../tests/hall/mod.rs"),
    ];
    for character in sources
        .iter()
        .flat_map(|source| source.chars())
        .filter(|character| !character.is_control())
    {
        assert_ne!(
            font.glyph_id(character).0,
            0,
            "{character:?} is not in the font"
        );
    }
}
