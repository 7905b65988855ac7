//! What the screen shows, as plain data computed from the state. A screen draws it and computes nothing of the hall.

mod assistance;
mod codes;
mod maintenance;
mod modes;
mod pages;
mod search;
#[cfg(test)]
mod tests;

use nowserving_shared::model::{Language, Localized};

use crate::civil;
use crate::controls::Control;
use crate::state::{Help, Modes, Page, PrinterIs, State};
use crate::texts::{self, Texts};

pub use assistance::Offer;
pub use codes::VisitorBar;
pub use maintenance::{Maintenance, PinPad, TROUBLES_SHOWN};
pub use modes::{ModeLine, Panel};

/// A whole screen.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The language of the page.
    pub language: Language,
    /// The hall's name.
    pub hall: String,
    /// Today, with weekday.
    pub date: String,
    /// The hall's clock: `09:41`.
    pub clock: String,
    /// The languages, each by its own name.
    pub languages: Vec<Tongue>,
    /// What everybody should see before going on.
    pub notices: Vec<Notice>,
    /// Who the visit is of; none when nobody is known.
    pub visitor: Option<VisitorBar>,
    /// The page itself.
    pub page: PageView,
    /// Is anybody still there?
    pub warning: Option<Warning>,
    /// The button one page back; none: there is no way back.
    pub back: Option<String>,
    /// The button to the welcome page; none: the page is it, or must not be left.
    pub home: Option<String>,
    /// Where help is, or how it stands with a call.
    pub help: String,
    /// Whether it tells of a call.
    pub help_is_news: bool,
    /// The button that calls staff.
    pub call_help: String,
    /// Words of a long list: earlier, further.
    pub turn: (String, String),
    /// What this visitor switched on.
    pub modes: Modes,
    /// The button that opens the panel of modes.
    pub modes_button: String,
    /// The panel, while it is open.
    pub panel: Option<Panel>,
    /// Where the keypad is; none while no key was pressed.
    pub focus: Option<Control>,
}

/// A language to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Tongue {
    /// Which.
    pub language: Language,
    /// Its own name beside the others of the hall.
    pub own_name: &'static str,
    /// Whether the page is in it.
    pub current: bool,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Calm,
    /// Mind this.
    Mind,
    /// It does not go.
    Alarm,
}

/// A sentence above the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// How it is meant.
    pub kind: NoticeKind,
    /// The sentence.
    pub text: String,
}

/// The question whether anybody is still there.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// The question, with the seconds left.
    pub text: String,
    /// The seconds left.
    pub seconds: u64,
    /// The button that stays.
    pub stay: String,
}

/// The middle of the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum PageView {
    /// Nobody is here.
    Welcome(Welcome),
    /// One thing among several.
    Choices(Choices),
    /// A service among all, found by what is typed.
    Search(Search),
    /// What to know before the number is taken.
    Confirm(Confirm),
    /// Please wait.
    Waiting {
        /// For what.
        title: String,
        /// More about it; may be empty.
        text: String,
    },
    /// The number.
    Ticket(Ticket),
    /// The code of the kiosk's own page.
    Pin(PinPad),
    /// The kiosk's own page.
    Maintenance(Maintenance),
    /// No number: why, and what to do.
    Message {
        /// What happened.
        title: String,
        /// Why, and what to do.
        lines: Vec<String>,
        /// The button that tries again, when that may help.
        retry: Option<String>,
    },
}

/// The welcome page.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    /// One invitation for each language, in it.
    pub invitations: Vec<Invitation>,
    /// What a visit is made of.
    pub steps: Vec<Step>,
    /// How the hall is: how many wait.
    pub state: String,
    /// Above the services that can be had with two touches.
    pub often: String,
    /// Those services, in the hall's first language.
    pub quick: Vec<Choice>,
    /// The notice of this turn, and its language; none while the room is needed or something must be minded.
    pub notice: Option<(Language, String)>,
    /// The picture of this turn, by its place among all; likewise.
    pub picture: Option<usize>,
}

/// The button with which somebody begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    /// In which language.
    pub language: Language,
    /// Its own name beside the others of the hall.
    pub own_name: &'static str,
    /// What it says.
    pub text: String,
}

/// A step of a visit, in every language of the hall.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// In the hall's first language.
    pub first: String,
    /// In the others; may be empty.
    pub second: String,
}

/// The page that finds a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// What to do.
    pub title: String,
    /// What was typed.
    pub query: String,
    /// What can be typed, while nothing is.
    pub hint: String,
    /// The keys of the screen's keyboard, in order.
    pub letters: &'static str,
    /// The key that takes the last character back, and the one that takes all.
    pub keys: (String, String),
    /// What was found, best first.
    pub found: Vec<Choice>,
    /// Said when something was typed and nothing was found; else empty.
    pub nothing: String,
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// A group.
    Group,
    /// A service.
    Service,
    /// A class.
    Class,
}

