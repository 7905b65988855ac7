//! The words that a recorded voice has.
//!
//! One table says all of them: the variant, the name of its clip, and its text in Simplified Chinese, Traditional Chinese,
//! English and German; an empty text is no word of that language. A voice is a folder of clips with these names. Most
//! sentences need few of them: digits and letters one by one, a window's number from its parts.
//!
//! A language without a voice is said by another one: Traditional Chinese by the Mandarin clips of `zh-CN`, German by those
//! of `en`, which say the sentence of their own language ([`voices`]).

use std::fmt;

use crate::model::Language;

macro_rules! words {
    ($($word:ident $name:literal $zh_cn:literal $zh_tw:literal $en:literal $de:literal;)+) => {
        /// A word that a voice can say: see the head of this module.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Word {
            $(#[doc = concat!("`", $name, "`: ", $zh_cn, " · ", $en)] $word,)+
        }

        impl Word {
            /// Every word of any language, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$word,)+];

            /// The name of its clip, the same in every language and for ever.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $name,)+
                }
            }

            fn texts(self) -> [&'static str; 4] {
                match self {
                    $(Self::$word => [$zh_cn, $zh_tw, $en, $de],)+
                }
            }
        }
    };
}

words! {
    Please "please" "请" "請" "please" "bitte";
    Number "number" "号" "號" "number" "Nummer";
    NumberTo "number-to" "号到" "號到" "" "";
    To "to" "到" "到" "to" "zu";
    GoTo "go-to" "前往" "前往" "go to" "gehen Sie zu";
    PleaseGoTo "please-go-to" "" "" "please go to" "bitte zu";
    Customer "customer" "顾客" "顧客" "customer" "";
    ForService "for-service" "办理业务" "辦理業務" "" "";
    Window "window" "号窗口" "號窗口" "window" "Schalter";
    Counter "counter" "号柜台" "號櫃檯" "counter" "Theke";
    Room "room" "号诊室" "號診間" "room" "Zimmer";
    Zero "digit-0" "零" "零" "zero" "null";
    One "digit-1" "一" "一" "one" "eins";
    Two "digit-2" "二" "二" "two" "zwei";
    Three "digit-3" "三" "三" "three" "drei";
    Four "digit-4" "四" "四" "four" "vier";
    Five "digit-5" "五" "五" "five" "fünf";
    Six "digit-6" "六" "六" "six" "sechs";
    Seven "digit-7" "七" "七" "seven" "sieben";
    Eight "digit-8" "八" "八" "eight" "acht";
    Nine "digit-9" "九" "九" "nine" "neun";
    Yao "digit-1-yao" "幺" "么" "" "";
    OneJoined "digit-1-joined" "" "" "" "ein";
    Ten "number-10" "十" "十" "ten" "zehn";
    Eleven "number-11" "" "" "eleven" "elf";
    Twelve "number-12" "" "" "twelve" "zwölf";
    Thirteen "number-13" "" "" "thirteen" "dreizehn";
    Fourteen "number-14" "" "" "fourteen" "vierzehn";
    Fifteen "number-15" "" "" "fifteen" "fünfzehn";
    Sixteen "number-16" "" "" "sixteen" "sechzehn";
    Seventeen "number-17" "" "" "seventeen" "siebzehn";
    Eighteen "number-18" "" "" "eighteen" "achtzehn";
    Nineteen "number-19" "" "" "nineteen" "neunzehn";
    Twenty "number-20" "" "" "twenty" "zwanzig";
    Thirty "number-30" "" "" "thirty" "dreißig";
    Forty "number-40" "" "" "forty" "vierzig";
    Fifty "number-50" "" "" "fifty" "fünfzig";
    Sixty "number-60" "" "" "sixty" "sechzig";
    Seventy "number-70" "" "" "seventy" "siebzig";
    Eighty "number-80" "" "" "eighty" "achtzig";
    Ninety "number-90" "" "" "ninety" "neunzig";
    Hundred "number-100" "百" "百" "hundred" "hundert";
    Thousand "number-1000" "千" "千" "thousand" "tausend";
    And "number-and" "" "" "and" "und";
    A "letter-a" "A" "A" "A" "A";
    B "letter-b" "B" "B" "B" "B";
    C "letter-c" "C" "C" "C" "C";
    D "letter-d" "D" "D" "D" "D";
    E "letter-e" "E" "E" "E" "E";
    F "letter-f" "F" "F" "F" "F";
    G "letter-g" "G" "G" "G" "G";
    H "letter-h" "H" "H" "H" "H";
    I "letter-i" "I" "I" "I" "I";
    J "letter-j" "J" "J" "J" "J";
    K "letter-k" "K" "K" "K" "K";
    L "letter-l" "L" "L" "L" "L";
    M "letter-m" "M" "M" "M" "M";
    N "letter-n" "N" "N" "N" "N";
    O "letter-o" "O" "O" "O" "O";
    P "letter-p" "P" "P" "P" "P";
    Q "letter-q" "Q" "Q" "Q" "Q";
    R "letter-r" "R" "R" "R" "R";
    S "letter-s" "S" "S" "S" "S";
    T "letter-t" "T" "T" "T" "T";
    U "letter-u" "U" "U" "U" "U";
    V "letter-v" "V" "V" "V" "V";
    W "letter-w" "W" "W" "W" "W";
    X "letter-x" "X" "X" "X" "X";
    Y "letter-y" "Y" "Y" "Y" "Y";
    Z "letter-z" "Z" "Z" "Z" "Z";
}

