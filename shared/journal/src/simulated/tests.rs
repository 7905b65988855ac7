//! The disk that forgets must itself be right.

use super::*;
use crate::disk::write_all;

const DIR: &str = "/d";

fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

fn disk() -> SimulatedDisk {
    let disk = SimulatedDisk::with_log();
    disk.ensure_dir(Path::new(DIR)).unwrap();
    disk
}

#[test]
fn what_was_synced_survives_and_the_rest_may() {
    let disk = disk();
    let file = disk.create(&path("a")).unwrap();
    disk.sync_dir(Path::new(DIR)).unwrap();
    write_all(file.as_ref(), &[1; 2048], 0).unwrap();
    file.sync_data().unwrap();
    write_all(file.as_ref(), &[2; 1024], 512).unwrap();
    assert_eq!(
        disk.image(Survival::Nothing).files(),
        [(path("a"), vec![1; 2048])]
    );
    let everything = disk.image(Survival::Everything).files();
    assert_eq!(everything[0].1[512..1536], [2; 1024]);
    let mut seen = BTreeSet::new();
    for seed in 0..64 {
        let (_, contents) = disk.image(Survival::Random(seed)).files().remove(0);
        for sector in contents.chunks(SECTOR_BYTES) {
            assert!(
                sector.iter().all(|byte| *byte == sector[0]),
                "a sector is torn"
            );
        }
        seen.insert((contents[512], contents[1024]));
    }
    assert_eq!(seen.len(), 4, "sectors decide for themselves: {seen:?}");
}

#[test]
fn a_name_survives_once_its_directory_was_synced() {
    let disk = disk();
    let file = disk.create(&path("a.tmp")).unwrap();
    file.sync_data().unwrap();
    disk.rename(&path("a.tmp"), &path("a")).unwrap();
    assert!(disk.image(Survival::Nothing).files().is_empty());
    disk.sync_dir(Path::new(DIR)).unwrap();
    assert_eq!(disk.image(Survival::Nothing).files().len(), 1);
}

#[test]
fn what_a_failed_sync_left_behind_is_never_durable() {
    let disk = disk();
    let file = disk.create(&path("a")).unwrap();
    disk.sync_dir(Path::new(DIR)).unwrap();
    write_all(file.as_ref(), b"lost", 0).unwrap();
    disk.fail(Faults::during(
        Fault::Io,
        Reach::Syncs,
        disk.calls(),
        disk.calls() + 1,
    ));
    file.sync_data().unwrap_err();
    file.sync_data().unwrap();
    assert_eq!(disk.files()[0].1, b"lost", "it can still be read");
    assert_eq!(disk.image(Survival::Nothing).files()[0].1, b"");
}

#[test]
fn the_log_can_be_cut_anywhere() {
    let disk = disk();
    let file = disk.create(&path("a")).unwrap();
    disk.sync_dir(Path::new(DIR)).unwrap();
    let mut lengths = Vec::new();
    for n in 0..5_u8 {
        write_all(file.as_ref(), &[n], u64::from(n)).unwrap();
        file.sync_data().unwrap();
        disk.note(u64::from(n));
        lengths.push(disk.log_length());
    }
    for (n, length) in (0..).zip(lengths) {
        let (image, note) = disk.image_at(length, Survival::Nothing);
        assert_eq!((image.files()[0].1.len(), note), (n + 1, Some(n as u64)));
    }
}

#[test]
fn a_lock_is_held_until_it_is_dropped() {
    let disk = disk();
    let held = disk.lock(&path("lock")).unwrap();
    assert!(held.is_some());
    assert!(disk.lock(&path("lock")).unwrap().is_none());
    drop(held);
    assert!(disk.lock(&path("lock")).unwrap().is_some());
}
