//! Bad input at the HTTP door: a clear answer, and nothing lost.

use std::time::{Duration, Instant};

use nowserving_client::api::ApiError;
use nowserving_server::clock::Clock;
use nowserving_server::http::BODY_MAX;
use nowserving_shared::model::{Catalogue, Language, Moment};
use nowserving_tests::harness::{PATIENCE, Site, fresh_key, number_for};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a client may be silent in these tests.
const HEAD_MAX: Duration = Duration::from_millis(300);

/// Three in the night in the hall (2026-11-23T19:00:00Z).
const NIGHT: Moment = Moment(1_795_460_400_000);

fn problem<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> (u16, String, String) {
    match answer.expect_err("it is refused") {
        ApiError::Problem(problem) => (problem.status, problem.code, problem.detail),
        other => panic!("not a problem: {other:?}"),
    }
}

/// Sends bytes on a connection of their own and reads what comes back until the server closes it.
async fn exchange(site: &Site, bytes: &[u8]) -> String {
    let address = site.url().replace("http://", "");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The server may answer and close before everything is written.
    let _ = stream.write_all(bytes).await;
    read_to_end(&mut stream).await
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let reading = stream.read_to_end(&mut read);
    // A connection that is reset has been closed too.
    let _ = tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("the server closes the connection");
    String::from_utf8_lossy(&read).into_owned()
}

/// The site still gives out numbers.
async fn is_well(site: &Site, expected: &str) {
    assert_eq!(site.take_number("tax").await.label.as_str(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_http_is_answered_or_closed_and_harms_nobody() {
    let site = Site::start().await;
    for nonsense in [
        &b"\0\x01\x02\x03\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\ncontent-length: nine\r\n\r\n",
        b"POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let answer = exchange(&site, nonsense).await;
        assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(1 << 20));
    let answer = exchange(&site, long.as_bytes()).await;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    is_well(&site, "M001").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_slow_connections_are_closed() {
    let example = Catalogue::small_example();
    let site = Site::start_with(example.source(), |settings| {
        settings.limits.head_max = HEAD_MAX;
    })
    .await;
    let address = site.url().replace("http://", "");
    for sent in ["", "G", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let began = Instant::now();
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        stream.write_all(sent.as_bytes()).await.expect("it is sent");
        read_to_end(&mut stream).await;
        assert!(began.elapsed() < Duration::from_secs(10), "{sent:?}");
    }
    is_well(&site, "M001").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_waited_for_within_a_bound() {
    let site = Site::start().await;
    let token = site.enrol("kiosk-1").await.token;
    let request = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         idempotency-key: slow\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{{"
    );
    let began = Instant::now();
    let answer = exchange(&site, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request-timeout"), "{answer}");
    assert!(began.elapsed() < BODY_MAX + Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_also_when_its_length_is_not_said() {
    let site = Site::start().await;
    let token = site.enrol("kiosk-1").await.token;
    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         idempotency-key: large\r\ncontent-type: application/json\r\nconnection: close\r\n"
    );
    let body = "x".repeat(70 * 1024);
    let said = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let unsaid = format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    for request in [said, unsaid] {
        let answer = exchange(&site, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("body-too-large"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_a_closed_hall_and_unknown_names_are_said_in_both_languages() {
    let example = Catalogue::small_example();
    let text = example.source().replace("quota = 500", "quota = 2");
    let site = Site::start_with(&text, |_| {}).await;
    let kiosk = site.kiosk();
    for _ in 0..2 {
        site.take_number("household").await;
    }
    let (status, code, chinese) =
        problem(kiosk.issue(&fresh_key(), &number_for("household")).await);
    assert_eq!((status, code.as_str()), (409, "quota-reached"));
    let english = kiosk.with_language(Language::En);
    let (_, code, detail) = problem(english.issue(&fresh_key(), &number_for("household")).await);
    assert_eq!(code, "quota-reached");
    assert_ne!(detail, chinese);
    assert!(detail.is_ascii(), "{detail}");
    assert!(!chinese.is_ascii(), "{chinese}");
    let (status, code, _) = problem(english.issue(&fresh_key(), &number_for("nope")).await);
    assert_eq!((status, code.as_str()), (404, "unknown-service"));

    let closed = text.replace("00:00-24:00", "09:00-17:00");
    let site = Site::start_with(&closed, |settings| {
        settings.clock = Clock::fast(NIGHT, 1.0);
    })
    .await;
    let (status, code, _) = problem(site.kiosk().issue(&fresh_key(), &number_for("tax")).await);
    assert_eq!((status, code.as_str()), (409, "closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_ask_wrongly_for_a_number_has_its_own_answer() {
    let site = Site::start().await;
    let token = site.enrol("kiosk-1").await.token;
    let http = reqwest::Client::new();
    let json = "application/json";
    let good = r#"{"service":"tax"}"#;
    for (key, kind, body, status, code) in [
        (None, json, good, 400, "idempotency-key-missing"),
        (Some("a b"), json, good, 400, "idempotency-key-malformed"),
        (Some(""), json, good, 400, "idempotency-key-malformed"),
        (Some("k"), "text/plain", good, 415, "unsupported-media-type"),
        (Some("k"), json, "", 400, "bad-body"),
        (Some("k"), json, "{", 400, "bad-body"),
        (Some("k"), json, "\u{0}", 400, "bad-body"),
        (Some("k"), json, r#"{"service":[]}"#, 400, "bad-body"),
        (Some("k"), json, r#"{"service":"TAX"}"#, 400, "bad-body"),
        (
            Some("k"),
            json,
            r#"{"service":"tax","speed":1}"#,
            400,
            "bad-body",
        ),
        (
            Some("k"),
            json,
            r#"{"service":"gone"}"#,
            404,
            "unknown-service",
        ),
        (Some("k"), json, good, 201, ""),
        (
            Some("k"),
            json,
            r#"{"service":"household"}"#,
            422,
            "idempotency-key-reused",
        ),
        (Some("k"), json, good, 201, ""),
    ] {
        let mut request = http
            .post(format!("{}/api/v1/tickets", site.url()))
            .bearer_auth(&token)
            .header("content-type", kind)
            .body(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{key:?} {body}");
        let text = answer.text().await.expect("a text");
        let said: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(said["code"].as_str().unwrap_or_default(), code, "{text}");
    }
    // Nothing but the one number was given out.
    let tickets = site.staff("desk").await.queues().await.expect("queues");
    assert_eq!(tickets.iter().map(|queue| queue.waiting).sum::<u32>(), 1);
}
