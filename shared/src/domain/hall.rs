//! The hall: its live state, and the two doors to it.
//!
//! [`Hall::due`] and [`Hall::decide`] look at the state and say what happens; only [`Hall::apply`] changes it. The hall
//! holds live tickets only: whoever is finished, void or cancelled is history, which is kept elsewhere.

mod apply;
mod decide;
mod desk;
mod help;
mod image;
mod issue;
mod lease;
mod load;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

pub use image::Image;

use super::access::Access;
use super::command::{By, Command, TicketRef};
use super::event::{CloseReason, Event};
use super::lease::{LeaseState, Leases};
use super::queue::{Lines, Place, Standing};
use super::refusal::Refusal;
use super::ticket::{Ticket, TicketState};
use crate::model::catalogue::{AtDayEnd, Order};
use crate::model::{
    BusinessDay, Catalogue, ClassId, DeviceId, Label, Moment, PersonHash, SeriesId, Service,
    ServiceId, StaffId, TicketId, WindowId,
};

/// The most live tickets of one hall. Beyond it no number is given out.
pub const LIVE_TICKETS_MAX: usize = 200_000;

/// How long before its beginning an open day is kept. A clock that has stepped back across the day's start by less does not
/// open the day before again.
pub const KEPT_BEFORE_ITS_START: Duration = Duration::from_secs(4 * 60 * 60);

/// A window's pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Moment,
    /// When it is expected back.
    pub back_at: Option<Moment>,
}

/// What is going on at a window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desk {
    /// Who sits there; none: the window is closed.
    pub staff: Option<StaffId>,
    /// Whether it is paused.
    pub pause: Option<Pause>,
    /// The ticket that it has called or serves.
    pub ticket: Option<TicketId>,
}

/// The live state of a hall.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hall {
    seq: u64,
    version: u32,
    catalogue: Option<Arc<Catalogue>>,
    day: Option<BusinessDay>,
    next_ticket: u64,
    next_ordinal: u64,
    tickets: BTreeMap<TicketId, Ticket>,
    labels: HashMap<Label, TicketId>,
    /// Live tickets of people who are known.
    persons: BTreeSet<(PersonHash, TicketId)>,
    lines: Lines,
    delayed: BTreeSet<(Moment, TicketId)>,
    /// The next number of each series.
    numbers: BTreeMap<SeriesId, u32>,
    issued_today: BTreeMap<ServiceId, u32>,
    issued_in_band: BTreeMap<(ServiceId, u32), u32>,
    last_wait: BTreeMap<ServiceId, Duration>,
    desks: BTreeMap<WindowId, Desk>,
    /// Devices at which somebody asks for help, and since when. Bounded by the devices of the catalogue.
    helps: BTreeMap<DeviceId, Moment>,
    access: Access,
    leases: Leases,
}

impl Hall {
    /// The sequence of the last event that was applied; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The configuration in force.
    #[must_use]
    pub fn catalogue(&self) -> Option<&Arc<Catalogue>> {
        self.catalogue.as_ref()
    }

    /// How many configurations were loaded so far.
    #[must_use]
    pub fn catalogue_version(&self) -> u32 {
        self.version
    }

    /// The business day that numbers count in.
    #[must_use]
    pub fn day(&self) -> Option<BusinessDay> {
        self.day
    }

    /// Devices at which somebody asks for help, and since when.
    #[must_use]
    pub fn helps(&self) -> &BTreeMap<DeviceId, Moment> {
        &self.helps
    }

    /// Who may enter.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The numbers that kiosks hold, and those that they held.
    #[must_use]
    pub fn leases(&self) -> &Leases {
        &self.leases
    }

