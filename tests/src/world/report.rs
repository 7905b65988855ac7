//! The figures of a day as a table: in all, by service, by window.

use nowserving_shared::model::{Catalogue, Language};
use nowserving_shared::protocol::http::{DaySummary, Figures, Spread};

use super::script::Observed;
use super::table::{Side, Table};

/// The figures of the server, with the names of the configuration; and of a log, how the day really went.
#[must_use]
pub fn report(catalogue: &Catalogue, summary: &DaySummary, observed: Option<&Observed>) -> String {
    let mut table = Table::new([
        ("业务 / 窗口", Side::Left),
        ("取号", Side::Right),
        ("办结", Side::Right),
        ("过号", Side::Right),
        ("取消", Side::Right),
        ("关闭", Side::Right),
        ("未结", Side::Right),
        ("平均等候", Side::Right),
        ("中位", Side::Right),
        ("九成", Side::Right),
        ("最长", Side::Right),
        ("平均办理", Side::Right),
    ]);
    table.row(
        [
            "service / window",
            "issued",
            "served",
            "no-show",
            "cancelled",
            "closed",
            "open",
            "mean wait",
            "p50",
            "p90",
            "longest",
            "mean service",
        ]
        .map(str::to_owned),
    );
    table.rule();
    table.row(row("全部 all".to_owned(), &summary.all));
    if let Some(observed) = observed {
        table.row(observed_row(observed));
    }
    table.rule();
    for (id, figures) in &summary.services {
        let name = catalogue
            .services
            .get(id)
            .map(|service| service.name.text(Language::ZhCn));
        table.row(row(format!("{} {id}", name.unwrap_or_default()), figures));
    }
    table.rule();
    let mut windows: Vec<_> = summary.windows.iter().collect();
    windows.sort_by_key(|(id, _)| catalogue.windows.get(id).map(|window| window.number));
    for (id, figures) in windows {
        let number = catalogue
            .windows
            .get(id)
            .map_or_else(|| id.to_string(), |window| window.number.to_string());
        table.row(row(format!("{number} 号窗口 window {number}"), figures));
    }
    format!(
        "{table}窗口各行的“取号”为该窗口叫过的号。At a window, “issued” counts the tickets that it called.\n"
    )
}

fn row(name: String, figures: &Figures) -> Vec<String> {
    let counts = [
        figures.issued,
        figures.served,
        figures.no_show,
        figures.cancelled,
        figures.closed,
        figures.open,
    ];
    let waits = &figures.wait;
    let times = [waits.mean, waits.p50, waits.p90, waits.longest];
    let mut cells = vec![name];
    cells.extend(counts.map(|count| count.to_string()));
    cells.extend(times.map(|seconds| {
        if waits.count == 0 {
            "–".to_owned()
        } else {
            clock(seconds)
        }
    }));
    cells.push(if figures.service.count == 0 {
        "–".to_owned()
    } else {
        clock(figures.service.mean)
    });
    cells
}

/// The day of the log beside the one that was played.
fn observed_row(observed: &Observed) -> Vec<String> {
    let figures = Figures {
        issued: observed.came,
        served: observed.served,
        cancelled: observed.gave_up,
        wait: spread(&observed.waits_seconds),
        ..Figures::default()
    };
    row("日志所记 as logged".to_owned(), &figures)
}

/// Mean, percentiles (nearest rank) and the longest of sorted seconds.
fn spread(sorted: &[u32]) -> Spread {
    let count = sorted.len();
    let rank = |percent: usize| {
        let at = (count * percent).div_ceil(100).max(1) - 1;
        f64::from(sorted.get(at).copied().unwrap_or(0))
    };
    let sum: f64 = sorted.iter().map(|seconds| f64::from(*seconds)).sum();
    Spread {
        count: count as u64,
        mean: sum / count.max(1) as f64,
        p50: rank(50),
        p90: rank(90),
        longest: f64::from(sorted.last().copied().unwrap_or(0)),
    }
}

/// Seconds as `m:ss` or `h:mm:ss`, rounded.
#[must_use]
pub fn clock(seconds: f64) -> String {
    // A negative or senseless number becomes 0; a saturating cast is what is wanted.
    let whole = seconds.round().max(0.0) as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use nowserving_shared::model::{BusinessDay, ServiceId, WindowId};
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    fn figures(issued: u64, mean: f64) -> Figures {
        Figures {
            issued,
            served: issued,
            wait: Spread {
                count: issued,
                mean,
                p50: 61.0,
                p90: 119.6,
                longest: 3_723.0,
            },
            ..Figures::default()
        }
    }

    fn told(observed: Option<&Observed>) -> String {
        let summary = DaySummary {
            day: BusinessDay(jiff::civil::date(2026, 11, 24)),
            all: figures(12, 75.4),
            services: [(ServiceId::new("tax").expect("an id"), figures(12, 75.4))].into(),
            windows: [(WindowId::new("w3").expect("an id"), Figures::default())].into(),
        };
        report(&Catalogue::small_example(), &summary, observed)
    }

    #[test]
    fn the_table_names_services_and_windows_and_shows_times_as_clocks() {
        let text = told(None);
        assert!(text.contains("税费缴纳 tax"), "{text}");
        assert!(text.contains("3 号窗口 window 3"), "{text}");
        let all = text
            .lines()
            .find(|line| line.starts_with("全部"))
            .expect("a line for all");
        let cells: Vec<&str> = all.split_whitespace().skip(2).collect();
        assert_eq!(
            cells,
            [
                "12", "12", "0", "0", "0", "0", "1:15", "1:01", "2:00", "1:02:03", "–"
            ]
        );
    }

    #[test]
    fn every_row_is_as_wide_as_the_lines_between() {
        let text = told(None);
        let rule = text
            .lines()
            .find(|line| line.starts_with('─'))
            .expect("a line")
            .width();
        let rows = text.lines().filter(|line| !line.contains("窗口各行"));
        assert!(rows.clone().count() > 7);
        for row in rows {
            assert_eq!(row.width(), rule, "{row}");
        }
    }

    #[test]
    fn the_day_of_a_log_stands_beside_the_day_that_was_played() {
        let observed = Observed {
            came: 9,
            served: 8,
            gave_up: 1,
            turned_round: 3,
            waits_seconds: vec![0, 0, 0, 0, 10, 20, 30, 60],
        };
        let text = told(Some(&observed));
        let logged = text
            .lines()
            .find(|line| line.starts_with("日志"))
            .expect("a line for the log");
        let cells: Vec<&str> = logged.split_whitespace().skip(3).collect();
        assert_eq!(
            cells,
            [
                "9", "8", "0", "1", "0", "0", "0:15", "0:00", "1:00", "1:00", "–"
            ]
        );
    }
}
