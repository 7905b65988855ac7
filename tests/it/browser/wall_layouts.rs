//! What web boards look like in a real browser: where every panel and every text stands, how large and in which colour.
//!
//! Pictures would differ from one Chromium to the next by the edges of letters. What is compared instead is measured in the
//! page (`wall_measure.js`), in units of the design, so that a board of 1280×720 and one of 3840×2160 are held to the
//! same lines as the one of 1920×1080; a difference of a few units is none. In the same go the page looks whether a text is cut,
//! lies over another or is hard to tell from its ground, and whether panels keep apart.
//!
//! `BLESS=1` writes the approved files (`tests/golden/boards`) anew; `PICTURES=1` leaves a picture of each board in the target
//! directory: look at them, beside those of the Slint wall, before you commit.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nowserving_tests::harness::browser::Browser;
use nowserving_tests::harness::eventually;
use serde_json::Value;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Measures the page that it runs in.
const MEASURE: &str = include_str!("wall_measure.js");
/// Boards, by the names that `server/console/tests/support/hall.mjs` gives them: layout, how many windows, and what is
/// special; without a language there are two.
const BOARDS: [&str; 18] = [
    "none+8",
    "none+60+pause+long",
    "none+1+stale",
    "lobby+1+zh+line",
    "lobby+8+en+line+touch",
    "lobby+8+en+stale",
    "desk+8",
    "desk+60+pause",
    "full+8+contrast+pause",
    "full+60+de+long+light+touch",
    "queue+8+crowd",
    "windows+60+en",
    "windows+8+pause+light",
    "counts+long+en",
    "strip+w3",
    "strip+8+pause+w8+long",
    "notices+zh",
    "calls+calm+tw",
];
/// Screens, and the one with whose lines they are compared.
const SCREENS: [((u32, u32), (u32, u32)); 4] = [
    ((1920, 1080), (1920, 1080)),
    ((1280, 720), (1920, 1080)),
    ((3840, 2160), (1920, 1080)),
    ((1080, 1920), (1080, 1920)),
];
/// How far a text may stand from its place across and down, in units of the design, and by how much it may be larger or
/// smaller, of a hundred: marks come from the machine's fonts, and browsers round.
const ACROSS: i64 = 12;
const DOWN: i64 = 8;
const LARGER: i64 = 10;
/// Stops the page's clocks: no page turns, nothing grows old. A board whose server is lost is 26 seconds further.
const STOP_CLOCKS: &str = "const late = location.search === '' && STALE ? 26000 : 0; \
     const steady = performance.now() + late; const wall = Date.now() + late; \
     performance.now = () => steady; Date.now = () => wall;";
/// Whether a browser makes a sound before somebody touched it is its own affair: here those do whose boards are not to show
/// that they wait for a touch.
const SOUND: &str = "HTMLMediaElement.prototype.play = () => \
     (/touch/.test(localStorage.getItem('nowserving.wall') || '') \
       ? Promise.reject(new DOMException('', 'NotAllowedError')) : Promise.resolve());";
/// The clock goes when the hall's names have come, and its notices with them.
const HAS_COME: &str = "return document.querySelectorAll('#panels .panel').length > 0 \
     && document.getElementById('clock').textContent !== '';";
/// Whether the board was drawn for the screen as it is, with its own font.
const IS_DRAWN: &str = "const panels = document.querySelectorAll('#panels .panel'); \
     const room = document.getElementById('panels').getBoundingClientRect(); \
     const right = Math.max(...[...panels].map((one) => one.getBoundingClientRect().right)); \
     const bottom = Math.max(...[...panels].map((one) => one.getBoundingClientRect().bottom)); \
     return innerWidth === WIDTH && innerHeight === HEIGHT && panels.length > 0 && document.fonts.status === 'loaded' \
       && document.getElementById('clock').textContent !== '' && document.getElementById('stale').hidden === !STALE \
       && document.getElementById('touch').hidden === !TOUCH \
       && Math.abs(right - room.right) < room.width / 40 && Math.abs(bottom - room.bottom) < room.height / 40;";

/// The server of made-up boards. Ends when it is dropped.
struct Boards {
    child: Child,
    url: String,
}

impl Drop for Boards {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Boards {
    fn open() -> Self {
        let mut child = Command::new("node")
            .arg("server/console/tests/support/wall-server.mjs")
            .arg("0")
            .current_dir(PROJECT)
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is there: ./hall test installs it");
        let said = child.stdout.take().expect("it has an output");
        let mut line = String::new();
        let read = BufReader::new(said).read_line(&mut line);
        read.expect("it says where it is");
        let (url, _) = line.split_once("/board").expect("an address");
        let url = url.to_owned();
        Self { child, url }
    }
}

/// What was measured: a line for each thing, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Measured {
    drawn: Vec<String>,
    faults: Vec<String>,
}

impl Measured {
    fn of(measured: &Value) -> Option<Self> {
        let list = |name: &str| -> Option<Vec<String>> {
            let list = measured.get(name)?.as_array()?;
            let texts = list.iter().map(|one| one.as_str().map(str::to_owned));
            texts.collect()
        };
        Some(Self {
            drawn: list("drawn")?,
            faults: list("faults")?,
        })
    }
}

/// Opens a board and stops its clocks.
async fn open(browser: &Browser, boards: &Boards, name: &str) {
    let (width, height) = SCREENS[0].0;
    browser.screen(width, height).await;
    browser
        .go(&format!("{}/board?scene={name}", boards.url))
        .await;
    browser.comes_true(HAS_COME).await;
    browser.runs(&for_board(STOP_CLOCKS, name)).await;
}

