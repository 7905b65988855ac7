//! The world of one run: a kiosk, a server, the cable between them, a printer, and people.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nowserving_kiosk::offline::{Book, Entry, Errand, OfflineEffect, OfflineEvent, Restored, Undo};
use nowserving_kiosk::state::{
    self, Effect, Event, IssueOutcome, Options, Page, PrintStage, PrinterIs, PrinterTrouble,
    Scanned, State, Touch,
};
use nowserving_shared::domain::Refusal;
use nowserving_shared::model::{
    ClassId, GroupId, Language, Moment, PersonHash, ServiceId, TicketId,
};
use nowserving_shared::protocol::http::{HallView, IssueRequest};
use nowserving_shared::protocol::kiosk::TakenTicket;

mod chance;
mod server;

use chance::Chance;
use server::Server;

/// How often the world is looked at.
const STEP: Duration = Duration::from_millis(500);
/// The longest time that a message takes.
const WAY_MS_MAX: u64 = 3_000;
/// How long a kiosk waits for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// How long until a lost connection is noticed.
const NOTICED: Duration = Duration::from_secs(3);
/// A fault comes about so often, in steps.
const FAULT_EVERY: u64 = 25;

/// How many faults of each kind were played.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults([u64; KINDS]);

const KINDS: usize = 10;

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    KioskKilled,
    ServerKilled,
    LinkCut,
    LinkDeaf,
    PaperOut,
    CoverOpen,
    PrinterGone,
    PrinterSilent,
    DiskRefuses,
    ClockWrong,
}

const ALL: [Fault; KINDS] = [
    Fault::KioskKilled,
    Fault::ServerKilled,
    Fault::LinkCut,
    Fault::LinkDeaf,
    Fault::PaperOut,
    Fault::CoverOpen,
    Fault::PrinterGone,
    Fault::PrinterSilent,
    Fault::DiskRefuses,
    Fault::ClockWrong,
];

impl Faults {
    pub(super) fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    pub(super) fn is_every_kind(&self) -> bool {
        self.0.iter().all(|count| *count > 0)
    }
}

impl std::ops::AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

/// How the cable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cable {
    Good,
    /// Nothing goes through, and who tries is told so at once.
    Cut,
    /// What is sent arrives, nothing comes back.
    Deaf,
}

/// Something on its way to the kiosk's loop.
struct Coming {
    at: Duration,
    what: Arrival,
}

enum Arrival {
    /// An event for the kiosk.
    Event(Event),
    /// A request reaches the server.
    Request(Request, Duration),
    /// The journal is to be written, and then something is told.
    Write(Vec<Entry>, OfflineEvent, OfflineEvent),
}

enum Request {
    Hall,
    Issue(String, IssueRequest),
    Lease(nowserving_shared::protocol::kiosk::LeaseRequest),
    HandOver(Vec<TakenTicket>),
    Undo(Undo),
}

/// The printer, as far as paper is concerned.
struct Printer {
    is: PrinterIs,
    /// It says nothing of what it has done.
    silent: bool,
    told: Option<PrinterIs>,
}

/// Somebody at the kiosk.
struct Visitor {
    /// When they do something next.
    next: Duration,
    /// How often they tried again.
    tries: u32,
}

/// The world.
pub(super) struct World {
    pub(super) faults: Faults,
    chance: Chance,
    now: Duration,
    server: Server,
    cable: Cable,
    cable_since: Duration,
    told_of_loss: bool,
    heard: Duration,
    kiosk: Option<Kiosk>,
    starts: u64,
    disk: Vec<Entry>,
    disk_refuses: u32,
    hall_on_disk: Option<HallView>,
    printer: Printer,
    clock_off_ms: i64,
    visitor: Option<Visitor>,
    visitors: usize,
    /// What people saw, on screen or paper: the number of each ticket, and which visitor it was.
    seen: BTreeMap<TicketId, (String, BTreeSet<usize>)>,
    /// How often each paper came out: a ticket's own is 0, its copies count from 1.
    printed: BTreeMap<(TicketId, u32), u32>,
    repairs: Vec<(Duration, Fault)>,
    wrong: Vec<String>,
}

