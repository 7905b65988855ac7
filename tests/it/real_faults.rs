//! Random faults on real parts: the server's program, killed with SIGKILL; the kiosk with its journal and its printer's
//! thread, switched off at any step; a cable to the server and one to the printer; a printer with a roll, a cover and a
//! cutter. [`crate::faults`] plays ten thousand with played parts; these are fewer, and nothing in them is played but the
//! visitor.
//!
//! `NOWSERVING_FAULTS=1000` makes a thousand instead of as many as fit the usual run.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nowserving_client::api::Api;
use nowserving_journal::simulated::Chance;
use nowserving_kiosk::offline::ledger::Ledger;
use nowserving_kiosk::printer::SimulatedPrinter;
use nowserving_kiosk::printer::simulated::{Condition, PaperSupply, PrintedTicket};
use nowserving_kiosk::state::Touch;
use nowserving_kiosk::texts;
use nowserving_kiosk::view::{Chosen, PageView};
use nowserving_shared::model::{ClassId, GroupId, Language};
use nowserving_tests::harness::cable::{Cable, Carries};
use nowserving_tests::harness::process::Server;
use nowserving_tests::harness::screens::Kiosk;
use nowserving_tests::harness::{PATIENCE, Site, eventually, service};
use nowserving_tests::paper;
use tokio::sync::Notify;

use crate::load;
use crate::offline::{Machine, holds_numbers};

/// How many faults there are in the usual run.
const FAULTS: u64 = 40;
/// A fault lasts at most so long, and so long is the peace before the next at most.
const FAULT_MS_MAX: usize = 1_200;
const PEACE_MS_MAX: usize = 700;
/// A visitor who was told so often that there is no number goes away.
const TRIES_MAX: usize = 3;
/// So many visitors come at most while things break: a day has so many numbers, and some are left for afterwards.
const VISITORS_MAX: u64 = 300;
/// What a fault and the peace after it take on average.
const FAULT_MS: u64 = (FAULT_MS_MAX + PEACE_MS_MAX) as u64 / 2;
/// How often the kiosk may be looked into before it owes nothing.
const LOOKS_MAX: usize = 6;

/// A visitor looks so long at a page that does not change.
const LOOKED_AT: Duration = Duration::from_secs(1);

const LANGUAGE: Language = Language::ZhCn;

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    KioskKilled,
    ServerKilled,
    LinkCut,
    LinkDeaf,
    LinkSlow,
    PaperOut,
    CoverOpen,
    CutterJammed,
    PrinterOffline,
    PrinterSilent,
    PrinterGone,
    PrinterSlow,
    PrinterTalksNonsense,
}

const ALL: [Fault; 13] = [
    Fault::KioskKilled,
    Fault::ServerKilled,
    Fault::LinkCut,
    Fault::LinkDeaf,
    Fault::LinkSlow,
    Fault::PaperOut,
    Fault::CoverOpen,
    Fault::CutterJammed,
    Fault::PrinterOffline,
    Fault::PrinterSilent,
    Fault::PrinterGone,
    Fault::PrinterSlow,
    Fault::PrinterTalksNonsense,
];

/// Everything that can break, but the kiosk.
struct Parts {
    data: PathBuf,
    address: SocketAddr,
    server: Option<Server>,
    link: Cable,
    printer: Arc<SimulatedPrinter>,
    printer_cable: Cable,
    kiosk_dies: Arc<Notify>,
}

impl Parts {
    async fn breaks(&mut self, fault: Fault) {
        let printer_is = |change: fn(&mut Condition)| self.printer.set_condition(change);
        match fault {
            Fault::KioskKilled => self.kiosk_dies.notify_one(),
            Fault::ServerKilled => drop(self.server.take().map(Server::kill)),
            Fault::LinkCut => self.link.is_pulled().await,
            Fault::LinkDeaf => self.link.carries(Carries::Nothing),
            Fault::LinkSlow => self.link.carries(Carries::Slowly),
            Fault::PaperOut => printer_is(|printer| printer.paper = PaperSupply::Out),
            Fault::CoverOpen => printer_is(|printer| printer.cover_open = true),
            Fault::CutterJammed => printer_is(|printer| printer.cutter_jammed = true),
            Fault::PrinterOffline => printer_is(|printer| printer.offline = true),
            Fault::PrinterSilent => printer_is(|printer| printer.silent = true),
            Fault::PrinterGone => self.printer_cable.is_pulled().await,
            Fault::PrinterSlow => self.printer_cable.carries(Carries::Slowly),
            Fault::PrinterTalksNonsense => self.printer_cable.carries(Carries::Noise),
        }
    }

