//! Calls for help, and paper beside the first print of a ticket: copies and guidance slips.

use std::num::NonZeroU32;

use nowserving_client::socket::LinkEvent;
use nowserving_shared::board::HelpLine;
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
        JobKey::Test(number) => Event::SelfTest { number, stage },
    }
}

/// The calls for help that were told last. They change seldom, and boards come often.
#[derive(Default)]
pub(super) struct Helps(Option<(u32, Vec<HelpLine>)>);

impl Helps {
    /// What is new of them.
    pub(super) fn of(&mut self, news: &LinkEvent) -> Option<Event> {
        match news {
            LinkEvent::Board { board, .. } => {
                let now = (board.catalogue_version, board.helps.clone());
                if self.0.as_ref() == Some(&now) {
                    return None;
                }
                self.0 = Some(now.clone());
                let (catalogue_version, helps) = now;
                Some(Event::Helps {
                    catalogue_version,
                    helps,
                })
            }
            LinkEvent::Lost { .. } | LinkEvent::Refused { .. } => {
                self.0 = None;
                None
            }
            LinkEvent::Connected
            | LinkEvent::Ticket { .. }
            | LinkEvent::Placed(_)
            | LinkEvent::Announcement(_)
            | LinkEvent::AnnouncementOver { .. }
            | LinkEvent::Alive { .. } => None,
        }
    }
}

impl RealHands {
    pub(super) fn call_help(&self) {
        let (api, events) = (self.api.clone(), self.events.clone());
        self.runtime.spawn(async move {
            let called = api.call_help().await;
            let failed = called.err().map(|error| error.to_string());
            events.send(Event::HelpCalled { failed }).await;
        });
    }

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
