//! The life of one websocket: hello, first messages, news and beats, until one side has enough.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use nowserving_shared::board::Scope;
use nowserving_shared::model::{Language, TicketId};
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::http::TicketView;
use nowserving_shared::protocol::socket::{ClientMessage, ServerMessage, What};
use nowserving_shared::protocol::wall::PlacedView;
use serde::Deserialize;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::entry::{self, Pass, Place, Placed, Wish};
use super::line::{Heard, Line, Parting};
use super::presence::Present;
use super::refused::Refused;
use super::upgrade;
use crate::app::App;
use crate::http::problem::Code;
use crate::hub::{LeftOff, Subscription, Update};
use crate::voice::{Seat, Word};

/// How many frames a client may send between two beats, and before its hello. Ours send one a second at most.
pub(super) const FRAMES_PER_BEAT_MAX: u32 = 64;

/// What is known of a client before it has said anything.
#[derive(Debug)]
pub(super) struct Visitor {
    cookie: Option<Box<str>>,
    language: Language,
}

impl Visitor {
    pub(super) fn of(headers: &HeaderMap, language: Language) -> Self {
        Self {
            cookie: upgrade::session_cookie(headers).map(Into::into),
            language,
        }
    }
}

/// Serves one websocket from its handshake to its end.
pub(super) async fn serve(app: Arc<App>, upgrading: OnUpgrade, visitor: Visitor) {
    let present = app.presence.enter();
    let upgraded = match upgrading.await {
        Ok(upgraded) => upgraded,
        Err(error) => {
            tracing::debug!(%error, "a connection did not become a websocket");
            return;
        }
    };
    let mut stopping = app.stopping.clone();
    let mut line = Line::new(upgraded, &app.socket_times).await;
    let parting = tokio::select! {
        // First, so that what else ends with the server does not look like a fault of the line.
        biased;
        () = stopped(&mut stopping) => Parting::Close(CloseCode::Away),
        parting = attend(app, &mut line, visitor, present) => parting,
    };
    // Boxed: it is needed once, and must not take room in every idle connection.
    Box::pin(line.part(parting)).await;
}

/// Returns when the server stops, also when whoever could stop it is gone.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Why a session is over.
enum Over {
    /// The line is to be ended.
    Part(Parting),
    /// The client is to be told why first.
    Refuse(Refused),
}

impl From<Parting> for Over {
    fn from(parting: Parting) -> Self {
        Self::Part(parting)
    }
}

impl From<Refused> for Over {
    fn from(refused: Refused) -> Self {
        Self::Refuse(refused)
    }
}

async fn attend(app: Arc<App>, line: &mut Line, visitor: Visitor, present: Present) -> Parting {
    let mut language = visitor.language;
    let over = match Box::pin(greet(app, line, visitor, present, &mut language)).await {
        Ok((mut session, first)) => match session.follow(line, first).await {
            Ok(never) => match never {},
            Err(over) => over,
        },
        Err(over) => over,
    };
    match over {
        Over::Part(parting) => parting,
        Over::Refuse(refused) => {
            metrics::counter!("nowserving_websockets_refused_total", "code" => refused.code())
                .increment(1);
            tracing::debug!(code = refused.code(), "a websocket is refused");
            match line.say(&refused.message(language)).await {
                Ok(()) => Parting::Close(refused.close_code()),
                Err(parting) => parting,
            }
        }
    }
}

/// What a client says in its hello.
struct Hello {
    what: What,
    token: Option<String>,
    left_off: Option<LeftOff>,
    language: Language,
}

/// Waits for the hello, and lets the client in.
async fn greet(
    app: Arc<App>,
    line: &mut Line,
    visitor: Visitor,
    mut present: Present,
    language: &mut Language,
) -> Result<(Session, Vec<Bytes>), Over> {
    let hello = timeout(app.socket_times.hello_max, hear_hello(line)).await;
    let hello = hello.unwrap_or(Err(Refused::HelloMissing.into()))?;
    *language = hello.language;
    let (token, cookie) = (hello.token.as_deref(), visitor.cookie.as_deref());
    let mut admitted = entry::admit(&app, &hello.what, token, cookie)?;
    let place = match admitted.place {
        Some(place) => Some(Box::new(Seated::at(&app, place, hello.language).await?)),
        None => None,
    };
    if let Some(place) = &place {
        admitted.wish = place.wish();
    }
    let (following, seq, mut first) = subscribe(&app, &admitted.wish, hello.left_off).await?;
    present.follows(admitted.kind, admitted.device);
    if let Some(place) = &place {
        first.insert(0, place.placed());
    }
    let now = Instant::now();
    let session = Session {
        app,
        pass: admitted.pass,
        wish: admitted.wish,
        place,
        present,
        following,
        seq,
        heard_at: now,
        pinged_at: now,
        frames: 0,
        snapshot: Snapshot::Ready,
    };
    Ok((session, first))
}

