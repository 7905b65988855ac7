//! The server is away, and comes back: a kiosk goes on from its leases, dies, starts again, and hands everything over once.

use std::net::SocketAddr;
use std::path::Path;

use nowserving_client::api::Api;
use nowserving_kiosk::offline::ledger::Ledger;
use nowserving_kiosk::printer::{PrinterAddress, PrinterProfile, SimulatedPrinter};
use nowserving_kiosk::state::Touch;
use nowserving_kiosk::view::PageView;
use nowserving_shared::model::{DeviceId, Language, TicketId};
use nowserving_shared::protocol::kiosk::{
    Became, HandOverRequest, LeaseRequest, LeaseView, TakenTicket,
};
use nowserving_tests::harness::cable::{Cable, Carries};
use nowserving_tests::harness::screens::Kiosk;
use nowserving_tests::harness::{Site, eventually, service};

use crate::whole_hall::{goes_to_the_question, printed_number};

/// A kiosk as a thing of its own, that can be switched off like one.
pub(crate) struct Machine {
    pub(crate) kiosk: Kiosk,
    runtime: tokio::runtime::Runtime,
}

impl Machine {
    /// Switches it on, with a printer at this address.
    pub(crate) fn on(
        api: &Api,
        token: &str,
        nonce: &str,
        printer: SocketAddr,
        data: &Path,
    ) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let address: PrinterAddress = format!("tcp://{printer}").parse().expect("an address");
        let profile = PrinterProfile::named("80mm").expect("a built-in profile");
        let printer = Some((profile, address));
        let kiosk = {
            let _inside = runtime.enter();
            Kiosk::start_keeping(api.clone(), token, nonce, printer, data)
        };
        Self { kiosk, runtime }
    }

    /// Takes a number at the screen: its label and the secret of its page.
    async fn gives_a_number(&mut self) -> (String, String) {
        goes_to_the_question(&mut self.kiosk, Language::ZhCn).await;
        self.kiosk.touch(Touch::Confirm);
        self.number_then_home().await
    }

    async fn number_then_home(&mut self) -> (String, String) {
        let (label, url) = printed_number(&mut self.kiosk, Language::ZhCn).await;
        self.kiosk.touch(Touch::Home);
        let home = |page: &PageView| matches!(page, PageView::Welcome(_)).then_some(());
        self.kiosk.shows("the welcome page", home).await;
        let token = url.split('#').nth(1).expect("a secret").to_owned();
        (label, token)
    }

    /// The power goes.
    pub(crate) async fn off(self, data: &Path) {
        self.runtime.shutdown_background();
        eventually("the end of the kiosk", async || {
            Ledger::open(data).ok().map(drop)
        })
        .await;
    }
}

/// Waits until the kiosk has its numbers on its disk.
pub(crate) async fn holds_numbers(api: &Api, data: &Path) {
    let nothing_more = LeaseRequest::default();
    let label = eventually("leases", async || {
        let held = api.lease(&nothing_more).await.ok()?;
        let of_household = held.leases.into_iter();
        let mut of_household = of_household.filter(|lease| lease.service == service("household"));
        of_household.next().map(|lease| lease.label.to_string())
    })
    .await;
    assert_eq!(label, "A999");
    eventually("the leases in the journal", async || {
        let files = std::fs::read_dir(data.join("journal")).ok()?.flatten();
        let has = |bytes: Vec<u8>| bytes.windows(4).any(|part| part == b"A999");
        let mut found = files.filter_map(|file| std::fs::read(file.path()).ok());
        (found.any(has) && data.join("hall.json").exists()).then_some(())
    })
    .await;
}

