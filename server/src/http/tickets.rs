//! Taking numbers, and what becomes of a ticket away from a window.
//!
//! A number needs an idempotency key: a kiosk that heard no answer asks again with the same key and is given the same
//! ticket, with the same secret, also after the server was started again. So everything in the answer comes from the
//! recorded event, and the secret is worked out of the ticket's id.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nowserving_shared::domain::{By, Command, Origin, Refusal, TicketRef};
use nowserving_shared::model::{Language, TicketId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::{
    CancelRequest, Done, HeldTicket, IssueRequest, IssuedView, ReturnRequest, TransferRequest,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Ask;
use super::own_ticket;
use super::parameter::Segment;
use super::principal::{Anyone, Staff};
use super::problem::{Code, Problem};
use crate::app::App;
use crate::hall_task::{CommandError, RequestKey};

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(issue))
        .routes(routes!(cancel_ticket))
        .routes(routes!(return_ticket))
        .routes(routes!(transfer_ticket))
}

/// Takes a number (取号): at a kiosk, or at the triage desk.
#[utoipa::path(
    post, path = "/api/v1/tickets", tag = "tickets", request_body = IssueRequest,
    responses((status = CREATED, body = IssuedView)), security(("device" = []), ("session" = []))
)]
async fn issue(
    State(app): State<Arc<App>>,
    who: Anyone,
    mut ask: Ask<IssueRequest>,
) -> Result<(StatusCode, Json<IssuedView>), Problem> {
    let by = who.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    let key = key.ok_or_else(|| Problem::of(Code::IdempotencyKeyMissing, language))?;
    let command = Command::Issue {
        service: body.service,
        class: body.class,
        language: body.language,
        origin: match who {
            Anyone::Device(_) => Origin::Kiosk,
            Anyone::Staff(_) => Origin::Reception,
        },
        person: body.person,
    };
    let issued = app
        .hall
        .command(command, by, Some(key), |committed| {
            let recorded = &committed.entries.first()?.recorded;
            let catalogue = committed.hall.catalogue()?.clone();
            Some((recorded.event.clone(), recorded.at, catalogue))
        })
        .await;
    let issued = match issued {
        Ok(issued) => issued,
        Err(error) => return Err(not_issued(&app, &error, language).await),
    };
    let view = issued.and_then(|(event, at, catalogue)| {
        let mut view = convert::issued_view(&catalogue, &event, at, String::new())?;
        view.token = app.tickets.of(view.ticket);
        Some(view)
    });
    // An issue leads to the event of an issue, and a hall that issues has a configuration.
    let view = view.ok_or_else(|| Problem::of(Code::Internal, language))?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Why no number was issued. Who has one already is told how it stands, and the kiosk what it needs to print it again.
async fn not_issued(app: &App, error: &CommandError, language: Language) -> Problem {
    let problem = Problem::command(error, language);
    let CommandError::Refused(Refusal::HasTicket { ticket, .. }) = error else {
        return problem;
    };
    // When the hall does not answer a second time, the refusal alone says which ticket it is.
    match own_ticket::view(app, *ticket, language).await {
        Ok(view) => problem.with_ticket(HeldTicket {
            token: app.tickets.of(*ticket),
            view,
        }),
        Err(_) => problem,
    }
}

type Answer = Result<Json<Done>, Problem>;

/// Carries out a command that is answered with its sequence.
pub(super) async fn carry_out(
    app: &App,
    by: By,
    key: Option<RequestKey>,
    language: Language,
    command: Command,
) -> Answer {
    app.hall
        .command(command, by, key, |committed| committed.seq())
        .await
        .map(|seq| Json(Done { seq }))
        .map_err(|error| Problem::command(&error, language))
}

/// Cancels a ticket that waits or is put aside, with a reason (取消).
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/cancel", tag = "tickets", request_body = CancelRequest,
    params(("id" = u64, Path, description = "The ticket")),
    responses((status = OK, body = Done)), security(("session" = []))
)]
async fn cancel_ticket(
    State(app): State<Arc<App>>,
    staff: Staff,
    Segment(ticket): Segment<TicketId>,
    mut ask: Ask<CancelRequest>,
) -> Answer {
    let by = staff.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    let command = Command::Cancel {
        ticket: TicketRef::Id(ticket),
        reason: body.reason,
    };
    carry_out(&app, by, key, language, command).await
}

/// Returns a ticket that is put aside to its queue (回队).
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/return", tag = "tickets", request_body = ReturnRequest,
    params(("id" = u64, Path, description = "The ticket")),
    responses((status = OK, body = Done)), security(("session" = []))
)]
async fn return_ticket(
    State(app): State<Arc<App>>,
    staff: Staff,
    Segment(ticket): Segment<TicketId>,
    mut ask: Ask<ReturnRequest>,
) -> Answer {
    let by = staff.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    let command = Command::Return {
        ticket: TicketRef::Id(ticket),
        position: body.position.into(),
    };
    carry_out(&app, by, key, language, command).await
}

/// Transfers a ticket that no window has (转移).
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/transfer", tag = "tickets", request_body = TransferRequest,
    params(("id" = u64, Path, description = "The ticket")),
    responses((status = OK, body = Done)), security(("session" = []))
)]
async fn transfer_ticket(
    State(app): State<Arc<App>>,
    staff: Staff,
    Segment(ticket): Segment<TicketId>,
    mut ask: Ask<TransferRequest>,
) -> Answer {
    let by = staff.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    let command = Command::Transfer {
        ticket: TicketRef::Id(ticket),
        window: None,
        to: body.to.into(),
        position: body.position.into(),
    };
    carry_out(&app, by, key, language, command).await
}
