//! What is spoken: pure functions from a [`View`], in the language of the page.
//!
//! Everything that a visitor needs is said, the number digit by digit (EN 301 549, 5.1.3.1 and 5.1.3.8); when, and whether
//! it interrupts, the state decides.

use nowserving_shared::model::Language;

use crate::controls::{self, Control, Operable};
use crate::state::{Mode, Volume, WARN_AGAIN};
use crate::texts::{self, Everyone};
use crate::view::{Choices, Confirm, Notice, PageView, Search, Ticket, View, Warning, Welcome};

#[cfg(test)]
mod tests;

/// Words to be spoken in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Language,
}

/// What is new on a screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct News {
    /// What to say; empty when nothing is new to the ear.
    pub words: Vec<Utterance>,
    /// Whether it must not wait for what is being said.
    pub urgent: bool,
}

fn words(language: Language) -> &'static Everyone {
    &texts::of(language).everyone
}

/// Sentences of one language; empty ones are left out.
fn said<'a>(language: Language, parts: impl IntoIterator<Item = &'a str>) -> Option<Utterance> {
    let stop = words(language).full_stop;
    let sentences = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| sentence(part, stop));
    let text = sentences.collect::<String>().trim_end().to_owned();
    (!text.is_empty()).then_some(Utterance { text, language })
}

/// A sentence with its full stop, or with the end that it has, and the space before the next one.
fn sentence(part: &str, stop: &str) -> String {
    let space = &stop[stop.trim_end().len()..];
    if part.ends_with(['。', '.', '?', '？', '!', '！', '…']) {
        format!("{part}{space}")
    } else {
        format!("{part}{stop}")
    }
}

/// The whole page, and the control in focus.
#[must_use]
pub fn page(view: &View) -> Vec<Utterance> {
    if let Some(warning) = &view.warning {
        return self::warning(view.language, warning).into_iter().collect();
    }
    if let Some(panel) = &view.panel {
        let title = said(view.language, [panel.title.as_str()]);
        return title.into_iter().chain(focus(view)).collect();
    }
    let mut all: Vec<Utterance> = match &view.page {
        PageView::Welcome(page) => welcome(view, page),
        PageView::Choices(choices) => self::choices(view, choices).into_iter().collect(),
        PageView::Search(search) => self::search(view, search).into_iter().collect(),
        PageView::Confirm(confirm) => self::confirm(view, confirm).into_iter().collect(),
        PageView::Waiting { title, text } => said(view.language, [title.as_str(), text])
            .into_iter()
            .collect(),
        PageView::Ticket(ticket) => self::ticket(view.language, ticket).into_iter().collect(),
        PageView::Pin(pin) => said(view.language, [pin.title.as_str(), &pin.text])
            .into_iter()
            .collect(),
        PageView::Maintenance(page) => said(view.language, [page.title.as_str()])
            .into_iter()
            .collect(),
        PageView::Message { title, lines, .. } => {
            let parts = [title].into_iter().chain(lines).map(String::as_str);
            said(view.language, parts).into_iter().collect()
        }
    };
    all.extend(focus(view));
    all
}

/// The page as speech begins: first what happens and which keys there are.
#[must_use]
pub fn begin(view: &View) -> Vec<Utterance> {
    let on = words(view.language);
    let first = said(view.language, [on.speech_on]);
    first.into_iter().chain(page(view)).collect()
}

/// The last words, in the language of the visit.
#[must_use]
pub fn end(language: Language) -> Utterance {
    Utterance {
        text: words(language).speech_off.to_owned(),
        language,
    }
}

/// The volume after it was changed.
#[must_use]
pub fn volume(language: Language, volume: Volume) -> Utterance {
    Utterance {
        text: (words(language).volume)(volume.percent()),
        language,
    }
}

/// Where help is, and what the keys do.
#[must_use]
pub fn help(view: &View) -> Vec<Utterance> {
    let keys = words(view.language).keys;
    let help = view.help.lines().next().unwrap_or_default();
    said(view.language, [help, keys]).into_iter().collect()
}

/// The control in focus: its place among its like, its name, what to know about it, whether it is on.
#[must_use]
pub fn focus(view: &View) -> Option<Utterance> {
    let known = controls::in_focus(view)?;
    let language = language_of(&known.control).unwrap_or(view.language);
    Some(Utterance {
        text: operable(&known, words(language)),
        language,
    })
}

