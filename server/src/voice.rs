//! What is said in the hall: one room for each acoustic zone that displays are in.
//!
//! A room is a task of its own around the pure [`Room`]. It listens to its zone's part of the hub for calls, and to its
//! displays through their seats; what it tells them goes through a bounded queue for each. A display that does not take
//! what it is told loses its seat, and with it its connection: it comes back and hears everything anew.
//!
//! Rooms live as long as the server, so that a display that is away for a moment changes nothing of what was said. There
//! are at most as many as zones, and one for displays that show the whole hall.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::civil;
use nowserving_shared::announce::order::Now;
use nowserving_shared::announce::room::{DisplayNumber, Input, Output, Room, To, Told};
use nowserving_shared::announce::{Skipped, Speech, VoiceSettings};
use nowserving_shared::board::Scope;
use nowserving_shared::model::{Catalogue, DeviceKind, ZoneId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::socket::ServerMessage;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::hall_task::HallHandle;
use crate::hub::{Calls, Hub, Listening};

/// How many things that displays say wait for their room.
const SAID_MAX: usize = 256;
/// How many messages wait for a display before it loses its seat.
pub const TOLD_MAX: usize = 32;
/// How many announcements of a zone are kept for displays that fetch their sound.
pub const KEPT_MAX: usize = 8;
/// The hour that is taken while the hall has no configuration: nobody is quiet then, and nobody calls.
const NOON: civil::Time = civil::time(12, 0, 0, 0);
/// The number of no display: they are numbered from 1.
const NOBODY: DisplayNumber = 0;
/// What stands for the whole hall in the address of a sound; no zone is called so, because ids begin with a letter or digit.
pub const WHOLE_HALL: &str = "_hall";

/// Where the sound of an announcement is to be had.
#[must_use]
pub fn sound_path(zone: Option<&ZoneId>, number: u64) -> String {
    let zone = zone.map_or(WHOLE_HALL, ZoneId::as_str);
    format!("{}/announcements/{zone}/{number}.wav", crate::http::API)
}

/// The rooms of a hall. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Rooms(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hall: HallHandle,
    hub: Hub,
    stopping: watch::Receiver<bool>,
    seats: AtomicU64,
    rooms: Mutex<BTreeMap<Option<ZoneId>, Door>>,
}

/// The way into a room.
#[derive(Debug, Clone)]
struct Door {
    said: mpsc::Sender<Said>,
    kept: Kept,
    speaker: Arc<AtomicU64>,
}

/// The last announcements of a room, oldest first.
type Kept = Arc<Mutex<VecDeque<Arc<Told>>>>;

/// What comes in at the door.
#[derive(Debug)]
enum Said {
    Enters(DisplayNumber, mpsc::Sender<Bytes>),
    /// What a display says.
    By(Input),
}

/// What a display says to its room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Whether it can speak, and how far it knows the speaking to have come.
    Voice {
        /// Whether it can.
        able: bool,
        /// How far.
        said: Option<nowserving_shared::announce::room::Said>,
    },
    /// An announcement lasts so long.
    Lasts {
        /// Which.
        number: u64,
        /// How long.
        length: std::time::Duration,
    },
    /// An announcement is over.
    Said {
        /// Which.
        number: u64,
    },
}

/// A display's place in a room. Dropping it leaves the room.
#[derive(Debug)]
pub struct Seat {
    number: DisplayNumber,
    said: mpsc::Sender<Said>,
    told: mpsc::Receiver<Bytes>,
}

impl Seat {
    /// What the display is to be told next, as a JSON text; none when it has lost its seat.
    pub async fn next(&mut self) -> Option<Bytes> {
        self.told.recv().await
    }

    /// Says something to the room.
    pub async fn says(&self, word: Word) {
        let display = self.number;
        let input = match word {
            Word::Voice { able, said } => Input::Voice {
                display,
                able,
                said,
            },
            Word::Lasts { number, length } => Input::Lasts {
                display,
                number,
                length,
            },
            Word::Said { number } => Input::Said { display, number },
        };
        // The room is gone only when the server stops.
        let _stopped = self.said.send(Said::By(input)).await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let leaves = Said::By(Input::Leaves(self.number));
        if let Err(mpsc::error::TrySendError::Full(leaves)) = self.said.try_send(leaves) {
            let said = self.said.clone();
            tokio::spawn(async move { said.send(leaves).await });
        }
    }
}

impl Rooms {
    /// No rooms yet.
    #[must_use]
    pub fn new(hall: HallHandle, hub: Hub, stopping: watch::Receiver<bool>) -> Self {
        Self(Arc::new(Inner {
            hall,
            hub,
            stopping,
            seats: AtomicU64::new(1),
            rooms: Mutex::default(),
        }))
    }

