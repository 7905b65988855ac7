//! Visits, told as they happen: who touches what, what the server and the printer say, and what the kiosk does.

#[path = "../../tests/hall/mod.rs"]
pub(crate) mod hall;

use nowserving_shared::board::Availability;

use self::hall::{MORNING, class, group, issued, lines, service};
use super::*;

/// A kiosk at a moment, with everything that it wished so far.
pub(crate) struct Kiosk {
    pub(crate) state: State,
    uptime: Duration,
    wishes: Vec<Effect>,
}

pub(crate) fn options() -> Options {
    Options {
        nonce: "n0".to_owned(),
        phone_url: Some("http://hall.example".to_owned()),
        has_printer: true,
        device: Some(nowserving_shared::model::DeviceId::new("kiosk-1").expect("a slug")),
        maintenance: Some(Installation {
            version: "0.1.0".to_owned(),
            server: "http://192.168.1.10:8080".to_owned(),
            printer: Some(("tcp://192.168.1.20:9100".to_owned(), "80mm".to_owned())),
            recording: "/var/lib/nowserving-kiosk/recording.jsonl".to_owned(),
        }),
    }
}

impl Kiosk {
    pub(crate) fn just_on() -> Self {
        Self {
            state: State::new(options()),
            uptime: Duration::ZERO,
            wishes: Vec::new(),
        }
    }

    /// A kiosk whose hall, waits and printer are known.
    pub(crate) fn ready() -> Self {
        let mut kiosk = Self::just_on();
        kiosk.after(Duration::from_secs(1));
        kiosk.on(Event::Hall(Box::new(hall::hall())));
        kiosk.on(Event::Waits {
            at: MORNING,
            catalogue_version: 1,
            services: lines(),
        });
        kiosk.on(Event::Printer(PrinterIs::Ready));
        kiosk.wishes.clear();
        kiosk
    }

    /// A ready kiosk on the page that asks whether to take the number.
    pub(crate) fn before_the_number() -> Self {
        let mut kiosk = Self::ready();
        kiosk.goes_to_the_question();
        kiosk
    }

    /// From the welcome page to the question whether to take the number.
    pub(crate) fn goes_to_the_question(&mut self) {
        self.touch(Touch::Language(Language::ZhCn));
        self.touch(Touch::Group(group("police")));
        self.touch(Touch::Service(service("id-card")));
        self.touch(Touch::Class(class("elderly")));
    }

    /// The same after its button was touched and the server issued A017.
    pub(crate) fn with_a_number() -> Self {
        let mut kiosk = Self::before_the_number();
        kiosk.touch(Touch::Confirm);
        let key = kiosk.key();
        kiosk.answer(
            &key,
            IssueOutcome::Issued(Box::new(issued("id-card", "elderly", Language::ZhCn))),
        );
        kiosk
    }

    pub(crate) fn on(&mut self, event: Event) {
        self.wishes.extend(self.state.on(event));
    }

    pub(crate) fn touch(&mut self, touch: Touch) {
        self.on(Event::Touch(touch));
    }

    pub(crate) fn after(&mut self, span: Duration) {
        self.uptime += span;
        self.on(Event::Tick {
            uptime: self.uptime,
            wall: Moment(0),
        });
    }

    pub(crate) fn answer(&mut self, key: &str, outcome: IssueOutcome) {
        self.on(Event::Issue {
            key: key.to_owned(),
            outcome,
        });
    }

    /// The wishes since the last look.
    pub(crate) fn wished(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.wishes)
    }

    /// The key of the step that is under way.
    pub(crate) fn key(&self) -> String {
        match self.state.page() {
            Page::Issuing(step) => step.key.clone(),
            other => panic!("no number is being taken: {other:?}"),
        }
    }

    /// How long it runs.
    pub(crate) fn uptime(&self) -> Duration {
        self.uptime
    }

    fn print_stage(&self) -> PrintStage {
        match self.state.page() {
            Page::Ticket(ticket) => ticket.print,
            other => panic!("no number is shown: {other:?}"),
        }
    }

    fn is_home(&self) -> bool {
        *self.state.page() == Page::Welcome
    }
}

