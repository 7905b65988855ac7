//! Plays a script against a running server, through its HTTP doors only.
//!
//! Every visitor is a task: it waits until it is time to come, takes a number at the kiosk, and, if its patience is
//! limited, cancels on its telephone when it was not called in time. Every clerk is a task: it logs in, signs on, calls,
//! waits until the customer has walked to the window or marks a no-show, serves, finishes, takes breaks, and signs off
//! when its shift is over and nobody waits whom nobody else could serve. Clerks hear a bell when somebody comes whom they
//! could serve, and look by themselves now and then, as people do who see the queue on their screen.
//!
//! A request that brought no reply is repeated with the same idempotency key, at most [`ATTEMPTS_MAX`] times. A session
//! that has ended is opened again. What is refused although it should not be is a fault in the account. The day ends when
//! everybody is gone, or [`OVERTIME_MAX`] after the script.

mod clerk;
mod staffer;
mod stage;
mod visitor;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nowserving_client::api::{Api, ApiError};
use nowserving_shared::model::{BusinessDay, Catalogue, Moment, StaffId};
use nowserving_shared::protocol::http::{CancelRequest, DaySummary};
use tokio::task::JoinSet;

use self::clerk::Clerk;
use self::staffer::{Staffer, TicketAct};
use self::stage::Stage;
use super::account::{Account, Ended};
use super::script::Script;
use super::virtual_time::VirtualTime;

/// How often a request is sent at most.
pub const ATTEMPTS_MAX: u32 = 10;
/// The pause before the first repetition; each further one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// How long after the script a day ends at the latest, by the server's clock.
pub const OVERTIME_MAX: Duration = Duration::from_secs(6 * 3600);
/// And by the machine's clock, for those who are in the middle of a request.
const GRACE: Duration = Duration::from_secs(30);
/// How often the progress is told.
const TICK: Duration = Duration::from_millis(200);
/// Why tickets are cancelled for which nobody comes.
const GONE: &str = "下班未到";

/// Where a script is played.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The server.
    pub api: Api,
    /// The configuration in force there.
    pub catalogue: Arc<Catalogue>,
    /// How fast its clock runs.
    pub speed: f64,
    /// The token of a kiosk.
    pub kiosk_token: String,
    /// The passwords of the clerks, of the reception and of whoever reads the figures.
    pub passwords: BTreeMap<StaffId, String>,
    /// Who works at the reception.
    pub reception: StaffId,
    /// Who reads the figures.
    pub manager: StaffId,
    /// Tells this run's idempotency keys from those of every other; at most 16 visible ASCII characters.
    pub run: String,
}

/// How far a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What the server's clock shows.
    pub at: Moment,
    /// How many will come.
    pub visitors: usize,
    /// How many have come.
    pub came: u64,
    /// How many are done: served, gone, or sent home without a number.
    pub done: u64,
}

/// A day that was played.
#[derive(Debug, Clone)]
pub struct Played {
    /// What the replies said.
    pub account: Account,
    /// What the server says.
    pub summary: DaySummary,
    /// How much later than the script somebody took their number at most, by the server's clock.
    pub late_max: Duration,
    /// How long it took by the machine's clock.
    pub took: Duration,
}

/// Why a day could not be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The server did not answer or refused.
    #[error("{what}: {error}")]
    Api {
        /// What was being done.
        what: &'static str,
        /// What the server said.
        error: ApiError,
    },
    /// Somebody's password is not known.
    #[error("no password is known for {0}")]
    NoPassword(StaffId),
}

/// Plays `script` and tells `watch` how it goes.
///
/// # Errors
/// [`PlayError`] when the server cannot be reached at the beginning or at the end. What goes wrong in between is in the
/// account.
pub async fn play(
    scene: Scene,
    script: Script,
    mut watch: impl FnMut(&Progress),
) -> Result<Played, PlayError> {
    let began = Instant::now();
    let stage = Arc::new(stage(scene, script).await?);
    let mut people = JoinSet::new();
    for shift in &stage.script.shifts {
        let clerk = Clerk::new(&stage, shift)?;
        people.spawn(clerk.work());
    }
    people.spawn(visitor::come(Arc::clone(&stage)));
    let deadline = stage.time.instant(stage.script.ends_at.after(OVERTIME_MAX)) + GRACE;
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            gone = people.join_next() => match gone {
                Some(Ok(())) => {}
                Some(Err(error)) => stage.account().fault(format!("somebody fell over: {error}")),
                None => break,
            },
            _ = ticks.tick() => watch(&stage.progress()),
            () = tokio::time::sleep_until(deadline.into()) => {
                stage.account().fault("the day did not come to its end".to_owned());
                people.shutdown().await;
                break;
            }
        }
    }
    cancel_forsaken(&stage).await?;
    watch(&stage.progress());
    let summary = summary(&stage).await?;
    let account = stage.account().clone();
    Ok(Played {
        account,
        summary,
        late_max: stage.late_max(),
        took: began.elapsed(),
    })
}

/// Looks at the server's clock and sets the stage.
async fn stage(scene: Scene, script: Script) -> Result<Stage, PlayError> {
    let kiosk = scene.api.clone().with_device_token(&scene.kiosk_token);
    let asked = Instant::now();
    let hall = persist(|| kiosk.hall())
        .await
        .map_err(|error| PlayError::Api {
            what: "asking for the hall",
            error,
        })?;
    // The reply was made somewhere between the question and now.
    let middle = asked + asked.elapsed() / 2;
    let time = VirtualTime::new(hall.at, middle, scene.speed);
    Ok(Stage::new(scene, kiosk, script, time))
}

/// Cancels the tickets that are open although nobody will come for them any more.
async fn cancel_forsaken(stage: &Arc<Stage>) -> Result<(), PlayError> {
    let forsaken: Vec<_> = stage
        .account()
        .tickets()
        .filter(|(_, ticket)| ticket.ended.is_none() && ticket.given_up)
        .map(|(id, _)| *id)
        .collect();
    if forsaken.is_empty() {
        return Ok(());
    }
    let mut reception = Staffer::new(stage, &stage.scene.reception)?;
    let act = TicketAct::Cancel(CancelRequest {
        reason: GONE.to_owned(),
    });
    for ticket in forsaken {
        match reception.with_ticket(ticket, &act).await {
            Ok(_) => stage
                .account()
                .ended(ticket, Ended::Cancelled, stage.time.now()),
            Err(error) => stage
                .account()
                .fault(format!("cancelling ticket {ticket}: {error}")),
        }
    }
    Ok(())
}

/// The figures of the business day on which the script begins.
async fn summary(stage: &Arc<Stage>) -> Result<DaySummary, PlayError> {
    let day: BusinessDay = stage.scene.catalogue.business_day(stage.script.starts_at);
    let mut manager = Staffer::new(stage, &stage.scene.manager)?;
    manager.summary(day).await.map_err(|error| PlayError::Api {
        what: "reading the figures",
        error,
    })
}

/// Asks until there is an answer that repeating would not change, at most [`ATTEMPTS_MAX`] times.
async fn persist<T, F: Future<Output = Result<T, ApiError>>>(
    ask: impl Fn() -> F,
) -> Result<T, ApiError> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS_MAX {
        match ask().await {
            Err(error) if error.is_passing() => tokio::time::sleep(pause).await,
            answer => return answer,
        }
        pause = (2 * pause).min(PAUSE_MAX);
    }
    ask().await
}
