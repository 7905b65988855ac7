//! The one thread of one printer, and the honest answer to "did it print?".
//!
//! ```text
//! submit ─► queued ─► sending ─► sent ─► confirmed   the printer answered after it had processed everything
//!              │         │         └───► unknown     no answer in time, or paper ended: a person must look
//!              │         └─────────────► unknown     the connection broke in the middle
//!              └───────────────────────► failed      nothing was sent in time: surely no paper came out
//! ```
//!
//! A job is known by its ticket and the number of its copy, or by the number of its slip. Submitting the same job again
//! prints nothing again unless it *failed*, so a retry can never put two tickets with one number into the hall; a deliberate
//! reprint is another copy, and says so on the paper. Guidance slips are not counted: whoever wants another gives it
//! another number. What is unknown is never sent again by itself. A printer whose profile says that it never answers
//! ends its jobs in *sent*.
//!
//! The queue, the memory of past jobs and every wait are bounded by the constants here. A job that cannot be started within
//! [`JOB_WAIT_MAX`] fails, because a ticket that comes out minutes later is taken by the wrong person.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::num::NonZeroU32;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nowserving_shared::model::TicketId;

use super::device::PrinterAddress;
use super::encode::EncodeError;
use super::press::{Paper, Press};
use super::profile::ProfileError;
use super::slip::SlipPaper;
use super::status::PrinterStatus;
use super::ticket::TicketPaper;

mod worker;

use worker::Worker;

/// Jobs that wait for the printer; a further one is refused with [`SubmitError::QueueFull`].
pub const JOBS_QUEUED_MAX: usize = 16;

/// Past jobs that are remembered, so that a retry is recognised. The oldest are forgotten.
pub const JOBS_REMEMBERED_MAX: usize = 1024;

/// How long a job waits for a printer that is absent or not ready before it fails.
pub const JOB_WAIT_MAX: Duration = Duration::from_secs(20);

/// How long the printer may take to say that it processed a ticket; then the result is unknown.
pub const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);

/// How often an idle printer is asked for its status.
pub const STATUS_POLL: Duration = Duration::from_secs(5);

/// How often an idle printer is listened to: what it says by itself is known within this time.
pub const LISTEN_INTERVAL: Duration = Duration::from_millis(250);

/// How often a printer that is not ready is asked while a job waits for it.
pub const READY_POLL: Duration = Duration::from_millis(500);

/// A status that is not older than this is trusted when a ticket is about to be sent.
pub const STATUS_FRESH: Duration = Duration::from_millis(300);

/// The wait before the second attempt to connect; it doubles with each failure up to [`RECONNECT_LONGEST`].
pub const RECONNECT_FIRST: Duration = Duration::from_secs(1);

/// The longest wait between two attempts to connect.
pub const RECONNECT_LONGEST: Duration = Duration::from_secs(30);

/// The waits of a spooler; the default is what the constants of this module say, tests shorten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolerTiming {
    /// See [`JOB_WAIT_MAX`].
    pub job_wait: Duration,
    /// See [`CONFIRM_TIMEOUT`].
    pub confirm: Duration,
    /// See [`STATUS_POLL`].
    pub status_poll: Duration,
    /// See [`READY_POLL`].
    pub ready_poll: Duration,
    /// See [`RECONNECT_FIRST`].
    pub reconnect_first: Duration,
    /// See [`RECONNECT_LONGEST`].
    pub reconnect_longest: Duration,
}

impl Default for SpoolerTiming {
    fn default() -> Self {
        Self {
            job_wait: JOB_WAIT_MAX,
            confirm: CONFIRM_TIMEOUT,
            status_poll: STATUS_POLL,
            ready_poll: READY_POLL,
            reconnect_first: RECONNECT_FIRST,
            reconnect_longest: RECONNECT_LONGEST,
        }
    }
}

/// What makes a print job the same job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKey {
    /// A ticket.
    Ticket {
        /// Which.
        ticket: TicketId,
        /// 0 for the ticket itself, 1, 2 … for its copies.
        copy: u32,
    },
    /// A guidance slip, by a number that whoever asks for it counts up.
    Slip(u64),
    /// A test, likewise.
    Test(u64),
}

impl JobKey {
    /// The ticket, if it is one.
    #[must_use]
    pub fn ticket(self) -> Option<TicketId> {
        match self {
            Self::Ticket { ticket, .. } => Some(ticket),
            Self::Slip(_) | Self::Test(_) => None,
        }
    }
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket { ticket, copy: 0 } => write!(f, "ticket {ticket}"),
            Self::Ticket { ticket, copy } => write!(f, "copy {copy} of ticket {ticket}"),
            Self::Slip(number) => write!(f, "slip {number}"),
            Self::Test(number) => write!(f, "test {number}"),
        }
    }
}

