//! Pictures of the hall for kiosk and display: read from a folder, in the order of their names, and scaled once to the
//! panel that shows them; and pictures written as PNG.
//!
//! A file that is no picture, or too much of one, is skipped with a word in the log: a kiosk gives out numbers and a display
//! shows calls whatever lies in their folders.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read as _};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// How many pictures are shown.
pub const PICTURES_MAX: usize = 20;
/// The largest file that is read, in bytes.
pub const PICTURE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The largest picture that is decoded, in pixels: those of a good camera.
pub const PICTURE_PIXELS_MAX: usize = 40_000_000;
/// The longest side of a panel, in pixels.
pub const PANEL_SIDE_MAX: u32 = 4096;

/// A picture, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Across, in pixels.
    pub width: u32,
    /// Down, in pixels.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// The picture as the bytes of a PNG file.
    ///
    /// # Errors
    /// It has not as many bytes as its size wants, or no pixels.
    pub fn to_png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(bytes)
    }
}

/// Why a file is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is too large.
    #[error("it has over {PICTURE_BYTES_MAX} bytes")]
    TooLong,
    /// It has too many pixels, or none.
    #[error("it has {0} × {1} pixels: at most {PICTURE_PIXELS_MAX} in all can be shown")]
    Size(usize, usize),
    /// It is damaged, or of a kind that is not shown.
    #[error("it is damaged or of an unknown kind: {0}")]
    Damaged(String),
}

/// The pictures in `folder`, each within `panel`; those that are none are named in the log.
///
/// # Errors
/// The folder cannot be read.
pub fn load(folder: &Path, panel: (u32, u32)) -> io::Result<Vec<Picture>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| is_named_like_one(path))
        .collect();
    files.sort();
    if files.len() > PICTURES_MAX {
        tracing::warn!(
            count = files.len(),
            "only the first {PICTURES_MAX} pictures are shown"
        );
    }
    files.truncate(PICTURES_MAX);
    let mut pictures = Vec::new();
    for path in files {
        match read(&path, panel) {
            Ok(picture) => pictures.push(picture),
            Err(error) => tracing::warn!(path = %path.display(), %error, "a picture is not shown"),
        }
    }
    Ok(pictures)
}

fn is_named_like_one(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ["png", "jpg", "jpeg"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// One picture, scaled to fit within `panel`; never larger than it is.
///
/// # Errors
/// [`PictureError`].
pub fn read(path: &Path, panel: (u32, u32)) -> Result<Picture, PictureError> {
    let mut bytes = Vec::new();
    BufReader::new(File::open(path)?)
        .take(PICTURE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|count| count > PICTURE_BYTES_MAX) {
        return Err(PictureError::TooLong);
    }
    // The decoder of JPEG may panic on a damaged file, by its own word.
    let decoded = catch_unwind(|| decode(&bytes));
    let whole = decoded
        .unwrap_or_else(|_| Err(PictureError::Damaged("it cannot be decoded".to_owned())))?;
    Ok(scaled(whole, panel))
}

fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    if bytes.starts_with(b"\x89PNG") {
        decode_png(bytes)
    } else {
        decode_jpeg(bytes)
    }
}

fn checked(width: usize, height: usize) -> Result<(u32, u32), PictureError> {
    let wrong = || PictureError::Size(width, height);
    let pixels = width
        .checked_mul(height)
        .filter(|pixels| (1..=PICTURE_PIXELS_MAX).contains(pixels));
    pixels.ok_or_else(wrong)?;
    let side = |length: usize| u32::try_from(length).map_err(|_| wrong());
    Ok((side(width)?, side(height)?))
}

fn damaged(error: impl std::fmt::Display) -> PictureError {
    PictureError::Damaged(error.to_string())
}

fn decode_jpeg(bytes: &[u8]) -> Result<Picture, PictureError> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let info = decoder.info().ok_or_else(|| damaged("it has no size"))?;
    let (width, height) = checked(usize::from(info.width), usize::from(info.height))?;
    let rgb = decoder.decode().map_err(damaged)?;
    whole(width, height, rgb)
}

