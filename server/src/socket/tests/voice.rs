//! Displays that stand where they are configured to, and say what is called there.

use nowserving_shared::board::WaitingList;
use nowserving_shared::model::{Catalogue, ZoneId};
use nowserving_shared::protocol::voice::AnnouncementView;
use nowserving_shared::protocol::wall::PlacedView;

use super::*;

fn east() -> Option<ZoneId> {
    ZoneId::new("east").ok()
}

/// The token of the display `wall-east`.
const WALL_TOKEN: &str = "the-token-of-wall-east";

/// A hall whose display is enrolled.
async fn house() -> House {
    let house = House::lively().await;
    let device = DeviceId::new("wall-east").expect("a slug");
    house.enrol(device, WALL_TOKEN).await;
    house
}

/// The display `wall-east`, with its first picture, that has said whether it can speak.
async fn display(house: &House, able: bool) -> Client {
    let mut display = house.connect().await;
    let what = What::Display { zone: None };
    display.says(&hello_with(what, Some(WALL_TOKEN))).await;
    let placed = PlacedView {
        zone: east(),
        ..PlacedView::default()
    };
    assert_eq!(display.hears().await, ServerMessage::Placed(placed));
    let first = display.hears().await;
    assert!(matches!(first, ServerMessage::Snapshot { .. }), "{first:?}");
    display
        .says(&ClientMessage::Voice { able, said: None })
        .await;
    display
}

/// What it is told next of its zone's voice.
async fn told(display: &mut Client) -> ServerMessage {
    loop {
        match display.hears().await {
            ServerMessage::Snapshot { .. } | ServerMessage::Delta { .. } => {}
            other => return other,
        }
    }
}

async fn announcement(display: &mut Client) -> AnnouncementView {
    match told(display).await {
        ServerMessage::Announcement(announcement) => announcement,
        other => panic!("not an announcement: {other:?}"),
    }
}

/// A hall in which somebody waits, and two displays that can speak. A word of the second one was heard, so the first one's
/// was too.
async fn with_two_displays() -> (House, Client, Client) {
    let house = house().await;
    house.wang(|window| Command::SignOn { window }).await;
    house.takes().await;
    let first = display(&house, true).await;
    // The first one's word is on its way; only when it is the speaker is the order of the two known.
    until(|| house.app.rooms.speaker(&east()).is_some()).await;
    let second = display(&house, true).await;
    (house, first, second)
}

#[tokio::test]
async fn one_display_of_a_zone_says_a_call_and_the_others_show_it() {
    let (house, mut first, mut second) = with_two_displays().await;
    house.calls().await;
    let (said, shown) = (
        announcement(&mut first).await,
        announcement(&mut second).await,
    );
    assert_eq!((said.speak, shown.speak), (true, false));
    assert_eq!(said.epoch, house.app.hub.epoch());
    assert_eq!(said.calls[0].label.as_str(), "A001");
    assert!(said.sentences[0].text.contains("A001"), "{said:?}");
    let number = said.number;
    first.says(&ClientMessage::Said { number }).await;
    let over = ServerMessage::AnnouncementOver { number };
    assert_eq!(
        (told(&mut first).await, told(&mut second).await),
        (over.clone(), over)
    );
    let kept = house.app.rooms.announcement(east().as_ref(), number);
    assert_eq!(kept.expect("its sound can be had").settled, said.settled);
}

#[tokio::test]
async fn when_the_speaker_is_gone_another_display_says_what_it_did_not_end() {
    let (house, mut first, mut second) = with_two_displays().await;
    house.calls().await;
    let said = announcement(&mut first).await;
    assert!(!announcement(&mut second).await.speak);
    drop(first);
    let again = announcement(&mut second).await;
    assert_eq!((again.number, again.speak), (said.number, true));
    second.says(&ClientMessage::Said { number: 1 }).await;
    assert_eq!(
        told(&mut second).await,
        ServerMessage::AnnouncementOver { number: 1 }
    );
}

#[tokio::test]
async fn a_display_that_comes_back_is_not_told_again_to_say_what_it_has_said() {
    let (house, mut first, second) = with_two_displays().await;
    drop(second);
    house.calls().await;
    let number = announcement(&mut first).await.number;
    first.says(&ClientMessage::Said { number }).await;
    told(&mut first).await;
    drop(first);
    let mut back = display(&house, true).await;
    house.takes().await;
    house.wang(|window| Command::NoShow { window }).await;
    house.calls().await;
    assert_eq!(announcement(&mut back).await.number, number + 1);
}