    async fn is_mended(&mut self, fault: Fault) {
        match fault {
            Fault::KioskKilled => {}
            Fault::ServerKilled => {
                let server = Server::start(&self.data, self.address, &[]).await;
                self.server = Some(server.expect("the server starts again"));
            }
            Fault::LinkCut => self.link.is_plugged_in().await,
            Fault::LinkDeaf | Fault::LinkSlow => self.link.carries(Carries::Well),
            Fault::PaperOut
            | Fault::CoverOpen
            | Fault::CutterJammed
            | Fault::PrinterOffline
            | Fault::PrinterSilent => self.printer.set_condition(|printer| {
                *printer = Condition::default();
            }),
            Fault::PrinterGone => self.printer_cable.is_plugged_in().await,
            Fault::PrinterSlow | Fault::PrinterTalksNonsense => {
                self.printer_cable.carries(Carries::Well);
            }
        }
    }

    /// Makes `count` faults, now and then two at a time; gives how many of each kind.
    async fn break_at_random(&mut self, count: u64, seed: u64) -> BTreeMap<Fault, u64> {
        let mut chance = Chance::new(seed);
        let mut made = BTreeMap::new();
        let mut broken: Option<Fault> = None;
        for _ in 0..count {
            let fault = ALL[chance.below(ALL.len())];
            // One thing has one fault at a time: the same cable cannot be pulled twice.
            if let Some(before) = broken.take_if(|before| mends_alike(*before, fault)) {
                self.is_mended(before).await;
            }
            self.breaks(fault).await;
            *made.entry(fault).or_default() += 1;
            pause(&mut chance, FAULT_MS_MAX).await;
            if let Some(before) = broken.take() {
                self.is_mended(before).await;
            }
            if chance.below(3) == 0 {
                broken = Some(fault);
            } else {
                self.is_mended(fault).await;
                pause(&mut chance, PEACE_MS_MAX).await;
            }
        }
        if let Some(before) = broken {
            self.is_mended(before).await;
        }
        made
    }
}

/// Whether mending one of them would mend the other, or break it.
fn mends_alike(one: Fault, other: Fault) -> bool {
    let part = |fault| match fault {
        Fault::KioskKilled => 0,
        Fault::ServerKilled => 1,
        Fault::LinkCut | Fault::LinkDeaf | Fault::LinkSlow => 2,
        Fault::PaperOut
        | Fault::CoverOpen
        | Fault::CutterJammed
        | Fault::PrinterOffline
        | Fault::PrinterSilent => 3,
        Fault::PrinterGone | Fault::PrinterSlow | Fault::PrinterTalksNonsense => 4,
    };
    part(one) == part(other)
}

/// When something breaks is what is tried here, not something to be waited for.
async fn pause(chance: &mut Chance, ms_max: usize) {
    tokio::time::sleep(Duration::from_millis(chance.below(ms_max) as u64)).await;
}

/// What visitors saw on the screen: each number, and the secrets of its page.
#[derive(Debug, Default)]
struct Seen(Mutex<BTreeMap<String, BTreeSet<String>>>);

impl Seen {
    fn number(&self, label: &str, url: &str) {
        let secret = url.split_once('#').expect("a secret").1;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(label.to_owned())
            .or_default()
            .insert(secret.to_owned());
    }

    fn all(&self) -> BTreeMap<String, BTreeSet<String>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }
}

/// One visit, whatever the kiosk shows: to the number and home again, or away without one.
async fn visits(kiosk: &mut Kiosk, seen: &Seen) {
    let mut refused = 0;
    let mut page = kiosk.next_page(None, PATIENCE).await;
    loop {
        let touch = match &page {
            PageView::Welcome(_) => Some(Touch::Language(LANGUAGE)),
            PageView::Choices(choices) => Some(match choices.of {
                Chosen::Group => Touch::Group(GroupId::new("residence").expect("an id")),
                Chosen::Service => Touch::Service(service("household")),
                Chosen::Class => Touch::Class(ClassId::new("ordinary").expect("an id")),
            }),
            PageView::Confirm(_) => Some(Touch::Confirm),
            PageView::Message { retry, .. } => {
                refused += 1;
                Some(match retry {
                    Some(_) if refused < TRIES_MAX => Touch::Retry,
                    Some(_) | None => Touch::Home,
                })
            }
            PageView::Ticket(ticket) => {
                let url = ticket.url.as_deref().expect("this kiosk has a phone page");
                seen.number(&ticket.label, url);
                (ticket.paper.text != texts::of(LANGUAGE).printing).then_some(Touch::Home)
            }
            PageView::Waiting { .. }
            | PageView::Search(_)
            | PageView::Pin(_)
            | PageView::Maintenance(_) => None,
        };
        let over = touch == Some(Touch::Home);
        if let Some(touch) = touch {
            kiosk.touch(touch);
        }
        page = kiosk.next_page(Some(&page), LOOKED_AT).await;
        if over && matches!(page, PageView::Welcome(_)) {
            return;
        }
    }
}

/// Takes the papers that came out since `taken_out` were; says how many.
fn take_papers(
    printer: &SimulatedPrinter,
    taken_out: usize,
    papers: &mut Vec<PrintedTicket>,
) -> usize {
    loop {
        let (count, kept) = (printer.ticket_count(), printer.tickets());
        // None came out between the two looks.
        if printer.ticket_count() == count {
            let came = count - taken_out;
            papers.extend_from_slice(&kept[kept.len() - came..]);
            return came;
        }
    }
}

