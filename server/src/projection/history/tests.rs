//! Rows of histories that a real hall has made.

use std::sync::Arc;

use nowserving_shared::domain::{
    By, Command, Event, Hall, HoldReason, Origin, Outcome, Position, Recorded, TicketRef,
    TransferTarget,
};
use nowserving_shared::model::ids::SLUG_CHARS_MAX;
use nowserving_shared::model::{
    Catalogue, ClassId, Language, Moment, ServiceId, StaffId, TicketId, WindowId,
};
use nowserving_shared::protocol::http::{EndedWire, OutcomeWire};
use proptest::prelude::*;

use super::*;
use crate::record::{CommandKey, Entry};

/// 2026-11-23T01:00:00Z, nine in the morning in the hall.
const MORNING: Moment = Moment(1_795_395_600_000);
const WINDOWS: [(&str, &str); 4] = [("w1", "wang"), ("w2", "li"), ("w3", "zhang"), ("w4", "liu")];
const SERVICES: [&str; 4] = ["household", "passport", "tax", "utilities"];

fn service(id: &str) -> ServiceId {
    ServiceId::new(id).expect("tests name services that exist")
}

pub(crate) fn window(id: &str) -> WindowId {
    WindowId::new(id).expect("tests name windows that exist")
}

pub(crate) fn staff(id: &str) -> By {
    By::Staff(StaffId::new(id).expect("tests name staff that exist"))
}

/// A real hall whose history is written down.
pub(crate) struct Story {
    pub(crate) hall: Hall,
    pub(crate) now: Moment,
    pub(crate) entries: Vec<Entry>,
}

impl Story {
    /// The small example hall at nine in the morning, all windows open.
    pub(crate) fn begin() -> Self {
        Self::with(
            &Catalogue::small_example()
                .source()
                .replace("quota = 500", ""),
        )
    }

    pub(crate) fn with(configuration: &str) -> Self {
        let catalogue = Catalogue::parse(configuration).unwrap_or_else(|faults| panic!("{faults}"));
        let mut story = Self {
            hall: Hall::default(),
            now: MORNING,
            entries: Vec::new(),
        };
        let load = Command::LoadConfiguration {
            catalogue: Arc::new(catalogue),
        };
        assert!(story.does(&load, &By::System));
        story.sign_on();
        story
    }

    fn sign_on(&mut self) {
        for (at, by) in WINDOWS {
            self.does(&Command::SignOn { window: window(at) }, &staff(by));
        }
    }

    pub(crate) fn later(&mut self, millis: i64) -> &mut Self {
        self.now = Moment(self.now.0 + millis);
        self
    }

    /// Carries a command out if the rules allow it. Every command carries a key of its own.
    pub(crate) fn does(&mut self, command: &Command, by: &By) -> bool {
        for event in self.hall.due(self.now) {
            self.record(&By::System, event, None);
        }
        let Ok(events) = self.hall.decide(command, by, self.now) else {
            return false;
        };
        let mut key = Some(CommandKey {
            key: format!("key-{}", self.hall.seq() + 1),
            fingerprint: format!("{:064x}", self.hall.seq() + 1),
            events: u32::try_from(events.len()).expect("few"),
        });
        for event in events {
            self.record(by, event, key.take());
        }
        true
    }

    fn record(&mut self, by: &By, event: Event, key: Option<CommandKey>) {
        self.hall.apply(&event, self.now);
        let recorded = Recorded {
            seq: self.hall.seq(),
            at: self.now,
            by: by.clone(),
            event,
        };
        self.entries.push(Entry { recorded, key });
    }

    pub(crate) fn takes(&mut self, of: &str) -> TicketId {
        let issue = Command::Issue {
            service: service(of),
            class: None,
            language: Language::ZhCn,
            origin: Origin::Reception,
            person: None,
        };
        assert!(self.does(&issue, &staff("desk")));
        self.entries
            .iter()
            .rev()
            .find_map(|entry| ticket_of(&entry.recorded.event))
            .expect("a ticket was issued")
    }

