//! Errors of the HTTP doors: `application/problem+json` (RFC 9457) with a stable code and a sentence for people.
//!
//! What the rules refuse brings its own code and sentence ([`Refusal`]); what the doors themselves refuse is a [`Code`].

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use nowserving_shared::domain::Refusal;
use nowserving_shared::model::Language;
use nowserving_shared::protocol::http as wire;

use crate::hall_task::CommandError;

mod de;
mod zh_tw;

/// After how many seconds a client that met a busy hall may ask again.
pub const RETRY_AFTER_SECONDS: u32 = 1;

/// How much of what a reader found wrong is told, in characters.
pub const BECAUSE_CHARS_MAX: usize = 300;

/// What the doors refuse by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// No such route.
    NotFound,
    /// The route does not know this method.
    MethodNotAllowed,
    /// The body is of another type than the route takes.
    UnsupportedMediaType,
    /// The body is larger than the route takes.
    BodyTooLarge,
    /// The body cannot be read, or is not what the route takes.
    BadBody,
    /// A part of the address or of the query is not what the route takes.
    BadParameter,
    /// A header cannot be read.
    BadHeader,
    /// The body of the request did not come in time.
    RequestTimeout,
    /// The answer took too long; it may have happened.
    AnswerTimeout,
    /// A key is needed and none was given.
    IdempotencyKeyMissing,
    /// The key is empty, too long, or holds other than visible ASCII.
    IdempotencyKeyMalformed,
    /// The key was used for another request.
    IdempotencyKeyReused,
    /// Nobody has shown who they are.
    NotLoggedIn,
    /// The device's token is wrong or was revoked.
    DeviceTokenUnknown,
    /// The ticket's token is wrong.
    TicketTokenUnknown,
    /// The ticket's token was good once.
    TicketTokenExpired,
    /// Staff and password do not go together.
    WrongPassword,
    /// The present password is wrong.
    WrongPresentPassword,
    /// Too many wrong passwords or codes; wait.
    TooManyAttempts,
    /// The new password is too short, too long or too common.
    BadPassword,
    /// The set-up code is wrong, or was used.
    SetupCodeUnknown,
    /// The request came from another site, or lacks the header that our pages send.
    CrossSite,
    /// This principal may not do this.
    NotAllowed,
    /// The configuration contradicts itself.
    ConfigurationFaulty,
    /// Too much is under way.
    Busy,
    /// The journal cannot be written; nothing has happened.
    NotRecorded,
    /// It is not known whether it happened.
    OutcomeUnknown,
    /// The server is stopping.
    Stopping,
    /// The history cannot be read at the moment.
    HistoryAway,
    /// The server failed in a way that it did not foresee.
    Internal,
}

impl Code {
    /// Every code, for the description of the API and for tests.
    pub const ALL: [Self; 30] = [
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::BodyTooLarge,
        Self::BadBody,
        Self::BadParameter,
        Self::BadHeader,
        Self::RequestTimeout,
        Self::AnswerTimeout,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyKeyMalformed,
        Self::IdempotencyKeyReused,
        Self::NotLoggedIn,
        Self::DeviceTokenUnknown,
        Self::TicketTokenUnknown,
        Self::TicketTokenExpired,
        Self::WrongPassword,
        Self::WrongPresentPassword,
        Self::TooManyAttempts,
        Self::BadPassword,
        Self::SetupCodeUnknown,
        Self::CrossSite,
        Self::NotAllowed,
        Self::ConfigurationFaulty,
        Self::Busy,
        Self::NotRecorded,
        Self::OutcomeUnknown,
        Self::Stopping,
        Self::HistoryAway,
        Self::Internal,
    ];

