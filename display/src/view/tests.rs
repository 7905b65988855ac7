//! What a wall says about what the board holds.

use std::sync::Arc;

use nowserving_shared::link::{Again, LinkEvent};
use nowserving_shared::model::{Catalogue, Label, ZoneId};
use nowserving_shared::protocol::convert::layout_view;

use super::*;
use crate::made_up::Scene;
use crate::sample;
use crate::state::{Event, Options, State};

fn view(state: &State) -> View {
    View::of(state)
}

fn board(view: &View) -> &BoardView {
    match &view.body {
        Body::Board(board) => board,
        Body::Message { title, .. } => panic!("{title:?}"),
    }
}

#[test]
fn the_newest_awaited_call_is_the_large_one_and_is_not_in_the_list() {
    let view = view(&sample::normal(Language::ZhCn));
    let board = board(&view);
    let now = board.now.as_ref().unwrap();
    assert_eq!(
        (now.label.as_str(), now.number.as_str(), now.behind),
        ("A017", "3", "号窗口")
    );
    assert_eq!(now.second, "Please go to Window 3");
    assert_eq!(
        board.now_heading,
        Pair {
            first: "正在叫号".to_owned(),
            second: "Now calling".to_owned()
        }
    );
    assert!(now.lit);
    assert!(board.calls.iter().all(|call| call.label != "A017"));
    assert_eq!(board.calls[0].label, "F203");
}

#[test]
fn a_class_mark_is_a_word_in_both_languages() {
    let view = view(&sample::normal(Language::En));
    let marked = board(&view)
        .calls
        .iter()
        .find(|call| !call.mark.first.is_empty())
        .unwrap();
    assert_eq!(
        marked.mark,
        Pair {
            first: "Military".to_owned(),
            second: "军人".to_owned()
        }
    );
}

#[test]
fn a_paused_window_says_why_and_when_it_comes_back_on_the_halls_clock() {
    let view = view(&sample::pause(Language::ZhCn));
    let board = board(&view);
    assert_eq!(
        board.notices[0].first,
        "4号窗口 暂停服务 · 系统故障 · 预计 10:15 恢复"
    );
    assert_eq!(
        board.notices[0].second, "Window 4 Paused · expected back at 10:15",
        "what a clerk wrote is in one language, and stands there once"
    );
    let paused = board
        .windows
        .iter()
        .find(|window| window.number == "4")
        .unwrap();
    assert_eq!(
        (paused.kind, paused.word.as_str()),
        (WindowKind::Paused, "暂停服务")
    );
}

#[test]
fn clock_and_date_are_the_halls_own() {
    let view = view(&sample::normal(Language::ZhCn));
    assert_eq!(view.clock, "09:41");
    assert_eq!(
        view.date,
        Pair {
            first: "2026年3月2日 星期一".to_owned(),
            second: "Mon 2 Mar 2026".to_owned()
        }
    );
}

#[test]
fn an_old_picture_says_how_old_and_keeps_the_board() {
    let view = view(&sample::stale(Language::ZhCn));
    let stale = view.stale.as_ref().unwrap();
    assert_eq!(
        stale.age,
        Pair {
            first: "画面已 23 秒未更新".to_owned(),
            second: "Not updated for 23 s".to_owned()
        }
    );
    assert_eq!(board(&view).now.as_ref().unwrap().label, "A017");
}

#[test]
fn an_age_stays_readable_however_long() {
    let say = |seconds| texts::stale(Language::ZhCn, Duration::from_secs(seconds));
    assert_eq!(say(119), "画面已 119 秒未更新");
    assert_eq!(say(600), "画面已 10 分钟未更新");
    assert_eq!(say(10_800), "画面已 3 小时未更新");
}

#[test]
fn services_say_why_no_number_is_to_be_had() {
    let view = view(&sample::normal(Language::ZhCn));
    let notes: Vec<_> = board(&view)
        .services
        .iter()
        .map(|service| service.note.as_str())
        .collect();
    assert!(notes.contains(&"今日号已取完"), "{notes:?}");
    assert!(notes.contains(&"13:30 开始取号"), "{notes:?}");
    assert!(notes.contains(&"暂无窗口开放"), "{notes:?}");
}

