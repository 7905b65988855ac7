//! The panel of modes, and where the keypad is.

use crate::controls::Control;
use crate::state::{Mode, State};
use crate::texts::Everyone;

/// What can be switched on.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What it is about.
    pub title: String,
    /// The modes.
    pub modes: Vec<ModeLine>,
    /// The button that closes it.
    pub close: String,
}

/// A mode to switch.
#[derive(Debug, Clone, PartialEq)]
pub struct ModeLine {
    /// Which.
    pub mode: Mode,
    /// Its name.
    pub name: String,
    /// What it does, or why it cannot be had.
    pub note: String,
    /// Whether it is on.
    pub on: bool,
    /// The same as a word.
    pub state: String,
    /// Whether it can be had here.
    pub there: bool,
}

pub(super) fn panel(state: &State, words: &Everyone) -> Option<Panel> {
    state.panel_is_open().then(|| Panel {
        title: words.button.to_owned(),
        modes: Mode::ALL
            .into_iter()
            .map(|mode| line(state, words, mode))
            .collect(),
        close: words.close.to_owned(),
    })
}

fn line(state: &State, words: &Everyone, mode: Mode) -> ModeLine {
    let on = state.modes().is_on(mode);
    let there = mode != Mode::Speech || state.has_voice();
    let (name, note) = words.mode(mode);
    let note = if there { note } else { words.absent };
    ModeLine {
        mode,
        name: name.to_owned(),
        note: note.to_owned(),
        on,
        state: if on { words.on } else { words.off }.to_owned(),
        there,
    }
}

/// While the question is asked whether anybody is there, its button has the focus.
pub(super) fn focus(state: &State) -> Option<Control> {
    let focus = state.focus()?;
    Some(if state.warns().is_some() {
        Control::Stay
    } else {
        focus.clone()
    })
}
