//! Sentences that the server makes of the hall's rules, in the languages other than the hall's own two.

use crate::domain::routing::{Rule, Why};
use crate::model::catalogue::MissStep;

/// What a missed call leads to, in Traditional Chinese.
pub(super) fn no_show_zh_tw(step: MissStep) -> String {
    match step {
        MissStep::Void => "過號作廢，請重新取號。".to_owned(),
        MissStep::Back { places } => format!("過號順延 {places} 位。"),
        MissStep::After { wait } => {
            format!("過號 {} 分鐘後重新排隊。", wait.as_secs().div_ceil(60))
        }
        MissStep::End => "過號排到隊伍最後。".to_owned(),
        MissStep::Pool => "過號請至服務臺登記。".to_owned(),
    }
}

/// What a missed call leads to, in German.
pub(super) fn no_show_de(step: MissStep) -> String {
    match step {
        MissStep::Void => "Bei verpasstem Aufruf verfällt die Nummer.".to_owned(),
        MissStep::Back { places } => {
            format!("Bei verpasstem Aufruf rücken Sie um {places} Plätze zurück.")
        }
        MissStep::After { wait } => format!(
            "Bei verpasstem Aufruf werden Sie frühestens nach {} Minuten erneut aufgerufen.",
            wait.as_secs().div_ceil(60)
        ),
        MissStep::End => "Bei verpasstem Aufruf kommen Sie ans Ende der Schlange.".to_owned(),
        MissStep::Pool => {
            "Bei verpasstem Aufruf melden Sie sich bitte an der Information.".to_owned()
        }
    }
}

/// Why a ticket was next, in Traditional Chinese.
pub(super) fn why_zh_tw(why: &Why) -> String {
    let Why {
        rule,
        level,
        lines,
        waiting,
    } = why;
    match rule {
        Rule::ReservedForWindow => "此號碼指定由本櫃檯辦理。".to_owned(),
        Rule::FirstCome => {
            format!("第 {level} 級業務 {lines} 個佇列共 {waiting} 人中最先到。")
        }
        Rule::Class => {
            format!("優先類別，第 {level} 級業務 {lines} 個佇列共 {waiting} 人中應先辦理。")
        }
    }
}

/// Why a ticket was next, in German.
pub(super) fn why_de(why: &Why) -> String {
    let Why {
        rule,
        level,
        lines,
        waiting,
    } = why;
    match rule {
        Rule::ReservedForWindow => "Die Nummer wurde an diesen Schalter weitergeleitet.".to_owned(),
        Rule::FirstCome => {
            format!("Als Erste da von {waiting} Wartenden in {lines} Schlangen der Stufe {level}.")
        }
        Rule::Class => format!(
            "Ihre Klasse hat Vorrang unter {waiting} Wartenden in {lines} Schlangen der Stufe {level}."
        ),
    }
}
