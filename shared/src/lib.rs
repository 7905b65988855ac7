//! The rules of a service hall, pure.
//!
//! A *command* is decided by [`domain::Hall::decide`] into *events* or a [`domain::Refusal`]; events are applied by
//! [`domain::Hall::apply`], which can neither fail nor refuse. Nothing here names a clock, a file, a socket, a thread or
//! a random source: the time is an argument, and identifiers follow from what was decided before. So the same
//! commands always make the same events, and the same events always make the same hall.
//!
//! * [`model`]: the words: ids, labels, languages, the catalogue of a hall, its business day.
//! * [`domain`]: commands, events, the ticket's life, routing, refusals.
//! * [`board`]: what a wall shows; one fold makes the server's snapshot and follows its deltas on the client.
//! * [`announce`]: what is said of a call, and when; the voice of a hall without sound.
//! * [`protocol`]: the wire, version 1, and its conversions.
//! * [`wall`]: what a wall display shows, where it lies, and whether it can be read.
//! * [`link`]: the client's session without I/O: hello, resume, heartbeat, backoff.

pub mod announce;
pub mod board;
pub mod domain;
pub mod link;
pub mod model;
pub mod protocol;
pub mod wall;
