//! How much memory the server needs for those who wait and for displays that look on.

use std::time::Duration;

use bytes::Bytes;
use nowserving_tests::harness::large::SERVICES;
use nowserving_tests::world::table::{Side, Table};

use crate::Scale;
use crate::crowd::{Crowd, hello};
use crate::measure::{bytes, resident};
use crate::place::Place;
use crate::web::{Who, lines};

/// How many take their number at once.
const TAKING: usize = 64;
/// How long the server is given to come to rest.
const REST: Duration = Duration::from_secs(3);

/// Measures and prints the section.
///
/// # Errors
/// When the server refuses.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("server", Side::Left),
        ("resident before", Side::Right),
        ("resident after", Side::Right),
        ("each", Side::Right),
    ]);
    let mut row = |what: String, before: u64, after: u64, count: usize| {
        let each = after.saturating_sub(before) / count.max(1) as u64;
        table.row([what, bytes(before), bytes(after), bytes(each)]);
    };
    let place = Place::set_up(1).await?;
    let before = resident(place.process())?;
    let crowd = Crowd::gather(
        place.address(),
        "/ws/v1",
        Some(hello(&place.kiosk_token)),
        "\"change\":\"call\"",
        scale.idle_displays,
    )
    .await?;
    take(&place, 1).await?;
    tokio::time::sleep(REST).await;
    let after = resident(place.process())?;
    row(
        format!("{} displays that look on", scale.idle_displays),
        before,
        after,
        scale.idle_displays,
    );
    drop(crowd);
    drop(place);

    // The first thousands fill buffers of a fixed size and the store's cache; what counts is what each further one needs.
    let place = Place::set_up(1).await?;
    let half = scale.waiting_in_memory;
    take(&place, half).await?;
    tokio::time::sleep(REST).await;
    let before = resident(place.process())?;
    take(&place, half).await?;
    tokio::time::sleep(REST).await;
    let after = resident(place.process())?;
    row(
        format!("{half} further tickets wait beside {half}"),
        before,
        after,
        half,
    );
    println!("\n内存 Memory of the server's process.\n");
    println!("{table}");
    Ok(())
}

/// Lets so many take a number.
async fn take(place: &Place, count: usize) -> anyhow::Result<()> {
    let who = Who::Kiosk(place.kiosk_token.clone());
    let people = TAKING.min(count);
    let mut tasks = Vec::new();
    for (number, mut line) in lines(place.address(), &who, people)
        .await?
        .into_iter()
        .enumerate()
    {
        let body = Bytes::from(format!("{{\"service\":\"s{}\"}}", number % SERVICES));
        let share = count / people + usize::from(number < count % people);
        tasks.push(tokio::spawn(async move {
            for _ in 0..share {
                line.must("/api/v1/tickets", &body).await?;
            }
            anyhow::Ok(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}
