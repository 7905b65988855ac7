//! What a link says to people, by language.

use crate::model::Language;
use crate::protocol::SCHEMA;

/// The code and the sentence for a server that speaks another version of the wire.
pub(super) fn other_schema(language: Language, theirs: u32) -> (&'static str, String) {
    let newer = theirs > SCHEMA;
    let code = if newer {
        "schema-newer"
    } else {
        "schema-older"
    };
    let detail = match (language, newer) {
        (Language::ZhCn, true) => {
            format!("服务器的通信版本是 {theirs}，本设备只懂版本 {SCHEMA}：请升级本设备的软件。")
        }
        (Language::ZhCn, false) => {
            format!("服务器的通信版本是 {theirs}，本设备使用版本 {SCHEMA}：请升级服务器。")
        }
        (Language::ZhTw, true) => {
            format!("伺服器的通訊版本是 {theirs}，本設備只懂版本 {SCHEMA}：請更新本設備的軟體。")
        }
        (Language::ZhTw, false) => {
            format!("伺服器的通訊版本是 {theirs}，本設備使用版本 {SCHEMA}：請更新伺服器。")
        }
        (Language::De, true) => format!(
            "Der Server spricht Version {theirs} des Protokolls und dieses Gerät kennt Version {SCHEMA}: bitte dieses Gerät aktualisieren."
        ),
        (Language::De, false) => format!(
            "Der Server spricht Version {theirs} des Protokolls und dieses Gerät verwendet Version {SCHEMA}: bitte den Server aktualisieren."
        ),
        (Language::En, true) => format!(
            "The server speaks version {theirs} of the wire and this device knows version {SCHEMA}: update this device."
        ),
        (Language::En, false) => format!(
            "The server speaks version {theirs} of the wire and this device uses version {SCHEMA}: update the server."
        ),
    };
    (code, detail)
}
