//! Which call is said next in one acoustic zone, and what becomes of the others, without sound and without a clock.
//!
//! An [`Announcer`] is told what happened ([`Input`]) and when ([`Now`]); it hands out at most one [`Announcement`] and
//! waits until it is told that it ended. Recalls come before first calls, and within each kind the lower sequence first:
//! first called, first said. Where many wait, neighbours of one kind and the same languages share a sentence, so nobody is
//! overtaken for the sake of one.
//!
//! Every call that is heard comes to exactly one end: it is said, or it is skipped with a reason ([`WhySkipped`]) for the
//! log. A call that was heard before is silence, however often and in whatever order it comes again; so a whole board can
//! be fed after each change. That is remembered for the newest [`HEARD_MAX`] sequences, and everything at or below an
//! older one counts as heard.
//!
//! What can never happen: two announcements at once; a call said twice; a word in quiet hours that did not begin before
//! them; a queue without end, because at most [`WAITING_MAX`] calls of each kind wait and a further one is skipped. And an
//! ending that is never told does not silence a hall: after a time it is taken for told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil;

use super::Call;
use super::settings::Speech;
use crate::model::{Language, Moment, TicketId};
use heard::{Heard, News};

mod heard;
#[cfg(test)]
mod tests;

pub use heard::HEARD_MAX;

/// How many first calls wait at most, and how many recalls. What waits is said first, so a further one is skipped.
pub const WAITING_MAX: usize = 64;
/// What an announcement takes besides its readings at most: the chime, and a loudspeaker that begins late.
pub const BEGINS_WITHIN: Duration = Duration::from_secs(3);
/// One call in one language takes so long at most: a long label, slowly.
pub const READING_MAX: Duration = Duration::from_secs(12);
/// How much longer than it lasts an announcement may take before its ending is taken for lost.
pub const ENDING_GRACE: Duration = Duration::from_secs(2);

/// The moment of an input, as the rules of speaking count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Since some start that the caller chooses; a step back is taken for standing still.
    pub uptime: Duration,
    /// The hall's time of day, for quiet hours and volumes.
    pub local: civil::Time,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Calls that became known together, in any order; calls that are known already may be among them.
    Calls {
        /// The calls.
        calls: Vec<Call>,
        /// The hall's clock, for their age.
        now: Moment,
    },
    /// Nobody needs to hear any more that this ticket was called, up to this sequence: it is served, or the call is over.
    Over {
        /// Which ticket.
        ticket: TicketId,
        /// The call, or its last recall.
        seq: u64,
    },
    /// What was called up to here was said elsewhere, or before there was a voice: it counts as heard.
    Known {
        /// The newest sequence.
        seq: u64,
        /// When it was called.
        at: Moment,
    },
    /// Sequences count anew. What waits is still said; a call made no later than the newest one heard counts as heard.
    Restarted,
    /// The announcement with this number begins now and lasts so long: a better guess than the announcer's own.
    Lasts {
        /// Which.
        number: u64,
        /// From now to its end.
        length: Duration,
    },
    /// The announcement with this number is over, or could not be made.
    Ended {
        /// Which; another one than the present is no news.
        number: u64,
    },
    /// The announcement with this number begins anew, because whoever said it fell silent. It may last so long.
    BeginsAnew {
        /// Which.
        number: u64,
        /// From its new beginning to its end, at most.
        length_max: Duration,
    },
    /// Time went on.
    Tick,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Say this, then tell [`Input::Ended`].
    Say(Announcement),
    /// A call will not be said.
    Skipped(Skipped),
    /// The end of an announcement was never told; it is taken for over.
    EndingLost {
        /// Which.
        number: u64,
    },
}

/// One or more calls that are said together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Counts up from 1.
    pub number: u64,
    /// The calls, first called first: 1 to the hall's `labels_max`, all first calls or all recalls.
    pub calls: Vec<Call>,
    /// In which languages, in order; never empty. All of them together are one reading.
    pub languages: Vec<Language>,
    /// How many readings: at least 1.
    pub times: u8,
    /// The rest between two readings, and between two languages.
    pub gap: Duration,
    /// How loud, in percent: 1 to 100.
    pub volume: u8,
}

impl Announcement {
    /// How long it takes at most, chime and rests included: what a player may wait for its end, and must not exceed.
    #[must_use]
    pub fn length_max(&self) -> Duration {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let sentences = count(self.languages.len()).saturating_mul(u32::from(self.times));
        let sentence = READING_MAX.saturating_mul(count(self.calls.len())) + self.gap;
        BEGINS_WITHIN + sentence.saturating_mul(sentences)
    }
}

