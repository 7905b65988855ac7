//! Requests and replies of the HTTP API under `/api/v1`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::announce::VoiceSettings;
use crate::board::{Availability, TicketStands, WindowLine};
use crate::model::{
    BusinessDay, ClassId, DeviceId, GroupId, Label, Language, Localized, Moment, PersonHash,
    ServiceId, StaffId, TicketId, WindowId, ZoneId,
};

/// Why a request was not carried out (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:nowserving:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short title in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A stable code for programs, such as `quota-reached`.
    pub code: String,
    /// A sentence for people, in the language of the request: what was wrong and what to do.
    pub detail: String,
    /// Every fault of a refused configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultView>,
    /// With `has-ticket`: the ticket that the person has, for the kiosk that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Box<HeldTicket>>,
}

/// A live ticket that somebody has already, with all that a kiosk needs to print it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldTicket {
    /// The ticket's secret.
    pub token: String,
    /// The ticket as it stands now.
    pub view: TicketView,
}

/// A fault of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultView {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Where a ticket is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginWire {
    /// At a kiosk.
    Kiosk,
    /// At a triage desk.
    Reception,
    /// At a window.
    Window,
    /// On a telephone.
    Phone,
}

/// Take a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueRequest {
    /// For what.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// The priority class; none: the ordinary one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub class: Option<ClassId>,
    /// The customer's language.
    #[serde(default)]
    #[schema(value_type = String)]
    pub language: Language,
    /// Who takes it, if a kiosk knows: the keyed hash of the person's identity number, as 64 hex digits. Whoever has a live
    /// ticket of the service is refused a second one (`has-ticket`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub person: Option<PersonHash>,
}

/// A number was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedView {
    /// The ticket.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// What the customer reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// The ticket's secret: opens its page on a telephone.
    pub token: String,
    /// For what.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// The priority class.
    #[schema(value_type = String)]
    pub class: ClassId,
    /// The customer's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// How many waited before it when it was taken.
    pub ahead: u32,
    /// Zones in which it may be called.
    #[schema(value_type = Vec<String>)]
    pub zones: Vec<ZoneId>,
    /// Numbers of the windows that may call it, in order.
    pub windows: Vec<u32>,
    /// When it was taken.
    #[schema(value_type = i64)]
    pub issued_at: Moment,
    /// The business day that its label counts in.
    #[schema(value_type = String)]
    pub day: BusinessDay,
}

/// A ticket, named by id or by label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum TicketName {
    /// By id.
    Id(#[schema(inline)] TicketId),
    /// By label.
    Label(#[schema(inline)] Label),
}

/// Call the next ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallNextRequest {
    /// Only of this service.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub service: Option<ServiceId>,
}

/// Call a ticket out of its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallNamedRequest {
    /// Which.
    pub ticket: TicketName,
    /// Why.
    pub reason: String,
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeWire {
    /// Done.
    #[default]
    Done,
    /// To be continued on another day.
    Pending,
    /// Refused or impossible.
    NotDone,
}

/// Finish the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishRequest {
    /// How it ended.
    #[serde(default)]
    pub outcome: OutcomeWire,
}

/// Why a ticket is put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldReasonWire {
    /// The customer went to fetch papers.
    CustomerAway,
    /// The papers stay at this window.
    PapersHere,
    /// Waits for another step elsewhere.
    OtherStep,
    /// Missed its call (set by the hall, refused from a person).
    Pool,
}

/// Put the window's ticket aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldRequest {
    /// Why.
    pub reason: HoldReasonWire,
    /// A note.
    #[serde(default)]
    pub note: String,
}

/// Name a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketRequest {
    /// Which.
    pub ticket: TicketName,
}

/// Where in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PositionWire {
    /// Before everybody.
    First,
    /// Behind everybody.
    Last,
    /// By the time of its taking.
    #[default]
    Keep,
}

/// Return a ticket to its queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// Where in the queue.
    #[serde(default)]
    pub position: PositionWire,
}

