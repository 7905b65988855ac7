//! The account beside the server's figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use nowserving_shared::model::{ServiceId, WindowId};
use nowserving_shared::protocol::http::{DaySummary, Figures};

use super::{Account, Ended, Ticket, WentBack};

/// What can be counted on both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    issued: u64,
    served: u64,
    no_show: u64,
    cancelled: u64,
    closed: u64,
    open: u64,
    waits: u64,
    recalls: u64,
    named_calls: u64,
}

/// Where the server's figures differ from the account, each difference in a sentence; nothing, when they add up.
///
/// Counted are, in all, for each service and at each window: tickets by how they ended, first calls, recalls. A ticket
/// counts for the service it was taken for, its waits for the service waited for; at a window count the tickets that it
/// called, and a service finished there counts as served. The figures must add up in themselves as well.
#[must_use]
pub fn compare(account: &Account, summary: &DaySummary) -> Vec<String> {
    let own = Own::of(account);
    let mut differences = Vec::new();
    differ("the hall", own.all, &summary.all, &mut differences);
    each(
        "service",
        &own.services,
        &summary.services,
        &mut differences,
    );
    each("window", &own.windows, &summary.windows, &mut differences);
    sums(summary, &mut differences);
    differences
}

/// The account as figures.
#[derive(Default)]
struct Own {
    all: Counts,
    services: BTreeMap<ServiceId, Counts>,
    windows: BTreeMap<WindowId, Counts>,
}

impl Own {
    fn of(account: &Account) -> Self {
        let mut own = Self::default();
        for (_, ticket) in account.tickets() {
            own.add(ticket);
        }
        own
    }

    fn add(&mut self, ticket: &Ticket) {
        let ended = ticket.ended.map(|(ended, _)| ended);
        self.all.end(ended);
        self.all.recalls += u64::from(ticket.recalls);
        self.services
            .entry(ticket.taken_for.clone())
            .or_default()
            .end(ended);
        let mut first_of_step = true;
        for call in &ticket.calls {
            if first_of_step {
                self.all.waits += 1;
                self.windows.entry(call.window.clone()).or_default().waits += 1;
            }
            first_of_step = matches!(call.went_back, Some(WentBack::SentOn | WentBack::Further));
        }
        let called: BTreeSet<&WindowId> = ticket.calls.iter().map(|call| &call.window).collect();
        for window in called {
            let here = if finished_at(ticket, window) {
                Some(Ended::Served)
            } else {
                ended
            };
            self.windows.entry(window.clone()).or_default().end(here);
        }
    }
}

/// Whether a service of the ticket was finished at the window.
fn finished_at(ticket: &Ticket, window: &WindowId) -> bool {
    let served = matches!(ticket.ended, Some((Ended::Served, _)));
    ticket.calls.iter().any(|call| {
        let finished = match call.went_back {
            Some(WentBack::Further) => true,
            Some(WentBack::Missed | WentBack::Held | WentBack::SentOn) => false,
            None => served,
        };
        finished && call.window == *window
    })
}

impl Counts {
    fn end(&mut self, ended: Option<Ended>) {
        self.issued += 1;
        match ended {
            None => self.open += 1,
            Some(Ended::Served) => self.served += 1,
            Some(Ended::NoShow) => self.no_show += 1,
            Some(Ended::Cancelled) => self.cancelled += 1,
        }
    }
}

impl From<&Figures> for Counts {
    fn from(figures: &Figures) -> Self {
        Self {
            issued: figures.issued,
            served: figures.served,
            no_show: figures.no_show,
            cancelled: figures.cancelled,
            closed: figures.closed,
            open: figures.open,
            waits: figures.wait.count,
            recalls: figures.recalls,
            named_calls: figures.named_calls,
        }
    }
}

fn each<I: Ord + Display + Clone>(
    kind: &str,
    own: &BTreeMap<I, Counts>,
    theirs: &BTreeMap<I, Figures>,
    differences: &mut Vec<String>,
) {
    let ids: BTreeSet<&I> = own.keys().chain(theirs.keys()).collect();
    let none = Figures::default();
    for id in ids {
        let mut mine = own.get(id).copied().unwrap_or_default();
        let figures = theirs.get(id).unwrap_or(&none);
        // Recalls and, for a service, waits are told apart by the ticket's present service, which the account does not
        // follow: their sums are compared instead.
        mine.recalls = figures.recalls;
        if kind == "service" {
            mine.waits = figures.wait.count;
        }
        differ(&format!("{kind} {id}"), mine, figures, differences);
    }
}

fn differ(what: &str, own: Counts, figures: &Figures, differences: &mut Vec<String>) {
    let theirs = Counts::from(figures);
    if own != theirs {
        differences.push(format!(
            "{what}: the server says {theirs}, the replies say {own}"
        ));
    }
}

impl Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} issued, {} served, {} no-show, {} cancelled, {} closed, {} open, {} waits, {} recalls, {} named calls",
            self.issued,
            self.served,
            self.no_show,
            self.cancelled,
            self.closed,
            self.open,
            self.waits,
            self.recalls,
            self.named_calls
        )
    }
}

/// The figures of the parts must give those of the whole, and the ends of the tickets their number.
fn sums(summary: &DaySummary, differences: &mut Vec<String>) {
    let all = Counts::from(&summary.all);
    let ends = all.served + all.no_show + all.cancelled + all.closed + all.open;
    if ends != all.issued {
        differences.push(format!(
            "the hall: {} issued, but {ends} ended or open",
            all.issued
        ));
    }
    let mut sum = Counts::default();
    for figures in summary.services.values() {
        let counts = Counts::from(figures);
        sum.issued += counts.issued;
        sum.served += counts.served;
        sum.no_show += counts.no_show;
        sum.cancelled += counts.cancelled;
        sum.closed += counts.closed;
        sum.open += counts.open;
        sum.waits += counts.waits;
        sum.recalls += counts.recalls;
        sum.named_calls += counts.named_calls;
    }
    if sum != all {
        differences.push(format!(
            "the services together have {sum}, the hall has {all}"
        ));
    }
}
