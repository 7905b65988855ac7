//! Configurations: good ones are called good, and every fault has its line.

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
