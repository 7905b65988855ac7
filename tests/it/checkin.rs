//! A card at a kiosk, from the reader to the hall's journal and the paper.

use std::path::{Path, PathBuf};

use nowserving_kiosk::printer::{PrinterAddress, PrinterProfile, SimulatedPrinter};
use nowserving_kiosk::state::Touch;
use nowserving_kiosk::texts;
use nowserving_kiosk::view::{PageView, Ticket};
use nowserving_shared::model::{ClassId, GroupId, Language, ServiceId};
use nowserving_tests::harness::Site;
use nowserving_tests::harness::screens::Kiosk;
use nowserving_tests::paper;

/// The example of GB 11643.
const CARD: &str = "11010519491231002X";
const MASKED: &str = "110***********002X";

/// Goes from the page of groups to the number, or to the ticket that stands in its way; `says` is over it then.
async fn asks(kiosk: &mut Kiosk, says: &str) -> Ticket {
    kiosk
        .shows("the groups", |page| {
            matches!(page, PageView::Choices(_)).then_some(())
        })
        .await;
    let group = GroupId::new("residence").expect("a group of the example");
    kiosk.touch(Touch::Group(group));
    let service = ServiceId::new("household").expect("a service of the example");
    kiosk.touch(Touch::Service(service));
    let class = ClassId::new("ordinary").expect("a class of the example");
    kiosk.touch(Touch::Class(class));
    kiosk.touch(Touch::Confirm);
    ticket(kiosk, says).await
}

async fn ticket(kiosk: &mut Kiosk, says: &str) -> Ticket {
    kiosk
        .shows(says, |page| match page {
            PageView::Ticket(ticket) if ticket.paper.text == says => Some(ticket.clone()),
            _ => None,
        })
        .await
}

async fn welcome(kiosk: &mut Kiosk) {
    kiosk
        .shows(
            "the welcome page of a hall that is there",
            |page| match page {
                PageView::Welcome(welcome) if !welcome.state.is_empty() => Some(()),
                _ => None,
            },
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_gets_one_number_and_then_a_copy_of_it_and_its_number_goes_nowhere() {
    let site = Site::start().await;
    let enrolled = site.enrol("kiosk-1").await;
    let as_kiosk = site.anonymous().with_device_token(&enrolled.token);
    let printer = SimulatedPrinter::start("127.0.0.1:0").expect("a port");
    let address: PrinterAddress = format!("tcp://{}", printer.address())
        .parse()
        .expect("an address");
    let profile = PrinterProfile::named("80mm").expect("a built-in profile");
    let mut kiosk = Kiosk::start_as(
        as_kiosk.clone(),
        &enrolled,
        "card",
        Some((profile, address)),
    );
    let words = texts::of(Language::ZhCn);

    welcome(&mut kiosk).await;
    kiosk.scans(CARD);
    let first = asks(&mut kiosk, words.take_ticket).await;
    kiosk.touch(Touch::Home);
    welcome(&mut kiosk).await;
    kiosk.scans(CARD);
    let again = asks(&mut kiosk, words.checkin.has_ticket).await;
    assert_eq!((&again.label, &again.url), (&first.label, &first.url));
    kiosk.touch(Touch::Reprint);
    ticket(&mut kiosk, words.take_ticket).await;
    let tickets = paper::tickets(&printer, 2);
    for printed in &tickets {
        assert_eq!(paper::number(printed), Some(first.label.as_str()));
        assert!(
            paper::says(printed, MASKED),
            "the masked number is on paper"
        );
    }
    assert!(!paper::says(&tickets[0], "补打件"));
    assert!(
        paper::says(&tickets[1], "补打件"),
        "the second one is a copy"
    );

    // The code on the ticket leads to it, and to a copy.
    kiosk.touch(Touch::Home);
    welcome(&mut kiosk).await;
    kiosk.scans(&first.url.expect("a code"));
    let found = ticket(&mut kiosk, words.checkin.found).await;
    assert_eq!(found.label, first.label);
    kiosk.touch(Touch::Reprint);
    ticket(&mut kiosk, words.take_ticket).await;
    assert!(paper::says(&paper::tickets(&printer, 3)[2], "补打件"));
    kiosk.touch(Touch::Home);
    welcome(&mut kiosk).await;
    // Nothing of the card is on the server's disk, and neither is the key of its hash.
    let key = as_kiosk.person_key().await.expect("a kiosk may").key;
    for secret in [&CARD.as_bytes()[..14], &key.0] {
        let found = files_with(&site.data(), secret);
        assert!(found.is_empty(), "{found:?}");
    }
}

/// The files below a directory that have these bytes in them.
fn files_with(directory: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else {
            let content = std::fs::read(&path).unwrap_or_default();
            let here = content.windows(bytes.len()).any(|part| part == bytes);
            found.extend(here.then_some(path));
        }
    }
    found
}
