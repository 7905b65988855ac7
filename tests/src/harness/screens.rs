//! The kiosk and the wall display without their windows: everything is real but the drawing. What would be drawn is
//! remembered instead, and can be waited for.

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use nowserving_client::api::Api;
use nowserving_display::voice::{Told, Voice};
use nowserving_kiosk::checkin::{Interpreter, SAME_PAUSE};
use nowserving_kiosk::offline::{Keeper, OfflineEvent, Restored};
use nowserving_kiosk::printer::{PrinterAddress, PrinterProfile};
use nowserving_kiosk::state::Touch;
use nowserving_kiosk::view::PageView;
use nowserving_shared::announce::Announcement;
use nowserving_shared::model::{DeviceId, Language, ZoneId};
use nowserving_shared::protocol::http::EnrolledView;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::PATIENCE;

/// Waits until the newest of the views is as wanted.
async fn shown<V: Clone, T>(
    views: &mut watch::Receiver<Option<V>>,
    what: &str,
    wanted: impl Fn(&V) -> Option<T>,
) -> T {
    let found = async {
        loop {
            let view = views.borrow_and_update().clone();
            if let Some(found) = view.as_ref().and_then(&wanted) {
                return found;
            }
            views.changed().await.expect("the screen lives");
        }
    };
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(found) => found,
        Err(_) => panic!("{what}: not shown in {PATIENCE:?}"),
    }
}

/// A kiosk that somebody stands at.
#[derive(Debug)]
pub struct Kiosk {
    events: nowserving_kiosk::runner::Events,
    views: watch::Receiver<Option<nowserving_kiosk::view::View>>,
    codes: Interpreter,
    /// When something was held to its reader last.
    scanned: Cell<Instant>,
}

struct KioskMemory(watch::Sender<Option<nowserving_kiosk::view::View>>);

impl nowserving_kiosk::runner::Screen for KioskMemory {
    fn show(&mut self, view: nowserving_kiosk::view::View) {
        self.0.send_replace(Some(view));
    }
}

impl Kiosk {
    /// Starts a kiosk at the server of `api`, which asks as the kiosk that holds `token`. `nonce` tells its steps from
    /// those of every other kiosk. Must be called inside a runtime.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(
        api: Api,
        token: &str,
        nonce: &str,
        printer: Option<(PrinterProfile, PrinterAddress)>,
    ) -> Self {
        let nothing = Restored {
            hall: None,
            book: None,
        };
        Self::with(api, (token, None), nonce, printer, (nothing, None))
    }

    /// The same as the device that was enrolled: it knows a call for help of its own on the board.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_as(
        api: Api,
        enrolled: &EnrolledView,
        nonce: &str,
        printer: Option<(PrinterProfile, PrinterAddress)>,
    ) -> Self {
        let nothing = Restored {
            hall: None,
            book: None,
        };
        let who = (enrolled.token.as_str(), Some(enrolled.device.clone()));
        Self::with(api, who, nonce, printer, (nothing, None))
    }

    /// The same with a data directory, so that it goes on when the server is away.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_keeping(
        api: Api,
        token: &str,
        nonce: &str,
        printer: Option<(PrinterProfile, PrinterAddress)>,
        data: &Path,
    ) -> Self {
        Self::with(
            api,
            (token, None),
            nonce,
            printer,
            nowserving_kiosk::offline::open(data),
        )
    }

    fn with(
        api: Api,
        (token, device): (&str, Option<DeviceId>),
        nonce: &str,
        printer: Option<(PrinterProfile, PrinterAddress)>,
        (restored, keeper): (Restored, Option<Keeper>),
    ) -> Self {
        use nowserving_kiosk::hands::{RealHands, follow_waits, start_printer};
        use nowserving_kiosk::runner::{Runner, queue};
        use nowserving_kiosk::state::Event;
        let (events, received) = queue();
        let spooler = printer.map(|(profile, address)| {
            start_printer(profile, address, events.clone()).expect("a printer's thread")
        });
        let options = nowserving_kiosk::state::Options {
            nonce: nonce.to_owned(),
            phone_url: Some(api.base_url().to_owned()),
            has_printer: spooler.is_some(),
            device,
            maintenance: None,
        };
        let codes = Interpreter::default();
        follow_waits(&api, token, events.clone()).expect("a good address");
        let hands = RealHands::new(api, spooler, Handle::current(), events.clone())
            .keeping(keeper)
            .teaching(codes.clone())
            .reporting();
        let (memory, views) = watch::channel(None);
        let (runner, _dumps) = Runner::new(options, hands, KioskMemory(memory), received);
        let first = OfflineEvent::Restored(Box::new(restored));
        let told = events.clone();
        tokio::spawn(async move {
            told.send(Event::Offline(first)).await;
            runner.run().await;
        });
        Self {
            events,
            views,
            codes,
            scanned: Cell::new(Instant::now()),
        }
    }

    /// Holds something to its reader, long after what was held there before.
    pub fn scans(&self, code: &str) {
        let at = self.scanned.get() + SAME_PAUSE;
        self.scanned.set(at);
        if let Some(scanned) = self.codes.scanned(&Ok(code.to_owned()), at) {
            self.events.scanned(scanned);
        }
    }

    /// Touches the screen.
    pub fn touch(&self, touch: Touch) {
        self.events.touched(touch);
    }

    /// Waits until it shows a page on which `wanted` finds what it looks for.
    ///
    /// # Panics
    /// When it does not for [`PATIENCE`].
    pub async fn shows<T>(&mut self, what: &str, wanted: impl Fn(&PageView) -> Option<T>) -> T {
        shown(&mut self.views, what, |view| wanted(&view.page)).await
    }

    /// The page that it shows when it no longer shows `before`, or after `within` at the latest.
    ///
    /// # Panics
    /// When it ended.
    pub async fn next_page(&mut self, before: Option<&PageView>, within: Duration) -> PageView {
        let is_next = |view: &Option<nowserving_kiosk::view::View>| {
            let page = view.as_ref().map(|view| &view.page);
            page.is_some() && page != before
        };
        let changed = tokio::time::timeout(within, self.views.wait_for(is_next)).await;
        // In time or not, what it shows now is what counts.
        drop(changed);
        let view = self.views.borrow_and_update();
        view.as_ref().expect("it shows something").page.clone()
    }

    /// Waits until the line about help says `text`.
    ///
    /// # Panics
    /// When it does not for [`PATIENCE`].
    pub async fn says_of_help(&mut self, text: &str) {
        shown(&mut self.views, text, |view| {
            view.help.lines().any(|line| line == text).then_some(())
        })
        .await;
    }
}

