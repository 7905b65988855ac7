//! The programs that the demonstration starts, and how they end.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncReadExt as _;
use tokio::process::{ChildStdout, Command};
use tokio::sync::mpsc;

/// How long a child may take to stop before it is killed.
const STOP_MAX: Duration = Duration::from_secs(20);
/// How long a child may take to say something that it says at its start.
const SAYS_WITHIN: Duration = Duration::from_secs(5);
/// The most lines that are kept of what a child said; later ones are not heard.
const LINES_MAX: usize = 64;
/// The longest line that is heard, in bytes.
const LINE_BYTES_MAX: usize = 4096;
/// How much of a log's end is shown when a child has failed, in bytes.
const TAIL_BYTES: usize = 1500;

/// A running program.
#[derive(Debug)]
pub(super) struct Child {
    name: &'static str,
    process: tokio::process::Child,
    log: PathBuf,
    lines: mpsc::Receiver<String>,
    heard: Vec<String>,
    /// Whether the demonstration goes on without it.
    optional: bool,
    gone: bool,
}

impl Child {
    /// Starts the program `name`, which lies beside this one. Its standard output is listened to, its standard error goes
    /// to a log file.
    pub(super) fn start(
        name: &'static str,
        arguments: &[String],
        logs: &Path,
    ) -> anyhow::Result<Self> {
        Self::spawn(name, &beside(name)?, arguments, logs)
    }

    fn spawn(
        name: &'static str,
        program: &Path,
        arguments: &[String],
        logs: &Path,
    ) -> anyhow::Result<Self> {
        let log = logs.join(format!("{name}.log"));
        let errors = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("{} cannot be written", log.display()))?;
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let (sender, lines) = mpsc::channel(LINES_MAX);
        if let Some(output) = process.stdout.take() {
            tokio::spawn(listen(output, sender));
        }
        Ok(Self {
            name,
            process,
            log,
            lines,
            heard: Vec::new(),
            optional: false,
            gone: false,
        })
    }

    /// The same, as one without which the demonstration goes on.
    pub(super) fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// Where its standard error goes.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// What it said after `opening` on one line; none when it does not within some seconds.
    pub(super) async fn said(&mut self, opening: &str) -> Option<String> {
        let after = |line: &String| {
            line.trim()
                .strip_prefix(opening)
                .map(|rest| rest.trim().to_owned())
        };
        if let Some(said) = self.heard.iter().find_map(after) {
            return Some(said);
        }
        let deadline = tokio::time::Instant::now() + SAYS_WITHIN;
        while let Ok(Some(line)) = tokio::time::timeout_at(deadline, self.lines.recv()).await {
            let said = after(&line);
            self.heard.push(line);
            if said.is_some() {
                return said;
            }
        }
        None
    }

    /// # Errors
    /// When it has ended: how, and the end of its log.
    pub(super) fn still_runs(&mut self) -> anyhow::Result<()> {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => bail!("{}", self.obituary(status)),
            Err(error) => Err(error).with_context(|| format!("{} cannot be looked at", self.name)),
        }
    }

    fn obituary(&self, status: ExitStatus) -> String {
        let said = std::fs::read(&self.log).unwrap_or_default();
        let tail = &said[said.len().saturating_sub(TAIL_BYTES)..];
        format!(
            "{} has ended ({status}). The end of its log, {}:\n{}",
            self.name,
            self.log.display(),
            String::from_utf8_lossy(tail).trim_end()
        )
    }

    /// Asks it to stop, waits, and kills it if it does not.
    async fn stop(&mut self) {
        let pid = self
            .process
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        let Some(pid) = pid else { return };
        // It may have ended by itself meanwhile: then there is nothing to ask.
        let _asked = kill_process(pid, Signal::TERM);
        if tokio::time::timeout(STOP_MAX, self.process.wait())
            .await
            .is_err()
        {
            eprintln!(
                "{} does not stop within {} s and is killed",
                self.name,
                STOP_MAX.as_secs()
            );
            if let Err(error) = self.process.kill().await {
                eprintln!("{} cannot be killed: {error}", self.name);
            }
        }
    }
}

/// The program `name` beside the running one.
pub(super) fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("this program cannot be found")?;
    let program = own.with_file_name(name);
    if program.is_file() {
        Ok(program)
    } else {
        bail!(
            "{} is missing: build everything with “./hall run”",
            program.display()
        )
    }
}

