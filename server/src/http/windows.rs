//! What staff do at a window. Each command is answered with the window and its ticket as they are then.
//!
//! Who may do what is decided by the rules of the hall; the door only makes sure who asks. A command that is sent again
//! with its key is answered with the window as it is now, under the sequence that the command led to then.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use nowserving_shared::board::WindowLine;
use nowserving_shared::domain::routing::Why;
use nowserving_shared::domain::{By, CallHow, Command, Event, Hall, Refusal};
use nowserving_shared::model::{Language, Moment, TicketId, WindowId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::{
    AddServiceRequest, CallNamedRequest, CallNextRequest, FinishRequest, HoldRequest, IssueRequest,
    PauseRequest, TicketAtWindow, TicketRequest, TransferRequest, WindowReply,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{Ask, Nothing};
use super::parameter::Segment;
use super::principal::Staff;
use super::problem::{Problem, Speak};
use crate::app::App;
use crate::hall_task::{Committed, RequestKey};

type Answer = Result<Json<WindowReply>, Problem>;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(window))
        .routes(routes!(sign_on))
        .routes(routes!(sign_off))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(call_next))
        .routes(routes!(call_named))
        .routes(routes!(recall))
        .routes(routes!(start))
        .routes(routes!(finish))
        .routes(routes!(no_show))
        .routes(routes!(hold))
        .routes(routes!(resume_ticket))
        .routes(routes!(transfer_own))
        .routes(routes!(add_service))
        .routes(routes!(walk_up))
        .routes(routes!(undo_call))
}

/// A window as it is at one moment, with its ticket.
struct Seen {
    seq: u64,
    line: WindowLine,
    ticket: Option<TicketAtWindow>,
    /// Why its ticket was next; only when this command has called it.
    why: Option<Why>,
}

impl Seen {
    /// The window at this moment; none when the hall has no such window.
    fn at(hall: &Hall, window: &WindowId, seq: u64, now: Moment) -> Option<Self> {
        let line = convert::window_line(hall, hall.catalogue()?.windows.get(window)?);
        let ticket = hall.desk(window).and_then(|desk| desk.ticket);
        let ticket = ticket.and_then(|id| hall.ticket(id));
        Some(Self {
            seq,
            line,
            ticket: ticket.map(|ticket| convert::ticket_at_window(ticket, now)),
            why: None,
        })
    }

    /// The window after a command.
    fn after(committed: &Committed<'_>, window: &WindowId) -> Option<Self> {
        let seen = Self::at(committed.hall, window, committed.seq(), committed.now)?;
        let why = seen
            .ticket
            .as_ref()
            .and_then(|ticket| why(committed, ticket.ticket));
        Some(Self { why, ..seen })
    }

    fn reply(self, language: Language) -> WindowReply {
        WindowReply {
            seq: self.seq,
            window: self.line,
            ticket: self.ticket,
            why: self.why.map(|why| convert::why_sentence(&why, language)),
        }
    }
}

/// Why a ticket was next, when the command has called it.
fn why(committed: &Committed<'_>, called: TicketId) -> Option<Why> {
    let events = committed.entries.iter().map(|entry| &entry.recorded.event);
    let mut whys = events.filter_map(|event| {
        let Event::Called { ticket, how, .. } = event else {
            return None;
        };
        match how {
            CallHow::Next(why) if *ticket == called => Some(why.clone()),
            CallHow::Next(_) | CallHow::Named { .. } | CallHow::Resumed => None,
        }
    });
    whys.next()
}

/// Carries out a command of a window.
async fn carry_out(
    app: &App,
    by: By,
    key: Option<RequestKey>,
    language: Language,
    window: WindowId,
    command: Command,
) -> Answer {
    let asked = window.clone();
    let seen = app
        .hall
        .command(command, by, key, move |committed| {
            Seen::after(committed, &asked)
        })
        .await
        .map_err(|error| Problem::command(&error, language))?;
    answer(seen, window, language)
}

fn answer(seen: Option<Seen>, window: WindowId, language: Language) -> Answer {
    match seen {
        Some(seen) => Ok(Json(seen.reply(language))),
        // A new configuration has taken the window away in the meantime.
        None => Err(Problem::refused(&Refusal::UnknownWindow(window), language)),
    }
}

/// The window and its ticket.
#[utoipa::path(
    get, path = "/api/v1/windows/{id}", tag = "windows",
    params(("id" = String, Path, description = "The window")),
    responses((status = OK, body = WindowReply)), security(("session" = []))
)]
async fn window(
    State(app): State<Arc<App>>,
    _: Staff,
    Speak(language): Speak,
    Segment(window): Segment<WindowId>,
) -> Answer {
    let asked = window.clone();
    let seen = app
        .hall
        .look(move |hall, now| Seen::at(hall, &asked, hall.seq(), now))
        .await
        .map_err(|error| Problem::command(&error, language))?;
    answer(seen, window, language)
}