/// Where a ticket is transferred to: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferTargetWire {
    /// To a service.
    Service(#[schema(inline)] ServiceId),
    /// To a window.
    Window(#[schema(inline)] WindowId),
    /// To a zone.
    Zone(#[schema(inline)] ZoneId),
}

/// Transfer a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferRequest {
    /// Where to.
    pub to: TransferTargetWire,
    /// Where in the queue there.
    #[serde(default)]
    pub position: PositionWire,
}

/// Add a further service to the window's ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddServiceRequest {
    /// Which.
    #[schema(value_type = String)]
    pub service: ServiceId,
}

/// Pause the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseRequest {
    /// Why.
    pub reason: String,
    /// In how many minutes it is expected back.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// Cancel a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// The ticket at a window, as its clerk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketAtWindow {
    /// Which ticket.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// What the customer reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// For what.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// Services still to come.
    #[schema(value_type = Vec<String>)]
    pub further: Vec<ServiceId>,
    /// The priority class.
    #[schema(value_type = String)]
    pub class: ClassId,
    /// The customer's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// How long it waited before it was called, in seconds.
    pub waited_seconds: u64,
}

/// What a window command led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowReply {
    /// The sequence that it shows.
    pub seq: u64,
    /// The window now.
    pub window: WindowLine,
    /// Its ticket now.
    pub ticket: Option<TicketAtWindow>,
    /// Why this ticket was next, in the language of the request; only after a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a ticket command led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// The sequence after it.
    pub seq: u64,
}

/// The hall: names, guides, opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HallView {
    /// Version of the configuration.
    pub catalogue_version: u32,
    /// The hall's name.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Its telephone number; may be empty.
    pub phone: String,
    /// What staff call the device that asks; empty for people.
    #[serde(default)]
    pub device: String,
    /// The languages it offers, its own first.
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<Language>,
    /// Whether a kiosk whose printer cannot print gives out numbers all the same, on its screen only.
    #[serde(default)]
    pub paperless: bool,
    /// The business day.
    #[schema(value_type = String)]
    pub day: BusinessDay,
    /// Whether it is open.
    pub opening: Availability,
    /// The server's time (hall clock).
    #[schema(value_type = i64)]
    pub at: Moment,
    /// Zones.
    pub zones: Vec<ZoneView>,
    /// Groups.
    pub groups: Vec<GroupView>,
    /// Classes; the first is the ordinary one.
    pub classes: Vec<ClassView>,
    /// Services.
    pub services: Vec<ServiceView>,
    /// Windows, by number.
    pub windows: Vec<WindowLine>,
    /// What a missed call leads to, in a sentence by language.
    #[schema(value_type = Object)]
    pub no_show_rule: Localized,
    /// Notices for the idle screens of kiosks, in the order in which they are shown.
    #[serde(default)]
    pub notices: Vec<NoticeView>,
    /// How calls are said.
    #[serde(default)]
    pub voice: VoiceView,
}

/// How calls are said (语音播报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct VoiceView {
    /// In which languages.
    pub spoken_in: SpokenInWire,
    /// How Chinese says the digit 1 of a ticket.
    pub one: OneWire,
    /// How often a sentence is said.
    pub times: u8,
    /// How loud, in percent, where `volumes` says nothing else.
    pub volume: u8,
    /// Parts of the day in which nothing is said, such as `12:30-14:00`; they may cross midnight.
    pub quiet: Vec<String>,
    /// Parts of the day with a volume of their own; the first that holds the time counts.
    pub volumes: Vec<VolumeView>,
    /// Sentences in place of the product's own, by language.
    #[schema(value_type = Object)]
    pub templates: Localized,
}

/// In which languages a call is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpokenInWire {
    /// In the hall's first.
    First,
    /// In the hall's first, then in the ticket's own.
    Ticket,
    /// In all of the hall's.
    All,
}

