//! Lines that need shaping: other scripts, letters that join, right-to-left order, combining marks, rare characters.
//!
//! ```text
//! text ─ parley ─► glyphs in the order of the paper, each with its font and place ─ ab_glyph ─► dots
//! ```
//!
//! The bundled font comes first, then the font files that the hall named, then the machine's own fonts: first those that
//! the machine prefers for the script, then, character by character, any that has it. What no font has is a box and is
//! reported. A line that comes out wider than the paper is squeezed, never cut.
//!
//! Fonts come from outside. A file that is no font is told in the log and left out; should a damaged font bring the shaper
//! down, that is caught, told, and the line is drawn without it.

mod ink;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ab_glyph::FontRef;
use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::style::StyleProperty;
use parley::{FontContext, FontData, FontFamily, FontFamilyName, Layout, LayoutContext};

use super::bitmap::Bitmap;
use super::font;
use super::layout::Style;
use super::profile::CHAR_ROWS;
use super::wrap::char_columns;

/// The largest font file that is read, in bytes.
pub const FONT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The most font files of a hall.
pub const FONT_FILES_MAX: usize = 32;

/// The most families of the machine that are searched for one character.
const FAMILIES_SEARCHED_MAX: usize = 4_000;

/// The most characters of which it is remembered that the machine was searched for them; then nothing more is searched.
const CHARACTERS_SEARCHED_MAX: usize = 4_096;

/// The most families that were found by searching.
const FAMILIES_FOUND_MAX: usize = 64;

/// The size of the em, in dots at normal size: as that of full-width characters.
const EM: f32 = CHAR_ROWS as f32;

/// What the bundled font is called among the others.
const BUNDLED: &str = "nowserving bundled";

/// A font file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FontFileError {
    /// It cannot be read.
    #[error("the font file {path} cannot be read: {reason}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// It is larger than any font that is used here.
    #[error("the font file {path} is larger than {} MiB", FONT_BYTES_MAX / 1024 / 1024, path = path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is no font.
    #[error("the font file {path} is damaged or no font: use a TrueType or OpenType file (.ttf, .otf, .ttc)", path = path.display())]
    NoFont {
        /// The file.
        path: PathBuf,
    },
}

/// The fonts with which lines are shaped. The machine's are looked up when the first such line is drawn, which may take a
/// moment.
pub struct Faces {
    /// The hall's own font files.
    files: Vec<PathBuf>,
    /// Whether the machine's fonts are used.
    machine: bool,
    shaper: Mutex<Option<Shaper>>,
}

impl fmt::Debug for Faces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faces")
            .field("files", &self.files)
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}

/// A line as dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapedLine {
    /// As wide as the paper, as high as the line needs.
    pub dots: Bitmap,
    /// Characters that no font has.
    pub missing: Vec<char>,
}

static BUNDLED_ONLY: LazyLock<Arc<Faces>> = LazyLock::new(|| Arc::new(Faces::new(false, &[])));

impl Faces {
    /// The bundled font alone.
    #[must_use]
    pub fn bundled() -> Arc<Self> {
        Arc::clone(&BUNDLED_ONLY)
    }

    /// The bundled font, the hall's `files` (at most [`FONT_FILES_MAX`]), and the machine's fonts if `machine`.
    ///
    /// With `machine`, the process must have at least one font that fontconfig knows, as it has after
    /// [`nowserving_ui::fonts::settle`]: looking up fonts where there are none panics.
    #[must_use]
    pub fn new(machine: bool, files: &[PathBuf]) -> Self {
        if files.len() > FONT_FILES_MAX {
            tracing::error!(
                "{} font files are named; the first {FONT_FILES_MAX} are used",
                files.len()
            );
        }
        // Told at the start, not when the first name in another script is printed.
        let sound = |file: &&PathBuf| match read_sound_font(file) {
            Ok(_) => true,
            Err(error) => {
                tracing::error!("{error}; it is left out");
                false
            }
        };
        Self {
            files: files
                .iter()
                .take(FONT_FILES_MAX)
                .filter(sound)
                .cloned()
                .collect(),
            machine,
            shaper: Mutex::new(None),
        }
    }

