//! The display says what it is told to, once, and remembers how far the speaking has come.

use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::voice::{
    AnnouncementView, SaidView, SentenceView, SpokenCallView,
};

use super::*;
use crate::view::View;

fn announcement(number: u64, seq: u64, speak: bool) -> AnnouncementView {
    AnnouncementView {
        epoch: "e1".to_owned(),
        number,
        speak,
        settled: seq,
        calls: vec![SpokenCallView {
            seq,
            ticket: TicketId(seq),
            label: Label::new("A", 17, 3),
            window: 3,
            language: Language::ZhCn,
            recalls: 0,
            at: Moment(0),
        }],
        languages: vec![Language::ZhCn],
        times: 2,
        gap_ms: 400,
        volume: 80,
        sentences: vec![SentenceView {
            language: Language::ZhCn,
            text: "请 A017 号到 3 号窗口".to_owned(),
        }],
        sound: "/sound.wav".to_owned(),
    }
}

fn told(state: &mut State, view: AnnouncementView) -> Vec<Effect> {
    let news = LinkEvent::Announcement(Box::new(view));
    state.on(s(5), Event::Link(news))
}

fn voice(state: &mut State, told: Told) -> Vec<Effect> {
    state.on(s(6), Event::Voice(told))
}

fn hello(able: bool, said: Option<SaidView>) -> Effect {
    Effect::Tell(ClientMessage::Voice { able, said })
}

fn said(number: u64) -> Effect {
    Effect::Tell(ClientMessage::Said { number })
}

/// The server's connection is lost and found.
fn reconnects(state: &mut State) -> Vec<Effect> {
    let why = "cable".to_owned();
    state.on(s(7), Event::Link(LinkEvent::Lost { why }));
    state.on(s(8), Event::Link(LinkEvent::Connected))
}

#[test]
fn the_server_hears_whether_there_is_a_loudspeaker_at_each_connection_and_each_change() {
    let mut state = running();
    assert_eq!(
        reconnects(&mut state),
        [hello(false, None)],
        "not known yet"
    );
    assert_eq!(voice(&mut state, Told::Able(true)), [hello(true, None)]);
    assert_eq!(voice(&mut state, Told::Able(true)), [], "nothing new");
    assert_eq!(voice(&mut state, Told::Able(false)), [hello(false, None)]);
    assert_eq!(reconnects(&mut state), [hello(false, None)]);
}

#[test]
fn what_it_is_told_to_say_is_said_and_its_end_is_told() {
    let mut state = running();
    voice(&mut state, Told::Able(true));
    let effects = told(&mut state, announcement(1, 6, true));
    let [Effect::Say(order)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let expected = convert::announcement(&announcement(1, 6, true));
    assert_eq!(Some(&order.announcement), expected.as_ref());
    let lasts = Told::Lasts {
        number: 1,
        length: s(10),
    };
    let length_ms = 10_000;
    let number = 1;
    assert_eq!(
        voice(&mut state, lasts),
        [Effect::Tell(ClientMessage::Lasts { number, length_ms })]
    );
    assert_eq!(voice(&mut state, Told::Over { number }), [said(1)]);
    let known = SaidView {
        settled: 6,
        beyond: Vec::new(),
    };
    assert_eq!(reconnects(&mut state), [hello(true, Some(known))]);
}

#[test]
fn what_another_display_says_is_shown_and_remembered_as_said() {
    let mut state = running();
    voice(&mut state, Told::Able(true));
    assert_eq!(told(&mut state, announcement(1, 6, false)), []);
    let header = |state: &State| View::of(state).hall.first;
    assert_eq!(header(&state), "请 A017 号到 3 号窗口");
    state.on(s(9), Event::Link(LinkEvent::AnnouncementOver { number: 1 }));
    assert_ne!(header(&state), "请 A017 号到 3 号窗口");
    let known = SaidView {
        settled: 6,
        beyond: Vec::new(),
    };
    assert_eq!(reconnects(&mut state), [hello(true, Some(known))]);
}

#[test]
fn what_was_said_already_is_not_said_again_only_because_the_server_did_not_hear_it() {
    let mut state = running();
    told(&mut state, announcement(1, 6, true));
    voice(&mut state, Told::Over { number: 1 });
    assert_eq!(told(&mut state, announcement(1, 6, true)), [said(1)]);
    let mut another = announcement(1, 7, true);
    another.epoch = "e2".to_owned();
    let effects = told(&mut state, another);
    assert!(
        matches!(effects.as_slice(), [Effect::Say(_)]),
        "{effects:?}"
    );
}

#[test]
fn what_it_is_saying_is_not_begun_anew_after_a_reconnection() {
    let mut state = running();
    told(&mut state, announcement(1, 6, true));
    reconnects(&mut state);
    assert_eq!(told(&mut state, announcement(1, 6, true)), []);
    assert_eq!(voice(&mut state, Told::Over { number: 1 }), [said(1)]);
}

#[test]
fn what_it_is_saying_is_not_said_twice_because_the_server_began_anew() {
    let mut state = running();
    told(&mut state, announcement(3, 6, true));
    let mut anew = announcement(1, 6, true);
    anew.epoch = "e2".to_owned();
    assert_eq!(told(&mut state, anew), []);
    let order = 1;
    assert_eq!(
        voice(&mut state, Told::Over { number: order }),
        [said(1)],
        "by its new name"
    );
}

#[test]
fn what_was_not_heard_is_not_remembered_as_said() {
    let mut state = running();
    voice(&mut state, Told::Able(true));
    told(&mut state, announcement(1, 6, true));
    assert_eq!(voice(&mut state, Told::Able(false)), [hello(false, None)]);
    assert_eq!(voice(&mut state, Told::Over { number: 1 }), []);
    assert_eq!(voice(&mut state, Told::Able(true)), [hello(true, None)]);
    let again = told(&mut state, announcement(1, 6, true));
    assert!(matches!(again.as_slice(), [Effect::Say(_)]), "{again:?}");
}

#[test]
fn in_another_zone_the_same_number_is_another_announcement() {
    let mut state = running();
    told(&mut state, announcement(1, 6, true));
    voice(&mut state, Told::Over { number: 1 });
    let zone = ZoneId::new("west").ok();
    let placed = PlacedView {
        zone,
        ..PlacedView::default()
    };
    state.on(s(7), Event::Link(LinkEvent::Placed(Box::new(placed))));
    assert_eq!(
        reconnects(&mut state),
        [hello(false, None)],
        "nothing is remembered"
    );
    let other = told(&mut state, announcement(1, 9, true));
    assert!(matches!(other.as_slice(), [Effect::Say(_)]), "{other:?}");
}

#[test]
fn words_whose_end_is_never_told_do_not_stand_for_ever() {
    let mut state = running();
    told(&mut state, announcement(1, 6, false));
    state.on(s(5) + CAPTION_MAX, Event::Tick);
    assert_eq!(state.caption(), []);
}

#[test]
fn an_announcement_with_nothing_in_it_is_over_at_once() {
    let mut state = running();
    let mut empty = announcement(1, 6, true);
    empty.calls.clear();
    assert_eq!(told(&mut state, empty), [said(1)]);
}
