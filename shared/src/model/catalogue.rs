//! The catalogue: everything that a hall configures, read from one TOML text.
//!
//! A catalogue is whole and free of contradictions by construction: [`Catalogue::parse`] either returns one or lists
//! every fault, each with its line. The journal keeps the *text* (with the `format` number that it states), so that
//! replaying a hall parses exactly what was loaded then.

mod check;
mod fields;
mod known;
mod limits;
mod parse;
mod report;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use jiff::civil;
use jiff::tz::TimeZone;

pub use limits::{
    BANDS_MAX, CLASSES_MAX, CONFIGURATION_BYTES_MAX, DATES_MAX, DEVICES_MAX, DIGITS_MAX,
    FAULTS_MAX, FORMAT, GROUPS_MAX, GUIDE_CHARS_MAX, HOOKS_MAX, LAYOUTS_MAX, MARK_CHARS_MAX,
    NO_SHOW_POLICIES_MAX, NO_SHOW_STEPS_MAX, NOTICE_CHARS_MAX, NOTICES_MAX, PHONE_CHARS_MAX,
    PREFIX_CHARS_MAX, RANGES_PER_DAY_MAX, SERVICES_MAX, STAFF_MAX, TEXT_CHARS_MAX, WINDOWS_MAX,
    ZONES_MAX,
};

pub use crate::announce::VoiceSettings;

use super::{
    ClassId, DeviceId, GroupId, HookId, Label, Language, LayoutId, Localized, SeriesId, ServiceId,
    StaffId, WindowId, ZoneId,
};
use crate::wall::{Layout, Screen};

/// Reading a TOML text that goes on after a fault, so that every fault is found in one pass.
///
/// What else a hall writes (the layout of its tickets, what its printers can do) is read with it as well, and is told of
/// its faults in the same words.
pub mod reading {
    pub use super::fields::{Field, Fields, Length};
    pub use super::report::{Report, quoted};
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line in the text, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Every fault of a configuration, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.0 {
            writeln!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The hall itself.
#[derive(Debug, Clone)]
pub struct HallInfo {
    /// The hall's name.
    pub name: Localized,
    /// The zone in which its days and opening hours are counted.
    pub time_zone: TimeZone,
    /// When the business day begins, civil time. Numbers start again then.
    pub day_starts: civil::Time,
    /// Opening hours by weekday, Monday first: ranges in order, none when closed.
    pub opening: [Vec<TimeRange>; 7],
    /// Days on which the hall is closed whatever the weekday.
    pub holidays: BTreeSet<civil::Date>,
    /// Days on which it is open although its weekday is not (调休), with Monday's hours.
    pub working_days: BTreeSet<civil::Date>,
    /// The hall's telephone number, for paper and screens; may be empty.
    pub phone: String,
    /// The languages it offers, the first being its own.
    pub languages: Vec<Language>,
    /// Whether a kiosk whose printer cannot print gives out numbers all the same, on its screen only.
    pub paperless: bool,
}

/// A part of a day: from `from` (included) to `to` (excluded), civil time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// First moment inside.
    pub from: civil::Time,
    /// First moment after; midnight (`00:00`) stands for the end of the day (`24:00`).
    pub to: civil::Time,
}

/// How the windows pick the next ticket among services of the same preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// First come, first served, whatever the class.
    FirstCome,
    /// Higher classes first, first come first served within a class.
    StrictClasses,
}

/// What happens to open tickets when the business day ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtDayEnd {
    /// They are closed.
    Close,
    /// They are carried into the next day, with their labels and places.
    Carry,
}

/// Rules that hold for the whole hall.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How the next ticket is picked.
    pub order: Order,
    /// The most recalls of one call.
    pub recalls_max: u32,
    /// The least time between two calls of the same ticket.
    pub recall_gap: Duration,
    /// How long the last call can be taken back.
    pub undo_within: Duration,
    /// What becomes of open tickets at the end of the day.
    pub at_day_end: AtDayEnd,
    /// How often a ticket must have been called (recalls included) before it may be marked as a no-show.
    pub calls_before_no_show: u32,
    /// The no-show policy of services that name none.
    pub no_show: NoShowPolicy,
}

