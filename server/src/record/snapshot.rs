//! The stored form of a whole hall, for snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nowserving_shared::domain::access::{Access, Offer, Session};
use nowserving_shared::domain::hall::{Desk, Image, Pause};
use nowserving_shared::domain::ticket::BeforeCall;
use nowserving_shared::domain::{Lease, Ticket, TicketState};
use nowserving_shared::model::{
    BusinessDay, Catalogue, ClassId, DeviceId, Label, Language, Moment, PersonHash, SeriesId,
    ServiceId, StaffId, TicketId, WindowId,
};
use serde::{Deserialize, Serialize};

use super::RECORD_VERSION;
use super::words::{
    HashRecord, HoldRecord, LeaseStateRecord, LineRecord, OriginRecord, PlaceRecord,
};

/// A hall, version 1.
#[derive(Serialize, Deserialize)]
pub struct SnapshotRecord {
    v: u32,
    seq: u64,
    version: u32,
    source: Option<Arc<str>>,
    day: Option<BusinessDay>,
    next_ticket: u64,
    next_ordinal: u64,
    tickets: Vec<TicketRecord>,
    numbers: BTreeMap<SeriesId, u32>,
    issued_today: BTreeMap<ServiceId, u32>,
    issued_in_band: Vec<(ServiceId, u32, u32)>,
    last_wait_ms: BTreeMap<ServiceId, u64>,
    desks: BTreeMap<WindowId, DeskRecord>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    helps: BTreeMap<DeviceId, Moment>,
    offers: Vec<(HashRecord, DeviceId, Moment)>,
    devices: Vec<(HashRecord, DeviceId)>,
    passwords: BTreeMap<StaffId, String>,
    sessions: Vec<(HashRecord, StaffId, Moment, Moment)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    leases: Vec<LeaseRecord>,
}

