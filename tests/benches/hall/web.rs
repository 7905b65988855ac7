//! A load of HTTP requests: connections that stay open, each of which asks again as soon as it was answered.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use nowserving_client::api::SESSION_COOKIE;
use nowserving_shared::protocol::{CSRF_HEADER, IDEMPOTENCY_KEY};
use tokio::net::TcpStream;

use crate::measure::Rate;

/// Tells the keys of one request from those of every other.
static KEYS: AtomicU64 = AtomicU64::new(1);

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// A kiosk, by its token.
    Kiosk(String),
    /// A clerk, by their session.
    Clerk(String),
}

/// One open connection.
pub(crate) struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    who: Who,
}

impl Line {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) async fn open(address: SocketAddr, who: Who) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_string(),
            who,
        })
    }

    /// Sends a command under a key of its own and waits for all of the reply.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        body: &Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let key = KEYS.fetch_add(1, Ordering::Relaxed);
        let request = Request::post(path)
            .header("host", &self.host)
            .header("content-type", "application/json")
            .header(
                IDEMPOTENCY_KEY,
                format!("bench-{}-{key}", std::process::id()),
            );
        let request = match &self.who {
            Who::Kiosk(token) => request.header("authorization", format!("Bearer {token}")),
            Who::Clerk(session) => request
                .header("cookie", format!("{SESSION_COOKIE}={session}"))
                .header(CSRF_HEADER, "1"),
        };
        let request = request.body(Full::new(body.clone()))?;
        let reply = self.sender.send_request(request).await?;
        let status = reply.status();
        Ok((status, reply.into_body().collect().await?.to_bytes()))
    }

    /// The same, when it must succeed.
    ///
    /// # Errors
    /// Also when the server refuses.
    pub(crate) async fn must(&mut self, path: &str, body: &Bytes) -> anyhow::Result<Bytes> {
        let (status, reply) = self.post(path, body).await?;
        if !status.is_success() {
            bail!(
                "{path} was answered with {status}: {}",
                String::from_utf8_lossy(&reply)
            );
        }
        Ok(reply)
    }
}

/// Lets every line send the same request over and over for `lasts`.
///
/// # Errors
/// When a request fails.
pub(crate) async fn press(
    lines: &mut Vec<Line>,
    request: impl Fn(usize) -> (String, Bytes),
    lasts: Duration,
) -> anyhow::Result<Rate> {
    let begun = Instant::now();
    let tasks: Vec<_> = lines
        .drain(..)
        .enumerate()
        .map(|(number, mut line)| {
            let (path, body) = request(number);
            tokio::spawn(async move {
                let mut each = Vec::new();
                while begun.elapsed() < lasts {
                    let sent = Instant::now();
                    line.must(&path, &body).await?;
                    each.push(sent.elapsed());
                }
                anyhow::Ok((line, each))
            })
        })
        .collect();
    let mut each = Vec::new();
    for task in tasks {
        let (line, of_line) = task.await.context("a line broke")??;
        lines.push(line);
        each.extend(of_line);
    }
    Ok(Rate {
        each: each.into_iter().collect(),
        took: begun.elapsed(),
    })
}

/// So many lines to one server.
///
/// # Errors
/// When nobody listens.
pub(crate) async fn lines(
    address: SocketAddr,
    who: &Who,
    count: usize,
) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for _ in 0..count {
        lines.push(Line::open(address, who.clone()).await?);
    }
    Ok(lines)
}
