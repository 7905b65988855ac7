//! The rules by given, when, then; and by properties against a simple model.

mod clocks;
mod configurations;
mod days;
mod help;
mod leases;
mod life;
mod numbers;
mod persons;
mod properties;
mod rights;

use std::sync::Arc;

use super::super::command::{By, Command, Position, TicketRef, TransferTarget};
use super::super::event::Event;
use super::super::refusal::Refusal;
use super::super::ticket::{HoldReason, Origin, Outcome, Ticket, TicketState};
use super::{Hall, Image};
use crate::model::{
    Catalogue, ClassId, Label, Language, Moment, ServiceId, StaffId, TicketId, WindowId,
};

/// 2026-11-23T01:00:00Z, nine in the morning in the hall.
const MORNING: Moment = Moment(1_795_395_600_000);

fn service(id: &str) -> ServiceId {
    ServiceId::new(id).expect("tests name services that exist")
}

fn window(id: &str) -> WindowId {
    WindowId::new(id).expect("tests name windows that exist")
}

fn staff(id: &str) -> By {
    By::Staff(StaffId::new(id).expect("tests name staff that exist"))
}

fn label(text: &str) -> TicketRef {
    TicketRef::Label(Label::from_text(text))
}

/// A hall in the middle of a test: its time, and what has happened.
struct Scene {
    hall: Hall,
    now: Moment,
    told: Vec<(Moment, Event)>,
}

impl Scene {
    /// The small example hall at nine in the morning, nobody there.
    fn new() -> Self {
        Self::with(|text| text.to_owned())
    }

    /// The same with its configuration changed.
    fn with(change: impl Fn(&str) -> String) -> Self {
        let mut scene = Self {
            hall: Hall::default(),
            now: MORNING,
            told: Vec::new(),
        };
        scene.load(&change(Catalogue::small_example().source()));
        scene
    }

    fn load(&mut self, text: &str) {
        let catalogue =
            Arc::new(Catalogue::parse(text).unwrap_or_else(|faults| panic!("{faults}")));
        self.must(&Command::LoadConfiguration { catalogue }, &By::System);
    }

    /// A hall where Wang is signed on at window 1 and Li at window 2.
    fn staffed() -> Self {
        let mut scene = Self::new();
        scene.must(
            &Command::SignOn {
                window: window("w1"),
            },
            &staff("wang"),
        );
        scene.must(
            &Command::SignOn {
                window: window("w2"),
            },
            &staff("li"),
        );
        scene
    }

    fn later(&mut self, seconds: i64) -> &mut Self {
        self.now = Moment(self.now.0 + seconds * 1000);
        self
    }

    fn does(&mut self, command: &Command, by: &By) -> Result<Vec<Event>, Refusal> {
        for event in self.hall.due(self.now) {
            self.apply(event);
        }
        let events = self.hall.decide(command, by, self.now)?;
        for event in &events {
            self.apply(event.clone());
        }
        Ok(events)
    }

    fn apply(&mut self, event: Event) {
        self.hall.apply(&event, self.now);
        self.told.push((self.now, event));
        assert!(
            Hall::from_image(self.hall.image()) == self.hall,
            "an image holds the whole hall"
        );
    }

    fn must(&mut self, command: &Command, by: &By) -> Vec<Event> {
        self.does(command, by)
            .unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal}"))
    }

    fn refused(&mut self, command: &Command, by: &By) -> Refusal {
        for event in self.hall.due(self.now) {
            self.apply(event);
        }
        let before = self.hall.clone();
        let refusal = self
            .does(command, by)
            .expect_err("this should have been refused");
        assert!(before == self.hall, "a refusal changes nothing");
        refusal
    }

    /// Somebody takes a number; its label.
    fn takes(&mut self, of: &str) -> String {
        self.takes_as(of, None)
    }

    fn takes_as(&mut self, of: &str, class: Option<&str>) -> String {
        let class = class.map(|id| ClassId::new(id).expect("tests name classes that exist"));
        let command = Command::Issue {
            service: service(of),
            class,
            language: Language::ZhCn,
            origin: Origin::Reception,
            person: None,
        };
        let events = self.must(&command, &staff("desk"));
        match events.as_slice() {
            [Event::Issued { label, .. }] => label.to_string(),
            other => panic!("issuing led to {other:?}"),
        }
    }

    fn signs_on(&mut self, at: &str, by: &str) {
        self.must(&Command::SignOn { window: window(at) }, &staff(by));
    }

    /// Lets time take effect without anybody doing anything; what it brought about.
    fn due(&mut self) -> Vec<Event> {
        let mut all = Vec::new();
        loop {
            let events = self.hall.due(self.now);
            if events.is_empty() {
                return all;
            }
            for event in &events {
                self.apply(event.clone());
            }
            all.extend(events);
        }
    }

    /// The business day that is open, as text.
    fn day(&self) -> String {
        self.hall
            .day()
            .map_or_else(String::new, |day| day.to_string())
    }

    fn clerk_of(&self, at: &str) -> Option<String> {
        let desk = self.hall.desk(&window(at))?;
        desk.staff.as_ref().map(ToString::to_string)
    }

    /// A window calls the next ticket; its label.
    fn calls(&mut self, at: &str, by: &str) -> String {
        let events = self.must(
            &Command::CallNext {
                window: window(at),
                service: None,
            },
            &staff(by),
        );
        match events.as_slice() {
            [Event::Called { ticket, .. }] => self.ticket(*ticket).label.to_string(),
            other => panic!("calling led to {other:?}"),
        }
    }

    fn serves(&mut self, at: &str, by: &str) {
        self.must(&Command::Start { window: window(at) }, &staff(by));
        self.must(
            &Command::Finish {
                window: window(at),
                outcome: Outcome::Done,
            },
            &staff(by),
        );
    }

    fn misses(&mut self, at: &str, by: &str) {
        self.must(&Command::NoShow { window: window(at) }, &staff(by));
    }

    fn ticket(&self, id: TicketId) -> &Ticket {
        self.hall.ticket(id).expect("the ticket lives")
    }

    fn find(&self, text: &str) -> Option<&Ticket> {
        self.hall.find(&label(text))
    }

    fn state(&self, text: &str) -> &TicketState {
        &self.find(text).expect("the ticket lives").state
    }
}
