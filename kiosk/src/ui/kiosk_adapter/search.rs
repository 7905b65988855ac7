//! The page that finds a service, and the tiles of the welcome page that lead past it.

use nowserving_shared::model::ServiceId;

use slint::SharedString;

use super::generated::Kiosk;
use super::{Models, choice_line, fill};
use crate::state::Touch;
use crate::view::{Chosen, Search};

/// Puts what was typed and found into the window.
pub(super) fn put(kiosk: &Kiosk<'_>, models: &Models, search: &Search) {
    models.chosen.set(Some(Chosen::Service));
    kiosk.set_title(search.title.as_str().into());
    kiosk.set_hint(search.hint.as_str().into());
    kiosk.set_query(search.query.as_str().into());
    let letters = search.letters.chars().map(SharedString::from);
    fill(&models.letters, letters);
    kiosk.set_erase(search.keys.0.as_str().into());
    kiosk.set_clear(search.keys.1.as_str().into());
    kiosk.set_text(search.nothing.as_str().into());
    fill(&models.choices, search.found.iter().map(choice_line));
}

/// Tells what is typed.
pub(super) fn listen(kiosk: &Kiosk<'_>, touched: &(impl Fn(Touch) + Clone + 'static)) {
    let say = touched.clone();
    kiosk.on_quickly_chosen(move |id| {
        if let Ok(service) = ServiceId::new(&id) {
            say(Touch::Quick(service));
        }
    });
    let say = touched.clone();
    kiosk.on_searched(move || say(Touch::Search));
    let say = touched.clone();
    kiosk.on_typed(move |letter| {
        if let Some(letter) = letter.chars().next() {
            say(Touch::Letter(letter));
        }
    });
    let say = touched.clone();
    kiosk.on_erased(move || say(Touch::Erase));
    let say = touched.clone();
    kiosk.on_cleared(move || say(Touch::Clear));
}
