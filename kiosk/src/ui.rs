//! The screen. The adapters in here are the only files that name the GUI library.

pub mod kiosk_adapter;
