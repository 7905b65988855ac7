//! What a display is told of what it shows.

use nowserving_shared::model::{Language, LayoutId};
use nowserving_shared::protocol::wall::{LayoutView, PanelView, SecondWire, ShowWire, ThemeWire};

use super::{Golden, both};

fn panels(shares: &[(ShowWire, u32)]) -> Vec<PanelView> {
    let panel = |(show, share): &(ShowWire, u32)| PanelView {
        show: *show,
        share: *share,
    };
    shares.iter().map(panel).collect()
}

pub(super) fn check(golden: &mut Golden) {
    let lobby = LayoutView {
        id: LayoutId::new("lobby").unwrap(),
        theme: ThemeWire::Dark,
        second: SecondWire::Beside,
        languages: vec![Language::ZhCn, Language::En],
        line: Some(both("请留意屏幕与广播叫号", "Please watch the screens")),
        logo: true,
        panels: panels(&[
            (ShowWire::Calls, 65),
            (ShowWire::Counts, 20),
            (ShowWire::Notices, 15),
        ]),
    };
    golden.check("layout-lobby", &lobby);
    let strip = LayoutView {
        id: LayoutId::new("strip").unwrap(),
        theme: ThemeWire::Contrast,
        second: SecondWire::None,
        languages: vec![Language::En],
        line: None,
        logo: false,
        panels: panels(&[(ShowWire::Strip, 100)]),
    };
    golden.check("layout-strip", &strip);
    let other = LayoutView {
        theme: ThemeWire::Light,
        second: SecondWire::Alternate,
        panels: panels(&[
            (ShowWire::Windows, 40),
            (ShowWire::Waiting, 30),
            (ShowWire::Pictures, 30),
        ]),
        ..strip
    };
    golden.check("layout-windows", &other);
}
