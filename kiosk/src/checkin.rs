//! Check-in by code: what a scanner or a card reader brings, and what it means.
//!
//! Most scanners and many card readers behave as keyboards ([`scanner`]). Whatever brings codes is a [`CodeReader`], so
//! that a reader with an interface of its own can be added without touching the rest: [`program`] is one. What a code means
//! is decided in [`Code::read`]: an identity card ([`identity`]), a ticket's address, a service's own code, or nothing that
//! this hall knows.
//!
//! An [`Interpreter`] stands between readers and the state machine. It alone sees an identity number, and lets out its
//! keyed hash and its masked form; nothing keeps the number itself.

pub mod identity;
pub mod program;
pub mod scanner;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use nowserving_shared::model::{PersonKey, ServiceId};

use identity::IdentityNumber;
use scanner::Garbage;

use crate::state::{Scanned, Visitor};

/// The longest ticket's secret, in characters.
pub const TOKEN_CHARS_MAX: usize = 128;
/// What stands before a service's id in a code that leads to it: on a letter or a poster.
pub const SERVICE_PREFIX: &str = "nowserving:service/";

/// After a code, how long others are not heeded: one that runs wild must not fill the queue of events. What means nothing
/// holds up only what means nothing either: some readers send a header before the number.
pub const CODE_PAUSE: Duration = Duration::from_millis(300);
/// What is held before a reader is told once, until it was gone for so long: many readers repeat it for as long as it lies
/// there, and a forgotten card must not keep a visit open.
pub const SAME_PAUSE: Duration = Duration::from_secs(2);

/// Who is told of each code, or of what was none.
pub type Told = Box<dyn Fn(Result<String, Garbage>) + Send>;

/// Brings codes for as long as the kiosk runs.
pub trait CodeReader {
    /// Begins to read; `told` is told of each code, or of what was none. Must not wait.
    ///
    /// # Errors
    /// A sentence that says why nothing can be read.
    fn start(self: Box<Self>, told: Told) -> Result<(), String>;
}

/// Turns what readers bring into what the kiosk is told. Clones share what they know.
#[derive(Debug, Clone, Default)]
pub struct Interpreter(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// The hall's key and its day; none before the server has told them, and after it shut this kiosk out.
    hall: Option<(PersonKey, Date)>,
    /// When the last code with a meaning was told, and the last without.
    meant: Option<Instant>,
    unknown: Option<Instant>,
    /// What came last, and when.
    same: Option<(Scanned, Instant)>,
}

impl Interpreter {
    /// The hall's key, and its day.
    pub fn learn(&self, key: PersonKey, day: Date) {
        self.known().hall = Some((key, day));
    }

    /// The key is not this kiosk's any more.
    pub fn forget(&self) {
        self.known().hall = None;
    }

