//! Tickets that their holders follow on a telephone.
//!
//! A change of the ticket itself is sent at once. Its position changes with every call before it, so positions are counted
//! again at each refresh only, and only in lines in which something happened and somebody follows.

use std::collections::{BTreeMap, BTreeSet};

use nowserving_shared::domain::{Event, Hall, MissResult};
use nowserving_shared::model::{ServiceId, TicketId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::TicketView;
use tokio::sync::watch;

use super::FOLLOWED_MAX;
use super::changes::Touched;
use crate::record::Entry;

#[derive(Debug, Default)]
pub(super) struct Followed {
    tickets: BTreeMap<TicketId, watch::Sender<TicketView>>,
    /// Services in whose lines positions may have changed since the last refresh.
    moved: BTreeSet<ServiceId>,
}

impl Followed {
    pub(super) fn follow(
        &mut self,
        ticket: TicketId,
        view: TicketView,
    ) -> Option<watch::Receiver<TicketView>> {
        if let Some(known) = self.tickets.get(&ticket) {
            known.send_replace(view);
            return Some(known.subscribe());
        }
        if self.tickets.len() >= FOLLOWED_MAX {
            return None;
        }
        let (sender, receiver) = watch::channel(view);
        self.tickets.insert(ticket, sender);
        Some(receiver)
    }

    pub(super) fn followers(&self) -> usize {
        self.tickets
            .values()
            .map(watch::Sender::receiver_count)
            .sum()
    }

    pub(super) fn publish(&mut self, hall: &Hall, entries: &[Entry], touched: &Touched) {
        if self.tickets.is_empty() {
            return;
        }
        for entry in entries {
            self.ended(&entry.recorded.event);
        }
        let Some(catalogue) = hall.catalogue() else {
            return;
        };
        for id in &touched.tickets {
            let Some(ticket) = hall.ticket(*id) else {
                continue;
            };
            self.moved.insert(ticket.service.clone());
            if let Some(sender) = self.tickets.get(id) {
                sender.send_replace(convert::ticket_view(hall, catalogue, ticket));
            }
        }
        if touched.everything {
            self.moved
                .extend(catalogue.services.iter().map(|service| service.id.clone()));
        }
    }

    /// Tells the followers of a ticket that it is over, and how.
    fn ended(&mut self, event: &Event) {
        let (ticket, how) = match event {
            Event::Finished {
                ticket, next: None, ..
            } => (ticket, "finished"),
            Event::Missed {
                ticket,
                result: MissResult::Void,
                ..
            } => (ticket, "no_show"),
            Event::Cancelled { ticket, .. } => (ticket, "cancelled"),
            Event::Closed { ticket, .. } => (ticket, "closed"),
            _ => return,
        };
        if let Some(sender) = self.tickets.remove(ticket) {
            sender.send_modify(|view| {
                view.stands = None;
                view.ahead = None;
                view.ended = Some(how.to_owned());
            });
        }
    }

    pub(super) fn refresh(&mut self, hall: &Hall) {
        self.tickets.retain(|_, sender| sender.receiver_count() > 0);
        let moved = std::mem::take(&mut self.moved);
        let followed: BTreeSet<&ServiceId> = self
            .tickets
            .keys()
            .filter_map(|id| hall.ticket(*id))
            .map(|ticket| &ticket.service)
            .filter(|service| moved.contains(service))
            .collect();
        for service in followed {
            for (_, waiting) in hall.lines().of_service(service) {
                for (ahead, standing) in waiting.iter().enumerate() {
                    let Some(sender) = self.tickets.get(&standing.ticket) else {
                        continue;
                    };
                    let ahead = u32::try_from(ahead).ok();
                    sender.send_if_modified(|view| {
                        let moved = view.ahead != ahead;
                        view.ahead = ahead;
                        moved
                    });
                }
            }
        }
    }
}
