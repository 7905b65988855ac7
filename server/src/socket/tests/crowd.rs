//! How much room an idle websocket takes. Not part of every run: it opens twenty thousand sockets.
//!
//! `cargo test -p nowserving-server --lib -- --ignored --nocapture ten_thousand` prints what was measured.

use std::process::{Command as Process, Stdio};

use super::*;

/// How many follow.
const CROWD: usize = 10_000;
/// How many of them connect at a time.
const CONNECTING_MAX: usize = 200;
/// What the server's process may take, in KiB.
const RESIDENT_KIB_MAX: u64 = 200 * 1024;
/// How long the crowd may take to gather.
const GATHERING_MAX: Duration = Duration::from_secs(120);
/// In which variable the crowd's process finds the server's address.
const ADDRESS: &str = "NOWSERVING_CROWD_ADDRESS";

/// The memory of this process, in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a process has a status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse().ok()).expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "opens twenty thousand sockets"]
async fn ten_thousand_idle_websockets_fit() {
    serve::make_room_for(CROWD);
    let house = House::open().await;
    house.wang(|window| Command::SignOn { window }).await;
    let before = resident_kib();
    let mut crowd = Process::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact", "socket::tests::crowd::the_crowd"])
        .env(ADDRESS, house.address.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("a process");
    let gathered = timeout(GATHERING_MAX, async {
        while house.open_of(Kind::Wall) < CROWD {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    gathered.await.expect("the crowd gathers");
    // Everybody is told something, and lives through a few beats and a ping.
    house.takes().await;
    tokio::time::sleep(SocketTimes::default().ping_every * 2).await;
    assert_eq!(house.open_of(Kind::Wall), CROWD);
    let after = resident_kib();
    let each = (after.saturating_sub(before)) * 1024 / CROWD as u64;
    eprintln!("{CROWD} websockets: {before} KiB before, {after} KiB now, {each} bytes each");
    drop(crowd.stdin.take());
    house.until_open(0).await;
    crowd.wait().expect("the crowd ends");
    assert!(after < RESIDENT_KIB_MAX, "{after} KiB");
}

/// The crowd, in a process of its own.
#[test]
#[ignore = "part of ten_thousand_idle_websockets_fit"]
fn the_crowd() {
    let Ok(address) = std::env::var(ADDRESS) else {
        return;
    };
    serve::make_room_for(CROWD);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.spawn(async move {
        let places = Arc::new(tokio::sync::Semaphore::new(CONNECTING_MAX));
        for _ in 0..CROWD {
            let place = places.clone().acquire_owned().await;
            let address = address.clone();
            tokio::spawn(async move {
                let stream = TcpStream::connect(&address).await.expect("it listens");
                let url = format!("ws://{address}/ws/v1");
                let config = tokio_tungstenite::tungstenite::protocol::WebSocketConfig::default()
                    .read_buffer_size(2048);
                let connected =
                    tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await;
                let (socket, _) = connected.expect("a websocket");
                let mut client = Client { socket };
                client.says(&hello(What::Wall { zone: None })).await;
                Held::of(client.hears().await);
                drop(place);
                while let Some(Ok(_)) = client.socket.next().await {}
            });
        }
    });
    // Until the other process lets go.
    let _ = std::io::read_to_string(std::io::stdin());
}
