//! How a kiosk and the server agree on the numbers that are given out while they cannot reach each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{
    BusinessDay, ClassId, Label, Language, Moment, PersonHash, PersonKey, ServiceId, TicketId,
};

/// A kiosk wants to hold numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaseRequest {
    /// How many of each service it wants to hold in all, those it holds included.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub wanted: BTreeMap<ServiceId, u32>,
}

/// The numbers that a kiosk holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeasesView {
    /// The hall's clock.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// All that it may give out; others that it held it may give out no more.
    pub leases: Vec<LeaseView>,
}

/// A number that a kiosk may give out while the server is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaseView {
    /// The ticket that it will be.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// What the customer reads.
    #[schema(value_type = String)]
    pub label: Label,
    /// The ticket's secret: opens its page on a telephone once it was handed over.
    pub token: String,
    /// For what.
    #[schema(value_type = String)]
    pub service: ServiceId,
    /// The business day that its label counts in.
    #[schema(value_type = String)]
    pub day: BusinessDay,
    /// When it was granted.
    #[schema(value_type = i64)]
    pub granted_at: Moment,
    /// Until when it may be given out.
    #[schema(value_type = i64)]
    pub until: Moment,
}

/// What a kiosk gave out while the server was away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverRequest {
    /// The tickets, 32 at most.
    pub tickets: Vec<TakenTicket>,
}

/// A ticket that a kiosk gave out while the server was away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenTicket {
    /// Which.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// The priority class; none: the ordinary one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub class: Option<ClassId>,
    /// The customer's language.
    #[serde(default)]
    #[schema(value_type = String)]
    pub language: Language,
    /// When, by the kiosk's clock. The hall takes no time before the number was granted and none that is still to come.
    #[schema(value_type = i64)]
    pub taken_at: Moment,
    /// Who took it, if the kiosk knows: the keyed hash of the person's identity number, as 64 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub person: Option<PersonHash>,
}

/// The hall's key of the hashes of identity numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonKeyView {
    /// 32 bytes, as 64 hex digits. A kiosk keeps it in memory only.
    #[schema(value_type = String)]
    pub key: PersonKey,
}

/// What became of the tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandOverView {
    /// One for each that was handed over, in the same order.
    pub tickets: Vec<HandedOver>,
}

/// What became of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandedOver {
    /// Which.
    #[schema(value_type = u64)]
    pub ticket: TicketId,
    /// What its holder reads; none when it is unknown.
    #[schema(value_type = Option<String>)]
    pub label: Option<Label>,
    /// What became of it.
    pub became: Became,
    /// The time at which the hall takes it to have been taken; only of a ticket that is new to the hall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub taken_at: Option<Moment>,
}

/// What becomes of a ticket that is handed over. After any of these it need not be handed over again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It waits in its queue, by the time of its taking.
    Accepted,
    /// It was handed over before; nothing has changed.
    Already,
    /// It is recorded, and closed: its day was over, or its service is gone.
    TooLate,
    /// It was never lent to this kiosk, or too long ago to be remembered; nothing has changed.
    Unknown,
}
