//! One zone and its displays: who speaks, who takes over, and what is remembered over a start of the server.

use jiff::civil::time;

use super::super::settings::VoiceSettings;
use super::*;
use crate::model::{Label, Language, Localized, ServiceId, WindowId, ZoneId};

mod properties;

/// The hall's clock when the room was made.
const OPENING: i64 = 1_000_000;

fn speech() -> Arc<Speech> {
    let settings = VoiceSettings {
        languages: vec![Language::ZhCn, Language::En],
        ..VoiceSettings::default()
    };
    Arc::new(Speech::new(settings).unwrap())
}

/// A room, its clocks, and what came of everything so far.
struct Scene {
    room: Room,
    uptime: Duration,
    /// Who was told to say which announcement, in order.
    told: Vec<(DisplayNumber, u64)>,
    /// What all were told of: the number, its calls, and up to where all is settled when it is over.
    shown: Vec<(u64, Vec<u64>, u64)>,
    over: Vec<u64>,
    skipped: Vec<u64>,
    lost: Vec<u64>,
}

impl Scene {
    fn new() -> Self {
        Self {
            room: Room::new(speech()),
            uptime: Duration::ZERO,
            told: Vec::new(),
            shown: Vec::new(),
            over: Vec::new(),
            skipped: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// A hall that is at this sequence, with these calls, and one display that can speak and remembers nothing.
    fn with_a_speaker() -> Self {
        let mut scene = Self::new();
        scene.board(0, Vec::new());
        scene.comes(1);
        scene.can_speak(1);
        scene
    }

    fn at(&self) -> Moment {
        Moment(OPENING).after(self.uptime)
    }

    fn line(&self, seq: u64, ticket: u64) -> CallLine {
        CallLine {
            seq,
            ticket: TicketId(ticket),
            label: Label::new("A", u32::try_from(ticket).unwrap(), 3),
            window: WindowId::new("w1").unwrap(),
            number: 1,
            zone: ZoneId::new("east").unwrap(),
            service: ServiceId::new("cards").unwrap(),
            mark: Localized::default(),
            language: Language::ZhCn,
            at: self.at(),
            recalls: 0,
            state: CallState::Calling,
        }
    }

    fn on(&mut self, input: Input) {
        let now = Now {
            uptime: self.uptime,
            local: time(10, 0, 0, 0),
        };
        for output in self.room.on(now, input) {
            match output {
                Output::Announce { to, speaker, told } => {
                    let number = told.announcement.number;
                    let hears = |display| match to {
                        To::All => true,
                        To::One(one) => one == display,
                    };
                    self.told
                        .extend(speaker.filter(|one| hears(*one)).map(|one| (one, number)));
                    if to == To::All {
                        let calls = told.announcement.calls.iter().map(|call| call.seq);
                        self.shown.push((number, calls.collect(), told.settled));
                    }
                }
                Output::Over { number, .. } => self.over.push(number),
                Output::Skipped(skipped) => self.skipped.push(skipped.call.seq),
                Output::EndingLost { number, .. } => self.lost.push(number),
            }
        }
    }

    fn board(&mut self, seq: u64, calls: Vec<CallLine>) {
        let at = self.at();
        self.on(Input::Board { seq, calls, at });
    }

    fn change(&mut self, change: Change) {
        let (at, changes) = (self.at(), Arc::from([change]));
        self.on(Input::Changes { changes, at });
    }

    fn is(&mut self, seq: u64, state: CallState) {
        let line = self.line(seq, seq);
        self.change(Change::Call(CallLine { state, ..line }));
    }

    fn called(&mut self, seq: u64) {
        self.change(Change::Call(self.line(seq, seq)));
    }

    fn comes(&mut self, display: DisplayNumber) {
        self.on(Input::Enters(display));
    }

    fn can_speak(&mut self, display: DisplayNumber) {
        self.remembers(display, None);
    }

    fn remembers(&mut self, display: DisplayNumber, said: Option<Said>) {
        self.on(Input::Voice {
            display,
            able: true,
            said,
        });
    }

    /// It says an announcement that lasts 10 s.
    fn begins(&mut self, display: DisplayNumber, number: u64) {
        let length = Duration::from_secs(10);
        self.on(Input::Lasts {
            display,
            number,
            length,
        });
    }

    fn has_said(&mut self, display: DisplayNumber, number: u64) {
        self.on(Input::Said { display, number });
    }

    fn after(&mut self, span: Duration) {
        self.uptime += span;
        self.on(Input::Tick);
    }

    /// The rest between two announcements.
    fn rests(&mut self) {
        self.after(Duration::from_millis(400));
    }
}

#[test]
fn one_display_says_a_call_and_all_show_it() {
    let mut scene = Scene::with_a_speaker();
    scene.comes(2);
    scene.can_speak(2);
    scene.called(1);
    assert_eq!(scene.told, [(1, 1)]);
    assert_eq!(scene.shown, [(1, vec![1], 1)]);
    scene.has_said(2, 1);
    assert!(scene.over.is_empty(), "only the speaker knows");
    scene.has_said(1, 1);
    assert_eq!(scene.over, [1]);
    scene.called(2);
    scene.rests();
    assert_eq!(scene.told, [(1, 1), (1, 2)], "the speaker stays the same");
}

#[test]
fn a_display_that_comes_in_the_middle_shows_what_is_being_said() {
    let mut scene = Scene::with_a_speaker();
    scene.called(1);
    let now = Now {
        uptime: scene.uptime,
        local: time(10, 0, 0, 0),
    };
    let outputs = scene.room.on(now, Input::Enters(2));
    let is_told = |output: &Output| match output {
        Output::Announce { to, speaker, .. } => *to == To::One(2) && *speaker == Some(1),
        _ => false,
    };
    assert!(outputs.iter().any(is_told), "{outputs:?}");
}

#[test]
fn when_the_speaker_is_gone_before_it_began_another_says_it_at_once() {
    let mut scene = Scene::with_a_speaker();
    scene.comes(2);
    scene.can_speak(2);
    scene.called(1);
    scene.on(Input::Leaves(1));
    assert_eq!(scene.told, [(1, 1), (2, 1)]);
    scene.has_said(1, 1);
    assert!(scene.over.is_empty(), "the dead one is not believed");
    scene.has_said(2, 1);
    assert_eq!(scene.over, [1]);
}

/// A call of 10 s that display 1 has begun to say while display 2 is there, and then display 1 is gone.
fn gone_in_the_middle() -> Scene {
    let mut scene = Scene::with_a_speaker();
    scene.comes(2);
    scene.can_speak(2);
    scene.called(1);
    scene.begins(1, 1);
    scene.after(Duration::from_secs(4));
    scene.on(Input::Leaves(1));
    scene
}

#[test]
fn when_the_speaker_is_gone_in_the_middle_another_begins_anew_after_its_end() {
    let mut scene = gone_in_the_middle();
    scene.after(Duration::from_secs(7));
    assert_eq!(scene.told, [(1, 1)], "it may go on speaking");
    scene.after(Duration::from_secs(1));
    assert_eq!(scene.told, [(1, 1), (2, 1)]);
    scene.begins(2, 1);
    scene.after(Duration::from_secs(9));
    assert!(scene.lost.is_empty(), "the second one has the whole time");
    scene.has_said(2, 1);
    assert_eq!((scene.over.as_slice(), scene.lost.len()), (&[1][..], 0));
}

#[test]
fn a_speaker_that_lost_only_its_cable_ends_what_it_began() {
    let mut scene = gone_in_the_middle();
    scene.after(Duration::from_secs(2));
    scene.comes(3);
    scene.can_speak(3);
    scene.has_said(3, 1);
    assert_eq!(
        (scene.over.as_slice(), scene.told.as_slice()),
        (&[1][..], &[(1, 1)][..])
    );

    let mut scene = gone_in_the_middle();
    scene.after(Duration::from_secs(7));
    scene.comes(3);
    let said = Said {
        settled: 1,
        beyond: BTreeSet::new(),
    };
    scene.remembers(3, Some(said));
    assert_eq!(scene.over, [1], "it remembers to have said it");
}

#[test]
fn what_nobody_is_left_to_say_anew_is_over() {
    let mut scene = Scene::with_a_speaker();
    scene.called(1);
    scene.begins(1, 1);
    scene.on(Input::Leaves(1));
    scene.after(Duration::from_secs(12));
    assert_eq!((scene.over.as_slice(), scene.lost.len()), (&[1][..], 0));
}

#[test]
fn a_speaker_that_never_tells_the_end_gives_way_to_another() {
    let mut scene = Scene::with_a_speaker();
    scene.comes(2);
    scene.can_speak(2);
    scene.called(1);
    scene.called(2);
    scene.after(Duration::from_secs(120));
    assert_eq!(
        (scene.lost.as_slice(), scene.over.as_slice()),
        (&[1][..], &[1][..])
    );
    assert_eq!(scene.room.speaker(), Some(2));
    scene.called(3);
    scene.rests();
    assert_eq!(scene.told.last(), Some(&(2, 2)));
}

#[test]
fn where_nobody_can_speak_calls_are_shown_one_after_the_other() {
    let mut scene = Scene::new();
    scene.board(0, Vec::new());
    scene.comes(1);
    scene.on(Input::Voice {
        display: 1,
        able: false,
        said: None,
    });
    scene.called(1);
    scene.called(2);
    assert_eq!(scene.shown, [(1, vec![1], 1)]);
    assert_eq!(scene.room.poll_timeout(), Some(SHOWN_SILENTLY));
    scene.after(SHOWN_SILENTLY);
    scene.rests();
    assert_eq!(scene.over, [1]);
    assert_eq!(scene.shown.len(), 2);
    assert!(scene.told.is_empty());
    // Somebody who can comes: what is only shown is said.
    scene.comes(2);
    scene.can_speak(2);
    assert_eq!(scene.told, [(2, 2)]);
    scene.after(SHOWN_SILENTLY);
    assert_eq!(scene.over, [1], "it is over when it is said");
    scene.has_said(2, 2);
    assert_eq!(scene.over, [1, 2]);
}

#[test]
fn a_display_that_loses_its_loudspeaker_gives_way() {
    let mut scene = Scene::with_a_speaker();
    scene.comes(2);
    scene.can_speak(2);
    scene.on(Input::Voice {
        display: 1,
        able: false,
        said: None,
    });
    scene.called(1);
    assert_eq!(scene.told, [(2, 1)]);
}

#[test]
fn what_was_called_before_the_server_was_there_is_not_said_and_what_was_called_since_is() {
    let mut scene = Scene::new();
    scene.board(40, vec![scene.line(38, 38)]);
    scene.called(41);
    assert!(scene.shown.is_empty(), "nobody is there to say it");
    scene.comes(1);
    scene.can_speak(1);
    assert_eq!(scene.shown, [(1, vec![41], 41)]);
    assert_eq!(scene.skipped, [38], "nobody knows whether it was said");
}

#[test]
fn what_a_display_remembers_to_be_said_is_not_said_again_after_a_start_of_the_server() {
    let mut scene = Scene::new();
    let calls = (37..=40).rev().map(|seq| scene.line(seq, seq)).collect();
    scene.board(40, calls);
    scene.comes(1);
    let said = Said {
        settled: 37,
        beyond: BTreeSet::from([39]),
    };
    scene.remembers(1, Some(said));
    assert_eq!(scene.shown, [(1, vec![38], 39)]);
    scene.has_said(1, 1);
    scene.rests();
    assert_eq!(scene.shown.last(), Some(&(2, vec![40], 40)));
}

#[test]
fn what_a_display_remembers_of_another_hall_counts_for_nothing() {
    let mut scene = Scene::new();
    scene.board(5, vec![scene.line(5, 5)]);
    scene.comes(1);
    let said = Said {
        settled: 900,
        beyond: BTreeSet::new(),
    };
    scene.remembers(1, Some(said));
    scene.called(6);
    assert_eq!(scene.shown, [(1, vec![6], 6)]);
}

#[test]
fn a_call_that_was_taken_back_or_served_is_not_said() {
    let mut scene = Scene::with_a_speaker();
    for seq in 1..=3 {
        scene.called(seq);
    }
    scene.change(Change::CallWithdrawn {
        ticket: TicketId(2),
    });
    scene.is(3, CallState::Serving);
    scene.has_said(1, 1);
    scene.rests();
    assert_eq!((scene.shown.len(), scene.skipped), (1, vec![2, 3]));
}

#[test]
fn recalls_go_first_and_what_waits_is_not_settled_by_them() {
    let mut scene = Scene::with_a_speaker();
    for seq in 1..=2 {
        scene.called(seq);
    }
    let again = CallLine {
        recalls: 1,
        ..scene.line(3, 1)
    };
    scene.change(Change::Call(again));
    scene.has_said(1, 1);
    scene.rests();
    assert_eq!(scene.shown.last(), Some(&(2, vec![3], 1)), "2 still waits");
    let mut said = Said::default();
    said.and([3], 1);
    assert!(said.has(3) && !said.has(2));
    said.and([2], 3);
    assert_eq!(said.beyond, BTreeSet::new());
}

#[test]
fn whatever_a_display_says_of_its_length_no_zone_falls_silent() {
    let mut scene = Scene::with_a_speaker();
    scene.called(1);
    scene.on(Input::Lasts {
        display: 1,
        number: 1,
        length: Duration::MAX,
    });
    scene.on(Input::Leaves(1));
    scene.comes(2);
    scene.can_speak(2);
    scene.after(Duration::from_secs(120));
    assert_eq!(scene.told, [(1, 1), (2, 1)]);
}

#[test]
fn a_sound_that_begins_late_has_its_whole_length() {
    let mut scene = Scene::with_a_speaker();
    scene.called(1);
    scene.after(Duration::from_secs(3));
    scene.begins(1, 1);
    scene.after(Duration::from_secs(11));
    assert!(scene.lost.is_empty());
    scene.has_said(1, 1);
    assert_eq!(scene.over, [1]);
}

#[test]
fn calls_wait_for_a_display_as_long_as_they_are_fresh() {
    let mut scene = Scene::with_a_speaker();
    scene.on(Input::Leaves(1));
    scene.called(1);
    scene.after(Duration::from_secs(40));
    scene.called(2);
    scene.after(Duration::from_secs(30));
    assert!(scene.shown.is_empty());
    assert_eq!(scene.room.poll_timeout(), None);
    scene.comes(2);
    scene.can_speak(2);
    assert_eq!(scene.shown, [(1, vec![2], 2)]);
    assert_eq!(scene.skipped, [1], "it is too old");
}

#[test]
fn a_call_that_came_to_its_end_while_nobody_was_there_is_told_of_once() {
    let mut scene = Scene::with_a_speaker();
    scene.on(Input::Leaves(1));
    for seq in 1..=4 {
        scene.called(seq);
    }
    scene.is(1, CallState::Serving);
    assert_eq!(
        scene.skipped,
        [1],
        "the board may forget it before somebody comes"
    );
    scene.change(Change::CallWithdrawn {
        ticket: TicketId(2),
    });
    scene.change(Change::Call(scene.line(5, 3)));
    assert_eq!(scene.skipped, [1, 2, 3]);
    scene.is(1, CallState::Over);
    scene.comes(2);
    scene.can_speak(2);
    scene.is(4, CallState::Over);
    assert_eq!(scene.skipped, [1, 2, 3]);
    assert_eq!(scene.shown, [(1, vec![4], 4)]);
}

#[test]
fn calls_that_newer_ones_push_off_the_board_while_nobody_is_there_are_told_of() {
    let mut scene = Scene::with_a_speaker();
    scene.on(Input::Leaves(1));
    for seq in 1..=CALLS_MAX as u64 + 2 {
        scene.called(seq);
    }
    assert_eq!(scene.skipped, [1, 2]);
}

#[test]
fn what_is_served_already_when_the_server_starts_is_told_of_unless_a_display_remembers_it() {
    for (settled, skipped) in [(4, vec![5]), (5, vec![])] {
        let mut scene = Scene::new();
        let served = CallLine {
            state: CallState::Serving,
            ..scene.line(5, 5)
        };
        scene.board(6, vec![served]);
        scene.comes(1);
        let said = Said {
            settled,
            beyond: BTreeSet::new(),
        };
        scene.remembers(1, Some(said));
        assert_eq!((scene.skipped, scene.shown.len()), (skipped, 0));
    }
}

#[test]
fn what_is_over_before_a_display_could_tell_whether_it_was_said_is_told_of() {
    let mut scene = Scene::new();
    scene.board(6, vec![scene.line(5, 5)]);
    scene.is(5, CallState::Serving);
    scene.is(5, CallState::Over);
    assert_eq!(scene.skipped, [5]);
    scene.comes(1);
    scene.can_speak(1);
    assert_eq!(scene.skipped, [5]);
}
