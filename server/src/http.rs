//! The HTTP doors: the API under [`API`], and what stands beside it at the root.
//!
//! Each module has one `router()` whose handlers carry their own description (`openapi`); a route cannot be added to
//! the API without one. Whatever goes wrong, here or in a handler, is answered with a problem ([`problem`]): a stable
//! code for programs and a sentence for people. Every request has the same bounds: [`BODY_BYTES_MAX`] and
//! [`REQUEST_MAX`].

mod access;
mod announcements;
mod body;
mod configuration;
mod devices;
mod guide;
mod health;
mod history;
mod idempotency;
mod kiosk;
mod openapi;
mod own_ticket;
pub mod pages;
mod parameter;
pub mod principal;
pub mod problem;
mod queries;
mod state;
#[cfg(test)]
mod tests;
mod tickets;
mod windows;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use nowserving_shared::model::Language;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::{metrics, socket};
use problem::{Code, Problem, Speak};

/// Where the API lives.
pub const API: &str = "/api/v1";
/// The largest body of a request, in bytes, where a route does not say otherwise.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a request may take from the end of its headers to the beginning of its answer.
pub const REQUEST_MAX: Duration = Duration::from_secs(15);
/// How long the body of a request may take to come. With the time that its head is given
/// ([`head_max`](crate::serve::Limits::head_max)), a slow client is gone within 15 s.
pub const BODY_MAX: Duration = Duration::from_secs(4);

/// Headers of every answer that does not set them itself: nothing is kept, guessed, framed or told to others.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Everything that the server answers over HTTP.
pub fn router(app: Arc<App>) -> Router {
    let (described, _) = described().split_for_parts();
    described
        .merge(pages::router())
        .merge(metrics::router())
        .merge(socket::router())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn(guarded))
        .with_state(app)
}

/// The routes that are described.
fn described() -> OpenApiRouter<Arc<App>> {
    openapi::begin()
        .merge(health::router())
        .merge(tickets::router())
        .merge(windows::router())
        .merge(own_ticket::router())
        .merge(guide::router())
        .merge(kiosk::router())
        .merge(history::router())
        .merge(queries::router())
        .merge(state::router())
        .merge(access::router())
        .merge(devices::router())
        .merge(announcements::router())
        .merge(configuration::router())
        .merge(openapi::router())
}

/// What stands around every request: its bounds, the answer when its handler panics, the headers that every answer has,
/// and that it is counted. One layer, because each costs every request a copy of all that lies within.
async fn guarded(mut request: Request, next: Next) -> Response {
    let asked = metrics::Asked::of(&request);
    let Speak(language) = Speak::of(request.headers());
    DefaultBodyLimit::max(BODY_BYTES_MAX).apply(&mut request);
    // What a handler leaves behind when it panics is its own; what it shares is behind locks that can be taken then.
    let answering = AssertUnwindSafe(next.run(request)).catch_unwind();
    let mut response = match tokio::time::timeout(REQUEST_MAX, answering).await {
        Ok(Ok(response)) => response,
        Ok(Err(cause)) => panicked(cause.as_ref(), language),
        Err(_) => Problem::of(Code::AnswerTimeout, language).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        if !headers.contains_key(name) {
            headers.insert(name, value.clone());
        }
    }
    asked.answered(response.status());
    response
}

async fn not_found(Speak(language): Speak) -> Problem {
    Problem::of(Code::NotFound, language)
}

async fn method_not_allowed(Speak(language): Speak) -> Problem {
    Problem::of(Code::MethodNotAllowed, language)
}

/// The answer of a handler that panicked.
fn panicked(cause: &(dyn Any + Send), language: Language) -> Response {
    let said = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("nothing");
    tracing::error!(said, "a request made its handler panic");
    Problem::of(Code::Internal, language).into_response()
}