/// A wall display that somebody looks at.
#[derive(Debug)]
pub struct Wall {
    views: watch::Receiver<Option<nowserving_display::view::View>>,
}

/// A wall that remembers its newest view, and tells every one of them.
struct WallMemory<F>(watch::Sender<Option<nowserving_display::view::View>>, F);

impl<F: FnMut(&nowserving_display::view::View) + Send> nowserving_display::runner::Screen
    for WallMemory<F>
{
    fn show(&mut self, view: nowserving_display::view::View) {
        (self.1)(&view);
        self.0.send_replace(Some(view));
    }
}

impl Wall {
    /// Starts a display of a zone, or of what it is configured for, as the device that holds `token`. It makes no sound.
    /// Must be called inside a runtime.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(api: Api, token: &str, zone: Option<ZoneId>) -> Self {
        Self::with(api, token, zone, |_| {}, Voice::silent)
    }

    /// The same with a loudspeaker made of software: an announcement takes `length`, and then `heard` has heard it. Every
    /// view is told to `seen`.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_speaking(
        api: Api,
        token: &str,
        length: Duration,
        heard: impl FnMut(&Announcement) + Send + 'static,
        seen: impl FnMut(&nowserving_display::view::View) + Send + 'static,
    ) -> Self {
        Self::with(api, token, None, seen, move |told| {
            Voice::rehearse(length, heard, told)
        })
    }

    fn with(
        api: Api,
        token: &str,
        zone: Option<ZoneId>,
        seen: impl FnMut(&nowserving_display::view::View) + Send + 'static,
        voice: impl FnOnce(Box<dyn Fn(Told) + Send>) -> std::io::Result<Voice>,
    ) -> Self {
        use nowserving_display::hands::{RealHands, follow_wall};
        use nowserving_display::runner::{Runner, queue};
        use nowserving_display::state::{Event, Options, State};
        let (events, received) = queue();
        let over = events.clone();
        let told = move |told| over.send_from_thread(Event::Voice(told));
        let voice = voice(Box::new(told)).expect("a thread");
        let language = Language::ZhCn;
        let server = follow_wall(&api, token, zone.clone(), language, events.clone());
        let server = server.expect("a good address");
        let options = Options {
            language,
            zone,
            server: api.base_url().to_owned(),
        };
        let hands = RealHands::new(api, voice, server, Handle::current(), events);
        let (memory, views) = watch::channel(None);
        let screen = WallMemory(memory, seen);
        let runner = Runner::new(State::new(options), hands, screen, received);
        tokio::spawn(runner.run());
        Self { views }
    }

    /// Waits until the newest call on the board is of this number; gives the number of its window.
    ///
    /// # Panics
    /// When it is not for [`PATIENCE`].
    pub async fn calls(&mut self, label: &str) -> String {
        use nowserving_display::view::Body;
        shown(&mut self.views, &format!("the call of {label}"), |view| {
            let Body::Board(board) = &view.body else {
                return None;
            };
            let now = board.now.as_ref().filter(|call| call.label == label)?;
            Some(now.number.clone())
        })
        .await
    }
}
