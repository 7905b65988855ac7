//! The hands against a server that says what the test wants, over a real connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use nowserving_shared::model::ServiceId;
use nowserving_shared::protocol::http::{IssuedView, Problem};
use tokio::sync::mpsc::Receiver;

use super::*;
use crate::runner::queue;
use crate::state::tests::hall::{hall, issued};

/// How long a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// A server that answers one request with `status` and `body`; gives back the head and the body of the request.
fn server(status: &'static str, body: String) -> (SocketAddr, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    let serving = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("the kiosk comes");
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while reader.read_line(&mut head).expect("text") > 2 {}
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")
                .map(|text| text.trim().parse::<usize>())
        });
        let mut sent = vec![0; length.map_or(0, |length| length.expect("a number"))];
        reader.read_exact(&mut sent).expect("the body");
        let kind = if status.starts_with('2') {
            "application/json"
        } else {
            "application/problem+json"
        };
        let reply = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        reader
            .get_mut()
            .write_all(reply.as_bytes())
            .expect("the kiosk listens");
        (head, String::from_utf8_lossy(&sent).into_owned())
    });
    (address, serving)
}

fn hands(address: SocketAddr) -> (RealHands, Receiver<Event>) {
    let (events, received) = queue();
    let api = Api::new(&format!("http://{address}"))
        .expect("an address")
        .with_device_token("device-token");
    (
        RealHands::new(api, None, Handle::current(), events),
        received,
    )
}

fn request() -> IssueRequest {
    let service = ServiceId::new("id-card").expect("a slug");
    IssueRequest {
        person: None,
        service,
        class: None,
        language: Language::En,
    }
}

async fn next(received: &mut Receiver<Event>) -> Event {
    tokio::time::timeout(PATIENCE, received.recv())
        .await
        .expect("in time")
        .expect("the hands are there")
}

async fn issue_against(status: &'static str, body: String) -> (IssueOutcome, String) {
    let (address, serving) = server(status, body);
    let (mut hands, mut received) = hands(address);
    hands.carry_out(Effect::Issue {
        key: "kiosk-n-1".to_owned(),
        request: request(),
    });
    let Event::Issue { key, outcome } = next(&mut received).await else {
        panic!("an answer to the issue")
    };
    assert_eq!(key, "kiosk-n-1");
    (outcome, serving.join().expect("the server ends").0)
}

#[tokio::test]
async fn a_number_is_asked_for_as_this_kiosk_with_the_steps_key_in_the_customers_language() {
    let number: IssuedView = issued("id-card", "ordinary", Language::En);
    let body = serde_json::to_string(&number).expect("plain data");
    let (outcome, head) = issue_against("201 Created", body).await;
    assert_eq!(outcome, IssueOutcome::Issued(Box::new(number)));
    let head = head.to_ascii_lowercase();
    for part in [
        "post /api/v1/tickets ",
        "authorization: bearer device-token",
        "idempotency-key: kiosk-n-1",
        "accept-language: en",
    ] {
        assert!(head.contains(part), "{part} is missing in {head}");
    }
}

fn problem(status: u16, code: &str) -> String {
    let problem = Problem {
        kind: format!("urn:nowserving:problem:{code}"),
        title: "No".to_owned(),
        status,
        code: code.to_owned(),
        detail: "All numbers are taken.".to_owned(),
        faults: Vec::new(),
        ticket: None,
    };
    serde_json::to_string(&problem).expect("plain data")
}

#[tokio::test]
async fn a_refusal_brings_the_servers_sentence() {
    let (outcome, _) = issue_against("409 Conflict", problem(409, "quota-reached")).await;
    let detail = "All numbers are taken.".to_owned();
    assert_eq!(
        outcome,
        IssueOutcome::Refused {
            code: "quota-reached".to_owned(),
            detail
        }
    );
}

