//! Visits by keypad, with modes, and with speech: what a key does, when time runs out, and what is said when.

use nowserving_shared::model::{Language, TicketId};

use super::*;
use crate::state::tests::Kiosk;
use crate::state::tests::hall::{class, group, hall, service};
use crate::state::{
    INACTIVITY, IssueOutcome, SorryWhy, TICKET_SHOWN, Touch, UNPRINTED_SHOWN, WARN_AGAIN,
};

impl Kiosk {
    fn press(&mut self, key: Key) {
        self.touch(Touch::Key(key));
    }

    fn press_all(&mut self, keys: &[Key]) {
        for key in keys {
            self.press(*key);
        }
    }

    fn focus(&self) -> Option<String> {
        View::of(&self.state).focus.map(|control| control.name())
    }

    fn with_a_voice() -> Self {
        let mut kiosk = Self::ready();
        kiosk.on(Event::Voice(true));
        kiosk
    }

    /// What is spoken since the last look: `!` where it interrupts, `silence` where speech is to stop.
    fn spoken(&mut self) -> Vec<String> {
        let spoken = |effect| match effect {
            Effect::Say {
                words, interrupts, ..
            } => {
                let texts = words.into_iter().map(|words| words.text);
                let mark = if interrupts { "!" } else { "" };
                Some(format!("{mark}{}", texts.collect::<Vec<_>>().join(" | ")))
            }
            Effect::Hush => Some("silence".to_owned()),
            Effect::FetchHall
            | Effect::Issue { .. }
            | Effect::Print { .. }
            | Effect::Reprint { .. }
            | Effect::PrintSlip { .. }
            | Effect::CallHelp
            | Effect::FindTicket { .. }
            | Effect::SelfTest { .. }
            | Effect::AskPrinter
            | Effect::Record
            | Effect::Offline(_) => None,
        };
        self.wished().into_iter().filter_map(spoken).collect()
    }
}

const SECOND: Duration = Duration::from_secs(1);

// Modes.

#[test]
fn every_mode_is_one_touch_away_from_every_page_and_ends_with_the_visit() {
    for mode in Mode::ALL {
        let mut kiosk = Kiosk::with_a_voice();
        kiosk.touch(Touch::Modes);
        assert!(View::of(&kiosk.state).panel.is_some());
        kiosk.touch(Touch::Mode(mode));
        kiosk.touch(Touch::ModesClosed);
        assert!(kiosk.state.modes().is_on(mode), "{mode:?}");
        kiosk.touch(Touch::Language(Language::ZhCn));
        kiosk.touch(Touch::Group(group("police")));
        assert!(View::of(&kiosk.state).modes.is_on(mode), "{mode:?}");
        kiosk.touch(Touch::Home);
        assert!(!kiosk.state.modes().any(), "{mode:?}");
    }
}

#[test]
fn a_mode_goes_off_as_it_came_on() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Mode(Mode::HighContrast));
    kiosk.touch(Touch::Mode(Mode::HighContrast));
    assert_eq!(kiosk.state.modes(), Modes::default());
}

#[test]
fn one_page_back_from_the_first_question_keeps_what_was_switched_on() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Mode(Mode::LargeText));
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Back);
    assert_eq!(*kiosk.state.page(), Page::Welcome);
    assert!(kiosk.state.modes().large_text);
}

#[test]
fn modes_that_were_left_on_at_the_beginning_are_asked_about_and_then_forgotten() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Mode(Mode::LargeText));
    kiosk.after(INACTIVITY_ACCESSIBLE - WARN_BEFORE_ACCESSIBLE);
    assert!(View::of(&kiosk.state).warning.is_some());
    kiosk.after(WARN_BEFORE_ACCESSIBLE);
    assert!(!kiosk.state.is_accessible());
}

#[test]
fn a_kiosk_without_a_voice_says_so_and_does_not_pretend_to_speak() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Modes);
    kiosk.touch(Touch::Mode(Mode::Speech));
    let panel = View::of(&kiosk.state).panel.expect("it is open");
    let line = panel.modes.last().expect("four");
    assert!(!line.there && !line.on);
    assert_eq!(line.note, "本机暂时不能朗读");
    assert_eq!(kiosk.spoken(), Vec::<String>::new());
}

#[test]
fn the_panel_closes_when_another_page_comes_by_itself() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    kiosk.touch(Touch::Modes);
    let key = kiosk.key();
    let refused = IssueOutcome::Refused {
        code: "quota-reached".to_owned(),
        detail: "今日号已取完。".to_owned(),
    };
    kiosk.answer(&key, refused);
    assert!(!kiosk.state.panel_is_open());
}

// Time.

