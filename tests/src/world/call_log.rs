//! A real day out of the call log of a telephone bank, played as the day of a hall.
//!
//! The log has one row for each call, with the columns of the “Anonymous Bank” data (Mandelbaum, Sakov and Zeltyn,
//! “Empirical Analysis of a Call Center”, 2000): when it entered and left the menu, when it queued, how it ended and who
//! answered. Its words become ours: a call's `type` is a service, its `priority` a class (a higher number goes first),
//! the people who answered are the windows, and leaving the menu is taking a number. The log is not part of this
//! repository.
//!
//! What each row becomes:
//! - `AGENT` (answered): somebody who comes and is served for as long as the log says;
//! - `HANG` after queueing: somebody who cancels when their patience is over, unless the hall calls them before (then
//!   they are served for the median time of their type, for the log cannot know);
//! - `HANG` in the menu: somebody who turns round at the kiosk; not played, but counted;
//! - `PHANTOM`: a fault of the telephone system, left out.
//!
//! A day of the log is a business day that begins at 04:00, when the fewest call: 04:00 to 04:00.

mod configuration;
mod day;
mod rows;
#[cfg(test)]
mod tests;

pub use configuration::configuration;
pub use day::{DAY_STARTS, LogDay};
pub use rows::{CODE_CHARS_MAX, LINE_BYTES_MAX, LogError, Outcome, ROWS_MAX, Row, read_rows};
