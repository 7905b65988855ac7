//! What kiosk and display share on the screen: the theme and widgets as a Slint library, and the bundled font.
//!
//! A build script names the library to the Slint compiler with [`library_path`]; `.slint` files then import
//! `@nowserving/theme.slint` and `@nowserving/widgets.slint`. Importing the theme embeds the font into the program, so
//! that a screen looks the same on a machine that has no fonts. The same bytes are here for those who draw by
//! themselves, as ticket lines that a printer cannot spell.

use std::path::PathBuf;

/// The name under which Slint files import from this library: `@nowserving/…`.
pub const LIBRARY: &str = "nowserving";

/// The family name of the bundled font.
pub const FONT_FAMILY: &str = "Noto Sans SC";

/// Noto Sans SC, regular weight: GB 2312, the 8,105 general standard characters, common traditional characters, symbols.
pub const FONT_REGULAR: &[u8] = include_bytes!("../fonts/NotoSansSC-Regular.otf");

/// Noto Sans SC, bold weight: GB 2312, the 8,105 general standard characters, symbols.
pub const FONT_BOLD: &[u8] = include_bytes!("../fonts/NotoSansSC-Bold.otf");

/// Where the Slint files of this library are, for `slint_build::CompilerConfiguration::with_library_paths`.
#[must_use]
pub fn library_path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/ui"))
}
