//! Hooks through real connections: a hall in memory, and endpoints that behave in every way that there is.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use nowserving_shared::domain::{By, Command, Origin};
use nowserving_shared::model::{ClassId, Label, Language, ServiceId, StaffId, WindowId};
use nowserving_shared::protocol::hook::HookEvent;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::*;
use crate::app::App;
use crate::hooks::post::HookKey;

/// How long a test waits for anything.
const DEADLINE: Duration = Duration::from_secs(20);
/// How long a POST may take here, so that tests of hanging hooks need not wait.
const POST_MAX: Duration = Duration::from_millis(200);
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// What an endpoint does with a POST.
#[derive(Debug, Clone)]
enum Does {
    Says(&'static str),
    /// Says the first, then the second for ever.
    Endless(&'static str, &'static str),
    Hangs,
    Closes,
}

/// A POST as it came.
#[derive(Debug, Clone)]
struct Heard {
    head: String,
    body: Vec<u8>,
}

impl Heard {
    fn notice(&self) -> HookNotice {
        serde_json::from_slice(&self.body).expect("a notice")
    }
}

/// A lamp that does what it is told with the first POSTs, and acknowledges the rest.
struct Lamp {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: AbortHandle,
}

impl Drop for Lamp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Lamp {
    async fn that(does: impl IntoIterator<Item = Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        Self::at(listener.expect("a free port"), does)
    }

    fn at(listener: TcpListener, does: impl IntoIterator<Item = Does>) -> Self {
        let address = listener.local_addr().expect("it listens");
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (hears, mut does) = (
            heard.clone(),
            does.into_iter().collect::<Vec<_>>().into_iter(),
        );
        let task = tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let what = does.next().unwrap_or(Does::Says(OK));
                let Some(post) = read(&mut stream).await else {
                    continue;
                };
                hears.lock().expect("no test panics in here").push(post);
                open.spawn(answer(stream, what));
            }
        });
        Self {
            address,
            heard,
            task: task.abort_handle(),
        }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no test panics in here").clone()
    }

    /// What it was told, as event and number of the ticket, when it was told so much.
    async fn told(&self, count: usize) -> Vec<(HookEvent, Label)> {
        until(|| self.heard().len() >= count).await;
        let heard = self.heard().into_iter().map(|heard| heard.notice());
        heard.map(|notice| (notice.event, notice.label)).collect()
    }

    fn hook(&self, id: &str, more: &str) -> String {
        let address = self.address;
        format!("\n[[hook]]\nid = \"{id}\"\nurl = \"http://{address}/calls?a=b\"\n{more}\n")
    }
}

async fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    loop {
        stream
            .read_buf(&mut bytes)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if length.and_then(|length| length.parse().ok()) == Some(body.len()) {
            let (head, body) = (head.to_owned(), body.as_bytes().to_vec());
            return Some(Heard { head, body });
        }
    }
}

async fn answer(mut stream: TcpStream, what: Does) {
    match what {
        // Whoever asked may have gone.
        Does::Says(words) => drop(stream.write_all(words.as_bytes()).await),
        Does::Endless(first, then) => {
            let mut gone = stream.write_all(first.as_bytes()).await.is_err();
            while !gone {
                gone = stream.write_all(then.as_bytes()).await.is_err();
            }
        }
        Does::Hangs => std::future::pending().await,
        Does::Closes => {}
    }
}

