//! Languages of the hall and texts in several of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A language that the product speaks: written as its BCP 47 tag.
///
/// A new one is declared last, whatever its place in [`Language::ALL`]: rows of the history hold the place of the variant.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Language {
    /// Simplified Chinese, the first language of the product.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
    /// Traditional Chinese, as written in Taiwan and Hong Kong.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// German.
    #[serde(rename = "de")]
    De,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::ZhCn, Self::ZhTw, Self::En, Self::De];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language named by a BCP 47 tag or a longer one (`en-GB`), if the product speaks it. Chinese is Traditional when
    /// its script says so (`zh-Hant`) or, without a script, a region that writes it (`zh-TW`, `zh-HK`, `zh-MO`).
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next() {
            Some("zh") => Some(match parts.next() {
                Some("hant" | "tw" | "hk" | "mo") => Self::ZhTw,
                Some(_) | None => Self::ZhCn,
            }),
            Some("en") => Some(Self::En),
            Some("de") => Some(Self::De),
            Some(_) | None => None,
        }
    }

    /// The language's name in itself, as a switch shows it beside the others that are `offered`: Chinese names its script
    /// only where both are.
    #[must_use]
    pub fn own_name(self, offered: &[Self]) -> &'static str {
        match self {
            Self::ZhCn if offered.contains(&Self::ZhTw) => "简体中文",
            Self::ZhCn => "中文",
            Self::ZhTw => "繁體中文",
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// Whose words stand in for this language's where there are none: the nearest one that its readers can read.
    #[must_use]
    pub fn fallback(self) -> Option<Self> {
        match self {
            Self::ZhTw => Some(Self::ZhCn),
            Self::De => Some(Self::En),
            Self::ZhCn | Self::En => None,
        }
    }

    /// Whether it is written in Chinese characters.
    #[must_use]
    pub fn is_chinese(self) -> bool {
        match self {
            Self::ZhCn | Self::ZhTw => true,
            Self::En | Self::De => false,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A text in one or more languages. Cheap to clone: a name goes out with every line it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(Arc<BTreeMap<Language, String>>);

impl Localized {
    /// The text in each language of `texts`.
    #[must_use]
    pub fn new(texts: impl IntoIterator<Item = (Language, String)>) -> Self {
        Self(Arc::new(texts.into_iter().collect()))
    }

    /// The text in `language`, else in its [`Language::fallback`], else in the first language there is, else nothing.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        self.0
            .get(&language)
            .or_else(|| self.0.get(&language.fallback()?))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// The texts there are, by language.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        self.0
            .iter()
            .map(|(language, text)| (*language, text.as_str()))
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_language_and_chinese_goes_by_script_then_region() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        for (tag, language) in [
            ("zh", Some(Language::ZhCn)),
            ("zh-SG", Some(Language::ZhCn)),
            ("zh-Hans-HK", Some(Language::ZhCn)),
            ("zh-Hant", Some(Language::ZhTw)),
            ("zh-Hant-CN", Some(Language::ZhTw)),
            ("zh-HK", Some(Language::ZhTw)),
            ("ZH-mo", Some(Language::ZhTw)),
            (" de-AT", Some(Language::De)),
            ("en-GB", Some(Language::En)),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_place_of_a_language_never_changes() {
        let places = [Language::ZhCn, Language::En, Language::ZhTw, Language::De];
        assert_eq!(places.map(|language| language as u8), [0, 1, 2, 3]);
    }

    #[test]
    fn a_missing_text_is_said_in_the_nearest_language_there_is() {
        let text = |pairs: &[(Language, &str)]| {
            Localized::new(
                pairs
                    .iter()
                    .map(|(language, text)| (*language, (*text).to_owned())),
            )
        };
        let both = text(&[(Language::ZhCn, "号票"), (Language::En, "ticket")]);
        assert_eq!(both.text(Language::ZhTw), "号票");
        assert_eq!(both.text(Language::De), "ticket");
        let traditional = text(&[(Language::ZhTw, "號碼牌")]);
        assert_eq!(traditional.text(Language::De), "號碼牌");
        assert_eq!(Localized::default().text(Language::De), "");
    }

    #[test]
    fn chinese_names_its_script_only_beside_the_other_one() {
        let name = |offered: &[Language]| Language::ZhCn.own_name(offered);
        assert_eq!(name(&[Language::ZhCn, Language::En]), "中文");
        assert_eq!(name(&Language::ALL), "简体中文");
    }
}