/// How Chinese says the digit 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OneWire {
    /// 一.
    Yi,
    /// 幺.
    Yao,
}

/// A part of the day with a volume of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VolumeView {
    /// When, such as `18:00-20:00`.
    pub span: String,
    /// How loud, in percent.
    pub percent: u8,
}

impl Default for VoiceView {
    /// As the product has it.
    fn default() -> Self {
        super::convert::voice_view(&VoiceSettings::default())
    }
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeView {
    /// What it says.
    #[schema(value_type = Object)]
    pub text: Localized,
    /// The first day on which it is shown, in the hall's zone; none: at once.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub from: Option<BusinessDay>,
    /// The last day; none: for good.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub until: Option<BusinessDay>,
}

/// A zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZoneView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ZoneId,
    /// Its name.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// Seats.
    pub seats: u32,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: GroupId,
    /// Its name.
    #[schema(value_type = Object)]
    pub name: Localized,
}

/// A priority class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ClassId,
    /// Its name.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// Its mark.
    #[schema(value_type = Object)]
    pub mark: Localized,
    /// What proves it.
    #[schema(value_type = Object)]
    pub proof: Localized,
}

/// A service with its guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ServiceId,
    /// Its name.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// Its group.
    #[schema(value_type = String)]
    pub group: GroupId,
    /// Numbers of the windows that serve it, in order.
    pub windows: Vec<u32>,
    /// Zones of those windows.
    #[schema(value_type = Vec<String>)]
    pub zones: Vec<ZoneId>,
    /// The wait that the hall aims at, in seconds.
    pub wait_target_seconds: u64,
    /// The service time that the hall aims at, in seconds.
    pub service_target_seconds: u64,
    /// What a customer should know.
    pub guide: GuideView,
}

/// What a customer should know about a service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct GuideView {
    /// The steps.
    #[schema(value_type = Object)]
    pub process: Localized,
    /// What to bring.
    #[schema(value_type = Object)]
    pub materials: Localized,
    /// What it costs.
    #[schema(value_type = Object)]
    pub fee: Localized,
    /// How long the office may take.
    #[schema(value_type = Object)]
    pub time_limit: Localized,
    /// Whom to ask.
    pub phone: String,
}

/// A service as everybody may read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceGuideView {
    /// The hall's name.
    #[schema(value_type = Object)]
    pub hall: Localized,
    /// The hall's telephone number; may be empty.
    pub hall_phone: String,
    /// The service's name.
    #[schema(value_type = Object)]
    pub service: Localized,
    /// Its group's name.
    #[schema(value_type = Object)]
    pub group: Localized,
    /// Numbers of the windows that serve it, in order.
    pub windows: Vec<u32>,
    /// Names of the zones of those windows.
    #[schema(value_type = Vec<Object>)]
    pub zones: Vec<Localized>,
    /// What a customer should know.
    pub guide: GuideView,
}

/// How it stands with a ticket, for its holder. Live or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketView {
    /// What the customer reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// The hall's name.
    #[schema(value_type = Object)]
    pub hall: Localized,
    /// The hall's time zone (IANA name), in which its times are to be written.
    #[serde(default)]
    pub time_zone: String,
    /// The present service's name.
    #[schema(value_type = Object)]
    pub service: Localized,
    /// The holder's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// Where it stands; none: it is over.
    pub stands: Option<TicketStands>,
    /// How it ended: `finished`, `no_show`, `cancelled` or `closed`; none while it lives.
    pub ended: Option<String>,
    /// How many go before it; none unless it waits.
    pub ahead: Option<u32>,
    /// The number of the window that called it or serves it.
    pub window: Option<u32>,
    /// Numbers of the windows that may call it.
    pub windows: Vec<u32>,
    /// When it was taken.
    #[schema(value_type = i64)]
    pub issued_at: Moment,
    /// When it was called last.
    #[schema(value_type = Option<i64>)]
    pub called_at: Option<Moment>,
    /// Missed calls so far.
    pub misses: u32,
    /// What a kiosk needs besides to print it again; none when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reprint: Option<ReprintView>,
}

