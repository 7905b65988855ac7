//! What is to be seen, as plain data: computed from the [`State`], in words of the hall's languages.
//!
//! Screens draw a [`View`] and compute no fact of the hall. The first language is the display's own; the second, when
//! the hall speaks another, stands beside it in smaller letters.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nowserving_shared::board::{
    Availability, Board, CallLine, CallState, ServiceLine, WindowDoes, WindowLine,
};
use nowserving_shared::model::{Language, Localized, Moment};

use crate::state::{LinkIs, State};
use crate::texts;

#[cfg(test)]
mod tests;

/// How long one page of a list that does not fit stays.
pub const PAGE_STAYS: Duration = Duration::from_secs(8);

/// A text in the display's own language and, beside it, in the hall's other one; the second may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pair {
    /// In the display's own language.
    pub first: String,
    /// In the other language, when there is one and it says something else.
    pub second: String,
}

/// The whole screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The hall's name.
    pub hall: Pair,
    /// The zone's name, when the display shows one zone.
    pub zone: Pair,
    /// `09:41`; empty until it is known.
    pub clock: String,
    /// The date.
    pub date: Pair,
    /// Set when the picture is too old to be trusted.
    pub stale: Option<Stale>,
    /// What is below.
    pub body: Body,
    /// Counts up each [`PAGE_STAYS`]; lists that do not fit turn their page with it.
    pub page: u32,
}

/// The picture is old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// How old.
    pub age: Pair,
    /// What to do meanwhile.
    pub advice: Pair,
}

/// What is below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// There is no picture yet: why, and what to do.
    Message {
        /// The headline.
        title: Pair,
        /// What to do.
        advice: Pair,
        /// Whether a person has to mend something.
        alarm: bool,
    },
    /// The board.
    Board(Box<BoardView>),
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardView {
    /// The newest call; none while nobody is called.
    pub now: Option<Call>,
    /// What stands above it, or in its place.
    pub now_heading: Pair,
    /// The other calls, newest first.
    pub calls: Vec<Call>,
    /// What stands above them.
    pub calls_heading: Pair,
    /// What stands above the numbers of their windows.
    pub way_heading: &'static str,
    /// Stands in their place when there are none.
    pub no_calls: Pair,
    /// Every service with its count.
    pub services: Vec<Service>,
    /// What stands beside them.
    pub services_heading: Pair,
    /// Every window.
    pub windows: Vec<Window>,
    /// What stands beside them.
    pub windows_heading: Pair,
    /// Paused windows with reason and return, a sentence each.
    pub notices: Vec<Pair>,
}

/// Where a call stands, for its colour; the word says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// Its holder is awaited.
    Calling,
    /// Its holder is being served.
    Serving,
    /// It is over.
    Over,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The number on the ticket.
    pub label: String,
    /// The priority class's mark; empty for an ordinary ticket.
    pub mark: Pair,
    /// The number of the window.
    pub number: String,
    /// The word before the window's number, in the first language; may be empty.
    pub before: &'static str,
    /// The word behind it; may be empty.
    pub behind: &'static str,
    /// The sentence in the second language; empty without one.
    pub second: String,
    /// The zone of the window, when the display shows several.
    pub place: Pair,
    /// The service.
    pub service: Pair,
    /// Where it stands, as a word.
    pub word: Pair,
    /// Where it stands, for its colour.
    pub kind: CallKind,
    /// Whether it is in the lit half of its flash now.
    pub lit: bool,
}

/// A service and its queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: Pair,
    /// How many wait.
    pub waiting: String,
    /// Why no number is to be had, or why nobody is called; empty when all is well.
    pub note: String,
}

/// What a window does, for its colour; the word says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowKind {
    /// Nobody is there.
    Closed,
    /// Open and free.
    Free,
    /// Calls.
    Calling,
    /// Serves.
    Serving,
    /// Paused.
    Paused,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its number.
    pub number: String,
    /// What it does, as a word.
    pub word: String,
    /// The ticket that it has; empty without one.
    pub label: String,
    /// What it does, for its colour.
    pub kind: WindowKind,
}

/// The languages of the screen, the hall's time zone, and what its calendar and clock show.
struct Voice {
    first: Language,
    second: Option<Language>,
    zone: Option<TimeZone>,
    now: Option<DateTime>,
}

