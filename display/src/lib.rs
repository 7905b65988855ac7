//! The wall display: who is called, where, and how old the picture is.
//!
//! ```text
//!  server ──┐
//!  clock  ──┼─► Event ─► runner ─► state ─► Effect ─► hands ─► server, chime ─► Event …
//!  chime  ──┘            (one loop)  │
//!                                    └─► view ─► ui adapter ─► screen
//! ```
//!
//! * [`state`] decides, purely; [`view`] says what that looks like, as plain data; [`texts`] holds the words.
//! * [`runner`] puts everything that happens into one order; [`hands`] carries out what the state wishes.
//! * [`chime`] sounds the two tones of a call.
//! * [`ui`] holds the adapter, the only file that names the GUI library.

pub mod chime;
pub mod hands;
pub mod runner;
pub mod state;
pub mod texts;
pub mod ui;
pub mod view;

// The scenes are shared with the tests that draw pictures; there they see this crate from outside.
#[cfg(test)]
extern crate self as nowserving_display;
#[cfg(test)]
#[path = "../tests/scenes/mod.rs"]
mod sample;
