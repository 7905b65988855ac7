//! Who waits, as a wall shows it.

use crate::board::{Scope, WAITING_MAX, WaitingList, WaitingNumber};
use crate::domain::{Hall, routing};

/// Who waits, as a wall of this scope shows it; none for a scope that does not, and before there is a configuration.
#[must_use]
pub fn waiting_list(hall: &Hall, scope: &Scope) -> Option<WaitingList> {
    let Scope::Queue { zone, mask } = scope else {
        return None;
    };
    let everybody = routing::in_order(hall.lines(), hall.catalogue()?, zone.as_ref());
    let more = super::count(everybody.len().saturating_sub(WAITING_MAX));
    let shown = everybody.take(WAITING_MAX);
    let tickets = shown.filter_map(|standing| hall.ticket(standing.ticket));
    let number = |label| WaitingNumber {
        label: mask.of(label),
    };
    Some(WaitingList {
        numbers: tickets.map(|ticket| number(&ticket.label)).collect(),
        more,
    })
}
