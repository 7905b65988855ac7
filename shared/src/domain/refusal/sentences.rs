//! The sentences of refusals, one reviewed place for each language.

use super::{Refusal, StateWord};

pub(super) mod de;
pub(super) mod zh_tw;

fn state_zh(state: StateWord) -> &'static str {
    match state {
        StateWord::Waiting => "正在等候",
        StateWord::Delayed => "过号顺延中",
        StateWord::Called => "已被呼叫",
        StateWord::Serving => "正在办理",
        StateWord::Held => "已挂起",
    }
}

fn state_en(state: StateWord) -> &'static str {
    match state {
        StateWord::Waiting => "waiting",
        StateWord::Delayed => "delayed after a missed call",
        StateWord::Called => "called",
        StateWord::Serving => "being served",
        StateWord::Held => "on hold",
    }
}

pub(super) fn zh_cn(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoConfiguration => "大厅尚未配置，请管理员先载入配置。".into(),
        Refusal::UnknownService(id) => format!("没有“{id}”这项业务，请刷新后重选。"),
        Refusal::UnknownClass(id) => format!("没有“{id}”这种优先类别，请刷新后重选。"),
        Refusal::UnknownWindow(id) => format!("没有“{id}”这个窗口，请刷新后重选。"),
        Refusal::UnknownZone(id) => format!("没有“{id}”这个区域，请刷新后重选。"),
        Refusal::UnknownStaff(id) => format!("没有“{id}”这位工作人员，请检查工号。"),
        Refusal::UnknownDevice(id) => format!("配置中没有“{id}”这台设备，请管理员先登记。"),
        Refusal::UnknownTicket(name) => format!("没有找到号码“{name}”，它可能已办结或已作废。"),
        Refusal::Closed { opens_at: Some(_) } => "现在不在取号时间，请在开放时间再来。".into(),
        Refusal::Closed { opens_at: None } => "现在不在取号时间，请向咨询台询问开放时间。".into(),
        Refusal::QuotaReached { quota } => {
            format!("本时段号源（{quota}个）已取完，请改日再来或咨询工作人员。")
        }
        Refusal::NumbersExhausted(id) => format!("“{id}”的号码已全部在用，请等有人办结后再取。"),
        Refusal::HallFull { tickets_max } => {
            format!("大厅等候人数已达上限（{tickets_max}），请稍后再取号。")
        }
        Refusal::HasTicket { label, .. } => {
            format!("您今天已取过这项业务的号码{label}，请凭该号等候；号票丢失可补打。")
        }
        Refusal::NobodyWaits => "当前没有等候本窗口的号码。".into(),
        Refusal::WindowBusy { label } => format!("窗口正在受理{label}号，请先办结、弃号或挂起。"),
        Refusal::WindowHasNoTicket => "窗口当前没有号码，请先叫号。".into(),
        Refusal::WindowClosed => "窗口尚未开放，请先签到。".into(),
        Refusal::WindowPaused => "窗口已暂停服务，请先恢复。".into(),
        Refusal::WindowNotPaused => "窗口并未暂停，无需恢复。".into(),
        Refusal::WindowTaken { staff } => format!("该窗口已由{staff}签到，请先请其签退。"),
        Refusal::SignedOnElsewhere { window } => format!("您已在窗口“{window}”签到，请先签退。"),
        Refusal::NotServedHere(id) => format!("本窗口不办理“{id}”业务。"),
        Refusal::NotServedThere(id) => format!("那里没有窗口办理“{id}”业务，请另选。"),
        Refusal::WrongState { label, state } => {
            format!("{label}号{}，不能这样操作。", state_zh(*state))
        }
        Refusal::RecallLimit { recalls_max } => {
            format!("已重呼{recalls_max}次，不能再呼，请按弃号处理。")
        }
        Refusal::RecallTooSoon { wait_ms } => {
            format!("刚刚呼叫过，请{}秒后再重呼。", wait_ms.div_ceil(1000))
        }
        Refusal::CalledTooFewTimes { calls } => format!("至少呼叫{calls}次后才能弃号，请先重呼。"),
        Refusal::TooLateToUndo { within_seconds } => {
            format!("叫号超过{within_seconds}秒，不能撤回。")
        }
        Refusal::ReservedElsewhere { window } => format!("该号码已指定到窗口“{window}”办理。"),
        Refusal::ReasonMissing => "请填写原因。".into(),
        Refusal::ReasonTooLong { chars_max } => format!("文字过长，最多{chars_max}字。"),
        Refusal::HoldReasonReserved => "“过号池”由系统使用，请选择其他挂起原因。".into(),
        Refusal::ReturnInThePast => "预计返回时间已过，请重新填写。".into(),
        Refusal::TooManyServices { services_max } => {
            format!("一张号票最多再追加{services_max}项业务。")
        }
        Refusal::NotAllowed => "您没有权限进行此操作。".into(),
        Refusal::PairingCodeUnknown => "配对码不正确、已使用或已过期，请管理员重新生成。".into(),
        Refusal::BadExpiry => "有效期不正确。".into(),
    }
}

