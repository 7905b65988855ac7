//! Made-up papers with everything on them, for previews: long enough to show what a layout does with real texts.

use nowserving_shared::model::{Language, Localized};

use super::press::Paper;
use super::slip::SlipPaper;
use super::template::Document;
use super::ticket::TicketPaper;

/// A text in Simplified and Traditional Chinese, English and German.
fn in_each(zh: &str, zh_tw: &str, en: &str, de: &str) -> Localized {
    let texts = [
        (Language::ZhCn, zh),
        (Language::ZhTw, zh_tw),
        (Language::En, en),
        (Language::De, de),
    ];
    Localized::new(texts.map(|(language, text)| (language, text.to_owned())))
}

/// A document as a customer of this language would get it.
#[must_use]
pub fn paper(document: Document, language: Language) -> Paper {
    let ticket = ticket(language);
    match document {
        Document::Ticket => Paper::Ticket(ticket),
        Document::TicketLarge => Paper::Ticket(TicketPaper {
            large: true,
            ..ticket
        }),
        Document::Copy => Paper::Ticket(TicketPaper {
            copy: true,
            ..ticket
        }),
        Document::Slip => Paper::Slip(slip(language)),
    }
}

/// A ticket with everything on it.
#[must_use]
pub fn ticket(language: Language) -> TicketPaper {
    TicketPaper {
        hall: in_each(
            "滨江区政务服务中心",
            "濱江區政務服務中心",
            "Binjiang Government Service Centre",
            "Bürgerservice-Zentrum Binjiang",
        ),
        zone: in_each(
            "一楼东区",
            "一樓東區",
            "Ground floor, east",
            "Erdgeschoss Ost",
        ),
        group: in_each(
            "社会保险",
            "社會保險",
            "Social insurance",
            "Sozialversicherung",
        ),
        service: in_each(
            "社会保障卡申领",
            "社會保障卡申領",
            "Social security card",
            "Sozialversicherungskarte",
        ),
        label: "A017".to_owned(),
        class_mark: Some(in_each("优先", "優先", "Priority", "Vorrang")),
        people_ahead: Some(12),
        wait_minutes: Some((15, 25)),
        windows: in_each("3–5号窗口", "3–5號櫃檯", "windows 3–5", "Schalter 3–5"),
        issued_at: "2026-03-02 09:41".to_owned(),
        language,
        no_show_rule: in_each(
            "叫号三次未到，号码顺延五位；再次过号请重新取号。",
            "叫號三次未到，號碼順延五位；再次過號請重新取號。",
            "after three calls you go back five places; after a second miss please take a new number.",
            "nach drei Aufrufen rücken Sie um fünf Plätze zurück; danach ziehen Sie bitte eine neue Nummer.",
        ),
        phone: "0571-12345".to_owned(),
        identity: "110***********002X".to_owned(),
        url: Some("https://queue.example.gov.cn/t/5f0c2b7e9a8d41c6".to_owned()),
        copy: false,
        large: false,
    }
}

/// A guidance slip with everything on it.
#[must_use]
pub fn slip(language: Language) -> SlipPaper {
    let ticket = ticket(language);
    SlipPaper {
        hall: ticket.hall,
        zone: ticket.zone,
        group: ticket.group,
        service: ticket.service,
        process: in_each(
            "1. 取号，在休息区等候叫号；\n2. 在窗口提交材料，核对个人信息；\n3. 现场拍照，确认签字；\n4. 领取受理回执，凭回执领卡。",
            "1. 取號，在等候區等候叫號；\n2. 在櫃檯繳交文件，核對個人資料；\n3. 現場拍照，確認簽名；\n4. 領取收據，憑收據領卡。",
            "1. Take a number and wait until it is called.\n2. Hand in your documents and check your details.\n3. Have your photo taken and sign.\n4. Keep the receipt: you collect the card with it.",
            "1. Nummer ziehen und auf den Aufruf warten.\n2. Unterlagen abgeben und Angaben prüfen.\n3. Foto machen lassen und unterschreiben.\n4. Beleg aufbewahren: damit holen Sie die Karte ab.",
        ),
        materials: in_each(
            "· 本人有效身份证原件及复印件一份\n· 近期白底免冠照片一张（也可现场拍照）\n· 委托他人办理的，另带委托书和受托人身份证",
            "· 本人身分證正本及影本一份\n· 近期白底脫帽照片一張（也可現場拍照）\n· 委託他人辦理者，另備委託書及受託人身分證",
            "· Your identity card, and one copy of it\n· A recent photo on white ground (or have one taken here)\n· For somebody else: their written authority and your own identity card",
            "· Ihren Personalausweis und eine Kopie davon\n· Ein neues Foto vor weißem Grund (oder hier aufnehmen lassen)\n· Für andere: deren Vollmacht und Ihren eigenen Ausweis",
        ),
        fee: in_each(
            "首次申领免费；补领每张 16 元。",
            "首次申領免費；補領每張 16 元。",
            "The first card is free; a replacement costs 16 yuan.",
            "Die erste Karte ist frei; ein Ersatz kostet 16 Yuan.",
        ),
        time_limit: in_each(
            "15 个工作日内",
            "15 個工作天內",
            "within 15 working days",
            "innerhalb von 15 Arbeitstagen",
        ),
        windows: ticket.windows,
        phone: ticket.phone,
        printed_at: ticket.issued_at,
        url: Some("https://queue.example.gov.cn/services/social-card".to_owned()),
        language,
    }
}
