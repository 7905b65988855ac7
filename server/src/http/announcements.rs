//! The sound of what is being said, for displays that have no recordings themselves.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use nowserving_shared::model::ZoneId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::principal::Device;
use super::problem::{Code, Problem, Speak};
use crate::app::App;
use crate::voice::WHOLE_HALL;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(sound))
}

/// One of the last announcements of a zone (`_hall`: of the whole hall) as a WAV file, chime and every reading included.
#[utoipa::path(
    get, path = "/api/v1/announcements/{zone}/{file}", tag = "access", security(("device" = [])),
    params(
        ("zone" = String, Path, description = "The zone, or _hall"),
        ("file" = String, Path, description = "The announcement's number, then .wav")
    ),
    responses((status = OK, body = [u8], content_type = "audio/wav"))
)]
async fn sound(
    State(app): State<Arc<App>>,
    _device: Device,
    Speak(language): Speak,
    Path((zone, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let none = || Problem::of(Code::NotFound, language);
    let zone = match zone.as_str() {
        WHOLE_HALL => None,
        id => Some(ZoneId::new(id).map_err(|_| none())?),
    };
    let number = file
        .strip_suffix(".wav")
        .and_then(|number| number.parse().ok());
    let number: u64 = number.ok_or_else(none)?;
    let told = app.rooms.announcement(zone.as_ref(), number);
    let told = told.ok_or_else(none)?;
    let voices = Arc::clone(&app.voices);
    // Some ten milliseconds of work, which must not hold up the connections of this thread.
    let rendering =
        tokio::task::spawn_blocking(move || voices.render(&told.speech, &told.announcement).wav());
    let wav = rendering
        .await
        .map_err(|_| Problem::of(Code::Internal, language))?;
    Ok(([(CONTENT_TYPE, "audio/wav")], wav).into_response())
}
