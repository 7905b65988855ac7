//! What kiosks and the server say of numbers that are given out while the link is down.

use std::collections::BTreeMap;

use nowserving_shared::model::{Language, Moment, PersonHash, PersonKey, TicketId};
use nowserving_shared::protocol::kiosk::*;

use super::board::{class_id, label, service_id};
use super::http::day;
use super::{Golden, MORNING};

pub(super) fn check(golden: &mut Golden) {
    let wanted = BTreeMap::from([(service_id(), 10)]);
    golden.check("lease_request", &LeaseRequest { wanted });
    let lease = LeaseView {
        ticket: TicketId(17),
        label: label(999),
        token: "AAAAAAAAABE".into(),
        service: service_id(),
        day: day(),
        granted_at: MORNING,
        until: Moment(MORNING.0 + 3_600_000),
    };
    let leases = vec![lease];
    golden.check(
        "leases",
        &LeasesView {
            at: MORNING,
            leases,
        },
    );
    let taken = TakenTicket {
        ticket: TicketId(17),
        class: Some(class_id()),
        language: Language::En,
        taken_at: MORNING,
        person: Some(PersonHash([0xab; 32])),
    };
    let tickets = vec![taken];
    golden.check("hand_over_request", &HandOverRequest { tickets });
    let each = [
        (Became::Accepted, Some(label(999)), Some(MORNING)),
        (Became::Already, Some(label(999)), None),
        (Became::TooLate, Some(label(999)), Some(MORNING)),
        (Became::Unknown, None, None),
    ];
    let tickets = each.map(|(became, label, taken_at)| HandedOver {
        ticket: TicketId(17),
        label,
        became,
        taken_at,
    });
    let tickets = tickets.to_vec();
    golden.check("handed_over", &HandOverView { tickets });
    let key = PersonKey([0xcd; 32]);
    golden.check("person_key", &PersonKeyView { key });
}
