//! Given calls as they happen and answers as they come, then this is sent, in this order, and this is not.

use std::collections::BTreeMap;

use nowserving_shared::model::{Label, Language, Localized, ServiceId, WindowId, ZoneId};
use proptest::prelude::*;

use super::*;

const NOW: Moment = Moment(1_795_400_400_000);
const START: Duration = Duration::ZERO;
/// Later than any pause.
const LATER: Duration = Duration::from_secs(3600);

fn line(seq: u64, ticket: u64, window: u32, state: CallState) -> CallLine {
    CallLine {
        seq,
        ticket: TicketId(ticket),
        label: Label::new("A", u32::try_from(ticket).expect("small"), 3),
        window: WindowId::new(&format!("w{window}")).expect("a slug"),
        number: window,
        zone: ZoneId::new("east").expect("a slug"),
        service: ServiceId::new("household").expect("a slug"),
        mark: Localized::default(),
        language: Language::ZhCn,
        at: NOW,
        recalls: 0,
        state,
    }
}

fn called(seq: u64, ticket: u64) -> Change {
    Change::Call(line(seq, ticket, 1, CallState::Calling))
}

fn served(seq: u64, ticket: u64) -> Change {
    Change::Call(line(seq, ticket, 1, CallState::Serving))
}

fn undone(ticket: u64) -> Change {
    let ticket = TicketId(ticket);
    Change::CallWithdrawn { ticket }
}

/// A queue to which this happened, the first at sequence 1.
fn after(changes: impl IntoIterator<Item = Change>) -> (Queue, Vec<(HookEvent, Why)>) {
    let mut queue = Queue::default();
    let mut dropped = Vec::new();
    for (seq, change) in (1..).zip(changes) {
        dropped.extend(queue.change(seq, NOW, change));
    }
    (queue, in_short(dropped))
}

fn in_short(dropped: impl IntoIterator<Item = Dropped>) -> Vec<(HookEvent, Why)> {
    let dropped = dropped.into_iter();
    dropped
        .map(|dropped| (dropped.notice.event, dropped.why))
        .collect()
}

/// What is sent when every notice is acknowledged at once, with its sequence.
fn all_sent(queue: &mut Queue) -> Vec<(HookEvent, u64)> {
    let mut sent = Vec::new();
    while let Some((notice, _)) = queue.poll(LATER) {
        sent.push((notice.event, notice.seq));
        assert_eq!(queue.answered(LATER, Answer::Acknowledged, 0.5), None);
    }
    sent
}

#[test]
fn a_call_its_recall_and_its_end_are_sent_in_this_order() {
    let (mut queue, dropped) = after([called(1, 7), called(2, 7)]);
    let first = [(HookEvent::Called, 1), (HookEvent::Recalled, 2)];
    assert_eq!((all_sent(&mut queue), dropped), (first.to_vec(), vec![]));
    assert_eq!(queue.change(3, NOW, served(2, 7)), []);
    assert_eq!(queue.change(4, NOW, undone(7)), []);
    assert_eq!(all_sent(&mut queue), [(HookEvent::Over, 3)]);
    assert!(queue.is_empty() && queue.poll_timeout().is_none());
}

#[test]
fn a_call_that_was_taken_back_is_told_and_then_the_next_one() {
    let mut queue = after([called(1, 7)]).0;
    all_sent(&mut queue);
    queue.change(2, NOW, undone(7));
    queue.change(3, NOW, called(3, 7));
    let sent = [(HookEvent::Undone, 2), (HookEvent::Called, 3)];
    assert_eq!(all_sent(&mut queue), sent);
}

#[test]
fn a_ticket_that_is_called_elsewhere_leaves_the_first_window() {
    let mut queue = after([called(1, 7)]).0;
    all_sent(&mut queue);
    let elsewhere = line(2, 7, 3, CallState::Calling);
    assert_eq!(queue.change(2, NOW, Change::Call(elsewhere)), []);
    let (undone, _) = queue.poll(LATER).expect("the first call ends");
    assert_eq!((undone.event, undone.call.number), (HookEvent::Undone, 1));
    queue.answered(LATER, Answer::Acknowledged, 0.5);
    let (called, _) = queue.poll(LATER).expect("the second begins");
    assert_eq!((called.event, called.call.number), (HookEvent::Called, 3));
}

#[test]
fn nothing_is_sent_of_a_call_that_was_over_before_the_hook_heard_of_it() {
    let (mut queue, dropped) = after([called(1, 7), called(2, 7), called(3, 8), served(2, 7)]);
    let stale = [
        (HookEvent::Called, Why::Stale),
        (HookEvent::Recalled, Why::Stale),
    ];
    assert_eq!(dropped, stale);
    assert_eq!(all_sent(&mut queue), [(HookEvent::Called, 3)]);
}

