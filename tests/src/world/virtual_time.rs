//! The server's clock as the world outside follows it.
//!
//! A demonstration's clock may run faster than the machine's. The server tells what it shows, and from then on the time
//! is counted here, so that nobody need ask for it again.

use std::time::{Duration, Instant};

use nowserving_shared::model::Moment;

/// The slowest and the fastest clock that can be followed.
pub const SPEED_RANGE: (f64, f64) = (1.0, 3_600.0);

/// A clock that runs along with the server's.
#[derive(Debug, Clone, Copy)]
pub struct VirtualTime {
    shown: Moment,
    shown_at: Instant,
    speed: f64,
}

impl VirtualTime {
    /// The server's clock showed `shown` at the instant `shown_at` and runs `speed` times as fast as the machine's.
    #[must_use]
    pub fn new(shown: Moment, shown_at: Instant, speed: f64) -> Self {
        Self {
            shown,
            shown_at,
            speed: speed.clamp(SPEED_RANGE.0, SPEED_RANGE.1),
        }
    }

    /// What it shows at an instant.
    #[must_use]
    pub fn at(&self, instant: Instant) -> Moment {
        let since = instant.saturating_duration_since(self.shown_at);
        self.shown.after(since.mul_f64(self.speed))
    }

    /// What it shows now.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.at(Instant::now())
    }

    /// The instant at which it shows `moment`; never before [`VirtualTime::new`]'s.
    #[must_use]
    pub fn instant(&self, moment: Moment) -> Instant {
        self.shown_at + moment.since(self.shown).div_f64(self.speed)
    }

    /// Waits until it shows `moment`.
    pub async fn until(&self, moment: Moment) {
        tokio::time::sleep_until(self.instant(moment).into()).await;
    }

    /// Waits for a span of its time.
    pub async fn pass(&self, span: Duration) {
        tokio::time::sleep(self.real(span)).await;
    }

    /// How long a span of its time takes by the machine's clock.
    #[must_use]
    pub fn real(&self, span: Duration) -> Duration {
        span.div_f64(self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_passes_in_a_second_at_sixty_times_the_speed() {
        let start = Instant::now();
        let time = VirtualTime::new(Moment(1_000), start, 60.0);
        assert_eq!(time.at(start + Duration::from_secs(1)), Moment(61_000));
        assert_eq!(time.instant(Moment(61_000)), start + Duration::from_secs(1));
        assert_eq!(time.real(Duration::from_secs(60)), Duration::from_secs(1));
    }

    #[test]
    fn what_is_past_is_due_at_once() {
        let start = Instant::now();
        let time = VirtualTime::new(Moment(1_000), start, 60.0);
        assert_eq!(time.instant(Moment(0)), start);
    }
}
