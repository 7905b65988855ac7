//! Who may do what: every route of the description, asked by everybody.

use std::collections::BTreeMap;

use nowserving_tests::harness::Site;
use reqwest::Method;
use serde_json::{Value, json};

/// Those who ask, in the order of the columns below. `customer` holds a ticket.
const CALLERS: [&str; 9] = [
    "nobody", "kiosk", "display", "customer", "wang", "desk", "lead", "manager", "admin",
];

/// Who is let in, by column: `+` (the answer may still be that it cannot be done now), or `-` (401 or 403). Each route
/// with a body that the door accepts.
fn table() -> Vec<(Method, &'static str, Value, &'static str)> {
    let get = |path, who| (Method::GET, path, Value::Null, who);
    let post = |path, body, who| (Method::POST, path, body, who);
    let delete = |path, who| (Method::DELETE, path, Value::Null, who);
    let nothing = || json!({});
    let reason = || json!({"reason": "because"});
    let service = || json!({"service": "household"});
    let to = || json!({"to": {"service": "tax"}});
    vec![
        // nobody, kiosk, display, customer, clerk, reception, supervisor, manager, administrator
        get("/healthz", "+++++++++"),
        get("/readyz", "+++++++++"),
        get("/api/v1/openapi.json", "+++++++++"),
        get("/api/v1/hall", "-++-+++++"),
        get("/api/v1/windows", "-++-+++++"),
        get("/api/v1/queues", "----+++++"),
        get("/api/v1/queues/{service}", "----+++++"),
        get("/api/v1/windows/{id}", "----+++++"),
        get("/api/v1/summary", "----+++++"),
        get("/api/v1/state?kind=wall", "-++-+++++"),
        get("/api/v1/tickets", "----+++++"),
        get("/api/v1/tickets/{id}", "----+++++"),
        get("/api/v1/ticket", "---+-----"),
        get("/api/v1/session", "----+++++"),
        get("/api/v1/devices", "------+++"),
        get("/api/v1/configuration", "-------++"),
        post("/api/v1/tickets", service(), "-+---++--"),
        post("/api/v1/tickets/{id}/cancel", reason(), "----+++--"),
        post("/api/v1/tickets/{id}/return", nothing(), "----+++--"),
        post("/api/v1/tickets/{id}/transfer", to(), "-----++--"),
        // The clerk sits there; the supervisor may act for anybody.
        post("/api/v1/windows/{id}/pause", reason(), "----+-+--"),
        post("/api/v1/windows/{id}/resume", nothing(), "----+-+--"),
        post(
            "/api/v1/windows/{id}/call",
            json!({"ticket": "A999", "reason": "r"}),
            "----+-+--",
        ),
        post(
            "/api/v1/windows/{id}/resume-ticket",
            json!({"ticket": "A999"}),
            "----+-+--",
        ),
        post("/api/v1/windows/{id}/call-next", nothing(), "----+-+--"),
        post("/api/v1/windows/{id}/undo-call", nothing(), "----+-+--"),
        post("/api/v1/windows/{id}/recall", nothing(), "----+-+--"),
        post("/api/v1/windows/{id}/start", nothing(), "----+-+--"),
        post("/api/v1/windows/{id}/no-show", nothing(), "----+-+--"),
        post("/api/v1/windows/{id}/finish", nothing(), "----+-+--"),
        post(
            "/api/v1/windows/{id}/hold",
            json!({"reason": "papers_here"}),
            "----+-+--",
        ),
        post("/api/v1/windows/{id}/transfer", to(), "----+-+--"),
        post("/api/v1/windows/{id}/add-service", service(), "----+-+--"),
        post("/api/v1/windows/{id}/walk-up", service(), "----+-+--"),
        post("/api/v1/windows/{id}/sign-on", nothing(), "----+-+--"),
        post("/api/v1/windows/{id}/sign-off", nothing(), "----+-+--"),
        post("/api/v1/ticket/cancel", nothing(), "---+-----"),
        post(
            "/api/v1/pairing-codes",
            json!({"device": "wall-east"}),
            "--------+",
        ),
        delete("/api/v1/devices/{id}/token", "--------+"),
        (
            Method::POST,
            "/api/v1/configuration/check",
            Value::String("format = 1".to_owned()),
            "--------+",
        ),
        (
            Method::PUT,
            "/api/v1/configuration",
            Value::String("format = 1".to_owned()),
            "--------+",
        ),
    ]
}

