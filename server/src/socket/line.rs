//! One websocket: writing with a limit, reading, and parting.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use nowserving_shared::protocol::socket::ServerMessage;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::SocketTimes;

/// The longest message that is read, in bytes.
pub(super) const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// What is read at once, in bytes. The default of 128 KiB would be kept for every connection.
const READ_BUFFER_BYTES: usize = 2048;
/// How much may wait to be written, in bytes.
const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;
/// A message is written in frames of at most so many bytes: what the longest frame needed is kept for every connection.
pub(super) const PIECE_BYTES_MAX: usize = 4096;
/// How much of what a parting client still says is read, in bytes.
const PARTING_BYTES_MAX: usize = 1024 * 1024;
/// What is read of it at once, in bytes.
const PARTING_READ_BYTES: usize = 4096;

/// What came.
#[derive(Debug)]
pub(super) enum Heard {
    /// A text message.
    Text(Utf8Bytes),
    /// A ping or a pong.
    Sign,
    /// The line is over, or must be ended: how.
    End(Parting),
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parting {
    /// We close, with this code.
    Close(CloseCode),
    /// The client closes.
    Answer,
    /// There is nobody to say anything to.
    Gone,
}

/// One websocket.
pub(super) struct Line {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    write_max: Duration,
    close_max: Duration,
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX))
}

/// With what a message that breaks the protocol is answered; none when the connection itself is broken.
fn close_code(error: &Error) -> Option<CloseCode> {
    match error {
        Error::Capacity(_) => Some(CloseCode::Size),
        Error::Utf8(_) => Some(CloseCode::Invalid),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(CloseCode::Protocol),
        // The library may name more; all others are failures of the connection.
        _ => None,
    }
}

fn heard(came: Option<Result<Message, Error>>) -> Heard {
    match came {
        Some(Ok(Message::Text(text))) => Heard::Text(text),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Sign,
        Some(Ok(Message::Binary(_))) => Heard::End(Parting::Close(CloseCode::Unsupported)),
        Some(Ok(Message::Close(_))) => Heard::End(Parting::Answer),
        Some(Err(error)) => {
            tracing::debug!(%error, "a websocket broke");
            Heard::End(close_code(&error).map_or(Parting::Gone, Parting::Close))
        }
        None => Heard::End(Parting::Gone),
    }
}

impl Line {
    pub(super) async fn new(upgraded: Upgraded, times: &SocketTimes) -> Self {
        let stream = TokioIo::new(upgraded);
        Self {
            socket: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config())).await,
            write_max: times.write_max,
            close_max: times.close_max,
        }
    }

    /// Waits for what comes next. Can be cancelled at any time.
    pub(super) async fn next(&mut self) -> Heard {
        heard(self.socket.next().await)
    }

    /// Writes one message.
    ///
    /// # Errors
    /// When the client does not take it in within the time for one message, or is gone.
    pub(super) async fn send(&mut self, text: Bytes) -> Result<(), Parting> {
        let limit = self.write_max;
        let written = timeout(limit, self.write(text)).await;
        written.unwrap_or(Err(Parting::Gone))
    }

    /// Writes one message of our own.
    ///
    /// # Errors
    /// As [`Line::send`].
    pub(super) async fn say(&mut self, message: &ServerMessage) -> Result<(), Parting> {
        // Wire types hold nothing that JSON cannot.
        let text = serde_json::to_vec(message).unwrap_or_default();
        self.send(text.into()).await
    }

    /// Asks the client for a sign of life.
    ///
    /// # Errors
    /// As [`Line::send`].
    pub(super) async fn ping(&mut self) -> Result<(), Parting> {
        let ping = self.socket.send(Message::Ping(Bytes::new()));
        match timeout(self.write_max, ping).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Parting::Gone),
        }
    }

    async fn write(&mut self, mut text: Bytes) -> Result<(), Parting> {
        let mut opcode = OpCode::Data(Data::Text);
        loop {
            let piece = text.split_to(text.len().min(PIECE_BYTES_MAX));
            let frame = Frame::message(piece, opcode, text.is_empty());
            let fed = self.socket.feed(Message::Frame(frame)).await;
            fed.map_err(|_| Parting::Gone)?;
            if text.is_empty() {
                break;
            }
            opcode = OpCode::Data(Data::Continue);
        }
        self.socket.flush().await.map_err(|_| Parting::Gone)
    }

    /// Ends the line. Whoever is there is told with a code, and read on from until the stream ends: a connection that is
    /// dropped with something unread is reset, and the client may never see why.
    pub(super) async fn part(mut self, parting: Parting) {
        let limit = self.close_max;
        let parted = timeout(limit, async {
            if let Parting::Close(code) = parting {
                let reason = Utf8Bytes::from_static("");
                let frame = CloseFrame { code, reason };
                self.socket.close(Some(frame)).await.ok()?;
            }
            if parting == Parting::Gone {
                return None;
            }
            let mut ignored = 0;
            while let Some(Ok(message)) = self.socket.next().await {
                ignored += message.len();
                if ignored > PARTING_BYTES_MAX {
                    return None;
                }
            }
            self.hang_up().await
        });
        if parted.await.is_err() {
            tracing::debug!("a client did not answer a close in time");
        }
    }

    async fn hang_up(&mut self) -> Option<()> {
        let stream = self.socket.get_mut();
        stream.shutdown().await.ok()?;
        let mut ignored = 0;
        let mut buffer = vec![0; PARTING_READ_BYTES];
        while ignored < PARTING_BYTES_MAX {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => ignored += read,
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// As much as a suite of another project sends at once, in bytes.
    const WIDE_BYTES_MAX: usize = 32 * 1024 * 1024;

    impl Line {
        /// A line that takes long messages, and says everything again that it hears until its end.
        pub(in super::super) async fn echo(upgraded: Upgraded, times: &SocketTimes) {
            let config = config()
                .max_write_buffer_size(WIDE_BYTES_MAX)
                .max_message_size(Some(WIDE_BYTES_MAX))
                .max_frame_size(Some(WIDE_BYTES_MAX));
            let stream = TokioIo::new(upgraded);
            let mut line = Self {
                socket: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await,
                write_max: times.write_max,
                close_max: times.close_max,
            };
            let parting = loop {
                let came = line.socket.next().await;
                let said = match came {
                    Some(Ok(Message::Binary(bytes))) => {
                        let sent = line.socket.send(Message::Binary(bytes)).await;
                        sent.map_err(|_| Parting::Gone)
                    }
                    came => match heard(came) {
                        Heard::Text(text) => line.send(text.into()).await,
                        Heard::Sign => Ok(()),
                        Heard::End(parting) => Err(parting),
                    },
                };
                if let Err(parting) = said {
                    break parting;
                }
            };
            line.part(parting).await;
        }
    }
}
