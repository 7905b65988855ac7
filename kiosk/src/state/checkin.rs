//! Check-in by code: what a card, a ticket or a poster that is held to the reader does to a visit.
//!
//! A card makes the visit know its person, by a hash and a masked number: that goes with the number that is taken, and is
//! forgotten with the visit, or at a touch. A service's code leads to that service, a ticket's to how it stands with it.
//! What cannot be read is said in words on the page, for [`CODE_NEWS_SHOWN`], and changes nothing else. While a number is
//! being taken, looked for or printed, and on the kiosk's own page, no code is heeded.

use std::time::Duration;

use nowserving_shared::board::TicketStands;
use nowserving_shared::model::{ClassId, Label, PersonHash, ServiceId};
use nowserving_shared::protocol::http::{HeldTicket, IssuedView, TicketView};
use nowserving_shared::protocol::kiosk::{LeaseView, TakenTicket};
use serde::{Deserialize, Serialize};

use super::{COPIES_MAX, Effect, Issuing, Page, PrintStage, State, TicketPage};

#[cfg(test)]
mod tests;

/// How long it is said that a code could not be read.
pub const CODE_NEWS_SHOWN: Duration = Duration::from_secs(12);
/// How long a ticket is looked for before the visitor is told that it cannot be found now. The server's answer takes less.
pub const LOOK_PATIENCE: Duration = Duration::from_secs(12);

/// What was held to the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scanned {
    /// An identity card.
    Person(Visitor),
    /// An identity card, while the kiosk has no key to hash its number with.
    CardNotNow,
    /// A ticket, by its secret.
    Ticket {
        /// The secret.
        token: String,
    },
    /// A service's code.
    Service(ServiceId),
    /// Something else, or nothing that could be read.
    Unknown,
}

/// Who the visit is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// What the hall knows the person by.
    pub person: PersonHash,
    /// The number of the card as it may be shown: masked.
    pub masked: String,
}

/// What became of looking for a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundOutcome {
    /// It is there, or was.
    Ticket(Box<TicketView>),
    /// The server knows no such ticket.
    Unknown,
    /// No answer that says anything; for the log.
    Failed(String),
}

/// What is to be said of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeNews {
    /// It cannot be read, or means nothing here.
    Unknown,
    /// Cards cannot be read now.
    CardNotNow,
    /// There is no such ticket.
    TicketUnknown,
    /// The ticket is over.
    TicketOver(Label),
    /// The ticket cannot be looked for now.
    NotNow,
}

/// Why a ticket is shown that was not taken in this visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundBy {
    /// It was held to the reader.
    Code,
    /// Its holder wanted a second one.
    SecondWish,
}

/// A ticket that was not taken in this visit, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Why it is shown.
    pub by: FoundBy,
    /// Where it stands.
    pub stands: TicketStands,
    /// The number of the window that called it or serves it.
    pub window: Option<u32>,
}

/// A ticket that is being looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looking {
    /// Which question it is.
    pub number: u64,
    /// The ticket's secret.
    pub token: String,
    /// Since when (uptime).
    pub since: Duration,
}

/// What a kiosk keeps of codes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct CheckIn {
    visitor: Option<Visitor>,
    /// What is said of the latest code, and since when (uptime).
    news: Option<(CodeNews, Duration)>,
    /// Questions so far.
    looks: u64,
    /// Tickets found so far.
    found: u32,
}

impl CheckIn {
    /// Forgets the visitor.
    pub(super) fn rest(&mut self) {
        self.visitor = None;
        self.news = None;
    }
}

impl State {
    /// Who the visit is of, if that is known.
    #[must_use]
    pub fn visitor(&self) -> Option<&Visitor> {
        self.checkin.visitor.as_ref()
    }

    /// What is to be said of the latest code.
    #[must_use]
    pub fn code_news(&self) -> Option<&CodeNews> {
        self.checkin.news.as_ref().map(|(news, _)| news)
    }

