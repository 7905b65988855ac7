//! Visits with cards and codes.

use nowserving_shared::board::TicketStands;
use nowserving_shared::model::{Language, TicketId};
use nowserving_shared::protocol::http::ReprintView;

use super::*;
use crate::printer::TicketPaper;
use crate::recorder::Recorder;
use crate::state::tests::hall::{class, group, issued, service};
use crate::state::tests::{Kiosk, options};
use crate::state::{Event, INACTIVITY, IssueOutcome, Key, LINK_GRACE, Touch};
use crate::view::{NoticeKind, PageView, View};

const MASKED: &str = "110***********002X";

fn visitor(n: u8) -> Visitor {
    Visitor {
        person: PersonHash([n; 32]),
        masked: MASKED.to_owned(),
    }
}

fn ticket_code() -> Scanned {
    Scanned::Ticket {
        token: "secret".to_owned(),
    }
}

/// How it stands with A017.
fn a017(stands: TicketStands) -> TicketView {
    let issued = issued("id-card", "ordinary", Language::ZhCn);
    TicketView {
        label: issued.label,
        hall: Default::default(),
        time_zone: String::new(),
        service: Default::default(),
        language: Language::ZhCn,
        stands: Some(stands),
        ended: None,
        ahead: Some(2),
        window: None,
        windows: issued.windows,
        issued_at: issued.issued_at,
        called_at: None,
        misses: 0,
        reprint: Some(ReprintView {
            ticket: issued.ticket,
            service: issued.service,
            class: issued.class,
            zones: issued.zones,
            day: issued.day,
        }),
    }
}

fn over() -> TicketView {
    TicketView {
        stands: None,
        ended: Some("finished".to_owned()),
        reprint: None,
        ..a017(TicketStands::Waiting)
    }
}

fn held() -> IssueOutcome {
    IssueOutcome::HasTicket(Box::new(HeldTicket {
        token: "secret".to_owned(),
        view: a017(TicketStands::Waiting),
    }))
}

impl Kiosk {
    fn scans(&mut self, scanned: Scanned) {
        self.on(Event::Scanned(scanned));
    }

    fn page(&self) -> &Page {
        self.state.page()
    }

    fn notices(&self) -> Vec<String> {
        let view = View::of(&self.state);
        view.notices.into_iter().map(|notice| notice.text).collect()
    }

    /// The card of somebody, then up to the request for a number of identity cards.
    fn asks_known(&mut self, who: u8) {
        self.scans(Scanned::Person(visitor(who)));
        self.touch(Touch::Group(group("police")));
        self.touch(Touch::Service(service("id-card")));
        self.touch(Touch::Class(class("ordinary")));
        self.touch(Touch::Confirm);
    }

    fn ticket_page(&self) -> &TicketPage {
        match self.page() {
            Page::Ticket(page) => page,
            other => panic!("no ticket is shown: {other:?}"),
        }
    }

    fn paper_printed(&mut self) -> TicketPaper {
        let printed = self.wished().into_iter().find_map(|effect| match effect {
            Effect::Print { paper, .. } | Effect::Reprint { paper, .. } => Some(*paper),
            _ => None,
        });
        printed.expect("something is printed")
    }
}

// Cards.

#[test]
fn a_card_begins_a_visit_that_knows_its_person_until_it_ends() {
    let mut kiosk = Kiosk::ready();
    kiosk.scans(Scanned::Person(visitor(1)));
    assert_eq!(*kiosk.page(), Page::Groups);
    let bar = View::of(&kiosk.state).visitor.expect("a bar");
    assert!(bar.text.contains(MASKED), "{}", bar.text);
    assert!(!bar.spoken.contains("002X"), "nothing of it is said aloud");
    kiosk.touch(Touch::Home);
    kiosk.asks_known(2);
    let wished = kiosk.wished();
    let Some(Effect::Issue { key, request }) = wished.last() else {
        panic!("no number is asked for: {wished:?}")
    };
    assert_eq!(request.person, Some(PersonHash([2; 32])));
    let number = issued("id-card", "ordinary", Language::ZhCn);
    let key = key.clone();
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
    assert_eq!(kiosk.paper_printed().identity, MASKED);
    kiosk.touch(Touch::Home);
    assert_eq!(kiosk.state.visitor(), None);
}

