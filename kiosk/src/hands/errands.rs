//! What the kiosk does with the server and its own journal for when the server is away. Whatever the server said is in the
//! journal before it is told.

use nowserving_client::api::{Api, ApiError};
use nowserving_shared::protocol::kiosk::{
    HandOverRequest, HandedOver, LeaseRequest, LeaseView, TakenTicket,
};

use super::RealHands;
use crate::offline::{Entry, Errand, Keeper, OfflineEffect, OfflineEvent, Undo};
use crate::runner::Events;
use crate::state::Event;

/// Refusals that say that this kiosk is not, or no longer, one of the hall's.
const BARRED: [&str; 4] = [
    "not-logged-in",
    "device-token-unknown",
    "not-allowed",
    "unknown-device",
];

/// Whether a refusal says that this kiosk is not, or no longer, one of the hall's.
pub(super) fn is_barred(code: &str) -> bool {
    BARRED.contains(&code)
}

/// Why an errand came to nothing, as an event.
fn failed(errand: Errand, error: &ApiError) -> OfflineEvent {
    if error.code().is_some_and(is_barred) {
        return OfflineEvent::Barred(error.to_string());
    }
    OfflineEvent::Failed {
        errand,
        why: error.to_string(),
    }
}

/// Writes entries down and then tells what came of it.
fn write(
    keeper: &Keeper,
    events: Events,
    entries: Vec<Entry>,
    told: impl FnOnce(Result<(), String>) -> OfflineEvent + Send + 'static,
    runtime: &tokio::runtime::Handle,
) {
    let runtime = runtime.clone();
    keeper.append(entries, move |written| {
        let event = Event::Offline(told(written));
        runtime.spawn(async move { events.send(event).await });
    });
}

/// What an errand leads to: what is to be written, and what is told when it is.
type Done = Result<(Entry, OfflineEvent), OfflineEvent>;

impl RealHands {
    pub(super) fn run_errand(&self, effect: OfflineEffect) {
        match effect {
            OfflineEffect::Take { taken, undo, lease } => self.take(taken, undo, lease),
            OfflineEffect::Lease(request) => {
                self.errand(Errand::Lease, async |api| lease(&api, request).await)
            }
            OfflineEffect::HandOver(tickets) => {
                self.errand(Errand::HandOver, async |api| hand_over(&api, tickets).await)
            }
            OfflineEffect::Undo(owed) => {
                self.errand(Errand::Undo, async |api| undo(&api, owed).await)
            }
        }
    }

    fn take(&self, taken: TakenTicket, undo: Option<Undo>, lease: Option<Box<LeaseView>>) {
        let ticket = taken.ticket;
        let told = move |written| match written {
            Ok(()) => OfflineEvent::Taken { ticket },
            Err(why) => OfflineEvent::NotTaken { ticket, why },
        };
        let undo = undo.map(|undo| Entry::ToUndo { undo });
        let entries = std::iter::once(Entry::Taken { taken, lease })
            .chain(undo)
            .collect();
        match &self.keeper {
            Some(keeper) => write(keeper, self.events.clone(), entries, told, &self.runtime),
            None => {
                let (events, why) = (self.events.clone(), "there is no journal".to_owned());
                let event = Event::Offline(told(Err(why)));
                self.runtime.spawn(async move { events.send(event).await });
            }
        }
    }

    /// Does something with the server, writes down what came of it, and tells.
    fn errand<F: Future<Output = Done> + Send>(
        &self,
        errand: Errand,
        work: impl FnOnce(Api) -> F + Send + 'static,
    ) {
        let (api, events) = (self.api.clone(), self.events.clone());
        let (keeper, runtime) = (self.keeper.clone(), self.runtime.clone());
        self.runtime.spawn(async move {
            let why = "there is no journal".to_owned();
            match (work(api).await, keeper) {
                (Ok((entry, done)), Some(keeper)) => {
                    let told = move |written| match written {
                        Ok(()) => done,
                        Err(why) => OfflineEvent::Failed { errand, why },
                    };
                    write(&keeper, events, vec![entry], told, &runtime);
                }
                (Ok(_), None) => {
                    let failed = OfflineEvent::Failed { errand, why };
                    events.send(Event::Offline(failed)).await;
                }
                (Err(event), _) => events.send(Event::Offline(event)).await,
            }
        });
    }
}

async fn lease(api: &Api, request: LeaseRequest) -> Done {
    let held = api.lease(&request).await;
    let held = held.map_err(|error| failed(Errand::Lease, &error))?;
    let entry = Entry::Leases {
        at: held.at,
        leases: held.leases,
    };
    Ok((entry.clone(), OfflineEvent::Leased(entry)))
}

async fn hand_over(api: &Api, tickets: Vec<TakenTicket>) -> Done {
    let request = HandOverRequest { tickets };
    let became = api.hand_over(&request).await;
    let became = became.map_err(|error| failed(Errand::HandOver, &error))?;
    tell_wrong_clocks(&request.tickets, &became.tickets);
    let tickets = became.tickets.iter().map(|one| one.ticket).collect();
    let entry = Entry::HandedOver { tickets };
    Ok((entry, OfflineEvent::HandedOver(became.tickets)))
}

/// Says of each ticket for which the hall does not take the kiosk's word when it was taken.
fn tell_wrong_clocks(said: &[TakenTicket], became: &[HandedOver]) {
    for (said, one) in said.iter().zip(became) {
        if let Some(taken_at) = one.taken_at.filter(|at| *at != said.taken_at) {
            let (said, ticket) = (said.taken_at.0, one.ticket);
            tracing::warn!(
                %ticket, said, taken_at = taken_at.0,
                "the hall takes another time of taking than this kiosk's clock showed: set the clock"
            );
        }
    }
}

/// Asks again under the key of a step, which gives what the first request led to, and cancels that.
async fn undo(api: &Api, owed: Undo) -> Done {
    let entry = Entry::Undone {
        key: owed.key.clone(),
    };
    let done = OfflineEvent::Undone {
        key: owed.key.clone(),
    };
    let issued = match api.issue(&owed.key, &owed.request).await {
        Ok(issued) => issued,
        // Refused: then nothing had come of the first request either.
        Err(error @ ApiError::Problem(_)) if !error.is_passing() && !is_barred_by(&error) => {
            return Ok((entry, done));
        }
        Err(error) => return Err(failed(Errand::Undo, &error)),
    };
    let holder = api.clone().with_ticket_token(&issued.token);
    match holder.cancel_my_ticket().await {
        Ok(_) => Ok((entry, done)),
        Err(error @ ApiError::Problem(_)) if !error.is_passing() => {
            tracing::warn!(label = %issued.label, %error, "a ticket that nobody holds is not cancelled");
            Ok((entry, done))
        }
        Err(error) => Err(failed(Errand::Undo, &error)),
    }
}

fn is_barred_by(error: &ApiError) -> bool {
    error.code().is_some_and(is_barred)
}
