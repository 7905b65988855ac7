//! From a ticket to lines that fit the paper.
//!
//! From top to bottom: hall name, where and what for, the number as big as the paper allows, how many wait before, where
//! to wait, the rule for missed calls, telephone and time, the QR code. Each text is wrapped here, so that neither the
//! printer nor the encoder ever has to break a line. The number is at least 10 mm high; normal text is 3 mm.

use nowserving_shared::model::{Language, Localized};
use qrcode::{EcLevel, QrCode};

use super::profile::PrinterProfile;
use super::ticket::TicketPaper;
use super::ticket::words::{self, Words};
use super::wrap::{columns, wrap};

/// How many times the number is enlarged where it fits: 6 × 24 dots are 18 mm of paper and digits of 13 mm.
pub const NUMBER_TIMES_MAX: u8 = 6;

/// The number is never lower than this, even when it is too long to be this wide.
pub const NUMBER_TIMES_MIN: u8 = 3;

/// A QR code is at least this wide: 20 mm.
pub const QR_DOTS_MIN: usize = 160;

/// The smallest module that a phone reads from thermal paper, and the largest that is sent.
const QR_MODULE_DOTS: (usize, usize) = (3, 8);

/// One thing on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A line of text that fits.
    Line(Line),
    /// White space, in dots.
    Gap(u8),
    /// A thin line across the paper.
    Rule,
    /// A QR code, centred.
    Qr {
        /// What it says.
        content: String,
        /// Dots of one module's side.
        module_dots: u8,
    },
}

/// A line of text that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text, without control characters.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// How many times wider than normal, 1 to 8. More than 2 is for ASCII only, because printers differ about Chinese.
    pub wide: u8,
    /// How many times higher than normal, 1 to 8.
    pub high: u8,
    /// Thicker strokes.
    pub bold: bool,
    /// White on black.
    pub reversed: bool,
    /// Where in the line.
    pub align: Align,
}

/// Where a text stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Centre,
}

impl Style {
    /// Normal size at the left.
    pub const PLAIN: Self = Self {
        wide: 1,
        high: 1,
        bold: false,
        reversed: false,
        align: Align::Left,
    };
    /// Normal size in the middle.
    pub const CENTRED: Self = Self {
        align: Align::Centre,
        ..Self::PLAIN
    };
    /// Double height in the middle, for what must be found at a glance.
    pub const TALL: Self = Self {
        high: 2,
        bold: true,
        ..Self::CENTRED
    };
    /// Double size in the middle.
    pub const LARGE: Self = Self {
        wide: 2,
        ..Self::TALL
    };
}

/// The ticket as elements that fit the paper of `profile`.
#[must_use]
pub fn layout(paper: &TicketPaper, profile: &PrinterProfile) -> Vec<Element> {
    let mut sheet = Sheet {
        width: usize::from(profile.columns),
        dots: usize::from(profile.width_dots),
        language: paper.language,
        elements: Vec::new(),
    };
    sheet.copy_mark(paper);
    sheet.heading(paper);
    sheet.number(paper);
    sheet.waiting(paper);
    sheet.small_print(paper);
    sheet.qr(paper);
    sheet.copy_mark(paper);
    sheet.elements
}

struct Sheet {
    width: usize,
    dots: usize,
    language: Language,
    elements: Vec<Element>,
}

impl Sheet {
    fn heading(&mut self, paper: &TicketPaper) {
        for (language, name) in self.spoken(&paper.hall) {
            let style = match language {
                Language::ZhCn => self.largest_on_one_line(&name, &[Style::LARGE, Style::TALL]),
                Language::En => Style {
                    bold: true,
                    ..Style::CENTRED
                },
            };
            self.text(&name, style);
        }
        self.gap(4);
        self.elements.push(Element::Rule);
        self.gap(4);
        let place = self.joined(&paper.zone, &paper.group);
        for line in place {
            self.text(&line, Style::CENTRED);
        }
        for (language, name) in self.spoken(&paper.service) {
            let style = match language {
                Language::ZhCn => self.largest_on_one_line(&name, &[Style::LARGE, Style::TALL]),
                Language::En => Style {
                    bold: true,
                    ..Style::CENTRED
                },
            };
            self.text(&name, style);
        }
    }

    fn number(&mut self, paper: &TicketPaper) {
        self.gap(10);
        self.words(words::GREETING, Style::CENTRED);
        self.gap(6);
        let chars = paper.label.chars().count().max(1);
        let wide = (self.width / chars).clamp(1, usize::from(NUMBER_TIMES_MAX));
        let wide = u8::try_from(wide).unwrap_or(NUMBER_TIMES_MAX);
        let style = Style {
            wide,
            high: wide.max(NUMBER_TIMES_MIN),
            bold: true,
            ..Style::CENTRED
        };
        self.text(&paper.label, style);
        self.gap(6);
        if let Some(mark) = &paper.class_mark {
            let both: Vec<String> = self
                .spoken(mark)
                .into_iter()
                .map(|(_, text)| text)
                .collect();
            let text = both.join(" ");
            if !text.is_empty() {
                let text = format!(" {text} ");
                let style = self.largest_on_one_line(&text, &[Style::LARGE, Style::TALL]);
                self.padded(
                    &text,
                    Style {
                        reversed: true,
                        ..style
                    },
                );
                self.gap(8);
            }
        }
    }

