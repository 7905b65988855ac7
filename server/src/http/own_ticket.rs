//! The customer's own ticket, by the secret that is printed on it.
//!
//! The secret opens the ticket while it lives and until the end of the day after the one on which it was taken.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use nowserving_shared::domain::{Command, Refusal, TicketRef};
use nowserving_shared::model::{BusinessDay, Catalogue, Language, Moment, TicketId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::{
    CancelRequest, Done, EndedWire, TicketHistory, TicketView,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Ask;
use super::history;
use super::principal::Holder;
use super::problem::{Code, Problem, Speak};
use super::tickets;
use crate::app::App;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(own_ticket))
        .routes(routes!(cancel_own))
}

/// How it stands with the customer's own ticket.
#[utoipa::path(
    get, path = "/api/v1/ticket", tag = "tickets",
    responses((status = OK, body = TicketView)), security(("ticket" = []))
)]
async fn own_ticket(
    State(app): State<Arc<App>>,
    holder: Holder,
    Speak(language): Speak,
) -> Result<Json<TicketView>, Problem> {
    view(&app, holder.0, language).await.map(Json)
}

/// Cancels the customer's own ticket.
#[utoipa::path(
    post, path = "/api/v1/ticket/cancel", tag = "tickets", request_body = CancelRequest,
    responses((status = OK, body = Done)), security(("ticket" = []))
)]
async fn cancel_own(
    State(app): State<Arc<App>>,
    holder: Holder,
    mut ask: Ask<CancelRequest>,
) -> Result<Json<Done>, Problem> {
    let by = holder.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    let command = Command::Cancel {
        ticket: TicketRef::Id(holder.0),
        reason: body.reason,
    };
    tickets::carry_out(&app, by, key, language, command).await
}

/// A ticket as its holder sees it, live or over.
pub(super) async fn view(
    app: &App,
    ticket: TicketId,
    language: Language,
) -> Result<TicketView, Problem> {
    let seen = app
        .hall
        .look(move |hall, now| {
            let catalogue = hall.catalogue().ok_or(Refusal::NoConfiguration)?.clone();
            let live = hall
                .ticket(ticket)
                .map(|ticket| convert::ticket_view(hall, &catalogue, ticket));
            Ok((live, catalogue, now))
        })
        .await
        .map_err(|error| Problem::command(&error, language))?;
    let (live, catalogue, now) = seen.map_err(|refusal| Problem::refused(&refusal, language))?;
    if let Some(live) = live {
        return Ok(live);
    }
    let history = history::of_ticket(app, ticket, language).await?;
    if is_expired(history.day, &catalogue, now) {
        return Err(Problem::of(Code::TicketTokenExpired, language));
    }
    Ok(over(history, &catalogue))
}

/// Whether the day after the one on which a ticket was taken is over.
fn is_expired(day: BusinessDay, catalogue: &Catalogue, now: Moment) -> bool {
    let after = day.0.tomorrow().unwrap_or(day.0);
    catalogue.business_day(now) > BusinessDay(after)
}

/// A ticket that is over.
fn over(history: TicketHistory, catalogue: &Catalogue) -> TicketView {
    let last = history.calls.iter().rev().find(|call| !call.undone);
    TicketView {
        label: history.label.clone(),
        hall: catalogue.hall.name.clone(),
        time_zone: convert::zone_name(catalogue),
        service: catalogue
            .services
            .get(&history.service)
            .map(|service| service.name.clone())
            .unwrap_or_default(),
        language: history.language,
        stands: None,
        ended: history.ended.map(|ended| ended_word(ended).to_owned()),
        ahead: None,
        window: None,
        windows: Vec::new(),
        issued_at: history.issued_at,
        called_at: last.map(|call| call.at),
        misses: history.misses,
        reprint: None,
    }
}

fn ended_word(ended: EndedWire) -> &'static str {
    match ended {
        EndedWire::Finished => "finished",
        EndedWire::NoShow => "no_show",
        EndedWire::Cancelled => "cancelled",
        EndedWire::Closed => "closed",
    }
}
