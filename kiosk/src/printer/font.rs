//! Characters as dots, in the cells that printers use: 12×24 for a half-width and 24×24 for a full-width character.
//!
//! The bundled font is proportional for Latin letters, so each is squeezed into its cell where it is too wide. What the
//! font does not have is drawn as an empty box and reported by [`has`], never left out.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, point};

use super::bitmap::Bitmap;
use super::profile::{CHAR_ROWS, COLUMN_DOTS};

/// How one kind of character sits in its cell of [`CHAR_ROWS`] rows, in dots at normal size.
struct Seat {
    /// The size of the font's em.
    em: f32,
    /// Rows above the base line.
    ascent: f32,
}

/// Full-width characters fill their cell, as the font's own metrics (880 of 1000 above the base line) have it.
const FULL: Seat = Seat {
    em: 24.0,
    ascent: 21.0,
};

/// Half-width characters are smaller and higher, so that the tails of `g` and `y` stay inside the cell.
const HALF: Seat = Seat {
    em: 22.0,
    ascent: 19.0,
};

/// How much of a dot must be covered to be black: a little under half, because thermal dots of thin strokes vanish.
pub(super) const COVERAGE_MIN: f32 = 0.42;

/// White dots that a half-width character keeps free at its right, at normal size.
const SIDE_DOTS: f32 = 1.0;

static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(nowserving_ui::FONT_REGULAR).ok());

/// Whether the bundled font has the character. Spaces need no glyph.
#[must_use]
pub fn has(character: char) -> bool {
    character.is_whitespace()
        || FONT
            .as_ref()
            .is_some_and(|font| font.glyph_id(character).0 != 0)
}

/// The character drawn into a cell of `columns` half-width columns, each dot of the cell `wide` × `high` finer.
///
/// A character at 2×3 is drawn smoothly at that size, not as blocks; a printer's own enlargement makes blocks (see
/// [`Bitmap::draw`]).
#[must_use]
pub fn cell(character: char, columns: u32, wide: u32, high: u32) -> Bitmap {
    let mut dots = Bitmap::new(
        u32::from(COLUMN_DOTS) * columns * wide,
        u32::from(CHAR_ROWS) * high,
    );
    if character.is_whitespace() || columns == 0 {
        return dots;
    }
    match FONT.as_ref().filter(|font| font.glyph_id(character).0 != 0) {
        Some(font) => draw_glyph(&mut dots, font, character, wide as f32, high as f32),
        None => draw_box(&mut dots),
    }
    dots
}

fn draw_glyph(dots: &mut Bitmap, font: &FontRef<'_>, character: char, wide: f32, high: f32) {
    let units_per_em = font.units_per_em().unwrap_or(1000.0);
    let id = font.glyph_id(character);
    let cell_width = dots.width() as f32 / wide;
    let is_half = cell_width <= f32::from(COLUMN_DOTS);
    let Seat { em, ascent } = if is_half { HALF } else { FULL };
    let advance = font.h_advance_unscaled(id) / units_per_em * em;
    let room = if is_half {
        cell_width - SIDE_DOTS
    } else {
        cell_width
    };
    let squeeze = if advance > room { room / advance } else { 1.0 };
    // ab_glyph scales by the font's whole line height, of which the em is a part.
    let scale = em * font.height_unscaled() / units_per_em;
    let left = ((cell_width - advance * squeeze) / 2.0).max(0.0) * wide;
    let glyph = Glyph {
        id,
        scale: PxScale {
            x: scale * squeeze * wide,
            y: scale * high,
        },
        position: point(left, (ascent * high).round()),
    };
    let Some(outline) = font.outline_glyph(glyph) else {
        return;
    };
    let corner = outline.px_bounds().min;
    outline.draw(|x, y, coverage| {
        let (x, y) = (x as f32 + corner.x, y as f32 + corner.y);
        if coverage >= COVERAGE_MIN && x >= 0.0 && y >= 0.0 {
            dots.set(x as u32, y as u32);
        }
    });
}

fn draw_box(dots: &mut Bitmap) {
    let (right, bottom) = (
        dots.width().saturating_sub(3),
        dots.height().saturating_sub(4),
    );
    for x in 1..=right {
        dots.set(x, 2);
        dots.set(x, bottom);
    }
    for y in 2..=bottom {
        dots.set(1, y);
        dots.set(right, y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_and_latin_fill_their_cells_and_a_space_is_white() {
        for (character, columns) in [
            ('号', 2),
            ('中', 2),
            ('A', 1),
            ('W', 1),
            ('7', 1),
            ('，', 2),
        ] {
            let dots = cell(character, columns, 1, 1);
            assert_eq!(
                (dots.width(), dots.height()),
                (12 * columns, 24),
                "{character}"
            );
            assert!(!dots.is_white(), "{character}");
        }
        assert!(cell(' ', 1, 1, 1).is_white());
    }

    #[test]
    fn a_character_that_the_font_lacks_is_a_box_and_is_known() {
        let private = '\u{F0000}';
        assert!(!has(private) && has('号') && has(' '));
        assert!(cell(private, 2, 1, 1).get(1, 10));
    }
}
