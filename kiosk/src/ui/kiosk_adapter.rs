//! Between views and the Slint window: puts what changed into the window's global, and turns touches into words.
//!
//! Lists are changed row by row in models that stay, so that a tile that is being pressed, or has the keyboard's focus, is
//! still the same tile when a number on it changes.
//!
//! A touch counts only on a page that was there before the finger came: see [`SETTLES`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nowserving_shared::model::Language;
use slint::{
    CloseRequestResponse, ComponentHandle as _, Image, Model as _, ModelRc, PhysicalSize,
    SharedPixelBuffer, SharedString, Timer, TimerMode, VecModel,
};

use crate::checkin::CodeReader;
use crate::code::{self, Code};
use crate::controls;
use crate::pictures::Picture;
use crate::pin::Pin;
use crate::runner::Screen;
use crate::sizes::Sizes;
use crate::state::{Mode, Touch};
use crate::view::{Chosen, NoticeKind, PageView, View};

use codes::Keys;
use generated::{
    ChoiceLine, FigureLine, GuideLine, InvitationLine, Kiosk, LanguageChoice, ModeLine, NoticeLine,
    PageKind, StepLine, Theme,
};
use nowserving_kiosk_ui as generated;

mod assistance;
mod codes;
mod everyone;
mod keys;
mod maintenance;
mod search;
#[cfg(test)]
mod tests;

/// How long a new page takes no touch, and no key that acts on it. The second tap of a double tap comes within half a second (the time that
/// Windows allows for one) and would otherwise land on a page that nobody has seen yet: it would confirm a number or throw
/// one away. Nobody reads a page faster.
pub const SETTLES: Duration = Duration::from_millis(500);

/// What can go wrong with a window.
pub type ScreenError = slint::PlatformError;

/// How large the window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The whole screen.
    FullScreen {
        /// Across, in pixels, where no window manager makes a window full-screen.
        width: u32,
        /// Down, likewise.
        height: u32,
    },
    /// So many pixels.
    Window {
        /// Across.
        width: u32,
        /// Down.
        height: u32,
    },
}

/// The kiosk's window. Lives on the thread that made it.
pub struct KioskScreen {
    window: generated::AppWindow,
    models: Rc<Models>,
    keys: Rc<Keys>,
}