/// A page of choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Of what.
    pub of: Chosen,
    /// The button that leads to the search; none: nothing is to be searched for.
    pub search: Option<String>,
    /// The question.
    pub title: String,
    /// What to know about it; may be empty.
    pub hint: String,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// One of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What to know before touching it.
    pub note: String,
    /// Its mark; may be empty.
    pub mark: String,
    /// Whether it can be had now. One that cannot explains itself when touched.
    pub open: bool,
}

/// The page before the number is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// What to do.
    pub title: String,
    /// The service.
    pub service: String,
    /// The mark of the class; may be empty.
    pub mark: String,
    /// How it stands now: people, windows, the last wait.
    pub figures: Vec<Figure>,
    /// What to know: name and text.
    pub guide: Vec<(String, String)>,
    /// The button that takes the number; in its place, when it cannot be taken, what must be first.
    pub confirm: String,
    /// Whether the number can be taken.
    pub open: bool,
    /// The button that prints the guide; none: this printer does not print now.
    pub slip: Option<Offer>,
    /// The address of the guide, for a QR code.
    pub url: Option<String>,
    /// Under the QR code.
    pub scan: String,
}

/// A number with its name and unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it counts.
    pub name: String,
    /// How many.
    pub value: String,
    /// Of what; may be empty.
    pub unit: String,
}

/// The page with the number.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Above the number.
    pub title: String,
    /// The number.
    pub label: String,
    /// The mark of the class; may be empty.
    pub mark: String,
    /// The service.
    pub service: String,
    /// Where, how many before it.
    pub lines: Vec<String>,
    /// Where its paper is.
    pub paper: Notice,
    /// The address of its page, for a QR code.
    pub url: Option<String>,
    /// Under the QR code.
    pub scan: String,
    /// The button that prints the number again; none: this printer does not print now.
    pub reprint: Option<Offer>,
    /// Leads home, with the seconds left until it does so by itself.
    pub done: String,
}

impl View {
    /// What a state looks like.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let language = state.language();
        let texts = texts::of(language);
        let hall = state.hall();
        let now = civil::at(state.now(), hall.map_or("", |hall| &hall.time_zone));
        Self {
            language,
            hall: hall
                .map(|hall| hall.name.text(language).to_owned())
                .unwrap_or_default(),
            date: (texts.date)(now.date()),
            clock: civil::time(now),
            languages: languages(state)
                .iter()
                .map(|offered| Tongue {
                    language: *offered,
                    own_name: offered.own_name(languages(state)),
                    current: *offered == language,
                })
                .collect(),
            notices: notices(state),
            visitor: codes::visitor(state, texts),
            page: pages::page(state, texts),
            warning: warning(state, texts),
            back: back(state, texts),
            home: home(state.page(), texts),
            help: said_briefly(state, |texts| assistance::help(state, texts)),
            help_is_news: state.help() != Help::Rest,
            call_help: assistance::call_help(state, texts).to_owned(),
            turn: (texts.previous.to_owned(), texts.next.to_owned()),
            modes: state.modes(),
            modes_button: texts.everyone.button.to_owned(),
            panel: modes::panel(state, &texts.everyone),
            focus: modes::focus(state),
        }
    }
}

/// The hall's telephone number, or nothing.
fn phone(state: &State) -> &str {
    state.hall().map_or("", |hall| &hall.phone)
}

/// The languages before the hall is known.
const BEFORE_THE_HALL: [Language; 2] = [Language::ZhCn, Language::En];

/// The languages of the hall, its first one first.
fn languages(state: &State) -> &[Language] {
    state
        .hall()
        .map_or(&BEFORE_THE_HALL[..], |hall| &hall.languages)
}

/// The languages in which the welcome page says a sentence: each of the hall's, but one kind of Chinese for both, because
/// whoever reads one reads the other.
fn welcome_languages(offered: &[Language]) -> Vec<Language> {
    let mut spoken: Vec<Language> = Vec::new();
    for language in offered {
        if !language.is_chinese() || spoken.iter().all(|earlier| !earlier.is_chinese()) {
            spoken.push(*language);
        }
    }
    spoken
}

/// A sentence in the page's language; on the welcome page, where nobody has chosen one yet, in the languages of the hall,
/// a line each. In large letters there is room for two.
fn said(state: &State, sentence: impl Fn(&Texts) -> String) -> String {
    let most = if state.modes().large_text {
        2
    } else {
        usize::MAX
    };
    said_in(state, most, sentence)
}

/// The same of what is no more than good to know: on the welcome page in two languages at most, because every line there
/// takes room from the buttons.
fn said_briefly(state: &State, sentence: impl Fn(&Texts) -> String) -> String {
    said_in(state, 2, sentence)
}

