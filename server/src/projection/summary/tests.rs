//! Figures that add up.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::projection::history::tests::{Story, anything};

fn adds_up(figures: &Figures) -> bool {
    let parts =
        figures.served + figures.no_show + figures.cancelled + figures.closed + figures.open;
    figures.issued == parts
}

fn total(figures: &BTreeMap<ServiceId, Figures>, of: fn(&Figures) -> u64) -> u64 {
    figures.values().map(of).sum()
}

#[test]
fn percentiles_are_by_nearest_rank() {
    let spread = spread((1..=10).map(|second| second * 1000).rev().collect());
    assert_eq!(spread.count, 10);
    assert_eq!((spread.p50, spread.p90, spread.longest), (5.0, 9.0, 10.0));
    assert_eq!(spread.mean, 5.5);
}

#[test]
fn of_one_everything_is_that_one() {
    let spread = spread(vec![1_250]);
    assert_eq!(
        (spread.mean, spread.p50, spread.p90, spread.longest),
        (1.3, 1.3, 1.3, 1.3)
    );
}

#[test]
fn of_nothing_everything_is_zero() {
    assert_eq!(spread(Vec::new()), Spread::default());
}

#[test]
fn seconds_are_rounded_half_up_to_tenths() {
    let rounded: Vec<f64> = [0, 49, 50, 149, 150, 999_949, 999_950]
        .into_iter()
        .map(seconds)
        .collect();
    assert_eq!(rounded, [0.0, 0.0, 0.1, 0.1, 0.2, 999.9, 1000.0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_people_do_the_figures_add_up(steps in prop::collection::vec(anything(), 1..400)) {
        let mut story = Story::begin();
        steps.into_iter().for_each(|step| story.tries(step));
        let history = story.history();
        let days: BTreeSet<_> = history.rows.values().map(|row| row.day).collect();
        let mut issued = 0;
        for day in days {
            let summary = summarize(day, history.of_day(day));
            let each = summary.services.values().chain(summary.windows.values());
            prop_assert!(each.chain([&summary.all]).all(adds_up));
            prop_assert_eq!(total(&summary.services, |f| f.issued), summary.all.issued);
            prop_assert_eq!(total(&summary.services, |f| f.served), summary.all.served);
            prop_assert_eq!(total(&summary.services, |f| f.wait.count), summary.all.wait.count);
            prop_assert_eq!(total(&summary.services, |f| f.recalls), summary.all.recalls);
            let waits: u64 = summary.windows.values().map(|f| f.wait.count).sum();
            prop_assert_eq!(waits, summary.all.wait.count);
            let served: u64 = summary.windows.values().map(|f| f.service.count).sum();
            prop_assert_eq!(served, summary.all.service.count);
            issued += summary.all.issued;
            let json = serde_json::to_string(&summary).expect("a summary is JSON");
            let backwards: Vec<_> = history.of_day(day).collect();
            let again = summarize(day, backwards.into_iter().rev());
            prop_assert_eq!(serde_json::to_string(&again).expect("a summary is JSON"), json);
        }
        prop_assert_eq!(usize::try_from(issued).expect("few"), history.rows.len());
    }
}
