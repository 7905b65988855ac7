//! What a wall display shows, as data: the layout of its panels, where they lie on a screen, and whether who sits farthest
//! away can read them.
//!
//! A hall writes its layouts in the configuration (`[[layout]]`); the server tells each display its own; the display and
//! the preview draw exactly the rectangles and letters that are reckoned here ([`geometry`]), and these are the ones that
//! were checked ([`legibility`]). So a layout that nobody could read is refused before it hangs on a wall.
//!
//! Rules of the trade that hold for every layout: calls are always shown ([`Contradiction::NoCalls`]), notices and pictures
//! leave them at least [`CALLS_PERCENT_MIN`] of the room ([`Contradiction::CallsTooSmall`]) and never cover them, because
//! panels do not overlap.

pub mod geometry;
pub mod legibility;
pub mod mask;
#[cfg(test)]
mod tests;
pub mod text;

use std::fmt;

use crate::model::{Language, LayoutId, Localized};

pub use geometry::{Extent, Geometry, Rect};
pub use legibility::{Legibility, Screen, Verdict};
pub use mask::Mask;

/// The most panels of a layout.
pub const PANELS_MAX: usize = 4;
/// The longest scrolling line, in characters: what is longer takes minutes to pass.
pub const LINE_CHARS_MAX: usize = 200;
/// The least share of a panel, in percent: nobody can read what stands in less.
pub const SHARE_PERCENT_MIN: u32 = 10;
/// What calls, windows, waiting numbers or a strip have at least of the room of all panels beside notices or pictures, in
/// percent.
pub const CALLS_PERCENT_MIN: u32 = 60;
/// How fast the scrolling line moves: this many of its letters' sizes in a second. A Chinese character is one size wide, and
/// three in a second are read without haste.
pub const LINE_SIZES_PER_SECOND: f32 = 2.5;

/// What a panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Show {
    /// The newest call large, the others below it.
    Calls,
    /// A fixed row for each window: number, state, ticket.
    Windows,
    /// The numbers of those who wait, in the order in which they came.
    Waiting,
    /// Services, and how many wait for each.
    Counts,
    /// One window alone.
    Strip,
    /// The hall's notices, in turn.
    Notices,
    /// Pictures, in turn.
    Pictures,
}

impl Show {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Calls,
        Self::Windows,
        Self::Waiting,
        Self::Counts,
        Self::Strip,
        Self::Notices,
        Self::Pictures,
    ];

    /// The kind's name in the configuration and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Windows => "windows",
            Self::Waiting => "waiting",
            Self::Counts => "counts",
            Self::Strip => "strip",
            Self::Notices => "notices",
            Self::Pictures => "pictures",
        }
    }

    /// Whether who is called can be read there.
    #[must_use]
    pub fn shows_calls(self) -> bool {
        match self {
            Self::Calls | Self::Windows | Self::Strip => true,
            Self::Waiting | Self::Counts | Self::Notices | Self::Pictures => false,
        }
    }

    /// Whether notices and pictures have to leave it room.
    #[must_use]
    fn is_guarded(self) -> bool {
        self.shows_calls() || self == Self::Waiting
    }

    /// Whether it has to leave room to the calls.
    #[must_use]
    pub fn is_beside(self) -> bool {
        matches!(self, Self::Notices | Self::Pictures)
    }
}

impl fmt::Display for Show {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The colours of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Bright on dark blue, for halls of ordinary light.
    #[default]
    Dark,
    /// Dark on white, where the sun falls on the screen.
    Light,
    /// Bright on black, text with at least 7 to 1 (WCAG 2.2, 1.4.6).
    Contrast,
}

impl Theme {
    /// Every theme with its name in the configuration and on the wire.
    pub const NAMED: [(&'static str, Self); 3] = [
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("contrast", Self::Contrast),
    ];
}

/// How the second language stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Second {
    /// Beside the first, in smaller letters.
    #[default]
    Beside,
    /// In turn with the first, in the same letters; a call is in both at any time.
    Alternate,
    /// Not at all.
    None,
}

