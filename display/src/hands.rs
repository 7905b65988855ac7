//! The hands of the display: asks the server, speaks, and tells what came of it as events.

use nowserving_client::api::{Api, ApiError};
use nowserving_client::socket::{Follow, Follower, LinkEvent, Teller, follow};
use nowserving_shared::model::{Language, ZoneId};
use nowserving_shared::protocol::socket::What;
use nowserving_shared::wall::{Layout, Legibility, Screen, Verdict, text};
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
    /// Where the display hangs, when it is known.
    screen: Option<Screen>,
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
            screen: None,
        }
    }

    /// The same on a screen in its place: with it, a layout that cannot be read there is told of.
    #[must_use]
    pub fn seen_on(mut self, screen: Option<Screen>) -> Self {
        self.screen = screen;
        self
    }

    /// Tells whether a layout can be read where the display hangs.
    fn check(&self, layout: &Layout, windows: usize) {
        let id = layout.id.as_str();
        tracing::info!(layout = id, windows, "what the display shows");
        let sizes = text::width(LABEL);
        let read = self
            .screen
            .and_then(|screen| Legibility::of(layout, screen, windows, sizes));
        let Some(read) = read else { return };
        match read.verdict() {
            Verdict::Refused => tracing::error!(layout = id, "{read}"),
            Verdict::Warned => tracing::warn!(layout = id, "{read}"),
            Verdict::Good => tracing::info!(layout = id, "{read}"),
        }
    }
}

/// A usual number. The server has checked with the widest one of the hall; a display knows none before it is called.
const LABEL: &str = "A000";

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
            Effect::Check { layout, windows } => self.check(&layout, windows),
            Effect::LayoutUnknown { id } => {
                tracing::warn!(
                    layout = id,
                    "this version cannot show the layout; the usual board is shown"
                );
            }
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
            LinkEvent::Placed(placed) => {
                let zone = placed.zone.as_ref().map(ZoneId::as_str);
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
