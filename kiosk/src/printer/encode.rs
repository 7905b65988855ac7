//! From lines to ESC/POS.
//!
//! The `escpos` crate builds the bytes into a buffer of ours. Three things it cannot do go through its raw-bytes door:
//!
//! - Chinese mode (`FS &`), sent after every initialisation, because `ESC @` leaves it on many models. No page code is ever
//!   chosen: with one, the crate would send UTF-8, which prints as garbage.
//! - Dots (`GS v 0`), in bands that small receive buffers can take. A line with a character outside the two-byte area is
//!   drawn with the bundled font, or [shaped](super::shaped) with others, and sent so.
//! - The partial cut: the crate's is `GS V 65 1`, which feeds one dot and cuts *through*; the partial one is `GS V 66`.
//!
//! Printers obey real-time commands (`DLE EOT`, `DLE ENQ`, `DLE DC4`) even inside image data. [`DISABLE_REAL_TIME`] turns the
//! dangerous ones off, once per connection, and in every image one dot is changed where such a sequence would arise.

use std::cell::RefCell;
use std::rc::Rc;

use encoding_rs::GB18030;
use escpos::driver::Driver;
use escpos::errors::PrinterError;
use escpos::printer::Printer;
use escpos::utils::{
    Encoder, JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption,
};
use qrcode::{Color, EcLevel, QrCode};

use super::bitmap::Bitmap;
use super::font;
use super::layout::{Align, Element, Line, Style};
use super::press::Press;
use super::profile::{CHAR_ROWS, COLUMN_DOTS, Cutter, PrinterProfile, QrMethod, TextEncoding};
use super::shaped::{Faces, needs_shaping};
use super::ticket::{TicketError, TicketPaper};
use super::wrap::{char_columns, columns, is_printer_text};

/// `GS ( D`: the printer shall ignore `DLE DC4` 1 (drawer pulse) and 2 (power off). Sent once per connection.
pub const DISABLE_REAL_TIME: [u8; 10] =
    [0x1D, 0x28, 0x44, 0x05, 0x00, 0x14, 0x01, 0x00, 0x02, 0x00];

/// Rows of one image command. Printers with small receive buffers overrun with more than 256.
pub const BAND_ROWS_MAX: u32 = 128;

/// Dots from one line's top to the next one's, for text of normal height.
pub const LINE_DOTS: u8 = 30;

const CHINESE_MODE_ON: [u8; 2] = [0x1C, 0x26];
const CHINESE_MODE_OFF: [u8; 2] = [0x1C, 0x2E];
const LINE_FEED: [u8; 1] = [0x0A];
const DLE: u8 = 0x10;
const DLE_COMMANDS: [u8; 3] = [0x04, 0x05, 0x14];
/// Text lines fed before a tear bar.
const TEAR_BAR_LINES: u8 = 5;
const RULE_ROWS: u32 = 2;
/// Up to so many times Chinese characters are enlarged by the printer itself; beyond it, printers differ.
const CHINESE_TIMES_MAX: u8 = 2;

/// The longest paper of one document, in dots: two metres. What would be longer is a mistake in a template.
pub const DOCUMENT_ROWS_MAX: u32 = 16_000;

/// A ticket or another document, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedTicket {
    /// What the printer gets, from initialisation to cut.
    pub bytes: Vec<u8>,
    /// Characters that neither the printer nor any font has; each is a box on the paper.
    pub missing: Vec<char>,
}

/// A document that cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// What it says is at fault.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The address cannot be a QR code.
    #[error("the ticket's address cannot be made into a QR code: {0}")]
    Qr(String),
    /// It would take more paper than anybody wants.
    #[error(
        "the paper would be {mm} mm long; at most {} mm are printed: shorten the texts or use smaller sizes in the template",
        DOCUMENT_ROWS_MAX / 8
    )]
    TooLong {
        /// How long it would be, in millimetres.
        mm: u32,
    },
    /// The instructions could not be built.
    #[error("the printer's instructions could not be built: {0}")]
    Instructions(String),
}

impl From<PrinterError> for EncodeError {
    fn from(error: PrinterError) -> Self {
        Self::Instructions(error.to_string())
    }
}

/// The ticket as the bytes that `profile`'s printer wants, laid out by the built-in templates. See [`Press`] for others.
///
/// # Errors
/// A ticket that cannot be put on paper as a whole.
pub fn encode_ticket(
    paper: &TicketPaper,
    profile: &PrinterProfile,
) -> Result<EncodedTicket, EncodeError> {
    Press::from(profile.clone()).ticket(paper)
}

/// What was laid out as bytes, from initialisation to cut.
pub(super) fn encode(
    elements: &[Element],
    profile: &PrinterProfile,
    faces: &Faces,
) -> Result<EncodedTicket, EncodeError> {
    let rows = elements.iter().map(|element| rows(element, profile)).sum();
    check_rows(rows)?;
    let mut sender = Sender::new(profile, faces)?;
    sender.rows = rows;
    for element in elements {
        sender.element(element)?;
    }
    sender.finish()
}

