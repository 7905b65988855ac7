//! What a guidance slip (告知单) says: a service as the hall explains it, for a customer to take home.

use nowserving_shared::model::catalogue::GUIDE_CHARS_MAX;
use nowserving_shared::model::{Language, Localized};

use super::ticket::{TEXT_CHARS_MAX, TicketError, URL_BYTES_MAX, check_length};

/// Everything that one slip says. An empty text is left out on paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlipPaper {
    /// The hall's name (大厅).
    pub hall: Localized,
    /// Where the service is (区域).
    pub zone: Localized,
    /// The group or department (部门).
    pub group: Localized,
    /// The service (业务).
    pub service: Localized,
    /// The steps (办理流程); line breaks are kept.
    pub process: Localized,
    /// What to bring (所需材料); line breaks are kept.
    pub materials: Localized,
    /// What it costs (收费标准).
    pub fee: Localized,
    /// How long the office may take (办理时限).
    pub time_limit: Localized,
    /// The windows that serve it, ready to be read: `3–5号窗口`.
    pub windows: Localized,
    /// Whom to ask.
    pub phone: String,
    /// When it was printed, in the hall's own civil time, ready to be read: `2026-03-02 09:41`.
    pub printed_at: String,
    /// The address of the service's page, printed as a QR code.
    pub url: Option<String>,
    /// The language that the customer chose.
    pub language: Language,
}

impl SlipPaper {
    /// Refuses a slip that cannot be put on paper as a whole.
    ///
    /// # Errors
    /// A slip without a service, a text that is too long, an address that is too long for a QR code.
    pub fn check(&self) -> Result<(), TicketError> {
        if self.service.iter().all(|(_, text)| text.trim().is_empty()) {
            return Err(TicketError::NoService);
        }
        let short = [
            ("hall name", &self.hall),
            ("zone", &self.zone),
            ("group", &self.group),
            ("service", &self.service),
            ("windows", &self.windows),
        ];
        let long = [
            ("process", &self.process),
            ("materials", &self.materials),
            ("fee", &self.fee),
            ("time limit", &self.time_limit),
        ];
        let all = short
            .map(|(field, text)| (field, text, TEXT_CHARS_MAX))
            .into_iter()
            .chain(long.map(|(field, text)| (field, text, GUIDE_CHARS_MAX)));
        for (field, text, chars_max) in all {
            for (_, text) in text.iter() {
                check_length(field, text, chars_max)?;
            }
        }
        check_length("time", &self.printed_at, TEXT_CHARS_MAX)?;
        check_length("telephone number", &self.phone, TEXT_CHARS_MAX)?;
        match &self.url {
            Some(url) if url.len() > URL_BYTES_MAX => Err(TicketError::UrlTooLong(url.len())),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Localized {
        Localized::new([(Language::ZhCn, text.to_owned())])
    }

    #[test]
    fn a_slip_must_say_of_what_and_must_fit() {
        let slip = SlipPaper {
            service: said("社会保障卡申领"),
            materials: said(&"证".repeat(GUIDE_CHARS_MAX)),
            ..SlipPaper::default()
        };
        assert_eq!(slip.check(), Ok(()));
        assert_eq!(SlipPaper::default().check(), Err(TicketError::NoService));
        let long = SlipPaper {
            materials: said(&"证".repeat(GUIDE_CHARS_MAX + 1)),
            ..slip
        };
        let error = long.check().expect_err("too long").to_string();
        assert!(error.contains("materials"), "{error}");
    }
}
