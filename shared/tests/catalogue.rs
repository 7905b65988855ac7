//! Whole configurations that are wrong, and every fault that is told of them (`tests/golden/catalogue`).
//!
//! `BLESS=1` writes what is told now; look at the difference before it is kept.

use std::path::PathBuf;

use nowserving_shared::model::Catalogue;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/golden/catalogue")
        .join(name)
}

/// The faults of `text` are those of the file `NAME.faults.txt`.
#[expect(
    clippy::disallowed_methods,
    reason = "golden files are files; only the rules see none"
)]
fn has_the_faults_of(name: &str, text: &str) {
    let told = match Catalogue::parse(text) {
        Ok(_) => String::new(),
        Err(faults) => faults.to_string(),
    };
    let path = file(&format!("{name}.faults.txt"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &told).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the golden file is there");
    assert_eq!(
        told, expected,
        "{name}: look at it and bless it with BLESS=1"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "golden files are files; only the rules see none"
)]
fn text_of(name: &str) -> String {
    std::fs::read_to_string(file(&format!("{name}.toml"))).expect("the text is there")
}

#[test]
fn every_fault_of_a_broken_text_is_listed_with_its_line() {
    has_the_faults_of("broken", &text_of("broken"));
}

#[test]
fn every_contradiction_is_listed_with_its_line() {
    has_the_faults_of("contradictory", &text_of("contradictory"));
}

#[test]
fn every_layout_that_cannot_hang_on_a_wall_is_listed_with_its_line() {
    has_the_faults_of("walls", &text_of("walls"));
}

#[test]
fn a_text_that_is_not_toml_lists_every_torn_place() {
    has_the_faults_of("torn", &text_of("torn"));
}

#[test]
fn an_empty_text_lacks_everything_that_a_hall_needs() {
    has_the_faults_of("empty", "");
}
