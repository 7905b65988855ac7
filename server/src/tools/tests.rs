//! The tools through real files: what they make works, and what is wrong is said.

use std::fs;
use std::path::{Path, PathBuf};

use nowserving_journal::{Journal, Options, SegmentJournal};
use nowserving_shared::domain::Hall;
use tempfile::TempDir;

use super::*;
use crate::recovery::recover;
use crate::recovery::tests::{Chance, carry_on, open};
use crate::snapshots::Snapshots;

/// A stopped hall with a history, in a directory of its own.
struct Site {
    dir: TempDir,
    hall: Hall,
}

impl Site {
    /// With two snapshots on the way, a secret, and a tail behind the last snapshot.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(&dir.path().join("data"));
        let mut journal = open(&data.journal());
        let snapshots = Snapshots::new(&data.snapshots(), journal.id());
        for seed in 1..=2 {
            let hall = carry_on(&mut journal, seed, 200);
            snapshots.write(&hall.image()).unwrap();
        }
        let hall = carry_on(&mut journal, 3, 200);
        journal.close().unwrap();
        fs::create_dir(data.secrets()).unwrap();
        fs::write(data.secrets().join("ticket-token.key"), "a key").unwrap();
        Self { dir, hall }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn layout(&self) -> DataDir {
        DataDir::new(&self.data())
    }

    /// The hall's journal, open for writing as by a server.
    fn running(&self) -> SegmentJournal {
        open(&self.layout().journal())
    }

    /// The report of `verify`, and its verdict.
    fn verify(&self) -> (String, Verdict) {
        let mut out = Vec::new();
        let verdict = verify(&self.data(), &mut out).unwrap();
        (String::from_utf8(out).unwrap(), verdict)
    }
}

/// The hall that a server would find in a data directory.
fn hall_in(data: &Path) -> Hall {
    let data = DataDir::new(data);
    let (journal, report) = SegmentJournal::open(&data.journal(), &Options::default()).unwrap();
    assert!(report.is_clean());
    let snapshots = Snapshots::new(&data.snapshots(), journal.id());
    recover(&journal, Some(&snapshots), &mut |_, _| {}).unwrap()
}

/// Every file under a directory with its contents.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

fn quiet() -> Vec<u8> {
    Vec::new()
}

