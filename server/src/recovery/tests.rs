//! Halls that are made again: the same with and without snapshots. The histories here serve the tests of the tools too.

use std::path::Path;
use std::sync::Arc;

use nowserving_journal::{Batch, JournalId, MemoryJournal, Options, SegmentJournal};
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::domain::{
    By, Command, HoldReason, Origin, Outcome, Position, TicketRef, TransferTarget,
};
use nowserving_shared::model::{
    Catalogue, DeviceId, Language, Moment, ServiceId, StaffId, TicketId, WindowId,
};

use super::*;
use crate::record::CommandKey;

/// 2026-11-23T01:00:00Z, nine in the morning in the hall.
const MORNING: Moment = Moment(1_795_395_600_000);
const WINDOWS: [(&str, &str); 4] = [("w1", "wang"), ("w2", "li"), ("w3", "zhang"), ("w4", "liu")];
const SERVICES: [&str; 4] = ["household", "passport", "tax", "utilities"];
/// How many commands share one frame at most.
const GROUP_COMMANDS: u64 = 5;
/// How much later the next command comes at most, in seconds: a thousand commands take about two days.
const STEP_SECONDS: u64 = 300;

/// Numbers that look random and are the same each time (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        let at = self.below(all.len() as u64);
        all[usize::try_from(at).expect("an index")]
    }
}

/// Something that somebody may try in the example hall.
fn anything(chance: &mut Chance, hall: &Hall) -> (Command, By) {
    let (window, staff) = chance.of(&WINDOWS);
    let window = WindowId::new(window).expect("a slug");
    let by = By::Staff(StaffId::new(staff).expect("a slug"));
    let desk = By::Staff(StaffId::new("desk").expect("a slug"));
    let service = ServiceId::new(chance.of(&SERVICES)).expect("a slug");
    let live = hall.tickets().len() as u64;
    let at = usize::try_from(chance.below(live.max(1))).expect("an index");
    let id = hall
        .tickets()
        .nth(at)
        .map_or(TicketId(1), |ticket| ticket.id);
    let ticket = TicketRef::Id(id);
    let position = chance.of(&[Position::First, Position::Last, Position::Keep]);
    let command = match chance.below(24) {
        0..=5 => {
            let (language, origin) = (Language::ZhCn, Origin::Reception);
            let issue = Command::Issue {
                service,
                class: None,
                language,
                origin,
                person: None,
            };
            return (issue, desk);
        }
        6..=9 => Command::CallNext {
            window,
            service: None,
        },
        10 => Command::Recall { window },
        11..=13 => Command::Start { window },
        14..=17 => Command::Finish {
            window,
            outcome: Outcome::Done,
        },
        18 => Command::NoShow { window },
        19 => Command::Hold {
            window,
            reason: HoldReason::CustomerAway,
            note: "取照片".into(),
        },
        20 => Command::ResumeTicket { window, ticket },
        21 => Command::Transfer {
            ticket,
            window: Some(window),
            to: TransferTarget::Service(service),
            position,
        },
        22 => Command::AddService { window, service },
        _ => {
            let reason = "不等了".into();
            return (Command::Cancel { ticket, reason }, desk);
        }
    };
    (command, by)
}

/// What a hall needs before the first customer comes.
fn opening() -> Vec<(Command, By)> {
    let catalogue = Arc::new(Catalogue::small_example());
    let mut opening = vec![(Command::LoadConfiguration { catalogue }, By::System)];
    for (window, staff) in WINDOWS {
        let staff = StaffId::new(staff).expect("a slug");
        let phc = "$argon2id$not-a-hash".to_owned();
        let set = Command::SetPassword {
            staff: staff.clone(),
            phc,
        };
        opening.push((set, By::System));
        let window = WindowId::new(window).expect("a slug");
        opening.push((Command::SignOn { window }, By::Staff(staff)));
    }
    let offer = Command::OfferPairing {
        device: DeviceId::new("kiosk-1").expect("a slug"),
        code: SecretHash([1; 32]),
        expires_at: MORNING.after(std::time::Duration::from_secs(600)),
    };
    opening.push((offer, By::System));
    opening
}

/// A hall that records what is done in it, several commands to a frame.
struct Recorder<'a> {
    hall: Hall,
    journal: &'a mut dyn Journal,
    batch: Batch,
    now: Moment,
    commands: u64,
}

impl Recorder<'_> {
    fn does(&mut self, command: &Command, by: &By) {
        for event in self.hall.due(self.now) {
            self.record(&By::System, None, &event);
        }
        let Ok(events) = self.hall.decide(command, by, self.now) else {
            return;
        };
        self.commands += 1;
        let mut key = Some(CommandKey {
            key: format!("key-{}", self.hall.seq()),
            fingerprint: "f".repeat(64),
            events: u32::try_from(events.len()).expect("few"),
        });
        for event in events {
            self.record(by, key.take().as_ref(), &event);
        }
    }

    fn record(
        &mut self,
        by: &By,
        key: Option<&CommandKey>,
        event: &nowserving_shared::domain::Event,
    ) {
        let now = self.now;
        self.batch
            .push_with(|out| record::write(out, now, by, key, event))
            .expect("a small event");
        self.hall.apply(event, now);
    }

    fn flush(&mut self) {
        if !self.batch.is_empty() {
            self.journal
                .append(&mut self.batch)
                .expect("a working disk");
        }
    }
}

