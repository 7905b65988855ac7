//! What is to be seen, as plain data: computed from the [`State`], in words of the hall's languages.
//!
//! Screens draw a [`View`] and compute no fact of the hall. The first language is the display's own; the second, when
//! the hall speaks another, stands beside it in smaller letters.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nowserving_shared::board::{
    Availability, Board, CallLine, CallState, ServiceLine, WAITING_MAX, WaitingList, WaitingNumber,
    WindowDoes, WindowLine,
};
use nowserving_shared::model::{Language, Localized, Moment};
use nowserving_shared::protocol::http::NoticeView;
use nowserving_shared::protocol::voice::SentenceView;
use nowserving_shared::wall::{Layout, Second, Show, Theme, second_of};

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
    /// The hall's name; while calls are said, what is said.
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
    /// The colours.
    pub theme: Theme,
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
    /// What a layout shows instead of all that; it names the parts above that it shows. None: the usual board.
    pub laid: Option<Laid>,
}

/// What a layout shows, beside the parts of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// The layout.
    pub layout: Layout,
    /// The scrolling line; empty without one.
    pub line: String,
    /// The window of a strip.
    pub strip: Option<Strip>,
    /// The numbers of those who wait, when the layout shows them.
    pub queue: Option<Queue>,
    /// What stands above the notices.
    pub notices_heading: Pair,
    /// The hall's notices, which are shown in turn.
    pub notices: Vec<Pair>,
    /// The position of the window that has to be seen now, because it calls; lists that do not fit turn to its page.
    pub turn_to: Option<usize>,
}

/// The numbers of those who wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// What stands above them, with how many wait in all.
    pub heading: Pair,
    /// The numbers as the server masked and ordered them, and behind the last how many more there are.
    pub cells: Vec<QueueCell>,
    /// Stands in their place when there are none: that nobody waits, or that it is not known; empty otherwise.
    pub calm: Pair,
}

/// A place in the row of those who wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueCell {
    /// The number, or `+23`.
    pub text: String,
    /// Whether it is how many more there are.
    pub is_more: bool,
    /// Whether it is the first of the row.
    pub is_first: bool,
}

/// The window of a strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// Its number.
    pub number: String,
    /// The word for a window.
    pub heading: Pair,
    /// What it does, as a word.
    pub word: Pair,
    /// The same, for colour and shape.
    pub kind: WindowKind,
    /// The ticket that it has; empty without one.
    pub label: String,
    /// What it serves.
    pub services: Pair,
    /// Why it is paused and when it is expected back; empty otherwise.
    pub note: Pair,
    /// Whether its call is lit now.
    pub lit: bool,
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
    /// The same in the second language; empty without one.
    pub second: String,
    /// Why it is paused and when it is expected back; empty otherwise.
    pub note: String,
    /// The ticket that it has; empty without one.
    pub label: String,
    /// What it does, for its colour and shape.
    pub kind: WindowKind,
    /// Whether its call is lit now.
    pub lit: bool,
}

/// The languages of the screen, the hall's time zone, and what its calendar and clock show.
struct Voice {
    /// The display's own language, also in a turn of the other one.
    own: Language,
    first: Language,
    second: Option<Language>,
    zone: Option<TimeZone>,
    now: Option<DateTime>,
}

impl Voice {
    fn of(state: &State) -> Self {
        let (first, second) = languages(state);
        let zone = state
            .hall()
            .map(|hall| TimeZone::get(&hall.time_zone).unwrap_or(TimeZone::UTC));
        let mut voice = Self {
            own: first,
            first,
            second,
            zone,
            now: None,
        };
        voice.now = state.hall_time().and_then(|at| voice.local(at));
        voice
    }

