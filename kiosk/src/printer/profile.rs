//! What one printer model can do, as data.
//!
//! A hall names a built-in profile (`80mm`, `58mm`: the files in `kiosk/profiles`, compiled in) or writes its own in TOML:
//!
//! ```toml
//! name = "counter-58"
//! width_dots = 384
//! columns = 32
//! encoding = "gb18030"     # or "raster-only": every line is sent as dots
//! cutter = "partial"       # "partial", "full" or "none" (tear bar)
//! qr = "raster"            # "native" needs GS ( k, which cheap printers lack
//! answers_status = false   # many network clones never answer; then nothing waits for an answer
//! ```

use nowserving_shared::model::catalogue::Faults;
use nowserving_shared::model::catalogue::reading::{Field, Fields, Length, Report};
use toml::de::DeTable;

use super::device::PrinterAddress;

/// Dots of one half-width column at normal size: the 12×24 font that ESC/POS printers share.
pub const COLUMN_DOTS: u16 = 12;

/// Dots of one character row at normal size.
pub const CHAR_ROWS: u16 = 24;

/// The narrowest paper that a ticket can be laid out on, in columns: the number at 3×3 needs 4 × 3 of them.
pub const COLUMNS_MIN: u8 = 20;

/// The widest paper, in columns (112 mm paper has 832 dots).
pub const COLUMNS_MAX: u8 = 69;

/// The widest print head, in dots.
pub const WIDTH_DOTS_MAX: u16 = 832;

/// What one printer model can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterProfile {
    /// The name under which it is chosen.
    pub name: String,
    /// Printable width in dots (8 dots are a millimetre): 384 on 58 mm paper, 576 on 80 mm paper. A multiple of 8.
    pub width_dots: u16,
    /// Half-width characters in a line: 32 on 58 mm paper, 48 on 80 mm paper. A Chinese character takes two.
    pub columns: u8,
    /// How text reaches the printer.
    pub encoding: TextEncoding,
    /// What cuts the paper.
    pub cutter: Cutter,
    /// Who draws a QR code.
    pub qr: QrMethod,
    /// Whether the printer answers `DLE EOT` and `GS r`. When it does not, a job ends in the state *sent*.
    pub answers_status: bool,
}

/// How text reaches the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// Two-byte GB18030 in the printer's Chinese mode; a line with a character outside that area is sent as dots.
    Gb18030,
    /// Every line is sent as dots: for a printer without Chinese characters.
    RasterOnly,
}

/// What cuts the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cutter {
    /// Leaves a bridge, so that the ticket does not fall to the floor.
    Partial,
    /// Cuts through.
    Full,
    /// A tear bar: the paper is fed past it.
    None,
}

/// Who draws a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrMethod {
    /// The printer, by `GS ( k`.
    Native,
    /// This program, as dots.
    Raster,
}

/// A profile that no printer can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Every fault of a profile's text, each with its line.
    #[error("the printer profile cannot be used:\n{0}")]
    Faults(Faults),
    /// The width does not suit the printer's rows of bytes.
    #[error(
        "width_dots is {0}; it must be a multiple of 8 from 8 to {WIDTH_DOTS_MAX} (384 for 58 mm, 576 for 80 mm paper)"
    )]
    Width(u16),
    /// The columns are outside what a ticket can be laid out on.
    #[error(
        "columns is {0}; it must be from {COLUMNS_MIN} to {COLUMNS_MAX} (32 for 58 mm, 48 for 80 mm paper)"
    )]
    Columns(u8),
    /// The columns do not fit into the width.
    #[error("{columns} columns of {COLUMN_DOTS} dots do not fit into {width_dots} dots; at most {} do", width_dots / COLUMN_DOTS)]
    TooManyColumns {
        /// The columns asked for.
        columns: u8,
        /// The width there is.
        width_dots: u16,
    },
    /// No built-in profile has this name.
    #[error("there is no built-in printer profile {0:?}; there are: {names}", names = BUILT_IN.map(|(name, _)| name).join(", "))]
    NoSuchName(String),
}

