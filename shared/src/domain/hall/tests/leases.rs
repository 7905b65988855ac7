//! Numbers on loan: what a kiosk holds, and what becomes of what it gave out while the server was away.

mod properties;

use std::collections::BTreeMap;

use super::super::super::lease::{
    HAND_OVER_MAX, LEASED_PER_SERVICE_MAX, LEASED_SHARE, LEASES_REMEMBERED_MAX, Lease, LeaseState,
    Leases, Taken,
};
use super::*;
use crate::model::DeviceId;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub(super) fn device(id: &str) -> DeviceId {
    DeviceId::new(id).expect("tests name devices that exist")
}

pub(super) fn kiosk() -> By {
    By::Device(device("kiosk-1"))
}

pub(super) fn lease(of: &[(&str, u32)]) -> Command {
    let wanted = of.iter().map(|(id, count)| (service(id), *count));
    Command::Lease {
        wanted: wanted.collect(),
    }
}

/// A ticket of a lease, taken at that moment by the kiosk's clock.
pub(super) fn taken(ticket: TicketId, taken_at: Moment) -> Taken {
    Taken {
        ticket,
        class: None,
        language: Language::ZhCn,
        taken_at,
        person: None,
    }
}

impl Scene {
    /// The kiosk asks for numbers; what it holds of that service then, as ids and labels.
    fn lends(&mut self, of: &str, wanted: u32) -> Vec<(TicketId, String)> {
        self.must(&lease(&[(of, wanted)]), &kiosk());
        let device = device("kiosk-1");
        let good = self.hall.leases().good_for(&device, self.now);
        good.filter(|lease| lease.service == service(of))
            .map(|lease| (lease.ticket, lease.label.to_string()))
            .collect()
    }

    fn hands_over(&mut self, tickets: Vec<Taken>) -> Vec<Event> {
        self.must(&Command::HandOver { tickets }, &kiosk())
    }

    /// Everybody who waits for a service, in the order in which they will be called.
    fn waiting(&self, of: &str) -> Vec<String> {
        let line = crate::domain::queue::Line::of(service(of));
        let standings = self.hall.lines().line(&line).into_iter().flatten();
        standings
            .map(|standing| self.ticket(standing.ticket).label.to_string())
            .collect()
    }

    fn lease_state(&self, ticket: TicketId) -> Option<LeaseState> {
        self.hall.leases().get(ticket).map(|lease| lease.state)
    }
}

// Granting.

#[test]
fn a_kiosk_holds_numbers_from_the_top_and_everyday_numbers_show_no_gap() {
    let mut hall = Scene::new();
    hall.takes("household");
    let held = hall.lends("household", 3);
    let labels: Vec<&str> = held.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels, ["A999", "A998", "A997"]);
    assert_eq!(hall.takes("household"), "A002");
    assert_eq!(hall.hall.tickets().len(), 2, "nobody waits by a lease");
}

#[test]
fn asking_again_tops_up_to_what_is_wanted_and_not_beyond_the_bound() {
    let mut hall = Scene::new();
    assert_eq!(hall.lends("household", 3).len(), 3);
    assert_eq!(hall.lends("household", 3).len(), 3, "asked again");
    let most = hall.lends("household", 1_000).len();
    assert_eq!(u32::try_from(most), Ok(LEASED_PER_SERVICE_MAX));
    let services = ["household", "passport", "tax", "utilities"];
    let all: Vec<_> = services.iter().map(|id| (*id, 10)).collect();
    hall.must(&lease(&all), &kiosk());
    assert_eq!(hall.hall.leases().reserved(), 40);
    assert_eq!(hall.must(&lease(&all), &kiosk()), []);
}

#[test]
fn a_display_staff_and_strangers_hold_nothing() {
    let mut hall = Scene::new();
    let wall = By::Device(device("wall-hall"));
    for by in [wall, staff("admin"), By::Customer(TicketId(1)), By::System] {
        for command in [lease(&[("tax", 1)]), Command::HandOver { tickets: vec![] }] {
            assert_eq!(hall.refused(&command, &by), Refusal::NotAllowed, "{by:?}");
        }
    }
}

