//! Who comes in, what they are sent, and who is turned away.

use nowserving_shared::model::{TicketId, ZoneId};

use super::*;

#[tokio::test]
async fn a_wall_gets_the_board_and_then_what_changes() {
    let house = House::open().await;
    house.wang(|window| Command::SignOn { window }).await;
    let (mut wall, mut held) = house.wall().await;
    house.takes().await;
    house.calls().await;
    let (seq, _) = house.app.hub.seq();
    wall.follows_to(&mut held, seq).await;
    assert_eq!(held.snapshots, 1);
    let call = held.board.calls.first().expect("a call");
    assert_eq!((call.label.to_string().as_str(), call.number), ("A001", 1));
    let (_, fresh) = house.wall().await;
    assert!(fresh.board == held.board, "a newcomer sees the same");
}

#[tokio::test]
async fn who_comes_back_is_sent_what_was_missed_and_nothing_else() {
    let house = House::open().await;
    let (wall, mut held) = house.wall().await;
    drop(wall);
    house.takes().await;
    house.takes().await;
    let wall = What::Wall { zone: None };
    let mut back = house.connect().await;
    back.says(&hello_again(wall.clone(), &held)).await;
    let (seq, _) = house.app.hub.seq();
    back.follows_to(&mut held, seq).await;
    assert_eq!(held.snapshots, 1, "deltas were enough");
    let mut again = house.connect().await;
    again.says(&hello_again(wall, &held)).await;
    match again.hears_any().await {
        ServerMessage::Beat { seq, .. } => assert_eq!(seq, held.seq, "nothing was missed"),
        other => panic!("not a beat: {other:?}"),
    }
}

#[tokio::test]
async fn who_comes_back_from_another_life_of_the_hall_starts_afresh() {
    let house = House::open().await;
    let (_wall, held) = house.wall().await;
    let stranger = Held {
        epoch: "another life".into(),
        ..held.clone()
    };
    let ahead = Held {
        seq: held.seq + 1,
        ..held.clone()
    };
    for strange in [stranger, ahead] {
        let mut back = house.connect().await;
        back.says(&hello_again(What::Wall { zone: None }, &strange))
            .await;
        let fresh = Held::of(back.hears().await);
        assert_eq!((fresh.epoch, fresh.seq), (held.epoch.clone(), held.seq));
    }
}

#[tokio::test]
async fn a_page_of_staff_sees_tickets_and_a_kiosk_does_not() {
    let house = House::open().await;
    house.takes().await;
    let mut page = house.page().await;
    page.says(&hello_with(What::Staff, None)).await;
    assert_eq!(Held::of(page.hears().await).board.tickets.len(), 1);
    let mut kiosk = house.connect().await;
    kiosk.says(&hello(What::Kiosk)).await;
    assert_eq!(Held::of(kiosk.hears().await).board.tickets, []);
    assert_eq!(
        (house.open_of(Kind::Staff), house.open_of(Kind::Kiosk)),
        (1, 1)
    );
}

#[tokio::test]
async fn the_holder_of_a_ticket_is_told_of_it_until_it_is_over() {
    let house = House::open().await;
    house.wang(|window| Command::SignOn { window }).await;
    house.takes().await;
    let token = house.app.tickets.of(TicketId(1));
    let mut page = house.connect().await;
    page.says(&hello_with(What::Ticket, Some(&token))).await;
    match page.hears().await {
        ServerMessage::Ticket { ticket, .. } => assert_eq!(ticket.ahead, Some(0)),
        other => panic!("not a ticket: {other:?}"),
    }
    house.calls().await;
    house.wang(|window| Command::Start { window }).await;
    let finish = |window| Command::Finish {
        window,
        outcome: nowserving_shared::domain::Outcome::Done,
    };
    house.wang(finish).await;
    let last = loop {
        match page.hears().await {
            ServerMessage::Ticket { ticket, .. } if ticket.ended.is_none() => {}
            ServerMessage::Ticket { ticket, .. } => break ticket,
            other => panic!("not a ticket: {other:?}"),
        }
    };
    assert_eq!(last.ended.as_deref(), Some("finished"));
    assert_eq!(page.hears_refusal().await, "unknown-ticket");
    assert_eq!(page.ends().await, Ending::clean(CloseCode::Policy));
}

