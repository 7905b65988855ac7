use std::sync::mpsc::{Receiver, channel};

use nowserving_shared::model::{Language, Localized};

use super::*;
use crate::printer::profile::PrinterProfile;
use crate::printer::simulated::{PaperSupply, SimulatedPrinter};

const PATIENCE: Duration = Duration::from_secs(20);

/// Short waits, so that the unhappy ends come soon.
const SHORT: SpoolerTiming = SpoolerTiming {
    job_wait: Duration::from_millis(800),
    confirm: Duration::from_millis(700),
    status_poll: Duration::from_millis(100),
    ready_poll: Duration::from_millis(50),
    reconnect_first: Duration::from_millis(50),
    reconnect_longest: Duration::from_millis(200),
};

/// As [`SHORT`], but jobs wait as long as a test takes.
const PATIENT: SpoolerTiming = SpoolerTiming {
    job_wait: PATIENCE,
    ..SHORT
};

fn paper(label: &str) -> TicketPaper {
    let service = Localized::new([(Language::ZhCn, "社保卡申领".to_owned())]);
    TicketPaper {
        label: label.to_owned(),
        service,
        ..TicketPaper::default()
    }
}

fn job(ticket: u64, label: &str) -> PrintJob {
    PrintJob::original(TicketId(ticket), paper(label))
}

fn key(ticket: u64) -> JobKey {
    JobKey::Ticket {
        ticket: TicketId(ticket),
        copy: 0,
    }
}

struct Desk {
    spooler: SpoolerHandle,
    events: Receiver<PrinterEvent>,
}

impl Desk {
    fn at(address: &str, timing: SpoolerTiming) -> Self {
        Self::with(PrinterProfile::paper_80mm(), address, timing)
    }

    fn with(profile: PrinterProfile, address: &str, timing: SpoolerTiming) -> Self {
        let (sender, events) = channel();
        let address = format!("tcp://{address}").parse().expect("an address");
        let spooler = Spooler::start_with_timing(profile, address, timing, move |event| {
            let _ = sender.send(event);
        });
        Self {
            spooler: spooler.expect("a thread"),
            events,
        }
    }

    /// The states of a job from now on until one of the last kind that `is_last` names.
    fn states_until(&self, key: JobKey, is_last: impl Fn(&JobState) -> bool) -> Vec<JobState> {
        let mut states = Vec::new();
        while !states.last().is_some_and(&is_last) {
            match self
                .events
                .recv_timeout(PATIENCE)
                .expect("the job reaches its last state")
            {
                PrinterEvent::Job { key: told, state } if told == key => states.push(state),
                PrinterEvent::Job { .. } | PrinterEvent::Status(_) => {}
            }
        }
        states
    }

    fn wait_for_status(&self, status: PrinterStatus) {
        let deadline = Instant::now() + PATIENCE;
        while self.spooler.status() != status {
            assert!(
                Instant::now() < deadline,
                "the status stays {:?}",
                self.spooler.status()
            );
            let _ = self.events.recv_timeout(Duration::from_millis(20));
        }
    }
}

fn is_end(state: &JobState) -> bool {
    match state {
        JobState::Confirmed | JobState::Unknown { .. } | JobState::Failed { .. } => true,
        JobState::Queued | JobState::Sending | JobState::Sent => false,
    }
}

fn printer() -> SimulatedPrinter {
    SimulatedPrinter::start("127.0.0.1:0").expect("a free port")
}

#[test]
fn a_ticket_is_sent_and_confirmed() {
    let printer = printer();
    let desk = Desk::at(&printer.address().to_string(), PATIENT);
    assert_eq!(desk.spooler.submit(job(1, "A001")), Ok(Submitted::Queued));
    assert_eq!(
        desk.states_until(key(1), is_end),
        [JobState::Sending, JobState::Sent, JobState::Confirmed]
    );
    assert_eq!(desk.spooler.status(), PrinterStatus::Ok);
    assert_eq!(printer.ticket_count(), 1);
    assert!(printer.tickets()[0].text.contains("A001"));
    assert!(
        printer.tickets()[0].warnings.is_empty(),
        "{:?}",
        printer.tickets()[0].warnings
    );
}

#[test]
fn a_retry_prints_nothing_twice_and_a_copy_says_that_it_is_one() {
    let printer = printer();
    let desk = Desk::at(&printer.address().to_string(), PATIENT);
    assert_eq!(desk.spooler.submit(job(1, "A001")), Ok(Submitted::Queued));
    desk.states_until(key(1), is_end);
    assert_eq!(
        desk.spooler.submit(job(1, "A001")),
        Ok(Submitted::AlreadyKnown(JobState::Confirmed))
    );
    let refused = desk
        .spooler
        .submit(job(1, "A002"))
        .expect_err("another number");
    assert!(
        matches!(refused, SubmitError::OtherNumber { .. }),
        "{refused}"
    );

    let copy = PrintJob::copy(TicketId(1), NonZeroU32::MIN, paper("A001"));
    assert_eq!(desk.spooler.submit(copy.clone()), Ok(Submitted::Queued));
    assert_eq!(
        desk.states_until(copy.key(), is_end).last(),
        Some(&JobState::Confirmed)
    );
    let tickets = printer.tickets();
    assert_eq!(tickets.len(), 2);
    assert!(!tickets[0].text.contains("补打件") && tickets[1].text.contains("补打件"));
}

