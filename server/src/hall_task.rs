//! The one writer of a hall.
//!
//! A thread of its own owns the [`Hall`] and the journal. It takes what has queued up (at most [`GROUP_COMMANDS_MAX`]
//! commands), decides them one after the other, writes all their events as one frame with one `fdatasync`, and only then
//! publishes them and answers. So many commands share one flush, and nobody hears of an event that is not on disk.
//!
//! When the journal cannot be written, nothing of the group has happened: everybody in it is told so, and the hall is
//! made again from what is on disk. After a failed *write* the journal is probed from time to time and the hall goes on
//! when it answers; after a failed *sync* the writer has stopped for good, and the hall can be read but not changed until
//! the server is started again.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use nowserving_journal::{Batch, Journal, Outcome, PushError};
use nowserving_shared::domain::access::Access;
use nowserving_shared::domain::{By, Command, Event, Hall, Recorded, Refusal};
use nowserving_shared::model::{Catalogue, Moment};
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::hub::Hub;
use crate::keys::{KeyAt, KeyHash, Keys, TooOld};
use crate::metrics::{COMMIT_EVENTS, COMMIT_SECONDS};
use crate::record::{self, CommandKey, Entry};

/// How many inputs may wait for the hall task. When it is full, the door answers that the hall is busy.
pub const INPUTS_MAX: usize = 4096;
/// The most commands that share one flush.
pub const GROUP_COMMANDS_MAX: usize = 512;
/// How many of the latest events are kept at hand, for requests that are sent again: reading them from the journal would
/// hold up everybody else.
pub const RECENT_EVENTS_MAX: usize = 8192;
/// How long after a failed write the journal is asked again.
pub const PROBE_INTERVAL: Duration = Duration::from_millis(500);

/// The idempotency key of a request, with a hash of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The key that the client chose.
    pub key: String,
    /// A hash of who asked for what, in hex.
    pub fingerprint: String,
}

/// What a command led to, seen at the moment when it is durable.
#[derive(Debug)]
pub struct Committed<'a> {
    /// The hall, after this command and others of the same group.
    pub hall: &'a Hall,
    /// The command's own events; none when nothing had to change.
    pub entries: &'a [Entry],
    /// The hall's time.
    pub now: Moment,
    /// Whether the command had been carried out before, under the same key.
    pub replayed: bool,
}

impl Committed<'_> {
    /// The sequence after the command.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.entries
            .last()
            .map_or(self.hall.seq(), |entry| entry.recorded.seq)
    }
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The rules refuse it.
    #[error("{0}")]
    Refused(Refusal),
    /// The key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// Too much is waiting; nothing has happened.
    #[error("the hall is busy; try again in a moment")]
    Busy,
    /// The journal cannot be written; nothing has happened.
    #[error("nothing was recorded: {0}")]
    NotRecorded(String),
    /// The journal failed in the middle; ask again with the same key after a restart.
    #[error("it is not known whether this was recorded: {0}")]
    OutcomeUnknown(String),
    /// The server is stopping; nothing has happened.
    #[error("the server is stopping")]
    Stopping,
}

type Respond = Box<dyn FnOnce(Result<Committed<'_>, CommandError>) + Send>;
type Look = Box<dyn FnOnce(&Hall, Moment) + Send>;

/// Everything that reaches the hall task.
enum Input {
    Command {
        command: Command,
        by: By,
        key: Option<RequestKey>,
        respond: Respond,
    },
    Look(Look),
    Tick,
    Stop(oneshot::Sender<()>),
}

/// What the doors need to know to let somebody in; replaced whole when it changes.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// Tokens, sessions, passwords, codes.
    pub access: Arc<Access>,
    /// The configuration.
    pub catalogue: Option<Arc<Catalogue>>,
}

/// Whether the hall can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Yes.
    Writable,
    /// Not at the moment; it may be again.
    NotWritable(String),
    /// Not before a restart.
    Stopped(String),
}

#[derive(Debug)]
struct Published {
    doors: RwLock<Doors>,
    health: RwLock<Health>,
}

/// The door to the hall task. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HallHandle {
    inputs: mpsc::Sender<Input>,
    published: Arc<Published>,
    clock: Clock,
}

