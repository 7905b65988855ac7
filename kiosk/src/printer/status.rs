//! What a printer says about itself.
//!
//! `DLE EOT n` is answered by one byte at once, also by a printer that cannot print; bits 1 and 4 of it are set, bits 0 and 7
//! are not (`0xx1xx10`). `GS r 1` is answered only when everything before it was processed, by a byte with bits 4 and 7
//! clear (`0xx0xxxx`). A printer that was told to ([`AUTOMATIC_STATUS_ON`]), or was set so by its switches, says by itself
//! what changed: four bytes, the first of the form `0xx1xx00`, the others like answers to `GS r`. By these fixed bits the
//! answers are told from each other and from noise; [`Ear`] does it, because the second to fourth byte of an automatic status
//! would otherwise pass for the answer that everything was printed. Stray bytes are drained before each question.
//!
//! The questions are written out here because the `escpos` crate adds a fourth byte, NUL, to `DLE EOT 1` to `4`.

use std::fmt;
use std::time::{Duration, Instant};

use super::device::{Transport, TransportError};

/// How long a printer may take to answer `DLE EOT`. It is answered by the interface, not by the print head.
pub const STATUS_ANSWER_TIMEOUT: Duration = Duration::from_millis(1500);

/// Stray bytes that are thrown away before a question; a printer that says more without being asked is broken.
pub const STRAY_BYTES_MAX: usize = 4096;

/// `GS a`: from now on say by yourself when on-line state (2), errors (4) or paper (8) change.
pub const AUTOMATIC_STATUS_ON: [u8; 3] = [0x1D, b'a', 0x0E];

/// Bytes of an automatic status.
const AUTOMATIC_BYTES: usize = 4;

const STRAY_WAIT: Duration = Duration::from_millis(1);

/// The state of a printer as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PrinterStatus {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// Ready.
    Ok,
    /// Ready, and the roll should be changed soon.
    PaperNearEnd,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// A fault of cutter or electronics that a person must clear.
    Fault,
    /// Switched off-line for a reason it does not say.
    Offline,
    /// Connected, but it does not answer although its profile says that it can.
    Silent,
    /// Connected; its profile says that it never answers, so paper and cover are not known.
    Mute,
    /// There is no connection.
    Absent,
}

impl PrinterStatus {
    /// Whether a ticket can be expected to come out now.
    #[must_use]
    pub fn can_print(self) -> bool {
        match self {
            Self::Ok | Self::PaperNearEnd | Self::Mute => true,
            Self::Unknown
            | Self::PaperOut
            | Self::CoverOpen
            | Self::Fault
            | Self::Offline
            | Self::Silent
            | Self::Absent => false,
        }
    }

    /// Whether a person should look after the printer.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        match self {
            Self::Ok | Self::Mute | Self::Unknown => false,
            Self::PaperNearEnd
            | Self::PaperOut
            | Self::CoverOpen
            | Self::Fault
            | Self::Offline
            | Self::Silent
            | Self::Absent => true,
        }
    }
}

impl fmt::Display for PrinterStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "not known yet",
            Self::Ok => "ready",
            Self::PaperNearEnd => "paper near its end",
            Self::PaperOut => "out of paper",
            Self::CoverOpen => "cover open",
            Self::Fault => "fault of cutter or electronics",
            Self::Offline => "off-line",
            Self::Silent => "connected but silent",
            Self::Mute => "connected; reports nothing",
            Self::Absent => "not connected",
        })
    }
}

/// Whether the byte has the fixed bits of an answer to `DLE EOT`: `0xx1xx10`.
#[must_use]
pub fn is_real_time_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// Whether the byte has the fixed bits of an answer to `GS r`: `0xx0xxxx`.
#[must_use]
pub fn is_processed_answer(byte: u8) -> bool {
    byte & 0b1001_0000 == 0
}

/// The status that the answers to `DLE EOT` 1, 2, 3 and 4 tell, the most hindering first.
#[must_use]
pub fn status_of(printer: u8, offline_cause: u8, error_cause: u8, paper: u8) -> PrinterStatus {
    const CANNOT_GO_ON: u8 = 0x08 | 0x20 | 0x40;
    if offline_cause & 0x04 != 0 {
        PrinterStatus::CoverOpen
    } else if paper & 0x60 != 0 || offline_cause & 0x20 != 0 {
        PrinterStatus::PaperOut
    } else if error_cause & CANNOT_GO_ON != 0 || offline_cause & 0x40 != 0 {
        PrinterStatus::Fault
    } else if printer & 0x08 != 0 {
        PrinterStatus::Offline
    } else if paper & 0x0C != 0 {
        PrinterStatus::PaperNearEnd
    } else {
        PrinterStatus::Ok
    }
}

