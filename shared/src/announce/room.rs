//! One acoustic zone and its displays: what is said there, which display says it, and who takes over when that one falls
//! silent.
//!
//! A [`Room`] is told what the zone's board says and what its displays do ([`Input`]), and when; it says what each display
//! is to be told ([`Output`]). In which order calls are said, and which are not said any more, its
//! [`Announcer`] knows. At most one display is the speaker. All of them hear of every announcement, so
//! that what is said can be read everywhere.
//!
//! What is said is not forgotten with the server: displays remember how far the speaking had come ([`Said`]), and the first
//! one that comes after a start of the server tells it. Until then nothing is said.
//!
//! A speaker that is gone before it began has not said it: the next one does, at once. One that is gone in the middle may have
//! lost only its cable and goes on speaking: it is given until its end to come back and say so, and only then does the next
//! one begin anew. So two never speak at once, and a call is not heard twice because of a cable.
//!
//! What can never happen: two displays that are to say the same announcement at once while both are there; an announcement
//! that begins while another one is being said, unless its end was lost; a call that is neither said nor skipped with a reason.
//! Where no display can speak, calls are shown in words, one after the other, for [`SHOWN_SILENTLY`] each. Where there is no
//! display at all, they wait for one, as long as they are fresh; those that come to their end meanwhile are skipped at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::order::{self, Now};
use super::{Announcement, Announcer, Call, Skipped, Speech, WhySkipped};
use crate::board::{Board, CALLS_MAX, CallLine, CallState, Change};
use crate::model::{Moment, TicketId};

#[cfg(test)]
mod tests;

/// How long an announcement is shown where nobody can say it.
pub const SHOWN_SILENTLY: Duration = Duration::from_secs(6);
/// How many sequences beyond [`Said::settled`] are remembered.
pub const BEYOND_MAX: usize = 64;

/// A display, by the number of its connection: later ones have higher numbers.
pub type DisplayNumber = u64;

/// How far the speaking in a zone has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Every call up to this sequence is settled: said, or skipped with a reason.
    pub settled: u64,
    /// Calls beyond it that were said; at most [`BEYOND_MAX`].
    pub beyond: BTreeSet<u64>,
}

impl Said {
    /// An announcement of these calls is over, and then everything up to `settled` is settled.
    pub fn and(&mut self, calls: impl IntoIterator<Item = u64>, settled: u64) {
        self.settled = self.settled.max(settled);
        self.beyond.extend(calls);
        self.beyond.retain(|seq| *seq > self.settled);
        while self.beyond.len() > BEYOND_MAX {
            // What is forgotten may be said once more; that is better than a call that is not said.
            self.beyond.pop_last();
        }
    }

    /// Whether this call is settled.
    #[must_use]
    pub fn has(&self, seq: u64) -> bool {
        seq <= self.settled || self.beyond.contains(&seq)
    }
}

/// What happened in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The calls of the zone as they are at this sequence of the hall. What is no longer among them was taken back.
    Board {
        /// The sequence.
        seq: u64,
        /// The calls, at most [`CALLS_MAX`], newest first.
        calls: Vec<CallLine>,
        /// The hall's clock.
        at: Moment,
    },
    /// What changed, in order.
    Changes {
        /// The changes; those that are no calls are ignored.
        changes: Arc<[Change]>,
        /// The hall's clock.
        at: Moment,
    },
    /// A display came.
    Enters(DisplayNumber),
    /// A display says whether it can speak.
    Voice {
        /// Which.
        display: DisplayNumber,
        /// Whether it can.
        able: bool,
        /// How far it knows the speaking to have come; none when it remembers nothing.
        said: Option<Said>,
    },
    /// What the speaker says lasts so long.
    Lasts {
        /// Which display.
        display: DisplayNumber,
        /// Which announcement.
        number: u64,
        /// From its beginning to its end.
        length: Duration,
    },
    /// The speaker is at the end of an announcement, or could not make it.
    Said {
        /// Which display.
        display: DisplayNumber,
        /// Which announcement.
        number: u64,
    },
    /// A display is gone.
    Leaves(DisplayNumber),
    /// From the next announcement on the hall speaks otherwise.
    SpeakAs(Arc<Speech>),
    /// Time went on.
    Tick,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Every display of the room.
    All,
    /// One.
    One(DisplayNumber),
}

