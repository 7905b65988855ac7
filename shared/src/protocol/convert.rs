//! Where the domain's types meet the wire's. Nothing else converts between them.

mod voice;
mod waiting;
mod wall;

pub use voice::{announcement, announcement_view, said, said_view, voice_settings, voice_view};
pub use waiting::waiting_list;
pub use wall::{layout, layout_view};

use super::http::{
    ClassView, GroupView, GuideView, HallView, HoldReasonWire, IssuedView, NoticeView, OriginWire,
    OutcomeWire, PositionWire, QueueView, ReprintView, ServiceGuideView, ServiceView,
    TicketAtWindow, TicketName, TicketView, TransferTargetWire, ZoneView,
};
use super::sentences;
use crate::board::{
    Availability, Board, CallLine, CallState, HelpLine, ServiceLine, TicketLine, TicketStands,
    WindowDoes, WindowLine, ZoneLine,
};
use crate::domain::hall::Desk;
use crate::domain::queue::Reach;
use crate::domain::routing::{Rule, Why};
use crate::domain::{
    Event, Hall, HoldReason, Origin, Outcome, Position, Refusal, Ticket, TicketRef, TicketState,
    TransferTarget,
};
use crate::model::catalogue::MissStep;
use crate::model::{
    BusinessDay, Catalogue, DeviceId, Guide, Language, Localized, Moment, NoShowPolicy, Opening,
    Service, Window, ZoneId,
};

impl From<OriginWire> for Origin {
    fn from(origin: OriginWire) -> Self {
        match origin {
            OriginWire::Kiosk => Self::Kiosk,
            OriginWire::Reception => Self::Reception,
            OriginWire::Window => Self::Window,
            OriginWire::Phone => Self::Phone,
        }
    }
}

impl From<OutcomeWire> for Outcome {
    fn from(outcome: OutcomeWire) -> Self {
        match outcome {
            OutcomeWire::Done => Self::Done,
            OutcomeWire::Pending => Self::Pending,
            OutcomeWire::NotDone => Self::NotDone,
        }
    }
}

impl From<Origin> for OriginWire {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Kiosk => Self::Kiosk,
            Origin::Reception => Self::Reception,
            Origin::Window => Self::Window,
            Origin::Phone => Self::Phone,
        }
    }
}

impl From<Outcome> for OutcomeWire {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Pending => Self::Pending,
            Outcome::NotDone => Self::NotDone,
        }
    }
}

impl From<HoldReasonWire> for HoldReason {
    fn from(reason: HoldReasonWire) -> Self {
        match reason {
            HoldReasonWire::CustomerAway => Self::CustomerAway,
            HoldReasonWire::PapersHere => Self::PapersHere,
            HoldReasonWire::OtherStep => Self::OtherStep,
            HoldReasonWire::Pool => Self::Pool,
        }
    }
}

impl From<PositionWire> for Position {
    fn from(position: PositionWire) -> Self {
        match position {
            PositionWire::First => Self::First,
            PositionWire::Last => Self::Last,
            PositionWire::Keep => Self::Keep,
        }
    }
}

impl From<TransferTargetWire> for TransferTarget {
    fn from(target: TransferTargetWire) -> Self {
        match target {
            TransferTargetWire::Service(service) => Self::Service(service),
            TransferTargetWire::Window(window) => Self::Window(window),
            TransferTargetWire::Zone(zone) => Self::Zone(zone),
        }
    }
}

impl From<TicketName> for TicketRef {
    fn from(name: TicketName) -> Self {
        match name {
            TicketName::Id(id) => Self::Id(id),
            TicketName::Label(label) => Self::Label(label),
        }
    }
}

/// Whether a number can be taken, from the rules' answer.
#[must_use]
pub fn availability<T>(answer: &Result<T, Refusal>) -> Availability {
    match answer {
        Ok(_) => Availability::Open,
        Err(Refusal::Closed { opens_at }) => Availability::Closed {
            opens_at: *opens_at,
        },
        Err(Refusal::QuotaReached { .. }) => Availability::QuotaReached,
        Err(_) => Availability::Closed { opens_at: None },
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A service's line on the board.
#[must_use]
pub fn service_line(
    hall: &Hall,
    catalogue: &Catalogue,
    service: &Service,
    now: Moment,
) -> ServiceLine {
    let windows = catalogue.windows_of(&service.id);
    let open = |window: &&&Window| {
        hall.desk(&window.id)
            .is_some_and(|desk| desk.staff.is_some() && desk.pause.is_none())
    };
    ServiceLine {
        id: service.id.clone(),
        name: service.name.clone(),
        group: service.group.clone(),
        zones: catalogue.zones_of(&service.id).to_vec(),
        waiting: count(hall.waiting_for(&service.id)),
        windows_open: count(windows.iter().filter(open).count()),
        last_wait_seconds: hall
            .last_wait(&service.id)
            .map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)),
        availability: availability(&hall.availability(service, now)),
    }
}