/// Something to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    key: JobKey,
    paper: Paper,
}

impl PrintJob {
    /// The first print of a ticket.
    #[must_use]
    pub fn original(ticket: TicketId, paper: TicketPaper) -> Self {
        Self {
            key: JobKey::Ticket { ticket, copy: 0 },
            paper: Paper::Ticket(paper),
        }
    }

    /// A further print of a ticket: its first copy is number 1. It gets its mark whatever `paper` says.
    #[must_use]
    pub fn copy(ticket: TicketId, number: NonZeroU32, paper: TicketPaper) -> Self {
        Self {
            key: JobKey::Ticket {
                ticket,
                copy: number.get(),
            },
            paper: Paper::Ticket(TicketPaper {
                copy: true,
                ..paper
            }),
        }
    }

    /// A guidance slip. The same `number` again is the same job, which is not printed twice.
    #[must_use]
    pub fn slip(number: u64, paper: SlipPaper) -> Self {
        Self {
            key: JobKey::Slip(number),
            paper: Paper::Slip(paper),
        }
    }

    /// A test, laid out as a slip. The same `number` again is the same job.
    #[must_use]
    pub fn test(number: u64, paper: SlipPaper) -> Self {
        Self {
            key: JobKey::Test(number),
            paper: Paper::Slip(paper),
        }
    }

    /// What it is known by.
    #[must_use]
    pub fn key(&self) -> JobKey {
        self.key
    }

    /// What it says.
    #[must_use]
    pub fn paper(&self) -> &Paper {
        &self.paper
    }
}

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// It waits for the printer.
    Queued,
    /// Its bytes are being sent.
    Sending,
    /// The connection took all bytes. The last state for a printer that never answers.
    Sent,
    /// The printer processed it and has paper.
    Confirmed,
    /// It may or may not have come out: a person must look, and may ask for a copy.
    Unknown {
        /// Why it is not known.
        reason: String,
    },
    /// It did not come out.
    Failed {
        /// Why not.
        reason: String,
    },
}

/// What the spooler tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterEvent {
    /// A job reached a state. That it is queued is told by the answer of [`SpoolerHandle::submit`], and here when it has
    /// to wait again because the connection was lost before a byte was sent.
    Job {
        /// The job.
        key: JobKey,
        /// Its state.
        state: JobState,
    },
    /// The printer's status changed.
    Status(PrinterStatus),
}

/// What became of a submitted job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It waits for the printer.
    Queued,
    /// It was submitted before and has come so far; nothing is printed again.
    AlreadyKnown(JobState),
}

/// A job that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// Too many jobs wait.
    #[error(
        "{JOBS_QUEUED_MAX} tickets wait for the printer already; show the number on the screen"
    )]
    QueueFull,
    /// The same ticket was printed with another number.
    #[error(
        "ticket {ticket} was submitted as {known} before and now as {given}; it is not printed"
    )]
    OtherNumber {
        /// The ticket.
        ticket: TicketId,
        /// The number that it was printed with.
        known: String,
        /// The number that it should be printed with now.
        given: String,
    },
    /// The ticket cannot be put on paper.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The spooler has ended.
    #[error("printing has ended")]
    Stopped,
}

/// A spooler that could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The profile is not one that a printer can have.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The system gave no thread.
    #[error("the printing thread cannot be started: {0}")]
    Thread(#[from] io::Error),
}

/// Starts spoolers.
pub struct Spooler;

impl Spooler {
    /// Starts the thread of the printer at `address`; a profile alone is a press with the built-in templates. It connects by itself, again and again, and calls `events` from its
    /// own thread; `events` should only hand on.
    pub fn start(
        press: impl Into<Press>,
        address: PrinterAddress,
        events: impl FnMut(PrinterEvent) + Send + 'static,
    ) -> Result<SpoolerHandle, StartError> {
        Self::start_with_timing(press, address, SpoolerTiming::default(), events)
    }

    /// As [`Spooler::start`], with other waits.
    pub fn start_with_timing(
        press: impl Into<Press>,
        address: PrinterAddress,
        timing: SpoolerTiming,
        events: impl FnMut(PrinterEvent) + Send + 'static,
    ) -> Result<SpoolerHandle, StartError> {
        let press = press.into();
        press.profile.check()?;
        let shared = Arc::new(Shared::default());
        let worker = Worker::new(
            press.profile.clone(),
            address,
            timing,
            Arc::clone(&shared),
            events,
        );
        std::thread::Builder::new()
            .name("printer-spooler".to_owned())
            .spawn(move || worker.run())?;
        Ok(SpoolerHandle {
            inner: Arc::new(HandleInner {
                shared,
                press,
                timing,
            }),
        })
    }
}

