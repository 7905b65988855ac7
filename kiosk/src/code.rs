//! QR codes for the screen.

use qrcode::{Color, EcLevel, QrCode};

/// The white border that a reader needs (ISO/IEC 18004), in modules.
pub const QUIET_MODULES: usize = 4;

/// A code as modules, border included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Modules along one side.
    pub side: usize,
    /// `side` × `side` modules, row by row; true is dark.
    pub dark: Vec<bool>,
}

/// The code of `text`; none when it is too long for any code.
#[must_use]
pub fn of(text: &str) -> Option<Code> {
    let inner = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = inner.width();
    let side = width + 2 * QUIET_MODULES;
    let mut dark = vec![false; side * side];
    for (at, colour) in inner.to_colors().into_iter().enumerate() {
        let (row, column) = (at / width + QUIET_MODULES, at % width + QUIET_MODULES);
        dark[row * side + column] = colour == Color::Dark;
    }
    Some(Code { side, dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_in_a_white_border_with_its_corner_marks() {
        let code = of("http://hall.example/t#abc").expect("short enough");
        assert_eq!(code.dark.len(), code.side * code.side);
        assert!(
            code.dark[..code.side * QUIET_MODULES]
                .iter()
                .all(|dark| !dark)
        );
        let corner = QUIET_MODULES * code.side + QUIET_MODULES;
        assert!(code.dark[corner..corner + 7].iter().all(|dark| *dark));
    }

    #[test]
    fn a_text_that_fits_no_code_has_none() {
        assert_eq!(of(&"x".repeat(5000)), None);
    }
}