    /// The code for programs, the status, a short title in English.
    fn words(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "Method not allowed",
            ),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
            ),
            Self::BodyTooLarge => (
                "body-too-large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "Body too large",
            ),
            Self::BadBody => ("bad-body", StatusCode::BAD_REQUEST, "Bad body"),
            Self::BadParameter => ("bad-parameter", StatusCode::BAD_REQUEST, "Bad parameter"),
            Self::BadHeader => ("bad-header", StatusCode::BAD_REQUEST, "Bad header"),
            Self::RequestTimeout => (
                "request-timeout",
                StatusCode::REQUEST_TIMEOUT,
                "Request took too long",
            ),
            Self::AnswerTimeout => (
                "answer-timeout",
                StatusCode::GATEWAY_TIMEOUT,
                "Answer took too long",
            ),
            Self::IdempotencyKeyMissing => (
                "idempotency-key-missing",
                StatusCode::BAD_REQUEST,
                "Idempotency key missing",
            ),
            Self::IdempotencyKeyMalformed => (
                "idempotency-key-malformed",
                StatusCode::BAD_REQUEST,
                "Idempotency key malformed",
            ),
            Self::IdempotencyKeyReused => (
                "idempotency-key-reused",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Idempotency key reused",
            ),
            Self::NotLoggedIn => ("not-logged-in", StatusCode::UNAUTHORIZED, "Not logged in"),
            Self::DeviceTokenUnknown => (
                "device-token-unknown",
                StatusCode::UNAUTHORIZED,
                "Device token unknown",
            ),
            Self::TicketTokenUnknown => (
                "ticket-token-unknown",
                StatusCode::UNAUTHORIZED,
                "Ticket token unknown",
            ),
            Self::TicketTokenExpired => (
                "ticket-token-expired",
                StatusCode::GONE,
                "Ticket token expired",
            ),
            Self::WrongPassword => (
                "wrong-password",
                StatusCode::UNAUTHORIZED,
                "Staff or password wrong",
            ),
            Self::WrongPresentPassword => (
                "wrong-present-password",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Present password wrong",
            ),
            Self::TooManyAttempts => (
                "too-many-attempts",
                StatusCode::TOO_MANY_REQUESTS,
                "Too many attempts",
            ),
            Self::BadPassword => (
                "bad-password",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Password not acceptable",
            ),
            Self::SetupCodeUnknown => (
                "setup-code-unknown",
                StatusCode::FORBIDDEN,
                "Set-up code unknown",
            ),
            Self::CrossSite => ("cross-site", StatusCode::FORBIDDEN, "From another site"),
            Self::NotAllowed => ("not-allowed", StatusCode::FORBIDDEN, "Not allowed"),
            Self::ConfigurationFaulty => (
                "configuration-faulty",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Configuration faulty",
            ),
            Self::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE, "Busy"),
            Self::NotRecorded => (
                "not-recorded",
                StatusCode::SERVICE_UNAVAILABLE,
                "Nothing was recorded",
            ),
            Self::OutcomeUnknown => (
                "outcome-unknown",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Outcome unknown",
            ),
            Self::Stopping => ("stopping", StatusCode::SERVICE_UNAVAILABLE, "Stopping"),
            Self::HistoryAway => (
                "history-away",
                StatusCode::SERVICE_UNAVAILABLE,
                "History not readable",
            ),
            Self::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal error",
            ),
        }
    }

    /// The code for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// The status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.words().1
    }

    /// A sentence for people: what was wrong and what to do.
    #[must_use]
    pub fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::ZhCn => zh_cn(self),
            Language::ZhTw => zh_tw::sentence(self),
            Language::En => en(self),
            Language::De => de::sentence(self),
        }
    }
}

fn zh_cn(code: Code) -> &'static str {
    match code {
        Code::NotFound => "没有这个地址。请查看 /api 上的接口说明。",
        Code::MethodNotAllowed => "这个地址不支持这种请求方法。请查看 /api 上的接口说明。",
        Code::UnsupportedMediaType => "请求内容的类型不对。请按接口说明设置 content-type。",
        Code::BodyTooLarge => "请求内容太大。请减小后再试。",
        Code::BadBody => "请求内容无法读取。请按接口说明填写。",
        Code::BadParameter => "地址或查询参数不对。请按接口说明填写。",
        Code::BadHeader => "请求头无法读取。请按接口说明填写。",
        Code::RequestTimeout => "请求内容没有及时收到，没有执行。请检查网络后再试。",
        Code::AnswerTimeout => {
            "处理用时过长，无法确定是否已执行。请用同一个 Idempotency-Key 再试。"
        }
        Code::IdempotencyKeyMissing => {
            "缺少 Idempotency-Key 请求头。请为每次取号生成一个新的键，重试时使用同一个键。"
        }
        Code::IdempotencyKeyMalformed => "Idempotency-Key 只能是 1 到 64 个可见 ASCII 字符。",
        Code::IdempotencyKeyReused => "这个 Idempotency-Key 已用于另一个请求。请换一个新的键。",
        Code::NotLoggedIn => "请先登录。",
        Code::DeviceTokenUnknown => "设备凭证无效或已撤销。请管理员重新配对这台设备。",
        Code::TicketTokenUnknown => "号票链接不完整或无效。请重新扫描号票上的二维码。",
        Code::TicketTokenExpired => "这张号票已过期，不能再查看。",
        Code::WrongPassword => "工号或密码不对。",
        Code::WrongPresentPassword => "当前密码不对。",
        Code::TooManyAttempts => "尝试次数过多。请稍等片刻再试。",
        Code::BadPassword => "密码须为 8 到 128 个字符，且不能是常见密码或工号。",
        Code::SetupCodeUnknown => "设置码不对或已使用。请查看服务器启动时显示的设置码。",
        Code::CrossSite => "请求来自其他网站，或缺少 x-nowserving 请求头。请从本系统的页面操作。",
        Code::NotAllowed => "您没有进行这项操作的权限。",
        Code::ConfigurationFaulty => "配置有误，未载入。请按所列各行修改。",
        Code::Busy => "系统繁忙，没有执行。请稍后再试。",
        Code::NotRecorded => "暂时无法写入记录，没有执行。请通知管理员检查磁盘。",
        Code::OutcomeUnknown => "无法确定是否已执行。请用同一个 Idempotency-Key 再试。",
        Code::Stopping => "服务器正在停止，没有执行。请稍后再试。",
        Code::HistoryAway => "历史记录暂时无法读取。请稍后再试或重启服务器。",
        Code::Internal => "服务器内部出错。请通知管理员查看日志。",
    }
}