fn for_board(script: &str, name: &str) -> String {
    let has = |wanted: &str| name.split('+').any(|word| word == wanted).to_string();
    script
        .replace("STALE", &has("stale"))
        .replace("TOUCH", &has("touch"))
}

/// What a board looks like on a screen, as soon as it has come to rest.
async fn measured(browser: &Browser, name: &str, (width, height): (u32, u32)) -> Measured {
    browser.screen(width, height).await;
    let is_drawn = for_board(IS_DRAWN, name)
        .replace("WIDTH", &width.to_string())
        .replace("HEIGHT", &height.to_string());
    browser.comes_true(&is_drawn).await;
    let before = RefCell::new(None);
    eventually(&format!("{name} at rest"), async || {
        let now = Measured::of(&browser.runs(MEASURE).await);
        let at_rest = now.is_some() && *before.borrow() == now;
        before.replace(now.clone());
        if !at_rest {
            // Longer than the page waits with drawing after news (`DRAW_MS`).
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        now.filter(|_| at_rest)
    })
    .await
}

fn approved_file(name: &str) -> PathBuf {
    let file = format!("{}.txt", name.replace('+', "-"));
    Path::new(PROJECT).join("tests/golden/boards").join(file)
}

fn head((width, height): (u32, u32)) -> String {
    format!("== {width}x{height}")
}

/// The approved lines of a screen; none when there are none.
fn approved(text: &str, screen: (u32, u32)) -> Vec<&str> {
    let head = head(screen);
    let from = text.lines().skip_while(|line| *line != head).skip(1);
    from.take_while(|line| !line.starts_with("== ")).collect()
}

/// Whether two lines are the same but for a few units.
fn is_like(line: &str, approved: &str) -> bool {
    let words = |line: &str| -> Vec<String> { line.splitn(9, ' ').map(str::to_owned).collect() };
    let (line, approved) = (words(line), words(approved));
    let pairs = || line.iter().zip(&approved);
    // KIND NAME x y width height, and of a text its size.
    let allowed = |at: usize, approved: i64| match at {
        2 => ACROSS,
        3 => DOWN,
        4 => ACROSS.max(approved * LARGER / 100),
        5 => DOWN.max(approved * LARGER / 100),
        6 if line[0] == "text" => approved * LARGER / 100,
        _ => 0,
    };
    line.len() == approved.len()
        && pairs().enumerate().all(|(at, (one, other))| {
            match (one.parse::<i64>(), other.parse::<i64>()) {
                (Ok(one), Ok(other)) => (one - other).abs() <= allowed(at, other),
                _ => one == other,
            }
        })
}

fn differences(name: &str, screen: (u32, u32), drawn: &[String], approved: &[&str]) -> Vec<String> {
    let about = format!("{name} on {}x{}", screen.0, screen.1);
    let differ = drawn.iter().zip(approved);
    let mut differences: Vec<String> = differ
        .filter(|(line, approved)| !is_like(line, approved))
        .map(|(line, approved)| format!("{about}: {line}\n  approved: {approved}"))
        .collect();
    if drawn.len() != approved.len() {
        let (is, was) = (drawn.len(), approved.len());
        differences.push(format!("{about}: {is} lines, {was} are approved"));
    }
    differences
}

/// Leaves a picture of the board where somebody can look at it.
async fn picture(browser: &Browser, name: &str, (width, height): (u32, u32)) {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("boards");
    std::fs::create_dir_all(&place).expect("the target directory can be written");
    let file = place.join(format!("board-{name}-{width}x{height}.png"));
    let written = std::fs::write(&file, browser.picture().await);
    written.expect("the target directory can be written");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_board_stands_as_approved_with_whole_and_legible_texts() {
    let bless = std::env::var_os("BLESS").is_some();
    let pictures = std::env::var_os("PICTURES").is_some();
    let boards = Boards::open();
    let browser = Browser::open(super::TELEVISION.0, super::TELEVISION.1).await;
    browser.before_pages(SOUND).await;
    let mut wrong = Vec::new();
    for name in BOARDS {
        open(&browser, &boards, name).await;
        let text = std::fs::read_to_string(approved_file(name)).unwrap_or_default();
        let mut anew = String::new();
        for (screen, like) in SCREENS {
            let Measured { drawn, faults } = measured(&browser, name, screen).await;
            let about = format!("{name} on {}x{}", screen.0, screen.1);
            let mut found: Vec<String> = faults
                .into_iter()
                .map(|fault| format!("{about}: {fault}"))
                .collect();
            if bless && screen == like {
                let _ = writeln!(anew, "{}\n{}", head(screen), drawn.join("\n"));
            }
            let known = if bless { &anew } else { &text };
            found.extend(differences(name, screen, &drawn, &approved(known, like)));
            if pictures || !found.is_empty() {
                picture(&browser, name, screen).await;
            }
            wrong.extend(found);
        }
        if bless {
            std::fs::write(approved_file(name), anew).expect("golden files can be written");
        }
    }
    browser.close().await;
    assert!(
        wrong.is_empty(),
        "{}\nBLESS=1 approves where things stand; look at the pictures in {}/boards first.",
        wrong.join("\n"),
        env!("CARGO_TARGET_TMPDIR")
    );
}
