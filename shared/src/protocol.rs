//! The wire, version 1: JSON over HTTP under `/api/v1` and over the websocket `/ws/v1`.
//!
//! Moments are milliseconds since 1970-01-01T00:00:00Z. Ids are slugs, tickets are numbers. The wire speaks its own
//! types; [`convert`] is the one place where they meet the domain's. Golden files hold their JSON form still.

pub mod convert;
pub mod hook;
pub mod http;
pub mod kiosk;
mod sentences;
pub mod socket;
pub mod voice;
pub mod wall;

/// The version of the wire that this build speaks.
pub const SCHEMA: u32 = 1;

/// The header that carries the key of a command, so that a repeated request is carried out once.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The longest idempotency key, in bytes (visible ASCII).
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 64;
/// The header that a page must send with every request that changes something, so that no other site can.
pub const CSRF_HEADER: &str = "x-nowserving";
