//! Idempotency keys: a request that is sent again with its key is carried out once.
//!
//! The client draws a key for each thing it wants done. With the key, a hash of who asked for what is recorded, so that
//! the same key for something else is noticed rather than answered with somebody else's ticket.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use nowserving_shared::domain::By;
use nowserving_shared::protocol::{IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_BYTES_MAX};

use super::API;
use super::problem::Code;
use crate::hall_task::RequestKey;

/// How many bytes of the hash are kept: 128 bits, more than chance or a person can make collide.
const FINGERPRINT_BYTES: usize = 16;

/// The key of a request, and the request itself, from which its fingerprint is made.
#[derive(Debug)]
pub(super) struct Keyed {
    key: String,
    method: Method,
    uri: Uri,
    body: Bytes,
}

/// The key among the headers, if there is one.
///
/// # Errors
/// [`Code::IdempotencyKeyMalformed`]: empty, too long, other than visible ASCII, or more than one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Code> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let key = key.as_bytes();
    let fits = (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len());
    let visible = key.iter().all(u8::is_ascii_graphic);
    match str::from_utf8(key) {
        Ok(key) if fits && visible && keys.next().is_none() => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => Err(Code::IdempotencyKeyMalformed),
    }
}

impl Keyed {
    /// A key with its request.
    pub(super) fn new(key: String, method: Method, uri: Uri, body: Bytes) -> Self {
        Self {
            key,
            method,
            uri,
            body,
        }
    }

    /// The key as the hall takes it, when `by` asks.
    pub(super) fn asked_by(self, by: &By) -> RequestKey {
        let (kind, name) = match by {
            By::Device(device) => ("device", device.to_string()),
            By::Staff(staff) => ("staff", staff.to_string()),
            By::Customer(ticket) => ("customer", ticket.to_string()),
            By::System => ("system", String::new()),
        };
        let mut hasher = blake3::Hasher::new();
        // As it is recorded: a request that is sent again after an update of the server must give the same.
        let path = self.uri.path();
        let path = path.strip_prefix(API).unwrap_or(path);
        // None of the parts before the body can hold a line feed, so no two requests make the same bytes.
        for part in [kind, &name, self.method.as_str(), path] {
            hasher.update(part.as_bytes());
            hasher.update(b"\n");
        }
        hasher.update(&self.body);
        let hash = hasher.finalize();
        RequestKey {
            key: self.key,
            fingerprint: hash.to_hex()[..2 * FINGERPRINT_BYTES].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use nowserving_shared::model::{DeviceId, StaffId, TicketId};

    fn headers(keys: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for key in keys {
            headers.append(
                IDEMPOTENCY_KEY,
                HeaderValue::from_bytes(key.as_bytes()).expect("a header"),
            );
        }
        headers
    }

    #[test]
    fn a_key_is_1_to_64_visible_ascii_characters_and_given_once() {
        let longest = "k".repeat(IDEMPOTENCY_KEY_BYTES_MAX);
        let too_long = "k".repeat(IDEMPOTENCY_KEY_BYTES_MAX + 1);
        assert_eq!(key(&headers(&[])), Ok(None));
        assert_eq!(key(&headers(&["~!a"])), Ok(Some("~!a".to_owned())));
        assert_eq!(key(&headers(&[&longest])), Ok(Some(longest.clone())));
        for bad in [&[""][..], &[&too_long], &["a b"], &["键"], &["a", "a"]] {
            assert_eq!(
                key(&headers(bad)),
                Err(Code::IdempotencyKeyMalformed),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_fingerprint_stays_what_it_was_when_it_was_recorded() {
        let body = Bytes::from_static(br#"{"service":"household"}"#);
        let uri = Uri::from_static("/api/v1/tickets");
        let device = By::Device(DeviceId::new("kiosk-1").expect("a slug"));
        let asked = Keyed::new("k".to_owned(), Method::POST, uri, body).asked_by(&device);
        assert_eq!(asked.fingerprint, "4cf4897eb4aa038afcd5c0a94dd5d6c8");
    }

    #[test]
    fn who_asks_for_what_is_told_apart() {
        let asked = |by: &By, method: Method, path: &'static str, body: &'static str| {
            let body = Bytes::from_static(body.as_bytes());
            Keyed::new("k".to_owned(), method, Uri::from_static(path), body).asked_by(by)
        };
        let staff = By::Staff(StaffId::new("a").expect("a slug"));
        let device = By::Device(DeviceId::new("a").expect("a slug"));
        let customer = By::Customer(TicketId(1));
        let first = asked(&staff, Method::POST, "/tickets", "{}");
        assert_eq!(first.fingerprint.len(), 32);
        assert_eq!(first, asked(&staff, Method::POST, "/tickets", "{}"));
        for other in [
            asked(&device, Method::POST, "/tickets", "{}"),
            asked(&customer, Method::POST, "/tickets", "{}"),
            asked(&staff, Method::PUT, "/tickets", "{}"),
            asked(&staff, Method::POST, "/ticket", "{}"),
            asked(&staff, Method::POST, "/tickets", "{ }"),
        ] {
            assert_ne!(first.fingerprint, other.fingerprint);
        }
    }
}