#[test]
fn a_time_without_a_day_is_one_of_today() {
    let now = jiff::civil::date(2026, 3, 6).at(17, 40, 0, 0);
    for (at, chinese, english) in [
        (now.date().at(18, 30, 0, 0), "18:30", "at 18:30"),
        (
            jiff::civil::date(2026, 3, 9).at(8, 30, 0, 0),
            "星期一 08:30",
            "Mon 08:30",
        ),
        (
            jiff::civil::date(2026, 3, 12).at(8, 30, 0, 0),
            "星期四 08:30",
            "Thu 08:30",
        ),
        (
            jiff::civil::date(2026, 3, 13).at(8, 30, 0, 0),
            "3月13日 08:30",
            "13 Mar 08:30",
        ),
    ] {
        assert_eq!(texts::when(Language::ZhCn, now, at), chinese);
        assert_eq!(texts::when(Language::En, now, at), english);
    }
}

#[test]
fn a_service_that_opens_on_monday_says_so_on_friday_evening() {
    let mut board = sample::board();
    board.services[0].availability = Availability::Closed {
        opens_at: Some(Moment(sample::MORNING + 4 * 24 * 60 * sample::MINUTE)),
    };
    let view = view(&sample::showing(Language::En, None, board));
    assert_eq!(self::board(&view).services[0].note, "Opens Fri 09:41");
}

#[test]
fn a_hall_that_calls_nobody_asks_to_wait() {
    let view = view(&sample::empty(Language::En));
    let board = board(&view);
    assert_eq!(board.now, None);
    assert_eq!(
        board.now_heading.first,
        "Please take a seat and wait for your number"
    );
    assert!(board.calls.is_empty());
}

#[test]
fn zones_are_named_only_where_the_display_shows_several() {
    let whole = view(&sample::normal(Language::ZhCn));
    assert_eq!(board(&whole).now.as_ref().unwrap().place.first, "东区");
    assert_eq!(whole.zone, Pair::default());
    let east = view(&sample::of_zone(Language::ZhCn, "east"));
    assert_eq!(board(&east).now.as_ref().unwrap().place, Pair::default());
    assert_eq!(east.zone.first, "东区");
}

#[test]
fn before_the_first_picture_the_screen_says_what_it_waits_for_and_what_to_check() {
    let options = Options {
        language: Language::ZhCn,
        zone: Some(ZoneId::new("east").unwrap()),
        server: "http://10.0.0.5:8080".to_owned(),
    };
    let mut state = State::new(options);
    let Body::Message {
        title,
        advice,
        alarm: false,
    } = View::of(&state).body
    else {
        panic!()
    };
    assert_eq!(title.first, "正在连接服务器…");
    assert!(advice.first.contains("http://10.0.0.5:8080") && advice.second.contains("cable"));
    let refused = LinkEvent::Refused {
        code: "unauthorized".to_owned(),
        detail: "令牌无效。".to_owned(),
        again: Again::Slowly,
    };
    state.on(Duration::ZERO, Event::Link(refused));
    let Body::Message {
        advice,
        alarm: true,
        ..
    } = View::of(&state).body
    else {
        panic!()
    };
    assert_eq!(advice.first, "令牌无效。");
}

#[test]
fn a_board_whose_references_lead_nowhere_is_shown_all_the_same() {
    let mut state = sample::normal(Language::ZhCn);
    let mut broken = state.board().unwrap().clone();
    broken.zones.clear();
    broken.services.clear();
    broken.windows.clear();
    let news = LinkEvent::Board {
        board: Arc::new(broken),
        epoch: "e1".into(),
        seq: 2,
        at: state.hall_time().unwrap(),
    };
    state.on(state.uptime(), Event::Link(news));
    let view = view(&state);
    assert_eq!(board(&view).now.as_ref().unwrap().service, Pair::default());
}

