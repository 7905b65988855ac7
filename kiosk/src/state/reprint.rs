//! What is printed of a ticket, and printing it again at a touch.

use std::num::NonZeroU32;

use nowserving_shared::protocol::http::IssuedView;

use super::{Effect, Page, PrintStage, PrinterIs, State};
use crate::paper;
use crate::printer::TicketPaper;

#[cfg(test)]
mod tests;

/// How often one ticket can be printed again: paper that is not waited for is not wasted, and few papers with one number
/// lie about.
pub const COPIES_MAX: u32 = 3;

impl State {
    /// Whether the printer prints now.
    #[must_use]
    pub fn printer_is_ready(&self) -> bool {
        match self.printer {
            PrinterIs::Ready | PrinterIs::PaperLow => true,
            PrinterIs::Starting | PrinterIs::NotReady(_) => false,
        }
    }

    /// Whether the number on the page can be printed again now.
    #[must_use]
    pub fn may_reprint(&self) -> bool {
        let Page::Ticket(page) = &self.page else {
            return false;
        };
        self.printer_is_ready()
            && self.hall.is_some()
            && page.reprints < COPIES_MAX
            && page.print != PrintStage::UnderWay
    }

    /// What the paper of a number says: in large print for who reads large text.
    pub(super) fn paper_of(
        &self,
        issued: &IssuedView,
        offline: bool,
        identity: &str,
    ) -> Option<TicketPaper> {
        let hall = self.hall.as_ref()?;
        let paper = paper::of(hall, issued, self.ticket_url(issued));
        Some(TicketPaper {
            large: self.access.modes.large_text,
            identity: identity.to_owned(),
            ..paper::with_ahead_known(paper, !offline)
        })
    }

    /// Prints the number on the page once more. What surely did not come out is printed itself; after everything else a
    /// copy is, which says so.
    pub(super) fn reprint(&mut self) -> Vec<Effect> {
        let may = self.may_reprint();
        let Page::Ticket(page) = &self.page else {
            return Vec::new();
        };
        let paper = self.paper_of(&page.issued, page.offline, &page.identity);
        let Some(paper) = paper.filter(|_| may) else {
            return Vec::new();
        };
        let uptime = self.uptime;
        let Page::Ticket(page) = &mut self.page else {
            return Vec::new();
        };
        page.copy = match page.print {
            PrintStage::NotAsked | PrintStage::Failed => page.copy,
            PrintStage::UnderWay | PrintStage::Printed | PrintStage::Sent | PrintStage::Unknown => {
                page.copy + 1
            }
        };
        page.reprints += 1;
        page.print = PrintStage::UnderWay;
        page.since = uptime;
        let (ticket, paper) = (page.issued.ticket, Box::new(paper));
        vec![match NonZeroU32::new(page.copy) {
            None => Effect::Print { ticket, paper },
            Some(copy) => Effect::Reprint {
                ticket,
                copy,
                paper,
            },
        }]
    }
}