/// The digits, by value.
pub(super) const DIGITS: [Word; 10] = [
    Word::Zero,
    Word::One,
    Word::Two,
    Word::Three,
    Word::Four,
    Word::Five,
    Word::Six,
    Word::Seven,
    Word::Eight,
    Word::Nine,
];

/// The letters, in the order of the alphabet.
const LETTERS: [Word; 26] = [
    Word::A,
    Word::B,
    Word::C,
    Word::D,
    Word::E,
    Word::F,
    Word::G,
    Word::H,
    Word::I,
    Word::J,
    Word::K,
    Word::L,
    Word::M,
    Word::N,
    Word::O,
    Word::P,
    Word::Q,
    Word::R,
    Word::S,
    Word::T,
    Word::U,
    Word::V,
    Word::W,
    Word::X,
    Word::Y,
    Word::Z,
];

impl Word {
    /// The word with the clip `name`, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.name() == name)
    }

    /// Its text in `language`; none when it is no word of that language.
    #[must_use]
    pub fn text(self, language: Language) -> Option<&'static str> {
        let [zh_cn, zh_tw, en, de] = self.texts();
        let text = match language {
            Language::ZhCn => zh_cn,
            Language::ZhTw => zh_tw,
            Language::En => en,
            Language::De => de,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The words of `language`: what a voice of that language has to have.
    pub fn of(language: Language) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |word| word.text(language).is_some())
    }

    /// The word for an ASCII letter or digit of a label; none for any other character.
    #[must_use]
    pub fn character(character: char) -> Option<Self> {
        let lower = character.to_ascii_lowercase();
        let after = |first: char| (lower as usize).checked_sub(first as usize);
        let digit = after('0').and_then(|at| DIGITS.get(at));
        digit
            .or_else(|| after('a').and_then(|at| LETTERS.get(at)))
            .copied()
    }

    /// Whether it is the name of a letter.
    #[must_use]
    pub fn is_letter(self) -> bool {
        LETTERS.contains(&self)
    }

    /// Whether a label or a number becomes another one when it is left out.
    #[must_use]
    pub fn is_part_of_a_number(self) -> bool {
        !matches!(
            self,
            Self::Please
                | Self::Number
                | Self::NumberTo
                | Self::To
                | Self::GoTo
                | Self::PleaseGoTo
                | Self::Customer
                | Self::ForService
                | Self::Window
                | Self::Counter
                | Self::Room
                | Self::And
        )
    }
}

/// A recorded word of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clip {
    /// Whose voice.
    pub language: Language,
    /// Which word.
    pub word: Word,
}

/// Writes it as it is stored, without the file's ending: `zh-CN/please`.
impl fmt::Display for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.language.tag(), self.word.name())
    }
}

/// What a recorded voice does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Says a word.
    Clip(Clip),
    /// Rests, as at a comma.
    Pause,
}

/// The languages whose clips can say a call in `language`, best first: its own, then its [`Language::fallback`]. What is
/// said by another language's clips is that language's sentence.
pub fn voices(language: Language) -> impl Iterator<Item = Language> {
    std::iter::once(language).chain(language.fallback())
}

/// The steps that say `text` in `language`, and the parts of it for which there is no word.
///
/// The longest word wins; where words are written apart, only whole ones count, whatever their case. Punctuation is a
/// pause. A letter standing alone is no word: “a” is an article.
pub(super) fn spell(language: Language, text: &str) -> (Vec<Step>, Vec<String>) {
    let (mut steps, mut unknown) = (Vec::new(), Vec::new());
    let (mut rest, mut run) = (text, String::new());
    while let Some(first) = rest.chars().next() {
        let inside = !language.is_chinese() && run.ends_with(char::is_alphanumeric);
        let found = if inside {
            None
        } else {
            longest(language, rest)
        };
        let read = match found {
            Some((word, read)) => {
                steps.push(Step::Clip(Clip { language, word }));
                read
            }
            None => {
                if is_stop(first) {
                    steps.push(Step::Pause);
                } else if !first.is_whitespace() {
                    run.push(first);
                }
                first.len_utf8()
            }
        };
        if found.is_some() || is_stop(first) || first.is_whitespace() {
            unknown.extend((!run.is_empty()).then(|| std::mem::take(&mut run)));
        }
        rest = rest.get(read..).unwrap_or_default();
    }
    unknown.extend((!run.is_empty()).then_some(run));
    (steps, unknown)
}

