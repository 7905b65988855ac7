//! Wrong guesses cost time: after [`FREE_ATTEMPTS`] each wrong guess doubles the wait, up to [`DELAY_MAX`].
//!
//! Nobody is locked out, because a lock-out is a way to keep others from working (OWASP ASVS 5.0, 6.1.1): the delay is for
//! one account from one address, and, with more patience, for an address as a whole.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Guesser;

/// How many wrong guesses of one account from one address cost nothing.
pub const FREE_ATTEMPTS: u32 = 4;
/// How many times as many an address as a whole is given: a hall's staff may share one.
const ADDRESS_PATIENCE: u32 = 8;
/// The wait after the first guess that is not free.
const DELAY_MIN: Duration = Duration::from_secs(1);
/// The longest wait.
pub const DELAY_MAX: Duration = Duration::from_secs(60);
/// How long a wrong guess is remembered.
const FORGET_AFTER: Duration = Duration::from_secs(15 * 60);
/// How many guessers are remembered; beyond it the one that waits least is forgotten.
pub const REMEMBERED_MAX: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Record {
    wrong: u32,
    last: Instant,
    not_before: Instant,
}

/// Who guessed wrong.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Guesser, Record>>);

impl Attempts {
    /// Passes when this guesser may guess now.
    ///
    /// # Errors
    /// How long it must wait.
    pub fn check(&self, guesser: &Guesser) -> Result<(), Duration> {
        self.check_at(guesser, Instant::now())
    }

    fn check_at(&self, guesser: &Guesser, now: Instant) -> Result<(), Duration> {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match records.get(guesser) {
            Some(record) if record.not_before > now => Err(record.not_before - now),
            Some(_) | None => Ok(()),
        }
    }

    /// The guess was wrong.
    pub fn wrong(&self, guesser: Guesser) {
        self.wrong_at(guesser, Instant::now());
    }

    fn wrong_at(&self, guesser: Guesser, now: Instant) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut records, now);
        let free = match &guesser {
            Guesser::Account(..) => FREE_ATTEMPTS,
            Guesser::Address(_) => FREE_ATTEMPTS * ADDRESS_PATIENCE,
        };
        let record = records.entry(guesser).or_insert(Record {
            wrong: 0,
            last: now,
            not_before: now,
        });
        if now.duration_since(record.last) > FORGET_AFTER {
            record.wrong = 0;
        }
        record.wrong = record.wrong.saturating_add(1);
        record.last = now;
        record.not_before = now + delay(record.wrong.saturating_sub(free));
    }

    /// The guess was right: what was wrong before is forgotten.
    pub fn right(&self, guesser: &Guesser) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.remove(guesser);
    }
}

/// The wait after so many guesses that were not free.
fn delay(counted: u32) -> Duration {
    match counted {
        0 => Duration::ZERO,
        counted => DELAY_MIN
            .saturating_mul(1 << (counted - 1).min(16))
            .min(DELAY_MAX),
    }
}

fn make_room(records: &mut HashMap<Guesser, Record>, now: Instant) {
    if records.len() < REMEMBERED_MAX {
        return;
    }
    records.retain(|_, record| now.duration_since(record.last) <= FORGET_AFTER);
    if records.len() >= REMEMBERED_MAX {
        let least = records
            .iter()
            .min_by_key(|(_, record)| record.not_before)
            .map(|(guesser, _)| guesser.clone());
        if let Some(least) = least {
            records.remove(&least);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use nowserving_shared::model::StaffId;

    use super::*;

    fn address(last: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + last))
    }

    fn account(last: u32) -> Guesser {
        Guesser::Account(StaffId::new("wang").expect("a slug"), address(last))
    }

    #[test]
    fn a_few_wrong_guesses_cost_nothing_and_each_further_one_doubles_the_wait() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..FREE_ATTEMPTS {
            attempts.wrong_at(account(1), now);
            assert_eq!(attempts.check_at(&account(1), now), Ok(()));
        }
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            attempts.wrong_at(account(1), now);
            let wait = Duration::from_secs(seconds);
            assert_eq!(attempts.check_at(&account(1), now), Err(wait));
            assert_eq!(attempts.check_at(&account(1), now + wait), Ok(()));
        }
    }

    #[test]
    fn others_do_not_wait_for_somebody_who_guesses() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..20 {
            attempts.wrong_at(account(1), now);
        }
        assert_eq!(attempts.check_at(&account(2), now), Ok(()));
        attempts.right(&account(1));
        assert_eq!(attempts.check_at(&account(1), now), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_those_who_wait_longest_stay() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..20 {
            attempts.wrong_at(account(0), now);
        }
        for last in 1..=u32::try_from(REMEMBERED_MAX + 50).expect("small") {
            attempts.wrong_at(account(last), now);
        }
        let held = attempts.0.lock().expect("no panic").len();
        assert!(held <= REMEMBERED_MAX, "{held}");
        assert!(attempts.check_at(&account(0), now).is_err());
    }
}