/// Carries on the history in `journal` by what `tries` attempts lead to, most of which succeed.
pub(crate) fn carry_on(journal: &mut dyn Journal, seed: u64, tries: u64) -> Hall {
    let hall = recover(journal, None, &mut |_, _| {}).expect("a good journal");
    let mut chance = Chance(seed);
    let later = hall.seq() * STEP_SECONDS;
    let mut recorder = Recorder {
        now: MORNING.after(std::time::Duration::from_secs(later)),
        hall,
        journal,
        batch: Batch::new(),
        commands: 0,
    };
    if recorder.hall.seq() == 0 {
        for (command, by) in opening() {
            recorder.does(&command, &by);
        }
    }
    for _ in 0..tries {
        let (command, by) = anything(&mut chance, &recorder.hall);
        recorder.does(&command, &by);
        let step = chance.below(STEP_SECONDS * 1000);
        recorder.now = recorder.now.after(std::time::Duration::from_millis(step));
        if chance.below(GROUP_COMMANDS) == 0 {
            recorder.flush();
        }
    }
    recorder.flush();
    recorder.hall
}

/// A journal in `dir` without a thread, in the smallest segments, so that a short history has several.
pub(crate) fn open(dir: &Path) -> SegmentJournal {
    let options = Options {
        segment_bytes: nowserving_journal::SEGMENT_BYTES_MIN,
        background: false,
        ..Options::default()
    };
    SegmentJournal::open(dir, &options).expect("a journal").0
}

#[test]
fn a_hall_comes_back_from_the_journal_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    let hall = carry_on(&mut journal, 1, 600);
    assert!(
        hall.tickets().len() > 0,
        "the history should leave some waiting"
    );
    drop(journal);
    let journal = open(dir.path());
    assert!(journal.segments().len() > 1);
    let mut told = Vec::new();
    let found = recover(&journal, None, &mut |done, total| told.push((done, total))).unwrap();
    assert!(found == hall);
    assert_eq!(told.last(), Some(&(hall.seq(), hall.seq())));
}

#[test]
fn a_snapshot_anywhere_makes_no_difference_to_the_hall() {
    let dir = tempfile::tempdir().unwrap();
    let id = JournalId([3; 16]);
    let mut journal = MemoryJournal::new(id);
    let mut halls = Vec::new();
    for seed in 0..8 {
        halls.push(carry_on(&mut journal, seed, 120));
    }
    let last = halls.last().unwrap();
    for (at, hall) in halls.iter().enumerate() {
        let snapshots = Snapshots::new(&dir.path().join(at.to_string()), id);
        snapshots.write(&hall.image()).unwrap();
        let mut told = None;
        let found = recover(&journal, Some(&snapshots), &mut |done, total| {
            told = Some((done, total));
        });
        assert!(found.unwrap() == *last);
        let rest = last.seq() - hall.seq();
        assert_eq!(told, Some((rest, rest)), "only the rest is replayed");
    }
}

#[test]
fn a_snapshot_that_the_journal_has_not_reached_is_set_aside_before_the_journal_reaches_it() {
    let dir = tempfile::tempdir().unwrap();
    let id = JournalId([3; 16]);
    let snapshots = Snapshots::new(dir.path(), id);
    let mut lost = MemoryJournal::new(id);
    let before = carry_on(&mut lost, 1, 50);
    snapshots.write(&before.image()).unwrap();
    let beyond = carry_on(&mut lost, 2, 50);
    snapshots.write(&beyond.image()).unwrap();
    // An older copy of the journal is put back, and another history is recorded after it.
    let mut journal = MemoryJournal::new(id);
    carry_on(&mut journal, 1, 50);
    assert!(recover(&journal, Some(&snapshots), &mut |_, _| {}).unwrap() == before);
    let other = carry_on(&mut journal, 3, 200);
    assert!(other.seq() > beyond.seq());
    assert!(recover(&journal, Some(&snapshots), &mut |_, _| {}).unwrap() == other);
    assert_eq!(snapshots.list().unwrap().len(), 1);
}

#[test]
fn a_record_of_a_later_build_is_refused_with_its_number() {
    let mut journal = MemoryJournal::new(JournalId([3; 16]));
    let hall = carry_on(&mut journal, 1, 10);
    let later = br#"{"v":2,"at":0,"by":"system","e":{"thought":{}}}"#;
    journal.append_entries(&[later]).unwrap();
    let refused = recover(&journal, None, &mut |_, _| {}).unwrap_err();
    let number = hall.seq() + 1;
    assert_eq!(
        refused.to_string(),
        format!(
            "event {number} has record version 2, and this build reads up to 1: use the newer build"
        )
    );
}
