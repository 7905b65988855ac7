//! The board, its lines and its changes.

use nowserving_shared::board::{
    Availability, Board, CallLine, CallState, Change, HelpLine, ServiceLine, TicketLine,
    TicketStands, WaitingList, WaitingNumber, WindowDoes, WindowLine, ZoneLine,
};
use nowserving_shared::model::{
    ClassId, DeviceId, GroupId, Label, Language, ServiceId, StaffId, TicketId, WindowId, ZoneId,
};
use nowserving_shared::protocol::http::{HoldReasonWire, OriginWire, OutcomeWire, PositionWire};
use nowserving_shared::wall::Mask;

use super::{Golden, MORNING, both};

pub(super) fn label(number: u32) -> Label {
    Label::new("A", number, 3)
}

pub(super) fn service_id() -> ServiceId {
    ServiceId::new("household").unwrap()
}

pub(super) fn window_id() -> WindowId {
    WindowId::new("w1").unwrap()
}

pub(super) fn zone_id() -> ZoneId {
    ZoneId::new("east").unwrap()
}

pub(super) fn staff_id() -> StaffId {
    StaffId::new("wang").unwrap()
}

pub(super) fn class_id() -> ClassId {
    ClassId::new("ordinary").unwrap()
}

pub(super) fn group_id() -> GroupId {
    GroupId::new("residence").unwrap()
}

fn service(availability: Availability) -> ServiceLine {
    ServiceLine {
        id: service_id(),
        name: both("户口登记", "Household registration"),
        group: group_id(),
        zones: vec![zone_id()],
        waiting: 7,
        windows_open: 2,
        last_wait_seconds: Some(424),
        availability,
    }
}

pub(super) fn window(does: WindowDoes) -> WindowLine {
    WindowLine {
        id: window_id(),
        number: 1,
        zone: zone_id(),
        services: vec![service_id()],
        does,
        staff: Some(staff_id()),
    }
}

fn call(state: CallState) -> CallLine {
    CallLine {
        seq: 41,
        ticket: TicketId(17),
        label: label(17),
        window: window_id(),
        number: 1,
        zone: zone_id(),
        service: service_id(),
        mark: both("军", "Military"),
        language: Language::ZhCn,
        at: MORNING,
        recalls: 1,
        state,
    }
}

pub(super) fn ticket(stands: TicketStands) -> TicketLine {
    TicketLine {
        id: TicketId(17),
        label: label(17),
        service: service_id(),
        further: vec![ServiceId::new("passport").unwrap()],
        class: class_id(),
        language: Language::En,
        waiting_since: MORNING,
        order: "00000002-00000000000000000000000000000011-0000000000000011".into(),
        stands,
        window: Some(window_id()),
        zone: Some(zone_id()),
        misses: 1,
    }
}

/// A board with one of everything.
pub(super) fn board() -> Board {
    let paused = WindowDoes::Paused {
        reason: "午休".into(),
        back_at: Some(MORNING),
    };
    let serving = WindowDoes::Serving {
        label: label(16),
        since: MORNING,
    };
    Board {
        catalogue_version: 3,
        hall: both("示范服务大厅", "Example Service Hall"),
        zones: vec![ZoneLine {
            id: zone_id(),
            name: both("东区", "East"),
        }],
        services: vec![
            service(Availability::Open),
            service(Availability::QuotaReached),
            service(Availability::Closed {
                opens_at: Some(MORNING),
            }),
            service(Availability::Closed { opens_at: None }),
        ],
        windows: vec![
            window(WindowDoes::Closed),
            window(WindowDoes::Free),
            window(WindowDoes::Calling { label: label(17) }),
            window(serving),
            window(paused),
        ],
        calls: vec![
            call(CallState::Calling),
            call(CallState::Serving),
            call(CallState::Over),
        ],
        tickets: vec![ticket(TicketStands::Waiting)],
        helps: vec![help()],
        waiting: None,
    }
}

/// Who waits, as a wall is sent it.
pub(super) fn waiting() -> WaitingList {
    let number = |number| WaitingNumber {
        label: Mask::Middle.of(&label(number)),
    };
    WaitingList {
        numbers: vec![number(18), number(21)],
        more: 3,
    }
}

fn help() -> HelpLine {
    HelpLine {
        device: DeviceId::new("kiosk-1").unwrap(),
        name: "入口取号机".to_owned(),
        zone: Some(zone_id()),
        since: MORNING,
    }
}

/// One change of each kind.
pub(super) fn changes() -> Vec<Change> {
    let ticket_id = TicketId(17);
    vec![
        Change::Service(service(Availability::Open)),
        Change::Window(window(WindowDoes::Free)),
        Change::Call(call(CallState::Calling)),
        Change::CallWithdrawn { ticket: ticket_id },
        Change::Ticket(ticket(TicketStands::Called)),
        Change::TicketGone { ticket: ticket_id },
        Change::Help(help()),
        Change::HelpOver {
            device: help().device,
        },
    ]
}

/// Fails to compile when there is a kind of change that [`changes`] may have to show.
fn name(change: &Change) -> &'static str {
    match change {
        Change::Service(_) => "service",
        Change::Window(_) => "window",
        Change::Call(_) => "call",
        Change::CallWithdrawn { .. } => "call-withdrawn",
        Change::Ticket(_) => "ticket",
        Change::TicketGone { .. } => "ticket-gone",
        Change::Help(_) => "help",
        Change::HelpOver { .. } => "help-over",
    }
}

pub(super) fn check(golden: &mut Golden) {
    for change in changes() {
        golden.check(&format!("change-{}", name(&change)), &change);
    }
    let stands = [
        TicketStands::Waiting,
        TicketStands::Delayed,
        TicketStands::Called,
        TicketStands::Serving,
        TicketStands::Held,
        TicketStands::Pooled,
    ];
    golden.check("words-ticket-stands", &stands.to_vec());
    let origins = [
        OriginWire::Kiosk,
        OriginWire::Reception,
        OriginWire::Window,
        OriginWire::Phone,
    ];
    golden.check("words-origin", &origins.to_vec());
    let outcomes = [
        OutcomeWire::Done,
        OutcomeWire::Pending,
        OutcomeWire::NotDone,
    ];
    golden.check("words-outcome", &outcomes.to_vec());
    let positions = [PositionWire::First, PositionWire::Last, PositionWire::Keep];
    golden.check("words-position", &positions.to_vec());
    let reasons = [
        HoldReasonWire::CustomerAway,
        HoldReasonWire::PapersHere,
        HoldReasonWire::OtherStep,
        HoldReasonWire::Pool,
    ];
    golden.check("words-hold-reason", &reasons.to_vec());
}
