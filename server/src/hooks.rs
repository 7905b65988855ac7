//! What is told of calls by HTTP: lamps at the windows, pagers of visitors who do not hear (`[[hook]]`).
//!
//! Each hook is a task of its own around a pure [`Queue`]. It listens to the hub as the rooms of the voice
//! do, and posts one notice at a time on a connection of its own, so a hook that is slow, hangs, refuses or answers
//! nonsense keeps nobody waiting but itself. Another task looks every [`LOOK_EVERY`] whether the configuration has other
//! hooks, and starts and ends theirs.
//!
//! What a hook has heard is not written down: a server that was started anew tells of the calls that stand as if they had
//! just begun.

pub mod post;
pub mod queue;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use nowserving_shared::board::{CallLine, CallState, Change, Scope};
use nowserving_shared::model::catalogue::Hook;
use nowserving_shared::model::{Catalogue, HookId, TicketId};
use nowserving_shared::protocol::hook::{HOOK_SCHEMA, HookNotice};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::hall_task::HallHandle;
use crate::hub::{Calls, Hub};
use post::{HookSettings, Posted, post};
use queue::{Answer, Dropped, Notice, Queue, Why};

/// How often it is seen whether the configuration has other hooks.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// POSTs to hooks by hook and by what came of them: `acknowledged`, `refused`, `failed`.
const POSTS: &str = "nowserving_hook_posts_total";
/// Notices that were not sent, or not any more, by hook and reason.
const DROPPED: &str = "nowserving_hook_dropped_total";
/// Notices that wait for a hook.
const WAITING: &str = "nowserving_hook_waiting";

/// Tells the hooks of the configuration of calls until the server stops.
pub async fn run(
    hall: HallHandle,
    hub: Hub,
    settings: HookSettings,
    mut stopping: watch::Receiver<bool>,
) {
    let mut known: Option<Arc<Catalogue>> = None;
    let mut told: BTreeMap<HookId, (Hook, tokio::task::AbortHandle)> = BTreeMap::new();
    let mut tasks = JoinSet::new();
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // Who could stop the server is gone, or has done so. What still waits is told when the server is there again,
            // if it is not stale then.
            _ = stopping.wait_for(|stopping| *stopping) => return,
            Some(ended) = tasks.join_next() => {
                // Only a fault of ours ends one that was not to end; the next look starts it anew.
                if ended.is_err_and(|error| error.is_panic()) {
                    tracing::error!("the task of a hook ended; it is started anew");
                }
                told.retain(|_, (_, task)| !task.is_finished());
                known = None;
            }
            _ = looks.tick() => {
                let catalogue = hall.doors().catalogue;
                let Some(catalogue) = catalogue else { continue };
                if known.as_ref().is_some_and(|known| Arc::ptr_eq(known, &catalogue)) {
                    continue;
                }
                told.retain(|id, (hook, task)| {
                    let stays = catalogue.hooks.get(id) == Some(&*hook);
                    if !stays {
                        task.abort();
                    }
                    stays
                });
                for hook in catalogue.hooks.iter() {
                    told.entry(hook.id.clone()).or_insert_with(|| {
                        let task = Task::new(hook.clone(), &hall, &hub, &settings);
                        (hook.clone(), tasks.spawn(task.run()))
                    });
                }
                known = Some(catalogue);
            }
        }
    }
}

/// A POST that is under way.
type Posting = Pin<Box<dyn Future<Output = Posted> + Send>>;

struct Task {
    hook: Hook,
    settings: HookSettings,
    hall: HallHandle,
    hub: Hub,
    queue: Queue,
    started: Instant,
}

impl Task {
    fn new(hook: Hook, hall: &HallHandle, hub: &Hub, settings: &HookSettings) -> Self {
        Self {
            hook,
            settings: settings.clone(),
            hall: hall.clone(),
            hub: hub.clone(),
            queue: Queue::default(),
            started: Instant::now(),
        }
    }

