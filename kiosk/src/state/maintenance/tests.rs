use super::*;
use crate::recorder::Recorder;
use crate::state::tests::Kiosk;
use crate::state::{INACTIVITY, Options, Touch, WARN_BEFORE};
use crate::view::{NoticeKind, PageView, View};

fn on_the_page() -> Kiosk {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Maintenance);
    kiosk.touch(Touch::PinRight);
    assert_eq!(kiosk.state.page(), &Page::Maintenance);
    kiosk.wished();
    kiosk
}

fn page(kiosk: &Kiosk) -> crate::view::Maintenance {
    match View::of(&kiosk.state).page {
        PageView::Maintenance(page) => page,
        other => panic!("another page: {other:?}"),
    }
}

fn fact(kiosk: &Kiosk, name: &str) -> String {
    let facts = page(kiosk).facts;
    let known = facts.into_iter().find(|(known, _)| known == name);
    known.unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn the_right_code_opens_the_page_and_the_time_closes_it() {
    let mut kiosk = on_the_page();
    kiosk.after(INACTIVITY - WARN_BEFORE);
    assert!(View::of(&kiosk.state).warning.is_some());
    kiosk.after(WARN_BEFORE);
    assert_eq!(kiosk.state.page(), &Page::Welcome);
    kiosk.touch(Touch::PinRight);
    assert_eq!(
        kiosk.state.page(),
        &Page::Welcome,
        "no page without its door"
    );
}

#[test]
fn five_wrong_codes_in_a_row_lock_the_page_for_five_minutes() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Maintenance);
    for wrong in 1..PIN_TRIES_MAX {
        kiosk.touch(Touch::PinWrong);
        assert_eq!(kiosk.state.wrong_pins(), wrong);
    }
    // Leaving does not forgive.
    kiosk.touch(Touch::Home);
    kiosk.touch(Touch::Maintenance);
    kiosk.touch(Touch::PinWrong);
    assert_eq!(kiosk.state.pin_locked_for(), Some(PIN_LOCKED));
    let PageView::Pin(pad) = View::of(&kiosk.state).page else {
        panic!("the pad");
    };
    assert!(!pad.open);
    assert_eq!(pad.text, "密码错误次数过多，请在 5 分钟后再试");
    kiosk.touch(Touch::PinRight);
    assert_eq!(kiosk.state.page(), &Page::Pin, "not even the right one");
    kiosk.after(PIN_LOCKED);
    kiosk.touch(Touch::Maintenance);
    kiosk.touch(Touch::PinRight);
    assert_eq!(kiosk.state.page(), &Page::Maintenance);
    assert_eq!(kiosk.state.wrong_pins(), 0);
}

#[test]
fn a_kiosk_without_a_code_has_no_page_and_nobody_is_interrupted_who_gets_a_number() {
    let mut kiosk = Kiosk::with_a_number();
    kiosk.touch(Touch::Maintenance);
    assert!(matches!(kiosk.state.page(), Page::Ticket(_)));
    let mut state = State::new(Options {
        maintenance: None,
        ..crate::state::tests::options()
    });
    state.on(Event::Touch(Touch::Maintenance));
    state.on(Event::Touch(Touch::PinRight));
    assert_eq!(state.page(), &Page::Welcome);
}

#[test]
fn the_page_tells_how_the_kiosk_is() {
    let mut kiosk = on_the_page();
    assert_eq!(fact(&kiosk, "设备"), "入口取号机 · kiosk-1");
    assert_eq!(fact(&kiosk, "服务器"), "http://192.168.1.10:8080");
    assert_eq!(fact(&kiosk, "打印机"), "tcp://192.168.1.20:9100 · 80mm");
    assert_eq!(fact(&kiosk, "打印机状态"), "正常");
    assert_eq!(fact(&kiosk, "离线号码"), "备用 0 个，待上传 0 个");
    kiosk.after(Duration::from_secs(7));
    assert_eq!(fact(&kiosk, "连接"), "正常，7 秒前有消息");
    kiosk.on(Event::LinkLost);
    kiosk.after(Duration::from_secs(3));
    assert_eq!(fact(&kiosk, "连接"), "已断开 3 秒");
}

#[test]
fn the_clock_is_compared_with_the_servers() {
    let mut kiosk = on_the_page();
    let clock = |state: &State| state.clock_ahead_ms();
    assert!(clock(&kiosk.state).is_some());
    let (uptime, at) = (kiosk.uptime(), kiosk.state.now());
    let wall = Moment(at.0 - 7_200);
    kiosk.on(Event::Tick { uptime, wall });
    assert_eq!(fact(&kiosk, "时钟"), "比服务器慢 7 秒");
    let unknown = State::new(crate::state::tests::options());
    assert_eq!(clock(&unknown), None);
}