fn said_in(state: &State, most: usize, sentence: impl Fn(&Texts) -> String) -> String {
    match state.page() {
        Page::Welcome => {
            let each = welcome_languages(languages(state))
                .into_iter()
                .take(most)
                .map(|language| sentence(texts::of(language)));
            each.collect::<Vec<_>>().join("\n")
        }
        Page::Groups
        | Page::Services { .. }
        | Page::Search { .. }
        | Page::NotNow { .. }
        | Page::Classes { .. }
        | Page::Confirm { .. }
        | Page::Issuing(_)
        | Page::Looking(_)
        | Page::Ticket(_)
        | Page::Pin
        | Page::Maintenance
        | Page::Sorry { .. } => sentence(texts::of(state.language())),
    }
}

/// A text of the hall in the page's language.
fn text(localized: Option<&Localized>, language: Language) -> String {
    localized
        .map(|localized| localized.text(language).to_owned())
        .unwrap_or_default()
}

fn notices(state: &State) -> Vec<Notice> {
    let mut notices: Vec<Notice> = codes::news(state).into_iter().collect();
    let before_the_number = match state.page() {
        Page::Welcome
        | Page::Groups
        | Page::Services { .. }
        | Page::Search { .. }
        | Page::Classes { .. }
        | Page::Confirm { .. } => true,
        Page::NotNow { .. }
        | Page::Issuing(_)
        | Page::Looking(_)
        | Page::Ticket(_)
        | Page::Pin
        | Page::Maintenance
        | Page::Sorry { .. } => false,
    };
    if !before_the_number {
        return notices;
    }
    if state.is_starting() {
        notices.push(Notice {
            kind: NoticeKind::Mind,
            text: said(state, |texts| texts.starting.to_owned()),
        });
    } else if state.is_away() && state.works_offline() {
        notices.push(Notice {
            kind: NoticeKind::Mind,
            text: said(state, |texts| texts.offline.to_owned()),
        });
    } else if !state.server_is_there() {
        notices.push(Notice {
            kind: NoticeKind::Alarm,
            text: said(state, |texts| (texts.server_away)(phone(state))),
        });
    } else if pages::hall_is_closed(state) {
        notices.push(Notice {
            kind: NoticeKind::Mind,
            text: said(state, |texts| pages::hall_closed(state, texts)),
        });
    }
    if let Page::Confirm { service, .. } = state.page()
        && !state.is_away()
        && state
            .line(service)
            .is_some_and(|line| line.windows_open == 0)
    {
        notices.push(Notice {
            kind: NoticeKind::Mind,
            text: said(state, |texts| texts.no_window_open.to_owned()),
        });
    }
    notices.extend(assistance::slip_notice(state));
    match state.printer() {
        PrinterIs::NotReady(trouble) => notices.push(if state.lacks_paper().is_some() {
            Notice {
                kind: NoticeKind::Alarm,
                text: said(state, |texts| (texts.no_paper)(trouble).to_owned()),
            }
        } else {
            Notice {
                kind: NoticeKind::Mind,
                text: said(state, |texts| (texts.printer_trouble)(trouble).to_owned()),
            }
        }),
        PrinterIs::Starting | PrinterIs::Ready | PrinterIs::PaperLow => {}
    }
    notices
}

fn warning(state: &State, texts: &Texts) -> Option<Warning> {
    let seconds = whole_seconds(state.warns()?);
    Some(Warning {
        text: (texts.still_there)(seconds),
        seconds,
        stay: texts.stay.to_owned(),
    })
}

/// Seconds left, rounded up: zero is never shown while anything is left.
fn whole_seconds(left: std::time::Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

fn back(state: &State, texts: &Texts) -> Option<String> {
    if state.skipped_the_classes() {
        return Some(texts.other_class.to_owned());
    }
    match state.page() {
        Page::Services { .. }
        | Page::Search { .. }
        | Page::NotNow { .. }
        | Page::Classes { .. }
        | Page::Confirm { .. } => Some(texts.back.to_owned()),
        Page::Welcome
        | Page::Groups
        | Page::Issuing(_)
        | Page::Looking(_)
        | Page::Ticket(_)
        | Page::Pin
        | Page::Maintenance
        | Page::Sorry { .. } => None,
    }
}

fn home(page: &Page, texts: &Texts) -> Option<String> {
    match page {
        Page::Welcome | Page::Issuing(_) | Page::Looking(_) | Page::Ticket(_) => None,
        Page::Maintenance => Some(texts.maintenance.leave.to_owned()),
        Page::Pin
        | Page::Groups
        | Page::Services { .. }
        | Page::Search { .. }
        | Page::NotNow { .. }
        | Page::Classes { .. }
        | Page::Confirm { .. }
        | Page::Sorry { .. } => Some(texts.home.to_owned()),
    }
}
