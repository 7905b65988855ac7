//! How a wall will look, and whether it can be read: made-up data through the layout into a picture, without a server and
//! without a window.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use nowserving_images::{PANEL_SIDE_MAX, Picture};
use nowserving_shared::model::catalogue::CONFIGURATION_BYTES_MAX;
use nowserving_shared::model::{Catalogue, Language, LayoutId, ZoneId};
use nowserving_shared::protocol::convert::layout_view;
use nowserving_shared::wall::legibility::{INCHES, SEAT_METRES};
use nowserving_shared::wall::text::widest;
use nowserving_shared::wall::{Extent, Layout, Legibility, Screen, Show, Verdict};

use crate::made_up::{self, Scene};
use crate::ui::still_adapter::{self, Own};
use crate::view::View;
use crate::{parse_language, parse_size};

/// The most windows that a preview makes up.
const WINDOWS_MAX: u32 = 512;

/// How many windows are named when the wished one is not among them.
const NAMED_WINDOWS_MAX: usize = 20;

/// The most who wait in a preview.
const WAITING_MAX: u32 = 9_999;

/// What `nowserving-display preview` is told.
#[derive(Debug, Clone, Args)]
pub struct PreviewArguments {
    /// A file of [[layout]] sections; its layout is shown in a small made-up hall.
    #[arg(
        long,
        value_name = "FILE.toml",
        required_unless_present = "configuration"
    )]
    layout: Option<PathBuf>,
    /// The hall's configuration, whose layouts, zones, services and windows are shown.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "layout")]
    configuration: Option<PathBuf>,
    /// Which of its layouts; not needed when there is only one.
    #[arg(long, value_name = "ID", value_parser = |text: &str| LayoutId::new(text))]
    layout_id: Option<LayoutId>,
    /// The zone of the display; without it, the whole hall.
    #[arg(long, value_parser = |text: &str| ZoneId::new(text))]
    zone: Option<ZoneId>,
    /// Show so many made-up windows instead of the configured ones.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=i64::from(WINDOWS_MAX)))]
    windows: Option<u32>,
    /// Make up so many who wait, for layouts that show their numbers; without it, two dozen.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=i64::from(WAITING_MAX)))]
    waiting: Option<u32>,
    /// The number of the window of a strip; without it, the first that calls.
    #[arg(long)]
    window: Option<u32>,
    /// The size of the screen in pixels; upright sizes are laid out upright.
    #[arg(long, default_value = "1920x1080", value_parser = parse_size)]
    size: (u32, u32),
    /// The first language of the screen: zh-CN, zh-TW, en or de.
    #[arg(long, default_value = "zh-CN", value_parser = parse_language)]
    language: Language,
    /// The second language, in place of the one that the hall would show beside the first.
    #[arg(long, value_parser = parse_language)]
    second: Option<Language>,
    #[command(flatten)]
    place: PlaceArguments,
    /// A directory with pictures (PNG or JPEG) for a panel of pictures; the first is shown.
    #[arg(long, value_name = "DIRECTORY")]
    pictures: Option<PathBuf>,
    /// The hall's logo (PNG) for layouts that want one.
    #[arg(long, value_name = "FILE.png")]
    logo: Option<PathBuf>,
    /// Where to put the picture, a PNG.
    #[arg(value_name = "OUT.png")]
    out: PathBuf,
}

/// The screen in its place: with it, layouts are checked for who sits farthest.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct PlaceArguments {
    /// The diagonal of the screen in inches; with it, it is checked whether the farthest seat can read who is called.
    #[arg(long, requires = "farthest_seat", value_parser = parse_inches)]
    inches: Option<f32>,
    /// How far the farthest seat is, in metres.
    #[arg(long, requires = "inches", value_parser = parse_metres)]
    farthest_seat: Option<f32>,
}

impl PlaceArguments {
    /// The screen, if its size and place are known.
    #[must_use]
    pub fn screen(&self, (width, height): (u32, u32)) -> Option<Screen> {
        Some(Screen {
            inches: self.inches?,
            pixels: Extent { width, height },
            farthest_seat: self.farthest_seat?,
        })
    }
}