impl Second {
    /// Every rule with its name in the configuration and on the wire.
    pub const NAMED: [(&'static str, Self); 3] = [
        ("beside", Self::Beside),
        ("alternate", Self::Alternate),
        ("none", Self::None),
    ];
}

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panel {
    /// What it shows.
    pub show: Show,
    /// Its share of the room of all panels, in percent.
    pub share: u32,
    /// What is hidden of the numbers that it shows. Only waiting numbers can be masked: who is called must be told whole.
    pub mask: Mask,
}

/// What a display shows, and where. Those that a configuration holds have no [`Contradiction`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its id.
    pub id: LayoutId,
    /// What staff call it.
    pub name: String,
    /// Its colours.
    pub theme: Theme,
    /// How the second language stands.
    pub second: Second,
    /// The scrolling line at the bottom; empty: none.
    pub line: Localized,
    /// Whether the hall's logo stands in the header.
    pub logo: bool,
    /// Its panels: the first has the place of honour, see [`geometry`].
    pub panels: Vec<Panel>,
}

impl Layout {
    /// Whether it has a panel of this kind.
    #[must_use]
    pub fn shows(&self, show: Show) -> bool {
        self.panels.iter().any(|panel| panel.show == show)
    }

    /// What is hidden of the numbers of those who wait; none when it does not show them.
    #[must_use]
    pub fn waiting_mask(&self) -> Option<Mask> {
        let mut panels = self.panels.iter();
        let waiting = panels.find(|panel| panel.show == Show::Waiting)?;
        Some(waiting.mask)
    }

    /// Everything that its panels contradict each other in; nothing when all is well.
    #[must_use]
    pub fn contradictions(&self) -> Vec<Contradiction> {
        contradictions(&self.panels)
    }

    /// The same without the panels that have nothing to show: the others take their room in proportion to their shares. A
    /// layout of nothing else stays as it is.
    #[must_use]
    pub fn without(&self, absent: impl Fn(Show) -> bool) -> Self {
        let kept = || self.panels.iter().filter(|panel| !absent(panel.show));
        let sum: u32 = kept().map(|panel| panel.share).sum();
        if sum == 0 {
            return self.clone();
        }
        let mut panels: Vec<Panel> = kept()
            .map(|panel| Panel {
                share: panel.share * 100 / sum,
                ..*panel
            })
            .collect();
        let rest = 100 - panels.iter().map(|panel| panel.share).sum::<u32>();
        if let Some(first) = panels.first_mut() {
            first.share += rest;
        }
        Self {
            panels,
            ..self.clone()
        }
    }

    /// The languages of a display of this layout whose first one is `first`, in a hall that offers `offered`: one, or two.
    #[must_use]
    pub fn languages(&self, first: Language, offered: &[Language]) -> Vec<Language> {
        let second = match self.second {
            Second::Beside | Second::Alternate => second_of(first, offered),
            Second::None => None,
        };
        std::iter::once(first).chain(second).collect()
    }
}

/// The language beside `first`: the hall's next one of another script, because whoever reads one kind of Chinese reads
/// the other, and a wall has room for two; a hall without one has just the next.
#[must_use]
pub fn second_of(first: Language, offered: &[Language]) -> Option<Language> {
    let others = || offered.iter().copied().filter(|other| *other != first);
    others()
        .find(|other| other.is_chinese() != first.is_chinese())
        .or_else(|| others().next())
}

/// What the panels of a layout contradict each other in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// There is no panel.
    NoPanel,
    /// There are more than [`PANELS_MAX`].
    TooMany {
        /// How many.
        count: usize,
    },
    /// A kind stands there twice.
    Twice {
        /// The position of the later one, from 0.
        at: usize,
        /// The position of the first, from 0.
        first: usize,
        /// Which kind.
        show: Show,
    },
    /// The shares do not fill the screen, or overfill it.
    Sum {
        /// Their sum, in percent.
        percent: u32,
    },
    /// A panel is so small that nothing in it can be read.
    ShareTooSmall {
        /// Its position, from 0.
        at: usize,
        /// What it shows.
        show: Show,
        /// Its share, in percent.
        percent: u32,
    },
    /// A strip is one window alone.
    StripNotAlone {
        /// The strip's position, from 0.
        at: usize,
    },
    /// Nobody could read who is called.
    NoCalls,
    /// Notices or pictures leave too little to the calls.
    CallsTooSmall {
        /// What they leave, in percent.
        percent: u32,
    },
}

