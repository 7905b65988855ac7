//! Who gets which paper, and who may have it again.

use std::time::Duration;

use nowserving_shared::model::{Language, TicketId};

use super::*;
use crate::state::tests::Kiosk;
use crate::state::tests::hall::issued;
use crate::state::{
    Event, IssueOutcome, Mode, PRINT_PATIENCE, PrinterTrouble, TICKET_SHOWN, Touch,
};
use crate::view::{Offer, PageView, View};

const TICKET: TicketId = TicketId(17);

impl Kiosk {
    /// A kiosk with a number whose paper went so far.
    fn with_paper(stage: PrintStage) -> Self {
        let mut kiosk = Self::with_a_number();
        kiosk.on(Event::Print {
            ticket: TICKET,
            stage,
        });
        kiosk.wished();
        kiosk
    }

    fn copy_is(&mut self, copy: u32, stage: PrintStage) {
        let copy = NonZeroU32::new(copy).expect("copies count from 1");
        self.on(Event::Copy {
            ticket: TICKET,
            copy,
            stage,
        });
    }

    fn paper(&self) -> (u32, PrintStage) {
        match self.state.page() {
            Page::Ticket(page) => (page.copy, page.print),
            other => panic!("no number is shown: {other:?}"),
        }
    }

    fn offer(&self) -> Option<Offer> {
        match View::of(&self.state).page {
            PageView::Ticket(ticket) => ticket.reprint,
            other => panic!("no number is shown: {other:?}"),
        }
    }

    /// The copies that were asked for since the last look, 0 for the ticket itself; and whether each is in large print.
    fn printed(&mut self) -> Vec<(u32, bool)> {
        let print = |effect| match effect {
            Effect::Print { ticket, paper } => Some((ticket, 0, paper.large)),
            Effect::Reprint {
                ticket,
                copy,
                paper,
            } => Some((ticket, copy.get(), paper.large)),
            _ => None,
        };
        let prints = self.wished().into_iter().filter_map(print);
        prints
            .map(|(ticket, copy, large)| {
                assert_eq!(ticket, TICKET);
                (copy, large)
            })
            .collect()
    }
}

#[test]
fn who_reads_large_text_gets_a_ticket_and_copies_in_large_print() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Mode(Mode::LargeText));
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    let number = issued("id-card", "elderly", Language::ZhCn);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
    assert_eq!(kiosk.printed(), [(0, true)]);
    kiosk.on(Event::Print {
        ticket: TICKET,
        stage: PrintStage::Printed,
    });
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), [(1, true)]);
    kiosk.copy_is(1, PrintStage::Printed);
    kiosk.touch(Touch::Mode(Mode::LargeText));
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), [(2, false)]);
}

#[test]
fn paper_that_came_out_or_may_have_is_printed_again_as_a_copy() {
    for stage in [PrintStage::Printed, PrintStage::Sent, PrintStage::Unknown] {
        let mut kiosk = Kiosk::with_paper(stage);
        let offer = kiosk.offer().expect("the printer prints");
        assert_eq!((offer.label.as_str(), offer.open), ("再打一张", true));
        kiosk.touch(Touch::Reprint);
        assert_eq!(kiosk.printed(), [(1, false)]);
        assert_eq!(kiosk.paper(), (1, PrintStage::UnderWay));
    }
}

#[test]
fn paper_that_surely_did_not_come_out_is_printed_itself() {
    let mut kiosk = Kiosk::with_paper(PrintStage::Failed);
    assert_eq!(kiosk.offer().expect("it prints").label, "打印号票");
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), [(0, false)]);
    kiosk.on(Event::Print {
        ticket: TICKET,
        stage: PrintStage::Printed,
    });
    assert_eq!(kiosk.paper(), (0, PrintStage::Printed));
    kiosk.touch(Touch::Reprint);
    kiosk.copy_is(1, PrintStage::Failed);
    kiosk.wished();
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), [(1, false)], "the same copy");
}

#[test]
fn a_number_that_was_not_to_be_printed_can_be_once_there_is_paper() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::PaperOut,
    )));
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    let number = issued("id-card", "elderly", Language::ZhCn);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
    kiosk.wished();
    assert_eq!(kiosk.offer(), None);
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), []);
    kiosk.on(Event::Printer(PrinterIs::PaperLow));
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), [(0, false)]);
}

#[test]
fn one_ticket_has_no_more_copies_than_the_bound() {
    let mut kiosk = Kiosk::with_paper(PrintStage::Printed);
    for copy in 1..=COPIES_MAX {
        kiosk.touch(Touch::Reprint);
        assert_eq!(kiosk.printed(), [(copy, false)]);
        kiosk.copy_is(copy, PrintStage::Printed);
    }
    assert!(!kiosk.offer().expect("it prints").open);
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), []);
}

#[test]
fn nothing_is_printed_again_while_a_print_is_under_way() {
    let mut kiosk = Kiosk::with_a_number();
    kiosk.wished();
    kiosk.touch(Touch::Reprint);
    assert_eq!(kiosk.printed(), []);
    assert!(!kiosk.offer().expect("it prints").open);
}

#[test]
fn the_page_tells_what_became_of_the_latest_copy_and_stays_for_it() {
    let mut kiosk = Kiosk::with_paper(PrintStage::Printed);
    kiosk.after(TICKET_SHOWN - Duration::from_secs(1));
    kiosk.touch(Touch::Reprint);
    kiosk.on(Event::Print {
        ticket: TICKET,
        stage: PrintStage::Failed,
    });
    assert_eq!(
        kiosk.paper(),
        (1, PrintStage::UnderWay),
        "late news of the ticket itself are none of the copy"
    );
    kiosk.after(PRINT_PATIENCE - Duration::from_secs(1));
    kiosk.copy_is(1, PrintStage::Printed);
    assert_eq!(kiosk.paper(), (1, PrintStage::Printed));
    assert_eq!(kiosk.state.goes_home_in(), Some(TICKET_SHOWN));
}

#[test]
fn a_copy_is_not_waited_for_for_ever() {
    let mut kiosk = Kiosk::with_paper(PrintStage::Printed);
    kiosk.touch(Touch::Reprint);
    kiosk.after(PRINT_PATIENCE);
    assert_eq!(kiosk.paper(), (1, PrintStage::Unknown));
}