#[test]
fn a_service_that_gives_out_nothing_or_does_not_exist_lends_nothing() {
    let bands = "quota = 500\nbands = [{ from = \"13:00\", to = \"17:00\" }]";
    let mut hall = Scene::with(|text| text.replace("quota = 500", bands));
    assert_eq!(hall.lends("household", 5), []);
    assert_eq!(hall.must(&lease(&[("nothing", 5)]), &kiosk()), []);
}

#[test]
fn most_of_a_small_series_and_of_a_small_quota_is_left_to_those_who_come_to_the_server() {
    let mut hall =
        Scene::with(|text| text.replacen("prefix = \"A\"", "prefix = \"A\"\nlast = 12", 1));
    let held = hall.lends("household", 10).len();
    assert_eq!(u32::try_from(held), Ok(12 / LEASED_SHARE));
    for _ in 0..9 {
        hall.takes("household");
    }
    let mut hall = Scene::with(|text| text.replace("quota = 500", "quota = 8"));
    assert_eq!(hall.lends("household", 10).len(), 2);
    for _ in 0..6 {
        hall.takes("household");
    }
    let issue = Command::Issue {
        service: service("household"),
        class: None,
        language: Language::En,
        origin: Origin::Reception,
        person: None,
    };
    let refusal = Refusal::QuotaReached { quota: 8 };
    assert_eq!(hall.refused(&issue, &staff("desk")), refusal);
}

#[test]
fn a_lease_ends_with_the_band_and_what_was_not_used_comes_back_to_the_quota() {
    let bands = "quota = 8\nbands = [{ from = \"09:00\", to = \"11:00\" }, { from = \"11:00\", to = \"17:00\" }]";
    let mut hall = Scene::with(|text| text.replace("quota = 500", bands));
    let first = hall.lends("household", 10);
    let ends: Vec<Moment> = hall.hall.leases().iter().map(|one| one.until).collect();
    assert_eq!(ends, [Moment(MORNING.0 + 2 * HOUR * 1000); 2]);
    hall.later(2 * HOUR);
    let second = hall.lends("household", 10);
    assert_eq!(second.len(), 2);
    assert!(second.iter().all(|one| !first.contains(one)), "new ids");
    let image = hall.hall.image();
    assert_eq!(image.issued_today.get(&service("household")), Some(&2));
    assert_eq!(hall.lease_state(first[0].0), Some(LeaseState::Ended));
}

#[test]
fn a_lease_ends_with_the_business_day_at_the_latest() {
    let mut hall = Scene::new();
    hall.lends("household", 1);
    let next_day = hall
        .hall
        .catalogue()
        .expect("loaded")
        .day_start("2026-11-24".parse().expect("a day"));
    let ends: Vec<Moment> = hall.hall.leases().iter().map(|one| one.until).collect();
    assert_eq!(ends, [next_day]);
}

// Handing over.

#[test]
fn what_was_taken_while_the_server_was_away_waits_by_the_time_of_its_taking() {
    let mut hall = Scene::staffed();
    let held = hall.lends("household", 3);
    hall.takes("household");
    let first = hall.later(MINUTE).now;
    hall.later(MINUTE).takes("household");
    hall.later(MINUTE).takes("tax");
    let second = hall.later(MINUTE).now;
    hall.later(MINUTE).takes("household");
    let told = hall.hands_over(vec![taken(held[1].0, second), taken(held[0].0, first)]);
    assert_eq!(
        hall.waiting("household"),
        ["A001", "A999", "A002", "A998", "A003"]
    );
    let ahead: Vec<u32> = told
        .iter()
        .filter_map(|event| match event {
            Event::Issued { ahead, .. } => Some(*ahead),
            _ => None,
        })
        .collect();
    assert_eq!(ahead, [1, 3]);
    assert_eq!(
        hall.find("A999")
            .map(|ticket| (ticket.issued_at, ticket.waiting_since)),
        Some((first, first))
    );
    hall.later(HOUR);
    let calls: Vec<String> = (0..3)
        .map(|_| {
            let label = hall.calls("w1", "wang");
            hall.serves("w1", "wang");
            label
        })
        .collect();
    assert_eq!(calls, ["A001", "A999", "A002"]);
}

