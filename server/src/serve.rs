//! Accepting connections: how many, how long they may be silent, and how they end.
//!
//! `axum::serve` lets a connection that says nothing stay for ever. Here each connection holds a `Seat`: so many in
//! all, so many from one address, kept as long as the socket lives, also after it became a websocket. A client that does
//! not send its request's head in time, or does not take in what it is sent, loses its connection.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};
use tower::Service as _;

use crate::app::PeerAddress;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;
/// What the kernel keeps of data that a client does not take in, in bytes: its default would hide megabytes of old news.
const SEND_BUFFER_BYTES: u32 = 64 * 1024;
/// The longest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// The most headers of a request.
const HEADERS_MAX: usize = 64;
/// How long to wait when the system has no room for one more connection.
const NO_ROOM_PAUSE: Duration = Duration::from_millis(100);
/// Open files that are not connections: journal, store, logs.
const OTHER_FILES: u64 = 512;

/// How connections are treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections from one address.
    pub connections_per_address_max: usize,
    /// Connections in all.
    pub connections_max: usize,
    /// The proxy in front, if there is one: its connections are those of many clients, and what it says of them in
    /// `X-Forwarded-For` is believed.
    pub proxy: Option<IpAddr>,
    /// How long a client may take to send the head of a request, also the first.
    pub head_max: Duration,
    /// How long a client may leave what it was sent in our buffers.
    pub write_stall_max: Duration,
    /// How long open requests may take when the server stops.
    pub stop_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_per_address_max: 32,
            connections_max: 12_000,
            proxy: None,
            head_max: Duration::from_secs(10),
            write_stall_max: Duration::from_secs(15),
            stop_max: Duration::from_secs(10),
        }
    }
}

/// Listens at `address`.
///
/// # Errors
/// When the address is in use, not ours or not allowed.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    // Accepted sockets inherit it.
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Lets this process open as many files as `connections` need, as far as the system allows; says so when it does not.
pub fn make_room_for(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = connections as u64 + OTHER_FILES;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let current = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = Rlimit {
        current: Some(current),
        maximum: limit.maximum,
    };
    if setrlimit(Resource::Nofile, raised).is_err() || current < wanted {
        tracing::warn!(
            wanted,
            allowed = current,
            "the system allows fewer open files than connections; raise the limit (ulimit -n) or lower --limit-connections"
        );
    }
}

/// Accepts connections until `stopping` turns true, then waits for the open ones as long as [`Limits::stop_max`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
) {
    let seats = Seats::new(&limits);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stopping) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Without a seat the connection is closed by dropping it.
                if let Some(seat) = seats.take(peer.ip()) {
                    let connection = connection(stream, peer, seat, router.clone(), limits.clone());
                    tokio::spawn(connection.run(stopping.clone()));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(NO_ROOM_PAUSE).await;
            }
        }
    }
    drop(listener);
    seats.wait_until_empty(limits.stop_max).await;
}

/// Returns when the server stops, also when whoever could stop it is gone.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

struct Connection {
    stream: SeatedStream,
    peer: PeerAddress,
    proxy: Option<IpAddr>,
    router: Router,
    head_max: Duration,
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    seat: Seat,
    router: Router,
    limits: Limits,
) -> Connection {
    // A short answer must not wait for the next one; a socket that cannot be told so works all the same.
    let _ = stream.set_nodelay(true);
    Connection {
        stream: SeatedStream {
            stream,
            stalled: None,
            write_stall_max: limits.write_stall_max,
            _seat: seat,
        },
        peer: PeerAddress(peer.ip()),
        proxy: limits.proxy,
        router,
        head_max: limits.head_max,
    }
}

impl Connection {
    async fn run(self, mut stopping: watch::Receiver<bool>) {
        let Self {
            stream,
            peer,
            proxy,
            router,
            head_max,
        } = self;
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            let client = if proxy == Some(peer.0) {
                forwarded_for(request.headers()).unwrap_or(peer.0)
            } else {
                peer.0
            };
            request.extensions_mut().insert(PeerAddress(client));
            router.clone().call(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(head_max)
            .max_headers(HEADERS_MAX)
            .max_buf_size(HEAD_BYTES_MAX);
        let serving = http
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::pin!(serving);
        let ended = tokio::select! {
            ended = serving.as_mut() => Some(ended),
            () = stopped(&mut stopping) => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, peer = %peer.0, "a connection ended early");
        }
    }
}

/// The client that a proxy speaks for: the last address of the last `X-Forwarded-For`, which the proxy itself has added.
/// Those before it are what the client claims.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let said = headers.get_all("x-forwarded-for").iter().next_back()?;
    said.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// Who sits: connections by address.
#[derive(Debug, Clone)]
struct Seats(Arc<SeatsInner>);

#[derive(Debug)]
struct SeatsInner {
    per_address_max: usize,
    total_max: usize,
    proxy: Option<IpAddr>,
    taken: Mutex<Taken>,
    /// How many sit, for the one who waits until nobody does.
    total: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Taken {
    by_address: HashMap<IpAddr, usize>,
    total: usize,
}

/// A seat of one connection; given back when it is dropped.
#[derive(Debug)]
struct Seat {
    seats: Seats,
    address: IpAddr,
}

impl Seats {
    fn new(limits: &Limits) -> Self {
        Self(Arc::new(SeatsInner {
            per_address_max: limits.connections_per_address_max,
            total_max: limits.connections_max,
            proxy: limits.proxy,
            taken: Mutex::default(),
            total: watch::Sender::new(0),
        }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Nothing panics while it is held.
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, address: IpAddr) -> Option<Seat> {
        let mut taken = self.taken();
        let here = taken.by_address.get(&address).copied().unwrap_or(0);
        let many = here >= self.0.per_address_max && self.0.proxy != Some(address);
        if taken.total >= self.0.total_max || many {
            metrics::counter!("nowserving_connections_refused_total").increment(1);
            tracing::debug!(%address, here, total = taken.total, "no seat for one more connection");
            return None;
        }
        taken.by_address.insert(address, here + 1);
        taken.total += 1;
        self.0.total.send_replace(taken.total);
        Some(Seat {
            seats: self.clone(),
            address,
        })
    }

    fn give_back(&self, address: IpAddr) {
        let mut taken = self.taken();
        if let Some(here) = taken.by_address.get_mut(&address) {
            *here -= 1;
            if *here == 0 {
                taken.by_address.remove(&address);
            }
        }
        taken.total -= 1;
        self.0.total.send_replace(taken.total);
    }

    async fn wait_until_empty(&self, at_most: Duration) {
        let mut total = self.0.total.subscribe();
        let empty = total.wait_for(|total| *total == 0);
        if tokio::time::timeout(at_most, empty).await.is_err() {
            let left = self.taken().total;
            tracing::warn!(left, "connections were still open when the server stopped");
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.give_back(self.address);
    }
}

/// A socket with its seat. Fails when the client takes nothing in for too long.
#[derive(Debug)]
struct SeatedStream {
    stream: TcpStream,
    /// Runs while the client takes nothing in.
    stalled: Option<Pin<Box<Sleep>>>,
    write_stall_max: Duration,
    _seat: Seat,
}

impl SeatedStream {
    /// Passes `written` on; a writing that stays pending for too long becomes an error.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let until = Instant::now() + self.write_stall_max;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for SeatedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for SeatedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
