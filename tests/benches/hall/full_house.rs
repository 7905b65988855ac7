//! A full house: displays on the walls and a telephone in every hand, and a call several times a second.
//!
//! A display is measured from the clerk's request to the news of that call; a telephone, from the request of each call to
//! the message by which its place in the line is no longer counted before it. Beside it, a bare tokio-tungstenite broadcast
//! of the same text to as many websockets, as often.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use nowserving_shared::model::Language;
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::{ClientMessage, What};
use nowserving_tests::harness::{fresh_key, number_for};
use nowserving_tests::world::table::{Side, Table};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

use crate::Scale;
use crate::crowd::{Crowd, connect};
use crate::floor::{Floor, FloorProcess};
use crate::kiosk_frames::processor_time;
use crate::measure::{Sample, bytes, resident, span};
use crate::place::Place;

/// What only the news of a call has in it.
const CALL: &str = "\"change\":\"call\"";
/// What stands before the number of those who wait before a telephone's holder.
const AHEAD: &str = "\"ahead\":";
/// How often somebody is called.
const CALL_EVERY: Duration = Duration::from_millis(200);
/// How long the server is given to come to rest before its memory is looked at.
const REST: Duration = Duration::from_secs(3);
/// How long the last news may take.
const LAST: Duration = Duration::from_secs(5);

/// When each call was asked for, first to last.
type Calls = Arc<Mutex<Vec<Instant>>>;
type Durations = Arc<Mutex<Vec<Duration>>>;

/// Measures and prints the section.
///
/// # Errors
/// When somebody is not told.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let (displays, phones) = scale.full_house;
    let place = Place::set_up(1).await?;
    let kiosk = place.kiosk();
    let mut tokens = Vec::with_capacity(phones);
    // Those in front are called; everybody with a telephone stands behind them.
    for number in 0..scale.calls + phones {
        let ticket = kiosk.issue(&fresh_key(), &number_for("s1")).await?;
        if number >= scale.calls {
            tokens.push(ticket.token);
        }
    }
    let before = resident(place.process())?;
    let shown = Durations::default();
    let moved = Durations::default();
    let calls = Calls::default();
    let mut people = JoinSet::new();
    for _ in 0..displays {
        let hello = hello(What::Wall { zone: None }, place.kiosk_token.clone());
        let (socket, _) = greeted(&place, &hello).await?;
        people.spawn(looks_on(socket, calls.clone(), shown.clone()));
    }
    for token in tokens {
        let (socket, text) = greeted(&place, &hello(What::Ticket, token)).await?;
        let first = ahead(&text).context("it waits in the line")?;
        people.spawn(holds(socket, first, calls.clone(), moved.clone()));
    }
    tokio::time::sleep(REST).await;
    let each = resident(place.process())?.saturating_sub(before) / (displays + phones) as u64;

    let clerk = &place.clerks[0];
    let (began, used) = (Instant::now(), processor_time(place.process())?);
    let mut ticks = tokio::time::interval(CALL_EVERY);
    for _ in 0..scale.calls {
        ticks.tick().await;
        lock(&calls).push(Instant::now());
        clerk.calls_next().await;
        clerk.serves().await;
    }
    let busy = processor_time(place.process())?.saturating_sub(used);
    let busy = busy.as_secs_f64() / began.elapsed().as_secs_f64();
    // The last of them is on its way.
    let told = (displays * scale.calls, phones * scale.calls);
    let deadline = Instant::now() + LAST;
    while (lock(&shown).len(), lock(&moved).len()) != told && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(people);
    let (shown, moved) = (taken(&shown), taken(&moved));
    let bare = bare(displays + phones, scale.calls).await?;
    let mut table = Table::new([
        ("told", Side::Left),
        ("how many", Side::Right),
        ("news", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("longest", Side::Right),
    ]);
    for (what, count, sample) in [
        ("displays, of the call", displays, &shown),
        ("telephones, of their place", phones, &moved),
        ("websockets, bare broadcast", displays + phones, &bare),
    ] {
        table.row([
            what.to_owned(),
            count.to_string(),
            sample.len().to_string(),
            span(sample.median()),
            span(sample.quantile(0.99)),
            span(sample.longest()),
        ]);
    }
    println!(
        "\n满座 A full house: a call every {}. A place in the line is counted anew four times a second at most.\n",
        span(CALL_EVERY)
    );
    println!("{table}");
    println!(
        "Memory of each idle connection: {}. The server used {:.0} % of one core while it called.",
        bytes(each),
        busy * 100.0
    );
    Ok(())
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn taken(durations: &Durations) -> Sample {
    std::mem::take(&mut *lock(durations)).into_iter().collect()
}

fn hello(what: What, token: String) -> ClientMessage {
    ClientMessage::Hello {
        schema: SCHEMA,
        what,
        token: Some(token),
        epoch: None,
        last_seq: None,
        language: Language::ZhCn,
    }
}

type Socket = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

/// A websocket and its first message.
async fn greeted(place: &Place, hello: &ClientMessage) -> anyhow::Result<(Socket, String)> {
    let mut socket = connect(place.address(), "/ws/v1").await?;
    let text = serde_json::to_string(hello)?;
    socket.send(Message::text(text)).await?;
    let first = socket.next().await.context("it is told something")??;
    let text = first.to_text()?.to_owned();
    anyhow::ensure!(!text.contains("\"refused\""), "{text}");
    Ok((socket, text))
}

/// A display: how long after its request each call is seen.
async fn looks_on(mut socket: Socket, calls: Calls, shown: Durations) {
    let mut seen = 0;
    while let Some(Ok(message)) = socket.next().await {
        // A call makes two news: that it was made, and that its holder is served.
        let is_a_call = |text: &str| text.contains(CALL) && text.contains("\"state\":\"calling\"");
        if message.to_text().is_ok_and(is_a_call) {
            let asked = lock(&calls).get(seen).copied();
            lock(&shown).extend(asked.map(|asked| asked.elapsed()));
            seen += 1;
        }
    }
}

/// A telephone: how long after its request each call is no longer counted before its holder.
async fn holds(mut socket: Socket, first: usize, calls: Calls, moved: Durations) {
    let mut counted = 0;
    while let Some(Ok(message)) = socket.next().await {
        let Some(ahead) = message.to_text().ok().and_then(ahead) else {
            continue;
        };
        while counted < first.saturating_sub(ahead) {
            let asked = lock(&calls).get(counted).copied();
            lock(&moved).extend(asked.map(|asked| asked.elapsed()));
            counted += 1;
        }
    }
}

/// How many wait before a telephone's holder, as a message has it.
fn ahead(text: &str) -> Option<usize> {
    let (_, rest) = text.split_once(AHEAD)?;
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// Sends a short text as often to as many websockets with nothing around it.
async fn bare(people: usize, rounds: usize) -> anyhow::Result<Sample> {
    let floor = FloorProcess::start(Floor::Sockets)?;
    let crowd = Crowd::gather(floor.address, "/", None, CALL, people).await?;
    let mut speaker = connect(floor.address, "/").await?;
    let mut all = Vec::new();
    let mut ticks = tokio::time::interval(CALL_EVERY);
    for _ in 0..rounds {
        ticks.tick().await;
        let say = async { speaker.send(Message::text(CALL)).await.map_err(Into::into) };
        all.extend(crowd.see(say).await?.0);
    }
    Ok(all.into_iter().collect())
}
