//! Which calls fail, and how.

use std::io;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No space left on the device.
    NoSpace,
    /// An error of the device.
    Io,
    /// The file system has become read-only.
    ReadOnly,
    /// Permission denied.
    Denied,
    /// The first write that is reached writes half of its bytes and says so; every further call
    /// that is reached finds no space.
    ShortWrite,
}

/// Which calls a fault reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every call.
    All,
    /// Positioned writes.
    Writes,
    /// Syncs of files and directories.
    Syncs,
}

/// A fault, and from which call on up to which it strikes. The default strikes nobody.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    from: u64,
    until: u64,
    fault: Fault,
    reach: Reach,
    written_short: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Self::none()
    }
}

pub(super) enum Verdict {
    Pass,
    /// A write that is to write half.
    Short,
    Fail(io::Error),
}

impl Faults {
    /// No fault.
    #[must_use]
    pub fn none() -> Self {
        Self::during(Fault::Io, Reach::All, 0, 0)
    }

    /// `fault` at the calls numbered `from` to below `until`, as
    /// [`SimulatedDisk::calls`](super::SimulatedDisk::calls) counts them.
    #[must_use]
    pub fn during(fault: Fault, reach: Reach, from: u64, until: u64) -> Self {
        Self {
            from,
            until,
            fault,
            reach,
            written_short: false,
        }
    }

    /// `fault` at every call from number `from` on.
    #[must_use]
    pub fn since(fault: Fault, reach: Reach, from: u64) -> Self {
        Self::during(fault, reach, from, u64::MAX)
    }

    pub(super) fn verdict(&mut self, call: u64, writes: bool, syncs: bool) -> Verdict {
        let reached = match self.reach {
            Reach::All => true,
            Reach::Writes => writes,
            Reach::Syncs => syncs,
        };
        if !reached || !(self.from..self.until).contains(&call) {
            return Verdict::Pass;
        }
        let kind = match self.fault {
            Fault::ShortWrite if writes && !self.written_short => {
                self.written_short = true;
                return Verdict::Short;
            }
            Fault::ShortWrite if !writes && !self.written_short => return Verdict::Pass,
            Fault::ShortWrite | Fault::NoSpace => io::ErrorKind::StorageFull,
            Fault::Io => return Verdict::Fail(io::Error::other("simulated device error")),
            Fault::ReadOnly => io::ErrorKind::ReadOnlyFilesystem,
            Fault::Denied => io::ErrorKind::PermissionDenied,
        };
        Verdict::Fail(kind.into())
    }
}
