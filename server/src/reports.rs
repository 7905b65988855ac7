//! What devices last said of themselves: version, printer, what they still have to hand over.
//!
//! Not history: it is true for minutes, is told again every [`nowserving_shared::protocol::http::REPORT_INTERVAL`], and is
//! forgotten when the server stops.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use nowserving_shared::model::catalogue::Device;
use nowserving_shared::model::{DeviceId, Moment};
use nowserving_shared::protocol::http::{DeviceReport, ReportedView};

/// The latest report of each device. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Reports(Arc<Mutex<BTreeMap<DeviceId, ReportedView>>>);

impl Reports {
    /// Takes a device's report at `at`. Only devices among `known` are kept, so that there are never more than the
    /// configuration has.
    pub fn take<'a>(
        &self,
        device: DeviceId,
        report: DeviceReport,
        at: Moment,
        known: impl Iterator<Item = &'a Device>,
    ) {
        let known: Vec<&DeviceId> = known.map(|device| &device.id).collect();
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.insert(device, ReportedView { at, report });
        reports.retain(|device, _| known.contains(&device));
    }

    /// What a device said last.
    #[must_use]
    pub fn of(&self, device: &DeviceId) -> Option<ReportedView> {
        let reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.get(device).cloned()
    }
}
