//! The kiosk's own page, for whoever looks after it: how it is, what went wrong last, and what it can be told to try.
//!
//! It lies behind a code. The code is compared where it is typed; here arrives only whether it was right
//! ([`Touch::PinRight`], [`Touch::PinWrong`]), so that no recording holds a digit.
//!
//! [`Touch::PinRight`]: super::Touch::PinRight
//! [`Touch::PinWrong`]: super::Touch::PinWrong

use std::collections::VecDeque;
use std::time::Duration;

use nowserving_shared::model::Moment;
use serde::{Deserialize, Serialize};

use super::{
    Asking, Effect, Event, FoundOutcome, IssueOutcome, Link, Page, PrintStage, PrinterIs,
    PrinterTrouble, State,
};
use crate::offline::OfflineEvent;
use crate::paper;

#[cfg(test)]
mod tests;

/// How often in a row the code may be wrong before nobody is let in for a while.
pub const PIN_TRIES_MAX: u32 = 5;
/// For how long then.
pub const PIN_LOCKED: Duration = Duration::from_secs(300);
/// How many troubles are remembered; the oldest are forgotten.
pub const TROUBLES_MAX: usize = 20;
/// The longest trouble that is remembered, in characters.
pub const TROUBLE_CHARS_MAX: usize = 120;

/// What is shown of how the kiosk was installed; fixed when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// The version of the program.
    pub version: String,
    /// The server's address.
    pub server: String,
    /// How the printer is reached and by which profile it is spoken to; none: there is no printer.
    pub printer: Option<(String, String)>,
    /// Where the recording is written to.
    pub recording: String,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// When it last did (hall clock).
    pub at: Moment,
    /// What, in a sentence.
    pub what: String,
    /// How often in a row.
    pub times: u32,
}

/// What became of the last thing that the kiosk was told to try.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tried {
    /// Nothing was.
    #[default]
    Nothing,
    /// Printing a test.
    SelfTest(PrintStage),
    /// Asking printer and server how they are.
    Asked,
    /// Writing the recording: under way.
    Recording,
    /// It is written.
    Recorded,
    /// It is not, and why.
    NotRecorded(String),
}

/// What the page and its code remember.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Maintenance {
    wrong: u32,
    /// Until when nobody is let in (uptime).
    locked_until: Option<Duration>,
    tried: Tried,
    /// Counts the tests up, so that none is taken for another.
    tests: u64,
    troubles: VecDeque<Trouble>,
}

impl State {
    /// How the kiosk was installed; none: it has no page that shows it.
    #[must_use]
    pub fn installation(&self) -> Option<&Installation> {
        self.options.maintenance.as_ref()
    }

    /// For how long yet no code is taken.
    #[must_use]
    pub fn pin_locked_for(&self) -> Option<Duration> {
        let until = self.maintenance.locked_until?;
        let left = until.saturating_sub(self.uptime);
        (!left.is_zero()).then_some(left)
    }

    /// How often in a row the code was wrong.
    #[must_use]
    pub fn wrong_pins(&self) -> u32 {
        self.maintenance.wrong
    }

    /// What became of the last thing that was tried on the page.
    #[must_use]
    pub fn tried(&self) -> &Tried {
        &self.maintenance.tried
    }

    /// What went wrong, latest first.
    pub fn troubles(&self) -> impl Iterator<Item = &Trouble> {
        self.maintenance.troubles.iter().rev()
    }

    /// How the connection to the server is.
    #[must_use]
    pub fn link(&self) -> Link {
        self.link
    }

    /// How long ago the server was last heard; none: never.
    #[must_use]
    pub fn heard_ago(&self) -> Option<Duration> {
        let clock = self.clock?;
        Some(self.uptime.saturating_sub(clock.heard))
    }

    /// How far the hall's clock is before the device's own, in milliseconds; none: the hall's is not known.
    #[must_use]
    pub fn clock_ahead_ms(&self) -> Option<i64> {
        self.clock?;
        Some(self.now().0.saturating_sub(self.wall.0))
    }

