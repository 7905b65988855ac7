//! The watchdog: tells the service manager that the kiosk is alive, as long as it is.
//!
//! Alive means that both halves go on: the runner, which decides, and the window's own thread, which draws. The window's
//! thread looks at the runner's [`Pulse`] every [`BEAT`] and passes the word on only when it has moved. When either hangs,
//! no word goes out, and the service manager starts the kiosk anew after its `WatchdogSec` (see
//! `kiosk/system/nowserving-kiosk.service`). Without a service manager nothing happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sd_notify::NotifyState;

/// How often the window's thread passes the word on. A unit's `WatchdogSec` must be at least three times as long.
pub const BEAT: Duration = Duration::from_secs(2);

/// Counts the runner's ticks. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// The runner went on.
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Passes the word on.
#[derive(Debug)]
pub struct Watchdog<T> {
    pulse: Pulse,
    seen: u64,
    tell: T,
}

/// The watchdog of the service manager that started this process, if one did.
#[must_use]
pub fn of_the_service_manager(pulse: Pulse) -> Watchdog<impl FnMut()> {
    let longest = sd_notify::watchdog_enabled();
    if let Some(longest) = longest.filter(|longest| *longest < BEAT * 3) {
        tracing::warn!(
            ?longest,
            "WatchdogSec is shorter than three beats of {BEAT:?}: the kiosk may be restarted without need"
        );
    }
    notify(NotifyState::Ready);
    Watchdog::new(pulse, || notify(NotifyState::Watchdog))
}

fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

impl<T: FnMut()> Watchdog<T> {
    /// A watchdog that tells by `tell`.
    #[must_use]
    pub fn new(pulse: Pulse, tell: T) -> Self {
        let seen = pulse.count();
        Self { pulse, seen, tell }
    }

    /// The window's thread goes on: passes the word on if the runner does too.
    pub fn beat(&mut self) {
        let count = self.pulse.count();
        if count == self.seen {
            tracing::error!(
                "the runner has not moved since the last beat; the watchdog is not told"
            );
        } else {
            self.seen = count;
            (self.tell)();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_word_goes_out_only_while_both_halves_go_on() {
        let told = Cell::new(0);
        let pulse = Pulse::default();
        let mut watchdog = Watchdog::new(pulse.clone(), || told.set(told.get() + 1));
        pulse.beat();
        watchdog.beat();
        assert_eq!(told.get(), 1);
        watchdog.beat();
        assert_eq!(told.get(), 1, "the runner hangs");
        pulse.beat();
        pulse.beat();
        watchdog.beat();
        assert_eq!(told.get(), 2, "it goes on");
    }
}
