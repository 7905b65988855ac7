//! The stored form of the domain's smaller words.

use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::queue::{Line, Reach};
use nowserving_shared::domain::routing::{Rule, Why};
use nowserving_shared::domain::{
    CallHow, CloseReason, HoldReason, LeaseState, MissResult, Origin, Outcome, Place,
};
use nowserving_shared::model::{Moment, ServiceId, WindowId, ZoneId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Two enums with the same names on both sides.
macro_rules! same_names {
    ($(#[$doc:meta])* $record:ident = $domain:ident { $($name:ident),+ }) => {
        $(#[$doc])*
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $record { $($name),+ }

        impl From<&$domain> for $record {
            fn from(word: &$domain) -> Self {
                match word { $($domain::$name => Self::$name),+ }
            }
        }

        impl From<$record> for $domain {
            fn from(word: $record) -> Self {
                match word { $($record::$name => Self::$name),+ }
            }
        }
    };
}

same_names!(
    /// Where a ticket was taken.
    OriginRecord = Origin { Kiosk, Reception, Window, Phone }
);
same_names!(
    /// Where a lease stands.
    LeaseStateRecord = LeaseState { Open, Revoked, Ended, HandedOver }
);
same_names!(
    /// How a service ended.
    OutcomeRecord = Outcome { Done, Pending, NotDone }
);
same_names!(
    /// Why a ticket was put aside.
    HoldRecord = HoldReason { CustomerAway, PapersHere, OtherStep, Pool }
);
same_names!(
    /// Why a ticket was closed.
    CloseRecord = CloseReason { DayEnd, ServiceGone }
);
same_names!(
    /// The rule by which a ticket was next.
    RuleRecord = Rule { ReservedForWindow, FirstCome, Class }
);

/// A place, as hexadecimal text: JSON numbers do not hold 128 bits.
pub(super) struct PlaceRecord(Place);

impl Serialize for PlaceRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:x}", self.0.0))
    }
}

impl<'de> Deserialize<'de> for PlaceRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16)
            .map(|place| Self(Place(place)))
            .map_err(serde::de::Error::custom)
    }
}

impl From<&Place> for PlaceRecord {
    fn from(place: &Place) -> Self {
        Self(*place)
    }
}

impl From<PlaceRecord> for Place {
    fn from(record: PlaceRecord) -> Self {
        record.0
    }
}

/// A hash, as hexadecimal text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HashRecord(SecretHash);

impl Serialize for HashRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&blake3::Hash::from_bytes(self.0.0).to_hex())
    }
}

impl<'de> Deserialize<'de> for HashRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let hash = blake3::Hash::from_hex(&text).map_err(serde::de::Error::custom)?;
        Ok(Self(SecretHash(*hash.as_bytes())))
    }
}

impl From<&SecretHash> for HashRecord {
    fn from(hash: &SecretHash) -> Self {
        Self(*hash)
    }
}

impl From<HashRecord> for SecretHash {
    fn from(record: HashRecord) -> Self {
        record.0
    }
}

/// A line.
#[derive(Serialize, Deserialize)]
pub(super) struct LineRecord {
    service: ServiceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<WindowId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<ZoneId>,
}

impl From<&Line> for LineRecord {
    fn from(line: &Line) -> Self {
        let (window, zone) = match &line.reach {
            Reach::Any => (None, None),
            Reach::Window(window) => (Some(window.clone()), None),
            Reach::Zone(zone) => (None, Some(zone.clone())),
        };
        Self {
            service: line.service.clone(),
            window,
            zone,
        }
    }
}

impl From<LineRecord> for Line {
    fn from(record: LineRecord) -> Self {
        let reach = match (record.window, record.zone) {
            (Some(window), _) => Reach::Window(window),
            (None, Some(zone)) => Reach::Zone(zone),
            (None, None) => Reach::Any,
        };
        Self {
            service: record.service,
            reach,
        }
    }
}

/// How a ticket came to be called.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum HowRecord {
    Next {
        rule: RuleRecord,
        level: u8,
        lines: u32,
        waiting: u32,
    },
    Named {
        reason: String,
    },
    Resumed,
}

impl From<&CallHow> for HowRecord {
    fn from(how: &CallHow) -> Self {
        match how {
            CallHow::Next(Why {
                rule,
                level,
                lines,
                waiting,
            }) => Self::Next {
                rule: rule.into(),
                level: *level,
                lines: *lines,
                waiting: *waiting,
            },
            CallHow::Named { reason } => Self::Named {
                reason: reason.clone(),
            },
            CallHow::Resumed => Self::Resumed,
        }
    }
}

impl From<HowRecord> for CallHow {
    fn from(record: HowRecord) -> Self {
        match record {
            HowRecord::Next {
                rule,
                level,
                lines,
                waiting,
            } => Self::Next(Why {
                rule: rule.into(),
                level,
                lines,
                waiting,
            }),
            HowRecord::Named { reason } => Self::Named { reason },
            HowRecord::Resumed => Self::Resumed,
        }
    }
}

/// What a missed call led to.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MissRecord {
    Void,
    Back(PlaceRecord),
    Delayed(Moment),
    Pool,
}

impl From<&MissResult> for MissRecord {
    fn from(result: &MissResult) -> Self {
        match result {
            MissResult::Void => Self::Void,
            MissResult::Back(place) => Self::Back(place.into()),
            MissResult::Delayed(until) => Self::Delayed(*until),
            MissResult::Pool => Self::Pool,
        }
    }
}

impl From<MissRecord> for MissResult {
    fn from(record: MissRecord) -> Self {
        match record {
            MissRecord::Void => Self::Void,
            MissRecord::Back(place) => Self::Back(place.into()),
            MissRecord::Delayed(until) => Self::Delayed(until),
            MissRecord::Pool => Self::Pool,
        }
    }
}
