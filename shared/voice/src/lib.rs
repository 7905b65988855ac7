//! The sound of a call.
//!
//! * [`chime`]: the two tones of a call.
//!
//! Nothing here opens a loudspeaker.

pub mod chime;
