//! The server of a hall.
//!
//! A command enters at a door, is decided by the one writer ([`hall_task`]), made durable in the journal, and
//! only then published ([`hub`]) and answered. What is derived from the journal can be made again.

pub mod app;
pub mod auth;
pub mod clock;
pub mod hall_task;
pub mod hooks;
pub mod http;
pub mod hub;
pub mod inspection;
pub mod keys;
pub mod metrics;
pub mod projection;
pub mod record;
pub mod recovery;
pub mod reports;
pub mod run;
pub mod serve;
pub mod settings;
pub mod snapshots;
pub mod socket;
pub mod store;
pub mod tools;
pub mod voice;
