//! The rows of a log file.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use jiff::civil::Date;

/// The most rows that are read from one file.
pub const ROWS_MAX: usize = 2_000_000;
/// The longest line, in bytes.
pub const LINE_BYTES_MAX: u64 = 4096;
/// The longest type, priority or server name.
pub const CODE_CHARS_MAX: usize = 24;
/// The name that stands where nobody answered.
const NOBODY: &str = "NO_SERVER";
/// The two bytes with which a gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Seconds of a day.
pub(super) const DAY_SECONDS: u32 = 24 * 3600;

/// Why a log cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be read.
    #[error("the log {} cannot be read: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The first line does not name the columns.
    #[error("the log's first line must name its columns; missing: {}", .0.join(", "))]
    Columns(Vec<&'static str>),
    /// A line makes no sense.
    #[error("line {line} of the log: {what}")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The log has too many rows.
    #[error("the log has more than {ROWS_MAX} rows: split it by months")]
    TooLong,
    /// Nobody was served on that day, or there is no such day.
    #[error("the log has no day {wanted} on which anybody was served; it has {days}")]
    NoSuchDay {
        /// The day that was asked for.
        wanted: String,
        /// The days that there are, in words.
        days: String,
    },
    /// The day has more calls, servers or types than a hall can hold.
    #[error("{0}")]
    TooMuch(String),
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Answered.
    Agent,
    /// The caller hung up.
    Hang,
    /// No call at all.
    Phantom,
}

/// One call. Times are seconds since midnight of `date`, and may lie on the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The date on which it entered the menu.
    pub date: Date,
    /// Its type, in capitals.
    pub kind: String,
    /// Its priority, in capitals.
    pub priority: String,
    /// When it left the menu: it queued, was answered or hung up.
    pub arrives: u32,
    /// How long it queued, in seconds.
    pub queued: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// When the answer began; meaningless unless answered.
    pub answered: u32,
    /// How long the answer took, in seconds.
    pub service: u32,
    /// Who answered; none when the log does not know.
    pub server: Option<String>,
}

/// Every row of the file, which may be compressed with gzip.
///
/// # Errors
/// [`LogError`]: unreadable, not such a log, or too long.
pub fn read_rows(path: &Path) -> Result<Vec<Row>, LogError> {
    let io = |error| LogError::Io {
        path: path.to_owned(),
        error,
    };
    let mut file = BufReader::new(File::open(path).map_err(io)?);
    let compressed = file.fill_buf().map_err(io)?.starts_with(&GZIP);
    if compressed {
        rows_of(BufReader::new(MultiGzDecoder::new(file)), io)
    } else {
        rows_of(file, io)
    }
}

fn rows_of(
    mut reader: impl BufRead,
    io: impl Fn(std::io::Error) -> LogError,
) -> Result<Vec<Row>, LogError> {
    let mut line = Vec::new();
    let mut columns = None;
    let mut rows = Vec::new();
    for number in 1.. {
        line.clear();
        let read = reader
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)
            .map_err(&io)?;
        if read == 0 {
            break;
        }
        let wrong = |what: String| LogError::Line { line: number, what };
        if read as u64 == LINE_BYTES_MAX {
            return Err(wrong(format!("it is longer than {LINE_BYTES_MAX} bytes")));
        }
        let text = std::str::from_utf8(&line).map_err(|_| wrong("it is no text".to_owned()))?;
        let cells: Vec<&str> = text.trim_end().split(',').map(str::trim).collect();
        let Some(columns) = &columns else {
            columns = Some(Columns::named(&cells)?);
            continue;
        };
        if text.trim().is_empty() {
            continue;
        }
        if rows.len() >= ROWS_MAX {
            return Err(LogError::TooLong);
        }
        rows.push(columns.row(&cells).map_err(wrong)?);
    }
    match columns {
        Some(_) => Ok(rows),
        None => Err(LogError::Columns(NAMES.to_vec())),
    }
}

