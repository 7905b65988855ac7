//! Mounts a disk that forgets what was not synced, and takes commands on a Unix socket.

use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use nowserving_tests::forgetful_disk::{ForgetfulDisk, control};

/// Mounts a disk in memory that forgets what was not synced, for cutting the power of whole
/// processes.
///
/// Commands, one a line on the control socket: cut nothing|everything|random:SEED DIR · fail
/// nospace|io|readonly|denied|short all|writes|changes|syncs SKIP (COUNT) · heal · capacity
/// BYTES|none · status · quit
#[derive(Parser)]
struct Arguments {
    /// An empty directory.
    mountpoint: PathBuf,
    /// The Unix socket for commands; must not be there yet.
    #[arg(long)]
    control: PathBuf,
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let disk = ForgetfulDisk::mount(&arguments.mountpoint)?;
    let socket = arguments.control.display().to_string();
    let listener = UnixListener::bind(&arguments.control).with_context(|| {
        format!("the control socket {socket} cannot be made; remove what is there")
    })?;
    println!("mounted on {}, commands on {socket}", disk.path().display());
    let served = control::serve(&listener, &disk);
    std::fs::remove_file(&arguments.control)
        .with_context(|| format!("the control socket {socket} cannot be removed"))?;
    Ok(served?)
}
