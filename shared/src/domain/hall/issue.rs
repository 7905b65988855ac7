//! Numbers: whether one can be taken, and which.

use super::super::event::Event;
use super::super::queue::{Line, Standing};
use super::super::refusal::Refusal;
use super::super::ticket::Origin;
use super::lease::is_in_use;
use super::{Hall, LIVE_TICKETS_MAX};
use crate::model::catalogue::Series;
use crate::model::{
    Catalogue, Class, ClassId, Label, Language, Moment, NotNow, PersonHash, Service, ServiceId,
    TicketId,
};

/// Whether a number for `service` can be taken now: the time band that it would count against, or why not.
pub(super) fn availability(
    hall: &Hall,
    service: &Service,
    now: Moment,
) -> Result<Option<u32>, Refusal> {
    let Some(catalogue) = &hall.catalogue else {
        return Err(Refusal::NoConfiguration);
    };
    if hall.tickets.len() + hall.leases.reserved() >= LIVE_TICKETS_MAX {
        return Err(Refusal::HallFull {
            tickets_max: LIVE_TICKETS_MAX,
        });
    }
    let band = match catalogue.gives_out(service, now) {
        Ok(band) => band,
        Err(NotNow { opens_at }) => return Err(Refusal::Closed { opens_at }),
    };
    let issued = hall.issued_today.get(&service.id).copied().unwrap_or(0);
    if let Some(quota) = service.quota.filter(|quota| issued >= *quota) {
        return Err(Refusal::QuotaReached { quota });
    }
    let Some(index) = band else { return Ok(None) };
    let number = u32::try_from(index).unwrap_or(u32::MAX);
    let in_band = hall
        .issued_in_band
        .get(&(service.id.clone(), number))
        .copied()
        .unwrap_or(0);
    match service.bands.get(index).and_then(|band| band.quota) {
        Some(quota) if in_band >= quota => Err(Refusal::QuotaReached { quota }),
        Some(_) | None => Ok(Some(number)),
    }
}

/// What is wanted of a new ticket.
pub(super) struct Wanted<'a> {
    pub(super) service: &'a ServiceId,
    pub(super) class: Option<&'a ClassId>,
    pub(super) language: Language,
    pub(super) origin: Origin,
    pub(super) person: Option<PersonHash>,
}

/// The event that issues a ticket. Somebody who is served at a window without a ticket is not turned away for the hour or
/// the quota: the clerk has taken them on. Somebody who is known and has a live ticket of the service is told which, before
/// anything else that may stand against a second one.
pub(super) fn issue(
    hall: &Hall,
    catalogue: &Catalogue,
    wanted: &Wanted,
    now: Moment,
) -> Result<Event, Refusal> {
    let service = find_service(catalogue, wanted.service)?;
    let class = find_class(catalogue, wanted.class)?;
    let before = wanted.person.as_ref();
    if let Some(has) = before.and_then(|person| hall.ticket_of(person, &service.id)) {
        return Err(Refusal::HasTicket {
            ticket: has.id,
            label: has.label.clone(),
        });
    }
    let band = match (wanted.origin, availability(hall, service, now)) {
        (_, Ok(band)) => band,
        (Origin::Window, Err(Refusal::Closed { .. } | Refusal::QuotaReached { .. })) => None,
        (_, Err(refusal)) => return Err(refusal),
    };
    let series = catalogue
        .series
        .get(&service.series)
        .expect("a catalogue's services name its own series");
    let (number, label) = free_number(hall, series)?;
    let line = Line::of(service.id.clone());
    let rank = hall.rank(&class.id);
    let place = hall.lines.place_last(&line, rank, hall.joining());
    let id = TicketId(hall.next_ticket + 1);
    let ahead = hall.lines.ahead(
        &line,
        &Standing {
            rank,
            place,
            ticket: id,
        },
    );
    Ok(Event::Issued {
        ticket: id,
        label,
        series: series.id.clone(),
        number,
        service: service.id.clone(),
        band,
        class: class.id.clone(),
        language: wanted.language,
        origin: wanted.origin,
        place,
        ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
        taken_at: None,
        person: wanted.person,
    })
}

pub(super) fn find_service<'a>(
    catalogue: &'a Catalogue,
    id: &ServiceId,
) -> Result<&'a Service, Refusal> {
    catalogue
        .services
        .get(id)
        .ok_or_else(|| Refusal::UnknownService(id.clone()))
}

fn find_class<'a>(catalogue: &'a Catalogue, id: Option<&ClassId>) -> Result<&'a Class, Refusal> {
    let Some(id) = id else {
        return Ok(catalogue.ordinary_class());
    };
    catalogue
        .classes
        .get(id)
        .ok_or_else(|| Refusal::UnknownClass(id.clone()))
}

/// The next number of a series whose label no live ticket has and no kiosk holds. Rolls over from the last to the first; looks at each
/// number at most once.
fn free_number(hall: &Hall, series: &Series) -> Result<(u32, Label), Refusal> {
    let next = hall
        .numbers
        .get(&series.id)
        .copied()
        .unwrap_or(series.first);
    let start = if (series.first..=series.last).contains(&next) {
        next
    } else {
        series.first
    };
    (start..=series.last)
        .chain(series.first..start)
        .map(|number| (number, Label::new(&series.prefix, number, series.digits)))
        .find(|(_, label)| !is_in_use(hall, label))
        .ok_or_else(|| Refusal::NumbersExhausted(series.id.clone()))
}
