//! The kiosk as a state machine.
//!
//! [`State::on`] takes one [`Event`] and returns the [`Effect`]s that it wishes; it reads no clock, file or socket, so the
//! same events always lead to the same state and the same wishes. Time arrives as [`Event::Tick`].
//!
//! A visit goes from page to page: welcome → groups → services → classes → confirm → issuing → ticket → welcome. Pages
//! with only one answer are passed over. A service is also found by its name ([`Page::Search`]) or chosen on the welcome
//! page ([`Touch::Quick`]). What can go wrong has a page of its own ([`Page::NotNow`], [`Page::Sorry`]) or is
//! said on the page where it matters: a kiosk that cannot print says so before a number is taken.
//!
//! One confirmation is one *step* with one idempotency key. However often its request is repeated, by the kiosk after a
//! lost reply or by a customer who touches “try again”, the server issues one number.

mod checkin;
mod help;
mod idle;
mod maintenance;
mod modes;
mod offline;
mod operate;
mod ordering;
mod page;
mod paperless;
mod quick;
mod reprint;
mod searching;
mod slips;
#[cfg(test)]
pub(crate) mod tests;

use std::num::NonZeroU32;
use std::time::Duration;

use nowserving_shared::board::{Availability, HelpLine, ServiceLine};
use nowserving_shared::model::{ClassId, DeviceId, GroupId, Language, Moment, ServiceId, TicketId};
use nowserving_shared::protocol::http::{
    HallView, HeldTicket, IssueRequest, IssuedView, ServiceView,
};
use serde::{Deserialize, Serialize};

pub use checkin::{
    CODE_NEWS_SHOWN, CodeNews, Found, FoundBy, FoundOutcome, LOOK_PATIENCE, Looking, Scanned,
    Visitor,
};
pub use help::{HELP_COMING_SHOWN, HELP_FAILED_SHOWN, HELP_PATIENCE, HELP_SEEN_WITHIN, Help};
pub use idle::IDLE_TURN;
pub use maintenance::{
    Installation, PIN_LOCKED, PIN_TRIES_MAX, TROUBLE_CHARS_MAX, TROUBLES_MAX, Tried, Trouble,
    trouble_of,
};
pub use modes::{
    INACTIVITY_ACCESSIBLE, Key, Mode, Modes, Volume, WARN_AGAIN, WARN_BEFORE_ACCESSIBLE,
};
pub use offline::{BARRED_RETRY, ERRAND_RETRY, LEASES_REFRESH, Offline, TAKE_PATIENCE};
pub use ordering::MANY_SERVICES;
pub use page::{Issuing, Page, PrintStage, SorryWhy, TicketPage};
pub use quick::QUICK_MAX;
pub use reprint::COPIES_MAX;
pub use slips::SLIPS_MAX;

use self::checkin::CheckIn;
use self::help::HelpDesk;
use self::maintenance::Maintenance;
use self::modes::Access;
use self::ordering::Order;
use self::slips::Slips;
use crate::offline::{OfflineEffect, OfflineEvent};
use crate::printer::{SlipPaper, TicketPaper};
use crate::spoken::Utterance;

/// How long a page waits for a touch before the kiosk goes home.
pub const INACTIVITY: Duration = Duration::from_secs(60);
/// How long before going home the page warns and offers to stay (WCAG 2.2, 2.2.1: at least 20 s).
pub const WARN_BEFORE: Duration = Duration::from_secs(20);
/// How long a printed ticket stays on the screen.
pub const TICKET_SHOWN: Duration = Duration::from_secs(25);
/// How long a number stays on the screen that is not on paper: time to write it down or to scan it.
pub const UNPRINTED_SHOWN: Duration = Duration::from_secs(120);
/// How long the printer may take before the customer is told not to wait for paper.
pub const PRINT_PATIENCE: Duration = Duration::from_secs(15);
/// How often one step asks the server for its number.
pub const ISSUE_ATTEMPTS_MAX: u32 = 4;
/// How long after the first attempt of a step no further one begins.
pub const ISSUE_PATIENCE: Duration = Duration::from_secs(20);
/// The pause before the second attempt of a step; it doubles with each further one.
pub const ISSUE_BACKOFF: Duration = Duration::from_millis(500);
/// How long a lost connection is not worth a word, because it usually comes back.
pub const LINK_GRACE: Duration = Duration::from_secs(8);
/// The pause before the hall is asked for again after a failure.
pub const HALL_RETRY: Duration = Duration::from_secs(3);
/// How old the hall's names and hours may become before they are asked for again.
pub const HALL_REFRESH: Duration = Duration::from_secs(300);

