//! The wall display: who is called, where, and how old the picture is.
//!
//! ```text
//!  server ──┐
//!  clock  ──┼─► Event ─► runner ─► state ─► Effect ─► hands ─► server, voice ─► Event …
//!  voice  ──┘            (one loop)  │
//!                                    └─► view ─► ui adapter ─► screen
//! ```
//!
//! * [`state`] decides, purely; [`view`] says what that looks like, as plain data; [`texts`] holds the words.
//! * [`runner`] puts everything that happens into one order; [`hands`] carries out what the state wishes.
//! * [`voice`] makes announcements heard; which call is said next, [`nowserving_shared::announce`] knows.
//! * [`ui`] holds the adapters, the only files that name the GUI library.
//! * [`preview`] draws a layout with [`made_up`] data into a picture, without a server and without a window.

use std::ops::RangeInclusive;
use std::path::Path;

use nowserving_images::{PANEL_SIDE_MAX, Picture, PictureError};
use nowserving_shared::model::Language;
use nowserving_shared::wall::Extent;

pub mod hands;
pub mod made_up;
pub mod preview;
pub mod runner;
pub mod state;
pub mod texts;
pub mod ui;
pub mod view;
pub mod voice;

/// The smallest and largest side of a window, in pixels.
const SIDE: RangeInclusive<u32> = 240..=8192;
/// The largest logo, in pixels: of the header of a screen of 4K.
const LOGO_MAX: (u32, u32) = (PANEL_SIDE_MAX / 4, 256);

/// Reads a size such as `1920x1080`.
///
/// # Errors
/// A sentence that says what would be right.
pub fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let (least, most) = (SIDE.start(), SIDE.end());
    match Extent::read(text, &SIDE) {
        Some(Extent { width, height }) => Ok((width, height)),
        None => Err(format!(
            "write WIDTHxHEIGHT in pixels, each from {least} to {most}, such as 1920x1080"
        )),
    }
}

/// Reads a language's tag.
///
/// # Errors
/// A sentence that says what would be right.
pub fn parse_language(text: &str) -> Result<Language, String> {
    Language::from_tag(text).ok_or_else(|| "write zh-CN, zh-TW, en or de".to_owned())
}

/// Reads the hall's logo; what is seen through stands on white.
///
/// # Errors
/// It cannot be read, or is no picture.
pub fn logo(file: &Path) -> Result<Picture, PictureError> {
    nowserving_images::read(file, LOGO_MAX)
}

// The scenes are shared with the tests that draw pictures; there they see this crate from outside.
#[cfg(test)]
extern crate self as nowserving_display;
#[cfg(test)]
#[path = "../tests/scenes/mod.rs"]
mod sample;
