//! The hands of the display: asks the server, speaks, and tells what came of it as events.

use nowserving_client::api::{Api, ApiError};
use nowserving_client::socket::{Follow, Follower, LinkEvent, Teller, follow};
use nowserving_shared::model::{Language, ZoneId};
use nowserving_shared::protocol::socket::What;
use tokio::runtime::Handle;

use crate::runner::{Events, Hands};
use crate::state::{Effect, Event};
use crate::voice::Voice;

/// Hands that reach a server and, where there is one, a loudspeaker.
pub struct RealHands {
    api: Api,
    voice: Voice,
    server: Teller,
    runtime: Handle,
    events: Events,
}

impl RealHands {
    /// Hands with an `api` that asks as this display, and a `server` that hears what it says ([`follow_wall`]). `runtime`
    /// carries the requests.
    #[must_use]
    pub fn new(api: Api, voice: Voice, server: Teller, runtime: Handle, events: Events) -> Self {
        Self {
            api,
            voice,
            server,
            runtime,
            events,
        }
    }
}

impl Hands for RealHands {
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::FetchHall => {
                let (api, events) = (self.api.clone(), self.events.clone());
                self.runtime
                    .spawn(async move { events.send(ask_for_hall(&api).await).await });
            }
            Effect::Say(order) => self.voice.say(order),
            Effect::Tell(message) => self.server.tell(message),
        }
    }
}

async fn ask_for_hall(api: &Api) -> Event {
    match api.hall().await {
        Ok(hall) => Event::Hall(Box::new(hall)),
        Err(error) => {
            tracing::warn!(%error, "the hall's names could not be had");
            Event::HallFailed(error.to_string())
        }
    }
}

/// Follows the wall of `zone` (none: of the one that the display is configured for) for as long as the display runs. What
/// it gives back tells the server something. Must be called inside a runtime.
///
/// # Errors
/// [`ApiError::Unsendable`] when the address cannot be used.
pub fn follow_wall(
    api: &Api,
    token: &str,
    zone: Option<ZoneId>,
    language: Language,
    events: Events,
) -> Result<Teller, ApiError> {
    let what = Follow {
        what: What::Display { zone },
        token: Some(token.to_owned()),
        language,
    };
    let follower = follow(api, what)?;
    let teller = follower.teller();
    tokio::spawn(tell(follower, events));
    Ok(teller)
}

async fn tell(mut follower: Follower, events: Events) {
    while let Some(news) = follower.next().await {
        match &news {
            LinkEvent::Connected => tracing::info!("the server is there"),
            LinkEvent::Lost { why } => {
                tracing::warn!(why, "the server is lost; the next attempt follows")
            }
            LinkEvent::Refused { code, detail, .. } => {
                tracing::error!(code, detail, "the server refuses this display")
            }
            LinkEvent::Placed { zone } => {
                let zone = zone.as_ref().map(ZoneId::as_str);
                tracing::info!(
                    zone,
                    "this display stands there (none: it shows the whole hall)"
                );
            }
            LinkEvent::Board { .. }
            | LinkEvent::Ticket { .. }
            | LinkEvent::Announcement(_)
            | LinkEvent::AnnouncementOver { .. }
            | LinkEvent::Alive { .. } => {}
        }
        events.send(Event::Link(news)).await;
    }
}
