//! The real server program as a process of its own, for tests that kill it.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nowserving_client::api::Api;

use super::{LOOK_INTERVAL, PATIENCE};

/// The connections that the server takes from this machine: as many as it takes in all.
const CONNECTIONS_MAX: &str = "12000";

/// Where cargo put a program of the workspace: beside the program that runs now, or one directory above.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a program knows where it lies");
    let found = own
        .ancestors()
        .skip(1)
        .take(2)
        .map(|dir| dir.join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name} is not built: run `cargo build --workspace` first"))
}

/// An address that is free now.
///
/// # Panics
/// When the machine has none.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it listens")
}

/// A server process. Killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The set-up code, when it printed one.
    pub setup_code: Option<String>,
    /// Bounded by what it logs in a test.
    log: Option<mpsc::Receiver<String>>,
}

impl Server {
    /// Starts the server on `data` at `address` with further arguments, and waits until it is ready.
    ///
    /// # Errors
    /// What it wrote to its log, when it ended instead.
    pub async fn start(data: &Path, address: SocketAddr, more: &[&str]) -> Result<Self, String> {
        Self::start_logging("warn", data, address, more).await
    }

    /// The same with a log of what `filter` lets through, which [`Server::kill`] gives.
    ///
    /// # Errors
    /// What it wrote to its log, when it ended instead.
    pub async fn start_logging(
        filter: &str,
        data: &Path,
        address: SocketAddr,
        more: &[&str],
    ) -> Result<Self, String> {
        let mut child = Command::new(program("nowserving-server"))
            .arg("serve")
            .args(["--data".as_ref(), data.as_os_str()])
            .args([
                "--listen",
                &address.to_string(),
                "--limit-per-address",
                CONNECTIONS_MAX,
            ])
            .args(more)
            .env("RUST_LOG", filter)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let printed = child.stdout.take().map(lines_of);
        let log = child.stderr.take().map(lines_of);
        let mut server = Self {
            child,
            address,
            setup_code: None,
            log,
        };
        let api = Api::new(&format!("http://{address}")).map_err(|error| error.to_string())?;
        let deadline = Instant::now() + PATIENCE;
        while api.ready().await.is_err() {
            let ended = server.child.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || Instant::now() > deadline {
                let _ = server.child.kill();
                let _ = server.child.wait();
                return Err(server.log.take().map(collected).unwrap_or_default());
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
        // The code is printed when the doors are open; a hall that has passwords prints none.
        if let Some(printed) = printed {
            server.setup_code = printed
                .recv_timeout(Duration::from_millis(
                    if more.contains(&"--configuration") {
                        2000
                    } else {
                        0
                    },
                ))
                .ok()
                .and_then(|line| line.strip_prefix("set-up code: ").map(str::to_owned));
        }
        Ok(server)
    }

    /// Kills it with SIGKILL and waits until it is gone; gives what it had logged.
    pub fn kill(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.log.take().map(collected).unwrap_or_default()
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe; read to its end, so that the writer never waits.
fn lines_of(pipe: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            // Nobody may listen any more.
            let _ = sender.send(line);
        }
    });
    lines
}

fn collected(lines: mpsc::Receiver<String>) -> String {
    lines.iter().collect::<Vec<_>>().join("\n")
}
