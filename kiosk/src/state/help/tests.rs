//! Somebody at the kiosk needs help: what is called, when, and what the page says of it.

use nowserving_shared::model::{DeviceId, Moment};

use super::*;
use crate::state::tests::Kiosk;
use crate::state::{Event, Key, LINK_GRACE, Mode, Options, Page, Touch};
use crate::view::View;

const SECOND: Duration = Duration::from_secs(1);

fn device(id: &str) -> DeviceId {
    DeviceId::new(id).expect("a slug")
}

fn line(id: &str) -> HelpLine {
    HelpLine {
        device: device(id),
        name: "取号机".to_owned(),
        zone: None,
        since: Moment(0),
    }
}

impl Kiosk {
    fn helps(&mut self, catalogue_version: u32, devices: &[&str]) {
        let helps = devices.iter().map(|id| line(id)).collect();
        self.on(Event::Helps {
            catalogue_version,
            helps,
        });
    }

    fn help_line(&self) -> (String, bool) {
        let view = View::of(&self.state);
        (view.help, view.help_is_news)
    }

    fn called(&mut self) -> bool {
        let wished = self.wished();
        let calls = wished.iter().filter(|wish| **wish == Effect::CallHelp);
        calls.count() == 1
    }

    /// A kiosk whose call staff see.
    fn with_a_call() -> Self {
        let mut kiosk = Self::before_the_number();
        kiosk.helps(1, &[]);
        kiosk.touch(Touch::CallHelp);
        assert!(kiosk.called());
        kiosk.on(Event::HelpCalled { failed: None });
        kiosk.helps(1, &["kiosk-1"]);
        kiosk
    }
}

#[test]
fn one_touch_calls_and_the_page_says_so_until_somebody_comes() {
    let mut kiosk = Kiosk::before_the_number();
    let page = kiosk.state.page().clone();
    let before = kiosk.help_line();
    assert!(!before.1);
    kiosk.touch(Touch::CallHelp);
    assert!(kiosk.called());
    assert_eq!(kiosk.help_line(), ("正在呼叫工作人员…".to_owned(), true));
    kiosk.on(Event::HelpCalled { failed: None });
    let called = ("已呼叫工作人员，请稍候".to_owned(), true);
    assert_eq!(kiosk.help_line(), called);
    kiosk.helps(1, &["display-1", "kiosk-1"]);
    assert_eq!(kiosk.help_line(), called);
    kiosk.helps(1, &["display-1"]);
    assert_eq!(kiosk.help_line(), ("工作人员正在过来".to_owned(), true));
    kiosk.after(HELP_COMING_SHOWN - SECOND);
    assert!(kiosk.help_line().1);
    kiosk.after(SECOND);
    assert_eq!(kiosk.help_line(), before);
    assert_eq!(*kiosk.state.page(), page, "the visit goes on");
}

#[test]
fn one_call_stands_however_often_the_button_is_touched() {
    let mut kiosk = Kiosk::with_a_call();
    for _ in 0..3 {
        kiosk.touch(Touch::CallHelp);
    }
    kiosk.helps(1, &[]);
    kiosk.touch(Touch::CallHelp);
    assert!(!kiosk.called());
    kiosk.after(HELP_COMING_SHOWN);
    kiosk.touch(Touch::CallHelp);
    assert!(kiosk.called(), "and a new one can be made after that");
}

#[test]
fn a_call_that_fails_or_is_not_answered_sends_to_the_information_desk() {
    let sent = "呼叫没有成功，请到咨询台，或拨打 ";
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::CallHelp);
    let why = "no answer".to_owned();
    kiosk.on(Event::HelpCalled { failed: Some(why) });
    assert!(
        kiosk.help_line().0.starts_with(sent),
        "{:?}",
        kiosk.help_line()
    );
    kiosk.touch(Touch::CallHelp);
    kiosk.after(HELP_PATIENCE);
    assert!(kiosk.help_line().0.starts_with(sent));
    kiosk.on(Event::HelpCalled { failed: None });
    assert_eq!(
        kiosk.state.help(),
        Help::Taken {
            since: kiosk.uptime()
        }
    );
}

#[test]
fn without_the_server_nobody_is_called_and_the_page_says_where_to_go() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::LinkLost);
    kiosk.after(LINK_GRACE);
    kiosk.wished();
    kiosk.touch(Touch::CallHelp);
    assert!(!kiosk.called());
    let (said, news) = kiosk.help_line();
    assert!(news && said.contains("请到咨询台"), "{said}");
    assert!(
        said.contains("information desk"),
        "in each language: {said}"
    );
    kiosk.after(HELP_FAILED_SHOWN);
    assert_eq!(kiosk.state.help(), Help::Rest);
}

#[test]
fn a_call_is_the_kiosks_and_not_the_visits() {
    let mut kiosk = Kiosk::with_a_call();
    kiosk.touch(Touch::Home);
    assert_eq!(*kiosk.state.page(), Page::Welcome);
    let (said, news) = kiosk.help_line();
    assert!(news && said.starts_with("已呼叫工作人员"), "{said}");
    let mut anew = Kiosk::ready();
    anew.helps(1, &["kiosk-1"]);
    assert!(anew.help_line().1, "it stands after a restart as well");
}

#[test]
fn a_new_configuration_forgets_a_call_without_promising_anybody() {
    let mut kiosk = Kiosk::with_a_call();
    kiosk.helps(2, &[]);
    assert_eq!(kiosk.state.help(), Help::Rest);
}

#[test]
fn a_call_that_was_answered_between_two_boards_is_answered() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.helps(1, &[]);
    kiosk.touch(Touch::CallHelp);
    kiosk.on(Event::HelpCalled { failed: None });
    kiosk.helps(1, &[]);
    assert!(matches!(kiosk.state.help(), Help::Taken { .. }));
    kiosk.after(HELP_SEEN_WITHIN);
    assert!(matches!(kiosk.state.help(), Help::Coming { .. }));
}

#[test]
fn the_key_for_help_calls_staff_and_says_so_and_what_the_keys_do() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.on(Event::Voice(true));
    kiosk.touch(Touch::Mode(Mode::Speech));
    kiosk.wished();
    kiosk.touch(Touch::Key(Key::Help));
    let wished = kiosk.wished();
    let [Effect::CallHelp, Effect::Say { words, .. }] = &wished[..] else {
        panic!("a call and a word: {wished:?}")
    };
    assert!(words[0].text.starts_with("正在呼叫工作人员…"), "{words:?}");
    assert!(words[0].text.contains("确认键"), "{words:?}");
    kiosk.on(Event::HelpCalled { failed: None });
    let wished = kiosk.wished();
    let [Effect::Say { words, .. }] = &wished[..] else {
        panic!("a word: {wished:?}")
    };
    assert!(words[0].text.starts_with("已呼叫工作人员"), "{words:?}");
}

#[test]
fn options_of_an_older_recording_name_no_device() {
    let options = r#"{"nonce":"n0","phone_url":null,"has_printer":true}"#;
    let options: Options = serde_json::from_str(options).expect("an older one");
    assert_eq!(options.device, None);
}