#[tokio::test]
async fn a_new_configuration_moves_a_display_with_its_voice_without_touching_it() {
    let house = house().await;
    house.wang(|window| Command::SignOn { window }).await;
    house.takes().await;
    let mut display = display(&house, true).await;
    let small = Catalogue::small_example();
    // The display stands elsewhere, and so does the window that calls.
    let mut text = small.source().to_string();
    for id in ["id = \"wall-east\"", "id = \"w1\""] {
        let at = text.find(id).expect("it is configured");
        let moved = text[at..].replacen("\"east\"", "\"west\"", 1);
        text.replace_range(at.., &moved);
    }
    let catalogue = Arc::new(Catalogue::parse(&text).expect("a good configuration"));
    house
        .does(Command::LoadConfiguration { catalogue }, By::System)
        .await;
    let west = ZoneId::new("west").ok();
    let placed = PlacedView {
        zone: west.clone(),
        ..PlacedView::default()
    };
    assert_eq!(told(&mut display).await, ServerMessage::Placed(placed));
    until(|| house.app.rooms.speaker(&west).is_some()).await;
    house.calls().await;
    assert!(
        announcement(&mut display).await.speak,
        "it is the voice there"
    );
}

/// The next board that the display has whole, and where it was told before that it stands.
async fn boards(display: &mut Client) -> (Option<PlacedView>, Board) {
    let mut placed = None;
    loop {
        match display.hears().await {
            ServerMessage::Placed(view) => placed = Some(view),
            ServerMessage::Snapshot { board, .. } => return (placed, board),
            _ => {}
        }
    }
}

#[tokio::test]
async fn given_a_new_layout_that_shows_who_waits_the_display_gets_their_numbers_masked_and_is_told_when_one_is_called()
 {
    let house = house().await;
    house.wang(|window| Command::SignOn { window }).await;
    house.takes().await;
    house.takes().await;
    let mut display = display(&house, false).await;
    let layout = "[[layout]]\nid = \"queue\"\nname = \"等候\"\npanel = [{ show = \"calls\", share = 60 }, \
        { show = \"waiting\", share = 40, mask = \"middle\" }]\n";
    let small = Catalogue::small_example();
    let of_display = "name = \"东区屏\"";
    let shows_it =
        small
            .source()
            .replacen(of_display, &format!("{of_display}\nlayout = \"queue\""), 1);
    let text = format!("{shows_it}\n{layout}");
    let catalogue = Arc::new(Catalogue::parse(&text).expect("a hall"));
    house
        .does(Command::LoadConfiguration { catalogue }, By::System)
        .await;
    let (placed, board) = boards(&mut display).await;
    let layout = placed.and_then(|view| view.layout).expect("it has one");
    assert_eq!(layout.id.as_str(), "queue");
    let labels = |list: &WaitingList| -> Vec<String> {
        list.numbers
            .iter()
            .map(|number| number.label.to_string())
            .collect()
    };
    let list = board.waiting.expect("its layout shows who waits");
    assert_eq!(labels(&list), ["A**1", "A**2"]);
    house.calls().await;
    loop {
        if let ServerMessage::Delta {
            waiting: Some(list),
            ..
        } = display.hears().await
        {
            break assert_eq!(labels(&list.expect("a list")), ["A**2"]);
        }
    }
}

#[tokio::test]
async fn only_a_display_is_shown_what_displays_show() {
    let house = House::open().await;
    let mut kiosk = house.connect().await;
    kiosk.says(&hello(What::Display { zone: None })).await;
    assert_eq!(kiosk.hears_refusal().await, "not-allowed");
    let mut staff = house.page().await;
    let zone = east();
    staff.says(&hello_with(What::Display { zone }, None)).await;
    assert!(matches!(staff.hears().await, ServerMessage::Placed(_)));
    let able = true;
    staff.says(&ClientMessage::Voice { able, said: None }).await;
    loop {
        match staff.hears().await {
            ServerMessage::Refused { code, .. } => break assert_eq!(code, "not-allowed"),
            ServerMessage::Snapshot { .. } => {}
            other => panic!("not a refusal: {other:?}"),
        }
    }
}

#[tokio::test]
async fn who_is_no_display_has_nothing_to_say_of_a_voice() {
    let house = House::open().await;
    let (mut wall, _) = house.wall().await;
    let word = ClientMessage::Said { number: 1 };
    wall.says(&word).await;
    assert_eq!(wall.hears_refusal().await, "bad-message");
}

#[tokio::test]
async fn a_display_of_a_zone_that_is_not_there_is_told_so() {
    let house = house().await;
    let mut display = house.connect().await;
    let zone = ZoneId::new("attic").ok();
    let what = What::Display { zone };
    display.says(&hello_with(what, Some(WALL_TOKEN))).await;
    assert_eq!(display.hears_refusal().await, "unknown-zone");
}
