//! Speech by a program: one process for each utterance, never two at a time.
//!
//! A thread waits for words, starts the program, gives it the words and waits for its end, for the wish to stop, or for
//! [`DEADLINE`]. To stop it kills the program with all that it started. One batch of words waits at most; a newer one
//! takes its place.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::Speech;
use crate::spoken::Utterance;
use crate::state::Volume;

/// How long one utterance may take: the longest page is read out in less than a minute.
pub const DEADLINE: Duration = Duration::from_secs(120);
/// How many bytes of one utterance are spoken: fewer than a pipe holds, so that no program can hold up its words.
const BYTES_MAX: usize = 16 * 1024;
/// How often the thread looks whether the program has ended; a wish to stop is seen at once.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What is wished of the thread.
#[derive(Default)]
struct Wishes {
    /// What is to be said next, and how loud.
    next: Option<(Vec<Utterance>, Volume)>,
    /// What is being said is to stop.
    stop: bool,
    /// The thread is to end.
    end: bool,
}

type Shared = Arc<(Mutex<Wishes>, Condvar)>;

fn lock(shared: &Shared) -> MutexGuard<'_, Wishes> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A voice that is a program.
pub struct ProgramSpeech {
    shared: Shared,
    volume: Volume,
    thread: Option<JoinHandle<()>>,
}

impl ProgramSpeech {
    /// Starts the thread that speaks with the program and arguments of `line`, as [`super::Voice::Program`] has them.
    /// `there` is told once at the start whether the program was found, and later if it is gone.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(line: Vec<String>, there: impl Fn(bool) + Send + 'static) -> io::Result<Self> {
        Self::with_deadline(line, DEADLINE, there)
    }

    fn with_deadline(
        line: Vec<String>,
        deadline: Duration,
        there: impl Fn(bool) + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Shared::default();
        let speaker = Speaker {
            line,
            deadline,
            shared: Arc::clone(&shared),
            there: Box::new(there),
            complained: false,
        };
        let thread = Builder::new()
            .name("speech".to_owned())
            .spawn(move || speaker.run())?;
        Ok(Self {
            shared,
            volume: Volume::default(),
            thread: Some(thread),
        })
    }

    fn wish(&self, wish: impl FnOnce(&mut Wishes)) {
        wish(&mut lock(&self.shared));
        self.shared.1.notify_all();
    }
}

impl Speech for ProgramSpeech {
    fn say(&mut self, words: &[Utterance], interrupts: bool) {
        let next = Some((words.to_vec(), self.volume));
        self.wish(|wishes| {
            wishes.stop |= interrupts;
            wishes.next = next;
        });
    }

    fn silence(&mut self) {
        self.wish(|wishes| {
            wishes.stop = true;
            wishes.next = None;
        });
    }

    fn set_volume(&mut self, volume: Volume) {
        self.volume = volume;
    }
}

impl Drop for ProgramSpeech {
    fn drop(&mut self) {
        self.wish(|wishes| wishes.end = true);
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// How one utterance ended.
#[derive(Debug)]
enum Ended {
    Spoken,
    Stopped,
    Failed(String),
    Missing,
}

/// The thread's own things.
struct Speaker {
    line: Vec<String>,
    deadline: Duration,
    shared: Shared,
    there: Box<dyn Fn(bool) + Send>,
    /// Whether the log has the complaint already.
    complained: bool,
}

impl Speaker {
    fn run(mut self) {
        let found = self.line.first().is_some_and(|name| is_installed(name));
        if !found {
            self.complain("the program is not installed");
        }
        (self.there)(found);
        while let Some((words, volume)) = self.wait() {
            for utterance in &words {
                match self.speak(utterance, volume) {
                    Ended::Spoken => self.complained = false,
                    Ended::Stopped => break,
                    Ended::Failed(why) => self.complain(&why),
                    Ended::Missing => {
                        self.complain("the program is not installed");
                        (self.there)(false);
                        break;
                    }
                }
            }
        }
    }

    /// One word in the log, until speech works again.
    fn complain(&mut self, why: &str) {
        if !std::mem::replace(&mut self.complained, true) {
            let program = self.line.first().map_or("", String::as_str);
            tracing::warn!(program, why, "the kiosk cannot speak");
        }
    }

    /// The next words; none at the end.
    fn wait(&self) -> Option<(Vec<Utterance>, Volume)> {
        let mut wishes = lock(&self.shared);
        loop {
            wishes.stop = false;
            if wishes.end {
                return None;
            }
            if let Some(next) = wishes.next.take() {
                return Some(next);
            }
            wishes = self
                .shared
                .1
                .wait(wishes)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn speak(&self, utterance: &Utterance, volume: Volume) -> Ended {
        let mut child = match self.command(utterance, volume).spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ended::Missing,
            Err(error) => return Ended::Failed(error.to_string()),
        };
        if let Some(mut input) = child.stdin.take() {
            // A program that ended already says with its status why.
            let _gone = input.write_all(start_of(&utterance.text).as_bytes());
        }
        self.follow(&mut child)
    }

    fn command(&self, utterance: &Utterance, volume: Volume) -> Command {
        let percent = volume.percent();
        let filled = |word: &String| {
            let tag = utterance.language.tag();
            word.replace("{language}", tag)
                .replace("{voice}", espeak_voice(tag))
                .replace("{volume}", &percent.to_string())
                .replace("{amplitude}", &(2 * u32::from(percent)).to_string())
        };
        let mut words = self.line.iter().map(filled);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that it can be stopped with all that it started.
            .process_group(0);
        command
    }

    /// Waits for the end of the program, or ends it.
    fn follow(&self, child: &mut Child) -> Ended {
        let until = Instant::now() + self.deadline;
        let mut wishes = lock(&self.shared);
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return ended(status),
                Ok(None) => {}
                Err(error) => return Ended::Failed(error.to_string()),
            }
            if wishes.stop || wishes.end {
                drop(wishes);
                end_with_its_children(child);
                return Ended::Stopped;
            }
            if Instant::now() >= until {
                drop(wishes);
                end_with_its_children(child);
                return Ended::Failed("an utterance took too long".to_owned());
            }
            (wishes, _) = self
                .shared
                .1
                .wait_timeout(wishes, LOOK_EVERY)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn ended(status: ExitStatus) -> Ended {
    if status.success() {
        Ended::Spoken
    } else {
        Ended::Failed(format!("the program ended with {status}"))
    }
}

fn end_with_its_children(child: &mut Child) {
    let group = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _ended = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ended = child.kill();
    let _status = child.wait();
}

/// As much of a text as is spoken, whole characters.
fn start_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(BYTES_MAX)]
}

/// What espeak-ng calls the voice of a language: Mandarin for Chinese, else the language itself.
fn espeak_voice(tag: &str) -> &str {
    match tag.split('-').next().unwrap_or_default() {
        "zh" => "cmn",
        other => other,
    }
}

/// Whether a program can be started: by its path, or by its name in one of the directories of `PATH`.
fn is_installed(name: &str) -> bool {
    if name.contains('/') {
        return Path::new(name).is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(name).is_file())
}

#[cfg(test)]
mod tests;
