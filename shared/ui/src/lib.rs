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

    /// Which of the two sets of colours.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Set {
        Usual,
        HighContrast,
    }

    fn rgb(value: &str) -> Rgb {
        let value = value.trim().strip_prefix('#').expect("a colour");
        let part =
            |at: usize| f64::from(u8::from_str_radix(&value[at..at + 2], 16).expect("hex")) / 255.0;
        [part(0), part(2), part(4)]
    }

    /// A colour line of the theme: name, value in a set, and what it is drawn on. The colours of the night, which the wall
    /// display has, are in the usual set only.
    fn colours(set: Set) -> BTreeMap<&'static str, (Rgb, &'static str)> {
        THEME
            .lines()
            .filter_map(|line| line.trim().strip_prefix("out property <color> "))
            .filter_map(|line| {
                let (name, rest) = line.split_once(": ").expect("a colour has a value");
                let (value, note) = rest.split_once(';').expect("a colour line ends");
                let two = value.strip_prefix("root.high-contrast ? ");
                let value = match (two.and_then(|two| two.split_once(" : ")), set) {
                    (Some((high, _)), Set::HighContrast) => high,
                    (Some((_, usual)), Set::Usual) => usual,
                    (None, Set::Usual) => value,
                    (None, Set::HighContrast) => return None,
                };
                Some((name, (rgb(value), note.trim())))
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

    /// Checks the stated pairs of a set, with the least contrast of text and of edges; tells how many there are.
    fn check(set: Set, text: f64, edge: f64) -> usize {
        let colours = colours(set);
        let mut pairs = 0;
        for (name, (colour, note)) in &colours {
            let (least, grounds) = match (
                note.strip_prefix("// text on "),
                note.strip_prefix("// edge on "),
            ) {
                (Some(grounds), _) => (text, grounds),
                (None, Some(grounds)) => (edge, grounds),
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
        pairs
    }

    #[test]
    fn every_stated_pair_of_colours_has_its_contrast() {
        let pairs = check(Set::Usual, 4.5, 3.0);
        assert!(pairs >= 25, "the theme states its pairs: {pairs}");
    }

    #[test]
    fn every_pair_of_what_is_touched_has_a_high_contrast_when_it_is_wished() {
        let pairs = check(Set::HighContrast, 7.0, 3.0);
        assert!(pairs >= 20, "the theme states its pairs: {pairs}");
        let of_the_night = |name: &str| {
            name.starts_with("night") || ["call", "window", "mark", "stale-ground"].contains(&name)
        };
        for name in colours(Set::Usual)
            .keys()
            .filter(|name| !of_the_night(name))
        {
            let both = colours(Set::HighContrast).contains_key(name);
            assert!(both, "{name} has no second colour");
        }
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
