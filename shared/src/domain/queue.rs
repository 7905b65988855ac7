//! Lines of waiting tickets, each kept in the order in which it will be called.
//!
//! A *line* is a service and, for transferred tickets, the one window or zone that may call from it. In a line, tickets
//! stand by class rank (all zero unless classes are strict), then by [`Place`], then by id. A place is a point between
//! two others, so that a ticket can be put anywhere without moving its neighbours.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, btree_set};

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
        Self {
            service,
            reach: Reach::Any,
        }
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

/// Those who wait in one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Waiting {
    standings: BTreeSet<Standing>,
    /// How many of each rank; a rank that nobody has is not there.
    ranks: BTreeMap<u32, usize>,
}

impl Waiting {
    fn insert(&mut self, standing: Standing) {
        if self.standings.insert(standing) {
            *self.ranks.entry(standing.rank).or_default() += 1;
        }
    }

    fn remove(&mut self, standing: &Standing) {
        if !self.standings.remove(standing) {
            return;
        }
        if let Entry::Occupied(mut rank) = self.ranks.entry(standing.rank) {
            *rank.get_mut() -= 1;
            if *rank.get() == 0 {
                rank.remove();
            }
        }
    }

    fn ahead(&self, standing: &Standing) -> usize {
        let before: usize = self
            .ranks
            .range(..standing.rank)
            .map(|(_, count)| count)
            .sum();
        let of_rank = self.ranks.get(&standing.rank).copied().unwrap_or(0);
        let last = self
            .standings
            .range(..=Standing::end_of(standing.rank))
            .next_back();
        let own = match last {
            _ if of_rank == 0 => 0,
            Some(last) if last < standing => of_rank,
            Some(last) if last == standing => of_rank - 1,
            Some(_) | None => {
                let begin = Standing::begin_of(standing.rank);
                self.standings.range(begin..*standing).count()
            }
        };
        before + own
    }
}

/// All lines that anybody waits in. Finding a head, joining and leaving take logarithmic time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(BTreeMap<Reach, BTreeMap<ServiceId, Waiting>>);

impl Lines {
    /// A ticket joins a line.
    pub fn join(&mut self, line: &Line, standing: Standing) {
        let services = self.0.entry(line.reach.clone()).or_default();
        services
            .entry(line.service.clone())
            .or_default()
            .insert(standing);
    }

    /// A ticket leaves a line.
    pub fn leave(&mut self, line: &Line, standing: &Standing) {
        let Some(services) = self.0.get_mut(&line.reach) else {
            return;
        };
        let Some(waiting) = services.get_mut(&line.service) else {
            return;
        };
        waiting.remove(standing);
        if waiting.standings.is_empty() {
            services.remove(&line.service);
        }
        if services.is_empty() {
            self.0.remove(&line.reach);
        }
    }

    fn waiting(&self, line: &Line) -> Option<&Waiting> {
        self.0.get(&line.reach)?.get(&line.service)
    }

    /// Those who wait in a line, in the order in which they will be called; none when nobody does.
    #[must_use]
    pub fn line(&self, line: &Line) -> Option<&BTreeSet<Standing>> {
        self.waiting(line).map(|waiting| &waiting.standings)
    }

