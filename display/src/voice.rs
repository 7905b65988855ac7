//! The voice of the display: announcements become sound here, one after the other.
//!
//! One thread owns the loudspeaker, because opening and playing may wait. It takes one order at a time, makes the sound of it
//! ([`nowserving_voice::render`]) and says first how long it lasts, then that it is over. Without a loudspeaker the log says
//! so once, and an announcement is over at once. How a loudspeaker is opened, lost and found again is in `speaker`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use nowserving_shared::announce::{Announcement, Call, Clip, Speech, VoiceSettings};
use nowserving_shared::model::{Label, Language, Moment, TicketId};
use nowserving_voice::{Rendered, Voices};
pub use speaker::Sound;
use speaker::{Broken, SEEK_AGAIN_AFTER, Speaker};

mod speaker;

/// How many orders wait for the thread. The state orders one at a time; a second one can only come when the end of the first
/// was taken for lost.
const ORDERS_MAX: usize = 1;

/// An announcement, and the sentences that the hall makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is to be said.
    pub announcement: Announcement,
    /// How the hall speaks.
    pub speech: Arc<Speech>,
}

impl Order {
    /// What a call sounds like: A017 to window 3, once, in Chinese and in English.
    ///
    /// # Panics
    /// Never: the product's own settings can be followed.
    #[must_use]
    pub fn sample() -> Self {
        let speech = Speech::new(VoiceSettings::default());
        let speech = speech.expect("the product's own settings can be followed");
        let call = Call {
            seq: 1,
            ticket: TicketId(17),
            label: Label::new("A", 17, 3),
            window: 3,
            language: Language::ZhCn,
            recalls: 0,
            at: Moment(0),
        };
        Self {
            announcement: Announcement {
                number: 1,
                calls: vec![call],
                languages: vec![Language::ZhCn, Language::En],
                times: 1,
                gap: speech.settings().gap,
                volume: 100,
            },
            speech: Arc::new(speech),
        }
    }
}

/// What the voice tells of an announcement, or of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Whether there is a loudspeaker: told at the start, and whenever it was lost or found.
    Able(bool),
    /// It lasts so long.
    Lasts {
        /// Which.
        number: u64,
        /// From its beginning to its end.
        length: Duration,
    },
    /// It is over, or there is nothing to say it with.
    Over {
        /// Which.
        number: u64,
    },
}

/// Where announcements are ordered. Dropping it ends the thread.
#[derive(Debug)]
pub struct Voice(SyncSender<Order>);