fn en(code: Code) -> &'static str {
    match code {
        Code::NotFound => {
            "There is nothing at this address. See the description of the API at /api."
        }
        Code::MethodNotAllowed => {
            "This address does not take this method. See the description of the API at /api."
        }
        Code::UnsupportedMediaType => {
            "The body is of the wrong type. Set content-type as the description of the API says."
        }
        Code::BodyTooLarge => "The body is too large. Send less.",
        Code::BadBody => "The body cannot be read. Send what the description of the API asks for.",
        Code::BadParameter => {
            "A part of the address or of the query is wrong. See the description of the API."
        }
        Code::BadHeader => "A header cannot be read. See the description of the API.",
        Code::RequestTimeout => {
            "The body of the request did not come in time, and nothing was done. Check the network and try again."
        }
        Code::AnswerTimeout => {
            "This took too long, and it is not known whether it was done. Try again with the same Idempotency-Key."
        }
        Code::IdempotencyKeyMissing => {
            "The header Idempotency-Key is missing. Draw a new key for every ticket and use it again for retries."
        }
        Code::IdempotencyKeyMalformed => {
            "Idempotency-Key must be 1 to 64 visible ASCII characters."
        }
        Code::IdempotencyKeyReused => {
            "This Idempotency-Key was used for another request. Draw a new one."
        }
        Code::NotLoggedIn => "Log in first.",
        Code::DeviceTokenUnknown => {
            "The device's token is not valid or was revoked. Ask an administrator to pair the device again."
        }
        Code::TicketTokenUnknown => {
            "The link to the ticket is incomplete or wrong. Scan the code on the ticket again."
        }
        Code::TicketTokenExpired => "This ticket has expired and can no longer be seen.",
        Code::WrongPassword => "The staff number or the password is wrong.",
        Code::WrongPresentPassword => "The present password is wrong.",
        Code::TooManyAttempts => "Too many attempts. Wait a moment and try again.",
        Code::BadPassword => {
            "A password has 8 to 128 characters and is neither common nor the staff number."
        }
        Code::SetupCodeUnknown => {
            "The set-up code is wrong or was used. Look at what the server printed when it started."
        }
        Code::CrossSite => {
            "The request came from another site or lacks the header x-nowserving. Use the pages of this system."
        }
        Code::NotAllowed => "You may not do this.",
        Code::ConfigurationFaulty => {
            "The configuration has faults and was not loaded. Mend the lines that are listed."
        }
        Code::Busy => "The hall is busy and nothing was done. Try again in a moment.",
        Code::NotRecorded => {
            "Nothing can be recorded at the moment, and nothing was done. Ask an administrator to look at the disk."
        }
        Code::OutcomeUnknown => {
            "It is not known whether this was done. Try again with the same Idempotency-Key."
        }
        Code::Stopping => "The server is stopping and nothing was done. Try again in a moment.",
        Code::HistoryAway => {
            "The history cannot be read at the moment. Try again later or restart the server."
        }
        Code::Internal => "The server failed. Ask an administrator to look at its log.",
    }
}

/// The status of what the rules refuse.
fn refused_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::UnknownService(_)
        | Refusal::UnknownClass(_)
        | Refusal::UnknownWindow(_)
        | Refusal::UnknownZone(_)
        | Refusal::UnknownStaff(_)
        | Refusal::UnknownDevice(_)
        | Refusal::UnknownTicket(_) => StatusCode::NOT_FOUND,
        Refusal::NotAllowed | Refusal::PairingCodeUnknown => StatusCode::FORBIDDEN,
        Refusal::ReasonMissing
        | Refusal::ReasonTooLong { .. }
        | Refusal::HoldReasonReserved
        | Refusal::ReturnInThePast
        | Refusal::BadExpiry => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::NoConfiguration | Refusal::HallFull { .. } | Refusal::NumbersExhausted(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Refusal::Closed { .. }
        | Refusal::QuotaReached { .. }
        | Refusal::HasTicket { .. }
        | Refusal::NobodyWaits
        | Refusal::WindowBusy { .. }
        | Refusal::WindowHasNoTicket
        | Refusal::WindowClosed
        | Refusal::WindowPaused
        | Refusal::WindowNotPaused
        | Refusal::WindowTaken { .. }
        | Refusal::SignedOnElsewhere { .. }
        | Refusal::NotServedHere(_)
        | Refusal::NotServedThere(_)
        | Refusal::WrongState { .. }
        | Refusal::RecallLimit { .. }
        | Refusal::RecallTooSoon { .. }
        | Refusal::CalledTooFewTimes { .. }
        | Refusal::TooLateToUndo { .. }
        | Refusal::ReservedElsewhere { .. }
        | Refusal::TooManyServices { .. } => StatusCode::CONFLICT,
    }
}

