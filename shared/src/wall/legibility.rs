//! Whether who sits farthest from a screen can read who is called.
//!
//! A digit must be at least as high as the viewing distance divided by [`DISTANCE_PER_HEIGHT`] (the rule D/200, FAA Human
//! Factors Design Standard HF-STD-001, about 17 minutes of arc); a layout whose digits are lower is refused. People with
//! low vision need [`LOW_VISION_DEGREES`] (EN 301 549, 5.1.4: H = D·π·0.7/180); below that a person is warned.

use std::fmt;
use std::ops::RangeInclusive;

use super::geometry::Extent;
use super::{Layout, Show};

/// The viewing distance divided by the least height of a digit.
pub const DISTANCE_PER_HEIGHT: f32 = 200.0;
/// The angle under which people with low vision read a digit, in degrees.
pub const LOW_VISION_DEGREES: f32 = 0.7;
/// The diagonals that a wall display or a strip can have, in inches.
pub const INCHES: RangeInclusive<f32> = 5.0..=200.0;
/// How far the farthest seat can be, in metres.
pub const SEAT_METRES: RangeInclusive<f32> = 0.5..=100.0;
/// How long a side of a screen can be, in pixels.
pub const SIDE_PIXELS: RangeInclusive<u32> = 240..=16_384;
const MILLIMETRES_PER_INCH: f32 = 25.4;

/// A screen in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Its diagonal, in inches.
    pub inches: f32,
    /// Its pixels, as it hangs: upright ones have a greater height.
    pub pixels: Extent,
    /// How far the farthest seat is, in metres.
    pub farthest_seat: f32,
}

impl Screen {
    /// How many millimetres a pixel has.
    #[must_use]
    pub fn millimetres_per_pixel(self) -> f32 {
        let (width, height) = (self.pixels.width as f32, self.pixels.height as f32);
        self.inches * MILLIMETRES_PER_INCH / width.hypot(height).max(1.0)
    }

    /// The least height of a digit, in millimetres.
    #[must_use]
    pub fn needed(self) -> f32 {
        self.farthest_seat * 1000.0 / DISTANCE_PER_HEIGHT
    }

    /// The height of a digit that people with low vision can read, in millimetres.
    #[must_use]
    pub fn wanted(self) -> f32 {
        self.farthest_seat * 1000.0 * LOW_VISION_DEGREES.to_radians()
    }
}

/// What is to be said of a layout on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The farthest seat cannot read who is called.
    Refused,
    /// Who has low vision cannot.
    Warned,
    /// Everybody can.
    Good,
}

/// How high the digits of a layout are on a screen, and how high they should be; all heights in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Legibility {
    /// The screen.
    pub screen: Screen,
    /// The digits that tell who is called now.
    pub digits: f32,
    /// The digits of the lists, if there are any.
    pub rows: Option<f32>,
}

impl Legibility {
    /// How `layout` can be read on `screen` in a place of `windows` windows, whose numbers are `label_sizes` of their
    /// letters wide at most. Panels without anything to show leave their room to others, which may make letters smaller: the
    /// worst case counts. None when no panel tells who is called.
    #[must_use]
    pub fn of(layout: &Layout, screen: Screen, windows: usize, label_sizes: f32) -> Option<Self> {
        let absent: [&[Show]; 4] = [
            &[],
            &[Show::Notices],
            &[Show::Pictures],
            &[Show::Notices, Show::Pictures],
        ];
        let geometries = || {
            let variants = absent
                .iter()
                .map(|gone| layout.without(|show| gone.contains(&show)));
            variants.map(|layout| layout.geometry(screen.pixels))
        };
        let pixel = screen.millimetres_per_pixel();
        let digits = geometries()
            .filter_map(|geometry| geometry.call_digits(windows, label_sizes))
            .reduce(f32::min)?;
        let rows = geometries()
            .filter_map(|geometry| geometry.row_digits(windows, label_sizes))
            .reduce(f32::min);
        Some(Self {
            screen,
            digits: digits * pixel,
            rows: rows.map(|rows| rows * pixel),
        })
    }

    /// What is to be said of it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.digits < self.screen.needed() {
            Verdict::Refused
        } else if self.digits < self.screen.wanted() {
            Verdict::Warned
        } else {
            Verdict::Good
        }
    }
}

impl fmt::Display for Legibility {
    /// One sentence for people: the heights there are and the heights that are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (digits, screen) = (self.digits, self.screen);
        let (needed, wanted, seat) = (screen.needed(), screen.wanted(), screen.farthest_seat);
        write!(
            f,
            "who is called has digits {digits:.0} mm high on this screen"
        )?;
        match self.verdict() {
            Verdict::Refused => write!(
                f,
                ", but a seat at {seat} m needs {needed:.0} mm: use a larger screen, a larger share for the calls, or fewer panels"
            ),
            Verdict::Warned => write!(
                f,
                ": a seat at {seat} m can read them ({needed:.0} mm), people with low vision there need {wanted:.0} mm"
            ),
            Verdict::Good => write!(
                f,
                ": everybody at {seat} m can read them (people with low vision need {wanted:.0} mm)"
            ),
        }
    }
}
