//! The figures of a day, from the journal alone.

use super::*;
use crate::projection::history::History;
use crate::projection::summary::summarize;
use crate::recovery::replay;
use nowserving_shared::model::BusinessDay;

/// The figures of every day, by way of all rows at once.
fn expected(site: &Site) -> Vec<(BusinessDay, String)> {
    let mut history = History::default();
    let mut days = Vec::new();
    let journal = site.running();
    replay(journal.read_from(1).unwrap(), 1, &mut |entry| {
        history.fold(&entry.recorded);
        if days.last() != history.day.as_ref() {
            days.extend(history.day);
        }
    })
    .unwrap();
    let summary = |day| serde_json::to_string(&summarize(day, history.of_day(day))).unwrap();
    days.into_iter().map(|day| (day, summary(day))).collect()
}

#[test]
fn the_figures_of_each_day_are_those_of_its_rows_to_the_last_byte() {
    let site = Site::new();
    let days = expected(&site);
    assert!(days.len() > 1, "the history has several days");
    for (day, json) in &days {
        let mut out = Vec::new();
        let found = summary(&site.data(), Some(*day), &mut out).unwrap();
        assert!(found.all.issued > 0);
        assert_eq!(String::from_utf8(out).unwrap(), format!("{json}\n"));
    }
    let mut out = Vec::new();
    summary(&site.data(), None, &mut out).unwrap();
    let (_, last) = days.last().unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), format!("{last}\n"));
}

#[test]
fn a_day_that_never_was_has_no_figures_and_an_empty_hall_no_day() {
    let site = Site::new();
    let never: BusinessDay = "2020-02-29".parse().unwrap();
    let found = summary(&site.data(), Some(never), &mut quiet()).unwrap();
    assert_eq!((found.all.issued, found.services.len()), (0, 0));
    let dir = tempfile::tempdir().unwrap();
    drop(open(&DataDir::new(dir.path()).journal()));
    let refused = summary(dir.path(), None, &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("has not opened a business day"));
}