/// What a kiosk needs to print a live ticket again, besides what its holder sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReprintView {
    /// The ticket.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// The present service.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// The priority class.
    #[schema(value_type = String)]
    pub class: ClassId,
    /// Zones in which it may be called.
    #[schema(value_type = Vec<String>)]
    pub zones: Vec<ZoneId>,
    /// The business day in which it was taken.
    #[schema(value_type = String)]
    pub day: BusinessDay,
}

/// A queue: those who wait for one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueView {
    /// Which service.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// How many wait.
    pub waiting: u32,
    /// Since when the first of them waits.
    #[schema(value_type = Option<i64>)]
    pub longest_since: Option<Moment>,
    /// The first of them, in the order of calling.
    pub next: Vec<crate::board::TicketLine>,
}

/// The first administrator's password, set with the one-time code that the server's console showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// The one-time code.
    pub code: String,
    /// An administrator of the configuration.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// The password.
    pub password: String,
}

/// Log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// Who.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// The password.
    pub password: String,
}

/// Set a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The new password.
    pub password: String,
    /// The present one; needed when it is one's own.
    #[serde(default)]
    pub present: Option<String>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// Who.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their roles, by name.
    pub roles: Vec<String>,
    /// When it ends at the latest.
    #[schema(value_type = i64)]
    pub expires_at: Moment,
    /// The window at which they are signed on.
    #[schema(value_type = Option<String>)]
    pub window: Option<WindowId>,
}

/// Ask for a pairing code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairingRequest {
    /// For which device.
    #[schema(value_type = String)]
    pub device: DeviceId,
}

/// A pairing code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PairingView {
    /// For which device.
    #[schema(value_type = String)]
    pub device: DeviceId,
    /// The code, to be typed at the device once.
    pub code: String,
    /// Until when.
    #[schema(value_type = i64)]
    pub expires_at: Moment,
}

/// Use a pairing code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The code.
    pub code: String,
}

/// A device is enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolledView {
    /// Which device.
    #[schema(value_type = String)]
    pub device: DeviceId,
    /// `kiosk` or `display`.
    pub kind: String,
    /// Its zone.
    #[schema(value_type = Option<String>)]
    pub zone: Option<ZoneId>,
    /// Its token: sent as `Authorization: Bearer …` from now on.
    pub token: String,
}

/// A device as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceView {
    /// Which device.
    #[schema(value_type = String)]
    pub device: DeviceId,
    /// `kiosk` or `display`.
    pub kind: String,
    /// What staff call it.
    pub name: String,
    /// Its zone.
    #[schema(value_type = Option<String>)]
    pub zone: Option<ZoneId>,
    /// Whether it holds a token.
    pub enrolled: bool,
    /// How many websockets it has open.
    pub connected: u32,
    /// What it said of itself last; none since the server started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportedView>,
}

/// How often a device says how it is, when nothing changes.
pub const REPORT_INTERVAL: Duration = Duration::from_secs(60);
/// The longest text in a report, in characters; the rest is cut off.
pub const REPORT_TEXT_CHARS_MAX: usize = 200;

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceReport {
    /// The version of its program.
    pub version: String,
    /// Since when it runs, in seconds.
    pub uptime_seconds: u64,
    /// Its printer: `ready`, `paper_low`, `paper_out`, `cover_open`, `offline`, `absent` or `starting`; empty for a device that prints nothing.
    #[serde(default)]
    pub printer: String,
    /// How many numbers it gave out by itself and still has to hand over.
    #[serde(default)]
    pub unsent: u32,
    /// Its last trouble, in a sentence; empty when there was none.
    #[serde(default)]
    pub trouble: String,
}

/// A device's latest report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedView {
    /// When it came (ms since 1970, UTC).
    #[schema(value_type = i64)]
    pub at: Moment,
    /// What it says.
    pub report: DeviceReport,
}

