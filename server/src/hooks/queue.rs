//! What one hook is still to be told, as rules without clock, chance or connection.
//!
//! Notices go out one at a time, in the order in which things happened; the next is sent when the one before was
//! acknowledged or dropped. Nothing is sent again that was acknowledged. A notice that failed is tried again after a pause
//! that doubles with every failure in a row, at most [`ATTEMPTS_MAX`] times. The call of a ticket whose holder was served
//! meanwhile, or whose call ended, is not sent any more; its end is sent only when the hook may have heard of its beginning.
//! At most [`WAITING_MAX`] notices wait: beyond that the oldest call goes, and an end only when nothing else is left.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use nowserving_shared::board::{CallLine, CallState, Change};
use nowserving_shared::model::{Moment, TicketId};
use nowserving_shared::protocol::hook::HookEvent;

#[cfg(test)]
mod tests;

/// How many notices wait for a hook at most.
pub const WAITING_MAX: usize = 256;
/// How often a notice is sent at most.
pub const ATTEMPTS_MAX: u32 = 8;
/// The shortest pause after a failure.
pub const PAUSE_MIN: Duration = Duration::from_millis(250);
/// The longest pause after a failure.
pub const PAUSE_MAX: Duration = Duration::from_secs(15);
/// The ceiling of the pause is doubled so often at most.
const DOUBLINGS_MAX: u32 = 6;

/// Something that a hook is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub event: HookEvent,
    /// The hall's sequence up to which was heard with it; never falls.
    pub seq: u64,
    /// The hall's time of it.
    pub at: Moment,
    /// The call that it happened to.
    pub call: CallLine,
}

impl Notice {
    fn ends_a_call(&self) -> bool {
        match self.event {
            HookEvent::Called | HookEvent::Recalled => false,
            HookEvent::Over | HookEvent::Undone => true,
        }
    }
}

/// What a hook answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It has heard.
    Acknowledged,
    /// It will not hear this, however often it is told.
    Refused,
    /// Nobody knows whether it has heard.
    Failed,
}

/// Why a notice is not sent, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The call was over before the hook had heard of it.
    Stale,
    /// The hook refused it.
    Refused,
    /// It failed [`ATTEMPTS_MAX`] times.
    GivenUp,
    /// More than [`WAITING_MAX`] waited.
    QueueFull,
}

impl Why {
    /// In one word, for figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Refused => "refused",
            Self::GivenUp => "given_up",
            Self::QueueFull => "queue_full",
        }
    }
}

/// A notice that is not sent, or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Which.
    pub notice: Notice,
    /// Why.
    pub why: Why,
}

/// A call that stands, and whether the hook may have heard of it.
#[derive(Debug)]
struct Standing {
    line: CallLine,
    sent: bool,
}

/// The notice that is being sent, or is to be sent again.
#[derive(Debug)]
struct Head {
    notice: Notice,
    attempts: u32,
    under_way: bool,
    /// Its call ended while it was under way.
    stale: bool,
}

/// What one hook is still to be told.
#[derive(Debug, Default)]
pub struct Queue {
    /// Calls that stand and that the hook is for: at most one for each window.
    standing: BTreeMap<TicketId, Standing>,
    head: Option<Head>,
    waiting: VecDeque<Notice>,
    failures_in_a_row: u32,
    not_before: Duration,
}

impl Queue {
    /// How many notices wait, with the one that is being sent.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len() + usize::from(self.head.is_some())
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The calls that stand, as they are at `seq`: at the start, and whenever changes were missed. What began or ended
    /// meanwhile is told now.
    pub fn board(&mut self, seq: u64, at: Moment, mut lines: Vec<CallLine>) -> Vec<Dropped> {
        let stands = |ticket: &TicketId| lines.iter().any(|line| line.ticket == *ticket);
        let gone: Vec<TicketId> = self.standing.keys().copied().collect();
        let gone: Vec<TicketId> = gone.into_iter().filter(|id| !stands(id)).collect();
        let mut dropped = Vec::new();
        for ticket in gone {
            self.ends(ticket, HookEvent::Over, seq, at, &mut dropped);
        }
        lines.sort_by_key(|line| line.seq);
        for line in lines {
            dropped.extend(self.change(seq, at, Change::Call(line)));
        }
        dropped
    }

    /// Something changed; of calls, only those that the hook is for. Gives what will not be sent for it.
    pub fn change(&mut self, seq: u64, at: Moment, change: Change) -> Vec<Dropped> {
        let mut dropped = Vec::new();
        match change {
            Change::Call(line) => match line.state {
                CallState::Calling => self.calls(line, seq, &mut dropped),
                CallState::Serving | CallState::Over => {
                    self.ends(line.ticket, HookEvent::Over, seq, at, &mut dropped);
                }
            },
            Change::CallWithdrawn { ticket } => {
                self.ends(ticket, HookEvent::Undone, seq, at, &mut dropped);
            }
            Change::Service(_)
            | Change::Window(_)
            | Change::Ticket(_)
            | Change::TicketGone { .. }
            | Change::Help(_)
            | Change::HelpOver { .. } => {}
        }
        dropped
    }

