//! What the server is told when it starts: arguments of the command line, and the settings that they become.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use nowserving_shared::model::{BusinessDay, Moment};

use crate::auth::SESSION_IDLE_MAX;
use crate::clock::Clock;
use crate::hooks::post::{HookKey, HookSettings, KEY_BYTES_MAX};
use crate::serve::Limits;
use crate::socket::SocketTimes;

/// The server of a service hall.
#[derive(Debug, Parser)]
#[command(name = "nowserving-server", version, about, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Run the hall.
    Serve(ServeArguments),
    /// Replay the journal from its beginning and compare everything that is derived from it.
    Verify {
        /// The data directory.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Write all records to a file, one JSON line each; packed when the name ends in `.gz`.
    Export {
        /// The data directory.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The file to write; it must not exist.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Make a data directory from an exported file.
    Import {
        /// The exported file.
        #[arg(value_name = "FILE")]
        from: PathBuf,
        /// The data directory; it must be empty or missing.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Copy a data directory; the hall may be running.
    Backup {
        /// The data directory.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where to; it must be empty or missing.
        #[arg(value_name = "DIR")]
        to: PathBuf,
    },
    /// Print the figures of a business day, counted from the journal, as JSON.
    Summary {
        /// The data directory.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The business day, as 2026-11-23; none: the last one.
        #[arg(long, value_name = "DAY", value_parser = day)]
        day: Option<BusinessDay>,
    },
    /// Tell a lamp or pager of a call that nobody made, and of its end, and say what it answers.
    TryHook {
        /// Where it listens, as in `[[hook]]`.
        #[arg(value_name = "URL")]
        url: http::Uri,
        /// A file with the key that the notices are signed with.
        #[arg(long, value_name = "FILE", env = "NOWSERVING_HOOK_KEY_FILE")]
        hook_key_file: Option<PathBuf>,
    },
    /// Say everything that is wrong with a configuration.
    CheckConfiguration {
        /// The configuration.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// How the hall is to be run.
#[derive(Debug, Clone, Args)]
pub struct ServeArguments {
    /// Where the hall keeps its records.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8700")]
    pub listen: SocketAddr,
    /// A configuration, loaded when the hall has none yet.
    #[arg(long, value_name = "FILE")]
    pub configuration: Option<PathBuf>,
    /// Load the configuration also when the hall has another one.
    #[arg(long, requires = "configuration")]
    pub reload: bool,
    /// Go on although the last entries of the journal are lost or in doubt. Once, when no newer copy is to be had.
    #[arg(long)]
    pub accept_tail_loss: bool,
    /// For demonstrations: what the clock shows at the start, as 2026-11-23T08:30:00+08:00.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub clock_start: Option<Moment>,
    /// For demonstrations: how many times as fast the clock runs.
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = speed)]
    pub clock_speed: f64,
    /// The most connections from one address.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().connections_per_address_max)]
    pub limit_per_address: usize,
    /// The most connections in all.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().connections_max)]
    pub limit_connections: usize,
    /// Browsers reach the server by https (through a proxy): cookies are sent over https only.
    #[arg(long)]
    pub behind_tls: bool,
    /// A folder of recorded words with its manifest.toml, in place of the product's own voice of that language, for wall
    /// displays that are web pages. May be given once for each language.
    #[arg(long, value_name = "FOLDER")]
    pub voice: Vec<PathBuf>,
    /// A file with the key (16 bytes or more) that what hooks are told is signed with; without it nothing is signed.
    #[arg(long, value_name = "FILE", env = "NOWSERVING_HOOK_KEY_FILE")]
    pub hook_key_file: Option<PathBuf>,
    /// The reverse proxy in front of the server, whose `X-Forwarded-For` is believed; it may open any number of connections.
    #[arg(long, value_name = "IP")]
    pub proxy: Option<IpAddr>,
    /// Write the log as JSON lines.
    #[arg(long)]
    pub log_json: bool,
}

fn day(text: &str) -> Result<BusinessDay, String> {
    text.parse()
        .map_err(|_| "not a day; write it as 2026-11-23".to_owned())
}

fn moment(text: &str) -> Result<Moment, String> {
    let timestamp: jiff::Timestamp = text.parse().map_err(|_| {
        "not a time with its offset; write it as 2026-11-23T08:30:00+08:00".to_owned()
    })?;
    Ok(Moment(timestamp.as_millisecond()))
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (SPEED_MIN..=SPEED_MAX).contains(&speed) {
        Ok(speed)
    } else {
        Err(format!("must be from {SPEED_MIN} to {SPEED_MAX}"))
    }
}

/// The slowest clock.
const SPEED_MIN: f64 = 0.01;
/// The fastest clock: a day in less than half a minute.
const SPEED_MAX: f64 = 3600.0;

/// What the server needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the hall keeps its records.
    pub data: PathBuf,
    /// Where to listen; port 0: any that is free.
    pub listen: SocketAddr,
    /// The text of a configuration, loaded when the hall has none yet.
    pub configuration: Option<String>,
    /// Load the configuration also when the hall has another one.
    pub reload: bool,
    /// Go on although the last entries of the journal are lost or in doubt.
    pub accept_tail_loss: bool,
    /// The hall's clock.
    pub clock: Clock,
    /// How connections are treated.
    pub limits: Limits,
    /// What websockets are held to.
    pub socket_times: SocketTimes,
    /// How long a session lasts without being used.
    pub session_idle_max: Duration,
    /// Cookies are sent over https only.
    pub behind_tls: bool,
    /// Folders of recorded words, for displays that have none themselves.
    pub voices: Vec<PathBuf>,
    /// How hooks are told.
    pub hooks: HookSettings,
}

/// The key in `file`.
///
/// # Errors
/// When it cannot be read or is none.
pub fn read_hook_key(file: &Path) -> anyhow::Result<HookKey> {
    use anyhow::Context as _;
    use std::io::Read as _;
    let context = || format!("the key of the hooks {} cannot be used", file.display());
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).with_context(context)?;
    let most = KEY_BYTES_MAX as u64 + 2;
    opened
        .take(most)
        .read_to_end(&mut bytes)
        .with_context(context)?;
    HookKey::new(&bytes).with_context(context)
}

