//! Who the visit is of, what is to be said of a code, and tickets that were not taken in this visit.

use nowserving_shared::board::TicketStands;

use super::{Notice, NoticeKind, phone, said_briefly};
use crate::state::{CodeNews, Found, FoundBy, Page, State, TicketPage};
use crate::texts::Texts;

/// The bar that says whose card was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorBar {
    /// The masked number, in a sentence.
    pub text: String,
    /// The same to be said aloud: nothing of the number.
    pub spoken: String,
    /// Said aloud when it is forgotten.
    pub forgotten: String,
    /// The button that forgets it.
    pub forget: String,
}

pub(super) fn visitor(state: &State, texts: &Texts) -> Option<VisitorBar> {
    let chooses = match state.page() {
        Page::Groups
        | Page::Services { .. }
        | Page::Search { .. }
        | Page::NotNow { .. }
        | Page::Classes { .. } => true,
        // Before the number all room is for what the customer should know of it; a lying screen has none to spare.
        Page::Confirm { .. }
        | Page::Welcome
        | Page::Issuing(_)
        | Page::Looking(_)
        | Page::Ticket(_)
        | Page::Pin
        | Page::Maintenance
        | Page::Sorry { .. } => false,
    };
    let words = &texts.checkin;
    state
        .visitor()
        .filter(|_| chooses)
        .map(|visitor| VisitorBar {
            text: (words.known)(&visitor.masked),
            spoken: words.known_spoken.to_owned(),
            forgotten: words.forgotten.to_owned(),
            forget: words.forget.to_owned(),
        })
}

/// What is to be said of the latest code.
pub(super) fn news(state: &State) -> Option<Notice> {
    let news = state.code_news()?;
    Some(Notice {
        kind: NoticeKind::Mind,
        text: said_briefly(state, |texts| {
            let words = &texts.checkin;
            match news {
                CodeNews::Unknown => words.unknown_code.to_owned(),
                CodeNews::CardNotNow => words.card_not_now.to_owned(),
                CodeNews::TicketUnknown => (words.ticket_unknown)(phone(state)),
                CodeNews::TicketOver(label) => (words.ticket_over)(label.as_str()),
                CodeNews::NotNow => (words.look_failed)(phone(state)),
            }
        }),
    })
}

/// Above a ticket that was not taken in this visit.
pub(super) fn found_notice(found: &Found, texts: &Texts) -> Notice {
    let (kind, text) = match found.by {
        FoundBy::Code => (NoticeKind::Calm, texts.checkin.found),
        FoundBy::SecondWish => (NoticeKind::Mind, texts.checkin.has_ticket),
    };
    Notice {
        kind,
        text: text.to_owned(),
    }
}

/// How it stands with a ticket: the line in place of how many wait before one that was just taken.
pub(super) fn stands(page: &TicketPage, texts: &Texts) -> String {
    let words = &texts.checkin;
    let window = |number: Option<u32>| number.map(|number| (texts.windows)(&[number]));
    let Some(found) = &page.found else {
        return (texts.ahead)(page.issued.ahead);
    };
    match found.stands {
        TicketStands::Waiting => (texts.ahead)(page.issued.ahead),
        TicketStands::Called => (words.called)(&window(found.window).unwrap_or_default()),
        TicketStands::Serving => (words.serving)(&window(found.window).unwrap_or_default()),
        TicketStands::Delayed => words.delayed.to_owned(),
        TicketStands::Held | TicketStands::Pooled => words.held.to_owned(),
    }
}

/// How long who was called last had waited, on the page of a ticket that waits.
pub(super) fn last_wait(state: &State, texts: &Texts, page: &TicketPage) -> Option<String> {
    let waits = page.found.as_ref()?.stands == TicketStands::Waiting && !page.offline;
    let line = state.line(&page.issued.service).filter(|_| waits)?;
    let minutes = line.last_wait_seconds? / 60;
    (minutes > 0).then(|| (texts.checkin.last_wait)(minutes))
}