struct Kiosk {
    state: State,
    on_since: Duration,
    coming: Vec<Coming>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            faults: Faults::default(),
            chance: Chance::new(seed),
            now: Duration::from_secs(1),
            server: Server::open(),
            cable: Cable::Good,
            cable_since: Duration::ZERO,
            told_of_loss: false,
            heard: Duration::ZERO,
            kiosk: None,
            starts: 0,
            disk: Vec::new(),
            disk_refuses: 0,
            hall_on_disk: None,
            printer: Printer {
                is: PrinterIs::Ready,
                silent: false,
                told: None,
            },
            clock_off_ms: 0,
            visitor: None,
            visitors: 0,
            seen: BTreeMap::new(),
            printed: BTreeMap::new(),
            repairs: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// How many numbers people saw.
    pub(super) fn numbers(&self) -> usize {
        self.seen.len()
    }

    /// Plays until so many visitors have come and gone.
    pub(super) fn plays(&mut self, visitors: usize, longest: Duration) {
        let end = self.now + longest;
        while self.visitors < visitors || self.visitor.is_some() {
            assert!(self.now < end, "stuck after {} visitors", self.visitors);
            if self.chance.one_in(FAULT_EVERY) {
                let fault = ALL[self.chance.below(KINDS as u64) as usize];
                self.breaks(fault);
            }
            if self.visitor.is_none() && self.visitors < visitors && self.chance.one_in(8) {
                self.visitors += 1;
                self.visitor = Some(Visitor {
                    next: self.now,
                    tries: 0,
                });
            }
            self.step();
        }
    }

    /// Mends everything and lets time go on.
    pub(super) fn rests(&mut self, peace: Duration) {
        for fault in ALL {
            self.mends(fault);
        }
        self.repairs.clear();
        self.disk_refuses = 0;
        let end = self.now + peace;
        while self.now < end {
            self.step();
        }
    }

    fn moment(&self) -> Moment {
        server::MORNING.after(self.now)
    }

    fn step(&mut self) {
        self.now += STEP;
        let due = |(at, _): &mut (Duration, Fault)| *at <= self.now;
        let mended: Vec<(Duration, Fault)> = self.repairs.extract_if(.., due).collect();
        for (_, fault) in mended {
            self.mends(fault);
        }
        self.server.goes_on(self.moment(), &mut self.chance);
        self.feeds_the_kiosk();
        self.delivers();
        self.visitor_acts();
    }

    fn breaks(&mut self, fault: Fault) {
        let index = ALL
            .iter()
            .position(|known| *known == fault)
            .expect("it is one of all");
        self.faults.0[index] += 1;
        match fault {
            Fault::KioskKilled => {
                self.kiosk = None;
                // Whoever stood there goes away; if paper comes out yet, it is theirs.
                self.visitor = None;
            }
            Fault::ServerKilled => self.server.dies(),
            Fault::LinkCut => self.cable_is(Cable::Cut),
            Fault::LinkDeaf => self.cable_is(Cable::Deaf),
            Fault::PaperOut => self.printer.is = PrinterIs::NotReady(PrinterTrouble::PaperOut),
            Fault::CoverOpen => self.printer.is = PrinterIs::NotReady(PrinterTrouble::CoverOpen),
            Fault::PrinterGone => self.printer.is = PrinterIs::NotReady(PrinterTrouble::Offline),
            Fault::PrinterSilent => self.printer.silent = true,
            Fault::DiskRefuses => self.disk_refuses += 1,
            Fault::ClockWrong => {
                self.clock_off_ms = self.chance.below(7_200_000) as i64 - 3_600_000;
            }
        }
        let lasts = Duration::from_millis(self.chance.below(60_000));
        self.repairs.push((self.now + lasts, fault));
    }

