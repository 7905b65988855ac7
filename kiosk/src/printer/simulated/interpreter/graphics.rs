//! Images and QR codes: `GS v 0` and `GS ( k`.

use super::{Interpreter, Output, QR_BYTES_MAX, RECEIVE_BUFFER_MAX, Step};
use crate::printer::bitmap::Bitmap;
use crate::printer::encode::draw_qr;

/// The QR code that was stored and not yet printed.
pub(super) struct QrStore {
    module_dots: u32,
    content: Vec<u8>,
}

impl Default for QrStore {
    fn default() -> Self {
        Self {
            module_dots: 3,
            content: Vec::new(),
        }
    }
}

impl Interpreter {
    /// `GS v 0 m xL xH yL yH d…`: an image of x bytes by y rows.
    pub(super) fn raster(&mut self, rest: &[u8], outputs: &mut Vec<Output>) -> Step {
        let Some((head, data)) = rest.split_first_chunk::<8>() else {
            return Step::Wait;
        };
        let [_, _, _, mode, width_low, width_high, rows_low, rows_high] = *head;
        let row_bytes = usize::from(u16::from_le_bytes([width_low, width_high]));
        let rows = usize::from(u16::from_le_bytes([rows_low, rows_high]));
        let length = row_bytes * rows;
        if length + 8 > RECEIVE_BUFFER_MAX {
            self.page.warn(format!(
                "an image of {length} bytes is too large and was left out"
            ));
            return Step::Skip(length + 8);
        }
        let Some(data) = data.get(..length) else {
            return Step::Wait;
        };
        if data
            .windows(2)
            .any(|pair| matches!(pair, [0x10, 0x04 | 0x05 | 0x14]))
        {
            self.page.warn("an image contains a real-time command");
        }
        let image = bitmap_of(data, row_bytes, rows);
        let (wide, high) = (1 + u32::from(mode & 1), 1 + u32::from(mode >> 1 & 1));
        self.page
            .note_image(image.width() * wide, image.height() * high);
        let room = self.page.image(&image, wide, high);
        self.end_if_full(room, outputs);
        Step::Done(8 + length)
    }

    /// `GS ( k pL pH 49 fn …`: the QR code store and its printing.
    pub(super) fn qr_command(&mut self, rest: &[u8], outputs: &mut Vec<Output>) -> Step {
        let [_, _, _, low, high, body @ ..] = rest else {
            return Step::Wait;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some(body) = body.get(..length) else {
            return Step::Wait;
        };
        match body {
            [49, 67, n, ..] => self.qr.module_dots = u32::from(*n).clamp(1, 16),
            // Model and error correction: the simulated printer draws model 2 with M whatever is asked.
            [49, 65 | 69, ..] => {}
            [49, 80, 48, content @ ..] => {
                self.qr.content = content.iter().copied().take(QR_BYTES_MAX).collect();
            }
            [49, 81, ..] => {
                let room = self.print_qr();
                self.end_if_full(room, outputs);
            }
            other => self.page.warn(format!(
                "unknown command GS ( k {:02X?}",
                other.get(..2).unwrap_or(other)
            )),
        }
        Step::Done(5 + length)
    }

    fn print_qr(&mut self) -> bool {
        let content = String::from_utf8_lossy(&self.qr.content).into_owned();
        if content.is_empty() {
            self.page.warn("a QR code was printed without content");
            return true;
        }
        match draw_qr(&content, self.qr.module_dots) {
            Ok(code) if code.width() > self.width => {
                self.page
                    .warn("a QR code is wider than the paper and was left out, as printers do");
                true
            }
            Ok(code) => {
                self.page.note_qr(&content);
                self.page.image(&code, 1, 1)
            }
            Err(error) => {
                self.page.warn(error.to_string());
                true
            }
        }
    }
}

fn bitmap_of(data: &[u8], row_bytes: usize, rows: usize) -> Bitmap {
    let width = u32::try_from(row_bytes * 8).unwrap_or(0);
    let mut image = Bitmap::new(width, u32::try_from(rows).unwrap_or(0));
    for (y, row) in (0..).zip(data.chunks(row_bytes.max(1))) {
        for (x, byte) in (0..).zip(row) {
            for bit in 0..8 {
                if byte & (0x80 >> bit) != 0 {
                    image.set(x * 8 + bit, y);
                }
            }
        }
    }
    image
}
