//! What a display shows.

use crate::model::Language;
use crate::protocol::wall::{LayoutView, PanelView, SecondWire, ShowWire, ThemeWire};
use crate::wall::{Layout, Mask, Panel, Second, Show, Theme};

/// What a display shows, for the wire: `first` is the language that it asked for, `offered` are the hall's own.
#[must_use]
pub fn layout_view(layout: &Layout, first: Language, offered: &[Language]) -> LayoutView {
    LayoutView {
        id: layout.id.clone(),
        theme: match layout.theme {
            Theme::Dark => ThemeWire::Dark,
            Theme::Light => ThemeWire::Light,
            Theme::Contrast => ThemeWire::Contrast,
        },
        second: match layout.second {
            Second::Beside => SecondWire::Beside,
            Second::Alternate => SecondWire::Alternate,
            Second::None => SecondWire::None,
        },
        languages: layout.languages(first, offered),
        line: (!layout.line.is_empty()).then(|| layout.line.clone()),
        logo: layout.logo,
        panels: layout
            .panels
            .iter()
            .map(|panel| PanelView {
                show: show_wire(panel.show),
                share: panel.share,
            })
            .collect(),
    }
}

fn show_wire(show: Show) -> ShowWire {
    match show {
        Show::Calls => ShowWire::Calls,
        Show::Windows => ShowWire::Windows,
        Show::Waiting => ShowWire::Waiting,
        Show::Counts => ShowWire::Counts,
        Show::Strip => ShowWire::Strip,
        Show::Notices => ShowWire::Notices,
        Show::Pictures => ShowWire::Pictures,
    }
}

/// What a display shows, from the wire. The room of panels that this version does not know goes to the others; none when
/// nothing is left, or when it is no layout that anybody could draw: then a display shows its usual board.
#[must_use]
pub fn layout(view: &LayoutView) -> Option<Layout> {
    let known = |panel: &PanelView| {
        let show = match panel.show {
            ShowWire::Calls => Show::Calls,
            ShowWire::Windows => Show::Windows,
            ShowWire::Waiting => Show::Waiting,
            ShowWire::Counts => Show::Counts,
            ShowWire::Strip => Show::Strip,
            ShowWire::Notices => Show::Notices,
            ShowWire::Pictures => Show::Pictures,
            ShowWire::Unknown => return None,
        };
        let share = panel.share.clamp(1, 100);
        // What is hidden never came over the wire.
        let mask = Mask::None;
        Some(Panel { show, share, mask })
    };
    let layout = Layout {
        id: view.id.clone(),
        name: String::new(),
        theme: match view.theme {
            ThemeWire::Dark => Theme::Dark,
            ThemeWire::Light => Theme::Light,
            ThemeWire::Contrast => Theme::Contrast,
        },
        second: match view.second {
            SecondWire::Beside => Second::Beside,
            SecondWire::Alternate => Second::Alternate,
            SecondWire::None => Second::None,
        },
        line: view.line.clone().unwrap_or_default(),
        logo: view.logo,
        panels: view.panels.iter().filter_map(known).collect(),
    };
    // Nothing is gone, but shares of a part are made shares of the whole.
    let whole = layout.without(|_| false);
    whole.contradictions().is_empty().then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Catalogue;

    const LOBBY: &str = r#"[[layout]]
id = "lobby"
name = "大厅"
theme = "light"
second = "alternate"
line = "欢迎"
logo = true
panel = [{ show = "calls", share = 70 }, { show = "counts", share = 30 }]"#;

    fn lobby() -> Layout {
        let layouts = Catalogue::parse_layouts(LOBBY, Language::ZhCn).unwrap();
        layouts.iter().next().unwrap().clone()
    }

    #[test]
    fn a_layout_comes_back_from_the_wire_as_it_was_but_for_its_name() {
        let view = layout_view(&lobby(), Language::En, &[Language::ZhCn, Language::En]);
        assert_eq!(view.languages, [Language::En, Language::ZhCn]);
        let name = String::new();
        assert_eq!(layout(&view), Some(Layout { name, ..lobby() }));
    }

    #[test]
    fn a_panel_that_a_newer_server_knows_leaves_its_room_to_the_others() {
        let mut view = layout_view(&lobby(), Language::ZhCn, &[Language::ZhCn]);
        let text = serde_json::to_string(&view).unwrap();
        let newer = text.replace("\"counts\"", "\"fireworks\"");
        let view_of_newer: LayoutView = serde_json::from_str(&newer).unwrap();
        let shown = layout(&view_of_newer).unwrap();
        assert_eq!((shown.panels.len(), shown.panels[0].share), (1, 100));
        view.panels.remove(0);
        assert_eq!(layout(&view), None, "nobody could read who is called");
    }
}