    fn rooms(&self) -> MutexGuard<'_, BTreeMap<Option<ZoneId>, Door>> {
        // Nothing panics while it is held.
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat in the room of `zone`, which must be one that the configuration knows; none: of the whole hall. Must be called
    /// inside a runtime.
    pub async fn enter(&self, zone: Option<ZoneId>) -> Seat {
        let door = {
            let mut rooms = self.rooms();
            // Only a fault of ours ends a room before the server stops; whoever comes next opens it anew.
            if let Some(door) = rooms.get(&zone)
                && door.said.is_closed()
                && !*self.0.stopping.borrow()
            {
                tracing::error!(?zone, "the room of a zone ended; it is opened anew");
                rooms.remove(&zone);
            }
            let door = rooms
                .entry(zone)
                .or_insert_with_key(|zone| self.open(zone.clone()));
            door.clone()
        };
        let number = self.0.seats.fetch_add(1, Ordering::Relaxed);
        let (teller, told) = mpsc::channel(TOLD_MAX);
        let _stopped = door.said.send(Said::Enters(number, teller)).await;
        Seat {
            number,
            said: door.said,
            told,
        }
    }

    /// Opens the rooms of all displays of a hall that has just started, so that a call is heard of also when it comes to its
    /// end before its display is back. Must be called inside a runtime.
    pub fn open_for(&self, catalogue: &Catalogue) {
        let displays = catalogue.devices.iter();
        let displays = displays.filter(|device| device.kind == DeviceKind::Display);
        let mut rooms = self.rooms();
        for display in displays {
            rooms
                .entry(display.zone.clone())
                .or_insert_with_key(|zone| self.open(zone.clone()));
        }
    }

    /// One of the last announcements of a zone.
    #[must_use]
    pub fn announcement(&self, zone: Option<&ZoneId>, number: u64) -> Option<Arc<Told>> {
        let kept = self.rooms().get(&zone.cloned())?.kept.clone();
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = kept.iter();
        kept.find(|told| told.announcement.number == number)
            .cloned()
    }

    /// Who speaks in a zone.
    #[must_use]
    pub fn speaker(&self, zone: &Option<ZoneId>) -> Option<DisplayNumber> {
        let rooms = self.rooms();
        let speaker = rooms.get(zone)?.speaker.load(Ordering::Relaxed);
        (speaker != NOBODY).then_some(speaker)
    }

    fn open(&self, zone: Option<ZoneId>) -> Door {
        let speaker = Arc::new(AtomicU64::new(NOBODY));
        let (said, hears) = mpsc::channel(SAID_MAX);
        let kept = Kept::default();
        let Inner {
            hall,
            hub,
            stopping,
            ..
        } = &*self.0;
        let task = Task {
            room: Room::new(speech(hall)),
            started: Instant::now(),
            zone,
            hall: hall.clone(),
            hub: hub.clone(),
            displays: BTreeMap::new(),
            kept: kept.clone(),
            speaker: speaker.clone(),
        };
        tokio::spawn(task.run(hears, stopping.clone()));
        Door {
            said,
            kept,
            speaker,
        }
    }
}

/// How the hall speaks now.
fn speech(hall: &HallHandle) -> Arc<Speech> {
    let settings = hall.doors().catalogue.map(|held| held.voice.clone());
    let speech = settings.and_then(|settings| Speech::new(settings).ok());
    // A catalogue that was read has settings that can be followed; before one was, nobody is called.
    let fallback = || Speech::new(VoiceSettings::default());
    let speech = speech.map_or_else(fallback, Ok);
    Arc::new(speech.expect("the product's own settings can be followed"))
}

struct Task {
    room: Room,
    started: Instant,
    zone: Option<ZoneId>,
    hall: HallHandle,
    hub: Hub,
    displays: BTreeMap<DisplayNumber, mpsc::Sender<Bytes>>,
    kept: Kept,
    /// Who speaks, for whoever asks from outside; [`NOBODY`] while nobody does.
    speaker: Arc<AtomicU64>,
}

