//! Pictures of the hall for the idle screen.

pub use nowserving_images::{PANEL_SIDE_MAX, Picture, load};

/// The panel of the idle screen in a window of this size, in pixels: as wide as the page upright, a part of it lying.
#[must_use]
pub fn panel(width: u32, height: u32) -> (u32, u32) {
    let part = |length: u32, percent: u32| {
        let part = u64::from(length) * u64::from(percent) / 100;
        u32::try_from(part)
            .unwrap_or(PANEL_SIDE_MAX)
            .clamp(1, PANEL_SIDE_MAX)
    };
    if width > height {
        (part(width, 36), part(height, 42))
    } else {
        (part(width, 94), part(height, 20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panel_is_wide_upright_and_a_part_of_the_page_lying() {
        assert_eq!(panel(1080, 1920), (1015, 384));
        assert_eq!(panel(1280, 800), (460, 336));
        assert_eq!(panel(u32::MAX, 1), (PANEL_SIDE_MAX, 1));
    }
}
