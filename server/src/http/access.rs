//! Passwords, sessions and devices: how somebody comes to be let in, and how that ends.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::{By, Command, Event, Hall, Refusal};
use nowserving_shared::model::catalogue::{Device as DeviceEntry, Role};
use nowserving_shared::model::{DeviceId, Language, Moment, StaffId};
use nowserving_shared::protocol::http::{
    DeviceView, EnrolRequest, EnrolledView, LoginRequest, PairingRequest, PairingView,
    PasswordRequest, SessionView, SetupRequest,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Ask;
use super::parameter::Segment;
use super::principal::{InSession, SESSION_COOKIE, Staff, is_from_here, session_hash};
use super::problem::{Code, Problem, Speak};
use crate::app::{App, PeerAddress};
use crate::auth::{
    FoundSession, Guesser, PAIRING_CODE_MAX, PasswordError, Passwords, SESSION_MAX,
    draw_pairing_code, draw_secret, plain_code,
};
use crate::hall_task::CommandError;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(set_up))
        .routes(routes!(session, log_in, log_out))
        .routes(routes!(set_password))
        .routes(routes!(offer_pairing))
        .routes(routes!(enrol))
        .routes(routes!(devices))
        .routes(routes!(revoke))
}

/// Sets the first administrator's password with the one-time code that the server's console shows.
#[utoipa::path(
    post, path = "/api/v1/setup", tag = "access", request_body = SetupRequest,
    responses((status = NO_CONTENT, description = "The password is set; the code is used up"))
)]
async fn set_up(
    State(app): State<Arc<App>>,
    Extension(PeerAddress(peer)): Extension<PeerAddress>,
    headers: HeaderMap,
    ask: Ask<SetupRequest>,
) -> Result<StatusCode, Problem> {
    let language = ask.language;
    let problem = |code| Problem::of(code, language);
    let SetupRequest {
        code,
        staff,
        password,
    } = ask.body;
    from_here(&headers).map_err(problem)?;
    let guesser = Guesser::Address(peer);
    may_guess(&app, &guesser, language)?;
    if !app.guard.is_setup_code(&code) {
        app.guard.attempts.wrong(guesser);
        return Err(problem(Code::SetupCodeUnknown));
    }
    // Only an administrator can go on from here, so no other account may use the code up.
    Staff(staff.clone()).must_be(&[Role::Administrator], &app, Speak(language))?;
    let phc = new_hash(&app, &staff, password).await.map_err(problem)?;
    if !app.guard.use_up_setup_code(&code) {
        return Err(problem(Code::SetupCodeUnknown));
    }
    let command = Command::SetPassword { staff, phc };
    let set = app.hall.command(command, By::System, None, |_| ()).await;
    set.map_err(|error| {
        app.guard.restore_setup_code(&code);
        Problem::command(&error, language)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// Logs in: the session comes in a cookie.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "access", request_body = LoginRequest,
    responses((status = OK, body = SessionView, headers(("set-cookie" = String, description = "The session"))))
)]
async fn log_in(
    State(app): State<Arc<App>>,
    Extension(PeerAddress(peer)): Extension<PeerAddress>,
    headers: HeaderMap,
    ask: Ask<LoginRequest>,
) -> Result<
    (
        [(axum::http::HeaderName, HeaderValue); 1],
        Json<SessionView>,
    ),
    Problem,
> {
    let language = ask.language;
    let LoginRequest { staff, password } = ask.body;
    from_here(&headers).map_err(|code| Problem::of(code, language))?;
    let wrong = Code::WrongPassword;
    check_password(&app, peer, &staff, password, wrong, Speak(language)).await?;

    let id = draw_secret();
    let hash = SecretHash::of(id.as_bytes());
    let expires_at = app.hall.clock().now().after(SESSION_MAX);
    let command = Command::OpenSession {
        staff: staff.clone(),
        session: hash,
        expires_at,
    };
    let opened = app
        .hall
        .command(command, By::System, None, move |committed| {
            view(committed.hall, staff, expires_at)
        });
    let view = opened
        .await
        .map_err(|error| Problem::command(&error, language))?;
    // A new configuration has taken them out in the meantime.
    let view = view.ok_or_else(|| Problem::of(wrong, language))?;
    app.guard.opened(hash);
    if let Some(before) = session_hash(&headers) {
        // The browser forgets it now. What cannot be ended at the moment ends by itself.
        let _ = end_session(&app, before, By::System).await;
    }
    let cookie = cookie(&id, SESSION_MAX, app.guard.behind_tls());
    Ok(([(SET_COOKIE, cookie)], Json(view)))
}

/// Who is logged in.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "access", security(("session" = [])),
    responses((status = OK, body = SessionView))
)]
async fn session(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    InSession(found): InSession,
) -> Result<Json<SessionView>, Problem> {
    session_view(&app, &found, language).await.map(Json)
}

