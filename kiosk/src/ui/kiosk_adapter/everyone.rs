//! Modes and focus between view and window.

use slint::ComponentHandle as _;

use super::generated::{AppWindow, Focus, Kiosk, ModeLine, Theme};
use super::{Models, fill};
use crate::controls::Control;
use crate::view::{Choice, PageView, View};

pub(super) fn put_modes(window: &AppWindow, models: &Models, view: &View) {
    let theme = window.global::<Theme>();
    theme.set_large(view.modes.large_text);
    theme.set_high_contrast(view.modes.high_contrast);
    let kiosk = window.global::<Kiosk>();
    kiosk.set_low_reach(view.modes.low_reach);
    kiosk.set_modes_button(view.modes_button.as_str().into());
    kiosk.set_panel_open(view.panel.is_some());
    if let Some(panel) = &view.panel {
        let line = |line: &crate::view::ModeLine| ModeLine {
            id: line.mode.name().into(),
            name: line.name.as_str().into(),
            note: line.note.as_str().into(),
            on: line.on,
            state: line.state.as_str().into(),
            there: line.there,
        };
        fill(&models.modes, panel.modes.iter().map(line));
        kiosk.set_panel_close(panel.close.as_str().into());
    }
    let name = view.focus.as_ref().map(Control::name).unwrap_or_default();
    window.global::<Focus>().set_control(name.into());
    let place = focused_place(view).and_then(|place| i32::try_from(place).ok());
    kiosk.set_focused_place(place.unwrap_or(-1));
}

fn place_of(focus: &Control, choices: &[Choice]) -> Option<usize> {
    let is_it = |choice: &Choice| matches!(focus, Control::Choice(id) if *id == choice.id);
    choices.iter().position(is_it)
}

/// Where in a long list the focus is, from 0: the list turns to it.
fn focused_place(view: &View) -> Option<usize> {
    let focus = view.focus.as_ref()?;
    match &view.page {
        PageView::Choices(choices) => place_of(focus, &choices.choices),
        PageView::Search(search) => place_of(focus, &search.found),
        PageView::Confirm(confirm) => {
            (0..confirm.guide.len()).find(|row| *focus == Control::Guide(*row))
        }
        PageView::Welcome(_)
        | PageView::Waiting { .. }
        | PageView::Ticket(_)
        | PageView::Pin(_)
        | PageView::Maintenance(_)
        | PageView::Message { .. } => None,
    }
}
