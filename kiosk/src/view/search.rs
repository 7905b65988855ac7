//! The page that finds a service.

use nowserving_shared::protocol::http::ServiceView;

use super::{Choice, Search, pages};
use crate::search;
use crate::state::State;
use crate::texts::Texts;

/// From A to Z, because not everybody knows where a typist's keys are. Names of services hold no digits that a name could
/// be found by; a real keyboard types them all the same.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The page with what `query` finds in the whole hall.
pub(super) fn page(state: &State, texts: &Texts, query: &str) -> Search {
    let services = state.hall().map_or(&[][..], |hall| &hall.services);
    let found: Vec<Choice> = search::find(services, query)
        .iter()
        .filter_map(|id| state.service(id))
        .map(|service| choice(state, texts, service))
        .collect();
    let nothing = if found.is_empty() && !query.is_empty() {
        texts.search_nothing
    } else {
        ""
    };
    Search {
        title: texts.search.to_owned(),
        query: query.to_owned(),
        hint: texts.search_hint.to_owned(),
        letters: LETTERS,
        keys: (texts.erase.to_owned(), texts.clear.to_owned()),
        found,
        nothing: nothing.to_owned(),
    }
}

/// A service with its group, because here it does not stand among its own.
fn choice(state: &State, texts: &Texts, service: &ServiceView) -> Choice {
    let mut choice = pages::service_choice(state, texts, service);
    let groups = state.hall().map_or(&[][..], |hall| &hall.groups);
    if let Some(group) = groups.iter().find(|group| group.id == service.group) {
        let name = group.name.text(state.language());
        choice.note = match choice.note.as_str() {
            "" => name.to_owned(),
            note => format!("{name} · {note}"),
        };
    }
    choice
}

#[cfg(test)]
mod tests {
    use crate::state::Touch;
    use crate::state::tests::Kiosk;
    use crate::view::{PageView, Search, View};
    use nowserving_shared::model::Language;

    fn searched(language: Language, query: &str) -> Search {
        let mut kiosk = Kiosk::ready();
        kiosk.touch(Touch::Language(language));
        kiosk.touch(Touch::Search);
        for letter in query.chars() {
            kiosk.touch(Touch::Letter(letter));
        }
        match View::of(&kiosk.state).page {
            PageView::Search(search) => search,
            other => panic!("another page: {other:?}"),
        }
    }

    #[test]
    fn what_is_found_says_of_which_group_it_is() {
        let search = searched(Language::ZhCn, "sfz");
        assert_eq!(search.found.len(), 1);
        assert_eq!(search.found[0].title, "居民身份证办理");
        assert!(
            search.found[0].note.starts_with("公安 · 等候 3 人"),
            "{:?}",
            search.found[0]
        );
        assert_eq!(search.nothing, "");
    }

    #[test]
    fn a_name_is_found_in_every_language_of_the_hall_and_shown_in_the_pages_own() {
        let search = searched(Language::En, "sfz");
        assert_eq!(search.found[0].title, "Identity card");
        let search = searched(Language::ZhCn, "identity");
        assert_eq!(search.found[0].title, "居民身份证办理");
    }

    #[test]
    fn nothing_found_is_said_and_nothing_typed_is_not() {
        assert_eq!(
            searched(Language::En, "xyz").nothing,
            "No service of that name"
        );
        assert_eq!(searched(Language::En, "").nothing, "");
    }
}
