//! Guidance slips (告知单): the guide of a service on paper, before anybody takes a number.

use std::time::Duration;

use nowserving_shared::model::ServiceId;
use serde::{Deserialize, Serialize};

use super::{Effect, PRINT_PATIENCE, Page, PrintStage, State};
use crate::paper;

#[cfg(test)]
mod tests;

/// How many slips one visit prints.
pub const SLIPS_MAX: u32 = 2;

/// The slips of a kiosk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Slips {
    /// How many this visit asked for.
    asked: u32,
    /// The number of the latest one; counts up for as long as the kiosk runs.
    number: u64,
    /// The latest one, while its page is shown or it is on its way.
    latest: Option<Slip>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Slip {
    service: ServiceId,
    stage: PrintStage,
    since: Duration,
}

impl Slips {
    /// Forgets the visitor.
    pub(super) fn rest(&mut self) {
        *self = Self {
            number: self.number,
            ..Self::default()
        };
    }
}

impl State {
    /// Whether the guide of the page can be printed now.
    #[must_use]
    pub fn may_print_slip(&self) -> bool {
        let on_its_way = |slip: &Slip| slip.stage == PrintStage::UnderWay;
        matches!(self.page, Page::Confirm { .. })
            && self.printer_is_ready()
            && self.slips.asked < SLIPS_MAX
            && !self.slips.latest.as_ref().is_some_and(on_its_way)
    }

    /// Where the latest slip of the page's service is; none when none was asked for there.
    #[must_use]
    pub fn slip(&self) -> Option<PrintStage> {
        let Page::Confirm { service, .. } = &self.page else {
            return None;
        };
        let slip = self.slips.latest.as_ref()?;
        (slip.service == *service).then_some(slip.stage)
    }

    pub(super) fn print_slip(&mut self) -> Vec<Effect> {
        let Page::Confirm { service, .. } = &self.page else {
            return Vec::new();
        };
        let known = self.hall.as_ref().zip(self.service(service));
        let Some((hall, view)) = known.filter(|_| self.may_print_slip()) else {
            return Vec::new();
        };
        let url = self.guide_url(service);
        let slip = paper::slip(hall, view, self.language, self.now(), url);
        let service = service.clone();
        self.slips.asked += 1;
        self.slips.number += 1;
        self.slips.latest = Some(Slip {
            service,
            stage: PrintStage::UnderWay,
            since: self.uptime,
        });
        vec![Effect::PrintSlip {
            number: self.slips.number,
            slip: Box::new(slip),
        }]
    }

    /// News of a slip. As with tickets, what is confirmed stays confirmed.
    pub(super) fn slip_went_on(&mut self, number: u64, stage: PrintStage) {
        let latest = self.slips.latest.as_mut();
        let Some(slip) = latest.filter(|_| number == self.slips.number) else {
            return;
        };
        if slip.stage != stage && slip.stage != PrintStage::Printed && stage != PrintStage::UnderWay
        {
            slip.stage = stage;
            if self.slip().is_some() {
                self.touched = self.uptime;
            }
        }
    }

    /// Nobody waits for ever for a slip, and what came of it is no news to who comes back to the page.
    pub(super) fn tick_slip(&mut self) {
        let is_shown = self.slip().is_some();
        let uptime = self.uptime;
        self.slips.latest = self.slips.latest.take().and_then(|mut slip| {
            let late = uptime.saturating_sub(slip.since) >= PRINT_PATIENCE;
            if slip.stage == PrintStage::UnderWay && late {
                slip.stage = PrintStage::Unknown;
            }
            (is_shown || slip.stage == PrintStage::UnderWay).then_some(slip)
        });
    }
}
