//! Who is let in, by role and endpoint, and how being let in ends.

use std::time::Duration;

use nowserving_client::api::{Api, ApiError};
use nowserving_shared::model::DeviceId;
use nowserving_shared::protocol::http::{LoginRequest, PasswordRequest, SetupRequest};
use nowserving_tests::harness::{PASSWORD, Site, eventually, staff};
use reqwest::{Client, Method, StatusCode};

/// Everybody who may ask, in the order of the columns of [`TABLE`].
const WHO: [&str; 8] = [
    "nobody", "customer", "kiosk", "wang", "desk", "lead", "manager", "admin",
];

/// For each endpoint who is let in: `x` yes, `.` no. Columns: nobody, a ticket's holder, a kiosk, a clerk, reception, a
/// supervisor (who is a clerk as well), a manager, an administrator.
const TABLE: &[(&str, &str, &str, &str)] = &[
    ("GET", "/session", "", "...xxxxx"),
    (
        "PUT",
        "/staff/zhang/password",
        r#"{"password":"correct-horse-88"}"#,
        ".......x",
    ),
    (
        "POST",
        "/pairing-codes",
        r#"{"device":"wall-east"}"#,
        ".......x",
    ),
    ("GET", "/devices", "", ".....xxx"),
    ("DELETE", "/devices/wall-east/token", "", ".......x"),
    ("GET", "/configuration", "", "......xx"),
    ("PUT", "/configuration", "format = 1", ".......x"),
    ("POST", "/configuration/check", "format = 1", ".......x"),
    ("POST", "/tickets", r#"{"service":"tax"}"#, "..x.xx.."),
    ("GET", "/tickets/1", "", "...xxxxx"),
    ("GET", "/tickets?day=2026-11-23", "", "...xxxxx"),
    (
        "POST",
        "/tickets/999/cancel",
        r#"{"reason":"x"}"#,
        "...xxxxx",
    ),
    ("POST", "/tickets/999/return", "{}", "...xxx.."),
    ("GET", "/ticket", "", ".x......"),
    ("POST", "/windows/w4/sign-on", "", "...x.x.."),
    ("GET", "/windows/w1", "", "...xxxxx"),
    ("GET", "/windows", "", "..xxxxxx"),
    ("GET", "/hall", "", "..xxxxxx"),
    ("GET", "/queues", "", "...xxxxx"),
    ("GET", "/queues/tax", "", "...xxxxx"),
    ("GET", "/summary", "", "...xxxxx"),
    ("GET", "/state?kind=wall", "", "..xxxxxx"),
    ("GET", "/openapi.json", "", "xxxxxxxx"),
];

/// A request as somebody would send it without our client.
async fn ask(
    site: &Site,
    who: &Api,
    method: &str,
    path: &str,
    body: &str,
    headers: &[(&str, String)],
) -> (StatusCode, String) {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = Client::new()
        .request(method, format!("{}/api/v1{path}", site.url()))
        .header("content-type", "application/json")
        .header("x-nowserving", "1");
    if let Some(session) = who.session_cookie() {
        request = request.header("cookie", format!("nowserving_session={session}"));
    }
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = request
        .body(body.to_owned())
        .send()
        .await
        .expect("an answer");
    let status = answer.status();
    (status, answer.text().await.expect("a body"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_lets_in_exactly_the_roles_that_it_is_for() {
    let site = Site::start().await;
    let ticket = site.take_number("household").await;
    let enrolled = site.enrol("wall-hall").await;
    // Enrolling a second kiosk would need a second one; the first is asked for its token by pairing it anew.
    let kiosk = site.enrol("kiosk-1").await;
    drop(enrolled);
    let mut wrong = Vec::new();
    for (column, name) in WHO.iter().enumerate() {
        let (api, header) = match *name {
            "nobody" => (site.anonymous(), None),
            "customer" => (site.anonymous(), Some(format!("Ticket {}", ticket.token))),
            "kiosk" => (site.anonymous(), Some(format!("Bearer {}", kiosk.token))),
            name => (site.staff(name).await, None),
        };
        for (row, (method, path, body, allowed)) in TABLE.iter().enumerate() {
            let mut headers = vec![("idempotency-key", format!("k-{column}-{row}"))];
            headers.extend(header.clone().map(|header| ("authorization", header)));
            let (status, _) = ask(&site, &api, method, path, body, &headers).await;
            let let_in = !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            if let_in != (allowed.as_bytes()[column] == b'x') {
                wrong.push(format!("{name}: {method} {path}: {status}"));
            }
        }
        if matches!(*name, "wang" | "lead") {
            let window = nowserving_tests::harness::window("w4");
            let _ = api.sign_off(&window).await;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_alone_changes_nothing_for_another_site() {
    let site = Site::start().await;
    let admin = site.admin();
    let body = r#"{"device":"wall-east"}"#;
    let foreign = [("origin", "http://evil.example".to_owned())];
    let (status, problem) = ask(&site, &admin, "POST", "/pairing-codes", body, &foreign).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{problem}");
    assert!(problem.contains("cross-site"), "{problem}");

    let session = admin.session_cookie().expect("logged in");
    let bare = Client::new()
        .post(format!("{}/api/v1/pairing-codes", site.url()))
        .header("cookie", format!("nowserving_session={session}"))
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .expect("an answer");
    assert_eq!(bare.status(), StatusCode::FORBIDDEN);
    let own = [("origin", site.url())];
    let (status, _) = ask(&site, &admin, "POST", "/pairing-codes", body, &own).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_code_is_good_for_one_administrator_once() {
    let site = Site::start().await;
    let request = SetupRequest {
        code: "AAAA-AAAA".into(),
        staff: staff("admin"),
        password: PASSWORD.into(),
    };
    let refused = site.anonymous().setup(&request).await.expect_err("used up");
    assert_eq!(refused.code(), Some("setup-code-unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_log_out_by_a_new_password_and_when_they_are_not_used() {
    let mut site = Site::start().await;
    let wang = site.staff("wang").await;
    wang.session().await.expect("logged in");
    wang.log_out().await.expect("logged out");
    assert_eq!(code(wang.session().await), "not-logged-in");

    let li = site.staff("li").await;
    let request = PasswordRequest {
        password: "another-horse-99".into(),
        present: Some("not it".into()),
    };
    let wrong = li.set_password(&staff("li"), &request).await;
    assert_eq!(code(wrong), "wrong-present-password");
    li.session()
        .await
        .expect("a wrong present password does not log out");
    let request = PasswordRequest {
        present: Some(PASSWORD.into()),
        ..request
    };
    li.set_password(&staff("li"), &request).await.expect("set");
    assert_eq!(code(li.session().await), "not-logged-in");

    site.settings().session_idle_max = Duration::from_millis(1);
    site.restart().await;
    let admin = site.admin();
    eventually("an idle session ends", async || {
        let ended = admin.session().await.is_err();
        ended.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_devices_outlive_a_restart() {
    let mut site = Site::start().await;
    let wang = site.staff("wang").await;
    site.restart().await;
    wang.session().await.expect("still logged in");
    site.kiosk().hall().await.expect("the kiosk is still known");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_and_a_made_up_token_are_refused() {
    let site = Site::start().await;
    let wall = site.enrol("wall-hall").await;
    let api = site.anonymous().with_device_token(&wall.token);
    api.hall().await.expect("let in");
    let device = DeviceId::new("wall-hall").expect("an id");
    site.admin().revoke_device(&device).await.expect("revoked");
    assert_eq!(code(api.hall().await), "device-token-unknown");
    let made_up = site.anonymous().with_device_token("made-up");
    assert_eq!(code(made_up.hall().await), "device-token-unknown");
    let made_up = site.anonymous().with_ticket_token("made-up");
    assert_eq!(code(made_up.my_ticket().await), "ticket-token-unknown");
    let used = site.admin().pairing_code(&device).await.expect("a code");
    site.anonymous().enrol(&used.code).await.expect("enrolled");
    assert_eq!(
        code(site.anonymous().enrol(&used.code).await),
        "pairing-code-unknown"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_becomes_slow_for_the_guesser_and_says_when_to_come_back() {
    let site = Site::start().await;
    site.staff("wang").await;
    let guess = LoginRequest {
        staff: staff("wang"),
        password: "wrong-wrong".into(),
    };
    let mut refusals = Vec::new();
    for _ in 0..7 {
        refusals.push(code(site.anonymous().log_in(&guess).await));
    }
    assert_eq!(refusals[0], "wrong-password");
    assert_eq!(
        refusals.last().map(String::as_str),
        Some("too-many-attempts")
    );
    let unknown = LoginRequest {
        staff: staff("nobody"),
        password: "wrong-wrong".into(),
    };
    assert_eq!(
        code(site.anonymous().log_in(&unknown).await),
        "wrong-password"
    );
}

fn code<T: std::fmt::Debug>(refused: Result<T, ApiError>) -> String {
    let error = refused.expect_err("refused");
    error.code().unwrap_or_default().to_owned()
}