    /// The lines and who waits in them.
    #[must_use]
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The live ticket with this id.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id)
    }

    /// Live tickets in the order of their ids: of their issue, but for those that a kiosk gave out from a lease.
    pub fn tickets(&self) -> impl ExactSizeIterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// The live ticket named so.
    #[must_use]
    pub fn find(&self, name: &TicketRef) -> Option<&Ticket> {
        match name {
            TicketRef::Id(id) => self.tickets.get(id),
            TicketRef::Label(label) => self.labels.get(label).and_then(|id| self.tickets.get(id)),
        }
    }

    /// The live ticket that a person took in the open business day and that is for `service` now. A ticket that was carried
    /// over the end of its day does not count, nor do services that are still to come on one.
    #[must_use]
    pub fn ticket_of(&self, person: &PersonHash, service: &ServiceId) -> Option<&Ticket> {
        let catalogue = self.catalogue.as_ref()?;
        let own = (*person, TicketId(0))..=(*person, TicketId(u64::MAX));
        let mut own = self
            .persons
            .range(own)
            .filter_map(|(_, id)| self.tickets.get(id));
        own.find(|ticket| {
            let of_today = Some(catalogue.business_day(ticket.issued_at)) >= self.day;
            ticket.service == *service && of_today
        })
    }

    /// What is going on at a window; none when nobody ever sat there.
    #[must_use]
    pub fn desk(&self, window: &WindowId) -> Option<&Desk> {
        self.desks.get(window)
    }

    /// The window at which this member of staff sits.
    #[must_use]
    pub fn window_of(&self, staff: &StaffId) -> Option<&WindowId> {
        self.desks
            .iter()
            .find(|(_, desk)| desk.staff.as_ref() == Some(staff))
            .map(|(window, _)| window)
    }

    /// How long the ticket of this service that was called last had waited; none before the first call of the day.
    #[must_use]
    pub fn last_wait(&self, service: &ServiceId) -> Option<Duration> {
        self.last_wait.get(service).copied()
    }

    /// How many wait for a service, at any of its windows.
    #[must_use]
    pub fn waiting_for(&self, service: &ServiceId) -> usize {
        self.lines
            .of_service(service)
            .map(|(_, waiting)| waiting.len())
            .sum()
    }

    /// How many of its own line go before a waiting ticket; none when it does not wait. See [`Lines::ahead`].
    #[must_use]
    pub fn ahead_of(&self, ticket: &Ticket) -> Option<usize> {
        let waits = ticket.state == TicketState::Waiting;
        waits.then(|| self.lines.ahead(&ticket.line, &self.standing(ticket)))
    }

    /// Whether a number for `service` can be taken now: the time band that it would count against, or why not.
    ///
    /// # Errors
    /// [`Refusal::Closed`], [`Refusal::QuotaReached`] or [`Refusal::HallFull`].
    pub fn availability(&self, service: &Service, now: Moment) -> Result<Option<u32>, Refusal> {
        issue::availability(self, service, now)
    }

    /// What time alone has brought about by `now`: delays that are over and a new business day. Apply these before the
    /// next command is decided. Bounded by the live tickets.
    ///
    /// Clocks step, and nothing tells a wrong one from a right one but what it shows later. So:
    ///
    /// * A day later than the open one begins at once: tickets are closed or carried, numbers and quotas start again, and
    ///   windows are signed off.
    /// * Unless a live ticket was taken in that day already. Then the clock has only come back from an earlier day, and the
    ///   day goes on as if it had never been left. When nobody has such a ticket, it begins anew.
    /// * A day earlier than the open one is gone back to when the open one would begin only in more than
    ///   [`KEPT_BEFORE_ITS_START`]. Nothing but the day changes: tickets, numbers, quotas and windows stay as they are. So
    ///   a hall whose clock ran ahead for a while has its next day when the clock shows that day. What had been closed by
    ///   the day that came too early is lost, and the numbers of that day go on: a label given out before can come again
    ///   when nobody has it any more.
    /// * A day that would begin sooner is kept, so that small steps across its start do not end it twice. If it had come
    ///   too early, it is one with the day that it was mistaken for.
    /// * A delay that lasts longer from now on than any that the configuration brings was reckoned by a clock that has
    ///   stepped back since, or by an older configuration, and is over.
    #[must_use]
    pub fn due(&self, now: Moment) -> Vec<Event> {
        let Some(catalogue) = &self.catalogue else {
            return Vec::new();
        };
        let today = catalogue.business_day(now);
        let turned = match self.day {
            None => true,
            Some(open) if open <= today => open < today,
            Some(open) => catalogue.day_start(open).since(now) > KEPT_BEFORE_ITS_START,
        };
        if turned {
            let mut events = if self.goes_on(today, now) {
                Vec::new()
            } else {
                self.day_ends(catalogue.rules.at_day_end)
            };
            events.push(Event::DayOpened { day: today });
            return events;
        }
        let until_max = now.after(catalogue.longest_delay());
        let over = self.delayed.iter().take_while(|(until, _)| *until <= now);
        let too_long = self.delayed.iter().rev();
        over.chain(too_long.take_while(|(until, _)| *until > until_max))
            .filter_map(|(_, id)| self.tickets.get(id))
            .map(|ticket| Event::Returned {
                ticket: ticket.id,
                place: ticket.place,
            })
            .collect()
    }

    /// Whether everything stays as it is when `day` opens at `at`: the clock went back to it, or comes back to a day that
    /// somebody has a ticket of.
    fn goes_on(&self, day: BusinessDay, at: Moment) -> bool {
        let goes_back = self.day.is_some_and(|open| day < open);
        goes_back
            || self.catalogue.as_ref().is_some_and(|catalogue| {
                let of_day = catalogue.day_start(day)..=at;
                let mut tickets = self.tickets.values();
                tickets.any(|ticket| of_day.contains(&ticket.issued_at))
            })
    }

    /// When [`Hall::due`] will next have something to say, unless a command comes before or the clock steps.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        let catalogue = self.catalogue.as_ref()?;
        let day_over = self
            .day
            .map(|day| catalogue.day_start(BusinessDay(day.0.tomorrow().unwrap_or(day.0))));
        let delay_over = self.delayed.first().map(|(until, _)| *until);
        day_over.into_iter().chain(delay_over).min()
    }

    fn day_ends(&self, rule: AtDayEnd) -> Vec<Event> {
        let open = self.tickets.values();
        match rule {
            AtDayEnd::Close => open
                .map(|ticket| Event::Closed {
                    ticket: ticket.id,
                    reason: CloseReason::DayEnd,
                })
                .collect(),
            AtDayEnd::Carry => open
                .filter(|ticket| ticket.at_window().is_some())
                .map(|ticket| Event::Returned {
                    ticket: ticket.id,
                    place: ticket.place,
                })
                .collect(),
        }
    }

    /// What `command` brings about now, or why it is refused. Changes nothing. What is [`Hall::due`] must have been
    /// applied before.
    ///
    /// # Errors
    /// A [`Refusal`] that says what was wrong and what to do.
    pub fn decide(&self, command: &Command, by: &By, now: Moment) -> Result<Vec<Event>, Refusal> {
        decide::decide(self, command, by, now)
    }

    /// Makes an event so. Neither fails nor refuses; an event that speaks of something that is not there changes only
    /// what is.
    pub fn apply(&mut self, event: &Event, at: Moment) {
        self.seq += 1;
        apply::apply(self, event, at);
    }

    /// The rank by which a class stands in line: all the same unless classes are strict.
    fn rank(&self, class: &ClassId) -> u32 {
        let Some(catalogue) = &self.catalogue else {
            return 0;
        };
        match catalogue.rules.order {
            Order::FirstCome => 0,
            Order::StrictClasses => catalogue
                .classes
                .get(class)
                .map_or(u32::MAX, |class| class.rank),
        }
    }

    /// Where a ticket stands, or would stand, in its line.
    #[must_use]
    pub fn standing(&self, ticket: &Ticket) -> Standing {
        Standing {
            rank: self.rank(&ticket.class),
            place: ticket.place,
            ticket: ticket.id,
        }
    }

    /// The place of the next ticket that joins a line. Never the very first place, so that there is room before it.
    fn joining(&self) -> Place {
        Place::joining(self.next_ordinal.max(1))
    }
}
