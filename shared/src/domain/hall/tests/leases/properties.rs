//! Whatever a kiosk, the desk, the clock and the administrator do: no label is in use twice, no id is given twice, and
//! every ticket that a kiosk gave out ends in exactly one place.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const SERVICES: [&str; 3] = ["household", "tax", "utilities"];

/// What somebody does next.
#[derive(Debug, Clone)]
enum Step {
    /// The kiosk asks for numbers.
    Lends(u32),
    /// It gives one out without the server, with a clock that is wrong by so many seconds.
    Takes { of: usize, wrong: i64 },
    /// It hands over the last so many of all that it ever gave out.
    HandsOver(usize),
    /// Somebody takes a number at the desk.
    Desk(usize),
    /// A window calls and serves.
    Serves,
    /// Time passes, in minutes.
    Later(i64),
    /// Its leases are revoked.
    Revoked,
    /// The configuration is loaded again.
    Loaded,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..12_u32).prop_map(Step::Lends),
        4 => (0..3_usize, -40_000..40_000_i64).prop_map(|(of, wrong)| Step::Takes { of, wrong }),
        3 => (0..HAND_OVER_MAX).prop_map(Step::HandsOver),
        3 => (0..3_usize).prop_map(Step::Desk),
        2 => Just(Step::Serves),
        2 => (-30..90_i64).prop_map(Step::Later),
        1 => (1_000..1_600_i64).prop_map(Step::Later),
        1 => Just(Step::Revoked),
        1 => Just(Step::Loaded),
    ]
}

/// What a careful person would note down: the kiosk's own book, and where everything went.
#[derive(Default)]
struct Model {
    /// What the kiosk believes that it may give out.
    held: Vec<(TicketId, ServiceId, Moment)>,
    /// All that it ever gave out, in order.
    given: Vec<Taken>,
    /// Ids that came to be, by whom.
    ids: BTreeSet<TicketId>,
    /// How often each ticket that was given out became a ticket or came too late.
    arrived: BTreeMap<TicketId, u32>,
}

impl Model {
    fn note(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Leased { tickets, .. } = event {
                for lent in tickets {
                    assert!(
                        self.ids.insert(lent.ticket),
                        "{} is lent twice",
                        lent.ticket
                    );
                }
            } else if let Event::Issued {
                ticket, taken_at, ..
            } = event
            {
                match taken_at {
                    None => assert!(self.ids.insert(*ticket), "{ticket} is given twice"),
                    Some(_) => *self.arrived.entry(*ticket).or_default() += 1,
                }
            } else if let Event::TakenTooLate { ticket, .. } = event {
                *self.arrived.entry(*ticket).or_default() += 1;
            }
        }
    }

    /// The kiosk contacts the server: hands over everything, then asks for numbers.
    fn contact(&mut self, scene: &mut Scene, wanted: u32) {
        for batch in self.given.clone().chunks(HAND_OVER_MAX) {
            let events = scene.hands_over(batch.to_vec());
            self.note(&events);
        }
        let all = SERVICES.map(|id| (id, wanted));
        let events = scene.must(&lease(&all), &kiosk());
        self.note(&events);
        let own = device("kiosk-1");
        let good = scene.hall.leases().good_for(&own, scene.now);
        self.held = good
            .map(|lease| (lease.ticket, lease.service.clone(), lease.until))
            .collect();
    }

    fn go(&mut self, scene: &mut Scene, step: Step) {
        match step {
            Step::Lends(wanted) => self.contact(scene, wanted),
            Step::Takes { of, wrong } => {
                let wanted = service(SERVICES[of]);
                let found = self.held.iter();
                let found = found
                    .clone()
                    .position(|(_, service, until)| *service == wanted && scene.now < *until);
                if let Some(at) = found {
                    let (ticket, ..) = self.held.remove(at);
                    let said = Moment(scene.now.0 + wrong * 1000);
                    self.given.push(taken(ticket, said));
                }
            }
            Step::HandsOver(last) => {
                let from = self.given.len().saturating_sub(last);
                let events = scene.hands_over(self.given[from..].to_vec());
                self.note(&events);
            }
            Step::Desk(of) => {
                let issue = Command::Issue {
                    service: service(SERVICES[of]),
                    class: None,
                    language: Language::ZhCn,
                    origin: Origin::Reception,
                    person: None,
                };
                if let Ok(events) = scene.does(&issue, &staff("desk")) {
                    self.note(&events);
                }
            }
            Step::Serves => {
                let (at, by) = (window("w1"), staff("wang"));
                // A refusal is an answer too.
                let _ = scene.does(&Command::SignOn { window: at.clone() }, &by);
                let next = Command::CallNext {
                    window: at.clone(),
                    service: None,
                };
                if scene.does(&next, &by).is_ok() {
                    scene.serves("w1", "wang");
                }
            }
            Step::Later(minutes) => {
                scene.later(minutes * 60);
            }
            Step::Revoked => {
                let revoke = Command::RevokeLeases {
                    device: device("kiosk-1"),
                };
                scene.must(&revoke, &staff("admin"));
            }
            Step::Loaded => {
                let text = scene.hall.catalogue().expect("loaded").source().to_string();
                scene.load(&text);
            }
        }
    }

    fn check(&self, scene: &Scene) {
        labels_in_use(&scene.hall);
        super::super::properties::check(&scene.hall);
        for (ticket, times) in &self.arrived {
            assert_eq!(*times, 1, "{ticket} arrived {times} times");
        }
    }

    /// In the end everything is handed over, once more, and is in one place.
    fn end(&mut self, scene: &mut Scene) {
        self.contact(scene, 0);
        self.check(scene);
        for taken in &self.given {
            let id = taken.ticket;
            assert_eq!(self.arrived.get(&id), Some(&1), "{id} is lost");
            assert_eq!(scene.lease_state(id), Some(LeaseState::HandedOver));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_ticket_that_a_kiosk_gave_out_ends_in_one_place(
        carry in any::<bool>(),
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let rule = if carry { "[rules]\nat_day_end = \"carry\"" } else { "[rules]" };
        let mut scene = Scene::with(|text| {
            let text = text.replace("[rules]", rule);
            text.replacen("prefix = \"A\"", "prefix = \"A\"\nlast = 40", 1)
        });
        let mut model = Model::default();
        for step in steps {
            model.go(&mut scene, step);
            model.check(&scene);
        }
        model.end(&mut scene);
    }

    #[test]
    fn those_who_came_earlier_are_never_behind_those_who_came_later(
        comes in prop::collection::vec((any::<bool>(), 0..3_usize), 1..60),
    ) {
        let mut scene = Scene::new();
        let mut model = Model::default();
        model.contact(&mut scene, 10);
        for (at_kiosk, of) in comes {
            scene.later(20);
            let step = if at_kiosk { Step::Takes { of, wrong: 0 } } else { Step::Desk(of) };
            model.go(&mut scene, step);
        }
        model.end(&mut scene);
        let mut waiting: Vec<&Ticket> = scene.hall.tickets().collect();
        waiting.sort_by_key(|ticket| scene.hall.standing(ticket));
        let times: Vec<Moment> = waiting.iter().map(|ticket| ticket.issued_at).collect();
        prop_assert!(times.is_sorted(), "{:?}", times);
    }
}
