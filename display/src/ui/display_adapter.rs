//! Between views and the Slint window: puts what changed into the window's global.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use slint::{ComponentHandle as _, Model as _, ModelRc, PhysicalSize, VecModel};

use crate::runner::Screen;
use crate::view::{BoardView, Body, Call, CallKind, Pair, Service, View, Window, WindowKind};

use generated::{CallLine, ServiceLine, Wall, WindowLine, Words2};
use nowserving_display_ui as generated;

/// What can go wrong with a window.
pub type ScreenError = slint::PlatformError;

/// How large the window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Whether it is to fill the screen, however large that is. In a session without a window manager nobody makes it
    /// so; there it keeps its width and height.
    pub full_screen: bool,
}

/// The lists of the window.
#[derive(Default)]
struct Models {
    calls: Rc<VecModel<CallLine>>,
    services: Rc<VecModel<ServiceLine>>,
    windows: Rc<VecModel<WindowLine>>,
    notices: Rc<VecModel<Words2>>,
}

/// The display's window. Lives on the thread that made it.
pub struct DisplayScreen {
    window: generated::AppWindow,
    models: Rc<Models>,
}

impl DisplayScreen {
    /// Makes the window.
    ///
    /// # Errors
    /// There is no graphical session.
    pub fn new() -> Result<Self, ScreenError> {
        let window = generated::AppWindow::new()?;
        let models = Rc::new(Models::default());
        let wall = window.global::<Wall>();
        wall.set_calls(ModelRc::from(Rc::clone(&models.calls)));
        wall.set_services(ModelRc::from(Rc::clone(&models.services)));
        wall.set_windows(ModelRc::from(Rc::clone(&models.windows)));
        wall.set_notices(ModelRc::from(Rc::clone(&models.notices)));
        Ok(Self { window, models })
    }

    /// Makes the window as large as `extent`.
    pub fn set_extent(&self, extent: Extent) {
        let window = self.window.window();
        window.set_size(PhysicalSize::new(extent.width, extent.height));
        if extent.full_screen {
            window.set_fullscreen(true);
        }
    }

    /// Shows a view at once. Only on the window's own thread.
    pub fn show_view(&self, view: &View) {
        put_view(&self.window, &self.models, view);
    }

    /// A door for other threads.
    #[must_use]
    pub fn door(&self) -> ScreenDoor {
        // The models stay on this thread: the door leaves views in a slot, and a closure takes them out here.
        LOCAL.with(|local| *local.borrow_mut() = Some(Rc::clone(&self.models)));
        ScreenDoor {
            window: self.window.as_weak(),
            slot: Arc::default(),
        }
    }

    /// Puts the window on the screen without waiting; for tests that draw it.
    ///
    /// # Errors
    /// There is no graphical session.
    pub fn show(&self) -> Result<(), ScreenError> {
        self.window.show()
    }

    /// Shows the window until it is closed.
    ///
    /// # Errors
    /// The graphical session ended.
    pub fn run(&self) -> Result<(), ScreenError> {
        self.window.run()
    }
}

thread_local! {
    /// The lists of this thread's window, for views that come through the door.
    static LOCAL: RefCell<Option<Rc<Models>>> = const { RefCell::new(None) };
}

/// Shows views from any thread: the newest view waits in one slot, and older ones that were not drawn are passed over.
pub struct ScreenDoor {
    window: slint::Weak<generated::AppWindow>,
    slot: Arc<Mutex<Option<View>>>,
}

impl Screen for ScreenDoor {
    fn show(&mut self, view: View) {
        let was_empty = self
            .slot
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(view)
            .is_none();
        if !was_empty {
            // The window was told already and will find the newer view.
            return;
        }
        let slot = Arc::clone(&self.slot);
        let told = self.window.upgrade_in_event_loop(move |window| {
            let view = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
            let models = LOCAL.with(|local| local.borrow().clone());
            if let (Some(view), Some(models)) = (view, models) {
                put_view(&window, &models, &view);
            }
        });
        if told.is_err() {
            // The window is not there yet or no more: the slot is freed, so that the next view tries again.
            self.slot
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
        }
    }
}