fn parse_inches(text: &str) -> Result<f32, String> {
    let inches = text.parse().ok().filter(|inches| INCHES.contains(inches));
    inches.ok_or_else(|| {
        format!(
            "write the diagonal in inches, from {} to {}, such as 55",
            INCHES.start(),
            INCHES.end()
        )
    })
}

fn parse_metres(text: &str) -> Result<f32, String> {
    let metres = text
        .parse()
        .ok()
        .filter(|metres| SEAT_METRES.contains(metres));
    metres.ok_or_else(|| {
        format!(
            "write the distance in metres, from {} to {}, such as 10",
            SEAT_METRES.start(),
            SEAT_METRES.end()
        )
    })
}

/// Draws the layout into the file; what a person should know is told as lines.
///
/// # Errors
/// What was named cannot be read or is faulty, with every fault; the picture cannot be written; or, after it was written, the
/// farthest seat could not read who is called.
pub fn run(arguments: &PreviewArguments) -> anyhow::Result<Vec<String>> {
    let (catalogue, layout) = hall_and_layout(arguments)?;
    if let Some(zone) = arguments
        .zone
        .as_ref()
        .filter(|zone| !catalogue.zones.contains(zone))
    {
        let zones: Vec<&str> = catalogue
            .zones
            .iter()
            .map(|zone| zone.id.as_str())
            .collect();
        bail!(
            "--zone: there is no zone “{zone}”: there are {}",
            zones.join(", ")
        );
    }
    let scene = scene(arguments, &catalogue, &layout);
    let state = scene.state();
    let numbers: Vec<u32> = state.board().map_or_else(Vec::new, |board| {
        board.windows.iter().map(|line| line.number).collect()
    });
    let windows = numbers.len();
    if let Some(number) = arguments.window
        && layout.shows(Show::Strip)
        && !numbers.contains(&number)
    {
        bail!(
            "--window: there is no window {number}: {}",
            listed(&numbers)
        );
    }
    let own = Own {
        pictures: match &arguments.pictures {
            Some(folder) => pictures(folder)?,
            None => Vec::new(),
        },
        logo: arguments.logo.as_deref().map(logo).transpose()?,
    };
    let drawn = still_adapter::draw(&View::of(&state), arguments.size, own)
        .context("the picture cannot be drawn")?;
    let png = drawn.to_png().context("the picture cannot be made")?;
    std::fs::write(&arguments.out, png).with_context(|| arguments.out.display().to_string())?;
    let mut told = vec![format!(
        "{}: {} × {} pixels",
        arguments.out.display(),
        drawn.width,
        drawn.height
    )];
    told.extend(without_effect(arguments, &layout));
    let sizes = widest(catalogue.series.iter());
    told.extend(letters(&layout, arguments.size, windows, sizes));
    let Some(screen) = arguments.place.screen(arguments.size) else {
        told.push(
            "whether it can be read from afar is checked with --inches and --farthest-seat"
                .to_owned(),
        );
        return Ok(told);
    };
    let read = Legibility::of(&layout, screen, windows, sizes)
        .context("no panel of this layout shows who is called")?;
    match read.verdict() {
        Verdict::Refused => bail!("{}\nrefused: {read}", told.join("\n")),
        Verdict::Warned => told.push(format!("warning: {read}")),
        Verdict::Good => told.push(read.to_string()),
    }
    Ok(told)
}

/// Which windows there are, for people.
fn listed(numbers: &[u32]) -> String {
    let (shown, more) = numbers.split_at(numbers.len().min(NAMED_WINDOWS_MAX));
    if shown.is_empty() {
        return "there is none".to_owned();
    }
    let names: Vec<String> = shown.iter().map(u32::to_string).collect();
    let names = names.join(", ");
    match more.last() {
        None => format!("there are {names}"),
        Some(last) => format!("there are {names}, … {last}"),
    }
}