/// The longest word that `text` begins with, and how many bytes of `text` it takes.
fn longest(language: Language, text: &str) -> Option<(Word, usize)> {
    Word::of(language)
        .filter(|word| !word.is_letter())
        .filter_map(|word| Some((word, begins_with(text, word.text(language)?)?)))
        .filter(|(_, read)| language.is_chinese() || ends_there(text, *read))
        .max_by_key(|(_, read)| *read)
}

/// How many bytes of `text` are `word`, whatever the case; none when it begins otherwise.
fn begins_with(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.chars();
    let same = |a: char, b: char| a.to_lowercase().eq(b.to_lowercase());
    word.chars()
        .all(|letter| letters.next().is_some_and(|next| same(next, letter)))
        .then(|| text.len() - letters.as_str().len())
}

fn ends_there(text: &str, read: usize) -> bool {
    let next = text.get(read..).and_then(|rest| rest.chars().next());
    !next.is_some_and(char::is_alphanumeric)
}

fn is_stop(character: char) -> bool {
    ",，、;；:：.。!！?？".contains(character)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_has_a_name_of_its_own_that_a_file_can_bear() {
        let names: BTreeSet<&str> = Word::ALL.iter().map(|word| word.name()).collect();
        assert_eq!(names.len(), Word::ALL.len());
        for word in Word::ALL {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(word.name().chars().all(plain), "{}", word.name());
            assert_eq!(Word::named(word.name()), Some(*word));
        }
        assert_eq!(Word::named("../please"), None);
    }

    #[test]
    fn a_clip_is_named_after_its_language_and_its_word() {
        let clip = Clip {
            language: Language::ZhCn,
            word: Word::Yao,
        };
        assert_eq!(clip.to_string(), "zh-CN/digit-1-yao");
    }

    #[test]
    fn letters_and_digits_of_a_label_have_words_and_other_characters_have_none() {
        assert_eq!(Word::character('A'), Some(Word::A));
        assert_eq!(Word::character('z'), Some(Word::Z));
        assert_eq!(Word::character('0'), Some(Word::Zero));
        assert_eq!(Word::character('9'), Some(Word::Nine));
        for other in ['军', '-', ' ', 'é', '：', '@', '{', '\0', '７'] {
            assert_eq!(Word::character(other), None, "{other}");
        }
    }

    fn spelt(language: Language, text: &str) -> (Vec<&'static str>, Vec<String>) {
        let (steps, unknown) = spell(language, text);
        let name = |step: &Step| match step {
            Step::Clip(clip) => clip.word.name(),
            Step::Pause => "…",
        };
        (steps.iter().map(name).collect(), unknown)
    }

    #[test]
    fn a_text_is_spelt_with_its_longest_words() {
        assert_eq!(spelt(Language::ZhCn, "请").0, ["please"]);
        assert_eq!(spelt(Language::ZhCn, " 号到 ").0, ["number-to"]);
        assert_eq!(spelt(Language::ZhCn, "号 到").0, ["number", "to"]);
        assert_eq!(
            spelt(Language::En, ", please go to WINDOW").0,
            ["…", "please-go-to", "window"]
        );
        assert_eq!(
            spelt(Language::De, "Nummer, bitte gehen Sie zu").0,
            ["number", "…", "please", "go-to"]
        );
    }

    #[test]
    fn what_has_no_word_is_named_and_the_rest_is_spelt() {
        assert_eq!(
            spelt(Language::ZhCn, "尊敬的顾客，请"),
            (vec!["customer", "…", "please"], vec!["尊敬的".to_owned()])
        );
        assert_eq!(
            spelt(Language::En, "Tomorrow to a windowsill"),
            (
                vec!["to"],
                vec![
                    "Tomorrow".to_owned(),
                    "a".to_owned(),
                    "windowsill".to_owned()
                ]
            )
        );
    }

    #[test]
    fn a_language_without_a_voice_is_said_by_the_nearest_one() {
        let of = |language| voices(language).collect::<Vec<_>>();
        assert_eq!(of(Language::ZhCn), [Language::ZhCn]);
        assert_eq!(of(Language::ZhTw), [Language::ZhTw, Language::ZhCn]);
        assert_eq!(of(Language::De), [Language::De, Language::En]);
    }
}