#[tokio::test]
async fn a_busy_server_and_a_stranger_may_be_asked_again() {
    for (status, body) in [
        ("503 Service Unavailable", problem(503, "busy")),
        ("200 OK", "<html>another program</html>".to_owned()),
    ] {
        let (outcome, _) = issue_against(status, body).await;
        assert!(
            matches!(outcome, IssueOutcome::Passing(_)),
            "{status}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_may_be_asked_again() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let (mut hands, mut received) = hands(nobody);
    hands.carry_out(Effect::Issue {
        key: "kiosk-n-1".to_owned(),
        request: request(),
    });
    let event = next(&mut received).await;
    assert!(
        matches!(
            &event,
            Event::Issue {
                outcome: IssueOutcome::NotReached(_),
                ..
            }
        ),
        "{event:?}"
    );
    hands.carry_out(Effect::FetchHall);
    assert!(matches!(next(&mut received).await, Event::HallFailed(_)));
}

#[tokio::test]
async fn the_hall_arrives_as_it_was_sent() {
    let (address, serving) = server(
        "200 OK",
        serde_json::to_string(&hall()).expect("plain data"),
    );
    let (mut hands, mut received) = hands(address);
    hands.carry_out(Effect::FetchHall);
    assert_eq!(next(&mut received).await, Event::Hall(Box::new(hall())));
    assert!(
        serving
            .join()
            .expect("the server ends")
            .0
            .starts_with("GET /api/v1/hall ")
    );
}

#[tokio::test]
async fn without_a_printer_nothing_is_said_to_be_printed() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let (mut hands, mut received) = hands(nobody);
    let paper = crate::paper::of(
        &hall(),
        &issued("id-card", "ordinary", Language::ZhCn),
        None,
    );
    hands.carry_out(Effect::Print {
        ticket: TicketId(17),
        paper: Box::new(paper),
    });
    assert_eq!(
        next(&mut received).await,
        Event::Print {
            ticket: TicketId(17),
            stage: PrintStage::Failed
        }
    );
}

/// Waits for the first event that `wanted` accepts, within the patience.
async fn first(received: &mut Receiver<Event>, wanted: impl Fn(&Event) -> bool) -> Event {
    loop {
        let event = next(received).await;
        if wanted(&event) {
            return event;
        }
    }
}

#[tokio::test]
async fn a_ticket_comes_out_of_the_simulated_printer_and_is_confirmed() {
    let printer = crate::printer::SimulatedPrinter::start("127.0.0.1:0").expect("a port");
    let address = format!("tcp://{}", printer.address())
        .parse()
        .expect("an address");
    let (events, mut received) = queue();
    let spooler = start_printer(
        crate::printer::PrinterProfile::paper_80mm(),
        address,
        events.clone(),
    )
    .expect("a thread");
    let nobody = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let api = Api::new(&format!("http://{nobody}")).expect("an address");
    let mut hands = RealHands::new(api, Some(spooler), Handle::current(), events);
    first(&mut received, |event| {
        *event == Event::Printer(PrinterIs::Ready)
    })
    .await;
    let paper = crate::paper::of(
        &hall(),
        &issued("id-card", "military", Language::ZhCn),
        None,
    );
    hands.carry_out(Effect::Print {
        ticket: TicketId(17),
        paper: Box::new(paper),
    });
    let is_printed = |event: &Event| {
        matches!(
            event,
            Event::Print {
                stage: PrintStage::Printed,
                ..
            }
        )
    };
    first(&mut received, is_printed).await;
    let tickets = printer.tickets();
    assert_eq!(tickets.len(), 1);
    assert!(
        tickets[0].text.contains("居民身份证办理"),
        "{}",
        tickets[0].text
    );
}

#[tokio::test]
async fn a_test_of_the_printer_comes_out_and_says_that_it_is_no_ticket() {
    let printer = crate::printer::SimulatedPrinter::start("127.0.0.1:0").expect("a port");
    let address = format!("tcp://{}", printer.address()).parse();
    let (events, mut received) = queue();
    let spooler = start_printer(
        crate::printer::PrinterProfile::paper_80mm(),
        address.expect("an address"),
        events.clone(),
    )
    .expect("a thread");
    let api = Api::new("http://127.0.0.1:9").expect("an address");
    let mut hands = RealHands::new(api, Some(spooler), Handle::current(), events);
    let options = crate::state::tests::options();
    let paper = crate::paper::self_test(
        Some(&hall()),
        options.maintenance.as_ref().expect("a page"),
        options.device.as_ref(),
        Language::ZhCn,
        crate::state::tests::hall::MORNING,
        options.phone_url.clone(),
    );
    hands.carry_out(Effect::SelfTest {
        number: 1,
        paper: Box::new(paper),
    });
    let printed = Event::SelfTest {
        number: 1,
        stage: PrintStage::Printed,
    };
    first(&mut received, |event| *event == printed).await;
    let text = &printer.tickets()[0].text;
    for said in [
        "打印测试",
        "这不是号票",
        "tcp://192.168.1.20:9100",
        "kiosk-1",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[tokio::test]
async fn the_recording_is_written_where_it_belongs_and_a_place_that_is_none_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("recording.jsonl");
    let api = || Api::new("http://127.0.0.1:9").expect("an address");
    let (events, mut received) = queue();
    let (mut hands, tape) =
        RealHands::new(api(), None, Handle::current(), events.clone()).recording_to(path.clone());
    hands.carry_out(Effect::Record);
    let told = next(&mut received).await;
    assert!(
        matches!(told, Event::Recorded { failed: Some(_) }),
        "{told:?}"
    );

    struct Blind;
    impl crate::runner::Screen for Blind {
        fn show(&mut self, _: crate::view::View) {}
    }
    let (others, unheard) = queue();
    let quiet = RealHands::new(api(), None, Handle::current(), others.clone());
    let options = crate::state::tests::options();
    let (runner, dumps) = crate::runner::Runner::new(options, quiet, Blind, unheard);
    tokio::spawn(runner.run());
    tape.set(dumps).ok();
    hands.carry_out(Effect::Record);
    assert_eq!(next(&mut received).await, Event::Recorded { failed: None });
    let written = std::fs::read(&path).expect("it is there");
    crate::recorder::Recording::read(&written[..]).expect("a recording");
    drop(others);
}
