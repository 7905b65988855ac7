//! Tickets read by programs that this project did not write: the code by zbar, the words by tesseract.
//!
//! `./hall test` installs both.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nowserving_kiosk::printer::simulated::{PrintedLine, PrintedTicket, print_on_paper};
use nowserving_kiosk::printer::{PrinterProfile, TicketPaper, encode_ticket};
use nowserving_shared::model::{Language, Localized};
use nowserving_tests::paper;

const URL: &str = "https://queue.example.gov.cn/t#AAAAAAAAAAFeXI7AYa37R8fJjKMPemaO";
/// Dots of thermal paper per inch.
const DPI: &str = "203";
/// The rows of a character that is not enlarged.
const CELL_ROWS: u32 = 24;
/// The letters and digits that labels are made of in a hall that spares its customers an O beside a 0.
const LABEL_CHARS: &str = "tessedit_char_whitelist=ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";

/// A ticket as a hall prints it.
struct Case {
    label: &'static str,
    service: &'static str,
    windows: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        label: "A017",
        service: "户口登记与迁移",
        windows: "3号窗口",
    },
    Case {
        label: "B208",
        service: "社会保障卡申领",
        windows: "12号窗口",
    },
    Case {
        label: "C945",
        service: "不动产登记",
        windows: "6号窗口",
    },
];

fn printed(case: &Case, profile: &str) -> PrintedTicket {
    let chinese = |text: &str| Localized::new([(Language::ZhCn, text.to_owned())]);
    let paper = TicketPaper {
        hall: chinese("临江市政务服务中心"),
        service: chinese(case.service),
        label: case.label.to_owned(),
        people_ahead: Some(12),
        windows: chinese(case.windows),
        issued_at: "2026-03-02 09:41".to_owned(),
        url: Some(URL.to_owned()),
        ..TicketPaper::default()
    };
    let profile = PrinterProfile::named(profile).expect("a built-in profile");
    let encoded = encode_ticket(&paper, &profile).expect("it can be encoded");
    let mut tickets = print_on_paper(&encoded.bytes, profile.width_dots);
    tickets.pop().expect("one ticket")
}

/// Runs a program with a picture at its input; what it says.
fn read_by(program: &str, arguments: &[&str], picture: &[u8]) -> String {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut running = started.unwrap_or_else(|error| {
        panic!("{program} cannot be started ({error}): `./hall test` installs it")
    });
    let mut input = running.stdin.take().expect("it has an input");
    input.write_all(picture).expect("it reads its input");
    drop(input);
    let Output {
        status,
        stdout,
        stderr,
    } = running.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&stdout).into_owned();
    let complained = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{program}: {status}: {complained}");
    said
}

/// What is read of a picture without its white space: in Chinese there is none, and a reader invents some.
fn words(picture: &[u8], how: &[&str]) -> String {
    let mut arguments = vec!["stdin", "stdout", "--dpi", DPI];
    arguments.extend(how);
    let said = read_by("tesseract", &arguments, picture);
    said.chars().filter(|char| !char.is_whitespace()).collect()
}

/// A line by itself, so many times narrower and lower: each dot the mean of a block. Printers enlarge by making blocks of
/// dots, which eyes see as strokes only from farther away, and this reader likewise.
fn alone(ticket: &PrintedTicket, line: &PrintedLine, (narrower, lower): (u32, u32)) -> Vec<u8> {
    /// White dots around the line.
    const MARGIN: u32 = 12;
    let dots = &ticket.dots;
    let (top, dots_high) = (line.top, u32::from(line.high) * CELL_ROWS);
    let (width, height) = (
        dots.width().div_ceil(narrower) + 2 * MARGIN,
        dots_high.div_ceil(lower) + 2 * MARGIN,
    );
    let is_black = |x: u32, y: u32| y < dots_high && dots.get(x, top + y);
    let mut grey = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (Some(x), Some(y)) = (x.checked_sub(MARGIN), y.checked_sub(MARGIN)) else {
                grey.push(u8::MAX);
                continue;
            };
            let block = (0..lower).flat_map(|dy| (0..narrower).map(move |dx| (dx, dy)));
            let black = block
                .filter(|(dx, dy)| is_black(x * narrower + dx, y * lower + dy))
                .count();
            let share = black * usize::from(u8::MAX) / (narrower * lower) as usize;
            grey.push(u8::MAX - u8::try_from(share).unwrap_or(u8::MAX));
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a picture");
    writer.write_image_data(&grey).expect("a picture");
    writer.finish().expect("a picture");
    file
}

/// How often a line is read as which label: from several distances, because so short a line gives the reader little to go
/// by. What cannot be a label, a letter and three digits, does not count.
fn readings(ticket: &PrintedTicket, line: &PrintedLine) -> BTreeMap<String, usize> {
    let mut votes = BTreeMap::new();
    for times in 3..=u32::from(line.high) {
        let picture = alone(ticket, line, (times, times));
        for language in ["eng", "chi_sim"] {
            let how = ["-l", language, "--psm", "7", "-c", LABEL_CHARS];
            let read = words(&picture, &how);
            if is_label(&read) {
                *votes.entry(read).or_default() += 1;
            }
        }
    }
    votes
}

fn is_label(read: &str) -> bool {
    match read.as_bytes() {
        [letter, digits @ ..] => {
            letter.is_ascii_uppercase()
                && digits.len() == 3
                && digits.iter().all(u8::is_ascii_digit)
        }
        [] => false,
    }
}

/// Keeps a picture that was not read for whoever looks into it.
fn keep(name: &str, picture: &[u8]) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, picture).expect("room for a picture");
    path.display().to_string()
}

#[test]
fn zbar_reads_the_code_of_every_ticket() {
    for profile in ["80mm", "58mm", "80mm-raster", "58mm-raster"] {
        for case in &CASES {
            let ticket = printed(case, profile);
            let picture = ticket.dots.to_png().expect("a picture");
            let said = read_by("zbarimg", &["--quiet", "--raw", "-"], &picture);
            assert_eq!(said.trim_end(), URL, "{profile} {}", case.label);
        }
    }
}

#[test]
fn tesseract_reads_number_service_and_window_of_every_ticket() {
    for profile in ["80mm", "58mm"] {
        for case in &CASES {
            let ticket = printed(case, profile);
            let picture = ticket.dots.to_png().expect("a picture");
            for wanted in [case.service, case.windows] {
                let line = ticket.lines.iter().find(|line| line.text.contains(wanted));
                let line = line.expect("a line with it");
                let as_wide_as_high = (u32::from(line.wide), u32::from(line.high));
                let picture = alone(&ticket, line, as_wide_as_high);
                let read = words(&picture, &["-l", "chi_sim", "--psm", "7"]);
                assert!(
                    read.contains(wanted),
                    "{wanted} is read as {read} from {}",
                    keep(&format!("line-{profile}-{}.png", case.label), &picture)
                );
            }
            let number = paper::number_line(&ticket).expect("a line with the number");
            let votes = readings(&ticket, number);
            let most = votes.iter().max_by_key(|(_, count)| **count);
            assert_eq!(
                most.map(|(read, _)| read.as_str()),
                Some(case.label),
                "{votes:?} from {}",
                keep(&format!("ticket-{profile}-{}.png", case.label), &picture)
            );
        }
    }
}
