//! What every door needs: the hall, who is told, and who may enter.

use std::net::IpAddr;
use std::sync::Arc;

use nowserving_voice::Voices;
use tokio::sync::watch;

use crate::auth::{Guard, TicketTokens};
use crate::hall_task::HallHandle;
use crate::hub::Hub;
use crate::reports::Reports;
use crate::socket::{Presence, SocketTimes};
use crate::store::Store;
use crate::voice::Rooms;

/// The state of the HTTP and websocket doors, shared as `Arc<App>`.
#[derive(Debug)]
pub struct App {
    /// The door to the one writer.
    pub hall: HallHandle,
    /// Who is told.
    pub hub: Hub,
    /// Who may enter.
    pub guard: Guard,
    /// The secrets on tickets.
    pub tickets: TicketTokens,
    /// What was: tickets, days, figures.
    pub store: Store,
    /// What is said, and by whom.
    pub rooms: Rooms,
    /// With what it is said by displays that have no recordings themselves.
    pub voices: Arc<Voices>,
    /// Who is connected.
    pub presence: Presence,
    /// What devices said of themselves.
    pub reports: Reports,
    /// What a websocket is held to.
    pub socket_times: SocketTimes,
    /// Turns true when the server begins to stop.
    pub stopping: watch::Receiver<bool>,
}

/// From where a connection came; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

#[cfg(test)]
pub(crate) mod testing {
    //! A hall in memory for tests of the doors.

    use std::sync::Arc;

    use nowserving_journal::{Journal, JournalId, MemoryJournal};
    use nowserving_shared::domain::{By, Command, Hall};
    use nowserving_shared::model::{Catalogue, Moment};
    use nowserving_voice::Voices;
    use tokio::sync::watch;

    use super::App;
    use crate::auth::{Guard, SESSION_IDLE_MAX, TicketTokens};
    use crate::clock::Clock;
    use crate::hall_task::{self, Parts};
    use crate::hub::Hub;
    use crate::record;
    use crate::socket::{Presence, SocketTimes};
    use crate::store::{self, Store};
    use crate::voice::Rooms;

    /// Monday 2026-11-23, 10:20 in Shanghai: the small example is open.
    pub(crate) const MORNING: Moment = Moment(1_795_400_400_000);

    /// The set-up code of a hall for tests.
    pub(crate) const SETUP_CODE: &str = "ABCD-2345";

    fn replay(journal: &dyn Journal) -> Result<Hall, String> {
        let mut hall = Hall::default();
        let mut reader = journal.read_from(1).map_err(|error| error.to_string())?;
        while let Some(frame) = reader.next_frame().map_err(|error| error.to_string())? {
            for (seq, bytes) in frame.entries() {
                let entry = record::read(seq, bytes).map_err(|error| error.to_string())?;
                hall.apply(&entry.recorded.event, entry.recorded.at);
            }
        }
        Ok(hall)
    }

    impl App {
        /// A hall with its journal in memory and the small example loaded, at [`MORNING`] for ever; and the switch that stops it.
        pub(crate) async fn for_tests() -> (Arc<Self>, watch::Sender<bool>) {
            let clock = Clock::fast(MORNING, 0.0);
            let empty = Hall::default();
            let hub = Hub::new("test", &empty, clock.now());
            let journal = MemoryJournal::new(JournalId([7; 16]));
            let dir = tempfile::tempdir().expect("a temporary directory");
            let opened = Store::open(dir.path(), &journal, &mut |_, _| {});
            let store::Opened { store, keys, .. } = opened.expect("an empty store");
            let parts = Parts {
                hub: hub.clone(),
                hall: empty,
                journal: Box::new(journal),
                keys,
                store: Box::new(store.clone()),
                clock,
                rebuild: Box::new(replay),
                // The directory lives as long as the hall.
                snapshot: Box::new(move |_| assert!(dir.path().is_dir())),
            };
            let hall = hall_task::start(parts).expect("a thread starts");
            let catalogue = Arc::new(Catalogue::small_example());
            hall.command(
                Command::LoadConfiguration { catalogue },
                By::System,
                None,
                |_| (),
            )
            .await
            .expect("the example is loaded");
            let (stop, stopping) = watch::channel(false);
            let app = Self {
                rooms: Rooms::new(hall.clone(), hub.clone(), stopping.clone()),
                voices: Arc::new(Voices::bundled()),
                hall,
                hub,
                guard: Guard::new(Some(SETUP_CODE.to_owned()), false, SESSION_IDLE_MAX),
                tickets: TicketTokens::with_key([7; 32]),
                store,
                presence: Presence::default(),
                reports: crate::reports::Reports::default(),
                socket_times: SocketTimes::default(),
                stopping,
            };
            (Arc::new(app), stop)
        }
    }

    #[tokio::test]
    async fn the_hall_for_tests_is_open() {
        let (app, _stop) = App::for_tests().await;
        let opening = app
            .hall
            .look(|hall, now| {
                hall.catalogue()
                    .map(|catalogue| catalogue.opening(now).is_open())
            })
            .await
            .expect("the hall answers");
        assert_eq!(opening, Some(true));
    }
}
