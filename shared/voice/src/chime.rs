//! The two tones of a call, ding-dong, made here: no file, no licence, the same everywhere.

use std::f32::consts::TAU;
use std::num::NonZero;
use std::time::Duration;

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

/// The chime as samples of one channel, `rate` in a second, each within ±1.
#[must_use]
pub fn samples(rate: NonZero<u32>) -> Vec<f32> {
    let rate = rate.get() as f32;
    let count = (LENGTH.as_secs_f32() * rate) as usize;
    (0..count)
        .map(|at| sample(Duration::from_secs_f32(at as f32 / rate)))
        .collect()
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
    use super::*;

    const RATES: [u32; 2] = [22_050, 44_100];

    fn chime(rate: u32) -> Vec<f32> {
        samples(NonZero::new(rate).unwrap())
    }

    /// How strong `hertz` is in `samples` (the Goertzel sum, by its definition).
    fn strength(samples: &[f32], rate: u32, hertz: f32) -> f32 {
        let angle = |at: usize| TAU * hertz * at as f32 / rate as f32;
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
        for (rate, count) in RATES.into_iter().zip([19_845, 39_690]) {
            let samples = chime(rate);
            assert_eq!(samples.len(), count);
            let loudest = samples
                .iter()
                .fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
            assert!((0.2..0.9).contains(&loudest), "{loudest}");
            let half = (DONG_AFTER.as_secs_f32() * rate as f32) as usize;
            let (ding, dong) = samples.split_at(half);
            assert!(strength(ding, rate, DING) > 10.0 * strength(ding, rate, DONG));
            assert!(strength(dong, rate, DONG) > 2.0 * strength(dong, rate, DING));
        }
    }

    #[test]
    fn the_chime_begins_and_ends_without_a_click() {
        let samples = chime(44_100);
        assert_eq!(samples[0], 0.0);
        assert!(samples[samples.len() - 1].abs() < 1e-3);
        let steepest = samples
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        assert!(steepest < 0.15, "{steepest}");
    }
}
