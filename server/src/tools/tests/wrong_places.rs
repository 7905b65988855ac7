//! Places that cannot be what they are named as: each tool says what is wrong.

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
    let later = r#"{"format":"nowserving-export","version":2,"journal":"","events":0,"head":""}"#;
    assert!(said(&format!("{later}\n")).contains("this build reads"));
    let missing = import(&dir.path().join("none"), &copy, &mut quiet()).unwrap_err();
    assert!(format!("{missing:#}").contains("cannot be opened"));
}