/// The built-in profiles: name and text.
const BUILT_IN: [(&str, &str); 6] = [
    ("80mm", include_str!("../../profiles/80mm.toml")),
    ("58mm", include_str!("../../profiles/58mm.toml")),
    (
        "80mm-raster",
        include_str!("../../profiles/80mm-raster.toml"),
    ),
    (
        "58mm-raster",
        include_str!("../../profiles/58mm-raster.toml"),
    ),
    (
        "80mm-silent",
        include_str!("../../profiles/80mm-silent.toml"),
    ),
    (
        "58mm-silent",
        include_str!("../../profiles/58mm-silent.toml"),
    ),
];

/// The name of a profile.
const NAME: Length = Length {
    chars_max: 40,
    lines: false,
};

impl PrinterProfile {
    /// 80 mm paper, Chinese characters built in, cutter, own QR codes, answers when asked.
    #[must_use]
    pub fn paper_80mm() -> Self {
        Self::named("80mm").expect("a test reads every built-in profile")
    }

    /// 58 mm paper, Chinese characters built in, cutter, QR codes drawn here, answers when asked.
    #[must_use]
    pub fn paper_58mm() -> Self {
        Self::named("58mm").expect("a test reads every built-in profile")
    }

    /// The built-in profile called `name`: `80mm` or `58mm`, alone or with `-raster` (no Chinese characters in the
    /// printer) or `-silent` (never answers).
    ///
    /// # Errors
    /// There is no such profile.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        let found = BUILT_IN.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| ProfileError::NoSuchName(name.to_owned()))?;
        Self::from_toml(text)
    }

    /// The same profile for what is at `address`: an ordinary file never answers, whatever the printer can do for which
    /// its bytes are meant. Asked for its status it would look like a printer that is off, and nothing would be printed.
    #[must_use]
    pub fn at(self, address: &PrinterAddress) -> Self {
        if self.answers_status && address.is_ordinary_file() {
            tracing::info!(%address, profile = self.name, "an ordinary file answers no status: tickets are written without asking, as with 80mm-silent");
            return Self {
                answers_status: false,
                ..self
            };
        }
        self
    }

    /// Reads and checks a profile written in TOML.
    ///
    /// # Errors
    /// Every fault of the text, each with its line.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let (table, syntax) = DeTable::parse_recoverable(text);
        let report = Report::new(text, &syntax);
        let mut fields = Fields::new(table.get_ref(), 1, String::new(), &report);
        let profile = read(&mut fields);
        fields.finish();
        match (report.into_faults(), profile) {
            (None, Some(profile)) => profile.check().map(|()| profile),
            (faults, _) => Err(ProfileError::Faults(faults.unwrap_or(Faults(Vec::new())))),
        }
    }

    /// Refuses a profile that no printer can have.
    pub fn check(&self) -> Result<(), ProfileError> {
        if self.width_dots == 0
            || self.width_dots > WIDTH_DOTS_MAX
            || !self.width_dots.is_multiple_of(8)
        {
            return Err(ProfileError::Width(self.width_dots));
        }
        if !(COLUMNS_MIN..=COLUMNS_MAX).contains(&self.columns) {
            return Err(ProfileError::Columns(self.columns));
        }
        if u16::from(self.columns) * COLUMN_DOTS > self.width_dots {
            return Err(ProfileError::TooManyColumns {
                columns: self.columns,
                width_dots: self.width_dots,
            });
        }
        Ok(())
    }
}