    fn mends(&mut self, fault: Fault) {
        match fault {
            Fault::KioskKilled => {}
            Fault::ServerKilled => self.server.starts(self.moment()),
            Fault::LinkCut | Fault::LinkDeaf => self.cable_is(Cable::Good),
            Fault::PaperOut | Fault::CoverOpen | Fault::PrinterGone => {
                self.printer.is = PrinterIs::Ready;
            }
            Fault::PrinterSilent => self.printer.silent = false,
            Fault::DiskRefuses => self.disk_refuses = self.disk_refuses.saturating_sub(1),
            Fault::ClockWrong => self.clock_off_ms = 0,
        }
    }

    fn cable_is(&mut self, cable: Cable) {
        if self.cable != cable {
            self.cable = cable;
            self.cable_since = self.now;
        }
    }

    fn reachable(&self) -> bool {
        self.cable != Cable::Cut && self.server.is_up()
    }

    fn answers(&self) -> bool {
        self.cable == Cable::Good && self.server.is_up()
    }
}

/// The kiosk and what is between it and the others.
impl World {
    fn starts_kiosk(&mut self) {
        self.starts += 1;
        let options = Options {
            nonce: format!("run{}", self.starts),
            phone_url: None,
            has_printer: true,
            device: None,
            maintenance: None,
        };
        let mut book = Book::default();
        for entry in &self.disk {
            book.apply(entry);
        }
        self.kiosk = Some(Kiosk {
            state: State::new(options),
            on_since: self.now,
            coming: Vec::new(),
        });
        self.printer.told = None;
        self.told_of_loss = false;
        self.heard = Duration::ZERO;
        let restored = Restored {
            hall: self.hall_on_disk.clone(),
            book: Some(book),
        };
        self.on(Event::Offline(OfflineEvent::Restored(Box::new(restored))));
    }

    /// What comes to a kiosk by itself: time, news of the hall, the printer's condition.
    fn feeds_the_kiosk(&mut self) {
        if self.kiosk.is_none() {
            self.starts_kiosk();
        }
        let Some(kiosk) = &self.kiosk else { return };
        let uptime = self.now.saturating_sub(kiosk.on_since);
        let wall = Moment(self.moment().0 + self.clock_off_ms);
        self.on(Event::Tick { uptime, wall });
        if self.answers() {
            self.told_of_loss = false;
            let at = self.moment();
            if self.now.saturating_sub(self.heard) >= Duration::from_secs(2) {
                self.heard = self.now;
                let (catalogue_version, services) = self.server.waits(at);
                self.on(Event::Waits {
                    at,
                    catalogue_version,
                    services,
                });
            }
        } else if !self.told_of_loss
            && self.now.saturating_sub(self.heard.max(self.cable_since)) >= NOTICED
        {
            self.told_of_loss = true;
            self.on(Event::LinkLost);
        }
        if self.printer.told != Some(self.printer.is) {
            self.printer.told = Some(self.printer.is);
            self.on(Event::Printer(self.printer.is));
        }
    }

    /// One event for the kiosk, and what it wishes because of it.
    fn on(&mut self, event: Event) {
        if let Event::Hall(hall) = &event {
            self.hall_on_disk = Some(HallView::clone(hall));
        }
        let Some(kiosk) = &mut self.kiosk else { return };
        let effects = kiosk.state.on(event);
        for effect in effects {
            self.carries_out(effect);
        }
        self.somebody_sees_the_number();
    }

    fn coming(&mut self, way: Duration, what: Arrival) {
        let at = self.now + way;
        if let Some(kiosk) = &mut self.kiosk {
            kiosk.coming.push(Coming { at, what });
        }
    }

    fn way(&mut self) -> Duration {
        Duration::from_millis(self.chance.below(WAY_MS_MAX))
    }

