//! A voice that only notes what it is asked to say, for tests.

use std::sync::{Arc, Mutex, PoisonError};

use super::Speech;
use crate::spoken::Utterance;
use crate::state::Volume;

/// Notes what is said; a clone looks at the same notes.
#[derive(Debug, Clone, Default)]
pub struct RecordedSpeech {
    notes: Arc<Mutex<Vec<String>>>,
    volume: Volume,
}

impl RecordedSpeech {
    /// What was said since the last look, one entry for each thing: the volume, `!` where it interrupted, the words with
    /// their languages; or `silence`.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, note: String) {
        self.notes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(note);
    }
}

impl Speech for RecordedSpeech {
    fn say(&mut self, words: &[Utterance], interrupts: bool) {
        let each = words
            .iter()
            .map(|words| format!("{} {}", words.language, words.text));
        let each: Vec<String> = each.collect();
        let mark = if interrupts { "!" } else { "" };
        self.note(format!(
            "{}{mark} {}",
            self.volume.percent(),
            each.join(" | ")
        ));
    }

    fn silence(&mut self) {
        self.note("silence".to_owned());
    }

    fn set_volume(&mut self, volume: Volume) {
        self.volume = volume;
    }
}