#[test]
fn the_flash_has_a_dark_half_in_which_nothing_else_changes() {
    let lit = view(&sample::normal(Language::ZhCn));
    let dark = view(&sample::dark_half(Language::ZhCn));
    let mut now = board(&dark).now.clone().unwrap();
    assert!(!now.lit);
    now.lit = true;
    assert_eq!(Some(now), board(&lit).now);
}

#[test]
fn every_window_says_in_a_word_what_it_does() {
    let view = view(&sample::many(Language::En));
    let board = board(&view);
    let says = |number: &str| {
        let window = board
            .windows
            .iter()
            .find(|window| window.number == number)
            .unwrap();
        (window.kind, window.word.as_str(), window.label.as_str())
    };
    assert_eq!(board.windows.len(), 16);
    assert_eq!(says("1"), (WindowKind::Serving, "Serving", "C001"));
    assert_eq!(says("12"), (WindowKind::Calling, "Calling", "F203"));
    assert_eq!(says("7"), (WindowKind::Closed, "Closed", ""));
    assert_eq!(says("9"), (WindowKind::Free, "Free", ""));
    assert_eq!(says("15"), (WindowKind::Paused, "Paused", ""));
}

/// What a display of the small made-up hall shows of this layout, so long after its start.
fn laid(layout: &str, strip_of: Option<u32>, after: Duration) -> View {
    let catalogue = Catalogue::small_example();
    let text = format!("[[layout]]\nid = \"wall\"\nname = \"屏\"\n{layout}");
    let layouts = Catalogue::parse_layouts(&text, Language::ZhCn).unwrap();
    let layout = layouts.iter().next().unwrap();
    let scene = Scene {
        catalogue: &catalogue,
        zone: None,
        windows: Some(8),
        layout: Some(layout_view(
            layout,
            Language::ZhCn,
            &catalogue.hall.languages,
        )),
        strip_of,
        language: Language::ZhCn,
        waiting: 62,
        mask: layout.waiting_mask().unwrap_or_default(),
    };
    let mut state = scene.state();
    let at = state.hall_time().unwrap().after(after);
    state.on(after, Event::Link(LinkEvent::Alive { at }));
    View::of(&state)
}

const CALLS: &str = "panel = [{ show = \"calls\", share = 100 }]";
const STRIP: &str = "panel = [{ show = \"strip\", share = 100 }]";

#[test]
fn languages_in_turn_change_the_headings_but_a_call_is_in_both_at_any_time() {
    let layout = format!("second = \"alternate\"\n{CALLS}");
    let first = laid(&layout, None, Duration::ZERO);
    let next = laid(&layout, None, PAGE_STAYS);
    let (first, next) = (board(&first), board(&next));
    let heading = |text: &str| Pair {
        first: text.to_owned(),
        second: String::new(),
    };
    assert_eq!(first.calls_heading, heading("最近叫号"));
    assert_eq!(next.calls_heading, heading("Last calls"));
    assert_eq!(
        first.now,
        next.now.clone().map(|now| Call { lit: true, ..now })
    );
    let now = first.now.as_ref().unwrap();
    assert_eq!(
        (now.behind, now.second.as_str()),
        ("号窗口", "Please go to Window 2")
    );
}

#[test]
fn a_layout_has_its_theme_its_line_in_both_languages_and_the_window_that_calls_in_sight() {
    let line = "line = { \"zh-CN\" = \"欢迎\", en = \"Welcome\" }";
    let view = laid(
        &format!("theme = \"light\"\n{line}\n{CALLS}"),
        None,
        Duration::ZERO,
    );
    assert_eq!(view.theme, Theme::Light);
    let shown = board(&view).laid.as_ref().unwrap();
    assert_eq!(shown.line, "欢迎　◆　Welcome");
    assert_eq!(shown.turn_to, Some(1), "window 2 calls");
    assert_eq!(shown.strip, None);
}