/// The whole chain of what an error says.
fn said(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

mod verifying {
    use super::*;

    #[test]
    fn a_good_hall_is_found_good_and_nothing_is_changed() {
        let site = Site::new();
        let before = contents(&site.data());
        let (report, verdict) = site.verify();
        assert_eq!(verdict, Verdict::Good, "{report}");
        assert_eq!(report.matches("snapshot").count(), 2, "{report}");
        assert!(report.contains(&format!("{} events", site.hall.seq())));
        assert!(contents(&site.data()) == before);
    }

    #[test]
    fn a_running_hall_can_be_looked_at() {
        let site = Site::new();
        let mut journal = site.running();
        let hall = carry_on(&mut journal, 7, 50);
        let (report, verdict) = site.verify();
        assert_eq!(verdict, Verdict::Good, "{report}");
        assert!(
            report.contains(&format!("{} events", hall.seq())),
            "{report}"
        );
        assert!(report.contains("running"), "{report}");
    }

    #[test]
    fn any_altered_byte_of_an_event_is_found() {
        let site = Site::new();
        let mut segments: Vec<_> = site
            .running()
            .segments()
            .iter()
            .map(|segment| segment.path.clone())
            .collect();
        // What lies behind the last frame is looked at when the journal is opened.
        segments.pop();
        let mut chance = Chance(1);
        for path in segments {
            let good = fs::read(&path).unwrap();
            let written = good.iter().rposition(|byte| *byte != 0).unwrap() as u64;
            for _ in 0..20 {
                let at = usize::try_from(4096 + chance.below(written - 4096)).unwrap();
                let mut bytes = good.clone();
                bytes[at] ^= 1 << chance.below(8);
                fs::write(&path, &bytes).unwrap();
                let (report, verdict) = site.verify();
                assert_eq!(verdict, Verdict::Bad, "byte {at}: {report}");
                assert!(report.contains("BAD    journal"), "{report}");
            }
            fs::write(&path, &good).unwrap();
        }
        assert_eq!(site.verify().1, Verdict::Good);
    }

    #[test]
    fn a_missing_segment_is_found() {
        let site = Site::new();
        let path = site.running().segments()[1].path.clone();
        fs::remove_file(path).unwrap();
        let (report, verdict) = site.verify();
        assert_eq!(verdict, Verdict::Bad);
        assert!(report.contains("the segment is missing"), "{report}");
    }

    #[test]
    fn a_snapshot_of_another_hall_is_found_although_its_digest_fits() {
        let site = Site::new();
        let journal = site.running();
        let snapshots = Snapshots::new(&site.layout().snapshots(), journal.id());
        drop(journal);
        let named = snapshots.list().unwrap().remove(0);
        let mut image = snapshots.read(&named).unwrap();
        image.next_ticket += 1;
        snapshots.write(&image).unwrap();
        let (report, verdict) = site.verify();
        assert_eq!(verdict, Verdict::Bad);
        let expected = format!("BAD    snapshot {}: it differs", named.seq);
        assert!(report.contains(&expected), "{report}");
    }

    #[test]
    fn damaged_and_overhanging_snapshots_are_found() {
        let site = Site::new();
        let journal = site.running();
        let snapshots = Snapshots::new(&site.layout().snapshots(), journal.id());
        drop(journal);
        let mut image = site.hall.image();
        image.seq += 1;
        snapshots.write(&image).unwrap();
        let first = snapshots.list().unwrap().remove(0);
        fs::write(&first.path, "nothing").unwrap();
        let (report, verdict) = site.verify();
        assert_eq!(verdict, Verdict::Bad);
        assert!(report.contains("the snapshot is damaged"), "{report}");
        assert!(report.contains("newer than the journal"), "{report}");
    }

    #[test]
    fn what_a_power_cut_left_behind_the_mark_is_looked_at_too() {
        let site = Site::new();
        let mark = site.layout().journal().join("mark");
        let old = fs::read(&mark).unwrap();
        let mut journal = site.running();
        let hall = carry_on(&mut journal, 9, 100);
        drop(journal);
        fs::write(&mark, old).unwrap();
        let (report, verdict) = site.verify();
        assert_eq!(verdict, Verdict::Good, "{report}");
        assert!(
            report.contains(&format!("{} events", hall.seq())),
            "{report}"
        );
        let copy = site.path("copy");
        backup(&site.data(), &copy, &mut quiet()).unwrap();
        assert!(hall_in(&copy) == hall);
    }
}

mod copies {
    use super::*;

    #[test]
    fn a_backup_of_a_running_hall_is_a_hall_that_verifies_and_starts() {
        let site = Site::new();
        let mut journal = site.running();
        let hall = carry_on(&mut journal, 7, 50);
        let copy = site.path("copy");
        let done = backup(&site.data(), &copy, &mut quiet()).unwrap();
        assert_eq!((done.events, done.secrets), (hall.seq(), 1));
        assert!(done.snapshot.is_some());
        carry_on(&mut journal, 8, 50);
        assert_eq!(verify(&copy, &mut quiet()).unwrap(), Verdict::Good);
        assert!(hall_in(&copy) == hall);
        let secret = fs::read_to_string(DataDir::new(&copy).secrets().join("ticket-token.key"));
        assert_eq!(secret.unwrap(), "a key");
    }

    #[test]
    fn a_backup_goes_into_an_empty_directory_elsewhere_only() {
        let site = Site::new();
        let inside = site.data().join("copy");
        let refused = backup(&site.data(), &inside, &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("lies inside"), "{refused:#}");
        let refused = backup(&site.data(), &site.data(), &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("is not empty"), "{refused:#}");
    }

    #[test]
    fn a_damaged_hall_is_not_copied_as_if_it_were_good() {
        let site = Site::new();
        let path = site.running().segments()[0].path.clone();
        let mut bytes = fs::read(&path).unwrap();
        bytes[9000] ^= 1;
        fs::write(&path, bytes).unwrap();
        let refused = backup(&site.data(), &site.path("copy"), &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("the backup to"), "{refused:#}");
        let export = site.path("hall.ndjson");
        assert!(super::super::export(&site.data(), &export, &mut quiet()).is_err());
        assert_eq!(
            fs::read_dir(site.dir.path()).unwrap().count(),
            2,
            "nothing is left of it"
        );
    }

    #[test]
    fn what_is_exported_and_imported_is_the_same_hall_and_the_same_journal() {
        let site = Site::new();
        for name in ["hall.ndjson", "hall.ndjson.gz"] {
            let file = site.path(name);
            let done = export(&site.data(), &file, &mut quiet()).unwrap();
            assert_eq!(done.events, site.hall.seq());
            let copy = site.path(&format!("{name}.data"));
            import(&file, &copy, &mut quiet()).unwrap();
            assert!(hall_in(&copy) == site.hall);
            assert_eq!(verify(&copy, &mut quiet()).unwrap(), Verdict::Good);
            let (copied, journal) = (open(&DataDir::new(&copy).journal()), site.running());
            assert_eq!((copied.id(), copied.head()), (journal.id(), journal.head()));
            drop((copied, journal));
            let again = site.path(&format!("{name}.again"));
            export(&copy, &again, &mut quiet()).unwrap();
            if name == "hall.ndjson" {
                assert!(fs::read(&again).unwrap() == fs::read(&file).unwrap());
            }
        }
    }

    #[test]
    fn an_empty_hall_can_be_exported_and_imported() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(&dir.path().join("data"));
        let id = open(&data.journal()).id();
        let file = dir.path().join("hall.ndjson");
        export(data.root(), &file, &mut quiet()).unwrap();
        let copy = dir.path().join("copy");
        let done = import(&file, &copy, &mut quiet()).unwrap();
        assert_eq!((done.events, done.journal), (0, id));
        assert!(hall_in(&copy) == Hall::default());
    }

    #[test]
    fn an_export_is_never_written_over_a_file_and_read_by_its_user_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let site = Site::new();
        let file = site.path("hall.ndjson");
        export(&site.data(), &file, &mut quiet()).unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let refused = export(&site.data(), &file, &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("is there already"), "{refused:#}");
    }

    #[test]
    fn an_altered_export_leaves_nothing_behind() {
        let site = Site::new();
        let file = site.path("hall.ndjson");
        export(&site.data(), &file, &mut quiet()).unwrap();
        let good = fs::read(&file).unwrap();
        let copy = site.path("copy");
        let mut chance = Chance(4);
        for _ in 0..100 {
            let mut bytes = good.clone();
            let at = usize::try_from(chance.below(bytes.len() as u64)).unwrap();
            match chance.below(3) {
                0 => bytes[at] ^= 1 << chance.below(8),
                1 => bytes.truncate(at),
                _ => bytes.extend_from_slice(b"{}\n"),
            }
            fs::write(&file, &bytes).unwrap();
            let refused = import(&file, &copy, &mut quiet()).unwrap_err();
            assert!(
                said(&refused).contains("nothing was imported"),
                "{refused:#}"
            );
            assert!(!copy.exists(), "byte {at}");
        }
        fs::write(&file, &good).unwrap();
        import(&file, &copy, &mut quiet()).unwrap();
        assert!(hall_in(&copy) == site.hall);
    }

    #[test]
    fn lines_that_change_places_are_refused() {
        let site = Site::new();
        let file = site.path("hall.ndjson");
        export(&site.data(), &file, &mut quiet()).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(20, 21);
        fs::write(&file, lines.join("\n") + "\n").unwrap();
        let refused = import(&file, &site.path("copy"), &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("follows upon event"), "{refused:#}");
    }

    #[test]
    fn an_import_goes_into_an_empty_directory_only_and_over_the_rest_of_an_interrupted_one() {
        let site = Site::new();
        let file = site.path("hall.ndjson");
        export(&site.data(), &file, &mut quiet()).unwrap();
        let refused = import(&file, &site.data(), &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("is not empty"), "{refused:#}");
        assert!(hall_in(&site.data()) == site.hall);
        let copy = site.path("copy");
        fs::create_dir_all(copy.join("importing/journal")).unwrap();
        fs::write(copy.join("importing/journal/mark"), "half").unwrap();
        import(&file, &copy, &mut quiet()).unwrap();
        assert!(hall_in(&copy) == site.hall);
    }
}

