//! Chance that can be repeated: numbers that depend on a seed, a purpose and a counter, and on nothing else.
//!
//! The generator has no state. Draw number `n` of a source is the finaliser of SplitMix64 (Steele, Lea and Flood, “Fast
//! splittable pseudorandom number generators”, 2014) over the source's key and `n`. A script that draws one more number
//! for one purpose therefore leaves the numbers of every other purpose as they were. Not for secrets.

use std::f64::consts::TAU;

/// The odd constant of SplitMix64: 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A source of numbers for one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    key: u64,
}

impl Chance {
    /// The source of all sources of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            key: mix(seed.wrapping_add(GOLDEN)),
        }
    }

    /// Another source, for the purpose called `purpose`. Sources of different purposes have nothing in common.
    #[must_use]
    pub fn of(self, purpose: &str) -> Self {
        let key = purpose.bytes().fold(self.key, |key, byte| {
            mix(key.wrapping_add(GOLDEN) ^ u64::from(byte))
        });
        Self { key }
    }

    /// Number `n`: 64 bits.
    #[must_use]
    pub fn bits(self, n: u64) -> u64 {
        mix(self
            .key
            .wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN)))
    }

    /// Number `n`: uniform, at least 0 and less than 1.
    #[must_use]
    pub fn unit(self, n: u64) -> f64 {
        // The upper 53 bits: as many as a double holds exactly.
        (self.bits(n) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether event `n` of this probability happens.
    #[must_use]
    pub fn happens(self, n: u64, probability: f64) -> bool {
        self.unit(n) < probability
    }

    /// Number `n`: exponential with mean 1.
    #[must_use]
    pub fn exponential(self, n: u64) -> f64 {
        -(1.0 - self.unit(n)).ln()
    }

    /// Number `n`: normal with mean 0 and deviation 1 (Box and Muller 1958).
    #[must_use]
    pub fn normal(self, n: u64) -> f64 {
        let radius = (-2.0 * (1.0 - self.of("radius").unit(n)).ln()).sqrt();
        radius * (TAU * self.of("angle").unit(n)).cos()
    }

    /// Number `n`: log-normal with this median; `sigma` is the deviation of its logarithm.
    #[must_use]
    pub fn log_normal(self, n: u64, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal(n)).exp()
    }

    /// Choice `n` among things of these weights: the index of one; none when no weight is positive.
    #[must_use]
    pub fn pick(self, n: u64, weights: &[f64]) -> Option<usize> {
        let positive = |weight: &f64| *weight > 0.0;
        let total: f64 = weights.iter().filter(|weight| positive(weight)).sum();
        let mut rest = self.unit(n) * total;
        let mut last = None;
        for (index, weight) in weights
            .iter()
            .enumerate()
            .filter(|(_, weight)| positive(weight))
        {
            last = Some(index);
            rest -= weight;
            if rest < 0.0 {
                break;
            }
        }
        last
    }
}

/// The finaliser of SplitMix64: every bit of the result depends on every bit of `z`.
fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u64 = 20_000;

    fn mean(draw: impl Fn(u64) -> f64) -> f64 {
        (0..DRAWS).map(draw).sum::<f64>() / DRAWS as f64
    }

    #[test]
    fn the_finaliser_is_that_of_splitmix64() {
        // The first outputs of the published generator with seed 1234567.
        let outputs: Vec<u64> = (1..=3_u64)
            .map(|n| mix(1_234_567_u64.wrapping_add(n.wrapping_mul(GOLDEN))))
            .collect();
        assert_eq!(
            outputs,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn the_same_seed_and_purpose_give_the_same_numbers_and_others_do_not() {
        let numbers = |seed, purpose| {
            let chance = Chance::new(seed).of(purpose);
            (0..8).map(|n| chance.bits(n)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7, "arrivals"), numbers(7, "arrivals"));
        assert_ne!(numbers(7, "arrivals"), numbers(8, "arrivals"));
        assert_ne!(numbers(7, "arrivals"), numbers(7, "services"));
    }

    #[test]
    fn the_distributions_have_their_means() {
        let chance = Chance::new(1);
        assert!((mean(|n| chance.unit(n)) - 0.5).abs() < 0.01);
        assert!((mean(|n| chance.exponential(n)) - 1.0).abs() < 0.03);
        assert!(mean(|n| chance.normal(n)).abs() < 0.03);
        assert!((mean(|n| chance.normal(n).powi(2)) - 1.0).abs() < 0.05);
        // The mean of a log-normal is its median times exp(sigma²/2).
        let expected = 10.0 * (0.125_f64).exp();
        assert!((mean(|n| chance.log_normal(n, 10.0, 0.5)) - expected).abs() < 0.2);
    }

    #[test]
    fn a_choice_follows_the_weights_and_never_takes_what_weighs_nothing() {
        let chance = Chance::new(3);
        let mut counts = [0_u64; 4];
        for n in 0..DRAWS {
            counts[chance
                .pick(n, &[1.0, 0.0, 3.0, -1.0])
                .expect("something weighs")] += 1;
        }
        assert_eq!((counts[1], counts[3]), (0, 0));
        assert!((counts[2] as f64 / counts[0] as f64 - 3.0).abs() < 0.2);
        assert_eq!(chance.pick(0, &[]), None);
        assert_eq!(chance.pick(0, &[0.0]), None);
    }
}
