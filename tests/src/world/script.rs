//! A script: what will happen outside the hall on one day, before anybody has come.
//!
//! A script holds what people bring with them: when they come, for what, how much patience they have. It says nothing
//! about who is called when or where: that is decided by the hall alone.

use std::time::Duration;

use nowserving_shared::model::{ClassId, Language, Moment, ServiceId, StaffId, WindowId};

/// The most visitors of one script.
pub const VISITORS_MAX: usize = 50_000;
/// The most breaks of one shift.
pub const BREAKS_MAX: usize = 50;

/// A day to be played.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What day it is, in words.
    pub title: String,
    /// When the first thing of the script happens.
    pub starts_at: Moment,
    /// When the last one has come and the last shift ends.
    pub ends_at: Moment,
    /// Who comes, in the order of coming.
    pub visitors: Vec<Visitor>,
    /// Who serves, by window.
    pub shifts: Vec<Shift>,
    /// How the day really went; only of a day that was.
    pub observed: Option<Observed>,
}

/// Somebody who comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    /// When they take their number.
    pub arrives_at: Moment,
    /// For what.
    pub service: ServiceId,
    /// Their priority class.
    pub class: ClassId,
    /// Their language.
    pub language: Language,
    /// How long they walk from their seat to the window.
    pub walk: Duration,
    /// How long the service takes.
    pub service_time: Duration,
    /// Whether they come when they are called.
    pub comes: Comes,
    /// How long they wait for their first call before they cancel; none: as long as it takes.
    pub patience: Option<Duration>,
    /// What happens at the window.
    pub turn: Turn,
}

/// Whether somebody comes when called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// At the first call.
    AtOnce,
    /// After having missed this many calls.
    AfterMissing(u32),
    /// Never: they have left.
    Never,
}

/// What happens once somebody stands at the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// They are served to the end.
    Plain,
    /// Half way they must fetch papers, and come back to the same window.
    FetchesPapers {
        /// How long they are away.
        away: Duration,
    },
    /// They are at the wrong window, and are sent on.
    SentOn {
        /// To which service. Their service time is that of this one.
        to: ServiceId,
    },
    /// They want a further service on the same ticket.
    AlsoWants {
        /// Which.
        service: ServiceId,
        /// How long that takes.
        service_time: Duration,
    },
}

/// Somebody's work at a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Where.
    pub window: WindowId,
    /// Who.
    pub staff: StaffId,
    /// From when.
    pub from: Moment,
    /// Until when; longer when somebody still waits whom nobody else serves.
    pub to: Moment,
    /// Breaks, in order, without overlap.
    pub breaks: Vec<Break>,
}

/// A break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// From when; later when a customer is at the window.
    pub from: Moment,
    /// How long.
    pub lasts: Duration,
    /// Why, as the display shows it.
    pub reason: String,
}

/// How a day of a log really went.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Who joined the queue or was served at once.
    pub came: u64,
    /// Who was served.
    pub served: u64,
    /// Who gave up waiting.
    pub gave_up: u64,
    /// Who left before joining the queue, and is not played.
    pub turned_round: u64,
    /// The waits of those who were served, in seconds, sorted.
    pub waits_seconds: Vec<u32>,
}

impl Script {
    /// How many come for a service first.
    #[must_use]
    pub fn visitors_for(&self, service: &ServiceId) -> usize {
        self.visitors
            .iter()
            .filter(|visitor| visitor.service == *service)
            .count()
    }
}
