//! What the hall costs, measured: `./hall bench`.
//!
//! Each section measures the real thing through its real door, and in the same run, on the same machine, a *floor*: the
//! least that such a thing could cost. Ratios to the floor carry over to other machines; microseconds do not. Nothing is
//! asserted here about time.
//!
//! Run by `cargo test` (without `--bench`) every section runs once, very small, so that the measurements stay in order.

mod crowd;
mod displays;
mod doors;
mod floor;
mod full_house;
mod kiosk;
mod kiosk_frames;
mod measure;
mod memory;
mod place;
mod restart;
mod rules;
mod walls;
mod web;

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// How large a run is.
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    /// How long each rate is measured.
    pub(crate) lasts: Duration,
    /// How many ask at once.
    pub(crate) concurrent: Vec<usize>,
    /// How many tickets wait before the calls of one concurrency are measured.
    pub(crate) waiting_before_calls: usize,
    /// How many displays look on.
    pub(crate) displays: Vec<usize>,
    /// How many displays and telephones there are in a full house.
    pub(crate) full_house: (usize, usize),
    /// How many calls are shown to them.
    pub(crate) calls: usize,
    /// How many calls are drawn and said by one wall.
    pub(crate) wall_calls: usize,
    /// How many wait when the rules decide.
    pub(crate) waiting: Vec<usize>,
    /// How many decisions are measured.
    pub(crate) decisions: usize,
    /// How many events the journal has from which a hall is made again.
    pub(crate) events: u64,
    /// How many displays are connected and idle.
    pub(crate) idle_displays: usize,
    /// How many tickets wait in the measurement of memory.
    pub(crate) waiting_in_memory: usize,
    /// How often the kiosk is started.
    pub(crate) kiosk_runs: usize,
    /// How long it is watched at rest after each start.
    pub(crate) kiosk_rest: Duration,
    /// How many visits are drawn in each language.
    pub(crate) kiosk_visits: usize,
    /// How often a number is taken and printed.
    pub(crate) kiosk_presses: usize,
}

impl Scale {
    fn full() -> Self {
        Self {
            lasts: Duration::from_secs(4),
            concurrent: vec![1, 8, 32, 128],
            waiting_before_calls: 12_000,
            displays: vec![100, 1_000, 5_000],
            full_house: (500, 5_000),
            calls: 50,
            wall_calls: 300,
            waiting: vec![100, 10_000, 100_000],
            decisions: 20_000,
            events: 1_000_000,
            idle_displays: 10_000,
            waiting_in_memory: 50_000,
            kiosk_runs: 9,
            kiosk_rest: Duration::from_secs(6),
            kiosk_visits: 100,
            kiosk_presses: 40,
        }
    }

    /// So small that it only shows that everything runs.
    fn tiny() -> Self {
        Self {
            lasts: Duration::from_millis(200),
            concurrent: vec![1, 4],
            waiting_before_calls: 100,
            displays: vec![20],
            full_house: (4, 20),
            calls: 3,
            wall_calls: 3,
            waiting: vec![100, 1_000],
            decisions: 200,
            events: 4_000,
            idle_displays: 50,
            waiting_in_memory: 200,
            kiosk_runs: 1,
            kiosk_rest: Duration::from_millis(200),
            kiosk_visits: 1,
            kiosk_presses: 1,
        }
    }

    /// The most windows that call at once.
    pub(crate) fn windows(&self) -> usize {
        self.concurrent.iter().copied().max().unwrap_or(1)
    }
}

/// A part of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// Numbers and calls through HTTP, each reply after its flush.
    Doors,
    /// A call on its way to all displays.
    Displays,
    /// Displays and telephones at once, several calls a second.
    FullHouse,
    /// From a clerk's key to the picture and the chime of a wall.
    Walls,
    /// The rules alone.
    Rules,
    /// A hall made again from its journal.
    Restart,
    /// Memory per waiting ticket and per display.
    Memory,
    /// The kiosk: first picture, and from press to paper.
    Kiosk,
}

/// What the measurements can be told.
#[derive(Debug, Parser)]
#[command(name = "hall bench", max_term_width = 100)]
struct Arguments {
    /// Which sections; all of them when none is named.
    sections: Vec<Section>,
    /// Every section very small: shows that it runs, measures nothing.
    #[arg(long)]
    tiny: bool,
    /// How many ask at once at the doors; may be given several times.
    #[arg(long)]
    at_once: Vec<NonZeroUsize>,
    /// Set by cargo when it measures rather than tests.
    #[arg(long, hide = true)]
    bench: bool,
    /// Serve as the floor of another measurement; used by the program itself.
    #[arg(long, hide = true, value_enum)]
    floor: Option<floor::Floor>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hall bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    if let Some(floor) = arguments.floor {
        return runtime.block_on(floor::serve(floor));
    }
    let measures = arguments.bench && !arguments.tiny;
    let mut scale = if measures {
        Scale::full()
    } else {
        Scale::tiny()
    };
    if !arguments.at_once.is_empty() {
        scale.concurrent = arguments.at_once.iter().map(|many| many.get()).collect();
    }
    // Sockets of ten thousand displays, and some.
    nowserving_server::serve::make_room_for(scale.idle_displays + scale.windows());
    println!("{}", measure::machine());
    for section in Section::value_variants() {
        if !arguments.sections.is_empty() && !arguments.sections.contains(section) {
            continue;
        }
        match section {
            Section::Doors => runtime.block_on(doors::run(&scale))?,
            Section::Displays => runtime.block_on(displays::run(&scale))?,
            Section::FullHouse => runtime.block_on(full_house::run(&scale))?,
            Section::Walls => runtime.block_on(walls::run(&scale))?,
            Section::Rules => rules::run(&scale)?,
            Section::Restart => runtime.block_on(restart::run(&scale))?,
            Section::Memory => runtime.block_on(memory::run(&scale))?,
            Section::Kiosk => runtime.block_on(kiosk::run(&scale))?,
        }
    }
    Ok(())
}
