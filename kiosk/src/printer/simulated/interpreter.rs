//! The command language of the simulated printer.
//!
//! Bytes arrive in pieces of any size. First they are looked through for `DLE EOT`, which is answered at once wherever it
//! stands (also inside images, as Epson printers do). Then they wait in the receive buffer and are processed in order, as
//! far as they are complete and as long as the printer prints. A full buffer takes no more; its owner stops reading.

use encoding_rs::GB18030;

use super::page::{Justify, Look, Page, SPACING_DEFAULT};
use super::{Condition, CutKind, PrintedTicket};

mod graphics;

use graphics::QrStore;

/// The receive buffer, in bytes. A command that claims more than this is skipped with a warning.
pub const RECEIVE_BUFFER_MAX: usize = 1024 * 1024;

/// The longest content of a QR code (the largest code holds no more), in bytes.
pub const QR_BYTES_MAX: usize = 7089;

/// What the printer gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A byte sent back to the computer.
    Answer(u8),
    /// A ticket cut from the roll.
    Ticket(Box<PrintedTicket>),
}

/// The printer's mind: everything but paper supply and cables.
pub struct Interpreter {
    page: Page,
    buffer: Vec<u8>,
    /// The last two bytes that were looked through, because a real-time command may arrive in pieces.
    tail: [u8; 2],
    /// Bytes still to be thrown away of a command that was too long.
    skip: usize,
    chinese: bool,
    real_time_disabled: bool,
    /// What it last said by itself; none while it was not told to.
    said: Option<Condition>,
    qr: QrStore,
    width: u32,
}

/// What stands at the head of the receive buffer.
enum Step {
    /// A command of so many bytes was obeyed.
    Done(usize),
    /// The command has not arrived as a whole.
    Wait,
    /// The command is longer than any that is obeyed: so many bytes are to be thrown away.
    Skip(usize),
}

impl Interpreter {
    /// A printer just switched on, whose paper is `width_dots` wide. It starts outside of Chinese mode.
    #[must_use]
    pub fn new(width_dots: u16) -> Self {
        let width = u32::from(width_dots.max(8));
        Self {
            page: Page::new(width),
            buffer: Vec::new(),
            tail: [0; 2],
            skip: 0,
            chinese: false,
            real_time_disabled: false,
            said: None,
            qr: QrStore::default(),
            width,
        }
    }

    /// How many bytes the receive buffer has room for.
    #[must_use]
    pub fn room(&self) -> usize {
        RECEIVE_BUFFER_MAX.saturating_sub(self.buffer.len())
    }

    /// Takes bytes from the computer; those for which there is no [`Interpreter::room`] are lost, with a warning.
    pub fn receive(&mut self, bytes: &[u8], condition: Condition) -> Vec<Output> {
        let mut outputs = self.real_time(bytes, condition);
        let taken = bytes.len().min(self.room());
        if taken < bytes.len() {
            self.page.warn("the receive buffer ran over");
        }
        self.buffer.extend(&bytes[..taken]);
        outputs.extend(self.resume(condition));
        outputs
    }

    /// Goes on with what waits in the receive buffer, for instance after paper was put in.
    pub fn resume(&mut self, condition: Condition) -> Vec<Output> {
        let mut outputs = Vec::new();
        let mut done = 0;
        while condition.prints() {
            if self.skip > 0 {
                let thrown = self.skip.min(self.buffer.len() - done);
                self.skip -= thrown;
                done += thrown;
            }
            let buffer = std::mem::take(&mut self.buffer);
            let step = match buffer.get(done..) {
                Some(rest) if !rest.is_empty() => self.step(rest, condition, &mut outputs),
                Some(_) | None => Step::Wait,
            };
            self.buffer = buffer;
            match step {
                Step::Done(bytes) => done += bytes,
                Step::Skip(bytes) => self.skip = bytes,
                Step::Wait => break,
            }
        }
        self.buffer.drain(..done);
        outputs
    }

    /// What the printer says by itself because its condition changed, if it was told to.
    pub fn notice(&mut self, condition: Condition) -> Vec<Output> {
        if self.said.is_none_or(|said| said == condition) {
            return Vec::new();
        }
        self.said = Some(condition);
        say_status(condition)
    }

