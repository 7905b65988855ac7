//! What comes of everything that can happen while the server is away: the table at the head of
//! [`offline`](crate::offline), told as visits.

use nowserving_shared::model::{Language, TicketId};
use nowserving_shared::protocol::kiosk::{Became, HandedOver};

use super::*;
use crate::offline::Restored;
use crate::offline::tests::lease;
use crate::state::tests::hall::{self, MORNING, class, group, issued, lines, service};
use crate::state::tests::{Kiosk, options};
use crate::state::{Event, IssueOutcome, LINK_GRACE, PrintStage, Touch};
use crate::view::{PageView, View};

fn leased(ids: std::ops::RangeInclusive<u64>) -> Entry {
    Entry::Leases {
        at: MORNING,
        leases: ids.map(|id| lease(id, "id-card")).collect(),
    }
}

fn book(entries: &[Entry]) -> Book {
    let mut book = Book::default();
    for entry in entries {
        book.apply(entry);
    }
    book
}

impl Kiosk {
    fn told(&mut self, event: OfflineEvent) {
        self.on(Event::Offline(event));
    }

    /// A ready kiosk with a journal that holds these numbers of identity cards, and nothing under way.
    fn holding(ids: std::ops::RangeInclusive<u64>) -> Self {
        let mut kiosk = Self::ready();
        kiosk.restored(Some(book(&[])));
        kiosk.after(Duration::from_millis(500));
        assert!(
            matches!(
                &kiosk.wished()[..],
                [Effect::Offline(OfflineEffect::Lease(_))]
            ),
            "a kiosk with a journal asks for numbers"
        );
        kiosk.told(OfflineEvent::Leased(leased(ids)));
        kiosk
    }

    fn restored(&mut self, book: Option<Book>) {
        let hall = Some(hall::hall());
        self.told(OfflineEvent::Restored(Box::new(Restored { hall, book })));
    }

    /// The server is away for longer than is passed over.
    fn cut_off(&mut self) {
        self.on(Event::LinkLost);
        self.after(LINK_GRACE);
        assert!(self.state.is_away());
        self.wished();
    }

    fn back(&mut self) {
        self.on(Event::Waits {
            at: self.state.now(),
            catalogue_version: 1,
            services: lines(),
        });
        self.wished();
        self.after(Duration::from_millis(500));
    }

    fn asks_for(&mut self, of: &str) {
        self.touch(Touch::Home);
        self.touch(Touch::Language(Language::ZhCn));
        self.touch(Touch::Group(group("police")));
        self.touch(Touch::Service(service(of)));
        self.touch(Touch::Class(class("elderly")));
        self.touch(Touch::Confirm);
    }

    /// Takes a number without the server, up to the moment at which it is to be written down.
    fn takes(&mut self) -> (TakenTicket, Option<Undo>) {
        self.asks_for("id-card");
        self.wished_to_write()
    }

    fn wished_to_write(&mut self) -> (TakenTicket, Option<Undo>) {
        match self.wished().pop() {
            Some(Effect::Offline(OfflineEffect::Take { taken, undo, .. })) => (taken, undo),
            other => panic!("no number is taken: {other:?}"),
        }
    }

    fn takes_and_gets(&mut self) -> TicketId {
        let (taken, _) = self.takes();
        let ticket = taken.ticket;
        self.told(OfflineEvent::Taken { ticket });
        ticket
    }

    fn says(&self) -> String {
        format!("{:?}", View::of(&self.state))
    }

    fn is_sorry(&self) -> bool {
        matches!(
            self.state.page(),
            Page::Sorry {
                why: SorryWhy::ServerAway,
                ..
            }
        )
    }

    fn owes(&self) -> Vec<TicketId> {
        let book = self.state.book().expect("it has a journal");
        book.pending().iter().map(|taken| taken.ticket).collect()
    }
}

