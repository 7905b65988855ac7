//! How long a websocket may take for what.

use std::time::Duration;

use nowserving_shared::link::BEAT_EVERY;

/// The times that a websocket is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketTimes {
    /// How long a client may take to say its hello.
    pub hello_max: Duration,
    /// How often the server says that it lives. Every beat also asks whether the client may still be here.
    pub beat_every: Duration,
    /// How often a client is pinged.
    pub ping_every: Duration,
    /// After so long without a single frame, a pong included, a client is taken for dead.
    pub dead_after: Duration,
    /// How long a client may take to take in one message.
    pub write_max: Duration,
    /// How long a client may take to answer a close.
    pub close_max: Duration,
}

impl Default for SocketTimes {
    fn default() -> Self {
        Self {
            hello_max: Duration::from_secs(10),
            beat_every: BEAT_EVERY,
            ping_every: Duration::from_secs(20),
            dead_after: Duration::from_secs(45),
            write_max: Duration::from_secs(10),
            close_max: Duration::from_secs(3),
        }
    }
}
