//! A printer made of software: it listens like a network printer, interprets ESC/POS as a strict Chinese model would, and
//! draws the paper.
//!
//! - [`interpreter`] is the command language: bytes in, answers and finished tickets out. It never panics, holds a bounded
//!   amount of everything, and reports each command that it does not know as a warning on the ticket.
//! - [`page`] is the paper: characters in 12×24 and 24×24 cells, enlarged as printers enlarge (dots become blocks).
//! - [`server`] is the network: port 9100 style, one client at a time, and a control door at which paper, cover, connection
//!   and silence are switched.
//!
//! It is strict where models differ, so that what prints here prints on the stubborn ones: `ESC @` leaves Chinese mode, only
//! two-byte characters are known, real-time commands act inside image data, and nothing is printed without paper.

pub mod interpreter;
pub mod page;
pub mod server;

use super::bitmap::Bitmap;

pub use interpreter::{Interpreter, Output};
pub use server::{SimulatedPrinter, SimulatedPrinterOptions};

/// The paper in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaperSupply {
    /// Enough.
    #[default]
    Enough,
    /// Near its end; printing goes on.
    NearEnd,
    /// Out; nothing prints until there is paper.
    Out,
}

/// The state of the printer that a person at it would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition {
    /// The paper.
    pub paper: PaperSupply,
    /// Whether the cover is open; nothing prints then.
    pub cover_open: bool,
    /// Whether its cutter is jammed; nothing prints then.
    pub cutter_jammed: bool,
    /// Whether it was switched off-line; nothing prints then.
    pub offline: bool,
    /// Whether it answers nothing, as many network clones do. It prints all the same.
    pub silent: bool,
}

impl Condition {
    /// Whether paper comes out.
    #[must_use]
    pub fn prints(self) -> bool {
        let has_paper = match self.paper {
            PaperSupply::Enough | PaperSupply::NearEnd => true,
            PaperSupply::Out => false,
        };
        has_paper && !self.cover_open && !self.cutter_jammed && !self.offline
    }

    /// The answer to `DLE EOT n`, or nothing for an `n` that printers of this kind do not know.
    #[must_use]
    pub fn real_time_answer(self, n: u8) -> Option<u8> {
        const FIXED: u8 = 0b0001_0010;
        let out = self.paper == PaperSupply::Out;
        let bit = |condition: bool, mask: u8| if condition { mask } else { 0 };
        match n {
            1 => Some(FIXED | bit(!self.prints(), 0x08)),
            2 => {
                let causes = [
                    (self.cover_open, 0x04),
                    (out, 0x20),
                    (self.cutter_jammed, 0x40),
                ];
                let causes = causes.into_iter().map(|(is, mask)| bit(is, mask));
                Some(causes.fold(FIXED, |byte, cause| byte | cause))
            }
            3 => Some(FIXED | bit(self.cutter_jammed, 0x08)),
            4 => Some(FIXED | bit(self.paper != PaperSupply::Enough, 0x0C) | bit(out, 0x60)),
            _ => None,
        }
    }

    /// What it says by itself when something changed and it was told to (`GS a`).
    #[must_use]
    pub fn automatic_status(self) -> [u8; 4] {
        const FIRST_FIXED: u8 = 0b0001_0000;
        let bit = |condition: bool, mask: u8| if condition { mask } else { 0 };
        [
            FIRST_FIXED | bit(!self.prints(), 0x08) | bit(self.cover_open, 0x20),
            bit(self.cutter_jammed, 0x08),
            self.paper_answer(),
            0,
        ]
    }

    /// The answer to `GS r 1`, given when everything before it has been processed.
    #[must_use]
    pub fn paper_answer(self) -> u8 {
        match self.paper {
            PaperSupply::Enough => 0x00,
            PaperSupply::NearEnd => 0x03,
            PaperSupply::Out => 0x0F,
        }
    }
}

/// How a ticket was cut from the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutKind {
    /// A bridge was left.
    Partial,
    /// Cut through.
    Full,
    /// Not cut: the page was ended because it grew too long.
    TooLong,
}

/// One line of text as it stands on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedLine {
    /// The characters.
    pub text: String,
    /// How many times the widest character is enlarged.
    pub wide: u8,
    /// How many times the highest character is enlarged.
    pub high: u8,
    /// Whether any of it is bold.
    pub bold: bool,
    /// Whether any of it is white on black.
    pub reversed: bool,
    /// The first dot row of the line.
    pub top: u32,
}

/// A ticket that came out of the printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedTicket {
    /// What a person reads, line by line, with `[QR …]` and `[image …]` where such stand.
    pub text: String,
    /// The lines of text with their look.
    pub lines: Vec<PrintedLine>,
    /// What the QR codes say that the printer drew itself. Those that came as images are in `dots` only.
    pub qr_codes: Vec<String>,
    /// The paper, dot by dot.
    pub dots: Bitmap,
    /// How it was cut.
    pub cut: CutKind,
    /// What a real printer might have done differently: unknown commands, text in no known character set, lines and
    /// images wider than the paper, real-time commands inside an image.
    pub warnings: Vec<String>,
}

impl PrintedTicket {
    /// The length of the paper in millimetres, at 8 rows a millimetre.
    #[must_use]
    pub fn length_mm(&self) -> u32 {
        self.dots.height().div_ceil(8)
    }
}

/// The tickets that come out when `bytes` are sent to a printer that is `width_dots` wide and well supplied.
#[must_use]
pub fn print_on_paper(bytes: &[u8], width_dots: u16) -> Vec<PrintedTicket> {
    let mut printer = Interpreter::new(width_dots);
    let outputs = printer.receive(bytes, Condition::default());
    let ticket = |output| match output {
        Output::Ticket(ticket) => Some(*ticket),
        Output::Answer(_) => None,
    };
    outputs.into_iter().filter_map(ticket).collect()
}
