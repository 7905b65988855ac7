//! What the display says, and what it shows of what is said.
//!
//! Which call is said, when and by which display of the zone is decided in the server
//! ([`nowserving_shared::announce::room`]). The display says what it is told to, tells when that is over, and remembers how
//! far the speaking has come, so that a server that starts anew says nothing twice and leaves nothing out.

use std::sync::Arc;
use std::time::Duration;

use nowserving_shared::announce::room::Said;
use nowserving_shared::announce::{Speech, VoiceSettings};
use nowserving_shared::model::Language;
use nowserving_shared::protocol::convert::{self, voice_settings};
use nowserving_shared::protocol::http::HallView;
use nowserving_shared::protocol::socket::ClientMessage;
use nowserving_shared::protocol::voice::{AnnouncementView, SentenceView};

use super::{Effect, LinkIs, State};
use crate::voice::{Order, Told};

/// How long the words of an announcement stand whose end is never told: longer than any takes.
pub const CAPTION_MAX: Duration = Duration::from_secs(120);

/// By which an announcement is known: numbers count in the life of a server.
type Name = (String, u64);

/// An announcement that is being said in the zone.
#[derive(Debug, Clone)]
struct Running {
    view: Box<AnnouncementView>,
    since: Duration,
}

/// What this display is saying.
#[derive(Debug, Clone)]
struct Saying {
    /// What the server calls it.
    name: Name,
    /// The number of the order to the voice. Orders have numbers of their own: those of announcements begin anew with each
    /// start of the server, and in each zone.
    order: u64,
    /// Its calls.
    calls: Vec<u64>,
}

/// The voice, and what is known of the speaking in the zone.
#[derive(Debug, Clone)]
pub(super) struct Speaking {
    speech: Arc<Speech>,
    /// Whether there is a loudspeaker; none until the voice has said it.
    able: Option<bool>,
    /// How far the speaking has come; none before anything was heard.
    said: Option<Said>,
    running: Option<Running>,
    saying: Option<Saying>,
    /// What it has said last.
    spoken: Option<Name>,
    /// How many orders the voice was given.
    orders: u64,
}

impl Speaking {
    /// A voice that knows one language of the hall: the screen's first.
    pub(super) fn new(language: Language) -> Self {
        let settings = VoiceSettings {
            languages: vec![language],
            ..VoiceSettings::default()
        };
        let speech = Speech::new(settings).expect("one language is a valid setting");
        Self {
            speech: Arc::new(speech),
            able: None,
            said: None,
            running: None,
            saying: None,
            spoken: None,
            orders: 0,
        }
    }

    /// It became known how the hall speaks.
    pub(super) fn as_in(&mut self, hall: &HallView) {
        // What cannot be followed comes from no server of this version; then the voice stays as it was.
        let settings = voice_settings(&hall.voice, &hall.languages);
        if let Ok(speech) = Speech::new(settings) {
            self.speech = Arc::new(speech);
        }
    }

    /// The display stands in another zone: what was said in the one before means nothing here.
    pub(super) fn elsewhere(&mut self) {
        self.said = None;
        self.running = None;
        self.saying = None;
        self.spoken = None;
    }

    /// An announcement is over: its calls are settled, and it is shown no more.
    fn over(&mut self, name: &Name) {
        let is_it =
            |running: &Running| (&running.view.epoch, running.view.number) == (&name.0, name.1);
        if let Some(Running { view, .. }) = self.running.take_if(|running| is_it(running)) {
            let calls = view.calls.iter().map(|call| call.seq);
            self.said.get_or_insert_default().and(calls, view.settled);
        }
    }
}

impl State {
    /// The server is to know whether this display can speak, and how far the speaking had come.
    pub(super) fn voice_hello(&self) -> Effect {
        let able = self.speaking.able.unwrap_or(false);
        let said = self.speaking.said.as_ref().map(convert::said_view);
        Effect::Tell(ClientMessage::Voice { able, said })
    }

    /// Calls are being said in the zone.
    pub(super) fn announced(&mut self, view: Box<AnnouncementView>) -> Vec<Effect> {
        let (number, speak) = (view.number, view.speak);
        let name = (view.epoch.clone(), number);
        let calls: Vec<u64> = view.calls.iter().map(|call| call.seq).collect();
        let announcement = convert::announcement(&view);
        self.speaking.running = Some(Running {
            view,
            since: self.uptime,
        });
        if !speak {
            return Vec::new();
        }
        if let Some(saying) = &mut self.speaking.saying
            && saying.calls == calls
        {
            // The same calls under another name: the server began anew meanwhile.
            saying.name = name;
            return Vec::new();
        }
        let is_spoken = self.speaking.spoken.as_ref() == Some(&name);
        let Some(mut announcement) = announcement.filter(|_| !is_spoken) else {
            // It was said already, and only the server did not hear of it; or there is nothing in it.
            self.speaking.over(&name);
            return vec![Effect::Tell(ClientMessage::Said { number })];
        };
        self.speaking.orders += 1;
        let order = self.speaking.orders;
        announcement.number = order;
        self.speaking.saying = Some(Saying { name, order, calls });
        vec![Effect::Say(Order {
            announcement,
            speech: Arc::clone(&self.speaking.speech),
        })]
    }

    /// An announcement is over, whoever said it.
    pub(super) fn announcement_over(&mut self, number: u64) {
        let running = self.speaking.running.as_ref();
        let epoch = running.map(|running| running.view.epoch.clone());
        if let Some(epoch) = epoch {
            self.speaking.over(&(epoch, number));
        }
    }

    /// The voice tells of an announcement, or of its loudspeaker.
    pub(super) fn voice_told(&mut self, told: Told) -> Vec<Effect> {
        match told {
            Told::Able(able) => {
                let was = self.speaking.able.replace(able).unwrap_or(false);
                if !able {
                    // What is being said is not heard: it is no merit of this display when it is over.
                    self.speaking.saying = None;
                }
                let is_news = was != able && self.link == LinkIs::Up;
                is_news.then(|| self.voice_hello()).into_iter().collect()
            }
            Told::Lasts { number, length } => {
                let length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
                let saying = self.speaking.saying.as_ref();
                let saying = saying.filter(|saying| saying.order == number);
                let lasts = saying.map(|saying| ClientMessage::Lasts {
                    number: saying.name.1,
                    length_ms,
                });
                lasts.map(Effect::Tell).into_iter().collect()
            }
            Told::Over { number } => {
                let saying = &mut self.speaking.saying;
                let Some(said) = saying.take_if(|saying| saying.order == number) else {
                    return Vec::new();
                };
                self.speaking.over(&said.name);
                let number = said.name.1;
                self.speaking.spoken = Some(said.name);
                vec![Effect::Tell(ClientMessage::Said { number })]
            }
        }
    }

    /// The sentences that are being said in the zone; none while nothing is.
    #[must_use]
    pub fn caption(&self) -> &[SentenceView] {
        let running = self.speaking.running.as_ref();
        let running =
            running.filter(|running| self.uptime.saturating_sub(running.since) < CAPTION_MAX);
        running.map_or(&[], |running| &running.view.sentences)
    }
}