/// What was asked for although this layout has no panel for it, a line each.
fn without_effect(arguments: &PreviewArguments, layout: &Layout) -> Vec<String> {
    let asked = [
        ("--window", arguments.window.is_some(), Show::Strip),
        ("--waiting", arguments.waiting.is_some(), Show::Waiting),
        ("--pictures", arguments.pictures.is_some(), Show::Pictures),
    ];
    let mut told: Vec<String> = asked
        .into_iter()
        .filter(|(_, given, show)| *given && !layout.shows(*show))
        .map(|(name, _, show)| format!("{name} changes nothing: this layout has no “{show}”"))
        .collect();
    if arguments.logo.is_some() && !layout.logo {
        told.push("--logo changes nothing: this layout has no logo = true".to_owned());
    }
    told
}

/// The hall that is shown, and the layout.
fn hall_and_layout(arguments: &PreviewArguments) -> anyhow::Result<(Catalogue, Layout)> {
    let wanted = arguments.layout_id.as_ref();
    let (catalogue, layouts, file) = match (&arguments.layout, &arguments.configuration) {
        (Some(file), _) => {
            let catalogue = Catalogue::small_example();
            let layouts = Catalogue::parse_layouts(&text(file)?, Language::ZhCn)
                .with_context(|| file.display().to_string())?;
            (catalogue, layouts, file)
        }
        (None, Some(file)) => {
            let catalogue =
                Catalogue::parse(&text(file)?).with_context(|| file.display().to_string())?;
            let layouts = catalogue.layouts.clone();
            (catalogue, layouts, file)
        }
        (None, None) => bail!("name a file with --layout or --configuration"),
    };
    let ids = || {
        let ids: Vec<&str> = layouts.iter().map(|layout| layout.id.as_str()).collect();
        ids.join(", ")
    };
    let layout = match wanted {
        Some(id) => layouts.get(id).cloned().with_context(|| {
            format!(
                "--layout-id: {} has no layout “{id}”: there are {}",
                file.display(),
                ids()
            )
        })?,
        None if layouts.len() > 1 => bail!("say which of {} with --layout-id", ids()),
        None => layouts
            .iter()
            .next()
            .cloned()
            .with_context(|| format!("{} has no [[layout]]", file.display()))?,
    };
    Ok((catalogue, layout))
}

fn text(file: &Path) -> anyhow::Result<String> {
    let about = || file.display().to_string();
    let most = u64::try_from(CONFIGURATION_BYTES_MAX).unwrap_or(u64::MAX);
    let mut text = String::new();
    File::open(file)
        .with_context(about)?
        .take(most + 1)
        .read_to_string(&mut text)
        .with_context(about)?;
    Ok(text)
}

fn scene<'a>(arguments: &PreviewArguments, catalogue: &'a Catalogue, layout: &Layout) -> Scene<'a> {
    let mut view = layout_view(layout, arguments.language, &catalogue.hall.languages);
    if let Some(second) = arguments.second {
        view.languages = vec![arguments.language, second];
        view.languages.dedup();
    }
    let windows = arguments
        .windows
        .map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let scene = Scene {
        catalogue,
        zone: arguments.zone.clone(),
        windows,
        layout: Some(view),
        strip_of: None,
        language: arguments.language,
        waiting: arguments.waiting.map_or(made_up::WAITING, |count| {
            usize::try_from(count).unwrap_or(usize::MAX)
        }),
        mask: layout.waiting_mask().unwrap_or_default(),
    };
    let strip_of = layout.shows(Show::Strip).then(|| {
        let first = || scene.first_calling();
        arguments.window.or_else(first).unwrap_or(1)
    });
    Scene { strip_of, ..scene }
}

fn pictures(folder: &Path) -> anyhow::Result<Vec<Picture>> {
    let side = (PANEL_SIDE_MAX, PANEL_SIDE_MAX);
    nowserving_images::load(folder, side)
        .with_context(|| format!("--pictures {}", folder.display()))
}

fn logo(file: &Path) -> anyhow::Result<Picture> {
    crate::logo(file).with_context(|| format!("--logo {}", file.display()))
}

