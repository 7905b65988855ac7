//! The world outside the hall: people who come, and staff who serve them.
//!
//! A [`script`] says who comes when, for what, how long the service takes, who misses the call or loses patience, and
//! who sits at which window when. There are two sources of scripts: [`generate`] draws a day by chance from a seed, and
//! [`call_log`] reads a real day out of the log of a telephone bank. Both are pure: the same seed or the same log gives
//! the same script, always.
//!
//! A [`player`] then plays a script against a running server, through its HTTP doors only, at the speed of the server's
//! clock: every visitor and every clerk is a task of its own, and nothing but the server decides who is next. While it
//! plays it keeps its own [`account`] of every reply it was given. At the end the account is checked against itself
//! (everybody got exactly one number, whoever was served was called once, nobody was at two windows) and against the
//! figures of the server, and a [`report`] shows the figures of the day as a [`table`].

pub mod account;
pub mod call_log;
pub mod chance;
pub mod generate;
pub mod player;
pub mod report;
pub mod script;
pub mod table;
pub mod virtual_time;
