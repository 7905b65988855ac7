//! Records: their form is held by a golden file, and each event comes back as it went.

use std::fmt::Write as _;
use std::sync::Arc;

use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::hall::Image;
use nowserving_shared::domain::queue::{Line, Reach};
use nowserving_shared::domain::routing::{Rule, Why};
use nowserving_shared::domain::{
    By, CallHow, CloseReason, Command, Event, Hall, HoldReason, LeasedNumber, MissResult, Origin,
    Outcome, Place,
};
use nowserving_shared::model::{
    Catalogue, ClassId, DeviceId, Label, Language, Moment, PersonHash, SeriesId, ServiceId,
    StaffId, TicketId, WindowId, ZoneId,
};

use super::{CommandKey, RecordError, image_from_json, image_to_json, read, write};

fn service() -> ServiceId {
    ServiceId::new("household").expect("a slug")
}

fn window() -> WindowId {
    WindowId::new("w1").expect("a slug")
}

fn staff() -> StaffId {
    StaffId::new("wang").expect("a slug")
}

fn device() -> DeviceId {
    DeviceId::new("kiosk-1").expect("a slug")
}

/// One of every event, and of every word in them.
fn every_event() -> Vec<Event> {
    let ticket = TicketId(7);
    let hash = SecretHash([0xab; 32]);
    let place = Place::joining(3);
    let call = |how| Event::Called {
        ticket,
        window: window(),
        staff: staff(),
        how,
    };
    let next = |rule| {
        call(CallHow::Next(Why {
            rule,
            level: 1,
            lines: 2,
            waiting: 9,
        }))
    };
    let issued_to = |origin, band, taken_at, person| Event::Issued {
        ticket,
        label: Label::from_text("A007"),
        series: SeriesId::new("household").expect("a slug"),
        number: 7,
        service: service(),
        band,
        class: ClassId::new("ordinary").expect("a slug"),
        language: Language::ZhCn,
        origin,
        place,
        ahead: 3,
        taken_at,
        person,
    };
    let issued_at = |origin, band, taken_at| issued_to(origin, band, taken_at, None);
    let issued = |origin, band| issued_at(origin, band, None);
    let leased = |band| Event::Leased {
        device: device(),
        service: service(),
        series: SeriesId::new("household").expect("a slug"),
        band,
        day: "2026-11-23".parse().expect("a day"),
        until: Moment(1_795_395_700_000),
        tickets: (11..14)
            .map(|id| LeasedNumber {
                ticket: TicketId(id + u64::from(band.is_none()) * 10),
                number: 999,
                label: Label::from_text(&format!("A9{id}{}", u8::from(band.is_some()))),
            })
            .collect(),
    };
    let finished = |outcome, next| Event::Finished {
        ticket,
        window: window(),
        outcome,
        next,
    };
    let missed = |result| Event::Missed {
        ticket,
        window: window(),
        misses: 1,
        result,
    };
    let held = |reason| Event::Held {
        ticket,
        window: window(),
        reason,
        note: "取照片".into(),
    };
    let transferred = |from, reach| Event::Transferred {
        ticket,
        from,
        line: Line {
            service: service(),
            reach,
        },
        place,
    };
    let zone = Reach::Zone(ZoneId::new("east").expect("a slug"));
    vec![
        Event::ConfigurationLoaded {
            version: 1,
            catalogue: Arc::new(Catalogue::small_example()),
        },
        Event::DayOpened {
            day: "2026-11-23".parse().expect("a day"),
        },
        issued(Origin::Kiosk, None),
        issued(Origin::Reception, Some(1)),
        issued(Origin::Window, None),
        issued(Origin::Phone, None),
        next(Rule::ReservedForWindow),
        next(Rule::FirstCome),
        next(Rule::Class),
        call(CallHow::Named {
            reason: "带婴儿".into(),
        }),
        call(CallHow::Resumed),
        Event::Recalled {
            ticket,
            window: window(),
            recalls: 1,
        },
        Event::CallUndone {
            ticket,
            window: window(),
        },
        Event::Started {
            ticket,
            window: window(),
            staff: staff(),
        },
        finished(Outcome::Done, None),
        finished(Outcome::Pending, None),
        finished(Outcome::NotDone, Some((service(), place))),
        missed(MissResult::Void),
        missed(MissResult::Back(Place(u128::MAX))),
        missed(MissResult::Delayed(Moment(1))),
        missed(MissResult::Pool),
        held(HoldReason::CustomerAway),
        held(HoldReason::PapersHere),
        held(HoldReason::OtherStep),
        held(HoldReason::Pool),
        Event::Returned { ticket, place },
        transferred(None, Reach::Any),
        transferred(Some(window()), Reach::Window(window())),
        transferred(Some(window()), zone),
        Event::ServiceAdded {
            ticket,
            service: service(),
        },
        Event::Cancelled {
            ticket,
            reason: String::new(),
        },
        Event::Closed {
            ticket,
            reason: CloseReason::DayEnd,
        },
        Event::Closed {
            ticket,
            reason: CloseReason::ServiceGone,
        },
        Event::WindowSignedOn {
            window: window(),
            staff: staff(),
        },
        Event::WindowSignedOff { window: window() },
        Event::WindowPaused {
            window: window(),
            reason: "会议".into(),
            back_at: Some(Moment(2)),
        },
        Event::WindowResumed { window: window() },
        Event::PairingOffered {
            device: device(),
            code: hash,
            expires_at: Moment(3),
        },
        Event::Enrolled {
            device: device(),
            token: hash,
        },
        Event::Revoked { device: device() },
        Event::PasswordSet {
            staff: staff(),
            phc: "$argon2id$v=19$…".into(),
        },
        Event::SessionOpened {
            staff: staff(),
            session: hash,
            expires_at: Moment(4),
        },
        Event::SessionEnded { session: hash },
        Event::HelpCalled { device: device() },
        Event::HelpAnswered { device: device() },
        leased(Some(1)),
        leased(None),
        issued_at(Origin::Kiosk, None, Some(Moment(5))),
        Event::LeasesRevoked { device: device() },
        Event::LeasesEnded {
            device: device(),
            tickets: vec![TicketId(11)],
        },
        Event::TakenTooLate {
            ticket: TicketId(12),
            label: Label::from_text("A998"),
            service: service(),
            class: ClassId::new("ordinary").expect("a slug"),
            language: Language::En,
            day: "2026-11-23".parse().expect("a day"),
            taken_at: Moment(6),
        },
        issued_to(Origin::Kiosk, None, None, Some(PersonHash([0xcd; 32]))),
    ]
}

