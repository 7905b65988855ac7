//! Ten thousand random faults: no number is lost, none is given to two people, none is shown that cannot be called.
//!
//! The kiosk's state machine, its journal's book and the hall's rules are the real ones; cables, disks, the printer, the
//! clock and the people are played ([`world`]), so that thousands of faults take seconds and every run can be had again by
//! its seed. What is played is played at its worst: a message may arrive although its reply never does, a write may be on
//! disk although nobody is told, paper may come out although the printer says nothing.

mod world;

use std::time::{Duration, Instant};

use world::{Faults, World};

/// How many faults there are at least, over all runs.
const FAULTS_MIN: u64 = 10_000;
/// How many visitors come in one run.
const VISITORS: usize = 40;
/// A run that lasts longer, by the world's own clock, is stuck.
const RUN_MAX: Duration = Duration::from_secs(4 * 60 * 60);
/// How long the world is left in peace at the end of a run, so that everything that is owed is done.
const PEACE: Duration = Duration::from_secs(10 * 60);
/// How long all runs may take.
const DEADLINE: Duration = Duration::from_secs(300);

#[test]
fn ten_thousand_faults_lose_no_number_and_give_none_to_two_people() {
    let began = Instant::now();
    let mut all = Faults::default();
    let mut numbers = 0;
    let mut seed = 1;
    while all.total() < FAULTS_MIN {
        assert!(began.elapsed() < DEADLINE, "only {all:?} by run {seed}");
        let mut world = World::new(seed);
        world.plays(VISITORS, RUN_MAX);
        world.rests(PEACE);
        let found = world.faults_of_the_hall();
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
        all += world.faults;
        numbers += world.numbers();
        seed += 1;
    }
    // So that nobody has to take the word of a test's name for what was played.
    eprintln!(
        "{} faults, {numbers} numbers, {} runs: {all:?}",
        all.total(),
        seed - 1
    );
    assert!(all.is_every_kind(), "{all:?}");
    assert!(numbers > 1000, "{numbers} numbers");
}
