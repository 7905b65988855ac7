//! The stored form of each event.

use std::sync::Arc;

use nowserving_shared::domain::{Event, LeasedNumber};
use nowserving_shared::model::{
    BusinessDay, Catalogue, ClassId, DeviceId, Label, Language, Moment, PersonHash, SeriesId,
    ServiceId, StaffId, TicketId, WindowId,
};
use serde::{Deserialize, Serialize};

use super::words::{
    CloseRecord, HashRecord, HoldRecord, HowRecord, LineRecord, MissRecord, OriginRecord,
    OutcomeRecord, PlaceRecord,
};

/// An event, version 1. A configuration is stored as its text, which states its own format.
#[derive(Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum EventRecord {
    ConfigurationLoaded {
        version: u32,
        source: Arc<str>,
    },
    DayOpened {
        day: BusinessDay,
    },
    Issued {
        ticket: TicketId,
        label: Label,
        series: SeriesId,
        number: u32,
        service: ServiceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        band: Option<u32>,
        class: ClassId,
        language: Language,
        origin: OriginRecord,
        place: PlaceRecord,
        ahead: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_at: Option<Moment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonHash>,
    },
    Called {
        ticket: TicketId,
        window: WindowId,
        staff: StaffId,
        how: HowRecord,
    },
    Recalled {
        ticket: TicketId,
        window: WindowId,
        recalls: u32,
    },
    CallUndone {
        ticket: TicketId,
        window: WindowId,
    },
    Started {
        ticket: TicketId,
        window: WindowId,
        staff: StaffId,
    },
    Finished {
        ticket: TicketId,
        window: WindowId,
        outcome: OutcomeRecord,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<(ServiceId, PlaceRecord)>,
    },
    Missed {
        ticket: TicketId,
        window: WindowId,
        misses: u32,
        result: MissRecord,
    },
    Held {
        ticket: TicketId,
        window: WindowId,
        reason: HoldRecord,
        note: String,
    },
    Returned {
        ticket: TicketId,
        place: PlaceRecord,
    },
    Transferred {
        ticket: TicketId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<WindowId>,
        line: LineRecord,
        place: PlaceRecord,
    },
    ServiceAdded {
        ticket: TicketId,
        service: ServiceId,
    },
    Cancelled {
        ticket: TicketId,
        reason: String,
    },
    Closed {
        ticket: TicketId,
        reason: CloseRecord,
    },
    WindowSignedOn {
        window: WindowId,
        staff: StaffId,
    },
    WindowSignedOff {
        window: WindowId,
    },
    WindowPaused {
        window: WindowId,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back_at: Option<Moment>,
    },
    WindowResumed {
        window: WindowId,
    },
    PairingOffered {
        device: DeviceId,
        code: HashRecord,
        expires_at: Moment,
    },
    Enrolled {
        device: DeviceId,
        token: HashRecord,
    },
    Revoked {
        device: DeviceId,
    },
    PasswordSet {
        staff: StaffId,
        phc: String,
    },
    SessionOpened {
        staff: StaffId,
        session: HashRecord,
        expires_at: Moment,
    },
    SessionEnded {
        session: HashRecord,
    },
    HelpCalled {
        device: DeviceId,
    },
    HelpAnswered {
        device: DeviceId,
    },
    Leased {
        device: DeviceId,
        service: ServiceId,
        series: SeriesId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        band: Option<u32>,
        day: BusinessDay,
        until: Moment,
        tickets: Vec<(TicketId, u32, Label)>,
    },
    LeasesRevoked {
        device: DeviceId,
    },
    LeasesEnded {
        device: DeviceId,
        tickets: Vec<TicketId>,
    },
    TakenTooLate {
        ticket: TicketId,
        label: Label,
        service: ServiceId,
        class: ClassId,
        language: Language,
        day: BusinessDay,
        taken_at: Moment,
    },
}