/// A window's line on the board, with its staff.
#[must_use]
pub fn window_line(hall: &Hall, window: &Window) -> WindowLine {
    let desk = hall.desk(&window.id).cloned().unwrap_or_default();
    let mut services: Vec<_> = window
        .serves
        .iter()
        .map(|(service, level)| (*level, service.clone()))
        .collect();
    services.sort();
    WindowLine {
        id: window.id.clone(),
        number: window.number,
        zone: window.zone.clone(),
        services: services.into_iter().map(|(_, service)| service).collect(),
        does: window_does(hall, &desk),
        staff: desk.staff,
    }
}

fn window_does(hall: &Hall, desk: &Desk) -> WindowDoes {
    if desk.staff.is_none() {
        return WindowDoes::Closed;
    }
    if let Some(pause) = &desk.pause {
        return WindowDoes::Paused {
            reason: pause.reason.clone(),
            back_at: pause.back_at,
        };
    }
    let ticket = desk.ticket.and_then(|id| hall.ticket(id));
    let Some(Ticket { label, state, .. }) = ticket else {
        return WindowDoes::Free;
    };
    match state {
        TicketState::Serving { since, .. } => WindowDoes::Serving {
            label: label.clone(),
            since: *since,
        },
        TicketState::Called { .. }
        | TicketState::Waiting
        | TicketState::Delayed { .. }
        | TicketState::Held { .. } => WindowDoes::Calling {
            label: label.clone(),
        },
    }
}

/// Where a ticket stands, in one word.
#[must_use]
pub fn stands(ticket: &Ticket) -> TicketStands {
    match &ticket.state {
        TicketState::Waiting => TicketStands::Waiting,
        TicketState::Delayed { .. } => TicketStands::Delayed,
        TicketState::Called { .. } => TicketStands::Called,
        TicketState::Serving { .. } => TicketStands::Serving,
        TicketState::Held {
            reason: HoldReason::Pool,
            ..
        } => TicketStands::Pooled,
        TicketState::Held { .. } => TicketStands::Held,
    }
}

/// A live ticket's line, for staff.
#[must_use]
pub fn ticket_line(hall: &Hall, ticket: &Ticket) -> TicketLine {
    let standing = hall.standing(ticket);
    let (reserved, zone) = match &ticket.line.reach {
        Reach::Any => (None, None),
        Reach::Window(window) => (Some(window.clone()), None),
        Reach::Zone(zone) => (None, Some(zone.clone())),
    };
    let window = match &ticket.state {
        TicketState::Called { window, .. } | TicketState::Serving { window, .. } => {
            Some(window.clone())
        }
        TicketState::Held { window, .. } => window.clone(),
        TicketState::Waiting | TicketState::Delayed { .. } => reserved,
    };
    TicketLine {
        id: ticket.id,
        label: ticket.label.clone(),
        service: ticket.service.clone(),
        further: ticket.further.clone(),
        class: ticket.class.clone(),
        language: ticket.language,
        waiting_since: ticket.waiting_since,
        order: format!(
            "{:08x}-{:032x}-{:016x}",
            standing.rank, standing.place.0, ticket.id.0
        ),
        stands: stands(ticket),
        window,
        zone,
        misses: ticket.misses,
    }
}

/// The line of a ticket that is called or served; none for any other.
#[must_use]
pub fn call_line(catalogue: &Catalogue, ticket: &Ticket) -> Option<CallLine> {
    let (window, at, recalls, seq, state) = match &ticket.state {
        TicketState::Called {
            window,
            last_at,
            recalls,
            seq,
            ..
        } => (window, *last_at, *recalls, *seq, CallState::Calling),
        TicketState::Serving {
            window, since, seq, ..
        } => (window, *since, 0, *seq, CallState::Serving),
        TicketState::Waiting | TicketState::Delayed { .. } | TicketState::Held { .. } => {
            return None;
        }
    };
    let window = catalogue.windows.get(window)?;
    Some(CallLine {
        seq,
        ticket: ticket.id,
        label: ticket.label.clone(),
        window: window.id.clone(),
        number: window.number,
        zone: window.zone.clone(),
        service: ticket.service.clone(),
        mark: catalogue
            .classes
            .get(&ticket.class)
            .map(|class| class.mark.clone())
            .unwrap_or_default(),
        language: ticket.language,
        at,
        recalls,
        state,
    })
}

