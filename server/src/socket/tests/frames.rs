//! Frames that make no sense, or too many of them.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::*;
use crate::socket::line::MESSAGE_BYTES_MAX;
use crate::socket::session::FRAMES_PER_BEAT_MAX;

#[tokio::test]
async fn a_message_that_makes_no_sense_is_refused() {
    let house = House::open().await;
    let first_resync = r#"{"type":"resync"}"#;
    for text in [
        "",
        "hello",
        "{}",
        "[1,2",
        r#"{"type":"hello"}"#,
        first_resync,
    ] {
        let mut client = house.connect().await;
        client.sends(Message::text(text)).await;
        assert_eq!(client.hears_refusal().await, "bad-message", "{text}");
        assert_eq!(client.ends().await, Ending::clean(CloseCode::Policy));
    }
    let (mut wall, _) = house.wall().await;
    wall.says(&hello(What::Kiosk)).await;
    assert_eq!(wall.hears_refusal().await, "bad-message", "a second hello");
}

#[tokio::test]
async fn a_hello_of_another_version_is_told_which_one_is_spoken() {
    let house = House::open().await;
    for (schema, code) in [(SCHEMA + 1, "schema-older"), (0, "schema-newer")] {
        let mut client = house.connect().await;
        let text = format!(r#"{{"type":"hello","schema":{schema},"what":"something new"}}"#);
        client.sends(Message::text(text)).await;
        assert_eq!(client.hears_refusal().await, code);
    }
}

#[tokio::test]
async fn frames_that_break_the_protocol_are_answered_with_its_codes() {
    let house = House::open().await;
    let text = OpCode::Data(Data::Text);
    let not_utf8 = Frame::message(Bytes::from_static(b"\xff\xfe"), text, true);
    let reserved = Frame::message(Bytes::new(), OpCode::Data(Data::Reserved(3)), true);
    let orphan = Frame::message(Bytes::new(), OpCode::Data(Data::Continue), true);
    let huge = "x".repeat(MESSAGE_BYTES_MAX + 1);
    for (message, code) in [
        (Message::binary(vec![1, 2, 3]), CloseCode::Unsupported),
        (Message::Frame(not_utf8), CloseCode::Invalid),
        (Message::Frame(reserved), CloseCode::Protocol),
        (Message::Frame(orphan), CloseCode::Protocol),
        (Message::text(huge), CloseCode::Size),
    ] {
        let mut greeting = house.connect().await;
        greeting.sends(message.clone()).await;
        assert_eq!(greeting.ends().await.code, Some(code), "before the hello");
        let (mut wall, _) = house.wall().await;
        wall.sends(message).await;
        assert_eq!(wall.ends().await.code, Some(code), "after the hello");
    }
    house.until_open(0).await;
}

#[tokio::test]
async fn a_message_in_pieces_may_not_be_larger_than_a_whole_one() {
    let house = House::open().await;
    let mut client = house.connect().await;
    let half = Bytes::from(vec![b'x'; MESSAGE_BYTES_MAX / 2 + 1]);
    let first = Frame::message(half.clone(), OpCode::Data(Data::Text), false);
    let second = Frame::message(half, OpCode::Data(Data::Continue), true);
    client.sends(Message::Frame(first)).await;
    client.sends(Message::Frame(second)).await;
    assert_eq!(client.ends().await.code, Some(CloseCode::Size));
}

#[tokio::test]
async fn a_client_that_does_not_stop_talking_is_sent_away() {
    let house = House::open().await;
    let (mut wall, held) = house.wall().await;
    for _ in 0..=FRAMES_PER_BEAT_MAX {
        wall.says(&ClientMessage::Applied { seq: held.seq }).await;
    }
    assert_eq!(wall.hears_refusal().await, "too-many-requests");
    let mut greeting = house.connect().await;
    for _ in 0..=FRAMES_PER_BEAT_MAX {
        greeting.sends(Message::Ping(Bytes::new())).await;
    }
    assert_eq!(greeting.hears_refusal().await, "too-many-requests");
}

#[tokio::test]
async fn who_asks_again_and_again_gets_one_snapshot_for_each_beat() {
    let house = House::with(SocketTimes {
        beat_every: Duration::from_millis(300),
        ..SocketTimes::default()
    })
    .await;
    let (mut wall, held) = house.wall().await;
    for _ in 0..20 {
        wall.says(&ClientMessage::Resync).await;
    }
    let mut snapshots = 0;
    loop {
        match wall.hears_any().await {
            ServerMessage::Snapshot { seq, .. } => {
                assert_eq!(seq, held.seq);
                snapshots += 1;
            }
            ServerMessage::Beat { .. } => break,
            other => panic!("not a snapshot: {other:?}"),
        }
    }
    assert_eq!(snapshots, 2, "one at once, one with the beat");
}

#[tokio::test]
async fn a_request_that_is_none_for_a_websocket_gets_a_problem() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(house.address).await.expect("it listens");
    let request = "GET /ws/v1 HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n";
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    let mut answer = String::new();
    let read = timeout(DEADLINE, stream.read_to_string(&mut answer)).await;
    read.expect("in time").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}
