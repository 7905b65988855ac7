//! Every word that the display says by itself, by language, for review in one place.
//!
//! Short and polite, no exclamation marks; a number is never put into a word that must agree with it.

use std::time::Duration;

use jiff::civil::{DateTime, Weekday};
use nowserving_shared::model::Language;

use Language::{De, En, ZhCn, ZhTw};

/// The newest call, while its holder is awaited.
pub fn now_calling(language: Language) -> &'static str {
    match language {
        ZhCn => "正在叫号",
        ZhTw => "正在叫號",
        En => "Now calling",
        De => "Jetzt aufgerufen",
    }
}

/// The newest call, when its holder is being served.
pub fn now_serving(language: Language) -> &'static str {
    match language {
        ZhCn => "正在办理",
        ZhTw => "正在辦理",
        En => "Now serving",
        De => "In Bearbeitung",
    }
}

/// Nobody is called.
pub fn please_wait(language: Language) -> &'static str {
    match language {
        ZhCn => "请在休息区等候叫号",
        ZhTw => "請在等候區等候叫號",
        En => "Please take a seat and wait for your number",
        De => "Bitte nehmen Sie Platz und warten Sie auf Ihre Nummer",
    }
}

/// The word before and the word behind a window's number.
pub fn window_words(language: Language) -> (&'static str, &'static str) {
    match language {
        ZhCn => ("", "号窗口"),
        ZhTw => ("", "號櫃檯"),
        En => ("Window", ""),
        De => ("Schalter", ""),
    }
}

/// A window by its number.
pub fn window(language: Language, number: u32) -> String {
    match language {
        ZhCn => format!("{number}号窗口"),
        ZhTw => format!("{number}號櫃檯"),
        En => format!("Window {number}"),
        De => format!("Schalter {number}"),
    }
}

/// A call in one line, for the second language.
pub fn please_go(language: Language, number: u32) -> String {
    match language {
        ZhCn => format!("请到{number}号窗口"),
        ZhTw => format!("請至{number}號櫃檯"),
        En => format!("Please go to Window {number}"),
        De => format!("Bitte zu Schalter {number}"),
    }
}

/// The head of the list of last calls.
pub fn last_calls(language: Language) -> &'static str {
    match language {
        ZhCn => "最近叫号",
        ZhTw => "最近叫號",
        En => "Last calls",
        De => "Letzte Aufrufe",
    }
}

/// The head of the numbers of windows.
pub fn way_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "窗口",
        ZhTw => "櫃檯",
        En => "Window",
        De => "Schalter",
    }
}

/// The head of the hall's notices.
pub fn notices_heading(language: Language) -> &'static str {
    match language {
        ZhCn | ZhTw => "公告",
        En => "Notices",
        De => "Hinweise",
    }
}

/// There were no other calls.
pub fn no_calls(language: Language) -> &'static str {
    match language {
        ZhCn => "暂无其他叫号",
        ZhTw => "目前沒有其他叫號",
        En => "No other calls",
        De => "Keine weiteren Aufrufe",
    }
}

/// A call whose holder is awaited.
pub fn calling(language: Language) -> &'static str {
    match language {
        ZhCn => "请前往",
        ZhTw => "請前往",
        En => "Please go",
        De => "Bitte gehen",
    }
}

/// A call or a window that is being served.
pub fn serving(language: Language) -> &'static str {
    match language {
        ZhCn => "办理中",
        ZhTw => "辦理中",
        En => "Serving",
        De => "Bedienung",
    }
}

/// A call that is over.
pub fn over(language: Language) -> &'static str {
    match language {
        ZhCn => "已结束",
        ZhTw => "已結束",
        En => "Ended",
        De => "Beendet",
    }
}

/// A window that calls.
pub fn window_calls(language: Language) -> &'static str {
    match language {
        ZhCn => "叫号中",
        ZhTw => "叫號中",
        En => "Calling",
        De => "Aufruf",
    }
}

/// A window that nobody has opened.
pub fn closed(language: Language) -> &'static str {
    match language {
        ZhCn => "未开放",
        ZhTw => "未開放",
        En => "Closed",
        De => "Zu",
    }
}

/// A window that is open and free.
pub fn free(language: Language) -> &'static str {
    match language {
        ZhCn => "空闲",
        ZhTw => "空閒",
        En => "Free",
        De => "Frei",
    }
}

/// A window that is paused.
pub fn paused(language: Language) -> &'static str {
    match language {
        ZhCn => "暂停服务",
        ZhTw => "暫停服務",
        En => "Paused",
        De => "Pause",
    }
}

