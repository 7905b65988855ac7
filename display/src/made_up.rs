//! A made-up morning in a hall of one's own: what a layout will look like, before anybody waits in front of it.
//!
//! Names of services, windows and zones are the configuration's; who is called, served and paused is invented, and always
//! the same, so that two pictures of one layout can be laid side by side.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil;
use nowserving_shared::board::{
    Availability, Board, CALLS_MAX, CallLine, CallState, ServiceLine, WAITING_MAX, WaitingList,
    WaitingNumber, WindowDoes, WindowLine, ZoneLine,
};
use nowserving_shared::link::LinkEvent;
use nowserving_shared::model::{
    BusinessDay, Catalogue, Label, Language, Localized, Moment, Service, ServiceId, TicketId,
    Window, WindowId, ZoneId,
};
use nowserving_shared::protocol::http::{HallView, NoticeView, VoiceView};
use nowserving_shared::protocol::wall::{LayoutView, PlacedView, ShowWire};
use nowserving_shared::wall::Mask;

use crate::state::{Event, Options, State};

/// When it is: an ordinary Monday morning, civil time of the hall.
const MORNING: civil::DateTime = civil::datetime(2026, 3, 2, 9, 41, 0, 0);
/// How far the paused window's return lies ahead, in milliseconds.
const BACK_IN: i64 = 34 * 60 * 1000;

/// How many wait on an ordinary morning.
pub const WAITING: usize = 24;

/// Which part of which hall is shown, and how.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// The hall.
    pub catalogue: &'a Catalogue,
    /// The zone of the display; none: the whole hall.
    pub zone: Option<ZoneId>,
    /// How many windows there are; none: those of the configuration.
    pub windows: Option<usize>,
    /// What the display shows; none: the usual board.
    pub layout: Option<LayoutView>,
    /// The number of the window of a strip.
    pub strip_of: Option<u32>,
    /// The first language.
    pub language: Language,
    /// How many wait, where the layout shows their numbers.
    pub waiting: usize,
    /// What is hidden of these.
    pub mask: Mask,
}

