//! The rules alone: how long a decision takes when more and more wait.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::anyhow;
use nowserving_shared::domain::{By, Command, Event, Hall, Origin};
use nowserving_shared::model::{Catalogue, DeviceId, Language, Moment, StaffId, WindowId};
use nowserving_tests::harness::large::{self, SERVICES};
use nowserving_tests::harness::service;
use nowserving_tests::world::table::{Side, Table};

use crate::Scale;
use crate::measure::{Sample, span, times};

/// 2026-11-23T02:00:00Z, ten in the morning in the hall.
const MORNING: Moment = Moment(1_795_399_200_000);
/// How many windows the hall has.
const WINDOWS: usize = 32;
/// How many decisions are timed together: reading the clock costs as much as deciding.
const TOGETHER: usize = 20;

/// A hall in memory only.
pub(crate) struct Rules {
    pub(crate) hall: Hall,
    pub(crate) now: Moment,
}

impl Rules {
    /// A hall with so many windows, a clerk at each.
    ///
    /// # Errors
    /// When the rules refuse.
    pub(crate) fn new(windows: usize) -> anyhow::Result<Self> {
        let mut rules = Self::empty();
        rules.does(&configuration(windows)?, &By::System)?;
        Ok(rules)
    }

    /// A hall without a configuration.
    pub(crate) fn empty() -> Self {
        Self {
            hall: Hall::default(),
            now: MORNING,
        }
    }

    /// What time alone has brought about.
    pub(crate) fn time_passes(&mut self) -> Vec<Event> {
        let due = self.hall.due(self.now);
        due.iter()
            .for_each(|event| self.hall.apply(event, self.now));
        due
    }

    /// What becomes of a command, what time has brought about before it included.
    ///
    /// # Errors
    /// When the rules refuse.
    pub(crate) fn does(&mut self, command: &Command, by: &By) -> anyhow::Result<Vec<Event>> {
        let mut all = self.time_passes();
        let decided = self.hall.decide(command, by, self.now);
        let decided = decided.map_err(|refusal| anyhow!("{command:?}: {refusal}"))?;
        decided
            .iter()
            .for_each(|event| self.hall.apply(event, self.now));
        all.extend(decided);
        Ok(all)
    }
}

/// The loading of the configuration of a hall with so many windows.
///
/// # Errors
/// Never: the configuration is good.
pub(crate) fn configuration(windows: usize) -> anyhow::Result<Command> {
    let catalogue =
        Catalogue::parse(&large::configuration(windows)).map_err(|faults| anyhow!("{faults}"))?;
    Ok(Command::LoadConfiguration {
        catalogue: Arc::new(catalogue),
    })
}

/// The taking of a number.
pub(crate) fn issue(number: usize) -> Command {
    Command::Issue {
        service: service(&format!("s{}", number % SERVICES)),
        class: None,
        language: Language::ZhCn,
        origin: Origin::Kiosk,
        person: None,
    }
}

/// The window `w<number>` and its clerk.
///
/// # Errors
/// Never: the names are good.
pub(crate) fn desk(number: usize) -> anyhow::Result<(WindowId, By)> {
    let window = WindowId::new(&format!("w{number}"))?;
    Ok((window, By::Staff(StaffId::new(&format!("c{number}"))?)))
}

/// The kiosk.
///
/// # Errors
/// Never: the name is good.
pub(crate) fn kiosk() -> anyhow::Result<By> {
    Ok(By::Device(DeviceId::new("kiosk-1")?))
}

/// Measures and prints the section.
///
/// # Errors
/// When the rules refuse.
pub(crate) fn run(scale: &Scale) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("waiting", Side::Right),
        ("call next", Side::Right),
        ("of the first", Side::Right),
        ("take a number", Side::Right),
        ("of the first", Side::Right),
        ("log n of the first", Side::Right),
    ]);
    let mut first = None;
    for &waiting in &scale.waiting {
        let mut rules = Rules::new(WINDOWS)?;
        let kiosk = kiosk()?;
        for number in 0..waiting {
            rules.does(&issue(number), &kiosk)?;
        }
        let mut calls = Vec::new();
        for number in 1..=WINDOWS {
            let (window, clerk) = desk(number)?;
            rules.does(
                &Command::SignOn {
                    window: window.clone(),
                },
                &clerk,
            )?;
            calls.push((
                Command::CallNext {
                    window,
                    service: None,
                },
                clerk,
            ));
        }
        let issues: Vec<_> = (0..SERVICES)
            .map(|number| (issue(number), kiosk.clone()))
            .collect();
        let call = time(&rules, &calls, scale.decisions)?;
        let issue = time(&rules, &issues, scale.decisions)?;
        let (least, call_first, issue_first) = *first.get_or_insert((
            waiting as f64,
            call.median().as_secs_f64(),
            issue.median().as_secs_f64(),
        ));
        table.row([
            waiting.to_string(),
            span(call.median()),
            times(call.median().as_secs_f64(), call_first),
            span(issue.median()),
            times(issue.median().as_secs_f64(), issue_first),
            times((waiting as f64).ln(), least.ln()),
        ]);
    }
    println!("\n规则 The rules alone: one decision, among so many who wait.\n");
    println!("{table}");
    Ok(())
}

/// How long one decision takes, among so many.
fn time(rules: &Rules, commands: &[(Command, By)], decisions: usize) -> anyhow::Result<Sample> {
    let mut all = commands.iter().cycle();
    let mut each = Vec::new();
    for _ in 0..decisions.div_ceil(TOGETHER) {
        let some: Vec<_> = all.by_ref().take(TOGETHER).collect();
        let began = Instant::now();
        for (command, by) in &some {
            let decided = rules.hall.decide(black_box(command), by, rules.now);
            black_box(decided).map_err(|refusal| anyhow!("{refusal}"))?;
        }
        each.push(began.elapsed() / TOGETHER as u32);
    }
    Ok(each.into_iter().collect())
}
