//! One zone: who is said next, what is said together, and what is not said at all.

use jiff::civil::time;

use super::super::settings::{
    DaySpan, FRESH_MAX, MERGE_ABOVE, ONCE_ABOVE, SpokenIn, VoiceSettings, VolumeSpan,
};
use super::*;
use crate::model::Label;

mod properties;

/// The hall's clock when the zone was switched on.
const OPENING: i64 = 1_000_000;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn settings() -> VoiceSettings {
    VoiceSettings {
        languages: vec![Language::ZhCn, Language::En],
        ..VoiceSettings::default()
    }
}

/// A zone, its clocks, and what came of everything so far.
struct Scene {
    zone: Announcer,
    uptime: Duration,
    local: civil::Time,
    skipped: Vec<(u64, WhySkipped)>,
    lost: Vec<u64>,
    said: Vec<Announcement>,
}

impl Scene {
    fn new(settings: VoiceSettings) -> Self {
        Self {
            zone: Announcer::new(Arc::new(Speech::new(settings).unwrap())),
            uptime: Duration::ZERO,
            local: time(10, 0, 0, 0),
            skipped: Vec::new(),
            lost: Vec::new(),
            said: Vec::new(),
        }
    }

    fn hall(&self) -> Moment {
        Moment(OPENING).after(self.uptime)
    }

    /// A first call of ticket and sequence `seq` at this moment, to window `seq` modulo 10.
    fn call(&self, seq: u64) -> Call {
        Call {
            seq,
            ticket: TicketId(seq),
            label: Label::new("A", u32::try_from(seq).unwrap(), 3),
            window: u32::try_from(seq % 10).unwrap(),
            language: Language::ZhCn,
            recalls: 0,
            at: self.hall(),
        }
    }

    fn recall(&self, seq: u64, ticket: u64) -> Call {
        Call {
            ticket: TicketId(ticket),
            recalls: 1,
            ..self.call(seq)
        }
    }

    /// Feeds an input and gives back the announcement that begins.
    fn on(&mut self, input: Input) -> Option<Announcement> {
        let now = Now {
            uptime: self.uptime,
            local: self.local,
        };
        let mut begins = None;
        for output in self.zone.on(now, input) {
            match output {
                Output::Say(announcement) => begins = Some(announcement),
                Output::Skipped(skipped) => self.skipped.push((skipped.call.seq, skipped.why)),
                Output::EndingLost { number } => self.lost.push(number),
            }
        }
        self.said.extend(begins.clone());
        begins
    }

    fn hears(&mut self, calls: Vec<Call>) -> Option<Announcement> {
        let now = self.hall();
        self.on(Input::Calls { calls, now })
    }

    fn over(&mut self, ticket: u64, seq: u64) {
        let ticket = TicketId(ticket);
        assert_eq!(self.on(Input::Over { ticket, seq }), None);
    }

    fn after(&mut self, span: Duration) -> Option<Announcement> {
        self.uptime += span;
        self.on(Input::Tick)
    }

    /// Ends what is being said and gives back what begins after the rest.
    fn ends(&mut self) -> Option<Announcement> {
        let number = self.said.last().map_or(0, |said| said.number);
        assert_eq!(self.on(Input::Ended { number }), None, "there is a rest");
        self.after(ms(400))
    }
}

fn seqs(announcement: &Option<Announcement>) -> Vec<u64> {
    announcement
        .iter()
        .flat_map(|said| said.calls.iter().map(|call| call.seq))
        .collect()
}

#[test]
fn a_call_is_said_at_once_and_twice() {
    let mut scene = Scene::new(settings());
    let said = scene.hears(vec![scene.call(1)]).unwrap();
    assert_eq!((said.number, said.times, said.volume), (1, 2, 80));
    assert_eq!(said.gap, ms(400));
    assert_eq!(said.languages, [Language::ZhCn]);
    assert_eq!(scene.ends(), None);
}

#[test]
fn the_next_call_waits_for_the_end_and_the_rest() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    assert_eq!(scene.hears(vec![scene.call(2)]), None);
    assert_eq!(scene.after(ms(4_000)), None);
    assert_eq!(scene.on(Input::Ended { number: 1 }), None);
    assert_eq!(scene.zone.poll_timeout(), Some((ms(4_400), Why::Next)));
    assert_eq!(scene.after(ms(399)), None);
    let next = scene.after(ms(1));
    assert_eq!(seqs(&next), [2]);
}

#[test]
fn calls_that_come_together_are_said_in_the_order_in_which_they_were_called() {
    let mut scene = Scene::new(settings());
    let first = scene.hears(vec![scene.call(3), scene.call(1), scene.call(2)]);
    assert_eq!(seqs(&first), [1]);
    assert_eq!(seqs(&scene.ends()), [2]);
    assert_eq!(seqs(&scene.ends()), [3]);
}

#[test]
fn a_recall_goes_before_first_calls() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    scene.hears(vec![scene.call(2), scene.call(3)]);
    scene.hears(vec![scene.recall(4, 1)]);
    assert_eq!(seqs(&scene.ends()), [4]);
    assert_eq!(seqs(&scene.ends()), [2]);
}