fn written(by: &By, key: Option<&CommandKey>, event: &Event) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes, Moment(1_795_395_600_000), by, key, event)
        .expect("a record is written to memory");
    String::from_utf8(bytes).expect("JSON is text")
}

#[test]
fn every_event_comes_back_as_it_went() {
    let bys = [
        By::System,
        By::Device(device()),
        By::Staff(staff()),
        By::Customer(TicketId(7)),
    ];
    let key = CommandKey {
        key: "k-1".into(),
        fingerprint: "00ff".into(),
        events: 2,
    };
    for (seq, event) in (1..).zip(every_event()) {
        for by in &bys {
            for key in [None, Some(&key)] {
                let text = written(by, key, &event);
                let entry = read(seq, text.as_bytes()).expect("what was written is read");
                assert_eq!(entry.recorded.event, event);
                assert_eq!((entry.recorded.seq, entry.recorded.by), (seq, by.clone()));
                assert_eq!(entry.key.as_ref(), key);
            }
        }
    }
}

#[test]
fn the_form_of_every_record_is_the_golden_one() {
    let mut all = String::new();
    for event in every_event() {
        // The configuration's text has a golden file of its own.
        if !matches!(event, Event::ConfigurationLoaded { .. }) {
            writeln!(all, "{}", written(&By::Staff(staff()), None, &event)).expect("text grows");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/record/golden/v1.ndjson");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &all).expect("the golden file is written");
    }
    let golden = std::fs::read_to_string(path).expect("the golden file is there");
    assert_eq!(
        golden, all,
        "a stored form never changes: add a version and an upcaster"
    );
}

#[test]
fn a_record_of_a_newer_build_is_refused_by_name() {
    let refused = read(5, br#"{"v":2,"at":0,"by":"system","e":{"t":"unheard_of"}}"#);
    assert!(
        matches!(refused, Err(RecordError::Newer { seq: 5, version: 2 })),
        "{refused:?}"
    );
}

#[test]
fn a_damaged_record_names_its_sequence() {
    for bytes in [
        &b"{"[..],
        b"{}",
        b"null",
        b"\xff",
        br#"{"v":1,"at":0,"by":"system","e":{"t":"unheard_of"}}"#,
    ] {
        let error = read(9, bytes).expect_err("this is no record").to_string();
        assert!(error.contains("event 9"), "{error}");
    }
}

#[test]
fn an_image_of_a_busy_hall_comes_back_whole() {
    let mut hall = Hall::default();
    let now = Moment(1_795_395_600_000);
    for event in every_event() {
        hall.apply(&event, now);
    }
    let load = Command::LoadConfiguration {
        catalogue: Arc::new(Catalogue::small_example()),
    };
    for event in hall
        .decide(&load, &By::System, now)
        .expect("the system may load")
    {
        hall.apply(&event, now);
    }
    let image = hall.image();
    let json = image_to_json(&image).expect("an image is JSON");
    assert!(image_from_json(&json).expect("and comes back") == image);
    assert!(
        image_from_json(&image_to_json(&Image::default()).expect("JSON")).expect("back")
            == Image::default()
    );
}
