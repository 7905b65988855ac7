//! Interrupted writes of every shape, and alterations of every bit.

use super::*;
use crate::batch::Batch;
use crate::frame::FrameFault;
use crate::names::FrameHash;
use crate::segment::{self, Step};

const SEED: u32 = 5;
const AT: usize = 4096 + 72;

fn frame_with(payload: &[u8]) -> Vec<u8> {
    let mut batch = Batch::new();
    batch.push(payload).unwrap();
    batch.seal(SEED, 9, FrameHash([7; 32])).to_vec()
}

fn blank() -> Vec<u8> {
    vec![0; 32 * 1024]
}

fn judged(bytes: &[u8]) -> Option<Verdict> {
    match segment::step(bytes, AT, SEED) {
        Step::Bad { at, fault } => Some(judge(bytes, at, fault, SEED)),
        Step::Frame { .. } | Step::End { .. } => None,
    }
}

#[test]
fn a_write_that_stopped_at_any_byte_is_torn() {
    let frame = frame_with(&[0xA5; 1500]);
    for written in 1..frame.len() {
        let mut bytes = blank();
        bytes[AT..AT + written].copy_from_slice(&frame[..written]);
        let verdict = judged(&bytes);
        let torn = matches!(verdict, Some(Verdict::Torn { end }) if end <= AT + written);
        assert!(torn, "{written} bytes: {verdict:?}");
    }
}

#[test]
fn a_write_that_lost_any_of_its_sectors_is_torn() {
    let frame = frame_with(&[0xA5; 1500]);
    let mut whole = blank();
    whole[AT..AT + frame.len()].copy_from_slice(&frame);
    let sectors: Vec<usize> = (AT / SECTOR..(AT + frame.len()).div_ceil(SECTOR)).collect();
    for lost in 1..1_u32 << sectors.len() {
        let mut bytes = whole.clone();
        for (bit, sector) in sectors.iter().enumerate() {
            if lost & (1 << bit) != 0 {
                bytes[sector * SECTOR..(sector + 1) * SECTOR].fill(0);
            }
        }
        let verdict = judged(&bytes);
        assert!(
            matches!(verdict, None | Some(Verdict::Torn { .. })),
            "sectors {lost:b}: {verdict:?}"
        );
    }
}

#[test]
fn a_flipped_bit_in_a_whole_last_frame_is_never_taken_for_a_torn_write() {
    let frame = frame_with(&[0xA5; 700]);
    let mut whole = blank();
    whole[AT..AT + frame.len()].copy_from_slice(&frame);
    for bit in 0..frame.len() * 8 {
        let mut bytes = whole.clone();
        bytes[AT + bit / 8] ^= 1 << (bit % 8);
        assert!(
            matches!(
                judged(&bytes),
                Some(Verdict::Damaged(DamageKind::AlteredTail(_)))
            ),
            "bit {bit}"
        );
    }
}

#[test]
fn a_good_frame_behind_a_bad_one_is_damage_wherever_it_lies() {
    let frame = frame_with(b"later");
    for offset in (AT + 8..AT + 4000).step_by(8) {
        let mut bytes = blank();
        bytes[AT] = 1;
        bytes[offset..offset + frame.len()].copy_from_slice(&frame);
        let expected = DamageKind::GoodAfterBad {
            fault: FrameFault::NoMagic,
            good_offset: offset as u64,
            good_seq: 9,
        };
        assert_eq!(judged(&bytes), Some(Verdict::Damaged(expected)));
    }
}

#[test]
fn bytes_beyond_the_reach_of_one_write_are_damage() {
    let mut bytes = vec![0; AT + FRAME_BYTES_MAX + 8192];
    bytes[AT + FRAME_BYTES_MAX] = 1;
    let offset = (AT + FRAME_BYTES_MAX) as u64;
    assert_eq!(
        judged(&bytes),
        Some(Verdict::Damaged(DamageKind::Stray { offset }))
    );
}