/// When a paused window is expected back.
pub fn back_at(language: Language, when: &str) -> String {
    match language {
        ZhCn => format!("预计 {when} 恢复"),
        ZhTw => format!("預計 {when} 恢復"),
        En => format!("expected back {when}"),
        De => format!("voraussichtlich wieder {when}"),
    }
}

/// The head of the waiting counts.
pub fn waiting_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "等候人数",
        ZhTw => "等候人數",
        En => "Waiting",
        De => "Wartende",
    }
}

/// The head of the waiting numbers.
pub fn queue_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "等候中的号码",
        ZhTw => "等候中的號碼",
        En => "Numbers waiting",
        De => "Wartende Nummern",
    }
}

/// There are no waiting numbers.
pub fn nobody_waits(language: Language) -> &'static str {
    match language {
        ZhCn => "目前无人等候",
        ZhTw => "目前無人等候",
        En => "Nobody is waiting",
        De => "Niemand wartet",
    }
}

/// It is not known who waits: the server is of another version.
pub fn queue_unknown(language: Language) -> &'static str {
    match language {
        ZhCn => "暂时无法显示等候号码，请留意叫号",
        ZhTw => "暫時無法顯示等候號碼，請留意叫號",
        En => "Waiting numbers cannot be shown now; please watch the calls",
        De => "Wartende Nummern sind zurzeit nicht zu sehen; bitte auf den Aufruf achten",
    }
}

/// The head of the windows.
pub fn windows_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "窗口",
        ZhTw => "櫃檯",
        En => "Windows",
        De => "Schalter",
    }
}

/// A service that gives out no more numbers today.
pub fn quota_reached(language: Language) -> &'static str {
    match language {
        ZhCn => "今日号已取完",
        ZhTw => "今日號碼已發完",
        En => "Full for today",
        De => "Heute voll",
    }
}

/// A service that gives out no numbers now.
pub fn not_now(language: Language) -> &'static str {
    match language {
        ZhCn => "暂不取号",
        ZhTw => "暫停取號",
        En => "Closed now",
        De => "Geschlossen",
    }
}

/// A service that gives out numbers from a moment on.
pub fn opens_at(language: Language, when: &str) -> String {
    match language {
        ZhCn => format!("{when} 开始取号"),
        ZhTw => format!("{when} 開始取號"),
        En => format!("Opens {when}"),
        De => format!("Öffnet {when}"),
    }
}

/// A moment to come, seen from `now`: a time alone is one of today; within a week the weekday says the day, else the date.
pub fn when(language: Language, now: DateTime, at: DateTime) -> String {
    let time = time(at);
    let days = (at.date() - now.date()).get_days();
    match (language, days) {
        (ZhCn | ZhTw, 0) => time,
        (En, 0) => format!("at {time}"),
        (De, 0) => format!("um {time}"),
        (ZhCn | ZhTw | En | De, 1..=6) => {
            format!("{} {time}", weekday(language, at.weekday()))
        }
        (ZhCn | ZhTw, _) => format!("{}月{}日 {time}", at.month(), at.day()),
        (En, _) => format!("{} {} {time}", at.day(), month(at.month())),
        (De, _) => format!("{}. {} {time}", at.day(), month_de(at.month())),
    }
}

/// A time of day: `09:41`.
pub fn time(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A service that no open window serves.
pub fn no_window(language: Language) -> &'static str {
    match language {
        ZhCn => "暂无窗口开放",
        ZhTw => "目前未開放櫃檯",
        En => "No window open",
        De => "Kein Schalter offen",
    }
}

/// The picture is old.
pub fn stale(language: Language, age: Duration) -> String {
    let seconds = age.as_secs();
    match (language, seconds) {
        (ZhCn, ..120) => format!("画面已 {seconds} 秒未更新"),
        (ZhCn, 120..7200) => format!("画面已 {} 分钟未更新", seconds / 60),
        (ZhCn, 7200..) => format!("画面已 {} 小时未更新", seconds / 3600),
        (ZhTw, ..120) => format!("畫面已 {seconds} 秒未更新"),
        (ZhTw, 120..7200) => format!("畫面已 {} 分鐘未更新", seconds / 60),
        (ZhTw, 7200..) => format!("畫面已 {} 小時未更新", seconds / 3600),
        (De, ..120) => format!("Seit {seconds} s nicht aktualisiert"),
        (De, 120..7200) => format!("Seit {} Min. nicht aktualisiert", seconds / 60),
        (De, 7200..) => format!("Seit {} Std. nicht aktualisiert", seconds / 3600),
        (En, ..120) => format!("Not updated for {seconds} s"),
        (En, 120..7200) => format!("Not updated for {} min", seconds / 60),
        (En, 7200..) => format!("Not updated for {} h", seconds / 3600),
    }
}