async fn waiting(api: &Api) -> Option<Vec<String>> {
    let queue = api.queue(&service("household"), 100).await.ok()?;
    let labels = queue.next.iter().map(|line| line.label.to_string());
    Some(labels.collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_kiosk_gave_out_while_the_server_was_away_is_there_exactly_once() {
    let mut site = Site::start().await;
    let desk = site.staff("desk").await;
    let clerk = site.clerk("wang", "w1").await;
    let mut cable = Cable::to(site.url()["http://".len()..].parse().expect("an address")).await;
    let token = site.enrol("kiosk-1").await.token;
    let api = Api::new(&format!("http://{}", cable.address())).expect("an address");
    let api = api.with_device_token(&token);
    let printer = SimulatedPrinter::start("127.0.0.1:0").expect("a port");
    let data = site.scratch().join("kiosk");
    let mut machine = Machine::on(&api, &token, "first", printer.address(), &data);
    holds_numbers(&api, &data).await;

    // The server makes a ticket, and nobody hears of it: the customer gets one from a lease.
    goes_to_the_question(&mut machine.kiosk, Language::ZhCn).await;
    cable.carries(Carries::Nothing);
    machine.kiosk.touch(Touch::Confirm);
    let first = machine.number_then_home().await;
    assert_eq!(
        waiting(&desk).await,
        Some(vec!["A001".to_owned()]),
        "the ghost"
    );

    // Two more while the server is away, and one after the kiosk was switched off and on again.
    cable.is_pulled().await;
    site.stop().await;
    let second = machine.gives_a_number().await;
    let third = machine.gives_a_number().await;
    machine.off(&data).await;
    let mut machine = Machine::on(&api, &token, "second", printer.address(), &data);
    let fourth = machine.gives_a_number().await;
    let given = [first, second, third, fourth];
    let labels = given.clone().map(|(label, _)| label);
    assert_eq!(labels, ["A999", "A998", "A997", "A996"]);
    let papers: Vec<String> = printer.tickets().into_iter().map(|one| one.text).collect();
    assert_eq!(papers.len(), given.len());
    for (paper, label) in papers.iter().zip(&labels) {
        assert!(
            paper.contains(label) && paper.contains("系统离线"),
            "{paper}"
        );
    }

    // The server is back: everybody waits in the order of taking, and the ghost is gone.
    site.restart().await;
    cable.is_plugged_in().await;
    eventually("every ticket once, without the ghost", async || {
        let now = waiting(&desk).await?;
        (now == labels).then_some(())
    })
    .await;
    for (label, token) in &given {
        let page = site.anonymous().with_ticket_token(token).my_ticket().await;
        assert_eq!(page.expect("it is known").label.as_str(), label);
    }
    for label in &labels {
        assert_eq!(clerk.calls_next().await, *label);
        clerk.serves().await;
    }
    assert_eq!(waiting(&desk).await, Some(Vec::new()));
    let day = desk.hall().await.expect("the hall").day;
    let ended = async |label: &str| {
        let label = nowserving_shared::model::Label::from_text(label);
        let records = desk.ticket_records(day, Some(&label)).await.ok()?;
        let records = records.as_array()?;
        let each = records
            .iter()
            .map(|one| one["ended"].as_str().unwrap_or_default().to_owned());
        Some(each.collect::<Vec<String>>())
    };
    eventually("the ghost in the history", async || {
        (ended("A001").await? == ["cancelled"]).then_some(())
    })
    .await;
    for label in &labels {
        eventually("one record of each", async || {
            (ended(label).await? == ["finished"]).then_some(())
        })
        .await;
    }
    // Nothing is owed any more.
    machine.off(&data).await;
    let ledger = Ledger::open(&data).expect("the journal");
    assert_eq!(
        (ledger.book().pending(), ledger.book().undos()),
        (&[][..], &[][..])
    );
}

fn taken(lease: &LeaseView) -> TakenTicket {
    TakenTicket {
        person: None,
        ticket: lease.ticket,
        class: None,
        language: Language::En,
        taken_at: lease.granted_at,
    }
}

async fn became(kiosk: &Api, tickets: Vec<TakenTicket>) -> Vec<Became> {
    let told = kiosk.hand_over(&HandOverRequest { tickets }).await;
    let told = told.expect("a kiosk may hand over").tickets;
    told.into_iter().map(|one| one.became).collect()
}

async fn held(kiosk: &Api, wanted: u32) -> Vec<LeaseView> {
    let wanted = [(service("household"), wanted)].into();
    let held = kiosk.lease(&LeaseRequest { wanted }).await;
    held.expect("a kiosk may hold numbers").leases
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_taken_over_once_also_by_a_server_and_a_kiosk_that_began_anew() {
    let mut site = Site::start().await;
    let desk = site.staff("desk").await;
    let leases = held(&site.kiosk(), 4).await;
    assert_eq!(leases.len(), 4);
    assert_eq!(held(&site.kiosk(), 4).await, leases, "asked again");
    let strange = TakenTicket {
        ticket: TicketId(77),
        ..taken(&leases[0])
    };
    let batch = vec![strange, taken(&leases[0])];
    assert_eq!(
        became(&site.kiosk(), batch.clone()).await,
        [Became::Unknown, Became::Accepted]
    );
    site.restart().await;
    assert_eq!(
        became(&site.kiosk(), batch).await,
        [Became::Unknown, Became::Already]
    );

    // The kiosk is revoked, and enrolled again: people hold its paper.
    let device = DeviceId::new("kiosk-1").expect("an id");
    let revoked = site.admin().revoke_device(&device).await;
    revoked.expect("an administrator may");
    let tickets = vec![taken(&leases[1])];
    let refused = site.kiosk().hand_over(&HandOverRequest { tickets }).await;
    let refused = refused.expect_err("its token is no longer good");
    assert_eq!(refused.code(), Some("device-token-unknown"));
    let token = site.enrol("kiosk-1").await.token;
    let kiosk = site.anonymous().with_device_token(&token);
    assert_eq!(
        became(&kiosk, vec![taken(&leases[1])]).await,
        [Became::Accepted]
    );

    // Its leases are revoked: it is told so, and what it gave out before is good.
    let revoked = site.admin().revoke_leases(&device).await;
    revoked.expect("an administrator may");
    assert_eq!(
        became(&kiosk, vec![taken(&leases[2])]).await,
        [Became::Accepted]
    );
    assert_eq!(held(&kiosk, 0).await, []);
    let labels = leases[..3].iter().map(|lease| lease.label.to_string());
    assert_eq!(waiting(&desk).await, Some(labels.collect()));

    let many = vec![taken(&leases[0]); 33];
    let refused = kiosk.hand_over(&HandOverRequest { tickets: many }).await;
    let refused = refused.expect_err("too many at once");
    assert_eq!(refused.code(), Some("bad-body"));
}
