//! The chime of a call, sounded here; its two tones are made in [`nowserving_voice::chime`].
//!
//! One thread owns the loudspeaker, because opening and playing may wait. It takes one order at a time; whoever orders is
//! told when the chime is over. Without a loudspeaker the log says so once, and an order is over at once. How one is
//! opened, lost and found again is in `speaker`.

use std::num::NonZero;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use nowserving_voice::chime::{LENGTH, samples};
use speaker::Speaker;

mod speaker;

/// Samples in a second.
pub const SAMPLE_RATE: NonZero<u32> = NonZero::new(44_100).expect("a rate above zero");
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
        let mut speaker = Speaker::new(speaker::open, samples(SAMPLE_RATE));
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_order_is_over_with_or_without_a_loudspeaker() {
        let (over, told) = channel();
        let chime = Chime::start(move || over.send(()).unwrap()).unwrap();
        chime.sound();
        told.recv_timeout(Duration::from_secs(20)).unwrap();
    }
}