/// The door to a spooler. When the last clone is dropped, the spooler ends after the job that it is printing.
#[derive(Clone)]
pub struct SpoolerHandle {
    inner: Arc<HandleInner>,
}

struct HandleInner {
    shared: Arc<Shared>,
    press: Press,
    timing: SpoolerTiming,
}

impl SpoolerHandle {
    /// Puts a job into the queue; it never waits.
    pub fn submit(&self, job: PrintJob) -> Result<Submitted, SubmitError> {
        let encoded = self.inner.press.encode(&job.paper)?;
        if !encoded.missing.is_empty() {
            tracing::warn!(job = %job.key, missing = ?encoded.missing, "the paper has characters that neither printer nor font knows");
        }
        let label = match job.paper {
            Paper::Ticket(paper) => paper.label,
            Paper::Slip(_) => String::new(),
        };
        let waiting = WaitingJob {
            key: job.key,
            bytes: encoded.bytes,
            deadline: Instant::now() + self.inner.timing.job_wait,
        };
        let submitted = self.inner.shared.lock().accept(waiting, label)?;
        self.inner.shared.changed.notify_all();
        Ok(submitted)
    }

    /// Has the printer asked how it is, and connected to if it is not, without waiting until that is due. What changed is
    /// told as an event.
    pub fn ask_now(&self) {
        let mut desk = self.inner.shared.lock();
        desk.asked_for = true;
        desk.arrivals += 1;
        drop(desk);
        self.inner.shared.changed.notify_all();
    }

    /// What is known about the printer.
    #[must_use]
    pub fn status(&self) -> PrinterStatus {
        self.inner.shared.lock().status
    }

    /// How far a job has come, if it is remembered.
    #[must_use]
    pub fn job(&self, key: JobKey) -> Option<JobState> {
        self.inner
            .shared
            .lock()
            .known
            .get(&key)
            .map(|known| known.state.clone())
    }
}

impl Drop for HandleInner {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.changed.notify_all();
    }
}

/// A job in the queue.
struct WaitingJob {
    key: JobKey,
    bytes: Vec<u8>,
    deadline: Instant,
}

struct KnownJob {
    /// The ticket's number; a slip has none.
    label: String,
    state: JobState,
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
}

/// What the handle and the thread share.
#[derive(Default)]
struct Desk {
    queue: VecDeque<WaitingJob>,
    known: HashMap<JobKey, KnownJob>,
    /// The keys of `known`, oldest first.
    order: VecDeque<JobKey>,
    status: PrinterStatus,
    /// Counts the jobs that were accepted and the questions, so that the thread sees each arrival.
    arrivals: u64,
    /// Somebody wants to know how the printer is.
    asked_for: bool,
    stopping: bool,
    /// The thread has ended and takes no more jobs.
    ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Desk> {
        // Plain data, whole after every statement: a panic in another thread leaves nothing half done.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn accept(&mut self, job: WaitingJob, label: String) -> Result<Submitted, SubmitError> {
        if self.stopping || self.ended {
            return Err(SubmitError::Stopped);
        }
        if let Some(ticket) = job.key.ticket()
            && let Some(other) = self.other_number(ticket, &label)
        {
            return Err(SubmitError::OtherNumber {
                ticket,
                known: other,
                given: label,
            });
        }
        match self.known.get(&job.key).map(|known| &known.state) {
            None | Some(JobState::Failed { .. }) => {}
            Some(
                state @ (JobState::Queued
                | JobState::Sending
                | JobState::Sent
                | JobState::Confirmed
                | JobState::Unknown { .. }),
            ) => return Ok(Submitted::AlreadyKnown(state.clone())),
        }
        if self.queue.len() >= JOBS_QUEUED_MAX {
            return Err(SubmitError::QueueFull);
        }
        self.remember(job.key, label);
        self.queue.push_back(job);
        self.arrivals += 1;
        Ok(Submitted::Queued)
    }

    /// The number under which any print of the ticket is known, if it is another than `label`.
    fn other_number(&self, ticket: TicketId, label: &str) -> Option<String> {
        let known = self
            .known
            .iter()
            .find(|(key, known)| key.ticket() == Some(ticket) && known.label != label);
        known.map(|(_, known)| known.label.clone())
    }

    fn remember(&mut self, key: JobKey, label: String) {
        let before = self.known.insert(
            key,
            KnownJob {
                label,
                state: JobState::Queued,
            },
        );
        if before.is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > JOBS_REMEMBERED_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }

    fn set_state(&mut self, key: JobKey, state: JobState) {
        if let Some(known) = self.known.get_mut(&key) {
            known.state = state;
        }
    }
}

#[cfg(test)]
mod tests;