    fn carries_out(&mut self, effect: Effect) {
        match effect {
            Effect::FetchHall => self.asks(Request::Hall),
            Effect::Issue { key, request } => self.asks(Request::Issue(key, request)),
            Effect::Offline(OfflineEffect::Lease(request)) => self.asks(Request::Lease(request)),
            Effect::Offline(OfflineEffect::HandOver(tickets)) => {
                self.asks(Request::HandOver(tickets));
            }
            Effect::Offline(OfflineEffect::Undo(undo)) => self.asks(Request::Undo(undo)),
            Effect::Offline(OfflineEffect::Take { taken, undo, lease }) => {
                let ticket = taken.ticket;
                let undo = undo.map(|undo| Entry::ToUndo { undo });
                let entries = std::iter::once(Entry::Taken { taken, lease })
                    .chain(undo)
                    .collect();
                let failed = OfflineEvent::NotTaken {
                    ticket,
                    why: "the disk is full".to_owned(),
                };
                let way = self.way();
                self.coming(
                    way,
                    Arrival::Write(entries, OfflineEvent::Taken { ticket }, failed),
                );
            }
            Effect::Print { ticket, paper } => {
                let stage = self.prints(ticket, &paper.label, 0);
                self.tells_of_paper(Event::Print { ticket, stage });
            }
            Effect::Reprint {
                ticket,
                copy,
                paper,
            } => {
                let stage = self.prints(ticket, &paper.label, copy.get());
                self.tells_of_paper(Event::Copy {
                    ticket,
                    copy,
                    stage,
                });
            }
            Effect::PrintSlip { number, .. } => {
                let stage = PrintStage::Printed;
                self.tells_of_paper(Event::Slip { number, stage });
            }
            // No ticket's code is held to this kiosk.
            Effect::FindTicket { .. }
            | Effect::CallHelp
            | Effect::SelfTest { .. }
            | Effect::AskPrinter
            | Effect::Record
            | Effect::Say { .. }
            | Effect::Hush => {}
        }
    }

    fn asks(&mut self, request: Request) {
        if self.cable == Cable::Cut {
            let event = unanswered(&request, false);
            return self.coming(Duration::ZERO, Arrival::Event(event));
        }
        let (there, since) = (self.way(), self.now);
        self.coming(there, Arrival::Request(request, since));
    }

    /// What has arrived by now, in its order. What comes of one may already meet a kiosk that was killed by another.
    fn delivers(&mut self) {
        let now = self.now;
        let Some(kiosk) = &mut self.kiosk else { return };
        let mut arrived: Vec<Coming> = kiosk.coming.extract_if(.., |one| one.at <= now).collect();
        arrived.sort_by_key(|one| one.at);
        for Coming { what, .. } in arrived {
            match what {
                Arrival::Event(event) => self.on(event),
                Arrival::Request(request, since) => self.reaches(request, since),
                Arrival::Write(entries, done, failed) => self.writes(entries, done, failed),
            }
        }
    }

    /// A request is at the server, if it gets there; its reply may be lost.
    fn reaches(&mut self, request: Request, since: Duration) {
        let patience = ANSWER_MAX.saturating_sub(self.now.saturating_sub(since));
        if !self.reachable() {
            let event = unanswered(&request, true);
            return self.coming(patience, Arrival::Event(event));
        }
        let at = self.moment();
        let lost = unanswered(&request, true);
        let reply = self.serves(request, at);
        if !self.answers() || self.chance.one_in(50) {
            return self.coming(patience, Arrival::Event(lost));
        }
        let back = self.way();
        self.coming(back, reply);
    }