fn check_rows(rows: u32) -> Result<(), EncodeError> {
    if rows > DOCUMENT_ROWS_MAX {
        return Err(EncodeError::TooLong { mm: rows / 8 });
    }
    Ok(())
}

/// The dots of paper that an element takes, at most for a QR code: it is no higher than the paper is wide.
fn rows(element: &Element, profile: &PrinterProfile) -> u32 {
    match element {
        Element::Line(line) => line_rows(line.style),
        Element::Gap(dots) => u32::from(*dots),
        Element::Rule => RULE_ROWS,
        Element::Qr { .. } => u32::from(profile.width_dots),
    }
}

/// The rows that a line of text takes, with the white below it.
pub(super) fn line_rows(style: Style) -> u32 {
    (u32::from(CHAR_ROWS) * u32::from(style.high)).max(u32::from(LINE_DOTS))
}

/// A driver that is a buffer: what the crate would send is what we get.
#[derive(Clone, Default)]
struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Driver for Buffer {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
        self.0
            .try_borrow_mut()
            .map_err(PrinterError::from)?
            .extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _buffer: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

struct Sender<'a> {
    profile: &'a PrinterProfile,
    faces: &'a Faces,
    /// How long the paper becomes, in dots.
    rows: u32,
    buffer: Buffer,
    printer: Printer<Buffer>,
    style: Style,
    missing: Vec<char>,
}

impl<'a> Sender<'a> {
    fn new(profile: &'a PrinterProfile, faces: &'a Faces) -> Result<Self, EncodeError> {
        let buffer = Buffer::default();
        let mut printer = Printer::new(buffer.clone(), Protocol::new(Encoder::new(GB18030)), None);
        printer.init()?;
        match profile.encoding {
            TextEncoding::Gb18030 => printer.custom(&CHINESE_MODE_ON)?,
            TextEncoding::RasterOnly => printer.custom(&CHINESE_MODE_OFF)?,
        };
        printer.line_spacing(LINE_DOTS)?;
        Ok(Self {
            profile,
            faces,
            rows: 0,
            buffer,
            printer,
            style: Style::PLAIN,
            missing: Vec::new(),
        })
    }

    fn element(&mut self, element: &Element) -> Result<(), EncodeError> {
        match element {
            Element::Line(line) => self.line(line),
            Element::Gap(dots) => self.custom(&[0x1B, b'J', *dots]),
            Element::Rule => self.rule(),
            Element::Qr {
                content,
                module_dots,
            } => self.qr(content, *module_dots),
        }
    }

    fn finish(mut self) -> Result<EncodedTicket, EncodeError> {
        match self.profile.cutter {
            Cutter::Partial => self.custom(&[0x1D, b'V', 66, 0])?,
            Cutter::Full => self.custom(&[0x1D, b'V', 65, 0])?,
            Cutter::None => self.custom(&[0x1B, b'd', TEAR_BAR_LINES])?,
        }
        self.printer.print()?;
        self.missing.sort_unstable();
        self.missing.dedup();
        Ok(EncodedTicket {
            bytes: self.buffer.0.take(),
            missing: self.missing,
        })
    }

    fn line(&mut self, line: &Line) -> Result<(), EncodeError> {
        if !self.is_text(line) {
            return self.line_of_dots(line);
        }
        self.set_style(line.style)?;
        self.printer.write(&line.text)?;
        self.custom(&LINE_FEED)
    }

    fn line_of_dots(&mut self, line: &Line) -> Result<(), EncodeError> {
        let width = u32::from(self.profile.width_dots);
        let shaped = if needs_shaping(&line.text) {
            self.faces.draw(&line.text, line.style, width)
        } else {
            None
        };
        if let Some(shaped) = shaped {
            self.missing.extend(shaped.missing);
            // Marks and tails can make it higher than a usual line.
            self.rows += shaped.dots.height().saturating_sub(line_rows(line.style));
            check_rows(self.rows)?;
            return self.image(&shaped.dots);
        }
        self.missing
            .extend(line.text.chars().filter(|character| !font::has(*character)));
        self.image(&draw_line(line, width))
    }

    /// Whether the printer's own characters do for this line.
    fn is_text(&self, line: &Line) -> bool {
        let enlarged = line.style.wide.max(line.style.high);
        match self.profile.encoding {
            TextEncoding::Gb18030 if enlarged > CHINESE_TIMES_MAX => line.text.is_ascii(),
            TextEncoding::Gb18030 => line.text.chars().all(is_printer_text),
            TextEncoding::RasterOnly => false,
        }
    }

    fn set_style(&mut self, style: Style) -> Result<(), EncodeError> {
        let before = self.style;
        self.style = style;
        if before.align != style.align {
            self.printer.justify(match style.align {
                Align::Left => JustifyMode::LEFT,
                Align::Centre => JustifyMode::CENTER,
            })?;
        }
        if (before.wide, before.high) != (style.wide, style.high) {
            // Some printers enlarge Chinese by FS ! only, others by GS ! as well; whichever comes last counts for both.
            let chinese =
                if style.wide >= 2 { 0x04 } else { 0 } | if style.high >= 2 { 0x08 } else { 0 };
            self.custom(&[0x1C, b'!', chinese])?;
            self.printer.size(style.wide, style.high)?;
        }
        if before.bold != style.bold {
            self.printer.bold(style.bold)?;
        }
        if before.reversed != style.reversed {
            self.printer.reverse(style.reversed)?;
        }
        Ok(())
    }

