//! Connections that are too many, too silent or too slow, through a real socket.

use std::net::Ipv4Addr;

use axum::Extension;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use super::*;

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

fn limits() -> Limits {
    Limits {
        connections_per_address_max: 3,
        connections_max: 3,
        proxy: None,
        head_max: Duration::from_millis(200),
        write_stall_max: Duration::from_millis(200),
        stop_max: PATIENCE,
    }
}

async fn served(limits: Limits) -> Served {
    const BIG: usize = 16 << 20;
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/big", get(|| async { vec![b'x'; BIG] }));
    let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    let (stop, stopping) = watch::channel(false);
    let task = tokio::spawn(serve(listener, router, limits, stopping));
    Served {
        address,
        stop,
        task,
    }
}

/// Everything that the server sends until it closes.
async fn read_to_the_end(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    // A reset is an end as well.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut read))
        .await
        .expect("the server closes the connection");
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let served = served(limits()).await;
    let mut silent = TcpStream::connect(served.address).await.expect("accepted");
    assert_eq!(read_to_the_end(&mut silent).await, "");
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_cut_off() {
    let served = served(limits()).await;
    let stream = TcpStream::connect(served.address).await.expect("accepted");
    let (mut reading, mut writing) = stream.into_split();
    let slow = tokio::spawn(async move {
        for byte in b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: "
            .iter()
            .chain([b'.'; 10_000].iter())
        {
            if writing.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut read = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, reading.read_to_end(&mut read)).await;
    assert!(ended.is_ok(), "the server closes the connection");
    slow.abort();
}

#[tokio::test]
async fn an_answer_that_nobody_takes_in_ends_the_connection() {
    let served = served(limits()).await;
    let mut stream = TcpStream::connect(served.address).await.expect("accepted");
    stream
        .write_all(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("sent");
    // The server gives up while nobody reads, so that its seat is free again and it can stop.
    served.stop.send_replace(true);
    tokio::time::timeout(PATIENCE / 2, served.task)
        .await
        .expect("the server stops without waiting for the reader")
        .expect("no panic");
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_a_seat_is_free_again_afterwards() {
    let served = served(Limits {
        head_max: PATIENCE,
        ..limits()
    })
    .await;
    let mut sitting = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(served.address).await.expect("accepted");
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .expect("sent");
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.expect("answered");
        assert_eq!(&first, b"HTTP/1.1 200");
        sitting.push(stream);
    }
    let mut fourth = TcpStream::connect(served.address).await.expect("queued");
    let _ = fourth.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(read_to_the_end(&mut fourth).await, "");
    drop(sitting);
    tokio::time::timeout(PATIENCE, async {
        loop {
            let mut again = TcpStream::connect(served.address).await.expect("queued");
            let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            let _ = again.write_all(request).await;
            if read_to_the_end(&mut again).await.ends_with("here") {
                return;
            }
        }
    })
    .await
    .expect("a seat is free again");
}

#[tokio::test]
async fn stopping_waits_for_an_open_request_and_closes_idle_connections() {
    let served = served(Limits {
        head_max: PATIENCE,
        ..limits()
    })
    .await;
    let mut idle = TcpStream::connect(served.address).await.expect("accepted");
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("sent");
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.expect("answered");
    served.stop.send_replace(true);
    assert!(read_to_the_end(&mut idle).await.ends_with("here"));
    tokio::time::timeout(PATIENCE, served.task)
        .await
        .expect("the server stops")
        .expect("no panic");
}

#[tokio::test]
async fn clients_behind_the_proxy_are_told_apart_and_nobody_else_is_believed() {
    let who =
        get(|Extension(PeerAddress(peer)): Extension<PeerAddress>| async move { peer.to_string() });
    for (proxy, seen) in [
        (Some(Ipv4Addr::LOCALHOST.into()), "192.0.2.7"),
        (None, "127.0.0.1"),
    ] {
        let limits = Limits {
            proxy,
            connections_max: 8,
            ..limits()
        };
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let (_stop, stopping) = watch::channel(false);
        let router = Router::new().route("/", who.clone());
        tokio::spawn(serve(listener, router, limits, stopping));
        let mut others = Vec::new();
        for _ in 0..5 {
            others.push(TcpStream::connect(address).await.expect("accepted"));
        }
        let mut stream = TcpStream::connect(address).await.expect("accepted");
        let request = "GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 198.51.100.1, 192.0.2.7\r\nconnection: close\r\n\r\n";
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it is sent");
        let told = read_to_the_end(&mut stream).await;
        match proxy {
            Some(_) => assert!(told.ends_with(seen), "{told}"),
            // The connections of one address are bounded, so the sixth is not served.
            None => assert_eq!(told, ""),
        }
    }
    assert_eq!(forwarded_for(&HeaderMap::new()), None);
}