/// The board of a hall as everybody may see it: with the calls that still stand, without the staff's tickets.
#[must_use]
pub fn board(hall: &Hall, now: Moment) -> Board {
    let Some(catalogue) = hall.catalogue() else {
        return Board::default();
    };
    let mut windows: Vec<WindowLine> = catalogue
        .windows
        .iter()
        .map(|window| window_line(hall, window))
        .collect();
    windows.sort_by_key(|window| window.number);
    Board {
        catalogue_version: hall.catalogue_version(),
        hall: catalogue.hall.name.clone(),
        zones: catalogue
            .zones
            .iter()
            .map(|zone| ZoneLine {
                id: zone.id.clone(),
                name: zone.name.clone(),
            })
            .collect(),
        services: catalogue
            .services
            .iter()
            .map(|service| service_line(hall, catalogue, service, now))
            .collect(),
        windows,
        calls: standing_calls(hall, catalogue),
        tickets: Vec::new(),
        helps: helps(hall, catalogue),
        waiting: None,
    }
}

/// Where somebody asks for help, longest first.
fn helps(hall: &Hall, catalogue: &Catalogue) -> Vec<HelpLine> {
    let devices = hall.helps().keys();
    let mut lines: Vec<HelpLine> = devices
        .filter_map(|device| help_line(hall, catalogue, device))
        .collect();
    lines.sort_by_key(|line| line.since);
    lines
}

/// The line of a device at which somebody asks for help; none for any other.
#[must_use]
pub fn help_line(hall: &Hall, catalogue: &Catalogue, device: &DeviceId) -> Option<HelpLine> {
    let since = *hall.helps().get(device)?;
    let device = catalogue.devices.get(device)?;
    Some(HelpLine {
        device: device.id.clone(),
        name: device.name.clone(),
        zone: device.zone.clone(),
        since,
    })
}

/// The calls that still stand, newest first: one for each window at most. A scope shows the newest of those it sees.
fn standing_calls(hall: &Hall, catalogue: &Catalogue) -> Vec<CallLine> {
    let at_windows = catalogue
        .windows
        .iter()
        .filter_map(|window| hall.desk(&window.id)?.ticket);
    let tickets = at_windows.filter_map(|id| hall.ticket(id));
    let mut calls: Vec<CallLine> = tickets
        .filter_map(|ticket| call_line(catalogue, ticket))
        .collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.seq));
    calls
}

/// The ticket of a window, as its clerk sees it.
#[must_use]
pub fn ticket_at_window(ticket: &Ticket, now: Moment) -> TicketAtWindow {
    let called = match &ticket.state {
        TicketState::Called { at, .. } => *at,
        TicketState::Serving { since, .. } => *since,
        TicketState::Waiting | TicketState::Delayed { .. } | TicketState::Held { .. } => now,
    };
    TicketAtWindow {
        ticket: ticket.id,
        label: ticket.label.clone(),
        service: ticket.service.clone(),
        further: ticket.further.clone(),
        class: ticket.class.clone(),
        language: ticket.language,
        waited_seconds: called.since(ticket.waiting_since).as_secs(),
    }
}

/// The IANA name of the hall's time zone.
#[must_use]
pub fn zone_name(catalogue: &Catalogue) -> String {
    catalogue
        .hall
        .time_zone
        .iana_name()
        .unwrap_or("UTC")
        .to_owned()
}

/// A live ticket, for its holder.
#[must_use]
pub fn ticket_view(hall: &Hall, catalogue: &Catalogue, ticket: &Ticket) -> TicketView {
    let window = ticket
        .at_window()
        .and_then(|window| catalogue.windows.get(window));
    let called_at = match &ticket.state {
        TicketState::Called { last_at, .. } => Some(*last_at),
        TicketState::Waiting
        | TicketState::Delayed { .. }
        | TicketState::Serving { .. }
        | TicketState::Held { .. } => None,
    };
    TicketView {
        label: ticket.label.clone(),
        hall: catalogue.hall.name.clone(),
        time_zone: zone_name(catalogue),
        service: catalogue
            .services
            .get(&ticket.service)
            .map(|service| service.name.clone())
            .unwrap_or_default(),
        language: ticket.language,
        stands: Some(stands(ticket)),
        ended: None,
        ahead: hall.ahead_of(ticket).map(count),
        window: window.map(|window| window.number),
        windows: window_numbers(catalogue, ticket),
        issued_at: ticket.issued_at,
        called_at,
        misses: ticket.misses,
        reprint: Some(ReprintView {
            ticket: ticket.id,
            service: ticket.service.clone(),
            class: ticket.class.clone(),
            zones: ticket_zones(catalogue, ticket),
            day: catalogue.business_day(ticket.issued_at),
        }),
    }
}

