//! The hall's names in Traditional Chinese and German, by their English.

/// The texts of one name in Traditional Chinese and German.
pub(super) fn of(en: &str) -> Option<(&'static str, &'static str)> {
    let row = TEXTS.iter().find(|(known, _, _)| *known == en);
    row.map(|(_, zh_tw, de)| (*zh_tw, *de))
}

const TEXTS: [(&str, &str, &str); 36] = [
    (
        "Model City Service Hall",
        "示範市政務服務中心",
        "Bürgeramt Musterstadt",
    ),
    ("East hall", "東區等候廳", "Wartehalle Ost"),
    ("West hall", "西區等候廳", "Wartehalle West"),
    ("North hall", "北區等候廳", "Wartehalle Nord"),
    ("Police", "警政", "Polizei"),
    ("Taxes", "稅務", "Steuern"),
    (
        "Human resources and social security",
        "人力資源與社會保障",
        "Arbeit und soziale Sicherung",
    ),
    ("No priority", "一般", "Ohne Vorrang"),
    ("Aged 70 and over", "70 歲以上長者", "70 Jahre und älter"),
    ("Senior", "長", "Senioren"),
    ("identity card", "身分證", "Personalausweis"),
    ("Disabled people", "身心障礙者", "Menschen mit Behinderung"),
    ("Access", "障", "Barrierefrei"),
    (
        "disability card",
        "身心障礙證明",
        "Schwerbehindertenausweis",
    ),
    (
        "Service members and veterans",
        "現役軍人、退伍軍人",
        "Soldatinnen, Soldaten und Veteranen",
    ),
    ("Military", "軍", "Militär"),
    (
        "military identity or veteran's card",
        "軍人身分證件或退伍軍人優待證",
        "Truppenausweis oder Veteranenausweis",
    ),
    (
        "Expecting, or with an infant",
        "孕婦、攜帶嬰幼兒者",
        "Schwangerschaft oder mit Säugling",
    ),
    ("Family", "幼", "Familie"),
    (
        "After a missed call three others go first; a second miss voids it.",
        "過號後順延 3 位，再次過號作廢。",
        "Nach einem verpassten Aufruf gehen drei andere vor; ein zweiter macht die Nummer ungültig.",
    ),
    ("Identity card", "身分證辦理", "Personalausweis"),
    ("Household register", "戶籍登記", "Meldewesen"),
    (
        "Passport and travel permits",
        "出入境證件",
        "Reisepass und Reisegenehmigung",
    ),
    (
        "Firearms and controlled knives",
        "民用槍枝、管制刀具許可",
        "Waffen- und Messererlaubnis",
    ),
    (
        "Income tax return",
        "個人所得稅申報",
        "Einkommensteuererklärung",
    ),
    ("Invoices", "發票領用與代開", "Rechnungen"),
    ("Tax questions", "稅務諮詢", "Steuerfragen"),
    ("Pension insurance", "養老保險", "Rentenversicherung"),
    ("Medical insurance", "醫療保險", "Krankenversicherung"),
    ("Work injury", "職災認定與給付", "Arbeitsunfall"),
    (
        "Social security card",
        "社會保障卡",
        "Sozialversicherungskarte",
    ),
    (
        "Unemployment registration and benefit",
        "失業登記與失業給付申領",
        "Arbeitslosmeldung und Arbeitslosengeld",
    ),
    (
        "Form, fingerprints and photo, check, receipt",
        "填表 → 採集指紋和相片 → 核對 → 領取收據",
        "Formular, Fingerabdrücke und Foto, Prüfung, Abholbeleg",
    ),
    (
        "Household register; your old card, if any; come in person",
        "戶口簿正本；換領者交驗舊證；本人到場",
        "Meldebescheinigung; gegebenenfalls der alte Ausweis; persönliches Erscheinen",
    ),
    (
        "First card free; replacement 40 yuan",
        "首次申領免費；補領 40 元",
        "Erstausstellung gebührenfrei; Ersatz 40 Yuan",
    ),
    ("20 working days", "20 個工作天", "20 Arbeitstage"),
];
