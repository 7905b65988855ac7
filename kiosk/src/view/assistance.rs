//! Paper once more, the guide on paper, and calls for help.

use super::{Notice, NoticeKind, phone};
use crate::state::{Help, PrintStage, State, TicketPage};
use crate::texts::{self, Texts};

/// A button that keeps its place while it cannot be touched, so that nothing else comes under the finger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it says.
    pub label: String,
    /// Whether it can be touched now. One that cannot is not drawn.
    pub open: bool,
}

/// The button that prints the number again.
pub(super) fn reprint(state: &State, texts: &Texts, page: &TicketPage) -> Option<Offer> {
    let label = match page.print {
        PrintStage::NotAsked if page.found.is_some() => texts.checkin.print_copy,
        PrintStage::NotAsked | PrintStage::Failed if page.copy == 0 => texts.assistance.print,
        PrintStage::NotAsked
        | PrintStage::Failed
        | PrintStage::UnderWay
        | PrintStage::Printed
        | PrintStage::Sent
        | PrintStage::Unknown => texts.assistance.print_again,
    };
    state.printer_is_ready().then(|| Offer {
        label: label.to_owned(),
        open: state.may_reprint(),
    })
}

/// The button that prints the guide of the page.
pub(super) fn slip(state: &State, texts: &Texts) -> Option<Offer> {
    state.printer_is_ready().then(|| Offer {
        label: texts.assistance.slip.to_owned(),
        open: state.may_print_slip(),
    })
}

/// Where help is, or how it stands with a call.
pub(super) fn help(state: &State, texts: &Texts) -> String {
    let words = &texts.assistance;
    let news = match state.help() {
        Help::Rest => return (texts.help)(phone(state)),
        Help::Failed { .. } => return (words.call_failed)(phone(state)),
        Help::Asking { .. } => words.calling,
        Help::Taken { .. } | Help::Stands { .. } => words.called,
        Help::Coming { .. } => words.coming,
    };
    news.to_owned()
}

/// The button that calls staff; it keeps its place, and says when it need not be touched.
pub(super) fn call_help(state: &State, texts: &Texts) -> &'static str {
    match state.help() {
        Help::Rest | Help::Failed { .. } => texts.assistance.call,
        Help::Asking { .. } | Help::Taken { .. } | Help::Stands { .. } | Help::Coming { .. } => {
            texts.assistance.call_stands
        }
    }
}

/// Where the guide's paper is.
pub(super) fn slip_notice(state: &State) -> Option<Notice> {
    let words = &texts::of(state.language()).assistance;
    let (kind, text) = match state.slip()? {
        PrintStage::UnderWay => (NoticeKind::Calm, words.slip_printing),
        PrintStage::Printed | PrintStage::Sent => (NoticeKind::Calm, words.take_slip),
        PrintStage::NotAsked | PrintStage::Unknown | PrintStage::Failed => {
            (NoticeKind::Mind, words.slip_missing)
        }
    };
    Some(Notice {
        kind,
        text: text.to_owned(),
    })
}