/// Whether the byte has the fixed bits of the first of an automatic status: `0xx1xx00`.
fn begins_automatic_status(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0000
}

/// The status that an automatic status tells, the most hindering first.
#[must_use]
pub fn automatic_status([printer, error, paper, _]: [u8; AUTOMATIC_BYTES]) -> PrinterStatus {
    const CANNOT_GO_ON: u8 = 0x08 | 0x20 | 0x40;
    if printer & 0x20 != 0 {
        PrinterStatus::CoverOpen
    } else if paper & 0x0C != 0 {
        PrinterStatus::PaperOut
    } else if error & CANNOT_GO_ON != 0 {
        PrinterStatus::Fault
    } else if printer & 0x08 != 0 {
        PrinterStatus::Offline
    } else if paper & 0x03 != 0 {
        PrinterStatus::PaperNearEnd
    } else {
        PrinterStatus::Ok
    }
}

/// What a printer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// An answer to `DLE EOT`.
    RealTime(u8),
    /// The answer to `GS r`.
    Processed(u8),
    /// Its status, without being asked.
    Automatic(PrinterStatus),
}

/// Tells what a printer says from its bytes, one at a time; what is nothing of this is passed over.
#[derive(Debug, Default)]
pub struct Ear {
    /// What has come of an automatic status.
    begun: Vec<u8>,
}

impl Ear {
    /// Takes a byte; returns what is complete with it.
    pub fn hear(&mut self, byte: u8) -> Option<Said> {
        if !self.begun.is_empty() && is_processed_answer(byte) {
            self.begun.push(byte);
            let whole = <[u8; AUTOMATIC_BYTES]>::try_from(self.begun.as_slice()).ok()?;
            self.begun.clear();
            return Some(Said::Automatic(automatic_status(whole)));
        }
        self.begun.clear();
        if begins_automatic_status(byte) {
            self.begun.push(byte);
            None
        } else if is_real_time_answer(byte) {
            Some(Said::RealTime(byte))
        } else {
            is_processed_answer(byte).then_some(Said::Processed(byte))
        }
    }
}

/// What the printer said by itself since it was last read; none when it said nothing. Never waits longer than a moment.
///
/// Errors: the connection broke, or it says too much.
pub fn overhear(
    transport: &mut dyn Transport,
    ear: &mut Ear,
) -> Result<Option<PrinterStatus>, TransportError> {
    let mut buffer = [0; 64];
    let mut told = None;
    let mut heard = 0;
    while heard < STRAY_BYTES_MAX {
        let taken = transport.read(&mut buffer, STRAY_WAIT)?;
        if taken == 0 {
            return Ok(told);
        }
        heard += taken;
        for byte in &buffer[..taken] {
            if let Some(Said::Automatic(status)) = ear.hear(*byte) {
                told = Some(status);
            }
        }
    }
    Err(says_too_much())
}

fn says_too_much() -> TransportError {
    TransportError::Read(format!(
        "it said more than {STRAY_BYTES_MAX} bytes without being asked"
    ))
}

/// Asks the printer for its status; one that does not answer is [`PrinterStatus::Silent`].
///
/// Errors: the connection broke.
pub fn ask(transport: &mut dyn Transport) -> Result<PrinterStatus, TransportError> {
    drain(transport)?;
    let mut answers = [0; 4];
    for (n, answer) in (1..).zip(&mut answers) {
        transport.write(&[0x10, 0x04, n])?;
        let real_time = |said| match said {
            Said::RealTime(byte) => Some(byte),
            Said::Processed(_) | Said::Automatic(_) => None,
        };
        match answer_within(transport, STATUS_ANSWER_TIMEOUT, real_time)? {
            Some(byte) => *answer = byte,
            None => return Ok(PrinterStatus::Silent),
        }
    }
    let [printer, offline_cause, error_cause, paper] = answers;
    Ok(status_of(printer, offline_cause, error_cause, paper))
}