/// What is fixed when the kiosk starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Distinguishes the steps of this start from those of every other; visible ASCII, at most 32 bytes.
    pub nonce: String,
    /// Where phones reach the server, without a slash at the end; none: no QR codes.
    pub phone_url: Option<String>,
    /// Whether there is a printer at all.
    pub has_printer: bool,
    /// Who this kiosk is to the hall; none: not known.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// What its page for whoever looks after it shows; none: there is no such page.
    #[serde(default)]
    pub maintenance: Option<Installation>,
}

/// What the printer can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrinterIs {
    /// Not known yet.
    Starting,
    /// It prints.
    Ready,
    /// It prints; its paper is nearly at its end.
    PaperLow,
    /// It cannot print.
    NotReady(PrinterTrouble),
}

/// Why the printer cannot print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrinterTrouble {
    /// This kiosk has none.
    Absent,
    /// No paper.
    PaperOut,
    /// Its cover is open.
    CoverOpen,
    /// It does not answer, is switched off or reports a fault.
    Offline,
}

/// How the connection to the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// There were no news yet.
    Never,
    /// News arrives.
    Live,
    /// No news since that uptime.
    Lost(Duration),
}

/// A touch, named by what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Touch {
    /// A language was chosen.
    Language(Language),
    /// A group was chosen.
    Group(GroupId),
    /// A service was chosen.
    Service(ServiceId),
    /// A service was chosen right on the welcome page.
    Quick(ServiceId),
    /// A service is to be found by its name.
    Search,
    /// A key of the screen's keyboard.
    Letter(char),
    /// The last character was a mistake.
    Erase,
    /// All of them were.
    Clear,
    /// A priority class was chosen.
    Class(ClassId),
    /// The number is to be taken.
    Confirm,
    /// The step is to be tried again.
    Retry,
    /// The ticket is to be printed again.
    Reprint,
    /// The guide of the service is to be printed.
    Slip,
    /// Staff are to be called.
    CallHelp,
    /// One page back.
    Back,
    /// To the welcome page.
    Home,
    /// Somebody is still there.
    Stay,
    /// The panel of modes is to be opened.
    Modes,
    /// It is to be closed.
    ModesClosed,
    /// A mode is to be switched.
    Mode(Mode),
    /// The person whose card was read is not to be known any more.
    Forget,
    /// A key was pressed.
    Key(Key),
    /// The page for whoever looks after the kiosk is asked for; first its code is.
    Maintenance,
    /// The right code was typed.
    PinRight,
    /// A wrong one was.
    PinWrong,
    /// A test is to be printed.
    SelfTest,
    /// Printer and server are to be asked how they are.
    AskAgain,
    /// The recording is to be written.
    Record,
}

/// What became of one attempt to take a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum IssueOutcome {
    /// It was issued.
    Issued(Box<IssuedView>),
    /// No answer, or one that may change: the same request may be repeated with the same key.
    Passing(String),
    /// The server was certainly not reached: nothing was asked.
    NotReached(String),
    /// The person has a ticket of the service already: the one that stands in the way.
    HasTicket(Box<HeldTicket>),
    /// The server refused and says why.
    Refused {
        /// Its stable code.
        code: String,
        /// Its sentence for people.
        detail: String,
    },
}