#[test]
fn whoever_uses_modes_or_keys_has_more_time_and_can_have_more_again_and_again() {
    let keys = |kiosk: &mut Kiosk| kiosk.press(Key::Next);
    let modes = |kiosk: &mut Kiosk| kiosk.touch(Touch::Mode(Mode::LargeText));
    for begin in [keys as fn(&mut Kiosk), modes] {
        let mut kiosk = Kiosk::before_the_number();
        let page = kiosk.state.page().clone();
        begin(&mut kiosk);
        for _ in 0..12 {
            kiosk.after(INACTIVITY);
            assert_eq!(*kiosk.state.page(), page);
            kiosk.after(INACTIVITY_ACCESSIBLE - INACTIVITY - SECOND);
            let warning = View::of(&kiosk.state).warning.expect("it asks");
            assert_eq!(warning.seconds, 1);
            kiosk.touch(Touch::Stay);
        }
        kiosk.after(INACTIVITY_ACCESSIBLE);
        assert_eq!(*kiosk.state.page(), Page::Welcome);
    }
}

#[test]
fn a_number_that_is_on_no_paper_is_not_taken_away_without_a_question() {
    let mut kiosk = Kiosk::with_a_number();
    let failed = Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Failed,
    };
    kiosk.on(failed);
    kiosk.after(UNPRINTED_SHOWN - WARN_BEFORE);
    assert!(View::of(&kiosk.state).warning.is_some());
    kiosk.touch(Touch::Stay);
    kiosk.after(UNPRINTED_SHOWN - SECOND);
    assert!(matches!(kiosk.state.page(), Page::Ticket(_)));
}

#[test]
fn a_printed_number_stays_longer_at_a_touch_and_in_an_accessible_visit() {
    let printed = Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    };
    let mut kiosk = Kiosk::with_a_number();
    kiosk.on(printed.clone());
    for _ in 0..12 {
        kiosk.after(TICKET_SHOWN - SECOND);
        kiosk.touch(Touch::Stay);
        assert!(matches!(kiosk.state.page(), Page::Ticket(_)));
    }
    let mut kiosk = Kiosk::with_a_number();
    kiosk.on(printed);
    kiosk.touch(Touch::Mode(Mode::LargeText));
    kiosk.after(INACTIVITY_ACCESSIBLE - SECOND);
    assert!(View::of(&kiosk.state).warning.is_some());
}

// Keys.

#[test]
fn the_first_key_press_shows_where_the_keypad_is_and_does_nothing_else() {
    for key in [Key::Next, Key::Previous, Key::Ok] {
        let mut kiosk = Kiosk::ready();
        assert_eq!(kiosk.focus(), None);
        kiosk.press(key);
        assert_eq!(kiosk.focus().as_deref(), Some("invitation:zh-CN"));
        assert_eq!(*kiosk.state.page(), Page::Welcome);
    }
}

#[test]
fn the_focus_goes_round_every_control_of_a_page_and_is_never_lost() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("police")));
    kiosk.press(Key::Next);
    let mut seen = Vec::new();
    for _ in 0..20 {
        let focus = kiosk.focus().expect("never lost");
        if seen.first() == Some(&focus) {
            break;
        }
        seen.push(focus);
        kiosk.press(Key::Next);
    }
    let expected = [
        "choice:id-card",
        "choice:household",
        "choice:passport",
        "choice:firearms",
        "search",
        "back",
        "home",
        "call-help",
        "modes",
        "language:zh-CN",
        "language:en",
    ];
    assert_eq!(seen, expected);
    kiosk.press(Key::Previous);
    assert_eq!(kiosk.focus().as_deref(), Some("language:en"));
}

#[test]
fn a_new_page_puts_the_focus_on_its_first_control() {
    let mut kiosk = Kiosk::ready();
    kiosk.press_all(&[Key::Next, Key::Ok]);
    assert_eq!(*kiosk.state.page(), Page::Groups);
    assert_eq!(kiosk.focus().as_deref(), Some("choice:police"));
    kiosk.press_all(&[Key::Ok, Key::Next, Key::Back]);
    assert_eq!(kiosk.focus().as_deref(), Some("choice:police"));
    kiosk.press_all(&[Key::Previous, Key::Ok]);
    assert_eq!(kiosk.state.language(), Language::En, "the language before");
    assert_eq!(
        kiosk.focus().as_deref(),
        Some("language:en"),
        "the page is the same one"
    );
}

