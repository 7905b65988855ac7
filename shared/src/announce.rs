//! What is said of a call, and when: the voice of a hall without sound.
//!
//! * [`words`]: the words that a recorded voice has, each with its clip's name and its text in every language.
//! * [`number`]: a window's number in words.
//! * [`template`]: the sentence of a language, which a hall may write itself.
//! * [`phrase`]: the sentence of certain calls; its caption, its words for a speech engine and its clips come from one
//!   list, so what is seen and what is heard are the same.
//! * [`settings`]: how a hall speaks, checked as a whole.
//! * [`order`]: which call is said next in one acoustic zone, and what becomes of the others.
//! * [`room`]: which of the displays of a zone says it, and who takes over when that one falls silent.
//!
//! Making sound of it is the business of the package `nowserving-voice`.

pub mod number;
pub mod order;
pub mod phrase;
pub mod room;
pub mod settings;
pub mod template;
pub mod words;

use crate::board::CallLine;
use crate::model::{Label, Language, Moment, TicketId};

pub use order::{Announcement, Announcer, Input, Now, Output, Skipped, WhySkipped};
pub use phrase::Phrase;
pub use settings::{DaySpan, One, Speech, SpokenIn, VoiceFaults, VoiceSettings, VolumeSpan};
pub use template::{Template, TemplateFault};
pub use words::{Clip, Step, Word};

/// A call as the voice hears of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Sequence number of the call or of this recall; a later one has a higher number.
    pub seq: u64,
    /// Which ticket.
    pub ticket: TicketId,
    /// What its holder reads.
    pub label: Label,
    /// The number on the window's sign.
    pub window: u32,
    /// The holder's language.
    pub language: Language,
    /// How often it was called before; above zero this is a recall.
    pub recalls: u32,
    /// When it was called, by the hall's clock.
    pub at: Moment,
}

impl Call {
    /// Whether the ticket was called before.
    #[must_use]
    pub fn is_recall(&self) -> bool {
        self.recalls > 0
    }
}

impl From<&CallLine> for Call {
    fn from(line: &CallLine) -> Self {
        Self {
            seq: line.seq,
            ticket: line.ticket,
            label: line.label.clone(),
            window: line.number,
            language: line.language,
            recalls: line.recalls,
            at: line.at,
        }
    }
}
