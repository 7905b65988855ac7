//! How large things are on a real screen: millimetres behind the pixels.
//!
//! A touch target has its least size in millimetres, and letters have theirs by the distance from which they are read; both
//! follow from the diagonal of the screen, which the operator knows, and from its pixels, which the window knows.

/// The sizes of a place where a kiosk stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    diagonal_inches: f32,
    viewing_distance_metres: f32,
}

/// The least angle under which a capital letter of large text is seen, in degrees (EN 301 549, 5.1.4).
const CAPITAL_DEGREES: f32 = 0.7;
/// The diagonals that a touch kiosk can have, in inches.
const DIAGONAL_INCHES: std::ops::RangeInclusive<f32> = 7.0..=65.0;
/// From how far a screen can be touched and read, in metres: an arm's length and a little more.
const VIEWING_METRES: std::ops::RangeInclusive<f32> = 0.3..=0.8;

impl Sizes {
    /// Sizes from a screen's diagonal in inches.
    ///
    /// # Errors
    /// A diagonal that no touch kiosk has; the text says which are possible.
    pub fn with_diagonal(self, inches: f32) -> Result<Self, String> {
        if !DIAGONAL_INCHES.contains(&inches) {
            return Err(format!(
                "write the diagonal of the screen in inches, from {} to {}, such as 21.5",
                DIAGONAL_INCHES.start(),
                DIAGONAL_INCHES.end()
            ));
        }
        Ok(Self {
            diagonal_inches: inches,
            ..self
        })
    }

    /// Sizes for readers at this distance in metres.
    ///
    /// # Errors
    /// A distance from which nobody touches a screen; the text says which are possible.
    pub fn with_viewing_distance(self, metres: f32) -> Result<Self, String> {
        if !VIEWING_METRES.contains(&metres) {
            return Err(format!(
                "write the distance of the eyes from the screen in metres, from {} to {}, such as 0.6",
                VIEWING_METRES.start(),
                VIEWING_METRES.end()
            ));
        }
        Ok(Self {
            viewing_distance_metres: metres,
            ..self
        })
    }

    /// The diagonal in millimetres.
    #[must_use]
    pub fn diagonal_millimetres(self) -> f32 {
        self.diagonal_inches * 25.4
    }

    /// The least height of a capital letter of large text, in millimetres: H = D·π·0.7/180 (EN 301 549, 5.1.4).
    #[must_use]
    pub fn capital_millimetres(self) -> f32 {
        self.viewing_distance_metres * 1000.0 * CAPITAL_DEGREES.to_radians()
    }
}

impl Default for Sizes {
    /// The usual kiosk: 21.5 inches, read from 0.6 m.
    fn default() -> Self {
        Self {
            diagonal_inches: 21.5,
            viewing_distance_metres: 0.6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capital_is_seen_under_seven_tenths_of_a_degree() {
        let at = |metres| {
            Sizes::default()
                .with_viewing_distance(metres)
                .expect("within reach")
                .capital_millimetres()
        };
        assert!((at(0.6) - 7.33).abs() < 0.01, "{}", at(0.6));
        assert!((at(0.5) - 6.11).abs() < 0.01, "{}", at(0.5));
    }

    #[test]
    fn the_usual_screen_has_a_quarter_of_a_millimetre_a_pixel() {
        let pixels = 1080_f32.hypot(1920.0);
        let pitch = Sizes::default().diagonal_millimetres() / pixels;
        assert!((pitch - 0.248).abs() < 0.001, "{pitch}");
    }

    #[test]
    fn sizes_that_no_kiosk_has_are_refused() {
        for inches in [0.0, -21.5, 300.0, f32::NAN] {
            assert!(Sizes::default().with_diagonal(inches).is_err(), "{inches}");
        }
        for metres in [0.0, 6.0, f32::INFINITY] {
            let refused = Sizes::default().with_viewing_distance(metres);
            assert!(refused.is_err(), "{metres}");
        }
    }

    #[test]
    fn the_bundled_fonts_capitals_are_as_high_as_the_theme_reckons() {
        use ab_glyph::{Font as _, FontRef};
        let font = FontRef::try_from_slice(nowserving_ui::FONT_REGULAR).expect("the bundled font");
        let glyph = font.outline(font.glyph_id('H')).expect("a letter");
        let height = glyph.bounds.max.y - glyph.bounds.min.y;
        let em = font.units_per_em().expect("it says so");
        // `capital-height` in theme.slint.
        assert!((height.abs() / em - 0.733).abs() < 0.002, "{}", height / em);
    }
}