impl From<&Event> for EventRecord {
    fn from(event: &Event) -> Self {
        match event {
            Event::ConfigurationLoaded { version, catalogue } => Self::ConfigurationLoaded {
                version: *version,
                source: catalogue.source().clone(),
            },
            Event::DayOpened { day } => Self::DayOpened { day: *day },
            Event::Issued {
                ticket,
                label,
                series,
                number,
                service,
                band,
                class,
                language,
                origin,
                place,
                ahead,
                taken_at,
                person,
            } => Self::Issued {
                ticket: *ticket,
                label: label.clone(),
                series: series.clone(),
                number: *number,
                service: service.clone(),
                band: *band,
                class: class.clone(),
                language: *language,
                origin: origin.into(),
                place: place.into(),
                ahead: *ahead,
                taken_at: *taken_at,
                person: *person,
            },
            Event::Called {
                ticket,
                window,
                staff,
                how,
            } => Self::Called {
                ticket: *ticket,
                window: window.clone(),
                staff: staff.clone(),
                how: how.into(),
            },
            Event::Recalled {
                ticket,
                window,
                recalls,
            } => Self::Recalled {
                ticket: *ticket,
                window: window.clone(),
                recalls: *recalls,
            },
            Event::CallUndone { ticket, window } => Self::CallUndone {
                ticket: *ticket,
                window: window.clone(),
            },
            Event::Started {
                ticket,
                window,
                staff,
            } => Self::Started {
                ticket: *ticket,
                window: window.clone(),
                staff: staff.clone(),
            },
            Event::Finished {
                ticket,
                window,
                outcome,
                next,
            } => Self::Finished {
                ticket: *ticket,
                window: window.clone(),
                outcome: outcome.into(),
                next: next
                    .as_ref()
                    .map(|(service, place)| (service.clone(), place.into())),
            },
            Event::Missed {
                ticket,
                window,
                misses,
                result,
            } => Self::Missed {
                ticket: *ticket,
                window: window.clone(),
                misses: *misses,
                result: result.into(),
            },
            Event::Held {
                ticket,
                window,
                reason,
                note,
            } => Self::Held {
                ticket: *ticket,
                window: window.clone(),
                reason: reason.into(),
                note: note.clone(),
            },
            Event::Returned { ticket, place } => Self::Returned {
                ticket: *ticket,
                place: place.into(),
            },
            Event::Transferred {
                ticket,
                from,
                line,
                place,
            } => Self::Transferred {
                ticket: *ticket,
                from: from.clone(),
                line: line.into(),
                place: place.into(),
            },
            Event::ServiceAdded { ticket, service } => Self::ServiceAdded {
                ticket: *ticket,
                service: service.clone(),
            },
            Event::Cancelled { ticket, reason } => Self::Cancelled {
                ticket: *ticket,
                reason: reason.clone(),
            },
            Event::Closed { ticket, reason } => Self::Closed {
                ticket: *ticket,
                reason: reason.into(),
            },
            Event::WindowSignedOn { window, staff } => Self::WindowSignedOn {
                window: window.clone(),
                staff: staff.clone(),
            },
            Event::WindowSignedOff { window } => Self::WindowSignedOff {
                window: window.clone(),
            },
            Event::WindowPaused {
                window,
                reason,
                back_at,
            } => Self::WindowPaused {
                window: window.clone(),
                reason: reason.clone(),
                back_at: *back_at,
            },
            Event::WindowResumed { window } => Self::WindowResumed {
                window: window.clone(),
            },
            Event::PairingOffered {
                device,
                code,
                expires_at,
            } => Self::PairingOffered {
                device: device.clone(),
                code: code.into(),
                expires_at: *expires_at,
            },
            Event::Enrolled { device, token } => Self::Enrolled {
                device: device.clone(),
                token: token.into(),
            },
            Event::Revoked { device } => Self::Revoked {
                device: device.clone(),
            },
            Event::PasswordSet { staff, phc } => Self::PasswordSet {
                staff: staff.clone(),
                phc: phc.clone(),
            },
            Event::SessionOpened {
                staff,
                session,
                expires_at,
            } => Self::SessionOpened {
                staff: staff.clone(),
                session: session.into(),
                expires_at: *expires_at,
            },
            Event::SessionEnded { session } => Self::SessionEnded {
                session: session.into(),
            },
            Event::HelpCalled { device } => Self::HelpCalled {
                device: device.clone(),
            },
            Event::HelpAnswered { device } => Self::HelpAnswered {
                device: device.clone(),
            },
            Event::Leased {
                device,
                service,
                series,
                band,
                day,
                until,
                tickets,
            } => Self::Leased {
                device: device.clone(),
                service: service.clone(),
                series: series.clone(),
                band: *band,
                day: *day,
                until: *until,
                tickets: tickets
                    .iter()
                    .map(|lent| (lent.ticket, lent.number, lent.label.clone()))
                    .collect(),
            },
            Event::LeasesRevoked { device } => Self::LeasesRevoked {
                device: device.clone(),
            },
            Event::LeasesEnded { device, tickets } => Self::LeasesEnded {
                device: device.clone(),
                tickets: tickets.clone(),
            },
            Event::TakenTooLate {
                ticket,
                label,
                service,
                class,
                language,
                day,
                taken_at,
            } => Self::TakenTooLate {
                ticket: *ticket,
                label: label.clone(),
                service: service.clone(),
                class: class.clone(),
                language: *language,
                day: *day,
                taken_at: *taken_at,
            },
        }
    }
}

