//! The guide on paper: who gets it, how often, and what the page says of it.

use super::*;
use crate::state::tests::Kiosk;
use crate::state::{Event, INACTIVITY, PrinterIs, PrinterTrouble, Touch};
use crate::view::{PageView, View};
use nowserving_shared::model::Language;

impl Kiosk {
    fn slip_is(&mut self, number: u64, stage: PrintStage) {
        self.on(Event::Slip { number, stage });
    }

    /// The numbers of the slips that were asked for since the last look.
    fn slips(&mut self) -> Vec<u64> {
        let slip = |effect| match effect {
            Effect::PrintSlip { number, slip } => {
                assert_eq!(slip.check(), Ok(()));
                Some(number)
            }
            _ => None,
        };
        self.wished().into_iter().filter_map(slip).collect()
    }

    fn offers_slip(&self) -> Option<bool> {
        match View::of(&self.state).page {
            PageView::Confirm(confirm) => confirm.slip.map(|offer| offer.open),
            other => panic!("not the question: {other:?}"),
        }
    }

    fn has_notice(&self, text: &str) -> bool {
        let view = View::of(&self.state);
        view.notices.iter().any(|notice| notice.text == text)
    }
}

#[test]
fn the_guide_of_the_service_is_printed_in_the_pages_language() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Language(Language::En));
    kiosk.touch(Touch::Slip);
    let wished = kiosk.wished();
    let [Effect::PrintSlip { number: 1, slip }] = &wished[..] else {
        panic!("a slip: {wished:?}")
    };
    assert_eq!(slip.language, Language::En);
    assert_eq!(slip.service.text(Language::ZhCn), "居民身份证办理");
    assert_eq!(slip.printed_at, "2026-03-02 09:41");
    assert!(kiosk.has_notice("Printing the guide, one moment please…"));
    kiosk.slip_is(1, PrintStage::Printed);
    assert!(kiosk.has_notice("Please take the guide"));
    assert!(matches!(kiosk.state.page(), Page::Confirm { .. }));
}

#[test]
fn a_visit_prints_no_more_slips_than_the_bound_and_the_next_visit_begins_anew() {
    let mut kiosk = Kiosk::before_the_number();
    for number in 1..=u64::from(SLIPS_MAX) {
        kiosk.touch(Touch::Slip);
        kiosk.touch(Touch::Slip);
        assert_eq!(kiosk.slips(), [number], "one at a time");
        kiosk.slip_is(number, PrintStage::Printed);
    }
    assert_eq!(kiosk.offers_slip(), Some(false));
    kiosk.touch(Touch::Slip);
    assert_eq!(kiosk.slips(), Vec::<u64>::new());
    kiosk.after(INACTIVITY);
    assert_eq!(*kiosk.state.page(), Page::Welcome);
    kiosk.goes_to_the_question();
    kiosk.touch(Touch::Slip);
    assert_eq!(kiosk.slips(), [u64::from(SLIPS_MAX) + 1]);
}

#[test]
fn a_printer_that_does_not_print_is_not_offered() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.on(Event::Printer(PrinterIs::NotReady(
        PrinterTrouble::CoverOpen,
    )));
    assert_eq!(kiosk.offers_slip(), None);
    kiosk.touch(Touch::Slip);
    assert_eq!(kiosk.slips(), Vec::<u64>::new());
}

#[test]
fn a_slip_that_does_not_come_out_is_told_and_can_be_asked_for_again() {
    let missing = "告知单如果没有出来，请拍照保存本页，或到咨询台索取。";
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Slip);
    kiosk.after(PRINT_PATIENCE);
    assert!(kiosk.has_notice(missing), "not waited for for ever");
    kiosk.slip_is(1, PrintStage::Printed);
    assert!(
        kiosk.has_notice("请取走告知单"),
        "late good news are welcome"
    );
    kiosk.touch(Touch::Slip);
    kiosk.slip_is(1, PrintStage::Failed);
    assert!(!kiosk.has_notice(missing), "news of an earlier one");
    kiosk.slip_is(2, PrintStage::Failed);
    assert!(kiosk.has_notice(missing));
}

#[test]
fn what_became_of_a_slip_is_said_on_its_page_only() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Slip);
    kiosk.slip_is(1, PrintStage::Printed);
    kiosk.touch(Touch::Back);
    assert!(!kiosk.has_notice("请取走告知单"));
    kiosk.after(std::time::Duration::from_secs(1));
    kiosk.touch(Touch::Class(crate::state::tests::hall::class("elderly")));
    assert!(matches!(kiosk.state.page(), Page::Confirm { .. }));
    assert!(!kiosk.has_notice("请取走告知单"), "it was taken");
}