    fn waiting(&mut self, paper: &TicketPaper) {
        for language in self.languages() {
            let text = words::people_ahead(paper.people_ahead, language);
            let style = match language {
                Language::ZhCn => self.largest_on_one_line(&text, &[Style::LARGE, Style::TALL]),
                Language::En => Style {
                    bold: true,
                    ..Style::CENTRED
                },
            };
            self.text(&text, style);
        }
        if let Some(minutes) = paper.wait_minutes {
            let say = |language| words::expected_wait(minutes, language);
            self.beside(say, Style::CENTRED);
        }
        for (language, windows) in self.spoken(&paper.windows) {
            let text = format!("{}{windows}", said(words::WINDOWS, language));
            let style = match language {
                Language::ZhCn => self.largest_on_one_line(&text, &[Style::LARGE, Style::TALL]),
                Language::En => Style::CENTRED,
            };
            self.text(&text, style);
        }
        self.gap(6);
        self.elements.push(Element::Rule);
        self.gap(6);
    }

    fn small_print(&mut self, paper: &TicketPaper) {
        self.words(words::ADVICE, Style::PLAIN);
        for (language, rule) in self.spoken(&paper.no_show_rule) {
            self.text(
                &format!("{}{rule}", said(words::MISSED, language)),
                Style::PLAIN,
            );
        }
        self.fact(words::PHONE, &paper.phone);
        self.fact(words::ISSUED, &paper.issued_at);
    }

    fn qr(&mut self, paper: &TicketPaper) {
        let Some(content) = paper.url.as_deref().filter(|url| !url.is_empty()) else {
            return;
        };
        // A code that cannot be made is reported by the encoder, which meets the same error.
        let Ok(code) = QrCode::with_error_correction_level(content, EcLevel::M) else {
            return;
        };
        let (least, most) = QR_MODULE_DOTS;
        let fitting = self.dots / code.width();
        let module = QR_DOTS_MIN
            .div_ceil(code.width())
            .clamp(least, most)
            .min(fitting.max(1));
        self.gap(10);
        self.elements.push(Element::Qr {
            content: content.to_owned(),
            module_dots: u8::try_from(module).unwrap_or(1),
        });
        self.gap(6);
        self.words(words::QR, Style::CENTRED);
    }

    fn copy_mark(&mut self, paper: &TicketPaper) {
        if paper.copy {
            let text = format!(" {} {} ", words::COPY.zh, words::COPY.en);
            self.gap(6);
            self.padded(
                &text,
                Style {
                    reversed: true,
                    ..Style::TALL
                },
            );
            self.gap(6);
        }
    }

    /// Chinese, and the language that the customer chose.
    fn languages(&self) -> Vec<Language> {
        match self.language {
            Language::ZhCn => vec![Language::ZhCn],
            Language::En => vec![Language::ZhCn, Language::En],
        }
    }

    /// The text in each language of the ticket; what a hall did not translate is said once.
    fn spoken(&self, text: &Localized) -> Vec<(Language, String)> {
        let mut said: Vec<(Language, String)> = Vec::new();
        for language in self.languages() {
            let words = text.text(language).trim();
            if !words.is_empty() && said.iter().all(|(_, earlier)| earlier != words) {
                said.push((language, words.to_owned()));
            }
        }
        said
    }

    /// Two texts on one line, in each language of the ticket.
    fn joined(&self, first: &Localized, second: &Localized) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for language in self.languages() {
            let parts = [first.text(language).trim(), second.text(language).trim()];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let line = parts.join(" · ");
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// A fact that reads the same in every language, after its name in each language of the ticket.
    fn fact(&mut self, name: Words, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        let chinese = format!("{}{value}", name.zh);
        let text = match self.language {
            Language::ZhCn => chinese,
            Language::En => {
                let both = format!("{} {}{value}", name.zh.trim_end_matches('：'), name.en);
                // A time or a telephone number speaks for itself; it is not worth a second line.
                if columns(&both) <= self.width {
                    both
                } else {
                    chinese
                }
            }
        };
        self.text(&text, Style::PLAIN);
    }

    fn words(&mut self, words: Words, style: Style) {
        self.beside(|language| said(words, language).to_owned(), style);
    }

    /// The same thing in each language of the ticket: on one line where both fit, else one under the other.
    fn beside(&mut self, say: impl Fn(Language) -> String, style: Style) {
        let said: Vec<String> = self.languages().into_iter().map(say).collect();
        let together = said.join("  ");
        if columns(&together) * usize::from(style.wide) <= self.width {
            let text = super::wrap::harmless(&said.join("\u{3000}"));
            return self.elements.push(Element::Line(Line { text, style }));
        }
        for text in said {
            self.text(&text, style);
        }
    }

    fn text(&mut self, text: &str, style: Style) {
        for line in wrap(text, self.width / usize::from(style.wide.max(1))) {
            self.elements
                .push(Element::Line(Line { text: line, style }));
        }
    }

    /// A text whose spaces at both ends belong to it, if it fits on one line; else wrapped as any other.
    fn padded(&mut self, text: &str, style: Style) {
        if columns(text) * usize::from(style.wide) > self.width {
            return self.text(text, style);
        }
        let text = format!(" {} ", super::wrap::harmless(text));
        self.elements.push(Element::Line(Line { text, style }));
    }

    fn gap(&mut self, dots: u8) {
        self.elements.push(Element::Gap(dots));
    }

    /// The first of `styles` in which the text fits on one line, else the last.
    fn largest_on_one_line(&self, text: &str, styles: &[Style]) -> Style {
        let needed = columns(text);
        let fitting = styles
            .iter()
            .find(|style| needed * usize::from(style.wide) <= self.width);
        fitting.or(styles.last()).copied().unwrap_or(Style::CENTRED)
    }
}

fn said(words: Words, language: Language) -> &'static str {
    match language {
        Language::ZhCn => words.zh,
        Language::En => words.en,
    }
}
