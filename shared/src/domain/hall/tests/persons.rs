//! People who are known by a card: one live ticket for each service.

use proptest::prelude::*;

use super::leases::{device, kiosk, lease, taken};
use super::*;
use crate::domain::lease::Taken;
use crate::model::PersonHash;

const DAY: i64 = 24 * 3600;
const WANG: PersonHash = PersonHash([1; 32]);
const LI: PersonHash = PersonHash([2; 32]);

fn issue(of: &str, person: PersonHash) -> Command {
    Command::Issue {
        service: service(of),
        class: None,
        language: Language::ZhCn,
        origin: Origin::Kiosk,
        person: Some(person),
    }
}

impl Scene {
    /// Somebody who is known takes a number at the kiosk; its label.
    fn takes_known(&mut self, of: &str, person: PersonHash) -> String {
        match self.must(&issue(of, person), &kiosk()).as_slice() {
            [Event::Issued { label, .. }] => label.to_string(),
            other => panic!("issuing led to {other:?}"),
        }
    }

    /// Which ticket stands against a second one.
    fn told_to_wait_with(&mut self, of: &str, person: PersonHash) -> String {
        match self.refused(&issue(of, person), &kiosk()) {
            Refusal::HasTicket { ticket, label } => {
                assert_eq!(self.ticket(ticket).label, label);
                label.to_string()
            }
            other => panic!("refused for another reason: {other}"),
        }
    }
}

#[test]
fn who_has_a_live_ticket_of_a_service_is_told_which_and_gets_no_second_one() {
    let mut hall = Scene::staffed();
    assert_eq!(hall.takes_known("household", WANG), "A001");
    assert_eq!(hall.told_to_wait_with("household", WANG), "A001");
    // Another person, another service, and somebody whom nobody knows.
    assert_eq!(hall.takes_known("household", LI), "A002");
    assert_eq!(hall.takes_known("tax", WANG), "M001");
    assert_eq!(hall.takes("household"), "A003");
    // Also while it is called and served.
    assert_eq!(hall.calls("w1", "wang"), "A001");
    assert_eq!(hall.told_to_wait_with("household", WANG), "A001");
}

#[test]
fn the_refusal_names_the_ticket_and_what_to_do_in_every_language() {
    let refusal = Refusal::HasTicket {
        ticket: TicketId(17),
        label: Label::from_text("A017"),
    };
    assert_eq!(refusal.code(), "has-ticket");
    for language in Language::ALL {
        assert!(refusal.sentence(language).contains("A017"), "{language:?}");
    }
}

#[test]
fn when_the_ticket_ends_the_person_may_take_another() {
    let mut hall = Scene::staffed();
    hall.takes_known("household", WANG);
    hall.calls("w1", "wang");
    hall.serves("w1", "wang");
    assert_eq!(hall.takes_known("household", WANG), "A002");
    let cancel = Command::Cancel {
        ticket: label("A002"),
        reason: "不办了".into(),
    };
    hall.must(&cancel, &staff("desk"));
    assert_eq!(hall.takes_known("household", WANG), "A003");
}

#[test]
fn a_ticket_that_went_on_to_another_service_stands_against_that_one() {
    let mut hall = Scene::staffed();
    hall.takes_known("household", WANG);
    let transfer = Command::Transfer {
        ticket: label("A001"),
        window: None,
        to: TransferTarget::Service(service("passport")),
        position: Position::Last,
    };
    hall.must(&transfer, &staff("desk"));
    assert_eq!(hall.told_to_wait_with("passport", WANG), "A001");
    assert_eq!(hall.takes_known("household", WANG), "A002");
}

#[test]
fn the_next_business_day_is_free_also_where_tickets_are_carried_over() {
    for rule in ["close", "carry"] {
        let day_end = format!("[rules]\nat_day_end = \"{rule}\"");
        let mut hall = Scene::with(|text| text.replace("[rules]", &day_end));
        hall.takes_known("household", WANG);
        hall.later(DAY).takes_known("household", WANG);
        hall.refused(&issue("household", WANG), &kiosk());
    }
}

#[test]
fn only_a_kiosk_says_who_takes_a_number() {
    let mut hall = Scene::new();
    let by_desk = Command::Issue {
        service: service("tax"),
        class: None,
        language: Language::ZhCn,
        origin: Origin::Reception,
        person: Some(WANG),
    };
    assert_eq!(hall.refused(&by_desk, &staff("desk")), Refusal::NotAllowed);
}

#[test]
fn what_was_given_out_without_the_server_is_taken_over_whoever_took_it() {
    let mut hall = Scene::new();
    hall.must(&lease(&[("household", 2)]), &kiosk());
    let own = device("kiosk-1");
    let held: Vec<TicketId> = hall
        .hall
        .leases()
        .good_for(&own, hall.now)
        .map(|lease| lease.ticket)
        .collect();
    hall.takes_known("household", WANG);
    let tickets: Vec<Taken> = held
        .iter()
        .map(|ticket| Taken {
            person: Some(WANG),
            ..taken(*ticket, hall.now)
        })
        .collect();
    let events = hall.must(&Command::HandOver { tickets }, &kiosk());
    assert_eq!(events.len(), 2, "the numbers are on paper already");
    for ticket in &held {
        assert_eq!(hall.ticket(*ticket).person, Some(WANG));
    }
    // All three stand against a fourth.
    for name in ["A001", "A998", "A999"] {
        hall.told_to_wait_with("household", WANG);
        let cancel = Command::Cancel {
            ticket: label(name),
            reason: "不办了".into(),
        };
        hall.must(&cancel, &staff("desk"));
    }
    hall.takes_known("household", WANG);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn one_live_ticket_for_each_person_and_service_agrees_with_a_plain_list(
        steps in prop::collection::vec((0..4_u8, 0..3_u8, 0..2_usize), 1..80)
    ) {
        const OF: [&str; 2] = ["household", "passport"];
        let mut hall = Scene::staffed();
        // Who has which ticket of what, in the order of taking.
        let mut model: Vec<(PersonHash, usize, String)> = Vec::new();
        for (kind, person, of) in steps {
            let person = PersonHash([person; 32]);
            let has = model.iter().find(|(who, what, _)| (*who, *what) == (person, of));
            match (kind, has.map(|(.., label)| label.clone())) {
                (0..=2, Some(label)) => {
                    prop_assert_eq!(hall.told_to_wait_with(OF[of], person), label);
                }
                (0..=2, None) => {
                    let label = hall.takes_known(OF[of], person);
                    model.push((person, of, label));
                }
                (_, Some(name)) => {
                    let cancel = Command::Cancel { ticket: label(&name), reason: "不办了".into() };
                    hall.must(&cancel, &staff("desk"));
                    model.retain(|(.., label)| *label != name);
                }
                (_, None) => {}
            }
            prop_assert_eq!(hall.hall.tickets().len(), model.len());
        }
    }
}
