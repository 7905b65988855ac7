//! The kiosk's own page, and the code before it.

use super::{Notice, NoticeKind};
use crate::civil;
use crate::state::{Link, PIN_TRIES_MAX, PrintStage, State, Tried, Trouble};
use crate::texts::Texts;

/// How many troubles are shown, latest first.
pub const TROUBLES_SHOWN: usize = 6;

/// The page that asks for the code. What is typed is the screen's own affair.
#[derive(Debug, Clone, PartialEq)]
pub struct PinPad {
    /// What to do.
    pub title: String,
    /// That it was wrong, or that nobody is let in now; may be empty.
    pub text: String,
    /// Whether a code is taken now.
    pub open: bool,
    /// The key that takes the last digit back, and the one that ends the code.
    pub keys: (String, String),
}

/// The kiosk's own page.
#[derive(Debug, Clone, PartialEq)]
pub struct Maintenance {
    /// What it is.
    pub title: String,
    /// How the kiosk is: name and text. The last one is the screen, whose size the screen itself fills in.
    pub facts: Vec<(String, String)>,
    /// Above what went wrong.
    pub troubles_title: String,
    /// What went wrong, with its time, latest first.
    pub troubles: Vec<String>,
    /// What became of what was tried.
    pub tried: Option<Notice>,
    /// The button that prints a test; none: there is no printer.
    pub self_test: Option<String>,
    /// The button that asks anew.
    pub ask_again: String,
    /// The button that writes the recording.
    pub record: String,
}

pub(super) fn pin(state: &State, texts: &Texts) -> PinPad {
    let words = &texts.maintenance;
    let locked = state.pin_locked_for();
    PinPad {
        title: words.pin.to_owned(),
        text: match (locked, state.wrong_pins()) {
            (Some(left), _) => (words.pin_locked)(left.as_secs().div_ceil(60).max(1)),
            (None, 0) => String::new(),
            (None, wrong) => (words.pin_wrong)(PIN_TRIES_MAX.saturating_sub(wrong)),
        },
        open: locked.is_none(),
        keys: (texts.erase.to_owned(), words.enter.to_owned()),
    }
}

pub(super) fn page(state: &State, texts: &Texts) -> Maintenance {
    let words = &texts.maintenance;
    let installation = state.installation();
    let has_printer = installation.is_some_and(|known| known.printer.is_some());
    let none = words.no_trouble.to_owned();
    let mut troubles: Vec<String> = state
        .troubles()
        .take(TROUBLES_SHOWN)
        .map(|trouble| told(state, trouble))
        .collect();
    if troubles.is_empty() {
        troubles.push(none);
    }
    Maintenance {
        title: words.title.to_owned(),
        facts: words
            .facts
            .into_iter()
            .map(str::to_owned)
            .zip(facts(state, texts))
            .collect(),
        troubles_title: words.troubles.to_owned(),
        troubles,
        tried: tried(state, texts),
        self_test: has_printer.then(|| words.self_test.to_owned()),
        ask_again: words.ask_again.to_owned(),
        record: words.record.to_owned(),
    }
}

fn facts(state: &State, texts: &Texts) -> [String; 9] {
    let words = &texts.maintenance;
    let unknown = || words.unknown.to_owned();
    let installation = state.installation();
    let name = state.hall().map_or("", |hall| &hall.device);
    let id = state.device().map_or("", |device| device.as_str());
    let called: Vec<&str> = [name, id]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let (held, owed) = state.book().map_or((0, 0), |book| {
        (book.good(state.now()).count(), book.pending().len())
    });
    let printer = installation.and_then(|known| known.printer.as_ref());
    [
        if called.is_empty() {
            unknown()
        } else {
            called.join(" · ")
        },
        installation.map_or_else(unknown, |known| known.server.clone()),
        connection(state, texts),
        state
            .clock_ahead_ms()
            .map_or_else(unknown, |ahead| (words.clock)(whole_seconds(ahead))),
        printer.map_or_else(
            || words.no_printer.to_owned(),
            |(address, profile)| format!("{address} · {profile}"),
        ),
        (words.printer)(state.printer()).to_owned(),
        (words.numbers)(held, owed),
        installation.map_or_else(unknown, |known| known.version.clone()),
        String::new(),
    ]
}

/// Rounded to the nearest second.
fn whole_seconds(milliseconds: i64) -> i64 {
    (milliseconds + 500 * milliseconds.signum()) / 1000
}

fn connection(state: &State, texts: &Texts) -> String {
    let words = &texts.maintenance;
    match state.link() {
        Link::Never => words.unknown.to_owned(),
        Link::Live => (words.live)(state.heard_ago().unwrap_or_default().as_secs()),
        Link::Lost(since) => (words.lost)(state.uptime().saturating_sub(since).as_secs()),
    }
}

fn told(state: &State, trouble: &Trouble) -> String {
    let zone = state.hall().map_or("", |hall| &hall.time_zone);
    let at = civil::at(trouble.at, zone);
    let times = if trouble.times > 1 {
        format!(" (×{})", trouble.times)
    } else {
        String::new()
    };
    format!(
        "{}:{:02} {}{times}",
        civil::time(at),
        at.second(),
        trouble.what
    )
}

fn tried(state: &State, texts: &Texts) -> Option<Notice> {
    let words = &texts.maintenance;
    let path = state.installation().map_or("", |known| &known.recording);
    let (kind, text) = match state.tried() {
        Tried::Nothing => return None,
        Tried::SelfTest(stage) => {
            let kind = match stage {
                PrintStage::UnderWay | PrintStage::Printed | PrintStage::Sent => NoticeKind::Calm,
                PrintStage::Unknown => NoticeKind::Mind,
                PrintStage::NotAsked | PrintStage::Failed => NoticeKind::Alarm,
            };
            (kind, (words.tested)(*stage).to_owned())
        }
        Tried::Asked => (NoticeKind::Calm, words.asked.to_owned()),
        Tried::Recording => (NoticeKind::Calm, words.recording.to_owned()),
        Tried::Recorded => (NoticeKind::Calm, (words.recorded)(path)),
        Tried::NotRecorded(why) => (NoticeKind::Alarm, (words.not_recorded)(why)),
    };
    Some(Notice { kind, text })
}
