//! A reader that is a program: it prints one code a line, for as long as it runs.
//!
//! So a serial reader, a vendor's library or a camera needs a few lines of script and nothing in here. The program gets
//! nothing on its standard input. A line may have [`CODE_CHARS_MAX`] bytes; a longer one is thrown away to its end and
//! reported once. A program that ends is started again after [`RESTART_PAUSE`].

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::thread::{self, Builder};
use std::time::Duration;

use super::scanner::{CODE_CHARS_MAX, Garbage};
use super::{CodeReader, Told};

/// How long after its end a program is started again.
pub const RESTART_PAUSE: Duration = Duration::from_secs(5);
/// How many bytes are read at once.
const CHUNK_BYTES: usize = 4096;

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramReader {
    line: Vec<String>,
}

impl FromStr for ProgramReader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let line: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if line.is_empty() {
            return Err("write the program that prints codes, with its arguments".to_owned());
        }
        Ok(Self { line })
    }
}

impl CodeReader for ProgramReader {
    fn start(self: Box<Self>, told: Told) -> Result<(), String> {
        let thread = Builder::new().name("code-reader".to_owned());
        let started = thread.spawn(move || {
            loop {
                if let Err(why) = self.run_once(&told) {
                    let program = self.line.first().map_or("", String::as_str);
                    tracing::warn!(program, why, "no codes are read; it is started again");
                }
                thread::sleep(RESTART_PAUSE);
            }
        });
        started
            .map(|_| ())
            .map_err(|error| format!("no thread for the code reader: {error}"))
    }
}

impl ProgramReader {
    /// Runs the program to its end; why it ended.
    fn run_once(&self, told: &Told) -> Result<(), String> {
        let mut words = self.line.iter();
        let mut child = Command::new(words.next().map_or("", String::as_str))
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("it cannot be started: {error}"))?;
        let read = match child.stdout.take() {
            Some(output) => read_lines(output, told),
            None => Ok(()),
        };
        let status = end(&mut child);
        read.map_err(|error| format!("it cannot be read: {error}"))?;
        Err(format!("it ended: {status}"))
    }
}

/// Ends a program that may have closed its output and gone on.
fn end(child: &mut Child) -> String {
    let _gone = child.kill();
    match child.wait() {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Reads lines to the end. Holds no more than the longest line.
fn read_lines(
    mut from: impl Read,
    mut told: impl FnMut(Result<String, Garbage>),
) -> io::Result<()> {
    let mut line: Vec<u8> = Vec::new();
    let mut overflows = false;
    let mut chunk = [0; CHUNK_BYTES];
    loop {
        let count = match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for byte in &chunk[..count] {
            match byte {
                b'\n' | b'\r' => {
                    let code = String::from_utf8_lossy(&line).trim().to_owned();
                    if !code.is_empty() && !overflows {
                        told(Ok(code));
                    }
                    line.clear();
                    overflows = false;
                }
                _ if overflows => {}
                _ if line.len() >= CODE_CHARS_MAX => {
                    line.clear();
                    overflows = true;
                    told(Err(Garbage::TooLong));
                }
                byte => line.push(*byte),
            }
        }
    }
    if !line.is_empty() {
        told(Err(Garbage::Unfinished));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Result<String, Garbage>> {
        let mut heard = Vec::new();
        read_lines(bytes, |code| heard.push(code)).expect("memory can be read");
        heard
    }

    #[test]
    fn each_line_is_a_code_and_what_is_no_line_is_garbage() {
        assert_eq!(
            lines(b"11010519491231002X\r\n\n  nowserving:service/tax \nhalf"),
            [
                Ok("11010519491231002X".to_owned()),
                Ok("nowserving:service/tax".to_owned()),
                Err(Garbage::Unfinished),
            ]
        );
        assert_eq!(
            lines(b"\xff\xfe\n").len(),
            1,
            "what is no text is a code that nobody knows"
        );
    }

    #[test]
    fn a_megabyte_without_an_end_is_thrown_away_and_reported_once() {
        let mut bytes = vec![b'7'; 1_000_000];
        bytes.extend_from_slice(b"\nABCDEF\n");
        assert_eq!(
            lines(&bytes),
            [Err(Garbage::TooLong), Ok("ABCDEF".to_owned())]
        );
    }

    #[test]
    fn a_program_brings_its_lines() {
        let (sender, codes) = mpsc::channel();
        let reader: ProgramReader = "printf first-code\\nsecond-code\\n"
            .parse()
            .expect("a line");
        let told: Told = Box::new(move |code| {
            let _over = sender.send(code);
        });
        Box::new(reader).start(told).expect("a thread");
        let next = || codes.recv_timeout(Duration::from_secs(30)).expect("a code");
        assert_eq!(next(), Ok("first-code".to_owned()));
        assert_eq!(next(), Ok("second-code".to_owned()));
        assert!("  ".parse::<ProgramReader>().is_err());
    }
}
