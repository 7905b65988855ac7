//! Floors: the least that a thing could cost, measured in the same run.

use std::io::BufRead as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use bytes::Bytes;
use clap::ValueEnum;
use futures_util::{SinkExt as _, StreamExt as _};
use nowserving_journal::{Batch, Journal as _, Options, SegmentJournal};
use nowserving_server::hall_task::{GROUP_COMMANDS_MAX, INPUTS_MAX};
use nowserving_server::serve::{self, Limits};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::measure::Rate;

/// How many connections a floor takes from one address.
const CONNECTIONS_MAX: usize = 12_000;
/// How large the file is that is synced over and over, and how much is written before each sync, in bytes.
const FILE_BYTES: u64 = 16 << 20;
const WRITE_BYTES: u64 = 512;
/// How many messages wait for a follower of the bare broadcast.
const WAITING_MAX: usize = 64;

/// A program that does nothing but what it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Floor {
    /// An axum route that does nothing, behind the server's own connection loop.
    Http,
    /// A tokio-tungstenite server that sends every client what one of them says.
    Sockets,
}

/// Serves as a floor until the process is killed. Prints its address.
///
/// # Errors
/// When it cannot listen.
pub(crate) async fn serve(floor: Floor) -> anyhow::Result<()> {
    let listener = serve::listen((Ipv4Addr::LOCALHOST, 0).into())?;
    serve::make_room_for(CONNECTIONS_MAX);
    println!("{}", listener.local_addr()?);
    match floor {
        Floor::Http => {
            // As many bytes as the reply to the taking of a number.
            let nothing = || async { (StatusCode::CREATED, [b' '; 300]) };
            let router = Router::new().route("/nothing", post(nothing));
            let limits = Limits {
                connections_per_address_max: CONNECTIONS_MAX,
                ..Limits::default()
            };
            let (_never, stopping) = watch::channel(false);
            serve::serve(listener, router, limits, stopping).await;
        }
        Floor::Sockets => broadcast_for_ever(listener).await?,
    }
    Ok(())
}

/// Sends what any client says to every client.
async fn broadcast_for_ever(listener: TcpListener) -> anyhow::Result<()> {
    let (said, _) = broadcast::channel::<Utf8Bytes>(WAITING_MAX);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (say, mut heard) = (said.clone(), said.subscribe());
        tokio::spawn(async move {
            let config = WebSocketConfig::default()
                .read_buffer_size(2048)
                .write_buffer_size(0);
            let mut socket = accept_async_with_config(stream, Some(config)).await?;
            loop {
                tokio::select! {
                    text = heard.recv() => match text {
                        Ok(text) => socket.send(Message::Text(text)).await?,
                        Err(_) => bail!("it was too slow"),
                    },
                    message = socket.next() => match message {
                        Some(Ok(Message::Text(text))) => { let _ = say.send(text); }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => return Ok(()),
                    },
                }
            }
        });
    }
}

/// A floor that runs as a process of its own. Killed when it is dropped.
#[derive(Debug)]
pub(crate) struct FloorProcess {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl FloorProcess {
    /// Starts this very program as the floor.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start(floor: Floor) -> anyhow::Result<Self> {
        let name = floor
            .to_possible_value()
            .context("every floor has a name")?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--floor", name.get_name()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let said = child.stdout.take().context("it has an output")?;
        std::io::BufReader::new(said).read_line(&mut line)?;
        let address = line
            .trim()
            .parse()
            .with_context(|| format!("the floor says {line:?}"));
        if address.is_err() {
            let _ = child.kill();
            let _ = child.wait();
        }
        Ok(Self {
            address: address?,
            child,
        })
    }
}

impl Drop for FloorProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One small write and one `fdatasync`, over and over, in a file whose space is there already.
///
/// # Errors
/// Of the file system.
pub(crate) fn fdatasync(dir: &Path, lasts: Duration) -> anyhow::Result<Rate> {
    let path = dir.join("synced");
    let file = std::fs::File::create(&path)?;
    file.write_all_at(&vec![0; usize::try_from(FILE_BYTES)?], 0)?;
    file.sync_all()?;
    let (begun, mut each, mut at) = (Instant::now(), Vec::new(), 0);
    while begun.elapsed() < lasts {
        let asked = Instant::now();
        file.write_all_at(&[1; WRITE_BYTES as usize], at)?;
        file.sync_data()?;
        each.push(asked.elapsed());
        at = (at + WRITE_BYTES) % (FILE_BYTES - WRITE_BYTES);
    }
    let took = begun.elapsed();
    std::fs::remove_file(path)?;
    Ok(Rate {
        each: each.into_iter().collect(),
        took,
    })
}

/// The journal's own group commit without rules and without HTTP: so many tasks hand `entry` to one thread, which
/// appends what has queued up as one frame and then answers.
///
/// # Errors
/// When the journal cannot be written.
pub(crate) async fn journal(
    dir: &Path,
    entry: Bytes,
    concurrent: usize,
    lasts: Duration,
) -> anyhow::Result<Rate> {
    let (mut journal, _) = SegmentJournal::open(dir, &Options::default())?;
    let (ask, mut asked) = mpsc::channel::<oneshot::Sender<()>>(INPUTS_MAX);
    let writer = std::thread::spawn(move || -> anyhow::Result<()> {
        let mut batch = Batch::new();
        while let Some(first) = asked.blocking_recv() {
            let mut waiting = vec![first];
            batch.push(&entry)?;
            while waiting.len() < GROUP_COMMANDS_MAX {
                let Ok(next) = asked.try_recv() else { break };
                batch.push(&entry)?;
                waiting.push(next);
            }
            journal.append(&mut batch)?;
            for answer in waiting {
                let _ = answer.send(());
            }
        }
        Ok(())
    });
    let begun = Instant::now();
    let tasks: Vec<_> = (0..concurrent)
        .map(|_| {
            let ask = ask.clone();
            tokio::spawn(async move {
                let mut each = Vec::new();
                while begun.elapsed() < lasts {
                    let sent = Instant::now();
                    let (answer, answered) = oneshot::channel();
                    ask.send(answer).await.context("the journal stopped")?;
                    answered.await.context("the journal stopped")?;
                    each.push(sent.elapsed());
                }
                anyhow::Ok(each)
            })
        })
        .collect();
    drop(ask);
    let mut each = Vec::new();
    for task in tasks {
        each.extend(task.await??);
    }
    let took = begun.elapsed();
    match writer.join() {
        Ok(written) => written?,
        Err(_) => bail!("the journal's thread panicked"),
    }
    Ok(Rate {
        each: each.into_iter().collect(),
        took,
    })
}
