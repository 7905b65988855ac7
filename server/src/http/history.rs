//! What was: the tickets of a day, one ticket's life, the figures of a day. Read from the store, which follows the hall
//! at a little distance; so every answer waits until the store holds what the hall had published when it was asked.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use nowserving_shared::board::TicketLine;
use nowserving_shared::domain::Refusal;
use nowserving_shared::model::{BusinessDay, Label, Language, TicketId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::{DaySummary, TicketHistory};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::parameter::{Asked, Segment};
use super::principal::Staff;
use super::problem::{Code, Problem, Speak};
use crate::app::App;
use crate::store::{self, Store, StoreError};

/// How long the store may take to catch up with the hall before the answer is that the history is away.
const CATCH_UP_MAX: Duration = Duration::from_secs(5);

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ticket))
        .routes(routes!(tickets))
        .routes(routes!(summary))
}

/// Asks the store once it has caught up. Reading may wait for the disk, so it happens on a thread for such work.
async fn ask<T: Send + 'static>(
    app: &App,
    language: Language,
    asked: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let away = || Problem::of(Code::HistoryAway, language);
    let store = app.store.clone();
    let (seq, _) = app.hub.seq();
    let answered = tokio::task::spawn_blocking(move || {
        store.wait_for(seq, CATCH_UP_MAX).then(|| asked(&store))
    });
    match answered.await {
        Ok(Some(Ok(answer))) => Ok(answer),
        Ok(Some(Err(error))) => {
            tracing::warn!(%error, "the history was asked for");
            Err(away())
        }
        Ok(None) | Err(_) => Err(away()),
    }
}

/// The history of a ticket.
///
/// # Errors
/// [`Refusal::UnknownTicket`] as a problem, or that the history is away.
pub(super) async fn of_ticket(
    app: &App,
    ticket: TicketId,
    language: Language,
) -> Result<TicketHistory, Problem> {
    let row = ask(app, language, move |store| store.ticket(ticket)).await?;
    row.map(|row| row.view())
        .ok_or_else(|| Problem::refused(&Refusal::UnknownTicket(ticket.to_string()), language))
}

/// What staff can know of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum TicketRecord {
    /// It lives: its line.
    Live(TicketLine),
    /// It is over: its history.
    Over(Box<TicketHistory>),
}

/// A ticket: its line while it lives, its history afterwards.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}", tag = "tickets",
    params(("id" = u64, Path, description = "The ticket")),
    responses((status = OK, body = TicketRecord)), security(("session" = []))
)]
async fn ticket(
    State(app): State<Arc<App>>,
    _: Staff,
    Speak(language): Speak,
    Segment(ticket): Segment<TicketId>,
) -> Result<Json<TicketRecord>, Problem> {
    let line = app
        .hall
        .look(move |hall, _| {
            hall.ticket(ticket)
                .map(|ticket| convert::ticket_line(hall, ticket))
        })
        .await
        .map_err(|error| Problem::command(&error, language))?;
    let record = match line {
        Some(line) => TicketRecord::Live(line),
        None => TicketRecord::Over(Box::new(of_ticket(&app, ticket, language).await?)),
    };
    Ok(Json(record))
}

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The business day on which they were taken (YYYY-MM-DD); the present one when nothing is said.
    #[param(value_type = Option<String>)]
    day: Option<BusinessDay>,
    /// Only those with this label.
    #[param(value_type = Option<String>)]
    label: Option<Label>,
    /// How many at most; 10000 when nothing is said, which is the most.
    limit: Option<usize>,
}

/// The histories of a day's tickets, in the order of their issue.
#[utoipa::path(
    get, path = "/api/v1/tickets", tag = "tickets", params(Which),
    responses((status = OK, body = Vec<TicketHistory>)), security(("session" = []))
)]
async fn tickets(
    State(app): State<Arc<App>>,
    _: Staff,
    Speak(language): Speak,
    Asked(which): Asked<Which>,
) -> Result<Json<Vec<TicketHistory>>, Problem> {
    let day = day_or_today(&app, which.day, language).await?;
    let limit = which.limit.unwrap_or(store::TICKETS_MAX);
    let histories = ask(&app, language, move |store| {
        let rows = store.tickets(day, which.label.as_ref(), limit)?;
        Ok(rows.iter().map(|row| row.view()).collect())
    });
    histories.await.map(Json)
}

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Day {
    /// The business day (YYYY-MM-DD); the present one when nothing is said.
    #[param(value_type = Option<String>)]
    day: Option<BusinessDay>,
}

/// The figures of a day: how many, how long, by service and by window.
#[utoipa::path(
    get, path = "/api/v1/summary", tag = "queries", params(Day),
    responses((status = OK, body = DaySummary)), security(("session" = []))
)]
async fn summary(
    State(app): State<Arc<App>>,
    _: Staff,
    Speak(language): Speak,
    Asked(Day { day }): Asked<Day>,
) -> Result<Json<DaySummary>, Problem> {
    let day = day_or_today(&app, day, language).await?;
    ask(&app, language, move |store| store.summary(day))
        .await
        .map(Json)
}

/// The day, or the one that the hall counts in.
async fn day_or_today(
    app: &App,
    day: Option<BusinessDay>,
    language: Language,
) -> Result<BusinessDay, Problem> {
    if let Some(day) = day {
        return Ok(day);
    }
    let today = app
        .hall
        .look(|hall, now| {
            let of_clock = || Some(hall.catalogue()?.business_day(now));
            hall.day().or_else(of_clock)
        })
        .await
        .map_err(|error| Problem::command(&error, language))?;
    today.ok_or_else(|| Problem::refused(&Refusal::NoConfiguration, language))
}
