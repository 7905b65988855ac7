//! The touch kiosk: chooses a service, takes a number, prints the ticket.

pub mod printer;