    /// Who this kiosk is to the hall.
    #[must_use]
    pub fn device(&self) -> Option<&nowserving_shared::model::DeviceId> {
        self.options.device.as_ref()
    }

    /// The code is to be asked for. Nobody is interrupted whose number is on its way or on the screen.
    pub(super) fn ask_for_pin(&mut self) {
        let has_one = self.options.maintenance.is_some();
        if has_one
            && !matches!(
                self.page,
                Page::Issuing(_) | Page::Looking(_) | Page::Ticket(_)
            )
        {
            self.go_home();
            self.page = Page::Pin;
        }
    }

    /// The right code was typed, or a wrong one.
    pub(super) fn pin_typed(&mut self, right: bool) {
        if !matches!(self.page, Page::Pin) || self.pin_locked_for().is_some() {
            return;
        }
        let desk = &mut self.maintenance;
        desk.locked_until = None;
        if right {
            desk.wrong = 0;
            desk.tried = Tried::Nothing;
            self.page = Page::Maintenance;
            return;
        }
        desk.wrong += 1;
        if desk.wrong >= PIN_TRIES_MAX {
            desk.wrong = 0;
            desk.locked_until = Some(self.uptime + PIN_LOCKED);
            self.remember("the code of the service page was wrong too often".to_owned());
        }
    }

    /// Prints a page that is nobody's, as any slip is printed.
    pub(super) fn self_test(&mut self) -> Vec<Effect> {
        let under_way = Tried::SelfTest(PrintStage::UnderWay);
        let is_here = matches!(self.page, Page::Maintenance);
        if !is_here || !self.options.has_printer || self.maintenance.tried == under_way {
            return Vec::new();
        }
        let Some(installation) = &self.options.maintenance else {
            return Vec::new();
        };
        let paper = paper::self_test(
            self.hall.as_ref(),
            installation,
            self.options.device.as_ref(),
            self.language,
            self.now(),
            self.options.phone_url.clone(),
        );
        self.maintenance.tests += 1;
        self.maintenance.tried = under_way;
        vec![Effect::SelfTest {
            number: self.maintenance.tests,
            paper: Box::new(paper),
        }]
    }

    /// News of a test: only of the latest.
    pub(super) fn self_test_went_on(&mut self, number: u64, stage: PrintStage) {
        let desk = &mut self.maintenance;
        if number == desk.tests && matches!(desk.tried, Tried::SelfTest(_)) {
            desk.tried = Tried::SelfTest(stage);
        }
    }

    /// Asks printer and server how they are now.
    pub(super) fn ask_again(&mut self) -> Vec<Effect> {
        if !matches!(self.page, Page::Maintenance) {
            return Vec::new();
        }
        self.maintenance.tried = Tried::Asked;
        let mut effects = vec![Effect::AskPrinter];
        if self.asking != Asking::UnderWay {
            effects.push(self.ask_for_hall());
        }
        effects
    }

    /// Writes the recording to its file.
    pub(super) fn record(&mut self) -> Vec<Effect> {
        if !matches!(self.page, Page::Maintenance) || self.maintenance.tried == Tried::Recording {
            return Vec::new();
        }
        self.maintenance.tried = Tried::Recording;
        vec![Effect::Record]
    }

    /// The recording is written, or is not.
    pub(super) fn recorded(&mut self, failed: Option<String>) {
        if self.maintenance.tried == Tried::Recording {
            self.maintenance.tried = failed.map_or(Tried::Recorded, Tried::NotRecorded);
        }
    }

    /// Remembers what an event tells of trouble.
    pub(super) fn note_trouble(&mut self, event: &Event) {
        let told = if let Event::Printer(PrinterIs::NotReady(trouble)) = event {
            Some(printer_trouble(*trouble).to_owned())
        } else {
            trouble_of(event)
        };
        if let Some(what) = told {
            self.remember(what);
        }
    }