/// Logs out.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "access", security(("session" = [])),
    responses((status = NO_CONTENT, description = "The session has ended"))
)]
async fn log_out(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    InSession(found): InSession,
) -> Result<(StatusCode, [(axum::http::HeaderName, HeaderValue); 1]), Problem> {
    let ended = end_session(&app, found.hash, By::Staff(found.staff)).await;
    ended.map_err(|error| Problem::command(&error, language))?;
    let cookie = cookie("", Duration::ZERO, app.guard.behind_tls());
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]))
}

/// Sets a password: one's own, with the present one; another's, as an administrator. Ends that person's sessions.
#[utoipa::path(
    put, path = "/api/v1/staff/{id}/password", tag = "access", security(("session" = [])),
    params(("id" = String, Path, description = "Whose")), request_body = PasswordRequest,
    responses((status = NO_CONTENT, description = "The password is set"))
)]
async fn set_password(
    State(app): State<Arc<App>>,
    Extension(PeerAddress(peer)): Extension<PeerAddress>,
    asking: Staff,
    Segment(staff): Segment<StaffId>,
    ask: Ask<PasswordRequest>,
) -> Result<StatusCode, Problem> {
    let language = ask.language;
    let PasswordRequest { password, present } = ask.body;
    if asking.0 == staff {
        let present = present.unwrap_or_default();
        let wrong = Code::WrongPresentPassword;
        check_password(&app, peer, &staff, present, wrong, Speak(language)).await?;
    } else {
        // Before the hash is made: it costs more than the refusal.
        asking.must_be(&[Role::Administrator], &app, Speak(language))?;
    }
    let phc = new_hash(&app, &staff, password)
        .await
        .map_err(|code| Problem::of(code, language))?;
    let command = Command::SetPassword { staff, phc };
    let set = app.hall.command(command, asking.by(), None, |_| ()).await;
    set.map_err(|error| Problem::command(&error, language))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Draws a one-time code with which a device is enrolled.
#[utoipa::path(
    post, path = "/api/v1/pairing-codes", tag = "access", security(("session" = [])), request_body = PairingRequest,
    responses((status = CREATED, body = PairingView))
)]
async fn offer_pairing(
    State(app): State<Arc<App>>,
    asking: Staff,
    ask: Ask<PairingRequest>,
) -> Result<(StatusCode, Json<PairingView>), Problem> {
    let code = draw_pairing_code();
    let expires_at = app.hall.clock().now().after(PAIRING_CODE_MAX);
    let command = Command::OfferPairing {
        device: ask.body.device.clone(),
        code: SecretHash::of(code.as_bytes()),
        expires_at,
    };
    let offered = app.hall.command(command, asking.by(), None, |_| ()).await;
    offered.map_err(|error| Problem::command(&error, ask.language))?;
    let view = PairingView {
        device: ask.body.device,
        code,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Enrols a device with its pairing code. The token is told only here.
#[utoipa::path(
    post, path = "/api/v1/devices/enrol", tag = "access", request_body = EnrolRequest,
    responses((status = CREATED, body = EnrolledView))
)]
async fn enrol(
    State(app): State<Arc<App>>,
    Extension(PeerAddress(peer)): Extension<PeerAddress>,
    ask: Ask<EnrolRequest>,
) -> Result<(StatusCode, Json<EnrolledView>), Problem> {
    let language = ask.language;
    let guesser = Guesser::Address(peer);
    may_guess(&app, &guesser, language)?;
    let token = draw_secret();
    let command = Command::Enrol {
        code: SecretHash::of(plain_code(&ask.body.code).as_bytes()),
        token: SecretHash::of(token.as_bytes()),
    };
    let enrolled = app
        .hall
        .command(command, By::System, None, |committed| {
            let mut events = committed.entries.iter().map(|entry| &entry.recorded.event);
            let device = events.find_map(|event| {
                if let Event::Enrolled { device, .. } = event {
                    Some(device)
                } else {
                    None
                }
            })?;
            committed.hall.catalogue()?.devices.get(device).cloned()
        })
        .await;
    match enrolled {
        Ok(Some(device)) => Ok((StatusCode::CREATED, Json(enrolled_view(device, token)))),
        Ok(None) => Err(Problem::of(Code::Internal, language)),
        Err(error) => {
            if error == CommandError::Refused(Refusal::PairingCodeUnknown) {
                app.guard.attempts.wrong(guesser);
            }
            Err(Problem::command(&error, language))
        }
    }
}

fn enrolled_view(device: DeviceEntry, token: String) -> EnrolledView {
    EnrolledView {
        device: device.id,
        kind: device.kind.name().to_owned(),
        zone: device.zone,
        token,
    }
}

/// The devices of the configuration.
#[utoipa::path(
    get, path = "/api/v1/devices", tag = "access", security(("session" = [])),
    responses((status = OK, body = Vec<DeviceView>))
)]
async fn devices(
    State(app): State<Arc<App>>,
    speak: Speak,
    asking: Staff,
) -> Result<Json<Vec<DeviceView>>, Problem> {
    let may = [Role::Administrator, Role::Manager, Role::Supervisor];
    asking.must_be(&may, &app, speak)?;
    let doors = app.hall.doors();
    let enrolled = doors.access.enrolled();
    let views = doors.catalogue.iter().flat_map(|catalogue| {
        catalogue.devices.iter().map(|device| DeviceView {
            device: device.id.clone(),
            kind: device.kind.name().to_owned(),
            name: device.name.clone(),
            zone: device.zone.clone(),
            enrolled: enrolled.contains(&device.id),
            connected: connected(&app, &device.id),
            report: app.reports.of(&device.id),
        })
    });
    Ok(Json(views.collect()))
}

