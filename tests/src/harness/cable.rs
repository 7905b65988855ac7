//! A network cable that can be pulled, and whose far side can be unheard, slow or full of noise.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// How long a slow cable keeps what the far side says.
const SLOW: Duration = Duration::from_millis(300);

/// What becomes of what the far side says; what is said to it always arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Carries {
    /// It arrives.
    Well,
    /// It is lost, and the connection with it.
    Nothing,
    /// It arrives late.
    Slowly,
    /// Something else arrives.
    Noise,
}

impl Carries {
    const ALL: [Self; 4] = [Self::Well, Self::Nothing, Self::Slowly, Self::Noise];
}

/// A cable to a server or a printer, which is reached at [`Cable::address`] instead of its own address.
#[derive(Debug)]
pub struct Cable {
    address: SocketAddr,
    far_side: SocketAddr,
    carries: Arc<AtomicU8>,
    accepting: JoinHandle<()>,
}

impl Cable {
    /// A good cable to `far_side`. Must be called inside a runtime.
    ///
    /// # Panics
    /// When the machine has no free port.
    pub async fn to(far_side: SocketAddr) -> Self {
        let carries = Arc::new(AtomicU8::new(Carries::Well as u8));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self {
            address: listener.local_addr().expect("bound"),
            far_side,
            carries: carries.clone(),
            accepting: tokio::spawn(accept(listener, far_side, carries)),
        }
    }

    /// Where the near side plugs in.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, also on connections that stand.
    pub fn carries(&self, what: Carries) {
        self.carries.store(what as u8, Ordering::SeqCst);
    }

    /// Nothing gets through: connections end, and nobody accepts new ones.
    pub async fn is_pulled(&mut self) {
        self.accepting.abort();
        let _aborted = (&mut self.accepting).await;
    }

    /// Everything gets through, at the address that it had before.
    ///
    /// # Panics
    /// When its port was taken meanwhile.
    pub async fn is_plugged_in(&mut self) {
        self.carries(Carries::Well);
        let listener = TcpListener::bind(self.address).await.expect("its port");
        self.accepting = tokio::spawn(accept(listener, self.far_side, self.carries.clone()));
    }
}

async fn accept(listener: TcpListener, far_side: SocketAddr, carries: Arc<AtomicU8>) {
    // With this set its connections end.
    let mut connections = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        connections.spawn(carry(near, far_side, carries.clone()));
    }
}

async fn carry(mut near: TcpStream, far_side: SocketAddr, carries: Arc<AtomicU8>) {
    let Ok(mut far) = TcpStream::connect(far_side).await else {
        return;
    };
    let (mut asked, mut said) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        let carried = tokio::select! {
            read = near.read(&mut asked) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => far.write_all(&asked[..bytes]).await,
            },
            read = far.read(&mut said) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => {
                    let said = &mut said[..bytes];
                    match Carries::ALL[usize::from(carries.load(Ordering::SeqCst))] {
                        Carries::Well => {}
                        Carries::Nothing => return,
                        Carries::Slowly => tokio::time::sleep(SLOW).await,
                        // Every bit that was set is clear and the other way round: never what was said.
                        Carries::Noise => said.iter_mut().for_each(|byte| *byte = !*byte),
                    }
                    near.write_all(said).await
                }
            },
        };
        if carried.is_err() {
            return;
        }
    }
}
