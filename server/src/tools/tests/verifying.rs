//! Checking: what is good is called good, and what is not is found.

use super::*;

#[test]
fn a_good_hall_is_found_good_and_nothing_is_changed() {
    let site = Site::new();
    let before = contents(&site.data());
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Good, "{report}");
    assert_eq!(report.matches("snapshot").count(), 2, "{report}");
    assert!(report.contains(&format!("{} events", site.hall.seq())));
    assert!(contents(&site.data()) == before);
}

#[test]
fn a_running_hall_can_be_looked_at() {
    let site = Site::new();
    let mut journal = site.running();
    let hall = carry_on(&mut journal, 7, 50);
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Good, "{report}");
    assert!(
        report.contains(&format!("{} events", hall.seq())),
        "{report}"
    );
    assert!(report.contains("running"), "{report}");
}

#[test]
fn any_altered_byte_of_an_event_is_found() {
    let site = Site::new();
    let mut segments: Vec<_> = site
        .running()
        .segments()
        .iter()
        .map(|segment| segment.path.clone())
        .collect();
    // What lies behind the last frame is looked at when the journal is opened.
    segments.pop();
    let mut chance = Chance(1);
    for path in segments {
        let good = fs::read(&path).unwrap();
        let written = good.iter().rposition(|byte| *byte != 0).unwrap() as u64;
        for _ in 0..20 {
            let at = usize::try_from(4096 + chance.below(written - 4096)).unwrap();
            let mut bytes = good.clone();
            bytes[at] ^= 1 << chance.below(8);
            fs::write(&path, &bytes).unwrap();
            let (report, verdict) = site.verify();
            assert_eq!(verdict, Verdict::Bad, "byte {at}: {report}");
            assert!(report.contains("BAD    journal"), "{report}");
        }
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(site.verify().1, Verdict::Good);
}

#[test]
fn a_missing_segment_is_found() {
    let site = Site::new();
    let path = site.running().segments()[1].path.clone();
    fs::remove_file(path).unwrap();
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Bad);
    assert!(report.contains("the segment is missing"), "{report}");
}

#[test]
fn a_snapshot_of_another_hall_is_found_although_its_digest_fits() {
    let site = Site::new();
    let journal = site.running();
    let snapshots = Snapshots::new(&site.layout().snapshots(), journal.id());
    drop(journal);
    let named = snapshots.list().unwrap().remove(0);
    let mut image = snapshots.read(&named).unwrap();
    image.next_ticket += 1;
    snapshots.write(&image).unwrap();
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Bad);
    let expected = format!("BAD    snapshot {}: it differs", named.seq);
    assert!(report.contains(&expected), "{report}");
}

#[test]
fn damaged_and_overhanging_snapshots_are_found() {
    let site = Site::new();
    let journal = site.running();
    let snapshots = Snapshots::new(&site.layout().snapshots(), journal.id());
    drop(journal);
    let mut image = site.hall.image();
    image.seq += 1;
    snapshots.write(&image).unwrap();
    let first = snapshots.list().unwrap().remove(0);
    fs::write(&first.path, "nothing").unwrap();
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Bad);
    assert!(report.contains("the snapshot is damaged"), "{report}");
    assert!(report.contains("newer than the journal"), "{report}");
}

#[test]
fn what_a_power_cut_left_behind_the_mark_is_looked_at_too() {
    let site = Site::new();
    let mark = site.layout().journal().join("mark");
    let old = fs::read(&mark).unwrap();
    let mut journal = site.running();
    let hall = carry_on(&mut journal, 9, 100);
    drop(journal);
    fs::write(&mark, old).unwrap();
    let (report, verdict) = site.verify();
    assert_eq!(verdict, Verdict::Good, "{report}");
    assert!(
        report.contains(&format!("{} events", hall.seq())),
        "{report}"
    );
    let copy = site.path("copy");
    backup(&site.data(), &copy, &mut quiet()).unwrap();
    assert!(hall_in(&copy) == hall);
}