impl Voice {
    fn of(state: &State) -> Self {
        let first = state.options().language;
        // Before the hall is known nobody knows what its people read: then Chinese and English stand there.
        let offered = state
            .hall()
            .map_or(&[Language::ZhCn, Language::En][..], |hall| &hall.languages);
        let second = second_of(first, offered);
        let zone = state
            .hall()
            .map(|hall| TimeZone::get(&hall.time_zone).unwrap_or(TimeZone::UTC));
        let mut voice = Self {
            first,
            second,
            zone,
            now: None,
        };
        voice.now = state.hall_time().and_then(|at| voice.local(at));
        voice
    }

    fn say(&self, text: impl Fn(Language) -> String) -> Pair {
        let first = text(self.first);
        let second = self
            .second
            .map(text)
            .filter(|second| *second != first)
            .unwrap_or_default();
        Pair { first, second }
    }

    fn word(&self, word: impl Fn(Language) -> &'static str) -> Pair {
        self.say(|language| word(language).to_owned())
    }

    fn name(&self, name: &Localized) -> Pair {
        self.say(|language| name.text(language).to_owned())
    }

    fn local(&self, at: Moment) -> Option<DateTime> {
        self.zone
            .as_ref()
            .map(|zone| zone.to_datetime(at.timestamp()))
    }

    /// A moment to come, as people say it: today with the time alone, another day with the day.
    fn when(&self, language: Language, at: Moment) -> Option<String> {
        Some(texts::when(language, self.now?, self.local(at)?))
    }
}

/// The language beside `first`: the hall's next one of another script, because whoever reads one kind of Chinese reads
/// the other, and a wall has room for two; a hall without one has just the next.
fn second_of(first: Language, offered: &[Language]) -> Option<Language> {
    let others = || offered.iter().copied().filter(|other| *other != first);
    others()
        .find(|other| other.is_chinese() != first.is_chinese())
        .or_else(|| others().next())
}

impl View {
    /// What is to be seen of `state`.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let voice = Voice::of(state);
        let local = voice.now;
        Self {
            hall: hall_name(state, &voice),
            zone: zone_name(state, &voice),
            clock: local.map(texts::time).unwrap_or_default(),
            date: local
                .map(|at| voice.say(|language| texts::date(language, at)))
                .unwrap_or_default(),
            stale: state
                .board()
                .and_then(|_| state.stale_for())
                .map(|age| Stale {
                    age: voice.say(|language| texts::stale(language, age)),
                    advice: voice.word(texts::stale_advice),
                }),
            body: body(state, &voice),
            page: u32::try_from(state.uptime().as_secs() / PAGE_STAYS.as_secs()).unwrap_or(0),
        }
    }
}

fn hall_name(state: &State, voice: &Voice) -> Pair {
    let name = state
        .board()
        .map(|board| &board.hall)
        .or_else(|| state.hall().map(|hall| &hall.name));
    name.map(|name| voice.name(name)).unwrap_or_default()
}

fn zone_name(state: &State, voice: &Voice) -> Pair {
    let (Some(wanted), Some(board)) = (state.zone(), state.board()) else {
        return Pair::default();
    };
    board
        .zones
        .iter()
        .find(|zone| zone.id == *wanted)
        .map(|zone| voice.name(&zone.name))
        .unwrap_or_default()
}

fn body(state: &State, voice: &Voice) -> Body {
    match (state.link_is(), state.board()) {
        // A display that was sent away must not look as if it were only late.
        (LinkIs::Refused { detail, .. }, _) => Body::Message {
            title: voice.word(texts::refused),
            advice: Pair {
                first: detail.clone(),
                second: texts::refused_advice(voice.first).to_owned(),
            },
            alarm: true,
        },
        (LinkIs::Up | LinkIs::Away, Some(board)) => {
            Body::Board(Box::new(board_view(state, board, voice)))
        }
        (LinkIs::Up | LinkIs::Away, None) => Body::Message {
            title: voice.word(texts::connecting),
            advice: voice
                .say(|language| texts::connecting_advice(language, &state.options().server)),
            alarm: false,
        },
    }
}

fn board_view(state: &State, board: &Board, voice: &Voice) -> BoardView {
    let now = now_calling(board);
    let one = |line: &CallLine| call(state, board, line, voice);
    let heading = match now.map(|line| line.state) {
        Some(CallState::Calling) => voice.word(texts::now_calling),
        Some(CallState::Serving) => voice.word(texts::now_serving),
        Some(CallState::Over) | None => voice.word(texts::please_wait),
    };
    BoardView {
        now: now.map(one),
        now_heading: heading,
        calls: board
            .calls
            .iter()
            .filter(|line| now.is_none_or(|now| now.ticket != line.ticket))
            .map(one)
            .collect(),
        calls_heading: voice.word(texts::last_calls),
        way_heading: texts::way_heading(voice.first),
        no_calls: voice.word(texts::no_calls),
        services: board
            .services
            .iter()
            .map(|line| service(line, voice))
            .collect(),
        services_heading: voice.word(texts::waiting_heading),
        windows: board
            .windows
            .iter()
            .map(|line| window(line, voice))
            .collect(),
        windows_heading: voice.word(texts::windows_heading),
        notices: board
            .windows
            .iter()
            .filter_map(|line| pause_notice(line, voice))
            .collect(),
    }
}