/// Everything that happens to a kiosk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Time went on.
    Tick {
        /// Since the kiosk started, monotonic.
        uptime: Duration,
        /// The device's own clock, shown until the hall's is known.
        wall: Moment,
    },
    /// Somebody touched the screen.
    Touch(Touch),
    /// The hall's names and guides arrived.
    Hall(Box<HallView>),
    /// They did not arrive; for the log.
    HallFailed(String),
    /// The waits as they are now.
    Waits {
        /// The hall's clock.
        at: Moment,
        /// The configuration that they belong to.
        catalogue_version: u32,
        /// A line for each service.
        services: Vec<ServiceLine>,
    },
    /// Where in the hall somebody asks for help, as it is now.
    Helps {
        /// The configuration that it belongs to.
        catalogue_version: u32,
        /// A line for each device.
        helps: Vec<HelpLine>,
    },
    /// The server answered a call for help, or nobody did.
    HelpCalled {
        /// Why nobody was called.
        failed: Option<String>,
    },
    /// Nothing changed, and the server said so.
    Alive {
        /// The hall's clock.
        at: Moment,
    },
    /// The connection that brings the waits was lost.
    LinkLost,
    /// Which services are asked for most here, most first; told once a day.
    Popular {
        /// Those that were asked for.
        services: Vec<ServiceId>,
        /// Whether every page follows it, or only one with more than [`MANY_SERVICES`].
        everywhere: bool,
    },
    /// An attempt to take a number ended.
    Issue {
        /// The step's key.
        key: String,
        /// How.
        outcome: IssueOutcome,
    },
    /// The printer's condition is known anew.
    Printer(PrinterIs),
    /// A ticket's paper went on.
    Print {
        /// Which ticket.
        ticket: TicketId,
        /// Where its paper is now.
        stage: PrintStage,
    },
    /// The paper of a copy went on.
    Copy {
        /// Of which ticket.
        ticket: TicketId,
        /// Its first copy is 1.
        copy: NonZeroU32,
        /// Where the paper is now.
        stage: PrintStage,
    },
    /// A guidance slip went on.
    Slip {
        /// Which.
        number: u64,
        /// Where it is now.
        stage: PrintStage,
    },
    /// So many pictures are there for the idle screen.
    Pictures(usize),
    /// A printed test went on.
    SelfTest {
        /// Which.
        number: u64,
        /// Where its paper is now.
        stage: PrintStage,
    },
    /// The recording is written, or is not.
    Recorded {
        /// Why not.
        failed: Option<String>,
    },
    /// Something about the numbers for when the server is away.
    Offline(OfflineEvent),
    /// Something was held to the reader.
    Scanned(Scanned),
    /// A ticket was looked for.
    Found {
        /// Which question it was.
        number: u64,
        /// What became of it.
        outcome: FoundOutcome,
    },
    /// Whether there is a voice now.
    Voice(bool),
}

/// What the state machine wishes to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the server for the hall; answered by [`Event::Hall`] or [`Event::HallFailed`].
    FetchHall,
    /// Ask the server for a number; answered by [`Event::Issue`].
    Issue {
        /// The step's key.
        key: String,
        /// For what.
        request: IssueRequest,
    },
    /// Ask the server how it stands with a ticket; answered by [`Event::Found`].
    FindTicket {
        /// Which question it is.
        number: u64,
        /// The ticket's secret.
        token: String,
    },
    /// Print a ticket; answered by [`Event::Print`].
    Print {
        /// Which ticket: the same one is never printed twice.
        ticket: TicketId,
        /// What it says.
        paper: Box<TicketPaper>,
    },
    /// Print a copy of a ticket; answered by [`Event::Copy`].
    Reprint {
        /// Of which ticket.
        ticket: TicketId,
        /// Its first copy is 1: the same copy is never printed twice.
        copy: NonZeroU32,
        /// What the ticket says.
        paper: Box<TicketPaper>,
    },
    /// Print a guidance slip; answered by [`Event::Slip`].
    PrintSlip {
        /// Which: the same one is never printed twice.
        number: u64,
        /// What it says.
        slip: Box<SlipPaper>,
    },
    /// Call staff; answered by [`Event::HelpCalled`].
    CallHelp,
    /// Print a test; answered by [`Event::SelfTest`].
    SelfTest {
        /// Which: the same one is never printed twice.
        number: u64,
        /// What it says.
        paper: Box<SlipPaper>,
    },
    /// Ask the printer how it is; answered by [`Event::Printer`] when that changed.
    AskPrinter,
    /// Write the recording to its file; answered by [`Event::Recorded`].
    Record,
    /// Something for when the server is away; answered by [`Event::Offline`].
    Offline(OfflineEffect),
    /// Speak.
    Say {
        /// What, one after another.
        words: Vec<Utterance>,
        /// Whether what is being said stops for it; else it comes after that, in place of what waits.
        interrupts: bool,
        /// How loud.
        volume: Volume,
    },
    /// Stop speaking.
    Hush,
}

/// The hall's clock as it was last heard.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct HallClock {
    at: Moment,
    heard: Duration,
}

/// When the hall is asked for next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Asking {
    UnderWay,
    At(Duration),
}