#[test]
fn a_connected_kiosk_tops_up_what_is_less_than_half_there_and_asks_now_and_then() {
    let mut kiosk = Kiosk::ready();
    kiosk.restored(Some(book(&[leased(1..=6)])));
    kiosk.after(Duration::from_millis(500));
    let wishes = kiosk.wished();
    let [Effect::Offline(OfflineEffect::Lease(request))] = &wishes[..] else {
        panic!("{wishes:?}")
    };
    assert_eq!(request.wanted.get(&service("id-card")), Some(&6));
    assert_eq!(request.wanted.get(&service("passport")), Some(&10));
    kiosk.after(LEASES_REFRESH);
    assert_eq!(kiosk.wished(), [], "one errand at a time");
    kiosk.told(OfflineEvent::Leased(leased(1..=4)));
    kiosk.after(LEASES_REFRESH - Duration::from_secs(1));
    assert_eq!(kiosk.wished(), []);
    kiosk.after(Duration::from_secs(1));
    let wishes = kiosk.wished();
    let [Effect::Offline(OfflineEffect::Lease(request))] = &wishes[..] else {
        panic!("{wishes:?}")
    };
    assert_eq!(request.wanted.get(&service("id-card")), Some(&10));
}

#[test]
fn a_kiosk_without_a_journal_holds_nothing_and_sends_to_the_desk() {
    let mut kiosk = Kiosk::ready();
    kiosk.restored(None);
    kiosk.after(Duration::from_secs(1));
    assert_eq!(kiosk.wished(), []);
    kiosk.cut_off();
    kiosk.touch(Touch::Language(Language::ZhCn));
    assert!(kiosk.is_sorry());
}

#[test]
fn without_the_server_a_number_is_written_down_before_it_is_shown_or_printed() {
    let mut kiosk = Kiosk::holding(1..=3);
    kiosk.cut_off();
    let (taken, undo) = kiosk.takes();
    assert_eq!(
        (taken.ticket, undo),
        (TicketId(1), None),
        "the server was not asked"
    );
    assert_eq!(taken.taken_at, kiosk.state.now());
    assert!(matches!(kiosk.state.page(), Page::Issuing(_)));
    assert!(!kiosk.says().contains("A999"));
    kiosk.told(OfflineEvent::Taken {
        ticket: taken.ticket,
    });
    let wishes = kiosk.wished();
    let [Effect::Print { ticket, paper }] = &wishes[..] else {
        panic!("{wishes:?}")
    };
    assert_eq!(
        (*ticket, paper.label.as_str(), paper.people_ahead),
        (TicketId(1), "A999", None)
    );
    assert_eq!(paper.url.as_deref(), Some("http://hall.example/t#secret-1"));
    assert_eq!(paper.windows.text(Language::ZhCn), "1–3号窗口");
    assert!(kiosk.says().contains("等候时间未知，按取号时间排队"));
    kiosk.on(Event::Print {
        ticket: TicketId(1),
        stage: PrintStage::Printed,
    });
    assert_eq!(
        kiosk.takes_and_gets(),
        TicketId(2),
        "never the same number again"
    );
}

#[test]
fn screens_say_that_the_wait_is_not_known_and_which_service_has_no_number() {
    let mut kiosk = Kiosk::holding(1..=1);
    kiosk.cut_off();
    assert!(View::of(&kiosk.state).notices[0].text.contains("仍可取号"));
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("police")));
    let PageView::Choices(choices) = View::of(&kiosk.state).page else {
        panic!("services")
    };
    let notes: Vec<(&str, bool)> = choices
        .choices
        .iter()
        .map(|one| (one.note.as_str(), one.open))
        .collect();
    assert_eq!(
        notes[..2],
        [
            ("等候情况未知", true),
            ("离线号已取完，请到咨询台取号", false)
        ]
    );
    kiosk.touch(Touch::Service(service("passport")));
    assert_eq!(
        *kiosk.state.page(),
        Page::NotNow {
            service: service("passport")
        }
    );
    assert!(kiosk.says().contains("请到咨询台取号"));
}

// The results that the head of the module states.

#[test]
fn exhausted_leases_send_to_the_desk() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.cut_off();
    kiosk.takes_and_gets();
    kiosk.takes_and_gets();
    kiosk.touch(Touch::Home);
    kiosk.touch(Touch::Language(Language::ZhCn));
    assert!(kiosk.is_sorry(), "there is nothing left at all");
}

