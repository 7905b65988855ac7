//! A whole site for tests: a server in this process on a free port, with a data directory of its own, and the people who
//! use it. Everything goes through the real doors, also setting it up.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use nowserving_client::api::Api;
use nowserving_server::run::{Running, start};
use nowserving_server::settings::Settings;
use nowserving_shared::model::{Catalogue, DeviceId, Language, ServiceId, StaffId, WindowId};
use nowserving_shared::protocol::http::{
    EnrolledView, IssueRequest, IssuedView, LoginRequest, PasswordRequest, SetupRequest,
};
use tempfile::TempDir;

pub mod browser;
pub mod cable;
pub mod large;
pub mod process;
pub mod screens;
pub mod socket_cable;

/// How long a test waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
pub const LOOK_INTERVAL: Duration = Duration::from_millis(5);
/// The connections that a test may make; they all come from one address.
pub const CONNECTIONS_MAX: usize = 4096;

/// Everybody's password.
pub const PASSWORD: &str = "correct-horse-88";

/// A running site.
#[derive(Debug)]
pub struct Site {
    data: TempDir,
    settings: Settings,
    running: Option<Running>,
    admin: Api,
    kiosk: Api,
    with_password: Mutex<BTreeSet<String>>,
}

/// An id from text that a test wrote.
///
/// # Panics
/// When the text is no id.
#[must_use]
pub fn service(id: &str) -> ServiceId {
    ServiceId::new(id).expect("a service's id")
}

/// An id from text that a test wrote.
///
/// # Panics
/// When the text is no id.
#[must_use]
pub fn window(id: &str) -> WindowId {
    WindowId::new(id).expect("a window's id")
}

/// An id from text that a test wrote.
///
/// # Panics
/// When the text is no id.
#[must_use]
pub fn staff(id: &str) -> StaffId {
    StaffId::new(id).expect("a staff number")
}

/// A request for a number.
///
/// # Panics
/// When the text is no id.
#[must_use]
pub fn number_for(id: &str) -> IssueRequest {
    IssueRequest {
        person: None,
        service: service(id),
        class: None,
        language: Language::ZhCn,
    }
}

