//! A hall that was set up, with the real server program on it.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::anyhow;
use nowserving_client::api::Api;
use nowserving_tests::harness::large::{self, SERVICES};
use nowserving_tests::harness::process::{Server, free_address};
use nowserving_tests::harness::{Clerk, Site};

/// A hall and the server that runs it, as a process of its own.
#[derive(Debug)]
pub(crate) struct Place {
    /// Keeps the data.
    site: Site,
    server: Server,
    /// The token of its kiosk.
    pub(crate) kiosk_token: String,
    /// The token of its wall display.
    pub(crate) wall_token: String,
    /// A clerk at every window.
    pub(crate) clerks: Vec<Clerk>,
}

impl Place {
    /// Sets up a hall with so many windows or more, each with its clerk, and starts the server.
    ///
    /// # Errors
    /// When the server does not start.
    pub(crate) async fn set_up(windows: usize) -> anyhow::Result<Self> {
        // Each service needs a window.
        let windows = windows.max(SERVICES);
        let address = free_address();
        let listen =
            |settings: &mut nowserving_server::settings::Settings| settings.listen = address;
        let mut site = Site::start_with(&large::configuration(windows), listen).await;
        let clerks = large::clerks(&site, windows).await;
        let kiosk_token = site.enrol("kiosk-1").await.token;
        let wall_token = site.enrol("wall-1").await.token;
        site.stop().await;
        let started = Server::start(&site.data(), address, &[]).await;
        Ok(Self {
            server: started.map_err(|log| anyhow!("the server does not start: {log}"))?,
            site,
            kiosk_token,
            wall_token,
            clerks,
        })
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The server's process.
    pub(crate) fn process(&self) -> u32 {
        self.server.id()
    }

    /// Where the hall keeps its records.
    pub(crate) fn data(&self) -> PathBuf {
        self.site.data()
    }

    /// Somebody whom the server does not know.
    pub(crate) fn anonymous(&self) -> Api {
        self.site.anonymous()
    }

    /// The kiosk.
    pub(crate) fn kiosk(&self) -> Api {
        self.site.anonymous().with_device_token(&self.kiosk_token)
    }
}
