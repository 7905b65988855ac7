//! In which order the services of a page stand.

use nowserving_shared::model::{GroupId, ServiceId};
use nowserving_shared::protocol::http::ServiceView;
use serde::{Deserialize, Serialize};

use super::{Page, State};

/// A page with more services than this one shows what is asked for most first; up to here everything is seen at a glance,
/// and a familiar place is found faster.
pub const MANY_SERVICES: usize = 6;

/// What is asked for most, most first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Order {
    services: Vec<ServiceId>,
    everywhere: bool,
}

impl Order {
    /// The services, most asked for first.
    pub(super) fn services(&self) -> &[ServiceId] {
        &self.services
    }

    /// The place of a service; those that nobody asked for come last.
    fn place(&self, service: &ServiceId) -> usize {
        let place = self.services.iter().position(|known| known == service);
        place.unwrap_or(usize::MAX)
    }
}

impl State {
    /// Takes a new order. No tile moves while somebody is here: it holds from the next visit on.
    pub(super) fn popular(&mut self, services: Vec<ServiceId>, everywhere: bool) {
        self.next_order = Order {
            services,
            everywhere,
        };
        if matches!(self.page, Page::Welcome) {
            self.order = self.next_order.clone();
        }
    }

    /// The services of a group as their tiles stand: where there are many, what is asked for most first, and the rest in
    /// the order of the configuration.
    #[must_use]
    pub fn tiles_of<'a>(&'a self, group: &'a GroupId) -> Vec<&'a ServiceView> {
        let mut services: Vec<&ServiceView> = self.services_of(group).collect();
        if self.order.everywhere || services.len() > MANY_SERVICES {
            services.sort_by_key(|service| self.order.place(&service.id));
        }
        services
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::state::tests::Kiosk;
    use crate::state::tests::hall::{group, hall, service};
    use crate::state::{Event, INACTIVITY, Touch};
    use nowserving_shared::model::Language;

    fn popular(everywhere: bool) -> Event {
        Event::Popular {
            services: ["social-card", "medical", "id-card"].map(service).to_vec(),
            everywhere,
        }
    }

    fn tiles(kiosk: &Kiosk, of: &str) -> Vec<String> {
        let group = group(of);
        let tiles = kiosk.state.tiles_of(&group);
        tiles.iter().map(|view| view.id.to_string()).collect()
    }

    #[test]
    fn a_short_page_keeps_its_order_unless_it_is_told_otherwise() {
        let mut kiosk = Kiosk::ready();
        let configured = tiles(&kiosk, "social");
        kiosk.on(popular(false));
        assert_eq!(tiles(&kiosk, "social"), configured);
        kiosk.on(popular(true));
        assert_eq!(tiles(&kiosk, "social")[..2], ["social-card", "medical"]);
        assert_eq!(tiles(&kiosk, "social")[2], configured[0]);
    }

    #[test]
    fn a_long_page_shows_first_what_is_asked_for_most() {
        let mut kiosk = Kiosk::ready();
        let mut crowded = hall();
        for view in &mut crowded.services {
            view.group = group("police");
        }
        kiosk.on(Event::Hall(Box::new(crowded)));
        kiosk.on(popular(false));
        assert_eq!(
            tiles(&kiosk, "police")[..4],
            ["social-card", "medical", "id-card", "household"]
        );
    }

    #[test]
    fn no_tile_moves_while_somebody_is_here() {
        let mut kiosk = Kiosk::ready();
        kiosk.touch(Touch::Language(Language::ZhCn));
        let before = tiles(&kiosk, "social");
        kiosk.on(popular(true));
        assert_eq!(tiles(&kiosk, "social"), before);
        kiosk.after(INACTIVITY + Duration::from_secs(1));
        assert_eq!(tiles(&kiosk, "social")[0], "social-card");
    }
}
