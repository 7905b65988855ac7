//! The last events of a kiosk, to be looked at or replayed after something went wrong.
//!
//! A recording is the state before its oldest event and the events since. Because [`State::on`] is pure, replaying them
//! gives every state and every wish in between again. Tickets' secrets and the masked numbers of cards are left out, so that a recording may be handed on.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::offline;
use crate::state::{Effect, Event, IssueOutcome, Scanned, State};

/// How many events are kept; with two ticks a second that is over half an hour.
pub const EVENTS_KEPT: usize = 4096;
/// The version of the file format.
const FORMAT: u32 = 1;
/// What stands in place of a ticket's secret.
const REDACTED: &str = "redacted";

/// Keeps the last events.
#[derive(Debug, Clone)]
pub struct Recorder {
    recording: Recording,
    kept_max: usize,
}

/// A state and what happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The state before the first event.
    pub state: State,
    /// The events, oldest first.
    pub events: VecDeque<Event>,
}

#[derive(Serialize, Deserialize)]
struct Head<S> {
    format: u32,
    state: S,
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Reading failed.
    #[error("the recording cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is not what it should be.
    #[error("line {line} of the recording is damaged: {error}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// Another program wrote it.
    #[error("the recording has format {0}; this program reads format {FORMAT}")]
    Format(u32),
    /// There is nothing in it.
    #[error("the recording is empty")]
    Empty,
}

impl Recorder {
    /// A recorder that starts with `state`.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self::keeping(state, EVENTS_KEPT)
    }

    /// The same, keeping another number of events.
    #[must_use]
    pub fn keeping(state: State, kept_max: usize) -> Self {
        Self {
            recording: Recording {
                state,
                events: VecDeque::new(),
            },
            kept_max: kept_max.max(1),
        }
    }

    /// Notes an event; forgets the oldest when there are too many.
    pub fn note(&mut self, event: &Event) {
        let recording = &mut self.recording;
        if recording.events.len() >= self.kept_max
            && let Some(oldest) = recording.events.pop_front()
        {
            recording.state.on(oldest);
        }
        recording.events.push_back(without_secrets(event));
    }

    /// What is kept.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.recording
    }
}

impl Recording {
    /// Goes through the recording again: the last state, and all wishes on the way.
    #[must_use]
    pub fn replay(&self) -> (State, Vec<Effect>) {
        let mut state = self.state.clone();
        let wishes = self
            .events
            .iter()
            .flat_map(|event| state.on(event.clone()))
            .collect();
        (state, wishes)
    }

    /// Writes it as lines of JSON: the state, then one event a line.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        serde_json::to_writer(
            &mut to,
            &Head {
                format: FORMAT,
                state: &self.state,
            },
        )?;
        writeln!(to)?;
        for event in &self.events {
            serde_json::to_writer(&mut to, event)?;
            writeln!(to)?;
        }
        to.flush()
    }

    /// Reads what [`Recording::write`] wrote.
    ///
    /// # Errors
    /// [`RecordingError`], with the line.
    pub fn read(from: impl BufRead) -> Result<Self, RecordingError> {
        let mut lines = from.lines().zip(1..);
        let (first, line) = lines.next().ok_or(RecordingError::Empty)?;
        let head: Head<serde_json::Value> =
            serde_json::from_str(&first?).map_err(|error| RecordingError::Line { line, error })?;
        if head.format != FORMAT {
            return Err(RecordingError::Format(head.format));
        }
        let state = serde_json::from_value(head.state)
            .map_err(|error| RecordingError::Line { line, error })?;
        let event = |(text, line): (io::Result<String>, usize)| {
            serde_json::from_str(&text?).map_err(|error| RecordingError::Line { line, error })
        };
        Ok(Self {
            state,
            events: lines.map(event).collect::<Result<_, _>>()?,
        })
    }
}

fn without_secrets(event: &Event) -> Event {
    let mut event = event.clone();
    if let Event::Issue {
        outcome: IssueOutcome::Issued(issued),
        ..
    } = &mut event
    {
        REDACTED.clone_into(&mut issued.token);
    }
    if let Event::Issue {
        outcome: IssueOutcome::HasTicket(held),
        ..
    } = &mut event
    {
        REDACTED.clone_into(&mut held.token);
    }
    if let Event::Scanned(scanned) = &mut event {
        match scanned {
            Scanned::Ticket { token } => REDACTED.clone_into(token),
            Scanned::Person(visitor) => REDACTED.clone_into(&mut visitor.masked),
            Scanned::CardNotNow | Scanned::Service(_) | Scanned::Unknown => {}
        }
    }
    if let Event::Offline(told) = &mut event {
        offline::without_secrets(told, REDACTED);
    }
    event
}
