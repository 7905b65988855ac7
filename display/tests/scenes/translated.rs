//! The hall's names in Traditional Chinese and German, by their English.

/// The texts of one name in Traditional Chinese and German.
pub(super) fn of(en: &str) -> Option<(&'static str, &'static str)> {
    let row = TEXTS.iter().find(|(known, _, _)| *known == en);
    row.map(|(_, zh_tw, de)| (*zh_tw, *de))
}

const TEXTS: [(&str, &str, &str); 19] = [
    (
        "Model City Government Service Centre",
        "示範市政務服務中心",
        "Bürgerservice-Zentrum Musterstadt",
    ),
    ("East hall", "東區", "Halle Ost"),
    ("West hall", "西區", "Halle West"),
    ("Upper floor", "二樓", "Obergeschoss"),
    ("Household register", "戶籍業務", "Meldewesen"),
    ("Identity cards", "身分證辦理", "Personalausweise"),
    ("Passports", "出入境證件", "Reisepässe"),
    ("Pensions", "養老保險", "Renten"),
    ("Medical insurance", "醫療保險", "Krankenkasse"),
    ("Employment", "就業與失業登記", "Arbeit"),
    ("Company registration", "企業設立登記", "Gewerbegründung"),
    ("Food licences", "食品營業許可", "Lebensmittel"),
    ("Taxes", "綜合納稅", "Steuern"),
    ("Real estate registration", "不動產登記", "Grundbucheintrag"),
    ("Housing fund", "住房公積金", "Wohnungsfonds"),
    ("Notary's advice", "公證諮詢", "Notarberatung"),
    ("Military", "軍人", "Militär"),
    ("Senior", "年長者", "Senioren"),
    ("Booked", "預約", "Termin"),
];
