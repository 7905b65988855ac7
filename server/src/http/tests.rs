//! What every route has in common, and that the description tells the truth.

mod configuration;
mod queries;
mod state;
mod tickets;
mod windows;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt as _;
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::{By, Command};
use nowserving_shared::model::{DeviceId, StaffId};
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;
use crate::app::PeerAddress;

/// An answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    /// The code of a problem, which must say it is one.
    pub(super) fn code(&self) -> &str {
        assert_eq!(
            self.headers[CONTENT_TYPE], "application/problem+json",
            "{self:?}"
        );
        assert_eq!(self.body["status"], self.status.as_u16(), "{self:?}");
        self.body["code"].as_str().expect("a problem has a code")
    }
}

/// Sends a request through the router.
pub(super) async fn send(app: &Arc<App>, request: Request) -> Answer {
    send_through(router(app.clone()), request).await
}

async fn send_through(router: Router, request: Request) -> Answer {
    let response = router
        .oneshot(request)
        .await
        .expect("the router never fails");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a whole body").to_bytes();
    let body = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// A request with these headers and this body.
pub(super) fn request(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .extension(PeerAddress(Ipv4Addr::LOCALHOST.into()))
        .body(body.into())
        .expect("a request")
}

/// Who asks, and in which language.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    app: Arc<App>,
    headers: Vec<(String, String)>,
}

impl Caller {
    /// Somebody without a key to any door.
    pub(super) fn nobody(app: &Arc<App>) -> Self {
        let headers = vec![("accept-language".to_owned(), "en".to_owned())];
        Self {
            app: app.clone(),
            headers,
        }
    }