#[test]
fn a_slip_is_printed_as_often_as_it_is_asked_for_and_is_no_ticket() {
    let printer = printer();
    let desk = Desk::at(&printer.address().to_string(), PATIENT);
    let slip = |number| PrintJob::slip(number, crate::printer::sample::slip(Language::ZhCn));
    assert_eq!(desk.spooler.submit(job(1, "A001")), Ok(Submitted::Queued));
    for number in [1, 2] {
        assert_eq!(desk.spooler.submit(slip(number)), Ok(Submitted::Queued));
        assert_eq!(
            desk.states_until(JobKey::Slip(number), is_end).last(),
            Some(&JobState::Confirmed)
        );
    }
    assert_eq!(
        desk.spooler.submit(slip(2)),
        Ok(Submitted::AlreadyKnown(JobState::Confirmed))
    );
    let papers = printer.tickets();
    assert_eq!(papers.len(), 3);
    assert!(papers[2].text.contains("办事告知单") && papers[2].text.contains("受托人身份证"));
}

#[test]
fn without_paper_a_ticket_waits_and_comes_out_when_there_is_paper() {
    let printer = printer();
    printer.set_condition(|condition| condition.paper = PaperSupply::Out);
    let desk = Desk::at(&printer.address().to_string(), PATIENT);
    desk.wait_for_status(PrinterStatus::PaperOut);
    desk.spooler
        .submit(job(1, "A001"))
        .expect("room in the queue");
    assert_eq!(printer.ticket_count(), 0);
    printer.set_condition(|condition| condition.paper = PaperSupply::NearEnd);
    assert_eq!(
        desk.states_until(key(1), is_end).last(),
        Some(&JobState::Confirmed)
    );
    assert_eq!(desk.spooler.status(), PrinterStatus::PaperNearEnd);
}

#[test]
fn a_ticket_that_cannot_start_in_time_fails_with_the_reason_and_may_be_submitted_again() {
    let printer = printer();
    printer.set_condition(|condition| condition.cover_open = true);
    let desk = Desk::at(&printer.address().to_string(), SHORT);
    desk.spooler
        .submit(job(1, "A001"))
        .expect("room in the queue");
    let states = desk.states_until(key(1), is_end);
    assert!(
        matches!(&states[..], [JobState::Failed { reason }] if reason.contains("cover open")),
        "{states:?}"
    );

    printer.set_condition(|condition| condition.cover_open = false);
    desk.wait_for_status(PrinterStatus::Ok);
    assert_eq!(desk.spooler.submit(job(1, "A001")), Ok(Submitted::Queued));
    assert_eq!(
        desk.states_until(key(1), is_end).last(),
        Some(&JobState::Confirmed)
    );
    assert_eq!(printer.ticket_count(), 1);
}

#[test]
fn a_printer_that_is_not_there_fails_the_ticket_and_the_queue_is_bounded() {
    let gone = printer().address();
    let desk = Desk::at(&gone.to_string(), SHORT);
    desk.wait_for_status(PrinterStatus::Absent);
    let all = (0..).map(|ticket| desk.spooler.submit(job(ticket, "A001")));
    let refused = all.take(JOBS_QUEUED_MAX + 1).find_map(Result::err);
    assert_eq!(refused, Some(SubmitError::QueueFull));
    let states = desk.states_until(key(0), is_end);
    assert!(
        matches!(&states[..], [JobState::Failed { reason }] if reason.contains("not connected")),
        "{states:?}"
    );
}

#[test]
fn a_printer_that_falls_silent_after_the_ticket_leaves_it_unknown() {
    let door = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = door.local_addr().expect("bound");
    let answering = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut client, _) = door.accept().expect("the spooler connects");
        let mut heard = Vec::new();
        let mut byte = [0];
        // Answers its status as a healthy printer does, and nothing to GS r.
        while client.read(&mut byte).is_ok_and(|taken| taken == 1) {
            heard.push(byte[0]);
            if let [.., 0x10, 0x04, 1..=4] = heard.as_slice() {
                client.write_all(&[0x12]).expect("the spooler listens");
            }
        }
        heard.len()
    });
    let desk = Desk::at(&address.to_string(), SHORT);
    desk.spooler
        .submit(job(1, "A001"))
        .expect("room in the queue");
    let states = desk.states_until(key(1), is_end);
    assert!(
        matches!(
            &states[..],
            [JobState::Sending, JobState::Sent, JobState::Unknown { .. }]
        ),
        "{states:?}"
    );
    let again = desk.spooler.submit(job(1, "A001")).expect("it is known");
    assert!(
        matches!(again, Submitted::AlreadyKnown(JobState::Unknown { .. })),
        "an unknown ticket is not sent again"
    );
    assert!(answering.join().expect("no panic") > 100);
}

