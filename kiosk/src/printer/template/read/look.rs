//! The keys that say how a text looks.

use std::ops::RangeInclusive;

use nowserving_shared::model::catalogue::reading::{Field, Fields, quoted};

use super::super::{Align, Look, SIZES_MAX, Size, TIMES_MAX};
use super::all;

/// The white space below a line of a text, in dots: up to 8 mm.
const SPACING_DOTS: RangeInclusive<u32> = 0..=64;

/// How a text looks when nothing is said about it.
pub(super) const PLAIN: Look = Look {
    sizes: Vec::new(),
    bold: false,
    reversed: false,
    align: Align::Left,
    spacing: 0,
};

/// The keys that say how a text looks; what is not said is as in `default`.
pub(super) fn look(fields: &mut Fields<'_>, default: &Look) -> Option<Look> {
    let sizes = match fields.take("size") {
        None if default.sizes.is_empty() => Some(vec![Size::NORMAL]),
        None => Some(default.sizes.clone()),
        Some(field) => sizes(field),
    };
    let look = flags(fields, default);
    Some(Look {
        sizes: sizes?,
        ..look?
    })
}

/// The same without sizes.
pub(super) fn flags(fields: &mut Fields<'_>, default: &Look) -> Option<Look> {
    let mut flag = |key, default| match fields.take(key) {
        None => Some(default),
        Some(field) => field.flag(),
    };
    let bold = flag("bold", default.bold);
    let reversed = flag("reversed", default.reversed);
    let align = match fields.take("align") {
        None => Some(default.align),
        Some(field) => field.word(&[("left", Align::Left), ("centre", Align::Centre)]),
    };
    let spacing = match fields.take("spacing") {
        None => Some(default.spacing),
        Some(field) => field
            .number(SPACING_DOTS)
            .and_then(|dots| u8::try_from(dots).ok()),
    };
    Some(Look {
        sizes: Vec::new(),
        bold: bold?,
        reversed: reversed?,
        align: align?,
        spacing: spacing?,
    })
}

fn sizes(field: Field<'_>) -> Option<Vec<Size>> {
    let items = field.items_or_one(SIZES_MAX)?;
    if items.is_empty() {
        // An empty list asks for nothing.
        return Some(vec![Size::NORMAL]);
    }
    all(items, |item| size(&item))
}

fn size(field: &Field<'_>) -> Option<Size> {
    let text = field.raw_text()?;
    let named = Size::NAMED.iter().find(|(name, _)| *name == text);
    let times = |text: &str| {
        text.parse::<u8>()
            .ok()
            .filter(|times| (1..=TIMES_MAX).contains(times))
    };
    let found = named.map(|(_, size)| *size).or_else(|| {
        let (wide, high) = text.split_once('x')?;
        Some(Size {
            wide: times(wide)?,
            high: times(high)?,
        })
    });
    if found.is_none() {
        field.wrong(format_args!(
            "{} is no size: use “normal”, “tall”, “large”, or times in width and height from 1 to {TIMES_MAX}, such as \"2x3\"",
            quoted(text)
        ));
    }
    found
}
