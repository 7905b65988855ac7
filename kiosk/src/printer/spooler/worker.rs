//! The spooler's thread: keeps the connection, asks for the status, prints one job at a time.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::{
    JobKey, JobState, LISTEN_INTERVAL, PrinterEvent, STATUS_FRESH, Shared, SpoolerTiming,
    WaitingJob,
};
use crate::printer::device::{PrinterAddress, Transport, TransportError};
use crate::printer::encode::DISABLE_REAL_TIME;
use crate::printer::profile::PrinterProfile;
use crate::printer::status::{self, Ear, PrinterStatus, Said};

/// `GS r 1`: tell the paper sensor's state when everything before this has been processed.
const ASK_PROCESSED: [u8; 3] = [0x1D, b'r', 1];

pub(super) struct Worker<F> {
    profile: PrinterProfile,
    address: PrinterAddress,
    timing: SpoolerTiming,
    shared: Arc<Shared>,
    events: F,
    link: Option<Box<dyn Transport>>,
    backoff: Duration,
    next_attempt: Instant,
    next_poll: Instant,
    /// When the status was last told by the printer.
    asked: Option<Instant>,
    /// The arrivals at the desk that were looked at.
    arrivals_seen: u64,
    /// Listens to what the printer says by itself.
    ear: Ear,
}

impl<F: FnMut(PrinterEvent)> Worker<F> {
    pub(super) fn new(
        profile: PrinterProfile,
        address: PrinterAddress,
        timing: SpoolerTiming,
        shared: Arc<Shared>,
        events: F,
    ) -> Self {
        let now = Instant::now();
        let backoff = timing.reconnect_first;
        Self {
            profile,
            address,
            timing,
            shared,
            events,
            link: None,
            backoff,
            next_attempt: now,
            next_poll: now,
            asked: None,
            arrivals_seen: 0,
            ear: Ear::default(),
        }
    }

    pub(super) fn run(mut self) {
        while !self.shared.lock().stopping {
            self.see_arrivals();
            self.fail_overdue_jobs();
            self.connect_if_due();
            self.listen();
            self.ask_status_if_due();
            match self.next_job() {
                Some(job) => self.print(job),
                None => self.wait(),
            }
        }
        self.fail_all_jobs();
    }

    /// A job that arrived makes the status worth asking for at once.
    fn see_arrivals(&mut self) {
        let (arrivals, asked_for) = {
            let mut desk = self.shared.lock();
            (desk.arrivals, std::mem::take(&mut desk.asked_for))
        };
        if asked_for {
            self.next_attempt = Instant::now();
        }
        if arrivals != self.arrivals_seen {
            self.arrivals_seen = arrivals;
            self.next_poll = Instant::now();
        }
    }

    /// Sleeps until something is due or a job arrives that was not seen.
    fn wait(&self) {
        let now = Instant::now();
        let due = if self.link.is_some() {
            self.next_poll
        } else {
            self.next_attempt
        };
        let desk = self.shared.lock();
        let until = desk
            .queue
            .iter()
            .map(|job| job.deadline)
            .chain([due])
            .min()
            .unwrap_or(due);
        let wait = until.saturating_duration_since(now);
        let listens = self.link.is_some() && self.profile.answers_status;
        let wait = if listens {
            wait.min(LISTEN_INTERVAL)
        } else {
            wait
        };
        let seen = self.arrivals_seen;
        let idle = self
            .shared
            .changed
            .wait_timeout_while(desk, wait, |desk| !desk.stopping && desk.arrivals == seen);
        drop(idle.unwrap_or_else(PoisonError::into_inner));
    }

    fn connect_if_due(&mut self) {
        if self.link.is_some() || Instant::now() < self.next_attempt {
            return;
        }
        let connected = self.address.connect().and_then(|mut link| {
            link.write(&DISABLE_REAL_TIME)?;
            if self.profile.answers_status {
                link.write(&status::AUTOMATIC_STATUS_ON)?;
            }
            Ok(link)
        });
        match connected {
            Ok(link) => {
                tracing::info!(address = %self.address, "printer connected");
                self.link = Some(link);
                self.ear = Ear::default();
                self.backoff = self.timing.reconnect_first;
                self.next_poll = Instant::now();
            }
            Err(error) => {
                tracing::warn!("{error}; next attempt in {} s", self.backoff.as_secs_f32());
                self.disconnected();
            }
        }
    }

    /// Forgets the connection; the next attempt waits, longer each time until one succeeds and answers.
    fn disconnected(&mut self) {
        self.link = None;
        self.asked = None;
        self.next_attempt = Instant::now() + self.backoff;
        self.backoff = (self.backoff * 2).min(self.timing.reconnect_longest);
        self.set_status(PrinterStatus::Absent);
    }

    /// Hears what the printer says by itself; it is asked at once what that means, because a model may say less unasked.
    fn listen(&mut self) {
        let Some(link) = self.link.as_mut().filter(|_| self.profile.answers_status) else {
            return;
        };
        match status::overhear(link.as_mut(), &mut self.ear) {
            Ok(None) => {}
            Ok(Some(told)) => {
                if told != self.shared.lock().status {
                    self.next_poll = Instant::now();
                }
            }
            Err(error) => {
                tracing::warn!("{error}");
                self.disconnected();
            }
        }
    }

    fn ask_status_if_due(&mut self) {
        if Instant::now() >= self.next_poll {
            self.ask_status();
        }
    }

