//! What a printer says about itself.
//!
//! `DLE EOT n` is answered by one byte at once, also by a printer that cannot print; bits 1 and 4 of it are set, bits 0 and 7
//! are not (`0xx1xx10`). `GS r 1` is answered only when everything before it was processed, by a byte with bits 4 and 7
//! clear (`0xx0xxxx`). By these fixed bits the answers are told from each other and from noise. A printer may have said
//! things before it was asked (automatic status, answers inside an image), so stray bytes are drained before each question.
//!
//! The questions are written out here because the `escpos` crate adds a fourth byte, NUL, to `DLE EOT 1` to `4`.

use std::fmt;
use std::time::{Duration, Instant};

use super::device::{Transport, TransportError};

/// How long a printer may take to answer `DLE EOT`. It is answered by the interface, not by the print head.
pub const STATUS_ANSWER_TIMEOUT: Duration = Duration::from_millis(1500);

/// Stray bytes that are thrown away before a question; a printer that says more without being asked is broken.
pub const STRAY_BYTES_MAX: usize = 4096;

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

/// Asks the printer for its status; one that does not answer is [`PrinterStatus::Silent`].
///
/// Errors: the connection broke.
pub fn ask(transport: &mut dyn Transport) -> Result<PrinterStatus, TransportError> {
    drain(transport)?;
    let mut answers = [0; 4];
    for (n, answer) in (1..).zip(&mut answers) {
        transport.write(&[0x10, 0x04, n])?;
        match answer_within(transport, STATUS_ANSWER_TIMEOUT, is_real_time_answer)? {
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
    Err(TransportError::Read(format!(
        "it said more than {STRAY_BYTES_MAX} bytes without being asked"
    )))
}

/// The first byte within `wait` that `fits`; others are passed over.
pub fn answer_within(
    transport: &mut dyn Transport,
    wait: Duration,
    fits: fn(u8) -> bool,
) -> Result<Option<u8>, TransportError> {
    let deadline = Instant::now() + wait;
    let mut byte = [0; 1];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        if transport.read(&mut byte, left)? == 1 && fits(byte[0]) {
            return Ok(Some(byte[0]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::simulated::{Condition, PaperSupply};

    fn told_by(condition: Condition) -> PrinterStatus {
        let answer = |n| condition.real_time_answer(n).expect("1 to 4 are answered");
        assert!((1..=4).all(|n| is_real_time_answer(answer(n))));
        status_of(answer(1), answer(2), answer(3), answer(4))
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
