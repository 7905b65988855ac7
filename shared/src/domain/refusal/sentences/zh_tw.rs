//! 繁體中文（臺灣用語）：拒絕時說的話。

use crate::domain::refusal::{Refusal, StateWord};

fn state(state: StateWord) -> &'static str {
    match state {
        StateWord::Waiting => "正在等候",
        StateWord::Delayed => "過號順延中",
        StateWord::Called => "已被叫號",
        StateWord::Serving => "正在辦理",
        StateWord::Held => "已暫置",
    }
}

pub(in crate::domain::refusal) fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoConfiguration => "大廳尚未設定，請管理員先載入設定。".into(),
        Refusal::UnknownService(id) => format!("沒有「{id}」這項業務，請重新整理後再選。"),
        Refusal::UnknownClass(id) => format!("沒有「{id}」這種優先類別，請重新整理後再選。"),
        Refusal::UnknownWindow(id) => format!("沒有「{id}」這個櫃檯，請重新整理後再選。"),
        Refusal::UnknownZone(id) => format!("沒有「{id}」這個區域，請重新整理後再選。"),
        Refusal::UnknownStaff(id) => format!("沒有「{id}」這位人員，請檢查員工編號。"),
        Refusal::UnknownDevice(id) => format!("設定中沒有「{id}」這臺設備，請管理員先登錄。"),
        Refusal::UnknownTicket(name) => format!("找不到號碼「{name}」，可能已辦畢或已作廢。"),
        Refusal::Closed { opens_at: Some(_) } => "現在非取號時間，請於開放時間再來。".into(),
        Refusal::Closed { opens_at: None } => "現在非取號時間，請向服務臺詢問開放時間。".into(),
        Refusal::QuotaReached { quota } => {
            format!("本時段的 {quota} 個號碼已發完，請改日再來或洽服務人員。")
        }
        Refusal::NumbersExhausted(id) => format!("「{id}」的號碼已全部使用中，請稍後再取號。"),
        Refusal::HallFull { tickets_max } => {
            format!("大廳等候人數已達上限（{tickets_max}），請稍後再取號。")
        }
        Refusal::HasTicket { label, .. } => {
            format!("您今天已取過此業務的號碼 {label}，請憑該號等候；號碼牌遺失可補印。")
        }
        Refusal::NobodyWaits => "目前沒有等候本櫃檯的號碼。".into(),
        Refusal::WindowBusy { label } => {
            format!("本櫃檯正在受理 {label} 號，請先辦畢、棄號或暫置。")
        }
        Refusal::WindowHasNoTicket => "本櫃檯目前沒有號碼，請先叫號。".into(),
        Refusal::WindowClosed => "櫃檯尚未開放，請先簽到。".into(),
        Refusal::WindowPaused => "櫃檯已暫停服務，請先恢復。".into(),
        Refusal::WindowNotPaused => "櫃檯並未暫停，不需恢復。".into(),
        Refusal::WindowTaken { staff } => format!("此櫃檯已由 {staff} 簽到，請先請其簽退。"),
        Refusal::SignedOnElsewhere { window } => {
            format!("您已在櫃檯「{window}」簽到，請先簽退。")
        }
        Refusal::NotServedHere(id) => format!("本櫃檯不辦理「{id}」業務。"),
        Refusal::NotServedThere(id) => format!("該處沒有櫃檯辦理「{id}」業務，請另選。"),
        Refusal::WrongState {
            label,
            state: stands,
        } => {
            format!("{label} 號{}，無法這樣操作。", state(*stands))
        }
        Refusal::RecallLimit { recalls_max } => {
            format!("已重叫 {recalls_max} 次，不能再叫，請依棄號處理。")
        }
        Refusal::RecallTooSoon { wait_ms } => {
            format!("剛剛叫過號，請 {} 秒後再重叫。", wait_ms.div_ceil(1000))
        }
        Refusal::CalledTooFewTimes { calls } => {
            format!("至少叫號 {calls} 次後才能棄號，請先重叫。")
        }
        Refusal::TooLateToUndo { within_seconds } => {
            format!("叫號已超過 {within_seconds} 秒，無法撤回。")
        }
        Refusal::ReservedElsewhere { window } => format!("此號碼已指定由櫃檯「{window}」辦理。"),
        Refusal::ReasonMissing => "請填寫原因。".into(),
        Refusal::ReasonTooLong { chars_max } => format!("文字過長，最多 {chars_max} 字。"),
        Refusal::HoldReasonReserved => "「過號池」由系統使用，請選擇其他暫置原因。".into(),
        Refusal::ReturnInThePast => "預計返回時間已過，請重新填寫。".into(),
        Refusal::TooManyServices { services_max } => {
            format!("一張號碼牌最多再加 {services_max} 項業務。")
        }
        Refusal::NotAllowed => "您沒有權限執行此操作。".into(),
        Refusal::PairingCodeUnknown => "配對碼不正確、已使用或已過期，請管理員重新產生。".into(),
        Refusal::BadExpiry => "有效期限不正確。".into(),
    }
}
