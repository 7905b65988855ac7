//! What all the people of a day share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nowserving_client::api::Api;
use nowserving_shared::model::{Moment, ServiceId, WindowId};
use nowserving_shared::protocol::http::TicketAtWindow;
use tokio::sync::Notify;

use super::{Progress, Scene};
use crate::world::account::{Account, Ended};
use crate::world::script::Script;
use crate::world::virtual_time::VirtualTime;

/// How long after its call a ticket is taken for a stranger's, if no visitor has been given it.
const STRANGER_AFTER: Duration = Duration::from_secs(12);

/// What all the people of a day share.
pub(super) struct Stage {
    pub(super) scene: Scene,
    pub(super) kiosk: Api,
    pub(super) script: Script,
    pub(super) time: VirtualTime,
    account: Mutex<Account>,
    /// How many are still to take a number, by service.
    to_come: Mutex<BTreeMap<ServiceId, usize>>,
    /// Windows whose clerk has gone for good.
    left: Mutex<BTreeSet<WindowId>>,
    bells: BTreeMap<WindowId, Notify>,
    /// Rung when a reply has told of a new ticket.
    issued: Notify,
    late_max: Mutex<Duration>,
}

impl Stage {
    pub(super) fn new(scene: Scene, kiosk: Api, script: Script, time: VirtualTime) -> Self {
        let mut to_come = BTreeMap::new();
        for visitor in &script.visitors {
            *to_come.entry(visitor.service.clone()).or_default() += 1;
        }
        let manned: BTreeSet<&WindowId> = script.shifts.iter().map(|shift| &shift.window).collect();
        let windows = scene.catalogue.windows.iter().map(|window| &window.id);
        let left = windows
            .clone()
            .filter(|id| !manned.contains(id))
            .cloned()
            .collect();
        Self {
            bells: windows.map(|id| (id.clone(), Notify::new())).collect(),
            left: Mutex::new(left),
            account: Mutex::default(),
            to_come: Mutex::new(to_come),
            issued: Notify::new(),
            late_max: Mutex::default(),
            scene,
            kiosk,
            script,
            time,
        }
    }

    /// The account. Held for a moment only, never across a request.
    pub(super) fn account(&self) -> MutexGuard<'_, Account> {
        locked(&self.account)
    }

    /// Somebody has come for `service`, with or without success.
    pub(super) fn came(&self, service: &ServiceId, planned: Moment) {
        if let Some(count) = locked(&self.to_come).get_mut(service) {
            *count = count.saturating_sub(1);
        }
        let late = self.time.now().since(planned);
        let mut late_max = locked(&self.late_max);
        *late_max = late.max(*late_max);
        drop(late_max);
        self.issued.notify_waiters();
        self.ring(service);
    }

    pub(super) fn late_max(&self) -> Duration {
        *locked(&self.late_max)
    }

    /// Rings at every window that serves `service`.
    pub(super) fn ring(&self, service: &ServiceId) {
        for window in self.scene.catalogue.windows_of(service) {
            if let Some(bell) = self.bells.get(&window.id) {
                bell.notify_one();
            }
        }
    }

    /// Waits for the bell of a window.
    pub(super) async fn bell(&self, window: &WindowId) {
        match self.bells.get(window) {
            Some(bell) => bell.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Whose ticket it is; none: a stranger's. The clerk may hear of a ticket before its owner does.
    pub(super) async fn owner(&self, ticket: &TicketAtWindow) -> Option<usize> {
        let deadline = Instant::now() + STRANGER_AFTER;
        loop {
            let news = self.issued.notified();
            if let Some(known) = self.account().ticket(ticket.ticket) {
                return known.visitor;
            }
            if tokio::time::timeout_at(deadline.into(), news)
                .await
                .is_err()
            {
                let now = self.time.now();
                self.account()
                    .stranger(ticket.ticket, &ticket.label, &ticket.service, now);
                return None;
            }
        }
    }

    /// Whether the clerk of a window may go for good, and if so, notes that they do: nobody is open or still to come
    /// whom no other window that is still to be manned could serve.
    pub(super) fn may_leave(&self, window: &WindowId) -> bool {
        let mut left = locked(&self.left);
        let to_come = locked(&self.to_come);
        let account = self.account();
        let wanted = |service: &ServiceId| {
            to_come.get(service).is_some_and(|count| *count > 0) || account.open_for(service) > 0
        };
        let covered = |service: &ServiceId| {
            let others = self.scene.catalogue.windows_of(service);
            others
                .iter()
                .any(|other| other.id != *window && !left.contains(&other.id))
        };
        let serves = self
            .scene
            .catalogue
            .windows
            .get(window)
            .map(|window| &window.serves);
        let needed = serves.is_some_and(|serves| {
            serves
                .keys()
                .any(|service| !covered(service) && wanted(service))
        });
        drop(account);
        if !needed {
            left.insert(window.clone());
        }
        !needed
    }

    /// The clerk of a window has gone, whoever may still wait.
    pub(super) fn leave(&self, window: &WindowId) {
        locked(&self.left).insert(window.clone());
    }

    pub(super) fn progress(&self) -> Progress {
        let account = self.account();
        let refused: u64 = account.refusals().values().sum();
        let ended = [Ended::Served, Ended::NoShow, Ended::Cancelled];
        Progress {
            at: self.time.now(),
            visitors: self.script.visitors.len(),
            came: account.tickets().len() as u64 + refused,
            done: ended.into_iter().map(|how| account.count(how)).sum::<u64>() + refused,
        }
    }
}

/// The lock, also after a holder panicked: what it guards is changed in single steps.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
