//! Draws a window into memory and compares the picture with a golden one.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{PlatformError, Rgb8Pixel};

/// How far a channel may differ before a pixel counts as different: a rounding of the same shape is no difference.
const CHANNEL_TOLERANCE: u8 = 24;
/// How many of a million pixels may differ.
const DIFFERENT_PER_MILLION_MAX: usize = 200;
/// How many colours a picture file has.
const COLOURS_MAX: usize = 256;

/// A picture of three bytes a pixel.
pub(crate) struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<Rgb8Pixel>,
}

/// The platform on which the window under test lives.
pub(crate) struct Canvas {
    window: Rc<MinimalSoftwareWindow>,
}

struct Drawing(Rc<MinimalSoftwareWindow>);

impl Platform for Drawing {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::<MinimalSoftwareWindow>::clone(&self.0))
    }

    fn duration_since_start(&self) -> Duration {
        // Nothing moves while a picture is taken.
        Duration::ZERO
    }
}

impl Canvas {
    /// Makes the canvas the platform of this thread.
    pub(crate) fn install() -> Self {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(Drawing(Rc::clone(&window))))
            .expect("one platform for each thread");
        Self { window }
    }

    /// Draws what the window shows now.
    pub(crate) fn draw(&self, width: u32, height: u32) -> Picture {
        let white = Rgb8Pixel {
            r: 255,
            g: 255,
            b: 255,
        };
        let side = |length: u32| usize::try_from(length).expect("a screen");
        let mut pixels = vec![white; side(width) * side(height)];
        // What follows from a changed size or text is settled before the picture is taken.
        for _ in 0..3 {
            slint::platform::update_timers_and_animations();
            self.window.request_redraw();
            self.window.draw_if_needed(|renderer| {
                renderer.render(&mut pixels, side(width));
            });
        }
        Picture {
            width,
            height,
            pixels,
        }
    }
}

/// Whether golden files are to be written anew.
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/golden/screens")
        .join(file)
}

/// Where a picture that differs is left to be looked at.
fn rejected(file: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("screens")
        .join(file)
}

/// Compares `drawn` with the golden picture called `file`; says how they differ.
pub(crate) fn compare(file: &str, drawn: &Picture) -> Result<(), String> {
    let path = golden(file);
    if is_blessing() {
        write(&path, drawn);
        return Ok(());
    }
    let left = rejected(file);
    let Some(approved) = read(&path) else {
        write(&left, drawn);
        return Err(format!(
            "there is no golden picture {file}; see {}",
            left.display()
        ));
    };
    if (approved.width, approved.height) != (drawn.width, drawn.height) {
        return Err(format!("{file}: another size"));
    }
    let different = approved
        .pixels
        .iter()
        .zip(&drawn.pixels)
        .filter(|(one, other)| differ(one, other))
        .count();
    if different * 1_000_000 > DIFFERENT_PER_MILLION_MAX * drawn.pixels.len() {
        write(&left, drawn);
        return Err(format!(
            "{file}: {different} pixels differ; see {}",
            left.display()
        ));
    }
    Ok(())
}

fn differ(one: &Rgb8Pixel, other: &Rgb8Pixel) -> bool {
    [(one.r, other.r), (one.g, other.g), (one.b, other.b)]
        .iter()
        .any(|(a, b)| a.abs_diff(*b) > CHANNEL_TOLERANCE)
}

/// Writes a picture with at most [`COLOURS_MAX`] colours: the frequent ones as they are, the others as the nearest of
/// them. What is lost is far below the tolerance, and the file is less than half as large.
fn write(path: &Path, picture: &Picture) {
    fs::create_dir_all(path.parent().expect("a directory of pictures")).expect("a directory");
    let (palette, index) = palette(picture);
    let file = BufWriter::new(File::create(path).expect("a file"));
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_palette(palette.iter().flatten().copied().collect::<Vec<u8>>());
    let bytes: Vec<u8> = picture
        .pixels
        .iter()
        .map(|pixel| index[&channels(pixel)])
        .collect();
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&bytes).expect("all rows");
}

type Channels = [u8; 3];

fn channels(pixel: &Rgb8Pixel) -> Channels {
    [pixel.r, pixel.g, pixel.b]
}

/// The most frequent colours, and for every colour of the picture its place among them.
fn palette(picture: &Picture) -> (Vec<Channels>, HashMap<Channels, u8>) {
    let mut counts: BTreeMap<Channels, usize> = BTreeMap::new();
    for pixel in &picture.pixels {
        *counts.entry(channels(pixel)).or_default() += 1;
    }
    let mut colours: Vec<(Channels, usize)> = counts.into_iter().collect();
    colours.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let palette: Vec<Channels> = colours
        .iter()
        .take(COLOURS_MAX)
        .map(|(colour, _)| *colour)
        .collect();
    let distance = |one: &Channels, other: &Channels| -> u32 {
        one.iter()
            .zip(other)
            .map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2))
            .sum()
    };
    let nearest = |colour: &Channels| {
        let found = (0..=u8::MAX)
            .zip(&palette)
            .min_by_key(|(_, known)| distance(colour, known));
        found.expect("a picture has a colour").0
    };
    let index = colours
        .iter()
        .map(|(colour, _)| (*colour, nearest(colour)))
        .collect();
    (palette, index)
}

fn read(path: &Path) -> Option<Picture> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut bytes = vec![
        0;
        reader
            .output_buffer_size()
            .expect("a picture that fits into memory")
    ];
    let info = reader.next_frame(&mut bytes).expect("a whole PNG");
    let pixels = bytes
        .chunks_exact(3)
        .map(|part| Rgb8Pixel {
            r: part[0],
            g: part[1],
            b: part[2],
        })
        .collect();
    Some(Picture {
        width: info.width,
        height: info.height,
        pixels,
    })
}