    fn serves(&mut self, request: Request, at: Moment) -> Arrival {
        match request {
            Request::Hall => Arrival::Event(Event::Hall(Box::new(self.server.hall_view(at)))),
            Request::Issue(key, request) => {
                let outcome = match self.server.issue(&key, &request, at) {
                    Ok(issued) => IssueOutcome::Issued(Box::new(issued)),
                    Err(Refusal::HasTicket { ticket, .. }) => {
                        IssueOutcome::HasTicket(Box::new(self.server.held(ticket)))
                    }
                    Err(refusal) => IssueOutcome::Refused {
                        code: refusal.code().to_owned(),
                        detail: refusal.to_string(),
                    },
                };
                Arrival::Event(Event::Issue { key, outcome })
            }
            Request::Lease(request) => {
                let leases = self.server.lease(&request, at);
                let entry = Entry::Leases { at, leases };
                let done = OfflineEvent::Leased(entry.clone());
                Arrival::Write(vec![entry], done, failed(Errand::Lease))
            }
            Request::HandOver(tickets) => {
                let became = self.server.hand_over(&tickets, at);
                let tickets = tickets.iter().map(|taken| taken.ticket).collect();
                let entry = Entry::HandedOver { tickets };
                let done = OfflineEvent::HandedOver(became);
                Arrival::Write(vec![entry], done, failed(Errand::HandOver))
            }
            Request::Undo(undo) => {
                if let Ok(issued) = self.server.issue(&undo.key, &undo.request, at) {
                    self.server.cancel(issued.ticket, at);
                }
                let entry = Entry::Undone {
                    key: undo.key.clone(),
                };
                let done = OfflineEvent::Undone { key: undo.key };
                Arrival::Write(vec![entry], done, failed(Errand::Undo))
            }
        }
    }

    fn writes(&mut self, entries: Vec<Entry>, done: OfflineEvent, failed: OfflineEvent) {
        if self.disk_refuses > 0 {
            return self.on(Event::Offline(failed));
        }
        self.disk.extend(entries);
        // It is on disk; the power may go before anybody is told.
        if self.chance.one_in(40) {
            return self.breaks(Fault::KioskKilled);
        }
        self.on(Event::Offline(done));
    }
}

/// Nobody answered: `reached` says whether the request may have arrived.
fn unanswered(request: &Request, reached: bool) -> Event {
    let why = "no answer".to_owned();
    match request {
        Request::Hall => Event::HallFailed(why),
        Request::Issue(key, _) => Event::Issue {
            key: key.clone(),
            outcome: if reached {
                IssueOutcome::Passing(why)
            } else {
                IssueOutcome::NotReached(why)
            },
        },
        Request::Lease(_) => Event::Offline(failed(Errand::Lease)),
        Request::HandOver(_) => Event::Offline(failed(Errand::HandOver)),
        Request::Undo(_) => Event::Offline(failed(Errand::Undo)),
    }
}

fn failed(errand: Errand) -> OfflineEvent {
    OfflineEvent::Failed {
        errand,
        why: "no answer".to_owned(),
    }
}

/// Paper, and people.
impl World {
    /// Whether paper comes out, and what the printer says of it.
    fn prints(&mut self, ticket: TicketId, label: &str, copy: u32) -> PrintStage {
        let comes_out = matches!(self.printer.is, PrinterIs::Ready | PrinterIs::PaperLow);
        if comes_out {
            *self.printed.entry((ticket, copy)).or_default() += 1;
            self.is_seen(ticket, label);
        }
        match (comes_out, self.printer.silent) {
            (true, false) => PrintStage::Printed,
            (_, true) => PrintStage::Unknown,
            (false, false) => PrintStage::Failed,
        }
    }

    fn tells_of_paper(&mut self, event: Event) {
        let way = self.way();
        self.coming(way, Arrival::Event(event));
    }

    fn is_seen(&mut self, ticket: TicketId, label: &str) {
        let visitor = self.visitors;
        let (known, people) = self
            .seen
            .entry(ticket)
            .or_insert_with(|| (label.to_owned(), BTreeSet::new()));
        if known != label {
            self.wrong
                .push(format!("{ticket} was {known} and is {label}"));
        }
        people.insert(visitor);
    }

