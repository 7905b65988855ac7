use super::*;
use crate::state::tests::Kiosk;
use crate::state::tests::hall::{hall, issued};
use crate::state::{Effect, Event, ISSUE_BACKOFF, IssueOutcome, PrintStage, Touch};
use crate::view::{NoticeKind, PageView, View};
use nowserving_shared::model::Language;

const TROUBLE: [PrinterTrouble; 4] = [
    PrinterTrouble::Absent,
    PrinterTrouble::PaperOut,
    PrinterTrouble::CoverOpen,
    PrinterTrouble::Offline,
];

/// A kiosk of a hall that wants every number on paper.
fn on_paper_only() -> Kiosk {
    let mut kiosk = Kiosk::ready();
    let strict = nowserving_shared::protocol::http::HallView {
        paperless: false,
        ..hall()
    };
    kiosk.on(Event::Hall(Box::new(strict)));
    kiosk
}

fn printer(kiosk: &mut Kiosk, is: PrinterIs) {
    kiosk.on(Event::Printer(is));
}

fn confirm(kiosk: &Kiosk) -> crate::view::Confirm {
    match View::of(&kiosk.state).page {
        PageView::Confirm(confirm) => confirm,
        other => panic!("not before the number: {other:?}"),
    }
}

#[test]
fn a_kiosk_that_cannot_print_takes_no_number_unless_the_hall_allows_it() {
    for trouble in TROUBLE {
        let mut kiosk = on_paper_only();
        kiosk.goes_to_the_question();
        printer(&mut kiosk, PrinterIs::NotReady(trouble));
        kiosk.wished();
        kiosk.touch(Touch::Confirm);
        assert_eq!(kiosk.wished(), [], "{trouble:?}");
        assert!(matches!(kiosk.state.page(), Page::Confirm { .. }));
        assert!(!confirm(&kiosk).open);
    }
}

#[test]
fn it_says_why_before_anything_is_chosen_and_on_every_page_until_the_number() {
    let mut kiosk = on_paper_only();
    printer(&mut kiosk, PrinterIs::NotReady(PrinterTrouble::PaperOut));
    let home = View::of(&kiosk.state);
    assert_eq!(home.notices.len(), 1);
    assert_eq!(home.notices[0].kind, NoticeKind::Alarm);
    let said: Vec<&str> = home.notices[0].text.lines().collect();
    assert!(said[0].contains("本机暂停取号"), "{said:?}");
    assert!(said[1].contains("no numbers here now"), "{said:?}");
    kiosk.goes_to_the_question();
    for _ in 0..4 {
        let view = View::of(&kiosk.state);
        assert!(view.notices[0].text.contains("本机暂停取号"));
        kiosk.touch(Touch::Back);
    }
}

#[test]
fn it_goes_on_by_itself_when_the_printer_is_able_again() {
    let mut kiosk = on_paper_only();
    kiosk.goes_to_the_question();
    printer(&mut kiosk, PrinterIs::NotReady(PrinterTrouble::CoverOpen));
    let closed = confirm(&kiosk);
    assert_eq!(closed.confirm, "打印机恢复后即可取号");
    printer(&mut kiosk, PrinterIs::PaperLow);
    let open = confirm(&kiosk);
    assert_eq!((open.open, open.confirm.as_str()), (true, "确认取号"));
    assert_eq!(View::of(&kiosk.state).notices, []);
    kiosk.wished();
    kiosk.touch(Touch::Confirm);
    assert!(matches!(kiosk.wished()[..], [Effect::Issue { .. }]));
}

#[test]
fn a_printer_that_is_not_known_yet_hinders_nobody() {
    let mut kiosk = on_paper_only();
    printer(&mut kiosk, PrinterIs::Starting);
    assert_eq!(kiosk.state.lacks_paper(), None);
}

#[test]
fn a_print_that_fails_after_the_number_was_taken_shows_the_number_all_the_same() {
    let mut kiosk = on_paper_only();
    kiosk.goes_to_the_question();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    printer(&mut kiosk, PrinterIs::NotReady(PrinterTrouble::PaperOut));
    let issued = issued("id-card", "elderly", Language::ZhCn);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(issued)));
    let PageView::Ticket(ticket) = View::of(&kiosk.state).page else {
        panic!("the number is shown");
    };
    assert_eq!(ticket.label, "A017");
    assert!(ticket.url.is_some());
    let Page::Ticket(page) = kiosk.state.page() else {
        panic!("the number is shown");
    };
    assert_eq!(page.print, PrintStage::NotAsked);
}

#[test]
fn a_step_that_reached_nobody_ends_when_the_paper_does_and_can_be_tried_again_with_paper() {
    let mut kiosk = on_paper_only();
    kiosk.goes_to_the_question();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    kiosk.answer(&key, IssueOutcome::NotReached("no route".to_owned()));
    printer(&mut kiosk, PrinterIs::NotReady(PrinterTrouble::PaperOut));
    kiosk.wished();
    kiosk.after(ISSUE_BACKOFF);
    assert_eq!(kiosk.wished(), []);
    let PageView::Message { lines, retry, .. } = View::of(&kiosk.state).page else {
        panic!("it says why");
    };
    assert!(lines[0].contains("本机暂停取号"), "{lines:?}");
    assert_eq!(retry, None);
    kiosk.touch(Touch::Retry);
    assert_eq!(kiosk.wished(), [], "without paper nothing is tried again");
    printer(&mut kiosk, PrinterIs::Ready);
    let PageView::Message { lines, retry, .. } = View::of(&kiosk.state).page else {
        panic!("it says what to do");
    };
    assert_eq!(lines, ["打印机已恢复，可以取号。"]);
    assert!(retry.is_some());
    kiosk.touch(Touch::Retry);
    assert!(matches!(&kiosk.wished()[..], [Effect::Issue { key: again, .. }] if *again == key));
}

#[test]
fn a_number_that_the_server_may_have_given_out_is_still_asked_for() {
    let mut kiosk = on_paper_only();
    kiosk.goes_to_the_question();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    kiosk.answer(&key, IssueOutcome::Passing("no answer".to_owned()));
    printer(&mut kiosk, PrinterIs::NotReady(PrinterTrouble::PaperOut));
    kiosk.wished();
    kiosk.after(ISSUE_BACKOFF);
    assert!(matches!(&kiosk.wished()[..], [Effect::Issue { key: again, .. }] if *again == key));
}