/// Throws away what the printer said without being asked.
pub fn drain(transport: &mut dyn Transport) -> Result<(), TransportError> {
    let mut buffer = [0; 64];
    let mut drained = 0;
    while drained < STRAY_BYTES_MAX {
        match transport.read(&mut buffer, STRAY_WAIT)? {
            0 => return Ok(()),
            taken => drained += taken,
        }
    }
    Err(says_too_much())
}

/// The first thing said within `wait` that is `wanted`; others are passed over.
///
/// Errors: the connection broke.
pub fn answer_within<T>(
    transport: &mut dyn Transport,
    wait: Duration,
    wanted: impl Fn(Said) -> Option<T>,
) -> Result<Option<T>, TransportError> {
    let deadline = Instant::now() + wait;
    let mut byte = [0; 1];
    let mut ear = Ear::default();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        if transport.read(&mut byte, left)? == 1
            && let Some(answer) = ear.hear(byte[0]).and_then(&wanted)
        {
            return Ok(Some(answer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::simulated::{Condition, PaperSupply};

    fn told_by(condition: Condition) -> PrinterStatus {
        let by_itself = condition.automatic_status();
        let mut ear = Ear::default();
        let said: Vec<Said> = by_itself
            .iter()
            .filter_map(|byte| ear.hear(*byte))
            .collect();
        let [Said::Automatic(automatic)] = said[..] else {
            panic!("an automatic status is heard as one: {said:?}");
        };
        let answer = |n| condition.real_time_answer(n).expect("1 to 4 are answered");
        assert!((1..=4).all(|n| is_real_time_answer(answer(n))));
        let asked = status_of(answer(1), answer(2), answer(3), answer(4));
        assert_eq!(asked, automatic, "{condition:?}");
        asked
    }

    #[test]
    fn each_condition_of_a_printer_is_read_from_its_answers() {
        let good = Condition::default();
        let table = [
            (good, PrinterStatus::Ok),
            (
                Condition {
                    paper: PaperSupply::NearEnd,
                    ..good
                },
                PrinterStatus::PaperNearEnd,
            ),
            (
                Condition {
                    paper: PaperSupply::Out,
                    ..good
                },
                PrinterStatus::PaperOut,
            ),
            (
                Condition {
                    cover_open: true,
                    ..good
                },
                PrinterStatus::CoverOpen,
            ),
            (
                Condition {
                    cover_open: true,
                    paper: PaperSupply::Out,
                    ..good
                },
                PrinterStatus::CoverOpen,
            ),
            (
                Condition {
                    offline: true,
                    ..good
                },
                PrinterStatus::Offline,
            ),
            (
                Condition {
                    cutter_jammed: true,
                    ..good
                },
                PrinterStatus::Fault,
            ),
        ];
        for (condition, expected) in table {
            assert_eq!(told_by(condition), expected, "{condition:?}");
            assert!(
                is_processed_answer(condition.paper_answer())
                    && !is_real_time_answer(condition.paper_answer())
            );
        }
    }

    #[test]
    fn an_automatic_status_does_not_pass_for_the_answer_that_all_is_printed() {
        let out = Condition {
            paper: PaperSupply::Out,
            ..Condition::default()
        };
        let mut ear = Ear::default();
        let mut said = Vec::new();
        // It comes in the middle of noise, is broken off once, and then the answer comes that was waited for.
        let [first, ..] = out.automatic_status();
        let bytes = [0xFF, first, 0x12]
            .into_iter()
            .chain(out.automatic_status())
            .chain([out.paper_answer()]);
        for byte in bytes {
            said.extend(ear.hear(byte));
        }
        assert_eq!(
            said,
            [
                Said::RealTime(0x12),
                Said::Automatic(PrinterStatus::PaperOut),
                Said::Processed(out.paper_answer()),
            ]
        );
    }

    #[test]
    fn a_cutter_error_is_a_fault() {
        assert_eq!(status_of(0x1A, 0x52, 0x1A, 0x12), PrinterStatus::Fault);
    }

    #[test]
    fn noise_is_no_answer() {
        for byte in [0x00, 0xFF, 0x10, 0x02, 0x13, 0x92] {
            assert!(!is_real_time_answer(byte), "{byte:02X}");
        }
        for byte in [0x12, 0x80, 0xFF] {
            assert!(!is_processed_answer(byte), "{byte:02X}");
        }
    }
}
