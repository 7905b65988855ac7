//! The two tones of a call, ding-dong, made here: no file, no licence, the same everywhere.
//!
//! One thread owns the loudspeaker, because opening and playing may wait. It takes one order at a time; whoever orders is
//! told when the chime is over. Without a loudspeaker the log says so once, and an order is over at once. How one is
//! opened, lost and found again is in `speaker`.

use std::f32::consts::TAU;
use std::num::NonZero;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use speaker::Speaker;

mod speaker;

/// Samples in a second.
pub const SAMPLE_RATE: NonZero<u32> = NonZero::new(44_100).expect("a rate above zero");
/// How long a chime sounds.
pub const LENGTH: Duration = Duration::from_millis(900);
/// Ding: E5, in hertz.
const DING: f32 = 659.26;
/// Dong: C5, in hertz, a third below.
const DONG: f32 = 523.25;
/// When dong begins.
const DONG_AFTER: Duration = Duration::from_millis(350);
/// How loud a tone begins, of 1; two tones and their overtones together stay below 1.
const LOUDNESS: f32 = 0.35;
/// How fast a tone rises; a sudden one clicks.
const ATTACK: Duration = Duration::from_millis(5);
/// After so long a tone has about a third of its loudness.
const DECAY: Duration = Duration::from_millis(220);
/// The last part of the chime, in which everything fades away.
const RELEASE: Duration = Duration::from_millis(80);
/// Overtones of a bar that is struck, and how loud each is.
const OVERTONES: [(f32, f32); 3] = [(1.0, 1.0), (2.0, 0.25), (3.0, 0.12)];
/// How many orders wait for the thread; the state orders one at a time.
const ORDERS_MAX: usize = 1;

/// Where chimes are ordered. Dropping it ends the thread.
#[derive(Debug)]
pub struct Chime(SyncSender<()>);

impl Chime {
    /// Starts the thread; `over` is called on it after each chime.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(over: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let mut speaker = Speaker::new(speaker::open, samples());
        Self::serve(move || {
            speaker.sound(Instant::now());
            over();
        })
    }

    /// The same where calls are to make no sound: each chime is over at once.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn silent(over: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        Self::serve(over)
    }

    fn serve(mut one: impl FnMut() + Send + 'static) -> std::io::Result<Self> {
        let (orders, taken) = sync_channel(ORDERS_MAX);
        let serve = move || {
            while taken.recv().is_ok() {
                one();
            }
        };
        std::thread::Builder::new()
            .name("chime".to_owned())
            .spawn(serve)?;
        Ok(Self(orders))
    }

    /// Orders a chime. Never waits; an order that finds another one waiting is part of that one.
    pub fn sound(&self) {
        let _part_of_the_waiting_one = self.0.try_send(());
    }
}

/// The chime as samples of one channel, each within ±1.
#[must_use]
pub fn samples() -> Vec<f32> {
    let count = (LENGTH.as_secs_f32() * rate()) as usize;
    (0..count)
        .map(|at| sample(Duration::from_secs_f32(at as f32 / rate())))
        .collect()
}

fn rate() -> f32 {
    SAMPLE_RATE.get() as f32
}

fn sample(at: Duration) -> f32 {
    let dong = at
        .checked_sub(DONG_AFTER)
        .map_or(0.0, |since| tone(DONG, since));
    let fade = (LENGTH.saturating_sub(at).as_secs_f32() / RELEASE.as_secs_f32()).min(1.0);
    (tone(DING, at) + dong) * fade
}

/// A struck tone: quick rise, exponential decay, a few overtones.
fn tone(hertz: f32, since: Duration) -> f32 {
    let seconds = since.as_secs_f32();
    let rise = (seconds / ATTACK.as_secs_f32()).min(1.0);
    let envelope = LOUDNESS * rise * (-seconds / DECAY.as_secs_f32()).exp();
    OVERTONES
        .iter()
        .map(|(times, loud)| loud * (TAU * hertz * times * seconds).sin())
        .sum::<f32>()
        * envelope
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// How strong `hertz` is in `samples` (the Goertzel sum, by its definition).
    fn strength(samples: &[f32], hertz: f32) -> f32 {
        let angle = |at: usize| TAU * hertz * at as f32 / rate();
        let part = |of: fn(f32) -> f32| -> f32 {
            samples
                .iter()
                .enumerate()
                .map(|(at, s)| s * of(angle(at)))
                .sum()
        };
        part(f32::sin).hypot(part(f32::cos)) / samples.len() as f32
    }

    #[test]
    fn the_chime_is_ding_then_dong_within_a_second_and_never_too_loud() {
        let samples = samples();
        assert_eq!(samples.len(), 39_690);
        let loudest = samples
            .iter()
            .fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
        assert!((0.2..0.9).contains(&loudest), "{loudest}");
        let at = |duration: Duration| (duration.as_secs_f32() * rate()) as usize;
        let ding = &samples[..at(DONG_AFTER)];
        let dong = &samples[at(DONG_AFTER)..];
        assert!(strength(ding, DING) > 10.0 * strength(ding, DONG));
        assert!(strength(dong, DONG) > 2.0 * strength(dong, DING));
    }

    #[test]
    fn the_chime_begins_and_ends_without_a_click() {
        let samples = samples();
        assert_eq!(samples[0], 0.0);
        assert!(samples[samples.len() - 1].abs() < 1e-3);
        let steepest = samples
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        assert!(steepest < 0.15, "{steepest}");
    }

    #[test]
    fn an_order_is_over_with_or_without_a_loudspeaker() {
        let (over, told) = channel();
        let chime = Chime::start(move || over.send(()).unwrap()).unwrap();
        chime.sound();
        told.recv_timeout(Duration::from_secs(20)).unwrap();
    }
}