/// A command of a window: its description, its address, its body, and what it asks of the hall.
macro_rules! window_command {
    (
        $(#[$about:meta])*
        $name:ident at $path:literal takes $body:ident:
        |$window:ident, $asked:ident $(, $app:ident)?| $command:expr
    ) => {
        $(#[$about])*
        #[utoipa::path(
            post, path = $path, tag = "windows",
            params(("id" = String, Path, description = "The window")),
            request_body = $body,
            responses((status = OK, body = WindowReply)), security(("session" = []))
        )]
        async fn $name(
            State(app): State<Arc<App>>,
            staff: Staff,
            Segment(id): Segment<WindowId>,
            mut ask: Ask<$body>,
        ) -> Answer {
            let by = staff.by();
            let key = ask.key(&by);
            let Ask { body: $asked, language, .. } = ask;
            let $window = id.clone();
            $(let $app = &app;)?
            let command = $command;
            carry_out(&app, by, key, language, id, command).await
        }
    };
}

window_command! {
    /// Signs on: the window opens (开窗).
    sign_on at "/api/v1/windows/{id}/sign-on" takes Nothing:
    |window, _asked| Command::SignOn { window }
}

window_command! {
    /// Signs off: the window closes (关窗).
    sign_off at "/api/v1/windows/{id}/sign-off" takes Nothing:
    |window, _asked| Command::SignOff { window }
}

window_command! {
    /// Pauses the window: it receives no call (暂停服务).
    pause at "/api/v1/windows/{id}/pause" takes PauseRequest:
    |window, asked, app| Command::Pause {
        window,
        reason: asked.reason,
        back_at: asked.minutes.map(|minutes| {
            let span = Duration::from_secs(60 * u64::from(minutes));
            app.hall.clock().now().after(span)
        }),
    }
}

window_command! {
    /// Ends the pause.
    resume at "/api/v1/windows/{id}/resume" takes Nothing:
    |window, _asked| Command::ResumeWindow { window }
}

window_command! {
    /// Calls the next ticket, of any service of the window or of one (叫号).
    call_next at "/api/v1/windows/{id}/call-next" takes CallNextRequest:
    |window, asked| Command::CallNext { window, service: asked.service }
}

window_command! {
    /// Calls a ticket out of its turn, with a reason (指定呼叫).
    call_named at "/api/v1/windows/{id}/call" takes CallNamedRequest:
    |window, asked| Command::CallNamed {
        window,
        ticket: asked.ticket.into(),
        reason: asked.reason,
    }
}

window_command! {
    /// Calls the window's ticket again (重呼).
    recall at "/api/v1/windows/{id}/recall" takes Nothing:
    |window, _asked| Command::Recall { window }
}

window_command! {
    /// The called customer is here (开始办理).
    start at "/api/v1/windows/{id}/start" takes Nothing:
    |window, _asked| Command::Start { window }
}

window_command! {
    /// The service is done; a ticket with further services goes on to the next (办结).
    finish at "/api/v1/windows/{id}/finish" takes FinishRequest:
    |window, asked| Command::Finish { window, outcome: asked.outcome.into() }
}

window_command! {
    /// The called customer did not come (过号).
    no_show at "/api/v1/windows/{id}/no-show" takes Nothing:
    |window, _asked| Command::NoShow { window }
}

window_command! {
    /// Puts the window's ticket aside (挂起).
    hold at "/api/v1/windows/{id}/hold" takes HoldRequest:
    |window, asked| Command::Hold {
        window,
        reason: asked.reason.into(),
        note: asked.note,
    }
}

window_command! {
    /// Takes a held ticket up again, by calling it to the window (恢复).
    resume_ticket at "/api/v1/windows/{id}/resume-ticket" takes TicketRequest:
    |window, asked| Command::ResumeTicket { window, ticket: asked.ticket.into() }
}

window_command! {
    /// Transfers the ticket that the window has (转移).
    transfer_own at "/api/v1/windows/{id}/transfer" takes TransferRequest:
    |window, asked| Command::TransferOwn {
        window,
        to: asked.to.into(),
        position: asked.position.into(),
    }
}

window_command! {
    /// Adds a further service to the window's ticket (追加业务).
    add_service at "/api/v1/windows/{id}/add-service" takes AddServiceRequest:
    |window, asked| Command::AddService { window, service: asked.service }
}

window_command! {
    /// Serves somebody who has no ticket: one is issued and served at once (直办).
    walk_up at "/api/v1/windows/{id}/walk-up" takes IssueRequest:
    |window, asked| Command::WalkUp {
        window,
        service: asked.service,
        class: asked.class,
        language: asked.language,
    }
}

window_command! {
    /// Takes the window's last call back.
    undo_call at "/api/v1/windows/{id}/undo-call" takes Nothing:
    |window, _asked| Command::UndoCall { window }
}
