//! The screen. The adapter in here is the only file that names the GUI library.

pub mod display_adapter;
