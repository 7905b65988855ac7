//! Trying a hook before it hangs in the hall.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use http::Uri;
use nowserving_shared::board::{CallLine, CallState};
use nowserving_shared::model::{
    HookId, Label, Language, Localized, Moment, ServiceId, TicketId, WindowId, ZoneId,
};
use nowserving_shared::protocol::hook::HookEvent;

use super::Verdict;
use crate::clock::Clock;
use crate::hooks::post::{HookSettings, post};
use crate::hooks::queue::{Answer, Notice};
use crate::hooks::text;

/// Tells the hook at `url` that a ticket is called to window 1, and that the call is over; tells `out` what it answered.
///
/// # Errors
/// When `out` cannot be written.
pub async fn try_hook(
    url: &Uri,
    settings: &HookSettings,
    out: &mut dyn Write,
) -> anyhow::Result<Verdict> {
    if url.scheme_str() != Some("http") || url.host().is_none() {
        writeln!(out, "{url}: write it as http://192.168.1.50/calls")?;
        return Ok(Verdict::Bad);
    }
    let hook = HookId::new("try").context("the name of the trial")?;
    let call = made_up(Clock::System.now()).context("a call that nobody made")?;
    let mut verdict = Verdict::Good;
    for event in [HookEvent::Called, HookEvent::Over] {
        let notice = Notice {
            event,
            seq: call.seq,
            at: call.at,
            call: call.clone(),
        };
        let asked = Instant::now();
        let posted = post(settings, url, text(&hook, &notice)).await;
        let took: Duration = asked.elapsed();
        let (event, label, window) = (event.name(), &call.label, call.number);
        let took = took.as_millis();
        writeln!(
            out,
            "{event} {label}, window {window}: {posted} ({took} ms)"
        )?;
        if posted.answer() != Answer::Acknowledged {
            verdict = Verdict::Bad;
        }
    }
    let advice = match verdict {
        Verdict::Good => "the hook heard both",
        Verdict::Bad => "the hook must answer each with a status from 200 to 299",
    };
    writeln!(out, "{advice}")?;
    Ok(verdict)
}

/// None never: its ids are slugs.
fn made_up(at: Moment) -> Option<CallLine> {
    Some(CallLine {
        seq: 1,
        ticket: TicketId(1),
        label: Label::new("A", 1, 3),
        window: WindowId::new("w1").ok()?,
        number: 1,
        zone: ZoneId::new("hall").ok()?,
        service: ServiceId::new("any").ok()?,
        mark: Localized::default(),
        language: Language::default(),
        at,
        recalls: 0,
        state: CallState::Calling,
    })
}
