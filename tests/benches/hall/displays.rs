//! A call on its way to all displays, beside a bare broadcast to as many websockets.

use std::time::Duration;

use futures_util::SinkExt as _;
use nowserving_tests::harness::{fresh_key, number_for};
use nowserving_tests::world::table::{Side, Table};
use tokio_tungstenite::tungstenite::Message;

use crate::Scale;
use crate::crowd::{Crowd, both, connect, hello};
use crate::floor::{Floor, FloorProcess};
use crate::measure::{Sample, span, times};
use crate::place::Place;

/// What only the news of a call has in it.
const CALL: &str = "\"change\":\"call\"";
/// The pause between two calls, so that one is not measured behind the last news of another.
const PAUSE: Duration = Duration::from_millis(50);

/// Measures and prints the section.
///
/// # Errors
/// When a display is not told.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("displays", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("the last, p50", Side::Right),
        ("the last, longest", Side::Right),
        ("bare p50", Side::Right),
        ("bare p99", Side::Right),
        ("p99 of bare", Side::Right),
    ]);
    let place = Place::set_up(1).await?;
    for &displays in &scale.displays {
        let (calls, text) = called(&place, displays, scale.calls).await?;
        let bare = bare(displays, scale.calls, &text).await?;
        let ((each, last), (bare, _)) = (both(&calls), both(&bare));
        table.row(row(displays, &each, &last, &bare));
    }
    println!(
        "\n叫号到大屏 From the clerk's request to each display, its flush included; and a bare tokio-tungstenite broadcast.\n"
    );
    println!("{table}");
    Ok(())
}

fn row(displays: usize, each: &Sample, last: &Sample, bare: &Sample) -> [String; 8] {
    let p99 = |sample: &Sample| sample.quantile(0.99);
    [
        displays.to_string(),
        span(each.median()),
        span(p99(each)),
        span(last.median()),
        span(last.longest()),
        span(bare.median()),
        span(p99(bare)),
        times(p99(each).as_secs_f64(), p99(bare).as_secs_f64()),
    ]
}

/// Calls so often before so many displays; also gives the text that they were sent.
async fn called(
    place: &Place,
    displays: usize,
    calls: usize,
) -> anyhow::Result<(Vec<Vec<Duration>>, String)> {
    let crowd = Crowd::gather(
        place.address(),
        "/ws/v1",
        Some(hello(&place.kiosk_token)),
        CALL,
        displays,
    )
    .await?;
    let (kiosk, clerk) = (place.kiosk(), &place.clerks[0]);
    let (mut rounds, mut text) = (Vec::new(), String::new());
    for _ in 0..calls {
        kiosk.issue(&fresh_key(), &number_for("s1")).await?;
        tokio::time::sleep(PAUSE).await;
        let call = async {
            clerk
                .api
                .call_next(&clerk.window, None)
                .await
                .map(drop)
                .map_err(Into::into)
        };
        let (after, said) = crowd.see(call).await?;
        rounds.push(after);
        text = said;
        clerk.serves().await;
        tokio::time::sleep(PAUSE).await;
    }
    Ok((rounds, text))
}

/// Sends the same text as often to as many websockets with nothing around it.
async fn bare(displays: usize, rounds: usize, text: &str) -> anyhow::Result<Vec<Vec<Duration>>> {
    let floor = FloorProcess::start(Floor::Sockets)?;
    let crowd = Crowd::gather(floor.address, "/", None, CALL, displays).await?;
    let mut speaker = connect(floor.address, "/").await?;
    let mut all = Vec::new();
    for _ in 0..rounds {
        let say = async { speaker.send(Message::text(text)).await.map_err(Into::into) };
        all.push(crowd.see(say).await?.0);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(all)
}