    /// Warns on the current ticket, in the words of the printer's owner.
    pub fn warn(&mut self, warning: &str) {
        self.page.warn(warning);
    }

    /// A client went away: an unfinished command is forgotten, the paper stays.
    pub fn disconnected(&mut self, condition: Condition) {
        if condition.prints() {
            self.buffer.clear();
            self.skip = 0;
        }
        self.tail = [0; 2];
        self.said = None;
    }

    fn real_time(&mut self, bytes: &[u8], condition: Condition) -> Vec<Output> {
        let mut answers = Vec::new();
        for byte in bytes {
            if let [0x10, 0x04] = self.tail {
                let answer = condition
                    .real_time_answer(*byte)
                    .filter(|_| !condition.silent);
                answers.extend(answer.map(Output::Answer));
            }
            self.tail = [self.tail[1], *byte];
        }
        answers
    }

    fn step(&mut self, rest: &[u8], condition: Condition, outputs: &mut Vec<Output>) -> Step {
        match rest {
            [0x10, ..] => self.data_link(rest),
            [0x1B, ..] => self.escape(rest, outputs),
            [0x1C, ..] => self.file_separator(rest),
            [0x1D, ..] => self.group_separator(rest, condition, outputs),
            [0x0A, ..] => {
                let room = self.page.feed_line();
                self.end_if_full(room, outputs);
                Step::Done(1)
            }
            // NUL pads; CR, FF, CAN and HT have no effect in the standard mode that we use.
            [0x00 | 0x0D | 0x0C | 0x18 | 0x09, ..] => Step::Done(1),
            [control @ (0x01..=0x1F | 0x7F), ..] => {
                self.page
                    .warn(format!("unknown control byte {control:02X}"));
                Step::Done(1)
            }
            [ascii @ 0x20..=0x7E, ..] => {
                let room = self.page.character(char::from(*ascii), 1);
                self.end_if_full(room, outputs);
                Step::Done(1)
            }
            [0x80..=0xFF, ..] => self.chinese_text(rest, outputs),
            [] => Step::Wait,
        }
    }

    fn chinese_text(&mut self, rest: &[u8], outputs: &mut Vec<Output>) -> Step {
        if !self.chinese {
            self.page
                .warn(format!("byte {:02X} outside of Chinese mode", rest[0]));
            let room = self.page.character('?', 1);
            self.end_if_full(room, outputs);
            return Step::Done(1);
        }
        let [lead, trail, ..] = rest else {
            return Step::Wait;
        };
        let pair = [*lead, *trail];
        let (text, bad) = GB18030.decode_without_bom_handling(&pair);
        let mut characters = text.chars();
        let (shape, known) = match (characters.next(), characters.next(), bad) {
            (Some(character), None, false) => (character, true),
            (_, _, _) => ('\u{FFFD}', false),
        };
        if !known {
            self.page.warn(format!(
                "{lead:02X} {trail:02X} is not a two-byte character"
            ));
        }
        let room = self.page.character(shape, 2);
        self.end_if_full(room, outputs);
        Step::Done(2)
    }

    /// `DLE EOT` was answered when it arrived; here it is only passed over.
    fn data_link(&mut self, rest: &[u8]) -> Step {
        match rest {
            [_, 0x04 | 0x05, _, ..] => Step::Done(3),
            [_, 0x14, function, _, _, ..] => {
                if !self.real_time_disabled {
                    self.page.warn(format!(
                        "DLE DC4 {function} was obeyed: drawer pulse or power off"
                    ));
                }
                Step::Done(5)
            }
            [_, 0x04 | 0x05 | 0x14, ..] | [_] => Step::Wait,
            [_, other, ..] => {
                self.page.warn(format!("unknown command DLE {other:02X}"));
                Step::Done(2)
            }
            [] => Step::Wait,
        }
    }

