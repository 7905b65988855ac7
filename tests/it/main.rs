//! The whole system through its real doors.

mod browser;
mod call_log;
mod checkin;
mod crash;
mod faults;
mod full_disk;
mod http_access;
mod http_bad_input;
mod http_tickets;
mod kiosk_calls_help;
mod kiosk_unit;
mod load;
mod offline;
mod other_writers;
mod paper_read;
mod power_cut;
mod readme;
mod real_faults;
mod rush;
mod wall_faults;
mod whole_hall;