fn decode_png(bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let side = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
    let (width, height) = checked(side(width), side(height))?;
    let room = reader
        .output_buffer_size()
        .ok_or_else(|| damaged("it has no size"))?;
    let mut pixels = vec![0; room];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    // What is seen through stands on white.
    let over = |value: u8, alpha: u8| {
        let mixed = (u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    let rgb = match frame.color_type {
        png::ColorType::Rgb => pixels,
        png::ColorType::Rgba => pixels
            .chunks_exact(4)
            .flat_map(|pixel| [0, 1, 2].map(|at| over(pixel[at], pixel[3])))
            .collect(),
        png::ColorType::Grayscale => pixels.iter().flat_map(|grey| [*grey; 3]).collect(),
        png::ColorType::GrayscaleAlpha => pixels
            .chunks_exact(2)
            .flat_map(|pixel| [over(pixel[0], pixel[1]); 3])
            .collect(),
        png::ColorType::Indexed => return Err(damaged("its colours were not looked up")),
    };
    whole(width, height, rgb)
}

/// The picture, if there are as many bytes as it has to have.
fn whole(width: u32, height: u32, rgb: Vec<u8>) -> Result<Picture, PictureError> {
    let wanted = u64::from(width) * u64::from(height) * 3;
    if u64::try_from(rgb.len()).ok() == Some(wanted) {
        Ok(Picture { width, height, rgb })
    } else {
        Err(damaged("it ends too early"))
    }
}

/// Scales down by the mean of the pixels that become one.
fn scaled(picture: Picture, (most_across, most_down): (u32, u32)) -> Picture {
    let (across, down) = (u64::from(picture.width), u64::from(picture.height));
    let (most_across, most_down) = (u64::from(most_across.max(1)), u64::from(most_down.max(1)));
    if across <= most_across && down <= most_down {
        return picture;
    }
    let (width, height) = if across * most_down > down * most_across {
        (most_across, (down * most_across / across).max(1))
    } else {
        ((across * most_down / down).max(1), most_down)
    };
    let from = |at: u64, count: u64, of: u64| at * of / count;
    let mut rgb = Vec::new();
    for row in 0..height {
        let rows =
            from(row, height, down)..from(row + 1, height, down).max(from(row, height, down) + 1);
        for column in 0..width {
            let first = from(column, width, across);
            let columns = first..from(column + 1, width, across).max(first + 1);
            rgb.extend(mean(&picture, rows.clone(), columns));
        }
    }
    let side = |length: u64| u32::try_from(length).unwrap_or(PANEL_SIDE_MAX);
    Picture {
        width: side(width),
        height: side(height),
        rgb,
    }
}

fn mean(picture: &Picture, rows: std::ops::Range<u64>, columns: std::ops::Range<u64>) -> [u8; 3] {
    let across = u64::from(picture.width);
    let mut sums = [0_u64; 3];
    let mut count = 0;
    for row in rows {
        for column in columns.clone() {
            let first = usize::try_from((row * across + column) * 3).unwrap_or(usize::MAX);
            for (at, sum) in sums.iter_mut().enumerate() {
                let value = picture.rgb.get(first.saturating_add(at)).copied();
                *sum += u64::from(value.unwrap_or_default());
            }
            count += 1;
        }
    }
    sums.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32, colour: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(colour);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(pixels).expect("pixels");
        writer.finish().expect("an end");
        bytes
    }

    /// A folder with `files`, each of a name and its bytes.
    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("a file");
        }
        folder
    }

    /// The smallest grey picture of one pixel that is a JPEG: written out, because nothing here writes one.
    const JPEG: &[u8] = include_bytes!("grey.jpg");

    #[test]
    fn pictures_come_in_the_order_of_their_names_and_what_is_none_is_skipped() {
        let red = png_of(2, 1, png::ColorType::Rgb, &[255, 0, 0, 255, 0, 0]);
        let clear = png_of(1, 1, png::ColorType::Rgba, &[0, 0, 0, 0]);
        let folder = folder(&[
            ("b.png", &clear),
            ("a.PNG", &red),
            ("c.jpg", JPEG),
            ("broken.png", b"\x89PNG and no more"),
            ("broken.jpeg", &JPEG[..JPEG.len() / 2]),
            ("empty.jpg", b""),
            ("notes.txt", b"no picture"),
        ]);
        let pictures = load(folder.path(), (100, 100)).expect("a folder");
        assert_eq!(pictures.len(), 3, "{pictures:?}");
        assert_eq!(pictures[0].rgb, [255, 0, 0, 255, 0, 0]);
        assert_eq!(
            pictures[1].rgb, [255; 3],
            "what is seen through stands on white"
        );
        assert_eq!((pictures[2].width, pictures[2].height), (16, 16));
        assert!(load(&folder.path().join("nowhere"), (1, 1)).is_err());
    }

    #[test]
    fn no_more_than_the_most_are_read_and_none_that_is_too_large() {
        let white = png_of(1, 1, png::ColorType::Grayscale, &[255]);
        let names: Vec<String> = (0..PICTURES_MAX + 3)
            .map(|at| format!("{at:03}.png"))
            .collect();
        let files: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), &white[..]))
            .collect();
        let many = folder(&files);
        assert_eq!(
            load(many.path(), (9, 9)).expect("a folder").len(),
            PICTURES_MAX
        );
        let long = many.path().join("long.jpg");
        let file = File::create(&long).expect("a file");
        file.set_len(PICTURE_BYTES_MAX + 1).expect("room");
        assert!(matches!(read(&long, (9, 9)), Err(PictureError::TooLong)));
        assert!(matches!(
            checked(50_000, 50_000),
            Err(PictureError::Size(..))
        ));
        assert!(matches!(checked(0, 5), Err(PictureError::Size(..))));
    }

    #[test]
    fn a_picture_is_scaled_to_its_panel_and_keeps_its_shape() {
        let stripes: Vec<u8> = (0..400 * 200_u32)
            .flat_map(|at| if at % 2 == 0 { [0; 3] } else { [200; 3] })
            .collect();
        let large = Picture {
            width: 400,
            height: 200,
            rgb: stripes,
        };
        let small = scaled(large.clone(), (100, 100));
        assert_eq!((small.width, small.height), (100, 50));
        assert!(
            small.rgb.iter().all(|value| *value == 100),
            "the mean of both"
        );
        assert_eq!(
            scaled(large.clone(), (1000, 1000)),
            large,
            "nothing is made larger"
        );
        assert_eq!((scaled(large, (1000, 20)).height), 20);
    }

    #[test]
    fn a_picture_is_written_as_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.png");
        let picture = Picture {
            width: 2,
            height: 1,
            rgb: vec![255, 0, 0, 0, 255, 7],
        };
        fs::write(&file, picture.to_png().expect("a PNG")).expect("a file");
        assert_eq!(read(&file, (9, 9)).expect("a picture"), picture);
    }
}
