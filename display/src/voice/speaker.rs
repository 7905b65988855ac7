//! The loudspeaker: opened at the start, given up when it breaks, sought again.
//!
//! A hiccup is no loss: an audio system that was late says so and goes on. A loudspeaker that broke is opened anew for the
//! next announcement, and the log says that it broke, why, and that it is back. Only one that was sought in vain, or that takes no
//! sound, is left alone for [`SEEK_AGAIN_AFTER`], because each attempt may hold up the calls by seconds.

use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rodio::buffer::SamplesBuffer;
use rodio::{CpalError, CpalErrorKind, DeviceSinkBuilder, MixerDeviceSink, Player};

use nowserving_voice::Rendered;

/// How much longer than its length an announcement may take before the loudspeaker is given up.
const GRACE: Duration = Duration::from_secs(1);
/// How often the thread looks whether the announcement is over.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long the thread waits before it looks again for a loudspeaker that it sought in vain.
pub(super) const SEEK_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// Something that sounds.
pub trait Sound {
    /// Plays to the end.
    ///
    /// # Errors
    /// It took no sound; why.
    fn play(&self, sound: Rendered) -> Result<(), String>;
}

/// What an open loudspeaker says from its own thread: why it broke, as long as nobody has read it.
#[derive(Debug, Clone, Default)]
pub(super) struct Broken(Arc<Mutex<Option<String>>>);