#[test]
fn somebody_who_was_served_without_a_call_is_not_told_of() {
    let (queue, dropped) = after([served(1, 7), undone(8)]);
    assert!(queue.is_empty() && dropped.is_empty());
}

#[test]
fn a_call_that_ends_while_it_is_sent_is_followed_by_its_end_and_not_sent_again() {
    for (answer, stale) in [(Answer::Acknowledged, 0), (Answer::Failed, 1)] {
        let mut queue = after([called(1, 7)]).0;
        queue.poll(START).expect("it is sent");
        assert_eq!(queue.change(2, NOW, served(1, 7)), []);
        let dropped = in_short(queue.answered(START, answer, 0.5));
        assert_eq!(dropped.len(), stale, "{dropped:?}");
        assert_eq!(all_sent(&mut queue), [(HookEvent::Over, 2)]);
    }
}

#[test]
fn a_call_that_waits_for_its_next_attempt_is_let_go_when_it_is_over() {
    let mut queue = after([called(1, 7)]).0;
    queue.poll(START).expect("it is sent");
    assert_eq!(queue.answered(START, Answer::Failed, 1.0), None);
    assert_eq!(queue.poll(START), None, "not before the pause is over");
    let dropped = in_short(queue.change(2, NOW, served(1, 7)));
    assert_eq!(dropped, [(HookEvent::Called, Why::Stale)]);
    // It may have been heard.
    assert_eq!(all_sent(&mut queue), [(HookEvent::Over, 2)]);
}

#[test]
fn a_hook_that_fails_is_asked_less_and_less_often_and_the_notice_given_up_in_the_end() {
    let mut queue = after([called(1, 7), called(2, 8)]).0;
    let mut now = START;
    let mut pauses = Vec::new();
    let dropped = loop {
        let due = queue.poll_timeout().expect("something waits");
        pauses.push(due.saturating_sub(now));
        now = now.max(due);
        let (notice, attempt) = queue.poll(now).expect("it is due");
        assert_eq!((notice.seq, attempt as usize), (1, pauses.len()));
        if let Some(dropped) = queue.answered(now, Answer::Failed, 1.0) {
            break dropped;
        }
    };
    assert_eq!(in_short([dropped]), [(HookEvent::Called, Why::GivenUp)]);
    assert_eq!(pauses.len(), ATTEMPTS_MAX as usize);
    assert!(
        pauses.is_sorted() && pauses.last() == Some(&PAUSE_MAX),
        "{pauses:?}"
    );
    // The next one does not begin at once either, and one success makes all well.
    assert_eq!(queue.poll_timeout(), Some(now + PAUSE_MAX));
    assert_eq!(all_sent(&mut queue), [(HookEvent::Called, 2)]);
    queue.change(3, NOW, called(3, 9));
    queue.poll(LATER).expect("it is sent");
    queue.answered(LATER, Answer::Failed, 0.0);
    assert_eq!(queue.poll_timeout(), Some(LATER + PAUSE_MIN));
}

#[test]
fn what_is_refused_is_not_sent_again_and_keeps_nothing_waiting() {
    let mut queue = after([called(1, 7), called(2, 8)]).0;
    queue.poll(START).expect("it is sent");
    let refused = queue.answered(START, Answer::Refused, 1.0);
    assert_eq!(in_short(refused), [(HookEvent::Called, Why::Refused)]);
    assert_eq!(queue.poll_timeout(), Some(START));
    assert_eq!(all_sent(&mut queue), [(HookEvent::Called, 2)]);
}

#[test]
fn beyond_the_most_that_wait_the_oldest_call_goes_and_ends_stay() {
    let mut queue = after([called(1, 1)]).0;
    queue.poll(START).expect("it is sent, and hangs");
    queue.change(2, NOW, served(1, 1));
    let all = 2..2 + WAITING_MAX as u64;
    let dropped: Vec<Dropped> = all
        .flat_map(|ticket| queue.change(ticket + 1, NOW, called(ticket + 1, ticket)))
        .collect();
    assert_eq!(dropped.len(), 1);
    assert_eq!(dropped[0].why, Why::QueueFull);
    assert_eq!(dropped[0].notice.call.ticket, TicketId(2));
    // Its end is nothing to somebody who never heard of it.
    assert_eq!(queue.change(900, NOW, undone(2)), []);
    assert_eq!(queue.len(), WAITING_MAX + 1);
    queue.answered(START, Answer::Acknowledged, 0.5);
    let sent = all_sent(&mut queue);
    assert_eq!(sent.first(), Some(&(HookEvent::Over, 2)));
    assert_eq!(sent.len(), WAITING_MAX);
}

