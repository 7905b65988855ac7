//! Damaged files: bits flipped, blocks zeroed, tails cut. Whatever is done to them, the store is right after opening.

use std::collections::BTreeMap;

use super::*;

/// How many threads share the work.
const THREADS: u64 = 2;

/// Files of a store by their path, as they were.
type Image = BTreeMap<PathBuf, Vec<u8>>;

fn image_of(dir: &Path) -> Image {
    let mut image = Image::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(next) = dirs.pop() {
        for file in fs::read_dir(&next).expect("a directory").flatten() {
            let path = file.path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            let name = path.strip_prefix(dir).expect("it is in there").to_owned();
            image.insert(name, bytes);
        }
    }
    image
}

fn write_image(image: &Image, dir: &Path) {
    for (name, bytes) in image {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("room");
        fs::write(path, bytes).expect("room");
    }
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from(z % limit.max(1) as u64).expect("it is below the limit")
    }
}

/// Damages one file of sled's; what was done.
fn damage(image: &mut Image, chance: &mut Chance) -> String {
    let names: Vec<_> = image
        .iter()
        .filter(|(name, bytes)| name.starts_with("sled") && !bytes.is_empty())
        .map(|(name, _)| name.clone())
        .collect();
    // Most of the damage goes to the file that holds the data.
    let data = PathBuf::from("sled/db");
    let name = if chance.below(8) == 0 {
        names[chance.below(names.len())].clone()
    } else {
        data
    };
    let bytes = image.get_mut(&name).expect("it is one of them");
    let used = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(1, |at| at + 1);
    let at = chance.below(used);
    let what = match chance.below(3) {
        0 => {
            bytes[at] ^= 1 << chance.below(8);
            "bit flipped"
        }
        1 => {
            let block = [64, 512, 4096][chance.below(3)];
            let (from, to) = (
                at / block * block,
                (at / block * block + block).min(bytes.len()),
            );
            bytes[from..to].fill(0);
            "block zeroed"
        }
        _ => {
            bytes.truncate(at);
            "tail cut"
        }
    };
    format!("{what} at {at} of {}", name.display())
}

/// What became of damaged stores.
#[derive(Debug, Default)]
struct Outcomes {
    made_again: u64,
    caught_up: u64,
    unharmed: u64,
    failed_later: u64,
}

/// How many events come in after the damaged store has been opened.
const LATER: usize = 60;

fn mutate(case: &Case, seeds: std::ops::Range<u64>) -> Outcomes {
    let mut outcomes = Outcomes::default();
    for seed in seeds {
        let dir = tempfile::tempdir().expect("a directory");
        let mut damaged = case.image.clone();
        let what = damage(&mut damaged, &mut Chance(seed));
        write_image(&damaged, dir.path());
        let (store, report) = open(dir.path(), &case.journal);
        match (report.rebuilt, report.folded) {
            (Some(_), _) => outcomes.made_again += 1,
            (None, 0) => outcomes.unharmed += 1,
            (None, _) => outcomes.caught_up += 1,
        }
        let later = &case.whole.entries[case.story.entries.len()..];
        expect_right(&store, &case.story, &format!("mutation {seed}: {what}"));
        store.submit(later.into());
        if store.wait_for(case.whole.entries.len() as u64, PATIENCE) {
            expect_right(
                &store,
                &case.whole,
                &format!("mutation {seed}, later: {what}"),
            );
            store.close();
            continue;
        }
        // It may fail over damage in a page that it had not to read before; then it has to say so.
        assert!(store.is_away(), "mutation {seed}: {what}");
        outcomes.failed_later += 1;
        store.close();
        let (store, report) = open(dir.path(), &case.whole_journal);
        assert!(report.rebuilt.is_some(), "mutation {seed}: {what}");
        expect_right(
            &store,
            &case.whole,
            &format!("mutation {seed}, again: {what}"),
        );
    }
    outcomes
}

fn expect_right(store: &Store, story: &Story, what: &str) {
    let right = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        assert_right(store, story);
    }));
    assert!(right.is_ok(), "{what}");
}

/// A journal and the files of a store that followed it; and the same some events later.
struct Case {
    story: Story,
    journal: MemoryJournal,
    whole: Story,
    whole_journal: MemoryJournal,
    image: Image,
    mutations: u64,
}

impl Case {
    /// A store that has seen so many events, in some runs of the server. The last run ended in order or by a kill, some
    /// time after the map had been made durable.
    fn new(events: usize, runs: usize, killed: bool, mutations: u64) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let whole = Story::of_chance(events + LATER, 19);
        let story = whole.beginning(events);
        let mut journal = memory_journal(1);
        let mut image = Image::new();
        for part in story.entries.chunks(story.entries.len().div_ceil(runs)) {
            let (store, _) = open(dir.path(), &journal);
            append(&mut journal, part);
            for group in part.chunks(13) {
                store.submit(group.into());
                let seq = group.last().map_or(0, |entry| entry.recorded.seq);
                assert!(store.wait_for(seq, PATIENCE));
                if group.len() == 13 {
                    store.shared.ask(Table::sync).expect("there is room");
                }
            }
            image = image_of(dir.path());
            store.close();
        }
        if !killed {
            image = image_of(dir.path());
        }
        let whole_journal = journal_of(&whole);
        Self {
            story,
            journal,
            whole,
            whole_journal,
            image,
            mutations,
        }
    }
}

#[test]
fn damaged_files_never_lead_to_a_wrong_answer() {
    let cases = [
        Case::new(400, 1, false, 440),
        Case::new(400, 2, true, 440),
        Case::new(3_000, 3, false, 120),
    ];
    for case in cases {
        let share = case.mutations / THREADS;
        let outcomes: Vec<Outcomes> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|at| {
                    let case = &case;
                    let seeds = at * share..(at + 1) * share;
                    scope.spawn(move || mutate(case, seeds))
                })
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined
                .map(|outcomes| outcomes.expect("its stores were all right"))
                .collect()
        });
        println!("{outcomes:?}");
        let unharmed: u64 = outcomes.iter().map(|outcomes| outcomes.unharmed).sum();
        assert!(
            unharmed * 4 < case.mutations * 3,
            "damage leaves traces: {outcomes:?}"
        );
    }
}
