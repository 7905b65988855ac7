//! Those who come.

use std::sync::Arc;

use nowserving_client::api::ApiError;
use nowserving_shared::protocol::http::{IssueRequest, IssuedView};
use tokio::task::JoinSet;

use super::persist;
use super::stage::Stage;
use crate::world::account::Ended;
use crate::world::script::Visitor;

/// Refusals of a number that are the hall's right.
const RIGHTFUL: [&str; 4] = ["quota-reached", "closed", "numbers-exhausted", "hall-full"];
/// Refusals of a cancellation that mean that the ticket was called or ended in that moment: conflict, not found, gone.
const TOO_LATE: [u16; 3] = [409, 404, 410];

/// Lets everybody of the script come, each at their time, and waits for the last to have taken a number.
pub(super) async fn come(stage: Arc<Stage>) {
    let mut people = JoinSet::new();
    for (n, visitor) in stage.script.visitors.iter().enumerate() {
        stage.time.until(visitor.arrives_at).await;
        people.spawn(visit(Arc::clone(&stage), n));
        while let Some(gone) = people.try_join_next() {
            note(&stage, gone);
        }
    }
    while let Some(gone) = people.join_next().await {
        note(&stage, gone);
    }
}

fn note(stage: &Stage, gone: Result<(), tokio::task::JoinError>) {
    if let Err(error) = gone {
        stage
            .account()
            .fault(format!("a visitor fell over: {error}"));
    }
}

async fn visit(stage: Arc<Stage>, n: usize) {
    let Some(visitor) = stage.script.visitors.get(n) else {
        return;
    };
    let key = format!("{}-v{n}", stage.scene.run);
    let request = IssueRequest {
        person: None,
        service: visitor.service.clone(),
        class: Some(visitor.class.clone()),
        language: visitor.language,
    };
    let reply = persist(|| stage.kiosk.issue(&key, &request)).await;
    match &reply {
        Ok(view) => stage.account().issued(n, view),
        Err(error) => refused(&stage, n, error),
    }
    stage.came(&visitor.service, visitor.arrives_at);
    if let Ok(view) = reply {
        lose_patience(&stage, n, visitor, &view).await;
    }
}

fn refused(stage: &Stage, n: usize, error: &ApiError) {
    let code = error.code().unwrap_or("no-reply");
    let mut account = stage.account();
    account.refused(code);
    if !RIGHTFUL.contains(&code) {
        account.fault(format!("visitor {n} was given no number: {error}"));
    }
}

/// Cancels the ticket when the visitor's patience is over and they have not been called.
async fn lose_patience(stage: &Stage, n: usize, visitor: &Visitor, view: &IssuedView) {
    let Some(patience) = visitor.patience else {
        return;
    };
    stage.time.until(view.issued_at.after(patience)).await;
    let waits =
        |ticket: &crate::world::account::Ticket| ticket.calls.is_empty() && ticket.ended.is_none();
    if !stage.account().ticket(view.ticket).is_some_and(waits) {
        return;
    }
    let key = format!("{}-v{n}-x", stage.scene.run);
    let own = stage
        .scene
        .api
        .clone()
        .with_ticket_token(&view.token)
        .with_key(&key);
    match persist(|| own.cancel_my_ticket()).await {
        Ok(_) => stage
            .account()
            .ended(view.ticket, Ended::Cancelled, stage.time.now()),
        Err(ApiError::Problem(problem)) if TOO_LATE.contains(&problem.status) => {}
        Err(error) => stage
            .account()
            .fault(format!("{} cannot be cancelled: {error}", view.label)),
    }
    stage.ring(&visitor.service);
}
