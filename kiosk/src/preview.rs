//! How a document will look on paper: made-up data through the layout, the encoder and the simulated printer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use nowserving_shared::model::Language;

use crate::printer::simulated::print_on_paper;
use crate::printer::{Document, Faces, Press, PrintedTicket, PrinterProfile, Templates, sample};

/// The largest profile that is read, in bytes.
pub const PROFILE_BYTES_MAX: u64 = 64 * 1024;

/// What `nowserving-kiosk preview` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct PreviewArguments {
    /// What to draw: ticket, ticket-large, slip or copy.
    #[arg(long, default_value = "ticket", value_parser = parse_document)]
    document: Document,
    /// The printer's profile: 80mm, 58mm (with -raster or -silent), or a TOML file.
    #[arg(long, default_value = "80mm")]
    profile: String,
    /// The language that the customer chose: zh-CN, zh-TW, en or de.
    #[arg(long, default_value = "zh-CN", value_parser = parse_language)]
    language: Language,
    /// A directory with templates of the hall's own: ticket.toml, ticket-large.toml, slip.toml, copy.toml.
    #[arg(long)]
    templates: Option<PathBuf>,
    /// A font file for what the bundled font lacks; can be given several times.
    #[arg(long = "font")]
    fonts: Vec<PathBuf>,
    /// Where to put the picture, a PNG with a pixel for each dot of the printer.
    #[arg(long)]
    out: PathBuf,
}

fn parse_document(text: &str) -> Result<Document, String> {
    Document::named(text).ok_or_else(|| {
        let names = Document::ALL.map(Document::name);
        format!(
            "there is no document of this name: use {}",
            names.join(", ")
        )
    })
}

fn parse_language(text: &str) -> Result<Language, String> {
    let known = Language::ALL
        .into_iter()
        .find(|language| language.tag() == text);
    known.ok_or_else(|| {
        let tags = Language::ALL.map(Language::tag);
        format!("this language is unknown: use {}", tags.join(", "))
    })
}

/// The profile of this name or in this file.
///
/// # Errors
/// There is none, or it is one that no printer can have.
pub fn profile(name: &str) -> anyhow::Result<PrinterProfile> {
    let file = Path::new(name);
    if !file.is_file() {
        return PrinterProfile::named(name).context("--profile");
    }
    let about = || format!("--profile {}", file.display());
    let bytes = std::fs::metadata(file).with_context(about)?.len();
    if bytes > PROFILE_BYTES_MAX {
        bail!(
            "{} has {bytes} bytes: a profile is a few lines",
            file.display()
        );
    }
    let text = std::fs::read_to_string(file).with_context(about)?;
    PrinterProfile::from_toml(&text).with_context(about)
}

/// The built-in templates with those of the directory, if there is one.
///
/// # Errors
/// Every fault of every template.
pub fn templates(directory: Option<&Path>) -> anyhow::Result<Templates> {
    match directory {
        None => Ok(Templates::built_in()),
        Some(directory) => Templates::load(directory).context("--templates"),
    }
}

/// Draws the document into the file; what was noticed is told as lines for a person. The machine's fonts are used if
/// `machine` (see [`Faces::new`]).
///
/// # Errors
/// What was named cannot be read or is faulty; the picture cannot be written.
pub fn run(arguments: &PreviewArguments, machine: bool) -> anyhow::Result<Vec<String>> {
    let press = Press::from(profile(&arguments.profile)?)
        .with_templates(templates(arguments.templates.as_deref())?)
        .with_faces(Arc::new(Faces::new(machine, &arguments.fonts)));
    let (printed, mut told) = print(&press, arguments.document, arguments.language)?;
    let picture = printed
        .dots
        .to_png()
        .context("the picture cannot be made")?;
    std::fs::write(&arguments.out, picture)
        .with_context(|| format!("--out {}", arguments.out.display()))?;
    told.push(format!(
        "{}: {} × {} mm",
        arguments.out.display(),
        printed.dots.width() / 8,
        printed.length_mm()
    ));
    Ok(told)
}

/// The document on simulated paper, and what a person should know about it.
fn print(
    press: &Press,
    document: Document,
    language: Language,
) -> anyhow::Result<(PrintedTicket, Vec<String>)> {
    let encoded = press.encode(&sample::paper(document, language))?;
    let mut papers = print_on_paper(&encoded.bytes, press.profile.width_dots);
    let printed = papers.pop().context("the printer cut no paper")?;
    let mut told = printed.warnings.clone();
    if !encoded.missing.is_empty() {
        let missing: String = encoded.missing.iter().collect();
        told.push(format!(
            "no font has these characters, each is a box: {missing}"
        ));
    }
    Ok((printed, told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(out: &Path) -> PreviewArguments {
        PreviewArguments {
            document: Document::Slip,
            profile: "58mm".to_owned(),
            language: Language::En,
            templates: None,
            fonts: Vec::new(),
            out: out.to_owned(),
        }
    }

    #[test]
    fn a_preview_is_a_picture_as_wide_as_the_paper() {
        let place = tempfile::tempdir().expect("a directory");
        let out = place.path().join("slip.png");
        let told = run(&arguments(&out), false).expect("drawn");
        assert!(told[0].contains("48 × "), "{told:?}");
        let decoder = png::Decoder::new(std::io::BufReader::new(
            std::fs::File::open(&out).expect("it is there"),
        ));
        let reader = decoder.read_info().expect("a PNG");
        assert_eq!(reader.info().width, 384);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let place = tempfile::tempdir().expect("a directory");
        let out = place.path().join("slip.png");
        let nowhere = PreviewArguments {
            templates: Some(place.path().join("nowhere")),
            ..arguments(&out)
        };
        let told = format!("{:#}", run(&nowhere, false).expect_err("no such directory"));
        assert!(
            told.contains("--templates") && told.contains("nowhere"),
            "{told}"
        );
        let profile = place.path().join("big.toml");
        std::fs::write(&profile, vec![b'#'; 10 * 1024 * 1024]).expect("written");
        let large = PreviewArguments {
            profile: profile.display().to_string(),
            ..arguments(&out)
        };
        let told = format!("{:#}", run(&large, false).expect_err("too large"));
        assert!(told.contains("a profile is a few lines"), "{told}");
        assert!(!out.exists());
    }
}
