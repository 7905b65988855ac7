//! Every endpoint, one method each, in the order of the API's description. Each fails as [`ApiError`] says.

use http::Method;
use nowserving_shared::board::WindowLine;
use nowserving_shared::model::{
    BusinessDay, DeviceId, Label, ServiceId, StaffId, TicketId, WindowId,
};
use nowserving_shared::protocol::http::{
    AddServiceRequest, CallNamedRequest, CallNextRequest, CancelRequest, ConfigurationView,
    DaySummary, DeviceReport, DeviceView, Done, EnrolRequest, EnrolledView, FinishRequest,
    HallView, HoldRequest, IssueRequest, IssuedView, LoginRequest, PairingRequest, PairingView,
    PasswordRequest, PauseRequest, QueueView, ReturnRequest, SessionView, SetupRequest,
    TicketRequest, TicketView, TransferRequest, WindowReply,
};
use nowserving_shared::protocol::kiosk::{
    HandOverRequest, HandOverView, LeaseRequest, LeasesView, PersonKeyView,
};
use nowserving_shared::protocol::socket::{ServerMessage, What};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Api, ApiError, Body, NOTHING, session_of, understand};

/// The reply of a call, or why there is none.
type Reply<T> = Result<T, ApiError>;

impl Api {
    async fn get<R: DeserializeOwned>(&self, path: &str) -> Reply<R> {
        self.ask(Method::GET, path, &[], NOTHING).await
    }

    async fn post<B: Serialize, R: DeserializeOwned>(&self, path: &str, body: &B) -> Reply<R> {
        self.ask(Method::POST, path, &[], Body::Json(body)).await
    }

    // Access.

    /// Sets the first administrator's password with the one-time code that the server's console showed.
    pub async fn setup(&self, request: &SetupRequest) -> Reply<()> {
        self.tell(Method::POST, "/setup", Body::Json(request)).await
    }

    /// Logs in: the same client, now asking as that member of staff, and the session.
    ///
    /// # Errors
    /// See [`ApiError`]; [`ApiError::Garbage`] too when the reply sets no session cookie.
    pub async fn log_in(&self, request: &LoginRequest) -> Reply<(Self, SessionView)> {
        let (status, headers, bytes) = self
            .exchange(Method::POST, "/api/v1/session", &[], Body::Json(request))
            .await?;
        let view: SessionView = understand(status, &bytes)?;
        let session = session_of(&headers).ok_or_else(|| ApiError::Garbage {
            status: status.as_u16(),
            what: "logged in, but no session cookie was set".to_owned(),
        })?;
        Ok((self.clone().with_session(&session), view))
    }

    /// The session that this client asks with.
    pub async fn session(&self) -> Reply<SessionView> {
        self.get("/session").await
    }

    /// Ends the session.
    pub async fn log_out(&self) -> Reply<()> {
        self.tell(Method::DELETE, "/session", NOTHING).await
    }

    /// Sets somebody's password.
    pub async fn set_password(&self, staff: &StaffId, request: &PasswordRequest) -> Reply<()> {
        self.tell(
            Method::PUT,
            &format!("/staff/{staff}/password"),
            Body::Json(request),
        )
        .await
    }

    /// Makes a one-time code with which a device enrols.
    pub async fn pairing_code(&self, device: &DeviceId) -> Reply<PairingView> {
        self.post(
            "/pairing-codes",
            &PairingRequest {
                device: device.clone(),
            },
        )
        .await
    }

    /// Enrols a device with the code that an administrator made for it.
    pub async fn enrol(&self, code: &str) -> Reply<EnrolledView> {
        self.post(
            "/devices/enrol",
            &EnrolRequest {
                code: code.to_owned(),
            },
        )
        .await
    }

    /// The devices of the configuration.
    pub async fn devices(&self) -> Reply<Vec<DeviceView>> {
        self.get("/devices").await
    }

    /// Says how this device is.
    pub async fn report(&self, report: &DeviceReport) -> Reply<()> {
        self.tell(Method::POST, "/devices/report", Body::Json(report))
            .await
    }

    /// Asks for a member of staff at this device.
    pub async fn call_help(&self) -> Reply<Done> {
        self.ask(Method::POST, "/help", &[], NOTHING).await
    }

    /// Says that one goes to a device where somebody asks for help.
    pub async fn answer_help(&self, device: &DeviceId) -> Reply<Done> {
        self.ask(
            Method::POST,
            &format!("/help/{device}/answer"),
            &[],
            NOTHING,
        )
        .await
    }

    /// Takes a device's token away.
    pub async fn revoke_device(&self, device: &DeviceId) -> Reply<()> {
        self.tell(Method::DELETE, &format!("/devices/{device}/token"), NOTHING)
            .await
    }

    // Configuration.

