//! The whole system through its real doors.

mod http_access;
mod http_bad_input;
mod http_tickets;
