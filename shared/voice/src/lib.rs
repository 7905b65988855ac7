//! The sound of a call: the chime, recorded words, and announcements as samples or WAV.
//!
//! ```text
//!  folder of clips ─► ClipSet ─┐
//!  bundled clips ───► ClipSet ─┴─► Voices ─► render(announcement) ─► samples, cue sheet ─► loudspeaker, WAV
//! ```
//!
//! * [`chime`]: the two tones of a call.
//! * [`clips`]: the recorded words of one language, from a folder; [`bundled`]: those that the product brings.
//! * [`render`]: an announcement as sound. What is said, and when, is decided in [`nowserving_shared::announce`].
//!
//! * [`folders`]: the voices of a hall, made of its folders and the product's own.
//!
//! Nothing here opens a loudspeaker, and only [`clips::ClipSet::load`] reads files.

pub mod bundled;
pub mod chime;
pub mod clips;
pub mod folders;
mod manifest;
pub mod render;

pub use clips::{ClipSet, ClipSetError, ClipTrouble, ClipWarning, Loaded};
pub use folders::{FoldersError, Furnished};
pub use render::{Cue, Pace, Rendered, Sound, Voices, VoicesError};
