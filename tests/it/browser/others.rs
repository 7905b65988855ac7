//! The customer's page on a telephone, the page of the first set-up, the administrator's page, and the API's description.

use std::net::Ipv4Addr;

use nowserving_server::run;
use nowserving_server::settings::Settings;
use nowserving_shared::model::Catalogue;
use nowserving_tests::demonstration::CONFIGURATION;
use nowserving_tests::harness::browser::Browser;
use nowserving_tests::harness::{PASSWORD, Site};

use super::{DESK, PHONE, logged_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_follows_its_ticket_until_it_is_called() {
    let site = Site::start().await;
    let before = site.take_number("household").await;
    let mine = site.take_number("household").await;
    let phone = Browser::open(PHONE.0, PHONE.1).await;
    phone.go(&format!("{}/t#{}", site.url(), mine.token)).await;
    phone.reads("#label", mine.label.as_str()).await;
    phone.reads("#ahead", "1").await;
    let wang = site.clerk("wang", "w1").await;
    assert_eq!(wang.calls_next().await, before.label.as_str());
    phone.sees("#next").await;
    wang.serves().await;
    wang.calls_next().await;
    phone.reads("#window", "1").await;
    let wide = phone
        .runs("return document.documentElement.scrollWidth <= window.innerWidth")
        .await;
    assert_eq!(wide, true, "nothing lies beside the screen");
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_reads_the_guide_of_a_service_in_every_language() {
    let site = Site::start_with(CONFIGURATION, |_| {}).await;
    let phone = Browser::open(PHONE.0, PHONE.1).await;
    for (language, title, materials) in [
        ("zh-CN", "户口登记与迁移", "所需材料"),
        ("zh-TW", "戶籍登記與遷徙", "應備文件"),
        ("en", "Household registration and moves", "Please bring"),
        ("de", "Meldewesen und Umzug", "Bitte mitbringen"),
    ] {
        phone.go("about:blank").await;
        let address = format!("{}/g#household/{language}", site.url());
        phone.go(&address).await;
        phone.reads("#service", title).await;
        phone.reads("#rows", materials).await;
        let wide = phone
            .runs("return document.documentElement.scrollWidth <= window.innerWidth")
            .await;
        assert_eq!(wide, true, "{language}: nothing lies beside the screen");
        let steps = phone
            .runs("return document.querySelectorAll('#rows ol li').length")
            .await;
        assert_eq!(steps, 5, "{language}: each step is one of a list");
        if let Some(folder) = std::env::var_os("PICTURES") {
            let file = std::path::Path::new(&folder).join(format!("guide-{language}.png"));
            std::fs::write(file, phone.picture().await).expect("a picture");
        }
    }
    phone.press("#languages button[lang=en]").await;
    phone.reads("#service", "Household registration").await;
    phone.go("about:blank").await;
    phone
        .go(&format!("{}/g#no-such-service/en", site.url()))
        .await;
    phone.sees("#message-text").await;
    phone.misses("#guide").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_gives_a_number_back_on_the_telephone_and_a_wrong_address_says_so() {
    let site = Site::start().await;
    let mine = site.take_number("tax").await;
    let phone = Browser::open(PHONE.0, PHONE.1).await;
    phone.go(&format!("{}/t#{}", site.url(), mine.token)).await;
    phone.press("#cancel").await;
    phone.press("#cancel-yes").await;
    phone.misses("#cancel").await;
    let queues = site.admin().queues().await.expect("the queues");
    let waiting: u32 = queues.iter().map(|queue| queue.waiting).sum();
    assert_eq!(waiting, 0);
    phone.go("about:blank").await;
    phone.go(&format!("{}/t#nobody-has-this", site.url())).await;
    phone.sees("#message-text").await;
    phone.misses("#ticket").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_set_up_with_the_code_and_lets_in_staff_and_devices() {
    let place = tempfile::tempdir().expect("a directory");
    let mut settings = Settings::new(place.path().join("hall"), (Ipv4Addr::LOCALHOST, 0).into());
    settings.configuration = Some(Catalogue::small_example().source().to_string());
    let running = run::start(settings).await.expect("the server starts");
    let code = running.setup_code.clone().expect("nobody has a password");
    let url = format!("http://{}", running.address);
    let browser = Browser::open(DESK.0, DESK.1).await;
    browser.go(&format!("{url}/setup")).await;
    browser.writes("#setup-code", "WRONG-CODE").await;
    browser.writes("#setup-staff", "admin").await;
    browser.writes("#setup-password", PASSWORD).await;
    browser.writes("#setup-repeat", PASSWORD).await;
    browser.press("#setup-go").await;
    browser.sees("#setup-error:not(:empty)").await;
    browser.writes("#setup-code", &code).await;
    browser.press("#setup-go").await;
    browser.sees("#setup-done").await;

    browser.go(&url).await;
    browser.writes("#login-staff", "admin").await;
    browser.writes("#login-password", PASSWORD).await;
    browser.press("#login-go").await;
    browser.sees("#admin").await;
    browser.press("#devices-list tr:nth-child(1) button").await;
    browser.reads("#pairing-device", "kiosk-1").await;
    let pairing = browser
        .runs("return document.querySelector('#pairing-code').textContent")
        .await;
    let anonymous = nowserving_client::api::Api::new(&url).expect("an address");
    let enrolled = anonymous
        .enrol(pairing.as_str().unwrap_or_default().trim())
        .await;
    assert_eq!(enrolled.expect("the code is good").kind, "kiosk");
    browser.writes("#password-staff", "wang").await;
    browser.writes("#password-new", PASSWORD).await;
    browser.writes("#password-repeat", PASSWORD).await;
    browser.press("#password-form button[type=submit]").await;
    browser.sees("#notices > *").await;
    browser.close().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contradictory_configuration_is_refused_on_the_page_with_every_line() {
    let site = Site::start().await;
    let admin = logged_in(&site, "admin").await;
    admin.press("#configuration-fetch").await;
    let broken = Catalogue::small_example()
        .source()
        .replace("zone = \"east\"", "zone = \"nowhere\"");
    let fill = format!(
        "const field = document.querySelector('#configuration-text');
         field.value = {};
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));",
        serde_json::to_string(&broken).expect("a text")
    );
    admin.sees("#configuration-text").await;
    admin.runs(&fill).await;
    admin.press("#configuration-check").await;
    admin.reads("#configuration-faults", "nowhere").await;
    let faults = admin
        .runs("return document.querySelectorAll('#configuration-faults li').length")
        .await;
    assert!(faults.as_u64() >= Some(2), "each line is told: {faults}");
    admin.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_api_lists_its_commands() {
    let site = Site::start().await;
    let reader = Browser::open(DESK.0, DESK.1).await;
    reader.go(&format!("{}/api", site.url())).await;
    reader.reads("main", "/api/v1/tickets").await;
    reader.reads("main", "/api/v1/windows/{id}/call-next").await;
    reader.close().await;
}