impl Broken {
    /// The audio system reports an error.
    pub(super) fn hear(&self, error: &CpalError) {
        if is_hiccup(error.kind()) {
            tracing::debug!(%error, "the sound stumbled");
            return;
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
    }

    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whether sound goes on after such an error: the audio system was late, took another way, or runs with less priority.
fn is_hiccup(kind: CpalErrorKind) -> bool {
    matches!(
        kind,
        CpalErrorKind::Xrun | CpalErrorKind::DeviceChanged | CpalErrorKind::RealtimeDenied
    )
}

/// The loudspeaker, while there is one.
pub(super) struct Speaker<S, O> {
    open: O,
    sink: Option<S>,
    broken: Broken,
    /// When it was last sought in vain or took no sound.
    in_vain: Option<Instant>,
    /// Whether the log says that calls make no sound.
    said: bool,
}

impl<S: Sound, O: FnMut(Broken) -> Result<S, String>> Speaker<S, O> {
    /// A loudspeaker that will be opened by `open`.
    pub(super) fn new(open: O) -> Self {
        Self {
            open,
            sink: None,
            broken: Broken::default(),
            in_vain: None,
            said: false,
        }
    }

    /// Whether there is a loudspeaker; it is sought, unless that was in vain a moment ago.
    pub(super) fn is_there(&mut self, now: Instant) -> bool {
        self.seek(now);
        self.sink.is_some()
    }

    /// Plays `sound` to its end, if there is a loudspeaker; says whether it was heard.
    pub(super) fn sound(&mut self, now: Instant, sound: Rendered) -> bool {
        if let Some(why) = self.broken.take()
            && self.sink.take().is_some()
        {
            self.said = true;
            tracing::warn!(why, "the loudspeaker broke; it is opened anew");
        }
        self.seek(now);
        let Some(sink) = &self.sink else { return false };
        match sink.play(sound) {
            Ok(()) => true,
            Err(why) => {
                self.sink = None;
                self.in_vain = Some(now);
                self.say(&why);
                false
            }
        }
    }

    /// Opens the loudspeaker, unless it is open or was sought in vain a moment ago.
    fn seek(&mut self, now: Instant) {
        let lately = self
            .in_vain
            .is_some_and(|at| now.saturating_duration_since(at) < SEEK_AGAIN_AFTER);
        if self.sink.is_some() || lately {
            return;
        }
        // What an earlier one said last must not be taken for the new one's.
        self.broken = Broken::default();
        match (self.open)(self.broken.clone()) {
            Ok(sink) => {
                if self.said {
                    tracing::info!("the loudspeaker is there again: calls make a sound");
                }
                self.sink = Some(sink);
                self.in_vain = None;
                self.said = false;
            }
            Err(why) => {
                self.in_vain = Some(now);
                self.say(&why);
            }
        }
    }

    /// Says once that calls make no sound.
    fn say(&mut self, why: &str) {
        if !self.said {
            tracing::warn!(
                why,
                "no loudspeaker: calls are shown and make no sound; it is sought again every {} s",
                SEEK_AGAIN_AFTER.as_secs()
            );
        }
        self.said = true;
    }
}

/// The machine's loudspeaker.
pub(super) struct Device(MixerDeviceSink);

/// Opens the machine's loudspeaker.
///
/// # Errors
/// There is none, or it is not to be had; why.
pub(super) fn open(broken: Broken) -> Result<Device, String> {
    let builder = DeviceSinkBuilder::from_default_device().map_err(|error| error.to_string())?;
    let opened = builder
        .with_error_callback(move |error| broken.hear(&error))
        .open_stream();
    let mut sink = opened.map_err(|error| error.to_string())?;
    // The speaker says itself when it drops one.
    sink.log_on_drop(false);
    Ok(Device(sink))
}

impl Sound for Device {
    fn play(&self, sound: Rendered) -> Result<(), String> {
        let deadline = Instant::now() + sound.length() + GRACE;
        let player = Player::connect_new(self.0.mixer());
        player.append(SamplesBuffer::new(
            NonZero::<u16>::MIN,
            sound.rate,
            sound.samples,
        ));
        while !player.empty() {
            if Instant::now() >= deadline {
                return Err("the loudspeaker took no sound".to_owned());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    fn nothing() -> Rendered {
        Rendered {
            rate: NonZero::<u32>::MIN,
            samples: Vec::new(),
            cues: Vec::new(),
            missing: Vec::new(),
            left_out: 0,
        }
    }

    /// A machine whose loudspeaker can be pulled out and plugged in.
    #[derive(Default)]
    struct Machine {
        /// Why it cannot be opened or takes no sound; none: it works.
        trouble: Cell<Option<&'static str>>,
        deaf: Cell<bool>,
        opened: Cell<u32>,
        played: Cell<u32>,
        wire: RefCell<Broken>,
    }

    impl Machine {
        fn speaker<'a>(
            &'a self,
        ) -> Speaker<&'a Self, impl FnMut(Broken) -> Result<&'a Self, String>> {
            let open = move |broken| {
                self.opened.set(self.opened.get() + 1);
                *self.wire.borrow_mut() = broken;
                match self.trouble.get() {
                    None => Ok(self),
                    Some(why) => Err(why.to_owned()),
                }
            };
            Speaker::new(open)
        }

        fn reports(&self, kind: CpalErrorKind) {
            self.wire.borrow().hear(&CpalError::new(kind));
        }
    }

    impl Sound for &Machine {
        fn play(&self, _: Rendered) -> Result<(), String> {
            if self.deaf.get() {
                return Err("it took no sound".to_owned());
            }
            self.played.set(self.played.get() + 1);
            Ok(())
        }
    }

    #[test]
    fn after_a_hiccup_the_same_loudspeaker_goes_on() {
        let machine = Machine::default();
        let mut speaker = machine.speaker();
        let now = Instant::now();
        speaker.sound(now, nothing());
        for kind in [
            CpalErrorKind::Xrun,
            CpalErrorKind::DeviceChanged,
            CpalErrorKind::RealtimeDenied,
        ] {
            machine.reports(kind);
            speaker.sound(now, nothing());
        }
        assert_eq!((machine.opened.get(), machine.played.get()), (1, 4));
    }

    #[test]
    fn a_loudspeaker_that_broke_is_opened_anew_for_the_next_announcement() {
        let machine = Machine::default();
        let mut speaker = machine.speaker();
        let now = Instant::now();
        speaker.sound(now, nothing());
        machine.reports(CpalErrorKind::DeviceNotAvailable);
        speaker.sound(now + Duration::from_secs(1), nothing());
        assert_eq!((machine.opened.get(), machine.played.get()), (2, 2));
        assert!(!speaker.said, "it is there again");
    }

    #[test]
    fn one_that_is_not_there_is_sought_every_ten_seconds_and_found() {
        let machine = Machine::default();
        machine.trouble.set(Some("no device"));
        let mut speaker = machine.speaker();
        let start = Instant::now();
        for second in 0..SEEK_AGAIN_AFTER.as_secs() {
            speaker.sound(start + Duration::from_secs(second), nothing());
        }
        assert_eq!((machine.opened.get(), machine.played.get()), (1, 0));
        assert!(speaker.said);
        machine.trouble.set(None);
        speaker.sound(start + SEEK_AGAIN_AFTER, nothing());
        assert_eq!((machine.opened.get(), machine.played.get()), (2, 1));
    }

    #[test]
    fn one_that_takes_no_sound_is_left_alone_for_a_moment() {
        let machine = Machine::default();
        machine.deaf.set(true);
        let mut speaker = machine.speaker();
        let start = Instant::now();
        speaker.sound(start, nothing());
        speaker.sound(start + Duration::from_secs(1), nothing());
        assert_eq!(machine.opened.get(), 1, "each attempt holds up a call");
        machine.deaf.set(false);
        speaker.sound(start + SEEK_AGAIN_AFTER, nothing());
        assert_eq!((machine.opened.get(), machine.played.get()), (2, 1));
    }
}