/// What the page of this secret says: the number, and whether it can still be called.
async fn stands(site: &Site, secret: &str) -> Option<(String, bool)> {
    let page = site
        .anonymous()
        .with_ticket_token(secret)
        .my_ticket()
        .await
        .ok()?;
    Some((page.label.as_str().to_owned(), page.stands.is_some()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn faults_of_real_parts_lose_no_number_and_give_none_to_two_people() {
    let wanted = load::from_environment("NOWSERVING_FAULTS", FAULTS);
    let mut site = Site::start().await;
    let desk = site.staff("desk").await;
    let token = site.enrol("kiosk-1").await.token;
    let address: SocketAddr = site.url()["http://".len()..].parse().expect("an address");
    site.stop().await;
    let printer = Arc::new(SimulatedPrinter::start("127.0.0.1:0").expect("a port"));
    let mut parts = Parts {
        data: site.data(),
        address,
        server: Some(
            Server::start(&site.data(), address, &[])
                .await
                .expect("it starts"),
        ),
        link: Cable::to(address).await,
        printer_cable: Cable::to(printer.address()).await,
        printer: printer.clone(),
        kiosk_dies: Arc::default(),
    };
    let api = Api::new(&format!("http://{}", parts.link.address())).expect("an address");
    let api = api.with_device_token(&token);
    let data = site.scratch().join("kiosk");
    let printer_at = parts.printer_cable.address();
    let start = |life: usize| Machine::on(&api, &token, &format!("life-{life}"), printer_at, &data);
    let mut lives = 1;
    let mut machine = start(lives);
    holds_numbers(&api, &data).await;

    let between_visitors = Duration::from_millis(wanted * FAULT_MS / VISITORS_MAX);
    let (seen, dies) = (Seen::default(), parts.kiosk_dies.clone());
    let (mut papers, mut taken_out) = (Vec::new(), 0);
    let mut breaking = tokio::spawn(async move {
        let made = parts.break_at_random(wanted, 2026).await;
        (parts, made)
    });
    let (parts, made) = loop {
        tokio::select! {
            over = &mut breaking => break over.expect("nothing panics"),
            () = async {
                visits(&mut machine.kiosk, &seen).await;
                tokio::time::sleep(between_visitors).await;
            } => {}
            () = dies.notified() => {
                machine.off(&data).await;
                lives += 1;
                machine = start(lives);
            }
        }
        taken_out += take_papers(&printer, taken_out, &mut papers);
    };

    // In peace again somebody gets a number, and what the kiosk owes is settled.
    let mut looks = 0;
    loop {
        let before = seen.all().len();
        while seen.all().len() == before {
            visits(&mut machine.kiosk, &seen).await;
        }
        eventually("everybody's number at the server", async || {
            for secret in seen.all().values().flatten() {
                stands(&site, secret).await?;
            }
            Some(())
        })
        .await;
        machine.off(&data).await;
        let ledger = Ledger::open(&data).expect("the journal");
        let owed = (ledger.book().pending().len(), ledger.book().undos().len());
        drop(ledger);
        if owed == (0, 0) {
            break;
        }
        looks += 1;
        assert!(looks < LOOKS_MAX, "still owed: {owed:?}");
        lives += 1;
        machine = start(lives);
    }
    take_papers(&printer, taken_out, &mut papers);

    let seen = seen.all();
    for (label, secrets) in &seen {
        assert_eq!(secrets.len(), 1, "{label} was given to several people");
        for secret in secrets {
            let found = stands(&site, secret).await;
            assert_eq!(
                found,
                Some((label.clone(), true)),
                "shown, and cannot be called"
            );
        }
    }
    // Paper that came out after the kiosk had died was seen by nobody on the screen, and is as good.
    let mut on_paper = BTreeMap::<String, BTreeSet<String>>::new();
    for ticket in &papers {
        let Some(label) = paper::number(ticket) else {
            continue;
        };
        for url in paper::qr_contents(ticket) {
            let secret = url.split_once('#').expect("a secret").1.to_owned();
            on_paper.entry(label.to_owned()).or_default().insert(secret);
        }
    }
    for (label, secrets) in &on_paper {
        assert_eq!(
            secrets.len(),
            1,
            "{label} is on the paper of several people"
        );
        for secret in secrets {
            let found = stands(&site, secret).await;
            assert_eq!(
                found,
                Some((label.clone(), true)),
                "printed, and cannot be called"
            );
        }
        let shown = seen.get(label);
        assert!(
            shown.is_none_or(|shown| shown == secrets),
            "{label}: paper and screen differ"
        );
    }
    let queue = desk
        .queue(&service("household"), 1000)
        .await
        .expect("the queue");
    println!(
        "{wanted} faults, {} numbers seen, {} papers, {} waiting, {lives} lives of the kiosk: {made:?}",
        seen.len(),
        papers.len(),
        queue.next.len(),
    );
    drop(parts);
}
