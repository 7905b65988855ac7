//! What the display says of the board that it shows.
//!
//! The board is told to the announcer as it is, after every change: what is called, what is over, and what is no longer on
//! it. Which call is said next, and which is not said any more, the announcer knows
//! ([`nowserving_shared::announce::order`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil;
use jiff::tz::TimeZone;
use nowserving_shared::announce::{Announcer, Call, Input, Now, Output, Speech, VoiceSettings};
use nowserving_shared::board::{Board, CALLS_MAX, CallState};
use nowserving_shared::model::{Language, Moment};
use nowserving_shared::protocol::convert::voice_settings;
use nowserving_shared::protocol::http::HallView;

use super::{Announced, Effect, State};
use crate::voice::{Order, Told};

/// The hour that is taken while the hall's clock is not known: no hall is quiet then.
const NOON: civil::Time = civil::time(12, 0, 0, 0);

/// The announcer, and how the hall speaks.
#[derive(Debug, Clone)]
pub(super) struct Speaking {
    speech: Arc<Speech>,
    announcer: Announcer,
}

impl Speaking {
    /// A voice that knows one language of the hall: the screen's first.
    pub(super) fn new(language: Language) -> Self {
        let settings = VoiceSettings {
            languages: vec![language],
            ..VoiceSettings::default()
        };
        let speech = Speech::new(settings).expect("one language is a valid setting");
        let speech = Arc::new(speech);
        Self {
            announcer: Announcer::new(Arc::clone(&speech)),
            speech,
        }
    }

    /// It became known how the hall speaks.
    pub(super) fn as_in(&mut self, hall: &HallView) {
        // What cannot be followed comes from no server of this version; then the voice stays as it was.
        let settings = voice_settings(&hall.voice, &hall.languages);
        if let Ok(speech) = Speech::new(settings).map(Arc::new)
            && speech != self.speech
        {
            self.announcer.speak_as(Arc::clone(&speech));
            self.speech = speech;
        }
    }
}

/// What is new of a board, as far as the voice minds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It is the first one: what it shows was called before there was a voice.
    First(Announced),
    /// Its sequences cannot be compared with those before.
    NewEpoch,
    /// It follows the one before.
    Next,
}

impl State {
    /// Tells the announcer what a board shows.
    pub(super) fn speak_of(&mut self, board: &Board, news: News, at: Moment) -> Vec<Effect> {
        let mut inputs = Vec::new();
        match news {
            News::First(Announced { seq, at }) => inputs.push(Input::Known { seq, at }),
            News::NewEpoch => inputs.push(Input::Restarted),
            News::Next => {}
        }
        for line in &board.calls {
            match line.state {
                CallState::Calling => {}
                CallState::Serving | CallState::Over => inputs.push(Input::Over {
                    ticket: line.ticket,
                    seq: line.seq,
                }),
            }
        }
        inputs.extend(self.withdrawn(board));
        let calling = board.calls.iter();
        let calls = calling
            .filter(|line| line.state == CallState::Calling)
            .map(Call::from)
            .collect();
        inputs.push(Input::Calls { calls, now: at });
        inputs
            .into_iter()
            .flat_map(|input| self.tell_voice(input))
            .collect()
    }

    /// Calls that wait to be said and are no longer on the board, because they were taken back. On a full board they may
    /// only have been pushed off it by later ones, and are said.
    fn withdrawn(&self, board: &Board) -> Vec<Input> {
        if board.calls.len() >= CALLS_MAX {
            return Vec::new();
        }
        let shown: BTreeSet<_> = board.calls.iter().map(|line| line.ticket).collect();
        let waiting = self.speaking.announcer.waiting_calls();
        waiting
            .filter(|call| !shown.contains(&call.ticket))
            .map(|call| Input::Over {
                ticket: call.ticket,
                seq: call.seq,
            })
            .collect()
    }

    /// The voice tells of an announcement.
    pub(super) fn voice_told(&mut self, told: Told) -> Vec<Effect> {
        self.tell_voice(match told {
            Told::Lasts { number, length } => Input::Lasts { number, length },
            Told::Over { number } => Input::Ended { number },
        })
    }

    /// Time went on for the voice too.
    pub(super) fn tick_voice(&mut self) -> Vec<Effect> {
        self.tell_voice(Input::Tick)
    }

    fn tell_voice(&mut self, input: Input) -> Vec<Effect> {
        let now = Now {
            uptime: self.uptime,
            local: self.local_time().unwrap_or(NOON),
        };
        let Speaking { speech, announcer } = &mut self.speaking;
        let outputs = announcer.on(now, input).into_iter();
        outputs
            .map(|output| match output {
                Output::Say(announcement) => Effect::Say(Order {
                    announcement,
                    speech: Arc::clone(speech),
                }),
                Output::Skipped(skipped) => Effect::NotSaid(skipped),
                Output::EndingLost { number } => Effect::EndingLost { number },
            })
            .collect()
    }

    /// The time of day in the hall.
    fn local_time(&self) -> Option<civil::Time> {
        let zone = TimeZone::get(&self.hall.as_ref()?.time_zone).ok()?;
        Some(zone.to_datetime(self.hall_time()?.timestamp()).time())
    }
}
