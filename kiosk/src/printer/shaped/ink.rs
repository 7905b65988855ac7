//! From placed glyphs to dots on paper.

use ab_glyph::{Font as _, FontRef, Glyph, GlyphId, PxScale, point};

use super::{Cluster, EM, Placed, PlacedGlyph, ShapedLine, is_seen};
use crate::printer::bitmap::Bitmap;
use crate::printer::encode::line_rows;
use crate::printer::font::COVERAGE_MIN;
use crate::printer::layout::{Align, Style};
use crate::printer::profile::CHAR_ROWS;

/// Rows above the base line, at normal size.
const ASCENT: f32 = 21.0;

/// Ink of a line: dots relative to the line's left end and top, and what was drawn as a box.
#[derive(Default)]
struct Ink {
    dots: Vec<(i32, i32)>,
    missing: Vec<char>,
}

/// The line on paper of `width_dots`, squeezed where it is wider.
pub(super) fn draw_placed(
    placed: &Placed,
    text: &str,
    style: Style,
    width_dots: u32,
) -> ShapedLine {
    let high = f32::from(style.high);
    let natural = placed.advance * f32::from(style.wide);
    let room = width_dots as f32;
    let squeeze = if natural > room { room / natural } else { 1.0 };
    let wide = f32::from(style.wide) * squeeze;
    let mut ink = Ink::default();
    for cluster in &placed.clusters {
        cluster_ink(cluster, text, wide, high, &mut ink);
    }
    let taken = (placed.advance * wide).ceil().clamp(0.0, room) as u32;
    let spare = width_dots - taken.min(width_dots);
    let left = match (style.align, placed.right_to_left) {
        (Align::Left, false) => 0,
        (Align::Left, true) => spare,
        (Align::Centre, _) => spare / 2,
    };
    ShapedLine {
        dots: dots_of(&ink, style, width_dots, (left, taken)),
        missing: ink.missing,
    }
}

/// The dots on paper. Marks above and tails below the usual cell make the line higher, up to twice.
fn dots_of(ink: &Ink, style: Style, width_dots: u32, (left, taken): (u32, u32)) -> Bitmap {
    let rows_usual = line_rows(style);
    let rows_max = 2 * rows_usual;
    let top = ink.dots.iter().map(|(_, y)| *y).min().unwrap_or(0).min(0);
    let down = top.unsigned_abs().min(rows_usual);
    let bottom = ink.dots.iter().map(|(_, y)| *y).max().unwrap_or(0);
    let bottom = u32::try_from(bottom).unwrap_or(0);
    let rows = (down + bottom + 1).clamp(rows_usual, rows_max);
    let mut dots = Bitmap::new(width_dots, rows);
    for (x, y) in &ink.dots {
        let (x, y) = (
            i64::from(*x) + i64::from(left),
            i64::from(*y) + i64::from(down),
        );
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else {
            continue;
        };
        dots.set(x, y);
        if style.bold {
            dots.set(x + 1, y);
        }
    }
    if style.reversed {
        let cell = u32::from(CHAR_ROWS) * u32::from(style.high);
        dots.invert(left, 0, taken, cell.max(down + bottom + 1).min(rows));
    }
    dots
}

fn cluster_ink(cluster: &Cluster, text: &str, wide: f32, high: f32, ink: &mut Ink) {
    let font = FontRef::try_from_slice_and_index(cluster.font.data.as_ref(), cluster.font.index);
    let seen: Vec<char> = cluster.characters(text).filter(|c| is_seen(*c)).collect();
    let before = ink.dots.len();
    if let Ok(font) = &font
        && !cluster.is_lacking(text)
    {
        for glyph in &cluster.glyphs {
            glyph_ink(font, *glyph, wide, high, ink);
        }
    }
    // A glyph without an outline, as in a font of bitmaps, is no better than none. What joined the character before is there.
    if ink.dots.len() == before && !seen.is_empty() && cluster.advance > 0.0 {
        box_ink(cluster, wide, high, ink);
        ink.missing.extend(seen);
    }
}

fn glyph_ink(font: &FontRef<'_>, glyph: PlacedGlyph, wide: f32, high: f32, ink: &mut Ink) {
    let Ok(id) = u16::try_from(glyph.id) else {
        return;
    };
    let units_per_em = font.units_per_em().unwrap_or(1000.0);
    // ab_glyph scales by the font's whole line height, of which the em is a part.
    let scale = EM * font.height_unscaled() / units_per_em;
    let glyph = Glyph {
        id: GlyphId(id),
        scale: PxScale {
            x: scale * wide,
            y: scale * high,
        },
        position: point(glyph.x * wide, ((ASCENT + glyph.y) * high).round()),
    };
    let Some(outline) = font.outline_glyph(glyph) else {
        return;
    };
    let corner = outline.px_bounds().min;
    outline.draw(|x, y, coverage| {
        if coverage >= COVERAGE_MIN {
            let (x, y) = (x as f32 + corner.x, y as f32 + corner.y);
            ink.dots.push((x as i32, y as i32));
        }
    });
}

/// An empty box where the cluster would stand.
fn box_ink(cluster: &Cluster, wide: f32, high: f32, ink: &mut Ink) {
    let left = (cluster.left * wide) as i32 + 1;
    let right = ((cluster.left + cluster.advance) * wide) as i32 - 2;
    let bottom = (EM * high) as i32 - 4;
    for x in left..=right {
        ink.dots.extend([(x, 2), (x, bottom)]);
    }
    for y in 2..=bottom {
        ink.dots.extend([(left, y), (right, y)]);
    }
}
