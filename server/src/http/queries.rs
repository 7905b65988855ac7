//! How it stands with the hall: what is looked up, and changes nothing.
//!
//! What a device sees is what the wall and the kiosk need; who sits where is for staff.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use nowserving_shared::board::WindowLine;
use nowserving_shared::domain::{Hall, Refusal};
use nowserving_shared::model::{Language, Moment, ServiceId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::{HallView, QueueView};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::parameter::{Asked, Segment};
use super::principal::{Anyone, Staff};
use super::problem::{Problem, Speak};
use crate::app::App;

/// How many tickets of a queue are shown when nobody says how many.
const QUEUE_SHOWN: usize = 20;
/// How many tickets of a queue are shown at most.
const QUEUE_SHOWN_MAX: usize = 1000;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(hall))
        .routes(routes!(queues))
        .routes(routes!(queue))
        .routes(routes!(windows))
}

/// Looks at a hall that must be configured.
async fn look<T: Send + 'static>(
    app: &App,
    language: Language,
    view: impl FnOnce(&Hall, Moment) -> Option<T> + Send + 'static,
) -> Result<T, Problem> {
    let seen = app
        .hall
        .look(view)
        .await
        .map_err(|error| Problem::command(&error, language))?;
    seen.ok_or_else(|| Problem::refused(&Refusal::NoConfiguration, language))
}

/// The windows as `who` may see them.
fn for_eyes_of(who: &Anyone, windows: &mut [WindowLine]) {
    match who {
        Anyone::Staff(_) => {}
        Anyone::Device(_) => {
            for window in windows {
                window.staff = None;
            }
        }
    }
}

/// The hall: names, guides, opening.
#[utoipa::path(
    get, path = "/api/v1/hall", tag = "queries",
    responses((status = OK, body = HallView)), security(("device" = []), ("session" = []))
)]
async fn hall(
    State(app): State<Arc<App>>,
    who: Anyone,
    Speak(language): Speak,
) -> Result<Json<HallView>, Problem> {
    let device = match &who {
        Anyone::Staff(_) => None,
        Anyone::Device(device) => Some(device.clone()),
    };
    let mut view = look(&app, language, move |hall, now| {
        let named = device.and_then(|id| hall.catalogue()?.devices.get(&id));
        let name = named.map(|device| device.name.clone());
        Some(HallView {
            device: name.unwrap_or_default(),
            ..convert::hall_view(hall, now)?
        })
    })
    .await?;
    for_eyes_of(&who, &mut view.windows);
    Ok(Json(view))
}

/// Every window, by number.
#[utoipa::path(
    get, path = "/api/v1/windows", tag = "queries",
    responses((status = OK, body = Vec<WindowLine>)), security(("device" = []), ("session" = []))
)]
async fn windows(
    State(app): State<Arc<App>>,
    who: Anyone,
    Speak(language): Speak,
) -> Result<Json<Vec<WindowLine>>, Problem> {
    let lines = |hall: &Hall, _: Moment| {
        let windows = hall.catalogue()?.windows.iter();
        let lines = windows.map(|window| convert::window_line(hall, window));
        Some(lines.collect::<Vec<WindowLine>>())
    };
    let mut lines = look(&app, language, lines).await?;
    lines.sort_by_key(|line| line.number);
    for_eyes_of(&who, &mut lines);
    Ok(Json(lines))
}

/// Every queue with its first tickets, in the order of the configuration.
#[utoipa::path(
    get, path = "/api/v1/queues", tag = "queries",
    responses((status = OK, body = Vec<QueueView>)), security(("session" = []))
)]
async fn queues(
    State(app): State<Arc<App>>,
    _: Staff,
    Speak(language): Speak,
) -> Result<Json<Vec<QueueView>>, Problem> {
    let views = |hall: &Hall, _: Moment| {
        let services = hall.catalogue()?.services.iter();
        let views = services.map(|service| convert::queue_view(hall, service, QUEUE_SHOWN));
        Some(views.collect())
    };
    look(&app, language, views).await.map(Json)
}

/// How much of a queue is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// How many tickets at most; 20 when nothing is said, 1000 at most.
    #[serde(default)]
    limit: Option<usize>,
}

/// One queue with its first tickets.
#[utoipa::path(
    get, path = "/api/v1/queues/{service}", tag = "queries",
    params(("service" = String, Path, description = "The service"), Shown),
    responses((status = OK, body = QueueView)), security(("session" = []))
)]
async fn queue(
    State(app): State<Arc<App>>,
    _: Staff,
    Speak(language): Speak,
    Segment(service): Segment<ServiceId>,
    Asked(shown): Asked<Shown>,
) -> Result<Json<QueueView>, Problem> {
    let limit = shown.limit.unwrap_or(QUEUE_SHOWN).min(QUEUE_SHOWN_MAX);
    let asked = service.clone();
    let view = look(&app, language, move |hall, _| {
        let service = hall.catalogue()?.services.get(&asked);
        Some(service.map(|service| convert::queue_view(hall, service, limit)))
    });
    let view = view.await?;
    view.map(Json)
        .ok_or_else(|| Problem::refused(&Refusal::UnknownService(service), language))
}