pub(super) fn en(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoConfiguration => {
            "The hall has no configuration yet; an administrator must load one.".into()
        }
        Refusal::UnknownService(id) => {
            format!("There is no service “{id}”; refresh and choose again.")
        }
        Refusal::UnknownClass(id) => {
            format!("There is no priority class “{id}”; refresh and choose again.")
        }
        Refusal::UnknownWindow(id) => {
            format!("There is no window “{id}”; refresh and choose again.")
        }
        Refusal::UnknownZone(id) => format!("There is no zone “{id}”; refresh and choose again."),
        Refusal::UnknownStaff(id) => {
            format!("There is no member of staff “{id}”; check the log-in name.")
        }
        Refusal::UnknownDevice(id) => {
            format!("The configuration has no device “{id}”; an administrator must add it.")
        }
        Refusal::UnknownTicket(name) => {
            format!("There is no live ticket “{name}”; it may be finished or void.")
        }
        Refusal::Closed { opens_at: Some(_) } => {
            "No tickets are given out now; please come back when it opens.".into()
        }
        Refusal::Closed { opens_at: None } => {
            "No tickets are given out now; please ask at the information desk.".into()
        }
        Refusal::QuotaReached { quota } => {
            format!(
                "All {quota} tickets have been taken; please come another day or ask our staff."
            )
        }
        Refusal::NumbersExhausted(id) => {
            format!("Every number of “{id}” is in use; try again when one is finished.")
        }
        Refusal::HallFull { tickets_max } => {
            format!("The hall is full ({tickets_max} people waiting); please take a number later.")
        }
        Refusal::HasTicket { label, .. } => {
            format!(
                "You have ticket {label} of this service already; wait with it, or have a copy printed."
            )
        }
        Refusal::NobodyWaits => "Nobody is waiting for this window.".into(),
        Refusal::WindowBusy { label } => {
            format!("The window has ticket {label}; finish, miss or hold it first.")
        }
        Refusal::WindowHasNoTicket => "The window has no ticket; call one first.".into(),
        Refusal::WindowClosed => "The window is not open; sign on first.".into(),
        Refusal::WindowPaused => "The window is paused; resume it first.".into(),
        Refusal::WindowNotPaused => "The window is not paused.".into(),
        Refusal::WindowTaken { staff } => {
            format!("{staff} is signed on at this window and must sign off first.")
        }
        Refusal::SignedOnElsewhere { window } => {
            format!("You are signed on at window “{window}”; sign off there first.")
        }
        Refusal::NotServedHere(id) => format!("This window does not serve “{id}”."),
        Refusal::NotServedThere(id) => {
            format!("No window there serves “{id}”; choose another target.")
        }
        Refusal::WrongState { label, state } => {
            format!(
                "Ticket {label} is {}; this cannot be done now.",
                state_en(*state)
            )
        }
        Refusal::RecallLimit { recalls_max } => {
            format!("The ticket was recalled {recalls_max} times; mark it as a no-show instead.")
        }
        Refusal::RecallTooSoon { wait_ms } => {
            format!(
                "The ticket was called a moment ago; recall it in {} s.",
                wait_ms.div_ceil(1000)
            )
        }
        Refusal::CalledTooFewTimes { calls } => {
            format!(
                "A ticket must be called {calls} times before it is a no-show; recall it first."
            )
        }
        Refusal::TooLateToUndo { within_seconds } => {
            format!("The call is older than {within_seconds} s and cannot be taken back.")
        }
        Refusal::ReservedElsewhere { window } => {
            format!("The ticket is reserved for window “{window}”.")
        }
        Refusal::ReasonMissing => "A reason is needed.".into(),
        Refusal::ReasonTooLong { chars_max } => {
            format!("The text is too long; at most {chars_max} characters.")
        }
        Refusal::HoldReasonReserved => {
            "The pool is for missed calls; choose another reason.".into()
        }
        Refusal::ReturnInThePast => "The expected return is in the past; enter it again.".into(),
        Refusal::TooManyServices { services_max } => {
            format!("A ticket can have at most {services_max} further services.")
        }
        Refusal::NotAllowed => "You may not do this.".into(),
        Refusal::PairingCodeUnknown => {
            "The pairing code is wrong, used or expired; ask for a new one.".into()
        }
        Refusal::BadExpiry => "The expiry is not valid.".into(),
    }
}
