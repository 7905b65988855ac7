//! Who may enter: devices, pairing codes, passwords and sessions. Secrets are here as hashes only.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::{DeviceId, Moment, StaffId};

/// The most sessions that one member of staff has at a time; the oldest ends when one more begins.
pub const SESSIONS_PER_STAFF_MAX: usize = 8;
/// The longest time for which a pairing code is good, in milliseconds.
pub const PAIRING_MS_MAX: i64 = 10 * 60 * 1000;

/// BLAKE3 hash of a random secret of at least 128 bits (a token, a session id) or of a short-lived code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// The hash of `secret`.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        Self(*blake3::hash(secret).as_bytes())
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretHash({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// A pairing code on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// For which device.
    pub device: DeviceId,
    /// Until when.
    pub expires_at: Moment,
}

/// A session of a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub staff: StaffId,
    /// When it began.
    pub opened_at: Moment,
    /// When it ends at the latest.
    pub expires_at: Moment,
}

/// Everything that opens a door. Bounded by the devices and staff of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Pairing codes on offer: at most one for each device.
    pub offers: BTreeMap<SecretHash, Offer>,
    /// Tokens of enrolled devices: at most one for each device.
    pub devices: BTreeMap<SecretHash, DeviceId>,
    /// Password hashes (PHC strings).
    pub passwords: BTreeMap<StaffId, String>,
    /// Sessions: at most [`SESSIONS_PER_STAFF_MAX`] for each member of staff.
    pub sessions: BTreeMap<SecretHash, Session>,
}

impl Access {
    /// The device that holds the token with this hash.
    #[must_use]
    pub fn device(&self, token: &SecretHash) -> Option<&DeviceId> {
        self.devices.get(token)
    }

    /// The session with this hash, unless it ended by `now`.
    #[must_use]
    pub fn session(&self, session: &SecretHash, now: Moment) -> Option<&Session> {
        self.sessions
            .get(session)
            .filter(|found| now < found.expires_at)
    }

    /// The devices that are enrolled.
    #[must_use]
    pub fn enrolled(&self) -> BTreeSet<&DeviceId> {
        self.devices.values().collect()
    }

    pub(super) fn offer(&mut self, code: SecretHash, offer: Offer) {
        self.offers.retain(|_, other| other.device != offer.device);
        self.offers.insert(code, offer);
    }

    pub(super) fn enrol(&mut self, device: &DeviceId, token: SecretHash) {
        self.offers.retain(|_, offer| offer.device != *device);
        self.revoke(device);
        self.devices.insert(token, device.clone());
    }

    pub(super) fn revoke(&mut self, device: &DeviceId) {
        self.devices.retain(|_, enrolled| enrolled != device);
    }

    pub(super) fn set_password(&mut self, staff: &StaffId, phc: String) {
        self.passwords.insert(staff.clone(), phc);
        self.sessions.retain(|_, session| session.staff != *staff);
    }

    pub(super) fn open_session(&mut self, hash: SecretHash, session: Session) {
        self.sessions
            .retain(|_, other| session.opened_at < other.expires_at);
        let own = |(_, other): &(&SecretHash, &Session)| other.staff == session.staff;
        if self.sessions.iter().filter(own).count() >= SESSIONS_PER_STAFF_MAX {
            let oldest = self
                .sessions
                .iter()
                .filter(own)
                .min_by_key(|(hash, other)| (other.opened_at, **hash));
            if let Some(oldest) = oldest.map(|(hash, _)| *hash) {
                self.sessions.remove(&oldest);
            }
        }
        self.sessions.insert(hash, session);
    }
}
