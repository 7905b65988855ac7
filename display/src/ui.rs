//! The screen: the only files that name the GUI library.

pub mod display_adapter;
pub mod still_adapter;
