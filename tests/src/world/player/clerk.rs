//! Those who serve.

use std::sync::Arc;
use std::time::Duration;

use nowserving_client::api::ApiError;
use nowserving_shared::model::catalogue::MissStep;
use nowserving_shared::model::{Moment, ServiceId, TicketId, WindowId};
use nowserving_shared::protocol::http::{PauseRequest, TicketAtWindow, WindowReply};

use super::PlayError;
use super::staffer::{Act, Staffer, TicketAct};
use super::stage::Stage;
use crate::world::account::{Ended, WentBack};
use crate::world::script::{Comes, Shift, Turn, Visitor};

/// How long after a call the clerk calls again, and how long after that the ticket is a no-show.
const RECALL_AFTER: Duration = Duration::from_secs(30);
const NO_SHOW_AFTER: Duration = Duration::from_secs(30);
/// How long it takes to see that somebody must be sent on.
const LOOK: Duration = Duration::from_secs(40);
/// How long somebody who missed a call takes until they ask at the reception.
const ASKS_AFTER: Duration = Duration::from_secs(8 * 60);
/// How long a free clerk waits for the bell before looking by themselves, by the machine's clock.
const LOOK_AGAIN: Duration = Duration::from_millis(400);
/// The walk and the service of somebody who is not of the script.
const STRANGER_WALK: Duration = Duration::from_secs(20);
const STRANGER_SERVICE: Duration = Duration::from_secs(300);
/// A break that has become shorter than this is not taken.
const BREAK_MIN: Duration = Duration::from_secs(60);

/// A clerk at a window.
pub(super) struct Clerk {
    stage: Arc<Stage>,
    shift: Shift,
    staffer: Staffer,
    breaks_due: usize,
    /// Tickets put aside, and when their owners come back.
    aside: Vec<(Moment, TicketId)>,
}