    pub(crate) fn calls(&mut self, at: &str, by: &str) {
        let call = Command::CallNext {
            window: window(at),
            service: None,
        };
        assert!(self.does(&call, &staff(by)));
    }

    pub(crate) fn starts(&mut self, at: &str, by: &str) {
        assert!(self.does(&Command::Start { window: window(at) }, &staff(by)));
    }

    pub(crate) fn finishes(&mut self, at: &str, by: &str) {
        let finish = Command::Finish {
            window: window(at),
            outcome: Outcome::Done,
        };
        assert!(self.does(&finish, &staff(by)));
    }

    /// A ticket that is called and transferred until its row keeps no more of it, among others that only wait.
    pub(crate) fn of_a_ticket_that_moves_on_and_on() -> (TicketId, Self) {
        let mut story = Self::begin();
        story.takes("tax");
        let id = story.takes("household");
        story.takes("tax");
        for round in 0..200 {
            story.calls("w1", "wang");
            let on = if round % 2 == 0 {
                Command::UndoCall {
                    window: window("w1"),
                }
            } else {
                Command::Transfer {
                    ticket: TicketRef::Id(id),
                    window: Some(window("w1")),
                    to: TransferTarget::Window(window("w1")),
                    position: Position::Keep,
                }
            };
            assert!(story.does(&on, &staff("wang")));
        }
        (id, story)
    }

    /// One thing that somebody may try, chosen by four numbers; refused or not.
    pub(crate) fn tries(&mut self, (kind, at, of, number): Try) {
        let (at, of) = (usize::from(at) % 4, usize::from(of) % 4);
        let by = staff(WINDOWS[at].1);
        let window = window(WINDOWS[at].0);
        let position = [Position::First, Position::Last, Position::Keep][of % 3];
        let named = TicketRef::Id(TicketId(u64::from(number) % 64 + 1));
        let own = self.hall.desk(&window).and_then(|desk| desk.ticket);
        let own = own.map_or_else(|| named.clone(), TicketRef::Id);
        self.later(i64::from(number) * 7 - 2_000);
        let command = match kind % 24 {
            0..=4 => {
                let issue = Command::Issue {
                    service: service(SERVICES[of]),
                    class: (number % 5 == 0).then(|| ClassId::new("senior").expect("exists")),
                    language: Language::ZhCn,
                    origin: Origin::Reception,
                    person: None,
                };
                self.does(&issue, &staff("desk"));
                return;
            }
            5..=7 => Command::CallNext {
                window,
                service: None,
            },
            8 => Command::CallNamed {
                window,
                ticket: named,
                reason: "急".into(),
            },
            9 => Command::Recall { window },
            10 | 11 => Command::Start { window },
            12 | 13 => Command::Finish {
                window,
                outcome: [Outcome::Done, Outcome::Pending, Outcome::NotDone][of % 3],
            },
            14 => Command::NoShow { window },
            15 => Command::Hold {
                window,
                reason: HoldReason::CustomerAway,
                note: String::new(),
            },
            16 => Command::ResumeTicket {
                window,
                ticket: named,
            },
            17 => Command::Transfer {
                ticket: own,
                window: Some(window),
                to: match number % 2 {
                    0 => TransferTarget::Window(super::tests::window(WINDOWS[of].0)),
                    _ => TransferTarget::Service(service(SERVICES[of])),
                },
                position,
            },
            18 => Command::UndoCall { window },
            19 => Command::AddService {
                window,
                service: service(SERVICES[of]),
            },
            20 => Command::WalkUp {
                window,
                service: service(SERVICES[of]),
                class: None,
                language: Language::En,
            },
            21 => Command::Cancel {
                ticket: named,
                reason: "走了".into(),
            },
            22 => {
                self.does(
                    &Command::Return {
                        ticket: named,
                        position,
                    },
                    &staff("desk"),
                );
                return;
            }
            _ => {
                if number % 16 == 0 {
                    // The night between two days.
                    self.later(18 * 3_600_000);
                    self.sign_on();
                }
                return;
            }
        };
        self.does(&command, &by);
    }