impl HallHandle {
    /// Carries out a command and returns what `view` makes of its result once it is durable.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn command<T: Send + 'static>(
        &self,
        command: Command,
        by: By,
        key: Option<RequestKey>,
        view: impl FnOnce(&Committed<'_>) -> T + Send + 'static,
    ) -> Result<T, CommandError> {
        let (answer, answered) = oneshot::channel();
        let respond: Respond = Box::new(move |result| {
            // A caller who went away has no use for the answer; the command stands all the same.
            let _ = answer.send(result.map(|committed| view(&committed)));
        });
        self.send(Input::Command {
            command,
            by,
            key,
            respond,
        })?;
        answered.await.unwrap_or(Err(CommandError::Stopping))
    }

    /// Looks at the hall; sees durable state only.
    ///
    /// # Errors
    /// [`CommandError::Busy`] or [`CommandError::Stopping`].
    pub async fn look<T: Send + 'static>(
        &self,
        view: impl FnOnce(&Hall, Moment) -> T + Send + 'static,
    ) -> Result<T, CommandError> {
        let (answer, answered) = oneshot::channel();
        self.send(Input::Look(Box::new(move |hall, now| {
            let _ = answer.send(view(hall, now));
        })))?;
        answered.await.map_err(|_| CommandError::Stopping)
    }

    /// What the doors need to know.
    #[must_use]
    pub fn doors(&self) -> Doors {
        self.published
            .doors
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether the hall can be changed.
    #[must_use]
    pub fn health(&self) -> Health {
        if self.inputs.is_closed() {
            return Health::Stopped("the hall's thread has ended; see the log".to_owned());
        }
        self.published
            .health
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many inputs wait for the hall task.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.inputs.max_capacity() - self.inputs.capacity()
    }

    /// The hall's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets time take effect: days that end, delays that are over, services that open. A tick that finds no room is left
    /// out; the next one does its work.
    pub fn tick(&self) {
        let _ = self.inputs.try_send(Input::Tick);
    }

    /// Stops the hall task after everything that was sent before.
    pub async fn stop(&self) {
        let (stopped, done) = oneshot::channel();
        if self.inputs.send(Input::Stop(stopped)).await.is_ok() {
            let _ = done.await;
        }
    }

    fn send(&self, input: Input) -> Result<(), CommandError> {
        self.inputs
            .try_send(input)
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => CommandError::Busy,
                mpsc::error::TrySendError::Closed(_) => CommandError::Stopping,
            })
    }
}

/// An earlier command with the same key, and where it lies in the history.
struct Known {
    /// The hash of what was asked then.
    fingerprint: String,
    /// The sequence of its first event.
    first_seq: u64,
    /// How many events it led to.
    events: u32,
    /// The first of them, when it had to be read from the journal.
    read: Option<Box<Entry>>,
}

impl Known {
    /// The command that `entry` is the first event of, if its key is this one.
    fn of(entry: &Entry, key: &str) -> Option<Self> {
        let found = entry.key.as_ref().filter(|found| found.key == key)?;
        Some(Self {
            fingerprint: found.fingerprint.clone(),
            first_seq: entry.recorded.seq,
            events: found.events,
            read: None,
        })
    }
}

/// Derived state, which is fed what is durable.
pub trait Derived: Send {
    /// Takes what became durable. May block while too much is under way; loses nothing.
    fn submit(&self, entries: Arc<[Entry]>);
}

/// Makes the hall again from what is on disk.
pub type Rebuild = Box<dyn FnMut(&dyn Journal) -> Result<Hall, String> + Send>;
/// Takes a snapshot of the hall.
pub type TakeSnapshot = Box<dyn FnMut(&Hall) + Send>;

/// What the hall task is made of.
pub struct Parts {
    /// The hall, as far as the journal reaches.
    pub hall: Hall,
    /// The journal.
    pub journal: Box<dyn Journal>,
    /// The idempotency keys of what is in the journal.
    pub keys: Keys,
    /// Where derived state goes.
    pub store: Box<dyn Derived>,
    /// Who is told.
    pub hub: Hub,
    /// The hall's clock.
    pub clock: Clock,
    /// Makes the hall again from what is on disk, after a failed write.
    pub rebuild: Rebuild,
    /// Takes a snapshot: at the beginning of a business day and when the task stops.
    pub snapshot: TakeSnapshot,
}