/// Routes whose key is in the body, or that would end what the others need; they have tests of their own.
const ELSEWHERE: [(&str, &str); 5] = [
    ("post", "/api/v1/setup"),
    ("post", "/api/v1/session"),
    ("delete", "/api/v1/session"),
    ("put", "/api/v1/staff/{id}/password"),
    ("post", "/api/v1/devices/enrol"),
];

/// The header that shows who asks.
async fn keys(site: &Site) -> BTreeMap<&'static str, (&'static str, String)> {
    let ticket = site.take_number("household").await;
    let kiosk = site.enrol("kiosk-1").await;
    let display = site.enrol("wall-hall").await;
    let mut keys = BTreeMap::from([
        ("nobody", ("accept", "*/*".to_owned())),
        (
            "kiosk",
            ("authorization", format!("Bearer {}", kiosk.token)),
        ),
        (
            "display",
            ("authorization", format!("Bearer {}", display.token)),
        ),
        (
            "customer",
            ("authorization", format!("Ticket {}", ticket.token)),
        ),
    ]);
    for name in ["wang", "desk", "lead", "manager", "admin"] {
        let api = site.staff(name).await;
        let session = api.session_cookie().expect("a session").to_owned();
        keys.insert(name, ("cookie", format!("nowserving_session={session}")));
    }
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_those_who_may_and_nobody_else() {
    let site = Site::start().await;
    let keys = keys(&site).await;
    let wang = site.clerk("wang", "w1").await;
    let http = reqwest::Client::new();
    let mut serial = 0;
    for (method, path, body, who) in table() {
        let id = if path.contains("windows") {
            "w1"
        } else if path.contains("devices") {
            "wall-east"
        } else {
            "1"
        };
        let filled = path.replace("{id}", id).replace("{service}", "household");
        for (caller, allowed) in CALLERS.iter().zip(who.chars()) {
            serial += 1;
            // Whoever signed the window off is not to spoil it for the next one.
            wang.api
                .sign_on(&wang.window)
                .await
                .expect("wang sits there");
            let (name, value) = &keys[caller];
            let mut request = http
                .request(method.clone(), format!("{}{filled}", site.url()))
                .header(*name, value)
                .header("x-nowserving", "1")
                .header("accept-language", "en");
            request = match &body {
                Value::Null => request,
                Value::String(text) => request
                    .header("content-type", "text/toml")
                    .body(text.clone()),
                json => request
                    .header("idempotency-key", format!("k{serial}"))
                    .json(json),
            };
            let answer = request.send().await.expect("an answer");
            let status = answer.status().as_u16();
            let said = answer.text().await.unwrap_or_default();
            let let_in = status != 401 && status != 403;
            assert_eq!(
                let_in,
                allowed == '+',
                "{caller} {method} {path}: {status} {said}"
            );
            assert!(status < 500, "{caller} {method} {path}: {status} {said}");
            assert!(
                status != 404 || said.contains("unknown-"),
                "{method} {path}: {said}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_who_may_do_what_has_every_described_route() {
    let site = Site::start().await;
    let url = format!("{}/api/v1/openapi.json", site.url());
    let text = reqwest::get(&url).await.expect("an answer").text().await;
    let document: Value = serde_json::from_str(&text.expect("a text")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let known: Vec<(String, &str)> = table()
        .iter()
        .map(|(method, path, _, _)| {
            let path = path.split('?').next().unwrap_or(path);
            (method.as_str().to_lowercase(), path)
        })
        .collect();
    for (method, path) in &known {
        assert!(paths[*path][method].is_object(), "{method} {path}");
    }
    for (path, item) in paths {
        for method in item.as_object().expect("operations").keys() {
            let here = known
                .iter()
                .any(|(known, at)| known == method && at == path);
            let elsewhere = ELSEWHERE.contains(&(method.as_str(), path.as_str()));
            assert!(here || elsewhere, "{method} {path}");
        }
    }
}
