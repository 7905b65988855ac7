//! The connection to a printer: network, USB, serial line or device file, all behind [`Transport`].
//!
//! Every operation ends in bounded time: connecting within [`CONNECT_TIMEOUT`], writing a piece within [`WRITE_TIMEOUT`],
//! reading within what the caller waits. `escpos` brings a driver for each of these, of which the USB one is used. The others
//! cannot be bounded so: the network driver has one time limit for everything and takes no host names, the serial one waits
//! five seconds in each read while it blocks writing, the file one waits in `read` for ever.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering};
use std::time::{Duration, Instant};

use escpos::driver::{Driver, NativeUsbDriver};
use serde::{Deserialize, Serialize};
use serialport::SerialPort;

/// How long connecting may take, all addresses of a host name together.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a piece of at most [`WRITE_PIECE`] bytes may take to leave. A serial line at 9600 baud needs 4.3 s for it.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes written at a time.
pub const WRITE_PIECE: usize = 4096;

/// Bytes that a USB printer said and nobody has read yet; further ones are dropped.
const USB_INBOX_MAX: usize = 256;

/// How long to wait before a device file that is not ready is tried again.
const FILE_RETRY: Duration = Duration::from_millis(5);

/// How long a USB reading thread rests after an error or an empty read.
const USB_REST: Duration = Duration::from_millis(50);

const BAUD_DEFAULT: u32 = 115_200;
const PORT_DEFAULT: u16 = 9100;

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PrinterAddress {
    /// On the network: `tcp://192.168.1.20:9100`; without a port 9100.
    Tcp {
        /// A host name or an IP address (IPv6 in brackets).
        host: String,
        /// The port.
        port: u16,
    },
    /// On USB, by vendor and product number in hexadecimal: `usb:04b8:0202`.
    Usb {
        /// The vendor number.
        vendor: u16,
        /// The product number.
        product: u16,
    },
    /// On a serial line: `serial:/dev/ttyUSB0@9600`; without a speed 115200.
    Serial {
        /// The device.
        path: String,
        /// Bits per second.
        baud: u32,
    },
    /// A device file or an ordinary file that exists: `file:/dev/usb/lp0`.
    File {
        /// The file.
        path: PathBuf,
    },
}

/// A text that is not the address of a printer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a printer's address; write tcp://HOST:9100, usb:VENDOR:PRODUCT (hexadecimal), serial:/dev/ttyUSB0@9600 or file:/dev/usb/lp0"
)]
pub struct AddressError(String);

/// What went wrong on the connection.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The printer cannot be reached.
    #[error("no connection to the printer at {address}: {reason}")]
    Connect {
        /// Where it should be.
        address: PrinterAddress,
        /// Why not.
        reason: String,
    },
    /// The connection broke while writing, or the printer took nothing for too long.
    #[error("the printer took {taken} of {total} bytes: {reason}")]
    Write {
        /// Bytes that were taken for certain, and at least 1 when any may have been: 0 says that nothing was.
        taken: usize,
        /// Bytes that were to be sent.
        total: usize,
        /// Why no more.
        reason: String,
    },
    /// The connection broke while reading.
    #[error("the connection to the printer broke: {0}")]
    Read(String),
}

/// An open connection to a printer.
pub trait Transport: Send {
    /// Sends all bytes, each piece within [`WRITE_TIMEOUT`].
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError>;

    /// Takes what the printer says, waiting at most `wait` for the first byte. 0 means that it said nothing.
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, TransportError>;
}

impl PrinterAddress {
    /// Whether an ordinary file is there now, which takes everything and never answers.
    #[must_use]
    pub fn is_ordinary_file(&self) -> bool {
        match self {
            Self::File { path } => path.is_file(),
            Self::Tcp { .. } | Self::Usb { .. } | Self::Serial { .. } => false,
        }
    }

    /// Connects to the printer.
    pub fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        let connected: Result<Box<dyn Transport>, String> = match self {
            Self::Tcp { host, port } => connect_tcp(host, *port).map(boxed),
            Self::Usb { vendor, product } => UsbTransport::open(*vendor, *product).map(boxed),
            Self::Serial { path, baud } => {
                let port = serialport::new(path, *baud).timeout(WRITE_TIMEOUT).open();
                port.map(|port| boxed(SerialTransport(port)))
                    .map_err(|error| error.to_string())
            }
            Self::File { path } => open_file(path)
                .map(|file| boxed(FileTransport(file)))
                .map_err(|error| error.to_string()),
        };
        connected.map_err(|reason| TransportError::Connect {
            address: self.clone(),
            reason,
        })
    }
}

fn boxed(transport: impl Transport + 'static) -> Box<dyn Transport> {
    Box::new(transport)
}

