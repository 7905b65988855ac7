//! What lamps and pagers are told.

use nowserving_shared::model::{HookId, Language};
use nowserving_shared::protocol::hook::{HOOK_SCHEMA, HookEvent, HookNotice};

use super::board::{label, service_id, window_id, zone_id};
use super::{Golden, MORNING};

pub(super) fn check(golden: &mut Golden) {
    for event in [
        HookEvent::Called,
        HookEvent::Recalled,
        HookEvent::Over,
        HookEvent::Undone,
    ] {
        let notice = HookNotice {
            schema: HOOK_SCHEMA,
            hook: HookId::new("lamps").unwrap(),
            event,
            seq: 43,
            call: 41,
            label: label(17),
            window: 1,
            window_id: window_id(),
            zone: zone_id(),
            service: service_id(),
            language: Language::ZhCn,
            recalls: 1,
            at: MORNING,
        };
        golden.check(&format!("hook-{}", event.name()), &notice);
    }
}
