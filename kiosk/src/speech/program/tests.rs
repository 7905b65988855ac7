//! Programs that write down what they are given, in place of a voice.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc;

use nowserving_shared::model::Language;

use super::*;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

struct Stage {
    directory: tempfile::TempDir,
    speech: ProgramSpeech,
    there: mpsc::Receiver<bool>,
}

impl Stage {
    /// A voice that is a shell script: it has `$1` the language, `$2` the volume, and a log.
    fn with(script: &str, deadline: Duration) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("say.sh");
        let log = directory.path().join("log");
        let text = format!("log={}\n{script}\n", log.display());
        fs::write(&file, text).expect("a file");
        let line = ["sh", &file.display().to_string(), "{language}", "{volume}"];
        let (tell, there) = mpsc::channel();
        let line = line.map(str::to_owned).to_vec();
        let speech = ProgramSpeech::with_deadline(line, deadline, move |is| {
            let _over = tell.send(is);
        });
        Self {
            directory,
            speech: speech.expect("a thread"),
            there,
        }
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn heard(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(&self.heard()) {
            assert!(Instant::now() < deadline, "{what}: {:?}", self.heard());
            std::thread::yield_now();
        }
    }
}

fn words(text: &str, language: Language) -> Vec<Utterance> {
    vec![Utterance {
        text: text.to_owned(),
        language,
    }]
}

const WRITES: &str = r#"text=$(cat); echo "$1 $2 $text" >> $log"#;
const LINGERS: &str =
    r#"text=$(cat); echo "begins $text" >> $log; sleep 60; echo "ends $text" >> $log"#;

#[test]
fn words_come_with_their_language_and_volume_one_after_another() {
    let mut stage = Stage::with(WRITES, DEADLINE);
    let mut both = words("第 1 项", Language::ZhCn);
    both.extend(words("1 of 2", Language::En));
    stage.speech.set_volume(Volume::default().louder());
    stage.speech.say(&both, false);
    stage.until("both are spoken", |heard| heard.lines().count() == 2);
    assert_eq!(stage.heard(), "zh-CN 70 第 1 项\nen 70 1 of 2\n");
    assert_eq!(stage.there.recv_timeout(PATIENCE), Ok(true));
}

#[test]
fn what_interrupts_ends_the_program_that_speaks() {
    let mut stage = Stage::with(LINGERS, DEADLINE);
    stage.speech.say(&words("one", Language::En), true);
    stage.until("one begins", |heard| heard.contains("begins one"));
    stage.speech.say(&words("two", Language::En), true);
    stage.until("two begins", |heard| heard.contains("begins two"));
    stage.speech.silence();
    stage.speech.say(&words("three", Language::En), false);
    stage.until("three begins", |heard| heard.contains("begins three"));
    assert!(!stage.heard().contains("ends"), "{}", stage.heard());
}

#[test]
fn of_what_does_not_interrupt_only_the_newest_waits() {
    let script = r#"text=$(cat); echo "$text" >> $log; while [ "$text" = one ] && [ ! -e $log.go ]; do sleep 0.02; done"#;
    let mut stage = Stage::with(script, DEADLINE);
    stage.speech.say(&words("one", Language::En), false);
    stage.until("one is spoken", |heard| heard == "one\n");
    for text in ["two", "three", "four"] {
        stage.speech.say(&words(text, Language::En), false);
    }
    fs::write(stage.directory.path().join("log.go"), "").expect("a file");
    stage.until("another is spoken", |heard| heard.lines().count() == 2);
    assert_eq!(stage.heard(), "one\nfour\n");
}

#[test]
fn a_program_that_does_not_end_is_ended_and_speech_goes_on() {
    let script = r#"text=$(cat); echo "$text" >> $log; [ "$text" = one ] && sleep 60; true"#;
    let mut stage = Stage::with(script, Duration::from_millis(200));
    stage.speech.say(&words("one", Language::En), false);
    stage.until("one is spoken", |heard| heard == "one\n");
    stage.speech.say(&words("two", Language::En), false);
    stage.until("two is spoken", |heard| heard.ends_with("two\n"));
}

#[test]
fn a_missing_program_is_told_once_and_harms_nobody() {
    let (tell, there) = mpsc::channel();
    let line = vec!["no-such-voice-program".to_owned()];
    let mut speech = ProgramSpeech::start(line, move |is| {
        let _over = tell.send(is);
    })
    .expect("a thread");
    assert_eq!(there.recv_timeout(PATIENCE), Ok(false));
    speech.say(&words("one", Language::En), true);
    assert_eq!(there.recv_timeout(PATIENCE), Ok(false));
}

#[test]
fn long_words_are_cut_between_characters_and_chinese_is_mandarin() {
    let long = "号".repeat(BYTES_MAX);
    assert!(start_of(&long).len() <= BYTES_MAX && start_of(&long).chars().all(|sign| sign == '号'));
    assert_eq!(start_of("short"), "short");
    assert_eq!(["zh-CN", "en", "de"].map(espeak_voice), ["cmn", "en", "de"]);
}