#[test]
fn windows_that_serve_several_services_go_by_the_time_of_taking_too() {
    let mut hall = Scene::new();
    hall.signs_on("w4", "liu");
    let serves = hall
        .hall
        .catalogue()
        .expect("loaded")
        .windows
        .get(&window("w4"))
        .expect("w4")
        .serves
        .clone();
    let [one, other] = ["tax", "utilities"];
    assert!(serves.contains_key(&service(one)), "{serves:?}");
    let held = hall.lends(one, 1);
    let at = hall.later(MINUTE).now;
    hall.later(MINUTE).takes(other);
    hall.later(MINUTE).hands_over(vec![taken(held[0].0, at)]);
    let place = |label: &str| hall.find(label).expect("it lives").place;
    assert!(place(&held[0].1) < place("M001"));
}

#[test]
fn a_missed_call_does_not_hold_back_those_who_come_later() {
    let mut hall = Scene::staffed();
    let held = hall.lends("household", 1);
    hall.takes("household");
    hall.later(MINUTE).calls("w1", "wang");
    let at = hall.later(MINUTE).now;
    for _ in 0..8 {
        hall.later(MINUTE).takes("household");
    }
    hall.misses("w1", "wang");
    hall.hands_over(vec![taken(held[0].0, at)]);
    assert_eq!(hall.waiting("household").first(), Some(&held[0].1));
}

#[test]
fn handing_over_twice_changes_nothing_also_when_the_ticket_is_over() {
    let mut hall = Scene::staffed();
    let held = hall.lends("household", 2);
    let ticket = taken(held[0].0, hall.now);
    assert_eq!(
        hall.hands_over(vec![ticket.clone(), ticket.clone()]).len(),
        1
    );
    assert_eq!(hall.hands_over(vec![ticket.clone()]), []);
    hall.calls("w1", "wang");
    hall.serves("w1", "wang");
    assert_eq!(hall.hands_over(vec![ticket.clone()]), []);
    hall.later(DAY);
    assert_eq!(hall.hands_over(vec![ticket]), []);
    assert_eq!(hall.lease_state(held[0].0), Some(LeaseState::HandedOver));
}

#[test]
fn what_was_never_lent_to_this_kiosk_is_passed_over_and_the_others_go_on() {
    let mut hall = Scene::new();
    let held = hall.lends("household", 1);
    hall.takes("household");
    let strange = [held[0].0.0, 1, 77, 500].map(|id| taken(TicketId(id), MORNING));
    assert_eq!(hall.hands_over(strange.to_vec()).len(), 1);
    assert_eq!(hall.waiting("household").len(), 2);
}

#[test]
fn a_kiosk_cannot_hand_over_what_another_holds() {
    let another = "kiosk-1\"\nkind = \"kiosk\"\nname = \"二号机\"\nzone = \"west\"\n\n[[device]]\nid = \"kiosk-2";
    let mut hall = Scene::with(|text| text.replacen("kiosk-1", another, 1));
    let held = hall.lends("household", 1);
    let other = By::Device(device("kiosk-2"));
    let tickets = vec![taken(held[0].0, MORNING)];
    assert_eq!(hall.must(&Command::HandOver { tickets }, &other), []);
    assert_eq!(hall.lease_state(held[0].0), Some(LeaseState::Open));
}

#[test]
fn a_wrong_clock_is_taken_for_the_grant_at_the_earliest_and_for_now_at_the_latest() {
    let mut hall = Scene::new();
    hall.takes("household");
    let granted = hall.later(MINUTE).now;
    let held = hall.lends("household", 2);
    hall.later(MINUTE).takes("household");
    let now = hall.later(MINUTE).now;
    let far = [Moment(0), Moment(i64::MAX)];
    hall.hands_over(vec![taken(held[0].0, far[0]), taken(held[1].0, far[1])]);
    let at = |label: &str| hall.find(label).expect("it lives").issued_at;
    assert_eq!((at(&held[0].1), at(&held[1].1)), (granted, now));
    assert_eq!(hall.waiting("household"), ["A001", "A999", "A002", "A998"]);
}

