//! Many displays in this process, each a websocket that looks on.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use nowserving_shared::model::Language;
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::{ClientMessage, What};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::measure::Sample;

/// How many connect at a time.
const CONNECTING_MAX: usize = 200;
/// How long a display may wait for what it is to be shown.
const PATIENCE: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<TcpStream>;

/// What a display waits for: a text with this in it.
pub(crate) type Sign = &'static str;

/// Displays that look on until this is dropped.
pub(crate) struct Crowd {
    round: Arc<Round>,
    displays: usize,
    _tasks: JoinSet<()>,
}

/// One thing that is shown to everybody.
#[derive(Default)]
struct Round {
    seen: Mutex<Seen>,
    all: Notify,
}

#[derive(Default)]
struct Seen {
    began: Option<Instant>,
    after: Vec<Duration>,
    wanted: usize,
    /// The text that was seen last.
    text: String,
}

impl Round {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A display has seen it.
    fn note(&self, text: &str) {
        let mut seen = self.seen();
        let Some(began) = seen.began else { return };
        seen.after.push(began.elapsed());
        if seen.after.len() == seen.wanted {
            text.clone_into(&mut seen.text);
            self.all.notify_one();
        }
    }
}

impl Crowd {
    /// Connects so many; each says `hello`, if there is one, and reads its first message then.
    ///
    /// # Errors
    /// When one of them is not let in.
    pub(crate) async fn gather(
        address: SocketAddr,
        path: &'static str,
        hello: Option<ClientMessage>,
        sign: Sign,
        displays: usize,
    ) -> anyhow::Result<Self> {
        let hello = hello
            .map(|hello| serde_json::to_string(&hello))
            .transpose()?;
        let round = Arc::new(Round::default());
        let places = Arc::new(Semaphore::new(CONNECTING_MAX));
        let mut connecting = JoinSet::new();
        for _ in 0..displays {
            let (places, hello) = (Arc::clone(&places), hello.clone());
            connecting.spawn(async move {
                let _place = places.acquire().await?;
                let mut socket = connect(address, path).await?;
                if let Some(hello) = hello {
                    socket.send(Message::text(hello)).await?;
                    let first = socket
                        .next()
                        .await
                        .context("the display is told something")??;
                    let text = first.to_text()?;
                    if !text.contains("\"snapshot\"") {
                        bail!("a display was told: {text}");
                    }
                }
                anyhow::Ok(socket)
            });
        }
        let mut tasks = JoinSet::new();
        while let Some(socket) = connecting.join_next().await {
            tasks.spawn(look_on(socket??, sign, Arc::clone(&round)));
        }
        Ok(Self {
            round,
            displays,
            _tasks: tasks,
        })
    }

    /// Does something and waits until every display has seen it; how long after the beginning each did, and what it was.
    ///
    /// # Errors
    /// When it fails, or when a display sees nothing.
    pub(crate) async fn see<F: Future<Output = anyhow::Result<()>>>(
        &self,
        what: F,
    ) -> anyhow::Result<(Vec<Duration>, String)> {
        *self.round.seen() = Seen {
            began: Some(Instant::now()),
            after: Vec::with_capacity(self.displays),
            wanted: self.displays,
            text: String::new(),
        };
        what.await?;
        let all = tokio::time::timeout(PATIENCE, self.round.all.notified()).await;
        let seen = std::mem::take(&mut *self.round.seen());
        if all.is_err() {
            bail!("{} of {} displays saw it", seen.after.len(), self.displays);
        }
        Ok((seen.after, seen.text))
    }
}

/// The hello of a display of the whole hall that holds this token.
pub(crate) fn hello(token: &str) -> ClientMessage {
    ClientMessage::Hello {
        schema: SCHEMA,
        what: What::Wall { zone: None },
        token: Some(token.to_owned()),
        epoch: None,
        last_seq: None,
        language: Language::ZhCn,
    }
}

/// Opens a websocket that takes little room.
///
/// # Errors
/// When the server refuses.
pub(crate) async fn connect(address: SocketAddr, path: &str) -> anyhow::Result<Socket> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(2048)
        .write_buffer_size(0);
    let (socket, _) =
        client_async_with_config(format!("ws://{address}{path}"), stream, Some(config)).await?;
    Ok(socket)
}

async fn look_on(mut socket: Socket, sign: Sign, round: Arc<Round>) {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message
            && text.contains(sign)
        {
            round.note(&text);
        }
    }
}

/// Each display's durations of all rounds, and of each round the longest.
pub(crate) fn both(rounds: &[Vec<Duration>]) -> (Sample, Sample) {
    let all = rounds.iter().flatten().copied().collect();
    let last = rounds
        .iter()
        .filter_map(|round| round.iter().max().copied())
        .collect();
    (all, last)
}
