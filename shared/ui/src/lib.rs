//! What kiosk and display share on the screen: the theme and widgets as a Slint library, and the bundled font.
//!
//! A build script names the library to the Slint compiler with [`library_path`]; `.slint` files then import
//! `@nowserving/theme.slint` and `@nowserving/widgets.slint`. Importing the theme embeds the font into the program, so
//! that a screen looks the same on a machine that has no fonts. The same bytes are here for those who draw by
//! themselves, as ticket lines that a printer cannot spell. [`fonts::settle`] comes before the first window.

use std::path::PathBuf;

pub mod fonts;

/// The name under which Slint files import from this library: `@nowserving/…`.
pub const LIBRARY: &str = "nowserving";

/// The family name of the bundled font.
pub const FONT_FAMILY: &str = "Noto Sans SC";

/// Noto Sans SC, regular weight: GB 2312, the 8,105 general standard characters, common traditional characters, symbols.
pub const FONT_REGULAR: &[u8] = include_bytes!("../fonts/NotoSansSC-Regular.otf");

/// Noto Sans SC, bold weight: the same characters.
pub const FONT_BOLD: &[u8] = include_bytes!("../fonts/NotoSansSC-Bold.otf");

/// Where the Slint files of this library are, for `slint_build::CompilerConfiguration::with_library_paths`.
#[must_use]
pub fn library_path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/ui"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    const THEME: &str = include_str!("../ui/theme.slint");

    type Rgb = [f64; 3];

    /// A colour line of the theme: name, value, and what it is drawn on.
    fn colours() -> BTreeMap<&'static str, (Rgb, &'static str)> {
        THEME
            .lines()
            .filter_map(|line| line.trim().strip_prefix("out property <color> "))
            .map(|line| {
                let (name, rest) = line.split_once(": #").expect("a colour has a value");
                let (value, note) = rest.split_once(';').expect("a colour line ends");
                let part = |at: usize| {
                    f64::from(u8::from_str_radix(&value[at..at + 2], 16).expect("hex")) / 255.0
                };
                (name, ([part(0), part(2), part(4)], note.trim()))
            })
            .collect()
    }

    /// Relative luminance, WCAG 2.2.
    fn luminance(colour: Rgb) -> f64 {
        let linear = |part: f64| {
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
    }

    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_stated_pair_of_colours_has_its_contrast() {
        let colours = colours();
        let mut pairs = 0;
        for (name, (colour, note)) in &colours {
            let (least, grounds) = match (
                note.strip_prefix("// text on "),
                note.strip_prefix("// edge on "),
            ) {
                (Some(grounds), _) => (4.5, grounds),
                (None, Some(grounds)) => (3.0, grounds),
                (None, None) => continue,
            };
            for ground in grounds.split(' ') {
                let found = contrast(*colour, colours[ground].0);
                assert!(
                    found >= least,
                    "{name} on {ground} has {found:.2}, needs {least}"
                );
                pairs += 1;
            }
        }
        assert!(pairs >= 25, "the theme states its pairs");
    }

    #[test]
    fn the_fonts_are_open_type_and_small_enough_to_carry() {
        for (font, bytes_max) in [
            (super::FONT_REGULAR, 4_000_000),
            (super::FONT_BOLD, 3_500_000),
        ] {
            assert_eq!(font.get(..4), Some(b"OTTO".as_slice()));
            assert!(font.len() < bytes_max);
        }
    }
}