#[test]
fn a_printer_that_never_answers_blocks_nothing_and_ends_in_sent() {
    let printer = printer();
    printer.set_condition(|condition| condition.silent = true);
    let profile = PrinterProfile {
        answers_status: false,
        ..PrinterProfile::paper_80mm()
    };
    let desk = Desk::with(profile, &printer.address().to_string(), PATIENT);
    desk.spooler
        .submit(job(1, "A001"))
        .expect("room in the queue");
    let sent = |state: &JobState| *state == JobState::Sent;
    assert_eq!(
        desk.states_until(key(1), sent),
        [JobState::Sending, JobState::Sent]
    );
    assert_eq!(printer.wait_for_tickets(1, PATIENCE).len(), 1);
    assert_eq!(desk.spooler.status(), PrinterStatus::Mute);
}

#[test]
fn a_silent_printer_that_should_answer_gets_no_ticket() {
    let printer = printer();
    printer.set_condition(|condition| condition.silent = true);
    let timing = SpoolerTiming {
        job_wait: Duration::from_secs(3),
        ..SHORT
    };
    let desk = Desk::at(&printer.address().to_string(), timing);
    desk.spooler
        .submit(job(1, "A001"))
        .expect("room in the queue");
    let states = desk.states_until(key(1), is_end);
    assert!(
        matches!(&states[..], [JobState::Failed { reason }] if reason.contains("silent")),
        "{states:?}"
    );
    assert_eq!(printer.ticket_count(), 0);
}

#[test]
fn the_spooler_comes_back_to_a_printer_that_was_switched_off() {
    let first = printer();
    let address = first.address().to_string();
    let desk = Desk::at(&address, PATIENT);
    desk.wait_for_status(PrinterStatus::Ok);
    drop(first);
    desk.wait_for_status(PrinterStatus::Absent);
    desk.spooler
        .submit(job(1, "A001"))
        .expect("room in the queue");
    let second = SimulatedPrinter::start(&address).expect("the port is free again");
    assert_eq!(
        desk.states_until(key(1), is_end).last(),
        Some(&JobState::Confirmed)
    );
    assert_eq!(second.ticket_count(), 1);
}

#[test]
fn when_the_last_handle_is_dropped_waiting_tickets_are_told_to_have_failed() {
    let gone = printer().address();
    let Desk { spooler, events } = Desk::at(&gone.to_string(), PATIENT);
    spooler.submit(job(1, "A001")).expect("room in the queue");
    drop(spooler);
    let failed = |event: &PrinterEvent| {
        matches!(
            event,
            PrinterEvent::Job {
                state: JobState::Failed { .. },
                ..
            }
        )
    };
    assert!(
        events.iter().any(|event| failed(&event)),
        "the channel ends with the thread"
    );
}

#[test]
fn what_the_printer_says_by_itself_is_known_without_asking() {
    let printer = SimulatedPrinter::start("127.0.0.1:0").expect("a free port");
    let seldom = SpoolerTiming {
        status_poll: PATIENCE * 10,
        ..SHORT
    };
    let desk = Desk::at(&printer.address().to_string(), seldom);
    desk.wait_for_status(PrinterStatus::Ok);
    printer.set_condition(|condition| condition.paper = PaperSupply::Out);
    desk.wait_for_status(PrinterStatus::PaperOut);
    printer.set_condition(|condition| {
        condition.paper = PaperSupply::Enough;
        condition.cutter_jammed = true;
    });
    desk.wait_for_status(PrinterStatus::Fault);
    printer.set_condition(|condition| condition.cutter_jammed = false);
    desk.wait_for_status(PrinterStatus::Ok);
}

#[test]
fn a_printer_that_is_asked_for_is_connected_to_at_once() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = port.local_addr().expect("bound").to_string();
    drop(port);
    let slow = SpoolerTiming {
        reconnect_first: 10 * PATIENCE,
        reconnect_longest: 10 * PATIENCE,
        ..PATIENT
    };
    let desk = Desk::at(&address, slow);
    let status = |wanted: PrinterStatus| loop {
        let told = desk.events.recv_timeout(PATIENCE).expect("it is told");
        if told == PrinterEvent::Status(wanted) {
            break;
        }
    };
    status(PrinterStatus::Absent);
    let _printer = SimulatedPrinter::start(&address).expect("the port is free again");
    desk.spooler.ask_now();
    status(PrinterStatus::Ok);
}
