//! For tests of kiosk and display: draws a window into memory and compares the picture with an approved one.
//!
//! A [`Canvas`] is the platform of the test's thread: it has no clock and no screen, sees no font but the bundled ones,
//! and draws with the software renderer into a [`Picture`]. A [`Gallery`] is the directory of approved pictures. With `BLESS` in the environment it takes every
//! picture as approved and writes it, otherwise it compares; a picture that differs is left where the failure says.
//!
//! The same code draws the same pixels, so the comparison may be strict. It forgives what nobody sees, a slightly other
//! shade along the edge of a letter, and it forgives nothing that has a place: [`Picture::difference`] counts the pixels
//! that differ in each small square by itself, so that a lost comma is found on a sheet of two million pixels.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use nowserving_ui::fonts::{self, Others};

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{PlatformError, Rgb8Pixel};

mod difference;
mod file;

pub use difference::Difference;

/// How often a window is drawn before its picture is taken: what follows from a new size or text is settled by then.
const DRAWS: usize = 3;

/// A picture, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    pixels: Vec<Rgb8Pixel>,
}

impl Picture {
    /// A picture that is `width` pixels across.
    ///
    /// # Panics
    /// `pixels` are not whole rows.
    #[must_use]
    pub fn new(width: usize, pixels: Vec<Rgb8Pixel>) -> Self {
        assert!(
            width > 0 && pixels.len().is_multiple_of(width),
            "whole rows"
        );
        Self { width, pixels }
    }

    /// Pixels across and down.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.pixels.len() / self.width)
    }
}

/// The platform on which the window under test lives.
pub struct Canvas {
    window: Rc<MinimalSoftwareWindow>,
}

struct Still(Rc<MinimalSoftwareWindow>);

impl Platform for Still {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::<MinimalSoftwareWindow>::clone(&self.0))
    }

    fn duration_since_start(&self) -> Duration {
        // Nothing moves while a picture is taken.
        Duration::ZERO
    }
}

impl Canvas {
    /// Makes a canvas the platform of this thread. Only the bundled fonts are seen: where the process sees others, it
    /// starts anew, and with it the tests of this program; so they are in a program of their own. A test gives its
    /// `CARGO_TARGET_TMPDIR`.
    ///
    /// # Panics
    /// The thread has a platform already, or the program cannot be started anew.
    #[must_use]
    pub fn install(temporary: &str) -> Self {
        fonts::settle_in(&PathBuf::from(temporary).join("fonts"), Others::Hidden)
            .expect("the program can be started anew");
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(Still(Rc::clone(&window))))
            .expect("one platform for each thread");
        Self { window }
    }

    /// Draws what the window shows now. The window has been given this size.
    #[must_use]
    pub fn draw(&self, width: usize, height: usize) -> Picture {
        let mut pixels = vec![Rgb8Pixel::new(255, 255, 255); width * height];
        for _ in 0..DRAWS {
            slint::platform::update_timers_and_animations();
            self.window.request_redraw();
            self.window.draw_if_needed(|renderer| {
                renderer.render(&mut pixels, width);
            });
        }
        Picture::new(width, pixels)
    }
}

/// A directory of approved pictures.
pub struct Gallery {
    approved: PathBuf,
    rejected: PathBuf,
}

impl Gallery {
    /// The gallery of the whole project; a test gives its `CARGO_TARGET_TMPDIR` for pictures that are not as approved.
    #[must_use]
    pub fn of_the_project(temporary: &str) -> Self {
        Self {
            approved: PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../tests/golden/screens"
            )),
            rejected: PathBuf::from(temporary).join("screens"),
        }
    }

    /// Compares `drawn` with the approved picture called `name`.
    ///
    /// # Errors
    /// They differ, or there is no approved one; the text says how, and where `drawn` was left to be looked at.
    ///
    /// # Panics
    /// The directories cannot be written or the approved file is damaged.
    pub fn compare(&self, name: &str, drawn: &Picture) -> Result<(), String> {
        let path = self.approved.join(name);
        if std::env::var_os("BLESS").is_some() {
            file::write(&path, drawn);
            return Ok(());
        }
        let problem = match file::read(&path) {
            None => "there is no approved picture".to_owned(),
            Some(approved) => match approved.difference(drawn) {
                None => return Ok(()),
                Some(difference) => difference.to_string(),
            },
        };
        let left = self.rejected.join(name);
        file::write(&left, drawn);
        Err(format!("{name}: {problem}; see {}", left.display()))
    }
}