/// Something that is done again and again; it ends when this is dropped.
pub struct Repeated(#[allow(dead_code, reason = "what it does is done when it is dropped")] Timer);

/// The lists of the window.
#[derive(Default)]
struct Models {
    languages: Rc<VecModel<LanguageChoice>>,
    notices: Rc<VecModel<NoticeLine>>,
    invitations: Rc<VecModel<InvitationLine>>,
    steps: Rc<VecModel<StepLine>>,
    choices: Rc<VecModel<ChoiceLine>>,
    quick: Rc<VecModel<ChoiceLine>>,
    letters: Rc<VecModel<SharedString>>,
    figures: Rc<VecModel<FigureLine>>,
    guide: Rc<VecModel<GuideLine>>,
    lines: Rc<VecModel<SharedString>>,
    modes: Rc<VecModel<ModeLine>>,
    /// What the choices are; decides what a touch on one means.
    chosen: Cell<Option<Chosen>>,
    /// The address of the code that is shown.
    code: RefCell<Option<String>>,
    /// Tells one page from the next.
    page: RefCell<(String, i32)>,
    /// Whether the question was shown that asks if anybody is still there.
    warned: Cell<bool>,
    /// Runs while a new page takes no touch.
    settling: Timer,
    /// The pictures of the idle screen, and which one is shown.
    pictures: RefCell<Vec<Image>>,
    pictured: Cell<Option<usize>>,
    /// The touches that open the kiosk's own page, and its code.
    taps: RefCell<maintenance::Taps>,
    lock: RefCell<maintenance::Lock>,
}

impl Models {
    fn put_pictures(&self, pictures: Vec<Picture>) {
        *self.pictures.borrow_mut() = pictures.into_iter().map(image).collect();
        self.pictured.set(None);
    }

    /// From now on the page is a new one.
    fn settle(&self, window: &generated::AppWindow) {
        window.global::<Kiosk>().set_settling(true);
        let weak = window.as_weak();
        let over = move || {
            if let Some(window) = weak.upgrade() {
                window.global::<Kiosk>().set_settling(false);
            }
        };
        self.settling.start(TimerMode::SingleShot, SETTLES, over);
    }
}

impl KioskScreen {
    /// The window itself, for tests that look at what stands in it.
    #[must_use]
    pub fn window(&self) -> &(impl slint::ComponentHandle + use<>) {
        &self.window
    }

    /// Makes the window; `touched` is told what each touch means.
    ///
    /// # Errors
    /// There is no graphical session.
    pub fn new(touched: impl Fn(Touch) + Clone + 'static) -> Result<Self, ScreenError> {
        let start = Instant::now();
        Self::with_clock(touched, move || start.elapsed())
    }

    /// The same with a clock of its own, which tells the time between keys.
    fn with_clock(
        touched: impl Fn(Touch) + Clone + 'static,
        clock: impl Fn() -> Duration + 'static,
    ) -> Result<Self, ScreenError> {
        let window = generated::AppWindow::new()?;
        let models = Rc::new(Models::default());
        let kiosk = window.global::<Kiosk>();
        kiosk.set_languages(ModelRc::from(Rc::clone(&models.languages)));
        kiosk.set_notices(ModelRc::from(Rc::clone(&models.notices)));
        kiosk.set_invitations(ModelRc::from(Rc::clone(&models.invitations)));
        kiosk.set_steps(ModelRc::from(Rc::clone(&models.steps)));
        kiosk.set_quick(ModelRc::from(Rc::clone(&models.quick)));
        kiosk.set_letters(ModelRc::from(Rc::clone(&models.letters)));
        kiosk.set_choices(ModelRc::from(Rc::clone(&models.choices)));
        kiosk.set_figures(ModelRc::from(Rc::clone(&models.figures)));
        kiosk.set_guide(ModelRc::from(Rc::clone(&models.guide)));
        kiosk.set_lines(ModelRc::from(Rc::clone(&models.lines)));
        kiosk.set_modes(ModelRc::from(Rc::clone(&models.modes)));
        let keys = codes::listen_to_keys(&window, &models, touched.clone(), clock);
        maintenance::listen(&window, &models, &touched);
        listen(&kiosk, &models, touched);
        Ok(Self {
            window,
            models,
            keys,
        })
    }

    /// What scanners and card readers type as keyboards.
    #[must_use]
    pub fn code_reader(&self) -> impl CodeReader + use<> {
        codes::KeyboardReader(Rc::clone(&self.keys))
    }

    /// Makes the window as large as `extent`.
    pub fn set_extent(&self, extent: Extent) {
        let window = self.window.window();
        match extent {
            Extent::FullScreen { width, height } => {
                // On a bare X server nobody answers the wish to be full-screen; the size must do.
                window.set_size(PhysicalSize::new(width, height));
                window.set_fullscreen(true);
            }
            Extent::Window { width, height } => window.set_size(PhysicalSize::new(width, height)),
        }
        // Nobody in the hall closes a kiosk: Alt+F4 and its like come as the wish to close. It ends by a signal.
        window.on_close_requested(move || match extent {
            Extent::FullScreen { .. } => CloseRequestResponse::KeepWindowShown,
            Extent::Window { .. } => CloseRequestResponse::HideWindow,
        });
    }

    /// Makes what is touched and what is read as large as people need it on this screen. A window that does not fill the
    /// screen is taken for one of this diagonal.
    pub fn set_sizes(&self, sizes: Sizes) {
        let kiosk = self.window.global::<Kiosk>();
        kiosk.set_diagonal_millimetres(sizes.diagonal_millimetres());
        let theme = self.window.global::<Theme>();
        theme.set_capital_millimetres(sizes.capital_millimetres());
    }

    /// Shows these pictures on the idle screen, in turn. Only on the window's own thread.
    pub fn set_pictures(&self, pictures: Vec<Picture>) {
        self.models.put_pictures(pictures);
    }

    /// Opens the kiosk's own page to whoever types this code; without one nothing opens it.
    pub fn set_pin(&self, pin: Pin) {
        self.models.lock.borrow_mut().set(pin);
    }

    /// Shows a view at once. Only on the window's own thread.
    pub fn show_view(&self, view: &View) {
        put_view(&self.window, &self.models, view);
    }

    /// A door for other threads.
    #[must_use]
    pub fn door(&self) -> ScreenDoor {
        let weak = self.window.as_weak();
        // The models stay on this thread: the door leaves views in a slot, and this closure takes them out here.
        LOCAL.with(|local| *local.borrow_mut() = Some(Rc::clone(&self.models)));
        ScreenDoor {
            window: weak,
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

    /// Does something again and again on the window's own thread, for as long as the answer lives.
    #[must_use]
    pub fn every(&self, interval: Duration, work: impl FnMut() + 'static) -> Repeated {
        let timer = Timer::default();
        timer.start(TimerMode::Repeated, interval, work);
        Repeated(timer)
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

impl ScreenDoor {
    /// Shows these pictures on the idle screen soon, from any thread.
    pub fn put_pictures(&self, pictures: Vec<Picture>) {
        let told = self.window.upgrade_in_event_loop(move |_| {
            if let Some(models) = LOCAL.with(|local| local.borrow().clone()) {
                models.put_pictures(pictures);
            }
        });
        if let Err(error) = told {
            tracing::warn!(%error, "no window shows the pictures");
        }
    }
}

fn image(picture: Picture) -> Image {
    Image::from_rgb8(SharedPixelBuffer::clone_from_slice(
        &picture.rgb,
        picture.width,
        picture.height,
    ))
}

fn listen(kiosk: &Kiosk<'_>, models: &Rc<Models>, touched: impl Fn(Touch) + Clone + 'static) {
    let known = Rc::clone(models);
    let touched = move |touch: Touch| {
        if !known.settling.running() {
            touched(touch);
        }
    };
    let say = touched.clone();
    kiosk.on_language_chosen(move |tag| {
        if let Some(language) = Language::from_tag(&tag) {
            say(Touch::Language(language));
        }
    });
    let (say, known) = (touched.clone(), Rc::clone(models));
    kiosk.on_chosen(move |id| {
        if let Some(touch) = known
            .chosen
            .get()
            .and_then(|chosen| controls::choice(chosen, &id))
        {
            say(touch);
        }
    });
    search::listen(kiosk, &touched);
    let say = touched.clone();
    kiosk.on_confirmed(move || say(Touch::Confirm));
    let say = touched.clone();
    kiosk.on_retried(move || say(Touch::Retry));
    let say = touched.clone();
    kiosk.on_went_back(move || say(Touch::Back));
    let say = touched.clone();
    kiosk.on_went_home(move || say(Touch::Home));
    let say = touched.clone();
    kiosk.on_modes_opened(move || say(Touch::Modes));
    let say = touched.clone();
    kiosk.on_modes_closed(move || say(Touch::ModesClosed));
    let say = touched.clone();
    kiosk.on_mode_touched(move |id| {
        if let Some(mode) = Mode::ALL.into_iter().find(|mode| id == mode.name()) {
            say(Touch::Mode(mode));
        }
    });
    let say = touched.clone();
    kiosk.on_visitor_forgotten(move || say(Touch::Forget));
    assistance::listen(kiosk, touched.clone());
    kiosk.on_stayed(move || touched(Touch::Stay));
}

/// Makes `model` hold `rows`, touching only rows that differ.
fn fill<T: Clone + PartialEq + 'static>(model: &VecModel<T>, rows: impl IntoIterator<Item = T>) {
    let mut count = 0;
    for (at, row) in rows.into_iter().enumerate() {
        match model.row_data(at) {
            Some(known) if known == row => {}
            Some(_) => model.set_row_data(at, row),
            None => model.push(row),
        }
        count = at + 1;
    }
    while model.row_count() > count {
        model.remove(model.row_count() - 1);
    }
}

fn kind_of(kind: NoticeKind) -> generated::NoticeKind {
    match kind {
        NoticeKind::Calm => generated::NoticeKind::Calm,
        NoticeKind::Mind => generated::NoticeKind::Mind,
        NoticeKind::Alarm => generated::NoticeKind::Alarm,
    }
}

fn put_view(window: &generated::AppWindow, models: &Models, view: &View) {
    let kiosk = window.global::<Kiosk>();
    kiosk.set_hall(view.hall.as_str().into());
    kiosk.set_date(view.date.as_str().into());
    kiosk.set_clock(view.clock.as_str().into());
    let tongue = |tongue: &crate::view::Tongue| LanguageChoice {
        tag: tongue.language.tag().into(),
        own_name: tongue.own_name.into(),
        current: tongue.current,
    };
    fill(&models.languages, view.languages.iter().map(tongue));
    let notice = |notice: &crate::view::Notice| NoticeLine {
        kind: kind_of(notice.kind),
        text: notice.text.as_str().into(),
    };
    fill(&models.notices, view.notices.iter().map(notice));
    let is_new = put_page(window, models, &view.page);
    codes::put_visitor(&kiosk, view.visitor.as_ref());
    everyone::put_modes(window, models, view);
    kiosk.set_warns(view.warning.is_some());
    // What lies under the question comes to the finger that answers it.
    if is_new | (models.warned.replace(view.warning.is_some()) != view.warning.is_some()) {
        models.settle(window);
    }
    if let Some(warning) = &view.warning {
        kiosk.set_warning(warning.text.as_str().into());
        kiosk.set_stay(warning.stay.as_str().into());
    }
    kiosk.set_back(view.back.as_deref().unwrap_or_default().into());
    kiosk.set_home(view.home.as_deref().unwrap_or_default().into());
    kiosk.set_help(view.help.as_str().into());
    assistance::put_help(&kiosk, view);
    kiosk.set_previous(view.turn.0.as_str().into());
    kiosk.set_next(view.turn.1.as_str().into());
}

/// Puts the page into the window and tells whether it is another one than before.
fn put_page(window: &generated::AppWindow, models: &Models, page: &PageView) -> bool {
    let kiosk = &window.global::<Kiosk>();
    let kind = match page {
        PageView::Welcome(welcome) => {
            put_welcome(kiosk, models, welcome);
            PageKind::Welcome
        }
        PageView::Choices(choices) => {
            put_choices(kiosk, models, choices);
            PageKind::Choices
        }
        PageView::Search(search) => {
            search::put(kiosk, models, search);
            PageKind::Search
        }
        PageView::Confirm(confirm) => {
            put_confirm(kiosk, models, confirm);
            PageKind::Confirm
        }
        PageView::Waiting { title, text } => {
            kiosk.set_title(title.as_str().into());
            kiosk.set_text(text.as_str().into());
            PageKind::Waiting
        }
        PageView::Ticket(ticket) => {
            put_ticket(kiosk, models, ticket);
            PageKind::Ticket
        }
        PageView::Pin(pad) => {
            maintenance::put_pin(kiosk, pad);
            PageKind::Pin
        }
        PageView::Maintenance(page) => {
            maintenance::put(window, models, page);
            PageKind::Maintenance
        }
        PageView::Message {
            title,
            lines,
            retry,
        } => {
            kiosk.set_title(title.as_str().into());
            fill(&models.lines, lines.iter().map(SharedString::from));
            kiosk.set_retry(retry.as_deref().unwrap_or_default().into());
            PageKind::Message
        }
    };
    let title = format!("{kind:?} {} {}", kiosk.get_title(), kiosk.get_hint());
    let mut known = models.page.borrow_mut();
    let is_new = known.0 != title;
    if is_new {
        *known = (title, known.1.wrapping_add(1));
        kiosk.set_page_number(known.1);
        maintenance::forget(kiosk, models);
    }
    kiosk.set_page(kind);
    is_new
}

fn put_welcome(kiosk: &Kiosk<'_>, models: &Models, welcome: &crate::view::Welcome) {
    let invitation = |invitation: &crate::view::Invitation| InvitationLine {
        tag: invitation.language.tag().into(),
        own_name: invitation.own_name.into(),
        text: invitation.text.as_str().into(),
    };
    fill(
        &models.invitations,
        welcome.invitations.iter().map(invitation),
    );
    let step = |step: &crate::view::Step| StepLine {
        first: step.first.as_str().into(),
        second: step.second.as_str().into(),
    };
    fill(&models.steps, welcome.steps.iter().map(step));
    let notice = welcome.notice.as_ref();
    let notice = notice.map_or("", |(_, text)| text.as_str());
    kiosk.set_bulletin(notice.into());
    let pictures = models.pictures.borrow();
    let picture = welcome.picture.and_then(|at| pictures.get(at));
    kiosk.set_has_picture(picture.is_some());
    if models.pictured.replace(welcome.picture) != welcome.picture {
        kiosk.set_picture(picture.cloned().unwrap_or_default());
    }
    kiosk.set_often(welcome.often.as_str().into());
    fill(&models.quick, welcome.quick.iter().map(choice_line));
    kiosk.set_hall_state(welcome.state.as_str().into());
}

fn put_choices(kiosk: &Kiosk<'_>, models: &Models, choices: &crate::view::Choices) {
    models.chosen.set(Some(choices.of));
    kiosk.set_title(choices.title.as_str().into());
    kiosk.set_hint(choices.hint.as_str().into());
    kiosk.set_search(choices.search.as_deref().unwrap_or_default().into());
    fill(&models.choices, choices.choices.iter().map(choice_line));
}

fn choice_line(choice: &crate::view::Choice) -> ChoiceLine {
    ChoiceLine {
        id: choice.id.as_str().into(),
        title: choice.title.as_str().into(),
        note: choice.note.as_str().into(),
        mark: choice.mark.as_str().into(),
        open: choice.open,
        longest_word: longest_word(&choice.title),
    }
}

/// How many letters the longest word of a title has. Between Chinese characters a line may end anywhere.
fn longest_word(title: &str) -> i32 {
    let ends =
        |character: char| character.is_whitespace() || character == '-' || character >= '\u{2E80}';
    let longest = title.split(ends).map(|word| word.chars().count()).max();
    longest
        .and_then(|letters| i32::try_from(letters).ok())
        .unwrap_or_default()
}

fn put_confirm(kiosk: &Kiosk<'_>, models: &Models, confirm: &crate::view::Confirm) {
    kiosk.set_title(confirm.title.as_str().into());
    kiosk.set_service(confirm.service.as_str().into());
    kiosk.set_mark(confirm.mark.as_str().into());
    let figure = |figure: &crate::view::Figure| FigureLine {
        name: figure.name.as_str().into(),
        value: figure.value.as_str().into(),
        unit: figure.unit.as_str().into(),
    };
    fill(&models.figures, confirm.figures.iter().map(figure));
    let row = |(name, text): &(String, String)| GuideLine {
        name: name.as_str().into(),
        text: text.as_str().into(),
    };
    fill(&models.guide, confirm.guide.iter().map(row));
    kiosk.set_confirm(confirm.confirm.as_str().into());
    kiosk.set_confirm_open(confirm.open);
    assistance::put_slip(kiosk, confirm.slip.as_ref());
    put_code(kiosk, models, confirm.url.as_ref());
    kiosk.set_scan(confirm.scan.as_str().into());
}

fn put_ticket(kiosk: &Kiosk<'_>, models: &Models, ticket: &crate::view::Ticket) {
    kiosk.set_title(ticket.title.as_str().into());
    kiosk.set_label(ticket.label.as_str().into());
    kiosk.set_mark(ticket.mark.as_str().into());
    kiosk.set_service(ticket.service.as_str().into());
    fill(&models.lines, ticket.lines.iter().map(SharedString::from));
    kiosk.set_paper(NoticeLine {
        kind: kind_of(ticket.paper.kind),
        text: ticket.paper.text.as_str().into(),
    });
    put_code(kiosk, models, ticket.url.as_ref());
    kiosk.set_scan(ticket.scan.as_str().into());
    kiosk.set_done(ticket.done.as_str().into());
    assistance::put_reprint(kiosk, ticket.reprint.as_ref());
}

/// The code of an address; it is drawn anew only when the address is another one.
fn put_code(kiosk: &Kiosk<'_>, models: &Models, url: Option<&String>) {
    let mut shown = models.code.borrow_mut();
    if shown.as_ref() != url {
        let code = url.and_then(|url| code::of(url));
        kiosk.set_has_code(code.is_some());
        kiosk.set_code(code.map(|code| picture(&code)).unwrap_or_default());
        *shown = url.cloned();
    }
}

/// A code as a picture of one pixel for each module.
fn picture(code: &Code) -> Image {
    const WHITE: slint::Rgb8Pixel = slint::Rgb8Pixel {
        r: 255,
        g: 255,
        b: 255,
    };
    const BLACK: slint::Rgb8Pixel = slint::Rgb8Pixel { r: 0, g: 0, b: 0 };
    let side = u32::try_from(code.side).expect("a QR code has at most 185 modules with its border");
    let mut pixels: SharedPixelBuffer<slint::Rgb8Pixel> = SharedPixelBuffer::new(side, side);
    for (pixel, dark) in pixels.make_mut_slice().iter_mut().zip(&code.dark) {
        *pixel = if *dark { BLACK } else { WHITE };
    }
    Image::from_rgb8(pixels)
}
