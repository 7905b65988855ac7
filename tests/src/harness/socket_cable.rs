//! A cable that knows websockets: it delivers messages twice, in another order, late, or not at all while the connection
//! looks alive.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

/// How a websocket's request begins.
const UPGRADE: &[u8] = b"GET /ws";
/// How late a message comes on a slow cable.
const LATE: Duration = Duration::from_millis(150);
/// How often a cable that carries nothing is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What becomes of the server's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Delivers {
    /// Each comes once, in order.
    Well,
    /// Each comes twice.
    Twice,
    /// Two of them change places, again and again.
    Swapped,
    /// Each comes late, and whoever sends has to wait.
    Late,
    /// Nothing comes or goes, and neither side is told; the connection is found dead afterwards.
    Nothing,
}

impl Delivers {
    const ALL: [Self; 5] = [
        Self::Well,
        Self::Twice,
        Self::Swapped,
        Self::Late,
        Self::Nothing,
    ];
}

/// A cable to a server, which is reached at [`SocketCable::address`] instead of its own address. What is no websocket is
/// carried as it is.
#[derive(Debug)]
pub struct SocketCable {
    address: SocketAddr,
    server: SocketAddr,
    delivers: Arc<AtomicU8>,
    accepting: JoinHandle<()>,
}

impl SocketCable {
    /// A good cable to `server`. Must be called inside a runtime.
    ///
    /// # Panics
    /// When the machine has no free port.
    pub async fn to(server: SocketAddr) -> Self {
        let delivers = Arc::new(AtomicU8::new(Delivers::Well as u8));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self {
            address: listener.local_addr().expect("bound"),
            server,
            delivers: delivers.clone(),
            accepting: tokio::spawn(accept(listener, server, delivers)),
        }
    }

    /// Where the client plugs in.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, also on connections that stand.
    pub fn delivers(&self, how: Delivers) {
        self.delivers.store(how as u8, Ordering::SeqCst);
    }

    /// Connections end, and nobody accepts new ones.
    pub async fn is_pulled(&mut self) {
        self.accepting.abort();
        let _aborted = (&mut self.accepting).await;
    }

    /// Everything gets through, at the address that it had before.
    ///
    /// # Panics
    /// When its port was taken meanwhile.
    pub async fn is_plugged_in(&mut self) {
        self.delivers(Delivers::Well);
        let listener = TcpListener::bind(self.address).await.expect("its port");
        self.accepting = tokio::spawn(accept(listener, self.server, self.delivers.clone()));
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, delivers: Arc<AtomicU8>) {
    // With this set its connections end.
    let mut connections = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        connections.spawn(carry(near, server, delivers.clone()));
    }
}

async fn carry(mut near: TcpStream, server: SocketAddr, delivers: Arc<AtomicU8>) {
    let Ok(mut far) = TcpStream::connect(server).await else {
        return;
    };
    let mut start = [0; UPGRADE.len()];
    loop {
        match near.peek(&mut start).await {
            Ok(length) if length == start.len() => break,
            Ok(0) | Err(_) => return,
            Ok(_) => tokio::task::yield_now().await,
        }
    }
    if start != UPGRADE {
        let _over = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        return;
    }
    let Ok(mut near) = accept_async(near).await else {
        return;
    };
    let Ok((mut far, _)) = client_async(format!("ws://{server}/ws/v1"), far).await else {
        return;
    };
    let mut kept: Option<Message> = None;
    loop {
        let how = Delivers::ALL[usize::from(delivers.load(Ordering::SeqCst))];
        if how == Delivers::Nothing {
            while delivers.load(Ordering::SeqCst) == Delivers::Nothing as u8 {
                tokio::time::sleep(LOOK).await;
            }
            return;
        }
        let carried = tokio::select! {
            said = near.next() => match said {
                Some(Ok(message @ Message::Text(_))) => far.send(message).await,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Ok(()),
            },
            told = far.next() => match told {
                Some(Ok(message @ Message::Text(_))) => {
                    let first = match how {
                        Delivers::Swapped if kept.is_none() => {
                            kept = Some(message);
                            continue;
                        }
                        Delivers::Late => {
                            tokio::time::sleep(LATE).await;
                            message
                        }
                        Delivers::Well | Delivers::Twice | Delivers::Swapped | Delivers::Nothing => message,
                    };
                    let second = match how {
                        Delivers::Twice => Some(first.clone()),
                        Delivers::Well | Delivers::Late | Delivers::Swapped | Delivers::Nothing => {
                            kept.take()
                        }
                    };
                    let mut sent = near.send(first).await;
                    if let Some(second) = second.filter(|_| sent.is_ok()) {
                        sent = near.send(second).await;
                    }
                    sent
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Ok(()),
            },
        };
        if carried.is_err() {
            return;
        }
    }
}