#[test]
fn a_card_is_forgotten_at_a_touch_when_nobody_is_there_and_on_the_way_back() {
    let ends: [fn(&mut Kiosk); 4] = [
        |kiosk| kiosk.touch(Touch::Forget),
        |kiosk| kiosk.touch(Touch::Home),
        |kiosk| kiosk.touch(Touch::Back),
        |kiosk| kiosk.after(INACTIVITY),
    ];
    for end in ends {
        let mut kiosk = Kiosk::ready();
        kiosk.scans(Scanned::Person(visitor(1)));
        end(&mut kiosk);
        assert_eq!(kiosk.state.visitor(), None);
        assert_eq!(View::of(&kiosk.state).visitor, None);
    }
}

#[test]
fn a_card_in_the_middle_of_a_visit_leaves_the_page_as_it_is() {
    let mut kiosk = Kiosk::before_the_number();
    let page = kiosk.page().clone();
    kiosk.scans(Scanned::Person(visitor(1)));
    assert_eq!(*kiosk.page(), page);
    assert!(kiosk.state.visitor().is_some());
}

#[test]
fn while_a_number_is_taken_or_printed_no_code_is_heeded() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    for taking in [true, false] {
        let page = kiosk.page().clone();
        for code in [Scanned::Person(visitor(1)), ticket_code(), Scanned::Unknown] {
            kiosk.scans(code);
            assert_eq!(*kiosk.page(), page);
        }
        assert_eq!(kiosk.state.visitor(), None);
        if taking {
            let key = kiosk.key();
            let number = issued("id-card", "elderly", Language::ZhCn);
            kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
        }
    }
    // When its paper is out, the next visitor's card begins the next visit.
    kiosk.on(Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Printed,
    });
    kiosk.scans(Scanned::Person(visitor(2)));
    assert_eq!(*kiosk.page(), Page::Groups);
}

#[test]
fn nobodys_code_takes_a_number_off_the_screen_that_is_on_no_paper() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    let number = issued("id-card", "elderly", Language::ZhCn);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(number)));
    for stage in [PrintStage::Unknown, PrintStage::Failed] {
        let ticket = TicketId(17);
        kiosk.on(Event::Print { ticket, stage });
        let page = kiosk.page().clone();
        for code in [Scanned::Person(visitor(2)), ticket_code(), Scanned::Unknown] {
            kiosk.scans(code);
            assert_eq!(*kiosk.page(), page);
        }
    }
}

#[test]
fn speech_says_that_a_card_was_read_and_nothing_of_its_number() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::Voice(true));
    kiosk.touch(Touch::Key(Key::HeadsetIn));
    kiosk.wished();
    kiosk.scans(Scanned::Person(visitor(1)));
    let said = format!("{:?}", kiosk.wished());
    assert!(said.contains("已识读您的证件"), "{said}");
    assert!(!said.contains("002X"), "{said}");
    // Nor where the focus comes by.
    for _ in 0..20 {
        kiosk.touch(Touch::Key(Key::Next));
    }
    let said = format!("{:?}", kiosk.wished());
    assert!(said.contains("清除"), "{said}");
    assert!(!said.contains("002X"), "{said}");
}

// Somebody who has a ticket.

