//! The touch kiosk: chooses a service, takes a number, prints the ticket.
//!
//! ```text
//!  touches ─┐
//!  server ──┼─► Event ─► runner ─► state ─► Effect ─► hands ─► server, printer ─► Event …
//!  printer ─┤            (one loop, one order)  │
//!  clock ───┘                │                  └─► view ─► ui adapter ─► screen
//!                            └─► recorder (the last events, replayable)
//! ```
//!
//! * [`state`] decides, purely; [`view`] says what that looks like, as plain data; [`texts`] holds the words.
//! * [`search`] finds services by what somebody types; [`popular`] knows which ones are asked for most.
//! * [`runner`] puts everything that happens into one order; [`recorder`] keeps the last of it.
//! * [`hands`] carries out what the state wishes: asks the [server](nowserving_client), feeds the [`printer`].
//! * [`offline`] is what goes on when the server is away: leased numbers, and a journal of what was given out.
//! * [`controls`] says what keys can reach, in which order; [`spoken`] what a page sounds like; [`speech`] has the voices.
//! * [`ui`] holds the adapters, the only files that name the GUI library.

pub mod checkin;
pub mod civil;
pub mod code;
pub mod controls;
pub mod hands;
pub mod offline;
pub mod paper;
pub mod pictures;
pub mod pin;
pub mod popular;
pub mod preview;
pub mod printer;
pub mod recorder;
pub mod runner;
pub mod search;
pub mod sizes;
pub mod speech;
pub mod spoken;
pub mod state;
pub mod texts;
pub mod ui;
pub mod view;
pub mod watchdog;
