//! The one loop of the kiosk: everything that happens arrives as an [`Event`] in one order, is recorded, decided by the
//! [`State`], carried out by [`Hands`], and shown.
//!
//! The queue of events holds [`EVENTS_QUEUED_MAX`]. Server and printer wait when it is full; a touch does not wait, because
//! the screen must not freeze: it is dropped with a word in the log, and the person touches again.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::time::{Duration, Instant};

use nowserving_shared::model::Moment;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::offline;
use crate::recorder::{Recorder, Recording};
use crate::state::{Effect, Event, FoundOutcome, IssueOutcome, Options, Scanned, State, Touch};
use crate::view::View;
use crate::watchdog::Pulse;

#[cfg(test)]
mod tests;

/// How many events wait for the loop.
pub const EVENTS_QUEUED_MAX: usize = 256;
/// How often time goes on.
pub const TICK: Duration = Duration::from_millis(500);
/// How many wishes for a dump wait.
const DUMPS_QUEUED_MAX: usize = 1;

/// Carries out what the state wishes. It never waits; answers come back as events.
pub trait Hands: Send {
    /// Begins to carry out one effect.
    fn carry_out(&mut self, effect: Effect);

    /// Is told of everything that happens, before it is decided.
    fn heard(&mut self, _event: &Event) {}

    /// Is told what the kiosk is, after everything that happens.
    fn saw(&mut self, _state: &State) {}
}

/// Shows views. It never waits; only the newest view counts.
pub trait Screen: Send {
    /// Shows `view` soon.
    fn show(&mut self, view: View);
}

/// Puts events into the queue.
#[derive(Debug, Clone)]
pub struct Events(mpsc::Sender<Event>);

impl Events {
    /// Says that the screen was touched. Never waits.
    pub fn touched(&self, touch: Touch) {
        if let Err(error) = self.0.try_send(Event::Touch(touch)) {
            tracing::warn!(%error, "a touch is lost: the queue of events is full or closed");
        }
    }

    /// Says what was held to the reader. Never waits: whoever holds it there holds it there again.
    pub fn scanned(&self, scanned: Scanned) {
        if let Err(error) = self.0.try_send(Event::Scanned(scanned)) {
            tracing::warn!(%error, "a code is lost: the queue of events is full or closed");
        }
    }

    /// Puts an event into the queue; waits while it is full. Nothing happens when the kiosk has ended.
    pub async fn send(&self, event: Event) {
        let _ended = self.0.send(event).await;
    }

    /// The same from a thread that may be held up. Must not be called inside a runtime.
    pub fn send_from_thread(&self, event: Event) {
        let _ended = self.0.blocking_send(event);
    }
}

/// A queue of events: the door for those who tell, and the end from which the runner reads.
#[must_use]
pub fn queue() -> (Events, mpsc::Receiver<Event>) {
    let (sender, receiver) = mpsc::channel(EVENTS_QUEUED_MAX);
    (Events(sender), receiver)
}

/// Asks the runner for its recording.
#[derive(Debug, Clone)]
pub struct Dumps(mpsc::Sender<tokio::sync::oneshot::Sender<Recording>>);

impl Dumps {
    /// The recording as it is now; none when the kiosk has ended.
    pub async fn recording(&self) -> Option<Recording> {
        let (answer, recording) = tokio::sync::oneshot::channel();
        self.0.send(answer).await.ok()?;
        recording.await.ok()
    }
}

/// Writes a recording to `path`, whole or not at all.
///
/// # Errors
/// What the file system says.
pub fn write_recording(recording: &Recording, path: &Path) -> io::Result<()> {
    let beside = path.with_extension("part");
    recording.write(BufWriter::new(File::create(&beside)?))?;
    fs::rename(beside, path)
}

/// The loop.
pub struct Runner<H, S> {
    state: State,
    recorder: Recorder,
    hands: H,
    screen: S,
    shown: Option<View>,
    events: mpsc::Receiver<Event>,
    dumps: mpsc::Receiver<tokio::sync::oneshot::Sender<Recording>>,
    pulse: Pulse,
}

impl<H: Hands, S: Screen> Runner<H, S> {
    /// A kiosk that was just switched on, and the door to its recording.
    #[must_use]
    pub fn new(
        options: Options,
        hands: H,
        screen: S,
        events: mpsc::Receiver<Event>,
    ) -> (Self, Dumps) {
        let state = State::new(options);
        let recorder = Recorder::new(state.clone());
        let (door, dumps) = mpsc::channel(DUMPS_QUEUED_MAX);
        (
            Self {
                state,
                recorder,
                hands,
                screen,
                shown: None,
                events,
                dumps,
                pulse: Pulse::default(),
            },
            Dumps(door),
        )
    }

