//! The kiosk's screens as the Slint compiler writes them, from the `.slint` files beside.
//!
//! A package of its own, because compiling what is written here takes longer than all the rest of the kiosk: so neither the
//! kiosk's own code nor its tests compile it again. Nothing but the kiosk's adapter uses it.

#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    reason = "written by the Slint compiler"
)]

slint::include_modules!();
