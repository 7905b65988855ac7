//! A real browser: headless Chromium, steered through its own driver.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::eventually;
use super::process::free_address;

/// What Chromium is told: no window, nothing of its own accord over the network.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    // It runs as root in a container, and shows our own pages only.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with one page. Gone when it is dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Driver,
    _profile: TempDir,
}

/// A command of Chromium's developers' tools, which its driver passes on.
#[derive(Debug)]
struct DevTools {
    method: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.method, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}

#[derive(Debug)]
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // Its browsers are of its group; the driver alone would leave them behind.
        if let Some(pid) = rustix::process::Pid::from_raw(self.0.id().cast_signed()) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

impl Browser {
    /// Opens a browser whose window has this size, in pixels.
    ///
    /// # Panics
    /// When there is none on this machine: `./hall test` installs it.
    pub async fn open(width: u32, height: u32) -> Self {
        let address = free_address();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={}", address.port()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let driver =
            Driver(driver.expect("chromedriver is there: apt-get install chromium-driver"));
        let profile = tempfile::tempdir().expect("a directory");
        let client = connect(address, &profile).await;
        let sized = client.set_window_size(width, height).await;
        sized.expect("the window has a size");
        Self {
            client,
            driver,
            _profile: profile,
        }
    }

    /// Opens a page.
    ///
    /// # Panics
    /// When it cannot be loaded.
    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.expect("the page loads");
    }

    /// Shows pages on a screen of this size, in pixels, however large the window is; nothing on them moves that need not.
    ///
    /// # Panics
    /// When the browser does not know how.
    pub async fn screen(&self, width: u32, height: u32) {
        let screen =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
        let still =
            json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.devtools("Emulation.setEmulatedMedia", still).await;
    }

    /// Runs a script in each page before anything of its own.
    ///
    /// # Panics
    /// When the browser does not know how.
    pub async fn before_pages(&self, script: &str) {
        let script = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
    }

    async fn devtools(&self, method: &'static str, parameters: Value) {
        let command = DevTools { method, parameters };
        let done = self.client.issue_cmd(command).await;
        done.expect("Chromium knows this of its developers' tools");
    }

    /// Waits until the element exists and is as wanted.
    async fn until(&self, what: &str, css: &str, wanted: impl AsyncFn(&Element) -> bool) {
        eventually(&format!("{what} at {css}"), async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            wanted(&element).await.then_some(())
        })
        .await;
    }

    /// Waits until the element can be seen and its text has this in it.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn reads(&self, css: &str, text: &str) {
        self.until(&format!("“{text}”"), css, async |element| {
            let read = element.text().await;
            read.is_ok_and(|read| read.contains(text))
        })
        .await;
    }

    /// Waits until the element can be seen.
    ///
    /// # Panics
    /// When it cannot in time.
    pub async fn sees(&self, css: &str) {
        self.until("something to see", css, async |element| {
            element.is_displayed().await.unwrap_or(false)
        })
        .await;
    }

    /// Waits until the element is gone, or cannot be seen any more.
    ///
    /// # Panics
    /// When it is still there in the end.
    pub async fn misses(&self, css: &str) {
        eventually(&format!("the end of {css}"), async || {
            match self.client.find(Locator::Css(css)).await {
                Ok(element) => (!element.is_displayed().await.ok()?).then_some(()),
                Err(error) => error.is_no_such_element().then_some(()),
            }
        })
        .await;
    }

    /// Presses a button, once it is there and nothing lies over it.
    ///
    /// # Panics
    /// When it cannot be pressed in time.
    pub async fn press(&self, css: &str) {
        self.until("something to press", css, async |element| {
            element.click().await.is_ok()
        })
        .await;
    }

    /// Writes into a field, in place of what is there.
    ///
    /// # Panics
    /// When there is no such field in time.
    pub async fn writes(&self, css: &str, text: &str) {
        self.until("a field", css, async |element| {
            element.clear().await.is_ok() && element.send_keys(text).await.is_ok()
        })
        .await;
    }

    /// Chooses an option of a list.
    ///
    /// # Panics
    /// When there is no such list with such an option in time.
    pub async fn chooses(&self, css: &str, value: &str) {
        self.until("a list", css, async |element| {
            element.select_by_value(value).await.is_ok()
        })
        .await;
    }

    /// Types a key where the focus is.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn types(&self, key: &str) {
        let active = self.client.active_element().await.expect("there is a page");
        active.send_keys(key).await.expect("a key can be typed");
    }

    /// Types Enter where the focus is.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn enters(&self) {
        self.types(&String::from(char::from(Key::Enter))).await;
    }

    /// What a script gives back.
    ///
    /// # Panics
    /// When it fails.
    pub async fn runs(&self, script: &str) -> serde_json::Value {
        let ran = self.client.execute(script, Vec::new()).await;
        ran.expect("the script runs")
    }

    /// Waits until a script of the page returns true.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn comes_true(&self, script: &str) {
        eventually(script, async || {
            let returned = self.client.execute(script, Vec::new()).await;
            (returned.ok()? == json!(true)).then_some(())
        })
        .await;
    }

    /// A picture of the page, as PNG.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture")
    }

    /// Closes the browser and waits until it is gone.
    pub async fn close(self) {
        // Whatever goes wrong here, the driver is ended next.
        let _ = self.client.close().await;
        drop(self.driver);
    }
}

async fn connect(address: SocketAddr, profile: &TempDir) -> Client {
    let user_data = format!("--user-data-dir={}", profile.path().display());
    let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([user_data.as_str()]).collect();
    let mut wishes = serde_json::Map::new();
    wishes.insert(
        "goog:chromeOptions".to_owned(),
        json!({ "args": arguments }),
    );
    let url = format!("http://{address}");
    let listening = eventually("the browser's driver", async || {
        tokio::net::TcpStream::connect(address).await.ok()
    });
    drop(listening.await);
    let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
    builder.capabilities(wishes);
    match builder.connect(&url).await {
        Ok(client) => client,
        Err(error) => panic!("Chromium does not start: {error}"),
    }
}