/// The whole kiosk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    options: Options,
    uptime: Duration,
    wall: Moment,
    clock: Option<HallClock>,
    hall: Option<HallView>,
    asking: Asking,
    services: Vec<ServiceLine>,
    link: Link,
    printer: PrinterIs,
    language: Language,
    page: Page,
    touched: Duration,
    steps: u64,
    offline: Offline,
    access: Access,
    /// The search that led to the service of the page: the way back leads to it again.
    #[serde(default)]
    found_by: Option<String>,
    /// In which order the tiles of services stand, and will stand for the next visitor.
    #[serde(default)]
    order: Order,
    #[serde(default)]
    next_order: Order,
    /// Whether the service was chosen on the welcome page, and its class by nobody.
    #[serde(default)]
    quick: bool,
    #[serde(default)]
    slips: Slips,
    #[serde(default)]
    help: HelpDesk,
    #[serde(default)]
    checkin: CheckIn,
    maintenance: Maintenance,
    /// How many pictures there are for the idle screen.
    #[serde(default)]
    pictures: usize,
}

impl State {
    /// A kiosk that was just switched on. Its first tick asks for the hall.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let printer = if options.has_printer {
            PrinterIs::Starting
        } else {
            PrinterIs::NotReady(PrinterTrouble::Absent)
        };
        Self {
            options,
            uptime: Duration::ZERO,
            wall: Moment::default(),
            clock: None,
            hall: None,
            asking: Asking::At(Duration::ZERO),
            services: Vec::new(),
            link: Link::Never,
            printer,
            language: Language::default(),
            page: Page::Welcome,
            touched: Duration::ZERO,
            steps: 0,
            offline: Offline::default(),
            access: Access::default(),
            found_by: None,
            order: Order::default(),
            next_order: Order::default(),
            quick: false,
            slips: Slips::default(),
            help: HelpDesk::default(),
            checkin: CheckIn::default(),
            maintenance: Maintenance::default(),
            pictures: 0,
        }
    }

    /// What an event changes, before [`State::on`] lets focus and speech follow.
    fn decide(&mut self, event: Event) -> Vec<Effect> {
        self.note_trouble(&event);
        match event {
            Event::Tick { uptime, wall } => self.tick(uptime, wall),
            Event::Touch(touch) => self.touch(touch),
            Event::Hall(hall) => self.hall_arrived(*hall),
            Event::HallFailed(_) => {
                self.asking = Asking::At(self.uptime + HALL_RETRY);
                Vec::new()
            }
            Event::Waits {
                at,
                catalogue_version,
                services,
            } => self.waits(at, catalogue_version, services),
            Event::Helps {
                catalogue_version,
                helps,
            } => {
                self.helps(catalogue_version, &helps);
                Vec::new()
            }
            Event::HelpCalled { failed } => {
                self.help_called(failed.is_some());
                Vec::new()
            }
            Event::Alive { at } => {
                self.link = Link::Live;
                self.hear(at);
                Vec::new()
            }
            Event::LinkLost => {
                if self.link == Link::Live {
                    self.link = Link::Lost(self.uptime);
                }
                self.offline.ask_soon();
                Vec::new()
            }
            Event::Popular {
                services,
                everywhere,
            } => {
                self.popular(services, everywhere);
                Vec::new()
            }
            Event::Issue { key, outcome } => self.issue_answered(&key, outcome),
            Event::Printer(printer) => {
                if self.options.has_printer {
                    self.printer = printer;
                }
                Vec::new()
            }
            Event::Print { ticket, stage } => {
                self.printed(ticket, 0, stage);
                Vec::new()
            }
            Event::Copy {
                ticket,
                copy,
                stage,
            } => {
                self.printed(ticket, copy.get(), stage);
                Vec::new()
            }
            Event::Slip { number, stage } => {
                self.slip_went_on(number, stage);
                Vec::new()
            }
            Event::Pictures(count) => {
                self.pictures = count;
                Vec::new()
            }
            Event::SelfTest { number, stage } => {
                self.self_test_went_on(number, stage);
                Vec::new()
            }
            Event::Recorded { failed } => {
                self.recorded(failed);
                Vec::new()
            }
            Event::Offline(event) => self.on_offline(event),
            Event::Scanned(scanned) => self.scanned(scanned),
            Event::Found { number, outcome } => {
                self.found(number, outcome);
                Vec::new()
            }
            Event::Voice(has_voice) => {
                self.voice(has_voice);
                Vec::new()
            }
        }
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The language of the page.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The hall, once it is known.
    #[must_use]
    pub fn hall(&self) -> Option<&HallView> {
        self.hall.as_ref()
    }

    /// The printer's condition.
    #[must_use]
    pub fn printer(&self) -> PrinterIs {
        self.printer
    }

    /// The hall's time now: the server's clock as last heard and what passed since, else the device's own, but not before
    /// what is in the kiosk's journal.
    #[must_use]
    pub fn now(&self) -> Moment {
        let own = self.wall.max(self.offline.latest());
        self.clock.map_or(own, |clock| {
            clock.at.after(self.uptime.saturating_sub(clock.heard))
        })
    }

    /// How long the kiosk has been on, by its last tick.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.uptime
    }

    /// The line of a service on the board.
    #[must_use]
    pub fn line(&self, service: &ServiceId) -> Option<&ServiceLine> {
        self.services.iter().find(|line| line.id == *service)
    }

    /// The lines of all services.
    #[must_use]
    pub fn lines(&self) -> &[ServiceLine] {
        &self.services
    }

    /// The services of a group, in the order of the configuration.
    pub fn services_of<'a>(&'a self, group: &'a GroupId) -> impl Iterator<Item = &'a ServiceView> {
        self.hall
            .iter()
            .flat_map(|hall| &hall.services)
            .filter(move |service| service.group == *group)
    }

    /// A service with its guide.
    #[must_use]
    pub fn service(&self, service: &ServiceId) -> Option<&ServiceView> {
        self.hall
            .as_ref()?
            .services
            .iter()
            .find(|known| known.id == *service)
    }

    /// Whether numbers can be taken here: the hall is known, and the server was heard lately.
    #[must_use]
    pub fn server_is_there(&self) -> bool {
        let heard = match self.link {
            Link::Live => true,
            Link::Never => false,
            Link::Lost(since) => self.uptime.saturating_sub(since) < LINK_GRACE,
        };
        self.hall.is_some() && heard
    }

    /// Whether the kiosk was switched on so recently that the server may simply not have answered yet.
    #[must_use]
    pub fn is_starting(&self) -> bool {
        self.uptime < LINK_GRACE && (self.hall.is_none() || self.link == Link::Never)
    }

    /// How long until the kiosk goes home by itself; none when it does not.
    #[must_use]
    pub fn goes_home_in(&self) -> Option<Duration> {
        let patience = match &self.page {
            // Somebody who switched something on there may have gone.
            Page::Welcome if self.is_accessible() => INACTIVITY,
            Page::Welcome | Page::Issuing(_) | Page::Looking(_) => return None,
            Page::Ticket(ticket) => match ticket.print {
                PrintStage::NotAsked if ticket.found.is_some() => INACTIVITY,
                PrintStage::UnderWay => return None,
                PrintStage::Printed | PrintStage::Sent => TICKET_SHOWN,
                PrintStage::NotAsked | PrintStage::Unknown | PrintStage::Failed => UNPRINTED_SHOWN,
            },
            Page::Groups
            | Page::Services { .. }
            | Page::Search { .. }
            | Page::NotNow { .. }
            | Page::Classes { .. }
            | Page::Confirm { .. }
            | Page::Sorry { .. }
            | Page::Pin
            | Page::Maintenance => INACTIVITY,
        };
        Some((self.touched + self.patience(patience)).saturating_sub(self.uptime))
    }

    /// Where a phone sees how it stands with a ticket; none when phones are not served.
    #[must_use]
    pub fn ticket_url(&self, issued: &IssuedView) -> Option<String> {
        self.options
            .phone_url
            .as_ref()
            .map(|base| format!("{base}/t#{}", issued.token))
    }

    /// Where a phone reads the guide of a service in the language of the page; none when phones are not served.
    #[must_use]
    pub fn guide_url(&self, service: &ServiceId) -> Option<String> {
        let base = self.options.phone_url.as_ref()?;
        Some(format!("{base}/g#{service}/{}", self.language))
    }

    fn tick(&mut self, uptime: Duration, wall: Moment) -> Vec<Effect> {
        self.uptime = self.uptime.max(uptime);
        self.wall = wall;
        let mut effects = Vec::new();
        if matches!(self.asking, Asking::At(at) if at <= self.uptime) {
            effects.push(self.ask_for_hall());
        }
        if self.goes_home_in().is_some_and(|left| left.is_zero()) {
            self.go_home();
        }
        effects.extend(self.tick_issuing());
        self.tick_taking();
        effects.extend(self.next_errand());
        self.tick_printing();
        self.tick_slip();
        self.tick_help();
        self.tick_codes();
        effects
    }

    fn ask_for_hall(&mut self) -> Effect {
        self.asking = Asking::UnderWay;
        Effect::FetchHall
    }

    fn tick_issuing(&mut self) -> Option<Effect> {
        let Page::Issuing(step) = &self.page else {
            return None;
        };
        if step.next.is_none_or(|at| at > self.uptime) {
            return None;
        }
        let step = step.clone();
        if !self.may_go_on(&step) {
            self.stop_for_paper(step);
            return None;
        }
        let Page::Issuing(step) = &mut self.page else {
            return None;
        };
        step.next = None;
        step.attempts += 1;
        Some(step.effect())
    }

    fn tick_printing(&mut self) {
        let Page::Ticket(ticket) = &mut self.page else {
            return;
        };
        if ticket.print == PrintStage::UnderWay
            && self.uptime.saturating_sub(ticket.since) >= PRINT_PATIENCE
        {
            ticket.print = PrintStage::Unknown;
            self.touched = self.uptime;
        }
    }

    fn hall_arrived(&mut self, hall: HallView) -> Vec<Effect> {
        self.asking = Asking::At(self.uptime + HALL_REFRESH);
        self.hear(hall.at);
        self.hall = Some(hall);
        self.offline.ask_soon();
        if !self.page_still_makes_sense() {
            self.begin_anew();
        }
        Vec::new()
    }

    /// Whether what the page speaks of is still in the catalogue. A step that is under way goes on: the server decides.
    fn page_still_makes_sense(&self) -> bool {
        let class_known = |id: &ClassId| {
            self.hall
                .as_ref()
                .is_some_and(|hall| hall.classes.iter().any(|class| class.id == *id))
        };
        match &self.page {
            Page::Welcome
            | Page::Groups
            | Page::Search { .. }
            | Page::Issuing(_)
            | Page::Looking(_)
            | Page::Ticket(_)
            | Page::Sorry { .. }
            | Page::Pin
            | Page::Maintenance => true,
            Page::Services { group } => self.services_of(group).next().is_some(),
            Page::NotNow { service } | Page::Classes { service } => self.service(service).is_some(),
            Page::Confirm { service, class } => {
                self.service(service).is_some() && class_known(class)
            }
        }
    }

    fn waits(
        &mut self,
        at: Moment,
        catalogue_version: u32,
        services: Vec<ServiceLine>,
    ) -> Vec<Effect> {
        self.link = Link::Live;
        self.hear(at);
        self.services = services;
        let newer = self
            .hall
            .as_ref()
            .is_none_or(|hall| hall.catalogue_version != catalogue_version);
        if newer && self.asking != Asking::UnderWay {
            vec![self.ask_for_hall()]
        } else {
            Vec::new()
        }
    }

    fn hear(&mut self, at: Moment) {
        self.clock = Some(HallClock {
            at,
            heard: self.uptime,
        });
    }

    fn touch(&mut self, touch: Touch) -> Vec<Effect> {
        if let Touch::Key(key) = touch {
            return self.key(key);
        }
        self.touched = self.uptime;
        match touch {
            Touch::Language(language) => self.language_chosen(language),
            Touch::Group(group) => {
                if matches!(self.page, Page::Groups) && self.services_of(&group).next().is_some() {
                    self.page = Page::Services { group };
                }
            }
            Touch::Service(service) => self.service_chosen(service),
            Touch::Quick(service) => self.quickly_chosen(service),
            Touch::Search => self.search_opened(),
            Touch::Letter(letter) => self.typed(letter),
            Touch::Erase => self.erased(),
            Touch::Clear => self.queried(""),
            Touch::Class(class) => self.class_chosen(class),
            Touch::Confirm => return self.confirmed(),
            Touch::Retry => return self.retried(),
            Touch::Reprint => return self.reprint(),
            Touch::Slip => return self.print_slip(),
            Touch::CallHelp => return self.call_help(),
            Touch::Back => self.go_back(),
            Touch::Home => self.leave(),
            Touch::Modes => self.open_modes(true),
            Touch::ModesClosed => self.open_modes(false),
            Touch::Mode(mode) => self.turn(mode),
            Touch::Forget => self.forget_visitor(),
            Touch::Maintenance => self.ask_for_pin(),
            Touch::PinRight => self.pin_typed(true),
            Touch::PinWrong => self.pin_typed(false),
            Touch::SelfTest => return self.self_test(),
            Touch::AskAgain => return self.ask_again(),
            Touch::Record => return self.record(),
            Touch::Stay | Touch::Key(_) => {}
        }
        Vec::new()
    }

    fn language_chosen(&mut self, language: Language) {
        self.language = language;
        if matches!(self.page, Page::Welcome) {
            self.page = if self.server_is_there() || self.works_offline() {
                self.first_page()
            } else {
                Page::Sorry {
                    why: SorryWhy::ServerAway,
                    retry: None,
                }
            };
        }
    }

    fn groups(&self) -> Vec<&GroupId> {
        let groups = self
            .hall
            .iter()
            .flat_map(|hall| &hall.groups)
            .map(|group| &group.id);
        groups
            .filter(|group| self.services_of(group).next().is_some())
            .collect()
    }

    fn first_page(&self) -> Page {
        match self.groups()[..] {
            [only] => Page::Services {
                group: only.clone(),
            },
            [] | [..] => Page::Groups,
        }
    }

    fn service_chosen(&mut self, service: ServiceId) {
        let asked = matches!(self.page, Page::Services { .. } | Page::Search { .. });
        if !asked || self.service(&service).is_none() {
            return;
        }
        self.found_by = self.query().map(str::to_owned);
        self.page = if self.gives_out(&service) {
            self.page_after(service)
        } else {
            Page::NotNow { service }
        };
    }

    /// Whether a number for a service can be had now, as far as the kiosk knows.
    #[must_use]
    pub fn gives_out(&self, service: &ServiceId) -> bool {
        if self.is_away() {
            return self.lease_for(service).is_some();
        }
        self.line(service)
            .is_none_or(|line| line.availability == Availability::Open)
    }

    fn page_after(&self, service: ServiceId) -> Page {
        match self.hall.as_ref().map_or(&[][..], |hall| &hall.classes) {
            [only] => Page::Confirm {
                service,
                class: only.id.clone(),
            },
            [] | [..] => Page::Classes { service },
        }
    }

    fn class_chosen(&mut self, class: ClassId) {
        let Page::Classes { service } = &self.page else {
            return;
        };
        if self
            .hall
            .as_ref()
            .is_some_and(|hall| hall.classes.iter().any(|known| known.id == class))
        {
            self.page = Page::Confirm {
                service: service.clone(),
                class,
            };
        }
    }

    fn confirmed(&mut self) -> Vec<Effect> {
        let Page::Confirm { service, class } = &self.page else {
            return Vec::new();
        };
        if self.lacks_paper().is_some() {
            return Vec::new();
        }
        self.steps += 1;
        let step = Issuing {
            service: service.clone(),
            class: class.clone(),
            language: self.language,
            key: format!("kiosk-{}-{}", self.options.nonce, self.steps),
            attempts: 1,
            since: self.uptime,
            next: None,
            maybe_reached: false,
            taking: None,
            person: self.visitor().map(|visitor| visitor.person),
        };
        self.begin(step)
    }

    fn retried(&mut self) -> Vec<Effect> {
        match &self.page {
            Page::Sorry {
                retry: Some(step), ..
            } => {
                if !self.may_go_on(step) {
                    return Vec::new();
                }
                let step = Issuing {
                    attempts: 1,
                    since: self.uptime,
                    next: None,
                    ..step.clone()
                };
                self.begin(step)
            }
            Page::Sorry { retry: None, .. } => {
                if self.server_is_there() || self.works_offline() {
                    self.page = self.first_page();
                }
                Vec::new()
            }
            Page::Welcome
            | Page::Groups
            | Page::Services { .. }
            | Page::Search { .. }
            | Page::NotNow { .. }
            | Page::Classes { .. }
            | Page::Confirm { .. }
            | Page::Issuing(_)
            | Page::Looking(_)
            | Page::Ticket(_)
            | Page::Pin
            | Page::Maintenance => Vec::new(),
        }
    }

    fn begin(&mut self, step: Issuing) -> Vec<Effect> {
        if self.shows_own(&step) {
            return Vec::new();
        }
        let step = if self.is_away() {
            match self.take_from_lease(step) {
                Ok(effect) => return vec![effect],
                Err(step) => *step,
            }
        } else {
            step
        };
        let effect = step.effect();
        self.page = Page::Issuing(step);
        vec![effect]
    }

    fn go_back(&mut self) {
        self.quick = false;
        let group_of =
            |service: &ServiceId| self.service(service).map(|service| service.group.clone());
        let services = |service: &ServiceId| match &self.found_by {
            Some(query) => Some(Page::Search {
                query: query.clone(),
            }),
            None => group_of(service).map(|group| Page::Services { group }),
        };
        let before = match &self.page {
            Page::Services { .. } if self.groups().len() > 1 => Some(Page::Groups),
            Page::Search { .. } => Some(self.first_page()),
            Page::Welcome
            | Page::Groups
            | Page::Services { .. }
            | Page::Pin
            | Page::Maintenance => None,
            Page::NotNow { service } | Page::Classes { service } => services(service),
            Page::Confirm { service, .. } => match self.page_after(service.clone()) {
                Page::Confirm { .. } => services(service),
                classes => Some(classes),
            },
            // A number is being taken or was taken: there is no way back, only onward.
            Page::Issuing(_) | Page::Looking(_) | Page::Ticket(_) => return,
            Page::Sorry { .. } => None,
        };
        match before {
            Some(page) => self.page = page,
            // One page back is not gone: what was switched on stays.
            None => self.begin_anew(),
        }
    }

    fn leave(&mut self) {
        // While a number is being taken, going away would leave a number that nobody knows.
        if !matches!(self.page, Page::Issuing(_) | Page::Looking(_)) {
            self.go_home();
        }
    }

    /// The visit is over.
    fn go_home(&mut self) {
        self.access.rest();
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        self.slips.rest();
        self.checkin.rest();
        self.page = Page::Welcome;
        self.found_by = None;
        self.quick = false;
        self.order = self.next_order.clone();
        self.language = self
            .hall
            .as_ref()
            .and_then(|hall| hall.languages.first())
            .copied()
            .unwrap_or_default();
    }

    fn issue_answered(&mut self, key: &str, outcome: IssueOutcome) -> Vec<Effect> {
        let Page::Issuing(step) = &self.page else {
            return Vec::new();
        };
        // What the server made of a step that is served from a lease is undone later.
        if step.key != key || step.taking.is_some() {
            return Vec::new();
        }
        self.touched = self.uptime;
        match outcome {
            IssueOutcome::Issued(issued) => return self.issued(*issued, false),
            IssueOutcome::HasTicket(held) => {
                let step = step.clone();
                // One that nobody holds is about to be cancelled, and one that ended meanwhile is in nobody's way any more.
                if self.is_to_be_undone(&step) || !self.show_held(&held, FoundBy::SecondWish) {
                    return self.attempt_failed(step, false);
                }
            }
            IssueOutcome::Refused { code, detail } => {
                self.page = Page::Sorry {
                    why: SorryWhy::Refused { code, detail },
                    retry: None,
                };
            }
            IssueOutcome::Passing(_) => {
                let step = step.clone();
                return self.attempt_failed(step, true);
            }
            IssueOutcome::NotReached(_) => {
                let step = step.clone();
                return self.attempt_failed(step, false);
            }
        }
        Vec::new()
    }

    /// A number is there: by the server, or `offline` from a lease, when nobody knows how many go before.
    fn issued(&mut self, issued: IssuedView, offline: bool) -> Vec<Effect> {
        let can_print = match self.printer {
            PrinterIs::Ready | PrinterIs::PaperLow | PrinterIs::Starting => true,
            PrinterIs::NotReady(_) => false,
        };
        let identity = self.masked();
        let paper = self.paper_of(&issued, offline, &identity);
        let ticket = issued.ticket;
        let (print, effects) = match paper {
            Some(paper) if can_print => (
                PrintStage::UnderWay,
                vec![Effect::Print {
                    ticket,
                    paper: Box::new(paper),
                }],
            ),
            Some(_) | None => (PrintStage::NotAsked, Vec::new()),
        };
        self.page = Page::Ticket(Box::new(TicketPage {
            issued,
            print,
            since: self.uptime,
            offline,
            copy: 0,
            reprints: 0,
            found: None,
            identity,
        }));
        effects
    }

    /// News of a print of a ticket: 0 is the ticket itself, the others are its copies.
    fn printed(&mut self, ticket: TicketId, copy: u32, stage: PrintStage) {
        let Page::Ticket(page) = &mut self.page else {
            return;
        };
        // Late good news is welcome, late doubt is not: what is confirmed stays confirmed. And that the paper is still
        // on its way is no news to somebody who was told not to wait for it.
        let news = page.print != stage
            && page.print != PrintStage::Printed
            && stage != PrintStage::UnderWay;
        if page.issued.ticket == ticket && page.copy == copy && news {
            page.print = stage;
            self.touched = self.uptime;
        }
    }
}