/// The columns that are read.
const NAMES: [&str; 10] = [
    "date",
    "type",
    "priority",
    "vru_entry",
    "vru_exit",
    "q_time",
    "outcome",
    "ser_start",
    "ser_time",
    "server",
];

/// Where each of [`NAMES`] stands.
struct Columns([usize; NAMES.len()]);

impl Columns {
    fn named(cells: &[&str]) -> Result<Self, LogError> {
        let at = |name: &str| cells.iter().position(|cell| *cell == name);
        let missing: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| at(name).is_none())
            .collect();
        if missing.is_empty() {
            Ok(Self(NAMES.map(|name| at(name).unwrap_or(usize::MAX))))
        } else {
            Err(LogError::Columns(missing))
        }
    }

    fn row(&self, cells: &[&str]) -> Result<Row, String> {
        let mut found = [""; NAMES.len()];
        for ((slot, name), at) in found.iter_mut().zip(NAMES).zip(self.0) {
            *slot = cells.get(at).ok_or_else(|| format!("it has no {name}"))?;
        }
        let [
            date,
            kind,
            priority,
            entered,
            left,
            queued,
            outcome,
            answered,
            service,
            server,
        ] = found;
        let entered = clock(entered)?;
        let left = clock(left)?;
        let arrives = left + if left < entered { DAY_SECONDS } else { 0 };
        let answered = clock(answered)?;
        Ok(Row {
            date: day(date)?,
            kind: code(kind)?,
            priority: code(priority)?,
            arrives,
            queued: seconds(queued)?,
            outcome: match outcome {
                "AGENT" => Outcome::Agent,
                "HANG" => Outcome::Hang,
                "PHANTOM" => Outcome::Phantom,
                other => return Err(format!("“{other}” is no outcome: AGENT, HANG or PHANTOM")),
            },
            // Half a day earlier can only mean after midnight.
            answered: answered
                + if answered + DAY_SECONDS / 2 < arrives {
                    DAY_SECONDS
                } else {
                    0
                },
            service: seconds(service)?,
            server: (server != NOBODY && !server.is_empty())
                .then(|| code(server))
                .transpose()?,
        })
    }
}

/// A date written YYMMDD (of the 20th century from 70 on) or YYYY-MM-DD.
fn day(text: &str) -> Result<Date, String> {
    let wrong = || format!("“{text}” is no date: YYMMDD, such as 990523");
    let number: u32 = match text.len() {
        6 => text.parse().map_err(|_| wrong())?,
        _ => return text.parse().map_err(|_| wrong()),
    };
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let year = if year < 70 { 2000 + year } else { 1900 + year };
    let small = |part: u32| i8::try_from(part).map_err(|_| wrong());
    Date::new(
        i16::try_from(year).map_err(|_| wrong())?,
        small(month)?,
        small(day)?,
    )
    .map_err(|_| wrong())
}

/// A time written H:MM:SS, as seconds since midnight.
fn clock(text: &str) -> Result<u32, String> {
    let wrong = || format!("“{text}” is no time: H:MM:SS");
    let parts: Vec<u32> = text
        .split(':')
        .map(|part| part.parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    match parts.as_slice() {
        [hour, minute, second] if *hour < 24 && *minute < 60 && *second < 60 => {
            Ok(hour * 3600 + minute * 60 + second)
        }
        _ => Err(wrong()),
    }
}

fn seconds(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|seconds| *seconds <= DAY_SECONDS)
        .ok_or_else(|| format!("“{text}” is no number of seconds up to a day"))
}

/// A short word of letters and digits, as types, priorities and names are, in capitals.
fn code(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if (1..=CODE_CHARS_MAX).contains(&text.len()) && text.chars().all(plain) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(format!(
            "“{}” is no type, priority or name: 1 to {CODE_CHARS_MAX} letters and digits",
            text.escape_debug()
        ))
    }
}
