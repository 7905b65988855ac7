use std::fs;
use std::path::{Path, PathBuf};

use nowserving_shared::model::{Language, Localized};

use super::*;
use crate::printer::press::Press;
use crate::printer::sample;
use crate::printer::simulated::{CutKind, PrintedTicket, print_on_paper};
use crate::printer::template::Document;

fn both(zh: &str, en: &str) -> Localized {
    Localized::new([
        (Language::ZhCn, zh.to_owned()),
        (Language::En, en.to_owned()),
    ])
}

/// A ticket with everything on it.
fn full_ticket(language: Language) -> TicketPaper {
    sample::ticket(language)
}

fn profile(name: &str) -> PrinterProfile {
    PrinterProfile::named(name).expect("a built-in profile")
}

fn print(paper: &TicketPaper, profile: &PrinterProfile) -> PrintedTicket {
    let encoded = encode_ticket(paper, profile).expect("the ticket can be encoded");
    let mut tickets = print_on_paper(&encoded.bytes, profile.width_dots);
    assert_eq!(tickets.len(), 1, "one cut, one ticket");
    tickets.remove(0)
}

const PROFILES: [&str; 4] = ["80mm", "58mm", "80mm-raster", "58mm-raster"];

#[test]
fn every_ticket_prints_without_a_warning_and_within_the_paper() {
    for name in PROFILES {
        for language in Language::ALL {
            let profile = profile(name);
            let ticket = print(&full_ticket(language), &profile);
            assert_eq!(ticket.warnings, Vec::<String>::new(), "{name} {language}");
            assert_eq!(ticket.cut, CutKind::Partial);
            assert_eq!(ticket.dots.width(), u32::from(profile.width_dots));
            let length_mm_max = match language {
                Language::ZhCn => 120,
                Language::ZhTw | Language::En | Language::De => 175,
            };
            assert!(
                ticket.length_mm() <= length_mm_max,
                "{name} {language} wastes paper: {} mm",
                ticket.length_mm()
            );
        }
    }
}

#[test]
fn everything_is_on_the_paper_in_the_order_of_the_trade() {
    for name in ["80mm", "58mm"] {
        let paper = full_ticket(Language::ZhCn);
        let text = print(&paper, &profile(name)).text.replace(['\n', ' '], "");
        let mut at = 0;
        for part in [
            "滨江区政务服务中心",
            "一楼东区·社会保险",
            "社会保障卡申领",
            "您好！您的排队号码是",
            "A017",
            "优先",
            "您前面还有12人等候",
            "预计等候15~25分钟",
            "办理窗口：3–5号窗口",
            "请在休息区等候",
            "过号提示：叫号三次未到，号码顺延五位；再次过号请重新取号。",
            "咨询电话：0571-12345",
            "取号时间：2026-03-0209:41",
            "扫码查看排队进度",
        ] {
            let found = text[at..].find(part).unwrap_or_else(|| {
                panic!("{name}: {part} is missing after {}:\n{text}", &text[..at])
            });
            at += found + part.len();
        }
    }
}

#[test]
fn the_number_is_the_largest_thing_and_at_least_a_centimetre_high() {
    for name in ["80mm", "58mm"] {
        let ticket = print(&full_ticket(Language::En), &profile(name));
        let number = ticket
            .lines
            .iter()
            .find(|line| line.text == "A017")
            .expect("the number is printed");
        assert!(
            number.bold && number.wide >= 4 && number.high >= 4,
            "{number:?}"
        );
        assert!(
            ticket
                .lines
                .iter()
                .all(|line| line.text == "A017" || line.high < number.high)
        );
    }
    let long = TicketPaper {
        label: "VIPPRIO12345".to_owned(),
        ..full_ticket(Language::ZhCn)
    };
    let ticket = print(&long, &profile("58mm"));
    let number = ticket
        .lines
        .iter()
        .find(|line| line.text == "VIPPRIO12345")
        .expect("in one piece");
    assert!(
        number.high >= 3 && ticket.warnings.is_empty(),
        "{number:?} {:?}",
        ticket.warnings
    );
}

#[test]
fn an_english_ticket_has_chinese_first_and_english_beside_it() {
    let text = print(&full_ticket(Language::En), &profile("80mm")).text;
    for (first, second) in [
        ("社会保障卡申领", "Social security card"),
        ("您前面还有 12 人等候", "12 people are waiting before you"),
        (
            "请在休息区等候，留意叫号和大屏。",
            "Please wait and watch the screen",
        ),
    ] {
        let place = |part: &str| {
            text.find(part)
                .unwrap_or_else(|| panic!("{part} is missing:\n{text}"))
        };
        assert!(place(first) < place(second));
    }
    assert!(
        !print(&full_ticket(Language::ZhCn), &profile("80mm"))
            .text
            .contains("Social")
    );
}