#[tokio::test]
async fn who_may_not_follow_is_told_why() {
    let house = House::open().await;
    let wall = || What::Wall { zone: None };
    let zone = What::Wall {
        zone: ZoneId::new("north").ok(),
    };
    let window = What::Window {
        window: WindowId::new("w99").expect("a slug"),
    };
    for (what, token, code) in [
        (wall(), None, "not-logged-in"),
        (What::Staff, None, "not-logged-in"),
        (wall(), Some("wrong"), "device-token-unknown"),
        (wall(), Some(""), "device-token-unknown"),
        (wall(), Some(WANG_SESSION), "device-token-unknown"),
        (What::Staff, Some(KIOSK_TOKEN), "not-allowed"),
        (What::Ticket, None, "ticket-token-unknown"),
        (What::Ticket, Some(KIOSK_TOKEN), "ticket-token-unknown"),
        (zone, Some(KIOSK_TOKEN), "unknown-zone"),
        (window, Some(KIOSK_TOKEN), "unknown-window"),
    ] {
        let mut client = house.connect().await;
        client.says(&hello_with(what.clone(), token)).await;
        assert_eq!(client.hears_refusal().await, code, "{what:?} {token:?}");
        assert_eq!(client.ends().await, Ending::clean(CloseCode::Policy));
    }
    house.until_open(0).await;
}

#[tokio::test]
async fn a_ticket_that_nobody_holds_any_more_cannot_be_followed() {
    let house = House::open().await;
    let token = house.app.tickets.of(TicketId(77));
    let mut page = house.connect().await;
    page.says(&hello_with(What::Ticket, Some(&token))).await;
    assert_eq!(page.hears_refusal().await, "unknown-ticket");
}

#[tokio::test]
async fn a_session_in_a_cookie_counts_on_our_own_pages_only() {
    let house = House::open().await;
    let mut request = house.request();
    let cookie = format!("nowserving_session={WANG_SESSION}");
    let cookie = cookie.parse().expect("visible");
    request.headers_mut().insert("cookie", cookie);
    let mut program = house.connect_with(request.clone()).await;
    program.says(&hello_with(What::Staff, None)).await;
    assert_eq!(program.hears_refusal().await, "not-logged-in");
    let elsewhere = "http://evil.example".parse().expect("visible");
    request.headers_mut().insert("origin", elsewhere);
    let stream = TcpStream::connect(house.address).await.expect("it listens");
    match tokio_tungstenite::client_async(request, stream).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 403),
        other => panic!("not turned away: {:?}", other.map(|_| ())),
    }
}

#[tokio::test]
async fn a_device_that_is_revoked_loses_its_websockets() {
    let house = House::lively().await;
    let (mut wall, held) = house.wall().await;
    wall.says(&ClientMessage::Applied { seq: held.seq }).await;
    let presence = house.app.presence.clone();
    until(|| presence.of_device(&kiosk_1()).applied == Some(held.seq)).await;
    assert_eq!(presence.of_device(&kiosk_1()).connected, 1);
    let device = kiosk_1();
    house.does(Command::Revoke { device }, By::System).await;
    assert_eq!(wall.hears_refusal().await, "device-token-unknown");
    assert_eq!(wall.ends().await, Ending::clean(CloseCode::Policy));
    house.until_open(0).await;
    assert_eq!(presence.of_device(&kiosk_1()).connected, 0);
}

#[tokio::test]
async fn a_page_whose_session_has_ended_is_told_to_log_in() {
    let house = House::lively().await;
    let mut page = house.page().await;
    page.says(&hello_with(What::Staff, None)).await;
    Held::of(page.hears().await);
    let session = SecretHash::of(WANG_SESSION.as_bytes());
    house
        .does(Command::EndSession { session }, By::System)
        .await;
    assert_eq!(page.hears_refusal().await, "not-logged-in");
    assert_eq!(page.ends().await, Ending::clean(CloseCode::Policy));
}