fn passing() -> IssueOutcome {
    IssueOutcome::Passing("no answer".to_owned())
}

// Coming and choosing.

#[test]
fn a_customer_goes_from_language_to_the_question_whether_to_take_a_number() {
    let mut kiosk = Kiosk::ready();
    assert!(kiosk.is_home());
    kiosk.touch(Touch::Language(Language::En));
    assert_eq!(
        (kiosk.state.page(), kiosk.state.language()),
        (&Page::Groups, Language::En)
    );
    kiosk.touch(Touch::Group(group("police")));
    assert_eq!(
        *kiosk.state.page(),
        Page::Services {
            group: group("police")
        }
    );
    kiosk.touch(Touch::Service(service("id-card")));
    assert_eq!(
        *kiosk.state.page(),
        Page::Classes {
            service: service("id-card")
        }
    );
    kiosk.touch(Touch::Class(class("military")));
    assert_eq!(
        *kiosk.state.page(),
        Page::Confirm {
            service: service("id-card"),
            class: class("military")
        }
    );
    assert_eq!(
        kiosk.wished(),
        [],
        "no number is taken before the last button"
    );
}

#[test]
fn pages_with_one_answer_are_passed_over_there_and_back() {
    let mut kiosk = Kiosk::ready();
    let mut small = hall::hall();
    small.groups.truncate(1);
    small.classes.truncate(1);
    kiosk.on(Event::Hall(Box::new(small)));
    kiosk.touch(Touch::Language(Language::ZhCn));
    assert_eq!(
        *kiosk.state.page(),
        Page::Services {
            group: group("police")
        }
    );
    kiosk.touch(Touch::Service(service("passport")));
    assert_eq!(
        *kiosk.state.page(),
        Page::Confirm {
            service: service("passport"),
            class: class("ordinary")
        }
    );
    kiosk.touch(Touch::Back);
    assert_eq!(
        *kiosk.state.page(),
        Page::Services {
            group: group("police")
        }
    );
    kiosk.touch(Touch::Back);
    assert!(kiosk.is_home());
}

#[test]
fn back_leads_through_every_page_to_the_beginning() {
    let mut kiosk = Kiosk::before_the_number();
    let id = service("id-card");
    for page in [
        Page::Classes { service: id },
        Page::Services {
            group: group("police"),
        },
        Page::Groups,
        Page::Welcome,
    ] {
        kiosk.touch(Touch::Back);
        assert_eq!(*kiosk.state.page(), page);
    }
}

#[test]
fn the_language_can_be_switched_on_any_page_and_returns_with_the_welcome_page() {
    let mut kiosk = Kiosk::before_the_number();
    let page = kiosk.state.page().clone();
    kiosk.touch(Touch::Language(Language::En));
    assert_eq!(
        (kiosk.state.page(), kiosk.state.language()),
        (&page, Language::En)
    );
    kiosk.touch(Touch::Home);
    assert_eq!(
        (kiosk.is_home(), kiosk.state.language()),
        (true, Language::ZhCn)
    );
}

#[test]
fn a_service_that_cannot_be_had_explains_itself_instead_of_going_on() {
    let mut kiosk = Kiosk::ready();
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("social")));
    for closed in ["work-injury", "unemployment"] {
        kiosk.touch(Touch::Service(service(closed)));
        assert_eq!(
            *kiosk.state.page(),
            Page::NotNow {
                service: service(closed)
            }
        );
        kiosk.touch(Touch::Back);
        assert_eq!(
            *kiosk.state.page(),
            Page::Services {
                group: group("social")
            }
        );
    }
}

