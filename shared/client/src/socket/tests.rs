//! The driver against a real websocket server on this machine.

use std::time::Duration;

use nowserving_shared::board::Board;
use nowserving_shared::model::{Language, Moment};
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::{ClientMessage, ServerMessage, What};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;

use super::*;

/// How long a test waits for anything.
const DEADLINE: Duration = Duration::from_secs(20);

struct Server {
    listener: TcpListener,
    api: Api,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Api::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        Self { listener, api }
    }

    fn follow(&self) -> Follower {
        let what = Follow {
            what: What::Wall { zone: None },
            token: None,
            language: Language::En,
        };
        follow(&self.api, what).unwrap()
    }

    async fn accept(&self) -> Socket {
        let (stream, _) = timeout(DEADLINE, self.listener.accept())
            .await
            .unwrap()
            .unwrap();
        accept_async(stream).await.unwrap()
    }
}

async fn hear(socket: &mut Socket) -> ClientMessage {
    loop {
        match timeout(DEADLINE, socket.next())
            .await
            .unwrap()
            .unwrap()
            .unwrap()
        {
            Message::Text(text) => return serde_json::from_str(text.as_str()).unwrap(),
            _ => continue,
        }
    }
}

async fn say(socket: &mut Socket, message: &ServerMessage) {
    socket
        .send(Message::text(serde_json::to_string(message).unwrap()))
        .await
        .unwrap();
}

async fn next(follower: &mut Follower) -> LinkEvent {
    timeout(DEADLINE, follower.next()).await.unwrap().unwrap()
}

fn snapshot(seq: u64) -> ServerMessage {
    ServerMessage::Snapshot {
        schema: SCHEMA,
        epoch: "e".to_owned(),
        seq,
        at: Moment(0),
        board: Board::default(),
    }
}

fn delta(seq: u64) -> ServerMessage {
    ServerMessage::Delta {
        seq,
        prev: seq - 1,
        at: Moment(0),
        changes: Vec::new(),
        waiting: None,
    }
}

fn seq_of(event: &LinkEvent) -> u64 {
    let LinkEvent::Board { seq, .. } = event else {
        panic!("{event:?}")
    };
    *seq
}

#[tokio::test]
async fn a_follower_hears_the_snapshot_and_then_the_deltas() {
    let server = Server::start().await;
    let mut follower = server.follow();
    let mut socket = server.accept().await;
    assert!(matches!(
        hear(&mut socket).await,
        ClientMessage::Hello { last_seq: None, .. }
    ));
    say(&mut socket, &snapshot(3)).await;
    say(&mut socket, &delta(4)).await;
    assert_eq!(next(&mut follower).await, LinkEvent::Connected);
    assert_eq!(seq_of(&next(&mut follower).await), 3);
    assert_eq!(seq_of(&next(&mut follower).await), 4);
    assert_eq!(hear(&mut socket).await, ClientMessage::Applied { seq: 3 });
}

#[tokio::test]
async fn a_server_that_went_away_is_found_again_and_told_what_is_held() {
    let server = Server::start().await;
    let mut follower = server.follow();
    let mut socket = server.accept().await;
    hear(&mut socket).await;
    say(&mut socket, &snapshot(3)).await;
    assert_eq!(next(&mut follower).await, LinkEvent::Connected);
    assert_eq!(seq_of(&next(&mut follower).await), 3);
    drop(socket);
    assert!(matches!(next(&mut follower).await, LinkEvent::Lost { .. }));
    let mut socket = server.accept().await;
    assert!(matches!(
        hear(&mut socket).await,
        ClientMessage::Hello {
            last_seq: Some(3),
            ..
        }
    ));
    say(&mut socket, &delta(4)).await;
    assert_eq!(next(&mut follower).await, LinkEvent::Connected);
    assert_eq!(seq_of(&next(&mut follower).await), 4);
}

#[tokio::test]
async fn a_follower_that_is_dropped_closes_cleanly() {
    let server = Server::start().await;
    let follower = server.follow();
    let mut socket = server.accept().await;
    hear(&mut socket).await;
    drop(follower);
    let closed = timeout(DEADLINE, async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() {
                return true;
            }
        }
        false
    })
    .await;
    assert_eq!(closed, Ok(true));
}

#[tokio::test]
async fn a_refusal_for_good_ends_the_events() {
    let server = Server::start().await;
    let mut follower = server.follow();
    let mut socket = server.accept().await;
    hear(&mut socket).await;
    say(
        &mut socket,
        &ServerMessage::Refused {
            code: "unknown-ticket".to_owned(),
            detail: "gone".to_owned(),
        },
    )
    .await;
    assert!(matches!(
        next(&mut follower).await,
        LinkEvent::Refused {
            again: Again::Never,
            ..
        }
    ));
    assert_eq!(timeout(DEADLINE, follower.next()).await.unwrap(), None);
}

#[tokio::test]
async fn nobody_there_is_told_and_tried_again() {
    let server = Server::start().await;
    let api = server.api.clone();
    drop(server);
    let what = Follow {
        what: What::Kiosk,
        token: None,
        language: Language::ZhCn,
    };
    let mut follower = follow(&api, what).unwrap();
    assert!(matches!(next(&mut follower).await, LinkEvent::Lost { .. }));
    assert!(matches!(next(&mut follower).await, LinkEvent::Lost { .. }));
}

#[tokio::test]
async fn a_follower_that_takes_nothing_holds_up_the_server_and_loses_nothing() {
    let server = Server::start().await;
    let mut follower = server.follow();
    let mut socket = server.accept().await;
    hear(&mut socket).await;
    say(&mut socket, &snapshot(0)).await;
    let last = 20 * u64::try_from(EVENTS_MAX).unwrap();
    for seq in 1..=last {
        say(&mut socket, &delta(seq)).await;
    }
    assert_eq!(next(&mut follower).await, LinkEvent::Connected);
    for seq in 0..=last {
        assert_eq!(seq_of(&next(&mut follower).await), seq);
    }
}
