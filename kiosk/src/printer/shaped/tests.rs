use std::fs;

use nowserving_shared::model::{Language, Localized};

use super::*;
use crate::printer::encode::EncodedTicket;
use crate::printer::press::Press;
use crate::printer::profile::PrinterProfile;
use crate::printer::simulated::print_on_paper;
use crate::printer::ticket::TicketPaper;

const WIDTH: u32 = 576;

/// A font with the letters of these tests, so that they hold on every machine.
fn test_font() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fonts/NowservingTest.ttf")
}

fn faces() -> Faces {
    Faces::new(false, &[test_font()])
}

fn placed(text: &str) -> Placed {
    faces().place(text).expect("it is shaped")
}

/// The ids of the glyphs from left to right.
fn glyphs(text: &str) -> Vec<u32> {
    let placed = placed(text);
    let clusters = placed.clusters.iter();
    clusters
        .flat_map(|cluster| cluster.glyphs.iter().map(|glyph| glyph.id))
        .collect()
}

/// Where the characters of the text stand on paper: the bytes of each cluster, from left to right.
fn order(text: &str) -> Vec<usize> {
    let placed = placed(text);
    placed
        .clusters
        .iter()
        .map(|cluster| cluster.text.start)
        .collect()
}

fn encoded(hall: &str, faces: Arc<Faces>) -> EncodedTicket {
    let paper = TicketPaper {
        label: "A017".to_owned(),
        hall: Localized::new([(Language::ZhCn, hall.to_owned())]),
        ..TicketPaper::default()
    };
    Press::from(PrinterProfile::paper_80mm())
        .with_faces(faces)
        .ticket(&paper)
        .expect("it can be encoded")
}

#[test]
fn arabic_letters_stand_from_right_to_left() {
    assert_eq!(order("بت"), [2, 0]);
    assert_eq!(order("ab"), [0, 1]);
    // A number inside keeps its own direction: 12 is not 21.
    assert_eq!(order("ب 12 ت"), [6, 5, 3, 4, 2, 0]);
    assert!(placed("سلام").right_to_left && !placed("a سلام").right_to_left);
}

#[test]
fn arabic_letters_join() {
    let alone = glyphs("ب");
    let joined = glyphs("ببب");
    assert_eq!(joined.len(), 3);
    let different: std::collections::BTreeSet<u32> = joined.iter().chain(&alone).copied().collect();
    assert_eq!(different.len(), 4, "alone, first, middle and last differ");
}

#[test]
fn a_uyghur_name_beside_a_chinese_one_is_drawn_whole() {
    let line = faces()
        .draw("乌鲁木齐 ئۈرۈمچى", Style::CENTRED, WIDTH)
        .expect("shaped");
    assert_eq!(line.missing, Vec::<char>::new());
    assert_eq!(line.dots.width(), WIDTH);
    let chinese_only = Faces::new(false, &[])
        .draw("乌鲁木齐 ئۈرۈمچى", Style::CENTRED, WIDTH)
        .expect("shaped");
    assert!(chinese_only.missing.contains(&'ئ'), "{chinese_only:?}");
}

#[test]
fn a_combining_mark_takes_no_room_of_its_own() {
    assert!((placed("e\u{301}").advance - placed("e").advance).abs() < 0.5);
    assert!(needs_shaping("e\u{301}") && !needs_shaping("社保 ABC é"));
}

#[test]
fn right_to_left_text_at_the_left_edge_begins_at_the_right_edge() {
    let inked = |text: &str| {
        let line = faces().draw(text, Style::PLAIN, WIDTH).expect("shaped");
        let columns = (0..WIDTH).filter(|x| (0..line.dots.height()).any(|y| line.dots.get(*x, y)));
        columns.collect::<Vec<_>>()
    };
    let arabic = inked("سلام");
    assert!(arabic.iter().all(|x| *x > WIDTH / 2), "{arabic:?}");
    assert!(inked("abc\u{301}").iter().all(|x| *x < WIDTH / 2));
}

#[test]
fn a_line_that_is_too_wide_is_squeezed_and_loses_nothing() {
    let long = "مرحبا ".repeat(40);
    for (wide, high) in [(1, 1), (2, 2), (8, 8)] {
        let style = Style {
            wide,
            high,
            bold: true,
            reversed: true,
            ..Style::CENTRED
        };
        let line = faces().draw(&long, style, 384).expect("shaped");
        assert_eq!(line.dots.width(), 384);
        assert!(line.missing.is_empty() && !line.dots.is_white());
    }
}

#[test]
fn a_rare_character_comes_from_the_font_that_has_it() {
    let faces = Arc::new(faces());
    let with = encoded("𠮷林省大厅", Arc::clone(&faces));
    assert_eq!(with.missing, Vec::<char>::new());
    let without = encoded("𠮷林省大厅", Faces::bundled());
    if !font::has('𠮷') {
        assert_eq!(without.missing, ['𠮷']);
        assert_ne!(with.bytes, without.bytes, "a glyph is no box");
    }
    let printed = print_on_paper(&with.bytes, 576).remove(0);
    assert_eq!(printed.warnings, Vec::<String>::new());
    assert!(printed.text.starts_with("[image 576×"), "{}", printed.text);
}

#[test]
fn what_no_font_has_is_a_box_and_is_told() {
    let line = faces()
        .draw("a\u{F0000}b", Style::PLAIN, WIDTH)
        .expect("shaped");
    assert_eq!(line.missing, ['\u{F0000}']);
    assert!(!line.dots.is_white());
    // Marks that only steer are not looked for.
    let steered = faces().draw("ب\u{200F}ت", Style::PLAIN, WIDTH);
    assert_eq!(steered.expect("shaped").missing, Vec::<char>::new());
}

#[test]
fn font_files_that_are_none_are_left_out_and_boxes_are_drawn() {
    let place = tempfile::tempdir().expect("a directory");
    let garbage = place.path().join("garbage.ttf");
    fs::write(&garbage, b"\0\x01\0\0 this is no font").expect("written");
    let empty = place.path().join("empty.ttf");
    fs::write(&empty, b"").expect("written");
    let files = [
        garbage,
        empty,
        place.path().to_owned(),
        place.path().join("nowhere.otf"),
    ];
    for file in &files {
        let error = Shaper::new(false, &[]).add(file, "x").expect_err("no font");
        let told = error.to_string();
        assert!(told.contains(&file.display().to_string()), "{told}");
    }
    let line = Faces::new(false, &files)
        .draw("سلام", Style::PLAIN, WIDTH)
        .expect("shaped");
    assert_eq!(line.missing.len(), 4);
    assert!(!line.dots.is_white());
}

#[test]
fn a_damaged_font_never_stops_the_printing() {
    let place = tempfile::tempdir().expect("a directory");
    let sound = fs::read(test_font()).expect("the test font");
    let path = place.path().join("damaged.ttf");
    for step in 0..60 {
        let mut bytes = sound.clone();
        let at = step * bytes.len() / 60;
        if step % 2 == 0 {
            bytes.truncate(at);
        } else {
            let end = (at + 200).min(bytes.len());
            bytes[at..end].fill(0xFF);
        }
        fs::write(&path, &bytes).expect("written");
        let faces = Faces::new(false, std::slice::from_ref(&path));
        let encoded = encoded("ئۈرۈمچى", Arc::new(faces));
        assert!(encoded.bytes.len() > 100, "step {step}");
    }
}
