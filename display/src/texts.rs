//! Every word that the display says by itself, by language, for review in one place.
//!
//! Short and polite, no exclamation marks; a number is never put into a word that must agree with it.

use std::time::Duration;

use jiff::civil::{DateTime, Weekday};
use nowserving_shared::model::Language;

use Language::{En, ZhCn};

/// The newest call, while its holder is awaited.
pub fn now_calling(language: Language) -> &'static str {
    match language {
        ZhCn => "正在叫号",
        En => "Now calling",
    }
}

/// The newest call, when its holder is being served.
pub fn now_serving(language: Language) -> &'static str {
    match language {
        ZhCn => "正在办理",
        En => "Now serving",
    }
}

/// Nobody is called.
pub fn please_wait(language: Language) -> &'static str {
    match language {
        ZhCn => "请在休息区等候叫号",
        En => "Please take a seat and wait for your number",
    }
}

/// The word before and the word behind a window's number.
pub fn window_words(language: Language) -> (&'static str, &'static str) {
    match language {
        ZhCn => ("", "号窗口"),
        En => ("Window", ""),
    }
}

/// A window by its number.
pub fn window(language: Language, number: u32) -> String {
    match language {
        ZhCn => format!("{number}号窗口"),
        En => format!("Window {number}"),
    }
}

/// A call in one line, for the second language.
pub fn please_go(language: Language, number: u32) -> String {
    match language {
        ZhCn => format!("请到{number}号窗口"),
        En => format!("Please go to Window {number}"),
    }
}

/// The head of the list of last calls.
pub fn last_calls(language: Language) -> &'static str {
    match language {
        ZhCn => "最近叫号",
        En => "Last calls",
    }
}

/// The head of the numbers of windows.
pub fn way_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "窗口",
        En => "Window",
    }
}

/// There were no other calls.
pub fn no_calls(language: Language) -> &'static str {
    match language {
        ZhCn => "暂无其他叫号",
        En => "No other calls",
    }
}

/// A call whose holder is awaited.
pub fn calling(language: Language) -> &'static str {
    match language {
        ZhCn => "请前往",
        En => "Please go",
    }
}

/// A call or a window that is being served.
pub fn serving(language: Language) -> &'static str {
    match language {
        ZhCn => "办理中",
        En => "Serving",
    }
}

/// A call that is over.
pub fn over(language: Language) -> &'static str {
    match language {
        ZhCn => "已结束",
        En => "Ended",
    }
}

/// A window that calls.
pub fn window_calls(language: Language) -> &'static str {
    match language {
        ZhCn => "叫号中",
        En => "Calling",
    }
}

/// A window that nobody has opened.
pub fn closed(language: Language) -> &'static str {
    match language {
        ZhCn => "未开放",
        En => "Closed",
    }
}

/// A window that is open and free.
pub fn free(language: Language) -> &'static str {
    match language {
        ZhCn => "空闲",
        En => "Free",
    }
}

/// A window that is paused.
pub fn paused(language: Language) -> &'static str {
    match language {
        ZhCn => "暂停服务",
        En => "Paused",
    }
}

/// When a paused window is expected back.
pub fn back_at(language: Language, when: &str) -> String {
    match language {
        ZhCn => format!("预计 {when} 恢复"),
        En => format!("expected back {when}"),
    }
}

/// The head of the waiting counts.
pub fn waiting_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "等候人数",
        En => "Waiting",
    }
}

/// The head of the windows.
pub fn windows_heading(language: Language) -> &'static str {
    match language {
        ZhCn => "窗口",
        En => "Windows",
    }
}

/// A service that gives out no more numbers today.
pub fn quota_reached(language: Language) -> &'static str {
    match language {
        ZhCn => "今日号已取完",
        En => "Full for today",
    }
}

/// A service that gives out no numbers now.
pub fn not_now(language: Language) -> &'static str {
    match language {
        ZhCn => "暂不取号",
        En => "Closed now",
    }
}