    /// The one language of this turn, where the layout wants them in turn; else the same.
    fn in_turn(&self, state: &State) -> Self {
        let alternates = state
            .laid()
            .is_some_and(|laid| laid.layout.second == Second::Alternate);
        let (first, second) = match self.second {
            Some(second) if alternates && turn(state) % 2 == 1 => (second, None),
            Some(_) if alternates => (self.first, None),
            second => (self.first, second),
        };
        Self {
            own: self.own,
            first,
            second,
            zone: self.zone.clone(),
            now: self.now,
        }
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

/// The first language of the screen, and the one beside it.
fn languages(state: &State) -> (Language, Option<Language>) {
    if let Some(laid) = state.laid()
        && let Some(first) = laid.languages.first()
    {
        return (*first, laid.languages.get(1).copied());
    }
    let first = state.options().language;
    // Before the hall is known nobody knows what its people read: then Chinese and English stand there.
    let offered = state
        .hall()
        .map_or(&[Language::ZhCn, Language::En][..], |hall| &hall.languages);
    (first, second_of(first, offered))
}

/// Counts up each [`PAGE_STAYS`].
fn turn(state: &State) -> u32 {
    u32::try_from(state.uptime().as_secs() / PAGE_STAYS.as_secs()).unwrap_or(0)
}

impl View {
    /// What is to be seen of `state`.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let both = Voice::of(state);
        let voice = both.in_turn(state);
        let local = voice.now;
        let (hall, zone) = match caption(state, &both) {
            Some(caption) => (caption, Pair::default()),
            None => (hall_name(state, &voice), zone_name(state, &voice)),
        };
        Self {
            hall,
            zone,
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
            body: body(state, &voice, &both),
            theme: state.laid().map_or(Theme::Dark, |laid| laid.layout.theme),
            page: turn(state),
        }
    }
}

/// What is being said in the zone, in the languages of the screen as far as it is said in them: whoever does not hear it reads
/// it at the top, where nothing else moves for it.
fn caption(state: &State, voice: &Voice) -> Option<Pair> {
    let sentences = state.caption();
    let of = |language: Language| {
        let said = |known: &&SentenceView| known.language == language;
        sentences.iter().find(said).map(|said| said.text.clone())
    };
    let first = of(voice.first);
    let second = voice.second.and_then(of);
    let mut said = [first, second].into_iter().flatten();
    let first = said
        .next()
        .or_else(|| sentences.first().map(|said| said.text.clone()))?;
    Some(Pair {
        first,
        second: said.next().unwrap_or_default(),
    })
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

fn body(state: &State, voice: &Voice, both: &Voice) -> Body {
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
            Body::Board(Box::new(board_view(state, board, voice, both)))
        }
        (LinkIs::Up | LinkIs::Away, None) => Body::Message {
            title: voice.word(texts::connecting),
            advice: voice
                .say(|language| texts::connecting_advice(language, &state.options().server)),
            alarm: false,
        },
    }
}

/// The board in the words of `voice`; the newest call is in `both` languages at any time.
fn board_view(state: &State, board: &Board, voice: &Voice, both: &Voice) -> BoardView {
    let now = now_calling(board);
    let one = |line: &CallLine| call(state, board, line, voice);
    let heading = match now.map(|line| line.state) {
        Some(CallState::Calling) => voice.word(texts::now_calling),
        Some(CallState::Serving) => voice.word(texts::now_serving),
        Some(CallState::Over) | None => voice.word(texts::please_wait),
    };
    BoardView {
        now: now.map(|line| call(state, board, line, both)),
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
            .map(|line| window(state, board, line, voice))
            .collect(),
        windows_heading: voice.word(texts::windows_heading),
        notices: board
            .windows
            .iter()
            .filter_map(|line| pause_notice(line, voice))
            .collect(),
        laid: state
            .laid()
            .map(|laid| laid_view(state, board, &laid.layout, voice, both)),
    }
}

fn laid_view(state: &State, board: &Board, layout: &Layout, voice: &Voice, both: &Voice) -> Laid {
    // The line moves for longer than a turn lasts, so it says both languages one after the other.
    let line = both.name(&layout.line);
    let line = [line.first, line.second];
    let parts = line.iter().map(String::as_str);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let notices = state.hall().map_or(&[][..], |hall| &hall.notices);
    let strip = layout.shows(Show::Strip).then(|| state.strip_of());
    let newest = board.calls.iter().find(|call| {
        call.state == CallState::Calling && state.highlighted_for(call.ticket).is_some()
    });
    Laid {
        layout: layout.clone(),
        line: parts.join("　◆　"),
        strip: strip.flatten().map(|number| {
            let line = board.windows.iter().find(|line| line.number == number);
            strip_view(state, board, number, line, voice)
        }),
        queue: layout
            .shows(Show::Waiting)
            .then(|| queue(board.waiting.as_ref(), voice)),
        notices_heading: voice.word(texts::notices_heading),
        notices: notices
            .iter()
            .filter(|notice| is_of_today(notice, voice))
            .map(|notice| voice.name(&notice.text))
            .collect(),
        turn_to: newest
            .and_then(|call| board.windows.iter().position(|line| line.id == call.window)),
    }
}

/// Who waits; none: it is not known.
fn queue(list: Option<&WaitingList>, voice: &Voice) -> Queue {
    let numbers = list.map_or(&[][..], |list| &list.numbers);
    // A server of another version may send more of them.
    let (shown, others) = numbers.split_at(numbers.len().min(WAITING_MAX));
    let others = u32::try_from(others.len()).unwrap_or(u32::MAX);
    let more = list.map_or(0, |list| list.more).saturating_add(others);
    let number = |(at, number): (usize, &WaitingNumber)| QueueCell {
        text: number.label.to_string(),
        is_more: false,
        is_first: at == 0,
    };
    let rest = (more > 0).then(|| QueueCell {
        text: format!("+{more}"),
        is_more: true,
        is_first: false,
    });
    let all = usize::try_from(more)
        .unwrap_or(usize::MAX)
        .saturating_add(shown.len());
    let cells: Vec<QueueCell> = shown.iter().enumerate().map(number).chain(rest).collect();
    let calm = match list {
        None => voice.word(texts::queue_unknown),
        Some(_) if cells.is_empty() => voice.word(texts::nobody_waits),
        Some(_) => Pair::default(),
    };
    let mut heading = voice.word(texts::queue_heading);
    if all > 0 {
        heading.first = format!("{} · {all}", heading.first);
    }
    Queue {
        heading,
        cells,
        calm,
    }
}