mod wrong_places {
    use super::*;

    /// What each tool says of a directory.
    fn all_say(data: &Path, scratch: &Path) -> Vec<String> {
        let mut out = quiet();
        let said = |error: anyhow::Error| format!("{error:#}");
        vec![
            said(verify(data, &mut out).map(|_| ()).unwrap_err()),
            said(export(data, &scratch.join("e"), &mut out).unwrap_err()),
            said(backup(data, &scratch.join("b"), &mut out).unwrap_err()),
        ]
    }

    #[test]
    fn a_directory_that_is_missing_is_called_missing() {
        let dir = tempfile::tempdir().unwrap();
        for said in all_say(&dir.path().join("nowhere"), dir.path()) {
            assert!(said.contains("does not exist"), "{said}");
        }
    }

    #[test]
    fn a_file_and_an_ordinary_directory_are_no_data_directories() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "text").unwrap();
        for said in all_say(&file, dir.path()) {
            assert!(said.contains("is not a directory"), "{said}");
        }
        for said in all_say(dir.path(), dir.path()) {
            assert!(said.contains("not the data directory of a hall"), "{said}");
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_by_name() {
        let site = Site::new();
        let file = site.path("hall.ndjson");
        export(&site.data(), &file, &mut quiet()).unwrap();
        // No file can be made there, not even by the user who may do everything.
        let nowhere = Path::new("/proc/nowserving");
        let refused = [
            import(&file, nowhere, &mut quiet())
                .map(|_| ())
                .unwrap_err(),
            backup(&site.data(), nowhere, &mut quiet())
                .map(|_| ())
                .unwrap_err(),
            super::super::export(&site.data(), nowhere, &mut quiet())
                .map(|_| ())
                .unwrap_err(),
        ];
        for error in refused {
            assert!(said(&error).contains("/proc/nowserving"), "{error:#}");
            assert!(said(&error).contains("cannot be made"), "{error:#}");
        }
    }

    #[test]
    fn a_lost_mark_is_told_with_the_file() {
        let site = Site::new();
        fs::remove_file(site.layout().journal().join("mark")).unwrap();
        for said in all_say(&site.data(), site.dir.path()) {
            assert!(said.contains("mark"), "{said}");
        }
    }

    #[test]
    fn an_import_of_something_else_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        let copy = dir.path().join("copy");
        let said = |text: &str| {
            fs::write(&file, text).unwrap();
            let refused = import(&file, &copy, &mut quiet()).unwrap_err();
            assert!(!copy.exists());
            format!("{refused:#}")
        };
        assert!(said("").contains("cut off"), "an empty file");
        assert!(said("hello\n").contains("not that of an export"));
        let later =
            r#"{"format":"nowserving-export","version":2,"journal":"","events":0,"head":""}"#;
        assert!(said(&format!("{later}\n")).contains("this build reads"));
        let missing = import(&dir.path().join("none"), &copy, &mut quiet()).unwrap_err();
        assert!(format!("{missing:#}").contains("cannot be opened"));
    }
}

