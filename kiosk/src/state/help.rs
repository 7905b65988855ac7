//! A call for help (求助) from this kiosk: made with one touch, seen by staff on their board, answered by one of them.
//!
//! The board says whether the call stands. One call stands at a time, however often the button is touched, and it belongs
//! to the kiosk: it stands on after the visit of who made it.

use std::time::Duration;

use nowserving_shared::board::HelpLine;
use serde::{Deserialize, Serialize};

use super::{Effect, Link, State};

#[cfg(test)]
mod tests;

/// How long it is said that somebody comes.
pub const HELP_COMING_SHOWN: Duration = Duration::from_secs(30);
/// How long it is said that a call failed, and where to go instead.
pub const HELP_FAILED_SHOWN: Duration = Duration::from_secs(30);
/// How long the server may take to answer a call before it has failed.
pub const HELP_PATIENCE: Duration = Duration::from_secs(15);
/// A call that the server took and that its board does not show after so long was answered between two boards.
pub const HELP_SEEN_WITHIN: Duration = Duration::from_secs(10);

/// How it stands with help at this kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Help {
    /// Nobody asks for it.
    #[default]
    Rest,
    /// The server is asked to call.
    Asking {
        /// Since when (uptime).
        since: Duration,
    },
    /// The server took the call; its board did not come yet.
    Taken {
        /// Since when (uptime).
        since: Duration,
    },
    /// Staff see the call.
    Stands {
        /// The configuration of the board on which it stands.
        catalogue_version: u32,
    },
    /// Somebody comes.
    Coming {
        /// Since when (uptime).
        since: Duration,
    },
    /// The call came to nothing.
    Failed {
        /// Since when (uptime).
        since: Duration,
    },
}

/// Help, and whether the board shows a call from here; none before the first board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct HelpDesk {
    help: Help,
    on_board: Option<bool>,
}

impl State {
    /// How it stands with help at this kiosk.
    #[must_use]
    pub fn help(&self) -> Help {
        self.help.help
    }

    /// Calls staff, unless they are called or come already.
    pub(super) fn call_help(&mut self) -> Vec<Effect> {
        match self.help.help {
            Help::Asking { .. }
            | Help::Taken { .. }
            | Help::Stands { .. }
            | Help::Coming { .. } => Vec::new(),
            Help::Rest | Help::Failed { .. } if self.is_away() => {
                let since = self.uptime;
                self.help.help = Help::Failed { since };
                Vec::new()
            }
            Help::Rest | Help::Failed { .. } => {
                let since = self.uptime;
                self.help.help = Help::Asking { since };
                vec![Effect::CallHelp]
            }
        }
    }

    /// The server answered a call, or nobody did.
    pub(super) fn help_called(&mut self, failed: bool) {
        let since = self.uptime;
        self.help.help = match self.help.help {
            Help::Asking { .. } if failed => Help::Failed { since },
            // The answer came after the patience had ended: the call stands all the same.
            Help::Asking { .. } | Help::Failed { .. } if !failed => Help::Taken { since },
            // The board was faster than the answer.
            known @ (Help::Asking { .. }
            | Help::Failed { .. }
            | Help::Rest
            | Help::Taken { .. }
            | Help::Stands { .. }
            | Help::Coming { .. }) => known,
        };
    }

    /// The calls that stand in the hall.
    pub(super) fn helps(&mut self, catalogue_version: u32, helps: &[HelpLine]) {
        let here = self.options.device.as_ref();
        let stands = helps.iter().any(|line| Some(&line.device) == here);
        self.help.on_board = Some(stands);
        let since = self.uptime;
        self.help.help = match self.help.help {
            _ if stands => Help::Stands { catalogue_version },
            // A new configuration forgets every call, without anybody coming.
            Help::Stands {
                catalogue_version: before,
            } if before != catalogue_version => Help::Rest,
            Help::Stands { .. } => Help::Coming { since },
            // A board may have been on its way when the call was made.
            known @ (Help::Rest
            | Help::Asking { .. }
            | Help::Taken { .. }
            | Help::Coming { .. }
            | Help::Failed { .. }) => known,
        };
    }

    pub(super) fn tick_help(&mut self) {
        let now = self.uptime;
        let past = |since: Duration, span: Duration| now.saturating_sub(since) >= span;
        let off_board = self.link == Link::Live && self.help.on_board == Some(false);
        self.help.help = match self.help.help {
            Help::Asking { since } if past(since, HELP_PATIENCE) => Help::Failed { since: now },
            Help::Taken { since } if off_board && past(since, HELP_SEEN_WITHIN) => {
                Help::Coming { since: now }
            }
            Help::Coming { since } if past(since, HELP_COMING_SHOWN) => Help::Rest,
            Help::Failed { since } if past(since, HELP_FAILED_SHOWN) => Help::Rest,
            known @ (Help::Rest
            | Help::Asking { .. }
            | Help::Taken { .. }
            | Help::Stands { .. }
            | Help::Coming { .. }
            | Help::Failed { .. }) => known,
        };
    }
}
