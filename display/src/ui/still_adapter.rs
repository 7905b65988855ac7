//! The display's window drawn into memory, without a graphical session.

use std::rc::Rc;
use std::time::Duration;

use nowserving_images::Picture;
use slint::Rgb8Pixel;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter};

use super::display_adapter::{DisplayScreen, Extent, ScreenError};
use crate::view::View;

/// How often a window is drawn before its picture is taken: what follows from a new size or text is settled by then.
const DRAWS: usize = 3;

/// A platform whose only window is memory, and on which nothing moves.
struct Still(Rc<MinimalSoftwareWindow>);

impl Platform for Still {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::<MinimalSoftwareWindow>::clone(&self.0))
    }

    fn duration_since_start(&self) -> Duration {
        Duration::ZERO
    }
}

/// What of the hall's own is drawn beside a view.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Pictures, which have their turns.
    pub pictures: Vec<Picture>,
    /// The logo.
    pub logo: Option<Picture>,
}

/// Draws `view` as a window of this size shows it. Only in a program that opens no window.
///
/// # Errors
/// The program has a window already.
pub fn draw(view: &View, (width, height): (u32, u32), own: Own) -> Result<Picture, ScreenError> {
    let memory = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
    slint::platform::set_platform(Box::new(Still(Rc::clone(&memory))))
        .map_err(|error| PlatformError::Other(error.to_string()))?;
    let screen = DisplayScreen::new()?;
    screen.set_extent(Extent {
        width,
        height,
        full_screen: false,
    });
    screen.set_pictures(own.pictures);
    if let Some(logo) = own.logo {
        screen.set_logo(logo);
    }
    screen.show()?;
    screen.show_view(view);
    let side = |length: u32| usize::try_from(length).unwrap_or(0);
    let mut pixels = vec![Rgb8Pixel::new(0, 0, 0); side(width) * side(height)];
    for _ in 0..DRAWS {
        slint::platform::update_timers_and_animations();
        memory.request_redraw();
        memory.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, side(width));
        });
    }
    let rgb = pixels
        .iter()
        .flat_map(|pixel| [pixel.r, pixel.g, pixel.b])
        .collect();
    Ok(Picture { width, height, rgb })
}