/// How high the digits are, in pixels.
fn letters(
    layout: &Layout,
    (width, height): (u32, u32),
    windows: usize,
    sizes: f32,
) -> Option<String> {
    let geometry = layout.geometry(Extent { width, height });
    let digits = geometry.call_digits(windows, sizes)?;
    let rows = geometry.row_digits(windows, sizes);
    let rows = rows.map(|rows| format!(", those of the lists {rows:.0}"));
    Some(format!(
        "the digits of who is called are {digits:.0} pixels high{}",
        rows.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: PreviewArguments,
    }

    fn arguments(line: &[&str]) -> PreviewArguments {
        Line::parse_from([&["preview"], line].concat()).arguments
    }

    const LOBBY: &str = "[[layout]]\nid = \"lobby\"\nname = \"大厅\"\n\
        panel = [{ show = \"calls\", share = 70 }, { show = \"counts\", share = 30 }]\n";

    #[test]
    fn a_layout_is_found_by_its_id_or_when_it_is_the_only_one() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("layouts.toml");
        let file = file.to_str().expect("a path");
        std::fs::write(file, LOBBY).expect("written");
        let (_, layout) = hall_and_layout(&arguments(&["--layout", file, "out.png"])).expect("one");
        assert_eq!(layout.id.as_str(), "lobby");
        let two = format!("{LOBBY}{}", LOBBY.replace("lobby", "hall"));
        std::fs::write(file, two).expect("written");
        let told = hall_and_layout(&arguments(&["--layout", file, "out.png"])).expect_err("two");
        assert!(told.to_string().contains("lobby, hall"), "{told:#}");
        let wanted = arguments(&["--layout", file, "--layout-id", "loby", "out.png"]);
        let told = hall_and_layout(&wanted).expect_err("none");
        assert!(
            told.to_string().contains("there are lobby, hall"),
            "{told:#}"
        );
    }

    #[test]
    fn a_strip_of_a_window_that_is_not_there_is_refused_with_those_that_are() {
        let place = tempfile::tempdir().expect("a directory");
        let (file, out) = (
            place.path().join("layouts.toml"),
            place.path().join("out.png"),
        );
        let strip = "[[layout]]\nid = \"strip\"\nname = \"窗口屏\"\n\
            panel = [{ show = \"strip\", share = 100 }]\n";
        std::fs::write(&file, strip).expect("written");
        let (file, out) = (
            file.to_str().expect("a path"),
            out.to_str().expect("a path"),
        );
        let told = run(&arguments(&["--layout", file, "--window", "999", out]));
        let told = told.expect_err("there is no such window").to_string();
        assert_eq!(
            told,
            "--window: there is no window 999: there are 1, 2, 3, 4"
        );
        assert_eq!(
            listed(&(1..=60).collect::<Vec<u32>>()),
            "there are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, … 60"
        );
        assert_eq!(listed(&[]), "there is none");
    }

    #[test]
    fn what_a_layout_has_no_panel_for_is_said() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("layouts.toml");
        let file = file.to_str().expect("a path");
        std::fs::write(file, LOBBY).expect("written");
        let given = arguments(&[
            "--layout",
            file,
            "--window",
            "3",
            "--waiting",
            "9",
            "out.png",
        ]);
        let (_, layout) = hall_and_layout(&given).expect("one");
        assert_eq!(
            without_effect(&given, &layout),
            [
                "--window changes nothing: this layout has no “strip”",
                "--waiting changes nothing: this layout has no “waiting”"
            ]
        );
    }

    #[test]
    fn every_fault_of_a_layout_is_told_with_its_line() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("layouts.toml");
        let file = file.to_str().expect("a path");
        std::fs::write(file, LOBBY.replace("30", "20")).expect("written");
        let told = hall_and_layout(&arguments(&["--layout", file, "out.png"])).expect_err("90 %");
        assert!(format!("{told:#}").contains("make 90, not 100"), "{told:#}");
    }
}
