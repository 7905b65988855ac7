//! What a ticket says.
//!
//! A ticket always speaks Chinese. When the customer chose another language, that language stands beside it, because staff
//! and other customers who help must be able to read the ticket too. The polite wording that is the same in every hall is
//! at the end of this file; what differs from hall to hall comes in as text.

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
    /// How many people wait before this one.
    pub people_ahead: u32,
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
    /// The address with the ticket's secret, printed as a QR code.
    pub url: Option<String>,
    /// Whether this is a further print of the same ticket; it is then marked as a copy.
    pub copy: bool,
}

/// A ticket that cannot be put on paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// There is no number, or one that does not fit.
    #[error(
        "the ticket's number is {0:?}; it must have 1 to {LABEL_CHARS_MAX} printable ASCII characters"
    )]
    Label(String),
    /// A text is too long for a ticket.
    #[error("the ticket's {field} has {chars} characters; at most {TEXT_CHARS_MAX} are printed")]
    TextTooLong {
        /// Which text.
        field: &'static str,
        /// How long it is.
        chars: usize,
    },
    /// The address is too long for a code that a phone can read.
    #[error(
        "the ticket's address has {0} bytes; at most {URL_BYTES_MAX} fit into a readable QR code"
    )]
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
                check_length(field, text)?;
            }
        }
        check_length("time", &self.issued_at)?;
        check_length("telephone number", &self.phone)?;
        match &self.url {
            Some(url) if url.len() > URL_BYTES_MAX => Err(TicketError::UrlTooLong(url.len())),
            Some(_) | None => Ok(()),
        }
    }
}

fn check_length(field: &'static str, text: &str) -> Result<(), TicketError> {
    let chars = text.chars().count();
    if chars > TEXT_CHARS_MAX {
        Err(TicketError::TextTooLong { field, chars })
    } else {
        Ok(())
    }
}

/// The fixed words of a ticket, in one place so that they can be reviewed together. Chinese first.
pub mod words {
    use nowserving_shared::model::Language;

    /// A fixed wording in both languages.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Words {
        /// Chinese.
        pub zh: &'static str,
        /// English.
        pub en: &'static str,
    }

    /// The greeting above the number.
    pub const GREETING: Words = Words {
        zh: "您好！您的排队号码是",
        en: "Welcome! Your number is",
    };
    /// What to do now.
    pub const ADVICE: Words = Words {
        zh: "请在休息区等候，留意叫号和大屏。",
        en: "Please wait and watch the screen",
    };
    /// Before the windows.
    pub const WINDOWS: Words = Words {
        zh: "办理窗口：",
        en: "Served at: ",
    };
    /// Before the rule for missed calls.
    pub const MISSED: Words = Words {
        zh: "过号提示：",
        en: "If you miss it: ",
    };
    /// Under the QR code.
    pub const QR: Words = Words {
        zh: "扫码查看排队进度",
        en: "Scan to follow your place",
    };
    /// Before the telephone number.
    pub const PHONE: Words = Words {
        zh: "咨询电话：",
        en: "Questions: ",
    };
    /// Before the time of issue.
    pub const ISSUED: Words = Words {
        zh: "取号时间：",
        en: "Issued: ",
    };
    /// The mark of a copy.
    pub const COPY: Words = Words {
        zh: "补打件",
        en: "COPY",
    };

    /// How many wait before this ticket.
    #[must_use]
    pub fn people_ahead(people: u32, language: Language) -> String {
        match (language, people) {
            (Language::ZhCn, 0) => "您前面没有人等候，请留意叫号".to_owned(),
            (Language::ZhCn, _) => format!("您前面还有 {people} 人等候"),
            (Language::En, 0) => "You are next, please stay near".to_owned(),
            (Language::En, 1) => "1 person is waiting before you".to_owned(),
            (Language::En, _) => format!("{people} people are waiting before you"),
        }
    }

    /// The expected wait.
    #[must_use]
    pub fn expected_wait((shortest, longest): (u16, u16), language: Language) -> String {
        let minutes = if shortest == longest {
            shortest.to_string()
        } else {
            format!("{shortest}~{longest}")
        };
        match language {
            Language::ZhCn => format!("预计等候 {minutes} 分钟"),
            Language::En => format!("Expected wait {} min", minutes.replace('~', "-")),
        }
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