/// A language says its own name.
fn language_of(control: &Control) -> Option<Language> {
    match control {
        Control::Invitation(language) | Control::Language(language) => Some(*language),
        Control::Choice(_)
        | Control::Search
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
        | Control::Mode(_)
        | Control::Close
        | Control::Stay
        | Control::SelfTest
        | Control::AskAgain
        | Control::Record => None,
    }
}

fn operable(known: &Operable, words: &Everyone) -> String {
    let place = known
        .place
        .map(|(place, count)| (words.place)(place, count))
        .unwrap_or_default();
    let checked = known
        .checked
        .map(|on| if on { words.on } else { words.off });
    let rest = [
        known.label.as_str(),
        &known.note,
        checked.unwrap_or_default(),
    ];
    let rest: Vec<&str> = rest.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{place}{}", rest.join(words.comma))
}

/// What became new between two screens. `page_is_new` tells that the page is about something else now.
#[must_use]
pub fn news(before: &View, after: &View, page_is_new: bool) -> News {
    let urgent = |words: Vec<Utterance>| News {
        words,
        urgent: true,
    };
    match (&before.warning, &after.warning) {
        (None, Some(warning)) => return urgent(said_once(self::warning(after.language, warning))),
        (Some(earlier), Some(warning)) if is_asked_again(earlier, warning) => {
            return urgent(said_once(self::warning(after.language, warning)));
        }
        (None | Some(_), None) | (Some(_), Some(_)) => {}
    }
    let closed = before.panel.is_some() != after.panel.is_some();
    let card = card(before, after);
    if page_is_new || closed || before.language != after.language {
        return urgent(card.into_iter().chain(page(after)).collect());
    }
    let mut words: Vec<Utterance> = card.into_iter().collect();
    words.extend(new_sentences(before, after));
    if before.focus != after.focus {
        words.extend(focus(after));
    } else if before.modes != after.modes {
        words.extend(switched(before, after));
    }
    News {
        words,
        urgent: false,
    }
}

/// That a card was read, or is forgotten. Nothing of its number is said aloud.
fn card(before: &View, after: &View) -> Option<Utterance> {
    match (&before.visitor, &after.visitor) {
        (Some(earlier), Some(now)) if earlier == now => None,
        (_, Some(now)) => said(after.language, [now.spoken.as_str()]),
        (Some(earlier), None) if after.page == before.page => {
            said(after.language, [earlier.forgotten.as_str()])
        }
        (Some(_) | None, None) => None,
    }
}

fn said_once(utterance: Option<Utterance>) -> Vec<Utterance> {
    utterance.into_iter().collect()
}

fn is_asked_again(earlier: &Warning, now: &Warning) -> bool {
    let again = WARN_AGAIN.as_secs();
    earlier.seconds > again && now.seconds <= again
}

/// Sentences that the screen did not have before: notices, the paper of a number, why it takes long.
fn new_sentences(before: &View, after: &View) -> Vec<Utterance> {
    let fresh = after
        .notices
        .iter()
        .filter(|notice| !before.notices.contains(notice));
    let mut words: Vec<Utterance> = fresh
        .flat_map(|notice| self::notice(after, notice))
        .collect();
    if after.help_is_news && before.help != after.help {
        let line = after.help.lines().next();
        words.extend(said(after.language, line));
    }
    if let (earlier, Some(now)) = (goes_on(&before.page), goes_on(&after.page))
        && earlier != Some(now)
    {
        words.extend(said(after.language, [now]));
    }
    if let (PageView::Search(earlier), PageView::Search(now)) = (&before.page, &after.page)
        && (&earlier.query, &earlier.found.len()) != (&now.query, &now.found.len())
    {
        let found = found(after.language, now);
        words.extend(said(after.language, found.iter().map(String::as_str)));
    }
    words
}

/// The sentence of a page that changes while the page stays.
fn goes_on(page: &PageView) -> Option<&str> {
    match page {
        PageView::Ticket(ticket) => Some(&ticket.paper.text),
        PageView::Waiting { text, .. } => Some(text),
        PageView::Pin(pin) => Some(&pin.text),
        PageView::Maintenance(page) => page.tried.as_ref().map(|tried| tried.text.as_str()),
        PageView::Welcome(_)
        | PageView::Choices(_)
        | PageView::Search(_)
        | PageView::Confirm(_)
        | PageView::Message { .. } => None,
    }
}

/// A mode that was switched, with the word whether it is on now.
fn switched(before: &View, after: &View) -> Option<Utterance> {
    let everyone = words(after.language);
    let mode = Mode::ALL
        .into_iter()
        .find(|mode| before.modes.is_on(*mode) != after.modes.is_on(*mode))?;
    let state = if after.modes.is_on(mode) {
        everyone.on
    } else {
        everyone.off
    };
    let (name, _) = everyone.mode(mode);
    Some(Utterance {
        text: format!("{name}{}{state}", everyone.comma),
        language: after.language,
    })
}