/// An announcement as displays are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What is said.
    pub announcement: Announcement,
    /// How the hall speaks.
    pub speech: Arc<Speech>,
    /// Up to where every call is settled when it is over.
    pub settled: u64,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Displays are to be told of an announcement.
    Announce {
        /// Who.
        to: To,
        /// Which of them says it; the others show it.
        speaker: Option<DisplayNumber>,
        /// The announcement.
        told: Arc<Told>,
    },
    /// Every display is to be told that an announcement is over.
    Over {
        /// Which.
        number: u64,
        /// Whether a display told that it has said it; else it was only shown, or its speaker is gone.
        heard: bool,
    },
    /// A call will not be said.
    Skipped(Skipped),
    /// The speaker never told the end of an announcement; another display, if there is one, speaks from now on.
    EndingLost {
        /// Which announcement.
        number: u64,
        /// Who was to say it.
        speaker: Option<DisplayNumber>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Display {
    able: bool,
    /// It has said whether it can speak.
    told: bool,
    /// It let an announcement end without a word: it speaks only when nobody else can.
    doubtful: bool,
}

#[derive(Debug, Clone)]
struct Running {
    told: Arc<Told>,
    /// When it has been shown long enough; none while somebody says it.
    silent_until: Option<Duration>,
    /// Its speaker has begun.
    begun: bool,
    /// Its speaker is gone, and may go on speaking all the same.
    orphaned: bool,
}

/// An acoustic zone.
#[derive(Debug, Clone)]
pub struct Room {
    announcer: Announcer,
    speech: Arc<Speech>,
    uptime: Duration,
    /// Nothing but calls.
    calls: Board,
    /// The hall's clock when it was told last, and our own then.
    at: (Moment, Duration),
    /// The sequence of the first board, and of the last one.
    began_at: Option<u64>,
    seq: u64,
    /// The newest call that the announcer knows of.
    newest: u64,
    /// Later ones that came to their end while nobody was there, and were told of; at most [`BEYOND_MAX`].
    passed: BTreeSet<u64>,
    /// How far the speaking had come before; none until a display has said it.
    before: Option<Said>,
    /// Bounded by the connections of the server.
    displays: BTreeMap<DisplayNumber, Display>,
    speaker: Option<DisplayNumber>,
    running: Option<Running>,
}

impl Room {
    /// A room in which nobody is yet.
    #[must_use]
    pub fn new(speech: Arc<Speech>) -> Self {
        Self {
            announcer: Announcer::new(Arc::clone(&speech)),
            speech,
            uptime: Duration::ZERO,
            calls: Board::default(),
            at: (Moment(0), Duration::ZERO),
            began_at: None,
            seq: 0,
            newest: 0,
            passed: BTreeSet::new(),
            before: None,
            displays: BTreeMap::new(),
            speaker: None,
            running: None,
        }
    }

    /// Who speaks, when anybody can.
    #[must_use]
    pub fn speaker(&self) -> Option<DisplayNumber> {
        self.speaker
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.displays.is_empty()
    }

    /// When to come back with [`Input::Tick`]; none while there is nothing to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        let silent = self.running.as_ref().and_then(|one| one.silent_until);
        let announcer = self.announcer.poll_timeout().map(|(at, _why)| at);
        // While calls are shown without a voice, nobody's word is waited for.
        match silent {
            Some(until) => Some(until),
            None => announcer.filter(|_| self.is_awake() || self.running.is_some()),
        }
    }

    /// Whether calls are said or shown: the start is settled, and somebody is there.
    fn is_awake(&self) -> bool {
        self.before.is_some() && self.displays.values().any(|display| display.told)
    }

    /// Takes in what happened and says what follows, in order.
    pub fn on(&mut self, now: Now, input: Input) -> Vec<Output> {
        self.uptime = self.uptime.max(now.uptime);
        let now = Now {
            uptime: self.uptime,
            ..now
        };
        let mut outputs = Vec::new();
        self.adopt(now, &mut outputs);
        match input {
            Input::Board { seq, calls, at } => self.board(now, seq, calls, at, &mut outputs),
            Input::Changes { changes, at } => {
                self.at = (at, self.uptime);
                for change in changes.iter() {
                    self.change(now, change, &mut outputs);
                }
            }
            Input::Enters(display) => self.enters(display, &mut outputs),
            Input::Voice {
                display,
                able,
                said,
            } => self.voice(now, display, able, said, &mut outputs),
            Input::Lasts {
                display,
                number,
                length,
            } => {
                if self.speaker == Some(display) && self.is_running(number) {
                    self.trust(display);
                    let mut length = length;
                    if let Some(running) = &mut self.running {
                        running.begun = true;
                        // Nobody may silence a zone by what it says of itself.
                        length = length.min(running.told.announcement.length_max());
                    }
                    self.tell(now, order::Input::Lasts { number, length }, &mut outputs);
                }
            }
            Input::Said { display, number } => {
                let is_orphan = self.running.as_ref().is_some_and(|one| one.orphaned);
                let by_whom_it_was_told = self.speaker == Some(display) || is_orphan;
                if by_whom_it_was_told && self.is_running(number) {
                    self.trust(display);
                    self.ended(now, true, &mut outputs);
                }
            }
            Input::Leaves(display) => {
                self.displays.remove(&display);
                if self.speaker == Some(display)
                    && let Some(running) = &mut self.running
                {
                    running.orphaned |= running.begun;
                }
                self.choose(now, &mut outputs);
            }
            Input::SpeakAs(speech) => {
                self.announcer.speak_as(Arc::clone(&speech));
                self.speech = speech;
            }
            Input::Tick => {}
        }
        let shown_long_enough = self
            .running
            .as_ref()
            .and_then(|one| one.silent_until)
            .is_some_and(|until| until <= self.uptime);
        if shown_long_enough {
            self.ended(now, false, &mut outputs);
        }
        if self.is_awake() || self.running.is_some() {
            self.tell(now, order::Input::Tick, &mut outputs);
        }
        outputs
    }

    /// The hall's clock, carried on since it was told.
    fn hall_time(&self) -> Moment {
        let (at, told) = self.at;
        at.after(self.uptime.saturating_sub(told))
    }

    fn is_running(&self, number: u64) -> bool {
        let running = self.running.as_ref();
        running.is_some_and(|one| one.told.announcement.number == number)
    }

    fn trust(&mut self, display: DisplayNumber) {
        if let Some(known) = self.displays.get_mut(&display) {
            known.doubtful = false;
        }
    }

    fn board(
        &mut self,
        now: Now,
        seq: u64,
        calls: Vec<CallLine>,
        at: Moment,
        outputs: &mut Vec<Output>,
    ) {
        (self.at, self.seq) = ((at, self.uptime), self.seq.max(seq));
        self.began_at.get_or_insert(seq);
        let known = std::mem::replace(&mut self.calls.calls, calls);
        self.calls.calls.truncate(CALLS_MAX);
        if self.is_awake() {
            self.feed_all(now, outputs);
        } else {
            self.passed_by(&known, outputs);
        }
    }

    /// Of the calls that were `known` before the last change, those that came to their end while nobody was there were not
    /// said. They are told of now, because the board forgets them before somebody comes.
    fn passed_by(&mut self, known: &[CallLine], outputs: &mut Vec<Output>) {
        for line in known {
            let mut lines = self.calls.calls.iter();
            let why = match lines.find(|one| one.ticket == line.ticket) {
                Some(one) if one.state == CallState::Calling && one.seq > line.seq => {
                    WhySkipped::CalledAgain { seq: one.seq }
                }
                Some(one) if one.state == CallState::Calling || one.state == line.state => continue,
                Some(_) | None => WhySkipped::Over,
            };
            if self.is_unsaid(line) {
                outputs.push(self.unsaid(line, why));
                self.passed.insert(line.seq);
            }
        }
        while self.passed.len() > BEYOND_MAX {
            // What is forgotten may be told of once more.
            self.passed.pop_first();
        }
    }

    /// Whether this call never reached the announcer, is not known to have been said before, and was not told of.
    fn is_unsaid(&self, line: &CallLine) -> bool {
        let before = self.before.as_ref();
        let is_known = line.seq <= self.newest || self.passed.contains(&line.seq);
        !is_known && !before.is_some_and(|before| before.has(line.seq))
    }

    /// A call that came to its end before it could be said. Whether one of before the start was said, only a display could
    /// have told.
    fn unsaid(&self, line: &CallLine, why: WhySkipped) -> Output {
        let is_of_before = self.before.is_none() && self.began_at >= Some(line.seq);
        Output::Skipped(Skipped {
            call: Call::from(line),
            why: if is_of_before {
                WhySkipped::BeforeStart
            } else {
                why
            },
        })
    }

    fn change(&mut self, now: Now, change: &Change, outputs: &mut Vec<Output>) {
        match change {
            Change::Call(line) => {
                self.seq = self.seq.max(line.seq);
                let known = self.calls.calls.clone();
                self.calls.apply(change.clone());
                if self.is_awake() {
                    self.feed(now, std::slice::from_ref(line), outputs);
                } else {
                    self.passed_by(&known, outputs);
                }
            }
            Change::CallWithdrawn { ticket } => {
                let known = self.calls.calls.clone();
                self.calls.apply(change.clone());
                self.withdraw(now, |call| call.ticket == *ticket, outputs);
                if !self.is_awake() {
                    self.passed_by(&known, outputs);
                }
            }
            Change::Service(_)
            | Change::Window(_)
            | Change::Ticket(_)
            | Change::TicketGone { .. }
            | Change::Help(_)
            | Change::HelpOver { .. } => {}
        }
    }

    /// The board as it is. Calls that wait and are no longer on it were taken back; on a full board they may only have been
    /// pushed off it by later ones, and are said.
    fn feed_all(&mut self, now: Now, outputs: &mut Vec<Output>) {
        let lines = self.calls.calls.clone();
        if lines.len() < CALLS_MAX {
            let shown: BTreeSet<TicketId> = lines.iter().map(|line| line.ticket).collect();
            self.withdraw(now, |call| !shown.contains(&call.ticket), outputs);
        }
        self.feed(now, &lines, outputs);
        // What was called until now is either fed or was over before.
        self.newest = self.newest.max(self.seq);
        self.passed.clear();
    }

    fn withdraw(&mut self, now: Now, is: impl Fn(&Call) -> bool, outputs: &mut Vec<Output>) {
        let waiting = self.announcer.waiting_calls().filter(|call| is(call));
        let over: Vec<_> = waiting.map(|call| (call.ticket, call.seq)).collect();
        for (ticket, seq) in over {
            self.tell(now, order::Input::Over { ticket, seq }, outputs);
        }
    }

    fn feed(&mut self, now: Now, lines: &[CallLine], outputs: &mut Vec<Output>) {
        let before = self.before.clone().unwrap_or_default();
        let lines = lines.iter().filter(|line| !before.has(line.seq));
        let (calling, over): (Vec<&CallLine>, Vec<&CallLine>) =
            lines.partition(|line| line.state == CallState::Calling);
        for line in &over {
            if self.is_unsaid(line) {
                outputs.push(self.unsaid(line, WhySkipped::Over));
            }
            let (ticket, seq) = (line.ticket, line.seq);
            self.tell(now, order::Input::Over { ticket, seq }, outputs);
        }
        let calls: Vec<Call> = calling.iter().map(|line| Call::from(*line)).collect();
        let newest = over.iter().chain(&calling).map(|line| line.seq).max();
        self.newest = newest.map_or(self.newest, |newest| self.newest.max(newest));
        if !calls.is_empty() {
            let at = self.hall_time();
            self.tell(now, order::Input::Calls { calls, now: at }, outputs);
        }
    }

    fn enters(&mut self, display: DisplayNumber, outputs: &mut Vec<Output>) {
        let unknown = Display {
            able: false,
            told: false,
            doubtful: false,
        };
        self.displays.insert(display, unknown);
        if let Some(running) = &self.running {
            outputs.push(Output::Announce {
                to: To::One(display),
                speaker: self.speaker,
                told: Arc::clone(&running.told),
            });
        }
    }

    fn voice(
        &mut self,
        now: Now,
        display: DisplayNumber,
        able: bool,
        said: Option<Said>,
        outputs: &mut Vec<Output>,
    ) {
        let was_awake = self.is_awake();
        let Some(known) = self.displays.get_mut(&display) else {
            return;
        };
        known.able = able;
        known.told = true;
        // Before anything is said, so that whoever can speak does.
        self.choose(now, outputs);
        if self.before.is_none() {
            self.begin(now, said.clone(), outputs);
        } else if !was_awake {
            self.feed_all(now, outputs);
        }
        let orphan = self.running.as_ref().filter(|one| one.orphaned);
        let has_said_it = orphan.zip(said).is_some_and(|(orphan, said)| {
            let mut calls = orphan.told.announcement.calls.iter();
            calls.all(|call| said.has(call.seq))
        });
        if has_said_it {
            self.ended(now, true, outputs);
        }
        self.choose(now, outputs);
    }

    /// An announcement whose speaker is gone is begun anew by the next one, when the time is over in which the first could
    /// have come back.
    fn adopt(&mut self, now: Now, outputs: &mut Vec<Output>) {
        let is_due = self.announcer.poll_timeout();
        let is_due = is_due.is_some_and(|(due, _why)| due <= self.uptime);
        let is_orphaned = self.running.as_ref().is_some_and(|one| one.orphaned);
        if is_orphaned && is_due {
            match self.speaker {
                Some(speaker) => self.hand_over(now, speaker, outputs),
                None => self.ended(now, false, outputs),
            }
        }
    }

    /// Gives what is running to another speaker, who begins anew.
    fn hand_over(&mut self, now: Now, speaker: DisplayNumber, outputs: &mut Vec<Output>) {
        let Some(running) = &mut self.running else {
            return;
        };
        running.silent_until = None;
        running.begun = false;
        running.orphaned = false;
        let announcement = &running.told.announcement;
        let (number, length_max) = (announcement.number, announcement.length_max());
        outputs.push(Output::Announce {
            to: To::One(speaker),
            speaker: Some(speaker),
            told: Arc::clone(&running.told),
        });
        self.tell(
            now,
            order::Input::BeginsAnew { number, length_max },
            outputs,
        );
    }

    /// The first display has said how far the speaking had come. One that remembers nothing saw no call of before: what was
    /// called before this server was there counts as said, what was called since does not.
    fn begin(&mut self, now: Now, said: Option<Said>, outputs: &mut Vec<Output>) {
        // Sequences beyond the hall's own are of another hall, or of a journal that was put back.
        let remembered = said.filter(|said| said.settled <= self.seq);
        let said = remembered.clone().unwrap_or_else(|| Said {
            settled: self.began_at.unwrap_or(self.seq),
            beyond: BTreeSet::new(),
        });
        if remembered.is_none() {
            let lines = self.calls.calls.iter();
            let doubtful =
                lines.filter(|line| line.state == CallState::Calling && said.has(line.seq));
            outputs.extend(doubtful.map(|line| {
                Output::Skipped(Skipped {
                    call: Call::from(line),
                    why: WhySkipped::BeforeStart,
                })
            }));
        }
        self.newest = said.settled;
        let at = self.hall_time();
        let known = order::Input::Known {
            seq: said.settled,
            at,
        };
        self.before = Some(said);
        self.tell(now, known, outputs);
        self.feed_all(now, outputs);
    }

    /// Who speaks from now on: whoever spoke before, as long as it can; or the one that came first.
    fn choose(&mut self, now: Now, outputs: &mut Vec<Output>) {
        let is_good = |display: &DisplayNumber| {
            let known = self.displays.get(display);
            known.is_some_and(|known| known.able && !known.doubtful)
        };
        if self.speaker.as_ref().is_some_and(is_good) {
            return;
        }
        let first = |doubtful: bool| {
            let able = self.displays.iter().filter(|(_, known)| known.able);
            let mut able = able.filter(move |(_, known)| known.doubtful == doubtful);
            able.next().map(|(number, _)| *number)
        };
        let next = first(false).or_else(|| {
            let still = self.speaker.filter(|speaker| {
                let known = self.displays.get(speaker);
                known.is_some_and(|known| known.able)
            });
            still.or_else(|| first(true))
        });
        if next == self.speaker {
            return;
        }
        self.speaker = next;
        match (&mut self.running, next) {
            (None, _) => {}
            (Some(running), _) if running.orphaned => {}
            (Some(_), Some(speaker)) => self.hand_over(now, speaker, outputs),
            (Some(running), None) => running.silent_until = Some(self.uptime + SHOWN_SILENTLY),
        }
    }

    fn ended(&mut self, now: Now, heard: bool, outputs: &mut Vec<Output>) {
        if let Some(running) = self.running.take() {
            let number = running.told.announcement.number;
            outputs.push(Output::Over { number, heard });
            self.tell(now, order::Input::Ended { number }, outputs);
        }
    }

    fn tell(&mut self, now: Now, input: order::Input, outputs: &mut Vec<Output>) {
        for output in self.announcer.on(now, input) {
            match output {
                order::Output::Say(announcement) => self.say(announcement, outputs),
                order::Output::Skipped(skipped) => outputs.push(Output::Skipped(skipped)),
                order::Output::EndingLost { number } => {
                    self.running = None;
                    outputs.push(Output::EndingLost {
                        number,
                        speaker: self.speaker,
                    });
                    let heard = false;
                    outputs.push(Output::Over { number, heard });
                    let speaker = self.speaker;
                    if let Some(known) = speaker.and_then(|one| self.displays.get_mut(&one)) {
                        known.doubtful = true;
                    }
                    self.choose(now, outputs);
                }
            }
        }
    }

    fn say(&mut self, announcement: Announcement, outputs: &mut Vec<Output>) {
        let oldest = self.announcer.waiting_calls().map(|call| call.seq).min();
        let settled = oldest.map_or(self.newest, |oldest| oldest.saturating_sub(1));
        let told = Arc::new(Told {
            announcement,
            speech: Arc::clone(&self.speech),
            settled,
        });
        let nobody = self.speaker.is_none();
        self.running = Some(Running {
            told: Arc::clone(&told),
            silent_until: nobody.then(|| self.uptime + SHOWN_SILENTLY),
            begun: false,
            orphaned: false,
        });
        outputs.push(Output::Announce {
            to: To::All,
            speaker: self.speaker,
            told,
        });
    }
}
