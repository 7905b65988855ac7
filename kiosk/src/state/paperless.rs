//! Numbers without paper: the hall says whether a kiosk gives them out ([`HallView::paperless`]).
//!
//! Where it does not, a kiosk whose printer is known to be unable takes no number, and says so before anything is chosen.
//! A number that was taken is shown all the same, whatever becomes of its paper.
//!
//! [`HallView::paperless`]: nowserving_shared::protocol::http::HallView::paperless

use super::{Issuing, Page, PrinterIs, PrinterTrouble, SorryWhy, State};

#[cfg(test)]
mod tests;

impl State {
    /// Why no number is taken here now: the printer is known to be unable, and the hall wants every number on paper.
    #[must_use]
    pub fn lacks_paper(&self) -> Option<PrinterTrouble> {
        let allowed = self.hall.as_ref().is_some_and(|hall| hall.paperless);
        match self.printer {
            PrinterIs::NotReady(trouble) if !allowed => Some(trouble),
            PrinterIs::NotReady(_)
            | PrinterIs::Starting
            | PrinterIs::Ready
            | PrinterIs::PaperLow => None,
        }
    }

    /// Whether a step may go on: without paper only one whose number the server may have given out already.
    #[must_use]
    pub fn may_go_on(&self, step: &Issuing) -> bool {
        self.lacks_paper().is_none() || step.maybe_reached
    }

    /// The printer became unable before any number was taken for the step.
    pub(super) fn stop_for_paper(&mut self, step: Issuing) {
        self.touched = self.uptime;
        self.page = Page::Sorry {
            why: SorryWhy::NoPaper,
            retry: Some(step),
        };
    }
}