fn warning(language: Language, warning: &Warning) -> Option<Utterance> {
    said(language, [warning.text.as_str(), words(language).any_key])
}

/// A notice; on the welcome page it has a line for each language.
fn notice(view: &View, notice: &Notice) -> Vec<Utterance> {
    match &view.page {
        PageView::Welcome(_) => {
            let lines = notice.text.lines().zip(&view.languages);
            let line = |(line, tongue): (&str, &crate::view::Tongue)| said(tongue.language, [line]);
            lines.filter_map(line).collect()
        }
        PageView::Choices(_)
        | PageView::Search(_)
        | PageView::Confirm(_)
        | PageView::Waiting { .. }
        | PageView::Ticket(_)
        | PageView::Pin(_)
        | PageView::Maintenance(_)
        | PageView::Message { .. } => said_once(said(view.language, [notice.text.as_str()])),
    }
}

/// The hall, what everybody should know, and the way on in each language.
fn welcome(view: &View, page: &Welcome) -> Vec<Utterance> {
    let hall = said(view.language, [view.hall.as_str()]);
    let notices = view.notices.iter().flat_map(|each| notice(view, each));
    let starts = view
        .languages
        .iter()
        .filter_map(|tongue| said(tongue.language, [words(tongue.language).start]));
    let notice = page.notice.as_ref();
    let notice = notice.and_then(|(language, text)| said(*language, [text.as_str()]));
    hall.into_iter()
        .chain(notices)
        .chain(notice)
        .chain(starts)
        .collect()
}

fn choices(view: &View, choices: &Choices) -> Option<Utterance> {
    let count = (words(view.language).count)(choices.choices.len());
    let head = [choices.title.as_str(), choices.hint.as_str()];
    let notices = view.notices.iter().map(|notice| notice.text.as_str());
    said(
        view.language,
        head.into_iter().chain(notices).chain([count.as_str()]),
    )
}

/// The page that finds a service: what it is for, what was typed, and how many were found.
fn search(view: &View, search: &Search) -> Option<Utterance> {
    let notices = view.notices.iter().map(|notice| notice.text.as_str());
    let found = found(view.language, search);
    let head = [search.title.as_str()].into_iter().chain(notices);
    said(view.language, head.chain(found.iter().map(String::as_str)))
}

/// What was typed, letter by letter, and how many services it found; what can be typed, while nothing is.
fn found(language: Language, search: &Search) -> Vec<String> {
    let words = words(language);
    if search.query.is_empty() {
        return vec![search.hint.clone()];
    }
    let count = if search.nothing.is_empty() {
        (words.count)(search.found.len())
    } else {
        search.nothing.clone()
    };
    vec![(words.typed)(&spelled(&search.query)), count]
}

fn confirm(view: &View, confirm: &Confirm) -> Option<Utterance> {
    let comma = words(view.language).comma;
    let figures = confirm
        .figures
        .iter()
        .map(|figure| format!("{} {} {}", figure.name, figure.value, figure.unit));
    let guide = confirm
        .guide
        .iter()
        .map(|(name, text)| format!("{name}{comma}{text}"));
    let rows: Vec<String> = figures.chain(guide).collect();
    let notices = view.notices.iter().map(|notice| notice.text.as_str());
    let head = [confirm.service.as_str(), confirm.mark.as_str()];
    let last = if confirm.open {
        &confirm.title
    } else {
        &confirm.confirm
    };
    let parts = head
        .into_iter()
        .chain(notices)
        .chain(rows.iter().map(String::as_str))
        .chain([last.as_str()]);
    said(view.language, parts)
}

/// The number digit by digit, and all that its paper says to somebody who waits.
fn ticket(language: Language, ticket: &Ticket) -> Option<Utterance> {
    let number = format!(
        "{}{}{}",
        ticket.title,
        words(language).comma,
        spelled(&ticket.label)
    );
    let head = [
        number.as_str(),
        ticket.service.as_str(),
        ticket.mark.as_str(),
    ];
    let lines = ticket.lines.iter().map(String::as_str);
    let paper = [ticket.paper.text.as_str()];
    said(language, head.into_iter().chain(lines).chain(paper))
}

/// A number sign by sign: `A017` becomes `A 0 1 7`.
#[must_use]
pub fn spelled(label: &str) -> String {
    let signs: Vec<String> = label.chars().map(String::from).collect();
    signs.join(" ")
}