/// What one miss does to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissStep {
    /// The ticket is void (过号作废).
    Void,
    /// Back in its queue, behind the next `n` tickets (顺延).
    Back {
        /// How many go first.
        places: u32,
    },
    /// Back in its queue with its old place, but not before this long.
    After {
        /// How long it must wait.
        wait: Duration,
    },
    /// Back in its queue, as the last.
    End,
    /// Into the pool: called only by name or when staff return it.
    Pool,
}

/// The no-show policy (过号规则): what the first, second, … miss does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoShowPolicy {
    /// Its name in the configuration.
    pub id: String,
    /// What the n-th miss does. Misses beyond the list void the ticket.
    pub steps: Vec<MissStep>,
}

impl NoShowPolicy {
    /// What miss number `miss` (from 1) does.
    #[must_use]
    pub fn step(&self, miss: u32) -> MissStep {
        let index = usize::try_from(miss.saturating_sub(1)).unwrap_or(usize::MAX);
        self.steps.get(index).copied().unwrap_or(MissStep::Void)
    }
}

/// A zone: one waiting and acoustic area.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its name.
    pub name: Localized,
    /// How many people can sit there.
    pub seats: u32,
}

/// A group of services, the kiosk's first menu.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: Localized,
}

/// A series of numbers, owned by a service or shared by a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The owner's id.
    pub id: SeriesId,
    /// What stands before the number.
    pub prefix: String,
    /// The first number of a day.
    pub first: u32,
    /// The last number before it rolls over.
    pub last: u32,
    /// How many digits at least.
    pub digits: u8,
}

/// What a customer should know about a service (clause 2.2.4: process, materials, fee, time limit, phone).
#[derive(Debug, Clone, Default)]
pub struct Guide {
    /// The steps.
    pub process: Localized,
    /// What to bring.
    pub materials: Localized,
    /// What it costs.
    pub fee: Localized,
    /// How long the office may take.
    pub time_limit: Localized,
    /// Whom to ask.
    pub phone: String,
}

/// A part of the day in which a service gives out tickets, with its own quota.
#[derive(Debug, Clone)]
pub struct ServiceBand {
    /// When.
    pub range: TimeRange,
    /// How many tickets at most in this band; none: no limit of its own.
    pub quota: Option<u32>,
}

/// A service = business type (业务).
#[derive(Debug, Clone)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its name.
    pub name: Localized,
    /// The group that lists it.
    pub group: GroupId,
    /// Where its numbers come from.
    pub series: SeriesId,
    /// How many tickets a day at most; none: no limit.
    pub quota: Option<u32>,
    /// When tickets are given out; empty: whenever the hall is open.
    pub bands: Vec<ServiceBand>,
    /// The wait that the hall aims at.
    pub wait_target: Duration,
    /// The service time that the hall aims at.
    pub service_target: Duration,
    /// What a missed call does.
    pub no_show: NoShowPolicy,
    /// What customers should know.
    pub guide: Guide,
}

/// A priority class (优先类别).
#[derive(Debug, Clone)]
pub struct Class {
    /// Its id.
    pub id: ClassId,
    /// Its name.
    pub name: Localized,
    /// A short mark beside the number (“军”, “老”); empty for the ordinary class.
    pub mark: Localized,
    /// 0 goes first where classes are strict.
    pub rank: u32,
    /// What proves it; empty when nothing need be shown.
    pub proof: Localized,
}

/// A service window (窗口).
#[derive(Debug, Clone)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// The number on its sign.
    pub number: u32,
    /// Where it stands.
    pub zone: ZoneId,
    /// What it serves, each with its preference level: 1 is served before 2.
    pub serves: BTreeMap<ServiceId, u8>,
}

/// What a member of staff may do. Deny by default: a right that no role gives, nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Serves at a window.
    Clerk,
    /// Issues and mends tickets at a triage desk.
    Reception,
    /// Watches the hall and may act at any window.
    Supervisor,
    /// Reads figures.
    Manager,
    /// Loads the configuration, enrols devices, sets passwords.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Clerk,
        Self::Reception,
        Self::Supervisor,
        Self::Manager,
        Self::Administrator,
    ];

    /// The role's name in the configuration and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Reception => "reception",
            Self::Supervisor => "supervisor",
            Self::Manager => "manager",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A member of staff.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The log-in name.
    pub id: StaffId,
    /// The name that colleagues see.
    pub name: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
}

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// Takes numbers.
    Kiosk,
    /// Shows calls.
    Display,
}

