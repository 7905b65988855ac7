//! What can be operated on a screen, in the order in which a keypad goes through it.
//!
//! Touch, keypad and speech meet here: the screen draws a ring around the [`Control`] in focus, the keypad moves it and
//! presses it, and speech says what it is. The order begins with what the page is about, so that the first key press of a
//! page reaches its first answer; the ways out, the modes and the languages follow, and the last leads to the first again.

use nowserving_shared::model::{ClassId, GroupId, Language, ServiceId};
use serde::{Deserialize, Serialize};

use crate::state::{Mode, Touch};
use crate::view::{Choice, Choices, Chosen, Confirm, Offer, PageView, Panel, Search, View};

/// Something on the screen that a key can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// The large button of a language on the welcome page.
    Invitation(Language),
    /// One of several, or one that was found; its id.
    Choice(String),
    /// Leads to the page that finds a service.
    Search,
    /// A key of that page, as it is written on it.
    Letter(char),
    /// Its key that takes the last character back.
    Erase,
    /// Its key that takes all back.
    Clear,
    /// Takes the number.
    Confirm,
    /// A row of the guide, from 0: nothing to press, but to be read.
    Guide(usize),
    /// Tries again.
    Retry,
    /// Leads home from the number.
    Done,
    /// Prints the number again.
    Reprint,
    /// Prints the guide.
    Slip,
    /// Forgets whose card was read.
    Forget,
    /// One page back.
    Back,
    /// To the welcome page.
    Home,
    /// Calls staff.
    CallHelp,
    /// Opens the panel of modes.
    Modes,
    /// A mode in that panel.
    Mode(Mode),
    /// Closes the panel.
    Close,
    /// The switch to a language.
    Language(Language),
    /// Says that somebody is still there.
    Stay,
    /// Prints a test.
    SelfTest,
    /// Asks printer and server how they are.
    AskAgain,
    /// Writes the recording.
    Record,
}

impl Control {
    /// Its name on the screen, where the element of this name has the ring of the focus.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Invitation(language) => format!("invitation:{language}"),
            Self::Choice(id) => format!("choice:{id}"),
            Self::Search => "search".to_owned(),
            Self::Letter(letter) => format!("letter:{letter}"),
            Self::Erase => "erase".to_owned(),
            Self::Clear => "clear".to_owned(),
            Self::Confirm => "confirm".to_owned(),
            Self::Guide(row) => format!("guide:{row}"),
            Self::Retry => "retry".to_owned(),
            Self::Done => "done".to_owned(),
            Self::Reprint => "reprint".to_owned(),
            Self::Slip => "slip".to_owned(),
            Self::Forget => "forget".to_owned(),
            Self::Back => "back".to_owned(),
            Self::Home => "home".to_owned(),
            Self::CallHelp => "call-help".to_owned(),
            Self::Modes => "modes".to_owned(),
            Self::Mode(mode) => format!("mode:{}", mode.name()),
            Self::Close => "close".to_owned(),
            Self::Language(language) => format!("language:{language}"),
            Self::Stay => "stay".to_owned(),
            Self::SelfTest => "self-test".to_owned(),
            Self::AskAgain => "ask-again".to_owned(),
            Self::Record => "record".to_owned(),
        }
    }
}

/// A control with what it says and does.
#[derive(Debug, Clone, PartialEq)]
pub struct Operable {
    /// Which.
    pub control: Control,
    /// What it is called.
    pub label: String,
    /// More about it; may be empty.
    pub note: String,
    /// Whether it is on, where it can be on or off.
    pub checked: Option<bool>,
    /// Its place among its like, from 1, and how many there are.
    pub place: Option<(usize, usize)>,
    /// What pressing it means; nothing for what is only read.
    pub touch: Option<Touch>,
}

impl Operable {
    fn button(control: Control, label: &str, touch: Touch) -> Self {
        Self {
            control,
            label: label.to_owned(),
            note: String::new(),
            checked: None,
            place: None,
            touch: Some(touch),
        }
    }
}