    /// The same, with one more header.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.headers.push((name.to_owned(), value.to_owned()));
        with
    }

    /// A member of staff who is logged in.
    pub(super) async fn staff(app: &Arc<App>, name: &str) -> Self {
        let session = format!("session-of-{name}");
        let command = Command::OpenSession {
            staff: StaffId::new(name).expect("a slug"),
            session: SecretHash::of(session.as_bytes()),
            expires_at: app.hall.clock().now().after(Duration::from_secs(3600)),
        };
        let opened = app.hall.command(command, By::System, None, |_| ()).await;
        opened.expect("the example has them");
        Self::nobody(app)
            .with("cookie", &format!("nowserving_session={session}"))
            .with("x-nowserving", "1")
    }

    /// The kiosk of the example, enrolled.
    pub(super) async fn kiosk(app: &Arc<App>) -> Self {
        let code = SecretHash::of(b"code");
        let offer = Command::OfferPairing {
            device: DeviceId::new("kiosk-1").expect("a slug"),
            code,
            expires_at: app.hall.clock().now().after(Duration::from_secs(60)),
        };
        let enrol = Command::Enrol {
            code,
            token: SecretHash::of(b"token-of-kiosk-1"),
        };
        for command in [offer, enrol] {
            let done = app.hall.command(command, By::System, None, |_| ()).await;
            done.expect("the example has it");
        }
        Self::nobody(app).with("authorization", "Bearer token-of-kiosk-1")
    }

    /// The customer who holds a ticket's token.
    pub(super) fn holder(app: &Arc<App>, token: &str) -> Self {
        Self::nobody(app).with("authorization", &format!("Ticket {token}"))
    }

    /// Looks something up.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// Asks for something to be done, with a JSON body.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        let json = self.with("content-type", "application/json");
        json.send(Method::POST, path, Body::from(body.to_string()))
            .await
    }

    /// Sends anything to a path of the API.
    pub(super) async fn send(&self, method: Method, path: &str, body: Body) -> Answer {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let path = format!("{API}{path}");
        send(&self.app, request(method, &path, &headers, body)).await
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_like_every_other_fault() {
    async fn broken() -> StatusCode {
        panic!("broken on purpose")
    }
    let broken = Router::new()
        .route("/broken", axum::routing::get(broken))
        .layer(middleware::from_fn(guarded));
    let english = [("accept-language", "en")];
    let answer = send_through(broken, request(Method::GET, "/broken", &english, "")).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
    assert!(
        answer.body["detail"]
            .as_str()
            .is_some_and(|said| said.is_ascii())
    );
    assert!(answer.headers.contains_key(CACHE_CONTROL));
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems() {
    let (app, _stop) = App::for_tests().await;
    let unknown = send(&app, request(Method::GET, "/api/v1/nothing", &[], "")).await;
    assert_eq!(
        (unknown.status, unknown.code()),
        (StatusCode::NOT_FOUND, "not-found")
    );
    let english = [("accept-language", "en")];
    let path = "/api/v1/openapi.json";
    let wrong = send(&app, request(Method::DELETE, path, &english, "")).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.code(), "method-not-allowed");
    assert_eq!(wrong.headers[ALLOW], "GET,HEAD");
    let said = wrong.body["detail"].as_str().expect("a sentence");
    assert!(said.starts_with("This address"), "{said}");
}

#[tokio::test]
async fn every_answer_forbids_to_keep_guess_or_frame_it() {
    let (app, _stop) = App::for_tests().await;
    for path in ["/api/v1/openapi.json", "/nothing"] {
        let answer = send(&app, request(Method::GET, path, &[], "")).await;
        for (name, _) in &HEADERS {
            assert!(answer.headers.contains_key(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn a_server_that_stops_is_alive_but_not_ready() {
    let (app, stop) = App::for_tests().await;
    let ask = |path| send(&app, request(Method::GET, path, &[], ""));
    assert_eq!(ask("/readyz").await.status, StatusCode::OK);
    stop.send(true).expect("the server listens");
    assert_eq!(ask("/healthz").await.status, StatusCode::OK);
    let answer = ask("/readyz").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    );
    assert!(answer.headers.contains_key("retry-after"));
}

/// Every described operation: its method, its path, and what is described.
fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(openapi::document()).expect("a description is JSON");
    let paths = document["paths"].as_object().expect("paths").clone();
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let method = method.to_uppercase();
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            all.push((method, path.clone(), operation.clone()));
        }
    }
    all
}

#[tokio::test]
async fn every_described_route_is_there() {
    let (app, _stop) = App::for_tests().await;
    for (method, path, _) in operations() {
        let filled = path
            .replace("{id}", "1")
            .replace("{service}", "tax")
            .replace("{zone}", "east")
            .replace("{file}", "1.wav");
        assert!(!filled.contains('{'), "{path}: an unknown parameter");
        let answer = send(&app, request(method.clone(), &filled, &[], "")).await;
        if answer.status.is_success() {
            continue;
        }
        let code = answer.code();
        assert!(
            !["not-found", "method-not-allowed"].contains(&code),
            "{method} {path}: {code}"
        );
    }
}

#[test]
fn every_operation_has_its_own_name_a_summary_a_known_tag_and_problems() {
    let document = serde_json::to_value(openapi::document()).expect("a description is JSON");
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(names.insert(name.to_owned()), "{name} is used twice");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.'), "{method} {path}: {summary}");
        let tag = operation["tags"][0].as_str().unwrap_or_default();
        assert!(tags.contains(tag), "{method} {path}: tag {tag}");
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let said = response["description"].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "{method} {path}: {status}");
        }
        let problem = &operation["responses"]["default"]["content"];
        assert!(
            problem["application/problem+json"].is_object(),
            "{method} {path}"
        );
    }
}

#[test]
fn every_schema_that_is_named_is_described() {
    fn named<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(fields) => {
                let name = fields.get("$ref").and_then(Value::as_str);
                found.extend(name.and_then(|name| name.rsplit('/').next()));
                fields.values().for_each(|value| named(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| named(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = serde_json::to_value(openapi::document()).expect("a description is JSON");
    let mut names = BTreeSet::new();
    named(&document, &mut names);
    assert!(names.contains("Problem") && names.contains("TicketName"));
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for name in names {
        assert!(schemas.contains_key(name), "{name}");
    }
}