/// Starts the hall task on a thread of its own.
///
/// # Errors
/// When the system gives no thread.
pub fn start(parts: Parts) -> std::io::Result<HallHandle> {
    let (inputs, queue) = mpsc::channel(INPUTS_MAX);
    let published = Arc::new(Published {
        doors: RwLock::new(doors(&parts.hall)),
        health: RwLock::new(Health::Writable),
    });
    let handle = HallHandle {
        inputs,
        published: published.clone(),
        clock: parts.clock.clone(),
    };
    let task = Task {
        parts,
        published,
        batch: Batch::new(),
        latest: Latest::default(),
        asked_at: None,
    };
    thread::Builder::new()
        .name("hall".to_owned())
        .spawn(move || task.run(queue))?;
    Ok(handle)
}

fn doors(hall: &Hall) -> Doors {
    Doors {
        access: Arc::new(hall.access().clone()),
        catalogue: hall.catalogue().cloned(),
    }
}

struct Task {
    parts: Parts,
    published: Arc<Published>,
    batch: Batch,
    latest: Latest,
    /// When the journal was last asked whether it can be written again; none while it can.
    asked_at: Option<Instant>,
}

/// The latest events, as they were published.
#[derive(Default)]
struct Latest {
    groups: VecDeque<Arc<[Entry]>>,
    events: usize,
}

impl Latest {
    fn keep(&mut self, entries: &Arc<[Entry]>) {
        self.events += entries.len();
        self.groups.push_back(entries.clone());
        while self.events > RECENT_EVENTS_MAX
            && let Some(oldest) = self.groups.pop_front()
        {
            self.events -= oldest.len();
        }
    }

    /// The events from `first` to `last`, if they are all kept. A command's events lie in one group.
    fn range(&self, first: u64, last: u64) -> Option<&[Entry]> {
        let begins = |group: &Arc<[Entry]>| group.first().map_or(0, |entry| entry.recorded.seq);
        let at = self.groups.partition_point(|group| begins(group) <= first);
        let group = self.groups.get(at.checked_sub(1)?)?;
        let from = usize::try_from(first.checked_sub(begins(group))?).ok()?;
        let count = usize::try_from(last.checked_sub(first)?).ok()? + 1;
        group.get(from..from.checked_add(count)?)
    }
}

/// What becomes of an input when its group is durable.
enum Answer {
    /// The command's own events are these of the group.
    Committed {
        first: usize,
        last: usize,
        respond: Respond,
    },
    /// It was carried out before.
    Replayed { known: Known, respond: Respond },
    /// It was not carried out.
    Failed {
        error: CommandError,
        respond: Respond,
    },
    /// Somebody only looks.
    Look(Look),
}

/// The commands that share one flush.
#[derive(Default)]
struct Group {
    entries: Vec<Entry>,
    answers: Vec<Answer>,
    commands: usize,
    /// Why nothing more of this group can be recorded.
    failed: Option<CommandError>,
    /// Whether somebody is to be told what time alone has changed.
    refresh: bool,
    stop: Option<oneshot::Sender<()>>,
}

impl Group {
    /// The event of this group with this sequence.
    fn at(&self, seq: u64) -> Option<&Entry> {
        let first = self.entries.first()?.recorded.seq;
        self.entries
            .get(usize::try_from(seq.checked_sub(first)?).ok()?)
    }
}

impl Task {
    fn run(mut self, mut queue: mpsc::Receiver<Input>) {
        while let Some(first) = queue.blocking_recv() {
            let mut group = Group::default();
            let now = self.parts.clock.now();
            group.failed = self.writable().err();
            if group.failed.is_none() {
                group.failed = self.let_time_pass(&mut group, now).err();
            }
            let mut next = Some(first);
            while let Some(input) = next {
                self.take(input, &mut group, now);
                let room = group.commands < GROUP_COMMANDS_MAX && group.stop.is_none();
                next = if room { queue.try_recv().ok() } else { None };
            }
            let stop = group.stop.take();
            self.commit_and_answer(group, now);
            if let Some(stopped) = stop {
                (self.parts.snapshot)(&self.parts.hall);
                // Whoever waits for the end may use the files at once.
                drop(self);
                let _ = stopped.send(());
                return;
            }
        }
    }

