//! From a document to lines that fit the paper.
//!
//! A [template](super::template) says what stands on the paper from top to bottom; here each text is wrapped, so that
//! neither the printer nor the encoder ever has to break a line. Normal text is 3 mm high.
//!
//! The first language (Chinese) is always spoken; the language that the customer chose stands beside it. What the hall did
//! not translate is said once.

use nowserving_shared::model::Language;
use qrcode::{EcLevel, QrCode};

use super::profile::PrinterProfile;
use super::template::{
    Arrange, Block, Condition, Document, DocumentData, FieldName, Look, Piece, Size, Template,
    Templates, What, Words,
};
use super::wrap::{char_columns, columns, harmless, wrap};

/// The smallest module that a phone reads from thermal paper, and the largest that is sent.
const QR_MODULE_DOTS: (usize, usize) = (3, 8);

/// Dots of a millimetre, as nearly as matters (203 dots an inch).
const DOTS_PER_MM: usize = 8;

/// White space above and below the mark of a copy, in dots.
const COPY_GAP_DOTS: u8 = 6;

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
}

/// The document as elements that fit the paper of `profile`. A copy has its mark at the head and at the foot, whatever
/// its template says.
#[must_use]
pub fn lay_out(
    templates: &Templates,
    document: Document,
    data: &DocumentData,
    profile: &PrinterProfile,
) -> Vec<Element> {
    let body = templates.of(document).lay_out(data, profile);
    if !data.copy {
        return body;
    }
    let mut mark = vec![Element::Gap(COPY_GAP_DOTS)];
    mark.extend(templates.of(Document::Copy).lay_out(data, profile));
    mark.push(Element::Gap(COPY_GAP_DOTS));
    let mut elements = mark.clone();
    elements.extend(body);
    elements.extend(mark);
    elements
}

impl Template {
    /// What the template makes of `data` on the paper of `profile`.
    #[must_use]
    pub fn lay_out(&self, data: &DocumentData, profile: &PrinterProfile) -> Vec<Element> {
        let mut sheet = Sheet {
            width: usize::from(profile.columns),
            dots: usize::from(profile.width_dots),
            data,
            elements: Vec::new(),
        };
        for block in &self.blocks {
            sheet.block(block);
        }
        sheet.elements
    }
}

struct Sheet<'a> {
    /// Columns of the paper.
    width: usize,
    /// Dots of the paper.
    dots: usize,
    data: &'a DocumentData,
    elements: Vec<Element>,
}