/// Passes on what a child says, line by line, and goes on reading when nobody listens, lest the child be held up.
async fn listen(mut output: ChildStdout, lines: mpsc::Sender<String>) {
    let mut line = Vec::new();
    let mut chunk = [0; 1024];
    while let Ok(count) = output.read(&mut chunk).await {
        if count == 0 {
            return;
        }
        for byte in chunk.iter().take(count) {
            if *byte == b'\n' {
                // Full: nobody wants to hear more than the first lines.
                let _heard = lines.try_send(String::from_utf8_lossy(&line).into_owned());
                line.clear();
            } else if line.len() < LINE_BYTES_MAX {
                line.push(*byte);
            }
        }
    }
}

/// All children, in the order of their starting.
#[derive(Debug, Default)]
pub(super) struct Children(Vec<Child>);

impl Children {
    /// Adds a child and gives it back.
    pub(super) fn add(&mut self, child: Child) -> &mut Child {
        self.0.push(child);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Looks whether all are alive, and tells of those that are not.
    ///
    /// # Errors
    /// When one has ended without which there is no demonstration.
    pub(super) fn look(&mut self) -> anyhow::Result<()> {
        for child in self.0.iter_mut().filter(|child| !child.gone) {
            match child.process.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) if child.optional => {
                    child.gone = true;
                    if status.success() {
                        eprintln!("{} was closed; the hall goes on", child.name);
                    } else {
                        eprintln!("{}", child.obituary(status));
                    }
                }
                Ok(Some(_)) | Err(_) => child.still_runs()?,
            }
        }
        Ok(())
    }

    /// Stops all, the last first: screens before the server that they look at.
    pub(super) async fn stop(&mut self) {
        while let Some(mut child) = self.0.pop() {
            child.stop().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell that does what it is told, and the directory of its log.
    fn shell(script: &str) -> (tempfile::TempDir, Child) {
        let logs = tempfile::tempdir().expect("a directory");
        let arguments = ["-c".to_owned(), script.to_owned()];
        let child = Child::spawn("shell", Path::new("/bin/sh"), &arguments, logs.path());
        (logs, child.expect("a shell"))
    }

    #[tokio::test]
    async fn what_a_child_says_is_heard_also_when_something_else_was_asked_for_before() {
        let (_logs, mut child) = shell("echo first: one; echo second: two; echo end; sleep 60");
        assert_eq!(child.said("second:").await.as_deref(), Some("two"));
        assert_eq!(child.said("first:").await.as_deref(), Some("one"));
        child.stop().await;
    }

    #[tokio::test]
    async fn a_child_that_has_ended_is_told_with_the_end_of_its_log() {
        let (_logs, mut child) = shell("echo why it failed >&2; exit 3");
        child.process.wait().await.expect("it ends");
        let error = child.still_runs().expect_err("it has ended").to_string();
        assert!(
            error.contains("shell has ended (exit status: 3)"),
            "{error}"
        );
        assert!(error.contains("why it failed"), "{error}");
    }

    #[tokio::test]
    async fn a_child_is_asked_to_stop_and_may_tidy_up() {
        let (logs, mut child) = shell(
            "trap 'echo tidy >&2; exit 0' TERM; echo ready: yes; while :; do sleep 0.05; done",
        );
        assert!(child.said("ready:").await.is_some());
        child.stop().await;
        let log = std::fs::read_to_string(logs.path().join("shell.log")).expect("a log");
        assert_eq!(log.trim(), "tidy");
    }

    #[tokio::test]
    async fn the_hall_goes_on_without_a_screen_but_not_without_its_server() {
        let mut children = Children::default();
        let (_screen_logs, screen) = shell("exit 1");
        children
            .add(screen.optional())
            .process
            .wait()
            .await
            .expect("it ends");
        children.look().expect("the hall goes on");
        let (_server_logs, server) = shell("exit 1");
        children.add(server).process.wait().await.expect("it ends");
        assert!(children.look().is_err());
        children.stop().await;
    }

    #[test]
    fn a_program_that_was_not_built_is_named() {
        let error = beside("nowserving-nothing")
            .expect_err("not there")
            .to_string();
        assert!(error.contains("nowserving-nothing is missing"), "{error}");
    }
}