    /// Passes while the journal can be written. Asks it again, from time to time, when it could not.
    fn writable(&mut self) -> Result<(), CommandError> {
        let health = self
            .published
            .health
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let reason = match health {
            Health::Writable => return Ok(()),
            Health::Stopped(reason) => return Err(CommandError::NotRecorded(reason)),
            Health::NotWritable(reason) => reason,
        };
        if self
            .asked_at
            .is_some_and(|asked| asked.elapsed() < PROBE_INTERVAL)
        {
            return Err(CommandError::NotRecorded(reason));
        }
        self.asked_at = Some(Instant::now());
        match self.parts.journal.probe() {
            Ok(()) => {
                tracing::info!("the journal can be written again");
                self.set_health(Health::Writable);
                Ok(())
            }
            Err(error) => Err(CommandError::NotRecorded(error.to_string())),
        }
    }

    fn set_health(&self, health: Health) {
        *self
            .published
            .health
            .write()
            .unwrap_or_else(PoisonError::into_inner) = health;
    }

    /// Records what time alone has brought about.
    fn let_time_pass(&mut self, group: &mut Group, now: Moment) -> Result<(), CommandError> {
        for event in self.parts.hall.due(now) {
            self.record(group, now, &By::System, None, event)?;
        }
        Ok(())
    }

    fn take(&mut self, input: Input, group: &mut Group, now: Moment) {
        match input {
            Input::Command {
                command,
                by,
                key,
                respond,
            } => {
                group.commands += 1;
                let answer = match &group.failed {
                    Some(error) => Answer::Failed {
                        error: error.clone(),
                        respond,
                    },
                    None => self.carry_out(group, &command, &by, key, respond, now),
                };
                group.answers.push(answer);
            }
            Input::Look(look) => group.answers.push(Answer::Look(look)),
            Input::Tick => {
                // Told when the group is durable: what was applied of it already must not be heard of before.
                group.refresh = true;
            }
            Input::Stop(stopped) => group.stop = Some(stopped),
        }
    }

    fn carry_out(
        &mut self,
        group: &mut Group,
        command: &Command,
        by: &By,
        key: Option<RequestKey>,
        respond: Respond,
        now: Moment,
    ) -> Answer {
        if let Some(key) = &key {
            match self.known(group, &key.key) {
                Ok(None) => {}
                Ok(Some(known)) if known.fingerprint == key.fingerprint => {
                    return Answer::Replayed { known, respond };
                }
                Ok(Some(_)) => {
                    let error = CommandError::KeyReused;
                    return Answer::Failed { error, respond };
                }
                Err(reason) => {
                    let error = CommandError::OutcomeUnknown(reason);
                    return Answer::Failed { error, respond };
                }
            }
        }
        let events = match self.parts.hall.decide(command, by, now) {
            Ok(events) => events,
            Err(refusal) => {
                return Answer::Failed {
                    error: CommandError::Refused(refusal),
                    respond,
                };
            }
        };
        let first = group.entries.len();
        let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let mut key = key.map(|key| CommandKey {
            key: key.key,
            fingerprint: key.fingerprint,
            events: count,
        });
        for event in events {
            if let Err(error) = self.record(group, now, by, key.take(), event) {
                return Answer::Failed { error, respond };
            }
        }
        Answer::Committed {
            first,
            last: group.entries.len(),
            respond,
        }
    }

