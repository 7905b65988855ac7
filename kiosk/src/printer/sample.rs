//! Made-up papers with everything on them, for previews: long enough to show what a layout does with real texts.

use nowserving_shared::model::{Language, Localized};

use super::press::Paper;
use super::slip::SlipPaper;
use super::template::Document;
use super::ticket::TicketPaper;

fn both(zh: &str, en: &str) -> Localized {
    Localized::new([
        (Language::ZhCn, zh.to_owned()),
        (Language::En, en.to_owned()),
    ])
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
        hall: both("滨江区政务服务中心", "Binjiang Government Service Centre"),
        zone: both("一楼东区", "Ground floor, east"),
        group: both("社会保险", "Social insurance"),
        service: both("社会保障卡申领", "Social security card"),
        label: "A017".to_owned(),
        class_mark: Some(both("优先", "Priority")),
        people_ahead: Some(12),
        wait_minutes: Some((15, 25)),
        windows: both("3–5号窗口", "windows 3–5"),
        issued_at: "2026-03-02 09:41".to_owned(),
        language,
        no_show_rule: both(
            "叫号三次未到，号码顺延五位；再次过号请重新取号。",
            "after three calls you go back five places; after a second miss please take a new number.",
        ),
        phone: "0571-12345".to_owned(),
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
        process: both(
            "1. 取号，在休息区等候叫号；\n2. 在窗口提交材料，核对个人信息；\n3. 现场拍照，确认签字；\n4. 领取受理回执，凭回执领卡。",
            "1. Take a number and wait until it is called.\n2. Hand in your documents and check your details.\n3. Have your photo taken and sign.\n4. Keep the receipt: you collect the card with it.",
        ),
        materials: both(
            "· 本人有效身份证原件及复印件一份\n· 近期白底免冠照片一张（也可现场拍照）\n· 委托他人办理的，另带委托书和受托人身份证",
            "· Your identity card, and one copy of it\n· A recent photo on white ground (or have one taken here)\n· For somebody else: their written authority and your own identity card",
        ),
        fee: both(
            "首次申领免费；补领每张 16 元。",
            "The first card is free; a replacement costs 16 yuan.",
        ),
        time_limit: both("15 个工作日内", "within 15 working days"),
        windows: ticket.windows,
        phone: ticket.phone,
        printed_at: ticket.issued_at,
        url: Some("https://queue.example.gov.cn/services/social-card".to_owned()),
        language,
    }
}
