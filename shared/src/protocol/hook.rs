//! What a hook is told of a call: lamps at the windows, pagers of visitors who do not hear.
//!
//! One POST for each [`HookNotice`], as JSON, in the order of the hall. One that was not acknowledged may come again, and
//! a server that was started anew tells again of the calls that stand: the same `event` and `call` are the same notice.

use serde::{Deserialize, Serialize};

use crate::model::{HookId, Label, Language, Moment, ServiceId, WindowId, ZoneId};

/// The version of the notices that this build sends.
pub const HOOK_SCHEMA: u32 = 1;

/// The header of a signed notice: `sha256=` and the HMAC-SHA-256 of the body as it was sent, in hexadecimal.
pub const HOOK_SIGNATURE: &str = "x-nowserving-signature";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookEvent {
    /// A ticket is called: the lamp goes on.
    Called,
    /// It is called again.
    Recalled,
    /// Its holder has come, or the call ended otherwise: the lamp goes out.
    Over,
    /// The call was taken back: the lamp goes out.
    Undone,
}

impl HookEvent {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Recalled => "recalled",
            Self::Over => "over",
            Self::Undone => "undone",
        }
    }
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookNotice {
    /// [`HOOK_SCHEMA`].
    pub schema: u32,
    /// Whom it is for.
    pub hook: HookId,
    /// What happened.
    pub event: HookEvent,
    /// The hall's sequence with which it became known; never falls while the server runs.
    pub seq: u64,
    /// The sequence of the call, or of its last recall, which it is about.
    pub call: u64,
    /// The number of the ticket.
    pub label: Label,
    /// The number on the window's sign.
    pub window: u32,
    /// The window's id.
    pub window_id: WindowId,
    /// The window's zone.
    pub zone: ZoneId,
    /// What it was called for.
    pub service: ServiceId,
    /// The holder's language.
    pub language: Language,
    /// How often it was called again.
    pub recalls: u32,
    /// When it happened (hall clock, ms since 1970, UTC).
    pub at: Moment,
}