/// The windows that may call a ticket.
fn windows_for<'a>(catalogue: &'a Catalogue, ticket: &Ticket) -> Vec<&'a Window> {
    match &ticket.line.reach {
        Reach::Any => catalogue.windows_of(&ticket.service),
        Reach::Window(window) => catalogue.windows.get(window).into_iter().collect(),
        Reach::Zone(zone) => catalogue
            .windows_of(&ticket.service)
            .into_iter()
            .filter(|window| window.zone == *zone)
            .collect(),
    }
}

/// Numbers of the windows that may call a ticket, in order.
#[must_use]
pub fn window_numbers(catalogue: &Catalogue, ticket: &Ticket) -> Vec<u32> {
    windows_for(catalogue, ticket)
        .iter()
        .map(|window| window.number)
        .collect()
}

/// Zones in which a ticket may be called.
#[must_use]
pub fn ticket_zones(catalogue: &Catalogue, ticket: &Ticket) -> Vec<ZoneId> {
    match &ticket.line.reach {
        Reach::Any => catalogue.zones_of(&ticket.service).to_vec(),
        Reach::Window(window) => {
            let window = catalogue.windows.get(window);
            window
                .map(|window| window.zone.clone())
                .into_iter()
                .collect()
        }
        Reach::Zone(zone) => {
            let served = catalogue.serves_in(&ticket.service, zone);
            served.then(|| zone.clone()).into_iter().collect()
        }
    }
}

/// What the customer is told of a number that was taken at `at`; none of any other event. Told again, it says the same.
#[must_use]
pub fn issued_view(
    catalogue: &Catalogue,
    event: &Event,
    at: Moment,
    token: String,
) -> Option<IssuedView> {
    let Event::Issued {
        ticket,
        label,
        service,
        class,
        language,
        ahead,
        taken_at,
        ..
    } = event
    else {
        return None;
    };
    let at = taken_at.unwrap_or(at);
    let windows = catalogue.windows_of(service);
    Some(IssuedView {
        ticket: *ticket,
        label: label.clone(),
        token,
        service: service.clone(),
        class: class.clone(),
        language: *language,
        ahead: *ahead,
        zones: catalogue.zones_of(service).to_vec(),
        windows: windows.iter().map(|window| window.number).collect(),
        issued_at: at,
        day: catalogue.business_day(at),
    })
}

/// Those who wait for a service: the first `limit` of them, in the order of calling.
#[must_use]
pub fn queue_view(hall: &Hall, service: &Service, limit: usize) -> QueueView {
    let mut standings: Vec<_> = hall
        .lines()
        .of_service(&service.id)
        .flat_map(|(_, waiting)| waiting)
        .collect();
    standings.sort();
    let tickets = || {
        standings
            .iter()
            .filter_map(|standing| hall.ticket(standing.ticket))
    };
    QueueView {
        service: service.id.clone(),
        waiting: count(standings.len()),
        longest_since: tickets().map(|ticket| ticket.waiting_since).min(),
        next: tickets()
            .take(limit)
            .map(|ticket| ticket_line(hall, ticket))
            .collect(),
    }
}

fn guide(guide: &Guide) -> GuideView {
    GuideView {
        process: guide.process.clone(),
        materials: guide.materials.clone(),
        fee: guide.fee.clone(),
        time_limit: guide.time_limit.clone(),
        phone: guide.phone.clone(),
    }
}

fn service_view(catalogue: &Catalogue, service: &Service) -> ServiceView {
    let windows = catalogue.windows_of(&service.id);
    ServiceView {
        id: service.id.clone(),
        name: service.name.clone(),
        group: service.group.clone(),
        windows: windows.iter().map(|window| window.number).collect(),
        zones: catalogue.zones_of(&service.id).to_vec(),
        wait_target_seconds: service.wait_target.as_secs(),
        service_target_seconds: service.service_target.as_secs(),
        guide: guide(&service.guide),
    }
}

/// A service as everybody may read of it.
#[must_use]
pub fn service_guide(catalogue: &Catalogue, service: &Service) -> ServiceGuideView {
    let view = service_view(catalogue, service);
    let group = catalogue.groups.get(&service.group);
    let zones = catalogue.zones_of(&service.id).iter();
    ServiceGuideView {
        hall: catalogue.hall.name.clone(),
        hall_phone: catalogue.hall.phone.clone(),
        service: view.name,
        group: group.map(|group| group.name.clone()).unwrap_or_default(),
        windows: view.windows,
        zones: zones
            .filter_map(|zone| catalogue.zones.get(zone))
            .map(|zone| zone.name.clone())
            .collect(),
        guide: view.guide,
    }
}

