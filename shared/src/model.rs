//! The words of a hall: identifiers, labels, languages, moments, and the catalogue that configures it.

pub mod calendar;
pub mod catalogue;
pub mod ids;
pub mod label;
pub mod language;
pub mod person;
pub mod time;

pub use calendar::{BusinessDay, NotNow, Opening};
pub use catalogue::{
    Catalogue, Class, Device, DeviceKind, Group, Guide, HallInfo, MissStep, NoShowPolicy, Rules,
    Service, ServiceBand, Staff, Window, Zone,
};
pub use ids::{
    ClassId, DeviceId, GroupId, HookId, LayoutId, SeriesId, ServiceId, StaffId, TicketId, WindowId,
    ZoneId,
};
pub use label::Label;
pub use language::{Language, Localized};
pub use person::{PersonHash, PersonKey};
pub use time::Moment;
