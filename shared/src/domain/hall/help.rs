//! Calls for help: somebody at a device asks for a member of staff, and one goes there.

use super::super::command::By;
use super::super::event::Event;
use super::super::refusal::Refusal;
use super::decide::{Case, Decided};
use crate::model::DeviceId;

impl Case<'_> {
    /// One call stands for a device, however often its button is pressed.
    pub(super) fn call_help(&self) -> Decided {
        let By::Device(device) = self.by else {
            return Err(Refusal::NotAllowed);
        };
        self.known_device(device)?;
        if self.hall.helps.contains_key(device) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::HelpCalled {
            device: device.clone(),
        }])
    }

    /// Whoever works in the hall may go. A call that somebody else has answered needs nothing more.
    pub(super) fn answer_help(&self, device: &DeviceId) -> Decided {
        let By::Staff(staff) = self.by else {
            return Err(Refusal::NotAllowed);
        };
        self.known_staff(staff)?;
        self.known_device(device)?;
        if !self.hall.helps.contains_key(device) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::HelpAnswered {
            device: device.clone(),
        }])
    }
}