/// What a touch on the choice `id` means; none for an id that no choice can have.
#[must_use]
pub fn choice(of: Chosen, id: &str) -> Option<Touch> {
    match of {
        Chosen::Group => GroupId::new(id).ok().map(Touch::Group),
        Chosen::Service => ServiceId::new(id).ok().map(Touch::Service),
        Chosen::Class => ClassId::new(id).ok().map(Touch::Class),
    }
}

/// Everything that can be operated on a screen now, first things first. Never empty: the modes are on every page.
#[must_use]
pub fn of(view: &View) -> Vec<Operable> {
    if let Some(warning) = &view.warning {
        return vec![Operable::button(Control::Stay, &warning.stay, Touch::Stay)];
    }
    if let Some(panel) = &view.panel {
        return of_panel(panel);
    }
    let mut controls = of_page(&view.page);
    if let Some(bar) = &view.visitor {
        controls.push(Operable {
            // The number itself is never said aloud.
            note: bar.spoken.clone(),
            ..Operable::button(Control::Forget, &bar.forget, Touch::Forget)
        });
    }
    let ways = [
        (&view.back, Control::Back, Touch::Back),
        (&view.home, Control::Home, Touch::Home),
    ];
    for (label, control, touch) in ways {
        if let Some(label) = label {
            controls.push(Operable::button(control, label, touch));
        }
    }
    let mut everywhere = [
        Operable::button(Control::CallHelp, &view.call_help, Touch::CallHelp),
        Operable::button(Control::Modes, &view.modes_button, Touch::Modes),
    ];
    // The second press of the key that took a number comes to the first control of a wait: it must call nobody.
    if matches!(view.page, PageView::Waiting { .. }) {
        everywhere.reverse();
    }
    controls.extend(everywhere);
    controls.extend(of_languages(view));
    controls
}

/// The control in focus with what it says and does; none while no key was pressed.
#[must_use]
pub fn in_focus(view: &View) -> Option<Operable> {
    let focus = view.focus.as_ref()?;
    of(view).into_iter().find(|known| known.control == *focus)
}

/// The choices of a page in order, of which number keys take one.
#[must_use]
pub fn nth(view: &View, at: usize) -> Option<Operable> {
    of(view)
        .into_iter()
        .filter(|known| match known.control {
            Control::Invitation(_) | Control::Choice(_) | Control::Mode(_) => true,
            Control::Search
            | Control::Letter(_)
            | Control::Erase
            | Control::Clear
            | Control::Confirm
            | Control::Guide(_)
            | Control::Retry
            | Control::Done
            | Control::Reprint
            | Control::Slip
            | Control::Forget
            | Control::Back
            | Control::Home
            | Control::CallHelp
            | Control::Modes
            | Control::Close
            | Control::Language(_)
            | Control::Stay
            | Control::SelfTest
            | Control::AskAgain
            | Control::Record => false,
        })
        .nth(at)
}

fn of_panel(panel: &Panel) -> Vec<Operable> {
    let count = panel.modes.len();
    let modes = panel.modes.iter().zip(1..).map(|(line, place)| Operable {
        control: Control::Mode(line.mode),
        label: line.name.clone(),
        note: line.note.clone(),
        checked: Some(line.on),
        place: Some((place, count)),
        touch: Some(Touch::Mode(line.mode)),
    });
    let close = Operable::button(Control::Close, &panel.close, Touch::ModesClosed);
    modes.chain([close]).collect()
}

