//! The hall as a state machine: `decide(command, now) → events or a refusal`, `apply(event)`.
//!
//! [`Hall::due`] says what time alone has brought about (a new business day, a delay that is over); [`Hall::decide`] says
//! what a command brings about; [`Hall::apply`] makes either of it so. [`routing`] alone knows who is next, and why.

pub mod access;
pub mod command;
pub mod event;
pub mod hall;
pub mod lease;
pub mod queue;
pub mod refusal;
pub mod routing;
pub mod ticket;

pub use command::{By, Command, Position, TicketRef, TransferTarget};
pub use event::{CallHow, CloseReason, Event, MissResult, Recorded};
pub use hall::Hall;
pub use lease::{Lease, LeaseState, LeasedNumber, Leases, Taken};
pub use queue::Place;
pub use refusal::Refusal;
pub use ticket::{HoldReason, Origin, Outcome, Ticket, TicketState};