/// The hall with its names and guides; none before it is configured.
#[must_use]
pub fn hall_view(hall: &Hall, now: Moment) -> Option<HallView> {
    let catalogue = hall.catalogue()?;
    let opening = match catalogue.opening(now) {
        Opening::Open { .. } => Availability::Open,
        Opening::Closed { opens_at } => Availability::Closed { opens_at },
    };
    Some(HallView {
        catalogue_version: hall.catalogue_version(),
        name: catalogue.hall.name.clone(),
        time_zone: zone_name(catalogue),
        phone: catalogue.hall.phone.clone(),
        device: String::new(),
        languages: catalogue.hall.languages.clone(),
        paperless: catalogue.hall.paperless,
        day: hall.day().unwrap_or_else(|| catalogue.business_day(now)),
        opening,
        at: now,
        zones: catalogue
            .zones
            .iter()
            .map(|zone| ZoneView {
                id: zone.id.clone(),
                name: zone.name.clone(),
                seats: zone.seats,
            })
            .collect(),
        groups: catalogue
            .groups
            .iter()
            .map(|group| GroupView {
                id: group.id.clone(),
                name: group.name.clone(),
            })
            .collect(),
        classes: catalogue
            .classes
            .iter()
            .map(|class| ClassView {
                id: class.id.clone(),
                name: class.name.clone(),
                mark: class.mark.clone(),
                proof: class.proof.clone(),
            })
            .collect(),
        services: catalogue
            .services
            .iter()
            .map(|service| service_view(catalogue, service))
            .collect(),
        windows: board(hall, now).windows,
        no_show_rule: no_show_sentences(&catalogue.rules.no_show),
        notices: catalogue
            .notices
            .iter()
            .map(|notice| NoticeView {
                text: notice.text.clone(),
                from: notice.from.map(BusinessDay),
                until: notice.until.map(BusinessDay),
            })
            .collect(),
        voice: voice_view(&catalogue.voice),
    })
}

/// What a missed call leads to, as the ticket prints it.
#[must_use]
pub fn no_show_sentences(policy: &NoShowPolicy) -> Localized {
    let (zh, en) = match policy.step(1) {
        MissStep::Void => (
            "过号作废，请重新取号。".to_owned(),
            "A missed call voids the ticket.".to_owned(),
        ),
        MissStep::Back { places } => (
            format!("过号顺延{places}位。"),
            format!("After a missed call you go back {places} places."),
        ),
        MissStep::After { wait } => {
            let minutes = wait.as_secs().div_ceil(60);
            (
                format!("过号{minutes}分钟后重新排队。"),
                format!("After a missed call you are called again in {minutes} minutes or more."),
            )
        }
        MissStep::End => (
            "过号排到队尾。".to_owned(),
            "After a missed call you go to the end of the queue.".to_owned(),
        ),
        MissStep::Pool => (
            "过号请到咨询台登记。".to_owned(),
            "After a missed call please go to the information desk.".to_owned(),
        ),
    };
    let step = policy.step(1);
    Localized::new([
        (Language::ZhCn, zh),
        (Language::ZhTw, sentences::no_show_zh_tw(step)),
        (Language::En, en),
        (Language::De, sentences::no_show_de(step)),
    ])
}

/// Why a ticket was next, as a sentence.
#[must_use]
pub fn why_sentence(why: &Why, language: Language) -> String {
    let Why {
        rule,
        level,
        lines,
        waiting,
    } = why;
    match (language, rule) {
        (Language::ZhCn, Rule::ReservedForWindow) => "该号码指定到本窗口办理。".to_owned(),
        (Language::ZhCn, Rule::FirstCome) => {
            format!("第{level}级业务{lines}个队列共{waiting}人中最先到。")
        }
        (Language::ZhCn, Rule::Class) => {
            format!("优先类别，第{level}级业务{lines}个队列共{waiting}人中应先办理。")
        }
        (Language::ZhTw, _) => sentences::why_zh_tw(why),
        (Language::De, _) => sentences::why_de(why),
        (Language::En, Rule::ReservedForWindow) => {
            "The ticket was transferred to this window.".to_owned()
        }
        (Language::En, Rule::FirstCome) => {
            format!("First of {waiting} waiting in {lines} queues of preference level {level}.")
        }
        (Language::En, Rule::Class) => {
            format!(
                "Its class goes first among {waiting} waiting in {lines} queues of preference level {level}."
            )
        }
    }
}
