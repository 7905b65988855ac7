//! A made-up hall for tests: three zones, three groups, twelve services, five classes.

use nowserving_shared::board::{Availability, ServiceLine};
use nowserving_shared::model::{
    BusinessDay, ClassId, GroupId, Label, Language, Localized, Moment, ServiceId, TicketId, ZoneId,
};
use nowserving_shared::protocol::http::{
    ClassView, GroupView, GuideView, HallView, IssuedView, ServiceView, VoiceView, ZoneView,
};

/// 2026-03-02 09:41 in Shanghai, a Monday.
pub(crate) const MORNING: Moment = Moment(1_772_415_660_000);

mod translated;

/// A text in both languages of the hall, and in the further ones where they have it.
pub(crate) fn both(zh: &str, en: &str) -> Localized {
    let texts = [
        Some((Language::ZhCn, zh)),
        Some((Language::En, en)),
        translated::of(en).map(|(zh_tw, _)| (Language::ZhTw, zh_tw)),
        translated::of(en).map(|(_, de)| (Language::De, de)),
    ];
    let owned = |(language, text): (Language, &str)| (language, text.to_owned());
    Localized::new(texts.into_iter().flatten().map(owned))
}

/// The same hall, offering every language.
pub(crate) fn in_every_language() -> HallView {
    HallView {
        languages: Language::ALL.to_vec(),
        ..hall()
    }
}

/// Service, its group, its names, the zone, the windows.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [u32],
);

const SERVICES: [Row; 12] = [
    (
        "id-card",
        "police",
        "居民身份证办理",
        "Identity card",
        "east",
        &[1, 2, 3],
    ),
    (
        "household",
        "police",
        "户籍登记",
        "Household register",
        "east",
        &[2, 3],
    ),
    (
        "passport",
        "police",
        "出入境证件",
        "Passport and travel permits",
        "east",
        &[4],
    ),
    (
        "firearms",
        "police",
        "民用枪支、管制刀具许可",
        "Firearms and controlled knives",
        "east",
        &[4],
    ),
    (
        "tax-return",
        "tax",
        "个人所得税申报",
        "Income tax return",
        "west",
        &[5, 6, 7],
    ),
    (
        "invoice",
        "tax",
        "发票领用与代开",
        "Invoices",
        "west",
        &[6, 7],
    ),
    (
        "tax-consult",
        "tax",
        "涉税咨询",
        "Tax questions",
        "west",
        &[8],
    ),
    (
        "pension",
        "social",
        "养老保险",
        "Pension insurance",
        "north",
        &[9, 10],
    ),
    (
        "medical",
        "social",
        "医疗保险",
        "Medical insurance",
        "north",
        &[10, 11],
    ),
    (
        "work-injury",
        "social",
        "工伤认定与待遇",
        "Work injury",
        "north",
        &[11],
    ),
    (
        "social-card",
        "social",
        "社会保障卡",
        "Social security card",
        "north",
        &[9, 12],
    ),
    (
        "unemployment",
        "social",
        "失业登记与失业保险金申领",
        "Unemployment registration and benefit",
        "north",
        &[12],
    ),
];

/// An id that is known to be one.
pub(crate) fn service(id: &str) -> ServiceId {
    ServiceId::new(id).expect("a slug")
}

/// The same for a group.
pub(crate) fn group(id: &str) -> GroupId {
    GroupId::new(id).expect("a slug")
}

/// The same for a class.
pub(crate) fn class(id: &str) -> ClassId {
    ClassId::new(id).expect("a slug")
}

fn zone(id: &str) -> ZoneId {
    ZoneId::new(id).expect("a slug")
}

fn guide(id: &str) -> GuideView {
    if id != "id-card" {
        return GuideView::default();
    }
    GuideView {
        process: both(
            "填表 → 采集指纹和照片 → 核对 → 领取回执",
            "Form, fingerprints and photo, check, receipt",
        ),
        materials: both(
            "居民户口簿原件；换领的交验旧证；本人到场",
            "Household register; your old card, if any; come in person",
        ),
        fee: both(
            "首次申领免费；补领 40 元",
            "First card free; replacement 40 yuan",
        ),
        time_limit: both("20 个工作日", "20 working days"),
        phone: "0100-555-0101".to_owned(),
    }
}

fn service_view(row: &Row) -> ServiceView {
    let (id, in_group, zh, en, in_zone, windows) = row;
    ServiceView {
        id: service(id),
        name: both(zh, en),
        group: group(in_group),
        windows: windows.to_vec(),
        zones: vec![zone(in_zone)],
        wait_target_seconds: 900,
        service_target_seconds: 480,
        guide: guide(id),
    }
}