#[test]
fn a_choice_that_goes_away_leaves_the_focus_on_the_first() {
    let mut kiosk = Kiosk::ready();
    kiosk.press_all(&[Key::Nth(0), Key::Nth(0), Key::Next]);
    assert_eq!(kiosk.focus().as_deref(), Some("choice:household"));
    let mut newer = hall();
    newer
        .services
        .retain(|known| known.id != service("household"));
    kiosk.on(Event::Hall(Box::new(newer)));
    assert_eq!(kiosk.focus().as_deref(), Some("choice:id-card"));
}

#[test]
fn a_visit_by_number_keys_alone_takes_a_number() {
    let mut kiosk = Kiosk::ready();
    kiosk.press_all(&[Key::Nth(0), Key::Nth(0), Key::Nth(0), Key::Nth(1)]);
    let confirm = Page::Confirm {
        service: service("id-card"),
        class: class("elderly"),
    };
    assert_eq!(*kiosk.state.page(), confirm);
    kiosk.wished();
    kiosk.press(Key::Ok);
    assert!(matches!(&kiosk.wished()[..], [Effect::Issue { .. }]));
}

#[test]
fn a_number_key_without_a_choice_does_nothing() {
    let mut kiosk = Kiosk::before_the_number();
    let page = kiosk.state.page().clone();
    kiosk.press(Key::Nth(0));
    assert_eq!(*kiosk.state.page(), page);
    let mut kiosk = Kiosk::ready();
    kiosk.press(Key::Nth(8));
    assert_eq!(*kiosk.state.page(), Page::Welcome);
}

#[test]
fn the_panel_opens_and_closes_by_keys_and_gives_the_focus_back() {
    let mut kiosk = Kiosk::ready();
    kiosk.press_all(&[Key::Next, Key::Previous]);
    assert_eq!(kiosk.focus().as_deref(), Some("modes"));
    kiosk.press_all(&[Key::Ok, Key::Next, Key::Ok]);
    assert_eq!(kiosk.focus().as_deref(), Some("mode:high-contrast"));
    assert!(kiosk.state.modes().high_contrast);
    kiosk.press(Key::Back);
    assert_eq!(kiosk.focus().as_deref(), Some("modes"));
    assert_eq!(*kiosk.state.page(), Page::Welcome);
}

#[test]
fn any_key_answers_the_question_and_does_nothing_to_the_page_under_it() {
    for key in [Key::Ok, Key::Back, Key::Nth(0), Key::Next] {
        let mut kiosk = Kiosk::before_the_number();
        let page = kiosk.state.page().clone();
        kiosk.press(Key::Next);
        let focus = kiosk.focus();
        kiosk.after(INACTIVITY_ACCESSIBLE - SECOND);
        assert_eq!(kiosk.focus().as_deref(), Some("stay"));
        kiosk.press(key);
        assert_eq!((kiosk.state.page(), kiosk.focus()), (&page, focus));
        assert_eq!(View::of(&kiosk.state).warning, None);
    }
}

#[test]
fn there_is_no_way_back_by_key_from_a_number_but_its_button_leads_home() {
    let mut kiosk = Kiosk::with_a_number();
    kiosk.press_all(&[Key::Next, Key::Back]);
    assert!(matches!(kiosk.state.page(), Page::Ticket(_)));
    kiosk.press(Key::Ok);
    assert_eq!(*kiosk.state.page(), Page::Welcome);
    assert_eq!(kiosk.focus(), None, "the next visitor begins anew");
}

// Speech.

#[test]
fn nothing_is_spoken_before_somebody_asks_for_it() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press_all(&[Key::Next, Key::Ok, Key::Repeat, Key::Help, Key::Louder]);
    kiosk.after(INACTIVITY_ACCESSIBLE);
    assert_eq!(kiosk.spoken(), Vec::<String>::new());
}

#[test]
fn the_speech_key_begins_with_which_keys_there_are_and_ends_with_a_word() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press(Key::Speech);
    let said = kiosk.spoken().remove(0);
    assert!(said.starts_with("!语音朗读已开启"), "{said}");
    assert!(said.contains("用中文取号，请选择中文"), "{said}");
    assert!(
        said.contains("To go on in English, choose English"),
        "{said}"
    );
    assert!(said.ends_with("第 1 项，共 2 项，中文"), "{said}");
    kiosk.press(Key::HeadsetOut);
    assert_eq!(kiosk.spoken(), ["!语音朗读已关闭。"]);
    kiosk.press(Key::HeadsetIn);
    assert!(kiosk.state.modes().speech);
}

#[test]
fn a_page_is_spoken_when_it_comes_and_a_control_when_it_has_the_focus() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press_all(&[Key::Speech, Key::Ok]);
    kiosk.spoken();
    kiosk.press(Key::Next);
    assert_eq!(
        kiosk.spoken(),
        ["!第 2 项，共 3 项，税务，3 项业务 · 等候 14 人"]
    );
    kiosk.press(Key::Ok);
    let said = kiosk.spoken().remove(0);
    assert!(said.starts_with("!请选择要办理的业务。税务"), "{said}");
    kiosk.press(Key::Repeat);
    assert_eq!(kiosk.spoken(), [said]);
}

