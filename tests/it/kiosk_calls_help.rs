//! Somebody at the kiosk calls staff, who see it and come; and the kiosk says how it is.

use nowserving_client::socket::{Follow, Follower, LinkEvent, follow};
use nowserving_kiosk::printer::{PrinterAddress, PrinterProfile, SimulatedPrinter};
use nowserving_kiosk::state::Touch;
use nowserving_kiosk::texts;
use nowserving_shared::board::HelpLine;
use nowserving_shared::model::Language;
use nowserving_shared::protocol::socket::What;
use nowserving_tests::harness::screens::Kiosk;
use nowserving_tests::harness::{PATIENCE, Site, eventually};

/// Waits until the calls for help on the board of whoever follows are as wanted.
async fn board_has(follower: &mut Follower, what: &str, wanted: impl Fn(&[HelpLine]) -> bool) {
    let seen = async {
        loop {
            match follower.next().await {
                Some(LinkEvent::Board { board, .. }) if wanted(&board.helps) => return,
                Some(_) => {}
                None => panic!("{what}: the board ended"),
            }
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, seen).await;
    assert!(in_time.is_ok(), "{what}: not seen in {PATIENCE:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_a_call_for_help_and_the_kiosk_says_that_somebody_comes() {
    let site = Site::start().await;
    let enrolled = site.enrol("kiosk-1").await;
    let api = site.anonymous().with_device_token(&enrolled.token);
    let mut kiosk = Kiosk::start_as(api, &enrolled, "help", None);
    let words = &texts::of(Language::ZhCn).assistance;

    let wang = site.staff("wang").await;
    let as_staff = Follow {
        what: What::Staff,
        token: None,
        language: Language::ZhCn,
    };
    let mut board = follow(&wang, as_staff).expect("a good address");
    board_has(&mut board, "no call", <[HelpLine]>::is_empty).await;

    kiosk.touch(Touch::CallHelp);
    kiosk.says_of_help(words.called).await;
    board_has(&mut board, "the call", |helps| {
        helps.iter().any(|line| line.device == enrolled.device)
    })
    .await;
    wang.answer_help(&enrolled.device).await.expect("it stands");
    kiosk.says_of_help(words.coming).await;
    board_has(&mut board, "no call any more", <[HelpLine]>::is_empty).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_devices_shows_the_kiosk_with_its_printer() {
    let site = Site::start().await;
    let enrolled = site.enrol("kiosk-1").await;
    let printer = SimulatedPrinter::start("127.0.0.1:0").expect("a port");
    let address: PrinterAddress = format!("tcp://{}", printer.address())
        .parse()
        .expect("an address");
    let profile = PrinterProfile::named("80mm").expect("a built-in profile");
    let api = site.anonymous().with_device_token(&enrolled.token);
    let _kiosk = Kiosk::start_as(api, &enrolled, "report", Some((profile, address)));
    let admin = site.admin();
    let report = eventually("a kiosk whose printer is ready", async || {
        let devices = admin.devices().await.expect("an administrator asks");
        let kiosk = devices
            .into_iter()
            .find(|known| known.device == enrolled.device)?;
        let report = kiosk.report?.report;
        (report.printer == "ready").then_some(report)
    })
    .await;
    assert_eq!(report.version, env!("CARGO_PKG_VERSION"));
    assert_eq!((report.unsent, report.trouble.as_str()), (0, ""));
}