impl fmt::Display for PrinterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Self::Usb { vendor, product } => write!(f, "usb:{vendor:04x}:{product:04x}"),
            Self::Serial { path, baud } => write!(f, "serial:{path}@{baud}"),
            Self::File { path } => write!(f, "file:{}", path.display()),
        }
    }
}

impl FromStr for PrinterAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let parsed = if let Some(rest) = text.strip_prefix("tcp://") {
            parse_tcp(rest)
        } else if let Some(rest) = text.strip_prefix("usb:") {
            parse_usb(rest)
        } else if let Some(rest) = text.strip_prefix("serial:") {
            parse_serial(rest)
        } else {
            let path = text.strip_prefix("file:").filter(|path| !path.is_empty());
            path.map(|path| Self::File {
                path: PathBuf::from(path),
            })
        };
        parsed.ok_or_else(|| AddressError(text.to_owned()))
    }
}

impl TryFrom<String> for PrinterAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<PrinterAddress> for String {
    fn from(address: PrinterAddress) -> Self {
        address.to_string()
    }
}

fn parse_tcp(rest: &str) -> Option<PrinterAddress> {
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            (host, port.parse().ok().filter(|port| *port != 0)?)
        }
        Some(_) | None => (rest, PORT_DEFAULT),
    };
    let in_brackets = host.starts_with('[') && host.ends_with(']');
    let sound = !host.is_empty() && (in_brackets || !host.contains([':', '/', '@', ' ']));
    sound.then(|| PrinterAddress::Tcp {
        host: host.to_owned(),
        port,
    })
}

fn parse_usb(rest: &str) -> Option<PrinterAddress> {
    let (vendor, product) = rest.split_once(':')?;
    let number = |text: &str| u16::from_str_radix(text.trim_start_matches("0x"), 16).ok();
    Some(PrinterAddress::Usb {
        vendor: number(vendor)?,
        product: number(product)?,
    })
}

fn parse_serial(rest: &str) -> Option<PrinterAddress> {
    let (path, baud) = match rest.rsplit_once('@') {
        Some((path, baud)) => (path, baud.parse().ok().filter(|baud| *baud != 0)?),
        None => (rest, BAUD_DEFAULT),
    };
    (!path.is_empty()).then(|| PrinterAddress::Serial {
        path: path.to_owned(),
        baud,
    })
}

/// Sends `bytes` piece by piece through `send_some`, which takes what it can and says how much.
fn write_pieces(
    bytes: &[u8],
    mut send_some: impl FnMut(&[u8]) -> io::Result<usize>,
) -> Result<(), TransportError> {
    let mut taken = 0;
    let fail = |taken, reason: String| TransportError::Write {
        taken,
        total: bytes.len(),
        reason,
    };
    while taken < bytes.len() {
        let piece_end = (taken + WRITE_PIECE).min(bytes.len());
        let deadline = Instant::now() + WRITE_TIMEOUT;
        while taken < piece_end {
            match send_some(&bytes[taken..piece_end]) {
                Ok(0) => return Err(fail(taken, "the connection was closed".to_owned())),
                Ok(sent) => taken += sent,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error)
                    if error.kind() == io::ErrorKind::WouldBlock && Instant::now() < deadline =>
                {
                    std::thread::sleep(FILE_RETRY);
                }
                Err(error) => return Err(fail(taken, error.to_string())),
            }
            if Instant::now() >= deadline && taken < piece_end {
                return Err(fail(
                    taken,
                    format!("it took nothing more for {} s", WRITE_TIMEOUT.as_secs()),
                ));
            }
        }
    }
    Ok(())
}

/// Sends `bytes` piece by piece through `send`, which takes a piece or fails and does not say how much of it was taken.
///
/// A piece that failed may have left in part, even the first one. It counts as one byte, so that the ticket is known as
/// one that may have come out: sent again it could be there twice.
fn write_whole_pieces(
    bytes: &[u8],
    mut send: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), TransportError> {
    for (index, piece) in bytes.chunks(WRITE_PIECE).enumerate() {
        send(piece).map_err(|reason| TransportError::Write {
            taken: (index * WRITE_PIECE).max(1),
            total: bytes.len(),
            reason,
        })?;
    }
    Ok(())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

/// A network connection.
struct TcpTransport(TcpStream);

fn connect_tcp(host: &str, port: u16) -> Result<TcpTransport, String> {
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let deadline = Instant::now() + CONNECT_TIMEOUT;
    let addresses = (plain, port)
        .to_socket_addrs()
        .map_err(|error| error.to_string())?;
    let mut reason = "the name has no address".to_owned();
    for address in addresses {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                let prepared = stream
                    .set_nodelay(true)
                    .and_then(|()| stream.set_write_timeout(Some(WRITE_TIMEOUT)));
                return prepared
                    .map(|()| TcpTransport(stream))
                    .map_err(|error| error.to_string());
            }
            Err(error) => reason = error.to_string(),
        }
    }
    Err(reason)
}