#[test]
fn chinese_mode_follows_initialisation_and_no_page_code_is_ever_chosen() {
    let bytes = encode_ticket(&full_ticket(Language::ZhCn), &profile("80mm"))
        .expect("encodes")
        .bytes;
    assert!(
        bytes.starts_with(&[0x1B, b'@', 0x1C, b'&']),
        "{:02X?}",
        &bytes[..8]
    );
    assert!(!bytes.windows(2).any(|pair| pair == [0x1B, b't']));
    let (encoded, _, _) = GB18030.encode("社会保障卡申领");
    assert!(
        bytes
            .windows(encoded.len())
            .any(|window| window == encoded.as_ref())
    );
}

#[test]
fn a_line_with_a_rare_character_is_sent_as_dots_and_only_that_line() {
    let rare = TicketPaper {
        service: both("𠮷野家手续", "ä"),
        ..full_ticket(Language::ZhCn)
    };
    let encoded = encode_ticket(&rare, &profile("80mm")).expect("encodes");
    let ticket = print(&rare, &profile("80mm"));
    assert_eq!(
        ticket.warnings,
        Vec::<String>::new(),
        "no four-byte character reaches the printer"
    );
    assert!(
        ticket.text.contains("[image 576×48]") && !ticket.text.contains("野家"),
        "{}",
        ticket.text
    );
    assert!(ticket.text.contains("一楼东区"));
    let expected: Vec<char> = if font::has('𠮷') {
        Vec::new()
    } else {
        vec!['𠮷']
    };
    assert_eq!(encoded.missing, expected, "what the font lacks is told");
}

#[test]
fn text_from_the_configuration_cannot_steer_the_printer() {
    let evil = "\u{1B}@\u{1D}V\u{0}\u{10}\u{14}\u{1}\u{0}\u{8}门";
    let paper = TicketPaper {
        hall: both(evil, evil),
        phone: evil.to_owned(),
        issued_at: evil.to_owned(),
        class_mark: Some(both(evil, evil)),
        ..full_ticket(Language::En)
    };
    let ticket = print(&paper, &profile("80mm"));
    assert_eq!(ticket.warnings, Vec::<String>::new());
    assert!(ticket.text.contains("A017"));
}

/// Whether the bytes have a `DLE EOT`, `DLE ENQ` or `DLE DC4` in them.
fn has_real_time_command(bytes: &[u8]) -> bool {
    bytes
        .windows(2)
        .any(|pair| pair[0] == DLE && DLE_COMMANDS.contains(&pair[1]))
}

#[test]
fn no_image_carries_a_real_time_command() {
    let mut image = Bitmap::new(64, 300);
    // Every pair of bytes that would act, next to each other and across rows and bands.
    for (row, bytes) in [[0x10, 0x04], [0x10, 0x05], [0x10, 0x14]]
        .iter()
        .cycle()
        .take(300)
        .enumerate()
    {
        let row = u32::try_from(row).expect("small");
        for (column, byte) in (0..8).zip(bytes.iter().cycle().skip(row as usize % 2)) {
            for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                image.set(column * 8 + bit, row);
            }
        }
    }
    let all: Vec<u8> = image_commands(&image).concat();
    assert!(!has_real_time_command(&all));
    let changed: u32 = all.iter().map(|byte| byte.count_ones()).sum();
    assert!(changed > 0, "the image is still there");

    for name in PROFILES {
        for number in 0..40 {
            let paper = TicketPaper {
                label: format!("A{number:03}"),
                url: Some(format!("https://q.example/t/{number}")),
                ..full_ticket(Language::En)
            };
            let bytes = encode_ticket(&paper, &profile(name))
                .expect("encodes")
                .bytes;
            assert!(!has_real_time_command(&bytes), "{name} {number}");
        }
        for document in Document::ALL {
            for language in Language::ALL {
                let bytes = Press::from(profile(name))
                    .encode(&sample::paper(document, language))
                    .expect("encodes")
                    .bytes;
                assert!(!has_real_time_command(&bytes), "{name} {document}");
            }
        }
    }
}

#[test]
fn images_go_in_bands_and_lose_no_row() {
    let image = Bitmap::new(576, 300);
    let commands = image_commands(&image);
    let rows: Vec<u8> = commands.iter().map(|command| command[6]).collect();
    assert_eq!(rows, [128, 128, 44]);
    assert!(
        commands
            .iter()
            .all(|command| command.len() == 8 + 72 * usize::from(command[6]))
    );
}