/// Makes `model` hold `rows`, touching only rows that differ.
fn fill<T: Clone + PartialEq + 'static>(
    model: &VecModel<T>,
    rows: impl ExactSizeIterator<Item = T>,
) {
    while model.row_count() > rows.len() {
        model.remove(model.row_count() - 1);
    }
    for (at, row) in rows.enumerate() {
        match model.row_data(at) {
            Some(known) if known == row => {}
            Some(_) => model.set_row_data(at, row),
            None => model.push(row),
        }
    }
}

fn put_view(window: &generated::AppWindow, models: &Models, view: &View) {
    let wall = window.global::<Wall>();
    wall.set_hall(pair(&view.hall));
    wall.set_zone(pair(&view.zone));
    wall.set_clock(view.clock.as_str().into());
    wall.set_date(pair(&view.date));
    wall.set_page(i32::try_from(view.page).unwrap_or(0));
    wall.set_is_stale(view.stale.is_some());
    if let Some(stale) = &view.stale {
        wall.set_stale_age(pair(&stale.age));
        wall.set_stale_advice(pair(&stale.advice));
    }
    match &view.body {
        Body::Message {
            title,
            advice,
            alarm,
        } => {
            wall.set_is_message(true);
            wall.set_is_alarm(*alarm);
            wall.set_message_title(pair(title));
            wall.set_message_advice(pair(advice));
        }
        Body::Board(board) => {
            wall.set_is_message(false);
            put_board(&wall, models, board);
        }
    }
}

fn put_board(wall: &Wall<'_>, models: &Models, board: &BoardView) {
    wall.set_has_now(board.now.is_some());
    wall.set_now_heading(pair(&board.now_heading));
    if let Some(now) = &board.now {
        wall.set_now(call_line(now));
    }
    wall.set_calls_heading(pair(&board.calls_heading));
    wall.set_way_heading(board.way_heading.into());
    wall.set_no_calls(pair(&board.no_calls));
    wall.set_services_heading(pair(&board.services_heading));
    wall.set_windows_heading(pair(&board.windows_heading));
    fill(&models.calls, board.calls.iter().map(call_line));
    fill(&models.services, board.services.iter().map(service_line));
    fill(&models.windows, board.windows.iter().map(window_line));
    fill(&models.notices, board.notices.iter().map(pair));
}

fn pair(pair: &Pair) -> Words2 {
    Words2 {
        first: pair.first.as_str().into(),
        second: pair.second.as_str().into(),
    }
}

fn call_line(call: &Call) -> CallLine {
    CallLine {
        label: call.label.as_str().into(),
        mark: pair(&call.mark),
        number: call.number.as_str().into(),
        before: call.before.into(),
        behind: call.behind.into(),
        second: call.second.as_str().into(),
        place: pair(&call.place),
        service: pair(&call.service),
        word: pair(&call.word),
        kind: match call.kind {
            CallKind::Calling => generated::CallKind::Calling,
            CallKind::Serving => generated::CallKind::Serving,
            CallKind::Over => generated::CallKind::Over,
        },
        lit: call.lit,
    }
}

fn service_line(service: &Service) -> ServiceLine {
    ServiceLine {
        name: pair(&service.name),
        waiting: service.waiting.as_str().into(),
        note: service.note.as_str().into(),
    }
}

fn window_line(window: &Window) -> WindowLine {
    WindowLine {
        number: window.number.as_str().into(),
        word: window.word.as_str().into(),
        label: window.label.as_str().into(),
        kind: match window.kind {
            WindowKind::Closed => generated::WindowKind::Closed,
            WindowKind::Free => generated::WindowKind::Free,
            WindowKind::Calling => generated::WindowKind::Calling,
            WindowKind::Serving => generated::WindowKind::Serving,
            WindowKind::Paused => generated::WindowKind::Paused,
        },
    }
}