    /// At least so many events of a hall where people do whatever comes to their minds.
    pub(crate) fn of_chance(events: usize, seed: u64) -> Self {
        let mut story = Self::begin();
        let mut state = seed;
        while story.entries.len() < events {
            // Knuth's multiplier; good enough to vary a test.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let bytes = (state >> 16).to_be_bytes();
            story.tries((
                bytes[2],
                bytes[3],
                bytes[4],
                u16::from_be_bytes([bytes[5], bytes[6]]) % 2048,
            ));
        }
        story
    }

    /// Its beginning.
    pub(crate) fn beginning(&self, events: usize) -> Self {
        Self {
            hall: self.hall.clone(),
            now: self.now,
            entries: self.entries[..events].to_vec(),
        }
    }

    pub(crate) fn history(&self) -> History {
        let mut history = History::default();
        for entry in &self.entries {
            history.fold(&entry.recorded);
        }
        history
    }
}

/// What is tried: kind, window, service, and a number for the rest.
pub(crate) type Try = (u8, u8, u8, u16);

pub(crate) fn anything() -> impl Strategy<Value = Try> {
    (any::<u8>(), any::<u8>(), any::<u8>(), 0..2048_u16)
}

fn row_of(story: &Story, id: TicketId) -> TicketRow {
    story.history().rows[&id].clone()
}

#[test]
fn an_ordinary_visit_has_one_wait_and_one_service() {
    let mut story = Story::begin();
    let id = story.takes("household");
    story.later(90_050).calls("w1", "wang");
    story.later(20_000).starts("w1", "wang");
    story.later(300_049).finishes("w1", "wang");
    let view = row_of(&story, id).view();
    assert_eq!(view.wait_seconds, Some(90.1));
    assert_eq!(view.service_seconds, Some(300.0));
    assert_eq!(view.ended, Some(EndedWire::Finished));
    assert_eq!(view.outcome, Some(OutcomeWire::Done));
    assert_eq!(view.ended_at, view.finished_at);
    assert_eq!(view.calls.len(), 1);
}

#[test]
fn time_on_hold_is_no_time_in_service() {
    let mut story = Story::begin();
    let id = story.takes("household");
    story.calls("w1", "wang");
    story.starts("w1", "wang");
    let hold = Command::Hold {
        window: window("w1"),
        reason: HoldReason::CustomerAway,
        note: String::new(),
    };
    assert!(story.later(60_000).does(&hold, &staff("wang")));
    let resume = Command::ResumeTicket {
        window: window("w1"),
        ticket: TicketRef::Id(id),
    };
    assert!(story.later(900_000).does(&resume, &staff("wang")));
    story.starts("w1", "wang");
    story.later(30_000).finishes("w1", "wang");
    let row = row_of(&story, id);
    assert_eq!(row.view().service_seconds, Some(90.0));
    assert_eq!(row.view().wait_seconds, Some(0.0));
    assert_eq!((row.holds, row.calls.len()), (1, 2));
}

#[test]
fn a_call_taken_back_is_no_end_of_the_wait() {
    let mut story = Story::begin();
    let id = story.takes("household");
    story.later(1_000).calls("w1", "wang");
    let undo = Command::UndoCall {
        window: window("w1"),
    };
    assert!(story.later(1_000).does(&undo, &staff("wang")));
    assert_eq!(row_of(&story, id).view().wait_seconds, None);
    story.later(58_000).calls("w2", "li");
    let row = row_of(&story, id);
    assert_eq!(row.view().wait_seconds, Some(60.0));
    assert_eq!(row.calls.iter().filter(|call| call.undone).count(), 1);
}

#[test]
fn each_further_service_has_a_wait_of_its_own() {
    let mut story = Story::begin();
    let id = story.takes("household");
    story.later(10_000).calls("w1", "wang");
    story.starts("w1", "wang");
    let add = Command::AddService {
        window: window("w1"),
        service: service("tax"),
    };
    assert!(story.does(&add, &staff("wang")));
    story.later(60_000).finishes("w1", "wang");
    story.later(5_000).calls("w3", "zhang");
    let row = row_of(&story, id);
    assert_eq!(row.service(), &service("tax"));
    let waits: Vec<_> = row.steps.iter().map(Step::wait_ms).collect();
    assert_eq!(waits, [Some(10_000), Some(5_000)]);
    assert!(row.end.is_none());
}

