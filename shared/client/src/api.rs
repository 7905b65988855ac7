//! The HTTP client of `/api/v1`, typed.
//!
//! An [`Api`] is an address, who is asking, and in which language refusals are to be worded. It is cheap to clone and
//! holds no session of its own: `with_…` gives another `Api` that differs in one thing, and [`Api::log_in`] gives the
//! one that carries the session's cookie. Every call ends within [`WHOLE_MAX`] with a reply or an [`ApiError`] that
//! says who is at fault: the request ([`ApiError::Problem`]), the way there
//! ([`ApiError::NotConnected`], [`ApiError::Unreachable`], [`ApiError::Timeout`]), or the other end
//! ([`ApiError::Garbage`]).
//!
//! Nothing is retried in here. Whoever repeats a command repeats it with the same idempotency key, and then it is
//! carried out once.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderValue, SET_COOKIE};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use nowserving_shared::model::Language;
use nowserving_shared::protocol::http::Problem;
use nowserving_shared::protocol::{CSRF_HEADER, IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_BYTES_MAX};
use reqwest::Url;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod calls;
#[cfg(test)]
mod tests;

/// How long connecting may take.
pub const CONNECT_MAX: Duration = Duration::from_secs(2);
/// How long a whole call may take, from connecting to the last byte of the reply.
pub const WHOLE_MAX: Duration = Duration::from_secs(10);
/// The longest reply that is read, in bytes.
pub const REPLY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How many connections to the server stay open while nobody uses them.
const IDLE_CONNECTIONS_MAX: usize = 32;
/// How much of a reply that makes no sense is quoted, in characters.
const QUOTE_CHARS_MAX: usize = 200;
/// The cookie of a staff session.
pub const SESSION_COOKIE: &str = "nowserving_session";

/// Why a call brought no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The server refused and says why. Repeating the same request does not help.
    #[error("{} ({})", .0.detail, .0.code)]
    Problem(Box<Problem>),
    /// No connection was made: nothing was asked.
    #[error(
        "the server was not reached: {0}; check the address, the cable and whether the server runs"
    )]
    NotConnected(String),
    /// The connection broke. What was asked may or may not have happened.
    #[error("the connection to the server broke: {0}; check the cable and whether the server runs")]
    Unreachable(String),
    /// The reply did not come in time. What was asked may or may not have happened.
    #[error("the server did not answer within {} s", WHOLE_MAX.as_secs())]
    Timeout,
    /// The reply makes no sense: another program answers there, or another version.
    #[error("the reply (status {status}) is not one of this version's: {what}")]
    Garbage {
        /// The HTTP status.
        status: u16,
        /// What was wrong with it, with a quotation.
        what: String,
    },
    /// The request cannot be written: nothing was sent.
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
}

impl ApiError {
    /// The stable code of a refusal; none for everything else.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            Self::NotConnected(_)
            | Self::Unreachable(_)
            | Self::Timeout
            | Self::Garbage { .. }
            | Self::Unsendable(_) => None,
        }
    }

    /// Whether the same request, with the same idempotency key, may succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::NotConnected(_) | Self::Unreachable(_) | Self::Timeout => true,
            Self::Problem(problem) => problem.status == 429 || problem.status >= 500,
            Self::Garbage { status, .. } => *status >= 500,
            Self::Unsendable(_) => false,
        }
    }
}

/// Who is asking. The secret is never shown by `Debug`.
#[derive(Clone, Default)]
enum Who {
    #[default]
    Nobody,
    Device(Arc<str>),
    Ticket(Arc<str>),
    Staff(Arc<str>),
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nobody => "nobody",
            Self::Device(_) => "a device",
            Self::Ticket(_) => "a customer",
            Self::Staff(_) => "staff",
        })
    }
}

/// A client of one server's HTTP API.
#[derive(Debug, Clone)]
pub struct Api {
    base: Url,
    http: reqwest::Client,
    who: Who,
    language: Language,
    key: Option<Arc<str>>,
}