    fn remember(&mut self, what: String) {
        let what: String = what.chars().take(TROUBLE_CHARS_MAX).collect();
        let at = self.now();
        let troubles = &mut self.maintenance.troubles;
        if let Some(latest) = troubles.back_mut().filter(|latest| latest.what == what) {
            latest.at = at;
            latest.times = latest.times.saturating_add(1);
            return;
        }
        if troubles.len() >= TROUBLES_MAX {
            troubles.pop_front();
        }
        troubles.push_back(Trouble { at, what, times: 1 });
    }
}

fn printer_trouble(trouble: PrinterTrouble) -> &'static str {
    match trouble {
        PrinterTrouble::Absent => "there is no printer",
        PrinterTrouble::PaperOut => "the printer is out of paper",
        PrinterTrouble::CoverOpen => "the printer's cover is open",
        PrinterTrouble::Offline => "the printer does not answer or has a fault",
    }
}

/// The trouble that an event tells of, in a sentence.
#[must_use]
pub fn trouble_of(event: &Event) -> Option<String> {
    match event {
        Event::HallFailed(why) => Some(format!("the hall's names did not arrive: {why}")),
        Event::LinkLost => Some("the connection to the server was lost".to_owned()),
        Event::Issue { outcome, .. } => match outcome {
            IssueOutcome::Passing(why) | IssueOutcome::NotReached(why) => {
                Some(format!("a number was asked for in vain: {why}"))
            }
            IssueOutcome::Issued(_) | IssueOutcome::HasTicket(_) | IssueOutcome::Refused { .. } => {
                None
            }
        },
        Event::Print { ticket, stage } => trouble_of_paper(&format!("ticket {ticket}"), *stage),
        Event::Copy {
            ticket,
            copy,
            stage,
        } => trouble_of_paper(&format!("copy {copy} of ticket {ticket}"), *stage),
        Event::Slip { stage, .. } => trouble_of_paper("a guidance slip", *stage),
        Event::HelpCalled { failed } => {
            let why = failed.as_ref()?;
            Some(format!("a call for help did not reach the server: {why}"))
        }
        Event::Offline(told) => trouble_of_offline(told),
        Event::Found { outcome, .. } => match outcome {
            FoundOutcome::Failed(why) => Some(format!("a ticket was looked for in vain: {why}")),
            FoundOutcome::Ticket(_) | FoundOutcome::Unknown => None,
        },
        Event::Tick { .. }
        | Event::Touch(_)
        | Event::Hall(_)
        | Event::Waits { .. }
        | Event::Helps { .. }
        | Event::Popular { .. }
        | Event::Alive { .. }
        | Event::Printer(_)
        | Event::Scanned(_)
        | Event::Pictures(_)
        | Event::Voice(_) => None,
        Event::SelfTest { stage, .. } => trouble_of_paper("a test", *stage),
        Event::Recorded { failed } => {
            let why = failed.as_ref()?;
            Some(format!("the recording was not written: {why}"))
        }
    }
}

fn trouble_of_paper(what: &str, stage: PrintStage) -> Option<String> {
    match stage {
        PrintStage::Failed => Some(format!("{what} was not printed")),
        PrintStage::Unknown => Some(format!("nobody knows whether {what} was printed")),
        PrintStage::NotAsked | PrintStage::UnderWay | PrintStage::Printed | PrintStage::Sent => {
            None
        }
    }
}

fn trouble_of_offline(told: &OfflineEvent) -> Option<String> {
    match told {
        OfflineEvent::NotTaken { why, .. } => {
            Some(format!("a number could not be written down: {why}"))
        }
        OfflineEvent::Failed { why, .. } => {
            Some(format!("leases or hand-over came to nothing: {why}"))
        }
        OfflineEvent::Barred(why) => Some(format!("the server did not let it in: {why}")),
        OfflineEvent::Restored(_)
        | OfflineEvent::Leased(_)
        | OfflineEvent::Taken { .. }
        | OfflineEvent::HandedOver(_)
        | OfflineEvent::Undone { .. } => None,
    }
}
