//! The HTTP doors.

pub mod problem;
