//! Numbers, quotas and hours.

use super::*;

/// The example with numbers of households from 1 to 3 only.
fn three_numbers() -> Scene {
    Scene::with(|text| text.replacen("prefix = \"A\"", "prefix = \"A\"\nlast = 3", 1))
}

#[test]
fn services_of_a_group_share_its_numbers() {
    let mut hall = Scene::new();
    assert_eq!(hall.takes("tax"), "M001");
    assert_eq!(hall.takes("utilities"), "M002");
}

#[test]
fn numbers_roll_over_without_reusing_one_that_lives() {
    let mut hall = three_numbers();
    hall.must(
        &Command::SignOn {
            window: window("w1"),
        },
        &staff("wang"),
    );
    assert_eq!(
        [
            hall.takes("household"),
            hall.takes("household"),
            hall.takes("household")
        ],
        ["A001", "A002", "A003"]
    );
    let issue = Command::Issue {
        service: service("household"),
        class: None,
        language: Language::En,
        origin: Origin::Reception,
        person: None,
    };
    assert!(matches!(
        hall.refused(&issue, &staff("desk")),
        Refusal::NumbersExhausted(_)
    ));
    hall.calls("w1", "wang");
    hall.serves("w1", "wang");
    hall.calls("w1", "wang");
    hall.serves("w1", "wang");
    assert_eq!(hall.takes("household"), "A001");
    assert_eq!(hall.takes("household"), "A002");
}

#[test]
fn a_daily_quota_is_kept_and_a_cancelled_ticket_still_counts() {
    let mut hall = Scene::with(|text| text.replace("quota = 500", "quota = 2"));
    hall.takes("household");
    hall.takes("household");
    hall.must(
        &Command::Cancel {
            ticket: label("A001"),
            reason: "不办了".into(),
        },
        &staff("desk"),
    );
    let issue = Command::Issue {
        service: service("household"),
        class: None,
        language: Language::En,
        origin: Origin::Reception,
        person: None,
    };
    assert_eq!(
        hall.refused(&issue, &staff("desk")),
        Refusal::QuotaReached { quota: 2 }
    );
    hall.later(24 * 3600);
    assert_eq!(hall.takes("household"), "A001", "a new day, a new quota");
}

#[test]
fn a_time_band_has_its_own_quota_and_its_end() {
    let bands = "quota = 500\nbands = [{ from = \"09:00\", to = \"11:00\", quota = 1 }, { from = \"13:00\", to = \"17:00\" }]";
    let mut hall = Scene::with(|text| text.replace("quota = 500", bands));
    hall.takes("household");
    let issue = Command::Issue {
        service: service("household"),
        class: None,
        language: Language::En,
        origin: Origin::Reception,
        person: None,
    };
    assert_eq!(
        hall.refused(&issue, &staff("desk")),
        Refusal::QuotaReached { quota: 1 }
    );
    let one_o_clock = Moment(MORNING.0 + 4 * 3_600_000);
    let closed = Refusal::Closed {
        opens_at: Some(one_o_clock),
    };
    assert_eq!(hall.later(2 * 3600).refused(&issue, &staff("desk")), closed);
    assert_eq!(hall.later(2 * 3600).takes("household"), "A002");
}

#[test]
fn who_takes_a_number_is_told_how_many_go_before() {
    let mut hall = Scene::new();
    hall.takes("household");
    hall.takes("household");
    hall.takes("passport");
    let ahead: Vec<u32> = hall
        .told
        .iter()
        .filter_map(|(_, event)| {
            if let Event::Issued { ahead, .. } = event {
                Some(*ahead)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(ahead, [0, 1, 0]);
}

#[test]
fn unknown_services_and_classes_are_named_in_the_refusal() {
    let mut hall = Scene::new();
    let issue = |of: &str, class: Option<&str>| Command::Issue {
        service: service(of),
        class: class.map(|id| ClassId::new(id).expect("a slug")),
        language: Language::ZhCn,
        origin: Origin::Reception,
        person: None,
    };
    assert_eq!(
        hall.refused(&issue("nothing", None), &staff("desk")),
        Refusal::UnknownService(service("nothing"))
    );
    assert!(matches!(
        hall.refused(&issue("tax", Some("king")), &staff("desk")),
        Refusal::UnknownClass(_)
    ));
}