    /// Asks the printer, tells what changed, and says when to ask again. No connection, no answer.
    fn ask_status(&mut self) {
        let Some(link) = self.link.as_mut() else {
            return;
        };
        let answer = if self.profile.answers_status {
            status::ask(link.as_mut())
        } else {
            // Nothing is asked, but a connection that was closed is noticed here.
            status::drain(link.as_mut()).map(|()| PrinterStatus::Mute)
        };
        match answer {
            Ok(status) => {
                self.set_status(status);
                self.asked = Some(Instant::now());
                let jobs_wait = !self.shared.lock().queue.is_empty();
                let soon = jobs_wait && !status.can_print();
                self.next_poll = Instant::now()
                    + if soon {
                        self.timing.ready_poll
                    } else {
                        self.timing.status_poll
                    };
            }
            Err(error) => {
                tracing::warn!("{error}");
                self.disconnected();
            }
        }
    }

    /// The first job in the queue, if the printer is ready for it at this moment.
    fn next_job(&mut self) -> Option<WaitingJob> {
        if self.shared.lock().queue.is_empty() || self.link.is_none() {
            return None;
        }
        // A status from the last poll may be old: a ticket goes out only after a fresh one.
        let fresh = self
            .asked
            .is_some_and(|asked| asked.elapsed() <= STATUS_FRESH);
        if !fresh && self.shared.lock().status.can_print() {
            self.ask_status();
        }
        let mut desk = self.shared.lock();
        if self.link.is_some() && desk.status.can_print() {
            desk.queue.pop_front()
        } else {
            None
        }
    }

    fn print(&mut self, job: WaitingJob) {
        let key = job.key;
        self.tell(key, JobState::Sending);
        let Some(link) = self.link.as_mut() else {
            return self.put_back(job);
        };
        match link.write(&job.bytes) {
            Ok(()) => {}
            Err(TransportError::Write {
                taken: 0, reason, ..
            }) => {
                tracing::warn!(
                    "{reason}; nothing was sent, the ticket waits for the next connection"
                );
                self.disconnected();
                return self.put_back(job);
            }
            Err(error) => {
                self.disconnected();
                return self.tell(
                    key,
                    JobState::Unknown {
                        reason: error.to_string(),
                    },
                );
            }
        }
        self.tell(key, JobState::Sent);
        if self.profile.answers_status {
            let state = self.confirm();
            if let JobState::Unknown { reason } = &state {
                // A late answer must not be taken for that of the next ticket.
                tracing::warn!(job = %key, "printing is unknown: {reason}");
                self.disconnected();
            }
            self.tell(key, state);
        }
    }

    /// Waits until the printer has processed what was sent, and looks whether it had paper to the end.
    fn confirm(&mut self) -> JobState {
        let unknown = |reason: String| JobState::Unknown { reason };
        let Some(link) = self.link.as_mut() else {
            return unknown("the connection was lost".to_owned());
        };
        let answer = link.write(&ASK_PROCESSED).and_then(|()| {
            status::answer_within(link.as_mut(), self.timing.confirm, |said| match said {
                Said::Processed(paper) => Some(paper),
                Said::RealTime(_) | Said::Automatic(_) => None,
            })
        });
        match answer {
            Ok(Some(_)) => {}
            Ok(None) => {
                return unknown(format!(
                    "the printer did not say within {} s that it was done",
                    self.timing.confirm.as_secs_f32()
                ));
            }
            Err(error) => return unknown(error.to_string()),
        }
        self.ask_status();
        let status = self.shared.lock().status;
        match status {
            PrinterStatus::Ok | PrinterStatus::PaperNearEnd | PrinterStatus::Mute => {
                JobState::Confirmed
            }
            PrinterStatus::Unknown
            | PrinterStatus::PaperOut
            | PrinterStatus::CoverOpen
            | PrinterStatus::Fault
            | PrinterStatus::Offline
            | PrinterStatus::Silent
            | PrinterStatus::Absent => unknown(format!("after printing the printer is {status}")),
        }
    }

    fn put_back(&mut self, job: WaitingJob) {
        let key = job.key;
        self.shared.lock().queue.push_front(job);
        self.tell(key, JobState::Queued);
    }

    fn fail_overdue_jobs(&mut self) {
        let now = Instant::now();
        let (overdue, status) = {
            let mut desk = self.shared.lock();
            let (overdue, waiting) = desk
                .queue
                .drain(..)
                .partition::<Vec<_>, _>(|job| job.deadline <= now);
            desk.queue.extend(waiting);
            (overdue, desk.status)
        };
        for job in overdue {
            let reason = format!(
                "the printer was not ready within {} s: {status}",
                self.timing.job_wait.as_secs_f32()
            );
            self.tell(job.key, JobState::Failed { reason });
        }
    }

    fn fail_all_jobs(&mut self) {
        let left: Vec<WaitingJob> = {
            let mut desk = self.shared.lock();
            desk.ended = true;
            desk.queue.drain(..).collect()
        };
        for job in left {
            self.tell(
                job.key,
                JobState::Failed {
                    reason: "printing has ended".to_owned(),
                },
            );
        }
    }

    fn set_status(&mut self, status: PrinterStatus) {
        let before = std::mem::replace(&mut self.shared.lock().status, status);
        if before != status {
            (self.events)(PrinterEvent::Status(status));
        }
    }

    fn tell(&mut self, key: JobKey, state: JobState) {
        self.shared.lock().set_state(key, state.clone());
        (self.events)(PrinterEvent::Job { key, state });
    }
}
