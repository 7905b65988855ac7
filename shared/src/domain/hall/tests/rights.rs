//! Who may do what.

use super::super::super::access::{SESSIONS_PER_STAFF_MAX, SecretHash};
use super::*;
use crate::model::DeviceId;

fn kiosk() -> By {
    By::Device(DeviceId::new("kiosk-1").expect("a slug"))
}

fn take(origin: Origin) -> Command {
    Command::Issue {
        service: service("tax"),
        class: None,
        language: Language::ZhCn,
        origin,
        person: None,
    }
}

#[test]
fn numbers_are_given_out_by_kiosks_reception_and_supervisors() {
    let mut hall = Scene::new();
    hall.must(&take(Origin::Kiosk), &kiosk());
    hall.must(&take(Origin::Reception), &staff("desk"));
    hall.must(&take(Origin::Reception), &staff("lead"));
    for by in [
        staff("wang"),
        staff("manager"),
        staff("admin"),
        By::Customer(TicketId(1)),
    ] {
        assert_eq!(
            hall.refused(&take(Origin::Reception), &by),
            Refusal::NotAllowed,
            "{by:?}"
        );
    }
    let wall = By::Device(DeviceId::new("wall-hall").expect("a slug"));
    assert_eq!(
        hall.refused(&take(Origin::Kiosk), &wall),
        Refusal::NotAllowed
    );
}

#[test]
fn only_whoever_sits_at_a_window_or_a_supervisor_acts_there() {
    let mut hall = Scene::staffed();
    hall.takes("household");
    let call = Command::CallNext {
        window: window("w1"),
        service: None,
    };
    for by in [
        staff("li"),
        staff("desk"),
        staff("manager"),
        staff("admin"),
        kiosk(),
        By::Customer(TicketId(1)),
    ] {
        assert_eq!(hall.refused(&call, &by), Refusal::NotAllowed, "{by:?}");
    }
    hall.must(&call, &staff("lead"));
}

#[test]
fn a_window_has_one_clerk_and_a_clerk_has_one_window() {
    let mut hall = Scene::staffed();
    let taken = hall.refused(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("zhang"),
    );
    assert!(matches!(taken, Refusal::WindowTaken { .. }));
    let elsewhere = hall.refused(
        &Command::SignOn {
            window: window("w3"),
        },
        &staff("wang"),
    );
    assert_eq!(
        elsewhere,
        Refusal::SignedOnElsewhere {
            window: window("w1")
        }
    );
    assert_eq!(
        hall.must(
            &Command::SignOn {
                window: window("w1")
            },
            &staff("wang")
        ),
        [],
        "again is no fault"
    );
    assert_eq!(
        hall.refused(
            &Command::SignOn {
                window: window("w3")
            },
            &staff("manager")
        ),
        Refusal::NotAllowed
    );
}

#[test]
fn a_pairing_code_is_good_once_and_for_a_while() {
    let mut hall = Scene::new();
    let device = DeviceId::new("wall-east").expect("a slug");
    let (code, token) = (SecretHash::of(b"code"), SecretHash::of(b"token"));
    let expires_at = Moment(MORNING.0 + 60_000);
    let offer = Command::OfferPairing {
        device: device.clone(),
        code,
        expires_at,
    };
    assert_eq!(hall.refused(&offer, &staff("wang")), Refusal::NotAllowed);
    hall.must(&offer, &staff("admin"));
    let enrol = Command::Enrol { code, token };
    hall.must(&enrol, &By::System);
    assert_eq!(hall.hall.access().device(&token), Some(&device));
    assert_eq!(
        hall.refused(&enrol, &By::System),
        Refusal::PairingCodeUnknown,
        "it was used"
    );
    hall.must(&offer, &staff("admin"));
    assert_eq!(
        hall.later(60).refused(&enrol, &By::System),
        Refusal::PairingCodeUnknown,
        "it is too old"
    );
    hall.must(&Command::Revoke { device }, &staff("admin"));
    assert_eq!(hall.hall.access().device(&token), None);
}

#[test]
fn a_new_password_ends_the_sessions_and_sessions_are_bounded() {
    let mut hall = Scene::new();
    let wang = StaffId::new("wang").expect("a slug");
    let open = |n: usize| Command::OpenSession {
        staff: wang.clone(),
        session: SecretHash::of(&n.to_le_bytes()),
        expires_at: Moment(MORNING.0 + 3_600_000),
    };
    for n in 0..=SESSIONS_PER_STAFF_MAX {
        hall.later(1).must(&open(n), &By::System);
    }
    let access = hall.hall.access();
    assert_eq!(access.sessions.len(), SESSIONS_PER_STAFF_MAX);
    assert!(
        access
            .session(&SecretHash::of(&0_usize.to_le_bytes()), hall.now)
            .is_none(),
        "the oldest ended"
    );
    let set = Command::SetPassword {
        staff: wang,
        phc: "$argon2id$".into(),
    };
    assert_eq!(hall.refused(&set, &staff("li")), Refusal::NotAllowed);
    hall.must(&set, &staff("wang"));
    assert!(hall.hall.access().sessions.is_empty());
}

#[test]
fn only_administrators_load_a_configuration() {
    let mut hall = Scene::new();
    let load = Command::LoadConfiguration {
        catalogue: Arc::new(Catalogue::small_example()),
    };
    for by in [staff("wang"), staff("lead"), staff("manager"), kiosk()] {
        assert_eq!(hall.refused(&load, &by), Refusal::NotAllowed);
    }
    hall.must(&load, &staff("admin"));
    assert_eq!(hall.hall.catalogue_version(), 2);
}