    /// The earlier command with this key: of this group, or of the history.
    ///
    /// # Errors
    /// Why it cannot be known: the key was used, and what became of it cannot be read.
    fn known(&self, group: &Group, key: &str) -> Result<Option<Known>, String> {
        let Some(seq) = self.parts.keys.find(KeyHash::of(key)) else {
            return Ok(None);
        };
        let known = match group.at(seq) {
            Some(entry) => Known::of(entry, key),
            None => {
                let entries = self.entries(seq, seq);
                let entries = entries.map_err(|error| error.to_string())?;
                entries.into_iter().next().and_then(|entry| {
                    let known = Known::of(&entry, key)?;
                    Some(Known {
                        read: Some(Box::new(entry)),
                        ..known
                    })
                })
            }
        };
        let missing = || format!("event {seq} should have come of this key and has not");
        known.map(Some).ok_or_else(missing)
    }

    /// Puts an event into the frame and makes it so in memory. A frame that is full is committed first.
    fn record(
        &mut self,
        group: &mut Group,
        at: Moment,
        by: &By,
        key: Option<CommandKey>,
        event: Event,
    ) -> Result<(), CommandError> {
        let encode = |batch: &mut Batch| {
            batch.push_with(|out| record::write(out, at, by, key.as_ref(), &event))
        };
        if let Err(PushError::Full(_)) = encode(&mut self.batch) {
            self.flush(group)?;
            encode(&mut self.batch)
                .map_err(|error| CommandError::NotRecorded(error.to_string()))?;
        }
        self.parts.hall.apply(&event, at);
        let recorded = Recorded {
            seq: self.parts.hall.seq(),
            at,
            by: by.clone(),
            event,
        };
        let entry = Entry { recorded, key };
        if let Some(key) = KeyAt::of(&entry) {
            self.parts.keys.insert(key);
        }
        group.entries.push(entry);
        Ok(())
    }