/// A call that will not be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which.
    pub call: Call,
    /// Why not.
    pub why: WhySkipped,
}

/// Why a call is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhySkipped {
    /// The ticket is served, or the call is over; or newer calls took its place on the board before anybody was there.
    Over,
    /// The same ticket was called again.
    CalledAgain {
        /// With this sequence.
        seq: u64,
    },
    /// It is older than the hall's `fresh_max`.
    TooOld,
    /// The hour is quiet.
    Quiet,
    /// [`WAITING_MAX`] calls of its kind wait already.
    Full,
    /// It was called before the server was there, and no display has told whether it was said.
    BeforeStart,
}

/// Why an announcer wants to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The rest is over and calls wait.
    Next,
    /// The announcement should have ended long ago.
    EndingLost,
}

/// A place in the order of calls: how often sequences began anew, then the sequence.
type Place = (u32, u64);

#[derive(Debug, Clone)]
struct Waiting {
    call: Call,
    /// From when on it is too old.
    fresh_until: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing is said before `from`.
    Resting { from: Duration },
    /// The announcement `number` is being said; its end is lost after `until`.
    Saying { number: u64, until: Duration },
}

/// The order of speaking in one acoustic zone.
#[derive(Debug, Clone)]
pub struct Announcer {
    speech: Arc<Speech>,
    uptime: Duration,
    heard: Heard,
    epoch: u32,
    recalls: BTreeMap<Place, Waiting>,
    firsts: BTreeMap<Place, Waiting>,
    phase: Phase,
    announced: u64,
}

impl Announcer {
    /// A zone in which nothing was said yet.
    #[must_use]
    pub fn new(speech: Arc<Speech>) -> Self {
        Self {
            speech,
            uptime: Duration::ZERO,
            heard: Heard::default(),
            epoch: 0,
            recalls: BTreeMap::new(),
            firsts: BTreeMap::new(),
            phase: Phase::Resting {
                from: Duration::ZERO,
            },
            announced: 0,
        }
    }

    /// Takes in what happened and says what follows: at most one [`Output::Say`], and that last.
    pub fn on(&mut self, now: Now, input: Input) -> Vec<Output> {
        self.uptime = self.uptime.max(now.uptime);
        let mut outputs = Vec::new();
        match input {
            Input::Calls { mut calls, now } => {
                calls.sort_by_key(|call| call.seq);
                for call in calls {
                    outputs.extend(self.call(call, now));
                }
            }
            Input::Over { ticket, seq } => {
                self.heard.over(seq, ticket);
                let until = (self.epoch, seq);
                outputs.extend(self.skip(WhySkipped::Over, |place, waiting| {
                    waiting.call.ticket == ticket && *place <= until
                }));
            }
            Input::Known { seq, at } => self.heard.up_to(seq, at),
            Input::Restarted => {
                self.epoch = self.epoch.saturating_add(1);
                self.heard.restart();
            }
            Input::Lasts { number, length } => self.lasts(number, length),
            Input::Ended { number } => self.ended(number),
            Input::BeginsAnew { number, length_max } => self.begins_anew(number, length_max),
            Input::Tick => {}
        }
        self.settle(now.local, &mut outputs);
        outputs
    }

    /// Speaks otherwise from the next announcement on; what was heard and what waits stays.
    pub fn speak_as(&mut self, speech: Arc<Speech>) {
        self.speech = speech;
    }

    /// The calls that wait, recalls first, in the order in which they will be said.
    pub fn waiting_calls(&self) -> impl Iterator<Item = &Call> {
        let waiting = self.recalls.values().chain(self.firsts.values());
        waiting.map(|waiting| &waiting.call)
    }