#[test]
fn a_strip_says_why_its_window_is_paused_and_one_that_is_not_there_is_closed() {
    let view = laid(STRIP, Some(6), Duration::ZERO);
    let strip = board(&view).laid.as_ref().unwrap().strip.as_ref().unwrap();
    assert_eq!(
        (strip.number.as_str(), strip.kind),
        ("6", WindowKind::Paused)
    );
    assert_eq!(strip.word.second, "Paused");
    assert_eq!(strip.note.first, "系统维护 · 预计 10:15 恢复");
    let view = laid(STRIP, Some(99), Duration::ZERO);
    let strip = board(&view).laid.as_ref().unwrap().strip.as_ref().unwrap();
    assert_eq!((strip.kind, strip.lit), (WindowKind::Closed, false));
}

/// What a wall shows of who waits, when the server sends this of it.
fn queue_of(waiting: Option<WaitingList>) -> Queue {
    let board = Board {
        waiting,
        ..Board::default()
    };
    let state = State::new(Options {
        language: Language::ZhCn,
        zone: None,
        server: String::new(),
    });
    queue(board.waiting.as_ref(), &Voice::of(&state))
}

fn list(count: usize, more: u32) -> WaitingList {
    let number = |at: usize| WaitingNumber {
        label: Label::from_text(&format!("A{at:03}")),
    };
    WaitingList {
        numbers: (1..=count).map(number).collect(),
        more,
    }
}

#[test]
fn given_people_who_wait_the_wall_shows_their_numbers_as_they_came_and_how_many_more_there_are() {
    let queue = queue_of(Some(list(2, 23)));
    let cells: Vec<(&str, bool)> = queue
        .cells
        .iter()
        .map(|cell| (cell.text.as_str(), cell.is_more))
        .collect();
    assert_eq!(cells, [("A001", false), ("A002", false), ("+23", true)]);
    assert_eq!(queue.calm, Pair::default());
    assert_eq!(queue.heading.first, "等候中的号码 · 25");
    assert_eq!(queue.heading.second, "Numbers waiting");
    let first: Vec<usize> = (0..queue.cells.len())
        .filter(|at| queue.cells[*at].is_first)
        .collect();
    assert_eq!(first, [0]);
}

#[test]
fn given_nobody_who_waits_the_wall_says_so_and_given_a_server_of_another_version_that_it_does_not_know()
 {
    let nobody = queue_of(Some(list(0, 0)));
    assert_eq!(
        (nobody.cells.len(), nobody.calm.first.as_str()),
        (0, "目前无人等候")
    );
    let unknown = queue_of(None);
    assert!(unknown.cells.is_empty());
    assert_ne!(unknown.calm, nobody.calm);
    assert!(!unknown.calm.second.is_empty());
}

#[test]
fn given_a_server_that_sends_more_numbers_than_a_wall_shows_the_rest_is_counted() {
    let queue = queue_of(Some(list(WAITING_MAX + 7, u32::MAX)));
    assert_eq!(queue.cells.len(), WAITING_MAX + 1);
    let last = queue.cells.last().unwrap();
    assert_eq!((last.text.as_str(), last.is_more), ("+4294967295", true));
}

#[test]
fn a_layout_with_a_mask_shows_masked_numbers_and_one_without_the_panel_none() {
    let masked = "panel = [{ show = \"calls\", share = 50 }, { show = \"waiting\", share = 50, mask = \"tail\" }]";
    let view = laid(masked, None, Duration::ZERO);
    let queue = board(&view).laid.as_ref().unwrap().queue.as_ref().unwrap();
    assert_eq!(
        (queue.cells.len(), queue.cells[60].text.as_str()),
        (61, "+2")
    );
    assert!(
        queue.cells[..60]
            .iter()
            .all(|cell| cell.text.ends_with("**"))
    );
    let view = laid(CALLS, None, Duration::ZERO);
    assert_eq!(board(&view).laid.as_ref().unwrap().queue, None);
}
