//! The hands of the kiosk: asks the server, feeds the printer, and tells what came of it as events.

use nowserving_client::api::{Api, ApiError};
use nowserving_client::socket::{Follow, Follower, LinkEvent, follow};
use nowserving_shared::model::{Language, TicketId};
use nowserving_shared::protocol::http::{HallView, IssueRequest};
use nowserving_shared::protocol::socket::What;
use tokio::runtime::Handle;

use crate::checkin::Interpreter;
use crate::offline::{Keeper, OfflineEvent};
use crate::popular::Book;
use crate::printer::{
    JobState, Press, PrintJob, PrinterAddress, PrinterEvent, PrinterStatus, Spooler, SpoolerHandle,
    Submitted, TicketPaper,
};
use crate::runner::{Events, Hands};
use crate::speech::Speech;
use crate::spoken::Utterance;
use crate::state::{
    Effect, Event, FoundOutcome, IssueOutcome, PrintStage, PrinterIs, PrinterTrouble, State, Volume,
};

use counts::Counts;

mod assistance;
mod counts;
mod errands;
mod maintenance;
mod report;
#[cfg(test)]
mod tests;

use report::Reporter;

/// Hands that reach a server over the network and perhaps a printer.
pub struct RealHands {
    api: Api,
    printer: Option<SpoolerHandle>,
    runtime: Handle,
    events: Events,
    keeper: Option<Keeper>,
    speech: Option<Box<dyn Speech>>,
    counts: Option<Counts>,
    reporter: Option<Reporter>,
    codes: Option<Interpreter>,
    tape: Option<maintenance::Tape>,
}

impl RealHands {
    /// Hands with an `api` that asks as this kiosk, and the printer if there is one. `runtime` carries the requests.
    #[must_use]
    pub fn new(api: Api, printer: Option<SpoolerHandle>, runtime: Handle, events: Events) -> Self {
        Self {
            api,
            printer,
            runtime,
            events,
            keeper: None,
            speech: None,
            counts: None,
            reporter: None,
            codes: None,
            tape: None,
        }
    }

    /// The same hands, counting in `book` what is asked for: what is asked for most then stands first, on every page or
    /// only where there are many services.
    #[must_use]
    pub fn counting(self, book: Book, everywhere: bool) -> Self {
        Self {
            counts: Some(Counts::new(book, everywhere)),
            ..self
        }
    }

    /// The same hands with a voice.
    #[must_use]
    pub fn with_speech(mut self, speech: Box<dyn Speech>) -> Self {
        self.speech = Some(speech);
        self
    }

    /// The same hands that tell the server how the kiosk is.
    #[must_use]
    pub fn reporting(mut self) -> Self {
        self.reporter = Some(Reporter::start(self.api.clone(), &self.runtime));
        self
    }

    /// The same hands that tell `codes` the hall's key whenever they ask for the hall.
    #[must_use]
    pub fn teaching(mut self, codes: Interpreter) -> Self {
        self.codes = Some(codes);
        self
    }

    fn find_ticket(&self, number: u64, token: &str) {
        let api = self.api.clone().with_ticket_token(token);
        let events = self.events.clone();
        self.runtime.spawn(async move {
            let outcome = match api.my_ticket().await {
                Ok(view) => FoundOutcome::Ticket(Box::new(view)),
                Err(error @ ApiError::Problem(_)) if !error.is_passing() => FoundOutcome::Unknown,
                Err(error) => FoundOutcome::Failed(error.to_string()),
            };
            events.send(Event::Found { number, outcome }).await;
        });
    }

    fn say(&mut self, words: &[Utterance], interrupts: bool, volume: Volume) {
        if let Some(speech) = &mut self.speech {
            speech.set_volume(volume);
            speech.say(words, interrupts);
        }
    }

    fn hush(&mut self) {
        if let Some(speech) = &mut self.speech {
            speech.silence();
        }
    }

    /// The same with a journal of its own, for when the server is away.
    #[must_use]
    pub fn keeping(self, keeper: Option<Keeper>) -> Self {
        Self { keeper, ..self }
    }

