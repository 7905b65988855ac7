//! Sessions, codes and tokens as the doors see them.

use std::sync::Arc;

use nowserving_shared::domain::access::{Access, Session};
use nowserving_shared::model::Catalogue;

use super::*;

const NOW: Moment = Moment(1_000_000);

fn doors_with_session(id: &str) -> Doors {
    let mut access = Access::default();
    let session = Session {
        staff: StaffId::new("wang").expect("a slug"),
        opened_at: NOW,
        expires_at: NOW.after(SESSION_MAX),
    };
    access
        .sessions
        .insert(SecretHash::of(id.as_bytes()), session);
    Doors {
        access: Arc::new(access),
        catalogue: Some(Arc::new(Catalogue::small_example())),
    }
}

#[test]
fn a_session_is_found_by_its_id_until_it_expires() {
    let guard = Guard::new(None, false, SESSION_IDLE_MAX);
    let doors = doors_with_session("secret");
    assert!(guard.session_of(&doors, "secret", NOW).is_some());
    assert!(guard.session_of(&doors, "other", NOW).is_none());
    let expired = NOW.after(SESSION_MAX);
    assert!(guard.session_of(&doors, "secret", expired).is_none());
}

#[test]
fn who_is_not_in_the_configuration_has_no_session() {
    let guard = Guard::new(None, false, SESSION_IDLE_MAX);
    let mut doors = doors_with_session("secret");
    let text = Catalogue::small_example().source().to_string();
    let without = Catalogue::parse(&text.replace("\"wang\"", "\"wong\"")).expect("no fault");
    doors.catalogue = Some(Arc::new(without));
    assert!(guard.session_of(&doors, "secret", NOW).is_none());
}

#[test]
fn a_session_that_is_not_used_ends() {
    let guard = Guard::new(None, false, SESSION_IDLE_MAX);
    let doors = doors_with_session("secret");
    let is_good = |instant| guard.session_at(&doors, "secret", NOW, instant).is_some();
    let moment = Duration::from_millis(1);
    let used = guard.started + SESSION_IDLE_MAX;
    assert!(is_good(used), "it counts as used when the server started");
    assert!(!is_good(used + SESSION_IDLE_MAX + moment));
    assert!(
        is_good(used + SESSION_IDLE_MAX),
        "being refused is no use of it"
    );
}

#[test]
fn a_session_that_was_not_used_since_the_server_started_ends_too() {
    let guard = Guard::new(None, false, SESSION_IDLE_MAX);
    let doors = doors_with_session("secret");
    let late = guard.started + SESSION_IDLE_MAX + Duration::from_millis(1);
    assert!(guard.session_at(&doors, "secret", NOW, late).is_none());
}

#[test]
fn a_session_that_begins_is_in_use_however_long_the_server_has_been_running() {
    let guard = Guard::new(None, false, Duration::ZERO);
    let doors = doors_with_session("secret");
    guard.opened(SecretHash::of(b"secret"));
    let opened = guard.used().values().copied().next().expect("it is held");
    assert!(guard.session_at(&doors, "secret", NOW, opened).is_some());
}

#[test]
fn the_set_up_code_is_good_once_and_however_it_is_typed() {
    let code = Guard::draw_setup_code();
    assert_eq!(code.len(), 9);
    let guard = Guard::new(Some(code.clone()), false, SESSION_IDLE_MAX);
    assert!(guard.is_setup_code(&code));
    assert!(guard.is_setup_code(&code.to_lowercase().replace('-', " ")));
    assert!(!guard.is_setup_code("AAAA-AAAA"));
    assert!(!guard.is_setup_code(""));
    assert!(guard.use_up_setup_code(&code));
    assert!(!guard.is_setup_code(&code));
    assert!(!guard.use_up_setup_code(&code));
    guard.restore_setup_code(&code);
    assert!(guard.is_setup_code(&code));
}

#[test]
fn codes_and_secrets_are_drawn_anew_each_time() {
    assert_eq!(draw_secret().len(), 43);
    assert_ne!(draw_secret(), draw_secret());
    let code = draw_pairing_code();
    assert!(
        code.len() == 8 && code.chars().all(|c| c.is_ascii_digit()),
        "{code}"
    );
}