#[test]
fn classes_stand_among_their_own_where_they_are_strict() {
    let mut hall =
        Scene::with(|text| text.replace("[rules]", "[rules]\norder = \"strict_classes\""));
    let held = hall.lends("household", 1);
    let at = hall.later(MINUTE).now;
    let first = hall
        .hall
        .catalogue()
        .expect("loaded")
        .classes
        .iter()
        .min_by_key(|class| class.rank)
        .expect("classes")
        .id
        .clone();
    hall.later(MINUTE).takes("household");
    hall.takes_as("household", Some(first.as_str()));
    let ticket = Taken {
        class: Some(first),
        ..taken(held[0].0, at)
    };
    hall.hands_over(vec![ticket]);
    assert_eq!(hall.waiting("household"), ["A999", "A002", "A001"]);
}

#[test]
fn a_class_that_is_gone_counts_as_the_ordinary_one() {
    let mut hall = Scene::new();
    let held = hall.lends("household", 1);
    let ticket = Taken {
        class: ClassId::new("no-such-class").ok(),
        ..taken(held[0].0, hall.now)
    };
    hall.hands_over(vec![ticket]);
    let ordinary = hall
        .hall
        .catalogue()
        .expect("loaded")
        .ordinary_class()
        .id
        .clone();
    assert_eq!(
        hall.find(&held[0].1).map(|ticket| ticket.class.clone()),
        Some(ordinary)
    );
}

#[test]
fn a_batch_has_its_bound() {
    let mut hall = Scene::new();
    let all = ["household", "passport", "tax", "utilities"].map(|id| (id, 10));
    hall.must(&lease(&all), &kiosk());
    let ids: Vec<TicketId> = hall.hall.leases().iter().map(|one| one.ticket).collect();
    let all: Vec<Taken> = ids.iter().map(|id| taken(*id, MORNING)).collect();
    assert_eq!(hall.hands_over(all.clone()).len(), HAND_OVER_MAX);
    assert_eq!(
        hall.hands_over(all[HAND_OVER_MAX..].to_vec()).len(),
        40 - HAND_OVER_MAX
    );
}

// Too late, revoked, gone.

#[test]
fn a_ticket_of_an_earlier_day_is_recorded_and_closed_and_its_number_is_free_meanwhile() {
    let mut hall = Scene::new();
    let held = hall.lends("household", 1);
    let at = hall.later(HOUR).now;
    hall.later(DAY);
    let again = hall.lends("household", 1);
    assert_eq!(
        (again[0].1.as_str(), again[0].0 == held[0].0),
        ("A999", false)
    );
    let told = hall.hands_over(vec![taken(held[0].0, at)]);
    let [Event::TakenTooLate { day, taken_at, .. }] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!((day.to_string().as_str(), *taken_at), ("2026-11-23", at));
    assert_eq!(hall.waiting("household"), [""; 0]);
    assert_eq!(hall.hands_over(vec![taken(held[0].0, at)]), []);
    hall.hands_over(vec![taken(again[0].0, hall.now)]);
    assert_eq!(hall.waiting("household"), ["A999"]);
}

#[test]
fn a_ticket_of_an_earlier_day_waits_where_open_tickets_are_carried_unless_its_number_is_in_use() {
    let mut hall = Scene::with(|text| text.replace("[rules]", "[rules]\nat_day_end = \"carry\""));
    let held = hall.lends("household", 2);
    let at = hall.later(HOUR).now;
    hall.takes("household");
    hall.later(DAY);
    let again = hall.lends("household", 1);
    assert_eq!(again[0].1, held[0].1);
    let told = hall.hands_over(held.iter().map(|one| taken(one.0, at)).collect());
    assert!(
        matches!(
            told.as_slice(),
            [Event::TakenTooLate { .. }, Event::Issued { .. }]
        ),
        "{told:?}"
    );
    assert_eq!(
        hall.waiting("household"),
        ["A001".to_owned(), held[1].1.clone()]
    );
    let image = hall.hall.image();
    assert_eq!(
        image.issued_today.get(&service("household")),
        Some(&1),
        "of today is the new lease alone"
    );
}

