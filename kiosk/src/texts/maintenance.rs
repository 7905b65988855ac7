//! The words of the kiosk's own page, for whoever looks after it, and of the code before it.

use crate::state::{PrintStage, PrinterIs};

/// What a language says there.
#[derive(Debug, Clone, Copy)]
pub struct Maintenance {
    /// The code is asked for.
    pub pin: &'static str,
    /// It was wrong; how often it may be tried yet.
    pub pin_wrong: fn(u32) -> String,
    /// It was wrong too often; in how many minutes it is taken again.
    pub pin_locked: fn(u64) -> String,
    /// The key that ends the code.
    pub enter: &'static str,
    /// The page's title.
    pub title: &'static str,
    /// Names of what it tells: kiosk, server, connection, clock, printer, its condition, numbers held, version, screen.
    pub facts: [&'static str; 9],
    /// What is not known.
    pub unknown: &'static str,
    /// The server was heard so many seconds ago.
    pub live: fn(u64) -> String,
    /// The connection is lost, for so many seconds.
    pub lost: fn(u64) -> String,
    /// The hall's clock is so many seconds before the device's own; behind it when negative.
    pub clock: fn(i64) -> String,
    /// There is no printer.
    pub no_printer: &'static str,
    /// The printer's condition.
    pub printer: fn(PrinterIs) -> &'static str,
    /// How many numbers are held for when the server is away, and how many are not handed over.
    pub numbers: fn(usize, usize) -> String,
    /// Above what went wrong last.
    pub troubles: &'static str,
    /// Nothing did.
    pub no_trouble: &'static str,
    /// The button that prints a test.
    pub self_test: &'static str,
    /// The button that asks printer and server anew.
    pub ask_again: &'static str,
    /// The button that writes the recording.
    pub record: &'static str,
    /// The button that leaves the page.
    pub leave: &'static str,
    /// How it stands with a test.
    pub tested: fn(PrintStage) -> &'static str,
    /// They were asked.
    pub asked: &'static str,
    /// The recording is being written.
    pub recording: &'static str,
    /// It is written; where.
    pub recorded: fn(&str) -> String,
    /// It is not; why.
    pub not_recorded: fn(&str) -> String,
    /// What the printed test is called, and what whoever finds it should know.
    pub test_paper: (&'static str, &'static str),
}