/// What a request carries.
enum Body<'a, T> {
    Nothing,
    Json(&'a T),
    Toml(&'a str),
}

/// A request without a body has no type of body.
const NOTHING: Body<'static, ()> = Body::Nothing;

impl Api {
    /// A client of the server at `base_url`, such as `http://127.0.0.1:8080`. Connects to nothing yet.
    ///
    /// # Errors
    /// [`ApiError::Unsendable`] when the address is not an `http://` address with a host and without a path.
    pub fn new(base_url: &str) -> Result<Self, ApiError> {
        let base = checked_base(base_url)?;
        // The server stands in the same hall: a proxy of the environment would only be in the way.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_MAX)
            .timeout(WHOLE_MAX)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| ApiError::Unsendable(chain(&error)))?;
        Ok(Self {
            base,
            http,
            who: Who::Nobody,
            language: Language::default(),
            key: None,
        })
    }

    /// The same, asking as the device that holds `token`.
    #[must_use]
    pub fn with_device_token(self, token: &str) -> Self {
        Self {
            who: Who::Device(token.into()),
            ..self
        }
    }

    /// The same, asking as the customer whose ticket has the secret `token`.
    #[must_use]
    pub fn with_ticket_token(self, token: &str) -> Self {
        Self {
            who: Who::Ticket(token.into()),
            ..self
        }
    }

    /// The same, asking as the member of staff whose session's cookie has the value `session`.
    #[must_use]
    pub fn with_session(self, session: &str) -> Self {
        Self {
            who: Who::Staff(session.into()),
            ..self
        }
    }

    /// The same, with refusals worded in `language`.
    #[must_use]
    pub fn with_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The same, with an idempotency key on each command. Use it for one command and its repetitions.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self {
            key: Some(key.into()),
            ..self
        }
    }

    /// The server's address, without a path.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The value of the session's cookie, for the websocket of the same member of staff.
    #[must_use]
    pub fn session_cookie(&self) -> Option<&str> {
        match &self.who {
            Who::Staff(session) => Some(session),
            Who::Nobody | Who::Device(_) | Who::Ticket(_) => None,
        }
    }

    /// Sends a request to `/api/v1` and reads the JSON reply.
    async fn ask<B: Serialize, R: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Body<'_, B>,
    ) -> Result<R, ApiError> {
        let (status, _headers, bytes) = self
            .exchange(method, &format!("/api/v1{path}"), query, body)
            .await?;
        understand(status, &bytes)
    }

    /// Sends a request to `/api/v1` whose reply has no body that matters.
    async fn tell<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Body<'_, B>,
    ) -> Result<(), ApiError> {
        self.exchange(method, &format!("/api/v1{path}"), &[], body)
            .await
            .map(drop)
    }

    /// Sends a request and reads a reply of success; any other becomes an error.
    async fn exchange<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Body<'_, B>,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), ApiError> {
        let mut url = self.base.clone();
        url.set_path(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let changes = !method.is_safe();
        let request = self
            .http
            .request(method, url)
            .headers(self.headers(changes)?);
        let request = match body {
            Body::Nothing => request,
            Body::Json(value) => request.json(value),
            Body::Toml(text) => request
                .header(CONTENT_TYPE, "text/toml; charset=utf-8")
                .body(text.to_owned()),
        };
        let mut response = request.send().await.map_err(|error| on_the_way(&error))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let bytes = read(response).await?;
        if status.is_success() {
            Ok((status, headers, bytes))
        } else {
            Err(refused(status, &bytes))
        }
    }

    fn headers(&self, changes: bool) -> Result<HeaderMap, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT_LANGUAGE,
            HeaderValue::from_static(self.language.tag()),
        );
        match &self.who {
            Who::Nobody => {}
            Who::Device(token) => {
                headers.insert(
                    AUTHORIZATION,
                    secret("device token", &format!("Bearer {token}"))?,
                );
            }
            Who::Ticket(token) => {
                headers.insert(
                    AUTHORIZATION,
                    secret("ticket token", &format!("Ticket {token}"))?,
                );
            }
            Who::Staff(session) => {
                headers.insert(
                    COOKIE,
                    secret("session", &format!("{SESSION_COOKIE}={session}"))?,
                );
            }
        }
        if changes {
            headers.insert(
                HeaderName::from_static(CSRF_HEADER),
                HeaderValue::from_static("1"),
            );
            if let Some(key) = &self.key {
                headers.insert(HeaderName::from_static(IDEMPOTENCY_KEY), checked_key(key)?);
            }
        }
        Ok(headers)
    }
}

