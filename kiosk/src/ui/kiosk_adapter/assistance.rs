//! Paper once more and calls for help, between view and window.

use super::generated::Kiosk;
use crate::state::Touch;
use crate::view::{Offer, View};

/// Says what touches on its buttons mean.
pub(super) fn listen(kiosk: &Kiosk<'_>, touched: impl Fn(Touch) + Clone + 'static) {
    let say = touched.clone();
    kiosk.on_reprinted(move || say(Touch::Reprint));
    let say = touched.clone();
    kiosk.on_slip_printed(move || say(Touch::Slip));
    kiosk.on_help_called(move || touched(Touch::CallHelp));
}

pub(super) fn put_help(kiosk: &Kiosk<'_>, view: &View) {
    kiosk.set_help_is_news(view.help_is_news);
    kiosk.set_call_help(view.call_help.as_str().into());
}

pub(super) fn put_reprint(kiosk: &Kiosk<'_>, offer: Option<&Offer>) {
    kiosk.set_reprint(offer.map_or_else(Default::default, |offer| offer.label.as_str().into()));
    kiosk.set_reprint_open(offer.is_some_and(|offer| offer.open));
}

pub(super) fn put_slip(kiosk: &Kiosk<'_>, offer: Option<&Offer>) {
    kiosk.set_slip(offer.map_or_else(Default::default, |offer| offer.label.as_str().into()));
    kiosk.set_slip_open(offer.is_some_and(|offer| offer.open));
}
