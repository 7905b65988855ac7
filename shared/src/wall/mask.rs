//! What is hidden of a waiting number on a wall.
//!
//! A number alone says nothing of its holder, but whoever has seen it in a hand can follow its holder's visit on a wall from
//! afar. A hall that minds masks the numbers of those who wait, as names are masked (张*三): the holder, who knows the whole
//! number, finds it by what is left and by its place in the row. Who is called is never masked, because nobody may miss it.
//!
//! The server masks, before anything is sent: what a wall does not show, it does not have.

use crate::model::Label;

/// Stands in the place of a hidden digit: every font has it, and no label does.
pub const HIDDEN: char = '*';
/// How many digits [`Mask::Tail`] hides.
const TAIL_DIGITS: usize = 2;

/// Which digits of a number are hidden. The letters before them, which name the business, never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub enum Mask {
    /// None: `A017`.
    #[default]
    None,
    /// All but the last: `A**7`. A single digit is hidden.
    Middle,
    /// The last two: `A0**`.
    Tail,
}

impl Mask {
    /// Every mask with its name in the configuration.
    pub const NAMED: [(&'static str, Self); 3] = [
        ("none", Self::None),
        ("middle", Self::Middle),
        ("tail", Self::Tail),
    ];

    /// The label as a wall shows it.
    #[must_use]
    pub fn of(self, label: &Label) -> Label {
        let text = label.as_str();
        let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
        let hidden = match self {
            Self::None => return label.clone(),
            Self::Middle => digits.saturating_sub(1).max(digits.min(1)),
            Self::Tail => digits.min(TAIL_DIGITS),
        };
        let shown_behind = match self {
            Self::None | Self::Tail => 0,
            Self::Middle => digits - hidden,
        };
        // Digits are single bytes at the end of the text.
        let end = text.len() - shown_behind;
        let begin = end - hidden;
        let stars: String = std::iter::repeat_n(HIDDEN, hidden).collect();
        Label::from_text(&format!("{}{stars}{}", &text[..begin], &text[end..]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(mask: Mask, text: &str) -> String {
        mask.of(&Label::from_text(text)).to_string()
    }

    #[test]
    fn given_a_mask_the_letters_stay_and_the_digits_that_it_names_are_hidden() {
        for (mask, whole, shown) in [
            (Mask::None, "A017", "A017"),
            (Mask::Middle, "A017", "A**7"),
            (Mask::Tail, "A017", "A0**"),
            (Mask::Middle, "VIP12", "VIP*2"),
            (Mask::Tail, "VIP12", "VIP**"),
            (Mask::Middle, "军0123", "军***3"),
            (Mask::Middle, "7", "*"),
            (Mask::Tail, "7", "*"),
            (Mask::Middle, "A", "A"),
            (Mask::Tail, "", ""),
        ] {
            assert_eq!(masked(mask, whole), shown, "{mask:?} of {whole}");
        }
    }

    proptest! {
        #[test]
        fn a_masked_number_is_as_long_as_the_whole_one_and_differs_in_hidden_digits_only(
            text in "[A-Z军]{0,3}[0-9]{0,8}",
            (_, mask) in prop::sample::select(Mask::NAMED.to_vec()),
        ) {
            let shown = masked(mask, &text);
            prop_assert_eq!(shown.chars().count(), text.chars().count());
            for (shown, whole) in shown.chars().zip(text.chars()) {
                prop_assert!(shown == whole || (shown == HIDDEN && whole.is_ascii_digit()));
            }
            let has_digits = text.chars().any(|c| c.is_ascii_digit());
            prop_assert_eq!(shown.contains(HIDDEN), mask != Mask::None && has_digits);
        }
    }
}