#[derive(Serialize, Deserialize)]
struct TicketRecord {
    id: TicketId,
    label: Label,
    series: SeriesId,
    number: u32,
    service: ServiceId,
    further: Vec<ServiceId>,
    class: ClassId,
    language: Language,
    origin: OriginRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<PersonHash>,
    issued_at: Moment,
    waiting_since: Moment,
    line: LineRecord,
    place: PlaceRecord,
    misses: u32,
    state: StateRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateRecord {
    Waiting,
    Delayed {
        until: Moment,
    },
    Called {
        window: WindowId,
        staff: StaffId,
        at: Moment,
        last_at: Moment,
        recalls: u32,
        seq: u64,
        before: BeforeRecord,
    },
    Serving {
        window: WindowId,
        staff: StaffId,
        since: Moment,
        seq: u64,
    },
    Held {
        window: Option<WindowId>,
        reason: HoldRecord,
        since: Moment,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BeforeRecord {
    Waiting,
    Delayed(Moment),
    Held(HoldRecord, Option<WindowId>),
}

#[derive(Serialize, Deserialize)]
struct LeaseRecord {
    ticket: TicketId,
    device: DeviceId,
    service: ServiceId,
    series: SeriesId,
    number: u32,
    label: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    band: Option<u32>,
    day: BusinessDay,
    granted_at: Moment,
    until: Moment,
    state: LeaseStateRecord,
}

impl From<&Lease> for LeaseRecord {
    fn from(lease: &Lease) -> Self {
        Self {
            ticket: lease.ticket,
            device: lease.device.clone(),
            service: lease.service.clone(),
            series: lease.series.clone(),
            number: lease.number,
            label: lease.label.clone(),
            band: lease.band,
            day: lease.day,
            granted_at: lease.granted_at,
            until: lease.until,
            state: (&lease.state).into(),
        }
    }
}

impl From<LeaseRecord> for Lease {
    fn from(record: LeaseRecord) -> Self {
        Self {
            ticket: record.ticket,
            device: record.device,
            service: record.service,
            series: record.series,
            number: record.number,
            label: record.label,
            band: record.band,
            day: record.day,
            granted_at: record.granted_at,
            until: record.until,
            state: record.state.into(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct DeskRecord {
    staff: Option<StaffId>,
    pause: Option<(String, Moment, Option<Moment>)>,
    ticket: Option<TicketId>,
}

impl From<&TicketState> for StateRecord {
    fn from(state: &TicketState) -> Self {
        match state {
            TicketState::Waiting => Self::Waiting,
            TicketState::Delayed { until } => Self::Delayed { until: *until },
            TicketState::Called {
                window,
                staff,
                at,
                last_at,
                recalls,
                seq,
                before,
            } => Self::Called {
                window: window.clone(),
                staff: staff.clone(),
                at: *at,
                last_at: *last_at,
                recalls: *recalls,
                seq: *seq,
                before: match before {
                    BeforeCall::Waiting => BeforeRecord::Waiting,
                    BeforeCall::Delayed(until) => BeforeRecord::Delayed(*until),
                    BeforeCall::Held(reason, window) => {
                        BeforeRecord::Held(reason.into(), window.clone())
                    }
                },
            },
            TicketState::Serving {
                window,
                staff,
                since,
                seq,
            } => Self::Serving {
                window: window.clone(),
                staff: staff.clone(),
                since: *since,
                seq: *seq,
            },
            TicketState::Held {
                window,
                reason,
                since,
            } => Self::Held {
                window: window.clone(),
                reason: reason.into(),
                since: *since,
            },
        }
    }
}

impl From<StateRecord> for TicketState {
    fn from(record: StateRecord) -> Self {
        match record {
            StateRecord::Waiting => Self::Waiting,
            StateRecord::Delayed { until } => Self::Delayed { until },
            StateRecord::Called {
                window,
                staff,
                at,
                last_at,
                recalls,
                seq,
                before,
            } => {
                let before = match before {
                    BeforeRecord::Waiting => BeforeCall::Waiting,
                    BeforeRecord::Delayed(until) => BeforeCall::Delayed(until),
                    BeforeRecord::Held(reason, window) => BeforeCall::Held(reason.into(), window),
                };
                Self::Called {
                    window,
                    staff,
                    at,
                    last_at,
                    recalls,
                    seq,
                    before,
                }
            }
            StateRecord::Serving {
                window,
                staff,
                since,
                seq,
            } => Self::Serving {
                window,
                staff,
                since,
                seq,
            },
            StateRecord::Held {
                window,
                reason,
                since,
            } => Self::Held {
                window,
                reason: reason.into(),
                since,
            },
        }
    }
}

impl From<&Ticket> for TicketRecord {
    fn from(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id,
            label: ticket.label.clone(),
            series: ticket.series.clone(),
            number: ticket.number,
            service: ticket.service.clone(),
            further: ticket.further.clone(),
            class: ticket.class.clone(),
            language: ticket.language,
            origin: (&ticket.origin).into(),
            person: ticket.person,
            issued_at: ticket.issued_at,
            waiting_since: ticket.waiting_since,
            line: (&ticket.line).into(),
            place: (&ticket.place).into(),
            misses: ticket.misses,
            state: (&ticket.state).into(),
        }
    }
}

impl From<TicketRecord> for Ticket {
    fn from(record: TicketRecord) -> Self {
        Self {
            id: record.id,
            label: record.label,
            series: record.series,
            number: record.number,
            service: record.service,
            further: record.further,
            class: record.class,
            language: record.language,
            origin: record.origin.into(),
            person: record.person,
            issued_at: record.issued_at,
            waiting_since: record.waiting_since,
            line: record.line.into(),
            place: record.place.into(),
            misses: record.misses,
            state: record.state.into(),
        }
    }
}

impl From<&Desk> for DeskRecord {
    fn from(desk: &Desk) -> Self {
        Self {
            staff: desk.staff.clone(),
            pause: desk
                .pause
                .as_ref()
                .map(|pause| (pause.reason.clone(), pause.since, pause.back_at)),
            ticket: desk.ticket,
        }
    }
}

impl From<DeskRecord> for Desk {
    fn from(record: DeskRecord) -> Self {
        let pause = record.pause.map(|(reason, since, back_at)| Pause {
            reason,
            since,
            back_at,
        });
        Self {
            staff: record.staff,
            pause,
            ticket: record.ticket,
        }
    }
}

impl From<&Image> for SnapshotRecord {
    fn from(image: &Image) -> Self {
        let access = &image.access;
        let in_band = image.issued_in_band.iter();
        Self {
            v: RECORD_VERSION,
            seq: image.seq,
            version: image.version,
            source: image
                .catalogue
                .as_ref()
                .map(|catalogue| catalogue.source().clone()),
            day: image.day,
            next_ticket: image.next_ticket,
            next_ordinal: image.next_ordinal,
            tickets: image.tickets.iter().map(TicketRecord::from).collect(),
            numbers: image.numbers.clone(),
            issued_today: image.issued_today.clone(),
            issued_in_band: in_band
                .map(|((service, band), issued)| (service.clone(), *band, *issued))
                .collect(),
            last_wait_ms: image
                .last_wait
                .iter()
                .map(|(service, wait)| {
                    (
                        service.clone(),
                        u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    )
                })
                .collect(),
            desks: image
                .desks
                .iter()
                .map(|(window, desk)| (window.clone(), desk.into()))
                .collect(),
            helps: image.helps.clone(),
            offers: access
                .offers
                .iter()
                .map(|(code, offer)| (code.into(), offer.device.clone(), offer.expires_at))
                .collect(),
            devices: access
                .devices
                .iter()
                .map(|(token, device)| (token.into(), device.clone()))
                .collect(),
            passwords: access.passwords.clone(),
            sessions: access
                .sessions
                .iter()
                .map(|(hash, session)| {
                    (
                        hash.into(),
                        session.staff.clone(),
                        session.opened_at,
                        session.expires_at,
                    )
                })
                .collect(),
            leases: image.leases.iter().map(LeaseRecord::from).collect(),
        }
    }
}

impl SnapshotRecord {
    /// The image; or what this build refuses in it.
    fn into_image(self) -> Result<Image, String> {
        if self.v != RECORD_VERSION {
            return Err(format!(
                "snapshot version {} is not known to this build",
                self.v
            ));
        }
        let catalogue = self
            .source
            .map(|source| Catalogue::parse_recorded(&source))
            .transpose();
        let sessions = self.sessions.into_iter();
        Ok(Image {
            seq: self.seq,
            version: self.version,
            catalogue: catalogue
                .map_err(|faults| faults.to_string())?
                .map(Arc::new),
            day: self.day,
            next_ticket: self.next_ticket,
            next_ordinal: self.next_ordinal,
            tickets: self.tickets.into_iter().map(Ticket::from).collect(),
            numbers: self.numbers,
            issued_today: self.issued_today,
            issued_in_band: self
                .issued_in_band
                .into_iter()
                .map(|(service, band, issued)| ((service, band), issued))
                .collect(),
            last_wait: self
                .last_wait_ms
                .into_iter()
                .map(|(service, ms)| (service, Duration::from_millis(ms)))
                .collect(),
            desks: self
                .desks
                .into_iter()
                .map(|(window, desk)| (window, desk.into()))
                .collect(),
            helps: self.helps,
            access: Access {
                offers: self
                    .offers
                    .into_iter()
                    .map(|(code, device, expires_at)| (code.into(), Offer { device, expires_at }))
                    .collect(),
                devices: self
                    .devices
                    .into_iter()
                    .map(|(token, device)| (token.into(), device))
                    .collect(),
                passwords: self.passwords,
                sessions: sessions
                    .map(|(hash, staff, opened_at, expires_at)| {
                        (
                            hash.into(),
                            Session {
                                staff,
                                opened_at,
                                expires_at,
                            },
                        )
                    })
                    .collect(),
            },
            leases: self.leases.into_iter().map(Lease::from).collect(),
        })
    }
}

/// An image as JSON.
///
/// # Errors
/// None that can happen: the record has no part that JSON cannot hold.
pub fn image_to_json(image: &Image) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&SnapshotRecord::from(image))
}

/// The image in a JSON text that [`image_to_json`] wrote.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn image_from_json(json: &[u8]) -> Result<Image, String> {
    let record: SnapshotRecord = serde_json::from_slice(json).map_err(|fault| fault.to_string())?;
    record.into_image()
}
