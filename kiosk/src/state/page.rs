//! The pages of a visit.

use std::time::Duration;

use nowserving_shared::model::{ClassId, GroupId, Language, PersonHash, ServiceId, TicketId};
use nowserving_shared::protocol::http::{IssueRequest, IssuedView};
use serde::{Deserialize, Serialize};

use super::{Effect, Found, ISSUE_BACKOFF, Looking};

/// What the screen is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Page {
    /// Nobody is here; whoever comes chooses a language.
    Welcome,
    /// Which group?
    Groups,
    /// Which service of a group?
    Services {
        /// Of which group.
        group: GroupId,
    },
    /// Which service of the whole hall? Found by what is typed.
    Search {
        /// What was typed, as [`crate::search::tidy`] keeps it.
        query: String,
    },
    /// The service cannot be had now; the page says why and what to do.
    NotNow {
        /// Which service.
        service: ServiceId,
    },
    /// Which priority class?
    Classes {
        /// For which service.
        service: ServiceId,
    },
    /// What is to be known before the number is taken.
    Confirm {
        /// For which service.
        service: ServiceId,
        /// In which class.
        class: ClassId,
    },
    /// The server is asked for the number.
    Issuing(Issuing),
    /// The server is asked for a ticket that was held to the reader.
    Looking(Looking),
    /// The number.
    Ticket(Box<TicketPage>),
    /// The code of the kiosk's own page is asked for.
    Pin,
    /// The kiosk's own page, for whoever looks after it.
    Maintenance,
    /// No number; the page says why and what to do.
    Sorry {
        /// Why.
        why: SorryWhy,
        /// The step that can be tried again.
        retry: Option<Issuing>,
    },
}

/// One step: from a confirmation to its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issuing {
    /// For which service.
    pub service: ServiceId,
    /// In which class.
    pub class: ClassId,
    /// In which language: fixed with the step, because a repeated request must be the same request.
    pub language: Language,
    /// The idempotency key of every attempt of this step.
    pub key: String,
    /// Attempts begun.
    pub attempts: u32,
    /// When the first of them began (uptime).
    pub since: Duration,
    /// When the next one begins; none while one is under way.
    pub next: Option<Duration>,
    /// Whether an attempt without an answer may have reached the server.
    pub maybe_reached: bool,
    /// The number from a lease that is being written down for this step.
    pub taking: Option<TicketId>,
    /// Who takes it, if that is known.
    #[serde(default)]
    pub person: Option<PersonHash>,
}

impl Issuing {
    /// The wish to ask the server.
    pub(super) fn effect(&self) -> Effect {
        Effect::Issue {
            key: self.key.clone(),
            request: self.request(),
        }
    }

    /// What the server is asked.
    pub(super) fn request(&self) -> IssueRequest {
        IssueRequest {
            service: self.service.clone(),
            class: Some(self.class.clone()),
            language: self.language,
            person: self.person,
        }
    }

    /// The pause before the attempt after this one.
    pub(super) fn pause(&self) -> Duration {
        ISSUE_BACKOFF.saturating_mul(1 << self.attempts.saturating_sub(1).min(16))
    }
}

/// The number, as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketPage {
    /// What the server issued.
    pub issued: IssuedView,
    /// Where its latest paper is.
    pub print: PrintStage,
    /// Since when that is waited for (uptime).
    pub since: Duration,
    /// Whether it was given out without the server: then nobody knows how many go before.
    pub offline: bool,
    /// Which copy its latest paper is; 0 for the ticket itself.
    #[serde(default)]
    pub copy: u32,
    /// How often somebody asked for it again.
    #[serde(default)]
    pub reprints: u32,
    /// How it stands with it, when it was not taken in this visit.
    #[serde(default)]
    pub found: Option<Found>,
    /// The masked number of its holder's card; empty when nobody is known.
    #[serde(default)]
    pub identity: String,
}

/// Where the paper of a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrintStage {
    /// It was not to be printed, because the printer could not; the customer knew before.
    NotAsked,
    /// On its way.
    UnderWay,
    /// The printer confirmed that it is printed.
    Printed,
    /// The printer took it and does not say more.
    Sent,
    /// Nobody knows whether it came out.
    Unknown,
    /// It did not come out.
    Failed,
}

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SorryWhy {
    /// The server was not reached.
    ServerAway,
    /// The printer became unable before a number was taken, and the hall wants every number on paper.
    NoPaper,
    /// The server refused.
    Refused {
        /// Its stable code.
        code: String,
        /// Its sentence for people, in the language of the page.
        detail: String,
    },
}
