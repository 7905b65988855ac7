//! Sessions, codes and tokens as the doors see them.

use std::sync::Arc;

use nowserving_shared::domain::access::{Access, Session};

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
        catalogue: None,
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
fn a_session_that_is_not_used_ends() {
    let guard = Guard::new(None, false, Duration::ZERO);
    let doors = doors_with_session("secret");
    assert!(guard.session_of(&doors, "secret", NOW).is_some());
    let later = || guard.session_of(&doors, "secret", NOW).is_none();
    assert!((0..1_000_000).any(|_| later()), "time goes on");
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