#[test]
fn a_row_that_is_called_without_end_stays_small() {
    let (id, story) = Story::of_a_ticket_that_moves_on_and_on();
    let row = row_of(&story, id);
    assert_eq!((row.calls.len(), row.steps.len()), (CALLS_MAX, STEPS_MAX));
    assert_eq!(row.calls_left_out, 200 - 48);
    assert_eq!(row.transfers, 100);
    // Three ids of each call and step, each as long as an id may be.
    let ids = 3 * (CALLS_MAX + STEPS_MAX) * SLUG_CHARS_MAX;
    let bytes = row.to_bytes().expect("it is stored").len() + ids;
    assert!(bytes < 8 * 1024, "{bytes} bytes");
}

#[test]
fn rows_are_small() {
    let history = Story::of_chance(4_000, 1).history();
    let bytes: usize = history
        .rows
        .values()
        .map(|row| row.to_bytes().expect("it is stored").len())
        .sum();
    let mean = bytes / history.rows.len();
    assert!(mean < 256, "{mean} bytes per row");
}

#[test]
fn a_row_is_stored_as_it_was() {
    let mut story = Story::begin();
    let id = story.takes("household");
    story.later(61_000).calls("w1", "wang");
    story.starts("w1", "wang");
    story.later(1_000).finishes("w1", "wang");
    let golden = concat!(
        r"\x01\n2026-11-23\x04A001\x08ordinary\x00\x01\n\x80\xfa\xd5\xde\xc0h\x00\thousehold\x01\thousehold",
        r"\x80\xfa\xd5\xde\xc0h\x01\x02w1\x90\xb3\xdd\xde\xc0h\x01\x02w1\x01\x90\xb3\xdd\xde\xc0h\x00\xe8\x07",
        r"\x01\x02w1\xe0\xc2\xdd\xde\xc0h\x00\x01\x02w1\x04wang\x90\xb3\xdd\xde\xc0h\x00\x00\x00\x00",
        r"\x00\x00\x00\x00\x00\x01\x00\xe0\xc2\xdd\xde\xc0h",
    );
    let row = row_of(&story, id);
    let bytes = row.to_bytes().expect("it is stored");
    assert_eq!(
        bytes.escape_ascii().to_string(),
        golden,
        "when the form of a row changes, ROWS_VERSION has to count up"
    );
    assert_eq!(TicketRow::from_bytes(&bytes).as_ref(), Ok(&row));
    let cut = &bytes[..bytes.len() - 1];
    assert!(TicketRow::from_bytes(cut).is_err());
    let long = [bytes.as_slice(), b"0"].concat();
    assert!(TicketRow::from_bytes(&long).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_agree_with_the_hall_and_folding_again_changes_nothing(steps in prop::collection::vec(anything(), 1..300)) {
        let mut story = Story::begin();
        steps.into_iter().for_each(|step| story.tries(step));
        let mut history = story.history();
        let open: Vec<_> = history.rows.values().filter(|row| row.end.is_none()).collect();
        prop_assert_eq!(open.len(), story.hall.tickets().count());
        for row in open {
            let ticket = story.hall.ticket(row.id).expect("a row without an end is of a live ticket");
            prop_assert_eq!(row.service(), &ticket.service);
            prop_assert_eq!(&row.label, &ticket.label);
            prop_assert_eq!(row.steps.last().map(|step| step.since), Some(ticket.waiting_since));
            let bytes = row.to_bytes().expect("it is stored");
            prop_assert_eq!(TicketRow::from_bytes(&bytes), Ok(row.clone()));
        }
        let once = history.clone();
        story.entries.iter().for_each(|entry| history.fold(&entry.recorded));
        prop_assert!(history == once);
    }
}
