//! Clients that are slow, silent or dead, and a server that stops.

use nowserving_shared::board::WindowDoes;

use super::*;

/// So many pauses fill every buffer between the hall and a client that does not read, and the hub's bound besides.
const MANY: usize = 1500;

fn short(times: impl FnOnce(&mut SocketTimes)) -> SocketTimes {
    let mut all = SocketTimes::default();
    times(&mut all);
    all
}

/// Pauses and resumes window 1 again and again; each is a delta with a long reason.
async fn much_happens(house: &House, times: usize) {
    for _ in 0..times {
        let pause = |window| Command::Pause {
            window,
            reason: "稍".repeat(200),
            back_at: None,
        };
        house.wang(pause).await;
        house.wang(|window| Command::ResumeWindow { window }).await;
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_is_refused() {
    let house = House::with(short(|times| times.hello_max = Duration::from_millis(30))).await;
    let mut silent = house.connect().await;
    assert_eq!(silent.hears_refusal().await, "hello-missing");
    assert_eq!(silent.ends().await, Ending::clean(CloseCode::Policy));
    house.until_open(0).await;
}

#[tokio::test]
async fn a_slow_reader_gets_a_fresh_snapshot_and_never_a_silent_gap() {
    let house = House::open().await;
    house.wang(|window| Command::SignOn { window }).await;
    let mut slow = house.connect_narrow().await;
    slow.says(&hello(What::Wall { zone: None })).await;
    let mut held = Held::of(slow.hears().await);
    much_happens(&house, MANY / 2).await;
    let (seq, _) = house.app.hub.seq();
    // Folding checks that every delta builds on the one before, or that a snapshot came between.
    slow.follows_to(&mut held, seq).await;
    assert!(held.snapshots > 1, "too much was missed for deltas");
    let (_, fresh) = house.wall().await;
    assert!(fresh.board == held.board, "a newcomer sees the same");
}

#[tokio::test]
async fn a_client_that_takes_nothing_in_loses_its_place() {
    let house = House::with(short(|times| {
        times.write_max = Duration::from_millis(100);
        times.close_max = Duration::from_millis(100);
    }))
    .await;
    house.wang(|window| Command::SignOn { window }).await;
    let mut deaf = house.connect_narrow().await;
    deaf.says(&hello(What::Wall { zone: None })).await;
    Held::of(deaf.hears().await);
    much_happens(&house, MANY / 2).await;
    house.until_open(0).await;
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_taken_for_dead() {
    let house = House::with(short(|times| {
        times.beat_every = Duration::from_millis(10);
        times.ping_every = Duration::from_millis(20);
        times.dead_after = Duration::from_millis(200);
    }))
    .await;
    // A client that reads answers pings by itself, and stays.
    let (mut alive, _) = house.wall().await;
    // One that does not read does not, and goes.
    let _dead = house.wall().await;
    let presence = house.app.presence.clone();
    let one_left = || presence.total() == 1;
    let met = timeout(DEADLINE, async {
        while !one_left() {
            alive.hears_any().await;
        }
        for _ in 0..50 {
            alive.hears_any().await;
        }
    });
    met.await.expect("the dead one is noticed");
    assert!(one_left());
}

#[tokio::test]
async fn a_client_that_closes_is_answered() {
    let house = House::open().await;
    let (mut wall, _) = house.wall().await;
    wall.socket.close(None).await.expect("it is open");
    assert!(wall.ends().await.clean);
    house.until_open(0).await;
}

#[tokio::test]
async fn a_client_that_vanishes_leaves_nothing_behind() {
    let house = House::open().await;
    let wall = house.wall().await;
    let greeting = house.connect().await;
    house.until_open(2).await;
    drop((wall, greeting));
    house.until_open(0).await;
}

#[tokio::test]
async fn a_new_configuration_brings_everybody_a_snapshot() {
    let house = House::open().await;
    let (mut wall, mut held) = house.wall().await;
    let catalogue = Arc::new(nowserving_shared::model::Catalogue::small_example());
    let load = Command::LoadConfiguration { catalogue };
    house.does(load, By::System).await;
    held.fold(wall.hears().await);
    assert_eq!((held.snapshots, held.board.catalogue_version), (2, 2));
}

#[tokio::test]
async fn beats_say_which_sequence_a_client_should_hold() {
    let house = House::lively().await;
    house.wang(|window| Command::SignOn { window }).await;
    let (mut wall, mut held) = house.wall().await;
    house.takes().await;
    house.calls().await;
    let mut beats = 0;
    while beats < 20 {
        match wall.hears_any().await {
            ServerMessage::Beat { seq, at } => {
                assert_eq!(seq, held.seq);
                assert_eq!(at, MORNING);
                beats += 1;
            }
            other => held.fold(other),
        }
    }
    let calling = |does: &WindowDoes| matches!(does, WindowDoes::Calling { .. });
    assert!(held.board.windows.iter().any(|line| calling(&line.does)));
}

#[tokio::test]
async fn when_the_server_stops_every_client_sees_a_clean_close() {
    let house = House::open().await;
    house.wang(|window| Command::SignOn { window }).await;
    let mut clients = Vec::new();
    for at in 0..60 {
        let mut client = house.page().await;
        match at % 3 {
            0 => client.says(&hello_with(What::Staff, None)).await,
            1 => client.says(&hello(What::Wall { zone: None })).await,
            // These have not said their hello yet.
            _ => {}
        }
        clients.push(tokio::spawn(client.ends()));
    }
    let presence = house.app.presence.clone();
    until(|| presence.total() == 60 && presence.by_kind()[0].1 == 20).await;
    house.stop.send(true).expect("the server listens");
    for client in clients {
        let ending = client.await.expect("no panic");
        assert_eq!(ending, Ending::clean(CloseCode::Away));
    }
    let stopped = timeout(DEADLINE, house.serving).await;
    stopped.expect("in time").expect("no panic");
    assert_eq!(house.app.presence.total(), 0);
}

#[tokio::test]
async fn a_client_that_does_not_read_cannot_keep_the_server_from_stopping() {
    let house = House::with(short(|times| {
        times.close_max = Duration::from_millis(100);
    }))
    .await;
    house.wang(|window| Command::SignOn { window }).await;
    let mut deaf = house.connect_narrow().await;
    deaf.says(&hello(What::Wall { zone: None })).await;
    Held::of(deaf.hears().await);
    much_happens(&house, MANY / 2).await;
    house.stop.send(true).expect("the server listens");
    let stopped = timeout(DEADLINE, house.serving).await;
    stopped.expect("in time").expect("no panic");
}