#[test]
fn a_test_is_printed_once_at_a_time_and_says_what_became_of_it() {
    let mut kiosk = on_the_page();
    kiosk.touch(Touch::SelfTest);
    kiosk.touch(Touch::SelfTest);
    let wished = kiosk.wished();
    let [Effect::SelfTest { number: 1, paper }] = &wished[..] else {
        panic!("one test: {wished:?}");
    };
    assert_eq!(paper.check(), Ok(()));
    assert_eq!(page(&kiosk).tried.expect("said").text, "正在打印测试页…");
    kiosk.on(Event::SelfTest {
        number: 1,
        stage: PrintStage::Failed,
    });
    let told = page(&kiosk).tried.expect("said");
    assert_eq!(
        (told.kind, told.text.as_str()),
        (NoticeKind::Alarm, "测试页没有打印出来")
    );
    kiosk.touch(Touch::SelfTest);
    kiosk.on(Event::SelfTest {
        number: 1,
        stage: PrintStage::Printed,
    });
    assert_eq!(
        page(&kiosk).tried.expect("said").text,
        "正在打印测试页…",
        "another one"
    );
    kiosk.on(Event::SelfTest {
        number: 2,
        stage: PrintStage::Printed,
    });
    assert_eq!(page(&kiosk).tried.expect("said").text, "测试页已打印");
}

#[test]
fn printer_and_server_are_asked_again_and_the_recording_is_written() {
    let mut kiosk = on_the_page();
    kiosk.touch(Touch::AskAgain);
    assert_eq!(kiosk.wished(), [Effect::AskPrinter, Effect::FetchHall]);
    kiosk.touch(Touch::Record);
    assert_eq!(kiosk.wished(), [Effect::Record]);
    kiosk.on(Event::Recorded { failed: None });
    assert_eq!(
        page(&kiosk).tried.expect("said").text,
        "运行记录已保存到 /var/lib/nowserving-kiosk/recording.jsonl"
    );
    kiosk.touch(Touch::Record);
    kiosk.on(Event::Recorded {
        failed: Some("no room".to_owned()),
    });
    assert_eq!(page(&kiosk).tried.expect("said").kind, NoticeKind::Alarm);
}

#[test]
fn what_went_wrong_is_remembered_with_its_time_and_never_too_much_of_it() {
    let mut kiosk = on_the_page();
    assert_eq!(page(&kiosk).troubles, ["没有故障"]);
    for _ in 0..3 {
        kiosk.on(Event::HallFailed("no route to host".to_owned()));
    }
    assert_eq!(
        page(&kiosk).troubles,
        ["09:41:00 the hall's names did not arrive: no route to host (×3)"]
    );
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    assert!(page(&kiosk).troubles[0].ends_with("out of paper"));
    for at in 0..2 * TROUBLES_MAX {
        kiosk.on(Event::HallFailed(format!("{at} {}", "long ".repeat(100))));
    }
    assert_eq!(kiosk.state.troubles().count(), TROUBLES_MAX);
    let longest = kiosk
        .state
        .troubles()
        .map(|trouble| trouble.what.chars().count());
    assert_eq!(longest.max(), Some(TROUBLE_CHARS_MAX));
    assert_eq!(page(&kiosk).troubles.len(), crate::view::TROUBLES_SHOWN);
}

#[test]
fn what_is_tried_elsewhere_does_nothing() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::SelfTest);
    kiosk.touch(Touch::AskAgain);
    kiosk.touch(Touch::Record);
    assert_eq!(kiosk.wished(), []);
}

#[test]
fn a_recording_of_a_visit_to_the_page_is_replayed_to_the_same_state() {
    let state = Kiosk::ready().state;
    let mut recorder = Recorder::new(state.clone());
    let mut played = state;
    for touch in [
        Touch::Maintenance,
        Touch::PinWrong,
        Touch::PinRight,
        Touch::Record,
    ] {
        let event = Event::Touch(touch);
        recorder.note(&event);
        played.on(event);
    }
    let mut text = Vec::new();
    recorder.recording().write(&mut text).expect("memory");
    let again = crate::recorder::Recording::read(&text[..]).expect("what was written");
    assert_eq!(again.replay().0, played);
}