#[test]
fn touches_that_belong_to_another_page_do_nothing() {
    let mut kiosk = Kiosk::ready();
    for touch in [
        Touch::Group(group("police")),
        Touch::Service(service("id-card")),
        Touch::Class(class("military")),
        Touch::Confirm,
        Touch::Retry,
        Touch::Back,
        Touch::Stay,
    ] {
        kiosk.touch(touch.clone());
        assert!(kiosk.is_home(), "{touch:?}");
    }
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("no-such-group")));
    assert_eq!(*kiosk.state.page(), Page::Groups);
    assert_eq!(kiosk.wished(), []);
}

#[test]
fn a_new_catalogue_without_the_chosen_service_leads_home() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.on(Event::Waits {
        at: MORNING,
        catalogue_version: 2,
        services: lines(),
    });
    assert_eq!(
        kiosk.wished(),
        [Effect::FetchHall],
        "the names are asked for again"
    );
    let mut newer = hall::hall();
    newer.catalogue_version = 2;
    newer
        .services
        .retain(|known| known.id != service("id-card"));
    kiosk.on(Event::Hall(Box::new(newer)));
    assert!(kiosk.is_home());
}

// Taking the number.

#[test]
fn one_touch_asks_for_one_number_in_the_customers_language_and_class() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    kiosk.touch(Touch::Confirm);
    let request = IssueRequest {
        person: None,
        service: service("id-card"),
        class: Some(class("elderly")),
        language: Language::ZhCn,
    };
    assert_eq!(
        kiosk.wished(),
        [Effect::Issue {
            key: "kiosk-n0-1".to_owned(),
            request
        }]
    );
}

#[test]
fn the_issued_number_is_shown_and_printed_once() {
    let mut kiosk = Kiosk::with_a_number();
    let wishes = kiosk.wished();
    let Some(Effect::Print { ticket, paper }) = wishes.last() else {
        panic!("nothing is printed: {wishes:?}")
    };
    assert_eq!((*ticket, paper.label.as_str()), (TicketId(17), "A017"));
    assert_eq!(paper.service.text(Language::ZhCn), "居民身份证办理");
    assert_eq!(paper.windows.text(Language::ZhCn), "1–3号窗口");
    assert_eq!(paper.zone.text(Language::En), "East hall");
    assert_eq!(paper.issued_at, "2026-03-02 09:41");
    assert_eq!(
        paper
            .class_mark
            .as_ref()
            .map(|mark| mark.text(Language::ZhCn)),
        Some("老")
    );
    assert_eq!(
        paper.url.as_deref(),
        Some("http://hall.example/t#q7Yv0m3cJm8Q9b1nTzWcVw")
    );
    assert_eq!(paper.check(), Ok(()));
    kiosk.answer(
        "kiosk-n0-1",
        IssueOutcome::Issued(Box::new(issued("id-card", "elderly", Language::ZhCn))),
    );
    assert_eq!(kiosk.wished(), [], "a late second answer prints nothing");
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_key_and_the_same_request() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    let first = kiosk.wished();
    kiosk.answer(&key, passing());
    kiosk.touch(Touch::Language(Language::En));
    assert_eq!(kiosk.wished(), [], "not at once");
    kiosk.after(ISSUE_BACKOFF);
    assert_eq!(
        kiosk.wished(),
        first,
        "switching the language in between changes nothing in the request"
    );
    kiosk.answer(
        &key,
        IssueOutcome::Issued(Box::new(issued("id-card", "elderly", Language::ZhCn))),
    );
    assert_eq!(kiosk.print_stage(), PrintStage::UnderWay);
}

#[test]
fn after_the_last_attempt_the_customer_is_sent_to_the_desk_and_trying_again_keeps_the_key() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    let mut attempts = 0;
    while let Page::Issuing(_) = kiosk.state.page() {
        attempts += kiosk.wished().len();
        kiosk.answer(&key, passing());
        kiosk.after(Duration::from_secs(2));
    }
    assert_eq!(attempts, usize::try_from(ISSUE_ATTEMPTS_MAX).expect("few"));
    assert!(matches!(
        kiosk.state.page(),
        Page::Sorry {
            why: SorryWhy::ServerAway,
            retry: Some(_)
        }
    ));
    kiosk.wished();
    kiosk.touch(Touch::Retry);
    let wishes = kiosk.wished();
    assert!(
        matches!(&wishes[..], [Effect::Issue { key: again, .. }] if *again == key),
        "{wishes:?}"
    );
}