    fn fetch_hall(&self) {
        let (api, events) = (self.api.clone(), self.events.clone());
        let (keeper, counts) = (self.keeper.clone(), self.counts.clone());
        let codes = self.codes.clone();
        self.runtime.spawn(async move {
            let event = match api.hall().await {
                Ok(hall) => {
                    if let Some(codes) = codes {
                        teach(&api, &codes, &hall).await;
                    }
                    if let Some(keeper) = keeper {
                        keeper.keep_hall(hall.clone());
                    }
                    if let Some(news) = counts.and_then(|counts| counts.news(hall.day)) {
                        events.send(news).await;
                    }
                    Event::Hall(Box::new(hall))
                }
                Err(error) => Event::HallFailed(error.to_string()),
            };
            events.send(event).await;
        });
    }

    fn issue(&self, key: String, request: IssueRequest) {
        let api = self.api.clone().with_language(request.language);
        let (events, counts) = (self.events.clone(), self.counts.clone());
        self.runtime.spawn(async move {
            let outcome = match api.issue(&key, &request).await {
                Ok(issued) => {
                    if let Some(counts) = counts {
                        counts.count(&issued);
                    }
                    IssueOutcome::Issued(Box::new(issued))
                }
                Err(error) => outcome_of(error),
            };
            events.send(Event::Issue { key, outcome }).await;
        });
    }

    fn print(&self, ticket: TicketId, paper: TicketPaper) {
        let stage = self.submit(PrintJob::original(ticket, paper));
        self.tell(Event::Print { ticket, stage });
    }

    /// Gives a job to the printer; tells where its paper is then.
    fn submit(&self, job: PrintJob) -> PrintStage {
        let key = job.key();
        match &self.printer {
            None => PrintStage::Failed,
            Some(printer) => match printer.submit(job) {
                Ok(Submitted::Queued) => PrintStage::UnderWay,
                Ok(Submitted::AlreadyKnown(state)) => stage_of(&state, false),
                Err(error) => {
                    tracing::error!(%key, %error, "it is not printed");
                    PrintStage::Failed
                }
            },
        }
    }

    fn tell(&self, event: Event) {
        let events = self.events.clone();
        self.runtime.spawn(async move { events.send(event).await });
    }
}

impl Hands for RealHands {
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::FetchHall => self.fetch_hall(),
            Effect::Issue { key, request } => self.issue(key, request),
            Effect::FindTicket { number, token } => self.find_ticket(number, &token),
            Effect::Print { ticket, paper } => self.print(ticket, *paper),
            Effect::Reprint {
                ticket,
                copy,
                paper,
            } => self.reprint(ticket, copy, *paper),
            Effect::PrintSlip { number, slip } => self.print_slip(number, *slip),
            Effect::CallHelp => self.call_help(),
            Effect::SelfTest { number, paper } => self.self_test(number, *paper),
            Effect::AskPrinter => self.ask_printer(),
            Effect::Record => self.record(),
            Effect::Offline(effect) => self.run_errand(effect),
            Effect::Say {
                words,
                interrupts,
                volume,
            } => self.say(&words, interrupts, volume),
            Effect::Hush => self.hush(),
        }
    }

    fn heard(&mut self, event: &Event) {
        let barred = matches!(event, Event::Offline(OfflineEvent::Barred(_)));
        if let Some(codes) = self.codes.as_ref().filter(|_| barred) {
            codes.forget();
        }
        if let Some(reporter) = &self.reporter {
            reporter.heard(event);
        }
    }

    fn saw(&mut self, state: &State) {
        if let Some(reporter) = &self.reporter {
            reporter.saw(state);
        }
    }
}

/// Fetches the key of people's hashes; without it the kiosk goes on, and says of a card that it cannot be read now.
async fn teach(api: &Api, codes: &Interpreter, hall: &HallView) {
    match api.person_key().await {
        Ok(view) => codes.learn(view.key, hall.day.0),
        Err(error) => tracing::warn!(%error, "cards cannot be read: the hall's key did not arrive"),
    }
}

fn outcome_of(error: ApiError) -> IssueOutcome {
    if let ApiError::NotConnected(_) = error {
        return IssueOutcome::NotReached(error.to_string());
    }
    if error.is_passing() {
        return IssueOutcome::Passing(error.to_string());
    }
    match error {
        ApiError::Problem(problem) => match problem.ticket {
            Some(held) => IssueOutcome::HasTicket(held),
            None => IssueOutcome::Refused {
                code: problem.code,
                detail: problem.detail,
            },
        },
        // Nothing that a customer could read: the log has it, the page says where to go.
        ApiError::Garbage { .. }
        | ApiError::Unsendable(_)
        | ApiError::NotConnected(_)
        | ApiError::Unreachable(_)
        | ApiError::Timeout => IssueOutcome::Passing(error.to_string()),
    }
}