impl Sheet<'_> {
    fn block(&mut self, block: &Block) {
        if !block.when.iter().all(|condition| self.holds(*condition)) {
            return;
        }
        match &block.what {
            What::Text {
                words,
                arrange,
                look,
                further,
            } => match arrange {
                Arrange::Lines => self.lines(words, look, further),
                Arrange::Together => self.together(words, look, further),
                Arrange::Badge => self.badge(words, look),
                Arrange::Chosen => self.chosen(words, look),
            },
            What::Joined {
                fields,
                between,
                look,
            } => self.joined(fields, between, look),
            What::Fact { name, field, look } => self.fact(name, *field, look),
            What::Number {
                largest,
                smallest,
                look,
            } => self.number(*largest, *smallest, look),
            What::Gap(dots) => self.elements.push(Element::Gap(*dots)),
            What::Rule => self.elements.push(Element::Rule),
            What::Qr { field, mm } => self.qr(*field, *mm),
        }
    }

    fn holds(&self, condition: Condition) -> bool {
        let ahead = self.data.people_ahead;
        match condition {
            Condition::Has(field) => !self.data.is_empty(field),
            Condition::Copy => self.data.copy,
            Condition::Original => !self.data.copy,
            Condition::FirstLanguage => self.data.language == Language::default(),
            Condition::FurtherLanguage => self.data.language != Language::default(),
            Condition::UnknownAhead => ahead.is_none(),
            Condition::NoneAhead => ahead == Some(0),
            Condition::OneAhead => ahead == Some(1),
            Condition::SeveralAhead => ahead.is_some_and(|people| people > 1),
        }
    }

    /// The first language, and the one that the customer chose.
    fn languages(&self) -> Vec<Language> {
        let first = Language::default();
        if self.data.language == first {
            vec![first]
        } else {
            vec![first, self.data.language]
        }
    }

    fn lines(&mut self, words: &Words, look: &Look, further: &Look) {
        for (index, text) in self.spoken(words).iter().enumerate() {
            self.sized(text, if index == 0 { look } else { further });
        }
    }

    fn together(&mut self, words: &Words, look: &Look, further: &Look) {
        let said = self.spoken(words);
        let together = said.join("\u{3000}");
        let fitting = look
            .sizes
            .iter()
            .find(|size| self.fits(&together, size.wide));
        match fitting {
            Some(size) if !together.contains('\n') => self.push(harmless(&together), *size, look),
            Some(_) | None => self.lines(words, look, further),
        }
    }

    fn badge(&mut self, words: &Words, look: &Look) {
        let both = self.spoken(words).join(" ");
        let text = harmless(&both);
        if text.is_empty() {
            return;
        }
        let padded = format!(" {text} ");
        let size = self.largest_on_one_line(&padded, &look.sizes);
        if self.fits(&padded, size.wide) {
            self.push(padded, size, look);
        } else {
            self.text(&text, size, look);
        }
    }

    fn chosen(&mut self, words: &Words, look: &Look) {
        let language = self.data.language;
        if let Some(text) = self.filled(words.best(language), language) {
            self.sized(&text, look);
        }
    }

    /// Fields side by side, in each language of the document.
    fn joined(&mut self, fields: &[FieldName], between: &str, look: &Look) {
        let mut lines: Vec<String> = Vec::new();
        for language in self.languages() {
            let parts = fields.iter().map(|field| self.data.text(*field, language));
            let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
            let line = parts.join(between);
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        for line in lines {
            self.sized(&line, look);
        }
    }

    /// A fact that reads the same in every language, after its name in each language of the document.
    fn fact(&mut self, name: &Words, field: FieldName, look: &Look) {
        let language = self.data.language;
        let value = self.data.text(field, language);
        if value.is_empty() {
            return;
        }
        let said = |language| {
            self.filled(name.best(language), language)
                .unwrap_or_default()
        };
        let (first, chosen) = (said(Language::default()), said(language));
        let alone = named_fact(&first, &value);
        if chosen == first {
            return self.sized(&alone, look);
        }
        let both = format!("{} {chosen}", first.trim_end_matches('：'));
        let both = named_fact(&both, &value);
        // A time or a telephone number speaks for itself; it is not worth a second line.
        let fits = look.sizes.iter().any(|size| self.fits(&both, size.wide));
        self.sized(if fits { &both } else { &alone }, look);
    }

    fn number(&mut self, largest: u8, smallest: u8, look: &Look) {
        let label = harmless(&self.data.text(FieldName::Number, Language::default()));
        let wide = (self.width / columns(&label).max(1)).clamp(1, usize::from(largest));
        let wide = u8::try_from(wide).unwrap_or(largest);
        let size = Size {
            wide,
            high: wide.max(smallest),
        };
        self.text(&label, size, look);
    }

    fn qr(&mut self, field: FieldName, mm: u8) {
        let content = self.data.text(field, self.data.language);
        if content.is_empty() {
            return;
        }
        // A code that cannot be made is reported by the encoder, which meets the same error.
        let Ok(code) = QrCode::with_error_correction_level(&content, EcLevel::M) else {
            return;
        };
        let (least, most) = QR_MODULE_DOTS;
        let fitting = self.dots / code.width();
        let module = (usize::from(mm) * DOTS_PER_MM)
            .div_ceil(code.width())
            .clamp(least, most)
            .min(fitting.max(1));
        self.elements.push(Element::Qr {
            content,
            module_dots: u8::try_from(module).unwrap_or(1),
        });
    }

    /// The words in each language of the document. A further language is left out where the template has no words in it,
    /// and where all that the hall could have translated is the same again.
    fn spoken(&self, words: &Words) -> Vec<String> {
        let mut languages = self.languages().into_iter();
        let first = languages.next().unwrap_or_default();
        let mut said: Vec<String> = Vec::new();
        said.extend(self.filled(words.best(first), first));
        for language in languages {
            let Some(pieces) = words.own(language) else {
                continue;
            };
            let again = !said.is_empty() && self.says_the_same(pieces, first, language);
            if let Some(text) = self.filled(pieces, language).filter(|_| !again) {
                said.extend((!said.contains(&text)).then_some(text));
            }
        }
        said
    }

    /// Whether the wording names texts of the hall and none of them is translated.
    fn says_the_same(&self, pieces: &[Piece], first: Language, language: Language) -> bool {
        let mut named = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Field(field) if self.data.is_named(*field) => Some(*field),
                Piece::Field(_) | Piece::Literal(_) => None,
            })
            .peekable();
        named.peek().is_some()
            && named.all(|field| self.data.text(field, first) == self.data.text(field, language))
    }

    /// A wording with its fields filled in; nothing when one of them is empty.
    fn filled(&self, pieces: &[Piece], language: Language) -> Option<String> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Field(field) => {
                    let value = self.data.text(*field, language);
                    if value.is_empty() {
                        return None;
                    }
                    text.push_str(&value);
                }
            }
        }
        Some(text)
    }

    /// The text in the largest of the sizes in which it fits on one line, else wrapped in the last.
    fn sized(&mut self, text: &str, look: &Look) {
        let size = self.largest_on_one_line(text, &look.sizes);
        self.text(text, size, look);
    }

    /// The text wrapped into lines; where the hall broke it, it is broken as well.
    fn text(&mut self, text: &str, size: Size, look: &Look) {
        for paragraph in text.lines() {
            for line in wrap(paragraph, self.width / usize::from(size.wide.max(1))) {
                self.push(line, size, look);
            }
        }
    }

    fn push(&mut self, text: String, size: Size, look: &Look) {
        let style = Style {
            wide: size.wide,
            high: size.high,
            bold: look.bold,
            reversed: look.reversed,
            align: look.align,
        };
        self.elements.push(Element::Line(Line { text, style }));
        if look.spacing > 0 {
            self.elements.push(Element::Gap(look.spacing));
        }
    }

    fn fits(&self, text: &str, wide: u8) -> bool {
        columns(text) * usize::from(wide) <= self.width
    }

    /// The first of `sizes` in which the text fits on one line, else the last.
    fn largest_on_one_line(&self, text: &str, sizes: &[Size]) -> Size {
        let fitting = sizes
            .iter()
            .find(|size| !text.contains('\n') && self.fits(text, size.wide));
        fitting.or(sizes.last()).copied().unwrap_or(Size::NORMAL)
    }
}

/// A name and its value: with a space between, unless the name ends in a full-width character, which has its own.
fn named_fact(name: &str, value: &str) -> String {
    let is_full_width = name
        .chars()
        .last()
        .is_some_and(|last| char_columns(last) == 2);
    let between = if name.is_empty() || is_full_width {
        ""
    } else {
        " "
    };
    format!("{name}{between}{value}")
}
