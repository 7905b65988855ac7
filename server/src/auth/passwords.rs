//! Passwords, kept as argon2id hashes (OWASP: m = 46 MiB, t = 1, p = 1).
//!
//! A hash costs memory and time on purpose, so only [`HASHES_AT_A_TIME`] are made at a time and at most
//! [`HASHES_WAITING_MAX`] wait for their turn; beyond that the door says that it is busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use nowserving_shared::model::StaffId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many hashes are made at a time.
pub const HASHES_AT_A_TIME: usize = 2;
/// How many may wait for their turn.
pub const HASHES_WAITING_MAX: usize = 64;
/// The shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;

const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// What people choose when they are made to choose; compared without case.
const COMMON: [&str; 24] = [
    "12345678",
    "123456789",
    "1234567890",
    "11111111",
    "00000000",
    "88888888",
    "66666666",
    "password",
    "password1",
    "passw0rd",
    "qwertyui",
    "qwertyuiop",
    "1qaz2wsx",
    "abcd1234",
    "abc12345",
    "a1234567",
    "a12345678",
    "aa123456",
    "admin123",
    "admin888",
    "administrator",
    "iloveyou",
    "woaini520",
    "nowserving",
];

/// Why no answer came of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many wait already.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash could not be made.
    #[error("the password could not be hashed")]
    Failed,
}

/// Makes and checks hashes.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(HASHES_AT_A_TIME)),
            waiting: AtomicUsize::new(0),
        }
    }
}

/// Counts one that waits, for as long as it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Passwords {
    /// Whether a password may be chosen by this member of staff.
    #[must_use]
    pub fn is_acceptable(password: &str, staff: &StaffId) -> bool {
        let chars = password.chars().count();
        let lower = password.to_lowercase();
        (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars)
            && !COMMON.contains(&lower.as_str())
            && lower != staff.to_string()
            && !one_character(&lower)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn turn(&self) -> Result<Turn, PasswordError> {
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _counted = Waiting(&self.waiting);
        if waiting >= HASHES_WAITING_MAX {
            return Err(PasswordError::Busy);
        }
        let turn = self.turns.clone().acquire_owned().await;
        turn.map(|permit| Turn { _permit: permit })
            .map_err(|_| PasswordError::Failed)
    }
}

/// A turn to make a hash. The next one's begins when it is dropped, and not before its hash is made.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn hash(self, password: String) -> Result<String, PasswordError> {
        let made = self.work(move || {
            let hash = argon2().and_then(|argon2| argon2.hash_password(password.as_bytes()).ok());
            hash.map(|hash| hash.to_string())
        });
        made.await?.0.ok_or(PasswordError::Failed)
    }

    /// Whether the password has this hash. Without a hash it takes as long and the answer is no, so that nobody learns
    /// which accounts there are. Gives the turn back, so that a wrong password can be counted before the next is looked
    /// at.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn verify(
        self,
        phc: Option<String>,
        password: String,
    ) -> Result<(bool, Self), PasswordError> {
        self.work(move || {
            let Some(phc) = phc else {
                let _ = argon2().map(|argon2| argon2.hash_password(password.as_bytes()));
                return false;
            };
            let Ok(hash) = PasswordHash::new(&phc) else {
                return false;
            };
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
        .await
    }

    /// Works on a thread for such work, which holds the turn also when nobody waits for the result any more.
    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), PasswordError> {
        tokio::task::spawn_blocking(move || (work(), self))
            .await
            .map_err(|_| PasswordError::Failed)
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn one_character(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_with_its_own_hash_only() {
        let passwords = Passwords::default();
        let turn = passwords.turn().await.expect("a turn");
        let hash = turn
            .hash("大厅 correct horse".into())
            .await
            .expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"),
            "{hash}"
        );
        for (phc, password, is_right) in [
            (Some(hash.as_str()), "大厅 correct horse", true),
            (Some(&hash), "大厅 correct horsf", false),
            (None, "x", false),
            (Some("no hash"), "x", false),
        ] {
            let turn = passwords.turn().await.expect("a turn");
            let verified = turn.verify(phc.map(str::to_owned), password.into()).await;
            assert_eq!(verified.expect("an answer").0, is_right, "{password}");
        }
    }

    #[tokio::test]
    async fn two_have_a_turn_some_wait_and_the_rest_is_told_that_it_is_busy() {
        let passwords = Arc::new(Passwords::default());
        let mut turns = Vec::new();
        for _ in 0..HASHES_AT_A_TIME {
            turns.push(passwords.turn().await.expect("a turn"));
        }
        let waiting: Vec<_> = (0..HASHES_WAITING_MAX)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.turn().await.is_ok() })
            })
            .collect();
        while passwords.waiting.load(Ordering::Relaxed) < HASHES_WAITING_MAX {
            tokio::task::yield_now().await;
        }
        let refused = passwords.turn().await.map(|_| ());
        assert_eq!(refused, Err(PasswordError::Busy));
        drop(turns);
        for waiting in waiting {
            assert!(waiting.await.expect("it ran"), "everybody gets a turn");
        }
        passwords.turn().await.expect("there is room again");
    }

    #[test]
    fn a_password_is_long_enough_not_common_and_not_the_staff_number() {
        let staff = StaffId::new("reception1").expect("a slug");
        for good in ["correct-horse", "窗口三号的密码很长", "x8#kLmn2"] {
            assert!(Passwords::is_acceptable(good, &staff), "{good}");
        }
        let too_long = "long".repeat(40);
        for bad in [
            "short",
            "Password1",
            "RECEPTION1",
            "zzzzzzzzzz",
            &too_long,
            "",
        ] {
            assert!(!Passwords::is_acceptable(bad, &staff), "{bad}");
        }
    }
}
