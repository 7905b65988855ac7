//! The words of the kiosk, one reviewed file per language: `zh_cn`, `zh_tw`, `en` and `de`.
//!
//! A [`Texts`] is everything that the kiosk says in one language by itself; names, guides and rules come from the hall.
//! A new language is a new file here and an arm in [`of`]; the compiler then asks for every sentence.

mod assistance;
mod checkin;
mod de;
mod en;
mod everyone;
mod maintenance;
#[cfg(test)]
mod tests;
mod zh_cn;
mod zh_tw;

use nowserving_shared::model::Language;

use crate::state::PrinterTrouble;

pub use assistance::Assistance;
pub use checkin::CheckIn;
pub use everyone::Everyone;
pub use maintenance::Maintenance;

/// Everything that the kiosk says in one language. Functions take what the sentence speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// Date with weekday, short enough to stand beside a long name of a hall.
    pub date: fn(jiff::civil::Date) -> String,

    /// The invitation on the welcome page.
    pub touch_to_start: &'static str,
    /// What a visit is made of, step by step.
    pub steps: [&'static str; 3],
    /// The hall gives out no numbers now; until when, if that is known.
    pub hall_closed: fn(Option<String>) -> String,
    /// How many wait in the whole hall.
    pub hall_waiting: fn(u32) -> String,
    /// Switched on a moment ago.
    pub starting: &'static str,
    /// The server is away; the telephone number may be empty.
    pub server_away: fn(&str) -> String,

    /// The server is away, and the kiosk goes on from the numbers that it holds.
    pub offline: &'static str,
    /// In place of how many wait, then.
    pub offline_wait: &'static str,
    /// A service of which the kiosk holds no number then.
    pub offline_none: &'static str,
    /// On the page with the number, in place of how many wait before it.
    pub offline_place: &'static str,

    /// Title of the page of groups.
    pub choose_group: &'static str,
    /// Title of the page of services.
    pub choose_service: &'static str,
    /// Title of the page of classes.
    pub choose_class: &'static str,
    /// What is said under that title.
    pub choose_class_hint: &'static str,
    /// A class that needs no proof.
    pub no_proof: &'static str,
    /// What proves a class.
    pub proof: fn(&str) -> String,
    /// How many wait for one service, and how many windows are open.
    pub waiting: fn(u32, u32) -> String,
    /// How many services a group has, and how many wait for them.
    pub group_note: fn(usize, u32) -> String,

    /// Above the services that the welcome page offers.
    pub often: &'static str,
    /// The button that leads from there to the priority classes.
    pub other_class: &'static str,
    /// The button that leads to the search, and the search's title.
    pub search: &'static str,
    /// What can be typed there.
    pub search_hint: &'static str,
    /// Nothing was found.
    pub search_nothing: &'static str,
    /// The key that takes the last character back.
    pub erase: &'static str,
    /// The key that takes all characters back.
    pub clear: &'static str,

    /// A service gives out no numbers now; when it does again.
    pub service_closed: fn(Option<String>) -> String,
    /// As many numbers as allowed were given out.
    pub quota_reached: &'static str,
    /// Title of the page that explains it.
    pub not_now: &'static str,
    /// What to do then; the telephone number may be empty.
    pub not_now_advice: fn(&str) -> String,
    /// A moment of today, and of another day.
    pub today_at: fn(&str) -> String,
    /// A moment of another day.
    pub day_at: fn(jiff::civil::Date, &str) -> String,

    /// Title of the page before the number is taken.
    pub confirm_title: &'static str,
    /// The button that takes it.
    pub confirm: &'static str,
    /// The same when it will not be printed.
    pub confirm_unprinted: &'static str,
    /// Names of the figures: people waiting, windows open, how long the last one waited; with their units. Three
    /// stand side by side, so each is of a word or two.
    pub figures: [(&'static str, &'static str); 3],
    /// A wait of less than a minute.
    pub under_a_minute: &'static str,
    /// A figure that is not known yet.
    pub unknown_figure: &'static str,
    /// No window is open for the service.
    pub no_window_open: &'static str,
    /// Names of the guide's parts: windows, materials, fee, time limit, process, telephone.
    pub guide: [&'static str; 6],
    /// The name of the row that tells the class.
    pub class_row: &'static str,

    /// The number is being taken.
    pub issuing: &'static str,
    /// It takes longer than usual.
    pub issuing_long: &'static str,

    /// Above the number.
    pub your_number: &'static str,
    /// How many wait before it.
    pub ahead: fn(u32) -> String,
    /// Where it is called.
    pub at_windows: fn(&str) -> String,
    /// Where to wait.
    pub wait_in: fn(&str) -> String,
    /// Under the QR code.
    pub scan: &'static str,
    /// Under the QR code of a guide; a few short words.
    pub scan_guide: &'static str,
    /// Its paper: on its way, printed, taken by the printer.
    pub printing: &'static str,
    /// It is printed.
    pub take_ticket: &'static str,
    /// It was not to be printed.
    pub not_printed: &'static str,
    /// Nobody knows whether it came out.
    pub print_unknown: &'static str,
    /// It did not come out.
    pub print_failed: &'static str,
    /// Leads home from the number.
    pub done: &'static str,

    /// Title of a page without a number.
    pub sorry: &'static str,
    /// Try again.
    pub retry: &'static str,
    /// One page back.
    pub back: &'static str,
    /// To the welcome page.
    pub home: &'static str,
    /// Where help is.
    pub help: fn(&str) -> String,
    /// The earlier ones.
    pub previous: &'static str,
    /// The further ones.
    pub next: &'static str,

    /// Is anybody there? The page closes in so many seconds.
    pub still_there: fn(u64) -> String,
    /// Yes.
    pub stay: &'static str,

    /// The printer cannot print, said before a number is taken.
    pub printer_trouble: fn(PrinterTrouble) -> &'static str,
    /// The same where the hall wants every number on paper: none is given out here, and what to do instead.
    pub no_paper: fn(PrinterTrouble) -> &'static str,
    /// In place of the button that takes a number, then.
    pub paper_first: &'static str,
    /// The printer prints again: the number can be taken.
    pub paper_again: &'static str,
    /// The windows by number: “3–5、8号窗口”.
    pub windows: fn(&[u32]) -> String,

    /// The kiosk's own page.
    pub maintenance: Maintenance,
    /// Paper once more.
    pub assistance: Assistance,
    /// Cards and codes.
    pub checkin: CheckIn,
    /// Modes, keypad and speech.
    pub everyone: Everyone,
}

/// The words of a language.
#[must_use]
pub fn of(language: Language) -> &'static Texts {
    match language {
        Language::ZhCn => &zh_cn::TEXTS,
        Language::ZhTw => &zh_tw::TEXTS,
        Language::En => &en::TEXTS,
        Language::De => &de::TEXTS,
    }
}

/// What a ticket's paper says of its windows, in every language.
#[must_use]
pub fn windows_everywhere(numbers: &[u32]) -> nowserving_shared::model::Localized {
    nowserving_shared::model::Localized::new(
        Language::ALL
            .into_iter()
            .map(|language| (language, (of(language).windows)(numbers))),
    )
}

/// Window numbers in order, runs of three and more drawn together: `1`, `2`, `3`, `7` becomes `1–3` and `7`.
fn runs(numbers: &[u32]) -> Vec<String> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            Some(_) | None => runs.push((*number, *number)),
        }
    }
    let written = |(first, last): (u32, u32)| match last - first {
        0 => vec![first.to_string()],
        1 => vec![first.to_string(), last.to_string()],
        2.. => vec![format!("{first}–{last}")],
    };
    runs.into_iter().flat_map(written).collect()
}