fn checked_base(text: &str) -> Result<Url, ApiError> {
    let fault = |what: &str| {
        Err(ApiError::Unsendable(format!(
            "“{text}” {what}; write the server's address like http://192.168.1.10:8080"
        )))
    };
    let Ok(url) = Url::parse(text.trim()) else {
        return fault("is not an address");
    };
    if url.scheme() != "http" || url.host_str().is_none() {
        return fault("does not begin with http:// and a host");
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return fault("has something behind the host and port");
    }
    Ok(url)
}

fn checked_key(key: &str) -> Result<HeaderValue, ApiError> {
    let fits = !key.is_empty() && key.len() <= IDEMPOTENCY_KEY_BYTES_MAX;
    if fits && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        HeaderValue::from_str(key).map_err(|error| ApiError::Unsendable(error.to_string()))
    } else {
        Err(ApiError::Unsendable(format!(
            "an idempotency key has 1 to {IDEMPOTENCY_KEY_BYTES_MAX} visible ASCII characters"
        )))
    }
}

fn secret(what: &str, text: &str) -> Result<HeaderValue, ApiError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        ApiError::Unsendable(format!("the {what} holds characters that no {what} has"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, ApiError> {
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| on_the_way(&error))? {
        if bytes.len() + chunk.len() > REPLY_BYTES_MAX {
            return Err(ApiError::Garbage {
                status,
                what: format!("longer than {REPLY_BYTES_MAX} bytes"),
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn on_the_way(error: &reqwest::Error) -> ApiError {
    if error.is_timeout() {
        // Connecting has its own, shorter limit: then there is nobody, rather than somebody slow.
        if error.is_connect() {
            ApiError::NotConnected(format!("no connection within {} s", CONNECT_MAX.as_secs()))
        } else {
            ApiError::Timeout
        }
    } else if error.is_connect() {
        ApiError::NotConnected(chain(error))
    } else if error.is_builder() {
        ApiError::Unsendable(chain(error))
    } else {
        ApiError::Unreachable(chain(error))
    }
}

/// An error with its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn refused(status: StatusCode, bytes: &[u8]) -> ApiError {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => ApiError::Problem(Box::new(problem)),
        Err(_) => ApiError::Garbage {
            status: status.as_u16(),
            what: quote(bytes),
        },
    }
}

fn understand<R: DeserializeOwned>(status: StatusCode, bytes: &[u8]) -> Result<R, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::Garbage {
        status: status.as_u16(),
        what: format!("{error} in “{}”", quote(bytes)),
    })
}

fn quote(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if text.trim().is_empty() {
        "empty".to_owned()
    } else {
        text.chars().take(QUOTE_CHARS_MAX).collect()
    }
}

/// The value of the session's cookie among those that a reply sets.
fn session_of(headers: &HeaderMap) -> Option<String> {
    let prefix = format!("{SESSION_COOKIE}=");
    headers.get_all(SET_COOKIE).iter().find_map(|header| {
        let pair = header.to_str().ok()?.split(';').next()?;
        let value = pair.trim().strip_prefix(&prefix)?;
        (!value.is_empty()).then(|| value.to_owned())
    })
}
