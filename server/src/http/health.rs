//! Whether the server lives, and whether it can serve. For those who run it; they need no key.

use std::sync::Arc;

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Code, Problem, Speak};
use crate::app::App;
use crate::hall_task::Health;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
}

/// Whether the process answers.
#[utoipa::path(
    get, path = "/healthz", tag = "health",
    responses((status = OK, body = String, content_type = "text/plain"))
)]
async fn healthz() -> &'static str {
    "alive\n"
}

/// Whether commands can be carried out: the journal can be written and the server does not stop.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses((status = OK, body = String, content_type = "text/plain"))
)]
async fn readyz(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
) -> Result<&'static str, Problem> {
    if *app.stopping.borrow() {
        return Err(Problem::of(Code::Stopping, language));
    }
    match app.hall.health() {
        Health::Writable => Ok("ready\n"),
        Health::NotWritable(reason) | Health::Stopped(reason) => {
            Err(Problem::of(Code::NotRecorded, language).because(&reason))
        }
    }
}
