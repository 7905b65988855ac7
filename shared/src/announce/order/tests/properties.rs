//! Whatever happens in whatever order, some things always hold: checked against the plain list of what waits.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// Something that happens.
#[derive(Debug, Clone)]
enum Happens {
    /// So many new calls, fed together backwards: ticket, whether a recall, language, age in seconds.
    Calls(Vec<(u64, bool, usize, u64)>),
    /// Some calls that were made before come again.
    Again(usize, usize),
    /// A ticket is served.
    Over(u64),
    /// What is being said ends.
    Ends,
    /// Time goes on, in milliseconds.
    Passes(u64),
    /// It is this hour.
    Hour(i8),
}

fn anything() -> impl Strategy<Value = Happens> {
    let call = (0..40_u64, any::<bool>(), 0..4_usize, 0..70_u64);
    prop_oneof![
        4 => prop::collection::vec(call, 1..12).prop_map(Happens::Calls),
        2 => (0..400_usize, 1..30_usize).prop_map(|(from, count)| Happens::Again(from, count)),
        2 => (0..40_u64).prop_map(Happens::Over),
        4 => Just(Happens::Ends),
        4 => (0..9_000_u64).prop_map(Happens::Passes),
        1 => (0..24_i8).prop_map(Happens::Hour),
    ]
}

/// The plain list of what waits, and what the rules say of it.
#[derive(Default)]
struct Model {
    made: Vec<Call>,
    waits: BTreeMap<u64, Call>,
    ends: BTreeSet<u64>,
    saying: Option<(u64, Duration)>,
    ended_at: Option<Duration>,
}

impl Model {
    fn comes_to_an_end(&mut self, call: &Call) {
        assert!(self.ends.insert(call.seq), "{} ends twice", call.seq);
        assert_eq!(self.waits.remove(&call.seq).as_ref(), Some(call));
    }

    fn says(&mut self, said: &Announcement, uptime: Duration) {
        assert_eq!(self.saying, None, "two at once");
        if let Some(ended) = self.ended_at {
            assert!(uptime >= ended + said.gap, "no rest between two");
        }
        let many = self.waits.len();
        assert_eq!(said.times, if many > ONCE_ABOVE { 1 } else { 2 });
        assert!(many > MERGE_ABOVE || said.calls.len() == 1);
        assert!((1..=4).contains(&said.calls.len()));
        let recalls: Vec<u64> = self.of_kind(true);
        let kind = !recalls.is_empty();
        let expected = if kind { recalls } else { self.of_kind(false) };
        let seqs: Vec<u64> = said.calls.iter().map(|call| call.seq).collect();
        assert_eq!(seqs, expected[..seqs.len()], "first called, first said");
        for call in &said.calls {
            assert_eq!(call.is_recall(), kind, "recalls first, and by themselves");
            let own = call.language;
            assert!(said.languages.contains(&own) || own.is_chinese());
            self.comes_to_an_end(call);
        }
        self.saying = Some((said.number, uptime));
    }

    fn of_kind(&self, recall: bool) -> Vec<u64> {
        let kind = |call: &&Call| call.is_recall() == recall;
        self.waits
            .values()
            .filter(kind)
            .map(|call| call.seq)
            .collect()
    }
}

struct Play {
    scene: Scene,
    model: Model,
}

impl Play {
    fn new() -> Self {
        let quiet = vec![DaySpan {
            from: time(22, 0, 0, 0),
            to: time(6, 0, 0, 0),
        }];
        Self {
            scene: Scene::new(VoiceSettings {
                quiet,
                ..settings()
            }),
            model: Model::default(),
        }
    }

    fn feed(&mut self, input: Input) {
        let now = Now {
            uptime: self.scene.uptime,
            local: self.scene.local,
        };
        for output in self.scene.zone.on(now, input) {
            match output {
                Output::Say(said) => {
                    assert!((6..22).contains(&now.local.hour()), "a word in quiet hours");
                    self.model.says(&said, now.uptime);
                }
                Output::Skipped(skipped) => self.model.comes_to_an_end(&skipped.call),
                Output::EndingLost { number } => {
                    let (saying, _) = self.model.saying.take().expect("something was said");
                    assert_eq!(number, saying);
                }
            }
        }
        assert_eq!(self.scene.zone.waiting(), self.model.waits.len());
        assert!(self.model.of_kind(true).len() <= WAITING_MAX);
        assert!(self.model.of_kind(false).len() <= WAITING_MAX);
    }

    fn happens(&mut self, what: Happens) {
        match what {
            Happens::Calls(calls) => self.calls(calls),
            Happens::Again(from, count) => {
                let again = self.model.made.iter().skip(from).take(count);
                let calls = again.rev().cloned().collect();
                let now = self.scene.hall();
                self.feed(Input::Calls { calls, now });
            }
            Happens::Over(ticket) => {
                let ticket = TicketId(ticket);
                let made = self.model.made.iter().rev();
                let last = made.into_iter().find(|call| call.ticket == ticket);
                if let Some(seq) = last.map(|call| call.seq) {
                    self.feed(Input::Over { ticket, seq });
                }
            }
            Happens::Ends => {
                if let Some((number, _)) = self.model.saying.take() {
                    self.model.ended_at = Some(self.scene.uptime);
                    self.feed(Input::Ended { number });
                }
            }
            Happens::Passes(milliseconds) => {
                self.scene.uptime += ms(milliseconds);
                self.feed(Input::Tick);
            }
            Happens::Hour(hour) => {
                self.scene.local = time(hour, 0, 0, 0);
                self.feed(Input::Tick);
            }
        }
    }

    fn calls(&mut self, calls: Vec<(u64, bool, usize, u64)>) {
        let now = self.scene.hall();
        let mut fed = Vec::new();
        for (ticket, recall, language, age) in calls {
            let seq = self.model.made.len() as u64 + 1;
            let call = Call {
                ticket: TicketId(ticket),
                recalls: u32::from(recall),
                language: Language::ALL[language],
                at: Moment(now.0 - 1_000 * i64::try_from(age).unwrap()),
                ..self.scene.call(seq)
            };
            self.model.made.push(call.clone());
            self.model.waits.insert(seq, call.clone());
            fed.push(call);
        }
        fed.reverse();
        self.feed(Input::Calls { calls: fed, now });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_happens_each_call_comes_to_one_end_and_one_is_said_at_a_time(
        steps in prop::collection::vec(anything(), 1..120),
    ) {
        let mut play = Play::new();
        for step in steps {
            play.happens(step);
        }
        // However long it takes, nothing waits for ever, and whoever wakes it when it asks needs no other clock.
        while let Some((due, _)) = play.scene.zone.poll_timeout() {
            play.scene.uptime = play.scene.uptime.max(due);
            play.feed(Input::Tick);
        }
        prop_assert_eq!(play.model.ends.len(), play.model.made.len());
    }
}
