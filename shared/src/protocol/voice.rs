//! What is said in a zone, as its displays are told of it. Announcements are numbered by the server's life (its epoch)
//! and do not count in the board's sequence.

use serde::{Deserialize, Serialize};

use crate::model::{Label, Language, Moment, TicketId};

/// Calls that are said together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementView {
    /// The life of the server that the number counts in.
    pub epoch: String,
    /// Counts up from 1 in a zone.
    pub number: u64,
    /// Whether this display is to say it; every other one shows the sentences.
    pub speak: bool,
    /// When it is over, every call up to this sequence is settled: said, or not to be said any more.
    pub settled: u64,
    /// The calls, first called first; at least one.
    pub calls: Vec<SpokenCallView>,
    /// In which languages, in order; at least one. All of them together are one reading.
    pub languages: Vec<Language>,
    /// How many readings; at least one.
    pub times: u8,
    /// The rest between two readings, and between two languages.
    pub gap_ms: u64,
    /// How loud, in percent: 1 to 100.
    pub volume: u8,
    /// What is said, in words, in the order of the languages.
    pub sentences: Vec<SentenceView>,
    /// Where its sound is to be had as a WAV file by a display that has no recordings itself: a path on this server.
    pub sound: String,
}

/// A call that is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenCallView {
    /// The sequence of the call or of this recall.
    pub seq: u64,
    /// Which ticket.
    pub ticket: TicketId,
    /// What its holder reads.
    pub label: Label,
    /// The number on the window's sign.
    pub window: u32,
    /// The holder's language.
    pub language: Language,
    /// How often it was called before.
    pub recalls: u32,
    /// When it was called (hall clock).
    pub at: Moment,
}

/// A sentence of an announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentenceView {
    /// Its language.
    pub language: Language,
    /// Its words.
    pub text: String,
}

/// How far the speaking in a zone has come, as a display remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    /// Every call up to this sequence is settled.
    pub settled: u64,
    /// Calls beyond it that were said; at most [`crate::announce::room::BEYOND_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<u64>,
}