async fn hear_hello(line: &mut Line) -> Result<Hello, Over> {
    for _ in 0..FRAMES_PER_BEAT_MAX {
        match line.next().await {
            Heard::Text(text) => return Ok(hello(text.as_str())?),
            Heard::Sign => {}
            Heard::End(parting) => return Err(parting.into()),
        }
    }
    Err(Refused::TooManyMessages.into())
}

fn hello(text: &str) -> Result<Hello, Refused> {
    /// A hello of another version may look otherwise, but it names its version.
    #[derive(Deserialize)]
    struct OnlySchema {
        schema: u32,
    }
    let schema = serde_json::from_str(text).map(|OnlySchema { schema }| schema);
    if let Ok(schema) = schema
        && schema != SCHEMA
    {
        return Err(Refused::OtherSchema(schema));
    }
    match serde_json::from_str(text) {
        Ok(ClientMessage::Hello {
            schema: _,
            what,
            token,
            epoch,
            last_seq,
            language,
        }) => Ok(Hello {
            what,
            token,
            left_off: epoch
                .zip(last_seq)
                .map(|(epoch, seq)| LeftOff { epoch, seq }),
            language,
        }),
        Ok(
            ClientMessage::Applied { .. }
            | ClientMessage::Resync
            | ClientMessage::Voice { .. }
            | ClientMessage::Lasts { .. }
            | ClientMessage::Said { .. },
        )
        | Err(_) => Err(Refused::BadMessage),
    }
}

/// Subscribes to what was wished for: what follows, the sequence that it starts from, and what to send first.
async fn subscribe(
    app: &App,
    wish: &Wish,
    left_off: Option<LeftOff>,
) -> Result<(Following, u64, Vec<Bytes>), Refused> {
    let subscription = match wish {
        Wish::Board(Scope::Staff) => {
            let hub = app.hub.clone();
            app.hall
                .look(move |hall, _| hub.subscribe_staff(hall, left_off.as_ref()))
                .await?
        }
        Wish::Board(scope @ Scope::Queue { .. }) => {
            let (hub, scope) = (app.hub.clone(), scope.clone());
            app.hall
                .look(move |hall, _| hub.subscribe_queue(hall, &scope, left_off.as_ref()))
                .await?
        }
        Wish::Board(scope) => app.hub.subscribe(scope, left_off.as_ref()),
        Wish::Ticket(ticket) => return follow_ticket(app, *ticket).await,
    };
    let Subscription {
        first,
        seq,
        updates,
    } = subscription;
    Ok((Following::Board(updates), seq, first))
}

async fn follow_ticket(
    app: &App,
    ticket: TicketId,
) -> Result<(Following, u64, Vec<Bytes>), Refused> {
    let hub = app.hub.clone();
    let followed = app
        .hall
        .look(move |hall, _| match hub.follow(hall, ticket) {
            Some(views) => Ok(views),
            None if hall.ticket(ticket).is_some() => Err(Refused::Door(Code::Busy)),
            None => Err(Wish::Ticket(ticket).gone()),
        })
        .await?;
    let mut views = followed?;
    let view = views.borrow_and_update().clone();
    let (seq, _) = app.hub.seq();
    let first = vec![ticket_text(app, view)];
    Ok((Following::Ticket(views), seq, first))
}

fn ticket_text(app: &App, ticket: TicketView) -> Bytes {
    let ((seq, _), at) = (app.hub.seq(), app.hall.clock().now());
    let message = ServerMessage::Ticket { seq, at, ticket };
    // Wire types hold nothing that JSON cannot.
    serde_json::to_vec(&message).unwrap_or_default().into()
}

/// Where news come from.
enum Following {
    /// A part of the board.
    Board(broadcast::Receiver<Update>),
    /// A ticket.
    Ticket(watch::Receiver<TicketView>),
}

/// What is new.
enum News {
    Delta {
        seq: u64,
        text: Bytes,
    },
    Ticket(TicketView),
    /// Deltas are missing, or everything is new.
    Everything,
    /// The ticket is over, and was told to be.
    NoMore,
    /// The hub is gone.
    Stopping,
}

