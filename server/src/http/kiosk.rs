//! Kiosks: the numbers that they hold for when they cannot reach the server, and what they gave out of them then.
//!
//! Both requests may be repeated at will. Asking for numbers says how many the kiosk wants to hold in all; handing a ticket
//! over a second time changes nothing, because tickets are told by their ids. The rules are in
//! [`lease`](nowserving_shared::domain::lease).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use nowserving_shared::domain::lease::HAND_OVER_MAX;
use nowserving_shared::domain::{Command, Event, LeaseState, Taken};
use nowserving_shared::model::{DeviceId, DeviceKind, TicketId};
use nowserving_shared::protocol::kiosk::{
    Became, HandOverRequest, HandOverView, HandedOver, LeaseRequest, LeaseView, LeasesView,
    PersonKeyView, TakenTicket,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Ask;
use super::parameter::Segment;
use super::principal::{Device, Staff};
use super::problem::{Code, Problem, Speak};
use crate::app::App;
use crate::hall_task::Committed;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(lease))
        .routes(routes!(hand_over))
        .routes(routes!(person_key))
        .routes(routes!(revoke_leases))
}

/// Tops up the numbers that a kiosk holds for when it cannot reach the server. What it gave out must be handed over before:
/// numbers that are over are taken back.
#[utoipa::path(
    post, path = "/api/v1/kiosk/leases", tag = "tickets", request_body = LeaseRequest,
    responses((status = OK, body = LeasesView)), security(("device" = []))
)]
async fn lease(
    State(app): State<Arc<App>>,
    device: Device,
    mut ask: Ask<LeaseRequest>,
) -> Result<Json<LeasesView>, Problem> {
    let by = device.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    let command = Command::Lease {
        wanted: body.wanted,
    };
    let held = app
        .hall
        .command(command, by, key, move |committed| {
            held_by(&device.0, committed)
        })
        .await;
    let mut held = held.map_err(|error| Problem::command(&error, language))?;
    for lease in &mut held.leases {
        lease.token = app.tickets.of(lease.ticket);
    }
    Ok(Json(held))
}

/// What a device may give out, the secrets left empty.
fn held_by(device: &DeviceId, committed: &Committed) -> LeasesView {
    let now = committed.now;
    let leases = committed.hall.leases().good_for(device, now);
    LeasesView {
        at: now,
        leases: leases
            .map(|lease| LeaseView {
                ticket: lease.ticket,
                label: lease.label.clone(),
                token: String::new(),
                service: lease.service.clone(),
                day: lease.day,
                granted_at: lease.granted_at,
                until: lease.until,
            })
            .collect(),
    }
}

/// Hands over what a kiosk gave out while it could not reach the server. Each ticket is answered for itself; one that was
/// handed over before is no error.
#[utoipa::path(
    post, path = "/api/v1/kiosk/handover", tag = "tickets", request_body = HandOverRequest,
    responses((status = OK, body = HandOverView)), security(("device" = []))
)]
async fn hand_over(
    State(app): State<Arc<App>>,
    device: Device,
    mut ask: Ask<HandOverRequest>,
) -> Result<Json<HandOverView>, Problem> {
    let by = device.by();
    let key = ask.key(&by);
    let Ask { body, language, .. } = ask;
    if body.tickets.len() > HAND_OVER_MAX {
        let what = format!("tickets: at most {HAND_OVER_MAX} are handed over at once");
        return Err(Problem::of(Code::BadBody, language).because(&what));
    }
    let asked: Vec<TicketId> = body.tickets.iter().map(|taken| taken.ticket).collect();
    let command = Command::HandOver {
        tickets: body.tickets.into_iter().map(taken).collect(),
    };
    let became = app
        .hall
        .command(command, by, key, move |committed| {
            let each = asked.into_iter();
            each.map(|ticket| became(&device.0, ticket, committed))
                .collect()
        })
        .await;
    let tickets = became.map_err(|error| Problem::command(&error, language))?;
    Ok(Json(HandOverView { tickets }))
}

/// The key with which kiosks hash identity numbers, so that the hall knows who asks again and never learns the number. For
/// enrolled kiosks only; they keep it in memory.
#[utoipa::path(
    get, path = "/api/v1/kiosk/person-key", tag = "access",
    responses((status = OK, body = PersonKeyView)), security(("device" = []))
)]
async fn person_key(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    Device(device): Device,
) -> Result<impl IntoResponse, Problem> {
    let kind = app
        .hall
        .look(move |hall, _| {
            let device = hall.catalogue()?.devices.get(&device)?;
            Some(device.kind)
        })
        .await
        .map_err(|error| Problem::command(&error, language))?;
    match kind {
        Some(DeviceKind::Kiosk) => {
            let key = app.tickets.person_key();
            Ok(([(CACHE_CONTROL, "no-store")], Json(PersonKeyView { key })))
        }
        Some(DeviceKind::Display) | None => Err(Problem::of(Code::NotAllowed, language)),
    }
}

fn taken(ticket: TakenTicket) -> Taken {
    Taken {
        ticket: ticket.ticket,
        class: ticket.class,
        language: ticket.language,
        taken_at: ticket.taken_at,
        person: ticket.person,
    }
}

/// What became of a ticket by the command that was committed.
fn became(device: &DeviceId, ticket: TicketId, committed: &Committed) -> HandedOver {
    let events = committed.entries.iter().map(|entry| &entry.recorded.event);
    let by_this = events.filter_map(new).find(|new| new.ticket == ticket);
    if let Some(new) = by_this {
        return new;
    }
    let lease = committed.hall.leases().get(ticket);
    let before =
        lease.filter(|lease| lease.device == *device && lease.state == LeaseState::HandedOver);
    HandedOver {
        ticket,
        label: before.map(|lease| lease.label.clone()),
        became: before.map_or(Became::Unknown, |_| Became::Already),
        taken_at: None,
    }
}

/// What an event says of a ticket that is new to the hall by it.
fn new(event: &Event) -> Option<HandedOver> {
    let (ticket, label, became, taken_at) = if let Event::Issued {
        ticket,
        label,
        taken_at,
        ..
    } = event
    {
        (ticket, label, Became::Accepted, *taken_at)
    } else if let Event::TakenTooLate {
        ticket,
        label,
        taken_at,
        ..
    } = event
    {
        (ticket, label, Became::TooLate, Some(*taken_at))
    } else {
        return None;
    };
    Some(HandedOver {
        ticket: *ticket,
        label: Some(label.clone()),
        became,
        taken_at,
    })
}

/// Takes back what a kiosk may give out while it cannot reach the server: from its next contact on it gives out none of it.
/// What it gave out before is good.
#[utoipa::path(
    delete, path = "/api/v1/devices/{id}/leases", tag = "access", security(("session" = [])),
    params(("id" = String, Path, description = "Which kiosk")),
    responses((status = NO_CONTENT, description = "The kiosk's leases are revoked"))
)]
async fn revoke_leases(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    asking: Staff,
    Segment(device): Segment<DeviceId>,
) -> Result<StatusCode, Problem> {
    let command = Command::RevokeLeases { device };
    let revoked = app.hall.command(command, asking.by(), None, |_| ()).await;
    revoked.map_err(|error| Problem::command(&error, language))?;
    Ok(StatusCode::NO_CONTENT)
}