/// The hall.
pub(crate) fn hall() -> HallView {
    let group_view = |id: &str, zh: &str, en: &str| GroupView {
        id: group(id),
        name: both(zh, en),
    };
    let class_view = |id: &str, name: Localized, mark: Localized, proof: Localized| ClassView {
        id: class(id),
        name,
        mark,
        proof,
    };
    HallView {
        catalogue_version: 1,
        name: both("示范市政务服务中心", "Model City Service Hall"),
        time_zone: "Asia/Shanghai".to_owned(),
        phone: "0100-555-0100".to_owned(),
        device: "入口取号机".to_owned(),
        languages: vec![Language::ZhCn, Language::En],
        paperless: true,
        day: BusinessDay(jiff::civil::date(2026, 3, 2)),
        opening: Availability::Open,
        at: MORNING,
        zones: vec![
            ZoneView {
                id: zone("east"),
                name: both("东区等候厅", "East hall"),
                seats: 60,
            },
            ZoneView {
                id: zone("west"),
                name: both("西区等候厅", "West hall"),
                seats: 40,
            },
            ZoneView {
                id: zone("north"),
                name: both("北区等候厅", "North hall"),
                seats: 40,
            },
        ],
        groups: vec![
            group_view("police", "公安", "Police"),
            group_view("tax", "税务", "Taxes"),
            group_view(
                "social",
                "人力资源和社会保障",
                "Human resources and social security",
            ),
        ],
        classes: vec![
            class_view(
                "ordinary",
                both("普通", "No priority"),
                Localized::default(),
                Localized::default(),
            ),
            class_view(
                "elderly",
                both("70 周岁以上老人", "Aged 70 and over"),
                both("老", "Senior"),
                both("身份证", "identity card"),
            ),
            class_view(
                "disabled",
                both("残疾人", "Disabled people"),
                both("残", "Access"),
                both("残疾人证", "disability card"),
            ),
            class_view(
                "military",
                both("现役军人、退役军人", "Service members and veterans"),
                both("军", "Military"),
                both(
                    "军人证件或退役军人优待证",
                    "military identity or veteran's card",
                ),
            ),
            class_view(
                "infant",
                both("孕妇、带婴幼儿者", "Expecting, or with an infant"),
                both("幼", "Family"),
                Localized::default(),
            ),
        ],
        services: SERVICES.iter().map(service_view).collect(),
        windows: Vec::new(),
        no_show_rule: both(
            "过号后顺延 3 位，再次过号作废。",
            "After a missed call three others go first; a second miss voids it.",
        ),
        notices: Vec::new(),
        voice: VoiceView::default(),
    }
}

/// The waits of the morning: one service without windows, one closed, one without numbers left.
pub(crate) fn lines() -> Vec<ServiceLine> {
    let waiting = [3, 0, 7, 0, 12, 2, 0, 5, 8, 0, 1, 4];
    let line = |(row, waiting): (&Row, u32)| {
        let availability = match row.0 {
            "work-injury" => Availability::Closed {
                opens_at: Some(Moment(MORNING.0 + 3 * 3_600_000 + 1_140_000)),
            },
            "unemployment" => Availability::QuotaReached,
            _ => Availability::Open,
        };
        ServiceLine {
            id: service(row.0),
            name: both(row.2, row.3),
            group: group(row.1),
            zones: vec![zone(row.4)],
            waiting,
            windows_open: if row.0 == "firearms" {
                0
            } else {
                u32::try_from(row.5.len()).expect("few")
            },
            last_wait_seconds: (waiting > 0).then_some(waiting * 150),
            availability,
        }
    };
    SERVICES.iter().zip(waiting).map(line).collect()
}

/// A number for a service, as the server issues it.
pub(crate) fn issued(of: &str, in_class: &str, language: Language) -> IssuedView {
    let row = SERVICES
        .iter()
        .find(|row| row.0 == of)
        .expect("a service of this hall");
    IssuedView {
        ticket: TicketId(17),
        label: Label::new("A", 17, 3),
        token: "q7Yv0m3cJm8Q9b1nTzWcVw".to_owned(),
        service: service(of),
        class: class(in_class),
        language,
        ahead: 3,
        zones: vec![zone(row.4)],
        windows: row.5.to_vec(),
        issued_at: MORNING,
        day: BusinessDay(jiff::civil::date(2026, 3, 2)),
    }
}
