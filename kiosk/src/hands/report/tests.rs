//! When reports are sent, and what they say.

use std::sync::{Arc, Mutex};

use nowserving_shared::model::TicketId;

use super::*;
use crate::state::PrintStage;
use crate::state::tests::options;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longer than any test: nothing is sent because of it.
const NEVER: Duration = Duration::from_secs(3_600);

/// What was sent, and what the server answers.
#[derive(Clone, Default)]
struct Server {
    sent: Arc<Mutex<Vec<DeviceReport>>>,
    is_away: Arc<std::sync::atomic::AtomicBool>,
}

impl Server {
    fn sent(&self) -> Vec<DeviceReport> {
        self.sent.lock().expect("no test panics here").clone()
    }

    fn is_away(&self, away: bool) {
        self.is_away
            .store(away, std::sync::atomic::Ordering::SeqCst);
    }

    fn reporter(&self, interval: Duration) -> Reporter {
        let (sender, conditions) = watch::channel(Condition::default());
        let known = self.clone();
        let send = async move |report: DeviceReport| {
            known.sent.lock().expect("no test panics here").push(report);
            if known.is_away.load(std::sync::atomic::Ordering::SeqCst) {
                return Err("no answer".to_owned());
            }
            Ok(())
        };
        tokio::spawn(run(send, conditions, interval, Duration::ZERO));
        Reporter(sender)
    }

    async fn has(&self, what: &str, wanted: impl Fn(&[DeviceReport]) -> bool) {
        let waits = async {
            while !wanted(&self.sent()) {
                tokio::task::yield_now().await;
            }
        };
        let in_time = timeout(PATIENCE, waits).await;
        assert!(in_time.is_ok(), "{what}: {:?}", self.sent());
    }
}

fn kiosk(printer: PrinterIs) -> State {
    let mut state = State::new(options());
    state.on(Event::Printer(printer));
    state
}

#[tokio::test]
async fn a_report_is_sent_at_the_start_and_whenever_the_printer_changes() {
    let server = Server::default();
    let reporter = server.reporter(NEVER);
    reporter.saw(&kiosk(PrinterIs::Starting));
    server.has("the first", |sent| sent.len() == 1).await;
    assert_eq!(server.sent()[0].printer, "starting");
    assert_eq!(server.sent()[0].version, env!("CARGO_PKG_VERSION"));
    for (printer, word) in [
        (PrinterIs::Ready, "ready"),
        (PrinterIs::PaperLow, "paper_low"),
        (PrinterIs::NotReady(PrinterTrouble::PaperOut), "paper_out"),
        (PrinterIs::NotReady(PrinterTrouble::CoverOpen), "cover_open"),
        (PrinterIs::NotReady(PrinterTrouble::Offline), "offline"),
    ] {
        let before = server.sent().len();
        reporter.saw(&kiosk(printer));
        reporter.saw(&kiosk(printer));
        server
            .has(word, |sent| {
                sent.len() == before + 1 && sent.last().is_some_and(|last| last.printer == word)
            })
            .await;
    }
}

#[tokio::test]
async fn a_trouble_travels_with_the_next_report() {
    let server = Server::default();
    let reporter = server.reporter(NEVER);
    reporter.saw(&kiosk(PrinterIs::Ready));
    server.has("the first", |sent| sent.len() == 1).await;
    reporter.heard(&Event::Print {
        ticket: TicketId(17),
        stage: PrintStage::Failed,
    });
    reporter.saw(&kiosk(PrinterIs::NotReady(PrinterTrouble::Offline)));
    server.has("the second", |sent| sent.len() == 2).await;
    assert_eq!(server.sent()[1].trouble, "ticket 17 was not printed");
}

#[tokio::test]
async fn a_report_is_sent_again_when_the_interval_is_over() {
    let server = Server::default();
    let reporter = server.reporter(Duration::from_millis(10));
    reporter.saw(&kiosk(PrinterIs::Ready));
    server
        .has("three of the same", |sent| sent.len() >= 3)
        .await;
}

#[tokio::test]
async fn after_a_failure_no_change_is_sent_before_the_interval_is_over() {
    let server = Server::default();
    server.is_away(true);
    let (interval, start) = (Duration::from_millis(300), Instant::now());
    let reporter = server.reporter(interval);
    reporter.saw(&kiosk(PrinterIs::Starting));
    server.has("the first", |sent| sent.len() == 1).await;
    reporter.saw(&kiosk(PrinterIs::Ready));
    server.is_away(false);
    server.has("the second", |sent| sent.len() == 2).await;
    assert!(start.elapsed() >= interval, "{:?}", start.elapsed());
    assert_eq!(server.sent()[1].printer, "ready");
}

#[tokio::test]
async fn reporting_ends_with_the_kiosk() {
    let (sender, conditions) = watch::channel(Condition::default());
    let send = async |_: DeviceReport| Ok(());
    let running = tokio::spawn(run(send, conditions, NEVER, Duration::ZERO));
    let reporter = Reporter(sender);
    reporter.saw(&kiosk(PrinterIs::Ready));
    drop(reporter);
    timeout(PATIENCE, running)
        .await
        .expect("it ends")
        .expect("it does not panic");
}