    /// Writes the frame, if there is anything in it.
    fn flush(&mut self, group: &mut Group) -> Result<(), CommandError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let error = match self.parts.journal.append(&mut self.batch) {
            Ok(appended) => {
                let events = appended.last_seq + 1 - appended.first_seq;
                ::metrics::histogram!(COMMIT_SECONDS).record(began.elapsed());
                ::metrics::histogram!(COMMIT_EVENTS).record(events as f64);
                return Ok(());
            }
            Err(error) => error,
        };
        self.batch.clear();
        let told = match error.outcome() {
            Outcome::NotWritten => CommandError::NotRecorded(error.to_string()),
            Outcome::Unknown => CommandError::OutcomeUnknown(error.to_string()),
        };
        tracing::error!(%error, commands = group.commands, "the journal was not written; the hall goes back to what is on disk");
        self.set_health(if error.is_final() {
            Health::Stopped(error.to_string())
        } else {
            Health::NotWritable(error.to_string())
        });
        self.asked_at = Some(Instant::now());
        self.go_back(group);
        group.failed = Some(told.clone());
        Err(told)
    }

    /// Takes the hall back to what is on disk. What was flushed of this group stays.
    fn go_back(&mut self, group: &mut Group) {
        match (self.parts.rebuild)(self.parts.journal.as_ref()) {
            Ok(hall) => self.parts.hall = hall,
            Err(error) => {
                // Without a hall that is known to be right, nothing more may be decided.
                tracing::error!(error, "the hall cannot be made again from the journal");
                self.set_health(Health::Stopped(error));
            }
        }
        let durable = self.parts.journal.head().seq;
        self.parts.keys.forget_after(durable);
        group.entries.retain(|entry| entry.recorded.seq <= durable);
    }

    fn commit_and_answer(&mut self, mut group: Group, now: Moment) {
        if group.failed.is_none() {
            // A failure is kept in the group.
            let _ = self.flush(&mut group);
        }
        let failed = group.failed.take();
        let entries: Arc<[Entry]> = Arc::from(std::mem::take(&mut group.entries));
        self.publish(&entries, now);
        if group.refresh {
            self.parts.hub.refresh(&self.parts.hall, now);
        }
        for answer in group.answers {
            self.answer(answer, &entries, failed.as_ref(), now);
        }
    }

    fn answer(
        &self,
        answer: Answer,
        entries: &[Entry],
        failed: Option<&CommandError>,
        now: Moment,
    ) {
        let hall = &self.parts.hall;
        match answer {
            Answer::Look(look) => look(hall, now),
            // What was refused may have been refused for the sake of a command that did not last.
            Answer::Failed { error, respond } => respond(Err(failed.cloned().unwrap_or(error))),
            Answer::Committed {
                first,
                last,
                respond,
            } => match entries.get(first..last) {
                Some(entries) => respond(Ok(Committed {
                    hall,
                    entries,
                    now,
                    replayed: false,
                })),
                None => respond(Err(failed.cloned().unwrap_or(CommandError::Stopping))),
            },
            Answer::Replayed { respond, .. } if let Some(error) = failed => {
                respond(Err(error.clone()));
            }
            Answer::Replayed { known, respond } => match self.entries_of(known) {
                Ok(entries) => respond(Ok(Committed {
                    hall,
                    entries: &entries,
                    now,
                    replayed: true,
                })),
                Err(error) => {
                    tracing::error!(%error, "the events of an earlier request cannot be read");
                    respond(Err(CommandError::OutcomeUnknown(error.to_string())));
                }
            },
        }
    }

    /// Tells everybody of what is durable now.
    fn publish(&mut self, entries: &Arc<[Entry]>, now: Moment) {
        if entries.is_empty() {
            return;
        }
        self.latest.keep(entries);
        self.parts
            .keys
            .forget(TooOld::at(now, self.parts.hall.seq()));
        let access_changed = entries
            .iter()
            .any(|entry| opens_or_shuts_a_door(&entry.recorded.event));
        if access_changed {
            *self
                .published
                .doors
                .write()
                .unwrap_or_else(PoisonError::into_inner) = doors(&self.parts.hall);
        }
        self.parts.hub.publish(&self.parts.hall, entries, now);
        self.parts.store.submit(entries.clone());
        if entries
            .iter()
            .any(|entry| matches!(entry.recorded.event, Event::DayOpened { .. }))
        {
            (self.parts.snapshot)(&self.parts.hall);
        }
    }

    /// The events of an earlier command.
    fn entries_of(&self, known: Known) -> anyhow::Result<Vec<Entry>> {
        if let (Some(only), 0..=1) = (known.read, known.events) {
            return Ok(vec![*only]);
        }
        let last = known.first_seq + u64::from(known.events.max(1)) - 1;
        self.entries(known.first_seq, last)
    }

    /// The events from `first` to `last`: those at hand, or read from the journal.
    fn entries(&self, first: u64, last: u64) -> anyhow::Result<Vec<Entry>> {
        if let Some(entries) = self.latest.range(first, last) {
            return Ok(entries.to_vec());
        }
        let mut entries = Vec::new();
        let mut reader = self.parts.journal.read_from(first)?;
        while let Some(frame) = reader.next_frame()? {
            for (seq, bytes) in frame
                .entries()
                .filter(|(seq, _)| (first..=last).contains(seq))
            {
                entries.push(record::read(seq, bytes).with_context(|| format!("event {seq}"))?);
            }
            if frame.last_seq() >= last {
                break;
            }
        }
        Ok(entries)
    }
}

fn opens_or_shuts_a_door(event: &Event) -> bool {
    match event {
        Event::ConfigurationLoaded { .. }
        | Event::PairingOffered { .. }
        | Event::Enrolled { .. }
        | Event::Revoked { .. }
        | Event::PasswordSet { .. }
        | Event::SessionOpened { .. }
        | Event::SessionEnded { .. } => true,
        Event::DayOpened { .. }
        | Event::Issued { .. }
        | Event::Called { .. }
        | Event::Recalled { .. }
        | Event::CallUndone { .. }
        | Event::Started { .. }
        | Event::Finished { .. }
        | Event::Missed { .. }
        | Event::Held { .. }
        | Event::Returned { .. }
        | Event::Transferred { .. }
        | Event::ServiceAdded { .. }
        | Event::Cancelled { .. }
        | Event::Closed { .. }
        | Event::WindowSignedOn { .. }
        | Event::WindowSignedOff { .. }
        | Event::WindowPaused { .. }
        | Event::WindowResumed { .. }
        | Event::HelpCalled { .. }
        | Event::HelpAnswered { .. }
        | Event::Leased { .. }
        | Event::LeasesRevoked { .. }
        | Event::LeasesEnded { .. }
        | Event::TakenTooLate { .. } => false,
    }
}
