//! Checking a store against the journal.

use super::*;
use crate::store::Store;
use nowserving_journal::MemoryJournal;

/// Has the store made, of this journal.
fn make(site: &Site, journal: &dyn Journal) {
    let opened = Store::open(&site.layout().store(), journal, &mut |_, _| {}).unwrap();
    let store = opened.store;
    store.close();
}

#[test]
fn a_store_is_compared_row_by_row_and_not_changed() {
    let site = Site::new();
    make(&site, &site.running());
    let before = contents(&site.data());
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Good, "{report}");
    assert!(report.contains("rows as the events give them"), "{report}");
    assert!(contents(&site.data()) == before);
}

#[test]
fn a_store_that_lags_behind_is_good() {
    let site = Site::new();
    let mut journal = site.running();
    make(&site, &journal);
    carry_on(&mut journal, 9, 50);
    let (report, _) = site.verify();
    assert!(report.contains("-      store: in use"), "{report}");
    drop(journal);
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Good, "{report}");
    assert!(report.contains("it lacks the last"), "{report}");
}

#[test]
fn a_row_that_differs_is_named() {
    let site = Site::new();
    // The store followed a journal of the same id in which one ticket was another person's.
    let journal = site.running();
    let mut other = MemoryJournal::new(journal.id());
    let mut altered = None;
    for entry in journal.read_from(1).unwrap() {
        let (seq, bytes) = entry.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let changed = text.replace("\"zh-CN\"", "\"en\"");
        let is_issue = text.contains("\"issued\"") && changed != text;
        if altered.is_none() && is_issue {
            altered = Some(seq);
            other.append_entries(&[changed.as_bytes()]).unwrap();
        } else {
            other.append_entries(&[text.as_bytes()]).unwrap();
        }
    }
    assert!(altered.is_some());
    make(&site, &other);
    drop(journal);
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Bad, "{report}");
    assert!(report.contains("its row differs"), "{report}");
    assert!(report.contains("BAD    store: 1 of "), "{report}");
}

#[test]
fn damage_of_a_store_is_found_and_left_to_the_next_start() {
    let site = Site::new();
    make(&site, &site.running());
    let files: Vec<_> = contents(&site.layout().store())
        .into_iter()
        .filter(|(_, bytes)| bytes.len() > 1000)
        .collect();
    let mut chance = Chance(3);
    let mut noticed = 0;
    for round in 0..12 {
        for (path, good) in &files {
            let mut bytes = good.clone();
            let written = good.iter().rposition(|byte| *byte != 0).unwrap() as u64;
            let at = usize::try_from(chance.below(written)).unwrap();
            match round % 3 {
                0 => bytes[at] ^= 1 << chance.below(8),
                1 => bytes[at..(at + 4096).min(good.len())].fill(0),
                _ => bytes.truncate(at),
            }
            fs::write(path, &bytes).unwrap();
            let (report, verdict) = site.verify();
            assert!(fs::read(path).unwrap() == bytes, "nothing is changed");
            // What the map does not use may be altered; and a map that has lost everything is like a new one.
            match verdict {
                Verdict::Good => {
                    assert!(report.contains("good   store"), "{report}");
                    noticed += usize::from(report.contains("it lacks the last"));
                }
                Verdict::Bad => {
                    assert!(report.contains("BAD    store"), "{report}");
                    noticed += 1;
                }
            }
            fs::write(path, good).unwrap();
        }
    }
    assert!(noticed > 0);
    assert_eq!(site.verify().1, Verdict::Good);
}

#[test]
fn a_store_that_is_missing_is_made_by_the_next_start() {
    let (report, verdict) = Site::new().verify();
    assert_eq!(verdict, Verdict::Good);
    assert!(report.contains("-      store: not there"), "{report}");
}

#[test]
fn the_figures_of_the_store_are_those_of_the_journal_to_the_last_byte() {
    let site = Site::new();
    let journal = site.running();
    let opened = Store::open(&site.layout().store(), &journal, &mut |_, _| {}).unwrap();
    let store = opened.store;
    for day in store.days().unwrap() {
        let mut out = Vec::new();
        summary(&site.data(), Some(day), &mut out).unwrap();
        let stored = serde_json::to_string(&store.summary(day).unwrap()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{stored}\n"));
    }
}