#[test]
fn leases_whose_hours_are_over_are_not_given_out() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.cut_off();
    kiosk.after(Duration::from_secs(9 * 3600));
    assert!(!kiosk.state.works_offline());
    assert_eq!(kiosk.state.lease_for(&service("id-card")), None);
}

#[test]
fn a_kiosk_that_died_with_unsent_tickets_hands_them_over_when_it_is_back() {
    let mut kiosk = Kiosk::just_on();
    let taken = |id| Entry::Taken {
        taken: TakenTicket {
            person: None,
            ticket: TicketId(id),
            class: None,
            language: Language::En,
            taken_at: MORNING,
        },
        lease: None,
    };
    kiosk.restored(Some(book(&[leased(1..=4), taken(1), taken(2)])));
    kiosk.after(LINK_GRACE);
    kiosk.wished();
    // It goes on without the server,
    assert_eq!(kiosk.takes_and_gets(), TicketId(3));
    kiosk.on(Event::Hall(Box::new(hall::hall())));
    kiosk.back();
    // and hands everything over in one go, the oldest first.
    let wishes = kiosk.wished();
    let Some(Effect::Offline(OfflineEffect::HandOver(tickets))) = wishes.last() else {
        panic!("{wishes:?}")
    };
    let ids: Vec<u64> = tickets.iter().map(|taken| taken.ticket.0).collect();
    assert_eq!(ids, [1, 2, 3]);
    // A lost reply: the same again.
    let why = "no answer".to_owned();
    kiosk.told(OfflineEvent::Failed {
        errand: Errand::HandOver,
        why,
    });
    kiosk.after(ERRAND_RETRY);
    assert_eq!(
        kiosk.wished(),
        [Effect::Offline(OfflineEffect::HandOver(tickets.clone()))]
    );
    let became = tickets.iter().map(|taken| HandedOver {
        ticket: taken.ticket,
        label: None,
        became: Became::Already,
        taken_at: None,
    });
    kiosk.told(OfflineEvent::HandedOver(became.collect()));
    assert_eq!(kiosk.owes(), []);
    kiosk.after(Duration::from_millis(500));
    assert!(matches!(
        &kiosk.wished()[..],
        [Effect::Offline(OfflineEffect::Lease(_))]
    ));
}

#[test]
fn a_clock_that_is_wrong_after_a_start_is_not_before_what_the_journal_knows() {
    let mut kiosk = Kiosk::just_on();
    kiosk.restored(Some(book(&[leased(1..=2)])));
    kiosk.after(LINK_GRACE);
    assert_eq!(kiosk.state.now(), MORNING, "the device says 1970");
    let (taken, _) = kiosk.takes();
    assert_eq!(taken.taken_at, MORNING);
    let far = Moment(i64::MAX);
    kiosk.on(Event::Tick {
        uptime: Duration::from_secs(60),
        wall: far,
    });
    assert!(
        !kiosk.state.works_offline(),
        "far ahead, every lease is over"
    );
}

#[test]
fn revoked_leases_are_given_out_no_more() {
    let mut kiosk = Kiosk::holding(1..=3);
    kiosk.after(LEASES_REFRESH);
    kiosk.told(OfflineEvent::Leased(Entry::Leases {
        at: MORNING,
        leases: Vec::new(),
    }));
    kiosk.cut_off();
    assert!(!kiosk.state.works_offline());
}

#[test]
fn a_kiosk_that_was_revoked_gives_out_nothing_and_keeps_what_it_owes() {
    let mut kiosk = Kiosk::holding(1..=3);
    kiosk.cut_off();
    let first = kiosk.takes_and_gets();
    kiosk.told(OfflineEvent::Barred("the token is unknown".to_owned()));
    kiosk.touch(Touch::Home);
    kiosk.touch(Touch::Language(Language::ZhCn));
    assert!(kiosk.is_sorry());
    assert_eq!(kiosk.owes(), [first]);
    kiosk.back();
    kiosk.after(BARRED_RETRY);
    assert!(
        kiosk
            .wished()
            .iter()
            .any(|wish| matches!(wish, Effect::Offline(OfflineEffect::HandOver(_)))),
        "enrolled again it would be let in"
    );
}

