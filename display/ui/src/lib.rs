//! The wall display's screens as the Slint compiler writes them, from the `.slint` files beside.
//!
//! A package of its own, because compiling what is written here takes longer than all the rest of the display: so neither the
//! display's own code nor its tests compile it again. Nothing but the display's adapter uses it.

#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    reason = "written by the Slint compiler"
)]

slint::include_modules!();

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    const PAINT: &str = include_str!("../paint.slint");

    type Rgb = [f64; 3];

    fn rgb(value: &str) -> Rgb {
        let value = value.trim().strip_prefix('#').expect("a colour");
        let part =
            |at: usize| f64::from(u8::from_str_radix(&value[at..at + 2], 16).expect("hex")) / 255.0;
        [part(0), part(2), part(4)]
    }

    /// Each colour in the set at this place of its line, and what it is drawn on.
    fn colours(set: usize) -> BTreeMap<&'static str, (Rgb, &'static str)> {
        let lines = PAINT.lines().map(str::trim);
        lines
            .filter_map(|line| line.strip_prefix("out property <color> "))
            .map(|line| {
                let (name, rest) = line.split_once(": root.pick(").expect("three colours");
                let (values, note) = rest.split_once(");").expect("a colour line ends");
                let value = values.split(',').nth(set).expect("three colours");
                (name, (rgb(value), note.trim()))
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
    fn every_stated_pair_of_colours_has_its_contrast_in_every_theme() {
        for (set, name, text) in [(0, "dark", 4.5), (1, "light", 4.5), (2, "contrast", 7.0)] {
            let colours = colours(set);
            let mut pairs = 0;
            for (colour, (value, note)) in &colours {
                let text_on = note
                    .strip_prefix("// text on ")
                    .map(|grounds| (text, grounds));
                let edge_on = note
                    .strip_prefix("// edge on ")
                    .map(|grounds| (3.0, grounds));
                let Some((least, grounds)) = text_on.or(edge_on) else {
                    continue;
                };
                for ground in grounds.split(' ') {
                    let found = contrast(*value, colours[ground].0);
                    assert!(
                        found >= least,
                        "{name}: {colour} on {ground} has {found:.2}, needs {least}"
                    );
                    pairs += 1;
                }
            }
            assert!(pairs >= 16, "the paint states its pairs: {pairs}");
        }
    }
}
