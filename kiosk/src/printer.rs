//! Printing: from a ticket as people talk of it to paper that a person holds.
//!
//! ```text
//! TicketPaper ─ layout ─► Element… ─ encode ─► bytes ─ spooler ─► Transport ─► printer
//!  (ticket)     (lines that fit)    (escpos)          (one thread)  (device)
//!                                                        ▲  └► PrinterEvent: job states, status
//!                                                        └─ status (fixed bits of DLE EOT, GS r)
//! ```
//!
//! - [`ticket`] is what a ticket says; [`layout`] wraps it into lines that fit the paper; [`encode`] turns the lines into
//!   ESC/POS, with Chinese as two-byte GB18030 or, where the printer cannot know a character, as dots.
//! - [`profile`] is what one printer model can do, as data.
//! - [`device`] owns the connection and its time limits; [`status`] reads what a printer says about itself.
//! - [`spooler`] is the one thread of one printer: a bounded queue, jobs keyed by ticket, and an honest answer to "did it
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
pub mod profile;
pub mod simulated;
pub mod spooler;
pub mod status;
pub mod ticket;
pub mod wrap;

pub use device::{PrinterAddress, Transport, TransportError};
pub use encode::{EncodeError, EncodedTicket, encode_ticket};
pub use profile::{Cutter, PrinterProfile, ProfileError, QrMethod, TextEncoding};
pub use simulated::{PrintedTicket, SimulatedPrinter};
pub use spooler::{
    JobState, PrintJob, PrinterEvent, Spooler, SpoolerHandle, SubmitError, Submitted,
};
pub use status::PrinterStatus;
pub use ticket::TicketPaper;
