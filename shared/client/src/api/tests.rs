//! The client against a server that says one thing and remembers what it was asked.

use nowserving_shared::model::{ServiceId, StaffId, TicketId};
use nowserving_shared::protocol::http::{CancelRequest, IssueRequest, LoginRequest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Starts a server that answers one request with `status`, `headers` and `body`; gives the request as text.
async fn answering(status: &str, headers: &str, body: &str) -> (Api, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = Api::new(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let reply = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !is_whole(&request) {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        stream.write_all(reply.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    });
    (api, asked)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |n| n.parse().unwrap());
    body.len() >= length
}

fn issue_request() -> IssueRequest {
    IssueRequest {
        person: None,
        service: ServiceId::new("household").unwrap(),
        class: None,
        language: Language::En,
    }
}

#[tokio::test]
async fn taking_a_number_carries_the_token_the_key_and_the_language() {
    let issued = r#"{"ticket":7,"label":"A007","token":"t","service":"household","class":"ordinary","language":"en",
        "ahead":3,"zones":["east"],"windows":[1,2],"issued_at":5,"day":"2026-11-23"}"#;
    let (api, asked) = answering("201 Created", "content-type: application/json\r\n", issued).await;
    let api = api.with_device_token("secret").with_language(Language::En);
    let view = api.issue("visit-1", &issue_request()).await.unwrap();
    assert_eq!(
        (view.ticket, view.label.as_str(), view.ahead),
        (TicketId(7), "A007", 3)
    );
    let asked = asked.await.unwrap();
    assert!(
        asked.starts_with("POST /api/v1/tickets HTTP/1.1\r\n"),
        "{asked}"
    );
    for line in [
        "authorization: Bearer secret",
        "idempotency-key: visit-1",
        "accept-language: en",
        "x-nowserving: 1",
    ] {
        assert!(asked.contains(&format!("{line}\r\n")), "{line} in {asked}");
    }
    assert!(
        asked.ends_with(r#"{"service":"household","class":null,"language":"en"}"#),
        "{asked}"
    );
}

#[tokio::test]
async fn logging_in_gives_a_client_that_carries_the_cookie() {
    let session = r#"{"staff":"li","name":"李","roles":["clerk"],"expires_at":1,"window":null}"#;
    let cookie = "set-cookie: nowserving_session=abc123; HttpOnly; SameSite=Strict; Path=/\r\n";
    let (api, asked) = answering("200 OK", cookie, session).await;
    let request = LoginRequest {
        staff: StaffId::new("li").unwrap(),
        password: "p".to_owned(),
    };
    let (staff, view) = api.log_in(&request).await.unwrap();
    assert_eq!(
        (staff.session_cookie(), view.staff.as_str()),
        (Some("abc123"), "li")
    );
    assert!(!asked.await.unwrap().contains("cookie:"));
    assert_eq!(
        staff.headers(false).unwrap()[COOKIE],
        "nowserving_session=abc123"
    );
    assert!(
        !format!("{staff:?}").contains("abc123"),
        "a secret is not for the log"
    );
}

#[tokio::test]
async fn a_refusal_comes_as_its_problem_and_does_not_pass_by_itself() {
    let problem = r#"{"type":"urn:nowserving:problem:quota-reached","title":"Quota reached","status":409,
        "code":"quota-reached","detail":"今日号已取完。"}"#;
    let (api, _asked) = answering(
        "409 Conflict",
        "content-type: application/problem+json\r\n",
        problem,
    )
    .await;
    let error = api
        .cancel(TicketId(1), &CancelRequest::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("quota-reached"));
    assert!(!error.is_passing());
    assert!(error.to_string().contains("今日号已取完"), "{error}");
}

#[tokio::test]
async fn another_program_behind_the_address_is_recognised() {
    let (api, _asked) = answering("200 OK", "", "<html>printer</html>").await;
    let error = api.hall().await.unwrap_err();
    assert!(
        matches!(&error, ApiError::Garbage { status: 200, what } if what.contains("<html>")),
        "{error}"
    );
    let (api, _asked) = answering("502 Bad Gateway", "", "").await;
    assert!(api.hall().await.unwrap_err().is_passing());
}

#[tokio::test]
async fn nobody_there_is_unreachable_and_may_pass() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = Api::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let error = api.hall().await.unwrap_err();
    assert!(
        matches!(error, ApiError::NotConnected(_)) && error.is_passing(),
        "{error}"
    );
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_before_anything_is_sent() {
    let api = Api::new("http://127.0.0.1:9").unwrap();
    for key in [
        "",
        "two words",
        &"x".repeat(IDEMPOTENCY_KEY_BYTES_MAX + 1),
        "号",
    ] {
        let error = api.issue(key, &issue_request()).await.unwrap_err();
        assert!(matches!(error, ApiError::Unsendable(_)), "{key}: {error}");
    }
}

#[tokio::test]
async fn history_and_state_are_asked_with_their_questions() {
    let (api, asked) = answering("200 OK", "", r#"{"type":"beat","seq":4,"at":9}"#).await;
    let zone = nowserving_shared::model::ZoneId::new("east").unwrap();
    let what = nowserving_shared::protocol::socket::What::Wall { zone: Some(zone) };
    api.state(&what, Some(("e 1", 3))).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(
        asked.starts_with("GET /api/v1/state?kind=wall&zone=east&epoch=e+1&since=3 HTTP/1.1\r\n"),
        "{asked}"
    );
}

#[test]
fn an_address_that_cannot_be_right_is_refused_with_an_example() {
    for address in [
        "",
        "hall",
        "https://hall",
        "ftp://hall",
        "http://hall/kiosk",
        "http://hall?x=1",
    ] {
        let error = Api::new(address).unwrap_err();
        assert!(
            error.to_string().contains("http://192.168.1.10:8080"),
            "{address}: {error}"
        );
    }
    assert_eq!(
        Api::new("http://hall:80/").unwrap().base_url(),
        "http://hall"
    );
}