#[test]
fn whoever_missed_changes_is_told_what_began_and_ended_meanwhile() {
    let mut queue = after([called(1, 1), called(2, 2), called(3, 3)]).0;
    all_sent(&mut queue);
    let board = vec![
        line(9, 4, 4, CallState::Calling),
        line(8, 2, 1, CallState::Calling),
        line(3, 3, 1, CallState::Serving),
        line(2, 9, 1, CallState::Serving),
    ];
    assert_eq!(queue.board(9, NOW, board.clone()), []);
    let sent = all_sent(&mut queue);
    let told = [
        (HookEvent::Over, 9),
        (HookEvent::Over, 9),
        (HookEvent::Recalled, 9),
        (HookEvent::Called, 9),
    ];
    assert_eq!(sent, told);
    assert_eq!(queue.board(9, NOW, board), []);
    assert!(queue.is_empty(), "the same board says nothing new");
}

/// What can happen to a hook.
#[derive(Debug, Clone)]
enum Happens {
    Calls(u64),
    Ends(u64),
    Undone(u64),
    Polls,
    Answers(Answer),
}

fn anything() -> impl Strategy<Value = Happens> {
    let ticket = 1..6_u64;
    prop_oneof![
        4 => ticket.clone().prop_map(Happens::Calls),
        2 => ticket.clone().prop_map(Happens::Ends),
        1 => ticket.prop_map(Happens::Undone),
        5 => Just(Happens::Polls),
        3 => Just(Happens::Answers(Answer::Acknowledged)),
        1 => Just(Happens::Answers(Answer::Refused)),
        2 => Just(Happens::Answers(Answer::Failed)),
    ]
}

proptest! {
    #[test]
    fn order_is_kept_nothing_comes_twice_and_nothing_stale_is_sent(
        happens in proptest::collection::vec(anything(), 1..200),
        chance in 0.0..1.0,
    ) {
        let mut queue = Queue::default();
        let (mut seq, mut now) = (0, START);
        // Calls that stand, with the sequence of their last call.
        let mut standing: BTreeMap<u64, u64> = BTreeMap::new();
        let mut under_way: Option<Notice> = None;
        let mut last_sent = 0;
        let mut done = Vec::new();
        // Of calls whose beginning was sent, the end must come.
        let mut lit: BTreeMap<TicketId, u64> = BTreeMap::new();
        for what in happens {
            seq += 1;
            let mut dropped = Vec::new();
            match what {
                Happens::Calls(ticket) => {
                    standing.insert(ticket, seq);
                    dropped = queue.change(seq, NOW, called(seq, ticket));
                }
                Happens::Ends(ticket) => {
                    standing.remove(&ticket);
                    dropped = queue.change(seq, NOW, served(seq, ticket));
                }
                Happens::Undone(ticket) => {
                    standing.remove(&ticket);
                    dropped = queue.change(seq, NOW, undone(ticket));
                }
                Happens::Polls => {
                    now += PAUSE_MAX;
                    if let Some((notice, _)) = queue.poll(now) {
                        prop_assert!(under_way.is_none(), "one at a time");
                        prop_assert!(notice.seq >= last_sent, "in order");
                        prop_assert!(!done.contains(&notice), "nothing twice");
                        let ticket = notice.call.ticket;
                        if notice.ends_a_call() {
                            prop_assert!(lit.remove(&ticket).is_some(), "only what was begun ends");
                        } else {
                            prop_assert!(standing.contains_key(&ticket.0), "nothing stale");
                            lit.insert(ticket, notice.seq);
                        }
                        last_sent = notice.seq;
                        under_way = Some(notice);
                    }
                }
                Happens::Answers(answer) => {
                    if let Some(notice) = under_way.take() {
                        let ends = notice.ends_a_call();
                        let ticket = notice.call.ticket;
                        if answer == Answer::Acknowledged {
                            done.push(notice);
                        }
                        let gone = queue.answered(now, answer, chance);
                        if ends && answer == Answer::Failed && gone.is_none() {
                            lit.insert(ticket, last_sent);
                        }
                        done.extend(gone.map(|gone| gone.notice));
                    } else {
                        prop_assert_eq!(queue.answered(now, answer, chance), None);
                    }
                }
            }
            for dropped in dropped {
                prop_assert!(!done.contains(&dropped.notice));
                done.push(dropped.notice);
            }
        }
        // When all is acknowledged in the end, every lamp is lit whose call stands, and no other.
        if under_way.take().is_some() {
            queue.answered(now, Answer::Acknowledged, chance);
        }
        now += PAUSE_MAX;
        while let Some((notice, _)) = queue.poll(now) {
            prop_assert!(!done.contains(&notice));
            if notice.ends_a_call() {
                lit.remove(&notice.call.ticket);
            } else {
                lit.insert(notice.call.ticket, notice.seq);
            }
            queue.answered(now, Answer::Acknowledged, chance);
        }
        for ticket in lit.keys() {
            prop_assert!(standing.contains_key(&ticket.0), "a lamp is left on");
        }
    }
}