impl Following {
    /// Waits for news. Can be cancelled at any time.
    async fn next(&mut self) -> News {
        match self {
            Self::Board(updates) => match updates.recv().await {
                Ok(Update::Delta { seq, text, .. }) => News::Delta { seq, text },
                Ok(Update::Reset) => News::Everything,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    metrics::counter!("nowserving_websocket_lags_total").increment(1);
                    News::Everything
                }
                Err(broadcast::error::RecvError::Closed) => News::Stopping,
            },
            Self::Ticket(views) => match views.changed().await {
                Ok(()) => News::Ticket(views.borrow_and_update().clone()),
                Err(_) => News::NoMore,
            },
        }
    }
}

/// A display that shows what it is configured for, in the room where its calls are said.
struct Seated {
    place: Place,
    language: Language,
    shows: PlacedView,
    /// What it follows for that.
    scope: Scope,
    seat: Seat,
    /// Whether it can speak, once it has said so.
    able: Option<bool>,
}

impl Seated {
    async fn at(app: &App, place: Place, language: Language) -> Result<Self, Refused> {
        let Placed { shows, scope } = place.of(app.hall.doors().catalogue.as_deref(), language)?;
        Ok(Self {
            seat: app.rooms.enter(shows.zone.clone()).await,
            place,
            language,
            shows,
            scope,
            able: None,
        })
    }

    /// What is followed there.
    fn wish(&self) -> Wish {
        Wish::Board(self.scope.clone())
    }

    /// Goes to the room of another zone, which hears at once whether it can speak.
    async fn moves(&mut self, app: &App) {
        self.seat = app.rooms.enter(self.shows.zone.clone()).await;
        if let Some(able) = self.able {
            self.seat.says(Word::Voice { able, said: None }).await;
        }
    }

    /// Where it stands, as a message.
    fn placed(&self) -> Bytes {
        // Wire types hold nothing that JSON cannot.
        serde_json::to_vec(&ServerMessage::Placed(self.shows.clone()))
            .unwrap_or_default()
            .into()
    }
}

/// What is said in the display's room next; never, where there is none.
async fn said_next(seated: Option<&mut Box<Seated>>) -> Option<Bytes> {
    match seated {
        Some(seated) => seated.seat.next().await,
        None => std::future::pending().await,
    }
}

/// Whether the client has the snapshot that it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Snapshot {
    /// One was sent since the last beat: the next has to wait for a beat.
    Sent,
    /// None was sent since the last beat.
    Ready,
    /// The client asked for one so soon that it has to wait for the beat.
    Owed,
}

/// A websocket that follows something.
struct Session {
    app: Arc<App>,
    pass: Pass,
    wish: Wish,
    /// Boxed: phones have none, and there are many of them.
    place: Option<Box<Seated>>,
    present: Present,
    following: Following,
    /// The sequence of the last message.
    seq: u64,
    heard_at: Instant,
    pinged_at: Instant,
    /// Frames that came since the last beat.
    frames: u32,
    snapshot: Snapshot,
}

impl Session {
    async fn follow(&mut self, line: &mut Line, first: Vec<Bytes>) -> Result<Infallible, Over> {
        if first.is_empty() {
            // Nothing was missed; the client is to know at once that it is being served.
            self.say_beat(line).await?;
        }
        for text in first {
            line.send(text).await?;
        }
        let beat_every = self.app.socket_times.beat_every;
        let beat = sleep(beat_every);
        tokio::pin!(beat);
        loop {
            tokio::select! {
                () = &mut beat => {
                    self.beat(line).await?;
                    beat.as_mut().reset(Instant::now() + beat_every);
                }
                heard = line.next() => self.heard(line, heard).await?,
                news = self.following.next() => self.news(line, news).await?,
                said = said_next(self.place.as_mut()) => match said {
                    Some(text) => line.send(text).await?,
                    // It did not take what it was told: it is to come back.
                    None => return Err(Parting::Gone.into()),
                },
            }
        }
    }

    async fn news(&mut self, line: &mut Line, news: News) -> Result<(), Over> {
        match news {
            News::Delta { seq, text } => {
                self.seq = seq;
                line.send(text).await?;
            }
            News::Ticket(view) => line.send(ticket_text(&self.app, view)).await?,
            News::Everything => {
                Box::pin(self.stand_anew(line)).await?;
                Box::pin(self.send_snapshot(line)).await?;
            }
            // How it ended was told before; there is nothing left to follow.
            News::NoMore => return Err(self.wish.gone().into()),
            News::Stopping => return Err(Parting::Close(CloseCode::Away).into()),
        }
        Ok(())
    }

