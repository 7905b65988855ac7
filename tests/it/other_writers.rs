//! Tickets beside those of programs that this project did not write: python-escpos and receiptline encode the same texts,
//! and receiptio prints on the simulated printer and reads its status. `./hall test` installs them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use nowserving_kiosk::printer::simulated::{PaperSupply, SimulatedPrinter, print_on_paper};
use nowserving_kiosk::printer::{PrinterProfile, TicketPaper, encode_ticket};
use nowserving_shared::model::{Catalogue, Language, Localized};
use nowserving_tests::paper;

/// What receiptline takes for its own marks, and what neither program wraps by itself.
const MARKS: [char; 9] = ['|', '{', '}', '~', '_', '"', '`', '^', '\\'];

/// Reads a JSON list of texts; writes each as it sends it, in hex.
const PYTHON_ESCPOS: &str = r#"
import json, sys
from escpos.printer import Dummy
def sent(text):
    printer = Dummy()
    printer.text(text)
    return printer.output.hex()
json.dump([sent(text) for text in json.load(sys.stdin)], sys.stdout)
"#;

/// The same; everything else that receiptline sends stands around the text.
const RECEIPTLINE: &str = r#"
const { transform } = require('receiptline');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const printer = { command: 'escpos', encoding: 'gb18030', cpl: 48 };
const sent = (text) => Buffer.from(transform(text, printer), 'latin1').toString('hex');
process.stdout.write(JSON.stringify(texts.map(sent)));
"#;

/// Where `./hall test` puts them.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools")
}

fn run(mut command: Command, input: &str) -> Output {
    let started = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut running = started.unwrap_or_else(|error| {
        panic!("{command:?} cannot be started ({error}): `./hall test` installs it")
    });
    let mut stdin = running.stdin.take().expect("it has an input");
    // A program that ended early has said why on its other outputs.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    running.wait_with_output().expect("it ends")
}

fn written_by(command: Command, texts: &[String]) -> Vec<String> {
    let input = serde_json::to_string(texts).expect("texts");
    let output = run(command, &input);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {complaint}", output.status);
    serde_json::from_slice(&output.stdout).expect("a list of hex texts")
}

fn by_python_escpos(texts: &[String]) -> Vec<String> {
    let mut command = Command::new(tools().join("python/bin/python"));
    command.args(["-c", PYTHON_ESCPOS]);
    written_by(command, texts)
}

fn node() -> Command {
    let mut command = Command::new("node");
    command.env("NODE_PATH", tools().join("node_modules"));
    command
}

fn by_receiptline(texts: &[String]) -> Vec<String> {
    let mut command = node();
    command.args(["-e", RECEIPTLINE]);
    written_by(command, texts)
}

/// A ticket for each service of the demonstration's hall, in Chinese.
fn tickets() -> Vec<TicketPaper> {
    let text = include_str!("../../server/demo/hall.toml");
    let catalogue = Catalogue::parse(text).expect("the demonstration's hall is sound");
    let in_chinese = |text: &str| Localized::new([(Language::ZhCn, text.to_owned())]);
    let chinese = |name: &Localized| in_chinese(name.text(Language::ZhCn));
    let services = catalogue.services.iter();
    services
        .map(|service| TicketPaper {
            hall: chinese(&catalogue.hall.name),
            group: catalogue
                .groups
                .get(&service.group)
                .map(|group| chinese(&group.name))
                .unwrap_or_default(),
            service: chinese(&service.name),
            label: "A017".to_owned(),
            people_ahead: Some(12),
            windows: in_chinese("3–5、8号窗口"),
            no_show_rule: in_chinese("过号三次作废，请重新取号。"),
            phone: "0571-85210000".to_owned(),
            issued_at: "2026-03-02 09:41".to_owned(),
            ..TicketPaper::default()
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn has_han(text: &str) -> bool {
    text.chars()
        .any(|char| matches!(char, '\u{4E00}'..='\u{9FA5}'))
}

#[test]
fn python_escpos_and_receiptline_write_every_chinese_line_byte_for_byte_as_we_do() {
    for profile in [PrinterProfile::paper_80mm(), PrinterProfile::paper_58mm()] {
        for paper in tickets() {
            let sent = encode_ticket(&paper, &profile).expect("a ticket").bytes;
            let printed = print_on_paper(&sent, profile.width_dots);
            let [ticket] = &printed[..] else {
                panic!("one ticket, not {}", printed.len())
            };
            let lines = ticket.lines.iter().map(|line| line.text.trim().to_owned());
            let lines: Vec<String> = lines
                .filter(|line| has_han(line) && !line.contains(MARKS))
                .collect();
            assert!(lines.len() >= 8, "too few lines to compare: {lines:?}");
            let sent = hex(&sent);
            let others = by_python_escpos(&lines)
                .into_iter()
                .zip(by_receiptline(&lines));
            for (line, (python, receiptline)) in lines.iter().zip(others) {
                assert!(
                    sent.contains(&python),
                    "{line}: python-escpos writes {python}"
                );
                assert!(
                    receiptline.contains(&python),
                    "{line}: receiptline writes {receiptline}"
                );
            }
        }
    }
}

const RECEIPT: &str = "^^^临江市政务服务中心\n\n^^A017\n户口登记与迁移 | 3号窗口\n";
/// Here and nowhere else, because receiptio knows but this port.
const PORT_OF_PRINTERS: &str = "127.0.9.100:9100";

fn receiptio(arguments: &[&str], input: &str) -> String {
    let (host, _) = PORT_OF_PRINTERS.split_once(':').expect("host and port");
    let mut command = node();
    command
        .arg(tools().join("node_modules/receiptio/bin/cli.js"))
        .args(["-d", host, "-p", "escpos"])
        .args(arguments);
    let output = run(command, input);
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[test]
fn receiptio_prints_on_the_simulated_printer_and_reads_its_status() {
    let printer = SimulatedPrinter::start(PORT_OF_PRINTERS).expect("the port is free");
    assert_eq!(receiptio(&["-q"], ""), "online");
    assert_eq!(
        receiptio(&["-c", "48", "-l", "zh-hans"], RECEIPT),
        "success"
    );
    let tickets = printer.wait_for_tickets(1, Duration::from_secs(20));
    let [ticket] = &tickets[..] else {
        panic!("one ticket, not {}", tickets.len())
    };
    for words in ["临江市政务服务中心", "A017", "户口登记与迁移", "3号窗口"] {
        assert!(paper::says(ticket, words), "{words} in {}", ticket.text);
    }
    printer.set_condition(|condition| condition.paper = PaperSupply::Out);
    assert_eq!(receiptio(&["-q"], ""), "paperempty");
    printer.set_condition(|condition| {
        condition.paper = PaperSupply::Enough;
        condition.cover_open = true;
    });
    assert_eq!(receiptio(&["-q"], ""), "coveropen");
    printer.set_condition(|condition| {
        condition.cover_open = false;
        condition.cutter_jammed = true;
    });
    assert_eq!(receiptio(&["-q"], ""), "error");
}
