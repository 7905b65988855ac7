//! 繁體中文（臺灣用語）：請求未執行的原因。

use super::Code;

pub(super) fn sentence(code: Code) -> &'static str {
    match code {
        Code::NotFound => "沒有這個位址。請查看 /api 上的介面說明。",
        Code::MethodNotAllowed => "這個位址不支援這種請求方法。請查看 /api 上的介面說明。",
        Code::UnsupportedMediaType => "請求內容的類型不對。請依介面說明設定 content-type。",
        Code::BodyTooLarge => "請求內容太大。請縮減後再試。",
        Code::BadBody => "請求內容無法讀取。請依介面說明填寫。",
        Code::BadParameter => "位址或查詢參數不對。請依介面說明填寫。",
        Code::BadHeader => "請求標頭無法讀取。請依介面說明填寫。",
        Code::RequestTimeout => "未及時收到請求內容，沒有執行。請檢查網路後再試。",
        Code::AnswerTimeout => {
            "處理時間過長，無法確定是否已執行。請用同一個 Idempotency-Key 再試。"
        }
        Code::IdempotencyKeyMissing => {
            "缺少 Idempotency-Key 標頭。請為每次取號產生一個新的鍵，重試時使用同一個鍵。"
        }
        Code::IdempotencyKeyMalformed => "Idempotency-Key 只能是 1 到 64 個可見的 ASCII 字元。",
        Code::IdempotencyKeyReused => "這個 Idempotency-Key 已用於另一個請求。請換一個新的鍵。",
        Code::NotLoggedIn => "請先登入。",
        Code::DeviceTokenUnknown => "設備憑證無效或已撤銷。請管理員重新配對這臺設備。",
        Code::TicketTokenUnknown => "號碼牌連結不完整或無效。請重新掃描號碼牌上的條碼。",
        Code::TicketTokenExpired => "這張號碼牌已過期，無法再查看。",
        Code::WrongPassword => "員工編號或密碼不對。",
        Code::WrongPresentPassword => "目前的密碼不對。",
        Code::TooManyAttempts => "嘗試次數過多。請稍候片刻再試。",
        Code::BadPassword => "密碼須為 8 到 128 個字元，且不能是常見密碼或員工編號。",
        Code::SetupCodeUnknown => "設定碼不對或已使用。請查看伺服器啟動時顯示的設定碼。",
        Code::CrossSite => "請求來自其他網站，或缺少 x-nowserving 標頭。請從本系統的頁面操作。",
        Code::NotAllowed => "您沒有執行這項操作的權限。",
        Code::ConfigurationFaulty => "設定有誤，未載入。請依所列各行修改。",
        Code::Busy => "系統忙碌，沒有執行。請稍後再試。",
        Code::NotRecorded => "暫時無法寫入紀錄，沒有執行。請通知管理員檢查磁碟。",
        Code::OutcomeUnknown => "無法確定是否已執行。請用同一個 Idempotency-Key 再試。",
        Code::Stopping => "伺服器正在停止，沒有執行。請稍後再試。",
        Code::HistoryAway => "歷史紀錄暫時無法讀取。請稍後再試或重新啟動伺服器。",
        Code::Internal => "伺服器內部發生錯誤。請通知管理員查看日誌。",
    }
}