/// An answer that says why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    faults: Vec<wire::FaultView>,
    ticket: Option<Box<wire::HeldTicket>>,
    retry_after_seconds: Option<u32>,
}

impl Problem {
    /// A problem of the doors.
    #[must_use]
    pub fn of(code: Code, language: Language) -> Self {
        let (name, status, title) = code.words();
        let busy = status == StatusCode::SERVICE_UNAVAILABLE;
        Self {
            status,
            code: name,
            title,
            detail: code.sentence(language).to_owned(),
            faults: Vec::new(),
            ticket: None,
            retry_after_seconds: busy.then_some(RETRY_AFTER_SECONDS),
        }
    }

    /// What the rules refuse.
    #[must_use]
    pub fn refused(refusal: &Refusal, language: Language) -> Self {
        Self {
            status: refused_status(refusal),
            code: refusal.code(),
            title: "Refused by the rules of the hall",
            detail: refusal.sentence(language),
            faults: Vec::new(),
            ticket: None,
            retry_after_seconds: None,
        }
    }

    /// Why a command was not carried out.
    #[must_use]
    pub fn command(error: &CommandError, language: Language) -> Self {
        match error {
            CommandError::Refused(refusal) => Self::refused(refusal, language),
            CommandError::KeyReused => Self::of(Code::IdempotencyKeyReused, language),
            CommandError::Busy => Self::of(Code::Busy, language),
            CommandError::NotRecorded(_) => Self::of(Code::NotRecorded, language),
            CommandError::OutcomeUnknown(_) => Self::of(Code::OutcomeUnknown, language),
            CommandError::Stopping => Self::of(Code::Stopping, language),
        }
    }

    /// The same problem, with a sentence that says more.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same problem, with what exactly is wrong behind its sentence, as the reader found it (in English). Long
    /// quotations are cut.
    #[must_use]
    pub fn because(mut self, what: &str) -> Self {
        let what: String = what.chars().take(BECAUSE_CHARS_MAX).collect();
        self.detail = format!("{} ({what})", self.detail);
        self
    }

    /// The same problem, with what is wrong line by line.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<wire::FaultView>) -> Self {
        self.faults = faults;
        self
    }

    /// The same problem, with the ticket that stands in the way.
    #[must_use]
    pub fn with_ticket(mut self, ticket: wire::HeldTicket) -> Self {
        self.ticket = Some(Box::new(ticket));
        self
    }

    /// The same problem, with the time after which to ask again, in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = wire::Problem {
            kind: format!("urn:nowserving:problem:{}", self.code),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail,
            faults: self.faults,
            ticket: self.ticket,
        };
        // Strings and numbers always make JSON.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut headers = HeaderMap::with_capacity(2);
        let mut set = |name: HeaderName, value: HeaderValue| {
            headers.insert(name, value);
        };
        set(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_seconds {
            set(RETRY_AFTER, HeaderValue::from(seconds));
        }
        (self.status, headers, body).into_response()
    }
}

/// The language in which the client wants to be spoken to; Chinese unless it asks for another that we speak first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speak(pub Language);

impl Speak {
    /// From the request's headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let wanted = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self(language(wanted))
    }
}

/// The first language of an `Accept-Language` header that we speak. Weights are not read: browsers list by weight.
fn language(wanted: &str) -> Language {
    wanted
        .split(',')
        .find_map(|tag| Language::from_tag(tag.split(';').next()?))
        .unwrap_or_default()
}

impl<S: Sync> FromRequestParts<S> for Speak {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_its_own_and_has_a_sentence_in_every_language() {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            for language in Language::ALL {
                let end = if language.is_chinese() {
                    '\u{3002}'
                } else {
                    '.'
                };
                assert!(code.sentence(language).ends_with(end), "{code:?}");
            }
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        assert_eq!(language("en-GB,en;q=0.9,zh;q=0.8"), Language::En);
        assert_eq!(language("fr, zh-TW;q=0.5, en"), Language::ZhTw);
        assert_eq!(language("fr, zh-SG;q=0.5, en"), Language::ZhCn);
        assert_eq!(language("de-AT"), Language::De);
        assert_eq!(language(""), Language::ZhCn);
        assert_eq!(language(";;,--"), Language::ZhCn);
    }
}