    /// How many calls wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.recalls.len() + self.firsts.len()
    }

    /// Until when it can be left alone, and why; none while there is nothing to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Duration, Why)> {
        match self.phase {
            Phase::Saying { until, .. } => Some((until, Why::EndingLost)),
            Phase::Resting { from } => (self.waiting() > 0).then_some((from, Why::Next)),
        }
    }

    fn call(&mut self, call: Call, now: Moment) -> Vec<Output> {
        let mut outputs = match self.heard.enter(&call) {
            News::Known => return Vec::new(),
            News::Over => return vec![skipped(call, WhySkipped::Over)],
            News::CalledAgain(seq) => {
                return vec![skipped(call, WhySkipped::CalledAgain { seq })];
            }
            News::New => {
                let again = WhySkipped::CalledAgain { seq: call.seq };
                self.skip(again, |_, waiting| waiting.call.ticket == call.ticket)
            }
        };
        let fresh = self
            .speech
            .settings()
            .fresh_max
            .checked_sub(now.since(call.at));
        let place = (self.epoch, call.seq);
        let queue = if call.is_recall() {
            &mut self.recalls
        } else {
            &mut self.firsts
        };
        match fresh {
            None => outputs.push(skipped(call, WhySkipped::TooOld)),
            Some(_) if queue.len() >= WAITING_MAX => outputs.push(skipped(call, WhySkipped::Full)),
            Some(fresh) => {
                let fresh_until = self.uptime + fresh;
                queue.insert(place, Waiting { call, fresh_until });
            }
        }
        outputs
    }

    /// Takes out of both queues what `is` says, with the reason.
    fn skip(&mut self, why: WhySkipped, is: impl Fn(&Place, &Waiting) -> bool) -> Vec<Output> {
        let mut outputs = Vec::new();
        for queue in [&mut self.recalls, &mut self.firsts] {
            let out = queue.extract_if(.., |place, waiting| is(place, waiting));
            outputs.extend(out.map(|(_, waiting)| skipped(waiting.call, why)));
        }
        outputs
    }

    fn lasts(&mut self, of: u64, length: Duration) {
        // It is told when the sound begins, which may be a while after it was ordered.
        if let Phase::Saying { number, until } = &mut self.phase
            && *number == of
        {
            *until = self.uptime + length + ENDING_GRACE;
        }
    }

    fn begins_anew(&mut self, of: u64, length_max: Duration) {
        if let Phase::Saying { number, until } = &mut self.phase
            && *number == of
        {
            *until = self.uptime + length_max + ENDING_GRACE;
        }
    }

    fn ended(&mut self, of: u64) {
        match self.phase {
            Phase::Saying { number, .. } if number == of => {
                let from = self.uptime + self.speech.settings().gap;
                self.phase = Phase::Resting { from };
            }
            Phase::Saying { .. } | Phase::Resting { .. } => {}
        }
    }

    /// Gives up what is too late, and begins what is next.
    fn settle(&mut self, local: civil::Time, outputs: &mut Vec<Output>) {
        if let Phase::Saying { number, until } = self.phase
            && until <= self.uptime
        {
            outputs.push(Output::EndingLost { number });
            self.phase = Phase::Resting { from: self.uptime };
        }
        let volume = self.speech.volume(local);
        if volume == 0 {
            outputs.extend(self.skip(WhySkipped::Quiet, |_, _| true));
        }
        let uptime = self.uptime;
        outputs.extend(self.skip(WhySkipped::TooOld, |_, waiting| {
            waiting.fresh_until < uptime
        }));
        match self.phase {
            Phase::Resting { from } if from <= self.uptime => {
                outputs.extend(self.begin(volume).map(Output::Say));
            }
            Phase::Resting { .. } | Phase::Saying { .. } => {}
        }
    }

    fn begin(&mut self, volume: u8) -> Option<Announcement> {
        let waiting = self.waiting();
        let (calls, languages) = self.take_next()?;
        let settings = self.speech.settings();
        let hurried = waiting > settings.once_above;
        self.announced += 1;
        let announcement = Announcement {
            number: self.announced,
            calls,
            languages,
            times: if hurried { 1 } else { settings.times },
            gap: settings.gap,
            volume,
        };
        self.phase = Phase::Saying {
            number: self.announced,
            until: self.uptime + announcement.length_max() + ENDING_GRACE,
        };
        Some(announcement)
    }

    /// Takes the next call, and those behind it that may share its sentence while many wait.
    fn take_next(&mut self) -> Option<(Vec<Call>, Vec<Language>)> {
        let settings = self.speech.settings();
        let together = if self.waiting() > settings.merge_above {
            settings.labels_max
        } else {
            1
        };
        let queue = if self.recalls.is_empty() {
            &mut self.firsts
        } else {
            &mut self.recalls
        };
        let (_, first) = queue.pop_first()?;
        let languages = self.speech.languages(first.call.language);
        let mut calls = vec![first.call];
        while calls.len() < together
            && let Some(next) = queue.first_entry()
            && self.speech.languages(next.get().call.language) == languages
        {
            calls.push(next.remove().call);
        }
        Some((calls, languages))
    }
}

fn skipped(call: Call, why: WhySkipped) -> Output {
    Output::Skipped(Skipped { call, why })
}
