//! A member of staff at the server's doors: logged in, and logged in again when the session has ended.

use std::sync::Arc;

use nowserving_client::api::{Api, ApiError};
use nowserving_shared::model::{BusinessDay, ServiceId, StaffId, TicketId, WindowId};
use nowserving_shared::protocol::http::{
    CancelRequest, DaySummary, Done, FinishRequest, HoldReasonWire, HoldRequest, LoginRequest,
    PauseRequest, PositionWire, ReturnRequest, TicketName, TicketRequest, TransferRequest,
    TransferTargetWire, WindowReply,
};

use super::stage::Stage;
use super::{PlayError, persist};

/// The status that asks for a log-in.
const UNAUTHORIZED: u16 = 401;

/// What is done at a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    SignOn,
    SignOff,
    Pause(PauseRequest),
    Resume,
    CallNext,
    Recall,
    Start,
    Finish,
    NoShow,
    Hold,
    ResumeTicket(TicketId),
    SendOn(ServiceId),
    AddService(ServiceId),
}

/// What is done with a ticket that no window has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TicketAct {
    Return,
    Cancel(CancelRequest),
}

/// A member of staff.
pub(super) struct Staffer {
    login: LoginRequest,
    door: Api,
    /// None until logged in.
    session: Option<Api>,
    run: String,
    commands: u64,
}

impl Staffer {
    /// Somebody who has not logged in yet.
    pub(super) fn new(stage: &Arc<Stage>, staff: &StaffId) -> Result<Self, PlayError> {
        let password = stage.scene.passwords.get(staff);
        let password = password.ok_or_else(|| PlayError::NoPassword(staff.clone()))?;
        Ok(Self {
            login: LoginRequest {
                staff: staff.clone(),
                password: password.clone(),
            },
            door: stage.scene.api.clone(),
            session: None,
            run: stage.scene.run.clone(),
            commands: 0,
        })
    }

    /// Does it at a window: once, however often it must be sent.
    pub(super) async fn at_window(
        &mut self,
        window: &WindowId,
        act: &Act,
    ) -> Result<WindowReply, ApiError> {
        let key = self.key();
        let api = self.session().await?.with_key(&key);
        let reply = persist(|| act.send(&api, window)).await;
        if !self.has_ended(&reply) {
            return reply;
        }
        let api = self.session().await?.with_key(&key);
        persist(|| act.send(&api, window)).await
    }

    /// Does it with a ticket: once, however often it must be sent.
    pub(super) async fn with_ticket(
        &mut self,
        ticket: TicketId,
        act: &TicketAct,
    ) -> Result<Done, ApiError> {
        let key = self.key();
        let api = self.session().await?.with_key(&key);
        let reply = persist(|| act.send(&api, ticket)).await;
        if !self.has_ended(&reply) {
            return reply;
        }
        let api = self.session().await?.with_key(&key);
        persist(|| act.send(&api, ticket)).await
    }

    /// The figures of a day.
    pub(super) async fn summary(&mut self, day: BusinessDay) -> Result<DaySummary, ApiError> {
        let api = self.session().await?;
        let reply = persist(|| api.summary(Some(day))).await;
        if !self.has_ended(&reply) {
            return reply;
        }
        let api = self.session().await?;
        persist(|| api.summary(Some(day))).await
    }

    /// A key for the next command: visible ASCII, at most 64 bytes.
    fn key(&mut self) -> String {
        self.commands += 1;
        // Staff ids have at most 32 characters, the run's name 16.
        format!("{}-{}-{:x}", self.run, self.login.staff, self.commands)
    }

    /// The session, opened if there is none.
    async fn session(&mut self) -> Result<Api, ApiError> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let (api, _) = persist(|| self.door.log_in(&self.login)).await?;
        self.session = Some(api.clone());
        Ok(api)
    }

    /// Whether the reply says that the session has ended; forgets it then.
    fn has_ended<T>(&mut self, reply: &Result<T, ApiError>) -> bool {
        let ended = match reply {
            Err(ApiError::Problem(problem)) => problem.status == UNAUTHORIZED,
            Err(
                ApiError::NotConnected(_)
                | ApiError::Unreachable(_)
                | ApiError::Timeout
                | ApiError::Garbage { .. }
                | ApiError::Unsendable(_),
            )
            | Ok(_) => false,
        };
        if ended {
            self.session = None;
        }
        ended
    }
}

impl Act {
    async fn send(&self, api: &Api, window: &WindowId) -> Result<WindowReply, ApiError> {
        match self {
            Self::SignOn => api.sign_on(window).await,
            Self::SignOff => api.sign_off(window).await,
            Self::Pause(request) => api.pause(window, request).await,
            Self::Resume => api.resume(window).await,
            Self::CallNext => api.call_next(window, None).await,
            Self::Recall => api.recall(window).await,
            Self::Start => api.start(window).await,
            Self::Finish => api.finish(window, &FinishRequest::default()).await,
            Self::NoShow => api.no_show(window).await,
            Self::Hold => {
                let request = HoldRequest {
                    reason: HoldReasonWire::CustomerAway,
                    note: String::new(),
                };
                api.hold(window, &request).await
            }
            Self::ResumeTicket(ticket) => {
                let request = TicketRequest {
                    ticket: TicketName::Id(*ticket),
                };
                api.resume_ticket(window, &request).await
            }
            Self::SendOn(service) => {
                let request = TransferRequest {
                    to: TransferTargetWire::Service(service.clone()),
                    position: PositionWire::Keep,
                };
                api.transfer(window, &request).await
            }
            Self::AddService(service) => api.add_service(window, service).await,
        }
    }
}

impl TicketAct {
    async fn send(&self, api: &Api, ticket: TicketId) -> Result<Done, ApiError> {
        match self {
            Self::Return => {
                let request = ReturnRequest {
                    position: PositionWire::Keep,
                };
                api.return_ticket(ticket, &request).await
            }
            Self::Cancel(request) => api.cancel(ticket, request).await,
        }
    }
}
