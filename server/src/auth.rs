//! Who is at the door: passwords, sessions, device tokens, pairing codes, ticket tokens.
//!
//! What opens a door is part of the hall's state, as hashes only ([`nowserving_shared::domain::access`]), so it outlives a
//! restart and is the same after a replay. Here are the secrets themselves: drawing them, comparing them, and making it
//! slow to guess them. What somebody who came in may *do* is decided by the rules.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::model::{DeviceId, Moment, StaffId};

use crate::hall_task::Doors;

mod attempts;
mod passwords;
mod tickets;

pub use attempts::{Attempts, DELAY_MAX, FREE_ATTEMPTS, REMEMBERED_MAX};
pub use passwords::{
    HASHES_AT_A_TIME, HASHES_WAITING_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PasswordError,
    Passwords, Turn,
};
pub use tickets::{KeyError, TicketTokens};

/// How long a session lasts without being used.
pub const SESSION_IDLE_MAX: Duration = Duration::from_secs(30 * 60);
/// How long a session lasts at most, by the hall's clock.
pub const SESSION_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// How long a pairing code is good, by the hall's clock.
pub const PAIRING_CODE_MAX: Duration = Duration::from_secs(10 * 60);
/// How long a session may be in use before a request that is under way knows of it.
const ENTERING_MAX: Duration = Duration::from_secs(60);
/// Random bytes of a session id or a device token.
const SECRET_BYTES: usize = 32;
/// Letters and digits that are not taken for one another when they are read aloud or typed.
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a set-up code, in two groups.
const SETUP_CODE_CHARS: usize = 8;
/// Digits of a pairing code.
const PAIRING_CODE_DIGITS: usize = 8;

/// What guards the doors.
#[derive(Debug)]
pub struct Guard {
    /// The set-up code, until it is used.
    setup_code: Mutex<Option<String>>,
    /// Passwords.
    pub passwords: Passwords,
    /// Who guessed wrong, and how long they must wait.
    pub attempts: Attempts,
    /// When each session was used last. Bounded by the sessions of the hall.
    used: Mutex<HashMap<SecretHash, Instant>>,
    /// When sessions that were not used since count as used.
    started: Instant,
    session_idle_max: Duration,
    behind_tls: bool,
}

/// A session that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSession {
    /// Whose.
    pub staff: StaffId,
    /// The hash of its id.
    pub hash: SecretHash,
    /// When it ends at the latest.
    pub expires_at: Moment,
}

/// Random bytes from the system.
///
/// # Panics
/// When the system has no random source: then no secret can be kept, and nothing may go on.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a source of random bytes");
    bytes
}

/// A fresh secret of 256 bits, as text: a session id or a device token.
#[must_use]
pub fn draw_secret() -> String {
    URL_SAFE_NO_PAD.encode(random::<SECRET_BYTES>())
}

/// A fresh pairing code: digits, for a keypad.
#[must_use]
pub fn draw_pairing_code() -> String {
    random::<PAIRING_CODE_DIGITS>()
        .iter()
        .map(|byte| {
            // The bias of 256 modulo 10 is of no use to somebody who has ten guesses.
            char::from(b'0' + byte % 10)
        })
        .collect()
}