    fn escape(&mut self, rest: &[u8], outputs: &mut Vec<Output>) -> Step {
        let Some(command) = rest.get(1) else {
            return Step::Wait;
        };
        let parameters = match command {
            b'@' | b'2' => 0,
            b'!' | b'a' | b'E' | b'd' | b'J' | b'3' => 1,
            // Character table and set, font, underline, double strike, upside down, turned, spacing, device: no effect here.
            b't' | b'R' | b'M' | b'-' | b'G' | b'{' | b'V' | b' ' | b'=' => 1,
            b'$' | b'\\' | b'c' => 2,
            b'p' => 3,
            other => {
                self.page.warn(format!("unknown command ESC {other:02X}"));
                return Step::Done(2);
            }
        };
        if rest.len() < 2 + parameters {
            return Step::Wait;
        }
        let n = rest.get(2).copied().unwrap_or(0);
        let room = self.obey_escape(*command, n);
        self.end_if_full(room, outputs);
        Step::Done(2 + parameters)
    }

    fn obey_escape(&mut self, command: u8, n: u8) -> bool {
        match command {
            b'@' => self.initialise(),
            b'2' => self.page.spacing = SPACING_DEFAULT,
            b'3' => self.page.spacing = u32::from(n),
            b'!' => self.print_mode(n),
            b'E' => self.page.look.bold = n & 1 != 0,
            b'a' => self.justify(n),
            b'J' => return self.page.feed_rows(u32::from(n)),
            b'd' => return (0..n.max(1)).all(|_| self.page.feed_line()),
            b'p' => self.page.warn("ESC p: drawer pulse"),
            _ => {}
        }
        true
    }

    /// `ESC @` leaves Chinese mode here, as it does on many models.
    fn initialise(&mut self) {
        self.page.look = Look::default();
        self.page.justify = Justify::default();
        self.page.spacing = SPACING_DEFAULT;
        self.chinese = false;
        self.qr = QrStore::default();
    }

    fn print_mode(&mut self, n: u8) {
        let look = &mut self.page.look;
        look.bold = n & 0x08 != 0;
        look.high = if n & 0x10 != 0 { 2 } else { 1 };
        look.wide = if n & 0x20 != 0 { 2 } else { 1 };
    }

    fn justify(&mut self, n: u8) {
        if !self.page.at_line_start() {
            self.page.warn("ESC a inside of a line has no effect");
            return;
        }
        match n {
            0 | 48 => self.page.justify = Justify::Left,
            1 | 49 => self.page.justify = Justify::Centre,
            2 | 50 => self.page.justify = Justify::Right,
            other => self.page.warn(format!("ESC a {other} is no alignment")),
        }
    }

    fn file_separator(&mut self, rest: &[u8]) -> Step {
        match rest {
            [_, b'&', ..] => self.chinese = true,
            [_, b'.', ..] => self.chinese = false,
            [_, b'!' | b'W', n, ..] => {
                let (wide, high) = if rest[1] == b'!' {
                    (n & 0x04 != 0, n & 0x08 != 0)
                } else {
                    (n & 1 != 0, n & 1 != 0)
                };
                self.page.look.han_wide = if wide { 2 } else { 1 };
                self.page.look.han_high = if high { 2 } else { 1 };
                return Step::Done(3);
            }
            [_, b'-' | b'C', _, ..] => return Step::Done(3),
            [_, b'S', _, _, ..] => return Step::Done(4),
            [_, b'(', ..] => return self.sized_command(rest, "FS ("),
            [_, b'!' | b'W' | b'-' | b'C' | b'S', ..] | [_] => return Step::Wait,
            [_, other, ..] => self.page.warn(format!("unknown command FS {other:02X}")),
            [] => return Step::Wait,
        }
        Step::Done(2)
    }

