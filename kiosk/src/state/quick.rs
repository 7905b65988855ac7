//! The shortest way: what is asked for most can be chosen on the welcome page, in the hall's first language and for an
//! ordinary visitor. Two touches are a number; a third one, on the page between, leads to the priority classes.

use nowserving_shared::model::ServiceId;
use nowserving_shared::protocol::http::ServiceView;

use super::{Page, State};

/// How many services the welcome page offers.
pub const QUICK_MAX: usize = 4;

impl State {
    /// The services that the welcome page offers: those asked for most here that give out numbers now. Whoever uses a
    /// mode or the keypad has the languages alone, which need the room and are soon gone through.
    #[must_use]
    pub fn quick_services(&self) -> Vec<&ServiceView> {
        if !self.server_is_there() || self.is_accessible() {
            return Vec::new();
        }
        let known = self.order.services().iter().filter(|id| self.gives_out(id));
        known
            .filter_map(|id| self.service(id))
            .take(QUICK_MAX)
            .collect()
    }

    /// Whether the page before the number was reached without a question about the class, and there is one to ask.
    #[must_use]
    pub fn skipped_the_classes(&self) -> bool {
        let classes = self.hall.as_ref().map_or(0, |hall| hall.classes.len());
        self.quick && classes > 1 && matches!(self.page, Page::Confirm { .. })
    }

    /// A service was chosen on the welcome page.
    pub(super) fn quickly_chosen(&mut self, service: ServiceId) {
        let offered = self.quick_services().iter().any(|view| view.id == service);
        let ordinary = self.hall.as_ref().and_then(|hall| hall.classes.first());
        let Some(class) = ordinary.map(|class| class.id.clone()) else {
            return;
        };
        if !matches!(self.page, Page::Welcome) || !offered {
            return;
        }
        // The welcome page speaks to everybody; from here on the hall's first language is spoken.
        self.begin_anew();
        self.quick = true;
        self.page = Page::Confirm { service, class };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::Kiosk;
    use crate::state::tests::hall::{class, service};
    use crate::state::{Effect, Event, Touch};

    fn popular() -> Kiosk {
        let mut kiosk = Kiosk::ready();
        let services = [
            "work-injury",
            "pension",
            "gone",
            "tax-return",
            "id-card",
            "medical",
            "invoice",
        ];
        kiosk.on(Event::Popular {
            services: services.map(service).to_vec(),
            everywhere: false,
        });
        kiosk
    }

    #[test]
    fn the_welcome_page_offers_what_is_asked_for_most_and_can_be_had() {
        let kiosk = popular();
        let offered: Vec<String> = kiosk
            .state
            .quick_services()
            .iter()
            .map(|view| view.id.to_string())
            .collect();
        // One is closed, one is no service of the hall.
        assert_eq!(offered, ["pension", "tax-return", "id-card", "medical"]);
        assert_eq!(
            Kiosk::ready().state.quick_services(),
            Vec::<&ServiceView>::new()
        );
    }

    #[test]
    fn two_touches_on_the_idle_screen_ask_for_a_number() {
        let mut kiosk = popular();
        kiosk.touch(Touch::Quick(service("pension")));
        assert!(kiosk.state.skipped_the_classes());
        let effects = kiosk.state.on(Event::Touch(Touch::Confirm));
        assert!(
            matches!(&effects[..], [Effect::Issue { request, .. }]
                if request.service == service("pension") && request.class == Some(class("ordinary"))),
            "{effects:?}"
        );
    }

    #[test]
    fn a_visitor_with_priority_is_one_touch_away_from_saying_so() {
        let mut kiosk = popular();
        kiosk.touch(Touch::Quick(service("pension")));
        kiosk.touch(Touch::Back);
        let classes = Page::Classes {
            service: service("pension"),
        };
        assert_eq!(kiosk.state.page(), &classes);
        kiosk.touch(Touch::Class(class("military")));
        assert!(!kiosk.state.skipped_the_classes());
    }

    #[test]
    fn what_is_not_offered_cannot_be_chosen_there() {
        let mut kiosk = popular();
        for id in ["work-injury", "gone", "invoice"] {
            kiosk.touch(Touch::Quick(service(id)));
            assert_eq!(kiosk.state.page(), &Page::Welcome, "{id}");
        }
    }
}
