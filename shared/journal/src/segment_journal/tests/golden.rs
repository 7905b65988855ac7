//! The bytes of a segment, as a later version must still read them. Set `NOWSERVING_GOLDEN=write`
//! to write the file anew, after raising the format version.

use std::fmt::Write;

use super::*;

const GOLDEN: &str = include_str!("../../golden/segment.hex");

/// Rows of 32 bytes with their offsets; rows of zeros are left out.
fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (row, chunk) in bytes.chunks(32).enumerate() {
        if chunk.iter().any(|byte| *byte != 0) {
            write!(text, "{:06x} ", row * 32).unwrap();
            chunk
                .iter()
                .for_each(|byte| write!(text, "{byte:02x}").unwrap());
            text.push('\n');
        }
    }
    text
}

fn undump(text: &str) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(SEGMENT).unwrap()];
    for line in text.lines() {
        let (offset, row) = line.split_once(' ').unwrap();
        let offset = usize::from_str_radix(offset, 16).unwrap();
        for at in 0..row.len() / 2 {
            bytes[offset + at] = u8::from_str_radix(&row[2 * at..2 * at + 2], 16).unwrap();
        }
    }
    bytes
}

fn written() -> SimulatedDisk {
    let disk = SimulatedDisk::new();
    let (mut journal, _) = open(&disk);
    journal
        .append_entries(&["A017 取号".as_bytes(), b"", b"window 3"])
        .unwrap();
    journal.append_entries(&[b"called"]).unwrap();
    journal.close().unwrap();
    disk
}

#[test]
fn a_segment_is_written_byte_for_byte_as_ever() {
    let disk = written();
    let (_, bytes) = disk
        .files()
        .into_iter()
        .find(|(path, _)| path.ends_with("00000001.segment"))
        .unwrap();
    if std::env::var_os("NOWSERVING_GOLDEN").is_some_and(|value| value == "write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/golden/segment.hex");
        std::fs::write(path, dump(&bytes)).unwrap();
    } else {
        assert_eq!(dump(&bytes), GOLDEN);
    }
}

#[test]
fn a_segment_of_format_1_is_read() {
    let disk = written();
    disk.tamper(&dir().join("00000001.segment"), Some(undump(GOLDEN)));
    let (journal, _) = open(&disk);
    assert_eq!(
        read_all(&journal),
        ["A017 取号".as_bytes(), b"", b"window 3", b"called"]
    );
}
