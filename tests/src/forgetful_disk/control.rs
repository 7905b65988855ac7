//! The commands of the program `forgetful_disk`: one a line on a Unix socket, one line in answer.
//!
//! | command | effect |
//! |---|---|
//! | `cut nothing DIR`, `cut everything DIR`, `cut random:SEED DIR` | writes what a power cut at this moment leaves into DIR |
//! | `fail FAULT REACH SKIP [COUNT]` | after SKIP more calls of that kind, COUNT of them fail (without COUNT: all) |
//! | `heal` | no call fails any more |
//! | `capacity BYTES`, `capacity none` | how much the disk can hold |
//! | `status` | capacity, use and number of calls |
//! | `quit` | unmounts and ends |
//!
//! FAULT: `nospace`, `io`, `readonly`, `denied`, `short`. REACH: `all`, `writes`, `changes`,
//! `syncs`. The answer starts with `ok` or `error`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Duration;

use nowserving_journal::simulated::{Fault, Faults, Reach, Survival};

use super::ForgetfulDisk;

/// The longest command line, in bytes.
pub const COMMAND_BYTES_MAX: u64 = 8192;
/// How long a connection may be silent before it is closed, so that the next one is served.
pub const SILENCE_MAX: Duration = Duration::from_secs(30);

/// A command.
#[derive(Debug, Clone)]
pub enum Command {
    /// Cut the power.
    Cut {
        /// What survives.
        survival: Survival,
        /// Where it is written.
        into: PathBuf,
    },
    /// Let calls fail, or none.
    Fail(Faults),
    /// Bound the disk, in bytes.
    Capacity(Option<u64>),
    /// Say how things are.
    Status,
    /// End.
    Quit,
}

impl Command {
    /// Reads a command line.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what is right.
    pub fn parse(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["cut", survival, into] => Ok(Self::Cut {
                survival: parse_survival(survival)?,
                into: PathBuf::from(into),
            }),
            ["fail", fault, reach, skip] => Ok(Self::Fail(Faults::after(
                parse_fault(fault)?,
                parse_reach(reach)?,
                parse_number(skip)?,
                u64::MAX,
            ))),
            ["fail", fault, reach, skip, count] => Ok(Self::Fail(Faults::after(
                parse_fault(fault)?,
                parse_reach(reach)?,
                parse_number(skip)?,
                parse_number(count)?,
            ))),
            ["heal"] => Ok(Self::Fail(Faults::none())),
            ["capacity", "none"] => Ok(Self::Capacity(None)),
            ["capacity", bytes] => Ok(Self::Capacity(Some(parse_number(bytes)?))),
            ["status"] => Ok(Self::Status),
            ["quit"] => Ok(Self::Quit),
            _ => Err(format!(
                "“{}” is not a command: use cut, fail, heal, capacity, status or quit",
                line.trim().chars().take(80).collect::<String>()
            )),
        }
    }

    /// Does it. The text is the rest of the answer line.
    ///
    /// # Errors
    /// When the remains of a power cut cannot be written.
    pub fn run(&self, disk: &ForgetfulDisk) -> io::Result<String> {
        match self {
            Self::Cut { survival, into } => {
                let remains = disk.cut_power(*survival, into)?;
                Ok(format!("{} files, {} bytes", remains.files, remains.bytes))
            }
            Self::Fail(faults) => {
                disk.disk().fail(*faults);
                Ok(String::new())
            }
            Self::Capacity(bytes) => {
                disk.disk().set_capacity(*bytes);
                Ok(String::new())
            }
            Self::Status => {
                let (capacity, used) = disk.disk().space();
                let capacity = capacity.map_or("none".to_owned(), |bytes| bytes.to_string());
                Ok(format!(
                    "capacity {capacity} used {used} calls {}",
                    disk.disk().calls()
                ))
            }
            Self::Quit => Ok(String::new()),
        }
    }
}

fn parse_survival(word: &str) -> Result<Survival, String> {
    match (word, word.strip_prefix("random:")) {
        ("nothing", _) => Ok(Survival::Nothing),
        ("everything", _) => Ok(Survival::Everything),
        (_, Some(seed)) => Ok(Survival::Random(parse_number(seed)?)),
        (_, None) => Err(format!(
            "“{word}” cannot survive: use nothing, everything or random:SEED"
        )),
    }
}

fn parse_fault(word: &str) -> Result<Fault, String> {
    match word {
        "nospace" => Ok(Fault::NoSpace),
        "io" => Ok(Fault::Io),
        "readonly" => Ok(Fault::ReadOnly),
        "denied" => Ok(Fault::Denied),
        "short" => Ok(Fault::ShortWrite),
        _ => Err(format!(
            "“{word}” is not a fault: use nospace, io, readonly, denied or short"
        )),
    }
}

fn parse_reach(word: &str) -> Result<Reach, String> {
    match word {
        "all" => Ok(Reach::All),
        "writes" => Ok(Reach::Writes),
        "changes" => Ok(Reach::Changes),
        "syncs" => Ok(Reach::Syncs),
        _ => Err(format!(
            "“{word}” are not calls: use all, writes, changes or syncs"
        )),
    }
}

fn parse_number(word: &str) -> Result<u64, String> {
    word.parse()
        .map_err(|_| format!("“{word}” is not a whole number"))
}

/// Serves one connection after the other until `quit`. A connection that breaks ends by itself
/// only.
///
/// # Errors
/// When the socket no longer accepts connections.
pub fn serve(listener: &UnixListener, disk: &ForgetfulDisk) -> io::Result<()> {
    for stream in listener.incoming() {
        match converse(&stream?, disk) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a control connection broke"),
        }
    }
    Ok(())
}

/// Answers the lines of one connection. True after `quit`.
fn converse(stream: &UnixStream, disk: &ForgetfulDisk) -> io::Result<bool> {
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        if reader
            .by_ref()
            .take(COMMAND_BYTES_MAX)
            .read_line(&mut line)?
            == 0
        {
            return Ok(false);
        }
        let command = Command::parse(&line);
        let answer = match &command {
            Ok(command) => command.run(disk).map_err(|error| error.to_string()),
            Err(reason) => Err(reason.clone()),
        };
        let text = match answer {
            Ok(text) => format!("ok {text}"),
            Err(reason) => format!("error {reason}"),
        };
        writeln!(&mut &*stream, "{}", text.trim_end())?;
        if matches!(command, Ok(Command::Quit)) {
            return Ok(true);
        }
    }
}
