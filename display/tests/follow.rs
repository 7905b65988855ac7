//! A display and a server on this machine: what the server tells reaches the screen and the loudspeaker.

#[allow(
    dead_code,
    reason = "the scenes are those of the pictures; here only the morning's board is needed"
)]
mod scenes;

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use nowserving_client::api::Api;
use nowserving_display::hands::{RealHands, follow_wall};
use nowserving_display::runner::{Hands, Runner, Screen, queue};
use nowserving_display::state::{Effect, Event, Options, State};
use nowserving_display::view::{BoardView, Body, View};
use nowserving_display::voice::Voice;
use nowserving_shared::board::{Board, Change};
use nowserving_shared::model::{Language, Moment, ZoneId};
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::{ClientMessage, ServerMessage, What};
use nowserving_shared::protocol::voice::{AnnouncementView, SpokenCallView};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{
    Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel,
};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// How long a test waits for anything.
const DEADLINE: Duration = Duration::from_secs(20);
/// The longest request that the server reads.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// A server that answers every request with the hall and hands out its websockets.
async fn serve(listener: TcpListener, sockets: Sender<WebSocketStream<TcpStream>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut start = [0; 7];
        while stream.peek(&mut start).await.unwrap() < start.len() {
            tokio::task::yield_now().await;
        }
        if &start == b"GET /ws" {
            sockets
                .send(accept_async(stream).await.unwrap())
                .await
                .unwrap();
            continue;
        }
        let mut request = vec![0; REQUEST_BYTES_MAX];
        let mut length = 0;
        while !request[..length].ends_with(b"\r\n\r\n") {
            length += stream.read(&mut request[length..]).await.unwrap();
        }
        let hall = serde_json::to_string(&scenes::hall()).unwrap();
        let reply = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{hall}",
            hall.len()
        );
        stream.write_all(reply.as_bytes()).await.unwrap();
    }
}

/// The display's own hands, with a note of what they were asked to do.
struct Noting(RealHands, UnboundedSender<Effect>);

impl Hands for Noting {
    fn carry_out(&mut self, effect: Effect) {
        self.1.send(effect.clone()).unwrap();
        self.0.carry_out(effect);
    }
}

struct Wall(UnboundedSender<View>);

impl Screen for Wall {
    fn show(&mut self, view: View) {
        self.0.send(view).unwrap();
    }
}

/// A running display and the server's end of its connections.
struct Hall {
    sockets: Receiver<WebSocketStream<TcpStream>>,
    views: UnboundedReceiver<View>,
    effects: UnboundedReceiver<Effect>,
}

impl Hall {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Api::new(&format!("http://{}", listener.local_addr().unwrap()))
            .unwrap()
            .with_device_token("d-secret");
        let (accepted, sockets) = channel(1);
        tokio::spawn(serve(listener, accepted));

        let (events, received) = queue();
        let over = events.clone();
        let voice = Voice::silent(move |told| over.send_from_thread(Event::Voice(told))).unwrap();
        let zone = ZoneId::new("east").unwrap();
        let language = Language::ZhCn;
        let server = follow_wall(
            &api,
            "d-secret",
            Some(zone.clone()),
            language,
            events.clone(),
        )
        .unwrap();
        let options = Options {
            language,
            zone: Some(zone),
            server: api.base_url().to_owned(),
        };
        let hands = RealHands::new(
            api,
            voice,
            server,
            tokio::runtime::Handle::current(),
            events,
        );
        let (noted, effects) = unbounded_channel();
        let (shown, views) = unbounded_channel();
        let runner = Runner::new(
            State::new(options),
            Noting(hands, noted),
            Wall(shown),
            received,
        );
        tokio::spawn(runner.run());
        Self {
            sockets,
            views,
            effects,
        }
    }

    /// The next connection, after its first word.
    async fn connection(&mut self) -> (WebSocketStream<TcpStream>, ClientMessage) {
        let mut socket = timeout(DEADLINE, self.sockets.recv())
            .await
            .unwrap()
            .unwrap();
        let word = timeout(DEADLINE, socket.next())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let word = serde_json::from_str(word.to_text().unwrap()).unwrap();
        (socket, word)
    }

    /// Waits for a board that is as wanted, with the clock of its screen.
    async fn board(&mut self, wanted: impl Fn(&str, &BoardView) -> bool) -> Box<BoardView> {
        let search = async {
            loop {
                let view = self.views.recv().await.unwrap();
                if let Body::Board(board) = view.body
                    && wanted(&view.clock, &board)
                {
                    return board;
                }
            }
        };
        timeout(DEADLINE, search)
            .await
            .expect("such a board is shown")
    }

    /// Waits until the hands are to say this number.
    async fn says(&mut self, label: &str) {
        let is_it = |effect: Effect| match effect {
            Effect::Say(order) => order.announcement.calls[0].label.as_str() == label,
            Effect::FetchHall
            | Effect::Tell(_)
            | Effect::Check { .. }
            | Effect::LayoutUnknown { .. } => false,
        };
        let search = async { while !is_it(self.effects.recv().await.unwrap()) {} };
        timeout(DEADLINE, search)
            .await
            .expect("the hands are asked for it");
    }

    async fn effect(&mut self, wanted: Effect) {
        let search = async { while self.effects.recv().await.unwrap() != wanted {} };
        timeout(DEADLINE, search)
            .await
            .expect("the hands are asked for it");
    }
}