    /// Something was held to the reader.
    pub(super) fn scanned(&mut self, scanned: Scanned) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        self.checkin.news = None;
        // What says nothing may be no person at all, and keeps no page open.
        if scanned != Scanned::Unknown {
            self.touched = self.uptime;
        }
        match scanned {
            Scanned::Person(visitor) => self.checked_in(visitor),
            Scanned::Service(service) => self.led_to(service),
            Scanned::Ticket { token } => return self.look_for(token),
            Scanned::CardNotNow => self.say_of_code(CodeNews::CardNotNow),
            Scanned::Unknown => self.say_of_code(CodeNews::Unknown),
        }
        Vec::new()
    }

    /// Whether something is under way that a code must not disturb.
    fn is_busy(&self) -> bool {
        match &self.page {
            Page::Issuing(_) | Page::Looking(_) | Page::Pin | Page::Maintenance => true,
            // Nobody's code takes a number off the screen that its holder has on no paper.
            Page::Ticket(page) => match page.print {
                PrintStage::UnderWay => true,
                PrintStage::Printed | PrintStage::Sent => false,
                PrintStage::NotAsked | PrintStage::Failed | PrintStage::Unknown => {
                    page.found.is_none()
                }
            },
            Page::Welcome
            | Page::Groups
            | Page::Services { .. }
            | Page::Search { .. }
            | Page::NotNow { .. }
            | Page::Classes { .. }
            | Page::Confirm { .. }
            | Page::Sorry { .. } => false,
        }
    }

    /// Whoever holds something to the reader when a visit has come to its end begins another one.
    fn end_what_is_over(&mut self) {
        if matches!(self.page, Page::Ticket(_) | Page::Sorry { .. }) {
            self.go_home();
        }
    }

    fn checked_in(&mut self, visitor: Visitor) {
        self.end_what_is_over();
        self.checkin.visitor = Some(visitor);
        self.language_chosen(self.language);
    }

    /// The person is not to be known any more; the visit goes on.
    pub(super) fn forget_visitor(&mut self) {
        self.checkin.visitor = None;
    }

    fn led_to(&mut self, service: ServiceId) {
        let ordinary = self.hall.as_ref().and_then(|hall| hall.classes.first());
        let class = ordinary.map(|class| class.id.clone());
        let Some(class) = class.filter(|_| self.service(&service).is_some()) else {
            return self.say_of_code(CodeNews::Unknown);
        };
        self.end_what_is_over();
        self.found_by = None;
        self.quick = true;
        self.page = if self.gives_out(&service) {
            Page::Confirm { service, class }
        } else {
            Page::NotNow { service }
        };
    }

    fn look_for(&mut self, token: String) -> Vec<Effect> {
        if self.is_away() {
            self.say_of_code(CodeNews::NotNow);
            return Vec::new();
        }
        self.end_what_is_over();
        self.checkin.looks += 1;
        let number = self.checkin.looks;
        self.page = Page::Looking(Looking {
            number,
            token: token.clone(),
            since: self.uptime,
        });
        vec![Effect::FindTicket { number, token }]
    }

    /// The server answered, or nobody did.
    pub(super) fn found(&mut self, number: u64, outcome: FoundOutcome) {
        let Page::Looking(looking) = &self.page else {
            return;
        };
        if looking.number != number {
            return;
        }
        let token = looking.token.clone();
        self.touched = self.uptime;
        match outcome {
            FoundOutcome::Ticket(view) => {
                let held = HeldTicket { token, view: *view };
                if !self.show_held(&held, FoundBy::Code) {
                    self.leave_saying(CodeNews::TicketOver(held.view.label));
                }
            }
            FoundOutcome::Unknown => self.leave_saying(CodeNews::TicketUnknown),
            FoundOutcome::Failed(_) => self.leave_saying(CodeNews::NotNow),
        }
    }

    /// Shows a ticket that somebody has; false when it is over.
    pub(super) fn show_held(&mut self, held: &HeldTicket, by: FoundBy) -> bool {
        let view = &held.view;
        let (Some(stands), Some(reprint)) = (view.stands, &view.reprint) else {
            return false;
        };
        let issued = IssuedView {
            ticket: reprint.ticket,
            label: view.label.clone(),
            token: held.token.clone(),
            service: reprint.service.clone(),
            class: reprint.class.clone(),
            language: view.language,
            ahead: view.ahead.unwrap_or_default(),
            zones: reprint.zones.clone(),
            windows: view.windows.clone(),
            issued_at: view.issued_at,
            day: reprint.day,
        };
        let window = view.window;
        let found = Found { by, stands, window };
        self.show_found(issued, false, found);
        true
    }

    /// The ticket that this kiosk itself gave the person of a step while the server was away; it is shown in place of a
    /// second one. Online as well: the server may not have been told of it yet.
    pub(super) fn shows_own(&mut self, step: &Issuing) -> bool {
        let known = step.person.as_ref().zip(self.book());
        let day = self.lease_for(&step.service).map(|lease| lease.day);
        let day = day.or(self.hall.as_ref().map(|hall| hall.day));
        let given = known
            .zip(day)
            .and_then(|((person, book), day)| book.given_to(person, &step.service, day));
        let Some((taken, lease)) = given.map(|(taken, lease)| (taken.clone(), lease.clone()))
        else {
            return false;
        };
        let class = taken.class.clone().unwrap_or_else(|| step.class.clone());
        let issued = self.issued_from(&taken, class, lease);
        let found = Found {
            by: FoundBy::SecondWish,
            stands: TicketStands::Waiting,
            window: None,
        };
        self.show_found(issued, true, found);
        true
    }

    /// Whether the ticket that stands in the way of a step may be one that this kiosk owes to cancel.
    pub(super) fn is_to_be_undone(&self, step: &Issuing) -> bool {
        let known = step.person.as_ref().zip(self.book());
        known.is_some_and(|(person, book)| book.undoes_for(person, &step.service))
    }

    /// What a ticket from a lease says.
    pub(super) fn issued_from(
        &self,
        taken: &TakenTicket,
        class: ClassId,
        lease: LeaseView,
    ) -> IssuedView {
        let service = self.service(&lease.service);
        IssuedView {
            ticket: taken.ticket,
            label: lease.label,
            token: lease.token,
            class,
            language: taken.language,
            ahead: 0,
            zones: service.map(|known| known.zones.clone()).unwrap_or_default(),
            windows: service
                .map(|known| known.windows.clone())
                .unwrap_or_default(),
            service: lease.service,
            issued_at: taken.taken_at,
            day: lease.day,
        }
    }

    fn show_found(&mut self, issued: IssuedView, offline: bool, found: Found) {
        self.checkin.found = self.checkin.found.wrapping_add(1);
        // Each page has numbers of its own for its copies, beyond those of a ticket that was taken here: the printer never
        // prints one copy twice.
        let copy = self
            .checkin
            .found
            .wrapping_mul(COPIES_MAX + 1)
            .max(COPIES_MAX + 1);
        // Whoever holds a ticket to the reader need not be its holder, and the card that was read need not be theirs.
        let identity = match found.by {
            FoundBy::SecondWish => self.masked(),
            FoundBy::Code => String::new(),
        };
        self.page = Page::Ticket(Box::new(TicketPage {
            issued,
            print: PrintStage::NotAsked,
            since: self.uptime,
            offline,
            copy,
            reprints: 0,
            found: Some(found),
            identity,
        }));
    }

    /// The masked number of the visitor's card; empty when nobody is known.
    pub(super) fn masked(&self) -> String {
        let visitor = self.checkin.visitor.as_ref();
        visitor
            .map(|known| known.masked.clone())
            .unwrap_or_default()
    }

    pub(super) fn tick_codes(&mut self) {
        let past = |since: Duration, span: Duration| self.uptime.saturating_sub(since) >= span;
        let news_over = |(_, since): &(CodeNews, Duration)| past(*since, CODE_NEWS_SHOWN);
        if self.checkin.news.as_ref().is_some_and(news_over) {
            self.checkin.news = None;
        }
        if matches!(&self.page, Page::Looking(looking) if past(looking.since, LOOK_PATIENCE)) {
            self.leave_saying(CodeNews::NotNow);
        }
    }

    fn say_of_code(&mut self, news: CodeNews) {
        self.checkin.news = Some((news, self.uptime));
    }

    fn leave_saying(&mut self, news: CodeNews) {
        self.begin_anew();
        self.say_of_code(news);
    }
}