async fn until(condition: impl Fn() -> bool) {
    let met = timeout(DEADLINE, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    met.await.expect("it happens in time");
}

fn label(number: u32) -> Label {
    Label::new("A", number, 3)
}

/// A hall that tells these hooks, with wang at window 1 and li at window 2.
struct House {
    app: Arc<App>,
    _stop: watch::Sender<bool>,
}

impl House {
    async fn with(hooks: &str) -> Self {
        let settings = HookSettings {
            post_max: POST_MAX,
            ..HookSettings::default()
        };
        Self::with_settings(hooks, settings).await
    }

    async fn with_settings(hooks: &str, settings: HookSettings) -> Self {
        let (app, stop) = App::for_tests().await;
        let house = Self { app, _stop: stop };
        house.is_configured(hooks).await;
        let (hall, hub) = (house.app.hall.clone(), house.app.hub.clone());
        tokio::spawn(run(hall, hub, settings, house.app.stopping.clone()));
        house.at(1, |window| Command::SignOn { window }).await;
        house.at(2, |window| Command::SignOn { window }).await;
        house
    }

    async fn is_configured(&self, hooks: &str) {
        let small = Catalogue::small_example();
        let rules = "no_show = \"standard\"";
        let quick = format!("{rules}\nrecall_gap_seconds = 0");
        let text = small.source().replacen(rules, &quick, 1) + hooks;
        let catalogue = Arc::new(Catalogue::parse(&text).expect("a good configuration"));
        self.does(Command::LoadConfiguration { catalogue }, By::System)
            .await;
    }

    async fn does(&self, command: Command, by: By) {
        let done = self.app.hall.command(command, by, None, |_| ()).await;
        done.expect("this is allowed");
    }

    /// Whoever sits at window 1 or 2 does something.
    async fn at(&self, window: u32, command: impl FnOnce(WindowId) -> Command) {
        let who = if window == 1 { "wang" } else { "li" };
        let staff = StaffId::new(who).expect("a slug");
        let window = WindowId::new(&format!("w{window}")).expect("a slug");
        self.does(command(window), By::Staff(staff)).await;
    }

    async fn takes(&self, class: Option<&str>) {
        let issue = Command::Issue {
            service: ServiceId::new("household").expect("a slug"),
            class: class.map(|class| ClassId::new(class).expect("a slug")),
            language: Language::ZhCn,
            origin: Origin::Reception,
            person: None,
        };
        self.does(issue, By::System).await;
    }

    /// Somebody comes and is called to a window.
    async fn calls(&self, window: u32) {
        self.takes(None).await;
        let service = None;
        self.at(window, |window| Command::CallNext { window, service })
            .await;
    }

    async fn serves(&self, window: u32) {
        self.at(window, |window| Command::Start { window }).await;
    }
}

#[tokio::test]
async fn a_lamp_hears_of_a_call_its_recall_and_its_end() {
    let lamp = Lamp::that([]).await;
    let house = House::with(&lamp.hook("lamps", "")).await;
    house.calls(1).await;
    lamp.told(1).await;
    house.at(1, |window| Command::Recall { window }).await;
    lamp.told(2).await;
    house.serves(1).await;
    lamp.told(3).await;
    house
        .at(1, |window| Command::Finish {
            window,
            outcome: nowserving_shared::domain::Outcome::Done,
        })
        .await;
    house.calls(1).await;
    lamp.told(4).await;
    house.at(1, |window| Command::UndoCall { window }).await;
    let told = [
        (HookEvent::Called, label(1)),
        (HookEvent::Recalled, label(1)),
        (HookEvent::Over, label(1)),
        (HookEvent::Called, label(2)),
        (HookEvent::Undone, label(2)),
    ];
    assert_eq!(lamp.told(5).await, told);
    let heard = lamp.heard();
    let notices: Vec<HookNotice> = heard.iter().map(Heard::notice).collect();
    assert!(notices.is_sorted_by_key(|notice| notice.seq), "{notices:?}");
    let first = &notices[0];
    assert_eq!(
        (first.schema, first.window, first.zone.as_str()),
        (1, 1, "east")
    );
    let head = &heard[0].head;
    assert!(head.starts_with("POST /calls?a=b HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains(&format!("host: {}\r\n", lamp.address)),
        "{head}"
    );
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(!head.contains("x-nowserving-signature"), "{head}");
}

#[tokio::test]
async fn what_is_sent_is_signed_when_there_is_a_key() {
    let lamp = Lamp::that([]).await;
    let key = HookKey::new(b"a key that nobody guesses").expect("a key");
    let settings = HookSettings {
        key: Some(key.clone()),
        ..HookSettings::default()
    };
    let house = House::with_settings(&lamp.hook("lamps", ""), settings).await;
    house.calls(1).await;
    lamp.told(1).await;
    let heard = &lamp.heard()[0];
    let signed = format!("x-nowserving-signature: {}", key.signature(&heard.body));
    assert!(heard.head.contains(&signed), "{}", heard.head);
}

/// The second call reaches a lamp that does this with the first, which it is told of so many times.
async fn goes_on_after(does: &[Does], times: usize) {
    let lamp = Lamp::that(does.iter().cloned()).await;
    let house = House::with(&lamp.hook("lamps", "")).await;
    house.calls(1).await;
    lamp.told(1).await;
    house.calls(2).await;
    let told = lamp.told(times + 1).await;
    let mut expected = vec![(HookEvent::Called, label(1)); times];
    expected.push((HookEvent::Called, label(2)));
    assert_eq!(told, expected, "{does:?}");
    let heard = lamp.heard();
    for again in &heard[1..times] {
        assert_eq!(again.body, heard[0].body, "the same notice, word for word");
    }
}

#[tokio::test]
async fn a_lamp_in_trouble_is_told_again_and_in_order() {
    let trouble = "HTTP/1.1 500 Trouble\r\ncontent-length: 0\r\n\r\n";
    goes_on_after(&[Does::Says(trouble), Does::Says(OK)], 2).await;
}

#[tokio::test]
async fn a_lamp_that_hangs_is_left_and_told_again() {
    goes_on_after(&[Does::Hangs, Does::Says(OK)], 2).await;
}

#[tokio::test]
async fn a_lamp_that_closes_or_talks_nonsense_is_told_again() {
    goes_on_after(&[Does::Closes, Does::Says("?!\r\n\r\n"), Does::Says(OK)], 3).await;
}

#[tokio::test]
async fn an_answer_without_end_has_said_enough_with_its_first_lines() {
    let begins = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n";
    goes_on_after(&[Does::Endless(begins, "and so on ")], 1).await;
}

#[tokio::test]
async fn first_lines_without_end_are_no_answer() {
    let begins = "HTTP/1.1 200 OK\r\n";
    let more = "x-more: and more\r\n";
    goes_on_after(&[Does::Endless(begins, more), Does::Says(OK)], 2).await;
}

#[tokio::test]
async fn a_lamp_that_sends_elsewhere_or_refuses_is_told_the_next_thing() {
    let elsewhere = Lamp::that([]).await;
    let words = format!(
        "HTTP/1.1 307 Elsewhere\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
        elsewhere.address
    );
    goes_on_after(&[Does::Says(words.leak())], 1).await;
    goes_on_after(
        &[Does::Says("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n")],
        1,
    )
    .await;
    assert!(elsewhere.heard().is_empty(), "redirects are not followed");
}

#[tokio::test]
async fn a_lamp_that_hangs_keeps_neither_the_hall_nor_other_lamps_waiting() {
    let hanging = Lamp::that(vec![Does::Hangs; 64]).await;
    let lamp = Lamp::that([]).await;
    let hooks = hanging.hook("hanging", "") + &lamp.hook("lamps", "");
    let settings = HookSettings {
        post_max: DEADLINE,
        ..HookSettings::default()
    };
    let house = House::with_settings(&hooks, settings).await;
    house.calls(1).await;
    hanging.told(1).await;
    for turn in 0..5 {
        house.calls(2).await;
        lamp.told(2 + 2 * turn).await;
        house.at(2, |window| Command::NoShow { window }).await;
        lamp.told(3 + 2 * turn).await;
    }
    let hung = hanging.heard();
    assert_eq!(hung.len(), 1, "it still has the first");
}

#[tokio::test]
async fn a_call_that_is_over_before_the_lamp_is_there_is_not_told() {
    // Nobody can listen there meanwhile.
    let place = TcpSocket::new_v4().expect("a socket");
    let bound = place.bind(([127, 0, 0, 1], 0).into());
    bound.expect("a free port");
    let address = place.local_addr().expect("it is bound");
    let hooks = format!("\n[[hook]]\nid = \"lamps\"\nurl = \"http://{address}/\"\n");
    let house = House::with(&hooks).await;
    house.calls(1).await;
    house.serves(1).await;
    house.calls(2).await;
    let lamp = Lamp::at(place.listen(16).expect("the port is its own"), []);
    let told = lamp.told(1).await;
    // Of the first call, at most its end is told: nobody knows that the lamp did not hear of it.
    assert!(!told.contains(&(HookEvent::Called, label(1))), "{told:?}");
    until(|| {
        let heard = lamp.heard();
        let last = heard.last().map(Heard::notice);
        last.is_some_and(|last| (last.event, last.label) == (HookEvent::Called, label(2)))
    })
    .await;
}

#[tokio::test]
async fn a_lamp_hears_of_its_windows_and_classes_only() {
    let (west, second, seniors) = (
        Lamp::that([]).await,
        Lamp::that([]).await,
        Lamp::that([]).await,
    );
    let hooks = west.hook("west", "zones = [\"west\"]")
        + &second.hook("second", "zones = [\"west\"]\nwindows = [\"w2\"]")
        + &seniors.hook("seniors", "classes = [\"senior\"]");
    let house = House::with(&hooks).await;
    house.calls(1).await;
    house.takes(Some("senior")).await;
    let service = None;
    house
        .at(2, |window| Command::CallNext { window, service })
        .await;
    let called = [(HookEvent::Called, label(2))];
    assert_eq!(seniors.told(1).await, called);
    assert_eq!(second.told(1).await, called);
    assert!(west.heard().is_empty());
}

#[tokio::test]
async fn a_new_configuration_takes_and_brings_lamps_and_those_are_told_what_stands() {
    let (first, second) = (Lamp::that([]).await, Lamp::that([]).await);
    let house = House::with(&first.hook("first", "")).await;
    house.calls(1).await;
    first.told(1).await;
    house.is_configured(&second.hook("second", "")).await;
    assert_eq!(second.told(1).await, [(HookEvent::Called, label(1))]);
    house.serves(1).await;
    assert_eq!(second.told(2).await[1], (HookEvent::Over, label(1)));
    assert_eq!(first.heard().len(), 1, "it is not told any more");
}
