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
//! * [`ui`] holds the adapter, the only file that names the GUI library.

pub mod hands;
pub mod runner;
pub mod state;
pub mod texts;
pub mod ui;
pub mod view;
pub mod voice;

// The scenes are shared with the tests that draw pictures; there they see this crate from outside.
#[cfg(test)]
extern crate self as nowserving_display;
#[cfg(test)]
#[path = "../tests/scenes/mod.rs"]
mod sample;
