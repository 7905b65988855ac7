//! Drivers of the wire: the websocket session and the HTTP client of devices and staff.
//!
//! * [`api`]: the typed HTTP client.
//! * [`socket`]: the one driver of [`nowserving_shared::link`] over tokio-tungstenite.
//! * [`token_file`]: what a device keeps of its enrolment.

pub mod api;
pub mod socket;
pub mod token_file;

pub use api::{Api, ApiError};