impl Transport for TcpTransport {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        write_pieces(bytes, |piece| match self.0.write(piece) {
            // The socket has waited for the whole time limit already.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Err(io::ErrorKind::TimedOut.into())
            }
            other => other,
        })
    }

    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, TransportError> {
        let wait = wait.max(Duration::from_millis(1));
        self.0
            .set_read_timeout(Some(wait))
            .map_err(|error| TransportError::Read(error.to_string()))?;
        match self.0.read(buffer) {
            Ok(0) => Err(TransportError::Read("the printer closed it".to_owned())),
            Ok(taken) => Ok(taken),
            Err(error) if is_timeout(&error) => Ok(0),
            Err(error) => Err(TransportError::Read(error.to_string())),
        }
    }
}

/// A serial line.
struct SerialTransport(Box<dyn SerialPort>);

impl Transport for SerialTransport {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.0
            .set_timeout(WRITE_TIMEOUT)
            .map_err(|error| TransportError::Read(error.to_string()))?;
        write_pieces(bytes, |piece| self.0.write(piece))
    }

    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, TransportError> {
        self.0
            .set_timeout(wait)
            .map_err(|error| TransportError::Read(error.to_string()))?;
        match self.0.read(buffer) {
            Ok(taken) => Ok(taken),
            Err(error) if is_timeout(&error) => Ok(0),
            Err(error) => Err(TransportError::Read(error.to_string())),
        }
    }
}

/// A device file, opened so that neither reading nor writing waits.
struct FileTransport(File);

fn open_file(path: &std::path::Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path)
}

impl Transport for FileTransport {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        write_pieces(bytes, |piece| self.0.write(piece))
    }

    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, TransportError> {
        let deadline = Instant::now() + wait;
        loop {
            match self.0.read(buffer) {
                Ok(taken) if taken > 0 => return Ok(taken),
                // An ordinary file has no answers: its end is not a broken connection.
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(TransportError::Read(error.to_string())),
            }
            if Instant::now() >= deadline {
                return Ok(0);
            }
            std::thread::sleep(FILE_RETRY);
        }
    }
}

/// A USB printer through the driver of `escpos`. Its `read` waits up to five seconds, so a thread of its own reads and
/// hands over what comes.
struct UsbTransport {
    driver: NativeUsbDriver,
    inbox: Receiver<u8>,
    closed: Arc<AtomicBool>,
}

impl UsbTransport {
    fn open(vendor: u16, product: u16) -> Result<Self, String> {
        let driver = NativeUsbDriver::open(vendor, product).map_err(|error| error.to_string())?;
        let (sender, inbox) = sync_channel(USB_INBOX_MAX);
        let closed = Arc::new(AtomicBool::new(false));
        let reader = (driver.clone(), Arc::clone(&closed));
        let thread = std::thread::Builder::new().name("printer-usb-reader".to_owned());
        thread
            .spawn(move || read_usb(&reader.0, &sender, &reader.1))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            driver,
            inbox,
            closed,
        })
    }
}

/// Ends when the transport was dropped (at the latest after the driver's own five seconds).
fn read_usb(driver: &NativeUsbDriver, inbox: &SyncSender<u8>, closed: &AtomicBool) {
    let mut buffer = [0; 64];
    while !closed.load(Ordering::Relaxed) {
        match driver.read(&mut buffer) {
            Ok(0) => std::thread::sleep(USB_REST),
            Ok(taken) => {
                for byte in &buffer[..taken] {
                    // When nobody reads, what a printer says is stale anyway.
                    let _ = inbox.try_send(*byte);
                }
            }
            // The driver tells a silent printer and a broken cable apart only by words; writing finds out.
            Err(_) => std::thread::sleep(USB_REST),
        }
    }
}

impl Transport for UsbTransport {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        write_whole_pieces(bytes, |piece| {
            self.driver.write(piece).map_err(|error| error.to_string())
        })
    }

    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, TransportError> {
        let Some(first) = buffer.first_mut() else {
            return Ok(0);
        };
        match self.inbox.recv_timeout(wait) {
            Ok(byte) => *first = byte,
            Err(RecvTimeoutError::Timeout) => return Ok(0),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(TransportError::Read("its reader ended".to_owned()));
            }
        }
        let mut taken = 1;
        for place in &mut buffer[1..] {
            let Ok(byte) = self.inbox.try_recv() else {
                break;
            };
            *place = byte;
            taken += 1;
        }
        Ok(taken)
    }
}

impl Drop for UsbTransport {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
