//! A hall made again from a journal of many days.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

use nowserving_journal::{Batch, Journal as _, Options, PushError, SegmentJournal};
use nowserving_server::record;
use nowserving_server::run;
use nowserving_server::settings::Settings;
use nowserving_server::tools::DataDir;
use nowserving_shared::domain::{By, Command, Event, Outcome};
use nowserving_shared::model::Moment;
use nowserving_tests::world::table::{Side, Table};

use crate::Scale;
use crate::measure::{bytes, span, whole};
use crate::rules::{Rules, configuration, desk, issue, kiosk};

/// How many windows the hall has.
const WINDOWS: usize = 32;
/// How much time lies between two visitors: two and a half thousand come in ten hours.
const BETWEEN: Duration = Duration::from_millis(14_400);
/// How many come on a day.
const VISITORS: usize = 2_500;

/// Measures and prints the section.
///
/// # Errors
/// When the hall does not open.
pub(crate) async fn run(scale: &Scale) -> anyhow::Result<()> {
    let place = tempfile::tempdir()?;
    let data = place.path().join("hall");
    let events = write(&data, scale.events)?;
    let dir = DataDir::new(&data);
    let journal_bytes = bytes_in(&dir.journal())?;
    let mut table = Table::new([
        ("what is there", Side::Left),
        ("until the doors are open", Side::Right),
        ("events/s", Side::Right),
    ]);
    let mut row = |what: &str, took: Duration, worked: bool| {
        let rate = if worked {
            whole(events as f64 / took.as_secs_f64())
        } else {
            String::new()
        };
        table.row([what.to_owned(), span(took), rate]);
    };
    row(
        "the journal alone: hall and store are made again",
        open(&data).await?,
        true,
    );
    row("snapshot and store", open(&data).await?, false);
    std::fs::remove_dir_all(dir.snapshots())?;
    row(
        "the store, no snapshot: the hall is made again",
        open(&data).await?,
        true,
    );
    std::fs::remove_dir_all(dir.store())?;
    row(
        "a snapshot, no store: the store is made again",
        open(&data).await?,
        true,
    );
    println!(
        "\n重启 Opening a hall with {events} events ({}) of {} days.\n",
        bytes(journal_bytes),
        events / 4 / VISITORS as u64 + 1
    );
    println!("{table}");
    Ok(())
}

/// How long a server takes until its doors are open. It is stopped again, and leaves a snapshot.
async fn open(data: &Path) -> anyhow::Result<Duration> {
    let settings = Settings::new(data.to_owned(), (Ipv4Addr::LOCALHOST, 0).into());
    let began = Instant::now();
    let running = run::start(settings).await?;
    let took = began.elapsed();
    running.stop().await;
    Ok(took)
}

fn bytes_in(dir: &Path) -> anyhow::Result<u64> {
    let mut all = 0;
    for file in std::fs::read_dir(dir)? {
        all += file?.metadata()?.len();
    }
    Ok(all)
}

/// Writes a journal of days on which everybody takes a number, is called, and is served.
fn write(data: &Path, events: u64) -> anyhow::Result<u64> {
    let mut days = Days::begin(data)?;
    let kiosk = kiosk()?;
    let mut visitor = 0;
    while days.written < events {
        if visitor % VISITORS == 0 {
            days.opens(visitor / VISITORS)?;
        }
        days.does(&issue(visitor), &kiosk)?;
        // This window serves the visitor's service before any other, and nobody else waits.
        let (window, clerk) = desk((visitor + WINDOWS - 1) % WINDOWS + 1)?;
        days.does(
            &Command::CallNext {
                window: window.clone(),
                service: None,
            },
            &clerk,
        )?;
        days.does(
            &Command::Start {
                window: window.clone(),
            },
            &clerk,
        )?;
        days.does(
            &Command::Finish {
                window,
                outcome: Outcome::Done,
            },
            &clerk,
        )?;
        days.rules.now = days.rules.now.after(BETWEEN);
        visitor += 1;
    }
    days.flush()?;
    Ok(days.written)
}

/// A hall and the journal that it fills.
struct Days {
    rules: Rules,
    first: Moment,
    journal: SegmentJournal,
    batch: Batch,
    written: u64,
}

impl Days {
    fn begin(data: &Path) -> anyhow::Result<Self> {
        let dir = DataDir::new(data);
        std::fs::create_dir_all(data)?;
        let (journal, _) = SegmentJournal::open(&dir.journal(), &Options::default())?;
        let rules = Rules::empty();
        let mut days = Self {
            first: rules.now,
            rules,
            journal,
            batch: Batch::new(),
            written: 0,
        };
        days.does(&configuration(WINDOWS)?, &By::System)?;
        Ok(days)
    }

    /// The morning of a day: everybody comes to their window.
    fn opens(&mut self, day: usize) -> anyhow::Result<()> {
        self.rules.now = self
            .first
            .after(Duration::from_secs(day as u64 * 24 * 3600));
        let due = self.rules.time_passes();
        self.record(&By::System, &due)?;
        for number in 1..=WINDOWS {
            let (window, clerk) = desk(number)?;
            if self
                .rules
                .hall
                .desk(&window)
                .is_none_or(|desk| desk.staff.is_none())
            {
                self.does(&Command::SignOn { window }, &clerk)?;
            }
        }
        Ok(())
    }

    fn does(&mut self, command: &Command, by: &By) -> anyhow::Result<()> {
        let events = self.rules.does(command, by)?;
        self.record(by, &events)
    }

    fn record(&mut self, by: &By, events: &[Event]) -> anyhow::Result<()> {
        for event in events {
            let at = self.rules.now;
            let full = self
                .batch
                .push_with(|out| record::write(out, at, by, None, event));
            if let Err(PushError::Full(_)) = full {
                self.flush()?;
                self.batch
                    .push_with(|out| record::write(out, at, by, None, event))?;
            }
            self.written += 1;
        }
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        if !self.batch.is_empty() {
            self.journal.append(&mut self.batch)?;
        }
        Ok(())
    }
}
