//! Check-in by code: what a scanner or a card reader brings, and what it means.
//!
//! Most scanners and many card readers behave as keyboards ([`scanner`]). Whatever brings codes is a [`CodeReader`], so
//! that a reader with an interface of its own can be added without touching the rest. What a code means is decided in
//! [`Code::read`]: an identity card ([`identity`]), a ticket's address, a service's own code, or nothing that this hall knows.

pub mod identity;
pub mod scanner;

use jiff::civil::Date;
use nowserving_shared::model::ServiceId;

use identity::IdentityNumber;
use scanner::Garbage;

/// The longest ticket's secret, in characters.
pub const TOKEN_CHARS_MAX: usize = 128;
/// What stands before a service's id in a code that leads to it: on a letter or a poster.
pub const SERVICE_PREFIX: &str = "nowserving:service/";

/// Brings codes for as long as the kiosk runs.
pub trait CodeReader: Send {
    /// Begins to read; `told` is told of each code, or of what was none. Must not wait.
    ///
    /// # Errors
    /// A sentence that says why nothing can be read.
    fn start(
        self: Box<Self>,
        told: Box<dyn Fn(Result<String, Garbage>) + Send>,
    ) -> Result<(), String>;
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
