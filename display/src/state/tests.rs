//! What happens to a display, told as given, when, then.

use nowserving_shared::board::CallLine;
use nowserving_shared::link::Again;
use nowserving_shared::model::{Label, Localized, ServiceId, WindowId};

use super::*;

mod speaking;

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn call(seq: u64, ticket: u64, at: i64) -> CallLine {
    CallLine {
        seq,
        ticket: TicketId(ticket),
        label: Label::new("A", u32::try_from(ticket).unwrap(), 3),
        window: WindowId::new("w3").unwrap(),
        number: 3,
        zone: ZoneId::new("east").unwrap(),
        service: ServiceId::new("household").unwrap(),
        mark: Localized::default(),
        language: Language::ZhCn,
        at: Moment(at),
        recalls: 0,
        state: CallState::Calling,
    }
}

fn board_in(epoch: &str, at: i64, calls: &[CallLine]) -> Event {
    let board = Board {
        catalogue_version: 1,
        calls: calls.to_vec(),
        ..Board::default()
    };
    Event::Link(LinkEvent::Board {
        board: Arc::new(board),
        epoch: epoch.into(),
        seq: 1,
        at: Moment(at),
    })
}

fn board(at: i64, calls: &[CallLine]) -> Event {
    board_in("e1", at, calls)
}

fn hall(catalogue_version: u32) -> Event {
    let json = format!(
        r#"{{"catalogue_version":{catalogue_version},"name":{{"zh-CN":"大厅"}},"time_zone":"Asia/Shanghai","phone":"",
        "languages":["zh-CN","en"],"day":"2026-03-02","opening":{{"is":"open"}},"at":0,"zones":[],"groups":[],
        "classes":[],"services":[],"windows":[],"no_show_rule":{{}}}}"#
    );
    Event::Hall(serde_json::from_str(&json).unwrap())
}

/// A display that shows a hall with one old call, at uptime 1 s and hall time 100 s.
fn running() -> State {
    let options = Options {
        language: Language::ZhCn,
        zone: None,
        server: "http://hall".to_owned(),
    };
    let mut state = State::new(options);
    assert_eq!(state.on(s(0), Event::Tick), vec![Effect::FetchHall]);
    state.on(s(1), hall(1));
    state.on(s(1), Event::Link(LinkEvent::Connected));
    assert_eq!(
        state.on(s(1), board(100_000, &[call(5, 1, 90_000)])),
        vec![]
    );
    state
}

#[test]
fn what_was_called_before_the_display_came_does_not_flash() {
    let state = running();
    assert_eq!(state.highlighted_for(TicketId(1)), None);
}

#[test]
fn a_call_and_each_recall_flash() {
    let mut state = running();
    let old = call(5, 1, 90_000);
    state.on(s(2), board(101_000, &[call(6, 2, 101_000), old.clone()]));
    assert!(state.is_lit(&call(6, 2, 101_000)));
    let recall = CallLine {
        recalls: 1,
        ..call(9, 2, 108_000)
    };
    state.on(s(9), board(108_000, &[recall, old]));
    assert_eq!(state.highlighted_for(TicketId(2)), Some(s(0)));
}

#[test]
fn a_call_that_is_being_served_already_does_not_flash() {
    let mut state = running();
    let served = CallLine {
        state: CallState::Serving,
        ..call(6, 2, 101_000)
    };
    state.on(s(2), board(101_000, &[served]));
    assert_eq!(state.highlighted_for(TicketId(2)), None);
}

#[test]
fn calls_of_the_same_moment_all_flash() {
    let mut state = running();
    let calls: Vec<CallLine> = (0..6).map(|n| call(20 - n, 30 - n, 101_000)).collect();
    state.on(s(2), board(101_000, &calls));
    assert!(calls.iter().all(|call| state.is_lit(call)));
}

#[test]
fn a_call_flashes_once_a_second_for_twelve_seconds_and_stays_lit_until_it_is_served() {
    let mut state = running();
    state.on(s(2), board(101_000, &[call(6, 2, 101_000)]));
    let mut lit = Vec::new();
    for half in 0..30_u32 {
        let at = Moment(101_000);
        let alive = Event::Link(LinkEvent::Alive { at });
        state.on(s(2) + FLASH_HALF * half, alive);
        lit.push(state.is_lit(&call(6, 2, 101_000)));
    }
    let flashes = lit.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(&lit[..4], [true, false, true, false]);
    assert_eq!(flashes, 24, "lit and dark in turn for 12 s, then lit");
    assert!(lit[24..].iter().all(|lit| *lit));
    let served = CallLine {
        state: CallState::Serving,
        ..call(6, 2, 101_000)
    };
    assert!(!state.is_lit(&served));
}

#[test]
fn after_ten_seconds_without_a_word_the_picture_is_stale_and_kept() {
    let mut state = running();
    state.on(
        s(5),
        Event::Link(LinkEvent::Alive {
            at: Moment(104_000),
        }),
    );
    state.on(s(14), Event::Tick);
    assert_eq!(state.stale_for(), None);
    state.on(s(15), Event::Tick);
    assert_eq!(state.stale_for(), Some(s(10)));
    state.on(
        s(28),
        Event::Link(LinkEvent::Lost {
            why: "cable".to_owned(),
        }),
    );
    assert_eq!(state.stale_for(), Some(s(23)));
    assert_eq!(state.board().unwrap().calls.len(), 1);
    assert_eq!(
        state.hall_time(),
        Some(Moment(127_000)),
        "the clock goes on"
    );
    state.on(s(30), Event::Link(LinkEvent::Connected));
    assert_eq!(
        state.stale_for(),
        Some(s(25)),
        "a connection alone is no news"
    );
    state.on(s(30), board(129_000, &[]));
    assert_eq!(state.stale_for(), None);
}

