//! Between views and the Slint window: puts what changed into the window's global.
//!
//! Where the panels of a layout lie in a window of this size, and how large their letters are, [`nowserving_shared::wall`]
//! reckons: the same numbers with which the layout was checked.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use nowserving_images::Picture;
use nowserving_shared::wall::text::{self, DIGIT_WIDTH};
use nowserving_shared::wall::{self, Geometry, LINE_SIZES_PER_SECOND, Rect, Show, Theme};
use slint::{
    ComponentHandle as _, Image, Model as _, ModelRc, PhysicalSize, Rgb8Pixel, SharedPixelBuffer,
    VecModel,
};

use crate::runner::Screen;
use crate::view::{
    self, BoardView, Body, Call, CallKind, Laid, Pair, Service, Strip, View, Window, WindowKind,
};

use generated::{
    CallLine, CallsAt, CountsAt, NoticesAt, Paint, PicturesAt, Place, QueueAt, QueueCell,
    ServiceLine, StripAt, StripLine, Wall, WallTheme, WindowLine, WindowsAt, Words2,
};
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
    queue: Rc<VecModel<QueueCell>>,
    /// The pictures that are shown in turn, and the hall's logo.
    pictures: RefCell<Vec<Image>>,
    logo: RefCell<Option<Image>>,
    /// What is shown, to be laid out anew when the window has another size.
    shown: RefCell<Option<View>>,
}

impl Models {
    fn remember(&self, view: &View) {
        *self.shown.borrow_mut() = Some(view.clone());
    }
}

fn image(picture: Picture) -> Image {
    let pixels = SharedPixelBuffer::<Rgb8Pixel>::clone_from_slice(
        &picture.rgb,
        picture.width,
        picture.height,
    );
    Image::from_rgb8(pixels)
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
        wall.set_queue(ModelRc::from(Rc::clone(&models.queue)));
        wall.set_line_speed(LINE_SIZES_PER_SECOND);
        let (again, held) = (window.as_weak(), Rc::clone(&models));
        window.on_resized(move || {
            let shown = held.shown.borrow().clone();
            if let (Some(window), Some(view)) = (again.upgrade(), shown) {
                put_view(&window, &held, &view);
            }
        });
        Ok(Self { window, models })
    }

    /// Shows these pictures in turn where a layout has room for them. Only on the window's own thread.
    pub fn set_pictures(&self, pictures: Vec<Picture>) {
        *self.models.pictures.borrow_mut() = pictures.into_iter().map(image).collect();
    }

    /// Shows this logo in the header of layouts that want one. Only on the window's own thread.
    pub fn set_logo(&self, logo: Picture) {
        *self.models.logo.borrow_mut() = Some(image(logo));
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
        self.models.remember(view);
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

impl ScreenDoor {
    /// Shows these pictures soon, from any thread.
    pub fn put_pictures(&self, pictures: Vec<Picture>) {
        let told = self.window.upgrade_in_event_loop(move |window| {
            if let Some(models) = LOCAL.with(|local| local.borrow().clone()) {
                *models.pictures.borrow_mut() = pictures.into_iter().map(image).collect();
                window.invoke_resized();
            }
        });
        if let Err(error) = told {
            tracing::warn!(%error, "no window shows the pictures");
        }
    }
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
                models.remember(&view);
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
    window.global::<Paint>().set_theme(match view.theme {
        Theme::Dark => WallTheme::Dark,
        Theme::Light => WallTheme::Light,
        Theme::Contrast => WallTheme::Contrast,
    });
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
            wall.set_is_laid(false);
            wall.set_is_alarm(*alarm);
            wall.set_message_title(pair(title));
            wall.set_message_advice(pair(advice));
        }
        Body::Board(board) => {
            wall.set_is_message(false);
            put_board(&wall, models, board);
            wall.set_is_laid(board.laid.is_some());
            if let Some(laid) = &board.laid {
                put_laid(window, &wall, models, board, laid, view.page);
            }
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
        second: window.second.as_str().into(),
        note: window.note.as_str().into(),
        label: window.label.as_str().into(),
        kind: window_kind(window.kind),
        lit: window.lit,
    }
}

fn window_kind(kind: WindowKind) -> generated::WindowKind {
    match kind {
        WindowKind::Closed => generated::WindowKind::Closed,
        WindowKind::Free => generated::WindowKind::Free,
        WindowKind::Calling => generated::WindowKind::Calling,
        WindowKind::Serving => generated::WindowKind::Serving,
        WindowKind::Paused => generated::WindowKind::Paused,
    }
}

fn strip_line(strip: &Strip) -> StripLine {
    StripLine {
        number: strip.number.as_str().into(),
        heading: pair(&strip.heading),
        word: pair(&strip.word),
        kind: window_kind(strip.kind),
        label: strip.label.as_str().into(),
        services: pair(&strip.services),
        note: pair(&strip.note),
        lit: strip.lit,
    }
}

fn queue_cell(cell: &view::QueueCell) -> QueueCell {
    QueueCell {
        text: cell.text.as_str().into(),
        more: cell.is_more,
        first: cell.is_first,
    }
}