#[test]
fn slow_answers_end_the_step_before_all_attempts_are_used() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let key = kiosk.key();
    kiosk.after(ISSUE_PATIENCE);
    kiosk.answer(&key, passing());
    assert!(matches!(
        kiosk.state.page(),
        Page::Sorry {
            why: SorryWhy::ServerAway,
            ..
        }
    ));
}

#[test]
fn a_refusal_is_told_in_the_servers_words_and_not_tried_again() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let refused = IssueOutcome::Refused {
        code: "quota-reached".to_owned(),
        detail: "今日号已取完。".to_owned(),
    };
    kiosk.answer("kiosk-n0-1", refused);
    assert!(matches!(
        kiosk.state.page(),
        Page::Sorry {
            why: SorryWhy::Refused { .. },
            retry: None
        }
    ));
    kiosk.wished();
    kiosk.after(Duration::from_secs(10));
    assert_eq!(kiosk.wished(), []);
}

#[test]
fn nobody_can_walk_away_from_a_number_that_is_being_taken() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    let page = kiosk.state.page().clone();
    kiosk.touch(Touch::Home);
    kiosk.touch(Touch::Back);
    kiosk.after(INACTIVITY);
    assert_eq!(*kiosk.state.page(), page);
}

#[test]
fn an_answer_to_another_step_is_passed_over() {
    let mut kiosk = Kiosk::before_the_number();
    kiosk.touch(Touch::Confirm);
    kiosk.answer(
        "kiosk-other-9",
        IssueOutcome::Issued(Box::new(issued("invoice", "ordinary", Language::En))),
    );
    assert!(matches!(kiosk.state.page(), Page::Issuing(_)));
}

#[test]
fn every_step_has_a_key_of_its_own() {
    let mut kiosk = Kiosk::with_a_number();
    kiosk.touch(Touch::Home);
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("police")));
    kiosk.touch(Touch::Service(service("id-card")));
    kiosk.touch(Touch::Class(class("elderly")));
    kiosk.touch(Touch::Confirm);
    assert_eq!(kiosk.key(), "kiosk-n0-2");
}

// Paper.

fn paper_is(kiosk: &mut Kiosk, stage: PrintStage) {
    kiosk.on(Event::Print {
        ticket: TicketId(17),
        stage,
    });
}

#[test]
fn a_printed_ticket_leads_home_after_a_while_or_at_a_touch() {
    let mut kiosk = Kiosk::with_a_number();
    paper_is(&mut kiosk, PrintStage::Printed);
    kiosk.after(TICKET_SHOWN - Duration::from_secs(1));
    assert_eq!(kiosk.print_stage(), PrintStage::Printed);
    kiosk.after(Duration::from_secs(1));
    assert!(kiosk.is_home());
    let mut kiosk = Kiosk::with_a_number();
    kiosk.touch(Touch::Home);
    assert!(kiosk.is_home());
}

#[test]
fn a_ticket_that_was_not_printed_stays_long_enough_to_be_written_down() {
    let mut kiosk = Kiosk::with_a_number();
    paper_is(&mut kiosk, PrintStage::Failed);
    kiosk.after(UNPRINTED_SHOWN - Duration::from_secs(1));
    assert_eq!(kiosk.print_stage(), PrintStage::Failed);
    kiosk.after(Duration::from_secs(1));
    assert!(kiosk.is_home());
}

#[test]
fn a_silent_printer_is_not_waited_for_and_its_late_good_news_is_welcome() {
    let mut kiosk = Kiosk::with_a_number();
    kiosk.after(PRINT_PATIENCE);
    assert_eq!(kiosk.print_stage(), PrintStage::Unknown);
    paper_is(&mut kiosk, PrintStage::UnderWay);
    assert_eq!(kiosk.print_stage(), PrintStage::Unknown);
    paper_is(&mut kiosk, PrintStage::Printed);
    assert_eq!(kiosk.print_stage(), PrintStage::Printed);
    paper_is(&mut kiosk, PrintStage::Unknown);
    assert_eq!(
        kiosk.print_stage(),
        PrintStage::Printed,
        "what is confirmed stays confirmed"
    );
}

