//! The HTTP doors.

pub mod pages;
pub mod problem;
