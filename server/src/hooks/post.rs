//! One POST to a hook: a connection of its own, as little of the answer as tells whether the hook has heard.
//!
//! Redirects are answers like others: they are not followed. Of the answer only its head is read, at most
//! [`ANSWER_BYTES_MAX`]; a body, however long, is left.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use nowserving_shared::protocol::hook::HOOK_SIGNATURE;
use sha2::Sha256;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::queue::Answer;

/// How long one POST may take, with finding the address and connecting.
pub const POST_MAX: Duration = Duration::from_secs(5);
/// How much of an answer is read before its head must have ended.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// Fewer bytes make no key that could not be guessed.
pub const KEY_BYTES_MIN: usize = 16;
/// A file of more bytes is no key.
pub const KEY_BYTES_MAX: usize = 4096;
/// Where a hook listens whose address names no port.
const HTTP_PORT: u16 = 80;

/// The key that notices are signed with. Not shown by `Debug`.
#[derive(Clone)]
pub struct HookKey(Vec<u8>);

impl fmt::Debug for HookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookKey")
    }
}

/// How hooks are told.
#[derive(Debug, Clone)]
pub struct HookSettings {
    /// The key that notices are signed with; none: they are not.
    pub key: Option<HookKey>,
    /// How long one POST may take.
    pub post_max: Duration,
}

impl Default for HookSettings {
    /// Unsigned, [`POST_MAX`].
    fn default() -> Self {
        Self {
            key: None,
            post_max: POST_MAX,
        }
    }
}

/// A key of this length could be guessed, or is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key has {KEY_BYTES_MIN} to {KEY_BYTES_MAX} bytes, not {0}")]
pub struct NoKey(usize);

impl HookKey {
    /// The key in a file's bytes; a line break at the end is not part of it.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn new(bytes: &[u8]) -> Result<Self, NoKey> {
        let key = bytes.trim_ascii_end();
        if (KEY_BYTES_MIN..=KEY_BYTES_MAX).contains(&key.len()) {
            Ok(Self(key.to_vec()))
        } else {
            Err(NoKey(key.len()))
        }
    }

    /// What [`HOOK_SIGNATURE`] says of `body`.
    #[must_use]
    pub fn signature(&self, body: &[u8]) -> String {
        use fmt::Write as _;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(body);
        let mut text = "sha256=".to_owned();
        for byte in mac.finalize().into_bytes() {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// What came of a POST: a status, or what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// The hook answered.
    Answered(StatusCode),
    /// It did not, or nothing that can be understood.
    Failed(String),
}

impl Posted {
    /// What it means for the notice.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self {
            Self::Answered(status) if status.is_success() => Answer::Acknowledged,
            Self::Answered(StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) => {
                Answer::Failed
            }
            Self::Answered(status) if status.is_server_error() => Answer::Failed,
            // Redirects too: a lamp has one place.
            Self::Answered(_) => Answer::Refused,
            Self::Failed(_) => Answer::Failed,
        }
    }
}

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status) if status.is_redirection() => {
                write!(f, "{status} (redirects are not followed)")
            }
            Self::Answered(status) => write!(f, "{status}"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

/// Posts `body`, a JSON text, to `url`, which must be one that the configuration accepted.
pub async fn post(settings: &HookSettings, url: &Uri, body: Bytes) -> Posted {
    let HookSettings { key, post_max } = settings;
    match timeout(*post_max, posted(url, key.as_ref(), body)).await {
        Ok(Ok(status)) => Posted::Answered(status),
        Ok(Err(why)) => Posted::Failed(why),
        Err(_) => Posted::Failed(format!("no answer within {} s", post_max.as_secs_f32())),
    }
}

async fn posted(url: &Uri, key: Option<&HookKey>, body: Bytes) -> Result<StatusCode, String> {
    let request = request(url, key, body).ok_or("the address cannot be asked")?;
    let host = url.host().unwrap_or_default();
    // An address of version 6 stands in brackets there.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_u16().unwrap_or(HTTP_PORT);
    let stream = TcpStream::connect((host, port)).await;
    let stream = stream.map_err(|error| format!("cannot be reached: {error}"))?;
    let connecting = http1::Builder::new()
        .max_buf_size(ANSWER_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut asking, connection) = connecting.map_err(|error| error.to_string())?;
    let answer = asking.send_request(request);
    tokio::pin!(answer, connection);
    let answered = tokio::select! {
        biased;
        answered = &mut answer => answered,
        // The connection carries the request; it ends before an answer only when there will be none.
        _ended = &mut connection => answer.await,
    };
    // The body is left where it is: the connection ends here.
    let answered = answered.map_err(|error| format!("no answer: {error}"))?;
    Ok(answered.status())
}

fn request(url: &Uri, key: Option<&HookKey>, body: Bytes) -> Option<Request<Full<Bytes>>> {
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let json = HeaderValue::from_static("application/json");
    let agent = HeaderValue::from_static(concat!("nowserving/", env!("CARGO_PKG_VERSION")));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(HOST, url.authority()?.as_str())
        .header(CONTENT_TYPE, json)
        .header(USER_AGENT, agent)
        .header(CONNECTION, HeaderValue::from_static("close"));
    if let Some(key) = key {
        request = request.header(HOOK_SIGNATURE, key.signature(&body));
    }
    request.body(Full::new(body)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_rfc_4231() {
        // Test case 6: a key that is longer than a block.
        let key = HookKey::new(&[0xaa; 131]).expect("a key");
        let signed = key.signature(b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            signed,
            "sha256=60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_key_is_long_enough_and_ends_before_the_line_does() {
        assert_eq!(HookKey::new(b"too-short\n").err(), Some(NoKey(9)));
        assert_eq!(
            HookKey::new(&[b'k'; KEY_BYTES_MAX + 1]).err(),
            Some(NoKey(4097))
        );
        let lines = ["0123456789abcdef", "0123456789abcdef\n"];
        let signed = lines.map(|line| HookKey::new(line.as_bytes()).map(|key| key.signature(b"x")));
        assert!(signed[0].is_ok() && signed[0] == signed[1]);
        assert_eq!(format!("{:?}", HookKey::new(&[b'k'; 20])), "Ok(HookKey)");
    }

    #[test]
    fn what_an_answer_means() {
        for (status, meant) in [
            (200, Answer::Acknowledged),
            (204, Answer::Acknowledged),
            (302, Answer::Refused),
            (404, Answer::Refused),
            (408, Answer::Failed),
            (429, Answer::Failed),
            (500, Answer::Failed),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(Posted::Answered(status).answer(), meant, "{status}");
        }
        assert_eq!(Posted::Failed(String::new()).answer(), Answer::Failed);
    }
}