#[test]
fn chinese_that_is_enlarged_beyond_what_printers_agree_on_goes_as_dots() {
    let line = |text: &str, times| {
        Element::Line(Line {
            text: text.to_owned(),
            style: Style {
                wide: times,
                high: times,
                ..Style::PLAIN
            },
        })
    };
    let elements = [line("大厅", 2), line("大厅", 3), line("A017", 4)];
    let bytes = encode(&elements, &profile("80mm"), &Faces::bundled())
        .expect("encodes")
        .bytes;
    let ticket = print_on_paper(&bytes, 576).remove(0);
    assert_eq!(ticket.text, "大厅\n[image 576×72]\nA017\n");
}

#[test]
fn paper_without_end_is_refused() {
    let gaps = vec![Element::Gap(255); 100];
    let refused = encode(&gaps, &profile("80mm"), &Faces::bundled()).expect_err("three metres");
    assert!(refused.to_string().contains("3187 mm long"), "{refused}");
}

#[test]
fn each_cutter_gets_its_own_ending() {
    for (cutter, ending) in [
        (Cutter::Partial, [0x1D, b'V', 66, 0].as_slice()),
        (Cutter::Full, &[0x1D, b'V', 65, 0]),
        (Cutter::None, &[0x1B, b'd', TEAR_BAR_LINES]),
    ] {
        let profile = PrinterProfile {
            cutter,
            ..profile("80mm")
        };
        let bytes = encode_ticket(&full_ticket(Language::ZhCn), &profile)
            .expect("encodes")
            .bytes;
        assert!(bytes.ends_with(ending), "{cutter:?}");
    }
}

#[test]
fn a_bare_ticket_prints_and_a_ticket_without_a_number_does_not() {
    let bare = TicketPaper {
        label: "1".to_owned(),
        ..TicketPaper::default()
    };
    assert!(print(&bare, &profile("58mm")).warnings.is_empty());
    let none = encode_ticket(&TicketPaper::default(), &profile("58mm")).expect_err("no number");
    assert!(
        matches!(none, EncodeError::Ticket(TicketError::Label(_))),
        "{none}"
    );
}

/// What a golden file of this document, this paper and this language is called. Those of the ordinary ticket came first.
fn golden_name(document: Document, profile: &str, language: Language) -> String {
    match document {
        Document::Ticket => format!("{profile}-{language}"),
        Document::TicketLarge | Document::Slip | Document::Copy => {
            format!("{document}-{profile}-{language}")
        }
    }
}

/// Compares with the golden files, or writes them when `BLESS=1`. With `TICKET_PICTURES=DIR` each document's picture is
/// written there, to be looked at.
#[test]
fn documents_are_as_they_were_blessed() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/tickets");
    for document in Document::ALL {
        for name in ["58mm", "80mm", "80mm-raster"] {
            for language in Language::ALL {
                let press = Press::from(profile(name));
                let paper = sample::paper(document, language);
                let bytes = press.encode(&paper).expect("encodes").bytes;
                let mut printed = print_on_paper(&bytes, press.profile.width_dots);
                let ticket = printed.pop().expect("one cut, one paper");
                let golden = golden_name(document, name, language);
                assert_eq!(ticket.warnings, Vec::<String>::new(), "{golden}");
                if let Some(pictures) = std::env::var_os("TICKET_PICTURES") {
                    let png = ticket.dots.to_png().expect("a picture");
                    let picture = PathBuf::from(pictures).join(format!("{golden}.png"));
                    fs::write(picture, png).expect("a directory to write to");
                }
                // A document of dots changes with every new subset of the font: its picture is for looking only.
                if !name.ends_with("raster") {
                    compare(&directory, &golden, &bytes, &ticket.text);
                }
            }
        }
    }
}

fn compare(directory: &Path, golden: &str, bytes: &[u8], text: &str) {
    let (text_file, bytes_file) = (
        directory.join(format!("{golden}.txt")),
        directory.join(format!("{golden}.escpos")),
    );
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(directory).expect("the directory can be made");
        fs::write(&text_file, text).expect("the text can be written");
        fs::write(&bytes_file, bytes).expect("the bytes can be written");
        return;
    }
    let hint =
        "if this is meant, look at the pictures (TICKET_PICTURES=DIR) and run again with BLESS=1";
    let blessed_text = fs::read_to_string(text_file).unwrap_or_default();
    assert_eq!(text, blessed_text, "{golden} differs; {hint}");
    let blessed = fs::read(bytes_file).unwrap_or_default();
    let first = bytes
        .iter()
        .zip(&blessed)
        .position(|(now, then)| now != then);
    assert!(
        bytes == blessed,
        "{golden}: {} bytes, blessed {}, first difference at {first:?}; {hint}",
        bytes.len(),
        blessed.len()
    );
}