#[test]
fn a_call_that_is_over_when_its_turn_comes_is_skipped() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1), scene.call(2), scene.call(3)]);
    scene.over(2, 2);
    assert_eq!(scene.skipped, [(2, WhySkipped::Over)]);
    assert_eq!(seqs(&scene.ends()), [3]);
}

#[test]
fn a_call_that_was_over_before_it_was_heard_is_skipped_once() {
    let mut scene = Scene::new(settings());
    scene.over(5, 5);
    assert_eq!(scene.hears(vec![scene.call(5)]), None);
    assert_eq!(scene.hears(vec![scene.call(5)]), None);
    assert_eq!(scene.skipped, [(5, WhySkipped::Over)]);
}

#[test]
fn an_old_end_does_not_silence_a_later_call_of_the_same_ticket() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    scene.hears(vec![scene.recall(3, 2)]);
    scene.over(2, 2);
    assert_eq!(seqs(&scene.ends()), [3]);
}

#[test]
fn a_ticket_that_is_called_again_while_it_waits_is_said_once_for_the_later_call() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1), scene.call(2)]);
    scene.hears(vec![scene.recall(3, 2)]);
    assert_eq!(scene.skipped, [(2, WhySkipped::CalledAgain { seq: 3 })]);
    assert_eq!(seqs(&scene.ends()), [3]);
    assert_eq!(scene.ends(), None);
}

#[test]
fn a_call_that_waited_too_long_is_skipped() {
    let mut scene = Scene::new(settings());
    let mut old = scene.call(1);
    old.at = Moment(OPENING - 60_001);
    assert_eq!(scene.hears(vec![old]), None);
    scene.hears(vec![scene.call(2), scene.call(3)]);
    let number = scene.said.last().map_or(0, |said| said.number);
    let length = FRESH_MAX * 2;
    scene.on(Input::Lasts { number, length });
    assert_eq!(scene.after(FRESH_MAX), None);
    assert_eq!(scene.skipped, [(1, WhySkipped::TooOld)]);
    scene.after(ms(1));
    assert_eq!(
        scene.skipped,
        [(1, WhySkipped::TooOld), (3, WhySkipped::TooOld)]
    );
}

#[test]
fn while_many_wait_they_share_a_sentence_that_is_said_once() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    scene.hears((2..=8).map(|seq| scene.call(seq)).collect());
    let merged = scene.ends();
    assert_eq!(seqs(&merged), [2, 3, 4, 5]);
    assert_eq!(merged.unwrap().times, 1);
    let rest = scene.ends();
    assert_eq!(seqs(&rest), [6], "three wait: each for itself again");
    assert_eq!(rest.unwrap().times, 2);
}

#[test]
fn calls_in_unlike_languages_or_of_unlike_kinds_never_share_a_sentence() {
    let mut scene = Scene::new(settings());
    let english = |call: Call| Call {
        language: Language::En,
        ..call
    };
    scene.hears(vec![scene.call(1)]);
    scene.hears(vec![
        scene.call(2),
        english(scene.call(3)),
        english(scene.call(4)),
        scene.call(5),
        scene.recall(6, 100),
        scene.recall(7, 101),
    ]);
    assert_eq!(seqs(&scene.ends()), [6, 7]);
    assert_eq!(seqs(&scene.ends()), [2]);
    let both = scene.ends();
    assert_eq!(seqs(&both), [3], "three wait");
    assert_eq!(both.unwrap().languages, [Language::ZhCn, Language::En]);
}

#[test]
fn the_languages_follow_the_setting() {
    for (spoken_in, languages) in [
        (SpokenIn::First, &[Language::ZhCn][..]),
        (SpokenIn::Tickets, &[Language::ZhCn, Language::De]),
        (SpokenIn::All, &[Language::ZhCn, Language::En]),
    ] {
        let mut scene = Scene::new(VoiceSettings {
            spoken_in,
            ..settings()
        });
        let mut german = scene.call(1);
        german.language = Language::De;
        assert_eq!(scene.hears(vec![german]).unwrap().languages, languages);
    }
}

#[test]
fn in_quiet_hours_nothing_is_said_and_nothing_is_made_up_for() {
    let mut scene = Scene::new(VoiceSettings {
        quiet: vec![DaySpan {
            from: time(22, 0, 0, 0),
            to: time(7, 0, 0, 0),
        }],
        ..settings()
    });
    scene.local = time(21, 59, 59, 0);
    assert!(scene.hears(vec![scene.call(1), scene.call(2)]).is_some());
    scene.local = time(22, 0, 0, 0);
    assert_eq!(scene.after(ms(10)), None);
    assert_eq!(scene.hears(vec![scene.call(3)]), None);
    assert_eq!(
        scene.skipped,
        [(2, WhySkipped::Quiet), (3, WhySkipped::Quiet)]
    );
    scene.local = time(7, 0, 0, 0);
    assert_eq!(scene.ends(), None);
    let morning = scene.hears(vec![scene.call(2), scene.call(4)]);
    assert_eq!(seqs(&morning), [4]);
}

