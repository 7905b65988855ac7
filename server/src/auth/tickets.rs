//! Ticket tokens: the secret on a ticket that opens its page on a telephone.
//!
//! A token is the ticket's id and a keyed hash of it, so nothing has to be stored for it and none can be invented. The key
//! lies in a file of its own that only the server's user may read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nowserving_shared::model::{PersonKey, TicketId};

/// Bytes of the key.
const KEY_BYTES: usize = 32;
/// Bytes of the id in a token.
const ID_BYTES: usize = 8;
/// Bytes of the hash in a token: 128 bits.
const HASH_BYTES: usize = 16;
/// What keeps the key of people's hashes apart from the one of the links.
const PERSONS: &str = "nowserving 2026-11 hashes of identity numbers";
/// The key's file.
const FILE: &str = "ticket-key";

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("{path} cannot be used: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not a key.
    #[error(
        "{path} is not a key of {KEY_BYTES} bytes: restore it from a backup, or delete it, which makes the links on tickets that are out invalid"
    )]
    NotAKey {
        /// Which file.
        path: PathBuf,
    },
}

/// Makes and reads ticket tokens.
#[derive(Clone)]
pub struct TicketTokens {
    key: [u8; KEY_BYTES],
}

impl std::fmt::Debug for TicketTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TicketTokens")
    }
}

impl TicketTokens {
    /// With the key in the directory `secrets`, which is drawn when there is none.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(secrets: &Path) -> Result<Self, KeyError> {
        let path = secrets.join(FILE);
        match read(&path) {
            Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                make(secrets, &path).map_err(|source| KeyError::Io {
                    path: path.clone(),
                    source,
                })?;
                read(&path)
            }
            read => read,
        }
    }

    #[cfg(test)]
    pub(crate) fn with_key(key: [u8; KEY_BYTES]) -> Self {
        Self { key }
    }

    /// The token of a ticket.
    #[must_use]
    pub fn of(&self, ticket: TicketId) -> String {
        let id = ticket.0.to_be_bytes();
        let mut token = [0; ID_BYTES + HASH_BYTES];
        token[..ID_BYTES].copy_from_slice(&id);
        token[ID_BYTES..].copy_from_slice(&self.hash(id));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The ticket of a token; none when it was not made with this key.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<TicketId> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let token: [u8; ID_BYTES + HASH_BYTES] = token.try_into().ok()?;
        let (id, hash) = token.split_first_chunk::<ID_BYTES>()?;
        // Looks at every byte, however early they differ.
        let differs = self
            .hash(*id)
            .iter()
            .zip(hash)
            .fold(0, |differs, (a, b)| differs | (a ^ b));
        (differs == 0).then(|| TicketId(u64::from_be_bytes(*id)))
    }

    /// The key with which kiosks hash identity numbers. It is worked out of the key of the links and tells nothing of it,
    /// so that a hall has one secret to keep; it changes when that one does, and then nobody is known any more.
    #[must_use]
    pub fn person_key(&self) -> PersonKey {
        PersonKey(blake3::derive_key(PERSONS, &self.key))
    }

    fn hash(&self, id: [u8; ID_BYTES]) -> [u8; HASH_BYTES] {
        let hash = blake3::keyed_hash(&self.key, &id);
        let mut short = [0; HASH_BYTES];
        short.copy_from_slice(&hash.as_bytes()[..HASH_BYTES]);
        short
    }
}

fn read(path: &Path) -> Result<TicketTokens, KeyError> {
    let failed = |source| KeyError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(file = %path.display(), "the key of ticket links can be read by others; set its mode to 600");
    }
    let mut bytes = Vec::with_capacity(KEY_BYTES);
    let most = KEY_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    let key = bytes.try_into().map_err(|_| KeyError::NotAKey {
        path: path.to_owned(),
    })?;
    Ok(TicketTokens { key })
}

/// Writes a fresh key so that after a power cut there is a whole key or none.
fn make(secrets: &Path, path: &Path) -> io::Result<()> {
    let draft = secrets.join(format!("{FILE}.new"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(&super::random::<KEY_BYTES>())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    File::open(secrets)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_ticket_and_no_changed_token_opens_any() {
        let tokens = TicketTokens::with_key([7; KEY_BYTES]);
        let token = tokens.of(TicketId(4711));
        assert_eq!(token.len(), 32);
        assert_eq!(tokens.read(&token), Some(TicketId(4711)));
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(tokens.read(&changed), None, "{changed}");
        }
        let others = TicketTokens::with_key([8; KEY_BYTES]);
        for bad in [
            "",
            "x",
            &token[1..],
            &format!("{token}A"),
            &others.of(TicketId(4711)),
            "键",
        ] {
            assert_eq!(tokens.read(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_key_stays_the_same_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = TicketTokens::open(dir.path()).expect("a key is drawn");
        let again = TicketTokens::open(dir.path()).expect("the key is there");
        assert_eq!(first.of(TicketId(1)), again.of(TicketId(1)));
        assert_eq!(first.person_key(), again.person_key());
        assert_ne!(
            first.person_key().0,
            first.key,
            "the one tells nothing of the other"
        );
        let mode = std::fs::metadata(dir.path().join(FILE))
            .expect("the key")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(dir.path().join(FILE), b"short").expect("written");
        let told = TicketTokens::open(dir.path())
            .expect_err("no key")
            .to_string();
        assert!(told.contains("restore it from a backup"), "{told}");
    }
}