    fn rule(&mut self) -> Result<(), EncodeError> {
        let width = u32::from(self.profile.width_dots);
        let mut dots = Bitmap::new(width, RULE_ROWS);
        dots.invert(0, 0, width, RULE_ROWS);
        self.image(&dots)
    }

    fn qr(&mut self, content: &str, module_dots: u8) -> Result<(), EncodeError> {
        match self.profile.qr {
            QrMethod::Native => {
                self.set_style(Style::CENTRED)?;
                let option =
                    QRCodeOption::new(QRCodeModel::Model2, module_dots, QRCodeCorrectionLevel::M);
                self.printer.qrcode_option(content, option)?;
                Ok(())
            }
            QrMethod::Raster => {
                let code = draw_qr(content, u32::from(module_dots))?;
                let width = u32::from(self.profile.width_dots);
                let mut dots = Bitmap::new(width, code.height());
                dots.draw(&code, width.saturating_sub(code.width()) / 2, 0, 1, 1);
                self.image(&dots)
            }
        }
    }

    fn image(&mut self, dots: &Bitmap) -> Result<(), EncodeError> {
        for command in image_commands(dots) {
            self.custom(&command)?;
        }
        Ok(())
    }

    fn custom(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.printer.custom(bytes)?;
        Ok(())
    }
}

/// The QR code of `content` (error correction M), each module `module_dots` wide, without a margin.
pub fn draw_qr(content: &str, module_dots: u32) -> Result<Bitmap, EncodeError> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M)
        .map_err(|error| EncodeError::Qr(error.to_string()))?;
    let side = u32::try_from(code.width()).map_err(|error| EncodeError::Qr(error.to_string()))?;
    let mut modules = Bitmap::new(side, side);
    for (index, color) in (0..).zip(code.to_colors()) {
        match color {
            Color::Dark => modules.set(index % side, index / side),
            Color::Light => {}
        }
    }
    let mut dots = Bitmap::new(side * module_dots, side * module_dots);
    dots.draw(&modules, 0, 0, module_dots, module_dots);
    Ok(dots)
}

/// A line drawn with the bundled font, as wide as the paper and as high as the same line of text would be.
fn draw_line(line: &Line, width_dots: u32) -> Bitmap {
    let Style {
        wide,
        high,
        bold,
        reversed,
        align,
    } = line.style;
    let (wide, high) = (u32::from(wide), u32::from(high));
    let rows = u32::from(CHAR_ROWS) * high;
    let text_dots = u32::try_from(columns(&line.text)).unwrap_or(0) * u32::from(COLUMN_DOTS) * wide;
    let left = match align {
        Align::Left => 0,
        Align::Centre => width_dots.saturating_sub(text_dots) / 2,
    };
    let mut dots = Bitmap::new(width_dots, line_rows(line.style));
    let mut x = left;
    for character in line.text.chars() {
        // A mark that takes no column of its own is drawn over the character before it.
        let taken = u32::try_from(char_columns(character)).unwrap_or(0);
        let cell = font::cell(character, taken.max(1), wide, high);
        let at = if taken == 0 {
            x.saturating_sub(cell.width())
        } else {
            x
        };
        dots.draw(&cell, at, 0, 1, 1);
        if bold {
            dots.draw(&cell, at + 1, 0, 1, 1);
        }
        x += taken * u32::from(COLUMN_DOTS) * wide;
    }
    if reversed {
        dots.invert(left, 0, text_dots, rows);
    }
    dots
}

/// `GS v 0` commands for the dots, in bands, free of sequences that would act as real-time commands.
fn image_commands(dots: &Bitmap) -> Vec<Vec<u8>> {
    let row_bytes = dots.row_bytes();
    let [width_low, width_high] = u16::try_from(row_bytes).unwrap_or(u16::MAX).to_le_bytes();
    let bands = dots
        .data()
        .chunks((row_bytes * BAND_ROWS_MAX as usize).max(1));
    bands
        .map(|band| {
            let [rows_low, rows_high] = u16::try_from(band.len() / row_bytes)
                .unwrap_or(u16::MAX)
                .to_le_bytes();
            let mut command = vec![
                0x1D, b'v', b'0', 0, width_low, width_high, rows_low, rows_high,
            ];
            command.extend(band);
            defuse(&mut command[8..]);
            command
        })
        .collect()
}

/// Changes one dot wherever image bytes would be a real-time command: the second byte gets its bit 1, which makes 04, 05
/// and 14 into bytes that mean nothing after `DLE` and that are not `DLE` themselves.
fn defuse(image: &mut [u8]) {
    for index in 1..image.len() {
        if image[index - 1] == DLE && DLE_COMMANDS.contains(&image[index]) {
            image[index] |= 0x02;
        }
    }
}

#[cfg(test)]
mod tests;
