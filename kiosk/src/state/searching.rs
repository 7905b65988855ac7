//! What is typed on the page that finds a service.

use super::{Page, State};
use crate::search;

impl State {
    /// What was typed, on the page that finds a service.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        match &self.page {
            Page::Search { query } => Some(query),
            Page::Welcome
            | Page::Groups
            | Page::Services { .. }
            | Page::NotNow { .. }
            | Page::Classes { .. }
            | Page::Confirm { .. }
            | Page::Issuing(_)
            | Page::Ticket(_)
            | Page::Looking(_)
            | Page::Pin
            | Page::Maintenance
            | Page::Sorry { .. } => None,
        }
    }

    /// The page that finds a service, from a page where one is chosen.
    pub(super) fn search_opened(&mut self) {
        if matches!(self.page, Page::Groups | Page::Services { .. }) {
            self.page = Page::Search {
                query: String::new(),
            };
        }
    }

    /// A key of the screen's keyboard.
    pub(super) fn typed(&mut self, letter: char) {
        if let Some(query) = self.query() {
            let longer = format!("{query}{letter}");
            self.queried(&longer);
        }
    }

    /// A letter or digit of a real keyboard. Its visitor looks at what is found: the focus goes there.
    pub(super) fn sign(&mut self, sign: char) {
        if self.query().is_none() || self.access.panel {
            return;
        }
        self.typed(sign);
        self.access.typing = true;
        self.focus_what_is_found();
    }

    /// The backspace key of a real keyboard.
    pub(super) fn erased_by_key(&mut self) {
        if self.access.panel {
            self.open_modes(false);
        } else if self.query().is_none_or(str::is_empty) {
            self.go_back();
        } else {
            self.erased();
            self.focus_what_is_found();
        }
    }

    fn focus_what_is_found(&mut self) {
        if self.access.focus.is_some() {
            self.focus_first();
        }
    }

    /// The last character was a mistake.
    pub(super) fn erased(&mut self) {
        if let Page::Search { query } = &mut self.page {
            query.pop();
        }
    }

    /// The whole text is another one.
    pub(super) fn queried(&mut self, text: &str) {
        if let Page::Search { query } = &mut self.page {
            *query = search::tidy(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::QUERY_CHARS_MAX;
    use crate::state::Touch;
    use crate::state::tests::Kiosk;
    use crate::state::tests::hall::{class, group, service};
    use crate::state::{Key, Mode};
    use crate::view::View;
    use nowserving_shared::model::Language;

    fn focus(kiosk: &Kiosk) -> Option<String> {
        View::of(&kiosk.state).focus.map(|control| control.name())
    }

    fn press(kiosk: &mut Kiosk, keys: &[Key]) {
        for key in keys {
            kiosk.touch(Touch::Key(*key));
        }
    }

    fn searching(typed: &str) -> Kiosk {
        let mut kiosk = Kiosk::ready();
        kiosk.touch(Touch::Language(Language::ZhCn));
        kiosk.touch(Touch::Search);
        for letter in typed.chars() {
            kiosk.touch(Touch::Letter(letter));
        }
        kiosk
    }

    #[test]
    fn what_is_typed_stands_in_the_query_and_can_be_taken_back() {
        let mut kiosk = searching("SFZ");
        assert_eq!(kiosk.state.query(), Some("sfz"));
        kiosk.touch(Touch::Erase);
        assert_eq!(kiosk.state.query(), Some("sf"));
        kiosk.touch(Touch::Clear);
        assert_eq!(kiosk.state.query(), Some(""));
        kiosk.touch(Touch::Erase);
        for letter in " 身份证 ".chars() {
            kiosk.touch(Touch::Letter(letter));
        }
        assert_eq!(kiosk.state.query(), Some("身份证 "));
    }

    #[test]
    fn a_query_never_grows_beyond_its_bound() {
        let kiosk = searching(&"a".repeat(10 * QUERY_CHARS_MAX));
        assert_eq!(kiosk.state.query().map(str::len), Some(QUERY_CHARS_MAX));
    }

    #[test]
    fn a_service_that_was_found_leads_on_as_one_that_was_chosen_and_back_to_the_search() {
        let mut kiosk = searching("sfz");
        kiosk.touch(Touch::Service(service("id-card")));
        let classes = Page::Classes {
            service: service("id-card"),
        };
        assert_eq!(kiosk.state.page(), &classes);
        kiosk.touch(Touch::Class(class("elderly")));
        kiosk.touch(Touch::Back);
        assert_eq!(kiosk.state.page(), &classes);
        kiosk.touch(Touch::Back);
        assert_eq!(kiosk.state.query(), Some("sfz"));
        kiosk.touch(Touch::Back);
        assert_eq!(kiosk.state.page(), &Page::Groups);
    }

    #[test]
    fn a_service_that_was_chosen_later_does_not_lead_back_to_an_old_search() {
        let mut kiosk = searching("sfz");
        kiosk.touch(Touch::Service(service("id-card")));
        kiosk.touch(Touch::Home);
        kiosk.touch(Touch::Language(Language::ZhCn));
        kiosk.touch(Touch::Group(group("police")));
        kiosk.touch(Touch::Service(service("id-card")));
        kiosk.touch(Touch::Back);
        let services = Page::Services {
            group: group("police"),
        };
        assert_eq!(kiosk.state.page(), &services);
    }

    #[test]
    fn a_keyboard_types_and_its_return_key_takes_the_first_service_that_was_found() {
        let mut kiosk = searching("");
        press(&mut kiosk, &[Key::Next]);
        assert_eq!(focus(&kiosk).as_deref(), Some("letter:A"));
        press(
            &mut kiosk,
            &[Key::Sign('s'), Key::Sign('f'), Key::Sign('z')],
        );
        assert_eq!(kiosk.state.query(), Some("sfz"));
        assert_eq!(focus(&kiosk).as_deref(), Some("choice:id-card"));
        press(&mut kiosk, &[Key::Ok]);
        let classes = Page::Classes {
            service: service("id-card"),
        };
        assert_eq!(kiosk.state.page(), &classes);
    }

    #[test]
    fn the_space_bar_types_between_words_and_presses_after_a_step() {
        let mut kiosk = searching("");
        press(&mut kiosk, &[Key::Next, Key::Space]);
        assert_eq!(kiosk.state.query(), Some("a"), "it pressed the letter");
        press(&mut kiosk, &[Key::Erase, Key::Sign('I'), Key::Space]);
        assert_eq!(kiosk.state.query(), Some("i "));
        press(&mut kiosk, &[Key::Next, Key::Previous, Key::Space]);
        assert_eq!(kiosk.state.query(), None, "it pressed what was found");
    }

    #[test]
    fn backspace_takes_back_what_was_typed_and_then_leads_back() {
        let mut kiosk = searching("s");
        press(&mut kiosk, &[Key::Erase]);
        assert_eq!(kiosk.state.query(), Some(""));
        press(&mut kiosk, &[Key::Erase]);
        assert_eq!(kiosk.state.page(), &Page::Groups);
    }

    #[test]
    fn nobody_types_under_the_panel_of_modes_or_elsewhere() {
        let mut kiosk = searching("s");
        kiosk.touch(Touch::Modes);
        press(&mut kiosk, &[Key::Sign('f'), Key::Erase]);
        assert_eq!(kiosk.state.query(), Some("s"));
        assert!(!kiosk.state.panel_is_open());
        let mut kiosk = Kiosk::before_the_number();
        let before = kiosk.state.page().clone();
        press(&mut kiosk, &[Key::Sign('f')]);
        assert_eq!(kiosk.state.page(), &before);
    }

    #[test]
    fn a_keypad_types_letter_by_letter_and_finds_the_result_before_the_letters() {
        let mut kiosk = searching("");
        press(&mut kiosk, &[Key::Next]);
        // To the letter S, and pressed: the keypad stays there.
        press(&mut kiosk, &[Key::Next; 18]);
        press(&mut kiosk, &[Key::Ok]);
        assert_eq!(kiosk.state.query(), Some("s"));
        assert_eq!(focus(&kiosk).as_deref(), Some("letter:S"));
        let found = View::of(&kiosk.state);
        let crate::view::PageView::Search(search) = found.page else {
            panic!("the search")
        };
        let last = search.found.last().expect("a service").id.clone();
        press(&mut kiosk, &[Key::Previous; 19]);
        assert_eq!(focus(&kiosk), Some(format!("choice:{last}")));
    }

    #[test]
    fn typing_ends_no_mode_and_needs_no_focus() {
        let mut kiosk = searching("");
        kiosk.touch(Touch::Mode(Mode::LargeText));
        press(&mut kiosk, &[Key::Sign('s')]);
        assert!(kiosk.state.modes().large_text);
        assert_eq!(focus(&kiosk), None);
    }

    #[test]
    fn nobody_searches_where_nothing_is_chosen() {
        let mut kiosk = Kiosk::ready();
        kiosk.touch(Touch::Search);
        assert_eq!(kiosk.state.page(), &Page::Welcome);
        let mut kiosk = Kiosk::before_the_number();
        let before = kiosk.state.page().clone();
        for touch in [
            Touch::Search,
            Touch::Letter('a'),
            Touch::Erase,
            Touch::Clear,
        ] {
            kiosk.touch(touch);
        }
        assert_eq!(kiosk.state.page(), &before);
    }
}
