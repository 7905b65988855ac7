//! The server of a service hall: arguments, logging, and off it goes.

use std::io::{IsTerminal as _, Write, stderr, stdout};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use http::Uri;
use nowserving_server::hooks::post::HookSettings;
use nowserving_server::run;
use nowserving_server::settings::{Action, Arguments, ServeArguments, Settings, read_hook_key};
use nowserving_server::tools::{self, Verdict};
use tracing_subscriber::EnvFilter;

/// Many small pieces are made in one thread and let go in another. With the C library's allocator, making and freeing them
/// stood at the top of the profile of a rush.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match act(arguments.action) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nowserving-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(action: Action) -> anyhow::Result<ExitCode> {
    let json = matches!(&action, Action::Serve(arguments) if arguments.log_json);
    log_to_stderr(json);
    let out = &mut stdout().lock();
    match action {
        Action::Serve(arguments) => return serve(arguments),
        Action::Verify { data } => return tools::verify(&data, out).map(exit_code),
        Action::Export { data, to } => tools::export(&data, &to, out).map(|_| ())?,
        Action::Import { from, data } => tools::import(&from, &data, out).map(|_| ())?,
        Action::Backup { data, to } => tools::backup(&data, &to, out).map(|_| ())?,
        Action::Summary { data, day } => tools::summary(&data, day, out).map(|_| ())?,
        Action::TryHook { url, hook_key_file } => {
            return try_hook(&url, hook_key_file.as_deref(), out);
        }
        Action::CheckConfiguration { file } => {
            return tools::check_configuration(&file, out).map(exit_code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn exit_code(verdict: Verdict) -> ExitCode {
    match verdict {
        Verdict::Good => ExitCode::SUCCESS,
        Verdict::Bad => ExitCode::FAILURE,
    }
}

fn serve(arguments: ServeArguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::try_from(arguments)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run::run(settings))?;
    Ok(ExitCode::SUCCESS)
}

fn try_hook(url: &Uri, key_file: Option<&Path>, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let settings = HookSettings {
        key: key_file.map(read_hook_key).transpose()?,
        ..HookSettings::default()
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(tools::try_hook(url, &settings, out))
        .map(exit_code)
}

/// What is logged goes to stderr; `RUST_LOG` says how much, `info` otherwise.
fn log_to_stderr(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr);
    if json {
        log.json().init();
    } else {
        log.init();
    }
}