    /// Beats with every tick, for as long as the loop goes on.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Runs until every [`Events`] is gone.
    pub async fn run(mut self) {
        let start = Instant::now();
        let mut ticker = tokio::time::interval(TICK);
        ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let event = tokio::select! {
                event = self.events.recv() => match event {
                    Some(event) => event,
                    None => return,
                },
                _ = ticker.tick() => {
                    self.pulse.beat();
                    Event::Tick { uptime: start.elapsed(), wall: wall_clock() }
                }
                Some(answer) = self.dumps.recv() => {
                    let _gone = answer.send(self.recorder.recording().clone());
                    continue;
                }
            };
            self.step(event);
        }
    }

    fn step(&mut self, event: Event) {
        log(&event);
        self.recorder.note(&event);
        self.hands.heard(&event);
        for effect in self.state.on(event) {
            self.hands.carry_out(effect);
        }
        self.hands.saw(&self.state);
        let view = View::of(&self.state);
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            self.screen.show(view);
        }
    }
}

/// The device's own clock.
fn wall_clock() -> Moment {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn log(event: &Event) {
    match event {
        Event::Tick { .. } | Event::Hall(_) | Event::Waits { .. } | Event::Alive { .. } => {}
        Event::Popular { .. } => {}
        Event::Touch(touch) => tracing::debug!(?touch, "touched"),
        Event::HallFailed(why) => tracing::warn!(why, "the hall is not known yet"),
        Event::LinkLost => tracing::warn!("the server's news were lost"),
        Event::Issue { key, outcome } => match outcome {
            IssueOutcome::Issued(issued) => {
                tracing::info!(key, label = %issued.label, "a number was issued")
            }
            IssueOutcome::Passing(why) | IssueOutcome::NotReached(why) => {
                tracing::warn!(key, why, "no number yet")
            }
            IssueOutcome::HasTicket(held) => {
                tracing::info!(key, label = %held.view.label, "the person has a ticket")
            }
            IssueOutcome::Refused { code, detail } => {
                tracing::warn!(key, code, detail, "no number")
            }
        },
        Event::Printer(printer) => tracing::info!(?printer, "the printer's condition"),
        Event::Print { ticket, stage } => tracing::info!(%ticket, ?stage, "a ticket's paper"),
        Event::Copy {
            ticket,
            copy,
            stage,
        } => tracing::info!(%ticket, copy, ?stage, "a copy's paper"),
        Event::Slip { number, stage } => tracing::info!(number, ?stage, "a guidance slip"),
        Event::Helps { helps, .. } => tracing::debug!(?helps, "calls for help in the hall"),
        Event::HelpCalled { failed: None } => tracing::info!("staff are called"),
        Event::HelpCalled { failed: Some(why) } => tracing::warn!(why, "staff are not called"),
        Event::Pictures(count) => tracing::info!(count, "pictures for the idle screen"),
        Event::SelfTest { number, stage } => tracing::info!(number, ?stage, "a printed test"),
        Event::Recorded { failed: None } => tracing::info!("the recording is written"),
        Event::Recorded { failed: Some(why) } => {
            tracing::error!(why, "the recording is not written");
        }
        Event::Offline(told) => offline::log(told),
        Event::Scanned(scanned) => log_scanned(scanned),
        Event::Found { outcome, .. } => match outcome {
            FoundOutcome::Ticket(view) => tracing::info!(label = %view.label, "a ticket is found"),
            FoundOutcome::Unknown => tracing::info!("no such ticket"),
            FoundOutcome::Failed(why) => tracing::warn!(why, "a ticket is not found"),
        },
        Event::Voice(there) => tracing::info!(there, "the voice"),
    }
}

/// Says what kind of code it was, and never what it says: neither secrets nor anything of a person.
fn log_scanned(scanned: &Scanned) {
    match scanned {
        Scanned::Person(_) => tracing::info!("a card was read"),
        Scanned::CardNotNow => {
            tracing::warn!("a card was read, and the hall's key is not known yet");
        }
        Scanned::Ticket { .. } => tracing::info!("a ticket was held to the reader"),
        Scanned::Service(service) => tracing::info!(%service, "a service's code was read"),
        Scanned::Unknown => tracing::info!("a code that means nothing was read"),
    }
}
