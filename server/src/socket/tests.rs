//! The websocket through a real socket: a hall in memory, served on a free port of this machine.

mod autobahn;
mod boards;
mod frames;
mod life;
mod people;
mod voice;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use nowserving_shared::board::Board;
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::{By, Command, Origin};
use nowserving_shared::model::{DeviceId, Language, Moment, ServiceId, StaffId, WindowId};
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::{ClientMessage, ServerMessage, What};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Kind, SocketTimes};
use crate::app::App;
use crate::app::testing::MORNING;
use crate::serve::{self, Limits};

/// How long a test waits for anything.
const DEADLINE: Duration = Duration::from_secs(20);
/// The token of the kiosk of every [`House`].
const KIOSK_TOKEN: &str = "the-token-of-kiosk-1";
/// The session of the clerk at window 1.
const WANG_SESSION: &str = "the-session-of-wang";
/// What the kernel keeps for a client that does not read, in bytes: little, so that it is soon felt.
const SMALL_BUFFER_BYTES: u32 = 4096;

/// A hall that is served.
struct House {
    app: Arc<App>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl House {
    async fn open() -> Self {
        Self::with(SocketTimes::default()).await
    }

    /// A hall whose websockets beat every few milliseconds, so that tests need not wait.
    async fn lively() -> Self {
        Self::with(SocketTimes {
            beat_every: Duration::from_millis(20),
            ..SocketTimes::default()
        })
        .await
    }

    async fn with(times: SocketTimes) -> Self {
        let (app, stop) = App::for_tests().await;
        let mut app = Arc::into_inner(app).expect("nobody else has it yet");
        app.socket_times = times;
        let app = Arc::new(app);
        let listener = serve::listen(([127, 0, 0, 1], 0).into()).expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let limits = Limits {
            connections_per_address_max: 12_000,
            ..Limits::default()
        };
        let router = super::router().with_state(app.clone());
        let serving = serve::serve(listener, router, limits, app.stopping.clone());
        let house = Self {
            app,
            address,
            stop,
            serving: tokio::spawn(serving),
        };
        house.enrol_kiosk().await;
        house.log_wang_in().await;
        house
    }

    async fn does(&self, command: Command, by: By) {
        let done = self.app.hall.command(command, by, None, |_| ()).await;
        done.expect("this is allowed");
    }

    async fn enrol_kiosk(&self) {
        self.enrol(kiosk_1(), KIOSK_TOKEN).await;
    }

    async fn enrol(&self, device: DeviceId, token: &str) {
        let code = SecretHash::of(b"code");
        let expires_at = MORNING.after(Duration::from_secs(60));
        let offer = Command::OfferPairing {
            device,
            code,
            expires_at,
        };
        self.does(offer, By::System).await;
        let token = SecretHash::of(token.as_bytes());
        self.does(Command::Enrol { code, token }, By::System).await;
    }

    async fn log_wang_in(&self) {
        let open = Command::OpenSession {
            staff: StaffId::new("wang").expect("a slug"),
            session: SecretHash::of(WANG_SESSION.as_bytes()),
            expires_at: MORNING.after(Duration::from_secs(3600)),
        };
        self.does(open, By::System).await;
    }

    async fn takes(&self) {
        let issue = Command::Issue {
            service: ServiceId::new("household").expect("a slug"),
            class: None,
            language: Language::ZhCn,
            origin: Origin::Reception,
            person: None,
        };
        self.does(issue, By::System).await;
    }

    async fn wang(&self, command: impl FnOnce(WindowId) -> Command) {
        let wang = StaffId::new("wang").expect("a slug");
        self.does(command(w1()), By::Staff(wang)).await;
    }

    async fn calls(&self) {
        let call = |window| Command::CallNext {
            window,
            service: None,
        };
        self.wang(call).await;
    }

    fn request(&self) -> Request {
        format!("ws://{}/ws/v1", self.address)
            .into_client_request()
            .expect("an address")
    }

    async fn connect(&self) -> Client {
        self.connect_with(self.request()).await
    }

    async fn connect_with(&self, request: Request) -> Client {
        let stream = TcpStream::connect(self.address).await.expect("it listens");
        let (socket, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .expect("the handshake is answered");
        Client { socket }
    }

    /// A client for which the kernel keeps little.
    async fn connect_narrow(&self) -> Client {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .set_recv_buffer_size(SMALL_BUFFER_BYTES)
            .expect("a small buffer");
        let stream = socket.connect(self.address).await.expect("it listens");
        let (socket, _) = tokio_tungstenite::client_async(self.request(), stream)
            .await
            .expect("the handshake is answered");
        Client { socket }
    }

    /// A page on which wang is logged in.
    async fn page(&self) -> Client {
        let mut request = self.request();
        let headers = request.headers_mut();
        let origin = format!("http://{}", self.address);
        headers.insert("origin", origin.parse().expect("visible"));
        let cookie = format!("nowserving_session={WANG_SESSION}");
        headers.insert("cookie", cookie.parse().expect("visible"));
        self.connect_with(request).await
    }

    /// A wall that has its first snapshot.
    async fn wall(&self) -> (Client, Held) {
        let mut wall = self.connect().await;
        wall.says(&hello(What::Wall { zone: None })).await;
        let held = Held::of(wall.hears().await);
        (wall, held)
    }

    /// Waits until so many websockets are open.
    async fn until_open(&self, wanted: usize) {
        let presence = &self.app.presence;
        until(|| presence.total() == wanted).await;
    }

    fn open_of(&self, wanted: Kind) -> usize {
        let by_kind = self.app.presence.by_kind();
        let found = by_kind.iter().find(|(kind, _)| *kind == wanted);
        found.map_or(0, |(_, count)| *count)
    }
}

async fn until(condition: impl Fn() -> bool) {
    let met = timeout(DEADLINE, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    met.await.expect("it happens in time");
}

fn w1() -> WindowId {
    WindowId::new("w1").expect("a slug")
}

fn kiosk_1() -> DeviceId {
    DeviceId::new("kiosk-1").expect("a slug")
}

fn hello(what: What) -> ClientMessage {
    ClientMessage::Hello {
        schema: SCHEMA,
        what,
        token: Some(KIOSK_TOKEN.to_owned()),
        epoch: None,
        last_seq: None,
        language: Language::En,
    }
}

/// The hello of somebody who was here before, and left with this.
fn hello_again(what: What, held: &Held) -> ClientMessage {
    ClientMessage::Hello {
        schema: SCHEMA,
        what,
        token: Some(KIOSK_TOKEN.to_owned()),
        epoch: Some(held.epoch.clone()),
        last_seq: Some(held.seq),
        language: Language::En,
    }
}

/// The hello of one who has this token, or none.
fn hello_with(what: What, token: Option<&str>) -> ClientMessage {
    ClientMessage::Hello {
        schema: SCHEMA,
        what,
        token: token.map(str::to_owned),
        epoch: None,
        last_seq: None,
        language: Language::En,
    }
}

/// A websocket client that does what a test says.
struct Client {
    socket: WebSocketStream<TcpStream>,
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
struct Ending {
    code: Option<CloseCode>,
    /// The stream ended after the closing handshake, without an error.
    clean: bool,
}

impl Ending {
    fn clean(code: CloseCode) -> Self {
        Self {
            code: Some(code),
            clean: true,
        }
    }
}

impl Client {
    async fn says(&mut self, message: &ClientMessage) {
        let text = serde_json::to_string(message).expect("wire types");
        self.sends(Message::text(text)).await;
    }

    async fn sends(&mut self, message: Message) {
        // The server may have closed already; what it said is read by the test.
        let _ = timeout(DEADLINE, self.socket.send(message)).await;
    }

    async fn next(&mut self) -> Option<Result<Message, Error>> {
        timeout(DEADLINE, self.socket.next())
            .await
            .expect("something comes in time")
    }

    /// The next message, a beat included.
    async fn hears_any(&mut self) -> ServerMessage {
        loop {
            match self.next().await.expect("the line is open") {
                Ok(Message::Text(text)) => {
                    return serde_json::from_str(text.as_str()).expect("a message of the wire");
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("not a message: {other:?}"),
            }
        }
    }

    /// The next message that is no beat.
    async fn hears(&mut self) -> ServerMessage {
        loop {
            match self.hears_any().await {
                ServerMessage::Beat { .. } => {}
                other => return other,
            }
        }
    }

    /// The code of the refusal that comes next.
    async fn hears_refusal(&mut self) -> String {
        match self.hears().await {
            ServerMessage::Refused { code, detail } => {
                assert!(
                    detail.ends_with(['.', '\u{3002}']),
                    "{code} is explained: {detail}"
                );
                code
            }
            other => panic!("not a refusal: {other:?}"),
        }
    }

    /// Reads on until the stream ends.
    async fn ends(mut self) -> Ending {
        let mut code = None;
        loop {
            match self.next().await {
                Some(Ok(Message::Close(frame))) => code = frame.map(|frame| frame.code),
                Some(Ok(_)) => {}
                Some(Err(_)) => return Ending { code, clean: false },
                None => return Ending { code, clean: true },
            }
        }
    }

    /// Folds what comes into what is held, until it shows this sequence.
    async fn follows_to(&mut self, held: &mut Held, seq: u64) {
        while held.seq < seq {
            held.fold(self.hears().await);
        }
    }
}

/// What a client holds.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    epoch: String,
    seq: u64,
    at: Moment,
    board: Board,
    snapshots: usize,
}

impl Held {
    fn of(message: ServerMessage) -> Self {
        match message {
            ServerMessage::Snapshot {
                schema,
                epoch,
                seq,
                at,
                board,
            } => {
                assert_eq!(schema, SCHEMA);
                Self {
                    epoch,
                    seq,
                    at,
                    board,
                    snapshots: 1,
                }
            }
            other => panic!("not a snapshot: {other:?}"),
        }
    }

    fn fold(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::Delta {
                seq,
                prev,
                changes,
                waiting,
                ..
            } => {
                assert_eq!(prev, self.seq, "a delta builds on the one before");
                self.seq = seq;
                changes
                    .into_iter()
                    .for_each(|change| self.board.apply(change));
                if let Some(list) = waiting {
                    self.board.waiting = list;
                }
            }
            other => {
                let snapshots = self.snapshots + 1;
                *self = Self {
                    snapshots,
                    ..Self::of(other)
                };
            }
        }
    }
}