fn of_page(page: &PageView) -> Vec<Operable> {
    match page {
        PageView::Welcome(welcome) => {
            let count = welcome.invitations.len();
            let invitation = |(invitation, place): (&crate::view::Invitation, usize)| Operable {
                place: Some((place, count)),
                ..Operable::button(
                    Control::Invitation(invitation.language),
                    invitation.own_name,
                    Touch::Language(invitation.language),
                )
            };
            welcome
                .invitations
                .iter()
                .zip(1..)
                .map(invitation)
                .collect()
        }
        PageView::Choices(choices) => of_choices(choices),
        PageView::Search(search) => of_search(search),
        PageView::Confirm(confirm) => of_confirm(confirm),
        // The keys of the code are the screen's own affair.
        PageView::Waiting { .. } | PageView::Pin(_) => Vec::new(),
        PageView::Maintenance(page) => {
            let test = page.self_test.iter();
            let test =
                test.map(|label| Operable::button(Control::SelfTest, label, Touch::SelfTest));
            let others = [
                Operable::button(Control::AskAgain, &page.ask_again, Touch::AskAgain),
                Operable::button(Control::Record, &page.record, Touch::Record),
            ];
            test.chain(others).collect()
        }
        PageView::Ticket(ticket) => {
            let done = Operable::button(Control::Done, &ticket.done, Touch::Home);
            let again = offer(ticket.reprint.as_ref(), Control::Reprint, Touch::Reprint);
            [done].into_iter().chain(again).collect()
        }
        PageView::Message { retry, .. } => retry
            .iter()
            .map(|retry| Operable::button(Control::Retry, retry, Touch::Retry))
            .collect(),
    }
}

/// The button of an offer, while it can be touched.
fn offer(offer: Option<&Offer>, control: Control, touch: Touch) -> Option<Operable> {
    let open = offer.filter(|offer| offer.open)?;
    Some(Operable::button(control, &open.label, touch))
}

fn of_choices(choices: &Choices) -> Vec<Operable> {
    let search = choices.search.iter();
    let search = search.map(|label| Operable::button(Control::Search, label, Touch::Search));
    tiles(choices.of, &choices.choices).chain(search).collect()
}

fn tiles(of: Chosen, choices: &[Choice]) -> impl Iterator<Item = Operable> {
    let count = choices.len();
    choices.iter().zip(1..).map(move |(known, place)| Operable {
        control: Control::Choice(known.id.clone()),
        label: known.title.clone(),
        note: known.note.clone(),
        checked: None,
        place: Some((place, count)),
        touch: choice(of, &known.id),
    })
}

/// What was found comes before the keys: the way to it is short once something is typed.
fn of_search(search: &Search) -> Vec<Operable> {
    let key = |letter: char| {
        let label = letter.to_string();
        Operable::button(Control::Letter(letter), &label, Touch::Letter(letter))
    };
    let (erase, clear) = &search.keys;
    let last = [
        Operable::button(Control::Erase, erase, Touch::Erase),
        Operable::button(Control::Clear, clear, Touch::Clear),
    ];
    tiles(Chosen::Service, &search.found)
        .chain(search.letters.chars().map(key))
        .chain(last)
        .collect()
}

fn of_confirm(confirm: &Confirm) -> Vec<Operable> {
    let count = confirm.guide.len();
    let row = |(at, (name, text)): (usize, &(String, String))| Operable {
        control: Control::Guide(at),
        label: name.clone(),
        note: text.clone(),
        checked: None,
        place: Some((at + 1, count)),
        touch: None,
    };
    let confirmed = Operable::button(Control::Confirm, &confirm.confirm, Touch::Confirm);
    let confirmed = Some(confirmed).filter(|_| confirm.open);
    let rows = confirm.guide.iter().enumerate().map(row);
    let slip = offer(confirm.slip.as_ref(), Control::Slip, Touch::Slip);
    confirmed.into_iter().chain(rows).chain(slip).collect()
}

/// The switches of languages; the welcome page has larger ones of its own.
fn of_languages(view: &View) -> Vec<Operable> {
    let is_welcome = matches!(view.page, PageView::Welcome(_));
    let count = view.languages.len();
    let tongue = |(tongue, place): (&crate::view::Tongue, usize)| Operable {
        checked: Some(tongue.current),
        place: Some((place, count)),
        ..Operable::button(
            Control::Language(tongue.language),
            tongue.own_name,
            Touch::Language(tongue.language),
        )
    };
    let shown = view.languages.iter().zip(1..).filter(|_| !is_welcome);
    shown.map(tongue).collect()
}
