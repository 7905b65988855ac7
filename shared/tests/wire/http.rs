//! Requests and replies of the HTTP API.

use std::collections::BTreeMap;

use nowserving_shared::board::{Availability, TicketStands, WindowDoes};
use nowserving_shared::model::{
    BusinessDay, DeviceId, Language, PersonHash, ServiceId, TicketId, WindowId,
};
use nowserving_shared::protocol::http::*;

use super::board::{
    class_id, group_id, label, service_id, staff_id, ticket, window, window_id, zone_id,
};
use super::{Golden, MORNING, both};

pub(super) fn day() -> BusinessDay {
    serde_json::from_str(r#""2026-11-23""#).unwrap()
}

fn device_id() -> DeviceId {
    DeviceId::new("kiosk-1").unwrap()
}

pub(super) fn ticket_view() -> TicketView {
    TicketView {
        label: label(17),
        hall: both("示范服务大厅", "Example Service Hall"),
        time_zone: "Asia/Shanghai".into(),
        service: both("户口登记", "Household registration"),
        language: Language::ZhCn,
        stands: Some(TicketStands::Waiting),
        ended: None,
        ahead: Some(3),
        window: None,
        windows: vec![1, 2],
        issued_at: MORNING,
        called_at: None,
        misses: 0,
        reprint: Some(ReprintView {
            ticket: TicketId(17),
            service: service_id(),
            class: class_id(),
            zones: vec![zone_id()],
            day: day(),
        }),
    }
}

pub(super) fn check(golden: &mut Golden) {
    problems(golden);
    tickets(golden);
    windows(golden);
    hall(golden);
    access(golden);
    summary(golden);
}

fn problems(golden: &mut Golden) {
    let problem = Problem {
        kind: "urn:nowserving:problem:quota-reached".into(),
        title: "Refused by the rules of the hall".into(),
        status: 409,
        code: "quota-reached".into(),
        detail: "今日号已取完。".into(),
        faults: Vec::new(),
        ticket: None,
    };
    golden.check("problem", &problem);
    let fault = FaultView {
        line: 12,
        what: "there is no zone “north”".into(),
    };
    let faulty = Problem {
        kind: "urn:nowserving:problem:configuration-faulty".into(),
        title: "Configuration faulty".into(),
        status: 422,
        code: "configuration-faulty".into(),
        detail: "配置有误，未载入。请按所列各行修改。".into(),
        faults: vec![fault],
        ticket: None,
    };
    golden.check("problem-with-faults", &faulty);
    let held = HeldTicket {
        token: "a token".into(),
        view: ticket_view(),
    };
    let has_ticket = Problem {
        kind: "urn:nowserving:problem:has-ticket".into(),
        title: "Refused by the rules of the hall".into(),
        status: 409,
        code: "has-ticket".into(),
        detail: "您今天已取过这项业务的号码A017，请凭该号等候；号票丢失可补打。".into(),
        faults: Vec::new(),
        ticket: Some(Box::new(held)),
    };
    golden.check("problem-with-ticket", &has_ticket);
}

fn tickets(golden: &mut Golden) {
    let issue = IssueRequest {
        service: service_id(),
        class: Some(class_id()),
        language: Language::En,
        person: None,
    };
    golden.check("request-issue", &issue);
    let of_person = IssueRequest {
        person: Some(PersonHash([0xab; 32])),
        ..issue
    };
    golden.check("request-issue-of-a-person", &of_person);
    let issued = IssuedView {
        ticket: TicketId(17),
        label: label(17),
        token: "a token".into(),
        service: service_id(),
        class: class_id(),
        language: Language::En,
        ahead: 3,
        zones: vec![zone_id()],
        windows: vec![1, 2],
        issued_at: MORNING,
        day: day(),
    };
    golden.check("reply-issued", &issued);
    let cancel = CancelRequest {
        reason: "客户离开".into(),
    };
    golden.check("request-cancel", &cancel);
    let position = PositionWire::First;
    golden.check("request-return", &ReturnRequest { position });
    for (name, to) in [
        ("service", TransferTargetWire::Service(service_id())),
        ("window", TransferTargetWire::Window(window_id())),
        ("zone", TransferTargetWire::Zone(zone_id())),
    ] {
        let transfer = TransferRequest { to, position };
        golden.check(&format!("request-transfer-to-{name}"), &transfer);
    }
    golden.check("reply-done", &Done { seq: 43 });
    golden.check("reply-ticket", &ticket_view());
    let over = TicketView {
        stands: None,
        ended: Some("finished".into()),
        ahead: None,
        reprint: None,
        ..ticket_view()
    };
    golden.check("reply-ticket-over", &over);
    golden.check("reply-ticket-line", &ticket(TicketStands::Held));
    let queue = QueueView {
        service: service_id(),
        waiting: 1,
        longest_since: Some(MORNING),
        next: vec![ticket(TicketStands::Waiting)],
    };
    golden.check("reply-queue", &queue);
}

fn windows(golden: &mut Golden) {
    let service = Some(service_id());
    golden.check("request-call-next", &CallNextRequest { service });
    for (name, ticket) in [
        ("id", TicketName::Id(TicketId(17))),
        ("label", TicketName::Label(label(17))),
    ] {
        let call = CallNamedRequest {
            ticket: ticket.clone(),
            reason: "行动不便".into(),
        };
        golden.check(&format!("request-call-by-{name}"), &call);
        let request = TicketRequest { ticket };
        golden.check(&format!("request-ticket-by-{name}"), &request);
    }
    let outcome = OutcomeWire::NotDone;
    golden.check("request-finish", &FinishRequest { outcome });
    let hold = HoldRequest {
        reason: HoldReasonWire::PapersHere,
        note: "等复印件".into(),
    };
    golden.check("request-hold", &hold);
    let service = service_id();
    golden.check("request-add-service", &AddServiceRequest { service });
    let pause = PauseRequest {
        reason: "午休".into(),
        minutes: Some(30),
    };
    golden.check("request-pause", &pause);
    let ticket = TicketAtWindow {
        ticket: TicketId(17),
        label: label(17),
        service: service_id(),
        further: vec![ServiceId::new("passport").unwrap()],
        class: class_id(),
        language: Language::ZhCn,
        waited_seconds: 424,
    };
    let reply = WindowReply {
        seq: 43,
        window: window(WindowDoes::Calling { label: label(17) }),
        ticket: Some(ticket),
        why: Some("第1级业务2个队列共7人中最先到。".into()),
    };
    golden.check("reply-window", &reply);
    let free = WindowReply {
        window: window(WindowDoes::Free),
        ticket: None,
        why: None,
        ..reply
    };
    golden.check("reply-window-free", &free);
}

fn hall(golden: &mut Golden) {
    let guide = GuideView {
        process: both("取号、提交材料", "Take a number, hand in papers"),
        materials: both("居民身份证", "Identity card"),
        fee: both("免费", "Free"),
        time_limit: both("当场办结", "At once"),
        phone: "010-5550 1001".into(),
    };
    let service = ServiceView {
        id: service_id(),
        name: both("户口登记", "Household registration"),
        group: group_id(),
        windows: vec![1, 2],
        zones: vec![zone_id()],
        wait_target_seconds: 900,
        service_target_seconds: 420,
        guide,
    };
    let class = ClassView {
        id: class_id(),
        name: both("普通", "Ordinary"),
        mark: both("", ""),
        proof: both("", ""),
    };
    let explained = ServiceGuideView {
        hall: both("示范服务大厅", "Example Service Hall"),
        hall_phone: "010-5550 1000".into(),
        service: both("户口登记", "Household registration"),
        group: both("户政", "Residence"),
        windows: vec![1, 2],
        zones: vec![both("东区", "East")],
        guide: service.guide.clone(),
    };
    golden.check("reply-service-guide", &explained);
    let view = HallView {
        catalogue_version: 3,
        name: both("示范服务大厅", "Example Service Hall"),
        time_zone: "Asia/Shanghai".into(),
        phone: "010-5550 1000".into(),
        device: "入口取号机".into(),
        languages: vec![Language::ZhCn, Language::En],
        paperless: true,
        day: day(),
        opening: Availability::Open,
        at: MORNING,
        zones: vec![ZoneView {
            id: zone_id(),
            name: both("东区", "East"),
            seats: 40,
        }],
        groups: vec![GroupView {
            id: group_id(),
            name: both("户政", "Residence"),
        }],
        classes: vec![class],
        services: vec![service],
        windows: vec![window(WindowDoes::Closed)],
        no_show_rule: both("过号作废，请重新取号。", "A missed call voids the ticket."),
        notices: vec![NoticeView {
            text: both(
                "周三下午学习，暂停办理。",
                "Closed on Wednesday afternoons.",
            ),
            from: Some(day()),
            until: None,
        }],
        voice: VoiceView {
            one: OneWire::Yao,
            quiet: vec!["12:30-14:00".into()],
            volumes: vec![VolumeView {
                span: "17:00-20:00".into(),
                percent: 50,
            }],
            templates: both(
                "请 {label} 号到 {window} 号窗口",
                "{label}, window {window}",
            ),
            ..VoiceView::default()
        },
    };
    golden.check("reply-hall", &view);
    golden.check("reply-configuration", &ConfigurationView { version: 3 });
}

fn access(golden: &mut Golden) {
    let (staff, password) = (staff_id(), "a password".to_owned());
    let setup = SetupRequest {
        code: "ABCD-2345".into(),
        staff: staff.clone(),
        password: password.clone(),
    };
    golden.check("request-setup", &setup);
    let login = LoginRequest {
        staff: staff.clone(),
        password: password.clone(),
    };
    golden.check("request-login", &login);
    let change = PasswordRequest {
        password,
        present: Some("the present one".into()),
    };
    golden.check("request-password", &change);
    let session = SessionView {
        staff,
        name: "王芳".into(),
        roles: vec!["clerk".into()],
        expires_at: MORNING,
        window: Some(window_id()),
    };
    golden.check("reply-session", &session);
    let device = device_id();
    let pairing = PairingRequest { device };
    golden.check("request-pairing", &pairing);
    let offered = PairingView {
        device: device_id(),
        code: "12345678".into(),
        expires_at: MORNING,
    };
    golden.check("reply-pairing", &offered);
    let code = "12345678".into();
    golden.check("request-enrol", &EnrolRequest { code });
    let enrolled = EnrolledView {
        device: device_id(),
        kind: "kiosk".into(),
        zone: Some(zone_id()),
        token: "a token".into(),
    };
    golden.check("reply-enrolled", &enrolled);
    let device = DeviceView {
        device: device_id(),
        kind: "kiosk".into(),
        name: "入口取号机".into(),
        zone: Some(zone_id()),
        enrolled: true,
        connected: 1,
        report: None,
    };
    golden.check("reply-device", &device);
    let report = DeviceReport {
        version: "0.1.0".into(),
        uptime_seconds: 86_400,
        printer: "paper_low".into(),
        unsent: 3,
        trouble: "no route to host".into(),
    };
    golden.check("request-report", &report);
    let reporting = DeviceView {
        report: Some(ReportedView {
            at: MORNING,
            report,
        }),
        ..device
    };
    golden.check("reply-device-reporting", &reporting);
}

fn summary(golden: &mut Golden) {
    let spread = Spread {
        count: 2,
        mean: 424.5,
        p50: 420.0,
        p90: 429.0,
        longest: 429.0,
    };
    let figures = Figures {
        issued: 10,
        served: 4,
        no_show: 1,
        cancelled: 2,
        closed: 1,
        open: 2,
        wait: spread.clone(),
        service: spread,
        named_calls: 1,
        recalls: 3,
    };
    let window = WindowId::new("w1").unwrap();
    let summary = DaySummary {
        day: day(),
        all: figures.clone(),
        services: BTreeMap::from([(service_id(), figures.clone())]),
        windows: BTreeMap::from([(window, figures)]),
    };
    golden.check("reply-summary", &summary);
}