mod configurations {
    use super::*;
    use nowserving_shared::model::Catalogue;

    fn check(text: &[u8]) -> (String, Verdict) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hall.toml");
        fs::write(&file, text).unwrap();
        let mut out = Vec::new();
        let verdict = check_configuration(&file, &mut out).unwrap();
        let said = String::from_utf8(out).unwrap();
        (
            said.replace(&format!("{}", file.display()), "hall.toml"),
            verdict,
        )
    }

    #[test]
    fn a_good_one_is_called_good() {
        let example = Catalogue::small_example();
        let (said, verdict) = check(example.source().as_bytes());
        assert_eq!(verdict, Verdict::Good);
        assert!(
            said.starts_with("hall.toml: good: 4 services, 4 windows"),
            "{said}"
        );
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let example = Catalogue::small_example();
        let broken = example
            .source()
            .replace("serves = { household = 1", "serves = { houshold = 1")
            .replace("day_starts = \"04:00\"", "day_starts = \"25:00\"");
        let (said, verdict) = check(broken.as_bytes());
        assert_eq!(verdict, Verdict::Bad);
        assert!(said.lines().count() >= 2, "{said}");
        for line in said.lines() {
            let number = line
                .strip_prefix("hall.toml:")
                .and_then(|rest| rest.split(':').next());
            let number: usize = number.and_then(|number| number.parse().ok()).expect(line);
            assert!(number >= 1);
        }
    }

    #[test]
    fn a_file_that_is_missing_or_no_text_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let missing = check_configuration(&dir.path().join("none"), &mut quiet()).unwrap_err();
        assert!(said(&missing).contains("cannot be read"), "{missing:#}");
        let file = dir.path().join("bytes");
        fs::write(&file, [0xff, 0xfe]).unwrap();
        let refused = check_configuration(&file, &mut quiet()).unwrap_err();
        assert!(said(&refused).contains("UTF-8"), "{refused:#}");
    }
}

mod figures {
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
}