impl Settings {
    /// Settings for a hall in `data`, everything else as it is by default.
    #[must_use]
    pub fn new(data: PathBuf, listen: SocketAddr) -> Self {
        Self {
            data,
            listen,
            configuration: None,
            reload: false,
            accept_tail_loss: false,
            clock: Clock::System,
            limits: Limits::default(),
            socket_times: SocketTimes::default(),
            session_idle_max: SESSION_IDLE_MAX,
            behind_tls: false,
            voices: Vec::new(),
            hooks: HookSettings::default(),
        }
    }
}

impl TryFrom<ServeArguments> for Settings {
    type Error = anyhow::Error;

    /// Reads the files of the configuration and of the hooks' key.
    fn try_from(arguments: ServeArguments) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        let configuration = arguments
            .configuration
            .map(|file| {
                std::fs::read_to_string(&file)
                    .with_context(|| format!("the configuration {} cannot be read", file.display()))
            })
            .transpose()?;
        let key = arguments.hook_key_file.as_deref().map(read_hook_key);
        let hooks = HookSettings {
            key: key.transpose()?,
            ..HookSettings::default()
        };
        let clock = match arguments.clock_start {
            Some(start) => Clock::fast(start, arguments.clock_speed),
            None if (arguments.clock_speed - 1.0).abs() < f64::EPSILON => Clock::System,
            None => Clock::fast(Clock::System.now(), arguments.clock_speed),
        };
        let limits = Limits {
            connections_per_address_max: arguments.limit_per_address,
            connections_max: arguments.limit_connections,
            proxy: arguments.proxy,
            ..Limits::default()
        };
        Ok(Self {
            configuration,
            reload: arguments.reload,
            accept_tail_loss: arguments.accept_tail_loss,
            clock,
            limits,
            behind_tls: arguments.behind_tls,
            voices: arguments.voice,
            hooks,
            ..Self::new(arguments.data, arguments.listen)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &[&str]) -> Result<ServeArguments, String> {
        let all = ["nowserving-server", "serve", "--data", "d"];
        let parsed = Arguments::try_parse_from(all.iter().chain(arguments))
            .map_err(|error| error.to_string())?;
        match parsed.action {
            Action::Serve(arguments) => Ok(arguments),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn the_arguments_hold_together() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_clock_may_start_at_any_time_and_run_faster() {
        let arguments = serve(&[
            "--clock-start",
            "2026-11-23T08:30:00+08:00",
            "--clock-speed",
            "60",
        ]);
        let arguments = arguments.expect("good arguments");
        assert_eq!(arguments.clock_start, Some(Moment(1_795_393_800_000)));
        let settings = Settings::try_from(arguments).expect("settings");
        assert!(matches!(settings.clock, Clock::Fast { .. }));
    }

    #[test]
    fn a_bad_argument_is_told_with_what_would_be_right() {
        let told = |arguments: &[&str]| serve(arguments).expect_err("refused");
        assert!(
            told(&["--clock-start", "tomorrow"]).contains("write it as 2026-11-23T08:30:00+08:00")
        );
        assert!(told(&["--clock-speed", "0"]).contains("must be from 0.01 to 3600"));
        assert!(told(&["--reload"]).contains("--configuration"));
        assert!(told(&["--listen", "nowhere"]).contains("--listen"));
    }

    #[test]
    fn a_key_that_is_none_is_told_with_its_file() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("hook-key");
        let read = || read_hook_key(&file).map_err(|error| format!("{error:#}"));
        assert!(read().is_err_and(|told| told.contains("hook-key cannot be used")));
        std::fs::write(&file, "short\n").expect("written");
        assert!(read().is_err_and(|told| told.contains("16 to 4096 bytes, not 5")));
        std::fs::write(&file, "0123456789abcdef\n").expect("written");
        assert!(read().is_ok());
    }
}
