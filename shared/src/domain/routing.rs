//! Who is next, and why: the one place where that is decided.
//!
//! A window serves some services, each at a preference level. It calls from the lines of those services that anybody may
//! call from, from the lines reserved for its zone, and from every line reserved for the window itself. Among them:
//!
//! 1. a line reserved for this window goes before all others (the customer was promised this window);
//! 2. then lower preference levels go first: level 2 is looked at only when nobody waits at level 1;
//! 3. at one level, the first in the order of [`Standing`] goes: by rank of the class where classes are strict, then by
//!    place, that is, first come first served.
//!
//! Windows of one zone that serve different services, or the same at different levels, call from the same people in orders of
//! their own. What a wall of theirs shows ([`in_order`]) is the order that has none of that: everybody whom one of them can call,
//! by the standing of rule 3. Where windows serve the same services at one level and nobody is promised a window, it is the
//! order of the calls.
//!
//! What can never happen: a window gets a ticket of a service that it does not serve, unless the ticket was transferred to
//! that very window; somebody goes before another of the same line and class who has a lower place.

use std::collections::BTreeSet;

use super::queue::{Line, Lines, Merged, Reach, Standing};
use crate::model::{Catalogue, ServiceId, TicketId, Window, ZoneId};

/// Why a ticket was next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The rule that decided.
    pub rule: Rule,
    /// The preference level of its service at this window; 0 for a ticket reserved for the window.
    pub level: u8,
    /// How many lines with somebody in them were compared at that level.
    pub lines: u32,
    /// How many waited in those lines, the one called included.
    pub waiting: u32,
}

/// The rule by which a ticket was next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It was transferred to this window.
    ReservedForWindow,
    /// It came first.
    FirstCome,
    /// Its class goes before others that wait, and it came first in its class.
    Class,
}

/// The next ticket of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which ticket.
    pub ticket: TicketId,
    /// Why this one.
    pub why: Why,
}

/// The next ticket for `window`, of `only` this service or of all that it serves; none when nobody waits for it.
///
/// Takes time logarithmic in the number of waiting tickets and linear in the services of the window.
#[must_use]
pub fn next(lines: &Lines, window: &Window, only: Option<&ServiceId>) -> Option<Choice> {
    let wanted = |service: &ServiceId| only.is_none_or(|only| only == service);
    let own = Reach::Window(window.id.clone());
    let reserved = lines
        .reaching(&own)
        .filter(|(service, _)| wanted(service))
        .map(|(_, waiting)| waiting);
    if let Some(choice) = first_of(reserved, 0) {
        return Some(Choice {
            why: Why {
                rule: Rule::ReservedForWindow,
                ..choice.why
            },
            ..choice
        });
    }
    let mut levels: Vec<u8> = window
        .serves
        .iter()
        .filter(|(id, _)| wanted(id))
        .map(|(_, level)| *level)
        .collect();
    levels.sort_unstable();
    levels.dedup();
    levels.into_iter().find_map(|level| {
        let services = window
            .serves
            .iter()
            .filter(|(id, at)| **at == level && wanted(id))
            .map(|(id, _)| id);
        first_of(
            services.flat_map(|service| open_to(lines, window, service)),
            level,
        )
    })
}

/// Everybody whom some window of `zone` can call, or of the hall when that is none, by rank and place.
#[must_use]
pub fn in_order<'a>(lines: &'a Lines, catalogue: &Catalogue, zone: Option<&ZoneId>) -> Merged<'a> {
    lines.merged(|reach, service| {
        zone.is_none_or(|zone| match reach {
            Reach::Any => catalogue.serves_in(service, zone),
            Reach::Zone(only) => only == zone,
            Reach::Window(only) => {
                let window = catalogue.windows.get(only);
                window.is_some_and(|window| window.zone == *zone)
            }
        })
    })
}

/// The lines of `service` from which `window` may call, other than those reserved for it.
fn open_to<'a>(
    lines: &'a Lines,
    window: &Window,
    service: &ServiceId,
) -> impl Iterator<Item = &'a BTreeSet<Standing>> + use<'a> {
    let reaches = [Reach::Any, Reach::Zone(window.zone.clone())];
    let service = service.clone();
    reaches.into_iter().filter_map(move |reach| {
        lines.line(&Line {
            service: service.clone(),
            reach,
        })
    })
}

/// The first in the order of calling among the heads of some lines.
fn first_of<'a>(lines: impl Iterator<Item = &'a BTreeSet<Standing>>, level: u8) -> Option<Choice> {
    let mut first: Option<&Standing> = None;
    let mut why = Why {
        rule: Rule::FirstCome,
        level,
        lines: 0,
        waiting: 0,
    };
    let mut lowest_class = 0;
    for line in lines {
        let (Some(head), Some(tail)) = (line.first(), line.last()) else {
            continue;
        };
        first = Some(first.map_or(head, |first| first.min(head)));
        lowest_class = lowest_class.max(tail.rank);
        why.lines = why.lines.saturating_add(1);
        why.waiting = why
            .waiting
            .saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
    }
    let first = first?;
    if first.rank < lowest_class {
        why.rule = Rule::Class;
    }
    Some(Choice {
        ticket: first.ticket,
        why,
    })
}