    fn calls(&mut self, line: CallLine, seq: u64, dropped: &mut Vec<Dropped>) {
        let known = self.standing.get(&line.ticket).map(|known| &known.line);
        let (same_call, moved) = match known {
            Some(known) if known.seq == line.seq => return,
            Some(known) => (known.window == line.window, known.window != line.window),
            None => (false, false),
        };
        if moved {
            self.ends(line.ticket, HookEvent::Undone, seq, line.at, dropped);
        }
        let sent = self.standing.get(&line.ticket);
        let sent = sent.is_some_and(|known| known.sent);
        let call = line.clone();
        self.standing.insert(line.ticket, Standing { line, sent });
        let event = if same_call {
            HookEvent::Recalled
        } else {
            HookEvent::Called
        };
        let at = call.at;
        let notice = Notice {
            event,
            seq,
            at,
            call,
        };
        self.push(notice, dropped);
    }

    /// The call of a ticket is over or was taken back. What was to be said of it before is stale now.
    fn ends(
        &mut self,
        ticket: TicketId,
        event: HookEvent,
        seq: u64,
        at: Moment,
        dropped: &mut Vec<Dropped>,
    ) {
        let Some(Standing { line, sent }) = self.standing.remove(&ticket) else {
            return;
        };
        let is_stale = |notice: &Notice| notice.call.ticket == ticket && !notice.ends_a_call();
        if let Some(head) = self.head.as_mut().filter(|head| is_stale(&head.notice)) {
            head.stale = true;
        }
        if let Some(head) = self.head.take_if(|head| head.stale && !head.under_way) {
            dropped.push(stale(head.notice));
        }
        let waiting = std::mem::take(&mut self.waiting);
        let (gone, kept): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_stale);
        self.waiting = kept.into();
        dropped.extend(gone.into_iter().map(stale));
        if sent {
            let call = line;
            let notice = Notice {
                event,
                seq,
                at,
                call,
            };
            self.push(notice, dropped);
        }
    }

    fn push(&mut self, notice: Notice, dropped: &mut Vec<Dropped>) {
        if self.waiting.len() >= WAITING_MAX {
            let oldest_call = self.waiting.iter().position(|known| !known.ends_a_call());
            if let Some(notice) = self.waiting.remove(oldest_call.unwrap_or(0)) {
                let why = Why::QueueFull;
                dropped.push(Dropped { notice, why });
            }
        }
        self.waiting.push_back(notice);
    }

    /// The notice that is to be sent now, and which attempt it is, from 1. The next one is given after its answer.
    pub fn poll(&mut self, now: Duration) -> Option<(Notice, u32)> {
        if self.head.is_none() {
            let notice = self.waiting.pop_front()?;
            self.head = Some(Head {
                notice,
                attempts: 0,
                under_way: false,
                stale: false,
            });
        }
        let not_before = self.not_before;
        let head = self.head.as_mut()?;
        if head.under_way || now < not_before {
            return None;
        }
        head.under_way = true;
        head.attempts += 1;
        if !head.notice.ends_a_call()
            && let Some(standing) = self.standing.get_mut(&head.notice.call.ticket)
        {
            standing.sent = true;
        }
        Some((head.notice.clone(), head.attempts))
    }

    /// When there will be something to send; none while nothing waits or something is under way.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        let ready = match &self.head {
            Some(head) => !head.under_way,
            None => !self.waiting.is_empty(),
        };
        ready.then_some(self.not_before)
    }

    /// What became of the notice that is under way. `chance` in 0–1 spreads the pause after a failure, so that hooks that
    /// failed together do not come back together.
    pub fn answered(&mut self, now: Duration, answer: Answer, chance: f64) -> Option<Dropped> {
        let mut head = self.head.take_if(|head| head.under_way)?;
        head.under_way = false;
        let why = match answer {
            Answer::Acknowledged => {
                self.failures_in_a_row = 0;
                return None;
            }
            Answer::Refused => {
                self.failures_in_a_row = 0;
                Why::Refused
            }
            Answer::Failed => {
                self.not_before = now + self.pause(chance);
                if head.stale {
                    Why::Stale
                } else if head.attempts >= ATTEMPTS_MAX {
                    Why::GivenUp
                } else {
                    self.head = Some(head);
                    return None;
                }
            }
        };
        let notice = head.notice;
        Some(Dropped { notice, why })
    }

    /// Full jitter between [`PAUSE_MIN`] and a ceiling that doubles with each failure in a row, up to [`PAUSE_MAX`].
    fn pause(&mut self, chance: f64) -> Duration {
        self.failures_in_a_row = (self.failures_in_a_row + 1).min(DOUBLINGS_MAX);
        let ceiling = PAUSE_MIN.saturating_mul(1 << self.failures_in_a_row);
        let ceiling = ceiling.min(PAUSE_MAX);
        let chance = if chance.is_finite() {
            chance.clamp(0.0, 1.0)
        } else {
            1.0
        };
        PAUSE_MIN + (ceiling - PAUSE_MIN).mul_f64(chance)
    }
}

fn stale(notice: Notice) -> Dropped {
    let why = Why::Stale;
    Dropped { notice, why }
}
