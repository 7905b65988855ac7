//! What is not run with the other tests: it measures, or needs a disk of its own.

use super::*;

/// Not run with the others: needs a small file system, such as a tmpfs of 40 MiB, whose directory the variable
/// `NOWSERVING_SMALL_DISK` names.
#[test]
#[ignore = "needs a small file system"]
fn a_disk_that_fills_up_takes_the_store_away_and_room_brings_it_back() {
    let disk = std::env::var_os("NOWSERVING_SMALL_DISK").expect("it names a directory");
    let (dir, ballast) = (
        Path::new(&disk).join("store"),
        Path::new(&disk).join("ballast"),
    );
    let story = Story::of_chance(60_000, 21);
    let journal = journal_of(&story);
    for left in [3 << 20, 1 << 20, 100 << 10, 0_u64] {
        let (store, report) = open(&dir, &memory_journal(1));
        println!("opened: {:?}", report.rebuilt);
        let disk = rustix::fs::statvfs(Path::new(&disk)).expect("a disk");
        let room = disk.f_bavail * disk.f_frsize;
        fs::write(
            &ballast,
            vec![1; usize::try_from(room - left).expect("small")],
        )
        .expect("room");
        story
            .entries
            .chunks(50)
            .for_each(|group| store.submit(group.into()));
        assert!(!store.wait_for(story.entries.len() as u64, PATIENCE));
        println!("{left} bytes left: {:?}", store.away());
        assert!(store.is_away());
        store.close();
        let error = Store::open(&dir, &journal, &mut |_, _| {}).expect_err("there is no room");
        println!("{error}");
        assert!(matches!(error, StoreError::NoRoom { .. }));
        fs::remove_file(&ballast).expect("it is there");
        fs::remove_dir_all(dir.join("aside")).ok();
        let (store, report) = open(&dir, &journal);
        println!("room again: {report:?}");
        assert_right(&store, &story);
        store.close();
        fs::remove_dir_all(&dir).expect("it is there");
    }
}

/// Not run with the others: `cargo test --release -p nowserving-server --lib burst -- --ignored --nocapture`.
#[test]
#[ignore = "measures, does not check"]
fn how_fast_a_burst_is_stored() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut story = Story::begin();
    while story.entries.len() < 120_000 {
        let id = story.later(1).takes("household");
        if id.0 > 900 {
            // Numbers come again; somebody has to leave.
            story.leaves(TicketId(id.0 - 900));
        }
    }
    let (store, _) = open(dir.path(), &memory_journal(1));
    let groups: Vec<Arc<[Entry]>> = story.entries.chunks(64).map(Into::into).collect();
    let begun = std::time::Instant::now();
    groups.iter().for_each(|group| store.submit(group.clone()));
    let submitted = begun.elapsed();
    assert!(store.wait_for(story.entries.len() as u64, PATIENCE));
    let took = begun.elapsed();
    let rate = story.entries.len() as f64 / took.as_secs_f64();
    println!(
        "issued: {} events, submitted in {submitted:?}, stored in {took:?}: {rate:.0}/s",
        story.entries.len()
    );
    let begun = std::time::Instant::now();
    store.close();
    println!("closed in {:?}", begun.elapsed());
    let journal = journal_of(&story);
    let (store, report) = open(dir.path(), &journal);
    println!("opened: {report:?}");
    let begun = std::time::Instant::now();
    let day = store.days().expect("there")[0];
    let summary = store.summary(day).expect("there");
    println!("summary of {} in {:?}", summary.all.issued, begun.elapsed());
    let begun = std::time::Instant::now();
    let label = Label::from_text("A500");
    let found = store.tickets(day, Some(&label), 10).expect("there").len();
    println!("label: {found} in {:?}", begun.elapsed());
    drop(store);
    let story = Story::of_chance(100_000, 20);
    let journal = journal_of(&story);
    let begun = std::time::Instant::now();
    let (_, report) = open(&dir.path().join("other"), &journal);
    let rate = report.folded as f64 / begun.elapsed().as_secs_f64();
    println!("made from the journal, mixed events: {rate:.0}/s: {report:?}");
}