async fn say(socket: &mut WebSocketStream<TcpStream>, message: &ServerMessage) {
    let text = serde_json::to_string(message).unwrap();
    socket.send(Message::text(text)).await.unwrap();
}

/// What the client says next that is no report of how far it is.
async fn hears(socket: &mut WebSocketStream<TcpStream>) -> ClientMessage {
    let next = async {
        loop {
            let word = socket.next().await.unwrap().unwrap();
            match serde_json::from_str(word.to_text().unwrap()).unwrap() {
                ClientMessage::Applied { .. } => {}
                word => return word,
            }
        }
    };
    timeout(DEADLINE, next).await.expect("it says something")
}

/// The call of `A017`, to be said by this display.
fn announcement() -> ServerMessage {
    let board = scenes::board();
    let call = &board.calls[0];
    ServerMessage::Announcement(AnnouncementView {
        epoch: "e1".to_owned(),
        number: 1,
        speak: true,
        settled: call.seq,
        calls: vec![SpokenCallView {
            seq: call.seq,
            ticket: call.ticket,
            label: call.label.clone(),
            window: call.number,
            language: call.language,
            recalls: 0,
            at: call.at,
        }],
        languages: vec![Language::ZhCn],
        times: 2,
        gap_ms: 400,
        volume: 80,
        sentences: Vec::new(),
        sound: String::new(),
    })
}

/// A snapshot of the morning before the call of `A017`, and that call.
fn before_and_after() -> (ServerMessage, ServerMessage) {
    let board = scenes::board();
    let (newest, calls) = board.calls.split_first().unwrap();
    let snapshot = ServerMessage::Snapshot {
        schema: SCHEMA,
        epoch: "e1".to_owned(),
        seq: 7,
        at: Moment(scenes::MORNING),
        board: Board {
            calls: calls.to_vec(),
            ..board.clone()
        },
    };
    let call = ServerMessage::Delta {
        seq: 8,
        prev: 7,
        at: Moment(scenes::MORNING),
        changes: vec![Change::Call(newest.clone())],
        waiting: None,
    };
    (snapshot, call)
}

#[tokio::test]
async fn a_call_reaches_the_screen_and_the_loudspeaker_on_the_halls_clock() {
    let mut hall = Hall::open().await;
    let (mut socket, hello) = hall.connection().await;
    let ClientMessage::Hello { what, token, .. } = hello else {
        panic!("the first word is hello");
    };
    let zone = ZoneId::new("east").ok();
    assert_eq!(
        (what, token.as_deref()),
        (What::Display { zone }, Some("d-secret"))
    );
    let (snapshot, call) = before_and_after();
    say(&mut socket, &snapshot).await;
    let before = hall.board(|clock, _| clock == "09:41").await;
    assert_eq!(before.now.unwrap().label, "F203");
    hall.effect(Effect::FetchHall).await;
    let able = false;
    let voice = ClientMessage::Voice { able, said: None };
    assert_eq!(hears(&mut socket).await, voice, "it is a silent one");

    say(&mut socket, &call).await;
    let after = hall
        .board(|_, board| board.now.as_ref().is_some_and(|now| now.lit))
        .await;
    assert_eq!(after.now.unwrap().label, "A017");
    assert_eq!(after.calls[0].label, "F203");
    say(&mut socket, &announcement()).await;
    hall.says("A017").await;
    let number = 1;
    assert_eq!(hears(&mut socket).await, ClientMessage::Said { number });
}

#[tokio::test]
async fn a_lost_display_comes_back_and_says_what_it_has() {
    let mut hall = Hall::open().await;
    let (mut socket, _) = hall.connection().await;
    let (snapshot, call) = before_and_after();
    say(&mut socket, &snapshot).await;
    hall.board(|_, board| board.now.is_some()).await;
    drop(socket);

    let (mut socket, hello) = hall.connection().await;
    let ClientMessage::Hello {
        epoch, last_seq, ..
    } = hello
    else {
        panic!("the first word is hello");
    };
    assert_eq!((epoch.as_deref(), last_seq), (Some("e1"), Some(7)));
    say(&mut socket, &call).await;
    let after = hall
        .board(|_, board| board.calls.iter().any(|call| call.label == "F203"))
        .await;
    assert_eq!(after.now.unwrap().label, "A017", "the call that it missed");
}