/// What to do while the picture is old.
pub fn stale_advice(language: Language) -> &'static str {
    match language {
        ZhCn => "请听窗口工作人员叫号",
        ZhTw => "請留意櫃檯人員叫號",
        En => "Please listen to the staff at the windows",
        De => "Bitte achten Sie auf den Aufruf am Schalter",
    }
}

/// Before the first picture.
pub fn connecting(language: Language) -> &'static str {
    match language {
        ZhCn => "正在连接服务器…",
        ZhTw => "正在連線至伺服器…",
        En => "Connecting to the server …",
        De => "Verbindung zum Server wird aufgebaut …",
    }
}

/// Before the first picture, when connecting fails: what a passer-by of the staff can do.
pub fn connecting_advice(language: Language, server: &str) -> String {
    match language {
        ZhCn => format!("如果长时间停留在此画面，请检查网线，以及服务器 {server} 是否已启动。"),
        ZhTw => format!("如果長時間停留在此畫面，請檢查網路線，以及伺服器 {server} 是否已啟動。"),
        En => {
            format!("If this stays, check the network cable and whether the server {server} runs.")
        }
        De => format!(
            "Bleibt dieses Bild stehen, bitte das Netzkabel prüfen und ob der Server {server} läuft."
        ),
    }
}

/// The server refuses this display.
pub fn refused(language: Language) -> &'static str {
    match language {
        ZhCn => "服务器拒绝了此显示屏",
        ZhTw => "伺服器拒絕了此顯示器",
        En => "The server refuses this display",
        De => "Der Server weist diese Anzeige ab",
    }
}

/// What to do when the server refuses this display.
pub fn refused_advice(language: Language) -> &'static str {
    match language {
        ZhCn => "请管理员在管理页为此屏生成新的配对码，并用它重新启动显示程序。",
        ZhTw => "請管理員在管理頁為此顯示器產生新的配對碼，並用它重新啟動顯示程式。",
        En => {
            "An administrator makes a new pairing code in the console; start the display again with it."
        }
        De => "Die Verwaltung erzeugt einen neuen Kopplungscode; damit die Anzeige neu starten.",
    }
}

/// The date as a wall shows it.
pub fn date(language: Language, at: DateTime) -> String {
    match language {
        ZhCn | ZhTw => format!(
            "{}年{}月{}日 {}",
            at.year(),
            at.month(),
            at.day(),
            weekday(language, at.weekday())
        ),
        En => format!(
            "{} {} {} {}",
            weekday(language, at.weekday()),
            at.day(),
            month(at.month()),
            at.year()
        ),
        De => format!(
            "{}, {}. {} {}",
            weekday(language, at.weekday()),
            at.day(),
            month_de(at.month()),
            at.year()
        ),
    }
}

fn weekday(language: Language, day: Weekday) -> &'static str {
    match (language, day) {
        (ZhCn | ZhTw, Weekday::Monday) => "星期一",
        (ZhCn | ZhTw, Weekday::Tuesday) => "星期二",
        (ZhCn | ZhTw, Weekday::Wednesday) => "星期三",
        (ZhCn | ZhTw, Weekday::Thursday) => "星期四",
        (ZhCn | ZhTw, Weekday::Friday) => "星期五",
        (ZhCn | ZhTw, Weekday::Saturday) => "星期六",
        (ZhCn | ZhTw, Weekday::Sunday) => "星期日",
        (En, Weekday::Monday) => "Mon",
        (En, Weekday::Tuesday) => "Tue",
        (En, Weekday::Wednesday) => "Wed",
        (En, Weekday::Thursday) => "Thu",
        (En, Weekday::Friday) => "Fri",
        (En, Weekday::Saturday) => "Sat",
        (En, Weekday::Sunday) => "Sun",
        (De, Weekday::Monday) => "Mo",
        (De, Weekday::Tuesday) => "Di",
        (De, Weekday::Wednesday) => "Mi",
        (De, Weekday::Thursday) => "Do",
        (De, Weekday::Friday) => "Fr",
        (De, Weekday::Saturday) => "Sa",
        (De, Weekday::Sunday) => "So",
    }
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    of_month(&NAMES, month)
}

fn month_de(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.",
        "Dez.",
    ];
    of_month(&NAMES, month)
}

fn of_month(names: &[&'static str; 12], month: i8) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|at| names.get(at))
        .copied()
        .unwrap_or("")
}

#[cfg(test)]
mod tests;