    /// The configuration in force, as TOML text.
    pub async fn configuration(&self) -> Reply<String> {
        let (status, _, bytes) = self
            .exchange(Method::GET, "/api/v1/configuration", &[], NOTHING)
            .await?;
        String::from_utf8(bytes).map_err(|error| ApiError::Garbage {
            status: status.as_u16(),
            what: error.to_string(),
        })
    }

    /// Puts a configuration in force.
    ///
    /// # Errors
    /// See [`ApiError`]; the problem lists every fault.
    pub async fn put_configuration(&self, toml: &str) -> Reply<ConfigurationView> {
        self.ask::<(), _>(Method::PUT, "/configuration", &[], Body::Toml(toml))
            .await
    }

    /// Checks a configuration and changes nothing.
    ///
    /// # Errors
    /// See [`ApiError`]; the problem lists every fault.
    pub async fn check_configuration(&self, toml: &str) -> Reply<()> {
        self.tell::<()>(Method::POST, "/configuration/check", Body::Toml(toml))
            .await
    }

    // Tickets.

    /// Takes a number. The same `key` again, with the same request, gives the same ticket.
    pub async fn issue(&self, key: &str, request: &IssueRequest) -> Reply<IssuedView> {
        self.clone().with_key(key).post("/tickets", request).await
    }

    /// Tops up the numbers that this kiosk holds for when it cannot reach the server.
    pub async fn lease(&self, request: &LeaseRequest) -> Reply<LeasesView> {
        self.post("/kiosk/leases", request).await
    }

    /// Hands over what this kiosk gave out while it could not reach the server. A ticket that was handed over before is no
    /// error.
    pub async fn hand_over(&self, request: &HandOverRequest) -> Reply<HandOverView> {
        self.post("/kiosk/handover", request).await
    }

    /// The key with which a kiosk hashes identity numbers.
    pub async fn person_key(&self) -> Reply<PersonKeyView> {
        self.get("/kiosk/person-key").await
    }

    /// Revokes the numbers that a kiosk holds.
    pub async fn revoke_leases(&self, device: &DeviceId) -> Reply<()> {
        self.tell(
            Method::DELETE,
            &format!("/devices/{device}/leases"),
            NOTHING,
        )
        .await
    }

    /// What staff can know of a ticket: its line on the board while it lives, its history afterwards.
    pub async fn ticket_record(&self, ticket: TicketId) -> Reply<serde_json::Value> {
        self.get(&format!("/tickets/{ticket}")).await
    }

    /// The histories of a day's tickets, of all or of those with one label.
    pub async fn ticket_records(
        &self,
        day: BusinessDay,
        label: Option<&Label>,
    ) -> Reply<serde_json::Value> {
        let day = day.to_string();
        let mut query = vec![("day", day.as_str())];
        query.extend(label.map(|label| ("label", label.as_str())));
        self.ask(Method::GET, "/tickets", &query, NOTHING).await
    }

    /// Cancels a ticket.
    pub async fn cancel(&self, ticket: TicketId, request: &CancelRequest) -> Reply<Done> {
        self.post(&format!("/tickets/{ticket}/cancel"), request)
            .await
    }

    /// Returns a ticket to its queue.
    pub async fn return_ticket(&self, ticket: TicketId, request: &ReturnRequest) -> Reply<Done> {
        self.post(&format!("/tickets/{ticket}/return"), request)
            .await
    }

    /// Transfers a ticket that waits.
    pub async fn transfer_ticket(
        &self,
        ticket: TicketId,
        request: &TransferRequest,
    ) -> Reply<Done> {
        self.post(&format!("/tickets/{ticket}/transfer"), request)
            .await
    }

    /// The customer's own ticket.
    pub async fn my_ticket(&self) -> Reply<TicketView> {
        self.get("/ticket").await
    }

    /// Cancels the customer's own ticket.
    pub async fn cancel_my_ticket(&self) -> Reply<Done> {
        self.ask(Method::POST, "/ticket/cancel", &[], NOTHING).await
    }

    // Queries.

    /// The hall: names, guides, opening.
    pub async fn hall(&self) -> Reply<HallView> {
        self.get("/hall").await
    }

    /// Every queue.
    pub async fn queues(&self) -> Reply<Vec<QueueView>> {
        self.get("/queues").await
    }

    /// One queue with its first `limit` tickets.
    pub async fn queue(&self, service: &ServiceId, limit: usize) -> Reply<QueueView> {
        let limit = limit.to_string();
        self.ask(
            Method::GET,
            &format!("/queues/{service}"),
            &[("limit", &limit)],
            NOTHING,
        )
        .await
    }

    /// Every window.
    pub async fn windows(&self) -> Reply<Vec<WindowLine>> {
        self.get("/windows").await
    }

    /// The figures of a day; none: of today.
    pub async fn summary(&self, day: Option<BusinessDay>) -> Reply<DaySummary> {
        let day = day.map(|day| day.to_string());
        let query: Vec<_> = day.iter().map(|day| ("day", day.as_str())).collect();
        self.ask(Method::GET, "/summary", &query, NOTHING).await
    }