    fn somebody_sees_the_number(&mut self) {
        let page = self.kiosk.as_ref().map(|kiosk| kiosk.state.page());
        if let Some(Page::Ticket(page)) = page {
            let (ticket, label) = (page.issued.ticket, page.issued.label.as_str().to_owned());
            self.is_seen(ticket, &label);
        }
    }

    fn visitor_acts(&mut self) {
        let Some(visitor) = &mut self.visitor else {
            return;
        };
        if visitor.next > self.now {
            return;
        }
        visitor.next = self.now + Duration::from_millis(1_000 + self.chance.below(6_000));
        let Some(kiosk) = &self.kiosk else { return };
        let touch = match kiosk.state.page() {
            // Every other visitor has a card; some show it again and again.
            Page::Welcome if self.visitors.is_multiple_of(2) && self.chance.one_in(2) => {
                let mut person = [0; 32];
                person[..8].copy_from_slice(&(self.visitors as u64).to_le_bytes());
                let visitor = state::Visitor {
                    person: PersonHash(person),
                    masked: "110***********002X".to_owned(),
                };
                return self.on(Event::Scanned(Scanned::Person(visitor)));
            }
            Page::Welcome => Some(Touch::Language(Language::ZhCn)),
            Page::Groups => Some(Touch::Group(
                GroupId::new("residence").expect("a group of the example"),
            )),
            Page::Services { .. } => Some(Touch::Service(
                ServiceId::new(if self.chance.one_in(2) {
                    "household"
                } else {
                    "passport"
                })
                .expect("a service of the example"),
            )),
            Page::Classes { .. } => Some(Touch::Class(
                ClassId::new("ordinary").expect("a class of the example"),
            )),
            Page::Confirm { .. } => Some(Touch::Confirm),
            Page::Issuing(_) | Page::Looking(_) => None,
            Page::Ticket(_) if self.chance.one_in(3) => Some(Touch::Reprint),
            Page::Ticket(_) => {
                self.visitor = None;
                Some(Touch::Home)
            }
            Page::Sorry { .. } if visitor.tries < 3 => {
                visitor.tries += 1;
                Some(Touch::Retry)
            }
            Page::Search { .. } => Some(Touch::Back),
            Page::Pin | Page::Maintenance => Some(Touch::Home),
            Page::Sorry { .. } | Page::NotNow { .. } => {
                self.visitor = None;
                Some(Touch::Home)
            }
        };
        if let Some(touch) = touch {
            self.on(Event::Touch(touch));
        }
    }
}

/// What must hold at the end.
impl World {
    pub(super) fn faults_of_the_hall(&self) -> Vec<String> {
        let mut wrong = self.wrong.clone();
        wrong.extend(self.server.wrong());
        for (ticket, (label, people)) in &self.seen {
            if people.len() > 1 {
                wrong.push(format!("{label} was given to {people:?}"));
            }
            if self.server.label_of(*ticket) != Some(label.as_str()) {
                wrong.push(format!("{label} ({ticket}) was shown and cannot be called"));
            }
            if self.server.was_cancelled(*ticket) {
                wrong.push(format!("{label} ({ticket}) was shown and is cancelled"));
            }
        }
        for ((ticket, copy), times) in &self.printed {
            if *times > 1 {
                wrong.push(format!("copy {copy} of {ticket} was printed {times} times"));
            }
        }
        let Some(book) = self.kiosk.as_ref().and_then(|kiosk| kiosk.state.book()) else {
            wrong.push("the kiosk has no book".to_owned());
            return wrong;
        };
        if !book.pending().is_empty() || !book.undos().is_empty() {
            wrong.push(format!(
                "still owed: {:?} {:?}",
                book.pending(),
                book.undos()
            ));
        }
        wrong
    }
}
