//! The kiosk and the display of the demonstration, where there is a screen for them.

use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use nowserving_shared::model::DeviceId;

use super::children::{Child, Children, beside};
use super::doors::{KIOSK, WALL};
use super::options::Options;
use super::tell::View;
use super::text;

/// The port of display 0 of an X server.
const X_PORT: u16 = 6000;
/// The sizes of the two windows, so that both find room on one screen.
const KIOSK_SIZE: &str = "720x1280";
const WALL_SIZE: &str = "1280x720";

/// What became of the screens.
#[derive(Debug)]
pub(super) enum Screens {
    /// They were started.
    Shown,
    /// They were not: why, and the commands that show them.
    NotShown {
        /// Why.
        why: String,
        /// Commands, one for each line.
        commands: Vec<String>,
    },
}

/// Starts the kiosk and the display, if there is a graphical session and they are wanted.
pub(super) fn start(
    options: &Options,
    view: &View<'_>,
    children: &mut Children,
) -> anyhow::Result<Screens> {
    let kiosk = kiosk_arguments(view)?;
    let wall = wall_arguments(view)?;
    let why = match (options.headless, graphical_session()) {
        (true, _) => "--headless".to_owned(),
        (false, Err(why)) => why,
        (false, Ok(())) => {
            let logs = view.place.logs();
            children.add(Child::start("nowserving-kiosk", &kiosk, &logs)?.optional());
            children.add(Child::start("nowserving-display", &wall, &logs)?.optional());
            return Ok(Screens::Shown);
        }
    };
    Ok(Screens::NotShown {
        why,
        commands: commands(&kiosk, &wall)?,
    })
}

/// Commands that show the kiosk and the display on a virtual screen each: without a window manager two windows on one
/// screen would lie one over the other.
fn commands(kiosk: &[String], wall: &[String]) -> anyhow::Result<Vec<String>> {
    let on = |screen: &str, program: &str, arguments: &[String]| -> anyhow::Result<String> {
        let program = text(&beside(program)?);
        Ok(format!(
            "DISPLAY={screen} {program} {} &",
            arguments.join(" ")
        ))
    };
    Ok(vec![
        format!("Xvfb :98 -screen 0 {KIOSK_SIZE}x24 &"),
        format!("Xvfb :99 -screen 0 {WALL_SIZE}x24 &"),
        on(":98", "nowserving-kiosk", kiosk)?,
        on(":99", "nowserving-display", wall)?,
        "DISPLAY=:98 import -window root kiosk.png    # ImageMagick".to_owned(),
        "DISPLAY=:99 import -window root display.png".to_owned(),
    ])
}

fn kiosk_arguments(view: &View<'_>) -> anyhow::Result<Vec<String>> {
    let token_file = view.place.token_file(&DeviceId::new(KIOSK)?);
    Ok([
        ("--server", view.api.base_url().to_owned()),
        ("--token-file", text(&token_file)),
        ("--printer", format!("tcp://{}", view.printer.address)),
        ("--phone-url", view.phone.url.clone()),
        ("--data", text(&view.place.kiosk())),
        ("--size", KIOSK_SIZE.to_owned()),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .chain(["--window".to_owned()])
    .collect())
}

fn wall_arguments(view: &View<'_>) -> anyhow::Result<Vec<String>> {
    let token_file = view.place.token_file(&DeviceId::new(WALL)?);
    Ok([
        ("--server", view.api.base_url().to_owned()),
        ("--token-file", text(&token_file)),
        ("--size", WALL_SIZE.to_owned()),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .collect())
}

/// Whether windows can be opened, or why not.
fn graphical_session() -> Result<(), String> {
    let display = std::env::var("DISPLAY").unwrap_or_default();
    if display.is_empty() {
        return Err("DISPLAY is not set".to_owned());
    }
    let (host, number) =
        parsed(&display).ok_or_else(|| format!("DISPLAY={display} makes no sense"))?;
    let answers = if host.is_empty() || host == "unix" {
        UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).is_ok()
    } else {
        TcpStream::connect((host, X_PORT.saturating_add(number))).is_ok()
    };
    if answers {
        Ok(())
    } else {
        Err(format!("nothing answers at DISPLAY={display}"))
    }
}

/// The host and the number of a display written `host:number.screen`.
fn parsed(display: &str) -> Option<(&str, u16)> {
    let (host, rest) = display.rsplit_once(':')?;
    let number = rest.split('.').next()?.parse().ok()?;
    Some((host, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_a_host_and_a_number() {
        assert_eq!(parsed(":0"), Some(("", 0)));
        assert_eq!(parsed(":99.0"), Some(("", 99)));
        assert_eq!(parsed("desk:10.0"), Some(("desk", 10)));
        assert_eq!(parsed("nonsense"), None);
        assert_eq!(parsed(":x"), None);
    }
}
