//! Where a demonstration keeps its things, and the secrets that it made up.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nowserving_shared::model::DeviceId;
use serde::{Deserialize, Serialize};

use super::options::Options;

/// Letters and digits of a password: none that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Groups of a password, and characters of each: 60 bits.
const PASSWORD_GROUPS: usize = 3;
const GROUP_CHARS: usize = 4;
/// The longest file of secrets that is read, in bytes.
const SECRETS_BYTES_MAX: u64 = 64 * 1024;

/// A demonstration's directory.
#[derive(Debug, Clone)]
pub(super) struct Place {
    root: PathBuf,
}

/// What was made up at the first start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secrets {
    /// The administrator's password.
    pub(super) administrator: String,
    /// The password of everybody else.
    pub(super) staff: String,
    /// Whether the hall knows them all.
    pub(super) known_to_the_hall: bool,
}

impl Place {
    /// Makes the directory ready, with the configuration `text` in it.
    ///
    /// A day is played into an empty directory only: its figures would not add up with another day's.
    pub(super) fn prepare(options: &Options, text: &str) -> anyhow::Result<Self> {
        let root = match &options.data {
            Some(root) => root.clone(),
            None => usual(options.visitors.is_some())?,
        };
        let place = Self { root };
        if options.visitors.is_some() && place.hall().exists() {
            bail!(
                "{} holds a hall already, and a day is played into an empty directory only: leave --data out, or name \
                 another",
                place.root.display()
            );
        }
        for directory in [
            &place.root,
            &place.tickets(),
            &place.logs(),
            &place.devices(),
            &place.kiosk(),
        ] {
            fs::create_dir_all(directory).with_context(|| {
                format!(
                    "{} cannot be made: choose another with --data",
                    directory.display()
                )
            })?;
        }
        let configuration = place.configuration();
        fs::write(&configuration, text)
            .with_context(|| format!("{} cannot be written", configuration.display()))?;
        // Children are given absolute paths: they may be started by hand from elsewhere.
        let root = fs::canonicalize(&place.root)
            .with_context(|| format!("{} cannot be found", place.root.display()))?;
        Ok(Self { root })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The server's data.
    pub(super) fn hall(&self) -> PathBuf {
        self.root.join("hall")
    }

    pub(super) fn configuration(&self) -> PathBuf {
        self.root.join("hall.toml")
    }

    /// Where the simulated printer puts tickets.
    pub(super) fn tickets(&self) -> PathBuf {
        self.root.join("tickets")
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The figures of a played day.
    pub(super) fn summary(&self) -> PathBuf {
        self.root.join("summary.json")
    }

    /// The kiosk's own data.
    pub(super) fn kiosk(&self) -> PathBuf {
        self.root.join("kiosk")
    }

    fn devices(&self) -> PathBuf {
        self.root.join("devices")
    }

    /// What a device keeps of its enrolment.
    pub(super) fn token_file(&self, device: &DeviceId) -> PathBuf {
        self.devices().join(format!("{device}.json"))
    }

    fn secrets_file(&self) -> PathBuf {
        self.root.join("demonstration.json")
    }

    /// The secrets of the last start, or fresh ones, which are kept before anybody hears of them.
    pub(super) fn secrets(&self) -> anyhow::Result<Secrets> {
        let path = self.secrets_file();
        match fs::metadata(&path) {
            Ok(found) if found.len() > SECRETS_BYTES_MAX => {
                bail!("{} is too long to be ours: move it away", path.display())
            }
            Ok(_) => {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("{} cannot be read", path.display()))?;
                serde_json::from_str(&text).with_context(|| {
                    format!(
                        "{} does not hold the demonstration's passwords; start afresh with another --data",
                        path.display()
                    )
                })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let secrets = Secrets {
                    administrator: password()?,
                    staff: password()?,
                    known_to_the_hall: false,
                };
                self.keep(&secrets)?;
                Ok(secrets)
            }
            Err(error) => {
                Err(error).with_context(|| format!("{} cannot be looked at", path.display()))
            }
        }
    }

    /// Keeps the secrets, readable by their owner only: whole or not at all.
    pub(super) fn keep(&self, secrets: &Secrets) -> anyhow::Result<()> {
        let path = self.secrets_file();
        let beside = path.with_extension("new");
        let write = || -> anyhow::Result<()> {
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                Ok(()) | Err(_) => {}
            }
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&beside)?;
            file.write_all(&serde_json::to_vec_pretty(secrets)?)?;
            file.sync_all()?;
            Ok(fs::rename(&beside, &path)?)
        };
        write().with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// The directory when none is named: one for the demonstration, a new one for each played day.
fn usual(played: bool) -> anyhow::Result<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let data = set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(std::env::temp_dir)
        .join("nowserving");
    if !played {
        return Ok(data.join("demonstration"));
    }
    let now =
        jiff::Timestamp::try_from(std::time::SystemTime::now()).context("the machine's clock")?;
    let name = now.strftime("day-%Y%m%dT%H%M%S").to_string();
    Ok(data.join(format!("{name}-{}", std::process::id())))
}

/// A password that can be read aloud and typed.
fn password() -> anyhow::Result<String> {
    let mut bytes = [0; PASSWORD_GROUPS * GROUP_CHARS];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let chars: Vec<u8> = bytes
        .iter()
        .map(|byte| ALPHABET[usize::from(*byte) % ALPHABET.len()])
        .collect();
    let groups: Vec<String> = chars
        .chunks(GROUP_CHARS)
        .map(|group| group.iter().copied().map(char::from).collect())
        .collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use clap::Parser as _;

    use super::*;

    fn options(data: &Path, played: bool) -> Options {
        let mut arguments = vec!["hall run".to_owned(), format!("--data={}", data.display())];
        arguments.extend(played.then(|| "--visitors=60x".to_owned()));
        Options::parse_from(arguments)
    }

    #[test]
    fn the_secrets_of_the_first_start_are_found_again_and_nobody_else_can_read_them() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = Place::prepare(&options(directory.path(), false), "x").expect("a place");
        let mut secrets = place.secrets().expect("fresh secrets");
        assert_eq!(secrets.staff.len(), 14);
        assert_ne!(secrets.staff, secrets.administrator);
        secrets.known_to_the_hall = true;
        place.keep(&secrets).expect("kept");
        assert!(place.secrets().expect("the same") == secrets);
        let mode = fs::metadata(place.secrets_file())
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn secrets_that_make_no_sense_are_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = Place::prepare(&options(directory.path(), false), "x").expect("a place");
        fs::write(place.secrets_file(), "{").expect("written");
        let error = place.secrets().expect_err("no sense").to_string();
        assert!(
            error.contains("demonstration.json") && error.contains("--data"),
            "{error}"
        );
    }

    #[test]
    fn a_day_is_not_played_over_another() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = Place::prepare(&options(directory.path(), true), "x").expect("an empty place");
        fs::create_dir(place.hall()).expect("a hall");
        let error =
            Place::prepare(&options(directory.path(), true), "x").expect_err("a hall is there");
        assert!(
            error.to_string().contains("holds a hall already"),
            "{error}"
        );
        Place::prepare(&options(directory.path(), false), "x").expect("opening it again is fine");
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() {
        let error = Place::prepare(&options(Path::new("/proc/nowhere"), false), "x")
            .expect_err("not there");
        assert!(format!("{error:#}").contains("/proc/nowhere"), "{error:#}");
    }
}
