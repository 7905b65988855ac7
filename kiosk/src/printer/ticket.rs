//! What a ticket says.
//!
//! A ticket always speaks Chinese. When the customer chose another language, that language stands beside it, because staff
//! and other customers who help must be able to read the ticket too. The polite wording around these texts is in the
//! [template](super::template).

use nowserving_shared::model::label::LABEL_CHARS_MAX;
use nowserving_shared::model::{Language, Localized};

/// The longest text of one field, in characters.
pub const TEXT_CHARS_MAX: usize = 400;

/// The longest address in a QR code, in bytes: what still makes a code of 33 mm with dots that a phone can read.
pub const URL_BYTES_MAX: usize = 200;

/// Everything that one ticket says. An empty text is left out on paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketPaper {
    /// The hall's name (大厅).
    pub hall: Localized,
    /// The zone in which the customer waits (区域).
    pub zone: Localized,
    /// The group or department (部门).
    pub group: Localized,
    /// The service (业务).
    pub service: Localized,
    /// The number: `A017`.
    pub label: String,
    /// The mark of a priority class (优先), if the ticket has one.
    pub class_mark: Option<Localized>,
    /// How many people wait before this one; none: nobody knows, because the server was away.
    pub people_ahead: Option<u32>,
    /// The expected wait as an interval in minutes, shortest first, if it is known.
    pub wait_minutes: Option<(u16, u16)>,
    /// The windows that serve it, ready to be read: `3–5号窗口`.
    pub windows: Localized,
    /// When it was issued, in the hall's own civil time, ready to be read: `2026-03-02 09:41`.
    pub issued_at: String,
    /// The language that the customer chose.
    pub language: Language,
    /// The sentence about missed calls (过号规则).
    pub no_show_rule: Localized,
    /// The telephone number for questions.
    pub phone: String,
    /// The masked number of its holder's card.
    pub identity: String,
    /// The address with the ticket's secret, printed as a QR code.
    pub url: Option<String>,
    /// Whether this is a further print of the same ticket; it is then marked as a copy.
    pub copy: bool,
    /// Whether the customer asked for large print (大字版).
    pub large: bool,
}

/// A ticket that cannot be put on paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// There is no number, or one that does not fit.
    #[error(
        "the ticket's number is {0:?}; it must have 1 to {LABEL_CHARS_MAX} printable ASCII characters"
    )]
    Label(String),
    /// There is no service of which a slip could speak.
    #[error("the slip names no service; it is not printed")]
    NoService,
    /// A text is too long for a ticket or a slip.
    #[error("the {field} has {chars} characters; at most {chars_max} are printed")]
    TextTooLong {
        /// Which text.
        field: &'static str,
        /// How long it is.
        chars: usize,
        /// How long it may be.
        chars_max: usize,
    },
    /// The address is too long for a code that a phone can read.
    #[error("the address has {0} bytes; at most {URL_BYTES_MAX} fit into a readable QR code")]
    UrlTooLong(usize),
}

impl TicketPaper {
    /// Refuses a ticket that cannot be put on paper as a whole.
    pub fn check(&self) -> Result<(), TicketError> {
        let chars = self.label.chars().count();
        if chars == 0
            || chars > LABEL_CHARS_MAX
            || !self.label.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(TicketError::Label(self.label.clone()));
        }
        let none = Localized::default();
        let texts = [
            ("hall name", &self.hall),
            ("zone", &self.zone),
            ("group", &self.group),
            ("service", &self.service),
            ("class mark", self.class_mark.as_ref().unwrap_or(&none)),
            ("windows", &self.windows),
            ("rule for missed calls", &self.no_show_rule),
        ];
        for (field, text) in texts {
            for (_, text) in text.iter() {
                check_length(field, text, TEXT_CHARS_MAX)?;
            }
        }
        check_length("time", &self.issued_at, TEXT_CHARS_MAX)?;
        check_length("card's number", &self.identity, TEXT_CHARS_MAX)?;
        check_length("telephone number", &self.phone, TEXT_CHARS_MAX)?;
        match &self.url {
            Some(url) if url.len() > URL_BYTES_MAX => Err(TicketError::UrlTooLong(url.len())),
            Some(_) | None => Ok(()),
        }
    }
}

/// Refuses a text that is longer than `chars_max`.
pub(super) fn check_length(
    field: &'static str,
    text: &str,
    chars_max: usize,
) -> Result<(), TicketError> {
    let chars = text.chars().count();
    if chars > chars_max {
        Err(TicketError::TextTooLong {
            field,
            chars,
            chars_max,
        })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_without_a_printable_number_is_refused() {
        for label in ["", "A0170000000000000", "A 17", "号1", "A\u{1B}"] {
            let paper = TicketPaper {
                label: label.to_owned(),
                ..TicketPaper::default()
            };
            assert_eq!(paper.check(), Err(TicketError::Label(label.to_owned())));
        }
    }

    #[test]
    fn a_text_or_address_that_is_too_long_is_named() {
        let paper = TicketPaper {
            label: "A001".to_owned(),
            phone: "1".repeat(TEXT_CHARS_MAX + 1),
            ..TicketPaper::default()
        };
        assert!(
            paper
                .check()
                .expect_err("too long")
                .to_string()
                .contains("telephone number")
        );
        let paper = TicketPaper {
            label: "A001".to_owned(),
            url: Some("u".repeat(URL_BYTES_MAX + 1)),
            ..TicketPaper::default()
        };
        assert_eq!(
            paper.check(),
            Err(TicketError::UrlTooLong(URL_BYTES_MAX + 1))
        );
    }
}
