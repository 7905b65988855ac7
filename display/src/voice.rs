//! The voice of the display: announcements become sound here, one after the other.
//!
//! One thread owns the loudspeaker, because opening and playing may wait. It takes one order at a time, makes the sound of it
//! ([`nowserving_voice::render`]) and says first how long it lasts, then that it is over. Without a loudspeaker the log says
//! so once, and an announcement is over at once. How a loudspeaker is opened, lost and found again is in `speaker`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use nowserving_shared::announce::{Announcement, Clip, Speech};
use nowserving_voice::{Rendered, Voices};
use speaker::Speaker;

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

/// What the voice tells of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
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
        let mut speaker = Speaker::new(speaker::open);
        let mut missed = Missed::default();
        Self::serve(move |order| {
            let number = order.announcement.number;
            let rendered = voices.render(&order.speech, &order.announcement);
            missed.note(&rendered);
            told(Told::Lasts {
                number,
                length: rendered.length(),
            });
            speaker.sound(Instant::now(), rendered);
            told(Told::Over { number });
        })
    }

    /// The same where calls are to make no sound: each announcement is over at once.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn silent(told: impl Fn(Told) + Send + 'static) -> std::io::Result<Self> {
        Self::serve(move |order| {
            told(Told::Over {
                number: order.announcement.number,
            });
        })
    }

    fn serve(mut one: impl FnMut(Order) + Send + 'static) -> std::io::Result<Self> {
        let (orders, taken) = sync_channel::<Order>(ORDERS_MAX);
        let serve = move || {
            while let Ok(order) = taken.recv() {
                one(order);
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

    use nowserving_shared::announce::{Call, VoiceSettings};
    use nowserving_shared::model::{Label, Language, Moment, TicketId};

    use super::*;

    fn order(number: u64) -> Order {
        let call = Call {
            seq: 1,
            ticket: TicketId(17),
            label: Label::new("A", 17, 3),
            window: 3,
            language: Language::ZhCn,
            recalls: 0,
            at: Moment(0),
        };
        Order {
            announcement: Announcement {
                number,
                calls: vec![call],
                languages: vec![Language::ZhCn],
                times: 1,
                gap: Duration::from_millis(300),
                volume: 1,
            },
            speech: Arc::new(Speech::new(VoiceSettings::default()).unwrap()),
        }
    }

    #[test]
    fn an_order_is_over_with_or_without_a_loudspeaker() {
        let (told, heard) = channel();
        let voice = Voice::start(Voices::bundled(), move |news| told.send(news).unwrap()).unwrap();
        voice.say(order(7));
        let next = || heard.recv_timeout(Duration::from_secs(20)).unwrap();
        let Told::Lasts { number: 7, length } = next() else {
            panic!("first it is said how long it lasts");
        };
        // A chime and seven words.
        assert!((2..8).contains(&length.as_secs()), "{length:?}");
        assert_eq!(next(), Told::Over { number: 7 });
    }

    #[test]
    fn a_silent_voice_is_over_at_once() {
        let (told, heard) = channel();
        let voice = Voice::silent(move |news| told.send(news).unwrap()).unwrap();
        voice.say(order(8));
        let news = heard.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(news, Told::Over { number: 8 });
    }
}