    /// Draws the line on paper of `width_dots`. Nothing when shaping failed, which is told in the log.
    #[must_use]
    pub fn draw(&self, text: &str, style: Style, width_dots: u32) -> Option<ShapedLine> {
        let placed = self.place(text)?;
        Some(ink::draw_placed(&placed, text, style, width_dots))
    }

    /// The glyphs of the line where they stand.
    fn place(&self, text: &str) -> Option<Placed> {
        let mut shaper = self.shaper.lock().unwrap_or_else(PoisonError::into_inner);
        let placed = catch_unwind(AssertUnwindSafe(|| {
            shaper
                .get_or_insert_with(|| Shaper::new(self.machine, &self.files))
                .place(text)
        }));
        match placed {
            Ok(placed) => Some(placed),
            Err(_) => {
                tracing::error!(
                    text,
                    "a font brought the shaper down; the line is drawn with the bundled font alone"
                );
                // What it left half done is not used again.
                *shaper = None;
                None
            }
        }
    }
}

/// Whether the line cannot be drawn character by character from the bundled font.
#[must_use]
pub fn needs_shaping(text: &str) -> bool {
    text.chars()
        .any(|character| char_columns(character) == 0 || !font::has(character))
}

struct Shaper {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    /// Families in the order of preference.
    families: Vec<String>,
    machine: bool,
    /// Characters for which the machine was searched, and whether a font has them.
    searched: HashMap<char, bool>,
    families_found: usize,
}

impl Shaper {
    fn new(machine: bool, files: &[PathBuf]) -> Self {
        let options = CollectionOptions {
            shared: false,
            system_fonts: machine,
        };
        let mut shaper = Self {
            fonts: FontContext {
                collection: Collection::new(options),
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            families: Vec::new(),
            machine,
            searched: HashMap::new(),
            families_found: 0,
        };
        shaper.register(nowserving_ui::FONT_REGULAR.to_vec(), BUNDLED);
        for (number, file) in files.iter().enumerate() {
            let name = format!("nowserving hall {number}");
            if let Err(error) = shaper.add(file, &name) {
                tracing::error!("{error}; it is left out");
            }
        }
        shaper
    }

    fn add(&mut self, path: &Path, name: &str) -> Result<(), FontFileError> {
        let bytes = read_sound_font(path)?;
        if self.register(bytes, name) {
            Ok(())
        } else {
            Err(FontFileError::NoFont {
                path: path.to_owned(),
            })
        }
    }

    /// Whether there was a font in the bytes; it has this family name from now on.
    fn register(&mut self, bytes: Vec<u8>, name: &str) -> bool {
        let override_name = FontInfoOverride {
            family_name: Some(name),
            ..FontInfoOverride::default()
        };
        let blob = Blob::new(Arc::new(bytes));
        let found = self
            .fonts
            .collection
            .register_fonts(blob, Some(override_name));
        if found.is_empty() {
            return false;
        }
        self.families.push(name.to_owned());
        true
    }

    /// The glyphs of the line; the machine's fonts are searched for what the preferred ones lack.
    fn place(&mut self, text: &str) -> Placed {
        let placed = self.place_once(text);
        let missing = placed.missing(text);
        if !self.machine || missing.is_empty() {
            return placed;
        }
        let mut found = false;
        for character in missing {
            found |= self.search(character);
        }
        if found { self.place_once(text) } else { placed }
    }

    fn place_once(&mut self, text: &str) -> Placed {
        let names: Vec<FontFamilyName<'_>> = self
            .families
            .iter()
            .map(|name| FontFamilyName::named(name))
            .collect();
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(names.into())));
        builder.push_default(StyleProperty::FontSize(EM));
        let mut layout: Layout<()> = builder.build(text);
        layout.break_all_lines(None);
        placed_of(&layout)
    }

    /// Searches the machine's fonts for a character; the first family that has it is preferred from now on.
    fn search(&mut self, character: char) -> bool {
        if let Some(known) = self.searched.get(&character) {
            return *known;
        }
        if self.searched.len() >= CHARACTERS_SEARCHED_MAX
            || self.families_found >= FAMILIES_FOUND_MAX
        {
            return false;
        }
        let names: Vec<String> = self
            .fonts
            .collection
            .family_names()
            .take(FAMILIES_SEARCHED_MAX)
            .map(str::to_owned)
            .collect();
        let found = names
            .into_iter()
            .find(|name| self.family_has(name, character));
        self.searched.insert(character, found.is_some());
        let Some(name) = found else {
            return false;
        };
        tracing::info!(%character, name, "a font of the machine has the character");
        if !self.families.contains(&name) {
            self.families.push(name);
            self.families_found += 1;
        }
        true
    }

    fn family_has(&mut self, name: &str, character: char) -> bool {
        let FontContext {
            collection,
            source_cache,
        } = &mut self.fonts;
        let family = collection.family_by_name(name);
        let font = family.as_ref().and_then(|family| family.default_font());
        let glyph = font.and_then(|font| {
            let data = font.load(Some(source_cache))?;
            // Of bitmap and colour fonts no dots can be made.
            FontRef::try_from_slice_and_index(data.as_ref(), font.index()).ok()?;
            font.charmap_index().charmap(data.as_ref())?.map(character)
        });
        glyph.is_some_and(|glyph| glyph != 0)
    }
}

