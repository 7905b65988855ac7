//! From the kiosk's button to the called window: one visitor, every part of the hall.

use nowserving_kiosk::printer::{PrinterAddress, PrinterProfile, SimulatedPrinter};
use nowserving_kiosk::state::Touch;
use nowserving_kiosk::texts;
use nowserving_kiosk::view::{Chosen, PageView};
use nowserving_shared::board::TicketStands;
use nowserving_shared::model::{ClassId, GroupId, Language, ZoneId};
use nowserving_tests::harness::screens::{Kiosk, Wall};
use nowserving_tests::harness::{Site, service};
use nowserving_tests::paper;

/// The kiosk and the printer beside it.
async fn kiosk(site: &Site, nonce: &str) -> (Kiosk, SimulatedPrinter) {
    let printer = SimulatedPrinter::start("127.0.0.1:0").expect("a port");
    let address: PrinterAddress = format!("tcp://{}", printer.address())
        .parse()
        .expect("an address");
    let profile = PrinterProfile::named("80mm").expect("a built-in profile");
    let token = site.enrol("kiosk-1").await.token;
    let api = site.anonymous().with_device_token(&token);
    let kiosk = Kiosk::start(api, &token, nonce, Some((profile, address)));
    (kiosk, printer)
}

/// Waits for the choice among some things.
async fn asks_for(kiosk: &mut Kiosk, wanted: Chosen) {
    kiosk
        .shows(&format!("the choice of {wanted:?}"), |page| match page {
            PageView::Choices(choices) => (choices.of == wanted).then_some(()),
            _ => None,
        })
        .await;
}

/// Goes from the welcome page to the question whether the number is to be taken.
pub(crate) async fn goes_to_the_question(kiosk: &mut Kiosk, language: Language) {
    kiosk
        .shows("an open hall", |page| match page {
            PageView::Welcome(_) => Some(()),
            _ => None,
        })
        .await;
    // Until the hall is known, a touch leads to a page that says so; then there is a way home.
    loop {
        kiosk.touch(Touch::Language(language));
        let knows = kiosk
            .shows("the groups, or why not", |page| match page {
                PageView::Choices(_) => Some(true),
                PageView::Message { .. } => Some(false),
                _ => None,
            })
            .await;
        if knows {
            break;
        }
        kiosk.touch(Touch::Home);
        kiosk
            .shows("the welcome page", |page| match page {
                PageView::Welcome(_) => Some(()),
                _ => None,
            })
            .await;
    }
    kiosk.touch(Touch::Group(GroupId::new("residence").expect("an id")));
    asks_for(kiosk, Chosen::Service).await;
    kiosk.touch(Touch::Service(service("household")));
    asks_for(kiosk, Chosen::Class).await;
    kiosk.touch(Touch::Class(ClassId::new("ordinary").expect("an id")));
    kiosk
        .shows("the question", |page| match page {
            PageView::Confirm(_) => Some(()),
            _ => None,
        })
        .await;
}

/// The number on the screen and the address of its page, once its holder is told to take the paper.
pub(crate) async fn printed_number(kiosk: &mut Kiosk, language: Language) -> (String, String) {
    let take_it = texts::of(language).take_ticket;
    kiosk
        .shows("a number whose paper is out", |page| match page {
            PageView::Ticket(ticket) if ticket.paper.text == take_it => {
                Some((ticket.label.clone(), ticket.url.clone()?))
            }
            _ => None,
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_taken_at_the_kiosk_is_printed_called_on_the_wall_and_served() {
    let site = Site::start().await;
    let (mut kiosk, printer) = kiosk(&site, "whole").await;
    let token = site.enrol("wall-east").await.token;
    let api = site.anonymous().with_device_token(&token);
    let mut wall = Wall::start(api, &token, Some(ZoneId::new("east").expect("a slug")));

    goes_to_the_question(&mut kiosk, Language::ZhCn).await;
    kiosk.touch(Touch::Confirm);
    let (label, url) = printed_number(&mut kiosk, Language::ZhCn).await;
    let tickets = paper::tickets(&printer, 1);
    paper::assert_ticket(&tickets[0], &label, "户口登记", &url);

    let wang = site.clerk("wang", "w1").await;
    assert_eq!(wang.calls_next().await, label);
    assert_eq!(wall.calls(&label).await, "1");
    let token = url
        .split_once('#')
        .expect("the secret stands behind the #")
        .1;
    let customer = site.anonymous().with_ticket_token(token);
    let seen = customer.my_ticket().await.expect("the ticket lives");
    assert_eq!(seen.stands, Some(TicketStands::Called));
    wang.serves().await;
    let over = customer.my_ticket().await;
    let over = over.expect("its holder may still look");
    assert_eq!(
        (over.stands, over.ended.as_deref()),
        (None, Some("finished"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_visitors_ticket_is_printed_in_english() {
    let site = Site::start().await;
    let (mut kiosk, printer) = kiosk(&site, "english").await;
    goes_to_the_question(&mut kiosk, Language::En).await;
    kiosk.touch(Touch::Confirm);
    let (label, url) = printed_number(&mut kiosk, Language::En).await;
    let tickets = paper::tickets(&printer, 1);
    paper::assert_ticket(&tickets[0], &label, "Household registration", &url);
}
