use std::io::{BufRead, BufReader};

use super::*;
use crate::printer::simulated::PaperSupply;

const PATIENCE: Duration = Duration::from_secs(10);
const TICKET: &[u8] = b"A001\n\x1DV\x42\x00";

fn say(lines: &mut BufReader<TcpStream>, words: &str) -> String {
    lines
        .get_mut()
        .write_all(format!("{words}\n").as_bytes())
        .expect("the door listens");
    let mut answer = String::new();
    lines.read_line(&mut answer).expect("the door answers");
    answer
}

#[test]
fn the_control_door_takes_the_paper_out_and_puts_it_back() {
    let options = SimulatedPrinterOptions {
        control: Some("127.0.0.1:0".to_owned()),
        ..SimulatedPrinterOptions::default()
    };
    let printer = SimulatedPrinter::start_with("127.0.0.1:0", options).expect("free ports");
    let door = TcpStream::connect(printer.control_address().expect("there is a door"))
        .expect("it listens");
    let mut door = BufReader::new(door);
    assert_eq!(say(&mut door, "paper out"), "ok\n");
    assert_eq!(printer.condition().paper, PaperSupply::Out);

    let mut client = TcpStream::connect(printer.address()).expect("it listens");
    client
        .write_all(&[TICKET, &[0x10, 0x04, 4]].concat())
        .expect("it reads");
    let mut answer = [0];
    client
        .read_exact(&mut answer)
        .expect("status is answered without paper");
    assert_eq!(answer, [0b0111_1110]);
    assert_eq!(printer.ticket_count(), 0);
    drop(client);

    assert_eq!(say(&mut door, "paper enough"), "ok\n");
    assert_eq!(
        printer.wait_for_tickets(1, PATIENCE).len(),
        1,
        "it prints what it had although its client went away"
    );
    assert!(say(&mut door, "status").contains("1 tickets"));
    assert!(say(&mut door, "paper purple").starts_with("error: not understood; there are: paper"));
    assert!(say(&mut door, &"x".repeat(300)).starts_with("error: the line is too long"));
}

#[test]
fn each_ticket_is_written_as_text_and_picture_and_none_is_overwritten() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for round in [1, 2] {
        let options = SimulatedPrinterOptions {
            directory: Some(directory.path().to_owned()),
            ..SimulatedPrinterOptions::default()
        };
        let printer = SimulatedPrinter::start_with("127.0.0.1:0", options).expect("a free port");
        let mut client = TcpStream::connect(printer.address()).expect("it listens");
        client.write_all(TICKET).expect("it reads");
        assert_eq!(
            printer.wait_for_tickets(1, PATIENCE).len(),
            1,
            "round {round}"
        );
        assert_eq!(printer.notes(), Vec::<String>::new());
    }
    for name in ["001", "002"] {
        let text = std::fs::read_to_string(directory.path().join(format!("{name}.txt")))
            .expect("the text is there");
        assert_eq!(text, "A001\n");
        let picture = std::fs::read(directory.path().join(format!("{name}.png")))
            .expect("the picture is there");
        assert!(picture.starts_with(b"\x89PNG"));
    }
}

#[test]
fn a_directory_that_vanished_is_told_and_printing_goes_on() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let options = SimulatedPrinterOptions {
        directory: Some(parent.path().join("tickets")),
        ..SimulatedPrinterOptions::default()
    };
    let printer = SimulatedPrinter::start_with("127.0.0.1:0", options).expect("a free port");
    std::fs::remove_dir(parent.path().join("tickets")).expect("it is empty");
    let mut client = TcpStream::connect(printer.address()).expect("it listens");
    client.write_all(&TICKET.repeat(2)).expect("it reads");
    assert_eq!(printer.wait_for_tickets(2, PATIENCE).len(), 2);
    assert!(
        printer.notes()[0].contains("could not be written"),
        "{:?}",
        printer.notes()
    );
}

#[test]
fn an_address_that_is_taken_is_refused_by_name() {
    let first = SimulatedPrinter::start("127.0.0.1:0").expect("a free port");
    let address = first.address().to_string();
    let error = SimulatedPrinter::start(&address)
        .err()
        .expect("the port is taken");
    assert!(error.to_string().contains(&address), "{error}");
}
