//! Voices: what speaks the words that the state wishes to be spoken.
//!
//! A [`Speech`] says one thing at a time. What interrupts stops it at once; what does not waits, and at most one waits. A
//! voice is a program (`program.rs`): `espeak-ng`, or any other that reads words from its standard input and speaks them.

mod program;

pub use program::{DEADLINE, ProgramSpeech};

use crate::spoken::Utterance;
use crate::state::Volume;

/// What speaks. Nothing here waits for the sound.
pub trait Speech: Send {
    /// Says `words` one after another, in place of what waits. If it `interrupts`, what is being said stops now.
    fn say(&mut self, words: &[Utterance], interrupts: bool);

    /// Stops speaking, and forgets what waits.
    fn silence(&mut self);

    /// How loud the next words are.
    fn set_volume(&mut self, volume: Volume);
}

/// Which voice a kiosk has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voice {
    /// It does not speak.
    Silent,
    /// A program with its arguments. `{language}` in an argument stands for the BCP 47 tag of the words, `{voice}` for the
    /// name that espeak-ng gives to their language, `{volume}` for a number from 0 to 100, `{amplitude}` for one from 0 to
    /// 200. The words come to its standard input.
    Program(Vec<String>),
}

impl Voice {
    /// `espeak-ng`, of the Debian package of the same name: `{amplitude}` because 100 is its normal loudness, not its most.
    #[must_use]
    pub fn espeak() -> Self {
        let line = "espeak-ng -v {voice} -s 160 -a {amplitude} --stdin";
        Self::Program(line.split(' ').map(str::to_owned).collect())
    }
}

impl std::str::FromStr for Voice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            "write espeak-ng, none, or command:PROGRAM with arguments such as {language} and {volume}; it gets the words on its standard input".to_owned()
        };
        match (text, text.strip_prefix("command:")) {
            ("none", _) => Ok(Self::Silent),
            ("espeak-ng", _) => Ok(Self::espeak()),
            (_, Some(line)) => {
                let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
                if words.is_empty() {
                    return Err(wrong());
                }
                Ok(Self::Program(words))
            }
            (_, None) => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_named_by_one_option() {
        assert_eq!("none".parse(), Ok(Voice::Silent));
        assert_eq!("espeak-ng".parse(), Ok(Voice::espeak()));
        let say = ["say", "-l", "{language}"].map(str::to_owned).to_vec();
        assert_eq!("command:say -l {language}".parse(), Ok(Voice::Program(say)));
        for wrong in ["", "command:", "command:  ", "festival"] {
            assert!(wrong.parse::<Voice>().is_err(), "{wrong:?}");
        }
    }
}
