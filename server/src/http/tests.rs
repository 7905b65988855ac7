//! What every route has in common, and that the description tells the truth.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;

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
    let response = router(app.clone())
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
    request.body(body.into()).expect("a request")
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
        let filled = path.replace("{id}", "1").replace("{service}", "tax");
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
        let problem = &operation["responses"]["default"]["content"];
        assert!(
            problem["application/problem+json"].is_object(),
            "{method} {path}"
        );
    }
}
