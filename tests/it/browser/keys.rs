//! Every command of a window, by its key.

use nowserving_shared::board::WindowDoes;
use nowserving_shared::model::Label;
use nowserving_tests::harness::browser::Browser;
use nowserving_tests::harness::{Clerk, Site, eventually, window};

use super::at_window_1;

/// A clerk's page, and the same clerk at the server's door, to look with.
struct Desk {
    site: Site,
    page: Browser,
    door: Clerk,
}

impl Desk {
    async fn open() -> Self {
        let site = Site::start().await;
        let page = at_window_1(&site, "wang").await;
        let api = site.staff("wang").await;
        let door = Clerk {
            api,
            window: window("w1"),
        };
        page.sees("#link[data-state=live]").await;
        Self { site, page, door }
    }

    /// Somebody comes, and the page has noticed.
    async fn comes(&self, service: &str) -> Label {
        let label = self.site.take_number(service).await.label;
        self.page.reads("#list-waiting", label.as_str()).await;
        label
    }

    /// Types a key when the page is at rest.
    async fn types(&self, key: &str) {
        self.page.misses("dialog[open]").await;
        self.page.types(key).await;
    }

    /// Sends the dialog that is open.
    async fn sends(&self) {
        self.page.press("#dialog button[type=submit]").await;
        self.page.misses("dialog[open]").await;
    }

    async fn shows(&self, label: &Label, stands: &str) {
        self.page.reads("#ticket-label", label.as_str()).await;
        self.page
            .sees(&format!("#ticket[data-stands={stands}]"))
            .await;
    }

    async fn is_free(&self) {
        self.page.sees("#ticket-none").await;
    }

    /// Calls, starts and finishes whoever is next.
    async fn serves(&self, label: &Label) {
        self.types("n").await;
        self.shows(label, "called").await;
        self.types("s").await;
        self.shows(label, "serving").await;
        self.types("f").await;
        self.is_free().await;
    }

    async fn does(&self, wanted: impl Fn(&WindowDoes) -> bool) {
        eventually("what the window does", async || {
            let reply = self.door.api.window(&self.door.window).await.ok()?;
            wanted(&reply.window.does).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_recalling_taking_back_and_serving_have_keys() {
    let desk = Desk::open().await;
    let first = desk.comes("household").await;
    desk.types("n").await;
    desk.shows(&first, "called").await;
    desk.types("u").await;
    desk.is_free().await;
    desk.page.reads("#list-waiting", first.as_str()).await;
    desk.types("n").await;
    desk.shows(&first, "called").await;
    // The hall wants some seconds between two calls of one number; the page passes on what the hall says.
    desk.types("r").await;
    eventually("the recall, or why not", async || {
        let told = desk.page.runs("return document.querySelector('#ticket-more').textContent + document.querySelector('#last-refusal').textContent").await;
        told.as_str().is_some_and(|told| !told.is_empty()).then_some(())
    })
    .await;
    desk.types("s").await;
    desk.shows(&first, "serving").await;
    desk.types("o").await;
    desk.page.press("#dialog input[value=not_done]").await;
    desk.sends().await;
    desk.is_free().await;
    desk.page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn putting_aside_transferring_and_further_services_have_keys() {
    let desk = Desk::open().await;
    let first = desk.comes("household").await;
    desk.types("n").await;
    desk.shows(&first, "called").await;
    desk.types("h").await;
    desk.page
        .writes("#dialog textarea[name=note]", "去复印")
        .await;
    desk.sends().await;
    desk.is_free().await;
    desk.types("g").await;
    desk.sends().await;
    desk.shows(&first, "called").await;
    desk.types("s").await;
    desk.shows(&first, "serving").await;
    desk.types("a").await;
    desk.page
        .chooses("#dialog select[name=service]", "tax")
        .await;
    desk.sends().await;
    desk.page.reads("#ticket-further-list", "税费缴纳").await;
    desk.types("t").await;
    desk.page
        .chooses("#dialog select[name=service]", "utilities")
        .await;
    desk.sends().await;
    desk.is_free().await;
    let queues = desk.site.admin().queues().await.expect("the queues");
    let waits = queues
        .iter()
        .find(|queue| queue.service.as_str() == "utilities");
    assert_eq!(waits.map(|queue| queue.waiting), Some(1));
    desk.page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_shows_calls_out_of_turn_and_people_without_a_number_have_keys() {
    let desk = Desk::open().await;
    let first = desk.comes("household").await;
    let second = desk.comes("passport").await;
    let third = desk.comes("household").await;
    desk.types("n").await;
    desk.shows(&first, "called").await;
    desk.types("x").await;
    desk.sends().await;
    desk.is_free().await;
    desk.types("b").await;
    desk.page.press("#dialog input[value=passport]").await;
    desk.sends().await;
    desk.shows(&second, "called").await;
    desk.types("s").await;
    desk.types("f").await;
    desk.is_free().await;
    desk.types("c").await;
    desk.page
        .writes("#dialog input[name=ticket]", &third.as_str().to_lowercase())
        .await;
    desk.page.press("#dialog button[type=submit]").await;
    desk.page.sees("#dialog .error").await;
    desk.page
        .writes("#dialog textarea[name=reason]", "行动不便")
        .await;
    desk.sends().await;
    desk.shows(&third, "called").await;
    desk.types("s").await;
    desk.types("f").await;
    desk.is_free().await;
    desk.types("w").await;
    desk.page
        .chooses("#dialog select[name=service]", "household")
        .await;
    desk.sends().await;
    desk.page.sees("#ticket[data-stands=serving]").await;
    desk.types("f").await;
    desk.is_free().await;
    desk.page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_resuming_and_signing_off_have_keys_and_single_keys_can_be_switched_off() {
    let desk = Desk::open().await;
    let first = desk.comes("household").await;
    desk.types("p").await;
    desk.page
        .writes("#dialog input[name=reason]", "打印机缺纸")
        .await;
    desk.page.writes("#dialog input[name=minutes]", "10").await;
    desk.sends().await;
    desk.page.reads("#desk-pause", "打印机缺纸").await;
    desk.does(|does| {
        matches!(
            does,
            WindowDoes::Paused {
                back_at: Some(_),
                ..
            }
        )
    })
    .await;
    desk.types("n").await;
    desk.page.reads("#notices", "暂停").await;
    desk.types("p").await;
    desk.page.sees("#desk-state[data-is=free]").await;
    desk.serves(&first).await;
    desk.page.press("#single-keys").await;
    let second = desk.comes("household").await;
    desk.types("n").await;
    desk.page.types(&String::from('\u{e032}')).await;
    desk.shows(&second, "called").await;
    desk.page.press("#single-keys").await;
    desk.types("s").await;
    desk.shows(&second, "serving").await;
    desk.types("f").await;
    desk.is_free().await;
    desk.types("q").await;
    desk.sends().await;
    desk.page.sees("#choose").await;
    desk.does(|does| matches!(does, WindowDoes::Closed)).await;
    desk.page.close().await;
}