/// A service that gives out numbers from a moment on.
pub fn opens_at(language: Language, when: &str) -> String {
    match language {
        ZhCn => format!("{when} 开始取号"),
        En => format!("Opens {when}"),
    }
}

/// A moment to come, seen from `now`: a time alone is one of today; within a week the weekday says the day, else the date.
pub fn when(language: Language, now: DateTime, at: DateTime) -> String {
    let time = time(at);
    let days = (at.date() - now.date()).get_days();
    match (language, days) {
        (ZhCn, 0) => time,
        (En, 0) => format!("at {time}"),
        (ZhCn | En, 1..=6) => format!("{} {time}", weekday(language, at.weekday())),
        (ZhCn, _) => format!("{}月{}日 {time}", at.month(), at.day()),
        (En, _) => format!("{} {} {time}", at.day(), month(at.month())),
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
        En => "No window open",
    }
}

/// The picture is old.
pub fn stale(language: Language, age: Duration) -> String {
    let seconds = age.as_secs();
    match (language, seconds) {
        (ZhCn, ..120) => format!("画面已 {seconds} 秒未更新"),
        (ZhCn, 120..7200) => format!("画面已 {} 分钟未更新", seconds / 60),
        (ZhCn, 7200..) => format!("画面已 {} 小时未更新", seconds / 3600),
        (En, ..120) => format!("Not updated for {seconds} s"),
        (En, 120..7200) => format!("Not updated for {} min", seconds / 60),
        (En, 7200..) => format!("Not updated for {} h", seconds / 3600),
    }
}

/// What to do while the picture is old.
pub fn stale_advice(language: Language) -> &'static str {
    match language {
        ZhCn => "请听窗口工作人员叫号",
        En => "Please listen to the staff at the windows",
    }
}

/// Before the first picture.
pub fn connecting(language: Language) -> &'static str {
    match language {
        ZhCn => "正在连接服务器…",
        En => "Connecting to the server …",
    }
}

/// Before the first picture, when connecting fails: what a passer-by of the staff can do.
pub fn connecting_advice(language: Language, server: &str) -> String {
    match language {
        ZhCn => format!("如果长时间停留在此画面，请检查网线，以及服务器 {server} 是否已启动。"),
        En => {
            format!("If this stays, check the network cable and whether the server {server} runs.")
        }
    }
}

/// The server refuses this display.
pub fn refused(language: Language) -> &'static str {
    match language {
        ZhCn => "服务器拒绝了此显示屏",
        En => "The server refuses this display",
    }
}

/// What to do when the server refuses this display.
pub fn refused_advice(language: Language) -> &'static str {
    match language {
        ZhCn => "请管理员在管理页为此屏生成新的配对码，并用它重新启动显示程序。",
        En => {
            "An administrator makes a new pairing code in the console; start the display again with it."
        }
    }
}

/// The date as a wall shows it.
pub fn date(language: Language, at: DateTime) -> String {
    match language {
        ZhCn => format!(
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
    }
}

fn weekday(language: Language, day: Weekday) -> &'static str {
    match (language, day) {
        (ZhCn, Weekday::Monday) => "星期一",
        (ZhCn, Weekday::Tuesday) => "星期二",
        (ZhCn, Weekday::Wednesday) => "星期三",
        (ZhCn, Weekday::Thursday) => "星期四",
        (ZhCn, Weekday::Friday) => "星期五",
        (ZhCn, Weekday::Saturday) => "星期六",
        (ZhCn, Weekday::Sunday) => "星期日",
        (En, Weekday::Monday) => "Mon",
        (En, Weekday::Tuesday) => "Tue",
        (En, Weekday::Wednesday) => "Wed",
        (En, Weekday::Thursday) => "Thu",
        (En, Weekday::Friday) => "Fri",
        (En, Weekday::Saturday) => "Sat",
        (En, Weekday::Sunday) => "Sun",
    }
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(month - 1)
        .ok()
        .and_then(|at| NAMES.get(at))
        .copied()
        .unwrap_or("")
}