#[test]
fn a_reconnected_display_highlights_what_is_fresh_and_not_what_is_old() {
    let mut state = running();
    let (fresh, old) = (call(8, 3, 290_000), call(7, 2, 120_000));
    state.on(s(200), board(300_000, &[fresh, old]));
    assert_eq!(state.highlighted_for(TicketId(2)), None);
    assert_eq!(state.highlighted_for(TicketId(3)), Some(s(0)));
}

#[test]
fn after_a_new_epoch_the_halls_clock_tells_new_calls_from_old() {
    let mut state = running();
    let known = call(2, 1, 90_000);
    state.on(s(9), board_in("e2", 108_000, std::slice::from_ref(&known)));
    assert_eq!(state.highlighted_for(TicketId(1)), None);
    state.on(s(9), board_in("e2", 108_000, &[call(3, 2, 108_000), known]));
    assert_eq!(state.highlighted_for(TicketId(2)), Some(s(0)));
}

#[test]
fn a_withdrawn_call_stops_flashing() {
    let mut state = running();
    state.on(s(2), board(101_000, &[call(6, 2, 101_000)]));
    state.on(s(3), board(102_000, &[]));
    assert_eq!(state.highlighted_for(TicketId(2)), None);
}

#[test]
fn the_halls_names_are_asked_for_again_after_a_failure_and_after_a_new_configuration() {
    let mut state = running();
    let newer = Board {
        catalogue_version: 2,
        ..Board::default()
    };
    let news = LinkEvent::Board {
        board: Arc::new(newer),
        epoch: "e1".into(),
        seq: 9,
        at: Moment(0),
    };
    assert_eq!(state.on(s(3), Event::Link(news)), vec![Effect::FetchHall]);
    assert_eq!(
        state.on(s(4), Event::HallFailed("no answer".to_owned())),
        vec![]
    );
    assert_eq!(
        state.on(s(4) + HALL_RETRY, Event::Tick),
        vec![Effect::FetchHall]
    );
    assert_eq!(
        state.on(s(11), hall(1)),
        vec![],
        "an answer from before the change is asked again"
    );
    assert_eq!(
        state.on(s(11) + HALL_RETRY, Event::Tick),
        vec![Effect::FetchHall]
    );
    state.on(s(20), hall(2));
    assert_eq!(state.on(s(60), Event::Tick), vec![]);
}

#[test]
fn a_refusal_is_known_until_the_server_answers_again() {
    let mut state = running();
    let news = LinkEvent::Refused {
        code: "unauthorized".to_owned(),
        detail: "why".to_owned(),
        again: Again::Slowly,
    };
    state.on(s(2), Event::Link(news));
    assert!(matches!(state.link_is(), LinkIs::Refused { detail, .. } if detail == "why"));
    state.on(s(3), Event::Link(LinkEvent::Connected));
    assert_eq!(*state.link_is(), LinkIs::Up);
}

fn placed(zone: Option<&str>, layout: Option<&str>) -> Event {
    let panels = |show: &str| {
        let text = format!(
            r#"{{"id":"lobby","theme":"light","second":"none","languages":["en"],"line":null,"logo":false,
                "panels":[{{"show":"{show}","share":100}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    };
    Event::Link(LinkEvent::Placed(Box::new(PlacedView {
        zone: zone.map(|zone| ZoneId::new(zone).unwrap()),
        layout: layout.map(panels),
        window: None,
    })))
}

#[test]
fn the_server_has_the_last_word_on_zone_and_layout_and_a_new_layout_is_checked_once() {
    let mut state = running();
    assert_eq!(
        state.laid(),
        None,
        "the usual board until it is told otherwise"
    );
    assert_eq!(state.on(s(2), placed(Some("east"), Some("calls"))), vec![]);
    assert_eq!(state.zone().map(ZoneId::as_str), Some("east"));
    let checks = |effects: &[Effect]| {
        let check = |effect: &&Effect| matches!(effect, Effect::Check { .. });
        effects.iter().filter(check).count()
    };
    assert_eq!(checks(&state.on(s(3), board(101_000, &[]))), 1);
    state.on(s(4), placed(Some("east"), Some("calls")));
    assert_eq!(
        checks(&state.on(s(5), board(102_000, &[]))),
        0,
        "the same one is known"
    );
    state.on(s(6), placed(None, None));
    assert_eq!((state.zone(), state.laid()), (None, None));
}

#[test]
fn a_layout_that_nobody_could_read_is_told_and_the_usual_board_stands_in_its_place() {
    let mut state = running();
    let effects = state.on(s(2), placed(None, Some("counts")));
    let id = "lobby".to_owned();
    assert_eq!(effects, [Effect::LayoutUnknown { id }]);
    assert_eq!(state.laid(), None);
}

#[test]
fn what_is_called_in_the_new_zone_of_a_display_is_not_taken_for_a_new_call() {
    let mut state = running();
    state.on(s(2), placed(Some("east"), None));
    state.on(s(2), board(101_000, &[call(9, 7, 100_500)]));
    assert_eq!(state.highlighted_for(TicketId(7)), None);
}