#[test]
fn the_volume_is_that_of_the_moment_and_none_at_all_is_quiet() {
    let at = |hour, percent| VolumeSpan {
        span: DaySpan {
            from: time(hour, 0, 0, 0),
            to: time(hour + 1, 0, 0, 0),
        },
        percent,
    };
    let mut scene = Scene::new(VoiceSettings {
        volumes: vec![at(12, 30), at(13, 0)],
        ..settings()
    });
    scene.local = time(12, 30, 0, 0);
    assert_eq!(scene.hears(vec![scene.call(1)]).unwrap().volume, 30);
    scene.local = time(13, 0, 0, 0);
    assert_eq!(scene.hears(vec![scene.call(2)]), None);
    assert_eq!(scene.skipped, [(2, WhySkipped::Quiet)]);
}

#[test]
fn an_end_that_is_never_told_does_not_silence_the_hall() {
    let mut scene = Scene::new(settings());
    let said = scene.hears(vec![scene.call(1)]).unwrap();
    let (due, why) = scene.zone.poll_timeout().unwrap();
    assert_eq!(
        (due, why),
        (said.length_max() + ENDING_GRACE, Why::EndingLost)
    );
    scene.uptime = due - ms(1);
    assert_eq!(scene.hears(vec![scene.call(2)]), None);
    let next = scene.after(ms(1));
    assert_eq!((seqs(&next), &scene.lost[..]), (vec![2], &[1][..]));
}

#[test]
fn a_known_length_makes_a_lost_end_noticed_sooner() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    scene.uptime = ms(500);
    let length = ms(5_000);
    scene.on(Input::Lasts { number: 9, length });
    let guessed = scene.zone.poll_timeout();
    assert!(guessed.is_some_and(|(due, _)| due > ms(20_000)));
    scene.on(Input::Lasts { number: 1, length });
    let due = scene.uptime + length + ENDING_GRACE;
    assert_eq!(scene.zone.poll_timeout(), Some((due, Why::EndingLost)));
}

#[test]
fn the_end_of_another_announcement_is_no_news() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    scene.hears(vec![scene.call(2)]);
    for number in [0, 2, 99] {
        assert_eq!(scene.on(Input::Ended { number }), None);
    }
    assert_eq!(scene.after(ms(1_000)), None);
}

#[test]
fn what_was_called_before_there_was_a_voice_is_not_said() {
    let mut scene = Scene::new(settings());
    let at = scene.hall();
    scene.on(Input::Known { seq: 8, at });
    assert_eq!(scene.hears(vec![scene.call(7), scene.call(8)]), None);
    assert_eq!(seqs(&scene.hears(vec![scene.call(9)])), [9]);
    assert_eq!(scene.skipped, []);
}

#[test]
fn when_sequences_count_anew_what_waits_is_still_said_once() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(51), scene.call(52)]);
    scene.on(Input::Restarted);
    // The server tells the same calls under new sequences, and then a new one.
    let same = Call {
        seq: 1,
        ..scene.call(52)
    };
    scene.hears(vec![same]);
    scene.uptime += ms(10);
    scene.hears(vec![scene.call(2)]);
    assert_eq!(seqs(&scene.ends()), [52]);
    assert_eq!(seqs(&scene.ends()), [2]);
    assert_eq!(scene.ends(), None);
}

#[test]
fn no_more_calls_wait_than_are_allowed() {
    let mut scene = Scene::new(settings());
    scene.hears(vec![scene.call(1)]);
    let most = WAITING_MAX as u64;
    scene.hears((2..=most + 3).map(|seq| scene.call(seq)).collect());
    assert_eq!(scene.zone.waiting(), WAITING_MAX);
    assert_eq!(
        scene.skipped,
        [(most + 2, WhySkipped::Full), (most + 3, WhySkipped::Full)]
    );
    scene.hears(vec![scene.recall(most + 4, 500)]);
    assert_eq!(
        seqs(&scene.ends()),
        [most + 4],
        "recalls have their own places"
    );
}

#[test]
fn a_clock_that_steps_back_stands_still() {
    let mut scene = Scene::new(settings());
    scene.uptime = ms(10_000);
    scene.hears(vec![scene.call(1), scene.call(2)]);
    scene.on(Input::Ended { number: 1 });
    scene.uptime = ms(0);
    assert_eq!(scene.on(Input::Tick), None);
    assert_eq!(scene.zone.poll_timeout(), Some((ms(10_400), Why::Next)));
}

#[test]
fn a_line_of_the_board_is_a_call() {
    let scene = Scene::new(settings());
    let call = scene.recall(4, 2);
    let line = crate::board::CallLine {
        seq: 4,
        ticket: TicketId(2),
        label: call.label.clone(),
        window: crate::model::WindowId::new("w4").unwrap(),
        number: 4,
        zone: crate::model::ZoneId::new("east").unwrap(),
        service: crate::model::ServiceId::new("tax").unwrap(),
        mark: crate::model::Localized::default(),
        language: Language::ZhCn,
        at: call.at,
        recalls: 1,
        state: crate::board::CallState::Calling,
    };
    assert_eq!(Call::from(&line), call);
    assert!(call.is_recall());
}
