//! The whole system through its real doors.

mod http_access;
