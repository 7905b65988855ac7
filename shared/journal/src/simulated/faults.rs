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
    /// Whatever changes something: writes, lengths, names.
    Changes,
    /// Syncs of files and directories.
    Syncs,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Look,
    Write,
    Change,
    Sync,
}

/// How the calls are numbered.
#[derive(Debug, Clone, Copy)]
enum Numbering {
    /// As [`SimulatedDisk::calls`](super::SimulatedDisk::calls) counts: every call ever made.
    EveryCall,
    /// Only those that the fault reaches, from when it was set.
    ReachedCalls,
}

/// A fault, and from which call on up to which it strikes. The default strikes nobody.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    from: u64,
    until: u64,
    fault: Fault,
    reach: Reach,
    numbering: Numbering,
    reached: u64,
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
        let numbering = Numbering::EveryCall;
        Self {
            from,
            until,
            fault,
            reach,
            numbering,
            reached: 0,
            written_short: false,
        }
    }

    /// `fault` at every call from number `from` on.
    #[must_use]
    pub fn since(fault: Fault, reach: Reach, from: u64) -> Self {
        Self::during(fault, reach, from, u64::MAX)
    }

    /// `fault` at `count` of the calls that it reaches, after the next `skip` of them have passed.
    #[must_use]
    pub fn after(fault: Fault, reach: Reach, skip: u64, count: u64) -> Self {
        let until = skip.saturating_add(count);
        Self {
            numbering: Numbering::ReachedCalls,
            ..Self::during(fault, reach, skip, until)
        }
    }

    pub(super) fn verdict(&mut self, number: u64, call: Call) -> Verdict {
        let reached = match self.reach {
            Reach::All => true,
            Reach::Writes => call == Call::Write,
            Reach::Changes => matches!(call, Call::Write | Call::Change),
            Reach::Syncs => call == Call::Sync,
        };
        if !reached {
            return Verdict::Pass;
        }
        let number = match self.numbering {
            Numbering::EveryCall => number,
            Numbering::ReachedCalls => self.reached,
        };
        self.reached += 1;
        if (self.from..self.until).contains(&number) {
            self.strike(call)
        } else {
            Verdict::Pass
        }
    }

    fn strike(&mut self, call: Call) -> Verdict {
        let kind = match self.fault {
            Fault::ShortWrite if !self.written_short => {
                self.written_short = call == Call::Write;
                return if self.written_short {
                    Verdict::Short
                } else {
                    Verdict::Pass
                };
            }
            Fault::ShortWrite | Fault::NoSpace => io::ErrorKind::StorageFull,
            Fault::Io => return Verdict::Fail(io::Error::other("simulated device error")),
            Fault::ReadOnly => io::ErrorKind::ReadOnlyFilesystem,
            Fault::Denied => io::ErrorKind::PermissionDenied,
        };
        Verdict::Fail(kind.into())
    }
}
