//! The sentence of certain calls in one language: what is read, what a speech engine is given, what a recorded voice plays.
//!
//! All three are made from the same list of parts. Calls to the same window share one part of the sentence, in the order in
//! which the windows come first.
//!
//! A character of a label that is neither an ASCII letter nor a digit (a prefix like “军”) is written in both texts and
//! left out by a recorded voice, which has no clip for it.

use super::Call;
use super::number;
use super::settings::One;
use super::template::{Field, Literal, Piece, Template};
use super::words::{Clip, Step, Word};
use crate::model::{Label, Language};

#[cfg(test)]
mod tests;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(Literal),
    Label(Label),
    Window(u32),
    /// Between two labels of the same window.
    AndLabel,
    /// Between two windows.
    AndWindow,
}

/// A sentence, ready to be written or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    language: Language,
    one: One,
    parts: Vec<Part>,
}

impl Phrase {
    /// The sentence that `template` makes of `calls`; empty without a call.
    #[must_use]
    pub fn new(template: &Template, calls: &[Call], one: One) -> Self {
        let mut phrase = Self {
            language: template.language,
            one,
            parts: Vec::new(),
        };
        let groups = by_window(calls);
        if groups.is_empty() {
            return phrase;
        }
        phrase.fill(&template.before, 0, &[]);
        for (at, (window, labels)) in groups.iter().enumerate() {
            phrase.parts.extend((at > 0).then_some(Part::AndWindow));
            phrase.fill(&template.each, *window, labels);
        }
        phrase.fill(&template.after, 0, &[]);
        phrase
    }

    fn fill(&mut self, pieces: &[Piece], window: u32, labels: &[&Label]) {
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => self.parts.push(Part::Literal(literal.clone())),
                Piece::Field(Field::Window) => self.parts.push(Part::Window(window)),
                Piece::Field(Field::Label) => {
                    for (at, label) in labels.iter().enumerate() {
                        self.parts.extend((at > 0).then_some(Part::AndLabel));
                        self.parts.push(Part::Label((*label).clone()));
                    }
                }
            }
        }
    }

    /// The language of the sentence.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence to be read on a screen: “请 A017 号到 3 号窗口”.
    #[must_use]
    pub fn caption(&self) -> String {
        self.text(|label| label.to_string(), |window| window.to_string())
    }

    /// The sentence for a speech engine, with nothing left to its guess: “请 A 零 一 七 号到 三 号窗口”.
    #[must_use]
    pub fn spoken(&self) -> String {
        self.text(
            |label| self.spell(label),
            |window| number::text(self.language, window),
        )
    }

    /// What a recorded voice does, in order.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => steps.extend(&literal.steps),
                Part::Label(label) => steps.extend(
                    label
                        .as_str()
                        .chars()
                        .filter_map(|character| self.word(character))
                        .map(|word| self.clip(word)),
                ),
                Part::Window(window) => steps.extend(
                    number::words(self.language, *window)
                        .into_iter()
                        .map(|word| self.clip(word)),
                ),
                Part::AndLabel | Part::AndWindow => steps.push(Step::Pause),
            }
        }
        steps
    }

    fn text(&self, label: impl Fn(&Label) -> String, window: impl Fn(u32) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Literal(literal) => literal.text.clone(),
            Part::Label(of) => label(of),
            Part::Window(of) => window(*of),
            Part::AndLabel => and_label(self.language).to_owned(),
            Part::AndWindow => and_window(self.language).to_owned(),
        };
        self.parts.iter().map(part).collect()
    }

    fn clip(&self, word: Word) -> Step {
        Step::Clip(Clip {
            language: self.language,
            word,
        })
    }

    /// The word of a label's character, if there is one.
    fn word(&self, character: char) -> Option<Word> {
        let word = Word::character(character)?;
        let yao = self.one == One::Yao && word == Word::One && self.language.is_chinese();
        Some(if yao { Word::Yao } else { word })
    }

    /// A label letter by letter and digit by digit; characters without a word stay together as they are.
    fn spell(&self, label: &Label) -> String {
        let mut text = String::new();
        let mut before: Option<Option<Word>> = None;
        for character in label.as_str().chars() {
            let word = self.word(character);
            text.push_str(match before {
                None => "",
                Some(None) if word.is_none() => "",
                Some(Some(letter)) if letter.is_letter() => after_letter(self.language),
                Some(_) => " ",
            });
            match word.and_then(|word| word.text(self.language)) {
                Some(said) => text.push_str(said),
                None => text.push(character),
            }
            before = Some(word);
        }
        text
    }
}

/// The labels for each window, in the order in which the windows come first.
fn by_window(calls: &[Call]) -> Vec<(u32, Vec<&Label>)> {
    let mut groups: Vec<(u32, Vec<&Label>)> = Vec::new();
    for call in calls {
        match groups.iter_mut().find(|(window, _)| *window == call.window) {
            Some((_, labels)) => labels.push(&call.label),
            None => groups.push((call.window, vec![&call.label])),
        }
    }
    groups
}

fn and_label(language: Language) -> &'static str {
    match language {
        Language::ZhCn | Language::ZhTw => "、",
        Language::En | Language::De => ", ",
    }
}

fn and_window(language: Language) -> &'static str {
    match language {
        Language::ZhCn | Language::ZhTw => "，",
        Language::En | Language::De => "; ",
    }
}

/// English engines read a lone “A” before a word as the article, and before a comma as the letter.
fn after_letter(language: Language) -> &'static str {
    match language {
        Language::En => ", ",
        Language::ZhCn | Language::ZhTw | Language::De => " ",
    }
}
