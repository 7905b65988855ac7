//! Which calls were heard, in bounded memory.

use std::collections::BTreeMap;

use super::super::Call;
use crate::model::{Moment, TicketId};

/// How many sequences are remembered one by one. It is more than can wait at once, and several times what a board shows.
pub const HEARD_MAX: usize = 512;

/// What a call is to whoever remembers the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// Heard before.
    Known,
    /// Not heard before, and over already.
    Over,
    /// Not heard before, but a later call of the same ticket was: this one.
    CalledAgain(u64),
    /// New.
    New,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Heard,
    /// Was over before it was heard.
    Over,
}

/// The memory of one zone.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// Everything up to here counts as heard.
    floor: u64,
    /// What is remembered above the floor, at most [`HEARD_MAX`].
    above: BTreeMap<u64, (TicketId, Fate)>,
    /// When the newest call was made that was heard.
    newest: Option<Moment>,
    /// What was called up to here was heard before sequences counted anew.
    heard_until: Option<Moment>,
}

impl Heard {
    /// Remembers a call, and says what it is.
    pub(super) fn enter(&mut self, call: &Call) -> News {
        if call.seq <= self.floor || self.heard_until.is_some_and(|until| call.at <= until) {
            return News::Known;
        }
        let news = match self.above.get(&call.seq) {
            Some((_, Fate::Heard)) => return News::Known,
            Some((_, Fate::Over)) => News::Over,
            None => self
                .later(call)
                .map_or(News::New, |(seq, fate)| match fate {
                    Fate::Heard => News::CalledAgain(seq),
                    Fate::Over => News::Over,
                }),
        };
        self.newest = self.newest.max(Some(call.at));
        self.remember(call.seq, call.ticket, Fate::Heard);
        news
    }

    /// The last later call of the same ticket.
    fn later(&self, call: &Call) -> Option<(u64, Fate)> {
        let after = call.seq.checked_add(1)?;
        self.above
            .range(after..)
            .rev()
            .find(|(_, (ticket, _))| *ticket == call.ticket)
            .map(|(seq, (_, fate))| (*seq, *fate))
    }

    /// The call is over, whether it was heard or not.
    pub(super) fn over(&mut self, seq: u64, ticket: TicketId) {
        if seq > self.floor && !self.above.contains_key(&seq) {
            self.remember(seq, ticket, Fate::Over);
        }
    }

    /// Everything up to `seq`, called at `at`, counts as heard.
    pub(super) fn up_to(&mut self, seq: u64, at: Moment) {
        self.newest = self.newest.max(Some(at));
        self.floor = self.floor.max(seq);
        self.above.retain(|seq, _| *seq > self.floor);
    }

    /// Sequences count anew.
    pub(super) fn restart(&mut self) {
        *self = Self {
            newest: self.newest,
            heard_until: self.newest,
            ..Self::default()
        };
    }

    fn remember(&mut self, seq: u64, ticket: TicketId, fate: Fate) {
        self.above.insert(seq, (ticket, fate));
        while self.above.len() > HEARD_MAX {
            if let Some((forgotten, _)) = self.above.pop_first() {
                self.floor = self.floor.max(forgotten);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Label, Language};

    fn call(seq: u64, ticket: u64) -> Call {
        Call {
            seq,
            ticket: TicketId(ticket),
            label: Label::new("A", 1, 3),
            window: 1,
            language: Language::ZhCn,
            recalls: 0,
            at: Moment(i64::try_from(seq).unwrap()),
        }
    }

    #[test]
    fn what_was_heard_is_known_in_whatever_order_it_comes_again() {
        let mut heard = Heard::default();
        for seq in [3, 1, 2] {
            assert_eq!(heard.enter(&call(seq, seq)), News::New);
        }
        for seq in [1, 2, 3, 3] {
            assert_eq!(heard.enter(&call(seq, seq)), News::Known);
        }
    }

    #[test]
    fn a_call_that_comes_behind_its_own_recall_or_end_is_told_from_a_new_one() {
        let mut heard = Heard::default();
        assert_eq!(heard.enter(&call(9, 1)), News::New);
        assert_eq!(heard.enter(&call(4, 1)), News::CalledAgain(9));
        heard.over(12, TicketId(2));
        assert_eq!(heard.enter(&call(11, 2)), News::Over);
        assert_eq!(heard.enter(&call(12, 2)), News::Over);
        assert_eq!(heard.enter(&call(12, 2)), News::Known);
    }

    #[test]
    fn memory_is_bounded_and_what_is_forgotten_counts_as_heard() {
        let mut heard = Heard::default();
        for seq in 1..=10 * HEARD_MAX as u64 {
            heard.enter(&call(2 * seq, seq));
            heard.over(2 * seq - 1, TicketId(seq));
            assert!(heard.above.len() <= HEARD_MAX);
        }
        assert_eq!(heard.enter(&call(7, 0)), News::Known);
    }

    #[test]
    fn sequences_that_count_anew_are_told_apart_by_the_time_of_the_call() {
        let mut heard = Heard::default();
        heard.up_to(5, Moment(5));
        assert_eq!(heard.enter(&call(5, 1)), News::Known);
        assert_eq!(heard.enter(&call(6, 1)), News::New);
        heard.restart();
        assert_eq!(heard.enter(&call(6, 1)), News::Known);
        let mut later = call(2, 3);
        later.at = Moment(7);
        assert_eq!(heard.enter(&later), News::New);
        assert_eq!(heard.enter(&later), News::Known);
    }
}
