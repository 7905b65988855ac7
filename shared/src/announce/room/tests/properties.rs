//! Whatever displays do: every call is said once or skipped with a reason, and nobody is told to speak while another does.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// One thing that happens. Displays and calls are taken modulo those that are there.
#[derive(Debug, Clone)]
enum Step {
    Called,
    CalledAgain(usize),
    Served(usize),
    Comes,
    CanSpeak(usize, bool),
    Leaves(usize),
    Begins,
    Says,
    SaysNothing,
    Waits(u64),
    BoardAnew,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Called),
        2 => any::<usize>().prop_map(Step::CalledAgain),
        2 => any::<usize>().prop_map(Step::Served),
        2 => Just(Step::Comes),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(which, able)| Step::CanSpeak(which, able)),
        2 => any::<usize>().prop_map(Step::Leaves),
        4 => Just(Step::Begins),
        6 => Just(Step::Says),
        1 => Just(Step::SaysNothing),
        4 => (1_u64..3_000).prop_map(Step::Waits),
        1 => Just(Step::BoardAnew),
    ];
    proptest::collection::vec(step, 1..120)
}

/// What is known from outside of a scene.
#[derive(Default)]
struct Watch {
    seq: u64,
    board: Board,
    displays: Vec<DisplayNumber>,
    next: DisplayNumber,
    /// Displays that have said whether they can speak.
    told: BTreeSet<DisplayNumber>,
    /// Calls: each must come to an end.
    owed: BTreeSet<u64>,
}

impl Watch {
    fn step(&mut self, scene: &mut Scene, step: Step) {
        match step {
            Step::Called => {
                self.seq += 1;
                self.shows(scene, scene.line(self.seq, self.seq));
            }
            Step::CalledAgain(which) => {
                if let Some(line) = self.calling(which) {
                    self.seq += 1;
                    let line = CallLine {
                        seq: self.seq,
                        at: scene.at(),
                        recalls: line.recalls + 1,
                        ..line
                    };
                    self.shows(scene, line);
                }
            }
            Step::Served(which) => {
                if let Some(line) = self.calling(which) {
                    let state = CallState::Serving;
                    self.shows(scene, CallLine { state, ..line });
                }
            }
            Step::Comes => {
                self.next += 1;
                self.displays.push(self.next);
                scene.comes(self.next);
            }
            Step::CanSpeak(which, able) => {
                if let Some(display) = self.display(which) {
                    self.told.insert(display);
                    scene.on(Input::Voice {
                        display,
                        able,
                        said: None,
                    });
                }
            }
            Step::Leaves(which) => {
                if let Some(display) = self.display(which) {
                    self.displays.retain(|known| *known != display);
                    self.told.remove(&display);
                    scene.on(Input::Leaves(display));
                }
            }
            Step::Begins => {
                if let Some((display, number)) = scene.told.last().copied() {
                    scene.begins(display, number);
                }
            }
            Step::Says => {
                if let Some((display, number)) = scene.told.last().copied() {
                    scene.has_said(display, number);
                    scene.rests();
                }
            }
            Step::SaysNothing => scene.after(Duration::from_secs(100)),
            Step::Waits(ms) => scene.after(Duration::from_millis(ms)),
            Step::BoardAnew => scene.board(self.seq, self.board.calls.clone()),
        }
    }

    fn display(&self, which: usize) -> Option<DisplayNumber> {
        let at = which.checked_rem(self.displays.len())?;
        Some(self.displays[at])
    }

    fn calling(&self, which: usize) -> Option<CallLine> {
        let calls = self.board.calls.iter();
        let calling: Vec<_> = calls
            .filter(|line| line.state == CallState::Calling)
            .collect();
        let at = which.checked_rem(calling.len())?;
        Some(calling[at].clone())
    }

    fn shows(&mut self, scene: &mut Scene, line: CallLine) {
        if line.state == CallState::Calling {
            self.owed.insert(line.seq);
        }
        self.board.apply(Change::Call(line.clone()));
        scene.change(Change::Call(line));
    }
}

/// Which announcements, not over yet, displays that are there were told to say.
fn being_said(scene: &Scene, displays: &[DisplayNumber]) -> BTreeSet<u64> {
    let told = scene.told.iter();
    let open =
        told.filter(|(display, number)| displays.contains(display) && !scene.over.contains(number));
    open.map(|(_, number)| *number).collect()
}

proptest! {
    #[test]
    fn every_call_is_said_or_skipped_once_and_one_announcement_is_said_at_a_time(steps in steps()) {
        let mut scene = Scene::new();
        let mut watch = Watch::default();
        scene.board(0, Vec::new());
        for step in steps {
            watch.step(&mut scene, step);
            let said = being_said(&scene, &watch.displays);
            prop_assert!(said.len() <= 1, "several at once: {said:?}");
        }
        // In peace, with one display that speaks, everything comes to its end.
        watch.step(&mut scene, Step::Comes);
        let last = watch.next;
        for display in watch.displays.clone() {
            if display != last {
                scene.on(Input::Leaves(display));
            }
        }
        scene.can_speak(last);
        while scene.room.poll_timeout().is_some() {
            if let Some((display, number)) = scene.told.last().copied() {
                scene.has_said(display, number);
            }
            scene.after(Duration::from_secs(2));
        }
        let mut fates: BTreeMap<u64, usize> = BTreeMap::new();
        for (number, calls, _) in &scene.shown {
            prop_assert!(scene.over.contains(number), "{} never ended", number);
            for seq in calls {
                *fates.entry(*seq).or_default() += 1;
            }
        }
        for seq in &scene.skipped {
            *fates.entry(*seq).or_default() += 1;
        }
        for (seq, times) in &fates {
            prop_assert_eq!(*times, 1, "call {} has several ends", seq);
        }
        for seq in &watch.owed {
            prop_assert!(fates.contains_key(seq), "call {} has no end", seq);
        }
        let ended: BTreeSet<u64> = scene.over.iter().copied().collect();
        prop_assert_eq!(ended.len(), scene.over.len(), "an announcement ends once");
    }
}
