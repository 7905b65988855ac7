//! The hall's configuration as a text: read, checked, loaded.

use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::IntoResponse;
use nowserving_shared::domain::{Command, Refusal};
use nowserving_shared::model::Catalogue;
use nowserving_shared::model::catalogue::{CONFIGURATION_BYTES_MAX, Faults, Role};
use nowserving_shared::protocol::http::{ConfigurationView, FaultView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::principal::Staff;
use super::problem::{Code, Problem, Speak};
use crate::app::App;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(configuration, load))
        .routes(routes!(check))
        .layer(DefaultBodyLimit::max(CONFIGURATION_BYTES_MAX))
}

/// A configuration that holds together, from a body of any type: it is text whatever the client calls it.
struct Given(Arc<Catalogue>);

impl FromRequest<Arc<App>> for Given {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let Speak(language) = Speak::of(request.headers());
        let bytes = super::body::whole(request, app, language).await?;
        let text = str::from_utf8(&bytes).map_err(|error| {
            Problem::of(Code::BadBody, language).because(&format!("not UTF-8: {error}"))
        })?;
        match Catalogue::parse(text) {
            Ok(catalogue) => Ok(Self(Arc::new(catalogue))),
            Err(faults) => {
                let problem = Problem::of(Code::ConfigurationFaulty, language);
                Err(problem.with_faults(views(&faults)))
            }
        }
    }
}

fn views(faults: &Faults) -> Vec<FaultView> {
    faults
        .0
        .iter()
        .map(|fault| FaultView {
            line: fault.line,
            what: fault.what.clone(),
        })
        .collect()
}

/// The configuration in force.
#[utoipa::path(
    get, path = "/api/v1/configuration", tag = "configuration", security(("session" = [])),
    responses((status = OK, body = String, content_type = "text/toml"))
)]
async fn configuration(
    State(app): State<Arc<App>>,
    speak: Speak,
    asking: Staff,
) -> Result<impl IntoResponse, Problem> {
    asking.must_be(&[Role::Administrator, Role::Manager], &app, speak)?;
    let none = || Problem::refused(&Refusal::NoConfiguration, speak.0);
    let catalogue = app.hall.doors().catalogue.ok_or_else(none)?;
    let head: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "text/toml; charset=utf-8")];
    Ok((head, catalogue.source().to_string()))
}

/// Loads a configuration; one with faults is refused with all of them.
#[utoipa::path(
    put, path = "/api/v1/configuration", tag = "configuration", security(("session" = [])),
    request_body(content = String, content_type = "text/toml"),
    responses((status = OK, body = ConfigurationView))
)]
async fn load(
    State(app): State<Arc<App>>,
    speak: Speak,
    asking: Staff,
    Allowed: Allowed,
    Given(catalogue): Given,
) -> Result<Json<ConfigurationView>, Problem> {
    for warning in &catalogue.warnings {
        tracing::warn!(line = warning.line, "{}", warning.what);
    }
    let command = Command::LoadConfiguration { catalogue };
    let version = app
        .hall
        .command(command, asking.by(), None, |committed| {
            committed.hall.catalogue_version()
        })
        .await
        .map_err(|error| Problem::command(&error, speak.0))?;
    Ok(Json(ConfigurationView { version }))
}

/// Says what is wrong with a configuration, without loading it.
#[utoipa::path(
    post, path = "/api/v1/configuration/check", tag = "configuration", security(("session" = [])),
    request_body(content = String, content_type = "text/toml"),
    responses((status = NO_CONTENT, description = "It has no faults"))
)]
async fn check(Allowed: Allowed, Given(_): Given) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// An administrator: found out before a megabyte is read and parsed.
struct Allowed;

impl axum::extract::FromRequestParts<Arc<App>> for Allowed {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &Arc<App>,
    ) -> Result<Self, Problem> {
        let asking = Staff::from_request_parts(parts, app).await?;
        asking.must_be(&[Role::Administrator], app, Speak::of(&parts.headers))?;
        Ok(Self)
    }
}