#[test]
fn who_has_a_ticket_sees_it_and_may_have_a_copy() {
    let mut kiosk = Kiosk::ready();
    kiosk.asks_known(1);
    let key = kiosk.key();
    kiosk.wished();
    kiosk.answer(&key, held());
    let view = View::of(&kiosk.state);
    let PageView::Ticket(ticket) = &view.page else {
        panic!("{:?}", view.page)
    };
    assert_eq!(ticket.label, "A017");
    assert_eq!(ticket.paper.kind, NoticeKind::Mind);
    assert!(
        ticket.paper.text.contains("请凭此号等候"),
        "{}",
        ticket.paper.text
    );
    assert_eq!(ticket.lines[0], "您前面还有 2 人等候");
    let offer = ticket.reprint.as_ref().expect("a copy can be had");
    assert_eq!((offer.label.as_str(), offer.open), ("补打号票", true));
    assert_eq!(kiosk.wished(), [], "nothing is printed by itself");

    kiosk.touch(Touch::Reprint);
    let wished = kiosk.wished();
    let [
        Effect::Reprint {
            ticket,
            copy,
            paper,
        },
    ] = &wished[..]
    else {
        panic!("no copy: {wished:?}")
    };
    assert_eq!((*ticket, paper.label.as_str()), (TicketId(17), "A017"));
    assert!(
        copy.get() > COPIES_MAX,
        "no number of a copy that was printed here"
    );
    assert_eq!(paper.people_ahead, Some(2));
    kiosk.on(Event::Copy {
        ticket: TicketId(17),
        copy: *copy,
        stage: PrintStage::Printed,
    });
    assert_eq!(kiosk.ticket_page().print, PrintStage::Printed);
    kiosk.touch(Touch::Home);
    assert_eq!(kiosk.state.visitor(), None);
}

#[test]
fn when_the_ticket_in_the_way_is_over_by_now_the_number_is_asked_for_again() {
    let mut kiosk = Kiosk::ready();
    kiosk.asks_known(1);
    let key = kiosk.key();
    kiosk.wished();
    let held = HeldTicket {
        token: "secret".to_owned(),
        view: over(),
    };
    kiosk.answer(&key, IssueOutcome::HasTicket(Box::new(held)));
    kiosk.after(Duration::from_secs(1));
    let wished = kiosk.wished();
    assert!(
        matches!(&wished[..], [Effect::Issue { key: again, .. }] if *again == key),
        "{wished:?}"
    );
}

// Services and tickets.

#[test]
fn a_services_code_leads_to_it_and_one_of_no_service_says_so() {
    let mut kiosk = Kiosk::ready();
    kiosk.scans(Scanned::Service(service("id-card")));
    let confirm = Page::Confirm {
        service: service("id-card"),
        class: class("ordinary"),
    };
    assert_eq!(*kiosk.page(), confirm);
    assert!(kiosk.state.skipped_the_classes());
    kiosk.touch(Touch::Home);
    kiosk.scans(Scanned::Service(service("work-injury")));
    assert!(matches!(kiosk.page(), Page::NotNow { .. }));
    kiosk.touch(Touch::Home);
    kiosk.scans(Scanned::Service(service("gone")));
    assert_eq!(*kiosk.page(), Page::Welcome);
    assert_eq!(kiosk.state.code_news(), Some(&CodeNews::Unknown));
}

#[test]
fn a_tickets_code_shows_how_it_stands_with_it() {
    for (stands, window, said) in [
        (TicketStands::Waiting, None, "您前面还有 2 人等候"),
        (
            TicketStands::Called,
            Some(3),
            "正在呼叫您的号码，请到3号窗口",
        ),
        (TicketStands::Serving, Some(3), "正在3号窗口办理"),
        (TicketStands::Delayed, None, "您已过号，稍后会再次呼叫"),
        (
            TicketStands::Held,
            None,
            "您的号码已挂起，请向窗口或咨询台询问",
        ),
    ] {
        let mut kiosk = Kiosk::ready();
        kiosk.scans(ticket_code());
        let wished = kiosk.wished();
        let [Effect::FindTicket { number, token }] = &wished[..] else {
            panic!("it is not looked for: {wished:?}")
        };
        assert_eq!(token, "secret");
        let view = TicketView {
            window,
            ..a017(stands)
        };
        kiosk.on(Event::Found {
            number: *number,
            outcome: FoundOutcome::Ticket(Box::new(view)),
        });
        let PageView::Ticket(ticket) = View::of(&kiosk.state).page else {
            panic!("no ticket is shown")
        };
        assert_eq!(
            (ticket.label.as_str(), ticket.lines[0].as_str()),
            ("A017", said)
        );
        assert_eq!(ticket.paper.text, "这是您的号票");
        kiosk.after(INACTIVITY);
        assert_eq!(*kiosk.page(), Page::Welcome);
    }
}