    async fn heard(&mut self, line: &mut Line, heard: Heard) -> Result<(), Over> {
        self.heard_at = Instant::now();
        self.frames += 1;
        if self.frames > FRAMES_PER_BEAT_MAX {
            return Err(Refused::TooManyMessages.into());
        }
        let text = match heard {
            Heard::Text(text) => text,
            Heard::Sign => return Ok(()),
            Heard::End(parting) => return Err(parting.into()),
        };
        match serde_json::from_str(text.as_str()) {
            Ok(ClientMessage::Applied { seq }) => {
                if seq <= self.seq {
                    self.present.applied(seq);
                }
                Ok(())
            }
            Ok(ClientMessage::Resync) => self.resync(line).await,
            Ok(ClientMessage::Voice { able, said }) => {
                let said = said.as_ref().map(convert::said);
                self.says(Word::Voice { able, said }).await
            }
            Ok(ClientMessage::Lasts { number, length_ms }) => {
                let length = Duration::from_millis(length_ms);
                self.says(Word::Lasts { number, length }).await
            }
            Ok(ClientMessage::Said { number }) => self.says(Word::Said { number }).await,
            Ok(ClientMessage::Hello { .. }) | Err(_) => Err(Refused::BadMessage.into()),
        }
    }

    /// A display says something of its voice.
    async fn says(&mut self, word: Word) -> Result<(), Over> {
        let seated = self.place.as_mut().ok_or(Refused::BadMessage)?;
        if !seated.place.may_speak() {
            return Err(Refused::Door(Code::NotAllowed).into());
        }
        if let Word::Voice { able, .. } = word {
            seated.able = Some(able);
        }
        seated.seat.says(word).await;
        Ok(())
    }

    /// The configuration may be a new one: the display may stand elsewhere now.
    async fn stand_anew(&mut self, line: &mut Line) -> Result<(), Over> {
        let Some(seated) = &mut self.place else {
            return Ok(());
        };
        let catalogue = self.app.hall.doors().catalogue;
        let Placed { shows, scope } = seated.place.of(catalogue.as_deref(), seated.language)?;
        let is_elsewhere = shows.zone != seated.shows.zone;
        seated.shows = shows;
        seated.scope = scope;
        self.wish = seated.wish();
        if is_elsewhere {
            seated.moves(&self.app).await;
        }
        Ok(line.send(seated.placed()).await?)
    }

    /// Answers a client that saw a gap: at once, but at most once between two beats.
    async fn resync(&mut self, line: &mut Line) -> Result<(), Over> {
        match self.snapshot {
            Snapshot::Ready => Box::pin(self.send_snapshot(line)).await,
            Snapshot::Sent | Snapshot::Owed => {
                self.snapshot = Snapshot::Owed;
                Ok(())
            }
        }
    }

    /// Starts afresh: forgets what was missed and sends everything as it is now.
    async fn send_snapshot(&mut self, line: &mut Line) -> Result<(), Over> {
        match subscribe(&self.app, &self.wish, None).await {
            Ok((following, seq, first)) => {
                self.following = following;
                self.seq = seq;
                self.snapshot = Snapshot::Sent;
                for text in first {
                    line.send(text).await?;
                }
                Ok(())
            }
            // The client sees the gap by the numbers of what comes next; the next beat tries again.
            Err(Refused::Door(Code::Busy)) => {
                self.snapshot = Snapshot::Owed;
                Ok(())
            }
            Err(refused) => Err(refused.into()),
        }
    }

    /// Says that the server lives, and looks after everything that time brings.
    async fn beat(&mut self, line: &mut Line) -> Result<(), Over> {
        let now = Instant::now();
        let times = self.app.socket_times;
        if now - self.heard_at >= times.dead_after {
            return Err(Parting::Gone.into());
        }
        self.pass.check(&self.app)?;
        self.frames = 0;
        match self.snapshot {
            Snapshot::Owed => Box::pin(self.send_snapshot(line)).await?,
            Snapshot::Sent | Snapshot::Ready => self.snapshot = Snapshot::Ready,
        }
        if now - self.pinged_at >= times.ping_every {
            self.pinged_at = now;
            line.ping().await?;
        }
        Ok(self.say_beat(line).await?)
    }

    async fn say_beat(&self, line: &mut Line) -> Result<(), Parting> {
        let (seq, at) = (self.seq, self.app.hall.clock().now());
        line.say(&ServerMessage::Beat { seq, at }).await
    }
}
