//! Whether two pictures differ to somebody who reads them.

use std::fmt;

use slint::Rgb8Pixel;

use crate::Picture;

/// How far a channel may differ before a pixel counts as different: more than a rounded shade in a file, less than what
/// lies between two grounds of the theme.
const CHANNEL_TOLERANCE: u8 = 16;

/// How long the side of a square is in which differing pixels are counted.
const SQUARE: usize = 16;

/// How many pixels of a square may differ: fewer than a full stop has.
const DIFFERENT_IN_SQUARE_MAX: usize = 5;

/// How two pictures differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Their sizes do.
    Size {
        /// Across and down, as approved.
        approved: (usize, usize),
        /// Across and down, as drawn.
        drawn: (usize, usize),
    },
    /// Their pixels do.
    Pixels {
        /// How many in all.
        count: usize,
        /// The upper left corner of the square where most do.
        worst: (usize, usize),
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { approved, drawn } => write!(
                to,
                "{}×{} pixels instead of {}×{}",
                drawn.0, drawn.1, approved.0, approved.1
            ),
            Self::Pixels { count, worst } => {
                write!(
                    to,
                    "{count} pixels differ, most near {}, {}",
                    worst.0, worst.1
                )
            }
        }
    }
}

fn differ(one: &Rgb8Pixel, other: &Rgb8Pixel) -> bool {
    let far = |a: u8, b: u8| a.abs_diff(b) > CHANNEL_TOLERANCE;
    far(one.r, other.r) || far(one.g, other.g) || far(one.b, other.b)
}

impl Picture {
    /// How `drawn` differs from this approved picture, unless it is the same to the eye.
    #[must_use]
    pub fn difference(&self, drawn: &Self) -> Option<Difference> {
        if self.size() != drawn.size() {
            return Some(Difference::Size {
                approved: self.size(),
                drawn: drawn.size(),
            });
        }
        let (width, height) = self.size();
        let across = width.div_ceil(SQUARE);
        let mut squares = vec![0_usize; across * height.div_ceil(SQUARE)];
        for (at, (one, other)) in self.pixels.iter().zip(&drawn.pixels).enumerate() {
            if differ(one, other) {
                squares[at / width / SQUARE * across + at % width / SQUARE] += 1;
            }
        }
        let (worst, most) = (0..)
            .zip(&squares)
            .max_by_key(|(_, count)| **count)
            .expect("a picture has a square");
        (*most > DIFFERENT_IN_SQUARE_MAX).then(|| Difference::Pixels {
            count: squares.iter().sum(),
            worst: (worst % across * SQUARE, worst / across * SQUARE),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUND: Rgb8Pixel = Rgb8Pixel {
        r: 0xee,
        g: 0xf3,
        b: 0xf9,
    };
    const INK: Rgb8Pixel = Rgb8Pixel {
        r: 0x13,
        g: 0x20,
        b: 0x2f,
    };

    /// A sheet with strokes two pixels wide at `columns`, twenty pixels high.
    fn sheet(columns: &[usize]) -> Picture {
        let mut sheet = Picture::new(200, vec![GROUND; 200 * 100]);
        for row in 40..60 {
            for column in columns {
                sheet.pixels[row * 200 + column] = INK;
                sheet.pixels[row * 200 + column + 1] = INK;
            }
        }
        sheet
    }

    #[test]
    fn a_slightly_other_shade_everywhere_is_no_difference() {
        let approved = sheet(&[20, 40, 60]);
        let mut drawn = approved.clone();
        for (at, pixel) in drawn.pixels.iter_mut().enumerate() {
            pixel.r = pixel
                .r
                .saturating_add(u8::try_from(at % 13).expect("small"));
            pixel.b = pixel
                .b
                .saturating_sub(u8::try_from(at % 11).expect("small"));
        }
        assert!(approved.difference(&drawn).is_none());
    }

    #[test]
    fn a_stroke_that_moved_by_one_pixel_is_found() {
        let difference = sheet(&[20, 40, 60]).difference(&sheet(&[20, 41, 60]));
        let Some(Difference::Pixels { count, worst }) = difference else {
            panic!("{difference:?}");
        };
        assert!(
            (count, worst) == (40, (32, 32)) || (count, worst) == (40, (32, 48)),
            "{worst:?}"
        );
    }

    #[test]
    fn a_lost_comma_is_found() {
        let mut approved = sheet(&[20, 40]);
        // Three by five pixels, across the corner of four squares in the worst case.
        for row in 45..50 {
            for column in 95..98 {
                approved.pixels[row * 200 + column] = INK;
            }
        }
        assert!(approved.difference(&sheet(&[20, 40])).is_some());
    }

    #[test]
    fn another_ground_is_found() {
        let approved = sheet(&[20]);
        let mut drawn = approved.clone();
        drawn.pixels[..200 * 20].fill(Rgb8Pixel::new(0xff, 0xff, 0xff));
        assert!(approved.difference(&drawn).is_some());
    }

    #[test]
    fn another_size_is_a_difference() {
        let drawn = Picture::new(100, vec![GROUND; 200 * 100]);
        let said = sheet(&[]).difference(&drawn).map(|found| found.to_string());
        assert_eq!(said.as_deref(), Some("100×200 pixels instead of 200×100"));
    }
}
