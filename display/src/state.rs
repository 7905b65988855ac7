//! What a display knows and wishes, purely: no clock, no socket, no screen.
//!
//! Events come in with the time since the display was switched on; wishes go out as [`Effect`]s; what is to be seen
//! follows from the state alone (see [`crate::view`]).
//!
//! A call is highlighted when its sequence is higher than every one highlighted before: once for the call and once for
//! each recall. What was called before the display knew the hall is not, nor is a call that a reconnected display learns
//! of too late ([`FRESH_MAX`]). A highlighted call flashes; an awaited call that flashes no more stays lit. What is said
//! of a call, when and by which display, the server knows ([`nowserving_shared::announce::room`]).
//!
//! What is shown, and for which zone, the display is told at its start or by the server ([`LinkEvent::Placed`]), which has
//! the last word.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nowserving_shared::board::{Board, CallLine, CallState};
use nowserving_shared::link::{LinkEvent, STALE_AFTER};
use nowserving_shared::model::{Language, Moment, TicketId, ZoneId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::HallView;
use nowserving_shared::protocol::socket::ClientMessage;
use nowserving_shared::protocol::wall::PlacedView;
use nowserving_shared::wall::Layout;

use crate::voice::{Order, Told};
use speaking::Speaking;

pub use speaking::CAPTION_MAX;

mod speaking;
#[cfg(test)]
mod tests;

/// How long a call flashes (highlighted it must be for at least 10 s by the two-sense rule of the trade).
pub const HIGHLIGHT: Duration = Duration::from_secs(12);
/// Half a period of flashing: 1 flash a second, well below the 3 that may harm (WCAG 2.2, 2.3.1).
pub const FLASH_HALF: Duration = Duration::from_millis(500);
/// A call that a display learns of so late is not highlighted any more.
pub const FRESH_MAX: Duration = Duration::from_secs(60);
/// The wait before the hall's names are asked for again after a failure.
pub const HALL_RETRY: Duration = Duration::from_secs(5);

/// What a display is told at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The first language of the screen; the hall's others stand beside it.
    pub language: Language,
    /// The zone that it shows whatever it is configured for; none: what it is configured for.
    pub zone: Option<ZoneId>,
    /// The server's address, for the page that is shown before there is a picture.
    pub server: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Time went on.
    Tick,
    /// News of the link.
    Link(LinkEvent),
    /// The hall's names, languages and time zone.
    Hall(Box<HallView>),
    /// They could not be had.
    HallFailed(String),
    /// The voice tells of an announcement.
    Voice(Told),
}

/// What it is configured to show, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    zone: Option<ZoneId>,
    layout: Option<Laid>,
    window: Option<u32>,
}

/// A layout and the languages in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// The layout.
    pub layout: Layout,
    /// The languages of the screen, one or two; none: as the display was started.
    pub languages: Vec<Language>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask for the hall's names.
    FetchHall,
    /// Say this, and tell how long it lasts and that it is over ([`Event::Voice`]).
    Say(Order),
    /// Tell the server this over the link.
    Tell(ClientMessage),
    /// Tell whether this layout can be read where the display hangs, now that it is known how many windows it shows.
    Check {
        /// The layout.
        layout: Box<Layout>,
        /// How many windows.
        windows: usize,
    },
    /// Note that a layout cannot be shown: the usual board is, in its place.
    LayoutUnknown {
        /// Its id.
        id: String,
    },
}

/// How it stands with the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkIs {
    /// Not there, or not yet.
    Away,
    /// There.
    Up,
    /// It refuses this display.
    Refused {
        /// A stable code.
        code: String,
        /// A sentence for people.
        detail: String,
    },
}

/// The board and what it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Picture {
    board: Arc<Board>,
    epoch: Arc<str>,
}

/// How far the announcements have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Announced {
    seq: u64,
    at: Moment,
}

/// The state of a display.
#[derive(Debug, Clone)]
pub struct State {
    options: Options,
    uptime: Duration,
    link: LinkIs,
    picture: Option<Picture>,
    /// What the server says that it shows; none before it said anything.
    place: Option<Place>,
    /// Whether the layout is still to be checked, once a board says how many windows there are.
    check_due: bool,
    /// When the server's last word came, and the hall's clock then.
    word: Option<(Duration, Moment)>,
    hall: Option<Box<HallView>>,
    /// When to ask for the hall; none while an answer is awaited.
    hall_due: Option<Duration>,
    announced: Option<Announced>,
    /// Since when each highlighted call is highlighted: bounded by the calls on the board.
    highlights: BTreeMap<TicketId, Duration>,
    speaking: Speaking,
}

