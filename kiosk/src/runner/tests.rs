//! The loop with hands that only note what they are asked, and a screen that only remembers.

use std::sync::{Arc, Mutex};

use nowserving_shared::model::Language;

use super::*;
use crate::state::PrinterIs;
use crate::state::tests::hall::{MORNING, hall, lines};
use crate::state::tests::options;
use crate::view::PageView;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);

type Noted<T> = Arc<Mutex<Vec<T>>>;

struct Notes(Noted<Effect>);

impl Hands for Notes {
    fn carry_out(&mut self, effect: Effect) {
        self.0.lock().expect("no test panics here").push(effect);
    }
}

struct Memory(Noted<View>);

impl Screen for Memory {
    fn show(&mut self, view: View) {
        self.0.lock().expect("no test panics here").push(view);
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        tokio::task::yield_now().await;
    }
}

fn is_groups(views: &Noted<View>) -> bool {
    let views = views.lock().expect("no test panics here");
    views
        .last()
        .is_some_and(|view| matches!(view.page, PageView::Choices(_)))
}

#[tokio::test]
async fn what_happens_is_carried_out_shown_and_recorded_in_one_order() {
    let (effects, views) = (Noted::default(), Noted::default());
    let (events, received) = queue();
    let hands = Notes(Arc::clone(&effects));
    let (runner, dumps) = Runner::new(options(), hands, Memory(Arc::clone(&views)), received);
    let running = tokio::spawn(runner.run());
    until("the hall's being asked for", || {
        !effects.lock().expect("whole").is_empty()
    })
    .await;
    let told = [
        Event::Hall(Box::new(hall())),
        Event::Waits {
            at: MORNING,
            catalogue_version: 1,
            services: lines(),
        },
        Event::Printer(PrinterIs::Ready),
    ];
    for event in told.clone() {
        events.send(event).await;
    }
    events.touched(Touch::Language(Language::En));
    until("the page of groups", || is_groups(&views)).await;
    assert_eq!(*effects.lock().expect("whole"), [Effect::FetchHall]);

    let recording = dumps.recording().await.expect("the kiosk runs");
    let without_ticks: Vec<&Event> = recording
        .events
        .iter()
        .filter(|event| !matches!(event, Event::Tick { .. }))
        .collect();
    let touch = Event::Touch(Touch::Language(Language::En));
    assert_eq!(
        without_ticks,
        told.iter().chain([&touch]).collect::<Vec<_>>()
    );
    let (replayed, wishes) = recording.replay();
    assert_eq!(wishes, [Effect::FetchHall]);
    assert!(matches!(View::of(&replayed).page, PageView::Choices(_)));

    drop(events);
    tokio::time::timeout(PATIENCE, running)
        .await
        .expect("it ends")
        .expect("it does not panic");
    assert_eq!(dumps.recording().await, None);
}

#[tokio::test]
async fn the_screen_is_told_only_what_is_new() {
    let (effects, views) = (Noted::default(), Noted::default());
    let (events, received) = queue();
    let (runner, _dumps) = Runner::new(
        options(),
        Notes(effects),
        Memory(Arc::clone(&views)),
        received,
    );
    tokio::spawn(runner.run());
    for _ in 0..50 {
        events.send(Event::Touch(Touch::Stay)).await;
    }
    events.send(Event::Hall(Box::new(hall()))).await;
    until("the hall's name", || {
        views
            .lock()
            .expect("whole")
            .last()
            .is_some_and(|view| !view.hall.is_empty())
    })
    .await;
    assert!(
        views.lock().expect("whole").len() <= 4,
        "50 touches that change nothing draw nothing"
    );
}

#[test]
fn a_touch_on_a_full_queue_is_dropped_instead_of_freezing_the_screen() {
    let (events, mut received) = queue();
    for _ in 0..2 * EVENTS_QUEUED_MAX {
        events.touched(Touch::Stay);
    }
    let mut kept = 0;
    while received.try_recv().is_ok() {
        kept += 1;
    }
    assert_eq!(kept, EVENTS_QUEUED_MAX);
}

#[test]
fn a_recording_is_written_whole_and_read_back() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("recording.jsonl");
    let mut recorder = Recorder::new(State::new(options()));
    recorder.note(&Event::Hall(Box::new(hall())));
    write_recording(recorder.recording(), &path).expect("a file");
    let file = io::BufReader::new(File::open(&path).expect("the file"));
    assert_eq!(
        &Recording::read(file).expect("a recording"),
        recorder.recording()
    );
    std::fs::write(&path, "{\"format\":9,\"state\":null}\n").expect("a file");
    let file = io::BufReader::new(File::open(&path).expect("the file"));
    let error = Recording::read(file)
        .expect_err("another format")
        .to_string();
    assert!(error.contains("format 9"), "{error}");
}