/// Why a clerk cannot go on.
type Trouble = (&'static str, ApiError);

impl Clerk {
    pub(super) fn new(stage: &Arc<Stage>, shift: &Shift) -> Result<Self, PlayError> {
        Ok(Self {
            stage: Arc::clone(stage),
            shift: shift.clone(),
            staffer: Staffer::new(stage, &shift.staff)?,
            breaks_due: 0,
            aside: Vec::new(),
        })
    }

    /// Works from the beginning of the shift to its end.
    pub(super) async fn work(mut self) {
        self.stage.time.until(self.shift.from).await;
        if let Err((what, error)) = self.shift().await {
            let fault = format!(
                "{} at {}: {what}: {error}",
                self.shift.staff, self.shift.window
            );
            self.stage.account().fault(fault);
            self.stage.leave(&self.shift.window);
        }
    }

    async fn shift(&mut self) -> Result<(), Trouble> {
        self.act("signing on", &Act::SignOn).await?;
        loop {
            let now = self.stage.time.now();
            if self.take_break(now).await? || self.take_up(now).await? {
                continue;
            }
            if now >= self.shift.to
                && self.aside.is_empty()
                && self.stage.may_leave(&self.shift.window)
            {
                self.act("signing off", &Act::SignOff).await?;
                return Ok(());
            }
            match self.call_next().await? {
                Some(ticket) => self.attend(ticket, false).await?,
                None => self.wait().await,
            }
        }
    }

    async fn act(&mut self, what: &'static str, act: &Act) -> Result<WindowReply, Trouble> {
        let window: WindowId = self.shift.window.clone();
        self.staffer
            .at_window(&window, act)
            .await
            .map_err(|error| (what, error))
    }

    /// Takes the break that is due, until it was to end; whether one was taken or left out.
    async fn take_break(&mut self, now: Moment) -> Result<bool, Trouble> {
        let Some(due) = self.shift.breaks.get(self.breaks_due) else {
            return Ok(false);
        };
        if due.from > now {
            return Ok(false);
        }
        self.breaks_due += 1;
        let until = due.from.after(due.lasts);
        let rest = until.since(now);
        if rest < BREAK_MIN {
            return Ok(true);
        }
        let minutes = rest.as_secs().div_ceil(60);
        let request = PauseRequest {
            reason: due.reason.clone(),
            minutes: u32::try_from(minutes).ok(),
        };
        self.act("pausing", &Act::Pause(request)).await?;
        self.stage.time.until(until).await;
        self.act("ending the pause", &Act::Resume).await?;
        Ok(true)
    }

    /// Takes up a ticket whose owner has come back; whether there was one.
    async fn take_up(&mut self, now: Moment) -> Result<bool, Trouble> {
        let Some(at) = self.aside.iter().position(|(back_at, _)| *back_at <= now) else {
            return Ok(false);
        };
        let (_, ticket) = self.aside.swap_remove(at);
        let reply = self
            .act("taking a ticket up again", &Act::ResumeTicket(ticket))
            .await?;
        if let Some(ticket) = reply.ticket {
            self.attend(ticket, true).await?;
        }
        Ok(true)
    }

    /// The next ticket; none when nobody waits.
    async fn call_next(&mut self) -> Result<Option<TicketAtWindow>, Trouble> {
        match self.act("calling the next", &Act::CallNext).await {
            Ok(reply) => Ok(reply.ticket),
            Err((_, error)) if error.code() == Some("nobody-waits") => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Waits until there may be something to do.
    async fn wait(&self) {
        let next_break = self.shift.breaks.get(self.breaks_due).map(|due| due.from);
        let back = self.aside.iter().map(|(back_at, _)| *back_at).min();
        let due = next_break.into_iter().chain(back).min();
        let something_due = async {
            match due {
                Some(due) => self.stage.time.until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.stage.bell(&self.shift.window) => {}
            () = something_due => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }

    /// Sees to a ticket that was called.
    async fn attend(&mut self, ticket: TicketAtWindow, resumed: bool) -> Result<(), Trouble> {
        let stage = Arc::clone(&self.stage);
        let called_at = stage.time.now();
        let owner = stage.owner(&ticket).await;
        let visitor = owner.and_then(|n| stage.script.visitors.get(n));
        let part = part_of(&stage, ticket.ticket, visitor);
        stage
            .account()
            .called(ticket.ticket, &self.shift.window, called_at, resumed);
        if !part.comes && !resumed {
            return self.miss(&ticket, visitor, called_at).await;
        }
        let walk = if resumed { Duration::ZERO } else { part.walk };
        if walk > RECALL_AFTER {
            stage.time.until(called_at.after(RECALL_AFTER)).await;
            self.recall(ticket.ticket).await?;
        }
        stage.time.until(called_at.after(walk)).await;
        self.act("starting", &Act::Start).await?;
        let started_at = stage.time.now();
        match part.turn {
            Turn::Plain => {
                self.serve(&ticket, started_at, part.service_time, None)
                    .await
            }
            Turn::FetchesPapers { away } => {
                stage
                    .time
                    .until(started_at.after(part.service_time / 2))
                    .await;
                self.put_aside(&ticket, away).await
            }
            Turn::SentOn { to } => {
                stage.time.until(started_at.after(LOOK)).await;
                self.send_on(&ticket, to).await
            }
            Turn::AlsoWants { service, .. } => {
                self.act("adding a service", &Act::AddService(service.clone()))
                    .await?;
                self.serve(&ticket, started_at, part.service_time, Some(service))
                    .await
            }
        }
    }

    async fn recall(&mut self, ticket: TicketId) -> Result<(), Trouble> {
        self.act("calling again", &Act::Recall).await?;
        self.stage.account().recalled(ticket);
        Ok(())
    }

    /// Serves to the end; `further` is the service that comes next on the same ticket.
    async fn serve(
        &mut self,
        ticket: &TicketAtWindow,
        started_at: Moment,
        service_time: Duration,
        further: Option<ServiceId>,
    ) -> Result<(), Trouble> {
        self.stage.time.until(started_at.after(service_time)).await;
        self.stage.account().leaving(ticket.ticket);
        self.act("finishing", &Act::Finish).await?;
        match further {
            Some(service) => self.gone_back(ticket, WentBack::Further, &service),
            None => {
                let now = self.stage.time.now();
                self.stage
                    .account()
                    .ended(ticket.ticket, Ended::Served, now);
            }
        }
        Ok(())
    }

    async fn put_aside(&mut self, ticket: &TicketAtWindow, away: Duration) -> Result<(), Trouble> {
        self.stage.account().leaving(ticket.ticket);
        self.act("putting aside", &Act::Hold).await?;
        let back_at = self.stage.time.now().after(away);
        self.aside.push((back_at, ticket.ticket));
        self.gone_back(ticket, WentBack::Held, &ticket.service);
        Ok(())
    }

    async fn send_on(&mut self, ticket: &TicketAtWindow, to: ServiceId) -> Result<(), Trouble> {
        self.stage.account().leaving(ticket.ticket);
        self.act("sending on", &Act::SendOn(to.clone())).await?;
        self.gone_back(ticket, WentBack::SentOn, &to);
        Ok(())
    }

    fn gone_back(&self, ticket: &TicketAtWindow, why: WentBack, service: &ServiceId) {
        self.stage
            .account()
            .went_back(ticket.ticket, &self.shift.window, why, service);
        self.stage.ring(service);
    }

    /// Nobody comes: calls once more, then marks the ticket as a no-show.
    async fn miss(
        &mut self,
        ticket: &TicketAtWindow,
        visitor: Option<&Visitor>,
        called_at: Moment,
    ) -> Result<(), Trouble> {
        let stage = Arc::clone(&self.stage);
        stage.time.until(called_at.after(RECALL_AFTER)).await;
        self.recall(ticket.ticket).await?;
        stage
            .time
            .until(called_at.after(RECALL_AFTER + NO_SHOW_AFTER))
            .await;
        stage.account().leaving(ticket.ticket);
        self.act("marking a no-show", &Act::NoShow).await?;
        let misses = stage
            .account()
            .ticket(ticket.ticket)
            .map_or(0, |ticket| ticket.misses())
            + 1;
        let policy = stage.scene.catalogue.services.get(&ticket.service);
        match policy.map_or(MissStep::Void, |service| service.no_show.step(misses)) {
            MissStep::Void => {
                let now = stage.time.now();
                stage.account().ended(ticket.ticket, Ended::NoShow, now);
            }
            MissStep::Back { .. } | MissStep::End => {
                self.gone_back(ticket, WentBack::Missed, &ticket.service)
            }
            MissStep::After { wait } => {
                self.gone_back(ticket, WentBack::Missed, &ticket.service);
                let service = ticket.service.clone();
                tokio::spawn(async move {
                    stage.time.pass(wait).await;
                    stage.ring(&service);
                });
            }
            MissStep::Pool => {
                self.gone_back(ticket, WentBack::Missed, &ticket.service);
                if visitor.is_none_or(|visitor| visitor.comes == Comes::Never) {
                    stage.account().given_up(ticket.ticket);
                } else {
                    tokio::spawn(ask_at_reception(
                        stage,
                        ticket.ticket,
                        ticket.service.clone(),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Somebody who missed their call asks at the reception, which returns the ticket to its queue.
async fn ask_at_reception(stage: Arc<Stage>, ticket: TicketId, service: ServiceId) {
    stage.time.pass(ASKS_AFTER).await;
    let reply = match Staffer::new(&stage, &stage.scene.reception) {
        Ok(mut reception) => reception
            .with_ticket(ticket, &TicketAct::Return)
            .await
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = reply {
        let mut account = stage.account();
        account.fault(format!(
            "the reception cannot return ticket {ticket}: {error}"
        ));
        account.given_up(ticket);
    }
    stage.ring(&service);
}

/// What happens at one call.
struct Part {
    comes: bool,
    walk: Duration,
    service_time: Duration,
    turn: Turn,
}

/// What happens at the next call of a ticket, after what has happened before.
fn part_of(stage: &Stage, ticket: TicketId, visitor: Option<&Visitor>) -> Part {
    let Some(visitor) = visitor else {
        return Part {
            comes: true,
            walk: STRANGER_WALK,
            service_time: STRANGER_SERVICE,
            turn: Turn::Plain,
        };
    };
    let account = stage.account();
    let known = account.ticket(ticket);
    let has = |why| {
        known.is_some_and(|ticket| ticket.calls.iter().any(|call| call.went_back == Some(why)))
    };
    let misses = known.map_or(0, |ticket| ticket.misses());
    let (service_time, turn) = match &visitor.turn {
        Turn::FetchesPapers { .. } if has(WentBack::Held) => {
            (visitor.service_time / 2, Turn::Plain)
        }
        Turn::SentOn { .. } if has(WentBack::SentOn) => (visitor.service_time, Turn::Plain),
        Turn::AlsoWants { service_time, .. } if has(WentBack::Further) => {
            (*service_time, Turn::Plain)
        }
        turn => (visitor.service_time, turn.clone()),
    };
    Part {
        comes: match visitor.comes {
            Comes::AtOnce => true,
            Comes::AfterMissing(calls) => misses >= calls,
            Comes::Never => false,
        },
        walk: visitor.walk,
        service_time,
        turn,
    }
}