    async fn run(mut self) {
        let mut updates = self.listen().await;
        let mut posting: Option<Posting> = None;
        loop {
            if let Some((notice, attempt)) = self.queue.poll(self.started.elapsed()) {
                posting = Some(self.send(&notice, attempt));
            }
            self.tell_how_many_wait();
            let due = self.queue.poll_timeout().map(|due| self.started + due);
            tokio::select! {
                posted = under_way(&mut posting) => {
                    posting = None;
                    self.answered(&posted);
                }
                () = wait_until(due) => {}
                update = updates.recv() => match update {
                    Ok(Calls::Changed { seq, changes }) => self.hears(seq, &changes).await,
                    Ok(Calls::Reset) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        updates = self.listen().await;
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
            }
        }
    }

    /// Listens afresh: the calls as they stand, and what follows.
    async fn listen(&mut self) -> broadcast::Receiver<Calls> {
        let listening = self.hub.listen(&Scope::Wall(None));
        let (seq, at) = (listening.seq, listening.at);
        let meant = self.meant(&listening.standing).await;
        let lines = listening.standing.into_iter();
        let lines = lines.filter(|line| meant.contains(&line.ticket));
        let dropped = self.queue.board(seq, at, lines.collect());
        self.log(dropped);
        listening.updates
    }

    async fn hears(&mut self, seq: u64, changes: &[Change]) {
        let called = changes.iter().filter_map(|change| match change {
            Change::Call(line) if line.state == CallState::Calling => Some(line),
            _ => None,
        });
        let meant = self.meant(called).await;
        let at = self.hall.clock().now();
        for change in changes {
            let is_meant = match change {
                Change::Call(line) if line.state == CallState::Calling => {
                    meant.contains(&line.ticket)
                }
                // What ends is known to the queue or nothing to it.
                _ => true,
            };
            if is_meant {
                let dropped = self.queue.change(seq, at, change.clone());
                self.log(dropped);
            }
        }
    }

    /// The tickets among `lines` of whose calls this hook is told. The board does not say of which class a ticket is, so
    /// the hall is asked where that matters; a ticket that has left it meanwhile needs no lamp.
    async fn meant<'a>(&self, lines: impl IntoIterator<Item = &'a CallLine>) -> BTreeSet<TicketId> {
        let of_here = lines
            .into_iter()
            .filter(|line| self.hook.hears_of(&line.window, &line.zone));
        let tickets: BTreeSet<TicketId> = of_here.map(|line| line.ticket).collect();
        if self.hook.classes.is_empty() || tickets.is_empty() {
            return tickets;
        }
        let classes = self.hook.classes.clone();
        let of_class = self.hall.look(move |hall, _| {
            let is_of_class = |id: &TicketId| {
                let ticket = hall.ticket(*id);
                ticket.is_some_and(|ticket| classes.contains(&ticket.class))
            };
            tickets.into_iter().filter(is_of_class).collect()
        });
        match of_class.await {
            Ok(tickets) => tickets,
            Err(error) => {
                let hook = self.hook.id.as_str();
                tracing::warn!(hook, %error, "nobody knows of which class a called ticket is; the hook is not told of it");
                BTreeSet::new()
            }
        }
    }

    fn send(&self, notice: &Notice, attempt: u32) -> Posting {
        let (hook, event) = (self.hook.id.as_str(), notice.event.name());
        let (label, seq) = (notice.call.label.as_str(), notice.seq);
        tracing::debug!(hook, event, label, seq, attempt, "a hook is told");
        let body = text(&self.hook.id, notice);
        let (url, settings) = (self.hook.url.clone(), self.settings.clone());
        Box::pin(async move { post(&settings, &url, body).await })
    }

    fn answered(&mut self, posted: &Posted) {
        let answer = posted.answer();
        let result = match answer {
            Answer::Acknowledged => "acknowledged",
            Answer::Refused => "refused",
            Answer::Failed => "failed",
        };
        let hook = self.hook.id.as_str().to_owned();
        if answer != Answer::Acknowledged {
            tracing::warn!(hook, %posted, "a hook was told and did not acknowledge it");
        }
        metrics::counter!(POSTS, "hook" => hook, "result" => result).increment(1);
        let dropped = self
            .queue
            .answered(self.started.elapsed(), answer, chance());
        self.log(dropped);
    }

    fn log(&self, dropped: impl IntoIterator<Item = Dropped>) {
        for Dropped { notice, why } in dropped {
            let (hook, event) = (self.hook.id.as_str(), notice.event.name());
            let (label, window, seq) = (notice.call.label.as_str(), notice.call.number, notice.seq);
            match why {
                Why::Stale => {
                    tracing::info!(
                        hook,
                        event,
                        label,
                        window,
                        seq,
                        "a hook is not told: the call is over"
                    );
                }
                Why::Refused | Why::GivenUp | Why::QueueFull => {
                    tracing::error!(hook, event, label, window, seq, ?why, "a hook is not told");
                }
            }
            let hook = hook.to_owned();
            metrics::counter!(DROPPED, "hook" => hook, "why" => why.name()).increment(1);
        }
    }

    fn tell_how_many_wait(&self) {
        let waiting = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        metrics::gauge!(WAITING, "hook" => self.hook.id.as_str().to_owned()).set(waiting);
    }
}

/// A notice as it is posted to `hook`.
#[must_use]
pub fn text(hook: &HookId, notice: &Notice) -> Bytes {
    let call = &notice.call;
    let notice = HookNotice {
        schema: HOOK_SCHEMA,
        hook: hook.clone(),
        event: notice.event,
        seq: notice.seq,
        call: call.seq,
        label: call.label.clone(),
        window: call.number,
        window_id: call.window.clone(),
        zone: call.zone.clone(),
        service: call.service.clone(),
        language: call.language,
        recalls: call.recalls,
        at: notice.at,
    };
    // Wire types hold nothing that JSON cannot.
    serde_json::to_vec(&notice).unwrap_or_default().into()
}

async fn under_way(posting: &mut Option<Posting>) -> Posted {
    match posting {
        Some(posting) => posting.await,
        None => std::future::pending().await,
    }
}

async fn wait_until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// A number of chance in 0–1. Without a random source everybody waits the longest.
fn chance() -> f64 {
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}
