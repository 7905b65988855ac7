//! Who is connected: open websockets by what they follow and by device.
//!
//! A connection holds a `Present`, which takes itself out again when it is dropped, however the connection ends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nowserving_shared::model::DeviceId;

/// What an open websocket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It has not said its hello yet.
    Greeting,
    /// A wall display.
    Wall,
    /// The strip above a window.
    Window,
    /// A kiosk.
    Kiosk,
    /// A staff page.
    Staff,
    /// The page of a ticket.
    Ticket,
}

impl Kind {
    /// Every kind, in the order of [`Presence::by_kind`].
    pub const ALL: [Self; 6] = [
        Self::Greeting,
        Self::Wall,
        Self::Window,
        Self::Kiosk,
        Self::Staff,
        Self::Ticket,
    ];

    /// Its name in metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Wall => "wall",
            Self::Window => "window",
            Self::Kiosk => "kiosk",
            Self::Staff => "staff",
            Self::Ticket => "ticket",
        }
    }
}

/// How it stands with a connected device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DevicePresence {
    /// How many websockets it has open.
    pub connected: u32,
    /// The sequence that it has drawn, as far as it said.
    pub applied: Option<u64>,
}

/// Who is connected. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Presence(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    by_kind: [usize; Kind::ALL.len()],
    /// Bounded by the devices of the configuration: only enrolled ones get in.
    devices: BTreeMap<DeviceId, DevicePresence>,
}

impl Presence {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many websockets of each kind are open.
    #[must_use]
    pub fn by_kind(&self) -> [(Kind, usize); Kind::ALL.len()] {
        let inner = self.inner();
        Kind::ALL.map(|kind| (kind, inner.by_kind[kind as usize]))
    }

    /// How many websockets are open.
    #[must_use]
    pub fn total(&self) -> usize {
        self.inner().by_kind.iter().sum()
    }

    /// How it stands with a device; all zero when it is not connected.
    #[must_use]
    pub fn of_device(&self, device: &DeviceId) -> DevicePresence {
        self.inner()
            .devices
            .get(device)
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn enter(&self) -> Present {
        self.inner().by_kind[Kind::Greeting as usize] += 1;
        Present {
            presence: self.clone(),
            kind: Kind::Greeting,
            device: None,
        }
    }
}

/// A place in the [`Presence`], for as long as a websocket is open.
#[derive(Debug)]
pub(super) struct Present {
    presence: Presence,
    kind: Kind,
    device: Option<DeviceId>,
}

impl Present {
    /// The connection has said what it follows, and on whose behalf.
    pub(super) fn follows(&mut self, kind: Kind, device: Option<DeviceId>) {
        let mut inner = self.presence.inner();
        inner.leave(self.kind, self.device.as_ref());
        inner.by_kind[kind as usize] += 1;
        if let Some(device) = &device {
            inner.devices.entry(device.clone()).or_default().connected += 1;
        }
        drop(inner);
        self.kind = kind;
        self.device = device;
    }

    /// The client has drawn everything up to this sequence.
    pub(super) fn applied(&self, seq: u64) {
        if let Some(device) = &self.device
            && let Some(known) = self.presence.inner().devices.get_mut(device)
        {
            known.applied = Some(seq);
        }
    }
}

impl Inner {
    fn leave(&mut self, kind: Kind, device: Option<&DeviceId>) {
        self.by_kind[kind as usize] -= 1;
        let Some(device) = device else { return };
        if let Some(known) = self.devices.get_mut(device) {
            known.connected -= 1;
            if known.connected == 0 {
                self.devices.remove(device);
            }
        }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.presence.inner().leave(self.kind, self.device.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kiosk() -> DeviceId {
        DeviceId::new("kiosk-1").expect("a slug")
    }

    #[test]
    fn a_device_counts_once_for_each_websocket_and_is_gone_with_the_last() {
        let presence = Presence::default();
        let mut first = presence.enter();
        assert_eq!(presence.by_kind()[0], (Kind::Greeting, 1));
        first.follows(Kind::Kiosk, Some(kiosk()));
        let mut second = presence.enter();
        second.follows(Kind::Wall, Some(kiosk()));
        assert_eq!(presence.total(), 2);
        assert_eq!(presence.of_device(&kiosk()).connected, 2);
        second.applied(7);
        drop(first);
        let left = DevicePresence {
            connected: 1,
            applied: Some(7),
        };
        assert_eq!(presence.of_device(&kiosk()), left);
        drop(second);
        assert_eq!(presence.total(), 0);
        assert_eq!(presence.of_device(&kiosk()), DevicePresence::default());
    }

    #[test]
    fn a_websocket_that_never_said_its_hello_leaves_no_trace() {
        let presence = Presence::default();
        drop(presence.enter());
        assert_eq!(presence.total(), 0);
    }
}