#[test]
fn a_number_that_cannot_be_written_down_is_given_to_nobody() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.cut_off();
    let (taken, _) = kiosk.takes();
    let why = "the disk is full".to_owned();
    kiosk.told(OfflineEvent::NotTaken {
        ticket: taken.ticket,
        why,
    });
    assert!(kiosk.is_sorry());
    assert_eq!(
        (kiosk.wished(), kiosk.owes()),
        (vec![], vec![]),
        "nothing is printed"
    );
    kiosk.touch(Touch::Retry);
    assert_eq!(kiosk.wished_to_write().0.ticket, TicketId(2), "another one");
}

#[test]
fn nobody_waits_for_ever_for_a_disk() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.cut_off();
    let (taken, _) = kiosk.takes();
    kiosk.after(TAKE_PATIENCE);
    assert!(kiosk.is_sorry());
    kiosk.touch(Touch::Retry);
    let asked = kiosk.wished();
    assert!(
        matches!(&asked[..], [Effect::Issue { .. }]),
        "no other number is written down meanwhile: {asked:?}"
    );
    kiosk.told(OfflineEvent::Taken {
        ticket: taken.ticket,
    });
    assert!(
        !matches!(kiosk.state.page(), Page::Ticket(_)),
        "it is nobody's any more"
    );
    assert_eq!(
        kiosk.owes(),
        [taken.ticket],
        "but it is written down, and handed over"
    );
}

#[test]
fn a_step_that_may_have_reached_the_server_is_undone_after_the_hand_over() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.asks_for("id-card");
    let key = kiosk.key();
    kiosk.wished();
    let passing = || IssueOutcome::Passing("the connection broke".to_owned());
    while !matches!(kiosk.state.page(), Page::Issuing(step) if step.taking.is_some()) {
        kiosk.answer(&key, passing());
        kiosk.after(Duration::from_secs(2));
    }
    let (taken, undo) = kiosk.wished_to_write();
    let undo = undo.expect("the server may have made a ticket");
    assert_eq!(
        (&undo.key, &undo.request.service),
        (&key, &service("id-card"))
    );
    // A late answer of the server is nobody's.
    let late = issued("id-card", "elderly", Language::ZhCn);
    kiosk.answer(&key, IssueOutcome::Issued(Box::new(late)));
    kiosk.told(OfflineEvent::Taken {
        ticket: taken.ticket,
    });
    assert!(matches!(kiosk.state.page(), Page::Ticket(page) if page.issued.ticket == taken.ticket));
    kiosk.wished();
    kiosk.back();
    assert_eq!(
        kiosk.wished(),
        [Effect::Offline(OfflineEffect::HandOver(vec![
            taken.clone()
        ]))]
    );
    let became = HandedOver {
        ticket: taken.ticket,
        label: None,
        became: Became::Accepted,
        taken_at: None,
    };
    kiosk.told(OfflineEvent::HandedOver(vec![became]));
    kiosk.after(Duration::from_millis(500));
    assert_eq!(kiosk.wished(), [Effect::Offline(OfflineEffect::Undo(undo))]);
    kiosk.told(OfflineEvent::Undone { key });
    assert_eq!(kiosk.state.book().map(|book| book.undos().len()), Some(0));
}

#[test]
fn a_step_that_certainly_did_not_reach_the_server_leaves_nothing_to_undo() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.asks_for("id-card");
    let key = kiosk.key();
    kiosk.on(Event::LinkLost);
    kiosk.after(LINK_GRACE);
    kiosk.wished();
    kiosk.answer(
        &key,
        IssueOutcome::NotReached("connection refused".to_owned()),
    );
    assert_eq!(
        kiosk.wished_to_write().1,
        None,
        "at once: the server is away"
    );
}

#[test]
fn while_the_connection_is_only_just_lost_the_server_is_asked_first() {
    let mut kiosk = Kiosk::holding(1..=2);
    kiosk.on(Event::LinkLost);
    kiosk.asks_for("id-card");
    assert!(matches!(&kiosk.wished()[..], [Effect::Issue { .. }]));
}

