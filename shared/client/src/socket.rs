//! The one driver of [`nowserving_shared::link`]: it carries the link's bytes over tokio-tungstenite.
//!
//! One task owns the link and the connection. It tells what happened through a channel of [`EVENTS_MAX`] events; when
//! the follower does not take them, the task waits and reads no more, so that the server notices a client that cannot
//! keep up instead of the memory filling here. Dropping the [`Follower`] ends the task and the connection.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{COOKIE, HeaderValue, ORIGIN};
use nowserving_shared::link::{Input, Link, Output};
use nowserving_shared::protocol::socket::ClientMessage;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::api::{Api, ApiError, SESSION_COOKIE};

pub use nowserving_shared::link::{Again, Follow, LinkEvent};

#[cfg(test)]
mod tests;

/// How many events wait for the follower before the task stops reading.
pub const EVENTS_MAX: usize = 64;
/// How many messages of the follower wait to be sent.
pub const SAID_MAX: usize = 16;
/// The longest message that is read, in bytes: a snapshot for staff of a hall with many live tickets.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// What the socket reads at once, in bytes; the default of 128 KiB is for other uses.
const READ_BUFFER_BYTES: usize = 16 * 1024;
/// How much may wait to be written, in bytes.
const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;
/// How long sending one frame may take before the connection is taken for lost.
const SEND_MAX: Duration = Duration::from_secs(5);
/// How long the other end may take to answer a close.
const CLOSE_MAX: Duration = Duration::from_secs(2);
/// The port of an address that names none.
const HTTP_PORT: u16 = 80;

/// What follows a hall over a websocket; see [`follow`].
#[derive(Debug)]
pub struct Follower {
    events: mpsc::Receiver<LinkEvent>,
    said: mpsc::Sender<ClientMessage>,
}

impl Follower {
    /// The next event; none when the link has stopped for good (a refusal with [`Again::Never`]).
    pub async fn next(&mut self) -> Option<LinkEvent> {
        self.events.recv().await
    }

    /// A door through which the server is told something over the same connection. What is said while the connection is
    /// down is lost; so is what does not fit among [`SAID_MAX`] messages that wait.
    #[must_use]
    pub fn teller(&self) -> Teller {
        Teller(self.said.clone())
    }

    /// An event that is there already.
    pub fn try_next(&mut self) -> Option<LinkEvent> {
        self.events.try_recv().ok()
    }
}

/// Tells the server something over a connection that somebody else follows. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Teller(mpsc::Sender<ClientMessage>);

impl Teller {
    /// Tells it soon, without waiting. Nothing happens when the follower is gone.
    pub fn tell(&self, message: ClientMessage) {
        let _lost = self.0.try_send(message);
    }
}

/// Follows `what` at the server of `api`, until the follower is dropped. A session of staff that `api` holds goes along
/// in the cookie. Must be called inside a tokio runtime.
///
/// # Errors
/// [`ApiError::Unsendable`] when the session cannot be written into a header.
pub fn follow(api: &Api, what: Follow) -> Result<Follower, ApiError> {
    let (sender, events) = mpsc::channel(EVENTS_MAX);
    let (said, saying) = mpsc::channel(SAID_MAX);
    let driver = Driver {
        start: Instant::now(),
        link: Link::new(what, Duration::ZERO),
        line: Line::Down,
        request: request(api)?,
        sender,
        saying,
    };
    tokio::spawn(driver.run());
    Ok(Follower { events, said })
}

fn request(api: &Api) -> Result<Request, ApiError> {
    let unsendable = |error: &dyn std::fmt::Display| ApiError::Unsendable(error.to_string());
    let address = api.base_url().replacen("http", "ws", 1);
    let mut request = format!("{address}/ws/v1")
        .into_client_request()
        .map_err(|error| unsendable(&error))?;
    if let Some(session) = api.session_cookie() {
        let mut cookie =
            HeaderValue::from_str(&format!("{SESSION_COOKIE}={session}")).map_err(|_| {
                ApiError::Unsendable("the session holds characters that no session has".to_owned())
            })?;
        cookie.set_sensitive(true);
        request.headers_mut().insert(COOKIE, cookie);
        // A cookie is believed only from the server's own pages; this client stands for one.
        let origin = HeaderValue::from_str(api.base_url()).map_err(|error| unsendable(&error))?;
        request.headers_mut().insert(ORIGIN, origin);
    }
    Ok(request)
}

type Socket = WebSocketStream<TcpStream>;
type Dialing = Pin<Box<dyn Future<Output = Result<Socket, WsError>> + Send>>;

/// The connection.
enum Line {
    Down,
    Dialing(Dialing),
    Up(Box<Socket>),
}

/// What the line brought.
enum Brought {
    Opened(Box<Socket>),
    Failed(String),
    Text(Utf8Bytes),
    Frame,
}