/// Reads every key before it gives up on a faulty one.
fn read(fields: &mut Fields<'_>) -> Option<PrinterProfile> {
    let name = fields.need("name").and_then(|field| field.text(NAME));
    let width_dots = fields.need("width_dots").and_then(|field| width(&field));
    let columns_field = fields.need("columns");
    let columns = columns_field.as_ref().and_then(|field| {
        let columns = field.number(u32::from(COLUMNS_MIN)..=u32::from(COLUMNS_MAX))?;
        u8::try_from(columns).ok()
    });
    let encoding = fields.need("encoding").and_then(|field| {
        field.word(&[
            ("gb18030", TextEncoding::Gb18030),
            ("raster-only", TextEncoding::RasterOnly),
        ])
    });
    let cutter = fields.need("cutter").and_then(|field| {
        field.word(&[
            ("partial", Cutter::Partial),
            ("full", Cutter::Full),
            ("none", Cutter::None),
        ])
    });
    let qr = fields.need("qr").and_then(|field| {
        field.word(&[("native", QrMethod::Native), ("raster", QrMethod::Raster)])
    });
    let answers_status = fields.need("answers_status").and_then(|field| field.flag());
    if let (Some(field), Some(columns), Some(width_dots)) = (columns_field, columns, width_dots)
        && u16::from(columns) * COLUMN_DOTS > width_dots
    {
        field.wrong(ProfileError::TooManyColumns {
            columns,
            width_dots,
        });
        return None;
    }
    Some(PrinterProfile {
        name: name?,
        width_dots: width_dots?,
        columns: columns?,
        encoding: encoding?,
        cutter: cutter?,
        qr: qr?,
        answers_status: answers_status?,
    })
}

fn width(field: &Field<'_>) -> Option<u16> {
    let dots = field.number(8..=u32::from(WIDTH_DOTS_MAX))?;
    let dots = u16::try_from(dots).ok()?;
    if !dots.is_multiple_of(8) {
        field.wrong(ProfileError::Width(dots));
        return None;
    }
    Some(dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_sound_and_found_by_its_name() {
        for name in [
            "80mm",
            "58mm",
            "80mm-raster",
            "58mm-raster",
            "80mm-silent",
            "58mm-silent",
        ] {
            let profile = PrinterProfile::named(name).expect(name);
            assert_eq!(profile.name, name);
            profile.check().expect(name);
        }
        assert!(matches!(
            PrinterProfile::named("80mm-laser"),
            Err(ProfileError::NoSuchName(_))
        ));
    }

    #[test]
    fn an_ordinary_file_is_not_asked_and_a_device_is() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let address = |text: &str| text.parse::<PrinterAddress>().expect("an address");
        let ordinary = address(&format!("file:{}", file.path().display()));
        let profile = PrinterProfile::paper_80mm();
        assert!(!profile.clone().at(&ordinary).answers_status);
        for other in ["file:/dev/null", "file:/no/such/printer", "tcp://printer"] {
            assert!(
                profile.clone().at(&address(other)).answers_status,
                "{other}"
            );
        }
    }

    /// What is wrong with the built-in profile of 58 mm paper after this change.
    fn faults(from: &str, to: &str) -> String {
        let (_, text) = BUILT_IN[1];
        assert!(text.contains(from), "{from} is not in {text}");
        PrinterProfile::from_toml(&text.replace(from, to))
            .expect_err(to)
            .to_string()
    }

    #[test]
    fn a_wrong_profile_says_where_and_what_to_write() {
        for (from, to, told) in [
            (
                "columns = 32",
                "columns = 48",
                "line 4: columns: 48 columns of 12 dots do not fit into 384 dots; at most 32",
            ),
            (
                "384",
                "380",
                "line 3: width_dots: width_dots is 380; it must be a multiple of 8",
            ),
            ("384", "99999", "line 3: width_dots: 99999 is out of range"),
            (
                "partial",
                "scissors",
                "line 6: cutter: “scissors” is unknown: use “partial”, “full”, “none”",
            ),
            (
                "name = \"58mm\"",
                "name = 3",
                "line 2: name: expected a text",
            ),
            (
                "answers_status = true",
                "answers_status = \"yes\"",
                "line 8: answers_status: expected true or false",
            ),
            (
                "cutter",
                "cuter",
                "unknown key “cuter”; did you mean “cutter”?",
            ),
            ("columns = 32\n", "", "“columns” is missing"),
        ] {
            let found = faults(from, to);
            assert!(found.contains(told), "{told} is not in\n{found}");
        }
        let all = PrinterProfile::from_toml("name = \"\"\ncolour = 1").expect_err("much");
        assert!(all.to_string().lines().count() >= 8, "{all}");
        assert!(PrinterProfile::from_toml(&"#".repeat(1_000_000)).is_err());
    }
}
