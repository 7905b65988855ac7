//! What a hello on the websocket would be answered, for clients that cannot open one and ask again and again instead.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts as _, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use nowserving_shared::board::Scope;
use nowserving_shared::domain::Refusal;
use nowserving_shared::model::{Catalogue, Language, WindowId, ZoneId};
use nowserving_shared::protocol::socket::ServerMessage;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::parameter::Asked;
use super::principal::{Anyone, Holder, Staff};
use super::problem::{Code, Problem, Speak};
use crate::app::App;
use crate::hub::{LeftOff, Subscription};

/// How many deltas are put together into one; whoever has missed more is given a snapshot.
const DELTAS_MAX: usize = 64;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(state))
}

/// What is to be followed.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The calls of one zone, or of the whole hall.
    Wall,
    /// One window.
    Window,
    /// Services and windows.
    Kiosk,
    /// Everything that staff see.
    Staff,
    /// The ticket whose token is in `Authorization`.
    Ticket,
}

/// What is asked for, and what is known already.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// What is to be followed.
    #[param(inline)]
    kind: Kind,
    /// Of a wall: only the calls of this zone.
    #[param(value_type = Option<String>)]
    zone: Option<ZoneId>,
    /// Of a window: which.
    #[param(value_type = Option<String>)]
    window: Option<WindowId>,
    /// The epoch of the last answer.
    epoch: Option<String>,
    /// The sequence of the last answer.
    since: Option<u64>,
}

impl Wanted {
    fn left_off(&self) -> Option<LeftOff> {
        let (epoch, seq) = (self.epoch.clone()?, self.since?);
        Some(LeftOff { epoch, seq })
    }
}

/// What a hello on the websocket would be answered: a snapshot, what was missed since, or that nothing was.
#[utoipa::path(
    get, path = "/api/v1/state", tag = "queries", params(Wanted),
    responses((status = OK, body = Object, description = "A message as on the websocket")),
    security(("device" = []), ("session" = []), ("ticket" = []))
)]
async fn state(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    Asked(wanted): Asked<Wanted>,
    mut parts: Parts,
) -> Result<Response, Problem> {
    let scope = match wanted.kind {
        Kind::Wall => Scope::Wall(wanted.zone.clone()),
        Kind::Window => {
            let window = wanted.window.clone().ok_or_else(|| {
                Problem::of(Code::BadParameter, language).because("kind=window needs window=")
            })?;
            Scope::Window(window)
        }
        Kind::Kiosk => Scope::Kiosk,
        Kind::Staff => {
            Staff::from_request_parts(&mut parts, &app).await?;
            return for_staff(&app, &wanted, language).await;
        }
        Kind::Ticket => {
            let holder = Holder::from_request_parts(&mut parts, &app).await?;
            return for_holder(&app, holder, language).await;
        }
    };
    Anyone::from_request_parts(&mut parts, &app).await?;
    known(app.hall.doors().catalogue.as_deref(), &scope)
        .map_err(|refusal| Problem::refused(&refusal, language))?;
    let left_off = wanted.left_off();
    let subscription = app.hub.subscribe(&scope, left_off.as_ref());
    let subscription = if subscription.first.len() > DELTAS_MAX {
        app.hub.subscribe(&scope, None)
    } else {
        subscription
    };
    answer(&app, subscription, language)
}

/// Passes a scope that the configuration knows.
fn known(catalogue: Option<&Catalogue>, scope: &Scope) -> Result<(), Refusal> {
    let catalogue = catalogue.ok_or(Refusal::NoConfiguration)?;
    match scope {
        Scope::Wall(Some(zone))
        | Scope::Queue {
            zone: Some(zone), ..
        } if !catalogue.zones.contains(zone) => Err(Refusal::UnknownZone(zone.clone())),
        Scope::Window(window) if !catalogue.windows.contains(window) => {
            Err(Refusal::UnknownWindow(window.clone()))
        }
        Scope::Wall(_) | Scope::Queue { .. } | Scope::Window(_) | Scope::Kiosk | Scope::Staff => {
            Ok(())
        }
    }
}

async fn for_staff(app: &App, wanted: &Wanted, language: Language) -> Result<Response, Problem> {
    let (hub, left_off) = (app.hub.clone(), wanted.left_off());
    let subscription = app
        .hall
        .look(move |hall, _| {
            let subscription = hub.subscribe_staff(hall, left_off.as_ref());
            if subscription.first.len() > DELTAS_MAX {
                hub.subscribe_staff(hall, None)
            } else {
                subscription
            }
        })
        .await
        .map_err(|error| Problem::command(&error, language))?;
    answer(app, subscription, language)
}

async fn for_holder(app: &App, holder: Holder, language: Language) -> Result<Response, Problem> {
    let (seq, at) = app.hub.seq();
    let ticket = super::own_ticket::view(app, holder.0, language).await?;
    let message = ServerMessage::Ticket { seq, at, ticket };
    Ok(Json(message).into_response())
}

/// The first messages of a subscription as one.
fn answer(app: &App, subscription: Subscription, language: Language) -> Result<Response, Problem> {
    match subscription.first.as_slice() {
        [] => {
            let (_, at) = app.hub.seq();
            let seq = subscription.seq;
            Ok(Json(ServerMessage::Beat { seq, at }).into_response())
        }
        [one] => Ok(([(CONTENT_TYPE, "application/json")], one.clone()).into_response()),
        several => together(several)
            .map(|delta| Json(delta).into_response())
            .ok_or_else(|| Problem::of(Code::Internal, language)),
    }
}

/// Deltas that follow one another as one delta; none when one of them is anything else.
fn together(texts: &[Bytes]) -> Option<ServerMessage> {
    let mut whole: Option<ServerMessage> = None;
    for text in texts {
        let next: ServerMessage = serde_json::from_slice(text).ok()?;
        let ServerMessage::Delta {
            seq,
            prev,
            at,
            changes,
            waiting,
        } = next
        else {
            return None;
        };
        match &mut whole {
            Some(ServerMessage::Delta {
                seq: to,
                at: last,
                changes: all,
                waiting: list,
                ..
            }) if *to == prev => {
                (*to, *last) = (seq, at);
                all.extend(changes);
                *list = waiting.or(list.take());
            }
            Some(_) => return None,
            None => {
                whole = Some(ServerMessage::Delta {
                    seq,
                    prev,
                    at,
                    changes,
                    waiting,
                });
            }
        }
    }
    whole
}