    /// The lines with this reach that anybody waits in.
    pub fn reaching<'a>(
        &'a self,
        reach: &Reach,
    ) -> impl Iterator<Item = (&'a ServiceId, &'a BTreeSet<Standing>)> + use<'a> {
        let services = self.0.get(reach).into_iter().flatten();
        services.map(|(service, waiting)| (service, &waiting.standings))
    }

    /// The lines of a service that anybody waits in.
    pub fn of_service<'a>(
        &'a self,
        service: &'a ServiceId,
    ) -> impl Iterator<Item = (&'a Reach, &'a BTreeSet<Standing>)> {
        self.0.iter().filter_map(move |(reach, services)| {
            let waiting = services.get(service)?;
            Some((reach, &waiting.standings))
        })
    }

    /// All of the lines that `seen` picks as one, in the order of [`Standing`]. Takes time linear in the lines that anybody
    /// waits in, and for each that is taken, time logarithmic in the picked ones.
    #[must_use]
    pub fn merged(&self, seen: impl Fn(&Reach, &ServiceId) -> bool) -> Merged<'_> {
        let lines = self.0.iter().flat_map(|(reach, services)| {
            let services = services.iter();
            services.map(move |(service, waiting)| (reach, service, &waiting.standings))
        });
        let mut merged = Merged::default();
        for (_, _, standings) in lines.filter(|(reach, service, _)| seen(reach, service)) {
            merged.left += standings.len();
            merged.put(standings.iter());
        }
        merged
    }

    /// How many of a line go before `standing`, whether it stands there or not. Takes time linear in the ranks of the line
    /// for somebody behind all of the own rank, else time linear in those of the own rank who go before.
    #[must_use]
    pub fn ahead(&self, line: &Line, standing: &Standing) -> usize {
        self.waiting(line)
            .map_or(0, |waiting| waiting.ahead(standing))
    }

    /// The place behind everybody of `rank` in a line, or `joining` when that is further back.
    #[must_use]
    pub fn place_last(&self, line: &Line, rank: u32, joining: Place) -> Place {
        let last = self
            .line(line)
            .and_then(|waiting| waiting.range(..=Standing::end_of(rank)).next_back());
        let behind = last
            .filter(|standing| standing.rank == rank)
            .map(|standing| standing.place);
        behind.map_or(joining, |behind| {
            joining.max(Place(behind.0.saturating_add(1 << 64)))
        })
    }

    /// The place before everybody of `rank` in a line, or `joining` when nobody waits there.
    #[must_use]
    pub fn place_first(&self, line: &Line, rank: u32, joining: Place) -> Place {
        let first = self.of_rank(line, rank).next();
        first.map_or(joining, |first| Place::between(Place(0), first.place))
    }

    /// The place behind the next `ahead` tickets of `rank` in a line; behind all of them when there are fewer.
    #[must_use]
    pub fn place_behind(&self, line: &Line, rank: u32, ahead: u32, joining: Place) -> Place {
        let mut before = None;
        let mut waiting = self.of_rank(line, rank);
        for _ in 0..ahead {
            let Some(next) = waiting.next() else { break };
            before = Some(next.place);
        }
        match (before, waiting.next()) {
            (Some(before), Some(after)) => Place::between(before, after.place),
            (None, Some(after)) => Place::between(Place(0), after.place),
            (Some(_), None) | (None, None) => self.place_last(line, rank, joining),
        }
    }

    fn of_rank(&self, line: &Line, rank: u32) -> impl Iterator<Item = &Standing> {
        let of_rank = Standing::begin_of(rank)..=Standing::end_of(rank);
        self.line(line)
            .into_iter()
            .flat_map(move |waiting| waiting.range(of_rank.clone()))
    }
}

/// Several lines as one, see [`Lines::merged`].
#[derive(Debug, Default)]
pub struct Merged<'a> {
    /// The first of each line that anybody is left in, lowest on top.
    heads: BinaryHeap<Reverse<(Standing, usize)>>,
    /// Those behind them.
    tails: Vec<btree_set::Iter<'a, Standing>>,
    left: usize,
}

impl<'a> Merged<'a> {
    fn put(&mut self, mut line: btree_set::Iter<'a, Standing>) {
        if let Some(first) = line.next() {
            self.heads.push(Reverse((*first, self.tails.len())));
            self.tails.push(line);
        }
    }
}

impl Iterator for Merged<'_> {
    type Item = Standing;

    fn next(&mut self) -> Option<Standing> {
        let Reverse((first, line)) = self.heads.pop()?;
        let behind = self.tails.get_mut(line).and_then(Iterator::next);
        self.heads
            .extend(behind.map(|behind| Reverse((*behind, line))));
        self.left -= 1;
        Some(first)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Merged<'_> {}

impl Standing {
    /// Before every standing of this rank, or the very first of them.
    fn begin_of(rank: u32) -> Self {
        Self {
            rank,
            place: Place(0),
            ticket: TicketId(0),
        }
    }

    /// Behind every standing of this rank.
    fn end_of(rank: u32) -> Self {
        Self {
            rank,
            place: Place(u128::MAX),
            ticket: TicketId(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests;
