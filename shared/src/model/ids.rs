//! Identifiers. Those that a person writes in the configuration are short slugs; a ticket's is a number.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest slug, in characters.
pub const SLUG_CHARS_MAX: usize = 32;

/// Why a text is not a slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotASlug(String);

impl fmt::Display for NotASlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "“{}” is not an id: use 1 to {SLUG_CHARS_MAX} of a–z, 0–9, “-” and “_”",
            self.0
        )
    }
}

impl std::error::Error for NotASlug {}

fn checked_slug(text: &str) -> Result<Arc<str>, NotASlug> {
    let fits = !text.is_empty() && text.len() <= SLUG_CHARS_MAX;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if fits && text.chars().all(plain) {
        Ok(Arc::from(text))
    } else {
        Err(NotASlug(text.chars().take(2 * SLUG_CHARS_MAX).collect()))
    }
}

/// Reads a slug from a text.
struct SlugVisitor;

impl Visitor<'_> for SlugVisitor {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        checked_slug(text).map_err(E::custom)
    }
}

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id named by `text`: 1 to 32 of `a–z`, `0–9`, `-` and `_`.
            ///
            /// # Errors
            /// [`NotASlug`] when `text` is anything else.
            pub fn new(text: &str) -> Result<Self, NotASlug> {
                checked_slug(text).map(Self)
            }

            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        // Ids are in everything that is written and read, so they are not copied on the way.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(SlugVisitor).map(Self)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                String::schema()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

slug_id!(
    /// A service = business type (业务).
    ServiceId
);
slug_id!(
    /// A service window (窗口).
    WindowId
);
slug_id!(
    /// A zone (区域): one waiting and acoustic area.
    ZoneId
);
slug_id!(
    /// A group of services (部门).
    GroupId
);
slug_id!(
    /// A priority class (优先类别).
    ClassId
);
slug_id!(
    /// A member of staff.
    StaffId
);
slug_id!(
    /// A kiosk, display or printer.
    DeviceId
);
slug_id!(
    /// What a wall display shows, and where.
    LayoutId
);
slug_id!(
    /// Something of the hall that is told of calls: a lamp, a pager.
    HookId
);
slug_id!(
    /// A series of numbers: named after the service or the group that owns it.
    SeriesId
);

/// A ticket, unique in the life of the hall; counts up from 1. Not the number a customer sees (that is a
/// [`super::Label`]) and not a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(pub u64);

impl utoipa::PartialSchema for TicketId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        u64::schema()
    }
}

impl utoipa::ToSchema for TicketId {}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
