//! Lines of waiting tickets, each kept in the order in which it will be called.
//!
//! A *line* is a service and, for transferred tickets, the one window or zone that may call from it. In a line, tickets
//! stand by class rank (all zero unless classes are strict), then by [`Place`], then by id. A place is a point between
//! two others, so that a ticket can be put anywhere without moving its neighbours.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ServiceId, TicketId, WindowId, ZoneId};

/// A ticket's place in its line: lower goes first.
///
/// Places are handed out as `ordinal << 64`, in the order in which tickets join; a place between two others is their
/// middle. Two neighbours have room for 64 insertions at one point; beyond that a ticket shares its neighbour's
/// place and the lower id goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub u128);

impl Place {
    /// The place of the `ordinal`-th ticket that joins a line.
    #[must_use]
    pub fn joining(ordinal: u64) -> Self {
        Self(u128::from(ordinal) << 64)
    }

    /// A place between two others.
    #[must_use]
    pub fn between(before: Self, after: Self) -> Self {
        Self(before.0 + (after.0.saturating_sub(before.0)) / 2)
    }
}

/// Who may call from a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Every window that serves the service.
    Any,
    /// Only this window, whether it serves the service or not.
    Window(WindowId),
    /// Only windows of this zone that serve the service.
    Zone(ZoneId),
}

/// Which line a ticket stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// For which service.
    pub service: ServiceId,
    /// Who may call from it.
    pub reach: Reach,
}

impl Line {
    /// The line of a service from which every window of that service calls.
    #[must_use]
    pub fn of(service: ServiceId) -> Self {
        Self { service, reach: Reach::Any }
    }
}

/// Where a ticket stands in its line: by rank of its class, place, id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Rank of the class, or 0 where classes do not matter.
    pub rank: u32,
    /// The place.
    pub place: Place,
    /// The ticket.
    pub ticket: TicketId,
}

/// All lines that anybody waits in. Finding a head, joining and leaving take logarithmic time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(BTreeMap<Line, BTreeSet<Standing>>);

impl Lines {
    /// A ticket joins a line.
    pub fn join(&mut self, line: &Line, standing: Standing) {
        match self.0.get_mut(line) {
            Some(waiting) => {
                waiting.insert(standing);
            }
            None => {
                self.0.insert(line.clone(), BTreeSet::from([standing]));
            }
        }
    }

    /// A ticket leaves a line.
    pub fn leave(&mut self, line: &Line, standing: &Standing) {
        if let Some(waiting) = self.0.get_mut(line) {
            waiting.remove(standing);
            if waiting.is_empty() {
                self.0.remove(line);
            }
        }
    }

    /// Who is first in a line.
    #[must_use]
    pub fn head(&self, line: &Line) -> Option<&Standing> {
        self.0.get(line).and_then(BTreeSet::first)
    }

    /// Who is last in a line.
    #[must_use]
    pub fn tail(&self, line: &Line) -> Option<&Standing> {
        self.0.get(line).and_then(BTreeSet::last)
    }

    /// Those who wait in a line, in order.
    pub fn waiting(&self, line: &Line) -> impl Iterator<Item = &Standing> {
        self.0.get(line).into_iter().flatten()
    }

    /// How many wait in a line.
    #[must_use]
    pub fn len(&self, line: &Line) -> usize {
        self.0.get(line).map_or(0, BTreeSet::len)
    }

    /// The lines of a service that anybody waits in.
    pub fn of_service<'a>(&'a self, service: &'a ServiceId) -> impl Iterator<Item = (&'a Line, &'a BTreeSet<Standing>)> {
        self.0.range(Line::of(service.clone())..).take_while(move |(line, _)| line.service == *service)
    }

    /// Every line that anybody waits in.
    pub fn iter(&self) -> impl Iterator<Item = (&Line, &BTreeSet<Standing>)> {
        self.0.iter()
    }
}