#[test]
fn news_of_another_tickets_paper_change_nothing() {
    let mut kiosk = Kiosk::with_a_number();
    kiosk.on(Event::Print {
        ticket: TicketId(16),
        stage: PrintStage::Failed,
    });
    assert_eq!(kiosk.print_stage(), PrintStage::UnderWay);
}

#[test]
fn a_printer_that_cannot_print_is_not_asked_to_and_the_number_is_still_given() {
    for trouble in [
        PrinterTrouble::PaperOut,
        PrinterTrouble::CoverOpen,
        PrinterTrouble::Offline,
    ] {
        let mut kiosk = Kiosk::before_the_number();
        kiosk.on(Event::Printer(PrinterIs::NotReady(trouble)));
        kiosk.touch(Touch::Confirm);
        let key = kiosk.key();
        kiosk.wished();
        kiosk.answer(
            &key,
            IssueOutcome::Issued(Box::new(issued("id-card", "elderly", Language::ZhCn))),
        );
        assert_eq!(
            (kiosk.wished(), kiosk.print_stage()),
            (vec![], PrintStage::NotAsked)
        );
    }
}

#[test]
fn a_kiosk_without_a_printer_never_believes_in_one() {
    let mut state = State::new(Options {
        has_printer: false,
        ..options()
    });
    state.on(Event::Printer(PrinterIs::Ready));
    assert_eq!(state.printer(), PrinterIs::NotReady(PrinterTrouble::Absent));
}

// Time.

#[test]
fn a_left_page_warns_and_then_goes_home_and_a_touch_starts_the_time_again() {
    let mut kiosk = Kiosk::before_the_number();
    for _ in 0..12 {
        kiosk.after(INACTIVITY - WARN_BEFORE);
        assert_eq!(kiosk.state.goes_home_in(), Some(WARN_BEFORE));
        kiosk.touch(Touch::Stay);
        assert_eq!(kiosk.state.goes_home_in(), Some(INACTIVITY));
    }
    kiosk.after(INACTIVITY);
    assert!(kiosk.is_home());
}

#[test]
fn the_clock_is_the_halls_and_goes_on_between_news() {
    let mut kiosk = Kiosk::ready();
    kiosk.after(Duration::from_secs(30));
    assert_eq!(kiosk.state.now(), MORNING.after(Duration::from_secs(30)));
    let mut kiosk = Kiosk::just_on();
    kiosk.on(Event::Tick {
        uptime: Duration::from_secs(1),
        wall: MORNING,
    });
    assert_eq!(
        kiosk.state.now(),
        MORNING,
        "the device's own clock serves until the hall's is known"
    );
}

// Server.

#[test]
fn the_hall_is_asked_for_at_the_start_again_after_a_failure_and_now_and_then() {
    let mut kiosk = Kiosk::just_on();
    kiosk.after(Duration::from_millis(1));
    assert_eq!(kiosk.wished(), [Effect::FetchHall]);
    kiosk.on(Event::HallFailed("no answer".to_owned()));
    kiosk.after(HALL_RETRY - Duration::from_millis(1));
    assert_eq!(kiosk.wished(), []);
    kiosk.after(Duration::from_millis(1));
    assert_eq!(kiosk.wished(), [Effect::FetchHall]);
    kiosk.on(Event::Hall(Box::new(hall::hall())));
    kiosk.after(HALL_REFRESH);
    assert_eq!(kiosk.wished(), [Effect::FetchHall]);
}

