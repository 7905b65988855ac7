//! The number on a ticket, as a customer reads it: `A017`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest label, in characters.
pub const LABEL_CHARS_MAX: usize = 12;

/// A ticket's label (号码): a prefix and a number padded with zeros, such as `A017`.
///
/// A label is unique among live tickets and comes again on another day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(Arc<str>);

impl Label {
    /// The label of `number` in a series: `prefix`, then the number with at least `digits` digits.
    #[must_use]
    pub fn new(prefix: &str, number: u32, digits: u8) -> Self {
        Self(Arc::from(format!(
            "{prefix}{number:0width$}",
            width = usize::from(digits)
        )))
    }

    /// A label that was issued before and comes back from the wire, the journal or a person.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(
            text.chars()
                .take(LABEL_CHARS_MAX)
                .collect::<String>()
                .into(),
        )
    }

    /// The label as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl utoipa::PartialSchema for Label {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        String::schema()
    }
}

impl utoipa::ToSchema for Label {}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
