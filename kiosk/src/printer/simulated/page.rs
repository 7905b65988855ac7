//! The paper: where a line of characters lands, and how it looks there.
//!
//! A line is collected until it is fed or full, then drawn with its characters standing on one base line. Paper moves by
//! the line spacing or by the tallest character, whichever is more, as on real printers.

use crate::printer::bitmap::Bitmap;
use crate::printer::font;
use crate::printer::profile::{CHAR_ROWS, COLUMN_DOTS};

use super::{CutKind, PrintedLine, PrintedTicket};

/// The most warnings kept for one ticket.
pub const WARNINGS_MAX: usize = 64;

/// White rows after the last line, as the knife leaves them.
const CUT_MARGIN_ROWS: u32 = 24;

/// How characters look from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) wide: u8,
    pub(super) high: u8,
    pub(super) han_wide: u8,
    pub(super) han_high: u8,
    pub(super) bold: bool,
    pub(super) reversed: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            wide: 1,
            high: 1,
            han_wide: 1,
            han_high: 1,
            bold: false,
            reversed: false,
        }
    }
}

/// Where lines and images stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Justify {
    #[default]
    Left,
    Centre,
    Right,
}

#[derive(Debug, Clone, Copy)]
struct Character {
    shape: char,
    columns: u32,
    wide: u8,
    high: u8,
    bold: bool,
    reversed: bool,
}

impl Character {
    fn dots(&self) -> u32 {
        self.columns * u32::from(COLUMN_DOTS) * u32::from(self.wide)
    }
}

/// The paper of the ticket that is being printed.
pub(super) struct Page {
    width: u32,
    dots: Bitmap,
    row: u32,
    line: Vec<Character>,
    text: Vec<String>,
    lines: Vec<PrintedLine>,
    qr_codes: Vec<String>,
    warnings: Vec<String>,
    pub(super) look: Look,
    pub(super) justify: Justify,
    pub(super) spacing: u32,
}

/// Line spacing after initialisation, in dots.
pub(super) const SPACING_DEFAULT: u32 = 30;

impl Page {
    pub(super) fn new(width: u32) -> Self {
        Self {
            width,
            dots: Bitmap::new(width, 0),
            row: 0,
            line: Vec::new(),
            text: Vec::new(),
            lines: Vec::new(),
            qr_codes: Vec::new(),
            warnings: Vec::new(),
            look: Look::default(),
            justify: Justify::default(),
            spacing: SPACING_DEFAULT,
        }
    }

    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if self.warnings.len() < WARNINGS_MAX && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Whether a line was begun and not yet fed.
    pub(super) fn at_line_start(&self) -> bool {
        self.line.is_empty()
    }

    /// Whether there is anything on the paper.
    pub(super) fn is_blank(&self) -> bool {
        self.line.is_empty() && self.dots.is_white() && self.text.iter().all(String::is_empty)
    }

    /// Puts a character at the end of the line; a full line is fed first, as printers do.
    #[must_use = "a page that is full must be ended"]
    pub(super) fn character(&mut self, shape: char, columns: u32) -> bool {
        let look = self.look;
        let (wide, high) = if columns == 2 {
            (look.han_wide, look.han_high)
        } else {
            (look.wide, look.high)
        };
        let character = Character {
            shape,
            columns,
            wide,
            high,
            bold: look.bold,
            reversed: look.reversed,
        };
        let mut room = true;
        if self.line_dots() + character.dots() > self.width && !self.line.is_empty() {
            self.warn("a line was wider than the paper and the printer broke it");
            room = self.feed_line();
        }
        self.line.push(character);
        room
    }

    /// Draws the line and moves to the next.
    #[must_use = "a page that is full must be ended"]
    pub(super) fn feed_line(&mut self) -> bool {
        let tallest = self.line_rows();
        let drawn = self.draw_line();
        self.advance(tallest.max(self.spacing)) && drawn
    }

    /// Draws the line and moves the paper by `rows`, or by the line's height if that is more. White space alone is no line of text.
    #[must_use = "a page that is full must be ended"]
    pub(super) fn feed_rows(&mut self, rows: u32) -> bool {
        if self.line.is_empty() {
            return self.advance(rows);
        }
        let tallest = self.line_rows();
        let drawn = self.draw_line();
        self.advance(tallest.max(rows)) && drawn
    }