impl State {
    /// A display that was just switched on.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            speaking: Speaking::new(options.language),
            options,
            uptime: Duration::ZERO,
            link: LinkIs::Away,
            picture: None,
            place: None,
            check_due: false,
            word: None,
            hall: None,
            hall_due: Some(Duration::ZERO),
            announced: None,
            highlights: BTreeMap::new(),
        }
    }

    /// Takes in what happened at `uptime` and says what is to be done.
    pub fn on(&mut self, uptime: Duration, event: Event) -> Vec<Effect> {
        self.uptime = self.uptime.max(uptime);
        let mut effects = Vec::new();
        match event {
            Event::Tick => {}
            Event::Link(news) => effects = self.link(news),
            Event::Hall(hall) => {
                self.speaking.as_in(&hall);
                self.hall = Some(hall);
                self.hall_due = self.hall_is_old().then_some(self.uptime + HALL_RETRY);
            }
            Event::HallFailed(_) => self.hall_due = Some(self.uptime + HALL_RETRY),
            Event::Voice(told) => effects = self.voice_told(told),
        }
        self.highlights
            .retain(|_, since| self.uptime.saturating_sub(*since) < HIGHLIGHT);
        effects.extend(self.hall_wish());
        effects
    }

    fn link(&mut self, news: LinkEvent) -> Vec<Effect> {
        let mut effects = Vec::new();
        match news {
            LinkEvent::Connected => {
                self.link = LinkIs::Up;
                effects.push(self.voice_hello());
            }
            LinkEvent::Placed(placed) => effects = self.placed(*placed),
            LinkEvent::Announcement(announcement) => effects = self.announced(announcement),
            LinkEvent::AnnouncementOver { number } => self.announcement_over(number),
            LinkEvent::Board {
                board,
                epoch,
                seq: _,
                at,
            } => {
                self.word = Some((self.uptime, at));
                self.highlight(&board, &epoch, at);
                effects.extend(self.check_wish(&board));
                self.picture = Some(Picture { board, epoch });
                if self.hall.is_some() && self.hall_is_old() && self.hall_due.is_none() {
                    self.hall_due = Some(self.uptime);
                }
            }
            LinkEvent::Alive { at } => self.word = Some((self.uptime, at)),
            // A wall follows no ticket; a word of the server it is nevertheless.
            LinkEvent::Ticket { at, .. } => self.word = Some((self.uptime, at)),
            LinkEvent::Lost { .. } => self.link = LinkIs::Away,
            LinkEvent::Refused {
                code,
                detail,
                again: _,
            } => self.link = LinkIs::Refused { code, detail },
        }
        effects
    }

    /// Takes in what it is configured to show. The board of its zone follows from the server.
    fn placed(&mut self, placed: PlacedView) -> Vec<Effect> {
        let mut effects = Vec::new();
        if placed.zone.as_ref() != self.zone() {
            // What was called in another zone says nothing about what is new in this one.
            self.announced = None;
            self.highlights.clear();
            self.speaking.elsewhere();
        }
        let layout = placed.layout.and_then(|view| {
            let layout = convert::layout(&view);
            if layout.is_none() {
                let id = view.id.to_string();
                effects.push(Effect::LayoutUnknown { id });
            }
            let languages = view.languages;
            layout.map(|layout| Laid { layout, languages })
        });
        let place = Place {
            zone: placed.zone,
            layout,
            window: placed.window,
        };
        self.check_due |= self.place.as_ref() != Some(&place);
        self.place = Some(place);
        effects
    }

    /// The wish to check the layout, once after each new one.
    fn check_wish(&mut self, board: &Board) -> Option<Effect> {
        if !std::mem::take(&mut self.check_due) {
            return None;
        }
        let layout = Box::new(self.laid()?.layout.clone());
        let windows = board.windows.len();
        Some(Effect::Check { layout, windows })
    }

    /// Whether the names that are held belong to an older configuration than the board.
    fn hall_is_old(&self) -> bool {
        match (&self.hall, &self.picture) {
            (Some(hall), Some(picture)) => {
                hall.catalogue_version != picture.board.catalogue_version
            }
            (None, _) | (Some(_), None) => false,
        }
    }

    /// Highlights what is newly called on `board`.
    fn highlight(&mut self, board: &Board, epoch: &Arc<str>, at: Moment) {
        let newest = Announced {
            seq: board.calls.iter().map(|call| call.seq).max().unwrap_or(0),
            at: board
                .calls
                .iter()
                .map(|call| call.at)
                .max()
                .unwrap_or_default(),
        };
        let same_epoch = self
            .picture
            .as_ref()
            .is_some_and(|picture| picture.epoch == *epoch);
        let Some(known) = self.announced else {
            self.announced = Some(newest);
            return;
        };
        // Sequences of two epochs cannot be compared; then the hall's clock decides.
        let is_new = |call: &CallLine| {
            if same_epoch {
                call.seq > known.seq
            } else {
                call.at > known.at
            }
        };
        for call in board.calls.iter().filter(|call| is_new(call)) {
            match call.state {
                CallState::Calling if at.since(call.at) <= FRESH_MAX => {
                    self.highlights.insert(call.ticket, self.uptime);
                }
                CallState::Calling | CallState::Serving | CallState::Over => {}
            }
        }
        self.highlights
            .retain(|ticket, _| board.calls.iter().any(|call| call.ticket == *ticket));
        let seq = if same_epoch {
            newest.seq.max(known.seq)
        } else {
            newest.seq
        };
        self.announced = Some(Announced {
            seq,
            at: newest.at.max(known.at),
        });
    }

    fn hall_wish(&mut self) -> Option<Effect> {
        let is_due = self.hall_due.is_some_and(|due| due <= self.uptime);
        is_due.then(|| {
            self.hall_due = None;
            Effect::FetchHall
        })
    }

    /// What it was told at its start.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The zone that it shows; none: the whole hall.
    #[must_use]
    pub fn zone(&self) -> Option<&ZoneId> {
        match &self.place {
            Some(place) => place.zone.as_ref(),
            None => self.options.zone.as_ref(),
        }
    }

    /// The layout that it shows; none: the usual board.
    #[must_use]
    pub fn laid(&self) -> Option<&Laid> {
        self.place.as_ref()?.layout.as_ref()
    }

    /// The number of the window above which it hangs, when it is a strip.
    #[must_use]
    pub fn strip_of(&self) -> Option<u32> {
        self.place.as_ref()?.window
    }

    /// The time since it was switched on.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.uptime
    }

    /// How it stands with the server.
    #[must_use]
    pub fn link_is(&self) -> &LinkIs {
        &self.link
    }

    /// The last board, however old.
    #[must_use]
    pub fn board(&self) -> Option<&Board> {
        self.picture.as_ref().map(|picture| &*picture.board)
    }

    /// The hall's names, languages and time zone, once they are known.
    #[must_use]
    pub fn hall(&self) -> Option<&HallView> {
        self.hall.as_deref()
    }

    /// The hall's clock, carried on from the server's last word.
    #[must_use]
    pub fn hall_time(&self) -> Option<Moment> {
        self.word
            .map(|(heard, at)| at.after(self.uptime.saturating_sub(heard)))
    }

    /// How old the picture is, when it is too old to be trusted.
    #[must_use]
    pub fn stale_for(&self) -> Option<Duration> {
        let (heard, _) = self.word?;
        let age = self.uptime.saturating_sub(heard);
        (age >= STALE_AFTER).then_some(age)
    }

    /// Since how long a call is highlighted; none when it is not.
    #[must_use]
    pub fn highlighted_for(&self, ticket: TicketId) -> Option<Duration> {
        self.highlights
            .get(&ticket)
            .map(|since| self.uptime.saturating_sub(*since))
    }

    /// Whether a call is lit now: first it flashes, then it stays lit until its holder is served or it is over.
    #[must_use]
    pub fn is_lit(&self, call: &CallLine) -> bool {
        match self.highlighted_for(call.ticket) {
            Some(age) => (age.as_millis() / FLASH_HALF.as_millis()).is_multiple_of(2),
            // An old picture must not look live.
            None => call.state == CallState::Calling && self.stale_for().is_none(),
        }
    }
}