impl Contradiction {
    /// Whether the layout could be drawn all the same: nobody would read it. A later version may judge otherwise.
    #[must_use]
    pub fn is_of_judgement(&self) -> bool {
        match self {
            Self::ShareTooSmall { .. } => true,
            Self::NoPanel
            | Self::TooMany { .. }
            | Self::Twice { .. }
            | Self::Sum { .. }
            | Self::StripNotAlone { .. }
            | Self::NoCalls
            | Self::CallsTooSmall { .. } => false,
        }
    }

    /// The position of the panel that it is about, from 0; none when it is about all of them.
    #[must_use]
    pub fn panel(&self) -> Option<usize> {
        match self {
            Self::Twice { at, .. }
            | Self::ShareTooSmall { at, .. }
            | Self::StripNotAlone { at } => Some(*at),
            Self::NoPanel
            | Self::TooMany { .. }
            | Self::Sum { .. }
            | Self::NoCalls
            | Self::CallsTooSmall { .. } => None,
        }
    }
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPanel => f.write_str(
                "there is no panel: write at least one [[layout.panel]], as in show = \"calls\", share = 100",
            ),
            Self::TooMany { count } => {
                write!(f, "{count} panels are too many: at most {PANELS_MAX} can be read")
            }
            Self::Twice { show, .. } => {
                write!(f, "“{show}” is shown twice: each kind has one panel")
            }
            Self::Sum { percent } => write!(
                f,
                "the shares of the panels make {percent}, not 100: they are percent of the screen"
            ),
            Self::ShareTooSmall { show, percent, .. } => write!(
                f,
                "“{show}” has a share of {percent} percent, in which nothing can be read: give it at least \
                 {SHARE_PERCENT_MIN}, or take it out"
            ),
            Self::StripNotAlone { .. } => f.write_str(
                "a strip shows one window alone: give it share = 100 and take the other panels out",
            ),
            Self::NoCalls => f.write_str(
                "no panel shows who is called: one of them must be “calls”, “windows” or “strip”",
            ),
            Self::CallsTooSmall { percent } => write!(
                f,
                "notices and pictures leave {percent} percent to calls, windows and waiting numbers: these need at least \
                 {CALLS_PERCENT_MIN}"
            ),
        }
    }
}

/// Everything that `panels` contradict each other in.
#[must_use]
pub fn contradictions(panels: &[Panel]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    if panels.is_empty() {
        return vec![Contradiction::NoPanel];
    }
    if panels.len() > PANELS_MAX {
        let count = panels.len();
        found.push(Contradiction::TooMany { count });
    }
    for (at, panel) in panels.iter().enumerate() {
        let first = panels.iter().position(|other| other.show == panel.show);
        if let Some(first) = first.filter(|first| *first < at) {
            let show = panel.show;
            found.push(Contradiction::Twice { at, first, show });
        }
        if panel.share < SHARE_PERCENT_MIN {
            let (show, percent) = (panel.show, panel.share);
            found.push(Contradiction::ShareTooSmall { at, show, percent });
        }
        if panel.show == Show::Strip && panels.len() > 1 {
            found.push(Contradiction::StripNotAlone { at });
        }
    }
    let sum = |counts: &dyn Fn(Show) -> bool| -> u32 {
        let counted = panels.iter().filter(|panel| counts(panel.show));
        counted.fold(0, |sum, panel| sum.saturating_add(panel.share))
    };
    let percent = sum(&|_| true);
    if percent != 100 {
        found.push(Contradiction::Sum { percent });
    }
    if !panels.iter().any(|panel| panel.show.shows_calls()) {
        found.push(Contradiction::NoCalls);
    }
    let guarded = sum(&Show::is_guarded);
    let beside = panels.iter().any(|panel| panel.show.is_beside());
    // Shares that make no whole are mended first.
    if beside && percent == 100 && guarded < CALLS_PERCENT_MIN {
        found.push(Contradiction::CallsTooSmall { percent: guarded });
    }
    found
}
