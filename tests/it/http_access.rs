//! Who is let in at the HTTP door, to what, and for how long.

mod guessing;
mod secrets;
mod sessions;
mod table;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use nowserving_client::api::{Api, ApiError};
use nowserving_server::auth::FREE_ATTEMPTS;
use nowserving_server::clock::Clock;
use nowserving_shared::model::{Catalogue, DeviceId, Moment, StaffId};
use nowserving_shared::protocol::http::{
    DeviceView, LoginRequest, PasswordRequest, Problem, SessionView, SetupRequest,
};
use nowserving_tests::harness::{PASSWORD, Site, eventually, fresh_key, number_for, staff, window};
use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// 2026-11-23T02:00:00Z, ten in the morning in the hall.
const MORNING: Moment = Moment(1_795_399_200_000);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// A password that nobody has at first.
const ANOTHER: &str = "battery-staple-99";

/// An answer, read whole.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// The status and the code of a problem.
    fn refusal(&self) -> (u16, String) {
        let problem: Problem = serde_json::from_str(&self.body).expect("a problem");
        assert_eq!(problem.status, self.status.as_u16());
        (problem.status, problem.code)
    }
}

/// Somebody who sends these headers.
#[derive(Debug, Clone)]
struct Caller {
    http: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

impl Caller {
    fn of(site: &Site) -> Self {
        Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client"),
            url: site.url(),
            headers: HeaderMap::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_str(value).expect("a header's value");
        self.headers.insert(name, value);
        self
    }

    /// With the session of `member`, and no header that our pages send.
    fn with_cookie_of(self, member: &Api) -> Self {
        let session = member.session_cookie().expect("a session");
        self.with(COOKIE.as_str(), &format!("nowserving_session={session}"))
    }

    /// As our pages ask.
    fn with_session_of(self, member: &Api) -> Self {
        self.with_cookie_of(member).with("x-nowserving", "1")
    }

    async fn asks(&self, method: &str, path: &str, body: &str) -> Answer {
        let at_the_root = ["/healthz", "/readyz"].contains(&path);
        let prefix = if at_the_root { "" } else { "/api/v1" };
        let method: Method = method.parse().expect("a method");
        let mut request = self
            .http
            .request(method, format!("{}{prefix}{path}", self.url))
            .headers(self.headers.clone())
            .header("idempotency-key", fresh_key());
        if body.starts_with('{') {
            request = request.header("content-type", "application/json");
        }
        let response = request
            .body(body.to_owned())
            .send()
            .await
            .expect("an answer");
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a whole body"),
        }
    }
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> (u16, String) {
    match answer.expect_err("it is refused") {
        ApiError::Problem(problem) => (problem.status, problem.code),
        other => panic!("not a problem: {other:?}"),
    }
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn device(id: &str) -> DeviceId {
    DeviceId::new(id).expect("a device's id")
}

fn log_in_as(id: &str, password: &str) -> LoginRequest {
    LoginRequest {
        staff: staff(id),
        password: password.to_owned(),
    }
}