/// The call that is shown largest: the newest whose holder is awaited, else the newest that is being served.
fn now_calling(board: &Board) -> Option<&CallLine> {
    let newest = |state: CallState| board.calls.iter().find(|call| call.state == state);
    newest(CallState::Calling).or_else(|| newest(CallState::Serving))
}

fn call(state: &State, board: &Board, line: &CallLine, voice: &Voice) -> Call {
    let (before, behind) = texts::window_words(voice.first);
    let several_zones = state.options().zone.is_none() && board.zones.len() > 1;
    let zone = board
        .zones
        .iter()
        .find(|zone| zone.id == line.zone)
        .filter(|_| several_zones);
    let service = board
        .services
        .iter()
        .find(|service| service.id == line.service);
    let (kind, word) = match line.state {
        CallState::Calling => (CallKind::Calling, voice.word(texts::calling)),
        CallState::Serving => (CallKind::Serving, voice.word(texts::serving)),
        CallState::Over => (CallKind::Over, voice.word(texts::over)),
    };
    let second = voice.second.map(|language| match line.state {
        CallState::Calling => texts::please_go(language, line.number),
        CallState::Serving | CallState::Over => texts::window(language, line.number),
    });
    Call {
        label: line.label.to_string(),
        mark: voice.name(&line.mark),
        number: line.number.to_string(),
        before,
        behind,
        second: second.unwrap_or_default(),
        place: zone.map(|zone| voice.name(&zone.name)).unwrap_or_default(),
        service: service
            .map(|service| voice.name(&service.name))
            .unwrap_or_default(),
        word,
        kind,
        lit: state.is_lit(line.ticket),
    }
}

fn service(line: &ServiceLine, voice: &Voice) -> Service {
    let note = match &line.availability {
        Availability::QuotaReached => texts::quota_reached(voice.first).to_owned(),
        Availability::Closed { opens_at } => opens_at
            .and_then(|at| voice.when(voice.first, at))
            .map_or_else(
                || texts::not_now(voice.first).to_owned(),
                |when| texts::opens_at(voice.first, &when),
            ),
        Availability::Open if line.windows_open == 0 => texts::no_window(voice.first).to_owned(),
        Availability::Open => String::new(),
    };
    Service {
        name: voice.name(&line.name),
        waiting: line.waiting.to_string(),
        note,
    }
}

fn window(line: &WindowLine, voice: &Voice) -> Window {
    let (kind, word, label) = match &line.does {
        WindowDoes::Closed => (
            WindowKind::Closed,
            texts::closed(voice.first),
            String::new(),
        ),
        WindowDoes::Free => (WindowKind::Free, texts::free(voice.first), String::new()),
        WindowDoes::Calling { label } => (
            WindowKind::Calling,
            texts::window_calls(voice.first),
            label.to_string(),
        ),
        WindowDoes::Serving { label, .. } => (
            WindowKind::Serving,
            texts::serving(voice.first),
            label.to_string(),
        ),
        WindowDoes::Paused { .. } => (
            WindowKind::Paused,
            texts::paused(voice.first),
            String::new(),
        ),
    };
    Window {
        number: line.number.to_string(),
        word: word.to_owned(),
        label,
        kind,
    }
}

/// The sentence about a paused window; none for any other. The reason is what its clerk wrote, in one language.
fn pause_notice(line: &WindowLine, voice: &Voice) -> Option<Pair> {
    let WindowDoes::Paused { reason, back_at } = &line.does else {
        return None;
    };
    let sentence = |language| {
        let mut parts = vec![format!(
            "{} {}",
            texts::window(language, line.number),
            texts::paused(language)
        )];
        parts.extend((!reason.trim().is_empty()).then(|| reason.trim().to_owned()));
        parts.extend(
            back_at
                .and_then(|at| voice.when(language, at))
                .map(|when| texts::back_at(language, &when)),
        );
        parts.join(" · ")
    };
    Some(voice.say(sentence))
}