impl EventRecord {
    /// The event; or, of a configuration that this build refuses, the faults.
    pub(super) fn into_event(self) -> Result<Event, String> {
        Ok(match self {
            Self::ConfigurationLoaded { version, source } => Event::ConfigurationLoaded {
                version,
                catalogue: Arc::new(
                    Catalogue::parse_recorded(&source).map_err(|faults| faults.to_string())?,
                ),
            },
            Self::DayOpened { day } => Event::DayOpened { day },
            Self::Issued {
                ticket,
                label,
                series,
                number,
                service,
                band,
                class,
                language,
                origin,
                place,
                ahead,
                taken_at,
                person,
            } => Event::Issued {
                ticket,
                label,
                series,
                number,
                service,
                band,
                class,
                language,
                origin: origin.into(),
                place: place.into(),
                ahead,
                taken_at,
                person,
            },
            Self::Called {
                ticket,
                window,
                staff,
                how,
            } => Event::Called {
                ticket,
                window,
                staff,
                how: how.into(),
            },
            Self::Recalled {
                ticket,
                window,
                recalls,
            } => Event::Recalled {
                ticket,
                window,
                recalls,
            },
            Self::CallUndone { ticket, window } => Event::CallUndone { ticket, window },
            Self::Started {
                ticket,
                window,
                staff,
            } => Event::Started {
                ticket,
                window,
                staff,
            },
            Self::Finished {
                ticket,
                window,
                outcome,
                next,
            } => Event::Finished {
                ticket,
                window,
                outcome: outcome.into(),
                next: next.map(|(service, place)| (service, place.into())),
            },
            Self::Missed {
                ticket,
                window,
                misses,
                result,
            } => Event::Missed {
                ticket,
                window,
                misses,
                result: result.into(),
            },
            Self::Held {
                ticket,
                window,
                reason,
                note,
            } => Event::Held {
                ticket,
                window,
                reason: reason.into(),
                note,
            },
            Self::Returned { ticket, place } => Event::Returned {
                ticket,
                place: place.into(),
            },
            Self::Transferred {
                ticket,
                from,
                line,
                place,
            } => Event::Transferred {
                ticket,
                from,
                line: line.into(),
                place: place.into(),
            },
            Self::ServiceAdded { ticket, service } => Event::ServiceAdded { ticket, service },
            Self::Cancelled { ticket, reason } => Event::Cancelled { ticket, reason },
            Self::Closed { ticket, reason } => Event::Closed {
                ticket,
                reason: reason.into(),
            },
            Self::WindowSignedOn { window, staff } => Event::WindowSignedOn { window, staff },
            Self::WindowSignedOff { window } => Event::WindowSignedOff { window },
            Self::WindowPaused {
                window,
                reason,
                back_at,
            } => Event::WindowPaused {
                window,
                reason,
                back_at,
            },
            Self::WindowResumed { window } => Event::WindowResumed { window },
            Self::PairingOffered {
                device,
                code,
                expires_at,
            } => Event::PairingOffered {
                device,
                code: code.into(),
                expires_at,
            },
            Self::Enrolled { device, token } => Event::Enrolled {
                device,
                token: token.into(),
            },
            Self::Revoked { device } => Event::Revoked { device },
            Self::PasswordSet { staff, phc } => Event::PasswordSet { staff, phc },
            Self::SessionOpened {
                staff,
                session,
                expires_at,
            } => Event::SessionOpened {
                staff,
                session: session.into(),
                expires_at,
            },
            Self::SessionEnded { session } => Event::SessionEnded {
                session: session.into(),
            },
            Self::HelpCalled { device } => Event::HelpCalled { device },
            Self::HelpAnswered { device } => Event::HelpAnswered { device },
            Self::Leased {
                device,
                service,
                series,
                band,
                day,
                until,
                tickets,
            } => Event::Leased {
                device,
                service,
                series,
                band,
                day,
                until,
                tickets: tickets
                    .into_iter()
                    .map(|(ticket, number, label)| LeasedNumber {
                        ticket,
                        number,
                        label,
                    })
                    .collect(),
            },
            Self::LeasesRevoked { device } => Event::LeasesRevoked { device },
            Self::LeasesEnded { device, tickets } => Event::LeasesEnded { device, tickets },
            Self::TakenTooLate {
                ticket,
                label,
                service,
                class,
                language,
                day,
                taken_at,
            } => Event::TakenTooLate {
                ticket,
                label,
                service,
                class,
                language,
                day,
                taken_at,
            },
        })
    }
}