    /// What the kiosk is told of a code that came `at`; nothing of one that came on the heels of another, and nothing of one
    /// that is still held there.
    #[must_use]
    pub fn scanned(&self, code: &Result<String, Garbage>, at: Instant) -> Option<Scanned> {
        let mut known = self.known();
        let scanned = match (code, &known.hall) {
            (Err(_), _) => Scanned::Unknown,
            (Ok(text), Some((key, day))) => meaning(Code::read(text, *day), Some(key)),
            (Ok(text), None) => meaning(Code::read(text, Date::MAX), None),
        };
        let within = |last: Instant, span| at.saturating_duration_since(last) < span;
        if let Some((before, seen)) = &mut known.same
            && *before == scanned
            && within(*seen, SAME_PAUSE)
        {
            *seen = at;
            return None;
        }
        let is_unknown = scanned == Scanned::Unknown;
        let on_heels = |last: Option<Instant>| last.is_some_and(|last| within(last, CODE_PAUSE));
        if on_heels(known.meant) || (is_unknown && on_heels(known.unknown)) {
            return None;
        }
        if is_unknown {
            known.unknown = Some(at);
        } else {
            known.meant = Some(at);
        }
        known.same = Some((scanned.clone(), at));
        Some(scanned)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn meaning(code: Code, key: Option<&PersonKey>) -> Scanned {
    match (code, key) {
        (Code::Person(number), Some(key)) => Scanned::Person(Visitor {
            person: number.hash(&key.0),
            masked: number.masked(),
        }),
        (Code::Person(_), None) => Scanned::CardNotNow,
        (Code::Ticket(token), _) => Scanned::Ticket { token },
        (Code::Service(service), _) => Scanned::Service(service),
        (Code::Unknown, _) => Scanned::Unknown,
    }
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A person, by an identity card.
    Person(IdentityNumber),
    /// A ticket, by the secret in its address.
    Ticket(String),
    /// A service.
    Service(ServiceId),
    /// Nothing that is known here.
    Unknown,
}

impl Code {
    /// What `text` means. `today` is the hall's day: nobody is born after it.
    #[must_use]
    pub fn read(text: &str, today: Date) -> Self {
        let text = text.trim();
        if let Ok(number) = IdentityNumber::parse(text, today) {
            return Self::Person(number);
        }
        if let Some(service) = text.strip_prefix(SERVICE_PREFIX) {
            return ServiceId::new(service).map_or(Self::Unknown, Self::Service);
        }
        match text.split_once("/t#") {
            Some((base, token)) if base.starts_with("http") && is_token(token) => {
                Self::Ticket(token.to_owned())
            }
            Some(_) | None => Self::Unknown,
        }
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= TOKEN_CHARS_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 3, 2);

    #[test]
    fn a_card_is_told_by_hash_and_mask_alone_and_only_with_the_halls_key() {
        let interpreter = Interpreter::default();
        let card = Ok("11010519491231002X".to_owned());
        let mut at = Instant::now();
        let mut told = |code: &Result<String, Garbage>| {
            at += SAME_PAUSE;
            interpreter.scanned(code, at)
        };
        assert_eq!(told(&card), Some(Scanned::CardNotNow));
        interpreter.learn(PersonKey([7; 32]), TODAY);
        let known = told(&card).expect("it is told");
        let Scanned::Person(visitor) = &known else {
            panic!("no card: {known:?}")
        };
        assert_eq!(visitor.masked, "110***********002X");
        let written = serde_json::to_string(&known).expect("text");
        for secret in ["11010519491231002", "19491231", "0519491"] {
            assert!(!written.contains(secret), "{written}");
        }
        let shown = format!("{interpreter:?}");
        assert!(
            shown.contains("PersonKey,") && !shown.contains("[7"),
            "{shown}"
        );
        interpreter.forget();
        assert_eq!(told(&card), Some(Scanned::CardNotNow));
        assert_eq!(told(&Err(Garbage::TooLong)), Some(Scanned::Unknown));
    }

    #[test]
    fn a_reader_that_runs_wild_is_heard_a_few_times_a_second() {
        let start = Instant::now();
        let heard = |code: fn(u32) -> String| {
            let interpreter = Interpreter::default();
            let told = (0..10_000_u32).filter(|n| {
                let at = start + Duration::from_micros(100) * *n;
                interpreter.scanned(&Ok(code(*n)), at).is_some()
            });
            told.count()
        };
        assert_eq!(heard(|_| "wild".to_owned()), 1);
        assert_eq!(heard(|n| format!("nowserving:service/s{n}")), 4);
    }

    #[test]
    fn a_card_that_lies_on_the_reader_is_told_once_until_it_was_taken_away() {
        let interpreter = Interpreter::default();
        interpreter.learn(PersonKey([7; 32]), TODAY);
        let card = Ok("11010519491231002X".to_owned());
        let start = Instant::now();
        let told = |after: f64| {
            let at = start + Duration::from_secs_f64(after);
            interpreter.scanned(&card, at).is_some()
        };
        assert!(told(0.0));
        let lies_there = (1..120).any(|second| told(f64::from(second)));
        assert!(!lies_there, "for two minutes");
        assert!(
            told(119.0 + SAME_PAUSE.as_secs_f64()),
            "it was taken away and held there again"
        );
    }

    #[test]
    fn a_card_is_heeded_right_after_what_means_nothing_but_not_right_after_a_card() {
        let interpreter = Interpreter::default();
        interpreter.learn(PersonKey([7; 32]), TODAY);
        let start = Instant::now();
        let told = |code: &str, after: u64| {
            let at = start + Duration::from_millis(after);
            interpreter.scanned(&Ok(code.to_owned()), at)
        };
        assert_eq!(told("READER-3", 0), Some(Scanned::Unknown));
        assert!(matches!(
            told("11010519491231002X", 50),
            Some(Scanned::Person(_))
        ));
        assert_eq!(told("END OF CARD", 100), None);
        assert_eq!(told("nowserving:service/id-card", 150), None);
    }

    #[test]
    fn a_code_is_a_card_a_ticket_a_service_or_nothing() {
        let read = |text: &str| Code::read(text, TODAY);
        assert!(matches!(read("11010519491231002X"), Code::Person(_)));
        assert_eq!(
            read("http://hall.example:8080/t#17.abcDEF_-"),
            Code::Ticket("17.abcDEF_-".to_owned())
        );
        assert_eq!(
            read("nowserving:service/id-card"),
            Code::Service(ServiceId::new("id-card").expect("a slug"))
        );
        for nothing in [
            "",
            "11010519491231002Y",
            "http://hall.example/t#",
            "http://hall.example/t#a b",
            "javascript:/t#abc",
            "nowserving:service/Not A Slug",
            "6901234567892",
        ] {
            assert_eq!(read(nothing), Code::Unknown, "{nothing}");
        }
    }
}