/// The bytes of a file whose first face can be drawn.
fn read_sound_font(path: &Path) -> Result<Vec<u8>, FontFileError> {
    let bytes = read_font(path)?;
    let is_sound = FontRef::try_from_slice_and_index(&bytes, 0).is_ok();
    if is_sound {
        Ok(bytes)
    } else {
        Err(FontFileError::NoFont {
            path: path.to_owned(),
        })
    }
}

fn read_font(path: &Path) -> Result<Vec<u8>, FontFileError> {
    let unreadable = |error: std::io::Error| FontFileError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(FONT_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > FONT_BYTES_MAX {
        return Err(FontFileError::TooLarge {
            path: path.to_owned(),
        });
    }
    Ok(bytes)
}

/// A line of glyphs at normal size, from left to right.
#[derive(Debug)]
struct Placed {
    clusters: Vec<Cluster>,
    /// How wide the line is, in dots at normal size.
    advance: f32,
    /// Whether the line begins at the right.
    right_to_left: bool,
}

/// What is drawn for one or several characters that belong together.
#[derive(Debug)]
struct Cluster {
    /// The bytes of the text.
    text: Range<usize>,
    font: FontData,
    glyphs: Vec<PlacedGlyph>,
    /// The left edge, in dots at normal size.
    left: f32,
    advance: f32,
}

#[derive(Debug, Clone, Copy)]
struct PlacedGlyph {
    id: u32,
    /// From the left end of the line.
    x: f32,
    /// Below the base line.
    y: f32,
}

impl Placed {
    fn missing(&self, text: &str) -> Vec<char> {
        let lacking = self
            .clusters
            .iter()
            .filter(|cluster| cluster.is_lacking(text));
        lacking
            .flat_map(|cluster| cluster.characters(text))
            .filter(|character| is_seen(*character))
            .collect()
    }
}

/// Whether something should be seen of the character at all.
fn is_seen(character: char) -> bool {
    !character.is_whitespace() && !character.is_control() && char_columns(character) > 0
}

impl Cluster {
    fn characters<'t>(&self, text: &'t str) -> impl Iterator<Item = char> + use<'t> {
        text.get(self.text.clone()).unwrap_or_default().chars()
    }

    /// Whether a character that should be seen has no glyph.
    fn is_lacking(&self, text: &str) -> bool {
        self.glyphs.iter().any(|glyph| glyph.id == 0) && self.characters(text).any(is_seen)
    }
}

fn placed_of(layout: &Layout<()>) -> Placed {
    let mut clusters = Vec::new();
    let mut left = 0.0;
    // Without a width there is one line; a text that the shaper breaks all the same stays one on paper.
    for line in layout.lines() {
        for run in line.runs() {
            for cluster in run.visual_clusters() {
                let start = left;
                let mut glyphs = Vec::new();
                for glyph in cluster.glyphs() {
                    glyphs.push(PlacedGlyph {
                        id: glyph.id,
                        x: left + glyph.x,
                        y: glyph.y,
                    });
                    left += glyph.advance;
                }
                clusters.push(Cluster {
                    text: cluster.text_range(),
                    font: run.font().clone(),
                    glyphs,
                    left: start,
                    advance: left - start,
                });
            }
        }
    }
    Placed {
        clusters,
        advance: left,
        right_to_left: layout.is_rtl(),
    }
}