impl Scene<'_> {
    /// A display that has just heard of two calls on that morning.
    #[must_use]
    pub fn state(&self) -> State {
        let mut state = State::new(Options {
            language: self.language,
            zone: self.zone.clone(),
            server: "http://127.0.0.1:8080".to_owned(),
        });
        let start = Duration::ZERO;
        state.on(start, Event::Link(LinkEvent::Connected));
        state.on(start, Event::Hall(Box::new(self.hall())));
        let placed = PlacedView {
            zone: self.zone.clone(),
            layout: self.layout.clone(),
            window: self.strip_of,
        };
        let placed = LinkEvent::Placed(Box::new(placed));
        state.on(start, Event::Link(placed));
        let board = self.board();
        let before = Board {
            calls: Vec::new(),
            ..board.clone()
        };
        for board in [before, board] {
            let news = LinkEvent::Board {
                board: Arc::new(board),
                epoch: "made-up".into(),
                seq: 1,
                at: self.now(),
            };
            state.on(start, Event::Link(news));
        }
        state
    }

    /// The number of the first window that calls; none when none does.
    #[must_use]
    pub fn first_calling(&self) -> Option<u32> {
        let windows = self.board().windows;
        let calls = |line: &&WindowLine| matches!(line.does, WindowDoes::Calling { .. });
        windows.iter().find(calls).map(|line| line.number)
    }

    fn now(&self) -> Moment {
        let at = self.catalogue.hall.time_zone.to_timestamp(MORNING);
        Moment(at.map_or(0, |at| at.as_millisecond()))
    }

    /// The hall as a server would tell it.
    fn hall(&self) -> HallView {
        let hall = &self.catalogue.hall;
        let notice = |notice: &nowserving_shared::model::catalogue::Notice| NoticeView {
            text: notice.text.clone(),
            from: None,
            until: None,
        };
        HallView {
            catalogue_version: 1,
            name: hall.name.clone(),
            time_zone: hall.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            phone: hall.phone.clone(),
            device: String::new(),
            languages: hall.languages.clone(),
            paperless: hall.paperless,
            day: BusinessDay(MORNING.date()),
            opening: Availability::Open,
            at: self.now(),
            zones: Vec::new(),
            groups: Vec::new(),
            classes: Vec::new(),
            services: Vec::new(),
            windows: Vec::new(),
            no_show_rule: Localized::default(),
            notices: self.catalogue.notices.iter().map(notice).collect(),
            voice: VoiceView::default(),
        }
    }

    /// The services of the zone, or of the hall.
    fn services(&self) -> Vec<&Service> {
        let here = |service: &&Service| {
            self.zone
                .as_ref()
                .is_none_or(|zone| self.catalogue.serves_in(&service.id, zone))
        };
        self.catalogue.services.iter().filter(here).collect()
    }

    /// The windows of the zone or of the hall, or as many as are wished, which serve one service after the other.
    fn windows(&self) -> Vec<Window> {
        let here = |window: &&Window| self.zone.as_ref().is_none_or(|zone| window.zone == *zone);
        let mut known: Vec<Window> = self
            .catalogue
            .windows
            .iter()
            .filter(here)
            .cloned()
            .collect();
        known.sort_by_key(|window| window.number);
        let Some(wished) = self.windows else {
            return known;
        };
        let (services, zone) = (
            self.services(),
            known.first().map(|window| window.zone.clone()),
        );
        let Some(zone) = zone.filter(|_| !services.is_empty()) else {
            return known;
        };
        let window = |number: u32| {
            let at = usize::try_from(number).unwrap_or(0);
            let id = WindowId::new(&format!("w{number}")).ok()?;
            let served = services.iter().cycle().skip(at).take(1 + at % 2);
            Some(Window {
                id,
                number,
                zone: zone.clone(),
                serves: served.map(|service| (service.id.clone(), 1)).collect(),
            })
        };
        (1..).take(wished).filter_map(window).collect()
    }

    /// A number of the series of this service.
    fn label(&self, service: &ServiceId, number: u32) -> Label {
        let series = self
            .catalogue
            .services
            .get(service)
            .and_then(|service| self.catalogue.series.get(&service.series));
        match series {
            Some(series) => {
                let span = series.last - series.first + 1;
                Label::new(&series.prefix, series.first + number % span, series.digits)
            }
            None => Label::new("A", number, 3),
        }
    }

    fn does(&self, at: usize, window: &Window) -> WindowDoes {
        let number = u32::try_from(at).unwrap_or(0) * 7 % 90 + 16;
        let label = window
            .serves
            .keys()
            .next()
            .map(|service| self.label(service, number));
        match (at % 8, label) {
            (1 | 4, Some(label)) if at < 8 => WindowDoes::Calling { label },
            (3, _) => WindowDoes::Free,
            (5, _) => WindowDoes::Paused {
                reason: match self.catalogue.hall.languages.first() {
                    Some(Language::ZhTw) => "系統維護".to_owned(),
                    Some(Language::En) => "Maintenance".to_owned(),
                    Some(Language::De) => "Wartung".to_owned(),
                    Some(Language::ZhCn) | None => "系统维护".to_owned(),
                },
                back_at: Some(Moment(self.now().0 + BACK_IN)),
            },
            (7, _) | (_, None) => WindowDoes::Closed,
            (_, Some(label)) => WindowDoes::Serving {
                label,
                since: self.now(),
            },
        }
    }

    fn board(&self) -> Board {
        let windows: Vec<WindowLine> = self
            .windows()
            .iter()
            .enumerate()
            .map(|(at, window)| WindowLine {
                id: window.id.clone(),
                number: window.number,
                zone: window.zone.clone(),
                services: window.serves.keys().cloned().collect(),
                does: self.does(at, window),
                staff: None,
            })
            .collect();
        let zone = |zone: &nowserving_shared::model::Zone| ZoneLine {
            id: zone.id.clone(),
            name: zone.name.clone(),
        };
        Board {
            catalogue_version: 1,
            hall: self.catalogue.hall.name.clone(),
            zones: self.catalogue.zones.iter().map(zone).collect(),
            services: self.service_lines(),
            calls: self.calls(&windows),
            windows,
            tickets: Vec::new(),
            helps: Vec::new(),
            waiting: self.shows_who_waits().then(|| self.who_waits()),
        }
    }

    fn shows_who_waits(&self) -> bool {
        let panels = self
            .layout
            .as_ref()
            .map_or(&[][..], |layout| &layout.panels);
        panels.iter().any(|panel| panel.show == ShowWire::Waiting)
    }

    /// Numbers of one series after the other, in the order in which they were taken. Each series counts on by itself: what a
    /// mask leaves of its numbers is the same only where more of it wait than a digit tells apart.
    fn who_waits(&self) -> WaitingList {
        let mut series = BTreeSet::new();
        let services: Vec<&Service> = self
            .services()
            .into_iter()
            .filter(|service| series.insert(&service.series))
            .collect();
        let number = |(at, service): (usize, &&Service)| {
            let taken = 60 + u32::try_from(at / services.len()).unwrap_or(0);
            WaitingNumber {
                label: self.mask.of(&self.label(&service.id, taken)),
            }
        };
        let waiting = services.iter().cycle().enumerate().map(number);
        let more = self.waiting.saturating_sub(WAITING_MAX);
        WaitingList {
            numbers: waiting.take(self.waiting.min(WAITING_MAX)).collect(),
            more: u32::try_from(more).unwrap_or(u32::MAX),
        }
    }

    fn service_lines(&self) -> Vec<ServiceLine> {
        let line = |(at, service): (usize, &&Service)| ServiceLine {
            id: service.id.clone(),
            name: service.name.clone(),
            group: service.group.clone(),
            zones: self.catalogue.zones_of(&service.id).to_vec(),
            waiting: u32::try_from(at * 13 % 41).unwrap_or(0),
            windows_open: 1,
            last_wait_seconds: Some(300),
            availability: match at % 7 {
                4 => Availability::QuotaReached,
                _ => Availability::Open,
            },
        };
        self.services().iter().enumerate().map(line).collect()
    }

    /// Calls of the windows that call or serve, and older ones of the same windows, newest first.
    fn calls(&self, windows: &[WindowLine]) -> Vec<CallLine> {
        let mut calls: Vec<CallLine> = Vec::new();
        let mut add = |line: &WindowLine, label: &Label, state: CallState| {
            let seq = 1_000 - u64::try_from(calls.len()).unwrap_or(0);
            let class = self.catalogue.classes.iter().nth(calls.len() % 4);
            let Some(service) = line.services.first().cloned() else {
                return;
            };
            calls.push(CallLine {
                seq,
                ticket: TicketId(seq),
                label: label.clone(),
                window: line.id.clone(),
                number: line.number,
                zone: line.zone.clone(),
                service,
                // The newest call is an ordinary one.
                mark: class.map(|class| class.mark.clone()).unwrap_or_default(),
                language: self.language,
                at: self.now(),
                recalls: 0,
                state,
            });
        };
        for line in windows {
            if let WindowDoes::Calling { label } = &line.does {
                add(line, label, CallState::Calling);
            }
        }
        for line in windows {
            if let WindowDoes::Serving { label, .. } = &line.does {
                add(line, label, CallState::Serving);
            }
        }
        for (at, line) in (1..).zip(windows) {
            if let Some(service) = line.services.first() {
                add(line, &self.label(service, at), CallState::Over);
            }
        }
        calls.truncate(CALLS_MAX);
        calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(catalogue: &Catalogue, windows: Option<usize>) -> Scene<'_> {
        Scene {
            catalogue,
            zone: None,
            windows,
            layout: None,
            strip_of: None,
            language: Language::ZhCn,
            waiting: WAITING,
            mask: Mask::None,
        }
    }

    #[test]
    fn a_made_up_morning_has_calls_and_as_many_windows_as_are_wished() {
        let catalogue = Catalogue::small_example();
        let board = scene(&catalogue, Some(60)).board();
        assert_eq!(board.windows.len(), 60);
        assert_eq!(board.calls.len(), CALLS_MAX);
        assert_eq!(board.calls[0].state, CallState::Calling);
        let own = scene(&catalogue, None).board();
        assert_eq!(own.windows.len(), catalogue.windows.len());
    }

    #[test]
    fn a_zone_shows_its_own_windows_and_services_only() {
        let catalogue = Catalogue::small_example();
        let zone = catalogue.zones.iter().next().expect("a zone").id.clone();
        let here = Scene {
            zone: Some(zone.clone()),
            ..scene(&catalogue, None)
        };
        let board = here.board();
        assert!(board.windows.iter().all(|window| window.zone == zone));
        assert!(
            board
                .services
                .iter()
                .all(|service| service.zones.contains(&zone))
        );
    }

    #[test]
    fn who_waits_is_told_apart_also_under_a_mask() {
        let catalogue = Catalogue::small_example();
        let masked = Scene {
            mask: Mask::Middle,
            ..scene(&catalogue, None)
        };
        let numbers = masked.who_waits().numbers;
        let apart: BTreeSet<String> = numbers
            .iter()
            .map(|number| number.label.to_string())
            .collect();
        assert_eq!((numbers.len(), apart.len()), (WAITING, WAITING));
    }

    #[test]
    fn no_windows_at_all_are_a_board_without_calls() {
        let catalogue = Catalogue::small_example();
        let board = scene(&catalogue, Some(0)).board();
        assert_eq!((board.windows.len(), board.calls.len()), (0, 0));
    }
}