impl DeviceKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Kiosk, Self::Display];

    /// The kind's name in the configuration and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Display => "display",
        }
    }
}

/// A kiosk or display.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// What staff call it.
    pub name: String,
    /// Where it stands; a display without a zone shows the whole hall.
    pub zone: Option<ZoneId>,
    /// What a display shows; none: the usual board.
    pub layout: Option<LayoutId>,
    /// The number of the window above which a strip hangs.
    pub window: Option<u32>,
    /// The screen in its place, for who sits farthest; none: nobody checks whether it can be read.
    pub screen: Option<Screen>,
}

/// A notice (公告) for the idle screens of kiosks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub text: Localized,
    /// The first day on which it is shown; none: at once.
    pub from: Option<civil::Date>,
    /// The last day; none: for good.
    pub until: Option<civil::Date>,
}

/// Something that is told of calls by HTTP: lamps at the windows, pagers of visitors who do not hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its id.
    pub id: HookId,
    /// Where it listens: a plain `http` address without a name and password.
    pub url: Uri,
    /// Calls of these zones; with `windows`, those of either. Both empty: all.
    pub zones: BTreeSet<ZoneId>,
    /// Calls to these windows.
    pub windows: BTreeSet<WindowId>,
    /// Only calls of tickets in these classes; empty: of all.
    pub classes: BTreeSet<ClassId>,
}

impl Hook {
    /// Whether it is told of calls to `window`, which stands in `zone`.
    #[must_use]
    pub fn hears_of(&self, window: &WindowId, zone: &ZoneId) -> bool {
        let of_all = self.zones.is_empty() && self.windows.is_empty();
        of_all || self.zones.contains(zone) || self.windows.contains(window)
    }
}

/// Things of one kind in the order of the configuration, found by id.
#[derive(Debug, Clone)]
pub struct Listed<I, T> {
    items: Vec<T>,
    index: HashMap<I, usize>,
}

impl<I: Eq + Hash + Clone, T> Listed<I, T> {
    fn new(items: Vec<T>, id: impl Fn(&T) -> I) -> Self {
        let index = items
            .iter()
            .enumerate()
            .map(|(at, item)| (id(item), at))
            .collect();
        Self { items, index }
    }

    /// The thing with this id.
    #[must_use]
    pub fn get(&self, id: &I) -> Option<&T> {
        self.index.get(id).and_then(|at| self.items.get(*at))
    }

    /// Whether there is one with this id.
    #[must_use]
    pub fn contains(&self, id: &I) -> bool {
        self.index.contains_key(id)
    }