// Layouts.

/// How wide the numbers of the board are at most, in sizes of their letters; no less than `A000`, so that letters keep their
/// size while numbers change.
fn label_sizes(board: &BoardView) -> f32 {
    let calls = board.now.iter().chain(&board.calls);
    let labels = calls.map(|call| &call.label);
    let labels = labels.chain(board.windows.iter().map(|window| &window.label));
    let least = text::width("A000");
    labels.map(|label| text::width(label)).fold(least, f32::max)
}

/// The window's size in the pixels in which Slint reckons.
fn extent_of(window: &generated::AppWindow) -> wall::Extent {
    let window = window.window();
    let size = window.size().to_logical(window.scale_factor());
    // No window has so many pixels that one would be lost.
    let side = |length: f32| length.round().clamp(0.0, 1e5) as u32;
    wall::Extent {
        width: side(size.width),
        height: side(size.height),
    }
}

fn place(rect: Rect) -> Place {
    Place {
        x: rect.x as f32,
        y: rect.y as f32,
        width: rect.width as f32,
        height: rect.height as f32,
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The page of a list that turns with `turn`, or on which the row at `keep` stands.
fn page(turn: u32, pages: usize, on_page: usize, keep: Option<usize>) -> i32 {
    let pages = pages.max(1);
    let turned = usize::try_from(turn).unwrap_or(0) % pages;
    count(keep.map_or(turned, |row| (row / on_page.max(1)).min(pages - 1)))
}

fn put_laid(
    window: &generated::AppWindow,
    wall: &Wall<'_>,
    models: &Models,
    board: &BoardView,
    laid: &Laid,
    turn: u32,
) {
    let turned = |count: usize| usize::try_from(turn).unwrap_or(0) % count.max(1);
    let picture = {
        let pictures = models.pictures.borrow();
        pictures.get(turned(pictures.len())).cloned()
    };
    let notice = laid.notices.get(turned(laid.notices.len()));
    // A panel that has nothing to show leaves its room to the others.
    let layout = laid.layout.without(|show| match show {
        Show::Pictures => picture.is_none(),
        Show::Notices => notice.is_none(),
        Show::Strip => laid.strip.is_none(),
        Show::Calls | Show::Windows | Show::Waiting | Show::Counts => false,
    });
    let geometry = layout.geometry(extent_of(window));
    let sizes = label_sizes(board);
    wall.set_header_at(place(geometry.header));
    wall.set_line(laid.line.as_str().into());
    wall.set_line_at(place(geometry.line.unwrap_or_default()));
    let logo = models.logo.borrow().clone().filter(|_| laid.layout.logo);
    wall.set_has_logo(logo.is_some());
    wall.set_logo(logo.unwrap_or_default());
    wall.set_calls_at(calls_at(&geometry, board, sizes));
    wall.set_windows_at(windows_at(&geometry, board, laid, turn, sizes));
    wall.set_counts_at(counts_at(&geometry, board, turn));
    wall.set_queue_at(queue_at(&geometry, laid, turn));
    if let Some(queue) = &laid.queue {
        wall.set_queue_heading(pair(&queue.heading));
        wall.set_queue_calm(pair(&queue.calm));
        fill(&models.queue, queue.cells.iter().map(queue_cell));
    }
    wall.set_strip_at(strip_at(&geometry, laid));
    if let Some(strip) = &laid.strip {
        wall.set_strip(strip_line(strip));
    }
    wall.set_notice_heading(pair(&laid.notices_heading));
    wall.set_notice(notice.map(pair).unwrap_or_default());
    let of = laid.notices.len();
    let which = (of > 1).then(|| format!("{} / {of}", turned(of) + 1));
    wall.set_notice_count(which.unwrap_or_default().into());
    wall.set_notices_at(notices_at(&geometry, notice));
    let pictures = geometry.panel(Show::Pictures).filter(|_| picture.is_some());
    wall.set_pictures_at(PicturesAt {
        shown: pictures.is_some(),
        at: place(pictures.unwrap_or_default()),
    });
    wall.set_picture(picture.unwrap_or_default());
}

fn calls_at(geometry: &Geometry, board: &BoardView, sizes: f32) -> CallsAt {
    let Some(mut plan) = geometry.calls(sizes) else {
        return CallsAt::default();
    };
    // What stands there in no language leaves its room to the number.
    let is_bare = |now: &Call| now.place.second.is_empty() && now.second.is_empty();
    if board.now.as_ref().is_some_and(is_bare) {
        plan.foot = plan.foot.min(plan.side);
    }
    let label = board
        .now
        .as_ref()
        .map_or(0.0, |now| text::width(&now.label));
    CallsAt {
        shown: true,
        now: place(plan.now),
        head: plan.head,
        foot: plan.foot,
        side: plan.side,
        letters: plan.now_letters(label.max(text::width("A000"))),
        list: place(plan.list),
        list_head: plan.list_head,
        rows: count(plan.rows),
        row: plan.row,
        row_letters: plan.row_letters,
        label_sizes: sizes + 0.15,
    }
}

fn windows_at(
    geometry: &Geometry,
    board: &BoardView,
    laid: &Laid,
    turn: u32,
    sizes: f32,
) -> WindowsAt {
    let plan = geometry.windows(board.windows.len(), sizes);
    let (Some(plan), Some(at)) = (plan, geometry.panel(Show::Windows)) else {
        return WindowsAt::default();
    };
    let on_page = plan.columns * plan.rows;
    WindowsAt {
        shown: true,
        at: place(at),
        head: plan.head,
        columns: count(plan.columns),
        rows: count(plan.rows),
        letters: plan.letters,
        label_sizes: sizes,
        page: page(turn, plan.pages, on_page, laid.turn_to),
        pages: count(plan.pages),
    }
}

fn counts_at(geometry: &Geometry, board: &BoardView, turn: u32) -> CountsAt {
    let plan = geometry.counts(board.services.len());
    let (Some(plan), Some(at)) = (plan, geometry.panel(Show::Counts)) else {
        return CountsAt::default();
    };
    CountsAt {
        shown: true,
        at: place(at),
        head: plan.head,
        columns: count(plan.columns),
        rows: count(plan.rows),
        cell: plan.cell,
        lettered: plan.lettered,
        page: page(turn, plan.pages, plan.columns * plan.rows, None),
        pages: count(plan.pages),
    }
}

fn queue_at(geometry: &Geometry, laid: &Laid, turn: u32) -> QueueAt {
    let (Some(queue), Some(at)) = (&laid.queue, geometry.panel(Show::Waiting)) else {
        return QueueAt::default();
    };
    let numbers = queue.cells.iter().filter(|cell| !cell.is_more);
    // No less than `A000`, so that letters keep their size while numbers change.
    let sizes = numbers.fold(text::width("A000"), |sizes, cell| {
        sizes.max(text::width(&cell.text))
    });
    let Some(plan) = geometry.waiting(queue.cells.len(), sizes) else {
        return QueueAt::default();
    };
    let unit = geometry.unit;
    let across = plan.cells_in.width as f32 - 72.0 * unit;
    let down = plan.cells_in.height as f32 * 0.8;
    let calm = both_sizes(&queue.calm, across, down, 84.0 * unit);
    QueueAt {
        shown: true,
        at: place(at),
        head: plan.head,
        columns: count(plan.columns),
        rows: count(plan.rows),
        letters: plan.letters,
        page: page(turn, plan.pages, plan.columns * plan.rows, None),
        pages: count(plan.pages),
        calm_letters: calm.0,
        calm_second: calm.1,
    }
}

fn strip_at(geometry: &Geometry, laid: &Laid) -> StripAt {
    let (Some(plan), Some(strip)) = (geometry.strip(), &laid.strip) else {
        return StripAt::default();
    };
    let margin = 72.0 * geometry.unit;
    let (width, height) = (plan.services.width as f32, plan.services.height as f32);
    let services = both_sizes(&strip.services, width - margin, height * 0.94, height * 0.4);
    let (width, height) = (plan.state.width as f32, plan.state.height as f32);
    // The sign and the gap beside it are at the left, the word is above.
    let beside = width - height * 0.22 - margin - 30.0 * geometry.unit;
    let note = both_sizes(&strip.note, beside, height * 0.36, height * 0.16);
    StripAt {
        shown: true,
        number: place(plan.number),
        number_letters: plan
            .number_letters
            .min(plan.number.width as f32 * 0.9 / (text::width(&strip.number)).max(DIGIT_WIDTH)),
        state: place(plan.state),
        word: place(plan.word),
        ticket: place(plan.ticket),
        ticket_letters: plan.ticket_letters(text::width(&strip.label).max(text::width("A000"))),
        services: place(plan.services),
        services_letters: services.0,
        services_second: services.1,
        note_letters: note.0,
        note_second: note.1,
    }
}

/// The sizes of a text in both languages that have room in so many pixels: the second language has two fifths of them.
fn both_sizes(text: &Pair, across: f32, down: f32, most: f32) -> (f32, f32) {
    let of_first = if text.second.is_empty() { 1.0 } else { 0.6 };
    let first = text::size_in(&text.first, across, down * of_first, most);
    let second = text::size_in(&text.second, across, down * 0.4, first * 0.72);
    (first, second)
}

/// The letters of a notice are as large as its room allows: the second language has two fifths of it.
fn notices_at(geometry: &Geometry, notice: Option<&Pair>) -> NoticesAt {
    let (Some(at), Some(notice)) = (geometry.panel(Show::Notices), notice) else {
        return NoticesAt::default();
    };
    let unit = geometry.unit;
    let head = (60.0 * unit).min(at.height as f32 * 0.25);
    let across = at.width as f32 - 56.0 * unit;
    let down = at.height as f32 - head - 12.0 * unit;
    let (first_letters, second_letters) = both_sizes(notice, across, down, 84.0 * unit);
    NoticesAt {
        shown: true,
        at: place(at),
        head,
        first_letters,
        second_letters,
    }
}