    fn group_separator(
        &mut self,
        rest: &[u8],
        condition: Condition,
        outputs: &mut Vec<Output>,
    ) -> Step {
        match rest {
            [_, b'!', n, ..] => {
                self.enlarge(*n);
                Step::Done(3)
            }
            [_, b'B', n, ..] => {
                self.page.look.reversed = n & 1 != 0;
                Step::Done(3)
            }
            [_, b'r', n, ..] => {
                // Other sensors than that of the paper (1) have nothing to tell.
                let answer = condition.paper_answer();
                let answer = if matches!(n, 1 | 49) { answer } else { 0 };
                outputs.extend((!condition.silent).then_some(Output::Answer(answer)));
                Step::Done(3)
            }
            // Told to say by itself what changes, it begins with how it is.
            [_, b'a', n, ..] => {
                self.said = (*n != 0).then_some(condition);
                if self.said.is_some() {
                    outputs.extend(say_status(condition));
                }
                Step::Done(3)
            }
            // Smoothing, bar code settings, margins, motion units: no effect here.
            [_, b'b' | b'h' | b'w' | b'H' | b'f', _, ..] => Step::Done(3),
            [_, b'L' | b'W' | b'P', _, _, ..] => Step::Done(4),
            [_, b'V', ..] => self.cut(rest, outputs),
            [_, b'v', ..] => self.raster(rest, outputs),
            [_, b'(', b'k', ..] => self.qr_command(rest, outputs),
            [_, b'(', ..] => self.sized_command(rest, "GS ("),
            [
                _,
                b'!' | b'B' | b'r' | b'b' | b'a' | b'h' | b'w' | b'H' | b'f' | b'L' | b'W' | b'P',
                ..,
            ]
            | [_] => Step::Wait,
            [_, other, ..] => {
                self.page.warn(format!("unknown command GS {other:02X}"));
                Step::Done(2)
            }
            [] => Step::Wait,
        }
    }

    /// `GS !`: the size of all characters, Chinese ones as well.
    fn enlarge(&mut self, n: u8) {
        let (wide, high) = ((n >> 4 & 7) + 1, (n & 7) + 1);
        self.page.look = Look {
            wide,
            high,
            han_wide: wide,
            han_high: high,
            ..self.page.look
        };
    }

    fn cut(&mut self, rest: &[u8], outputs: &mut Vec<Output>) -> Step {
        let (kind, length) = match rest {
            [_, _, 0 | 48, ..] => (CutKind::Full, 3),
            [_, _, 1 | 49, ..] => (CutKind::Partial, 3),
            [_, _, 65 | 97, _, ..] => (CutKind::Full, 4),
            [_, _, 66 | 98, _, ..] => (CutKind::Partial, 4),
            [_, _, 65 | 97 | 66 | 98] | [_, _] => return Step::Wait,
            [_, _, other, ..] => {
                self.page.warn(format!("GS V {other} is no cut"));
                return Step::Done(3);
            }
            [] | [_] => return Step::Wait,
        };
        if !self.page.is_blank() {
            outputs.push(Output::Ticket(Box::new(self.page.cut(kind))));
        }
        Step::Done(length)
    }

    /// `GS ( x pL pH …` and `FS ( x pL pH …`: passed over by its length. `GS ( D` is understood.
    fn sized_command(&mut self, rest: &[u8], family: &str) -> Step {
        let [_, _, function, low, high, body @ ..] = rest else {
            return Step::Wait;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some(body) = body.get(..length) else {
            return Step::Wait;
        };
        match (family, function, body) {
            ("GS (", b'D', [0x14, pairs @ ..]) => self.set_real_time(pairs),
            (_, _, _) => self
                .page
                .warn(format!("unknown command {family} {function:02X}")),
        }
        Step::Done(5 + length)
    }

    /// Pairs of a real-time function (1 pulse, 2 power off) and whether it is enabled.
    fn set_real_time(&mut self, pairs: &[u8]) {
        let disabled = |function| {
            pairs
                .chunks(2)
                .any(|pair| pair == [function, 0] || pair == [function, 48])
        };
        self.real_time_disabled = disabled(1) && disabled(2);
    }

    fn end_if_full(&mut self, room: bool, outputs: &mut Vec<Output>) {
        if !room {
            self.page
                .warn("the ticket was longer than the paper that one ticket may take");
            outputs.push(Output::Ticket(Box::new(self.page.cut(CutKind::TooLong))));
        }
    }
}

/// A status that is said unasked; a silent printer says nothing.
fn say_status(condition: Condition) -> Vec<Output> {
    if condition.silent {
        return Vec::new();
    }
    let bytes = condition.automatic_status().into_iter();
    bytes.map(Output::Answer).collect()
}

#[cfg(test)]
mod tests;
