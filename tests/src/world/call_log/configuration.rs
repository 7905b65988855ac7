//! The configuration of a hall in which a day of the log can be played.

use std::fmt::Write as _;

use nowserving_shared::model::{ClassId, ServiceId, StaffId, WindowId};

use super::day::LogDay;

/// The most people who answer: as many windows as are made.
pub(super) const SERVERS_MAX: usize = 200;
/// The most types: one prefix each.
pub(super) const KINDS_MAX: usize = PREFIXES.len();
/// The most priorities.
pub(super) const PRIORITIES_MAX: usize = 8;
/// Prefixes of the numbers: no letters that sound or look alike.
const PREFIXES: [&str; 18] = [
    "A", "H", "E", "K", "L", "Z", "M", "R", "U", "W", "Y", "X", "F", "J", "C", "G", "N", "V",
];

/// What the types of the published log mean: code, Chinese, English.
const KINDS: [(&str, &str, &str); 6] = [
    ("PS", "日常业务", "Regular activity"),
    ("PE", "日常业务（英语）", "Regular activity, in English"),
    ("IN", "网上银行咨询", "Internet consulting"),
    ("NE", "证券业务", "Stock exchange"),
    ("NW", "新客户咨询", "Information for new customers"),
    ("TT", "回电", "Returned calls"),
];

/// The configuration text: the day's types as services, its priorities as classes (the higher goes first), the people
/// who answered as windows with their clerks, a kiosk and a display, and the staff that the demonstration needs.
///
/// It is in UTC, in which no hour is missing or comes twice: the log gives civil times only.
#[must_use]
pub fn configuration(day: &LogDay) -> String {
    let mut text = head(day);
    for (index, kind) in day.kinds().iter().enumerate() {
        service(&mut text, index, kind);
    }
    let mut priorities: Vec<&str> = day.priorities().into_iter().collect();
    priorities.sort_by_key(|code| (code.parse::<u32>().unwrap_or(0), *code));
    // The first class of a configuration is the ordinary one, and rank 0 goes first.
    for (index, priority) in priorities.iter().enumerate() {
        class(&mut text, priorities.len() - 1 - index, priority);
    }
    for (index, server) in day.servers().iter().enumerate() {
        window(&mut text, index, server, day);
    }
    text
}

fn head(day: &LogDay) -> String {
    format!(
        r#"# 由通话记录生成 Generated from a call log: {date}
format = 1

[hall]
name = {{ "zh-CN" = "电话银行（{date}）", en = "Telephone bank ({date})" }}
languages = ["zh-CN", "en"]
time_zone = "UTC"
day_starts = "04:00"

[hall.opening]
mon = ["00:00-24:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
thu = ["00:00-24:00"]
fri = ["00:00-24:00"]
sat = ["00:00-24:00"]
sun = ["00:00-24:00"]

[rules]
order = "strict_classes"
recalls_max = 5
recall_gap_seconds = 5
undo_seconds = 20
at_day_end = "close"
calls_before_no_show = 1
no_show = "void"

[[no_show_policy]]
id = "void"
steps = ["void"]

[[zone]]
id = "lines"
name = {{ "zh-CN" = "电话坐席", en = "Lines" }}
seats = 0

[[group]]
id = "calls"
name = {{ "zh-CN" = "来电", en = "Calls" }}

[[staff]]
id = "reception1"
name = "咨询台"
roles = ["reception"]

[[staff]]
id = "supervisor"
name = "值班长"
roles = ["supervisor"]

[[staff]]
id = "manager"
name = "经理"
roles = ["manager"]

[[staff]]
id = "admin"
name = "管理员"
roles = ["administrator"]

[[device]]
id = "kiosk-1"
kind = "kiosk"
name = "取号机"

[[device]]
id = "wall-hall"
kind = "display"
name = "总屏"
"#,
        date = day.date
    )
}

fn service(text: &mut String, index: usize, kind: &str) {
    let known = KINDS.iter().find(|(code, _, _)| *code == kind);
    let (chinese, english) =
        known.map_or((kind, kind), |(_, chinese, english)| (*chinese, *english));
    let prefix = PREFIXES.get(index).copied().unwrap_or_default();
    let id = slug("", kind);
    add(
        text,
        format_args!(
            r#"
[[service]]
id = "{id}"
name = {{ "zh-CN" = "{chinese}", en = "{english}" }}
group = "calls"
prefix = "{prefix}"
last = 9999
digits = 4
target_wait_minutes = 2
target_service_minutes = 3
"#
        ),
    );
}

fn class(text: &mut String, rank: usize, priority: &str) {
    let id = slug("p", priority);
    add(
        text,
        format_args!(
            r#"
[[class]]
id = "{id}"
name = {{ "zh-CN" = "优先级 {priority}", en = "Priority {priority}" }}
rank = {rank}
"#
        ),
    );
}

fn window(text: &mut String, index: usize, server: &str, day: &LogDay) {
    let answered = day.kinds_of(server);
    let nobody_answers = |kind: &&&str| {
        !day.servers()
            .iter()
            .any(|other| day.kinds_of(other).contains(**kind))
    };
    let kinds = day.kinds();
    let orphans = kinds.iter().filter(nobody_answers);
    let serves: Vec<String> = answered
        .iter()
        .chain(orphans)
        .map(|kind| format!("{} = 1", slug("", kind)))
        .collect();
    let id = window_name(index);
    let number = index + 1;
    let serves = serves.join(", ");
    let staff = slug("agent-", server);
    add(
        text,
        format_args!(
            r#"
[[window]]
id = "{id}"
number = {number}
zone = "lines"
serves = {{ {serves} }}

[[staff]]
id = "{staff}"
name = "{server}"
roles = ["clerk"]
"#
        ),
    );
}

fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a String takes everything");
}

/// The code as an id. Codes have at most [`super::CODE_CHARS_MAX`] letters and digits.
fn slug(prefix: &str, code: &str) -> String {
    format!("{prefix}{}", code.to_ascii_lowercase())
}

fn window_name(index: usize) -> String {
    format!("w{:02}", index + 1)
}

/// The service of a type.
pub(super) fn service_id(kind: &str) -> Option<ServiceId> {
    ServiceId::new(&slug("", kind)).ok()
}

/// The class of a priority.
pub(super) fn class_id(priority: &str) -> Option<ClassId> {
    ClassId::new(&slug("p", priority)).ok()
}

/// The clerk who answers as `server`.
pub(super) fn staff_id(server: &str) -> Option<StaffId> {
    StaffId::new(&slug("agent-", server)).ok()
}

/// The window of the `index`-th person who answers.
pub(super) fn window_id(index: usize) -> Option<WindowId> {
    WindowId::new(&window_name(index)).ok()
}
