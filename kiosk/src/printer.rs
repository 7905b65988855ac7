//! Printing: from a ticket as people talk of it to paper that a person holds.
//!
//! ```text
//! TicketPaper ─ template ─► Element… ─ encode ─► bytes ─ spooler ─► Transport ─► printer
//! SlipPaper     (layout:    (lines     (escpos)         (one thread)  (device)
//!                TOML file)  that fit)                     ▲  └► PrinterEvent: job states, status
//!                                                          └─ status (fixed bits of DLE EOT, GS r)
//! ```
//!
//! - [`ticket`] and [`slip`] are what is said; a [`template`] is how it is laid out, as a file that a hall edits; [`layout`]
//!   wraps it into lines that fit the paper; [`encode`] turns the lines into ESC/POS, with Chinese as two-byte GB18030 or,
//!   where the printer cannot know a character, as dots; [`shaped`] draws what needs more than a dot matrix per character.
//!   The [`press`] is all of this for one printer.
//! - [`profile`] is what one printer model can do, as data.
//! - [`device`] owns the connection and its time limits; [`status`] reads what a printer says about itself.
//! - [`spooler`] is the one thread of one printer: a bounded queue, jobs keyed by what they print, and an honest answer to "did it
//!   print?": *confirmed*, *unknown* or *failed*, never a guess.
//! - [`simulated`] is a printer made of software that interprets what is sent and draws the paper.
//!
//! The `escpos` crate builds bytes (through a driver that is a buffer) and carries USB. It never owns the conversation:
//! after an error it would send everything again, and a ticket would come out twice.

pub mod bitmap;
pub mod device;
pub mod encode;
pub mod font;
pub mod layout;
pub mod press;
pub mod profile;
pub mod sample;
pub mod shaped;
pub mod simulated;
pub mod slip;
pub mod spooler;
pub mod status;
pub mod template;
pub mod ticket;
pub mod wrap;

pub use device::{PrinterAddress, Transport, TransportError};
pub use encode::{EncodeError, EncodedTicket, encode_ticket};
pub use press::{Paper, Press};
pub use profile::{Cutter, PrinterProfile, ProfileError, QrMethod, TextEncoding};
pub use shaped::Faces;
pub use simulated::{PrintedTicket, SimulatedPrinter};
pub use slip::SlipPaper;
pub use spooler::{
    JobKey, JobState, PrintJob, PrinterEvent, Spooler, SpoolerHandle, SubmitError, Submitted,
};
pub use status::PrinterStatus;
pub use template::{Document, Template, Templates};
pub use ticket::{TicketPaper, URL_BYTES_MAX};
