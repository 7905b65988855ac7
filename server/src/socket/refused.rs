//! Why a client is not served: a stable code, a sentence for people, and the code with which the websocket is closed.

use nowserving_shared::domain::Refusal;
use nowserving_shared::model::Language;
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::ServerMessage;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::hall_task::CommandError;
use crate::http::problem::Code;

/// Why a client is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// What the other doors refuse too.
    Door(Code),
    /// What the rules refuse: a zone, a window or a ticket that does not exist.
    Rules(Refusal),
    /// It did not say its hello in time.
    HelloMissing,
    /// It said something that is no message of this version, or at the wrong time.
    BadMessage,
    /// It speaks this other version of the wire.
    OtherSchema(u32),
    /// It says more than any client has reason to.
    TooManyMessages,
}

impl From<CommandError> for Refused {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused(refusal) => Self::Rules(refusal),
            CommandError::Busy => Self::Door(Code::Busy),
            CommandError::Stopping => Self::Door(Code::Stopping),
            CommandError::KeyReused
            | CommandError::NotRecorded(_)
            | CommandError::OutcomeUnknown(_) => Self::Door(Code::Internal),
        }
    }
}

impl Refused {
    /// The code for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Door(code) => code.code(),
            Self::Rules(refusal) => refusal.code(),
            Self::HelloMissing => "hello-missing",
            Self::BadMessage => "bad-message",
            // Named from the client's side, as the client names it when it finds out by itself.
            Self::OtherSchema(theirs) if *theirs < SCHEMA => "schema-newer",
            Self::OtherSchema(_) => "schema-older",
            Self::TooManyMessages => "too-many-requests",
        }
    }

    fn sentence(&self, language: Language) -> String {
        match (self, language) {
            (Self::Door(code), _) => code.sentence(language).to_owned(),
            (Self::Rules(refusal), _) => refusal.sentence(language),
            (Self::HelloMissing, Language::ZhCn) => "连接后没有及时说明身份。请重新连接。".into(),
            (Self::HelloMissing, Language::ZhTw) => "連線後沒有及時表明身分。請重新連線。".into(),
            (Self::HelloMissing, Language::De) => {
                "Die Verbindung hat nicht rechtzeitig gesagt, was sie verfolgen will. Bitte neu verbinden."
                    .into()
            }
            (Self::HelloMissing, Language::En) => {
                "The connection did not say in time what it wants to follow. Connect again.".into()
            }
            (Self::BadMessage, Language::ZhCn) => {
                "收到无法理解的消息。请按接口说明使用 WebSocket。".into()
            }
            (Self::BadMessage, Language::ZhTw) => {
                "收到無法理解的訊息。請依介面說明使用 WebSocket。".into()
            }
            (Self::BadMessage, Language::De) => {
                "Eine Nachricht war nicht verständlich. Bitte sehen Sie in die Beschreibung der Schnittstelle."
                    .into()
            }
            (Self::BadMessage, Language::En) => {
                "A message made no sense here. See the description of the API.".into()
            }
            (Self::OtherSchema(theirs), Language::ZhCn) => {
                format!(
                    "服务器的通信版本是 {SCHEMA}，收到的是版本 {theirs}：请升级版本较旧的一方。"
                )
            }
            (Self::OtherSchema(theirs), Language::ZhTw) => {
                format!(
                    "伺服器的通訊版本是 {SCHEMA}，收到的是版本 {theirs}：請更新版本較舊的一方。"
                )
            }
            (Self::OtherSchema(theirs), Language::De) => format!(
                "Der Server spricht Version {SCHEMA} des Protokolls und wurde in Version {theirs} angesprochen: bitte die ältere Seite aktualisieren."
            ),
            (Self::OtherSchema(theirs), Language::En) => format!(
                "The server speaks version {SCHEMA} of the wire and was spoken to in version {theirs}: update the older of the two."
            ),
            (Self::TooManyMessages, Language::ZhCn) => "发送的消息过多。请稍后重新连接。".into(),
            (Self::TooManyMessages, Language::ZhTw) => "傳送的訊息過多。請稍後重新連線。".into(),
            (Self::TooManyMessages, Language::De) => {
                "Es wurden zu viele Nachrichten gesendet. Bitte später neu verbinden.".into()
            }
            (Self::TooManyMessages, Language::En) => {
                "Too many messages were sent. Connect again later.".into()
            }
        }
    }

    /// What the client is told.
    pub(super) fn message(&self, language: Language) -> ServerMessage {
        ServerMessage::Refused {
            code: self.code().to_owned(),
            detail: self.sentence(language),
        }
    }

    /// With what the websocket is closed: a client that is to come back in a moment is told so.
    pub(super) fn close_code(&self) -> CloseCode {
        match self {
            Self::Door(Code::Busy) => CloseCode::Again,
            Self::Door(Code::Stopping) => CloseCode::Away,
            Self::Door(_)
            | Self::Rules(_)
            | Self::HelloMissing
            | Self::BadMessage
            | Self::OtherSchema(_)
            | Self::TooManyMessages => CloseCode::Policy,
        }
    }
}