#[test]
fn a_short_loss_of_the_connection_is_passed_over_and_a_long_one_sends_to_the_desk() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::LinkLost);
    kiosk.after(LINK_GRACE - Duration::from_secs(1));
    assert!(kiosk.state.server_is_there());
    kiosk.on(Event::LinkLost);
    kiosk.after(Duration::from_secs(1));
    assert!(
        !kiosk.state.server_is_there(),
        "the time counts from the first loss"
    );
    kiosk.touch(Touch::Language(Language::ZhCn));
    assert!(matches!(
        kiosk.state.page(),
        Page::Sorry {
            why: SorryWhy::ServerAway,
            retry: None
        }
    ));
    kiosk.touch(Touch::Retry);
    assert!(matches!(kiosk.state.page(), Page::Sorry { .. }));
    kiosk.on(Event::Alive { at: MORNING });
    kiosk.touch(Touch::Retry);
    assert_eq!(*kiosk.state.page(), Page::Groups);
}

#[test]
fn nobody_begins_before_the_hall_is_known() {
    let mut kiosk = Kiosk::just_on();
    kiosk.on(Event::Waits {
        at: MORNING,
        catalogue_version: 1,
        services: lines(),
    });
    kiosk.touch(Touch::Language(Language::ZhCn));
    assert!(matches!(
        kiosk.state.page(),
        Page::Sorry {
            why: SorryWhy::ServerAway,
            ..
        }
    ));
}

#[test]
fn a_service_without_a_line_is_left_to_the_server_to_judge() {
    let mut kiosk = Kiosk::ready();
    kiosk.on(Event::Waits {
        at: MORNING,
        catalogue_version: 1,
        services: Vec::new(),
    });
    kiosk.touch(Touch::Language(Language::ZhCn));
    kiosk.touch(Touch::Group(group("social")));
    kiosk.touch(Touch::Service(service("unemployment")));
    assert_eq!(
        *kiosk.state.page(),
        Page::Classes {
            service: service("unemployment")
        }
    );
    assert!(
        lines()
            .iter()
            .any(|line| line.availability == Availability::QuotaReached)
    );
}

// Recording.

#[test]
fn a_recording_replays_to_the_same_page_with_the_same_wishes_and_keeps_no_secret() {
    use crate::recorder::{Recorder, Recording};
    let mut state = State::new(options());
    let mut recorder = Recorder::keeping(state.clone(), 6);
    let tick = |seconds| Event::Tick {
        uptime: Duration::from_secs(seconds),
        wall: MORNING,
    };
    let number = IssueOutcome::Issued(Box::new(issued("id-card", "elderly", Language::ZhCn)));
    let events = [
        tick(1),
        Event::Hall(Box::new(hall::hall())),
        Event::Waits {
            at: MORNING,
            catalogue_version: 1,
            services: lines(),
        },
        Event::Printer(PrinterIs::PaperLow),
        Event::Touch(Touch::Language(Language::En)),
        Event::Touch(Touch::Group(group("police"))),
        Event::Touch(Touch::Service(service("id-card"))),
        Event::Touch(Touch::Class(class("elderly"))),
        Event::Touch(Touch::Confirm),
        Event::Issue {
            key: "kiosk-n0-1".to_owned(),
            outcome: number,
        },
        tick(2),
    ];
    let mut wishes = Vec::new();
    for event in events {
        recorder.note(&event);
        wishes.extend(state.on(event));
    }
    let mut file = Vec::new();
    recorder
        .recording()
        .write(&mut file)
        .expect("memory takes everything");
    assert!(!String::from_utf8_lossy(&file).contains("q7Yv0m3cJm8Q9b1nTzWcVw"));
    let read = Recording::read(file.as_slice()).expect("just written");
    assert_eq!(&read, recorder.recording());
    let (replayed, wished) = read.replay();
    assert!(
        matches!((replayed.page(), state.page()), (Page::Ticket(a), Page::Ticket(b)) if a.issued.label == b.issued.label)
    );
    assert!(matches!(
        &wished[..],
        [Effect::Issue { .. }, Effect::Print { .. }]
    ));
    assert_eq!(
        wishes.len(),
        3,
        "the hall was asked for before the recording begins"
    );
}
