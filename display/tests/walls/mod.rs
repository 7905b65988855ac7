//! Layouts on made-up mornings of the demonstration hall, for pictures.

use std::sync::Arc;
use std::time::Duration;

use nowserving_display::made_up::Scene;
use nowserving_display::state::{Event, State};
use nowserving_images::Picture;
use nowserving_shared::board::Board;
use nowserving_shared::link::LinkEvent;
use nowserving_shared::model::{Catalogue, Language, LayoutId, ZoneId};
use nowserving_shared::protocol::convert::layout_view;
use nowserving_shared::wall::Layout;

const HALL: &str = include_str!("../../../server/demo/hall.toml");
const LAYOUTS: &str = include_str!("layouts.toml");

/// One picture of one layout.
pub(crate) struct Wall {
    /// What the picture is called.
    pub(crate) name: &'static str,
    /// The id of the layout; empty: the usual board.
    pub(crate) layout: &'static str,
    pub(crate) size: (u32, u32),
    pub(crate) language: Language,
    pub(crate) zone: Option<&'static str>,
    /// How many made-up windows; none: the hall's own.
    pub(crate) windows: Option<usize>,
    /// The number of the window of a strip.
    pub(crate) strip_of: Option<u32>,
    /// How many wait, where the layout shows it.
    pub(crate) waiting: usize,
    pub(crate) then: Then,
}

/// What happens before the picture is taken.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Then {
    /// Nothing: the call has just come.
    Now,
    /// A turn goes by: the other language, the next notice, the next page.
    NextTurn,
    /// The server falls silent.
    Stale,
    /// A server of an earlier version sends a board without who waits.
    Earlier,
}

impl Wall {
    pub(crate) fn state(&self) -> State {
        let catalogue = Catalogue::parse(HALL).expect("the demonstration hall");
        let layouts = Catalogue::parse_layouts(LAYOUTS, Language::ZhCn).expect("layouts");
        let layout = (!self.layout.is_empty()).then(|| {
            let id = LayoutId::new(self.layout).expect("an id");
            layouts.get(&id).expect("a layout of this id")
        });
        let view = |layout| layout_view(layout, self.language, &catalogue.hall.languages);
        let scene = Scene {
            catalogue: &catalogue,
            zone: self.zone.map(|zone| ZoneId::new(zone).expect("a zone")),
            windows: self.windows,
            layout: layout.map(view),
            strip_of: self.strip_of,
            language: self.language,
            waiting: self.waiting,
            mask: layout.and_then(Layout::waiting_mask).unwrap_or_default(),
        };
        let mut state = scene.state();
        match self.then {
            Then::Now => {}
            Then::Earlier => {
                let board = state.board().expect("a board");
                let board = Board {
                    waiting: None,
                    ..board.clone()
                };
                let news = LinkEvent::Board {
                    board: Arc::new(board),
                    epoch: "made-up".into(),
                    seq: 2,
                    at: state.hall_time().expect("a clock"),
                };
                state.on(Duration::ZERO, Event::Link(news));
            }
            Then::NextTurn => {
                let later = Duration::from_secs(9);
                let at = state.hall_time().expect("a clock").after(later);
                state.on(later, Event::Link(LinkEvent::Alive { at }));
            }
            Then::Stale => {
                let why = "cable".to_owned();
                state.on(
                    Duration::from_secs(12),
                    Event::Link(LinkEvent::Lost { why }),
                );
                state.on(Duration::from_secs(23), Event::Tick);
            }
        }
        state
    }
}

/// A picture of hills, made of few colours.
pub(crate) fn hills() -> Picture {
    let (width, height) = (640_u32, 400_u32);
    let pixel = |x: u32, y: u32| {
        let hill = 220 + (x / 5) % 90;
        if y > hill + 90 {
            [0x1d, 0x5c, 0x38]
        } else if y > hill {
            [0x3b, 0x8c, 0x5a]
        } else {
            [0x9c, 0xc9, 0xee]
        }
    };
    let rows = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)));
    Picture {
        width,
        height,
        rgb: rows.collect(),
    }
}

/// A logo: a white ring on red.
pub(crate) fn logo() -> Picture {
    let side = 128_u32;
    let pixel = |x: u32, y: u32| {
        let (x, y) = (i64::from(x) - 64, i64::from(y) - 64);
        let far = x * x + y * y;
        if (30 * 30..46 * 46).contains(&far) {
            [0xff, 0xff, 0xff]
        } else {
            [0xb0, 0x1e, 0x1e]
        }
    };
    let rows = (0..side).flat_map(|y| (0..side).flat_map(move |x| pixel(x, y)));
    Picture {
        width: side,
        height: side,
        rgb: rows.collect(),
    }
}