#[test]
fn waits_that_change_and_clocks_that_go_are_not_spoken() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press_all(&[Key::Speech, Key::Ok]);
    kiosk.spoken();
    let mut busier = crate::state::tests::hall::lines();
    busier[0].waiting = 99;
    kiosk.on(Event::Waits {
        at: crate::state::tests::hall::MORNING,
        catalogue_version: 1,
        services: busier,
    });
    kiosk.after(SECOND * 60);
    assert_eq!(kiosk.spoken(), Vec::<String>::new());
}

#[test]
fn what_is_done_stops_what_is_said() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press_all(&[Key::Speech, Key::Ok]);
    kiosk.spoken();
    kiosk.touch(Touch::Stay);
    assert_eq!(kiosk.spoken(), ["silence"]);
}

#[test]
fn a_page_never_closes_without_a_spoken_warning_that_comes_twice() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.touch(Touch::Mode(Mode::Speech));
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.spoken();
    kiosk.after(INACTIVITY_ACCESSIBLE - WARN_BEFORE_ACCESSIBLE);
    assert_eq!(
        kiosk.spoken(),
        ["!您还在吗？45 秒后返回首页。按任意键继续。"]
    );
    kiosk.after(SECOND);
    assert_eq!(kiosk.spoken(), Vec::<String>::new(), "not every second");
    kiosk.after(WARN_BEFORE_ACCESSIBLE - SECOND - WARN_AGAIN);
    assert_eq!(
        kiosk.spoken(),
        ["!您还在吗？20 秒后返回首页。按任意键继续。"]
    );
    kiosk.after(WARN_AGAIN);
    assert_eq!(kiosk.spoken(), ["!语音朗读已关闭。"]);
}

#[test]
fn the_number_is_spoken_with_all_that_its_paper_says() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press_all(&[Key::Speech, Key::Ok, Key::Nth(0), Key::Nth(0), Key::Nth(1)]);
    kiosk.press(Key::Ok);
    let key = kiosk.key();
    kiosk.spoken();
    let number = crate::state::tests::hall::issued("id-card", "elderly", Language::ZhCn);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
    let said = kiosk.spoken().remove(0);
    for part in [
        "您的号码，A 0 1 7",
        "居民身份证办理",
        "您前面还有 3 人等候",
        "1–3号窗口",
        "东区等候厅",
        "正在打印号票",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    kiosk.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    });
    assert_eq!(kiosk.spoken(), ["请取走您的号票。"]);
}

#[test]
fn an_error_is_spoken_as_it_is_shown() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.touch(Touch::Mode(Mode::Speech));
    kiosk.on(Event::LinkLost);
    kiosk.after(crate::state::LINK_GRACE);
    let said = kiosk.spoken().join(" ");
    assert!(said.contains("取号系统暂时无法连接"), "{said}");
    assert!(said.contains("cannot be reached"), "{said}");
    kiosk.touch(Touch::Language(Language::En));
    assert!(matches!(
        kiosk.state.page(),
        Page::Sorry {
            why: SorryWhy::ServerAway,
            ..
        }
    ));
    let said = kiosk.spoken().remove(0);
    assert!(
        said.starts_with("!Sorry, there is no number yet. "),
        "{said}"
    );
}

#[test]
fn the_volume_is_a_matter_of_two_keys_and_of_one_visit() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press(Key::Speech);
    kiosk.spoken();
    kiosk.press_all(&[Key::Louder, Key::Softer, Key::Softer]);
    assert_eq!(kiosk.spoken(), ["!音量 70", "!音量 60", "!音量 50"]);
    for _ in 0..20 {
        kiosk.press(Key::Softer);
    }
    assert_eq!(
        kiosk.spoken().last().map(String::as_str),
        Some("!音量 20"),
        "never to nothing"
    );
    kiosk.touch(Touch::Home);
    kiosk.press(Key::Speech);
    kiosk.spoken();
    kiosk.press(Key::Louder);
    assert_eq!(kiosk.spoken(), ["!音量 70"]);
}

#[test]
fn a_voice_that_is_lost_ends_speech() {
    let mut kiosk = Kiosk::with_a_voice();
    kiosk.press(Key::Speech);
    kiosk.on(Event::Voice(false));
    assert!(!kiosk.state.modes().speech);
    kiosk.press(Key::Speech);
    assert!(!kiosk.state.modes().speech);
}
