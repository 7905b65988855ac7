//! The sound of a call: the chime and recorded words.
//!
//! * [`chime`]: the two tones of a call.
//! * [`clips`]: the recorded words of one language, from a folder; [`bundled`]: those that the product brings.
//!
//! Nothing here opens a loudspeaker, and only [`clips::ClipSet::load`] reads files.

pub mod bundled;
pub mod chime;
pub mod clips;
mod manifest;

pub use clips::{ClipSet, ClipSetError, ClipTrouble, ClipWarning, Loaded};