/// Looks until `seen` gives something.
///
/// # Panics
/// When it gives nothing for [`PATIENCE`].
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut seen: impl FnMut() -> F,
) -> T {
    let waiting = async {
        loop {
            if let Some(found) = seen().await {
                return found;
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(found) => found,
        Err(_) => panic!("{what}: not seen in {PATIENCE:?}"),
    }
}

impl Site {
    /// A site with the small example: administrator `admin` has a password and kiosk `kiosk-1` is enrolled.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start() -> Self {
        Self::start_with(Catalogue::small_example().source(), |_| {}).await
    }

    /// A site with this configuration, whose first administrator must be `admin` and first kiosk `kiosk-1`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start_with(configuration: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let data = tempfile::tempdir().expect("a temporary directory");
        let mut settings = Settings::new(data.path().join("hall"), (Ipv4Addr::LOCALHOST, 0).into());
        settings.configuration = Some(configuration.to_owned());
        settings.limits.connections_per_address_max = CONNECTIONS_MAX;
        change(&mut settings);
        let running = start(settings.clone()).await.expect("the server starts");
        settings.listen = running.address;
        let code = running
            .setup_code
            .clone()
            .expect("nobody has a password yet");
        let anonymous = api(&running);
        let admin = set_up(&anonymous, &code).await;
        let enrolled = enrol(&admin, &anonymous, "kiosk-1").await;
        Self {
            kiosk: anonymous.with_device_token(&enrolled.token),
            with_password: Mutex::new(BTreeSet::from(["admin".to_owned()])),
            data,
            settings,
            running: Some(running),
            admin,
        }
    }

    /// The address of the server, such as `http://127.0.0.1:34567`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.settings.listen)
    }

    /// The server's data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.settings.data.clone()
    }

    /// A directory beside the data directory, for what a test writes.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.data.path()
    }

    /// The settings; they take effect with the next [`Site::restart`].
    pub fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Somebody whom the server does not know.
    ///
    /// # Panics
    /// Never: the address is good.
    #[must_use]
    pub fn anonymous(&self) -> Api {
        Api::new(&self.url()).expect("an address")
    }

    /// The administrator.
    #[must_use]
    pub fn admin(&self) -> Api {
        self.admin.clone()
    }

    /// The kiosk `kiosk-1`.
    #[must_use]
    pub fn kiosk(&self) -> Api {
        self.kiosk.clone()
    }

    /// The customer who holds this ticket.
    #[must_use]
    pub fn customer(&self, ticket: &IssuedView) -> Api {
        self.anonymous().with_ticket_token(&ticket.token)
    }

    /// A member of staff, logged in; the administrator gives them a password the first time.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn staff(&self, id: &str) -> Api {
        let first = self
            .with_password
            .lock()
            .expect("no test panics in here")
            .insert(id.to_owned());
        if first {
            let request = PasswordRequest {
                password: PASSWORD.to_owned(),
                present: None,
            };
            let set = self.admin.set_password(&staff(id), &request).await;
            set.expect("a password is set");
        }
        log_in(&self.anonymous(), id).await
    }

    /// A clerk who is signed on at a window.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn clerk(&self, id: &str, at: &str) -> Clerk {
        let api = self.staff(id).await;
        api.sign_on(&window(at)).await.expect("the clerk signs on");
        Clerk {
            api,
            window: window(at),
        }
    }

    /// Enrols a device and gives back what it was told.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn enrol(&self, device: &str) -> EnrolledView {
        enrol(&self.admin, &self.anonymous(), device).await
    }

    /// Takes a number at the kiosk under a key of its own.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn take_number(&self, service: &str) -> IssuedView {
        let key = fresh_key();
        let issued = self.kiosk.issue(&key, &number_for(service)).await;
        issued.expect("a number is issued")
    }

    /// Stops the server gracefully.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Stops the server and starts it again on the same address and data.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        self.stop().await;
        let started = start(self.settings.clone()).await;
        self.running = Some(started.expect("the server starts again"));
    }
}

fn api(running: &Running) -> Api {
    Api::new(&format!("http://{}", running.address)).expect("an address")
}

async fn set_up(anonymous: &Api, code: &str) -> Api {
    let request = SetupRequest {
        code: code.to_owned(),
        staff: staff("admin"),
        password: PASSWORD.to_owned(),
    };
    anonymous.setup(&request).await.expect("the hall is set up");
    log_in(anonymous, "admin").await
}

async fn log_in(anonymous: &Api, id: &str) -> Api {
    let request = LoginRequest {
        staff: staff(id),
        password: PASSWORD.to_owned(),
    };
    let logged_in = anonymous.log_in(&request).await;
    logged_in.expect("the password is right").0
}

async fn enrol(admin: &Api, anonymous: &Api, device: &str) -> EnrolledView {
    let device = DeviceId::new(device).expect("a device's id");
    let pairing = admin.pairing_code(&device).await.expect("a pairing code");
    let enrolled = anonymous.enrol(&pairing.code).await;
    enrolled.expect("the device is enrolled")
}

/// An idempotency key that nobody used in this process.
#[must_use]
pub fn fresh_key() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{next}", std::process::id())
}

/// A clerk at a window.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// Asks as the clerk.
    pub api: Api,
    /// Where the clerk sits.
    pub window: WindowId,
}

impl Clerk {
    /// Calls the next ticket and tells its label.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn calls_next(&self) -> String {
        let reply = self.api.call_next(&self.window, None).await;
        let called = reply.expect("somebody waits").ticket;
        called.expect("a ticket was called").label.to_string()
    }

    /// Starts and finishes the service of the ticket that was called.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn serves(&self) {
        self.api.start(&self.window).await.expect("it starts");
        let finished = self.api.finish(&self.window, &Default::default()).await;
        finished.expect("it is finished");
    }
}
