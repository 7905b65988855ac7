//! The websocket `/ws/v1`: who follows the hall, and how.

pub mod presence;
pub mod times;

pub use presence::{DevicePresence, Kind, Presence};
pub use times::SocketTimes;