/// The configuration now in force, or the reply to a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfigurationView {
    /// Counts up from 1.
    pub version: u32,
}

/// How a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedWire {
    /// All its services were finished.
    Finished,
    /// Its holder missed a call for good.
    NoShow,
    /// It was cancelled.
    Cancelled,
    /// It was closed without being served: the day ended, or its service is no more.
    Closed,
}

/// A call in the history of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallHistory {
    /// Where to.
    #[schema(value_type = String)]
    pub window: WindowId,
    /// By whom.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// When.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// Whether it was out of turn.
    pub named: bool,
    /// How often it was repeated.
    pub recalls: u32,
    /// Whether it was taken back.
    pub undone: bool,
}

/// The history of a ticket, live or over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketHistory {
    /// Which ticket.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// What the customer reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// The business day on which it was taken.
    #[schema(value_type = String)]
    pub day: BusinessDay,
    /// The present service, or the last one.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// The priority class.
    #[schema(value_type = String)]
    pub class: ClassId,
    /// The customer's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// Where it was taken.
    pub origin: OriginWire,
    /// When it was taken.
    #[schema(value_type = i64)]
    pub issued_at: Moment,
    /// Its calls, oldest first.
    pub calls: Vec<CallHistory>,
    /// When its first service began.
    #[schema(value_type = Option<i64>)]
    pub started_at: Option<Moment>,
    /// When its last finished service was finished.
    #[schema(value_type = Option<i64>)]
    pub finished_at: Option<Moment>,
    /// How it ended; none while it lives.
    pub ended: Option<EndedWire>,
    /// When it ended.
    #[schema(value_type = Option<i64>)]
    pub ended_at: Option<Moment>,
    /// How its last finished service ended.
    pub outcome: Option<OutcomeWire>,
    /// Missed calls.
    pub misses: u32,
    /// How long it waited: for each service, from joining the queue to the first call; seconds with one decimal. None:
    /// it was never called.
    pub wait_seconds: Option<f64>,
    /// How long it was served, without time on hold: seconds with one decimal. None: it was never served.
    pub service_seconds: Option<f64>,
}

/// How long something took, over all of which that is known: seconds with one decimal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// Mean, seconds.
    pub mean: f64,
    /// Median (nearest rank), seconds.
    pub p50: f64,
    /// 90th percentile (nearest rank), seconds.
    pub p90: f64,
    /// Longest, seconds.
    pub longest: f64,
}

/// The figures of a day, of a service or of a window.
///
/// `issued = served + no_show + cancelled + closed + open`, always. A ticket counts in the day on which it was taken and
/// for the service that it was taken for, so that the services add up to the day; its waits, services and calls count
/// for the service and the window where they were. At a window count the tickets that it called (or took without a
/// call): as served when it finished a service of theirs, else by how they ended.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// Tickets issued (of a window: tickets that it called).
    pub issued: u64,
    /// Tickets served to the end.
    pub served: u64,
    /// Tickets that ended as a no-show.
    pub no_show: u64,
    /// Tickets cancelled.
    pub cancelled: u64,
    /// Tickets closed without being served.
    pub closed: u64,
    /// Tickets still open.
    pub open: u64,
    /// Waits from joining the queue to the first call.
    pub wait: Spread,
    /// Time in service.
    pub service: Spread,
    /// Calls out of turn.
    pub named_calls: u64,
    /// Recalls.
    pub recalls: u64,
}

/// The figures of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DaySummary {
    /// Which business day.
    #[schema(value_type = String)]
    pub day: BusinessDay,
    /// All tickets.
    pub all: Figures,
    /// By service, in the order of the ids.
    #[schema(value_type = Object)]
    pub services: std::collections::BTreeMap<ServiceId, Figures>,
    /// By window, in the order of the ids.
    #[schema(value_type = Object)]
    pub windows: std::collections::BTreeMap<WindowId, Figures>,
}
