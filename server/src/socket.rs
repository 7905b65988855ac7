//! The websocket `/ws/v1`: who follows the hall, and how.
//!
//! A client opens the websocket, says in its hello what it follows and on whose behalf (`entry`), and is then sent a
//! snapshot or the deltas that it missed, everything that changes, and a beat when nothing does (`session`). One task
//! and one timer serve one connection; a message is serialised once for all who follow the same topic and written in
//! pieces of `line::PIECE_BYTES_MAX`, so that an idle connection holds a few kilobytes and ten thousand of them fit.
//!
//! What can never happen: a client is left with a gap that it cannot see (a slow one gets a fresh snapshot, and every
//! delta names what it builds on); a connection stays after its device was revoked, its session ended or its ticket
//! expired (every beat asks again); a client that does not read, does not answer or does not stop talking keeps its
//! place (every wait has its limit in [`SocketTimes`]). The server always closes with a code, and reads on until the
//! client has answered.

mod entry;
mod line;
pub mod presence;
mod refused;
mod session;
#[cfg(test)]
mod tests;
pub mod times;
mod upgrade;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use entry::scope_of;
pub use presence::{DevicePresence, Kind, Presence};
pub use times::SocketTimes;

use crate::app::App;
use crate::http::principal;
use crate::http::problem::{Code, Problem, Speak};

/// The route of the websocket.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/ws/v1", get(door))
}

async fn door(State(app): State<Arc<App>>, speak: Speak, mut request: Request) -> Response {
    if !principal::is_from_here(request.headers()) {
        return Problem::of(Code::CrossSite, speak.0).into_response();
    }
    match upgrade::accept(&mut request, speak.0) {
        Ok((response, upgrading)) => {
            let visitor = session::Visitor::of(request.headers(), speak.0);
            tokio::spawn(session::serve(app, upgrading, visitor));
            response
        }
        Err(problem) => problem.into_response(),
    }
}
