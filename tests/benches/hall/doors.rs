//! Numbers and calls through HTTP, each answered after its flush, beside what the machine could do at best.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use nowserving_journal::JournalReader;
use nowserving_server::record;
use nowserving_server::tools::DataDir;
use nowserving_shared::domain::Event;
use nowserving_tests::harness::large::SERVICES;
use nowserving_tests::world::table::{Side, Table};

use crate::Scale;
use crate::floor::{self, Floor, FloorProcess};
use crate::measure::{Rate, span, times, whole};
use crate::place::Place;
use crate::web::{Line, Who, lines, press};

/// How many ask at once when tickets are put into the queues that the calls need.
const FILLING: usize = 64;
/// The numbers and their floors are measured in turn, so many times: a machine that others use too is now faster, now
/// slower, and a ratio is worth something only when both sides had the same of it.
const ROUNDS: u32 = 8;

/// What was measured at one concurrency.
struct Row {
    concurrent: usize,
    issue: Rate,
    calls: Calls,
    http: Rate,
    journal: Rate,
}

/// Calls, and all commands of their cycle: call, start, finish.
struct Calls {
    call: Rate,
    commands: f64,
}

/// Measures and prints the section.
///
/// # Errors
/// When a request fails.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let sync = floor::fdatasync(scratch.path(), scale.lasts)?;
    let nothing = FloorProcess::start(Floor::Http)?;
    let mut rows = Vec::new();
    for &concurrent in &scale.concurrent {
        // A hall of its own each time: a few seconds fill it with as many as it takes.
        let place = Place::set_up(concurrent).await?;
        let entry = entry_of(&place).await?;
        let who = Who::Kiosk(place.kiosk_token.clone());
        let mut asking = lines(place.address(), &who, concurrent).await?;
        let mut asking_nothing = lines(nothing.address, &who, concurrent).await?;
        let path = |number| ("/nothing".to_owned(), issue_request(number).1);
        let (mut issue, mut http, mut journal) = <(Rate, Rate, Rate)>::default();
        let dir = scratch.path().join(format!("journal-{concurrent}"));
        for _ in 0..ROUNDS {
            let lasts = scale.lasts / ROUNDS;
            issue.add(press(&mut asking, issue_request, lasts).await?);
            http.add(press(&mut asking_nothing, path, lasts).await?);
            journal.add(floor::journal(&dir, entry.clone(), concurrent, lasts).await?);
        }
        std::fs::remove_dir_all(&dir)?;
        fill(&place, scale.waiting_before_calls).await?;
        let calls = calls(&place, concurrent, scale.lasts).await?;
        rows.push(Row {
            concurrent,
            issue,
            calls,
            http,
            journal,
        });
    }
    print(&sync, &rows);
    Ok(())
}

/// The request for a number; the lines ask for all services in turn.
fn issue_request(number: usize) -> (String, Bytes) {
    let body = format!("{{\"service\":\"s{}\"}}", number % SERVICES);
    ("/api/v1/tickets".to_owned(), Bytes::from(body))
}

/// The bytes that the event of a number takes in the journal.
async fn entry_of(place: &Place) -> anyhow::Result<Bytes> {
    let who = Who::Kiosk(place.kiosk_token.clone());
    let (path, body) = issue_request(0);
    Line::open(place.address(), who)
        .await?
        .must(&path, &body)
        .await?;
    let reader = JournalReader::open(&DataDir::new(&place.data()).journal())?;
    let mut frames = reader.read(1, reader.acknowledged()?.seq)?;
    let mut found = None;
    while let Some(frame) = frames.next_frame()? {
        let issued = frame.entries().find(|(seq, bytes)| {
            let entry = record::read(*seq, bytes);
            entry.is_ok_and(|entry| matches!(entry.recorded.event, Event::Issued { .. }))
        });
        found = issued
            .map(|(_, bytes)| Bytes::copy_from_slice(bytes))
            .or(found);
    }
    found.context("a number was taken")
}

/// Lets so many take a number.
async fn fill(place: &Place, count: usize) -> anyhow::Result<()> {
    let who = Who::Kiosk(place.kiosk_token.clone());
    let tasks: Vec<_> = lines(place.address(), &who, FILLING)
        .await?
        .into_iter()
        .enumerate()
        .map(|(number, mut line)| {
            let (path, body) = issue_request(number);
            tokio::spawn(async move {
                for _ in 0..count.div_ceil(FILLING) {
                    line.must(&path, &body).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// Lets so many windows call, start and finish for `lasts`, or until nobody waits for one of them.
async fn calls(place: &Place, concurrent: usize, lasts: Duration) -> anyhow::Result<Calls> {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for clerk in place.clerks.iter().take(concurrent) {
        let session = clerk
            .api
            .session_cookie()
            .context("the clerk is logged in")?;
        let mut line = Line::open(place.address(), Who::Clerk(session.to_owned())).await?;
        let at = format!("/api/v1/windows/{}", clerk.window);
        tasks.push(tokio::spawn(async move {
            let nothing = Bytes::from_static(b"{}");
            let mut each = Vec::new();
            while begun.elapsed() < lasts {
                let sent = Instant::now();
                let (status, reply) = line.post(&format!("{at}/call-next"), &nothing).await?;
                if !status.is_success() {
                    let reply = String::from_utf8_lossy(&reply).into_owned();
                    anyhow::ensure!(reply.contains("nobody-waits"), "{reply}");
                    break;
                }
                each.push(sent.elapsed());
                line.must(&format!("{at}/start"), &nothing).await?;
                line.must(&format!("{at}/finish"), &nothing).await?;
            }
            anyhow::Ok(each)
        }));
    }
    let mut each = Vec::new();
    for task in tasks {
        each.extend(task.await??);
    }
    let call = Rate {
        each: each.into_iter().collect(),
        took: begun.elapsed(),
    };
    Ok(Calls {
        commands: 3.0 * call.per_second(),
        call,
    })
}

fn print(sync: &Rate, rows: &[Row]) {
    println!(
        "\n取号与叫号 Numbers and calls through HTTP, each answered after its flush. One fdatasync: {} (p99 {}), {}/s.\n",
        span(sync.each.median()),
        span(sync.each.quantile(0.99)),
        whole(sync.per_second()),
    );
    let mut table = Table::new([
        ("at once", Side::Right),
        ("issue/s", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("nothing/s", Side::Right),
        ("journal/s", Side::Right),
        ("of the lower", Side::Right),
        ("call-next/s", Side::Right),
        ("p50", Side::Right),
        ("p99", Side::Right),
        ("commands/s", Side::Right),
    ]);
    for row in rows {
        let floor = row.http.per_second().min(row.journal.per_second());
        table.row([
            row.concurrent.to_string(),
            whole(row.issue.per_second()),
            span(row.issue.each.median()),
            span(row.issue.each.quantile(0.99)),
            whole(row.http.per_second()),
            whole(row.journal.per_second()),
            times(row.issue.per_second(), floor),
            whole(row.calls.call.per_second()),
            span(row.calls.call.each.median()),
            span(row.calls.call.each.quantile(0.99)),
            whole(row.calls.commands),
        ]);
    }
    println!("{table}");
    println!(
        "nothing/s: an axum route that does nothing; journal/s: the journal's group commit without rules and HTTP;"
    );
    println!("commands/s: each call is followed by start and finish.");
}
