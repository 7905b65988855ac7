//! Paper beside the first print of a ticket: copies and guidance slips.

use std::num::NonZeroU32;

use nowserving_shared::model::TicketId;

use super::RealHands;
use crate::printer::{JobKey, PrintJob, SlipPaper, TicketPaper};
use crate::state::{Event, PrintStage};

/// What the state is told of a job.
pub(super) fn paper_event(key: JobKey, stage: PrintStage) -> Event {
    match key {
        JobKey::Ticket { ticket, copy } => match NonZeroU32::new(copy) {
            None => Event::Print { ticket, stage },
            Some(copy) => Event::Copy {
                ticket,
                copy,
                stage,
            },
        },
        JobKey::Slip(number) => Event::Slip { number, stage },
    }
}

impl RealHands {
    pub(super) fn reprint(&self, ticket: TicketId, copy: NonZeroU32, paper: TicketPaper) {
        let stage = self.submit(PrintJob::copy(ticket, copy, paper));
        self.tell(Event::Copy {
            ticket,
            copy,
            stage,
        });
    }

    pub(super) fn print_slip(&self, number: u64, slip: SlipPaper) {
        let stage = self.submit(PrintJob::slip(number, slip));
        self.tell(Event::Slip { number, stage });
    }
}
