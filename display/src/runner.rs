//! The one loop of the display: everything that happens arrives as an [`Event`] in one order, is decided by the
//! [`State`], carried out by [`Hands`], and shown.
//!
//! The queue of events holds [`EVENTS_QUEUED_MAX`]; whoever has news waits when it is full. Time goes on by itself, so a
//! server that says nothing cannot make the picture look alive.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::state::{Effect, Event, State};
use crate::view::View;

/// How many events wait for the loop.
pub const EVENTS_QUEUED_MAX: usize = 64;
/// How often time goes on: twice in each half of a flash.
pub const TICK: Duration = Duration::from_millis(250);

/// Carries out what the state wishes. It never waits; answers come back as events.
pub trait Hands: Send {
    /// Begins to carry out one effect.
    fn carry_out(&mut self, effect: Effect);
}

/// Shows views. It never waits; only the newest view counts.
pub trait Screen: Send {
    /// Shows `view` soon.
    fn show(&mut self, view: View);
}

/// Puts events into the queue.
#[derive(Debug, Clone)]
pub struct Events(mpsc::Sender<Event>);

impl Events {
    /// Puts an event into the queue; waits while it is full. Nothing happens when the display has ended.
    pub async fn send(&self, event: Event) {
        let _ended = self.0.send(event).await;
    }

    /// The same from a thread that may be held up. Must not be called inside a runtime.
    pub fn send_from_thread(&self, event: Event) {
        let _ended = self.0.blocking_send(event);
    }
}

/// A queue of events: the door for those who tell, and the end from which the runner reads.
#[must_use]
pub fn queue() -> (Events, mpsc::Receiver<Event>) {
    let (sender, receiver) = mpsc::channel(EVENTS_QUEUED_MAX);
    (Events(sender), receiver)
}

/// The loop.
pub struct Runner<H, S> {
    state: State,
    hands: H,
    screen: S,
    shown: Option<View>,
    events: mpsc::Receiver<Event>,
}

impl<H: Hands, S: Screen> Runner<H, S> {
    /// A display in `state`, fed by `events`.
    #[must_use]
    pub fn new(state: State, hands: H, screen: S, events: mpsc::Receiver<Event>) -> Self {
        Self {
            state,
            hands,
            screen,
            shown: None,
            events,
        }
    }

    /// Runs until every [`Events`] is gone.
    pub async fn run(mut self) {
        let start = Instant::now();
        let mut ticker = tokio::time::interval(TICK);
        ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let event = tokio::select! {
                event = self.events.recv() => match event {
                    Some(event) => event,
                    None => return,
                },
                _ = ticker.tick() => Event::Tick,
            };
            self.step(start.elapsed(), event);
        }
    }

    fn step(&mut self, uptime: Duration, event: Event) {
        for effect in self.state.on(uptime, event) {
            self.hands.carry_out(effect);
        }
        let view = View::of(&self.state);
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            self.screen.show(view);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use nowserving_shared::link::LinkEvent;
    use nowserving_shared::model::Language;

    use super::*;
    use crate::state::Options;
    use crate::view::Body;

    /// Hands and a screen that remember.
    #[derive(Clone, Default)]
    struct Memory {
        effects: Arc<Mutex<Vec<Effect>>>,
        views: Arc<Mutex<Vec<View>>>,
    }

    impl Hands for Memory {
        fn carry_out(&mut self, effect: Effect) {
            self.effects.lock().unwrap().push(effect);
        }
    }

    impl Screen for Memory {
        fn show(&mut self, view: View) {
            self.views.lock().unwrap().push(view);
        }
    }

    #[tokio::test]
    async fn what_happens_is_decided_carried_out_and_shown_once_until_everybody_is_gone() {
        let memory = Memory::default();
        let options = Options {
            language: Language::ZhCn,
            zone: None,
            server: "http://hall".to_owned(),
        };
        let (events, received) = queue();
        let runner = Runner::new(
            State::new(options),
            memory.clone(),
            memory.clone(),
            received,
        );
        for _ in 0..3 {
            events.send(Event::Link(LinkEvent::Connected)).await;
        }
        drop(events);
        tokio::time::timeout(Duration::from_secs(10), runner.run())
            .await
            .unwrap();
        let effects = memory.effects.lock().unwrap();
        let asks = effects
            .iter()
            .filter(|effect| **effect == Effect::FetchHall);
        assert_eq!(asks.count(), 1, "{effects:?}");
        let views = memory.views.lock().unwrap();
        assert_eq!(
            views.len(),
            1,
            "a view that does not differ is not drawn again"
        );
        assert!(matches!(views[0].body, Body::Message { .. }));
    }
}
