//! Black and white dots in rows of bytes, as a print head takes them.

use std::io;

/// The tallest bitmap, in rows: two and a half metres of paper at 8 rows a millimetre.
pub const ROWS_MAX: u32 = 20_000;

/// Dots in rows: the leftmost dot is the highest bit of a row's first byte, and a set bit is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: u32,
    height: u32,
    data: Vec<u8>,
}

impl Bitmap {
    /// A white bitmap of `width` × `height` dots; rows beyond [`ROWS_MAX`] are left out.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let height = height.min(ROWS_MAX);
        Self {
            width,
            height,
            data: vec![0; (width.div_ceil(8) * height) as usize],
        }
    }

    /// Dots in a row.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Bytes of one row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        self.width.div_ceil(8) as usize
    }

    /// All rows, one after another.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Whether the dot is black; outside of the bitmap all is white.
    #[must_use]
    pub fn get(&self, x: u32, y: u32) -> bool {
        self.place(x, y)
            .is_some_and(|(index, mask)| self.data[index] & mask != 0)
    }

    /// Makes the dot black; outside of the bitmap nothing happens.
    pub fn set(&mut self, x: u32, y: u32) {
        if let Some((index, mask)) = self.place(x, y) {
            self.data[index] |= mask;
        }
    }

    /// Turns black into white and white into black within the rectangle.
    pub fn invert(&mut self, x: u32, y: u32, width: u32, height: u32) {
        for row in y..y.saturating_add(height) {
            for column in x..x.saturating_add(width) {
                if let Some((index, mask)) = self.place(column, row) {
                    self.data[index] ^= mask;
                }
            }
        }
    }

    /// Adds the black dots of `other` at (`x`, `y`), each as `wide` × `high` dots.
    pub fn draw(&mut self, other: &Self, x: u32, y: u32, wide: u32, high: u32) {
        for row in 0..other.height {
            for column in 0..other.width {
                if !other.get(column, row) {
                    continue;
                }
                for dy in 0..high {
                    for dx in 0..wide {
                        self.set(x + column * wide + dx, y + row * high + dy);
                    }
                }
            }
        }
    }

    /// Adds white rows until there are `height`; beyond [`ROWS_MAX`] the answer is `false` and nothing is added.
    #[must_use = "a page that is too long must be ended"]
    pub fn grow_to(&mut self, height: u32) -> bool {
        if height > ROWS_MAX {
            return false;
        }
        if height > self.height {
            self.height = height;
            self.data.resize(self.row_bytes() * height as usize, 0);
        }
        true
    }

    /// Whether no dot is black.
    #[must_use]
    pub fn is_white(&self) -> bool {
        self.data.iter().all(|byte| *byte == 0)
    }

    /// The bitmap as a PNG file, one bit per dot, black on white.
    pub fn to_png(&self) -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width.max(1), self.height.max(1));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: 8000,
            yppu: 8000,
            unit: png::Unit::Meter,
        }));
        // In a PNG a set bit is white.
        let mut rows: Vec<u8> = self.data.iter().map(|byte| !byte).collect();
        if rows.is_empty() {
            rows.push(u8::MAX);
        }
        let mut writer = encoder.write_header().map_err(io::Error::other)?;
        writer.write_image_data(&rows).map_err(io::Error::other)?;
        writer.finish().map_err(io::Error::other)?;
        Ok(file)
    }

    fn place(&self, x: u32, y: u32) -> Option<(usize, u8)> {
        let inside = x < self.width && y < self.height;
        inside.then(|| {
            (
                y as usize * self.row_bytes() + (x / 8) as usize,
                0x80 >> (x % 8),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_outside_are_white_and_cannot_be_set() {
        let mut dots = Bitmap::new(9, 2);
        dots.set(8, 1);
        dots.set(9, 1);
        dots.set(0, 2);
        assert!(dots.get(8, 1) && !dots.get(9, 1) && !dots.get(0, 2));
        assert_eq!(dots.data(), [0, 0, 0, 0x80]);
    }

    #[test]
    fn drawing_multiplies_dots_and_inverting_turns_a_rectangle() {
        let mut small = Bitmap::new(1, 1);
        small.set(0, 0);
        let mut page = Bitmap::new(8, 4);
        page.draw(&small, 2, 1, 3, 2);
        assert_eq!(page.data(), [0, 0b0011_1000, 0b0011_1000, 0]);
        page.invert(0, 0, 8, 2);
        assert_eq!(page.data(), [0xFF, 0b1100_0111, 0b0011_1000, 0]);
    }

    #[test]
    fn a_page_does_not_grow_without_end() {
        let mut page = Bitmap::new(8, 0);
        assert!(page.grow_to(ROWS_MAX));
        assert!(!page.grow_to(ROWS_MAX + 1));
    }
}
