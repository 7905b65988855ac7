//! What one printer model can do, as data.
//!
//! A hall names a built-in profile (`80mm`, `58mm`) or writes its own in TOML:
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

use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    /// Two-byte GB18030 in the printer's Chinese mode; a line with a character outside that area is sent as dots.
    Gb18030,
    /// Every line is sent as dots: for a printer without Chinese characters.
    RasterOnly,
}

/// What cuts the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cutter {
    /// Leaves a bridge, so that the ticket does not fall to the floor.
    Partial,
    /// Cuts through.
    Full,
    /// A tear bar: the paper is fed past it.
    None,
}

/// Who draws a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QrMethod {
    /// The printer, by `GS ( k`.
    Native,
    /// This program, as dots.
    Raster,
}

/// A profile that no printer can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The text is not a profile.
    #[error("the printer profile cannot be read: {0}")]
    Syntax(String),
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
    #[error(
        "there is no built-in printer profile {0:?}; there are: 80mm, 58mm, 80mm-raster, 58mm-raster, 80mm-silent, 58mm-silent"
    )]
    NoSuchName(String),
}

impl PrinterProfile {
    /// 80 mm paper, Chinese characters built in, cutter, own QR codes, answers when asked.
    #[must_use]
    pub fn paper_80mm() -> Self {
        Self {
            name: "80mm".to_owned(),
            width_dots: 576,
            columns: 48,
            encoding: TextEncoding::Gb18030,
            cutter: Cutter::Partial,
            qr: QrMethod::Native,
            answers_status: true,
        }
    }

    /// 58 mm paper, Chinese characters built in, cutter, QR codes drawn here, answers when asked.
    #[must_use]
    pub fn paper_58mm() -> Self {
        Self {
            name: "58mm".to_owned(),
            width_dots: 384,
            columns: 32,
            qr: QrMethod::Raster,
            ..Self::paper_80mm()
        }
    }

    /// The built-in profile called `name`: `80mm` or `58mm`, alone or with `-raster` (no Chinese characters in the
    /// printer) or `-silent` (never answers).
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        let unknown = || ProfileError::NoSuchName(name.to_owned());
        let (paper, kind) = name.split_once('-').unwrap_or((name, ""));
        let base = match paper {
            "80mm" => Self::paper_80mm(),
            "58mm" => Self::paper_58mm(),
            _ => return Err(unknown()),
        };
        let profile = match kind {
            "" => base,
            "raster" => Self {
                encoding: TextEncoding::RasterOnly,
                qr: QrMethod::Raster,
                ..base
            },
            "silent" => Self {
                answers_status: false,
                ..base
            },
            _ => return Err(unknown()),
        };
        Ok(Self {
            name: name.to_owned(),
            ..profile
        })
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
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let profile: Self =
            toml::from_str(text).map_err(|error| ProfileError::Syntax(error.to_string()))?;
        profile.check()?;
        Ok(profile)
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

    #[test]
    fn a_profile_in_toml_is_read_and_a_wrong_one_says_what_to_write() {
        let text = toml::to_string(&PrinterProfile::paper_58mm()).expect("a profile is plain data");
        assert_eq!(
            PrinterProfile::from_toml(&text),
            Ok(PrinterProfile::paper_58mm())
        );

        let too_wide = PrinterProfile::from_toml(&text.replace("columns = 32", "columns = 48"))
            .expect_err("48 × 12 > 384");
        assert!(too_wide.to_string().contains("at most 32"), "{too_wide}");
        let odd = PrinterProfile::from_toml(&text.replace("384", "380"))
            .expect_err("not a multiple of 8");
        assert!(odd.to_string().contains("multiple of 8"), "{odd}");
        assert!(matches!(
            PrinterProfile::from_toml("name = 3"),
            Err(ProfileError::Syntax(_))
        ));
    }
}
