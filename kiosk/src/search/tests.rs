//! What people type, and what they find.

use nowserving_shared::model::Language;
use proptest::prelude::*;

use super::*;
use crate::state::tests::hall::{hall, service};

#[test]
fn a_chinese_name_is_found_by_initials_pinyin_and_characters() {
    for query in [
        "sfz",
        "SFZ",
        "shenfenzheng",
        "shenfz",
        "sfzheng",
        "s f z",
        "身份证",
        "身fz",
        "jmsfz",
        "juminshenf",
        "居",
    ] {
        assert!(fit("居民身份证办理", &tidy(query)).is_some(), "{query}");
    }
    for query in ["zsf", "sfzx", "shenzheng", "户", "x"] {
        assert_eq!(fit("居民身份证办理", &tidy(query)), None, "{query}");
    }
    assert_eq!(fit("居民身份证办理", "jm"), Some(Fit::Beginning));
    assert_eq!(fit("居民身份证办理", "sfz"), Some(Fit::Within));
}

#[test]
fn a_traditional_name_is_found_in_the_same_way() {
    assert!(fit("戶籍登記與遷徙", "hjdj").is_some());
    assert!(fit("戶籍登記與遷徙", "huji").is_some());
}

#[test]
fn every_reading_of_a_character_finds_it() {
    for query in ["yinhang", "yinxing", "yh", "yx"] {
        assert!(fit("银行", query).is_some(), "{query}");
    }
    for query in ["lvyou", "luyou", "ly"] {
        assert!(fit("旅游", query).is_some(), "{query}");
    }
}

#[test]
fn what_stands_between_characters_does_not_hide_them() {
    assert!(fit("护照、港澳台通行证", "hzga").is_some());
    assert!(fit("现役军人、退役军人", "jrty").is_some());
}

#[test]
fn words_are_found_by_their_beginnings_in_any_order() {
    let name = "Passport and travel permits";
    assert_eq!(fit(name, "pass"), Some(Fit::Beginning));
    assert_eq!(fit(name, "perm"), Some(Fit::Within));
    assert_eq!(fit(name, "permit pass"), Some(Fit::Beginning));
    assert_eq!(fit(name, "port"), None);
    assert_eq!(fit(name, "pass pass"), None);
    assert_eq!(fit(name, "p pass"), Some(Fit::Beginning));
}

#[test]
fn german_is_found_without_umlauts_and_with_them() {
    for query in ["fur", "für", "gebuhr", "gebühr", "gross"] {
        assert!(fit("Gebühr für Große", &tidy(query)).is_some(), "{query}");
    }
}

#[test]
fn a_better_fit_comes_first_and_equals_keep_the_halls_order() {
    let services = hall().services;
    // 涉税咨询 and 社会保障卡 begin with it; 个人所得税申报, which stands before both in the hall, has it within.
    let found = find(&services, "s");
    let place = |id: &str| found.iter().position(|one| *one == service(id));
    assert!(place("social-card") < place("tax-return"), "{found:?}");
    assert!(place("tax-consult") < place("social-card"), "{found:?}");
    assert_eq!(find(&services, "sfz"), [service("id-card")]);
}

#[test]
fn nothing_typed_finds_nothing() {
    for query in ["", "  ", "、。", "…"] {
        assert!(find(&hall().services, query).is_empty(), "{query:?}");
    }
}

#[test]
fn a_query_is_kept_short_and_tidy() {
    assert_eq!(tidy("  Ab、、C  d"), "ab c d");
    assert_eq!(tidy(&"x".repeat(1000)).chars().count(), QUERY_CHARS_MAX);
}

/// A way to type a name: by itself, by initials, or whole, character by character.
fn typed(name: &str, how: &[u8]) -> String {
    let each = name.chars().filter(|one| is_han(*one)).zip(how);
    each.map(|(character, how)| {
        let readings = readings(character);
        let reading = &readings[usize::from(*how) % readings.len()];
        let cut = 1 + usize::from(*how / 16) % reading.chars().count();
        reading.chars().take(cut).collect::<String>()
    })
    .collect()
}

proptest! {
    #[test]
    fn however_a_name_is_typed_it_is_found(
        which in 0..12_usize,
        skip in 0..3_usize,
        how in prop::collection::vec(any::<u8>(), 1..9),
    ) {
        let services = hall().services;
        let view = &services[which];
        let name: String = view.name.text(Language::ZhCn).chars().filter(|one| is_han(*one)).skip(skip).collect();
        let query = tidy(&typed(&name, &how));
        prop_assume!(!query.is_empty());
        prop_assert!(find(&services, &query).contains(&view.id), "{query}");
    }

    #[test]
    fn a_longer_query_finds_no_more(query in "[a-z0-9身份证登记 ]{0,30}", further in "[a-z证]") {
        let services = hall().services;
        let shorter = tidy(&query);
        prop_assume!(!shorter.trim().is_empty() && shorter.chars().count() < QUERY_CHARS_MAX);
        let found = find(&services, &shorter);
        let longer = find(&services, &format!("{}{further}", shorter.trim_end()));
        prop_assert!(longer.iter().all(|id| found.contains(id)));
    }

    #[test]
    fn no_query_is_too_much(query in ".{0,200}") {
        let found = find(&hall().services, &query);
        prop_assert!(found.len() <= hall().services.len());
    }
}