    /// What a hello on the websocket would be answered, for those who cannot open one. `held` is the epoch and the
    /// sequence that the client has.
    pub async fn state(&self, what: &What, held: Option<(&str, u64)>) -> Reply<ServerMessage> {
        let mut query = match what {
            // Where a display stands is told over the websocket only.
            What::Wall { zone: None } | What::Display { zone: None } => vec![("kind", "wall")],
            What::Wall { zone: Some(zone) } | What::Display { zone: Some(zone) } => {
                vec![("kind", "wall"), ("zone", zone.as_str())]
            }
            What::Window { window } => vec![("kind", "window"), ("window", window.as_str())],
            What::Ticket => vec![("kind", "ticket")],
            What::Staff => vec![("kind", "staff")],
            What::Kiosk => vec![("kind", "kiosk")],
        };
        let since = held.map(|(_, seq)| seq.to_string());
        if let (Some((epoch, _)), Some(since)) = (held, &since) {
            query.extend([("epoch", epoch), ("since", since.as_str())]);
        }
        self.ask(Method::GET, "/state", &query, NOTHING).await
    }

    /// Whether the server is ready to serve (`/readyz`).
    pub async fn ready(&self) -> Reply<()> {
        self.exchange(Method::GET, "/readyz", &[], NOTHING)
            .await
            .map(drop)
    }
}

/// Commands of a window.
impl Api {
    async fn at_window<B: Serialize>(
        &self,
        window: &WindowId,
        verb: &str,
        body: Body<'_, B>,
    ) -> Reply<WindowReply> {
        self.ask(
            Method::POST,
            &format!("/windows/{window}/{verb}"),
            &[],
            body,
        )
        .await
    }

    /// The window and its ticket.
    pub async fn window(&self, window: &WindowId) -> Reply<WindowReply> {
        self.get(&format!("/windows/{window}")).await
    }

    /// Signs on: the window opens.
    pub async fn sign_on(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "sign-on", NOTHING).await
    }

    /// Signs off: the window closes.
    pub async fn sign_off(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "sign-off", NOTHING).await
    }

    /// Pauses the window.
    pub async fn pause(&self, window: &WindowId, request: &PauseRequest) -> Reply<WindowReply> {
        self.at_window(window, "pause", Body::Json(request)).await
    }

    /// Ends the pause.
    pub async fn resume(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "resume", NOTHING).await
    }

    /// Calls the next ticket, of any service or of one.
    pub async fn call_next(
        &self,
        window: &WindowId,
        service: Option<&ServiceId>,
    ) -> Reply<WindowReply> {
        let request = CallNextRequest {
            service: service.cloned(),
        };
        self.at_window(window, "call-next", Body::Json(&request))
            .await
    }

    /// Calls a ticket out of its turn.
    pub async fn call_named(
        &self,
        window: &WindowId,
        request: &CallNamedRequest,
    ) -> Reply<WindowReply> {
        self.at_window(window, "call", Body::Json(request)).await
    }

    /// Calls the window's ticket again.
    pub async fn recall(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "recall", NOTHING).await
    }

    /// The customer has come: service starts.
    pub async fn start(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "start", NOTHING).await
    }

    /// Finishes the service.
    pub async fn finish(&self, window: &WindowId, request: &FinishRequest) -> Reply<WindowReply> {
        self.at_window(window, "finish", Body::Json(request)).await
    }

    /// The customer did not come.
    pub async fn no_show(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "no-show", NOTHING).await
    }

    /// Puts the window's ticket aside.
    pub async fn hold(&self, window: &WindowId, request: &HoldRequest) -> Reply<WindowReply> {
        self.at_window(window, "hold", Body::Json(request)).await
    }

    /// Takes a ticket up again that was put aside.
    pub async fn resume_ticket(
        &self,
        window: &WindowId,
        request: &TicketRequest,
    ) -> Reply<WindowReply> {
        self.at_window(window, "resume-ticket", Body::Json(request))
            .await
    }

    /// Transfers the window's ticket.
    pub async fn transfer(
        &self,
        window: &WindowId,
        request: &TransferRequest,
    ) -> Reply<WindowReply> {
        self.at_window(window, "transfer", Body::Json(request))
            .await
    }

    /// Adds a further service to the window's ticket.
    pub async fn add_service(&self, window: &WindowId, service: &ServiceId) -> Reply<WindowReply> {
        let request = AddServiceRequest {
            service: service.clone(),
        };
        self.at_window(window, "add-service", Body::Json(&request))
            .await
    }

    /// Serves somebody who has no ticket.
    pub async fn walk_up(&self, window: &WindowId, request: &IssueRequest) -> Reply<WindowReply> {
        self.at_window(window, "walk-up", Body::Json(request)).await
    }

    /// Takes the last call back.
    pub async fn undo_call(&self, window: &WindowId) -> Reply<WindowReply> {
        self.at_window(window, "undo-call", NOTHING).await
    }
}
