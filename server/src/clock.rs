//! The hall's clock, which the pure rules are told.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use nowserving_shared::model::Moment;

/// A clock: the machine's, or one that runs faster so that a day can be played in minutes.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Starts at a moment and runs `speed` times as fast as the machine's.
    Fast {
        /// What it shows at the start.
        starts_at: Moment,
        /// When it started.
        started: Instant,
        /// How many times as fast.
        speed: f64,
    },
}

impl Clock {
    /// A clock that shows `starts_at` now and runs `speed` times as fast as the machine's.
    #[must_use]
    pub fn fast(starts_at: Moment, speed: f64) -> Self {
        Self::Fast {
            starts_at,
            started: Instant::now(),
            speed,
        }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Moment::default().after(since)
            }
            Self::Fast {
                starts_at,
                started,
                speed,
            } => starts_at.after(started.elapsed().mul_f64(speed.clamp(0.0, 1e6))),
        }
    }

    /// How long, by the machine's clock, until this one shows `moment`.
    #[must_use]
    pub fn until(&self, moment: Moment) -> std::time::Duration {
        let ahead = moment.since(self.now());
        match self {
            Self::System => ahead,
            Self::Fast { speed, .. } => ahead.div_f64(speed.clamp(1e-3, 1e6)),
        }
    }
}
