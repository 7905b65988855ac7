//! Samples of durations, and how figures are written.

use std::time::Duration;

/// Durations that were measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    sorted: Vec<Duration>,
}

impl FromIterator<Duration> for Sample {
    fn from_iter<T: IntoIterator<Item = Duration>>(durations: T) -> Self {
        let mut sorted: Vec<Duration> = durations.into_iter().collect();
        sorted.sort_unstable();
        Self { sorted }
    }
}

impl Sample {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// The duration below which this share (0–1) of them lies: the nearest rank. Zero when there are none.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let rank = (self.sorted.len() as f64 * share).ceil() as usize;
        let at = rank.clamp(1, self.sorted.len().max(1)) - 1;
        self.sorted.get(at).copied().unwrap_or_default()
    }

    /// The middle one.
    pub(crate) fn median(&self) -> Duration {
        self.quantile(0.5)
    }

    /// The longest.
    pub(crate) fn longest(&self) -> Duration {
        self.sorted.last().copied().unwrap_or_default()
    }
}

/// How often something happened in a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rate {
    /// How long each took.
    pub(crate) each: Sample,
    /// How long all of them took.
    pub(crate) took: Duration,
}

impl Rate {
    /// Adds what was measured at another time.
    pub(crate) fn add(&mut self, other: Self) {
        self.each = self
            .each
            .sorted
            .iter()
            .chain(&other.each.sorted)
            .copied()
            .collect();
        self.took += other.took;
    }

    /// How many a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }
}

/// A duration in the unit that suits it, three digits or so.
pub(crate) fn span(duration: Duration) -> String {
    let nanos = duration.as_nanos() as f64;
    match nanos {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.1} µs", n / 1e3),
        n if n < 1e9 => format!("{:.2} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}

/// A whole number.
pub(crate) fn whole(number: f64) -> String {
    format!("{number:.0}")
}

/// How many times as much.
pub(crate) fn times(number: f64, of: f64) -> String {
    format!("{:.2}x", number / of.max(f64::EPSILON))
}

/// Bytes, in the unit that suits them.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        n if n < 10 << 10 => format!("{n} B"),
        n if n < 10 << 20 => format!("{:.1} KiB", n as f64 / 1024.0),
        n => format!("{:.1} MiB", n as f64 / (1024.0 * 1024.0)),
    }
}

/// The memory that a process has in use, in bytes (`VmRSS` of `/proc/PID/status`).
///
/// # Errors
/// When there is no such process.
pub(crate) fn resident(process: u32) -> anyhow::Result<u64> {
    use anyhow::Context as _;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))
        .with_context(|| format!("process {process} is gone"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    let kib: u64 = kib
        .context("the process says nothing of its memory")?
        .parse()?;
    Ok(kib * 1024)
}

/// On what this was measured.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let build = if cfg!(debug_assertions) {
        "a build for tests: figures mean nothing"
    } else {
        "release"
    };
    format!("{cores} cores, server and load on the same machine; {build}")
}
