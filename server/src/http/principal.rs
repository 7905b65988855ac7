//! Who asks: staff by their session's cookie, devices and customers by a token in `Authorization`.
//!
//! A browser sends the cookie by itself, also when another site makes it ask. So a request that would change something on
//! the strength of a cookie must carry a header that only our pages send, and an `Origin`, when there is one, must be ours.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::{By, Command};
use nowserving_shared::model::catalogue::Role;
use nowserving_shared::model::{DeviceId, Moment, StaffId, TicketId};
use nowserving_shared::protocol::CSRF_HEADER;

use super::problem::{Code, Problem, Speak};
use crate::app::App;
use crate::auth::FoundSession;

/// The name of the session's cookie.
pub const SESSION_COOKIE: &str = "nowserving_session";

/// A member of staff, logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff(pub StaffId);

/// An enrolled device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device(pub DeviceId);

/// The customer who holds a ticket's token. Whether it has expired is for the handler to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub TicketId);

/// A member of staff or a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anyone {
    /// Staff.
    Staff(StaffId),
    /// A device.
    Device(DeviceId),
}

/// A member of staff with the session they came in by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InSession(pub FoundSession);

impl Staff {
    /// As the rules see them.
    #[must_use]
    pub fn by(&self) -> By {
        By::Staff(self.0.clone())
    }

    /// Passes when the configuration gives them one of these roles.
    ///
    /// # Errors
    /// A problem with [`Code::NotAllowed`].
    pub fn must_be(&self, roles: &[Role], app: &App, speak: Speak) -> Result<(), Problem> {
        let doors = app.hall.doors();
        let catalogue = doors.catalogue.as_ref();
        let member = catalogue.and_then(|catalogue| catalogue.staff.get(&self.0));
        if member.is_some_and(|member| roles.iter().any(|role| member.roles.contains(role))) {
            Ok(())
        } else {
            Err(Problem::of(Code::NotAllowed, speak.0))
        }
    }
}

impl Device {
    /// As the rules see it.
    #[must_use]
    pub fn by(&self) -> By {
        By::Device(self.0.clone())
    }
}

impl Holder {
    /// As the rules see them.
    #[must_use]
    pub fn by(&self) -> By {
        By::Customer(self.0)
    }
}

impl Anyone {
    /// As the rules see them.
    #[must_use]
    pub fn by(&self) -> By {
        match self {
            Self::Staff(staff) => By::Staff(staff.clone()),
            Self::Device(device) => By::Device(device.clone()),
        }
    }
}

/// The session's id among the cookies.
#[must_use]
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, id)| id)
}

/// The credentials of `Authorization` if they are of this scheme.
fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (given, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    given
        .eq_ignore_ascii_case(scheme)
        .then_some(credentials.trim())
}

/// Whether the request does not come from another site: its `Origin`, if it says one, is the host that it asks.
#[must_use]
pub fn is_from_here(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let here = headers.get(HOST).and_then(|host| host.to_str().ok());
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    host.is_some() && host == here
}

/// Passes when a cookie may be believed for this request.
fn check_site(parts: &Parts) -> Result<(), Code> {
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && (!parts.headers.contains_key(CSRF_HEADER) || !is_from_here(&parts.headers)) {
        return Err(Code::CrossSite);
    }
    Ok(())
}

async fn session(parts: &Parts, app: &App) -> Result<FoundSession, Code> {
    let id = session_cookie(&parts.headers).ok_or(Code::NotLoggedIn)?;
    check_site(parts)?;
    let now = app.hall.clock().now();
    match app.guard.session(&app.hall.doors(), id, now) {
        Some(found) => Ok(found),
        None => {
            end_for_good(app, SecretHash::of(id.as_bytes())).await;
            Err(Code::NotLoggedIn)
        }
    }
}

/// Ends a session that the hall still holds but that is no longer good, so that a restart does not bring it back.
async fn end_for_good(app: &App, session: SecretHash) {
    if app.hall.doors().access.sessions.contains_key(&session) {
        let end = Command::EndSession { session };
        // When it cannot be ended at the moment, it is at the next attempt to use it.
        let _ = app.hall.command(end, By::System, None, |_| ()).await;
    }
}

fn device(parts: &Parts, app: &App) -> Result<DeviceId, Code> {
    let token = authorization(&parts.headers, "Bearer").ok_or(Code::NotLoggedIn)?;
    let found = app.guard.device_of(&app.hall.doors(), token);
    found.ok_or(Code::DeviceTokenUnknown)
}

fn problem(parts: &Parts, code: Code) -> Problem {
    let Speak(language) = Speak::of(&parts.headers);
    Problem::of(code, language)
}

impl FromRequestParts<Arc<App>> for InSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        session(parts, app)
            .await
            .map(Self)
            .map_err(|code| problem(parts, code))
    }
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        session(parts, app)
            .await
            .map(|found| Self(found.staff))
            .map_err(|code| problem(parts, code))
    }
}

impl FromRequestParts<Arc<App>> for Device {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        device(parts, app)
            .map(Self)
            .map_err(|code| problem(parts, code))
    }
}

impl FromRequestParts<Arc<App>> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let found = if authorization(&parts.headers, "Bearer").is_some() {
            device(parts, app).map(Self::Device)
        } else {
            let found = session(parts, app).await;
            found.map(|found| Self::Staff(found.staff))
        };
        found.map_err(|code| problem(parts, code))
    }
}

impl FromRequestParts<Arc<App>> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = authorization(&parts.headers, "Ticket");
        let token = token.ok_or_else(|| problem(parts, Code::TicketTokenUnknown))?;
        let ticket = app.tickets.read(token);
        ticket
            .map(Self)
            .ok_or_else(|| problem(parts, Code::TicketTokenUnknown))
    }
}

/// The hash of the session's id, for ending it; none without a cookie.
#[must_use]
pub fn session_hash(headers: &HeaderMap) -> Option<SecretHash> {
    session_cookie(headers).map(|id| SecretHash::of(id.as_bytes()))
}

/// The hall's time.
#[must_use]
pub fn now(app: &App) -> Moment {
    app.hall.clock().now()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(axum::http::HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_str(value).expect("a header"));
        }
        headers
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let found = |cookie: &str| session_cookie(&headers(&[(COOKIE, cookie)])).map(str::to_owned);
        assert_eq!(
            found("a=b; nowserving_session=x=y; c=d"),
            Some("x=y".into())
        );
        assert_eq!(found("nowserving_session2=x"), None);
        assert_eq!(found("garbage"), None);
    }

    #[test]
    fn a_request_of_another_site_is_known_by_its_origin() {
        let from = |origin: &str| is_from_here(&headers(&[(HOST, "hall:8700"), (ORIGIN, origin)]));
        assert!(from("http://hall:8700"));
        assert!(from("https://hall:8700"));
        for other in [
            "http://hall",
            "http://evil:8700",
            "null",
            "hall:8700",
            "http://hall:8700.evil",
        ] {
            assert!(!from(other), "{other}");
        }
        assert!(is_from_here(&headers(&[(HOST, "hall:8700")])));
    }

    #[test]
    fn the_scheme_of_a_token_is_read_without_case() {
        let with = |value: &str| headers(&[(AUTHORIZATION, value)]);
        assert_eq!(authorization(&with("bearer abc"), "Bearer"), Some("abc"));
        assert_eq!(authorization(&with("Ticket abc"), "Bearer"), None);
        assert_eq!(authorization(&with("abc"), "Bearer"), None);
    }
}
