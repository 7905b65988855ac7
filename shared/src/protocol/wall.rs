//! What a display is told of what it shows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{Language, LayoutId, Localized, ZoneId};

/// Where a display stands, and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlacedView {
    /// The zone that it shows; none: the whole hall.
    pub zone: Option<ZoneId>,
    /// Its layout; none: the usual board.
    #[serde(default)]
    pub layout: Option<LayoutView>,
    /// The number of the window above which it hangs, when it is a strip.
    #[serde(default)]
    pub window: Option<u32>,
}

/// What a display shows: the panels of its screen, its colours and languages.
///
/// Where panels lie, [`crate::wall`] reckons: an upright screen stacks them in their shares of the height; a lying one gives
/// the first its share of the width at the left and stacks the others at the right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayoutView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: LayoutId,
    /// Its colours.
    pub theme: ThemeWire,
    /// How the second language stands.
    pub second: SecondWire,
    /// The languages of the screen: the first, and the second if there is one.
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<Language>,
    /// The scrolling line at the bottom; none: there is none.
    #[schema(value_type = Option<Object>)]
    pub line: Option<Localized>,
    /// Whether the hall's logo stands in the header.
    pub logo: bool,
    /// Its panels, the first in the place of honour; their shares sum to 100.
    pub panels: Vec<PanelView>,
}

/// A part of a display's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PanelView {
    /// What it shows.
    pub show: ShowWire,
    /// Its share of the room of all panels, in percent.
    pub share: u32,
}

/// The colours of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThemeWire {
    /// Bright on dark.
    Dark,
    /// Dark on white.
    Light,
    /// Bright on black, of high contrast.
    Contrast,
}

/// How the second language stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondWire {
    /// Beside the first, smaller.
    Beside,
    /// In turn with the first.
    Alternate,
    /// Not at all.
    None,
}

/// What a panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShowWire {
    /// The newest call large, the others below it.
    Calls,
    /// A fixed row for each window.
    Windows,
    /// The numbers of those who wait, masked if the layout says so.
    Waiting,
    /// Services, and how many wait for each.
    Counts,
    /// One window alone.
    Strip,
    /// The hall's notices, in turn.
    Notices,
    /// Pictures, in turn.
    Pictures,
    /// Something that a newer server knows: its room goes to the others.
    #[serde(other)]
    Unknown,
}
