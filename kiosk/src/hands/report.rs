//! What the kiosk says of itself to its administrators: its version, its printer, what it has to hand over, its last trouble.
//!
//! A report is sent when the printer or the number of unsent tickets changes, and every [`REPORT_INTERVAL`]. One that fails
//! is in the log once, until one arrives again, and is not sent anew before the interval is over.

use std::time::Duration;

use nowserving_client::api::Api;
use nowserving_shared::protocol::http::{DeviceReport, REPORT_INTERVAL};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::state::{Event, PrinterIs, PrinterTrouble, State, trouble_of};

#[cfg(test)]
mod tests;

/// The least time between two reports, whatever changes.
const REPORT_GAP: Duration = Duration::from_secs(2);

/// What a report says that changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Condition {
    printer: &'static str,
    unsent: u32,
    trouble: String,
}

impl Condition {
    /// Whether it is worth a report before its time.
    fn is_news(&self, told: &Self) -> bool {
        (self.printer, self.unsent) != (told.printer, told.unsent)
    }

    fn report(&self, uptime: Duration) -> DeviceReport {
        DeviceReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            uptime_seconds: uptime.as_secs(),
            printer: self.printer.to_owned(),
            unsent: self.unsent,
            trouble: self.trouble.clone(),
        }
    }
}

/// Watches the kiosk and reports; ends when it is dropped.
pub(super) struct Reporter(watch::Sender<Condition>);

impl Reporter {
    /// Begins with the first state that it sees.
    pub(super) fn start(api: Api, runtime: &Handle) -> Self {
        let (sender, conditions) = watch::channel(Condition::default());
        let send = async move |report: DeviceReport| {
            let told = api.report(&report).await;
            told.map_err(|error| error.to_string())
        };
        runtime.spawn(run(send, conditions, REPORT_INTERVAL, REPORT_GAP));
        Self(sender)
    }

    /// Something happened to the kiosk.
    pub(super) fn heard(&self, event: &Event) {
        if let Some(trouble) = trouble_of(event) {
            self.0.send_if_modified(|known| {
                let is_new = known.trouble != trouble;
                known.trouble = trouble;
                is_new
            });
        }
    }

    /// This is what the kiosk is now.
    pub(super) fn saw(&self, state: &State) {
        let printer = word_of(state.printer());
        let unsent = state.book().map_or(0, |book| book.pending().len());
        let unsent = u32::try_from(unsent).unwrap_or(u32::MAX);
        self.0.send_if_modified(|known| {
            let is_new = (known.printer, known.unsent) != (printer, unsent);
            (known.printer, known.unsent) = (printer, unsent);
            is_new
        });
    }
}

async fn run(
    send: impl AsyncFn(DeviceReport) -> Result<(), String>,
    mut conditions: watch::Receiver<Condition>,
    interval: Duration,
    gap: Duration,
) {
    let start = Instant::now();
    let mut failing = false;
    // Nothing is known before the first state.
    while conditions.borrow().printer.is_empty() {
        if conditions.changed().await.is_err() {
            return;
        }
    }
    loop {
        let told = conditions.borrow_and_update().clone();
        match send(told.report(start.elapsed())).await {
            Ok(()) => failing = false,
            Err(why) if failing => tracing::debug!(why, "still no report"),
            Err(why) => {
                failing = true;
                tracing::warn!(
                    why,
                    "the server has no report of this kiosk; it is tried again"
                );
            }
        }
        sleep(gap).await;
        let news = news(&mut conditions, &told, failing);
        // The time is over: the next report is due.
        let goes_on = timeout(interval.saturating_sub(gap), news).await;
        if goes_on == Ok(false) {
            return;
        }
    }
}

/// Waits for what is worth a report before its time; false: the kiosk has ended. After a failure nothing is.
async fn news(
    conditions: &mut watch::Receiver<Condition>,
    told: &Condition,
    failing: bool,
) -> bool {
    loop {
        if !failing && conditions.borrow_and_update().is_news(told) {
            return true;
        }
        if conditions.changed().await.is_err() {
            return false;
        }
    }
}

/// The printer's condition as reports name it.
fn word_of(printer: PrinterIs) -> &'static str {
    match printer {
        PrinterIs::Starting => "starting",
        PrinterIs::Ready => "ready",
        PrinterIs::PaperLow => "paper_low",
        PrinterIs::NotReady(PrinterTrouble::Absent) => "absent",
        PrinterIs::NotReady(PrinterTrouble::PaperOut) => "paper_out",
        PrinterIs::NotReady(PrinterTrouble::CoverOpen) => "cover_open",
        PrinterIs::NotReady(PrinterTrouble::Offline) => "offline",
    }
}
