//! What everybody may read of a service: the guide that a phone opens from the code on a kiosk's screen or on a slip.
//!
//! It is what the hall tells to whoever asks at its desk, and needs no secret.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use nowserving_shared::domain::Refusal;
use nowserving_shared::model::ServiceId;
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::ServiceGuideView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::parameter::Segment;
use super::problem::{Problem, Speak};
use crate::app::App;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(guide))
}

/// What a customer should know about a service.
#[utoipa::path(
    get, path = "/api/v1/services/{service}/guide", tag = "queries",
    params(("service" = String, Path, description = "The service")),
    responses((status = OK, body = ServiceGuideView))
)]
async fn guide(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    Segment(service): Segment<ServiceId>,
) -> Result<Json<ServiceGuideView>, Problem> {
    // Read beside the writer, not by it: whoever asks for guides must not hold up who takes a number.
    let refused = |refusal| Problem::refused(&refusal, language);
    let catalogue = app.hall.doors().catalogue;
    let catalogue = catalogue.ok_or_else(|| refused(Refusal::NoConfiguration))?;
    match catalogue.services.get(&service) {
        Some(known) => Ok(Json(convert::service_guide(&catalogue, known))),
        None => Err(refused(Refusal::UnknownService(service))),
    }
}