#[test]
fn revoked_leases_are_taken_from_no_more_but_what_was_taken_is_good() {
    let mut hall = Scene::new();
    let held = hall.lends("household", 2);
    let revoke = Command::RevokeLeases {
        device: device("kiosk-1"),
    };
    for by in [staff("lead"), kiosk()] {
        assert_eq!(hall.refused(&revoke, &by), Refusal::NotAllowed);
    }
    hall.must(&revoke, &staff("admin"));
    assert_eq!(hall.must(&revoke, &staff("admin")), []);
    hall.hands_over(vec![taken(held[0].0, hall.now)]);
    assert_eq!(hall.waiting("household"), [held[0].1.as_str()]);
    let now = hall.lends("household", 2);
    assert!(!now.iter().any(|one| held.contains(one)), "{now:?}");
    assert_eq!(hall.lease_state(held[1].0), Some(LeaseState::Ended));
}

#[test]
fn a_kiosk_that_was_revoked_and_enrolled_again_hands_over_what_people_hold() {
    let mut hall = Scene::new();
    let held = hall.lends("household", 1);
    let revoke = Command::Revoke {
        device: device("kiosk-1"),
    };
    hall.must(&revoke, &staff("admin"));
    hall.later(MINUTE)
        .hands_over(vec![taken(held[0].0, MORNING)]);
    assert_eq!(hall.waiting("household"), [held[0].1.as_str()]);
}

#[test]
fn a_new_configuration_revokes_leases_and_a_service_that_is_gone_closes_what_was_taken() {
    let mut hall = Scene::new();
    let held = hall.lends("household", 1);
    let text = hall.hall.catalogue().expect("loaded").source().to_string();
    hall.load(&format!("{text}\n"));
    assert_eq!(hall.lease_state(held[0].0), Some(LeaseState::Revoked));
    hall.hands_over(vec![taken(held[0].0, hall.now)]);
    assert_eq!(hall.waiting("household"), [held[0].1.as_str()]);
}

#[test]
fn only_the_latest_leases_that_are_over_are_remembered() {
    let one = |id: u64| Lease {
        ticket: TicketId(id),
        device: device("kiosk-1"),
        service: service("household"),
        series: crate::model::SeriesId::new("household").expect("a slug"),
        number: 1,
        label: Label::from_text(&format!("A{id}")),
        band: None,
        day: "2026-11-23".parse().expect("a day"),
        granted_at: MORNING,
        until: MORNING,
        state: if id == 1 {
            LeaseState::Open
        } else {
            LeaseState::Ended
        },
    };
    let many = u64::try_from(LEASES_REMEMBERED_MAX).expect("small") + 5;
    let leases: Leases = (1..=many).map(one).collect();
    assert_eq!(leases.iter().count(), LEASES_REMEMBERED_MAX + 1);
    assert!(leases.get(TicketId(1)).is_some(), "what is reserved stays");
    assert_eq!(leases.get(TicketId(2)), None);
    assert!(leases.get(TicketId(many)).is_some());
}

/// What each kind of number a hall has: live labels and reserved ones, without any twice.
pub(super) fn labels_in_use(hall: &Hall) -> BTreeMap<Label, TicketId> {
    let live = hall
        .tickets()
        .map(|ticket| (ticket.label.clone(), ticket.id));
    let reserved = hall.leases().iter().filter(|lease| lease.is_reserved());
    let mut all = BTreeMap::new();
    for (label, id) in live.chain(reserved.map(|lease| (lease.label.clone(), lease.ticket))) {
        let before = all.insert(label.clone(), id);
        assert_eq!(before, None, "{label} is in use twice");
    }
    all
}