impl Voice {
    /// Starts the thread, which speaks with `voices`; `told` is called on it.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(voices: Voices, told: impl Fn(Told) + Send + 'static) -> std::io::Result<Self> {
        Self::speaking(voices, speaker::open, told)
    }

    /// The same with another loudspeaker than the machine's.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start_into(
        voices: Voices,
        sound: impl Sound + Clone + Send + 'static,
        told: impl Fn(Told) + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::speaking(voices, move |_| Ok(sound.clone()), told)
    }

    fn speaking<S: Sound + Send + 'static>(
        voices: Voices,
        open: impl FnMut(Broken) -> Result<S, String> + Send + 'static,
        told: impl Fn(Told) + Send + 'static,
    ) -> std::io::Result<Self> {
        let mut speaker = Speaker::new(open);
        let mut missed = Missed::default();
        let mut was_able = None;
        Self::serve(move |order| {
            let order = order.map(|order| {
                let rendered = voices.render(&order.speech, &order.announcement);
                missed.note(&rendered);
                (order.announcement.number, rendered)
            });
            let able = match order {
                None => speaker.is_there(Instant::now()),
                Some((number, rendered)) => {
                    let length = rendered.length();
                    // A loudspeaker that opens slowly is opened before its time is counted.
                    speaker.is_there(Instant::now());
                    told(Told::Lasts { number, length });
                    let sounded = speaker.sound(Instant::now(), rendered);
                    // Before its end, so that the server gives what was not heard to another display.
                    if !sounded {
                        was_able = Some(false);
                        told(Told::Able(false));
                    }
                    told(Told::Over { number });
                    sounded
                }
            };
            if was_able.replace(able) != Some(able) {
                told(Told::Able(able));
            }
            able
        })
    }

    /// The same where calls are to make no sound: each announcement is over at once.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn silent(told: impl Fn(Told) + Send + 'static) -> std::io::Result<Self> {
        Self::serve(move |order| {
            told(match order {
                None => Told::Able(false),
                Some(order) => Told::Over {
                    number: order.announcement.number,
                },
            });
            // It is not to be asked again.
            true
        })
    }

    /// The same with a loudspeaker made of software, for rehearsals and tests: each announcement takes `length`, and then
    /// `heard` has heard it.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn rehearse(
        length: Duration,
        mut heard: impl FnMut(&Announcement) + Send + 'static,
        told: impl Fn(Told) + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::serve(move |order| {
            match order {
                None => told(Told::Able(true)),
                Some(Order { announcement, .. }) => {
                    let number = announcement.number;
                    told(Told::Lasts { number, length });
                    std::thread::sleep(length);
                    heard(&announcement);
                    told(Told::Over { number });
                }
            }
            true
        })
    }

    /// A thread that calls `one` with each order, and without one at its start and, while `one` says that there is no
    /// loudspeaker, every [`SEEK_AGAIN_AFTER`].
    fn serve(mut one: impl FnMut(Option<Order>) -> bool + Send + 'static) -> std::io::Result<Self> {
        let (orders, taken) = sync_channel::<Order>(ORDERS_MAX);
        let serve = move || {
            let mut able = one(None);
            loop {
                let order = if able {
                    taken.recv().map_err(|_| RecvTimeoutError::Disconnected)
                } else {
                    taken.recv_timeout(SEEK_AGAIN_AFTER)
                };
                able = match order {
                    Ok(order) => one(Some(order)),
                    Err(RecvTimeoutError::Timeout) => one(None),
                    Err(RecvTimeoutError::Disconnected) => return,
                };
            }
        };
        std::thread::Builder::new()
            .name("voice".to_owned())
            .spawn(serve)?;
        Ok(Self(orders))
    }

    /// Orders an announcement. Never waits: while another one waits already, this one is not said, and the log says so.
    pub fn say(&self, order: Order) {
        if let Err(TrySendError::Full(order) | TrySendError::Disconnected(order)) =
            self.0.try_send(order)
        {
            let number = order.announcement.number;
            tracing::warn!(number, "the voice is held up; an announcement is not said");
        }
    }
}

/// The words that were missing so far, so that the log names each once.
#[derive(Debug, Default)]
struct Missed(BTreeSet<Clip>);

impl Missed {
    fn note(&mut self, rendered: &Rendered) {
        for clip in &rendered.missing {
            if self.0.insert(*clip) {
                tracing::warn!(%clip, "there is no recording of this word");
            }
        }
        if rendered.left_out > 0 {
            let count = rendered.left_out;
            tracing::warn!(count, "sentences that would take too long are not said");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn order(number: u64) -> Order {
        let mut order = Order::sample();
        order.announcement.number = number;
        order
    }

    #[test]
    fn an_order_is_over_with_or_without_a_loudspeaker() {
        let (told, heard) = channel();
        let voice = Voice::start(Voices::bundled(), move |news| told.send(news).unwrap()).unwrap();
        voice.say(order(7));
        let next = || heard.recv_timeout(Duration::from_secs(40)).unwrap();
        let mut news = next();
        while let Told::Able(_) = news {
            news = next();
        }
        let Told::Lasts { number: 7, length } = news else {
            panic!("first it is said how long it lasts: {news:?}");
        };
        // A chime, and a sentence in two languages.
        assert!((6..14).contains(&length.as_secs()), "{length:?}");
        let mut news = next();
        while let Told::Able(_) = news {
            news = next();
        }
        assert_eq!(news, Told::Over { number: 7 });
    }

    #[test]
    fn a_silent_voice_says_that_it_is_and_is_over_at_once() {
        let (told, heard) = channel();
        let voice = Voice::silent(move |news| told.send(news).unwrap()).unwrap();
        voice.say(order(8));
        let next = || heard.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(next(), Told::Able(false));
        assert_eq!(next(), Told::Over { number: 8 });
    }
}
