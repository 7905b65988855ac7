//! Paper once more, between view and window.

use super::generated::Kiosk;
use crate::state::Touch;
use crate::view::Offer;

/// Says what touches on its buttons mean.
pub(super) fn listen(kiosk: &Kiosk<'_>, touched: impl Fn(Touch) + Clone + 'static) {
    let say = touched.clone();
    kiosk.on_reprinted(move || say(Touch::Reprint));
    kiosk.on_slip_printed(move || touched(Touch::Slip));
}

pub(super) fn put_reprint(kiosk: &Kiosk<'_>, offer: Option<&Offer>) {
    kiosk.set_reprint(offer.map_or_else(Default::default, |offer| offer.label.as_str().into()));
    kiosk.set_reprint_open(offer.is_some_and(|offer| offer.open));
}

pub(super) fn put_slip(kiosk: &Kiosk<'_>, offer: Option<&Offer>) {
    kiosk.set_slip(offer.map_or_else(Default::default, |offer| offer.label.as_str().into()));
    kiosk.set_slip_open(offer.is_some_and(|offer| offer.open));
}