    /// All of them, in the order of the configuration.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// The whole configuration of a hall. Made by [`Catalogue::parse`] only.
#[derive(Debug, Clone)]
pub struct Catalogue {
    source: Arc<str>,
    /// The hall itself.
    pub hall: HallInfo,
    /// Rules for the whole hall.
    pub rules: Rules,
    /// Zones.
    pub zones: Listed<ZoneId, Zone>,
    /// Groups of services.
    pub groups: Listed<GroupId, Group>,
    /// Series of numbers.
    pub series: Listed<SeriesId, Series>,
    /// Services.
    pub services: Listed<ServiceId, Service>,
    /// Priority classes; the first is the ordinary one. Never empty.
    pub classes: Listed<ClassId, Class>,
    /// Windows.
    pub windows: Listed<WindowId, Window>,
    /// Staff.
    pub staff: Listed<StaffId, Staff>,
    /// What wall displays show.
    pub layouts: Listed<LayoutId, Layout>,
    /// Devices.
    pub devices: Listed<DeviceId, Device>,
    /// Notices, in the order in which they are shown.
    pub notices: Vec<Notice>,
    /// How calls are said.
    pub voice: VoiceSettings,
    /// What is told of calls by HTTP.
    pub hooks: Listed<HookId, Hook>,
    /// What somebody should know although nothing is wrong, each with its line: screens that low vision cannot read.
    pub warnings: Vec<Fault>,
    served: HashMap<ServiceId, Served>,
    longest_delay: Duration,
}

/// Where a service is served.
#[derive(Debug, Clone, Default)]
struct Served {
    /// Positions of its windows in the list of windows, in the order of their numbers.
    windows: Vec<usize>,
    /// Zones of these windows, in the order of the configuration.
    zones: Vec<ZoneId>,
}

impl Served {
    /// Where each service is served that any window serves.
    fn of(windows: &[Window], zones: &[Zone]) -> HashMap<ServiceId, Self> {
        let mut by_number: Vec<(usize, &Window)> = windows.iter().enumerate().collect();
        by_number.sort_by_key(|(_, window)| window.number);
        let mut served: HashMap<ServiceId, Self> = HashMap::new();
        for (at, window) in by_number {
            for service in window.serves.keys() {
                served.entry(service.clone()).or_default().windows.push(at);
            }
        }
        for served in served.values_mut() {
            let used: BTreeSet<&ZoneId> =
                served.windows.iter().map(|at| &windows[*at].zone).collect();
            let zones = zones.iter().map(|zone| &zone.id);
            served.zones = zones.filter(|id| used.contains(id)).cloned().collect();
        }
        served
    }
}

/// The longest delay that a missed call of any of these services brings.
fn longest_delay(services: &[Service]) -> Duration {
    let steps = services.iter().flat_map(|service| &service.no_show.steps);
    steps
        .map(|step| match step {
            MissStep::After { wait } => *wait,
            MissStep::Void | MissStep::Back { .. } | MissStep::End | MissStep::Pool => {
                Duration::ZERO
            }
        })
        .max()
        .unwrap_or_default()
}

impl PartialEq for Catalogue {
    /// Two catalogues are the same when their texts are.
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Catalogue {}

impl Catalogue {
    /// Reads a configuration text of format 1.
    ///
    /// # Errors
    /// Every fault there is (at most [`FAULTS_MAX`]), each with its line.
    pub fn parse(text: &str) -> Result<Self, Faults> {
        parse::catalogue(text, report::Origin::Offered)
    }

    /// Reads a configuration text that was accepted once. What only this version finds unreadable for people (a panel's
    /// share, the letters on a far screen) is no fault here: a stricter version must still be able to read the history.
    ///
    /// # Errors
    /// Every other fault, as of [`Catalogue::parse`].
    pub fn parse_recorded(text: &str) -> Result<Self, Faults> {
        parse::catalogue(text, report::Origin::Recorded)
    }

    /// Reads a text of nothing but `[[layout]]` sections, for a hall whose first language is `first`.
    ///
    /// # Errors
    /// Every fault there is, each with its line.
    pub fn parse_layouts(text: &str, first: Language) -> Result<Listed<LayoutId, Layout>, Faults> {
        parse::layouts(text, first)
    }

    /// A small hall for tests and demonstrations: 2 zones, 2 groups, 4 services, 4 windows and 3 classes, open all day.
    ///
    /// # Panics
    /// Never: a test reads the text that is compiled in.
    #[must_use]
    pub fn small_example() -> Self {
        Self::parse(include_str!("catalogue/small.toml"))
            .expect("a test reads the small example without a fault")
    }

    /// The text that it was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The class of a customer who claims none.
    #[must_use]
    pub fn ordinary_class(&self) -> &Class {
        self.classes
            .iter()
            .next()
            .expect("a catalogue is made with at least one class")
    }

    /// The windows that serve `service`, in the order of their numbers. Takes time linear in the answer.
    #[must_use]
    pub fn windows_of(&self, service: &ServiceId) -> Vec<&Window> {
        let positions = self.served.get(service).map(|served| &served.windows);
        positions
            .into_iter()
            .flatten()
            .filter_map(|at| self.windows.items.get(*at))
            .collect()
    }

    /// The zones in which `service` is served, in the order of the configuration.
    #[must_use]
    pub fn zones_of(&self, service: &ServiceId) -> &[ZoneId] {
        self.served
            .get(service)
            .map_or(&[], |served| served.zones.as_slice())
    }

    /// Whether a window of `zone` serves `service`.
    #[must_use]
    pub fn serves_in(&self, service: &ServiceId, zone: &ZoneId) -> bool {
        self.zones_of(service).contains(zone)
    }

    /// The longest delay that a missed call brings; zero when none brings any.
    #[must_use]
    pub fn longest_delay(&self) -> Duration {
        self.longest_delay
    }
}