#[test]
fn a_ticket_that_is_over_unknown_or_not_to_be_found_is_told_in_words_that_go_away() {
    let outcomes = [
        (FoundOutcome::Ticket(Box::new(over())), "A017号已经结束"),
        (FoundOutcome::Unknown, "没有找到这张号票"),
        (
            FoundOutcome::Failed("no answer".to_owned()),
            "暂时查不到号票",
        ),
    ];
    for (outcome, said) in outcomes {
        let mut kiosk = Kiosk::ready();
        kiosk.scans(ticket_code());
        kiosk.on(Event::Found { number: 1, outcome });
        assert_eq!(*kiosk.page(), Page::Welcome);
        let notices = kiosk.notices();
        assert!(
            notices.iter().any(|notice| notice.contains(said)),
            "{notices:?}"
        );
        kiosk.after(CODE_NEWS_SHOWN);
        assert_eq!(kiosk.notices(), Vec::<String>::new());
    }
}

#[test]
fn nobody_waits_for_ever_for_a_ticket_and_a_late_answer_is_none() {
    let mut kiosk = Kiosk::ready();
    kiosk.scans(ticket_code());
    kiosk.touch(Touch::Home);
    assert!(matches!(kiosk.page(), Page::Looking(_)), "it is on its way");
    kiosk.after(LOOK_PATIENCE);
    assert_eq!(*kiosk.page(), Page::Welcome);
    assert_eq!(kiosk.state.code_news(), Some(&CodeNews::NotNow));
    kiosk.on(Event::Found {
        number: 1,
        outcome: FoundOutcome::Ticket(Box::new(a017(TicketStands::Waiting))),
    });
    assert_eq!(*kiosk.page(), Page::Welcome);
}

#[test]
fn garbage_is_told_on_the_page_and_changes_nothing_else() {
    for mut kiosk in [Kiosk::ready(), Kiosk::before_the_number()] {
        let page = kiosk.page().clone();
        for _ in 0..100 {
            kiosk.scans(Scanned::Unknown);
            kiosk.scans(Scanned::CardNotNow);
        }
        assert_eq!(*kiosk.page(), page);
        assert_eq!(kiosk.notices().len(), 1);
        kiosk.after(CODE_NEWS_SHOWN);
        assert_eq!(kiosk.notices().len(), 0);
    }
}

#[test]
fn without_the_server_a_ticket_is_not_looked_for() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::LinkLost);
    kiosk.after(LINK_GRACE);
    kiosk.wished();
    kiosk.scans(ticket_code());
    assert_eq!(*kiosk.page(), Page::Welcome);
    assert_eq!(kiosk.state.code_news(), Some(&CodeNews::NotNow));
}

// What is recorded.

#[test]
fn a_recording_has_neither_secrets_nor_anything_of_a_card() {
    let mut recorder = Recorder::new(State::new(options()));
    for event in [
        Event::Scanned(Scanned::Person(visitor(1))),
        Event::Scanned(ticket_code()),
        Event::Issue {
            key: "k".to_owned(),
            outcome: held(),
        },
    ] {
        recorder.note(&event);
    }
    let mut written = Vec::new();
    recorder.recording().write(&mut written).expect("memory");
    let written = String::from_utf8(written).expect("text");
    for secret in ["\"secret\"", MASKED, "002X"] {
        assert!(!written.contains(secret), "{secret} in {written}");
    }
}
