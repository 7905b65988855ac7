//! Pictures as files: PNG, with as few colours as the comparison needs, because every approved picture is carried along
//! by every copy of the project.
//!
//! The most frequent colours, grounds and letters, are kept as they are. The others lie along the edges of letters; each
//! of their channels is rounded to one of a few fixed steps. So the file of a picture does not depend on chance or on
//! what else is in it, and no pixel is further from the drawn one than half a step.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;

use slint::Rgb8Pixel;

use crate::Picture;

/// How many of the most frequent colours are kept as they are.
const EXACT_COLOURS: usize = 64;

/// The steps of all other colours; at most half of it is lost, well below what the comparison forgives.
const STEP: u8 = 17;

/// How many colours a PNG with a palette may have.
const PALETTE_MAX: usize = 256;

type Channels = [u8; 3];

fn channels(pixel: &Rgb8Pixel) -> Channels {
    [pixel.r, pixel.g, pixel.b]
}

fn rounded(colour: Channels) -> Channels {
    // 255 is a multiple of the step, so the largest result is 255.
    colour.map(|channel| channel.saturating_add(STEP / 2) / STEP * STEP)
}

/// What each colour of a picture is in its file.
fn kept(picture: &Picture) -> BTreeMap<Channels, Channels> {
    let mut counts: BTreeMap<Channels, usize> = BTreeMap::new();
    for pixel in &picture.pixels {
        *counts.entry(channels(pixel)).or_default() += 1;
    }
    let mut colours: Vec<(Channels, usize)> = counts.into_iter().collect();
    // The sort is stable: colours of one count stay in the order of their values.
    colours.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let exact = |at: usize, colour: Channels| {
        if at < EXACT_COLOURS {
            colour
        } else {
            rounded(colour)
        }
    };
    colours
        .iter()
        .enumerate()
        .map(|(at, (colour, _))| (*colour, exact(at, *colour)))
        .collect()
}

/// Writes `picture`, making the directory when it is missing.
pub(crate) fn write(path: &Path, picture: &Picture) {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).expect("a directory for pictures");
    }
    let kept = kept(picture);
    let mut index: BTreeMap<Channels, usize> = BTreeMap::new();
    for colour in kept.values() {
        let next = index.len();
        index.entry(*colour).or_insert(next);
    }
    let (width, height) = picture.size();
    let side = |length: usize| u32::try_from(length).expect("a screen");
    let file = BufWriter::new(File::create(path).expect("a file for the picture"));
    let mut encoder = png::Encoder::new(file, side(width), side(height));
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let colours = picture.pixels.iter().map(|pixel| kept[&channels(pixel)]);
    let bytes: Vec<u8> = if index.len() <= PALETTE_MAX {
        let mut palette = vec![[0; 3]; index.len()];
        for (colour, at) in &index {
            palette[*at] = *colour;
        }
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_palette(palette.concat());
        colours
            .map(|colour| u8::try_from(index[&colour]).expect("at most 256 colours"))
            .collect()
    } else {
        encoder.set_color(png::ColorType::Rgb);
        colours.flatten().collect()
    };
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&bytes).expect("all rows");
}

/// Reads a picture of [`write`]; `None` when there is no file.
pub(crate) fn read(path: &Path) -> Option<Picture> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let size = reader.output_buffer_size().expect("a PNG that fits");
    let mut bytes = vec![0; size];
    let info = reader.next_frame(&mut bytes).expect("a whole PNG");
    let pixels = bytes
        .chunks_exact(3)
        .map(|part| Rgb8Pixel::new(part[0], part[1], part[2]))
        .collect();
    Some(Picture::new(
        usize::try_from(info.width).expect("a screen"),
        pixels,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_many_colours_is_the_same_to_the_eye_after_its_file() {
        let path = std::env::temp_dir().join(format!("picture-{}.png", std::process::id()));
        let many: Vec<Rgb8Pixel> = (0..64_u8)
            .flat_map(|red| (0..64_u8).map(move |blue| Rgb8Pixel::new(red * 4, 77, blue * 4)))
            .collect();
        let drawn = Picture::new(64, many);
        write(&path, &drawn);
        let found = read(&path).expect("the file was written");
        fs::remove_file(&path).expect("the file was written");
        assert!(found.difference(&drawn).is_none());
        let off = found.pixels.iter().zip(&drawn.pixels).map(|(one, other)| {
            let off = |at: usize| channels(one)[at].abs_diff(channels(other)[at]);
            off(0).max(off(1)).max(off(2))
        });
        assert!(off.max() == Some(STEP / 2));
    }
}
