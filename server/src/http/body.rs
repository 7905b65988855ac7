//! The JSON body of a request that asks for something to be done.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use nowserving_shared::domain::By;
use nowserving_shared::model::Language;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::BODY_MAX;
use super::idempotency::{self, Keyed};
use super::problem::{Code, Problem, Speak};
use crate::hall_task::RequestKey;

/// The body of a request that says everything by its address.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// What is asked. An empty body counts as `{}`.
#[derive(Debug)]
pub(super) struct Ask<T> {
    /// The body.
    pub(super) body: T,
    /// The language of sentences in the answer.
    pub(super) language: Language,
    keyed: Option<Keyed>,
}

impl<T> Ask<T> {
    /// The request's key as the hall takes it, if it has one; taken once.
    pub(super) fn key(&mut self, by: &By) -> Option<RequestKey> {
        self.keyed.take().map(|keyed| keyed.asked_by(by))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Ask<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Speak(language) = Speak::of(request.headers());
        let key =
            idempotency::key(request.headers()).map_err(|code| Problem::of(code, language))?;
        let of_request = key.map(|key| (key, request.method().clone(), request.uri().clone()));
        let is_json = is_json(request.headers());
        let bytes = whole(request, state, language).await?;
        if !bytes.is_empty() && !is_json {
            return Err(Problem::of(Code::UnsupportedMediaType, language));
        }
        let body =
            read(&bytes).map_err(|what| Problem::of(Code::BadBody, language).because(&what))?;
        Ok(Self {
            body,
            language,
            keyed: of_request.map(|(key, method, uri)| Keyed::new(key, method, uri, bytes)),
        })
    }
}

/// All of a body, when it comes within [`BODY_MAX`].
///
/// # Errors
/// It is too large, too slow, or the connection broke.
pub(super) async fn whole<S: Send + Sync>(
    request: Request,
    state: &S,
    language: Language,
) -> Result<Bytes, Problem> {
    match tokio::time::timeout(BODY_MAX, Bytes::from_request(request, state)).await {
        Ok(read) => read.map_err(|error| unreadable(&error, language)),
        Err(_) => Err(Problem::of(Code::RequestTimeout, language)),
    }
}

/// `application/json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(kind)) = headers.get(CONTENT_TYPE).map(|kind| kind.to_str()) else {
        return false;
    };
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn unreadable(error: &BytesRejection, language: Language) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of(Code::BodyTooLarge, language),
        _ => Problem::of(Code::BadBody, language).because(&error.body_text()),
    }
}

/// Reads the body, or says where it is wrong and how.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| {
        // Slower, and only for what is wrong already: says which field it is.
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Err(error) if error.path().iter().next().is_some() => error.to_string(),
            Err(_) | Ok(_) => error.to_string(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nowserving_shared::protocol::http::{FinishRequest, IssueRequest};

    #[test]
    fn an_empty_body_counts_as_an_empty_object() {
        assert_eq!(read(b"").ok(), Some(FinishRequest::default()));
        let missing = read::<IssueRequest>(b"").expect_err("a service is needed");
        assert!(missing.contains("missing field `service`"), "{missing}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_field() {
        for (body, says) in [
            (r#"{"service":5}"#, "service: invalid type"),
            (
                r#"{"service":"No Slug"}"#,
                "service: \u{201c}No Slug\u{201d}",
            ),
            (r#"{"service":"tax","x":1}"#, "unknown field `x`"),
            (r#"{"service":"tax""#, "EOF"),
            (r#"{"service":"tax"} {"#, "trailing"),
            ("[]", "invalid length"),
            ("\u{7f}", "expected value"),
        ] {
            let said = read::<IssueRequest>(body.as_bytes()).expect_err("it is wrong");
            assert!(said.contains(says), "{body}: {said}");
        }
    }
}
