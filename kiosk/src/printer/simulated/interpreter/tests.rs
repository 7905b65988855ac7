use super::*;
use crate::printer::simulated::{PaperSupply, print_on_paper};

fn gb(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn ticket(bytes: &[u8]) -> PrintedTicket {
    print_on_paper(bytes, 576)
        .pop()
        .expect("the bytes end with a cut")
}

const CUT: [u8; 4] = [0x1D, b'V', 66, 0];

#[test]
fn chinese_prints_in_chinese_mode_only_and_initialisation_leaves_it() {
    let good = ticket(&[&[0x1B, b'@', 0x1C, b'&'][..], &gb("请稍候"), b"\n", &CUT].concat());
    assert_eq!((good.text.as_str(), good.warnings.len()), ("请稍候\n", 0));
    let lost = ticket(&[&[0x1C, b'&', 0x1B, b'@'][..], &gb("请"), b"\n", &CUT].concat());
    assert_eq!(lost.text, "??\n");
    assert!(
        lost.warnings[0].contains("outside of Chinese mode"),
        "{:?}",
        lost.warnings
    );
}

#[test]
fn a_four_byte_character_is_garbage_as_on_real_printers() {
    let printed = ticket(&[&[0x1C, b'&'][..], &gb("𠮷"), b"\n", &CUT].concat());
    assert!(
        printed
            .warnings
            .iter()
            .any(|warning| warning.contains("not a two-byte character")),
        "{:?}",
        printed.warnings
    );
}

#[test]
fn sizes_multiply_the_dots_of_a_character() {
    let printed = ticket(&[&[0x1D, b'!', 0x21, 0x1B, b'E', 1][..], b"A\n", &CUT].concat());
    let line = &printed.lines[0];
    assert_eq!((line.wide, line.high, line.bold), (3, 2, true));
    let black = (0..printed.dots.height())
        .flat_map(|y| (0..576).map(move |x| (x, y)))
        .filter(|(x, y)| printed.dots.get(*x, *y));
    let (right, bottom) = black.fold((0, 0), |(right, bottom), (x, y)| {
        (right.max(x), bottom.max(y))
    });
    assert!(
        (18..=36).contains(&right) && (24..48).contains(&bottom),
        "{right} {bottom}"
    );
}

#[test]
fn reversed_text_is_white_on_black() {
    let printed = ticket(&[&[0x1D, b'B', 1][..], b"  \n", &CUT].concat());
    assert!(printed.dots.get(0, 0) && printed.dots.get(23, 23) && !printed.dots.get(24, 0));
}

#[test]
fn status_is_answered_at_once_also_inside_an_image_and_without_paper() {
    let mut printer = Interpreter::new(576);
    let out = Condition {
        paper: PaperSupply::Out,
        ..Condition::default()
    };
    let image_begins = [0x1D, b'v', b'0', 0, 72, 0, 10, 0, 0x10, 0x04];
    assert_eq!(printer.receive(&image_begins, out), []);
    assert_eq!(printer.receive(&[4], out), [Output::Answer(0b0111_1110)]);
    let silent = Condition {
        silent: true,
        ..out
    };
    assert_eq!(printer.receive(&[0x10, 0x04, 1], silent), []);
}

#[test]
fn nothing_prints_without_paper_and_everything_prints_when_there_is_some() {
    let mut printer = Interpreter::new(576);
    let out = Condition {
        paper: PaperSupply::Out,
        ..Condition::default()
    };
    let job = [&b"A001\n"[..], &CUT, &[0x1D, b'r', 1]].concat();
    assert_eq!(printer.receive(&job, out), []);
    let outputs = printer.resume(Condition::default());
    assert!(
        matches!(&outputs[..], [Output::Ticket(ticket), Output::Answer(0)] if ticket.text == "A001\n"),
        "{outputs:?}"
    );
}

#[test]
fn a_job_may_arrive_in_pieces_of_any_size() {
    let qr = b"\x1D(k\x03\x001C\x04\x1D(k\x07\x001P0ABCD\x1D(k\x03\x001Q0";
    let job = [
        &[0x1B, b'@', 0x1C, b'&', 0x1D, b'!', 0x11][..],
        &gb("号"),
        b"A\n",
        qr,
        &[0x1D, b'v', b'0', 0, 1, 0, 2, 0, 0xAA, 0x55],
        &CUT,
    ]
    .concat();
    let whole = ticket(&job);
    assert_eq!(
        (whole.qr_codes.as_slice(), whole.warnings.len()),
        (["ABCD".to_owned()].as_slice(), 0)
    );
    for size in [1, 2, 3, 7] {
        let mut printer = Interpreter::new(576);
        let outputs: Vec<Output> = job
            .chunks(size)
            .flat_map(|piece| printer.receive(piece, Condition::default()))
            .collect();
        assert_eq!(
            outputs,
            [Output::Ticket(Box::new(whole.clone()))],
            "in pieces of {size}"
        );
    }
}

#[test]
fn drawer_pulses_inside_of_data_act_until_they_are_disabled() {
    let pulse = [0x10, 0x14, 1, 0, 1];
    let obeyed = ticket(&[&pulse[..], b"A\n", &CUT].concat());
    assert!(obeyed.warnings[0].contains("drawer pulse"));
    let disabled = [0x1D, 0x28, 0x44, 0x05, 0x00, 0x14, 0x01, 0x00, 0x02, 0x00];
    let ignored = ticket(&[&disabled[..], &pulse, b"A\n", &CUT].concat());
    assert_eq!(ignored.warnings, Vec::<String>::new());
}

#[test]
fn unknown_commands_and_too_wide_lines_are_told_and_the_rest_prints() {
    let wide = "W".repeat(49);
    let printed = ticket(
        &[
            &[0x1B, b'z', 0x1D, 0xFE, 0x1C, b'q', 0x07][..],
            wide.as_bytes(),
            b"\n",
            &CUT,
        ]
        .concat(),
    );
    assert_eq!(printed.warnings.len(), 5, "{:?}", printed.warnings);
    assert!(printed.text.contains(&"W".repeat(48)));
}

#[test]
fn no_bytes_whatever_make_the_printer_panic_or_grow() {
    // A fixed generator: the same noise every time (Numerical Recipes' constants).
    let mut seed: u32 = 7;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    let lead = [0x10, 0x1B, 0x1C, 0x1D, 0x0A];
    let mut printer = Interpreter::new(384);
    let mut outputs = 0;
    for _ in 0..3000 {
        let piece: Vec<u8> = (0..40)
            .map(|i| {
                if i % 7 == 0 {
                    lead[usize::from(noise()) % lead.len()]
                } else {
                    noise()
                }
            })
            .collect();
        outputs += printer.receive(&piece, Condition::default()).len();
        assert!(printer.room() > 0 || printer.skip > 0);
    }
    let full = Condition {
        offline: true,
        ..Condition::default()
    };
    printer.receive(&vec![0x20; RECEIVE_BUFFER_MAX + 10], full);
    assert_eq!(printer.room(), 0, "{outputs} outputs before");
}

#[test]
fn an_image_too_large_for_the_buffer_is_left_out_and_a_page_without_end_is_ended() {
    let mut printer = Interpreter::new(576);
    let huge = [0x1D, b'v', b'0', 0, 0xFF, 0xFF, 0xFF, 0x00];
    printer.receive(&huge, Condition::default());
    let length = 0xFFFF * 0xFF;
    for _ in 0..length / 0xFFFF {
        printer.receive(&vec![0; 0xFFFF], Condition::default());
    }
    let after = printer.receive(&[b"A\n", &CUT[..]].concat(), Condition::default());
    assert!(
        matches!(&after[..], [Output::Ticket(ticket)] if ticket.text == "A\n" && ticket.warnings.len() == 1),
        "{after:?}"
    );

    let endless = [&b"A"[..], &[b'\n'; 800]].concat();
    let ended = printer.receive(&endless, Condition::default());
    assert!(
        matches!(&ended[..], [Output::Ticket(ticket)] if ticket.cut == CutKind::TooLong),
        "{}",
        ended.len()
    );
}