    /// Prints an image here, each dot `wide` × `high`. What is beside the paper is lost, with a warning.
    #[must_use = "a page that is full must be ended"]
    pub(super) fn image(&mut self, image: &Bitmap, wide: u32, high: u32) -> bool {
        let (image_width, rows) = (
            image.width().saturating_mul(wide),
            image.height().saturating_mul(high),
        );
        if image_width > self.width {
            self.warn(format!(
                "an image of {image_width} dots is wider than the paper ({} dots)",
                self.width
            ));
        }
        let left = self.left_of(image_width);
        if !self.dots.grow_to(self.row.saturating_add(rows)) {
            return false;
        }
        self.dots.draw(image, left, self.row, wide, high);
        self.row += rows;
        true
    }

    /// Notes an image in the text. Bands of one image that follow each other are one entry.
    pub(super) fn note_image(&mut self, width: u32, rows: u32) {
        if let Some(last) = self.text.last_mut() {
            let earlier = last
                .strip_prefix(&format!("[image {width}×"))
                .and_then(|rest| rest.strip_suffix(']'));
            if let Some(before) = earlier.and_then(|rows| rows.parse::<u32>().ok()) {
                *last = format!("[image {width}×{}]", before.saturating_add(rows));
                return;
            }
        }
        self.text.push(format!("[image {width}×{rows}]"));
    }

    /// Notes what a QR code says.
    pub(super) fn note_qr(&mut self, content: &str) {
        self.text.push(format!("[QR {content}]"));
        self.qr_codes.push(content.to_owned());
    }

    /// Ends the ticket and leaves fresh paper; the look of characters stays, as it does on a printer.
    pub(super) fn cut(&mut self, kind: CutKind) -> PrintedTicket {
        let tallest = self.line_rows();
        if tallest > 0 && self.draw_line() {
            self.row += tallest;
        }
        // A page at its greatest length has no room for the margin; then it has none.
        let _ = self.dots.grow_to(self.row + CUT_MARGIN_ROWS);
        let fresh = Self {
            look: self.look,
            justify: self.justify,
            spacing: self.spacing,
            ..Self::new(self.width)
        };
        let done = std::mem::replace(self, fresh);
        let mut text = done.text.join("\n");
        text.push('\n');
        PrintedTicket {
            text,
            lines: done.lines,
            qr_codes: done.qr_codes,
            dots: done.dots,
            cut: kind,
            warnings: done.warnings,
        }
    }

    fn advance(&mut self, rows: u32) -> bool {
        let end = self.row.saturating_add(rows);
        if !self.dots.grow_to(end) {
            return false;
        }
        self.row = end;
        true
    }

    fn line_dots(&self) -> u32 {
        self.line.iter().map(Character::dots).sum()
    }

    fn line_rows(&self) -> u32 {
        let tallest = self
            .line
            .iter()
            .map(|character| character.high)
            .max()
            .unwrap_or(0);
        u32::from(CHAR_ROWS) * u32::from(tallest)
    }

    fn left_of(&self, width: u32) -> u32 {
        match self.justify {
            Justify::Left => 0,
            Justify::Centre => self.width.saturating_sub(width) / 2,
            Justify::Right => self.width.saturating_sub(width),
        }
    }

    fn draw_line(&mut self) -> bool {
        let rows = self.line_rows();
        if !self.dots.grow_to(self.row.saturating_add(rows)) {
            return false;
        }
        let left = self.left_of(self.line_dots());
        let line = std::mem::take(&mut self.line);
        self.note_line(&line, left);
        let mut x = left;
        for character in line {
            let (wide, high) = (u32::from(character.wide), u32::from(character.high));
            let height = u32::from(CHAR_ROWS) * high;
            let top = self.row + rows - height;
            let cell = font::cell(character.shape, character.columns, 1, 1);
            self.dots.draw(&cell, x, top, wide, high);
            if character.bold {
                // Emphasis is one dot of the character's own grid, enlarged with it.
                self.dots.draw(&cell, x + wide, top, wide, high);
            }
            if character.reversed {
                self.dots.invert(x, top, character.dots(), height);
            }
            x += character.dots();
        }
        true
    }

    fn note_line(&mut self, line: &[Character], left: u32) {
        let words: String = line.iter().map(|character| character.shape).collect();
        let indent = " ".repeat((left / u32::from(COLUMN_DOTS)) as usize);
        self.text.push(if words.trim().is_empty() {
            String::new()
        } else {
            format!("{indent}{}", words.trim_end())
        });
        if words.is_empty() {
            return;
        }
        self.lines.push(PrintedLine {
            text: words,
            wide: line
                .iter()
                .map(|character| character.wide)
                .max()
                .unwrap_or(1),
            high: line
                .iter()
                .map(|character| character.high)
                .max()
                .unwrap_or(1),
            bold: line.iter().any(|character| character.bold),
            reversed: line.iter().any(|character| character.reversed),
            top: self.row,
        });
    }
}