/// Whether a notice is to be shown on this day; on an unknown day every one is.
fn is_of_today(notice: &NoticeView, voice: &Voice) -> bool {
    let Some(today) = voice.now.map(|now| now.date()) else {
        return true;
    };
    notice.from.is_none_or(|from| from.0 <= today)
        && notice.until.is_none_or(|until| today <= until.0)
}

/// The window of a strip; one that the board does not have is closed.
fn strip_view(
    state: &State,
    board: &Board,
    number: u32,
    line: Option<&WindowLine>,
    voice: &Voice,
) -> Strip {
    let none = || Pair::default();
    let (kind, word, label) = does(line.map_or(&WindowDoes::Closed, |line| &line.does));
    let served = line.map_or(&[][..], |line| &line.services);
    let names = |language: Language| {
        let services = served
            .iter()
            .filter_map(|id| board.services.iter().find(|service| service.id == *id));
        let names: Vec<&str> = services
            .map(|service| service.name.text(language))
            .collect();
        names.join(" · ")
    };
    Strip {
        number: number.to_string(),
        heading: voice.word(texts::way_heading),
        word: match kind {
            WindowKind::Calling => voice.word(texts::calling),
            WindowKind::Closed | WindowKind::Free | WindowKind::Serving | WindowKind::Paused => {
                voice.word(word)
            }
        },
        kind,
        label,
        services: voice.say(names),
        note: line.map_or_else(none, |line| {
            voice.say(|language| pause_note(line, language, voice))
        }),
        lit: line.is_some_and(|line| window_is_lit(state, board, line)),
    }
}

/// Whether the call of a window is lit now.
fn window_is_lit(state: &State, board: &Board, line: &WindowLine) -> bool {
    let WindowDoes::Calling { label } = &line.does else {
        return false;
    };
    let called = |call: &&CallLine| call.window == line.id && call.label == *label;
    // A call that is no longer among the last ones is awaited all the same.
    let call = board.calls.iter().find(called);
    call.is_none_or(|call| state.is_lit(call))
}

/// The call that is shown largest: the newest whose holder is awaited, else the newest that is being served.
fn now_calling(board: &Board) -> Option<&CallLine> {
    let newest = |state: CallState| board.calls.iter().find(|call| call.state == state);
    newest(CallState::Calling).or_else(|| newest(CallState::Serving))
}

fn call(state: &State, board: &Board, line: &CallLine, voice: &Voice) -> Call {
    let (before, behind) = texts::window_words(voice.first);
    let several_zones = state.zone().is_none() && board.zones.len() > 1;
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
        lit: state.is_lit(line),
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

/// What a window does, for its colour, as a word, and with which ticket.
fn does(does: &WindowDoes) -> (WindowKind, fn(Language) -> &'static str, String) {
    match does {
        WindowDoes::Closed => (WindowKind::Closed, texts::closed, String::new()),
        WindowDoes::Free => (WindowKind::Free, texts::free, String::new()),
        WindowDoes::Calling { label } => {
            (WindowKind::Calling, texts::window_calls, label.to_string())
        }
        WindowDoes::Serving { label, .. } => {
            (WindowKind::Serving, texts::serving, label.to_string())
        }
        WindowDoes::Paused { .. } => (WindowKind::Paused, texts::paused, String::new()),
    }
}

fn window(state: &State, board: &Board, line: &WindowLine, voice: &Voice) -> Window {
    let (kind, word, label) = does(&line.does);
    let word = voice.word(word);
    Window {
        number: line.number.to_string(),
        word: word.first,
        second: word.second,
        note: pause_note(line, voice.first, voice),
        label,
        kind,
        lit: window_is_lit(state, board, line),
    }
}

/// Why a window is paused and when it is expected back; empty of any other. The reason is what its clerk wrote, in one
/// language: it stands beside the words of the display's own, and is not passed off as a text of another.
fn pause_note(line: &WindowLine, language: Language, voice: &Voice) -> String {
    let WindowDoes::Paused { reason, back_at } = &line.does else {
        return String::new();
    };
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty() && language == voice.own);
    let back = back_at
        .and_then(|at| voice.when(language, at))
        .map(|when| texts::back_at(language, &when));
    let parts = reason.map(str::to_owned).into_iter().chain(back);
    parts.collect::<Vec<String>>().join(" · ")
}

/// The sentence about a paused window; none for any other.
fn pause_notice(line: &WindowLine, voice: &Voice) -> Option<Pair> {
    if !matches!(line.does, WindowDoes::Paused { .. }) {
        return None;
    }
    let sentence = |language| {
        let name = texts::window(language, line.number);
        let head = format!("{name} {}", texts::paused(language));
        match pause_note(line, language, voice) {
            note if note.is_empty() => head,
            note => format!("{head} · {note}"),
        }
    };
    Some(voice.say(sentence))
}
