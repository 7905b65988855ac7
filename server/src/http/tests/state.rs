//! Following the hall without a websocket.

use nowserving_shared::board::Board;
use nowserving_shared::protocol::socket::ServerMessage;
use serde_json::json;

use super::*;

async fn take(kiosk: &Caller, key: &str) {
    let keyed = kiosk.with("idempotency-key", key);
    let taken = keyed.post("/tickets", &json!({"service": "tax"})).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{taken:?}");
}

fn message(answer: Answer) -> ServerMessage {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    serde_json::from_value(answer.body).expect("a message")
}

fn snapshot(answer: Answer) -> (String, u64, Board) {
    match message(answer) {
        ServerMessage::Snapshot {
            epoch, seq, board, ..
        } => (epoch, seq, board),
        other => panic!("not a snapshot: {other:?}"),
    }
}

#[tokio::test]
async fn whoever_asks_again_and_again_follows_the_board() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await;
    let (epoch, first, mut board) = snapshot(kiosk.get("/state?kind=wall").await);
    let again = format!("/state?kind=wall&epoch={epoch}&since={first}");
    let beat = message(kiosk.get(&again).await);
    assert!(
        matches!(beat, ServerMessage::Beat { seq, .. } if seq == first),
        "{beat:?}"
    );
    for key in ["a", "b", "c"] {
        take(&kiosk, key).await;
    }
    let missed = message(kiosk.get(&again).await);
    let ServerMessage::Delta {
        seq, prev, changes, ..
    } = missed
    else {
        panic!("not a delta: {missed:?}");
    };
    assert_eq!(prev, first);
    for change in changes {
        board.apply(change);
    }
    let (_, now, fresh) = snapshot(kiosk.get("/state?kind=wall").await);
    assert_eq!(seq, now);
    assert!(board == fresh);
    let waiting = fresh.services.iter().map(|service| service.waiting);
    assert_eq!(waiting.sum::<u32>(), 3);
    let other_life = format!("/state?kind=wall&epoch=x&since={first}");
    assert!(snapshot(kiosk.get(&other_life).await).2 == fresh);
}

#[tokio::test]
async fn whoever_missed_too_much_is_given_a_snapshot() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await;
    let (epoch, first, _) = snapshot(kiosk.get("/state?kind=kiosk").await);
    for number in 0..80 {
        take(&kiosk, &format!("k{number}")).await;
    }
    let long_ago = format!("/state?kind=kiosk&epoch={epoch}&since={first}");
    let (_, seq, _) = snapshot(kiosk.get(&long_ago).await);
    assert_eq!(seq, app.hub.seq().0);
}

#[tokio::test]
async fn each_kind_is_for_those_who_may_see_it() {
    let (app, _stop) = App::for_tests().await;
    let (kiosk, wang) = (Caller::kiosk(&app).await, Caller::staff(&app, "wang").await);
    take(&kiosk, "k").await;
    assert!(
        snapshot(kiosk.get("/state?kind=kiosk").await)
            .2
            .tickets
            .is_empty()
    );
    let (_, _, staff) = snapshot(wang.get("/state?kind=staff").await);
    assert_eq!(staff.tickets.len(), 1);
    let (_, _, window) = snapshot(kiosk.get("/state?kind=window&window=w1").await);
    assert_eq!(window.windows.len(), 1);
    for (caller, path, code) in [
        (&kiosk, "/state?kind=staff", "not-logged-in"),
        (&kiosk, "/state?kind=ticket", "ticket-token-unknown"),
        (&kiosk, "/state?kind=window&window=w9", "unknown-window"),
        (&kiosk, "/state?kind=wall&zone=nope", "unknown-zone"),
        (&kiosk, "/state?kind=window", "bad-parameter"),
        (&kiosk, "/state?kind=nope", "bad-parameter"),
        (&kiosk, "/state", "bad-parameter"),
    ] {
        assert_eq!(caller.get(path).await.code(), code, "{path}");
    }
    let nobody = Caller::nobody(&app).get("/state?kind=wall").await;
    assert_eq!(nobody.code(), "not-logged-in");
}

#[tokio::test]
async fn a_customer_follows_their_ticket() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await.with("idempotency-key", "k");
    let taken = kiosk.post("/tickets", &json!({"service": "tax"})).await;
    let token = taken.body["token"].as_str().expect("a token");
    let customer = Caller::holder(&app, token);
    let seen = message(customer.get("/state?kind=ticket").await);
    let ServerMessage::Ticket { ticket, .. } = seen else {
        panic!("not a ticket: {seen:?}");
    };
    assert_eq!(ticket.label.as_str(), "M001");
}