impl Line {
    /// Waits for what comes next; for ever while the line is down.
    async fn next(&mut self) -> Brought {
        match self {
            Self::Down => std::future::pending().await,
            Self::Dialing(dialing) => match dialing.await {
                Ok(socket) => Brought::Opened(Box::new(socket)),
                Err(error) => Brought::Failed(in_words(&error)),
            },
            Self::Up(socket) => match socket.next().await {
                Some(Ok(Message::Text(text))) => Brought::Text(text),
                // After a close the stream is read on until it ends, so that the close is a clean one.
                Some(Ok(
                    Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_),
                )) => Brought::Frame,
                Some(Ok(Message::Binary(_))) => Brought::Failed("a binary message".to_owned()),
                Some(Err(error)) => Brought::Failed(in_words(&error)),
                None => Brought::Failed("closed by the server".to_owned()),
            },
        }
    }
}

struct Driver {
    start: Instant,
    link: Link,
    line: Line,
    request: Request,
    sender: mpsc::Sender<LinkEvent>,
    saying: mpsc::Receiver<ClientMessage>,
}

impl Driver {
    async fn run(mut self) {
        while let Some((due, _why)) = self.link.poll_timeout() {
            let due = self.start + due;
            // The clock goes first: a talkative server must not keep the reports from going out.
            let ended = tokio::select! {
                biased;
                () = self.sender.closed() => true,
                () = sleep_until(due) => self.tell_link(Input::Timeout).await,
                Some(message) = self.saying.recv() => self.tell_link(Input::Say(message)).await,
                brought = self.line.next() => self.brought(brought).await,
            };
            if ended {
                break;
            }
        }
        self.hang_up();
    }

    /// Takes in what the line brought; true when nobody follows any more.
    async fn brought(&mut self, brought: Brought) -> bool {
        match brought {
            Brought::Opened(socket) => {
                self.line = Line::Up(socket);
                self.tell_link(Input::Connected).await
            }
            Brought::Failed(why) => {
                self.line = Line::Down;
                self.tell_link(Input::Lost { why }).await
            }
            Brought::Text(text) => self.tell_link(Input::Text(text.as_str())).await,
            Brought::Frame => self.tell_link(Input::Frame).await,
        }
    }

    async fn tell_link(&mut self, input: Input<'_>) -> bool {
        let mut outputs = self.link.on(self.start.elapsed(), chance(), input);
        loop {
            match self.carry_out(outputs).await {
                Carried::AllDone => return false,
                Carried::NobodyFollows => return true,
                Carried::Broken(why) => {
                    self.line = Line::Down;
                    outputs = self
                        .link
                        .on(self.start.elapsed(), chance(), Input::Lost { why });
                }
            }
        }
    }

    async fn carry_out(&mut self, outputs: Vec<Output>) -> Carried {
        for output in outputs {
            match output {
                Output::Connect => self.line = Line::Dialing(Box::pin(dial(self.request.clone()))),
                Output::Disconnect => self.hang_up(),
                Output::Tell(event) => {
                    if self.sender.send(event).await.is_err() {
                        return Carried::NobodyFollows;
                    }
                }
                Output::Send(message) => {
                    let Line::Up(socket) = &mut self.line else {
                        continue;
                    };
                    let text = serde_json::to_string(&message)
                        .expect("client messages are text, numbers and ids");
                    match timeout(SEND_MAX, socket.send(Message::text(text))).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => return Carried::Broken(in_words(&error)),
                        Err(_) => {
                            return Carried::Broken(format!(
                                "nothing sent for {} s",
                                SEND_MAX.as_secs()
                            ));
                        }
                    }
                }
            }
        }
        Carried::AllDone
    }

    /// Closes the connection politely, out of the way: the other end has [`CLOSE_MAX`] to answer.
    fn hang_up(&mut self) {
        if let Line::Up(mut socket) = std::mem::replace(&mut self.line, Line::Down) {
            tokio::spawn(timeout(CLOSE_MAX, async move {
                if socket.close().await.is_ok() {
                    while let Some(Ok(_)) = socket.next().await {}
                }
            }));
        }
    }
}

/// How carrying out the link's wishes went.
enum Carried {
    AllDone,
    NobodyFollows,
    Broken(String),
}

async fn dial(request: Request) -> Result<Socket, WsError> {
    let uri = request.uri();
    let host = uri
        .host()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let port = uri.port_u16().unwrap_or(HTTP_PORT);
    let stream = TcpStream::connect((host.as_str(), port)).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    client_async_with_config(request, stream, Some(config))
        .await
        .map(|(socket, _response)| socket)
}

fn in_words(error: &WsError) -> String {
    match error {
        WsError::Http(response) => format!(
            "the server answered the handshake with status {}",
            response.status()
        ),
        other => other.to_string(),
    }
}

/// A number of chance in 0–1. Without a random source everybody waits the longest.
fn chance() -> f64 {
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}
