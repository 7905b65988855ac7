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

#[test]
fn a_tree_of_directories_can_be_moved_and_keeps_what_was_durable() {
    let disk = disk();
    let (sub, moved) = (path("sled"), path("sled.aside"));
    disk.make_dir(&sub).unwrap();
    let file = disk.create_file(&sub.join("db")).unwrap();
    disk.write(file, 0, b"kept").unwrap();
    disk.sync_file(file).unwrap();
    disk.sync_names(&sub).unwrap();
    disk.create_file(&sub.join("forgotten")).unwrap();
    assert_eq!(
        disk.remove_dir(&sub).unwrap_err().kind(),
        std::io::ErrorKind::DirectoryNotEmpty
    );
    disk.rename_entry(&sub, &moved).unwrap();
    assert_eq!(disk.entries(&moved).unwrap().len(), 2);
    assert_eq!(
        disk.image(Survival::Nothing).files(),
        [(moved.join("db"), b"kept".to_vec())]
    );
    disk.remove_file(&moved.join("db")).unwrap();
    assert_eq!(
        disk.read(file, 0, 9).unwrap(),
        b"kept",
        "an open file outlives its name"
    );
    disk.remove_file(&moved.join("forgotten")).unwrap();
    disk.remove_dir(&moved).unwrap();
    assert!(disk.entry(&moved).is_err());
}

#[test]
fn a_cut_file_is_long_or_short_after_a_power_cut() {
    let disk = disk();
    let file = disk.create_file(&path("a")).unwrap();
    disk.write(file, 0, &[1; 2000]).unwrap();
    disk.sync_file(file).unwrap();
    disk.sync_names(Path::new(DIR)).unwrap();
    disk.set_length(file, 100).unwrap();
    let lengths: BTreeSet<usize> = (0..32)
        .map(|seed| disk.image(Survival::Random(seed)).files()[0].1.len())
        .collect();
    assert_eq!(lengths, BTreeSet::from([100, 2000]));
}

#[test]
fn faults_can_be_counted_by_the_calls_they_reach_and_space_can_run_out() {
    let disk = disk();
    let file = disk.create_file(&path("a")).unwrap();
    disk.fail(Faults::after(Fault::NoSpace, Reach::Writes, 2, 1));
    let outcomes: Vec<bool> = (0..4).map(|_| disk.write(file, 0, b"x").is_ok()).collect();
    assert_eq!(outcomes, [true, true, false, true]);
    disk.set_capacity(Some(10));
    assert!(disk.write(file, 0, &[1; 11]).is_err());
    disk.write(file, 0, &[1; 10]).unwrap();
    assert_eq!(disk.space(), (Some(10), 10));
}
