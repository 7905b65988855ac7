//! Harness, demonstration hall, world simulator, and the tests through the real doors.

pub mod demonstration;
pub mod forgetful_disk;
pub mod harness;
pub mod paper;
pub mod world;