/// Starts the printer; its condition and its jobs come as events.
///
/// # Errors
/// A profile that no printer can have, or no thread.
pub fn start_printer(
    press: impl Into<Press>,
    address: PrinterAddress,
    events: Events,
) -> Result<SpoolerHandle, crate::printer::spooler::StartError> {
    let mut press = press.into();
    press.profile = press.profile.at(&address);
    let answers = press.profile.answers_status;
    Spooler::start(press, address, move |event| {
        let event = match event {
            PrinterEvent::Status(status) => Event::Printer(condition_of(status)),
            PrinterEvent::Job { key, state } => {
                assistance::paper_event(key, stage_of(&state, answers))
            }
        };
        events.send_from_thread(event);
    })
}

fn condition_of(status: PrinterStatus) -> PrinterIs {
    match status {
        PrinterStatus::Unknown => PrinterIs::Starting,
        PrinterStatus::Ok | PrinterStatus::Mute => PrinterIs::Ready,
        PrinterStatus::PaperNearEnd => PrinterIs::PaperLow,
        PrinterStatus::PaperOut => PrinterIs::NotReady(PrinterTrouble::PaperOut),
        PrinterStatus::CoverOpen => PrinterIs::NotReady(PrinterTrouble::CoverOpen),
        PrinterStatus::Fault
        | PrinterStatus::Offline
        | PrinterStatus::Silent
        | PrinterStatus::Absent => PrinterIs::NotReady(PrinterTrouble::Offline),
    }
}

/// Where the paper is. A printer that answers is not done when it has the bytes; one that never answers is.
fn stage_of(state: &JobState, answers: bool) -> PrintStage {
    match state {
        JobState::Queued | JobState::Sending => PrintStage::UnderWay,
        JobState::Sent if answers => PrintStage::UnderWay,
        JobState::Sent => PrintStage::Sent,
        JobState::Confirmed => PrintStage::Printed,
        JobState::Unknown { reason } => {
            tracing::warn!(reason, "nobody knows whether the paper came out");
            PrintStage::Unknown
        }
        JobState::Failed { reason } => {
            tracing::error!(reason, "the paper was not printed");
            PrintStage::Failed
        }
    }
}

/// Follows the waits at the server for as long as the kiosk runs. Must be called inside a runtime.
///
/// # Errors
/// [`ApiError::Unsendable`] when the address cannot be used.
pub fn follow_waits(api: &Api, token: &str, events: Events) -> Result<(), ApiError> {
    let what = Follow {
        what: What::Kiosk,
        token: Some(token.to_owned()),
        language: Language::default(),
    };
    let follower = follow(api, what)?;
    tokio::spawn(tell_waits(follower, events));
    Ok(())
}

async fn tell_waits(mut follower: Follower, events: Events) {
    let mut helps = assistance::Helps::default();
    while let Some(news) = follower.next().await {
        if let Some(event) = helps.of(&news) {
            events.send(event).await;
        }
        let event = match news {
            LinkEvent::Connected
            | LinkEvent::Ticket { .. }
            | LinkEvent::Placed(_)
            | LinkEvent::Announcement(_)
            | LinkEvent::AnnouncementOver { .. } => continue,
            LinkEvent::Board { board, at, .. } => Event::Waits {
                at,
                catalogue_version: board.catalogue_version,
                services: board.services.clone(),
            },
            LinkEvent::Alive { at } => Event::Alive { at },
            LinkEvent::Lost { why } => {
                tracing::warn!(why, "the connection is lost");
                Event::LinkLost
            }
            LinkEvent::Refused { code, detail, .. } => {
                tracing::error!(code, detail, "the server refuses this kiosk");
                if errands::is_barred(&code) {
                    let barred = OfflineEvent::Barred(detail);
                    events.send(Event::Offline(barred)).await;
                }
                Event::LinkLost
            }
        };
        events.send(event).await;
    }
    tracing::error!("the server has refused this kiosk for good: enrol it again");
    events.send(Event::LinkLost).await;
}