/// What of a code counts: without spaces and hyphens, in capitals.
#[must_use]
pub fn plain_code(code: &str) -> String {
    code.chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

impl Guard {
    /// A fresh set-up code.
    #[must_use]
    pub fn draw_setup_code() -> String {
        let mut code = String::with_capacity(SETUP_CODE_CHARS + 1);
        for (place, byte) in random::<SETUP_CODE_CHARS>().iter().enumerate() {
            if place == SETUP_CODE_CHARS / 2 {
                code.push('-');
            }
            code.push(char::from(CODE_ALPHABET[usize::from(byte % 32)]));
        }
        code
    }

    /// A guard that knows this set-up code. `behind_tls`: cookies are sent over https only. `session_idle_max`: see
    /// [`SESSION_IDLE_MAX`].
    #[must_use]
    pub fn new(setup_code: Option<String>, behind_tls: bool, session_idle_max: Duration) -> Self {
        Self {
            setup_code: Mutex::new(setup_code.as_deref().map(plain_code)),
            passwords: Passwords::default(),
            attempts: Attempts::default(),
            used: Mutex::default(),
            started: Instant::now(),
            session_idle_max,
            behind_tls,
        }
    }

    /// Whether cookies are sent over https only.
    #[must_use]
    pub fn behind_tls(&self) -> bool {
        self.behind_tls
    }

    /// Whether this is the set-up code and it was not used yet.
    #[must_use]
    pub fn is_setup_code(&self, code: &str) -> bool {
        self.held_code().as_deref().is_some_and(|held| {
            // Hashes compare in constant time.
            blake3::hash(held.as_bytes()) == blake3::hash(plain_code(code).as_bytes())
        })
    }

    /// Uses the set-up code up: only the first who gives it is told yes.
    #[must_use]
    pub fn use_up_setup_code(&self, code: &str) -> bool {
        let right = self.is_setup_code(code);
        let mut held = self.held_code();
        right && held.take().is_some()
    }

    /// The set-up code is good again, because what it was used for failed.
    pub fn restore_setup_code(&self, code: &str) {
        *self.held_code() = Some(plain_code(code));
    }

    fn held_code(&self) -> MutexGuard<'_, Option<String>> {
        // Nothing panics while it is held.
        self.setup_code
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn used(&self) -> MutexGuard<'_, HashMap<SecretHash, Instant>> {
        // Nothing panics while it is held.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session begins, and counts as used.
    pub fn opened(&self, session: SecretHash) {
        self.used().insert(session, Instant::now());
    }

    /// The session with this id, if it has not ended and the configuration knows whose it is; counts as using it. A
    /// session that was not used since the server started counts as used then.
    #[must_use]
    pub fn session(&self, doors: &Doors, id: &str, now: Moment) -> Option<FoundSession> {
        self.session_at(doors, id, now, Instant::now())
    }

    fn session_at(
        &self,
        doors: &Doors,
        id: &str,
        now: Moment,
        instant: Instant,
    ) -> Option<FoundSession> {
        let hash = SecretHash::of(id.as_bytes());
        let found = doors.access.session(&hash, now)?;
        let catalogue = doors.catalogue.as_ref()?;
        if !catalogue.staff.contains(&found.staff) {
            return None;
        }
        let mut used = self.used();
        let last = used.get(&hash).copied().unwrap_or(self.started);
        if instant.duration_since(last) > self.session_idle_max {
            return None;
        }
        if used.len() > 2 * doors.access.sessions.len() {
            used.retain(|hash, last| {
                let entering = instant.duration_since(*last) < ENTERING_MAX;
                entering || doors.access.sessions.contains_key(hash)
            });
        }
        used.insert(hash, instant);
        Some(FoundSession {
            staff: found.staff.clone(),
            hash,
            expires_at: found.expires_at,
        })
    }

    /// Whether a session has not ended, asked by its hash; does not count as using it.
    #[must_use]
    pub fn is_open(&self, doors: &Doors, session: &SecretHash, now: Moment) -> bool {
        let last = self.used().get(session).copied();
        let idle = last.map_or(Duration::ZERO, |last| last.elapsed());
        let catalogue = doors.catalogue.as_ref();
        let found = doors.access.session(session, now);
        let still_staff = found.is_some_and(|found| {
            catalogue.is_some_and(|catalogue| catalogue.staff.contains(&found.staff))
        });
        still_staff && idle <= self.session_idle_max
    }

    /// Whose session this id is.
    #[must_use]
    pub fn session_of(&self, doors: &Doors, id: &str, now: Moment) -> Option<StaffId> {
        self.session(doors, id, now).map(|found| found.staff)
    }

    /// Which device holds this token.
    #[must_use]
    pub fn device_of(&self, doors: &Doors, token: &str) -> Option<DeviceId> {
        let hash = SecretHash::of(token.as_bytes());
        doors.access.device(&hash).cloned()
    }
}

/// What wrong guesses are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Guesser {
    /// Passwords of one account from one address.
    Account(StaffId, IpAddr),
    /// Codes, or passwords of whichever account, from one address.
    Address(IpAddr),
}

#[cfg(test)]
mod tests;