impl Task {
    async fn run(mut self, mut hears: mpsc::Receiver<Said>, mut stopping: watch::Receiver<bool>) {
        let mut updates = self.listen();
        loop {
            let due = self.room.poll_timeout();
            let due = due.map(|due| self.started + due);
            tokio::select! {
                // Who could stop the server is gone, or has done so.
                _ = stopping.wait_for(|stopping| *stopping) => return,
                () = wait_until(due) => self.happens(Input::Tick),
                said = hears.recv() => match said {
                    Some(Said::Enters(display, teller)) => {
                        self.displays.insert(display, teller);
                        self.happens(Input::Enters(display));
                    }
                    Some(Said::By(input)) => {
                        if let Input::Leaves(display) = &input {
                            self.displays.remove(display);
                        }
                        self.happens(input);
                    }
                    None => return,
                },
                update = updates.recv() => match update {
                    Ok(Calls::Changed { changes, .. }) => {
                        let at = self.hall.clock().now();
                        self.happens(Input::Changes { changes, at });
                    }
                    Ok(Calls::Reset) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        updates = self.listen();
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
            }
        }
    }

    /// Listens afresh: how the hall speaks, its calls as they are, and what follows.
    fn listen(&mut self) -> broadcast::Receiver<Calls> {
        let Listening {
            seq,
            at,
            calls,
            updates,
            ..
        } = self.hub.listen(&Scope::Wall(self.zone.clone()));
        self.happens(Input::SpeakAs(speech(&self.hall)));
        self.happens(Input::Board { seq, calls, at });
        updates
    }

    fn now(&self) -> Now {
        let at = self.hall.clock().now().timestamp();
        let catalogue = self.hall.doors().catalogue;
        let local = catalogue.map(|held| held.hall.time_zone.to_datetime(at).time());
        Now {
            uptime: self.started.elapsed(),
            local: local.unwrap_or(NOON),
        }
    }

    fn happens(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        // Each turn beyond the first takes a display away.
        while let Some(input) = inputs.pop_front() {
            let now = self.now();
            for output in self.room.on(now, input) {
                let lost = self.carry_out(output);
                inputs.extend(lost.into_iter().map(Input::Leaves));
            }
        }
        let speaker = self.room.speaker().unwrap_or(NOBODY);
        self.speaker.store(speaker, Ordering::Relaxed);
    }

    /// Carries out what follows; gives the displays that did not take what they were told.
    fn carry_out(&mut self, output: Output) -> Vec<DisplayNumber> {
        match output {
            Output::Announce { to, speaker, told } => {
                self.keep(&told);
                let view = |speak| {
                    let number = told.announcement.number;
                    let sound = sound_path(self.zone.as_ref(), number);
                    let epoch = self.hub.epoch();
                    let view = convert::announcement_view(&told, epoch, speak, &sound);
                    text(&ServerMessage::Announcement(view))
                };
                let (said, shown) = (view(true), view(false));
                self.tell(to, |display| {
                    if speaker == Some(display) {
                        said.clone()
                    } else {
                        shown.clone()
                    }
                })
            }
            Output::Over { number, heard } => {
                if !heard {
                    let (zone, labels) =
                        (self.zone.as_ref().map(ZoneId::as_str), self.labels(number));
                    tracing::info!(
                        zone,
                        number,
                        labels,
                        "nobody told that these calls were heard"
                    );
                }
                let over = text(&ServerMessage::AnnouncementOver { number });
                self.tell(To::All, |_| over.clone())
            }
            Output::Skipped(Skipped { call, why }) => {
                let (label, window, seq) = (call.label.as_str(), call.window, call.seq);
                let zone = self.zone.as_ref().map(ZoneId::as_str);
                tracing::info!(zone, label, window, seq, ?why, "a call is not said");
                Vec::new()
            }
            Output::EndingLost { number, speaker } => {
                let zone = self.zone.as_ref().map(ZoneId::as_str);
                tracing::warn!(
                    zone,
                    number,
                    speaker,
                    "a display never told the end of an announcement"
                );
                Vec::new()
            }
        }
    }

    /// The numbers that an announcement calls.
    fn labels(&self, number: u64) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let told = kept.iter().find(|told| told.announcement.number == number);
        let calls = told.iter().flat_map(|told| &told.announcement.calls);
        let labels: Vec<&str> = calls.map(|call| call.label.as_str()).collect();
        labels.join(" ")
    }

    fn keep(&self, told: &Arc<Told>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let number = told.announcement.number;
        kept.retain(|known| known.announcement.number != number);
        kept.push_back(Arc::clone(told));
        while kept.len() > KEPT_MAX {
            kept.pop_front();
        }
    }

    fn tell(&mut self, to: To, message: impl Fn(DisplayNumber) -> Bytes) -> Vec<DisplayNumber> {
        let is_meant = |display: DisplayNumber| match to {
            To::All => true,
            To::One(one) => one == display,
        };
        let meant = self
            .displays
            .iter()
            .filter(|(number, _)| is_meant(**number));
        let lost: Vec<_> = meant
            .filter(|(number, teller)| teller.try_send(message(**number)).is_err())
            .map(|(number, _)| *number)
            .collect();
        for display in &lost {
            self.displays.remove(display);
        }
        lost
    }
}

fn text(message: &ServerMessage) -> Bytes {
    // Wire types hold nothing that JSON cannot.
    serde_json::to_vec(message).unwrap_or_default().into()
}

async fn wait_until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
