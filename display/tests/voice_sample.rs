//! What a hall hears of its voice before its customers do: the program's own door, from folders to a WAV file.

use std::path::Path;
use std::process::{Command, Output};

fn display(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nowserving-display"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in ASCII")
}

/// The seconds that a WAV file of one channel and 16 bits lasts, and its loudest sample.
fn heard(wav: &[u8]) -> (f64, u16) {
    let reader = hound::WavReader::new(wav).expect("a WAV file");
    let seconds = f64::from(reader.duration()) / f64::from(reader.spec().sample_rate);
    let samples = reader.into_samples::<i16>();
    let loudest = samples.map(|sample| sample.expect("a sample").unsigned_abs());
    (seconds, loudest.max().expect("it is not empty"))
}

#[test]
fn a_call_can_be_heard_without_a_server() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("call.wav");
    let output = display(&["--voice-sample", text(&file)]);
    assert!(output.status.success(), "{output:?}");
    let (seconds, loudest) = heard(&std::fs::read(&file).expect("it is written"));
    // A chime, a sentence in Chinese, and one in English.
    assert!((6.0..14.0).contains(&seconds), "{seconds} s");
    assert!((10_000..32_767).contains(&loudest), "{loudest}");
}

#[test]
fn a_folder_without_a_manifest_is_refused_with_its_name() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("call.wav");
    let folder = text(directory.path());
    let output = display(&["--voice", folder, "--voice-sample", text(&file)]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains(folder) && said.contains("manifest.toml"),
        "{said}"
    );
    assert!(!file.exists());
}
