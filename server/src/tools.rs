//! What is done with a hall's data beside running it: checking it, carrying it elsewhere, looking at a past day.
//!
//! The tools read the journal without its lock, so that they work beside a running server: they see what it has
//! acknowledged. Only [`import()`] makes a hall, and only where there is none. None of them changes the data that it looks
//! at.
//!
//! Each takes paths and a place for its report, and returns what it found; the command line is the business of the
//! program. Where it takes long there is a bar on the standard error output, when that is a terminal.

mod backup;
mod configuration;
mod data_dir;
mod export;
mod hook;
mod import;
mod progress;
mod summary;
#[cfg(test)]
mod tests;
mod verify;

pub use backup::{BackedUp, backup};
pub use configuration::check_configuration;
pub use data_dir::DataDir;
pub use export::{Exported, export};
pub use hook::try_hook;
pub use import::{Imported, import};
pub use progress::Bar;
pub use summary::summary;
pub use verify::verify;

/// Whether everything was found as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Yes.
    Good,
    /// No; the report says what is wrong. For the exit code of the program.
    Bad,
}