fn connected(app: &App, device: &DeviceId) -> u32 {
    app.presence.of_device(device).connected
}

/// Makes a device's token worthless.
#[utoipa::path(
    delete, path = "/api/v1/devices/{id}/token", tag = "access", security(("session" = [])),
    params(("id" = String, Path, description = "Which device")),
    responses((status = NO_CONTENT, description = "The device must be paired again"))
)]
async fn revoke(
    State(app): State<Arc<App>>,
    Speak(language): Speak,
    asking: Staff,
    Segment(device): Segment<DeviceId>,
) -> Result<StatusCode, Problem> {
    let command = Command::Revoke { device };
    let revoked = app.hall.command(command, asking.by(), None, |_| ()).await;
    revoked.map_err(|error| Problem::command(&error, language))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_session(app: &App, session: SecretHash, by: By) -> Result<(), CommandError> {
    let command = Command::EndSession { session };
    app.hall.command(command, by, None, |_| ()).await
}

fn from_here(headers: &HeaderMap) -> Result<(), Code> {
    if is_from_here(headers) {
        Ok(())
    } else {
        Err(Code::CrossSite)
    }
}

/// Passes when this guesser need not wait.
fn may_guess(app: &App, guesser: &Guesser, language: Language) -> Result<(), Problem> {
    app.guard.attempts.check(guesser).map_err(|wait| {
        // Rounded up, so that asking again after it is not too early.
        let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
        Problem::of(Code::TooManyAttempts, language).with_retry_after(seconds)
    })
}

/// Passes when this is the password of `staff`; a wrong one is counted and answered with `wrong`.
async fn check_password(
    app: &App,
    peer: IpAddr,
    staff: &StaffId,
    password: String,
    wrong: Code,
    Speak(language): Speak,
) -> Result<(), Problem> {
    let account = Guesser::Account(staff.clone(), peer);
    let address = Guesser::Address(peer);
    let may = || may_guess(app, &account, language).and(may_guess(app, &address, language));
    let failed = |error| Problem::of(code_of(error), language);
    may()?;
    let turn = app.guard.passwords.turn().await.map_err(failed)?;
    // Others may have guessed wrong while this one waited.
    may()?;
    let doors = app.hall.doors();
    let catalogue = doors.catalogue.as_ref();
    let is_known = catalogue.is_some_and(|catalogue| catalogue.staff.contains(staff));
    let phc = doors.access.passwords.get(staff).filter(|_| is_known);
    let (is_right, turn) = turn.verify(phc.cloned(), password).await.map_err(failed)?;
    if is_right {
        app.guard.attempts.right(&account);
        return Ok(());
    }
    app.guard.attempts.wrong(account);
    app.guard.attempts.wrong(address);
    // Counted before the next guess is looked at.
    drop(turn);
    Err(Problem::of(wrong, language))
}

fn code_of(error: PasswordError) -> Code {
    match error {
        PasswordError::Busy => Code::Busy,
        PasswordError::Failed => Code::Internal,
    }
}

/// The hash of a password that `staff` may have.
async fn new_hash(app: &App, staff: &StaffId, password: String) -> Result<String, Code> {
    if !Passwords::is_acceptable(&password, staff) {
        return Err(Code::BadPassword);
    }
    let turn = app.guard.passwords.turn().await.map_err(code_of)?;
    turn.hash(password).await.map_err(code_of)
}

async fn session_view(
    app: &App,
    found: &FoundSession,
    language: Language,
) -> Result<SessionView, Problem> {
    let FoundSession {
        staff, expires_at, ..
    } = found.clone();
    let seen = app
        .hall
        .look(move |hall, _| view(hall, staff, expires_at))
        .await
        .map_err(|error| Problem::command(&error, language))?;
    // A new configuration may have taken them out while their session lasts.
    seen.ok_or_else(|| Problem::of(Code::NotLoggedIn, language))
}

fn view(hall: &Hall, staff: StaffId, expires_at: Moment) -> Option<SessionView> {
    let member = hall.catalogue()?.staff.get(&staff)?;
    Some(SessionView {
        name: member.name.clone(),
        roles: member
            .roles
            .iter()
            .map(|role| role.name().to_owned())
            .collect(),
        expires_at,
        window: hall.window_of(&staff).cloned(),
        staff,
    })
}

/// The session's cookie: for this server only, out of reach of scripts, sent by our own pages only.
fn cookie(id: &str, lasts: Duration, behind_tls: bool) -> HeaderValue {
    let secure = if behind_tls { "; Secure" } else { "" };
    let text = format!(
        "{SESSION_COOKIE}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}",
        lasts.as_secs()
    );
    // The id is base64url, so this is always a header; an empty one would be noticed by every client.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