#[test]
fn a_kiosk_that_starts_without_the_server_knows_the_hall_and_goes_on() {
    let mut kiosk = Kiosk::just_on();
    kiosk.restored(Some(book(&[leased(1..=1)])));
    assert!(
        !kiosk.state.is_away(),
        "the server may simply not have answered yet"
    );
    kiosk.after(LINK_GRACE);
    assert_eq!(kiosk.takes_and_gets(), TicketId(1));
}

#[test]
fn a_recording_keeps_no_secret_of_a_lease() {
    use crate::recorder::Recorder;
    let mut recorder = Recorder::keeping(State::new(options()), 4);
    let restored = Restored {
        hall: None,
        book: Some(book(&[leased(1..=2)])),
    };
    for event in [
        OfflineEvent::Restored(Box::new(restored)),
        OfflineEvent::Leased(leased(1..=3)),
    ] {
        recorder.note(&Event::Offline(event));
    }
    let mut file = Vec::new();
    recorder
        .recording()
        .write(&mut file)
        .expect("memory takes everything");
    assert!(!String::from_utf8_lossy(&file).contains("secret-"));
}

#[test]
fn who_was_given_a_number_here_without_the_server_is_shown_it_instead_of_a_second_one() {
    let visitor = |n: u8| {
        Event::Scanned(crate::state::Scanned::Person(crate::state::Visitor {
            person: nowserving_shared::model::PersonHash([n; 32]),
            masked: "110***********002X".to_owned(),
        }))
    };
    let asks = |kiosk: &mut Kiosk, n: u8| {
        kiosk.touch(Touch::Home);
        kiosk.on(visitor(n));
        kiosk.touch(Touch::Group(group("police")));
        kiosk.touch(Touch::Service(service("id-card")));
        kiosk.touch(Touch::Class(class("elderly")));
        kiosk.wished();
        kiosk.touch(Touch::Confirm);
    };
    let mut kiosk = Kiosk::holding(1..=4);
    kiosk.cut_off();
    asks(&mut kiosk, 1);
    let wished = kiosk.wished();
    let Some(Effect::Offline(OfflineEffect::Take { taken, lease, .. })) = wished.last() else {
        panic!("no number is taken: {wished:?}")
    };
    assert_eq!(
        lease.as_ref().map(|lease| lease.ticket),
        Some(taken.ticket),
        "the journal says which number the person has"
    );
    let (first, entry) = (
        taken.ticket,
        Entry::Taken {
            taken: taken.clone(),
            lease: lease.clone(),
        },
    );
    kiosk.told(OfflineEvent::Taken { ticket: first });

    // The same person again, another one, and the same one after the kiosk began anew.
    asks(&mut kiosk, 1);
    assert!(matches!(kiosk.state.page(), Page::Ticket(page) if page.issued.ticket == first));
    assert_eq!(kiosk.wished(), []);
    asks(&mut kiosk, 2);
    assert_eq!(kiosk.wished_to_write().0.ticket, TicketId(2));
    let book = book(&[leased(1..=4), entry]);
    let mut compacted = Book::default();
    for entry in book.entries() {
        compacted.apply(&entry);
    }
    assert_eq!(compacted, book, "also from a journal that was compacted");
    let mut kiosk = Kiosk::just_on();
    kiosk.restored(Some(compacted));
    kiosk.after(LINK_GRACE);
    asks(&mut kiosk, 1);
    assert!(matches!(kiosk.state.page(), Page::Ticket(page) if page.issued.ticket == first));
    // A copy of it says that the wait is not known.
    kiosk.on(Event::Printer(crate::state::PrinterIs::Ready));
    kiosk.touch(Touch::Reprint);
    let wished = kiosk.wished();
    assert!(
        matches!(&wished[..], [Effect::Reprint { paper, .. }] if paper.people_ahead.is_none()),
        "{wished:?}"
    );
    // When the server has been told, it decides.
    kiosk.told(OfflineEvent::HandedOver(vec![HandedOver {
        ticket: first,
        label: None,
        became: Became::Accepted,
        taken_at: None,
    }]));
    kiosk.on(Event::Hall(Box::new(hall::hall())));
    kiosk.back();
    asks(&mut kiosk, 1);
    let wished = kiosk.wished();
    assert!(matches!(&wished[..], [Effect::Issue { .. }]), "{wished:?}");
}
