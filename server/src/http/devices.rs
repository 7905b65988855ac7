//! What devices say of themselves, and calls for help (求助) from them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nowserving_shared::domain::Command;
use nowserving_shared::model::DeviceId;
use nowserving_shared::protocol::http::{DeviceReport, Done, REPORT_TEXT_CHARS_MAX};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Ask;
use super::parameter::Segment;
use super::principal::{Device, Staff};
use super::problem::{Problem, Speak};
use super::tickets;
use crate::app::App;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(report))
        .routes(routes!(call_help))
        .routes(routes!(answer_help))
}

/// Takes what a device says of itself: its version, its printer, its troubles.
#[utoipa::path(
    post, path = "/api/v1/devices/report", tag = "access", request_body = DeviceReport, security(("device" = [])),
    responses((status = NO_CONTENT, description = "The report is shown in the list of devices"))
)]
async fn report(State(app): State<Arc<App>>, device: Device, ask: Ask<DeviceReport>) -> StatusCode {
    let mut report = ask.body;
    // A trouble is a sentence; what is longer was not written by a device of ours.
    for text in [
        &mut report.version,
        &mut report.printer,
        &mut report.trouble,
    ] {
        *text = text.chars().take(REPORT_TEXT_CHARS_MAX).collect();
    }
    let doors = app.hall.doors();
    let known = doors.catalogue.iter().flat_map(|hall| hall.devices.iter());
    app.reports
        .take(device.0, report, app.hall.clock().now(), known);
    StatusCode::NO_CONTENT
}

/// Asks for a member of staff at this device (求助). One call stands, however often it is made.
#[utoipa::path(
    post, path = "/api/v1/help", tag = "tickets", security(("device" = [])),
    responses((status = OK, body = Done))
)]
async fn call_help(
    State(app): State<Arc<App>>,
    device: Device,
    Speak(language): Speak,
) -> Result<Json<Done>, Problem> {
    tickets::carry_out(&app, device.by(), None, language, Command::CallHelp).await
}

/// Says that one goes to a device where somebody asks for help.
#[utoipa::path(
    post, path = "/api/v1/help/{id}/answer", tag = "tickets", security(("session" = [])),
    params(("id" = String, Path, description = "Which device")),
    responses((status = OK, body = Done))
)]
async fn answer_help(
    State(app): State<Arc<App>>,
    staff: Staff,
    Speak(language): Speak,
    Segment(device): Segment<DeviceId>,
) -> Result<Json<Done>, Problem> {
    let command = Command::AnswerHelp { device };
    tickets::carry_out(&app, staff.by(), None, language, command).await
}
